//! The plain rows the network model is built from, one struct per table. Loaders fill them; nothing here reads files.

use std::fmt;

use crate::basis::error::Error;
use crate::basis::geo::LatLon;

/// A country or territory by its ISO 3166-1 alpha-2 code.
///
/// ```
/// use isochrone::world::network::rows::Country;
/// assert_eq!(Country::new("ie").unwrap().to_string(), "IE");
/// assert!(Country::new("Ireland").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country with this two-letter code, in either case.
    ///
    /// # Errors
    /// When the code is not two ASCII letters.
    pub fn new(code: &str) -> Result<Self, Error> {
        match code.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Country([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(Error::input(format!(
                "`{code}` is not a country: say a two-letter ISO 3166 code such as IE"
            ))),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(self.0[0]), char::from(self.0[1]))
    }
}

/// A place a path can begin or end at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Endpoint {
    /// Where it is.
    pub at: LatLon,
    /// The country it is in.
    pub country: Country,
}

/// A host in a city whose RTT to other such hosts is known.
#[derive(Clone, Debug, PartialEq)]
pub struct CityRow {
    /// The source's number for the host.
    pub id: u16,
    /// The city as the source names it.
    pub city: String,
    /// Where the host stands.
    pub place: Endpoint,
}

/// The RTT between two city hosts, mean of both directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CityRttRow {
    /// One host.
    pub a: u16,
    /// The other host.
    pub b: u16,
    /// Round trip (ms).
    pub rtt_ms: f64,
}

/// A provider's region.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionRow {
    /// `provider:code`, such as `aws:eu-west-1`.
    pub id: String,
    /// Where it stands.
    pub place: Endpoint,
}

impl RegionRow {
    /// The part of the id before the colon.
    pub fn provider(&self) -> &str {
        provider_of(&self.id)
    }
}

/// The provider in a region id: what stands before the colon.
pub fn provider_of(id: &str) -> &str {
    id.split(':').next().unwrap_or(id)
}

/// A measured RTT from one region to another, as published.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionRttRow {
    /// Region id the measurement starts from.
    pub from: String,
    /// Region id it goes to.
    pub to: String,
    /// Median (or mean, where the source has only that) round trip (ms).
    pub p50_ms: f64,
    /// 90th percentile round trip (ms), where published.
    pub p90_ms: Option<f64>,
}

/// How a country's users reach their nearest measurement server, all technologies together.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessRow {
    /// The country.
    pub country: Country,
    /// The continent it counts to when a neighbour has to stand in.
    pub continent: String,
    /// Tests behind the row.
    pub n_tests: u64,
    /// RTT quantiles at [`ACCESS_LEVELS`] (ms).
    pub quantiles_ms: [f64; 9],
}

/// The levels of [`AccessRow::quantiles_ms`].
pub const ACCESS_LEVELS: [f64; 9] = [0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99];

/// One traceroute of a user's probe to a region.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeRow {
    /// The probe.
    pub probe: u32,
    /// How the probe is connected.
    pub technology: super::access::Technology,
    /// Where the probe is.
    pub place: Endpoint,
    /// Region id of the target.
    pub region: String,
    /// Round trip to the target (ms).
    pub rtt_ms: f64,
}
