//! What the columns of somebody's table mean, by their names.

use super::gather::Gather;
use super::unit::{Unit, stem_and_unit};
use crate::basis::error::{Error, Problem, Result, nearest_names};
use crate::world::ingest::table::Table;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    From,
    To,
    /// One time a row.
    Time,
    /// A percentile, as 50.0 for the median.
    Percentile(f64),
    Min,
    Avg,
    Max,
    Mdev,
    Count,
    Lost,
    /// How users reach the internet.
    Technology,
}

/// One column that is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) role: Role,
    /// Its unit; none in columns of names and counts.
    pub(super) unit: Option<Unit>,
}

/// Words for ends, the surest first: of several columns the surest is taken.
const FROM: [&str; 12] = [
    "from",
    "source",
    "src",
    "origin",
    "client",
    "client_region",
    "from_region",
    "user_group",
    "group",
    "metro",
    "country",
    "region",
];
const TO: [&str; 12] = [
    "to",
    "target",
    "destination",
    "dest",
    "dst",
    "to_region",
    "server_region",
    "server",
    "endpoint",
    "host",
    "edge",
    "pop",
];
/// Words for a round trip that need no unit to be known for one.
const TIMES: [&str; 8] = [
    "rtt",
    "latency",
    "ping",
    "round_trip",
    "round_trip_time",
    "roundtrip",
    "response_time",
    "ttfb",
];
/// Words that have a unit and are no time that something took.
const MOMENTS: [&str; 6] = ["timestamp", "ts", "time", "epoch", "date", "unix"];
const COUNTS: [&str; 8] = [
    "n",
    "count",
    "samples",
    "requests",
    "sessions",
    "pageviews",
    "hits",
    "sample_size",
];
const LOST: [&str; 5] = ["lost", "losses", "timeouts", "failed", "packets_lost"];

/// The columns that are read, each role once, and the names of those left aside.
pub(super) fn columns(table: &Table, gather: &Gather) -> Result<(Vec<Column>, Vec<String>)> {
    let asked = asked(table, gather)?;
    let mut known: Vec<(Column, usize)> = Vec::new();
    for (index, header) in table.headers().iter().enumerate() {
        if asked.iter().any(|column| column.index == index) {
            continue;
        }
        let (stem, unit) = stem_and_unit(header);
        if gather.options.by_technology && stem == "technology" {
            let role = Role::Technology;
            known.push((
                Column {
                    index,
                    role,
                    unit: None,
                },
                0,
            ));
            continue;
        }
        let Some((role, rank)) = role_of(&stem, unit) else {
            continue;
        };
        if !asked.iter().any(|column| column.role == role) {
            known.push((Column { index, role, unit }, rank));
        }
    }
    let mut columns = asked;
    for (column, rank) in &known {
        let rivals = known.iter().filter(|(other, _)| other.role == column.role);
        let better = rivals.clone().any(|(_, other)| other < rank);
        let equals = rivals.filter(|(other, at)| at == rank && other.index != column.index);
        if better {
            continue;
        }
        if let Some((other, _)) = equals.into_iter().next() {
            return Err(two_columns(
                table,
                column.index.min(other.index),
                column.index.max(other.index),
            ));
        }
        columns.push(*column);
    }
    let percentiles = columns
        .iter()
        .any(|column| matches!(column.role, Role::Percentile(_)));
    if percentiles {
        columns.retain(|column| column.role != Role::Time);
    }
    let aside = table.headers().iter().enumerate();
    let aside = aside.filter(|(index, _)| !columns.iter().any(|column| column.index == *index));
    let aside = aside.map(|(_, header)| header.clone()).collect();
    let columns = with_units(table, columns, gather)?;
    Ok((columns, aside))
}

/// Whether a table with these headers is one of percentiles by country or region.
pub(super) fn is_rum(headers: &[String]) -> bool {
    let stems = headers.iter().map(|header| stem_and_unit(header));
    let roles: Vec<(String, Option<(Role, usize)>)> = stems
        .map(|(stem, unit)| (stem.clone(), role_of(&stem, unit)))
        .collect();
    let percentiles = roles
        .iter()
        .any(|(_, role)| matches!(role, Some((Role::Percentile(_), _))));
    let place = roles
        .iter()
        .any(|(stem, _)| stem == "country" || stem == "region");
    percentiles && place && !roles.iter().any(|(stem, _)| stem == "from")
}

/// The role of a column, and how sure it is: 0 is the surest.
fn role_of(stem: &str, unit: Option<Unit>) -> Option<(Role, usize)> {
    let ranked = |words: &[&str], role| {
        words
            .iter()
            .position(|word| *word == stem)
            .map(|rank| (role, rank))
    };
    if unit.is_none()
        && let Some(found) = ranked(&FROM, Role::From)
            .or_else(|| ranked(&TO, Role::To))
            .or_else(|| ranked(&COUNTS, Role::Count))
            .or_else(|| ranked(&LOST, Role::Lost))
    {
        return Some(found);
    }
    if let Some(role) = statistic(stem) {
        return Some((role, 0));
    }
    if let Some(rank) = TIMES.iter().position(|word| *word == stem) {
        return Some((Role::Time, rank));
    }
    let other = unit.is_some() && !MOMENTS.contains(&stem);
    other.then_some((Role::Time, TIMES.len()))
}

/// `p50`, `rtt_p99_9`, `median`, `avg` …
fn statistic(stem: &str) -> Option<Role> {
    let words: Vec<&str> = stem.split('_').collect();
    let percent = |word: &str, part: &str| {
        let digits = word.strip_prefix('p')?;
        let all = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let sound = all(digits) && (part.is_empty() || all(part));
        let percent: f64 = sound.then(|| format!("{digits}.{part}0").parse().ok())??;
        (percent <= 100.0).then_some(Role::Percentile(percent))
    };
    if let [.., word, part] = words.as_slice()
        && let Some(role) = percent(word, part)
    {
        return Some(role);
    }
    match *words.last()? {
        "median" | "med" => Some(Role::Percentile(50.0)),
        "min" | "minimum" => Some(Role::Min),
        "avg" | "mean" | "average" => Some(Role::Avg),
        "max" | "maximum" => Some(Role::Max),
        "mdev" | "stddev" | "stdev" | "std" | "sd" => Some(Role::Mdev),
        word => percent(word, ""),
    }
}

/// The columns that the user says by `--columns`.
fn asked(table: &Table, gather: &Gather) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    for (role, name) in &gather.options.columns {
        let headers = table.headers();
        let found = headers
            .iter()
            .position(|header| header.eq_ignore_ascii_case(name));
        let index = found.ok_or_else(|| {
            let near = nearest_names(name, headers.iter().map(String::as_str), 3).join(", ");
            Error::input(format!("{} has no column `{name}`", table.name())).hint(format!("near it: {near}"))
        })?;
        let (stem, unit) = stem_and_unit(role);
        let (known, _) = role_of(&stem, unit).ok_or_else(|| {
            Error::input(format!(
                "--columns {role}={name}: `{role}` is nothing that is read"
            ))
            .hint("say from, to, rtt_ms, p50_ms, min_ms, avg_ms, max_ms, mdev_ms, n or lost")
        })?;
        columns.push(Column {
            index,
            role: known,
            unit: unit.or(stem_and_unit(name).1),
        });
    }
    Ok(columns)
}

fn two_columns(table: &Table, first: usize, second: usize) -> Error {
    let headers = table.headers();
    let message = format!("`{}` and `{}` may both be meant", headers[first], headers[second]);
    let problem = Problem::error(message).at(table.header_place(second));
    Error::problems_in_input(vec![
        problem.hint("say which with --columns, such as --columns rtt_ms=NAME"),
    ])
}

/// Each column of times with its unit.
fn with_units(table: &Table, mut columns: Vec<Column>, gather: &Gather) -> Result<Vec<Column>> {
    columns.sort_by_key(|column| column.index);
    for column in &mut columns {
        if matches!(
            column.role,
            Role::From | Role::To | Role::Count | Role::Lost | Role::Technology
        ) {
            column.unit = None;
            continue;
        }
        let what = format!("column `{}`", table.headers()[column.index]);
        let place = table.header_place(column.index);
        column.unit = Some(match column.unit {
            Some(said) => gather.unit_said(&what, said, place)?,
            None => gather.unit_for(&what, place)?,
        });
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ingest::foreign::ImportOptions;

    fn read(header: &str, asked: &[(&str, &str)], unit: Option<Unit>) -> Result<Vec<(usize, Role)>> {
        let table = Table::parse("t.csv", format!("{header}\n"))?;
        let options = ImportOptions {
            unit,
            columns: asked.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect(),
            ..ImportOptions::default()
        };
        let (columns, _) = columns(&table, &Gather::new(&options))?;
        Ok(columns
            .into_iter()
            .map(|column| (column.index, column.role))
            .collect())
    }

    #[test]
    fn columns_are_known_by_many_names() {
        use Role::{Count, From, Percentile, Time, To};
        let known = |header| read(header, &[], None).unwrap();
        assert_eq!(known("from,to,rtt_ms"), [(0, From), (1, To), (2, Time)]);
        assert_eq!(
            known("Client,Host,timestamp_ms,Latency (us)"),
            [(0, From), (1, To), (3, Time)]
        );
        assert_eq!(
            known("country,region,device,p50_ms,rtt p99.9 [ms],count,load_ms"),
            [
                (0, From),
                (3, Percentile(50.0)),
                (4, Percentile(99.9)),
                (5, Count)
            ]
        );
        assert_eq!(known("whatever_s"), [(0, Time)]);
    }

    #[test]
    fn a_unit_that_nobody_says_is_not_guessed() {
        let error = read("from,rtt", &[], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "t.csv:1:6: the unit of column `rtt` is not said"
        );
        assert!(read("from,rtt", &[], Some(Unit::Millis)).is_ok());
        assert!(read("from,x", &[("rtt_ms", "x")], None).is_ok());
        let other = read("from,rtt_s", &[], Some(Unit::Millis)).unwrap_err();
        assert!(
            other.to_string().contains("is s here, and ms by --unit"),
            "{other}"
        );
    }

    #[test]
    fn two_columns_that_may_be_meant_are_asked_about() {
        let error = read("a_ms,b_ms", &[], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "t.csv:1:6: `a_ms` and `b_ms` may both be meant"
        );
        assert_eq!(
            read("a_ms,b_ms", &[("rtt_ms", "b_ms")], None).unwrap(),
            [(1, Role::Time)]
        );
        assert!(
            read("a_ms", &[("rtt_ms", "c")], None)
                .unwrap_err()
                .to_string()
                .contains("no column `c`")
        );
        assert!(read("a_ms", &[("colour", "a_ms")], None).is_err());
    }
}
