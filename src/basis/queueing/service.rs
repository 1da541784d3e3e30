//! How long requests hold a server, in the form that a wait is put on top of.
//!
//! A law is cut into slices of known share, and within a slice it is spread evenly; a value with a share of its own is a
//! slice without width, so fixed times and mixtures of them are exact. Up to the share 3/4 a slice is 1/128 wide, above it
//! sixteen slices go to each halving of what remains, up to 1 − 2⁻¹⁶; the rest stands at the mean of an exponential
//! tail. An exponential law's quantiles are within 0.02 % up to there.

use crate::basis::dist::Dist;

/// The time that a request holds a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    mean: f64,
    square: f64,
    slices: Vec<Slice>,
}

/// A share of requests whose times lie evenly between two values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slice {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) share: f64,
}

/// Slices of equal width from the share 0 to 3/4.
const MIDDLE: u32 = 96;
/// Slices for each halving of what remains above it, and halvings.
const STEPS: u32 = 16;
const HALVINGS: u32 = 14;
/// Observed values that are kept as they are; more are cut into slices.
const MOST_SAMPLES: usize = 1024;

impl Service {
    /// The time of `dist`, ms; none where it has no variance.
    ///
    /// ```
    /// use isochrone::basis::{dist::Dist, queueing::service::Service};
    /// let service = Service::of(&Dist::exponential(10.0)?).unwrap();
    /// assert_eq!((service.mean(), service.scv()), (10.0, 1.0));
    /// assert!((service.beyond(20.0) / (-2f64).exp() - 1.0).abs() < 3e-4);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn of(dist: &Dist) -> Option<Service> {
        let (mean, variance) = (dist.mean()?, dist.variance()?);
        let mut slices = Vec::new();
        cut(dist, 1.0, &mut slices);
        Some(Service {
            mean,
            square: mean * mean + variance,
            slices,
        })
    }

    /// Equally likely times, ms.
    pub fn of_values(values: &[f64]) -> Service {
        let share = 1.0 / values.len().max(1) as f64;
        Service {
            mean: values.iter().sum::<f64>() * share,
            square: values.iter().map(|ms| ms * ms).sum::<f64>() * share,
            slices: values.iter().map(|ms| Slice::at(*ms, share)).collect(),
        }
    }

    /// One of several, each with its weight over the sum of the weights: requests of several classes in one queue. Takes
    /// no time where no weight is positive.
    pub fn mixture<'s>(parts: impl IntoIterator<Item = (f64, &'s Service)>) -> Service {
        let parts: Vec<_> = parts.into_iter().filter(|(weight, _)| *weight > 0.0).collect();
        let whole: f64 = parts.iter().map(|(weight, _)| weight).sum();
        let mut mixed = Service {
            mean: 0.0,
            square: 0.0,
            slices: Vec::new(),
        };
        for (weight, of) in parts {
            let share = weight / whole;
            mixed.mean += share * of.mean;
            mixed.square += share * of.square;
            mixed.slices.extend(of.slices.iter().map(|slice| Slice {
                share: slice.share * share,
                ..*slice
            }));
        }
        mixed
    }

    /// The same with every time multiplied by `factor`, at least 0.
    pub fn scaled(&self, factor: f64) -> Service {
        let slice = |slice: &Slice| Slice {
            low: slice.low * factor,
            high: slice.high * factor,
            share: slice.share,
        };
        Service {
            mean: self.mean * factor,
            square: self.square * factor * factor,
            slices: self.slices.iter().map(slice).collect(),
        }
    }

    /// The mean, ms.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The mean of the squared time, ms².
    pub fn square(&self) -> f64 {
        self.square
    }

    /// The variance over the squared mean; 0 where it takes no time.
    pub fn scv(&self) -> f64 {
        if self.mean > 0.0 {
            (self.square / (self.mean * self.mean) - 1.0).max(0.0)
        } else {
            0.0
        }
    }

    /// The share of requests that take longer than `ms`.
    pub fn beyond(&self, ms: f64) -> f64 {
        self.slices
            .iter()
            .map(|slice| slice.share * slice.beyond(ms))
            .sum()
    }

    pub(super) fn slices(&self) -> &[Slice] {
        &self.slices
    }
}

impl Slice {
    fn at(ms: f64, share: f64) -> Slice {
        Slice {
            low: ms,
            high: ms,
            share,
        }
    }

    /// How much of the slice lies above `ms`, 0 to 1.
    pub(super) fn beyond(&self, ms: f64) -> f64 {
        if ms < self.low {
            1.0
        } else if ms >= self.high {
            0.0
        } else {
            (self.high - ms) / (self.high - self.low)
        }
    }
}

fn cut(dist: &Dist, share: f64, slices: &mut Vec<Slice>) {
    match dist {
        Dist::Fixed(_) => slices.push(Slice::at(dist.quantile(0.5), share)),
        Dist::Mixture(mixture) => {
            for (weight, part) in mixture.parts() {
                cut(part, share * weight, slices);
            }
        }
        Dist::Samples(samples) if samples.sorted_ms().len() <= MOST_SAMPLES => {
            let each = share / samples.sorted_ms().len() as f64;
            slices.extend(samples.sorted_ms().iter().map(|ms| Slice::at(*ms, each)));
        }
        _ => cut_finely(dist, share, slices),
    }
}

fn cut_finely(dist: &Dist, share: f64, slices: &mut Vec<Slice>) {
    let middle = (1..=MIDDLE).map(|i| f64::from(i) / f64::from(MIDDLE) * 0.75);
    let halvings = (1..=STEPS * HALVINGS).map(|i| f64::from(i) / f64::from(STEPS));
    let tail = halvings.map(|halvings| 1.0 - 0.25 * (-halvings).exp2());
    let (mut from, mut low) = (0.0, dist.quantile(0.0).max(0.0));
    for to in middle.chain(tail) {
        let high = dist.quantile(to).max(low);
        slices.push(Slice {
            low,
            high,
            share: share * (to - from),
        });
        (from, low) = (to, high);
    }
    let rest = 1.0 - from;
    let mean_of_rest = dist.quantile(1.0 - rest / std::f64::consts::E);
    slices.push(Slice::at(mean_of_rest, share * rest));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_to_one_and_tails_are_those_of_the_law() {
        for dist in [
            Dist::exponential(10.0).unwrap(),
            Dist::log_normal(20.0, 0.8).unwrap(),
            Dist::gamma(4.0, 2.5).unwrap(),
        ] {
            let service = Service::of(&dist).unwrap();
            let whole: f64 = service.slices.iter().map(|slice| slice.share).sum();
            assert!((whole - 1.0).abs() < 1e-12);
            for p in [0.1, 0.5, 0.9, 0.99, 0.999, 0.9999] {
                let off = service.beyond(dist.quantile(p)) / (1.0 - p) - 1.0;
                assert!(off.abs() < 1e-3, "{dist} at {p}: {off}");
            }
        }
    }

    #[test]
    fn fixed_times_and_mixtures_of_them_are_exact() {
        let (fast, slow) = (Dist::fixed(5.0).unwrap(), Dist::fixed(100.0).unwrap());
        let both = Dist::mixture([(3.0, fast.clone()), (1.0, slow.clone())]).unwrap();
        let parts = [&fast, &slow].map(|dist| Service::of(dist).unwrap());
        let mixed = Service::mixture([(3.0, &parts[0]), (0.0, &parts[1]), (1.0, &parts[1])]);
        assert_eq!(mixed, Service::of(&both).unwrap());
        assert_eq!(
            (mixed.beyond(4.9), mixed.beyond(5.0), mixed.beyond(100.0)),
            (1.0, 0.25, 0.0)
        );
        assert!((mixed.mean() - 28.75).abs() < 1e-12);
        let half = mixed.scaled(0.5);
        assert_eq!(half.beyond(49.0), 0.25);
        assert!((half.mean() - 14.375).abs() < 1e-12);
        assert!((half.square() - (0.75 * 25.0 + 0.25 * 10_000.0) / 4.0).abs() < 1e-9);
        assert_eq!(Service::of_values(&[5.0, 5.0, 5.0, 100.0]).beyond(5.0), 0.25);
        assert_eq!(Service::mixture([]).scv(), 0.0);
    }

    #[test]
    fn a_law_without_a_variance_is_none() {
        assert_eq!(Service::of(&Dist::pareto(10.0, 2.0).unwrap()), None);
    }
}
