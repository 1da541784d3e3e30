//! Places on the earth, great-circle distance, and the time light needs in fibre.

use super::error::Error;
use super::units::{Km, Millis};

/// Mean radius of the earth, R1 = (2a + b) / 3 of the WGS-84 ellipsoid. Source: NIMA TR8350.2.
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Speed of light in vacuum, km per ms, exact by the definition of the metre (BIPM, SI Brochure).
const LIGHT_KM_PER_MS: f64 = 299.792_458;

/// Group index of standard single-mode fibre at 1550 nm. Source: Corning SMF-28 Ultra product sheet, 1.4682.
const FIBRE_GROUP_INDEX: f64 = 1.4682;

/// A point on the earth.
///
/// ```
/// use isochrone::basis::geo::LatLon;
/// let dublin = LatLon::new(53.3498, -6.2603).unwrap();
/// let ashburn = LatLon::new(39.0438, -77.4874).unwrap();
/// assert!((dublin.distance(ashburn).km() - 5461.07).abs() < 0.01);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatLon {
    lat: f64,
    lon: f64,
}

impl LatLon {
    /// The point at `lat` degrees north and `lon` degrees east.
    ///
    /// # Errors
    /// When `lat` is outside −90..=90 or `lon` outside −180..=180, or either is not a number.
    pub fn new(lat: f64, lon: f64) -> Result<Self, Error> {
        if !(-90.0..=90.0).contains(&lat) {
            return Err(Error::input(format!(
                "latitude must lie between -90 and 90 degrees, found {lat}"
            )));
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(Error::input(format!(
                "longitude must lie between -180 and 180 degrees, found {lon}"
            )));
        }
        Ok(LatLon { lat, lon })
    }

    /// Reads `53.35,-6.26`.
    ///
    /// # Errors
    /// When the text is not two numbers with a comma between, or they are out of range.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::input(format!(
                "`{text}` is not a place: say LAT,LON in degrees, such as 53.35,-6.26"
            ))
        };
        let (lat, lon) = text.split_once(',').ok_or_else(wrong)?;
        let number = |s: &str| s.trim().parse::<f64>().map_err(|_| wrong());
        LatLon::new(number(lat)?, number(lon)?)
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Great-circle distance on a sphere (haversine). Within 0.6 % of the WGS-84 geodesic, which is small
    /// beside the ±30 % by which cable routes exceed it.
    pub fn distance(self, other: LatLon) -> Km {
        let (phi1, phi2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_dphi = (phi2 - phi1) / 2.0;
        let half_dlambda = (other.lon - self.lon).to_radians() / 2.0;
        let h = half_dphi.sin().powi(2) + phi1.cos() * phi2.cos() * half_dlambda.sin().powi(2);
        let km = 2.0 * EARTH_RADIUS_KM * h.clamp(0.0, 1.0).sqrt().asin();
        Km::new(km).unwrap_or_default()
    }
}

/// The least round-trip time over `distance` in glass.
///
/// ```text
/// fibre_rtt = 2 · d / (c / n)
/// ```
///
/// ```
/// use isochrone::basis::{geo::fibre_rtt, units::Km};
/// assert!((fibre_rtt(Km::new(1000.0).unwrap()).ms() - 9.795).abs() < 0.001);
/// ```
pub fn fibre_rtt(distance: Km) -> Millis {
    Millis::new(2.0 * distance.km() * FIBRE_GROUP_INDEX / LIGHT_KM_PER_MS).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_way_round_is_half_the_circumference() {
        let a = LatLon::new(0.0, 0.0).unwrap();
        let b = LatLon::new(0.0, 180.0).unwrap();
        assert!((a.distance(b).km() - std::f64::consts::PI * EARTH_RADIUS_KM).abs() < 1e-6);
    }

    #[test]
    fn distance_is_symmetric_and_zero_to_itself() {
        let a = LatLon::parse("53.35,-6.26").unwrap();
        let b = LatLon::parse("-33.87, 151.21").unwrap();
        assert_eq!(a.distance(b), b.distance(a));
        assert_eq!(a.distance(a).km(), 0.0);
    }
}
