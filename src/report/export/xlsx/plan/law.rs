//! The formulas' arithmetic in Rust: what a formula would find from the figures of the run.

use crate::basis::queueing::sizing::{Demand, servers_for};
use crate::report::model::{PriceTier, PromiseAsked, SizingAsked};

/// A formula that finds a figure of the run to this, relative, is its formula.
const SAME: f64 = 1e-9;

/// More servers than the least that a formula tries; beyond them it asks for a run.
pub(super) const TRIED: u32 = 200;

/// Hours of a month: a twelfth of a year of 365 days.
pub(super) const HOURS: &str = "365*24/12";

/// The same number.
pub(super) fn hours() -> f64 {
    365.0 * 24.0 / 12.0
}

/// Whether a formula that gives `found` gives the `run`'s figure.
pub(super) fn same(found: f64, run: f64) -> bool {
    (found - run).abs() <= SAME * run.abs().max(f64::MIN_POSITIVE)
}

/// Promises about waits alone.
pub(super) fn waits(sizing: &SizingAsked) -> impl Iterator<Item = &PromiseAsked> {
    sizing.promises.iter().filter(|it| it.of == "wait")
}

/// Whether a promise is about wait and service together, which no formula here finds.
pub(super) fn has_responses(sizing: &SizingAsked) -> bool {
    sizing.promises.iter().any(|it| it.of != "wait")
}

/// Servers below which the queue grows without end or the ceiling is broken.
pub(super) fn least(sizing: &SizingAsked, asked: f64) -> f64 {
    let ceiling = (asked / sizing.max_utilisation - 1e-9).ceil();
    (asked.floor() + 1.0).max(ceiling)
}

/// How many more it takes to keep the promises about waits; none where no number does.
pub(super) fn more(sizing: &SizingAsked, asked: f64, mean_ms: f64, scv: f64) -> Option<u32> {
    let least = least(sizing, asked);
    let mut most = 0;
    for promise in waits(sizing) {
        let servers = servers_for(&Demand {
            offered: asked,
            mean_ms,
            scv,
            share: promise.share,
            wait_ms: promise.within_ms,
            ceiling: 1.0,
        })?;
        most = most.max((f64::from(servers) - least).max(0.0) as u32);
    }
    Some(most)
}

/// Instances that hold `servers`, spread over `zones` as evenly as can be: without the fullest, n − ⌈n/z⌉ are left.
pub(super) fn instances(sizing: &SizingAsked, servers: u32, zones: u32) -> Option<u32> {
    let loaded = servers.div_ceil(sizing.concurrency.max(1));
    let spread = match (sizing.survive_zone, zones) {
        (false, _) => loaded,
        (true, 0 | 1) => return None,
        (true, zones) => loaded + loaded.div_ceil(zones - 1),
    };
    Some(spread.max(zones * sizing.min_per_zone))
}

/// US dollars of an amount a month.
pub(super) fn usd(tiers: &[PriceTier], amount: f64) -> f64 {
    let mut from = 0.0;
    let mut before = 0.0;
    let mut total = 0.0;
    for tier in tiers {
        if amount > from {
            total += (amount - from) * (tier.usd - before);
        }
        before = tier.usd;
        from = tier.up_to.unwrap_or(f64::INFINITY);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_are_paid_each_at_its_price() {
        let tier = |up_to, usd| PriceTier { up_to, usd };
        let tiers = [tier(Some(10.0), 3.0), tier(Some(30.0), 2.0), tier(None, 1.0)];
        let found = [5.0, 10.0, 20.0, 50.0].map(|amount| usd(&tiers, amount));
        assert_eq!(found, [15.0, 30.0, 50.0, 90.0]);
    }

    #[test]
    fn zones_are_as_even_as_can_be() {
        let sizing = |concurrency, min_per_zone, survive_zone| SizingAsked {
            concurrency,
            max_utilisation: 1.0,
            promises: Vec::new(),
            min_per_zone,
            survive_zone,
            survive_regions: 0,
            spare: 0.0,
            scale_out_s: None,
            hourly: false,
        };
        // Zones of 4, 4 and 3 keep 7 without a zone of 4; of 4 and 3 and 3 they would keep 6.
        assert_eq!(instances(&sizing(1, 0, true), 7, 3), Some(11));
        assert_eq!(instances(&sizing(4, 0, false), 7, 3), Some(2));
        assert_eq!(instances(&sizing(4, 2, false), 7, 3), Some(6));
        assert_eq!(instances(&sizing(4, 2, true), 7, 1), None);
    }
}
