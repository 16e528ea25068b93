//! Figures as they are sent.

use super::customer_body::CustomerStage;
use domain::access::UserId;
use domain::stats::CallSums;
use jiff::civil::Date;
use serde::Serialize;
use store::stats::{FollowUps, PersonFigures, WorkDone};
use utoipa::ToSchema;

/// Days of a period, both of them in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Days {
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    #[schema(value_type = String, format = Date)]
    pub to: Date,
}

/// Everything at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub struct Overview {
    pub days: Days,
    /// As many days before.
    pub days_before: Days,
    /// Whose calendar and clock it is.
    pub time_zone: String,
    pub figures: Figures,
    pub figures_before: Figures,
}

/// The figures of some days. A call belongs to the day on which it began.
#[derive(Debug, Serialize, ToSchema)]
pub struct Figures {
    /// Callers' calls: `/api/calls?direction=inbound`.
    calls: i64,
    /// Those that were answered: `outcome=answered`.
    answered: i64,
    /// Those that ended before they were: `outcome=missed`.
    missed: i64,
    /// Calls to customers: `direction=outbound`.
    outgoing: i64,
    /// Length of callers' calls in all, in seconds.
    seconds: i64,
    /// Of an answered call, in seconds.
    average_s: Option<i64>,
    /// How often callers spoke.
    turns: i64,
    /// How often they were answered.
    replies: i64,
    /// Milliseconds that half of the replies did not pass, right to five per cent.
    reply_p50_ms: Option<i64>,
    /// Milliseconds that nine tenths of the replies did not pass, right to five per cent.
    reply_p90_ms: Option<i64>,
    /// Calls in which a message was left: `message=true`.
    messages: i64,
    /// Customers that came to be: `/api/crm/customers`.
    leads: i64,
    /// `/api/tasks?by=created`.
    tasks_made: i64,
    /// `/api/tasks?by=completed`.
    tasks_done: i64,
    /// Tasks that were due in these days and are open though their time has passed: `range=overdue`.
    tasks_overdue: i64,
    /// Calls after which there was a note, or a task that was done, within thirty days: `followed_by=any`.
    followed_up: i64,
    /// Seconds until then that half of them did not pass.
    follow_up_p50_s: Option<i32>,
    follow_up_p90_s: Option<i32>,
}

/// Where the figures of some days come from.
pub struct Sources {
    pub calls: CallSums,
    pub work: Vec<WorkDone>,
    pub overdue: i64,
    pub follow_ups: FollowUps,
}

impl Figures {
    /// Of all days together.
    pub fn of(sources: Sources) -> Self {
        let Sources {
            calls,
            work,
            overdue,
            follow_ups,
        } = sources;
        let sum = |of: fn(&WorkDone) -> i64| work.iter().map(of).sum();
        Self {
            calls: calls.calls,
            answered: calls.answered,
            missed: calls.missed,
            outgoing: calls.outgoing,
            seconds: calls.seconds,
            average_s: calls.average_seconds(),
            turns: calls.turns,
            replies: calls.replied(),
            reply_p50_ms: calls.reply_ms(0.5),
            reply_p90_ms: calls.reply_ms(0.9),
            messages: calls.messages,
            leads: sum(|day| day.leads),
            tasks_made: sum(|day| day.tasks_made),
            tasks_done: sum(|day| day.tasks_done),
            tasks_overdue: overdue,
            followed_up: follow_ups.calls,
            follow_up_p50_s: follow_ups.half_s,
            follow_up_p90_s: follow_ups.most_s,
        }
    }
}

/// The figures of one day; their meaning is that of `Figures`.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayFigures {
    #[schema(value_type = String, format = Date)]
    day: Date,
    calls: i64,
    answered: i64,
    missed: i64,
    outgoing: i64,
    seconds: i64,
    average_s: Option<i64>,
    turns: i64,
    reply_p50_ms: Option<i64>,
    reply_p90_ms: Option<i64>,
    messages: i64,
    leads: i64,
    tasks_made: i64,
    tasks_done: i64,
}

impl DayFigures {
    /// Of this day.
    pub fn of(day: Date, calls: &CallSums, work: WorkDone) -> Self {
        Self {
            day,
            calls: calls.calls,
            answered: calls.answered,
            missed: calls.missed,
            outgoing: calls.outgoing,
            seconds: calls.seconds,
            average_s: calls.average_seconds(),
            turns: calls.turns,
            reply_p50_ms: calls.reply_ms(0.5),
            reply_p90_ms: calls.reply_ms(0.9),
            messages: calls.messages,
            leads: work.leads,
            tasks_made: work.tasks_made,
            tasks_done: work.tasks_done,
        }
    }
}

/// An hour of the week.
#[derive(Debug, Serialize, ToSchema)]
pub struct HourFigures {
    /// 0 is Sunday.
    weekday: i32,
    /// 0 to 23, as the business's clock shows it.
    hour: i32,
    /// Callers' calls: `/api/calls?direction=inbound&weekday=…&hour=…`.
    pub calls: i64,
    /// `outcome=missed`.
    pub missed: i64,
}

impl HourFigures {
    /// The hour of the week, from 0, in which nobody called.
    pub fn nothing(hour: i32) -> Self {
        Self {
            weekday: hour / 24,
            hour: hour % 24,
            calls: 0,
            missed: 0,
        }
    }
}

/// What one person did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgentFigures {
    id: i64,
    name: String,
    /// Customers that are this person's now: `/api/crm/customers?assignee=…`.
    customers: i64,
    /// `/api/tasks?by=completed&done_by=…`.
    tasks_done: i64,
    /// Calls that this person followed up first: `/api/calls?followed_by=…`.
    followed_up: i64,
    /// Seconds from the call to the follow-up that half of them did not pass.
    follow_up_p50_s: Option<i32>,
    follow_up_p90_s: Option<i32>,
}

impl AgentFigures {
    /// Of this person.
    pub fn of(user: UserId, name: String, figures: PersonFigures) -> Self {
        Self {
            id: user.0,
            name,
            customers: figures.customers,
            tasks_done: figures.tasks_done,
            followed_up: figures.follow_ups.calls,
            follow_up_p50_s: figures.follow_ups.half_s,
            follow_up_p90_s: figures.follow_ups.most_s,
        }
    }
}

/// How far customers came.
#[derive(Debug, Serialize, ToSchema)]
pub struct Funnel {
    pub days: Days,
    /// All who came to be in these days.
    pub customers: i64,
    /// Those of them who are lost: `stage=lost`.
    pub lost: i64,
    /// From `new` to `won`.
    pub stages: Vec<FunnelStage>,
}

/// A stage of the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct FunnelStage {
    pub stage: CustomerStage,
    /// Customers who came at least so far: `/api/crm/customers?reached=…`.
    pub reached: i64,
    /// Those of all who are there now: `stage=…`.
    pub here: i64,
    /// Their share of those who reached the stage before, 0 to 1.
    pub conversion: Option<f64>,
    /// How often somebody left this stage in these days.
    pub left: i64,
    /// The median of how long they had been there, in seconds.
    pub median_s: Option<i64>,
}
