//! Shapes: a distribution as a formula around one table, so that the engine draws any of them at the same cost.
//!
//! Families that differ only by location and scale, or by a power, share one table for the whole process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::table::{QuantileTable, uniform};
use super::{Law, normal};

/// How the engine draws from a distribution; `Q(u)` is [`QuantileTable::at`] of a 32-bit uniform number.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Always this many milliseconds, exactly.
    Fixed(f64),
    /// `shift + scale · Q(u)`, shift and scale in milliseconds (or, where the table is in milliseconds, 0 and 1).
    Linear {
        /// Added to every draw.
        shift: f64,
        /// Multiplies every quantile.
        scale: f64,
        /// The standard distribution.
        table: Arc<QuantileTable>,
    },
    /// `scale · exp(sigma · Q(u))`, scale in milliseconds.
    Log {
        /// The value where the quantile is zero: a median, or a smallest value.
        scale: f64,
        /// Multiplies every quantile in the exponent.
        sigma: f64,
        /// The standard distribution of the logarithm.
        table: Arc<QuantileTable>,
    },
    /// Zero with probability `1 − p`, otherwise `inner`.
    Gated {
        /// The share of draws that are not zero.
        p: f64,
        /// What those are.
        inner: Box<Shape>,
    },
}

impl Shape {
    /// The draw for `u` in milliseconds: the reference that a fast path must agree with.
    ///
    /// A gate uses the lower `1 − p` of the range of `u` for its zeros and stretches the rest over the inner shape,
    /// so a larger `u` never gives a smaller draw.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// let d = Dist::log_normal(40.0, 0.5)?;
    /// let median = d.shape().at(1 << 31);
    /// assert!((median - 40.0).abs() < 1e-4);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn at(&self, u: u32) -> f64 {
        match self {
            Shape::Fixed(value) => *value,
            Shape::Linear { shift, scale, table } => shift + scale * f64::from(table.at(u)),
            Shape::Log { scale, sigma, table } => scale * (sigma * f64::from(table.at(u))).exp(),
            Shape::Gated { p, inner } => {
                let above = (uniform(u) - (1.0 - p)) / p;
                if above < 0.0 {
                    0.0
                } else {
                    inner.at((above * 4_294_967_296.0) as u32)
                }
            }
        }
    }

    /// Every draw multiplied by `factor`, which is positive.
    pub(super) fn scaled(self, factor: f64) -> Shape {
        match self {
            Shape::Fixed(value) => Shape::Fixed(factor * value),
            Shape::Linear { shift, scale, table } => Shape::Linear {
                shift: factor * shift,
                scale: factor * scale,
                table,
            },
            Shape::Log { scale, sigma, table } => Shape::Log {
                scale: factor * scale,
                sigma,
                table,
            },
            Shape::Gated { p, inner } => Shape::Gated {
                p,
                inner: Box::new(inner.scaled(factor)),
            },
        }
    }

    /// Every draw `by` later, for the shapes that [`super::Dist::linear_shape`] gives.
    pub(super) fn shifted(self, by: f64) -> Shape {
        match self {
            Shape::Fixed(value) => Shape::Fixed(by + value),
            Shape::Linear { shift, scale, table } => Shape::Linear {
                shift: by + shift,
                scale,
                table,
            },
            other => other,
        }
    }

    /// `scale · Q(u)` with the table of `law`, shared with every other use of an equal law.
    pub(super) fn scaled_table(scale: f64, law: &dyn Law) -> Shape {
        Shape::Linear {
            shift: 0.0,
            scale,
            table: table_of(law),
        }
    }
}

/// The distributions whose table serves a whole family.
#[derive(Clone, Copy, Debug)]
pub(super) enum Standard {
    Normal,
    Exponential,
    /// The logarithm of an exponential duration.
    LogExponential,
    Gumbel,
}

impl Standard {
    /// The one table of the process.
    pub(super) fn table(self) -> Arc<QuantileTable> {
        static TABLES: [OnceLock<Arc<QuantileTable>>; 4] = [const { OnceLock::new() }; 4];
        let make = || Arc::new(QuantileTable::new(|p| self.quantile(p)));
        TABLES[self as usize].get_or_init(make).clone()
    }

    fn quantile(self, p: f64) -> f64 {
        match self {
            Standard::Normal => normal::quantile(p),
            Standard::Exponential => -(-p).ln_1p(),
            Standard::LogExponential => (-(-p).ln_1p()).ln(),
            Standard::Gumbel => -(-p.ln()).ln(),
        }
    }
}

/// The table of `law`, made once and kept for as long as someone holds it. The key is the law's TOML, which says it
/// exactly.
fn table_of(law: &dyn Law) -> Arc<QuantileTable> {
    static KEPT: Mutex<BTreeMap<String, Weak<QuantileTable>>> = Mutex::new(BTreeMap::new());
    let key = law.toml();
    let known = |kept: &BTreeMap<String, Weak<QuantileTable>>| kept.get(&key).and_then(Weak::upgrade);
    // A panic elsewhere cannot leave the map half-changed: each lock does one step.
    if let Some(table) = known(&KEPT.lock().unwrap_or_else(PoisonError::into_inner)) {
        return table;
    }
    // Made without the lock, so that threads make different tables at the same time.
    let table = Arc::new(QuantileTable::within(|p, bracket| {
        law.quantile_within(p, bracket)
    }));
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(other) = known(&kept) {
        return other;
    }
    kept.retain(|_, table| table.strong_count() > 0);
    kept.insert(key, Arc::downgrade(&table));
    table
}
