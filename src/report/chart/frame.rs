//! Title, subtitle and notes around a chart.

use super::font;
use super::label;
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Words};

/// Writes `words` and returns the rectangle that is left for the chart.
pub(super) fn frame(scene: &mut Scene, words: &Words) -> Rect {
    let breadth = scene.width - 2.0 * size::MARGIN;
    let mut y = size::MARGIN;
    y = title(scene, &words.title, breadth, y);
    y = subtitle(scene, &words::joined(&words.subtitle), breadth, y);
    let bottom = notes(scene, &words.notes, breadth);
    scene.title = font::printable(&words.title).replace('\u{a0}', " ");
    scene.description = [words.subtitle.as_slice(), words.notes.as_slice()]
        .concat()
        .join(". ");
    Rect {
        x: size::MARGIN,
        y: y + 12.0,
        width: breadth,
        height: (bottom - y - 12.0).max(20.0),
    }
}

/// Steps down in size until the title fits two lines.
fn title(scene: &mut Scene, text: &str, breadth: f64, top: f64) -> f64 {
    // A number stays with its unit.
    let text = font::printable(text)
        .replace(" %", "\u{a0}%")
        .replace(" ms", "\u{a0}ms");
    let em = [size::TITLE, 16.0, 14.0]
        .into_iter()
        .find(|&em| label::wrap(&text, breadth, em, 9).len() <= 2)
        .unwrap_or(13.0);
    let most = if is_low(scene) { 3 } else { 4 };
    let lines = balanced(&text, breadth, em, most);
    let colour = scene.palette.text;
    write(scene, &lines, (size::MARGIN, top), em, colour)
}

/// As many lines as needed, none much shorter than the others.
fn balanced(text: &str, breadth: f64, em: f64, most: usize) -> Vec<String> {
    let lines = label::wrap(text, breadth, em, most);
    let narrower = (50..100).map(|percent| label::wrap(text, breadth * f64::from(percent) / 100.0, em, 99));
    let same = narrower.into_iter().find(|tried| tried.len() <= lines.len());
    let cut = |lines: &[String]| lines.iter().any(|line| line.ends_with('…'));
    same.filter(|tried| !cut(tried)).unwrap_or(lines)
}

fn subtitle(scene: &mut Scene, text: &str, breadth: f64, top: f64) -> f64 {
    let most = if is_low(scene) { 2 } else { 3 };
    let lines = label::wrap(text, breadth, size::SUBTITLE, most);
    let colour = scene.palette.muted;
    write(scene, &lines, (size::MARGIN, top + 3.0), size::SUBTITLE, colour)
}

/// Whether words must be few, to leave room for the chart.
fn is_low(scene: &Scene) -> bool {
    scene.height < 420.0
}

/// Writes the notes at the bottom and returns their upper edge.
fn notes(scene: &mut Scene, notes: &[String], breadth: f64) -> f64 {
    let most = if is_low(scene) { 2 } else { 3 };
    let lines = label::wrap(&words::joined(notes), breadth, size::NOTE, most);
    let top = scene.height - 16.0 - lines.len() as f64 * size::NOTE * size::LEADING;
    let colour = scene.palette.muted;
    write(scene, &lines, (size::MARGIN, top), size::NOTE, colour);
    if lines.is_empty() {
        scene.height - size::MARGIN
    } else {
        top - 8.0
    }
}

/// Writes lines downwards from `top` and returns their lower edge.
pub(super) fn write(
    scene: &mut Scene,
    lines: &[String],
    (x, top): (f64, f64),
    em: f64,
    colour: super::theme::Colour,
) -> f64 {
    for (i, line) in lines.iter().enumerate() {
        let base = top + em + i as f64 * em * size::LEADING;
        scene.text(Text::new(line, (x, base), em, colour));
    }
    top + lines.len() as f64 * em * size::LEADING
}

/// A chart without figures: its title and subtitle, and in the middle why there is nothing.
pub(super) fn blank(mut scene: Scene, words: Words, message: &str) -> Scene {
    let words = Words {
        notes: vec![],
        ..words
    };
    let area = frame(&mut scene, &words);
    let lines = label::wrap(message, area.width * 0.8, size::BLANK, 4);
    let colour = scene.palette.muted;
    for (i, line) in lines.iter().enumerate() {
        let at = (
            area.x + area.width / 2.0,
            area.y + area.height * 0.45 + i as f64 * size::BLANK * size::LEADING,
        );
        scene.text(Text::new(line, at, size::BLANK, colour).anchor(Anchor::Middle));
    }
    scene
}
