//! Figures that come back from a file bit by bit.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// A figure. JSON has no word for what is infinite or not a number: these are written as their 64 bits, in hexadecimal.
#[derive(Clone, Copy, Debug)]
pub struct Exact(pub f64);

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

/// Figures as they are in a file.
pub fn all(figures: &[f64]) -> Vec<Exact> {
    figures.iter().copied().map(Exact).collect()
}

/// Figures as they are in memory.
pub fn values(figures: &[Exact]) -> Vec<f64> {
    figures.iter().map(|figure| figure.0).collect()
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f64(self.0)
        } else {
            serializer.collect_str(&format_args!("{:016x}", self.0.to_bits()))
        }
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Bits)
    }
}

struct Bits;

impl Visitor<'_> for Bits {
    type Value = Exact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or its 64 bits in hexadecimal")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Exact, E> {
        Ok(Exact(value))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Exact, E> {
        match u64::from_str_radix(text, 16) {
            Ok(bits) if text.len() == 16 => Ok(Exact(f64::from_bits(bits))),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_pattern_of_bits_comes_back(bits: u64) {
            let figure = Exact(f64::from_bits(bits));
            let text = serde_json::to_string(&figure).unwrap();
            prop_assert_eq!(serde_json::from_str::<Exact>(&text).unwrap(), figure);
        }
    }

    #[test]
    fn figures_read_like_figures_where_they_can() {
        let text = serde_json::to_string(&all(&[0.1, -0.0, 3.0, f64::INFINITY])).unwrap();
        assert_eq!(text, r#"[0.1,-0.0,3.0,"7ff0000000000000"]"#);
        let back = values(&serde_json::from_str::<Vec<Exact>>(&text).unwrap());
        assert!(back[1].is_sign_negative() && back[3].is_infinite());
        assert!(serde_json::from_str::<Exact>("\"ff\"").is_err());
    }
}
