//! JSON read piece by piece, each value with its place: nothing is taken apart that nobody asks for.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::text::Text;
use crate::basis::error::{Error, Place, Result};

/// A value, not yet taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json<'t> {
    text: &'t Text,
    raw: &'t str,
}

/// The members of an object by name.
#[derive(Debug)]
pub(super) struct Members<'t> {
    of: Json<'t>,
    members: BTreeMap<String, &'t RawValue>,
}

impl<'t> Json<'t> {
    /// All values of a text, one behind the other: one value, or one a line.
    pub(super) fn values(text: &'t Text) -> Result<Vec<Json<'t>>> {
        let whole = Json {
            text,
            raw: text.body(),
        };
        let stream = serde_json::Deserializer::from_str(whole.raw).into_iter::<&RawValue>();
        let values = stream.map(|value| match value {
            Ok(raw) => Ok(Json { text, raw: raw.get() }),
            Err(error) => Err(whole.unsound(&error)),
        });
        values.collect()
    }

    /// The first value alone, whether or not the rest is sound.
    pub(super) fn first(text: &'t Text) -> Option<Json<'t>> {
        let mut stream = serde_json::Deserializer::from_str(text.body()).into_iter::<&RawValue>();
        let raw = stream.next()?.ok()?.get();
        Some(Json { text, raw })
    }

    fn child(&self, raw: &'t RawValue) -> Json<'t> {
        Json {
            text: self.text,
            raw: raw.get(),
        }
    }

    pub(super) fn is_object(&self) -> bool {
        self.raw.starts_with('{')
    }

    pub(super) fn is_array(&self) -> bool {
        self.raw.starts_with('[')
    }

    fn is_null(&self) -> bool {
        self.raw == "null"
    }

    pub(super) fn members(&self) -> Result<Members<'t>> {
        if !self.is_object() {
            return Err(self.must("be an object"));
        }
        let members = serde_json::from_str(self.raw).map_err(|error| self.unsound(&error))?;
        Ok(Members { of: *self, members })
    }

    pub(super) fn items(&self) -> Result<Vec<Json<'t>>> {
        if !self.is_array() {
            return Err(self.must("be a list"));
        }
        let items: Vec<&RawValue> = serde_json::from_str(self.raw).map_err(|error| self.unsound(&error))?;
        Ok(items.into_iter().map(|raw| self.child(raw)).collect())
    }

    pub(super) fn number(&self) -> Result<f64> {
        match self.raw.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            Ok(_) => Err(self.must("be a finite number")),
            Err(_) => Err(self.must("be a number")),
        }
    }

    pub(super) fn text(&self) -> Result<String> {
        if !self.raw.starts_with('"') {
            return Err(self.must("be a text"));
        }
        serde_json::from_str(self.raw).map_err(|error| self.unsound(&error))
    }

    /// A text, number or truth value as text: names and ids.
    pub(super) fn word(&self) -> Result<String> {
        match self.raw.as_bytes().first() {
            Some(b'"') => self.text(),
            Some(b'{' | b'[') => Err(self.must("be a text or a number")),
            _ => Ok(self.raw.to_owned()),
        }
    }

    /// A count: a whole number, or one in quotes, which is how protocol buffers write 64 bits in JSON.
    pub(super) fn count(&self) -> Result<u64> {
        let digits = self.whole_number()?;
        digits
            .parse()
            .map_err(|_| self.must("be a whole number that is not negative"))
    }

    /// A whole number with its sign.
    pub(super) fn integer(&self) -> Result<i64> {
        let digits = self.whole_number()?;
        digits.parse().map_err(|_| self.must("be a whole number"))
    }

    fn whole_number(&self) -> Result<String> {
        let word = self.word()?;
        // Some writers put a point behind what they count.
        Ok(word.strip_suffix(".0").map_or(word.clone(), str::to_owned))
    }

    pub(super) fn place(&self) -> Place {
        self.text.place_of(self.raw)
    }

    /// The value as it is written, when it is short.
    pub(super) fn shown(&self) -> String {
        let mut shown: String = self.raw.chars().take(40).collect();
        if shown.len() < self.raw.len() {
            shown.push('…');
        }
        shown
    }

    /// An error at this value.
    pub(super) fn wrong(&self, message: impl Into<String>) -> Error {
        self.text.wrong(self.raw, message)
    }

    /// `must be a number, found …`.
    pub(super) fn must(&self, rule: &str) -> Error {
        self.wrong(format!("the value must {rule}, found `{}`", self.shown()))
    }

    fn unsound(&self, error: &serde_json::Error) -> Error {
        let mut rest = self.raw;
        for _ in 1..error.line() {
            rest = rest.split_once('\n').map_or("", |(_, below)| below);
        }
        let mut at = error.column().saturating_sub(1).min(rest.len());
        while !rest.is_char_boundary(at) {
            at -= 1;
        }
        let whole = error.to_string();
        let why = whole
            .rsplit_once(" at line ")
            .map_or(whole.as_str(), |(why, _)| why);
        // An error at the end of a text that ends with a line end is told at that end.
        let at = if rest.is_empty() {
            &self.raw[self.raw.len()..]
        } else {
            &rest[at..at]
        };
        self.text.wrong(at, format!("this is not sound JSON: {why}"))
    }
}

impl<'t> Members<'t> {
    /// The member called `name`, unless it is null.
    pub(super) fn get(&self, name: &str) -> Option<Json<'t>> {
        let value = self.of.child(self.members.get(name)?);
        (!value.is_null()).then_some(value)
    }

    /// The first of these members that is there.
    pub(super) fn any(&self, names: &[&str]) -> Option<Json<'t>> {
        names.iter().find_map(|name| self.get(name))
    }

    pub(super) fn need(&self, name: &str) -> Result<Json<'t>> {
        self.get(name)
            .ok_or_else(|| self.of.wrong(format!("`{name}` is missing")))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// The member as text, when it is a text or number.
    pub(super) fn word(&self, name: &str) -> Result<Option<String>> {
        self.get(name).map(|value| value.word()).transpose()
    }

    /// Names and values, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Json<'t>)> {
        self.members
            .iter()
            .map(|(name, raw)| (name.as_str(), self.of.child(raw)))
    }

    pub(super) fn value(&self) -> Json<'t> {
        self.of
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> Text {
        Text::of("a.json", json.as_bytes()).unwrap()
    }

    #[test]
    fn every_value_knows_its_line_and_column() {
        let text = text("{\"a\": [1,\n  \"x\", 1e999, \"12\"]}");
        let whole = Json::values(&text).unwrap()[0];
        let items = whole.members().unwrap().need("a").unwrap().items().unwrap();
        assert_eq!(
            items[1].number().unwrap_err().to_string(),
            "a.json:2:3: the value must be a number, found `\"x\"`"
        );
        assert_eq!(
            items[2].number().unwrap_err().to_string(),
            "a.json:2:8: the value must be a finite number, found `1e999`"
        );
        assert_eq!(items[3].count().unwrap(), 12);
        assert_eq!(items[0].count().unwrap(), 1);
    }

    #[test]
    fn what_is_not_sound_is_told_where_it_breaks() {
        for (json, place) in [
            ("{\"a\": 1,}", "a.json:1:9"),
            ("{\"a\": 1}\n{\"b\": x}", "a.json:2:7"),
            ("[1, 2", "a.json:1:5"),
            ("[1,\n", "a.json:2:1"),
        ] {
            let text = text(json);
            let error = Json::values(&text).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("{place}: this is not sound JSON")),
                "{json}: {error}"
            );
        }
    }

    #[test]
    fn a_hundred_thousand_brackets_are_an_error_or_a_value_but_no_crash() {
        let open = text(&"[".repeat(100_000));
        assert!(Json::values(&open).is_err());
        let closed = text(&("[".repeat(100_000) + &"]".repeat(100_000)));
        if let Ok(values) = Json::values(&closed) {
            assert!(values[0].items().unwrap()[0].number().is_err());
        }
    }
}
