//! Why a message did not arrive, and what a person can do: the providers' codes as reasons and actions, which pages have words for.
//! Gateways ask [`explain`] how to treat a refusal, the store keeps code and reason. It never holds a provider's own sentence.
//!
//! Sources: Meta, Cloud API, "Error codes"; Twilio docs, `api/errors` (63xxx channels, 21xxx messaging, 20xxx REST).

use super::ProviderName;
use crate::customer::words;
use serde::{Deserialize, Serialize};

words!(
    /// Why: a key of the catalogues.
    Reason:
    WindowClosed = "window_closed",
    /// The phone can't get it: no WhatsApp, an old version, terms not accepted, or the business is blocked. Nobody tells which.
    Undeliverable = "undeliverable",
    NotOnWhatsapp = "not_on_whatsapp",
    OptedOut = "opted_out",
    /// Meta chose not to deliver it (too much marketing to one person, experiments).
    HeldBack = "held_back",
    CountryNotAllowed = "country_not_allowed",
    TooManyToOne = "too_many_to_one",
    TooManyAtOnce = "too_many_at_once",
    DailyLimit = "daily_limit",
    SpamLimit = "spam_limit",
    AccountLocked = "account_locked",
    PolicyViolation = "policy_violation",
    Credentials = "credentials",
    NumberNotConnected = "number_not_connected",
    NotPaid = "not_paid",
    TemplateMissing = "template_missing",
    TemplatePaused = "template_paused",
    TemplateDisabled = "template_disabled",
    TemplateParameters = "template_parameters",
    TextTooLong = "text_too_long",
    MediaRefused = "media_refused",
    MediaTooLarge = "media_too_large",
    MediaNotReached = "media_not_reached",
    NotSupported = "not_supported",
    BadRequest = "bad_request",
    ProviderDown = "provider_down",
    Expired = "expired",
    Unknown = "unknown"
);
words!(
    /// What a person can do about it: a key of the catalogues.
    Action:
    SendTemplate = "send_template",
    CallInstead = "call_instead",
    CheckNumber = "check_number",
    Wait = "wait",
    ChooseOtherTemplate = "choose_other_template",
    FixParameters = "fix_parameters",
    Shorten = "shorten",
    ChangeFile = "change_file",
    ReconnectChannel = "reconnect_channel",
    SettleAccount = "settle_account",
    RespectOptOut = "respect_opt_out",
    TryAgain = "try_again",
    ReportToUs = "report_to_us"
);

/// What a code means, for the engine and for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained {
    pub reason: Reason,
    pub action: Action,
    /// What the engine does next.
    pub course: Course,
}

/// What the engine does after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// This message fails; the others go on.
    GiveUp,
    /// Nothing more from this number for a while; the message waits.
    SlowNumber,
    /// Nothing more to this customer for a while; the message waits.
    SlowPair,
    /// The channel is stopped until a person has looked after it; its messages wait.
    StopChannel,
}

/// What a provider's code means. A code that nobody here knows is [`Reason::Unknown`], and the message fails.
pub fn explain(provider: ProviderName, code: &str) -> Explained {
    let number = code.parse().unwrap_or(u32::MAX);
    let (reason, action) = match provider {
        ProviderName::Meta => meta(number),
        ProviderName::Twilio => twilio(number),
        ProviderName::Bridge => bridge(code),
    };
    Explained {
        reason,
        action,
        course: course(reason),
    }
}

fn course(reason: Reason) -> Course {
    match reason {
        Reason::TooManyAtOnce | Reason::DailyLimit | Reason::ProviderDown => Course::SlowNumber,
        Reason::TooManyToOne => Course::SlowPair,
        Reason::Credentials | Reason::AccountLocked | Reason::NumberNotConnected | Reason::NotPaid => {
            Course::StopChannel
        }
        _ => Course::GiveUp,
    }
}

fn meta(code: u32) -> (Reason, Action) {
    match code {
        131_047 => (Reason::WindowClosed, Action::SendTemplate),
        131_026 | 131_030 => (Reason::Undeliverable, Action::CheckNumber),
        133_010 => (Reason::NumberNotConnected, Action::ReconnectChannel),
        131_050 => (Reason::OptedOut, Action::RespectOptOut),
        131_049 | 130_472 => (Reason::HeldBack, Action::CallInstead),
        130_497 => (Reason::CountryNotAllowed, Action::CallInstead),
        131_056 => (Reason::TooManyToOne, Action::Wait),
        4 | 80_007 | 130_429 => (Reason::TooManyAtOnce, Action::Wait),
        131_048 => (Reason::SpamLimit, Action::Wait),
        131_031 => (Reason::AccountLocked, Action::ReconnectChannel),
        368 | 131_064 => (Reason::PolicyViolation, Action::ReconnectChannel),
        0 | 3 | 10 | 190 | 200..=299 | 131_005 => (Reason::Credentials, Action::ReconnectChannel),
        131_042 => (Reason::NotPaid, Action::SettleAccount),
        131_045 | 131_037 => (Reason::NumberNotConnected, Action::ReconnectChannel),
        132_001 => (Reason::TemplateMissing, Action::ChooseOtherTemplate),
        132_007 => (Reason::PolicyViolation, Action::ChooseOtherTemplate),
        132_015 => (Reason::TemplatePaused, Action::ChooseOtherTemplate),
        132_016 => (Reason::TemplateDisabled, Action::ChooseOtherTemplate),
        132_000 | 132_005 | 132_012 | 132_018 => (Reason::TemplateParameters, Action::FixParameters),
        131_051 => (Reason::NotSupported, Action::CallInstead),
        131_052 | 131_053 => (Reason::MediaNotReached, Action::ChangeFile),
        100 | 131_008 | 131_009 | 131_021 | 33 | 135_000 => (Reason::BadRequest, Action::ReportToUs),
        1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 => (Reason::ProviderDown, Action::TryAgain),
        _ => (Reason::Unknown, Action::TryAgain),
    }
}

fn twilio(code: u32) -> (Reason, Action) {
    match code {
        63_016 => (Reason::WindowClosed, Action::SendTemplate),
        63_003 | 63_024 | 21_211 | 21_614 => (Reason::NotOnWhatsapp, Action::CheckNumber),
        63_015 | 63_033 | 63_014 => (Reason::Undeliverable, Action::CallInstead),
        21_610 => (Reason::OptedOut, Action::RespectOptOut),
        63_032 | 63_049 => (Reason::HeldBack, Action::CallInstead),
        21_408 => (Reason::CountryNotAllowed, Action::CallInstead),
        63_018 | 20_429 | 21_611 | 14_107 | 30_022 => (Reason::TooManyAtOnce, Action::Wait),
        63_038 | 30_023 | 30_039 => (Reason::DailyLimit, Action::Wait),
        63_013 => (Reason::PolicyViolation, Action::ReconnectChannel),
        63_051 | 63_112 | 20_005 | 30_002 | 30_010 => (Reason::AccountLocked, Action::SettleAccount),
        63_001 | 20_003 | 20_008 | 20_403 => (Reason::Credentials, Action::ReconnectChannel),
        63_002 | 63_007 | 63_020 | 63_022 | 21_212 | 21_606 | 21_660 => {
            (Reason::NumberNotConnected, Action::ReconnectChannel)
        }
        63_027 | 63_040 | 21_655 => (Reason::TemplateMissing, Action::ChooseOtherTemplate),
        63_041 => (Reason::TemplatePaused, Action::ChooseOtherTemplate),
        63_042 => (Reason::TemplateDisabled, Action::ChooseOtherTemplate),
        63_028 | 63_030 | 21_656 => (Reason::TemplateParameters, Action::FixParameters),
        63_029 | 63_019 | 21_620 | 12_300 | 11_200 => (Reason::MediaNotReached, Action::ChangeFile),
        63_005 | 63_021 | 21_622 | 21_623 => (Reason::MediaRefused, Action::ChangeFile),
        63_026 | 63_034 => (Reason::MediaTooLarge, Action::ChangeFile),
        21_605 | 21_617 => (Reason::TextTooLong, Action::Shorten),
        21_602 | 21_603 | 21_604 | 21_619 | 63_031 => (Reason::BadRequest, Action::ReportToUs),
        63_010 | 63_012 | 63_017 | 30_001 | 20_500 | 20_503 | 30_008 => {
            (Reason::ProviderDown, Action::TryAgain)
        }
        30_036 => (Reason::Expired, Action::TryAgain),
        30_003 | 30_005 => (Reason::Undeliverable, Action::CallInstead),
        _ => (Reason::Unknown, Action::TryAgain),
    }
}

/// A bridge says our own words; whatever else it says is unknown.
fn bridge(code: &str) -> (Reason, Action) {
    let reason = Reason::parse(code).unwrap_or(Reason::Unknown);
    let action = match reason {
        Reason::WindowClosed => Action::SendTemplate,
        Reason::NotOnWhatsapp | Reason::Undeliverable => Action::CheckNumber,
        Reason::HeldBack | Reason::CountryNotAllowed | Reason::NotSupported => Action::CallInstead,
        Reason::OptedOut => Action::RespectOptOut,
        Reason::TooManyToOne | Reason::TooManyAtOnce | Reason::DailyLimit | Reason::SpamLimit => Action::Wait,
        Reason::AccountLocked
        | Reason::Credentials
        | Reason::NumberNotConnected
        | Reason::PolicyViolation => Action::ReconnectChannel,
        Reason::NotPaid => Action::SettleAccount,
        Reason::TemplateMissing | Reason::TemplatePaused | Reason::TemplateDisabled => {
            Action::ChooseOtherTemplate
        }
        Reason::TemplateParameters => Action::FixParameters,
        Reason::TextTooLong => Action::Shorten,
        Reason::MediaRefused | Reason::MediaTooLarge | Reason::MediaNotReached => Action::ChangeFile,
        Reason::BadRequest => Action::ReportToUs,
        Reason::ProviderDown | Reason::Expired | Reason::Unknown => Action::TryAgain,
    };
    (reason, action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_a_reason_an_action_and_a_course() {
        let check = |provider, code: &str, reason, action, course| {
            let expected = Explained {
                reason,
                action,
                course,
            };
            assert_eq!(explain(provider, code), expected, "{provider:?} {code}");
        };
        use {Action as A, Course as C, ProviderName as P, Reason as R};
        check(P::Meta, "131047", R::WindowClosed, A::SendTemplate, C::GiveUp);
        check(P::Twilio, "63016", R::WindowClosed, A::SendTemplate, C::GiveUp);
        check(P::Meta, "131026", R::Undeliverable, A::CheckNumber, C::GiveUp);
        check(P::Meta, "131056", R::TooManyToOne, A::Wait, C::SlowPair);
        check(P::Meta, "130429", R::TooManyAtOnce, A::Wait, C::SlowNumber);
        check(P::Twilio, "20429", R::TooManyAtOnce, A::Wait, C::SlowNumber);
        check(
            P::Meta,
            "190",
            R::Credentials,
            A::ReconnectChannel,
            C::StopChannel,
        );
        check(
            P::Twilio,
            "20003",
            R::Credentials,
            A::ReconnectChannel,
            C::StopChannel,
        );
        check(P::Bridge, "text_too_long", R::TextTooLong, A::Shorten, C::GiveUp);
        check(
            P::Bridge,
            "number_not_connected",
            R::NumberNotConnected,
            A::ReconnectChannel,
            C::StopChannel,
        );
        check(P::Meta, "999999", R::Unknown, A::TryAgain, C::GiveUp);
        check(P::Bridge, "\u{0}", R::Unknown, A::TryAgain, C::GiveUp);
        check(P::Twilio, "-1", R::Unknown, A::TryAgain, C::GiveUp);
    }
}
