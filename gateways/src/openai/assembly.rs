//! Puts a language model's answer together, whole or from its pieces, and believes only tool calls that are well-formed.
//! Called by the chat client. It never repairs arguments: a half-understood tool call is no tool call.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::chat::{ChatReply, Finish, Tool, ToolCall};
use crate::provider::ProviderError;

/// A reply in the making.
#[derive(Default)]
pub(super) struct Assembly {
    pub text: String,
    /// `[DONE]` was seen.
    pub done: bool,
    calls: BTreeMap<u32, Pieces>,
    finish: Option<Finish>,
}

#[derive(Default)]
struct Pieces {
    id: String,
    name: String,
    arguments: String,
}

#[derive(Deserialize)]
struct Whole {
    choices: Vec<WholeChoice>,
}

#[derive(Deserialize)]
struct WholeChoice {
    message: Said,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Chunk {
    /// Empty in the last chunk of servers that report usage there.
    #[serde(default)]
    choices: Vec<ChunkChoice>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct ChunkChoice {
    #[serde(default)]
    delta: Option<Said>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<CallPiece>>,
}

#[derive(Deserialize)]
struct CallPiece {
    #[serde(default)]
    index: Option<u32>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    function: Option<FunctionPiece>,
}

#[derive(Deserialize)]
struct FunctionPiece {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Option<String>,
}

impl Assembly {
    /// A whole JSON answer.
    pub fn whole(&mut self, body: &[u8]) -> Result<(), ProviderError> {
        let whole: Whole =
            serde_json::from_slice(body).map_err(|_| ProviderError::Garbage("not the expected JSON"))?;
        let choice = whole
            .choices
            .into_iter()
            .next()
            .ok_or(ProviderError::Garbage("no choices"))?;
        self.finish = Some(finish(choice.finish_reason.as_deref()));
        self.said(choice.message)
    }

    /// One event of a stream.
    pub fn chunk(&mut self, data: &str) -> Result<(), ProviderError> {
        let chunk: Chunk = serde_json::from_str(data)
            .map_err(|_| ProviderError::Garbage("not the expected JSON in an event"))?;
        if chunk.error.is_some() {
            return Err(ProviderError::Garbage("an error in the middle of a stream"));
        }
        let Some(choice) = chunk.choices.into_iter().next() else {
            return Ok(());
        };
        if choice.finish_reason.is_some() {
            self.finish = Some(finish(choice.finish_reason.as_deref()));
        }
        choice.delta.map_or(Ok(()), |said| self.said(said))
    }

    /// Whether the model said why it stopped.
    pub fn is_complete(&self) -> bool {
        self.finish.is_some()
    }

    /// The finished reply, its tool calls checked against the tools that were offered.
    pub fn reply(self, tools: &[Tool]) -> Result<ChatReply, ProviderError> {
        let cut = self.finish == Some(Finish::Length) && !self.calls.is_empty();
        if cut {
            return Err(ProviderError::Garbage("a tool call was cut by the token limit"));
        }
        let tool_calls = self
            .calls
            .into_values()
            .map(|pieces| pieces.checked(tools))
            .collect::<Result<Vec<_>, _>>()?;
        let text = self.text.trim().to_owned();
        if text.is_empty() && tool_calls.is_empty() {
            return Err(ProviderError::Garbage("an empty reply"));
        }
        Ok(ChatReply {
            text,
            tool_calls,
            finish: self.finish.unwrap_or(Finish::Unknown),
        })
    }

    fn said(&mut self, said: Said) -> Result<(), ProviderError> {
        self.text.push_str(said.content.as_deref().unwrap_or(""));
        for (at, piece) in said.tool_calls.unwrap_or_default().into_iter().enumerate() {
            if piece
                .kind
                .as_deref()
                .is_some_and(|kind| !matches!(kind, "function" | ""))
            {
                return Err(ProviderError::Garbage("a tool call that is not a function"));
            }
            let pieces = self.calls.entry(piece.index.unwrap_or(at as u32)).or_default();
            if let Some(id) = piece.id.filter(|id| !id.is_empty()) {
                pieces.id = id;
            }
            if let Some(function) = piece.function {
                // The name comes whole in the first piece; some servers repeat it in each.
                if let Some(name) = function.name.filter(|name| !name.is_empty()) {
                    pieces.name = name;
                }
                pieces
                    .arguments
                    .push_str(function.arguments.as_deref().unwrap_or(""));
            }
        }
        Ok(())
    }
}

impl Pieces {
    fn checked(self, tools: &[Tool]) -> Result<ToolCall, ProviderError> {
        if !tools.iter().any(|tool| tool.name == self.name) {
            return Err(ProviderError::Garbage("a call of a tool that was not offered"));
        }
        let text = if self.arguments.trim().is_empty() {
            "{}"
        } else {
            &self.arguments
        };
        match serde_json::from_str(text) {
            Ok(Value::Object(arguments)) => Ok(ToolCall {
                id: self.id,
                name: self.name,
                arguments,
            }),
            _ => Err(ProviderError::Garbage(
                "tool arguments that are not a JSON object",
            )),
        }
    }
}

fn finish(reason: Option<&str>) -> Finish {
    match reason {
        Some("stop") => Finish::Stop,
        Some("tool_calls" | "function_call") => Finish::ToolCalls,
        Some("length") => Finish::Length,
        Some("content_filter") => Finish::Filtered,
        _ => Finish::Unknown,
    }
}
