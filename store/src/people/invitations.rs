//! Invitations to a business: a link with a secret, of which only the hash is kept.

use crate::audit::{self, By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::people::SecretHash;
use domain::access::{Role, UserId};
use domain::ids::BusinessId;
use serde_json::json;
use tokio_postgres::Row;

/// An invitation.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: i64,
    pub business: BusinessId,
    pub business_name: String,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// `pending`, `accepted`, `expired` or `revoked`.
    pub state: String,
    pub created_at: jiff::Timestamp,
    pub expires_at: jiff::Timestamp,
    pub invited_by: Option<String>,
}

/// Somebody to be invited.
#[derive(Debug, Clone, Copy)]
pub struct NewInvitation<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub secret: &'a SecretHash,
}

/// How an acceptance ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// In, as this person; `new` when he was made just now.
    In { user: UserId, new: bool },
    /// The address has a person already, whose password must be given.
    PasswordNeeded,
    /// It can't be used any more.
    Over,
}

const INVITATIONS: &str = "SELECT i.id, i.business_id, b.name, i.email, i.name, i.role,
        CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
             WHEN i.expires_at <= now() THEN 'expired' ELSE 'pending' END,
        i.created_at, i.expires_at, u.name
     FROM invitations i JOIN businesses b ON b.id = i.business_id LEFT JOIN users u ON u.id = i.invited_by";

fn invitation(row: &Row) -> Invitation {
    Invitation {
        id: row.get(0),
        business: BusinessId(row.get(1)),
        business_name: row.get(2),
        email: row.get(3),
        name: row.get(4),
        role: Role::parse(row.get(5)).unwrap_or(Role::Agent),
        state: row.get(6),
        created_at: row.get(7),
        expires_at: row.get(8),
        invited_by: row.get(9),
    }
}

impl Store {
    /// Invites somebody for a week; an earlier invitation of the same address ends.
    pub async fn invite(
        &self,
        by: &By,
        business: BusinessId,
        new: NewInvitation<'_>,
    ) -> Result<Invitation, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            transaction
                .execute(
                    "UPDATE invitations SET revoked_at = now()
                     WHERE business_id = $1 AND lower(email) = lower($2) AND accepted_at IS NULL AND revoked_at IS NULL",
                    &[&business.0, &new.email],
                )
                .await?;
            let row = transaction
                .query_one(
                    "INSERT INTO invitations (business_id, email, name, role, token_hash, invited_by, expires_at)
                     VALUES ($1, $2, $3, $4, $5, $6, now() + interval '7 days') RETURNING id",
                    &[&business.0, &new.email, &new.name, &new.role.as_str(), &&new.secret[..], &by.actor],
                )
                .await?;
            let id: i64 = row.get(0);
            let happened = Happened {
                action: "invitation.made",
                subject: format!("invitation:{id}"),
                detail: json!({ "email": new.email, "role": new.role.as_str() }),
            };
            audit::append(&*transaction, business, by, happened).await?;
            let made = transaction.query_one(&format!("{INVITATIONS} WHERE i.id = $1"), &[&id]).await?;
            transaction.commit().await?;
            Ok(invitation(&made))
        })
        .await
    }

    /// The invitations of a business, newest first.
    pub async fn invitations(
        &self,
        business: BusinessId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Invitation>, i64), StoreError> {
        limited(async {
            let client = self.client().await?;
            let total = client
                .query_one(
                    "SELECT count(*) FROM invitations WHERE business_id = $1",
                    &[&business.0],
                )
                .await?;
            let sql = format!("{INVITATIONS} WHERE i.business_id = $1 ORDER BY i.id DESC LIMIT $2 OFFSET $3");
            let rows = client.query(&sql, &[&business.0, &limit, &offset]).await?;
            Ok((rows.iter().map(invitation).collect(), total.get(0)))
        })
        .await
    }

    /// Takes an invitation back; false when there is none that could still be used.
    pub async fn revoke_invitation(
        &self,
        by: &By,
        business: BusinessId,
        id: i64,
    ) -> Result<bool, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let revoked = transaction
                .execute(
                    "UPDATE invitations SET revoked_at = now()
                     WHERE business_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL",
                    &[&business.0, &id],
                )
                .await?;
            if revoked > 0 {
                let happened = Happened {
                    action: "invitation.revoked",
                    subject: format!("invitation:{id}"),
                    detail: json!({}),
                };
                audit::append(&*transaction, business, by, happened).await?;
            }
            transaction.commit().await?;
            Ok(revoked > 0)
        })
        .await
    }

    /// The invitation that this secret opens, while it can be used.
    pub async fn invitation_by_secret(&self, secret: &SecretHash) -> Result<Option<Invitation>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = format!(
                "{INVITATIONS} WHERE i.token_hash = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL
                 AND i.expires_at > now() AND b.active AND b.deleted_at IS NULL"
            );
            Ok(client
                .query_opt(&sql, &[&&secret[..]])
                .await?
                .as_ref()
                .map(invitation))
        })
        .await
    }

    /// Accepts an invitation once. Who is known already must have proven it (`known`); who is new is made
    /// with this name and password.
    pub async fn accept_invitation(
        &self,
        by: &By,
        secret: &SecretHash,
        known: Option<UserId>,
        (name, password_hash): (&str, &str),
    ) -> Result<Accepted, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let row = transaction
                .query_opt(
                    "UPDATE invitations SET accepted_at = now()
                     WHERE token_hash = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
                     RETURNING id, business_id, email, role",
                    &[&&secret[..]],
                )
                .await?;
            let Some(row) = row else { return Ok(Accepted::Over) };
            let (id, business, email, role): (i64, i64, String, String) = (row.get(0), row.get(1), row.get(2), row.get(3));
            let there = transaction
                .query_opt("SELECT id FROM users WHERE lower(email) = lower($1)", &[&email])
                .await?
                .map(|row| UserId(row.get(0)));
            let (user, new) = match there {
                Some(user) if known == Some(user) => (user, false),
                // Dropped without a commit: the invitation stays open.
                Some(_) => return Ok(Accepted::PasswordNeeded),
                None => {
                    let row = transaction
                        .query_one(
                            "INSERT INTO users (email, name, password_hash) VALUES ($1, $2, $3) RETURNING id",
                            &[&email, &name, &password_hash],
                        )
                        .await?;
                    (UserId(row.get(0)), true)
                }
            };
            transaction
                .execute(
                    "INSERT INTO memberships (business_id, user_id, role) VALUES ($1, $2, $3)
                     ON CONFLICT (business_id, user_id)
                     DO UPDATE SET role = EXCLUDED.role, active = true, version = memberships.version + 1",
                    &[&business, &user.0, &role],
                )
                .await?;
            let by = By {
                actor: Some(user.0),
                ..by.clone()
            };
            let happened = Happened {
                action: "invitation.accepted",
                subject: format!("invitation:{id}"),
                detail: json!({ "user": user.0, "role": role }),
            };
            audit::append(&*transaction, BusinessId(business), &by, happened).await?;
            transaction.commit().await?;
            Ok(Accepted::In { user, new })
        })
        .await
    }
}
