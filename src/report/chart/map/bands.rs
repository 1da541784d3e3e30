//! Isochrone bands: land, coloured by how long the way to the nearest of some regions takes.

use std::collections::BTreeMap;

use super::super::scene::{Rect, Scene};
use super::super::theme::{Colour, Palette};
use super::window::Window;
use crate::basis::land;
use crate::report::model::Reach;

/// Upper ends of the bands, ms; what is above the last is a band as well.
pub(super) const LIMITS_MS: [f64; 6] = [25.0, 50.0, 100.0, 150.0, 200.0, 300.0];

/// Height of the strips that a map is made of, and the distance of the points that are looked at in one; units of a
/// scene.
const STRIP: f64 = 2.0;

/// Which band a time falls in: places among [`LIMITS_MS`], one more for what is above the last.
pub(super) fn band(ms: f64) -> usize {
    LIMITS_MS.iter().take_while(|&&limit| ms > limit).count()
}

/// `≤ 25 ms`, `25–50 ms`, `> 300 ms`.
pub(super) fn name(band: usize) -> String {
    match band {
        0 => format!("≤\u{a0}{}\u{a0}ms", LIMITS_MS[0]),
        _ if band < LIMITS_MS.len() => format!("{}–{}\u{a0}ms", LIMITS_MS[band - 1], LIMITS_MS[band]),
        _ => format!(">\u{a0}{}\u{a0}ms", LIMITS_MS[LIMITS_MS.len() - 1]),
    }
}

/// The longer the way, the farther along the ramp, whose beginning is left out: it is hardly another colour than the sea.
pub(super) fn colour(palette: &Palette, band: usize) -> Colour {
    const FIRST: f64 = 0.1;
    palette.ramp_at(FIRST + (1.0 - FIRST) * band as f64 / LIMITS_MS.len() as f64)
}

/// Land of which nothing is known.
pub(super) fn bare(palette: &Palette) -> Colour {
    palette.ground.mix(palette.axis, 0.3)
}

/// The way to the nearest of some regions, from anywhere.
#[derive(Clone, Debug)]
pub(super) struct Field {
    step: f64,
    /// By row and column of the grid, ms.
    cells: BTreeMap<(i64, i64), f64>,
}

impl Field {
    /// The least over the regions (places in the atlas) that `is_open` holds for; none where it holds for none.
    pub(super) fn of(reach: &Reach, is_open: impl Fn(usize) -> bool) -> Option<Self> {
        let open: Vec<&Vec<f64>> = reach
            .regions
            .iter()
            .zip(&reach.rtt_p50_ms)
            .filter(|(region, _)| is_open(**region))
            .map(|(_, row)| row)
            .collect();
        // A grid finer than this is none that this program makes.
        if open.is_empty() || !(0.1..=60.0).contains(&reach.step_degrees) {
            return None;
        }
        let mut field = Field {
            step: reach.step_degrees,
            cells: BTreeMap::new(),
        };
        for (place, (&lat, &lon)) in reach.latitudes.iter().zip(&reach.longitudes).enumerate() {
            let ways = open.iter().filter_map(|row| row.get(place).copied());
            let least = ways.filter(|ms| ms.is_finite()).fold(f64::INFINITY, f64::min);
            if least.is_finite() && lat.is_finite() && lon.is_finite() {
                let (row, column) = field.position(lat, lon);
                field
                    .cells
                    .insert((row.round() as i64, column.round() as i64), least);
            }
        }
        Some(field)
    }

    /// Row and column in cells; whole numbers are the middles of cells.
    fn position(&self, lat: f64, lon: f64) -> (f64, f64) {
        ((lat + 90.0) / self.step - 0.5, (lon + 180.0) / self.step - 0.5)
    }

    /// The way from a place, ms: between the four cells around it in proportion, as far as they are on land; else that
    /// of the nearest cell within two; none on islands farther out.
    pub(super) fn at(&self, (lat, lon): (f64, f64)) -> Option<f64> {
        let (row, column) = self.position(lat, lon);
        let (low, left) = (row.floor(), column.floor());
        let (up, right) = (row - low, column - left);
        let (low, left) = (low as i64, left as i64);
        let corners = [
            (0, 0, (1.0 - up) * (1.0 - right)),
            (0, 1, (1.0 - up) * right),
            (1, 0, up * (1.0 - right)),
            (1, 1, up * right),
        ];
        let (mut sum, mut total) = (0.0, 0.0);
        for (r, c, weight) in corners {
            if let Some(ms) = self.cell(low + r, left + c) {
                sum += weight * ms;
                total += weight;
            }
        }
        if total > 0.02 {
            return Some(sum / total);
        }
        self.nearest(row, column)
    }

    fn nearest(&self, row: f64, column: f64) -> Option<f64> {
        let (r, c) = (row.round() as i64, column.round() as i64);
        let around = (-2..=2).flat_map(|dr| (-2..=2).map(move |dc| (r + dr, c + dc)));
        let far = |(r, c): (i64, i64)| (r as f64 - row).hypot(c as f64 - column);
        let known = around.filter_map(|at| Some((far(at), self.cell(at.0, at.1)?)));
        known.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, ms)| ms)
    }

    /// The cell in this row and column; columns go on around the globe.
    fn cell(&self, row: i64, column: i64) -> Option<f64> {
        let columns = ((360.0 / self.step).round() as i64).max(1);
        self.cells.get(&(row, column.rem_euclid(columns))).copied()
    }
}

/// A part of a strip in one colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// None where nothing is known.
    pub band: Option<usize>,
    pub from: f64,
    pub to: f64,
    pub top: f64,
    pub bottom: f64,
}

/// Land in the window, strip by strip from the top.
pub(super) fn runs(window: &Window, field: Option<&Field>) -> Vec<Vec<Run>> {
    let strips = (window.area.height / STRIP).ceil().max(1.0) as usize;
    let height = window.area.height / strips as f64;
    (0..strips)
        .map(|strip| {
            let top = window.area.y + strip as f64 * height;
            strip_of(window, field, (top, top + height))
        })
        .collect()
}

fn strip_of(window: &Window, field: Option<&Field>, (top, bottom): (f64, f64)) -> Vec<Run> {
    let (frame, area) = (&window.frame, &window.area);
    let middle = (f64::midpoint(top, bottom) - area.y) / area.height;
    let latitude = frame.north - middle * (frame.north - frame.south);
    let per_unit = (frame.east - frame.west) / area.width;
    let mut runs: Vec<Run> = Vec::new();
    for (west, east) in land::stretches(latitude) {
        let (west, east) = (west.max(frame.west), east.min(frame.east));
        if west >= east {
            continue;
        }
        let steps = ((east - west) / per_unit / STRIP).ceil().max(1.0);
        let x = |step: f64| area.x + (west + (east - west) * step / steps - frame.west) / per_unit;
        for step in 0..steps as usize {
            let longitude = west + (east - west) * (step as f64 + 0.5) / steps;
            let band = field.and_then(|field| field.at((latitude, longitude))).map(band);
            let (from, to) = (x(step as f64), x(step as f64 + 1.0));
            match runs.last_mut() {
                Some(last) if step > 0 && last.band == band => last.to = to,
                _ => runs.push(Run {
                    band,
                    from,
                    to,
                    top,
                    bottom,
                }),
            }
        }
    }
    runs
}

/// Draws the runs, those of one colour that lie under each other as one area.
pub(super) fn draw(scene: &mut Scene, strips: &[Vec<Run>]) {
    let mut open: Vec<Vec<Run>> = Vec::new();
    let mut done: Vec<Vec<Run>> = Vec::new();
    for strip in strips {
        let mut next: Vec<Vec<Run>> = Vec::new();
        for run in strip {
            let fits = |column: &Vec<Run>| {
                column
                    .last()
                    .is_some_and(|last| last.band == run.band && last.from < run.to && run.from < last.to)
            };
            let mut column = match open.iter().position(fits) {
                Some(at) => open.remove(at),
                None => Vec::new(),
            };
            column.push(*run);
            next.push(column);
        }
        done.append(&mut open);
        open = next;
    }
    done.append(&mut open);
    for column in done {
        let band = column.first().and_then(|run| run.band);
        let colour = band.map_or_else(|| bare(&scene.palette), |band| colour(&scene.palette, band));
        scene.area(outline(&column), colour);
    }
}

/// Down the left side and up the right one.
fn outline(column: &[Run]) -> Vec<(f64, f64)> {
    let left = column
        .iter()
        .flat_map(|run| [(run.from, run.top), (run.from, run.bottom)]);
    let right = column
        .iter()
        .rev()
        .flat_map(|run| [(run.to, run.bottom), (run.to, run.top)]);
    left.chain(right).collect()
}

/// Coasts, as far as they are in the window.
pub(super) fn draw_coasts(scene: &mut Scene, window: &Window, colour: Colour) {
    let at_the_edge = |lon: f64| lon.abs() >= 179.95;
    for ring in land::rings() {
        let mut line = Vec::new();
        let mut last = None;
        for place in ring.iter().chain(ring.first()) {
            let at = (place.lat(), place.lon());
            let cut = last.is_some_and(|last| at_the_edge(last) && at_the_edge(at.1));
            last = Some(at.1);
            if cut || !window.shows(at) {
                scene.line(std::mem::take(&mut line), 0.6, colour);
            }
            if window.shows(at) {
                line.push(window.at(at));
            }
        }
        scene.line(line, 0.6, colour);
    }
}

/// The widest run of each band that leaves room for a text of the given size and overlaps nothing: where the text has
/// its middle.
pub(super) fn label_place(
    strips: &[Vec<Run>],
    band: usize,
    (width, height): (f64, f64),
    taken: &[Rect],
) -> Option<(f64, f64)> {
    let mut places: Vec<(f64, Rect)> = strips
        .iter()
        .flatten()
        .filter(|run| run.band == Some(band) && run.to - run.from > width + 6.0)
        .map(|run| {
            let middle = (
                f64::midpoint(run.from, run.to),
                f64::midpoint(run.top, run.bottom),
            );
            let rect = Rect {
                x: middle.0 - width / 2.0 - 2.0,
                y: middle.1 - height / 2.0 - 1.0,
                width: width + 4.0,
                height: height + 2.0,
            };
            (run.to - run.from, rect)
        })
        .collect();
    // The first of equally wide ones, which lies farther up.
    places.sort_by(|a, b| b.0.total_cmp(&a.0));
    let inside = |rect: &Rect| {
        [rect.y + 1.0, rect.bottom() - 1.0].iter().all(|&y| {
            strips.iter().flatten().any(|run| {
                run.band == Some(band)
                    && run.top <= y
                    && y <= run.bottom
                    && run.from <= rect.x
                    && rect.right() <= run.to
            })
        })
    };
    let free = |rect: &Rect| taken.iter().all(|other| apart(rect, other));
    let found = places
        .iter()
        .map(|(_, rect)| rect)
        .find(|rect| inside(rect) && free(rect));
    found.map(|rect| (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0))
}

/// Whether two rectangles do not touch.
pub(super) fn apart(a: &Rect, b: &Rect) -> bool {
    a.right() < b.x || b.right() < a.x || a.bottom() < b.y || b.bottom() < a.y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach() -> Reach {
        Reach {
            step_degrees: 3.0,
            latitudes: vec![46.5, 46.5, 49.5, 49.5],
            longitudes: vec![7.5, 10.5, 7.5, 10.5],
            regions: vec![4, 7],
            rtt_p50_ms: vec![vec![10.0, 20.0, 30.0, 40.0], vec![100.0, 5.0, 100.0, f64::NAN]],
        }
    }

    #[test]
    fn bands_hold_their_upper_ends() {
        assert_eq!([0.0, 25.0, 25.1, 300.0, 301.0].map(band), [0, 0, 1, 5, 6]);
        assert_eq!(name(1).replace('\u{a0}', " "), "25–50 ms");
    }

    #[test]
    fn a_field_is_the_least_over_its_regions_and_lies_between_its_cells() {
        let one = Field::of(&reach(), |region| region == 4).unwrap();
        assert!((one.at((46.5, 7.5)).unwrap() - 10.0).abs() < 1e-9);
        assert!((one.at((48.0, 9.0)).unwrap() - 25.0).abs() < 1e-9);
        let both = Field::of(&reach(), |_| true).unwrap();
        assert!((both.at((46.5, 10.5)).unwrap() - 5.0).abs() < 1e-9);
        assert!(
            (both.at((49.5, 10.5)).unwrap() - 40.0).abs() < 1e-9,
            "no number is no way"
        );
        assert_eq!(both.at((46.5, 14.0)), Some(5.0), "the nearest cell");
        assert_eq!(both.at((0.0, 0.0)), None);
        assert!(Field::of(&reach(), |_| false).is_none());
    }

    #[test]
    fn another_region_never_makes_the_way_longer() {
        let one = Field::of(&reach(), |region| region == 4).unwrap();
        let both = Field::of(&reach(), |_| true).unwrap();
        for (place, ms) in &one.cells {
            assert!(both.cells[place] <= *ms);
        }
    }
}
