//! What things cost: list prices that are built in, and the user's own sheet laid over them.
//!
//! A [`PriceList`] knows the price of an [`Item`] at a region. All prices are US dollars without discounts or taxes, and
//! a GB is 10⁹ bytes. Built in are the prices of the tables `prices/instances.csv` and `prices/transfer.csv` and nothing
//! else: what a CDN, a database or traffic between zones costs stands in no table, and is not guessed.
//!
//! ```
//! use isochrone::world::{catalog::Catalog, ingest::Table, prices::{Item, PriceList}};
//! let list = PriceList::embedded(&Catalog::embedded()).unwrap();
//! let server = list.find(Item::Instance, "aws:us-east-1", None, Some("m7g.large")).unwrap();
//! assert_eq!(server.total(730.0), 730.0 * 0.0816);
//! assert!(list.find(Item::CdnEgress, "aws:us-east-1", None, None).is_none());
//!
//! let sheet = "item,region,unit,price,up_to\negress,*,USD/GB,0.09,10000\negress,*,USD/GB,0.05,\n";
//! let list = list.with_table(&Table::parse("mine.csv", sheet).unwrap()).unwrap();
//! let egress = list.find(Item::Egress, "aws:us-east-1", None, None).unwrap();
//! assert_eq!(egress.total(12_000.0), 10_000.0 * 0.09 + 2_000.0 * 0.05);
//! ```

mod item;

mod list;

mod price;

mod sheet;

pub use item::Item;
pub use list::PriceList;
pub use price::{Price, Tier};

#[cfg(test)]
mod tests;
