//! `isochrone regions`: the catalogue, listed, shown, searched by place, measured.

use super::failures;
use crate::basis::error::Result;
use crate::basis::geo::LatLon;
use crate::cli::args::{self, Format, ListArgs, RegionsArgs, RegionsCommand, TableArgs};
use crate::cli::exit::Ending;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::world::catalog::{Catalog, Region, RegionFilter};

/// Answers one question about regions.
///
/// # Errors
/// When a region, provider or country is unknown, or stdout cannot be written.
pub fn run(args: &RegionsArgs, settings: &Settings) -> Ending {
    let list = RegionsCommand::List(args.list.clone());
    let command = args.command.as_ref().unwrap_or(&list);
    let (sheet, answer) = match command {
        RegionsCommand::List(args) => (list_sheet(args)?, &args.answer),
        RegionsCommand::Show { regions, answer } => (show(regions, &catalog(&answer.tables)?)?, answer),
        RegionsCommand::Near {
            place,
            top,
            filter,
            answer,
        } => (
            near(*place, *top as usize, filter, &catalog(&answer.tables)?)?,
            answer,
        ),
        RegionsCommand::Distance { regions, answer } => {
            (distances(regions, &catalog(&answer.tables)?)?, answer)
        }
        RegionsCommand::Failures { what, answer } => {
            let people = settings.format(answer.format) == Format::Table;
            (failures::sheet(*what, &catalog(&answer.tables)?, people)?, answer)
        }
    };
    settings.answer(&sheet, answer.format)
}

/// The built-in tables, with the user's in their places.
///
/// # Errors
/// When a table of the user's cannot be read, or names something unknown.
pub fn catalog(args: &TableArgs) -> Result<Catalog> {
    let mut catalog = Catalog::embedded();
    for (kind, path) in &args.tables {
        catalog = catalog.with_file(*kind, path)?;
    }
    if !args.tables.is_empty() {
        catalog.check()?;
    }
    Ok(catalog)
}

fn chosen<'a>(filter: &args::RegionFilter, catalog: &'a Catalog) -> Result<Vec<&'a Region>> {
    let mut regions = catalog.select(&meant(filter))?;
    if let Some(code) = &filter.country {
        let country = catalog.country(code)?;
        regions.retain(|region| region.country == country.iso2);
    }
    Ok(regions)
}

fn meant(filter: &args::RegionFilter) -> RegionFilter {
    let mut meant = RegionFilter::default();
    for provider in &filter.provider {
        meant = meant.provider(provider);
    }
    for partition in &filter.partition {
        meant = meant.partition(partition);
    }
    for jurisdiction in &filter.jurisdiction {
        meant = meant.jurisdiction(jurisdiction);
    }
    if filter.no_opt_in {
        meant.without_opt_in()
    } else {
        meant
    }
}

fn list_sheet(args: &ListArgs) -> Result<Sheet> {
    let catalog = catalog(&args.answer.tables)?;
    let rows = chosen(&args.filter, &catalog)?
        .into_iter()
        .map(list_row)
        .collect();
    Ok(Sheet {
        keys: vec![
            "region",
            "city",
            "country",
            "jurisdiction",
            "partition",
            "opt_in",
            "zones",
            "lat",
            "lon",
        ],
        rows,
        ..Sheet::default()
    })
}

fn list_row(region: &Region) -> Vec<Cell> {
    vec![
        region.id.as_str().into(),
        region.city.as_deref().unwrap_or(&region.name).into(),
        region.country.as_str().into(),
        region.jurisdiction.as_str().into(),
        region.partition.as_str().into(),
        Cell::Flag(region.opt_in),
        region.zones.map(usize::from).into(),
        Cell::Number(region.place.lat(), 2),
        Cell::Number(region.place.lon(), 2),
    ]
}

/// One column for each region would be wider than any terminal: a row for each fact, a key and a value.
fn show(names: &[String], catalog: &Catalog) -> Result<Sheet> {
    let mut sheet = Sheet {
        keys: vec!["region", "fact", "value"],
        ..Sheet::default()
    };
    for name in names {
        let region = catalog.region(name)?;
        for (fact, value) in facts(region) {
            sheet
                .rows
                .push(vec![region.id.as_str().into(), fact.into(), value]);
        }
    }
    Ok(sheet)
}

fn facts(region: &Region) -> Vec<(&'static str, Cell)> {
    vec![
        ("name", region.name.as_str().into()),
        ("city", region.city.as_deref().into()),
        ("country", region.country.as_str().into()),
        ("continent", region.continent.as_str().into()),
        ("lat_deg", Cell::Number(region.place.lat(), 4)),
        ("lon_deg", Cell::Number(region.place.lon(), 4)),
        ("jurisdiction", region.jurisdiction.as_str().into()),
        ("operator", region.operator.as_deref().into()),
        (
            "operator_jurisdiction",
            region.operator_jurisdiction.as_str().into(),
        ),
        ("partition", region.partition.as_str().into()),
        ("opt_in", Cell::Flag(region.opt_in)),
        ("zones", region.zones.map(usize::from).into()),
        ("launch_date", region.launch_date.as_deref().into()),
    ]
}

fn near(place: LatLon, top: usize, filter: &args::RegionFilter, catalog: &Catalog) -> Result<Sheet> {
    let allowed = chosen(filter, catalog)?;
    let nearest = catalog.near(place, usize::MAX, &meant(filter))?;
    let rows = nearest
        .into_iter()
        .filter(|(_, region)| allowed.iter().any(|it| it.id == region.id))
        .take(top)
        .map(|(distance, region)| {
            vec![
                region.id.as_str().into(),
                region.city.as_deref().unwrap_or(&region.name).into(),
                region.country.as_str().into(),
                Cell::Number(distance.km(), 0),
                Cell::Number(crate::basis::geo::fibre_rtt(distance).ms(), 1),
            ]
        })
        .collect();
    Ok(Sheet {
        keys: vec!["region", "city", "country", "distance_km", "fibre_rtt_ms"],
        rows,
        notes: vec![FIBRE_NOTE.into()],
        ..Sheet::default()
    })
}

const FIBRE_NOTE: &str =
    "fibre rtt: the least round trip that light in fibre allows along the great circle; real ones are longer";

fn distances(names: &[String], catalog: &Catalog) -> Result<Sheet> {
    let regions = names
        .iter()
        .map(|name| catalog.region(name))
        .collect::<Result<Vec<_>>>()?;
    let mut rows = Vec::new();
    for (i, from) in regions.iter().enumerate() {
        for to in &regions[i + 1..] {
            let distance = from.distance(to);
            rows.push(vec![
                from.id.as_str().into(),
                to.id.as_str().into(),
                Cell::Number(distance.great_circle.km(), 0),
                Cell::Number(distance.fibre_rtt.ms(), 1),
            ]);
        }
    }
    Ok(Sheet {
        keys: vec!["from", "to", "distance_km", "fibre_rtt_ms"],
        rows,
        notes: vec![FIBRE_NOTE.into()],
        ..Sheet::default()
    })
}
