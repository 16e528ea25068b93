//! What a password must be: long enough, and not one that everybody tries first. No rules about
//! which characters it has (ASVS 5.0, 6.2).

/// Fewest and most characters.
pub const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// The commonest ones, a line each, in lower case.
const COMMON: &str = include_str!("../data/common_passwords.txt");

/// Why a password can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("a password has 8 to 128 characters")]
    Length,
    #[error("everybody tries this password first")]
    Common,
    #[error("a password is not one's own e-mail address or name")]
    Own,
}

/// Whether this may be the password of a person with this e-mail address.
///
/// # Errors
/// What is wrong with it.
pub fn check(password: &str, email: &str) -> Result<(), PasswordError> {
    if !LENGTH.contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let lower = password.to_lowercase();
    let own = email.split('@').next().unwrap_or("");
    if lower == email.to_lowercase() || (!own.is_empty() && lower == own.to_lowercase()) {
        return Err(PasswordError::Own);
    }
    let bare: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let first = lower.chars().next();
    let monotonous = lower.chars().all(|c| Some(c) == first);
    let common = |text: &str| COMMON.lines().any(|line| line == text);
    // `password1!` is `password` with decoration.
    if monotonous || common(&lower) || (bare.chars().count() * 2 >= lower.chars().count() && common(&bare)) {
        return Err(PasswordError::Common);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        use PasswordError::{Common, Length, Own};
        for (password, expected) in [
            ("correct horse battery", Ok(())),
            ("אגס ירוק על השולחן", Ok(())),
            ("short", Err(Length)),
            ("12345678", Err(Common)),
            ("Password1!", Err(Common)),
            ("aaaaaaaaaaaa", Err(Common)),
            ("שלוםשלום", Err(Common)),
            ("dana@example.com", Err(Own)),
            ("dana.levi", Err(Own)),
        ] {
            let email = if password == "dana.levi" {
                "dana.levi@example.com"
            } else {
                "dana@example.com"
            };
            assert_eq!(check(password, email), expected, "{password}");
        }
        assert_eq!(check(&"x1".repeat(65), ""), Err(Length));
    }
}
