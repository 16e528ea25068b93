//! Tables for `phone.rs`: every Israeli spelling, refusals, and callers who are no number.

use super::*;

fn check(text: &str, e164: &str) {
    assert_eq!(
        Phone::parse(text).as_ref().map(Phone::as_e164),
        Ok(e164),
        "{text:?}"
    );
}

#[test]
fn every_spelling_of_a_mobile_is_one_number() {
    for text in [
        "0501234567",
        "050-1234567",
        "050-123-4567",
        "050 123 4567",
        "050.123.4567",
        "(050) 123-4567",
        "+972501234567",
        "+972-50-1234567",
        "+972 50 123 4567",
        "+972 (0)50-123-4567",
        "+9720501234567",
        "972501234567",
        "972-50-123-4567",
        "00972501234567",
        "00972-50-1234567",
        "009720501234567",
        "501234567",
        "tel:+972501234567",
        "\u{2066}+972-50-1234567\u{2069}",
        "\u{200f}050\u{2011}1234567 ",
        "050־1234567",
        "050–1234567",
        "٠٥٠١٢٣٤٥٦٧",
        "０５０１２３４５６７",
        "+ 972 50 1234567",
    ] {
        check(text, "+972501234567");
    }
}

#[test]
fn landlines_internet_lines_and_service_numbers() {
    check("04-9876543", "+97249876543");
    check("02-1234567", "+97221234567");
    check("03 555 1234", "+97235551234");
    check("08-6543210", "+97286543210");
    check("09-7654321", "+97297654321");
    check("+972-4-987-6543", "+97249876543");
    check("072-2345678", "+972722345678");
    check("077-7123456", "+972777123456");
    check("073-1234567", "+972731234567");
    check("1-700-123-456", "+9721700123456");
    check("1800123456", "+9721800123456");
}

#[test]
fn foreign_numbers_keep_their_country() {
    check("+1 415 555 2671", "+14155552671");
    check("0044 20 7946 0958", "+442079460958");
    check("+33 1 23 45 67 89", "+33123456789");
    assert!(Phone::parse("+10000000001000").is_err());
}

#[test]
fn what_is_no_number_says_what_is_wrong() {
    let error = |text: &str| Phone::parse(text).expect_err(text);
    assert_eq!(error(""), PhoneError::Empty);
    assert_eq!(error("אין לי"), PhoneError::Empty);
    assert_eq!(error("*6050"), PhoneError::ServiceCode("*6050".into()));
    assert_eq!(error("144"), PhoneError::ServiceCode("144".into()));
    assert_eq!(error("1201"), PhoneError::ServiceCode("1201".into()));
    assert_eq!(error("050-123456"), PhoneError::TooShort(9));
    assert_eq!(error("050-12345678"), PhoneError::TooLong(11));
    assert!(matches!(error("0601234567"), PhoneError::Impossible(_)));
    assert!(matches!(error("050-CALL-ME1"), PhoneError::Impossible(_)));
    assert_eq!(error("+123"), PhoneError::TooShort(3));
}

#[test]
fn an_unassigned_range_warns_and_is_kept() {
    let phone = Phone::parse("050-1111111").expect("kept");
    assert_eq!(phone.as_e164(), "+972501111111");
    assert!(phone.is_doubtful());
    assert!(!Phone::parse("052-3456789").expect("valid").is_doubtful());
}

#[test]
fn the_local_form_is_what_an_israeli_writes() {
    let local = |text: &str| Phone::parse(text).expect(text).local();
    assert_eq!(local("+972501234567"), "050-1234567");
    assert_eq!(local("+97249876543"), "04-9876543");
    assert_eq!(local("+972722345678"), "072-2345678");
    assert_eq!(local("1700123456"), "1-700-123456");
    assert_eq!(local("+14155552671"), "+14155552671");
}

#[test]
fn a_phone_is_a_string_in_json_and_a_wrong_one_is_refused() {
    let phone = Phone::parse("0521234567").expect("phone");
    assert_eq!(serde_json::to_string(&phone).expect("json"), "\"+972521234567\"");
    assert_eq!(
        serde_json::from_str::<Phone>("\"052-1234567\"").expect("phone"),
        phone
    );
    assert!(serde_json::from_str::<Phone>("\"12\"").is_err());
}

#[test]
fn a_caller_without_a_number_is_still_someone() {
    for word in [
        "anonymous",
        "Anonymous",
        "",
        "Restricted",
        "+266696687",
        "+7378742833",
        "unknown",
        "sip:anonymous@anonymous.invalid",
    ] {
        assert_eq!(CallerId::parse(word), CallerId::Withheld, "{word:?}");
    }
    assert_eq!(CallerId::parse("client:dana"), CallerId::Client("dana".into()));
    assert_eq!(
        CallerId::parse("sip:dana@example.com"),
        CallerId::Sip("dana@example.com".into())
    );
    assert_eq!(CallerId::parse("*6050"), CallerId::Service("*6050".into()));
    assert_eq!(CallerId::parse("whatever"), CallerId::Other("whatever".into()));
    assert_eq!(
        CallerId::parse("+972501234567").phone().map(Phone::as_e164),
        Some("+972501234567")
    );
}

#[test]
fn two_hundred_spellings_of_israeli_numbers_are_read_as_they_are_meant() {
    let table = include_str!("../../data/phone_spellings.txt");
    let mut lines = 0;
    for line in table.lines() {
        let (text, e164) = line.rsplit_once('|').expect("a spelling and what it means");
        let read = Phone::parse(text).map_or_else(|_| "-".to_owned(), |phone| phone.as_e164().to_owned());
        assert_eq!(read, e164, "{text:?}");
        lines += 1;
    }
    assert!(lines >= 200, "{lines}");
}

proptest::proptest! {
    #[test]
    fn a_phone_reads_back_as_itself(text in "[+*0-9() -]{0,20}") {
        if let Ok(phone) = Phone::parse(&text) {
            proptest::prop_assert_eq!(Phone::parse(phone.as_e164()), Ok(phone.clone()));
            proptest::prop_assert_eq!(Phone::parse(&phone.local()), Ok(phone));
        }
    }
}
