//! How many years have more downtime than so much: a curve a set, minutes on a log axis with a place for none.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::frame::{blank, frame};
use super::key::{End, draw_ends, ends_breadth};
use super::marker::{self, Look, MOST_LINES, look};
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Names, Words};
use crate::report::model::{AvailabilityResult, Report, SetResult};
use crate::report::voice::{exact, recovery as voice};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let most = ((scene.height - 200.0) / 34.0).clamp(2.0, MOST_LINES as f64) as usize;
    let all = words::drawn(report, most);
    let places: Vec<usize> = all
        .into_iter()
        .filter(|&at| !points(&report.sets[at]).is_empty())
        .collect();
    let words = say_it(report, &names, places.len());
    let curves: Vec<Vec<(f64, f64)>> = places.iter().map(|&at| points(&report.sets[at])).collect();
    let positive = || {
        curves
            .iter()
            .flatten()
            .filter(|point| point.0 > 0.0 && point.1 > 0.0)
    };
    if places.is_empty() {
        return blank(scene, words, "the report has no downtime to draw");
    }
    if positive().count() == 0 {
        return blank(
            scene,
            words,
            "nothing is ever down in the years that were simulated",
        );
    }
    let area = frame(&mut scene, &words);
    let entries: Vec<(String, Look)> = places
        .iter()
        .enumerate()
        .map(|(i, &at)| (names.set(report, at), look(&scene.palette, i)))
        .collect();
    let breadth = ends_breadth(&entries, area.width * 0.3);
    let plot = lay_out(&area, breadth, positive());
    draw_axes(&mut scene, &plot);
    let mut ends = Vec::new();
    for ((curve, (name, look)), &at) in curves.iter().zip(&entries).zip(&places) {
        ends.push(draw_curve(&mut scene, &plot, curve, name, *look));
        if let Some(recovery) = &report.sets[at].recovery {
            draw_marks(&mut scene, &plot, &recovery.availability, *look);
        }
    }
    draw_ends(&mut scene, &ends, &plot.area, breadth);
    scene
}

/// Finite points of a set, minutes ascending.
fn points(set: &SetResult) -> Vec<(f64, f64)> {
    let all = set.recovery.iter().flat_map(|it| &it.availability.exceedance);
    all.filter(|(minutes, share)| minutes.is_finite() && share.is_finite() && *minutes >= 0.0)
        .map(|&(minutes, share)| (minutes, share.clamp(0.0, 1.0)))
        .collect()
}

/// Room left of the log axis for years without downtime.
const NONE: f64 = 34.0;

/// Fewer years than this are not worth a longer axis.
const SHOWN: f64 = 0.002;

fn lay_out<'a>(area: &Rect, breadth: f64, positive: impl Iterator<Item = &'a (f64, f64)>) -> Plot {
    let (mut low, mut high, mut any) = (f64::INFINITY, 0.0f64, 0.0f64);
    for &(minutes, share) in positive {
        any = any.max(share);
        if share >= SHOWN {
            high = high.max(minutes);
        }
        low = low.min(minutes);
    }
    let high = if high > low { high } else { low * 10.0 };
    let top = top_share(any);
    let left = tick_breadth(&share_ticks(area.height, top)).max(36.0) + NONE;
    Plot {
        area: area.inset(left, Y_NAME_HEIGHT, breadth, X_AXIS_HEIGHT),
        x: Scale::Log { low, high },
        y: Scale::Linear { low: 0.0, high: top },
    }
}

/// The top of the axis: all years, or a rounder part of them where few have any downtime.
fn top_share(any: f64) -> f64 {
    let tops = [0.001, 0.01, 0.05, 0.1, 0.2, 0.5];
    tops.into_iter().find(|top| any <= 0.9 * top).unwrap_or(1.0)
}

/// Shares up to `top`; one year in twenty and one in a hundred have a mark where there is room.
fn share_ticks(height: f64, top: f64) -> Vec<(f64, String)> {
    let steps = if height > 300.0 { 4 } else { 2 };
    let mut shares: Vec<f64> = (0..=steps)
        .map(|i| top * f64::from(i) / f64::from(steps))
        .collect();
    if height > 300.0 && top >= 0.5 {
        shares.push(0.05);
    }
    shares.sort_by(f64::total_cmp);
    shares
        .into_iter()
        .map(|share| (share, format!("{} %", exact(share * 100.0))))
        .collect()
}

/// The plot with the strip for years without downtime.
fn whole(plot: &Plot) -> Plot {
    Plot {
        area: Rect {
            x: plot.area.x - NONE,
            width: plot.area.width + NONE,
            ..plot.area
        },
        ..*plot
    }
}

fn draw_axes(scene: &mut Scene, plot: &Plot) {
    let (axis, muted) = (scene.palette.axis, scene.palette.muted);
    whole(plot).draw_y_axis(
        scene,
        "share of years with more downtime",
        &share_ticks(plot.area.height, plot.y.high()),
    );
    plot.draw_x_axis(scene, "downtime a year, minutes");
    let (x, bottom) = (plot.area.x - NONE, plot.area.bottom());
    scene.line(vec![(x, bottom), (plot.area.x, bottom)], 1.0, axis);
    let at = (x, bottom + 6.0 + size::TICK);
    scene.text(Text::new("0", at, size::TICK, muted).anchor(Anchor::Middle));
}

/// From the left edge, where no downtime is, along the curve to its end on the axis.
fn draw_curve(scene: &mut Scene, plot: &Plot, curve: &[(f64, f64)], name: &str, look: Look) -> End {
    let (low, high) = (plot.x.low(), plot.x.high());
    let any = curve.first().map_or(0.0, |point| point.1);
    let mut path = vec![(plot.area.x - NONE, plot.y(any)), (plot.area.x, plot.y(any))];
    let shown = curve.iter().filter(|point| point.0 >= low && point.0 <= high);
    path.extend(shown.map(|&point| plot.point(point)));
    if let Some(&(_, y)) = path.last() {
        path.push((plot.area.right(), y));
    }
    let at = path
        .last()
        .copied()
        .unwrap_or((plot.area.right(), plot.area.bottom()));
    scene.dashed(path, 2.2, look.colour, look.dash);
    End {
        at,
        name: name.to_owned(),
        look,
    }
}

fn draw_marks(scene: &mut Scene, plot: &Plot, it: &AvailabilityResult, look: Look) {
    for (share, figure) in [
        (0.5, &it.p50_minutes),
        (0.05, &it.p95_minutes),
        (0.01, &it.p99_minutes),
    ] {
        if figure.value >= plot.x.low() && figure.value <= plot.x.high() {
            marker::draw(scene, look.mark, plot.point((figure.value, share)), look.colour);
        }
    }
}

fn say_it(report: &Report, names: &Names, drawn: usize) -> Words {
    let told = words::recovered(report);
    let mut notes = vec!["marks: p50, p95 and p99 of the years".to_owned()];
    notes.extend(told.and_then(|(_, it)| voice::preset_note(&it.availability)));
    notes.extend(names.note());
    Words {
        title: told.map_or_else(
            || "There is no downtime to draw".into(),
            |(set, it)| finding(names, set, &it.availability),
        ),
        subtitle: words::subtitle(report, drawn),
        notes,
    }
}

fn finding(names: &Names, set: &SetResult, it: &AvailabilityResult) -> String {
    let name = names.brief(set);
    if it.nines.is_none() && it.p99_minutes.value <= 0.0 {
        return format!("With {name}, nothing is ever down");
    }
    let [half, most] =
        [&it.p50_minutes, &it.p95_minutes].map(|it| voice::downtime(it).replace(' ', "\u{a0}"));
    let half = if it.p50_minutes.value > 0.0 {
        format!("every second one more than {half}")
    } else {
        "every second one has none".to_owned()
    };
    format!("With {name}, one year in twenty has more than {most} of downtime, {half}")
}
