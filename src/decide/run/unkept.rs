//! Why no set keeps what is promised about losses, told of the best sets by latency of each size.

use super::untried::Looked;
use crate::basis::error::{Error, ErrorKind};
use crate::decide::enumerate::Found;
use crate::decide::recovery::filter::{Filter, misses};

/// What each promise excludes of the quickest `sets`, and what becomes of the rest of them. `otherwise` says whether a set
/// keeps what is asked besides.
pub(super) fn no_set_recovers(
    (found, looked): (&Found, &Looked),
    filter: &Filter<'_>,
    sets: &[Vec<usize>],
    otherwise: &dyn Fn(&[usize]) -> bool,
    name: &dyn Fn(&[usize]) -> String,
) -> Error {
    let none = looked.none_keeps("what is promised about losses");
    let message = if looked.all {
        format!(
            "{none}: {} of {} keep the limits of latency, and all of them were turned away",
            found.turned_away, found.sets
        )
    } else {
        none
    };
    let mut error = Error::new(ErrorKind::Infeasible, message);
    let mut more = "";
    for miss in misses(filter, sets) {
        error = error.and(format!(
            "{}: {}{more} of the {} quickest sets break it; the nearest miss, {}, {}",
            miss.asked,
            miss.excluded,
            sets.len(),
            name(&miss.nearest),
            miss.reached
        ));
        more = " more";
    }
    let kept: Vec<&Vec<usize>> = sets.iter().filter(|set| filter.broken(set).is_none()).collect();
    for line in rest(&kept, otherwise, name) {
        error = error.and(line);
    }
    error.hint(looked.hint("loosen the promise, shorten the chain under [recovery], or allow larger sets"))
}

/// What is to be said of the quickest sets that keep every promise about losses.
fn rest(
    kept: &[&Vec<usize>],
    otherwise: &dyn Fn(&[usize]) -> bool,
    name: &dyn Fn(&[usize]) -> String,
) -> Vec<String> {
    let (open, shut): (Vec<&Vec<usize>>, Vec<&Vec<usize>>) = kept.iter().partition(|set| otherwise(set));
    let mut lines = Vec::new();
    if !shut.is_empty() {
        let keep = if shut.len() == 1 { "keeps" } else { "keep" };
        lines.push(format!(
            "{} of them {keep} what is promised about losses, but not the budget or the largest load",
            shut.len()
        ));
    }
    if let Some(first) = open.first() {
        let (were, keep) = if open.len() == 1 {
            ("was", "keeps")
        } else {
            ("were", "keep")
        };
        lines.push(format!(
            "{} of them {were} not asked in time and {keep} everything: {} is the first",
            open.len(),
            name(first)
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_that_break_no_promise_are_accounted_for() {
        let sets: [Vec<usize>; 3] = [vec![0, 1], vec![0, 2], vec![1, 2]];
        let kept: Vec<&Vec<usize>> = sets.iter().collect();
        let name = |set: &[usize]| format!("{set:?}");
        assert_eq!(
            rest(&kept, &|set| set[1] == 2, &name),
            [
                "1 of them keeps what is promised about losses, but not the budget or the largest load",
                "2 of them were not asked in time and keep everything: [0, 2] is the first"
            ]
        );
        assert!(rest(&[], &|_| true, &name).is_empty());
    }
}
