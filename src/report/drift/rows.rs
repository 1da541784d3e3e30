//! Rows of two tables: how many came, went, and changed.

use std::collections::BTreeMap;

use super::model::TableChange;
use crate::basis::error::Result;
use crate::world::catalog::{DataSet, TableKind};
use crate::world::ingest::{Row, Table};

/// Every table that either set holds, in the order of [`TableKind::ALL`].
pub(super) fn tables(before: &DataSet, after: &DataSet) -> Result<Vec<TableChange>> {
    let held = |kind: &TableKind| before.table(*kind).is_some() || after.table(*kind).is_some();
    let kinds = TableKind::ALL.into_iter().filter(held);
    kinds.map(|kind| table(kind, before, after)).collect()
}

fn table(kind: TableKind, before: &DataSet, after: &DataSet) -> Result<TableChange> {
    let date = |set: &DataSet| -> Result<Option<String>> {
        let held = set.table(kind).is_some();
        held.then(|| Ok(set.catalog().data_table(kind)?.date)).transpose()
    };
    let [was, is] =
        [before, after].map(|set| set.table(kind).map_or_else(Counted::new, |it| counted(kind, it)));
    let in_all = |rows: &Counted| rows.values().map(Vec::len).sum();
    let change = TableChange {
        table: kind.file().to_owned(),
        date_before: date(before)?,
        date_after: date(after)?,
        rows_before: in_all(&was),
        rows_after: in_all(&is),
        added: without(&is, &was),
        removed: without(&was, &is),
        changed: changed(&was, &is),
    };
    Ok(change)
}

/// Rows by their names; of a table whose rows have none, the whole row is its name.
type Counted<'t> = BTreeMap<Vec<&'t str>, Vec<Vec<&'t str>>>;

fn counted(kind: TableKind, table: &Table) -> Counted<'_> {
    let mut rows = Counted::new();
    for row in table.rows() {
        let cells = cells(row, kind);
        let name: Vec<&str> = match kind.key() {
            [] => cells.clone(),
            key => key
                .iter()
                .map(|column| row.get(column).unwrap_or_default())
                .collect(),
        };
        rows.entry(name).or_default().push(cells);
    }
    rows
}

/// Cells in the order of the kind's columns, however the file has them.
fn cells(row: Row<'_>, kind: TableKind) -> Vec<&str> {
    let columns = kind.columns().iter();
    columns
        .map(|column| row.get(column).unwrap_or_default())
        .collect()
}

/// How many rows of the names of `rows` there are more than `others` have.
fn without(rows: &Counted<'_>, others: &Counted<'_>) -> usize {
    let more = |(name, rows): (&Vec<&str>, &Vec<Vec<&str>>)| {
        rows.len().saturating_sub(others.get(name).map_or(0, Vec::len))
    };
    rows.iter().map(more).sum()
}

fn changed(was: &Counted<'_>, is: &Counted<'_>) -> usize {
    let differs =
        |(name, rows): &(&Vec<&str>, &Vec<Vec<&str>>)| was.get(*name).is_some_and(|old| old[0] != rows[0]);
    is.iter().filter(differs).count()
}

/// Whether nothing differs.
pub(super) fn is_same(it: &TableChange) -> bool {
    it.added + it.removed + it.changed == 0 && it.date_before == it.date_after
}
