//! What one group's requests add to the figures of a design, draw by draw, worked out once for all comparisons.

use super::level::{Level, Moments};

/// Figures that are worked on side by side, so that the compiler can use wide registers.
pub(super) const LANES: usize = 8;

/// A share of the group's requests, and their draws.
pub(super) type Requests = (f64, Vec<f32>);

/// One design as a side of comparisons.
pub(super) struct Sides {
    parts: Vec<Requests>,
    length: usize,
    known: Vec<Side>,
}

/// What each draw adds to some figures, a lane each, less what the first draw adds: sums of large values cancel.
pub(super) struct Side {
    levels: Vec<Level>,
    values: Vec<[f64; LANES]>,
    sum: [f64; LANES],
    squares: [f64; LANES],
}

impl Sides {
    pub(super) fn new(parts: Vec<Requests>, length: usize) -> Self {
        Sides {
            parts,
            length,
            known: Vec::new(),
        }
    }

    /// Works out the side for at most [`LANES`] levels, unless it is known: its place for [`Sides::at`].
    pub(super) fn of(&mut self, levels: &[Level]) -> usize {
        if let Some(at) = self.known.iter().position(|side| side.levels == levels) {
            return at;
        }
        self.known.push(Side::new(levels, &self.parts, self.length));
        self.known.len() - 1
    }

    /// A side that was worked out.
    pub(super) fn at(&self, place: usize) -> &Side {
        &self.known[place]
    }
}

impl Side {
    fn new(levels: &[Level], parts: &[Requests], length: usize) -> Self {
        let mut values = vec![[0.0; LANES]; length];
        let mut of_level = vec![0.0; length];
        for (lane, level) in levels.iter().enumerate() {
            of_level.fill(0.0);
            for (share, draws) in parts {
                add_draws(*level, *share, draws, &mut of_level);
            }
            for (value, of_level) in values.iter_mut().zip(&of_level) {
                value[lane] = *of_level;
            }
        }
        let first = values.first().copied().unwrap_or_default();
        let (mut sum, mut squares) = ([0.0; LANES], [0.0; LANES]);
        for value in &mut values {
            for lane in 0..LANES {
                value[lane] -= first[lane];
                sum[lane] += value[lane];
                squares[lane] += value[lane] * value[lane];
            }
        }
        Side {
            levels: levels.to_vec(),
            values,
            sum,
            squares,
        }
    }
}

/// What each of these requests adds to a figure.
fn add_draws(level: Level, share: f64, draws: &[f32], out: &mut [f64]) {
    match level {
        Level::Mean => {
            for (value, draw) in out.iter_mut().zip(draws) {
                *value += share * f64::from(*draw);
            }
        }
        Level::Share { ms, density } => {
            let (ms, within) = (ms as f32, share / density);
            for (value, draw) in out.iter_mut().zip(draws) {
                *value += if *draw <= ms { within } else { 0.0 };
            }
        }
    }
}

/// The moments of two sides, lane by lane.
pub(super) fn moments(a: &Side, b: &Side) -> [Moments; LANES] {
    let mut products = [0.0; LANES];
    for (x, y) in a.values.iter().zip(&b.values) {
        for lane in 0..LANES {
            products[lane] += x[lane] * y[lane];
        }
    }
    std::array::from_fn(|lane| Moments {
        a: a.sum[lane],
        b: b.sum[lane],
        aa: a.squares[lane],
        bb: b.squares[lane],
        ab: products[lane],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two classes of request over four draws.
    fn design(shift: f32) -> Sides {
        let draws = |from: f32| (0..4).map(|at| from + at as f32 * shift).collect();
        Sides::new(vec![(0.75, draws(10.0)), (0.25, draws(30.0))], 4)
    }

    #[test]
    fn moments_are_those_of_the_weighted_sums() {
        let (mut a, mut b) = (design(1.0), design(2.0));
        let (at_a, at_b) = (a.of(&[Level::Mean]), b.of(&[Level::Mean]));
        let moments = moments(a.at(at_a), b.at(at_b))[0];
        // Less the first draw, the sums are 0, 1, 2, 3 and 0, 2, 4, 6.
        assert_eq!((moments.a, moments.b), (6.0, 12.0));
        assert_eq!((moments.aa, moments.bb, moments.ab), (14.0, 56.0, 28.0));
    }

    #[test]
    fn a_side_is_worked_out_once_for_the_same_levels() {
        let mut side = design(1.0);
        let share = Level::Share {
            ms: 11.5,
            density: 0.5,
        };
        assert_eq!((side.of(&[Level::Mean]), side.of(&[share])), (0, 1));
        assert_eq!((side.of(&[share]), side.of(&[Level::Mean])), (1, 0));
        // Two of four draws of the larger class are within, each for 0.75 / 0.5; the first one is taken off all.
        assert_eq!(side.at(1).sum[0], -3.0);
    }
}
