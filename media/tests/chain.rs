//! The real chain: voice to telephone to voice activity to Whisper. It needs the prepared models, in `MODELS_DIR` or the
//! user's cache, and fails with the command to run when they are missing; it never skips.
#![cfg(feature = "embedded-speech")]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Instant;

use media::models::ModelSet;
use media::vad::{Edge, Judge, Thresholds};
use media::{LocalOptions, LocalSpeech, Sound, phone, signals, wav};

static CHAIN: LazyLock<LocalSpeech> = LazyLock::new(|| {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let dir = variable("MODELS_DIR")
        .or_else(|| media::default_models_dir(variable("XDG_CACHE_HOME"), variable("HOME")))
        .expect("set MODELS_DIR or HOME");
    let models = ModelSet::find(&dir);
    let missing: Vec<String> = models.missing().iter().map(ToString::to_string).collect();
    assert!(
        missing.is_empty(),
        "{}\nthe models are not prepared; run: cargo run -p media --example prepare -- {}",
        missing.join("\n"),
        dir.display()
    );
    LocalSpeech::load(&models, LocalOptions::default()).expect("the models load")
});

fn say(text: &str, voice: &str) -> Sound {
    CHAIN
        .synthesise(text, voice, media::speak::DEFAULT_SPEED)
        .expect(text)
}

/// As it comes back from the carrier: through the line, with a pause at both ends, as a μ-law file.
fn recorded(sound: &Sound) -> Sound {
    let pause = signals::line_noise(8000, 700, -60.0, 4);
    let line = pause.clone().then(&phone::through_telephone(sound)).then(&pause);
    wav::decode(&wav::encode_mulaw(&line)).expect("our own file")
}

/// Letters that sound alike as one, vowels' letters dropped: how a transcript that was spelt by ear is compared.
fn key(text: &str) -> Vec<char> {
    let mut key: Vec<char> = text
        .chars()
        .filter_map(|c| match c {
            'ט' | 'ת' => Some('ת'),
            'כ' | 'ק' | 'ח' | 'ך' => Some('כ'),
            'ס' | 'ש' | 'צ' | 'ז' | 'ץ' => Some('ס'),
            'ב' | 'פ' | 'ף' => Some('ב'),
            'ם' | 'מ' => Some('מ'),
            'ן' | 'נ' => Some('נ'),
            'א' | 'ה' | 'ע' | 'י' => None,
            c if ('א'..='ת').contains(&c) => Some(c),
            _ => None,
        })
        .collect();
    key.dedup();
    key
}

fn nearness(a: &str, b: &str) -> f64 {
    let (a, b) = (key(a), key(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let best = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = best;
        }
    }
    1.0 - row[b.len()] as f64 / a.len().max(b.len()).max(1) as f64
}

#[test]
fn what_is_not_speech_is_never_transcribed() {
    let sounds = [
        ("silence", signals::silence(8000, 3000)),
        ("line noise", signals::line_noise(8000, 3000, -34.0, 1)),
        ("loud noise", signals::line_noise(8000, 3000, -20.0, 2)),
        ("keys", signals::dtmf(8000, "0123456789*#")),
        ("ringback", signals::ringback(8000, 6000)),
    ];
    for (name, sound) in sounds {
        for sound in [phone::through_telephone(&sound), sound] {
            let found = CHAIN.inspect(&sound);
            assert_eq!(
                (found.by, found.has_speech()),
                (Judge::Silero, false),
                "{name}: {found:?}"
            );
            assert_eq!(CHAIN.transcribe(&sound).expect(name).text, "", "{name}");
        }
    }
}

#[test]
fn spoken_hebrew_comes_back_phonetically_near() {
    let sentences = [
        "אני מחפש דירה של שלושה חדרים בחיפה",
        "התקציב שלי הוא מיליון וחצי שקלים",
        "אפשר לקבוע פגישה ביום ראשון בבוקר?",
        "אני רוצה למכור את הבית שלי",
        "תודה רבה ולהתראות",
    ];
    let mut total = 0.0;
    let mut report = String::new();
    for sentence in sentences {
        let begun = Instant::now();
        let spoken = say(sentence, "");
        let speaking = begun.elapsed();
        let heard = CHAIN.transcribe(&recorded(&spoken)).expect(sentence);
        let near = nearness(sentence, &heard.text);
        total += near;
        report += &format!(
            "{near:.2} {sentence} | {} | said {} ms in {} ms, heard in {} ms\n",
            heard.text,
            spoken.duration_ms(),
            speaking.as_millis(),
            heard.took_ms
        );
        assert!(heard.speech_ms > 500 && !heard.text.is_empty(), "{report}");
    }
    let mean = total / sentences.len() as f64;
    // A change in the chain that costs understanding shows here; single sentences vary with the machine's arithmetic.
    assert!(mean >= 0.6, "mean {mean:.2}\n{report}");
}

#[test]
fn a_stream_finds_the_same_speech_as_the_whole() {
    let sound = recorded(&say("שלום, הגעתם למשרד. איך אפשר לעזור?", ""));
    let whole = CHAIN.inspect(&sound);
    let mut listener = CHAIN.meter().listen_with(Thresholds::default());
    let mut edges: Vec<Edge> = sound
        .samples
        .chunks(160)
        .flat_map(|frame| listener.push(frame))
        .collect();
    edges.extend(listener.finish());
    let begins: Vec<u64> = edges
        .iter()
        .filter_map(|e| {
            if let Edge::Began { at_ms } = e {
                Some(*at_ms)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(
        begins,
        whole.segments.iter().map(|s| s.start_ms).collect::<Vec<_>>()
    );
    let first = begins.first().copied().expect("there is speech");
    assert!(
        (500..=900).contains(&first),
        "speech begins after the pause of 700 ms, not at {first}"
    );
}

#[test]
fn every_voice_speaks_and_an_unknown_one_is_named() {
    assert!(CHAIN.voices().len() >= 5, "{:?}", CHAIN.voices());
    for voice in CHAIN.voices() {
        let sound = say("כן, בבקשה.", voice);
        assert_eq!(sound.rate, 24_000);
        assert!(CHAIN.inspect(&sound).has_speech(), "{voice}");
    }
    let error = CHAIN
        .synthesise("כן", "nobody", 1.0)
        .expect_err("no such voice")
        .to_string();
    assert!(error.contains("nobody") && error.contains("jm_kumo"), "{error}");
    assert!(CHAIN.synthesise("...", "", 1.0).is_err(), "nothing to say");
}

#[test]
fn long_texts_are_spoken_whole_and_telephone_sound_has_the_usual_level() {
    let text = "שלום. ".repeat(3)
        + "אנחנו פתוחים בימים ראשון עד חמישי, מתשע בבוקר ועד שש בערב, \
        וביום שישי מתשע ועד אחת, ואפשר להשאיר הודעה אחרי הצליל, ונחזור אליכם ביום העבודה הבא.";
    let bytes = CHAIN.synthesise_for_telephone(&text, "", 0.9).expect("it speaks");
    let sound = wav::decode(&bytes).expect("our own file");
    assert!(sound.duration_ms() > 8_000, "{} ms", sound.duration_ms());
    assert!(
        (-23.0..=-18.0).contains(&sound.rms_dbfs()),
        "{}",
        sound.rms_dbfs()
    );
    assert!(sound.peak_dbfs() < 0.0, "{}", sound.peak_dbfs());
}

#[test]
fn words_get_the_niqqud_of_the_lexicon_and_the_author() {
    let pointed = CHAIN.pointed("אני גר בחיפה").expect("it points");
    assert!(pointed.ends_with("חֵיפָה"), "{pointed}");
    let own = CHAIN.pointed("שלום מִשְׂרַד כהן").expect("it points");
    assert!(own.contains("מִשְׂרַד") && own.contains("שָׁלוֹם"), "{own}");
}

#[test]
fn callers_wait_in_line_and_all_are_served() {
    let sound = recorded(&say("כן, בבקשה.", ""));
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let (chain, sound) = (CHAIN.clone(), sound.clone());
            std::thread::spawn(move || chain.transcribe(&sound).map(|heard| heard.text))
        })
        .collect();
    let texts: Vec<String> = threads
        .into_iter()
        .map(|t| t.join().expect("no panic").expect("it hears"))
        .collect();
    assert!(
        texts.iter().all(|t| *t == texts[0]),
        "the same sound gives the same words: {texts:?}"
    );
}
