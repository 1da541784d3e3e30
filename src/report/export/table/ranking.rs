//! Columns of the ranking for a measure that is no figure of latency; none where sets are ranked by latency.

use super::{Column, one_line};
use crate::report::model::{Report, SetResult};
use crate::report::voice::ranking as words;

pub(super) fn columns(report: &Report) -> Vec<Column> {
    let Some(by) = &report.question.ranked_by else {
        return Vec::new();
    };
    let column = |header: String, importance: u8, cell: &dyn Fn(&SetResult) -> String| Column {
        header: one_line(&header),
        cells: report.sets.iter().map(|set| one_line(&cell(set))).collect(),
        importance,
    };
    let mut columns = vec![column(words::header(by), 99, &|set| words::cell(set, by))];
    if report.sets.len() > 1 {
        let header = format!("Δ vs first, {}", words::symbol(by));
        let header = header.trim_end_matches([',', ' ']).to_owned();
        columns.push(column(header, 92, &|set| words::versus(set, by)));
    }
    columns
}
