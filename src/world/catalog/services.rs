//! Which services a region offers: the user's table, for none of the providers publishes one to rely on.

use std::collections::{BTreeMap, BTreeSet};

use super::Catalog;
use crate::basis::error::{Error, Result, nearest_names};
use crate::world::ingest::Table;

/// Services by region.
#[derive(Clone, Debug, Default)]
pub struct Services {
    by_region: BTreeMap<String, BTreeSet<String>>,
}

impl Services {
    /// Reads a table with the columns `region` and `service`, one row for each pair.
    ///
    /// ```
    /// use isochrone::world::{catalog::{Catalog, Services}, ingest::Table};
    /// let catalog = Catalog::embedded();
    /// let text = "region,service\neu-west-1,queue\neu-west-1,search\nus-east-1,queue\n";
    /// let services = Services::from_csv(&Table::parse("services.csv", text).unwrap(), &catalog).unwrap();
    /// assert!(services.offers_all("aws:eu-west-1", &["queue", "search"]).unwrap());
    /// assert!(!services.offers_all("aws:us-east-1", &["queue", "search"]).unwrap());
    /// ```
    ///
    /// # Errors
    /// Missing or unknown columns, and every region the catalogue does not know.
    pub fn from_csv(table: &Table, catalog: &Catalog) -> Result<Self> {
        table.expect_columns(&["region", "service"], &[])?;
        let pairs = table.collect(|row, problems| {
            let name = problems.keep(row.text("region"));
            let service = problems.keep(row.text("service"));
            let region = problems.keep(catalog.region(name?).map_err(|e| e.at(&row.place("region"))));
            Some((region?.id.clone(), service?.to_owned()))
        })?;
        let mut services = Services::default();
        for (region, service) in pairs {
            services.by_region.entry(region).or_default().insert(service);
        }
        Ok(services)
    }

    /// Whether the region with this id offers each of the `wanted` services.
    ///
    /// # Errors
    /// When no region of the table offers a wanted service: more likely a slip of the pen than a wish.
    pub fn offers_all(&self, region: &str, wanted: &[&str]) -> Result<bool> {
        for service in wanted {
            self.known(service)?;
        }
        let offered = self.by_region.get(region);
        Ok(wanted
            .iter()
            .all(|service| offered.is_some_and(|own| own.contains(*service))))
    }

    fn known(&self, service: &str) -> Result<()> {
        let all: BTreeSet<&str> = self.by_region.values().flatten().map(String::as_str).collect();
        if all.contains(service) {
            return Ok(());
        }
        let near = nearest_names(service, all, 3);
        Err(Error::input(format!("no region offers the service `{service}`"))
            .hint(format!("the nearest names are {}", super::quoted(&near))))
    }
}
