//! What is written into a new paper by itself: the business from its settings, the customer from its card, and of a brokerage
//! order what was found out in calls. People look at it before it is issued; what does not hold as a field is left out.

use super::super::errors::ApiError;
use super::documents::Office;
use domain::document::{Fields, checked_fields};
use serde_json::Value;
use store::customers::CustomerRow;
use store::tenant::TenantTx;

/// Fields of a new paper for this customer.
pub async fn prefilled(
    transaction: &TenantTx<'_>,
    office: &Office,
    customer: &CustomerRow,
) -> Result<Fields, ApiError> {
    let last_call = transaction.last_call_details(customer.line.id).await?;
    let told = |name: &str| detail(&customer.details, name).or_else(|| detail(&last_call, name));
    let given = [
        ("client_name", Some(customer.line.name.clone())),
        ("client_phone", customer.line.phone.clone()),
        ("client_email", customer.line.email.clone()),
        ("client_id", told("id").or_else(|| told("id_number"))),
        ("client_address", told("address")),
        ("property", property(&told)),
        ("price", agorot(&customer.details).or_else(|| agorot(&last_call))),
        ("deal_type", told("deal_type").and_then(|deal| deal_word(&deal))),
    ];
    let mut fields = of_the_business(office);
    fields.extend(holding(given));
    Ok(fields)
}

/// What every paper says of the business.
pub fn of_the_business(office: &Office) -> Fields {
    let settings = &office.settings;
    holding([
        ("business_name", Some(settings.legal_name.clone())),
        ("business_id", Some(settings.tax_id.clone())),
        ("business_address", Some(settings.address.clone())),
        ("business_phone", Some(settings.phone.clone())),
        ("business_email", Some(settings.email.clone())),
        ("broker_name", Some(settings.legal_name.clone())),
        ("broker_id", Some(settings.tax_id.clone())),
        ("broker_address", Some(settings.address.clone())),
        ("broker_license", Some(settings.broker_license.clone())),
    ])
}

/// Those that hold as fields: a number whose check digit is wrong is asked for again, not printed.
fn holding<const N: usize>(given: [(&str, Option<String>); N]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in given {
        let Some(value) = value.filter(|value| !value.trim().is_empty()) else {
            continue;
        };
        let one = Fields::from([(name.to_owned(), value)]);
        fields.extend(checked_fields(one).unwrap_or_default());
    }
    fields
}

/// A detail as people read it.
fn detail(details: &Value, name: &str) -> Option<String> {
    let detail = &details[name];
    let plain = detail["value"]["value"].as_str();
    let said = plain
        .or_else(|| detail["said"].as_str())
        .or_else(|| detail.as_str());
    said.map(str::to_owned).filter(|said| !said.trim().is_empty())
}

fn agorot(details: &Value) -> Option<String> {
    let sum = details["budget"]["value"]["value"].as_i64();
    sum.filter(|sum| *sum > 0).map(|sum| sum.to_string())
}

fn property(told: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let rooms = told("rooms").map(|rooms| match rooms.contains("חדר") {
        true => rooms,
        false => format!("{rooms} חדרים"),
    });
    match (rooms, told("city")) {
        (Some(rooms), Some(city)) => Some(format!("דירה, {rooms}, {city}")),
        (Some(rooms), None) => Some(format!("דירה, {rooms}")),
        (None, city) => city,
    }
}

fn deal_word(said: &str) -> Option<String> {
    let words = [
        ("קני", "buy"),
        ("מכיר", "sell"),
        ("למכור", "sell"),
        ("השכר", "let"),
        ("שכיר", "rent"),
        ("לשכור", "rent"),
    ];
    let found = words.iter().find(|(part, _)| said.contains(part));
    found.map(|(_, word)| (*word).to_owned())
}
