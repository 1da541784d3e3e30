//! Where land is: outlines coarse enough for a map of the world, and for telling land from sea within some ten
//! kilometres.
//!
//! ```
//! use isochrone::basis::{geo::LatLon, land::is_land};
//! assert!(is_land(LatLon::new(53.0, -7.9).unwrap()), "the midlands of Ireland");
//! assert!(!is_land(LatLon::new(45.0, -30.0).unwrap()), "the Atlantic");
//! assert!(!is_land(LatLon::new(42.0, 50.8).unwrap()), "the Caspian, a hole");
//! ```

use std::sync::OnceLock;

use super::geo::LatLon;

/// The outlines; the file says where they come from and what is wrong with them.
const TABLE: &str = include_str!("../../data/land.csv");

/// The outlines of all land, as closed rings in degrees: the last point is joined to the first. No ring crosses the
/// meridian of 180°: what does so on the globe is cut there. A place is on land when it is inside an odd number of
/// rings, so that a lake is a ring as well.
pub fn rings() -> &'static [Vec<LatLon>] {
    static RINGS: OnceLock<Vec<Vec<LatLon>>> = OnceLock::new();
    RINGS.get_or_init(|| parse(TABLE))
}

/// Whether `place` is on land.
pub fn is_land(place: LatLon) -> bool {
    let west = crossings(place.lat()).filter(|&lon| lon <= place.lon());
    west.count() % 2 == 1
}

/// The stretches of land along the parallel at `latitude` degrees, from west to east: where each begins and ends, degrees.
pub fn stretches(latitude: f64) -> Vec<(f64, f64)> {
    let mut shores: Vec<f64> = crossings(latitude).collect();
    shores.sort_unstable_by(f64::total_cmp);
    shores.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The longitudes at which outlines cross the parallel at `latitude`, in the order of the rings. An edge holds its
/// lower end and not its upper one, so that each ring is crossed an even number of times.
fn crossings(latitude: f64) -> impl Iterator<Item = f64> {
    rings().iter().flat_map(move |ring| {
        let next = ring.iter().skip(1).chain(ring.first());
        let edges = ring.iter().zip(next);
        let crossed = edges.filter(move |(a, b)| (a.lat() > latitude) != (b.lat() > latitude));
        crossed.map(move |(a, b)| {
            let along = (latitude - a.lat()) / (b.lat() - a.lat());
            a.lon() + along * (b.lon() - a.lon())
        })
    })
}

/// The rings of a table with the columns `ring,latitude,longitude`; rows that are not three numbers are comments and
/// the header.
fn parse(table: &str) -> Vec<Vec<LatLon>> {
    let mut rings: Vec<Vec<LatLon>> = Vec::new();
    for (ring, place) in table.lines().filter_map(row) {
        if ring >= rings.len() {
            rings.push(Vec::new());
        }
        if let Some(last) = rings.last_mut() {
            last.push(place);
        }
    }
    rings
}

fn row(line: &str) -> Option<(usize, LatLon)> {
    let mut cells = line.split(',');
    let ring = cells.next()?.parse().ok()?;
    let (latitude, longitude) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
    Some((ring, LatLon::new(latitude, longitude).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> LatLon {
        LatLon::new(lat, lon).unwrap()
    }

    #[test]
    fn every_row_of_the_table_is_a_point_and_every_ring_an_area_within_one_turn_of_the_globe() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(rings().iter().map(Vec::len).sum::<usize>(), rows);
        let last = TABLE.lines().last().and_then(row).unwrap().0;
        assert_eq!(rings().len(), last + 1);
        for ring in rings() {
            assert!(ring.len() >= 3, "{ring:?}");
            let next = ring.iter().skip(1).chain(ring.first());
            for (a, b) in ring.iter().zip(next) {
                let edge = (a.lon() - b.lon()).abs();
                let foot_of_antarctica = a.lat() == -90.0 && b.lat() == -90.0;
                assert!(edge < 20.0 || foot_of_antarctica, "{a:?} to {b:?}");
            }
        }
    }

    #[test]
    fn places_known_to_be_on_land_or_at_sea_are_told_so() {
        let land = [
            (48.85, 2.35),
            (39.0, -100.0),
            (-25.0, 135.0),
            (0.0, 20.0),
            (-10.0, -55.0),
            (66.0, -178.0),
            (67.0, 178.0),
            (-80.0, 0.0),
            (-89.0, 179.0),
            (72.0, -40.0),
            (71.1, 179.9),
        ];
        let sea = [
            (0.0, -30.0),
            (40.0, -150.0),
            (-40.0, 90.0),
            (85.0, 0.0),
            (15.0, 65.0),
            (-60.0, 179.0),
            (59.0, -179.0),
        ];
        for (lat, lon) in land {
            assert!(is_land(at(lat, lon)), "{lat} {lon}");
        }
        for (lat, lon) in sea {
            assert!(!is_land(at(lat, lon)), "{lat} {lon}");
        }
    }

    /// Coasts as an atlas has them; outlines at 1 : 110 million are a degree off at most.
    #[test]
    fn shores_lie_where_an_atlas_has_them() {
        let near = |latitude: f64, west: f64, east: f64| {
            let found = stretches(latitude);
            let hit = found
                .iter()
                .any(|(a, b)| (a - west).abs() < 1.0 && (b - east).abs() < 1.0);
            assert!(hit, "{latitude}: {found:?}");
        };
        near(-25.0, 113.5, 153.2); // Australia
        near(0.0, 9.4, 42.5); // Africa: Gabon to Somalia
        near(-10.0, -78.2, -36.2); // South America: Chimbote to Sergipe
        near(40.0, -124.3, -74.0); // California to New Jersey
    }

    /// 149 of 510 million km² are land.
    #[test]
    fn three_tenths_of_the_globe_are_land() {
        let (mut land, mut all) = (0.0, 0.0);
        for row in 0..1800 {
            let latitude = -89.95 + 0.1 * f64::from(row);
            let ring = latitude.to_radians().cos();
            let width: f64 = stretches(latitude).iter().map(|(west, east)| east - west).sum();
            land += ring * width / 360.0;
            all += ring;
        }
        assert!((land / all - 0.292).abs() < 0.01, "{}", land / all);
    }

    #[test]
    fn stretches_hold_what_is_land_and_nothing_else() {
        for row in 0..60 {
            let latitude = -88.5 + 3.0 * f64::from(row);
            let stretches = stretches(latitude);
            assert!(stretches.iter().all(|(west, east)| west <= east));
            for column in 0..120 {
                let longitude = -178.5 + 3.0 * f64::from(column);
                let inside = stretches
                    .iter()
                    .any(|&(west, east)| west <= longitude && longitude < east);
                assert_eq!(inside, is_land(at(latitude, longitude)), "{latitude} {longitude}");
            }
        }
    }

    /// 29 % of the globe is land (CIA World Factbook: 29.1 %).
    #[test]
    fn land_is_the_share_of_the_globe_that_it_is_known_to_be() {
        let (mut land, mut all) = (0.0, 0.0);
        for tenth in -899..900 {
            let latitude = f64::from(tenth) / 10.0;
            let width = latitude.to_radians().cos();
            let stretches = stretches(latitude);
            land += width * stretches.iter().map(|(west, east)| east - west).sum::<f64>();
            all += width * 360.0;
        }
        let share = land / all;
        assert!((0.285..0.297).contains(&share), "{share}");
    }
}
