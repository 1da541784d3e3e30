//! A price with its tiers: what an amount costs.

/// A part of a month's amount, and what one unit in it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    /// The upper end, in units of the item a month; none for the last tier.
    pub up_to: Option<f64>,
    /// US dollars a unit; finite and not negative.
    pub usd: f64,
}

/// What one item costs at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// Tiers from the first unit of a month up, their ends ascending; the last has no end. Never empty.
    pub tiers: Vec<Tier>,
    /// The table it stands in; with its line, where that is the user's, or that it was derived.
    pub source: String,
    /// The date of the figure as the table states it; empty where the user's does not.
    pub date: String,
    /// Whether further tiers exist that are not known: a large amount may cost less.
    pub first_tier_only: bool,
}

impl Price {
    /// What `amount` units of one month cost, US dollars.
    ///
    /// ```text
    /// total(x) = Σ usd(tier) · the part of 0 … x that lies in the tier
    /// ```
    ///
    /// An amount below zero costs nothing.
    ///
    /// ```
    /// use isochrone::world::prices::{Price, Tier};
    /// let tiers = vec![Tier { up_to: Some(10.0), usd: 3.0 }, Tier { up_to: None, usd: 2.0 }];
    /// let price = Price { tiers, source: "mine.csv:2".into(), date: String::new(), first_tier_only: false };
    /// assert_eq!([5.0, 10.0, 14.0].map(|amount| price.total(amount)), [15.0, 30.0, 38.0]);
    /// assert_eq!([5.0, 10.0, 14.0].map(|amount| price.marginal(amount)), [3.0, 2.0, 2.0]);
    /// ```
    pub fn total(&self, amount: f64) -> f64 {
        let (mut sum, mut from) = (0.0, 0.0);
        for tier in &self.tiers {
            let end = tier.up_to.map_or(amount, |up_to| up_to.min(amount));
            if end <= from {
                break;
            }
            sum += tier.usd * (end - from);
            from = end;
        }
        sum
    }

    /// What the next unit costs after `amount` of one month, US dollars.
    pub fn marginal(&self, amount: f64) -> f64 {
        let here = |tier: &&Tier| tier.up_to.is_none_or(|up_to| amount < up_to);
        let tier = self.tiers.iter().find(here).or(self.tiers.last());
        tier.map_or(0.0, |tier| tier.usd)
    }
}
