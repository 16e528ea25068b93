//! Customers and their timeline against a real Postgres: found as people type, one of each identity, changed at their
//! version, counted without being counted, read from a place on.

use crate::{business, cluster, store};
use domain::customer::{Event, Identity, IdentityKind, Source, Stage, Status};
use domain::ids::BusinessId;
use domain::search::Search;
use serde_json::json;
use store::Store;
use store::audit::By;
use store::customers::{Added, Changed, CustomerChange, CustomerQuery, Made, NewCustomer};
use store::tenant::TenantTx;
use store::timeline::{TimelinePage, TimelineQuery};

pub fn new(name: &str, identities: &[(IdentityKind, &str)]) -> NewCustomer {
    let identity = |(kind, text): &(IdentityKind, &str)| Identity::parse(*kind, text).unwrap();
    NewCustomer {
        name: name.into(),
        identities: identities.iter().map(identity).collect(),
        status: Status::Lead,
        tags: Vec::new(),
        assignee: None,
        details: json!({}),
        source: Source::Person,
    }
}

pub async fn make(transaction: &TenantTx<'_>, new: &NewCustomer) -> i64 {
    match transaction.make_customer(&By::default(), new).await.unwrap() {
        Made::Done(id) => id,
        other => panic!("{other:?}"),
    }
}

pub fn asked(text: Option<&str>) -> CustomerQuery {
    CustomerQuery {
        search: text.map(Search::parse),
        sort: ("c.id", false),
        limit: 100,
        ..CustomerQuery::default()
    }
}

pub async fn found(transaction: &TenantTx<'_>, text: &str) -> Vec<i64> {
    let (lines, total) = transaction.customers(&asked(Some(text))).await.unwrap();
    assert_eq!(lines.len() as i64, total, "{text}");
    lines.into_iter().map(|line| line.id).collect()
}

async fn other_business(store: &Store) -> BusinessId {
    let new = store::businesses::NewBusiness {
        name: "מספרת רינה",
        number: &domain::entities::Phone::parse("03-7654399").unwrap(),
        script: domain::script::REAL_ESTATE,
        voice: "",
    };
    store.ensure_business(new).await.unwrap()
}

#[tokio::test]
async fn customers_are_found_as_people_type() {
    let (store, _) = store();
    let (ours, theirs) = (business(&store).await, other_business(&store).await);
    let mut other = store.tenant(theirs).await.unwrap();
    let transaction = other.begin().await.unwrap();
    make(
        &transaction,
        &new("דנה אחרת", &[(IdentityKind::Phone, "050-1234567")]),
    )
    .await;
    transaction.commit().await.unwrap();
    let mut tenant = store.tenant(ours).await.unwrap();
    let transaction = tenant.begin().await.unwrap();
    let dana = new(
        "דָּנָה כֹּהֵן־לוי",
        &[
            (IdentityKind::Phone, "050-1234567"),
            (IdentityKind::Phone, "04-9876543"),
            (IdentityKind::Email, "Dana.Cohen@Example.co.il"),
        ],
    );
    let dana = make(&transaction, &dana).await;
    let ivan = make(
        &transaction,
        &new("Иван Петров", &[(IdentityKind::Phone, "+1 415 555 2671")]),
    )
    .await;
    let smith = make(&transaction, &new("John Smith", &[])).await;
    for (text, ids) in [
        ("דנה", vec![dana]),
        ("ד", vec![dana]),
        ("דנ", vec![dana]),
        ("נה", vec![]),
        ("לוי", vec![dana]),
        ("כהן", vec![dana]),
        ("כהנ דנה", vec![dana]),
        ("דנה לא", vec![]),
        ("sbv", vec![dana]),
        ("kuh", vec![dana]),
        ("ИВАН", vec![ivan]),
        ("smi", vec![smith]),
        ("דצןאי", vec![smith]),
        ("0501234567", vec![dana]),
        ("+972-50-123", vec![dana]),
        ("97250", vec![dana]),
        ("234567", vec![dana]),
        ("4567", vec![dana]),
        ("567", vec![dana]),
        ("67", vec![dana, ivan]),
        ("98765", vec![dana]),
        ("4155", vec![ivan]),
        ("example", vec![dana]),
        ("cohen@ex", vec![dana]),
        ("a.co", vec![dana]),
        ("דנה 4567", vec![dana]),
        ("דנה 9999", vec![]),
        ("'); DROP TABLE customers; --", vec![]),
        ("\\ ' : * & | ! ( )", vec![]),
    ] {
        assert_eq!(found(&transaction, text).await, ids, "{text}");
    }
    // What changes is found as it is now.
    let change = CustomerChange {
        name: Some("רינה".into()),
        ..CustomerChange::default()
    };
    let done = transaction
        .change_customer(&By::default(), (dana, Some(1)), &change)
        .await;
    let Changed::Done(row) = done.unwrap() else {
        panic!("not changed")
    };
    let mobile = row
        .identities
        .iter()
        .find(|one| one.value == "+972501234567")
        .unwrap()
        .id;
    assert_eq!(found(&transaction, "דנה").await, Vec::<i64>::new());
    assert_eq!(found(&transaction, "רינה").await, vec![dana]);
    transaction
        .remove_identity(&By::default(), dana, mobile)
        .await
        .unwrap();
    assert_eq!(found(&transaction, "0501234").await, Vec::<i64>::new());
    assert_eq!(found(&transaction, "049876").await, vec![dana]);
}

#[tokio::test]
async fn documents_are_folded_as_questions_are() {
    let (_, url) = store();
    let client = cluster::client(&url).await;
    let texts = [
        "דָּנָה כֹּהֵן־לֵוִי",
        "ד\"ר ג'ורג׳ אברהם ארץ, ערך; סוף!",
        "\u{202e}Dana\u{202c}\u{200f} O'Neil-SMITH",
        "Иван ПЕТРОВ Ёлкин",
        "תיווך 2000 בע״מ – מס' 5 ₪",
        "naïve Çelik ÀÉ",
        "محمد علي",
        "\u{a0}a\u{2003}b\u{3000}c",
        "",
        "???",
    ];
    for text in texts {
        let row = client
            .query_one("SELECT folded_words($1)", &[&text])
            .await
            .unwrap();
        assert_eq!(
            row.get::<_, Vec<String>>(0),
            domain::search::folded_words(text),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn an_identity_is_one_customers_in_a_business() {
    let (store, _) = store();
    let ours = business(&store).await;
    let mut tenant = store.tenant(ours).await.unwrap();
    let transaction = tenant.begin().await.unwrap();
    let first = make(&transaction, &new("דנה", &[(IdentityKind::Phone, "050-1234567")])).await;
    let second = make(&transaction, &new("רמי", &[])).await;
    let again = new("דנה ל.", &[(IdentityKind::Phone, "+972 (0)50 123 4567")]);
    let Made::Duplicate(owner) = transaction.make_customer(&By::default(), &again).await.unwrap() else {
        panic!("two customers of one number")
    };
    assert_eq!(owner.id, first);
    let phone = Identity::parse(IdentityKind::Phone, "0501234567").unwrap();
    let added = transaction
        .add_identity(&By::default(), second, &phone)
        .await
        .unwrap();
    assert!(matches!(added, Added::Duplicate(owner) if owner.id == first));
    let mail = Identity::parse(IdentityKind::Email, "Rami@example.com").unwrap();
    for _ in 0..2 {
        let added = transaction
            .add_identity(&By::default(), second, &mail)
            .await
            .unwrap();
        let Added::Done(Changed::Done(row)) = added else {
            panic!("not added")
        };
        assert_eq!(row.identities.len(), 1);
        assert!(row.identities[0].primary);
    }
    transaction.commit().await.unwrap();
    // Both at once: one of them is first.
    let race = new("מי", &[(IdentityKind::Phone, "052-1112223")]);
    let make = |store: Store| {
        let race = race.clone();
        async move {
            let mut tenant = store.tenant(ours).await.unwrap();
            let transaction = tenant.begin().await.unwrap();
            let made = transaction.make_customer(&By::default(), &race).await.unwrap();
            transaction.commit().await.unwrap();
            matches!(made, Made::Done(_))
        }
    };
    let made = futures_util::future::join_all((0..6).map(|_| make(store.clone()))).await;
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
}

#[tokio::test]
async fn a_stage_keeps_its_time_and_an_old_version_is_refused() {
    let (store, url) = store();
    let mut tenant = store.tenant(business(&store).await).await.unwrap();
    let by = By::default();
    let transaction = tenant.begin().await.unwrap();
    let id = make(&transaction, &new("דנה", &[])).await;
    transaction.commit().await.unwrap();
    let rows = cluster::client(&url).await;
    rows.batch_execute("UPDATE customers SET stage_since = now() - interval '90 minutes'")
        .await
        .unwrap();
    let transaction = tenant.begin().await.unwrap();
    let moved = transaction
        .set_stage(&by, (id, Some(1)), (Stage::Lost, "קנתה במקום אחר"))
        .await
        .unwrap();
    let Changed::Done(row) = moved else {
        panic!("not moved")
    };
    assert_eq!(
        (row.line.stage, row.stage_reason.as_str()),
        (Stage::Lost, "קנתה במקום אחר")
    );
    let late = transaction
        .set_stage(&by, (id, Some(1)), (Stage::New, ""))
        .await
        .unwrap();
    assert!(matches!(late, Changed::Meanwhile(row) if row.line.version == 2));
    let all = TimelineQuery {
        limit: 10,
        ..TimelineQuery::default()
    };
    let TimelinePage { lines, next } = transaction.timeline(id, &all).await.unwrap().unwrap();
    assert_eq!(next, None);
    assert_eq!(lines[0].meta["field"], "stage");
    assert!(
        (5400..5460).contains(&lines[0].meta["seconds"].as_i64().unwrap()),
        "{:?}",
        lines[0].meta
    );
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn customers_in_all_are_known_without_counting() {
    let (store, url) = store();
    let mut tenant = store.tenant(business(&store).await).await.unwrap();
    let by = By::default();
    let transaction = tenant.begin().await.unwrap();
    let mut ids = Vec::new();
    for n in 0..120 {
        ids.push(make(&transaction, &new(&format!("לקוח {n}"), &[])).await);
    }
    for id in &ids[..20] {
        transaction.delete_customer(&by, *id).await.unwrap().unwrap();
    }
    for id in &ids[..5] {
        transaction.restore_customer(&by, *id).await.unwrap().unwrap();
    }
    assert_eq!(
        transaction.delete_customer(&by, ids[10]).await.unwrap(),
        None,
        "twice"
    );
    let (lines, total) = transaction.customers(&asked(None)).await.unwrap();
    assert_eq!((lines.len(), total), (100, 105));
    let second = CustomerQuery {
        offset: 100,
        ..asked(None)
    };
    let (lines, total) = transaction.customers(&second).await.unwrap();
    assert_eq!((lines.len(), total), (5, 105));
    let beyond = CustomerQuery {
        offset: 1000,
        ..asked(None)
    };
    assert_eq!(transaction.customers(&beyond).await.unwrap().1, 105);
    let none = CustomerQuery {
        offset: 1000,
        ..asked(Some("לקוח"))
    };
    assert_eq!(transaction.customers(&none).await.unwrap().1, 105);
    let tagged = CustomerQuery {
        tag: Some("חם".into()),
        ..asked(None)
    };
    assert_eq!(transaction.customers(&tagged).await.unwrap().1, 0);
    transaction.commit().await.unwrap();
    let rows = cluster::client(&url).await;
    rows.batch_execute("SELECT customer_total(1, 1) FROM generate_series(1, 2000)")
        .await
        .unwrap();
    let kept = "SELECT count(*), sum(n)::bigint FROM customer_totals WHERE business_id = 1";
    let kept = rows.query_one(kept, &[]).await.unwrap();
    assert!(kept.get::<_, i64>(0) < 1500, "rows of totals are added up");
    assert_eq!(kept.get::<_, i64>(1), 2105);
}

#[tokio::test]
async fn a_timeline_is_read_from_a_place_on_and_notes_say_what_they_say_now() {
    let (store, _) = store();
    let mut tenant = store.tenant(business(&store).await).await.unwrap();
    let by = By::default();
    let transaction = tenant.begin().await.unwrap();
    let id = make(&transaction, &new("דנה", &[])).await;
    let mut notes = Vec::new();
    for n in 0..25 {
        notes.push(
            transaction
                .add_note(&by, id, &format!("הערה {n}"))
                .await
                .unwrap()
                .unwrap()
                .id,
        );
    }
    transaction
        .change_note(&by, (id, notes[24], None), Some("אחרת"), true)
        .await
        .unwrap();
    transaction
        .change_note(&by, (id, notes[23], None), None, true)
        .await
        .unwrap();
    let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let query = TimelineQuery {
            limit: 10,
            after,
            ..TimelineQuery::default()
        };
        let TimelinePage { lines, next } = transaction.timeline(id, &query).await.unwrap().unwrap();
        seen.extend(lines.into_iter().map(|line| line.title));
        pages += 1;
        after = next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!((pages, seen.len()), (3, 25), "24 notes and the beginning");
    assert_eq!(&seen[..2], ["אחרת", "הערה 22"]);
    assert_eq!(seen[24], "דנה");
    let only = TimelineQuery {
        kinds: vec![Event::Created],
        limit: 10,
        ..TimelineQuery::default()
    };
    let TimelinePage { lines, .. } = transaction.timeline(id, &only).await.unwrap().unwrap();
    assert_eq!(lines.len(), 1);
    assert!(transaction.timeline(id + 1, &only).await.unwrap().is_none());
}
