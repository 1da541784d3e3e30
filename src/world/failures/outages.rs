//! Outages that were written about, counted.

use super::rates::{LEVEL, RateInterval, poisson_interval};
use super::record::{told_elsewhere, years_watched};
use crate::basis::day::Day;
use crate::basis::error::{Error, Result};
use crate::world::catalog::{Catalog, Outage, OutageScope, Region};

/// Outages of one provider, counted.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderCounts {
    /// The provider.
    pub provider: String,
    /// Outages by scope, in the order of [`OutageScope::ALL`].
    pub by_scope: [usize; 5],
}

impl ProviderCounts {
    /// Outages that took one region.
    pub fn of_one_region(&self) -> usize {
        self.count(OutageScope::takes_one_region)
    }

    /// Outages that took several regions at once.
    pub fn of_several_regions(&self) -> usize {
        self.count(OutageScope::takes_several_regions)
    }

    /// Outages of a single zone.
    pub fn of_one_zone(&self) -> usize {
        self.count(|scope| scope == OutageScope::Zone)
    }

    fn count(&self, wanted: impl Fn(OutageScope) -> bool) -> usize {
        let scopes = OutageScope::ALL.into_iter().zip(self.by_scope);
        scopes.filter(|(scope, _)| wanted(*scope)).map(|(_, n)| n).sum()
    }
}

/// What the table of outages says about losing a whole region.
#[derive(Clone, Debug, PartialEq)]
pub struct OutageCounts {
    /// All providers in it, in the order of their first row.
    pub providers: Vec<ProviderCounts>,
    /// The provider whose regions' years are known, for rates: launch dates are known for AWS only.
    pub watched: String,
    /// Day of the first and of the last outage on record of that provider.
    pub period: (Day, Day),
    /// Years its regions were watched, all together.
    pub region_years: f64,
    /// Its losses of one region, region by region: id, losses, years; regions without a loss left out, the most
    /// losses first.
    pub losses: Vec<(String, usize, f64)>,
    /// How often one of its regions is lost, with the Poisson interval.
    pub per_year: RateInterval,
    /// The same for buildings that failed.
    pub physical: (usize, RateInterval),
    /// The same for a single zone of a region.
    pub zone: (usize, RateInterval),
    /// Losses of one region that began on a day on which another region in the same country was lost too.
    pub with_another_in_country: usize,
    /// Losses of one region that began on a day on which a region in another country had an outage.
    pub with_another_abroad: usize,
    /// How long its losses of one region lasted, h, ascending; lower bounds as they stand.
    pub hours: Vec<f64>,
    /// How many of these are lower bounds.
    pub lower_bounds: usize,
}

/// Rates are had for this provider: its launch dates are known.
const WATCHED: &str = "aws";

impl OutageCounts {
    /// The counts of the table in `catalog`.
    ///
    /// # Errors
    /// When a table cannot be parsed, or AWS has no outage or no region in it.
    pub fn of(catalog: &Catalog) -> Result<OutageCounts> {
        let outages = catalog.outages()?;
        let own: Vec<&Outage> = outages.iter().filter(|it| it.provider == WATCHED).collect();
        let days = || own.iter().map(|it| it.date);
        let period = days().min().zip(days().max()).ok_or_else(|| {
            Error::input(format!(
                "the table of outages has none of `{WATCHED}`, which rates rest on"
            ))
        })?;
        let regions = watched_regions(catalog.regions()?, period)?;
        let region_years: f64 = regions.iter().map(|(_, years)| years).sum();
        let lost: Vec<&Outage> = own
            .iter()
            .copied()
            .filter(|it| it.scope.takes_one_region())
            .collect();
        let rate = |n| poisson_interval(n, region_years, LEVEL);
        let count = |wanted: &dyn Fn(&Outage) -> bool| own.iter().filter(|it| wanted(it)).count();
        let physical = count(&|it| it.physical && it.scope.takes_one_region());
        let zone = count(&|it| it.scope == OutageScope::Zone);
        let mut hours: Vec<f64> = lost.iter().map(|it| it.hours).collect();
        hours.sort_by(f64::total_cmp);
        Ok(OutageCounts {
            providers: by_provider(outages),
            watched: WATCHED.to_owned(),
            period,
            region_years,
            per_year: rate(lost.len())?,
            physical: (physical, rate(physical)?),
            zone: (zone, rate(zone)?),
            with_another_in_country: shared(&lost, &lost, &regions, true),
            with_another_abroad: shared(&lost, &own, &regions, false),
            lower_bounds: lost.iter().filter(|it| it.lower_bound).count(),
            losses: by_region(&lost, &regions),
            hours,
        })
    }

    /// Losses of one region of the watched provider.
    pub fn lost(&self) -> usize {
        self.hours.len()
    }

    /// The region lost most often, its losses and rate.
    pub fn worst(&self) -> Option<(&str, usize, f64)> {
        self.losses
            .first()
            .map(|(region, n, years)| (region.as_str(), *n, *n as f64 / years))
    }

    /// Quantile `p` of how long losses lasted, h: the smallest value that the share `p` does not exceed.
    pub fn hours_at(&self, p: f64) -> Option<f64> {
        let place = (p * self.hours.len() as f64).ceil() as usize;
        self.hours.get(place.max(1) - 1).copied()
    }

    /// Outages of several regions at once, and outages of one region or more, over all providers.
    pub fn several_of_all(&self) -> (usize, usize) {
        self.providers.iter().fold((0, 0), |(several, all), it| {
            let own = it.of_several_regions();
            (several + own, all + own + it.of_one_region())
        })
    }
}

/// Regions with the years they were there, those left out that open later or that are told of elsewhere.
fn watched_regions(regions: &[Region], (first, last): (Day, Day)) -> Result<Vec<(&Region, f64)>> {
    let mut watched = Vec::new();
    for region in regions
        .iter()
        .filter(|it| it.provider == WATCHED && !told_elsewhere(it))
    {
        let years = years_watched(region, first, last)?;
        if years > 0.0 {
            watched.push((region, years));
        }
    }
    if watched.is_empty() {
        return Err(Error::input(format!(
            "no region of `{WATCHED}` was there while outages were recorded"
        )));
    }
    Ok(watched)
}

fn by_provider(outages: &[Outage]) -> Vec<ProviderCounts> {
    let mut counts: Vec<ProviderCounts> = Vec::new();
    for outage in outages {
        let place = counts.iter().position(|it| it.provider == outage.provider);
        let place = place.unwrap_or_else(|| {
            counts.push(ProviderCounts {
                provider: outage.provider.clone(),
                by_scope: [0; 5],
            });
            counts.len() - 1
        });
        counts[place].by_scope[outage.scope as usize] += 1;
    }
    counts
}

fn by_region(lost: &[&Outage], regions: &[(&Region, f64)]) -> Vec<(String, usize, f64)> {
    let mut losses: Vec<(String, usize, f64)> = regions
        .iter()
        .map(|(region, years)| {
            let own = lost.iter().filter(|it| it.region.as_deref() == Some(&region.id));
            (region.id.clone(), own.count(), *years)
        })
        .filter(|(_, n, _)| *n > 0)
        .collect();
    losses.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    losses
}

/// How many of `lost` began on the day of one of `others` in another region of the same country, or of another.
fn shared(lost: &[&Outage], others: &[&Outage], regions: &[(&Region, f64)], same_country: bool) -> usize {
    let country = |outage: &Outage| {
        let own = regions
            .iter()
            .find(|(region, _)| outage.region.as_deref() == Some(&region.id));
        own.map(|(region, _)| region.country.as_str())
    };
    let meets = |one: &Outage, other: &Outage| {
        let (here, there) = (country(one), country(other));
        one.date == other.date
            && one.region != other.region
            && here.is_some()
            && there.is_some()
            && (here == there) == same_country
    };
    lost.iter()
        .filter(|one| others.iter().any(|other| meets(one, other)))
        .count()
}
