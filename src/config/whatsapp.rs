//! What the environment says of WhatsApp: which provider a new number has, and Meta's names. Read once by `Config`; a
//! number may have a secret of its own, which takes the place of these.

use super::reader::Reader;
use domain::whatsapp::ProviderName;
use secrecy::SecretString;

/// WhatsApp, as configured.
#[derive(Debug, Clone)]
pub struct WhatsappConfig {
    /// A new number's, when it is not said.
    pub provider: ProviderName,
    /// `https://graph.facebook.com/v25.0`.
    pub graph: String,
    /// Meta's, for numbers that have none of their own.
    pub access_token: Option<SecretString>,
    /// Signs Meta's webhooks.
    pub app_secret: Option<SecretString>,
    pub app_secret_next: Option<SecretString>,
    /// Empty: no address is verified.
    pub verify_token: SecretString,
    pub phone_number_id: Option<String>,
    pub account_id: Option<String>,
    /// Where Meta keeps files, beside the Graph API.
    pub media_origins: Vec<String>,
    /// Origins of bridges that may be http and private.
    pub bridge_origins: Vec<String>,
}

/// The version that was the example of Meta's pages in May 2026.
const GRAPH: &str = "https://graph.facebook.com/v25.0";
const FILES: &str = "https://lookaside.fbsbx.com";

impl WhatsappConfig {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        let providers = [
            ("twilio", ProviderName::Twilio),
            ("meta", ProviderName::Meta),
            ("bridge", ProviderName::Bridge),
        ];
        let mut media_origins = r.origins("META_MEDIA_ORIGINS");
        if media_origins.is_empty() {
            media_origins.push(FILES.into());
        }
        Self {
            provider: r.chosen("WHATSAPP_PROVIDER", &providers, ProviderName::Twilio),
            graph: r.address("META_GRAPH_BASE", true).unwrap_or_else(|| GRAPH.into()),
            access_token: r.secret("META_ACCESS_TOKEN"),
            app_secret: r.secret("META_APP_SECRET"),
            app_secret_next: r.secret("META_APP_SECRET_NEXT"),
            verify_token: r.secret("META_VERIFY_TOKEN").unwrap_or_default(),
            phone_number_id: r.text("META_PHONE_NUMBER_ID"),
            account_id: r.text("META_WABA_ID"),
            media_origins,
            bridge_origins: r.origins("WHATSAPP_BRIDGE_ORIGINS"),
        }
    }
}
