//! `agentlocator admin`: what is done at the machine and on no page. The first administrator, a way
//! back in for one who lost his password, and whether the audit log is whole. It speaks to the same
//! database as the engine, whether that one runs or not.

use super::{say, say_error};
use crate::config::Config;
use crate::engine::{lock, postgres};
use crate::http::auth::secrets::new_secret;
use crate::passwords::Passwords;
use anyhow::{Context, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use domain::email::Email;
use domain::password;
use gateways::web_push::VapidKeys;
use secrecy::ExposeSecret;
use store::audit::{By, Chain, PLATFORM};
use store::embedded::Embedded;
use store::people::users::NewUser;
use store::{Store, StoreError, StoreOptions};

/// Its commands.
#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make an administrator of the platform. Without --password-stdin a password is made and printed.
    Create(CreateArguments),
    /// Print a link by which somebody sets a new password; it works once and for a day.
    ResetLink {
        /// Whose.
        #[arg(long)]
        email: String,
    },
    /// Compute the audit log's chains again; status 1 when one is not whole.
    VerifyAudit,
    /// Print a new pair of keys for pushes to closed tabs.
    VapidKeys,
}

/// Who is to be made.
#[derive(Args)]
pub struct CreateArguments {
    /// What he logs in with.
    #[arg(long)]
    email: String,
    /// What he is called.
    #[arg(long)]
    name: String,
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

/// Runs one of them.
pub async fn run(command: AdminCommand) -> anyhow::Result<i32> {
    if matches!(command, AdminCommand::VapidKeys) {
        return vapid_keys();
    }
    let config = Config::from_env()?;
    let database = Database::open(&config).await?;
    let result = match command {
        AdminCommand::Create(arguments) => create(&database.store, arguments).await,
        AdminCommand::ResetLink { email } => reset_link(&config, &database.store, &email).await,
        AdminCommand::VerifyAudit => verify_audit(&database.store).await,
        AdminCommand::VapidKeys => vapid_keys(),
    };
    database.close();
    result
}

fn vapid_keys() -> anyhow::Result<i32> {
    let private = VapidKeys::make()?;
    // The subject is no part of the pair.
    let keys = VapidKeys::new(&private, None, "mailto:nobody@example.com")?;
    say(&format!("VAPID_PUBLIC_KEY={}", keys.public()));
    say(&format!("VAPID_PRIVATE_KEY={}", private.expose_secret()));
    Ok(0)
}

/// The engine's database, running or started for the while.
struct Database {
    store: Store,
    private: Option<Private>,
}

/// The private Postgres, and the engine's lock when no engine runs on it.
struct Private {
    server: Embedded,
    alone: Option<std::fs::File>,
}

impl Database {
    async fn open(config: &Config) -> anyhow::Result<Self> {
        let (url, private) = match &config.database_url {
            Some(url) => (url.expose_secret().to_owned(), None),
            None => {
                std::fs::create_dir_all(&config.data_dir)?;
                let alone = lock(&config.data_dir).ok();
                let server = postgres(config)?;
                (server.url().to_owned(), Some(Private { server, alone }))
            }
        };
        let store = Store::new(&StoreOptions { url, pool_size: 2 })?;
        store.migrate().await.context("the database can't be used")?;
        Ok(Self { store, private })
    }

    fn close(self) {
        if let Some(private) = self.private {
            if private.alone.is_some() {
                private.server.stop();
            } else {
                // An engine uses it: dropped, it would be stopped under that one's hands.
                std::mem::forget(private.server);
            }
        }
    }
}

async fn create(store: &Store, arguments: CreateArguments) -> anyhow::Result<i32> {
    let email = Email::parse(&arguments.email)?;
    let name = arguments.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        bail!("--name has 1 to 100 characters");
    }
    let (password, made) = if arguments.password_stdin {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        (line.trim_end_matches(['\r', '\n']).to_owned(), false)
    } else {
        let random: [u8; 15] = rand::random();
        (URL_SAFE_NO_PAD.encode(random), true)
    };
    password::check(&password, email.as_str())?;
    let hash = Passwords::new()?
        .hash(&password)
        .await
        .map_err(|_| anyhow::anyhow!("the password could not be hashed"))?;
    let new = NewUser {
        email: email.as_str(),
        name,
        password_hash: &hash,
        admin: true,
    };
    match store.create_user(&by_hand(), new, false).await {
        Ok(_) => say(&format!("{email} is an administrator")),
        Err(StoreError::Taken(_)) => bail!("somebody has the address {email} already"),
        Err(error) => return Err(error.into()),
    }
    if made {
        say(&format!("password  {password}"));
    }
    Ok(0)
}

async fn reset_link(config: &Config, store: &Store, email: &str) -> anyhow::Result<i32> {
    let email = Email::parse(email)?;
    let Some(user) = store.user_by_email(email.as_str()).await? else {
        bail!("nobody has the address {email}");
    };
    let (token, hash) = new_secret("");
    store.create_reset(user.id, &hash).await?;
    let happened = store::audit::Happened {
        action: "user.reset_link",
        subject: format!("user:{}", user.id),
        detail: serde_json::json!({}),
    };
    store.audit(PLATFORM, &by_hand(), happened).await?;
    let host = config.public_host.as_ref().map_or("", |host| host.as_str());
    say(&format!("{host}/reset#{token}"));
    Ok(0)
}

async fn verify_audit(store: &Store) -> anyhow::Result<i32> {
    let mut status = 0;
    for business in store.audit_chains().await? {
        let whose = if business == PLATFORM {
            "platform".to_owned()
        } else {
            format!("business {business}")
        };
        match store.verify_audit(business).await? {
            Chain::Whole { rows } => say(&format!("{whose}: whole, {rows} rows")),
            Chain::Broken { seq, why } => {
                say_error(&format!("{whose}: broken at row {seq}: {why}"));
                status = 1;
            }
        }
    }
    Ok(status)
}

/// The audit log is told that it was nobody on a page.
fn by_hand() -> By {
    By {
        address: "command line".into(),
        ..By::default()
    }
}
