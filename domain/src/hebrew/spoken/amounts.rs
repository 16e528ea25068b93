//! Numbers with what they count: sums of money, percentages, rooms, years.
//!
//! Called by `spoken` once a number was read. It decides gender, order and singular.

use super::cardinal::{Gender, before_noun, cardinal, digits, fraction};
use super::nouns::noun;
use super::scan::{Literal, Scan};

/// Words said for a number and its unit, and how many characters they replace.
pub struct Said {
    pub words: String,
    pub length: usize,
}

struct Currency {
    singular: &'static str,
    plural: &'static str,
}

const SHEKEL: Currency = Currency {
    singular: "שקל",
    plural: "שקלים",
};
const DOLLAR: Currency = Currency {
    singular: "דולר",
    plural: "דולר",
};
const EURO: Currency = Currency {
    singular: "אירו",
    plural: "אירו",
};

/// The number at the cursor with the unit after it (or the ₪ before it, which the caller has already passed).
pub fn amount(scan: &Scan, literal: Literal, shekels_before: bool) -> Said {
    let mut literal = literal;
    let mut length = literal.length;
    let mut scaled = false;
    if let Some((scale, taken)) = scale_after(scan, length)
        && let Some(whole) = multiplied(&literal, scale)
    {
        literal = Literal {
            whole,
            decimals: String::new(),
            ..literal
        };
        length += taken;
        scaled = true;
    }
    if let Some((currency, taken)) = currency_after(scan, length) {
        return Said {
            words: money(&literal, &currency),
            length: length + taken,
        };
    }
    if shekels_before {
        return Said {
            words: money(&literal, &SHEKEL),
            length,
        };
    }
    let gap = scan.gap(length);
    if scan.peek(length + gap) == Some('%') && gap <= 1 {
        return Said {
            words: counted(&literal, "אחוז", "אחוזים"),
            length: length + gap + 1,
        };
    }
    if let Some(said) = with_noun(scan, &literal, length) {
        return said;
    }
    // Nine digits and more without separators are an identity or a reference, not a quantity.
    let reference = literal.decimals.is_empty() && !literal.grouped && !scaled && literal.whole.len() >= 9;
    let zero_led = literal.whole.len() > 1 && literal.whole.starts_with('0');
    if reference || zero_led || literal.value().is_none() {
        return Said {
            words: in_threes(&literal),
            length,
        };
    }
    let gender = if before_month(scan, length) {
        Gender::Masculine
    } else {
        Gender::Feminine
    };
    Said {
        words: plain(&literal, gender),
        length,
    }
}

/// The number alone, in the gender that the sentence asks for.
pub fn plain(literal: &Literal, gender: Gender) -> String {
    let Some(value) = literal.value() else {
        return in_threes(literal);
    };
    match (value, fraction(&literal.decimals)) {
        (0, half) if half == " וחצי" => "חצי".into(),
        (0, half) if half == " ורבע" => "רבע".into(),
        (0, half) if half == " ושלושה רבעים" => "שלושה רבעים".into(),
        (value, rest) => format!("{}{rest}", whole_or_half_million(value, gender)),
    }
}

/// The gender that a range (`3-4 חדרים`) takes from what follows it.
pub fn gender_after(scan: &Scan, length: usize) -> Gender {
    let gap = scan.gap(length);
    let currency = currency_after(scan, length).is_some() || scan.peek(length + gap) == Some('%');
    match noun(&noun_word(scan, length + gap)) {
        _ if currency => Gender::Masculine,
        Some(noun) => noun.gender,
        None => Gender::Feminine,
    }
}

/// `1500000` is `מיליון וחצי`, as people say it.
fn whole_or_half_million(value: u64, gender: Gender) -> String {
    if value >= 1_000_000 && value % 1_000_000 == 500_000 {
        return format!("{} וחצי", cardinal(value - 500_000, Gender::Masculine));
    }
    cardinal(value, gender)
}

fn in_threes(literal: &Literal) -> String {
    let chars: Vec<char> = literal.whole.chars().collect();
    let groups: Vec<String> = chars
        .chunks(3)
        .map(|group| digits(&group.iter().collect::<String>()))
        .collect();
    let whole = groups.join(", ");
    if literal.decimals.is_empty() {
        whole
    } else {
        format!("{whole} נקודה {}", digits(&literal.decimals))
    }
}

fn scale_after(scan: &Scan, length: usize) -> Option<(u64, usize)> {
    let gap = scan.gap(length);
    let word = scan.word(length + gap);
    let scale = match word.as_str() {
        "אלף" => 1_000,
        "מיליון" | "מליון" => 1_000_000,
        "מיליארד" => 1_000_000_000,
        _ => return None,
    };
    Some((scale, gap + word.chars().count()))
}

/// Value times scale when the result is whole: 1.5 million is, 1.0005 thousand is not.
fn multiplied(literal: &Literal, scale: u64) -> Option<String> {
    let places = literal.decimals.len();
    if places > 6 || literal.whole.len() > 9 {
        return None;
    }
    let all: u64 = format!("{}{}", literal.whole, literal.decimals).parse().ok()?;
    let product = all.checked_mul(scale)?;
    let divisor = 10_u64.pow(places as u32);
    product
        .is_multiple_of(divisor)
        .then(|| (product / divisor).to_string())
}

fn currency_after(scan: &Scan, length: usize) -> Option<(Currency, usize)> {
    let gap = scan.gap(length);
    let at = length + gap;
    match scan.peek(at)? {
        '₪' => return Some((SHEKEL, gap + 1)),
        '$' => return Some((DOLLAR, gap + 1)),
        '€' => return Some((EURO, gap + 1)),
        _ => {}
    }
    for text in ["ש\"ח", "שח", "ש'ח", "NIS", "ILS", "שקל", "שקלים"] {
        if scan.word_is(at, text) {
            return Some((SHEKEL, gap + text.chars().count()));
        }
    }
    ["דולר", "דולרים"]
        .iter()
        .find(|text| scan.word_is(at, text))
        .map(|text| (DOLLAR, gap + text.chars().count()))
}

fn money(literal: &Literal, currency: &Currency) -> String {
    let Some(value) = literal.value() else {
        return format!("{} {}", in_threes(literal), currency.plural);
    };
    // Agorot are two places; anything finer is a rate, and read as a decimal.
    let cents = match literal.decimals.trim_end_matches('0').len() {
        0..=2 => format!("{:0<2}", literal.decimals)[..2]
            .parse::<u64>()
            .unwrap_or(0),
        _ => return format!("{} {}", plain(literal, Gender::Masculine), currency.plural),
    };
    let small = match (currency.singular, cents) {
        (_, 0) => String::new(),
        ("שקל", 1) => "אגורה אחת".into(),
        ("שקל", n) => format!("{} אגורות", before_noun(n, Gender::Feminine, false)),
        (_, 1) => "סנט אחד".into(),
        (_, n) => format!("{} סנט", before_noun(n, Gender::Masculine, false)),
    };
    match (value, small.is_empty()) {
        (0, false) => small,
        (_, false) => format!("{} ו{small}", sum(value, currency)),
        _ => sum(value, currency),
    }
}

fn sum(value: u64, currency: &Currency) -> String {
    match value {
        1 => format!("{} אחד", currency.singular),
        2 => format!("שני {}", currency.plural),
        n if n >= 1_000_000 => format!(
            "{} {}",
            whole_or_half_million(n, Gender::Masculine),
            currency.plural
        ),
        n => format!("{} {}", cardinal(n, Gender::Masculine), currency.plural),
    }
}

/// A masculine unit written as a sign, so that its number (singular, plural) is ours to choose.
fn counted(literal: &Literal, singular: &str, plural: &str) -> String {
    match (literal.value(), literal.decimals.trim_end_matches('0')) {
        (Some(1), "") => format!("{singular} אחד"),
        (Some(2), "") => format!("שני {plural}"),
        (Some(3..=10), "") => format!("{} {plural}", plain(literal, Gender::Masculine)),
        _ => format!("{} {singular}", plain(literal, Gender::Masculine)),
    }
}

/// The word after a number, abbreviations of measures included (`מ"ר` is counted as metres).
fn noun_word(scan: &Scan, at: usize) -> String {
    match scan.word(at).as_str() {
        "מ\"ר" | "ס\"מ" => "מטר".into(),
        "ק\"מ" => "קילומטר".into(),
        "ק\"ג" => "קילו".into(),
        word => word.to_owned(),
    }
}

fn with_noun(scan: &Scan, literal: &Literal, length: usize) -> Option<Said> {
    let gap = scan.gap(length);
    if gap == 0 {
        return None;
    }
    let written = scan.word(length + gap);
    let noun = noun(&noun_word(scan, length + gap))?;
    let value = literal.value()?;
    let whole = literal.decimals.trim_end_matches('0').is_empty();
    let taken = length + gap + written.chars().count();
    if whole && value == 1 && !noun.definite {
        let one = if noun.gender == Gender::Masculine {
            "אחד"
        } else {
            "אחת"
        };
        let singular = noun.singular.unwrap_or(&written);
        return Some(Said {
            words: format!("{singular} {one}"),
            length: taken,
        });
    }
    let half_of_one = value == 1 && literal.decimals.trim_end_matches('0') == "5";
    if let (true, Some(singular)) = (half_of_one, noun.singular) {
        return Some(Said {
            words: format!("{singular} וחצי"),
            length: taken,
        });
    }
    // The noun itself stays in the text: it may be an abbreviation that is expanded next.
    let words = if whole {
        before_noun(value, noun.gender, noun.definite)
    } else {
        plain(literal, noun.gender)
    };
    Some(Said {
        words: format!("{words} "),
        length: length + gap,
    })
}

fn before_month(scan: &Scan, length: usize) -> bool {
    let gap = scan.gap(length);
    let word = scan.word(length + gap);
    word.strip_prefix('ב')
        .is_some_and(|month| super::clock::MONTHS.contains(&month))
}
