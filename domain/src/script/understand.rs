//! Which intent or question a misspelt sentence is about.
//!
//! Called by the dialogue step. Three witnesses: the whole sentence beside each example phrase, keywords inside it, and
//! how much of what it says belongs to one intent rather than another. It never decides on a near tie.

use std::collections::{BTreeMap, BTreeSet};

use crate::hebrew::heard::{Heard, Phrase, Window};
use crate::hebrew::key::{ACCEPT, decide, key, spelling};
use crate::hebrew::text::{without_prefixes, words};

use super::model::Model;

/// What sounds right but is spelt otherwise counts a little less: להשכיר and להשכרה have one key.
const SOUND_ALONE: f64 = 0.92;
/// And the less, the less its letters agree: להסכיר is meant for להשכיר rather than for להשכרה.
const SPELT: f64 = 0.3;
/// Where a phrase's own letters stand, prefix letters aside, its sounds score more than this.
const SAME_LETTERS: f64 = 0.97;

/// Example sentences of one intent or question, made ready.
#[derive(Clone, Debug, PartialEq)]
struct Topic {
    id: String,
    phrases: Vec<Phrase>,
    keywords: Vec<Phrase>,
    /// The words of all its phrases in their letters.
    letters: BTreeSet<String>,
    /// The same by their keys.
    words: BTreeMap<String, Word>,
}

/// Words of a topic that sound the same.
#[derive(Clone, Debug, PartialEq)]
struct Word {
    spellings: Vec<String>,
    /// How much it tells this topic from the others.
    weight: f64,
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
                let letters: BTreeSet<String> = texts.flat_map(|text| words(text)).collect();
                let ready = |texts: &[String]| texts.iter().map(|text| Phrase::new(text)).collect();
                Topic {
                    id: id.clone(),
                    phrases: ready(phrases),
                    keywords: ready(keywords),
                    words: by_sound(&letters),
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
        let witnesses: Vec<Witness> = self
            .topics
            .iter()
            .map(|topic| topic.witness(heard, &sentence, &self.vocabulary))
            .collect();
        let all: f64 = witnesses.iter().map(|witness| witness.evidence).sum();
        let strongest = witnesses.iter().map(|w| w.evidence).fold(0.0, f64::max);
        let scores = witnesses.iter().map(|witness| {
            let own = witness.evidence;
            // The share of the evidence: everything said about this topic, against the best of the others.
            let share = if all > 0.0 { own / strongest } else { 0.0 };
            let enough = (own / 3.0).min(1.0);
            witness.score * (0.6 + 0.4 * share * enough.max(0.4))
        });
        scores.collect()
    }
}

/// What speaks for a topic.
struct Witness {
    /// Of its best phrase or keyword, 0.0 to 1.0.
    score: f64,
    /// The weight of the heard words that it uses.
    evidence: f64,
}

/// How a keyword was heard.
enum Keyword {
    At(Window),
    /// Its sounds, wherever the spaces are.
    RunTogether,
}

impl Topic {
    fn witness(&self, heard: &Heard, sentence: &str, vocabulary: &BTreeSet<String>) -> Witness {
        let said: Vec<(&Phrase, Keyword)> = self
            .keywords
            .iter()
            .filter_map(|word| {
                let at = heard.says(word).map(Keyword::At);
                let how = at.or_else(|| heard.sounds_within(word).then_some(Keyword::RunTogether))?;
                Some((word, how))
            })
            .collect();
        let phrase = self.phrase_score(heard, sentence);
        Witness {
            score: phrase.max(keyword_score(&said, heard, vocabulary)),
            evidence: self.evidence(&said, heard, vocabulary),
        }
    }

    fn phrase_score(&self, heard: &Heard, sentence: &str) -> f64 {
        let score = |phrase: &Phrase| {
            let sounds = phrase.sounds().len();
            // Three sounds are too few to be misspelt: "קנייה" and "כן" share their key.
            if sounds <= 3 {
                let same = without_prefixes(sentence).contains(&phrase.as_str());
                return f64::from(u8::from(same));
            }
            let whole = heard.similarity(phrase);
            // Nothing below the whole is asked for, but what may be the phrase's own letters.
            let least = whole.min(SAME_LETTERS);
            let inside = (sounds >= 5).then(|| heard.find(phrase, least)).flatten();
            let best = inside.map_or(whole, |window| whole.max(window.score));
            let exact = inside.is_some_and(|window| heard.letters_agree(&window, phrase))
                || sentence == phrase.as_str();
            if exact { best } else { best * SOUND_ALONE }
        };
        self.phrases.iter().map(score).fold(0.0, f64::max)
    }

    /// The weight of the heard words that this topic's phrases use.
    fn evidence(&self, said: &[(&Phrase, Keyword)], heard: &Heard, vocabulary: &BTreeSet<String>) -> f64 {
        let alone = heard.words().iter().zip(heard.forms()).map(|(word, forms)| {
            if vocabulary.contains(word) && !self.letters.contains(word) {
                return 0.0;
            }
            let weights = forms.iter().filter_map(|form| {
                let known = self.words.get(&form.key)?;
                let alike = known.spellings.iter().map(|known| spelling(&form.text, known));
                Some(known.weight * alike.fold(0.0, f64::max))
            });
            weights.fold(0.0, f64::max)
        });
        let run_together = said
            .iter()
            .filter(|(_, how)| matches!(how, Keyword::RunTogether))
            .filter_map(|(word, _)| self.words.get(&word.sounds().iter().collect::<String>()));
        alone.sum::<f64>() + run_together.map(|word| word.weight).sum::<f64>()
    }
}

fn keyword_score(said: &[(&Phrase, Keyword)], heard: &Heard, vocabulary: &BTreeSet<String>) -> f64 {
    let scores = said.iter().filter_map(|(word, how)| {
        let Keyword::At(window) = how else {
            return Some(SOUND_ALONE);
        };
        if heard.letters_agree(window, word) {
            return Some(window.score);
        }
        let spelt_right = heard.words()[window.start..window.end]
            .iter()
            .all(|w| vocabulary.contains(w));
        (!spelt_right).then(|| window.score * (SOUND_ALONE - SPELT * (1.0 - heard.spelling(window, word))))
    });
    let scores: Vec<f64> = scores.collect();
    let best = scores.iter().copied().fold(0.0, f64::max);
    (best * (0.86 + 0.07 * (scores.len().saturating_sub(1)) as f64)).min(1.0)
}

/// Words of fewer than two sounds tell nothing.
fn by_sound(letters: &BTreeSet<String>) -> BTreeMap<String, Word> {
    let mut words = BTreeMap::<String, Word>::new();
    for word in letters {
        let sounds = key(word);
        if sounds.chars().count() >= 2 {
            let known = words.entry(sounds).or_insert(Word {
                spellings: Vec::new(),
                weight: 0.0,
            });
            known.spellings.push(word.clone());
        }
    }
    words
}

/// A word of one topic only tells much, a word of all tells nothing.
fn weigh(topics: &mut [Topic]) {
    let all = topics.len() as f64;
    let mut holders = BTreeMap::<String, f64>::new();
    for word in topics.iter().flat_map(|topic| topic.words.keys()) {
        *holders.entry(word.clone()).or_default() += 1.0;
    }
    for (word, known) in topics.iter_mut().flat_map(|topic| &mut topic.words) {
        known.weight = (all / holders.get(word).copied().unwrap_or(1.0)).ln();
    }
}
