//! Countries, metros, edge locations.

use super::tables::FromRow;
use crate::basis::geo::LatLon;
use crate::world::ingest::{Problems, Row};

/// A country or territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Country {
    /// ISO 3166-1 alpha-2 code, `XK` for Kosovo.
    pub iso2: String,
    /// ISO 3166-1 alpha-3 code.
    pub iso3: String,
    /// English name.
    pub name: String,
    /// `Africa`, `Antarctic`, `Asia`, `Europe`, `North America`, `Oceania` or `South America`.
    pub continent: String,
    /// Where its people are on average.
    pub place: LatLon,
    /// Inhabitants, where known.
    pub population: Option<f64>,
    /// Internet users, where a figure was published.
    pub internet_users: Option<f64>,
    /// The year of the share of users behind `internet_users`.
    pub users_year: Option<u16>,
    /// Member of the European Union.
    pub eu: bool,
    /// Member of the European Economic Area, EU members included.
    pub eea: bool,
    /// `EU`, `EEA` (outside the EU), `UK`, else the country's own code.
    pub jurisdiction: String,
}

impl FromRow for Country {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let place = problems.keep(row.lat_lon());
        let users = problems.keep(
            row.get("internet_users")
                .map(|_| row.non_negative("internet_users"))
                .transpose(),
        );
        Some(Country {
            iso2: problems.keep(row.text("iso2"))?.to_owned(),
            iso3: problems.keep(row.text("iso3"))?.to_owned(),
            name: problems.keep(row.text("name"))?.to_owned(),
            continent: problems.keep(row.text("continent"))?.to_owned(),
            place: place?,
            population: problems.keep(row.optional_number("population"))?,
            internet_users: users?,
            users_year: problems
                .keep(row.optional_number("users_year"))?
                .map(|year| year as u16),
            eu: problems.keep(row.yes_no("eu"))?,
            eea: problems.keep(row.yes_no("eea"))?,
            jurisdiction: problems.keep(row.text("jurisdiction"))?.to_owned(),
        })
    }
}

/// A city with its surroundings.
#[derive(Clone, Debug, PartialEq)]
pub struct Metro {
    /// Name and country in ASCII: `sao-paulo-br`.
    pub id: String,
    /// The name as GeoNames has it.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Its main city.
    pub place: LatLon,
    /// Inhabitants, roughly: a weight among the metros of one country.
    pub population: f64,
    /// IANA time zone, such as `Asia/Tokyo`.
    pub iana_zone: String,
}

impl FromRow for Metro {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let place = problems.keep(row.lat_lon());
        let population = problems.keep(row.positive("population"));
        Some(Metro {
            id: problems.keep(row.text("id"))?.to_owned(),
            name: problems.keep(row.text("name"))?.to_owned(),
            country: problems.keep(row.text("country"))?.to_owned(),
            place: place?,
            population: population?,
            iana_zone: problems.keep(row.text("iana_zone"))?.to_owned(),
        })
    }
}

/// A city with a CDN point of presence.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeLocation {
    /// Network and airport code: `cloudfront:atl`.
    pub id: String,
    /// The city.
    pub city: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// The airport that names it.
    pub place: LatLon,
    /// The price class it belongs to, where known.
    pub price_class: Option<String>,
}

impl FromRow for EdgeLocation {
    fn from_row(row: Row<'_>, problems: &mut Problems) -> Option<Self> {
        let place = problems.keep(row.lat_lon());
        Some(EdgeLocation {
            id: problems.keep(row.text("id"))?.to_owned(),
            city: problems.keep(row.text("city"))?.to_owned(),
            country: problems.keep(row.text("country"))?.to_owned(),
            place: place?,
            price_class: row.get("price_class").map(str::to_owned),
        })
    }
}
