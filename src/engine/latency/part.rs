//! One independent part of a request.

use crate::basis::dist::Shape;

/// One independent part of a request's latency: adds `times · max(X, floor)` ms.
#[derive(Clone, Debug)]
pub struct Part {
    /// The law of `X`, ms.
    pub shape: Shape,
    /// How often it counts: the number of round trips for what is drawn once in a request.
    pub times: f32,
    /// What `X` cannot fall below, ms: light in fibre for a path.
    pub floor: f32,
}

impl Part {
    /// A part that always adds `ms`.
    pub fn fixed(ms: f64) -> Self {
        Part {
            shape: Shape::Fixed(ms),
            times: 1.0,
            floor: f32::NEG_INFINITY,
        }
    }

    /// A part that counts once and knows no floor.
    pub fn once(shape: Shape) -> Self {
        Part {
            shape,
            times: 1.0,
            floor: f32::NEG_INFINITY,
        }
    }

    /// What it always adds, if it always adds the same.
    pub fn as_fixed(&self) -> Option<f64> {
        match self.shape {
            Shape::Fixed(ms) => Some(f64::from(self.times) * ms.max(f64::from(self.floor))),
            _ => None,
        }
    }
}
