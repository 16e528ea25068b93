//! A customer as it is sent and received.

use super::super::errors::ApiError;
use super::body::{readable, word};
use super::task_body::Assignee;
use domain::access::UserId;
use domain::customer::{Identity, IdentityKind, Source, Stage, Status, shown};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::customers::{CustomerChange, CustomerLine, CustomerRow, IdentityLine, NewCustomer};
use utoipa::ToSchema;

word!(
    /// What the business has with a customer.
    CustomerStatus of Status: Lead, Active, Inactive, Blocked
);
word!(
    /// Where a customer stands on the way to a deal; `won` and `lost` want a reason.
    CustomerStage of Stage: New, Contacted, Qualified, Viewing, Negotiation, Won, Lost
);
word!(
    /// How the business came to know a customer.
    CustomerSource of Source: Call, Person, Import, Whatsapp
);
word!(
    /// What a customer is known by.
    CustomerIdentityKind of IdentityKind: Phone, Email, Whatsapp
);

/// A customer in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Customer {
    pub id: i64,
    /// Empty: nobody knows it yet.
    pub name: String,
    /// E.164.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub status: CustomerStatus,
    pub stage: CustomerStage,
    pub tags: Vec<String>,
    /// Null: nobody's.
    pub assignee: Option<Assignee>,
    pub source: CustomerSource,
    pub last_activity_at: jiff::Timestamp,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    /// Rises with each change; sent back with the next one.
    pub version: i64,
    /// When it was deleted; such a customer is in no list.
    pub deleted_at: Option<jiff::Timestamp>,
}

/// What a customer is known by.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerIdentity {
    pub id: i64,
    pub kind: CustomerIdentityKind,
    /// E.164, an address in small letters, or a WhatsApp id.
    pub value: String,
    /// As people of the country write it.
    pub display: String,
    /// The one of its kind that is shown, called and written to.
    pub primary: bool,
}

/// What a customer looks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerNeeds {
    #[garde(length(chars, max = 80))]
    #[schema(max_length = 80)]
    pub city: Option<String>,
    /// In halves.
    #[garde(range(min = 1.0, max = 20.0))]
    pub rooms: Option<f64>,
    /// The most that will be paid, in whole shekels.
    #[garde(range(min = 0, max = 10_000_000_000))]
    pub budget: Option<i64>,
}

/// A customer with all that is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerDetail {
    #[serde(flatten)]
    pub customer: Customer,
    pub identities: Vec<CustomerIdentity>,
    /// By name: texts, numbers, or what calls found out (`said`, `value`, `heard`, `validated`).
    #[schema(value_type = Object)]
    pub details: Value,
    pub needs: CustomerNeeds,
    pub notes_count: i64,
    pub open_tasks: i64,
    pub stage_reason: String,
    pub stage_since: jiff::Timestamp,
    /// The customer that it is a part of by now.
    pub merged_into: Option<i64>,
}

/// The names of a business's people.
pub type People = [(UserId, String)];

impl Customer {
    /// The row, with the name of its assignee among these.
    pub fn of(line: CustomerLine, people: &People) -> Self {
        let assignee = line.assignee.map(|user| Assignee {
            id: user.0,
            name: people
                .iter()
                .find(|(id, _)| *id == user)
                .map_or_else(String::new, |(_, name)| name.clone()),
        });
        Self {
            id: line.id,
            name: line.name,
            phone: line.phone,
            email: line.email,
            status: line.status.into(),
            stage: line.stage.into(),
            tags: line.tags,
            assignee,
            source: line.source.into(),
            last_activity_at: line.last_activity_at,
            created_at: line.created_at,
            updated_at: line.updated_at,
            version: line.version,
            deleted_at: line.deleted_at,
        }
    }
}

impl From<IdentityLine> for CustomerIdentity {
    fn from(line: IdentityLine) -> Self {
        Self {
            id: line.id,
            kind: line.kind.into(),
            display: shown(line.kind, &line.value),
            value: line.value,
            primary: line.primary,
        }
    }
}

impl CustomerDetail {
    /// The row, with the name of its assignee among these.
    pub fn of(row: CustomerRow, people: &People) -> Self {
        Self {
            needs: needs_in(&row.details),
            merged_into: row.line.merged_into,
            customer: Customer::of(row.line, people),
            identities: row.identities.into_iter().map(Into::into).collect(),
            details: row.details,
            notes_count: row.notes,
            open_tasks: row.open_tasks,
            stage_reason: row.stage_reason,
            stage_since: row.stage_since,
        }
    }
}

/// What is looked for, among the details that calls found out or people wrote.
fn needs_in(details: &Value) -> CustomerNeeds {
    let meaning = |name: &str| &details[name]["value"]["value"];
    let money = meaning("budget");
    CustomerNeeds {
        city: meaning("city")
            .as_str()
            .or_else(|| details["city"]["said"].as_str())
            .map(str::to_owned),
        rooms: meaning("rooms").as_f64(),
        budget: money.as_i64().map(|agorot| agorot / 100),
    }
}

/// Needs as details are kept.
fn needs_as_details(needs: CustomerNeeds, into: &mut Map<String, Value>) {
    let mut put = |name: &str, kind: &str, value: Option<Value>, said: String| {
        let detail = value.map(|value| {
            json!({ "value": { "kind": kind, "value": value }, "said": said, "heard": "", "validated": true })
        });
        into.insert(name.to_owned(), detail.unwrap_or(Value::Null));
    };
    let city = needs
        .city
        .map(|city| city.trim().to_owned())
        .filter(|city| !city.is_empty());
    put(
        "city",
        "city",
        city.clone().map(Value::from),
        city.unwrap_or_default(),
    );
    let rooms = needs.rooms.map(|rooms| (rooms * 2.0).round() / 2.0);
    put(
        "rooms",
        "rooms",
        rooms.map(Value::from),
        rooms.map_or_else(String::new, |rooms| rooms.to_string()),
    );
    let budget = needs.budget;
    let agorot = budget.map(|shekels| Value::from(shekels.saturating_mul(100)));
    put(
        "budget",
        "money",
        agorot,
        budget.map_or_else(String::new, |shekels| format!("{shekels} ₪")),
    );
}

const NAME: usize = 120;
const TAG: usize = 40;

/// A customer to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerToMake {
    #[garde(length(chars, min = 1, max = NAME), custom(readable))]
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// In any Israeli spelling, or E.164; the first one is shown.
    #[garde(inner(length(max = 10), inner(length(max = 64))))]
    #[schema(max_items = 10)]
    phones: Option<Vec<String>>,
    #[garde(inner(length(max = 10), inner(length(max = 254))))]
    #[schema(max_items = 10)]
    emails: Option<Vec<String>>,
    /// `lead` when not said.
    #[garde(skip)]
    status: Option<CustomerStatus>,
    #[garde(inner(length(max = 30)))]
    #[schema(max_items = 30)]
    tags: Option<Vec<String>>,
    /// The one who makes it when not said; 0: nobody's.
    #[garde(skip)]
    assignee_user_id: Option<i64>,
    #[garde(skip)]
    #[schema(value_type = Option<Object>)]
    details: Option<Map<String, Value>>,
    #[garde(dive)]
    needs: Option<CustomerNeeds>,
}

impl CustomerToMake {
    /// What is to be kept, made by this person.
    ///
    /// # Errors
    /// 422 for a number or an address that is none.
    pub fn checked(self, maker: Option<UserId>) -> Result<NewCustomer, ApiError> {
        let mut identities = Vec::new();
        for phone in self.phones.unwrap_or_default() {
            identities.push(identity("phones", IdentityKind::Phone, &phone)?);
        }
        for email in self.emails.unwrap_or_default() {
            identities.push(identity("emails", IdentityKind::Email, &email)?);
        }
        let mut details = checked_details(self.details.unwrap_or_default())?;
        if let Some(needs) = self.needs {
            needs_as_details(needs, &mut details);
        }
        details.retain(|_, value| !value.is_null());
        Ok(NewCustomer {
            name: self.name.trim().to_owned(),
            identities,
            status: self.status.map_or(Status::Lead, Into::into),
            tags: tags(self.tags.unwrap_or_default())?,
            assignee: match self.assignee_user_id {
                None => maker,
                Some(0) => None,
                Some(id) => Some(UserId(id)),
            },
            details: Value::Object(details),
            source: Source::Person,
        })
    }
}

/// A change; what is left out stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerPatch {
    /// The version that it was made from; without it, whatever the version.
    #[garde(skip)]
    version: Option<i64>,
    #[garde(inner(length(chars, min = 1, max = NAME), custom(readable)))]
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    #[garde(skip)]
    status: Option<CustomerStatus>,
    #[garde(inner(length(max = 30)))]
    #[schema(max_items = 30)]
    tags: Option<Vec<String>>,
    /// 0: nobody's.
    #[garde(skip)]
    assignee_user_id: Option<i64>,
    /// Put in place of those of the same names; a null takes one away.
    #[garde(skip)]
    #[schema(value_type = Option<Object>)]
    details: Option<Map<String, Value>>,
    /// All of them: what is null is looked for no more.
    #[garde(dive)]
    needs: Option<CustomerNeeds>,
}

impl CustomerPatch {
    /// The version that it was made from.
    pub fn version(&self) -> Option<i64> {
        self.version
    }

    /// What is to be changed.
    ///
    /// # Errors
    /// 422 for tags or details that can't be kept.
    pub fn checked(self) -> Result<CustomerChange, ApiError> {
        let mut details = self.details.map(checked_details).transpose()?;
        if let Some(needs) = self.needs {
            needs_as_details(needs, details.get_or_insert_default());
        }
        Ok(CustomerChange {
            name: self.name.map(|name| name.trim().to_owned()),
            status: self.status.map(Into::into),
            tags: self.tags.map(tags).transpose()?,
            assignee: self.assignee_user_id.map(|id| (id != 0).then_some(UserId(id))),
            details: details.map(Value::Object),
        })
    }
}

/// Reads an identity that came in this field.
///
/// # Errors
/// 422 with what is wrong with it.
pub fn identity(field: &str, kind: IdentityKind, text: &str) -> Result<Identity, ApiError> {
    Identity::parse(kind, text).map_err(|error| ApiError::field(field, error.to_string()))
}

/// Tags without doubles, in the order that they were given in.
///
/// # Errors
/// 422 for one that is empty, long or unreadable.
pub fn tags(given: Vec<String>) -> Result<Vec<String>, ApiError> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
        if readable(&tag, &()).is_err() || tag.chars().count() > TAG {
            return Err(ApiError::field(
                "tags",
                format!("a tag has 1 to {TAG} readable characters"),
            ));
        }
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// Details that a person wrote: few, small, named in one word.
fn checked_details(details: Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let large = serde_json::to_string(&details).map_or(usize::MAX, |text| text.len()) > 16 * 1024;
    let named = |name: &String| (1..=60).contains(&name.chars().count()) && readable(name, &()).is_ok();
    if details.len() > 50 || large || !details.keys().all(named) {
        return Err(ApiError::field(
            "details",
            "at most 50, with names of 1 to 60 characters, 16 kB together",
        ));
    }
    Ok(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_read_back_as_they_were_written() {
        let needs = CustomerNeeds {
            city: Some("חיפה".into()),
            rooms: Some(3.5),
            budget: Some(1_500_000),
        };
        let mut details = Map::new();
        needs_as_details(needs.clone(), &mut details);
        assert_eq!(needs_in(&Value::Object(details)), needs);
    }

    #[test]
    fn needs_that_calls_found_out_are_shown() {
        let details = json!({ "city": { "value": { "kind": "city", "value": "חיפה" }, "said": "חיפה" },
                              "budget": { "value": { "kind": "money", "value": 150_000_000 }, "said": "1,500,000 ₪" } });
        let needs = needs_in(&details);
        assert_eq!(
            (needs.city.as_deref(), needs.rooms, needs.budget),
            (Some("חיפה"), None, Some(1_500_000))
        );
    }

    #[test]
    fn tags_are_kept_once_each_and_readable() {
        assert_eq!(
            tags(vec![" חם  מאוד ".into(), "חם מאוד".into()]).unwrap(),
            ["חם מאוד"]
        );
        assert!(tags(vec!["\u{202e}".into()]).is_err());
        assert!(tags(vec!["a".repeat(41)]).is_err());
    }
}
