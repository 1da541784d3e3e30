//! Causes of loss: what takes which regions down together, how often, for how long.
//!
//! ```text
//! β-factors, nested    provider ⊃ country ⊃ hazard zone ⊃ alone; λ is a region's rate of loss, over all causes
//! λ(provider) = β_provider · mean λ over the provider's regions in the set
//! λ(country)  = β_country  · mean λ over its regions of one provider and one country
//! λ(zone)     = β_zone     · mean λ over the zone's regions in the set; a region in z zones gives each 1/z of β_zone
//! λ(alone)    = λ − what of it went to shared causes
//! ```
//!
//! A country is a country of one provider: regions of two providers in one country share a hazard zone if anything.
//! A group with one region of the set is no group: its part of λ stays with the region alone. So the rates of a
//! region's causes sum to λ wherever the regions of its groups fail equally often; where they do not, a shared cause
//! comes as often as they fail on average, and the busier region's sum falls below its λ while the quieter one's
//! rises above. A shared cause lasts as long as the losses of its members do, each member by its rate.

use crate::basis::dist::Dist;
use crate::basis::error::Result;
use crate::design::recovery::{CommonCause, Hazard};

/// Seconds of a year of 365 days, by which 99.99 % are 52.56 minutes.
pub const YEAR_S: f64 = 31_536_000.0;

/// Minutes of a year of 365 days.
pub const YEAR_MIN: f64 = YEAR_S / 60.0;

/// What may happen to a deployment: an alternating renewal process, independent of the other causes.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// How reports call it: `aws:eu-west-1 alone`, `provider aws`, `country US (aws)`, `hazard zone …`.
    pub name: String,
    /// Regions that it takes down, bit i for the i-th of the deployment; none for an impairment.
    pub members: u32,
    /// Times a year of being up: one over the mean time from repair to the next loss.
    pub per_year: f64,
    /// Time until it is over, s.
    pub repair: Dist,
    /// Whether rate or repair are assumptions.
    pub assumed: bool,
    /// What it does.
    pub effect: Effect,
}

/// What a cause does while it lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// Its members serve nobody.
    Down,
    /// A region is there and does not serve a share of its requests; nobody moves away from it.
    Impaired {
        /// The region, by place in the deployment.
        region: usize,
        /// Share of its requests that are not served, 0–1.
        share: f64,
        /// Until when.
        lasts: Lasts,
    },
}

/// How long an impairment stops requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// Until it is repaired: a service incident.
    Repair,
    /// Until it is noticed and passed by, or repaired if that is sooner: the loss of one zone.
    Detection,
}

/// A region of a deployment as far as losses are concerned.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionRisk {
    /// How reports call it.
    pub name: String,
    /// Its provider.
    pub provider: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Names of the hazard zones that it is in.
    pub zones: Vec<String>,
    /// How often it is lost, by whatever cause, and for how long.
    pub hazard: Hazard,
}

/// The causes by which `regions` are lost: shared ones first, then each region alone. Causes that never happen are
/// left out.
///
/// # Errors
/// With more than [`MOST_REGIONS`] regions, or when a repair time has no mean.
pub fn causes(regions: &[RegionRisk], common: &CommonCause) -> Result<Vec<Cause>> {
    let _ = (regions, common);
    todo!()
}

/// Regions of a deployment at most: its states are enumerated.
pub const MOST_REGIONS: usize = 16;

impl Cause {
    /// A region that is impaired as often and as long as `hazard` says.
    pub fn impairment(name: String, region: usize, hazard: &Hazard, share: f64, lasts: Lasts) -> Self {
        Cause {
            name,
            members: 0,
            per_year: hazard.per_year,
            repair: hazard.repair.clone(),
            assumed: hazard.assumed,
            effect: Effect::Impaired { region, share, lasts },
        }
    }

    /// Times a second of being up.
    pub fn rate(&self) -> f64 {
        self.per_year / YEAR_S
    }

    /// Share of time that it is there: `MTTR / (MTBF + MTTR)`; 1 where the repair has no mean.
    pub fn share_of_time(&self) -> f64 {
        if self.per_year <= 0.0 {
            return 0.0;
        }
        match self.repair.mean() {
            Some(mean) => self.rate() * mean / (1.0 + self.rate() * mean),
            None => 1.0,
        }
    }
}
