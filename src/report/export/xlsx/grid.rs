//! A sheet that holds one table: title, note, groups of columns, headers, rows, and how it prints.

use rust_xlsxwriter::{
    Color, ConditionalFormat3ColorScale, ConditionalFormatCell, ConditionalFormatCellRule,
    ConditionalFormatDataBar, ConditionalFormatFormula, ConditionalFormatType, Format, FormatAlign,
    FormatBorder, Note, Worksheet, XlsxError,
};

pub(super) use super::live::clipped;
use super::live::{Live, RERUN, Stored};
use super::stale;
use crate::report::model::{DesignResult, Figure, RecoveryResult, Report, SetResult};
use crate::report::voice::{self, Unit};

/// Row of the headers, from 0; the rows follow it.
pub(super) const TABLE_TOP: u32 = 3;

/// Dark text colour of titles and headers.
pub(super) const INK: Color = Color::RGB(0x1F_2D_3D);
/// Fill of headers.
pub(super) const HEADER_FILL: Color = Color::RGB(0xE6_EC_F2);
/// Grey of notes and of estimated figures.
pub(super) const QUIET: Color = Color::RGB(0x59_59_59);
/// Blue for "less, better": told from [`WORSE`] by every common form of colour blindness (blue against orange).
pub(super) const BETTER: Color = Color::RGB(0x92_C5_DE);
/// Orange for "more, worse".
pub(super) const WORSE: Color = Color::RGB(0xF4_A5_82);
/// Fill of data bars.
pub(super) const BAR: Color = Color::RGB(0xB3_CD_E3);
/// From little to much, light enough for black text.
pub(super) const HEAT: [Color; 3] = [
    Color::RGB(0xF7_FB_FF),
    Color::RGB(0xFE_E3_91),
    Color::RGB(0xF0_8A_4B),
];

/// What stands in a cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Live(Live),
    Empty,
}

impl From<Live> for Cell {
    fn from(live: Live) -> Cell {
        Cell::Live(live)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Cell {
        value
            .filter(|value| value.is_finite())
            .map_or(Cell::Empty, Cell::Number)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Cell {
        Some(value).into()
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

/// How a column's numbers look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Text, to the left.
    Text,
    /// Whole numbers.
    Count,
    /// Numbers of no unit of time, with so many decimals.
    Number(usize),
    /// A value.
    Value(Unit, usize),
    /// Half the width of an interval, behind its value.
    PlusMinus(Unit, usize),
    /// A difference.
    Signed(Unit, usize),
}

/// Colour by value, on top of the words and numbers that say the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tint {
    None,
    /// Bars from zero.
    Bars,
    /// Bars from none to all of a share.
    Shares,
    /// Light for little, strong for much.
    Heat,
    /// One colour below zero and another above; the flag says that more is better.
    Sign(bool),
}

/// A column with its cells.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) group: String,
    pub(super) header: String,
    pub(super) kind: Kind,
    pub(super) tint: Tint,
    /// What the header's note says; nothing for none.
    pub(super) note: String,
    /// Whether words may come to stand in the place of its numbers.
    pub(super) has_words: bool,
    pub(super) cells: Vec<Cell>,
}

impl Column {
    pub(super) fn new(header: impl Into<String>, kind: Kind, cells: Vec<Cell>) -> Column {
        Column {
            group: String::new(),
            header: header.into(),
            kind,
            tint: Tint::None,
            note: String::new(),
            has_words: true,
            cells,
        }
    }

    pub(super) fn group(mut self, group: &str) -> Column {
        group.clone_into(&mut self.group);
        self
    }

    pub(super) fn tint(mut self, tint: Tint) -> Column {
        self.tint = tint;
        self
    }

    pub(super) fn note(mut self, note: &str) -> Column {
        note.clone_into(&mut self.note);
        self
    }

    /// A column whose formulas always give numbers.
    pub(super) fn numbers_only(mut self) -> Column {
        self.has_words = false;
        self
    }

    /// Characters that the widest cell, or the longest word of the header, takes.
    fn width(&self) -> f64 {
        const WIDEST: usize = 64;
        let header = self
            .header
            .split([' ', '\n'])
            .map(|word| word.chars().count())
            .max();
        let cells = self.cells.iter().map(|cell| self.shown_width(cell)).max();
        // Room for the button of the filter and the padding.
        (header.unwrap_or(0) + 4).max(cells.unwrap_or(0) + 3).min(WIDEST) as f64
    }

    fn shown_width(&self, cell: &Cell) -> usize {
        match cell {
            Cell::Empty => 0,
            Cell::Text(text) => text.chars().count(),
            Cell::Number(value) => self.number_width(*value),
            // Room for the words that may come to stand there.
            Cell::Live(live) => match &live.stored {
                Stored::Number(value) if !self.has_words => self.number_width(*value),
                Stored::Number(value) => self.number_width(*value).max(RERUN.len() - 2),
                Stored::Text(text) => text.chars().count().max(RERUN.len() - 2),
            },
        }
    }

    fn number_width(&self, value: f64) -> usize {
        let (unit, digits, sign) = match self.kind {
            Kind::Value(unit, digits) => (unit, digits, 0),
            Kind::PlusMinus(unit, digits) | Kind::Signed(unit, digits) => (unit, digits, 2),
            Kind::Number(digits) => (Unit::Millis, digits, 1),
            Kind::Text | Kind::Count => (Unit::Millis, 0, 1),
        };
        let text = voice::fixed(value * unit.scale(), digits);
        text.chars().count() + sign + usize::from(unit == Unit::Share) + text.len() / 4
    }
}

/// The number format of a kind of column.
pub(super) fn number_format(kind: Kind) -> String {
    let digits = |unit: Unit, digits: usize| {
        let places = if digits == 0 {
            String::new()
        } else {
            format!(".{}", "0".repeat(digits))
        };
        match unit {
            Unit::Share => format!("0{places}%"),
            Unit::Millis | Unit::Seconds | Unit::Minutes => format!("#,##0{places}"),
        }
    };
    match kind {
        Kind::Text => "@".into(),
        Kind::Count => "#,##0".into(),
        Kind::Number(n) => digits(Unit::Millis, n),
        Kind::Value(unit, n) => digits(unit, n),
        Kind::PlusMinus(unit, n) => format!("\"± \"{}", digits(unit, n)),
        Kind::Signed(unit, n) => {
            let number = digits(unit, n);
            format!("+{number};\"−\"{number};{number}")
        }
    }
}

/// Decimals for a column of figures: what the smallest of their errors leaves, three at most.
pub(super) fn digits(half_widths: impl Iterator<Item = f64>, unit: Unit) -> usize {
    let smallest = half_widths
        .filter(|half| *half > 0.0)
        .fold(f64::INFINITY, f64::min);
    if smallest.is_finite() {
        voice::decimals(smallest * unit.scale()).min(3)
    } else {
        1
    }
}

/// The rank of a set, or that none is known: better sets may not be in the report.
pub(super) fn rank_of(set: &SetResult) -> Cell {
    voice::listed::rank(set).map_or_else(
        || Cell::Text(voice::listed::NO_RANK.to_owned()),
        |rank| Cell::Number(rank as f64),
    )
}

/// Columns of what `rows` hold, each beside the set that it is of: rank and set first.
pub(super) struct Rows<'a, T>(pub(super) Vec<(&'a SetResult, T)>);

impl<'a, T> Rows<'a, T> {
    /// What `pick` finds in the designs of a report, in the order of the sets.
    pub(super) fn of<I: IntoIterator<Item = T>>(
        report: &'a Report,
        pick: impl Fn(&'a DesignResult) -> I,
    ) -> Self {
        let mut rows = Vec::new();
        for set in &report.sets {
            let found = set.design.iter().flat_map(&pick);
            rows.extend(found.map(|it| (set, it)));
        }
        Rows(rows)
    }

    /// What `pick` finds in what is told of recovery, in the order of the sets.
    pub(super) fn of_recovery<I: IntoIterator<Item = T>>(
        report: &'a Report,
        pick: impl Fn(&'a RecoveryResult) -> I,
    ) -> Self {
        let mut rows = Vec::new();
        for set in &report.sets {
            let found = set.recovery.iter().flat_map(&pick);
            rows.extend(found.map(|it| (set, it)));
        }
        Rows(rows)
    }

    /// The two columns that say whose row it is.
    pub(super) fn sets(&self) -> Vec<Column> {
        let cells = |cell: fn(&SetResult) -> Cell| self.0.iter().map(|(set, _)| cell(set)).collect();
        vec![
            Column::new("rank", Kind::Count, cells(rank_of)),
            Column::new("set", Kind::Text, cells(|set| Cell::Text(set.name.clone()))),
        ]
    }

    pub(super) fn column(&self, header: &str, kind: Kind, cell: impl Fn(&T) -> Cell) -> Column {
        Column::new(header, kind, self.0.iter().map(|(_, it)| cell(it)).collect())
    }

    pub(super) fn text(&self, header: &str, cell: impl Fn(&T) -> String) -> Column {
        self.column(header, Kind::Text, |it| Cell::Text(cell(it)))
    }

    /// A share, in per cent.
    pub(super) fn share(&self, header: &str, digits: usize, cell: impl Fn(&T) -> f64) -> Column {
        self.column(header, Kind::Value(Unit::Share, digits), |it| cell(it).into())
    }

    /// Milliseconds of what has no error of its own.
    pub(super) fn millis(&self, header: &str, cell: impl Fn(&T) -> f64) -> Column {
        self.column(header, Kind::Value(Unit::Millis, 1), |it| cell(it).into())
    }

    /// A figure in milliseconds and its ±.
    pub(super) fn figure(&self, header: &str, pick: impl Fn(&T) -> Figure) -> [Column; 2] {
        let half = |it: &T| voice::half_width(pick(it).sampling);
        let places = digits(self.0.iter().map(|(_, it)| half(it)), Unit::Millis);
        [
            self.column(header, Kind::Value(Unit::Millis, places), |it| {
                pick(it).value.into()
            }),
            self.column("± ms", Kind::PlusMinus(Unit::Millis, places), |it| {
                half(it).into()
            }),
        ]
    }
}

/// A sheet with one table.
pub(super) struct Grid<'a> {
    pub(super) name: &'a str,
    pub(super) title: String,
    pub(super) note: String,
    /// Columns that stay when the sheet is scrolled or printed sideways.
    pub(super) fixed_columns: u16,
    /// Pages beside each other when printed.
    pub(super) pages_wide: u16,
    pub(super) columns: Vec<Column>,
}

impl Grid<'_> {
    /// Writes the table; the number of its rows that fitted.
    pub(super) fn write(
        &self,
        sheet: &mut Worksheet,
        report: &Report,
        max_rows: u32,
    ) -> Result<u32, XlsxError> {
        sheet.set_name(self.name)?;
        let total = self
            .columns
            .iter()
            .map(|column| column.cells.len())
            .max()
            .unwrap_or(0) as u32;
        let rows = total.min(max_rows.saturating_sub(TABLE_TOP + 1));
        self.write_heading(sheet, total, rows)?;
        self.write_groups(sheet)?;
        let outdated = stale::rule(report, self.name);
        for (i, column) in self.columns.iter().enumerate() {
            write_column(sheet, i as u16, column, rows)?;
            if let (Some(rule), true) = (&outdated, rows > 0 && i > 1) {
                cover(sheet, i as u16, column, rows, rule)?;
            }
        }
        self.finish(sheet, report, rows)?;
        Ok(rows)
    }

    fn write_heading(&self, sheet: &mut Worksheet, total: u32, rows: u32) -> Result<(), XlsxError> {
        let mut note = self.note.clone();
        if rows < total {
            let left_out = voice::count(u64::from(total - rows));
            let total = voice::count(u64::from(total));
            note = format!("{left_out} of {total} rows are left out: a sheet holds no more. {note}");
        }
        sheet.write_string_with_format(0, 0, clipped(&self.title), &title_format())?;
        sheet.write_string_with_format(1, 0, clipped(&note), &note_format())?;
        Ok(())
    }

    /// One merged cell over the headers of each run of columns with the same group.
    fn write_groups(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let format = header_format().set_align(FormatAlign::Center).set_italic();
        let mut first = 0;
        while first < self.columns.len() {
            let group = &self.columns[first].group;
            let run = self.columns[first..]
                .iter()
                .take_while(|column| column.group == *group)
                .count();
            let (left, right) = (first as u16, (first + run - 1) as u16);
            match (group.is_empty(), run) {
                (true, _) => {}
                (false, 1) => {
                    sheet.write_string_with_format(TABLE_TOP - 1, left, clipped(group), &format)?;
                }
                _ => {
                    sheet.merge_range(
                        TABLE_TOP - 1,
                        left,
                        TABLE_TOP - 1,
                        right,
                        &clipped(group),
                        &format,
                    )?;
                }
            }
            first += run;
        }
        Ok(())
    }

    fn finish(&self, sheet: &mut Worksheet, report: &Report, rows: u32) -> Result<(), XlsxError> {
        let last = self.columns.len().saturating_sub(1) as u16;
        sheet.set_freeze_panes(TABLE_TOP + 1, self.fixed_columns)?;
        // Three lines of header, in points.
        sheet.set_row_height(TABLE_TOP, 48)?;
        if rows > 0 {
            sheet.autofilter(TABLE_TOP, 0, TABLE_TOP + rows, last)?;
        }
        sheet.set_repeat_rows(TABLE_TOP - 1, TABLE_TOP)?;
        if self.fixed_columns > 0 {
            sheet.set_repeat_columns(0, self.fixed_columns - 1)?;
        }
        sheet.set_print_area(0, 0, TABLE_TOP + rows, last)?;
        print_setup(sheet, report);
        sheet.set_print_fit_to_pages(self.pages_wide, 0);
        Ok(())
    }
}

fn write_column(sheet: &mut Worksheet, at: u16, column: &Column, rows: u32) -> Result<(), XlsxError> {
    let (header, format) = formats(column.kind);
    sheet.write_string_with_format(TABLE_TOP, at, clipped(&column.header), &header)?;
    sheet.set_column_width(at, column.width())?;
    for (row, cell) in (TABLE_TOP + 1..=TABLE_TOP + rows).zip(&column.cells) {
        write_cell(sheet, row, at, cell, &format)?;
    }
    if !column.note.is_empty() {
        sheet.insert_note(TABLE_TOP, at, &header_note(&column.note))?;
    }
    if rows > 0 {
        add_tint(sheet, [TABLE_TOP + 1, TABLE_TOP + rows], [at, at], column.tint)?;
        if column.has_words && column.cells.iter().any(|cell| matches!(cell, Cell::Live(_))) {
            mark_words(sheet, [TABLE_TOP + 1, TABLE_TOP + rows], [at, at])?;
        }
    }
    Ok(())
}

/// A note on a header, without the name of an author.
pub(super) fn header_note(text: &str) -> Note {
    // A line holds about 40 letters and is 15 pixels high.
    let lines = text.chars().count().div_ceil(40) as u32 + 1;
    Note::new(clipped(text))
        .set_author("isochrone")
        .add_author_prefix(false)
        .set_width(260)
        .set_height(16 * lines + 8)
}

/// Colours the words in the place of figures: no formula can find them, or there is no price.
pub(super) fn mark_words(sheet: &mut Worksheet, rows: [u32; 2], columns: [u16; 2]) -> Result<(), XlsxError> {
    for words in [RERUN, "no price", "over budget", "unstable", "over ceiling"] {
        let mark = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(words))
            .set_format(Format::new().set_background_color(WORSE));
        sheet.add_conditional_format(rows[0], columns[0], rows[1], columns[1], &mark)?;
    }
    Ok(())
}

/// Shows words in the place of a column's figures while `rule` says that an edit has outdated them; the figures of the
/// run stay in the cells.
fn cover(sheet: &mut Worksheet, at: u16, column: &Column, rows: u32, rule: &str) -> Result<(), XlsxError> {
    let is_name = column.kind == Kind::Text && column.header != "verdict" && column.group != "targets";
    if is_name || column.cells.iter().any(|cell| matches!(cell, Cell::Live(_))) {
        return Ok(());
    }
    let words = if column.width() > RERUN.len() as f64 {
        RERUN
    } else {
        "re-run"
    };
    let shown = format!("\"{words}\";\"{words}\";\"{words}\";\"{words}\"");
    let cover = ConditionalFormatFormula::new()
        .set_rule(rule)
        .set_format(Format::new().set_num_format(shown).set_background_color(WORSE));
    sheet.add_conditional_format(TABLE_TOP + 1, at, TABLE_TOP + rows, at, &cover)?;
    Ok(())
}

/// Formats of the header and of the cells: text to the left, a little off the number before it; numbers to the right.
fn formats(kind: Kind) -> (Format, Format) {
    let cells = Format::new().set_num_format(number_format(kind));
    match kind {
        Kind::Text => (
            header_format().set_align(FormatAlign::Left).set_indent(1),
            cells.set_indent(1),
        ),
        // To the right as well what stands in the place of a number.
        _ => (
            header_format().set_align(FormatAlign::Right),
            cells.set_align(FormatAlign::Right),
        ),
    }
}

pub(super) fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Live(live) => live.write(sheet, row, at, format)?,
        Cell::Number(value) => {
            sheet.write_number_with_format(row, at, *value, format)?;
        }
        Cell::Text(text) => {
            sheet.write_string_with_format(row, at, clipped(text), format)?;
        }
    }
    Ok(())
}

/// Colours the block of `rows` and `columns` (first, last).
pub(super) fn add_tint(
    sheet: &mut Worksheet,
    rows: [u32; 2],
    columns: [u16; 2],
    tint: Tint,
) -> Result<(), XlsxError> {
    let ([top, bottom], [left, right]) = (rows, columns);
    match tint {
        Tint::None => {}
        Tint::Bars => {
            sheet.add_conditional_format(top, left, bottom, right, &bars())?;
        }
        Tint::Shares => {
            let bars = bars().set_maximum(ConditionalFormatType::Number, 1);
            sheet.add_conditional_format(top, left, bottom, right, &bars)?;
        }
        Tint::Heat => {
            sheet.add_conditional_format(top, left, bottom, right, &heat())?;
        }
        Tint::Sign(more_is_better) => {
            sheet.add_conditional_format(top, left, bottom, right, &signs(more_is_better))?;
        }
    }
    Ok(())
}

fn bars() -> ConditionalFormatDataBar {
    ConditionalFormatDataBar::new()
        .set_fill_color(BAR)
        .set_solid_fill(true)
        .set_border_off(true)
        .set_minimum(ConditionalFormatType::Number, 0)
}

fn heat() -> ConditionalFormat3ColorScale {
    ConditionalFormat3ColorScale::new()
        .set_minimum_color(HEAT[0])
        .set_midpoint_color(HEAT[1])
        .set_maximum_color(HEAT[2])
}

fn signs(more_is_better: bool) -> ConditionalFormat3ColorScale {
    let (below, above) = if more_is_better {
        (WORSE, BETTER)
    } else {
        (BETTER, WORSE)
    };
    ConditionalFormat3ColorScale::new()
        .set_midpoint(ConditionalFormatType::Number, 0)
        .set_minimum_color(below)
        .set_midpoint_color(Color::White)
        .set_maximum_color(above)
}

/// Landscape A4, one page wide, with a footer that says where the page comes from.
pub(super) fn print_setup(sheet: &mut Worksheet, report: &Report) {
    const A4: u8 = 9;
    let origin = &report.provenance;
    // An ampersand starts a command in a footer.
    let digest = origin.input_digest.replace('&', "&&");
    let digest: String = digest.chars().take(64).collect();
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer(format!(
            "&L&8isochrone {} · seed {} · {digest}&R&8&A · &P of &N",
            origin.version, origin.seed
        ));
}

pub(super) fn title_format() -> Format {
    Format::new().set_bold().set_font_size(14).set_font_color(INK)
}

pub(super) fn note_format() -> Format {
    Format::new().set_italic().set_font_color(QUIET)
}

pub(super) fn header_format() -> Format {
    Format::new()
        .set_bold()
        .set_font_color(INK)
        .set_background_color(HEADER_FILL)
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::Top)
        .set_text_wrap()
}
