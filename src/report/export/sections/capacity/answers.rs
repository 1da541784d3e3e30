//! The answer to what was asked of one region, a sentence each set, and what else was found.

use super::currency;
use crate::report::export::table::TextTable;
use crate::report::model::CapacitySummary;
use crate::report::voice::capacity as words;

pub(super) fn answers(summary: &CapacitySummary) -> TextTable {
    let several = summary.answers.len() > 1;
    let said = summary.answers.iter().map(|it| {
        let sentence = words::answer(it, currency(summary));
        if several {
            format!("{}: {sentence}", it.set)
        } else {
            sentence
        }
    });
    TextTable {
        title: "What was asked".to_owned(),
        notes: said.collect(),
        ..TextTable::default()
    }
}
