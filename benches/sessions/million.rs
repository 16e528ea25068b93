//! A million tasks in Postgres, and ten thousand that come due in one second: what that costs, and whether any was lost
//! or rang twice.

use crate::machine::Bound::Below;
use crate::machine::{EngineUnderLoad, figure, target};
use crate::visitors::{Pages, Visitors, percentile};
use std::time::Duration;

/// Whoever is told late is told within this; the story of a stop asks for the same.
const LATE_MS: f64 = 5_000.0;
/// After the last was told: a second telling would have come by then.
const SETTLE: Duration = Duration::from_secs(3);

/// So many tasks far ahead, then so many in one second.
pub async fn measure(
    engine: &EngineUnderLoad,
    visitors: &Visitors,
    open: &mut Pages,
    far: usize,
    near: usize,
) {
    let before = engine.memory_mb("Rss");
    visitors.pile_up(far).await;
    // By now every tick has looked at them.
    tokio::time::sleep(Duration::from_secs(5)).await;
    figure("tasks far ahead in Postgres", far);
    figure(
        "engine: growth with them, MB",
        format!("{:.1}", engine.memory_mb("Rss") - before),
    );
    target(
        "engine: clocks armed for them",
        engine.metric("reminders_armed").await,
        0.0,
        Below,
    );

    let cpu = engine.cpu();
    visitors.remind_at_once(near).await;
    let mut late = open.lateness(near).await;
    let told_again = open.told_within(SETTLE).await;
    figure("tasks that came due in one second", near);
    figure(
        "engine: CPU a reminder of them, ms (engine + Postgres)",
        engine.cpu().since(cpu).shares(near as f64),
    );
    figure(
        "engine: lateness of them, p50, ms",
        format!("{:.0}", percentile(&mut late, 0.5)),
    );
    target(
        "engine: lateness of the last of them, ms",
        percentile(&mut late, 1.0),
        LATE_MS,
        Below,
    );
    target("told a second time", told_again as f64, 0.0, Below);
    let (lost, doubled) = visitors.lost_and_doubled().await;
    target("reminders lost, by the rows", lost as f64, 0.0, Below);
    target("reminders rung twice, by the rows", doubled as f64, 0.0, Below);
}
