//! A world for one story: a database of its own, the parties, and engines as real processes that
//! can be told to stop, or killed. Requests are signed as the carrier signs them, and every answer
//! is read by the carrier's own grammar.

use crate::cluster;
use crate::parties::{ACCOUNT, Parties, TOKEN};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

pub const PUBLIC_HOST: &str = "https://calls.example.co.il";
pub const BUSINESS: &str = "+97237654321";
pub const CALLER: &str = "+972501234567";

/// A story's world.
pub struct World {
    pub database: String,
    pub parties: Parties,
    /// Added to every engine's environment.
    pub environment: BTreeMap<String, String>,
}

/// What came back from a webhook.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    pub body: String,
    pub took: Duration,
}

impl World {
    /// A fresh database with the demo business in it, and parties that do their job.
    pub async fn new() -> Self {
        static TLS: Once = Once::new();
        TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let database = tokio::task::spawn_blocking(cluster::fresh_database)
            .await
            .expect("a database");
        Self::over(database).await
    }

    /// The same over a database that the story brings.
    pub async fn over(database: String) -> Self {
        let parties = Parties::start().await;
        let world = Self {
            database,
            parties,
            environment: BTreeMap::new(),
        };
        world.create_business().await;
        world
    }

    async fn create_business(&self) {
        let options = store::StoreOptions {
            url: self.database.clone(),
            pool_size: 1,
        };
        let store = store::Store::new(&options).expect("a store");
        store.migrate().await.expect("migrated");
        let number = domain::entities::Phone::parse(BUSINESS).expect("a number");
        let new = store::businesses::NewBusiness {
            name: "תיווך הגליל",
            number: &number,
            script: domain::script::REAL_ESTATE,
            voice: "",
        };
        store.ensure_business(new).await.expect("a business");
        // Stories hold at night and on Shabbat; the gate's own one sets its rules.
        let loud = r#"UPDATE businesses SET quiet = '{"nights":null,"shabbat":false,"holidays":false}'"#;
        self.rows()
            .await
            .execute(loud, &[])
            .await
            .expect("no quiet hours");
    }

    /// Sets a name for the engines started after it.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.into(), value.into());
    }

    /// An engine over this world, listening.
    pub fn engine(&self) -> EngineProcess {
        EngineProcess::start(self.engine_environment(), cluster::folder("engine"))
    }

    /// An engine over this world in this data folder, with these names set beside the world's.
    pub fn engine_in(&self, folder: PathBuf, more: &[(&str, &str)]) -> EngineProcess {
        let mut environment = self.engine_environment();
        environment.extend(
            more.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        EngineProcess::start(environment, folder)
    }

    fn engine_environment(&self) -> BTreeMap<String, String> {
        let mut names = BTreeMap::from([
            ("DATABASE_URL".to_owned(), self.database.clone()),
            ("TWILIO_API_BASE".into(), self.parties.base.clone()),
            ("STT_BASE_URL".into(), format!("{}/v1", self.parties.base)),
            ("TTS_BASE_URL".into(), format!("{}/v1", self.parties.base)),
        ]);
        names.extend(self.environment.clone());
        names
    }

    /// A connection to look at the rows with.
    pub async fn rows(&self) -> tokio_postgres::Client {
        cluster::client(&self.database).await
    }

    /// One number out of the database.
    pub async fn count(&self, sql: &str) -> i64 {
        self.rows().await.query_one(sql, &[]).await.expect(sql).get(0)
    }

    /// Waits until the query gives true, at most half a minute.
    pub async fn eventually(&self, sql: &str) {
        let rows = self.rows().await;
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let row = rows.query_opt(sql, &[]).await.expect(sql);
            if row.is_some_and(|row| row.get::<_, Option<bool>>(0) == Some(true)) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "never became true: {sql}\n{}",
                self.told(&rows).await
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn told(&self, rows: &tokio_postgres::Client) -> String {
        let sql = "SELECT recording_sid || ' ' || state || ' ' || attempt || ' ' || COALESCE(reason, '') || errors::text \
                   FROM recordings";
        let found = rows.query(sql, &[]).await.unwrap_or_default();
        found
            .iter()
            .map(|row| row.get::<_, String>(0))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// An engine in a process of its own. Dropped, it is killed.
pub struct EngineProcess {
    pub base: String,
    pub folder: PathBuf,
    /// What it said before it listened.
    pub said: Vec<String>,
    child: Child,
    client: reqwest::Client,
}

impl EngineProcess {
    fn start(environment: BTreeMap<String, String>, folder: PathBuf) -> Self {
        let mut child = spawn(&environment, &folder);
        let stdout = child.stdout.take().expect("standard output");
        let mut said = Vec::new();
        let base = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let base = line.strip_prefix("listening on ").map(str::to_owned);
                said.push(line);
                base
            })
            .unwrap_or_else(|| panic!("the engine did not start:\n{}", log(&folder)));
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self {
            base,
            folder,
            said,
            child,
            client,
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it logged.
    pub fn log(&self) -> String {
        log(&self.folder)
    }

    /// Posts a form as the carrier would; `path` with its query.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let form: Vec<(String, String)> = form
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let signature = simulator::signature::form(TOKEN, &format!("{PUBLIC_HOST}{path}"), &form);
        self.post_signed(path, &form, &signature).await
    }

    /// The same with a signature of the story's choice.
    pub async fn post_signed(&self, path: &str, form: &[(String, String)], signature: &str) -> Answer {
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("x-twilio-signature", signature)
            .form(form);
        self.send(request).await
    }

    /// Gets an address of the engine.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.client
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .expect("an answer")
    }

    /// Sends a request of the story's making.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let begun = Instant::now();
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let content_type = response
            .headers()
            .get("content-type")
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned);
        let body = response.text().await.expect("a body");
        Answer {
            status,
            content_type,
            body,
            took: begun.elapsed(),
        }
    }

    /// A request to be filled.
    pub fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("{}{path}", self.base))
    }

    /// Waits for its end, at most half a minute, and gives its status.
    pub fn ended(&mut self) -> std::process::ExitStatus {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "the engine did not end:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM, and its exit status.
    pub fn stop(mut self) -> std::process::ExitStatus {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        self.ended()
    }
}

impl Drop for EngineProcess {
    #[allow(clippy::print_stderr, reason = "a failing story shows the engine's log")]
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- log of the engine\n{}", self.log());
        }
    }
}

fn log(folder: &std::path::Path) -> String {
    std::fs::read_to_string(folder.join("engine.log")).unwrap_or_default()
}

/// The engine's process, with nothing of our environment but what it needs.
pub fn spawn(environment: &BTreeMap<String, String>, folder: &std::path::Path) -> Child {
    let log = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("engine.log"))
        .expect("a log file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_agentlocator"));
    command.env_clear();
    for name in ["PATH", "HOME", "PG_BIN_DIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("APP_ENV", "test")
        .env("PUBLIC_HOST", PUBLIC_HOST)
        .env("PORT", "0")
        .env("DATA_DIR", folder)
        .env("TWILIO_ACCOUNT_SID", ACCOUNT)
        .env("TWILIO_AUTH_TOKEN", TOKEN)
        .env("MODELS_DIR", folder.join("no-models"))
        .env("TEST_MS_GRACE", "100")
        // Many engines share this machine: a commit that takes a second means nothing here.
        .env("TEST_MS_COMMIT", "10000")
        .envs(environment)
        .arg("serve")
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the engine starts")
}

impl Answer {
    /// The verbs, if the carrier takes the answer without a word.
    pub fn verbs(&self) -> Vec<simulator::grammar::Verb> {
        let checked =
            simulator::grammar::check(self.status, self.content_type.as_deref(), self.body.as_bytes());
        assert!(checked.clean(), "{:?}\n{}", checked.findings, self.body);
        checked.verbs
    }

    /// The names of the verbs, in order.
    pub fn names(&self) -> String {
        self.verbs()
            .iter()
            .map(|verb| verb.name().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The answer is valid, is there within two seconds, and is heard.
    pub fn assert_spoken(&self) {
        let names = self.names();
        assert!(
            names.contains("Play") || names.contains("Say"),
            "{names}: {}",
            self.body
        );
        assert!(self.took < Duration::from_secs(2), "{:?}", self.took);
    }
    /// The answer of a long poll: valid, heard, and well inside the carrier's limit.
    pub fn assert_spoken_late(&self) {
        let names = self.names();
        assert!(
            names.contains("Play") || names.contains("Say"),
            "{names}: {}",
            self.body
        );
        assert!(self.took < Duration::from_secs(10), "{:?}", self.took);
    }
}
