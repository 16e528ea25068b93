//! Whose address a request came from. A proxy's word for it is taken only from a peer that
//! `TRUSTED_PROXIES` names; whoever else sends `X-Real-IP` speaks of himself and is not heard.

use actix_web::{HttpRequest, web};
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// A proxy, or a network of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxy {
    /// This machine and the private networks: what a container or a host beside us has.
    Private,
    /// The first `bits` of an address.
    Network { address: IpAddr, bits: u8 },
}

/// Those whose word is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(pub Vec<Proxy>);

/// It is neither `private`, nor an address, nor a network such as `10.0.0.0/8`.
#[derive(Debug, PartialEq, Eq)]
pub struct NoProxy;

impl FromStr for TrustedProxies {
    type Err = NoProxy;

    fn from_str(text: &str) -> Result<Self, NoProxy> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for Proxy {
    type Err = NoProxy;

    fn from_str(word: &str) -> Result<Self, NoProxy> {
        if word == "private" {
            return Ok(Self::Private);
        }
        let (address, bits) = match word.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().map_err(|_| NoProxy)?)),
            None => (word, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NoProxy)?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(all);
        if bits > all {
            return Err(NoProxy);
        }
        Ok(Self::Network { address, bits })
    }
}

impl Proxy {
    fn holds(self, peer: IpAddr) -> bool {
        match (self, peer) {
            (Self::Private, peer) => is_inside(peer),
            (
                Self::Network {
                    address: IpAddr::V4(net),
                    bits,
                },
                IpAddr::V4(peer),
            ) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                u32::from(net) & mask == u32::from(peer) & mask
            }
            (
                Self::Network {
                    address: IpAddr::V6(net),
                    bits,
                },
                IpAddr::V6(peer),
            ) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                u128::from(net) & mask == u128::from(peer) & mask
            }
            _ => false,
        }
    }
}

/// This machine or its private networks.
pub fn is_inside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// The address to count and to write down for this request: the peer's, or what a trusted proxy
/// says. What no peer can be told of (a test's request) counts as 0.0.0.0.
pub fn client_address(request: &HttpRequest) -> IpAddr {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip().to_canonical()) else {
        return Ipv4Addr::UNSPECIFIED.into();
    };
    let trusted = request.app_data::<web::Data<TrustedProxies>>();
    if !trusted.is_some_and(|trusted| trusted.0.iter().any(|proxy| proxy.holds(peer))) {
        return peer;
    }
    let told = request
        .headers()
        .get("x-real-ip")
        .and_then(|value| value.to_str().ok());
    told.and_then(|told| told.trim().parse().ok()).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn seen(trusted: &str, peer: &str, told: &str) -> String {
        let trusted: TrustedProxies = trusted.parse().unwrap();
        let request = TestRequest::default()
            .peer_addr(format!("{peer}:40000").parse().unwrap())
            .insert_header(("x-real-ip", told))
            .insert_header(("x-forwarded-for", "203.0.113.99"))
            .app_data(web::Data::new(trusted))
            .to_http_request();
        client_address(&request).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let check = |trusted, peer, told, expected| {
            assert_eq!(seen(trusted, peer, told), expected, "{trusted} {peer}")
        };
        check("", "10.0.0.2", "198.51.100.7", "10.0.0.2");
        check("private", "10.0.0.2", "198.51.100.7", "198.51.100.7");
        check("private", "8.8.8.8", "198.51.100.7", "8.8.8.8");
        check("172.18.0.0/16", "172.18.3.4", "198.51.100.7", "198.51.100.7");
        check("172.18.0.0/16", "172.19.3.4", "198.51.100.7", "172.19.3.4");
        check("10.0.0.9, 10.0.0.2", "10.0.0.2", "2001:db8::1", "2001:db8::1");
        check("0.0.0.0/0", "8.8.8.8", "198.51.100.7", "198.51.100.7");
        check("private", "10.0.0.2", "nonsense", "10.0.0.2");
        check("fd00::/8", "[fd00::3]", "198.51.100.7", "198.51.100.7");
    }

    #[test]
    fn a_list_that_makes_no_sense_is_refused() {
        for bad in ["everybody", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.1/x"] {
            assert!(bad.parse::<TrustedProxies>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_private_addresses_are_inside() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.18.0.4",
            "192.168.1.1",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_inside(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "172.32.0.1", "2a00::1", "::ffff:8.8.8.8", "100.64.0.1"] {
            assert!(!is_inside(outside.parse().unwrap()), "{outside}");
        }
    }
}
