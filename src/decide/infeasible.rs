//! Why no set is feasible: what each limit excludes by itself, and how near any set comes to it.

use super::designer::Designer;
use super::enumerate::{Query, Scored};
use super::objective::Figure;
use crate::basis::error::Result;
use crate::basis::stat::estimate::Estimate;
use crate::engine::latency::placed::Placed;
use crate::engine::progress::Watch;

/// What one limit does to the sets of a query, as if it were the only one.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusion {
    /// The figure that is limited.
    pub figure: Figure,
    /// The limit, in the figure's unit.
    pub limit: f64,
    /// Sets that break it.
    pub excluded: u64,
    /// The set with the best value of the figure: the nearest miss when every set is excluded.
    pub nearest: Vec<usize>,
    /// That value with its sampling error.
    pub reached: Estimate,
}

/// What each limit of `query` does by itself, in their order. Takes one or two searches a limit, so it is asked only
/// when nothing was found; what the user did not wait for is left out.
///
/// # Errors
/// None at present; the signature is that of a search.
pub fn exclusions(designer: &Designer<'_>, query: &Query, watch: Watch<'_>) -> Result<Vec<Exclusion>> {
    let mut found = Vec::new();
    for &(figure, limit) in &query.limits {
        let Some(nearest) = best(designer, query, figure, watch)? else {
            break;
        };
        let Some(excluded) = excluded(designer, query, (figure, limit), watch)? else {
            break;
        };
        found.push(Exclusion {
            figure,
            limit,
            excluded,
            reached: reached(designer, figure, &nearest.regions),
            nearest: nearest.regions,
        });
    }
    Ok(found)
}

fn reached(designer: &Designer<'_>, figure: Figure, regions: &[usize]) -> Estimate {
    let (laws, table) = (designer.laws, designer.table);
    match designer.best(figure, regions, &[]) {
        Some((plan, _)) => figure.of(laws, table, &Placed::of(laws, table, plan)),
        None => Estimate::exact(f64::NAN),
    }
}

/// The best set by `figure`, the smallest of equals; `None` when there is none or the user asked to stop.
fn best(designer: &Designer<'_>, query: &Query, figure: Figure, watch: Watch<'_>) -> Result<Option<Scored>> {
    let query = Query {
        objective: figure,
        limits: Vec::new(),
        top: 1,
        ..query.clone()
    };
    let found = designer.find(&query, None, watch)?;
    let cost = |scored: &Scored| figure.cost(scored.value);
    let all = found.best.into_values().flatten();
    Ok(all
        .min_by(|a, b| cost(a).total_cmp(&cost(b)))
        .filter(|_| found.complete))
}

/// How many sets break `limit`; `None` when the user asked to stop.
fn excluded(
    designer: &Designer<'_>,
    query: &Query,
    limit: (Figure, f64),
    watch: Watch<'_>,
) -> Result<Option<u64>> {
    let query = Query {
        objective: limit.0,
        limits: vec![limit],
        top: 1,
        ..query.clone()
    };
    let found = designer.find(&query, None, watch)?;
    Ok(found.complete.then_some(found.infeasible))
}
