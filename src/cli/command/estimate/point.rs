//! A point as people name it: a region, a metro, or latitude and longitude.

use crate::basis::error::{Error, Result};
use crate::basis::geo::LatLon;
use crate::world::catalog::{Catalog, Region};
use crate::world::network::access::Technology;
use crate::world::network::rows::{Country, Endpoint};

/// One end of a pair.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Point {
    /// A provider's region.
    Region { id: String, place: Endpoint },
    /// Any other place.
    Place { name: String, place: Endpoint },
}

impl Point {
    /// Reads `text`; `country` says whose access network a place has.
    pub(super) fn read(text: &str, country: Option<&str>, catalog: &Catalog) -> Result<Point> {
        if let Ok(region) = catalog.region(text) {
            return of_region(region);
        }
        if text.contains(',') {
            return of_place(LatLon::parse(text)?, country, catalog);
        }
        of_metro(text, country, catalog)
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Point::Region { id, .. } => id,
            Point::Place { name, .. } => name,
        }
    }

    pub(super) fn is_region(&self) -> bool {
        matches!(self, Point::Region { .. })
    }

    pub(super) fn place(&self) -> Endpoint {
        match self {
            Point::Region { place, .. } | Point::Place { place, .. } => *place,
        }
    }
}

fn of_region(region: &Region) -> Result<Point> {
    let place = Endpoint {
        at: region.place,
        country: Country::new(&region.country)?,
    };
    Ok(Point::Region {
        id: region.id.clone(),
        place,
    })
}

/// Without a country, that of the nearest metro.
pub(super) fn of_place(at: LatLon, country: Option<&str>, catalog: &Catalog) -> Result<Point> {
    let code = match country {
        Some(code) => catalog.country(code)?.iso2.clone(),
        None => nearest_country(at, catalog)?,
    };
    let name = format!("{},{}", at.lat(), at.lon());
    Ok(Point::Place {
        name,
        place: Endpoint {
            at,
            country: Country::new(&code)?,
        },
    })
}

fn nearest_country(at: LatLon, catalog: &Catalog) -> Result<String> {
    let distance = |place: LatLon| at.distance(place).km();
    let nearest = catalog
        .metros()?
        .iter()
        .min_by(|a, b| distance(a.place).total_cmp(&distance(b.place)));
    let metro = nearest.ok_or_else(|| Error::input("the catalogue has no metro").hint("say --country CC"))?;
    Ok(metro.country.clone())
}

fn of_metro(text: &str, country: Option<&str>, catalog: &Catalog) -> Result<Point> {
    let metro = catalog
        .metro(text)
        .map_err(|error| neither(text, &error, catalog))?;
    let code = country.unwrap_or(&metro.country);
    let place = Endpoint {
        at: metro.place,
        country: Country::new(code)?,
    };
    Ok(Point::Place {
        name: metro.id.clone(),
        place,
    })
}

/// The hint names the nearest regions and the nearest metros.
fn neither(text: &str, of_metro: &Error, catalog: &Catalog) -> Error {
    let hint = |error: &Error| error.problems().first().and_then(|problem| problem.hint.clone());
    let of_region = catalog.region(text).err();
    let hints: Vec<String> = [
        of_region
            .as_ref()
            .and_then(hint)
            .map(|hint| format!("as a region, {hint}")),
        hint(of_metro).map(|hint| format!("as a metro, {hint}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    Error::input(format!("`{text}` is neither a region, nor a metro, nor LAT,LON")).hint(hints.join("; "))
}

/// How users reach the internet; `None` for a host in a data centre, which has no access network.
pub(super) fn technology(text: &str) -> Result<Option<Technology>> {
    match text.trim() {
        "none" => Ok(None),
        "" => Ok(Some(Technology::Any)),
        name => Technology::parse(&name.replace('-', "_"))
            .map(Some)
            .map_err(|error| error.hint("or none for a host in a data centre")),
    }
}
