//! Builds audiences: the world by metro, continents, unions, countries; and gives them rates and access mixes.

use std::collections::BTreeSet;

use super::zone::zone_at;
use super::{Audience, Technology, UserGroup};
use crate::basis::error::{Error, Result, nearest_names};
use crate::basis::units::counted;
use crate::world::catalog::{Catalog, Country, Metro, PlacedUsers, Region};

/// Whose internet users an audience holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Everybody.
    World,
    /// One continent, as the table of countries calls it: `North America`.
    Continent(String),
    /// The European Union.
    Eu,
    /// The European Economic Area.
    Eea,
    /// Countries by ISO 3166-1 alpha-2 code.
    Countries(Vec<String>),
}

impl Selection {
    /// The selection called `name`: `world`, `eu`, `eea`, or a continent such as `north-america`.
    ///
    /// ```
    /// use isochrone::world::{catalog::Catalog, demand::audience::Selection};
    /// let catalog = Catalog::embedded();
    /// assert_eq!(Selection::named("europe", &catalog).unwrap(), Selection::Continent("Europe".into()));
    /// let error = Selection::named("europa", &catalog).unwrap_err();
    /// assert_eq!(error.to_string(), "unknown audience `europa`");
    /// ```
    ///
    /// # Errors
    /// When there is none of this name (the nearest are named), or the countries cannot be parsed.
    pub fn named(name: &str, catalog: &Catalog) -> Result<Selection> {
        let continents: BTreeSet<&str> = catalog
            .countries()?
            .iter()
            .map(|country| country.continent.as_str())
            .collect();
        let wanted = written(name);
        let continent = continents.iter().find(|continent| written(continent) == wanted);
        match (wanted.as_str(), continent) {
            ("world", _) => Ok(Selection::World),
            ("eu", _) => Ok(Selection::Eu),
            ("eea", _) => Ok(Selection::Eea),
            (_, Some(continent)) => Ok(Selection::Continent((*continent).to_owned())),
            (_, None) => Err(unknown_audience(name, &continents)),
        }
    }

    fn holds(&self, country: &Country) -> bool {
        match self {
            Selection::World => true,
            Selection::Continent(name) => country.continent == *name,
            Selection::Eu => country.eu,
            Selection::Eea => country.eea,
            Selection::Countries(codes) => codes.contains(&country.iso2),
        }
    }

    /// "the world", "Europe", "DE, FR".
    fn words(&self) -> String {
        match self {
            Selection::World => "the world".to_owned(),
            Selection::Continent(name) => name.clone(),
            Selection::Eu => "the European Union".to_owned(),
            Selection::Eea => "the European Economic Area".to_owned(),
            Selection::Countries(codes) if codes.len() > 10 => {
                format!("{} and {} more", codes[..8].join(", "), codes.len() - 8)
            }
            Selection::Countries(codes) => codes.join(", "),
        }
    }
}

/// A name as it is written in files: `North America` → `north-america`.
fn written(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '_'], "-")
}

fn unknown_audience(name: &str, continents: &BTreeSet<&str>) -> Error {
    let mut known: Vec<String> = continents.iter().map(|continent| written(continent)).collect();
    known.extend(["world", "eu", "eea"].map(str::to_owned));
    let near = nearest_names(name, known.iter().map(String::as_str), 3);
    let shown: String = name.chars().take(60).collect();
    Error::input(format!("unknown audience `{shown}`")).hint(format!(
        "the nearest names are `{}`; for one country say countries = [\"DE\"]",
        near.join("`, `")
    ))
}

/// How often an audience asks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Rate {
    /// Nobody said.
    #[default]
    Unstated,
    /// Requests per second of one user, on average.
    PerUser(f64),
    /// Requests per second of all together; groups share them by weight.
    Total(f64),
}

impl Audience {
    /// The internet users of `selection`, one group a metro: a country's users are split over its metros by
    /// population, and put at its centroid where it has none. Groups below `min_users` are left out, and the
    /// description says how many users that costs. Countries of the selection without a figure are `missing`. A group
    /// keeps the time of its metro, or at a centroid of the nearest one.
    ///
    /// ```
    /// use isochrone::world::{catalog::Catalog, demand::{Audience, audience::Selection}};
    /// let catalog = Catalog::embedded();
    /// let iceland = Selection::Countries(vec!["IS".into()]);
    /// let audience = Audience::internet_users(&catalog, &iceland, 0.0).unwrap();
    /// assert_eq!(audience.description, "internet users of IS");
    /// assert_eq!(audience.groups[0].id, "reykjavik-is");
    /// ```
    ///
    /// # Errors
    /// When the countries or metros of the catalogue cannot be parsed, or it has no metro at all.
    pub fn internet_users(catalog: &Catalog, selection: &Selection, min_users: f64) -> Result<Audience> {
        let (kept, dropped): (Vec<PlacedUsers>, Vec<PlacedUsers>) = catalog
            .internet_users()?
            .into_iter()
            .filter(|placed| placed.users > 0.0 && selection.holds(placed.country))
            .partition(|placed| placed.users >= min_users);
        let missing = catalog.countries_without_users()?.into_iter();
        let metros = catalog.metros()?;
        let groups = kept.iter().map(|placed| group_of(placed, metros));
        Ok(Audience {
            description: describe(selection, min_users, &kept, &dropped),
            groups: groups.collect::<Result<_>>()?,
            weight_unit: "users".to_owned(),
            missing: missing
                .filter(|country| selection.holds(country))
                .map(|country| country.iso2.clone())
                .collect(),
        })
    }

    /// Clients inside `regions`, one unit each: no access network lies between. A group bears its region's id and keeps
    /// the time of the metro nearest to it.
    ///
    /// # Errors
    /// When the metros of the catalogue cannot be parsed, or there is none.
    pub fn at_regions(catalog: &Catalog, regions: &[&Region]) -> Result<Audience> {
        let metros = catalog.metros()?;
        let groups = regions.iter().map(|region| inside(region, 1.0, metros));
        Ok(Audience {
            description: format!("clients inside {} cloud regions, one unit each", regions.len()),
            groups: groups.collect::<Result<_>>()?,
            weight_unit: "weight".to_owned(),
            missing: Vec::new(),
        })
    }

    /// The same audience with the requests per second of each group, unless its rows said so already.
    pub fn with_rate(mut self, rate: Rate) -> Audience {
        let total = self.total_weight();
        for group in &mut self.groups {
            group.requests_per_second = match rate {
                Rate::Unstated => group.requests_per_second,
                Rate::PerUser(each) => Some(group.weight * each),
                Rate::Total(all) => Some(all * (group.weight / total)),
            };
        }
        self
    }

    /// The same audience with this access mix in every group that does not sit inside a region.
    pub fn with_access(mut self, mix: &[(Technology, f64)]) -> Audience {
        for group in &mut self.groups {
            if group.at_region.is_none() {
                group.access = mix.to_vec();
            }
        }
        self
    }
}

/// The access mix of users of whom nothing is known: the one their country's measurements show.
pub fn any_access() -> Vec<(Technology, f64)> {
    vec![(Technology::Any, 1.0)]
}

/// Clients inside `region` that weigh `weight`; one of `metros` tells their time zone.
///
/// # Errors
/// When there is no metro.
pub fn inside(region: &Region, weight: f64, metros: &[Metro]) -> Result<UserGroup> {
    Ok(UserGroup {
        id: region.id.clone(),
        country: region.country.clone(),
        place: region.place,
        zone: zone_at(metros, &region.country, region.place)?.to_owned(),
        weight,
        requests_per_second: None,
        access: any_access(),
        at_region: Some(region.id.clone()),
    })
}

fn group_of(placed: &PlacedUsers<'_>, metros: &[Metro]) -> Result<UserGroup> {
    let country = &placed.country.iso2;
    let zone = match placed.metro {
        Some(metro) => &metro.iana_zone,
        None => zone_at(metros, country, placed.place())?,
    };
    Ok(UserGroup {
        // A country without a metro is a group by itself; metro ids hold a hyphen, so the two cannot meet.
        id: placed
            .metro
            .map_or_else(|| country.to_lowercase(), |metro| metro.id.clone()),
        country: country.clone(),
        place: placed.place(),
        zone: zone.to_owned(),
        weight: placed.users,
        requests_per_second: None,
        access: any_access(),
        at_region: None,
    })
}

fn describe(
    selection: &Selection,
    min_users: f64,
    kept: &[PlacedUsers<'_>],
    dropped: &[PlacedUsers<'_>],
) -> String {
    let who = format!("internet users of {}", selection.words());
    if dropped.is_empty() {
        return who;
    }
    let sum = |part: &[PlacedUsers<'_>]| part.iter().map(|placed| placed.users).sum::<f64>();
    let (in_, out) = (sum(kept), sum(dropped));
    format!(
        "{who}, without {} below {} users ({:.1} % of the users)",
        counted(dropped.len(), "group"),
        people(min_users),
        100.0 * out / (in_ + out)
    )
}

/// `20 million`, `250 thousand`, `999`.
fn people(count: f64) -> String {
    match count {
        count if count >= 1e6 => format!("{} million", count / 1e6),
        count if count >= 1e4 => format!("{} thousand", count / 1e3),
        count => count.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn internet_users(selection: &Selection, min_users: f64) -> Audience {
        Audience::internet_users(&Catalog::embedded(), selection, min_users).unwrap()
    }

    #[test]
    fn splitting_over_metros_keeps_every_user_of_a_country() {
        let catalog = Catalog::embedded();
        let world = internet_users(&Selection::World, 0.0);
        for country in catalog.countries().unwrap() {
            let own = world.groups.iter().filter(|group| group.country == country.iso2);
            let sum: f64 = own.map(|group| group.weight).sum();
            let users = country.internet_users.unwrap_or_default();
            // A sum of at most 200 rounded terms.
            assert!(
                (sum - users).abs() <= users * 200.0 * f64::EPSILON,
                "{}",
                country.iso2
            );
        }
    }

    #[test]
    fn every_country_is_either_counted_or_missing() {
        let world = internet_users(&Selection::World, 0.0);
        let mut codes: BTreeSet<&str> = world.groups.iter().map(|group| group.country.as_str()).collect();
        assert!(world.missing.iter().all(|code| codes.insert(code)));
        let catalog = Catalog::embedded();
        let with_users = |country: &&Country| country.internet_users != Some(0.0);
        let countries = catalog.countries().unwrap().iter().filter(with_users).count();
        assert_eq!(codes.len(), countries);
    }

    #[test]
    fn the_union_is_part_of_the_area_is_part_of_the_world() {
        let total = |selection| internet_users(&selection, 0.0).total_weight();
        let (eu, eea, world) = (
            total(Selection::Eu),
            total(Selection::Eea),
            total(Selection::World),
        );
        assert!(0.0 < eu && eu < eea && eea < world);
    }

    #[test]
    fn ids_are_unique() {
        let world = internet_users(&Selection::World, 0.0);
        let ids: BTreeSet<&str> = world.groups.iter().map(|group| group.id.as_str()).collect();
        assert_eq!(ids.len(), world.groups.len());
    }

    #[test]
    fn a_group_keeps_the_time_of_its_metro_or_of_the_nearest_one() {
        let catalog = Catalog::embedded();
        let world = internet_users(&Selection::World, 0.0);
        let zone = |id: &str| {
            world
                .groups
                .iter()
                .find(|group| group.id == id)
                .map(|group| group.zone.as_str())
        };
        for metro in catalog.metros().unwrap() {
            let expected = Some(metro.iana_zone.as_str());
            assert!(
                zone(&metro.id).is_none_or(|zone| Some(zone) == expected),
                "{}",
                metro.id
            );
        }
        // Liechtenstein has no metro, and lies between those of Switzerland and Austria.
        assert_eq!(zone("li"), Some("Europe/Zurich"));
        let dublin = catalog.region("aws:eu-west-1").unwrap();
        let inside = Audience::at_regions(&catalog, &[dublin]).unwrap();
        assert_eq!(inside.groups[0].zone, "Europe/Dublin");
    }

    #[test]
    fn leaving_small_groups_out_is_told() {
        let all = internet_users(&Selection::Eu, 0.0);
        let large = internet_users(&Selection::Eu, 1_000_000.0);
        assert!(large.groups.len() < all.groups.len());
        assert!(large.groups.iter().all(|group| group.weight >= 1_000_000.0));
        let gone = 100.0 * (1.0 - large.total_weight() / all.total_weight());
        let expected = format!(
            "internet users of the European Union, without {} groups below 1 million users ({gone:.1} % of the users)",
            all.groups.len() - large.groups.len()
        );
        assert_eq!(large.description, expected);
    }

    #[test]
    fn a_total_rate_is_shared_by_weight_and_a_rate_per_user_multiplies() {
        let nordic = Selection::Countries(vec!["IS".into(), "FI".into()]);
        let audience = internet_users(&nordic, 0.0);
        let total = audience.total_weight();
        let sum = |audience: Audience| -> f64 {
            audience.groups.iter().filter_map(|g| g.requests_per_second).sum()
        };
        // Relative rounding of a sum of a dozen terms.
        assert!((sum(audience.clone().with_rate(Rate::Total(5000.0))) - 5000.0).abs() < 1e-9);
        assert!((sum(audience.with_rate(Rate::PerUser(0.001))) / (total * 0.001) - 1.0).abs() < 1e-12);
    }
}
