//! Who may ask what: each role at each route of the document, against one table. A route that is
//! not in the table fails the test: somebody has to say whom it is for.

use crate::office::{Office, Person};
use crate::routes::{self, Route};

/// Routes by how they begin, the first that fits counts; and the least who may ask.
const LEAST: &[(&str, Person)] = &[
    ("get /health", Person::Nobody),
    ("get /api/health", Person::Nobody),
    ("get /auth/options", Person::Nobody),
    ("post /auth/first-run", Person::Nobody),
    ("post /auth/login", Person::Nobody),
    ("post /auth/logout", Person::Nobody),
    ("post /auth/refresh", Person::Nobody),
    ("post /auth/invitations/", Person::Nobody),
    ("post /auth/reset", Person::Nobody),
    ("post /push/act", Person::Nobody),
    ("get /api/notifications", Person::Agent),
    ("post /api/notifications", Person::Agent),
    ("put /api/notifications", Person::Agent),
    ("get /auth/", Person::Agent),
    ("patch /auth/me", Person::Agent),
    ("post /auth/password", Person::Agent),
    ("post /auth/business", Person::Agent),
    ("delete /auth/sessions", Person::Agent),
    ("post /auth/ticket", Person::Agent),
    ("post /auth/tokens", Person::Agent),
    ("delete /auth/tokens", Person::Agent),
    ("get /api/people", Person::Manager),
    ("patch /api/people", Person::Manager),
    ("delete /api/people", Person::Manager),
    ("post /api/people", Person::Manager),
    ("get /api/invitations", Person::Manager),
    ("post /api/invitations", Person::Manager),
    ("delete /api/invitations", Person::Manager),
    ("get /api/businesses", Person::Admin),
    ("post /api/businesses", Person::Admin),
    ("put /api/businesses", Person::Admin),
    ("delete /api/businesses", Person::Admin),
    ("post /api/business/script/check", Person::Agent),
    ("get /api/business", Person::Agent),
    ("patch /api/business", Person::Manager),
    ("post /api/business", Person::Manager),
    ("put /api/business", Person::Manager),
    ("delete /api/business", Person::Manager),
    ("get /api/voices", Person::Agent),
    ("get /api/calls.csv", Person::Manager),
    ("get /api/calls", Person::Agent),
    ("post /api/calls", Person::Agent),
    ("get /api/crm/customers.csv", Person::Manager),
    ("get /api/crm/customers/{id}/data", Person::Manager),
    ("delete /api/crm/customers/{id}/data", Person::Manager),
    ("get /api/crm/", Person::Agent),
    ("post /api/crm/", Person::Agent),
    ("patch /api/crm/", Person::Agent),
    ("delete /api/crm/", Person::Agent),
    ("get /api/imports", Person::Manager),
    ("post /api/imports", Person::Manager),
    ("get /api/customers", Person::Agent),
    ("post /api/customers", Person::Agent),
    ("patch /api/customers", Person::Agent),
    ("delete /api/customers", Person::Agent),
    ("get /api/stats", Person::Agent),
    ("post /api/public/", Person::Nobody),
    ("get /api/public/", Person::Nobody),
    ("post /api/invoices/{id}/credit", Person::Manager),
    ("post /api/document-templates", Person::Manager),
    ("put /api/document", Person::Manager),
    ("get /api/document", Person::Agent),
    ("get /api/quotes", Person::Agent),
    ("post /api/quotes", Person::Agent),
    ("patch /api/quotes", Person::Agent),
    ("delete /api/quotes", Person::Agent),
    ("get /api/contracts", Person::Agent),
    ("post /api/contracts", Person::Agent),
    ("patch /api/contracts", Person::Agent),
    ("delete /api/contracts", Person::Agent),
    ("get /api/invoices", Person::Agent),
    ("post /api/invoices", Person::Agent),
    ("patch /api/invoices", Person::Agent),
    ("delete /api/invoices", Person::Agent),
    ("get /api/signatures", Person::Agent),
    ("post /api/signatures", Person::Agent),
    ("get /api/whatsapp", Person::Agent),
    ("post /api/whatsapp/channels", Person::Manager),
    ("patch /api/whatsapp/channels", Person::Manager),
    ("delete /api/whatsapp/channels", Person::Manager),
    ("post /api/whatsapp", Person::Agent),
    ("patch /api/whatsapp", Person::Agent),
    ("delete /api/whatsapp", Person::Agent),
    ("get /api/tasks", Person::Agent),
    ("post /api/tasks", Person::Agent),
    ("patch /api/tasks", Person::Agent),
    ("get /api/reminders", Person::Agent),
    ("post /api/reminders", Person::Agent),
];

fn least(route: &Route) -> Person {
    let name = route.name();
    let audit = name.starts_with("get /api/audit").then_some(Person::Manager);
    let found = LEAST
        .iter()
        .find(|(beginning, _)| name.starts_with(beginning))
        .map(|(_, person)| *person);
    audit
        .or(found)
        .unwrap_or_else(|| panic!("{name} is not in the table: whom is it for?"))
}

/// Ends the session that asks: asked last.
fn ends_the_session(route: &Route) -> bool {
    [
        "post /auth/logout",
        "delete /auth/sessions",
        "post /auth/password",
    ]
    .contains(&route.name().as_str())
}

#[tokio::test]
async fn each_role_reaches_what_it_may_and_nothing_else() {
    let office = Office::open().await;
    let (last, first): (Vec<Route>, Vec<Route>) = routes::all().into_iter().partition(ends_the_session);
    for person in Person::ALL {
        let mut token = office.token(person).await;
        for route in first.iter().chain(&last) {
            let least = least(route);
            assert_eq!(
                least == Person::Nobody,
                route.open,
                "{}: the document says otherwise",
                route.name()
            );
            // What is open to nobody in particular says 401 when a password or a cookie is missing: its own word.
            if least == Person::Nobody {
                continue;
            }
            let address = route.address("999999");
            let (status, body) = office
                .ask(&route.method, &address, token.as_deref(), route.body.as_ref())
                .await;
            let told = format!("{person:?}: {} {address}: {status} {body}", route.method);
            let error = body["error"].as_str().unwrap_or("");
            if person == Person::Nobody {
                assert_eq!((status, error), (401, "unauthenticated"), "{told}");
            } else if person < least {
                assert_eq!((status, error), (403, "forbidden"), "{told}");
            } else {
                assert!(status < 500 && status != 401, "{told}");
                assert_ne!(error, "forbidden", "{told}");
            }
            if ends_the_session(route) && status < 400 {
                token = office.token(person).await;
            }
        }
    }
}

#[tokio::test]
async fn a_feature_that_is_switched_off_is_off_at_once_on_every_replica() {
    let office = Office::open().await;
    let other = office.world.engine();
    let (admin, agent) = (
        office.token(Person::Admin).await,
        office.token(Person::Agent).await,
    );
    let address = format!("/api/businesses/{}", office.ours);
    let (_, business) = office.ask("GET", &address, admin.as_deref(), None).await;
    let put = |version: &serde_json::Value, features: serde_json::Value| {
        serde_json::json!({
            "version": version, "name": business["name"], "time_zone": business["time_zone"],
            "features": features, "limits": business["limits"],
        })
    };
    let off = put(&business["version"], serde_json::json!(["crm"]));
    let (status, changed) = office.ask("PUT", &address, admin.as_deref(), Some(&off)).await;
    assert_eq!(status, 200, "{changed}");
    for engine in [&office.engine, &other] {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(2);
        loop {
            let (status, body) =
                crate::office::ask(engine, "GET", "/api/calls", agent.as_deref(), None).await;
            if status == 403 {
                assert_eq!(body["error"], "feature_disabled");
                assert_eq!(body["feature"], "calls");
                break;
            }
            assert!(
                std::time::Instant::now() < deadline,
                "still {status} on {}",
                engine.base
            );
        }
    }
    let on = put(&changed["version"], serde_json::json!(["crm", "calls"]));
    let (status, _) = office.ask("PUT", &address, admin.as_deref(), Some(&on)).await;
    assert_eq!(status, 200);
    // At the version before: somebody else was faster.
    let (status, body) = office.ask("PUT", &address, admin.as_deref(), Some(&on)).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (409, Some("conflict")),
        "{body}"
    );
    assert_eq!(body["current"]["features"], serde_json::json!(["calls", "crm"]));
}
