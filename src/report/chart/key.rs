//! Names beside lines: a key without a box in an empty corner, or labels at the ends of the lines.

use super::font;
use super::label::{self, Wish};
use super::marker::{self, Look};
use super::scene::{Rect, Scene, Text};
use super::theme::{Colour, size};

/// Room for a sample of the line before its name.
const SAMPLE: f64 = 34.0;
const LEADING: f64 = size::LABEL * size::LEADING;
/// Space between entries.
const GAP: f64 = 4.0;

/// A key that has been measured.
#[derive(Clone, Debug)]
pub(super) struct Key {
    entries: Vec<(Vec<String>, Look)>,
    pub width: f64,
    pub height: f64,
}

impl Key {
    /// Entries in at most two lines of at most `breadth` together with the sample.
    pub(super) fn new(entries: &[(String, Look)], breadth: f64) -> Self {
        Key::wrapped(entries, breadth, 2)
    }

    /// The same with one line each.
    pub(super) fn of_single_lines(entries: &[(String, Look)], breadth: f64) -> Self {
        Key::wrapped(entries, breadth, 1)
    }

    fn wrapped(entries: &[(String, Look)], breadth: f64, lines: usize) -> Self {
        let room = (breadth - SAMPLE).max(20.0);
        let entries: Vec<(Vec<String>, Look)> = entries
            .iter()
            .map(|(name, look)| (label::wrap(name, room, size::LABEL, lines), *look))
            .collect();
        let texts = label::widest(entries.iter().flat_map(|entry| &entry.0), size::LABEL);
        let lines: usize = entries.iter().map(|entry| entry.0.len()).sum();
        Key {
            width: SAMPLE + texts,
            height: lines as f64 * LEADING + entries.len() as f64 * GAP,
            entries,
        }
    }

    /// Draws the key downwards from `at`.
    pub(super) fn draw(&self, scene: &mut Scene, (x, y): (f64, f64)) {
        let ink = scene.palette.text;
        let mut top = y;
        for (lines, look) in &self.entries {
            let middle = top + LEADING * 0.5;
            let sample = vec![(x, middle), (x + SAMPLE - 8.0, middle)];
            scene.dashed(sample, 2.2, look.colour, look.dash);
            marker::draw(scene, look.mark, (x + SAMPLE / 2.0 - 4.0, middle), look.colour);
            for line in lines {
                let at = (x + SAMPLE, top + 0.5 * LEADING + 0.36 * size::LABEL);
                scene.text(Text::new(line, at, size::LABEL, ink));
                top += LEADING;
            }
            top += GAP;
        }
    }

    /// The rectangle in the lower right corner of `area` that the key would fill, with air around it.
    pub(super) fn corner(&self, area: &Rect) -> Rect {
        Rect {
            x: area.right() - self.width - 14.0,
            y: area.bottom() - self.height - 14.0,
            width: self.width + 14.0,
            height: self.height + 14.0,
        }
    }
}

/// Side of a swatch, and from one line of them to the next.
const SWATCH: f64 = 11.0;
const SWATCH_LEADING: f64 = size::LABEL * 1.5;

/// Names beside swatches of their colours, in lines at the top of `area`, each name at most the share `longest` of its
/// breadth; the rectangle that is left.
pub(super) fn draw_swatches(
    scene: &mut Scene,
    area: &Rect,
    entries: impl IntoIterator<Item = (String, Colour)>,
    longest: f64,
) -> Rect {
    let (mut x, mut y) = (area.x, area.y);
    let ink = scene.palette.text;
    for (name, colour) in entries {
        let name = label::cut(&font::printable(&name), area.width * longest, size::LABEL);
        let length = SWATCH + 6.0 + font::width(&name, size::LABEL);
        if x + length > area.right() && x > area.x {
            x = area.x;
            y += SWATCH_LEADING;
        }
        let swatch = Rect {
            x,
            y: y + 1.0,
            width: SWATCH,
            height: SWATCH,
        };
        scene.rect(swatch, colour);
        let at = (x + SWATCH + 6.0, y + 0.86 * size::LABEL);
        scene.text(Text::new(&name, at, size::LABEL, ink));
        x += length + 18.0;
    }
    area.inset(0.0, y - area.y + SWATCH_LEADING, 0.0, 0.0)
}

/// Whether any of `lines` comes into `rect`.
pub(super) fn is_crossed(rect: &Rect, lines: &[Vec<(f64, f64)>]) -> bool {
    lines.iter().flat_map(|line| line.windows(2)).any(|pair| {
        let (from, to) = (pair[0], pair[1]);
        let steps = ((to.0 - from.0).hypot(to.1 - from.1) / 4.0).ceil().max(1.0) as usize;
        (0..=steps).any(|i| {
            let t = i as f64 / steps as f64;
            rect.contains((from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1)))
        })
    })
}

/// A label at the end of a line.
#[derive(Clone, Debug)]
pub(super) struct End {
    /// Where the line ends.
    pub at: (f64, f64),
    pub name: String,
    pub look: Look,
}

/// Breadth that labels need right of a plot, at most `most`.
pub(super) fn ends_breadth(ends: &[(String, Look)], most: f64) -> f64 {
    let room = most - LEADER;
    let lines: Vec<String> = ends
        .iter()
        .flat_map(|(name, _)| label::wrap(name, room, size::LABEL, 2))
        .collect();
    (label::widest(&lines, size::LABEL) + LEADER).min(most)
}

/// Length of the thin line from the end of a line to its label.
const LEADER: f64 = 30.0;

/// Writes each label at the end of its line, moved up or down so that none overlap.
pub(super) fn draw_ends(scene: &mut Scene, ends: &[End], area: &Rect, breadth: f64) {
    let wrapped: Vec<Vec<String>> = ends
        .iter()
        .map(|end| label::wrap(&end.name, breadth - LEADER, size::LABEL, 2))
        .collect();
    let wishes: Vec<Wish> = ends
        .iter()
        .zip(&wrapped)
        .map(|(end, lines)| Wish {
            wanted: end.at.1,
            extent: lines.len() as f64 * LEADING + GAP,
        })
        .collect();
    let middles = label::dodge(&wishes, area.y - 8.0, area.bottom() + 8.0);
    for ((end, lines), middle) in ends.iter().zip(&wrapped).zip(middles) {
        let x = area.right() + LEADER;
        let path = vec![(end.at.0 + 7.0, end.at.1), (x - 12.0, middle), (x - 5.0, middle)];
        let faint = end.look.colour.mix(scene.palette.ground, 0.35);
        scene.line(path, 1.0, faint);
        let ink = scene.palette.text;
        for (i, line) in lines.iter().enumerate() {
            let offset = i as f64 - (lines.len() as f64 - 1.0) / 2.0;
            let at = (x, middle + offset * LEADING + 0.36 * size::LABEL);
            scene.text(Text::new(line, at, size::LABEL, ink));
        }
    }
}

/// Whether the labels fit beside a plot of this height.
pub(super) fn ends_fit(ends: &[(String, Look)], breadth: f64, height: f64) -> bool {
    let room = breadth - LEADER;
    let extents = ends.iter().map(|(name, _)| {
        let lines = label::wrap(name, room, size::LABEL, 2).len();
        lines as f64 * LEADING + GAP
    });
    room > font::width("eu-west-1 + …", size::LABEL) && extents.sum::<f64>() <= height
}
