//! Connections to Postgres: one pool for queries, and single ones for the writers and listeners
//! that keep theirs. Wired once at start; nobody else connects.

use crate::error::StoreError;
use crate::inbox::Inbox;
use crate::migrate;
use crate::turn_answers::TurnAnswers;
use crate::watching;
use crate::whatsapp::WhatsappInbox;
use deadpool_postgres::{Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod, Runtime};
use std::time::{Duration, Instant};
use tokio_postgres::{Client, Config, NoTls};

/// How the store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `postgres://…` or `host=/run/… user=…`, as libpq writes them.
    pub url: String,
    /// Connections for queries; the writers have theirs beside it.
    pub pool_size: usize,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    /// Connections that see every business: for what the engine does by itself.
    pub(crate) pool: Pool,
    /// Connections that see one business, or nothing: only `Store::tenant` takes from it.
    pub(crate) tenants: Pool,
    pub(crate) connector: Connector,
    /// Takes webhook events in.
    pub inbox: Inbox,
    /// Keeps what the caller was told after each turn.
    pub turn_answers: TurnAnswers,
    /// Takes in what WhatsApp's webhooks tell.
    pub whatsapp: WhatsappInbox,
}

/// Makes connections of its own kind, outside the pool.
#[derive(Clone)]
pub(crate) struct Connector {
    config: Config,
}

/// Whose rights a connection has from its first statement on: see `roles.sql`.
#[derive(Clone, Copy)]
enum Role {
    /// Answers calls for all businesses.
    Engine,
    /// Serves people, one business at a time.
    App,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Engine => "al_engine",
            Self::App => "al_app",
        }
    }
}

/// How long a query may wait for a connection of the pool.
const POOL_WAIT: Duration = Duration::from_secs(2);
/// How long any one statement may take, as seen from here: a dead link never answers.
const STATEMENT_LIMIT: Duration = Duration::from_secs(10);

impl Connector {
    fn parse(url: &str) -> Result<Self, StoreError> {
        let mut config: Config = url
            .parse()
            .map_err(|e| StoreError::Setup(format!("DATABASE_URL is malformed: {e}")))?;
        config
            .connect_timeout(Duration::from_secs(2))
            .keepalives(true)
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3)
            .tcp_user_timeout(Duration::from_secs(10));
        if config.get_application_name().is_none() {
            config.application_name("agentlocator");
        }
        Ok(Self { config })
    }

    /// The address, taking this role; options that it has already are kept.
    fn as_role(&self, role: Role) -> Config {
        let mut config = self.config.clone();
        let given = config.get_options().unwrap_or("").to_owned();
        // The engine's statements are few, found by their keys and prepared once: planned once, too.
        let plans = match role {
            Role::Engine => " -c plan_cache_mode=force_generic_plan",
            Role::App => "",
        };
        config.options(format!("{given} -c role={}{plans}", role.name()).trim_start());
        config
    }

    fn pool(&self, role: Role, size: usize) -> Result<Pool, StoreError> {
        let manager = Manager::from_config(
            self.as_role(role),
            NoTls,
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        Pool::builder(manager)
            .max_size(size)
            // The one used last is the one whose process is still warm.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|e| StoreError::Setup(e.to_string()))
    }

    /// A connection with the rights that the address gives: for migrations only.
    pub(crate) async fn setting_up(&self) -> Result<Client, StoreError> {
        Self::open(&self.config).await
    }

    /// A connection of the engine's whose driver runs on the current runtime until the client is dropped.
    pub(crate) async fn client(&self) -> Result<Client, StoreError> {
        // A role that is not there yet will be when somebody has migrated: that passes.
        Self::open(&self.as_role(Role::Engine))
            .await
            .map_err(|error| match error {
                StoreError::Refused(why) => StoreError::Away(why),
                other => other,
            })
    }

    async fn open(config: &Config) -> Result<Client, StoreError> {
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database connection ended");
            }
        });
        Ok(client)
    }

    /// The client and its driver, for those who want the notices as well.
    pub(crate) async fn listening(
        &self,
    ) -> Result<
        (
            Client,
            tokio_postgres::Connection<tokio_postgres::Socket, tokio_postgres::tls::NoTlsStream>,
        ),
        StoreError,
    > {
        Ok(self.as_role(Role::Engine).connect(NoTls).await?)
    }
}

impl Store {
    /// The store at this address. Nothing is connected yet: an engine whose database is away
    /// still answers its calls.
    ///
    /// # Errors
    /// `Setup` for a malformed address.
    pub fn new(options: &StoreOptions) -> Result<Self, StoreError> {
        let connector = Connector::parse(&options.url)?;
        let pool = connector.pool(Role::Engine, options.pool_size)?;
        let tenants = connector.pool(Role::App, options.pool_size)?;
        let inbox = Inbox::new(connector.clone());
        let turn_answers = TurnAnswers::new(connector.clone());
        let whatsapp = WhatsappInbox::new(connector.clone());
        Ok(Self {
            pool,
            tenants,
            connector,
            inbox,
            turn_answers,
            whatsapp,
        })
    }

    /// Brings the schema up to date, under a lock that eight starting engines may share.
    ///
    /// # Errors
    /// `Away` when nobody answers, `Setup` when a migration fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migrate::run(&self.connector).await
    }

    pub(crate) async fn client(&self) -> Result<deadpool_postgres::Object, StoreError> {
        Ok(self.pool.get().await?)
    }

    pub(crate) async fn tenant_client(&self) -> Result<deadpool_postgres::Object, StoreError> {
        Ok(self.tenants.get().await?)
    }

    /// Asks Postgres for a sign of life within a second.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let limit = Duration::from_secs(1);
        let asked = async {
            let client = self.client().await?;
            client.simple_query("SELECT 1").await?;
            Ok(())
        };
        tokio::time::timeout(limit, asked)
            .await
            .unwrap_or(Err(StoreError::Slow(limit)))
    }

    /// Connections of the pool: in use and open.
    pub fn pool_use(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.size)
    }
}

/// Runs a piece of database work under the deadline that every statement has. In figures and in the
/// log it goes by the place that called this: statements and their parameters are in neither.
#[track_caller]
pub(crate) fn limited<T>(
    work: impl Future<Output = Result<T, StoreError>>,
) -> impl Future<Output = Result<T, StoreError>> {
    let caller = std::panic::Location::caller();
    async move {
        let begun = Instant::now();
        let result = tokio::time::timeout(STATEMENT_LIMIT, work)
            .await
            .unwrap_or(Err(StoreError::Slow(STATEMENT_LIMIT)));
        watching::took(caller, begun.elapsed());
        result
    }
}
