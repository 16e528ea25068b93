//! A business as it is sent and received.

use super::super::errors::ApiError;
use super::body::readable;
use super::policy::QuietHours;
use domain::access::Feature;
use domain::entities::Phone;
use domain::script::WeekHours;
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::business_records::{BusinessChange, BusinessRecord};
use utoipa::ToSchema;

/// A business.
#[derive(Debug, Serialize, ToSchema)]
pub struct Business {
    pub id: i64,
    pub name: String,
    pub active: bool,
    /// IANA name.
    pub time_zone: String,
    /// Empty: the engine's own voice.
    pub voice: String,
    /// Empty: the script's first words.
    pub greeting_text: String,
    /// Whether the greeting is an uploaded sound.
    pub greeting_uploaded: bool,
    /// Whether there is a greeting to listen to yet.
    pub greeting_ready: bool,
    pub on_failure: OnFailure,
    pub transfer_to: Option<String>,
    pub turn_limit: i16,
    pub features: Vec<FeatureName>,
    /// Null: the hours that the script says.
    pub hours: Option<Hours>,
    /// When nothing goes out.
    pub quiet: QuietHours,
    pub limits: Limits,
    /// E.164.
    pub numbers: Vec<String>,
    /// Rises with each change; sent back with the next one.
    pub version: i64,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
}

/// What happens when the engine has not understood twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    Message,
    Transfer,
    HangUp,
}

/// A feature of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeatureName {
    Calls,
    Crm,
    Whatsapp,
    Signatures,
    Invoices,
}

impl From<Feature> for FeatureName {
    fn from(feature: Feature) -> Self {
        match feature {
            Feature::Calls => Self::Calls,
            Feature::Crm => Self::Crm,
            Feature::Whatsapp => Self::Whatsapp,
            Feature::Signatures => Self::Signatures,
            Feature::Invoices => Self::Invoices,
        }
    }
}

/// Opening hours.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Seven days, Sunday first; a day is a list of spans, empty when closed.
    #[schema(min_items = 7, max_items = 7)]
    pub week: Vec<Vec<Span>>,
    /// Days that differ from their weekday.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// From, until: `09:00`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    #[schema(pattern = "^\\d{1,2}:\\d{2}$")]
    pub from: String,
    #[schema(pattern = "^\\d{1,2}:\\d{2}$")]
    pub to: String,
}

/// A day that differs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    pub date: jiff::civil::Date,
    #[serde(default)]
    pub name: String,
    /// Empty: closed.
    #[serde(default)]
    pub open: Vec<Span>,
}

/// How much of the engine a business may have; who rings beyond it leaves a message.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    #[garde(range(min = 1, max = 10_000))]
    #[schema(minimum = 1, maximum = 10000)]
    pub concurrent_calls: i32,
    #[garde(range(min = 1, max = 1_000_000))]
    #[schema(minimum = 1, maximum = 1000000)]
    pub calls_per_day: i32,
}

/// A business to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBusiness {
    #[garde(length(chars, min = 1, max = 120), custom(readable))]
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Its first phone number, in any Israeli spelling or E.164.
    #[garde(length(max = 32))]
    pub number: Option<String>,
    /// IANA name; Asia/Jerusalem when not said.
    #[garde(length(max = 64))]
    pub time_zone: Option<String>,
}

/// A change by a manager; what is left out stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessPatch {
    #[garde(skip)]
    pub version: i64,
    #[garde(inner(length(chars, min = 1, max = 120), custom(readable)))]
    #[schema(min_length = 1, max_length = 120)]
    pub name: Option<String>,
    #[garde(length(max = 64))]
    pub time_zone: Option<String>,
    #[garde(length(max = 64))]
    pub voice: Option<String>,
    #[garde(skip)]
    pub on_failure: Option<OnFailure>,
    /// A number, or an empty text to take it away.
    #[garde(length(max = 32))]
    pub transfer_to: Option<String>,
    #[garde(range(min = 1, max = 50))]
    #[schema(minimum = 1, maximum = 50)]
    pub turn_limit: Option<i16>,
    #[garde(skip)]
    pub hours: Option<Hours>,
    /// True: the hours that the script says, instead of `hours`.
    #[garde(skip)]
    #[serde(default)]
    pub hours_of_script: bool,
    #[garde(dive)]
    pub quiet: Option<QuietHours>,
}

/// The same by an administrator.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessPut {
    #[garde(skip)]
    pub version: i64,
    #[garde(length(chars, min = 1, max = 120), custom(readable))]
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    #[garde(length(max = 64))]
    pub time_zone: String,
    #[garde(skip)]
    pub features: Vec<FeatureName>,
    #[garde(dive)]
    pub limits: Limits,
}

/// Reads a time zone's name.
///
/// # Errors
/// 422 for a name that nobody knows.
pub fn time_zone(name: &str) -> Result<String, ApiError> {
    jiff::tz::TimeZone::get(name)
        .map(|_| name.to_owned())
        .map_err(|_| ApiError::field("time_zone", "no time zone has this name: Asia/Jerusalem is one"))
}

/// Reads a phone number into E.164.
///
/// # Errors
/// 422 with what is wrong with it.
pub fn phone(field: &str, text: &str) -> Result<String, ApiError> {
    match Phone::parse(text) {
        Ok(phone) => Ok(phone.as_e164().to_owned()),
        Err(error) => Err(ApiError::field(field, error.to_string())),
    }
}

impl BusinessPatch {
    /// What is to be changed.
    ///
    /// # Errors
    /// 422 that names the field.
    pub fn change(self) -> Result<BusinessChange, ApiError> {
        let transfer_to = match self.transfer_to.as_deref().map(str::trim) {
            None => None,
            Some("") => Some(None),
            Some(number) => Some(Some(phone("transfer_to", number)?)),
        };
        let hours = match (self.hours_of_script, self.hours) {
            (true, _) => Some(None),
            (false, Some(hours)) => Some(Some(checked_hours(&hours)?)),
            (false, None) => None,
        };
        Ok(BusinessChange {
            name: self.name.map(|name| name.trim().to_owned()),
            time_zone: self.time_zone.as_deref().map(time_zone).transpose()?,
            voice: self.voice,
            on_failure: self.on_failure.map(|on| on.as_str().to_owned()),
            transfer_to,
            turn_limit: self.turn_limit,
            hours,
            quiet: self.quiet.map(QuietHours::rules).transpose()?,
            ..BusinessChange::default()
        })
    }
}

impl BusinessPut {
    /// What is to be changed.
    ///
    /// # Errors
    /// 422 that names the field.
    pub fn change(self) -> Result<BusinessChange, ApiError> {
        let mut features: Vec<String> = Vec::new();
        for feature in self.features {
            let name = feature.as_str().to_owned();
            if !features.contains(&name) {
                features.push(name);
            }
        }
        Ok(BusinessChange {
            name: Some(self.name.trim().to_owned()),
            time_zone: Some(time_zone(&self.time_zone)?),
            features: Some(features),
            concurrent_calls: Some(self.limits.concurrent_calls),
            calls_per_day: Some(self.limits.calls_per_day),
            ..BusinessChange::default()
        })
    }
}

fn checked_hours(hours: &Hours) -> Result<serde_json::Value, ApiError> {
    let value = serde_json::to_value(hours).map_err(|error| ApiError::field("hours", error.to_string()))?;
    let read: WeekHours =
        serde_json::from_value(value.clone()).map_err(|error| ApiError::field("hours", error.to_string()))?;
    match read.problem() {
        Some(problem) => Err(ApiError::field("hours", problem)),
        None => Ok(value),
    }
}

impl OnFailure {
    fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Transfer => "transfer",
            Self::HangUp => "hang_up",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "transfer" => Self::Transfer,
            "hang_up" => Self::HangUp,
            _ => Self::Message,
        }
    }
}

impl FeatureName {
    const ALL: [Self; 5] = [
        Self::Calls,
        Self::Crm,
        Self::Whatsapp,
        Self::Signatures,
        Self::Invoices,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Crm => "crm",
            Self::Whatsapp => "whatsapp",
            Self::Signatures => "signatures",
            Self::Invoices => "invoices",
        }
    }
}

impl From<BusinessRecord> for Business {
    fn from(record: BusinessRecord) -> Self {
        let row = record.row;
        let has = |feature: &FeatureName| row.features.iter().any(|name| name == feature.as_str());
        Self {
            id: row.id.0,
            active: record.active,
            quiet: record.quiet.into(),
            greeting_ready: row.greeting.is_some(),
            greeting_uploaded: row.greeting_uploaded,
            on_failure: OnFailure::parse(&row.on_failure),
            features: FeatureName::ALL
                .into_iter()
                .filter(|feature| has(feature))
                .collect(),
            hours: row.hours.and_then(|hours| serde_json::from_value(hours).ok()),
            limits: Limits {
                concurrent_calls: row.concurrent_calls,
                calls_per_day: row.calls_per_day,
            },
            name: row.name,
            time_zone: row.time_zone,
            voice: row.voice,
            greeting_text: row.greeting_text,
            transfer_to: row.transfer_to,
            turn_limit: row.turn_limit,
            numbers: row.numbers,
            version: row.version,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}
