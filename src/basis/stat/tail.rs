//! Whether the slowest tenth of two samples is shared out between them as chance would.

use statrs::function::factorial::ln_binomial;

use super::rank::two_sided;

/// The share of all values that is taken as the tail: what lies above the 90th percentile of both together.
const TAIL: f64 = 0.1;

/// What the largest values of two samples tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TailTest {
    /// How likely two samples of one law share them out so unevenly.
    pub p: f64,
    /// Share of the first that is among them.
    pub first: f64,
    /// Share of the second that is among them.
    pub second: f64,
}

/// Of both samples together, the tenth that is largest, or what comes nearest to it where values are equal: how likely chance
/// alone gives one sample so many of them (Fisher's exact test, two-sided). As the bound follows from both together, it holds
/// for samples of any law. `None` where a sample is empty or all values are equal. Values must be numbers.
///
/// ```
/// use isochrone::basis::stat::tail::tail_test;
/// // Of 20 values the two largest are in the second sample: 2 · (10 · 9) / (20 · 19).
/// let low: Vec<f64> = (0..10).map(f64::from).collect();
/// let high: Vec<f64> = (0..10).map(|i| f64::from(i) + 5.5).collect();
/// let tail = tail_test(&low, &high).unwrap();
/// assert!((tail.p - 180.0 / 380.0).abs() < 1e-12);
/// assert_eq!((tail.first, tail.second), (0.0, 0.2));
/// ```
pub fn tail_test(a: &[f64], b: &[f64]) -> Option<TailTest> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let least = least_of_tail(a, b)?;
    let count = |values: &[f64]| values.iter().filter(|x| **x >= least).count();
    let (first, second) = (count(a), count(b));
    Some(TailTest {
        p: exact(first, first + second, a.len(), b.len()),
        first: first as f64 / a.len() as f64,
        second: second as f64 / b.len() as f64,
    })
}

/// The least value of the tail: that which leaves nearest to a tenth at or above it.
fn least_of_tail(a: &[f64], b: &[f64]) -> Option<f64> {
    let mut all: Vec<f64> = a.iter().chain(b).copied().collect();
    all.sort_by(f64::total_cmp);
    let wanted = TAIL * all.len() as f64;
    let mut begun = 0;
    let mut nearest: Option<(f64, f64)> = None;
    for equal in all.chunk_by(|x, y| x == y) {
        let off = ((all.len() - begun) as f64 - wanted).abs();
        // All of them are no tail.
        if begun > 0 && nearest.is_none_or(|(_, known)| off < known) {
            nearest = Some((equal[0], off));
        }
        begun += equal.len();
    }
    nearest.map(|(least, _)| least)
}

/// So many that are drawn are counted out; more are taken as normal.
const MOST_COUNTED: u64 = 100_000;

/// How likely chance alone shares out what is rare so unevenly between two samples, of each of which so many are rare and
/// so many there in all: Fisher's exact test, two-sided; of very many the normal law. 1 where a sample is empty.
///
/// ```
/// use isochrone::basis::stat::tail::shared_out;
/// // Fisher's tea: of four cups each, three and one: 34 of 70 ways are as uneven.
/// assert!((shared_out((3, 4), (1, 4)) - 34.0 / 70.0).abs() < 1e-12);
/// ```
pub fn shared_out((first, n): (u64, u64), (second, m): (u64, u64)) -> f64 {
    let rare = first + second;
    if n == 0 || m == 0 || rare == 0 || rare == n + m {
        return 1.0;
    }
    if rare.min(n + m - rare) > MOST_COUNTED {
        let [first, n, second, m] = [first, n, second, m].map(|of| of as f64);
        let share = (first + second) / (n + m);
        let error = (share * (1.0 - share) * (1.0 / n + 1.0 / m)).sqrt();
        return two_sided((first / n - second / m) / error);
    }
    // Whatever is rarer is counted: the other choice of what to count gives the same.
    let (first, rare) = if 2 * rare > n + m {
        (n - first, n + m - rare)
    } else {
        (first, rare)
    };
    exact(first as usize, rare as usize, n as usize, m as usize)
}

/// Of `n` values and `m` others `k` are drawn: how likely the number of the `n` among them is no likelier than `found`.
fn exact(found: usize, k: usize, n: usize, m: usize) -> f64 {
    let ln = |of: usize, taken: usize| ln_binomial(of as u64, taken as u64);
    let chance = |i: usize| (ln(n, i) + ln(m, k - i) - ln(n + m, k)).exp();
    // What is as likely but for rounding counts as well.
    let bound = chance(found) * (1.0 + 1e-7);
    let sum: f64 = (k.saturating_sub(m)..=k.min(n))
        .map(chance)
        .filter(|chance| *chance <= bound)
        .sum();
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fisher's tea: of four cups each, three of four are told: 34 of 70 ways are as uneven.
    #[test]
    fn the_lady_tasting_tea_comes_out() {
        assert!((exact(3, 4, 4, 4) - 34.0 / 70.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_shared_out_evenly_is_no_change_and_very_many_are_as_their_normal_law() {
        assert_eq!(shared_out((0, 8), (0, 8)), 1.0);
        assert_eq!(shared_out((8, 8), (8, 8)), 1.0);
        assert_eq!(shared_out((1, 1), (0, 0)), 1.0);
        // All of eight against none of eight: 2 of C(16, 8).
        assert!((shared_out((0, 8), (8, 8)) * 12_870.0 / 2.0 - 1.0).abs() < 1e-9);
        assert!((shared_out((5, 8), (1, 9)) / shared_out((3, 8), (8, 9)) - 1.0).abs() < 1e-9);
        let counted = shared_out((49_700, 1_000_000), (50_200, 1_000_000));
        let normal = shared_out((2 * 49_700, 2_000_000), (2 * 50_200, 2_000_000));
        let z = (50_200.0 - 49_700.0) / (2.0 * 49_950.0 * 0.950_05f64).sqrt();
        assert!(
            (counted - two_sided(z)).abs() < 2e-3,
            "{counted} {}",
            two_sided(z)
        );
        assert!((normal - two_sided(z * 2f64.sqrt())).abs() < 1e-9);
    }

    #[test]
    fn equal_values_stay_on_one_side_of_the_bound() {
        let before = [20.0; 200];
        let mut after = [20.0; 200];
        after[140..].fill(200.0);
        let tail = tail_test(&before, &after).unwrap();
        assert_eq!((tail.first, tail.second), (0.0, 0.3));
        assert!(tail.p < 1e-15);
        assert_eq!(tail_test(&before, &[20.0; 50]), None);
        assert_eq!(tail_test(&[], &before), None);
    }

    /// Where nothing differs, 5 % are said in at most 5 % of cases, also where values are coarse and samples unlike in size.
    #[test]
    fn the_tail_keeps_its_level() {
        let mut state = 11u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((state >> 11) as f64 / (1u64 << 53) as f64 * 60.0).round()
        };
        let told = (0..2000).filter(|_| {
            let a: Vec<f64> = (0..60).map(|_| draw()).collect();
            let b: Vec<f64> = (0..150).map(|_| draw()).collect();
            tail_test(&a, &b).unwrap().p < 0.05
        });
        let told = told.count();
        assert!((20..110).contains(&told), "{told} of 2000");
    }
}
