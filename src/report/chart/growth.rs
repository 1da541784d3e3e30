//! Instances by year with the interval of growth as a band, and below them what they cost, of the best set.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::font;
use super::frame::{blank, frame};
use super::label::{self, Wish};
use super::marker::{self, Mark};
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Names, Words};
use crate::report::model::{CapacityResult, CapacitySummary, Report, YearResult};
use crate::report::voice::{self, capacity};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let curves = words::sized(report).map_or_else(Vec::new, |(_, it)| curves(report, it));
    let words = say_it(report, &names);
    if curves.is_empty() {
        return blank(scene, words, "the report has no years of growth to draw");
    }
    let area = frame(&mut scene, &words);
    let ends = ends(report);
    let breadth = label::widest(&ends, size::LABEL) + GAP;
    let right = if breadth < area.width * 0.3 { breadth } else { 0.0 };
    let panels = panels(&area, curves.len());
    let last = curves.len() - 1;
    for (i, (curve, panel)) in curves.iter().zip(panels).enumerate() {
        let plot = curve.plot(&panel, &curves, right, i == last);
        curve.draw(&mut scene, &plot, i);
        if right > 0.0 {
            curve.draw_ends(&mut scene, &plot, &ends);
        }
        if i == last {
            draw_months(&mut scene, &plot, &curves[0]);
        }
    }
    scene
}

/// Space before a label.
const GAP: f64 = 14.0;

/// What grows: a value by year, and the ends of its interval.
struct Curve {
    name: String,
    years: Vec<Point>,
    /// Before every value: `≥` where it is a lower bound.
    sure: &'static str,
    /// What is there whatever the year.
    level: Option<f64>,
}

struct Point {
    month: String,
    value: f64,
    interval: Option<(f64, f64)>,
}

impl Point {
    fn new(year: &YearResult, value: Option<f64>, interval: Option<(f64, f64)>) -> Option<Point> {
        let interval = interval.filter(|(low, high)| low.is_finite() && high.is_finite());
        value.filter(|value| value.is_finite()).map(|value| Point {
            month: font::printable(&year.month),
            value,
            interval,
        })
    }
}

/// Instances, and the cost where it was asked for; each as far as it is known year by year from the start.
/// One year alone shows no growth.
fn curves(report: &Report, it: &CapacityResult) -> Vec<Curve> {
    let stated = capacity::stated(it);
    let instances = |year: &YearResult| {
        if stated.is_some() {
            return Point::new(year, capacity::needed_in(it, year.year).map(f64::from), None);
        }
        let all = capacity::total_instances(&year.instances);
        let ends = year
            .instances_interval
            .map(|(low, high)| (f64::from(low), f64::from(high)));
        Point::new(year, all.map(f64::from), ends)
    };
    let cost = |year: &YearResult| {
        let ends = year.cost_interval.map(|range| (range.low, range.high));
        Point::new(year, capacity::known_cost(year), ends)
    };
    let complete = it.cost.as_ref().is_none_or(|cost| cost.complete);
    let curve = |name: String, sure, level, point: &dyn Fn(&YearResult) -> Option<Point>| Curve {
        name,
        sure,
        level,
        years: it.years.iter().map_while(point).collect(),
    };
    let servers = stated.map_or_else(
        || "instances".to_owned(),
        |n| {
            format!(
                "instances needed; dashed: {} stated",
                capacity::number(f64::from(n))
            )
        },
    );
    let amount = format!("cost a month, {}", words::currency(report));
    let all = [
        curve(servers, "", stated.map(f64::from), &instances),
        curve(amount, if complete { "" } else { "≥ " }, None, &cost),
    ];
    all.into_iter().filter(|curve| curve.years.len() > 1).collect()
}

/// Upper panel for the first, a smaller one below it for the second.
fn panels(area: &Rect, n: usize) -> Vec<Rect> {
    if n < 2 {
        return vec![*area];
    }
    let upper = area.height * 0.54;
    vec![
        Rect {
            height: upper,
            ..*area
        },
        Rect {
            y: area.y + upper,
            height: area.height - upper,
            ..*area
        },
    ]
}

impl Curve {
    fn high(&self) -> f64 {
        let ends = self
            .years
            .iter()
            .map(|it| it.interval.map_or(it.value, |(_, high)| high.max(it.value)));
        ends.fold(self.level.unwrap_or(0.0), f64::max)
    }

    fn text(&self, point: &Point) -> String {
        format!("{}{}", self.sure, capacity::number(point.value))
    }

    fn widest(&self) -> f64 {
        let texts = self
            .years
            .iter()
            .map(|it| font::width(&self.text(it), size::LABEL));
        texts.fold(0.0, f64::max)
    }

    /// The plot in a panel; all panels have the same years at the same places.
    fn plot(&self, panel: &Rect, all: &[Curve], right: f64, is_last: bool) -> Plot {
        // A value above the highest point needs this much of the panel.
        let head = 1.0 + 26.0 / (panel.height - 70.0).max(50.0);
        let y = |curve: &Curve| Scale::of_times(0.0, 0.0).widened(curve.high() * head);
        let left = all
            .iter()
            .map(|it| tick_breadth(&ticks(y(it), panel.height)))
            .fold(30.0, f64::max);
        let below = if is_last { X_AXIS_HEIGHT } else { 10.0 };
        let area = panel.inset(left, Y_NAME_HEIGHT, right, below);
        let years = all.iter().map(|it| it.years.len()).max().unwrap_or(2);
        let span = (years - 1) as f64;
        // Half of the widest value stands out on either side.
        let out = all.iter().map(Curve::widest).fold(0.0, f64::max) / 2.0 + 6.0;
        let pad = span * out / (area.width - 2.0 * out).max(20.0);
        Plot {
            area,
            x: Scale::Linear {
                low: -pad,
                high: span + pad,
            },
            y: y(self),
        }
    }

    fn draw(&self, scene: &mut Scene, plot: &Plot, place: usize) {
        plot.draw_y_axis(
            scene,
            &self.name,
            &ticks(plot.y, plot.area.height + Y_NAME_HEIGHT),
        );
        let (bottom, axis) = (plot.area.bottom(), scene.palette.axis);
        scene.line(
            vec![(plot.area.x, bottom), (plot.area.right(), bottom)],
            1.0,
            axis,
        );
        let colour = scene.palette.lines[place];
        let pale = colour.mix(scene.palette.ground, 0.78);
        if let Some(level) = self.level {
            let y = plot.y(level);
            let muted = scene.palette.muted;
            scene.dashed(
                vec![(plot.area.x, y), (plot.area.right(), y)],
                1.4,
                muted,
                &[5.0, 4.0],
            );
        }
        if let Some(band) = self.band(plot) {
            scene.area(band, pale);
        }
        let at = |(i, point): (usize, &Point)| plot.point((i as f64, point.value));
        let path: Vec<(f64, f64)> = self.years.iter().enumerate().map(at).collect();
        scene.line(path.clone(), 2.2, colour);
        for &point in &path {
            marker::draw(scene, Mark::Disc, point, colour);
        }
        self.draw_values(scene, plot, &path);
    }

    /// Along the upper ends, and back along the lower ones.
    fn band(&self, plot: &Plot) -> Option<Vec<(f64, f64)>> {
        let ends: Vec<(f64, f64, f64)> = self
            .years
            .iter()
            .enumerate()
            .map(|(i, point)| {
                // In the first year nothing has grown yet.
                let (low, high) = point.interval.unwrap_or((point.value, point.value));
                (i as f64, low, high)
            })
            .collect();
        let upper = ends.iter().map(|&(x, _, high)| plot.point((x, high)));
        let lower = ends.iter().rev().map(|&(x, low, _)| plot.point((x, low)));
        let any = self.years.iter().any(|point| point.interval.is_some());
        (any && ends.len() > 1).then(|| upper.chain(lower).collect())
    }

    /// Values above their points, as many as there is breadth for.
    fn draw_values(&self, scene: &mut Scene, plot: &Plot, path: &[(f64, f64)]) {
        let ink = scene.palette.text;
        let column = plot.x(1.0) - plot.x(0.0);
        let every = ((self.widest() + 8.0) / column).ceil().max(1.0) as usize;
        for (point, at) in self.years.iter().zip(path).rev().step_by(every) {
            let above = (at.0, (at.1 - 9.0).max(plot.area.y + 6.0));
            scene.text(Text::new(self.text(point), above, size::LABEL, ink).anchor(Anchor::Middle));
        }
    }

    /// What the ends of the band and the line are, right of the last year.
    fn draw_ends(&self, scene: &mut Scene, plot: &Plot, names: &[String]) {
        let Some(last) = self.years.last() else {
            return;
        };
        let ends = last.interval.map(|(low, high)| [high, last.value, low]);
        let Some(ends) = ends.filter(|_| names.len() == 3 && self.years.len() > 1) else {
            return;
        };
        let wishes = ends.map(|value| Wish {
            wanted: plot.y(value),
            extent: size::LABEL * size::LEADING,
        });
        let middles = label::dodge(&wishes, plot.area.y - 10.0, plot.area.bottom() + 6.0);
        let muted = scene.palette.muted;
        for (name, middle) in names.iter().zip(middles) {
            let at = (plot.area.right() + GAP, middle + 0.36 * size::LABEL);
            scene.text(Text::new(name, at, size::LABEL, muted));
        }
    }
}

fn ticks(scale: Scale, height: f64) -> Vec<(f64, String)> {
    scale.ticks((height / 55.0).clamp(1.0, 6.0) as usize)
}

/// What the upper end, the middle and the lower end of the band stand for; nothing without an interval.
fn ends(report: &Report) -> Vec<String> {
    let demand = report.capacity.as_ref().map(|it| &it.demand);
    let interval = demand.and_then(|it| Some((it.growth_per_year, it.growth_interval?)));
    interval.map_or_else(Vec::new, |(planned, range)| {
        [range.high, planned, range.low]
            .map(|growth| format!("at {} a year", voice::share(growth)))
            .into()
    })
}

fn draw_months(scene: &mut Scene, plot: &Plot, curve: &Curve) {
    let muted = scene.palette.muted;
    let column = plot.x(1.0) - plot.x(0.0);
    let texts = curve.years.iter().map(|it| font::width(&it.month, size::TICK));
    let every = ((texts.fold(0.0, f64::max) + 10.0) / column).ceil().max(1.0) as usize;
    for (i, point) in curve.years.iter().enumerate().step_by(every) {
        let at = (plot.x(i as f64), plot.area.bottom() + 6.0 + size::TICK);
        scene.text(Text::new(&point.month, at, size::TICK, muted).anchor(Anchor::Middle));
    }
    let at = (plot.area.right(), plot.area.bottom() + 8.0 + 2.4 * size::TICK);
    scene.text(Text::new("year that begins in", at, size::TICK, muted).anchor(Anchor::End));
}

fn say_it(report: &Report, names: &Names) -> Words {
    let told = words::sized(report).zip(report.capacity.as_ref());
    let mut notes: Vec<String> = told.map_or_else(Vec::new, |((_, it), summary)| about(names, it, summary));
    notes.extend(names.note());
    Words {
        title: finding(report, names),
        subtitle: words::about_load(report),
        notes,
    }
}

/// What the band is, that a cost may lack prices, and which fleet of today is the first that no longer does.
fn about(names: &Names, it: &CapacityResult, summary: &CapacitySummary) -> Vec<String> {
    let mut notes = vec![format!("growth: {}", capacity::growth(&summary.demand))];
    if summary.demand.growth_interval.is_some() {
        notes.push("band: the interval".into());
    }
    if it.cost.as_ref().is_some_and(|cost| !cost.complete) {
        notes.push("≥: something has no price".into());
    }
    let first = it
        .fleet
        .iter()
        .filter_map(|fleet| Some((fleet, fleet.exhausted.as_ref()?)))
        .filter_map(|(fleet, of)| Some((of.years?, fleet, of)))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    notes.extend(first.map(|(_, fleet, of)| {
        let when = capacity::exhausted(of, &summary.demand.start);
        let region = names.region(&fleet.region);
        if of.when == "already" {
            format!("the fleet of {region} no longer does already")
        } else {
            format!("the fleet of today no longer does from {when}, first in {region}")
        }
    }));
    notes
}

fn finding(report: &Report, names: &Names) -> String {
    let Some((set, it)) = words::sized(report) else {
        return "There is no growth to draw".into();
    };
    let name = names.brief(set);
    let (Some(first), Some(last)) = (it.years.first(), it.years.last()) else {
        return format!("No growth of {name} was asked about");
    };
    let currency = words::currency(report);
    let sure = if it.cost.as_ref().is_some_and(|cost| cost.complete) {
        ""
    } else {
        "at least "
    };
    if last.instances.is_empty() {
        return format!(
            "Nobody says how many instances {name} has; {}",
            capacity::year(it, last, &currency)
        );
    }
    let stated = capacity::stated(it);
    let total = |year: &YearResult| match stated {
        Some(_) => capacity::needed_in(it, year.year),
        None => capacity::total_instances(&year.instances),
    };
    let has = stated.map_or_else(String::new, |n| format!("{} there, ", capacity::instances(n)));
    let (Some(now), Some(then)) = (total(first), total(last)) else {
        return format!("For {name} no number of instances does in {}", last.month);
    };
    if it.years.len() == 1 {
        let cost = first
            .cost
            .map(|cost| format!(": {sure}{} a month", capacity::amount(cost, &currency)));
        return format!(
            "{name}: {has}{} needed{}",
            capacity::instances(now),
            cost.unwrap_or_default()
        );
    }
    let interval = last.instances_interval.filter(|_| stated.is_none());
    let interval = interval.map_or_else(String::new, |(low, high)| format!(" ({low}–{high})"));
    let cost = first.cost.zip(last.cost).map(|(from, to)| {
        format!(
            "; the cost goes from {sure}{} to {sure}{} a month",
            capacity::number(from),
            capacity::amount(to, &currency)
        )
    });
    format!(
        "{name}: {has}{} needed in {} and {}{interval} in {}{}",
        capacity::instances(now),
        first.month,
        voice::count(then.into()),
        last.month,
        cost.unwrap_or_default()
    )
}
