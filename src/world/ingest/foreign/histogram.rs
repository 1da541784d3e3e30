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

    /// The time at most at which a share `p` of the times lies, as if times lay evenly in each bucket, or in that part of
    /// it that lies between the least and the greatest time, as far as these are known. `None` when there are none, or
    /// when it lies in the open bucket and the greatest time is not known.
    pub fn quantile(&self, p: f64) -> Option<Millis> {
        let rank = p.clamp(0.0, 1.0) * self.total() as f64;
        let mut before = 0.0;
        for bucket in self.buckets.iter().filter(|bucket| bucket.count > 0) {
            let count = bucket.count as f64;
            if before + count >= rank {
                let (lower, upper) = self.ends(bucket)?;
                let inside = ((rank - before) / count).clamp(0.0, 1.0);
                return Millis::new(lower + inside * (upper - lower)).ok();
            }
            before += count;
        }
        None
    }

    /// Between which times those of `bucket` lie, ms.
    fn ends(&self, bucket: &Bucket) -> Option<(f64, f64)> {
        let inside = |time: &Millis| *time >= bucket.lower && bucket.upper.is_none_or(|upper| *time <= upper);
        let lower = self.min.filter(inside).unwrap_or(bucket.lower);
        let upper = self.max.filter(inside).or(bucket.upper)?;
        Some((lower.ms(), upper.ms().max(lower.ms())))
    }

    /// The counts of both, bucket by bucket. A bucket of one that holds several of the other takes in their counts.
    ///
    /// # Errors
    /// When a bucket of one overlaps another one of the other and neither holds the other.
    pub fn merged(&self, other: &Histogram) -> std::result::Result<Histogram, String> {
        // Buckets without counts carry bounds that nobody needs, and may overlap those of the other.
        let mut all: Vec<Bucket> = self.buckets.iter().chain(&other.buckets).copied().collect();
        all.retain(|bucket| bucket.count > 0);
        all.sort_by(|a, b| {
            a.lower
                .ms()
                .total_cmp(&b.lower.ms())
                .then(end(b).total_cmp(&end(a)))
        });
        let mut buckets: Vec<Bucket> = Vec::with_capacity(all.len());
        for bucket in all {
            match buckets.last_mut() {
                Some(last) if last.lower == bucket.lower || !is_below(end(last), bucket.lower.ms()) => {
                    let count = last.count.checked_add(bucket.count);
                    let wider =
                        wider_of(last, &bucket).ok_or("histograms with other bounds cannot be added up")?;
                    *last = Bucket {
                        count: count.ok_or("counts are too large")?,
                        ..wider
                    };
                }
                _ => buckets.push(bucket),
            }
        }
        let known = |a: Option<Millis>, b: Option<Millis>, pick: fn(f64, f64) -> f64| {
            if self.total() == 0 || other.total() == 0 {
                return if self.total() == 0 { b } else { a };
            }
            Millis::new(pick(a?.ms(), b?.ms())).ok()
        };
        Ok(Histogram {
            min: known(self.min, other.min, f64::min),
            max: known(self.max, other.max, f64::max),
            ..Histogram::new(buckets)?
        })
    }
}

/// Where a bucket ends, ms.
fn end(bucket: &Bucket) -> f64 {
    bucket.upper.map_or(f64::INFINITY, Millis::ms)
}

/// Whether `a` is at most `b`, but for the rounding of bounds that are powers of a base.
fn is_below(a: f64, b: f64) -> bool {
    a <= b * (1.0 + 1e-12)
}

/// The one of two buckets that holds the other; none where neither does.
fn wider_of(a: &Bucket, b: &Bucket) -> Option<Bucket> {
    let holds = |outer: &Bucket, inner: &Bucket| {
        is_below(outer.lower.ms(), inner.lower.ms()) && is_below(end(inner), end(outer))
    };
    let wider = if holds(a, b) {
        Some(a)
    } else {
        Some(b).filter(|_| holds(b, a))
    };
    wider.copied()
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
    fn times_lie_between_the_least_and_the_greatest() {
        let mut known = of(&[(50.0, Some(100.0), 0), (100.0, Some(250.0), 100)]);
        known.min = Some(ms(101.0));
        known.max = Some(ms(110.0));
        assert_eq!(known.quantile(0.5), Some(ms(105.5)));
        assert_eq!(known.quantile(1.0), Some(ms(110.0)));
        // Of several buckets only the outer ones are cut.
        let mut two = of(&[(0.0, Some(10.0), 50), (10.0, Some(30.0), 50)]);
        two.min = Some(ms(8.0));
        two.max = Some(ms(12.0));
        assert_eq!(
            [0.25, 0.5, 0.75].map(|p| two.quantile(p)),
            [Some(ms(9.0)), Some(ms(10.0)), Some(ms(11.0))]
        );
    }

    #[test]
    fn a_finer_histogram_goes_into_a_coarser_one() {
        let fine = of(&[
            (1.0, Some(2_f64.sqrt()), 1),
            (2_f64.sqrt(), Some(2.0), 2),
            (2.0, Some(8_f64.sqrt()), 4),
        ]);
        let coarse = of(&[(1.0, Some(2.0), 10), (2.0, Some(4.0), 20)]);
        let expected = of(&[(1.0, Some(2.0), 13), (2.0, Some(4.0), 24)]);
        assert_eq!(fine.merged(&coarse).unwrap(), expected);
        assert_eq!(coarse.merged(&fine).unwrap(), expected);
        let open = of(&[(2.0, None, 1)]);
        assert_eq!(fine.merged(&open).unwrap().open(), 5);
    }

    #[test]
    fn nothing_takes_no_least_or_greatest_away() {
        let mut some = of(&[(0.0, Some(10.0), 5), (10.0, None, 5)]);
        some.min = Some(ms(3.0));
        some.max = Some(ms(40.0));
        let none = of(&[(0.0, Some(7.0), 0)]);
        for both in [some.merged(&none).unwrap(), none.merged(&some).unwrap()] {
            assert_eq!((both.total(), both.min, both.max), (10, some.min, some.max));
            assert_eq!(both.quantile(1.0), Some(ms(40.0)));
        }
        let unknown = of(&[(0.0, Some(10.0), 1)]);
        assert_eq!(some.merged(&unknown).unwrap().max, None);
    }

    #[test]
    fn an_empty_histogram_has_no_quantiles() {
        assert_eq!(of(&[(0.0, Some(1.0), 0)]).quantile(0.5), None);
    }
}
