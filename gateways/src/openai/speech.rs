//! Text to speech: `POST {base}/audio/speech` (OpenAI API reference, "Create speech"). `pcm` is 24 kHz 16-bit mono without a header.
//! Called by the pipeline's synthesise step. It never converts sound: `media` does.

use serde::Serialize;

use super::{Connection, Endpoint};
use crate::outbound::ClientError;
use crate::provider::{self, AudioFormat, Cause, ProviderError, Sound};

/// Three minutes of 24 kHz sound.
const ANSWER_LIMIT: usize = 9 * 1024 * 1024;
/// The longest input of the interface, in characters.
const INPUT_LIMIT: usize = 4096;
/// The rate of `pcm`, in samples a second.
const PCM_RATE: u32 = 24_000;

/// What is to be said.
#[derive(Debug, Clone, Copy)]
pub struct SpeechRequest<'a> {
    /// At most 4,096 characters.
    pub text: &'a str,
    pub voice: &'a str,
    /// Tone and manner, for models that take it.
    pub instructions: Option<&'a str>,
    /// Ask for a WAV file instead of bare samples, for servers that know no `pcm`.
    pub wav: bool,
}

/// A synthesiser behind HTTP.
#[derive(Debug, Clone)]
pub struct Speech(Connection);

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: &'a str,
    voice: &'a str,
    response_format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<&'a str>,
}

impl Speech {
    pub fn new(endpoint: Endpoint) -> Result<Speech, ClientError> {
        Connection::new(endpoint).map(Speech)
    }

    /// One attempt. The format is what really came: some servers answer WAV whatever is asked.
    pub async fn synthesise(
        &self,
        request: SpeechRequest<'_>,
        cause: Cause<'_>,
    ) -> Result<Sound, ProviderError> {
        if request.text.len() > INPUT_LIMIT && request.text.chars().count() > INPUT_LIMIT {
            return Err(ProviderError::Refused("more than 4096 characters".to_owned()));
        }
        let body = Body {
            model: &self.0.endpoint.model,
            input: request.text,
            voice: request.voice,
            response_format: if request.wav { "wav" } else { "pcm" },
            instructions: request.instructions,
        };
        let post = self.0.post("audio/speech").json(&body);
        let (kind, bytes) = provider::bytes(post, cause, ANSWER_LIMIT).await?;
        let format = sniff(kind.as_deref().unwrap_or(""), &bytes)?;
        Ok(Sound { bytes, format })
    }
}

/// What the bytes are. A 200 with an error page or an MP3 in it must not be played as samples: it would be noise in an ear.
fn sniff(kind: &str, bytes: &[u8]) -> Result<AudioFormat, ProviderError> {
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE") {
        return Ok(AudioFormat::Wav);
    }
    let mp3 = bytes.starts_with(b"ID3") || kind == "audio/mpeg" || kind == "audio/mp3";
    if mp3 || bytes.starts_with(b"OggS") || bytes.starts_with(b"fLaC") {
        return Err(ProviderError::Garbage("compressed sound instead of pcm or wav"));
    }
    if kind.starts_with("text/") || kind.ends_with("json") || kind.ends_with("xml") {
        return Err(ProviderError::Garbage("text instead of sound"));
    }
    if bytes.is_empty() || !bytes.len().is_multiple_of(2) {
        return Err(ProviderError::Garbage("not a whole number of 16-bit samples"));
    }
    Ok(AudioFormat::Pcm16 {
        sample_rate: PCM_RATE,
    })
}
