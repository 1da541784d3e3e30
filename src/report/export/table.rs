//! The ranking as a table of plain text, ready for whoever draws the lines.
//!
//! It fits a width: names of sets are broken at their ` + `, headers at their spaces, and if that is not enough the
//! columns that matter least for the question are left out, which a note says.

mod recovery;

mod capacity;

mod ranking;

mod spread;

pub(super) use spread::is_bar;

use std::fmt;

use crate::report::model::{Comparison, Figure, Report, SetResult, TargetAsked, TargetResult};
use crate::report::voice::{self, Unit};

/// Columns between two columns of text; one left and one right of each.
pub const PADDING: usize = 2;

/// Header of the column that says who leads which store.
const LEADER: &str = "leader";

/// Rows of text under headers, with what must be said about them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextTable {
    /// One line above the table.
    pub title: String,
    /// One for each column; lines are parted by line feeds.
    pub headers: Vec<String>,
    /// As many cells in each as there are headers; lines are parted by line feeds.
    pub rows: Vec<Vec<String>>,
    /// Sentences below the table.
    pub notes: Vec<String>,
}

/// The ranking of `report`, at most `width` characters wide if it can be done (`None`: as wide as it gets).
///
/// Wide characters count as one, so names in some scripts may come out wider.
///
/// ```
/// use isochrone::report::{export::table::ranking, sample::sample_report};
/// let table = ranking(&sample_report(5, 20), Some(80));
/// assert!(table.to_string().lines().skip(1).take_while(|line| !line.is_empty()).all(|line| line.chars().count() <= 80));
/// ```
pub fn ranking(report: &Report, width: Option<usize>) -> TextTable {
    let mut columns = columns(report);
    let mut notes = notes(report);
    if let Some(width) = width {
        shrink_names(&mut columns, width);
        let dropped = drop_columns(&mut columns, width);
        notes.extend(dropped_note(&dropped, width));
    }
    let rows = (0..report.sets.len())
        .map(|i| columns.iter().map(|column| column.cells[i].clone()).collect())
        .collect();
    TextTable {
        title: title(report),
        headers: columns.iter().map(Column::wrapped_header).collect(),
        rows,
        notes,
    }
}

/// One column before it is known whether there is room for it.
struct Column {
    header: String,
    cells: Vec<String>,
    /// The column with the smallest is dropped first.
    importance: u8,
}

impl Column {
    fn cell_width(&self) -> usize {
        self.cells.iter().map(|cell| text_width(cell)).max().unwrap_or(0)
    }

    fn wrapped_header(&self) -> String {
        wrap(&self.header, " ", self.cell_width())
    }

    fn width(&self) -> usize {
        self.cell_width().max(text_width(&self.wrapped_header())) + PADDING
    }
}

fn total_width(columns: &[Column]) -> usize {
    columns.iter().map(Column::width).sum()
}

/// Breaks names of sets and leaders, first at a comfortable width, then at every region.
fn shrink_names(columns: &mut [Column], width: usize) {
    for room in [40, 20] {
        if total_width(columns) <= width {
            return;
        }
        for (header, separator) in [("set", " + "), (LEADER, ", ")] {
            if let Some(names) = columns.iter_mut().find(|column| column.header == header) {
                names.cells = names
                    .cells
                    .iter()
                    .map(|name| wrap(name, separator, room))
                    .collect();
            }
        }
    }
}

/// Drops the least important columns until the rest fits, never the last two; the headers of what was dropped.
fn drop_columns(columns: &mut Vec<Column>, width: usize) -> Vec<String> {
    let mut dropped = Vec::new();
    while total_width(columns) > width && columns.len() > 2 {
        let least = (0..columns.len()).min_by_key(|&i| columns[i].importance);
        dropped.extend(least.map(|i| columns.remove(i).header));
    }
    dropped
}

pub(super) fn dropped_note(dropped: &[String], width: usize) -> Option<String> {
    // Bars are drawn for terminals only, and say nothing that the figures beside them do not.
    let dropped: Vec<&str> = dropped
        .iter()
        .map(String::as_str)
        .filter(|it| !is_bar(it))
        .collect();
    let list = dropped.join("; ");
    (!dropped.is_empty()).then(|| {
        format!("left out to fit {width} characters: {list}; Markdown, CSV and JSON have every column")
    })
}

fn title(report: &Report) -> String {
    let mut parts = vec![report.question.name.clone()];
    if let Some(baseline) = report.baseline.and_then(|at| report.sets.get(at)) {
        parts.push(format!("baseline {}", baseline.name));
    }
    parts.push(format!(
        "{} runs",
        voice::count(u64::from(report.provenance.runs))
    ));
    parts.push(format!("seed {}", report.provenance.seed));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

fn columns(report: &Report) -> Vec<Column> {
    let sets = &report.sets;
    let column = |header: String, importance: u8, cell: &dyn Fn(&SetResult) -> String| Column {
        header,
        cells: sets.iter().map(|set| one_line(&cell(set))).collect(),
        importance,
    };
    let objective = report.question.objective.as_str();
    let weight = |name: &str, usual: u8| if name == objective { 97 } else { usual };
    let unit = voice::objective_unit(objective);
    let mut columns = vec![
        column("#".into(), 96, &voice::listed::place),
        column("set".into(), 100, &|set| set.name.clone()),
    ];
    columns.extend(ranking::columns(report));
    let stores = voice::led_stores(sets);
    let provider = voice::provider_prefix(report);
    if !stores.is_empty() {
        columns.push(column(leader_header(&stores), 88, &|set| {
            let leaders = set.design.as_ref().map_or(&[][..], |it| &it.leaders);
            voice::leader_words(leaders, stores.len() == 1).replace(&provider, "")
        }));
    }
    if !["p50", "p95", "p99"].contains(&objective) {
        let header = format!("{} {}", voice::objective_words(objective), unit.symbol());
        columns.push(column(header, 97, &|set| voice::figure(&set.objective, unit)));
    }
    columns.push(column("p50 ms".into(), weight("p50", 50), &|set| {
        millis(&set.latency.p50_ms)
    }));
    columns.push(column("p95 ms".into(), weight("p95", 70), &|set| {
        millis(&set.latency.p95_ms)
    }));
    columns.push(column("p99 ms".into(), weight("p99", 60), &|set| {
        millis(&set.latency.p99_ms)
    }));
    if let Some((header, cells)) = spread::column(report) {
        columns.push(Column {
            header,
            cells,
            importance: 20,
        });
    }
    if sets.len() > 1 {
        let header = format!("Δ vs best, {}", unit.difference_symbol());
        columns.push(column(header, 85, &|set| {
            let absent = voice::no_difference(set.rank == 1, "best");
            versus(set.versus_best.as_ref(), absent, unit)
        }));
    }
    if let Some(at) = report.baseline {
        let header = format!("Δ vs baseline, {}", unit.difference_symbol());
        let is_baseline = |set: &SetResult| sets.get(at).is_some_and(|base| std::ptr::eq(base, set));
        columns.push(column(header, 90, &|set| {
            versus(
                set.versus_baseline.as_ref(),
                voice::no_difference(is_baseline(set), "baseline"),
                unit,
            )
        }));
    }
    if let Some(limit) = shown_limit(report) {
        let header = format!("within {} ms %", voice::exact(limit));
        columns.push(column(header, 40, &|set| within(set, limit)));
    }
    columns.push(column("worst country, p95 ms".into(), 30, &worst_country));
    for (i, asked) in report.question.targets.iter().enumerate() {
        columns.push(column(target_header(asked), 80, &|set| {
            target_cell(set.targets.get(i))
        }));
    }
    if sets.iter().any(|set| set.race.is_some()) {
        columns.push(column("race".into(), 84, &|set| {
            let race = set.race.as_ref();
            race.map_or_else(String::new, |race| {
                voice::race::standing(race.standing).to_owned()
            })
        }));
    }
    columns.extend(recovery::columns(sets));
    columns.extend(capacity::columns(report));
    columns
}

fn leader_header(stores: &[&str]) -> String {
    match stores {
        [store] => format!("leader of {store}"),
        _ => LEADER.to_owned(),
    }
}

fn millis(figure: &Figure) -> String {
    voice::figure(figure, Unit::Millis)
}

fn versus(comparison: Option<&Comparison>, absent: &str, unit: Unit) -> String {
    let Some(comparison) = comparison else {
        return absent.to_owned();
    };
    let difference = comparison.objective;
    let said = voice::signed(&difference.figure, unit);
    format!("{said} {}", voice::mark(difference.verdict))
        .trim_end()
        .to_owned()
}

/// The one time that the table shows the share within: the one that was asked about, else the middle one.
pub(super) fn shown_limit(report: &Report) -> Option<f64> {
    let question = &report.question;
    let asked = question.targets.iter().map(|target| target.what.as_str());
    let names = asked.filter(|what| voice::larger_is_better(what));
    let within = &report.sets.first()?.latency.share_within;
    let named = |name: &str| {
        within
            .iter()
            .map(|it| it.limit_ms)
            .find(|limit| name == format!("within:{limit}ms"))
    };
    names
        .filter_map(named)
        .find(|limit| question.objective != format!("within:{limit}ms"))
        .or_else(|| within.get(within.len() / 2).map(|it| it.limit_ms))
}

fn within(set: &SetResult, limit_ms: f64) -> String {
    let found = set.latency.share_within.iter().find(|it| it.limit_ms == limit_ms);
    found.map_or_else(String::new, |it| voice::figure(&it.share, Unit::Share))
}

fn worst_country(set: &SetResult) -> String {
    let worst = set.latency.worst_country.as_ref();
    worst.map_or_else(String::new, |it| format!("{} {}", it.country, millis(&it.p95_ms)))
}

fn target_header(asked: &TargetAsked) -> String {
    let limit = voice::exact(asked.limit * Unit::from_stored(&asked.unit).scale());
    match asked.what.strip_prefix("within:") {
        Some(time) => format!("target {limit} % in {time}"),
        None => format!("target {} ≤ {limit} ms", asked.what),
    }
}

fn target_cell(target: Option<&TargetResult>) -> String {
    target.map_or_else(String::new, |it| voice::outcome_words(it.outcome).to_owned())
}

/// What must be said about the ranking as a whole.
fn notes(report: &Report) -> Vec<String> {
    if report.sets.is_empty() {
        return vec!["no set of regions was evaluated".into()];
    }
    let mut notes = vec![
        format!("ranked by {}", voice::ranking::words(report)),
        voice::LEGEND.to_owned(),
    ];
    notes.extend(voice::listed::note(report));
    notes.extend(voice::ranking::notes(report));
    notes.extend(input_note(report));
    notes.extend(tie_notes(report));
    notes.extend(voice::race::notes(report));
    notes.extend(voice::leader_note(report));
    notes.extend(recovery::notes(report));
    notes.extend(capacity::notes(report));
    notes.extend(voice::thin_note(&report.network));
    notes.extend(voice::unpaired_note(report));
    notes.extend(voice::interruption(report));
    notes
}

/// How far uncertain inputs move the best set: the error that is not in the `±`.
fn input_note(report: &Report) -> Option<String> {
    let best = report.sets.iter().min_by_key(|set| set.rank)?;
    let unit = voice::objective_unit(&report.question.objective);
    Some(format!(
        "with uncertain inputs the {} of {} lies in {} {} (95 %); more runs do not change that",
        voice::objective_words(&report.question.objective),
        best.name,
        voice::verdict::brackets(best.objective.input?, unit.scale()),
        unit.symbol(),
    ))
}

fn tie_notes(report: &Report) -> Vec<String> {
    let comparisons = report
        .sets
        .iter()
        .flat_map(|set| [&set.versus_best, &set.versus_baseline])
        .flatten();
    let measures = report
        .sets
        .iter()
        .filter_map(|set| set.measure.as_ref()?.versus_best);
    let measures = measures.map(|it| it.verdict);
    voice::tie_notes(comparisons.map(|it| it.objective.verdict).chain(measures))
}

/// The widest line of `text`, in characters.
pub(super) fn text_width(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
}

/// Breaks `text` behind its separators so that lines have at most `room` characters, where that can be done.
pub(super) fn wrap(text: &str, separator: &str, room: usize) -> String {
    let whole = text.replace('\n', " ");
    let mut lines: Vec<String> = Vec::new();
    for part in whole.split(separator) {
        match lines.last_mut() {
            Some(line) if text_width(line) + separator.len() + text_width(part) <= room => {
                line.push_str(separator);
                line.push_str(part);
            }
            Some(line) => {
                line.push_str(separator.trim_end());
                lines.push(part.to_owned());
            }
            None => lines.push(part.to_owned()),
        }
    }
    lines.join("\n")
}

/// Line feeds and other control characters of a name would tear the table.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// Plain columns, the first two to the left and the others to the right, for logs and tests.
impl fmt::Display for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.title)?;
        let widths = self.widths();
        if !self.rows.is_empty() {
            write_lines(f, &self.headers, &widths)?;
        }
        for row in &self.rows {
            write_lines(f, row, &widths)?;
        }
        for (i, note) in self.notes.iter().enumerate() {
            writeln!(f, "{}{note}", if i == 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl TextTable {
    fn widths(&self) -> Vec<usize> {
        let cell_widths = |i: usize| {
            self.rows
                .iter()
                .filter_map(move |row| row.get(i))
                .map(|cell| text_width(cell))
        };
        let headers = self.headers.iter().enumerate();
        headers
            .map(|(i, header)| cell_widths(i).max().unwrap_or(0).max(text_width(header)))
            .collect()
    }
}

/// One row of cells, as many lines as its tallest cell has.
fn write_lines(f: &mut fmt::Formatter<'_>, cells: &[String], widths: &[usize]) -> fmt::Result {
    let height = cells.iter().map(|cell| cell.lines().count()).max().unwrap_or(0);
    for k in 0..height {
        let mut line = String::new();
        for (i, (cell, &width)) in cells.iter().zip(widths).enumerate() {
            let text = cell.lines().nth(k).unwrap_or("");
            let gap = " ".repeat(width.saturating_sub(text.chars().count()));
            let aligned = if i < 2 {
                format!("{text}{gap}")
            } else {
                format!("{gap}{text}")
            };
            line.push_str(&aligned);
            line.push_str("  ");
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::Verdict;
    use crate::report::sample::{SampleInputs, sample_capacity_report, sample_design_report, sample_report};

    fn headers(table: &TextTable) -> Vec<String> {
        table
            .headers
            .iter()
            .map(|header| header.replace('\n', " "))
            .collect()
    }

    #[test]
    fn a_wide_table_has_every_column_and_one_line_a_set() {
        let table = ranking(&sample_report(6, 20), None);
        assert_eq!(
            headers(&table),
            [
                "#",
                "set",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "p50├ p95● p99┤ of 0–604 ms",
                "Δ vs best, ms",
                "Δ vs baseline, ms",
                "within 150 ms %",
                "worst country, p95 ms",
                "target p95 ≤ 250 ms",
                "target 80 % in 150ms"
            ]
        );
        assert!(table.rows.iter().flatten().all(|cell| !cell.contains('\n')));
    }

    #[test]
    fn leaders_have_a_column_where_there_are_any() {
        let mut report = sample_design_report(3, 20);
        let header = |report: &Report| headers(&ranking(report, None))[2].clone();
        assert_eq!(header(&report), "leader");
        for design in report.sets.iter_mut().filter_map(|set| set.design.as_mut()) {
            design.leaders.truncate(1);
        }
        assert_eq!(header(&report), "leader of orders");
        let first = report.sets[0].regions[0].clone();
        assert_eq!(ranking(&report, None).rows[0][2], first);
    }

    #[test]
    fn a_narrow_table_keeps_the_objective_and_says_what_it_left_out() {
        let table = ranking(&sample_report(6, 20), Some(60));
        assert_eq!(headers(&table)[..3], ["#", "set", "p95 ms"]);
        let note = table.notes.last().unwrap();
        assert!(
            note.starts_with("left out to fit 60 characters: worst country"),
            "{note}"
        );
    }

    #[test]
    fn every_width_down_to_the_name_and_the_objective_is_kept() {
        let report = sample_report(12, 20);
        for width in 36..200 {
            let table = ranking(&report, Some(width));
            let used: usize = table.widths().iter().map(|w| w + PADDING).sum();
            assert!(used <= width, "{used} characters of {width}");
        }
    }

    #[test]
    fn ties_are_marked_and_explained_in_words() {
        let mut report = sample_report(3, 20);
        for (set, verdict) in [(1, Verdict::TiedSampling), (2, Verdict::TiedInput)] {
            report.sets[set].versus_best.as_mut().unwrap().objective.verdict = verdict;
        }
        let table = ranking(&report, None);
        let at = headers(&table)
            .iter()
            .position(|header| header.starts_with("Δ vs best"))
            .unwrap();
        assert_eq!(table.rows[0][at], "best");
        assert!(table.rows[1][at].ends_with(" =") && table.rows[2][at].ends_with(" ≈"));
        let notes = table.notes.join("\n");
        assert!(notes.contains("more runs may separate them") && notes.contains("more runs will not help"));
    }

    #[test]
    fn a_share_as_the_objective_gets_its_own_column_in_per_cent() {
        let mut report = sample_report(2, 5);
        report.question.objective = "within:100ms".into();
        for set in &mut report.sets {
            set.objective = set.latency.share_within[1].share;
        }
        let table = ranking(&report, None);
        assert_eq!(headers(&table)[2], "share of requests within 100 ms %");
        assert_eq!(headers(&table)[7], "Δ vs best, points");
    }

    #[test]
    fn no_sets_give_no_rows_and_a_sentence() {
        let table = ranking(&sample_report(0, 0), Some(80));
        assert!(table.rows.is_empty());
        assert_eq!(table.notes[0], "no set of regions was evaluated");
    }

    #[test]
    fn a_line_feed_in_a_name_does_not_tear_the_table() {
        let mut report = sample_report(1, 1);
        report.sets[0].name = "a\nb\tc".into();
        assert_eq!(ranking(&report, None).rows[0][1], "a b c");
    }

    #[test]
    fn uncertain_inputs_are_told_with_both_their_ends() {
        let mut report = sample_report(2, 8);
        report.sets[0].objective.value = 387.0;
        report.sets[0].objective.input = Some(crate::report::model::Interval {
            low: 373.0,
            high: 426.0,
        });
        let note = ranking(&report, None)
            .notes
            .into_iter()
            .find(|it| it.contains("inputs the"));
        assert!(
            note.as_ref().unwrap().contains(" lies in [373, 426] ms (95 %)"),
            "{note:?}"
        );
    }

    #[test]
    fn what_is_no_rank_has_no_number() {
        let mut report = sample_report(3, 8);
        report.sets[2].listed_for = Some(crate::report::model::ListedFor::Baseline);
        let table = ranking(&report, None);
        assert_eq!((table.rows[1][0].as_str(), table.rows[2][0].as_str()), ("2", "–"));
        assert!(
            table
                .notes
                .iter()
                .any(|it| it.starts_with("–: listed for another reason (baseline)"))
        );
    }

    #[test]
    fn a_cost_that_sets_are_ranked_by_is_told_once() {
        let mut report = sample_capacity_report(&SampleInputs::default());
        report.question.ranked_by = Some(crate::report::model::RankedBy {
            name: "cost".into(),
            what: "cost a month".into(),
            unit: "EUR".into(),
            larger_is_better: false,
        });
        let of_cost = |report: &Report| {
            let all = headers(&ranking(report, None));
            all.into_iter()
                .filter(|it| it.starts_with("cost a month"))
                .collect::<Vec<_>>()
        };
        // A lower bound stands in no ranking, and is told besides.
        assert_eq!(of_cost(&report), ["cost a month, EUR", "cost a month"]);
        for set in &mut report.sets {
            set.capacity.as_mut().unwrap().cost.as_mut().unwrap().complete = true;
        }
        assert_eq!(of_cost(&report), ["cost a month, EUR"]);
    }

    #[test]
    fn costs_have_a_column_and_a_lower_bound_says_so() {
        let table = ranking(&sample_capacity_report(&SampleInputs::default()), None);
        let all = headers(&table);
        let at = |header: &str| all.iter().position(|it| it == header).unwrap();
        let costs: Vec<&str> = table
            .rows
            .iter()
            .map(|row| row[at("cost a month")].as_str())
            .collect();
        assert!(costs[0].ends_with(" EUR"), "{costs:?}");
        assert!(
            costs[2].starts_with("≥ ") && costs[2].ends_with(" EUR, incomplete"),
            "{costs:?}"
        );
        assert!(
            table
                .rows
                .iter()
                .all(|row| row[at("instances")].parse::<u32>().unwrap() > 0)
        );
        assert!(
            table
                .notes
                .iter()
                .any(|note| note.starts_with("≥ and incomplete"))
        );
        assert!(!headers(&ranking(&sample_report(3, 8), None)).contains(&"cost a month".to_owned()));
    }
}
