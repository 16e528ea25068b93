//! A browser for stories about people: it keeps the cookies that it is given, says which page it is on,
//! and goes to whichever engine it is pointed at. And the people who sit in front of it.

use crate::world::{EngineProcess, PUBLIC_HOST, World};
use domain::access::{Role, UserId};
use domain::ids::BusinessId;
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeMap;
use store::people::users::NewUser;

/// Everybody's password in stories.
pub const PASSWORD: &str = "אגס ירוק על השולחן";

/// A browser of one person.
#[derive(Clone)]
pub struct Browser {
    client: reqwest::Client,
    pub cookies: BTreeMap<String, String>,
    /// What it says in `Origin`.
    pub origin: Option<String>,
    /// What it says in `Authorization`.
    pub bearer: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Reply {
    /// The body of an answer with this status.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The error's word.
    pub fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or("")
    }
}

impl Browser {
    /// On a page of ours, and not logged in.
    pub fn new() -> Self {
        Self {
            client: reqwest::Client::builder().no_proxy().build().expect("a client"),
            cookies: BTreeMap::new(),
            origin: Some(PUBLIC_HOST.into()),
            bearer: None,
        }
    }

    /// A program with this token, without cookies.
    pub fn program(token: &str) -> Self {
        Self {
            origin: None,
            bearer: Some(token.into()),
            ..Self::new()
        }
    }

    /// Asks, and keeps or forgets cookies as the answer says.
    pub async fn ask(
        &mut self,
        engine: &EngineProcess,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Reply {
        let mut request = self.client.request(method, format!("{}{path}", engine.base));
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", pairs.join("; "));
        }
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        if let Some(token) = &self.bearer {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for cookie in headers.get_all("set-cookie") {
            let (name, rest) = cookie.to_str().expect("text").split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or("");
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        let text = response.text().await.expect("a body");
        Reply {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }

    pub async fn get(&mut self, engine: &EngineProcess, path: &str) -> Reply {
        self.ask(engine, Method::GET, path, None).await
    }

    pub async fn post(&mut self, engine: &EngineProcess, path: &str, body: Value) -> Reply {
        self.ask(engine, Method::POST, path, Some(body)).await
    }

    pub async fn patch(&mut self, engine: &EngineProcess, path: &str, body: Value) -> Reply {
        self.ask(engine, Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&mut self, engine: &EngineProcess, path: &str) -> Reply {
        self.ask(engine, Method::DELETE, path, None).await
    }

    /// `POST` without a body.
    pub async fn press(&mut self, engine: &EngineProcess, path: &str) -> Reply {
        self.ask(engine, Method::POST, path, None).await
    }

    /// Tries to log in.
    pub async fn try_login(&mut self, engine: &EngineProcess, email: &str, password: &str) -> Reply {
        let body = serde_json::json!({ "email": email, "password": password });
        self.post(engine, "/auth/login", body).await
    }

    /// A browser in which this person is logged in.
    pub async fn of(engine: &EngineProcess, email: &str) -> Self {
        let mut browser = Self::new();
        browser.try_login(engine, email, PASSWORD).await.expect(200);
        browser
    }

    /// With another refresh token.
    pub fn with_refresh(&self, token: &str) -> Self {
        let mut other = self.clone();
        other.cookies.insert("al_refresh".into(), token.into());
        other
    }

    /// The refresh token that it has.
    pub fn refresh_token(&self) -> String {
        self.cookies.get("al_refresh").cloned().unwrap_or_default()
    }
}

impl World {
    /// A store over the world's database.
    pub fn store(&self) -> store::Store {
        let options = store::StoreOptions {
            url: self.database.clone(),
            pool_size: 2,
        };
        store::Store::new(&options).expect("a store")
    }

    /// The business of all worlds.
    pub async fn business(&self) -> BusinessId {
        BusinessId(self.count("SELECT min(id) FROM businesses").await)
    }

    /// Somebody with `PASSWORD`, and these roles.
    pub async fn person(&self, email: &str, admin: bool, roles: &[(BusinessId, Role)]) -> UserId {
        let store = self.store();
        let passwords = agentlocator::passwords::Passwords::new().expect("argon2");
        let hash = passwords.hash(PASSWORD).await.expect("a hash");
        let new = NewUser {
            email,
            name: email.split('@').next().unwrap_or(email),
            password_hash: &hash,
            admin,
        };
        let by = store::audit::By::default();
        let user = store
            .create_user(&by, new, false)
            .await
            .expect("made")
            .expect("an id");
        for (business, role) in roles {
            store
                .ensure_member(*business, user, *role)
                .await
                .expect("a member");
        }
        user
    }

    /// Another business.
    pub async fn another_business(&self, name: &str, number: &str) -> BusinessId {
        let number = domain::entities::Phone::parse(number).expect("a number");
        let new = store::businesses::NewBusiness {
            name,
            number: &number,
            script: domain::script::REAL_ESTATE,
            voice: "",
        };
        self.store().ensure_business(new).await.expect("a business")
    }

    /// Two engines that know the same secret.
    pub fn two_engines(&mut self) -> (EngineProcess, EngineProcess) {
        self.set("JWT_SECRET", "a secret that both engines of a story know");
        (self.engine(), self.engine())
    }
}

/// A counter of `/metrics`, added up over its labels.
pub async fn counter(engine: &EngineProcess, name: &str) -> u64 {
    let text = engine.get("/metrics").await.text().await.expect("figures");
    text.lines()
        .filter(|line| line.starts_with(name) && !line.starts_with('#'))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum::<f64>() as u64
}
