//! Figures with the errors that scrambled points tell.

use super::objective::{Figure, large_countries, worst_country};
use crate::basis::stat::estimate::Estimate;
use crate::basis::stat::student::T95;
use crate::engine::latency::law::Laws;
use crate::engine::latency::placed::{Distribution, Placed};
use crate::engine::latency::scrambled::InScrambles;
use crate::engine::latency::table::LatencyTable;

/// The `p`-quantiles of a distribution, given how to find the errors of the shares at them.
pub(super) fn quantiles(
    of: &Distribution,
    ps: &[f64],
    share_errors: impl Fn(&[f64]) -> Vec<f64>,
) -> Vec<Estimate> {
    let values: Vec<f64> = ps.iter().map(|p| of.quantile(*p).value).collect();
    let errors = share_errors(&values);
    ps.iter()
        .zip(errors)
        .map(|(p, error)| of.quantile_reaching(*p, error, T95))
        .collect()
}

/// Shares within `limits` (ms) with their errors.
pub(super) fn shares(placed: &Placed, limits: &[f64], scrambles: &InScrambles<'_>) -> Vec<Estimate> {
    if let Distribution::Exact(_) = placed.all {
        return limits.iter().map(|ms| placed.all.share_within(*ms)).collect();
    }
    let with_error = |(ms, error): (&f64, f64)| {
        let mut share = Estimate::reaching(placed.all.share_within(*ms).value, error, T95);
        share.sampling = (share.sampling.0.max(0.0), share.sampling.1.min(1.0));
        share
    };
    limits
        .iter()
        .zip(scrambles.share_errors(limits))
        .map(with_error)
        .collect()
}

/// What [`Figure::of`] says, with the error that the scrambles tell.
pub fn figure_in(
    figure: Figure,
    laws: &Laws,
    table: &LatencyTable,
    placed: &Placed,
    scrambles: &InScrambles<'_>,
) -> Estimate {
    let none = Estimate::exact(f64::NAN);
    match figure {
        Figure::Mean => scrambles.mean(placed.mean(laws, table).value),
        Figure::Quantile(p) => {
            let of = quantiles(&placed.all, &[p], |values| scrambles.share_errors(values));
            of.first().copied().unwrap_or(none)
        }
        Figure::ShareWithin(ms) => shares(placed, &[ms], scrambles).first().copied().unwrap_or(none),
        Figure::WorstCountryP95 { min_share } => {
            let Some((country, _)) = worst_country(laws, table, placed, min_share) else {
                return none;
            };
            let large = large_countries(laws, min_share);
            let mine = large
                .iter()
                .find(|range| laws.groups[range.start].country == country);
            let of = mine.map(|range| {
                let latency = placed.of_groups(laws, table, range.clone());
                quantiles(&latency, &[0.95], |values| {
                    scrambles.share_errors_of(range, values)
                })
            });
            of.and_then(|of| of.first().copied()).unwrap_or(none)
        }
        Figure::WorstGroupMean => {
            let (group, value) = placed.worst_group(laws, table);
            scrambles.group_mean(group, value)
        }
    }
}
