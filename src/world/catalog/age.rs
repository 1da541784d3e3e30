//! How old the tables are, told from a day that is given. No clock is asked: the same tables and the same day give the
//! same ages.

use std::cmp::Reverse;

use super::{Catalog, TableKind};
use crate::basis::day::Day;
use crate::basis::error::Result;

/// What the figures of a table are, as far as it matters to how fast they age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataKind {
    /// Round trips, access networks: providers and carriers build.
    RoundTrips,
    /// List prices.
    Prices,
    /// How many people there are, and how many of them are online.
    Users,
    /// What went wrong.
    Outages,
    /// Regions and edge locations.
    Places,
}

impl DataKind {
    /// All kinds.
    pub const ALL: [DataKind; 5] = [
        DataKind::RoundTrips,
        DataKind::Prices,
        DataKind::Users,
        DataKind::Outages,
        DataKind::Places,
    ];

    /// The name in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            DataKind::RoundTrips => "round trips",
            DataKind::Prices => "prices",
            DataKind::Users => "users",
            DataKind::Outages => "outages",
            DataKind::Places => "places",
        }
    }

    /// Older than so many years is told of. A rule of ours: prices change within a year; the others move, but not a
    /// ranking, within two.
    pub fn limit_years(self) -> f64 {
        match self {
            DataKind::Prices => 1.0,
            DataKind::RoundTrips | DataKind::Users | DataKind::Outages | DataKind::Places => 2.0,
        }
    }
}

impl TableKind {
    /// What its figures are.
    pub fn data_kind(self) -> DataKind {
        match self {
            TableKind::Regions | TableKind::EdgeLocations => DataKind::Places,
            TableKind::Countries | TableKind::Metros => DataKind::Users,
            TableKind::AwsRtts
            | TableKind::GcpRtts
            | TableKind::IbmRtts
            | TableKind::Landmarks
            | TableKind::LandmarkRtts
            | TableKind::AccessQuantiles
            | TableKind::TechnologyDeltas
            | TableKind::FirstHops
            | TableKind::ProbeRtts => DataKind::RoundTrips,
            TableKind::Incidents | TableKind::Outages => DataKind::Outages,
            TableKind::InstancePrices | TableKind::TransferPrices => DataKind::Prices,
        }
    }
}

/// How old one table is.
#[derive(Clone, Debug, PartialEq)]
pub struct DataAge {
    /// Which table.
    pub kind: TableKind,
    /// Its file, as [`super::DataTable::name`].
    pub table: String,
    /// Its date as it stands there; empty where it says none.
    pub date: String,
    /// Years from its date to the day that ages are told from; negative where it is newer. None without a date.
    pub years: Option<f64>,
}

impl DataAge {
    /// Whether it is older than tables of its kind should be.
    pub fn is_old(&self) -> bool {
        self.years
            .is_some_and(|years| years > self.kind.data_kind().limit_years())
    }
}

impl DataAge {
    /// Whether its date lies after the day that ages are told from.
    pub fn is_later(&self) -> bool {
        self.years.is_some_and(|years| years < 0.0)
    }
}

/// How old all tables are.
#[derive(Clone, Debug, PartialEq)]
pub struct DataAges {
    /// The day that ages are told from; none where nobody gave one and no table has a date.
    pub as_of: Option<Day>,
    /// Whether somebody gave that day; else it is the date of the newest table.
    pub given: bool,
    /// A table each, in the order of [`TableKind::ALL`].
    pub tables: Vec<DataAge>,
}

impl DataAges {
    /// The tables that are older than they should be, the oldest first.
    pub fn old(&self) -> Vec<&DataAge> {
        let mut old: Vec<&DataAge> = self.tables.iter().filter(|age| age.is_old()).collect();
        // Days since a fixed one would order them as well; years are at hand.
        old.sort_by_key(|age| Reverse((age.years.unwrap_or(0.0) * 1000.0) as i64));
        old
    }
}

/// The first day that a date may mean: 2025-01-01 of `2025`, 2026-11-01 of `2026-11`. So a table is rather told too old
/// than too young. None where it is no date of these forms.
///
/// ```
/// use isochrone::world::catalog::first_day_of;
/// assert_eq!(first_day_of("2026-11").unwrap().to_string(), "2026-11-01");
/// assert_eq!(first_day_of("last summer"), None);
/// ```
pub fn first_day_of(date: &str) -> Option<Day> {
    let date = date.trim();
    let whole = match date.matches('-').count() {
        0 => format!("{date}-01-01"),
        1 => format!("{date}-01"),
        _ => date.to_owned(),
    };
    Day::parse(&whole).ok()
}

impl Catalog {
    /// How old each table is on the day `as_of`, or on the date of the newest table.
    ///
    /// ```
    /// use isochrone::basis::day::Day;
    /// use isochrone::world::catalog::Catalog;
    /// let ages = Catalog::embedded().ages(Some(Day::parse("2026-11-26")?))?;
    /// let probes = ages.tables.iter().find(|age| age.table == "network/probe_rtts.csv").unwrap();
    /// assert!(probes.is_old() && (probes.years.unwrap() - 3.79).abs() < 0.01);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a table cannot be parsed.
    pub fn ages(&self, as_of: Option<Day>) -> Result<DataAges> {
        let mut told = Vec::new();
        for kind in TableKind::ALL {
            let table = self.data_table(kind)?;
            let day = first_day_of(&table.date);
            told.push((kind, table.name, table.date, day));
        }
        let newest = told.iter().filter_map(|(.., day)| *day).max();
        let from = as_of.or(newest);
        let tables = told.into_iter().map(|(kind, table, date, day)| DataAge {
            kind,
            table,
            date,
            years: from.zip(day).map(|(from, day)| from.years_since(day)),
        });
        Ok(DataAges {
            as_of: from,
            given: as_of.is_some(),
            tables: tables.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(as_of: Option<&str>) -> DataAges {
        let as_of = as_of.map(|day| Day::parse(day).unwrap());
        Catalog::embedded().ages(as_of).unwrap()
    }

    #[test]
    fn without_a_day_ages_are_told_from_the_newest_table() {
        let ages = ages(None);
        assert!(!ages.given);
        let youngest = ages
            .tables
            .iter()
            .filter_map(|age| age.years)
            .fold(99.0, f64::min);
        assert_eq!(youngest, 0.0);
        let newest = ages.tables.iter().find(|age| age.years == Some(0.0)).unwrap();
        assert_eq!(ages.as_of, first_day_of(&newest.date));
    }

    #[test]
    fn every_built_in_table_has_a_date_that_can_be_read() {
        assert!(ages(None).tables.iter().all(|age| age.years.is_some()));
    }

    #[test]
    fn each_kind_has_a_limit_of_its_own_and_the_oldest_comes_first() {
        let ages = ages(Some("2026-11-26"));
        let old: Vec<&str> = ages.old().iter().map(|age| age.table.as_str()).collect();
        assert_eq!(old[..2], ["network/landmarks.csv", "network/landmark_rtts.csv"]);
        // Prices of April 2023 are too old; round trips of July 2025 are not, prices of that day would be.
        assert!(old.contains(&"prices/transfer.csv") && !old.contains(&"network/aws_rtts.csv"));
        let aws = ages
            .tables
            .iter()
            .find(|age| age.kind == TableKind::AwsRtts)
            .unwrap();
        assert!(aws.years.unwrap() > DataKind::Prices.limit_years());
    }

    #[test]
    fn a_table_without_a_date_has_no_age_and_one_of_tomorrow_a_negative_one() {
        let text = "id,city,country,lat,lon\n1,Dublin,IE,53,-6\n";
        let catalog = Catalog::embedded()
            .with_table(TableKind::Landmarks, "mine.csv", text)
            .unwrap();
        let ages = catalog.ages(Some(Day::parse("2020-01-01").unwrap())).unwrap();
        let of = |kind| ages.tables.iter().find(|age| age.kind == kind).unwrap();
        assert_eq!(
            (of(TableKind::Landmarks).years, of(TableKind::Landmarks).is_old()),
            (None, false)
        );
        assert!(of(TableKind::AwsRtts).years.unwrap() < 0.0 && ages.old().is_empty());
    }
}
