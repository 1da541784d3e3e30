//! The best value by number of regions: where more regions stop paying.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::frame::{frame, say};
use super::label;
use super::marker::{self, Mark};
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Goal, Names, Words, decimals, half, number};
use crate::report::model::{BestOfSize, Figure, Report};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let goal = Goal::of(report);
    let steps = steps(report);
    let area = frame(&mut scene, &say_it(report, &names, &goal, &steps));
    if steps.is_empty() {
        say(
            &mut scene,
            &area,
            "the report has no search over numbers of regions",
        );
        return scene;
    }
    let plot = lay_out(&area, &steps, &goal);
    draw_axes(&mut scene, &plot, &steps, &goal);
    draw_curve(&mut scene, &plot, &steps, &goal);
    draw_changes(&mut scene, &plot, &steps, &names);
    scene
}

/// The best of one size, with the errors of the set if the report kept it.
struct Step<'a> {
    best: &'a BestOfSize,
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
        .map(|best| Step {
            best,
            figure: report
                .sets
                .iter()
                .find(|set| set.regions == best.regions)
                .map(|set| &set.objective),
        })
        .collect();
    steps.sort_by_key(|step| step.best.size);
    steps
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
    notes.extend(names.note());
    let mut subtitle = words::subtitle(report, report.sets.len());
    if let Some(search) = &report.search {
        let scored = number(search.sets_scored as f64, 0);
        let feasible = number(search.sets_feasible as f64, 0);
        subtitle.push(format!("{scored} of {feasible} feasible sets scored"));
    }
    Words {
        title: finding(goal, steps),
        subtitle,
        notes,
    }
}

/// What the first and the last step bring.
fn finding(goal: &Goal, steps: &[Step]) -> String {
    match steps {
        [] => "There is no search by number of regions".into(),
        [only] => format!(
            "The best {} with {} is {}",
            goal.phrase,
            regions(only),
            value(goal, only)
        ),
        [.., before, last] => {
            let first = gain(goal, &steps[0], &steps[1]);
            let head = format!(
                "From {} to {} regions the best {} {first}",
                steps[0].best.size, steps[1].best.size, goal.phrase
            );
            if steps.len() == 2 {
                return head;
            }
            let rest = gain(goal, before, last);
            format!("{head}, from {} to {} {rest}", before.best.size, last.best.size)
        }
    }
}

fn regions(step: &Step) -> String {
    words::count(step.best.size, "region")
}

fn value(goal: &Goal, step: &Step) -> String {
    words::with_error(step.best.value, step.error(), goal.share)
}

/// `falls by 80 ± 3 ms`. The errors of two sets are added: their pairing is not in the report.
fn gain(goal: &Goal, from: &Step, to: &Step) -> String {
    let change = (to.best.value - from.best.value) * goal.factor();
    let error = (from.error() + to.error()) * goal.factor();
    if change.abs() <= error {
        return format!(
            "changes by less than its error of {} {}",
            number(error, decimals(error, error)),
            goal.difference_unit()
        );
    }
    let digits = decimals(change, error);
    let way = if change < 0.0 { "falls" } else { "rises" };
    let margin = if error > 0.0 {
        format!(" ± {}", number(error, digits))
    } else {
        String::new()
    };
    format!(
        "{way} by {}{margin} {}",
        number(change.abs(), digits),
        goal.difference_unit()
    )
}

/// Room below the axis for the regions that come in.
const CHANGES: f64 = 58.0;

fn lay_out(area: &Rect, steps: &[Step], goal: &Goal) -> Plot {
    let values = steps.iter().map(|step| step.best.value * goal.factor());
    let highest = steps
        .iter()
        .filter_map(|step| Some(step.figure?.input?.high * goal.factor()))
        .chain(values)
        .fold(0.0, f64::max);
    let y = Scale::Linear {
        low: 0.0,
        high: if goal.share {
            100.0
        } else {
            (highest * 1.12).max(1e-9)
        },
    };
    let left = tick_breadth(&y.ticks(5)).max(30.0);
    let sizes = |step: Option<&Step>| step.map_or(1.0, |step| step.best.size as f64);
    let x = Scale::Linear {
        low: sizes(steps.first()) - 0.5,
        high: sizes(steps.last()) + 0.5,
    };
    let below = if area.height > 260.0 { CHANGES } else { 0.0 };
    Plot {
        area: area.inset(left, Y_NAME_HEIGHT, 6.0, X_AXIS_HEIGHT + below),
        x,
        y,
    }
}

fn draw_axes(scene: &mut Scene, plot: &Plot, steps: &[Step], goal: &Goal) {
    let unit = if goal.share { "%" } else { "ms" };
    let name = format!("best {}, {unit}", goal.phrase);
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

/// Values to the right of their points, above the falling line.
fn draw_values(scene: &mut Scene, plot: &Plot, steps: &[Step], goal: &Goal) {
    let ink = scene.palette.text;
    let widest = steps
        .iter()
        .map(|step| super::font::width(&value(goal, step), size::LABEL))
        .fold(0.0, f64::max);
    let brief = widest + 12.0 > column(plot);
    let every = if brief {
        (44.0 / column(plot)).ceil().max(1.0) as usize
    } else {
        1
    };
    for step in steps.iter().step_by(every) {
        let shown = step.best.value * goal.factor();
        let text = if brief {
            number(shown, decimals(shown, 0.0).min(1))
        } else {
            value(goal, step)
        };
        let (x, y) = plot.point((step.best.size as f64, shown));
        let top = step.figure.and_then(|figure| figure.input).map_or(y, |input| {
            plot.y((input.high * goal.factor()).min(plot.y.high())).min(y)
        });
        let at = (x, (top - 10.0).max(plot.area.y + 6.0));
        scene.text(Text::new(text, at, size::LABEL, ink).anchor(Anchor::Middle));
    }
}

/// Under each size, which regions come in and which go, compared with the size before.
fn draw_changes(scene: &mut Scene, plot: &Plot, steps: &[Step], names: &Names) {
    let muted = scene.palette.muted;
    let bottom = plot.area.bottom();
    let breadth = column(plot) - 10.0;
    let has_room = scene.height - bottom > CHANGES + X_AXIS_HEIGHT * 0.5 && breadth > 70.0;
    if has_room {
        let mut before: &[String] = &[];
        for step in steps {
            let lines = label::wrap(&change(before, &step.best.regions, names), breadth, size::NOTE, 3);
            for (i, line) in lines.iter().enumerate() {
                let base = bottom + 22.0 + (i as f64 + 1.0) * size::NOTE * size::LEADING;
                let text = Text::new(line, (plot.x(step.best.size as f64), base), size::NOTE, muted);
                scene.text(text.anchor(Anchor::Middle));
            }
            before = &step.best.regions;
        }
    }
    let drop = if has_room { CHANGES } else { 0.0 };
    let at = (plot.area.right(), bottom + drop + 8.0 + 2.4 * size::TICK);
    let name = if has_room {
        "number of regions, and what changes"
    } else {
        "number of regions"
    };
    scene.text(Text::new(name, at, size::TICK, muted).anchor(Anchor::End));
}

fn change(before: &[String], now: &[String], names: &Names) -> String {
    let come = now.iter().filter(|region| !before.contains(region));
    let go = before.iter().filter(|region| !now.contains(region));
    let come = come.map(|region| format!("+{}", names.region(region)));
    let go = go.map(|region| format!("−{}", names.region(region)));
    come.chain(go).collect::<Vec<_>>().join(" ")
}
