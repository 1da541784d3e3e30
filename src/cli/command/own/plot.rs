//! The chart of predictions against measurements: its words and its groups.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::basis::error::Result;
use crate::basis::units::counted;
use crate::cli::atomic::Target;
use crate::report::chart::{
    Agreement as Chart, AgreementGroup, AgreementPair, ChartFormat, ChartOptions, draw_agreement,
};
use crate::world::network::own::figures::Agreement;
use crate::world::network::own::predict::Predicted;
use crate::world::network::own::sample::{Sample, Start};

/// A file to draw, looked at before anything is read.
pub(super) struct Plot {
    target: Target,
    format: ChartFormat,
}

impl Plot {
    /// # Errors
    /// When the extension says no format of a chart, or the file cannot be written.
    pub(super) fn at(path: &Path) -> Result<Self> {
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        Ok(Plot {
            format: ChartFormat::parse(&extension.to_ascii_lowercase())?,
            target: Target::probe(path)?,
        })
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// # Errors
    /// When the file cannot be written.
    pub(super) fn write(&self, chart: &Chart, style: ChartOptions) -> Result<()> {
        let options = ChartOptions {
            format: self.format,
            // Both axes have one scale, so the picture is nearly a square.
            height: 860,
            ..style
        };
        self.target.write(&draw_agreement(chart, &options)?)
    }
}

/// What the chart shows: users by technology where there are several, else by country; links beside them. The pairs that
/// are `worst` get a name.
pub(super) fn chart(
    samples: &[Sample],
    predicted: &[Predicted],
    worst: &[usize],
    (users, links): (Option<&Agreement>, Option<&Agreement>),
) -> Chart {
    let technologies: BTreeSet<&str> = samples
        .iter()
        .filter_map(|sample| Some(sample.users()?.technology.name()))
        .collect();
    let by_technology = technologies.len() > 1;
    let mut groups: BTreeMap<String, Vec<AgreementPair>> = BTreeMap::new();
    for (at, (sample, predicted)) in samples.iter().zip(predicted).enumerate() {
        let name = match &sample.from {
            Start::Users(users) if by_technology => users.technology.name().to_owned(),
            Start::Users(users) => users.country.to_string(),
            Start::Region(_) => "between regions".to_owned(),
        };
        let named = worst.contains(&at).then(|| name_of(sample));
        groups.entry(name).or_default().push(AgreementPair {
            measured_ms: sample.p50_ms,
            predicted_ms: predicted.p50_ms(),
            low_ms: predicted.quantiles_ms[0],
            high_ms: predicted.quantiles_ms[5],
            name: named,
        });
    }
    let mut groups: Vec<AgreementGroup> = groups
        .into_iter()
        .map(|(name, pairs)| AgreementGroup { name, pairs })
        .collect();
    // The largest groups get a colour of their own; equal ones stay in the order of their names.
    groups.sort_by_key(|group| std::cmp::Reverse(group.pairs.len()));
    Chart {
        title: title(users.or(links)),
        subtitle: vec![
            counted(samples.len(), "measured pair"),
            "a mark on the line: predicted as measured".into(),
        ],
        notes: vec![
            "bars: predicted 90 % interval, over users or of what a link may be".into(),
            "dashed: a quarter more and a quarter less".into(),
        ],
        groups,
    }
}

/// `dublin-ie → aws:eu-west-1`, with the name of a host that has one.
pub(in crate::cli::command) fn name_of(sample: &Sample) -> String {
    let (from, to) = (sample.from_name(), &sample.to.id);
    if sample.host == from {
        format!("{from} → {to}")
    } else {
        format!("{from} ({}) → {to}", sample.host)
    }
}

/// In %, with the sign that text has.
fn signed(share: f64) -> String {
    format!("{:+.1}", share * 100.0).replace('-', "−")
}

fn title(found: Option<&Agreement>) -> String {
    let Some(found) = found else {
        return "Predictions against measurements".into();
    };
    let percent = found.bias.value * 100.0;
    let side = if percent < 0.0 { "short" } else { "long" };
    let size = format!("{:.1} %", percent.abs());
    match found.bias.interval {
        Some((low, high)) if low <= 0.0 && 0.0 <= high => format!(
            "Predicted medians are {size} too {side} in the median, which is not beyond noise ({} to {} %)",
            signed(low),
            signed(high)
        ),
        Some((low, high)) => format!(
            "Predicted medians are {size} too {side} in the median (95 % interval {} to {} %)",
            signed(low),
            signed(high)
        ),
        None => {
            format!("Predicted medians are {size} too {side} in the median; too few pairs for an interval")
        }
    }
}
