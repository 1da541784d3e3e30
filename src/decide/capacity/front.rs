//! Latency, cost and downtime against each other: the front, the price of a millisecond and of a nine.

/// A set as the front sees it. Less is better in all three.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// The objective as a cost.
    pub latency: f64,
    /// Money a month; none where it is not complete, so that the set is on no front.
    pub money: Option<f64>,
    /// Share of requests that are not served; the same for all where that was not asked.
    pub unavailability: f64,
}

/// The sets that no other beats in all three at once: their places, the cheapest first. Of equals the first stays.
///
/// ```
/// use isochrone::decide::capacity::front::{Costs, front};
/// let set = |latency, money, unavailability| Costs { latency, money: Some(money), unavailability };
/// let sets = [set(100.0, 900.0, 1e-5), set(200.0, 300.0, 1e-3), set(210.0, 400.0, 1e-3), set(90.0, 950.0, 1e-4)];
/// assert_eq!(front(&sets), [1, 0, 3]);
/// ```
pub fn front(sets: &[Costs]) -> Vec<usize> {
    let as_good = |a: &Costs, b: &Costs| match (a.money, b.money) {
        (Some(mine), Some(theirs)) => {
            mine <= theirs && a.latency <= b.latency && a.unavailability <= b.unavailability
        }
        _ => false,
    };
    let mut on: Vec<usize> = (0..sets.len())
        .filter(|at| sets[*at].money.is_some())
        .filter(|at| {
            !(0..sets.len()).any(|other| {
                let same = as_good(&sets[*at], &sets[other]);
                other != *at && as_good(&sets[other], &sets[*at]) && (!same || other < *at)
            })
        })
        .collect();
    let money = |at: &usize| sets[*at].money.unwrap_or(f64::INFINITY);
    on.sort_by(|a, b| money(a).total_cmp(&money(b)).then(a.cmp(b)));
    on
}

/// Availabilities nearer than this many nines are the same, as far as anybody's money goes.
const LEAST_NINES: f64 = 0.05;

/// What a millisecond less and a nine more cost at each place of `front`, against the next cheaper set of the front; none
/// where there is none cheaper, or nothing is gained over it.
pub fn prices(sets: &[Costs], front: &[usize]) -> Vec<(Option<f64>, Option<f64>)> {
    let step = |pair: &[usize]| {
        let (cheap, dear) = (&sets[pair[0]], &sets[pair[1]]);
        let more = dear.money.unwrap_or(0.0) - cheap.money.unwrap_or(0.0);
        let ms = cheap.latency - dear.latency;
        let nines = (cheap.unavailability / dear.unavailability).log10();
        (
            (ms > 0.0).then(|| more / ms),
            (nines.is_finite() && nines >= LEAST_NINES).then(|| more / nines),
        )
    };
    let first = front.first().map(|_| (None, None));
    first.into_iter().chain(front.windows(2).map(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_beats_the_front_and_the_front_beats_the_rest(
            sets in prop::collection::vec((0u8..6, 0u8..6, 0u8..6), 1..25)
        ) {
            let sets: Vec<Costs> = sets
                .into_iter()
                .map(|(latency, money, down)| Costs {
                    latency: f64::from(latency),
                    money: (money > 0).then_some(f64::from(money)),
                    unavailability: f64::from(down),
                })
                .collect();
            let on = front(&sets);
            let as_good = |a: &Costs, b: &Costs| {
                a.latency <= b.latency && a.money.unwrap() <= b.money.unwrap() && a.unavailability <= b.unavailability
            };
            for (at, set) in sets.iter().enumerate() {
                if set.money.is_none() {
                    prop_assert!(!on.contains(&at));
                    continue;
                }
                let beaten = on.iter().any(|other| *other != at && as_good(&sets[*other], set));
                prop_assert_eq!(beaten, !on.contains(&at));
            }
        }
    }

    #[test]
    fn a_millisecond_and_a_nine_have_a_price() {
        let set = |latency, money, unavailability| Costs {
            latency,
            money: Some(money),
            unavailability,
        };
        let sets = [set(200.0, 300.0, 1e-3), set(100.0, 900.0, 1e-5)];
        let on = front(&sets);
        assert_eq!(prices(&sets, &on), [(None, None), (Some(6.0), Some(300.0))]);
    }
}
