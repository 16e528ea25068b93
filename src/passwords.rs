//! Passwords: argon2id on threads of its own, two at a time and few waiting, so that guessing can't
//! take the processor from the calls. Unknown people cost as much as known ones.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// ASVS 5.0 appendix C: 19 MiB, two passes.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
/// Hashes at the same time, and who may wait for one.
const AT_ONCE: usize = 2;
const WAITING: usize = 32;

/// Too many wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

/// Hashes and verifies. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    room: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    argon2: Argon2<'static>,
    /// The hash of nobody's password.
    nobody: Arc<str>,
}

impl Passwords {
    /// With the product's parameters.
    ///
    /// # Errors
    /// When the parameters can't be used: a mistake of ours.
    pub fn new() -> anyhow::Result<Self> {
        let params =
            Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|error| anyhow::anyhow!("argon2: {error}"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon2, &uuid::Uuid::new_v4().to_string())?;
        Ok(Self {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(AtomicUsize::new(0)),
            argon2,
            nobody: nobody.into(),
        })
    }

    /// The hash to keep, in PHC form.
    pub async fn hash(&self, password: &str) -> Result<String, Busy> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.run(move || hash(&argon2, &password).unwrap_or_default())
            .await
    }

    /// Whether it is the password of that hash; without a hash it takes as long and is false.
    pub async fn verify(&self, password: &str, kept: Option<&str>) -> Result<bool, Busy> {
        metrics::counter!("passwords_verified_total").increment(1);
        let known = kept.is_some_and(|kept| !kept.is_empty());
        let kept = kept
            .filter(|kept| !kept.is_empty())
            .unwrap_or(&self.nobody)
            .to_owned();
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        let right = self
            .run(move || argon2.verify_password(password.as_bytes(), kept.as_str()).is_ok())
            .await?;
        Ok(right && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = Place::take(&self.waiting).ok_or(Busy)?;
        let room = self.room.clone().acquire_owned().await.map_err(|_| Busy)?;
        // Both go with the work: a browser that hangs up frees its place, but no thread before it is done.
        let work = move || {
            let _held = (place, room);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}

/// A place among those who hash or wait, until it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(taken: &Arc<AtomicUsize>) -> Option<Self> {
        let before = taken.fetch_add(1, Ordering::AcqRel);
        let place = Self(taken.clone());
        (before < WAITING + AT_ONCE).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> anyhow::Result<String> {
    argon2
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| anyhow::anyhow!("argon2: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn only_the_right_password_of_somebody_is_right() {
        let passwords = Passwords::new().unwrap();
        let kept = passwords.hash("אגס ירוק").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_eq!(passwords.verify("אגס ירוק", Some(&kept)).await, Ok(true));
        assert_eq!(passwords.verify("אגס אדום", Some(&kept)).await, Ok(false));
        assert_eq!(passwords.verify("אגס ירוק", None).await, Ok(false));
        assert_eq!(passwords.verify("", Some("")).await, Ok(false));
    }

    #[actix_web::test]
    async fn a_crowd_is_sent_away_and_comes_back() {
        let passwords = Passwords::new().unwrap();
        let crowd = (0..80).map(|_| passwords.verify("x", None));
        let answers = futures_util::future::join_all(crowd).await;
        let away = answers.iter().filter(|answer| **answer == Err(Busy)).count();
        assert_eq!(away, 80 - WAITING - AT_ONCE);
        assert_eq!(passwords.verify("x", None).await, Ok(false));
    }
}
