//! The prices that may be edited, and the formula of what an amount costs by their tiers.

use std::collections::BTreeSet;

use rust_xlsxwriter::utility::row_col_to_cell_absolute;

use super::{FROM, PlannedSet, STEP, VALUE, defined_name};
use crate::report::model::{CapacitySummary, CostLine, PriceTier, PriceUsed};

/// A price, and the rows of its tiers.
pub(in super::super) struct Price<'a> {
    pub(super) item: &'a str,
    pub(super) region: &'a str,
    pub(super) to: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) unit: String,
    pub(in super::super) tiers: &'a [PriceTier],
    /// Who says so and as of when; that there is none, where there is none.
    pub(super) source: String,
    /// Row of its first tier, from 0.
    pub(super) row: u32,
    /// Its name in the workbook.
    pub(super) defined: String,
}

impl Price<'_> {
    /// A price that is missing has one row, where it can be filled in.
    pub(super) fn rows(&self) -> u32 {
        self.tiers.len().max(1) as u32
    }

    pub(super) fn label(&self) -> String {
        let name = self.name.map_or(String::new(), |name| format!(" {name}"));
        let place = if self.region.is_empty() {
            "anywhere"
        } else {
            self.region
        };
        let to = self.to.map_or(String::new(), |to| format!(" to {to}"));
        format!("{}{name} in {place}{to}", self.item.replace('_', " "))
    }

    fn cells(&self, column: u16) -> String {
        let first = row_col_to_cell_absolute(self.row, column);
        let last = row_col_to_cell_absolute(self.row + self.rows() - 1, column);
        if self.rows() == 1 {
            format!("Inputs!{first}")
        } else {
            format!("Inputs!{first}:{last}")
        }
    }

    /// Whether the price is there, as a formula.
    pub(in super::super) fn is_there(&self) -> String {
        if self.rows() == 1 {
            format!("ISNUMBER({})", self.cells(VALUE))
        } else {
            format!("COUNT({})={}", self.cells(VALUE), self.rows())
        }
    }

    /// US dollars of `amount`, a number or a cell: for each tier that it reaches, what is beyond the tier's beginning at
    /// the difference between its price and that of the tier before.
    pub(in super::super) fn usd(&self, amount: &str) -> String {
        if self.rows() == 1 {
            return format!("{amount}*{}", self.cells(VALUE));
        }
        let (from, step) = (self.cells(FROM), self.cells(STEP));
        format!("SUMPRODUCT(({amount}>{from})*({amount}-{from})*{step})")
    }
}

/// All prices.
pub(in super::super) struct Prices<'a> {
    pub(in super::super) all: Vec<Price<'a>>,
    /// Row of the first.
    pub(super) top: u32,
}

impl<'a> Prices<'a> {
    /// The prices in force, and a row for each that is missing.
    pub(super) fn of(asked: &'a CapacitySummary, sets: &[PlannedSet<'a>], top: u32) -> Self {
        let mut prices = Prices { all: Vec::new(), top };
        let mut names = BTreeSet::new();
        for it in asked.cost.iter().flat_map(|cost| &cost.prices) {
            let price = known(it, prices.end());
            prices.add(price, &mut names);
        }
        let lines = sets
            .iter()
            .flat_map(|it| &it.capacity.cost)
            .flat_map(|cost| &cost.lines);
        for line in lines.filter(|line| line.cost.is_none()) {
            if prices.of_line(line).is_none() {
                let price = missing(line, prices.end());
                prices.add(price, &mut names);
            }
        }
        prices
    }

    fn add(&mut self, mut price: Price<'a>, names: &mut BTreeSet<String>) {
        let to = price.to.map_or(String::new(), |to| format!(" to {to}"));
        let name = price.name.unwrap_or("");
        let whole = format!("price {} {} {name}{to}", price.item, price.region);
        // A name of a workbook may have 255 characters.
        let short: String = defined_name(&whole).chars().take(200).collect();
        price.defined = if names.contains(&short) {
            format!("{short}_{}", self.all.len() + 1)
        } else {
            short
        };
        names.insert(price.defined.clone());
        self.all.push(price);
    }

    /// The row behind the last.
    pub(super) fn end(&self) -> u32 {
        self.all.last().map_or(self.top, |last| last.row + last.rows())
    }

    /// The price of a line: of those that hold the one that names the most.
    pub(in super::super) fn of_line(&self, line: &CostLine) -> Option<usize> {
        self.find(&line.item, &line.region, line.to.as_deref(), line.name.as_deref())
    }

    pub(in super::super) fn find(
        &self,
        item: &str,
        region: &str,
        to: Option<&str>,
        name: Option<&str>,
    ) -> Option<usize> {
        let holds = |price: &Price| {
            price.item == item
                && (price.region.is_empty() || price.region == region)
                && (price.to.is_none() || price.to == to)
                && (price.name.is_none() || price.name == name)
        };
        let fits = |price: &Price| (price.name.is_some(), !price.region.is_empty(), price.to.is_some());
        let all = self.all.iter().enumerate().filter(|(_, price)| holds(price));
        // Of equals the first.
        all.rev().max_by_key(|(_, price)| fits(price)).map(|(at, _)| at)
    }
}

fn known(it: &PriceUsed, row: u32) -> Price<'_> {
    let tier = if it.first_tier_only {
        "; the first tier only"
    } else {
        ""
    };
    Price {
        item: &it.item,
        region: &it.region,
        to: it.to.as_deref(),
        name: it.name.as_deref(),
        unit: it.unit.clone(),
        tiers: &it.tiers,
        source: format!("{}, {}{tier}", it.source, it.date),
        row,
        defined: String::new(),
    }
}

fn missing(line: &CostLine, row: u32) -> Price<'_> {
    let unit = match line.unit.as_str() {
        "hours" => "USD/hour",
        "months" => "USD/month",
        "million" | "million requests" => "USD/million",
        "GB-month" => "USD/GB-month",
        _ => "USD/GB",
    };
    Price {
        item: &line.item,
        region: &line.region,
        to: line.to.as_deref(),
        name: line.name.as_deref(),
        unit: unit.into(),
        tiers: &[],
        source: "no price known: fill it in".into(),
        row,
        defined: String::new(),
    }
}
