//! `agentlocator simulate whatsapp`: a customer writes through a running carrier (`agentlocator demo` starts one), and what the engine
//! sends to that phone is printed as it comes. It speaks to nothing but the carrier.

use super::simulate::{BUSINESS_NUMBER, CALLER_NUMBER};
use super::{say, say_error};
use crate::config::Config;
use anyhow::Context;
use clap::Args;
use simulator::remote;
use simulator::whatsapp::{FloodPlan, Line, Person, What, WriteRequest, Wrote};
use std::time::{Duration, Instant};

/// How often the phone is looked at.
const GLANCE: Duration = Duration::from_millis(300);

/// A message.
#[derive(Args)]
pub struct Arguments {
    /// What the customer writes.
    #[arg(long)]
    text: String,
    /// Through whom: twilio, meta or bridge.
    #[arg(long, default_value = "twilio", value_parser = line)]
    line: Line,
    /// The customer's number.
    #[arg(long, default_value = CALLER_NUMBER)]
    from: String,
    /// How the customer calls himself.
    #[arg(long, default_value = "דנה")]
    name: String,
    /// The business's number; for twilio only.
    #[arg(long, default_value = BUSINESS_NUMBER)]
    to: String,
    /// The bridge's channel, as the engine numbers it; for bridge only.
    #[arg(long)]
    channel: Option<String>,
    /// The engine; it must listen on loopback.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    engine: String,
    /// A running carrier.
    #[arg(long, default_value = "http://127.0.0.1:4010")]
    carrier: String,
    /// Seconds to wait for what comes back.
    #[arg(long, default_value_t = 10)]
    wait: u64,
}

/// A line by its word.
pub fn line(word: &str) -> Result<Line, String> {
    Line::parse(word).ok_or_else(|| "expected twilio, meta or bridge".to_owned())
}

/// What a load sends, by its word.
pub fn what(word: &str) -> Result<What, String> {
    match word {
        "messages" => Ok(What::Messages),
        "statuses" => Ok(What::Statuses),
        _ => Err("expected messages or statuses".to_owned()),
    }
}

/// Runs a load and says what came of it. The status is 0 when each delivery was answered 200.
pub async fn flood(plan: FloodPlan) -> anyhow::Result<i32> {
    let report = simulator::whatsapp::flood(plan)
        .await
        .map_err(anyhow::Error::msg)?;
    let ms = |part| report.latency.quantile(part).as_secs_f64() * 1000.0;
    say(&format!(
        "{} sent with {} in them, p50 {:.1} ms, p99 {:.1} ms, {:?}, {} unanswered",
        report.sent,
        report.things,
        ms(0.5),
        ms(0.99),
        report.statuses,
        report.unanswered
    ));
    say(&format!(
        "{:.0} a second",
        report.things as f64 / report.seconds.max(1e-9)
    ));
    let good = report.statuses.get(&200).copied().unwrap_or(0);
    Ok(i32::from(good != report.sent))
}

/// Runs the command. The status is 0 when the engine took the message.
pub async fn run(arguments: Arguments) -> anyhow::Result<i32> {
    let seen = remote::received(&arguments.carrier, &arguments.from)
        .await
        .context("no carrier runs: `agentlocator demo` starts one")?
        .len();
    let public = Config::from_env()?.public_host;
    let request = WriteRequest {
        line: arguments.line,
        from: Person::new(&arguments.from, &arguments.name),
        to: (arguments.line == Line::Twilio).then(|| arguments.to.clone()),
        wrote: Wrote::Text {
            text: arguments.text.clone(),
        },
        reply_to: None,
        target: Some(arguments.engine.clone()),
        public: public.map(|host| host.as_str().to_owned()),
        bridge_channel: arguments.channel.clone(),
        times: None,
    };
    let (id, status) = remote::write(&arguments.carrier, &request).await?;
    say(&format!("  {} → {id} (HTTP {status})", arguments.text));
    if status != 200 {
        say_error("  the engine did not take it");
        return Ok(1);
    }
    watch(&arguments, seen).await?;
    Ok(0)
}

async fn watch(arguments: &Arguments, mut seen: usize) -> anyhow::Result<()> {
    let until = Instant::now() + Duration::from_secs(arguments.wait);
    while Instant::now() < until {
        let all = remote::received(&arguments.carrier, &arguments.from).await?;
        for message in all.iter().skip(seen) {
            say(&format!("  ← {}", message.text));
        }
        seen = seen.max(all.len());
        tokio::time::sleep(GLANCE).await;
    }
    Ok(())
}
