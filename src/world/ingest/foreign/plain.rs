//! The plain form: what `fit` and the matrix of a scenario read.

use super::measured::{Figures, Measured};
use crate::basis::error::{Error, Result};

/// Which rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// `from,to,rtt_ms,source`: a row for each time.
    Samples,
    /// `from,to,p50_ms,p90_ms,…`: a row for each pair.
    Quantiles,
    /// `from,to,min_ms,avg_ms,max_ms,mdev_ms,…`: a row for each pair.
    Summary,
}

/// Percentiles that single times and histograms are told by.
const PERCENTS: [f64; 6] = [25.0, 50.0, 75.0, 90.0, 95.0, 99.0];

impl Plain {
    /// The rows that say the most of `pairs`: single times where all are, summaries where all are, else quantiles.
    pub fn of(pairs: &[Measured]) -> Plain {
        let all = |is: fn(&Figures) -> bool| pairs.iter().all(|pair| is(&pair.figures));
        if all(|figures| matches!(figures, Figures::Samples(_))) {
            Plain::Samples
        } else if all(is_summary) {
            Plain::Summary
        } else {
            Plain::Quantiles
        }
    }

    /// Whether the median is all that is known, so that it stands for the whole: one figure a pair.
    pub fn medians_alone(pairs: &[Measured]) -> bool {
        pairs.iter().all(|pair| match &pair.figures {
            Figures::Quantiles(quantiles) => {
                matches!(quantiles.at.as_slice(), [(percent, _)] if *percent == 50.0)
            }
            _ => false,
        })
    }
}

fn is_summary(figures: &Figures) -> bool {
    // A pair that lost everything goes with whatever the others are.
    matches!(figures, Figures::Summary(_)) || matches!(figures, Figures::Samples(times) if times.is_empty())
}

/// The pairs as CSV behind the lines of `about`, each a comment. Pairs without times are left out.
///
/// ```
/// use isochrone::world::ingest::foreign::{ImportOptions, Plain, plain_csv, read_foreign};
/// let read = read_foreign("f", b"b : 10 12 - 14\n", &ImportOptions::default()).unwrap();
/// let csv = plain_csv(&read.pairs, Plain::Quantiles, &["by hand".into()]).unwrap();
/// assert_eq!(
///     csv,
///     "# by hand\nfrom,to,p50_ms,p90_ms,p25_ms,p75_ms,p95_ms,p99_ms,n,lost,source\n\
///      ,b,12,13.6,11,13,13.8,13.96,3,1,fping -C -q\n"
/// );
/// ```
///
/// # Errors
/// When a pair cannot be told in such rows.
pub fn plain_csv(pairs: &[Measured], plain: Plain, about: &[String]) -> Result<String> {
    let mut writer = csv::WriterBuilder::new()
        .comment(Some(b'#'))
        .from_writer(Vec::new());
    let rows = match plain {
        Plain::Samples => samples(pairs)?,
        Plain::Quantiles => quantiles(pairs)?,
        Plain::Summary => summaries(pairs)?,
    };
    let fault = |why: String| Error::internal(format!("cannot write CSV: {why}"));
    for row in rows {
        writer
            .write_record(row)
            .map_err(|error| fault(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| fault(error.to_string()))?;
    let rows = String::from_utf8(bytes).map_err(|error| fault(error.to_string()))?;
    let about = about.iter().map(|line| {
        let line: String = line
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        format!("# {line}\n")
    });
    Ok(about.chain([rows]).collect())
}

type Rows = Vec<Vec<String>>;

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn has_times(pair: &Measured) -> bool {
    !matches!(&pair.figures, Figures::Samples(times) if times.is_empty())
}

fn samples(pairs: &[Measured]) -> Result<Rows> {
    let mut rows = vec![header(&["from", "to", "rtt_ms", "source"])];
    for pair in pairs {
        let Figures::Samples(times) = &pair.figures else {
            return Err(not_told(pair, "single times").hint("write quantiles: --write quantiles"));
        };
        for time in times {
            rows.push(vec![
                pair.from.clone(),
                pair.to.clone(),
                time.ms().to_string(),
                pair.source.clone(),
            ]);
        }
    }
    Ok(rows)
}

/// The percentiles that any of the pairs can tell: median and 90th first, as they must be there, then the others.
fn percents(pairs: &[Measured]) -> Vec<f64> {
    let mut others: Vec<f64> = Vec::new();
    for pair in pairs {
        match &pair.figures {
            Figures::Quantiles(quantiles) => others.extend(quantiles.at.iter().map(|(percent, _)| *percent)),
            Figures::Samples(_) | Figures::Histogram(_) => others.extend(PERCENTS),
            Figures::Summary(_) => {}
        }
    }
    others.retain(|percent| *percent != 50.0 && *percent != 90.0);
    others.sort_by(f64::total_cmp);
    others.dedup();
    [50.0, 90.0].into_iter().chain(others).collect()
}

fn quantiles(pairs: &[Measured]) -> Result<Rows> {
    let alone = Plain::medians_alone(pairs);
    let percents = if alone { vec![50.0] } else { percents(pairs) };
    let mut names: Vec<String> = percents.iter().map(|percent| format!("p{percent}_ms")).collect();
    if alone {
        names = vec!["rtt_ms".into()];
    }
    let ends = ["from", "to"].map(str::to_owned);
    let rest = ["n", "lost", "source"].map(str::to_owned);
    let mut rows = vec![ends.into_iter().chain(names).chain(rest).collect::<Vec<_>>()];
    for pair in pairs.iter().filter(|pair| has_times(pair)) {
        if matches!(pair.figures, Figures::Summary(_)) {
            return Err(not_told(pair, "quantiles").hint("import summaries of quiet pings by themselves"));
        }
        let mut row = vec![pair.from.clone(), pair.to.clone()];
        let told = pair.figures.percentiles(&percents);
        row.extend(
            told.iter()
                .map(|time| time.map_or_else(String::new, |ms| ms.to_string())),
        );
        row.extend(rest_of(pair));
        rows.push(row);
    }
    Ok(rows)
}

fn summaries(pairs: &[Measured]) -> Result<Rows> {
    let mut rows = vec![header(&[
        "from", "to", "min_ms", "avg_ms", "max_ms", "mdev_ms", "n", "lost", "source",
    ])];
    for pair in pairs.iter().filter(|pair| has_times(pair)) {
        let Figures::Summary(summary) = pair.figures else {
            return Err(not_told(pair, "a summary"));
        };
        let times = [summary.min, summary.avg, summary.max, summary.mdev];
        let mut row = vec![pair.from.clone(), pair.to.clone()];
        row.extend(times.iter().map(|time| time.ms().to_string()));
        row.extend(rest_of(pair));
        rows.push(row);
    }
    Ok(rows)
}

fn rest_of(pair: &Measured) -> [String; 3] {
    let shown = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
    [
        shown(pair.figures.n()),
        shown(pair.known_lost()),
        pair.source.clone(),
    ]
}

fn not_told(pair: &Measured, what: &str) -> Error {
    let name = format!(
        "{} → {}",
        super::gather::shown(&pair.from),
        super::gather::shown(&pair.to)
    );
    Error::input(format!(
        "{name} comes from {} and does not tell {what}",
        pair.source
    ))
}
