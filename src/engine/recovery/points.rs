//! Points that fill the unit cube evenly, and luck: where a draw's uniform numbers come from.
//!
//! The points are those of Richtmyer: coordinate d of point i is the fractional part of `i · √(d-th prime)`, shifted
//! by a random number. Each shift gives estimates without bias; several shifts give their error, which for smooth
//! figures falls almost with the number of points instead of its root.
//!
//! Source: R. D. Richtmyer, *The evaluation of definite integrals, and a quasi-Monte-Carlo method based on the
//! properties of algebraic numbers*, Los Alamos report LA-1342, 1951.

use crate::basis::seed::{Purpose, RecoveryDraw, Stream};

/// Coordinates of what one loss and one of its users draw.
pub(super) mod coordinate {
    /// Where between two health checks the loss falls.
    pub(crate) const PHASE: usize = 0;
    /// The health check's time-out.
    pub(crate) const TIMEOUT: usize = 1;
    /// The decision.
    pub(crate) const DECISION: usize = 2;
    /// Growth of the region that takes over.
    pub(crate) const RAMP: usize = 3;
    /// Whether the user's client ignores the TTL.
    pub(crate) const IGNORES: usize = 4;
    /// When the user's answer expires.
    pub(crate) const ANSWER: usize = 5;
    /// The pause when users go back.
    pub(crate) const PAUSE: usize = 6;
    /// Time to repair.
    pub(crate) const REPAIR: usize = 7;
    /// Time until the loss.
    pub(crate) const UP: usize = 8;
    /// Which cause it is.
    pub(crate) const PICK: usize = 9;
    /// Whether a further loss is forced.
    pub(crate) const FLIP: usize = 10;
    /// Promotion of the first store; the others follow.
    pub(crate) const PROMOTION: usize = 11;
}

/// Positions of a stream that one loss has for itself.
const STRIDE: u64 = 256;

/// The uniform numbers of one loss, by coordinate.
pub(super) trait Luck {
    /// A number between 0 and 1.
    fn at(&self, coordinate: usize) -> f64;
}

/// Independent numbers: the `loss`-th of a stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    stream: Stream,
    loss: u64,
}

impl Drawn {
    pub(super) fn new(stream: Stream, loss: u64) -> Self {
        Drawn { stream, loss }
    }
}

impl Luck for Drawn {
    fn at(&self, coordinate: usize) -> f64 {
        self.stream.uniform(self.loss * STRIDE + coordinate as u64)
    }
}

/// The same number at every coordinate: the ends of what can be drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Always(pub(super) f64);

impl Luck for Always {
    fn at(&self, _coordinate: usize) -> f64 {
        self.0
    }
}

/// Square roots of these have no rational relation.
const PRIMES: [u32; 24] = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
];

/// Evenly spread points with one random shift.
#[derive(Clone, Debug)]
pub(super) struct Points {
    step: [f64; PRIMES.len()],
    shift: [f64; PRIMES.len()],
    rest: Stream,
}

impl Points {
    /// The points of (`seed`, `purpose`, `key`) under their `shift`-th shift.
    pub(super) fn new(seed: u64, purpose: RecoveryDraw, key: u32, shift: u32) -> Self {
        let stream = Stream::new(seed, Purpose::Recovery(purpose), key, shift);
        Points {
            step: PRIMES.map(|prime| f64::from(prime).sqrt().fract()),
            shift: std::array::from_fn(|at| stream.uniform(at as u64)),
            rest: stream,
        }
    }

    /// The `i`-th point. Coordinates beyond the 24th are independent draws.
    pub(super) fn point(&self, i: u32) -> Point<'_> {
        Point { of: self, i }
    }
}

/// One of evenly spread points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point<'a> {
    of: &'a Points,
    i: u32,
}

impl Luck for Point<'_> {
    fn at(&self, coordinate: usize) -> f64 {
        match self.of.step.get(coordinate) {
            Some(step) => (self.of.shift[coordinate] + f64::from(self.i) * step).fract(),
            None => Drawn::new(self.of.rest, 1 + u64::from(self.i)).at(coordinate),
        }
    }
}

/// The same luck turned round: where one draws high the other draws low, and what is linear in between cancels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mirrored<'a>(pub(super) Point<'a>);

impl Luck for Mirrored<'_> {
    fn at(&self, coordinate: usize) -> f64 {
        1.0 - self.0.at(coordinate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The discrepancy of n·√p against uniform is below (3 + ln n)/n times a small constant for badly approximable
    /// numbers; independent draws would miss this bound of 8/n at n = 1000 with near certainty.
    #[test]
    fn every_coordinate_is_spread_more_evenly_than_chance() {
        let points = Points::new(7, RecoveryDraw::Rto, 0, 0);
        for coordinate in 0..PRIMES.len() {
            let mut x: Vec<f64> = (0..1000).map(|i| points.point(i).at(coordinate)).collect();
            x.sort_by(f64::total_cmp);
            let off = |(i, x): (usize, &f64)| (x - i as f64 / 1000.0).abs();
            let worst = x.iter().enumerate().map(off).fold(0.0, f64::max);
            assert!(worst < 0.008, "coordinate {coordinate}: {worst}");
        }
    }

    #[test]
    fn coordinates_without_a_prime_differ_from_point_to_point() {
        let points = Points::new(7, RecoveryDraw::Rto, 0, 0);
        assert_ne!(points.point(0).at(30), points.point(1).at(30));
        assert_ne!(points.point(0).at(30), points.point(0).at(31));
    }
}
