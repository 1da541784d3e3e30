//! How lines are told apart without colour: dashes and marks.

use super::scene::Scene;
use super::theme::{Colour, Palette};

/// Colour, dashes and mark of one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub colour: Colour,
    /// Lengths of dash and gap; empty for a full line.
    pub dash: &'static [f64],
    pub mark: Mark,
}

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Disc,
    Square,
    Triangle,
    Diamond,
    Ring,
    Box,
    Wedge,
    Cross,
}

const MARKS: [Mark; 8] = [
    Mark::Disc,
    Mark::Square,
    Mark::Triangle,
    Mark::Diamond,
    Mark::Ring,
    Mark::Box,
    Mark::Wedge,
    Mark::Cross,
];

const DASHES: [&[f64]; 4] = [&[], &[9.0, 5.0], &[3.0, 4.0], &[10.0, 4.0, 2.5, 4.0]];

/// The look of line number `i`.
pub(super) fn look(palette: &Palette, i: usize) -> Look {
    Look {
        colour: palette.lines[i % palette.lines.len()],
        dash: DASHES[i % DASHES.len()],
        mark: MARKS[i % MARKS.len()],
    }
}

/// Most lines that a chart draws: one for each colour.
pub(super) const MOST_LINES: usize = MARKS.len();

/// Radius of a mark.
const RADIUS: f64 = 4.2;

/// Draws a mark on a rim of the ground's colour, so that it stands out from lines.
pub(super) fn draw(scene: &mut Scene, mark: Mark, at: (f64, f64), colour: Colour) {
    let ground = scene.palette.ground;
    shape(scene, mark, at, RADIUS + 1.4, ground);
    draw_bare(scene, mark, at, colour);
}

/// Draws a mark without a rim: on bars, whose ends it must not hide.
pub(super) fn draw_bare(scene: &mut Scene, mark: Mark, at: (f64, f64), colour: Colour) {
    let ground = scene.palette.ground;
    shape(scene, mark, at, RADIUS, colour);
    if matches!(mark, Mark::Ring | Mark::Box) {
        shape(scene, mark, at, RADIUS - 1.7, ground);
    }
}

fn shape(scene: &mut Scene, mark: Mark, at: (f64, f64), r: f64, colour: Colour) {
    // Factors give shapes of about equal area.
    match mark {
        Mark::Disc | Mark::Ring => scene.disc(at, r, colour),
        Mark::Square | Mark::Box => polygon(
            scene,
            at,
            r * 0.92,
            colour,
            &[(-1., -1.), (1., -1.), (1., 1.), (-1., 1.)],
        ),
        Mark::Diamond => polygon(
            scene,
            at,
            r * 1.25,
            colour,
            &[(0., -1.), (1., 0.), (0., 1.), (-1., 0.)],
        ),
        Mark::Triangle => polygon(
            scene,
            at,
            r * 1.25,
            colour,
            &[(0., -1.), (0.95, 0.7), (-0.95, 0.7)],
        ),
        Mark::Wedge => polygon(
            scene,
            at,
            r * 1.25,
            colour,
            &[(0., 1.), (0.95, -0.7), (-0.95, -0.7)],
        ),
        Mark::Cross => {
            let arm = r * 0.85;
            for (dx, dy) in [(arm, arm), (arm, -arm)] {
                let ends = vec![(at.0 - dx, at.1 - dy), (at.0 + dx, at.1 + dy)];
                scene.line(ends, 2.2, colour);
            }
        }
    }
}

fn polygon(scene: &mut Scene, at: (f64, f64), r: f64, colour: Colour, corners: &[(f64, f64)]) {
    let points = corners
        .iter()
        .map(|(x, y)| (at.0 + x * r, at.1 + y * r))
        .collect();
    scene.area(points, colour);
}
