//! Goodness of fit: the Kolmogorov–Smirnov distance, what it means, and the quantiles that matter.

use super::estimate::{Data, estimate};
use super::{COMPARED, Family, Options, QuantileError, bimodal};
use crate::basis::dist::Dist;
use crate::basis::seed::{Purpose, Stream, unit};

/// The bootstrap draws at most this many samples; distances are compared after scaling by their number.
const LARGEST_BOOTSTRAP: usize = 400;

/// The largest distance between the cdf of `dist` and that of the samples, which stand in ascending order.
pub(super) fn distance(sorted: &[f64], dist: &Dist) -> f64 {
    let n = sorted.len() as f64;
    let gaps = sorted.iter().enumerate().map(|(i, &x)| {
        let share = dist.cdf(x);
        (share - i as f64 / n).max((i + 1) as f64 / n - share)
    });
    gaps.fold(0.0, f64::max)
}

/// The distance on a scale that hardly depends on the number of samples.
/// Source: Stephens, EDF statistics for goodness of fit and some comparisons, JASA 69, 1974.
pub(super) fn scaled(distance: f64, n: usize) -> f64 {
    let root = (n as f64).sqrt();
    distance * (root + 0.12 + 0.11 / root)
}

/// How often a sample of `n` from `dist`, fitted again, lies at least as far off as `ks`.
///
/// Kolmogorov's tail `2 exp(−2λ²)` for a distribution that was *not* fitted bounds it from above, for fitting only
/// brings the two closer; where the bound is below `1/(bootstrap + 1)`, drawing could add nothing.
pub(super) fn p_value(family: Family, dist: &Dist, (ks, n): (f64, usize), options: Options) -> Option<f64> {
    let drawn = n.min(LARGEST_BOOTSTRAP);
    as_far(scaled(ks, n), options.bootstrap, |run| {
        Some(scaled(redrawn(family, dist, (drawn, run), options.seed)?, drawn))
    })
}

/// How often a drawn distance is at least `found`, both on the scale of [`scaled`]; a run without one counts as far
/// off. None without runs.
pub(super) fn as_far(found: f64, bootstrap: usize, drawn: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    if bootstrap == 0 {
        return None;
    }
    let rarest = 1.0 / (bootstrap as f64 + 1.0);
    let bound = 2.0 * (-2.0 * found * found).exp();
    if bound < rarest {
        return Some(bound);
    }
    let far = (0..bootstrap)
        .filter(|&run| drawn(run).is_none_or(|distance| distance >= found))
        .count();
    Some((far as f64 + 1.0) * rarest)
}

/// The distance of run `run`: `n` draws from `dist` to the fit of those draws. A run whose draws cannot be fitted by
/// their own family counts as far off, which is on the safe side.
fn redrawn(family: Family, dist: &Dist, (n, run): (usize, usize), seed: u64) -> Option<f64> {
    let mut words = vec![0; n];
    Stream::new(seed, Purpose::Resample, run as u32, 0).fill(0, &mut words);
    let draws = words.iter().map(|&word| dist.quantile(unit(word)));
    let data = Data::new(draws.collect());
    let again = match family {
        Family::Bimodal => bimodal::refine(&data, dist),
        _ => estimate(family, &data),
    };
    // A floor that vanishes leaves the family inside.
    let again = again.or_else(|| estimate(unshifted(family)?, &data))?;
    Some(distance(data.values(), &again))
}

fn unshifted(family: Family) -> Option<Family> {
    match family {
        Family::ShiftedLogNormal => Some(Family::LogNormal),
        Family::ShiftedWeibull => Some(Family::Weibull),
        Family::ShiftedGamma => Some(Family::Gamma),
        Family::ShiftedExponential => Some(Family::Exponential),
        _ => None,
    }
}

/// The fit against the samples at the quantiles people plan by.
pub(super) fn quantile_errors(data: &Data, dist: &Dist) -> Vec<QuantileError> {
    let compare = |p| QuantileError {
        p,
        sample_ms: sample_quantile(data.values(), p),
        fitted_ms: dist.quantile(p),
    };
    COMPARED.map(compare).to_vec()
}

/// The quantile by linear interpolation of order statistics (type 7 of Hyndman and Fan, The American Statistician 50,
/// 1996).
fn sample_quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - at.floor()) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_is_counted_with_the_sample_itself() {
        let drawn = |run: usize| {
            [Some(0.2), Some(0.5), None, Some(0.7), Some(0.4)]
                .get(run)
                .copied()
                .flatten()
        };
        // Two lie as far off, one could not be fitted: three and the sample of six.
        assert_eq!(as_far(0.5, 5, drawn), Some(4.0 / 6.0));
        assert_eq!(as_far(0.71, 5, drawn), Some(2.0 / 6.0));
        assert_eq!(as_far(0.5, 0, drawn), None);
    }

    #[test]
    fn what_is_rarer_than_runs_can_tell_is_bounded_without_any() {
        let bound = 2.0 * (-2.0 * 4.0_f64).exp();
        assert_eq!(as_far(2.0, 1000, |_| panic!("nothing is drawn")), Some(bound));
        assert_eq!(as_far(2.0, 1400, |_| Some(0.0)), Some(bound));
        // Not quite so rare as runs can tell: it is drawn.
        assert_eq!(as_far(2.0, 1500, |_| Some(0.0)), Some(1.0 / 1501.0));
    }
}
