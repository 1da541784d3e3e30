//! Why there is no set to tell of, where not all were tried.

use crate::basis::error::{Error, ErrorKind};
use crate::decide::enumerate::{Found, Query, Scored, Way};
use crate::decide::objective::Figure;

/// How much of a question was looked at when a search came back with nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Looked {
    /// Whether every set was looked at, so that there is none.
    pub(super) all: bool,
    out_of_time: bool,
    /// Sets that were asked whether they keep what is wanted besides latency, and did not; a search that comes back to a set
    /// asks it again.
    asked: u64,
    /// All sets of the question.
    sets: f64,
}

impl Looked {
    pub(super) fn at(found: &Found, query: &Query) -> Self {
        let in_full = |size: &usize| {
            let of_size = found.sizes.get(size);
            of_size.is_none_or(|it| it.way == Way::All && !it.out_of_time)
        };
        let of_sizes: f64 = found.sizes.values().map(|size| size.sets).sum();
        Looked {
            all: query.sizes.iter().all(in_full) && !found.out_of_time,
            out_of_time: found.out_of_time,
            asked: found.turned_away,
            sets: of_sizes.max(found.sets as f64),
        }
    }

    /// That no set keeps `what`, as far as that is known.
    pub(super) fn none_keeps(&self, what: &str) -> String {
        if self.all {
            return format!("no set keeps {what}");
        }
        let (asked, sets) = (self.asked.min(self.sets as u64), about(self.sets));
        let ended = if self.out_of_time {
            ", and the time was up"
        } else {
            ""
        };
        format!(
            "no set that keeps {what} was found, and there may be one: {asked} of about {sets} sets were asked{ended}"
        )
    }

    /// What would help, with `otherwise` after what gives the search more of a chance.
    pub(super) fn hint(&self, otherwise: &str) -> String {
        if self.all {
            return otherwise.to_owned();
        }
        let longer = if self.out_of_time {
            "give --within more time or leave it out"
        } else {
            "search longer with --within"
        };
        format!("{longer}; or {otherwise}")
    }
}

/// What each limit excludes of the sets that were tried, and that others were not.
pub(super) fn nothing_found(found: &Found, query: &Query, name: impl Fn(&[usize]) -> String) -> Error {
    let sets: f64 = found.sizes.values().map(|size| size.sets).sum();
    let ended = if found.out_of_time {
        " before the time was up"
    } else {
        ""
    };
    let message = format!(
        "no feasible set was found: {} of about {} sets were tried{ended}, and one of the others may be feasible",
        found.scored.min(sets as u64),
        about(sets)
    );
    let error = query
        .limits
        .iter()
        .enumerate()
        .filter_map(|(at, limit)| excluded(found, at, *limit, &name))
        .fold(Error::new(ErrorKind::Infeasible, message), Error::and);
    error.hint(Looked::at(found, query).hint(if query.limits.is_empty() {
        "allow more sizes or candidates"
    } else {
        "loosen a limit, or allow larger sets"
    }))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::enumerate::{OfSize, Proof};

    fn found(sizes: &[(usize, Way, bool)]) -> Found {
        let of_size = |way: Way, out_of_time: bool| OfSize {
            way,
            sets: 1000.0,
            scored: 40,
            pruned: 0.0,
            infeasible: 10,
            proof: Proof::NoBound,
            bound: None,
            out_of_time,
            broken: Vec::new(),
        };
        Found {
            sets: 1000 * sizes.len() as u64,
            scored: 40 * sizes.len() as u64,
            turned_away: 30,
            complete: true,
            out_of_time: sizes.iter().any(|(.., late)| *late),
            sizes: sizes
                .iter()
                .map(|&(size, way, late)| (size, of_size(way, late)))
                .collect(),
            ..Found::default()
        }
    }

    fn query(sizes: &[usize]) -> Query {
        Query {
            sizes: sizes.to_vec(),
            must_have: Vec::new(),
            objective: Figure::Mean,
            limits: Vec::new(),
            top: 1,
        }
    }

    #[test]
    fn that_there_is_no_set_is_said_only_where_all_were_looked_at() {
        let says = |sizes: &[(usize, Way, bool)]| {
            let numbers: Vec<usize> = sizes.iter().map(|(size, ..)| *size).collect();
            Looked::at(&found(sizes), &query(&numbers)).none_keeps("the budget of 5 a month")
        };
        let all = (2, Way::All, false);
        assert_eq!(says(&[all]), "no set keeps the budget of 5 a month");
        assert_eq!(
            says(&[all, (3, Way::All, true)]),
            "no set that keeps the budget of 5 a month was found, and there may be one: 30 of about 2000 sets were asked, \
             and the time was up"
        );
        assert_eq!(
            says(&[all, (3, Way::Search, false)]),
            "no set that keeps the budget of 5 a month was found, and there may be one: 30 of about 2000 sets were asked"
        );
    }

    #[test]
    fn time_that_was_up_is_told_and_more_of_it_advised() {
        let late = found(&[(3, Way::All, true)]);
        let told = nothing_found(&late, &query(&[3]), |_| String::new()).to_string();
        assert!(
            told.contains("40 of about 1000 sets were tried before the time was up"),
            "{told}"
        );
        let hint = |found: &Found| Looked::at(found, &query(&[3])).hint("loosen it");
        assert_eq!(
            hint(&late),
            "give --within more time or leave it out; or loosen it"
        );
        let some = found(&[(3, Way::Search, false)]);
        assert_eq!(hint(&some), "search longer with --within; or loosen it");
        assert_eq!(hint(&found(&[(3, Way::All, false)])), "loosen it");
    }
}
