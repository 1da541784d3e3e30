//! What is on record about failures: service incidents of regions, fitted; losses of whole regions, assumed.
//!
//! Service incidents are frequent enough to fit: how often ([`rates`]), how long and how far apart ([`fit`]). Losses of
//! whole regions are not, so there are three named assumptions ([`presets`]), each with the counts that it rests on.
//!
//! ```
//! use isochrone::world::{catalog::Catalog, failures::IncidentModel};
//! let model = IncidentModel::fitted(&Catalog::embedded(), 0)?;
//! assert_eq!(model.repair.families[0].family, "log-normal");
//! # Ok::<(), isochrone::basis::error::Error>(())
//! ```

pub mod record;

pub mod rates;

pub mod fit;

pub mod outages;

pub mod presets;

pub use fit::{FittedTimes, IncidentModel, TimeFamily};
pub use outages::OutageCounts;
pub use presets::{LossAssumption, loss_assumption, loss_assumptions};
pub use rates::{RateBasis, RateInterval, Rates, poisson_interval};
pub use record::{Observed, Record};

#[cfg(test)]
mod tests;
