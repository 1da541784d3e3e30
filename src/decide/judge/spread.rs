//! Judged sets whose draws are scrambled points: every figure with the error that the scrambles tell.

use super::{Criteria, Judged, QUANTILES, worst_country};
use crate::decide::scrambles::{figure_in, quantiles, shares};
use crate::engine::latency::law::Laws;
use crate::engine::latency::placed::country_ranges;
use crate::engine::latency::scrambled::InScrambles;
use crate::engine::latency::table::LatencyTable;

impl Judged {
    /// Replaces the errors, which were those of random draws.
    pub(super) fn spread_over(
        &mut self,
        laws: &Laws,
        table: &LatencyTable,
        criteria: &Criteria,
        scrambles: &InScrambles<'_>,
    ) {
        let placed = &self.placed;
        self.objective = figure_in(criteria.objective, laws, table, placed, scrambles);
        self.mean = scrambles.mean(self.mean.value);
        let of_all = quantiles(&placed.all, &QUANTILES, |values| scrambles.share_errors(values));
        for (mine, with_error) in self.quantiles.iter_mut().zip(of_all) {
            *mine = with_error;
        }
        self.shares = shares(placed, &criteria.within_ms, scrambles);
        for (range, country) in country_ranges(laws).iter().zip(&mut self.countries) {
            let latency = placed.of_groups(laws, table, range.clone());
            let of = quantiles(&latency, &[0.5, 0.95, 0.99], |values| {
                scrambles.share_errors_of(range, values)
            });
            if let [p50, p95, p99] = of[..] {
                (country.p50, country.p95, country.p99) = (p50, p95, p99);
            }
        }
        self.worst_country = worst_country(laws, &self.countries, criteria.min_share);
    }
}
