//! The sheet `Cost`: what each set costs a month, by item and by year, against its latency.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartLegendPosition, ChartLine, ChartMarker,
    ChartMarkerType, ChartRange, ChartSolidFill, ChartType, Color, Worksheet, XlsxError,
};

use super::super::grid::{Cell, Column, Grid, INK, Kind, TABLE_TOP, Tint, digits, rank_of};
use super::super::live::{Live, RERUN, Stored};
use super::super::stale;
use super::bill::{self, ITEM};
use super::{Plan, PlannedSet, cell, law, row_of, span};
use crate::report::model::{CostResult, SetResult, YearResult};
use crate::report::voice::{self, Unit};

const NAME: &str = "Cost";
const RANK: u16 = 0;
const P95: u16 = 2;
const TOTAL: u16 = 3;
const MISSING: u16 = 4;
const PLACE: u16 = 6;
const FIRST_ITEM: u16 = 8;

pub(super) fn write(sheet: &mut Worksheet, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let grid = Grid {
        name: NAME,
        title: "What each set costs a month".into(),
        note: format!(
            "In the first year unless a column says otherwise. A set that lacks a price costs at least its total, and comes behind all that are complete.{}",
            plan.left_out()
        ),
        fixed_columns: 2,
        pages_wide: 1,
        columns: columns(plan),
    };
    let last = grid.columns.len().saturating_sub(1) as u16;
    let rows = grid.write(sheet, plan.report, u32::MAX)?;
    if rows > 0 {
        let top = TABLE_TOP + rows + 2;
        sheet.insert_chart(top, 0, &by_item(plan, rows))?;
        sheet.insert_chart(top, FIRST_ITEM + 1, &against_latency(plan, rows))?;
        sheet.set_print_area(0, 0, top + 23, last.max(FIRST_ITEM + 8))?;
    }
    Ok(())
}

fn column(
    plan: &Plan<'_>,
    header: &str,
    kind: Kind,
    cell: impl Fn(usize, &PlannedSet<'_>, &CostResult) -> Cell,
) -> Column {
    let sets = plan.sets.iter().enumerate();
    let cells = sets.map(|(i, it)| {
        it.capacity
            .cost
            .as_ref()
            .map_or(Cell::Empty, |cost| cell(i, it, cost))
    });
    Column::new(header, kind, cells.collect())
}

/// The items that are billed, in the order in which they come.
fn items<'a>(plan: &Plan<'a>) -> Vec<&'a str> {
    super::distinct(plan.lines.rows.iter().map(|line| line.it.item.as_str()))
}

/// The cells of a set's lines in a column of `Bill`.
fn of_lines(plan: &Plan<'_>, set: usize, column: u16) -> String {
    let (first, count) = plan.lines.of_set[set];
    format!("Bill!{}", span(first, count, column))
}

/// Every check that a cost may rest on.
fn everything() -> String {
    stale::all(&[
        stale::RATE,
        stale::GROWTH,
        stale::SIZING,
        stale::TERMS,
        stale::PRICES,
    ])
}

fn columns(plan: &Plan<'_>) -> Vec<Column> {
    let currency = plan.asked.cost.as_ref().map_or("", |it| it.currency.as_str());
    let mut columns = vec![
        column(plan, "rank", Kind::Count, |_, it, _| rank_of(it.set)),
        column(plan, "set", Kind::Text, |_, it, _| {
            Cell::Text(it.set.name.clone())
        }),
        column(plan, "p95, ms", Kind::Value(Unit::Millis, 1), |_, it, _| p95(it))
            .note("95th percentile of request latency; its errors stand on `Ranking`."),
        column(
            plan,
            &format!("cost, {currency}"),
            Kind::Number(0),
            |i, _, cost| total(plan, i, cost),
        )
        .tint(Tint::Bars)
        .note("The sum of the lines on `Bill` that have a price."),
        column(plan, "without a price", Kind::Number(0), |i, _, cost| {
            missing(plan, i, cost)
        })
        .note("Lines on `Bill` that have no price: fill it in on `Inputs`."),
        column(plan, "is", Kind::Text, |i, _, cost| complete(i, cost))
            .note("Whether everything has a price; else the cost is a lower bound."),
        column(plan, "place by cost", Kind::Number(0), |i, _, _| place(plan, i))
            .note("1 for the cheapest; sets that lack a price come behind all others."),
        column(plan, "budget", Kind::Text, |i, _, cost| budget(plan, i, cost))
            .note("Whether the cost is within the budget on `Inputs`."),
    ];
    let groups = ["", "", "", "total", "total", "total", "total", "total"];
    for (column, group) in columns.iter_mut().zip(groups) {
        group.clone_into(&mut column.group);
    }
    columns.extend(by_items(plan, currency));
    columns.extend(by_year(plan, currency));
    columns.extend(trade(plan, currency));
    columns
}

fn p95(it: &PlannedSet<'_>) -> Cell {
    let value = it.set.latency.p95_ms.value;
    match stale::latency(it.set) {
        Some(checks) => Live::held(&checks, value).into(),
        None => value.into(),
    }
}

/// The sum of `cells`, where nothing among them needs a run.
fn sum(cells: &str) -> String {
    format!("=IF(COUNTIF({cells},\"{RERUN}\")>0,\"{RERUN}\",SUM({cells}))")
}

fn total(plan: &Plan<'_>, i: usize, cost: &CostResult) -> Cell {
    let lines: f64 = cost.lines.iter().filter_map(|line| line.cost).sum();
    if law::same(lines, cost.total) && !cost.lines.is_empty() {
        Live::new(sum(&of_lines(plan, i, bill::COST)), cost.total).into()
    } else {
        Live::held(&everything(), cost.total).into()
    }
}

/// Lines without a price, and what is missing beside them.
fn missing(plan: &Plan<'_>, i: usize, cost: &CostResult) -> Cell {
    let lines = cost.lines.iter().filter(|line| line.cost.is_none()).count();
    let beside = if cost.complete {
        0
    } else {
        cost.missing.len().saturating_sub(lines)
    };
    let cells = of_lines(plan, i, bill::COST);
    let formula = match (cost.lines.is_empty(), beside) {
        (true, _) => format!("={beside}"),
        (false, 0) => format!("=COUNTIF({cells},\"no price\")"),
        (false, _) => format!("=COUNTIF({cells},\"no price\")+{beside}"),
    };
    Live::new(formula, (lines + beside) as f64).into()
}

/// Whether the total is all that a set costs, in words.
fn whole(cost: &CostResult) -> &'static str {
    if cost.complete {
        "complete"
    } else {
        "at least: cost incomplete"
    }
}

fn complete(i: usize, cost: &CostResult) -> Cell {
    let missing = cell(i, MISSING);
    let formula = format!("=IF({missing}=0,\"complete\",\"at least: cost incomplete\")");
    Live::new(formula, whole(cost)).into()
}

/// The complete before the incomplete, and each by what it costs; equal costs share a place.
fn place(plan: &Plan<'_>, i: usize) -> Cell {
    let costs: Vec<&CostResult> = plan
        .sets
        .iter()
        .filter_map(|it| it.capacity.cost.as_ref())
        .collect();
    let found = |own: &CostResult| {
        let before = |other: &&&CostResult| (!other.complete, other.total) < (!own.complete, own.total);
        1 + costs.iter().filter(before).count()
    };
    let Some(cost) = plan.sets[i].capacity.cost.as_ref() else {
        return Cell::Empty;
    };
    let everywhere = costs.iter().all(|it| found(it) == it.rank);
    if !everywhere || costs.len() != plan.report.sets.len() {
        return Live::held(&everything(), cost.rank as f64).into();
    }
    let n = plan.sets.len();
    let [totals, gaps] = [TOTAL, MISSING].map(|at| span(0, n, at));
    let [own, gap] = [TOTAL, MISSING].map(|at| cell(i, at));
    let formula = format!(
        "=IF(COUNT({totals})<{n},\"{RERUN}\",1+SUMPRODUCT(({gaps}=0)*({gap}>0)+(({gaps}>0)=({gap}>0))*({totals}<{own})))"
    );
    Live::new(formula, cost.rank as f64).into()
}

fn budget(plan: &Plan<'_>, i: usize, cost: &CostResult) -> Cell {
    let Some(budget) = plan.asked.cost.as_ref().and_then(|it| it.budget) else {
        return Cell::Empty;
    };
    let word = match (cost.total > budget, cost.complete) {
        (true, _) => "over budget",
        (false, true) => "kept",
        (false, false) => "cost incomplete",
    };
    let [total, gap] = [TOTAL, MISSING].map(|at| cell(i, at));
    let formula = format!(
        "=IF(ISNUMBER({total}),IF({total}>budget,\"over budget\",IF({gap}=0,\"kept\",\"cost incomplete\")),{total})"
    );
    Live::new(formula, word).into()
}

fn by_items(plan: &Plan<'_>, currency: &str) -> Vec<Column> {
    let group = format!("first year by item, {currency}");
    let item_column = |(at, item): (u16, &str)| {
        let cell = |i: usize, _: &PlannedSet<'_>, cost: &CostResult| {
            let lines = cost.lines.iter().filter(|line| line.item == item);
            let found: f64 = lines.filter_map(|line| line.cost).sum();
            if cost.lines.is_empty() {
                return Cell::Number(0.0);
            }
            let header = rust_xlsxwriter::utility::row_col_to_cell_absolute(TABLE_TOP, FIRST_ITEM + at);
            let [items, costs] = [ITEM, bill::COST].map(|at| of_lines(plan, i, at));
            let formula = format!(
                "=IF(SUMPRODUCT(({items}={header})*({costs}=\"{RERUN}\"))>0,\"{RERUN}\",SUMPRODUCT(--({items}={header}),{costs}))"
            );
            Live::new(formula, found).into()
        };
        column(plan, item, Kind::Number(0), cell)
            .group(&group)
            .note("The lines on `Bill` with this item that have a price.")
    };
    (0u16..).zip(items(plan)).map(item_column).collect()
}

fn year_of<'a>(it: &PlannedSet<'a>, year: u32) -> Option<&'a YearResult> {
    it.capacity.years.iter().find(|own| own.year == year)
}

fn by_year(plan: &Plan<'_>, currency: &str) -> Vec<Column> {
    let group = format!("later years, {currency}");
    let cost = |i: usize, it: &PlannedSet, year: u32| -> Cell {
        let Some(cost) = year_of(it, year).and_then(|own| own.cost) else {
            return Cell::Empty;
        };
        if plan.lines.by_year[i] {
            Live::new(sum(&of_lines(plan, i, bill::COST + year as u16)), cost).into()
        } else {
            Live::held(&everything(), cost).into()
        }
    };
    let mut columns: Vec<Column> = (1..=plan.last_year())
        .map(|year| {
            column(plan, &format!("year {year}"), Kind::Number(0), |i, it, _| {
                cost(i, it, year)
            })
        })
        .collect();
    let last = plan.last_year();
    let end = |it: &PlannedSet, high: bool| -> Cell {
        let interval = year_of(it, last).and_then(|own| own.cost_interval);
        let checks = stale::all(&[stale::RATE, stale::SIZING, stale::TERMS, stale::PRICES]);
        interval.map_or(Cell::Empty, |own| {
            Live::held(&checks, if high { own.high } else { own.low }).into()
        })
    };
    if plan
        .sets
        .iter()
        .any(|it| year_of(it, last).is_some_and(|own| own.cost_interval.is_some()))
    {
        for (word, high) in [("from", false), ("to", true)] {
            let header = format!("year {last} {word}");
            columns.push(
                column(plan, &header, Kind::Number(0), |_, it, _| end(it, high))
                    .note("At an end of growth's 90 % interval, as run."),
            );
        }
    }
    columns.into_iter().map(|it| it.group(&group)).collect()
}

/// What less latency and more availability cost, where the run says so.
fn trade(plan: &Plan<'_>, currency: &str) -> Vec<Column> {
    type Pick = fn(&CostResult) -> Option<f64>;
    let picks: [(String, Pick, &str); 2] = [
        (
            format!("a ms of p95 less, {currency}"),
            |cost| cost.per_ms,
            "What one millisecond of p95 less costs against the next cheaper set of the front, as run.",
        ),
        (
            format!("a nine more, {currency}"),
            |cost| cost.per_nine,
            "What ten times less downtime costs against the next cheaper set of the front, as run.",
        ),
    ];
    let mut columns = Vec::new();
    for (header, pick, note) in picks {
        if plan
            .sets
            .iter()
            .any(|it| it.capacity.cost.as_ref().and_then(pick).is_some())
        {
            let cell = |_: usize, _: &PlannedSet, cost: &CostResult| {
                pick(cost).map_or(Cell::Empty, |it| Live::held(&everything(), it).into())
            };
            columns.push(
                column(plan, &header, Kind::Number(0), cell)
                    .note(note)
                    .group("is worth"),
            );
        }
    }
    columns
}

/// The columns that `Ranking` gets: what each set costs, and its place.
pub(in super::super) fn ranking(plan: &Plan<'_>) -> Vec<Column> {
    let mut columns = at_the_peak(plan);
    let Some(asked) = &plan.asked.cost else {
        return columns;
    };
    let place_of = |name: &str, rank: usize| {
        plan.sets
            .iter()
            .position(|it| it.set.name == name && it.set.rank == rank)
    };
    let link = |column: u16, stored: fn(&CostResult) -> Stored| -> Vec<Cell> {
        let sets = plan.report.sets.iter();
        let cell = |set: &SetResult| {
            let at = place_of(&set.name, set.rank)?;
            let cost = plan.sets[at].capacity.cost.as_ref()?;
            Some(Live::new(format!("={NAME}!{}", cell(at, column)), stored(cost)).into())
        };
        sets.map(|set| cell(set).unwrap_or(Cell::Empty)).collect()
    };
    let header = format!("cost, {}", asked.currency);
    let costs = [
        Column::new(header, Kind::Number(0), link(TOTAL, |cost| cost.total.into())).tint(Tint::Bars),
        Column::new("is", Kind::Text, link(MISSING + 1, |cost| whole(cost).into())),
        Column::new(
            "place",
            Kind::Number(0),
            link(PLACE, |cost| (cost.rank as f64).into()),
        ),
    ];
    columns.extend(costs.map(|it| it.group("cost a month, live")));
    columns
}

/// The p95 at the busiest hour of each set, waits included, where the run tells it.
fn at_the_peak(plan: &Plan<'_>) -> Vec<Column> {
    let sets = &plan.report.sets;
    let figure = |set: &SetResult| set.capacity.as_ref().and_then(|it| it.peak_p95_ms);
    if sets.iter().all(|set| figure(set).is_none()) {
        return Vec::new();
    }
    let half = |set: &SetResult| figure(set).map(|it| voice::half_width(it.sampling));
    let places = digits(sets.iter().filter_map(half), Unit::Millis);
    let held = |set: &SetResult, value: Option<f64>| {
        value.map_or(Cell::Empty, |value| {
            Live::held(&stale::peak_latency(set), value).into()
        })
    };
    let value = sets
        .iter()
        .map(|set| held(set, figure(set).map(|it| it.value)))
        .collect();
    let error = sets.iter().map(|set| held(set, half(set))).collect();
    [
        Column::new("p95, ms", Kind::Value(Unit::Millis, places), value),
        Column::new("± ms", Kind::PlusMinus(Unit::Millis, places), error),
    ]
    .map(|it| it.group("at the busiest hour"))
    .into()
}

/// Where the cost of a set stands, by its name and rank, for the score.
pub(in super::super) fn total_of(plan: &Plan<'_>, name: &str, rank: usize) -> Option<[String; 2]> {
    let at = plan
        .sets
        .iter()
        .position(|it| it.set.name == name && it.set.rank == rank)?;
    plan.sets[at].capacity.cost.as_ref()?;
    Some([TOTAL, MISSING].map(|column| format!("{NAME}!{}", cell(at, column))))
}

/// Sets that a chart shows at most: more cannot be told apart.
const SHOWN: u32 = 16;

fn by_item(plan: &Plan<'_>, rows: u32) -> Chart {
    const FILLS: [u32; 8] = [
        0x21_71_B5, 0xFD_AE_6B, 0x9E_CA_E1, 0xE6_55_0D, 0xBD_BD_BD, 0x63_63_63, 0xC6_DB_EF, 0xFD_D0_A2,
    ];
    let mut chart = Chart::new(ChartType::ColumnStacked);
    let (first, last) = (row_of(0), row_of(rows.min(SHOWN) as usize - 1));
    for ((at, _), fill) in (FIRST_ITEM..).zip(items(plan)).zip(FILLS.iter().cycle()) {
        chart
            .add_series()
            .set_name(&ChartRange::new_from_range(NAME, TABLE_TOP, at, TABLE_TOP, at))
            .set_categories(&ChartRange::new_from_range(NAME, first, RANK, last, RANK))
            .set_values(&ChartRange::new_from_range(NAME, first, at, last, at))
            .set_format(ChartSolidFill::new().set_color(Color::RGB(*fill)))
            .set_gap(80);
    }
    let currency = plan.asked.cost.as_ref().map_or("", |it| it.currency.as_str());
    chart
        .title()
        .set_name("Cost a month by item, first year")
        .set_font(ChartFont::new().set_size(12));
    axis(chart.y_axis(), &format!("{currency} a month"));
    chart
        .x_axis()
        .set_name("set, by its rank in the table")
        .set_name_font(ChartFont::new().unset_bold());
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.set_width(900).set_height(440);
    chart.set_alt_text("Stacked columns of what each set costs a month by item");
    chart
}

fn axis<'a>(axis: &'a mut rust_xlsxwriter::ChartAxis, name: &str) -> &'a mut rust_xlsxwriter::ChartAxis {
    let pale = ChartLine::new().set_color(Color::RGB(0xD9_D9_D9)).clone();
    axis.set_name(name)
        .set_name_font(ChartFont::new().unset_bold())
        .set_num_format("#,##0")
        .set_major_gridlines_line(&pale)
}

fn against_latency(plan: &Plan<'_>, rows: u32) -> Chart {
    let mut chart = Chart::new(ChartType::Scatter);
    let (first, last) = (row_of(0), row_of(rows.min(SHOWN) as usize - 1));
    // Names of sets are long and would lie on each other: a point says its set's rank.
    let shown = &plan.sets[..rows.min(SHOWN) as usize];
    let ranks: Vec<ChartDataLabel> = shown
        .iter()
        .map(|it| {
            ChartDataLabel::new()
                .set_value(&voice::listed::place(it.set))
                .to_custom()
        })
        .collect();
    let mut marker = ChartMarker::new();
    marker
        .set_type(ChartMarkerType::Circle)
        .set_size(9)
        .set_format(ChartSolidFill::new().set_color(Color::RGB(0x21_71_B5)));
    let mut label = ChartDataLabel::new();
    label
        .show_value()
        .set_position(ChartDataLabelPosition::Above)
        .set_font(ChartFont::new().set_color(INK));
    chart
        .add_series()
        .set_name("sets")
        .set_categories(&ChartRange::new_from_range(NAME, first, P95, last, P95))
        .set_values(&ChartRange::new_from_range(NAME, first, TOTAL, last, TOTAL))
        .set_marker(&marker)
        .set_data_label(&label)
        .set_custom_data_labels(&ranks);
    let currency = plan.asked.cost.as_ref().map_or("", |it| it.currency.as_str());
    chart
        .title()
        .set_name("Cost against latency, by rank: better to the lower left")
        .set_font(ChartFont::new().set_size(12));
    axis(chart.x_axis(), "p95 of request latency, ms");
    axis(chart.y_axis(), &format!("{currency} a month"));
    // Room for the names of sets at the sides.
    let p95: Vec<f64> = plan.sets.iter().map(|it| it.set.latency.p95_ms.value).collect();
    let (low, high) = p95.iter().fold((f64::INFINITY, 0.0_f64), |ends, it| {
        (ends.0.min(*it), ends.1.max(*it))
    });
    if low.is_finite() && high > 0.0 {
        let room = (0.4 * (high - low)).max(0.1 * high);
        chart
            .x_axis()
            .set_min((low - room).max(0.0).floor())
            .set_max((high + room).ceil());
    }
    chart.legend().set_hidden();
    chart.set_width(760).set_height(440);
    chart.set_alt_text("Points of the sets: cost a month against the p95 of request latency");
    chart
}
