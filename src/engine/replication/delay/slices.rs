//! The slices that a distribution is cut into: thin where quantiles bend, so at the top above all.

use std::sync::OnceLock;

/// Slices of the upper tail for each halving of what remains.
const STEPS: usize = 8;
/// The middle is cut into slices of 1/128; below 1/16 and above 15/16 the tails begin.
const MIDDLE: f64 = 1.0 / 128.0;
const TAIL: f64 = 1.0 / 16.0;
/// Halvings of the lower tail: down to 1/4096. Nothing that is printed lies below.
const HALVINGS_BELOW: u32 = 8;
/// Halvings of the upper tail: up to 1 − 2⁻¹⁸, a hundredth of what lies beyond the 99.9th percentile a slice.
const HALVINGS_ABOVE: u32 = 14;
/// Halvings inside the outermost slices when a mean is taken over them: to the last of 2³² draws.
const LAST_HALVINGS: u32 = 20;

/// Where the slices begin and end.
#[derive(Debug)]
pub(super) struct Slices {
    /// Edges, from 0 to 1.
    pub edges: Vec<f64>,
}

impl Slices {
    /// The one division that all delays share.
    pub(super) fn shared() -> &'static Slices {
        static SHARED: OnceLock<Slices> = OnceLock::new();
        SHARED.get_or_init(Slices::new)
    }

    fn new() -> Self {
        let below = tail(HALVINGS_BELOW);
        let above = tail(HALVINGS_ABOVE);
        let middle = ((1.0 - 2.0 * TAIL) / MIDDLE) as usize;
        let mut edges = vec![0.0];
        edges.extend(below.iter().rev());
        edges.extend((1..middle).map(|i| TAIL + i as f64 * MIDDLE));
        edges.extend(above.iter().map(|p| 1.0 - p));
        edges.push(1.0);
        Slices { edges }
    }

    pub(super) fn count(&self) -> usize {
        self.edges.len() - 1
    }

    /// The probability of slice `i`.
    pub(super) fn width(&self, i: usize) -> f64 {
        self.edges[i + 1] - self.edges[i]
    }

    /// The middle of slice `i`.
    pub(super) fn centre(&self, i: usize) -> f64 {
        f64::midpoint(self.edges[i], self.edges[i + 1])
    }

    /// The mean of a quantile function over slice `i`, by the midpoint rule. The outermost slices are cut finer
    /// towards their open end.
    pub(super) fn mean_over(&self, i: usize, quantile: &impl Fn(f64) -> f64) -> f64 {
        let (low, high) = (self.edges[i], self.edges[i + 1]);
        if i + 1 == self.count() {
            return towards_end(high - low, &|p| quantile(1.0 - p));
        }
        if i == 0 {
            return towards_end(high - low, quantile);
        }
        // The nodes of the middle fall on the cells of the tables that quantiles come from.
        let nodes = if high - low < MIDDLE { 8 } else { 32 };
        over(low, high, nodes, quantile)
    }
}

/// Distances from the end, falling: `TAIL` and on, in `STEPS` to each halving.
fn tail(halvings: u32) -> Vec<f64> {
    let mut distances = Vec::new();
    for halving in 0..halvings {
        let from = TAIL / f64::from(1u32 << halving);
        distances.extend((0..STEPS).map(|step| from * (1.0 - step as f64 / (2 * STEPS) as f64)));
    }
    distances.push(TAIL / f64::from(1u32 << halvings));
    distances
}

fn over(low: f64, high: f64, nodes: usize, quantile: &impl Fn(f64) -> f64) -> f64 {
    let at = |node: usize| low + (high - low) * (node as f64 + 0.5) / nodes as f64;
    (0..nodes).map(|node| quantile(at(node))).sum::<f64>() / nodes as f64
}

/// The mean of `quantile` over 0 to `width`, in halvings towards 0.
fn towards_end(width: f64, quantile: &impl Fn(f64) -> f64) -> f64 {
    let (mut mean, mut share) = (0.0, 1.0);
    for _ in 0..LAST_HALVINGS {
        share /= 2.0;
        mean += share * over(width * share, 2.0 * width * share, 16, quantile);
    }
    mean + share * quantile(width * share / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_rise_from_0_to_1() {
        let slices = Slices::shared();
        assert!(slices.edges.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((slices.edges[0], *slices.edges.last().unwrap()), (0.0, 1.0));
        assert!(slices.count() < 320, "{}", slices.count());
    }

    #[test]
    fn the_mean_over_all_slices_is_the_mean() {
        let slices = Slices::shared();
        let exponential = |p: f64| -(-p).ln_1p();
        let mean: f64 = (0..slices.count())
            .map(|i| slices.width(i) * slices.mean_over(i, &exponential))
            .sum();
        assert!((mean - 1.0).abs() < 1e-5, "{mean}");
    }
}
