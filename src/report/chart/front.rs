//! Latency against availability: every set a point with its errors, those that no other beats in both joined.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::frame::{blank, frame};
use super::key::{End, draw_ends, ends_breadth};
use super::marker::{self, Look, Mark, look};
use super::scene::{Rect, Scene};
use super::words::{self, Goal, Names, Words, count, half};
use crate::report::model::{Figure, Report, SetResult};
use crate::report::voice::{apart, recovery as voice};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let goal = Goal::of(report);
    let all = points(report, &goal);
    let words = say_it(report, &names, &goal, &all);
    if all.is_empty() {
        return blank(scene, words, "the report has no availability to draw");
    }
    let area = frame(&mut scene, &words);
    let named = named(report, &all, most_names(&scene));
    let entries: Vec<(String, Look)> = named
        .iter()
        .enumerate()
        .map(|(i, point)| (names.set(report, point.place), look(&scene.palette, i)))
        .collect();
    let breadth = ends_breadth(&entries, area.width * 0.32);
    let plot = lay_out(&area, breadth, &all);
    draw_axes(&mut scene, &plot, &goal, &all);
    for point in &all {
        draw_errors(&mut scene, &plot, point);
    }
    draw_front(&mut scene, &plot, &all);
    let quiet = scene.palette.tied;
    for point in all.iter().filter(|it| !it.on_front) {
        marker::draw_bare(
            &mut scene,
            Mark::Disc,
            plot.point((point.x.value, point.gone())),
            quiet,
        );
    }
    let mut ends = Vec::new();
    for (point, (name, look)) in named.iter().zip(entries) {
        let at = plot.point((point.x.value, point.gone()));
        marker::draw(&mut scene, look.mark, at, look.colour);
        ends.push(End { at, name, look });
    }
    draw_ends(&mut scene, &ends, &plot.area, breadth);
    scene
}

/// A set.
struct Point {
    place: usize,
    x: Figure,
    unavailability: Figure,
    on_front: bool,
}

/// What is never down lies here, below everything that is: 31 milliseconds a year.
const NEVER: f64 = 1e-9;

impl Point {
    fn gone(&self) -> f64 {
        self.unavailability.value.max(NEVER)
    }
}

fn points(report: &Report, goal: &Goal) -> Vec<Point> {
    let front = report.recovery.as_ref().map_or(&[][..], |it| &it.front);
    let sets = report.sets.iter().enumerate();
    sets.filter_map(|(place, set)| {
        let unavailability = set.recovery.as_ref()?.availability.unavailability;
        let finite = set.objective.value.is_finite() && unavailability.value.is_finite();
        finite.then(|| Point {
            place,
            x: scaled(&set.objective, goal.factor()),
            unavailability,
            on_front: front.contains(&place),
        })
    })
    .collect()
}

fn scaled(it: &Figure, factor: f64) -> Figure {
    let mut figure = *it;
    figure.value *= factor;
    for interval in [Some(&mut figure.sampling), figure.input.as_mut()]
        .into_iter()
        .flatten()
    {
        interval.low *= factor;
        interval.high *= factor;
    }
    figure
}

fn most_names(scene: &Scene) -> usize {
    ((scene.height - 200.0) / 40.0).clamp(1.0, 8.0) as usize
}

/// The points that get a name: the front, then the baseline.
fn named<'a>(report: &Report, all: &'a [Point], most: usize) -> Vec<&'a Point> {
    let is_named = |it: &&Point| it.on_front || report.baseline == Some(it.place) || all.len() == 1;
    let mut named: Vec<&Point> = all.iter().filter(is_named).collect();
    named.sort_by_key(|it| !it.on_front);
    named.truncate(most);
    named
}

fn lay_out(area: &Rect, breadth: f64, all: &[Point]) -> Plot {
    let ends = |it: &Point| [it.x.value, it.x.sampling.low, it.x.sampling.high];
    let finite = || all.iter().flat_map(ends).filter(|x| x.is_finite());
    let x = Scale::around(
        finite().fold(f64::INFINITY, f64::min),
        finite().fold(f64::NEG_INFINITY, f64::max),
    );
    let low = all.iter().map(Point::gone).fold(f64::INFINITY, f64::min);
    let high = all.iter().map(Point::gone).fold(0.0, f64::max);
    // At least a decade, so that there are ticks and near misses look near.
    let middle = (low * high).sqrt();
    let y = Scale::Log {
        low: (low / 1.3).min(middle / 4.0),
        high: (high * 1.3).max(middle * 4.0),
    };
    let left = tick_breadth(&availability_ticks(y, area.height)).max(40.0);
    Plot {
        area: area.inset(left, Y_NAME_HEIGHT, breadth, X_AXIS_HEIGHT),
        x,
        y,
    }
}

/// Ticks at round unavailabilities that say the availability.
fn availability_ticks(y: Scale, height: f64) -> Vec<(f64, String)> {
    let never = (y.low() <= NEVER).then(|| (NEVER, "never down".to_owned()));
    let ticks = y.ticks((height / 60.0).clamp(2.0, 6.0) as usize);
    // What is never down stands for itself; nothing is less down.
    let above = ticks
        .into_iter()
        .map(|(value, _)| value)
        .filter(|value| *value > 2.0 * NEVER);
    let words = |value: f64| (value, format!("{} %", voice::served(value)));
    never.into_iter().chain(above.map(words)).collect()
}

fn draw_axes(scene: &mut Scene, plot: &Plot, goal: &Goal, all: &[Point]) {
    let ticks = availability_ticks(plot.y, plot.area.height + Y_NAME_HEIGHT + X_AXIS_HEIGHT);
    let never = all.iter().any(|it| it.unavailability.value <= 0.0);
    let name = if never {
        "availability (log scale of what is down; none at the bottom)"
    } else {
        "availability (log scale of what is down)"
    };
    plot.draw_y_axis(scene, name, &ticks);
    let unit = if goal.share { "%" } else { "ms" };
    plot.draw_x_axis(scene, &format!("{}, {unit}", goal.phrase));
}

fn draw_errors(scene: &mut Scene, plot: &Plot, point: &Point) {
    let colour = scene
        .palette
        .tied
        .mix(scene.palette.ground, if point.on_front { 0.2 } else { 0.55 });
    let (x, y) = plot.point((point.x.value, point.gone()));
    let across = |ms: f64| plot.x(ms.clamp(plot.x.low(), plot.x.high()));
    let up = |gone: f64| plot.y(gone.clamp(plot.y.low(), plot.y.high()));
    let (sides, ends) = (point.x.sampling, point.unavailability.sampling);
    if half(&sides) > 0.0 {
        scene.line(vec![(across(sides.low), y), (across(sides.high), y)], 3.0, colour);
    }
    if half(&ends) > 0.0 {
        scene.line(vec![(x, up(ends.low)), (x, up(ends.high))], 3.0, colour);
    }
}

/// A stair through the front: on it nothing is gained without a loss.
fn draw_front(scene: &mut Scene, plot: &Plot, all: &[Point]) {
    let mut front: Vec<(f64, f64)> = all
        .iter()
        .filter(|it| it.on_front)
        .map(|it| (it.x.value, it.gone()))
        .collect();
    front.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Sets that tie may stand above the stair; it leads through those that are down less than any before.
    let mut least = f64::INFINITY;
    front.retain(|it| {
        let less = it.1 < least;
        least = least.min(it.1);
        less
    });
    let mut path = Vec::new();
    for pair in front.windows(2) {
        path.push(plot.point(pair[0]));
        path.push(plot.point((pair[1].0, pair[0].1)));
    }
    path.extend(front.last().map(|&last| plot.point(last)));
    let muted = scene.palette.muted;
    scene.dashed(path, 1.2, muted, &[5.0, 4.0]);
}

fn say_it(report: &Report, names: &Names, goal: &Goal, all: &[Point]) -> Words {
    let told = words::recovered(report);
    let mut notes =
        vec![
            "bars: 95 % sampling error; grey: another set is better in one beyond the errors and not worse in the other"
                .to_owned(),
        ];
    notes.extend(told.and_then(|(_, it)| voice::preset_note(&it.availability)));
    notes.extend(names.note());
    Words {
        title: finding(report, names, goal, all),
        subtitle: words::subtitle(report, report.sets.len()),
        notes,
    }
}

fn finding(report: &Report, names: &Names, goal: &Goal, all: &[Point]) -> String {
    let front: Vec<&Point> = all.iter().filter(|it| it.on_front).collect();
    let sole = if all.len() == 1 {
        all.first()
    } else {
        front.first().copied().filter(|_| front.len() == 1)
    };
    let value = |it: &Point| goal.value(&report.sets[it.place].objective);
    let served = |it: &Point| format!("{}\u{a0}%", voice::served(it.unavailability.value));
    if let Some(only) = sole {
        let what = if all.len() == 1 {
            "the only set"
        } else {
            sole_finding(report, only.place, all)
        };
        let name = names.brief(&report.sets[only.place]);
        return format!("{name}: {what}; {} at {} availability", value(only), served(only));
    }
    // Named sets stand in the order of their file, not by rank.
    let slower = |it: &Point| if goal.share { -it.x.value } else { it.x.value };
    let fastest = front.iter().min_by(|a, b| slower(a).total_cmp(&slower(b)));
    let longest = front.iter().min_by(|a, b| a.gone().total_cmp(&b.gone()));
    let (Some(fastest), Some(longest)) = (fastest, longest) else {
        return format!("{} in latency and availability", count(all.len(), "set"));
    };
    let lies = |it: &Point| format!("{} at {}", value(it), served(it));
    let (from, to) = (lies(fastest), lies(longest));
    // Ends that tie may read the same.
    let range = if from == to {
        from
    } else {
        format!("from {from} to {to}")
    };
    if front.len() == all.len() && none_differs(report, all) {
        let sets = count(all.len(), "set");
        return format!("None of {sets} differs in latency or availability beyond the errors: {range}");
    }
    format!(
        "{} of {} are not beaten in both: {range}",
        front.len(),
        count(all.len(), "set")
    )
}

/// What the one set of the front has over all others: a difference below the errors is none.
fn sole_finding(report: &Report, sole: usize, all: &[Point]) -> &'static str {
    let set = &report.sets[sole];
    let others = || {
        all.iter()
            .filter(|it| it.place != sole)
            .map(|it| &report.sets[it.place])
    };
    let quicker = others().all(|other| apart::is_quicker(set, other, report));
    let longer = others().all(|other| apart::is_down_less(set, other));
    match (quicker, longer) {
        (true, true) => "better than every other set in latency and availability",
        (true, false) => {
            "better than every other set in latency, and none is more available beyond the errors"
        }
        (false, true) => "better than every other set in availability, and none is faster beyond the errors",
        (false, false) => "no set is better in latency or availability beyond the errors",
    }
}

fn none_differs(report: &Report, all: &[Point]) -> bool {
    let differ = |a: &SetResult, b: &SetResult| apart::is_quicker(a, b, report) || apart::is_down_less(a, b);
    let sets = || all.iter().map(|it| &report.sets[it.place]);
    !sets().any(|a| sets().any(|b| differ(a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::Interval;
    use crate::report::sample::sample_recovery_report;

    fn down(report: &mut Report, at: usize, share: f64, half: f64) {
        let it = &mut report.sets[at]
            .recovery
            .as_mut()
            .unwrap()
            .availability
            .unavailability;
        *it = Figure {
            value: share,
            std_error: half / 1.96,
            sampling: Interval {
                low: share - half,
                high: share + half,
            },
            input: None,
        };
    }

    fn title(report: &Report) -> String {
        let goal = Goal::of(report);
        finding(report, &Names::of(report), &goal, &points(report, &goal))
    }

    #[test]
    fn the_title_claims_no_difference_that_the_errors_do_not_bear() {
        let mut report = sample_recovery_report(3, 12);
        report.recovery.as_mut().unwrap().front = vec![0];
        for at in 1..3 {
            let it = &mut report.sets[at].versus_best.as_mut().unwrap().objective.figure;
            let value = 20.0 * at as f64;
            (it.value, it.input) = (value, None);
            it.sampling = Interval {
                low: value - 5.0,
                high: value + 5.0,
            };
            down(&mut report, at, 1.1e-5, 2e-6);
        }
        down(&mut report, 0, 1e-5, 2e-6);
        let said = title(&report);
        assert!(
            said.contains("in latency, and none is more available beyond the errors"),
            "{said}"
        );
        down(&mut report, 0, 1e-6, 1e-7);
        let said = title(&report);
        assert!(
            said.contains("better than every other set in latency and availability"),
            "{said}"
        );
    }

    #[test]
    fn sets_that_all_tie_are_told_to() {
        let mut report = sample_recovery_report(3, 12);
        report.recovery.as_mut().unwrap().front = vec![0, 1, 2];
        for at in 0..3 {
            down(&mut report, at, 1e-5, 2e-6);
            if let Some(it) = &mut report.sets[at].versus_best {
                it.objective.figure.sampling = Interval {
                    low: it.objective.figure.value - 1e6,
                    high: it.objective.figure.value + 1e6,
                };
            }
        }
        let said = title(&report);
        assert!(
            said.starts_with("None of 3 sets differs in latency or availability"),
            "{said}"
        );
    }

    #[test]
    fn ends_that_read_the_same_are_told_once() {
        let mut report = sample_recovery_report(3, 12);
        report.recovery.as_mut().unwrap().front = vec![0, 1];
        let first = report.sets[0].objective;
        report.sets[1].objective = Figure {
            value: first.value * (1.0 + 1e-9),
            ..first
        };
        for (at, share) in [(0, 1e-5), (1, 0.999_999e-5), (2, 1e-3)] {
            down(&mut report, at, share, 1e-7);
        }
        let said = title(&report);
        assert!(said.contains("2 of 3 sets are not beaten in both: "), "{said}");
        assert!(!said.contains(" to ") && said.contains(" at 99.999"), "{said}");
        down(&mut report, 1, 0.5e-5, 1e-7);
        assert!(title(&report).contains("in both: from "), "{}", title(&report));
    }
}
