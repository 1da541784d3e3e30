//! The sheet `Fleet`: the servers of each region year by year, and what bearing the worst loss takes.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::grid::{Cell, Column, Grid, Kind, Tint, rank_of};
use super::super::live::{Live, RERUN, Stored};
use super::super::stale;
use super::capacity::{BUSY, INSTANCES as NEEDED, NO_NUMBER, STATE, busy_servers, number_of};
use super::rows::{Line, Load, Servers, factor};
use super::{Plan, cell, law, span};
use crate::report::model::ExhaustionResult;
use crate::report::voice::{Unit, exact, fixed};

const WORST: u16 = 8;
pub(super) const INSTANCES: u16 = 10;
pub(super) const SERVERS: u16 = 12;
const UTILISATION: u16 = 13;
pub(super) const KEY: u16 = 16;
pub(super) const ONE: u16 = 17;

pub(super) fn write(sheet: &mut Worksheet, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let grid = Grid {
        name: "Fleet",
        title: "The servers of every region, year by year".into(),
        note: format!(
            "Instances that are needed, so that the worst state that counts is borne; those that the scenario gives; or a standby's share. Filter, but do not sort.{}",
            plan.left_out()
        ),
        fixed_columns: 5,
        pages_wide: 1,
        columns: columns(plan),
    };
    grid.write(sheet, plan.report, u32::MAX)?;
    Ok(())
}

fn column(plan: &Plan<'_>, header: &str, kind: Kind, cell: impl Fn(usize, &Servers<'_>) -> Cell) -> Column {
    let rows = plan.fleets.rows.iter().enumerate();
    Column::new(header, kind, rows.map(|(i, row)| cell(i, row)).collect())
}

fn columns(plan: &Plan<'_>) -> Vec<Column> {
    let set = |row: &Servers| plan.sets[row.set].set;
    let mut columns = vec![
        column(plan, "rank", Kind::Count, |_, it| rank_of(set(it))),
        column(plan, "set", Kind::Text, |_, it| Cell::Text(set(it).name.clone())),
        column(plan, "region", Kind::Text, |_, it| {
            Cell::Text(it.it.region.clone())
        }),
        column(plan, "role", Kind::Text, |_, it| {
            Cell::Text(it.it.role.replace('_', " "))
        }),
        column(plan, "year", Kind::Number(0), |_, it| {
            Cell::Number(f64::from(it.year))
        })
        .note("Years from the start; 0 is the first year."),
        column(plan, "from", Kind::Text, |_, it| Cell::Text(it.month.into())),
        column(plan, "zones", Kind::Count, |_, it| {
            Cell::Number(f64::from(it.it.zones))
        })
        .note("Zones that instances are spread over."),
    ];
    columns.extend(needed(plan).map(|it| it.group("instances needed")));
    columns.extend(there(plan).map(|it| it.group("there")));
    columns.extend(room(plan).map(|it| it.group("in normal times")));
    columns.push(
        column(plan, "key", Kind::Text, |_, it| Cell::Text(key(plan, it)))
            .note("Set, region and year by their numbers: `Ask` finds its row by it."),
    );
    if plan.asked.cost.is_some() {
        columns.extend(costs(plan).map(|it| it.group("cost a month")));
    }
    columns
}

fn key(plan: &Plan<'_>, row: &Servers<'_>) -> String {
    let region = number_of(&plan.region_names, &row.it.region);
    format!("{}/{region}/{}", row.set + 1, row.year)
}

/// The checks that a year's fleet rests on where no formula finds it.
fn checks(row: &Servers<'_>) -> String {
    if row.year == 0 {
        stale::all(&[stale::RATE, stale::SIZING])
    } else {
        stale::all(&[stale::RATE, stale::SIZING, stale::GROWTH])
    }
}

fn number(instances: Option<u32>) -> Stored {
    instances.map_or_else(|| Stored::from(NO_NUMBER), Stored::from)
}

/// Rows of `Capacity` with the states that this fleet is to bear.
fn borne<'a, 'b>(plan: &'b Plan<'a>, row: &Servers<'_>) -> &'b [Load<'a>] {
    let block = plan.loads.block(row.set, &row.it.region, row.year);
    &plan.loads.rows[block.first..block.first + block.counting]
}

/// Instances in the worst state that counts, and that state; none where no number does.
fn worst<'a>(plan: &Plan<'a>, row: &Servers<'_>) -> (Option<u32>, &'a str) {
    let mut most = (Some(0), "normal");
    for load in borne(plan, row) {
        let needed = load.need.and_then(|need| need.instances);
        if needed.is_none() {
            return (None, &load.state.name);
        }
        if needed > most.0 {
            most = (needed, &load.state.name);
        }
    }
    most
}

fn needed(plan: &Plan<'_>) -> [Column; 3] {
    let whole = Kind::Number(0);
    [
        column(plan, "in normal times", whole, |_, row| normal(plan, row))
            .note("Instances that the load of normal times needs."),
        column(plan, "in the worst state", whole, |_, row| worst_cell(plan, row))
            .tint(Tint::Heat)
            .note("The largest number over the states that count."),
        column(plan, "which is", Kind::Text, |i, row| worst_state(plan, i, row))
            .note("The first state that needs most: `normal`, or the regions lost."),
    ]
}

fn normal(plan: &Plan<'_>, row: &Servers<'_>) -> Cell {
    if plan.asked.sizing.is_none() {
        return Cell::Empty;
    }
    let block = plan.loads.block(row.set, &row.it.region, row.year);
    let Some(at) = block.normal else {
        return Cell::Number(0.0);
    };
    let found = plan.loads.rows[at].need.and_then(|need| need.instances);
    if row.year == 0 && row.it.needed_normal != found {
        return Live::held(&checks(row), number(row.it.needed_normal)).into();
    }
    Live::new(format!("=Capacity!{}", cell(at, NEEDED)), number(found)).into()
}

fn worst_cell(plan: &Plan<'_>, row: &Servers<'_>) -> Cell {
    if plan.asked.sizing.is_none() {
        return Cell::Empty;
    }
    let block = plan.loads.block(row.set, &row.it.region, row.year);
    if block.counting == 0 {
        return Cell::Number(0.0);
    }
    let found = worst(plan, row).0;
    if row.year == 0 && row.it.needed_worst != found {
        return Live::held(&checks(row), number(row.it.needed_worst)).into();
    }
    let cells = format!("Capacity!{}", span(block.first, block.counting, NEEDED));
    let other = format!("IF(COUNTIF({cells},\"{RERUN}\")>0,\"{RERUN}\",\"{NO_NUMBER}\")");
    let formula = format!("=IF(COUNT({cells})<{},{other},MAX({cells}))", block.counting);
    Live::new(formula, number(found)).into()
}

fn worst_state(plan: &Plan<'_>, i: usize, row: &Servers<'_>) -> Cell {
    let block = plan.loads.block(row.set, &row.it.region, row.year);
    let (found, state) = worst(plan, row);
    if plan.asked.sizing.is_none() || block.counting == 0 {
        return Cell::Empty;
    }
    if found.is_none() || (row.year == 0 && row.it.worst_state != state) {
        let told = if row.year == 0 { &row.it.worst_state } else { state };
        return Live::held(&checks(row), told).into();
    }
    let most = cell(i, WORST);
    let [needed, states] =
        [NEEDED, STATE].map(|at| format!("Capacity!{}", span(block.first, block.counting, at)));
    let formula = format!("=IF(ISNUMBER({most}),INDEX({states},MATCH({most},{needed},0)),{most})");
    Live::new(formula, state).into()
}

/// Whether a region has as many instances in every year.
fn stays(plan: &Plan<'_>, row: &Servers<'_>) -> bool {
    let own = |other: &&Servers| other.set == row.set && other.it.region == row.it.region;
    let mut years = plan.fleets.rows.iter().filter(own);
    years.all(|it| it.instances == Some(row.it.instances))
}

/// By which rule a year's instances follow.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// The scenario gives them.
    Given,
    /// Those of the worst state that counts.
    Worst,
    /// A share of them.
    Share(f64),
    /// None at all.
    Nothing,
    /// Only the run knows.
    Run,
}

impl Rule {
    fn of(plan: &Plan<'_>, row: &Servers<'_>) -> Rule {
        let hourly = plan.asked.sizing.as_ref().is_some_and(|it| it.hourly);
        let worst = worst(plan, row).0;
        let of_share = |share: f64| worst.map(|worst| share_of(share, worst));
        match row.it.share {
            _ if row.it.given && stays(plan, row) => Rule::Given,
            _ if row.it.given => Rule::Run,
            _ if plan.asked.sizing.is_none() => Rule::Given,
            _ if row.instances == Some(0)
                && row.it.role != "active"
                && row.it.share.unwrap_or(0.0) == 0.0 =>
            {
                Rule::Nothing
            }
            _ if hourly => Rule::Run,
            Some(share) if row.instances == of_share(share) => Rule::Share(share),
            None if row.it.role == "active" && row.instances == worst => Rule::Worst,
            _ => Rule::Run,
        }
    }

    fn words(self) -> String {
        match self {
            Rule::Given => "given".into(),
            Rule::Worst => "needed in the worst state".into(),
            Rule::Share(share) => format!("{} % of it", exact(share * 100.0)),
            Rule::Nothing => "nothing runs".into(),
            Rule::Run => "as run".into(),
        }
    }
}

fn share_of(share: f64, instances: u32) -> u32 {
    (share * f64::from(instances) - 1e-9).ceil().max(0.0) as u32
}

fn there(plan: &Plan<'_>) -> [Column; 3] {
    let whole = Kind::Number(0);
    [
        column(plan, "instances", whole, |i, row| instances(plan, i, row))
            .tint(Tint::Heat)
            .note("Instances that run in that year."),
        column(plan, "as", Kind::Text, |_, row| Cell::Text(Rule::of(plan, row).words()))
            .note("By which rule: given by the scenario, needed in the worst state that counts, or a standby's share of that."),
        column(plan, "servers", whole, |i, row| servers(plan, i, row))
            .note("Servers of the instances; a server works on one request at a time."),
    ]
}

fn instances(plan: &Plan<'_>, i: usize, row: &Servers<'_>) -> Cell {
    let worst = cell(i, WORST);
    let stored = number(row.instances);
    match Rule::of(plan, row) {
        Rule::Given | Rule::Nothing => row.instances.map(f64::from).into(),
        Rule::Worst => Live::new(format!("={worst}"), stored).into(),
        Rule::Share(share) => {
            let formula = format!("=IF(ISNUMBER({worst}),ROUNDUP({share}*{worst}-1E-9,0),{worst})");
            Live::new(formula, stored).into()
        }
        Rule::Run => Live::held(&checks(row), stored).into(),
    }
}

/// The servers of a year's fleet: those given, or what the instances hold.
fn servers_there(plan: &Plan<'_>, row: &Servers<'_>) -> Option<u32> {
    match (&plan.asked.sizing, Rule::of(plan, row)) {
        (_, Rule::Given) | (None, _) => Some(row.it.servers),
        _ if row.year == 0 => Some(row.it.servers),
        (Some(sizing), _) => row.instances.map(|it| it * sizing.concurrency),
    }
}

fn servers(plan: &Plan<'_>, i: usize, row: &Servers<'_>) -> Cell {
    let there = servers_there(plan, row);
    let (Some(sizing), false) = (&plan.asked.sizing, Rule::of(plan, row) == Rule::Given) else {
        return there.map(f64::from).into();
    };
    if there != row.instances.map(|it| it * sizing.concurrency) {
        return Live::held(&checks(row), number(there)).into();
    }
    let instances = cell(i, INSTANCES);
    let formula = format!("=IF(ISNUMBER({instances}),{instances}*concurrency,{instances})");
    Live::new(formula, number(there)).into()
}

fn room(plan: &Plan<'_>) -> [Column; 3] {
    let share = Kind::Value(Unit::Share, 1);
    [
        column(plan, "busy, %", share, |i, row| busy(plan, i, row))
            .note("Share of the servers that are busy at the busiest hour of normal times."),
        column(plan, "headroom, %", share, |i, row| headroom(plan, i, row))
            .tint(Tint::Sign(true))
            .note("The rest; below zero where requests come faster than they can be served."),
        column(plan, "no longer enough", Kind::Text, |_, row| match (&row.it.exhausted, row.year) {
            (Some(it), 0) => {
                let checks = stale::all(&[stale::RATE, stale::SIZING, stale::GROWTH]);
                Live::held(&checks, exhausted(it)).into()
            }
            _ => Cell::Empty,
        })
        .note("When the fleet of the first year no longer keeps what is asked, and at the ends of growth's interval."),
    ]
}

/// How busy the fleet is in normal times, where that is known.
fn busy_share(plan: &Plan<'_>, row: &Servers<'_>) -> Option<(f64, usize)> {
    let at = plan.loads.block(row.set, &row.it.region, row.year).normal?;
    let servers = servers_there(plan, row).filter(|servers| *servers > 0)?;
    let busy = busy_servers(plan, &plan.loads.rows[at])?;
    Some((busy / f64::from(servers), at))
}

fn busy(plan: &Plan<'_>, i: usize, row: &Servers<'_>) -> Cell {
    let Some((share, at)) = busy_share(plan, row) else {
        return Cell::Empty;
    };
    let (busy, servers) = (format!("Capacity!{}", cell(at, BUSY)), cell(i, SERVERS));
    let formula = format!("=IF(AND(ISNUMBER({busy}),ISNUMBER({servers})),{busy}/{servers},\"{RERUN}\")");
    Live::new(formula, share).into()
}

fn headroom(plan: &Plan<'_>, i: usize, row: &Servers<'_>) -> Cell {
    match busy_share(plan, row) {
        Some((share, _)) if row.year > 0 || law::same(1.0 - share, row.it.headroom) => {
            let busy = cell(i, UTILISATION);
            Live::new(format!("=IF(ISNUMBER({busy}),1-{busy},{busy})"), 1.0 - share).into()
        }
        None if row.year > 0 => Cell::Empty,
        None => row.it.headroom.into(),
        Some(_) => Live::held(&checks(row), row.it.headroom).into(),
    }
}

fn exhausted(it: &ExhaustionResult) -> String {
    let years = |years: f64| fixed(years, 1);
    let when = match (it.when.as_str(), it.years, &it.month) {
        ("already", ..) => return "already".into(),
        (_, Some(at), Some(month)) => format!("{month}, in {} years", years(at)),
        _ => "not within 30 years".into(),
    };
    match (it.earliest_years, it.latest_years) {
        (Some(from), Some(to)) => format!("{when} ({} to {})", years(from), years(to)),
        (Some(from), None) => format!("{when} ({} at the earliest)", years(from)),
        _ => when,
    }
}

/// Place of the price of a region's instances; none where it has none, or tiers, of which one instance pays no fixed share.
fn price<'b>(plan: &'b Plan<'_>, row: &Servers<'_>) -> Option<&'b super::inputs::Price<'b>> {
    let name = plan.asked.cost.as_ref().and_then(|cost| cost.instance.as_deref());
    let at = plan.inputs.prices.find("instance", &row.it.region, None, name)?;
    let price = &plan.inputs.prices.all[at];
    (price.tiers.len() < 2).then_some(price)
}

/// What a month of one instance costs.
pub(super) fn one(plan: &Plan<'_>, row: &Servers<'_>) -> Option<f64> {
    let tiers = price(plan, row)?.tiers;
    (!tiers.is_empty()).then(|| factor(plan.asked, true) * law::usd(tiers, law::hours()))
}

/// What the bill of the first year has for the instances of a region.
fn billed(plan: &Plan<'_>, row: &Servers<'_>) -> Cell {
    let is =
        |line: &Line| line.set == row.set && line.it.item == "instance" && line.it.region == row.it.region;
    let at = plan.lines.rows.iter().position(is).filter(|_| row.year == 0);
    let line = at.and_then(|at| Some((at, plan.lines.rows[at].it.cost?)));
    line.map_or(Cell::Empty, |(at, cost)| {
        Live::new(format!("=Bill!{}", cell(at, super::bill::COST)), cost).into()
    })
}

fn costs(plan: &Plan<'_>) -> [Column; 2] {
    let currency = plan.asked.cost.as_ref().map_or("", |it| it.currency.as_str());
    let hourly = plan.asked.sizing.as_ref().is_some_and(|it| it.hourly);
    let one_cell = |row: &Servers| -> Cell {
        let Some(price) = price(plan, row) else {
            return "no price".into();
        };
        let formula = format!(
            "=IF({},{}*(1-reserved_share*reserved_discount)*per_usd*multiplier,\"no price\")",
            price.is_there(),
            price.usd(law::HOURS)
        );
        let stored = one(plan, row).map_or_else(|| Stored::from("no price"), Stored::from);
        Live::new(formula, stored).into()
    };
    let all = |i: usize, row: &Servers| -> Cell {
        let [instances, one_at] = [INSTANCES, ONE].map(|at| cell(i, at));
        if hourly {
            // Instances that come and go by the hour are not paid all month: their hours stand on the bill.
            return billed(plan, row);
        }
        let cost = one(plan, row).map(|one| row.instances.map(|it| f64::from(it) * one));
        let stored = match cost {
            None => Stored::from("no price"),
            Some(None) => Stored::from(NO_NUMBER),
            Some(Some(cost)) => Stored::from(cost),
        };
        let formula = format!(
            "=IF(ISNUMBER({one_at}),IF(ISNUMBER({instances}),{instances}*{one_at},{instances}),{one_at})"
        );
        Live::new(formula, stored).into()
    };
    [
        column(
            plan,
            &format!("one instance, {currency}"),
            Kind::Number(2),
            |_, row| one_cell(row),
        )
        .note("One instance all month (730 hours: a twelfth of a year of 365 days), with what is reserved."),
        column(plan, &format!("instances, {currency}"), Kind::Number(0), all)
            .tint(Tint::Heat)
            .note("All instances of the region."),
    ]
}
