//! The sheet `Strategy cost`: what each disaster recovery strategy costs on the same regions, as run.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::super::grid::{Cell, Grid, Kind, Rows, Tint};
use super::super::live::Live;
use super::super::stale;
use super::Plan;
use crate::report::model::StrategyCost;
use crate::report::voice::Unit;

/// A strategy of a set, and whether it is the cheapest that keeps the targets.
type Row<'a> = (&'a StrategyCost, bool);

pub(super) fn are_absent(plan: &Plan<'_>) -> bool {
    rows(plan).0.is_empty()
}

fn rows<'a>(plan: &Plan<'a>) -> Rows<'a, Row<'a>> {
    let mut all = Vec::new();
    for it in &plan.sets {
        let Some(cost) = &it.capacity.cost else { continue };
        let strategies = cost.strategies.iter().enumerate();
        all.extend(strategies.map(|(at, own)| (it.set, (own, cost.cheapest_strategy == Some(at)))));
    }
    Rows(all)
}

pub(super) fn write(book: &mut Workbook, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let rows = rows(plan);
    if rows.0.is_empty() {
        return Ok(());
    }
    let checks = stale::all(&[stale::RATE, stale::SIZING, stale::TERMS, stale::PRICES]);
    let currency = plan.asked.cost.as_ref().map_or("", |it| it.currency.as_str());
    let latency = plan.sets.iter().find_map(|it| stale::latency(it.set));
    let held = |value: f64| -> Cell {
        match &latency {
            Some(checks) => Live::held(checks, value).into(),
            None => value.into(),
        }
    };
    let word = |checks: &str, yes: bool, words: [&str; 2]| -> Cell {
        match words[usize::from(!yes)] {
            "" => Cell::Empty,
            word => Live::held(checks, word).into(),
        }
    };
    let of_promises = latency.as_deref().unwrap_or(stale::SIZING);
    let mut columns = rows.sets();
    columns.extend([
        rows.text("strategy", |it| it.0.role.replace('_', " ")),
        rows.column(&format!("cost a month, {currency}"), Kind::Number(0), |it| {
            Live::held(&checks, it.0.cost).into()
        })
        .tint(Tint::Heat),
        rows.column("is", Kind::Text, |it| {
            word(
                stale::PRICES,
                it.0.complete,
                ["complete", "at least: cost incomplete"],
            )
        }),
        rows.column("availability, %", Kind::Value(Unit::Share, 4), |it| {
            held(it.0.availability)
        }),
        rows.column("RTO p95, s", Kind::Value(Unit::Seconds, 0), |it| {
            it.0.rto_p95_s.into()
        }),
        rows.column("promises", Kind::Text, |it| {
            word(of_promises, it.0.meets_targets, ["kept", "broken"])
        }),
        rows.column("", Kind::Text, |it| {
            word(&checks, it.1, ["cheapest that keeps them", ""])
        }),
    ]);
    let grid = Grid {
        name: "Strategy cost",
        title: "What disaster recovery strategies cost".into(),
        note:
            "On the same regions, as run; the costs say `re-run needed` once an input they rest on is edited."
                .into(),
        fixed_columns: 3,
        pages_wide: 1,
        columns,
    };
    grid.write(book.add_worksheet(), plan.report, u32::MAX)?;
    Ok(())
}
