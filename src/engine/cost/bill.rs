//! From what is used to lines of a bill.

use super::traffic::Moved;
use super::{BYTES_PER_GB, HOURS_PER_MONTH, SECONDS_PER_MONTH};
use crate::design::cost::CostPlan;
use crate::design::store::Store;
use crate::world::catalog::Region;
use crate::world::prices::{Item, Price};

/// What a set uses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// Instances by region, on average over the month, and of these those that run all the time.
    pub instances: Vec<(usize, f64, f64)>,
    /// What is moved and done a second.
    pub moved: Moved,
    /// By store the regions with a copy.
    pub copies: Vec<Vec<usize>>,
    /// All regions that something runs in.
    pub regions: Vec<usize>,
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What is billed.
    pub item: Item,
    /// The candidate; none for what belongs to no region.
    pub region: Option<usize>,
    /// Whereto, for traffic between regions.
    pub to: Option<usize>,
    /// Instance type or store.
    pub name: Option<String>,
    /// How much in a month, in the unit of the item.
    pub amount: f64,
    /// Whether the amount follows the number of requests.
    pub scales: bool,
    /// US dollars a month, before currency and multiplier; none where there is no price.
    pub usd: Option<f64>,
}

/// The bill of a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bill {
    /// Its lines: instances first, then traffic, then stores, then regions.
    pub lines: Vec<Line>,
}

impl Bill {
    /// What the lines with a price come to, in the currency of `plan`.
    pub fn total(&self, plan: &CostPlan) -> f64 {
        let usd = self
            .lines
            .iter()
            .filter_map(|line| line.usd)
            .fold(0.0, |sum, usd| sum + usd);
        usd * plan.in_currency()
    }

    /// What the lines of one region come to, in the currency of `plan`.
    pub fn of_region(&self, region: usize, plan: &CostPlan) -> f64 {
        let lines = self.lines.iter().filter(|line| line.region == Some(region));
        lines.filter_map(|line| line.usd).fold(0.0, |sum, usd| sum + usd) * plan.in_currency()
    }

    /// Whether every line has a price.
    pub fn is_complete(&self) -> bool {
        self.lines.iter().all(|line| line.usd.is_some())
    }

    /// The lines without a price.
    pub fn missing(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.usd.is_none())
    }
}

/// The bill for `usage` of the candidates `regions`, with `stores`, at the prices of `plan`.
pub fn bill(plan: &CostPlan, regions: &[Region], stores: &[Store], usage: &Usage) -> Bill {
    let mut clerk = Clerk {
        plan,
        regions,
        stores,
        bill: Bill::default(),
    };
    for &(region, instances, always_on) in &usage.instances {
        clerk.instances(region, instances, always_on);
    }
    clerk.traffic(&usage.moved);
    clerk.stores(usage);
    for &region in &usage.regions {
        // Only those who know of such a price are billed it: most regions cost nothing by themselves.
        if clerk.price(Item::RegionFixed, Some(region), None, None).is_some() {
            clerk.add(Item::RegionFixed, (Some(region), None), None, 1.0);
        }
    }
    clerk.bill
}

struct Clerk<'a> {
    plan: &'a CostPlan,
    regions: &'a [Region],
    stores: &'a [Store],
    bill: Bill,
}

impl Clerk<'_> {
    fn price(
        &self,
        item: Item,
        region: Option<usize>,
        to: Option<usize>,
        name: Option<&str>,
    ) -> Option<&Price> {
        let id = |at: usize| self.regions[at].id.as_str();
        self.plan
            .prices
            .find(item, region.map_or("", id), to.map(id), name)
    }

    fn instances(&mut self, region: usize, instances: f64, always_on: f64) {
        if instances <= 0.0 {
            return;
        }
        let hours = instances * HOURS_PER_MONTH;
        let name = self.plan.instance.clone();
        let price = name
            .as_deref()
            .and_then(|name| self.price(Item::Instance, Some(region), None, Some(name)));
        let reserved = self.plan.reserved_share * always_on * HOURS_PER_MONTH;
        // A discount is on the price of the first hours as on that of any other.
        let usd = price.map(|price| {
            let whole = price.total(hours);
            whole * (1.0 - self.plan.reserved_discount * reserved / hours)
        });
        self.bill.lines.push(Line {
            item: Item::Instance,
            region: Some(region),
            to: None,
            name,
            amount: hours,
            scales: false,
            usd,
        });
    }

    fn traffic(&mut self, moved: &Moved) {
        let gb = |bytes: f64| bytes * SECONDS_PER_MONTH / BYTES_PER_GB;
        for (&region, &bytes) in &moved.egress {
            self.add(Item::Egress, (Some(region), None), None, gb(bytes));
        }
        for (&(from, to), &bytes) in &moved.between {
            self.add(Item::InterRegion, (Some(from), Some(to)), None, gb(bytes));
        }
        for (&region, &bytes) in &moved.across_zones {
            self.add(Item::CrossZone, (Some(region), None), None, gb(bytes));
        }
        if moved.edge_requests > 0.0 {
            self.add(Item::CdnEgress, (None, None), None, gb(moved.edge_bytes));
            let millions = moved.edge_requests * SECONDS_PER_MONTH / 1e6;
            self.add(Item::CdnRequest, (None, None), None, millions);
        }
    }

    fn stores(&mut self, usage: &Usage) {
        let millions = |rate: f64| rate * SECONDS_PER_MONTH / 1e6;
        let stores = self.stores;
        let name = |store: usize| Some(stores[store].name.as_str());
        for (&(store, region), &rate) in &usage.moved.reads {
            self.add(Item::StoreRead, (Some(region), None), name(store), millions(rate));
        }
        for (&(store, region), &rate) in &usage.moved.writes {
            self.add(
                Item::StoreWrite,
                (Some(region), None),
                name(store),
                millions(rate),
            );
        }
        for (store, copies) in usage.copies.iter().enumerate() {
            for &region in copies {
                let at = (Some(region), None);
                if let Some(bytes) = self.plan.stored_bytes.get(store).copied().flatten() {
                    self.add(Item::StoreStorage, at, name(store), bytes / BYTES_PER_GB);
                }
                // As with regions: many stores have no price by the hour.
                if self.price(Item::StoreReplica, at.0, None, name(store)).is_some() {
                    self.add(Item::StoreReplica, at, name(store), HOURS_PER_MONTH);
                }
            }
        }
    }

    fn add(
        &mut self,
        item: Item,
        (region, to): (Option<usize>, Option<usize>),
        name: Option<&str>,
        amount: f64,
    ) {
        if amount <= 0.0 {
            return;
        }
        let usd = self
            .price(item, region, to, name)
            .map(|price| price.total(amount));
        self.bill.lines.push(Line {
            item,
            region,
            to,
            name: name.map(str::to_owned),
            amount,
            scales: follows_requests(item),
            usd,
        });
    }
}

/// Whether twice the requests make twice the amount.
fn follows_requests(item: Item) -> bool {
    !matches!(
        item,
        Item::Instance | Item::StoreStorage | Item::StoreReplica | Item::RegionFixed
    )
}
