//! What changed in capacity and cost: figures that follow from the inputs without sampling, so that any change is one.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Change, partner};
use crate::report::export::table::TextTable;
use crate::report::model::{CapacityResult, CostResult, FleetResult, Report, SetResult};
use crate::report::voice::{self, capacity as words};

/// Changes smaller than this share of the amount are the rounding of sums.
const ROUNDING: f64 = 1e-9;

/// A change in capacity or cost of one set.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CapacityChange {
    /// Name of the set in the second report.
    pub set: String,
    /// `cost a month`, `instances`, `exhausted eu-west-1`.
    pub what: String,
    /// In the first report, in words.
    pub before: String,
    /// In the second report, in words.
    pub after: String,
    /// What follows; absent where that cannot be said: one of both costs is a lower bound, the currencies differ, or
    /// it is neither better nor worse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// Every change of the sets that are in both reports, in the order of the second.
pub(super) fn changes(before: &Report, after: &Report) -> Vec<CapacityChange> {
    let pairs = after.sets.iter().filter_map(|set| {
        let old = partner(&before.sets, set)?;
        Some((set, old.capacity.as_ref()?, set.capacity.as_ref()?))
    });
    let currencies = [currency(before), currency(after)];
    pairs
        .flat_map(|(set, old, new)| {
            let cost = old.cost.as_ref().zip(new.cost.as_ref());
            let cost = cost.and_then(|(old, new)| cost_change(set, old, new, currencies));
            let rest = instances(set, old, new)
                .into_iter()
                .chain(exhausted(set, old, new));
            cost.into_iter().chain(rest).collect::<Vec<_>>()
        })
        .collect()
}

fn currency(report: &Report) -> &str {
    let cost = report.capacity.as_ref().and_then(|it| it.cost.as_ref());
    cost.map_or("", |cost| &cost.currency)
}

fn cost_change(
    set: &SetResult,
    old: &CostResult,
    new: &CostResult,
    [before, after]: [&str; 2],
) -> Option<CapacityChange> {
    let same = (old.total - new.total).abs() <= ROUNDING * old.total.abs().max(new.total.abs());
    if same && old.complete == new.complete && before == after {
        return None;
    }
    let known = before == after && old.complete && !same;
    let change = match new.total > old.total {
        // A lower bound above what it was is more.
        true if known => Some(Change::Worse),
        false if known && new.complete => Some(Change::Better),
        _ => None,
    };
    Some(CapacityChange {
        set: set.name.clone(),
        what: "cost a month".into(),
        before: words::cost(old, before),
        after: words::cost(new, after),
        change,
    })
}

/// More instances are no harm of their own: they cost.
fn instances(set: &SetResult, old: &CapacityResult, new: &CapacityResult) -> Option<CapacityChange> {
    let total = |it: &CapacityResult| {
        it.fleet
            .iter()
            .map(|fleet| u64::from(fleet.instances))
            .sum::<u64>()
    };
    let (before, after) = (total(old), total(new));
    let known = !old.fleet.is_empty() && !new.fleet.is_empty();
    (known && before != after).then(|| CapacityChange {
        set: set.name.clone(),
        what: "instances".into(),
        before: voice::count(before),
        after: voice::count(after),
        change: None,
    })
}

/// Fleets that no longer do at another time than before, region by region.
fn exhausted(set: &SetResult, old: &CapacityResult, new: &CapacityResult) -> Vec<CapacityChange> {
    let change = |fleet: &FleetResult| {
        let earlier = old.fleet.iter().find(|other| other.region == fleet.region)?;
        let (before, after) = (earlier.exhausted.as_ref()?, fleet.exhausted.as_ref()?);
        let [was, is] = [before, after].map(|it| words::exhausted(it, ""));
        let years = [before, after].map(|it| it.years.unwrap_or(f64::INFINITY));
        (was != is).then(|| CapacityChange {
            set: set.name.clone(),
            what: format!("exhausted {}", fleet.region),
            before: was,
            after: is,
            change: Some(if years[1] < years[0] {
                Change::Worse
            } else {
                Change::Better
            }),
        })
    };
    new.fleet.iter().filter_map(change).collect()
}

/// The changes as a table of text; nothing where neither report has any.
pub(super) fn table(changes: &[CapacityChange]) -> Option<TextTable> {
    let row = |it: &CapacityChange| {
        let said = match it.change {
            Some(Change::Worse) => "worse",
            Some(Change::Better) => "better",
            _ => "",
        };
        vec![
            it.set.clone(),
            it.what.clone(),
            it.before.clone(),
            it.after.clone(),
            said.to_owned(),
        ]
    };
    let mut notes = vec!["no sampling error: these follow from the inputs".to_owned()];
    if changes
        .iter()
        .any(|it| it.before.contains('≥') || it.after.contains('≥'))
    {
        notes.push(words::LOWER_BOUND.to_owned());
    }
    (!changes.is_empty()).then(|| TextTable {
        title: "Capacity and cost".to_owned(),
        headers: ["set", "what", "before", "after", "verdict"]
            .map(str::to_owned)
            .into(),
        rows: changes.iter().map(row).collect(),
        notes,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{diff, to_tables};
    use super::*;
    use crate::report::sample::{SampleInputs, sample_capacity_report};

    fn asked(change: impl FnOnce(&mut SampleInputs)) -> Report {
        let mut inputs = SampleInputs::default();
        change(&mut inputs);
        sample_capacity_report(&inputs)
    }

    fn verdicts(before: &Report, after: &Report, what: &str) -> Vec<Option<Change>> {
        let all = diff(before, after).capacity.into_iter();
        all.filter(|it| it.what.starts_with(what))
            .map(|it| it.change)
            .collect()
    }

    #[test]
    fn a_report_does_not_differ_from_itself_in_cost() {
        let report = asked(|_| ());
        let changes = diff(&report, &report);
        assert!(changes.capacity.is_empty() && !changes.worse);
        assert!(
            to_tables(&changes)
                .iter()
                .all(|table| table.title != "Capacity and cost")
        );
    }

    #[test]
    fn more_load_costs_more_and_a_lower_bound_is_not_judged() {
        let (before, after) = (asked(|_| ()), asked(|it| it.mean_rps *= 1.5));
        // Of three sets the bill of one is incomplete before and after.
        let up = verdicts(&before, &after, "cost");
        assert_eq!(up.iter().filter(|it| **it == Some(Change::Worse)).count(), 2);
        assert_eq!(up.iter().filter(|it| it.is_none()).count(), 1);
        assert!(diff(&before, &after).worse);
        let down = verdicts(&after, &before, "cost");
        assert_eq!(down.iter().filter(|it| **it == Some(Change::Better)).count(), 2);
    }

    #[test]
    fn amounts_in_two_currencies_are_not_compared() {
        let (before, mut after) = (asked(|_| ()), asked(|it| it.per_usd = 1.0));
        after.capacity.as_mut().unwrap().cost.as_mut().unwrap().currency = "USD".into();
        assert_eq!(verdicts(&before, &after, "cost"), [None; 3]);
    }

    #[test]
    fn faster_growth_exhausts_a_fleet_earlier() {
        let (before, after) = (asked(|_| ()), asked(|it| it.growth_per_year = 0.9));
        let moved = verdicts(&before, &after, "exhausted");
        assert!(
            !moved.is_empty() && moved.iter().all(|it| *it == Some(Change::Worse)),
            "{moved:?}"
        );
        let changes = diff(&before, &after);
        let whats: Vec<&str> = changes.inputs.iter().map(|it| it.what.as_str()).collect();
        assert!(whats.contains(&"growth a year"), "{whats:?}");
        assert!(
            to_tables(&changes)
                .iter()
                .any(|table| table.title == "Capacity and cost")
        );
    }
}
