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

use std::collections::BTreeMap;

use crate::basis::dist::Dist;
use crate::basis::error::{Error, Result};
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

/// Regions of a deployment at most: its states are enumerated.
pub const MOST_REGIONS: usize = 16;

/// The causes by which `regions` are lost: shared ones first, then each region alone, in the order of `regions`.
/// Causes that never happen are left out.
///
/// # Errors
/// With more than [`MOST_REGIONS`] regions, or when a repair time has no mean.
///
/// # Example
/// ```
/// use isochrone::basis::dist::Dist;
/// use isochrone::design::recovery::{CommonCause, Hazard};
/// use isochrone::engine::recovery::causes::{RegionRisk, causes};
/// let region = |name: &str, country: &str| RegionRisk {
///     name: name.into(),
///     provider: "aws".into(),
///     country: country.into(),
///     zones: vec![],
///     hazard: Hazard {
///         per_year: 0.2,
///         repair: Dist::fixed(3600.0).unwrap(),
///         source: "example".into(),
///         assumed: true,
///     },
/// };
/// let common = CommonCause { provider: 0.05, country: 0.1, zone: 0.1 };
/// let found = causes(&[region("ie", "IE"), region("us1", "US"), region("us2", "US")], &common)?;
/// let told: Vec<(&str, u32)> = found.iter().map(|cause| (cause.name.as_str(), cause.members)).collect();
/// assert_eq!(
///     told,
///     [("provider aws", 0b111), ("country US (aws)", 0b110), ("ie alone", 1), ("us1 alone", 2), ("us2 alone", 4)]
/// );
/// // Nobody shares Ireland or a hazard zone: both parts stay with the region.
/// assert!((found[2].per_year - 0.2 * 0.95).abs() < 1e-15);
/// assert!((found[3].per_year - 0.2 * 0.85).abs() < 1e-15);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
pub fn causes(regions: &[RegionRisk], common: &CommonCause) -> Result<Vec<Cause>> {
    check(regions)?;
    let mut alone: Vec<f64> = regions.iter().map(|region| region.hazard.per_year).collect();
    let mut found = Vec::new();
    for group in groups(regions, common) {
        if group.parts.len() < 2 {
            continue;
        }
        for (region, part) in &group.parts {
            alone[*region] -= part;
        }
        found.push(shared(group, regions));
    }
    for (at, (region, per_year)) in regions.iter().zip(alone).enumerate() {
        found.push(Cause {
            name: format!("{} alone", region.name),
            members: 1 << at,
            // Rounding may leave a hair below zero where everything is shared.
            per_year: per_year.max(0.0),
            repair: region.hazard.repair.clone(),
            assumed: region.hazard.assumed,
            effect: Effect::Down,
        });
    }
    found.retain(|cause| cause.per_year > 0.0);
    Ok(found)
}

fn check(regions: &[RegionRisk]) -> Result<()> {
    if regions.len() > MOST_REGIONS {
        return Err(Error::input(format!(
            "availability is worked out for at most {MOST_REGIONS} regions at once, found {}",
            regions.len()
        )));
    }
    match regions
        .iter()
        .find(|region| region.hazard.repair.mean().is_none())
    {
        Some(region) => Err(Error::input(format!(
            "the time to repair {} has no mean: {}",
            region.name, region.hazard.repair
        ))
        .hint("give a distribution with a lighter tail")),
        None => Ok(()),
    }
}

/// Regions that may be lost together, each with the part of its losses a year that it shares.
struct Group {
    name: String,
    parts: Vec<(usize, f64)>,
}

/// All groups, singles among them: providers, countries of a provider, hazard zones; each kind by name.
fn groups(regions: &[RegionRisk], common: &CommonCause) -> Vec<Group> {
    let mut by: [BTreeMap<String, Vec<(usize, f64)>>; 3] = Default::default();
    for (at, region) in regions.iter().enumerate() {
        let mut join = |kind: usize, name: String, beta: f64| {
            let part = (at, beta * region.hazard.per_year);
            by[kind].entry(name).or_default().push(part);
        };
        let (provider, country) = (&region.provider, &region.country);
        join(0, format!("provider {provider}"), common.provider);
        join(1, format!("country {country} ({provider})"), common.country);
        for zone in &region.zones {
            join(
                2,
                format!("hazard zone {zone}"),
                common.zone / region.zones.len() as f64,
            );
        }
    }
    let all = by.into_iter().flatten();
    all.map(|(name, parts)| Group { name, parts }).collect()
}

/// The cause by which a group is lost.
fn shared(group: Group, regions: &[RegionRisk]) -> Cause {
    let hazard = |part: &(usize, f64)| &regions[part.0].hazard;
    let per_year = group.parts.iter().map(|part| part.1).sum::<f64>() / group.parts.len() as f64;
    let often = group.parts.iter().filter(|part| part.1 > 0.0);
    let repair = Dist::mixture(often.map(|part| (part.1, hazard(part).repair.clone())));
    Cause {
        name: group.name,
        members: group.parts.iter().fold(0, |mask, part| mask | 1 << part.0),
        per_year,
        // A group that is never lost has no part in the mixture, and is left out later.
        repair: repair.unwrap_or_else(|_| hazard(&group.parts[0]).repair.clone()),
        assumed: group.parts.iter().any(|part| hazard(part).assumed),
        effect: Effect::Down,
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn region(provider: &str, country: &str, zones: &[&str], per_year: f64) -> RegionRisk {
        RegionRisk {
            name: format!("{provider}:{country}"),
            provider: provider.into(),
            country: country.into(),
            zones: zones.iter().map(|zone| (*zone).to_owned()).collect(),
            hazard: Hazard {
                per_year,
                repair: Dist::exponential(3600.0).unwrap(),
                source: String::new(),
                assumed: false,
            },
        }
    }

    const COMMON: CommonCause = CommonCause {
        provider: 0.05,
        country: 0.1,
        zone: 0.2,
    };

    #[test]
    fn the_causes_of_a_region_come_as_often_as_it_is_lost() {
        let regions = [
            region("aws", "US", &["cascadia", "pacific"], 0.3),
            region("aws", "US", &["cascadia"], 0.3),
            region("aws", "CA", &["pacific"], 0.3),
            region("gcp", "US", &[], 0.3),
        ];
        let causes = causes(&regions, &COMMON).unwrap();
        for at in 0..4 {
            let sum: f64 = causes
                .iter()
                .filter(|c| c.members >> at & 1 == 1)
                .map(|c| c.per_year)
                .sum();
            // A region in two zones gives each half of its part, the other member its whole part; a shared cause
            // comes at the mean. So zones are left out here, see below.
            let zones: f64 = causes
                .iter()
                .filter(|c| c.name.starts_with("hazard") && c.members >> at & 1 == 1)
                .map(|c| c.per_year)
                .sum();
            let own = if regions[at].zones.is_empty() {
                0.0
            } else {
                0.2 * 0.3
            };
            assert!((sum - zones - (0.3 - own)).abs() < 1e-12, "region {at}: {sum}");
        }
        let zone = causes.iter().find(|c| c.name == "hazard zone cascadia").unwrap();
        assert!((zone.per_year - 0.3 * 0.2 * 0.75).abs() < 1e-12);
        assert!(causes.iter().all(|c| c.name != "provider gcp"));
    }

    #[test]
    fn a_shared_cause_comes_at_the_mean_rate_of_its_members() {
        let regions = [region("aws", "US", &[], 0.1), region("aws", "IE", &[], 0.5)];
        let causes = causes(&regions, &COMMON).unwrap();
        assert_eq!(causes[0].name, "provider aws");
        assert!((causes[0].per_year - 0.05 * 0.3).abs() < 1e-15);
        assert_eq!(causes[0].repair, regions[0].hazard.repair);
    }

    #[test]
    fn what_never_happens_is_no_cause() {
        let regions = [region("aws", "US", &[], 0.0), region("aws", "US", &[], 0.0)];
        assert!(causes(&regions, &COMMON).unwrap().is_empty());
    }

    #[test]
    fn a_repair_without_a_mean_is_refused_with_its_region() {
        let mut endless = region("aws", "US", &[], 0.1);
        endless.hazard.repair = Dist::pareto(60.0, 1.0).unwrap();
        let message = causes(&[endless], &COMMON).unwrap_err().to_string();
        assert!(message.contains("aws:US has no mean"), "{message}");
    }
}
