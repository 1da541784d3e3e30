//! What the page's scripts read: the report itself, made small.
//!
//! Numbers keep seven digits, more than are ever shown. Countries stand in columns, and of sets far down the ranking
//! only the larger ones, without curves; a column that an earlier set has already is that set's place. What users see is
//! told once for all sets (`ways`). Everything else is the report as `report.json` has it.

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::ways;
use super::words::Words;
use crate::basis::error::{Error, Result};
use crate::basis::land;
use crate::report::model::Report;

/// Sets, by place, that have all their countries.
const SETS_IN_FULL: usize = 20;

/// Share of the audience from which a country of the other sets is kept.
const LARGE: f64 = 0.005;

/// Names of the columns of countries.
const COUNTRY: [&str; 8] = [
    "country",
    "share",
    "main_region",
    "p50_ms",
    "p95_ms",
    "p95_std_error_ms",
    "p99_ms",
    "quantiles_ms",
];

/// Names of the columns of countries after a loss.
const AFTER: [&str; 5] = ["country", "share", "main_region", "p95_before_ms", "p95_after_ms"];

#[derive(Serialize)]
struct Embedded<'a> {
    report: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    ways: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    land: Option<Vec<Vec<[f64; 2]>>>,
    words: &'a Words,
}

/// The report, outlines of land where there is a map to draw, and sentences, as JSON that may stand inside a script
/// element.
///
/// # Errors
/// When the report has no form as JSON, which is a fault of the program.
pub(super) fn embedded(report: &Report, words: &Words) -> Result<String> {
    let failed =
        |error: serde_json::Error| Error::internal(format!("the report cannot be embedded: {error}"));
    let mut small = serde_json::to_value(report).map_err(failed)?;
    let sets = small.get_mut("sets").and_then(Value::as_array_mut);
    let ways = sets.and_then(|sets| {
        unserved_are_null(sets);
        into_columns(sets, report.baseline);
        refer_back(sets);
        ways::told_once(sets)
    });
    let land = report.atlas.as_ref().map(|_| outlines());
    let mut bytes = Vec::new();
    let mut writer = Serializer::with_formatter(&mut bytes, Small(CompactFormatter));
    let all = Embedded {
        report: &small,
        ways,
        land,
        words,
    };
    all.serialize(&mut writer).map_err(failed)?;
    String::from_utf8(bytes).map_err(|error| Error::internal(format!("the report is no text: {error}")))
}

/// The outlines of land as rings of `[longitude, latitude]`.
fn outlines() -> Vec<Vec<[f64; 2]>> {
    let rings = land::rings().iter();
    rings
        .map(|ring| ring.iter().map(|at| [at.lon(), at.lat()]).collect())
        .collect()
}

/// Scripts know `null` for "nobody serves it", where the report has −1.
fn unserved_are_null(sets: &mut [Value]) {
    for set in sets {
        null_below_zero(set.get_mut("users"));
        let losses = set.get_mut("recovery").and_then(|it| it.get_mut("losses"));
        for loss in losses.and_then(Value::as_array_mut).into_iter().flatten() {
            null_below_zero(loss.get_mut("users"));
        }
    }
}

fn null_below_zero(users: Option<&mut Value>) {
    let columns = users.and_then(Value::as_object_mut).into_iter().flatten();
    for entry in columns.filter_map(|(_, column)| column.as_array_mut()).flatten() {
        if entry.as_f64().is_some_and(|number| number < 0.0) {
            *entry = Value::Null;
        }
    }
}

fn into_columns(sets: &mut [Value], baseline: Option<usize>) {
    for (i, set) in sets.iter_mut().enumerate() {
        let in_full = i < SETS_IN_FULL || Some(i) == baseline;
        transpose(set, &COUNTRY, |row| in_full || is_large(row));
        if !in_full {
            without_curves(set);
        }
        let losses = set.get_mut("recovery").and_then(|it| it.get_mut("losses"));
        for loss in losses.and_then(Value::as_array_mut).into_iter().flatten() {
            transpose(loss, &AFTER, |_| true);
        }
    }
}

/// Columns of countries that are the same in an earlier set: its place instead.
fn refer_back(sets: &mut [Value]) {
    for name in ["/countries/country", "/countries/share"] {
        let mut told: Vec<usize> = Vec::new();
        for i in 0..sets.len() {
            let same = told
                .iter()
                .copied()
                .find(|&at| sets[at].pointer(name) == sets[i].pointer(name));
            match (same, sets[i].pointer_mut(name)) {
                (Some(at), Some(column)) => *column = Value::from(at),
                (None, Some(_)) => told.push(i),
                (_, None) => {}
            }
        }
    }
}

/// Curves of countries take most of the room and are looked at for the best sets.
fn without_curves(set: &mut Value) {
    let curves = set
        .pointer_mut("/countries/quantiles_ms")
        .and_then(Value::as_array_mut);
    for curve in curves.into_iter().flatten() {
        *curve = Value::Array(Vec::new());
    }
}

fn is_large(country: &Value) -> bool {
    country
        .get("share")
        .and_then(Value::as_f64)
        .is_some_and(|share| share >= LARGE)
}

/// The list `countries` of an object as an object of columns, in which what is absent is `null` or an empty list.
fn transpose(owner: &mut Value, columns: &[&str], keep: impl Fn(&Value) -> bool) {
    let Some(countries) = owner.get_mut("countries") else {
        return;
    };
    let rows: Vec<Value> = match countries.take() {
        Value::Array(rows) => rows.into_iter().filter(|row| keep(row)).collect(),
        _ => Vec::new(),
    };
    let column = |name: &&str| {
        let cell = |row: &Value| {
            let absent = if *name == "quantiles_ms" {
                Value::Array(Vec::new())
            } else {
                Value::Null
            };
            row.get(*name).cloned().unwrap_or(absent)
        };
        ((*name).to_owned(), Value::Array(rows.iter().map(cell).collect()))
    };
    *countries = Value::Object(columns.iter().map(column).collect());
}

/// No spaces, seven digits, and no character that ends a script or starts a comment.
struct Small(CompactFormatter);

impl Formatter for Small {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(number(value).as_bytes())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        let odd = |c: char| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') || c.is_control();
        while let Some(at) = rest.find(odd) {
            let c = rest[at..].chars().next().unwrap_or_default();
            writer.write_all(&rest.as_bytes()[..at])?;
            write!(writer, "\\u{:04x}", c as u32)?;
            rest = &rest[at + c.len_utf8()..];
        }
        self.0.write_string_fragment(writer, rest)
    }
}

/// Seven significant digits, in the shortest form that reads back to them.
fn number(value: f64) -> String {
    let rounded: f64 = format!("{value:.6e}").parse().unwrap_or(value);
    let plain = format!("{rounded}");
    let short = format!("{rounded:e}");
    if short.len() < plain.len() { short } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{sample_drill_report, sample_report};

    fn read(report: &Report) -> Value {
        serde_json::from_str(&embedded(report, &Words::of(report)).unwrap()).unwrap()
    }

    #[test]
    fn numbers_keep_seven_digits_and_are_short() {
        assert_eq!(
            [0.0, 182.0, 182.312_345_678, 3.2e-5, -0.1, 1e12].map(number),
            ["0", "182", "182.3123", "3.2e-5", "-0.1", "1e12"]
        );
    }

    #[test]
    fn countries_stand_in_columns_and_small_ones_fade_down_the_ranking() {
        let report = sample_report(25, 200);
        let data = read(&report);
        let sets = data["report"]["sets"].as_array().unwrap();
        let kept = |i: usize| sets[i]["countries"]["p95_ms"].as_array().unwrap().len();
        assert_eq!(kept(0), 200);
        let large = report.sets[24]
            .countries
            .iter()
            .filter(|it| it.share >= LARGE)
            .count();
        assert_eq!(kept(24), large);
        assert!(large < 200);
        for name in COUNTRY {
            assert_eq!(
                sets[0]["countries"][name].as_array().unwrap().len(),
                200,
                "{name}"
            );
        }
    }

    #[test]
    fn countries_after_a_loss_stand_in_columns_too() {
        let data = read(&sample_drill_report(2, 12));
        let loss = &data["report"]["sets"][0]["recovery"]["losses"][0]["countries"];
        assert_eq!(
            loss["country"].as_array().unwrap().len(),
            loss["p95_after_ms"].as_array().unwrap().len()
        );
    }

    #[test]
    fn no_text_ends_the_script_that_holds_it() {
        let mut report = sample_report(2, 3);
        let odd = "</script><!--<script>&\u{2028}\"\\ 🚀";
        report.sets[0].name = odd.into();
        let text = embedded(&report, &Words::of(&report)).unwrap();
        assert!(!text.contains('<') && !text.contains('\u{2028}'));
        assert_eq!(read(&report)["report"]["sets"][0]["name"], odd);
    }

    #[test]
    fn land_is_there_only_where_there_is_a_map() {
        let mut report = sample_report(2, 3);
        let land = read(&report)["land"].clone();
        let rings = land.as_array().unwrap();
        assert!(rings.len() > 50 && rings.iter().all(|ring| ring.as_array().unwrap().len() > 2));
        let points = include_str!("../../../../data/land.csv")
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        let told: usize = rings.iter().map(|ring| ring.as_array().unwrap().len()).sum();
        assert_eq!(told, points.count());
        report.atlas = None;
        assert!(read(&report).get("land").is_none());
    }
}
