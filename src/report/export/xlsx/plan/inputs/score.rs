//! Weights, targets and limits of the score.

use rust_xlsxwriter::utility::row_col_to_cell_absolute;

use super::{VALUE, defined_name};
use crate::report::model::{Report, UtilityResult};

/// Where the weights, targets and limits stand: three rows a measure.
pub(in super::super::super) struct ScoreCells {
    pub(super) parts: Vec<UtilityResult>,
    /// Row of the first, from 0.
    pub(super) top: u32,
}

/// What the three rows of a measure hold.
pub(super) const ROWS: [&str; 3] = ["weight", "worth 1 at", "worth 0 at"];

impl ScoreCells {
    pub(super) fn at(report: &Report, top: u32) -> ScoreCells {
        let first = report.sets.iter().find_map(|set| set.score.as_ref());
        ScoreCells {
            parts: first.map_or_else(Vec::new, |score| score.parts.clone()),
            top,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The row behind the last.
    pub(super) fn end(&self) -> u32 {
        self.top + (ROWS.len() * self.parts.len()) as u32
    }

    pub(super) fn row(&self, measure: usize, which: usize) -> u32 {
        self.top + (ROWS.len() * measure + which) as u32
    }

    fn cell(&self, measure: usize, which: usize) -> String {
        format!(
            "Inputs!{}",
            row_col_to_cell_absolute(self.row(measure, which), VALUE)
        )
    }

    pub(in super::super::super) fn weight(&self, measure: usize) -> String {
        self.cell(measure, 0)
    }

    pub(in super::super::super) fn target(&self, measure: usize) -> String {
        self.cell(measure, 1)
    }

    pub(in super::super::super) fn limit(&self, measure: usize) -> String {
        self.cell(measure, 2)
    }

    /// Name of a row in the workbook: `score_weight_p95`.
    pub(super) fn name(&self, measure: usize, which: usize) -> String {
        let word = ["weight", "target", "limit"][which];
        let own = defined_name(&self.parts[measure].of);
        let twice = self.parts[..measure]
            .iter()
            .any(|other| defined_name(&other.of) == own);
        let number = if twice {
            format!("_{}", measure + 1)
        } else {
            String::new()
        };
        let short: String = own.chars().take(200).collect();
        format!("score_{word}_{short}{number}")
    }
}
