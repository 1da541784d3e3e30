//! A set turned into a design: who is served from where, who leads, and what each region adds to a request.

use crate::basis::dist::Dist;
use crate::engine::routing::Assignment;

/// Time that a region adds to a class of request, whoever asks: operations on stores and calls to other regions.
///
/// Kept as equally likely values, ascending; a single value is exact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Added {
    values: Vec<f32>,
    mean: f64,
}

/// Most equally likely values a law is kept as.
const MOST_VALUES: usize = 64;

impl Added {
    /// Nothing.
    pub fn nothing() -> Self {
        Added::default()
    }

    /// Always `ms`.
    pub fn fixed(ms: f64) -> Self {
        Added {
            values: vec![ms as f32],
            mean: ms,
        }
    }

    /// Equally likely values, in any order, ms.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        Added {
            values: thinned(&values),
            mean,
        }
    }

    /// This and then the other, independent of it.
    pub fn plus(&self, other: &Added) -> Added {
        let (these, those) = (self.values(), other.values());
        let mut sums = Vec::with_capacity(these.len() * those.len());
        for a in these {
            sums.extend(those.iter().map(|b| f64::from(a + b)));
        }
        Added {
            mean: self.mean + other.mean,
            ..Added::of(sums)
        }
    }

    /// Whether it adds nothing.
    pub fn is_nothing(&self) -> bool {
        self.values.iter().all(|ms| *ms == 0.0)
    }

    /// What it always adds, if it always adds the same, ms.
    pub fn as_fixed(&self) -> Option<f64> {
        let first = self.values.first().map_or(0.0, |ms| f64::from(*ms));
        match self.values.len() {
            0 => Some(0.0),
            1 => Some(self.mean),
            _ => (self.values.last().map(|ms| f64::from(*ms)) == Some(first)).then_some(first),
        }
    }

    /// The same later by an independent time, ms.
    pub fn later_by(&self, more: &Dist) -> Added {
        let more = match more.as_fixed() {
            Some(ms) => Added::fixed(ms),
            None => Added::of(
                (0..MOST_VALUES)
                    .map(|i| more.quantile((i as f64 + 0.5) / MOST_VALUES as f64))
                    .collect(),
            ),
        };
        self.plus(&more)
    }

    /// The mean, ms.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The value below which a share `p` lies, ms.
    pub fn quantile(&self, p: f64) -> f64 {
        let at = (p * self.values.len() as f64) as usize;
        self.values
            .get(at.min(self.values.len().saturating_sub(1)))
            .map_or(0.0, |ms| f64::from(*ms))
    }

    /// Its equally likely values, ms, ascending; a single zero when it adds nothing.
    pub fn values(&self) -> &[f32] {
        if self.values.is_empty() {
            &[0.0]
        } else {
            &self.values
        }
    }
}

/// At most [`MOST_VALUES`] values with the same mean: those of equally likely parts, each by its mean.
fn thinned(sorted: &[f64]) -> Vec<f32> {
    if sorted.len() <= MOST_VALUES {
        return sorted.iter().map(|ms| *ms as f32).collect();
    }
    let edge = |part: usize| part * sorted.len() / MOST_VALUES;
    (0..MOST_VALUES)
        .map(|part| {
            let part = &sorted[edge(part)..edge(part + 1)];
            (part.iter().sum::<f64>() / part.len() as f64) as f32
        })
        .collect()
}

/// A set as it would be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The regions, ascending.
    pub regions: Vec<usize>,
    /// For each store the region that leads it.
    pub leaders: Vec<Option<usize>>,
    /// Who is served from where.
    pub assignment: Assignment,
    /// `added[class][region]`: what a region adds to a class; empty when no class adds anything.
    pub added: Vec<Vec<Added>>,
    /// Classes whose requests go to one region, whoever asks: `sent[class]`; empty when there are none.
    pub sent: Vec<Option<usize>>,
}

impl Plan {
    /// A set with nothing but regions.
    pub fn plain(regions: &[usize], serving: &[usize]) -> Self {
        Plan {
            regions: regions.to_vec(),
            leaders: Vec::new(),
            assignment: Assignment::whole(serving),
            added: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// The region that takes the requests of `class` from users that are served by `region`.
    pub fn goes_to(&self, class: usize, region: usize) -> usize {
        self.sent.get(class).copied().flatten().unwrap_or(region)
    }

    /// The regions that may take requests of `class`: all of the set, or the one they are sent to.
    pub fn serving(&self, class: usize) -> Vec<usize> {
        match self.sent.get(class).copied().flatten() {
            Some(region) => vec![region],
            None => self.regions.clone(),
        }
    }

    /// What `region` adds to `class`; `None` when nothing.
    pub fn added(&self, class: usize, region: usize) -> Option<&Added> {
        self.added
            .get(class)
            .and_then(|regions| regions.get(region))
            .filter(|added| !added.is_nothing())
    }

    /// Whether any region adds anything to any class.
    pub fn adds(&self) -> bool {
        self.added.iter().flatten().any(|added| !added.is_nothing())
    }

    /// Whether a group's requests are anything but those of one region alone.
    pub fn is_mixed(&self) -> bool {
        self.adds() || !self.assignment.is_whole() || self.sent.iter().any(Option::is_some)
    }

    /// Whether users cannot tell it from `other`: served from the same regions, which add the same.
    pub fn serves_like(&self, other: &Plan) -> bool {
        self.assignment == other.assignment
            && self.sent == other.sent
            && (self.added == other.added || !self.adds() && !other.adds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_times_stay_exact() {
        assert_eq!(Added::fixed(70.1).as_fixed(), Some(70.1));
        assert_eq!(Added::nothing().as_fixed(), Some(0.0));
        assert!(Added::nothing().is_nothing() && Added::fixed(0.0).is_nothing());
        assert_eq!(Added::nothing().values(), [0.0]);
    }

    #[test]
    fn later_by_a_fixed_time_is_a_shift() {
        assert_eq!(
            Added::fixed(10.0).later_by(&Dist::fixed(5.0).unwrap()).as_fixed(),
            Some(15.0)
        );
        let spread = Added::of(vec![1.0, 2.0, 3.0]).later_by(&Dist::fixed(4.0).unwrap());
        assert_eq!((spread.values()[0], spread.values().last()), (5.0, Some(&7.0)));
        assert!((spread.mean() - 6.0).abs() < 1e-12);
    }

    #[test]
    fn sums_have_the_sum_of_the_means() {
        let (a, b) = (Added::of(vec![1.0, 3.0]), Added::of(vec![0.0, 10.0]));
        assert_eq!(a.plus(&b).values(), [1.0, 3.0, 11.0, 13.0]);
        assert_eq!(a.plus(&b).mean(), 7.0);
        assert_eq!(a.plus(&Added::nothing()), a);
        assert_eq!(Added::fixed(70.1).plus(&Added::fixed(2.0)).as_fixed(), Some(72.1));
    }

    #[test]
    fn many_values_are_thinned_and_keep_their_mean() {
        let added = Added::of((0..10_000).rev().map(|i| f64::from(i) / 1000.0).collect());
        let values = added.values();
        assert_eq!(values.len(), MOST_VALUES);
        let mean = values.iter().map(|ms| f64::from(*ms)).sum::<f64>() / values.len() as f64;
        assert!((mean - added.mean()).abs() < 1e-3 && (added.mean() - 4.9995).abs() < 1e-9);
        assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
