//! Long texts in pieces that the voice can say in one breath. Used by `speak`; pure. It never drops a letter.

use super::pointed::is_mark;

/// Letters in a piece: about 150 phonemes, well below the model's 510 tokens, and six seconds of sound.
const MOST_LETTERS: usize = 90;
/// A piece shorter than this is joined to the next one when a comma parts them.
const FEW_LETTERS: usize = 24;

/// A piece of text and the silence after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause<'t> {
    pub(crate) text: &'t str,
    pub(crate) pause_ms: u32,
}

fn pause_after(end: char) -> u32 {
    match end {
        '.' | '!' | '?' | '…' | '\n' => 280,
        ';' | ':' => 200,
        ',' | '–' | '—' => 120,
        _ => 0,
    }
}

/// Marks count as alphabetic in Unicode, but take no time of their own.
fn is_spoken(c: char) -> bool {
    c.is_alphanumeric() && !is_mark(c)
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| is_spoken(*c)).count()
}

/// Pieces in order. Sentences are always parted, clauses only where a sentence is long, words only where a clause is.
pub(crate) fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut found = Vec::new();
    for sentence in after_each(text, &|c| matches!(c, '.' | '!' | '?' | '…' | '\n')) {
        if letters(sentence) <= MOST_LETTERS {
            push(&mut found, sentence);
            continue;
        }
        let parts = after_each(sentence, &|c| matches!(c, ',' | ';' | ':' | '–' | '—'));
        for clause in join_short(sentence, &parts) {
            if letters(clause) <= MOST_LETTERS {
                push(&mut found, clause);
            } else {
                by_words(clause)
                    .into_iter()
                    .for_each(|piece| push(&mut found, piece));
            }
        }
    }
    if let Some(last) = found.last_mut() {
        last.pause_ms = 0;
    }
    found
}

fn push<'t>(found: &mut Vec<Clause<'t>>, piece: &'t str) {
    let end = piece.trim_end_matches(' ').chars().next_back().unwrap_or(' ');
    let text = piece.trim();
    if letters(text) > 0 {
        found.push(Clause {
            text,
            pause_ms: pause_after(end),
        });
    }
}

/// The text parted after every run of such characters.
fn after_each<'t>(text: &'t str, ends: &dyn Fn(char) -> bool) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut start, mut ending) = (0, false);
    for (at, c) in text.char_indices() {
        if ending && !ends(c) {
            parts.push(&text[start..at]);
            start = at;
        }
        ending = ends(c);
    }
    parts.push(&text[start..]);
    parts
}

/// Neighbours put together again while they are short, as slices of the text they came from.
fn join_short<'t>(whole: &'t str, parts: &[&'t str]) -> Vec<&'t str> {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for part in parts {
        let end = at + part.len();
        match joined.last_mut() {
            Some((start, last))
                if letters(&whole[*start..*last]) < FEW_LETTERS
                    && letters(&whole[*start..end]) <= MOST_LETTERS =>
            {
                *last = end;
            }
            _ => joined.push((at, end)),
        }
        at = end;
    }
    joined
        .into_iter()
        .map(|(start, end)| &whole[start..end])
        .collect()
}

/// As many words as fit; a word that doesn't fit alone is cut.
fn by_words(clause: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut space, mut count) = (0, None, 0);
    for (at, c) in clause.char_indices() {
        if c == ' ' {
            space = Some(at);
        }
        if is_spoken(c) {
            count += 1;
            if count > MOST_LETTERS {
                let cut = space.filter(|s| *s > start).unwrap_or(at);
                pieces.push(&clause[start..cut]);
                start = cut;
                space = None;
                count = letters(&clause[start..at]) + 1;
            }
        }
    }
    pieces.push(&clause[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, u32)]) {
        let found: Vec<(&str, u32)> = clauses(text).iter().map(|c| (c.text, c.pause_ms)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn sentences_are_parted_and_short_clauses_are_not() {
        check("", &[]);
        check(" ... ?! ", &[]);
        check("שלום", &[("שלום", 0)]);
        check("כן, בבקשה.", &[("כן, בבקשה.", 0)]);
        check(
            "שלום. מה שלומך? טוב",
            &[("שלום.", 280), ("מה שלומך?", 280), ("טוב", 0)],
        );
        check("רגע... הנה", &[("רגע...", 280), ("הנה", 0)]);
    }

    #[test]
    fn long_sentences_are_parted_at_commas_then_at_words() {
        let long = "ארבעים אותיות שנכתבו כאן רק כדי למלא את המקום";
        let text = format!("טוב, {long}, {long}, {long}.");
        let found = clauses(&text);
        assert!(
            found.len() >= 2 && found[0].text.starts_with("טוב, ארבעים"),
            "{found:?}"
        );
        assert!(found.iter().all(|c| letters(c.text) <= MOST_LETTERS));
        assert_eq!(found[0].pause_ms, 120);
        let endless = "מילה ".repeat(60);
        assert!(clauses(&endless).len() >= 3);
        let monster = "א".repeat(400);
        let total: usize = clauses(&monster).iter().map(|c| letters(c.text)).sum();
        assert_eq!((clauses(&monster).len(), total), (5, 400));
    }

    #[test]
    fn no_letter_is_lost() {
        let text = "א, ב; ג: ד\nה – ו. ".repeat(40);
        let total: usize = clauses(&text).iter().map(|c| letters(c.text)).sum();
        assert_eq!(total, letters(&text));
    }
}
