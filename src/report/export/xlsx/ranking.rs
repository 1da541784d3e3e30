//! The sheet `Ranking`: one row a set.

mod measure;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::grid::{Cell, Column, Grid, Kind, TABLE_TOP, Tint, digits, rank_of};
use crate::report::model::{Comparison, Figure, Report, SetResult, TargetAsked};
use crate::report::voice::{self, Unit};

/// Name of the sheet.
pub(super) const NAME: &str = "Ranking";

/// The group of columns that the chart draws.
const LATENCY: &str = "request latency";

/// Where the chart finds its figures: columns from 0, rows first and last.
pub(super) struct Shape {
    pub(super) set: u16,
    /// Name and column; the ± is in the next one.
    pub(super) bars: Vec<(&'static str, u16)>,
    pub(super) first_row: u32,
    pub(super) rows: u32,
}

/// `live` are the columns of cost and score, which compute.
pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    live: Vec<Column>,
    max_rows: u32,
) -> Result<Shape, XlsxError> {
    let columns = columns(report, live);
    let bars = ["p50", "p95", "p99"]
        .into_iter()
        .filter_map(|name| Some((name, place(&columns, name)?)))
        .collect();
    let grid = Grid {
        name: NAME,
        title: format!("Ranking by {}", voice::ranking::words(report)),
        note: note(report),
        fixed_columns: 2,
        pages_wide: 3,
        columns,
    };
    let rows = grid.write(sheet, report, max_rows)?;
    Ok(Shape {
        set: 1,
        bars,
        first_row: TABLE_TOP + 1,
        rows,
    })
}

/// Column of the latency called `name`; its ± is the next one.
fn place(columns: &[Column], name: &str) -> Option<u16> {
    let header = format!("{name}, ms");
    let found = columns
        .iter()
        .position(|column| column.group == LATENCY && column.header == header);
    found.map(|at| at as u16)
}

fn note(report: &Report) -> String {
    let interrupted = if report.complete {
        ""
    } else {
        "Interrupted: not everything is here. "
    };
    let sets = if report.sets.is_empty() {
        "No set of regions was evaluated. "
    } else {
        ""
    };
    format!("{interrupted}{sets}{}.", voice::LEGEND)
}

fn columns(report: &Report, live: Vec<Column>) -> Vec<Column> {
    let sets = &report.sets;
    let mut columns = vec![
        Column::new("rank", Kind::Count, cells(sets, rank_of)),
        Column::new("set", Kind::Text, cells(sets, |set| Cell::Text(set.name.clone()))),
    ];
    columns.extend(leaders(sets));
    columns.extend(measure::columns(report));
    columns.extend(objective(report));
    columns.extend(latency(report));
    columns.extend(shares(sets));
    columns.extend(worst_country(sets));
    columns.extend(differences(
        report,
        "best",
        |_, set| set.rank == 1,
        |set| set.versus_best.as_ref(),
    ));
    if let Some(baseline) = report.baseline {
        columns.extend(differences(
            report,
            "baseline",
            |at, _| at == baseline,
            |set| set.versus_baseline.as_ref(),
        ));
    }
    columns.extend(targets(report));
    columns.extend(live);
    columns.push(Column::new(
        "regions",
        Kind::Text,
        cells(sets, |set| Cell::Text(set.regions.join(", "))),
    ));
    columns
}

fn cells(sets: &[SetResult], cell: impl Fn(&SetResult) -> Cell) -> Vec<Cell> {
    sets.iter().map(cell).collect()
}

/// A column for each store that is led, with the region that leads it.
fn leaders(sets: &[SetResult]) -> Vec<Column> {
    let region = |set: &SetResult, store: &str| {
        let leaders = set.design.as_ref().map_or(&[][..], |it| &it.leaders);
        let leader = leaders.iter().find(|it| it.store == store);
        leader.map_or(Cell::Empty, |it| Cell::Text(it.region.clone()))
    };
    let column = |store: &str| {
        Column::new(store, Kind::Text, cells(sets, |set| region(set, store))).group("leader of")
    };
    voice::led_stores(sets).into_iter().map(column).collect()
}

/// A value and its ±.
fn pair(
    sets: &[SetResult],
    header: &str,
    unit: Unit,
    pick: impl Fn(&SetResult) -> Option<Figure>,
) -> [Column; 2] {
    let half = |set: &SetResult| pick(set).map(|figure| voice::half_width(figure.sampling));
    let places = digits(sets.iter().filter_map(half), unit);
    let value = cells(sets, |set| pick(set).map(|figure| figure.value).into());
    let error = cells(sets, |set| half(set).into());
    [
        Column::new(header, Kind::Value(unit, places), value),
        Column::new(
            format!("± {}", error_unit(unit)),
            Kind::PlusMinus(unit, places),
            error,
        ),
    ]
}

/// The unit over errors of a share: the cells show a per cent sign, and mean points.
fn error_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "% points",
        time => time.symbol(),
    }
}

/// The objective, with what uncertain inputs add: the one error that more runs do not reduce.
fn objective(report: &Report) -> Vec<Column> {
    let sets = &report.sets;
    let unit = voice::objective_unit(&report.question.objective);
    let header = format!("{}, {}", report.question.objective, unit.symbol());
    let mut columns: Vec<Column> = pair(sets, &header, unit, |set| Some(set.objective)).into();
    columns[0].tint = Tint::Bars;
    let input = |set: &SetResult| set.objective.input.map(voice::half_width);
    if sets.iter().any(|set| input(set).is_some()) {
        let places = digits(sets.iter().filter_map(input), unit);
        let header = format!("± {} by inputs", error_unit(unit));
        columns.push(Column::new(
            header,
            Kind::PlusMinus(unit, places),
            cells(sets, |set| input(set).into()),
        ));
    }
    columns
        .into_iter()
        .map(|column| column.group("objective"))
        .collect()
}

fn latency(report: &Report) -> Vec<Column> {
    let sets = &report.sets;
    let mut columns = Vec::new();
    for (i, name) in [(1, "p50"), (2, "p90"), (3, "p95"), (4, "p99"), (0, "mean")] {
        let pick = |set: &SetResult| Some(*set.latency.statistics()[i].1);
        let [value, error] = pair(sets, &format!("{name}, ms"), Unit::Millis, pick);
        columns.push(value.tint(Tint::Heat).group(LATENCY));
        columns.push(error.group(LATENCY));
    }
    columns
}

fn shares(sets: &[SetResult]) -> Vec<Column> {
    let Some(first) = sets.first() else {
        return Vec::new();
    };
    let mut columns = Vec::new();
    for (i, within) in first.latency.share_within.iter().enumerate() {
        let pick = |set: &SetResult| set.latency.share_within.get(i).map(|it| it.share);
        let header = format!("within {} ms, %", voice::exact(within.limit_ms));
        columns.extend(pair(sets, &header, Unit::Share, pick).map(|it| it.group("share of requests")));
    }
    columns
}

fn worst_country(sets: &[SetResult]) -> Vec<Column> {
    let name = |set: &SetResult| match &set.latency.worst_country {
        Some(worst) => Cell::Text(worst.country.clone()),
        None => Cell::Empty,
    };
    let p95 = |set: &SetResult| set.latency.worst_country.as_ref().map(|worst| worst.p95_ms);
    let mut columns = vec![Column::new("code", Kind::Text, cells(sets, name))];
    columns.extend(pair(sets, "its p95, ms", Unit::Millis, p95));
    columns.into_iter().map(|it| it.group("worst country")).collect()
}

/// Difference of the objective with its interval, and what follows in words.
fn differences(
    report: &Report,
    from: &str,
    is_reference: impl Fn(usize, &SetResult) -> bool,
    pick: impl Fn(&SetResult) -> Option<&Comparison>,
) -> Vec<Column> {
    let sets = &report.sets;
    let unit = voice::objective_unit(&report.question.objective);
    let more = voice::larger_is_better(&report.question.objective);
    let of = |set: &SetResult| pick(set).map(|it| it.objective);
    let places = digits(
        sets.iter()
            .filter_map(|set| Some(voice::half_width(of(set)?.figure.sampling))),
        unit,
    );
    let kind = Kind::Signed(unit, places);
    let reference = format!("the {from}");
    let words = |(at, set): (usize, &SetResult)| match of(set) {
        Some(it) => voice::verdict_words(&it, more).into(),
        None => voice::no_difference(is_reference(at, set), &reference).into(),
    };
    let symbol = error_unit(unit);
    let columns = [
        Column::new(
            format!("Δ, {symbol}"),
            kind,
            cells(sets, |set| of(set).map(|it| it.figure.value).into()),
        )
        .tint(Tint::Sign(more)),
        Column::new(
            "95 % from",
            kind,
            cells(sets, |set| of(set).map(|it| it.figure.sampling.low).into()),
        ),
        Column::new(
            "95 % to",
            kind,
            cells(sets, |set| of(set).map(|it| it.figure.sampling.high).into()),
        ),
        Column::new(
            "verdict",
            Kind::Text,
            sets.iter().enumerate().map(words).collect(),
        ),
    ];
    let group = format!("{} against the {from}", report.question.objective);
    columns.map(|it| it.group(&group)).into()
}

fn targets(report: &Report) -> Vec<Column> {
    let column = |(i, asked): (usize, &TargetAsked)| {
        let outcome = |set: &SetResult| match set.targets.get(i) {
            Some(target) => voice::outcome_words(target.outcome).into(),
            None => Cell::Empty,
        };
        Column::new(short_target(asked), Kind::Text, cells(&report.sets, outcome)).group("targets")
    };
    report.question.targets.iter().enumerate().map(column).collect()
}

fn short_target(asked: &TargetAsked) -> String {
    format!(
        "{} {}",
        asked.what,
        voice::limit_words(asked.limit, Unit::from_stored(&asked.unit))
    )
}
