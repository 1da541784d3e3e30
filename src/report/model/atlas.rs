//! The contract for maps: where regions and users are, and how long the way from any place on land takes.
//!
//! Figures of users stand in columns, one entry for each user group, so that a set of a thousand groups stays small.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where everything is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Atlas {
    /// The candidates, in catalogue order.
    pub regions: Vec<RegionPlace>,
    /// The user groups; columns of figures follow their order.
    pub users: Vec<UserPlace>,
    /// Probabilities of `quantiles_ms` of countries and classes.
    pub quantile_levels: Vec<f64>,
    /// RTTs from places on land to the regions that occur in the sets; absent where no user's path is estimated, as
    /// where all were measured, and in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
}

/// A region on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionPlace {
    /// Its id, as sets name it.
    pub id: String,
    /// Where it is, in words: `Ireland`.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
}

/// A user group on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserPlace {
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Its share of the audience.
    pub share: f64,
}

/// How long the way from places on land to regions takes: estimates of the same path model that users' latencies rest
/// on, with nobody's access network. What the user measured between users and regions is not in them. A place counts
/// to the country of the nearest metro of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// Width and height of the cell that a place stands for, degrees.
    pub step_degrees: f64,
    /// Centres of the cells, degrees.
    pub latitudes: Vec<f64>,
    /// Degrees.
    pub longitudes: Vec<f64>,
    /// The regions: places in [`Atlas::regions`].
    pub regions: Vec<usize>,
    /// Median RTT of the path, ms, `[region][place]`.
    pub rtt_p50_ms: Vec<Vec<f64>>,
}

/// A set as each user group sees it, in columns: one entry for each of [`Atlas::users`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsersResult {
    /// The region that serves most of the group: a place in [`Atlas::regions`]; −1 where nobody serves it.
    #[serde(with = "nobody")]
    #[schemars(with = "Vec<i64>")]
    pub region: Vec<Option<usize>>,
    /// Median, ms; −1 where nobody serves it.
    #[serde(with = "nobody")]
    #[schemars(with = "Vec<f64>")]
    pub p50_ms: Vec<Option<f64>>,
    /// 95th percentile, ms; −1 where nobody serves it.
    #[serde(with = "nobody")]
    #[schemars(with = "Vec<f64>")]
    pub p95_ms: Vec<Option<f64>>,
}

/// The user groups that a loss moves or slows, in columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsersAfter {
    /// Which of [`Atlas::users`].
    pub user: Vec<usize>,
    /// The region that serves most of it afterwards; −1 where nobody does.
    #[serde(with = "nobody")]
    #[schemars(with = "Vec<i64>")]
    pub region: Vec<Option<usize>>,
    /// 95th percentile afterwards, ms; −1 where nobody serves it.
    #[serde(with = "nobody")]
    #[schemars(with = "Vec<f64>")]
    pub p95_ms: Vec<Option<f64>>,
}

/// Columns in which −1 stands for "nobody serves it": a report has no nulls in its lists, since a figure that is not finite
/// would be one too.
mod nobody {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// What stands in a column.
    pub(super) trait Entry: Copy {
        fn number(self) -> f64;

        fn of(number: f64) -> Option<Self>;
    }

    impl Entry for f64 {
        fn number(self) -> f64 {
            self
        }

        fn of(number: f64) -> Option<Self> {
            Some(number)
        }
    }

    impl Entry for usize {
        fn number(self) -> f64 {
            self as f64
        }

        fn of(number: f64) -> Option<Self> {
            (number.fract() == 0.0 && number < 4_294_967_296.0).then_some(number as usize)
        }
    }

    /// Whole numbers are written as such.
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Written {
        Whole(i64),
        Real(f64),
    }

    pub(super) fn serialize<T: Entry, S: Serializer>(column: &[Option<T>], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(column.iter().map(|entry| {
            let number = entry.map_or(-1.0, Entry::number);
            if number.fract() == 0.0 && number.abs() < 1e15 {
                Written::Whole(number as i64)
            } else {
                Written::Real(number)
            }
        }))
    }

    pub(super) fn deserialize<'de, T: Entry, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Option<T>>, D::Error> {
        let numbers = Vec::<f64>::deserialize(from)?;
        let entry = |number: f64| match number {
            _ if number < 0.0 => Ok(None),
            _ => T::of(number)
                .map(Some)
                .ok_or_else(|| D::Error::custom(format!("{number} is no place in the atlas"))),
        };
        numbers.into_iter().map(entry).collect()
    }
}
