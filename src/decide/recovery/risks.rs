//! How often the regions of a set are lost: by the user's word, else by a preset.

use crate::basis::dist::Dist;
use crate::basis::error::Result;
use crate::design::recovery::{CommonCause, Failures, Hazard, Impairment, LossPreset};
use crate::design::scenario::Scenario;
use crate::engine::recovery::causes::{Cause, Lasts, RegionRisk, causes};

/// What a preset assumes about the loss of whole regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumed {
    /// How often, how long.
    pub hazard: Hazard,
    /// Shares of losses that are not suffered alone.
    pub common: CommonCause,
    /// Why.
    pub reasoning: String,
}

/// What `preset` assumes.
///
/// # Errors
/// When a distribution cannot be made of its figures.
pub fn assumed(preset: LossPreset) -> Result<Assumed> {
    let (per_year, p50_h, p90_h, provider, country, zone) = match preset {
        LossPreset::Optimistic => (0.005, 3.0, 12.0, 0.01, 0.01, 0.02),
        LossPreset::Typical => (0.02, 6.0, 24.0, 0.04, 0.02, 0.05),
        LossPreset::Pessimistic => (0.1, 12.0, 72.0, 0.15, 0.05, 0.10),
    };
    Ok(Assumed {
        hazard: Hazard {
            per_year,
            repair: Dist::from_p50_p90(p50_h * 3600.0, p90_h * 3600.0)?,
            source: String::new(),
            assumed: true,
        },
        common: CommonCause {
            provider,
            country,
            zone,
        },
        reasoning: String::new(),
    })
}

/// The causes of a set's losses under `preset`, each scaled by `factor` in rate and `repair` in time to repair.
///
/// # Errors
/// With more regions than states can be enumerated for, or when a repair has no mean.
pub fn causes_of(
    scenario: &Scenario,
    members: &[usize],
    preset: LossPreset,
    scale: Scale,
) -> Result<Vec<Cause>> {
    let failures = &scenario.failures;
    let assumed = assumed(preset)?;
    let risks: Vec<RegionRisk> = members
        .iter()
        .map(|region| risk(scenario, *region, &assumed, scale))
        .collect::<Result<_>>()?;
    let mut all = causes(&risks, &failures.common.unwrap_or(assumed.common))?;
    all.extend(impairments(scenario, members));
    Ok(all)
}

/// Factors on what is assumed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// On the rate of losses.
    pub rate: f64,
    /// On the time to repair.
    pub repair: f64,
}

impl Scale {
    /// As things stand.
    pub const NONE: Scale = Scale {
        rate: 1.0,
        repair: 1.0,
    };
}

/// Whether a preset is in force for any region of a set, or for shared causes.
pub fn rests_on_preset(failures: &Failures, members: &[usize]) -> bool {
    let own = |region: &usize| failures.of_region.get(*region).is_some_and(Option::is_some);
    failures.common.is_none() || failures.region.is_none() && !members.iter().all(own)
}

/// How often `region` is lost.
pub fn hazard_of<'a>(failures: &'a Failures, region: usize, assumed: &'a Assumed) -> &'a Hazard {
    failures
        .of_region
        .get(region)
        .and_then(Option::as_ref)
        .or(failures.region.as_ref())
        .unwrap_or(&assumed.hazard)
}

fn risk(scenario: &Scenario, region: usize, assumed: &Assumed, scale: Scale) -> Result<RegionRisk> {
    let described = &scenario.candidates[region];
    let hazard = hazard_of(&scenario.failures, region, assumed);
    let zones = scenario.failures.zones.iter();
    Ok(RegionRisk {
        name: described.id.clone(),
        provider: described.provider.clone(),
        country: described.country.clone(),
        zones: zones
            .filter(|zone| zone.regions.contains(&region))
            .map(|zone| zone.name.clone())
            .collect(),
        hazard: Hazard {
            per_year: hazard.per_year * scale.rate,
            repair: Dist::scaled(scale.repair, hazard.repair.clone())?,
            ..hazard.clone()
        },
    })
}

/// Service incidents and losses of one zone, region by region, where the scenario says what they do.
fn impairments(scenario: &Scenario, members: &[usize]) -> Vec<Cause> {
    let mut all = Vec::new();
    for (at, region) in members.iter().enumerate() {
        let described = &scenario.candidates[*region];
        if let Some(incidents) = &scenario.failures.incidents
            && let Impairment::CapacityLeft(left) = incidents.impairment
            && let Some(hazard) = &incidents.hazard
        {
            let name = format!("service incidents in {}", described.id);
            all.push(Cause::impairment(name, at, hazard, 1.0 - left, Lasts::Repair));
        }
        if let Some(hazard) = &scenario.failures.zone_loss
            && let Some(zones) = described.zones.filter(|zones| *zones > 1)
        {
            let name = format!("loss of a zone in {}", described.id);
            let share = 1.0 / f64::from(zones);
            all.push(Cause::impairment(name, at, hazard, share, Lasts::Detection));
        }
    }
    all
}
