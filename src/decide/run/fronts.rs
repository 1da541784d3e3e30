//! The sets that no other beats, by the errors of what is told of them.
//!
//! Latencies are held against each other by their differences from the set that ranks first, which are taken from the same
//! draws and the same uncertain inputs: what both sets share is no error of their difference.

use super::NamedSet;
use crate::basis::stat::estimate::Estimate;
use crate::decide::judge::Criteria;
use crate::decide::objective::Figure;
use crate::decide::recovery::front::unbeaten;

/// Sets that no other beats in latency and availability: places, the fastest first.
pub(super) fn by_availability(criteria: &Criteria, sets: &[NamedSet]) -> Vec<usize> {
    let latencies = latencies(criteria, sets);
    let all: Vec<[Estimate; 2]> = sets
        .iter()
        .zip(&latencies)
        .map(|(set, latency)| [*latency, down(set, 1.0)])
        .collect();
    let mut on = unbeaten(&all);
    let key = |at: &usize| (all[*at][0].value, all[*at][1].value);
    on.sort_by(|a, b| {
        let (a_key, b_key) = (key(a), key(b));
        a_key
            .0
            .total_cmp(&b_key.0)
            .then(a_key.1.total_cmp(&b_key.1))
            .then(a.cmp(b))
    });
    on
}

/// Sets of complete cost that no other of them beats in latency, cost and availability: places, the cheapest first.
pub(super) fn by_cost(criteria: &Criteria, sets: &[NamedSet]) -> Vec<usize> {
    let latencies = latencies(criteria, sets);
    let (places, all): (Vec<usize>, Vec<[Estimate; 3]>) = sets
        .iter()
        .enumerate()
        .filter_map(|(at, set)| {
            let money = Estimate::exact(set.cost()?);
            Some((at, [money, latencies[at], down(set, 0.0)]))
        })
        .unzip();
    let mut on = unbeaten(&all);
    on.sort_by(|a, b| all[*a][0].value.total_cmp(&all[*b][0].value).then(a.cmp(b)));
    on.into_iter().map(|at| places[at]).collect()
}

/// Share of requests that are not served: the value from enumeration, with the error of the simulation beside it.
fn down(set: &NamedSet, unknown: f64) -> Estimate {
    set.recovery.as_ref().map_or(Estimate::exact(unknown), |facts| {
        Estimate::normal(facts.expected.unavailability, facts.unavailability.std_error)
    })
}

/// The objective of each set as a cost: what it is behind the first, or by itself where differences were not computed.
fn latencies(criteria: &Criteria, sets: &[NamedSet]) -> Vec<Estimate> {
    let behind = |set: &NamedSet| match &set.judged.versus_best {
        Some(versus) => Some(versus.objective.estimate),
        None => (set.judged.rank == 1).then(|| Estimate::exact(0.0)),
    };
    let all: Option<Vec<Estimate>> = sets.iter().map(behind).collect();
    let all = all.unwrap_or_else(|| sets.iter().map(|set| set.judged.objective).collect());
    all.into_iter()
        .map(|it| as_cost(criteria.objective, it))
        .collect()
}

/// Less is better.
fn as_cost(objective: Figure, it: Estimate) -> Estimate {
    if !objective.more_is_better() {
        return it;
    }
    let turned = |(low, high): (f64, f64)| (-high, -low);
    Estimate {
        value: -it.value,
        std_error: it.std_error,
        sampling: turned(it.sampling),
        input: it.input.map(turned),
    }
}
