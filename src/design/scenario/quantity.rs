//! Values that can be written in more than one way: durations, shares, changes, sizes of sets, one name or several.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::decode::{At, shortened};
use crate::basis::error;
use crate::basis::units::Share;

/// A text, or a number without a unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Quantity {
    Text(String),
    Number(f64),
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quantity::Text(text) => f.write_str(&shortened(text)),
            Quantity::Number(number) => write!(f, "{number}"),
        }
    }
}

/// Reads a [`Quantity`]; the words say what is expected.
pub(super) struct QuantityVisitor(pub(super) &'static str);

impl Visitor<'_> for QuantityVisitor {
    type Value = Quantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Quantity, E> {
        Ok(Quantity::Text(text.to_owned()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Quantity, E> {
        Ok(Quantity::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Quantity, E> {
        Ok(Quantity::Number(number as f64))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Quantity, E> {
        Ok(Quantity::Number(number as f64))
    }
}

/// A duration with its unit. Bare numbers are let in here, so that the check can say what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DurationFile(pub(super) Quantity);

impl<'de> Deserialize<'de> for DurationFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a duration such as \"150ms\"");
        deserializer.deserialize_any(visitor).map(DurationFile)
    }
}

impl JsonSchema for DurationFile {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A duration with its unit: us, ms, s, m, h or d.",
            "type": "string",
            "pattern": r"^\s*[0-9]*\.?[0-9]+\s*(us|µs|μs|ms|s|m|min|h|d)\s*$",
            "examples": ["150ms", "0.15s"]
        })
    }
}

/// A part of a whole: a number from 0 to 1, or a percentage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ShareFile(pub(super) Quantity);

impl ShareFile {
    /// The share it means.
    ///
    /// # Errors
    /// When it is no number, or lies outside 0..=1.
    pub(super) fn share(&self) -> error::Result<Share> {
        match &self.0 {
            Quantity::Text(text) => Share::parse(&shortened(text)),
            Quantity::Number(number) => Share::new(*number),
        }
    }
}

impl<'de> Deserialize<'de> for ShareFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a share such as \"90%\" or 0.9");
        deserializer.deserialize_any(visitor).map(ShareFile)
    }
}

impl JsonSchema for ShareFile {
    fn schema_name() -> Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A part of a whole: a number from 0 to 1, or a percentage such as \"90%\".",
            "anyOf": [
                { "type": "number", "minimum": 0, "maximum": 1 },
                { "type": "string", "pattern": r"^\s*[0-9]*\.?[0-9]+\s*%?\s*$" }
            ],
            "examples": ["90%", 0.9]
        })
    }
}

/// A change as a share of what was before: 0.3 or 30 % for more, -5 % for less.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChangeFile(pub(super) Quantity);

impl ChangeFile {
    /// The change it means, as a share; finite.
    ///
    /// # Errors
    /// When it is no number.
    pub(super) fn change(&self) -> error::Result<f64> {
        let shown = &self.0;
        let change = match &self.0 {
            Quantity::Number(number) => Some(*number),
            Quantity::Text(text) => {
                let text = text.trim();
                let (number, scale) = match text.strip_suffix('%') {
                    Some(percent) => (percent.trim_end(), 100.0),
                    None => (text, 1.0),
                };
                number.parse::<f64>().ok().map(|number| number / scale)
            }
        };
        change.filter(|change| change.is_finite()).ok_or_else(|| {
            let message = format!("`{shown}` is no share: say \"30%\" or 0.3");
            error::Error::input(message)
        })
    }
}

impl<'de> Deserialize<'de> for ChangeFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a share such as \"30%\" or 0.3");
        deserializer.deserialize_any(visitor).map(ChangeFile)
    }
}

impl JsonSchema for ChangeFile {
    fn schema_name() -> Cow<'static, str> {
        "Change".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A change as a share of what was before: a number, or a percentage such as \"30%\".",
            "anyOf": [
                { "type": "number" },
                { "type": "string", "pattern": r"^\s*[+-]?[0-9]*\.?[0-9]+\s*%?\s*$" }
            ],
            "examples": ["30%", 0.3]
        })
    }
}

/// Sizes of sets: one, several, or a range as text.
#[derive(Clone, Debug)]
pub(super) enum SizesFile {
    One(u64),
    Several(Vec<At<u64>>),
    Range(String),
}

struct SizesVisitor;

impl<'de> Visitor<'de> for SizesVisitor {
    type Value = SizesFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sizes such as 3, [1, 2, 3] or \"1..4\"")
    }

    fn visit_u64<E: Error>(self, size: u64) -> Result<SizesFile, E> {
        Ok(SizesFile::One(size))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SizesFile, E> {
        Ok(SizesFile::Range(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<SizesFile, A::Error> {
        let mut sizes = Vec::new();
        while let Some(size) = items.next_element()? {
            sizes.push(size);
        }
        Ok(SizesFile::Several(sizes))
    }
}

impl<'de> Deserialize<'de> for SizesFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SizesVisitor)
    }
}

impl JsonSchema for SizesFile {
    fn schema_name() -> Cow<'static, str> {
        "Sizes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Sizes of sets: one, several, or a range with both ends in it.",
            "anyOf": [
                { "type": "integer", "minimum": 1 },
                { "type": "array", "items": { "type": "integer", "minimum": 1 }, "minItems": 1 },
                { "type": "string", "pattern": r"^\s*[0-9]+\s*(\.\.=?\s*[0-9]+)?\s*$" }
            ],
            "examples": [3, [1, 2, 3], "1..4"]
        })
    }
}

/// One name, or a list of names.
#[derive(Clone, Debug)]
pub(super) enum NamesFile {
    One(String),
    Several(Vec<At<String>>),
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = NamesFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name or a list of names")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<NamesFile, E> {
        Ok(NamesFile::One(name.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<NamesFile, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = items.next_element()? {
            names.push(name);
        }
        Ok(NamesFile::Several(names))
    }
}

impl<'de> Deserialize<'de> for NamesFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NamesVisitor)
    }
}

impl JsonSchema for NamesFile {
    fn schema_name() -> Cow<'static, str> {
        "Names".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One name, or a list of names.",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" } }
            ]
        })
    }
}
