//! Tokens for programs: each acts for a person in one business, with no more than the person's role there.

use crate::audit::{self, By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::people::SecretHash;
use crate::people::sessions::{Standing, features};
use domain::access::{Role, UserId};
use domain::ids::BusinessId;
use serde_json::json;
use tokio_postgres::Row;

/// A token in a list; its secret is not kept.
#[derive(Debug, Clone)]
pub struct ApiToken {
    pub id: i64,
    pub name: String,
    pub business: BusinessId,
    pub role: Role,
    pub created_at: jiff::Timestamp,
    pub last_used_at: Option<jiff::Timestamp>,
}

impl Store {
    /// Makes a token.
    pub async fn create_api_token(
        &self,
        by: &By,
        user: UserId,
        (business, role): (BusinessId, Role),
        (name, secret): (&str, &SecretHash),
    ) -> Result<ApiToken, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let row = transaction
                .query_one(
                    "INSERT INTO api_tokens (user_id, business_id, role, name, token_hash) VALUES ($1, $2, $3, $4, $5)
                     RETURNING id, name, business_id, role, created_at, last_used_at",
                    &[&user.0, &business.0, &role.as_str(), &name, &&secret[..]],
                )
                .await?;
            let made = api_token(&row);
            let happened = Happened {
                action: "token.made",
                subject: format!("token:{}", made.id),
                detail: json!({ "name": name, "role": role.as_str() }),
            };
            audit::append(&*transaction, business, by, happened).await?;
            transaction.commit().await?;
            Ok(made)
        })
        .await
    }

    /// The tokens of a person.
    pub async fn api_tokens(&self, user: UserId) -> Result<Vec<ApiToken>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query(
                    "SELECT id, name, business_id, role, created_at, last_used_at FROM api_tokens
                     WHERE user_id = $1 AND revoked_at IS NULL ORDER BY id DESC LIMIT 100",
                    &[&user.0],
                )
                .await?;
            Ok(rows.iter().map(api_token).collect())
        })
        .await
    }

    /// Ends a token of a person; false when there was none.
    pub async fn revoke_api_token(&self, by: &By, user: UserId, id: i64) -> Result<bool, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let row = transaction
                .query_opt(
                    "UPDATE api_tokens SET revoked_at = now() WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL
                     RETURNING business_id",
                    &[&user.0, &id],
                )
                .await?;
            let Some(row) = row else { return Ok(false) };
            let happened = Happened {
                action: "token.revoked",
                subject: format!("token:{id}"),
                detail: json!({}),
            };
            audit::append(&*transaction, BusinessId(row.get(0)), by, happened).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Who a token stands for; the lower of its own role and the person's counts.
    pub async fn standing_of_token(&self, secret: &SecretHash) -> Result<Option<Standing>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client
                .prepare_cached(
                    "UPDATE api_tokens t SET last_used_at = CASE WHEN t.last_used_at > now() - interval '1 minute'
                                                            THEN t.last_used_at ELSE now() END
                     FROM users u, businesses b, memberships m
                     WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND u.id = t.user_id AND u.active
                       AND b.id = t.business_id AND b.active AND b.deleted_at IS NULL
                       AND m.user_id = u.id AND m.business_id = b.id AND m.active
                     RETURNING u.id, b.id, t.role, m.role, b.features",
                )
                .await?;
            let row = client.query_opt(&statement, &[&&secret[..]]).await?;
            Ok(row.map(|row| {
                let role = |column: usize| Role::parse(row.get(column)).unwrap_or(Role::Agent);
                Standing {
                    user: UserId(row.get(0)),
                    admin: false,
                    business: Some(BusinessId(row.get(1))),
                    role: Some(role(2).min(role(3))),
                    features: features(row.get(4)),
                }
            }))
        })
        .await
    }
}

fn api_token(row: &Row) -> ApiToken {
    ApiToken {
        id: row.get(0),
        name: row.get(1),
        business: BusinessId(row.get(2)),
        role: Role::parse(row.get(3)).unwrap_or(Role::Agent),
        created_at: row.get(4),
        last_used_at: row.get(5),
    }
}
