//! A window on the world: an equirectangular projection, true in proportion at the middle of what it shows.

use super::super::scene::Rect;

/// What a map shows at most: the world without Antarctica, degrees.
const WORLD: Frame = Frame {
    west: -180.0,
    east: 180.0,
    south: -57.0,
    north: 84.0,
};

/// Space around what must be seen, and the least that is shown, degrees.
const MARGIN: f64 = 6.0;
const LEAST: f64 = 24.0;

/// Degrees of longitude from which on a map shows all around.
const NEARLY_ALL: f64 = 290.0;

/// A stretch of parallels and meridians, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub west: f64,
    pub east: f64,
    pub south: f64,
    pub north: f64,
}

/// A map: what it shows, and where in the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub frame: Frame,
    pub area: Rect,
}

impl Window {
    /// A window within `area` around `places` (latitude, longitude), as large as the area allows.
    pub(super) fn around(places: impl Iterator<Item = (f64, f64)>, area: &Rect) -> Self {
        let wanted = around(places);
        // A degree of longitude is as wide as it is in the middle; far north, where maps swell, as at 60°.
        let middle = f64::midpoint(wanted.south, wanted.north);
        let narrow = middle.abs().clamp(30.0, 60.0).to_radians().cos();
        let scale = (area.width / ((wanted.east - wanted.west) * narrow))
            .min(area.height / (wanted.north - wanted.south));
        let (west, east) = spread(
            (wanted.west, wanted.east),
            area.width / (scale * narrow),
            (WORLD.west, WORLD.east),
        );
        let (south, north) = spread(
            (wanted.south, wanted.north),
            area.height / scale,
            (WORLD.south, WORLD.north),
        );
        let (width, height) = ((east - west) * scale * narrow, (north - south) * scale);
        Window {
            frame: Frame {
                west,
                east,
                south,
                north,
            },
            area: Rect {
                x: area.x + (area.width - width) / 2.0,
                y: area.y + (area.height - height) / 2.0,
                width,
                height,
            },
        }
    }

    /// Where a place lies in the picture.
    pub(super) fn at(&self, (latitude, longitude): (f64, f64)) -> (f64, f64) {
        let Frame {
            west,
            east,
            south,
            north,
        } = self.frame;
        (
            self.area.x + (longitude - west) / (east - west) * self.area.width,
            self.area.y + (north - latitude) / (north - south) * self.area.height,
        )
    }

    pub(super) fn shows(&self, (latitude, longitude): (f64, f64)) -> bool {
        let frame = &self.frame;
        (frame.south..=frame.north).contains(&latitude) && (frame.west..=frame.east).contains(&longitude)
    }
}

/// The least frame with all places and some space; the world where there are none.
fn around(places: impl Iterator<Item = (f64, f64)>) -> Frame {
    let mut all: Option<Frame> = None;
    for (latitude, longitude) in places.filter(|(lat, lon)| lat.is_finite() && lon.is_finite()) {
        let frame = all.get_or_insert(Frame {
            west: longitude,
            east: longitude,
            south: latitude,
            north: latitude,
        });
        frame.west = frame.west.min(longitude);
        frame.east = frame.east.max(longitude);
        frame.south = frame.south.min(latitude);
        frame.north = frame.north.max(latitude);
    }
    all.map_or(WORLD, |all| {
        let (west, east) = spread(
            (all.west - MARGIN, all.east + MARGIN),
            LEAST,
            (WORLD.west, WORLD.east),
        );
        // A map of nearly all of the world shows all of it.
        let (west, east) = if east - west > NEARLY_ALL {
            (WORLD.west, WORLD.east)
        } else {
            (west, east)
        };
        let (south, north) = spread(
            (all.south - MARGIN, all.north + MARGIN),
            LEAST,
            (WORLD.south, WORLD.north),
        );
        Frame {
            west,
            east,
            south,
            north,
        }
    })
}

/// The stretch made at least `least` long on both sides alike, moved and cut to lie within `limits`.
fn spread((low, high): (f64, f64), least: f64, limits: (f64, f64)) -> (f64, f64) {
    let length = (high - low).max(least).min(limits.1 - limits.0);
    let start = (f64::midpoint(low, high) - length / 2.0).clamp(limits.0, limits.1 - length);
    (start, start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect {
        x: 10.0,
        y: 20.0,
        width: 800.0,
        height: 400.0,
    };

    #[test]
    fn places_all_over_the_world_show_the_world() {
        let places = [(60.0, -170.0), (-50.0, 175.0)];
        let window = Window::around(places.into_iter(), &AREA);
        assert_eq!((window.frame.west, window.frame.east), (-180.0, 180.0));
        assert!(window.frame.south <= -50.0 && window.frame.north >= 60.0);
    }

    #[test]
    fn whatever_is_asked_for_is_shown_inside_the_area_and_in_proportion() {
        for places in [
            vec![],
            vec![(48.0, 11.0)],
            vec![(48.0, 11.0), (53.0, -6.0)],
            vec![(-33.0, 151.0), (-37.0, 175.0)],
            vec![(83.0, 0.0), (f64::NAN, 3.0)],
        ] {
            let window = Window::around(places.iter().copied(), &AREA);
            let inside = window.area;
            assert!(inside.x >= AREA.x - 1e-9 && inside.right() <= AREA.right() + 1e-9);
            assert!(inside.y >= AREA.y - 1e-9 && inside.bottom() <= AREA.bottom() + 1e-9);
            for place in places.into_iter().filter(|place| place.0.is_finite()) {
                assert!(
                    window.shows(place) && inside.contains(window.at(place)),
                    "{place:?}"
                );
            }
            let (a, b) = (window.at((0.0, 0.0)), window.at((1.0, 1.0)));
            let ratio = (b.0 - a.0) / (a.1 - b.1);
            assert!((0.49..0.87).contains(&ratio), "{ratio}");
        }
    }
}
