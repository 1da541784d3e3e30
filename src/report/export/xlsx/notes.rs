//! The sheets of words: `Read me` and `Assumptions`.

use rust_xlsxwriter::{Format, FormatAlign, Url, Worksheet, XlsxError};

use super::plan::{self, Plan};
use super::{data, recovery, requests, score};

use super::grid::{clipped, header_format, print_setup, title_format};
use crate::report::model::Report;
use crate::report::voice;

/// What each sheet is for, in the order of the sheets.
const SHEETS: [(&str, &str); 30] = [
    (
        "Ask",
        "Choose a set, a loss, a region and a year: how many servers, and what they cost",
    ),
    (
        "Inputs",
        "The cells that may be edited: demand, servers, terms, prices, score",
    ),
    (
        "Ranking",
        "One row a set, best first: latency, shares, worst country, differences, targets",
    ),
    ("Chart", "p50, p95 and p99 of the best sets with their intervals"),
    ("Classes", "Latency of every class of request in every set"),
    ("Breakdown", "What each part of a request adds"),
    ("Routing", "How users find their region, and what that costs"),
    ("Queues", "How busy servers are, and how long requests wait"),
    (
        "CDN or region",
        "Whether a CDN is enough, or another region is worth more",
    ),
    ("Stores", "What operations on each store take"),
    ("Copies", "How fresh copies are, conflicts, bytes copied"),
    (
        "Cuts",
        "What is served, stale, divergent or refused when a link is cut",
    ),
    (
        "Locality",
        "Work across regions that requests wait for, with advice",
    ),
    (
        "Residency",
        "Rules on where users are served and data lies, kept or broken",
    ),
    (
        "DR",
        "What every loss does to every set: latency, load, RTO, RPO, residency, writes",
    ),
    ("RTO", "How long recovery takes, step by step"),
    (
        "Availability",
        "Availability, downtime of a year and RTO of every set",
    ),
    ("Causes", "What the downtime is made of"),
    (
        "Strategies",
        "DR strategies on the same regions, and which keep the promises",
    ),
    ("Demand", "Load by hour of the day, by set, loss and region"),
    (
        "Capacity",
        "What regions carry and need after every loss and in every year",
    ),
    (
        "Fleet",
        "The servers of every region year by year, and when they no longer do",
    ),
    ("Bill", "What each set is billed for, line by line"),
    (
        "Cost",
        "What each set costs by item and by year, against its latency",
    ),
    (
        "Strategy cost",
        "What disaster recovery strategies cost on the same regions",
    ),
    (
        "Score",
        "What each set scores by its weights, targets and limits, which can be edited",
    ),
    ("Countries", "Every set seen from every country"),
    (
        "Region matrix",
        "Round trips between the regions, measured or estimated",
    ),
    ("Traffic", "What share of the requests each region serves"),
    (
        "Assumptions",
        "What was taken for granted, what is missing, and the data with their dates",
    ),
];

/// Writes downwards: a word to the left, text beside it.
struct Pen<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    /// Widths of the columns, in characters.
    widths: &'static [usize],
}

/// Widths of the columns of `Read me`, in characters.
const READ_ME: [usize; 2] = [24, 100];

/// Widths of the columns of `Assumptions`, in characters.
const ASSUMPTIONS: [usize; 5] = [52, 30, 52, 12, 20];

impl<'a> Pen<'a> {
    fn new(sheet: &'a mut Worksheet, widths: &'static [usize]) -> Result<Self, XlsxError> {
        for (at, &width) in (0u16..).zip(widths) {
            sheet.set_column_width(at, width as f64)?;
        }
        Ok(Pen {
            sheet,
            row: 0,
            widths,
        })
    }

    /// Makes the row as high as `text` needs at `width` characters: not every program does so by itself.
    fn make_room(&mut self, text: &str, width: usize, at_least: u32) -> Result<u32, XlsxError> {
        // A width counts digits; prose has about 1.15 letters to a digit.
        let lines = (text.chars().count() * 20).div_ceil(width * 23).clamp(1, 25) as u32;
        let lines = lines.max(at_least);
        self.sheet.set_row_height(self.row, f64::from(lines * 15))?;
        Ok(lines)
    }

    fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(self.row, 0, clipped(text), &title_format())?;
        self.row += 2;
        Ok(())
    }

    fn section(&mut self, headers: &[&str]) -> Result<(), XlsxError> {
        for (at, header) in (0u16..).zip(headers) {
            self.sheet
                .write_string_with_format(self.row, at, *header, &header_format())?;
        }
        self.row += 1;
        Ok(())
    }

    fn line(&mut self, cells: &[&str]) -> Result<(), XlsxError> {
        let mut lines = 1;
        for ((at, cell), &width) in (0u16..).zip(cells).zip(self.widths) {
            self.sheet
                .write_string_with_format(self.row, at, clipped(cell), &wrapped())?;
            lines = self.make_room(cell, width, lines)?;
        }
        self.row += 1;
        Ok(())
    }

    /// A sentence over all columns.
    fn sentence(&mut self, text: &str) -> Result<(), XlsxError> {
        let last = self.widths.len() as u16 - 1;
        self.sheet
            .merge_range(self.row, 0, self.row, last, &clipped(text), &wrapped())?;
        self.make_room(text, self.widths.iter().sum(), 1)?;
        self.row += 1;
        Ok(())
    }

    /// A line whose first cell leads to the sheet it names.
    fn link(&mut self, sheet: &str, text: &str) -> Result<(), XlsxError> {
        let url = Url::new(format!("internal:'{sheet}'!A1")).set_text(sheet);
        self.sheet.write_url(self.row, 0, url)?;
        self.sheet
            .write_string_with_format(self.row, 1, clipped(text), &wrapped())?;
        self.row += 1;
        Ok(())
    }

    fn gap(&mut self) {
        self.row += 1;
    }
}

fn wrapped() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top)
}

pub(super) fn read_me(
    sheet: &mut Worksheet,
    report: &Report,
    plan: Option<&Plan<'_>>,
) -> Result<(), XlsxError> {
    sheet.set_name("Read me")?;
    let mut pen = Pen::new(sheet, &READ_ME)?;
    pen.title(if report.question.name.is_empty() {
        "Isochrone report"
    } else {
        &report.question.name
    })?;
    question(&mut pen, report)?;
    how_to_read(&mut pen)?;
    if plan.is_some() {
        how_to_plan(&mut pen)?;
    }
    pen.section(&["Sheets", ""])?;
    let mut absent = [
        requests::absent(report),
        data::absent(report),
        recovery::absent(report),
    ]
    .concat();
    absent.extend(score::is_absent(report).then_some("Score"));
    match plan {
        Some(plan) => absent.extend(plan.absent()),
        None => absent.extend(plan::SHEETS),
    }
    for (name, purpose) in SHEETS.into_iter().filter(|(name, _)| !absent.contains(name)) {
        pen.link(name, purpose)?;
    }
    pen.gap();
    origin(&mut pen, report)?;
    let last = pen.row;
    sheet.set_print_area(0, 0, last, 1)?;
    print_setup(sheet, report);
    sheet.set_print_fit_to_pages(1, 1);
    Ok(())
}

fn question(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    let asked = &report.question;
    pen.section(&["Question", ""])?;
    for (name, text) in question_lines(report) {
        if !text.is_empty() {
            pen.line(&[name, &text])?;
        }
    }
    for class in &asked.classes {
        pen.line(&[&format!("Class {}", class.name), &voice::class_words(class)])?;
    }
    for target in &asked.targets {
        pen.line(&["Target", &voice::target_words(target)])?;
    }
    if let Some(it) = &report.cdn_or_region {
        pen.line(&["CDN or region", &voice::cdn_answer(it)])?;
    }
    if !report.complete {
        pen.line(&["Interrupted", "What is here is right, but not all of it."])?;
    }
    pen.gap();
    Ok(())
}

fn question_lines(report: &Report) -> Vec<(&'static str, String)> {
    let asked = &report.question;
    let rate = asked.requests_per_second.map_or_else(String::new, |rate| {
        format!("{} requests per second", voice::count(rate.round() as u64))
    });
    let baseline = report
        .baseline
        .and_then(|at| report.sets.get(at))
        .map_or_else(String::new, |set| set.name.clone());
    vec![
        ("Description", asked.description.clone()),
        ("Objective", voice::objective_words(&asked.objective)),
        (
            "Audience",
            format!(
                "{}, {} user groups",
                asked.audience,
                voice::count(asked.user_groups as u64)
            ),
        ),
        ("Traffic", rate),
        (
            "Request",
            if asked.classes.is_empty() {
                format!("{} round trips, service {}", asked.round_trips, asked.service)
            } else {
                String::new()
            },
        ),
        ("Candidate regions", asked.candidates.join(", ")),
        ("Must contain", asked.must_have.join(", ")),
        ("Baseline", baseline),
    ]
}

fn how_to_read(pen: &mut Pen<'_>) -> Result<(), XlsxError> {
    pen.section(&["How to read it", ""])?;
    pen.line(&["±", &format!("{}.", voice::LEGEND)])?;
    pen.line(&[
        "Δ",
        "This set minus the other, both on the same users and paths; the columns beside it bound 95 %.",
    ])?;
    pen.line(&[
        "better, worse",
        "The interval of the difference leaves out zero, with the inputs' error as well.",
    ])?;
    pen.line(&[
        "tied",
        &format!("{}; {}.", voice::TIED_SAMPLING, voice::TIED_INPUT),
    ])?;
    pen.line(&[
        "too close to call",
        "The limit of the target lies within the errors.",
    ])?;
    pen.line(&["Colours", "Blue is better and orange worse than the other set; strong orange is a long time. Words say the same."])?;
    pen.gap();
    Ok(())
}

/// What may be edited, and what becomes of it.
fn how_to_plan(pen: &mut Pen<'_>) -> Result<(), XlsxError> {
    pen.section(&["How to plan", ""])?;
    let lines = [
        (
            "Cells to edit",
            "The framed cells of the column `edit here` on `Inputs`, and the choices on `Ask`. Nothing else: other cells compute, or hold what the run found.",
        ),
        (
            "Live",
            "Loads, servers, instances, bills, costs, places by cost, and scores: formulas that give what a run with the edited inputs would give.",
        ),
        (
            "As run",
            "Latencies, times of recovery and availability come from a simulation. They are values with their error beside them, on `Ranking` and the sheets of recovery.",
        ),
        (
            "re-run needed",
            "An input was edited that this cell rests on, and only a run can tell its value; what is computed from it says the same. `Inputs` says of each input what it outdates.",
        ),
        (
            "no price",
            "No price is known, so the cost is `at least` what is shown. Fill the price in on `Inputs`, and the cost is complete.",
        ),
        (
            "Places",
            "Rows refer to each other by their place: filter them, but do not sort them, and insert or delete none.",
        ),
    ];
    for (word, text) in lines {
        pen.line(&[word, text])?;
    }
    pen.gap();
    Ok(())
}

fn origin(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    let origin = &report.provenance;
    pen.section(&["Provenance", ""])?;
    pen.line(&[
        "Program",
        &format!("isochrone {}, sampler {}", origin.version, origin.sampler_version),
    ])?;
    pen.line(&["Command", &report.command])?;
    pen.line(&["Seed", &origin.seed.to_string()])?;
    pen.line(&["Runs", &voice::count(u64::from(origin.runs))])?;
    pen.line(&[
        "Input replicates",
        &voice::count(u64::from(origin.input_replicates)),
    ])?;
    pen.line(&["Input digest", &origin.input_digest])?;
    for input in &origin.inputs {
        pen.line(&["Input", &format!("{} ({})", input.name, input.digest)])?;
    }
    for setting in &origin.overrides {
        pen.line(&["Override", setting])?;
    }
    for data in &origin.data {
        pen.line(&["Data", &format!("{}, {}: {}", data.name, data.date, data.source)])?;
    }
    Ok(())
}

pub(super) fn assumptions(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    sheet.set_name("Assumptions")?;
    let mut pen = Pen::new(sheet, &ASSUMPTIONS)?;
    pen.title("Assumptions, gaps and data")?;
    pen.section(&["Assumption", "Value", "Source", "", ""])?;
    for it in &report.assumptions {
        pen.line(&[&it.what, &it.value, &it.source])?;
    }
    pen.gap();
    of_recovery(&mut pen, report)?;
    gaps(&mut pen, report)?;
    network(&mut pen, report)?;
    data(&mut pen, report)?;
    let last = pen.row;
    sheet.set_print_area(0, 0, last, 4)?;
    print_setup(sheet, report);
    Ok(())
}

/// The terms of the recovery model, counted, and the record of incidents; nothing where no loss was asked about.
fn of_recovery(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    let Some(it) = &report.recovery else {
        return Ok(());
    };
    pen.section(&["Term of recovery", "Value", "Source", "Assumed", ""])?;
    for term in &it.assumptions {
        let assumed = if term.assumed { "yes" } else { "no" };
        pen.line(&[&term.what, &term.value, &term.source, assumed])?;
    }
    pen.sentence(&voice::recovery::assumed_note(&it.assumptions))?;
    if let Some(fit) = &it.incidents {
        pen.sentence(&voice::recovery::incidents(fit))?;
    }
    for it in &it.sensitivity {
        pen.sentence(&voice::recovery::sensitivity(it))?;
    }
    pen.gap();
    Ok(())
}

fn gaps(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    pen.section(&["Warnings and gaps", "", "", "", ""])?;
    let mut lines = report.warnings.clone();
    if !report.question.missing_countries.is_empty() {
        lines.push(format!(
            "countries without figures: {}",
            report.question.missing_countries.join(", ")
        ));
    }
    lines.extend(voice::leader_note(report));
    lines.extend(voice::thin_note(&report.network));
    lines.extend(voice::age::old_note(report));
    lines.extend(voice::unpaired_note(report));
    lines.extend(voice::interruption(report));
    if let Some(search) = report
        .search
        .as_ref()
        .filter(|search| search.optimality != "optimal")
    {
        lines.push(voice::scored(search));
    }
    lines.extend(voice::search::sentences(report));
    lines.extend(voice::search::path(report));
    if lines.is_empty() {
        lines.push("none".into());
    }
    for line in &lines {
        pen.sentence(line)?;
    }
    pen.gap();
    Ok(())
}

fn network(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    let network = &report.network;
    pen.section(&["Network", "Number", "", "", ""])?;
    let count = |n: usize| voice::count(n as u64);
    pen.line(&[
        "pairs of user group and region, measured",
        &count(network.user_pairs_measured),
    ])?;
    pen.line(&[
        "pairs of user group and region, estimated",
        &count(network.user_pairs_estimated),
    ])?;
    pen.line(&[
        "pairs of regions, measured",
        &count(network.region_pairs_measured),
    ])?;
    pen.line(&[
        "pairs of regions, estimated",
        &count(network.region_pairs_estimated),
    ])?;
    for (basis, groups) in &network.access_basis {
        pen.line(&[
            &format!("user groups whose access rests on {basis}"),
            &count(*groups),
        ])?;
    }
    if let Some(km) = network.median_landmark_km {
        pen.line(&[
            "median distance to the nearest landmark",
            &format!("{} km", voice::fixed(km, 0)),
        ])?;
    }
    pen.gap();
    Ok(())
}

fn data(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    pen.section(&["Data", "Date", "Source", "Rows", "Digest"])?;
    for it in &report.provenance.data {
        let date = match voice::age::cell(report, &it.name) {
            age if age.is_empty() => it.date.clone(),
            age => format!("{} ({age})", it.date),
        };
        pen.line(&[
            &it.name,
            &date,
            &it.source,
            &voice::count(it.rows as u64),
            &it.digest,
        ])?;
    }
    Ok(())
}
