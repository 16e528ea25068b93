//! Niqqud for bare Hebrew by the Nakdimon model (MIT). Used by `speak`. It takes whole texts: the same word is pointed
//! differently by what stands beside it.
//!
//! Tables of letters and marks: Nakdimon's `dataset.py` and `hebrew.py`. Input i32 [1, n] of character numbers, output
//! f32 [1, n, 16] vowels, [1, n, 3] dagesh, [1, n, 4] dot of ש.

use std::path::Path;

use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use super::lexicon::map_words;
use super::pointed::{bare, is_letter, is_mark};
use crate::network::Network;

/// More characters than this at a time would only cost memory.
const MOST: usize = 400;

const VOWELS: [Option<char>; 16] = [
    None,
    None,
    Some('\u{05b0}'),
    Some('\u{05b1}'),
    Some('\u{05b2}'),
    Some('\u{05b3}'),
    Some('\u{05b4}'),
    Some('\u{05b5}'),
    Some('\u{05b6}'),
    Some('\u{05b7}'),
    Some('\u{05b8}'),
    Some('\u{05b9}'),
    Some('\u{05ba}'),
    Some('\u{05bb}'),
    Some('\u{05bc}'),
    Some('\u{05b7}'),
];
const DAGESH: [Option<char>; 3] = [None, None, Some('\u{05bc}')];
const SHIN: [Option<char>; 4] = [None, None, Some('\u{05c1}'), Some('\u{05c2}')];

/// The loaded model.
pub(crate) struct Pointer {
    network: Network,
}

impl Pointer {
    pub(crate) fn load(path: &Path) -> Result<Pointer, String> {
        Ok(Pointer {
            network: Network::load(path)?,
        })
    }

    /// The text with niqqud. Words that came with niqqud keep their own.
    pub(crate) fn point(&self, text: &str) -> Result<String, String> {
        let plain: Vec<char> = bare(text).chars().collect();
        let mut pointed = String::with_capacity(text.len() * 3);
        for piece in pieces(&plain) {
            self.point_piece(piece, &mut pointed)?;
        }
        if !text.chars().any(is_mark) {
            return Ok(pointed);
        }
        // The bare texts are equal, so the words come in the same order.
        let mut given = Vec::new();
        map_words(text, |word| {
            given.push(word.to_owned());
            None
        });
        let mut given = given.into_iter();
        Ok(map_words(&pointed, |_| {
            given.next().filter(|word| word.chars().any(is_mark))
        }))
    }

    fn point_piece(&self, piece: &[char], out: &mut String) -> Result<(), String> {
        let mut ids: Vec<i32> = piece.iter().map(|c| number(*c)).collect();
        // Without a full stop the last word gets marks that no word ends with.
        if piece.last().is_some_and(|c| is_letter(*c)) {
            ids.push(number('.'));
        }
        let input = NdTensorView::from_data([1, ids.len()], ids.as_slice());
        let [vowels, dagesh, shin] = self.network.run([("input", input.into())], ["N", "D", "S"])?;
        let best = |value: rten::Value| -> Result<Vec<usize>, String> {
            let scores: NdTensor<f32, 3> = value.try_into().map_err(|_| "scores of another shape")?;
            Ok((0..ids.len())
                .map(|at| {
                    let row = scores.slice((0, at));
                    row.iter()
                        .enumerate()
                        .max_by(|a, b| a.1.total_cmp(b.1))
                        .map_or(0, |(i, _)| i)
                })
                .collect())
        };
        let (vowels, dagesh, shin) = (best(vowels)?, best(dagesh)?, best(shin)?);
        for (at, c) in piece.iter().enumerate() {
            out.push(*c);
            if "בגדהוזטיכלמנספצקשתךף".contains(*c) {
                out.extend(DAGESH.get(dagesh[at]).copied().flatten());
            }
            if *c == 'ש' {
                out.extend(SHIN.get(shin[at]).copied().flatten());
            }
            if "אבגדהוזחטיכלמנסעפצקרשתךן".contains(*c) {
                out.extend(VOWELS.get(vowels[at]).copied().flatten());
            }
        }
        Ok(())
    }
}

/// The text in pieces that end at a space where there is one.
fn pieces(text: &[char]) -> Vec<&[char]> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.len() > MOST {
        let cut = rest[..MOST]
            .iter()
            .rposition(|c| *c == ' ')
            .map_or(MOST, |at| at + 1);
        let (piece, left) = rest.split_at(cut);
        pieces.push(piece);
        rest = left;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// Nakdimon's number of a character.
fn number(c: char) -> i32 {
    const OTHERS: &str = " !\"'(),-.:;?";
    const FIRST_OTHER: i32 = 4;
    const ALEF: i32 = 16;
    let same = match c {
        '\n' | '\t' => ' ',
        '־' | '‒' | '–' | '—' | '―' | '−' => '-',
        '[' => '(',
        ']' => ')',
        '´' | '‘' | '’' | '׳' => '\'',
        '“' | '”' | '״' => '"',
        '…' => ',',
        c => c,
    };
    match same {
        'א'..='ת' => ALEF + (same as i32 - 'א' as i32),
        '\u{05f0}'..='\u{05f2}' => 1,
        c if c.is_numeric() => 3,
        c => OTHERS
            .chars()
            .position(|o| o == c)
            .map_or(2, |at| FIRST_OTHER + at as i32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_nakdimons_numbers() {
        for (c, expected) in [
            (' ', 4),
            ('?', 15),
            ('א', 16),
            ('ם', 29),
            ('ת', 42),
            ('7', 3),
            ('x', 2),
            ('–', 11),
        ] {
            assert_eq!(number(c), expected, "{c}");
        }
    }

    #[test]
    fn long_texts_are_cut_at_spaces_and_nothing_is_lost() {
        let text: Vec<char> = "מילה ".repeat(200).chars().collect();
        let found = pieces(&text);
        assert_eq!(found.len(), 3);
        assert!(found[0].ends_with(&[' ']));
        assert_eq!(found.concat(), text);
        assert_eq!(pieces(&['א'; 900]).len(), 3);
    }
}
