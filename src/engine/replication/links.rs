//! What the caller knows about the ways between regions.

use crate::engine::latency::law::Part;
use crate::engine::replication::delay::Delay;

/// The network between regions.
pub trait Links: Sync {
    /// Independent parts of one round trip between two regions; none within a region, or what that takes.
    fn rtt(&self, from: usize, to: usize) -> Vec<Part>;
}

/// Round-trip times without spread, `rtt[from][to]` in ms: for tests and for matrices that hold nothing else.
///
/// ```
/// use isochrone::engine::replication::links::{FixedLinks, Links};
/// let links = FixedLinks::new(vec![vec![0.0, 70.0], vec![70.0, 0.0]]);
/// assert_eq!(links.rtt(0, 1)[0].as_fixed(), Some(70.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FixedLinks {
    rtt: Vec<Vec<f64>>,
}

impl FixedLinks {
    /// A square matrix.
    pub fn new(rtt: Vec<Vec<f64>>) -> Self {
        FixedLinks { rtt }
    }
}

impl Links for FixedLinks {
    fn rtt(&self, from: usize, to: usize) -> Vec<Part> {
        vec![Part::fixed(self.rtt[from][to])]
    }
}

/// One way from a region to another: half of a round trip.
pub fn one_way(links: &dyn Links, from: usize, to: usize) -> Delay {
    if from == to {
        return Delay::zero();
    }
    Delay::sum(&links.rtt(from, to)).times(0.5)
}
