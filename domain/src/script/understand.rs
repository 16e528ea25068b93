//! Which intent or question a misspelt sentence is about.
//!
//! Called by the dialogue step. Three witnesses: the whole sentence beside each example phrase, keywords inside it, and
//! how much of what it says belongs to one intent rather than another. It never decides on a near tie.

use std::collections::BTreeSet;

use crate::hebrew::key::{ACCEPT, Heard, decide, key, similarity, spelling};
use crate::hebrew::text::{without_prefixes, words};

use super::model::Model;

/// What sounds right but is spelt otherwise counts a little less: להשכיר and להשכרה have one key.
const SOUND_ALONE: f64 = 0.92;
/// And the less, the less its letters agree: להסכיר is meant for להשכיר rather than for להשכרה.
const SPELT: f64 = 0.3;

/// Example sentences of one intent or question, made ready.
#[derive(Clone, Debug, PartialEq)]
struct Topic {
    id: String,
    phrases: Vec<String>,
    keywords: Vec<String>,
    /// Keys of the words of all its phrases, each with how much it tells this topic from the others.
    words: Vec<(String, f64)>,
    /// The same words in their letters.
    letters: BTreeSet<String>,
    /// And each of those beside its key, which is looked for with every word that is heard.
    sounds: Vec<(String, String)>,
}

/// All topics of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Topics {
    topics: Vec<Topic>,
    /// Every word of every topic: one that was spelt right is no misspelling of another (להשכרה, להשכיר).
    vocabulary: BTreeSet<String>,
}

/// The topic that was recognised.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    pub id: String,
    /// 0.0 to 1.0.
    pub score: f64,
}

impl Topics {
    pub fn of(model: &Model) -> Topics {
        let questions = model.questions.iter().map(|q| (&q.id, &q.phrases, &q.keywords));
        let intents = model.intents.iter().map(|i| (&i.id, &i.phrases, &i.keywords));
        let mut topics: Vec<Topic> = questions
            .chain(intents)
            .map(|(id, phrases, keywords)| {
                let texts = phrases.iter().chain(keywords);
                let letters: BTreeSet<String> = texts.clone().flat_map(|text| words(text)).collect();
                Topic {
                    id: id.clone(),
                    phrases: phrases.clone(),
                    keywords: keywords.clone(),
                    words: word_keys(texts),
                    sounds: letters.iter().map(|word| (key(word), word.clone())).collect(),
                    letters,
                }
            })
            .collect();
        weigh(&mut topics);
        let vocabulary = topics
            .iter()
            .flat_map(|topic| topic.letters.iter().cloned())
            .collect();
        Topics { topics, vocabulary }
    }

    /// The clear winner, if there is one.
    pub fn recognise(&self, heard: &Heard) -> Option<Recognised> {
        let scores = self.scores(heard);
        let winner = decide(&scores, ACCEPT)?;
        Some(Recognised {
            id: self.topics[winner.index].id.clone(),
            score: winner.score.min(1.0),
        })
    }

    fn scores(&self, heard: &Heard) -> Vec<f64> {
        let sentence = heard.words().join(" ");
        let evidence: Vec<f64> = self
            .topics
            .iter()
            .map(|topic| topic.evidence(heard, &self.vocabulary))
            .collect();
        let all: f64 = evidence.iter().sum();
        let strongest = evidence.iter().copied().fold(0.0, f64::max);
        self.topics
            .iter()
            .zip(&evidence)
            .map(|(topic, &own)| {
                let witness = topic
                    .phrase_score(heard, &sentence)
                    .max(topic.keyword_score(heard, &self.vocabulary));
                // The share of the evidence: everything said about this topic, against the best of the others.
                let share = if all > 0.0 { own / strongest } else { 0.0 };
                let enough = (own / 3.0).min(1.0);
                witness * (0.6 + 0.4 * share * enough.max(0.4))
            })
            .collect()
    }
}

impl Topic {
    fn phrase_score(&self, heard: &Heard, sentence: &str) -> f64 {
        let score = |phrase: &String| {
            let sounds = key(phrase).chars().count();
            // Three sounds are too few to be misspelt: "קנייה" and "כן" share their key.
            if sounds <= 3 {
                let same = without_prefixes(sentence).contains(&phrase.as_str());
                return f64::from(u8::from(same));
            }
            let whole = similarity(sentence, phrase);
            let inside = heard.find(phrase).filter(|_| sounds >= 5);
            let best = inside.map_or(whole, |window| whole.max(window.score));
            let exact =
                inside.is_some_and(|window| heard.letters_agree(&window, phrase)) || sentence == phrase;
            if exact { best } else { best * SOUND_ALONE }
        };
        self.phrases.iter().map(score).fold(0.0, f64::max)
    }

    fn keyword_score(&self, heard: &Heard, vocabulary: &BTreeSet<String>) -> f64 {
        let said = self.keywords.iter().filter_map(|word| {
            let Some(window) = heard.says(word) else {
                return heard.sounds_within(word).then_some(SOUND_ALONE);
            };
            if heard.letters_agree(&window, word) {
                return Some(window.score);
            }
            let spelt_right = heard.words()[window.start..window.end]
                .iter()
                .all(|w| vocabulary.contains(w));
            (!spelt_right)
                .then(|| window.score * (SOUND_ALONE - SPELT * (1.0 - heard.spelling(&window, word))))
        });
        let said: Vec<f64> = said.collect();
        let best = said.iter().copied().fold(0.0, f64::max);
        (best * (0.86 + 0.07 * (said.len().saturating_sub(1)) as f64)).min(1.0)
    }

    /// The weight of the heard words that this topic's phrases use.
    fn evidence(&self, heard: &Heard, vocabulary: &BTreeSet<String>) -> f64 {
        let weight = |word: &String| {
            if vocabulary.contains(word) && !self.letters.contains(word) {
                return 0.0;
            }
            without_prefixes(word)
                .iter()
                .map(|form| self.word_weight(&key(form)) * self.likeness(form))
                .fold(0.0, f64::max)
        };
        let run_together = self
            .keywords
            .iter()
            .filter(|word| heard.says(word).is_none() && heard.sounds_within(word));
        let alone: f64 = heard.words().iter().map(weight).sum();
        alone + run_together.map(|word| self.word_weight(&key(word))).sum::<f64>()
    }

    /// How nearly a heard word is spelt as one of this topic's words that sound like it.
    fn likeness(&self, heard: &str) -> f64 {
        let sound = key(heard);
        let same_sound = self.sounds.iter().filter(|(known, _)| *known == sound);
        same_sound
            .map(|(_, known)| spelling(heard, known))
            .fold(0.0, f64::max)
    }

    fn word_weight(&self, heard: &str) -> f64 {
        if heard.chars().count() < 2 {
            return 0.0;
        }
        self.words
            .iter()
            .find(|(known, _)| known == heard)
            .map_or(0.0, |(_, weight)| *weight)
    }
}

fn word_keys<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<(String, f64)> {
    let mut keys: Vec<String> = texts
        .flat_map(|text| words(text))
        .map(|word| key(&word))
        .collect();
    keys.retain(|key| key.chars().count() >= 2);
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(|key| (key, 0.0)).collect()
}

/// A word of one topic only tells much, a word of all tells nothing.
fn weigh(topics: &mut [Topic]) {
    let all = topics.len() as f64;
    let holders = |word: &str, topics: &[Topic]| {
        topics
            .iter()
            .filter(|t| t.words.iter().any(|(k, _)| k == word))
            .count()
    };
    for i in 0..topics.len() {
        for j in 0..topics[i].words.len() {
            let count = holders(&topics[i].words[j].0, topics) as f64;
            topics[i].words[j].1 = (all / count).ln();
        }
    }
}
