//! How much one person, or one address, may ask for: by the class of route. Signed webhooks are never
//! limited here; a call is never lost to a limit.

use super::auth::principal::Principal;
use super::client_address::client_address;
use super::errors::ApiError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Person(i64),
    Address(IpAddr),
}

type Limiter = RateLimiter<Key, DefaultKeyedStateStore<Key>, DefaultClock>;

/// The limits, one set for all workers.
pub struct RateLimits {
    /// Any request of a person.
    person: Limiter,
    /// Requests of nobody in particular, by address.
    address: Limiter,
    /// Any request by address, before anybody asks the database whose it is.
    flood: Limiter,
    /// Exports: files of many rows.
    exports: Limiter,
    /// Searches: they cost the database most.
    searches: Limiter,
    /// Requests of signers and of whoever checks a paper, by address.
    public: Limiter,
    /// Requests that pretend to be the carrier's.
    unsigned: Limiter,
    clock: DefaultClock,
}

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
}

impl RateLimits {
    /// With so many requests a second for each person; the others follow from it.
    pub fn new(per_second: u32) -> Self {
        let steady = |per_second: u32| {
            Quota::per_second(number(per_second)).allow_burst(number(per_second.saturating_mul(2)))
        };
        Self {
            person: RateLimiter::keyed(steady(per_second)),
            address: RateLimiter::keyed(steady((per_second * 2 / 5).max(1))),
            flood: RateLimiter::keyed(steady(per_second.saturating_mul(4))),
            exports: RateLimiter::keyed(
                Quota::per_hour(number(per_second * 2 / 5)).allow_burst(number((per_second / 10).max(1))),
            ),
            searches: RateLimiter::keyed(steady((per_second / 5).max(1))),
            public: RateLimiter::keyed(Quota::per_minute(number(per_second.saturating_mul(6) / 5))),
            unsigned: RateLimiter::keyed(Quota::per_minute(number(20))),
            clock: DefaultClock::default(),
        }
    }

    /// Whether a request that pretends to be the carrier's is one too many from its address.
    pub fn one_unsigned_too_many(&self, address: IpAddr) -> Option<Duration> {
        self.over(&self.unsigned, &Key::Address(address))
    }

    fn over(&self, limiter: &Limiter, key: &Key) -> Option<Duration> {
        limiter
            .check_key(key)
            .err()
            .map(|not_until| not_until.wait_time_from(self.clock.now()))
    }

    fn refusal(&self, request: &ServiceRequest) -> Option<Duration> {
        let path = request.path();
        if !is_limited(path) {
            return None;
        }
        let person = request
            .extensions()
            .get::<Principal>()
            .map(|principal| principal.user.0);
        let address = client_address(request.request());
        if path.starts_with("/api/public/") {
            return self.over(&self.public, &Key::Address(address));
        }
        let Some(person) = person.map(Key::Person) else {
            return self.over(&self.address, &Key::Address(address));
        };
        let searches = request
            .query_string()
            .split('&')
            .any(|part| part.strip_prefix("q=").is_some_and(|text| !text.is_empty()));
        self.over(&self.person, &person)
            .or_else(|| {
                path.ends_with(".csv")
                    .then(|| self.over(&self.exports, &person))
                    .flatten()
            })
            .or_else(|| searches.then(|| self.over(&self.searches, &person)).flatten())
    }

    fn flood(&self, request: &ServiceRequest) -> Option<Duration> {
        let asks = is_limited(request.path()) || matches!(request.path(), "/ws" | "/ws/");
        let address = Key::Address(client_address(request.request()));
        asks.then(|| self.over(&self.flood, &address)).flatten()
    }

    /// Forgets who has not asked for a while; called now and then.
    pub fn forget_the_quiet(&self) {
        for limiter in [
            &self.person,
            &self.address,
            &self.flood,
            &self.exports,
            &self.searches,
            &self.public,
            &self.unsigned,
        ] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn is_limited(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/auth/") || path.starts_with("/push/")
}

/// Answers 429 with `Retry-After` to what is too much for a person, or for an address whose requests are nobody's.
pub async fn rate_limits(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    limited(request, next, RateLimits::refusal).await
}

/// The same for what is too much from one address whoever it is: what made-up tokens could cost the database ends here.
pub async fn flood_limits(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    limited(request, next, RateLimits::flood).await
}

async fn limited(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    limit: fn(&RateLimits, &ServiceRequest) -> Option<Duration>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let over = request
        .app_data::<web::Data<RateLimits>>()
        .and_then(|limits| limit(limits, &request));
    match over {
        Some(wait) => {
            metrics::counter!("requests_limited_total").increment(1);
            Ok(request.error_response(ApiError::rate_limited(wait)))
        }
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_limited_and_another_is_not() {
        let limits = RateLimits::new(50);
        let [noisy, quiet] = [[192, 0, 2, 1], [192, 0, 2, 2]].map(IpAddr::from);
        let refused = (0..40)
            .filter(|_| limits.one_unsigned_too_many(noisy).is_some())
            .count();
        assert_eq!(refused, 20);
        assert!(limits.one_unsigned_too_many(quiet).is_none());
        limits.forget_the_quiet();
    }
}
