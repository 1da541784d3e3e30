//! The Pareto front of latency against availability.

/// The sets that no other beats in both: `costs` are (latency as a cost, unavailability) by set; places of the front, the
/// fastest first. Of equals the first stays.
///
/// ```
/// use isochrone::decide::recovery::front::front;
/// let costs = [(100.0, 1e-4), (120.0, 1e-5), (130.0, 1e-4), (90.0, 1e-2)];
/// assert_eq!(front(&costs), [3, 0, 1]);
/// ```
pub fn front(costs: &[(f64, f64)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..costs.len()).collect();
    order.sort_by(|a, b| {
        let (a_cost, b_cost) = (costs[*a], costs[*b]);
        a_cost
            .0
            .total_cmp(&b_cost.0)
            .then(a_cost.1.total_cmp(&b_cost.1))
            .then(a.cmp(b))
    });
    let mut least = f64::INFINITY;
    order.retain(|at| {
        let better = costs[*at].1 < least;
        if better {
            least = costs[*at].1;
        }
        better
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_beats_the_front_and_the_front_beats_the_rest(
            costs in prop::collection::vec((0u8..20, 0u8..20), 1..30)
        ) {
            let costs: Vec<(f64, f64)> = costs.into_iter().map(|(a, b)| (f64::from(a), f64::from(b))).collect();
            let on = front(&costs);
            let beats = |a: (f64, f64), b: (f64, f64)| a.0 <= b.0 && a.1 <= b.1;
            for (at, cost) in costs.iter().enumerate() {
                let beaten = on.iter().any(|other| *other != at && beats(costs[*other], *cost));
                prop_assert_eq!(beaten, !on.contains(&at));
            }
        }
    }
}
