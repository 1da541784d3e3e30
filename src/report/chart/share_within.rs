//! The share of requests within the times that were asked for.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::frame::{blank, frame};
use super::key::{End, draw_ends, ends_breadth, ends_fit};
use super::marker::{self, Look, MOST_LINES, look};
use super::scene::{Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Goal, Names, Words, half, number, plain, with_error};
use crate::report::model::{Figure, Report, SetResult, ShareWithin};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let most = ((scene.height - 190.0) / 34.0).clamp(2.0, MOST_LINES as f64) as usize;
    let places = words::drawn(report, most);
    let words = say_it(report, &names, &places);
    if places.iter().all(|&i| points(&report.sets[i]).is_empty()) {
        return blank(
            scene,
            words,
            "the report has no shares of requests within a time to draw",
        );
    }
    let area = frame(&mut scene, &words);
    let entries: Vec<(String, Look)> = places
        .iter()
        .zip(0..)
        .map(|(&place, i)| (names.set(report, place), look(&scene.palette, i)))
        .collect();
    let breadth = ends_breadth(&entries, area.width * 0.3);
    let fit = ends_fit(&entries, breadth, area.height - X_AXIS_HEIGHT);
    let breadth = if fit {
        breadth
    } else {
        ends_breadth(&entries, area.width * 0.4)
    };
    let plot = lay_out(report, &places, &area, breadth);
    draw_axes(&mut scene, &plot, report, &places);
    draw_targets(&mut scene, &plot, report);
    let mut ends = Vec::new();
    for (&place, (name, look)) in places.iter().zip(entries).rev() {
        ends.extend(draw_set(&mut scene, &plot, &report.sets[place], name, look));
    }
    draw_ends(&mut scene, &ends, &plot.area, breadth);
    scene
}

fn points(set: &SetResult) -> Vec<ShareWithin> {
    let mut points: Vec<ShareWithin> = set
        .latency
        .share_within
        .iter()
        .filter(|point| point.limit_ms.is_finite() && point.share.value.is_finite())
        .copied()
        .collect();
    points.sort_by(|a, b| a.limit_ms.total_cmp(&b.limit_ms));
    points
}

fn say_it(report: &Report, names: &Names, places: &[usize]) -> Words {
    let figures = places
        .iter()
        .flat_map(|&i| &report.sets[i].latency.share_within)
        .map(|point| &point.share);
    let mut notes = vec![words::about_errors(figures)];
    notes.extend(names.note());
    Words {
        title: finding(report, names),
        subtitle: words::subtitle(report, places.len()),
        notes,
    }
}

/// The share at the time that matters, and whether the next set is within the error.
fn finding(report: &Report, names: &Names) -> String {
    let Some(limit) = telling_limit(report) else {
        return words::headline(report, names);
    };
    let mut reached: Vec<(usize, Figure)> = (0..report.sets.len())
        .filter_map(|i| Some((i, at_limit(&report.sets[i], limit)?)))
        .collect();
    // Stable: equal shares stay in the order of the report.
    reached.sort_by(|a, b| b.1.value.total_cmp(&a.1.value));
    let Some(&(place, best)) = reached.first() else {
        return words::headline(report, names);
    };
    let name = names.brief(&report.sets[place]);
    let value = with_error(best.value, half(&best.sampling), true);
    let rest = if reached.len() > 1 {
        rivals(&reached)
    } else {
        String::new()
    };
    format!(
        "{name} answers {value} of requests within {} ms{rest}",
        plain(limit)
    )
}

/// Shares have no paired difference in the report, so overlapping intervals are all that can be said.
fn rivals(reached: &[(usize, Figure)]) -> String {
    let (low, _) = widest(&reached[0].1);
    let near = reached[1..]
        .iter()
        .filter(|(_, figure)| widest(figure).1 >= low)
        .count();
    let gap = number((reached[0].1.value - reached[1].1.value) * 100.0, 1);
    match near {
        0 => format!(", {gap} points more than the next"),
        1 => ", the most; the error of 1 other set reaches as far".into(),
        n => format!(", the most; the errors of {n} other sets reach as far"),
    }
}

/// Both errors together as far as known: the union of the intervals.
fn widest(figure: &Figure) -> (f64, f64) {
    let input = figure.input.unwrap_or(figure.sampling);
    (
        figure.sampling.low.min(input.low),
        figure.sampling.high.max(input.high),
    )
}

/// The time of the objective, else of a target, else the one where the sets differ most.
fn telling_limit(report: &Report) -> Option<f64> {
    let asked = report
        .question
        .targets
        .iter()
        .filter_map(|target| within_ms(&target.what));
    let named: Vec<f64> = Goal::of(report).limit_ms.into_iter().chain(asked).collect();
    let first = report.sets.first()?;
    if let Some(&limit) = named.iter().find(|&&limit| at_limit(first, limit).is_some()) {
        return Some(limit);
    }
    let spread = |limit: f64| {
        let values: Vec<f64> = report
            .sets
            .iter()
            .filter_map(|set| Some(at_limit(set, limit)?.value))
            .collect();
        let high = values.iter().copied().fold(f64::MIN, f64::max);
        high - values.iter().copied().fold(f64::MAX, f64::min)
    };
    let limits = points(first).into_iter().map(|point| point.limit_ms);
    limits.max_by(|a, b| spread(*a).total_cmp(&spread(*b)))
}

fn within_ms(what: &str) -> Option<f64> {
    what.strip_prefix("within:")?
        .strip_suffix("ms")?
        .trim()
        .parse()
        .ok()
}

fn at_limit(set: &SetResult, limit: f64) -> Option<Figure> {
    let point = set
        .latency
        .share_within
        .iter()
        .find(|point| point.limit_ms == limit)?;
    point.share.value.is_finite().then_some(point.share)
}

fn lay_out(report: &Report, places: &[usize], area: &Rect, right: f64) -> Plot {
    let all: Vec<ShareWithin> = places.iter().flat_map(|&i| points(&report.sets[i])).collect();
    let low = all
        .iter()
        .map(|point| point.limit_ms)
        .fold(f64::INFINITY, f64::min);
    let high = all.iter().map(|point| point.limit_ms).fold(0.0, f64::max);
    let x = match Scale::of_times(low, high) {
        Scale::Linear { .. } => Scale::around(low, high),
        log @ Scale::Log { .. } => log,
    };
    let y = share_scale(&all);
    let left = tick_breadth(&share_ticks(y, area.height)).max(36.0);
    Plot {
        area: area.inset(left, Y_NAME_HEIGHT, right, X_AXIS_HEIGHT),
        x,
        y,
    }
}

/// From zero unless all shares are high: the axis then says where it begins.
fn share_scale(points: &[ShareWithin]) -> Scale {
    let lows = points.iter().map(|point| widest(&point.share).0);
    let least = lows.fold(1.0, f64::min);
    let low = if least > 0.55 {
        (least * 10.0).floor() / 10.0
    } else {
        0.0
    };
    Scale::Linear {
        low: low.min(0.9),
        high: 1.0,
    }
}

fn share_ticks(y: Scale, height: f64) -> Vec<(f64, String)> {
    let percent = Scale::Linear {
        low: y.low() * 100.0,
        high: y.high() * 100.0,
    };
    percent
        .ticks((height / 60.0).clamp(2.0, 6.0) as usize)
        .into_iter()
        .map(|(value, text)| (value / 100.0, format!("{text} %")))
        .collect()
}

fn draw_axes(scene: &mut Scene, plot: &Plot, report: &Report, places: &[usize]) {
    let ticks = share_ticks(plot.y, plot.area.height);
    plot.draw_y_axis(scene, "share of requests answered within a time", &ticks);
    plot.draw_x_axis_at(scene, "request latency, ms", limit_ticks(plot, report, places));
}

/// The times asked for, without those too near to the one before.
fn limit_ticks(plot: &Plot, report: &Report, places: &[usize]) -> Vec<(f64, String)> {
    let mut limits: Vec<f64> = places
        .iter()
        .flat_map(|&i| points(&report.sets[i]))
        .map(|point| point.limit_ms)
        .collect();
    limits.sort_by(f64::total_cmp);
    let mut ticks: Vec<(f64, String)> = Vec::new();
    for limit in limits {
        let room = ticks
            .last()
            .is_none_or(|tick| plot.x(limit) - plot.x(tick.0) > 40.0);
        if room {
            ticks.push((limit, plain(limit)));
        }
    }
    ticks
}

/// A bracket at each promise: at least this share within this time. Its text stands at the left end, which the
/// curves reach last.
fn draw_targets(scene: &mut Scene, plot: &Plot, report: &Report) {
    let muted = scene.palette.muted;
    let mut written: Vec<f64> = Vec::new();
    for target in &report.question.targets {
        let inside = |scale: &Scale, value: f64| value >= scale.low() && value <= scale.high();
        let limit = within_ms(&target.what).filter(|&limit| inside(&plot.x, limit));
        let Some(limit) = limit.filter(|_| inside(&plot.y, target.limit)) else {
            continue;
        };
        let (x, y) = plot.point((limit, target.limit));
        let bracket = vec![(plot.area.x, y), (x, y), (x, plot.area.bottom())];
        scene.dashed(bracket, 1.2, muted, &[4.0, 4.0]);
        let share = plain(target.limit * 100.0);
        let text = format!("target: {share} % within {} ms", plain(limit));
        let text = super::label::cut(&text, plot.area.width - 12.0, size::NOTE);
        if written.iter().all(|other| (other - y).abs() > 1.5 * size::NOTE) {
            scene.text(Text::new(text, (plot.area.x + 6.0, y - 5.0), size::NOTE, muted));
            written.push(y);
        }
    }
}

fn draw_set(scene: &mut Scene, plot: &Plot, set: &SetResult, name: String, look: Look) -> Option<End> {
    let points = points(set);
    let path: Vec<(f64, f64)> = points
        .iter()
        .map(|point| plot.point((point.limit_ms, point.share.value)))
        .collect();
    scene.dashed(path.clone(), 2.2, look.colour, look.dash);
    for (point, &at) in points.iter().zip(&path) {
        draw_errors(scene, plot, &point.share, at.0, look);
        marker::draw(scene, look.mark, at, look.colour);
    }
    Some(End {
        at: *path.last()?,
        name,
        look,
    })
}

fn draw_errors(scene: &mut Scene, plot: &Plot, figure: &Figure, x: f64, look: Look) {
    let y = |share: f64| plot.y(share.clamp(plot.y.low(), plot.y.high()));
    let (low, high) = (figure.sampling.low, figure.sampling.high);
    let pale = look.colour.mix(scene.palette.ground, 0.45);
    if high > low {
        scene.line(vec![(x, y(low)), (x, y(high))], 5.0, pale);
    }
    if let Some(input) = figure.input.filter(|input| input.high > input.low) {
        scene.line(vec![(x, y(input.low)), (x, y(input.high))], 1.4, look.colour);
    }
}
