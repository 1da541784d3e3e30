//! The last mile: what lies between a user and the first shared network, per technology and country.
//!
//! Technology medians are calibrated on probes, as what is left of a short path. A country moves them only a little
//! (its factor to the power 0.25): what country figures say about probes is next to nothing (rank correlation 0.01
//! over 22 countries), and a quarter is as much as the held-out error allows.
//!
//! Country figures come from tests against the *nearest measurement server*, so they contain the path to it. The 5 %
//! quantile is taken off as that path; where even a tenth of the users is farther than 15 ms the server is abroad, the
//! figure is path and not access, and the country's continent stands in.

use std::collections::BTreeMap;
use std::fmt;

use crate::basis::error::Error;
use crate::basis::normal::probit;
use crate::basis::units::Millis;

use super::calibration::UserCalibration;
use super::landmarks::{interpolate, median};
use super::own::Level;
use super::rows::{ACCESS_LEVELS, AccessRow, Country};

/// How a user is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Technology {
    /// A cable to the home router, whatever lies behind it.
    Lan,
    /// Wireless in the home.
    Wifi,
    /// A mobile network.
    Cellular,
    /// A satellite in low orbit.
    Satellite,
    /// A geostationary satellite.
    GeoSatellite,
    /// All users of the country together, in the mix in which they test their line.
    Any,
}

impl Technology {
    /// The technologies that are calibrated on probes, in the order of the calibrated constants.
    pub const CALIBRATED: [Technology; 4] = [
        Technology::Lan,
        Technology::Wifi,
        Technology::Cellular,
        Technology::Satellite,
    ];

    /// All of them.
    pub const ALL: [Technology; 6] = [
        Technology::Any,
        Technology::Lan,
        Technology::Wifi,
        Technology::Cellular,
        Technology::Satellite,
        Technology::GeoSatellite,
    ];

    /// The name used in files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Technology::Lan => "lan",
            Technology::Wifi => "wifi",
            Technology::Cellular => "cellular",
            Technology::Satellite => "satellite",
            Technology::GeoSatellite => "geo_satellite",
            Technology::Any => "any",
        }
    }

    /// Reads `lan`, `wifi`, `cellular`, `satellite` (low orbit), `geo_satellite` or `any`.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name.trim() {
            "lan" => Ok(Technology::Lan),
            "wifi" => Ok(Technology::Wifi),
            "cellular" => Ok(Technology::Cellular),
            "satellite" => Ok(Technology::Satellite),
            "geo_satellite" => Ok(Technology::GeoSatellite),
            "any" => Ok(Technology::Any),
            other => Err(Error::input(format!(
                "`{other}` is not an access technology: use lan, wifi, cellular, satellite, geo_satellite or any"
            ))),
        }
    }

    /// Its place among [`CALIBRATED`](Self::CALIBRATED), when it is one of them.
    pub fn calibrated_index(self) -> Option<usize> {
        Self::CALIBRATED.iter().position(|&t| t == self)
    }
}

impl fmt::Display for Technology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The access of the users of one technology in one country.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    curve: AccessCurve,
    basis: AccessBasis,
    own: Level,
}

/// What an access figure rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum AccessBasis {
    /// Probes of this technology in any country; the country's tests moved the median by `country_factor`.
    Probes {
        /// 1 where the country has no server near or no tests.
        country_factor: f64,
    },
    /// Tests of the country's own users.
    Country {
        /// How many.
        n_tests: u64,
    },
    /// The middle of the countries of the continent that have a server near.
    Continent {
        /// Which continent.
        name: String,
        /// How many countries.
        countries: usize,
    },
    /// The middle of all countries that have a server near.
    World {
        /// How many countries.
        countries: usize,
    },
    /// A published median of one technology, not calibrated on probes.
    Published,
}

#[derive(Clone, Debug, PartialEq)]
enum AccessCurve {
    LogNormal { median_ms: f64, sigma: f64 },
    Table([f64; 9]),
}

impl Access {
    /// Round trip over the access that a share `p` of users stays under.
    pub fn quantile(&self, p: f64) -> Millis {
        let ms = match &self.curve {
            AccessCurve::LogNormal { median_ms, sigma } => median_ms * (sigma * probit(p)).exp(),
            AccessCurve::Table(values) => {
                let points: Vec<(f64, f64)> = ACCESS_LEVELS.into_iter().zip(*values).collect();
                interpolate(&points, p)
            }
        };
        Millis::new(ms).unwrap_or_default()
    }

    /// The median over users.
    pub fn median(&self) -> Millis {
        self.quantile(0.5)
    }

    /// What the figure rests on.
    pub fn basis(&self) -> &AccessBasis {
        &self.basis
    }

    /// Half of what lies between the quantiles one standard deviation of a normal law below and above the median, as
    /// logarithms.
    pub fn log_sd(&self) -> f64 {
        const BELOW: f64 = 0.158_655_254;
        let at = |p: f64| self.quantile(p).ms().max(LEAST_ACCESS_MS / 10.0).ln();
        (at(1.0 - BELOW) - at(BELOW)) / 2.0
    }

    /// What the user's own measurements say of its level.
    pub fn own(&self) -> Level {
        self.own
    }

    pub(super) fn log_normal(median_ms: f64, sigma: f64, basis: AccessBasis) -> Self {
        Access {
            curve: AccessCurve::LogNormal { median_ms, sigma },
            basis,
            own: Level::default(),
        }
    }

    /// The same with its level moved, and its logarithm spread `spread` times as wide about the median.
    pub(super) fn moved(self, own: Level, spread: f64) -> Self {
        let factor = own.log.exp();
        let curve = match self.curve {
            AccessCurve::LogNormal { median_ms, sigma } => AccessCurve::LogNormal {
                median_ms: median_ms * factor,
                sigma: sigma * spread,
            },
            AccessCurve::Table(values) if spread == 1.0 => AccessCurve::Table(values.map(|ms| ms * factor)),
            AccessCurve::Table(values) => {
                let middle = values[4];
                AccessCurve::Table(values.map(|ms| middle * factor * (ms / middle).powf(spread)))
            }
        };
        Access { curve, own, ..self }
    }
}

/// A country's server is near when a tenth of its users is within this RTT (ms).
const SERVER_NEAR_MS: f64 = 15.0;
/// A country has a say in the reference when it has this many tests.
const REFERENCE_MIN_TESTS: u64 = 5000;
/// A country's factor is held within these bounds before it is damped.
const FACTOR_BOUNDS: (f64, f64) = (0.4, 2.5);
/// How much of a country's factor is believed; 0, 0.25 and 0.5 differ by 0.3 % in held-out score, 1 is 1.4 % worse.
const FACTOR_POWER: f64 = 0.25;
/// No access is quicker than this (ms).
pub(super) const LEAST_ACCESS_MS: f64 = 0.5;
/// Median RTT over a geostationary satellite (ms). Ookla, US, 2021: Viasat 627–630, SES 613, `HughesNet` 724–725.
const GEO_MEDIAN_MS: f64 = 630.0;
/// Its log-normal spread, from the same three networks: 613 to 725 ms is ±8 %.
const GEO_SIGMA: f64 = 0.1;

/// Access per technology and country.
#[derive(Clone, Debug)]
pub struct AccessModel {
    countries: BTreeMap<Country, CountryAccess>,
    continents: BTreeMap<String, (usize, [f64; 9])>,
    world: (usize, [f64; 9]),
    reference_ms: f64,
    calibration: UserCalibration,
}

#[derive(Clone, Debug)]
struct CountryAccess {
    continent: String,
    n_tests: u64,
    near: bool,
    beyond_server_ms: [f64; 9],
}

impl CountryAccess {
    fn of(row: &AccessRow) -> Self {
        let to_server = row.quantiles_ms[1];
        CountryAccess {
            continent: row.continent.clone(),
            n_tests: row.n_tests,
            near: row.quantiles_ms[2] <= SERVER_NEAR_MS,
            beyond_server_ms: row.quantiles_ms.map(|q| (q - to_server).max(LEAST_ACCESS_MS)),
        }
    }

    fn median_ms(&self) -> f64 {
        self.beyond_server_ms[4]
    }
}

impl AccessModel {
    /// The model on the country tests `rows` with technology medians and spreads from `calibration`.
    pub fn build(rows: &[AccessRow], calibration: UserCalibration) -> Self {
        let countries: BTreeMap<Country, CountryAccess> = rows
            .iter()
            .map(|row| (row.country, CountryAccess::of(row)))
            .collect();
        let near: Vec<&CountryAccess> = countries.values().filter(|c| c.near).collect();
        let mut reference: Vec<f64> = near
            .iter()
            .filter(|c| c.n_tests >= REFERENCE_MIN_TESTS)
            .map(|c| c.median_ms())
            .collect();
        let names: Vec<&str> = near.iter().map(|c| c.continent.as_str()).collect();
        let continents = names
            .iter()
            .map(|&name| {
                let of: Vec<&CountryAccess> = near.iter().copied().filter(|c| c.continent == name).collect();
                (name.to_owned(), middle(&of))
            })
            .collect();
        let world = middle(&near);
        let reference_ms = median(&mut reference);
        AccessModel {
            countries,
            continents,
            world,
            reference_ms,
            calibration,
        }
    }

    /// The access of users of `technology` in `country`.
    pub fn access(&self, country: Country, technology: Technology) -> Access {
        match technology.calibrated_index() {
            Some(i) => self.calibrated(country, i),
            None if technology == Technology::GeoSatellite => {
                Access::log_normal(GEO_MEDIAN_MS, GEO_SIGMA, AccessBasis::Published)
            }
            None => self.mixed(country),
        }
    }

    /// What the country's own tests make of a technology's median: 1 where they cannot be used.
    pub fn country_factor(&self, country: Country) -> f64 {
        match self.countries.get(&country) {
            Some(c) if c.near && self.reference_ms > 0.0 => (c.median_ms() / self.reference_ms)
                .clamp(FACTOR_BOUNDS.0, FACTOR_BOUNDS.1)
                .powf(FACTOR_POWER),
            _ => 1.0,
        }
    }

    /// The constants it was built with.
    pub fn calibration(&self) -> &UserCalibration {
        &self.calibration
    }

    fn calibrated(&self, country: Country, technology: usize) -> Access {
        let country_factor = self.country_factor(country);
        Access::log_normal(
            self.calibration.access_median_ms[technology] * country_factor,
            self.calibration.access_sigma[technology],
            AccessBasis::Probes { country_factor },
        )
    }

    fn mixed(&self, country: Country) -> Access {
        let own = self.countries.get(&country);
        if let Some(c) = own.filter(|c| c.near) {
            return table(c.beyond_server_ms, AccessBasis::Country { n_tests: c.n_tests });
        }
        match own.and_then(|c| self.continents.get_key_value(&c.continent)) {
            Some((name, &(countries, values))) => table(
                values,
                AccessBasis::Continent {
                    name: name.clone(),
                    countries,
                },
            ),
            None => table(
                self.world.1,
                AccessBasis::World {
                    countries: self.world.0,
                },
            ),
        }
    }
}

fn table(values: [f64; 9], basis: AccessBasis) -> Access {
    Access {
        curve: AccessCurve::Table(values),
        basis,
        own: Level::default(),
    }
}

/// The median country at each level, each country counting once.
fn middle(countries: &[&CountryAccess]) -> (usize, [f64; 9]) {
    let values = std::array::from_fn(|level| {
        let mut at: Vec<f64> = countries.iter().map(|c| c.beyond_server_ms[level]).collect();
        median(&mut at)
    });
    (countries.len(), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(country: &str, continent: &str, scale: f64) -> AccessRow {
        AccessRow {
            country: Country::new(country).unwrap(),
            continent: continent.into(),
            n_tests: 10_000,
            quantiles_ms: [0.5, 2.0, 4.0, 8.0, 16.0, 28.0, 45.0, 70.0, 150.0].map(|q| q * scale),
        }
    }

    fn model() -> AccessModel {
        let rows = [
            row("DE", "Europe", 1.0),
            row("FR", "Europe", 1.2),
            row("CN", "Asia", 16.0),
            row("JP", "Asia", 0.8),
        ];
        AccessModel::build(&rows, UserCalibration::calibrated())
    }

    #[test]
    fn the_way_to_the_server_is_not_counted_as_access() {
        let access = model().access(Country::new("DE").unwrap(), Technology::Any);
        assert_eq!(access.median().ms(), 14.0);
        assert_eq!(access.basis(), &AccessBasis::Country { n_tests: 10_000 });
    }

    #[test]
    fn a_country_whose_server_is_abroad_borrows_from_its_continent() {
        let china = Country::new("CN").unwrap();
        let access = model().access(china, Technology::Any);
        assert!(matches!(access.basis(), AccessBasis::Continent { name, countries: 1 } if name == "Asia"));
        assert!(access.median().ms() < 20.0);
        assert_eq!(model().country_factor(china), 1.0);
    }

    #[test]
    fn a_country_without_tests_takes_the_world_and_says_so() {
        let access = model().access(Country::new("TV").unwrap(), Technology::Any);
        assert_eq!(access.basis(), &AccessBasis::World { countries: 3 });
    }

    #[test]
    fn quantiles_never_fall() {
        for technology in [
            Technology::Lan,
            Technology::Cellular,
            Technology::GeoSatellite,
            Technology::Any,
        ] {
            let access = model().access(Country::new("FR").unwrap(), technology);
            let levels: Vec<f64> = (1..100)
                .map(|i| access.quantile(f64::from(i) / 100.0).ms())
                .collect();
            assert!(levels.is_sorted(), "{technology}");
        }
    }
}
