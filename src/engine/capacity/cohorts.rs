//! Cohorts: user groups that go through day, week and year alike.

use std::collections::BTreeMap;

use crate::design::demand::Demand;

/// What demand needs to know of a user group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupDemand<'a> {
    /// Share of all requests; those of all groups sum to 1.
    pub share: f64,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: &'a str,
    /// What its clock is ahead of UTC by, minutes, January first.
    pub offsets: [i16; 12],
}

/// Groups that share clock, growth and events.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// Share of all requests at the start, mean over the year.
    pub share: f64,
    /// What its clock is ahead of UTC by, minutes, January first.
    pub offsets: [i16; 12],
    /// Growth, as a share a year.
    pub growth: f64,
    /// Whether that is stated for its country, and not for the whole audience.
    pub own_growth: bool,
    /// Whether it takes part in each of the demand's events.
    pub takes_part: Vec<bool>,
}

/// Clock, the growth of the country by its bits, events.
type Key = ([i16; 12], Option<u64>, Vec<bool>);

/// The cohorts of `groups`, in the order of their first groups, and the cohort of each group.
pub(super) fn cohorts(demand: &Demand, groups: &[GroupDemand]) -> (Vec<Cohort>, Vec<u32>) {
    let mut known: BTreeMap<Key, u32> = BTreeMap::new();
    let mut cohorts: Vec<Cohort> = Vec::new();
    let cohort_of = groups
        .iter()
        .map(|group| {
            let own = demand.growth_of_country.get(group.country).copied();
            let takes_part = takes_part(demand, group.country);
            let key = (group.offsets, own.map(f64::to_bits), takes_part.clone());
            let cohort = *known.entry(key).or_insert_with(|| {
                cohorts.push(Cohort {
                    share: 0.0,
                    offsets: group.offsets,
                    growth: own.unwrap_or(demand.growth.per_year),
                    own_growth: own.is_some(),
                    takes_part,
                });
                (cohorts.len() - 1) as u32
            });
            cohorts[cohort as usize].share += group.share;
            cohort
        })
        .collect();
    (cohorts, cohort_of)
}

fn takes_part(demand: &Demand, country: &str) -> Vec<bool> {
    let events = demand.events.iter();
    events
        .map(|event| event.countries.is_empty() || event.countries.iter().any(|code| code == country))
        .collect()
}
