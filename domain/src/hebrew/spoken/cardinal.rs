//! Whole numbers and fractions in words, in both genders and before a noun.
//!
//! Called by the other files of `spoken`. Feminine is the counting form of Hebrew.

/// The gender that a number takes from its noun. Counting, phones and addresses are feminine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// `שלושה חדרים`.
    Masculine,
    /// `שלוש דירות`, and all numbers without a noun.
    Feminine,
}

const FEMININE: [&str; 11] = [
    "אפס",
    "אחת",
    "שתיים",
    "שלוש",
    "ארבע",
    "חמש",
    "שש",
    "שבע",
    "שמונה",
    "תשע",
    "עשר",
];
const MASCULINE: [&str; 11] = [
    "אפס",
    "אחד",
    "שניים",
    "שלושה",
    "ארבעה",
    "חמישה",
    "שישה",
    "שבעה",
    "שמונה",
    "תשעה",
    "עשרה",
];
/// Before a definite noun, and before `אלפים`.
const CONSTRUCT: [&str; 11] = [
    "אפס",
    "אחד",
    "שני",
    "שלושת",
    "ארבעת",
    "חמשת",
    "ששת",
    "שבעת",
    "שמונת",
    "תשעת",
    "עשרת",
];
const TENS: [&str; 10] = [
    "",
    "עשר",
    "עשרים",
    "שלושים",
    "ארבעים",
    "חמישים",
    "שישים",
    "שבעים",
    "שמונים",
    "תשעים",
];
const ORDINALS: [&str; 11] = [
    "אפס",
    "ראשון",
    "שני",
    "שלישי",
    "רביעי",
    "חמישי",
    "שישי",
    "שביעי",
    "שמיני",
    "תשיעי",
    "עשירי",
];

/// The name of one digit, as in a phone number.
pub fn digit(c: char) -> &'static str {
    c.to_digit(10)
        .and_then(|d| FEMININE.get(d as usize))
        .copied()
        .unwrap_or("")
}

/// Digits one by one: `052` is `אפס חמש שתיים`.
pub fn digits(text: &str) -> String {
    text.chars()
        .map(digit)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `ראשון` to `עשירי`; `None` above.
pub fn ordinal(n: u64) -> Option<&'static str> {
    usize::try_from(n)
        .ok()
        .filter(|n| (1..=10).contains(n))
        .map(|n| ORDINALS[n])
}

/// The number in words, standing alone: `1500` is `אלף חמש מאות`.
pub fn cardinal(n: u64, gender: Gender) -> String {
    let mut groups: Vec<String> = Vec::new();
    let mut rest = n;
    for (value, name) in [
        (1_000_000_000_000, "טריליון"),
        (1_000_000_000, "מיליארד"),
        (1_000_000, "מיליון"),
    ] {
        if rest >= value {
            groups.push(scaled(rest / value, name));
            rest %= value;
        }
    }
    if rest >= 1_000 {
        groups.push(thousands(rest / 1_000));
        rest %= 1_000;
    }
    if rest == 0 && !groups.is_empty() {
        return join_groups(groups, false);
    }
    let single = groups.is_empty() || below_thousand_is_one_word(rest);
    groups.push(below_thousand(rest, gender));
    join_groups(groups, single)
}

/// The number as it stands before its noun: `שני חדרים`, `שתי דירות`; definite: `שלושת החדרים`.
pub fn before_noun(n: u64, gender: Gender, definite: bool) -> String {
    match (n, gender) {
        (2, Gender::Masculine) => "שני".into(),
        (2, Gender::Feminine) => "שתי".into(),
        (3..=10, Gender::Masculine) if definite => CONSTRUCT[n as usize].into(),
        _ => cardinal(n, gender),
    }
}

fn join_groups(groups: Vec<String>, last_is_single: bool) -> String {
    match groups.split_last() {
        Some((last, head)) if !head.is_empty() && last_is_single => format!("{} ו{last}", head.join(" ")),
        _ => groups.join(" "),
    }
}

/// `אלף וחמש`, but `אלף חמש מאות`: the ו stands before the last word only.
fn below_thousand_is_one_word(n: u64) -> bool {
    n <= 20 || n == 100 || n == 200 || (n < 100 && n.is_multiple_of(10))
}

fn scaled(count: u64, name: &str) -> String {
    match count {
        1 => name.to_owned(),
        n => format!("{} {name}", before_noun(n, Gender::Masculine, false)),
    }
}

fn thousands(count: u64) -> String {
    match count {
        1 => "אלף".into(),
        2 => "אלפיים".into(),
        3..=10 => format!("{} אלפים", CONSTRUCT[count as usize]),
        n => format!("{} אלף", below_thousand(n, Gender::Masculine)),
    }
}

fn below_thousand(n: u64, gender: Gender) -> String {
    let (hundreds, rest) = (n / 100, n % 100);
    let head = match hundreds {
        0 => String::new(),
        1 => "מאה".into(),
        2 => "מאתיים".into(),
        h => format!("{} מאות", FEMININE[h as usize]),
    };
    match (head.is_empty(), rest) {
        (true, rest) => below_hundred(rest, gender),
        (false, 0) => head,
        (false, rest) if below_thousand_is_one_word(rest) => {
            format!("{head} ו{}", below_hundred(rest, gender))
        }
        (false, rest) => format!("{head} {}", below_hundred(rest, gender)),
    }
}

fn below_hundred(n: u64, gender: Gender) -> String {
    let units = if gender == Gender::Feminine {
        &FEMININE
    } else {
        &MASCULINE
    };
    match n {
        0..=10 => units[n as usize].to_owned(),
        12 => if gender == Gender::Feminine {
            "שתים עשרה"
        } else {
            "שנים עשר"
        }
        .to_owned(),
        11..=19 => {
            let ten = if gender == Gender::Feminine {
                "עשרה"
            } else {
                "עשר"
            };
            format!("{} {ten}", units[(n - 10) as usize])
        }
        n if n.is_multiple_of(10) => TENS[(n / 10) as usize].to_owned(),
        n => format!("{} ו{}", TENS[(n / 10) as usize], units[(n % 10) as usize]),
    }
}

/// What follows `נקודה`, or the everyday fraction: `.5` is `וחצי`. `digits` are decimals as written.
pub fn fraction(digits: &str) -> String {
    match digits.trim_end_matches('0') {
        "" => String::new(),
        "5" => " וחצי".into(),
        "25" => " ורבע".into(),
        "75" => " ושלושה רבעים".into(),
        kept if kept.len() <= 2 && !kept.starts_with('0') => {
            format!(" נקודה {}", cardinal(kept.parse().unwrap_or(0), Gender::Feminine))
        }
        kept => format!(" נקודה {}", self::digits(kept)),
    }
}
