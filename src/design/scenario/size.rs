//! Values that carry a unit of data in the file: sizes and bandwidths.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::Deserializer;

use super::quantity::{Quantity, QuantityVisitor};
use crate::basis::error::{self, Error};

/// Units of a size, in bytes. A kilobyte is 1000 bytes, a kibibyte 1024.
const SIZES: [(&str, f64); 10] = [
    ("B", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// Units of a rate at which data is moved, in bytes a second: in bytes as storage tells it, or in bits as networks do.
const RATES: [(&str, f64); 12] = [
    ("B/s", 1.0),
    ("kB/s", 1e3),
    ("KB/s", 1e3),
    ("MB/s", 1e6),
    ("GB/s", 1e9),
    ("KiB/s", 1024.0),
    ("MiB/s", 1_048_576.0),
    ("GiB/s", 1_073_741_824.0),
    ("kbps", 1e3 / 8.0),
    ("Kbps", 1e3 / 8.0),
    ("Mbps", 1e6 / 8.0),
    ("Gbps", 1e9 / 8.0),
];

/// Units of a bandwidth, in bytes a millisecond: 8000 bits a second are one.
const BANDWIDTHS: [(&str, f64); 5] = [
    ("bps", 1e-3 / 8.0),
    ("kbps", 1.0 / 8.0),
    ("Kbps", 1.0 / 8.0),
    ("Mbps", 1e3 / 8.0),
    ("Gbps", 1e6 / 8.0),
];

/// A size with its unit. Bare numbers are let in, so that the check can say what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BytesFile(pub(super) Quantity);

impl BytesFile {
    /// The bytes it means.
    ///
    /// # Errors
    /// When the unit is missing or unknown, or the number is not a finite number ≥ 0.
    pub(super) fn bytes(&self) -> error::Result<f64> {
        measured(&self.0, &SIZES, "a size such as \"60 KB\"")
    }
}

impl<'de> Deserialize<'de> for BytesFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a size such as \"60 KB\"");
        deserializer.deserialize_any(visitor).map(BytesFile)
    }
}

impl JsonSchema for BytesFile {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A size with its unit: B, KB, MB, GB, TB (thousands), KiB, MiB, GiB or TiB (1024).",
            "type": "string",
            "pattern": r"^\s*[0-9]*\.?[0-9]+\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)\s*$",
            "examples": ["60 KB", "1 MiB"]
        })
    }
}

/// A bandwidth with its unit, in bits a second. Bare numbers are let in, as for sizes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BandwidthFile(pub(super) Quantity);

impl BandwidthFile {
    /// The bytes a millisecond it means.
    ///
    /// # Errors
    /// As [`BytesFile::bytes`].
    pub(super) fn bytes_per_ms(&self) -> error::Result<f64> {
        measured(&self.0, &BANDWIDTHS, "a bandwidth such as \"20 Mbps\"")
    }
}

impl<'de> Deserialize<'de> for BandwidthFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a bandwidth such as \"20 Mbps\"");
        deserializer.deserialize_any(visitor).map(BandwidthFile)
    }
}

impl JsonSchema for BandwidthFile {
    fn schema_name() -> Cow<'static, str> {
        "Bandwidth".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A bandwidth in bits a second with its unit: bps, kbps, Mbps or Gbps.",
            "type": "string",
            "pattern": r"^\s*[0-9]*\.?[0-9]+\s*(bps|kbps|Kbps|Mbps|Gbps)\s*$",
            "examples": ["20 Mbps"]
        })
    }
}

/// A rate at which data is moved, with its unit. Bare numbers are let in, as for sizes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RateFile(pub(super) Quantity);

impl RateFile {
    /// The bytes a second it means.
    ///
    /// # Errors
    /// As [`BytesFile::bytes`].
    pub(super) fn bytes_per_s(&self) -> error::Result<f64> {
        measured(&self.0, &RATES, "a rate such as \"200 MB/s\"")
    }
}

impl<'de> Deserialize<'de> for RateFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = QuantityVisitor("a rate such as \"200 MB/s\"");
        deserializer.deserialize_any(visitor).map(RateFile)
    }
}

impl JsonSchema for RateFile {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A rate with its unit: B/s, KB/s, MB/s, GB/s, KiB/s, MiB/s or GiB/s in bytes; kbps, Mbps or Gbps in bits.",
            "type": "string",
            "pattern": r"^\s*[0-9]*\.?[0-9]+\s*((B|kB|KB|MB|GB|KiB|MiB|GiB)/s|kbps|Kbps|Mbps|Gbps)\s*$",
            "examples": ["200 MB/s", "1 Gbps"]
        })
    }
}

/// The number in front of one of `units`, times the unit.
fn measured(quantity: &Quantity, units: &[(&str, f64)], what: &str) -> error::Result<f64> {
    let shown = quantity.to_string();
    let Quantity::Text(text) = quantity else {
        return Err(Error::input(format!("`{shown}` has no unit: say {what}")));
    };
    let text = text.trim();
    let cut = text.find(char::is_alphabetic).unwrap_or(text.len());
    let (number, unit) = (text[..cut].trim(), &text[cut..]);
    let number: f64 = number
        .parse()
        .map_err(|_| Error::input(format!("`{shown}` is not {what}")))?;
    if unit.is_empty() {
        return Err(Error::input(format!("`{shown}` has no unit: say {what}")));
    }
    let Some((_, factor)) = units.iter().find(|(name, _)| *name == unit) else {
        let known: Vec<&str> = units.iter().map(|(name, _)| *name).collect();
        let known = known.join(", ");
        return Err(Error::input(format!(
            "`{shown}` has an unknown unit: use one of {known}"
        )));
    };
    if number < 0.0 || !number.is_finite() {
        return Err(Error::input(format!("`{shown}` must be finite and not negative")));
    }
    Ok(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> error::Result<f64> {
        BytesFile(Quantity::Text(text.to_owned())).bytes()
    }

    #[test]
    fn a_kilobyte_is_1000_bytes_and_a_kibibyte_1024() {
        assert_eq!(bytes("60 KB").unwrap(), 60_000.0);
        assert_eq!(bytes("60kB").unwrap(), 60_000.0);
        assert_eq!(bytes(" 1.5 KiB ").unwrap(), 1536.0);
        assert_eq!(bytes("2 MiB").unwrap(), 2_097_152.0);
    }

    #[test]
    fn eight_megabits_a_second_are_1000_bytes_a_millisecond() {
        let bandwidth = BandwidthFile(Quantity::Text("8 Mbps".to_owned()));
        assert_eq!(bandwidth.bytes_per_ms().unwrap(), 1000.0);
    }

    #[test]
    fn a_gigabit_a_second_are_125_megabytes_a_second() {
        let rate = |text: &str| RateFile(Quantity::Text(text.to_owned())).bytes_per_s();
        assert_eq!(rate("1 Gbps").unwrap(), 125e6);
        assert_eq!(rate("125 MB/s").unwrap(), 125e6);
        assert_eq!(rate("1 KiB/s").unwrap(), 1024.0);
        assert!(rate("200 MB").is_err());
    }

    #[test]
    fn what_is_no_size_is_told() {
        for (text, message) in [
            ("60", "`60` has no unit: say a size such as \"60 KB\""),
            ("KB", "`KB` is not a size such as \"60 KB\""),
            ("-1 KB", "`-1 KB` must be finite and not negative"),
        ] {
            assert_eq!(bytes(text).unwrap_err().to_string(), message);
        }
    }
}
