//! How many draws are worth making: how they are dealt out, when they are enough, what counts as equal.

use std::fmt;

use super::targets::Objective;
use crate::basis::error::{Error, Result};
use crate::basis::units::{Millis, Share};

/// How draws are dealt to user groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Allocation {
    /// The same number for each.
    #[default]
    Equal,
    /// In proportion to the weight, beyond a floor.
    ByWeight,
}

/// How far a figure may be off, or two figures be apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// A part of the figure.
    Relative(f64),
    /// Milliseconds, for times.
    Ms(f64),
    /// A share of requests, for shares: 0.01 is a percentage point.
    Points(f64),
}

impl Tolerance {
    /// Reads `1%`, `0.01`, `0.5ms` or `0.2pp` (percentage points).
    ///
    /// # Errors
    /// When it is none of these, or not above zero; a part of the figure must be below all of it.
    ///
    /// ```
    /// use isochrone::design::sampling::Tolerance;
    /// assert_eq!(Tolerance::parse("1%").unwrap(), Tolerance::Relative(0.01));
    /// assert_eq!(Tolerance::parse("0.5ms").unwrap(), Tolerance::Ms(0.5));
    /// assert_eq!(Tolerance::parse("2 pp").unwrap(), Tolerance::Points(0.02));
    /// assert!(Tolerance::parse("0%").is_err() && Tolerance::parse("3 apples").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let unsure = || {
            Error::input(format!(
                "`{text}` says no tolerance: say 1%, 0.5ms, or 0.2pp for shares"
            ))
        };
        let tolerance = if let Some(points) = text.strip_suffix("pp") {
            Tolerance::Points(points.trim().parse::<f64>().map_err(|_| unsure())? / 100.0)
        } else if text.ends_with(char::is_alphabetic) {
            Tolerance::Ms(Millis::parse(text).map_err(|_| unsure())?.ms())
        } else {
            Tolerance::Relative(Share::parse(text)?.get())
        };
        tolerance.checked(text)
    }

    /// A part of the figure.
    ///
    /// # Errors
    /// When it is not above zero and below all of it.
    pub fn relative(share: Share) -> Result<Self> {
        Tolerance::Relative(share.get()).checked(&share.get().to_string())
    }

    fn checked(self, text: &str) -> Result<Self> {
        let fits = match self {
            Tolerance::Relative(part) | Tolerance::Points(part) => part > 0.0 && part < 1.0,
            Tolerance::Ms(ms) => ms > 0.0 && ms.is_finite(),
        };
        if fits {
            return Ok(self);
        }
        Err(Error::input(match self {
            Tolerance::Ms(_) => format!("`{text}` must be above 0 ms"),
            _ => format!("`{text}` must lie between 0% and 100%, both excluded"),
        }))
    }

    /// What it comes to at a figure's `value`, in the figure's unit.
    pub fn at(self, value: f64) -> f64 {
        match self {
            Tolerance::Relative(part) => part * value.abs(),
            Tolerance::Ms(amount) | Tolerance::Points(amount) => amount,
        }
    }

    /// Whether it can be said of `objective`: milliseconds of times, percentage points of shares, parts of both.
    ///
    /// # Errors
    /// When it cannot, with what would be right.
    pub fn expect_fits(self, objective: Objective) -> Result<()> {
        let is_share = matches!(objective, Objective::ShareWithin(_));
        match self {
            Tolerance::Ms(_) if is_share => Err(Error::input(format!(
                "`{}` is a share of requests, and {self} is a time",
                objective.name()
            ))
            .hint("say percentage points, such as 0.2pp")),
            Tolerance::Points(_) if !is_share => Err(Error::input(format!(
                "`{}` is a time, and {self} is a share",
                objective.name()
            ))
            .hint("say milliseconds, such as 0.5ms, or a part of it, such as 1%")),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |value: f64| (value * 1e6).round() / 1e6;
        match self {
            Tolerance::Relative(part) => write!(f, "{} %", plain(part * 100.0)),
            Tolerance::Ms(ms) => write!(f, "{} ms", plain(*ms)),
            Tolerance::Points(share) => write!(f, "{} percentage points", plain(share * 100.0)),
        }
    }
}

/// Draws are enough when the standard error of a figure is within a tolerance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Whose error; that of the objective when nothing is named.
    pub figure: Option<Objective>,
    /// How large it may be.
    pub within: Tolerance,
}

/// More draws for the best sets, until they can be told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Race {
    /// Most draws for each pair.
    pub runs: u32,
    /// Sets that are no further apart are tied.
    pub indifference: Tolerance,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_are_said_of_what_has_their_unit() {
        let share = Objective::ShareWithin(Millis::parse("150ms").unwrap());
        assert!(Tolerance::Ms(1.0).expect_fits(Objective::P99).is_ok());
        assert!(Tolerance::Relative(0.01).expect_fits(share).is_ok());
        let wrong = Tolerance::Ms(1.0).expect_fits(share).unwrap_err().to_string();
        assert!(
            wrong.contains("`within:150ms` is a share of requests, and 1 ms is a time"),
            "{wrong}"
        );
        let wrong = Tolerance::Points(0.002)
            .expect_fits(Objective::P95)
            .unwrap_err()
            .to_string();
        assert!(wrong.contains("0.2 percentage points is a share"), "{wrong}");
    }

    #[test]
    fn a_tolerance_comes_to_an_amount() {
        assert_eq!(Tolerance::Relative(0.01).at(-200.0), 2.0);
        assert_eq!(Tolerance::Ms(0.5).at(200.0), 0.5);
    }
}
