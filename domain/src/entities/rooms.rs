//! How many rooms a flat has: halves are counted in Israel.
//!
//! Called by the rooms slot and by what is shown of a customer's wish.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hebrew::key::key;
use crate::hebrew::numbers::{Found, find_in};
use crate::hebrew::text::words;

/// A number of rooms in halves, 1 to 20: 2.5 rooms are 5 halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Rooms {
    halves: u8,
}

/// Not a number of rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rooms are counted from 1 to 20, in halves")]
pub struct RoomsError;

impl Rooms {
    /// From halves: 5 is two and a half.
    pub fn from_halves(halves: i64) -> Result<Rooms, RoomsError> {
        match u8::try_from(halves) {
            Ok(halves @ 2..=40) => Ok(Rooms { halves }),
            _ => Err(RoomsError),
        }
    }

    /// The number in halves.
    pub fn halves(self) -> u8 {
        self.halves
    }

    /// An answer to "how many rooms": the only number said, or the one beside the word for rooms.
    pub fn parse(text: &str) -> Option<Rooms> {
        let words = words(text);
        match find_in(&words).as_slice() {
            [only] => rooms_of(only),
            _ => Rooms::in_sentence(text),
        }
    }

    /// Rooms in the middle of a sentence: a number before `חדרים` (also misspelt).
    pub fn in_sentence(text: &str) -> Option<Rooms> {
        let words = words(text);
        let is_rooms = |i: usize| words.get(i).is_some_and(|w| key(w) == key("חדרים") || w == "חד'");
        find_in(&words)
            .iter()
            .filter(|found| is_rooms(found.end))
            .find_map(rooms_of)
    }
}

fn rooms_of(found: &Found) -> Option<Rooms> {
    Rooms::from_halves(found.value.halves()?).ok()
}

impl fmt::Display for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.halves % 2 == 1 { ".5" } else { "" };
        write!(f, "{}{half} חדרים", self.halves / 2)
    }
}

impl TryFrom<f64> for Rooms {
    type Error = RoomsError;
    fn try_from(rooms: f64) -> Result<Rooms, RoomsError> {
        let halves = rooms * 2.0;
        if halves.fract() != 0.0 || !(2.0..=40.0).contains(&halves) {
            return Err(RoomsError);
        }
        Rooms::from_halves(halves as i64)
    }
}

impl From<Rooms> for f64 {
    fn from(rooms: Rooms) -> f64 {
        f64::from(rooms.halves) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_read_in_halves() {
        let check = |text: &str, halves: Option<i64>| {
            assert_eq!(
                Rooms::parse(text),
                halves.and_then(|h| Rooms::from_halves(h).ok()),
                "{text}"
            );
        };
        check("שלושה חדרים", Some(6));
        check("שלוש וחצי", Some(7));
        check("ארבע", Some(8));
        check("2.5 חדרים", Some(5));
        check("שני כדרים", Some(4));
        check("דירת ארבעה חדרים עד מיליון וחצי", Some(8));
        check("מיליון", None);
        check("לא משנה לי", None);
        check("חצי", None);
    }

    #[test]
    fn rooms_are_a_number_in_json() {
        let rooms = Rooms::parse("שלושה וחצי חדרים").expect("rooms");
        assert_eq!(serde_json::to_string(&rooms).expect("json"), "3.5");
        assert!(serde_json::from_str::<Rooms>("3.3").is_err());
        assert!(serde_json::from_str::<Rooms>("300").is_err());
        assert_eq!(rooms.to_string(), "3.5 חדרים");
    }
}
