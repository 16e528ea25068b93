//! The OpenAPI document: made from the handlers' own declarations, completed with what holds for
//! all of them (the shape of errors, how a request proves who it is), served and printed.

use super::super::errors::Code;
use actix_web::{App, HttpResponse};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi as _, ToSchema};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// An error.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
struct ErrorBody {
    /// One word of the list in the description.
    error: String,
    /// A sentence.
    detail: String,
    /// The request's id, as it is in `X-Request-ID` and in the log.
    request_id: String,
    /// `feature_disabled`: which feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    feature: Option<String>,
    /// `invalid`: what is wrong with which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<String, String>>,
    /// `conflict`: the thing as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    current: Option<serde_json::Value>,
    /// `duplicate`: who is known by it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<super::customer_body::Customer>,
    /// `missing_fields`: names of fields, `lines`, `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<String>>,
    /// `window_closed`: what reaches the customer all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    templates: Option<Vec<super::whatsapp_template_body::WhatsappTemplate>>,
    /// `window_closed`: since when free text does not; null when the customer never wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    window_expires_at: Option<jiff::Timestamp>,
    /// `wrong_code`: how many tries are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<i32>,
    /// `gone`: how the request to sign ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<super::signature_body::SigningState>,
    /// `invalid`: what is wrong with a script, by line.
    #[serde(skip_serializing_if = "Option::is_none")]
    problems: Option<Vec<super::business::ScriptProblem>>,
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "AgentLocator",
        license(name = "Proprietary", identifier = "LicenseRef-Proprietary")
    ),
    components(schemas(ErrorBody, super::calls::Side))
)]
struct Base;

/// The document.
pub fn document() -> OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(super::routes)
        .configure(super::super::auth::routes)
        .split_for_parts();
    document.info.description = Some(description());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.add_security_scheme(
        "cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("al_access"))),
    );
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(name_of(method, path));
                complete(path, operation);
            }
        }
    }
    document
}

/// `get /api/calls/{id}` is `get_calls_id`: handlers of several nouns have the same name.
fn name_of(method: &str, path: &str) -> String {
    let words = path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "api");
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

/// Every operation can end with any of the errors, and all but the doors need to know who asks.
fn complete(path: &str, operation: &mut Operation) {
    let mut codes: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in Code::ALL {
        let (word, status) = code.parts();
        if status.as_u16() != 500 {
            codes.entry(status.as_u16()).or_default().push(word);
        }
    }
    for (status, words) in codes {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Error")))
            .build();
        let response = ResponseBuilder::new()
            .description(words.join(", "))
            .content("application/json", content)
            .build();
        operation
            .responses
            .responses
            .entry(status.to_string())
            .or_insert(RefOr::T(response));
    }
    let open = [
        "/health",
        "/api/health",
        "/auth/options",
        "/auth/first-run",
        "/auth/login",
        "/auth/refresh",
        "/push/act",
        "/api/public/verify",
        "/api/public/sign/session",
    ];
    let by_token = [
        "/auth/invitations/",
        "/auth/reset",
        "/auth/logout",
        "/api/public/sign/",
    ];
    let is_open = open.contains(&path) || by_token.iter().any(|prefix| path.starts_with(prefix));
    if !is_open && operation.security.is_none() {
        let empty: [&str; 0] = [];
        operation.security = Some(vec![
            SecurityRequirement::new("bearer", empty),
            SecurityRequirement::new("cookie", empty),
        ]);
    }
}

fn description() -> String {
    let words: Vec<String> = Code::ALL
        .iter()
        .map(|code| format!("`{}` ({})", code.parts().0, code.parts().1.as_u16()))
        .collect();
    format!(
        "Lists are `{{results, page, pages, total}}`. Errors are `{{error, detail, request_id}}` with one of: {}. \
         Times are RFC 3339 in UTC. What is changed carries a `version`; at another version the answer is 409 with `current`.",
        words.join(", ")
    )
}

/// The document as JSON.
pub fn document_text() -> String {
    document().to_pretty_json().unwrap_or_default()
}

/// `GET /api/openapi.json`.
pub async fn openapi_json() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(document_text);
    HttpResponse::Ok()
        .content_type("application/json")
        .body(text.as_str())
}

/// `GET /api/docs`: to the page that shows the document.
pub async fn documentation() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header(("Location", "/api/docs/"))
        .finish()
}

/// The page and its files, part of the program.
pub fn documentation_pages() -> SwaggerUi {
    SwaggerUi::new("/api/docs/{_:.*}").config(Config::from("/api/openapi.json"))
}
