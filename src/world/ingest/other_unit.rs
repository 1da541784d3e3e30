//! Columns that are called as one we know, but for the unit.

/// Endings of columns we know, and what is given so.
const UNITS: [(&str, &str); 3] = [
    ("_ms", "in milliseconds"),
    ("_km", "in kilometres"),
    ("_per_second", "per second"),
];

/// Words for units that may stand behind a name, none at all among them.
const OTHERS: [&str; 21] = [
    "",
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "ms",
    "msec",
    "millis",
    "milliseconds",
    "us",
    "ns",
    "min",
    "minutes",
    "m",
    "mi",
    "miles",
    "per_minute",
    "per_hour",
    "per_day",
    "per_month",
];

/// What is wrong with the column `header` when it is one of `known`, in another unit or in none.
pub(super) fn in_other_unit(header: &str, known: &[&str]) -> Option<String> {
    let header_plain = plain(header);
    known.iter().find_map(|name| {
        let (stem, unit) = UNITS
            .iter()
            .find_map(|(ending, unit)| Some((name.strip_suffix(ending)?, unit)))?;
        let rest = header_plain.strip_prefix(stem)?;
        let other = rest.strip_prefix('_').unwrap_or(rest);
        // `rtt2` is no `rtt` in another unit, and neither are `rtts`.
        let apart = rest.is_empty() || rest.starts_with('_');
        let what = if stem == "rtt" {
            "RTTs are".to_owned()
        } else {
            format!("`{stem}` is")
        };
        (apart && OTHERS.contains(&other))
            .then(|| format!("column `{header}` is unknown: {what} given {unit}, column `{name}`"))
    })
}

/// `RTT (s)` → `rtt_s`.
fn plain(header: &str) -> String {
    let words = header
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_in_another_unit_is_told_which_is_wanted() {
        let known = ["from", "rtt_ms", "p50_ms", "requests_per_second"];
        let rtt =
            |name| format!("column `{name}` is unknown: RTTs are given in milliseconds, column `rtt_ms`");
        for name in ["rtt", "rtt_s", "RTT (s)", "rtt [us]", "RTT ms"] {
            assert_eq!(in_other_unit(name, &known), Some(rtt(name)));
        }
        assert_eq!(
            in_other_unit("p50", &known).unwrap(),
            "column `p50` is unknown: `p50` is given in milliseconds, column `p50_ms`"
        );
        assert_eq!(
            in_other_unit("requests_per_hour", &known).unwrap(),
            "column `requests_per_hour` is unknown: `requests` is given per second, column `requests_per_second`"
        );
        for name in ["rtts", "rtt2", "rtt_of_the_path", "weight", ""] {
            assert_eq!(in_other_unit(name, &known), None, "{name}");
        }
    }
}
