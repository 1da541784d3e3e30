//! What each set costs a month, item by item: stacked bars, the cheapest first.

use super::axis::{Plot, Scale};
use super::font;
use super::frame::{blank, frame};
use super::key;
use super::rows::{self, Column, Rows};
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::{Colour, Palette, size};
use super::words::{self, Names, Words};
use crate::report::model::{CostResult, Report};
use crate::report::voice::capacity as voice;

/// The items in the order of a bar.
const ITEMS: [&str; 11] = [
    "instance",
    "egress",
    "inter_region",
    "cross_zone",
    "cdn_egress",
    "cdn_request",
    "store_read",
    "store_write",
    "store_storage",
    "store_replica",
    "region_fixed",
];

/// Space between segments, so that neighbours are told apart without colour.
const SEAM: f64 = 1.5;
/// Breadth of the hatching behind a bar that lacks prices.
const HATCH: f64 = 34.0;

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let bars = bars(report);
    let room = rows::room(scene.height - 190.0);
    let drawn = &bars[..bars.len().min(room)];
    let words = say_it(report, &names, &bars, drawn.len());
    if drawn.is_empty() {
        return blank(scene, words, "the report has no costs to draw");
    }
    let area = frame(&mut scene, &words);
    let area = draw_key(&mut scene, &area, &items(drawn));
    let labels: Vec<String> = drawn.iter().map(|bar| names.set(report, bar.place)).collect();
    let rows = Rows::new(&area, &labels, vec![totals(report, drawn)]);
    let budget = words::budget(report);
    let plot = Plot {
        area: rows.plot,
        x: scale(drawn, budget, rows.plot.width),
        y: Scale::Linear { low: 0.0, high: 1.0 },
    };
    plot.draw_x_axis(&mut scene, &format!("cost a month, {}", words::currency(report)));
    let text = scene.palette.text;
    rows.draw(&mut scene, |_| text);
    // Behind the bars, so that no figure is struck through.
    draw_budget(&mut scene, &plot, budget);
    for (i, bar) in drawn.iter().enumerate() {
        let height = (plot.area.height / drawn.len() as f64 * 0.62).clamp(9.0, 44.0);
        let strip = Rect {
            x: plot.area.x,
            y: rows.middle(i) - height / 2.0,
            width: plot.area.width,
            height,
        };
        draw_bar(&mut scene, &plot, &strip, bar);
    }
    scene
}

/// The bill of a set.
struct Bar<'a> {
    place: usize,
    cost: &'a CostResult,
    /// Sums by item, in the order of a bar.
    parts: Vec<(String, f64)>,
}

impl Bar<'_> {
    fn total(&self) -> f64 {
        self.parts.iter().map(|part| part.1).sum()
    }

    /// The item that costs most.
    fn most(&self) -> Option<&(String, f64)> {
        self.parts.iter().max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Sets with a bill, the cheapest first; those that lack prices behind all others. Where no price is known at all
/// there is no bar.
fn bars(report: &Report) -> Vec<Bar<'_>> {
    let sets = report.sets.iter().enumerate();
    let mut bars: Vec<Bar> = sets
        .filter_map(|(place, set)| {
            let cost = set.capacity.as_ref()?.cost.as_ref()?;
            Some(Bar {
                place,
                parts: parts(cost),
                cost,
            })
        })
        .collect();
    bars.retain(|bar| bar.cost.complete || bar.total() > 0.0);
    bars.sort_by(|a, b| {
        let key = |bar: &Bar| (!bar.cost.complete, bar.total());
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    bars
}

fn parts(cost: &CostResult) -> Vec<(String, f64)> {
    let mut parts: Vec<(String, f64)> = Vec::new();
    for line in &cost.lines {
        let amount = line.cost.filter(|cost| cost.is_finite() && *cost > 0.0);
        let Some(amount) = amount else { continue };
        match parts.iter_mut().find(|part| part.0 == line.item) {
            Some(part) => part.1 += amount,
            None => parts.push((line.item.clone(), amount)),
        }
    }
    parts.sort_by_key(|part| order(&part.0));
    parts
}

fn items(bars: &[Bar]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (item, _) in bars.iter().flat_map(|bar| &bar.parts) {
        if !names.contains(item) {
            names.push(item.clone());
        }
    }
    names.sort_by_key(|name| order(name));
    names
}

/// Place of an item in a bar; one that this program does not know comes last.
fn order(item: &str) -> usize {
    ITEMS
        .iter()
        .position(|known| *known == item)
        .unwrap_or(ITEMS.len())
}

/// One colour an item, whatever else there is: those of the palette, and pale ones for the second of a pair.
fn colour(palette: &Palette, item: &str) -> Colour {
    const LINES: [(usize, f64); 12] = [
        (0, 0.0),
        (1, 0.0),
        (5, 0.0),
        (5, 0.55),
        (3, 0.0),
        (3, 0.55),
        (2, 0.0),
        (2, 0.55),
        (6, 0.0),
        (6, 0.55),
        (7, 0.0),
        (4, 0.3),
    ];
    let (line, pale) = LINES[order(item)];
    palette.lines[line].mix(palette.ground, pale)
}

fn totals(report: &Report, bars: &[Bar]) -> Column {
    let cell = |bar: &Bar| {
        let sure = if bar.cost.complete { "" } else { "≥ " };
        format!("{sure}{}", voice::number(bar.total()))
    };
    Column {
        head: format!("{} a month", words::currency(report)).trim().to_owned(),
        cells: bars.iter().map(cell).collect(),
    }
}

/// From nothing to the dearest, with room for the hatching, and to the budget where it is not far beyond.
fn scale(bars: &[Bar], budget: Option<f64>, breadth: f64) -> Scale {
    let lacking = bars.iter().filter(|bar| !bar.cost.complete);
    let hatched = lacking.map(Bar::total).fold(0.0, f64::max) * (1.0 + HATCH / (breadth - HATCH).max(HATCH));
    let high = bars.iter().map(Bar::total).fold(hatched, f64::max);
    let high = budget
        .filter(|it| *it < 2.0 * high)
        .map_or(high, |it| it.max(high));
    Scale::of_times(0.0, 0.0).widened(high * 1.02)
}

/// Names of the items in their colours above the bars; the rectangle that is left.
fn draw_key(scene: &mut Scene, area: &Rect, items: &[String]) -> Rect {
    let palette = &scene.palette;
    let entries = items
        .iter()
        .map(|item| (voice::item(item), colour(palette, item)));
    let entries: Vec<(String, Colour)> = entries.collect();
    key::draw_swatches(scene, area, entries, 0.4)
}

fn draw_bar(scene: &mut Scene, plot: &Plot, strip: &Rect, bar: &Bar) {
    let mut from = 0.0;
    for (item, amount) in &bar.parts {
        let (left, right) = (plot.x(from), plot.x(from + amount));
        from += amount;
        let segment = Rect {
            x: left,
            width: right - left - SEAM,
            ..*strip
        };
        if segment.width <= 0.0 {
            continue;
        }
        let fill = colour(&scene.palette, item);
        scene.rect(segment, fill);
        label_segment(scene, &segment, item, *amount, fill);
    }
    if !bar.cost.complete {
        draw_hatch(scene, plot.x(from), strip);
    }
}

/// The item and the amount where they fit, else the amount, else nothing.
fn label_segment(scene: &mut Scene, segment: &Rect, item: &str, amount: f64, fill: Colour) {
    let value = voice::number(amount);
    let texts = [format!("{} {value}", font::printable(&voice::item(item))), value];
    let room = segment.width - 6.0;
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

/// Slanting lines behind a bar: there is more, and nobody knows how much.
fn draw_hatch(scene: &mut Scene, x: f64, strip: &Rect) {
    const STEP: f64 = 5.0;
    let muted = scene.palette.muted;
    let slant = strip.height.min(HATCH / 3.0);
    let mut from = x + 2.0;
    while from + slant <= x + HATCH {
        let line = vec![(from, strip.bottom()), (from + slant, strip.y)];
        scene.line(line, 1.3, muted);
        from += STEP;
    }
}

/// A dashed line at the budget, its amount above it.
fn draw_budget(scene: &mut Scene, plot: &Plot, budget: Option<f64>) {
    let Some(budget) = budget.filter(|it| *it <= plot.x.high()) else {
        return;
    };
    let (x, ink) = (plot.x(budget), scene.palette.text);
    let path = vec![(x, plot.area.y - 2.0), (x, plot.area.bottom())];
    scene.dashed(path, 1.4, ink, &[5.0, 4.0]);
    let text = format!("budget {}", voice::number(budget));
    let half = font::width(&text, size::TICK) / 2.0;
    let middle = x.min(plot.area.right() - half).max(plot.area.x + half);
    let at = (middle, plot.area.y - 8.0);
    scene.text(Text::new(text, at, size::TICK, ink).anchor(Anchor::Middle));
}

fn say_it(report: &Report, names: &Names, bars: &[Bar], drawn: usize) -> Words {
    let mut subtitle = words::about_load(report);
    if drawn < bars.len() {
        subtitle.insert(0, format!("{drawn} of {} sets drawn, the cheapest", bars.len()));
    }
    let mut notes = vec!["first year, a twelfth of it; no sampling error".to_owned()];
    if bars[..drawn].iter().any(|bar| !bar.cost.complete) {
        notes.push("hatched and ≥: at least so much, something has no price".into());
    }
    let cost = report.capacity.as_ref().and_then(|it| it.cost.as_ref());
    notes.extend(cost.and_then(|it| prices_of(&it.prices)));
    notes.extend(names.note());
    Words {
        title: finding(report, names, bars),
        subtitle,
        notes,
    }
}

/// From when the prices are: `prices of 2026-05 to 2026-11`.
fn prices_of(all: &[crate::report::model::PriceUsed]) -> Option<String> {
    let dates = || {
        all.iter()
            .map(|it| it.date.as_str())
            .filter(|date| !date.is_empty())
    };
    let (first, last) = (dates().min()?, dates().max()?);
    Some(if first == last {
        format!("prices of {}", font::printable(first))
    } else {
        format!(
            "prices of {} to {}",
            font::printable(first),
            font::printable(last)
        )
    })
}

fn finding(report: &Report, names: &Names, bars: &[Bar]) -> String {
    let Some(first) = bars.first() else {
        return "There is no cost to draw".into();
    };
    let currency = words::currency(report);
    let name = names.brief(&report.sets[first.place]);
    let amount = voice::at_least(first.total(), first.cost.complete, &currency);
    let most = first.most().filter(|_| first.cost.complete).map(|(item, part)| {
        let item = font::printable(&voice::item(item));
        format!(", {} of it {item}", words::share_of(part / first.total()))
    });
    let most = most.unwrap_or_default();
    let kept = budget_words(report, bars);
    if bars.len() == 1 {
        return format!("{name} costs {amount} a month{most}{kept}");
    }
    if !first.cost.complete {
        return format!("Of no set are all prices known; {name} costs {amount} a month{kept}");
    }
    let complete = bars.iter().filter(|bar| bar.cost.complete).count();
    let of = if complete == bars.len() {
        words::count(complete, "set")
    } else {
        format!("{} with all prices known", words::count(complete, "set"))
    };
    format!("{name} is the cheapest of {of}: {amount} a month{most}{kept}")
}

fn budget_words(report: &Report, bars: &[Bar]) -> String {
    let Some(budget) = words::budget(report) else {
        return String::new();
    };
    let within = bars
        .iter()
        .filter(|bar| bar.cost.complete && bar.total() <= budget)
        .count();
    let budget = voice::number(budget);
    match (within, bars.len()) {
        (0, 1) if bars[0].total() <= words::budget(report).unwrap_or(0.0) => String::new(),
        (0, 1) => format!("; more than the budget of {budget}"),
        (_, 1) => format!("; within the budget of {budget}"),
        (0, _) => format!("; none is known to keep the budget of {budget}"),
        (n, _) => format!("; {n} keep the budget of {budget}"),
    }
}
