//! What the network is built from, and how it is read out of the catalogue.

use std::collections::BTreeMap;

use crate::basis::error::{Error, Result};
use crate::basis::geo::LatLon;
use crate::world::catalog::{Catalog, Statistic};

use super::access::{AccessModel, Technology};
use super::endtoend::ProbeSample;
use super::landmarks::Landmarks;
use super::path::{Anchor, PathKind, PathModel};
use super::rows::{
    AccessRow, CityRow, CityRttRow, Country, Endpoint, ProbeRow, RegionRow, RegionRttRow, provider_of,
};

/// Everything the network model is built from.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// City hosts.
    pub cities: Vec<CityRow>,
    /// RTTs between them.
    pub city_rtts: Vec<CityRttRow>,
    /// Regions of all providers.
    pub regions: Vec<RegionRow>,
    /// Measured RTTs between regions; never from a region to itself.
    pub region_rtts: Vec<RegionRttRow>,
    /// Country tests of the last mile.
    pub access: Vec<AccessRow>,
    /// User probes.
    pub probes: Vec<ProbeRow>,
}

/// The provider whose regions are landmarks beside the cities.
pub const LANDMARK_PROVIDER: &str = "aws";

impl Tables {
    /// The tables of a catalogue.
    ///
    /// # Errors
    /// When a table cannot be parsed, or a country code in one is malformed.
    pub fn from_catalog(catalog: &Catalog) -> Result<Self> {
        Ok(Tables {
            cities: cities(catalog)?,
            city_rtts: city_rtts(catalog)?,
            regions: regions(catalog)?,
            region_rtts: region_rtts(catalog)?,
            access: access(catalog)?,
            probes: probes(catalog)?,
        })
    }

    /// The landmarks these tables hold: the cities and the AWS regions.
    ///
    /// Only one matrix is taken, so that its regions have RTTs to each other; the matrices of the other providers stay
    /// unseen and serve as a check.
    ///
    /// # Errors
    /// As [`Landmarks::build`].
    pub fn landmarks(&self) -> Result<Landmarks> {
        let matrix: Vec<RegionRttRow> = self
            .region_rtts
            .iter()
            .filter(|row| provider_of(&row.from) == LANDMARK_PROVIDER)
            .cloned()
            .collect();
        Landmarks::build(&self.cities, &self.city_rtts, &self.regions, &matrix)
    }

    /// The tables as though nobody had measured region `id`: neither its RTTs to other regions nor those of probes to it.
    #[must_use]
    pub fn without_region(&self, id: &str) -> Self {
        let mut tables = self.clone();
        tables.region_rtts.retain(|row| row.from != id && row.to != id);
        tables.probes.retain(|row| row.region != id);
        tables
    }

    /// The probe rows with their path estimates.
    ///
    /// # Errors
    /// When a probe names a region that is not in the list.
    pub fn probe_samples(&self, paths: &PathModel, access: &AccessModel) -> Result<Vec<ProbeSample>> {
        let targets = self.probe_targets(paths)?;
        // A probe stands in a row for each target: its place is looked up once.
        let mut anchors: BTreeMap<u32, Anchor> = BTreeMap::new();
        let mut samples = Vec::new();
        for row in &self.probes {
            let (Some(technology), Some(to)) = (
                row.technology.calibrated_index(),
                targets.get(row.region.as_str()),
            ) else {
                continue;
            };
            let anchor = || paths.anchor(row.place, PathKind::Public);
            let from = anchors.entry(row.probe).or_insert_with(anchor);
            if from.place() != row.place {
                *from = anchor();
            }
            samples.push(ProbeSample {
                probe: row.probe,
                technology,
                place: row.place,
                target: to.place().at,
                estimate: paths.estimate(from, to),
                country_factor: access.country_factor(row.place.country),
                rtt_ms: row.rtt_ms,
            });
        }
        Ok(samples)
    }

    fn probe_targets(&self, paths: &PathModel) -> Result<BTreeMap<&str, Anchor>> {
        let places: BTreeMap<&str, Endpoint> =
            self.regions.iter().map(|r| (r.id.as_str(), r.place)).collect();
        let mut names: Vec<&str> = self.probes.iter().map(|p| p.region.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .map(|name| {
                let place = places.get(name).ok_or_else(|| {
                    Error::input(format!("a probe names region `{name}`, which is not known"))
                })?;
                Ok((name, paths.anchor(*place, PathKind::Public)))
            })
            .collect()
    }
}

fn endpoint(at: LatLon, country: &str) -> Result<Endpoint> {
    Ok(Endpoint {
        at,
        country: Country::new(country)?,
    })
}

fn cities(catalog: &Catalog) -> Result<Vec<CityRow>> {
    let row = |l: &crate::world::catalog::Landmark| {
        Ok(CityRow {
            id: l.id,
            city: l.city.clone(),
            place: endpoint(l.place, &l.country)?,
        })
    };
    catalog.landmarks()?.iter().map(row).collect()
}

fn city_rtts(catalog: &Catalog) -> Result<Vec<CityRttRow>> {
    let rows = catalog.landmark_rtts()?.iter().map(|l| CityRttRow {
        a: l.a,
        b: l.b,
        rtt_ms: l.rtt.ms(),
    });
    Ok(rows.collect())
}

fn regions(catalog: &Catalog) -> Result<Vec<RegionRow>> {
    let row = |r: &crate::world::catalog::Region| {
        Ok(RegionRow {
            id: r.id.clone(),
            place: endpoint(r.place, &r.country)?,
        })
    };
    catalog.regions()?.iter().map(row).collect()
}

fn region_rtts(catalog: &Catalog) -> Result<Vec<RegionRttRow>> {
    let rows = catalog
        .region_rtts()?
        .filter(|r| r.statistic != Statistic::EndpointOverhead && r.from != r.to)
        .map(|r| RegionRttRow {
            from: r.from.clone(),
            to: r.to.clone(),
            p50_ms: r.p50.ms(),
            p90_ms: r.p90.map(crate::basis::units::Millis::ms),
        });
    Ok(rows.collect())
}

fn access(catalog: &Catalog) -> Result<Vec<AccessRow>> {
    let continents: BTreeMap<&str, &str> = catalog
        .countries()?
        .iter()
        .map(|c| (c.iso2.as_str(), c.continent.as_str()))
        .collect();
    let row = |a: &crate::world::catalog::AccessQuantiles| {
        Ok(AccessRow {
            country: Country::new(&a.country)?,
            continent: continents
                .get(a.country.as_str())
                .copied()
                .unwrap_or_default()
                .to_owned(),
            n_tests: a.n_tests,
            quantiles_ms: a.rtt.map(crate::basis::units::Millis::ms),
        })
    };
    catalog.access_quantiles()?.iter().map(row).collect()
}

fn probes(catalog: &Catalog) -> Result<Vec<ProbeRow>> {
    let row = |p: &crate::world::catalog::ProbeRtt| {
        Ok(ProbeRow {
            probe: p.probe,
            technology: Technology::parse(&p.technology)?,
            place: endpoint(p.place, &p.country)?,
            region: p.region.clone(),
            rtt_ms: p.rtt.ms(),
        })
    };
    catalog.probe_rtts()?.iter().map(row).collect()
}
