//! The sheets by place: `Countries`, `Region matrix`, `Traffic`.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::grid::{
    Cell, Column, Grid, HEADER_FILL, INK, Kind, TABLE_TOP, Tint, add_tint, clipped, digits, note_format,
    print_setup, rank_of, title_format, write_cell,
};
use crate::report::model::{CountryResult, RegionTraffic, Report, SetResult};
use crate::report::voice::Unit;

/// Half the width of a 95 % interval, in standard errors: the 97.5 % quantile of the normal distribution.
const Z95: f64 = 1.959_964;

pub(super) fn countries(sheet: &mut Worksheet, report: &Report, max_rows: u32) -> Result<(), XlsxError> {
    let rows: Vec<(&SetResult, &CountryResult)> = report
        .sets
        .iter()
        .flat_map(|set| set.countries.iter().map(move |it| (set, it)))
        .collect();
    let half = |it: &CountryResult| Z95 * it.p95_std_error_ms;
    let places = digits(rows.iter().map(|row| half(row.1)), Unit::Millis).min(1);
    let value = Kind::Value(Unit::Millis, places);
    let column = |header: &str, kind: Kind, cell: &dyn Fn(&SetResult, &CountryResult) -> Cell| {
        Column::new(header, kind, rows.iter().map(|(set, it)| cell(set, it)).collect())
    };
    let columns = vec![
        column("rank", Kind::Count, &|set, _| rank_of(set)),
        column("set", Kind::Text, &|set, _| Cell::Text(set.name.clone())),
        column("country", Kind::Text, &|_, it| Cell::Text(it.country.clone())),
        column("share of audience, %", Kind::Value(Unit::Share, 2), &|_, it| {
            it.share.into()
        }),
        column("main region", Kind::Text, &|_, it| {
            Cell::Text(it.main_region.clone())
        }),
        column("p50, ms", value, &|_, it| it.p50_ms.into()).tint(Tint::Heat),
        column("p95, ms", value, &|_, it| it.p95_ms.into()).tint(Tint::Heat),
        column("± ms", Kind::PlusMinus(Unit::Millis, places), &|_, it| {
            half(it).into()
        }),
        column("p99, ms", value, &|_, it| it.p99_ms.into()).tint(Tint::Heat),
    ];
    let grid = Grid {
        name: "Countries",
        title: "Request latency by country".into(),
        note: "Filter by rank to see one set. Countries by falling share of the audience.".into(),
        fixed_columns: 3,
        pages_wide: 1,
        columns,
    };
    grid.write(sheet, report, max_rows).map(|_| ())
}

pub(super) fn traffic(sheet: &mut Worksheet, report: &Report, max_rows: u32) -> Result<(), XlsxError> {
    let rows: Vec<(&SetResult, &RegionTraffic)> = report
        .sets
        .iter()
        .flat_map(|set| set.traffic.iter().map(move |it| (set, it)))
        .collect();
    let column = |header: &str, kind: Kind, cell: &dyn Fn(&SetResult, &RegionTraffic) -> Cell| {
        Column::new(header, kind, rows.iter().map(|(set, it)| cell(set, it)).collect())
    };
    let mut columns = vec![
        column("rank", Kind::Count, &|set, _| rank_of(set)),
        column("set", Kind::Text, &|set, _| Cell::Text(set.name.clone())),
        column("region", Kind::Text, &|_, it| Cell::Text(it.region.clone())),
        column("share of requests, %", Kind::Value(Unit::Share, 1), &|_, it| {
            it.share.into()
        })
        .tint(Tint::Bars),
    ];
    if rows.iter().any(|row| row.1.requests_per_second.is_some()) {
        let rate = |_: &SetResult, it: &RegionTraffic| it.requests_per_second.into();
        columns.push(column("requests per second", Kind::Value(Unit::Millis, 0), &rate));
    }
    let grid = Grid {
        name: "Traffic",
        title: "How the requests fall on the regions".into(),
        note: "The shares of one set add up to 100 %.".into(),
        fixed_columns: 2,
        pages_wide: 1,
        columns,
    };
    grid.write(sheet, report, max_rows).map(|_| ())
}

/// Regions on both axes; estimated pairs are in italics and say `est.`, for colour alone tells nothing.
pub(super) fn region_matrix(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    let matrix = &report.region_matrix;
    // Sheets have 16,384 columns.
    let n = matrix.regions.len().min(16_000);
    sheet.set_name("Region matrix")?;
    sheet.write_string_with_format(0, 0, "Median round trip between regions, ms", &title_format())?;
    let note =
        "From the row to the column. Figures in italics with “est.” are estimated, the others measured.";
    sheet.write_string_with_format(1, 0, note, &note_format())?;
    let longest = matrix
        .regions
        .iter()
        .map(|id| id.chars().count())
        .max()
        .unwrap_or(0);
    sheet.set_column_width(0, longest.clamp(8, 40) as f64 + 2.0)?;
    sheet.write_string_with_format(TABLE_TOP, 0, "from ↓  to →", &heading())?;
    // Upright text of 11 points takes about 6 points a character.
    sheet.set_row_height(TABLE_TOP, (longest.clamp(8, 40) * 6 + 12) as f64)?;
    for (i, region) in matrix.regions.iter().take(n).enumerate() {
        matrix_line(sheet, report, i, region)?;
    }
    if n > 0 {
        add_tint(
            sheet,
            [TABLE_TOP + 1, TABLE_TOP + n as u32],
            [1, n as u16],
            Tint::Heat,
        )?;
    }
    sheet.set_freeze_panes(TABLE_TOP + 1, 1)?;
    sheet.set_repeat_rows(TABLE_TOP, TABLE_TOP)?;
    sheet.set_print_area(0, 0, TABLE_TOP + n as u32, n as u16)?;
    print_setup(sheet, report);
    Ok(())
}

/// The header of column `i` and the row `i`.
fn matrix_line(sheet: &mut Worksheet, report: &Report, i: usize, region: &str) -> Result<(), XlsxError> {
    let matrix = &report.region_matrix;
    let upright = heading().set_rotation(90).set_align(FormatAlign::Center);
    sheet.write_string_with_format(TABLE_TOP, i as u16 + 1, clipped(region), &upright)?;
    sheet.set_column_width(i as u16 + 1, 8)?;
    let row = TABLE_TOP + 1 + i as u32;
    sheet.write_string_with_format(row, 0, clipped(region), &heading())?;
    let cells = matrix.p50_ms.get(i).into_iter().flatten();
    let measured = matrix.measured.get(i).into_iter().flatten();
    for (j, (&ms, &measured)) in cells.zip(measured).take(16_000).enumerate() {
        write_cell(sheet, row, j as u16 + 1, &ms.into(), &pair_format(measured))?;
    }
    Ok(())
}

/// A region on an axis; not broken, unlike the headers of a table.
fn heading() -> Format {
    Format::new()
        .set_bold()
        .set_font_color(INK)
        .set_background_color(HEADER_FILL)
}

fn pair_format(measured: bool) -> Format {
    let format = Format::new().set_align(FormatAlign::Center);
    if measured {
        format.set_num_format("0")
    } else {
        format.set_num_format("0\" est.\"").set_italic()
    }
}
