//! Checks of parameters. Each is written so that NaN fails it, and names the parameter, the value and the unit.

use crate::basis::error::Error;

/// A parameter as a message names it.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    /// Family and parameter: `log-normal median`.
    pub(super) name: &'static str,
    /// ` ms`, or nothing for a pure number.
    pub(super) unit: &'static str,
}

impl Parameter {
    /// A duration.
    pub(super) const fn ms(name: &'static str) -> Self {
        Parameter { name, unit: " ms" }
    }

    /// A number without a unit.
    pub(super) const fn number(name: &'static str) -> Self {
        Parameter { name, unit: "" }
    }

    /// `x`, when it is finite and above zero.
    pub(super) fn positive(self, x: f64) -> Result<f64, Error> {
        self.expect(x > 0.0 && x.is_finite(), "must be positive and finite", x)
    }

    /// `x`, when it is finite and not below zero.
    pub(super) fn not_negative(self, x: f64) -> Result<f64, Error> {
        self.expect(x >= 0.0 && x.is_finite(), "must be finite and not negative", x)
    }

    /// `x`, when it is finite.
    pub(super) fn finite(self, x: f64) -> Result<f64, Error> {
        self.expect(x.is_finite(), "must be finite", x)
    }

    /// `x`, when `good` holds.
    pub(super) fn expect(self, good: bool, rule: &str, x: f64) -> Result<f64, Error> {
        if good {
            // Minus zero would print as such.
            return Ok(x + 0.0);
        }
        let Parameter { name, unit } = self;
        Err(Error::input(format!("{name} {rule}, found {x}{unit}")))
    }
}
