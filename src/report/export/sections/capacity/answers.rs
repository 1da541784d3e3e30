//! The answer to what was asked of one region, a sentence each set, and what else was found.

use crate::report::export::table::TextTable;
use crate::report::model::CapacitySummary;
use crate::report::voice::capacity as words;

pub(super) fn answers(summary: &CapacitySummary) -> TextTable {
    TextTable {
        title: "What was asked".to_owned(),
        notes: words::answers(summary),
        ..TextTable::default()
    }
}
