//! Where pushes may be sent to. An endpoint is what a browser, or whoever pretends to be one, told us: only the push
//! services of the browsers, and what the operator lists beside them. Called when somebody subscribes and before each send.

use super::super::outbound::{UrlRefusal, check_url};
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use url::{Host, Origin, Url};

/// The browsers' push services, by their whole name.
const HOSTS: [&str; 2] = ["fcm.googleapis.com", "web.push.apple.com"];
/// And by how their name ends.
const DOMAINS: [&str; 3] = [
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
];
/// Bytes of an endpoint; the longest known have about 700.
const LONGEST: usize = 2000;

/// Why an endpoint, or a subscription, is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRefusal {
    #[error("it is not an address")]
    Malformed,
    #[error("it is longer than 2000 bytes")]
    TooLong,
    #[error("{0}")]
    Url(#[from] UrlRefusal),
    #[error("it is not at a known push service")]
    UnknownService,
    #[error("p256dh is not a public key of P-256")]
    Key,
    #[error("auth is not 16 bytes")]
    Auth,
}

/// Why an origin can't be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginRefusal {
    #[error("expected https://host, or http:// and this machine")]
    Scheme,
    #[error("expected an origin: no path, no query, no user")]
    NoOrigin,
}

/// A browser that can be told something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    pub endpoint: String,
    /// Its public key: 65 bytes.
    pub p256dh: Vec<u8>,
    /// Its secret: 16 bytes.
    pub auth: Vec<u8>,
}

/// An endpoint that may be visited.
#[derive(Debug)]
pub(super) struct Allowed {
    pub url: Url,
    /// The operator listed its origin: it may be on a private network.
    pub listed: bool,
}

/// Where pushes may go.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    listed: Vec<Origin>,
}

impl Endpoints {
    /// The browsers' push services and these origins.
    ///
    /// # Errors
    /// For what is no origin, or is http and not this machine.
    pub fn with(origins: &[String]) -> Result<Self, OriginRefusal> {
        let listed = origins.iter().map(|origin| listed(origin));
        Ok(Self {
            listed: listed.collect::<Result<_, _>>()?,
        })
    }

    /// A subscription as a browser gives it, its keys in base64 of any kind.
    ///
    /// # Errors
    /// When it is none, or nowhere that we go.
    pub fn subscriber(
        &self,
        endpoint: &str,
        p256dh: &str,
        auth: &str,
    ) -> Result<Subscriber, EndpointRefusal> {
        self.check(endpoint)?;
        let p256dh = decoded(p256dh)
            .filter(|key| is_point(key))
            .ok_or(EndpointRefusal::Key)?;
        let auth = decoded(auth)
            .filter(|auth| auth.len() == 16)
            .ok_or(EndpointRefusal::Auth)?;
        Ok(Subscriber {
            endpoint: endpoint.to_owned(),
            p256dh,
            auth,
        })
    }

    pub(super) fn check(&self, endpoint: &str) -> Result<Allowed, EndpointRefusal> {
        if endpoint.len() > LONGEST {
            return Err(EndpointRefusal::TooLong);
        }
        let url = Url::parse(endpoint).map_err(|_| EndpointRefusal::Malformed)?;
        let bare = url.username().is_empty() && url.password().is_none();
        if bare && self.listed.contains(&url.origin()) {
            return Ok(Allowed { url, listed: true });
        }
        check_url(&url)?;
        let known = matches!(url.host(), Some(Host::Domain(host)) if is_push_service(host));
        if !known {
            return Err(EndpointRefusal::UnknownService);
        }
        Ok(Allowed { url, listed: false })
    }
}

fn is_push_service(host: &str) -> bool {
    let below = |domain: &&str| host.len() > domain.len() && host.ends_with(*domain);
    HOSTS.contains(&host) || DOMAINS.iter().any(below)
}

fn listed(origin: &str) -> Result<Origin, OriginRefusal> {
    let url = Url::parse(origin).map_err(|_| OriginRefusal::NoOrigin)?;
    let this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err(OriginRefusal::NoOrigin),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && this_machine) {
        return Err(OriginRefusal::Scheme);
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(OriginRefusal::NoOrigin);
    }
    Ok(url.origin())
}

/// Browsers give base64url without padding; some libraries pad it, or use the other alphabet.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::URL_SAFE, lenient);
    engine.decode(text.replace('+', "-").replace('/', "_")).ok()
}

/// Whether this is a point of the curve, uncompressed: encrypting for anything else fails.
fn is_point(key: &[u8]) -> bool {
    let Ok(own) = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()) else {
        return false;
    };
    key.len() == 65 && agree_ephemeral(own, &UnparsedPublicKey::new(&ECDH_P256, key), |_| ()).is_ok()
}
