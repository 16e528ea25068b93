//! Papers are drawn and read again: what went in comes out, whatever it is; the same paper is the same bytes.

use documents::{draw, draw_signed, sha256};
use domain::document::*;
use jiff::civil::date;

/// A paper of each kind, as an office would write it.
fn paper(kind: Kind) -> Paper {
    let order = [
        ("broker_name", "תיווך הכרמל בע״מ"),
        ("broker_id", "123456782"),
        ("broker_address", "הנביאים 1, חיפה"),
        ("broker_license", "31234"),
        ("broker_phone", "+972-50-123-4567"),
        ("business_name", "תיווך הכרמל בע״מ"),
        ("business_email", "office@carmel.example"),
        ("client_name", "דנה כהן־לוי"),
        ("client_id", "000000018"),
        ("client_address", "הרצל 5 דירה 3, חיפה"),
        ("client_phone", "+972-52-765-4321"),
        ("deal_type", "buy"),
        (
            "property",
            "דירת 4.5 חדרים, 102 מ״ר (קומה 3 מתוך 8), רחוב מוריה 12, חיפה; גוש 10812 חלקה 55",
        ),
        ("price", "215000000"),
        ("fee_kind", "percent"),
        ("fee", "2"),
        ("fee_vat", "excluded"),
        (
            "service",
            "ייעוץ שיווקי בימים א׳–ה׳ בשעות 10:00–12:00, בטלפון +972-50-123-4567",
        ),
        ("payment", "1,500 ₪ לחודש (כולל מע״מ)"),
    ];
    let fields: Fields = order
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let fields = checked_fields(fields).expect("fields");
    let template = BUILT_IN.iter().find(|template| template.kind == kind);
    let line = |description: &str, quantity: &str, unit_price: i64| Line {
        description: description.into(),
        quantity: Quantity::parse(quantity).expect("a quantity"),
        unit_price,
        vat: true,
    };
    let lines = match kind.wants_lines() {
        true => vec![
            line("ייעוץ ותמחור נכס (כולל ביקור)", "1.5", 45_000),
            line("צילום מקצועי – 20 תמונות, 4K", "1", 120_000),
            line("הנחה", "1", -10_050),
        ],
        false => Vec::new(),
    };
    let vat_rate = Rules::default().vat_on(date(2026, 11, 21));
    let issue = Issue {
        kind,
        tax_type: (kind == Kind::Invoice).then_some(TaxType::ProForma),
        title: template.map_or(kind.title(), |template| template.title).into(),
        number: Some(number_text(17)),
        day: Some(date(2026, 11, 21)),
        vat_rate,
        allocation_number: None,
        credit_of: None,
    };
    let content = Content {
        lines,
        fields,
        body: template
            .map(|template| template.body.to_owned())
            .unwrap_or_default(),
        valid_until: (kind == Kind::Quote).then(|| date(2026, 12, 31)),
        ..Content::default()
    };
    Paper::of(issue, content).expect("a paper")
}

fn certificate(ink: Ink) -> Certificate {
    let event = |kind: &str, second: i64| CertificateEvent {
        at: jiff::Timestamp::from_second(1_795_000_000 + second).expect("a moment"),
        kind: kind.into(),
        address: "2001:db8::17".into(),
        device: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15".into(),
        hash: sha256(kind.as_bytes()),
    };
    Certificate {
        signer: "דנה כהן־לוי".into(),
        signer_id: "000000018".into(),
        sent_to: "•••4321".into(),
        signed_at: jiff::Timestamp::from_second(1_795_000_090).expect("a moment"),
        time_zone: "Asia/Jerusalem".into(),
        consent: "קראתי את המסמך, אני מסכים/ה לתוכנו ולחתימה עליו באופן אלקטרוני.".into(),
        ink,
        original_sha256: sha256(b"original"),
        verify_at: "https://agentlocator.example/verify".into(),
        events: ["sent", "viewed", "code_sent", "verified", "signed"]
            .iter()
            .zip(0..)
            .map(|(kind, n)| event(kind, n * 20))
            .collect(),
    }
}

fn drawn() -> Ink {
    let wave = (0..=50).map(|n| [100 + n * 15, 150 + (n % 7) * 15 - (n % 3) * 20]);
    Signature::Drawn {
        strokes: vec![wave.collect(), vec![[80, 250], [500, 230], [900, 250]]],
    }
}

/// Where somebody who wants to look finds the papers.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("PAPERS") {
        let path = std::path::Path::new(&folder).join(format!("{name}.pdf"));
        std::fs::write(path, bytes).expect("the folder can be written to");
    }
}

#[test]
fn every_kind_is_drawn_as_pdf_a_and_twice_as_the_same_bytes() {
    for kind in Kind::ALL {
        let paper = paper(*kind);
        let first = draw(&paper).expect("a paper");
        keep(kind.as_str(), &first.bytes);
        assert!(first.bytes.starts_with(b"%PDF-"), "{kind:?}");
        let told = String::from_utf8_lossy(&first.bytes);
        assert!(
            told.contains("pdfaid:part") && told.contains("he"),
            "{kind:?} says that it is PDF/A"
        );
        let pages = if *kind == Kind::Order { 2 } else { 1 };
        assert_eq!(first.pages, pages, "{kind:?}");
        assert_eq!(first.sha256(), draw(&paper).expect("again").sha256(), "{kind:?}");
    }
    let mut draft = paper(Kind::Quote);
    (draft.number, draft.issued_on) = (None, None);
    let draft = draw(&draft).expect("a draft");
    keep("draft", &draft.bytes);
}

#[test]
fn a_signed_paper_has_a_certificate_behind_it() {
    for (name, ink) in [
        ("drawn", drawn()),
        (
            "typed",
            Signature::Typed {
                text: "דנה כהן־לוי".into(),
            },
        ),
    ] {
        let plain = draw(&paper(Kind::Order)).expect("a paper");
        let signed = draw_signed(&paper(Kind::Order), &certificate(ink.clone())).expect("a signed paper");
        keep(&format!("signed-{name}"), &signed.bytes);
        assert_eq!(signed.pages, plain.pages + 1);
        let again = draw_signed(&paper(Kind::Order), &certificate(ink)).expect("again");
        assert_eq!(signed.sha256(), again.sha256());
    }
    let broken = Signature::Picture {
        png: b"no picture".to_vec(),
    };
    assert!(
        draw_signed(&paper(Kind::Order), &certificate(broken)).is_err(),
        "refused, and nothing else happens"
    );
}

#[test]
fn what_people_write_is_data_and_never_run() {
    let hostile = [
        "#panic(\"run\")",
        "#read(\"/etc/passwd\")",
        "@label <label> $x^2$ *bold* _em_ `raw` = heading",
        "#import \"@preview/x:0.1.0\": *",
        "{client_name} {{price}} \\u{202e} \\",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "\u{202e}evil\u{2066}\u{200f}",
        "🙂 漢字 ❤️",
        "\"; } ] ) #",
    ];
    for (number, text) in hostile.into_iter().enumerate() {
        let mut paper = paper(Kind::Order);
        paper.title = text.into();
        paper.body = format!("# {text}\n- {text}\n{text}");
        paper.business.name = text.into();
        paper.customer.name = text.into();
        paper.fields.insert("property".into(), text.into());
        paper.payment_link = Some(text.into());
        paper.lines = vec![Line {
            description: text.into(),
            quantity: Quantity::parse("1").expect("one"),
            unit_price: 100,
            vat: true,
        }];
        let drawn = draw(&paper).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(drawn.pages <= 2, "{text}");
        keep(&format!("hostile-{number}"), &drawn.bytes);
    }
    let mut long = paper(Kind::Contract);
    long.body = "שורה ארוכה מאוד בלי סוף ".repeat(2_000);
    let drawn = draw(&long).expect("a long one");
    assert!(drawn.pages > 3);
}
