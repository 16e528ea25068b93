//! What holds for every conversation: how long free text may be written, what a customer's message of one word means, how
//! a message of ours is called at its provider, and what its code means to a person. The clock is the caller's.

use super::ProviderName;
use super::failure::{Explained, explain};
use jiff::{SignedDuration, Timestamp};

/// Free text reaches a customer for so long after the customer's last message; then only approved templates do.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// When free text can no longer be sent; `None` where the provider has no such rule.
pub fn window_expires_at(provider: ProviderName, last_inbound: Option<Timestamp>) -> Option<Timestamp> {
    if provider == ProviderName::Bridge {
        return None;
    }
    last_inbound.and_then(|at| at.checked_add(WINDOW).ok())
}

/// Whether free text may be sent now.
pub fn window_is_open(provider: ProviderName, last_inbound: Option<Timestamp>, now: Timestamp) -> bool {
    provider == ProviderName::Bridge
        || window_expires_at(provider, last_inbound).is_some_and(|until| now < until)
}

/// A message that is one word of consent, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// No more messages.
    OptOut,
    /// Messages again.
    OptIn,
}

/// Words that take consent back when they are the whole message.
const OUT: [&str; 13] = [
    "הסר",
    "הסרה",
    "הסירו",
    "הסירו אותי",
    "הסר אותי",
    "להסיר",
    "עצור",
    "די",
    "stop",
    "stop all",
    "stopall",
    "unsubscribe",
    "remove",
];
const IN: [&str; 5] = ["חזור", "הצטרף", "להצטרף", "start", "unstop"];

/// What the whole message means for consent, if it is one of the words; points, quotes and case don't matter.
pub fn consent(text: &str) -> Option<Consent> {
    // Longer than any of the words: not looked at further.
    if text.len() > 60 {
        return None;
    }
    let letters: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = letters.split_whitespace().collect();
    let said = words.join(" ").to_lowercase();
    if OUT.contains(&said.as_str()) {
        return Some(Consent::OptOut);
    }
    IN.contains(&said.as_str()).then_some(Consent::OptIn)
}

/// What a message of ours is called at its provider: `m42-0`. Sent again by a person's decision it is another one there.
pub fn client_key(message: i64, resent: i16) -> String {
    format!("m{message}-{resent}")
}

/// The message that is meant, if the key is one of ours.
pub fn of_client_key(key: &str) -> Option<i64> {
    let (message, _) = key.strip_prefix('m')?.split_once('-')?;
    message.parse().ok()
}

/// What a kept code means: the provider's own, or a word of ours such as `window_closed`.
pub fn explained(provider: ProviderName, code: &str) -> Explained {
    let ours = !code.starts_with(|c: char| c.is_ascii_digit());
    explain(if ours { ProviderName::Bridge } else { provider }, code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whatsapp::failure::Reason;

    #[test]
    fn a_message_takes_consent_back_only_when_it_is_the_word_alone() {
        for (text, expected) in [
            ("הסר", Some(Consent::OptOut)),
            ("  \"הסר\". ", Some(Consent::OptOut)),
            ("STOP", Some(Consent::OptOut)),
            ("Stop!", Some(Consent::OptOut)),
            ("הסירו אותי", Some(Consent::OptOut)),
            ("start", Some(Consent::OptIn)),
            ("אל תסיר את המודעה, הסר רק את המחיר", None),
            ("don't stop", None),
            ("", None),
            ("לא", None),
        ] {
            assert_eq!(consent(text), expected, "{text}");
        }
    }

    #[test]
    fn the_window_is_a_day_and_a_bridge_has_none() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let wrote = Some(at("2026-03-01T10:00:00Z"));
        for (provider, last, now, open) in [
            (ProviderName::Meta, wrote, "2026-03-02T09:59:59Z", true),
            (ProviderName::Meta, wrote, "2026-03-02T10:00:00Z", false),
            (ProviderName::Twilio, None, "2026-03-02T10:00:00Z", false),
            (ProviderName::Bridge, None, "2026-03-02T10:00:00Z", true),
        ] {
            assert_eq!(
                window_is_open(provider, last, at(now)),
                open,
                "{provider:?} {now}"
            );
        }
    }

    #[test]
    fn a_key_names_its_message_and_codes_are_explained_by_whose_they_are() {
        assert_eq!(of_client_key(&client_key(42, 1)), Some(42));
        assert_eq!(of_client_key("wamid.42"), None);
        let reason = |provider, code| explained(provider, code).reason;
        assert_eq!(reason(ProviderName::Meta, "131047"), Reason::WindowClosed);
        assert_eq!(reason(ProviderName::Meta, "window_closed"), Reason::WindowClosed);
    }
}
