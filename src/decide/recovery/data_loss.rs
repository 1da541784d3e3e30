//! What survives of each store when regions are lost.

use super::deployed::Deployed;
use super::takeover::{Takeover, copies};
use crate::decide::facts::Sources;
use crate::design::recovery::Role;
use crate::design::request::StoreAccess;
use crate::design::store::StoreKind;
use crate::engine::recovery::data_loss::Survival;
use crate::engine::replication::delay::Delay;
use crate::engine::replication::lag::{lag_of, visible_after};

/// What the newest write of `store` that is left rests on when `lost` are gone; none where no copy of it is lost, or where
/// nothing depends on the copy that is.
pub fn survival(
    sources: &Sources<'_>,
    set: &Deployed,
    store: usize,
    takeover: &Takeover,
    lost: &[usize],
) -> Option<Survival> {
    let described = &sources.scenario.stores[store];
    if matches!(described.kind, StoreKind::None) {
        return None;
    }
    let held: Vec<usize> = sources
        .backend
        .members(store, &set.active)
        .into_iter()
        .filter(|region| lost.contains(region))
        .collect();
    if held.is_empty() {
        return None;
    }
    let left = copies(sources, store, &takeover.serving, lost);
    let restored = |region: &usize| set.role(*region) == Role::Backup;
    if left.is_empty() || !takeover.alive[store] && !matches!(described.kind, StoreKind::Quorum { .. }) {
        return Some(Survival::Nothing);
    }
    if left.iter().all(restored) {
        let backups = sources.scenario.recovery.backups.as_ref();
        return Some(backups.map_or(Survival::Nothing, Survival::by));
    }
    if matches!(described.kind, StoreKind::Quorum { .. }) {
        return Some(if takeover.alive[store] {
            Survival::Quorum
        } else {
            Survival::Nothing
        });
    }
    let lag = Delay::of(lag_of(described)?);
    let from = writers(set, store, &described.kind, &held);
    let behind = |from: usize| {
        left.iter()
            .filter(|region| !restored(region))
            .map(|to| visible_after(&sources.simulation.links, &lag, from, *to))
            .min_by(|a, b| a.mean().total_cmp(&b.mean()))
    };
    from.into_iter()
        .filter_map(behind)
        .max_by(|a, b| a.mean().total_cmp(&b.mean()))
        .map(Survival::LagAndWay)
}

/// The lost copies that took writes: the leader's, or all where all take them.
fn writers(set: &Deployed, store: usize, kind: &StoreKind, held: &[usize]) -> Vec<usize> {
    match (kind, set.plan.leaders.get(store).copied().flatten()) {
        (StoreKind::SingleLeader { .. }, Some(leader)) => {
            held.iter().copied().filter(|region| *region == leader).collect()
        }
        _ => held.to_vec(),
    }
}

/// Writes a second to `store` over all users; none where no rate is stated.
pub fn writes_per_second(sources: &Sources<'_>, store: usize) -> Option<f64> {
    let scenario = sources.scenario;
    let groups = scenario.audience.groups.iter();
    let rate: f64 = groups
        .map(|group| group.requests_per_second)
        .sum::<Option<f64>>()?;
    let of_class = |class: &crate::design::request::RequestClass| -> f64 {
        let writes = class
            .operations
            .iter()
            .filter(|operation| operation.store == store && operation.access == StoreAccess::Write);
        class.share * writes.map(|operation| f64::from(operation.times)).sum::<f64>()
    };
    Some(rate * scenario.classes.iter().map(of_class).sum::<f64>())
}
