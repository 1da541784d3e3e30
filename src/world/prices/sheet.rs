//! The user's sheet of prices, read and checked.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::list::{Key, Layer};
use super::{Item, Price, Tier};
use crate::basis::error::{Error, Problem, Result, nearest_names};
use crate::world::catalog::{Region, comment, quoted, region_called};
use crate::world::ingest::{Problems, Row, Table};

/// Any region, or any name.
const ANY: &str = "*";

/// One row: a tier of a price.
struct TierRow<'t> {
    key: Key,
    tier: Tier,
    row: Row<'t>,
}

/// The tiers of one price so far.
struct Growing<'t> {
    tiers: Vec<Tier>,
    first: Row<'t>,
    last: Row<'t>,
}

/// The prices in `table`.
pub(super) fn read(table: &Table, regions: &[Region]) -> Result<Layer> {
    table.expect_columns(&["item", "region", "unit", "price"], &["to", "name", "up_to"])?;
    let mut problems = Problems::default();
    let mut prices: BTreeMap<Key, Growing<'_>> = BTreeMap::new();
    for row in table.rows() {
        if let Some(read) = tier_row(row, regions, &mut problems) {
            problems.keep(take(&mut prices, read));
        }
    }
    for price in prices.values() {
        problems.keep(expect_open_end(price));
    }
    let date = comment(table.comments(), "date").unwrap_or_default();
    let layer = prices.into_iter().map(|(key, price)| {
        let price = Price {
            source: format!("{}:{}", file_name(table.name()), price.first.line()),
            date: date.clone(),
            tiers: price.tiers,
            first_tier_only: false,
        };
        (key, price)
    });
    problems.finish(layer.collect())
}

/// The last part of a path: where a file lies says nothing of a price.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn tier_row<'t>(row: Row<'t>, regions: &[Region], problems: &mut Problems) -> Option<TierRow<'t>> {
    let item = problems.keep(item(row));
    let region = problems.keep(
        row.text("region")
            .and_then(|name| place(row, "region", name, regions)),
    );
    let item = item?;
    let to = problems.keep(destination(row, item, regions));
    let name = problems.keep(name(row, item));
    let unit = problems.keep(expect_unit(row, item));
    let usd = problems.keep(usd(row, item));
    let up_to = problems.keep(up_to(row, item));
    unit?;
    let key = Key {
        item,
        name: name?,
        region: region?,
        to: to?,
    };
    let tier = Tier {
        up_to: up_to?,
        usd: usd?,
    };
    Some(TierRow { key, tier, row })
}

fn item(row: Row<'_>) -> Result<Item> {
    let text = row.text("item")?;
    let known = Item::ALL.into_iter().find(|item| item.name() == text);
    known.ok_or_else(|| {
        let near = nearest_names(text, Item::ALL.map(Item::name), 3);
        row.wrong("item", format!("item `{text}` is unknown"))
            .hint(format!("the nearest names are {}", quoted(&near)))
    })
}

/// The id of the region that `column` names; nothing for any.
fn place(row: Row<'_>, column: &str, name: &str, regions: &[Region]) -> Result<Option<String>> {
    if name == ANY {
        return Ok(None);
    }
    let region = region_called(regions, name).map_err(|error| error.at(&row.place(column)))?;
    Ok(Some(region.id.clone()))
}

fn destination(row: Row<'_>, item: Item, regions: &[Region]) -> Result<Option<String>> {
    match row.get("to") {
        None => Ok(None),
        Some(to) if item.has_destination() => place(row, "to", to, regions),
        Some(to) => Err(says_nothing(row, "to", to, item)),
    }
}

fn name(row: Row<'_>, item: Item) -> Result<Option<String>> {
    match row.get("name") {
        Some(name) if !item.has_name() => Err(says_nothing(row, "name", name, item)),
        name => Ok(name.filter(|name| *name != ANY).map(str::to_owned)),
    }
}

fn says_nothing(row: Row<'_>, column: &str, value: &str, item: Item) -> Error {
    let message = format!("a price of `{}` has no `{column}`, found `{value}`", item.name());
    row.wrong(column, message).hint("leave the cell blank")
}

fn expect_unit(row: Row<'_>, item: Item) -> Result<()> {
    let (unit, expected) = (row.text("unit")?, item.unit());
    if unit == expected {
        return Ok(());
    }
    let message = format!("`{}` is priced in `{expected}`, found `{unit}`", item.name());
    let bytes = if expected.contains("GB") {
        "; a GB is 10^9 bytes"
    } else {
        ""
    };
    Err(row
        .wrong("unit", message)
        .hint(format!("turn the price into {expected}{bytes}")))
}

fn usd(row: Row<'_>, item: Item) -> Result<f64> {
    let usd = row.non_negative("price")?;
    if usd == 0.0 && item == Item::Instance {
        let error = row.wrong("price", format!("an instance costs more than 0 {}", item.unit()));
        return Err(error.hint("leave the row out where the price is not known"));
    }
    // A zero that was written -0 is one like any other.
    Ok(usd + 0.0)
}

fn up_to(row: Row<'_>, item: Item) -> Result<Option<f64>> {
    match row.get("up_to") {
        None => Ok(None),
        Some(end) if item == Item::RegionFixed => Err(says_nothing(row, "up_to", end, item)),
        Some(_) => row.positive("up_to").map(Some),
    }
}

/// Puts the tier on top of those its price has.
fn take<'t>(prices: &mut BTreeMap<Key, Growing<'t>>, read: TierRow<'t>) -> Result<()> {
    let TierRow { key, tier, row } = read;
    let price = match prices.entry(key) {
        Entry::Vacant(free) => {
            free.insert(Growing {
                tiers: vec![tier],
                first: row,
                last: row,
            });
            return Ok(());
        }
        Entry::Occupied(taken) => taken.into_mut(),
    };
    let below = price.tiers.last().and_then(|below| below.up_to);
    let earlier = price.last.line();
    let Some(below) = below else {
        let message = format!("this price stands already in line {earlier}, which has no upper end");
        let hint = "leave one out; for tiers, fill `up_to` in all rows but the last";
        return Err(row.wrong("item", message).hint(hint));
    };
    if let Some(end) = tier.up_to.filter(|end| *end <= below) {
        let message = format!("tiers must ascend, found `up_to` of {end} after {below} in line {earlier}");
        return Err(row
            .wrong("up_to", message)
            .hint("put the rows of one price in the order of `up_to`"));
    }
    price.tiers.push(tier);
    price.last = row;
    Ok(())
}

fn expect_open_end(price: &Growing<'_>) -> Result<()> {
    let Some(end) = price.tiers.last().and_then(|last| last.up_to) else {
        return Ok(());
    };
    let message = format!("the last tier ends at {end}: what costs more than that is not said");
    let problem = Problem::error(message)
        .at(price.last.place("up_to"))
        .hint("leave `up_to` of the last tier blank, or add a row for what lies above");
    Err(Error::problems_in_input(vec![problem]))
}
