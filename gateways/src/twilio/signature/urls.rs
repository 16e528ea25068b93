//! The spellings of an address that Twilio may have signed: with and without port, `wss` and `https`, a final slash.
//! Called by the verifier (public host and raw target) and by `check_line` (a full URL). It never normalises the path or the query.

use std::fmt;

/// What was done to the port. HTTPS voice callbacks are signed without it, others with it (Twilio docs, "Security").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortVariant {
    /// As configured.
    AsIs,
    /// The configured port left out.
    Dropped,
    /// The scheme's usual port written out.
    Added,
}

/// One spelling of the signed address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrlVariant {
    /// `wss://` was signed although the address is https, or the other way round.
    pub other_scheme: bool,
    /// What was done to the port.
    pub port: PortVariant,
    /// A `/` was appended, as Twilio's documentation advises for WebSockets.
    pub trailing_slash: bool,
}

impl fmt::Display for UrlVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.port {
            PortVariant::AsIs => "address as it is",
            PortVariant::Dropped => "port dropped",
            PortVariant::Added => "usual port added",
        })?;
        if self.other_scheme {
            f.write_str(", wss and https exchanged")?;
        }
        if self.trailing_slash {
            f.write_str(", slash appended")?;
        }
        Ok(())
    }
}

/// Scheme, host and port of an address, each exactly as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    host: String,
    /// With its colon: `:8443`.
    port: Option<String>,
}

/// One spelling, in pieces that only need to be hashed one after the other.
pub(super) struct Url<'a> {
    pub variant: UrlVariant,
    pub pieces: [&'a str; 7],
}

impl Origin {
    /// Splits `scheme://[user:pass@]host[:port]` off; user and password are dropped, as Twilio does before signing.
    /// Returns what follows (path, query) as it is.
    pub fn parse(url: &str) -> Option<(Origin, &str)> {
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Some((Origin::of(scheme, authority), rest))
    }

    /// An origin of a scheme and `host[:port]`, both as written. Only digits after the last colon are a port.
    pub fn of(scheme: &str, authority: &str) -> Origin {
        let digits = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        let (host, port) = match authority.rfind(':') {
            Some(at) if digits(&authority[at + 1..]) => (&authority[..at], Some(authority[at..].to_owned())),
            _ => (authority, None),
        };
        Origin {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port,
        }
    }

    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// All spellings to try, likeliest first. `target` is path and query; `websocket` adds `wss` and the slash.
    pub fn urls<'a>(&'a self, target: &'a str, websocket: bool) -> Vec<Url<'a>> {
        let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
        let mut urls = Vec::with_capacity(if websocket { 16 } else { 2 });
        for (scheme, other_scheme) in self.schemes(websocket) {
            for (port, port_variant) in self.ports(scheme) {
                let mut push = |slash: [&'a str; 2], trailing_slash| {
                    let variant = UrlVariant {
                        other_scheme,
                        port: port_variant,
                        trailing_slash,
                    };
                    let pieces = [scheme, "://", &self.host, port, path, slash[0], query];
                    let last = [scheme, "://", &self.host, port, target, "", slash[1]];
                    urls.push(Url {
                        variant,
                        pieces: if slash[1].is_empty() { pieces } else { last },
                    });
                };
                push(["", ""], false);
                if websocket {
                    push(["/", ""], true);
                    if !query.is_empty() {
                        push(["", "/"], true);
                    }
                }
            }
        }
        urls
    }

    fn schemes(&self, websocket: bool) -> Vec<(&str, bool)> {
        if !websocket {
            return vec![(&self.scheme, false)];
        }
        // Media Streams sign wss:// whatever the public host is configured as (twilio-labs/twilio-aspnet #162).
        match self.scheme.as_str() {
            "https" => vec![("wss", true), ("https", false)],
            "http" => vec![("ws", true), ("http", false)],
            "wss" => vec![("wss", false), ("https", true)],
            "ws" => vec![("ws", false), ("http", true)],
            other => vec![(other, false)],
        }
    }

    fn ports(&self, scheme: &str) -> Vec<(&str, PortVariant)> {
        let secure = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("wss");
        match self.port.as_deref() {
            Some(port) if secure => vec![("", PortVariant::Dropped), (port, PortVariant::AsIs)],
            Some(port) => vec![(port, PortVariant::AsIs), ("", PortVariant::Dropped)],
            // The official libraries add :80 to wss, a quirk of theirs: what they accept is accepted here.
            None if scheme.eq_ignore_ascii_case("wss") => {
                vec![
                    ("", PortVariant::AsIs),
                    (":443", PortVariant::Added),
                    (":80", PortVariant::Added),
                ]
            }
            None if secure => vec![("", PortVariant::AsIs), (":443", PortVariant::Added)],
            None => vec![("", PortVariant::AsIs), (":80", PortVariant::Added)],
        }
    }
}
