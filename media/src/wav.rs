//! WAV in and out. Reads what carriers, browsers and people really send: PCM and float through `hound`, μ-law and A-law
//! by our own header parser; believes no length in a header. Called by the recording pipeline and by whoever stores
//! or serves sound. It opens no file.

mod header;

use std::io::Cursor;

use sha2::{Digest, Sha256};

use crate::mime::{self, Kind};
use crate::mulaw;
use crate::resample::resample;
use crate::sound::{SPEECH_LEVEL_DBFS, Sound, SoundError, TELEPHONE_RATE};
use header::{Coding, Header};

/// More than this is refused: more than an hour of telephone μ-law, and bounded in memory.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Which of several channels is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// All of them, averaged.
    #[default]
    Mixed,
    /// One, from 0. In a dual-channel call recording 0 is the caller and 1 is the agent.
    Only(u16),
}

/// A sound and what its file was like.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The sound.
    pub sound: Sound,
    /// Channels in the file.
    pub channels: u16,
    /// "pcm", "float", "mulaw" or "alaw".
    pub coding: &'static str,
    /// Bytes that the header promised and the file does not have; 0 for an honest one.
    pub missing_bytes: u64,
}

/// The sound in a WAV file, channels averaged. A file cut short gives what is there, with a line in the log.
pub fn decode(bytes: &[u8]) -> Result<Sound, SoundError> {
    let decoded = decode_channel(bytes, Channel::Mixed)?;
    if decoded.missing_bytes > 0 {
        tracing::info!(
            missing = decoded.missing_bytes,
            "a WAV was cut short; using what is there"
        );
    }
    Ok(decoded.sound)
}

/// The same, one channel at will, with what was found.
pub fn decode_channel(bytes: &[u8], channel: Channel) -> Result<Decoded, SoundError> {
    if bytes.is_empty() {
        return Err(SoundError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(SoundError::TooLarge {
            bytes: bytes.len(),
            limit: MAX_BYTES,
        });
    }
    match mime::kind(bytes) {
        Kind::Wav => {}
        Kind::Mpeg => {
            return Err(SoundError::NotWav {
                is: "MPEG audio (MP3)",
            });
        }
        Kind::Other(is) => return Err(SoundError::NotWav { is }),
    }
    let header = Header::parse(bytes)?;
    let interleaved = match header.coding {
        Coding::Mulaw => mulaw::to_samples(header.data),
        Coding::Alaw => header
            .data
            .iter()
            .map(|b| f32::from(mulaw::decode_alaw(*b)) / 32_768.0)
            .collect(),
        // What carriers send; sample by sample through a reader it would cost as much as all else done to it.
        Coding::Pcm if header.bits == 16 => by_pairs(header.data),
        Coding::Pcm | Coding::Float => by_hound(&header)?,
    };
    let samples = one_channel(interleaved, header.channels, channel);
    if samples.is_empty() {
        return Err(SoundError::NoSamples);
    }
    Ok(Decoded {
        sound: Sound::new(header.rate, samples),
        channels: header.channels,
        coding: header.coding.name(),
        missing_bytes: header.missing_bytes,
    })
}

fn by_pairs(data: &[u8]) -> Vec<f32> {
    let pairs = data.chunks_exact(2);
    pairs
        .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0)
        .collect()
}

/// Whether the file is one that any reader takes as it is: one channel of 16-bit PCM behind a header that is true.
pub fn is_plain_pcm16(bytes: &[u8]) -> bool {
    let plain = |header: Header<'_>| {
        header.coding == Coding::Pcm && header.bits == 16 && header.channels == 1 && header.missing_bytes == 0
    };
    matches!(mime::kind(bytes), Kind::Wav) && Header::parse(bytes).is_ok_and(plain)
}

/// Gives hound the samples behind a header that tells the truth.
fn by_hound(header: &Header<'_>) -> Result<Vec<f32>, SoundError> {
    let broken = |e: hound::Error| SoundError::Header { why: e.to_string() };
    let mut honest = header.honest();
    honest.extend_from_slice(header.data);
    let mut reader = hound::WavReader::new(Cursor::new(honest)).map_err(broken)?;
    let bits = u32::from(reader.spec().bits_per_sample);
    match reader.spec().sample_format {
        hound::SampleFormat::Float => {
            let finite = |s: f32| if s.is_finite() { s.clamp(-4.0, 4.0) } else { 0.0 };
            reader
                .samples::<f32>()
                .map(|s| s.map(finite).map_err(broken))
                .collect()
        }
        hound::SampleFormat::Int => {
            let scale = 1.0 / 2f32.powi(bits as i32 - 1);
            reader
                .samples::<i32>()
                .map(|s| s.map(|v| v as f32 * scale).map_err(broken))
                .collect()
        }
    }
}

fn one_channel(interleaved: Vec<f32>, channels: u16, channel: Channel) -> Vec<f32> {
    let width = usize::from(channels.max(1));
    if width == 1 {
        return interleaved;
    }
    let frames = interleaved.chunks_exact(width);
    match channel {
        Channel::Only(index) if index < channels => frames.map(|f| f[usize::from(index)]).collect(),
        _ => frames.map(|f| f.iter().sum::<f32>() / width as f32).collect(),
    }
}

/// 16-bit PCM WAV at the sound's own rate; beyond full scale is clipped.
pub fn encode_pcm16(sound: &Sound) -> Vec<u8> {
    let data: Vec<u8> = sound
        .samples
        .iter()
        .flat_map(|s| mulaw::linear16(*s).to_le_bytes())
        .collect();
    header::whole(Coding::Pcm, sound.rate, 16, &data)
}

/// μ-law WAV (format tag 7) at 8 kHz, as replies and prompts are stored: the carrier plays it as it is.
pub fn encode_mulaw(sound: &Sound) -> Vec<u8> {
    let narrow = resample(sound, TELEPHONE_RATE);
    header::whole(
        Coding::Mulaw,
        TELEPHONE_RATE,
        8,
        &mulaw::from_samples(&narrow.samples),
    )
}

/// The same, brought to the usual level of speech first: what is played to callers.
pub fn encode_for_telephone(sound: &Sound) -> Vec<u8> {
    encode_mulaw(&resample(sound, TELEPHONE_RATE).at_level(SPEECH_LEVEL_DBFS))
}

/// SHA-256 of the bytes, and how long they sound in milliseconds: 0 for what can't be read.
pub fn fingerprint(bytes: &[u8]) -> ([u8; 32], i32) {
    let millis = Header::parse(bytes).map_or(0, |header| header.duration_ms());
    (
        Sha256::digest(bytes).into(),
        i32::try_from(millis).unwrap_or(i32::MAX),
    )
}

#[cfg(test)]
mod tests;
