//! Units of time: what they are called, and what they make of a number.

use crate::basis::units::Millis;

/// Times above this are refused: no reply is waited for that long, so the unit is another one.
const LONGEST_MS: f64 = 86_400_000.0;

/// The unit that a file's times are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Nanos,
    /// Microseconds.
    Micros,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
}

/// Words for each unit, the shortest first.
const WORDS: [(Unit, &[&str]); 4] = [
    (Unit::Nanos, &["ns", "nsec", "nanos", "nanosecond", "nanoseconds"]),
    (
        Unit::Micros,
        &["us", "µs", "μs", "usec", "micros", "microsecond", "microseconds"],
    ),
    (
        Unit::Millis,
        &["ms", "msec", "msecs", "millis", "millisecond", "milliseconds"],
    ),
    (Unit::Seconds, &["s", "sec", "secs", "second", "seconds"]),
];

impl Unit {
    /// The unit that `word` means, whatever its case.
    ///
    /// ```
    /// use isochrone::world::ingest::foreign::Unit;
    /// assert_eq!(Unit::parse("Milliseconds"), Some(Unit::Millis));
    /// assert_eq!(Unit::parse("By"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Unit> {
        let word = word.trim().to_lowercase();
        let found = WORDS.iter().find(|(_, words)| words.contains(&word.as_str()));
        found.map(|(unit, _)| *unit)
    }

    /// `ms`, `s` …
    pub fn name(self) -> &'static str {
        match self {
            Unit::Nanos => "ns",
            Unit::Micros => "us",
            Unit::Millis => "ms",
            Unit::Seconds => "s",
        }
    }

    /// `value` of this unit as a time.
    ///
    /// # Errors
    /// The rule it breaks: a finite number, not negative, below a day.
    pub(super) fn time(self, value: f64) -> std::result::Result<Millis, &'static str> {
        if !value.is_finite() {
            return Err("must be a finite number");
        }
        if value < 0.0 {
            return Err("must not be negative");
        }
        let ms = match self {
            Unit::Millis => value,
            // Division rounds once where a factor such as 1e-3 would round twice.
            Unit::Nanos => value / 1e6,
            Unit::Micros => value / 1e3,
            Unit::Seconds => tidy(value * 1e3),
        };
        if ms > LONGEST_MS {
            return Err("must be below a day");
        }
        Millis::new(ms).map_err(|_| "must be a finite number")
    }
}

/// To the nanosecond: 0.0143 s are 14.3 ms and not 14.299999999999999.
pub(super) fn tidy(ms: f64) -> f64 {
    if ms.abs() < 1e9 {
        (ms * 1e6).round() / 1e6
    } else {
        ms
    }
}

/// A column or metric taken apart: `RTT (ms)`, `rtt_ms` and `rttMs` are `rtt` in milliseconds.
pub(super) fn stem_and_unit(name: &str) -> (String, Option<Unit>) {
    let mut words = words_of(name);
    let unit = match words.as_slice() {
        [_, .., last] => Unit::parse(last),
        _ => None,
    };
    if unit.is_some() {
        words.pop();
    }
    (words.join("_"), unit)
}

/// Words in small letters; a capital behind a small letter begins one too.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small_before = false;
    for c in name.chars() {
        let begins = !c.is_alphanumeric() || (c.is_uppercase() && small_before);
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        small_before = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_at_the_end_of_a_name_is_told_apart_from_the_name() {
        let cases = [
            ("rtt_ms", "rtt", Some(Unit::Millis)),
            ("RTT (ms)", "rtt", Some(Unit::Millis)),
            ("latency [us]", "latency", Some(Unit::Micros)),
            ("durationMs", "duration", Some(Unit::Millis)),
            (
                "http_request_duration_seconds",
                "http_request_duration",
                Some(Unit::Seconds),
            ),
            ("p99", "p99", None),
            ("ms", "ms", None),
            ("", "", None),
            ("hosts", "hosts", None),
        ];
        for (name, stem, unit) in cases {
            assert_eq!(stem_and_unit(name), (stem.to_owned(), unit), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_a_time_is_told_by_its_rule() {
        assert_eq!(Unit::Seconds.time(0.0143).unwrap().ms(), 14.3);
        assert_eq!(Unit::Micros.time(14_300.0).unwrap().ms(), 14.3);
        assert!(Unit::Millis.time(f64::NAN).unwrap_err().contains("finite"));
        assert!(Unit::Millis.time(-0.1).unwrap_err().contains("negative"));
        assert!(Unit::Seconds.time(1e9).unwrap_err().contains("a day"));
        assert!(Unit::Seconds.time(f64::MAX).unwrap_err().contains("a day"));
    }
}
