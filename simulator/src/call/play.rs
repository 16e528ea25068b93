//! Plays files as Twilio does: fetches them over HTTP, believes its cache, and refuses what Twilio would not play.
//! The runner calls it for `<Play>`. It decodes WAV and only counts the frames of MP3.
//!
//! Source: Twilio docs `voice/twiml/play` (MIME types, caching).

use std::time::{Duration, Instant};

use bytes::Bytes;
use media::Sound;

use super::report::Played;
use crate::carrier::{CachedMedia, Inner, millis};
use crate::route::Engine;
use crate::voice::sounding;
use crate::wire::{self, Reply};

/// What Twilio plays; anything else is error 12300.
const PLAYABLE: &[&str] = &[
    "audio/mpeg",
    "audio/wav",
    "audio/wave",
    "audio/x-wav",
    "audio/aiff",
    "audio/x-aifc",
    "audio/x-aiff",
    "audio/x-gsm",
    "audio/gsm",
    "audio/ulaw",
];
const FETCH_LIMIT: Duration = Duration::from_secs(15);
const LARGEST_FILE: usize = 64 * 1024 * 1024;

/// A file ready to be played, its sound when it could be decoded, and what was wrong with it: code and sentence.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    pub played: Played,
    pub sound: Option<Sound>,
    /// What Twilio would stop or warn at.
    pub faults: Vec<(u32, String)>,
    /// What Twilio plays and a caller should not hear: stale or silent sound, a wrong type.
    pub doubts: Vec<String>,
}

/// Gets the file at an absolute URL.
pub(super) async fn fetch(carrier: &Inner, engine: &Engine, url: &str) -> Fetched {
    let begun = Instant::now();
    let mut fetched = Fetched {
        played: Played {
            url: url.to_owned(),
            ..Played::default()
        },
        ..Fetched::default()
    };
    let known = carrier.books().media.get(url).cloned();
    let file = match known {
        Some(cached) => from_cache(carrier, engine, &mut fetched, cached).await,
        None => from_engine(carrier, engine, &mut fetched, None).await,
    };
    fetched.played.fetch_ms = millis(begun.elapsed());
    if let Some((content_type, bytes)) = file {
        examine(&mut fetched, &content_type, &bytes);
    }
    fetched
}

type File = (String, Bytes);

async fn from_cache(
    carrier: &Inner,
    engine: &Engine,
    fetched: &mut Fetched,
    cached: CachedMedia,
) -> Option<File> {
    let fresh = cached.fresh_until.is_none_or(|until| until > Instant::now());
    if cached.revalidate || !fresh {
        return from_engine(carrier, engine, fetched, Some(cached)).await;
    }
    fetched.played.cached = true;
    // Twilio would not ask; the simulator does, to tell whether the caller now hears yesterday's words.
    if let Ok(now) = request(engine, &fetched.played.url, None).await
        && now.head.status == 200
        && now.body != cached.bytes
    {
        let sentence = "the file changed under its name: Twilio plays the old one from its cache (a name of its own for \
                        each file, or Cache-Control: no-cache)";
        fetched.doubts.push(sentence.into());
    }
    Some((cached.content_type, cached.bytes))
}

async fn from_engine(
    carrier: &Inner,
    engine: &Engine,
    fetched: &mut Fetched,
    cached: Option<CachedMedia>,
) -> Option<File> {
    let url = fetched.played.url.clone();
    let reply = match request(engine, &url, cached.as_ref()).await {
        Ok(reply) => reply,
        Err(why) => {
            fetched
                .faults
                .push((11200, format!("the file could not be fetched: {why}")));
            return None;
        }
    };
    if let (304, Some(cached)) = (reply.head.status, cached) {
        fetched.played.cached = true;
        return Some((cached.content_type, cached.bytes));
    }
    if !(200..300).contains(&reply.head.status) {
        fetched.faults.push((
            11200,
            format!("the file answered with HTTP status {}", reply.head.status),
        ));
        return None;
    }
    let content_type = reply.head.header("content-type").unwrap_or("").to_owned();
    let bytes = Bytes::from(reply.body.clone());
    remember(carrier, &url, &reply, (&content_type, &bytes));
    Some((content_type, bytes))
}

async fn request(engine: &Engine, url: &str, cached: Option<&CachedMedia>) -> Result<Reply, String> {
    let reach = engine.reach(url)?;
    let mut head = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: TwilioMediaFetch/1.0\r\nAccept: */*\r\nConnection: close\r\n",
        reach.path, reach.host
    );
    if let Some(etag) = cached.and_then(|c| c.etag.as_ref()) {
        head.push_str(&format!("If-None-Match: {etag}\r\n"));
    }
    if let Some(since) = cached.and_then(|c| c.last_modified.as_ref()) {
        head.push_str(&format!("If-Modified-Since: {since}\r\n"));
    }
    head.push_str("\r\n");
    let reply = wire::exchange(reach.address, head.as_bytes(), FETCH_LIMIT, LARGEST_FILE).await;
    reply.map_err(|error| error.to_string())
}

/// Keeps the file by its URL when the answer lets a cache keep it.
fn remember(carrier: &Inner, url: &str, reply: &Reply, file: (&str, &Bytes)) {
    let header = |name: &str| reply.head.header(name).map(str::to_owned);
    let control = header("cache-control").unwrap_or_default().to_ascii_lowercase();
    let (etag, last_modified) = (header("etag"), header("last-modified"));
    let max_age = control.split("max-age=").nth(1).and_then(|rest| {
        rest.split(|c: char| !c.is_ascii_digit())
            .next()
            .and_then(|digits| digits.parse::<u64>().ok())
    });
    let validated = etag.is_some() || last_modified.is_some();
    if control.contains("no-store") || (!validated && max_age.is_none()) {
        carrier.books().media.remove(url);
        return;
    }
    let cached = CachedMedia {
        etag,
        last_modified,
        revalidate: control.contains("no-cache") || max_age == Some(0),
        fresh_until: max_age.map(|seconds| Instant::now() + Duration::from_secs(seconds.min(31_536_000))),
        content_type: file.0.to_owned(),
        bytes: file.1.clone(),
    };
    carrier.books().media.insert(url.to_owned(), cached);
}

/// Judges type and content, and measures.
fn examine(fetched: &mut Fetched, content_type: &str, bytes: &Bytes) {
    fetched.played.bytes = bytes.len();
    fetched.played.content_type = content_type.to_owned();
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    if !PLAYABLE.contains(&essence.as_str()) {
        fetched.faults.push((
            12300,
            format!("Content-Type {content_type:?} is nothing that <Play> plays"),
        ));
        return;
    }
    let is = media::mime::sniff(bytes);
    let said = if essence == "audio/mpeg" {
        "audio/mpeg"
    } else {
        "audio/wav"
    };
    if is.is_some_and(|is| is != said) {
        fetched
            .doubts
            .push(format!("served as {essence}, but it is {}", is.unwrap_or("")));
    }
    match is {
        Some("audio/wav") => wav(fetched, bytes),
        Some("audio/mpeg") => match mp3_seconds(bytes) {
            Some(seconds) => (fetched.played.seconds, fetched.played.sounding_s) = (seconds, seconds),
            None => fetched
                .faults
                .push((12300, "the MP3 has no readable frame".into())),
        },
        _ if essence == "audio/ulaw" => {
            let samples = media::mulaw::to_samples(bytes);
            measure(fetched, Sound::new(media::sound::TELEPHONE_RATE, samples));
        }
        _ => fetched.faults.push((
            12300,
            format!("{} bytes that are neither WAV nor MP3", bytes.len()),
        )),
    }
}

fn wav(fetched: &mut Fetched, bytes: &Bytes) {
    match media::wav::decode_channel(bytes, media::wav::Channel::Mixed) {
        Ok(decoded) => {
            if decoded.missing_bytes > 0 {
                let sentence = format!(
                    "the WAV's header promises {} bytes more than there are",
                    decoded.missing_bytes
                );
                fetched.doubts.push(sentence);
            }
            measure(fetched, decoded.sound);
        }
        Err(error) => fetched
            .faults
            .push((12300, format!("the WAV can't be played: {error}"))),
    }
}

fn measure(fetched: &mut Fetched, sound: Sound) {
    let measured = sounding(&sound);
    fetched.played.seconds = measured.total_s;
    fetched.played.sounding_s = measured.sounding_s;
    if measured.sounding_s == 0.0 {
        fetched
            .doubts
            .push(format!("{:.1} s of silence are played", measured.total_s));
    }
    fetched.sound = Some(sound);
}

/// Length of an MPEG layer III file by its frames; `None` when there is not one.
fn mp3_seconds(bytes: &[u8]) -> Option<f64> {
    let mut at = match bytes {
        [b'I', b'D', b'3', _, _, _, a, b, c, d, ..] => {
            10 + [a, b, c, d]
                .iter()
                .fold(0usize, |sum, byte| (sum << 7) | usize::from(**byte & 0x7f))
        }
        _ => 0,
    };
    let mut seconds = 0.0;
    while let Some([0xff, second, third, _]) = bytes.get(at..at + 4)
        && let Some((length, time)) = mp3_frame(*second, *third)
    {
        seconds += time;
        at += length;
    }
    (seconds > 0.0).then_some(seconds)
}

/// Bytes and seconds of a layer III frame, by the second and third bytes of its header.
fn mp3_frame(second: u8, third: u8) -> Option<(usize, f64)> {
    const V1: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const V2: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let version = (second >> 3) & 3;
    if second & 0xe0 != 0xe0 || version == 1 || (second >> 1) & 3 != 1 {
        return None;
    }
    let index = usize::from(third >> 4);
    let kbit = if version == 3 {
        V1.get(index)
    } else {
        V2.get(index)
    }
    .copied()
    .filter(|k| *k > 0)?;
    let base: u32 = *[44_100, 48_000, 32_000].get(usize::from((third >> 2) & 3))?;
    let (rate, samples) = match version {
        3 => (base, 1152),
        2 => (base / 2, 576),
        _ => (base / 4, 576),
    };
    let padding = u32::from((third >> 1) & 1);
    let length = samples / 8 * kbit * 1000 / rate + padding;
    Some((length as usize, f64::from(samples) / f64::from(rate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_an_mp3_give_its_length() {
        let silent = crate::carrier::silent_mp3();
        let seconds = mp3_seconds(&silent).unwrap();
        assert!((seconds - 77.0 * 1152.0 / 44_100.0).abs() < 0.001, "{seconds}");
        assert_eq!(mp3_seconds(b"RIFF...."), None);
        let mut tagged = b"ID3\x04\0\0\0\0\0\x05....;".to_vec();
        tagged.extend_from_slice(&silent);
        assert_eq!(mp3_seconds(&tagged), Some(seconds));
    }
}
