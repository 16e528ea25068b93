//! The rules of papers, as tables.

use super::*;
use jiff::civil::date;

fn line(quantity: &str, unit_price: i64, vat: bool) -> Line {
    Line {
        description: "שירות".into(),
        quantity: Quantity::parse(quantity).expect("a quantity"),
        unit_price,
        vat,
    }
}

#[test]
fn a_quantity_reads_back_or_is_none() {
    for (text, expected) in [
        ("1", Some("1")),
        ("1.5", Some("1.5")),
        ("0.125", Some("0.125")),
        ("2.50", Some("2.5")),
        ("1000000", Some("1000000")),
        ("0", None),
        ("-1", None),
        ("1.2345", None),
        ("1,5", None),
        ("1.", None),
        (".5", None),
        ("١", None),
        ("1e3", None),
        ("9999999", None),
    ] {
        assert_eq!(
            Quantity::parse(text).map(|q| q.to_string()).as_deref(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn sums_are_rounded_once_half_up() {
    let rate = Percent::from_hundredths(1800);
    for (lines, net, vat) in [
        (vec![], 0, 0),
        (vec![line("1", 10_000, true)], 10_000, 1_800),
        // 33.33 × 3 is not 100: nothing is made up.
        (vec![line("3", 3_333, true)], 9_999, 1_800),
        // 0.5 of 1.01 is 50.5 agorot: 51.
        (vec![line("0.5", 101, false)], 51, 0),
        // VAT of the sum, not of each line: 3 × 0.03 of VAT would be 0.009 rounded thrice.
        (
            vec![line("1", 3, true), line("1", 3, true), line("1", 3, true)],
            9,
            2,
        ),
        // A discount, half an agora below zero goes away from zero.
        (
            vec![line("1", 10_000, true), line("0.5", -101, true)],
            9_949,
            1_791,
        ),
        (
            vec![line("1", 10_000, true), line("1", 5_000, false)],
            15_000,
            1_800,
        ),
    ] {
        let found = totals(&lines, rate).expect("a total");
        assert_eq!(
            (found.net, found.vat, found.total),
            (net, vat, net + vat),
            "{lines:?}"
        );
    }
    assert_eq!(totals(&[line("1", -1, true)], rate), None, "less than nothing");
    assert_eq!(totals(&[line("1000000", i64::MAX, true)], rate), None, "too much");
}

#[test]
fn vat_and_thresholds_go_by_the_day() {
    let rules = Rules::default();
    for (day, percent) in [
        (date(2014, 1, 1), "0"),
        (date(2024, 12, 31), "17"),
        (date(2025, 1, 1), "18"),
        (date(2026, 11, 21), "18"),
    ] {
        assert_eq!(rules.vat_on(day).to_string(), percent, "{day}");
    }
    for (day, tax, net, needed) in [
        (date(2024, 5, 4), TaxType::TaxInvoice, 9_000_000, false),
        (date(2024, 5, 5), TaxType::TaxInvoice, 2_500_000, true),
        (date(2024, 12, 31), TaxType::TaxInvoice, 2_499_999, false),
        (date(2025, 1, 1), TaxType::TaxInvoiceReceipt, 2_000_000, true),
        (date(2025, 12, 31), TaxType::TaxInvoice, 1_999_999, false),
        (date(2026, 1, 1), TaxType::TaxInvoice, 1_000_000, true),
        (date(2026, 5, 31), TaxType::TaxInvoice, 999_999, false),
        (date(2026, 6, 1), TaxType::TaxInvoice, 500_000, true),
        (date(2026, 6, 1), TaxType::TaxInvoice, 499_999, false),
        (date(2026, 6, 1), TaxType::ProForma, 9_000_000, false),
        (date(2026, 6, 1), TaxType::Receipt, 9_000_000, false),
    ] {
        assert_eq!(
            rules.needs_allocation(tax, net, 1, day),
            needed,
            "{day} {tax:?} {net}"
        );
    }
    assert!(!rules.needs_allocation(TaxType::TaxInvoice, 9_000_000, 0, date(2026, 6, 1)));
}

fn whole_order() -> Fields {
    let fields = [
        ("broker_name", "תיווך הכרמל"),
        ("broker_id", "123456782"),
        ("broker_address", "הנביאים 1, חיפה"),
        ("broker_license", "31234"),
        ("client_name", "דנה כהן"),
        ("client_id", "000000018"),
        ("client_address", "הרצל 5, חיפה"),
        ("deal_type", "buy"),
        ("property", "דירת 4 חדרים, רחוב מוריה 12, חיפה"),
        ("price", "215000000"),
        ("fee_kind", "percent"),
        ("fee", "2"),
        ("fee_vat", "excluded"),
    ];
    fields.map(|(name, value)| (name.into(), value.into())).into()
}

#[test]
fn each_of_the_statutes_fields_is_missed_when_it_is_not_there() {
    let whole = whole_order();
    let none: Vec<String> = Vec::new();
    assert_eq!(checked_fields(whole.clone()).as_ref(), Ok(&whole));
    assert_eq!(missing(Kind::Order, &whole, false, "לפי החוק"), none);
    for name in wanted(Kind::Order) {
        for value in [None, Some("  ")] {
            let mut fields = whole.clone();
            fields.remove(*name);
            value.map(|value| fields.insert((*name).into(), value.into()));
            assert_eq!(missing(Kind::Order, &fields, false, "לפי החוק"), [*name]);
        }
    }
    assert_eq!(missing(Kind::Order, &whole, false, ""), ["body"]);
    assert_eq!(
        missing(Kind::Order, &whole, false, "עד {exclusive_until}"),
        ["exclusive_until"]
    );
    assert_eq!(
        missing(Kind::Quote, &Fields::new(), false, ""),
        ["business_name", "client_name", "lines"]
    );
}

#[test]
fn a_field_is_what_it_should_be_or_named() {
    for (name, value, good) in [
        ("client_id", "123456782", true),
        ("client_id", "12345678-2", true),
        ("client_id", "123456789", false),
        ("client_id", "AB1234567", true),
        ("client_id", "לא יודע", false),
        ("price", "215000000", true),
        ("price", "2,150,000", false),
        ("price", "-1", false),
        ("price", "0", false),
        ("fee", "2", true),
        ("fee", "שניים", false),
        ("deal_type", "buy", true),
        ("deal_type", "קנייה", false),
        ("exclusive_until", "2027-01-31", true),
        ("exclusive_until", "31/01/2027", false),
        ("anything", "#panic() {client_name} <script>", true),
        ("Bad Name", "x", false),
    ] {
        let fields = Fields::from([(name.to_owned(), value.to_owned())]);
        assert_eq!(checked_fields(fields).is_ok(), good, "{name}={value}");
    }
    let fee = |fee: &str| Fields::from([("fee_kind".into(), "percent".into()), ("fee".into(), fee.into())]);
    assert!(checked_fields(fee("101")).is_err() && checked_fields(fee("1.5")).is_ok());
    let long = Fields::from([("note".into(), "א".repeat(2_001))]);
    assert_eq!(checked_fields(long).expect_err("too long").field, "note");
}

#[test]
fn a_text_is_filled_in_once() {
    let mut fields = whole_order();
    fields.insert("client_name".into(), "{price} #panic()".into());
    for (body, expected) in [
        ("לכבוד {client_name}.", "לכבוד {price} #panic()."),
        ("{price}, {fee}, {fee_vat}", "2,150,000 ₪, 2%, בתוספת מע״מ כדין"),
        ("{deal_type} {nobody_knows}", "קנייה __________"),
        ("{ לא שם } {", "{ לא שם } {"),
        ("{{client_id}}", "{000000018}"),
    ] {
        assert_eq!(filled(body, &fields), expected);
    }
}

#[test]
fn every_built_in_text_asks_for_no_more_than_can_be_given() {
    let mut fields = whole_order();
    for (name, value) in [
        ("business_name", "תיווך הכרמל"),
        ("exclusive_until", "2027-01-31"),
        ("marketing", "שילוט ופרסום"),
        ("service", "ייעוץ"),
        ("payment", "1,000 ₪"),
    ] {
        fields.insert(name.into(), value.into());
    }
    for template in BUILT_IN {
        let none: Vec<String> = Vec::new();
        assert_eq!(
            missing(template.kind, &fields, true, template.body),
            none,
            "{}",
            template.name
        );
        assert!(
            !filled(template.body, &fields).contains(['{', '_']),
            "{}",
            template.name
        );
    }
}

#[test]
fn a_paper_goes_on_and_not_back() {
    use Status::*;
    for (from, to, may) in [
        (Draft, Issued, true),
        (Draft, Sent, false),
        (Issued, Draft, false),
        (Issued, Sent, true),
        (Sent, Viewed, true),
        (Viewed, Signed, true),
        (Signed, Declined, false),
        (Signed, Draft, false),
        (Declined, Sent, true),
        (Declined, Signed, false),
        (Expired, Signed, false),
        (Issued, Paid, true),
        (Paid, Credited, true),
        (Credited, Paid, false),
        (Signed, Credited, false),
    ] {
        assert_eq!(from.may_become(to), may, "{from:?} to {to:?}");
    }
    for status in Status::ALL {
        assert!(
            !status.may_become(Draft) && !status.may_become(*status),
            "{status:?}"
        );
    }
}

#[test]
fn a_signature_is_drawn_pictured_or_typed() {
    let png = |width: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(100_u32.to_be_bytes());
        bytes
    };
    for (signature, expected) in [
        (
            Signature::Drawn {
                strokes: vec![vec![[0, 0], [500, 150], [1000, 300]]],
            },
            Ok(()),
        ),
        (
            Signature::Drawn {
                strokes: vec![vec![[0, 0]], vec![]],
            },
            Err(SignatureError::Empty),
        ),
        (
            Signature::Drawn {
                strokes: vec![vec![[0, 0], [5, 5], [1001, 0]]],
            },
            Err(SignatureError::Bounds),
        ),
        (
            Signature::Drawn {
                strokes: vec![vec![[1, 1]; 5001]],
            },
            Err(SignatureError::Bounds),
        ),
        (Signature::Picture { png: png(600) }, Ok(())),
        (
            Signature::Picture { png: png(60_000) },
            Err(SignatureError::Picture),
        ),
        (
            Signature::Picture {
                png: b"<svg>".to_vec(),
            },
            Err(SignatureError::Picture),
        ),
        (
            Signature::Typed {
                text: "דנה כהן".into(),
            },
            Ok(()),
        ),
        (Signature::Typed { text: " ד ".into() }, Err(SignatureError::Name)),
    ] {
        assert_eq!(signature.check(), expected);
    }
}

#[test]
fn each_kind_has_its_series() {
    assert_eq!(Kind::Order.series(None, false), "O");
    assert_eq!(Kind::Invoice.series(Some(TaxType::ProForma), false), "300");
    assert_eq!(Kind::Invoice.series(Some(TaxType::ProForma), true), "C300");
    assert_eq!(
        (number_text(7), number_text(123_456)),
        ("0007".into(), "123456".into())
    );
}
