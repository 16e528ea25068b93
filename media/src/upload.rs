//! A sound that somebody uploaded, made fit for the telephone: WAV or MP3 in, 8 kHz mono PCM out.
//! What it reads is anybody's: every length is bounded before it is believed.

use crate::sound::Sound;
use crate::{resample, wav};
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// The longest greeting.
const LONGEST_MS: u64 = 60_000;
/// Below this nobody hears anything on a telephone.
const QUIETEST_DBFS: f32 = -50.0;
/// What the telephone carries.
const TELEPHONE_HZ: u32 = 8_000;

/// Why a sound can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    #[error("it is neither WAV nor MP3")]
    Unknown,
    #[error("it can't be read: {0}")]
    Broken(String),
    #[error("it is longer than a minute")]
    TooLong,
    #[error("it is shorter than half a second")]
    TooShort,
    #[error("there is no sound in it")]
    Silent,
}

/// Reads a WAV or MP3 and gives it back as 16-bit WAV, 8 kHz, one channel, at speaking level.
///
/// # Errors
/// What is wrong with it, for whoever uploaded it.
pub fn for_telephone(bytes: &[u8]) -> Result<Vec<u8>, UploadError> {
    let sound = match crate::mime::sniff(bytes) {
        Some("audio/wav") => wav::decode(bytes).map_err(|error| UploadError::Broken(error.to_string()))?,
        Some("audio/mpeg") => mp3(bytes)?,
        _ => return Err(UploadError::Unknown),
    };
    if sound.duration_ms() > LONGEST_MS {
        return Err(UploadError::TooLong);
    }
    if sound.duration_ms() < 500 {
        return Err(UploadError::TooShort);
    }
    if sound.rms_dbfs() < QUIETEST_DBFS {
        return Err(UploadError::Silent);
    }
    let sound = resample::resample(&sound, TELEPHONE_HZ).with_peak(-3.0);
    Ok(wav::encode_pcm16(&sound))
}

fn mp3(bytes: &[u8]) -> Result<Sound, UploadError> {
    let broken = |error: SymphoniaError| UploadError::Broken(error.to_string());
    let source = MediaSourceStream::new(Box::new(std::io::Cursor::new(bytes.to_vec())), Default::default());
    let mut hint = Hint::new();
    hint.with_extension("mp3");
    let mut format = symphonia::default::get_probe()
        .probe(
            &hint,
            source,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .map_err(broken)?;
    let track = format
        .default_track(TrackType::Audio)
        .ok_or(UploadError::Unknown)?;
    let parameters = track
        .codec_params
        .as_ref()
        .and_then(|p| p.audio())
        .ok_or(UploadError::Unknown)?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(broken)?;
    let (mut rate, mut samples, mut interleaved) = (0_u32, Vec::new(), Vec::<f32>::new());
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(error) => return Err(broken(error)),
        };
        let decoded = match decoder.decode(&packet) {
            Ok(decoded) => decoded,
            // A bad frame is skipped, as every player does.
            Err(SymphoniaError::DecodeError(_)) => continue,
            Err(error) => return Err(broken(error)),
        };
        rate = decoded.spec().rate();
        let channels = decoded.spec().channels().count().max(1);
        interleaved.clear();
        decoded.copy_to_vec_interleaved(&mut interleaved);
        samples.extend(
            interleaved
                .chunks_exact(channels)
                .map(|frame| frame.iter().sum::<f32>() / channels as f32),
        );
        if rate > 0 && samples.len() as u64 * 1000 / u64::from(rate) > LONGEST_MS {
            return Err(UploadError::TooLong);
        }
    }
    if rate == 0 {
        return Err(UploadError::Broken("it has no frames".into()));
    }
    Ok(Sound::new(rate, samples))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::{silence, tone};

    #[test]
    fn a_wav_of_any_rate_becomes_one_for_the_telephone() {
        let long = tone(44_100, &[440.0], 2_000, -12.0);
        let wav = for_telephone(&wav::encode_pcm16(&long)).unwrap();
        let sound = wav::decode(&wav).unwrap();
        assert_eq!(sound.rate, TELEPHONE_HZ);
        assert!(
            (1_900..=2_100).contains(&sound.duration_ms()),
            "{}",
            sound.duration_ms()
        );
        assert!((sound.peak_dbfs() + 3.0).abs() < 0.5, "{}", sound.peak_dbfs());
    }

    #[test]
    fn what_nobody_would_hear_is_refused() {
        let check =
            |sound: &Sound, expected| assert_eq!(for_telephone(&wav::encode_pcm16(sound)), Err(expected));
        check(&silence(8_000, 2_000), UploadError::Silent);
        check(&tone(8_000, &[440.0], 200, -12.0), UploadError::TooShort);
        check(&tone(8_000, &[440.0], 61_000, -12.0), UploadError::TooLong);
        assert_eq!(for_telephone(b"<html>"), Err(UploadError::Unknown));
        assert!(matches!(
            for_telephone(b"RIFF\x24\x00\x00\x00WAVEfmt "),
            Err(UploadError::Broken(_))
        ));
        assert!(for_telephone(b"ID3\x04\x00\x00\x00\x00\x00\x00").is_err());
    }
}
