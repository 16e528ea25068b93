//! The table of addresses: who may be visited and who may not.

use super::*;
use crate::outbound::{UrlRefusal, check_url};
use url::Url;

const PUBLIC: &[&str] = &[
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "168.63.129.15",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.88.98.1",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "203.0.112.255",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "2001:200::1",
    "3ffe::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
];

const NOT_PUBLIC: &[(&str, NotPublic)] = &[
    ("127.0.0.1", NotPublic::Loopback),
    ("127.255.255.255", NotPublic::Loopback),
    ("::1", NotPublic::Loopback),
    ("::ffff:127.0.0.1", NotPublic::Loopback),
    ("64:ff9b::127.0.0.1", NotPublic::Loopback),
    ("10.0.0.0", NotPublic::Private),
    ("10.255.255.255", NotPublic::Private),
    ("172.16.0.1", NotPublic::Private),
    ("172.31.255.255", NotPublic::Private),
    ("192.168.0.1", NotPublic::Private),
    ("192.168.255.255", NotPublic::Private),
    ("100.64.0.0", NotPublic::Private),
    ("100.100.100.200", NotPublic::Private),
    ("100.127.255.255", NotPublic::Private),
    ("::ffff:10.0.0.1", NotPublic::Private),
    ("::ffff:192.168.1.1", NotPublic::Private),
    ("64:ff9b::10.0.0.1", NotPublic::Private),
    ("fc00::1", NotPublic::Private),
    ("fd00:ec2::254", NotPublic::Private),
    ("fdff:ffff::1", NotPublic::Private),
    ("169.254.0.1", NotPublic::LinkLocal),
    ("169.254.169.254", NotPublic::LinkLocal),
    ("168.63.129.16", NotPublic::LinkLocal),
    ("::ffff:169.254.169.254", NotPublic::LinkLocal),
    ("64:ff9b::169.254.169.254", NotPublic::LinkLocal),
    ("fe80::1", NotPublic::LinkLocal),
    ("febf::1", NotPublic::LinkLocal),
    ("fec0::1", NotPublic::LinkLocal),
    ("0.0.0.0", NotPublic::Reserved),
    ("0.1.2.3", NotPublic::Reserved),
    ("192.0.0.1", NotPublic::Reserved),
    ("192.0.2.1", NotPublic::Reserved),
    ("192.88.99.1", NotPublic::Reserved),
    ("198.18.0.1", NotPublic::Reserved),
    ("198.19.255.255", NotPublic::Reserved),
    ("198.51.100.1", NotPublic::Reserved),
    ("203.0.113.255", NotPublic::Reserved),
    ("224.0.0.1", NotPublic::Reserved),
    ("239.255.255.255", NotPublic::Reserved),
    ("240.0.0.1", NotPublic::Reserved),
    ("255.255.255.255", NotPublic::Reserved),
    ("::", NotPublic::Reserved),
    ("::8.8.8.8", NotPublic::Reserved),
    ("::ffff:0:8.8.8.8", NotPublic::Reserved),
    ("::ffff:0.0.0.0", NotPublic::Reserved),
    ("64:ff9b:1::8.8.8.8", NotPublic::Reserved),
    ("100::1", NotPublic::Reserved),
    ("2001::1", NotPublic::Reserved),
    ("2001:0:7f00:1::", NotPublic::Reserved),
    ("2001:10::1", NotPublic::Reserved),
    ("2001:20::1", NotPublic::Reserved),
    ("2001:db8::1", NotPublic::Reserved),
    ("2002:7f00:1::1", NotPublic::Reserved),
    ("2002:a9fe:a9fe::1", NotPublic::Reserved),
    ("2002:808:808::1", NotPublic::Reserved),
    ("3fff::1", NotPublic::Reserved),
    ("4000::1", NotPublic::Reserved),
    ("5f00::1", NotPublic::Reserved),
    ("ff02::1", NotPublic::Reserved),
    ("ffff::1", NotPublic::Reserved),
];

#[test]
fn public_addresses_pass_and_their_neighbours_do_not() {
    for text in PUBLIC {
        assert_eq!(check(text.parse().expect(text)), Ok(()), "{text}");
    }
    for (text, kind) in NOT_PUBLIC {
        assert_eq!(check(text.parse().expect(text)), Err(*kind), "{text}");
    }
}

#[test]
fn addresses_in_urls_are_judged_in_every_spelling() {
    let check =
        |text: &str, expected| assert_eq!(check_url(&Url::parse(text).expect(text)), expected, "{text}");
    let not_public = |kind| Err(UrlRefusal::NotPublic(kind));
    check("https://media.example.com/x?y=z", Ok(()));
    check("https://media.example.com:443/x", Ok(()));
    check("https://8.8.8.8/", Ok(()));
    check("http://media.example.com/", Err(UrlRefusal::NotHttps));
    check("ftp://media.example.com/", Err(UrlRefusal::NotHttps));
    check("file:///etc/passwd", Err(UrlRefusal::NotHttps));
    check("https://user@media.example.com/", Err(UrlRefusal::Credentials));
    check("https://:pass@media.example.com/", Err(UrlRefusal::Credentials));
    check("https://media.example.com:8443/", Err(UrlRefusal::Port));
    for loopback in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:7f00:1]",
    ] {
        check(&format!("https://{loopback}/"), not_public(NotPublic::Loopback));
    }
    for metadata in [
        "169.254.169.254",
        "[::ffff:a9fe:a9fe]",
        "2852039166",
        "0xa9fea9fe",
        "[fe80::a9fe:a9fe]",
    ] {
        check(
            &format!("https://{metadata}/latest/meta-data/"),
            not_public(NotPublic::LinkLocal),
        );
    }
}

#[tokio::test]
async fn a_name_that_resolves_to_loopback_is_refused() {
    let name: Name = "localhost".parse().expect("a name");
    let error = PublicResolver.resolve(name).await.err().expect("refused");
    assert!(error.downcast_ref::<ResolvedToPrivate>().is_some(), "{error}");
}
