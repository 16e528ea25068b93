//! Google Cloud Text-to-Speech: `POST /v1/text:synthesize` (Google Cloud docs, "text.synthesize"), Hebrew voices `he-IL-…`.
//! Called by the pipeline's synthesise step, through a `chain`. It never retries by itself and never logs a key or a text.

mod account;

#[cfg(test)]
mod tests;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

pub use account::{BadServiceAccount, ServiceAccount};

use crate::outbound::{self, ClientError};
use crate::provider::{self, AudioFormat, Cause, ProviderError, Sound};

/// The interface's public address.
pub const BASE_URL: &str = "https://texttospeech.googleapis.com";
/// The longest input, in bytes.
const INPUT_LIMIT: usize = 5000;
/// Base64 of four minutes of 24 kHz sound.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// How we show who we are. `Debug` hides it.
#[derive(Debug, Clone)]
pub enum GoogleAuth {
    /// `X-Goog-Api-Key`.
    ApiKey(SecretString),
    /// The file of `GOOGLE_APPLICATION_CREDENTIALS`.
    ServiceAccount(ServiceAccount),
}

/// The form of sound that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoogleEncoding {
    /// μ-law, 8 kHz: ready for a media stream. The WAV header that Google puts before it is taken off.
    MuLaw8k,
    /// A WAV file of 16-bit samples at this rate.
    Wav { sample_rate: u32 },
}

/// What is to be said.
#[derive(Debug, Clone, Copy)]
pub struct GoogleSpeech<'a> {
    /// At most 5,000 bytes of UTF-8.
    pub text: &'a str,
    /// `he-IL-Wavenet-A`.
    pub voice: &'a str,
    pub encoding: GoogleEncoding,
}

/// The synthesiser.
#[derive(Debug, Clone)]
pub struct GoogleTts {
    base_url: Url,
    auth: GoogleAuth,
    client: reqwest::Client,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "audioContent")]
    audio_content: String,
}

impl GoogleTts {
    /// `base_url` is [`BASE_URL`], or a stand-in.
    pub fn new(base_url: Url, auth: GoogleAuth) -> Result<GoogleTts, ClientError> {
        Ok(GoogleTts {
            base_url,
            auth,
            client: outbound::configured_client()?,
        })
    }

    /// One attempt. Getting a token, when one is needed, is part of the cause's time limit.
    pub async fn synthesise(
        &self,
        speech: GoogleSpeech<'_>,
        cause: Cause<'_>,
    ) -> Result<Sound, ProviderError> {
        if speech.text.len() > INPUT_LIMIT {
            return Err(ProviderError::Refused("more than 5000 bytes".to_owned()));
        }
        provider::within(cause.time_limit, self.attempt(speech, cause)).await
    }

    async fn attempt(&self, speech: GoogleSpeech<'_>, cause: Cause<'_>) -> Result<Sound, ProviderError> {
        let (encoding, rate) = match speech.encoding {
            GoogleEncoding::MuLaw8k => ("MULAW", 8000),
            GoogleEncoding::Wav { sample_rate } => ("LINEAR16", sample_rate),
        };
        let body = json!({
            "input": {"text": speech.text},
            "voice": {"languageCode": language_of(speech.voice), "name": speech.voice},
            "audioConfig": {"audioEncoding": encoding, "sampleRateHertz": rate},
        });
        let mut url = self.base_url.clone();
        url.set_path("/v1/text:synthesize");
        let request = self.authorised(self.client.post(url).json(&body), cause).await?;
        let answer: Result<Answer, _> = provider::json(request, cause, ANSWER_LIMIT).await;
        if let (Err(ProviderError::Credentials), GoogleAuth::ServiceAccount(account)) = (&answer, &self.auth)
        {
            // The token may have been revoked early: the next attempt gets a new one.
            account.forget().await;
        }
        let bytes = STANDARD
            .decode(answer?.audio_content)
            .map_err(|_| ProviderError::Garbage("not base64"))?;
        sound(Bytes::from(bytes), speech.encoding)
    }

    async fn authorised(
        &self,
        request: RequestBuilder,
        cause: Cause<'_>,
    ) -> Result<RequestBuilder, ProviderError> {
        Ok(match &self.auth {
            GoogleAuth::ApiKey(key) => request.header("X-Goog-Api-Key", key.expose_secret()),
            GoogleAuth::ServiceAccount(account) => {
                request.bearer_auth(account.token(&self.client, cause).await?.expose_secret())
            }
        })
    }
}

/// `he-IL` of `he-IL-Wavenet-A`.
fn language_of(voice: &str) -> &str {
    let end = voice.match_indices('-').nth(1).map_or(voice.len(), |(at, _)| at);
    &voice[..end]
}

fn sound(bytes: Bytes, encoding: GoogleEncoding) -> Result<Sound, ProviderError> {
    let is_wav = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE");
    match encoding {
        GoogleEncoding::Wav { .. } if is_wav => Ok(Sound {
            bytes,
            format: AudioFormat::Wav,
        }),
        GoogleEncoding::Wav { .. } => Err(ProviderError::Garbage("not a WAV file")),
        GoogleEncoding::MuLaw8k => {
            let bytes = if is_wav {
                data_of_wav(&bytes).ok_or(ProviderError::Garbage("a WAV file without data"))?
            } else {
                bytes
            };
            if bytes.is_empty() {
                return Err(ProviderError::Garbage("no sound"));
            }
            Ok(Sound {
                bytes,
                format: AudioFormat::MuLaw8k,
            })
        }
    }
}

/// The `data` chunk of a RIFF file. Its length may be a placeholder or too long when the file was streamed: then the rest is meant.
fn data_of_wav(wav: &Bytes) -> Option<Bytes> {
    let mut at = 12usize;
    loop {
        let id = wav.get(at..at + 4)?;
        let length = u32::from_le_bytes(wav.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        let start = at + 8;
        if id == b"data" {
            let end = start
                .checked_add(length)
                .filter(|end| *end <= wav.len())
                .unwrap_or(wav.len());
            return Some(wav.slice(start..end));
        }
        // Chunks are padded to an even length.
        at = start.checked_add(length)?.checked_add(length % 2)?;
    }
}
