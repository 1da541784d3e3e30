//! Regions: the place's jurisdiction derived from its country, the operator's kept apart.

use super::geography::{CountryFacts, country_facts};
use super::sheet::{About, Sheet, decimals};
use super::{Raw, slug};
use crate::basis::error::Result;
use crate::basis::geo::LatLon;
use crate::world::ingest::Row;
use std::collections::BTreeMap;

/// Regions introduced after this day have to be enabled in an account first.
/// Source: AWS Account Management Reference Guide, "Enable or disable AWS Regions in your account".
const OPT_IN_AFTER: &str = "2019-03-20";

/// A region without a city takes the name of the metro this near.
const SAME_CITY_KM: f64 = 60.0;

/// A region this far from the metro it is named after stands at the metro instead: the published coordinates of
/// some Azure regions are those of a country's middle or of another city.
const MISPLACED_KM: f64 = 100.0;

struct MetroAt {
    name: String,
    country: String,
    place: LatLon,
}

pub(super) fn regions(raw: &Raw) -> Result<Sheet> {
    let countries = country_facts(raw)?;
    let metros = metros(raw)?;
    let table = raw.read(
        "regions.csv",
        &[
            "provider",
            "code",
            "display_name",
            "country_iso2",
            "city",
            "az_count",
            "launch_date",
            "jurisdiction",
            "partition",
        ],
    )?;
    let rows = table.collect(|row, problems| problems.keep(region(row, &countries, &metros)))?;
    let sheet = Sheet::new(
        &About {
            source: "AWS: coordinates by hand, cross-checked with dgl/cloud-regions@69868bf, launch dates seligman/aws-ip-ranges@8468811; Azure: az-scout@a249020; GCP: dgl/cloud-regions and GoogleCloudPlatform/region-picker@565d8fa; IBM: city centres",
            date: "2026-11",
            method: "jurisdiction = that of the country the region stands in (EU, EEA, UK, else the country); operator_jurisdiction = that of the company that runs it; opt_in = AWS, standard partition, launched after 2019-03-20 (AWS Account Management guide); a blank city takes the name of a metro of its country within 60 km; a region over 100 km from the metro it is named after is put there (Azure francecentral, francesouth, germanynorth)",
            faults: "the date is that of merging the lists, the newest region in them opened in January 2026; coordinates are those of the city, not the building; zones are the curator's knowledge for AWS, GCP and IBM and blank for Azure; launch dates for AWS only; several Azure regions name a state and not a city (eastus, westcentralus, centralus), and may stand some hundred km from where their coordinates lie",
            licence: "MIT and CC BY (sources), figures merged by hand",
        },
        &[
            "id",
            "provider",
            "code",
            "name",
            "city",
            "country",
            "continent",
            "lat",
            "lon",
            "jurisdiction",
            "operator",
            "operator_jurisdiction",
            "partition",
            "opt_in",
            "zones",
            "launch_date",
        ],
    );
    Ok(sheet.with_rows(&rows))
}

fn metros(raw: &Raw) -> Result<Vec<MetroAt>> {
    raw.read("metros.csv", &["city", "country_iso2"])?
        .collect(|row, problems| {
            Some(MetroAt {
                name: problems.keep(row.text("city"))?.to_owned(),
                country: problems.keep(row.text("country_iso2"))?.to_owned(),
                place: problems.keep(row.lat_lon())?,
            })
        })
}

fn region(
    row: Row<'_>,
    countries: &BTreeMap<String, CountryFacts>,
    metros: &[MetroAt],
) -> Result<Vec<String>> {
    let (provider, code, country) = (
        row.text("provider")?,
        row.text("code")?,
        row.text("country_iso2")?,
    );
    let (partition, launch) = (row.text("partition")?, row.get("launch_date").unwrap_or_default());
    let facts = countries
        .get(country)
        .ok_or_else(|| row.wrong("country_iso2", format!("country `{country}` is unknown")))?;
    let (city, at) = settled(
        row.get("city").unwrap_or_default(),
        country,
        row.lat_lon()?,
        metros,
    );
    let (operator_jurisdiction, operator) = operator(row.text("jurisdiction")?);
    let opt_in = partition == "aws" && launch > OPT_IN_AFTER;
    Ok([
        format!("{provider}:{code}").as_str(),
        provider,
        code,
        row.text("display_name")?,
        &city,
        country,
        &facts.continent,
        &decimals(at.lat(), 4),
        &decimals(at.lon(), 4),
        &facts.jurisdiction,
        operator,
        operator_jurisdiction,
        partition,
        if opt_in { "yes" } else { "no" },
        row.get("az_count").unwrap_or_default(),
        launch,
    ]
    .map(str::to_owned)
    .into())
}

/// The city a region is in, and where it stands.
fn settled(city: &str, country: &str, at: LatLon, metros: &[MetroAt]) -> (String, LatLon) {
    let mut here = metros.iter().filter(|metro| metro.country == country);
    if city.is_empty() {
        let nearest = here.min_by(|a, b| at.distance(a.place).km().total_cmp(&at.distance(b.place).km()));
        let name = nearest.filter(|metro| at.distance(metro.place).km() < SAME_CITY_KM);
        return (name.map(|metro| metro.name.clone()).unwrap_or_default(), at);
    }
    let namesake = here.find(|metro| slug(&metro.name) == slug(city));
    match namesake.filter(|metro| at.distance(metro.place).km() > MISPLACED_KM) {
        Some(metro) => (city.to_owned(), metro.place),
        None => (city.to_owned(), at),
    }
}

/// `US (Microsoft Corp.)` → `US`, `Microsoft Corp.`
fn operator(text: &str) -> (&str, &str) {
    match text.split_once(" (") {
        Some((jurisdiction, company)) => (jurisdiction, company.trim_end_matches(')')),
        None => (text, ""),
    }
}
