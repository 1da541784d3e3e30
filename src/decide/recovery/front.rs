//! Which sets no other beats, where figures have errors: a difference below them is none.

use crate::basis::stat::estimate::Estimate;

/// Whether a set of measures `a`, less is better, beats `b`: clearly better in one and clearly worse in none.
pub fn beats(a: &[Estimate], b: &[Estimate]) -> bool {
    let mut pairs = a.iter().zip(b);
    let worse = pairs.clone().any(|(a, b)| b.is_clearly_less(a));
    !worse && pairs.any(|(a, b)| a.is_clearly_less(b))
}

/// Places of the sets that no other beats, in the order of `sets`. Of sets that are the same in all figures the first stays.
///
/// To beat is not transitive where errors differ. Should sets beat each other in a ring, so that none is left, the first of
/// them by the first measure stays.
///
/// ```
/// use isochrone::basis::stat::estimate::Estimate;
/// use isochrone::decide::recovery::front::unbeaten;
/// let set = |ms, down| [Estimate::normal(ms, 1.0), Estimate::exact(down)];
/// let sets = [set(100.0, 1e-4), set(120.0, 1e-5), set(130.0, 1e-4), set(90.0, 1e-2)];
/// assert_eq!(unbeaten(&sets), [0, 1, 3]);
/// // A millisecond with an error of two is no reason to stay.
/// assert_eq!(unbeaten(&[set(100.0, 1e-5), set(99.0, 1e-4)]), [0]);
/// ```
pub fn unbeaten<const N: usize>(sets: &[[Estimate; N]]) -> Vec<usize> {
    let others = |at: usize| sets.iter().enumerate().filter(move |(other, _)| *other != at);
    let on: Vec<usize> = (0..sets.len())
        .filter(|&at| !others(at).any(|(other, it)| beats(it, &sets[at]) || (other < at && *it == sets[at])))
        .collect();
    if !on.is_empty() {
        return on;
    }
    let first = |at: &usize| sets[*at].first().map_or(0.0, |it| it.value);
    (0..sets.len())
        .min_by(|a, b| first(a).total_cmp(&first(b)))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Without errors this is the front of Pareto.
        #[test]
        fn nothing_beats_the_front_and_the_front_beats_the_rest(
            costs in prop::collection::vec((0u8..20, 0u8..20), 1..30)
        ) {
            let sets: Vec<[Estimate; 2]> = costs
                .into_iter()
                .map(|(a, b)| [Estimate::exact(f64::from(a)), Estimate::exact(f64::from(b))])
                .collect();
            let on = unbeaten(&sets);
            let as_good = |a: &[Estimate; 2], b: &[Estimate; 2]| a[0].value <= b[0].value && a[1].value <= b[1].value;
            for (at, set) in sets.iter().enumerate() {
                let beaten = on.iter().any(|other| *other != at && as_good(&sets[*other], set));
                prop_assert_eq!(beaten, !on.contains(&at));
            }
        }

        #[test]
        fn sets_that_tie_in_all_are_all_kept(values in prop::collection::vec((100.0..101.0, 1e-4..1.1e-4), 1..20)) {
            let sets: Vec<[Estimate; 2]> = values
                .iter()
                .map(|(ms, down)| [Estimate::normal(*ms, 1.0), Estimate::normal(*down, 1e-5)])
                .collect();
            prop_assert_eq!(unbeaten(&sets).len(), sets.len());
        }
    }

    #[test]
    fn what_rounding_leaves_is_no_difference() {
        let set = |ms: f64, up: f64| [Estimate::exact(ms), Estimate::exact(1.0 - up)];
        // The last digits of an availability do not keep a slower set on the front.
        let sets = [
            set(318.0, 0.999_996_496_467_4),
            set(366.8, 0.999_996_496_467_4 + 1e-16),
        ];
        assert_eq!(unbeaten(&sets), [0]);
        assert!(Estimate::exact(1.0).is_clearly_less(&Estimate::exact(f64::INFINITY)));
    }

    #[test]
    fn the_error_of_uncertain_inputs_counts_as_well() {
        let of = |value: f64, input: f64| Estimate {
            input: Some((value - input, value + input)),
            ..Estimate::normal(value, 0.1)
        };
        assert!(of(10.0, 2.0).is_clearly_less(&of(15.0, 2.0)));
        assert!(!of(10.0, 4.0).is_clearly_less(&of(15.0, 4.0)));
    }
}
