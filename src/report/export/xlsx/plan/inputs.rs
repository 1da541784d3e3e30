//! The sheet `Inputs`: every value that may be edited, what it changes and what an edit outdates.

mod fields;

mod prices;

mod score;

mod sheet;

use super::PlannedSet;
use crate::report::model::{CapacitySummary, Report};

pub(super) use fields::wait_name;
use fields::{Field, Part};
pub(super) use prices::{Price, Prices};
pub(in super::super) use score::ScoreCells;
pub(super) use sheet::write;

/// Row of the first field, from 0; its headers stand above it.
const TOP: u32 = 4;

/// Columns.
const LABEL: u16 = 0;
const VALUE: u16 = 1;
const AS_RUN: u16 = 2;
const UNIT: u16 = 3;
const EDITED: u16 = 4;
const CHANGES: u16 = 5;
const OUTDATES: u16 = 6;
/// What the formulas of tiers need: where a tier begins, and by how much its price is above that of the tier before.
const FROM: u16 = 7;
const STEP: u16 = 8;

/// Everything on the sheet, and where it stands.
pub(super) struct Inputs<'a> {
    fields: Vec<Field>,
    pub(super) score: ScoreCells,
    pub(super) prices: Prices<'a>,
    /// Row of the first check, from 0.
    checks_top: u32,
}

impl<'a> Inputs<'a> {
    pub(super) fn of(report: &'a Report, asked: &'a CapacitySummary, sets: &[PlannedSet<'a>]) -> Self {
        let fields = fields::of(asked, sets);
        let mut next = TOP + fields.len() as u32;
        let score = ScoreCells::at(report, next + 2);
        if !score.is_empty() {
            next = score.end() + 1;
        }
        let prices = Prices::of(asked, sets, next + 2);
        if !prices.all.is_empty() {
            next = prices.end();
        }
        Inputs {
            fields,
            score,
            prices,
            checks_top: next + 2,
        }
    }

    /// First and last row of a part of the fields, from 0; none where it has none.
    fn rows_of(&self, part: Part) -> Option<(u32, u32)> {
        let is = |field: &Field| field.part == part;
        let first = self.fields.iter().position(is)?;
        let last = self.fields.iter().rposition(is)?;
        Some((TOP + first as u32, TOP + last as u32))
    }
}

/// A name that a workbook takes, out of any text: small letters, digits and lines.
fn defined_name(text: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let name: String = text.chars().map(letter).collect();
    name.split('_')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}
