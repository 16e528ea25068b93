//! How often a password, a code or a link may be tried: by account and by address, counted in
//! Postgres so that replicas agree. A wait ends by itself and the right password ends it at once
//! when its time has come: nothing is locked for good.

use super::super::Edge;
use super::super::client_address::client_address;
use super::super::errors::ApiError;
use super::super::hex::hex;
use crate::config::Config;
use actix_web::HttpRequest;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::time::Duration;
use store::people::throttle::Allowed;

/// What may be tried.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// One account, in bursts.
    account: Allowed,
    /// One account for as long as nobody gets it right: a guess each quarter of an hour in the end.
    account_long: Allowed,
    /// One address.
    address: Allowed,
    address_long: Allowed,
}

impl Pace {
    /// The product's; a test may shorten the windows of a minute.
    pub fn of(config: &Config) -> Self {
        let minute = config.timing("login_window", Duration::from_secs(60));
        let day = Duration::from_secs(24 * 3600);
        let allowed = |tries, within| Allowed { tries, within };
        Self {
            account: allowed(5, minute),
            account_long: allowed(100, day),
            address: allowed(20, minute),
            address_long: allowed(1000, day),
        }
    }
}

/// The tries of one request.
pub struct Tries {
    address: [(String, Allowed); 2],
    account: Vec<(String, Allowed)>,
}

impl Tries {
    /// Of this request's address only: links and codes.
    pub fn of_address(edge: &Edge, request: &HttpRequest) -> Self {
        let pace = edge.door.pace;
        let address = block(client_address(request));
        Self {
            address: [
                (format!("address:{address}"), pace.address),
                (format!("address:{address}:day"), pace.address_long),
            ],
            account: Vec::new(),
        }
    }

    /// Of this request's address and of an account, known or not.
    pub fn of_account(edge: &Edge, request: &HttpRequest, email: &str) -> Self {
        let pace = edge.door.pace;
        // Hashed: the table need not tell whom people try to be.
        let digest = Sha256::digest(email.trim().to_lowercase().as_bytes());
        let account = hex(&digest[..12]);
        Self {
            account: vec![
                (format!("account:{account}"), pace.account),
                (format!("account:{account}:day"), pace.account_long),
            ],
            ..Self::of_address(edge, request)
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// 429 when it is one too many; 503 without a database: nobody is let in uncounted.
    pub async fn count(&self, edge: &Edge) -> Result<(), ApiError> {
        // The address first: who has used it up does not use up somebody's account as well.
        for (key, allowed) in self.address.iter().chain(&self.account) {
            if let Some(wait) = edge.switchboard.store.tried(key, *allowed).await? {
                metrics::counter!("logins_throttled_total").increment(1);
                return Err(ApiError::rate_limited(wait));
            }
        }
        Ok(())
    }

    /// It was right: the account's tries are forgotten, the address gets this one back.
    pub async fn was_right(&self, edge: &Edge) -> Result<(), ApiError> {
        let store = &edge.switchboard.store;
        let account: Vec<&str> = self.account.iter().map(|(key, _)| key.as_str()).collect();
        if !account.is_empty() {
            store.forgive(&account).await?;
        }
        for (key, allowed) in &self.address {
            store.refund(key, *allowed).await?;
        }
        Ok(())
    }
}

/// A subscriber: the address, or the /64 that an IPv6 subscriber has all of.
fn block(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_is_one_however_many_addresses_it_has() {
        let block = |text: &str| block(text.parse().unwrap());
        assert_eq!(block("2001:db8:1:2::1"), block("2001:db8:1:2:ffff::9"));
        assert_ne!(block("2001:db8:1:2::1"), block("2001:db8:1:3::1"));
        assert_eq!(block("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
