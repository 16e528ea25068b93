//! A simulated call on the terminal: each step as it happens, in words.

use super::say;
use domain::ids::CallSid;
use simulator::call::{Event, Step};
use tokio::sync::{mpsc, watch};

/// Prints steps until the call is over. What a person wants to follow is printed, the rest is in the report.
/// `ringing` is told which call it is, and is dropped when the call is over.
pub async fn print_steps(mut steps: mpsc::Receiver<Step>, ringing: watch::Sender<Option<CallSid>>) {
    while let Some(step) = steps.recv().await {
        if let Event::Ringing { call_sid, .. } = &step.event {
            let _ = ringing.send(CallSid::parse(call_sid).ok());
        }
        if let Some(line) = line(&step.event) {
            say(&format!("  {:7.2} s  {line}", step.at_s));
        }
    }
}

fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Ringing { call_sid, from, to } => format!("{from} rings {to} ({call_sid})"),
        Event::Answered => "answered".into(),
        Event::Playing(played) => {
            let file = played.url.rsplit('/').next().unwrap_or(&played.url);
            let heard = played
                .heard_text
                .as_deref()
                .map(|text| format!(": {text}"))
                .unwrap_or_default();
            let name = if file.len() > 24 { &file[..12] } else { file };
            format!("engine speaks {:.1} s [{name}]{heard}", played.sounding_s)
        }
        Event::Saying { text, .. } => format!("the carrier's voice says: {text}"),
        Event::Listening { .. } => "listening".into(),
        Event::CallerSpoke { what, seconds, .. } => format!("caller, {seconds:.1} s: {what}"),
        Event::CallerSilent => "caller says nothing".into(),
        Event::CallerHungUp => "caller hangs up".into(),
        Event::Dialled { whom, status, .. } => format!("dialled {}: {status}", whom.join(", ")),
        Event::Violation(violation) => format!("VIOLATION: {}", violation.sentence),
        Event::Ended { status, seconds } => format!("{status} after {seconds:.1} s"),
        Event::Webhook(_) | Event::Pausing { .. } | Event::Updated { .. } => return None,
    })
}
