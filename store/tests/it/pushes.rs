//! Pushes as rows: planned once however many plan, quiet by person, one for many, claimed by one, ended under the fence.

use super::*;
use domain::access::{Role, UserId};
use jiff::civil::time;
use std::time::Duration;
use store::people::push_subscriptions::{NewSubscription, Preferences};
use store::pushes::{About, PushEnd};
use store::recordings::Worker;
use tokio_postgres::Client;

struct Scene {
    store: Store,
    rows: Client,
    business: BusinessId,
    dana: UserId,
    yossi: UserId,
}

fn worker(name: &str) -> Worker {
    Worker {
        node: name.into(),
        incarnation: "1".into(),
    }
}

const LEASE: Duration = Duration::from_secs(30);

impl Scene {
    async fn new() -> Self {
        let (store, url) = store();
        let rows = cluster::client(&url).await;
        let business = business(&store).await;
        let mut people = Vec::new();
        for name in ["dana", "yossi"] {
            let sql = "INSERT INTO users (email, name) VALUES ($1 || '@example.co.il', $1) RETURNING id";
            let user = UserId(rows.query_one(sql, &[&name]).await.unwrap().get(0));
            store.ensure_member(business, user, Role::Agent).await.unwrap();
            people.push(user);
        }
        Self {
            store,
            rows,
            business,
            dana: people[0],
            yossi: people[1],
        }
    }

    async fn browser(&self, user: UserId, endpoint: &str) {
        let new = NewSubscription {
            endpoint,
            p256dh: &[4; 65],
            auth: &[7; 16],
            user_agent: "",
        };
        let mut tenant = self.store.tenant(self.business).await.unwrap();
        let transaction = tenant.begin().await.unwrap();
        transaction.subscribe(user, new).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// A task that rings and may be pushed now; its reminder.
    async fn ringing(&self, assignee: Option<UserId>, priority: &str) -> i64 {
        let sql = "INSERT INTO tasks (business_id, title, channel, source, due_at, assignee, priority)
                   VALUES ($1, 'להתקשר', 'call', 'person', now(), $2, $3) RETURNING id";
        let task: i64 = self
            .rows
            .query_one(sql, &[&self.business.0, &assignee.map(|user| user.0), &priority])
            .await
            .unwrap()
            .get(0);
        let fired = "UPDATE reminders SET state = 'fired', rings = rings + 1, fired_at = now() - interval '5 seconds', push_at = now()
                     WHERE task_id = $1 RETURNING id";
        self.rows.query_one(fired, &[&task]).await.unwrap().get(0)
    }

    /// The reminder's next stage has come.
    async fn later(&self, reminder: i64) {
        let sql = "UPDATE reminders SET push_at = now() WHERE id = $1";
        self.rows.execute(sql, &[&reminder]).await.unwrap();
    }

    async fn plan(&self) -> (i64, i64) {
        let planned = self.store.plan_pushes(500).await.unwrap();
        (planned.reminders, planned.pushes)
    }

    async fn one<T: for<'a> tokio_postgres::types::FromSql<'a>>(&self, sql: &str) -> T {
        self.rows.query_one(sql, &[]).await.unwrap().get(0)
    }

    async fn preferences(&self, user: UserId, quiet: Option<(jiff::civil::Time, jiff::civil::Time)>) {
        let mut tenant = self.store.tenant(self.business).await.unwrap();
        let transaction = tenant.begin().await.unwrap();
        let wanted = Preferences { quiet, sound: false };
        transaction.set_preferences(user, wanted).await.unwrap();
        assert_eq!(transaction.preferences(user).await.unwrap(), wanted);
        transaction.commit().await.unwrap();
    }

    /// Hours around now at the business.
    async fn quiet_now(&self) -> (jiff::civil::Time, jiff::civil::Time) {
        let hour: f64 = self
            .one("SELECT extract(hour FROM now() AT TIME ZONE 'Asia/Jerusalem')::float8")
            .await;
        let hour = hour as i8;
        (time((hour + 23) % 24, 0, 0, 0), time((hour + 2) % 24, 0, 0, 0))
    }
}

#[tokio::test]
async fn a_ring_is_planned_once_for_each_browser_and_stage() {
    let scene = Scene::new().await;
    for (user, endpoint) in [(scene.dana, "a"), (scene.dana, "b"), (scene.yossi, "c")] {
        scene.browser(user, endpoint).await;
    }
    let reminder = scene.ringing(None, "normal").await;
    let plans = futures_util::future::join_all((0..8).map(|_| scene.store.plan_pushes(500))).await;
    let made: i64 = plans.into_iter().map(|plan| plan.unwrap().pushes).sum();
    assert_eq!(made, 3);
    let mut gaps = Vec::new();
    for stage in 1..=3_i64 {
        gaps.push(
            scene
                .one::<f64>("SELECT extract(epoch FROM push_at - now())::float8 FROM reminders")
                .await,
        );
        assert_eq!(scene.plan().await, (0, 0), "not yet");
        scene.later(reminder).await;
        assert_eq!(scene.plan().await, (1, 3), "stage {stage}");
    }
    for (gap, expected) in gaps.into_iter().zip([60.0, 300.0, 1800.0]) {
        assert!((expected - 30.0..=expected).contains(&gap), "{gap} of {expected}");
    }
    assert!(scene.one::<bool>("SELECT push_at IS NULL FROM reminders").await);
    // Of the stages that wait for one browser only the last one is sent.
    let claimed = scene
        .store
        .claim_pushes(&worker("a"), LEASE, 50, 50)
        .await
        .unwrap();
    assert_eq!(claimed.len(), 12);
    let due: Vec<_> = claimed
        .iter()
        .filter(|push| matches!(push.about, About::Due(_)))
        .collect();
    let replaced = claimed
        .iter()
        .filter(|push| matches!(push.about, About::Replaced));
    assert_eq!((due.len(), replaced.count()), (3, 9));
    let newest: i64 = scene.one("SELECT min(id) FROM pushes WHERE key LIKE '%:3'").await;
    assert!(due.iter().all(|push| push.id >= newest));
    for push in &claimed {
        scene.store.end_push(push, PushEnd::Replaced).await.unwrap();
    }
    // Who is not concerned is not told.
    scene.ringing(Some(scene.yossi), "normal").await;
    assert_eq!(scene.plan().await, (1, 1));
    // What rang a day ago unheard is let be.
    let old = scene.ringing(None, "normal").await;
    let sql = "UPDATE reminders SET fired_at = now() - interval '25 hours' WHERE id = $1";
    scene.rows.execute(sql, &[&old]).await.unwrap();
    assert_eq!(scene.plan().await, (1, 0));
    assert_eq!(scene.plan().await, (0, 0));
}

#[tokio::test]
async fn in_quiet_hours_a_person_is_told_when_they_end() {
    let scene = Scene::new().await;
    scene.browser(scene.dana, "a").await;
    scene.browser(scene.yossi, "b").await;
    let quiet = scene.quiet_now().await;
    scene.preferences(scene.dana, Some(quiet)).await;
    // Of two, one sleeps.
    let shared = scene.ringing(None, "normal").await;
    assert_eq!(scene.plan().await, (1, 1));
    let mine = scene.ringing(Some(scene.dana), "high").await;
    assert_eq!(scene.plan().await, (1, 0));
    let until = "SELECT extract(epoch FROM push_at - now())::float8 FROM reminders WHERE push_stage = 0";
    let until = scene.one::<f64>(until).await;
    assert!((0.0..=2.0 * 3600.0).contains(&until), "{until}");
    scene.ringing(Some(scene.dana), "urgent").await;
    assert_eq!(scene.plan().await, (1, 1), "urgent ones wake");
    // The next stage of what she sleeps through makes no second row.
    scene.later(shared).await;
    assert_eq!(scene.plan().await, (1, 1));
    assert_eq!(scene.one::<i64>("SELECT count(*) FROM quiet_reminders").await, 1);
    // It is morning.
    scene.preferences(scene.dana, None).await;
    scene
        .rows
        .execute("UPDATE quiet_reminders SET until = now()", &[])
        .await
        .unwrap();
    scene.later(mine).await;
    assert_eq!(scene.plan().await, (2, 2));
    // What was answered meanwhile is not told.
    scene.preferences(scene.dana, Some(quiet)).await;
    let answered = scene.ringing(None, "normal").await;
    assert_eq!(scene.plan().await, (1, 1));
    let sql = "UPDATE reminders SET state = 'acknowledged', push_at = NULL WHERE id = $1";
    scene.rows.execute(sql, &[&answered]).await.unwrap();
    scene
        .rows
        .execute("UPDATE quiet_reminders SET until = now()", &[])
        .await
        .unwrap();
    assert_eq!(scene.plan().await, (1, 0));
}

#[tokio::test]
async fn quiet_hours_end_by_the_clock_of_the_zone() {
    let scene = Scene::new().await;
    for (at, from, to, expected) in [
        ("2026-07-01 22:30", "22:00", "07:00", Some("2026-07-02 07:00")),
        ("2026-07-01 22:00", "22:00", "07:00", Some("2026-07-02 07:00")),
        ("2026-07-01 06:59", "22:00", "07:00", Some("2026-07-01 07:00")),
        ("2026-07-01 07:00", "22:00", "07:00", None),
        ("2026-07-01 21:59", "22:00", "07:00", None),
        ("2026-07-01 13:00", "12:00", "14:00", Some("2026-07-01 14:00")),
        ("2026-07-01 14:00", "12:00", "14:00", None),
        ("2026-07-01 11:59", "12:00", "14:00", None),
        // Clocks change in this night, both ways.
        ("2026-10-24 23:00", "22:00", "07:00", Some("2026-10-25 07:00")),
        ("2027-03-25 23:00", "22:00", "07:00", Some("2027-03-26 07:00")),
    ] {
        let sql =
            "SELECT to_char(quiet_until($1::text::timestamp AT TIME ZONE 'Asia/Jerusalem', 'Asia/Jerusalem',
                       $2::text::time, $3::text::time) AT TIME ZONE 'Asia/Jerusalem', 'YYYY-MM-DD HH24:MI')";
        let found: Option<String> = scene
            .rows
            .query_one(sql, &[&at, &from, &to])
            .await
            .unwrap()
            .get(0);
        assert_eq!(found.as_deref(), expected, "{at} {from} {to}");
    }
    let nowhere = "SELECT quiet_until(now(), 'Nowhere/Atall', '00:00', '23:59') IS NULL";
    assert!(scene.one::<bool>(nowhere).await);
}

#[tokio::test]
async fn many_at_once_are_one_push() {
    let scene = Scene::new().await;
    scene.browser(scene.dana, "a").await;
    scene.browser(scene.yossi, "b").await;
    for _ in 0..2 {
        scene.ringing(Some(scene.yossi), "normal").await;
    }
    for _ in 0..7 {
        scene.ringing(Some(scene.dana), "normal").await;
    }
    assert_eq!(scene.plan().await, (9, 3));
    let claimed = scene
        .store
        .claim_pushes(&worker("a"), LEASE, 10, 10)
        .await
        .unwrap();
    let digest = claimed.iter().find(|push| push.user == scene.dana).unwrap();
    match &digest.about {
        About::Digest { count, titles } => assert_eq!((*count, titles.len()), (7, 3)),
        other => panic!("{other:?}"),
    }
    assert_eq!(claimed.len(), 3);
}

#[tokio::test]
async fn a_push_is_claimed_by_one_and_ended_under_its_fence() {
    let scene = Scene::new().await;
    scene.browser(scene.dana, "a").await;
    scene.ringing(None, "normal").await;
    scene.plan().await;
    let (a, b) = (worker("a"), worker("b"));
    let short = Duration::from_millis(1);
    let zombie = scene.store.claim_pushes(&a, short, 10, 10).await.unwrap();
    assert_eq!(zombie.len(), 1);
    let ran_out = "UPDATE pushes SET lease_until = now() - interval '1 second'";
    scene.rows.execute(ran_out, &[]).await.unwrap();
    let taken = scene.store.claim_pushes(&b, LEASE, 10, 10).await.unwrap();
    assert_eq!((taken.len(), taken[0].claim_no, taken[0].attempt), (1, 2, 2));
    assert!(matches!(taken[0].about, About::Due(_)), "{:?}", taken[0].about);
    let fenced = scene.store.end_push(&zombie[0], PushEnd::Sent).await;
    assert!(matches!(fenced, Err(store::StoreError::Fenced)), "{fenced:?}");
    assert!(
        scene
            .store
            .claim_pushes(&a, LEASE, 10, 10)
            .await
            .unwrap()
            .is_empty()
    );
    // The service wants to be left alone: nothing goes to this browser until then.
    scene
        .store
        .put_push_off(&taken[0], Duration::from_secs(60), true)
        .await
        .unwrap();
    scene.ringing(None, "normal").await;
    assert_eq!(scene.plan().await, (1, 1));
    assert!(
        scene
            .store
            .claim_pushes(&b, LEASE, 10, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let passed = "UPDATE push_subscriptions SET wait_until = now()";
    scene.rows.execute(passed, &[]).await.unwrap();
    let second = scene.store.claim_pushes(&b, LEASE, 10, 10).await.unwrap();
    assert_eq!(second.len(), 1, "the first one waits for its own time");
    // Another life of the same engine frees what this one held.
    let reborn = Worker {
        incarnation: "2".into(),
        ..b.clone()
    };
    assert_eq!(scene.store.free_pushes(&reborn).await.unwrap(), 1);
    let third = scene.store.claim_pushes(&reborn, LEASE, 10, 10).await.unwrap();
    scene.store.end_push(&third[0], PushEnd::Sent).await.unwrap();
    let ok = "SELECT last_ok_at IS NOT NULL AND wait_until IS NULL FROM push_subscriptions";
    assert!(scene.one::<bool>(ok).await);
    // Gone: with all that was to be sent.
    scene.store.browser_gone(third[0].subscription).await.unwrap();
    assert_eq!(scene.one::<i64>("SELECT count(*) FROM pushes").await, 0);
}

#[tokio::test]
async fn a_browser_that_is_refused_again_and_again_is_forgotten() {
    let scene = Scene::new().await;
    scene.browser(scene.dana, "a").await;
    for n in 1..=5_i64 {
        let mut tenant = scene.store.tenant(scene.business).await.unwrap();
        let transaction = tenant.begin().await.unwrap();
        assert_eq!(transaction.test_push(scene.dana).await.unwrap(), 1);
        transaction.commit().await.unwrap();
        let claimed = scene
            .store
            .claim_pushes(&worker("a"), LEASE, 10, 10)
            .await
            .unwrap();
        assert!(matches!(claimed[0].about, About::Test));
        scene
            .store
            .end_push(&claimed[0], PushEnd::Refused("403"))
            .await
            .unwrap();
        let left: i64 = scene.one("SELECT count(*) FROM push_subscriptions").await;
        assert_eq!(left, i64::from(n < 5), "{n}");
    }
}

#[tokio::test]
async fn a_browser_is_of_who_is_logged_in_there_and_nobody_has_more_than_twenty() {
    let scene = Scene::new().await;
    for n in 0..25 {
        scene
            .browser(scene.dana, &format!("https://push.example/{n}"))
            .await;
    }
    let left = "SELECT count(*) FROM push_subscriptions WHERE endpoint NOT IN
        ('https://push.example/0', 'https://push.example/4')";
    assert_eq!(scene.one::<i64>(left).await, 20);
    let new = NewSubscription {
        endpoint: "https://push.example/24",
        p256dh: &[4; 65],
        auth: &[7; 16],
        user_agent: "",
    };
    let stranger = NewSubscription {
        auth: &[8; 16],
        ..new
    };
    let store = &scene.store;
    assert_eq!(store.take_browser_over(scene.yossi, stranger).await.unwrap(), 0);
    assert_eq!(store.take_browser_over(scene.dana, new).await.unwrap(), 0);
    assert_eq!(store.take_browser_over(scene.yossi, new).await.unwrap(), 1);
    let mut tenant = store.tenant(scene.business).await.unwrap();
    let transaction = tenant.begin().await.unwrap();
    let other = "https://push.example/23";
    assert!(!transaction.unsubscribe(scene.yossi, other).await.unwrap());
    assert!(transaction.unsubscribe(scene.dana, other).await.unwrap());
    assert!(!transaction.unsubscribe(scene.dana, other).await.unwrap());
}

#[tokio::test]
async fn a_reminder_stands_for_whom_it_concerns_only() {
    let scene = Scene::new().await;
    let hers = scene.ringing(Some(scene.dana), "normal").await;
    let stands = async |reminder: i64, user: UserId| {
        let mut tenant = scene.store.tenant(scene.business).await.unwrap();
        let transaction = tenant.begin().await.unwrap();
        let stands = transaction.reminder_stands(reminder, user).await.unwrap();
        stands.map(|stands| (stands.open, stands.state))
    };
    let rings = Some((true, "fired".to_owned()));
    assert_eq!(stands(hers, scene.dana).await, rings);
    assert_eq!(stands(hers, scene.yossi).await, None);
    assert_eq!(stands(hers + 1000, scene.dana).await, None);
    scene
        .rows
        .execute("UPDATE tasks SET state = 'done'", &[])
        .await
        .unwrap();
    assert_eq!(stands(hers, scene.dana).await, Some((false, "done".to_owned())));
    // Who may not log in any more answers nothing.
    let found = scene.store.business_of_reminder(hers, scene.dana).await.unwrap();
    assert_eq!(found, Some(scene.business));
    let off = "UPDATE users SET active = false WHERE name = 'dana'";
    scene.rows.execute(off, &[]).await.unwrap();
    let found = scene.store.business_of_reminder(hers, scene.dana).await.unwrap();
    assert_eq!(found, None);
}
