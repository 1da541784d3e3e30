//! One row per set: names on the left, a plot in the middle, figures on the right.

use super::axis::X_AXIS_HEIGHT;
use super::font;
use super::label;
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::{Colour, size};

/// Most rows of a chart.
pub(super) const MOST: usize = 20;
/// A row is at least this high.
const LEAST_HEIGHT: f64 = 17.0;
/// Room for the heads of the columns.
const HEAD: f64 = 24.0;
/// Space between columns.
const GAP: f64 = 16.0;

/// How many rows an area `height` high can show.
pub(super) fn room(height: f64) -> usize {
    (((height - HEAD - X_AXIS_HEIGHT) / LEAST_HEIGHT).floor().max(1.0) as usize).min(MOST)
}

/// A column of figures.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub head: String,
    pub cells: Vec<String>,
}

impl Column {
    fn breadth(&self) -> f64 {
        label::widest(self.cells.iter().chain([&self.head]), size::TICK) + GAP
    }
}

/// Rows laid out.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// Where values are plotted.
    pub plot: Rect,
    row_height: f64,
    names: Vec<Vec<String>>,
    columns: Vec<(f64, Column)>,
}

impl Rows {
    /// Shares `area` among names, plot and as many columns as leave the plot two fifths of the breadth.
    pub(super) fn new(area: &Rect, names: &[String], columns: Vec<Column>) -> Self {
        let rows = names.len().max(1) as f64;
        let height = area.height - HEAD - X_AXIS_HEIGHT;
        // One or two rows do not fill a picture gracefully.
        let row_height = (height / rows).min(0.3 * height).max(8.0);
        let most_lines = ((row_height / (size::TICK * size::LEADING)) as usize).clamp(1, 3);
        let names: Vec<Vec<String>> = names
            .iter()
            .map(|name| label::wrap(name, area.width * 0.34, size::TICK, most_lines))
            .collect();
        let left = label::widest(names.iter().flatten(), size::TICK) + GAP;
        let mut right = area.right();
        let mut placed = Vec::new();
        for column in columns.into_iter().rev() {
            let breadth = column.breadth();
            if right - breadth - left - area.x < area.width * 0.4 {
                continue;
            }
            placed.push((right, column));
            right -= breadth;
        }
        let plot = Rect {
            x: area.x + left,
            y: area.y + HEAD,
            width: (right - area.x - left - 6.0).max(20.0),
            height: row_height * rows,
        };
        Rows {
            plot,
            row_height,
            names,
            columns: placed,
        }
    }

    /// The middle of row `i`.
    pub(super) fn middle(&self, i: usize) -> f64 {
        self.plot.y + (i as f64 + 0.5) * self.row_height
    }

    /// Thickness of bars that suits the rows.
    pub(super) fn bar(&self) -> f64 {
        (self.row_height * 0.28).clamp(3.0, 7.0)
    }

    /// Writes names, heads and figures; `ink` colours each row.
    pub(super) fn draw(&self, scene: &mut Scene, ink: impl Fn(usize) -> Colour) {
        let (muted, grid) = (scene.palette.muted, scene.palette.grid);
        for (i, lines) in self.names.iter().enumerate() {
            let y = self.middle(i);
            scene.line(vec![(self.plot.x, y), (self.plot.right(), y)], 1.0, grid);
            for (k, line) in lines.iter().enumerate() {
                let offset = k as f64 - (lines.len() as f64 - 1.0) / 2.0;
                let base = y + offset * size::TICK * size::LEADING + 0.36 * size::TICK;
                let at = (self.plot.x - GAP, base);
                scene.text(Text::new(line, at, size::TICK, ink(i)).anchor(Anchor::End));
            }
            for (right, column) in &self.columns {
                let cell = column.cells.get(i).map_or("", String::as_str);
                let at = (*right, y + 0.36 * size::TICK);
                scene.text(Text::new(cell, at, size::TICK, ink(i)).anchor(Anchor::End));
            }
        }
        for (right, column) in &self.columns {
            let at = (*right, self.plot.y - 8.0);
            scene.text(Text::new(&column.head, at, size::TICK, muted).anchor(Anchor::End));
        }
    }
}

/// A bar for the sampling error with a thin one for the input error through it.
pub(super) fn error_bars(
    scene: &mut Scene,
    y: f64,
    sampling: (f64, f64),
    input: Option<(f64, f64)>,
    bar: f64,
    colour: Colour,
) {
    let pale = colour.mix(scene.palette.ground, 0.45);
    if let Some((low, high)) = input.filter(|(low, high)| high > low) {
        scene.line(vec![(low, y), (high, y)], 1.4, colour);
        for x in [low, high] {
            scene.line(vec![(x, y - bar * 0.6), (x, y + bar * 0.6)], 1.4, colour);
        }
    }
    if sampling.1 > sampling.0 {
        let rect = Rect {
            x: sampling.0,
            y: y - bar / 2.0,
            width: sampling.1 - sampling.0,
            height: bar,
        };
        scene.rect(rect, pale);
    }
}

/// Writes texts at wished places on one line, moved apart so that none overlap.
pub(super) fn heads(scene: &mut Scene, heads: &[(f64, &str, Colour)], y: f64, low: f64, high: f64) {
    let wishes: Vec<label::Wish> = heads
        .iter()
        .map(|(x, text, _)| label::Wish {
            wanted: *x,
            extent: font::width(text, size::TICK) + 8.0,
        })
        .collect();
    let middles = label::dodge(&wishes, low, high);
    for ((_, text, colour), x) in heads.iter().zip(middles) {
        scene.text(Text::new(text, (x, y), size::TICK, *colour).anchor(Anchor::Middle));
    }
}
