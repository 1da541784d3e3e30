//! Cost against latency: every set a point, those that no other beats in both joined.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::frame::{blank, frame};
use super::key::{End, draw_ends, ends_breadth};
use super::marker::{self, Look, Mark, look};
use super::scene::{Rect, Scene};
use super::theme::Colour;
use super::words::{self, Goal, Names, Words, count, half};
use crate::report::model::{Interval, Report};
use crate::report::voice::{apart, capacity as voice, recovery};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let goal = Goal::of(report);
    let all = points(report, &goal);
    let named = named(report, &all, most_names(&scene));
    let words = say_it(report, &names, &goal, &all, named.len());
    if all.is_empty() {
        return blank(scene, words, "the report has no costs to draw");
    }
    let area = frame(&mut scene, &words);
    let entries: Vec<(String, Look)> = named
        .iter()
        .enumerate()
        .map(|(i, point)| (called(report, &names, point), look(&scene.palette, i)))
        .collect();
    let breadth = ends_breadth(&entries, area.width * 0.34);
    let plot = lay_out(&area, breadth, &all);
    plot.draw_y_axis(&mut scene, &axis_name(report), &ticks(plot.y, plot.area.height));
    let unit = if goal.share { "%" } else { "ms" };
    plot.draw_x_axis(&mut scene, &format!("{}, {unit}", goal.phrase));
    for point in &all {
        draw_error(&mut scene, &plot, point);
    }
    draw_front(&mut scene, &plot, &all, goal.share);
    let quiet = scene.palette.tied;
    for point in &all {
        let at = plot.point((point.x, point.cost));
        marker::draw_bare(&mut scene, Mark::Disc, at, quiet);
        draw_arrow(&mut scene, &plot, point, quiet);
    }
    let mut ends = Vec::new();
    for (point, (name, look)) in named.iter().zip(entries) {
        let at = plot.point((point.x, point.cost));
        marker::draw(&mut scene, look.mark, at, look.colour);
        draw_arrow(&mut scene, &plot, point, look.colour);
        ends.push(End { at, name, look });
    }
    draw_ends(&mut scene, &ends, &plot.area, breadth);
    scene
}

/// A set with a cost.
struct Point {
    place: usize,
    /// What the sets are ranked by, in the unit of the axis.
    x: f64,
    sampling: Interval,
    /// A month.
    cost: f64,
    complete: bool,
    /// Share of requests that are not served, where it is known.
    unavailability: Option<f64>,
    /// No other beats it in latency, cost and availability at once.
    on_front: bool,
    /// No other of complete cost beats it in latency and cost.
    on_line: bool,
}

fn points(report: &Report, goal: &Goal) -> Vec<Point> {
    let front = report.capacity.as_ref().map_or(&[][..], |it| &it.front);
    let factor = goal.factor();
    let sets = report.sets.iter().enumerate();
    let mut all: Vec<Point> = sets
        .filter_map(|(place, set)| {
            let cost = set.capacity.as_ref()?.cost.as_ref()?;
            let figure = &set.objective;
            let finite = figure.value.is_finite() && cost.total.is_finite();
            // Without a single price nothing is known.
            (finite && (cost.complete || cost.total > 0.0)).then(|| Point {
                place,
                x: figure.value * factor,
                sampling: Interval {
                    low: figure.sampling.low * factor,
                    high: figure.sampling.high * factor,
                },
                cost: cost.total,
                complete: cost.complete,
                unavailability: set
                    .recovery
                    .as_ref()
                    .map(|it| it.availability.unavailability.value),
                on_front: front.contains(&place),
                on_line: false,
            })
        })
        .collect();
    let on_line: Vec<bool> = all
        .iter()
        .map(|it| it.complete && !is_beaten(it, &all, report))
        .collect();
    for (point, on_line) in all.iter_mut().zip(on_line) {
        point.on_line = on_line;
    }
    all
}

/// Whether a set of complete cost is better in one, beyond the errors of latencies, and not worse in the other.
fn is_beaten(it: &Point, all: &[Point], report: &Report) -> bool {
    let set = &report.sets[it.place];
    all.iter().filter(|other| other.complete).any(|other| {
        let theirs = &report.sets[other.place];
        let quicker = apart::is_quicker(theirs, set, report);
        let slower = apart::is_quicker(set, theirs, report);
        !slower && other.cost <= it.cost && (quicker || other.cost < it.cost)
    })
}

fn most_names(scene: &Scene) -> usize {
    ((scene.height - 200.0) / 40.0).clamp(1.0, 8.0) as usize
}

/// The points that get a name: those on the line, both ends among them, the rest of the front, then the baseline.
fn named<'a>(report: &Report, all: &'a [Point], most: usize) -> Vec<&'a Point> {
    let is_baseline = |it: &Point| report.baseline == Some(it.place);
    let is_named = |it: &&Point| it.on_line || it.on_front || is_baseline(it) || all.len() == 1;
    let mut named: Vec<&Point> = all.iter().filter(is_named).collect();
    named.sort_by(|a, b| {
        let key = |it: &Point| (!it.on_line, !it.on_front);
        key(a).cmp(&key(b)).then(b.cost.total_cmp(&a.cost))
    });
    let on_line = named.iter().filter(|it| it.on_line).count();
    if on_line > most {
        let spread = |i: usize| i * (on_line - 1) / (most - 1).max(1);
        return (0..most).map(|i| named[spread(i)]).collect();
    }
    named.truncate(most);
    named
}

/// The availability, where it is known, and the set.
fn called(report: &Report, names: &Names, point: &Point) -> String {
    let name = names.set(report, point.place);
    match point.unavailability {
        Some(gone) => format!("{} % · {name}", recovery::served(gone)),
        None => name,
    }
}

fn axis_name(report: &Report) -> String {
    format!("cost a month, {}", words::currency(report))
}

fn lay_out(area: &Rect, breadth: f64, all: &[Point]) -> Plot {
    let ends = |it: &Point| [it.x, it.sampling.low, it.sampling.high];
    let finite = || all.iter().flat_map(ends).filter(|x| x.is_finite());
    let costs = || all.iter().map(|it| it.cost);
    let (least, most) = (f64::INFINITY, f64::NEG_INFINITY);
    let x = Scale::around(finite().fold(least, f64::min), finite().fold(most, f64::max));
    let (low, high) = (costs().fold(least, f64::min), costs().fold(most, f64::max));
    // At least a tenth of the amount, so that near amounts look near.
    let middle = f64::midpoint(low, high);
    let around = Scale::around(low.min(middle * 0.95), high.max(middle * 1.05));
    let y = Scale::Linear {
        low: around.low().max(0.0),
        high: around.high(),
    };
    let left = tick_breadth(&ticks(y, area.height)).max(40.0);
    Plot {
        area: area.inset(left, Y_NAME_HEIGHT, breadth, X_AXIS_HEIGHT),
        x,
        y,
    }
}

fn ticks(scale: Scale, height: f64) -> Vec<(f64, String)> {
    scale.ticks((height / 60.0).clamp(2.0, 6.0) as usize)
}

fn draw_error(scene: &mut Scene, plot: &Plot, point: &Point) {
    if half(&point.sampling) <= 0.0 {
        return;
    }
    let pale = if point.on_line { 0.2 } else { 0.55 };
    let colour = scene.palette.tied.mix(scene.palette.ground, pale);
    let y = plot.y(point.cost);
    let across = |x: f64| plot.x(x.clamp(plot.x.low(), plot.x.high()));
    let line = vec![(across(point.sampling.low), y), (across(point.sampling.high), y)];
    scene.line(line, 3.0, colour);
}

/// A stair through those that are not beaten: on it nothing is gained without a loss.
fn draw_front(scene: &mut Scene, plot: &Plot, all: &[Point], more_is_better: bool) {
    let on_line = all.iter().filter(|it| it.on_line);
    let mut front: Vec<(f64, f64)> = on_line.map(|it| (it.x, it.cost)).collect();
    front.sort_by(|a, b| a.0.total_cmp(&b.0));
    if more_is_better {
        front.reverse();
    }
    let mut path = Vec::new();
    for pair in front.windows(2) {
        path.push(plot.point(pair[0]));
        path.push(plot.point((pair[1].0, pair[0].1)));
    }
    path.extend(front.last().map(|&last| plot.point(last)));
    let muted = scene.palette.muted;
    scene.dashed(path, 1.2, muted, &[5.0, 4.0]);
}

/// Upwards from a set that lacks prices: it costs at least so much.
fn draw_arrow(scene: &mut Scene, plot: &Plot, point: &Point, colour: Colour) {
    if point.complete {
        return;
    }
    let (x, y) = plot.point((point.x, point.cost));
    let top = y - 22.0;
    scene.line(vec![(x, y - 6.0), (x, top)], 1.6, colour);
    scene.line(
        vec![(x - 3.5, top + 4.5), (x, top), (x + 3.5, top + 4.5)],
        1.6,
        colour,
    );
}

fn say_it(report: &Report, names: &Names, goal: &Goal, all: &[Point], named: usize) -> Words {
    let mut notes = vec!["bars: 95 % sampling error".to_owned()];
    let on_line = all.iter().filter(|it| it.on_line).count();
    if on_line > 1 {
        notes
            .push("dashed line: no set is better in one beyond the errors and not worse in the other".into());
    }
    if named < on_line {
        notes.push(format!("{named} of {on_line} on the line are named"));
    }
    if all.iter().any(|it| it.on_front && !it.on_line) {
        notes.push("named, off the line: kept for its availability, or its cost is not known".into());
    }
    if all.iter().any(|it| !it.complete) {
        notes.push("arrow: at least so much, something has no price".into());
    }
    if all.iter().any(|it| it.unavailability.is_some()) {
        notes.push("per cent before a name: requests served in a year".into());
    }
    notes.extend(names.note());
    Words {
        title: finding(report, names, goal, all),
        subtitle: words::subtitle(report, report.sets.len()),
        notes,
    }
}

fn finding(report: &Report, names: &Names, goal: &Goal, all: &[Point]) -> String {
    let currency = words::currency(report);
    let value = |it: &Point| goal.value(&report.sets[it.place].objective);
    let amount = |it: &Point| voice::at_least(it.cost, it.complete, &currency);
    let line: Vec<&Point> = all.iter().filter(|it| it.on_line).collect();
    let both = |it: &Point| format!("{} for {} a month", value(it), amount(it));
    match (all, line.as_slice()) {
        ([], _) => "There is no cost to draw".into(),
        ([only], _) => format!("{}: {}", names.brief(&report.sets[only.place]), both(only)),
        (_, []) => format!(
            "Of no set are all prices known: {} with a lower bound",
            count(all.len(), "set")
        ),
        (_, [only]) => {
            let name = names.brief(&report.sets[only.place]);
            format!(
                "No set of known cost beats {name} in cost or latency: {}",
                both(only)
            )
        }
        _ => {
            let cost = |a: &&&Point, b: &&&Point| a.cost.total_cmp(&b.cost);
            let ends = line.iter().max_by(cost).zip(line.iter().min_by(cost));
            let ends = ends.map_or_else(String::new, |(dear, cheap)| {
                format!(": from {} to {}", both(dear), both(cheap))
            });
            format!(
                "{} of {} are beaten by none in cost and latency{ends}",
                line.len(),
                count(all.len(), "set")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{SampleInputs, sample_capacity_report};

    #[test]
    fn a_millisecond_below_the_error_is_no_reason_to_pay_more() {
        let mut report = sample_capacity_report(&SampleInputs::default());
        report.sets.truncate(3);
        for (at, (behind, total)) in [(0.0, 39_000.0), (47.0, 37_000.0), (47.2, 35_000.0)]
            .into_iter()
            .enumerate()
        {
            let set = &mut report.sets[at];
            if let Some(it) = &mut set.versus_best {
                it.objective.figure.value = behind;
                it.objective.figure.input = None;
                it.objective.figure.sampling = Interval {
                    low: behind - 3.0,
                    high: behind + 3.0,
                };
            }
            let cost = set.capacity.as_mut().unwrap().cost.as_mut().unwrap();
            (cost.total, cost.complete) = (total, true);
        }
        let line = |report: &Report| -> Vec<bool> {
            let all = points(report, &Goal::of(report));
            all.iter().map(|it| it.on_line).collect()
        };
        assert_eq!(line(&report), [true, false, true]);
        let it = &mut report.sets[2].versus_best.as_mut().unwrap().objective.figure;
        (it.value, it.sampling) = (
            60.0,
            Interval {
                low: 57.0,
                high: 63.0,
            },
        );
        assert_eq!(line(&report), [true, true, true]);
    }
}
