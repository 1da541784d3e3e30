//! Quantities with a unit: milliseconds, kilometres, shares.
//!
//! A value of one of these types is finite and in range by construction, so nobody downstream checks again.

use std::fmt;

use super::error::Error;

/// How many of something: `1 region`, `2 regions`.
///
/// ```
/// use isochrone::basis::units::counted;
/// assert_eq!([counted(1, "region"), counted(0, "region")], ["1 region", "0 regions"]);
/// ```
pub fn counted(n: usize, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

/// A duration in milliseconds, finite and not negative. RTTs are round-trip times.
///
/// ```
/// use isochrone::basis::units::Millis;
/// assert_eq!(Millis::parse("0.15s").unwrap(), Millis::new(150.0).unwrap());
/// assert!(Millis::parse("150").unwrap_err().to_string().contains("150ms"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Default)]
pub struct Millis(f64);

impl Millis {
    /// No time at all.
    pub const ZERO: Millis = Millis(0.0);

    /// `ms` milliseconds.
    ///
    /// # Errors
    /// When `ms` is negative, infinite or not a number.
    pub fn new(ms: f64) -> Result<Self, Error> {
        if (0.0..f64::INFINITY).contains(&ms) {
            Ok(Millis(ms))
        } else {
            Err(Error::input(format!(
                "a duration must be finite and not negative, found {ms} ms"
            )))
        }
    }

    /// Reads a duration with its unit: `250us`, `150ms`, `0.15s`, `5m`, `2h`, `1d`.
    ///
    /// # Errors
    /// When the unit is missing or unknown, or the number is not a finite number ≥ 0.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let cut = text
            .find(|c: char| c.is_alphabetic() || c == 'µ')
            .unwrap_or(text.len());
        // "1e3ms" is not a way people write durations; the first letter starts the unit.
        let (number, unit) = (text[..cut].trim(), &text[cut..]);
        let value: f64 = number
            .parse()
            .map_err(|_| Error::input(format!("`{text}` is not a duration: say 150ms or 0.15s")))?;
        let factor = match unit {
            "us" | "µs" | "μs" => 1e-3,
            "ms" => 1.0,
            "s" => 1e3,
            "m" | "min" => 60e3,
            "h" => 3600e3,
            "d" => 86_400e3,
            "" => {
                return Err(Error::input(format!(
                    "`{text}` has no unit: say {number}ms or {}s",
                    value / 1000.0
                )));
            }
            _ => {
                return Err(Error::input(format!(
                    "`{text}` has an unknown unit `{unit}`: use us, ms, s, m, h or d"
                )));
            }
        };
        Millis::new(value * factor)
            .map_err(|_| Error::input(format!("`{text}` must be a finite duration, not negative")))
    }

    /// The number of milliseconds.
    pub fn ms(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}

/// A distance along the surface of the earth in kilometres, finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Default)]
pub struct Km(f64);

impl Km {
    /// `km` kilometres.
    ///
    /// # Errors
    /// When `km` is negative, infinite or not a number.
    pub fn new(km: f64) -> Result<Self, Error> {
        if (0.0..f64::INFINITY).contains(&km) {
            Ok(Km(km))
        } else {
            Err(Error::input(format!(
                "a distance must be finite and not negative, found {km} km"
            )))
        }
    }

    /// The number of kilometres.
    pub fn km(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Km {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} km", self.0)
    }
}

/// A part of a whole, 0 to 1.
///
/// ```
/// use isochrone::basis::units::Share;
/// assert_eq!(Share::parse("95%").unwrap().get(), 0.95);
/// assert!(Share::new(f64::NAN).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Default)]
pub struct Share(f64);

impl Share {
    /// The share `x`.
    ///
    /// # Errors
    /// When `x` is outside 0..=1 or not a number.
    pub fn new(x: f64) -> Result<Self, Error> {
        if (0.0..=1.0).contains(&x) {
            Ok(Share(x))
        } else {
            Err(Error::input(format!(
                "a share must lie between 0 and 1, found {x}"
            )))
        }
    }

    /// Reads `0.95` or `95%`.
    ///
    /// # Errors
    /// When the text is neither, or the share lies outside 0..=1.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let (number, scale) = match text.strip_suffix('%') {
            Some(percent) => (percent.trim(), 100.0),
            None => (text, 1.0),
        };
        let value: f64 = number
            .parse()
            .map_err(|_| Error::input(format!("`{text}` is not a share: say 95% or 0.95")))?;
        Share::new(value / scale)
            .map_err(|_| Error::input(format!("`{text}` must lie between 0 and 1 (0% and 100%)")))
    }

    /// The share as a number from 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} %", self.0 * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_a_unit_is_refused_with_two_ways_to_write_it() {
        let message = Millis::parse("250").unwrap_err().to_string();
        assert_eq!(message, "`250` has no unit: say 250ms or 0.25s");
    }

    #[test]
    fn nan_and_negative_values_cannot_be_made() {
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(Millis::new(bad).is_err() && Km::new(bad).is_err() && Share::new(bad).is_err());
        }
    }
}
