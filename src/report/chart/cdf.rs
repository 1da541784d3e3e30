//! The distribution function: which share of requests takes at most a time.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::frame::{blank, frame};
use super::key::{Key, is_crossed};
use super::marker::{self, Look, MOST_LINES, look};
use super::scene::{Rect, Scene};
use super::words::{self, Names, Words};
use crate::report::model::{Report, SetResult};

/// The axis ends where every set has answered this share: the rest is a long flat tail.
const SHOWN: f64 = 0.995;
/// A logarithmic axis begins where some set has answered this share.
const BEGUN: f64 = 0.002;
/// A rise by more than this, while nothing rises beside it, is a step: many requests take exactly the same time.
const STEP: f64 = 0.02;
/// Curves of so few points come from fixed latencies: all their rises are steps.
const FEW: usize = 8;

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let places = words::drawn(report, most_lines(&scene));
    let curves: Vec<Vec<(f64, f64)>> = places.iter().map(|&i| curve(&report.sets[i])).collect();
    let words = say_it(report, &names, places.len());
    if curves.iter().all(Vec::is_empty) {
        return blank(
            scene,
            words,
            "the report has no distribution of latencies to draw",
        );
    }
    let area = frame(&mut scene, &words);
    let entries = entries(report, &names, &places, &scene);
    let plot = lay_out(&area, &curves);
    let (plot, key, at) = place_key(plot, &entries, &curves, &area);
    draw_axes(&mut scene, &plot);
    for ((&place, curve), (_, look)) in places.iter().zip(&curves).zip(&entries).rev() {
        draw_curve(&mut scene, &plot, curve, *look);
        draw_marks(&mut scene, &plot, &report.sets[place], *look);
    }
    key.draw(&mut scene, at);
    scene
}

/// Where the key must go below the plot, both share the height.
fn most_lines(scene: &Scene) -> usize {
    if scene.width > NARROW {
        MOST_LINES
    } else {
        ((scene.height - 230.0) / 45.0).clamp(2.0, MOST_LINES as f64) as usize
    }
}

/// Below this breadth a key beside the plot would leave too little of it.
const NARROW: f64 = 620.0;

fn say_it(report: &Report, names: &Names, drawn: usize) -> Words {
    let mut notes = vec![
        "marks: p50, p95 and p99".to_owned(),
        "the axis ends where every set has answered 99.5 % of the requests".to_owned(),
    ];
    notes.extend(words::about_title(report));
    notes.extend(names.note());
    Words {
        title: words::headline(report, names),
        subtitle: words::subtitle(report, drawn),
        notes,
    }
}

fn entries(report: &Report, names: &Names, places: &[usize], scene: &Scene) -> Vec<(String, Look)> {
    let looks = (0..).map(|i| look(&scene.palette, i));
    places
        .iter()
        .map(|&place| names.set(report, place))
        .zip(looks)
        .collect()
}

/// Finite points in order, with a point under each step.
fn curve(set: &SetResult) -> Vec<(f64, f64)> {
    let finite = set
        .cdf
        .iter()
        .filter(|(ms, share)| ms.is_finite() && share.is_finite());
    let points: Vec<(f64, f64)> = finite.map(|&(ms, share)| (ms, share.clamp(0.0, 1.0))).collect();
    let rise = |i: usize| {
        points
            .get(i)
            .map_or(0.0, |point| point.1 - share_before(&points, i))
    };
    let mut curve = Vec::with_capacity(points.len());
    for (i, &(ms, share)) in points.iter().enumerate() {
        let beside = if i == 0 { 0.0 } else { rise(i - 1).max(rise(i + 1)) };
        let alone = points.len() <= FEW || rise(i) > 5.0 * beside;
        if alone && rise(i) > STEP {
            curve.push((ms, share_before(&points, i)));
        }
        curve.push((ms, share));
    }
    curve
}

fn share_before(points: &[(f64, f64)], i: usize) -> f64 {
    i.checked_sub(1).map_or(0.0, |before| points[before].1)
}

fn lay_out(area: &Rect, curves: &[Vec<(f64, f64)>]) -> Plot {
    let reach = |share: f64| {
        curves
            .iter()
            .filter_map(move |curve| Some(curve.iter().find(|point| point.1 >= share).or(curve.last())?.0))
    };
    let high = reach(SHOWN).fold(0.0, f64::max);
    let low = reach(BEGUN).fold(f64::INFINITY, f64::min);
    // A step at the very end of the axis would look cut off.
    let x = Scale::of_times(low * 0.9, high * 1.03);
    let left = tick_breadth(&share_ticks(area.height)).max(36.0);
    Plot {
        area: area.inset(left, Y_NAME_HEIGHT, 6.0, X_AXIS_HEIGHT),
        x,
        y: Scale::Linear { low: 0.0, high: 1.0 },
    }
}

fn share_ticks(height: f64) -> Vec<(f64, String)> {
    let shares: &[f64] = if height > 380.0 {
        &[0.0, 0.25, 0.5, 0.75, 0.95, 1.0]
    } else {
        &[0.0, 0.5, 1.0]
    };
    shares
        .iter()
        .map(|&share| (share, format!("{:.0} %", share * 100.0)))
        .collect()
}

fn draw_axes(scene: &mut Scene, plot: &Plot) {
    let ticks = share_ticks(plot.area.height + Y_NAME_HEIGHT + X_AXIS_HEIGHT);
    plot.draw_y_axis(scene, "share of requests answered within a time", &ticks);
    plot.draw_x_axis(scene, "request latency, ms");
}

/// The key goes into the empty corner below the curves; if they come too near, beside the plot, or below it where
/// there is no breadth.
fn place_key(
    plot: Plot,
    entries: &[(String, Look)],
    curves: &[Vec<(f64, f64)>],
    area: &Rect,
) -> (Plot, Key, (f64, f64)) {
    let lines: Vec<Vec<(f64, f64)>> = curves.iter().map(|curve| visible(&plot, curve)).collect();
    for breadth in [0.5, 0.4, 0.33] {
        let key = Key::new(entries, plot.area.width * breadth);
        let corner = key.corner(&plot.area);
        if !is_crossed(&corner, &lines) && corner.y > plot.area.y {
            return (plot, key, (corner.x, corner.y));
        }
    }
    if area.width > NARROW {
        let key = Key::new(entries, area.width * 0.3);
        let at = (area.right() - key.width, plot.area.y);
        let area = plot.area.inset(0.0, 0.0, key.width + 20.0, 0.0);
        return (Plot { area, ..plot }, key, at);
    }
    let key = Key::of_single_lines(entries, area.width);
    let at = (area.x, area.bottom() - key.height);
    let area = plot.area.inset(0.0, 0.0, 0.0, key.height + 6.0);
    (Plot { area, ..plot }, key, at)
}

/// The part of a curve that the axis shows, in the units of the scene, from the bottom to the edge.
fn visible(plot: &Plot, curve: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let (low, high) = (plot.x.low(), plot.x.high());
    let mut shown: Vec<(f64, f64)> = vec![];
    let mut before = (low, 0.0);
    for &point in curve {
        if point.0 > high {
            let t = (high - before.0) / (point.0 - before.0);
            shown.push((high, before.1 + t * (point.1 - before.1)));
            break;
        }
        if point.0 >= low {
            shown.push(point);
        }
        before = point;
    }
    if let Some(&(_, share)) = shown.last().filter(|last| last.0 < high) {
        shown.push((high, share));
    }
    shown.into_iter().map(|point| plot.point(point)).collect()
}

fn draw_curve(scene: &mut Scene, plot: &Plot, curve: &[(f64, f64)], look: Look) {
    scene.dashed(visible(plot, curve), 2.2, look.colour, look.dash);
}

fn draw_marks(scene: &mut Scene, plot: &Plot, set: &SetResult, look: Look) {
    let latency = &set.latency;
    for (share, figure) in [
        (0.5, &latency.p50_ms),
        (0.95, &latency.p95_ms),
        (0.99, &latency.p99_ms),
    ] {
        if figure.value >= plot.x.low() && figure.value <= plot.x.high() {
            marker::draw(scene, look.mark, plot.point((figure.value, share)), look.colour);
        }
    }
}
