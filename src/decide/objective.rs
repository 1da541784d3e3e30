//! What sets are ranked by, and limits they must keep.

use crate::basis::stat::estimate::Estimate;
use crate::design::targets::Objective;
use crate::engine::latency::law::Laws;
use crate::engine::latency::placed::{Placed, country_ranges};
use crate::engine::latency::table::LatencyTable;

/// A figure that a set is ranked by. Less is better, but for a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// Mean latency, ms.
    Mean,
    /// A quantile of the latency, ms.
    Quantile(f64),
    /// Share of requests within a time (ms); more is better.
    ShareWithin(f64),
    /// The highest 95th percentile of any country with at least this share of the audience, ms.
    WorstCountryP95 {
        /// Smaller countries are left out.
        min_share: f64,
    },
    /// The highest mean of any user group, ms.
    WorstGroupMean,
}

impl Figure {
    /// Whether a larger value is better.
    pub fn more_is_better(self) -> bool {
        matches!(self, Figure::ShareWithin(_))
    }

    /// The value turned so that less is better.
    pub fn cost(self, value: f64) -> f64 {
        if self.more_is_better() { -value } else { value }
    }

    /// The figure in words: `p95`, `share within 150 ms`.
    ///
    /// ```
    /// use isochrone::decide::objective::Figure;
    /// assert_eq!(Figure::Quantile(0.95).words(), "p95");
    /// assert_eq!(Figure::ShareWithin(150.0).words(), "share within 150 ms");
    /// ```
    pub fn words(self) -> String {
        match self {
            Figure::Mean => "mean".to_owned(),
            Figure::Quantile(p) => format!("p{}", (p * 1e4).round() / 1e2),
            Figure::ShareWithin(ms) => format!("share within {ms} ms"),
            Figure::WorstCountryP95 { .. } => "p95 of the worst country".to_owned(),
            Figure::WorstGroupMean => "mean of the worst user group".to_owned(),
        }
    }

    /// A value of the figure with its unit: `150 ms`, `81.5 %`; at most two decimals.
    pub fn amount(self, value: f64) -> String {
        let plain = |value: f64| (value * 100.0).round() / 100.0;
        if self.more_is_better() {
            format!("{} %", plain(value * 100.0))
        } else {
            format!("{} ms", plain(value))
        }
    }

    /// The figure of a placed set, with its sampling error.
    pub fn of(self, laws: &Laws, table: &LatencyTable, placed: &Placed) -> Estimate {
        match self {
            Figure::Mean => placed.mean(laws, table),
            Figure::Quantile(p) => placed.all.quantile(p),
            Figure::ShareWithin(ms) => placed.all.share_within(ms),
            Figure::WorstCountryP95 { min_share } => worst_country(laws, table, placed, min_share)
                .map_or(Estimate::exact(f64::NAN), |(_, estimate)| estimate),
            Figure::WorstGroupMean => {
                let (group, mean) = placed.worst_group(laws, table);
                let variance = table.variance(group, placed.serving[group]);
                Estimate::normal(mean, (variance / f64::from(table.runs_of(group))).sqrt())
            }
        }
    }
}

/// The figure that an objective means; `min_share` is the least share of the audience that a "worst country" has.
pub fn figure_named(objective: Objective, min_share: f64) -> Figure {
    match objective {
        Objective::Mean => Figure::Mean,
        Objective::P50 => Figure::Quantile(0.5),
        Objective::P90 => Figure::Quantile(0.9),
        Objective::P95 => Figure::Quantile(0.95),
        Objective::P99 => Figure::Quantile(0.99),
        Objective::ShareWithin(limit) => Figure::ShareWithin(limit.ms()),
        Objective::WorstCountryP95 => Figure::WorstCountryP95 { min_share },
        Objective::WorstGroupMean => Figure::WorstGroupMean,
    }
}

/// The countries with at least `min_share` of the audience, as ranges of groups; all when none is that large.
pub fn large_countries(laws: &Laws, min_share: f64) -> Vec<std::ops::Range<usize>> {
    let share = |range: &std::ops::Range<usize>| -> f64 {
        laws.groups[range.clone()].iter().map(|group| group.weight).sum()
    };
    let all = country_ranges(laws);
    let large: Vec<_> = all
        .iter()
        .filter(|range| share(range) >= min_share)
        .cloned()
        .collect();
    if large.is_empty() { all } else { large }
}

/// The country with the highest 95th percentile: its number and the percentile.
pub fn worst_country(
    laws: &Laws,
    table: &LatencyTable,
    placed: &Placed,
    min_share: f64,
) -> Option<(u16, Estimate)> {
    let mut worst: Option<(u16, Estimate)> = None;
    for range in large_countries(laws, min_share) {
        let p95 = placed.of_groups(laws, table, range.clone()).quantile(0.95);
        if worst.as_ref().is_none_or(|(_, before)| p95.value > before.value) {
            worst = Some((laws.groups[range.start].country, p95));
        }
    }
    worst
}
