//! Texts as a font can show them: without what is invisible or turns a line around, and with a mark for letters that no font
//! of ours has. What people wrote stays in the paper's record as it was.

use super::world::can_show;

/// For letters that can't be shown.
const MARK: char = '?';

/// A text for the page; `lines` keeps ends of lines.
pub(super) fn clean(text: &str, lines: bool) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' if lines => cleaned.push('\n'),
            '\n' | '\t' | '\u{a0}' => cleaned.push(' '),
            // Hyphens and spaces of all kinds that fonts seldom have.
            '\u{2010}' | '\u{2011}' | '\u{2212}' => cleaned.push('-'),
            '\u{2000}'..='\u{200a}' | '\u{202f}' => cleaned.push(' '),
            letter if is_invisible(letter) => {}
            letter if can_show(letter) => cleaned.push(letter),
            _ => cleaned.push(MARK),
        }
    }
    cleaned
}

fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_lines_around_is_gone_and_what_no_font_has_is_marked() {
        for (text, expected) in [
            ("דנה כהן", "דנה כהן"),
            ("a\u{202e}b\u{2066}c\u{200f}\u{feff}", "abc"),
            ("שּׁ", "שּׁ"),
            ("Привет مرحبا", "Привет مرحبا"),
            ("1\u{2011}2\t3\u{7}", "1-2 3"),
            ("🙂漢", "??"),
            ("₪ ״ ׳ – — •", "₪ ״ ׳ – — •"),
        ] {
            assert_eq!(clean(text, false), expected, "{text:?}");
        }
        assert_eq!(
            (clean("א\nב", true), clean("א\nב", false)),
            ("א\nב".into(), "א ב".into())
        );
    }
}
