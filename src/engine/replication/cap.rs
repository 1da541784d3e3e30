//! What a cut between regions does to a store: what is refused, and what is answered stale or apart.
//!
//! Messages find any way over pairs that are not cut, through other regions of the set. Where there is none, the
//! store does what it chose: refuse (CP) or diverge (AP). Some things are no choice:
//!
//! ```text
//! local read          answered wherever a copy is in reach; stale when writes may go on where it does not reach
//! single_leader       fresh reads and writes need the leader; without forwarding the user himself goes to it, over
//!                     the public internet, which is not cut
//! multi_leader,       need all copies to be safe
//! object_replication
//! quorum              needs r or w of its copies; where another side can complete writes of its own (w copies there),
//!                     reads are stale and writes diverge whatever was chosen: r + w ≤ n and 2w ≤ n allow that
//! ```

use crate::design::request::StoreAccess;
use crate::design::store::{Coordinator, PartitionChoice, Store, StoreKind};

/// What becomes of an operation under a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// As if nothing were cut.
    Served,
    /// Answered from what the copy has; newer writes are out of its reach.
    Stale,
    /// Taken, while other regions may take another for the same key.
    Divergent,
    /// Not answered.
    Refused,
}

/// Which regions still reach each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Regions of the set, and for each the number of its side.
    sides: Vec<(usize, usize)>,
}

impl Reach {
    /// The sides of `regions` when the pairs of `cut` are cut, in either order. Regions outside pass nothing on.
    ///
    /// ```
    /// use isochrone::engine::replication::cap::Reach;
    /// // A triangle with one side cut still has the way around; with two cut it does not.
    /// assert!(Reach::under(&[0, 1, 2], &[(0, 1)]).connected(0, 1));
    /// assert!(!Reach::under(&[0, 1, 2], &[(0, 1), (2, 0)]).connected(0, 1));
    /// ```
    pub fn under(regions: &[usize], cut: &[(usize, usize)]) -> Self {
        let mut all = regions.to_vec();
        all.sort_unstable();
        all.dedup();
        let mut sides: Vec<(usize, usize)> = all.iter().copied().zip(0..).collect();
        let linked = |a, b| !cut.contains(&(a, b)) && !cut.contains(&(b, a));
        for (at, a) in all.iter().enumerate() {
            for b in &all[at + 1..] {
                if linked(*a, *b) {
                    join(&mut sides, *a, *b);
                }
            }
        }
        Reach { sides }
    }

    /// Whether a message finds a way.
    pub fn connected(&self, a: usize, b: usize) -> bool {
        a == b || self.side(a).is_some() && self.side(a) == self.side(b)
    }

    fn side(&self, region: usize) -> Option<usize> {
        self.sides
            .iter()
            .find(|(other, _)| *other == region)
            .map(|(_, side)| *side)
    }

    /// How many of `copies` each side holds.
    fn held(&self, copies: &[usize]) -> Vec<(usize, usize)> {
        let mut held = std::collections::BTreeMap::new();
        for side in copies.iter().filter_map(|copy| self.side(*copy)) {
            *held.entry(side).or_insert(0) += 1;
        }
        held.into_iter().collect()
    }
}

/// Makes one side of the sides of `a` and `b`.
fn join(sides: &mut [(usize, usize)], a: usize, b: usize) {
    let side_of = |region| {
        sides
            .iter()
            .find(|(other, _)| *other == region)
            .map_or(0, |(_, side)| *side)
    };
    let (kept, gone) = (side_of(a), side_of(b));
    for (_, side) in sides.iter_mut().filter(|(_, side)| *side == gone) {
        *side = kept;
    }
}

/// A store under a cut.
#[derive(Clone, Copy, Debug)]
pub struct CutStore<'a> {
    /// The store.
    pub store: &'a Store,
    /// Regions that hold a copy; those of a quorum that has more members than copies are the ones it uses.
    pub members: &'a [usize],
    /// The region that leads, for a store that has a leader.
    pub leader: Option<usize>,
    /// Who still reaches whom.
    pub reach: &'a Reach,
}

impl CutStore<'_> {
    /// What becomes of `access` in the region `serving`.
    pub fn fate(&self, access: StoreAccess, serving: usize) -> Fate {
        match &self.store.kind {
            StoreKind::None | StoreKind::Quorum { legs: Some(_), .. } => Fate::Served,
            _ if access == StoreAccess::ReadLocal => self.local_read(serving),
            StoreKind::SingleLeader { forwarding, .. } => {
                let moves = access == StoreAccess::Write && !forwarding;
                self.chosen(access, serving, moves || self.reaches_leader(serving))
            }
            StoreKind::MultiLeader { .. } | StoreKind::ObjectReplication { .. } => {
                self.chosen(access, serving, self.reaches_all(serving))
            }
            StoreKind::Quorum {
                r, w, coordinator, ..
            } => {
                let wanted = if access == StoreAccess::Write { *w } else { *r } as usize;
                self.quorum(access, serving, coordinator, wanted)
            }
        }
    }

    /// Shares of the traffic by fate.
    pub fn shares(&self, access: StoreAccess, traffic: &[(usize, f64)]) -> Shares {
        let mut shares = Shares::default();
        for (region, share) in traffic {
            match self.fate(access, *region) {
                Fate::Served => shares.served += share,
                Fate::Stale => shares.stale += share,
                Fate::Divergent => shares.divergent += share,
                Fate::Refused => shares.refused += share,
            }
        }
        shares
    }

    fn local_read(&self, serving: usize) -> Fate {
        if self.copies_in_reach(serving) == 0 {
            return Fate::Refused;
        }
        let current = match &self.store.kind {
            StoreKind::SingleLeader { .. } => self.reaches_leader(serving),
            StoreKind::Quorum { w, .. } => !self.written_elsewhere(serving, *w as usize),
            // Where writes need all copies, none goes on anywhere.
            _ => self.store.partition == PartitionChoice::Refuse || self.reaches_all(serving),
        };
        if current { Fate::Served } else { Fate::Stale }
    }

    fn quorum(&self, access: StoreAccess, serving: usize, coordinator: &Coordinator, wanted: usize) -> Fate {
        let led = matches!(coordinator, Coordinator::Leader(_));
        let complete = self.copies_in_reach(serving) >= wanted && (!led || self.reaches_leader(serving));
        if !complete {
            return self.chosen(access, serving, false);
        }
        let StoreKind::Quorum { w, .. } = &self.store.kind else {
            return Fate::Served;
        };
        // Behind one leader nobody else completes a write.
        let apart = !led && self.written_elsewhere(serving, *w as usize);
        if apart { apart_fate(access) } else { Fate::Served }
    }

    /// What the store chose for an operation that is safe or is not. To diverge it needs a copy to do it with.
    fn chosen(&self, access: StoreAccess, serving: usize, safe: bool) -> Fate {
        let may_diverge =
            self.store.partition == PartitionChoice::Diverge && self.copies_in_reach(serving) > 0;
        match (safe, may_diverge) {
            (true, _) => Fate::Served,
            (false, true) => apart_fate(access),
            (false, false) => Fate::Refused,
        }
    }

    fn reaches_all(&self, serving: usize) -> bool {
        self.copies_in_reach(serving) == self.members.len()
    }

    fn reaches_leader(&self, serving: usize) -> bool {
        let leads = self.leader.filter(|leader| self.members.contains(leader));
        leads.is_some_and(|leader| self.reach.connected(serving, leader))
    }

    fn copies_in_reach(&self, serving: usize) -> usize {
        self.members
            .iter()
            .filter(|copy| self.reach.connected(serving, **copy))
            .count()
    }

    /// Whether another side can complete writes that this one does not see: any that holds `w` copies, or with a
    /// leader only the leader's.
    fn written_elsewhere(&self, serving: usize, w: usize) -> bool {
        let own = self.reach.side(serving);
        let leads = self.leader.and_then(|leader| self.reach.side(leader));
        let led = self.store.kind.leader().is_some();
        let writes = |side: usize| !led || leads == Some(side);
        let held = self.reach.held(self.members);
        held.iter()
            .any(|(side, held)| Some(*side) != own && *held >= w && writes(*side))
    }
}

fn apart_fate(access: StoreAccess) -> Fate {
    match access {
        StoreAccess::Write => Fate::Divergent,
        StoreAccess::ReadLocal | StoreAccess::ReadFresh => Fate::Stale,
    }
}

/// Shares of some traffic by what becomes of it; they sum to the traffic given.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shares {
    /// As if nothing were cut.
    pub served: f64,
    /// Answered stale.
    pub stale: f64,
    /// Written apart.
    pub divergent: f64,
    /// Refused.
    pub refused: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::design::store::{Leader, Members};
    use Fate::{Divergent, Refused, Served, Stale};

    fn store(kind: StoreKind, partition: PartitionChoice) -> Store {
        Store {
            name: "s".to_owned(),
            kind,
            members: Members::All,
            service: Dist::fixed(2.0).unwrap(),
            bytes_per_write: 0.0,
            partition,
        }
    }

    fn single_leader(forwarding: bool) -> StoreKind {
        let (leader, lag) = (Leader::Search, Dist::fixed(1.0).unwrap());
        StoreKind::SingleLeader {
            leader,
            lag,
            forwarding,
        }
    }

    fn quorum(r: u32, w: u32, coordinator: Coordinator) -> StoreKind {
        StoreKind::Quorum {
            n: Some(3),
            r,
            w,
            coordinator,
            legs: None,
        }
    }

    /// Regions 0, 1, 2 with copies, leader 0; region 2 is cut off. Local read, fresh read, write at each region.
    fn fates(kind: StoreKind, partition: PartitionChoice) -> [[Fate; 3]; 3] {
        let store = store(kind, partition);
        let reach = Reach::under(&[0, 1, 2], &[(0, 2), (2, 1)]);
        let cut = CutStore {
            store: &store,
            members: &[0, 1, 2],
            leader: Some(0),
            reach: &reach,
        };
        [0, 1, 2].map(|region| {
            [StoreAccess::ReadLocal, StoreAccess::ReadFresh, StoreAccess::Write]
                .map(|access| cut.fate(access, region))
        })
    }

    #[test]
    fn a_leader_out_of_reach_is_refused_or_served_apart() {
        let whole = [Served; 3];
        let found = fates(single_leader(true), PartitionChoice::Refuse);
        assert_eq!(found, [whole, whole, [Stale, Refused, Refused]]);
        let found = fates(single_leader(true), PartitionChoice::Diverge);
        assert_eq!(found, [whole, whole, [Stale, Stale, Divergent]]);
        // The user's own way to the leader is not cut.
        let found = fates(single_leader(false), PartitionChoice::Refuse);
        assert_eq!(found[2], [Stale, Refused, Served]);
    }

    #[test]
    fn leaders_everywhere_diverge_on_both_sides() {
        let kind = || StoreKind::MultiLeader {
            lag: Dist::fixed(1.0).unwrap(),
            keys: 1.0,
        };
        assert_eq!(
            fates(kind(), PartitionChoice::Diverge),
            [[Stale, Stale, Divergent]; 3]
        );
        // Refused everywhere, so what a copy has stays current.
        assert_eq!(
            fates(kind(), PartitionChoice::Refuse),
            [[Served, Refused, Refused]; 3]
        );
    }

    #[test]
    fn a_majority_goes_on_and_a_minority_does_not() {
        let strict = || quorum(2, 2, Coordinator::Serving);
        let found = fates(strict(), PartitionChoice::Refuse);
        assert_eq!(found, [[Served; 3], [Served; 3], [Stale, Refused, Refused]]);
        assert_eq!(
            fates(strict(), PartitionChoice::Diverge)[2],
            [Stale, Stale, Divergent]
        );
    }

    /// With one of three for a write both sides complete writes; no choice prevents it.
    #[test]
    fn partial_quorums_diverge_whatever_was_chosen() {
        let found = fates(quorum(1, 1, Coordinator::Serving), PartitionChoice::Refuse);
        assert_eq!(found, [[Stale, Stale, Divergent]; 3]);
        // One leader coordinates: only its side writes.
        let led = quorum(1, 1, Coordinator::Leader(Leader::Search));
        let found = fates(led, PartitionChoice::Refuse);
        assert_eq!(found, [[Served; 3], [Served; 3], [Stale, Refused, Refused]]);
    }

    /// The leader is cut off alone: nobody completes a write, so nothing goes stale.
    #[test]
    fn a_leader_without_its_quorum_stops_all_writes() {
        let store = store(
            quorum(2, 2, Coordinator::Leader(Leader::Search)),
            PartitionChoice::Refuse,
        );
        let reach = Reach::under(&[0, 1, 2], &[(0, 1), (0, 2)]);
        let cut = CutStore {
            store: &store,
            members: &[0, 1, 2],
            leader: Some(0),
            reach: &reach,
        };
        for region in 0..3 {
            assert_eq!(cut.fate(StoreAccess::ReadLocal, region), Served);
            assert_eq!(cut.fate(StoreAccess::ReadFresh, region), Refused);
            assert_eq!(cut.fate(StoreAccess::Write, region), Refused);
        }
    }

    #[test]
    fn shares_add_up_to_the_traffic() {
        let store = store(quorum(2, 2, Coordinator::Serving), PartitionChoice::Refuse);
        let reach = Reach::under(&[0, 1, 2], &[(0, 2), (1, 2)]);
        let cut = CutStore {
            store: &store,
            members: &[0, 1, 2],
            leader: None,
            reach: &reach,
        };
        let shares = cut.shares(StoreAccess::Write, &[(0, 0.5), (1, 0.25), (2, 0.25)]);
        assert_eq!(
            shares,
            Shares {
                served: 0.75,
                refused: 0.25,
                ..Shares::default()
            }
        );
    }

    #[test]
    fn nothing_cut_changes_nothing() {
        for kind in [
            single_leader(true),
            quorum(1, 1, Coordinator::Serving),
            StoreKind::None,
        ] {
            let store = store(kind, PartitionChoice::Diverge);
            let reach = Reach::under(&[0, 1, 2], &[]);
            let cut = CutStore {
                store: &store,
                members: &[0, 1, 2],
                leader: Some(1),
                reach: &reach,
            };
            for region in 0..3 {
                for access in [StoreAccess::ReadLocal, StoreAccess::ReadFresh, StoreAccess::Write] {
                    assert_eq!(cut.fate(access, region), Served);
                }
            }
        }
    }

    #[test]
    fn a_region_with_no_copy_in_reach_is_refused() {
        let store = store(single_leader(true), PartitionChoice::Diverge);
        let reach = Reach::under(&[0, 1], &[(0, 1)]);
        let cut = CutStore {
            store: &store,
            members: &[0],
            leader: Some(0),
            reach: &reach,
        };
        assert_eq!(cut.fate(StoreAccess::ReadLocal, 1), Refused);
        assert_eq!(cut.fate(StoreAccess::Write, 1), Refused);
    }
}
