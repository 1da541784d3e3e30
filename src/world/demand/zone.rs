//! Which time zone a place is in.

use crate::basis::error::{Error, Result};
use crate::basis::geo::LatLon;
use crate::world::catalog::Metro;

/// The IANA zone at `place` in `country` (ISO 3166-1 alpha-2): that of the nearest of `metros` in the country, or of the
/// nearest of all where it has none. Near the border of a zone the nearest metro may lie on the other side.
///
/// ```
/// use isochrone::basis::geo::LatLon;
/// use isochrone::world::{catalog::Catalog, demand::zone::zone_at};
/// let catalog = Catalog::embedded();
/// let ohio = LatLon::parse("39.96,-83").unwrap();
/// assert_eq!(zone_at(catalog.metros().unwrap(), "US", ohio).unwrap(), "America/New_York");
/// ```
///
/// # Errors
/// When there is no metro at all.
pub fn zone_at<'m>(metros: &'m [Metro], country: &str, place: LatLon) -> Result<&'m str> {
    let own = metros.iter().filter(|metro| metro.country == country);
    let nearest = nearest(own, place).or_else(|| nearest(metros.iter(), place));
    let metro = nearest.ok_or_else(|| Error::input("the catalogue has no metro to tell the time zone by"))?;
    Ok(&metro.iana_zone)
}

fn nearest<'m>(metros: impl Iterator<Item = &'m Metro>, place: LatLon) -> Option<&'m Metro> {
    metros
        .map(|metro| (place.distance(metro.place).km(), metro))
        .min_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, metro)| metro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::catalog::Catalog;

    #[test]
    fn a_metro_of_the_country_comes_before_a_nearer_one_abroad() {
        let catalog = Catalog::embedded();
        let metros = catalog.metros().unwrap();
        let vigo = LatLon::parse("42.24,-8.72").unwrap();
        assert_eq!(zone_at(metros, "ES", vigo).unwrap(), "Europe/Madrid");
        assert_eq!(zone_at(metros, "PT", vigo).unwrap(), "Europe/Lisbon");
    }

    #[test]
    fn without_a_metro_of_the_country_the_nearest_of_all_counts_and_without_any_none() {
        let catalog = Catalog::embedded();
        let monaco = catalog.country("MC").unwrap();
        let metros: Vec<Metro> = catalog.metros().unwrap().to_vec();
        let elsewhere: Vec<Metro> = metros.into_iter().filter(|metro| metro.country != "MC").collect();
        assert_eq!(zone_at(&elsewhere, "MC", monaco.place).unwrap(), "Europe/Paris");
        assert!(zone_at(&[], "MC", monaco.place).is_err());
    }
}
