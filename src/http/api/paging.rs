//! Pages of a list: the one shape `{results, page, pages, total}`, and the one way to ask for one.

use super::super::errors::{ApiError, Code};
use domain::access::{UserId, Whose};
use serde::Serialize;
use utoipa::ToSchema;

/// The largest page.
const MOST: i64 = 100;
const USUAL: i64 = 25;
/// Beyond it nobody pages by hand, and an offset costs what it skips.
const LAST: i64 = 100_000;

/// A page that was asked for, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: i64,
    pub limit: i64,
}

impl Page {
    /// `page` from 1, `limit` from 1 to 100, 25 when not said.
    ///
    /// # Errors
    /// 400 for anything else.
    pub fn of(page: Option<i64>, limit: Option<i64>) -> Result<Self, ApiError> {
        let (number, limit) = (page.unwrap_or(1), limit.unwrap_or(USUAL));
        if !(1..=LAST).contains(&number) {
            return Err(ApiError::new(
                Code::BadRequest,
                format!("page is from 1 to {LAST}"),
            ));
        }
        if !(1..=MOST).contains(&limit) {
            return Err(ApiError::new(
                Code::BadRequest,
                format!("limit is from 1 to {MOST}"),
            ));
        }
        Ok(Self { number, limit })
    }

    /// Rows before it.
    pub fn offset(self) -> i64 {
        (self.number - 1) * self.limit
    }

    /// The page with its rows.
    pub fn with<T>(self, results: Vec<T>, total: i64) -> Paged<T> {
        Paged {
            results,
            page: self.number,
            pages: ((total + self.limit - 1) / self.limit).max(1),
            total,
        }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Paged<T> {
    pub results: Vec<T>,
    /// From 1.
    pub page: i64,
    /// At least 1.
    pub pages: i64,
    /// Rows in all.
    pub total: i64,
}

/// A list short enough to come whole, in the shape of all lists.
pub fn whole<T>(results: Vec<T>) -> Paged<T> {
    let total = results.len() as i64;
    Paged {
        results,
        page: 1,
        pages: 1,
        total,
    }
}

/// `name` or `-name` of the columns that may be sorted by, the first being the usual one.
///
/// # Errors
/// 400 for a name that is not among them.
pub fn sorted(
    asked: Option<&str>,
    columns: &[(&str, &'static str)],
    usual: (&'static str, bool),
) -> Result<(&'static str, bool), ApiError> {
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
        return Ok(usual);
    };
    let (name, descending) = match asked.strip_prefix('-') {
        Some(name) => (name, true),
        None => (asked, false),
    };
    match columns.iter().find(|(known, _)| *known == name) {
        Some((_, column)) => Ok((column, descending)),
        None => {
            let known: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            Err(ApiError::new(
                Code::BadRequest,
                format!("sort is by one of {}", known.join(", ")),
            ))
        }
    }
}

/// A text to search for; blank counts as none.
pub fn searched(text: Option<String>) -> Result<Option<String>, ApiError> {
    let text = text
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty());
    match text {
        // Postgres keeps none.
        Some(text) if text.contains('\0') => {
            Err(ApiError::new(Code::BadRequest, "q has a NUL character in it"))
        }
        Some(text) if text.chars().count() > 200 => {
            Err(ApiError::new(Code::BadRequest, "q has at most 200 characters"))
        }
        text => Ok(text),
    }
}

/// Whose rows a list is asked for (`assignee`).
///
/// # Errors
/// 400 for what names nobody.
pub fn whose(assignee: Option<&str>, me: UserId) -> Result<Whose, ApiError> {
    Whose::parse(assignee, me)
        .ok_or_else(|| ApiError::new(Code::BadRequest, "assignee is `me`, `none` or a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_out_of_bounds_are_refused() {
        for (page, limit, good) in [
            (None, None, true),
            (Some(1), Some(100), true),
            (Some(0), None, false),
            (Some(-1), None, false),
            (None, Some(0), false),
            (None, Some(101), false),
            (Some(i64::MAX), Some(100), false),
        ] {
            assert_eq!(Page::of(page, limit).is_ok(), good, "{page:?} {limit:?}");
        }
    }

    #[test]
    fn the_number_of_pages_is_rounded_up() {
        let page = |total| {
            Page::of(Some(1), Some(25))
                .unwrap()
                .with(Vec::<u8>::new(), total)
                .pages
        };
        assert_eq!((page(0), page(25), page(26)), (1, 1, 2));
    }

    #[test]
    fn only_known_columns_are_sorted_by() {
        let columns = [("name", "name"), ("started_at", "started_at")];
        assert_eq!(
            sorted(Some("-name"), &columns, ("id", false)).unwrap(),
            ("name", true)
        );
        assert_eq!(sorted(None, &columns, ("id", false)).unwrap(), ("id", false));
        assert!(sorted(Some("name; DROP TABLE calls"), &columns, ("id", false)).is_err());
    }
}
