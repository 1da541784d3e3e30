//! The sheet `Chart`: p50, p95 and p99 of the best sets as native bars over the figures of `Ranking`.

use rust_xlsxwriter::{
    Chart, ChartAxisCrossing, ChartErrorBars, ChartErrorBarsType, ChartFont, ChartLegendPosition, ChartLine,
    ChartRange, ChartSolidFill, ChartType, Color, Worksheet, XlsxError,
};

use super::grid::{INK, note_format, print_setup, title_format};
use super::ranking::{NAME, Shape};
use crate::report::model::Report;
use crate::report::voice;

/// More bars than this cannot be told apart on a page.
const SETS_SHOWN: u32 = 12;

/// Light to dark blue: they differ in lightness, so they also do in grey.
const FILLS: [Color; 3] = [
    Color::RGB(0xC6_DB_EF),
    Color::RGB(0x6B_AE_D6),
    Color::RGB(0x21_71_B5),
];

pub(super) fn write(sheet: &mut Worksheet, report: &Report, shape: &Shape) -> Result<(), XlsxError> {
    sheet.set_name("Chart")?;
    sheet.write_string_with_format(0, 0, "Request latency of the best sets", &title_format())?;
    let shown = shape.rows.min(SETS_SHOWN);
    let note = match shown {
        0 => "No set of regions was evaluated.".to_owned(),
        _ => format!(
            "The first {shown} of {} sets. {}.",
            voice::count(u64::from(shape.rows)),
            voice::LEGEND
        ),
    };
    sheet.write_string_with_format(1, 0, note, &note_format())?;
    if shown > 0 {
        sheet.insert_chart(3, 0, &bars(shape, shown))?;
    }
    sheet.set_print_area(0, 0, 3 + height(shown) / ROW_PIXELS + 1, 15)?;
    print_setup(sheet, report);
    Ok(())
}

/// Height of a row of the sheet, pixels.
const ROW_PIXELS: u32 = 20;

/// Height of the chart, pixels: a block for each set, and the axis.
fn height(sets: u32) -> u32 {
    120 + 42 * sets
}

fn bars(shape: &Shape, shown: u32) -> Chart {
    let mut chart = Chart::new(ChartType::Bar);
    let last = shape.first_row + shown - 1;
    let column = |at: u16| ChartRange::new_from_range(NAME, shape.first_row, at, last, at);
    for ((name, at), fill) in shape.bars.iter().zip(FILLS) {
        let errors = ChartErrorBarsType::Custom(column(at + 1), column(at + 1));
        let mut whisker = ChartErrorBars::new();
        whisker
            .set_type(errors)
            .set_format(ChartLine::new().set_color(INK));
        chart
            .add_series()
            .set_name(*name)
            .set_categories(&column(shape.set))
            .set_values(&column(*at))
            .set_format(ChartSolidFill::new().set_color(fill))
            .set_x_error_bars(&whisker)
            .set_gap(60)
            .set_overlap(0);
    }
    axes(&mut chart);
    chart.set_width(1000).set_height(height(shown));
    chart.set_alt_text(
        "Bars of the p50, p95 and p99 request latency of the best sets of regions, with intervals",
    );
    chart
}

/// In a chart of lying bars the y axis is the one of the sets.
fn axes(chart: &mut Chart) {
    let pale = ChartLine::new().set_color(Color::RGB(0xD9_D9_D9)).clone();
    chart.title().set_hidden();
    // The best set on top, as in the table; the scale then has to be called back down to the bottom.
    chart.y_axis().set_reverse().set_crossing(ChartAxisCrossing::Max);
    chart
        .x_axis()
        .set_name("request latency, ms")
        .set_name_font(ChartFont::new().unset_bold())
        .set_num_format("#,##0")
        .set_major_gridlines_line(&pale)
        .set_min(0);
    chart.legend().set_position(ChartLegendPosition::Top);
}
