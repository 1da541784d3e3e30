//! Places on land, from which it can be told how far regions are.
//!
//! A place is the centre of a cell of a grid over the globe that lies on land. A path depends on the country it begins
//! in, as landmarks abroad count as farther; the country of a place is that of the nearest metro of the catalogue,
//! which near a border may be the other one. Antarctica and what lies north of 75° is left out, and islands that are
//! smaller than a cell fall through the grid.

use crate::basis::error::Result;
use crate::basis::geo::LatLon;
use crate::basis::land;
use crate::world::catalog::Metro;

use super::rows::{Country, Endpoint};

/// Width and height of a cell, degrees: some 1,700 places.
pub const STEP_DEGREES: f64 = 3.0;

/// Southern and northern edge of the grid, degrees.
const EDGES: (f64, f64) = (-60.0, 75.0);

/// The places on land, from south to north and west to east, each in the country of the nearest of `metros`.
///
/// # Errors
/// When a metro has no country code; there are no places without any metro.
pub fn places_on_land(metros: &[Metro]) -> Result<Vec<Endpoint>> {
    let metros: Vec<([f64; 3], &str)> = metros
        .iter()
        .map(|metro| (direction(metro.place), metro.country.as_str()))
        .collect();
    let mut places = Vec::new();
    let rows = ((EDGES.1 - EDGES.0) / STEP_DEGREES) as usize;
    let columns = (360.0 / STEP_DEGREES) as usize;
    for row in 0..rows {
        let latitude = EDGES.0 + (row as f64 + 0.5) * STEP_DEGREES;
        let stretches = land::stretches(latitude);
        for column in 0..columns {
            let longitude = -180.0 + (column as f64 + 0.5) * STEP_DEGREES;
            if stretches
                .iter()
                .any(|&(west, east)| west <= longitude && longitude < east)
            {
                let at = LatLon::new(latitude, longitude)?;
                if let Some(country) = nearest_country(&metros, at) {
                    places.push(Endpoint {
                        at,
                        country: Country::new(country)?,
                    });
                }
            }
        }
    }
    Ok(places)
}

/// The nearest metro's country; of two that are equally near, that of the later one.
fn nearest_country<'a>(metros: &[([f64; 3], &'a str)], at: LatLon) -> Option<&'a str> {
    let here = direction(at);
    // The nearest on the globe is the nearest in direction, which needs no arc sines.
    let along = |there: &[f64; 3]| here[0] * there[0] + here[1] * there[1] + here[2] * there[2];
    let nearest = metros.iter().max_by(|a, b| along(&a.0).total_cmp(&along(&b.0)));
    nearest.map(|metro| metro.1)
}

/// The unit vector from the centre of the globe to `at`.
fn direction(at: LatLon) -> [f64; 3] {
    let (lat, lon) = (at.lat().to_radians(), at.lon().to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::catalog::Catalog;

    #[test]
    fn places_are_on_land_and_in_the_country_of_the_nearest_metro() {
        let catalog = Catalog::embedded();
        let metros = catalog.metros().unwrap();
        let places = places_on_land(metros).unwrap();
        assert!((1_300..1_800).contains(&places.len()), "{}", places.len());
        for place in &places {
            assert!(land::is_land(place.at));
            let km = |metro: &Metro| metro.place.distance(place.at).km();
            let nearest = metros.iter().map(km).fold(f64::INFINITY, f64::min);
            let of_country = metros
                .iter()
                .filter(|metro| metro.country == place.country.to_string());
            let least = of_country.map(km).fold(f64::INFINITY, f64::min);
            assert!(least - nearest < 1e-3, "{place:?}");
        }
    }

    #[test]
    fn without_metros_there_are_no_places() {
        assert_eq!(places_on_land(&[]).unwrap(), []);
    }
}
