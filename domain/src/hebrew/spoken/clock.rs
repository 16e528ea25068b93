//! Clock times and dates in words.
//!
//! Called by `spoken`. Times are said in twelve hours, as people say them; the sentence around names the part of the day.

use super::cardinal::{Gender, cardinal};

/// Months of the civil year, January first.
pub const MONTHS: [&str; 12] = [
    "ינואר",
    "פברואר",
    "מרץ",
    "אפריל",
    "מאי",
    "יוני",
    "יולי",
    "אוגוסט",
    "ספטמבר",
    "אוקטובר",
    "נובמבר",
    "דצמבר",
];

/// `10:30` is `עשר וחצי`, `17:45` is `רבע לשש`, `00:00` is `חצות`. Hours 0 to 24, minutes 0 to 59.
pub fn time(hour: u64, minute: u64) -> String {
    let said = hour_word(hour);
    let feminine = |n: u64| cardinal(n, Gender::Feminine);
    match minute {
        0 if hour.is_multiple_of(24) => "חצות".into(),
        0 => said,
        15 => format!("{said} ורבע"),
        30 => format!("{said} וחצי"),
        45 => format!("רבע ל{}", hour_word(hour + 1)),
        1 => format!("{said} ודקה"),
        2 => format!("{said} ושתי דקות"),
        3..=10 => format!("{said} ו{} דקות", feminine(minute)),
        11..=19 | 20 | 40 | 50 => format!("{said} ו{}", feminine(minute)),
        _ => format!("{said} {}", feminine(minute)),
    }
}

fn hour_word(hour: u64) -> String {
    let twelve = match hour % 12 {
        0 => 12,
        h => h,
    };
    cardinal(twelve, Gender::Feminine)
}

/// `25.10.2026` is `עשרים וחמישה באוקטובר אלפיים עשרים ושש`. A year of two digits is of this century.
pub fn date(day: u64, month: usize, year: Option<u64>) -> Option<String> {
    let name = month.checked_sub(1).and_then(|m| MONTHS.get(m))?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let day = cardinal(day, Gender::Masculine);
    Some(match year {
        None => format!("{day} ב{name}"),
        Some(year) => {
            let year = if year < 100 { 2_000 + year } else { year };
            format!("{day} ב{name} {}", cardinal(year, Gender::Feminine))
        }
    })
}
