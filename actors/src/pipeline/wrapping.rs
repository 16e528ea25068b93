//! What follows a call: its summary, its customer, the tasks it promised. Claimed like a recording,
//! thought out beside the store, written in one commit; run twice it writes once.

use super::PipelineLimits;
use super::stages::{Works, now_in};
use domain::business::Business;
use domain::entities::{CallerId, Value as Meaning};
use domain::ids::CallSid;
use domain::script::{Dialogue, Summary};
use serde_json::{Map, Value, json};
use std::time::Duration;
use store::StoreError;
use store::wrap_ups::{ClaimedCall, NewTask, Ready, WrapUp};

impl Works {
    /// Wraps up the calls that are over and done with: this one, or all that are found.
    pub async fn wrap_up_calls(&self, limits: PipelineLimits, only: Option<&CallSid>) {
        let ready = Ready {
            grace: limits.grace,
            idle: limits.call_idle,
            lease: Duration::from_secs(60),
        };
        let claimed = match self.store.claim_wrap_ups(&self.worker, ready, only).await {
            Ok(claimed) => claimed,
            Err(error) => return tracing::warn!(%error, "no call could be wrapped up"),
        };
        for call in claimed {
            match self.wrap_up(&call).await {
                Ok(()) => metrics::counter!("calls_wrapped_up_total").increment(1),
                Err(StoreError::Fenced) => {}
                Err(error) => {
                    tracing::warn!(call = %call.call_sid, %error, "a call could not be wrapped up yet")
                }
            }
        }
    }

    async fn wrap_up(&self, call: &ClaimedCall) -> Result<(), StoreError> {
        let business = call.business.and_then(|id| self.directory.by_id(id));
        let result = business.map(|business| think(call, &business));
        crate::faults::pass("wrapped", "before");
        let customer = self.store.wrap_up(call, result.as_ref()).await?;
        crate::faults::pass("wrapped", "after");
        if let (Some(business), Some(customer)) = (call.business, customer) {
            self.calls.customer_changed(business, customer);
        }
        Ok(())
    }
}

fn think(call: &ClaimedCall, business: &Business) -> WrapUp {
    let dialogue: Dialogue = call
        .dialogue
        .clone()
        .and_then(|json| serde_json::from_value(json).ok())
        .unwrap_or_default();
    let caller = CallerId::parse(&call.caller);
    let now = now_in(&business.time_zone);
    let summary = business.script.summarise(&dialogue, &call.turns, &caller, &now);
    let mut tasks: Vec<NewTask> = summary
        .tasks
        .iter()
        .map(|task| NewTask {
            title: task.title.clone(),
            notes: summary.text.clone(),
            channel: task.channel.clone(),
            due_at: task.due_at.timestamp(),
        })
        .collect();
    if !call.messages.is_empty() && tasks.is_empty() {
        tasks.push(message_task(call, &caller, &now));
    }
    WrapUp {
        phone: phone_of(&caller, &summary),
        name: name_of(&summary),
        validated: Value::Object(details(&summary, &now, true)),
        details: json!({ "details": details(&summary, &now, false), "messages": call.messages }),
        intent: summary.intent,
        summary: summary.text,
        tasks,
    }
}

/// Somebody left a message: somebody calls back.
fn message_task(call: &ClaimedCall, caller: &CallerId, now: &jiff::Zoned) -> NewTask {
    let who = caller
        .phone()
        .map_or_else(|| "מספר חסוי".to_owned(), |phone| phone.local());
    NewTask {
        title: format!("לחזור אל {who}: השאירו הודעה"),
        notes: call.messages.join("\n"),
        channel: "call".into(),
        due_at: now.timestamp() + jiff::SignedDuration::from_hours(1),
    }
}

/// The number the customer is found by: the one that rang, else one that was said and validated.
fn phone_of(caller: &CallerId, summary: &Summary) -> Option<String> {
    let said = || match validated(summary, "phone")? {
        Meaning::Phone(phone) => Some(phone.as_e164().to_owned()),
        _ => None,
    };
    caller
        .phone()
        .map(|phone| phone.as_e164().to_owned())
        .or_else(said)
}

fn name_of(summary: &Summary) -> Option<String> {
    match validated(summary, "name")? {
        Meaning::Name(name) => Some(name.to_string()),
        _ => None,
    }
}

fn validated<'a>(summary: &'a Summary, name: &str) -> Option<&'a Meaning> {
    let detail = summary
        .details
        .iter()
        .find(|detail| detail.name == name && detail.validated)?;
    detail.value.as_ref()
}

/// Details by name. What is not validated is kept as heard, and marked so.
fn details(summary: &Summary, now: &jiff::Zoned, only_validated: bool) -> Map<String, Value> {
    summary
        .details
        .iter()
        .filter(|detail| detail.validated || !only_validated)
        .map(|detail| {
            let value = json!({
                "value": detail.value,
                "said": detail.said(now),
                "heard": detail.heard,
                "validated": detail.validated,
            });
            (detail.name.clone(), value)
        })
        .collect()
}
