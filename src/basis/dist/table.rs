//! Tables of quantiles: a draw is one look-up and one interpolation.
//!
//! A 32-bit number `u` stands for the probability [`uniform`]`(u) = (u + ½) / 2³²`, the middle of its cell. The range is
//! cut into 4096 equal cells with the quantile stored at each edge, and a straight line between. In the outermost 16
//! cells on either side, where quantile functions bend, finer tables take over: each halving of the remaining tail has
//! 64 cells of its own, down to the outermost 64 values of `u`, which are stored one by one.
//!
//! ```text
//! error    a value lies between the exact quantiles at the two edges of its cell, for any distribution;
//!          for a tail that bends like a logarithm (exponential, Gumbel, log-exponential; the normal bends less)
//!          the error is at most r²/8 with r the width of a cell relative to its distance from the end:
//!          1/16 at worst in the equal cells (4.9e-4, at p = 0.4 %; 8e-5 at p = 1 %), 1/64 in the tail (3.1e-5).
//!          Storing in 32-bit floats adds 6e-8 relative.
//! atoms    where one value has a share of its own, or a gap lies between two values, the jump is smeared over
//!          the cell it falls into: at most 1/4096 of the draws.
//! range    from the quantile at 2⁻³³ to the one at 1 − 2⁻³³; 32 bits hold nothing beyond.
//! ```

use crate::basis::seed::unit;

/// How many equal cells the unit interval is cut into.
pub const CELLS: usize = 4096;

/// Their edges.
pub const EDGES: usize = CELLS + 1;

/// How many of them on either side are drawn from the finer tables instead.
pub const TAIL_CELLS: usize = 16;

/// Bits of `u` below the cell number.
const CELL_BITS: u32 = 20;

/// `u` below this (or as far from the top) are tail.
const TAIL: u32 = (TAIL_CELLS as u32) << CELL_BITS;

/// Cells per halving in the tail, and the outermost values that are stored one by one: a power of two.
const STEPS: u32 = 64;

/// 2³², the number of values of `u`.
const RANGE: f64 = 4_294_967_296.0;

/// The probability that `u` stands for.
///
/// ```
/// use isochrone::basis::dist::table::uniform;
/// assert_eq!(uniform(0) + uniform(u32::MAX), 1.0);
/// ```
pub fn uniform(u: u32) -> f64 {
    unit(u)
}

/// Quantiles of one distribution for every 32-bit number. See the [module](self) for the layout and the error.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantileTable {
    edges: Box<[f32; EDGES]>,
    low: Tail,
    high: Tail,
}

impl QuantileTable {
    /// The table of a quantile function that never falls. Values too large for a 32-bit float become the largest.
    pub fn new(quantile: impl Fn(f64) -> f64) -> Self {
        QuantileTable::within(|p, _| quantile(p))
    }

    /// The table of a quantile function that is told between which two values its answer lies: what makes a
    /// function cheap that has to search for it.
    pub(super) fn within(quantile: impl Fn(f64, Bracket) -> f64) -> Self {
        let at_edges = |i: usize| (i as f64 / CELLS as f64).clamp(uniform(0), uniform(u32::MAX));
        let edges = rising(&(0..EDGES).map(at_edges).collect::<Vec<f64>>(), &quantile);
        QuantileTable {
            edges: Box::new(std::array::from_fn(|i| edges[i])),
            low: Tail::new(|distances| {
                rising(
                    &distances.iter().map(|d| d / RANGE).collect::<Vec<f64>>(),
                    &quantile,
                )
            }),
            high: Tail::new(|distances| {
                let upwards: Vec<f64> = distances.iter().rev().map(|d| 1.0 - d / RANGE).collect();
                let mut values = rising(&upwards, &quantile);
                values.reverse();
                values
            }),
        }
    }

    /// The quantiles at the edges of the equal cells: cell `i` lies between `p = i / 4096` and the next, the first and last
    /// end at the smallest and largest draw. For a fast path over the cells that are not
    /// [tail](QuantileTable::is_tail).
    pub fn edges(&self) -> &[f32; EDGES] {
        &self.edges
    }

    /// `u` is in a tail where `u.wrapping_sub(TAILS.0) >= TAILS.1`: both tails are one range, the numbers taken as a circle.
    pub const TAILS: (u32, u32) = (TAIL, 0_u32.wrapping_sub(2 * TAIL));

    /// Whether `u` falls into the outermost 16 cells on either side (0.8 % of draws), which [`QuantileTable::tail`]
    /// answers.
    #[inline(always)]
    pub fn is_tail(u: u32) -> bool {
        u.wrapping_sub(Self::TAILS.0) >= Self::TAILS.1
    }

    /// The quantile for a `u` in the tail. (For any other `u`, the nearer end of the tail.)
    #[cold]
    pub fn tail(&self, u: u32) -> f32 {
        if u <= u32::MAX / 2 {
            self.low.at(u)
        } else {
            self.high.at(!u)
        }
    }

    /// The quantile for `u`: the reference that a fast path must agree with.
    ///
    /// ```
    /// use isochrone::basis::dist::QuantileTable;
    /// let table = QuantileTable::new(|p| 100.0 * p);
    /// assert!((table.at(1 << 31) - 50.0).abs() < 1e-5);
    /// ```
    #[inline]
    pub fn at(&self, u: u32) -> f32 {
        if Self::is_tail(u) {
            return self.tail(u);
        }
        let cell = (u >> CELL_BITS) as usize;
        let inside = u & ((1 << CELL_BITS) - 1);
        let part = (inside as f32 + 0.5) * (1.0 / (1_u32 << CELL_BITS) as f32);
        between(self.edges[cell], self.edges[cell + 1], part)
    }
}

/// Two values that the one in question lies between.
pub(super) type Bracket = (f64, f64);

/// The quantiles at `ps`, which rise: the outermost first, then always the middle one of those in between.
fn rising(ps: &[f64], quantile: &impl Fn(f64, Bracket) -> f64) -> Vec<f32> {
    let (mut values, last) = (vec![0.0; ps.len()], ps.len() - 1);
    values[0] = quantile(ps[0], (f64::NEG_INFINITY, f64::INFINITY));
    values[last] = quantile(ps[last], (values[0], f64::INFINITY));
    let mut open = vec![(0, last)];
    while let Some((low, high)) = open.pop() {
        if high - low < 2 {
            continue;
        }
        let middle = usize::midpoint(low, high);
        values[middle] = quantile(ps[middle], (values[low], values[high]));
        open.extend([(low, middle), (middle, high)]);
    }
    let stored = |x: &f64| x.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
    values.iter().map(stored).collect()
}

fn between(from: f32, to: f32, part: f32) -> f32 {
    from + (to - from) * part
}

/// One tail, by the distance from its end.
#[derive(Clone, Debug, PartialEq)]
struct Tail {
    /// The outermost values.
    first: Vec<f32>,
    /// The edges of the cells beyond, inwards.
    edges: Vec<f32>,
}

impl Tail {
    /// From the quantiles at given distances from the end, in steps of 2⁻³².
    fn new(quantiles: impl Fn(Vec<f64>) -> Vec<f32>) -> Self {
        let halvings = TAIL.ilog2() - STEPS.ilog2();
        Tail {
            first: quantiles((0..STEPS).map(|k| f64::from(k) + 0.5).collect()),
            edges: quantiles((0..=halvings * STEPS).map(edge).collect()),
        }
    }

    /// The value `k` steps from the end.
    fn at(&self, k: u32) -> f32 {
        if k < STEPS {
            return self.first[k as usize];
        }
        let k = k.min(TAIL - 1);
        // The leading bits after the first pick the cell, the rest the place in it.
        let rest_bits = k.ilog2() - STEPS.ilog2();
        let cell = (rest_bits * STEPS + (k >> rest_bits) - STEPS) as usize;
        let inside = k & ((1 << rest_bits) - 1);
        let part = (inside as f32 + 0.5) / (1_u32 << rest_bits) as f32;
        between(self.edges[cell], self.edges[cell + 1], part)
    }
}

/// The distance of edge `i` of a tail from its end.
fn edge(i: u32) -> f64 {
    f64::from(STEPS + i % STEPS) * f64::from(1_u32 << (i / STEPS))
}
