//! Replies of a language model with tools: `POST {base}/chat/completions` (OpenAI API reference, "Create chat completion").
//! Called by the responder. It never runs a tool: it only believes a call that names a known tool with an object as arguments.

use futures_util::Stream;
use futures_util::stream::unfold;
use reqwest::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::assembly::Assembly;
use super::sse::Events;
use super::{Connection, Endpoint};
use crate::outbound::ClientError;
use crate::provider::{self, Cause, ProviderError};

/// A spoken reply is a few sentences.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    System,
    User,
    Assistant,
}

/// One message of the conversation.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    pub role: Role,
    pub content: String,
}

/// Something the model may ask for.
#[derive(Debug, Clone)]
pub struct Tool {
    pub name: String,
    pub description: String,
    /// JSON Schema of the arguments, an object.
    pub parameters: Value,
}

/// What the model is asked.
#[derive(Debug, Clone)]
pub struct ChatRequest<'a> {
    pub messages: &'a [Message],
    pub tools: &'a [Tool],
    pub temperature: f32,
    pub max_tokens: u32,
}

/// The model asks for a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    pub id: String,
    /// One of the tools that were offered.
    pub name: String,
    pub arguments: Map<String, Value>,
}

/// Why the model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    Stop,
    ToolCalls,
    /// `max_tokens` was reached: the last sentence is cut.
    Length,
    /// The provider's filter cut it.
    Filtered,
    /// Not said, or a reason that we don't know.
    Unknown,
}

/// A whole reply.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatReply {
    /// What is to be said; may be empty beside tool calls.
    pub text: String,
    pub tool_calls: Vec<ToolCall>,
    pub finish: Finish,
}

/// One piece of a streamed reply.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatDelta {
    /// More words.
    Text(String),
    /// The end; every tool call, whole and checked. Nothing follows.
    End {
        tool_calls: Vec<ToolCall>,
        finish: Finish,
    },
}

/// A language model behind HTTP.
#[derive(Debug, Clone)]
pub struct Chat(Connection);

impl Chat {
    pub fn new(endpoint: Endpoint) -> Result<Chat, ClientError> {
        Connection::new(endpoint).map(Chat)
    }

    /// A whole reply, one attempt. A server that streams although it wasn't asked to is understood.
    pub async fn reply(
        &self,
        request: &ChatRequest<'_>,
        cause: Cause<'_>,
    ) -> Result<ChatReply, ProviderError> {
        let mut assembly = Assembly::default();
        let (kind, body) = provider::bytes(self.post(request, false), cause, ANSWER_LIMIT).await?;
        if kind.as_deref() == Some("text/event-stream") {
            let mut events = Events::default();
            let mut found = events.push(&body)?;
            found.extend(events.finish()?);
            for data in found.iter().take_while(|data| *data != "[DONE]") {
                assembly.chunk(data)?;
            }
        } else {
            assembly.whole(&body)?;
        }
        assembly.reply(request.tools)
    }

    /// A reply word by word. The cause's limit holds for the whole of it. A stream that breaks ends with an error, after which nothing comes.
    pub async fn stream(
        &self,
        request: &ChatRequest<'_>,
        cause: Cause<'_>,
    ) -> Result<ChatStream, ProviderError> {
        let deadline = Instant::now() + cause.time_limit;
        let response = provider::within(
            cause.time_limit,
            provider::answered(self.post(request, true), cause),
        )
        .await?;
        let tools: Vec<Tool> = request.tools.to_vec();
        let streamed = provider::content_type(&response).as_deref() == Some("text/event-stream");
        if !streamed {
            let body = provider::within(cause.time_limit, provider::whole(response, ANSWER_LIMIT)).await?;
            let mut assembly = Assembly::default();
            assembly.whole(&body)?;
            let reply = assembly.reply(&tools)?;
            let text = (!reply.text.is_empty()).then_some(ChatDelta::Text(reply.text));
            let end = ChatDelta::End {
                tool_calls: reply.tool_calls,
                finish: reply.finish,
            };
            let deltas: Vec<_> = text.into_iter().chain([end]).map(Ok).collect();
            return Ok(Box::pin(futures_util::stream::iter(deltas)));
        }
        let reader = Reader {
            response,
            deadline,
            tools,
            events: Events::default(),
            assembly: Assembly::default(),
            read: 0,
        };
        Ok(Box::pin(deltas(reader)))
    }

    fn post(&self, request: &ChatRequest<'_>, stream: bool) -> reqwest::RequestBuilder {
        let mut body = json!({
            "model": self.0.endpoint.model,
            "messages": request.messages,
            "temperature": request.temperature,
            "max_tokens": request.max_tokens,
            "stream": stream,
        });
        if !request.tools.is_empty() {
            let tools = request.tools.iter().map(|tool| {
                json!({"type": "function", "function": {
                    "name": tool.name, "description": tool.description, "parameters": tool.parameters}})
            });
            body["tools"] = tools.collect();
        }
        self.0.post("chat/completions").json(&body)
    }
}

/// A reply as it comes.
pub type ChatStream = std::pin::Pin<Box<dyn Stream<Item = Result<ChatDelta, ProviderError>> + Send>>;

struct Reader {
    response: Response,
    deadline: Instant,
    tools: Vec<Tool>,
    events: Events,
    assembly: Assembly,
    read: usize,
}

enum Packet {
    Words(String),
    Nothing,
    End,
}

impl Reader {
    async fn next(&mut self) -> Result<Packet, ProviderError> {
        let chunk = tokio::time::timeout_at(self.deadline, self.response.chunk());
        let chunk = chunk
            .await
            .map_err(|_| ProviderError::Timeout)?
            .map_err(|error| provider::transport(&error))?;
        let (events, ended) = match chunk {
            Some(bytes) => {
                self.read += bytes.len();
                if self.read > ANSWER_LIMIT {
                    return Err(ProviderError::Garbage("larger than allowed"));
                }
                (self.events.push(&bytes)?, false)
            }
            None => (self.events.finish()?.into_iter().collect(), true),
        };
        let before = self.assembly.text.len();
        let mut done = false;
        for data in &events {
            if data == "[DONE]" {
                done = true;
                break;
            }
            self.assembly.chunk(data)?;
        }
        let words = self.assembly.text[before..].to_owned();
        match (done || ended, words.is_empty()) {
            // Words that came with the end are given first; the end is asked for again and found at once.
            (true, false) => {
                self.assembly.done |= done;
                Ok(Packet::Words(words))
            }
            // A stream that just stops, without a reason and without [DONE], was cut off in the middle of a sentence.
            (true, true) if !done && !self.assembly.is_complete() => {
                Err(ProviderError::Garbage("the stream was cut short"))
            }
            (true, true) => Ok(Packet::End),
            (false, false) => Ok(Packet::Words(words)),
            (false, true) => Ok(Packet::Nothing),
        }
    }
}

fn deltas(reader: Reader) -> impl Stream<Item = Result<ChatDelta, ProviderError>> + Send {
    unfold(Some(reader), |reader| async move {
        let mut reader = reader?;
        loop {
            let packet = if reader.assembly.done {
                Ok(Packet::End)
            } else {
                reader.next().await
            };
            match packet {
                Ok(Packet::Words(words)) => return Some((Ok(ChatDelta::Text(words)), Some(reader))),
                Ok(Packet::Nothing) => {}
                Ok(Packet::End) => {
                    let Reader { assembly, tools, .. } = reader;
                    let end = assembly.reply(&tools).map(|reply| ChatDelta::End {
                        tool_calls: reply.tool_calls,
                        finish: reply.finish,
                    });
                    return Some((end, None));
                }
                Err(error) => return Some((Err(error), None)),
            }
        }
    })
}
