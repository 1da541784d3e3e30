//! SVG: plotters writes it, then it is tidied line by line.

use plotters::backend::SVGBackend;
use plotters::prelude::*;
use plotters::style::text_anchor::VPos;

use crate::basis::error::Result;

use super::super::font;
use super::super::scene::{Scene, Shape, Text};
use super::{Grid, failed, rgb, text_style};

/// The backend knows whole numbers only, so it draws on a grid ten times as fine.
const FINE: f64 = 10.0;
/// The backend divides sizes of letters by this.
const SIZE_PER_EM: f64 = 1.24;

/// `scene` as an SVG document of `width` × `height` pixels.
pub(in super::super) fn svg(scene: &Scene, width: u32, height: u32) -> Result<Vec<u8>> {
    let mut raw = String::new();
    let grid = Grid(FINE);
    let size = (grid.length(scene.width), grid.length(scene.height));
    {
        let mut backend = SVGBackend::with_string(&mut raw, size);
        let ground = ShapeStyle::from(&rgb(scene.palette.ground)).filled();
        let far = grid.point((scene.width, scene.height));
        backend.draw_rect((0, 0), far, &ground, true).map_err(failed)?;
        for shape in &scene.shapes {
            paint(&mut backend, shape, grid)?;
        }
        backend.present().map_err(failed)?;
    }
    Ok(tidy(&raw, scene, (width, height)).into_bytes())
}

fn paint(backend: &mut SVGBackend, shape: &Shape, grid: Grid) -> Result<()> {
    match shape {
        Shape::Line {
            points,
            width,
            colour,
        } => {
            let style = rgb(*colour).stroke_width(grid.length(*width));
            backend.draw_path(points.iter().map(|&p| grid.point(p)), &style)
        }
        Shape::Area { points, colour } => {
            backend.fill_polygon(points.iter().map(|&p| grid.point(p)), &rgb(*colour))
        }
        Shape::Rect { rect, colour } => {
            let [from, to] = grid.corners(rect);
            backend.draw_rect(from, to, &rgb(*colour), true)
        }
        Shape::Disc {
            centre,
            radius,
            colour,
        } => backend.draw_circle(grid.point(*centre), grid.length(*radius), &rgb(*colour), true),
        Shape::Text(text) => return write(backend, text, grid),
    }
    .map_err(failed)
}

fn write(backend: &mut SVGBackend, text: &Text, grid: Grid) -> Result<()> {
    let style = text_style(text, text.em * FINE * SIZE_PER_EM, VPos::Bottom);
    backend
        .draw_text(&text.words, &style, grid.point(text.at))
        .map_err(failed)
}

/// Puts the size in pixels and the words to be read aloud into the head, texts on their base line without blanks
/// around them, and rounds the size of letters, which comes with up to seventeen digits.
fn tidy(raw: &str, scene: &Scene, (width, height): (u32, u32)) -> String {
    let mut lines = raw.lines();
    let view_box = lines
        .next()
        .and_then(|head| attribute(head, "viewBox"))
        .unwrap_or("");
    let mut tidied = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"{view_box}\" \
         role=\"img\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n<title>{}</title>\n<desc>{}</desc>\n",
        escape(&scene.title),
        escape(&scene.description)
    );
    while let Some(line) = lines.next() {
        if line.starts_with("<text ") {
            tidied.push_str(&tidy_text(line));
            tidied.push_str(lines.next().unwrap_or(""));
            tidied.push_str(lines.next().unwrap_or(""));
        } else {
            tidied.push_str(&line.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", ""));
        }
        tidied.push('\n');
    }
    tidied
}

fn tidy_text(tag: &str) -> String {
    let tag = tag.replace(" dy=\"-0.5ex\"", "").replace(" opacity=\"1\"", "");
    let Some(size) = attribute(&tag, "font-size") else {
        return tag;
    };
    let rounded = size.parse().map_or(0.0, |em: f64| em.round());
    let (old, new) = (
        format!("font-size=\"{size}\""),
        format!("font-size=\"{rounded}\""),
    );
    tag.replace(&old, &new)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

fn escape(text: &str) -> String {
    font::printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
