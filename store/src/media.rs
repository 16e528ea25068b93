//! Sound by its hash, and the cache of what was synthesised: the same sentence in the same voice
//! is made once. Written by the pipeline and the prompts, read by the addresses that serve audio.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::recordings::hash;
use domain::ids::AudioHash;

/// Some stored sound.
#[derive(Debug, Clone)]
pub struct Media {
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// A freshly synthesised sentence, to be kept under its cache key.
#[derive(Debug, Clone)]
pub struct Speech<'a> {
    /// SHA-256 of engine, voice and text.
    pub key: [u8; 32],
    pub audio: AudioHash,
    pub mime: &'a str,
    pub millis: i32,
    pub bytes: &'a [u8],
    pub made_by: &'a str,
}

/// Sound to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewMedia<'a> {
    pub hash: AudioHash,
    pub mime: &'a str,
    pub millis: i32,
    pub bytes: &'a [u8],
}

impl Store {
    /// Keeps a sound under its hash; kept already it stays.
    pub async fn keep_media(&self, sound: NewMedia<'_>) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "INSERT INTO media (sha256, mime, millis, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                    &[&&sound.hash.0[..], &sound.mime, &sound.millis, &sound.bytes],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// The sound with this hash.
    pub async fn media(&self, audio: AudioHash) -> Result<Option<Media>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client
                .prepare_cached("SELECT mime, bytes FROM media WHERE sha256 = $1")
                .await?;
            let row = client.query_opt(&statement, &[&&audio.0[..]]).await?;
            Ok(row.map(|row| Media {
                mime: row.get(0),
                bytes: row.get(1),
            }))
        })
        .await
    }

    /// What was synthesised under this key, and by whom.
    pub async fn cached_speech(&self, key: &[u8; 32]) -> Result<Option<(AudioHash, String)>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client
                .prepare_cached("SELECT audio, made_by FROM speech_cache WHERE key = $1")
                .await?;
            let row = client.query_opt(&statement, &[&&key[..]]).await?;
            Ok(row.and_then(|row| Some((hash(row.get(0))?, row.get(1)))))
        })
        .await
    }

    /// Keeps a synthesised sentence. If another engine was first, its sound stands and is returned.
    pub async fn keep_speech(&self, speech: Speech<'_>) -> Result<AudioHash, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let sound = transaction
                .prepare_cached(
                    "INSERT INTO media (sha256, mime, millis, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                )
                .await?;
            let cache = transaction
                .prepare_cached(
                    "INSERT INTO speech_cache AS c (key, audio, made_by) VALUES ($1, $2, $3)
                     ON CONFLICT (key) DO UPDATE SET key = c.key RETURNING audio",
                )
                .await?;
            let audio = &speech.audio.0[..];
            transaction
                .execute(&sound, &[&audio, &speech.mime, &speech.millis, &speech.bytes])
                .await?;
            let row = transaction.query_one(&cache, &[&&speech.key[..], &audio, &speech.made_by]).await?;
            let standing = hash(row.get(0)).unwrap_or(speech.audio);
            transaction.commit().await?;
            Ok(standing)
        })
        .await
    }
}
