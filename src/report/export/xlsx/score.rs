//! The sheet `Score`: weights, targets and limits to edit above, and below each set's utilities and score as formulas
//! over them. Their results are stored, so that programs which do not compute show them, too.
//!
//! Where there is capacity, what may be edited stands on `Inputs` and is repeated here, the cost is that of `Cost`, and
//! a measure that an edit has outdated says so.

use rust_xlsxwriter::utility::row_col_to_cell_absolute;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::grid::{
    Cell, Column, Kind, Tint, add_tint, clipped, header_format, mark_words, note_format, print_setup,
    title_format,
};
use super::live::{Live, RERUN};
use super::plan::{self, Plan};
use super::stale;
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

/// Row of the headers of the sets, from 0, below so many measures.
fn sets_top(measures: usize) -> u32 {
    MEASURES_TOP + measures as u32 + 2
}

/// The columns that `Ranking` gets: cost and score, as they compute.
pub(super) fn ranking(report: &Report, plan: &Plan<'_>) -> Vec<Column> {
    let mut columns = plan::ranking(plan);
    let Some((_, first)) = scored(report).next() else {
        return columns;
    };
    let n = first.parts.len();
    let link = |at: u16, stored: fn(&ScoreResult) -> f64| -> Vec<Cell> {
        let mut next = sets_top(n) + 1;
        let cell = |set: &SetResult| {
            let score = set.score.as_ref()?;
            let cell = rust_xlsxwriter::utility::row_col_to_cell(next, at);
            next += 1;
            Some(Live::new(format!("=Score!{cell}"), stored(score)).into())
        };
        report
            .sets
            .iter()
            .map(cell)
            .map(|it| it.unwrap_or(Cell::Empty))
            .collect()
    };
    let score = Column::new(
        "score",
        Kind::Number(3),
        link(2 + 2 * n as u16, |it| it.total.value),
    );
    let rank = Column::new("place by it", Kind::Number(0), link(0, |it| it.rank as f64));
    columns.extend([score.tint(Tint::Shares), rank].map(|it| it.group("score, live")));
    columns
}

pub(super) fn write(
    book: &mut Workbook,
    report: &Report,
    plan: Option<&Plan<'_>>,
    max_rows: u32,
) -> Result<(), XlsxError> {
    let Some((_, first)) = scored(report).next() else {
        return Ok(());
    };
    let sheet = book.add_worksheet();
    sheet.set_name("Score")?;
    sheet.write_string_with_format(0, 0, "What each set scores, and why", &title_format())?;
    let edit = if plan.is_some() {
        "Edit weights, targets and limits on `Inputs`"
    } else {
        "Edit the framed cells"
    };
    let note = format!(
        "{edit}: utilities and scores follow. A utility is 1 at the target, 0 at the limit and straight between; the score is their mean by weight."
    );
    sheet.write_string_with_format(1, 0, note, &note_format())?;
    measures(sheet, report, plan, &first.parts)?;
    let top = sets_top(first.parts.len());
    let last = sets(sheet, report, plan, &first.parts, top, max_rows)?;
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

fn measures(
    sheet: &mut Worksheet,
    report: &Report,
    plan: Option<&Plan<'_>>,
    parts: &[UtilityResult],
) -> Result<(), XlsxError> {
    for (at, header) in (0u16..).zip(["measure", "unit", "worth 1 at", "worth 0 at", "weight"]) {
        sheet.write_string_with_format(MEASURES_TOP - 1, at, header, &header_format())?;
    }
    for ((i, part), row) in parts.iter().enumerate().zip(MEASURES_TOP..) {
        sheet.write_string(row, 0, clipped(&words::measure(&part.of)))?;
        sheet.write_string(row, 1, clipped(shown_unit(&part.unit)))?;
        let of_unit = number(&part.unit);
        let weight = Format::new().set_num_format("0.000");
        let cells = [
            (TARGET, part.target, &of_unit),
            (LIMIT, part.limit, &of_unit),
            (WEIGHT, part.weight, &weight),
        ];
        for (at, value, format) in cells {
            let Some(inputs) = plan.map(Plan::score_cells) else {
                sheet.write_number_with_format(row, at, value, &editable(format.clone()))?;
                continue;
            };
            let cell = match at {
                TARGET => inputs.target(i),
                LIMIT => inputs.limit(i),
                _ => inputs.weight(i),
            };
            Live::new(format!("={cell}"), value).write(sheet, row, at, format)?;
        }
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
    plan: Option<&Plan<'_>>,
    parts: &[UtilityResult],
    top: u32,
    max_rows: u32,
) -> Result<u32, XlsxError> {
    headers(sheet, parts, top)?;
    let mut last = top;
    let room = max_rows.saturating_sub(top + 1) as usize;
    let rows = scored(report).count().min(room) as u32;
    for (row, (set, score)) in (top + 1..).zip(scored(report).take(room)) {
        rank(
            sheet,
            row,
            [top + 1, top + rows],
            2 + 2 * parts.len() as u16,
            report,
            score,
        )?;
        // A little off the number before it.
        sheet.write_string_with_format(row, 1, clipped(&set.name), &Format::new().set_indent(1))?;
        for (i, part) in parts.iter().enumerate() {
            if let Some(own) = score.parts.iter().find(|it| it.of == part.of) {
                let value = Value::of(plan, set, own);
                one_part(sheet, row, [i, parts.len()], own, &value)?;
            }
        }
        total(sheet, row, parts.len() as u16, score, plan.is_some())?;
        last = row;
    }
    if last > top {
        let n = parts.len() as u16;
        add_tint(sheet, [top + 1, last], [2 + n, 1 + 2 * n], Tint::Shares)?;
        add_tint(sheet, [top + 1, last], [2 + 2 * n, 2 + 2 * n], Tint::Shares)?;
        mark_words(sheet, [top + 1, last], [0, 2 + 2 * n])?;
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

/// Places by score, equal scores sharing one; what the run says where another rule was at work.
fn rank(
    sheet: &mut Worksheet,
    row: u32,
    [first, last]: [u32; 2],
    total: u16,
    report: &Report,
    score: &ScoreResult,
) -> Result<(), XlsxError> {
    let format = Format::new().set_num_format("#,##0");
    let found = |own: &ScoreResult| {
        let better = |(_, other): &(&SetResult, &ScoreResult)| other.total.value > own.total.value;
        1 + scored(report).filter(better).count()
    };
    let all = scored(report).count();
    if (last - first + 1) as usize != all || !scored(report).all(|(_, it)| found(it) == it.rank) {
        sheet.write_number_with_format(row, 0, score.rank as f64, &format)?;
        return Ok(());
    }
    let own = rust_xlsxwriter::utility::row_col_to_cell(row, total);
    let [first, last] = [first, last].map(|row| row_col_to_cell_absolute(row, total));
    let formula = format!("=IF(COUNT({first}:{last})<{all},\"{RERUN}\",RANK({own},{first}:{last}))");
    Live::new(formula, score.rank as f64).write(sheet, row, 0, &format)
}

/// What stands in the place of a measure's value.
enum Value {
    /// What the run found.
    Run(f64),
    /// A formula: the cost as it is, or what the run found while nothing that it rests on is edited.
    Live(Live),
    /// Nothing to measure, such as an RTO when nobody takes over.
    Nothing,
}

impl Value {
    fn of(plan: Option<&Plan<'_>>, set: &SetResult, it: &UtilityResult) -> Value {
        let measured = it.value.filter(|value| value.is_finite());
        let cost = plan
            .filter(|_| it.of == "cost")
            .and_then(|plan| plan::total_of(plan, &set.name, set.rank));
        if let Some([total, missing]) = cost {
            let formula = format!("=IF({missing}=0,{total},\"cost incomplete\")");
            return Value::Live(measured.map_or_else(
                || Live::new(&formula, "cost incomplete"),
                |cost| Live::new(&formula, cost),
            ));
        }
        match (measured, plan.and_then(|_| stale::latency(set))) {
            (None, _) => Value::Nothing,
            (Some(value), Some(checks)) => Value::Live(Live::held(&checks, value)),
            (Some(value), None) => Value::Run(value),
        }
    }
}

/// A measure's value, and what it is worth by the cells above; `i` is its place among `n`.
fn one_part(
    sheet: &mut Worksheet,
    row: u32,
    [i, n]: [usize; 2],
    it: &UtilityResult,
    value: &Value,
) -> Result<(), XlsxError> {
    let (at, worth) = (2 + i as u16, 2 + (i + n) as u16);
    let format = Format::new().set_num_format("0.000");
    match value {
        Value::Run(value) => {
            sheet.write_number_with_format(row, at, *value, &number(&it.unit))?;
        }
        Value::Live(live) => {
            let format = number(&it.unit).set_align(FormatAlign::Right);
            live.write(sheet, row, at, &format)?;
        }
        Value::Nothing => {}
    }
    let straight = it
        .value
        .map(|value| ((it.limit - value) / (it.limit - it.target)).clamp(0.0, 1.0));
    let is_straight = straight.is_none_or(|straight| (straight - it.utility).abs() <= SAME);
    let cell = rust_xlsxwriter::utility::row_col_to_cell(row, at);
    let measure = MEASURES_TOP + i as u32;
    let [target, limit] = [TARGET, LIMIT].map(|column| row_col_to_cell_absolute(measure, column));
    let formula = format!("MAX(0,MIN(1,({limit}-{cell})/({limit}-{target})))");
    match value {
        Value::Run(_) if is_straight => {
            Live::new(format!("={formula}"), it.utility).write(sheet, row, worth, &format)
        }
        Value::Live(_) if is_straight => {
            let other = format!("IF({cell}=\"{RERUN}\",{cell},{})", it.utility);
            let formula = format!("=IF(ISNUMBER({cell}),{formula},{other})");
            Live::new(formula, it.utility).write(sheet, row, worth, &format)
        }
        // Another law than the straight one, or nothing to measure: the cell holds what the run found.
        _ if it.utility.is_finite() => {
            sheet.write_number_with_format(row, worth, it.utility, &format)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The mean of the utilities by weight.
fn total(
    sheet: &mut Worksheet,
    row: u32,
    n: u16,
    score: &ScoreResult,
    is_live: bool,
) -> Result<(), XlsxError> {
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
    let mean = format!("({})/SUM({}:{})", terms.join("+"), weight(0), weight(n - 1));
    let format = Format::new().set_bold().set_num_format("0.000");
    let formula = if is_live {
        let [first, last] = [2 + n, 1 + 2 * n].map(|at| rust_xlsxwriter::utility::row_col_to_cell(row, at));
        format!("=IF(COUNT({first}:{last})<{n},\"{RERUN}\",{mean})")
    } else {
        format!("={mean}")
    };
    Live::new(formula, score.total.value).write(sheet, row, 2 + 2 * n, &format)
}
