//! Tables for `search.rs`: how names are folded, what a slip of the layout means, and what a question asks for.

use super::*;

#[test]
fn names_are_compared_without_what_nobody_types() {
    for (text, words) in [
        ("דָּנָה כֹּהֵן", &["דנה", "כהנ"][..]),
        ("כהן־לוי", &["כהנ", "לוי"]),
        ("ד\"ר רמי ג'ורג׳", &["דר", "רמי", "גורג"]),
        ("\u{202e}Dana\u{202c} LEVI", &["dana", "levi"]),
        ("Иван ПЕТРОВ", &["иван", "петров"]),
        ("אברהם ארץ ערך סוף", &["אברהמ", "ארצ", "ערכ", "סופ"]),
        ("תיווך 2000 בע\"מ", &["תיווכ", "2000", "בעמ"]),
        (" !?,", &[]),
    ] {
        assert_eq!(folded_words(text), words, "{text}");
    }
}

#[test]
fn the_wrong_layout_is_understood_both_ways() {
    for (typed, meant) in [
        ("sbv", Some("דנה")),
        ("fvi", Some("כהן")),
        ("kuh", Some("לוי")),
        ("nav", Some("משה")),
        (",nr", Some("תמר")),
        ("DANA", Some("גשמש")),
        ("גשמש", Some("dana")),
        ("1234", None),
        ("דנהabc", None),
    ] {
        assert_eq!(other_layout(typed).as_deref(), meant, "{typed}");
    }
}

fn check(text: &str, tokens: &[&[&str]]) {
    assert_eq!(Search::parse(text).tokens, tokens, "{text}");
}

#[test]
fn a_question_means_what_was_typed_and_what_was_meant() {
    check("דנה", &[&["nדנה*", "nsbv*", "@sbv*"]]);
    check("sbv", &[&["nsbv*", "nדנה*", "@sbv*"]]);
    check("כהן-לוי", &[&["nכהנ*"], &["nלוי*"]]);
    check("050-123 4567", &[&["#0501234567*"]]);
    check("+972 50-123", &[&["#050123*", "#97250123*"]]);
    check("0097250", &[&["#0097250*", "#97250*", "3050"]]);
    check("12", &[&["212"]]);
    check("123", &[&["3123"]]);
    check("dana.levi@g", &[&["@dana.levi@g*"]]);
    check("!?", &[]);
}

#[test]
fn what_means_thousands_is_not_looked_through() {
    for (text, most) in [
        ("ד", 1_000),
        ("05", 1_000),
        ("050", 1_000),
        ("0501", 5_000),
        ("דנ", 5_000),
        ("05 דנה", 5_000),
    ] {
        assert_eq!(Search::parse(text).most(), most, "{text}");
    }
}

#[test]
fn what_was_said_is_asked_for_by_words_of_three_letters() {
    assert_eq!(Search::parse("דירה בחיפה").spoken, ["דירה", "בחיפה"]);
    assert!(Search::parse("דירה ב").spoken.is_empty());
    assert!(Search::parse("0501234").spoken.is_empty());
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_is_a_question_of_plain_letters(text in "\\PC{0,60}") {
        let search = Search::parse(&text);
        proptest::prop_assert!(search.tokens.len() <= MOST_WORDS);
        for lexeme in search.tokens.iter().flatten() {
            proptest::prop_assert!(lexeme.chars().count() <= NAME + 2);
            proptest::prop_assert!(!lexeme.contains(['\'', '\\', ' ']), "{lexeme}");
        }
    }
}
