//! The sheet `Bill`: every line of what each set is billed for, in the first year and the years after it.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::grid::{Cell, Column, Grid, Kind, Tint, rank_of};
use super::super::live::{Live, Stored};
use super::super::stale;
use super::rows::{Line, factor, in_year};
use super::{Plan, cell, law};

pub(super) const ITEM: u16 = 2;
const AS_RUN: u16 = 7;
const AMOUNT: u16 = 8;
const USD: u16 = 9;
/// Cost of the first year; those of later years follow it.
pub(super) const COST: u16 = 10;

/// In the place of an amount of money.
const NO_PRICE: &str = "no price";

pub(super) fn write(sheet: &mut Worksheet, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let grid = Grid {
        name: "Bill",
        title: "What each set is billed for a month, line by line".into(),
        note: format!(
            "Amounts times the prices on `Inputs`. A month is 730 hours, a twelfth of a year of 365 days; a GB is 10⁹ bytes. Filter, but do not sort.{}",
            plan.left_out()
        ),
        fixed_columns: 4,
        pages_wide: 1,
        columns: columns(plan),
    };
    grid.write(sheet, plan.report, u32::MAX)?;
    Ok(())
}

fn column(plan: &Plan<'_>, header: &str, kind: Kind, cell: impl Fn(usize, &Line<'_>) -> Cell) -> Column {
    let rows = plan.lines.rows.iter().enumerate();
    Column::new(header, kind, rows.map(|(i, line)| cell(i, line)).collect())
}

fn columns(plan: &Plan<'_>) -> Vec<Column> {
    let set = |line: &Line| plan.sets[line.set].set;
    let text = |text: &Option<String>| Cell::Text(text.clone().unwrap_or_default());
    let currency = plan.asked.cost.as_ref().map_or("", |it| it.currency.as_str());
    let mut columns = vec![
        column(plan, "rank", Kind::Count, |_, it| rank_of(set(it))),
        column(plan, "set", Kind::Text, |_, it| Cell::Text(set(it).name.clone())),
        column(plan, "item", Kind::Text, |_, it| Cell::Text(it.it.item.clone())),
        column(plan, "region", Kind::Text, |_, it| Cell::Text(it.it.region.clone())),
        column(plan, "to", Kind::Text, |_, it| text(&it.it.to)),
        column(plan, "type or store", Kind::Text, |_, it| text(&it.it.name)),
        column(plan, "unit", Kind::Text, |_, it| Cell::Text(it.it.unit.clone()))
            .note("What the amounts count, a month."),
        column(plan, "as run", Kind::Number(1), |_, it| it.it.amount.into())
            .group("amount a month")
            .note("The amount of the run, in the unit beside it."),
        column(plan, "amount", Kind::Number(1), amount)
            .group("amount a month")
            .note("What follows requests grows with the rate; hours are those of the instances on `Fleet`; the rest stays."),
        column(plan, "USD by the list", Kind::Number(2), |i, it| usd(plan, i, it))
            .group("first year")
            .note("US dollars by the prices on `Inputs`, tier by tier, before reserved instances and discounts."),
        column(plan, &format!("cost, {currency}"), Kind::Number(2), |i, it| cost(plan, i, it))
            .group("first year")
            .tint(Tint::Heat)
            .note("In the currency, with what is reserved, discounts and taxes."),
    ];
    columns.extend((1..=plan.last_year()).map(|year| {
        column(
            plan,
            &format!("year {year}, {currency}"),
            Kind::Number(2),
            |i, it| later(plan, i, it, year),
        )
        .group("cost of later years")
        .note("With the instances and the load of that year. Empty where only the run can tell.")
    }));
    columns
}

fn amount(i: usize, line: &Line<'_>) -> Cell {
    let run = cell(i, AS_RUN);
    if let Some(row) = line.fleet {
        let instances = format!("Fleet!{}", cell(row, super::fleet::INSTANCES));
        let formula = format!(
            "=IF(ISNUMBER({instances}),{instances}*{},{instances})",
            law::HOURS
        );
        return Live::new(formula, line.it.amount).into();
    }
    if line.it.item == "instance" {
        return Live::held(&stale::all(&[stale::RATE, stale::SIZING]), line.it.amount).into();
    }
    if line.it.scales_with_load == 1.0 {
        return Live::new(format!("={run}*rate_ratio"), line.it.amount).into();
    }
    if line.it.scales_with_load == 0.0 {
        return Live::new(format!("={run}"), line.it.amount).into();
    }
    Live::held(stale::RATE, line.it.amount).into()
}

fn usd(plan: &Plan<'_>, i: usize, line: &Line<'_>) -> Cell {
    let Some(price) = line.price.filter(|_| line.is_live) else {
        return Cell::Empty;
    };
    let price = &plan.inputs.prices.all[price];
    let amount = cell(i, AMOUNT);
    let formula = format!(
        "=IF(ISNUMBER({amount}),IF({},{},\"{NO_PRICE}\"),{amount})",
        price.is_there(),
        price.usd(&amount)
    );
    let found = line.it.cost.map(|_| law::usd(price.tiers, line.it.amount));
    Live::new(
        formula,
        found.map_or_else(|| Stored::from(NO_PRICE), Stored::from),
    )
    .into()
}

/// From US dollars to what is paid, as a formula.
fn terms(line: &Line<'_>) -> &'static str {
    if line.it.item == "instance" {
        "(1-reserved_share*reserved_discount)*per_usd*multiplier"
    } else {
        "per_usd*multiplier"
    }
}

/// The checks that a line rests on where no formula finds its cost.
fn checks(line: &Line<'_>) -> String {
    let mut checks = vec![stale::TERMS, stale::PRICES];
    if line.it.item == "instance" {
        checks.extend([stale::RATE, stale::SIZING]);
    } else if line.it.scales_with_load != 0.0 {
        checks.push(stale::RATE);
    }
    stale::all(&checks)
}

fn cost(plan: &Plan<'_>, i: usize, line: &Line<'_>) -> Cell {
    let stored = line.it.cost.map_or_else(|| Stored::from(NO_PRICE), Stored::from);
    if !line.is_live || line.price.is_none() {
        return Live::held(&checks(line), stored).into();
    }
    let found = line.it.cost.map(|_| {
        let tiers = line.price.map_or(&[][..], |at| plan.inputs.prices.all[at].tiers);
        law::usd(tiers, line.it.amount) * factor(plan.asked, line.it.item == "instance")
    });
    let usd = cell(i, USD);
    let formula = format!("=IF(ISNUMBER({usd}),{usd}*{},{usd})", terms(line));
    Live::new(formula, found.map_or(stored, Stored::from)).into()
}

fn later(plan: &Plan<'_>, i: usize, line: &Line<'_>, year: u32) -> Cell {
    let Some(price) = line.price.filter(|_| plan.lines.by_year[line.set]) else {
        return Cell::Empty;
    };
    let price = &plan.inputs.prices.all[price];
    let own = cell(i, AMOUNT);
    let fleet = line
        .fleet
        .and_then(|_| plan.fleets.find(line.set, &line.it.region, year));
    let (from, amount) = match fleet {
        Some(row) => {
            let instances = format!("Fleet!{}", cell(row, super::fleet::INSTANCES));
            (instances.clone(), format!("({instances}*{})", law::HOURS))
        }
        None if line.it.scales_with_load == 1.0 => {
            (own.clone(), format!("({own}*(1+growth_per_year)^{year})"))
        }
        None => (own.clone(), own),
    };
    let formula = format!(
        "=IF(ISNUMBER({from}),IF({},{}*{},\"{NO_PRICE}\"),{from})",
        price.is_there(),
        price.usd(&amount),
        terms(line)
    );
    let found = in_year(line, line.set, year, &plan.fleets, plan.asked, &plan.inputs);
    match found.filter(|_| line.it.cost.is_some()) {
        Some(found) => Live::new(formula, found).into(),
        None => Live::new(formula, NO_PRICE).into(),
    }
}
