//! What a search of designs will have to do: classes, edge locations, leaders.

use super::plain::{NANOS_PER_PAIR, NANOS_PER_REPLICATE_AND_GROUP, Work};
use crate::design::request::{Callee, RequestClass, StoreAccess};
use crate::design::scenario::Scenario;
use crate::design::store::{Leader, Members};
use crate::engine::memory::Dimensions;

// Processor time as in `plain`. What screening takes decides which sizes are screened in full, too, so it stays as it is.

/// Nanoseconds to make the way of a user group through an edge location to a region.
const NANOS_PER_EDGE_WAY: f64 = 5_000.0;
/// Nanoseconds for a draw of one class, with its bin.
const NANOS_PER_DRAW: f64 = 4.0;
/// Nanoseconds for a set, a user group and a class screened apart: by means, and by distribution functions.
const NANOS_PER_SCREENED_MEAN: f64 = 6.0;
const NANOS_PER_SCREENED_FUNCTION: f64 = 60.0;
/// Nanoseconds to read a quantile off a screened class at a region that adds to it: values times steps of bisection.
const NANOS_PER_SCREENED_QUANTILE: f64 = 64.0 * 13.0 * 8.0;
/// Nanoseconds to mix one class of a user group into the distribution of a design.
const NANOS_PER_MIXED_GROUP: f64 = 1_100.0;
/// How often a judged design is mixed: as a whole, by country, by class, with perfect routing.
const MIXED_WHEN_JUDGED: f64 = 6.0;
/// Nanoseconds for a request of one class that a design is compared by, or taken to its parts by.
const NANOS_PER_LOOKED_AT: f64 = 10.0;
/// Requests of a class and a user group that are taken to their parts, and at most compared.
const TAKEN_TO_PARTS: f64 = 1024.0;
const COMPARED: f64 = 2048.0;
/// Nanoseconds for one convolution behind a region.
const NANOS_PER_CONVOLUTION: f64 = 110_000.0;

/// Ways to lead a set of `size` regions whose leaders are to be chosen.
pub(super) fn ways_to_lead(scenario: &Scenario, size: usize) -> u64 {
    let of_store = |store: &crate::design::store::Store| match (store.kind.leader(), &store.members) {
        (Some(Leader::Search), Members::All) => size as u64,
        (Some(Leader::Search), Members::Named(named)) => named.len() as u64,
        _ => 1,
    };
    scenario.stores.iter().map(of_store).product()
}

/// Nanoseconds to screen all sets of one size.
pub(super) fn nanos_screened(scenario: &Scenario, of: Dimensions, (size, sets): (usize, f64)) -> f64 {
    let layers = of.layers as f64;
    let groups = of.groups as f64;
    if of.means {
        return sets * layers * groups * NANOS_PER_SCREENED_MEAN;
    }
    let read = ways_to_lead(scenario, size) as f64 * size as f64 * (layers - 1.0);
    sets * (layers * groups * NANOS_PER_SCREENED_FUNCTION + read * NANOS_PER_SCREENED_QUANTILE)
}

/// How often each thing is done that plain sets do not need, or need less of.
pub(super) struct DesignWork {
    classes: f64,
    /// Ways through edge locations.
    edge_ways: f64,
    /// Draws of the requests without edge locations.
    draws_without_edge: f64,
    /// Sets, times classes screened apart.
    screened: f64,
    means: bool,
    /// Quantiles read off, a class and a region at a time.
    quantiles: f64,
    /// Designs scored from the table.
    rescored: f64,
    judged: f64,
    convolutions: f64,
}

impl DesignWork {
    pub(super) fn new(scenario: &Scenario, of: Dimensions, sets: &[(usize, u64)], top: usize) -> Self {
        let (groups, regions) = (of.groups as f64, of.regions as f64);
        let classes = of.classes.max(1) as f64;
        let runs = f64::from(scenario.sampling.runs);
        let over_sets = |each: &dyn Fn(usize, f64) -> f64| -> f64 {
            sets.iter().map(|(size, count)| each(*size, *count as f64)).sum()
        };
        let leads = |size: usize| ways_to_lead(scenario, size) as f64;
        let adding = (of.layers - 1) as f64;
        let largest = sets.iter().map(|(size, _)| *size).max().unwrap_or(0);
        let edge = f64::from(u8::from(of.edge));
        let named = scenario
            .placements
            .iter()
            .filter(|named| named.leaders.iter().any(Option::is_some));
        let judged = (top + sets.len() + usize::from(scenario.baseline.is_some())) as f64;
        let designs = over_sets(&|size, count| count * leads(size));
        DesignWork {
            classes,
            edge_ways: edge * groups * regions,
            // Towards the regions of the two sets that are told with and without.
            draws_without_edge: edge * groups * regions.min(2.0 * largest as f64) * classes * runs,
            screened: over_sets(&|_, count| count) * of.layers as f64,
            means: of.means,
            quantiles: over_sets(&|size, count| count * leads(size) * size as f64) * adding,
            rescored: over_sets(&|size, count| count.min((2 * top + 16) as f64) * leads(size)),
            judged: judged.min(designs) + named.count() as f64,
            convolutions: scenario
                .classes
                .iter()
                .map(|class| convolutions(class, regions))
                .sum(),
        }
    }

    pub(super) fn nanos(&self, plain: &Work) -> f64 {
        let of_groups = plain.groups * self.classes;
        let screened = if self.means {
            self.screened * plain.groups * NANOS_PER_SCREENED_MEAN
        } else {
            self.screened * plain.groups * NANOS_PER_SCREENED_FUNCTION
                + self.quantiles * NANOS_PER_SCREENED_QUANTILE
        };
        let mixed = self.rescored + MIXED_WHEN_JUDGED * self.judged;
        let looked_at = TAKEN_TO_PARTS + COMPARED.min(plain.runs);
        plain.pairs * NANOS_PER_PAIR
            + self.edge_ways * NANOS_PER_EDGE_WAY
            + (plain.draws * self.classes + self.draws_without_edge) * NANOS_PER_DRAW
            + screened
            + mixed * of_groups * NANOS_PER_MIXED_GROUP
            + plain.replicates * self.judged * of_groups * NANOS_PER_REPLICATE_AND_GROUP
            + self.judged * of_groups * looked_at * NANOS_PER_LOOKED_AT
            + self.convolutions * NANOS_PER_CONVOLUTION
    }
}

/// Convolutions that tell what all regions add to a class: for each region, and for each leader where it asks one.
fn convolutions(class: &RequestClass, regions: f64) -> f64 {
    let operations = class.operations.iter().map(|operation| {
        let asks = operation.access != StoreAccess::ReadLocal;
        (f64::from(operation.times), asks)
    });
    let calls = class
        .calls
        .iter()
        .map(|call| (f64::from(call.times), matches!(call.to, Callee::Leader(_))));
    let (times, asks) = operations
        .chain(calls)
        .fold((0.0, false), |(sum, any), (times, asks)| {
            (sum + times, any || asks)
        });
    times * regions * if asks { regions } else { 1.0 }
}
