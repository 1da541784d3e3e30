//! What a chart consists of: lines, areas, rectangles and texts, in units of its own.
//!
//! A unit is a pixel of a picture of 1080 × 640; larger pictures are larger, not emptier. The origin is the upper
//! left corner, y grows downwards.

use super::font;
use super::theme::{Colour, Palette, Theme, size};

/// Sides for which the sizes of letters were chosen.
const NATURAL: (f64, f64) = (1080.0, 640.0);
/// Small pictures get at most this much smaller letters.
const LEAST_SCALE: f64 = 0.85;

/// A drawing.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub width: f64,
    pub height: f64,
    /// Pixels of the finished picture per unit.
    pub scale: f64,
    pub palette: Palette,
    /// Read aloud in place of the picture.
    pub title: String,
    pub description: String,
    pub shapes: Vec<Shape>,
}

/// A piece of a drawing; later ones cover earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Line {
        points: Vec<(f64, f64)>,
        width: f64,
        colour: Colour,
    },
    Area {
        points: Vec<(f64, f64)>,
        colour: Colour,
    },
    Rect {
        rect: Rect,
        colour: Colour,
    },
    Disc {
        centre: (f64, f64),
        radius: f64,
        colour: Colour,
    },
    Text(Text),
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub words: String,
    /// Where the base line starts, ends or has its middle.
    pub at: (f64, f64),
    /// Size in em.
    pub em: f64,
    pub colour: Colour,
    pub anchor: Anchor,
    /// Whether it runs upwards.
    pub upwards: bool,
}

/// The part of a text that its place means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A rectangle with its upper left corner at `x`, `y`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub(super) fn contains(&self, (x, y): (f64, f64)) -> bool {
        x >= self.x && x <= self.right() && y >= self.y && y <= self.bottom()
    }

    /// The rectangle without strips of the given breadths.
    pub(super) fn inset(&self, left: f64, top: f64, right: f64, bottom: f64) -> Rect {
        Rect {
            x: self.x + left,
            y: self.y + top,
            width: (self.width - left - right).max(1.0),
            height: (self.height - top - bottom).max(1.0),
        }
    }
}

impl Text {
    /// Text in `colour` starting at `at`.
    pub(super) fn new(text: impl AsRef<str>, at: (f64, f64), em: f64, colour: Colour) -> Self {
        Text {
            // Once lines are broken, an ordinary blank is what a search in the picture expects.
            words: font::printable(text.as_ref()).replace('\u{a0}', " "),
            at,
            em,
            colour,
            anchor: Anchor::Start,
            upwards: false,
        }
    }

    pub(super) fn anchor(self, anchor: Anchor) -> Self {
        Text { anchor, ..self }
    }

    pub(super) fn upwards(self) -> Self {
        Text {
            upwards: true,
            ..self
        }
    }

    /// The rectangle that its letters may touch.
    #[cfg(test)]
    pub(super) fn bounds(&self) -> Rect {
        let length = font::width(&self.words, self.em);
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => length / 2.0,
            Anchor::End => length,
        };
        let (x, y) = self.at;
        // Capitals are 0.73 em high; descenders reach 0.21 em below the base line.
        let (up, down) = (0.73 * self.em, 0.21 * self.em);
        if self.upwards {
            Rect {
                x: x - up,
                y: y + before - length,
                width: up + down,
                height: length,
            }
        } else {
            Rect {
                x: x - before,
                y: y - up,
                width: length,
                height: up + down,
            }
        }
    }
}

impl Scene {
    /// An empty drawing that will be `width` × `height` pixels.
    pub(super) fn new(width: u32, height: u32, theme: Theme) -> Self {
        let (width, height) = (f64::from(width), f64::from(height));
        let scale = (width / NATURAL.0).min(height / NATURAL.1).max(LEAST_SCALE);
        Scene {
            width: width / scale,
            height: height / scale,
            scale,
            palette: Palette::of(theme),
            title: String::new(),
            description: String::new(),
            shapes: Vec::new(),
        }
    }

    /// The smallest letters that can still be read, in em.
    pub(super) fn smallest_em(&self) -> f64 {
        size::SMALLEST_PX / self.scale
    }

    pub(super) fn line(&mut self, points: Vec<(f64, f64)>, width: f64, colour: Colour) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line {
                points,
                width,
                colour,
            });
        }
    }

    /// A line of dashes; `pattern` gives the lengths of dash and gap in turn, empty for a full line.
    pub(super) fn dashed(&mut self, points: Vec<(f64, f64)>, width: f64, colour: Colour, pattern: &[f64]) {
        if pattern.is_empty() {
            return self.line(points, width, colour);
        }
        for dash in dashes(&points, pattern) {
            self.line(dash, width, colour);
        }
    }

    pub(super) fn area(&mut self, points: Vec<(f64, f64)>, colour: Colour) {
        self.shapes.push(Shape::Area { points, colour });
    }

    pub(super) fn rect(&mut self, rect: Rect, colour: Colour) {
        self.shapes.push(Shape::Rect { rect, colour });
    }

    pub(super) fn disc(&mut self, centre: (f64, f64), radius: f64, colour: Colour) {
        self.shapes.push(Shape::Disc {
            centre,
            radius,
            colour,
        });
    }

    pub(super) fn text(&mut self, text: Text) {
        if !text.words.is_empty() {
            self.shapes.push(Shape::Text(text));
        }
    }
}

/// Cuts a line into the dashes of `pattern`, measured along the line.
fn dashes(points: &[(f64, f64)], pattern: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let mut done = Vec::new();
    let mut current: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    let (mut phase, mut left) = (0usize, pattern[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut rest = (to.0 - from.0).hypot(to.1 - from.1);
        while rest > left {
            from = along(from, to, left / rest);
            rest -= left;
            if phase % 2 == 0 {
                current.push(from);
                done.push(std::mem::take(&mut current));
            } else {
                current = vec![from];
            }
            phase += 1;
            left = pattern[phase % pattern.len()];
        }
        left -= rest;
        if phase % 2 == 0 {
            current.push(to);
        }
    }
    done.push(current);
    done
}

fn along(from: (f64, f64), to: (f64, f64), t: f64) -> (f64, f64) {
    (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_keep_their_lengths_around_corners() {
        let corner = [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)];
        let cut = dashes(&corner, &[4.0, 2.0]);
        assert_eq!(cut, [vec![(0.0, 0.0), (4.0, 0.0)], vec![(5.0, 1.0), (5.0, 5.0)],]);
    }

    #[test]
    fn larger_pictures_have_larger_letters() {
        let natural = Scene::new(1080, 640, Theme::Light);
        let double = Scene::new(2160, 1280, Theme::Light);
        assert_eq!((natural.width, natural.scale), (1080.0, 1.0));
        assert_eq!((double.width, double.scale), (1080.0, 2.0));
    }
}
