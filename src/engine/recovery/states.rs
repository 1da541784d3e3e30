//! Which regions are down at once: the stationary distribution, exactly.
//!
//! ```text
//! p(c)          MTTR / (MTBF + MTTR), the share of time that cause c is there (renewal reward theorem)
//! state         the union of the members of the causes that are there
//! distribution  causes are independent, so it is the OR-convolution of their two-point distributions: each cause
//!               moves the share p of every state to that state with the cause's members added
//! ```
//!
//! Only the means of repair times matter, whatever their law. Every entry is a sum of products of positive numbers;
//! rare states keep their digits.

use super::causes::{Cause, Effect};

/// How likely each set of down regions is: `2^regions` entries by bit mask, summing to 1.
///
/// ```
/// use isochrone::basis::dist::Dist;
/// use isochrone::engine::recovery::causes::{Cause, Effect, YEAR_S};
/// use isochrone::engine::recovery::states::down_states;
/// // Up for 999 s on average, down for one.
/// let region = |i: u32| Cause {
///     name: format!("region {i}"),
///     members: 1 << i,
///     per_year: YEAR_S / 999.0,
///     repair: Dist::fixed(1.0).unwrap(),
///     assumed: false,
///     effect: Effect::Down,
/// };
/// let states = down_states(&[region(0), region(1)], 2);
/// assert!((states[0b11] - 1e-6).abs() < 1e-18);
/// ```
pub fn down_states(causes: &[Cause], regions: usize) -> Vec<f64> {
    let mut states = all_up(regions);
    for cause in causes {
        add(&mut states, members(cause, regions), cause.share_of_time());
    }
    states
}

/// For each cause, how likely it is that it is there *and* the state is so: by cause, then by bit mask.
pub(super) fn present(causes: &[Cause], regions: usize) -> Vec<Vec<f64>> {
    let with = |(at, cause): (usize, &Cause)| {
        let members = members(cause, regions);
        if members == 0 {
            return Vec::new();
        }
        let mut states = all_up(regions);
        for (_, other) in causes.iter().enumerate().filter(|(other, _)| *other != at) {
            add(&mut states, self::members(other, regions), other.share_of_time());
        }
        add(&mut states, members, 1.0);
        let share = cause.share_of_time();
        states.into_iter().map(|state| state * share).collect()
    };
    causes.iter().enumerate().map(with).collect()
}

/// Regions of a deployment of `regions` that the cause takes down.
pub(super) fn members(cause: &Cause, regions: usize) -> u32 {
    match cause.effect {
        Effect::Down => cause.members & ((1 << regions) - 1),
        Effect::Impaired { .. } => 0,
    }
}

fn all_up(regions: usize) -> Vec<f64> {
    let mut states = vec![0.0; 1 << regions];
    states[0] = 1.0;
    states
}

/// Adds a cause that takes `members` down and is there for the share `p` of time.
fn add(states: &mut [f64], members: u32, p: f64) {
    if members == 0 || p <= 0.0 {
        return;
    }
    // A state that holds all members stays; every other goes up, to one that this loop leaves alone.
    for state in 0..states.len() {
        let joined = state | members as usize;
        if joined != state {
            states[joined] += p * states[state];
            states[state] *= 1.0 - p;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::recovery::samples::{cause_with_share, up_at_least};

    fn close(found: f64, expected: f64) {
        assert!(
            (found / expected - 1.0).abs() < 1e-12,
            "{found:e} against {expected:e}"
        );
    }

    fn alone(regions: u32, p: f64) -> Vec<Cause> {
        (0..regions).map(|i| cause_with_share(1 << i, p)).collect()
    }

    #[test]
    fn k_of_n_is_the_binomial_sum_to_twelve_digits() {
        let choose = |n: i32, k: i32| (1..=k).fold(1.0, |c, i| c * f64::from(n - k + i) / f64::from(i));
        for (n, k, p) in [(2, 1, 5e-4), (3, 2, 1e-3), (5, 3, 1e-3)] {
            let states = down_states(&alone(n as u32, p), n as usize);
            // Fewer than k up: more than n − k down.
            let closed: f64 = ((n - k + 1)..=n)
                .map(|down| choose(n, down) * p.powi(down) * (1.0 - p).powi(n - down))
                .sum();
            close(up_at_least(&states, k as u32), 1.0 - closed);
            let unavailable: f64 = (0..states.len())
                .filter(|down| n as u32 - down.count_ones() < k as u32)
                .map(|down| states[down])
                .sum();
            close(unavailable, closed);
        }
    }

    #[test]
    fn k_of_n_gives_the_printed_figures() {
        // Any of 2 at .9995, 2 of 3 and 3 of 5 at .999: 10 to 11 digits are printed.
        for (n, k, p, printed, digit) in [
            (2, 1, 5e-4, 0.999_999_75, 1e-12),
            (3, 2, 1e-3, 0.999_997_002, 1e-12),
            (5, 3, 1e-3, 0.999_999_990_01, 1e-11),
        ] {
            let up = up_at_least(&down_states(&alone(n, p), n as usize), k);
            assert!((up - printed).abs() < digit, "{up} against {printed}");
        }
    }

    #[test]
    fn beta_factor_is_a_series_of_the_shared_cause_and_the_pair() {
        for (beta, printed) in [(0.01, 0.999_989_0), (0.1, 0.999_899_2)] {
            let u = 1e-3;
            let mut causes = alone(2, (1.0 - beta) * u);
            causes.push(cause_with_share(0b11, beta * u));
            let states = down_states(&causes, 2);
            let (shared, one) = (beta * u, (1.0 - beta) * u);
            close(states[0b11], shared + one * one - shared * one * one);
            assert!((1.0 - states[0b11] - printed).abs() < 0.5e-7);
        }
    }

    #[test]
    fn shares_of_causes_and_states_are_consistent() {
        let mut causes = alone(3, 0.2);
        causes.push(cause_with_share(0b011, 0.1));
        let (states, present) = (down_states(&causes, 3), present(&causes, 3));
        close(states.iter().sum(), 1.0);
        for (cause, present) in causes.iter().zip(&present) {
            close(present.iter().sum(), cause.share_of_time());
            for state in 0..8 {
                assert!(present[state] <= states[state] * (1.0 + 1e-12));
            }
        }
        // Only the third region's own cause can leave it alone down.
        close(present[2][0b100], states[0b100]);
    }
}
