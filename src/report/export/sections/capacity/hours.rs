//! When in the day each region is busy: a line of heat of 24 characters.

use super::{Shown, table};
use crate::report::export::table::TextTable;
use crate::report::model::HoursResult;
use crate::report::voice::capacity as words;

/// Above the lines: each hour that is named stands over its first character.
const CLOCK: &str = "00h···06h···12h···18h···";

pub(super) fn hours(shown: &[Shown], width: Option<usize>) -> TextTable {
    let headers = ["region", CLOCK, "most requests/s", "at, UTC", "state", "month"];
    let mut table = table(shown, "Load by hour of the day", &headers, |it| {
        // Where room is scarce, normal times alone.
        let states = it.capacity.hours.iter();
        let states = states.take(width.map_or(usize::MAX, |_| 1));
        states.flat_map(rows).collect()
    });
    if !table.rows.is_empty() {
        table.notes.push(
            "mean weekday of the month in which the set's load peaks, events left out; each line from nothing to its own most"
                .into(),
        );
        let more = shown.iter().any(|it| it.capacity.hours.len() > 1);
        if width.is_some() && more {
            table
                .notes
                .push("after each loss: in Markdown, CSV, sheets and the chart `hours`".into());
        }
    }
    table
}

fn rows(it: &HoursResult) -> Vec<Vec<String>> {
    let row = |(region, hours): &(String, Vec<f64>)| {
        let busiest = words::busiest_hour(hours);
        vec![
            region.clone(),
            words::heat_line(hours),
            busiest.map_or_else(String::new, |(most, _)| words::number(most)),
            words::busiest_in_words(hours),
            words::state(&it.state),
            it.month.clone(),
        ]
    };
    it.regions.iter().map(row).collect()
}
