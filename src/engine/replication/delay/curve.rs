//! A distribution function as straight lines between points; a jump is a line straight up.

/// Points `(ms, share)`, rising in both; the share runs from 0 to 1.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    points: Vec<(f64, f64)>,
}

impl Curve {
    pub(super) fn new(points: Vec<(f64, f64)>) -> Self {
        Curve { points }
    }

    pub(super) fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// `P(X ≤ x)`.
    pub(super) fn at(&self, x: f64) -> f64 {
        self.between(self.points.partition_point(|point| point.0 <= x), x)
    }

    /// `P(X < x)`.
    pub(super) fn below(&self, x: f64) -> f64 {
        self.between(self.points.partition_point(|point| point.0 < x), x)
    }

    /// The share at `x`, which lies before point `next` and not before the one in front of it.
    fn between(&self, next: usize, x: f64) -> f64 {
        match (next.checked_sub(1), self.points.get(next)) {
            (None, _) => 0.0,
            (Some(last), None) => self.points[last].1,
            (Some(before), Some((x1, f1))) => {
                let (x0, f0) = self.points[before];
                if *x1 > x0 {
                    f0 + (f1 - f0) * ((x - x0) / (x1 - x0)).min(1.0)
                } else {
                    f0
                }
            }
        }
    }

    /// The least `x` with `P(X ≤ x) ≥ p`.
    pub(super) fn quantile(&self, p: f64) -> f64 {
        let next = self.points.partition_point(|point| point.1 < p);
        let Some((x1, f1)) = self.points.get(next) else {
            return self.points.last().map_or(f64::NAN, |point| point.0);
        };
        match next.checked_sub(1).map(|before| self.points[before]) {
            Some((x0, f0)) => x0 + (x1 - x0) * (p - f0) / (f1 - f0),
            None => *x1,
        }
    }
}
