//! Is a CDN enough, or does it take another region? The same audience with and without the edge, with fewer regions and
//! with more.

use super::Sources;
use crate::basis::error::Result;
use crate::basis::stat::estimate::Estimate;
use crate::decide::designer::Designer;
use crate::decide::judge::Difference;
use crate::engine::latency::placed::Placed;
use crate::engine::latency::plan::Plan;
use crate::engine::latency::table::LatencyTable;
use crate::engine::progress::Watch;

/// Four ways to serve the audience.
#[derive(Clone, Debug)]
pub struct EdgeFacts {
    /// Place of the set with fewer regions among the sets judged.
    pub fewer: usize,
    /// Place of the set with more.
    pub more: usize,
    /// Fewer and more regions without the edge, then with it.
    pub ways: [Way; 4],
    /// 95th percentile: with the edge less without it, fewer regions.
    pub edge_saves: Difference,
    /// 95th percentile: more regions less fewer, without the edge.
    pub regions_save: Difference,
}

/// Latency of one way.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Mean, ms.
    pub mean: Estimate,
    /// Median, ms.
    pub p50: Estimate,
    /// 95th percentile, ms.
    pub p95: Estimate,
}

/// The four ways through the best set of the least size judged and the best of the next size. Nothing without an edge,
/// or where all sets have one size.
pub(in crate::decide) fn cdn_or_region(
    sources: &Sources<'_>,
    placed: &[&Placed],
    watch: Watch<'_>,
) -> Result<Option<EdgeFacts>> {
    let Some(direct) = sources.simulation.without_edge(sources.scenario)? else {
        return Ok(None);
    };
    let Some((fewer, more)) = two_sizes(placed, |at| mean(sources, placed[at]).value) else {
        return Ok(None);
    };
    let mut wanted = vec![false; direct.laws.regions];
    for region in placed[fewer].regions.iter().chain(&placed[more].regions) {
        wanted[*region] = true;
    }
    let table = LatencyTable::simulate_at(
        &direct.laws,
        sources.designer.table.draws(),
        &|_, region| wanted[region],
        watch,
    )?;
    let designer = Designer {
        laws: &direct.laws,
        table: &table,
        ..sources.designer
    };
    let without = |at: usize| {
        let plan = without_edge(&designer, &placed[at].plan)?;
        let placed = Placed::of(&direct.laws, &table, plan);
        Some(way(&placed, placed.mean(&direct.laws, &table)))
    };
    // Regions that cannot keep up without the edge leave nothing to compare.
    let (Some(fewer_without), Some(more_without)) = (without(fewer), without(more)) else {
        return Ok(None);
    };
    let with = |at: usize| way(placed[at], mean(sources, placed[at]));
    let ways = [fewer_without, more_without, with(fewer), with(more)];
    Ok(Some(EdgeFacts {
        fewer,
        more,
        edge_saves: difference(&ways[2], &ways[0]),
        regions_save: difference(&ways[1], &ways[0]),
        ways,
    }))
}

/// The same design under laws without the edge: what the edge kept from the regions now queues there.
fn without_edge(designer: &Designer<'_>, plan: &Plan) -> Option<Plan> {
    let leads = designer.leads(&plan.regions, &plan.leaders).into_iter();
    let lead = leads.into_iter().find(|lead| lead.leaders == plan.leaders)?;
    Some(designer.plan(&plan.regions, lead))
}

fn mean(sources: &Sources<'_>, placed: &Placed) -> Estimate {
    placed.mean(sources.designer.laws, sources.designer.table)
}

fn way(placed: &Placed, mean: Estimate) -> Way {
    Way {
        mean,
        p50: placed.all.quantile(0.5),
        p95: placed.all.quantile(0.95),
    }
}

/// The two were drawn from the same users but on other ways: taken as independent, which errs on the safe side. Only
/// sampling error is told; uncertain inputs come on top.
fn difference(a: &Way, b: &Way) -> Difference {
    let std_error = a.p95.std_error.hypot(b.p95.std_error);
    Difference::new(Estimate::normal(a.p95.value - b.p95.value, std_error))
}

/// The best set (least `mean`) of the least size, and that of the next larger size.
fn two_sizes(placed: &[&Placed], mean: impl Fn(usize) -> f64) -> Option<(usize, usize)> {
    let size = |at: usize| placed[at].regions.len();
    let best_of = |wanted: usize| {
        (0..placed.len())
            .filter(|at| size(*at) == wanted)
            .min_by(|a, b| mean(*a).total_cmp(&mean(*b)))
    };
    let least = (0..placed.len()).map(size).min()?;
    let next = (0..placed.len()).map(size).filter(|size| *size > least).min()?;
    Some((best_of(least)?, best_of(next)?))
}
