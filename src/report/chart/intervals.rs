//! Median, 95th and 99th percentile of each set with their intervals.

use super::axis::{Plot, Scale};
use super::frame::{blank, frame};
use super::marker::{self, Mark};
use super::rows::{self, Column, Rows, error_bars};
use super::scene::Scene;
use super::theme::Colour;
use super::words::{self, Names, Words, decimals, half, number};
use crate::report::model::{Figure, Report, SetResult, Verdict};
use crate::report::voice;

/// The percentiles with the place of their colour and their mark.
const LEVELS: [(&str, usize, Mark); 3] = [
    ("p50", 0, Mark::Disc),
    ("p95", 1, Mark::Diamond),
    ("p99", 3, Mark::Square),
];

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let places = words::drawn(report, rows::room(scene.height - 150.0));
    let words = say_it(report, &names, &places);
    if places.is_empty() {
        return blank(scene, words, "the report has no sets");
    }
    let area = frame(&mut scene, &words);
    let labels: Vec<String> = places.iter().map(|&i| names.set(report, i)).collect();
    let rows = Rows::new(&area, &labels, columns(report, &places, area.width));
    let plot = Plot {
        area: rows.plot,
        x: scale(report, &places),
        y: Scale::Linear { low: 0.0, high: 1.0 },
    };
    plot.draw_x_axis(&mut scene, "request latency, ms");
    let (text, muted) = (scene.palette.text, scene.palette.muted);
    rows.draw(&mut scene, |i| {
        if is_tied(&report.sets[places[i]]) {
            muted
        } else {
            text
        }
    });
    for (row, &place) in places.iter().enumerate() {
        draw_row(&mut scene, &plot, &rows, row, &report.sets[place]);
    }
    draw_heads(&mut scene, &plot, &report.sets[places[0]]);
    scene
}

fn figures(set: &SetResult) -> [&Figure; 3] {
    [&set.latency.p50_ms, &set.latency.p95_ms, &set.latency.p99_ms]
}

fn is_tied(set: &SetResult) -> bool {
    voice::listed::verdict(set).is_some_and(|verdict| verdict != Verdict::Differs)
}

fn say_it(report: &Report, names: &Names, places: &[usize]) -> Words {
    let drawn = places.iter().flat_map(|&i| figures(&report.sets[i]));
    let mut notes = vec![words::about_errors(drawn)];
    if places.iter().any(|&i| is_tied(&report.sets[i])) {
        notes.push("grey names: tied with the best".into());
    }
    notes.extend(names.note());
    Words {
        title: words::headline(report, names),
        subtitle: words::subtitle(report, places.len()),
        notes,
    }
}

/// Where there is no room for all, the one the sets are ranked by.
fn columns(report: &Report, places: &[usize], breadth: f64) -> Vec<Column> {
    let goal = report.question.objective.as_str();
    let main = LEVELS.iter().position(|level| level.0 == goal).unwrap_or(1);
    (0..LEVELS.len())
        .filter(|&level| breadth > 700.0 || level == main)
        .map(|level| Column {
            head: format!("{}, ms", LEVELS[level].0),
            cells: places
                .iter()
                .map(|&i| cell(figures(&report.sets[i])[level]))
                .collect(),
        })
        .collect()
}

fn cell(figure: &Figure) -> String {
    let error = half(&figure.sampling);
    let digits = decimals(figure.value, error);
    if error > 0.0 {
        format!("{} ± {}", number(figure.value, digits), number(error, digits))
    } else {
        number(figure.value, digits)
    }
}

fn scale(report: &Report, places: &[usize]) -> Scale {
    let (mut low, mut high) = (f64::INFINITY, 0.0f64);
    for figure in places.iter().flat_map(|&i| figures(&report.sets[i])) {
        let input = figure.input.unwrap_or(figure.sampling);
        for value in [figure.value, figure.sampling.high, input.high] {
            high = high.max(if value.is_finite() { value } else { 0.0 });
        }
        low = low.min(if figure.value.is_finite() {
            figure.value
        } else {
            low
        });
    }
    Scale::of_times(low * 0.8, high * 1.04)
}

fn draw_row(scene: &mut Scene, plot: &Plot, rows: &Rows, row: usize, set: &SetResult) {
    let y = rows.middle(row);
    let ends: Vec<(f64, f64)> = figures(set)
        .iter()
        .filter(|figure| figure.value.is_finite())
        .map(|figure| (plot.x(figure.value), y))
        .collect();
    let axis = scene.palette.axis;
    scene.line(ends, 1.6, axis);
    for ((_, hue, mark), figure) in LEVELS.iter().zip(figures(set)) {
        if !figure.value.is_finite() {
            continue;
        }
        let colour = scene.palette.lines[*hue];
        let span = |low: f64, high: f64| {
            let inside = |value: f64| plot.x(value).clamp(plot.area.x, plot.area.right());
            (inside(low), inside(high))
        };
        let sampling = span(figure.sampling.low, figure.sampling.high);
        let input = figure.input.map(|input| span(input.low, input.high));
        error_bars(scene, y, sampling, input, rows.bar() + 3.0, colour);
        marker::draw_bare(scene, *mark, (plot.x(figure.value), y), colour);
    }
}

fn draw_heads(scene: &mut Scene, plot: &Plot, first: &SetResult) {
    let heads: Vec<(f64, &str, Colour)> = LEVELS
        .iter()
        .zip(figures(first))
        .filter(|(_, figure)| figure.value.is_finite())
        .map(|((name, hue, _), figure)| {
            let ink = scene.palette.lines[*hue].mix(scene.palette.text, 0.35);
            (plot.x(figure.value), *name, ink)
        })
        .collect();
    let (low, high) = (plot.area.x, plot.area.right());
    rows::heads(scene, &heads, plot.area.y - 8.0, low, high);
}
