//! A cell that computes, with its result stored, so that programs which do not compute show it, too.

use rust_xlsxwriter::{Format, Formula, Worksheet, XlsxError};

/// What stands in a cell whose value an edit has outdated and no formula can find.
pub(super) const RERUN: &str = "re-run needed";

/// Letters that a formula may have in Excel.
const LONGEST: usize = 8_192;

/// Text that fits into a cell: Excel holds 32,767 UTF-16 units, of which a character takes two at most.
pub(super) fn clipped(text: &str) -> String {
    const MOST: usize = 16_000;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MOST).collect();
    short.push('…');
    short
}

/// The result that is stored beside a formula: what the run found.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stored {
    Number(f64),
    Text(String),
}

impl From<f64> for Stored {
    fn from(value: f64) -> Stored {
        Stored::Number(value)
    }
}

impl From<u32> for Stored {
    fn from(value: u32) -> Stored {
        Stored::Number(f64::from(value))
    }
}

impl From<&str> for Stored {
    fn from(text: &str) -> Stored {
        Stored::Text(text.to_owned())
    }
}

impl From<String> for Stored {
    fn from(text: String) -> Stored {
        Stored::Text(text)
    }
}

/// A formula and its result.
#[derive(Clone, Debug)]
pub(super) struct Live {
    formula: String,
    pub(super) stored: Stored,
}

impl Live {
    pub(super) fn new(formula: impl Into<String>, stored: impl Into<Stored>) -> Live {
        Live {
            formula: formula.into(),
            stored: stored.into(),
        }
    }

    /// What the run found, as long as none of the inputs that `same` looks at is edited: names of checks on `Inputs`,
    /// multiplied.
    pub(super) fn held(same: &str, stored: impl Into<Stored>) -> Live {
        let stored = stored.into();
        let value = match &stored {
            Stored::Number(value) => value.to_string(),
            Stored::Text(text) => literal(text),
        };
        Live::new(format!("=IF({same}=1,{value},\"{RERUN}\")"), stored)
    }

    pub(super) fn write(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        at: u16,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let result = match &self.stored {
            Stored::Number(value) => value.to_string(),
            Stored::Text(text) => clipped(text),
        };
        let too_long = self.formula.chars().count() > LONGEST;
        let formula = Formula::new(&self.formula).set_result(&result);
        match &self.stored {
            // A result that reads as a number would be stored as one, and a name of thousands of letters is no formula:
            // then the cell holds the text alone.
            Stored::Text(text) if too_long || text.is_empty() || reads_as_another_type(text) => {
                sheet.write_string_with_format(row, at, result, format)?;
            }
            Stored::Number(value) if !value.is_finite() => {}
            Stored::Number(value) if too_long => {
                sheet.write_number_with_format(row, at, *value, format)?;
            }
            _ => {
                sheet.write_formula_with_format(row, at, formula, format)?;
            }
        }
        Ok(())
    }
}

fn reads_as_another_type(text: &str) -> bool {
    text.parse::<f64>().is_ok() || matches!(text, "TRUE" | "FALSE") || text.starts_with('#')
}

/// `text` in a formula. A text in quotes may have 255 characters; a longer one is put together.
pub(super) fn literal(text: &str) -> String {
    const MOST: usize = 100;
    let letters: Vec<char> = text.chars().collect();
    let quoted = |part: &[char]| format!("\"{}\"", part.iter().collect::<String>().replace('"', "\"\""));
    if letters.is_empty() {
        return "\"\"".to_owned();
    }
    letters.chunks(MOST).map(quoted).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_doubled_and_a_long_text_is_put_together() {
        assert_eq!(literal("say \"a\""), "\"say \"\"a\"\"\"");
        let long = literal(&"x".repeat(250));
        assert_eq!(long.matches('&').count(), 2);
        assert!(long.split('&').all(|part| part.len() <= 102));
        assert_eq!(literal(""), "\"\"");
    }
}
