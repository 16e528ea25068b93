//! A table in a file, as spreadsheets write it: commas, semicolons or tabs between the cells, quotes around those that have
//! one in them, with or without a mark at the beginning. What a cell says is data and nothing else.

/// A table with a head line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    /// Lines with as many cells as there are columns; each with its number in the file, the head being 1. Empty ones are
    /// passed over.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Why a file is no table that can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("the file is empty")]
    Empty,
    #[error("a quote in line {0} is never closed")]
    OpenQuote(u32),
    #[error("at most {MOST_COLUMNS} columns")]
    Columns,
    #[error("at most {MOST_ROWS} lines")]
    Rows,
}

/// Columns of a table.
pub const MOST_COLUMNS: usize = 50;
/// Lines of a table.
pub const MOST_ROWS: usize = 50_000;
/// Characters of a cell; what is beyond is cut.
pub const CELL: usize = 2_000;

impl Table {
    /// Reads a file. The separator is the one that the head line has most of.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let text = text.trim_start_matches('\u{feff}');
        let head = text.lines().next().unwrap_or("");
        let count = |c: char| head.matches(c).count();
        let mut separator = ',';
        for other in ['\t', ';'] {
            if count(other) > count(separator) {
                separator = other;
            }
        }
        let mut lines = read(text, separator)?.into_iter();
        let (_, columns) = lines.next().ok_or(TableError::Empty)?;
        if columns.len() > MOST_COLUMNS {
            return Err(TableError::Columns);
        }
        let width = columns.len();
        let rows: Vec<(u32, Vec<String>)> = lines
            .map(|(line, mut cells)| {
                cells.resize(width, String::new());
                (line, cells)
            })
            .collect();
        if rows.len() > MOST_ROWS {
            return Err(TableError::Rows);
        }
        Ok(Self { columns, rows })
    }
}

fn read(text: &str, separator: char) -> Result<Vec<(u32, Vec<String>)>, TableError> {
    let mut lines = Vec::new();
    let (mut cells, mut cell, mut length) = (Vec::new(), String::new(), 0_usize);
    let (mut line, mut began) = (1_u32, 1_u32);
    let mut quoted_from: Option<u32> = None;
    let mut chars = text.chars().peekable();
    let mut finish = |cells: &mut Vec<String>, began: u32| {
        let whole: Vec<String> = std::mem::take(cells);
        if whole.iter().any(|cell| !cell.trim().is_empty()) {
            lines.push((began, whole));
        }
    };
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        match c {
            '"' if quoted_from.is_some() && chars.peek() == Some(&'"') => {
                chars.next();
                keep(&mut cell, &mut length, '"');
            }
            '"' if quoted_from.is_some() => quoted_from = None,
            '"' if cell.is_empty() => quoted_from = Some(line),
            c if quoted_from.is_some() => keep(&mut cell, &mut length, c),
            '\r' => {}
            '\n' => {
                cells.push(std::mem::take(&mut cell));
                length = 0;
                finish(&mut cells, began);
                began = line;
            }
            c if c == separator => {
                cells.push(std::mem::take(&mut cell));
                length = 0;
            }
            c => keep(&mut cell, &mut length, c),
        }
    }
    if let Some(line) = quoted_from {
        return Err(TableError::OpenQuote(line));
    }
    cells.push(cell);
    finish(&mut cells, began);
    Ok(lines)
}

/// Postgres keeps no NUL, and a cell of a megabyte is nobody's name.
fn keep(cell: &mut String, length: &mut usize, c: char) {
    if *length < CELL && c != '\0' {
        cell.push(c);
        *length += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        Table::parse(text).expect(text).rows
    }

    #[test]
    fn cells_are_read_as_spreadsheets_write_them() {
        for text in [
            "\u{feff}a,b\r\nדנה,\"כהן, \"\"לוי\"\"\"\r\n",
            "a;b\nדנה;\"כהן, \"\"לוי\"\"\"",
            "a\tb\nדנה\t\"כהן, \"\"לוי\"\"\"\n\n",
        ] {
            assert_eq!(
                rows(text),
                [(2, vec!["דנה".to_owned(), "כהן, \"לוי\"".to_owned()])],
                "{text:?}"
            );
        }
    }

    #[test]
    fn lines_keep_their_numbers_and_their_width() {
        let read = rows("a,b,c\n1\n\n,,\n\"two\nlines\",2,3,4\n5,6,7");
        let numbers: Vec<u32> = read.iter().map(|(line, _)| *line).collect();
        assert_eq!(numbers, [2, 5, 7]);
        assert!(read.iter().all(|(_, cells)| cells.len() == 3));
        assert_eq!(read[1].1[0], "two\nlines");
    }

    #[test]
    fn what_is_no_table_says_why() {
        assert_eq!(Table::parse(""), Err(TableError::Empty));
        assert_eq!(Table::parse("a,b\n\"x"), Err(TableError::OpenQuote(2)));
        assert_eq!(Table::parse(&"a,".repeat(60)), Err(TableError::Columns));
        assert_eq!(Table::parse(&"a\n".repeat(50_002)), Err(TableError::Rows));
        assert_eq!(rows(&format!("a\n{}", "x".repeat(1_000_000)))[0].1[0].len(), CELL);
    }
}
