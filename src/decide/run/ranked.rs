//! A search by a measure that is no figure of latency: all sets that keep the limits are gauged, and the best of them judged.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::options::SearchOptions;
use super::{Finder, Ground, NamedSet};
use crate::basis::error::{Error, ErrorKind, Result};
use crate::decide::effort::{self, sizes_in_full};
use crate::decide::enumerate::{Found, Proof, Query, Scored, count_sets};
use crate::decide::gauge::{Gauge, Reading};
use crate::design::ranking::RankedBy;
use crate::design::recovery::Standby;
use crate::design::scenario::Scenario;
use crate::engine::latency::plan::Plan;
use crate::engine::progress::Watch;

/// What a search by a measure came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The measure.
    pub by: RankedBy,
    /// By size.
    pub sizes: BTreeMap<usize, GaugedSize>,
    /// The best over all sizes and the best of each, in their order.
    contenders: Vec<Vec<usize>>,
}

/// The sets of one size, gauged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GaugedSize {
    /// Sets that keep the limits and were gauged.
    pub gauged: u64,
    /// Of these, sets that have no value.
    pub without: u64,
    /// Whether that is every set of the size that keeps the limits.
    pub all: bool,
    /// The best value.
    pub best: Option<f64>,
}

/// A set with its measure turned so that less is better.
type Standing = (f64, Scored);

/// Whether a search can go by what its scenario ranks sets by.
///
/// # Errors
/// When sets are ranked by a measure and something is asked that only latency answers, or sizes are asked for of which not
/// all sets are scored.
pub fn check(scenario: &Scenario, options: &SearchOptions) -> Result<()> {
    let Some(by) = scenario.ranked_by else {
        return Ok(());
    };
    let name = by.name();
    for (flag, given) in [
        ("--fixed-cost", options.fixed_cost_ms.is_some()),
        ("--grow", options.grow_from.is_some()),
    ] {
        if given {
            let message = format!("{flag} weighs latencies, and the objective is `{name}`");
            return Err(Error::input(message).hint(format!(
                "rank by a latency, such as --objective p95, or leave {flag} out"
            )));
        }
    }
    let full = sizes_in_full(scenario, options.budget());
    let Some(size) = scenario.sizes.iter().find(|size| !full.contains(size)) else {
        return Ok(());
    };
    let message = format!(
        "sets of {size} are too many to score each, and a search among some of them goes by latency: it cannot rank them by `{name}`"
    );
    let hint = match full.last() {
        Some(largest) => format!(
            "the largest size that is scored in full is {largest}: ask for no larger one, or say --in-full to score all sets however long that takes"
        ),
        None => {
            "say --in-full to score all sets however long that takes, or ask for smaller sizes".to_owned()
        }
    };
    Err(Error::input(message).hint(hint))
}

/// # Errors
/// When sets are ranked by a measure: which sets are best needs them all, and a part keeps the quickest of its own.
pub(super) fn refuse_parts(scenario: &Scenario) -> Result<()> {
    let Some(by) = scenario.ranked_by else {
        return Ok(());
    };
    let message = format!(
        "a part of a search keeps the quickest of its sets, and those need not be the best by `{}`",
        by.name()
    );
    Err(Error::input(message)
        .hint("run the search in one piece, or rank by a latency, such as --objective p95"))
}

/// Finds all sets that keep the limits, gauges them, and keeps the best of each size.
///
/// # Errors
/// Those of `find`; when a set has more regions than can be enumerated.
pub(super) fn find(
    ground: &Ground<'_>,
    gauge: &Gauge<'_>,
    find: &Finder<'_>,
    watch: Watch<'_>,
) -> Result<(Found, Ranked)> {
    let (designer, query) = (&ground.sources.designer, &ground.query);
    let most = effort::most_gauged(query.sizes.iter().all(|size| gauge.is_quick(*size)));
    let sets = |size: &usize| count_sets(designer.laws.regions, *size, query.must_have.len());
    let largest = query.sizes.iter().filter_map(sets).max().unwrap_or(0);
    let all = Query {
        top: most.min(largest as usize).max(query.top),
        ..query.clone()
    };
    let mut found = find(designer, &all, ground.accept)?;
    let mut ranked = Ranked {
        by: gauge.by,
        sizes: BTreeMap::new(),
        contenders: Vec::new(),
    };
    let mut standings: Vec<(usize, Standing)> = Vec::new();
    let best = std::mem::take(&mut found.best);
    for (size, sets) in best {
        let (mut kept, gauged) = gauged(gauge, query, sets, watch)?;
        kept.truncate(query.top);
        let whole = gauged.all && is_all(&found, size, all.top);
        found.complete &= gauged.all;
        if let Some(of_size) = found.sizes.get_mut(&size) {
            // A bound of the objective says nothing of the measure.
            of_size.bound = None;
            if !whole {
                of_size.proof = Proof::NoBound;
            }
        }
        ranked.sizes.insert(size, GaugedSize { all: whole, ..gauged });
        found
            .best
            .insert(size, kept.iter().map(|(_, scored)| scored.clone()).collect());
        standings.extend(kept.into_iter().enumerate());
    }
    ranked.contenders = contenders(query, standings);
    Ok((found, ranked))
}

/// Whether all sets of a size that keep the limits were handed on, of `top` at most.
fn is_all(found: &Found, size: usize, top: usize) -> bool {
    let Some(of_size) = found.sizes.get(&size) else {
        return false;
    };
    of_size.proof == Proof::Optimal && of_size.scored - of_size.infeasible <= top as u64
}

/// The sets that have a value, the best first; of equals the quickest, then the first by its regions.
fn gauged(
    gauge: &Gauge<'_>,
    query: &Query,
    sets: Vec<Scored>,
    watch: Watch<'_>,
) -> Result<(Vec<Standing>, GaugedSize)> {
    let (done, count) = (AtomicU64::new(0), sets.len() as u64);
    let costs: Vec<Option<f64>> = sets
        .par_iter()
        .map(|set| {
            if watch.stopped() {
                return Ok(None);
            }
            let cost = gauge.cost_of(&set.regions)?;
            let seen = done.fetch_add(1, Ordering::Relaxed) + 1;
            if seen.is_multiple_of(256) {
                watch.advance("gauging", seen, count);
            }
            Ok(Some(cost))
        })
        .collect::<Result<_>>()?;
    let known: Vec<Standing> = costs
        .into_iter()
        .zip(sets)
        .filter_map(|(cost, set)| Some((cost?, set)))
        .collect();
    let gauged = known.len() as u64;
    let mut kept: Vec<Standing> = known.into_iter().filter(|(cost, _)| cost.is_finite()).collect();
    kept.sort_by(|a, b| compare(query, a, b));
    let sizes = GaugedSize {
        gauged,
        without: gauged - kept.len() as u64,
        all: gauged == count,
        best: kept.first().map(|(cost, _)| gauge.by.value_of(*cost)),
    };
    Ok((kept, sizes))
}

fn compare(query: &Query, a: &Standing, b: &Standing) -> std::cmp::Ordering {
    let latency = |standing: &Standing| query.objective.cost(standing.1.value);
    let regions = |standing: &Standing| standing.1.regions.len();
    a.0.total_cmp(&b.0)
        .then_with(|| latency(a).total_cmp(&latency(b)))
        .then_with(|| regions(a).cmp(&regions(b)))
        .then_with(|| a.1.regions.cmp(&b.1.regions))
}

/// The best sets over all sizes and the best of each size; each comes with its place among those of its size.
fn contenders(query: &Query, mut all: Vec<(usize, Standing)>) -> Vec<Vec<usize>> {
    all.sort_by(|a, b| compare(query, &a.1, &b.1));
    all.into_iter()
        .enumerate()
        .filter(|(place, (of_size, _))| *place < query.top || *of_size == 0)
        .map(|(_, (_, (_, scored)))| scored.regions)
        .collect()
}

impl Ranked {
    /// The sets that are to be judged.
    pub(super) fn contenders(&self) -> Vec<Vec<usize>> {
        self.contenders.clone()
    }

    /// Why no set is left, where sets keep the limits and none of them has a value.
    pub(super) fn no_value(&self) -> Option<Error> {
        let without: u64 = self.sizes.values().map(|it| it.without).sum();
        let has_any = self.sizes.values().any(|it| it.best.is_some());
        if has_any || without == 0 {
            return None;
        }
        let (why, hint) = match self.by {
            RankedBy::Cost => (
                "not everything in them has a price",
                "add prices under [cost]; `isochrone simulate` names what has none",
            ),
            RankedBy::AfterLoss(_) => (
                "after the loss of some region nobody can serve",
                "allow larger sets, or name regions that stand by",
            ),
            RankedBy::Rpo => (
                "nothing of a store survives the loss of a region",
                "allow larger sets, or name regions that stand by",
            ),
            RankedBy::Rto | RankedBy::Downtime | RankedBy::Score => (
                "nobody takes over and repair has no end",
                "allow larger sets, or say how long repair takes under [failures]",
            ),
        };
        let message = format!(
            "no set can be ranked by `{}`: {without} keep the limits, and {why}",
            self.by.name()
        );
        Some(Error::new(ErrorKind::Infeasible, message).hint(hint))
    }
}

/// What was read of the designs that are judged.
pub(super) struct Readings<'a> {
    gauge: &'a Gauge<'a>,
    read: Vec<Reading>,
    costs: Vec<f64>,
}

impl<'a> Readings<'a> {
    /// Reads every plan with its own standbys; none where sets are ranked by latency.
    ///
    /// # Errors
    /// When a set has more regions than can be enumerated.
    pub(super) fn of<'o>(
        gauge: Option<&'a Gauge<'a>>,
        plans: &[Plan],
        own: impl Iterator<Item = &'o [Standby]>,
    ) -> Result<Option<Self>> {
        let Some(gauge) = gauge else { return Ok(None) };
        let designs = plans.iter().zip(own);
        let read = designs
            .map(|(plan, own)| gauge.read(plan, own))
            .collect::<Result<Vec<Reading>>>()?;
        Ok(Some(Readings {
            gauge,
            costs: read.iter().map(|it| gauge.cost(&it.value)).collect(),
            read,
        }))
    }

    /// What they are ranked by, less is better.
    pub(super) fn order(&self) -> &[f64] {
        &self.costs
    }

    /// Tells each of the sets how it stands; there may be fewer than were read when the user asked to stop.
    ///
    /// # Errors
    /// None but faults of what is called.
    pub(super) fn tell(&self, sets: &mut [NamedSet], watch: Watch<'_>) -> Result<()> {
        let ranks: Vec<usize> = sets.iter().map(|set| set.judged.rank).collect();
        let stand = self.gauge.stand(&self.read[..ranks.len()], &ranks, watch)?;
        for (set, gauged) in sets.iter_mut().zip(stand) {
            set.gauged = Some(gauged);
        }
        Ok(())
    }
}
