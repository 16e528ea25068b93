//! `/api/stats`: figures of a business over days of its own calendar. Each figure is the number of rows that a list shows for the
//! same days and the filter that is said with it.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::paging::{Paged, whole};
use super::stats_body::{
    AgentFigures, DayFigures, Days, Figures, Funnel, FunnelStage, HourFigures, Overview, Sources,
};
use super::tasks::zone_of;
use super::who::{Who, tenant};
use actix_web::{get, web};
use domain::access::Role;
use domain::customer::Stage;
use domain::period::{Period, PeriodError};
use domain::stats::CallSums;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::tenant::TenantTx;
use utoipa::IntoParams;

/// Days that figures are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatsQuery {
    /// The first day, in the business's zone; thirty days before the end when not said.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day, which is in it; today when not said. At most 400 days.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// Days of a business, and when they begin there.
struct Asked {
    period: Period,
    zone: TimeZone,
    days: Vec<Timestamp>,
}

fn refused(error: PeriodError) -> ApiError {
    ApiError::new(Code::BadRequest, error.to_string())
}

impl StatsQuery {
    fn asked(&self, zone: TimeZone) -> Result<Asked, ApiError> {
        let today = Timestamp::now().to_zoned(zone.clone()).date();
        Asked::of(Period::of(self.from, self.to, today).map_err(refused)?, zone)
    }
}

impl Asked {
    fn of(period: Period, zone: TimeZone) -> Result<Self, ApiError> {
        let days = period.beginnings(&zone).map_err(refused)?;
        Ok(Self { period, zone, days })
    }

    fn days(&self) -> Days {
        Days {
            from: self.period.from(),
            to: self.period.to(),
        }
    }
}

async fn figures(transaction: &TenantTx<'_>, asked: &Asked) -> Result<Figures, ApiError> {
    let mut calls = CallSums::default();
    for (_, more) in transaction.call_sums(&asked.days).await? {
        calls.add(&more);
    }
    Ok(Figures::of(Sources {
        calls,
        work: transaction.work_done(&asked.days).await?,
        overdue: transaction.tasks_overdue(&asked.days).await?,
        follow_ups: transaction.follow_ups(&asked.days).await?,
    }))
}

/// Everything at a glance, beside the same number of days before.
#[utoipa::path(tag = "stats", params(StatsQuery), responses((status = 200, body = Overview)))]
#[get("/api/stats/overview")]
pub async fn overview(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<StatsQuery>,
) -> Result<web::Json<Overview>, ApiError> {
    let business = who.business()?;
    let asked = query.asked(zone_of(&edge, business))?;
    let before = Asked::of(asked.period.before().map_err(refused)?, asked.zone.clone())?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    Ok(web::Json(Overview {
        days: asked.days(),
        days_before: before.days(),
        time_zone: asked.zone.iana_name().unwrap_or("UTC").to_owned(),
        figures: figures(&transaction, &asked).await?,
        figures_before: figures(&transaction, &before).await?,
    }))
}

/// Each day, oldest first.
#[utoipa::path(tag = "stats", params(StatsQuery), responses((status = 200, body = Paged<DayFigures>)))]
#[get("/api/stats/by-day")]
pub async fn by_day(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<StatsQuery>,
) -> Result<web::Json<Paged<DayFigures>>, ApiError> {
    let business = who.business()?;
    let asked = query.asked(zone_of(&edge, business))?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let dates = asked.period.each_day();
    let mut calls = vec![CallSums::default(); dates.len()];
    for (at, more) in transaction.call_sums(&asked.days).await? {
        let day = asked.days.partition_point(|beginning| *beginning <= at);
        if let Some(sums) = day.checked_sub(1).and_then(|day| calls.get_mut(day)) {
            sums.add(&more);
        }
    }
    let work = transaction.work_done(&asked.days).await?;
    let days = dates.into_iter().zip(calls).zip(work);
    Ok(web::Json(whole(
        days.map(|((day, calls), work)| DayFigures::of(day, &calls, work))
            .collect(),
    )))
}

/// Callers' calls by weekday and hour of the business's clock: all 168 hours of a week, Sunday's first.
#[utoipa::path(tag = "stats", params(StatsQuery), responses((status = 200, body = Paged<HourFigures>)))]
#[get("/api/stats/missed-by-hour")]
pub async fn missed_by_hour(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<StatsQuery>,
) -> Result<web::Json<Paged<HourFigures>>, ApiError> {
    let business = who.business()?;
    let asked = query.asked(zone_of(&edge, business))?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let mut week: Vec<HourFigures> = (0..168).map(HourFigures::nothing).collect();
    for (at, sums) in transaction.call_counts(&asked.days).await? {
        let clock = asked.zone.to_datetime(at);
        let hour = i32::from(clock.weekday().to_sunday_zero_offset()) * 24 + i32::from(clock.hour());
        if let Some(figures) = usize::try_from(hour).ok().and_then(|hour| week.get_mut(hour)) {
            figures.calls += sums.calls;
            figures.missed += sums.missed;
        }
    }
    Ok(web::Json(whole(week)))
}

/// What each person of the business did; agents are told of themselves.
#[utoipa::path(tag = "stats", params(StatsQuery), responses((status = 200, body = Paged<AgentFigures>)))]
#[get("/api/stats/by-agent")]
pub async fn by_agent(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<StatsQuery>,
) -> Result<web::Json<Paged<AgentFigures>>, ApiError> {
    let business = who.business()?;
    let asked = query.asked(zone_of(&edge, business))?;
    let only = (who.role == Some(Role::Agent) && !who.admin).then_some(who.user);
    let mut tenant = tenant(&edge, business).await?;
    let mut figures = tenant.begin().await?.person_figures(&asked.days, only).await?;
    let people = edge.switchboard.store.assignees(business).await?;
    let people = people
        .into_iter()
        .filter(|(user, _)| only.is_none_or(|only| only == *user));
    let agents =
        people.map(|(user, name)| AgentFigures::of(user, name, figures.remove(&user).unwrap_or_default()));
    Ok(web::Json(whole(agents.collect())))
}

/// How far the customers came who came to be in these days, and how long stages lasted that were left in them.
#[utoipa::path(tag = "stats", params(StatsQuery), responses((status = 200, body = Funnel)))]
#[get("/api/stats/funnel")]
pub async fn funnel(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<StatsQuery>,
) -> Result<web::Json<Funnel>, ApiError> {
    let business = who.business()?;
    let asked = query.asked(zone_of(&edge, business))?;
    let mut tenant = tenant(&edge, business).await?;
    let figures = tenant.begin().await?.stage_figures(&asked.days).await?;
    let customers: i64 = figures.reached.iter().sum();
    let mut reached = customers;
    let mut before: Option<i64> = None;
    let mut stages = Vec::new();
    for (stage, stopped) in Stage::ALL.iter().zip(figures.reached) {
        let left = figures.left.get(stage);
        stages.push(FunnelStage {
            stage: (*stage).into(),
            reached,
            here: figures.here.get(stage).copied().unwrap_or(0),
            conversion: before.filter(|n| *n > 0).map(|n| reached as f64 / n as f64),
            left: left.map_or(0, |(times, _)| *times),
            median_s: left.map(|(_, seconds)| *seconds),
        });
        before = Some(reached);
        reached -= stopped;
    }
    Ok(web::Json(Funnel {
        days: asked.days(),
        customers,
        lost: figures.lost,
        stages,
    }))
}
