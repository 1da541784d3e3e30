//! What a set of regions is billed for.

use crate::world::prices::PriceList;

/// Size of a standby's fleet where nobody says: how far a warm standby is scaled down is the planner's choice, and until it
/// is made it counts in full; pilot lights and backups run no servers.
pub const STANDBY_SHARE: [f64; 5] = [1.0, 1.0, 1.0, 0.0, 0.0];

/// What is billed, and at which prices.
#[derive(Clone, Debug)]
pub struct CostPlan {
    /// The prices: those of the tables, under the user's own.
    pub prices: PriceList,
    /// The instance type that serves, as price lists name it; none where the scenario names none, so that instances
    /// have no price.
    pub instance: Option<String>,
    /// Share of the instances that are reserved, 0 to 1: those that run all the time.
    pub reserved_share: f64,
    /// Discount on reserved instances, 0 to below 1.
    pub reserved_discount: f64,
    /// Bytes that a call to another region sends and receives together, by class.
    pub call_bytes: Vec<f64>,
    /// Bytes of an answer that users are sent, by class.
    pub answer_bytes: Vec<f64>,
    /// Bytes that a request moves between the zones of its region, by class; none where nobody said.
    pub cross_zone_bytes: Option<Vec<f64>>,
    /// By store what is kept in each copy, bytes; none where nobody said.
    pub stored_bytes: Vec<Option<f64>>,
    /// Size of a standby's fleet as a share of what it needs once it takes over, by role in the order of
    /// [`crate::design::recovery::Role::ALL`]: hot 1; pilot light and backup 0.
    pub standby_share: [f64; 5],
    /// What reports count in.
    pub currency: Currency,
    /// Everything is multiplied by this: a discount or a tax; above 0.
    pub multiplier: f64,
}

impl CostPlan {
    /// What one US dollar of a price list comes to: in the currency, with the multiplier.
    pub fn in_currency(&self) -> f64 {
        self.currency.per_usd * self.multiplier
    }
}

/// A currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Currency {
    /// How amounts are labelled: `USD`.
    pub name: String,
    /// What one US dollar is worth.
    pub per_usd: f64,
}

impl Default for Currency {
    fn default() -> Self {
        Currency {
            name: "USD".to_owned(),
            per_usd: 1.0,
        }
    }
}
