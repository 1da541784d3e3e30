//! The API of cloudping: `{"metadata": …, "data": {from: {to: time}}}`, one percentile of one span of time.
//!
//! What it measures is the time to connect to an endpoint over TCP from a function in `from`, some 3 ms more than a
//! ping; a region with itself is the overhead of the endpoint and not the time between its zones.

use super::gather::{Ends, Gather, Label, not_a_time};
use super::json::{Json, Members};
use super::measured::{Figures, Quantiles};
use super::text::Text;
use super::unit::Unit;
use crate::basis::error::{Error, Result};

pub(super) fn read(text: &Text, gather: &mut Gather) -> Result<Label> {
    let mut words = String::from("cloudping");
    for value in Json::values(text)? {
        words = one(value, gather)?;
    }
    gather.note(
        "cloudping connects to an endpoint over TCP: some 3 ms above what ping would say; nothing is taken off",
    );
    Ok(Label::new(words, "pairs"))
}

fn one(value: Json<'_>, gather: &mut Gather) -> Result<String> {
    let whole = value.members()?;
    let about = whole.get("metadata").map(|about| about.members()).transpose()?;
    let data = whole.need("data")?;
    let unit = unit(about.as_ref(), data, gather)?;
    let percent = percentile(about.as_ref(), data, gather)?;
    let (mut same, mut blank) = (0_u64, 0_u64);
    for (from, row) in data.members()?.iter() {
        for (to, time) in row.members()?.iter() {
            if from == to {
                same += 1;
            } else if time.shown() == "null" {
                blank += 1;
            } else {
                add(from, to, percent, time, unit, gather)?;
            }
        }
    }
    if same > 0 {
        gather.note(format!(
            "{same} × a region with itself is left out: that is the endpoint's overhead, not the time between zones"
        ));
    }
    if blank > 0 {
        gather.note(format!("{blank} × a pair without a figure is left out"));
    }
    Ok(format!("cloudping p{percent} (times in {})", unit.name()))
}

fn add(from: &str, to: &str, percent: f64, time: Json<'_>, unit: Unit, gather: &mut Gather) -> Result<()> {
    let value = time.number()?;
    let time_ms = unit
        .time(value)
        .map_err(|rule| time.wrong(not_a_time(rule, value, unit)))?;
    let quantiles = Quantiles::new(vec![(percent, time_ms)]).map_err(|why| time.wrong(why))?;
    let ends = Ends {
        from: Some(from),
        to: Some(to),
    };
    gather.figures(ends, Figures::Quantiles(quantiles), || time.place());
    Ok(())
}

fn unit(about: Option<&Members<'_>>, data: Json<'_>, gather: &Gather) -> Result<Unit> {
    let said = about.and_then(|about| about.any(&["unit", "units"]));
    let Some(said) = said else {
        return gather.unit_for("its times", data.place());
    };
    let word = said.text()?;
    let unit = Unit::parse(&word).ok_or_else(|| said.must("be a unit of time"))?;
    gather.unit_said("its times", unit, said.place())
}

/// The percentile that the metadata names as `p_50`, or the user by `--metric p50`.
fn percentile(about: Option<&Members<'_>>, data: Json<'_>, gather: &Gather) -> Result<f64> {
    let told = about.and_then(|about| about.get("percentile"));
    if let Some(told) = told {
        let word = told.text()?;
        return percent_of(&word).ok_or_else(|| {
            let error = told.wrong(format!(
                "`{word}` is no percentile: a mean is not read as a median"
            ));
            error.hint("ask the API for percentile=p_50 and for percentile=p_90, and give both files")
        });
    }
    match gather.options.metric.as_deref() {
        Some(word) => percent_of(word).ok_or_else(|| {
            Error::input(format!("--metric {word} is no percentile")).hint("say one such as --metric p50")
        }),
        None => Err(data
            .wrong("which percentile these are is not said")
            .hint("say it: --metric p50")),
    }
}

fn percent_of(word: &str) -> Option<f64> {
    let digits = word.strip_prefix("p_").or_else(|| word.strip_prefix('p'))?;
    digits.parse().ok().filter(|p| (0.0..=100.0).contains(p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ingest::foreign::{ImportOptions, Imported, read_foreign};

    fn read(text: &str, unit: Option<Unit>) -> Result<Imported> {
        let options = ImportOptions {
            unit,
            ..ImportOptions::default()
        };
        read_foreign("c.json", text.as_bytes(), &options)
    }

    #[test]
    fn a_region_with_itself_is_left_out_and_told() {
        let text = r#"{"metadata":{"percentile":"p_90","unit":"ms"},
            "data":{"eu-west-1":{"eu-west-1":3.2,"us-east-1":71.5},"us-east-1":{"eu-west-1":null}}}"#;
        let read = read(text, None).unwrap();
        assert_eq!(read.read_as, "cloudping p90 (times in ms), 1 pair");
        assert_eq!(
            read.pairs[0].figures.percentiles(&[50.0, 90.0]),
            [None, Some(71.5)]
        );
        assert!(
            read.notes
                .iter()
                .any(|note| note.contains("1 × a region with itself"))
        );
        assert!(read.notes.iter().any(|note| note.contains("3 ms above")));
    }

    #[test]
    fn neither_unit_nor_percentile_is_guessed() {
        let text = r#"{"metadata":{"percentile":"p_50"},"data":{"a":{"b":71.5}}}"#;
        let error = read(text, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "c.json:1:42: the unit of its times is not said"
        );
        assert!(error.problems()[0].hint.as_deref().unwrap().contains("--unit ms"));
        assert_eq!(read(text, Some(Unit::Millis)).unwrap().pairs.len(), 1);
        let mean = text.replace("p_50", "latency");
        assert!(
            read(&mean, Some(Unit::Millis))
                .unwrap_err()
                .to_string()
                .contains("no percentile")
        );
        let none = text.replace("percentile", "timeframe");
        assert!(
            read(&none, Some(Unit::Millis))
                .unwrap_err()
                .to_string()
                .contains("which percentile")
        );
    }
}
