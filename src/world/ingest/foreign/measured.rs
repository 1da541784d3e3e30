//! What was measured of one pair, in the shape in which its source tells it.

use super::histogram::Histogram;
use super::unit::tidy;
use crate::basis::error::Place;
use crate::basis::units::Millis;

/// What is known of the times of one pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Where they start; empty when nobody said.
    pub from: String,
    /// Where they go; empty when nobody said.
    pub to: String,
    /// What their start was called before it got another name.
    pub host: String,
    /// The times.
    pub figures: Figures,
    /// Requests without an answer.
    pub lost: u64,
    /// The form they come from, such as `ping` or `k6 http_req_waiting`.
    pub source: String,
    /// Where the first of them stands.
    pub place: Place,
}

/// Times in one of the shapes in which people have them.
#[derive(Clone, Debug, PartialEq)]
pub enum Figures {
    /// Each single time.
    Samples(Vec<Millis>),
    /// Some quantiles.
    Quantiles(Quantiles),
    /// Counts in buckets.
    Histogram(Histogram),
    /// The last line of a quiet ping.
    Summary(Summary),
}

/// Some quantiles of a distribution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quantiles {
    /// Percentiles, as 50.0 for the median, and their times; both ascend.
    pub at: Vec<(f64, Millis)>,
    /// How many times they are of, when that was told.
    pub n: Option<u64>,
    /// The least time.
    pub min: Option<Millis>,
}

/// Least, mean, greatest and standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many times they are of.
    pub n: u64,
    /// Least.
    pub min: Millis,
    /// Mean.
    pub avg: Millis,
    /// Greatest.
    pub max: Millis,
    /// Standard deviation.
    pub mdev: Millis,
}

impl Measured {
    /// How many requests got no answer; `None` where only quantiles or counts are known and nobody said it.
    pub fn known_lost(&self) -> Option<u64> {
        let told = matches!(self.figures, Figures::Samples(_) | Figures::Summary(_)) || self.lost > 0;
        told.then_some(self.lost)
    }
}

impl Quantiles {
    /// Quantiles sorted by percentile.
    ///
    /// # Errors
    /// When a greater percentile has a lesser time; both are named.
    pub fn new(mut at: Vec<(f64, Millis)>) -> std::result::Result<Self, String> {
        at.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in at.windows(2) {
            let ((p, low), (q, high)) = (pair[0], pair[1]);
            if high < low {
                return Err(format!("p{q} lies below p{p}: {high} below {low}"));
            }
            if p == q && high != low {
                return Err(format!("p{p} stands twice: {low} and {high}"));
            }
        }
        at.dedup();
        Ok(Quantiles {
            at,
            ..Quantiles::default()
        })
    }
}

impl Figures {
    /// How many times they are of, when that is known.
    pub fn n(&self) -> Option<u64> {
        match self {
            Figures::Samples(times) => Some(times.len() as u64),
            Figures::Quantiles(quantiles) => quantiles.n,
            Figures::Histogram(histogram) => Some(histogram.total()),
            Figures::Summary(summary) => Some(summary.n),
        }
    }

    /// The least time, when it is known.
    pub fn min(&self) -> Option<Millis> {
        match self {
            Figures::Samples(times) => times.iter().copied().min_by(|a, b| a.ms().total_cmp(&b.ms())),
            Figures::Quantiles(quantiles) => quantiles.min,
            Figures::Histogram(histogram) => histogram.min,
            Figures::Summary(summary) => Some(summary.min),
        }
    }

    /// The `percent`th percentiles, ms, to the nanosecond; `None` where one does not follow from what is known.
    ///
    /// Single times are interpolated between order statistics, counts inside their bucket; quantiles are given as
    /// they were told, and never from others.
    pub fn percentiles(&self, percents: &[f64]) -> Vec<Option<f64>> {
        let sorted: Vec<f64> = match self {
            Figures::Samples(times) => {
                let mut sorted: Vec<f64> = times.iter().map(|time| time.ms()).collect();
                sorted.sort_by(f64::total_cmp);
                sorted
            }
            _ => Vec::new(),
        };
        let one = |percent: f64| match self {
            Figures::Samples(_) => of_sorted(&sorted, percent / 100.0),
            Figures::Histogram(histogram) => histogram.quantile(percent / 100.0).map(Millis::ms),
            Figures::Quantiles(quantiles) => {
                let found = quantiles.at.iter().find(|(at, _)| *at == percent);
                found.map(|(_, time)| time.ms())
            }
            Figures::Summary(_) => None,
        };
        percents.iter().map(|percent| one(*percent).map(tidy)).collect()
    }

    /// Both together.
    ///
    /// # Errors
    /// When they are of different shapes, or of one that cannot be added up.
    pub(super) fn merge(&mut self, other: Figures) -> std::result::Result<(), String> {
        // Requests that were all lost have no shape yet.
        if matches!(self, Figures::Samples(times) if times.is_empty()) {
            *self = other;
            return Ok(());
        }
        match (&mut *self, other) {
            (Figures::Samples(times), Figures::Samples(more)) => times.extend(more),
            (_, Figures::Samples(none)) if none.is_empty() => {}
            (Figures::Histogram(known), Figures::Histogram(more)) => *known = known.merged(&more)?,
            (Figures::Quantiles(known), Figures::Quantiles(more)) => known.join(&more)?,
            (Figures::Summary(_), Figures::Summary(_)) => {
                return Err("two summaries of one pair cannot be put together".into());
            }
            (known, more) => {
                let (known, more) = (known.shape(), more.shape());
                return Err(format!("{known} and {more} of one pair cannot be put together"));
            }
        }
        Ok(())
    }

    fn shape(&self) -> &'static str {
        match self {
            Figures::Samples(_) => "single times",
            Figures::Quantiles(_) => "quantiles",
            Figures::Histogram(_) => "a histogram",
            Figures::Summary(_) => "a summary",
        }
    }
}

impl Quantiles {
    /// Other quantiles of the same pair beside these: one file of medians, another of 90th percentiles.
    fn join(&mut self, more: &Quantiles) -> std::result::Result<(), String> {
        let twice = more
            .at
            .iter()
            .find(|(p, time)| self.at.iter().any(|(q, known)| p == q && time != known));
        if let Some((p, _)) = twice {
            return Err(format!("p{p} of one pair is told twice"));
        }
        let at = self.at.iter().chain(&more.at).copied().collect();
        let joined = Quantiles::new(at)?;
        let n = if self.n == more.n { self.n } else { None };
        *self = Quantiles {
            n,
            min: self
                .min
                .into_iter()
                .chain(more.min)
                .min_by(|a, b| a.ms().total_cmp(&b.ms())),
            ..joined
        };
        Ok(())
    }
}

/// Type 7 of Hyndman and Fan, as everywhere in this crate.
fn of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    (!sorted.is_empty()).then(|| crate::basis::stat::estimate::quantile_of_sorted(sorted, p))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(x: f64) -> Millis {
        Millis::new(x).unwrap()
    }

    fn samples(times: &[f64]) -> Figures {
        Figures::Samples(times.iter().map(|x| ms(*x)).collect())
    }

    #[test]
    fn single_times_are_interpolated_and_told_quantiles_are_not() {
        assert_eq!(
            samples(&[3.0, 1.0, 2.0]).percentiles(&[50.0, 75.0]),
            [Some(2.0), Some(2.5)]
        );
        assert_eq!(samples(&[]).percentiles(&[50.0]), [None]);
        let told = Figures::Quantiles(Quantiles::new(vec![(90.0, ms(5.0)), (50.0, ms(2.0))]).unwrap());
        assert_eq!(
            told.percentiles(&[50.0, 75.0, 90.0]),
            [Some(2.0), None, Some(5.0)]
        );
    }

    #[test]
    fn quantiles_of_two_files_stand_beside_each_other_unless_they_disagree() {
        let one = |p, x| Figures::Quantiles(Quantiles::new(vec![(p, ms(x))]).unwrap());
        let mut both = one(50.0, 2.0);
        both.merge(one(90.0, 5.0)).unwrap();
        assert_eq!(both.percentiles(&[50.0, 90.0]), [Some(2.0), Some(5.0)]);
        assert!(both.merge(one(90.0, 6.0)).unwrap_err().contains("told twice"));
        assert!(both.merge(one(99.0, 1.0)).unwrap_err().contains("below"));
        assert!(both.merge(samples(&[1.0])).unwrap_err().contains("single times"));
    }
}
