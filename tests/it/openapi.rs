//! The OpenAPI document: the copy that the client's types are made from is the program's own.

#[test]
fn the_committed_document_is_the_programs() {
    let committed = include_str!("../../client/openapi.json");
    let own = agentlocator::http::api::document_text();
    assert!(
        committed.trim_end() == own,
        "client/openapi.json is not what the program serves: agentlocator openapi > client/openapi.json"
    );
}
