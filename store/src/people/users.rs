//! Persons: one row each, however many businesses they are in.

use crate::audit::{self, By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::people::SecretHash;
use domain::access::{Role, UserId};
use domain::ids::BusinessId;
use serde_json::json;
use std::collections::HashMap;
use tokio_postgres::Row;

/// A person.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub admin: bool,
    pub active: bool,
    pub locale: String,
    /// Where the phone rings when somebody calls from a card; E.164.
    pub phone: Option<String>,
}

/// What a person is in a business.
#[derive(Debug, Clone)]
pub struct Membership {
    pub business: BusinessId,
    pub business_name: String,
    pub role: Role,
}

/// A person to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewUser<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub admin: bool,
}

const COLUMNS: &str = "id, email, name, password_hash, admin, active, locale, phone";

fn user(row: &Row) -> User {
    User {
        id: UserId(row.get(0)),
        email: row.get(1),
        name: row.get(2),
        password_hash: row.get(3),
        admin: row.get(4),
        active: row.get(5),
        locale: row.get(6),
        phone: row.get(7),
    }
}

impl Store {
    /// Whether there is anybody at all.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        limited(async {
            let client = self.client().await?;
            Ok(client
                .query_one("SELECT EXISTS (SELECT FROM users)", &[])
                .await?
                .get(0))
        })
        .await
    }

    /// The person with this e-mail address, in any case of letters.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = format!("SELECT {COLUMNS} FROM users WHERE lower(email) = lower($1)");
            let statement = client.prepare_cached(&sql).await?;
            Ok(client.query_opt(&statement, &[&email]).await?.as_ref().map(user))
        })
        .await
    }

    /// The person with this id.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = format!("SELECT {COLUMNS} FROM users WHERE id = $1");
            let statement = client.prepare_cached(&sql).await?;
            Ok(client.query_opt(&statement, &[&id.0]).await?.as_ref().map(user))
        })
        .await
    }

    /// Makes a person. With `first`, only if there is nobody yet; `None` when there was.
    ///
    /// # Errors
    /// `Taken` for an e-mail address that somebody has.
    pub async fn create_user(
        &self,
        by: &By,
        new: NewUser<'_>,
        first: bool,
    ) -> Result<Option<UserId>, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            // Two who are both the first at the same moment: one waits here.
            transaction.batch_execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE").await?;
            if first && transaction.query_one("SELECT EXISTS (SELECT FROM users)", &[]).await?.get(0) {
                return Ok(None);
            }
            let row = transaction
                .query_one(
                    "INSERT INTO users (email, name, password_hash, admin) VALUES ($1, $2, $3, $4) RETURNING id",
                    &[&new.email, &new.name, &new.password_hash, &new.admin],
                )
                .await?;
            let id: i64 = row.get(0);
            let happened = Happened {
                action: "user.created",
                subject: format!("user:{id}"),
                detail: json!({ "admin": new.admin }),
            };
            audit::append(&*transaction, audit::PLATFORM, by, happened).await?;
            transaction.commit().await?;
            Ok(Some(UserId(id)))
        })
        .await
    }

    /// Makes somebody a member, or changes the role of who is one: for set-up, not for pages.
    pub async fn ensure_member(
        &self,
        business: BusinessId,
        user: UserId,
        role: Role,
    ) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "INSERT INTO memberships (business_id, user_id, role) VALUES ($1, $2, $3)
                     ON CONFLICT (business_id, user_id) DO UPDATE SET role = EXCLUDED.role, active = true",
                    &[&business.0, &user.0, &role.as_str()],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// Where a person is a member now, by the businesses' names.
    pub async fn memberships(&self, id: UserId) -> Result<Vec<Membership>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query(
                    "SELECT b.id, b.name, m.role FROM memberships m JOIN businesses b ON b.id = m.business_id
                     WHERE m.user_id = $1 AND m.active AND b.active AND b.deleted_at IS NULL ORDER BY b.name, b.id",
                    &[&id.0],
                )
                .await?;
            let membership = |row: &Row| Membership {
                business: BusinessId(row.get(0)),
                business_name: row.get(1),
                role: Role::parse(row.get(2)).unwrap_or(Role::Agent),
            };
            Ok(rows.iter().map(membership).collect())
        })
        .await
    }

    /// Changes what a person may change of himself.
    pub async fn change_profile(
        &self,
        id: UserId,
        (name, locale): (Option<&str>, Option<&str>),
        // `Some(None)` takes it away.
        phone: Option<Option<&str>>,
    ) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "UPDATE users SET name = COALESCE($2, name), locale = COALESCE($3, locale),
                            phone = CASE WHEN $4 THEN $5 ELSE phone END WHERE id = $1",
                    &[&id.0, &name, &locale, &phone.is_some(), &phone.flatten()],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// Sets a password and ends every session but `keep`.
    pub async fn set_password(
        &self,
        by: &By,
        id: UserId,
        hash: &str,
        keep: Option<uuid::Uuid>,
    ) -> Result<(), StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            set_password(&transaction, by, id, hash, keep).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Keeps a reset link's secret for a day; earlier ones end.
    pub async fn create_reset(&self, id: UserId, secret: &SecretHash) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client.execute("DELETE FROM password_resets WHERE user_id = $1 OR expires_at < now()", &[&id.0]).await?;
            client
                .execute(
                    "INSERT INTO password_resets (token_hash, user_id, expires_at) VALUES ($1, $2, now() + interval '24 hours')",
                    &[&&secret[..], &id.0],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// The e-mail address of whoever a reset link is for, while it can be used.
    pub async fn email_of_reset(&self, secret: &SecretHash) -> Result<Option<String>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = "SELECT u.email FROM password_resets r JOIN users u ON u.id = r.user_id
                       WHERE r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > now() AND u.active";
            let row = client.query_opt(sql, &[&&secret[..]]).await?;
            Ok(row.map(|row| row.get(0)))
        })
        .await
    }

    /// Uses a reset link once: sets the password, ends all sessions. False when it can't be used any more.
    pub async fn use_reset(&self, by: &By, secret: &SecretHash, hash: &str) -> Result<bool, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let row = transaction
                .query_opt(
                    "UPDATE password_resets SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()
                     RETURNING user_id",
                    &[&&secret[..]],
                )
                .await?;
            let Some(row) = row else { return Ok(false) };
            let id = UserId(row.get(0));
            let by = By {
                actor: Some(id.0),
                ..by.clone()
            };
            set_password(&transaction, &by, id, hash, None).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Names of these people, as the audit log shows them.
    pub async fn names_of(&self, ids: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query("SELECT id, name FROM users WHERE id = ANY ($1)", &[&ids])
                .await?;
            Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
        })
        .await
    }
}

async fn set_password(
    transaction: &deadpool_postgres::Transaction<'_>,
    by: &By,
    id: UserId,
    hash: &str,
    keep: Option<uuid::Uuid>,
) -> Result<(), StoreError> {
    transaction
        .execute(
            "UPDATE users SET password_hash = $2 WHERE id = $1",
            &[&id.0, &hash],
        )
        .await?;
    transaction
        .execute(
            "UPDATE sessions SET ended_at = now(), end_reason = 'password changed'
             WHERE user_id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR id <> $2)",
            &[&id.0, &keep],
        )
        .await?;
    transaction
        .execute(
            "UPDATE password_resets SET used_at = now() WHERE user_id = $1 AND used_at IS NULL",
            &[&id.0],
        )
        .await?;
    let happened = Happened {
        action: "password.changed",
        subject: format!("user:{id}"),
        detail: json!({}),
    };
    audit::append(&**transaction, audit::PLATFORM, by, happened).await
}
