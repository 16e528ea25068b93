//! CSV for a spreadsheet: RFC 4180, with a byte order mark so that Hebrew is read as what it is, and
//! with nothing in a cell that a spreadsheet would take for a formula.

/// A file being written.
pub struct Csv {
    text: String,
}

impl Csv {
    /// With its head line.
    pub fn new(columns: &[&str]) -> Self {
        let mut csv = Self {
            text: String::from('\u{feff}'),
        };
        csv.line(columns.iter().copied());
        csv
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[String]) {
        self.line(cells.iter().map(String::as_str));
    }

    /// The whole file.
    pub fn finish(self) -> String {
        self.text
    }

    fn line<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        for (n, cell) in cells.enumerate() {
            if n > 0 {
                self.text.push(',');
            }
            let cell = disarmed(cell);
            if cell.contains([',', '"', '\n', '\r']) {
                self.text.push('"');
                self.text.push_str(&cell.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(&cell);
            }
        }
        self.text.push_str("\r\n");
    }
}

/// An apostrophe before what begins like a formula. Telephone numbers keep their plus: digits alone are no formula.
fn disarmed(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']);
    let number = cell
        .strip_prefix(['+', '-'])
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    if risky && !number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_formula_and_numbers_stay_numbers() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("+972501234567", "+972501234567"),
            ("+972;=cmd", "'+972;=cmd"),
            ("\t=1", "'\t=1"),
            ("דנה", "דנה"),
        ] {
            assert_eq!(disarmed(cell), expected);
        }
    }

    #[test]
    fn quotes_and_lines_stay_inside_their_cell() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(&["אמר \"כן\"".into(), "שורה\nשנייה".into()]);
        assert_eq!(
            csv.finish(),
            "\u{feff}a,b\r\n\"אמר \"\"כן\"\"\",\"שורה\nשנייה\"\r\n"
        );
    }
}
