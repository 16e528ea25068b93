//! `agentlocator simulate …`: plays the carrier against an engine. Where a demo's carrier runs it is
//! asked to place the call; else one is started here, at the address of `TWILIO_API_BASE`.

use super::watching::print_steps;
use super::{say, say_error};
use crate::config::{Carrier as CarrierConfig, Config};
use crate::speech;
use anyhow::{Context, bail};
use base64::Engine as _;
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;
use simulator::carrier::CallRequest;
use simulator::load::{LoadPlan, Scenario};
use simulator::whatsapp::{FloodPlan, Line, What};
use simulator::{CallReport, Carrier, CarrierOptions, remote};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where the demo's carrier listens, and where the demo's engine does.
pub const CARRIER_PORT: u16 = 4010;
/// The demo business's number, and a caller's.
pub const BUSINESS_NUMBER: &str = "+97249876543";
pub const CALLER_NUMBER: &str = "+972501234567";

/// Its commands.
#[derive(Subcommand)]
pub enum SimulateCommand {
    /// One call.
    Call(CallArguments),
    /// One message of a customer on WhatsApp, and what comes back to that phone.
    Whatsapp(super::simulate_whatsapp::Arguments),
    /// Many: signed requests or whole calls at a rate, bounded in count and time, loopback only.
    Load(LoadArguments),
}

/// A load. The account is that of the environment, as the engine has it.
#[derive(Args)]
pub struct LoadArguments {
    /// The engine; it must listen on loopback.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    engine: String,
    /// The number called.
    #[arg(long, default_value = BUSINESS_NUMBER)]
    to: String,
    /// Arrivals a second; left out: as fast as the connections go.
    #[arg(long)]
    rate: Option<f64>,
    /// Seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Requests or calls at once.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Whole recorded calls of so many turns instead of `incoming_call` alone.
    #[arg(long)]
    turns: Option<u32>,
    /// Instead of calls: messages or statuses of WhatsApp.
    #[arg(long, value_parser = super::simulate_whatsapp::what)]
    whatsapp: Option<What>,
    /// Through whom: twilio or meta.
    #[arg(long, default_value = "twilio", value_parser = super::simulate_whatsapp::line)]
    line: Line,
    /// Messages or statuses in one delivery of Meta's.
    #[arg(long, default_value_t = 1)]
    batch: u64,
}

/// A call: what the caller says, one a turn.
#[derive(Args)]
pub struct CallArguments {
    /// A sentence; repeat it for further turns.
    #[arg(long)]
    say: Vec<String>,
    /// A WAV file that the caller plays after what it says.
    #[arg(long)]
    wav: Option<PathBuf>,
    /// The caller's number.
    #[arg(long, default_value = CALLER_NUMBER)]
    from: String,
    /// The number called.
    #[arg(long, default_value = BUSINESS_NUMBER)]
    to: String,
    /// The engine; it must listen on loopback.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    engine: String,
    /// A running carrier, as `agentlocator demo` starts one.
    #[arg(long, default_value = "http://127.0.0.1:4010")]
    carrier: String,
    /// Take no time for playing and speaking.
    #[arg(long)]
    fast: bool,
}

/// Runs the command. The status is 0 when the carrier found nothing to complain of.
pub async fn run(command: SimulateCommand) -> anyhow::Result<i32> {
    match command {
        SimulateCommand::Call(arguments) => call(arguments).await,
        SimulateCommand::Whatsapp(arguments) => super::simulate_whatsapp::run(arguments).await,
        SimulateCommand::Load(arguments) => load(arguments).await,
    }
}

async fn load(arguments: LoadArguments) -> anyhow::Result<i32> {
    let config = Config::from_env()?;
    let CarrierConfig {
        account_sid: Some(account),
        auth_token: Some(token),
        api_base,
        ..
    } = &config.carrier
    else {
        bail!("set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as the engine has them");
    };
    let public = config
        .public_host
        .as_ref()
        .map_or(arguments.engine.as_str(), |host| host.as_str());
    let engine = simulator::Engine::behind(arguments.engine.clone(), public);
    if let Some(what) = arguments.whatsapp {
        let seconds = arguments.seconds as f64;
        return super::simulate_whatsapp::flood(FloodPlan {
            engine,
            line: arguments.line,
            what,
            account_sid: account.as_str().to_owned(),
            auth_token: token.expose_secret().to_owned(),
            to: arguments.to,
            rate: arguments.rate,
            connections: arguments.connections,
            count: (arguments.rate.unwrap_or(1_000.0) * seconds) as u64,
            batch: arguments.batch,
        })
        .await;
    }
    let mut plan = LoadPlan::new(engine, account.as_str(), token.expose_secret());
    plan.to = vec![arguments.to];
    plan.rate = arguments.rate;
    plan.connections = arguments.connections;
    plan.time = Duration::from_secs(arguments.seconds);
    plan.recordings = api_base.clone();
    if let Some(turns) = arguments.turns {
        plan.scenario = Scenario::WholeCall {
            turns,
            fetch_media: false,
        };
    }
    let report = simulator::load::run(plan).await?;
    for (kind, figures) in &report.kinds {
        let ms = |part| figures.latency.quantile(part).as_secs_f64() * 1000.0;
        say(&format!(
            "{kind:?}: {} sent, p50 {:.1} ms, p99 {:.1} ms, {:?}",
            figures.sent,
            ms(0.5),
            ms(0.99),
            figures.statuses
        ));
    }
    say(&format!(
        "{:.0} requests/s, {} failed",
        report.requests_per_second(),
        report.failures()
    ));
    report.examples.iter().for_each(|example| say_error(example));
    Ok(i32::from(report.failures() > 0))
}

async fn call(arguments: CallArguments) -> anyhow::Result<i32> {
    if arguments.say.is_empty() && arguments.wav.is_none() {
        bail!("say something: --say \"…\" or --wav FILE");
    }
    let request = request(&arguments)?;
    let (observer, steps) = tokio::sync::mpsc::channel(64);
    let printing = tokio::spawn(print_steps(steps, tokio::sync::watch::channel(None).0));
    let report = match remote::place_call(&arguments.carrier, &request, Some(observer.clone())).await {
        Ok(report) => report,
        Err(remote::RemoteError::Unreachable(_)) => place_here(request, observer.clone()).await?,
        Err(error) => return Err(error.into()),
    };
    drop(observer);
    printing.await?;
    Ok(conclude(&report))
}

fn request(arguments: &CallArguments) -> anyhow::Result<CallRequest> {
    let wav = match &arguments.wav {
        Some(file) => {
            let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
            Some(base64::engine::general_purpose::STANDARD.encode(bytes))
        }
        None => None,
    };
    Ok(CallRequest {
        to: arguments.to.clone(),
        from: arguments.from.clone(),
        say: arguments.say.clone(),
        wav_base64: wav,
        target: arguments.engine.clone(),
        public: Config::from_env()?
            .public_host
            .map(|host| host.as_str().to_owned()),
        dial: None,
        pace: Some(if arguments.fast { 0.0 } else { 1.0 }),
    })
}

/// A carrier of our own, with the account of the environment.
async fn place_here(
    request: CallRequest,
    observer: tokio::sync::mpsc::Sender<simulator::call::Step>,
) -> anyhow::Result<CallReport> {
    let config = Config::from_env()?;
    let carrier = start_carrier(&config, &config.carrier.api_base).await.context(
        "no carrier runs (see `agentlocator demo`), and none can be started here: set TWILIO_API_BASE to a \
         loopback address, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as the engine has them",
    )?;
    let mut plan = request.plan().map_err(anyhow::Error::msg)?;
    plan.observer = Some(observer);
    Ok(carrier.place_call(plan).await)
}

/// A carrier at this address that speaks with the local voice.
pub async fn start_carrier(config: &Config, base: &str) -> anyhow::Result<Carrier> {
    let CarrierConfig {
        account_sid,
        auth_token,
        ..
    } = &config.carrier;
    let (Some(account), Some(token)) = (account_sid, auth_token) else {
        bail!("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set");
    };
    let assembled = speech::assemble(&config.speech)?;
    let Some(local) = assembled.local else {
        bail!("a simulated caller needs a voice: run `agentlocator models prepare`");
    };
    let mut options = CarrierOptions::new(account.as_str(), token.expose_secret());
    options.address = simulator::loopback(base).map_err(anyhow::Error::msg)?;
    // Twilio's files are not there at once either.
    options.recording_delay = Duration::from_millis(300);
    options.voice = Arc::new(speech::CallerVoice(local));
    Carrier::start(options)
        .await
        .with_context(|| format!("a carrier at {base}"))
}

/// What the carrier thought of the call.
pub fn conclude(report: &CallReport) -> i32 {
    for violation in &report.violations {
        say_error(&format!("  the carrier complains: {}", violation.sentence));
    }
    let silence = report.longest_unexplained_silence_s;
    say(&format!(
        "  {} {}; longest unexplained silence {silence:.1} s; {} complaints",
        report.call_sid,
        report.status,
        report.violations.len()
    ));
    i32::from(!report.is_clean())
}
