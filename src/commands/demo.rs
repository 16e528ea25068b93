//! `agentlocator demo`: the engine with a demo business and a carrier beside it, and a first caller
//! who asks for a flat. What `make run` starts; it stays up until it is told to stop.

use super::simulate::{BUSINESS_NUMBER, CALLER_NUMBER, CARRIER_PORT, conclude, start_carrier};
use super::watching::print_steps;
use super::{demo_people, demo_whatsapp, say, serve};
use crate::config::{AppEnv, Config, PublicHost};
use crate::engine::Engine;
use crate::logging;
use clap::Args;
use domain::entities::Phone;
use domain::ids::{AccountSid, BusinessId, CallSid};
use domain::policy::QuietRules;
use simulator::Carrier;
use simulator::carrier::CallRequest;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};
use store::Store;
use store::audit::By;
use store::business_records::BusinessChange;
use store::businesses::NewBusiness;
use store::reports::{CallReport, TurnReport};

/// Its arguments.
#[derive(Args)]
pub struct DemoArguments {
    /// End after the first call instead of staying up.
    #[arg(long)]
    once: bool,
    /// What the first caller says, one a turn.
    #[arg(long)]
    say: Vec<String>,
    /// Take no time for playing and speaking.
    #[arg(long)]
    fast: bool,
    /// Where the carrier listens; 0 takes any free port.
    #[arg(long, default_value_t = CARRIER_PORT)]
    carrier_port: u16,
}

/// The first caller's words.
const WORDS: [&str; 4] = [
    "שלום, אני מחפש דירה לקנייה בחיפה",
    "שלושה חדרים",
    "התקציב שלי הוא מיליון וחצי שקלים",
    "תחזרו אליי מחר בעשר בבוקר",
];
/// The account of the demo's carrier: it exists nowhere else.
const ACCOUNT: &str = "ACdeadbeefdeadbeefdeadbeefdeadbeef";
/// How long fixed sentences may take to be synthesised before the first call is placed all the same.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs the demo.
pub async fn run(arguments: DemoArguments) -> anyhow::Result<i32> {
    let mut config = Config::from_env()?;
    let _log = logging::start(&config)?;
    prepare(&mut config)?;
    let place = format!("http://127.0.0.1:{}", arguments.carrier_port);
    let carrier = start_carrier(&config, &place).await?;
    config.carrier.api_base = carrier.base().to_owned();
    let engine = Engine::start(&config).await?;
    say(&format!("engine    http://{}", engine.address));
    say(&format!(
        "carrier   {} (simulated: no account, no key, nothing leaves this machine)",
        carrier.base()
    ));
    let business = create_business(&engine).await?;
    demo_people::create(&config, &engine.store, business).await?;
    say("speech    synthesising the greeting …");
    wait_for_greeting(&engine).await;

    demo_whatsapp::open_line(&engine, business).await?;
    let status = first_call(&arguments, &engine, &carrier).await?;
    demo_whatsapp::first_message(&engine, &carrier).await?;
    if arguments.once {
        engine.stop().await;
        return Ok(status);
    }
    demo_people::introduce(&config, &engine)?;
    say("");
    say("The engine stays up. Place another call with a sentence of your own:");
    say(&format!(
        "  {} simulate call --engine http://{} --carrier {} --say \"מה שעות הפתיחה שלכם?\"",
        program(),
        engine.address,
        carrier.base()
    ));
    say("Or write to the business, and see it in the inbox:");
    say(&format!(
        "  {} simulate whatsapp --engine http://{} --carrier {} --text \"אפשר לראות את הדירה מחר?\"",
        program(),
        engine.address,
        carrier.base()
    ));
    say("Stop it with Ctrl-C.");
    serve::told_to_stop().await?;
    engine.stop().await;
    Ok(0)
}

/// What the demo decides for itself: an account, an address that is signed, quiet logs.
fn prepare(config: &mut Config) -> anyhow::Result<()> {
    if config.env == AppEnv::Production {
        anyhow::bail!("the demo has people whose passwords it prints: it is not for production");
    }
    config.carrier.account_sid = Some(AccountSid::parse(ACCOUNT)?);
    config.carrier.auth_token = Some(uuid::Uuid::new_v4().simple().to_string().into());
    if config.port == 0 {
        config.port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    }
    config.public_host = Some(PublicHost::of(SocketAddr::new(config.bind, config.port)));
    Ok(())
}

fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "agentlocator".into())
}

async fn create_business(engine: &Engine) -> anyhow::Result<BusinessId> {
    let new = NewBusiness {
        name: "תיווך הגליל",
        number: &Phone::parse(BUSINESS_NUMBER)?,
        script: domain::script::REAL_ESTATE,
        voice: "",
    };
    let id = engine.store.ensure_business(new).await?;
    engine.directory.reload(&engine.store).await?;
    never_quiet(engine, id).await?;
    say(&format!("business  {id} תיווך הגליל, {BUSINESS_NUMBER}"));
    Ok(id)
}

/// A demo is looked at on any day: until somebody changes its business, calls and messages go out on Shabbat too.
async fn never_quiet(engine: &Engine, id: BusinessId) -> anyhow::Result<()> {
    let mut tenant = engine.store.tenant(id).await?;
    let transaction = tenant.begin().await?;
    let untouched = transaction
        .business_record()
        .await?
        .is_some_and(|record| record.row.version == 1);
    if untouched {
        let quiet = QuietRules {
            nights: None,
            shabbat: false,
            holidays: false,
            ..QuietRules::default()
        };
        let change = BusinessChange {
            quiet: Some(quiet),
            ..BusinessChange::default()
        };
        transaction.change_business(&By::default(), None, &change).await?;
        transaction.commit().await?;
    }
    Ok(())
}

async fn wait_for_greeting(engine: &Engine) {
    let deadline = Instant::now() + PATIENCE;
    let greeted = || {
        engine
            .directory
            .by_number(BUSINESS_NUMBER)
            .is_some_and(|b| b.greeting.is_some())
    };
    while !greeted() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn first_call(arguments: &DemoArguments, engine: &Engine, carrier: &Carrier) -> anyhow::Result<i32> {
    let words = if arguments.say.is_empty() {
        WORDS.map(String::from).to_vec()
    } else {
        arguments.say.clone()
    };
    let target = format!("http://{}", engine.address);
    let request = CallRequest {
        to: BUSINESS_NUMBER.into(),
        from: CALLER_NUMBER.into(),
        say: words,
        wav_base64: None,
        target,
        public: None,
        dial: None,
        pace: Some(if arguments.fast { 0.0 } else { 1.0 }),
    };
    say("");
    say("A caller rings:");
    let mut plan = request.plan().map_err(anyhow::Error::msg)?;
    let (observer, steps) = tokio::sync::mpsc::channel(64);
    plan.observer = Some(observer);
    let (tell, ringing) = tokio::sync::watch::channel(None);
    let printing = tokio::spawn(print_steps(steps, tell));
    let turns = tokio::spawn(print_turns(engine.store.clone(), ringing));
    let report = carrier.place_call(plan).await;
    printing.await?;
    let status = conclude(&report);
    let sid = CallSid::parse(&report.call_sid)?;
    let call = wait_for_report(engine, &sid).await?;
    turns.await?;
    say("");
    say("What is kept of it, read back from Postgres:");
    print_call(&call);
    Ok(status)
}

/// Each turn as soon as it is worked out, until the call's steps have ended.
async fn print_turns(store: Store, ringing: tokio::sync::watch::Receiver<Option<CallSid>>) {
    let mut printed = 0;
    loop {
        // The sender goes with the call: then one last look.
        let over = ringing.has_changed().is_err();
        let sid = ringing.borrow().clone();
        if let Some(sid) = sid
            && let Ok(turns) = store.turn_reports(&sid).await
        {
            turns
                .get(printed..)
                .unwrap_or_default()
                .iter()
                .for_each(print_turn);
            printed = turns.len().max(printed);
        }
        if over {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn wait_for_report(engine: &Engine, sid: &CallSid) -> anyhow::Result<CallReport> {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        if let Some(report) = engine.store.call_report(sid).await? {
            return Ok(report);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the call was not wrapped up within a minute")
}

fn print_turn(turn: &TurnReport) {
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let ms = |ms: Option<i32>| ms.map_or_else(|| "-".into(), |ms| ms.to_string());
    say(&format!(
        "  turn {} ({})",
        turn.turn,
        turn.reason.as_deref().unwrap_or(&turn.state)
    ));
    say(&format!("    heard       {}", shown(&turn.heard)));
    let understood = if turn.understood == Some(false) {
        " (not understood)"
    } else {
        ""
    };
    say(&format!("    understood  {}{understood}", shown(&turn.intent)));
    say(&format!("    answered    {}", shown(&turn.answered)));
    let [download, transcription, reply, synthesis] = turn.took_ms;
    say(&format!(
        "    ms          download {}, transcription {} ({}), reply {} ({}), speech {} ({})",
        ms(download),
        ms(transcription),
        shown(&turn.transcribed_by),
        ms(reply),
        shown(&turn.replied_by),
        ms(synthesis),
        shown(&turn.synthesised_by),
    ));
}

fn print_call(call: &CallReport) {
    say("  summary");
    for line in call.summary.lines() {
        say(&format!("    {line}"));
    }
    if let Some(customer) = &call.customer {
        say(&format!(
            "  customer {}  {} {}",
            customer.id, customer.phone, customer.name
        ));
        for (name, detail) in customer.details.as_object().into_iter().flatten() {
            say(&format!("    {name}: {}", detail["said"].as_str().unwrap_or("")));
        }
    }
    for task in &call.tasks {
        say(&format!(
            "  task {}  {} ({}), due {}",
            task.id, task.title, task.channel, task.due_at
        ));
    }
}
