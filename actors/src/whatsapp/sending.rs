//! The sender: claims what was written, looks first where an earlier try may have gone out, sends, and keeps what came of it.
//! One attempt for each claim; when to try again is decided here and nowhere else. What may have been sent and can't be
//! looked up is left to a person.

use super::Whatsapp;
use crate::faults;
use domain::entities::Phone;
use domain::whatsapp::MediaKind;
use domain::whatsapp::rules::{client_key, window_is_open};
use gateways::whatsapp::{
    Found, Lookup, MediaSource, Outgoing, OutgoingContent, Provider, Recipient, SendError, TemplateUse,
};
use jiff::Timestamp;
use rand::Rng;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::whatsapp::{ChannelRow, ClaimedMessage, MessageEnd, PutOff};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Bounds of sending.
#[derive(Debug, Clone, Copy)]
pub struct SendingLimits {
    /// Messages on their way at once.
    pub at_once: usize,
    /// Of one number, over all engines.
    pub share: usize,
    /// A claim is held so long; longer than one attempt may take.
    pub lease: Duration,
    /// How often the rows are looked at unasked.
    pub tick: Duration,
    /// After the first failure that said nothing of when to come back; twice as long after each other one.
    pub retry: Duration,
    /// A provider's lists lag: what was tried is looked for after this long.
    pub look_after: Duration,
    /// Where nobody can be asked, a status may still name the message: waited for so long.
    pub patience: Duration,
}

impl Default for SendingLimits {
    fn default() -> Self {
        Self {
            at_once: 64,
            share: 16,
            lease: Duration::from_secs(45),
            tick: Duration::from_millis(500),
            retry: Duration::from_secs(2),
            look_after: Duration::from_secs(10),
            patience: Duration::from_secs(60),
        }
    }
}

/// A message that could not be sent for so long is not sent any more.
const OLDEST: Duration = Duration::from_secs(24 * 3600);
const LONGEST_WAIT: Duration = Duration::from_secs(900);
/// A number that was refused as a whole is tried again after this long, unless somebody looks after it before.
const CHANNEL_WAIT: Duration = Duration::from_secs(300);
/// How long a stop waits for what is on its way.
const STOP: Duration = Duration::from_secs(5);

/// Words of what becomes of an attempt.
pub(super) const OUTCOMES: [&str; 5] = ["sent", "failed", "later", "trouble", "uncertain"];

/// What becomes of an attempt.
enum Outcome {
    Sent(String),
    Failed { code: String, detail: String },
    Wait(Duration, PutOff),
    Trouble { code: String, detail: String },
    Uncertain,
}

impl Whatsapp {
    pub(super) async fn send_all(self: Arc<Self>, stop: CancellationToken) {
        let mut sending = JoinSet::new();
        let (mut freed, mut more) = (false, true);
        let mut ticks = tokio::time::interval(self.limits.tick);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            if !freed {
                freed = self.store.free_messages(&self.worker).await.is_ok();
            }
            if std::mem::take(&mut more) {
                self.claim(&mut sending).await;
            }
            metrics::gauge!("queue_depth", "queue" => "whatsapp_send").set(sending.len() as f64);
            tokio::select! {
                () = stop.cancelled() => {}
                _ = ticks.tick() => {
                    more = true;
                    self.early_statuses().await;
                }
                () = self.bell.send.notified() => more = true,
                Some(ended) = sending.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "sending a message broke off: its lease will run out");
                    }
                    more = true;
                }
            }
        }
        let rest = async { while sending.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(STOP, rest).await;
    }

    async fn claim(self: &Arc<Self>, sending: &mut JoinSet<()>) {
        let free = self.limits.at_once.saturating_sub(sending.len());
        if free == 0 {
            return;
        }
        let (lease, share) = (self.limits.lease, self.limits.share as i64);
        match self
            .store
            .claim_messages(&self.worker, lease, free as i64, share)
            .await
        {
            Ok(claimed) => {
                for one in claimed {
                    let this = self.clone();
                    sending.spawn(async move { this.handle(one).await });
                }
            }
            Err(error) => tracing::debug!(%error, "no messages can be claimed now"),
        }
    }

    /// Statuses that overtook the record of their sending.
    async fn early_statuses(&self) {
        match self.store.take_early_statuses().await {
            Ok(took) => took.iter().for_each(|one| {
                if let (Some(business), Some(conversation)) = (one.business, one.conversation) {
                    self.hint(business, "whatsapp:status", conversation);
                }
            }),
            Err(error) => tracing::debug!(%error, "early statuses wait"),
        }
    }

    async fn handle(&self, one: ClaimedMessage) {
        faults::pass("whatsapp_claimed", "after");
        let outcome = self.outcome(&one).await;
        faults::pass("whatsapp_sent", "before");
        match self.keep(&one, outcome).await {
            // Somebody else has it, or a status said what became of it.
            Ok(()) | Err(StoreError::Fenced) => {}
            Err(error) => {
                tracing::warn!(%error, message = one.message, "how a message went could not be kept: it is looked for");
            }
        }
        faults::pass("whatsapp_sent", "after");
        self.hint(one.business, "whatsapp:status", one.conversation);
    }

    async fn outcome(&self, one: &ClaimedMessage) -> Outcome {
        let channel = match self.store.whatsapp_channel(one.channel).await {
            Ok(Some(channel)) => channel,
            Ok(None) => return failed("number_not_connected", "the number was taken away"),
            Err(_) => return Outcome::Wait(self.limits.retry, self.as_before(one)),
        };
        let provider = match self.providers.of(&channel) {
            Ok(provider) => provider,
            Err(error) => {
                return Outcome::Trouble {
                    code: error.code.into(),
                    detail: error.detail,
                };
            }
        };
        let Some(message) = self.outgoing(one, &*provider).await else {
            return failed("bad_request", "there is nothing that could be sent");
        };
        if let Some(begun) = one.begun_before {
            match self.looked_for(one, &*provider, &message, begun).await {
                Some(outcome) => return outcome,
                None => tracing::info!(message = one.message, "the provider has it not: it is sent again"),
            }
        }
        if one.age > OLDEST {
            return failed("expired", "");
        }
        let free = matches!(one.kind.as_str(), "template" | "reaction");
        if !free && !window_is_open(channel.provider, one.last_inbound_at, Timestamp::now()) {
            return failed("window_closed", "");
        }
        self.sent(one, &channel, provider.send(&message).await)
    }

    fn sent(
        &self,
        one: &ClaimedMessage,
        channel: &ChannelRow,
        answer: Result<gateways::whatsapp::Accepted, SendError>,
    ) -> Outcome {
        match answer {
            Ok(accepted) => Outcome::Sent(accepted.provider_id),
            Err(SendError::Refused(error)) => Outcome::Failed {
                code: error.code,
                detail: error.detail,
            },
            Err(SendError::Throttled {
                retry_after, pair, ..
            }) => {
                let why = if pair { PutOff::NotTaken } else { PutOff::Number };
                Outcome::Wait(retry_after.unwrap_or_else(|| self.backoff(one)), why)
            }
            Err(SendError::Channel(error)) => Outcome::Trouble {
                code: error.code,
                detail: error.detail,
            },
            Err(SendError::Unreachable) => Outcome::Wait(self.backoff(one), PutOff::NotTaken),
            Err(SendError::Uncertain) => {
                tracing::warn!(
                    message = one.message,
                    channel = channel.id,
                    "it is not known whether a message went out"
                );
                Outcome::Wait(self.limits.look_after, PutOff::Unknown)
            }
        }
    }

    /// What an earlier try came to; `None`: it surely did not go out.
    async fn looked_for(
        &self,
        one: &ClaimedMessage,
        provider: &dyn Provider,
        message: &Outgoing,
        begun: Timestamp,
    ) -> Option<Outcome> {
        let now = Timestamp::now();
        let since = Duration::try_from(now.duration_since(begun)).unwrap_or_default();
        if since < self.limits.look_after {
            let wait = self.limits.look_after.saturating_sub(since);
            return Some(Outcome::Wait(wait, PutOff::Unknown));
        }
        let known = match self.store.known_provider_ids(one.conversation, begun).await {
            Ok(known) => known,
            Err(_) => return Some(Outcome::Wait(self.limits.retry, PutOff::Unknown)),
        };
        let lookup = Lookup {
            to: &message.to,
            content: &message.content,
            client_key: &message.client_key,
            from: begun,
            until: now,
            known: &known,
            request_id: &one.request_id,
        };
        match provider.find(&lookup).await {
            Ok(Found::Taken(accepted)) => Some(Outcome::Sent(accepted.provider_id)),
            Ok(Found::NotTaken) => None,
            Ok(Found::CantTell) if since < self.limits.patience => Some(Outcome::Wait(
                self.limits.patience.saturating_sub(since),
                PutOff::Unknown,
            )),
            Ok(Found::CantTell) => Some(Outcome::Uncertain),
            Err(_) if one.age > OLDEST => Some(Outcome::Uncertain),
            Err(_) => Some(Outcome::Wait(self.backoff(one), PutOff::Unknown)),
        }
    }

    async fn keep(&self, one: &ClaimedMessage, outcome: Outcome) -> Result<(), StoreError> {
        let told = match &outcome {
            Outcome::Sent(_) => "sent",
            Outcome::Failed { .. } => "failed",
            Outcome::Wait(..) => "later",
            Outcome::Trouble { .. } => "trouble",
            Outcome::Uncertain => "uncertain",
        };
        metrics::counter!("whatsapp_sends_total", "outcome" => told).increment(1);
        match outcome {
            Outcome::Sent(id) => self.store.end_message(one, MessageEnd::Sent(&id)).await,
            Outcome::Failed { code, detail } => {
                let end = MessageEnd::Failed {
                    code: &code,
                    detail: &detail,
                };
                self.store.end_message(one, end).await
            }
            Outcome::Uncertain => self.store.end_message(one, MessageEnd::Uncertain).await,
            Outcome::Wait(wait, why) => self.store.put_message_off(one, wait, why).await,
            Outcome::Trouble { code, detail } => {
                tracing::warn!(
                    channel = one.channel,
                    code,
                    "a number can't send: somebody has to look after it"
                );
                self.store.channel_in_trouble(one.channel, &code, &detail).await?;
                let wait = CHANNEL_WAIT.min(self.limits.retry.saturating_mul(150));
                self.store.put_message_off(one, wait, PutOff::Number).await
            }
        }
    }

    /// Nothing went out now: what was unknown before still is.
    fn as_before(&self, one: &ClaimedMessage) -> PutOff {
        match one.begun_before {
            Some(_) => PutOff::Unknown,
            None => PutOff::NotTaken,
        }
    }

    /// Twice as long after each try, never in step with others.
    fn backoff(&self, one: &ClaimedMessage) -> Duration {
        let doubled = u32::from(one.attempt.saturating_sub(1).clamp(0, 10).unsigned_abs());
        let wait = self.limits.retry.saturating_mul(1 << doubled).min(LONGEST_WAIT);
        wait.mul_f64(rand::rng().random_range(0.8..1.2))
    }

    async fn outgoing(&self, one: &ClaimedMessage, provider: &dyn Provider) -> Option<Outgoing> {
        let abilities = provider.abilities();
        let phone = one.phone.as_deref().and_then(|phone| Phone::parse(phone).ok());
        let to = match (phone, &one.user_id) {
            (Some(phone), _) => Recipient::Phone(phone),
            (None, Some(id)) => Recipient::UserId(id.clone()),
            (None, None) => return None,
        };
        let content = match one.kind.as_str() {
            "text" => OutgoingContent::Text(one.body.clone()),
            "template" => OutgoingContent::Template(template(one.template.as_ref()?)?),
            "reaction" => OutgoingContent::Reaction {
                to: one.reply_to.clone()?,
                emoji: Some(one.body.clone()).filter(|emoji| !emoji.is_empty()),
            },
            kind => {
                let (file, _, mime, name) = one.media.clone()?;
                OutgoingContent::Media {
                    kind: MediaKind::parse(kind)?,
                    source: MediaSource::Link(self.providers.link(one.business.0, file)),
                    mime,
                    caption: Some(one.body.clone()).filter(|text| !text.is_empty()),
                    name: Some(name).filter(|name| !name.is_empty()),
                }
            }
        };
        Some(Outgoing {
            to,
            client_key: client_key(one.message, one.resent),
            reply_to: one
                .reply_to
                .clone()
                .filter(|_| abilities.reply && one.kind != "reaction"),
            content,
            status_callback: self.providers.status_callback(),
            request_id: one.request_id.clone(),
        })
    }
}

fn failed(code: &str, detail: &str) -> Outcome {
    Outcome::Failed {
        code: code.into(),
        detail: detail.into(),
    }
}

/// As it was written: `{provider_id, name, language, parameters: {key: value}}`.
fn template(kept: &Value) -> Option<TemplateUse> {
    let text = |name: &str| kept[name].as_str().map(str::to_owned);
    let parameters = kept["parameters"].as_array()?;
    let pair = |one: &Value| {
        Some((
            one["name"].as_str()?.to_owned(),
            one["value"].as_str()?.to_owned(),
        ))
    };
    Some(TemplateUse {
        provider_id: text("provider_id").unwrap_or_default(),
        name: text("name")?,
        language: text("language")?,
        parameters: parameters.iter().filter_map(pair).collect(),
    })
}
