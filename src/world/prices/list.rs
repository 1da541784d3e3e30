//! The list of prices: layers of rows, the latest on top, of each the most specific.

use std::collections::BTreeMap;

use super::sheet;
use super::{Item, Price, Tier};
use crate::basis::error::Result;
use crate::world::catalog::{Catalog, DataTable, Region, TableKind};
use crate::world::ingest::Table;

/// What a price holds for; nothing means any.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) item: Item,
    /// Instance type or store.
    pub(super) name: Option<String>,
    /// Region id.
    pub(super) region: Option<String>,
    /// Region id of the destination.
    pub(super) to: Option<String>,
}

/// The prices of one table.
pub(super) type Layer = BTreeMap<Key, Price>;

/// What things cost, by item, region, destination and name.
#[derive(Clone, Debug)]
pub struct PriceList {
    /// The regions that rows may name.
    regions: Vec<Region>,
    /// What is built in, then the user's sheets in the order they were laid over it.
    layers: Vec<Layer>,
}

impl PriceList {
    /// The prices of the catalogue's tables and no others. Prices of transfer are those of the first tier.
    ///
    /// # Errors
    /// When the regions or a table of prices cannot be parsed.
    pub fn embedded(catalog: &Catalog) -> Result<PriceList> {
        let mut layer = Layer::new();
        let about = catalog.data_table(TableKind::InstancePrices)?;
        for row in catalog.instance_prices()? {
            let key = Key {
                item: Item::Instance,
                name: Some(row.instance.clone()),
                region: Some(row.region.clone()),
                to: None,
            };
            layer.insert(key, listed(&about, row.usd_per_hour, row.derived));
        }
        let about = catalog.data_table(TableKind::TransferPrices)?;
        for row in catalog.transfer_prices()? {
            let key = Key {
                item: match row.to {
                    None => Item::Egress,
                    Some(_) => Item::InterRegion,
                },
                name: None,
                region: Some(row.from.clone()),
                to: row.to.clone(),
            };
            let price = listed(&about, row.usd_per_gb, false);
            layer.insert(
                key,
                Price {
                    first_tier_only: true,
                    ..price
                },
            );
        }
        Ok(PriceList {
            regions: catalog.regions()?.to_vec(),
            layers: vec![layer],
        })
    }

    /// The same list with the user's sheet laid over it: where a row of the sheet holds, it counts.
    ///
    /// | column | what stands in it |
    /// |---|---|
    /// | `item` | an [`Item::name`] |
    /// | `region` | a region's id or code, or `*` for any |
    /// | `to` | for `inter_region`: the region it goes to, or `*` or blank for any; else blank |
    /// | `name` | an instance type, or a store's name; blank or `*` for any |
    /// | `unit` | the [`Item::unit`] |
    /// | `price` | US dollars a unit; zero for all but `instance` |
    /// | `up_to` | upper end of a tier in units a month; blank for the last or only one |
    ///
    /// `to`, `name` and `up_to` may be left out. Rows of one price are its tiers, in ascending order. A comment line
    /// `# date: 2026-11` above the header dates the prices.
    ///
    /// # Errors
    /// All problems of the sheet, each with its place: columns missing or unknown, items or regions that do not exist
    /// (the nearest are named), another unit than the item's, a price that is negative, not finite, or of zero for an
    /// instance, tiers that do not ascend, a last tier with an end, a price that stands twice.
    pub fn with_table(mut self, table: &Table) -> Result<PriceList> {
        self.layers.push(sheet::read(table, &self.regions)?);
        Ok(self)
    }

    /// The price of `item` at the region with the id `region`; of what goes from there `to` another region's id; of an
    /// instance type or a store called `name`. None where no row holds.
    ///
    /// The sheet that was laid on last comes first, what is built in comes last. In each the most specific row counts:
    /// one that names the name before one that does not, then likewise for the region, then for the destination.
    pub fn find(&self, item: Item, region: &str, to: Option<&str>, name: Option<&str>) -> Option<&Price> {
        let keys = keys(item, region, to, name);
        self.layers
            .iter()
            .rev()
            .find_map(|layer| keys.iter().find_map(|key| layer.get(key)))
    }
}

/// The keys under which a price may stand, the most specific first.
fn keys(item: Item, region: &str, to: Option<&str>, name: Option<&str>) -> Vec<Key> {
    let mut keys = Vec::new();
    for name in exact_then_any(name) {
        for region in exact_then_any(Some(region)) {
            for to in exact_then_any(to) {
                keys.push(Key {
                    item,
                    name: name.map(str::to_owned),
                    region: region.map(str::to_owned),
                    to: to.map(str::to_owned),
                });
            }
        }
    }
    keys
}

fn exact_then_any(name: Option<&str>) -> impl Iterator<Item = Option<&str>> {
    name.map(Some).into_iter().chain([None])
}

/// A price of one tier out of a table of the catalogue.
fn listed(about: &DataTable, usd: f64, derived: bool) -> Price {
    let source = if derived {
        format!("{}, derived", about.name)
    } else {
        about.name.clone()
    };
    Price {
        tiers: vec![Tier { up_to: None, usd }],
        source,
        date: about.date.clone(),
        first_tier_only: false,
    }
}
