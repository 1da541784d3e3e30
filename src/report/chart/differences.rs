//! How far each set is from the baseline, or from the best set, and whether that is more than chance.

use super::axis::{Plot, Scale};
use super::frame::{blank, frame};
use super::marker::{self, Mark};
use super::rows::{self, Column, Rows, error_bars};
use super::scene::Scene;
use super::theme::Colour;
use super::words::{self, Goal, Names, Words, count, decimals, half, number};
use crate::report::model::{Difference, Report, Verdict};
use crate::report::voice;

/// A set and its difference from the reference.
type Row<'a> = (usize, &'a Difference);

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let goal = Goal::of(report);
    let (reference, all) = rows_of(report);
    let room = rows::room(scene.height - 150.0);
    let shown = &all[..all.len().min(room)];
    let words = say_it(report, &names, &goal, reference, &all, shown);
    if shown.is_empty() {
        return blank(scene, words, "differences need a second set to compare with");
    }
    let area = frame(&mut scene, &words);
    let labels: Vec<String> = shown.iter().map(|row| names.set(report, row.0)).collect();
    let rows = Rows::new(&area, &labels, columns(shown, &goal));
    let plot = Plot {
        area: rows.plot,
        x: scale(shown, &goal),
        y: Scale::Linear { low: 0.0, high: 1.0 },
    };
    plot.draw_x_axis(&mut scene, &axis_name(&goal));
    let (text, muted) = (scene.palette.text, scene.palette.muted);
    rows.draw(&mut scene, |i| if tied(shown[i].1) { muted } else { text });
    draw_zero(&mut scene, &plot);
    for (i, (_, difference)) in shown.iter().enumerate() {
        draw_row(&mut scene, &plot, &rows, i, difference, &goal);
    }
    scene
}

/// Differences from the baseline where there is one, else from the best.
fn rows_of(report: &Report) -> (Option<usize>, Vec<Row<'_>>) {
    let from = |baseline: bool| -> Vec<Row<'_>> {
        let sets = report.sets.iter().enumerate();
        sets.filter_map(|(i, set)| {
            let comparison = if baseline {
                &set.versus_baseline
            } else {
                &set.versus_best
            };
            let difference = &comparison.as_ref()?.objective;
            difference.figure.value.is_finite().then_some((i, difference))
        })
        .collect()
    };
    match report.baseline {
        Some(place) if place < report.sets.len() => (Some(place), from(true)),
        _ => (words::best(report), from(false)),
    }
}

fn tied(difference: &Difference) -> bool {
    difference.verdict != Verdict::Differs
}

fn better(difference: &Difference, goal: &Goal) -> bool {
    (difference.figure.value < 0.0) != goal.share
}

fn say_it(
    report: &Report,
    names: &Names,
    goal: &Goal,
    reference: Option<usize>,
    all: &[Row],
    shown: &[Row],
) -> Words {
    let mut notes = vec![words::about_errors(shown.iter().map(|row| &row.1.figure))];
    if shown.iter().any(|row| tied(row.1)) {
        notes.push("grey: cannot be told apart at 95 %".into());
    }
    notes.push(
        voice::unpaired_note(report)
            .unwrap_or_else(|| "paired: all sets saw the same users on the same paths".into()),
    );
    notes.extend(names.note());
    let mut subtitle = words::subtitle(report, report.sets.len());
    if shown.len() < all.len() {
        subtitle.push(format!("{} of {} differences drawn", shown.len(), all.len()));
    }
    Words {
        title: finding(report, names, goal, reference, all),
        subtitle,
        notes,
    }
}

fn finding(report: &Report, names: &Names, goal: &Goal, reference: Option<usize>, all: &[Row]) -> String {
    let Some(place) = reference.filter(|_| !all.is_empty()) else {
        return "There is nothing to compare".into();
    };
    let who = if report.baseline == Some(place) {
        "the baseline"
    } else {
        "the best set"
    };
    let clear: Vec<&Row> = all.iter().filter(|row| !tied(row.1)).collect();
    let good: Vec<&&Row> = clear.iter().filter(|row| better(row.1, goal)).collect();
    let (gain, loss) = if goal.share {
        ("raise", "lower")
    } else {
        ("lower", "raise")
    };
    let mut parts = Vec::new();
    if !good.is_empty() {
        parts.push(format!(
            "{} the {}{}",
            does(good.len(), gain),
            goal.phrase,
            most(&good, goal)
        ));
    }
    if clear.len() > good.len() {
        let what = if good.is_empty() {
            format!("the {}", goal.phrase)
        } else {
            "it".into()
        };
        parts.push(format!("{} {what}", does(clear.len() - good.len(), loss)));
    }
    if all.len() > clear.len() {
        parts.push(format!(
            "{} cannot be told apart from it",
            count(all.len() - clear.len(), "set")
        ));
    }
    let name = names.brief(&report.sets[place]);
    format!("Against {who}, {name}: {}", parts.join("; "))
}

/// `1 set raises`, `2 sets raise`.
fn does(sets: usize, verb: &str) -> String {
    let ending = if sets == 1 { "s" } else { "" };
    format!("{} {verb}{ending}", count(sets, "set"))
}

/// The largest gain with its error: ` by up to 43 ± 2 ms`.
fn most(good: &[&&Row], goal: &Goal) -> String {
    let largest = good
        .iter()
        .max_by(|a, b| a.1.figure.value.abs().total_cmp(&b.1.figure.value.abs()));
    largest.map_or(String::new(), |row| {
        let text = words::distance(row.1, goal);
        let amount = text.rsplit_once(' ').map_or(text.as_str(), |parts| parts.0);
        let up_to = if good.len() > 1 { "up to " } else { "" };
        format!(" by {up_to}{amount}")
    })
}

fn columns(shown: &[Row], goal: &Goal) -> Vec<Column> {
    vec![
        Column {
            head: format!("{}, {}", goal.phrase, goal.difference_unit()),
            cells: shown.iter().map(|row| cell(row.1, goal)).collect(),
        },
        Column {
            head: "verdict".into(),
            cells: shown.iter().map(|row| verdict(row.1, goal).into()).collect(),
        },
    ]
}

fn cell(difference: &Difference, goal: &Goal) -> String {
    let value = difference.figure.value * goal.factor();
    let error = half(&difference.figure.sampling) * goal.factor();
    let digits = decimals(value, error);
    let plus = if value > 0.0 { "+" } else { "" };
    if error > 0.0 {
        format!("{plus}{} ± {}", number(value, digits), number(error, digits))
    } else {
        format!("{plus}{}", number(value, digits))
    }
}

fn verdict(difference: &Difference, goal: &Goal) -> &'static str {
    match difference.verdict {
        Verdict::Differs if better(difference, goal) => "better",
        Verdict::Differs => "worse",
        Verdict::TiedSampling => "tied (sampling)",
        Verdict::TiedInput => "tied (inputs)",
        Verdict::Same => "the same",
    }
}

fn axis_name(goal: &Goal) -> String {
    format!("difference of the {}, {}", goal.phrase, goal.difference_unit())
}

fn scale(shown: &[Row], goal: &Goal) -> Scale {
    let (mut low, mut high) = (0.0f64, 0.0f64);
    for (_, difference) in shown {
        let figure = &difference.figure;
        let input = figure.input.unwrap_or(figure.sampling);
        for value in [
            figure.value,
            figure.sampling.low,
            figure.sampling.high,
            input.low,
            input.high,
        ] {
            let value = value * goal.factor();
            if value.is_finite() {
                (low, high) = (low.min(value), high.max(value));
            }
        }
    }
    Scale::around(low, high)
}

fn draw_zero(scene: &mut Scene, plot: &Plot) {
    let x = plot.x(0.0);
    let ink = scene.palette.muted;
    scene.line(vec![(x, plot.area.y - 4.0), (x, plot.area.bottom())], 1.4, ink);
}

fn draw_row(scene: &mut Scene, plot: &Plot, rows: &Rows, i: usize, difference: &Difference, goal: &Goal) {
    let (colour, mark) = style(scene, difference, goal);
    let x = |value: f64| {
        plot.x(value * goal.factor())
            .clamp(plot.area.x, plot.area.right())
    };
    let figure = &difference.figure;
    let sampling = (x(figure.sampling.low), x(figure.sampling.high));
    let input = figure.input.map(|input| (x(input.low), x(input.high)));
    let y = rows.middle(i);
    error_bars(scene, y, sampling, input, rows.bar() + 2.0, colour);
    marker::draw_bare(scene, mark, (x(figure.value), y), colour);
}

fn style(scene: &Scene, difference: &Difference, goal: &Goal) -> (Colour, Mark) {
    if tied(difference) {
        (scene.palette.tied, Mark::Ring)
    } else if better(difference, goal) {
        (scene.palette.lines[0], Mark::Disc)
    } else {
        (scene.palette.lines[1], Mark::Diamond)
    }
}
