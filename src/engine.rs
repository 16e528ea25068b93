//! The whole engine, wired top to bottom in one place, and stopped in two steps: say stop, then
//! wait for the last to say done. There are no globals: what a part needs it is given here.

use crate::config::{AppEnv, Config};
use crate::http::{self, Edge};
use crate::push;
use crate::speech;
use actix_web::dev::ServerHandle;
use actors::call::CallTiming;
use actors::dialing::Dialer;
use actors::hints::PostgresHints;
use actors::pipeline::{Doorbell, Drain, PipelineLimits, RecordingPipeline, Works};
use actors::pushing::{Absent, PAGES_RETURN, PushBell, PushingTask};
use actors::registry::CallRegistry;
use actors::reminders::Reminders;
use actors::schedule::{Schedule, Stirred, Ticks};
use actors::sessions::{SessionTiming, Sessions};
use actors::speech::PromptBook;
use actors::supervision::{Arbiters, Supervised};
use actors::switchboard::{COMMIT_LIMIT, Switchboard};
use actors::whatsapp::WhatsappTasks;
use anyhow::Context;
use gateways::bus::{Bus, Nats};
use gateways::twilio::recordings::RecordingSource;
use gateways::twilio::rest::BasicAuth;
use gateways::twilio::signature::Verifier;
use secrecy::ExposeSecret;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use store::directory::Directory;
use store::embedded::Embedded;
use store::recordings::Worker;
use store::spool::Spool;
use store::{Store, StoreError, StoreOptions};
use tokio_util::sync::CancellationToken;

/// A running engine.
pub struct Engine {
    /// Where it listens; the port is the system's choice when 0 was configured.
    pub address: SocketAddr,
    pub store: Store,
    pub directory: Directory,
    pub works: Arc<Works>,
    pub prompts: Arc<PromptBook>,
    server: ServerHandle,
    schedule: Schedule,
    sessions: Sessions,
    pushing: Option<PushingTask>,
    whatsapp: WhatsappTasks,
    pipeline: Supervised<RecordingPipeline>,
    arbiters: Arc<Arbiters>,
    first_run: String,
    /// Last: everything else stops before the database does.
    embedded: Option<Embedded>,
    _lock: std::fs::File,
}

/// Connections for queries, beside those of the writers.
const POOL: usize = 10;
/// Doorbells and reports that may wait in the pipeline's mailbox.
const PIPELINE_MAILBOX: usize = 4096;
/// How long recordings under way may take to reach their next checkpoint when the engine stops.
const DRAIN: Duration = Duration::from_secs(15);
/// How long a start waits for a database that is away, before it goes on without.
const PATIENCE: Duration = Duration::from_secs(10);

impl Engine {
    /// Starts everything, in the order in which each part needs the one before.
    ///
    /// # Errors
    /// What a person must mend: a folder, a port, a database that refuses. A database that is
    /// merely away is waited for while calls are answered.
    pub async fn start(config: &Config) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("DATA_DIR {} can't be made", config.data_dir.display()))?;
        let figures = crate::figures::recorder();
        actix_web::rt::spawn(crate::figures::upkeep(figures.clone()));
        store::watching::log_slower_than(config.watching.db_slow);
        let lock = lock(&config.data_dir)?;
        let worker = worker(&config.data_dir)?;
        let (url, embedded) = database(config)?;
        let store = Store::new(&StoreOptions { url, pool_size: POOL })?;
        let directory = Directory::from_snapshot(&config.data_dir.join("directory.json"));
        come_up(&store, &directory, &worker).await?;

        let bus = bus(config, &store)?;
        let spool = Spool::new(&config.data_dir.join("spool"))?;
        let arbiters = Arc::new(Arbiters::start(config.workers));
        let timing = CallTiming {
            park: config.timing("park", CallTiming::default().park),
            idle: config.timing("idle", CallTiming::default().idle),
        };
        let calls = CallRegistry::new(
            arbiters.clone(),
            store.clone(),
            directory.clone(),
            timing,
            bus.clone(),
        );
        let voice = speech::assemble(&config.speech)?;
        let works = Arc::new(Works {
            store: store.clone(),
            worker,
            source: recording_source(config)?,
            judge: voice.judge,
            speech: voice.speech.clone(),
            directory: directory.clone(),
            calls: calls.clone(),
            stop: CancellationToken::new(),
            places: AtomicUsize::new(0),
        });
        let limits = limits(config);
        let pipeline = {
            let works = works.clone();
            Supervised::start(arbiters.any(), PIPELINE_MAILBOX, move || {
                RecordingPipeline::new(works.clone(), limits)
            })
        };
        let doorbell = Doorbell::new(pipeline.clone(), works.clone(), limits);
        let switchboard = Switchboard::new(store.clone(), spool, calls, directory.clone(), doorbell);
        let switchboard = Arc::new(switchboard.committing_within(config.timing("commit", COMMIT_LIMIT)));
        let sessions = Sessions::start(
            arbiters.clone(),
            store.clone(),
            bus.clone(),
            SessionTiming {
                hello: config.timing("page_hello", SessionTiming::default().hello),
                heartbeat: config.timing("page_heartbeat", SessionTiming::default().heartbeat),
                silence: config.timing("page_silence", SessionTiming::default().silence),
                ..SessionTiming::default()
            },
        );
        let bell = PushBell::default();
        let returned = config.timing("pages_return", PAGES_RETURN);
        let absent = Absent::start(store.clone(), works.worker.clone(), bell.clone(), returned);
        let reminders = Reminders::start(
            arbiters.clone(),
            store.clone(),
            sessions.clone(),
            bus.clone(),
            absent,
        );
        tokio::spawn(sessions.clone().follow(reminders.clone()));
        // What came due while nobody was here.
        if let Err(error) = reminders.look().await {
            tracing::warn!(%error, "reminders are looked at with the next tick");
        }
        let ticks = Ticks {
            sweep: config.timing("sweep", Ticks::default().sweep),
            erasures: config.timing("erasures", Ticks::default().erasures),
            ..Ticks::default()
        };
        let rest = works.source.as_ref().map(|source| source.rest().clone());
        let public_host = config
            .public_host
            .as_ref()
            .map(|host| host.as_str().to_owned())
            .unwrap_or_default();
        let dialer = Dialer::new(store.clone(), rest.clone(), public_host.clone(), sessions.clone());
        let stirred = Stirred {
            pipeline: pipeline.clone(),
            switchboard: switchboard.clone(),
            reminders: reminders.clone(),
            sessions: sessions.clone(),
            dialer: dialer.clone(),
            carrier: rest.clone(),
        };
        let schedule = Schedule::start(ticks, stirred).await?;
        let prompts = Arc::new(PromptBook::recorded_ones());

        let listener = TcpListener::bind((config.bind, config.port))
            .with_context(|| format!("{}:{} can't be listened on", config.bind, config.port))?;
        let address = listener.local_addr()?;
        let secret = secret(config)?;
        let door = http::auth::door::Door::new(config, secret.expose_secret().as_bytes())?;
        let first_run = door.first_run_code().to_owned();
        let (pushing, push_desk) =
            push::start(config, &works, secret.expose_secret().as_bytes(), bell)?.unzip();
        let desk = crate::whatsapp::desk(config, secret.expose_secret().as_bytes())?;
        let whatsapp = crate::whatsapp::start(config, &desk, &works, sessions.clone());
        let edge = Edge {
            switchboard,
            bus,
            speech: voice.speech,
            prompts: prompts.clone(),
            verifier: verifier(config)?,
            account: config.carrier.account_sid.clone(),
            public_host,
            revision: config.revision.clone(),
            carrier_health: carrier_health(config),
            proxies: config.trusted_proxies.clone(),
            figures: http::Figures {
                handle: figures,
                token: config.watching.metrics_token.clone(),
            },
            sessions: sessions.clone(),
            reminders,
            push: push_desk,
            links: http::links::Links::new(secret.expose_secret().as_bytes()),
            drawing: crate::drawing::Drawing::default(),
            messages: rest,
            dialer,
            whatsapp: desk,
            door,
            https: config.env == AppEnv::Production,
            cors_origins: config.cors_origins.clone(),
            requests_per_second: config.requests_per_second,
        };
        let server = http::server(edge, listener, config.workers)?;
        let handle = server.handle();
        actix_web::rt::spawn(server);
        let engine = Self {
            address,
            store,
            directory,
            works,
            prompts,
            server: handle,
            schedule,
            sessions,
            pushing,
            whatsapp,
            pipeline,
            arbiters,
            embedded,
            first_run,
            _lock: lock,
        };
        engine.keep_prompts_ready();
        tracing::info!(%address, revision = config.revision, "listening");
        Ok(engine)
    }

    /// Synthesises fixed sentences in the background, now and whenever a business changes.
    fn keep_prompts_ready(&self) {
        let (works, prompts, directory) = (self.works.clone(), self.prompts.clone(), self.directory.clone());
        actix_web::rt::spawn(async move {
            let mut ready = std::collections::HashMap::new();
            while !works.stop.is_cancelled() {
                for business in directory.all() {
                    if ready.get(&business.id) != Some(&business.version) {
                        prompts.prepare(&works, &business).await;
                        ready.insert(business.id, business.version);
                    }
                }
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(5)) => {}
                    () = works.stop.cancelled() => {}
                }
            }
        });
    }

    /// The code of the first-run page, while there is no person yet who could log in.
    pub async fn first_run_code(&self) -> Option<&str> {
        match self.store.has_users().await {
            Ok(false) => Some(&self.first_run),
            // A database that is away has been complained about already.
            Ok(true) | Err(_) => None,
        }
    }

    /// Stops: no new work, then the requests in flight, then the work in hand, then the database.
    pub async fn stop(self) {
        tracing::info!("stopping");
        let (done, drained) = tokio::sync::oneshot::channel();
        if self.pipeline.address().try_send(Drain { done }).is_err() {
            tracing::warn!("the pipeline could not be told to stop: its leases will run out");
        }
        self.sessions.leave_all();
        self.server.stop(true).await;
        self.schedule.stop().await;
        if let Some(pushing) = self.pushing {
            pushing.stop().await;
        }
        self.whatsapp.stop().await;
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            tracing::warn!("some recordings did not reach a checkpoint: they will be taken up again");
        }
        self.arbiters.stop();
        if let Some(embedded) = self.embedded {
            embedded.stop();
        }
        tracing::info!("stopped");
    }
}

/// One engine per data folder: a second one would write into the first one's spool.
pub(crate) fn lock(folder: &Path) -> anyhow::Result<std::fs::File> {
    let path = folder.join("engine.lock");
    let file = std::fs::File::create(&path).with_context(|| path.display().to_string())?;
    file.try_lock().map_err(|_| {
        anyhow::anyhow!(
            "another engine is running on {}: set another DATA_DIR",
            folder.display()
        )
    })?;
    Ok(file)
}

/// Who we are: the same node in every life, another incarnation in each.
fn worker(folder: &Path) -> anyhow::Result<Worker> {
    let path = folder.join("node");
    let node = match std::fs::read_to_string(&path) {
        Ok(node) if !node.trim().is_empty() => node.trim().to_owned(),
        _ => {
            let node = uuid::Uuid::now_v7().to_string();
            std::fs::write(&path, &node).with_context(|| path.display().to_string())?;
            node
        }
    };
    Ok(Worker {
        node,
        incarnation: uuid::Uuid::now_v7().to_string(),
    })
}

fn database(config: &Config) -> anyhow::Result<(String, Option<Embedded>)> {
    if let Some(url) = &config.database_url {
        return Ok((url.expose_secret().to_owned(), None));
    }
    let embedded = postgres(config)?;
    tracing::info!(folder = %config.data_dir.display(), "DATABASE_URL is not set: a private Postgres runs");
    Ok((embedded.url().to_owned(), Some(embedded)))
}

/// Between engines: NATS where there is one, else the database if others may share it. A private Postgres has one engine.
fn bus(config: &Config, store: &Store) -> anyhow::Result<Bus> {
    Ok(match (&config.nats_url, &config.database_url) {
        (Some(url), _) => Bus::over(Box::new(Nats::parse(url)?)),
        (None, Some(_)) => Bus::over(Box::new(PostgresHints(store.clone()))),
        (None, None) => Bus::in_process(),
    })
}

/// The private Postgres of this configuration, started or found running.
pub(crate) fn postgres(config: &Config) -> anyhow::Result<Embedded> {
    Ok(Embedded::start(&config.data_dir)?)
}

/// Migrates, frees what our earlier life held, reads the directory; goes on without a database
/// that is away, and does the rest when it is back.
async fn come_up(store: &Store, directory: &Directory, worker: &Worker) -> anyhow::Result<()> {
    let first = tokio::time::timeout(PATIENCE, bring_up(store, directory, worker))
        .await
        .unwrap_or(Err(StoreError::Slow(PATIENCE)));
    match first {
        Ok(()) => drop(tokio::spawn(directory.clone().follow(store.clone()))),
        Err(error) if error.is_passing() => {
            tracing::error!(%error, "the database is away: calls are answered from the snapshot and the spool");
            let (store, directory, worker) = (store.clone(), directory.clone(), worker.clone());
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(Duration::from_secs(2)).await;
                    match bring_up(&store, &directory, &worker).await {
                        Ok(()) => break,
                        Err(error) => tracing::warn!(%error, "the database is still away"),
                    }
                }
                tracing::info!("the database is back");
                directory.follow(store).await;
            });
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

async fn bring_up(store: &Store, directory: &Directory, worker: &Worker) -> Result<(), StoreError> {
    store.migrate().await?;
    let freed = store.node_started(worker).await?;
    if freed > 0 {
        tracing::info!(
            freed,
            "recordings that an earlier life of this engine held are free again"
        );
    }
    directory.reload(store).await
}

fn limits(config: &Config) -> PipelineLimits {
    let default = PipelineLimits::default();
    PipelineLimits {
        at_once: config.pipeline_at_once,
        share: (config.pipeline_at_once / 4).max(2),
        lease: config.timing("lease", default.lease),
        grace: config.timing("grace", default.grace),
        call_idle: config.timing("call_idle", default.call_idle),
    }
}

fn recording_source(config: &Config) -> anyhow::Result<Option<RecordingSource>> {
    let carrier = &config.carrier;
    let (Some(account), Some(token)) = (&carrier.account_sid, &carrier.auth_token) else {
        tracing::warn!("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set: no recording can be fetched");
        return Ok(None);
    };
    let auth = BasicAuth {
        user: account.to_string(),
        secret: token.clone(),
    };
    Ok(Some(RecordingSource::new(
        &carrier.api_base.parse()?,
        account.clone(),
        auth,
    )?))
}

fn verifier(config: &Config) -> anyhow::Result<Option<Verifier>> {
    let carrier = &config.carrier;
    let tokens: Vec<_> = [&carrier.auth_token, &carrier.auth_token_next]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    match &config.public_host {
        Some(host) if !tokens.is_empty() => Ok(Some(Verifier::new(tokens, host.as_str())?)),
        // The configuration refuses this in production.
        _ => {
            debug_assert_ne!(config.env, AppEnv::Production);
            tracing::warn!("TWILIO_AUTH_TOKEN is not set: webhook signatures are NOT checked");
            Ok(None)
        }
    }
}

fn carrier_health(config: &Config) -> serde_json::Value {
    let carrier = &config.carrier;
    serde_json::json!({
        "signatures_checked": carrier.auth_token.is_some(),
        "recordings": carrier.account_sid.is_some() && carrier.auth_token.is_some(),
    })
}

/// The engine's own secret: from the configuration, or made once and kept beside the data.
pub(crate) fn secret(config: &Config) -> anyhow::Result<secrecy::SecretString> {
    if let Some(secret) = &config.jwt_secret {
        return Ok(secret.clone());
    }
    let path = config.data_dir.join("secret");
    if let Ok(kept) = std::fs::read_to_string(&path)
        && kept.trim().len() >= 32
    {
        return Ok(kept.trim().to_owned().into());
    }
    let made = format!(
        "{}{}",
        uuid::Uuid::new_v4().simple(),
        uuid::Uuid::new_v4().simple()
    );
    let mut file = std::fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    let mut file = file
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path)
        .with_context(|| path.display().to_string())?;
    std::io::Write::write_all(&mut file, made.as_bytes()).with_context(|| path.display().to_string())?;
    Ok(made.into())
}
