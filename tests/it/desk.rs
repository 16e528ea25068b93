//! Somebody at work in the office, who asks the API with a token of his own.

use crate::office::{Office, Person};
use serde_json::Value;

/// The office, and who asks there. Stories add to it what they ask for again and again.
pub struct Desk {
    pub office: Office,
    pub token: String,
}

impl Desk {
    /// Opens an office and logs this person in.
    pub async fn open(person: Person) -> Self {
        let office = Office::open().await;
        let token = office.token(person).await.expect("somebody");
        Self { office, token }
    }

    /// Asks: the status and the body.
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.office
            .ask(method, path, Some(&self.token), body.as_ref())
            .await
    }

    /// Asks for what must be granted.
    pub async fn good(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        good(&self.office, &self.token, method, path, body).await
    }
}

/// Asks for what must be granted, with this token.
pub async fn good(office: &Office, token: &str, method: &str, path: &str, body: Option<Value>) -> Value {
    let (status, answer) = office.ask(method, path, Some(token), body.as_ref()).await;
    assert!(status < 300, "{method} {path} {body:?}: {status} {answer}");
    answer
}
