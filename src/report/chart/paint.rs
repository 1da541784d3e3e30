//! From a scene to bytes, by way of plotters.

mod png;
mod svg;

pub(super) use png::png;
pub(super) use svg::svg;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::basis::error::Error;

use super::font;
use super::scene::{Anchor, Rect, Text};
use super::theme::Colour;

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn failed(what: impl std::fmt::Display) -> Error {
    Error::internal(format!("the chart could not be drawn: {what}"))
}

/// Whole steps of a backend from units of a scene.
#[derive(Clone, Copy, Debug)]
struct Grid(f64);

impl Grid {
    fn length(self, length: f64) -> u32 {
        (length * self.0).round().max(1.0) as u32
    }

    fn point(self, (x, y): (f64, f64)) -> (i32, i32) {
        ((x * self.0).round() as i32, (y * self.0).round() as i32)
    }

    /// Upper left and lower right corner.
    fn corners(self, rect: &Rect) -> [(i32, i32); 2] {
        [
            self.point((rect.x, rect.y)),
            self.point((rect.right(), rect.bottom())),
        ]
    }
}

/// The style of a text whose size the backend takes as `size`.
fn text_style(text: &Text, size: f64, vertical: VPos) -> TextStyle<'static> {
    let horizontal = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let turn = if text.upwards {
        FontTransform::Rotate270
    } else {
        FontTransform::None
    };
    let font = (font::FAMILY, size).into_font().transform(turn);
    let mut style = TextStyle::from(font);
    style.color = rgb(text.colour).to_backend_color();
    style.pos = Pos::new(horizontal, vertical);
    style
}
