//! What changed between two sets of data: the tables that figures rest on, or one's own measurements.
//!
//! A change is named where noise hardly makes it; the rest is counted. What noise is follows from the data themselves, and
//! each answer says from what: a round trip is the same in both directions, so that where the two directions of a pair
//! changed differently, that is noise. Prices have none.

mod model;

mod noise;

mod shifts;

mod rtts;

mod prices;

mod places;

mod rows;

mod pair_test;

mod losses;

mod bare;

mod measured;

mod words;

mod measured_words;

pub use measured::measured;
pub use measured_words::measured_tables;
pub use model::{
    DATA_SCHEMA, DRIFT_SCHEMA_VERSION, DataDiff, FactChange, GroupShift, LossChange, MEASURED_SCHEMA,
    MeasuredChange, MeasuredDiff, Noise, NoiseSource, OutageName, PairChange, PairTest, PriceChange,
    RecordChange, RegionName, RttChanges, TableChange, TailChange, UsersChange,
};
pub use words::data_tables;

use serde::Serialize;

use super::diff::Change;
use super::export::json::to_finite_json;
use super::schema::schema_of;
use crate::basis::error::Result;
use crate::world::catalog::DataSet;

/// What changed from the tables of `before` to those of `after`.
///
/// ```
/// use isochrone::report::drift::data;
/// use isochrone::world::catalog::DataSet;
/// let embedded = DataSet::embedded()?;
/// let changes = data(&embedded, &embedded)?;
/// assert!(!changes.worse && changes.tables.iter().all(|it| it.added + it.removed + it.changed == 0));
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
///
/// # Errors
/// When a table cannot be parsed.
pub fn data(before: &DataSet, after: &DataSet) -> Result<DataDiff> {
    let round_trips = rtts::round_trips(before, after)?;
    let prices = prices::prices(before, after)?;
    let (opened, closed, region_facts) = places::regions(before, after)?;
    let slower = |it: &RttChanges| {
        let pairs = it.beyond_noise.iter().map(|pair| pair.verdict);
        let groups = it.shifts.iter().map(|shift| shift.verdict);
        pairs.chain(groups).any(|verdict| verdict == Change::Worse)
    };
    Ok(DataDiff {
        schema: DATA_SCHEMA,
        schema_version: DRIFT_SCHEMA_VERSION,
        before: before.name().to_owned(),
        after: after.name().to_owned(),
        tables: rows::tables(before, after)?,
        worse: round_trips.iter().any(slower) || prices::dearer(&prices),
        round_trips,
        prices,
        opened,
        closed,
        region_facts,
        record: places::record(before, after)?,
        users: places::users(before, after)?,
    })
}

/// Either kind of difference as indented JSON. The same changes give the same bytes.
///
/// # Errors
/// When a figure is infinite or not a number.
pub fn to_json<T: Serialize>(changes: &T) -> Result<Vec<u8>> {
    to_finite_json(changes)
}

/// The JSON Schema of a difference of data sets.
///
/// ```
/// assert!(isochrone::report::drift::data_schema_json().contains("\"isochrone-data-diff\""));
/// ```
pub fn data_schema_json() -> String {
    schema_of::<DataDiff>()
}

/// The JSON Schema of a difference of measurements.
///
/// ```
/// assert!(isochrone::report::drift::measured_schema_json().contains("\"isochrone-measured-diff\""));
/// ```
pub fn measured_schema_json() -> String {
    schema_of::<MeasuredDiff>()
}

#[cfg(test)]
mod level;

#[cfg(test)]
mod tests;
