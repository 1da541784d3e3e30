//! Median RTT between the regions.

use super::font;
use super::frame::{blank, frame};
use super::label;
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::{Colour, size};
use super::words::{self, Names, Words, number, plain};
use crate::report::model::{RegionMatrix, Report};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let matrix = &report.region_matrix;
    let names = Names::of(report);
    let labels: Vec<String> = matrix.regions.iter().map(|id| names.region(id)).collect();
    if labels.is_empty() {
        let words = say_it(report, &names, None);
        return blank(scene, words, "the report has no RTTs between regions");
    }
    // The words depend on whether numbers fit, and the room for cells on the words: room for one more line of
    // notes is measured first.
    let longest = say_it(report, &names, Some(LONGEST_NOTE.to_owned()));
    let trial = frame(&mut scene.clone(), &longest);
    let numbers = Table::new(&trial, &labels, &scene).number_em(matrix, &scene);
    let words = say_it(report, &names, missing(numbers, &scene));
    let area = frame(&mut scene, &words);
    let table = Table::new(&area, &labels, &scene);
    let readable = numbers.filter(|em| *em >= scene.smallest_em());
    draw_cells(&mut scene, &table, matrix, readable);
    draw_labels(&mut scene, &table, &area, &labels);
    draw_legend(&mut scene, &area, range(matrix), "median RTT", milliseconds);
    scene
}

/// Space below the cells for the scale of colours.
pub(super) const LEGEND: f64 = 34.0;
const LONGEST_NOTE: &str =
    "numbers are left out: they would be 4.5 px high; a picture 1.55 times as large has room for them";

fn missing(number_em: Option<f64>, scene: &Scene) -> Option<String> {
    let em = number_em.filter(|em| *em < scene.smallest_em())?;
    let factor = (scene.smallest_em() / em * 100.0).ceil() / 100.0;
    Some(format!(
        "numbers are left out: they would be {} px high; a picture {} times as large has room for them",
        number(em * scene.scale, 1),
        plain(factor)
    ))
}

fn say_it(report: &Report, names: &Names, note: Option<String>) -> Words {
    let mut all: Vec<String> = note.into_iter().collect();
    if pairs(&report.region_matrix).any(|(i, j, _)| !is_measured(&report.region_matrix, i, j)) {
        all.push("corner mark: estimated, not measured".into());
    }
    all.push("row: from, column: to".into());
    all.extend(names.note());
    Words {
        title: finding(&report.region_matrix, names),
        subtitle: subtitle(report),
        notes: all,
    }
}

/// Pairs of different regions with a finite RTT.
fn pairs(matrix: &RegionMatrix) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
    let n = matrix.regions.len();
    (0..n)
        .flat_map(move |i| (0..n).map(move |j| (i, j)))
        .filter(|(i, j)| i != j)
        .filter_map(|(i, j)| Some((i, j, rtt(matrix, i, j)?)))
}

fn rtt(matrix: &RegionMatrix, i: usize, j: usize) -> Option<f64> {
    let ms = *matrix.p50_ms.get(i)?.get(j)?;
    ms.is_finite().then_some(ms)
}

fn is_measured(matrix: &RegionMatrix, i: usize, j: usize) -> bool {
    matrix
        .measured
        .get(i)
        .and_then(|row| row.get(j))
        .copied()
        .unwrap_or(false)
}

fn finding(matrix: &RegionMatrix, names: &Names) -> String {
    let near = pairs(matrix).min_by(|a, b| a.2.total_cmp(&b.2));
    let far = pairs(matrix).max_by(|a, b| a.2.total_cmp(&b.2));
    let (Some(near), Some(far)) = (near, far) else {
        return match matrix.regions.as_slice() {
            [] => "There are no regions to draw".into(),
            [only] => format!("{} is the only region", names.region(only)),
            _ => "No RTT between the regions is known".into(),
        };
    };
    let pair = |(i, j, ms): (usize, usize, f64)| {
        let (from, to) = (&matrix.regions[i], &matrix.regions[j]);
        let sure = if is_measured(matrix, i, j) {
            ""
        } else {
            " (estimated)"
        };
        format!(
            "{}\u{a0}→\u{a0}{}, {}{sure}",
            names.region(from),
            names.region(to),
            milliseconds(ms)
        )
    };
    if near.2 == far.2 {
        return format!("The median RTT between all regions is {}", milliseconds(near.2));
    }
    format!(
        "Median RTTs between regions range from {} to {}",
        pair(near),
        pair(far)
    )
}

pub(super) fn milliseconds(ms: f64) -> String {
    format!("{}\u{a0}ms", number(ms, usize::from(ms < 10.0)))
}

fn subtitle(report: &Report) -> Vec<String> {
    let matrix = &report.region_matrix;
    let all = pairs(matrix).count();
    let measured = pairs(matrix)
        .filter(|&(i, j, _)| is_measured(matrix, i, j))
        .count();
    let mut parts = vec![words::count(matrix.regions.len(), "region")];
    if all > 0 {
        let (measured, all) = (number(measured as f64, 0), number(all as f64, 0));
        parts.push(format!("{measured} of {all} directed pairs measured"));
    }
    let data = report
        .provenance
        .data
        .iter()
        .find(|data| data.name.contains("rtt"));
    parts.extend(data.map(|data| format!("{} of {}", data.name, data.date)));
    if !report.complete {
        parts.push("interrupted: a partial result".into());
    }
    parts
}

/// Cells and the room for names around them.
struct Table {
    cells: Rect,
    cell: (f64, f64),
    label_em: f64,
    /// Every how many regions there is room for a name.
    every: usize,
    upright: bool,
}

impl Table {
    fn new(area: &Rect, labels: &[String], scene: &Scene) -> Self {
        let n = labels.len() as f64;
        let fitting = ((area.height - LEGEND) * 0.8 / n / 1.15).min(size::TICK);
        let label_em = fitting.max(scene.smallest_em());
        let left = label::widest(labels, label_em).min(area.width * 0.3) + 8.0;
        let breadth = (area.width - left) / n;
        let upright = label::widest(labels, label_em) + 6.0 <= breadth.min(220.0);
        let most_top = (area.height - LEGEND) * 0.35;
        let top = if upright {
            label_em * 1.6
        } else {
            label::widest(labels, label_em).min(most_top) + 8.0
        };
        let height = (area.height - LEGEND - top) / n;
        let cell = (breadth.min(220.0), height.min(130.0));
        let cells = Rect {
            x: area.x + left,
            y: area.y + top,
            width: cell.0 * n,
            height: cell.1 * n,
        };
        let every = (label_em * 1.15 / cell.0.min(cell.1)).ceil().max(1.0) as usize;
        Table {
            cells,
            cell,
            label_em,
            every,
            upright,
        }
    }

    fn rect(&self, row: usize, column: usize) -> Rect {
        let gap = if self.cell.0.min(self.cell.1) > 9.0 {
            1.0
        } else {
            0.0
        };
        Rect {
            x: self.cells.x + column as f64 * self.cell.0,
            y: self.cells.y + row as f64 * self.cell.1,
            width: self.cell.0 - gap,
            height: self.cell.1 - gap,
        }
    }

    /// Size of numbers that fit every cell.
    fn number_em(&self, matrix: &RegionMatrix, scene: &Scene) -> Option<f64> {
        let widest = pairs(matrix)
            .map(|(.., ms)| font::width(&cell_text(ms), 1.0))
            .fold(0.0, f64::max);
        if widest == 0.0 {
            return None;
        }
        let by_width = (self.cell.0 - 3.0 / scene.scale) / widest;
        let by_height = (self.cell.1 - 2.0 / scene.scale) / 0.95;
        Some(by_width.min(by_height).clamp(0.1, 13.0))
    }
}

fn cell_text(ms: f64) -> String {
    number(ms, usize::from(ms < 9.95))
}

/// Least and greatest RTT; the same twice when there is one.
fn range(matrix: &RegionMatrix) -> (f64, f64) {
    let low = pairs(matrix).map(|pair| pair.2).fold(f64::INFINITY, f64::min);
    let high = pairs(matrix).map(|pair| pair.2).fold(0.0, f64::max);
    (low.min(high), high)
}

pub(super) fn shade(ms: f64, (low, high): (f64, f64)) -> f64 {
    if high > low {
        (ms - low) / (high - low)
    } else {
        0.0
    }
}

fn draw_cells(scene: &mut Scene, table: &Table, matrix: &RegionMatrix, number_em: Option<f64>) {
    let range = range(matrix);
    let n = matrix.regions.len();
    for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
        let rect = table.rect(i, j);
        match rtt(matrix, i, j) {
            Some(ms) if i != j => {
                let colour = scene.palette.ramp_at(shade(ms, range));
                scene.rect(rect, colour);
                draw_number(scene, &rect, &cell_text(ms), number_em, colour);
                if !is_measured(matrix, i, j) {
                    draw_corner(scene, &rect, colour);
                }
            }
            _ => draw_blank(scene, &rect, i == j),
        }
    }
}

fn draw_number(scene: &mut Scene, rect: &Rect, text: &str, em: Option<f64>, colour: Colour) {
    let Some(em) = em else {
        return;
    };
    let at = (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0 + 0.36 * em);
    scene.text(Text::new(text, at, em, colour.ink()).anchor(Anchor::Middle));
}

/// A small triangle in the upper right corner.
fn draw_corner(scene: &mut Scene, rect: &Rect, colour: Colour) {
    let side = (rect.width.min(rect.height) * 0.28).clamp(2.5, 8.0);
    let (right, top) = (rect.right(), rect.y);
    let corners = vec![(right - side, top), (right, top), (right, top + side)];
    scene.area(corners, colour.ink().mix(colour, 0.15));
}

/// A region with itself is left pale; an unknown RTT gets a dash.
fn draw_blank(scene: &mut Scene, rect: &Rect, same: bool) {
    let (grid, muted) = (scene.palette.grid, scene.palette.muted);
    if same {
        scene.rect(*rect, scene.palette.ground.mix(grid, 0.6));
    } else {
        let y = rect.y + rect.height / 2.0;
        let (from, to) = (rect.x + rect.width * 0.35, rect.x + rect.width * 0.65);
        scene.line(vec![(from, y), (to, y)], 1.0, muted);
    }
}

fn draw_labels(scene: &mut Scene, table: &Table, area: &Rect, labels: &[String]) {
    let ink = scene.palette.text;
    let em = table.label_em;
    let room = (table.cells.x - area.x - 8.0, table.cells.y - area.y - 6.0);
    for (i, name) in labels.iter().enumerate().step_by(table.every) {
        let rect = table.rect(i, i);
        let base = rect.y + rect.height / 2.0 + 0.36 * em;
        let row = label::cut(name, room.0, em);
        scene.text(Text::new(row, (table.cells.x - 8.0, base), em, ink).anchor(Anchor::End));
        let middle = rect.x + rect.width / 2.0;
        let column = if table.upright {
            Text::new(name, (middle, table.cells.y - 0.5 * em), em, ink).anchor(Anchor::Middle)
        } else {
            let name = label::cut(name, room.1, em);
            Text::new(name, (middle + 0.36 * em, table.cells.y - 6.0), em, ink).upwards()
        };
        scene.text(column);
    }
}

/// Strips of the scale of colours.
const STEPS: usize = 52;

/// The scale of colours along the bottom, from the least to the greatest of `what`, its values as `text` has them.
pub(super) fn draw_legend(
    scene: &mut Scene,
    area: &Rect,
    (low, high): (f64, f64),
    what: &str,
    text: fn(f64) -> String,
) {
    if high <= low {
        return;
    }
    let breadth = (area.width * 0.4).min(260.0);
    let (x, y) = (area.right() - breadth, area.bottom() - 22.0);
    for i in 0..STEPS {
        let colour = scene.palette.ramp_at(i as f64 / (STEPS - 1) as f64);
        // Each strip reaches under the next ones, so that no ground shows between them.
        let from = x + i as f64 * breadth / STEPS as f64;
        let rect = Rect {
            x: from,
            y,
            width: x + breadth - from,
            height: 8.0,
        };
        scene.rect(rect, colour);
    }
    let muted = scene.palette.muted;
    let base = y + 10.0 + size::TICK;
    for (t, anchor) in [(0.0, Anchor::Start), (0.5, Anchor::Middle), (1.0, Anchor::End)] {
        let at = (x + t * breadth, base);
        scene.text(Text::new(text(low + t * (high - low)), at, size::TICK, muted).anchor(anchor));
    }
    let at = (x - 12.0, y + 8.0);
    scene.text(Text::new(what, at, size::TICK, muted).anchor(Anchor::End));
}
