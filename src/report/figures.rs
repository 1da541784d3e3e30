//! Figures of a report and the estimates that they are made of, which can be reckoned with.

use super::model::{Figure, Interval};
use crate::basis::stat::estimate::Estimate;

/// An estimate as a report has it.
pub(super) fn figure(estimate: &Estimate) -> Figure {
    let interval = |(low, high): (f64, f64)| Interval { low, high };
    Figure {
        value: estimate.value,
        std_error: estimate.std_error,
        sampling: interval(estimate.sampling),
        input: estimate.input.map(interval),
    }
}

/// The same the other way.
pub(super) fn estimate(figure: &Figure) -> Estimate {
    let ends = |it: Interval| (it.low, it.high);
    Estimate {
        value: figure.value,
        std_error: figure.std_error,
        sampling: ends(figure.sampling),
        input: figure.input.map(ends),
    }
}
