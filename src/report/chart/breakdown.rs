//! What each part of a request adds to each class: stacked bars, of the best set and of the baseline.

use super::axis::{Plot, Scale};
use super::font;
use super::frame::{blank, frame};
use super::key;
use super::label;
use super::rows::{self, Column, Rows};
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::{Colour, Palette, size};
use super::words::{self, Names, Words, decimals, half, number, with_error};
use crate::report::model::{ClassResult, Figure, PartResult, Report};

/// The parts in the order of a request.
const PARTS: [&str; 10] = [
    "dns",
    "connect",
    "exchange",
    "transfer",
    "loss",
    "edge to region",
    "service",
    "queueing",
    "data",
    "calls",
];

/// Space between segments, so that neighbours are told apart without colour.
const SEAM: f64 = 1.5;

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let level = Level::of(report);
    let bars = bars(report);
    let room = rows::room(scene.height - 190.0);
    let drawn = &bars[..bars.len().min(room)];
    let words = say_it(report, &names, &level, &bars, drawn.len());
    if drawn.is_empty() {
        return blank(scene, words, "the report has no classes of request");
    }
    let area = frame(&mut scene, &words);
    let area = draw_key(&mut scene, &area, &parts(drawn));
    let labels: Vec<String> = drawn.iter().map(|bar| bar.name(&bars, report)).collect();
    let rows = Rows::new(&area, &labels, vec![totals(drawn, &level)]);
    let high = drawn.iter().map(|bar| level.sum(bar.class)).fold(0.0, f64::max);
    let plot = Plot {
        area: rows.plot,
        x: Scale::of_times(0.0, high * 1.02),
        y: Scale::Linear { low: 0.0, high: 1.0 },
    };
    plot.draw_x_axis(&mut scene, &format!("request latency at {}, ms", level.name));
    let text = scene.palette.text;
    rows.draw(&mut scene, |_| text);
    for (i, bar) in drawn.iter().enumerate() {
        let height = (plot.area.height / drawn.len() as f64 * 0.62).clamp(9.0, 44.0);
        let strip = Rect {
            x: plot.area.x,
            y: rows.middle(i) - height / 2.0,
            width: plot.area.width,
            height,
        };
        draw_bar(&mut scene, &plot, &strip, &level, bar.class);
    }
    scene
}

/// The statistic that is taken apart: the one the sets are ranked by, else the 95th percentile.
struct Level {
    name: &'static str,
    total: fn(&ClassResult) -> &Figure,
    part: fn(&PartResult) -> f64,
}

impl Level {
    fn of(report: &Report) -> Level {
        match report.question.objective.as_str() {
            "mean" => Level {
                name: "the mean",
                total: |class| &class.mean_ms,
                part: |part| part.mean_ms,
            },
            "p50" => Level {
                name: "p50",
                total: |class| &class.p50_ms,
                part: |part| part.p50_ms,
            },
            _ => Level {
                name: "p95",
                total: |class| &class.p95_ms,
                part: |part| part.p95_ms,
            },
        }
    }

    /// Milliseconds of a part; nothing where that is no number.
    fn of_part(&self, part: &PartResult) -> f64 {
        let ms = (self.part)(part);
        if ms.is_finite() { ms.max(0.0) } else { 0.0 }
    }

    fn sum(&self, class: &ClassResult) -> f64 {
        class.parts.iter().map(|part| self.of_part(part)).sum()
    }
}

/// A class of one of the two sets.
struct Bar<'a> {
    place: usize,
    class: &'a ClassResult,
}

impl Bar<'_> {
    /// The class, and which of the two sets it is of.
    fn name(&self, all: &[Bar], report: &Report) -> String {
        let class = font::printable(&self.class.name);
        if !are_of_two(all) {
            return class;
        }
        let which = if report.baseline == Some(self.place) {
            "baseline"
        } else {
            "best"
        };
        format!("{class} · {which}")
    }
}

fn are_of_two(bars: &[Bar]) -> bool {
    bars.windows(2).any(|pair| pair[0].place != pair[1].place)
}

/// The classes of the best set, each followed by that of the baseline.
fn bars(report: &Report) -> Vec<Bar<'_>> {
    let mut places: Vec<usize> = words::best(report).into_iter().chain(report.baseline).collect();
    places.dedup();
    let classes = |place: usize| {
        let set = report.sets.get(place).and_then(|set| set.design.as_ref());
        let classes = set.map_or(&[][..], |design| &design.classes);
        classes.iter().filter(|class| !class.parts.is_empty())
    };
    let most = places
        .iter()
        .map(|&place| classes(place).count())
        .max()
        .unwrap_or(0);
    (0..most)
        .flat_map(|i| places.iter().map(move |&place| (place, i)))
        .filter_map(|(place, i)| {
            let class = classes(place).nth(i)?;
            Some(Bar { place, class })
        })
        .collect()
}

/// Names of the parts that add anything, in the order of a request.
fn parts(bars: &[Bar]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in bars.iter().flat_map(|bar| &bar.class.parts) {
        if !names.contains(&part.part) {
            names.push(part.part.clone());
        }
    }
    names.sort_by_key(|name| order(name));
    names
}

/// Place of a part in a request; one that this program does not know comes last.
fn order(part: &str) -> usize {
    PARTS
        .iter()
        .position(|known| *known == part)
        .unwrap_or(PARTS.len())
}

/// One colour a part, whatever else there is: the eight of the palette and two pale ones. Queueing is a pale service.
fn colour(palette: &Palette, part: &str) -> Colour {
    const LINES: [usize; 9] = [3, 6, 0, 5, 1, 2, 7, 7, 4];
    match LINES.get(order(part)) {
        Some(&line) if part == "queueing" => palette.lines[line].mix(palette.ground, 0.6),
        Some(&line) => palette.lines[line],
        None => palette.lines[3].mix(palette.ground, 0.55),
    }
}

fn say_it(report: &Report, names: &Names, level: &Level, bars: &[Bar], drawn: usize) -> Words {
    let mut subtitle = words::subtitle(report, report.sets.len());
    if drawn < bars.len() {
        subtitle.insert(0, format!("{drawn} of {} bars drawn", bars.len()));
    }
    let baseline = report.baseline.and_then(|at| report.sets.get(at));
    if let Some(baseline) = baseline.filter(|_| are_of_two(bars)) {
        subtitle.insert(0, format!("baseline: {}", names.brief(baseline)));
    }
    let mut notes = vec![format!(
        "at {}: what a part takes in requests about it",
        level.name
    )];
    if level.name == "the mean" {
        notes = vec!["parts sum to the mean".to_owned()];
    }
    if bars
        .iter()
        .any(|bar| half(&(level.total)(bar.class).sampling) > 0.0)
    {
        notes.push("±: 95 % sampling error".into());
    }
    notes.extend(names.note());
    Words {
        title: finding(report, names, level, bars),
        subtitle,
        notes,
    }
}

/// The class of the best set that weighs most, share times latency, and the part that adds most to it.
fn finding(report: &Report, names: &Names, level: &Level, bars: &[Bar]) -> String {
    let weight = |bar: &&Bar| bar.class.share * level.sum(bar.class);
    let best = bars.iter().filter(|bar| Some(bar.place) == words::best(report));
    let Some(bar) = best.max_by(|a, b| weight(a).total_cmp(&weight(b))) else {
        return "There is no class of request to draw".into();
    };
    let parts = bar.class.parts.iter();
    let most = parts.max_by(|a, b| level.of_part(a).total_cmp(&level.of_part(b)));
    let Some(most) = most else {
        return "There is no part of a request to draw".into();
    };
    let ms = level.of_part(most);
    let total = (level.total)(bar.class);
    format!(
        "With {}, {} requests wait most for {}: {} of {} at {}",
        names.brief(&report.sets[bar.place]),
        label::cut(&font::printable(&bar.class.name), 16.0, 1.0),
        most.part,
        number(ms, decimals(ms, half(&total.sampling))),
        with_error(total.value, half(&total.sampling), false),
        level.name
    )
}

fn totals(bars: &[Bar], level: &Level) -> Column {
    let cell = |bar: &Bar| {
        let figure = (level.total)(bar.class);
        let error = half(&figure.sampling);
        let digits = decimals(figure.value, error);
        if error > 0.0 {
            format!("{} ± {}", number(figure.value, digits), number(error, digits))
        } else {
            number(figure.value, digits)
        }
    };
    Column {
        head: format!("{}, ms", level.name.trim_start_matches("the ")),
        cells: bars.iter().map(cell).collect(),
    }
}

/// Names of the parts in their colours above the bars; the rectangle that is left.
fn draw_key(scene: &mut Scene, area: &Rect, parts: &[String]) -> Rect {
    let palette = &scene.palette;
    let entries = parts.iter().map(|part| (part.clone(), colour(palette, part)));
    let entries: Vec<(String, Colour)> = entries.collect();
    key::draw_swatches(scene, area, entries, 0.3)
}

fn draw_bar(scene: &mut Scene, plot: &Plot, strip: &Rect, level: &Level, class: &ClassResult) {
    let mut from = 0.0;
    let mut parts: Vec<&PartResult> = class.parts.iter().collect();
    parts.sort_by_key(|part| order(&part.part));
    for part in parts {
        let ms = level.of_part(part);
        let (left, right) = (plot.x(from), plot.x(from + ms));
        from += ms;
        let segment = Rect {
            x: left,
            width: right - left - SEAM,
            ..*strip
        };
        if segment.width <= 0.0 {
            continue;
        }
        let fill = colour(&scene.palette, &part.part);
        scene.rect(segment, fill);
        label_segment(scene, &segment, &part.part, ms, fill);
    }
}

/// The name and the milliseconds where they fit, else the milliseconds, rounded if need be, else nothing.
fn label_segment(scene: &mut Scene, segment: &Rect, part: &str, ms: f64, fill: Colour) {
    let value = number(ms, decimals(ms, 0.0).min(1));
    let room = segment.width - 6.0;
    let texts = [format!("{} {value}", font::printable(part)), value, number(ms, 0)];
    let fitting = texts
        .into_iter()
        .find(|text| font::width(text, size::TICK) <= room);
    if segment.height < size::TICK {
        return;
    }
    if let Some(text) = fitting {
        let at = (
            segment.x + segment.width / 2.0,
            segment.y + segment.height / 2.0 + 0.36 * size::TICK,
        );
        scene.text(Text::new(text, at, size::TICK, fill.ink()).anchor(Anchor::Middle));
    }
}
