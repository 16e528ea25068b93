//! The people of one business, and their roles there.

use crate::audit::{self, By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use domain::access::{Role, UserId};
use domain::ids::BusinessId;
use serde_json::json;
use tokio_postgres::Row;

/// A member.
#[derive(Debug, Clone)]
pub struct Member {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub active: bool,
    pub last_seen_at: Option<jiff::Timestamp>,
    pub version: i64,
}

/// What a list of members is asked for.
#[derive(Debug, Clone, Default)]
pub struct MemberQuery {
    /// In the name or the e-mail address.
    pub text: Option<String>,
    /// Column and direction, from the list that the edge knows.
    pub sort: (&'static str, bool),
    pub limit: i64,
    pub offset: i64,
}

/// What becomes of a member.
#[derive(Debug, Clone, Copy)]
pub enum MemberChange {
    /// `None` stays.
    To {
        role: Option<Role>,
        active: Option<bool>,
    },
    Removed,
}

/// How a change ended.
#[derive(Debug, Clone)]
pub enum MemberChanged {
    Done(Option<Member>),
    /// It is at another version.
    Meanwhile(Member),
    /// Nobody could manage the business then.
    LastManager,
    NotThere,
}

const MEMBERS: &str = "SELECT u.id, u.name, u.email, m.role, m.active AND u.active, u.last_seen_at, m.version
     FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.business_id = $1";

fn member(row: &Row) -> Member {
    Member {
        user: UserId(row.get(0)),
        name: row.get(1),
        email: row.get(2),
        role: Role::parse(row.get(3)).unwrap_or(Role::Agent),
        active: row.get(4),
        last_seen_at: row.get(5),
        version: row.get(6),
    }
}

impl Store {
    /// The people of a business, and how many match.
    pub async fn members(
        &self,
        business: BusinessId,
        query: &MemberQuery,
    ) -> Result<(Vec<Member>, i64), StoreError> {
        limited(async {
            let client = self.client().await?;
            let matching = "($2::text IS NULL OR strpos(lower(u.name || ' ' || u.email), lower($2)) > 0)";
            let sql = format!(
                "SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.business_id = $1 AND {matching}"
            );
            let total = client.query_one(&sql, &[&business.0, &query.text]).await?;
            let (column, descending) = query.sort;
            let direction = if descending { "DESC NULLS LAST" } else { "ASC NULLS FIRST" };
            let sql = format!("{MEMBERS} AND {matching} ORDER BY {column} {direction}, u.id LIMIT $3 OFFSET $4");
            let rows = client
                .query(&sql, &[&business.0, &query.text, &query.limit, &query.offset])
                .await?;
            Ok((rows.iter().map(member).collect(), total.get(0)))
        })
        .await
    }

    /// One member of a business.
    pub async fn member(&self, business: BusinessId, user: UserId) -> Result<Option<Member>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = format!("{MEMBERS} AND u.id = $2");
            Ok(client
                .query_opt(&sql, &[&business.0, &user.0])
                .await?
                .as_ref()
                .map(member))
        })
        .await
    }

    /// Whether a person is, or was let be, anything beyond this business: then its managers don't
    /// decide how that person logs in.
    pub async fn is_more_than(&self, business: BusinessId, user: UserId) -> Result<bool, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = "SELECT u.admin OR EXISTS (SELECT FROM memberships m WHERE m.user_id = u.id AND m.business_id <> $1)
                       FROM users u WHERE u.id = $2";
            let row = client.query_opt(sql, &[&business.0, &user.0]).await?;
            Ok(row.is_some_and(|row| row.get(0)))
        })
        .await
    }

    /// Whether a person is a member of a business.
    pub async fn is_member(&self, business: BusinessId, user: UserId) -> Result<bool, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = "SELECT EXISTS (SELECT FROM memberships WHERE business_id = $1 AND user_id = $2)";
            Ok(client.query_one(sql, &[&business.0, &user.0]).await?.get(0))
        })
        .await
    }

    /// Changes or removes a member, at this version if one is named; never the last manager.
    pub async fn change_member(
        &self,
        by: &By,
        (business, user): (BusinessId, UserId),
        version: Option<i64>,
        change: MemberChange,
    ) -> Result<MemberChanged, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            // All members are locked: two managers who demote each other at once must not both succeed.
            let sql = format!("{MEMBERS} ORDER BY u.id FOR UPDATE OF m");
            let members: Vec<Member> = transaction
                .query(&sql, &[&business.0])
                .await?
                .iter()
                .map(member)
                .collect();
            let Some(current) = members.iter().find(|member| member.user == user) else {
                return Ok(MemberChanged::NotThere);
            };
            if version.is_some_and(|version| version != current.version) {
                return Ok(MemberChanged::Meanwhile(current.clone()));
            }
            let (role, active) = match change {
                MemberChange::To { role, active } => {
                    (role.unwrap_or(current.role), active.unwrap_or(current.active))
                }
                MemberChange::Removed => (Role::Agent, false),
            };
            let manages = |member: &Member| member.role == Role::Manager && member.active;
            let others = members.iter().any(|other| other.user != user && manages(other));
            if manages(current) && !(role == Role::Manager && active) && !others {
                return Ok(MemberChanged::LastManager);
            }
            let keys: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&business.0, &user.0];
            if matches!(change, MemberChange::Removed) {
                let sql = "DELETE FROM memberships WHERE business_id = $1 AND user_id = $2";
                transaction.execute(sql, &keys).await?;
            } else {
                let sql = "UPDATE memberships SET role = $3, active = $4, version = version + 1
                           WHERE business_id = $1 AND user_id = $2";
                transaction
                    .execute(sql, &[&business.0, &user.0, &role.as_str(), &active])
                    .await?;
            }
            let removed = matches!(change, MemberChange::Removed);
            let happened = Happened {
                action: if removed {
                    "member.removed"
                } else {
                    "member.changed"
                },
                subject: format!("user:{user}"),
                detail: json!({ "role": role.as_str(), "active": active }),
            };
            audit::append(&*transaction, business, by, happened).await?;
            let now = transaction
                .query(&format!("{MEMBERS} AND u.id = $2"), &keys)
                .await?;
            transaction.commit().await?;
            Ok(MemberChanged::Done(now.first().map(member)))
        })
        .await
    }
}
