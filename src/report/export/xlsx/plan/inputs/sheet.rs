//! How the sheet is written.

use rust_xlsxwriter::utility::row_col_to_cell_absolute;
use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, DataValidation, DataValidationRule, Format,
    FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::super::super::grid::{
    QUIET, WORSE, clipped, header_format, note_format, print_setup, title_format,
};
use super::super::super::live::Live;
use super::super::super::stale;
use super::super::Plan;
use super::fields::{Field, Part, Rule};
use super::prices::Price;
use super::score::ROWS;
use super::{AS_RUN, CHANGES, EDITED, FROM, Inputs, LABEL, OUTDATES, STEP, TOP, UNIT, VALUE};
use crate::report::voice::{exact, recovery as words};

/// Widths of the columns, in characters.
const WIDTHS: [u8; 9] = [44, 14, 14, 16, 10, 44, 62, 10, 10];

/// Writes the sheet and gives its cells their names.
pub(in super::super) fn write(book: &mut Workbook, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let mut pen = Pen {
        sheet: book.add_worksheet(),
        names: Vec::new(),
    };
    pen.sheet.set_name("Inputs")?;
    heading(&mut pen)?;
    fields(&mut pen, &plan.inputs)?;
    score(&mut pen, plan)?;
    prices(&mut pen, &plan.inputs)?;
    let last = checks(&mut pen, &plan.inputs)?;
    let last = fixed(&mut pen, plan, last + 2)?;
    pen.sheet.set_freeze_panes(TOP, 2)?;
    pen.sheet.set_repeat_rows(TOP - 1, TOP - 1)?;
    pen.sheet.set_print_area(0, 0, last, OUTDATES)?;
    print_setup(pen.sheet, plan.report);
    let names = pen.names;
    for (name, cell) in names {
        book.define_name(name, &format!("=Inputs!{cell}"))?;
    }
    Ok(())
}

struct Pen<'a> {
    sheet: &'a mut Worksheet,
    /// Names of the workbook, and their cells on this sheet.
    names: Vec<(String, String)>,
}

impl Pen<'_> {
    fn name(&mut self, name: &str, row: u32) {
        self.names
            .push((name.to_owned(), row_col_to_cell_absolute(row, VALUE)));
    }

    fn header(&mut self, row: u32, cells: &[&str]) -> Result<(), XlsxError> {
        for (at, text) in (0u16..).zip(cells) {
            let align = if matches!(at, VALUE | AS_RUN | FROM | STEP) {
                FormatAlign::Right
            } else {
                FormatAlign::Left
            };
            let format = header_format().set_align(align).set_indent(u8::from(at == UNIT));
            self.sheet.write_string_with_format(row, at, *text, &format)?;
        }
        Ok(())
    }

    fn text(&mut self, row: u32, at: u16, text: &str) -> Result<(), XlsxError> {
        // A unit stands a little off the number before it.
        let format = words_format().set_indent(u8::from(at == UNIT));
        self.sheet
            .write_string_with_format(row, at, clipped(text), &format)?;
        Ok(())
    }

    /// A value to edit, the same as run, and whether they differ.
    fn value(&mut self, row: u32, value: Option<f64>, format: &str, rule: Rule) -> Result<(), XlsxError> {
        let as_run = Format::new()
            .set_num_format(format)
            .set_font_color(QUIET)
            .set_align(FormatAlign::Top);
        match value {
            Some(value) => {
                self.sheet
                    .write_number_with_format(row, VALUE, value, &editable(format))?;
                self.sheet.write_number_with_format(row, AS_RUN, value, &as_run)?;
            }
            None => {
                self.sheet.write_blank(row, VALUE, &editable(format))?;
            }
        }
        let [value_cell, run_cell] = [VALUE, AS_RUN].map(|at| row_col_to_cell_absolute(row, at));
        let (formula, stored) = match value {
            Some(_) => (
                format!("=IF(ABS({value_cell}-{run_cell})<=1E-9*ABS({run_cell}),\"as run\",\"edited\")"),
                "as run",
            ),
            None => (
                format!("=IF(ISNUMBER({value_cell}),\"edited\",\"as run\")"),
                "as run",
            ),
        };
        Live::new(formula, stored).write(self.sheet, row, EDITED, &words_format())?;
        let edited = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo("edited"))
            .set_format(Format::new().set_background_color(WORSE));
        self.sheet
            .add_conditional_format(row, EDITED, row, EDITED, &edited)?;
        self.sheet
            .add_data_validation(row, VALUE, row, VALUE, &validation(rule)?)?;
        Ok(())
    }
}

/// A cell to edit.
fn editable(format: &str) -> Format {
    Format::new()
        .set_num_format(format)
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0xFF_F8_E1))
        .set_align(FormatAlign::Top)
        .set_unlocked()
}

fn words_format() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top)
}

fn validation(rule: Rule) -> Result<DataValidation, XlsxError> {
    let all = DataValidation::new();
    let (rule, hint) = match rule {
        Rule::Share => (
            all.allow_decimal_number(DataValidationRule::Between(0.0, 1.0)),
            "a share from 0 % to 100 %".to_owned(),
        ),
        Rule::Ceiling => (
            all.allow_decimal_number(DataValidationRule::Between(1e-6, 1.0)),
            "a share above 0 %, at most 100 %".to_owned(),
        ),
        Rule::Growth => (
            all.allow_decimal_number(DataValidationRule::GreaterThan(-1.0)),
            "a share above -100 %".to_owned(),
        ),
        Rule::Positive => (
            all.allow_decimal_number(DataValidationRule::GreaterThan(0.0)),
            "a number above 0".to_owned(),
        ),
        Rule::NotNegative => (
            all.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0)),
            "a number from 0 on".to_owned(),
        ),
        Rule::Whole(from) => (
            all.allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(from)),
            format!("a whole number from {from} on"),
        ),
    };
    rule.set_error_title("this value cannot be")?
        .set_error_message(hint)
}

fn heading(pen: &mut Pen<'_>) -> Result<(), XlsxError> {
    for (at, width) in (0u16..).zip(WIDTHS) {
        pen.sheet.set_column_width(at, f64::from(width))?;
    }
    pen.sheet
        .write_string_with_format(0, 0, "What may be edited", &title_format())?;
    let note = "Edit the framed cells of the column `edit here`; everything else follows or says `re-run needed`. The column `as run` keeps what the report was made with.";
    pen.sheet.write_string_with_format(1, 0, note, &note_format())?;
    pen.header(
        TOP - 1,
        &[
            "input",
            "edit here",
            "as run",
            "unit",
            "edited?",
            "what it changes",
            "what an edit outdates: `re-run needed`",
        ],
    )
}

fn fields(pen: &mut Pen<'_>, inputs: &Inputs<'_>) -> Result<(), XlsxError> {
    for (row, field) in (TOP..).zip(&inputs.fields) {
        pen.text(row, LABEL, &field.label)?;
        pen.value(row, Some(field.value), field.format, field.rule)?;
        pen.text(row, UNIT, &field.unit)?;
        pen.text(row, CHANGES, field.changes)?;
        pen.text(row, OUTDATES, &field.outdates)?;
        pen.sheet.set_row_height(row, height(field))?;
        pen.name(&field.name, row);
    }
    Ok(())
}

/// Points that the longest text of a row takes.
fn height(field: &Field) -> f64 {
    // A width counts digits; prose has about 1.1 letters to a digit, broken at words.
    let lines = |text: &str, at: usize| text.chars().count().div_ceil(usize::from(WIDTHS[at]) * 11 / 10);
    let [changes, outdates] = [lines(field.changes, 5), lines(&field.outdates, 6)];
    15.0 * changes.max(outdates).max(1) as f64
}

fn score(pen: &mut Pen<'_>, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let cells = &plan.inputs.score;
    if cells.is_empty() {
        return Ok(());
    }
    pen.header(
        cells.top - 1,
        &[
            "score",
            "edit here",
            "as run",
            "unit",
            "edited?",
            "what it changes",
            "",
        ],
    )?;
    for (measure, part) in cells.parts.iter().enumerate() {
        let values = [part.weight, part.target, part.limit];
        for (which, word) in ROWS.into_iter().enumerate() {
            let row = cells.row(measure, which);
            let is_share = part.unit == "share" && which > 0;
            let format = match (which, is_share) {
                (0, _) => "0.000",
                (_, true) => "0.0000%",
                _ => "#,##0.0",
            };
            pen.text(row, LABEL, &format!("{}: {word}", words::measure(&part.of)))?;
            let rule = if which == 0 {
                Rule::NotNegative
            } else {
                Rule::Positive
            };
            pen.value(row, Some(values[which]), format, rule)?;
            let money = plan.asked.cost.as_ref().filter(|_| part.of == "cost");
            let unit = match money {
                _ if is_share => "%",
                Some(cost) => &cost.currency,
                None => &part.unit,
            };
            pen.text(row, UNIT, if which == 0 { "" } else { unit })?;
            pen.text(row, CHANGES, "utilities, scores and places on `Score`")?;
            pen.name(&cells.name(measure, which), row);
        }
    }
    Ok(())
}

fn prices(pen: &mut Pen<'_>, inputs: &Inputs<'_>) -> Result<(), XlsxError> {
    let prices = &inputs.prices;
    if prices.all.is_empty() {
        return Ok(());
    }
    pen.header(
        prices.top - 1,
        &[
            "price",
            "edit here",
            "as run",
            "unit",
            "edited?",
            "tier",
            "source and date",
            "from",
            "step",
        ],
    )?;
    for price in &prices.all {
        one_price(pen, price)?;
    }
    Ok(())
}

fn one_price(pen: &mut Pen<'_>, price: &Price<'_>) -> Result<(), XlsxError> {
    let mut from = 0.0;
    for i in 0..price.rows() {
        let row = price.row + i;
        let tier = price.tiers.get(i as usize);
        pen.text(row, LABEL, &price.label())?;
        pen.value(row, tier.map(|tier| tier.usd), "0.0000##", Rule::NotNegative)?;
        pen.text(row, UNIT, &price.unit)?;
        let end = tier.and_then(|tier| tier.up_to);
        if price.rows() > 1 {
            pen.text(row, CHANGES, &tier_words(from, end))?;
        }
        pen.text(row, OUTDATES, &price.source)?;
        helpers(pen, price, i, from)?;
        let name = if i == 0 {
            price.defined.clone()
        } else {
            format!("{}_tier{}", price.defined, i + 1)
        };
        pen.name(&name, row);
        from = end.unwrap_or(f64::INFINITY);
    }
    Ok(())
}

fn tier_words(from: f64, end: Option<f64>) -> String {
    match end {
        Some(end) => format!("from {} to {} units a month", exact(from), exact(end)),
        None => format!("from {} units a month on", exact(from)),
    }
}

/// Where a tier begins, and by how much its price is above that of the tier before.
fn helpers(pen: &mut Pen<'_>, price: &Price<'_>, i: u32, from: f64) -> Result<(), XlsxError> {
    let (Some(tier), true) = (price.tiers.get(i as usize), from.is_finite() && price.rows() > 1) else {
        return Ok(());
    };
    let quiet = Format::new().set_font_color(QUIET).set_align(FormatAlign::Top);
    let row = price.row + i;
    pen.sheet.write_number_with_format(row, FROM, from, &quiet)?;
    let own = row_col_to_cell_absolute(row, VALUE);
    let step = match i
        .checked_sub(1)
        .and_then(|before| price.tiers.get(before as usize))
    {
        Some(before) => {
            let cell = row_col_to_cell_absolute(row - 1, VALUE);
            Live::new(format!("={own}-{cell}"), tier.usd - before.usd)
        }
        None => Live::new(format!("={own}"), tier.usd),
    };
    step.write(pen.sheet, row, STEP, &quiet)
}

/// Whether the inputs of each kind are as run; the last row.
fn checks(pen: &mut Pen<'_>, inputs: &Inputs<'_>) -> Result<u32, XlsxError> {
    let top = inputs.checks_top;
    pen.header(
        top - 1,
        &[
            "checks, not to be edited",
            "value",
            "",
            "",
            "",
            "what it says",
            "",
        ],
    )?;
    let part = |part: Part| inputs.rows_of(part);
    let prices = (!inputs.prices.all.is_empty()).then(|| (inputs.prices.top, inputs.prices.end() - 1));
    let checks = [
        (stale::RATE, part(Part::Rate), "the rate is as run"),
        (stale::GROWTH, part(Part::Growth), "growth is as run"),
        (
            stale::SIZING,
            part(Part::Sizing),
            "what is asked of servers is as run",
        ),
        (stale::TERMS, part(Part::Terms), "terms of payment are as run"),
        (stale::PRICES, prices, "all prices are as run"),
    ];
    let mut row = top;
    for (name, rows, says) in checks {
        let formula = match rows {
            Some((first, last)) => {
                let [first, last] = [first, last].map(|row| row_col_to_cell_absolute(row, EDITED));
                format!("=IF(COUNTIF({first}:{last},\"edited\")=0,1,0)")
            }
            None => "=1".into(),
        };
        pen.text(row, LABEL, name)?;
        Live::new(formula, 1.0).write(pen.sheet, row, VALUE, &words_format())?;
        pen.text(row, CHANGES, &format!("1 while {says}, else 0"))?;
        pen.name(name, row);
        row += 1;
    }
    pen.text(row, LABEL, "rate_ratio")?;
    let [edited, run] = [VALUE, AS_RUN].map(|at| row_col_to_cell_absolute(TOP, at));
    Live::new(format!("={edited}/{run}"), 1.0).write(pen.sheet, row, VALUE, &words_format())?;
    pen.text(row, CHANGES, "times as much load as in the run")?;
    pen.name("rate_ratio", row);
    Ok(row)
}

/// What was asked and cannot be edited here.
fn fixed(pen: &mut Pen<'_>, plan: &Plan<'_>, top: u32) -> Result<u32, XlsxError> {
    pen.header(top, &["to change these, run again", "as run", "", "", "", "", ""])?;
    let asked = plan.asked;
    let mut lines = vec![
        ("daily curve".to_owned(), asked.demand.curve.clone()),
        ("years ahead".to_owned(), asked.demand.horizon_years.to_string()),
        ("from".to_owned(), asked.demand.start.clone()),
        (
            "requests that a region cannot take".to_owned(),
            asked.overload.clone(),
        ),
    ];
    lines.extend(asked.demand.growth_interval.map(|it| {
        let text = format!("{} % to {} %", exact(it.low * 100.0), exact(it.high * 100.0));
        ("90 % interval of growth".to_owned(), text)
    }));
    lines.extend(asked.demand.growth_of.iter().map(|(country, growth)| {
        (
            format!("growth of {country}"),
            format!("{} % a year", exact(growth * 100.0)),
        )
    }));
    lines.extend(
        asked
            .retry
            .iter()
            .map(|it| ("users who wait too long".to_owned(), it.clone())),
    );
    if let Some(sizing) = &asked.sizing {
        let zone = if sizing.survive_zone { "yes" } else { "no" };
        lines.push(("bears the loss of any one zone".to_owned(), zone.to_owned()));
        lines.push((
            "bears the loss of so many regions".to_owned(),
            sizing.survive_regions.to_string(),
        ));
        let responses = sizing.promises.iter().filter(|it| it.of != "wait");
        lines.extend(responses.map(|it| {
            let label = format!("{} % of requests take at most", exact(it.share * 100.0));
            (
                label,
                format!("{} ms, wait and service together", exact(it.within_ms)),
            )
        }));
    }
    let mut row = top;
    for (label, value) in lines {
        row += 1;
        pen.text(row, LABEL, &label)?;
        pen.sheet
            .write_string_with_format(row, VALUE, clipped(&value), &Format::new().set_indent(1))?;
    }
    Ok(row)
}
