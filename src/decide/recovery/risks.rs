//! How often the regions of a set are lost: by the user's word, else by a preset.

use crate::basis::dist::Dist;
use crate::basis::error::{Error, Result};
use crate::design::recovery::{CommonCause, Failures, Hazard, Impairment, LossPreset};
use crate::design::scenario::Scenario;
use crate::engine::recovery::causes::{Cause, Lasts, RegionRisk, causes};
use crate::engine::simulation::Simulation;

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
/// When the simulation was made without the record of failures.
pub fn assumed(simulation: &Simulation, preset: LossPreset) -> Result<Assumed> {
    let known = simulation.failures.as_ref();
    let found = known.and_then(|record| record.losses.iter().find(|of| of.name == preset.name()));
    let of = found.ok_or_else(|| Error::internal("the record of failures was not read"))?;
    Ok(Assumed {
        hazard: Hazard {
            per_year: of.per_year,
            repair: of.repair.clone(),
            source: format!("preset `{}`", of.name),
            assumed: true,
        },
        common: CommonCause {
            provider: of.beta_provider,
            country: of.beta_country,
            zone: of.beta_zone,
        },
        reasoning: of.reasoning(),
    })
}

/// The causes of a set's losses under `preset`, each scaled by `factor` in rate and `repair` in time to repair.
///
/// # Errors
/// With more regions than states can be enumerated for, or when a repair has no mean.
pub fn causes_of(
    scenario: &Scenario,
    simulation: &Simulation,
    members: &[usize],
    preset: LossPreset,
    scale: Scale,
) -> Result<Vec<Cause>> {
    let failures = &scenario.failures;
    let assumed = assumed(simulation, preset)?;
    let risks: Vec<RegionRisk> = members
        .iter()
        .map(|region| risk(scenario, *region, &assumed, scale))
        .collect::<Result<_>>()?;
    let mut all = causes(&risks, &failures.common.unwrap_or(assumed.common))?;
    all.extend(impairments(scenario, simulation, members)?);
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
fn impairments(scenario: &Scenario, simulation: &Simulation, members: &[usize]) -> Result<Vec<Cause>> {
    let mut all = Vec::new();
    for (at, region) in members.iter().enumerate() {
        let described = &scenario.candidates[*region];
        if let Some(incidents) = &scenario.failures.incidents
            && let Impairment::CapacityLeft(left) = incidents.impairment
            && let Some(hazard) = incident_hazard(scenario, simulation, *region)?
        {
            let name = format!("service incidents in {}", described.id);
            all.push(Cause::impairment(name, at, &hazard, 1.0 - left, Lasts::Repair));
        }
        if let Some(hazard) = &scenario.failures.zone_loss
            && let Some(zones) = described.zones.filter(|zones| *zones > 1)
        {
            let name = format!("loss of a zone in {}", described.id);
            let share = 1.0 / f64::from(zones);
            all.push(Cause::impairment(name, at, hazard, share, Lasts::Detection));
        }
    }
    Ok(all)
}

/// Service incidents of a region: by the user's word, else as fitted to the record; none where there is no record of its
/// provider.
///
/// # Errors
/// When the fitted rate is no distribution's.
pub fn incident_hazard(
    scenario: &Scenario,
    simulation: &Simulation,
    region: usize,
) -> Result<Option<Hazard>> {
    let own = scenario
        .failures
        .incidents
        .as_ref()
        .and_then(|incidents| incidents.hazard.clone());
    let Some(record) = &simulation.failures else {
        return Ok(own);
    };
    if own.is_some() {
        return Ok(own);
    }
    let rate = record.incidents.rates.of_region(&scenario.candidates[region])?;
    rate.map(|(rate, _)| {
        Ok(Hazard {
            per_year: rate.per_year,
            repair: record.incidents.repair.best()?.dist.clone(),
            source: "fitted to incidents.csv".to_owned(),
            assumed: false,
        })
    })
    .transpose()
}
