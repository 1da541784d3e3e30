//! The user's own list of user groups.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::audience::{Mix, whole};
use crate::basis::error::{Error, Problem, Result};
use crate::basis::geo::LatLon;
use crate::design::scenario::decode::At;
use crate::design::scenario::source::Found;
use crate::world::catalog::{Catalog, Metro};
use crate::world::demand::audience::any_access;
use crate::world::demand::clock::zone_called;
use crate::world::demand::zone::zone_at;
use crate::world::demand::{Audience, Technology, UserGroup};
use crate::world::ingest::{Problems, Row, Table};

/// What a group can be weighed by, and the unit that makes.
const WEIGHTS: [(&str, &str); 3] = [
    ("weight", "weight"),
    ("users", "users"),
    ("requests_per_second", "requests/s"),
];

const TECHNOLOGIES: [Technology; 4] = [
    Technology::Lan,
    Technology::Wifi,
    Technology::Cellular,
    Technology::Satellite,
];

const COLUMNS: [&str; 14] = [
    "id",
    "metro",
    "lat",
    "lon",
    "region",
    "country",
    "zone",
    "weight",
    "users",
    "requests_per_second",
    "lan",
    "wifi",
    "cellular",
    "satellite",
];

/// What holds for every row of the list.
struct Reading<'a> {
    catalog: &'a Catalog,
    metros: &'a [Metro],
    /// The column groups are weighed by.
    weight: &'static str,
    /// The access mix of rows that do not say theirs.
    mix: &'a Mix,
}

/// A row that was understood.
struct ReadRow {
    group: UserGroup,
    /// Whether the row named its group, or it was named by its place.
    named: bool,
    /// Whether the country was taken from the nearest metro.
    country_guessed: bool,
}

/// Where a group is.
struct Spot {
    id: String,
    place: LatLon,
    country: String,
    country_guessed: bool,
    /// That of the metro, where it is one.
    zone: Option<String>,
    at_region: Option<String>,
}

/// The audience that the file called `name` lists.
pub(super) fn read(check: &mut Check<'_>, name: &At<String>, mix: &Mix) -> Option<Audience> {
    let table = check.table(name)?;
    check.keep(table.expect_columns(&[], &COLUMNS), name.span)?;
    let (weight, unit) = check.keep(weight_column(&table), name.span)?;
    let reading = Reading {
        catalog: check.catalog,
        metros: check.facts.metros,
        weight,
        mix,
    };
    let rows = table.collect(|row, problems| reading.row(row, problems));
    let rows = check.keep(rows, name.span)?;
    let repeated = repeated_names(&table, &rows);
    check.keep(repeated, name.span)?;
    warn_of_guesses(check, &table, &rows);
    Some(Audience {
        description: format!("{} user groups of {}", rows.len(), name.get()?),
        groups: with_unique_ids(rows),
        weight_unit: unit.to_owned(),
        missing: Vec::new(),
    })
}

fn weight_column(table: &Table) -> Result<(&'static str, &'static str)> {
    let given: Vec<_> = WEIGHTS
        .into_iter()
        .filter(|(column, _)| table.has(column))
        .collect();
    match given.as_slice() {
        [one] => Ok(*one),
        several => {
            let message = match several.len() {
                0 => "no column says how much a group counts".to_owned(),
                n => format!("{n} columns say how much a group counts"),
            };
            let error = Error::input(message).hint("give one of `weight`, `users` and `requests_per_second`");
            Err(error.at(&table.header_place(0)))
        }
    }
}

impl Reading<'_> {
    fn row(&self, row: Row<'_>, problems: &mut Problems) -> Option<ReadRow> {
        let spot = problems.keep(self.spot(row));
        let weight = problems.keep(row.positive(self.weight));
        let access = problems.keep(self.access(row));
        let said = problems.keep(said_zone(row));
        let (spot, weight, access) = (spot?, weight?, access?);
        let zone = problems.keep(self.zone(row, said?, &spot))?;
        let rate = (self.weight == "requests_per_second").then_some(weight);
        Some(ReadRow {
            named: row.get("id").is_some(),
            country_guessed: spot.country_guessed,
            group: UserGroup {
                id: row.get("id").map_or(spot.id, str::to_owned),
                country: spot.country,
                place: spot.place,
                zone,
                weight,
                requests_per_second: rate,
                access: if spot.at_region.is_some() {
                    any_access()
                } else {
                    access
                },
                at_region: spot.at_region,
            },
        })
    }

    /// Exactly one of metro, lat and lon, and region.
    fn spot(&self, row: Row<'_>) -> Result<Spot> {
        let lat_lon = row.get("lat").is_some() || row.get("lon").is_some();
        let mut spot = match (row.get("metro"), lat_lon, row.get("region")) {
            (Some(metro), false, None) => self.at_metro(row, metro)?,
            (None, true, None) => self.at_point(row)?,
            (None, false, Some(region)) => self.in_region(row, region)?,
            (None, false, None) => {
                let error = row.wrong("metro", "the row does not say where the users are");
                return Err(error.hint("fill `metro`, or `lat` and `lon`, or `region`"));
            }
            _ => {
                let error = row.wrong("metro", "the row says twice where the users are");
                return Err(error.hint("keep one of `metro`, `lat` and `lon`, and `region`"));
            }
        };
        if let Some(code) = row.get("country") {
            let country = self.catalog.country(code);
            let country = country.map_err(|error| error.at(&row.place("country")))?;
            spot.country.clone_from(&country.iso2);
            spot.country_guessed = false;
        }
        Ok(spot)
    }

    fn at_metro(&self, row: Row<'_>, name: &str) -> Result<Spot> {
        let metro = self
            .catalog
            .metro(name)
            .map_err(|error| error.at(&row.place("metro")))?;
        Ok(Spot {
            id: metro.id.clone(),
            place: metro.place,
            country: metro.country.clone(),
            country_guessed: false,
            zone: Some(metro.iana_zone.clone()),
            at_region: None,
        })
    }

    fn at_point(&self, row: Row<'_>) -> Result<Spot> {
        let place = row.lat_lon()?;
        let distance = |metro: &&Metro| place.distance(metro.place).km();
        let nearest = self
            .metros
            .iter()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let nearest =
            nearest.ok_or_else(|| row.wrong("lat", "the catalogue has no metro to tell the country by"))?;
        Ok(Spot {
            id: format!("{},{}", place.lat(), place.lon()),
            place,
            country: nearest.country.clone(),
            country_guessed: true,
            zone: None,
            at_region: None,
        })
    }

    fn in_region(&self, row: Row<'_>, name: &str) -> Result<Spot> {
        let region = self
            .catalog
            .region(name)
            .map_err(|error| error.at(&row.place("region")))?;
        Ok(Spot {
            id: region.id.clone(),
            place: region.place,
            country: region.country.clone(),
            country_guessed: false,
            zone: None,
            at_region: Some(region.id.clone()),
        })
    }

    /// What the row says, else the metro, else the nearest metro.
    fn zone(&self, row: Row<'_>, said: Option<String>, spot: &Spot) -> Result<String> {
        if let Some(zone) = said.or_else(|| spot.zone.clone()) {
            return Ok(zone);
        }
        let zone = zone_at(self.metros, &spot.country, spot.place);
        zone.map(str::to_owned)
            .map_err(|error| error.at(&row.place("zone")).hint("fill the column `zone`"))
    }

    fn access(&self, row: Row<'_>) -> Result<Mix> {
        let mut mix = Mix::new();
        for technology in TECHNOLOGIES {
            if row.get(technology.name()).is_some() {
                mix.push((technology, row.share(technology.name())?.get()));
            }
        }
        match mix.first() {
            None => Ok(self.mix.clone()),
            Some((first, _)) => whole(&mix).map_err(|message| row.wrong(first.name(), message)),
        }
    }
}

fn said_zone(row: Row<'_>) -> Result<Option<String>> {
    let zone = row.get("zone").map(zone_called).transpose();
    zone.map_err(|error| error.at(&row.place("zone")))
}

fn repeated_names(table: &Table, rows: &[ReadRow]) -> Result<()> {
    let mut problems = Problems::default();
    let mut seen = BTreeSet::new();
    for (row, read) in table.rows().zip(rows) {
        if read.named && !seen.insert(read.group.id.as_str()) {
            let message = format!("two user groups are called `{}`", read.group.id);
            problems.push(Problem::error(message).at(row.place("id")));
        }
    }
    problems.finish(())
}

fn warn_of_guesses(check: &mut Check<'_>, table: &Table, rows: &[ReadRow]) {
    let first = table.rows().zip(rows).find(|(_, read)| read.country_guessed);
    let count = rows.iter().filter(|read| read.country_guessed).count();
    if let Some((row, _)) = first {
        let noun = if count == 1 { "row has" } else { "rows have" };
        let problem = Problem::warning(format!(
            "{count} {noun} no country: that of the nearest metro is taken"
        ));
        let problem = problem.at(row.place("lat")).hint("fill the column `country`");
        check.found.push(Found::placed(problem));
    }
}

/// Groups that were named by their place and share it are told apart by a number.
fn with_unique_ids(rows: Vec<ReadRow>) -> Vec<UserGroup> {
    let mut taken: BTreeSet<String> = rows
        .iter()
        .filter(|r| r.named)
        .map(|r| r.group.id.clone())
        .collect();
    let mut next: BTreeMap<String, usize> = BTreeMap::new();
    rows.into_iter()
        .map(|ReadRow { mut group, named, .. }| {
            if !named {
                group.id = free_name(&group.id, &mut taken, &mut next);
            }
            group
        })
        .collect()
}

fn free_name(name: &str, taken: &mut BTreeSet<String>, next: &mut BTreeMap<String, usize>) -> String {
    let mut candidate = name.to_owned();
    while !taken.insert(candidate.clone()) {
        let number = next.entry(name.to_owned()).or_insert(2);
        candidate = format!("{name}#{number}");
        *number += 1;
    }
    candidate
}
