//! `/api/audit`: what people did, newest first. Managers see their business's log, administrators the platform's as well.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::paging::{Page, Paged, searched};
use super::who::{Who, tenant};
use actix_web::{get, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::audit::{AuditQuery, AuditRow, Happened, PLATFORM};
use utoipa::{IntoParams, ToSchema};

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Rises by one in its chain.
    pub seq: i64,
    pub at: jiff::Timestamp,
    /// Null: the engine, or the command line.
    pub actor: Option<Actor>,
    /// `business.changed`, `login.failed`, …
    pub action: String,
    pub subject: String,
    #[schema(value_type = Object)]
    pub detail: Value,
    /// Network address that it came from.
    pub address: String,
    pub request_id: String,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Actor {
    pub id: i64,
    /// Empty when the person is gone.
    pub name: String,
}

/// What the log is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditList {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
    /// In the action, the subject or the detail.
    q: Option<String>,
    /// How the action begins: `business.` is all about businesses.
    action: Option<String>,
    from: Option<jiff::Timestamp>,
    to: Option<jiff::Timestamp>,
    /// True: the platform's own log, for administrators.
    platform: Option<bool>,
}

/// The log.
#[utoipa::path(tag = "audit", params(AuditList), responses((status = 200, body = Paged<AuditEntry>)))]
#[get("/api/audit")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<AuditList>,
) -> Result<web::Json<Paged<AuditEntry>>, ApiError> {
    let query = query.into_inner();
    let platform = query.platform == Some(true);
    let business = if platform {
        who.admin()?;
        PLATFORM
    } else {
        who.manager()?
    };
    let page = Page::of(query.page, query.limit)?;
    if query.action.as_ref().is_some_and(|action| action.len() > 100) {
        return Err(ApiError::new(
            Code::BadRequest,
            "action has at most 100 characters",
        ));
    }
    let asked = AuditQuery {
        limit: page.limit,
        offset: page.offset(),
        action: query.action.filter(|action| !action.is_empty()),
        text: searched(query.q)?,
        from: query.from,
        to: query.to,
    };
    let store = &edge.switchboard.store;
    let (rows, total) = if platform {
        store.platform_log(&asked).await?
    } else {
        let mut tenant = tenant(&edge, business).await?;
        tenant.begin().await?.audit_log(&asked).await?
    };
    // An administrator who looks into a business leaves a trace there.
    if who.admin && !platform {
        let happened = Happened {
            action: "audit.read",
            subject: "audit".into(),
            detail: json!({ "page": query.page }),
        };
        store.audit(business, &who.by, happened).await?;
    }
    let actors: Vec<i64> = rows.iter().filter_map(|row| row.actor).collect();
    let names = store.names_of(&actors).await?;
    let entry = |row: AuditRow| AuditEntry {
        seq: row.seq,
        at: row.at,
        actor: row.actor.map(|id| Actor {
            id,
            name: names.get(&id).cloned().unwrap_or_default(),
        }),
        action: row.action,
        subject: row.subject,
        detail: row.detail,
        address: row.address,
        request_id: row.request_id,
    };
    Ok(web::Json(page.with(rows.into_iter().map(entry).collect(), total)))
}
