//! The sheet `Ask`: a set, a loss, a region and a year to choose, and what a planner wants to know of them.

use rust_xlsxwriter::utility::row_col_to_cell_absolute;
use rust_xlsxwriter::{
    Color, DataValidation, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError,
};

use super::super::grid::{
    INK, QUIET, clipped, header_format, header_note, mark_words, note_format, print_setup, title_format,
};
use super::super::live::{Live, RERUN, Stored, literal};
use super::capacity::{self, busy_servers, number_of};
use super::rows::{Load, Servers};
use super::{Plan, fleet, span};
use crate::report::model::{CapacityState, SetResult};
use crate::report::voice::count;

/// Column of the choices and the answers.
const VALUE: u16 = 1;
const UNIT: u16 = 2;
const FROM: u16 = 3;

/// Columns of the lists that can be chosen from, beyond what is printed: sets, states, regions, years.
const LISTS: [u16; 4] = [6, 7, 8, 9];
const LISTS_TOP: u32 = 4;

/// Rows of the choices: set, state, region, year.
const CHOICES: [u32; 4] = [3, 4, 5, 6];

/// Row of the answer in a sentence.
const SENTENCE: u32 = 8;

/// Row of the first figure.
const FIGURES: u32 = 11;

/// Rows of what the formulas look up: numbers of the choices in their lists, then rows on the sheets.
const HELPERS: u32 = 30;

/// What stands where nothing does.
const NOT_SERVED: &str = "serves nothing then";
const NOT_THERE: &str = "not in this set";

pub(super) fn write(sheet: &mut Worksheet, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let choice = Choice::of(plan);
    sheet.set_name("Ask")?;
    let longest = plan.sets.iter().map(|it| it.set.name.chars().count()).max();
    let value = (longest.unwrap_or(0) + 2).clamp(30, 64) as f64;
    for (at, width) in (0u16..).zip([48.0, value, 14.0, 76.0, 3.0, 3.0, 44.0, 44.0, 24.0, 10.0]) {
        sheet.set_column_width(at, width)?;
    }
    sheet.write_string_with_format(
        0,
        0,
        "Ask: what does it take, and what does it cost?",
        &title_format(),
    )?;
    let note =
        "Choose from the lists in the framed cells; the answers follow, from the inputs as they are edited.";
    sheet.write_string_with_format(1, 0, note, &note_format())?;
    lists(sheet, plan)?;
    choices(sheet, plan, &choice)?;
    helpers(sheet, plan, &choice)?;
    figures(sheet, plan, &choice)?;
    sentence(sheet, plan, &choice)?;
    sheet.set_print_area(0, 0, FIGURES + 12, FROM)?;
    sheet.set_freeze_panes(2, 0)?;
    print_setup(sheet, plan.report);
    Ok(())
}

/// What is chosen when the workbook is opened: the best set, its region that a loss makes need most, that loss, and two
/// years from now where the run looks so far.
struct Choice<'a> {
    set: &'a SetResult,
    set_at: usize,
    state: &'a CapacityState,
    region: &'a str,
    year: u32,
    load: Option<usize>,
    fleet: Option<usize>,
    today: Option<usize>,
}

impl<'a> Choice<'a> {
    fn of(plan: &Plan<'a>) -> Choice<'a> {
        let year = plan.last_year().min(2);
        let rows = plan.loads.rows.iter().enumerate();
        let here = rows.filter(|(_, load)| load.set == 0 && load.year == year && load.state.counts);
        let lost = |load: &Load| !load.state.lost.is_empty();
        let needed = |load: &Load| load.need.and_then(|need| need.servers);
        // Of equals the first.
        let most = here.rev().max_by_key(|(_, load)| (lost(load), needed(load)));
        let set = plan.sets[0];
        let (load, state, region) = match most {
            Some((at, load)) => (Some(at), load.state, load.it.region.as_str()),
            None => (
                None,
                &set.capacity.states[0],
                plan.region_names.first().copied().unwrap_or(""),
            ),
        };
        Choice {
            set: set.set,
            set_at: 0,
            state,
            region,
            year,
            load,
            fleet: plan.fleets.find(0, region, year),
            today: plan.fleets.find(0, region, 0),
        }
    }
}

/// Years, sets, states and regions to choose from.
fn lists(sheet: &mut Worksheet, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let quiet = Format::new().set_font_color(QUIET);
    let names: [Vec<&str>; 3] = [
        plan.sets.iter().map(|it| it.set.name.as_str()).collect(),
        plan.state_names.clone(),
        plan.region_names.clone(),
    ];
    for (at, header) in LISTS
        .into_iter()
        .zip(["sets to choose", "states", "regions", "years"])
    {
        sheet.write_string_with_format(LISTS_TOP - 1, at, header, &header_format())?;
    }
    for (at, names) in LISTS.into_iter().zip(&names) {
        for (row, name) in (LISTS_TOP..).zip(names) {
            sheet.write_string_with_format(row, at, clipped(name), &quiet)?;
        }
    }
    for year in 0..=plan.last_year() {
        sheet.write_number_with_format(LISTS_TOP + year, LISTS[3], f64::from(year), &quiet)?;
    }
    Ok(())
}

/// The cells of a list.
fn list(plan: &Plan<'_>, which: usize) -> String {
    let length = match which {
        0 => plan.sets.len(),
        1 => plan.state_names.len(),
        2 => plan.region_names.len(),
        _ => plan.last_year() as usize + 1,
    };
    let first = row_col_to_cell_absolute(LISTS_TOP, LISTS[which]);
    let last = row_col_to_cell_absolute(LISTS_TOP + length.max(1) as u32 - 1, LISTS[which]);
    format!("{first}:{last}")
}

fn choices(sheet: &mut Worksheet, plan: &Plan<'_>, choice: &Choice<'_>) -> Result<(), XlsxError> {
    let framed = Format::new()
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0xFF_F8_E1))
        .set_align(FormatAlign::Left)
        .set_unlocked();
    let labels = ["set", "lost, or normal", "region", "year from the start"];
    let says = [
        "sets by their rank",
        "`normal`: nothing is lost",
        "whose servers are asked about",
        "0 is the first year",
    ];
    for (which, row) in CHOICES.into_iter().enumerate() {
        sheet.write_string(row, 0, labels[which])?;
        let quiet = Format::new().set_font_color(QUIET).set_indent(1);
        sheet.write_string_with_format(row, UNIT, "choose", &quiet)?;
        sheet.write_string(row, FROM, says[which])?;
        let from = Formula::new(format!("={}", list(plan, which)));
        let listed = DataValidation::new()
            .allow_list_formula(from)
            .set_error_title("not on the list")?
            .set_error_message("choose from the list")?;
        sheet.add_data_validation(row, VALUE, row, VALUE, &listed)?;
    }
    let texts = [choice.set.name.as_str(), &choice.state.name, choice.region];
    for (row, text) in CHOICES.into_iter().zip(texts) {
        sheet.write_string_with_format(row, VALUE, clipped(text), &framed)?;
    }
    sheet.write_number_with_format(CHOICES[3], VALUE, f64::from(choice.year), &framed)?;
    Ok(())
}

fn helper(i: u32) -> String {
    row_col_to_cell_absolute(HELPERS + i, LISTS[1])
}

/// The rows that belong to the choice. A name is compared as a whole, letter by letter but for capitals, so that no
/// sign in it means anything else.
fn helpers(sheet: &mut Worksheet, plan: &Plan<'_>, choice: &Choice<'_>) -> Result<(), XlsxError> {
    let quiet = Format::new().set_font_color(QUIET).set_align(FormatAlign::Left);
    let numbers = [
        choice.set_at + 1,
        number_of(&plan.state_names, &choice.state.name),
        number_of(&plan.region_names, choice.region),
    ];
    let mut lines: Vec<(&str, Live)> = Vec::new();
    for (which, label) in ["number of the set", "of the state", "of the region"]
        .into_iter()
        .enumerate()
    {
        let list = list(plan, which);
        let value = row_col_to_cell_absolute(CHOICES[which], VALUE);
        let formula = format!("=SUMPRODUCT(MAX(({list}={value})*(ROW({list})-{LISTS_TOP})))");
        lines.push((label, Live::new(formula, numbers[which] as f64)));
    }
    let [set, state, region] = [0, 1, 2].map(helper);
    let year = row_col_to_cell_absolute(CHOICES[3], VALUE);
    let keys = |sheet: &str, rows: usize, column: u16| format!("{sheet}!{}", span(0, rows, column));
    let loads = keys("Capacity", plan.loads.rows.len(), capacity::KEY);
    let fleets = keys("Fleet", plan.fleets.rows.len(), fleet::KEY);
    let found = |key: String, keys: &str, at: Option<usize>| {
        let found = format!("MATCH({key},{keys},0)");
        let stored = at.map_or(0.0, |at| at as f64 + 1.0);
        Live::new(format!("=IF(ISNUMBER({found}),{found},0)"), stored)
    };
    let load_key = format!("{set}&\"/\"&{region}&\"/\"&{year}&\"/\"&{state}");
    lines.push(("line on `Capacity`", found(load_key, &loads, choice.load)));
    let fleet_key = format!("{set}&\"/\"&{region}&\"/\"&{year}");
    lines.push(("line on `Fleet`", found(fleet_key, &fleets, choice.fleet)));
    let today_key = format!("{set}&\"/\"&{region}&\"/0\"");
    lines.push((
        "line of the first year there",
        found(today_key, &fleets, choice.today),
    ));
    for (row, (label, live)) in (HELPERS..).zip(lines) {
        sheet.write_string_with_format(row, LISTS[0], label, &quiet)?;
        live.write(sheet, row, LISTS[1], &quiet)?;
    }
    Ok(())
}

/// What a figure is looked up in.
#[derive(Clone, Copy)]
enum Sheet {
    Capacity,
    Fleet,
    Today,
}

impl Sheet {
    /// The cell of a column in the row that belongs to the choice, and whether there is one.
    fn look(self, plan: &Plan<'_>, column: u16) -> (String, String) {
        let (sheet, rows, at) = match self {
            Sheet::Capacity => ("Capacity", plan.loads.rows.len(), helper(3)),
            Sheet::Fleet => ("Fleet", plan.fleets.rows.len(), helper(4)),
            Sheet::Today => ("Fleet", plan.fleets.rows.len(), helper(5)),
        };
        (
            format!("INDEX({sheet}!{},{at})", span(0, rows, column)),
            format!("{at}>0"),
        )
    }

    fn absent(self) -> &'static str {
        match self {
            Sheet::Capacity => NOT_SERVED,
            Sheet::Fleet | Sheet::Today => NOT_THERE,
        }
    }
}

/// The figures of the choice as the run found them.
struct Found<'a> {
    load: Option<&'a Load<'a>>,
    fleet: Option<&'a Servers<'a>>,
    today: Option<&'a Servers<'a>>,
    /// What a month of one instance costs.
    one: Option<f64>,
}

fn found<'b>(plan: &'b Plan<'_>, choice: &Choice<'_>) -> Found<'b> {
    let row = |at: Option<usize>| at.map(|at| &plan.fleets.rows[at]);
    Found {
        load: choice.load.map(|at| &plan.loads.rows[at]),
        fleet: row(choice.fleet),
        today: row(choice.today),
        one: row(choice.today).and_then(|row| fleet::one(plan, row)),
    }
}

fn or(value: Option<f64>, otherwise: &str) -> Stored {
    value.map_or_else(|| Stored::from(otherwise), Stored::from)
}

/// A line of answers.
struct Answer {
    label: &'static str,
    unit: String,
    from: &'static str,
    format: &'static str,
    live: Live,
}

fn answer(label: &'static str, unit: &str, from: &'static str, format: &'static str, live: Live) -> Answer {
    Answer {
        label,
        unit: unit.to_owned(),
        from,
        format,
        live,
    }
}

fn figures(sheet: &mut Worksheet, plan: &Plan<'_>, choice: &Choice<'_>) -> Result<(), XlsxError> {
    for (at, header) in (0u16..).zip(["", "answer", "unit", "where it comes from"]) {
        sheet.write_string_with_format(FIGURES - 1, at, header, &header_format())?;
    }
    let mut answers = of_load(plan, choice);
    if plan.asked.cost.is_some() {
        answers.extend(of_cost(plan, choice));
    }
    let last = FIGURES + answers.len() as u32 - 1;
    for (row, it) in (FIGURES..).zip(answers) {
        sheet.write_string(row, 0, it.label)?;
        let format = Format::new()
            .set_num_format(it.format)
            .set_align(FormatAlign::Left)
            .set_bold();
        it.live.write(sheet, row, VALUE, &format)?;
        sheet.write_string_with_format(row, UNIT, clipped(&it.unit), &Format::new().set_indent(1))?;
        sheet.write_string_with_format(row, FROM, it.from, &Format::new().set_font_color(QUIET))?;
    }
    mark_words(sheet, [FIGURES, last], [VALUE, VALUE])
}

/// Rows of the figures that others are computed from.
const INSTANCES: u32 = FIGURES + 2;
const WORST: u32 = FIGURES + 5;
const ONE: u32 = FIGURES + 6;

fn value_at(row: u32) -> String {
    row_col_to_cell_absolute(row, VALUE)
}

fn of_load(plan: &Plan<'_>, choice: &Choice<'_>) -> Vec<Answer> {
    let it = found(plan, choice);
    let looked = |from: Sheet, column: u16, stored: Stored| {
        let (value, there) = from.look(plan, column);
        Live::new(format!("=IF({there},{value},\"{}\")", from.absent()), stored)
    };
    let peak = it
        .load
        .map(|load| load.need.map_or(load.it.peak_rps, |need| need.peak_rps));
    let need = it.load.and_then(|load| load.need);
    let asked = |number: Option<Option<u32>>| match number {
        Some(Some(number)) => Stored::from(number),
        Some(None) => Stored::from(capacity::NO_NUMBER),
        None => Stored::from(NOT_SERVED),
    };
    let today = it.today.map(|row| f64::from(row.it.servers));
    let busy = it.load.and_then(|load| busy_servers(plan, load));
    let (busy_cell, served) = Sheet::Capacity.look(plan, capacity::BUSY);
    let there = value_at(FIGURES + 3);
    let number = format!("AND(ISNUMBER({busy_cell}),ISNUMBER({there}))");
    let utilisation = format!(
        "=IF({served},IF({number},IF({there}>0,{busy_cell}/{there},\"no servers\"),\"{RERUN}\"),\"{NOT_SERVED}\")"
    );
    let share = busy
        .zip(today.filter(|it| *it > 0.0))
        .map(|(busy, servers)| busy / servers);
    let share = or(
        share,
        if it.load.is_some() {
            "no servers"
        } else {
            NOT_SERVED
        },
    );
    let worst = match it.fleet {
        Some(row) => row
            .instances
            .map_or_else(|| Stored::from(capacity::NO_NUMBER), Stored::from),
        None => Stored::from(NOT_THERE),
    };
    vec![
        answer(
            "load at the busiest hour",
            "requests/s",
            "`Capacity`: load of that region, state and year",
            "#,##0.0",
            looked(Sheet::Capacity, capacity::PEAK, or(peak, NOT_SERVED)),
        ),
        answer(
            "servers that it needs",
            "servers",
            "`Capacity`: the ceiling and the promises of `Inputs` kept",
            "#,##0",
            looked(
                Sheet::Capacity,
                capacity::SERVERS,
                asked(need.map(|it| it.servers)),
            ),
        ),
        answer(
            "instances that hold them",
            "instances",
            "`Capacity`: in zones, with what it takes to bear the loss of one where that is asked",
            "#,##0",
            looked(
                Sheet::Capacity,
                capacity::INSTANCES,
                asked(need.map(|it| it.instances)),
            ),
        ),
        answer(
            "servers of the first year's fleet",
            "servers",
            "`Fleet`, year 0",
            "#,##0",
            looked(Sheet::Today, fleet::SERVERS, or(today, NOT_THERE)),
        ),
        answer(
            "how busy this load makes them",
            "%",
            "above 100 %: requests come faster than they can be served",
            "0.0%",
            Live::new(utilisation, share),
        ),
        answer(
            "instances of that year's fleet",
            "instances",
            "`Fleet`: it bears every state that counts",
            "#,##0",
            looked(Sheet::Fleet, fleet::INSTANCES, worst),
        ),
    ]
}

fn of_cost(plan: &Plan<'_>, choice: &Choice<'_>) -> Vec<Answer> {
    let it = found(plan, choice);
    let currency = plan.asked.cost.as_ref().map_or("", |it| it.currency.as_str());
    let (one, there) = Sheet::Today.look(plan, fleet::ONE);
    let one_stored = match (it.today, it.one) {
        (None, _) => Stored::from(NOT_THERE),
        (_, one) => or(one, "no price"),
    };
    let money = |row: u32, instances: Option<u32>, other: Stored| {
        let (count, one) = (value_at(row), value_at(ONE));
        let formula = format!("=IF(ISNUMBER({one}),IF(ISNUMBER({count}),{count}*{one},{count}),{one})");
        let stored = match (it.one, instances) {
            (None, _) => one_stored.clone(),
            (Some(one), Some(count)) => Stored::from(one * f64::from(count)),
            (Some(_), None) => other,
        };
        Live::new(formula, stored)
    };
    let needed = it.load.and_then(|load| load.need).map(|need| need.instances);
    let no_need = Stored::from(if needed.is_some() {
        capacity::NO_NUMBER
    } else {
        NOT_SERVED
    });
    let of_fleet = it.fleet.and_then(|row| row.instances);
    vec![
        answer(
            "one instance costs a month",
            currency,
            "`Fleet`: the price of `Inputs` for 730 hours, with what is reserved",
            "#,##0.00",
            Live::new(format!("=IF({there},{one},\"{NOT_THERE}\")"), one_stored.clone()),
        ),
        answer(
            "the instances that the load needs cost a month",
            currency,
            "instances that hold the servers, times one",
            "#,##0",
            money(INSTANCES, needed.flatten(), no_need),
        ),
        answer(
            "that year's fleet costs a month",
            currency,
            "instances of that year's fleet, times one",
            "#,##0",
            money(WORST, of_fleet, Stored::from(capacity::NO_NUMBER)),
        ),
    ]
}

/// The planner's question and its answer in one cell.
fn sentence(sheet: &mut Worksheet, plan: &Plan<'_>, choice: &Choice<'_>) -> Result<(), XlsxError> {
    let [lost, region, year] = [1, 2, 3].map(|which| row_col_to_cell_absolute(CHOICES[which], VALUE));
    let [servers, instances] = [FIGURES + 1, INSTANCES].map(value_at);
    let currency = plan.asked.cost.as_ref().map(|it| it.currency.as_str());
    let cost_at = value_at(ONE + 1);
    let cost = currency.map_or_else(String::new, |currency| {
        let price = format!(
            "\", for \"&FIXED({cost_at},0)&{}",
            literal(&format!(" {currency} a month"))
        );
        format!("&IF(ISNUMBER({cost_at}),{price},\", at a price that is not known\")")
    });
    let formula = format!(
        "=IF(ISNUMBER({instances}),{region}&\" needs \"&FIXED({servers},0)&\" servers on \"&FIXED({instances},0)\
         &\" instances at its busiest hour of year \"&{year}&IF({lost}=\"normal\",\" in normal times\",\" if \"&{lost}&\" is lost\"){cost},\
         IF({instances}=\"{RERUN}\",{instances},{region}&\": \"&{instances}))"
    );
    let format = Format::new()
        .set_bold()
        .set_font_size(12)
        .set_font_color(INK)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter);
    sheet.merge_range(SENTENCE, 0, SENTENCE, FROM, "", &format)?;
    sheet.set_row_height(SENTENCE, 36)?;
    Live::new(formula, told(plan, choice)).write(sheet, SENTENCE, 0, &format)?;
    let note = "The question in one cell: how many servers this region needs then, and what they cost.";
    sheet.insert_note(SENTENCE, 0, &header_note(note))?;
    Ok(())
}

fn told(plan: &Plan<'_>, choice: &Choice<'_>) -> String {
    let it = found(plan, choice);
    let need = it.load.and_then(|load| load.need);
    let Some((servers, instances)) = need.and_then(|need| need.servers.zip(need.instances)) else {
        let other = if need.is_some() {
            capacity::NO_NUMBER
        } else {
            NOT_SERVED
        };
        return format!("{}: {other}", choice.region);
    };
    let when = if choice.state.name == "normal" {
        " in normal times".to_owned()
    } else {
        format!(" if {} is lost", choice.state.name)
    };
    let cost = match (&plan.asked.cost, it.one) {
        (None, _) => String::new(),
        (Some(asked), Some(one)) => {
            let cost = (one * f64::from(instances)).round() as u64;
            format!(", for {} {} a month", count(cost), asked.currency)
        }
        (Some(_), None) => ", at a price that is not known".to_owned(),
    };
    format!(
        "{} needs {} servers on {} instances at its busiest hour of year {}{when}{cost}",
        choice.region,
        count(u64::from(servers)),
        count(u64::from(instances)),
        choice.year
    )
}
