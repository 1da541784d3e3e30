//! Regions that opened and closed, what went wrong since, and how many people are online.

use std::collections::BTreeMap;

use super::model::{FactChange, OutageName, RecordChange, RegionName, UsersChange};
use super::rtts::share_of;
use crate::basis::error::Result;
use crate::world::catalog::{DataSet, Incident, Outage, Region, TableKind};
use crate::world::ingest::{Row, Table};

/// Opened, closed, and facts of those that stayed.
pub(super) type Regions = (Vec<RegionName>, Vec<RegionName>, Vec<FactChange>);

/// Regions of both sets; nothing where one of them holds none.
pub(super) fn regions(before: &DataSet, after: &DataSet) -> Result<Regions> {
    let kind = TableKind::Regions;
    let (Some(old), Some(new)) = (before.table(kind), after.table(kind)) else {
        return Ok(Regions::default());
    };
    let [was, is] = [before.catalog().regions()?, after.catalog().regions()?];
    Ok((without(is, was), without(was, is), facts(old, new)))
}

/// Those of `regions` that `others` do not have.
fn without(regions: &[Region], others: &[Region]) -> Vec<RegionName> {
    let alone = regions
        .iter()
        .filter(|region| !others.iter().any(|other| other.id == region.id));
    let named = alone.map(|region| RegionName {
        id: region.id.clone(),
        name: region.name.clone(),
        country: region.country.clone(),
        launch_date: region.launch_date.clone(),
    });
    named.collect()
}

/// Cells that changed in rows that both tables have, by the names of the columns of the second.
fn facts(old: &Table, new: &Table) -> Vec<FactChange> {
    let was: BTreeMap<&str, Row<'_>> = old.rows().filter_map(|row| Some((row.get("id")?, row))).collect();
    let mut changes = Vec::new();
    for row in new.rows() {
        let Some((id, earlier)) = row.get("id").and_then(|id| Some((id, *was.get(id)?))) else {
            continue;
        };
        for column in new.headers() {
            let [before, after] = [earlier, row].map(|row| row.get(column).unwrap_or_default());
            if before != after {
                changes.push(FactChange {
                    row: id.to_owned(),
                    what: column.clone(),
                    before: before.to_owned(),
                    after: after.to_owned(),
                });
            }
        }
    }
    changes
}

/// What one of both records alone holds.
pub(super) fn record(before: &DataSet, after: &DataSet) -> Result<RecordChange> {
    let held = |kind: TableKind| before.table(kind).is_some() && after.table(kind).is_some();
    let mut change = RecordChange::default();
    if held(TableKind::Outages) {
        let [was, is] = [before.catalog().outages()?, after.catalog().outages()?];
        change.new_outages = outages(is, was);
        change.gone_outages = outages(was, is);
    }
    if held(TableKind::Incidents) {
        let [was, is] = [before.catalog().incidents()?, after.catalog().incidents()?];
        change.new_incidents = incidents(is, was);
        change.gone_incidents = incidents(was, is);
    }
    Ok(change)
}

/// An outage is the same when it hit the same on the same day; how long it lasted may be known better by now.
fn outages(all: &[Outage], others: &[Outage]) -> Vec<OutageName> {
    let same = |a: &Outage, b: &Outage| {
        (&a.provider, &a.region, a.date, a.scope) == (&b.provider, &b.region, b.date, b.scope)
    };
    let alone = all
        .iter()
        .filter(|it| !others.iter().any(|other| same(it, other)));
    let mut named: Vec<OutageName> = alone
        .map(|it| OutageName {
            date: it.date.to_string(),
            of: it.region.clone().unwrap_or_else(|| it.provider.clone()),
            scope: it.scope.name(),
            hours: it.hours,
        })
        .collect();
    named.sort_by(|a, b| (&a.date, &a.of).cmp(&(&b.date, &b.of)));
    named
}

fn incidents(all: &[Incident], others: &[Incident]) -> usize {
    let same =
        |a: &Incident, b: &Incident| (&a.provider, &a.region, a.start) == (&b.provider, &b.region, b.start);
    let alone = all
        .iter()
        .filter(|it| !others.iter().any(|other| same(it, other)));
    alone.count()
}

/// Internet users that changed, the largest change first.
pub(super) fn users(before: &DataSet, after: &DataSet) -> Result<Vec<UsersChange>> {
    let kind = TableKind::Countries;
    if before.table(kind).is_none() || after.table(kind).is_none() {
        return Ok(Vec::new());
    }
    let mut countries: BTreeMap<&str, (Option<f64>, Option<f64>)> = BTreeMap::new();
    for country in before.catalog().countries()? {
        countries.entry(&country.iso2).or_default().0 = country.internet_users;
    }
    for country in after.catalog().countries()? {
        countries.entry(&country.iso2).or_default().1 = country.internet_users;
    }
    let mut changes: Vec<UsersChange> = countries
        .into_iter()
        .filter(|(_, (before, after))| before != after)
        .map(|(country, (before, after))| UsersChange {
            country: country.to_owned(),
            before,
            after,
        })
        .collect();
    changes.sort_by(|a, b| moved(b).total_cmp(&moved(a)));
    Ok(changes)
}

/// How many users it is about.
fn moved(it: &UsersChange) -> f64 {
    (it.after.unwrap_or(0.0) - it.before.unwrap_or(0.0)).abs()
}

/// The change as a share of what it was; none where a figure is missing.
pub(super) fn change_of(it: &UsersChange) -> Option<f64> {
    let (before, after) = (it.before?, it.after?);
    Some(share_of(after - before, before))
}
