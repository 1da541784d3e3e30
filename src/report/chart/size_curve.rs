//! The best value by number of regions: where more regions stop paying.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::font;
use super::frame::{blank, frame};
use super::label;
use super::marker::{self, Mark};
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Goal, Names, Words, decimals, half, number};
use crate::report::model::{BestOfSize, Figure, Interval, Report, SetResult};
use crate::report::voice::{self, apart};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let goal = Goal::of(report);
    let steps = steps(report);
    let words = say_it(report, &names, &goal, &steps);
    if steps.is_empty() {
        return blank(scene, words, "the report has no search over numbers of regions");
    }
    let area = frame(&mut scene, &words);
    let below = room_below(&area, steps.len());
    let plot = lay_out(&area, &steps, &goal, below);
    draw_axes(&mut scene, &plot, &steps, (&what(report, &goal), &goal));
    draw_curve(&mut scene, &plot, &steps, &goal);
    draw_changes(&mut scene, &plot, &steps, &names, below);
    scene
}

/// The best of one size, with the errors of the set if the report kept it.
struct Step<'a> {
    best: &'a BestOfSize,
    set: Option<&'a SetResult>,
    figure: Option<&'a Figure>,
}

impl Step<'_> {
    fn error(&self) -> f64 {
        self.figure.map_or(0.0, |figure| half(&figure.sampling))
    }
}

fn steps(report: &Report) -> Vec<Step<'_>> {
    let all = report.search.iter().flat_map(|search| &search.best_by_size);
    let mut steps: Vec<Step> = all
        .filter(|best| best.value.is_finite())
        .map(|best| {
            let set = set_of(best, report);
            Step {
                best,
                set,
                figure: set.map(|set| &set.objective),
            }
        })
        .collect();
    steps.sort_by_key(|step| step.best.size);
    steps
}

/// The set of the same regions, unless its figure is of something else than the search minimised.
fn set_of<'a>(best: &BestOfSize, report: &'a Report) -> Option<&'a SetResult> {
    let set = report.sets.iter().find(|set| set.regions == best.regions)?;
    let figure = &set.objective;
    let near = half(&figure.sampling) + 1e-6 * best.value.abs();
    ((figure.value - best.value).abs() <= near).then_some(set)
}

fn say_it(report: &Report, names: &Names, goal: &Goal, steps: &[Step]) -> Words {
    let figures: Vec<&Figure> = steps.iter().filter_map(|step| step.figure).collect();
    let mut notes = Vec::new();
    if !figures.is_empty() {
        notes.push(words::about_errors(figures.iter().copied()));
    }
    if figures.len() < steps.len() {
        notes.push("without ±: a set whose errors the report did not keep".into());
    }
    if goes_by_two_differences(steps) {
        notes.push(
            "changes between sets of which neither is the best of all: errors taken as independent".into(),
        );
    }
    notes.extend(names.note());
    let mut subtitle = words::subtitle(report, report.sets.len());
    if let Some(search) = &report.search {
        subtitle.push(voice::scored(search));
    }
    Words {
        title: finding(&what(report, goal), goal, steps),
        subtitle,
        notes,
    }
}

/// `best p95`; where sets are ranked by another measure, `p95 of the first by cost`.
fn what(report: &Report, goal: &Goal) -> String {
    match &report.question.ranked_by {
        Some(by) => format!("{} of the first by {}", goal.phrase, by.name),
        None => format!("best {}", goal.phrase),
    }
}

/// What the first and the last step bring.
fn finding(what: &str, goal: &Goal, steps: &[Step]) -> String {
    match steps {
        [] => "There is no search by number of regions".into(),
        [only] => format!("The {what} with {} is {}", regions(only), value(goal, only)),
        [.., before, last] => {
            let first = gain(goal, &steps[0], &steps[1]);
            let head = format!(
                "From {} to {} regions the {what} {first}",
                steps[0].best.size, steps[1].best.size
            );
            if steps.len() == 2 {
                return head;
            }
            let rest = gain(goal, before, last);
            format!("{head}, from {} to {} {rest}", before.best.size, last.best.size)
        }
    }
}

/// Whether the title tells a change between two sets that the run did not hold against each other.
fn goes_by_two_differences(steps: &[Step]) -> bool {
    let told = steps.windows(2).next().into_iter().chain(steps.windows(2).last());
    let first = |step: &Step| step.set.is_some_and(|set| set.rank == 1);
    told.into_iter()
        .any(|pair| pair.iter().all(|step| step.set.is_some()) && !pair.iter().any(first))
}

fn regions(step: &Step) -> String {
    words::count(step.best.size, "region")
}

fn value(goal: &Goal, step: &Step) -> String {
    words::with_error(step.best.value, step.error(), goal.share)
}

/// `falls by 80 ± 3 ms (70–86 with uncertain inputs)`, as the ranking tells the difference of the two sets.
fn gain(goal: &Goal, from: &Step, to: &Step) -> String {
    let figure = from
        .set
        .zip(to.set)
        .and_then(|(from, to)| apart::difference(to, from));
    let Some(figure) = figure else {
        let change = (to.best.value - from.best.value) * goal.factor();
        return format!("{}\u{a0}{}", way_and_size(change, 0.0), goal.difference_unit());
    };
    let change = figure.value * goal.factor();
    let reach = |it: Interval| {
        let near = if figure.value > 0.0 {
            figure.value - it.low
        } else {
            it.high - figure.value
        };
        near.max(0.0) * goal.factor()
    };
    let error = reach(figure.sampling).hypot(figure.input.map_or(0.0, reach));
    if change.abs() <= error {
        return format!(
            "changes by less than its error of {} {}",
            number(error, decimals(error, error)),
            goal.difference_unit()
        );
    }
    let sampling = half(&figure.sampling) * goal.factor();
    format!(
        "{}\u{a0}{}{}",
        way_and_size(change, sampling),
        goal.difference_unit(),
        inputs(&figure, change, goal)
    )
}

/// `falls by 80 ± 3`.
fn way_and_size(change: f64, error: f64) -> String {
    let digits = decimals(change, error);
    let way = if change < 0.0 { "falls" } else { "rises" };
    let margin = if error > 0.0 {
        format!("\u{a0}±\u{a0}{}", number(error, digits))
    } else {
        String::new()
    };
    format!("{way} by {}{margin}", number(change.abs(), digits))
}

/// Between which sizes uncertain inputs put a change.
fn inputs(figure: &Figure, change: f64, goal: &Goal) -> String {
    let Some(input) = figure.input else {
        return String::new();
    };
    let (low, high) = (input.low * goal.factor(), input.high * goal.factor());
    let (low, high) = if change < 0.0 { (-high, -low) } else { (low, high) };
    let digits = decimals(high, (high - low) / 2.0);
    format!(
        " ({} to {} with uncertain inputs)",
        number(low, digits),
        number(high, digits)
    )
}

/// Room below the axis for the regions that come in.
const CHANGES: f64 = 58.0;

/// Room for the regions that come in, where they are readable.
fn room_below(area: &Rect, steps: usize) -> f64 {
    let columns = area.width / steps.max(1) as f64;
    if area.height > 260.0 && columns > 95.0 {
        CHANGES
    } else {
        0.0
    }
}

fn lay_out(area: &Rect, steps: &[Step], goal: &Goal, below: f64) -> Plot {
    let values = steps.iter().map(|step| step.best.value * goal.factor());
    let highest = steps
        .iter()
        .filter_map(|step| Some(step.figure?.input?.high * goal.factor()))
        .chain(values)
        .fold(0.0, f64::max);
    // Room for a value above the highest point.
    let headroom = 1.0 + 40.0 / (area.height - 120.0).max(60.0);
    let y = Scale::Linear {
        low: 0.0,
        high: if goal.share {
            100.0
        } else {
            (highest * headroom).max(1e-9)
        },
    };
    let left = tick_breadth(&y.ticks(5)).max(30.0);
    let sizes = |step: Option<&Step>| step.map_or(1.0, |step| step.best.size as f64);
    let x = Scale::Linear {
        low: sizes(steps.first()) - 0.5,
        high: sizes(steps.last()) + 0.5,
    };
    Plot {
        area: area.inset(left, Y_NAME_HEIGHT, 6.0, X_AXIS_HEIGHT + below),
        x,
        y,
    }
}

fn draw_axes(scene: &mut Scene, plot: &Plot, steps: &[Step], (what, goal): (&str, &Goal)) {
    let unit = if goal.share { "%" } else { "ms" };
    let name = format!("{what}, {unit}");
    let ticks = plot.y.ticks((plot.area.height / 60.0).clamp(2.0, 6.0) as usize);
    plot.draw_y_axis(scene, &name, &ticks);
    let (axis, muted) = (scene.palette.axis, scene.palette.muted);
    let bottom = plot.area.bottom();
    scene.line(
        vec![(plot.area.x, bottom), (plot.area.right(), bottom)],
        1.0,
        axis,
    );
    let every = (28.0 / column(plot)).ceil().max(1.0) as usize;
    for step in steps.iter().step_by(every) {
        let at = (plot.x(step.best.size as f64), bottom + 6.0 + size::TICK);
        let text = Text::new(step.best.size.to_string(), at, size::TICK, muted);
        scene.text(text.anchor(Anchor::Middle));
    }
}

/// Breadth of one size.
fn column(plot: &Plot) -> f64 {
    plot.area.width / (plot.x.high() - plot.x.low())
}

fn draw_curve(scene: &mut Scene, plot: &Plot, steps: &[Step], goal: &Goal) {
    let colour = scene.palette.lines[0];
    let at = |step: &Step| plot.point((step.best.size as f64, step.best.value * goal.factor()));
    scene.line(steps.iter().map(at).collect(), 2.2, colour);
    for step in steps {
        draw_errors(scene, plot, step, goal);
        marker::draw(scene, Mark::Disc, at(step), colour);
    }
    draw_values(scene, plot, steps, goal);
}

fn draw_errors(scene: &mut Scene, plot: &Plot, step: &Step, goal: &Goal) {
    let Some(figure) = step.figure else {
        return;
    };
    let colour = scene.palette.lines[0];
    let pale = colour.mix(scene.palette.ground, 0.45);
    let x = plot.x(step.best.size as f64);
    let y = |value: f64| plot.y((value * goal.factor()).clamp(plot.y.low(), plot.y.high()));
    scene.line(
        vec![(x, y(figure.sampling.low)), (x, y(figure.sampling.high))],
        5.0,
        pale,
    );
    if let Some(input) = figure.input {
        scene.line(vec![(x, y(input.low)), (x, y(input.high))], 1.4, colour);
    }
}

/// Values beside their points, where neither the line from the size before nor that to the next runs.
fn draw_values(scene: &mut Scene, plot: &Plot, steps: &[Step], goal: &Goal) {
    let ink = scene.palette.text;
    let widths = steps
        .iter()
        .map(|step| font::width(&value(goal, step), size::LABEL));
    // Neighbours may reach out towards each other.
    let brief = 2.0 * widths.fold(0.0, f64::max) + 12.0 > column(plot);
    let every = if brief {
        (44.0 / column(plot)).ceil().max(1.0) as usize
    } else {
        1
    };
    for (i, step) in steps.iter().enumerate().step_by(every) {
        let shown = step.best.value * goal.factor();
        let text = if brief {
            number(shown, decimals(shown, 0.0).min(1))
        } else {
            value(goal, step)
        };
        let (at, anchor) = beside(plot, steps, i, goal);
        scene.text(Text::new(text, at, size::LABEL, ink).anchor(anchor));
    }
}

/// Where the value of step `i` is written.
fn beside(plot: &Plot, steps: &[Step], i: usize, goal: &Goal) -> ((f64, f64), Anchor) {
    let y = |step: &Step| plot.y(step.best.value * goal.factor());
    let here = y(&steps[i]);
    // Up to this many units the line is level enough to write above it.
    let higher = |step: Option<&Step>| step.is_some_and(|step| y(step) < here - 6.0);
    let before = higher(i.checked_sub(1).and_then(|i| steps.get(i)));
    let after = higher(steps.get(i + 1));
    let (top, bottom) = reach(plot, &steps[i], goal, here);
    let x = plot.x(steps[i].best.size as f64);
    let above = (top - 10.0).max(plot.area.y + 6.0);
    let below = bottom + 10.0 + 0.73 * size::LABEL;
    match (before, after) {
        (false, false) => ((x, above), Anchor::Middle),
        (true, false) if i + 1 < steps.len() => ((x - 2.0, above), Anchor::Start),
        (false, true) if i > 0 => ((x + 2.0, above), Anchor::End),
        _ => ((x, below), Anchor::Middle),
    }
}

/// Upper and lower end of the bars of a step.
fn reach(plot: &Plot, step: &Step, goal: &Goal, y: f64) -> (f64, f64) {
    let Some(figure) = step.figure else {
        return (y, y);
    };
    let input = figure.input.unwrap_or(figure.sampling);
    let at = |value: f64| plot.y((value * goal.factor()).clamp(plot.y.low(), plot.y.high()));
    let high = figure.sampling.high.max(input.high);
    let low = figure.sampling.low.min(input.low);
    (at(high).min(y), at(low).max(y))
}

/// Under each size, which regions come in and which go, compared with the size before.
fn draw_changes(scene: &mut Scene, plot: &Plot, steps: &[Step], names: &Names, below: f64) {
    let mut before: &[String] = &[];
    for step in steps.iter().filter(|_| below > 0.0) {
        draw_change(scene, plot, step, &change(before, &step.best.regions, names));
        before = &step.best.regions;
    }
    let at = (
        plot.area.right(),
        plot.area.bottom() + below + 8.0 + 2.4 * size::TICK,
    );
    let name = if below > 0.0 {
        "number of regions, and what changes"
    } else {
        "number of regions"
    };
    let muted = scene.palette.muted;
    scene.text(Text::new(name, at, size::TICK, muted).anchor(Anchor::End));
}

fn draw_change(scene: &mut Scene, plot: &Plot, step: &Step, change: &str) {
    let muted = scene.palette.muted;
    let x = plot.x(step.best.size as f64);
    for (i, line) in label::wrap(change, column(plot) - 10.0, size::NOTE, 3)
        .iter()
        .enumerate()
    {
        let base = plot.area.bottom() + 22.0 + (i as f64 + 1.0) * size::NOTE * size::LEADING;
        scene.text(Text::new(line, (x, base), size::NOTE, muted).anchor(Anchor::Middle));
    }
}

fn change(before: &[String], now: &[String], names: &Names) -> String {
    let come = now.iter().filter(|region| !before.contains(region));
    let go = before.iter().filter(|region| !now.contains(region));
    let come = come.map(|region| format!("+{}", names.region(region)));
    let go = go.map(|region| format!("−{}", names.region(region)));
    come.chain(go).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample_report;

    #[test]
    fn the_title_tells_the_difference_that_the_ranking_tells() {
        let mut report = sample_report(3, 12);
        let best_by_size = {
            let sets = [&report.sets[1], &report.sets[0]];
            let best = |(at, set): (usize, &&SetResult)| BestOfSize {
                size: 2 + at,
                regions: set.regions.clone(),
                value: set.objective.value,
                measure: None,
            };
            sets.iter().enumerate().map(best).collect()
        };
        report.search.as_mut().unwrap().best_by_size = best_by_size;
        let it = &mut report.sets[1].versus_best.as_mut().unwrap().objective.figure;
        let at = |low, high| Interval { low, high };
        (it.value, it.sampling, it.input) = (53.0, at(50.0, 56.0), Some(at(40.0, 70.0)));
        let goal = Goal::of(&report);
        let said = |report: &Report| finding("best p95", &goal, &steps(report)).replace('\u{a0}', " ");
        assert_eq!(
            said(&report),
            "From 2 to 3 regions the best p95 falls by 53 ± 3 ms (40 to 70 with uncertain inputs)"
        );
        let it = &mut report.sets[1].versus_best.as_mut().unwrap().objective.figure;
        it.input = Some(at(-10.0, 100.0));
        assert!(
            said(&report).ends_with("changes by less than its error of 63 ms"),
            "{}",
            said(&report)
        );
    }
}
