//! The ranking as a table that sorts and filters: every cell has its text, and the number it sorts by where it has one.

use std::fmt::Write as _;

use super::markup::{Escaped, name};
use crate::report::export::table;
use crate::report::model::{Figure, Interval, ListedFor, Outcome, Report, SetResult, Verdict};
use crate::report::voice::{self, Unit, recovery, verdict};

/// A column: its header and a cell for each set.
struct Column {
    header: String,
    cells: Vec<Cell>,
}

/// A cell: its markup, and what it sorts by where that is a number.
struct Cell {
    markup: String,
    key: Option<f64>,
    class: &'static str,
}

/// The section below its heading.
pub(super) fn body(report: &Report) -> String {
    let text = table::ranking(report, None);
    if report.sets.is_empty() {
        return super::bullets("notes", &text.notes);
    }
    let columns = columns(report, &text);
    let head: String = columns.iter().map(header).collect();
    let mut order: Vec<usize> = (0..report.sets.len()).collect();
    order.sort_by_key(|&i| report.sets[i].rank);
    let rows: String = order.into_iter().map(|i| row(i, report, &columns)).collect();
    let caption = format!(
        "{} sets of regions, ranked by {}",
        voice::count(report.sets.len() as u64),
        voice::objective_words(&report.question.objective)
    );
    let caption = Escaped(&caption);
    format!(
        "<div class=\"scroll ranking\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\">\n<table id=\"sets\">\n\
         <caption>{caption}</caption>\n<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n\
         <details class=\"reading\">\n<summary>How to read it</summary>\n{}</details>\n",
        super::bullets("notes", &text.notes)
    )
}

fn columns(report: &Report, text: &table::TextTable) -> Vec<Column> {
    let sets = &report.sets;
    let objective = report.question.objective.as_str();
    let unit = voice::objective_unit(objective);
    let mut columns = vec![
        Column {
            header: "#".into(),
            cells: sets
                .iter()
                .map(|set| plain(&voice::listed::place(set), Some(set.rank as f64)))
                .collect(),
        },
        Column {
            header: "set".into(),
            cells: sets.iter().map(|set| named(set, report)).collect(),
        },
        Column {
            header: objective_header(objective, unit),
            cells: objective_cells(report, unit),
        },
    ];
    if sets.len() > 1 {
        columns.push(Column {
            header: format!("against the best, {}", unit.difference_symbol()),
            cells: sets.iter().map(|set| against_best(set, unit, report)).collect(),
        });
    }
    let own = ["#".to_owned(), "set".to_owned(), format!("{objective} ms")];
    for (i, header) in text.headers.iter().enumerate() {
        let header = header.replace('\n', " ");
        let is_objective = header.starts_with(&voice::objective_words(objective));
        // Intervals are drawn here, so a bar of characters adds nothing.
        let drawn = header.starts_with("Δ vs best") || table::is_bar(&header);
        if own.contains(&header) || is_objective || drawn {
            continue;
        }
        let cell = |(set, row): (&SetResult, &Vec<String>)| {
            let text = row.get(i).map_or("", String::as_str);
            outcome(text).unwrap_or_else(|| plain(text, key(&header, set, text)))
        };
        columns.push(Column {
            cells: sets.iter().zip(&text.rows).map(cell).collect(),
            header,
        });
    }
    columns
}

/// `p95 ms`, `mean ms`; other objectives in words.
fn objective_header(objective: &str, unit: Unit) -> String {
    let name = match objective {
        "mean" | "p50" | "p90" | "p95" | "p99" => objective.to_owned(),
        other => format!("{},", voice::objective_words(other)),
    };
    format!("{name} {}", unit.symbol())
}

fn plain(text: &str, key: Option<f64>) -> Cell {
    Cell {
        markup: Escaped(text).to_string(),
        key,
        class: "",
    }
}

/// What became of a promise, with a sign that does not rest on colour.
fn outcome(text: &str) -> Option<Cell> {
    let all = [
        (Outcome::Met, "✓", "met", 0.0),
        (Outcome::TooCloseToCall, "≈", "unsure", 1.0),
        (Outcome::Missed, "✗", "missed", 2.0),
    ];
    let (_, sign, class, key) = all.into_iter().find(|it| voice::outcome_words(it.0) == text)?;
    Some(Cell {
        markup: format!("<span aria-hidden=\"true\">{sign}</span> {text}"),
        key: Some(key),
        class,
    })
}

/// The set's name, and what it is besides its place.
fn named(set: &SetResult, report: &Report) -> Cell {
    let mut markup = name(&set.name);
    let is_baseline = report
        .baseline
        .and_then(|at| report.sets.get(at))
        .is_some_and(|base| std::ptr::eq(base, set));
    let is_chosen = verdict::chosen(report).is_some_and(|best| std::ptr::eq(best, set));
    for (is, tag) in [
        (is_chosen, "recommended"),
        (tied(set).is_some(), "tied with the best"),
        (is_baseline, "baseline"),
        (set.listed_for == Some(ListedFor::BestOfSize), "best of its size"),
    ] {
        if is {
            let class = tag.split(' ').next().unwrap_or(tag);
            let _ = write!(markup, " <span class=\"tag {class}\">{tag}</span>");
        }
    }
    Cell {
        markup,
        key: None,
        class: "",
    }
}

/// Why nothing can be said to tell a set from the best, in words.
fn tied(set: &SetResult) -> Option<&'static str> {
    match set.versus_best.as_ref()?.objective.verdict {
        Verdict::Differs => None,
        Verdict::TiedSampling => Some("tied by sampling error"),
        Verdict::TiedInput => Some("tied by input error"),
        Verdict::Same => Some("the same"),
    }
}

fn objective_cells(report: &Report, unit: Unit) -> Vec<Cell> {
    let all = report.sets.iter().map(|set| verdict::range(&set.objective));
    let axis = hull(all);
    let cell = |set: &SetResult| {
        let class = if tied(set).is_some() { "bar tied" } else { "bar" };
        Cell {
            markup: format!(
                "{}{}",
                Escaped(&voice::figure(&set.objective, unit)),
                bar(&set.objective, axis, None, class)
            ),
            key: Some(set.objective.value * unit.scale()),
            class: "",
        }
    };
    report.sets.iter().map(cell).collect()
}

fn against_best(set: &SetResult, unit: Unit, report: &Report) -> Cell {
    let Some(it) = &set.versus_best else {
        let absent = voice::no_difference(set.rank == 1, "best");
        return plain(absent, (set.rank == 1).then_some(0.0));
    };
    let all = report.sets.iter().filter_map(|set| set.versus_best.as_ref());
    let zero = Interval { low: 0.0, high: 0.0 };
    let axis = hull(all.map(|it| verdict::range(&it.objective.figure)).chain([zero]));
    let words = tied(set).map_or_else(String::new, |why| format!("<span class=\"why\">{why}</span>"));
    let class = if tied(set).is_some() { "bar tied" } else { "bar" };
    Cell {
        markup: format!(
            "{}{}{words}",
            Escaped(&voice::signed(&it.objective.figure, unit)),
            bar(&it.objective.figure, axis, Some(0.0), class)
        ),
        key: Some(it.objective.figure.value * unit.scale()),
        class: "",
    }
}

fn hull(all: impl Iterator<Item = Interval>) -> Interval {
    let none = Interval {
        low: f64::INFINITY,
        high: f64::NEG_INFINITY,
    };
    all.fold(none, |hull, it| Interval {
        low: hull.low.min(it.low),
        high: hull.high.max(it.high),
    })
}

/// Both intervals of a figure on the axis of its column: the thin line holds both errors, the thick one is sampling.
/// It repeats what the cell says, so it is hidden from those who do not see it.
fn bar(figure: &Figure, axis: Interval, zero: Option<f64>, class: &str) -> String {
    /// Width of the drawing; its stylesheet width in `em` does not matter here.
    const WIDTH: f64 = 100.0;
    /// Room for the dot at either end.
    const EDGE: f64 = 4.0;
    let width = axis.high - axis.low;
    let x = |value: f64| {
        let share = if width > 0.0 {
            (value - axis.low) / width
        } else {
            0.5
        };
        voice::fixed(EDGE + share.clamp(0.0, 1.0) * (WIDTH - 2.0 * EDGE), 1)
    };
    let range = verdict::range(figure);
    let rule = zero.map_or_else(String::new, |zero| {
        let at = x(zero);
        format!("<path class=\"zero\" d=\"M{at} 0V12\"/>")
    });
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 100 12\" aria-hidden=\"true\" focusable=\"false\">{rule}\
         <path class=\"range\" d=\"M{} 6H{}\"/><path class=\"sampling\" d=\"M{} 6H{}\"/><circle cx=\"{}\" cy=\"6\" r=\"3\"/></svg>",
        x(range.low),
        x(range.high),
        x(figure.sampling.low),
        x(figure.sampling.high),
        x(figure.value)
    )
}

/// The number that a cell of the other columns sorts by. Where units differ from cell to cell it is not the one shown.
fn key(header: &str, set: &SetResult, text: &str) -> Option<f64> {
    let recovery = set.recovery.as_ref();
    match header {
        "down a year" => recovery.map(|it| it.availability.mean_minutes.value),
        "RTO p95" => recovery.map(|it| it.rto.p95_s.value),
        "RPO p95 (worst store)" => recovery.and_then(|it| {
            let worst = recovery::worst_rpo(&it.rpo)?;
            // What survives nowhere is worse than any age.
            Some(worst.rpo.as_ref().map_or(f64::MAX, |rpo| rpo.p95_s.value))
        }),
        "worst country, p95 ms" => set.latency.worst_country.as_ref().map(|it| it.p95_ms.value),
        "cost a month" => Some(set.capacity.as_ref()?.cost.as_ref()?.total),
        _ if header.starts_with("Δ vs baseline") => {
            let it = set.versus_baseline.as_ref();
            it.map_or((text == "baseline").then_some(0.0), |it| {
                Some(it.objective.figure.value)
            })
        }
        _ => leading_number(text),
    }
}

/// `1,234.5` of `≥ 1,234.5 EUR`; nothing where the text does not begin with a number.
fn leading_number(text: &str) -> Option<f64> {
    let text = text.trim_start_matches(['≥', '+', ' ']);
    let (minus, text) = text.strip_prefix('−').map_or((1.0, text), |rest| (-1.0, rest));
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(text.len());
    let number: f64 = text[..end].replace(',', "").parse().ok()?;
    Some(minus * number)
}

/// A column sorts by numbers where any of its cells has one.
fn header(column: &Column) -> String {
    let numbers = column.cells.iter().any(|cell| cell.key.is_some());
    let sorted = if column.header == "#" {
        " aria-sort=\"ascending\""
    } else {
        ""
    };
    let (kind, class) = if numbers {
        ("number", " class=\"number\"")
    } else {
        ("text", "")
    };
    let words = if column.header == "#" {
        "<abbr title=\"rank\">#</abbr>".to_owned()
    } else {
        Escaped(&column.header).to_string()
    };
    format!("<th scope=\"col\" data-kind=\"{kind}\"{class}{sorted}>{words}</th>\n")
}

fn row(i: usize, report: &Report, columns: &[Column]) -> String {
    let set = &report.sets[i];
    let is_chosen = verdict::chosen(report).is_some_and(|best| std::ptr::eq(best, set));
    let class = if is_chosen { " class=\"chosen\"" } else { "" };
    let promises = verdict::promises(set, report);
    let kept = match promises.iter().map(|it| it.outcome).collect::<Vec<_>>() {
        all if all.is_empty() => "",
        all if all.contains(&Outcome::Missed) => " data-kept=\"no\"",
        all if all.contains(&Outcome::TooCloseToCall) => " data-kept=\"unsure\"",
        _ => " data-kept=\"yes\"",
    };
    let cells: String = columns
        .iter()
        .map(|column| cell(column, &column.cells[i]))
        .collect();
    format!(
        "<tr data-set=\"{i}\" data-size=\"{}\"{kept}{class}>{cells}</tr>\n",
        set.regions.len()
    )
}

fn cell(column: &Column, cell: &Cell) -> String {
    if column.header == "set" {
        return format!("<th scope=\"row\" class=\"name\">{}</th>", cell.markup);
    }
    let key = cell
        .key
        .map_or_else(String::new, |key| format!(" data-key=\"{}\"", short(key)));
    let class = match (cell.class, cell.key.is_some()) {
        ("", true) => " class=\"number\"".to_owned(),
        ("", false) => String::new(),
        (class, _) => format!(" class=\"{class}\""),
    };
    format!("<td{key}{class}>{}</td>", cell.markup)
}

/// Seven digits are enough to sort by.
fn short(key: f64) -> f64 {
    format!("{key:.6e}").parse().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{
        SampleInputs, sample_capacity_report, sample_recovery_report, sample_report,
    };

    #[test]
    fn a_number_is_read_off_the_head_of_a_cell() {
        let all = [
            "≥ 1,234.5 EUR, incomplete",
            "−48 ± 2 =",
            "0.612 ± 0.008",
            "met",
            "",
        ];
        assert_eq!(
            all.map(leading_number),
            [Some(1234.5), Some(-48.0), Some(0.612), None, None]
        );
    }

    #[test]
    fn every_column_has_a_cell_for_every_set_and_figures_sort_by_numbers() {
        for report in [
            sample_report(5, 20),
            sample_recovery_report(4, 12),
            sample_capacity_report(&SampleInputs::default()),
        ] {
            let columns = columns(&report, &table::ranking(&report, None));
            for column in &columns {
                assert_eq!(column.cells.len(), report.sets.len(), "{}", column.header);
                let figures = column.cells.iter().filter(|cell| cell.markup.contains('±'));
                assert!(
                    figures.clone().all(|cell| cell.key.is_some()),
                    "{}",
                    column.header
                );
            }
            let headers: Vec<&str> = columns.iter().map(|it| it.header.as_str()).collect();
            assert!(headers.contains(&"against the best, ms"), "{headers:?}");
            assert!(
                !headers.iter().any(|it| it.starts_with("Δ vs best")),
                "{headers:?}"
            );
        }
    }

    #[test]
    fn a_bar_stays_within_its_drawing_even_where_nothing_varies() {
        let point = Figure {
            value: 70.0,
            std_error: 0.0,
            sampling: Interval {
                low: 70.0,
                high: 70.0,
            },
            input: None,
        };
        let drawn = bar(&point, verdict::range(&point), Some(0.0), "bar");
        assert!(drawn.contains("cx=\"50.0\"") && !drawn.contains("NaN"), "{drawn}");
    }
}
