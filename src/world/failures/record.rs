//! The incidents on record and the time over which each region was watched.

use std::collections::BTreeMap;

use crate::basis::day::{Day, Minute};
use crate::basis::digest::digest;
use crate::basis::error::{Error, Result};
use crate::world::catalog::{Catalog, Incident, Region, TableKind};

/// The last day of the built-in record on which it is taken to be complete. At the end of February 2022 AWS changed to a
/// new dashboard, and the archive that the record was read from caught less of it: 3.4 incidents a region and year
/// before, 2.1 after; in us-east-1 alone, where no young regions lower the rate, 31.8 and 21.3 (a test computes them).
/// The change of source is the reason for the cut; the figures agree with it, and could not prove it alone.
pub const COMPLETE_UNTIL: &str = "2022-02-28";

/// Partitions whose incidents are told elsewhere: the China regions have a dashboard of their own.
const TOLD_ELSEWHERE: [&str; 1] = ["aws-cn"];

/// Whether the record would not tell of incidents in `region`.
pub fn told_elsewhere(region: &Region) -> bool {
    TOLD_ELSEWHERE.contains(&region.partition.as_str())
}

/// Which part of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is complete: up to [`COMPLETE_UNTIL`] of the built-in table, all of a user's.
    Complete,
    /// What comes after that.
    Thin,
}

/// A region and what was seen of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// Region id.
    pub region: String,
    /// Years it was watched: from the first day of the record, or its launch if that is later, to the last day.
    pub years: f64,
    /// First posts of its incidents, ascending.
    pub starts: Vec<Minute>,
}

impl Observed {
    /// Its incidents.
    pub fn incidents(&self) -> usize {
        self.starts.len()
    }
}

/// Incidents of regions over a stretch of days.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Day of the first incident.
    pub first: Day,
    /// Last day, counted whole.
    pub last: Day,
    /// Regions that were watched, in the order of the catalogue.
    pub regions: Vec<Observed>,
    /// Times to repair of their incidents, s, in the order of their start; unknown ones left out.
    pub repairs_s: Vec<f64>,
    /// Incidents whose duration nobody says.
    pub without_duration: usize,
    /// Incidents that the provider puts down to no region; they are not counted for any.
    pub of_no_region: usize,
}

impl Record {
    /// That part of the record in `catalog`; none where it holds no day.
    ///
    /// # Errors
    /// When a table cannot be parsed, an incident names a region that the catalogue does not know, or a launch date
    /// is no day.
    pub fn of(catalog: &Catalog, part: Part) -> Result<Option<Record>> {
        let incidents = catalog.incidents()?;
        let days = || incidents.iter().map(|it| it.start.day());
        let (Some(first), Some(last)) = (days().min(), days().max()) else {
            return Ok(None);
        };
        let limit = if built_in(catalog)? {
            Day::parse(COMPLETE_UNTIL)?
        } else {
            last
        };
        let (first, last) = match part {
            Part::Complete => (first, last.min(limit)),
            Part::Thin => (limit.plus(1), last),
        };
        if first > last {
            return Ok(None);
        }
        let inside: Vec<&Incident> = incidents
            .iter()
            .filter(|it| (first..=last).contains(&it.start.day()))
            .collect();
        Record::between(first, last, &inside, catalog.regions()?).map(Some)
    }

    fn between(first: Day, last: Day, incidents: &[&Incident], regions: &[Region]) -> Result<Record> {
        let mut starts: BTreeMap<&str, Vec<Minute>> = BTreeMap::new();
        let mut of_no_region = 0;
        for incident in incidents {
            match &incident.region {
                Some(region) => starts.entry(region).or_default().push(incident.start),
                None => of_no_region += 1,
            }
        }
        let mut observed = Vec::new();
        for region in regions {
            let own = starts.remove(region.id.as_str());
            let told = own.is_some() || incidents.iter().any(|it| it.provider == region.provider);
            if !told || told_elsewhere(region) {
                continue;
            }
            let years = years_watched(region, first, last)?;
            if years > 0.0 {
                let mut starts = own.unwrap_or_default();
                starts.sort_unstable();
                observed.push(Observed {
                    region: region.id.clone(),
                    years,
                    starts,
                });
            } else if own.is_some() {
                return Err(Error::input(format!(
                    "the record has an incident of `{}` before its launch",
                    region.id
                )));
            }
        }
        if let Some(unknown) = starts.keys().next() {
            return Err(Error::input(format!(
                "region `{unknown}` in the table of incidents is unknown"
            )));
        }
        let of_regions = incidents.iter().filter(|it| it.region.is_some());
        let minutes: Vec<Option<f64>> = of_regions.map(|it| it.minutes).collect();
        Ok(Record {
            first,
            last,
            regions: observed,
            without_duration: minutes.iter().filter(|it| it.is_none()).count(),
            repairs_s: minutes.into_iter().flatten().map(|it| 60.0 * it).collect(),
            of_no_region,
        })
    }

    /// Incidents of regions.
    pub fn incidents(&self) -> usize {
        self.regions.iter().map(Observed::incidents).sum()
    }

    /// Years over which regions were watched, all regions together.
    pub fn region_years(&self) -> f64 {
        self.regions.iter().map(|region| region.years).sum()
    }

    /// Incidents a region and year, the regions thrown together.
    pub fn per_year(&self) -> f64 {
        self.incidents() as f64 / self.region_years()
    }

    /// Providers whose regions were watched.
    pub fn covers(&self, provider: &str) -> bool {
        self.regions
            .iter()
            .any(|it| it.region.split(':').next() == Some(provider))
    }
}

/// Whether the incidents are those that came with this version.
fn built_in(catalog: &Catalog) -> Result<bool> {
    let kind = TableKind::Incidents;
    Ok(catalog.data_table(kind)?.digest == digest(kind.embedded_text().as_bytes()))
}

/// Years of `first..=last` in which `region` was there; all of them where nobody knows when it opened.
///
/// # Errors
/// When its launch date is no day.
pub fn years_watched(region: &Region, first: Day, last: Day) -> Result<f64> {
    let from = match &region.launch_date {
        Some(launch) => Day::parse(launch)?.max(first),
        None => first,
    };
    Ok(last.plus(1).years_since(from).max(0.0))
}
