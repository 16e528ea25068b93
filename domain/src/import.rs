//! A line of a file as a customer: which column is what, guessed from its head and said by a person, and what is wrong with
//! a line that can't be taken.

use crate::customer::{Identity, IdentityKind, Status};
use crate::search::folded_words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which columns are what, by their place from nought.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Joined by spaces: a given name and a family name.
    pub name: Vec<usize>,
    pub phones: Vec<usize>,
    pub emails: Vec<usize>,
    /// Commas part the tags of one cell.
    pub tags: Vec<usize>,
    pub status: Option<usize>,
    /// Kept as details under these names.
    pub details: BTreeMap<String, usize>,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub name: String,
    pub identities: Vec<Identity>,
    pub tags: Vec<String>,
    pub status: Status,
    pub details: BTreeMap<String, String>,
}

/// What is wrong with a line, and in which part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// `name`, `phone`, `email`, `tags`, `status`, `details`.
    pub field: &'static str,
    pub why: String,
}

const NAME: usize = 120;
const TAG: usize = 40;

/// Words of a head and what its column is, in Hebrew and English.
const HEADS: [(&str, &[&str]); 5] = [
    (
        "name",
        &["שמ", "name", "לקוח", "customer", "משפחה", "first", "last"],
    ),
    (
        "phone",
        &[
            "טלפונ",
            "נייד",
            "סלולרי",
            "phone",
            "mobile",
            "tel",
            "cell",
            "פלאפונ",
        ],
    ),
    ("email", &["מייל", "אימייל", "דואל", "email", "mail"]),
    ("tags", &["תגיות", "תגית", "tags", "tag", "labels"]),
    ("status", &["סטטוס", "status"]),
];

impl Mapping {
    /// What the heads of the columns say.
    pub fn guess(columns: &[String]) -> Self {
        let mut mapping = Self::default();
        for (place, head) in columns.iter().enumerate() {
            let words = folded_words(head);
            let means = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
            match HEADS
                .iter()
                .rev()
                .find(|(_, of)| means(of))
                .map(|(what, _)| *what)
            {
                Some("name") => mapping.name.push(place),
                Some("phone") => mapping.phones.push(place),
                Some("email") => mapping.emails.push(place),
                Some("tags") => mapping.tags.push(place),
                Some("status") if mapping.status.is_none() => mapping.status = Some(place),
                _ => {}
            }
        }
        mapping
    }

    /// Whether every place is one of so many columns, and something says who it is.
    pub fn fits(&self, columns: usize) -> bool {
        let lists = [&self.name, &self.phones, &self.emails, &self.tags];
        let places = lists
            .into_iter()
            .flatten()
            .chain(&self.status)
            .chain(self.details.values());
        let named = !(self.name.is_empty() && self.phones.is_empty() && self.emails.is_empty());
        named && self.details.len() <= 50 && places.copied().all(|place| place < columns)
    }

    /// Reads a line.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(&self, cells: &[String]) -> Result<Read, Wrong> {
        let cell = |place: &usize| cells.get(*place).map_or("", |cell| cell.trim());
        let wrong = |field: &'static str, why: String| Wrong { field, why };
        let words = self.name.iter().map(cell).filter(|text| !text.is_empty());
        let name = words.collect::<Vec<_>>().join(" ");
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.chars().count() > NAME {
            return Err(wrong("name", format!("a name has at most {NAME} characters")));
        }
        if name
            .chars()
            .any(|c| c.is_control() || crate::hebrew::text::is_direction_mark(c))
        {
            return Err(wrong("name", "it has invisible characters in it".into()));
        }
        let mut identities = Vec::new();
        for (places, kind, field) in [
            (&self.phones, IdentityKind::Phone, "phone"),
            (&self.emails, IdentityKind::Email, "email"),
        ] {
            for text in places.iter().map(cell).filter(|text| !text.is_empty()) {
                let identity =
                    Identity::parse(kind, text).map_err(|error| wrong(field, error.to_string()))?;
                if !identities.contains(&identity) {
                    identities.push(identity);
                }
            }
        }
        if name.is_empty() && identities.is_empty() {
            return Err(wrong("name", "neither a name nor a number nor an address".into()));
        }
        let mut tags: Vec<String> = Vec::new();
        for tag in self
            .tags
            .iter()
            .map(cell)
            .flat_map(|text| text.split([',', ';', '|']))
        {
            let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.len() > 30 || tags.iter().any(|tag| tag.chars().count() > TAG) {
            return Err(wrong("tags", format!("at most 30 tags of {TAG} characters")));
        }
        let status = match self.status.as_ref().map(cell).filter(|text| !text.is_empty()) {
            None => Status::Lead,
            Some(text) => Status::parse(&text.to_lowercase()).ok_or_else(|| {
                let known: Vec<&str> = Status::ALL.iter().map(|one| one.as_str()).collect();
                wrong("status", format!("a status is one of {}", known.join(", ")))
            })?,
        };
        let details = self
            .details
            .iter()
            .map(|(name, place)| (name.clone(), cell(place).to_owned()));
        Ok(Read {
            name,
            identities,
            tags,
            status,
            details: details.filter(|(_, text)| !text.is_empty()).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(heads: &[&str]) -> Vec<String> {
        heads.iter().map(|head| (*head).to_owned()).collect()
    }

    #[test]
    fn heads_say_what_their_columns_are() {
        let mapping = Mapping::guess(&columns(&[
            "שם פרטי",
            "שם משפחה",
            "טלפון נייד",
            "דוא\"ל",
            "תגיות",
            "סטטוס",
            "הערות",
        ]));
        assert_eq!(
            (&mapping.name[..], &mapping.phones[..], &mapping.emails[..]),
            (&[0, 1][..], &[2][..], &[3][..])
        );
        assert_eq!((&mapping.tags[..], mapping.status), (&[4][..], Some(5)));
        let english = Mapping::guess(&columns(&["Customer Name", "Phone 2", "E-Mail"]));
        assert_eq!(
            (english.name, english.phones, english.emails),
            (vec![0], vec![1], vec![2])
        );
        assert!(!Mapping::guess(&columns(&["x"])).fits(1));
    }

    #[test]
    fn a_line_is_read_or_says_what_is_wrong_with_it() {
        let mapping = Mapping {
            name: vec![0],
            phones: vec![1],
            emails: vec![2],
            tags: vec![3],
            status: Some(4),
            details: BTreeMap::from([("מקצוע".to_owned(), 5)]),
        };
        let read = |cells: &[&str]| mapping.read(&columns(cells));
        let dana = read(&[" דנה  כהן ", "050-1234567", "", "חם, חדש", "Active", "=1+1"]).expect("a customer");
        assert_eq!(
            (dana.name.as_str(), dana.tags.len(), dana.status),
            ("דנה כהן", 2, Status::Active)
        );
        assert_eq!(dana.details["מקצוע"], "=1+1");
        for (cells, field) in [
            (&["דנה", "12", "", "", "", ""], "phone"),
            (&["דנה", "", "dana", "", "", ""], "email"),
            (&["", "", "", "", "", ""], "name"),
            (&["\u{202e}דנה", "", "", "", "", ""], "name"),
            (&["דנה", "", "", "", "sold", ""], "status"),
        ] {
            assert_eq!(read(cells).expect_err("wrong").field, field, "{cells:?}");
        }
    }
}
