//! The sheet `Demand`: load by hour and region, in normal times and after every loss.

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartRange, ChartType, Color, Worksheet,
    XlsxError,
};

use super::super::grid::{Cell, Column, Grid, Kind, TABLE_TOP, Tint, add_tint, rank_of};
use super::super::live::Live;
use super::{Plan, row_of};

const NAME: &str = "Demand";

const SET: u16 = 1;
const REGION: u16 = 3;

/// Columns before the hours: rank, set, state, region, month.
const FIRST_HOUR: u16 = 5;

/// Hours of a day.
const HOURS: u16 = 24;

/// A region's hours in a state.
struct Row<'a> {
    set: usize,
    state: &'a str,
    region: &'a str,
    month: &'a str,
    hours: &'a [f64],
}

pub(super) fn write(sheet: &mut Worksheet, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let rows = rows(plan);
    let grid = Grid {
        name: NAME,
        title: "Load by hour of the day".into(),
        note: format!(
            "Requests/s on the mean weekday of the month in which the set's load peaks, by hour of UTC, without events.{}",
            plan.left_out()
        ),
        fixed_columns: FIRST_HOUR,
        pages_wide: 2,
        columns: columns(plan, &rows),
    };
    let written = grid.write(sheet, plan.report, u32::MAX)?;
    if written > 0 {
        let last = FIRST_HOUR + HOURS - 1;
        add_tint(
            sheet,
            [TABLE_TOP + 1, TABLE_TOP + written],
            [FIRST_HOUR, last],
            Tint::Heat,
        )?;
        sheet.insert_chart(TABLE_TOP + written + 2, 0, &chart(&rows))?;
        sheet.set_print_area(0, 0, TABLE_TOP + written + 22, last)?;
    }
    Ok(())
}

fn rows<'a>(plan: &Plan<'a>) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for (set, it) in plan.sets.iter().enumerate() {
        for of_state in &it.capacity.hours {
            rows.extend(of_state.regions.iter().map(|(region, hours)| Row {
                set,
                state: &of_state.state,
                region,
                month: &of_state.month,
                hours,
            }));
        }
    }
    rows
}

fn columns(plan: &Plan<'_>, rows: &[Row<'_>]) -> Vec<Column> {
    let text = |header: &str, pick: fn(&Row) -> String| {
        Column::new(
            header,
            Kind::Text,
            rows.iter().map(|row| Cell::Text(pick(row))).collect(),
        )
    };
    let set = |row: &Row| plan.sets[row.set].set;
    let rank = rows.iter().map(|row| rank_of(set(row))).collect();
    let names = rows.iter().map(|row| Cell::Text(set(row).name.clone())).collect();
    let mut columns = vec![
        Column::new("rank", Kind::Count, rank),
        Column::new("set", Kind::Text, names),
        text("state", |row| row.state.into()).note("`normal`, or the regions that are lost."),
        text("region", |row| row.region.into()),
        text("month", |row| row.month.into()).note("The month in which the load of the set peaks."),
    ];
    columns.extend((0..usize::from(HOURS)).map(|hour| {
        let cell = |row: &Row| match row.hours.get(hour) {
            Some(rps) => Live::new(format!("={rps}*rate_ratio"), *rps).into(),
            None => Cell::Empty,
        };
        Column::new(
            format!("{hour:02}"),
            Kind::Number(0),
            rows.iter().map(cell).collect(),
        )
        .group("requests/s by hour of the day, UTC")
        .numbers_only()
    }));
    columns
}

/// The best set in normal times, a line a region.
fn chart(rows: &[Row<'_>]) -> Chart {
    const LINES: [u32; 6] = [
        0x21_71_B5, 0xE6_55_0D, 0x63_63_63, 0x6B_AE_D6, 0xFD_AE_6B, 0xBD_BD_BD,
    ];
    let mut chart = Chart::new(ChartType::Line);
    let last = FIRST_HOUR + HOURS - 1;
    let state = rows.first().map_or("", |row| row.state);
    let best = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.set == 0 && row.state == state);
    for ((i, _), colour) in best.zip(LINES.iter().cycle()) {
        let at = row_of(i);
        let mut line = ChartFormat::new();
        line.set_line(ChartLine::new().set_color(Color::RGB(*colour)).set_width(2.25));
        chart
            .add_series()
            .set_name(&ChartRange::new_from_range(NAME, at, REGION, at, REGION))
            .set_categories(&ChartRange::new_from_range(
                NAME, TABLE_TOP, FIRST_HOUR, TABLE_TOP, last,
            ))
            .set_values(&ChartRange::new_from_range(NAME, at, FIRST_HOUR, at, last))
            .set_format(&mut line);
    }
    let name = ChartRange::new_from_range(NAME, row_of(0), SET, row_of(0), SET);
    chart
        .title()
        .set_name(&name)
        .set_font(ChartFont::new().set_size(12));
    chart
        .x_axis()
        .set_name("hour of the day, UTC")
        .set_name_font(ChartFont::new().unset_bold());
    chart
        .y_axis()
        .set_name("requests/s")
        .set_name_font(ChartFont::new().unset_bold())
        .set_num_format("#,##0")
        .set_major_gridlines_line(ChartLine::new().set_color(Color::RGB(0xD9_D9_D9)))
        .set_min(0);
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.set_width(1000).set_height(380);
    chart.set_alt_text("Lines of the load of each region of the best set by hour of the day");
    chart
}
