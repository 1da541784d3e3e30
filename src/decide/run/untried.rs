//! Why there is no set to tell of, where not all were tried.

use crate::basis::error::{Error, ErrorKind};
use crate::decide::enumerate::{Found, Query, Scored};
use crate::decide::objective::Figure;

/// What each limit excludes of the sets that were tried, and that others were not.
pub(super) fn nothing_found(found: &Found, query: &Query, name: impl Fn(&[usize]) -> String) -> Error {
    let sets: f64 = found.sizes.values().map(|size| size.sets).sum();
    let message = format!(
        "no feasible set was found: {} of about {} sets were tried, and one of the others may be feasible",
        found.scored.min(sets as u64),
        about(sets)
    );
    let error = query
        .limits
        .iter()
        .enumerate()
        .filter_map(|(at, limit)| excluded(found, at, *limit, &name))
        .fold(Error::new(ErrorKind::Infeasible, message), Error::and);
    error.hint(if query.limits.is_empty() {
        "allow more sizes or candidates, or search longer with --within"
    } else {
        "loosen a limit, or allow larger sets"
    })
}

/// `p95 at most 20 ms excludes 512 of the 512 tried by itself; the nearest miss is 24.1 ms, of eu-west-1`.
fn excluded(
    found: &Found,
    at: usize,
    (figure, limit): (Figure, f64),
    name: &dyn Fn(&[usize]) -> String,
) -> Option<String> {
    let of_limit = || found.sizes.values().filter_map(|size| size.broken.get(at));
    let broken: u64 = of_limit().map(|(broken, _)| *broken).sum();
    let tried: u64 = found
        .sizes
        .values()
        .filter(|size| !size.broken.is_empty())
        .map(|size| size.scored)
        .sum();
    let cost = |scored: &&Scored| figure.cost(scored.value);
    let nearest = of_limit()
        .filter_map(|(_, nearest)| nearest.as_ref())
        .min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
    let bound = if figure.more_is_better() { "least" } else { "most" };
    let what = if broken == tried {
        "the nearest miss"
    } else {
        "the best value"
    };
    Some(format!(
        "{} at {bound} {} excludes {broken} of the {tried} tried by itself; {what} is {}, of {}",
        figure.words(),
        figure.amount(limit),
        figure.amount(nearest.value),
        name(&nearest.regions)
    ))
}

/// A number of sets in at most three digits: `357760`, `1.24e13`.
fn about(sets: f64) -> String {
    if sets < 1e7 {
        format!("{sets:.0}")
    } else {
        format!("{sets:.2e}")
    }
}
