//! Businesses kept apart by Postgres, looked at from below: what the role that serves people can
//! see and write, that no table was forgotten, and that nobody can leave his business.

use crate::{business, cluster, store};
use domain::entities::Phone;
use domain::ids::BusinessId;
use store::businesses::NewBusiness;
use tokio_postgres::Client;

async fn as_app(url: &str) -> Client {
    let client = cluster::client(url).await;
    client.batch_execute("SET ROLE al_app").await.unwrap();
    client
}

async fn one(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

async fn names(client: &Client, sql: &str) -> Vec<String> {
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn no_table_of_a_business_is_without_row_level_security() {
    let (_, url) = store();
    let client = cluster::client(&url).await;
    let tenant_tables = "SELECT c.oid FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
          AND (c.relname = 'businesses' OR EXISTS (SELECT FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = 'business_id' AND NOT a.attisdropped))";
    assert!(one(&client, &format!("SELECT count(*) FROM ({tenant_tables}) t")).await >= 9);
    let open = format!(
        "SELECT relname::text FROM pg_class WHERE oid IN ({tenant_tables})
           AND (NOT relrowsecurity OR NOT relforcerowsecurity
                OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = pg_class.oid AND p.polname = 'tenant'
                               AND pg_get_expr(p.polqual, p.polrelid) ~ 'current_business\\(\\)'
                               AND pg_get_expr(p.polwithcheck, p.polrelid) ~ 'current_business\\(\\)'))"
    );
    assert_eq!(names(&client, &open).await, Vec::<String>::new(), "open tables");
    let app_sees = format!(
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
           AND c.oid NOT IN ({tenant_tables})
           AND has_table_privilege('al_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
    );
    assert_eq!(
        names(&client, &app_sees).await,
        Vec::<String>::new(),
        "tables without a business that people reach"
    );
}

#[tokio::test]
async fn nothing_in_the_database_walks_around_row_level_security() {
    let (_, url) = store();
    let client = cluster::client(&url).await;
    let none = [
        (
            "roles that bypass",
            "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'al\\_%' AND (rolbypassrls OR rolsuper OR rolcanlogin)",
        ),
        (
            "materialized views",
            "SELECT relname::text FROM pg_class WHERE relkind = 'm' AND relnamespace = 'public'::regnamespace",
        ),
        (
            "views with their owner's eyes",
            "SELECT relname::text FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
            AND NOT COALESCE('security_invoker=true' = ANY (reloptions), false)",
        ),
        (
            // These read the business from the setting that the policies read, and from nothing else.
            "functions with their owner's rights",
            "SELECT proname::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
             AND NOT (proname IN ('find_customers', 'erase_person') AND prosrc LIKE '%current_business()%' AND proconfig::text LIKE '%search_path=%')",
        ),
        (
            "tables that are not the owner's",
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'al_owner'
            AND tablename <> 'refinery_schema_history'",
        ),
    ];
    for (what, sql) in none {
        assert_eq!(names(&client, sql).await, Vec::<String>::new(), "{what}");
    }
}

#[tokio::test]
async fn without_a_business_there_is_nothing_and_within_one_only_its_own() {
    let (store, url) = store();
    let ours = business(&store).await;
    let new = NewBusiness {
        name: "מספרת רינה",
        number: &Phone::parse("03-7654399").unwrap(),
        script: domain::script::REAL_ESTATE,
        voice: "",
    };
    let theirs = store.ensure_business(new).await.unwrap();
    let app = as_app(&url).await;
    assert_eq!(one(&app, "SELECT count(*) FROM businesses").await, 0);
    let within = |business: BusinessId| format!("SELECT set_config('app.business_id', '{business}', false)");
    app.query_one(&within(ours), &[]).await.unwrap();
    assert_eq!(one(&app, "SELECT count(*) FROM businesses").await, 1);
    assert_eq!(one(&app, "SELECT max(id) FROM businesses").await, ours.0);
    assert_eq!(one(&app, "SELECT count(*) FROM phone_numbers").await, 1);
    // Neither writing over there, nor moving a row, nor reaching the tables of no business.
    let theirs = theirs.0;
    for refused in [
        format!("INSERT INTO customers (business_id) VALUES ({theirs})"),
        format!(
            "INSERT INTO tasks (business_id, title, channel, source, due_at) VALUES ({theirs}, 't', 'call', 'person', now())"
        ),
        format!("INSERT INTO phone_numbers VALUES ('+97230000000', {theirs})"),
        format!("SELECT audit_append({theirs}, NULL, 'a', 's', '{{}}', '', '')"),
        "SELECT count(*) FROM webhook_events".into(),
        "SELECT count(*) FROM media".into(),
        "UPDATE calls SET summary = ''".into(),
        "CREATE TABLE mine (id int)".into(),
        "ALTER TABLE customers DISABLE ROW LEVEL SECURITY".into(),
    ] {
        let answer = app.batch_execute(&refused).await;
        assert!(answer.is_err(), "{refused} was done");
    }
    assert_eq!(
        app.execute(
            &format!("UPDATE businesses SET name = 'x' WHERE id = {theirs}"),
            &[]
        )
        .await
        .unwrap(),
        0
    );
    assert_eq!(
        app.execute(
            &format!("DELETE FROM phone_numbers WHERE business_id = {theirs}"),
            &[]
        )
        .await
        .unwrap(),
        0
    );
}

#[tokio::test]
async fn a_tenant_transaction_leaves_no_trace_on_its_connection() {
    let (store, _) = store();
    let ours = business(&store).await;
    // One connection after the other comes out of a pool of eight: each is clean when it is taken.
    for _ in 0..20 {
        let mut tenant = store.tenant(ours).await.unwrap();
        tenant.begin().await.unwrap().commit().await.unwrap();
        drop(tenant);
        let mut nobody = store.tenant(BusinessId(0)).await.unwrap();
        let transaction = nobody.begin().await.unwrap();
        assert_eq!(
            transaction
                .business_record()
                .await
                .unwrap()
                .map(|found| found.row.id),
            None
        );
    }
}

#[tokio::test]
async fn a_business_is_changed_at_its_version_only_and_can_be_removed_and_restored() {
    use store::audit::By;
    use store::business_records::BusinessChange;
    let (store, _) = store();
    let id = business(&store).await;
    let mut tenant = store.tenant(id).await.unwrap();
    let name = |name: &str| BusinessChange {
        name: Some(name.into()),
        hours: Some(None),
        transfer_to: Some(Some("+972501234567".into())),
        ..BusinessChange::default()
    };
    let transaction = tenant.begin().await.unwrap();
    let by = By::default();
    let changed = transaction
        .change_business(&by, Some(1), &name("אחד"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((changed.row.name.as_str(), changed.row.version), ("אחד", 2));
    assert!(
        transaction
            .change_business(&by, Some(1), &name("שניים"))
            .await
            .unwrap()
            .is_none()
    );
    transaction.upload_greeting(&by, None).await.unwrap();
    for (deleted, there) in [(true, false), (false, true)] {
        let change = BusinessChange {
            deleted: Some(deleted),
            ..BusinessChange::default()
        };
        assert!(
            transaction
                .change_business(&by, None, &change)
                .await
                .unwrap()
                .is_some()
        );
        assert_eq!(transaction.business_record().await.unwrap().is_some(), there);
    }
    transaction.commit().await.unwrap();
    assert!(store.verify_audit(id).await.unwrap() == store::audit::Chain::Whole { rows: 4 });
}
