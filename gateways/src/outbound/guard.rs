//! Which addresses are public (server-side request forgery: OWASP ASVS 5.0 1.3.6; IANA special-purpose registries).
//! Called through the guarded client after resolution, and by `check_url` for literal addresses. It never resolves twice:
//! the addresses that were judged are the ones that are connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// What kind of address it is instead of a public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPublic {
    #[error("loopback")]
    Loopback,
    #[error("private network")]
    Private,
    #[error("link-local or cloud metadata")]
    LinkLocal,
    #[error("reserved, documentation, multicast or tunnel")]
    Reserved,
}

/// Passes an address that belongs to the public internet, whatever form it is wrapped in.
pub fn check(ip: IpAddr) -> Result<(), NotPublic> {
    match ip {
        IpAddr::V4(ip) => check_v4(ip),
        IpAddr::V6(ip) => check_v6(ip),
    }
}

fn check_v4(ip: Ipv4Addr) -> Result<(), NotPublic> {
    match ip.octets() {
        [127, ..] => Err(NotPublic::Loopback),
        [10, ..] | [192, 168, ..] => Err(NotPublic::Private),
        [172, b, ..] if (16..32).contains(&b) => Err(NotPublic::Private),
        // Shared address space of operators (RFC 6598); one cloud keeps its metadata at 100.100.100.200.
        [100, b, ..] if (64..128).contains(&b) => Err(NotPublic::Private),
        [169, 254, ..] => Err(NotPublic::LinkLocal),
        // Azure's wire server looks public and answers every virtual machine.
        [168, 63, 129, 16] => Err(NotPublic::LinkLocal),
        [0, ..] | [224..=255, ..] => Err(NotPublic::Reserved),
        [192, 0, 0, _] | [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Err(NotPublic::Reserved),
        [198, 18 | 19, ..] | [192, 88, 99, _] => Err(NotPublic::Reserved),
        _ => Ok(()),
    }
}

fn check_v6(ip: Ipv6Addr) -> Result<(), NotPublic> {
    if ip.is_loopback() {
        return Err(NotPublic::Loopback);
    }
    let segments = ip.segments();
    let [_, _, _, _, _, _, high, low] = segments;
    let embedded = || Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match segments {
        // v4-mapped, and NAT64's well-known prefix (RFC 6052): the address inside decides.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => check_v4(embedded()),
        [0xfc00..=0xfdff, ..] => Err(NotPublic::Private),
        [0xfe80..=0xfeff, ..] => Err(NotPublic::LinkLocal),
        // 6to4 (RFC 7526: historic) and Teredo wrap a v4 address that could be anything: nobody real is there.
        [0x2002, ..] | [0x2001, 0..=0x01ff, ..] => Err(NotPublic::Reserved),
        [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => Err(NotPublic::Reserved),
        // Global unicast is 2000::/3; everything else (v4-compatible, local NAT64, discard, multicast) is not.
        [0x2000..=0x3fff, ..] => Ok(()),
        _ => Err(NotPublic::Reserved),
    }
}

/// A name resolves to an address that isn't public.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to an address that is not public: {0}")]
pub struct ResolvedToPrivate(pub NotPublic);

/// Resolves with the system's resolver and refuses the whole name if any of its addresses isn't public:
/// a name with one public and one private address is an attack, not a mistake.
#[derive(Debug, Clone, Copy)]
pub struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            for address in &found {
                check(address.ip()).map_err(ResolvedToPrivate)?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
