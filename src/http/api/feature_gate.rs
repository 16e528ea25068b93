//! Features are switched off here and nowhere else: an address belongs to a feature by how it
//! begins, so a new route below it is covered without anybody remembering.

use super::super::auth::principal::Principal;
use super::super::errors::ApiError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use domain::access::Feature;

/// Which addresses a feature has.
const ADDRESSES: [(&str, Feature); 18] = [
    ("/api/calls", Feature::Calls),
    ("/api/customers", Feature::Crm),
    ("/api/crm", Feature::Crm),
    ("/api/tasks", Feature::Crm),
    ("/api/reminders", Feature::Crm),
    ("/api/tags", Feature::Crm),
    ("/api/imports", Feature::Crm),
    ("/api/whatsapp", Feature::Whatsapp),
    ("/api/conversations", Feature::Whatsapp),
    ("/api/contracts", Feature::Signatures),
    ("/api/signatures", Feature::Signatures),
    ("/api/quotes", Feature::Signatures),
    ("/api/document-templates", Feature::Signatures),
    ("/api/invoices", Feature::Invoices),
    ("/api/payments", Feature::Invoices),
    ("/api/stats/missed-by-hour", Feature::Calls),
    ("/api/stats/by-agent", Feature::Crm),
    ("/api/stats/funnel", Feature::Crm),
];

fn feature_of(path: &str) -> Option<Feature> {
    let below = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
    };
    ADDRESSES
        .iter()
        .find(|(prefix, _)| below(prefix))
        .map(|(_, feature)| *feature)
}

/// Refuses what the business of the request has switched off.
pub async fn feature_gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match refusal(&request) {
        Some(error) => Ok(request.error_response(error)),
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

fn refusal(request: &ServiceRequest) -> Option<ApiError> {
    let feature = feature_of(request.path())?;
    // Nobody: the handler says so.
    let extensions = request.extensions();
    let principal = extensions.get::<Principal>()?;
    principal.with_feature(feature).err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_its_feature_with_all_below_it() {
        assert_eq!(feature_of("/api/calls"), Some(Feature::Calls));
        assert_eq!(feature_of("/api/calls/CA1/recording"), Some(Feature::Calls));
        assert_eq!(feature_of("/api/calls.csv"), Some(Feature::Calls));
        assert_eq!(feature_of("/api/callsigns"), None);
        assert_eq!(feature_of("/api/business"), None);
    }
}
