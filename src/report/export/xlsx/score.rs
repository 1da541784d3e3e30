//! The sheet `Score`: weights, targets and limits to edit above, and below each set's utilities and score as formulas
//! over them. Their results are stored, so that programs which do not compute show them, too.

use rust_xlsxwriter::utility::row_col_to_cell_absolute;
use rust_xlsxwriter::{Color, Format, FormatBorder, Formula, Workbook, Worksheet, XlsxError};

use super::grid::{Tint, add_tint, clipped, header_format, note_format, print_setup, title_format};
use crate::report::model::{Report, ScoreResult, SetResult, UtilityResult};
use crate::report::voice::recovery as words;

/// Row of the first measure, from 0; its headers stand above it.
const MEASURES_TOP: u32 = 4;

/// Columns of the block above.
const TARGET: u16 = 2;
const LIMIT: u16 = 3;
const WEIGHT: u16 = 4;

/// A recorded utility that the formula gives to this is the formula's.
const SAME: f64 = 1e-9;

pub(super) fn is_absent(report: &Report) -> bool {
    scored(report).next().is_none()
}

fn scored(report: &Report) -> impl Iterator<Item = (&SetResult, &ScoreResult)> {
    report
        .sets
        .iter()
        .filter_map(|set| Some((set, set.score.as_ref()?)))
}

pub(super) fn write(book: &mut Workbook, report: &Report, max_rows: u32) -> Result<(), XlsxError> {
    let Some((_, first)) = scored(report).next() else {
        return Ok(());
    };
    let sheet = book.add_worksheet();
    sheet.set_name("Score")?;
    sheet.write_string_with_format(0, 0, "What each set scores, and why", &title_format())?;
    let note = "Edit the framed cells: utilities and scores follow. A utility is 1 at the target, 0 at the limit and straight between; the score is their mean by weight.";
    sheet.write_string_with_format(1, 0, note, &note_format())?;
    measures(sheet, report, &first.parts)?;
    let top = MEASURES_TOP + first.parts.len() as u32 + 2;
    let last = sets(sheet, report, &first.parts, top, max_rows)?;
    let columns = 2 + 2 * first.parts.len() as u16;
    sheet.set_freeze_panes(0, 2)?;
    sheet.set_print_area(0, 0, last, columns)?;
    print_setup(sheet, report);
    Ok(())
}

/// A cell to edit.
fn editable(format: Format) -> Format {
    format
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0xFF_F8_E1))
}

/// Numbers of a measure: shares need their digits.
fn number(unit: &str) -> Format {
    Format::new().set_num_format(if unit == "share" { "0.000000%" } else { "#,##0.0" })
}

fn shown_unit(unit: &str) -> &str {
    if unit == "share" { "%" } else { unit }
}

fn measures(sheet: &mut Worksheet, report: &Report, parts: &[UtilityResult]) -> Result<(), XlsxError> {
    for (at, header) in (0u16..).zip(["measure", "unit", "worth 1 at", "worth 0 at", "weight"]) {
        sheet.write_string_with_format(MEASURES_TOP - 1, at, header, &header_format())?;
    }
    for (row, part) in (MEASURES_TOP..).zip(parts) {
        sheet.write_string(row, 0, clipped(&words::measure(&part.of)))?;
        sheet.write_string(row, 1, clipped(shown_unit(&part.unit)))?;
        let format = editable(number(&part.unit));
        sheet.write_number_with_format(row, TARGET, part.target, &format)?;
        sheet.write_number_with_format(row, LIMIT, part.limit, &format)?;
        let weight = editable(Format::new().set_num_format("0.000"));
        sheet.write_number_with_format(row, WEIGHT, part.weight, &weight)?;
    }
    sheet.set_column_width(0, 16)?;
    let names = report.sets.iter().map(|set| set.name.chars().count());
    sheet.set_column_width(1, (names.max().unwrap_or(0) + 3).clamp(12, 64) as f64)?;
    Ok(())
}

/// A row a set; the last row written.
fn sets(
    sheet: &mut Worksheet,
    report: &Report,
    parts: &[UtilityResult],
    top: u32,
    max_rows: u32,
) -> Result<u32, XlsxError> {
    headers(sheet, parts, top)?;
    let mut last = top;
    let room = max_rows.saturating_sub(top + 1) as usize;
    for (row, (set, score)) in (top + 1..).zip(scored(report).take(room)) {
        sheet.write_number_with_format(row, 0, score.rank as f64, &Format::new().set_num_format("#,##0"))?;
        // A little off the number before it.
        sheet.write_string_with_format(row, 1, clipped(&set.name), &Format::new().set_indent(1))?;
        for (i, part) in parts.iter().enumerate() {
            if let Some(own) = score.parts.iter().find(|it| it.of == part.of) {
                one_part(sheet, row, i as u16, parts.len() as u16, own)?;
            }
        }
        total(sheet, row, parts.len() as u16, score)?;
        last = row;
    }
    if last > top {
        let n = parts.len() as u16;
        add_tint(sheet, [top + 1, last], [2 + n, 1 + 2 * n], Tint::Shares)?;
        add_tint(sheet, [top + 1, last], [2 + 2 * n, 2 + 2 * n], Tint::Shares)?;
    }
    Ok(last)
}

fn headers(sheet: &mut Worksheet, parts: &[UtilityResult], top: u32) -> Result<(), XlsxError> {
    let values = parts
        .iter()
        .map(|part| format!("{}, {}", words::measure(&part.of), shown_unit(&part.unit)));
    let utilities = parts
        .iter()
        .map(|part| format!("utility of {}", words::measure(&part.of)));
    let all = ["rank by score".to_owned(), "set".to_owned()]
        .into_iter()
        .chain(values)
        .chain(utilities);
    for (at, header) in (0u16..).zip(all.chain(["score".to_owned()])) {
        sheet.write_string_with_format(top, at, clipped(&header), &header_format())?;
        if at > 1 {
            sheet.set_column_width(at, 16)?;
        }
    }
    sheet.set_row_height(top, 32)?;
    Ok(())
}

/// A measure's value, and what it is worth by the cells above.
fn one_part(sheet: &mut Worksheet, row: u32, i: u16, n: u16, it: &UtilityResult) -> Result<(), XlsxError> {
    let at = 2 + i;
    let format = Format::new().set_num_format("0.000");
    let Some(measured) = it.value.filter(|value| value.is_finite()) else {
        // Nothing to measure, such as an RTO when nobody takes over: worth what the run says.
        sheet.write_number_with_format(row, at + n, it.utility, &format)?;
        return Ok(());
    };
    sheet.write_number_with_format(row, at, measured, &number(&it.unit))?;
    let measure = MEASURES_TOP + u32::from(i);
    let straight = ((it.limit - measured) / (it.limit - it.target)).clamp(0.0, 1.0);
    if (straight - it.utility).abs() <= SAME {
        let value = rust_xlsxwriter::utility::row_col_to_cell(row, at);
        let [target, limit] = [TARGET, LIMIT].map(|column| row_col_to_cell_absolute(measure, column));
        let formula = format!("=MAX(0,MIN(1,({limit}-{value})/({limit}-{target})))");
        let formula = Formula::new(formula).set_result(it.utility.to_string());
        sheet.write_formula_with_format(row, at + n, formula, &format)?;
    } else if it.utility.is_finite() {
        // Another law than the straight one: the cell holds what the run found.
        sheet.write_number_with_format(row, at + n, it.utility, &format)?;
    }
    Ok(())
}

/// The mean of the utilities by weight.
fn total(sheet: &mut Worksheet, row: u32, n: u16, score: &ScoreResult) -> Result<(), XlsxError> {
    if n == 0 || !score.total.value.is_finite() {
        return Ok(());
    }
    let weight = |i: u16| row_col_to_cell_absolute(MEASURES_TOP + u32::from(i), WEIGHT);
    let terms: Vec<String> = (0..n)
        .map(|i| {
            let utility = rust_xlsxwriter::utility::row_col_to_cell(row, 2 + n + i);
            format!("{}*{utility}", weight(i))
        })
        .collect();
    let formula = format!("=({})/SUM({}:{})", terms.join("+"), weight(0), weight(n - 1));
    let formula = Formula::new(formula).set_result(score.total.value.to_string());
    let format = Format::new().set_bold().set_num_format("0.000");
    sheet.write_formula_with_format(row, 2 + 2 * n, formula, &format)?;
    Ok(())
}
