//! `/api/people`: the members of the business, for its managers. A change reaches the member's
//! sessions with their next request, as each request is judged by the rows of that moment.

use super::super::Edge;
use super::super::api::body::Body;
use super::super::api::paging::{Page, Paged, searched, sorted};
use super::super::api::who::Who;
use super::super::errors::{ApiError, Code};
use super::body::{Link, RoleName};
use super::secrets::new_secret;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use domain::access::UserId;
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::Happened;
use store::people::members::{MemberChange, MemberChanged, MemberQuery};
use utoipa::{IntoParams, ToSchema};

/// Somebody in the business.
#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    user_id: i64,
    name: String,
    email: String,
    role: RoleName,
    active: bool,
    last_seen_at: Option<jiff::Timestamp>,
    /// Rises with each change; sent back with the next one.
    version: i64,
}

impl From<store::people::members::Member> for Member {
    fn from(member: store::people::members::Member) -> Self {
        Self {
            user_id: member.user.0,
            name: member.name,
            email: member.email,
            role: member.role.into(),
            active: member.active,
            last_seen_at: member.last_seen_at,
            version: member.version,
        }
    }
}

/// What a list of people is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeopleList {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
    /// In the name or the e-mail address.
    q: Option<String>,
    /// `name`, `email`, `role`, `active`, `last_seen_at`; a minus before it turns the order around.
    sort: Option<String>,
}

const SORTS: [(&str, &str); 5] = [
    ("name", "u.name"),
    ("email", "u.email"),
    ("role", "m.role"),
    ("active", "m.active"),
    ("last_seen_at", "u.last_seen_at"),
];

/// The people of the business.
#[utoipa::path(tag = "people", params(PeopleList), responses((status = 200, body = Paged<Member>)))]
#[get("/api/people")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<PeopleList>,
) -> Result<web::Json<Paged<Member>>, ApiError> {
    let business = who.manager()?;
    let query = query.into_inner();
    let page = Page::of(query.page, query.limit)?;
    let asked = MemberQuery {
        text: searched(query.q)?,
        sort: sorted(query.sort.as_deref(), &SORTS, ("u.name", false))?,
        limit: page.limit,
        offset: page.offset(),
    };
    let (members, total) = edge.switchboard.store.members(business, &asked).await?;
    Ok(web::Json(
        page.with(members.into_iter().map(Into::into).collect(), total),
    ))
}

/// What becomes of a member; what is left out stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOfMember {
    #[garde(skip)]
    role: Option<RoleName>,
    /// False: he can't come in, and stays in the list.
    #[garde(skip)]
    active: Option<bool>,
    #[garde(skip)]
    version: i64,
}

/// Changes a member: at once, wherever he is logged in. 409 with `current` when he was changed meanwhile.
#[utoipa::path(tag = "people", params(("user_id" = i64, Path)), request_body = ChangeOfMember,
    responses((status = 200, body = Member)))]
#[patch("/api/people/{user_id}")]
pub async fn update(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<ChangeOfMember>,
) -> Result<web::Json<Member>, ApiError> {
    let to = MemberChange::To {
        role: body.0.role.map(Into::into),
        active: body.0.active,
    };
    let changed = changed(&edge, &who, UserId(*id), (Some(body.0.version), to)).await?;
    changed
        .map(|member| web::Json(member.into()))
        .ok_or_else(ApiError::not_found)
}

/// Takes a member out of the business; the person stays what he is elsewhere.
#[utoipa::path(tag = "people", params(("user_id" = i64, Path)), responses((status = 204)))]
#[delete("/api/people/{user_id}")]
pub async fn remove(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    changed(&edge, &who, UserId(*id), (None, MemberChange::Removed)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn changed(
    edge: &Edge,
    who: &Who,
    user: UserId,
    (version, change): (Option<i64>, MemberChange),
) -> Result<Option<store::people::members::Member>, ApiError> {
    let business = who.manager()?;
    not_oneself(who, user)?;
    let store = &edge.switchboard.store;
    let done = store
        .change_member(&who.by, (business, user), version, change)
        .await?;
    match done {
        MemberChanged::Done(member) => Ok(member),
        MemberChanged::Meanwhile(current) => Err(ApiError::conflict(Member::from(current))),
        MemberChanged::LastManager => Err(ApiError::field(
            "role",
            "nobody would manage the business: make somebody else a manager first",
        )),
        MemberChanged::NotThere => Err(ApiError::not_found()),
    }
}

fn not_oneself(who: &Who, user: UserId) -> Result<(), ApiError> {
    if who.user == user {
        return Err(ApiError::new(
            Code::Forbidden,
            "nobody does this to himself: another manager can",
        ));
    }
    Ok(())
}

/// A link by which a member sets a new password: it works once and for a day. Not for people who are
/// more than members of this one business: an administrator makes theirs.
#[utoipa::path(tag = "people", params(("user_id" = i64, Path)), responses((status = 200, body = Link)))]
#[post("/api/people/{user_id}/reset-link")]
pub async fn reset_link(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Link>, ApiError> {
    let (business, user) = (who.manager()?, UserId(*id));
    let store = &edge.switchboard.store;
    if store.member(business, user).await?.is_none() {
        return Err(ApiError::not_found());
    }
    not_oneself(&who, user)?;
    // Else the manager of one business could become whatever the person is in another one.
    if !who.admin && store.is_more_than(business, user).await? {
        return Err(ApiError::new(
            Code::Forbidden,
            "this person belongs to other businesses too: an administrator makes the link",
        ));
    }
    let (token, hash) = new_secret("");
    store.create_reset(user, &hash).await?;
    let happened = Happened {
        action: "member.reset_link",
        subject: format!("user:{user}"),
        detail: json!({}),
    };
    store.audit(business, &who.by, happened).await?;
    Ok(web::Json(Link {
        link: format!("{}/reset#{token}", edge.public_host),
    }))
}
