//! One map: land with its bands, dots, lines and labels.

use super::super::font;
use super::super::scene::{Anchor, Rect, Scene, Text};
use super::super::theme::{Colour, Palette, size};
use super::bands::{self, Field, LIMITS_MS, apart};
use super::window::Window;
use crate::report::model::Atlas;

/// Most user groups that are drawn, the largest.
pub(super) const MOST_DOTS: usize = 300;

/// With more user groups than this, lines to their regions would hide the map.
const MOST_LINES: usize = 60;

/// Upper ends of the classes of dots, ms.
pub(super) const DOT_LIMITS_MS: [f64; 3] = [100.0, 200.0, 400.0];

/// A set, or what is left of it, as a map shows it.
pub(super) struct Map<'a> {
    pub atlas: &'a Atlas,
    pub field: Option<Field>,
    /// Regions that are there: places in the atlas.
    pub open: Vec<usize>,
    /// Their names.
    pub labels: Vec<String>,
    /// By user group.
    pub served_by: Vec<Option<usize>>,
    /// By user group.
    pub p95_ms: Vec<Option<f64>>,
}

/// The colour of a class of dots: the second colour of lines, the fuller the slower. It differs from the ramp of the
/// bands in hue for all kinds of colour vision.
pub(super) fn dot_colour(palette: &Palette, class: usize) -> Colour {
    palette
        .ground
        .mix(palette.lines[1], [0.2, 0.45, 0.75, 1.0][class.min(3)])
}

pub(super) fn dot_name(class: usize) -> String {
    let last = DOT_LIMITS_MS.len();
    match class {
        0 => format!("≤\u{a0}{}\u{a0}ms", DOT_LIMITS_MS[0]),
        _ if class < last => format!("{}–{}\u{a0}ms", DOT_LIMITS_MS[class - 1], DOT_LIMITS_MS[class]),
        _ => format!(">\u{a0}{}\u{a0}ms", DOT_LIMITS_MS[last - 1]),
    }
}

impl Map<'_> {
    /// Share of the users to whom the path from the nearest region takes at most `limit` ms; none without bands.
    pub(super) fn share_within(&self, limit: f64) -> Option<f64> {
        let field = self.field.as_ref()?;
        let users = &self.atlas.users;
        let near = users.iter().filter(|user| {
            let ms = field.at((user.latitude, user.longitude));
            ms.is_some_and(|ms| ms <= limit)
        });
        let all: f64 = users.iter().map(|user| user.share).sum();
        Some(near.map(|user| user.share).sum::<f64>() / if all > 0.0 { all } else { 1.0 })
    }

    /// The largest user groups, the largest first.
    fn drawn(&self) -> Vec<usize> {
        let users = &self.atlas.users;
        let mut order: Vec<usize> = (0..users.len()).collect();
        order.sort_by(|&a, &b| users[b].share.total_cmp(&users[a].share));
        order.truncate(MOST_DOTS);
        order
    }

    /// The share of all users that the drawn groups hold.
    pub(super) fn share_drawn(&self) -> f64 {
        self.drawn()
            .iter()
            .map(|&user| self.atlas.users[user].share)
            .sum()
    }

    pub(super) fn has_lines(&self) -> bool {
        self.atlas.users.len() <= MOST_LINES && self.open.len() > 1
    }

    fn place(&self, user: usize) -> (f64, f64) {
        let user = &self.atlas.users[user];
        (user.latitude, user.longitude)
    }

    fn region(&self, at: usize) -> (f64, f64) {
        let region = &self.atlas.regions[at];
        (region.latitude, region.longitude)
    }

    pub(super) fn draw(&self, scene: &mut Scene, area: &Rect) {
        let drawn = self.drawn();
        let users = drawn.iter().map(|&user| self.place(user));
        let seen = users.chain(self.open.iter().map(|&at| self.region(at)));
        let window = Window::around(seen, area);
        let strips = bands::runs(&window, self.field.as_ref());
        bands::draw(scene, &strips);
        let coast = scene.palette.ground.mix(scene.palette.text, 0.45);
        bands::draw_coasts(scene, &window, coast);
        self.draw_lines(scene, &window);
        let mut taken = self.draw_dots(scene, &window, &drawn);
        self.draw_regions(scene, &window, &mut taken);
        if self.field.is_some() {
            draw_band_names(scene, &strips, &mut taken);
        }
    }

    fn draw_lines(&self, scene: &mut Scene, window: &Window) {
        if !self.has_lines() {
            return;
        }
        let colour = scene.palette.muted;
        for (user, region) in self.served_by.iter().enumerate().take(self.atlas.users.len()) {
            let Some(region) = region.filter(|&at| at < self.atlas.regions.len()) else {
                continue;
            };
            let (from, to) = (self.place(user), self.region(region));
            if window.shows(from) && window.shows(to) {
                scene.line(vec![window.at(from), window.at(to)], 0.8, colour);
            }
        }
    }

    /// Draws the dots, the largest first so that none is hidden, and returns where the large ones are.
    fn draw_dots(&self, scene: &mut Scene, window: &Window, drawn: &[usize]) -> Vec<Rect> {
        let (ground, ink) = (scene.palette.ground, scene.palette.text);
        let largest = (window.area.width.min(window.area.height) / 30.0).clamp(5.0, 14.0);
        let mut taken = Vec::new();
        for &user in drawn.iter().filter(|&&user| window.shows(self.place(user))) {
            let at = window.at(self.place(user));
            let share = self.atlas.users[user].share.clamp(0.0, 1.0);
            let radius = (largest * (share / 0.05).sqrt()).clamp(1.3, largest);
            let p95 = self
                .p95_ms
                .get(user)
                .copied()
                .flatten()
                .filter(|ms| ms.is_finite());
            let fill = p95.map(|ms| dot_colour(&scene.palette, class(ms)));
            scene.disc(at, radius + 0.7, ink.mix(ground, 0.25));
            // Whom nobody serves gets an empty ring.
            scene.disc(at, radius, fill.unwrap_or(ground));
            if radius > 2.5 {
                taken.push(square(at, radius));
            }
        }
        taken
    }

    fn draw_regions(&self, scene: &mut Scene, window: &Window, taken: &mut Vec<Rect>) {
        let (ground, ink) = (scene.palette.ground, scene.palette.text);
        let places: Vec<(f64, f64)> = self.open.iter().map(|&at| window.at(self.region(at))).collect();
        // Marks of regions must stay free, dots may be covered where there is no other way.
        let mut marks: Vec<Rect> = places.iter().map(|&at| square(at, 5.0)).collect();
        for &at in &places {
            for (half, colour) in [(5.2, ground), (4.0, ink)] {
                scene.rect(square(at, half), colour);
            }
        }
        for (&at, name) in places.iter().zip(&self.labels) {
            let name = super::super::label::cut(name, window.area.width * 0.45, size::TICK);
            let extent = (font::width(&name, size::TICK) + 6.0, size::TICK * 1.25);
            let spots: Vec<Rect> = spots(at, extent)
                .into_iter()
                .filter(|spot| within(spot, &window.area) && marks.iter().all(|mark| apart(spot, mark)))
                .collect();
            let free = spots
                .iter()
                .find(|spot| taken.iter().all(|other| apart(spot, other)));
            let Some(spot) = free.or(spots.first()) else {
                continue;
            };
            let middle = (spot.x + spot.width / 2.0, spot.y + spot.height / 2.0);
            if (middle.0 - at.0).hypot(middle.1 - at.1) > extent.0 / 2.0 + 14.0 {
                scene.line(vec![at, middle], 0.8, ink);
            }
            scene.rect(*spot, ground);
            let base = (spot.x + 3.0, middle.1 + 0.36 * size::TICK);
            scene.text(Text::new(&name, base, size::TICK, ink));
            marks.push(*spot);
        }
        taken.append(&mut marks);
    }
}

fn draw_band_names(scene: &mut Scene, strips: &[Vec<bands::Run>], taken: &mut Vec<Rect>) {
    const EM: f64 = 10.0;
    for band in 0..=LIMITS_MS.len() {
        let name = bands::name(band);
        let extent = (font::width(&name, EM), EM * 1.1);
        let Some((x, y)) = bands::label_place(strips, band, extent, taken) else {
            continue;
        };
        let colour = bands::colour(&scene.palette, band).ink();
        scene.text(Text::new(&name, (x, y + 0.36 * EM), EM, colour).anchor(Anchor::Middle));
        taken.push(Rect {
            x: x - extent.0 / 2.0,
            y: y - extent.1 / 2.0,
            width: extent.0,
            height: extent.1,
        });
    }
}

fn class(ms: f64) -> usize {
    DOT_LIMITS_MS.iter().take_while(|&&limit| ms > limit).count()
}

fn square((x, y): (f64, f64), half: f64) -> Rect {
    Rect {
        x: x - half,
        y: y - half,
        width: 2.0 * half,
        height: 2.0 * half,
    }
}

fn within(inner: &Rect, outer: &Rect) -> bool {
    inner.x >= outer.x
        && inner.right() <= outer.right()
        && inner.y >= outer.y
        && inner.bottom() <= outer.bottom()
}

/// Where a label of a mark at `at` may stand, the nearest first: right, left, above, below, and askew.
fn spots(at: (f64, f64), (width, height): (f64, f64)) -> Vec<Rect> {
    let mut spots = Vec::new();
    for away in [8.0, 18.0, 32.0, 50.0, 75.0] {
        for (dx, dy) in [
            (1.0, 0.0),
            (-1.0, 0.0),
            (0.0, -1.0),
            (0.0, 1.0),
            (1.0, -1.0),
            (1.0, 1.0),
            (-1.0, -1.0),
            (-1.0, 1.0),
        ] {
            let middle: (f64, f64) = (
                at.0 + dx * (away + width / 2.0),
                at.1 + dy * (away + height / 2.0),
            );
            spots.push(Rect {
                x: middle.0 - width / 2.0,
                y: middle.1 - height / 2.0,
                width,
                height,
            });
        }
    }
    spots
}
