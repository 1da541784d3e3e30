//! Tests that ask nothing of data but their order, and what follows where many are made at once.

use statrs::function::erf::erfc;

/// Up to so many values in all, the distribution of a rank sum is counted out; beyond, it is taken as normal.
const MOST_COUNTED: usize = 50;

/// How likely a standard normal variable lies at least so far from zero, to either side.
///
/// ```
/// use isochrone::basis::stat::rank::two_sided;
/// assert!((two_sided(1.959_964) - 0.05).abs() < 1e-6);
/// ```
pub fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2).min(1.0)
}

/// The sign test: how likely it is that of `below + above` fair coins so few, or fewer, fall on the rarer side. Two-sided;
/// 1 where there are no coins.
///
/// ```
/// use isochrone::basis::stat::rank::sign_test;
/// // Nine of ten: 2 · (1 + 10) / 1024.
/// assert!((sign_test(1, 9) - 22.0 / 1024.0).abs() < 1e-12);
/// ```
pub fn sign_test(below: usize, above: usize) -> f64 {
    let n = below + above;
    let mut term = -(n as f64) * std::f64::consts::LN_2;
    let mut sum = 0.0;
    for k in 0..=below.min(above) {
        sum += term.exp();
        term += ((n - k) as f64 / (k + 1) as f64).ln();
    }
    (2.0 * sum).min(1.0)
}

/// The rank-sum test of Wilcoxon, Mann and Whitney: how likely it is that two samples of one law come to lie as far apart as
/// `a` and `b` do. Two-sided. Counted out for up to 50 values without ties, else by the normal law with corrections for ties
/// and continuity. `None` where a sample is empty. Values must be numbers.
///
/// ```
/// use isochrone::basis::stat::rank::rank_sum_test;
/// // Of the 20 ways to choose three ranks of six, one is as low as this and one as high.
/// assert!((rank_sum_test(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]).unwrap() - 0.1).abs() < 1e-12);
/// ```
pub fn rank_sum_test(a: &[f64], b: &[f64]) -> Option<f64> {
    rank_sum(a, b).map(|it| it.p)
}

/// What the ranks of two samples tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankSum {
    /// How likely two samples of one law lie so far apart, to either side.
    pub p: f64,
    /// How often a value of the second is the larger one of a value of each, equal ones half: above ½ the test says that the
    /// second lies higher, wherever the medians lie.
    pub second_larger: f64,
}

/// [`rank_sum_test`] with the side to which it points.
///
/// ```
/// use isochrone::basis::stat::rank::rank_sum;
/// // Of nine pairs of a value of each, the second is larger in five and equal in two.
/// assert_eq!(rank_sum(&[1.0, 2.0, 3.0], &[2.0, 2.0, 9.0]).unwrap().second_larger, 6.0 / 9.0);
/// ```
pub fn rank_sum(a: &[f64], b: &[f64]) -> Option<RankSum> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let ranked = Ranked::of(a, b);
    let p = if ranked.ties == 0.0 && a.len() + b.len() <= MOST_COUNTED {
        counted_out(ranked.sum.round() as usize, a.len(), b.len())
    } else {
        ranked.by_normal_law(a.len(), b.len())
    };
    let (n, m) = (a.len() as f64, b.len() as f64);
    let first_larger = ranked.sum - n * (n + 1.0) / 2.0;
    Some(RankSum {
        p,
        second_larger: (n * m - first_larger) / (n * m),
    })
}

/// Ranks of the first of two samples among both.
struct Ranked {
    /// Their sum; values that are equal share the mean of their ranks.
    sum: f64,
    /// Σ (t³ − t) over groups of t equal values.
    ties: f64,
}

impl Ranked {
    fn of(a: &[f64], b: &[f64]) -> Self {
        let mut all: Vec<(f64, bool)> = a.iter().map(|x| (*x, true)).collect();
        all.extend(b.iter().map(|x| (*x, false)));
        all.sort_by(|x, y| x.0.total_cmp(&y.0));
        let (mut sum, mut ties, mut begun) = (0.0, 0.0, 0);
        for equal in all.chunk_by(|x, y| x.0 == y.0) {
            let rank = begun as f64 + (equal.len() + 1) as f64 / 2.0;
            sum += rank * equal.iter().filter(|(_, first)| *first).count() as f64;
            let t = equal.len() as f64;
            ties += t * t * t - t;
            begun += equal.len();
        }
        Ranked { sum, ties }
    }

    /// Source: Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd edition, section 4.1.
    fn by_normal_law(&self, n: usize, m: usize) -> f64 {
        let (n, m) = (n as f64, m as f64);
        let all = n + m;
        let variance = n * m / 12.0 * (all + 1.0 - self.ties / (all * (all - 1.0)).max(1.0));
        if variance <= 0.0 {
            return 1.0;
        }
        let away = (self.sum - n * (all + 1.0) / 2.0).abs();
        two_sided((away - 0.5).max(0.0) / variance.sqrt())
    }
}

/// Of all ways to choose `n` of the ranks 1 to `n + m`, the share whose sum lies as far from the middle as `sum`.
fn counted_out(sum: usize, n: usize, m: usize) -> f64 {
    let all = n + m;
    let most = all * (all + 1) / 2;
    // ways[k][s]: choices of k ranks with the sum s. At most C(50, 25) of them, which a double holds exactly.
    let mut ways = vec![vec![0.0f64; most + 1]; n + 1];
    ways[0][0] = 1.0;
    for rank in 1..=all {
        for k in (1..=n.min(rank)).rev() {
            for s in (rank..=most).rev() {
                ways[k][s] += ways[k - 1][s - rank];
            }
        }
    }
    let middle = n as f64 * (all + 1) as f64 / 2.0;
    let away = (sum as f64 - middle).abs();
    let total: f64 = ways[n].iter().sum();
    let far = ways[n]
        .iter()
        .enumerate()
        .filter(|(s, _)| (*s as f64 - middle).abs() >= away - 1e-9);
    far.map(|(_, ways)| ways).sum::<f64>() / total
}

/// p-values of many tests, each raised so far that below 5 % at most one family in twenty names any change wrongly (Holm,
/// 1979). In the order given.
///
/// ```
/// use isochrone::basis::stat::rank::holm;
/// assert_eq!(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p: &[f64]) -> Vec<f64> {
    let n = p.len();
    let mut raised = vec![0.0; n];
    let mut highest: f64 = 0.0;
    for (place, at) in by_size(p).into_iter().enumerate() {
        highest = highest.max((p[at] * (n - place) as f64).min(1.0));
        raised[at] = highest;
    }
    raised
}

/// p-values of many tests, each raised so far that of those below 5 % at most one in twenty is wrong on average (Benjamini
/// and Hochberg, 1995). In the order given.
///
/// ```
/// use isochrone::basis::stat::rank::benjamini_hochberg;
/// assert_eq!(benjamini_hochberg(&[0.01, 0.04, 0.03, 0.8]), [0.04, 0.16 / 3.0, 0.16 / 3.0, 0.8]);
/// ```
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let n = p.len();
    let mut raised = vec![0.0; n];
    let mut lowest: f64 = 1.0;
    for (place, at) in by_size(p).into_iter().enumerate().rev() {
        lowest = lowest.min(p[at] * n as f64 / (place + 1) as f64);
        raised[at] = lowest;
    }
    raised
}

/// Places of the values, the smallest first; equal ones in the order given.
fn by_size(p: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..p.len()).collect();
    places.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_out_and_the_normal_law_agree_where_both_can_be_had() {
        let a: Vec<f64> = (0..24).map(|i| f64::from(i) * 2.0).collect();
        let b: Vec<f64> = (0..24).map(|i| f64::from(i) * 2.0 + 9.0).collect();
        let ranked = Ranked::of(&a, &b);
        let counted = counted_out(ranked.sum.round() as usize, 24, 24);
        let normal = ranked.by_normal_law(24, 24);
        assert!((counted - normal).abs() < 0.005, "{counted} {normal}");
    }

    /// Where all of one sample lie below all of the other, there is no other choice of ranks so far out but its mirror.
    #[test]
    fn samples_apart_are_two_choices_of_all() {
        for (n, m) in [(1, 9), (9, 1), (2, 3), (3, 2), (6, 5), (40, 3), (3, 40)] {
            let a: Vec<f64> = (0..n).map(f64::from).collect();
            let b: Vec<f64> = (n..n + m).map(f64::from).collect();
            let choices = (1..=m).fold(1.0, |ways, k| ways * f64::from(n + k) / f64::from(k));
            let p = rank_sum_test(&a, &b).unwrap();
            assert!((p * choices / 2.0 - 1.0).abs() < 1e-12, "{n} and {m}: {p}");
        }
    }

    /// Two groups of five equal values and one of two among 20; p = 0.16693 as scipy has it (`mannwhitneyu`, asymptotic).
    #[test]
    fn values_that_are_equal_make_the_normal_law_narrower() {
        let a = [1.0, 1.0, 1.0, 2.0, 3.0, 5.0, 5.0, 8.0, 9.0, 10.0];
        let b = [1.0, 1.0, 5.0, 5.0, 5.0, 8.0, 11.0, 12.0, 13.0, 14.0];
        let ranked = Ranked::of(&a, &b);
        assert_eq!((ranked.sum, ranked.ties), (86.5, 120.0 + 120.0 + 6.0));
        // Variance 100 / 12 · (21 − 246 / 380), away 18.5, less a half.
        let z = 18.0 / (100.0 / 12.0 * (21.0 - 246.0 / 380.0f64)).sqrt();
        let p = rank_sum_test(&a, &b).unwrap();
        assert!(
            (p - two_sided(z)).abs() < 1e-15 && (p - 0.166_927_930_5).abs() < 1e-9,
            "{p}"
        );
    }

    #[test]
    fn a_published_example_of_the_rank_sum_comes_out() {
        // Hollander and Wolfe, example 4.1: permeability of the human chorioamnion, 10 and 5 values, W = 30, p = 0.1272
        // to one side.
        let term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
        let early = [1.15, 0.88, 0.90, 0.74, 1.21];
        let p = rank_sum_test(&early, &term).unwrap();
        assert!((p - 0.2544).abs() < 5e-4, "{p}");
    }

    #[test]
    fn samples_that_are_all_alike_say_nothing() {
        assert_eq!(rank_sum_test(&[2.0; 40], &[2.0; 40]), Some(1.0));
        assert_eq!(rank_sum_test(&[], &[1.0]), None);
        assert_eq!(sign_test(0, 0), 1.0);
        assert_eq!(sign_test(5, 5), 1.0);
    }

    #[test]
    fn many_signs_do_not_run_out_of_numbers() {
        assert!(sign_test(0, 3000) < 1e-300);
        let p = sign_test(1450, 1550);
        assert!((p - two_sided((50.0 - 0.5) / 750f64.sqrt())).abs() < 1e-4, "{p}");
    }

    /// Where nothing differs, the test says 5 % in about 5 % of cases.
    #[test]
    fn the_rank_sum_keeps_its_level() {
        let mut state = 7u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let told = (0..2000).filter(|_| {
            let a: Vec<f64> = (0..30).map(|_| draw()).collect();
            let b: Vec<f64> = (0..40).map(|_| draw()).collect();
            rank_sum_test(&a, &b).unwrap() < 0.05
        });
        let told = told.count();
        assert!((70..130).contains(&told), "{told} of 2000");
    }
}
