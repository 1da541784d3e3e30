//! How old data are, in words.

use super::{count, exact, fixed};
use crate::report::model::{Report, TableAge};

/// Tables named in a sentence; the rest is counted.
const NAMED: usize = 3;

/// `probe_rtts of 2023-02-09 (3.7 years, limit 2)`.
fn named(it: &TableAge) -> String {
    format!(
        "{} of {} ({} years, limit {})",
        short(&it.name),
        it.date,
        years(it),
        exact(it.limit_years)
    )
}

/// The table without its folder and ending, as flags call it.
fn short(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.strip_suffix(".csv").unwrap_or(file)
}

fn years(it: &TableAge) -> String {
    it.years.map_or_else(|| "?".to_owned(), |years| fixed(years, 1))
}

fn listed(old: &[&TableAge], named_at_most: usize) -> String {
    let told: Vec<String> = old.iter().take(named_at_most).map(|it| named(it)).collect();
    match old.len().saturating_sub(named_at_most) {
        0 => told.join(", "),
        1 => format!("{} and 1 more table", told.join(", ")),
        more => format!("{} and {} more tables", told.join(", "), count(more as u64)),
    }
}

/// A warning that data behind a report are old; none where they are not, or nobody knows.
///
/// ```
/// use isochrone::report::{sample::sample_report, voice::age::old_note};
/// assert_eq!(old_note(&sample_report(1, 1)), None);
/// ```
pub fn old_note(report: &Report) -> Option<String> {
    let ages = report.provenance.ages.as_ref()?;
    let old = ages.old();
    (!old.is_empty()).then(|| {
        format!(
            "old data, as of {}: these figures rest on {}",
            ages.as_of,
            listed(&old, NAMED)
        )
    })
}

/// The same in a line for the terminal: the oldest table of those in use.
pub fn short_note(report: &Report) -> Option<String> {
    let ages = report.provenance.ages.as_ref()?;
    let old = ages.old();
    old.first().map(|_| {
        format!(
            "old data: {} as of {}; `data ages` tells all",
            listed(&old, 1),
            ages.as_of
        )
    })
}

/// `3.7 years`, `3.7 years, old`; empty where it is not known.
pub fn cell(report: &Report, table: &str) -> String {
    let ages = report.provenance.ages.iter().flat_map(|ages| &ages.tables);
    let found = ages.into_iter().find(|it| it.name == table);
    found.map_or_else(String::new, |it| match (it.years, it.old) {
        (None, _) => String::new(),
        (Some(years), false) => format!("{} years", fixed(years, 1)),
        (Some(years), true) => format!("{} years, old", fixed(years, 1)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::DataAges;
    use crate::report::sample::sample_report;

    fn table(name: &str, years: f64, used: bool) -> TableAge {
        TableAge {
            name: name.into(),
            kind: "round trips".into(),
            date: "2023-02".into(),
            years: Some(years),
            limit_years: 2.0,
            used,
            old: years > 2.0,
        }
    }

    fn aged(tables: Vec<TableAge>) -> Report {
        let mut report = sample_report(1, 1);
        report.provenance.ages = Some(DataAges {
            as_of: "2026-11-26".into(),
            given: true,
            tables,
        });
        report
    }

    #[test]
    fn only_what_is_used_and_old_is_warned_of_the_oldest_first() {
        let report = aged(vec![
            table("network/a.csv", 1.9, true),
            table("network/b.csv", 3.81, true),
            table("c.csv", 9.0, false),
            table("d.csv", 6.2, true),
        ]);
        assert_eq!(
            old_note(&report).unwrap(),
            "old data, as of 2026-11-26: these figures rest on d of 2023-02 (6.2 years, limit 2), b of 2023-02 (3.8 years, limit 2)"
        );
        assert_eq!(
            short_note(&report).unwrap(),
            "old data: d of 2023-02 (6.2 years, limit 2) and 1 more table as of 2026-11-26; `data ages` tells all"
        );
        assert_eq!(cell(&report, "network/b.csv"), "3.8 years, old");
        assert_eq!(cell(&report, "network/a.csv"), "1.9 years");
        assert_eq!(cell(&report, "e.csv"), "");
    }

    #[test]
    fn young_data_are_not_warned_of() {
        let report = aged(vec![table("a.csv", 0.5, true)]);
        assert_eq!((old_note(&report), short_note(&report)), (None, None));
    }
}
