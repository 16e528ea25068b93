//! WhatsApp, wired: who a number's client is, with which secret, and what the edge needs to check who speaks. Secrets of
//! numbers are opened here and nowhere else; a client is made once for each version of its number.

use crate::config::{Carrier, Config, WhatsappConfig};
use crate::http::api::file_path;
use crate::http::links::Links;
use actors::whatsapp::{NoClient, Providers, SendingLimits, Whatsapp, WhatsappBell, WhatsappTasks};
use domain::entities::Phone;
use domain::ids::BusinessId;
use domain::whatsapp::ProviderName;
use gateways::sealed::Seal;
use gateways::twilio::rest::BasicAuth;
use gateways::whatsapp::Provider;
use gateways::whatsapp::bridge::{BridgeAccess, BridgeClient, BridgeSecrets};
use gateways::whatsapp::meta::{AppSecrets, MetaAccess, MetaClient};
use gateways::whatsapp::twilio::{TwilioAccess, TwilioClient};
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::whatsapp::ChannelRow;

/// Seconds that a provider has to fetch a file of ours.
const LINK_SECONDS: i64 = 900;

/// What the edge needs.
pub struct Desk {
    pub providers: Arc<dyn Providers>,
    pub bell: WhatsappBell,
    pub seal: Arc<Seal>,
    /// A new number's, when it is not said.
    pub provider: ProviderName,
    pub meta: WhatsappConfig,
    /// Whose signature Meta's webhooks carry.
    pub app_secrets: AppSecrets,
}

impl Desk {
    /// The secret of a number's bridge; none when it can't be opened: then nothing is the bridge's.
    pub fn bridge_secrets(&self, channel: &ChannelRow) -> BridgeSecrets {
        let secret = opened(&self.seal, channel).ok().flatten();
        BridgeSecrets::new(secret.iter())
    }
}

fn opened(seal: &Seal, channel: &ChannelRow) -> Result<Option<SecretString>, NoClient> {
    let Some(kept) = &channel.secret else {
        return Ok(None);
    };
    let secret = seal.open(&channel.number, kept).map_err(|error| NoClient {
        code: "credentials",
        detail: error.to_string(),
    })?;
    Ok(Some(secret))
}

/// Clients of numbers.
struct Access {
    carrier: Carrier,
    whatsapp: WhatsappConfig,
    public_host: Option<String>,
    seal: Arc<Seal>,
    links: Links,
    /// By number.
    made: Mutex<HashMap<i64, Made>>,
}

/// A client, and the version of its number that it was made for.
type Made = (i64, Arc<dyn Provider>);

impl Providers for Access {
    fn of(&self, channel: &ChannelRow) -> Result<Arc<dyn Provider>, NoClient> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, client)) = made.get(&channel.id)
            && *version == channel.version
        {
            return Ok(client.clone());
        }
        let client = self.make(channel)?;
        made.insert(channel.id, (channel.version, client.clone()));
        Ok(client)
    }

    fn link(&self, business: i64, file: i64) -> String {
        let path = file_path(BusinessId(business), file, false);
        let until = jiff::Timestamp::now().as_second() + LINK_SECONDS;
        let host = self.public_host.as_deref().unwrap_or_default();
        format!("{host}{path}?{}", self.links.sign(&path, until))
    }

    fn status_callback(&self) -> Option<String> {
        let host = self.public_host.as_deref()?;
        Some(format!("{host}/webhook/whatsapp/status"))
    }
}

fn missing(detail: impl Into<String>) -> NoClient {
    NoClient {
        code: "credentials",
        detail: detail.into(),
    }
}

impl Access {
    fn make(&self, channel: &ChannelRow) -> Result<Arc<dyn Provider>, NoClient> {
        let number = Phone::parse(&channel.number).map_err(|error| missing(error.to_string()))?;
        let secret = opened(&self.seal, channel)?;
        match channel.provider {
            ProviderName::Twilio => self.twilio(number),
            ProviderName::Meta => self.meta(channel, secret),
            ProviderName::Bridge => self.bridge(channel, number, secret),
        }
    }

    fn twilio(&self, number: Phone) -> Result<Arc<dyn Provider>, NoClient> {
        let (Some(account), Some(token)) = (&self.carrier.account_sid, &self.carrier.auth_token) else {
            return Err(missing("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set"));
        };
        let access = TwilioAccess {
            api_base: parsed(&self.carrier.api_base)?,
            account: account.clone(),
            auth: BasicAuth {
                user: account.to_string(),
                secret: token.clone(),
            },
            number,
        };
        let client = TwilioClient::new(access).map_err(|error| missing(error.to_string()))?;
        Ok(Arc::new(client))
    }

    fn meta(
        &self,
        channel: &ChannelRow,
        secret: Option<SecretString>,
    ) -> Result<Arc<dyn Provider>, NoClient> {
        let token = secret.or_else(|| self.whatsapp.access_token.clone());
        let token = token.ok_or_else(|| missing("neither the number nor META_ACCESS_TOKEN has a token"))?;
        let id = channel.phone_number_id.clone();
        let origins: Result<Vec<_>, _> = self
            .whatsapp
            .media_origins
            .iter()
            .map(|one| parsed(one))
            .collect();
        let access = MetaAccess {
            graph: parsed(&self.whatsapp.graph)?,
            phone_number_id: id.ok_or_else(|| missing("the number has no phone_number_id"))?,
            account_id: channel.account_id.clone(),
            token,
            media_origins: origins?,
        };
        let client = MetaClient::new(access).map_err(|error| missing(error.to_string()))?;
        Ok(Arc::new(client))
    }

    fn bridge(
        &self,
        channel: &ChannelRow,
        number: Phone,
        secret: Option<SecretString>,
    ) -> Result<Arc<dyn Provider>, NoClient> {
        let listed: Result<Vec<_>, _> = self
            .whatsapp
            .bridge_origins
            .iter()
            .map(|one| parsed(one))
            .collect();
        let access = BridgeAccess {
            base: parsed(&channel.base_url)?,
            secrets: BridgeSecrets::new(secret.iter()),
            number,
            listed_origins: listed?,
        };
        let client = BridgeClient::new(access).map_err(|error| missing(error.to_string()))?;
        Ok(Arc::new(client))
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, NoClient>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error| missing(format!("an address can't be read: {error}")))
}

/// The desk; numbers' clients are made when they are needed.
///
/// # Errors
/// Never for a secret of any length.
pub fn desk(config: &Config, secret: &[u8]) -> anyhow::Result<Desk> {
    let seal = Arc::new(Seal::new(secret)?);
    let whatsapp = config.whatsapp.clone();
    let access = Access {
        carrier: config.carrier.clone(),
        whatsapp: whatsapp.clone(),
        public_host: config.public_host.as_ref().map(|host| host.as_str().to_owned()),
        seal: seal.clone(),
        links: Links::new(secret),
        made: Mutex::default(),
    };
    let secrets = [&whatsapp.app_secret, &whatsapp.app_secret_next];
    Ok(Desk {
        providers: Arc::new(access),
        bell: WhatsappBell::default(),
        seal,
        provider: whatsapp.provider,
        app_secrets: AppSecrets::new(secrets.into_iter().flatten()),
        meta: whatsapp,
    })
}

/// Starts sending, fetching and answering.
pub fn start(
    config: &Config,
    desk: &Desk,
    works: &actors::pipeline::Works,
    sessions: actors::sessions::Sessions,
) -> WhatsappTasks {
    let default = SendingLimits::default();
    let limits = SendingLimits {
        lease: config.timing("whatsapp_lease", default.lease),
        retry: config.timing("whatsapp_retry", default.retry),
        look_after: config.timing("whatsapp_look", default.look_after),
        patience: config.timing("whatsapp_patience", default.patience),
        ..default
    };
    let whatsapp = Whatsapp {
        store: works.store.clone(),
        worker: works.worker.clone(),
        providers: desk.providers.clone(),
        sessions,
        speech: works.speech.clone(),
        directory: works.directory.clone(),
        limits,
        bell: desk.bell.clone(),
    };
    whatsapp.start()
}
