//! Where the world's internet users are: each country's, split over its metros.

use std::collections::BTreeMap;

use super::{Catalog, Country, Metro};
use crate::basis::error::Result;
use crate::basis::geo::LatLon;

/// Internet users of one country at one place.
#[derive(Clone, Copy, Debug)]
pub struct PlacedUsers<'c> {
    /// Their country.
    pub country: &'c Country,
    /// Their metro; none when the country has no metro in the table.
    pub metro: Option<&'c Metro>,
    /// How many they are.
    pub users: f64,
}

impl PlacedUsers<'_> {
    /// The metro's place, or the country's centroid.
    pub fn place(&self) -> LatLon {
        self.metro.map_or(self.country.place, |metro| metro.place)
    }
}

impl Catalog {
    /// The internet users of every country that has a figure, split over its metros by population. Users of a
    /// country without a metro are put at its centroid.
    ///
    /// ```text
    /// users(metro) = users(country) · population(metro) / Σ population(metros of the country)
    /// ```
    ///
    /// Countries in table order; within a country metros in table order.
    ///
    /// # Errors
    /// When the countries or metros cannot be parsed.
    pub fn internet_users(&self) -> Result<Vec<PlacedUsers<'_>>> {
        let mut metros: BTreeMap<&str, Vec<&Metro>> = BTreeMap::new();
        for metro in self.metros()? {
            metros.entry(&metro.country).or_default().push(metro);
        }
        let mut placed = Vec::new();
        for country in self.countries()? {
            let Some(users) = country.internet_users else {
                continue;
            };
            match metros.get(country.iso2.as_str()) {
                None => placed.push(PlacedUsers {
                    country,
                    metro: None,
                    users,
                }),
                Some(own) => placed.extend(split(country, users, own)),
            }
        }
        Ok(placed)
    }

    /// Countries and territories for which no figure of internet users was published: they count no users.
    ///
    /// # Errors
    /// When the countries cannot be parsed.
    pub fn countries_without_users(&self) -> Result<Vec<&Country>> {
        Ok(self
            .countries()?
            .iter()
            .filter(|country| country.internet_users.is_none())
            .collect())
    }
}

fn split<'c>(country: &'c Country, users: f64, metros: &[&'c Metro]) -> Vec<PlacedUsers<'c>> {
    let people: f64 = metros.iter().map(|metro| metro.population).sum();
    let place = |metro: &&'c Metro| PlacedUsers {
        country,
        metro: Some(metro),
        users: users * metro.population / people,
    };
    metros.iter().map(place).collect()
}
