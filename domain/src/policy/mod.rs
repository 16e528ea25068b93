//! The policy gate: whether something may go out to a customer now. Whoever calls, writes or mails asks `judge` before; what
//! it refuses has a code that pages have words for, and says when it would be allowed, where time alone would do it.

mod quiet;

pub use quiet::{Nights, Place, Quiet, QuietRules};

use crate::customer::words;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::{Deserialize, Serialize};

words!(
    /// By what something goes out. A call that the engine makes and talks in by itself is another thing than a person's.
    Means:
    Call = "call",
    AutomaticCall = "automatic_call",
    WhatsApp = "whatsapp",
    Sms = "sms",
    Email = "email"
);
words!(
    /// What it goes out for.
    Purpose:
    /// Answers what the customer has just sent or asked.
    Reply = "reply",
    /// Belongs to something that goes on: a deal, a paper, a reminder.
    Service = "service",
    /// Wants the customer's consent.
    Marketing = "marketing"
);

/// Days that a look into the registry of those who want no calls holds for.
pub const REGISTRY_DAYS: i64 = 15;
/// How long after a customer wrote an answer of the engine comes at once, at night too.
const CONVERSATION: SignedDuration = SignedDuration::from_hours(1);

impl Means {
    fn is_call(self) -> bool {
        matches!(self, Self::Call | Self::AutomaticCall)
    }

    /// Whether somebody who wants no `other` wants none of this.
    fn is_or_is_a(self, other: Self) -> bool {
        self == other || self.is_call() && other == Self::Call
    }
}

/// Something that is about to go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outgoing {
    pub means: Means,
    pub purpose: Purpose,
    /// No person decided that it goes out now.
    pub by_engine: bool,
}

/// A consent in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub purpose: Purpose,
    pub means: Means,
    pub given_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// A customer wants nothing more by these means, from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptOut {
    pub means: Means,
    pub at: Timestamp,
}

/// Where a customer and the business stand at this moment.
#[derive(Debug, Clone)]
pub struct Standing {
    /// In the business's zone.
    pub now: Zoned,
    pub quiet: QuietRules,
    pub do_not_call: bool,
    pub opted_out: Vec<OptOut>,
    pub consents: Vec<Consent>,
    /// When the registry of those who want no calls was last looked into for this customer.
    pub registry_checked_at: Option<Timestamp>,
    /// When the customer last called or wrote by these means.
    pub last_inbound_at: Option<Timestamp>,
}

/// Why something does not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// One of [`CODES`].
    pub code: &'static str,
    /// When it would be allowed; `None`: time alone does not do it.
    pub until: Option<Timestamp>,
}

/// Every code of a refusal; the catalogues have words for each.
pub const CODES: [&str; 8] = [
    "do_not_call",
    "opted_out",
    "no_consent",
    "consent_expired",
    "registry_check_old",
    "quiet_hours",
    "shabbat",
    "holiday",
];

/// Whether it may go out now. What a customer said comes before what the clock says.
///
/// # Errors
/// The first reason against it.
pub fn judge(outgoing: &Outgoing, standing: &Standing) -> Result<(), Refusal> {
    let refused = |code| Err(Refusal { code, until: None });
    if outgoing.means.is_call() && standing.do_not_call {
        return refused("do_not_call");
    }
    if opted_out(outgoing, standing) {
        return refused("opted_out");
    }
    if outgoing.purpose == Purpose::Marketing {
        if let Some(code) = no_consent(outgoing.means, standing) {
            return refused(code);
        }
        if outgoing.means.is_call() && !registry_is_fresh(standing) {
            return refused("registry_check_old");
        }
    }
    match quiet_for(outgoing, standing) {
        None => Ok(()),
        Some((quiet, until)) => Err(Refusal {
            code: quiet.as_str(),
            until: Some(until),
        }),
    }
}

/// Who writes again after opting out has opened the conversation again: it is answered, and nothing more.
fn opted_out(outgoing: &Outgoing, standing: &Standing) -> bool {
    let answered = |since: Timestamp| {
        outgoing.purpose == Purpose::Reply && standing.last_inbound_at.is_some_and(|wrote| wrote > since)
    };
    standing
        .opted_out
        .iter()
        .any(|out| outgoing.means.is_or_is_a(out.means) && !answered(out.at))
}

/// Consent is for these means and no others: who may be called may not therefore be dialled by a machine.
fn no_consent(means: Means, standing: &Standing) -> Option<&'static str> {
    let now = standing.now.timestamp();
    let mut expired = false;
    for consent in &standing.consents {
        let fits = consent.means == means && consent.purpose == Purpose::Marketing;
        if !fits || consent.revoked_at.is_some_and(|at| at <= now) || consent.given_at > now {
            continue;
        }
        match consent.expires_at {
            Some(at) if at <= now => expired = true,
            _ => return None,
        }
    }
    Some(if expired { "consent_expired" } else { "no_consent" })
}

fn registry_is_fresh(standing: &Standing) -> bool {
    let now = standing.now.timestamp();
    let age = |at: Timestamp| now.duration_since(at);
    standing
        .registry_checked_at
        .is_some_and(|at| age(at) <= SignedDuration::from_hours(24 * REGISTRY_DAYS))
}

/// Nights bind what the engine sends and whatever sells; rest days bind persons too, unless they answer. What the engine
/// answers within the hour goes out at night.
fn quiet_for(outgoing: &Outgoing, standing: &Standing) -> Option<(Quiet, Timestamp)> {
    let reply = outgoing.purpose == Purpose::Reply;
    if reply && !outgoing.by_engine {
        return None;
    }
    let now = standing.now.timestamp();
    let talking = standing
        .last_inbound_at
        .is_some_and(|wrote| now.duration_since(wrote) <= CONVERSATION);
    let engine = outgoing.by_engine && !(reply && talking);
    let nights = engine || outgoing.purpose == Purpose::Marketing;
    standing.quiet.quiet(&standing.now, nights)
}

#[cfg(test)]
mod tests;
