//! Ten callers' sentences through the real chain: words to sound, through the telephone, voice
//! activity, sound to words, words to intent. The sentences are not the script's own phrases and the
//! phonetic key was not made on them. Without the models this fails and says what to run.

use domain::script::{REAL_ESTATE, Script};
use media::models::ModelSet;
use media::speak::{DEFAULT_SPEED, DEFAULT_VOICE};
use media::{LocalOptions, LocalSpeech, phone, signals};
use std::path::PathBuf;

const SENTENCES: [(&str, &str); 10] = [
    ("buy", "אנחנו רוצים לקנות דירה"),
    ("rent", "אני מחפש דירה לשכור ליד האוניברסיטה"),
    ("sell", "אנחנו רוצים למכור דירה"),
    ("let_out", "אני רוצה להשכיר דירה שיש לי"),
    ("hours", "באילו שעות אתם פתוחים"),
    ("address", "איפה המשרד שלכם נמצא"),
    ("fee", "כמה אחוזים דמי תיווך"),
    ("agent", "אפשר לדבר עם מישהו"),
    ("call_back", "תתקשרו אליי מחר בבוקר"),
    ("goodbye", "תודה רבה לך, להתראות"),
];

/// Of ten, so many must be right.
const RIGHT: usize = 9;

fn speech() -> LocalSpeech {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let folder = variable("MODELS_DIR")
        .or_else(|| media::default_models_dir(variable("XDG_CACHE_HOME"), variable("HOME")))
        .expect("MODELS_DIR or HOME is set");
    LocalSpeech::load(&ModelSet::find(&folder), LocalOptions::default())
        .unwrap_or_else(|error| panic!("the chain can't be tested: {error}"))
}

#[test]
fn nine_of_ten_sentences_are_understood_through_the_telephone() {
    let speech = speech();
    let script = Script::parse(REAL_ESTATE).expect("the shipped script");
    let known: Vec<String> = script
        .model()
        .intents
        .iter()
        .flat_map(|intent| intent.phrases.iter())
        .chain(
            script
                .model()
                .questions
                .iter()
                .flat_map(|question| question.phrases.iter()),
        )
        .cloned()
        .collect();
    let mut right = 0;
    let mut told = Vec::new();
    for (intent, sentence) in SENTENCES {
        assert!(
            !known.iter().any(|phrase| phrase == sentence),
            "{sentence} is the script's own"
        );
        let spoken = speech
            .synthesise(sentence, DEFAULT_VOICE, DEFAULT_SPEED)
            .expect("it can be spoken");
        let line = signals::line_noise(8000, 400, -60.0, 7);
        let heard_over_the_line = line.clone().then(&phone::through_telephone(&spoken)).then(&line);
        let heard = speech.transcribe(&heard_over_the_line).expect("it can be heard");
        let found = script
            .recognise(&heard.text)
            .map(|(id, score)| format!("{id} {score:.2}"));
        let good = found
            .as_deref()
            .is_some_and(|found| found.split(' ').next() == Some(intent));
        right += usize::from(good);
        told.push(format!(
            "{} {intent}: {sentence} → {} → {found:?}",
            if good { "+" } else { "-" },
            heard.text
        ));
    }
    assert!(
        right >= RIGHT,
        "{right} of {}:\n{}",
        SENTENCES.len(),
        told.join("\n")
    );
}

#[test]
fn what_is_not_speech_never_becomes_words() {
    let speech = speech();
    let noises = [
        ("silence", signals::silence(8000, 3000)),
        ("line noise", signals::line_noise(8000, 3000, -34.0, 3)),
        ("keys", signals::dtmf(8000, "1590*")),
        ("ringback", signals::ringback(8000, 3000)),
    ];
    for (what, sound) in noises {
        let heard = speech
            .transcribe(&phone::through_telephone(&sound))
            .expect("it can be listened to");
        assert_eq!(heard.text, "", "{what} became words");
    }
}
