//! A cell of a workbook as the text that a CSV would hold in its place.

use calamine::{DataRef, ExcelDateTime};

use super::limits::{MAX_CELL_BYTES, allow_text};
use crate::basis::error::{Error, Result};

/// What a cell shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Nothing, or text of blanks.
    Blank,
    /// A text, a number, a truth value, a date.
    Text(String),
    /// An error of the spreadsheet, such as `#REF!`.
    Fault(String),
}

/// The text of a sheet's cells, weighed before any of it is copied: a text that cells share is packed once, however
/// many they are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weighed {
    bytes: usize,
}

impl Weighed {
    /// Adds a cell of the workbook `file`.
    ///
    /// # Errors
    /// When its text is too long for a cell, or all texts together for a table.
    pub(super) fn add(&mut self, file: &str, cell: &DataRef<'_>) -> Result<()> {
        let bytes = match cell {
            DataRef::SharedString(text) => text.len(),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.len(),
            _ => 0,
        };
        if bytes > MAX_CELL_BYTES {
            let message = format!(
                "a cell of `{file}` has {bytes} bytes of text, more than the limit of {MAX_CELL_BYTES}"
            );
            return Err(Error::input(message).hint("a cell of a spreadsheet has at most 32,767 letters"));
        }
        self.bytes = self.bytes.saturating_add(bytes);
        allow_text(file, self.bytes)
    }
}

/// The cell as text: numbers in the shortest form that reads back the same, dates as ISO 8601 writes them.
pub(super) fn value_of(cell: &DataRef<'_>) -> Value {
    let text = match cell {
        DataRef::Empty => return Value::Blank,
        DataRef::Error(error) => return Value::Fault(error.to_string()),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => shortest(*number),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::DateTime(moment) => moment_in_words(moment),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
    };
    if text.is_empty() {
        Value::Blank
    } else {
        Value::Text(text)
    }
}

/// `5` for 5.0, `1e300` rather than three hundred noughts.
fn shortest(number: f64) -> String {
    let (plain, scientific) = (number.to_string(), format!("{number:e}"));
    // Seventeen digits tell any two numbers apart: with sign, point and a few noughts, people write those out.
    if plain.len() <= 21 { plain } else { scientific }
}

/// `2026-01-31`, `2026-01-31T12:30`, `12:30` without a day, `36:15:00` for a span of time.
fn moment_in_words(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    // The last day that spreadsheets know is 9999-12-31; what lies outside is a number in the clothes of a date.
    if !(0.0..2_958_466.0).contains(&days) {
        return shortest(days);
    }
    if moment.is_duration() {
        let seconds = (days * 86_400.0).round() as u64;
        return format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let clock = if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    };
    if days < 1.0 {
        clock
    } else if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date}T{clock}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, ExcelDateTimeType};

    fn text(cell: &DataRef<'_>) -> String {
        match value_of(cell) {
            Value::Text(text) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let shown = [
            5.0,
            0.5,
            -0.25,
            1e6,
            9_007_199_254_740_993.0,
            1e300,
            1e-9,
            0.1 + 0.2,
        ]
        .map(|x| text(&DataRef::Float(x)));
        let expected = [
            "5",
            "0.5",
            "-0.25",
            "1000000",
            "9007199254740992",
            "1e300",
            "0.000000001",
            "0.30000000000000004",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn dates_are_text_so_that_no_number_is_read_from_them() {
        let moment = |days, kind| text(&DataRef::DateTime(ExcelDateTime::new(days, kind, false)));
        // 2026-01-31 is day 46053 of the calendar that begins with 1899-12-31.
        let date = ExcelDateTimeType::DateTime;
        assert_eq!(moment(46_053.0, date), "2026-01-31");
        assert_eq!(moment(46_053.0 + 12.5 / 24.0, date), "2026-01-31T12:30");
        assert_eq!(moment(0.75, date), "18:00");
        assert_eq!(moment(36.25 / 24.0, ExcelDateTimeType::TimeDelta), "36:15:00");
        assert_eq!(moment(-1.0, date), "-1");
    }

    #[test]
    fn blanks_truth_values_and_errors() {
        assert_eq!(value_of(&DataRef::String("  ".into())), Value::Blank);
        assert_eq!(text(&DataRef::Bool(true)), "true");
        let fault = value_of(&DataRef::Error(CellErrorType::NA));
        assert_eq!(fault, Value::Fault("#N/A".into()));
    }
}
