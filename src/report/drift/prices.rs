//! List prices: a price has no noise, so that any change is one.

use std::collections::BTreeMap;

use super::model::PriceChange;
use super::rtts::share_of;
use crate::basis::error::Result;
use crate::world::catalog::{Catalog, DataSet, TableKind};

/// Smaller shares are the rounding of sums.
const ROUNDING: f64 = 1e-9;

type Prices = BTreeMap<(String, String), f64>;

/// Prices that changed, came or went, the largest change first.
pub(super) fn prices(before: &DataSet, after: &DataSet) -> Result<Vec<PriceChange>> {
    let held = |kind: TableKind| before.table(kind).is_some() && after.table(kind).is_some();
    let mut changes = Vec::new();
    if held(TableKind::InstancePrices) {
        let [was, is] = [instances(before.catalog())?, instances(after.catalog())?];
        changes.extend(changed(&was, &is, "USD/h"));
    }
    if held(TableKind::TransferPrices) {
        let [was, is] = [transfers(before.catalog())?, transfers(after.catalog())?];
        changes.extend(changed(&was, &is, "USD/GB"));
    }
    let size = |it: &PriceChange| it.change.map_or(0.0, f64::abs);
    changes.sort_by(|a, b| size(b).total_cmp(&size(a)));
    Ok(changes)
}

fn instances(catalog: &Catalog) -> Result<Prices> {
    let prices = catalog.instance_prices()?.iter();
    Ok(prices
        .map(|it| ((it.region.clone(), it.instance.clone()), it.usd_per_hour))
        .collect())
}

fn transfers(catalog: &Catalog) -> Result<Prices> {
    let prices = catalog.transfer_prices()?.iter().map(|it| {
        let what = it.to.as_ref().map(|to| format!("transfer to {to}"));
        let what = what.unwrap_or_else(|| "egress".to_owned());
        ((it.from.clone(), what), it.usd_per_gb)
    });
    Ok(prices.collect())
}

fn changed(was: &Prices, is: &Prices, unit: &'static str) -> Vec<PriceChange> {
    let names = was
        .keys()
        .chain(is.keys().filter(|name| !was.contains_key(*name)));
    let changes = names.map(|name| {
        let (before, after) = (was.get(name).copied(), is.get(name).copied());
        let change = before
            .zip(after)
            .map(|(before, after)| share_of(after - before, before));
        PriceChange {
            region: name.0.clone(),
            what: name.1.clone(),
            unit,
            before,
            after,
            change,
        }
    });
    changes
        .filter(|it| it.change.is_none_or(|change| change.abs() > ROUNDING))
        .collect()
}

/// Whether any price went up.
pub(super) fn dearer(changes: &[PriceChange]) -> bool {
    changes
        .iter()
        .any(|it| it.change.is_some_and(|change| change > 0.0))
}
