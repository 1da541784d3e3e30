//! Counts of times in buckets, and the quantiles that follow from them.

use crate::basis::units::Millis;

/// One bucket: how many times lie above `lower` and at most at `upper`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Lower bound.
    pub lower: Millis,
    /// Upper bound; `None` where the bucket is open.
    pub upper: Option<Millis>,
    /// How many.
    pub count: u64,
}

/// Buckets, ascending and without overlap.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    buckets: Vec<Bucket>,
    /// The least time, when it was recorded beside the buckets.
    pub min: Option<Millis>,
    /// The greatest, which closes the open bucket.
    pub max: Option<Millis>,
}

impl Histogram {
    /// A histogram of `buckets`; empty ones may be left out.
    ///
    /// ```
    /// use isochrone::basis::units::Millis;
    /// use isochrone::world::ingest::foreign::{Bucket, Histogram};
    /// let ms = |x| Millis::new(x).unwrap();
    /// let bucket = |lower, upper, count| Bucket { lower: ms(lower), upper: Some(ms(upper)), count };
    /// let histogram = Histogram::new(vec![bucket(0.0, 10.0, 30), bucket(10.0, 30.0, 70)]).unwrap();
    /// // The 50th of 100 is the 20th of the 70 that lie between 10 and 30 ms.
    /// assert!((histogram.quantile(0.5).unwrap().ms() - (10.0 + 20.0 * 20.0 / 70.0)).abs() < 1e-12);
    /// ```
    ///
    /// # Errors
    /// When bounds are out of order, buckets overlap, or counts do not fit into 64 bits.
    pub fn new(mut buckets: Vec<Bucket>) -> std::result::Result<Self, String> {
        buckets.sort_by(|a, b| a.lower.ms().total_cmp(&b.lower.ms()));
        for bucket in &buckets {
            if bucket.upper.is_some_and(|upper| upper < bucket.lower) {
                return Err("bounds of buckets must ascend".into());
            }
        }
        for pair in buckets.windows(2) {
            if pair[0].upper.is_none_or(|upper| upper > pair[1].lower) {
                return Err("buckets overlap".into());
            }
        }
        let total = buckets
            .iter()
            .try_fold(0_u64, |sum, bucket| sum.checked_add(bucket.count));
        total.ok_or("counts are too large")?;
        Ok(Histogram {
            buckets,
            min: None,
            max: None,
        })
    }

    /// How many times were counted.
    pub fn total(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.count).sum()
    }

    /// The buckets.
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// How many times lie in the open bucket at the end.
    pub fn open(&self) -> u64 {
        let last = self.buckets.last().filter(|bucket| bucket.upper.is_none());
        last.map_or(0, |bucket| bucket.count)
    }

    /// The bound above which the bucket is open.
    pub fn last_bound(&self) -> Option<Millis> {
        let last = self.buckets.last()?;
        last.upper.is_none().then_some(last.lower)
    }

    /// The time at most at which a share `p` of the times lies, as if times lay evenly in each bucket. `None` when
    /// there are none, or when it lies in the open bucket and the greatest time is not known.
    pub fn quantile(&self, p: f64) -> Option<Millis> {
        let rank = p.clamp(0.0, 1.0) * self.total() as f64;
        let mut before = 0.0;
        for bucket in self.buckets.iter().filter(|bucket| bucket.count > 0) {
            let count = bucket.count as f64;
            if before + count >= rank {
                let lower = bucket.lower.ms();
                let upper = bucket.upper.or(self.max.filter(|max| *max >= bucket.lower))?.ms();
                let inside = ((rank - before) / count).clamp(0.0, 1.0);
                return Millis::new(lower + inside * (upper - lower)).ok();
            }
            before += count;
        }
        None
    }

    /// The counts of both, bucket by bucket.
    ///
    /// # Errors
    /// When a bucket of one overlaps another one of the other.
    pub fn merged(&self, other: &Histogram) -> std::result::Result<Histogram, String> {
        let mut all: Vec<Bucket> = self.buckets.iter().chain(&other.buckets).copied().collect();
        let end = |bucket: &Bucket| bucket.upper.map_or(f64::INFINITY, Millis::ms);
        all.sort_by(|a, b| {
            let lower = a.lower.ms().total_cmp(&b.lower.ms());
            lower.then(end(a).total_cmp(&end(b)))
        });
        let mut buckets: Vec<Bucket> = Vec::with_capacity(all.len());
        for bucket in all {
            match buckets.last_mut() {
                Some(last) if last.lower == bucket.lower && last.upper == bucket.upper => {
                    last.count = last
                        .count
                        .checked_add(bucket.count)
                        .ok_or("counts are too large")?;
                }
                _ => buckets.push(bucket),
            }
        }
        // Buckets without counts carry bounds that nobody needs, and may overlap those of the other.
        let filled = buckets
            .iter()
            .filter(|bucket| bucket.count > 0)
            .copied()
            .collect();
        let sound = Histogram::new(buckets).or_else(|_| Histogram::new(filled));
        let sound = sound.map_err(|_| "histograms with other bounds cannot be added up".to_owned())?;
        let both = |a: Option<Millis>, b: Option<Millis>, pick: fn(f64, f64) -> f64| {
            Millis::new(pick(a?.ms(), b?.ms())).ok()
        };
        Ok(Histogram {
            min: both(self.min, other.min, f64::min),
            max: both(self.max, other.max, f64::max),
            ..sound
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(x: f64) -> Millis {
        Millis::new(x).unwrap()
    }

    fn of(bounds: &[(f64, Option<f64>, u64)]) -> Histogram {
        let bucket = |(lower, upper, count): &(f64, Option<f64>, u64)| Bucket {
            lower: ms(*lower),
            upper: upper.map(ms),
            count: *count,
        };
        Histogram::new(bounds.iter().map(bucket).collect()).unwrap()
    }

    #[test]
    fn a_quantile_above_the_last_bound_is_not_known_unless_the_greatest_is() {
        let mut open = of(&[(0.0, Some(10.0), 90), (10.0, None, 10)]);
        assert_eq!(open.quantile(0.9), Some(ms(10.0)));
        assert_eq!(open.quantile(0.95), None);
        assert_eq!((open.open(), open.last_bound()), (10, Some(ms(10.0))));
        open.max = Some(ms(30.0));
        assert_eq!(open.quantile(0.95), Some(ms(20.0)));
    }

    #[test]
    fn histograms_add_up_only_where_their_bounds_agree() {
        let a = of(&[(0.0, Some(10.0), 1), (10.0, Some(20.0), 2)]);
        let b = of(&[(10.0, Some(20.0), 3), (20.0, Some(40.0), 4)]);
        assert_eq!(a.merged(&b).unwrap().total(), 10);
        let c = of(&[(5.0, Some(15.0), 1)]);
        assert!(a.merged(&c).is_err());
    }

    #[test]
    fn an_empty_histogram_has_no_quantiles() {
        assert_eq!(of(&[(0.0, Some(1.0), 0)]).quantile(0.5), None);
    }
}
