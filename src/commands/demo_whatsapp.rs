//! The demo's WhatsApp: the business's number at the simulated carrier, and the caller, who writes after the call. The assistant
//! answers until a person takes the conversation.

use super::say;
use super::simulate::{BUSINESS_NUMBER, CALLER_NUMBER};
use crate::engine::Engine;
use domain::ids::BusinessId;
use domain::whatsapp::ProviderName;
use simulator::Carrier;
use simulator::whatsapp::{Line, Person, StatusPlan, Written};
use std::time::{Duration, Instant};
use store::audit::By;
use store::whatsapp::NewChannel;

/// What the caller writes.
const WORDS: &str = "היי, דיברנו עכשיו בטלפון. מה שעות הפתיחה שלכם?";
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(8);

/// The number, unless the business has one from an earlier start.
pub async fn open_line(engine: &Engine, business: BusinessId) -> anyhow::Result<()> {
    let mut tenant = engine.store.tenant(business).await?;
    let transaction = tenant.begin().await?;
    if transaction.channels().await?.is_empty() {
        let new = NewChannel {
            provider: ProviderName::Twilio,
            number: BUSINESS_NUMBER.into(),
            name: "WhatsApp".into(),
            assistant: true,
            phone_number_id: None,
            account_id: String::new(),
            base_url: String::new(),
            secret: None,
        };
        transaction.make_channel(&By::default(), &new).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The caller writes, and what comes back to the phone is printed.
pub async fn first_message(engine: &Engine, carrier: &Carrier) -> anyhow::Result<()> {
    let whatsapp = carrier.whatsapp();
    whatsapp.connect(
        simulator::Engine::local(format!("http://{}", engine.address)),
        None,
    );
    whatsapp.statuses(StatusPlan {
        every_ms: 700,
        ..StatusPlan::of(&["sent", "delivered", "read"])
    });
    let dana = Person::new(CALLER_NUMBER, "דנה");
    let written = Written::text(Line::Twilio, dana, BUSINESS_NUMBER, WORDS);
    say("");
    say("The caller writes on WhatsApp:");
    let status = whatsapp.write(&written).await.map_err(anyhow::Error::msg)?;
    say(&format!("  {WORDS} (HTTP {status})"));
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(answer) = whatsapp.sent().first() {
            say(&format!("  ← {}", answer.text));
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}
