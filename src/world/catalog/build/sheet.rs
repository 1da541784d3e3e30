//! A table on its way out: header comments that state where it comes from, columns, rows.

/// What a table says about itself, one comment line each.
pub(super) struct About<'a> {
    pub(super) source: &'a str,
    pub(super) date: &'a str,
    pub(super) method: &'a str,
    pub(super) faults: &'a str,
    pub(super) licence: &'a str,
}

/// Rows of text cells under a header.
pub(super) struct Sheet {
    text: String,
}

impl Sheet {
    /// An empty sheet with these columns.
    pub(super) fn new(about: &About<'_>, columns: &[&str]) -> Self {
        let mut text = String::new();
        for (key, value) in [
            ("source", about.source),
            ("date", about.date),
            ("method", about.method),
            ("faults", about.faults),
            ("licence", about.licence),
        ] {
            text.extend(["# ", key, ": ", value, "\n"]);
        }
        let mut sheet = Sheet { text };
        sheet.row(columns);
        sheet
    }

    /// The sheet with these rows added.
    pub(super) fn with_rows<S: AsRef<str>>(mut self, rows: &[impl AsRef<[S]>]) -> Self {
        for row in rows {
            self.row(row.as_ref());
        }
        self
    }

    /// Adds a row; a cell that holds a comma, quote or line end is quoted.
    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.text.push(',');
            }
            push_cell(&mut self.text, cell.as_ref());
        }
        self.text.push('\n');
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

fn push_cell(text: &mut String, cell: &str) {
    if cell.contains([',', '"', '\n', '\r']) || cell.starts_with('#') {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// `x` with at most `places` decimals and no trailing zeros.
pub(super) fn decimals(x: f64, places: usize) -> String {
    let text = format!("{x:.places$}");
    let short = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if short == "-0" {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::decimals;

    #[test]
    fn decimals_are_no_more_than_asked_for_and_never_trailing_zeros() {
        assert_eq!(decimals(53.448_473_65, 4), "53.4485");
        assert_eq!(decimals(12.5, 3), "12.5");
        assert_eq!(decimals(100.0, 0), "100");
        assert_eq!(decimals(-0.000_01, 2), "0");
    }
}
