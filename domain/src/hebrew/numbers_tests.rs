//! Tables for `numbers.rs`: what callers say, also as recognition misspells it, and the value meant.

use super::*;

fn check(text: &str, expected: i64) {
    assert_eq!(
        parse(text).map(Number::thousandths),
        Some(expected * 1_000),
        "{text:?} {:?}",
        find(text)
    );
}

fn check_thousandths(text: &str, expected: i64) {
    assert_eq!(
        parse(text).map(Number::thousandths),
        Some(expected),
        "{text:?} {:?}",
        find(text)
    );
}

#[test]
fn whole_numbers_in_words() {
    for (text, expected) in [
        ("אפס", 0),
        ("אחת", 1),
        ("שתיים", 2),
        ("שני", 2),
        ("שלושה", 3),
        ("שמונה", 8),
        ("עשר", 10),
        ("אחת עשרה", 11),
        ("שתים עשרה", 12),
        ("שנים עשר", 12),
        ("תשעה עשר", 19),
        ("עשרים", 20),
        ("עשרים ואחת", 21),
        ("עשרים אחת", 21),
        ("שישים וחמש", 65),
        ("מאה", 100),
        ("מאה ועשרים", 120),
        ("מאה עשרים ושלוש", 123),
        ("מאתיים", 200),
        ("שלוש מאות", 300),
        ("תשע מאות תשעים ותשע", 999),
        ("אלף", 1_000),
        ("אלפיים", 2_000),
        ("אלפיים חמש מאות", 2_500),
        ("שלושת אלפים", 3_000),
        ("אלף תשע מאות ארבעים ושמונה", 1_948),
        ("עשרת אלפים", 10_000),
        ("שלוש עשרה אלף", 13_000),
        ("חמישים אלף", 50_000),
        ("מאה אלף", 100_000),
        ("שמונה מאות חמישים אלף", 850_000),
        ("מיליון", 1_000_000),
        ("מיליון ושמונה מאות אלף", 1_800_000),
        ("שני מיליון", 2_000_000),
        ("שני מיליון שלוש מאות אלף", 2_300_000),
        ("שלושה מיליון ומאתיים אלף", 3_200_000),
        ("מיליארד", 1_000_000_000),
    ] {
        check(text, expected);
    }
}

#[test]
fn halves_and_quarters() {
    check("מיליון וחצי", 1_500_000);
    check("מיליון ורבע", 1_250_000);
    check("שני מיליון וחצי", 2_500_000);
    check("שניים וחצי מיליון", 2_500_000);
    check("חצי מיליון", 500_000);
    check("שלושת רבעי מיליון", 750_000);
    check("אלף וחצי", 1_500);
    check("1.5 מיליון", 1_500_000);
    check("850 אלף", 850_000);
    check("2 מיליון 300 אלף", 2_300_000);
    check_thousandths("שלוש וחצי", 3_500);
    check_thousandths("חצי", 500);
    check_thousandths("ארבעה וחצי חדרים", 4_500);
    check_thousandths("2.5 חדרים", 2_500);
    check_thousandths("3½", 3_500);
    check_thousandths("שלוש נקודה חמש", 3_500);
}

#[test]
fn digits_with_separators() {
    check("1,500,000", 1_500_000);
    check("1500000", 1_500_000);
    check("4500 ₪", 4_500);
    check("₪4,500", 4_500);
}

#[test]
fn numbers_among_other_words_with_prefixes() {
    check("שלושה חדרים", 3);
    check("דירה של שלושה חדרים", 3);
    check("עד מיליון וחצי שקל", 1_500_000);
    check("בסביבות השני מיליון", 2_000_000);
    check("לשלושה אנשים", 3);
    check("מחמישים אלף", 50_000);
}

#[test]
fn misspelt_numbers_by_their_sound() {
    check("סלוסה חדרים", 3);
    check("חמיסים", 50);
    check("מילין", 1_000_000);
    check("שמונע", 8);
    check("סלוסים וחמש", 35);
    check("מטיים", 200);
    check("שטיים", 2);
}

#[test]
fn several_numbers_are_several() {
    let values: Vec<_> = find("שלושה חדרים בבאר שבע עד מיליון וחצי")
        .iter()
        .map(|f| f.value.thousandths() / 1_000)
        .collect();
    assert_eq!(values, [3, 1_500_000]);
    assert_eq!(parse("שלוש או ארבע"), None);
}

#[test]
fn ordinary_words_are_no_numbers() {
    for text in [
        "שלום",
        "אני מחפש דירה",
        "מתי אתם פתוחים",
        "יש לי שאלה",
        "בסדר",
        "תודה רבה",
        "",
    ] {
        assert_eq!(find(text), vec![], "{text:?}");
    }
}

#[test]
fn phones_read_out_digit_by_digit_or_in_groups() {
    let check =
        |text: &str, expected: &str| assert_eq!(digit_sequence(text).as_deref(), Some(expected), "{text:?}");
    check("אפס חמש שתיים שלוש ארבע חמש שש שבע שמונה תשע", "0523456789");
    check("אפס חמישים אחת שתיים שלוש ארבע חמש שש שבע", "0501234567");
    check("אפס חמישים ושתיים שלוש ארבע חמש שש שבע שמונה תשע", "0523456789");
    check("המספר שלי הוא 052 3456789", "0523456789");
    check("052-345-67-89", "0523456789");
    check(
        "אפס חמש שתיים מקף שלוש ארבע חמש ואז שש שבע שמונה תשע",
        "0523456789",
    );
    check("אפס ארבע תשע שמונה שבע שש חמש ארבע שלוש", "049876543");
    check("אפס חמש ארבע פעמיים שבע שלוש שתיים אחת אפס שש", "0547732106");
    check("מאה עשרים ושלוש", "123");
    check("אפס חמס שטיים סלוס ארבע חמש שש שבע שמונה תשע", "0523456789");
    assert_eq!(digit_sequence("אין לי מספר"), None);
}

#[test]
fn absurd_numbers_are_not_read() {
    let long = "מיליארד ".repeat(40);
    assert!(find(&long).iter().all(|found| found.value.thousandths() <= MAX));
    assert!(find("999999999999999999999999").is_empty());
    assert!(
        find("999999999999999 מיליארד מיליון")
            .iter()
            .all(|found| found.value.thousandths() <= MAX)
    );
}
