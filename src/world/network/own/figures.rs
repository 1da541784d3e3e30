//! How well predictions agree with measurements: error, bias and coverage with intervals over clusters.
//!
//! Rows of one country go wrong together, and so do links of one region; whole clusters are therefore drawn again, with
//! replacement, and a row counts as often as all of its clusters were drawn. With fewer than two clusters there is no
//! interval, and with fewer than five it says little.

use crate::basis::stat::estimate::quantile_of_sorted;
use crate::basis::stat::student;
use crate::world::network::validate::{Clusters, SplitMix};

/// A prediction beside its measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Predicted median, ms.
    pub predicted_ms: f64,
    /// Measured median, ms.
    pub measured_ms: f64,
    /// Whether the measurement lies inside the predicted 50 % interval.
    pub in_50: bool,
    /// Whether it lies inside the predicted 90 % interval.
    pub in_90: bool,
    /// Predicted over measured 90th percentile, where the row is over many users and tells one.
    pub p90_ratio: Option<f64>,
    /// Clusters the row belongs to: twice the same where it is one.
    pub clusters: [usize; 2],
}

impl Compared {
    /// |predicted / measured − 1|.
    pub fn error(&self) -> f64 {
        (self.predicted_ms / self.measured_ms - 1.0).abs()
    }

    /// ln(predicted / measured).
    pub fn log_ratio(&self) -> f64 {
        (self.predicted_ms / self.measured_ms).ln()
    }
}

/// A figure with its 95 % interval, where clusters give one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The figure.
    pub value: f64,
    /// Lower and upper end.
    pub interval: Option<(f64, f64)>,
}

/// How well some predictions agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Rows.
    pub n: usize,
    /// Clusters that intervals come from.
    pub clusters: usize,
    /// Median of predicted / measured, less 1: below 0 where predictions are too short.
    pub bias: Found,
    /// Median of |predicted / measured − 1|.
    pub median_error: Found,
    /// 90th percentile of the same.
    pub p90_error: Found,
    /// Share of measurements inside the predicted 50 % interval.
    pub coverage_50: Found,
    /// Share inside the predicted 90 % interval.
    pub coverage_90: Found,
    /// Median of predicted / measured 90th percentile, less 1; none where no row tells one.
    pub p90_bias: Option<Found>,
}

/// Fewer clusters than this make intervals that say little.
pub const FEW_CLUSTERS: usize = 5;

/// Resamples of a bootstrap.
const RESAMPLES: usize = 1000;

/// The agreement of `rows`; none where there is no row.
pub fn agreement(rows: &[Compared]) -> Option<Agreement> {
    if rows.is_empty() {
        return None;
    }
    let shares: Vec<(f64, f64)> = rows
        .iter()
        .map(|row| (f64::from(u8::from(row.in_50)), f64::from(u8::from(row.in_90))))
        .collect();
    let logs = Weighted::of(rows.iter().map(Compared::log_ratio));
    let errors = Weighted::of(rows.iter().map(Compared::error));
    let tails: Vec<Option<f64>> = rows.iter().map(|row| row.p90_ratio.map(f64::ln)).collect();
    let tails = Weighted::some(&tails);
    let statistics = |weights: &[f64]| {
        let total: f64 = weights.iter().sum();
        let share = |pick: fn(&(f64, f64)) -> f64| {
            let inside = shares.iter().zip(weights);
            inside.map(|(row, weight)| pick(row) * weight).sum::<f64>() / total
        };
        [
            logs.quantile(weights, 0.5).exp() - 1.0,
            errors.quantile(weights, 0.5),
            errors.quantile(weights, 0.9),
            share(|row| row.0),
            share(|row| row.1),
            tails.quantile(weights, 0.5).exp() - 1.0,
        ]
    };
    let clusters: Vec<[usize; 2]> = rows.iter().map(|row| row.clusters).collect();
    let (count, found) = with_intervals(&clusters, &statistics);
    let [bias, median_error, p90_error, coverage_50, coverage_90, p90_bias] = found;
    Some(Agreement {
        n: rows.len(),
        clusters: count,
        bias,
        median_error,
        p90_error,
        coverage_50,
        coverage_90,
        p90_bias: (!tails.is_empty()).then_some(p90_bias),
    })
}

/// Statistics of weighted rows, with intervals from drawing the clusters again; and how many clusters there are.
fn with_intervals<const N: usize>(
    of_rows: &[[usize; 2]],
    statistics: &dyn Fn(&[f64]) -> [f64; N],
) -> (usize, [Found; N]) {
    let clusters = Clusters::of_pairs(of_rows);
    let whole = statistics(&vec![1.0; of_rows.len()]);
    let fewest = clusters_of(of_rows).len();
    if fewest < 2 {
        let found = whole.map(|value| Found {
            value,
            interval: None,
        });
        return (fewest, found);
    }
    let mut draws: Vec<Vec<f64>> = vec![Vec::with_capacity(RESAMPLES); N];
    let mut random = SplitMix::new(1);
    for _ in 0..RESAMPLES {
        let drawn = clusters.resample(&mut random);
        let weights: Vec<f64> = (0..of_rows.len())
            .map(|row| clusters.weight(row, &drawn))
            .collect();
        // A draw that leaves no row says nothing.
        if weights.iter().all(|weight| *weight == 0.0) {
            continue;
        }
        for (list, value) in draws.iter_mut().zip(statistics(&weights)) {
            if value.is_finite() {
                list.push(value);
            }
        }
    }
    let found = std::array::from_fn(|i| {
        draws[i].sort_by(f64::total_cmp);
        let at = |p: f64| quantile_of_sorted(&draws[i], p);
        Found {
            value: whole[i],
            interval: (!draws[i].is_empty()).then(|| (at(0.025), at(0.975))),
        }
    });
    (fewest, found)
}

/// The names of all clusters.
fn clusters_of(rows: &[[usize; 2]]) -> Vec<usize> {
    let mut names: Vec<usize> = rows.iter().flatten().copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The mean of `values`, one a row, with Student's interval around it from leaving out each cluster in turn; and how many
/// clusters there are.
///
/// Of few clusters a bootstrap's percentiles are too narrow: it has no degrees of freedom to count. A row of two clusters
/// is left out with either.
pub(super) fn mean_with_interval(of_rows: &[[usize; 2]], values: &[f64]) -> (usize, Found) {
    let mean_without = |cluster: Option<usize>| {
        let kept = of_rows.iter().zip(values);
        let kept = kept.filter(|(names, _)| cluster.is_none_or(|cluster| !names.contains(&cluster)));
        let (sum, count) = kept.fold((0.0, 0.0), |(sum, count), (_, x)| (sum + x, count + 1.0));
        (count > 0.0).then(|| sum / count)
    };
    let value = mean_without(None).unwrap_or(0.0);
    let clusters = clusters_of(of_rows);
    let without: Vec<f64> = clusters
        .iter()
        .filter_map(|&cluster| mean_without(Some(cluster)))
        .collect();
    let n = without.len();
    let interval = (n >= 2).then(|| {
        let count = n as f64;
        let middle = without.iter().sum::<f64>() / count;
        let squares: f64 = without.iter().map(|x| (x - middle).powi(2)).sum();
        let half = student::quantile(0.975, n - 1) * ((count - 1.0) / count * squares).sqrt();
        (value - half, value + half)
    });
    (clusters.len(), Found { value, interval })
}

/// Values in order, for quantiles under weights.
struct Weighted {
    sorted: Vec<(f64, usize)>,
}

impl Weighted {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        Self::sorted(values.enumerate().map(|(row, value)| (value, row)).collect())
    }

    fn some(values: &[Option<f64>]) -> Self {
        let told = values.iter().enumerate();
        Self::sorted(
            told.filter_map(|(row, value)| value.map(|value| (value, row)))
                .collect(),
        )
    }

    fn sorted(mut sorted: Vec<(f64, usize)>) -> Self {
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        Weighted { sorted }
    }

    fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The least value that the share `p` of the weight does not exceed; the middle of two where it falls between them.
    fn quantile(&self, weights: &[f64], p: f64) -> f64 {
        let total: f64 = self.sorted.iter().map(|(_, row)| weights[*row]).sum();
        let (mut running, wanted) = (0.0, p * total);
        let mut weighty = self
            .sorted
            .iter()
            .filter(|(_, row)| weights[*row] > 0.0)
            .peekable();
        while let Some((value, row)) = weighty.next() {
            running += weights[*row];
            if running > wanted {
                return *value;
            }
            if running == wanted {
                return weighty
                    .peek()
                    .map_or(*value, |(next, _)| f64::midpoint(*value, *next));
            }
        }
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(predicted_ms: f64, country: usize) -> Compared {
        Compared {
            predicted_ms,
            measured_ms: 100.0,
            in_50: (90.0..=110.0).contains(&predicted_ms),
            in_90: true,
            p90_ratio: None,
            clusters: [country; 2],
        }
    }

    #[test]
    fn bias_and_error_are_medians_of_ratios() {
        let rows: Vec<Compared> = [80.0, 90.0, 120.0, 125.0, 150.0]
            .iter()
            .enumerate()
            .map(|(i, ms)| row(*ms, i))
            .collect();
        let found = agreement(&rows).unwrap();
        assert!((found.bias.value - 0.2).abs() < 1e-12);
        assert!((found.median_error.value - 0.2).abs() < 1e-12);
        assert!((found.coverage_50.value - 0.2).abs() < 1e-12);
        let (low, high) = found.bias.interval.unwrap();
        assert!(low < 0.2 && high >= 0.2 && found.p90_bias.is_none());
    }

    #[test]
    fn one_cluster_gives_no_interval() {
        let found = agreement(&[row(80.0, 3), row(90.0, 3)]).unwrap();
        assert_eq!((found.clusters, found.bias.interval), (1, None));
        assert!(agreement(&[]).is_none());
    }

    #[test]
    fn intervals_of_many_clusters_hold_the_truth_as_often_as_they_say() {
        // 30 clusters of four rows that share half of their error; the median ratio is 1.
        use crate::basis::normal::probit;
        use crate::basis::seed::{Purpose, Stream};
        let mut held = 0;
        for world in 0..200 {
            let noise = |kind: u32, at: usize| {
                probit(Stream::new(9, Purpose::Resample, world, kind).uniform(at as u64))
            };
            let rows: Vec<Compared> = (0..120)
                .map(|i| row(100.0 * (0.1 * noise(0, i / 4) + 0.1 * noise(1, i)).exp(), i / 4))
                .collect();
            let (low, high) = agreement(&rows).unwrap().bias.interval.unwrap();
            held += usize::from(low <= 0.0 && 0.0 <= high);
        }
        // 190 are expected, with a standard error of 3; a percentile bootstrap of 30 clusters is a little short.
        assert!((178..=199).contains(&held), "{held} of 200");
    }
}
