//! How long one operation on a store takes, as the serving region sees it.
//!
//! ```text
//! single_leader       local read     a copy: its own, or the nearest member's
//!                     fresh read     way to the leader and back + the leader's time
//!                     write          the same, forwarded; without forwarding the user's request goes to the leader
//! multi_leader        all            a copy
//! object_replication  all            a copy
//! quorum              local read     a copy
//!                     fresh read     the r-th of n (way + the copy's time), seen from the coordinator
//!                     write          the w-th of n; with a leader, the way to it before
//! none                               nothing
//! ```
//! The n copies of a quorum are the members nearest to its coordinator.

use std::sync::OnceLock;

use super::delay::Delay;
use super::links::Links;
use crate::basis::dist::Dist;
use crate::design::request::StoreAccess;
use crate::design::store::{Coordinator, Legs, Store, StoreKind};

/// Where an operation starts, and what it finds.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// The region that serves the user.
    pub serving: usize,
    /// Regions that hold a copy, at least one.
    pub members: &'a [usize],
    /// The region that leads, for a store that has a leader.
    pub leader: Option<usize>,
}

/// What an operation takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Time added to the request.
    pub delay: Delay,
    /// The region that the user's request must go to instead of the serving one: the leader's, when nobody forwards.
    pub user_goes_to: Option<usize>,
}

impl Operation {
    fn takes(delay: Delay) -> Self {
        Operation {
            delay,
            user_goes_to: None,
        }
    }
}

/// A store and the ways between all regions: answers for any set without drawing anything. What depends on a pair
/// of regions is worked out once, when it is first asked for.
pub struct StoreLaws<'a> {
    store: &'a Store,
    links: &'a dyn Links,
    regions: usize,
    service: Delay,
    ways: Vec<OnceLock<Delay>>,
    reaches: Vec<OnceLock<Delay>>,
    legs: Option<LegSums>,
}

impl std::fmt::Debug for StoreLaws<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreLaws")
            .field("store", &self.store.name)
            .finish_non_exhaustive()
    }
}

/// There and back, for the own copy and for another.
struct LegSums {
    write: [Delay; 2],
    read: [Delay; 2],
}

impl LegSums {
    fn new(legs: &Legs) -> Self {
        let both = |there: &Dist, back: &Dist| {
            let own = Delay::of(there).plus(&Delay::of(back));
            let other = own.plus(&Delay::fixed(2.0 * legs.remote_ms));
            [own, other]
        };
        LegSums {
            write: both(&legs.write, &legs.ack),
            read: both(&legs.read, &legs.response),
        }
    }
}

impl<'a> StoreLaws<'a> {
    /// The laws of `store` between `regions` regions, numbered as `links` numbers them.
    pub fn new(store: &'a Store, links: &'a dyn Links, regions: usize) -> Self {
        let legs = match &store.kind {
            StoreKind::Quorum { legs: Some(legs), .. } => Some(LegSums::new(legs)),
            _ => None,
        };
        let pairs = || {
            std::iter::repeat_with(OnceLock::new)
                .take(regions * regions)
                .collect()
        };
        StoreLaws {
            store,
            links,
            regions,
            service: Delay::of(&store.service),
            ways: pairs(),
            reaches: pairs(),
            legs,
        }
    }

    /// The round trip between two regions.
    pub fn way(&self, from: usize, to: usize) -> &Delay {
        self.ways[from * self.regions + to].get_or_init(|| Delay::sum(&self.links.rtt(from, to)))
    }

    /// The round trip and the time of the copy there.
    pub fn reach(&self, from: usize, to: usize) -> &Delay {
        self.reaches[from * self.regions + to].get_or_init(|| self.way(from, to).plus(&self.service))
    }

    /// The member that `from` reads: itself where it is one, or the nearest by the mean way (the first of equals).
    pub fn home(&self, from: usize, members: &[usize]) -> Option<usize> {
        if members.contains(&from) {
            return Some(from);
        }
        let by_mean = |a: &usize, b: &usize| self.mean_way(from, *a).total_cmp(&self.mean_way(from, *b));
        members.iter().copied().min_by(|a, b| by_mean(a, b))
    }

    fn mean_way(&self, from: usize, to: usize) -> f64 {
        self.way(from, to).mean()
    }

    /// What `access` takes from `seat`. `None` where the store cannot do it with these members: there is no leader
    /// among them, or fewer than the quorum counts on.
    pub fn operation(&self, access: StoreAccess, seat: Seat<'_>) -> Option<Operation> {
        match (&self.store.kind, access) {
            (StoreKind::None, _) => Some(Operation::takes(Delay::zero())),
            (StoreKind::MultiLeader { .. } | StoreKind::ObjectReplication { .. }, _)
            | (StoreKind::SingleLeader { .. }, StoreAccess::ReadLocal) => self.at_home(seat),
            (StoreKind::SingleLeader { forwarding, .. }, _) => {
                let may_move = access == StoreAccess::Write && !forwarding;
                self.at_leader(seat, may_move)
            }
            (StoreKind::Quorum { .. }, StoreAccess::ReadLocal) => self.local_quorum_read(seat),
            (StoreKind::Quorum { .. }, _) => self.quorum(access, seat),
        }
    }

    fn at_home(&self, seat: Seat<'_>) -> Option<Operation> {
        let home = self.home(seat.serving, seat.members)?;
        Some(Operation::takes(self.reach(seat.serving, home).clone()))
    }

    fn at_leader(&self, seat: Seat<'_>, may_move: bool) -> Option<Operation> {
        let leader = member_leader(seat)?;
        if may_move && leader != seat.serving {
            return Some(Operation {
                delay: self.reach(leader, leader).clone(),
                user_goes_to: Some(leader),
            });
        }
        Some(Operation::takes(self.reach(seat.serving, leader).clone()))
    }

    fn local_quorum_read(&self, seat: Seat<'_>) -> Option<Operation> {
        match &self.legs {
            Some(legs) => Some(Operation::takes(legs.read[0].clone())),
            None => self.at_home(seat),
        }
    }

    fn quorum(&self, access: StoreAccess, seat: Seat<'_>) -> Option<Operation> {
        let StoreKind::Quorum {
            n, r, w, coordinator, ..
        } = &self.store.kind
        else {
            return None;
        };
        let k = if access == StoreAccess::Write { *w } else { *r } as usize;
        let from = match coordinator {
            Coordinator::Serving => seat.serving,
            Coordinator::Leader(_) => member_leader(seat)?,
        };
        // 0 stands for all members.
        let copies = n.unwrap_or(0) as usize;
        let answered = match &self.legs {
            Some(legs) => legs.kth(access, k, copies)?,
            None => self.kth_of_members(k, copies, from, seat.members)?,
        };
        let before = if from == seat.serving {
            Delay::zero()
        } else {
            self.way(seat.serving, from).clone()
        };
        Some(Operation::takes(before.plus(&answered)))
    }

    fn kth_of_members(&self, k: usize, n: usize, from: usize, members: &[usize]) -> Option<Delay> {
        let copies = self.copies(from, members, n)?;
        let reaches: Vec<&Delay> = copies.iter().map(|copy| self.reach(from, *copy)).collect();
        (1..=reaches.len()).contains(&k).then(|| Delay::kth(k, &reaches))
    }

    /// The `n` members nearest to `from`, itself first where it is one; 0 means all. `None` where there are fewer.
    pub fn copies(&self, from: usize, members: &[usize], n: usize) -> Option<Vec<usize>> {
        let n = if n == 0 { members.len() } else { n };
        let mut near = members.to_vec();
        let key = |to: usize| {
            if to == from {
                f64::NEG_INFINITY
            } else {
                self.mean_way(from, to)
            }
        };
        near.sort_by(|a, b| key(*a).total_cmp(&key(*b)).then(a.cmp(b)));
        (n <= near.len()).then(|| near[..n].to_vec())
    }
}

impl LegSums {
    fn kth(&self, access: StoreAccess, k: usize, n: usize) -> Option<Delay> {
        let [own, other] = if access == StoreAccess::Write {
            &self.write
        } else {
            &self.read
        };
        let copies: Vec<&Delay> = std::iter::once(own)
            .chain(std::iter::repeat_n(other, n.checked_sub(1)?))
            .collect();
        (1..=n).contains(&k).then(|| Delay::kth(k, &copies))
    }
}

fn member_leader(seat: Seat<'_>) -> Option<usize> {
    seat.leader.filter(|leader| seat.members.contains(leader))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::store::{Leader, Members, PartitionChoice};
    use crate::engine::replication::links::FixedLinks;

    /// Four regions on a line: 0, 10, 30 and 70 ms from the first.
    fn line() -> FixedLinks {
        let at = [0.0f64, 10.0, 30.0, 70.0];
        FixedLinks::new(
            at.iter()
                .map(|a| at.iter().map(|b| (a - b).abs()).collect())
                .collect(),
        )
    }

    fn store(kind: StoreKind) -> Store {
        Store {
            name: "orders".to_owned(),
            kind,
            members: Members::All,
            service: Dist::fixed(2.0).unwrap(),
            bytes_per_write: 0.0,
            partition: PartitionChoice::Refuse,
        }
    }

    fn single_leader(forwarding: bool) -> StoreKind {
        StoreKind::SingleLeader {
            leader: Leader::Search,
            lag: Dist::fixed(500.0).unwrap(),
            forwarding,
        }
    }

    fn quorum(n: u32, r: u32, w: u32, coordinator: Coordinator) -> StoreKind {
        StoreKind::Quorum {
            n: Some(n),
            r,
            w,
            coordinator,
            legs: None,
        }
    }

    /// Local read, fresh read and write in ms.
    fn times(kind: StoreKind, seat: Seat<'_>) -> [Option<f64>; 3] {
        let (store, links) = (store(kind), line());
        let laws = StoreLaws::new(&store, &links, 4);
        [StoreAccess::ReadLocal, StoreAccess::ReadFresh, StoreAccess::Write]
            .map(|access| laws.operation(access, seat)?.delay.as_fixed())
    }

    #[test]
    fn a_single_leader_is_near_for_reads_and_far_for_the_rest() {
        let seat = |serving, leader| Seat {
            serving,
            members: &[0, 2],
            leader,
        };
        assert_eq!(
            times(single_leader(true), seat(0, Some(2))),
            [Some(2.0), Some(32.0), Some(32.0)]
        );
        assert_eq!(times(single_leader(true), seat(2, Some(2))), [Some(2.0); 3]);
        // Region 1 holds no copy: the nearest is 10 ms away.
        assert_eq!(
            times(single_leader(true), seat(1, Some(2))),
            [Some(12.0), Some(22.0), Some(22.0)]
        );
        // A leader outside the members leads nothing.
        assert_eq!(
            times(single_leader(true), seat(0, Some(1))),
            [Some(2.0), None, None]
        );
    }

    #[test]
    fn without_forwarding_the_user_goes_to_the_leader() {
        let (store, links) = (store(single_leader(false)), line());
        let laws = StoreLaws::new(&store, &links, 4);
        let seat = Seat {
            serving: 0,
            members: &[0, 2],
            leader: Some(2),
        };
        let write = laws.operation(StoreAccess::Write, seat).unwrap();
        assert_eq!((write.user_goes_to, write.delay.as_fixed()), (Some(2), Some(2.0)));
        let read = laws.operation(StoreAccess::ReadFresh, seat).unwrap();
        assert_eq!((read.user_goes_to, read.delay.as_fixed()), (None, Some(32.0)));
        let own = laws
            .operation(
                StoreAccess::Write,
                Seat {
                    leader: Some(0),
                    ..seat
                },
            )
            .unwrap();
        assert_eq!((own.user_goes_to, own.delay.as_fixed()), (None, Some(2.0)));
    }

    #[test]
    fn a_quorum_waits_for_the_kth_nearest_member() {
        let all = Seat {
            serving: 1,
            members: &[0, 1, 2, 3],
            leader: Some(0),
        };
        // From region 1 the members are 0, 10, 20 and 60 ms away.
        assert_eq!(
            times(quorum(0, 2, 3, Coordinator::Serving), all),
            [Some(2.0), Some(12.0), Some(22.0)]
        );
        assert_eq!(
            times(quorum(3, 1, 3, Coordinator::Serving), all),
            [Some(2.0), Some(2.0), Some(22.0)]
        );
        assert_eq!(
            times(quorum(4, 4, 1, Coordinator::Serving), all),
            [Some(2.0), Some(62.0), Some(2.0)]
        );
        // Through the leader in region 0: 10 ms to it, its second member is 10 ms away.
        let led = Coordinator::Leader(Leader::Search);
        assert_eq!(
            times(quorum(3, 2, 2, led), all),
            [Some(2.0), Some(22.0), Some(22.0)]
        );
        // Five copies do not fit into four regions.
        assert_eq!(
            times(quorum(5, 2, 3, Coordinator::Serving), all),
            [Some(2.0), None, None]
        );
    }

    #[test]
    fn given_legs_take_the_place_of_regions() {
        let ms = |ms| Dist::fixed(ms).unwrap();
        let legs = Legs {
            write: ms(4.0),
            ack: ms(1.0),
            read: ms(1.0),
            response: ms(2.0),
            remote_ms: 75.0,
        };
        let kind = StoreKind::Quorum {
            n: Some(3),
            r: 1,
            w: 2,
            coordinator: Coordinator::Serving,
            legs: Some(legs),
        };
        let seat = Seat {
            serving: 0,
            members: &[0],
            leader: None,
        };
        assert_eq!(times(kind, seat), [Some(3.0), Some(3.0), Some(155.0)]);
    }

    #[test]
    fn local_stores_answer_where_they_are() {
        let seat = Seat {
            serving: 3,
            members: &[0, 3],
            leader: None,
        };
        let lag = || Dist::fixed(1.0).unwrap();
        assert_eq!(times(StoreKind::None, seat), [Some(0.0); 3]);
        assert_eq!(
            times(
                StoreKind::ObjectReplication {
                    lag: lag(),
                    time_control: false,
                },
                seat
            ),
            [Some(2.0); 3]
        );
        let kind = StoreKind::MultiLeader {
            lag: lag(),
            keys: 1.0,
        };
        assert_eq!(times(kind, Seat { serving: 1, ..seat }), [Some(12.0); 3]);
    }

    #[test]
    fn one_more_copy_near_by_never_slows_a_local_read() {
        let (store, links) = (store(single_leader(true)), line());
        let laws = StoreLaws::new(&store, &links, 4);
        for serving in 0..4 {
            let time = |members: &[usize]| {
                let seat = Seat {
                    serving,
                    members,
                    leader: Some(0),
                };
                laws.operation(StoreAccess::ReadLocal, seat).unwrap().delay.mean()
            };
            assert!(time(&[0, 1]) <= time(&[0]) && time(&[0, 1, 3]) <= time(&[0, 1]));
        }
    }
}
