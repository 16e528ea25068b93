//! What is wrong with a script is told with its line, all of it at once.

use crate::script::{REAL_ESTATE, Script};

/// A small right script; each test spoils a line of it.
const SMALL: &str = r#"[business]
name = "חנות"
greeting = "שלום, {business}."

[phrases]
fallback = ["סליחה?"]
give_up = "message"
sorry = "מצטער."
anything_else = "עוד משהו?"
what_for = "במה אפשר לעזור?"
closing = "להתראות."
transfer = "רגע."
promise = "נחזור {due}."
closed_now = "סגור."
message_taken = "אחרי הצליל."
too_long = "עוברים להודעה."

[[question]]
id = "hours"
phrases = ["מתי אתם פתוחים"]
answer = "{hours}"

[[intent]]
id = "order"
title = "הזמנה"
phrases = ["אני רוצה להזמין"]
answer = "בשמחה."
ask = ["name"]
then = "call_back"

[[slot]]
id = "name"
kind = "name"
label = "השם"
question = "מה השם?"
again = "סליחה, מה השם?"
"#;

fn errors(source: &str) -> Vec<(usize, String)> {
    let errors = Script::parse(source).expect_err("refused");
    errors
        .into_iter()
        .map(|error| (error.line, error.message))
        .collect()
}

/// Spoils one line of the small script and expects one error on the given line that speaks of `word`.
fn check(from: &str, to: &str, line: usize, word: &str) {
    assert!(SMALL.contains(from), "{from}");
    let found = errors(&SMALL.replacen(from, to, 1));
    assert!(
        found
            .iter()
            .any(|(at, message)| *at == line && message.contains(word)),
        "{to}: {found:?}"
    );
}

#[test]
fn shipped_and_small_scripts_are_right() {
    let script = Script::parse(REAL_ESTATE).expect("the shipped script");
    assert!(script.greeting().contains("תיווך הגליל"));
    assert_eq!(
        Script::parse(SMALL).expect("the small script").greeting(),
        "שלום, חנות."
    );
}

#[test]
fn every_kind_of_mistake_has_its_line() {
    check("name = \"חנות\"", "nam = \"חנות\"", 2, "unknown key `nam`");
    check("name = \"חנות\"", "nam = \"חנות\"", 1, "no `name`");
    check("name = \"חנות\"", "name = 5", 2, "must be text");
    check("name = \"חנות\"", "name = \"\"", 2, "empty");
    check(
        "give_up = \"message\"",
        "give_up = \"shout\"",
        7,
        "one of: end, transfer, message, call_back",
    );
    check("fallback = [\"סליחה?\"]", "fallback = []", 6, "1 to 60");
    check(
        "ask = [\"name\"]",
        "ask = [\"name\", \"shoe_size\"]",
        28,
        "no slot `shoe_size`",
    );
    check(
        "answer = \"בשמחה.\"",
        "question = \"prices\"",
        27,
        "no question `prices`",
    );
    check(
        "answer = \"בשמחה.\"",
        "answer = \"שלום {nickname}\"",
        27,
        "{nickname}",
    );
    check("id = \"order\"", "id = \"hours\"", 24, "used twice");
    check("id = \"order\"", "id = \"Order Now\"", 24, "lower-case");
    check("kind = \"name\"", "kind = \"shoe\"", 33, "one of");
    check(
        "again = \"סליחה, מה השם?\"",
        "again = \"סליחה?\"\nread_back = \"yes\"",
        37,
        "true or false",
    );
    check(
        "[[question]]",
        "[business.hours]\nsunday = \"9-18\"\nfunday = \"09:00-18:00\"\n[[question]]",
        19,
        "no opening time",
    );
    check(
        "[[question]]",
        "[business.hours]\nsunday = \"9-18\"\nfunday = \"09:00-18:00\"\n[[question]]",
        20,
        "weekday `funday`",
    );
}

#[test]
fn several_mistakes_are_told_together_in_order() {
    let spoilt = SMALL
        .replacen("name = \"חנות\"", "nam = \"חנות\"", 1)
        .replacen("ask = [\"name\"]", "ask = [\"age\"]", 1)
        .replacen("kind = \"name\"", "kind = \"shoe\"", 1);
    let found = errors(&spoilt);
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 2, 28, 33], "{found:?}");
}

#[test]
fn broken_syntax_has_its_line_in_both_languages() {
    let found = errors("[business]\nname = \"a\"\nname = = 3\n");
    assert_eq!(found[0].0, 3, "{found:?}");
    let found = errors("{\n \"business\": {,\n}");
    assert_eq!(found[0].0, 2, "{found:?}");
}

#[test]
fn json_is_the_same_script() {
    let from_toml = Script::parse(SMALL).expect("toml");
    let json = serde_json::to_string_pretty(from_toml.model()).expect("json");
    assert_eq!(Script::parse(&json).expect("json"), from_toml);
}

#[test]
fn json_mistakes_have_their_line() {
    let found =
        errors("{\n  \"business\": {\n    \"nmae\": \"x\"\n  },\n  \"intent\": [],\n  \"color\": true\n}");
    assert!(
        found
            .iter()
            .any(|(line, message)| *line == 3 && message.contains("`nmae`")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|(line, message)| *line == 6 && message.contains("`color`")),
        "{found:?}"
    );
}

#[test]
fn an_enormous_source_is_refused() {
    assert_eq!(errors(&"#".repeat(1_000_000)).len(), 1);
}

#[test]
fn nothing_that_is_written_makes_parsing_panic() {
    let config = proptest::prelude::ProptestConfig::with_cases(300);
    proptest::proptest!(config, |(text in "[\\[\\]{}\"=a-z0-9,.: \n]{0,80}", json in "\\{[\\[\\]{}\"a-z0-9,.:\\\\ \n]{0,60}")| {
        let _ = Script::parse(&text);
        let _ = Script::parse(&json);
    });
}
