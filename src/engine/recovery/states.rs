//! Which regions are down at once: the stationary distribution, exactly.

use super::causes::Cause;

/// How likely each set of down regions is, `2^regions` entries by bit mask.
pub fn down_states(causes: &[Cause], regions: usize) -> Vec<f64> {
    let _ = (causes, regions);
    todo!()
}
