//! Clients of OpenAI-compatible servers (OpenAI, Groq, vLLM, whisper.cpp and faster-whisper servers): one shape, many parties.
//! Called by the recording pipeline and by streaming calls, each through a `chain`. They never retry by themselves and never
//! log a key or what was said.

mod assembly;
mod chat;
mod speech;
mod sse;
mod transcription;

#[cfg(test)]
mod chat_tests;
#[cfg(test)]
mod tests;

pub use chat::{Chat, ChatDelta, ChatReply, ChatRequest, ChatStream, Finish, Message, Role, Tool, ToolCall};
pub use speech::{Speech, SpeechRequest};
pub use transcription::{Transcript, Transcription, TranscriptionRequest};

use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::outbound::{self, ClientError};

/// Where a model is and how we show who we are. `Debug` hides the key.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// As the environment gives it: `https://api.openai.com/v1`; without a path `/v1` is meant.
    pub base_url: Url,
    /// A local server needs none.
    pub api_key: Option<SecretString>,
    /// The server's name for the model.
    pub model: String,
}

/// An endpoint with a client of its own.
#[derive(Debug, Clone)]
struct Connection {
    endpoint: Endpoint,
    client: reqwest::Client,
}

impl Connection {
    fn new(endpoint: Endpoint) -> Result<Connection, ClientError> {
        Ok(Connection {
            endpoint,
            client: outbound::configured_client()?,
        })
    }

    fn post(&self, rest: &str) -> RequestBuilder {
        let mut url = self.endpoint.base_url.clone();
        url.set_query(None);
        url.set_fragment(None);
        let base = match url.path().trim_end_matches('/') {
            "" => "/v1",
            path => path,
        };
        let path = format!("{base}/{rest}");
        url.set_path(&path);
        let request = self.client.request(Method::POST, url);
        match &self.endpoint.api_key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        }
    }
}
