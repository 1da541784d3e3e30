//! Values of the calendar in the file: a month, a number of years, a time of day.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::Deserializer;

use super::quantity::{Quantity, QuantityVisitor};
use crate::basis::error::{self, Error};
use crate::design::demand::Month;

/// Years for which we let plans start: nobody plans for a year before 2000, and no clock is known a century ahead.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// A month of a year.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MonthFile(pub(super) Quantity);

impl MonthFile {
    /// The month it means.
    ///
    /// # Errors
    /// When it is written in another form, there is no such month, or the year lies outside 2000 to 2100.
    pub(super) fn month(&self) -> error::Result<Month> {
        let shown = &self.0;
        let wrong = || Error::input(format!("`{shown}` is no month")).hint("say for instance \"2026-12\"");
        let Quantity::Text(text) = &self.0 else {
            return Err(wrong());
        };
        let (year, month) = text.trim().split_once('-').ok_or_else(wrong)?;
        let year: i16 = digits(year, 4).ok_or_else(wrong)?;
        let month: u8 = digits(month, 2).ok_or_else(wrong)?;
        if !(1..=12).contains(&month) {
            return Err(wrong());
        }
        if !YEARS.contains(&year) {
            let (first, last) = (YEARS.start(), YEARS.end());
            let message = format!("a month must lie in the years {first} to {last}, found `{shown}`");
            return Err(Error::input(message));
        }
        Ok(Month { year, month })
    }
}

impl<'de> Deserialize<'de> for MonthFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a month such as \"2026-12\"");
        deserializer.deserialize_any(visitor).map(MonthFile)
    }
}

impl JsonSchema for MonthFile {
    fn schema_name() -> Cow<'static, str> {
        "Month".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A month of a year.",
            "type": "string",
            "pattern": r"^\s*(20[0-9][0-9]|2100)-(0[1-9]|1[0-2])\s*$",
            "examples": ["2026-12"]
        })
    }
}

/// A whole number of years.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct YearsFile(pub(super) Quantity);

impl YearsFile {
    /// The years it means.
    ///
    /// # Errors
    /// When it is no whole number, negative, or has another unit than `y`.
    pub(super) fn years(&self) -> error::Result<u32> {
        let shown = &self.0;
        let wrong =
            || Error::input(format!("`{shown}` is no number of years")).hint("say for instance \"3y\"");
        match &self.0 {
            Quantity::Number(number) if number.fract() == 0.0 && (0.0..1e6).contains(number) => {
                Ok(*number as u32)
            }
            Quantity::Number(_) => Err(wrong()),
            Quantity::Text(text) => {
                let number = text.trim().strip_suffix('y').ok_or_else(wrong)?.trim_end();
                digits(number, number.len().min(6)).ok_or_else(wrong)
            }
        }
    }
}

impl<'de> Deserialize<'de> for YearsFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a number of years such as \"3y\"");
        deserializer.deserialize_any(visitor).map(YearsFile)
    }
}

impl JsonSchema for YearsFile {
    fn schema_name() -> Cow<'static, str> {
        "Years".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A whole number of years.",
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": 30 },
                { "type": "string", "pattern": r"^\s*[0-9]+\s*y\s*$" }
            ],
            "examples": ["3y", 3]
        })
    }
}

/// A time of day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct HourFile(pub(super) Quantity);

impl HourFile {
    /// Hours since midnight, 0 to below 24.
    ///
    /// # Errors
    /// When it is written in another form, or no day has such a time.
    pub(super) fn hours(&self) -> error::Result<f64> {
        let shown = &self.0;
        let wrong =
            || Error::input(format!("`{shown}` is no time of day")).hint("say for instance \"18:00\"");
        let Quantity::Text(text) = &self.0 else {
            return Err(wrong());
        };
        let (hour, minute) = text.trim().split_once(':').ok_or_else(wrong)?;
        let hour: u8 = digits(hour, 2).filter(|hour| *hour < 24).ok_or_else(wrong)?;
        let minute: u8 = digits(minute, 2)
            .filter(|minute| *minute < 60)
            .ok_or_else(wrong)?;
        Ok(f64::from(hour) + f64::from(minute) / 60.0)
    }
}

impl<'de> Deserialize<'de> for HourFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a time of day such as \"18:00\"");
        deserializer.deserialize_any(visitor).map(HourFile)
    }
}

impl JsonSchema for HourFile {
    fn schema_name() -> Cow<'static, str> {
        "TimeOfDay".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A time of day, 00:00 to 23:59.",
            "type": "string",
            "pattern": r"^\s*([01][0-9]|2[0-3]):[0-5][0-9]\s*$",
            "examples": ["18:00"]
        })
    }
}

/// The number that a text of exactly so many digits says.
fn digits<T: std::str::FromStr>(text: &str, width: usize) -> Option<T> {
    let sound = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Quantity {
        Quantity::Text(text.to_owned())
    }

    #[test]
    fn months_are_written_with_four_digits_and_two() {
        let december = Month {
            year: 2026,
            month: 12,
        };
        assert_eq!(MonthFile(text("2026-12")).month().unwrap(), december);
        for bad in [
            "2026-13", "2026-00", "26-12", "2026-1", "12.2026", "2026", "+026-01", "",
        ] {
            let message = MonthFile(text(bad)).month().unwrap_err().to_string();
            assert_eq!(message, format!("`{bad}` is no month"));
        }
        let message = MonthFile(text("1999-12")).month().unwrap_err().to_string();
        assert_eq!(
            message,
            "a month must lie in the years 2000 to 2100, found `1999-12`"
        );
        assert!(MonthFile(Quantity::Number(2026.0)).month().is_err());
    }

    #[test]
    fn years_are_whole_and_may_carry_their_unit() {
        for (file, years) in [
            (text("3y"), 3),
            (text(" 12 y "), 12),
            (Quantity::Number(0.0), 0),
            (Quantity::Number(30.0), 30),
        ] {
            assert_eq!(YearsFile(file).years().unwrap(), years);
        }
        for bad in [
            text("3"),
            text("3m"),
            text("y"),
            text("-1y"),
            text("1.5y"),
            text("9999999y"),
        ] {
            assert!(YearsFile(bad.clone()).years().is_err(), "{bad}");
        }
        for bad in [-1.0, 1.5, f64::NAN, f64::INFINITY] {
            assert!(YearsFile(Quantity::Number(bad)).years().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_of_day_is_told_in_hours() {
        for (written, hours) in [("00:00", 0.0), ("18:30", 18.5), ("23:45", 23.75)] {
            assert_eq!(HourFile(text(written)).hours().unwrap(), hours);
        }
        for bad in ["24:00", "18", "6:00", "18:60", "18:00:00", "6 pm"] {
            assert!(HourFile(text(bad)).hours().is_err(), "{bad}");
        }
    }
}
