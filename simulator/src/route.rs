//! Where a URL of a webhook really goes: the public address that the carrier signs, and the loopback address that it
//! connects to. The call runner, the load generator and tests use it. It never resolves a name over the network:
//! whatever is neither the engine's public address nor loopback is refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// An engine: where it listens, and the address under which it believes to be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engine {
    /// `http://127.0.0.1:PORT`; connections go only here.
    pub target: String,
    /// Scheme and host that are signed, `PUBLIC_HOST` of the engine, e.g. `https://phone.example`.
    pub public: String,
}

impl Engine {
    /// An engine that is addressed as it listens.
    pub fn local(target: impl Into<String>) -> Self {
        let target = target.into();
        Self {
            public: target.clone(),
            target,
        }
    }

    /// An engine behind a public address.
    pub fn behind(target: impl Into<String>, public: impl Into<String>) -> Self {
        Self {
            target: target.into(),
            public: public.into(),
        }
    }

    /// The absolute public URL of a path such as `/webhook/incoming_call`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public.trim_end_matches('/'))
    }

    /// Where to connect for an absolute URL, and what to write there; an error is a sentence.
    pub fn reach(&self, url: &str) -> Result<Reach, String> {
        let url = url.split('#').next().unwrap_or(url);
        if let Some(bad) = url.chars().find(|c| !c.is_ascii_graphic()) {
            return Err(format!(
                "the address {url:?} holds {bad:?}, which must be percent-encoded"
            ));
        }
        let (origin, path) =
            split(url).ok_or_else(|| format!("{url:?} is not an absolute http(s) address"))?;
        let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user.to_owned()), host.to_owned()),
            None => (None, authority.to_owned()),
        };
        let public = split(&self.public).map(|(origin, _)| origin).unwrap_or_default();
        let same = without_user(&origin).eq_ignore_ascii_case(&without_user(&public));
        let address = if same {
            loopback(&self.target)?
        } else {
            loopback(&origin)
                .map_err(|why| format!("{why}; and it is not the engine's public address {public}"))?
        };
        let path = if path.starts_with('/') {
            path
        } else {
            format!("/{path}")
        };
        Ok(Reach {
            address,
            host,
            path,
            user,
        })
    }
}

/// What is needed to send a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Where to connect.
    pub address: SocketAddr,
    /// Value of the `Host` header.
    pub host: String,
    /// Request target: path and query, exactly as signed.
    pub path: String,
    /// `user:password` of the URL, for Basic authentication.
    pub user: Option<String>,
}

/// The socket address of a loopback URL such as `http://127.0.0.1:8080`; anything else is refused.
pub fn loopback(url: &str) -> Result<SocketAddr, String> {
    let (origin, _) = split(url).ok_or_else(|| format!("{url:?} is not an http address"))?;
    let origin = without_user(&origin);
    let Some(authority) = origin.strip_prefix("http://") else {
        return Err(format!("{url:?}: only http:// on loopback is ever contacted"));
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (
            host,
            port.parse::<u16>()
                .map_err(|_| format!("{url:?} has no usable port"))?,
        ),
        _ => (authority, 80),
    };
    let ip = match host.trim_matches(['[', ']']) {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        "::1" => IpAddr::V6(Ipv6Addr::LOCALHOST),
        text => text.parse().map_err(|_| format!("{url:?} is not on loopback"))?,
    };
    if !ip.is_loopback() {
        return Err(format!("{url:?} is not on loopback"));
    }
    Ok(SocketAddr::new(ip, port))
}

/// A URL of a document, resolved against the address of the document as Twilio does. Absolute ones stay untouched.
pub fn resolve(base: &str, url: &str) -> String {
    let url = url.trim();
    if url.is_empty() {
        return base.to_owned();
    }
    if split(url).is_some() {
        return url.to_owned();
    }
    let Some((origin, path)) = split(base) else {
        return url.to_owned();
    };
    if url.starts_with('/') && !url.starts_with("//") {
        return format!("{origin}{url}");
    }
    let path = path.split(['?', '#']).next().unwrap_or("");
    if url.starts_with('?') {
        return format!("{origin}{path}{url}");
    }
    let joined = url::Url::parse(base).and_then(|base| base.join(url));
    joined.map_or_else(|_| format!("{origin}/{url}"), String::from)
}

/// Origin and the rest of an absolute http(s) URL.
pub(crate) fn split(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    (known && end > 0).then(|| (format!("{scheme}://{}", &rest[..end]), rest[end..].to_owned()))
}

fn without_user(origin: &str) -> String {
    match origin.split_once("://") {
        Some((scheme, rest)) => {
            format!(
                "{scheme}://{}",
                rest.rsplit_once('@').map_or(rest, |(_, host)| host)
            )
        }
        None => origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_address_leads_to_the_target_and_nothing_else_leaves() {
        let engine = Engine::behind("http://127.0.0.1:8099", "https://phone.example:8443");
        let reach = engine
            .reach("https://phone.example:8443/a/b?c=%d7%90#rc=2")
            .unwrap();
        assert_eq!(reach.address.to_string(), "127.0.0.1:8099");
        assert_eq!(
            (reach.host.as_str(), reach.path.as_str()),
            ("phone.example:8443", "/a/b?c=%d7%90")
        );
        assert!(engine.reach("http://127.0.0.1:7/x").is_ok());
        for elsewhere in [
            "https://phone.example/x",
            "http://10.0.0.1/x",
            "http://169.254.169.254/",
            "https://127.0.0.1/x",
            "http://example.com/",
            "/relative",
            "https://phone.example:8443/a b",
        ] {
            assert!(engine.reach(elsewhere).is_err(), "{elsewhere} was reachable");
        }
    }

    #[test]
    fn relative_addresses_resolve_against_the_document() {
        let base = "https://h.example/webhook/incoming_call?x=1";
        for (url, expected) in [
            ("/webhook/a?b='c'", "https://h.example/webhook/a?b='c'"),
            ("next", "https://h.example/webhook/next"),
            ("../next?y", "https://h.example/next?y"),
            ("?turn=2", "https://h.example/webhook/incoming_call?turn=2"),
            ("", base),
            ("https://o.example/%d7", "https://o.example/%d7"),
        ] {
            assert_eq!(resolve(base, url), expected, "{url}");
        }
    }
}
