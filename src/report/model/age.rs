//! How old the data behind a report are, told from a day that is an input.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How old the data tables in force are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataAges {
    /// The day that ages are told from, `YYYY-MM-DD`. No clock is asked.
    pub as_of: String,
    /// Whether somebody gave that day; else it is the date of the newest table.
    pub given: bool,
    /// A table each, in the order of the provenance.
    pub tables: Vec<TableAge>,
}

/// How old one table is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableAge {
    /// The table, as the provenance calls it.
    pub name: String,
    /// `round trips`, `prices`, `users`, `outages` or `places`.
    pub kind: String,
    /// Its date, as it says it.
    pub date: String,
    /// Years from the first day that its date may mean to `as_of`; negative where it is newer, absent without a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years: Option<f64>,
    /// Years beyond which data of its kind are told to be old.
    pub limit_years: f64,
    /// Whether figures of this report rest on it.
    pub used: bool,
    /// Whether it is older than its limit.
    pub old: bool,
}

impl DataAges {
    /// The tables that figures of the report rest on and that are older than they should be, the oldest first.
    pub fn old(&self) -> Vec<&TableAge> {
        let mut old: Vec<&TableAge> = self.tables.iter().filter(|it| it.used && it.old).collect();
        old.sort_by(|a, b| b.years.unwrap_or(0.0).total_cmp(&a.years.unwrap_or(0.0)));
        old
    }
}
