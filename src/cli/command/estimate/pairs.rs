//! Pairs to estimate: one from flags, or one for each row of a table.

use super::point::{self, Point};
use crate::basis::error::{Error, Result};
use crate::basis::geo::LatLon;
use crate::cli::args::EstimateArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::input;
use crate::world::catalog::Catalog;
use crate::world::ingest::{Row, Table};
use crate::world::network::access::Technology;

/// Two points, and how the users at the first reach the internet.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) from: Point,
    pub(super) to: Point,
    pub(super) technology: Option<Technology>,
}

/// Columns that may name where a request starts, and where it goes.
const FROM: [&str; 4] = ["from", "from_region", "region_a", "metro"];
const TO: [&str; 4] = ["to", "to_region", "region_b", "region"];
const OTHERS: [&str; 4] = ["lat", "lon", "country", "technology"];

/// The pairs that were asked for.
pub(super) fn read(args: &EstimateArgs, catalog: &Catalog, sources: &mut Sources) -> Result<Vec<Pair>> {
    if let Some(path) = &args.pairs {
        return rows(&input::table(path, sources)?, catalog);
    }
    let (Some(from), Some(to)) = (&args.from, &args.to) else {
        return Err(
            Error::input("nothing to estimate").hint("say --from and --to, or name a CSV or .xlsx of pairs")
        );
    };
    Ok(vec![Pair {
        from: Point::read(from, args.country.as_deref(), catalog)?,
        to: Point::read(to, None, catalog)?,
        technology: point::technology(args.technology.as_deref().unwrap_or_default())?,
    }])
}

fn rows(table: &Table, catalog: &Catalog) -> Result<Vec<Pair>> {
    let known: Vec<&str> = FROM.into_iter().chain(TO).chain(OTHERS).collect();
    table.expect_columns(&[], &known)?;
    let column = |names: [&'static str; 4]| names.into_iter().find(|name| table.has(name));
    let Some(to) = column(TO) else {
        return Err(missing(table, "where requests go", "region"));
    };
    let from = column(FROM);
    if from.is_none() && !(table.has("lat") && table.has("lon")) {
        return Err(missing(table, "where requests start", "lat and lon, or from"));
    }
    table.collect(|row, problems| {
        let start = problems.keep(start(row, from, catalog));
        let end = problems.keep(named(row, to, None, catalog));
        let technology = problems.keep(technology(row));
        Some(Pair {
            from: start?,
            to: end?,
            technology: technology?,
        })
    })
}

fn missing(table: &Table, what: &str, columns: &str) -> Error {
    Error::input(format!("{} does not say {what}", table.name()))
        .at(&table.header_place(0))
        .hint(format!(
            "add the column {columns}; known are lat,lon,country,technology,region and from,to"
        ))
}

fn start(row: Row<'_>, from: Option<&str>, catalog: &Catalog) -> Result<Point> {
    let country = row.get("country");
    if let Some(code) = country {
        catalog
            .country(code)
            .map_err(|error| error.at(&row.place("country")))?;
    }
    if let Some(column) = from {
        return named(row, column, country, catalog);
    }
    let at: LatLon = row.lat_lon()?;
    point::of_place(at, country, catalog)
}

fn named(row: Row<'_>, column: &str, country: Option<&str>, catalog: &Catalog) -> Result<Point> {
    Point::read(row.text(column)?, country, catalog).map_err(|error| error.at(&row.place(column)))
}

fn technology(row: Row<'_>) -> Result<Option<Technology>> {
    let text = row.get("technology").unwrap_or_default();
    point::technology(text).map_err(|error| error.at(&row.place("technology")))
}
