//! How well predictions agree with measurements: error, bias and coverage with intervals over clusters.
//!
//! Rows of one country go wrong together, and so do links of one region; intervals come from leaving out whole clusters in
//! turn. With fewer than two clusters there is none; with fewer than twelve they are wide and lean on what clusters have in
//! common, which is told.
//!
//! | figure | 95 % interval |
//! |---|---|
//! | mean | Student's, around the spread that leaving out each cluster gives |
//! | share | Wilson's, with as many independent rows as that spread is worth where one more cluster lay on the rarer side |
//! | quantile | the values at the ends of such an interval of the share below it, with Student's factor; none where an end lies beyond what so many rows can tell |
//!
//! The cluster more keeps a share of all rows from seeming certain: of 8 clusters that agree it is worth 8 rows.
//!
//! Source: E. B. Wilson, JASA 22 (1927); R. S. Woodruff, *Confidence intervals for medians and other position measures*,
//! JASA 47 (1952).

use crate::basis::stat::estimate::Z95;
use crate::basis::stat::student;

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

/// Of fewer clusters than this nothing is claimed.
pub const FEW_CLUSTERS: usize = 5;
/// With fewer than this intervals lean on what the clusters happen to be.
pub const ENOUGH_CLUSTERS: usize = 12;

/// The agreement of `rows`; none where there is no row.
pub fn agreement(rows: &[Compared]) -> Option<Agreement> {
    if rows.is_empty() {
        return None;
    }
    let clusters: Vec<[usize; 2]> = rows.iter().map(|row| row.clusters).collect();
    let logs: Vec<f64> = rows.iter().map(Compared::log_ratio).collect();
    let errors: Vec<f64> = rows.iter().map(Compared::error).collect();
    let tails = rows.iter().zip(&clusters);
    let (of_tails, tails): (Vec<[usize; 2]>, Vec<f64>) = tails
        .filter_map(|(row, of)| Some((*of, row.p90_ratio?.ln())))
        .unzip();
    let as_share = |found: Found| Found {
        value: found.value.exp() - 1.0,
        interval: found
            .interval
            .map(|(low, high)| (low.exp() - 1.0, high.exp() - 1.0)),
    };
    let share = |pick: fn(&Compared) -> bool| {
        let inside: Vec<f64> = rows.iter().map(|row| f64::from(u8::from(pick(row)))).collect();
        share_with_interval(&clusters, &inside)
    };
    Some(Agreement {
        n: rows.len(),
        clusters: clusters_of(&clusters).len().min(rows.len()),
        bias: as_share(quantile_with_interval(&clusters, &logs, 0.5)),
        median_error: quantile_with_interval(&clusters, &errors, 0.5),
        p90_error: quantile_with_interval(&clusters, &errors, 0.9),
        coverage_50: share(|row| row.in_50),
        coverage_90: share(|row| row.in_90),
        p90_bias: (!tails.is_empty()).then(|| as_share(quantile_with_interval(&of_tails, &tails, 0.5))),
    })
}

/// The names of all clusters.
fn clusters_of(rows: &[[usize; 2]]) -> Vec<usize> {
    let mut names: Vec<usize> = rows.iter().flatten().copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A sum and how many it is of.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    sum: f64,
    count: f64,
}

impl Sum {
    fn add(&mut self, sum: f64, count: f64) {
        self.sum += sum;
        self.count += count;
    }

    fn mean(self) -> f64 {
        self.sum / self.count
    }
}

/// Rows in all, and of each cluster: one of two clusters is in both.
struct Sums {
    all: Sum,
    of_clusters: Vec<Sum>,
}

impl Sums {
    fn of(of_rows: &[[usize; 2]], values: &[f64]) -> Self {
        let names = clusters_of(of_rows);
        let mut sums = Sums {
            all: Sum::default(),
            of_clusters: vec![Sum::default(); names.len()],
        };
        for ([a, b], value) in of_rows.iter().zip(values) {
            sums.all.add(*value, 1.0);
            for name in [Some(a), (a != b).then_some(b)].into_iter().flatten() {
                let at = names.partition_point(|known| known < name);
                sums.of_clusters[at].add(*value, 1.0);
            }
        }
        sums
    }

    /// How many clusters there are; no more than rows, which links of two regions each may have fewer of.
    fn clusters(&self) -> usize {
        self.of_clusters.len().min(self.all.count as usize)
    }

    /// The variance of the mean that leaving out each cluster tells, and how many means that gave.
    fn jackknife(&self) -> (f64, usize) {
        let without: Vec<f64> = self
            .of_clusters
            .iter()
            .map(|it| Sum {
                sum: self.all.sum - it.sum,
                count: self.all.count - it.count,
            })
            .filter(|left| left.count > 0.0)
            .map(Sum::mean)
            .collect();
        let count = without.len() as f64;
        let middle = without.iter().sum::<f64>() / count;
        let squares: f64 = without.iter().map(|x| (x - middle).powi(2)).sum();
        (
            (count - 1.0) / count * squares,
            without.len().min(self.clusters()),
        )
    }

    /// How many independent rows a share is worth.
    fn independent_rows(mut self) -> f64 {
        let clusters = self.of_clusters.len() as f64;
        let rarer = if self.all.mean() > 0.5 { 0.0 } else { 1.0 };
        let size = self.all.count / clusters;
        let more = Sum {
            sum: rarer * size,
            count: size,
        };
        self.all.add(more.sum, more.count);
        self.of_clusters.push(more);
        let share = self.all.mean();
        share * (1.0 - share) / self.jackknife().0
    }
}

/// The mean of `values`, one a row, with Student's interval around it from leaving out each cluster in turn; and how many
/// clusters there are. A row of two clusters is left out with either.
pub(super) fn mean_with_interval(of_rows: &[[usize; 2]], values: &[f64]) -> (usize, Found) {
    let sums = Sums::of(of_rows, values);
    let value = sums.all.sum / sums.all.count.max(1.0);
    let (variance, n) = sums.jackknife();
    let interval = (n >= 2).then(|| {
        let half = student::quantile(0.975, n - 1) * variance.sqrt();
        (value - half, value + half)
    });
    (sums.clusters(), Found { value, interval })
}

/// Ends of the interval of a share of `n` independent rows, `times` standard errors away.
fn wilson(share: f64, n: f64, times: f64) -> (f64, f64) {
    let square = times * times / n;
    let middle = (share + square / 2.0) / (1.0 + square);
    let half = (square * share * (1.0 - share) + square * square / 4.0).sqrt() / (1.0 + square);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The share of rows that are `inside` (1, others 0).
fn share_with_interval(of_rows: &[[usize; 2]], inside: &[f64]) -> Found {
    let sums = Sums::of(of_rows, inside);
    let value = sums.all.mean();
    let interval = (sums.clusters() >= 2).then(|| wilson(value, sums.independent_rows(), Z95));
    Found { value, interval }
}

fn quantile_with_interval(of_rows: &[[usize; 2]], values: &[f64], p: f64) -> Found {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let value = quantile(&sorted, p);
    let below: Vec<f64> = values.iter().map(|x| f64::from(u8::from(*x <= value))).collect();
    let sums = Sums::of(of_rows, &below);
    let clusters = sums.clusters();
    let interval = (clusters >= 2).then(|| {
        let n = sums.independent_rows();
        let (low, high) = wilson(p, n, student::quantile(0.975, clusters - 1));
        // So many rows do not tell what lies further out than half a row.
        let told = low.min(1.0 - high) >= 0.5 / n;
        told.then(|| (quantile(&sorted, low), quantile(&sorted, high)))
    });
    Found {
        value,
        interval: interval.flatten(),
    }
}

/// The least value that the share `p` does not exceed; the middle of two where it falls between them.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let wanted = p * sorted.len() as f64;
    let at = (wanted.floor() as usize).min(last);
    if at > 0 && wanted == at as f64 {
        f64::midpoint(sorted[at - 1], sorted[at])
    } else {
        sorted[at]
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
        assert!(
            found.p90_error.interval.is_none(),
            "five rows do not tell so far out"
        );
    }

    #[test]
    fn one_cluster_gives_no_interval() {
        let found = agreement(&[row(80.0, 3), row(90.0, 3)]).unwrap();
        assert_eq!((found.clusters, found.bias.interval), (1, None));
        assert!(agreement(&[]).is_none());
    }

    #[test]
    fn a_share_of_all_rows_is_no_more_certain_than_its_clusters_are_many() {
        let rows: Vec<Compared> = (0..80).map(|i| row(100.0, i % 8)).collect();
        let found = agreement(&rows).unwrap();
        let (low, high) = found.coverage_90.interval.unwrap();
        // Wilson of 8 of 8: 8 / (8 + 1.96²).
        assert!(
            (low - 8.0 / (8.0 + 3.8415)).abs() < 1e-3 && high == 1.0,
            "{low} {high}"
        );
    }

    /// How many of 400 worlds the intervals of bias and of a share hold the truth, and how many of those of a 90th
    /// percentile, of those that there are. Rows share `common` of the variance of their error with their cluster.
    fn held(clusters: usize, each: usize, common: f64) -> [f64; 3] {
        use crate::basis::normal::probit;
        use crate::basis::seed::{Purpose, Stream};
        let noise = |world: u32, kind: u32, at: usize| {
            probit(Stream::new(9, Purpose::Resample, world, kind).uniform(at as u64))
        };
        let mut held = [(0.0, 0.0); 3];
        for world in 0..400 {
            let error = |i: usize| {
                common.sqrt() * noise(world, 0, i / each) + (1.0 - common).sqrt() * noise(world, 1, i)
            };
            let rows: Vec<Compared> = (0..clusters * each)
                .map(|i| Compared {
                    in_90: error(i).abs() < 1.644_854,
                    ..row(100.0 * (0.1 * error(i)).exp(), i / each)
                })
                .collect();
            let values: Vec<f64> = (0..clusters * each).map(error).collect();
            let names: Vec<[usize; 2]> = rows.iter().map(|row| row.clusters).collect();
            let found = agreement(&rows).unwrap();
            let tail = quantile_with_interval(&names, &values, 0.9);
            let truths = [(found.bias, 0.0), (found.coverage_90, 0.9), (tail, 1.281_552)];
            for ((held, all), (found, truth)) in held.iter_mut().zip(truths) {
                if let Some((low, high)) = found.interval {
                    *held += f64::from(u8::from(low <= truth && truth <= high));
                    *all += 1.0;
                }
            }
        }
        held.map(|(held, all)| held / f64::max(all, 1.0))
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        // 95 % with a standard error of 1.1 points; a bootstrap's percentiles of the same clusters hold 87 to 92.
        for (clusters, each, common) in [
            (5, 10, 0.3),
            (6, 6, 0.5),
            (8, 10, 0.5),
            (12, 5, 0.3),
            (30, 4, 0.5),
        ] {
            let [bias, share, _] = held(clusters, each, common);
            assert!(bias >= 0.925 && share >= 0.925, "{clusters}: {bias} {share}");
        }
        let [.., tail] = held(30, 4, 0.5);
        assert!(tail >= 0.92, "{tail}");
    }
}
