//! The demo's people, one of each role, with passwords that are printed. The passwords follow from the
//! engine's own secret: the same at every start on this machine, and others on any other one.

use super::say;
use crate::config::Config;
use crate::engine::{Engine, secret};
use crate::http::auth::door::derived;
use crate::passwords::Passwords;
use domain::access::{Role, UserId};
use domain::ids::BusinessId;
use secrecy::ExposeSecret;
use store::Store;
use store::audit::By;
use store::people::users::NewUser;

/// Role's word, e-mail address, name; `None` is the platform's administrator.
const PEOPLE: [(&str, &str, &str, Option<Role>); 3] = [
    ("admin", "admin@demo.example", "נועה אדמון", None),
    ("manager", "manager@demo.example", "יעל כהן", Some(Role::Manager)),
    ("agent", "agent@demo.example", "איתי לוי", Some(Role::Agent)),
];

/// Makes them, or finds them, and gives them their passwords.
pub async fn create(config: &Config, store: &Store, business: BusinessId) -> anyhow::Result<()> {
    let passwords = Passwords::new()?;
    for (word, email, name, role) in PEOPLE {
        let password = password(config, word)?;
        let user = ensure(store, &passwords, (email, name, role.is_none()), &password).await?;
        if let Some(role) = role {
            store.ensure_member(business, user, role).await?;
        }
    }
    Ok(())
}

async fn ensure(
    store: &Store,
    passwords: &Passwords,
    (email, name, admin): (&str, &str, bool),
    password: &str,
) -> anyhow::Result<UserId> {
    let busy = |_| anyhow::anyhow!("a password could not be hashed");
    let found = store.user_by_email(email).await?;
    if let Some(user) = &found
        && passwords
            .verify(password, Some(&user.password_hash))
            .await
            .map_err(busy)?
    {
        return Ok(user.id);
    }
    let hash = passwords.hash(password).await.map_err(busy)?;
    if let Some(user) = found {
        store.set_password(&By::default(), user.id, &hash, None).await?;
        return Ok(user.id);
    }
    let new = NewUser {
        email,
        name,
        password_hash: &hash,
        admin,
    };
    let made = store.create_user(&By::default(), new, false).await?;
    made.ok_or_else(|| anyhow::anyhow!("{email} could not be made"))
}

/// Says where to log in, and as whom.
pub fn introduce(config: &Config, engine: &Engine) -> anyhow::Result<()> {
    say("");
    say(&format!("Log in at http://{}", engine.address));
    for (word, email, _, _) in PEOPLE {
        say(&format!("  {word:<8} {email:<21} {}", password(config, word)?));
    }
    Ok(())
}

fn password(config: &Config, word: &str) -> anyhow::Result<String> {
    Ok(derived(
        secret(config)?.expose_secret().as_bytes(),
        &format!("demo/{word}"),
    ))
}
