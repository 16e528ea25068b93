//! Speech to text: `POST {base}/audio/transcriptions` (OpenAI API reference, "Create transcription"; whisper.cpp and
//! faster-whisper servers take the same form). Called by the pipeline's transcribe step. It never judges what was heard.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;

use super::{Connection, Endpoint};
use crate::outbound::ClientError;
use crate::provider::{self, Cause, ProviderError};

/// A transcript is a few kilobytes.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// What is to be written down.
#[derive(Debug, Clone)]
pub struct TranscriptionRequest<'a> {
    /// A whole WAV file, 16-bit PCM; not μ-law.
    pub wav: Bytes,
    /// ISO 639-1: `he`.
    pub language: &'a str,
    /// Words that are likely to come, such as names of the business.
    pub prompt: Option<&'a str>,
}

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// Trimmed; empty when nothing was understood.
    pub text: String,
}

/// A transcriber behind HTTP.
#[derive(Debug, Clone)]
pub struct Transcription(Connection);

#[derive(Deserialize)]
struct Answer {
    text: String,
}

impl Transcription {
    pub fn new(endpoint: Endpoint) -> Result<Transcription, ClientError> {
        Connection::new(endpoint).map(Transcription)
    }

    /// One attempt.
    pub async fn transcribe(
        &self,
        request: TranscriptionRequest<'_>,
        cause: Cause<'_>,
    ) -> Result<Transcript, ProviderError> {
        // Servers choose their decoder by the file's name, so it must have one.
        let file = Part::stream(request.wav).file_name("recording.wav");
        let file = file
            .mime_str("audio/wav")
            .map_err(|_| ProviderError::Refused("audio/wav".to_owned()))?;
        let mut form = Form::new()
            .part("file", file)
            .text("model", self.0.endpoint.model.clone())
            .text("language", request.language.to_owned())
            .text("response_format", "json")
            .text("temperature", "0");
        if let Some(prompt) = request.prompt {
            form = form.text("prompt", prompt.to_owned());
        }
        let post = self.0.post("audio/transcriptions").multipart(form);
        let answer: Answer = provider::json(post, cause, ANSWER_LIMIT).await?;
        Ok(Transcript {
            text: answer.text.trim().to_owned(),
        })
    }
}
