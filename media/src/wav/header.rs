//! The header of a WAV file: found chunk by chunk, believed only as far as the bytes go. Used by `wav` alone.

use crate::sound::SoundError;

/// Telephony starts here and studios end there; anything else is a lie.
const RATES: std::ops::RangeInclusive<u32> = 2_000..=192_000;
const MAX_CHANNELS: u16 = 8;
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const ALAW: u16 = 6;
const MULAW: u16 = 7;
const EXTENSIBLE: u16 = 0xfffe;

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Pcm,
    Float,
    Alaw,
    Mulaw,
}

impl Coding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Coding::Pcm => "pcm",
            Coding::Float => "float",
            Coding::Alaw => "alaw",
            Coding::Mulaw => "mulaw",
        }
    }
    fn tag(self) -> u16 {
        match self {
            Coding::Pcm => PCM,
            Coding::Float => FLOAT,
            Coding::Alaw => ALAW,
            Coding::Mulaw => MULAW,
        }
    }
    fn of(tag: u16, bits: u16) -> Result<Coding, SoundError> {
        match (tag, bits) {
            (PCM, 8 | 16 | 24 | 32) => Ok(Coding::Pcm),
            (FLOAT, 32) => Ok(Coding::Float),
            (ALAW, 8) => Ok(Coding::Alaw),
            (MULAW, 8) => Ok(Coding::Mulaw),
            (PCM | FLOAT | ALAW | MULAW, bits) => {
                Err(unsupported(format!("{bits} bits a sample with tag {tag}")))
            }
            (0x11 | 2, _) => Err(unsupported("ADPCM".into())),
            (0x31, _) => Err(unsupported("GSM 6.10".into())),
            (0x55, _) => Err(unsupported("MPEG audio inside WAV".into())),
            (tag, _) => Err(unsupported(format!("format tag {tag:#06x}"))),
        }
    }
}

fn unsupported(what: String) -> SoundError {
    SoundError::Unsupported { what }
}

fn wrong(why: impl Into<String>) -> SoundError {
    SoundError::Header { why: why.into() }
}

/// What a file holds, with its sample bytes in whole frames.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header<'a> {
    pub(super) coding: Coding,
    pub(super) channels: u16,
    pub(super) rate: u32,
    pub(super) bits: u16,
    pub(super) data: &'a [u8],
    pub(super) missing_bytes: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 4)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

impl<'a> Header<'a> {
    /// Walks the chunks up to the first `data`.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Header<'a>, SoundError> {
        let mut format = None;
        let mut at = 12;
        while let Some(length) = u32_at(bytes, at + 4) {
            let length = length as usize;
            let body = &bytes[at + 8..];
            match &bytes[at..at + 4] {
                b"fmt " => format = Some(Format::parse(body.get(..length).unwrap_or(body))?),
                b"data" => {
                    return format
                        .ok_or_else(|| wrong("sound before its format"))?
                        .with_data(body, length);
                }
                _ => {}
            }
            // Chunks are padded to an even length; a length past the end leaves the loop.
            at = at
                .saturating_add(8)
                .saturating_add(length)
                .saturating_add(length & 1);
        }
        Err(wrong(if format.is_some() {
            "there is no data chunk"
        } else {
            "there is no format chunk"
        }))
    }

    /// Length in milliseconds by the bytes that are there.
    pub(super) fn duration_ms(&self) -> u64 {
        let frame = u64::from(self.channels) * u64::from(self.bits / 8);
        self.data.len() as u64 * 1000 / (frame * u64::from(self.rate)).max(1)
    }

    /// A plain header of 44 bytes that tells the truth about the data.
    pub(super) fn honest(&self) -> Vec<u8> {
        plain(self.coding, self.channels, self.rate, self.bits, self.data.len())
    }
}

struct Format {
    coding: Coding,
    channels: u16,
    rate: u32,
    bits: u16,
}

impl Format {
    fn parse(chunk: &[u8]) -> Result<Format, SoundError> {
        let cut = || wrong("the format chunk is cut");
        let mut tag = u16_at(chunk, 0).ok_or_else(cut)?;
        let channels = u16_at(chunk, 2).ok_or_else(cut)?;
        let rate = u32_at(chunk, 4).ok_or_else(cut)?;
        let bits = u16_at(chunk, 14).ok_or_else(cut)?;
        if tag == EXTENSIBLE {
            // The real tag is the first two bytes of the sub-format.
            tag = u16_at(chunk, 24).ok_or_else(cut)?;
        }
        if !RATES.contains(&rate) {
            return Err(wrong(format!("{rate} samples a second")));
        }
        if channels == 0 || channels > MAX_CHANNELS {
            return Err(wrong(format!("{channels} channels")));
        }
        Ok(Format {
            coding: Coding::of(tag, bits)?,
            channels,
            rate,
            bits,
        })
    }

    fn with_data(self, body: &[u8], promised: usize) -> Result<Header<'_>, SoundError> {
        let Format {
            coding,
            channels,
            rate,
            bits,
        } = self;
        // Encoders that stream can't know the length and write 0 or the largest number: neither is a promise.
        let open_ended = promised == 0 || promised >= u32::MAX as usize - 1024;
        let there = if open_ended {
            body.len()
        } else {
            promised.min(body.len())
        };
        let frame = usize::from(channels) * usize::from(bits / 8);
        let data = &body[..there / frame * frame];
        if data.is_empty() {
            return Err(SoundError::NoSamples);
        }
        let missing_bytes = if open_ended {
            0
        } else {
            promised.saturating_sub(body.len()) as u64
        };
        Ok(Header {
            coding,
            channels,
            rate,
            bits,
            data,
            missing_bytes,
        })
    }
}

/// `RIFF`, `fmt ` of 16 bytes and the head of `data`.
fn plain(coding: Coding, channels: u16, rate: u32, bits: u16, data: usize) -> Vec<u8> {
    let frame = channels * (bits / 8);
    let mut bytes = Vec::with_capacity(44 + data);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + data as u32 + (data as u32 & 1)).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16u32.to_le_bytes());
    bytes.extend_from_slice(&coding.tag().to_le_bytes());
    bytes.extend_from_slice(&channels.to_le_bytes());
    bytes.extend_from_slice(&rate.to_le_bytes());
    bytes.extend_from_slice(&(rate * u32::from(frame)).to_le_bytes());
    bytes.extend_from_slice(&frame.to_le_bytes());
    bytes.extend_from_slice(&bits.to_le_bytes());
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&(data as u32).to_le_bytes());
    bytes
}

/// A whole file of one channel. Other codings than PCM get the longer format chunk and the `fact` chunk that the
/// standard asks for.
pub(super) fn whole(coding: Coding, rate: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = plain(coding, 1, rate, bits, data.len());
    if coding != Coding::Pcm {
        let mut extra = vec![0, 0];
        extra.extend_from_slice(b"fact\x04\0\0\0");
        extra.extend_from_slice(&((data.len() / usize::from(bits / 8)) as u32).to_le_bytes());
        let riff = 36 + extra.len() as u32 + data.len() as u32 + (data.len() as u32 & 1);
        bytes[4..8].copy_from_slice(&riff.to_le_bytes());
        bytes[16..20].copy_from_slice(&18u32.to_le_bytes());
        bytes.splice(36..36, extra);
    }
    bytes.extend_from_slice(data);
    if data.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}
