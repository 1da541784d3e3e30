//! How fresh a local read is, over everybody who writes and everybody who reads.
//!
//! ```text
//! single_leader                      a write is in force at the leader, whoever made it
//! multi_leader, object_replication   … at the copy of the region that took it
//! seen at b after                    the way from there to b's copy + lag; at once where it is the same copy
//! ```
//! The clock starts when the write is in force at its first copy, which is before the writer hears of it.

use super::delay::{Delay, Mix};
use super::lag::{lag_of, visible_after};
use super::links::Links;
use super::operation::StoreLaws;
use crate::design::store::{Store, StoreKind};

/// Shares of t-visibility that are reported.
pub const VISIBILITY: [f64; 4] = [0.5, 0.9, 0.99, 0.999];

/// Who writes and who reads: a region and its share of the writes, or of the reads.
#[derive(Clone, Copy, Debug)]
pub struct Traffic<'a> {
    /// Shares of the writes by serving region.
    pub writers: &'a [(usize, f64)],
    /// Shares of the reads by serving region.
    pub readers: &'a [(usize, f64)],
}

/// How fresh local reads are.
#[derive(Clone, Debug)]
pub struct Staleness {
    behind: Mix,
}

impl Staleness {
    /// The chance that a read `t` ms after a write sees it.
    pub fn fresh_at(&self, t: f64) -> f64 {
        self.behind.share_within(t)
    }

    /// Time (ms) after a write from which the share `p` of reads see it: t-visibility.
    pub fn visible_after(&self, p: f64) -> f64 {
        self.behind.quantile(p)
    }

    /// Mean time (ms) until a write is seen.
    pub fn mean(&self) -> f64 {
        self.behind.mean()
    }
}

/// The freshness of local reads of `store`, copied to `members`. `None` for a store whose copies do not follow one
/// another (a quorum's freshness comes from [`super::wars`]), and where no member or leader can be found.
///
/// ```
/// use isochrone::basis::dist::Dist;
/// use isochrone::design::store::{Members, PartitionChoice, Store, StoreKind};
/// use isochrone::engine::replication::links::FixedLinks;
/// use isochrone::engine::replication::staleness::{Traffic, staleness};
/// let store = Store {
///     name: "carts".to_owned(),
///     kind: StoreKind::MultiLeader { lag: Dist::fixed(800.0)?, keys: 1e6 },
///     members: Members::All,
///     service: Dist::fixed(2.0)?,
///     bytes_per_write: 0.0,
///     partition: PartitionChoice::Diverge,
/// };
/// let links = FixedLinks::new(vec![vec![0.0, 70.0], vec![70.0, 0.0]]);
/// let halves = [(0, 0.5), (1, 0.5)];
/// let traffic = Traffic { writers: &halves, readers: &halves };
/// let found = staleness(&store, &links, &[0, 1], None, traffic).unwrap();
/// assert_eq!((found.fresh_at(0.0), found.visible_after(0.9)), (0.5, 835.0));
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
pub fn staleness(
    store: &Store,
    links: &dyn Links,
    members: &[usize],
    leader: Option<usize>,
    traffic: Traffic<'_>,
) -> Option<Staleness> {
    let lag = Delay::of(lag_of(store)?);
    let writers = merged(traffic.writers, |region| {
        first_copy(store, links, members, leader, region)
    })?;
    let readers = merged(traffic.readers, |region| home(store, links, members, region))?;
    let mut parts = Vec::with_capacity(writers.len() * readers.len());
    for (from, written) in &writers {
        for (to, read) in &readers {
            parts.push((written * read, visible_after(links, &lag, *from, *to)));
        }
    }
    Some(Staleness {
        behind: Mix::new(&parts),
    })
}

/// Where a write taken by `region` is in force first.
fn first_copy(
    store: &Store,
    links: &dyn Links,
    members: &[usize],
    leader: Option<usize>,
    region: usize,
) -> Option<usize> {
    match store.kind {
        StoreKind::SingleLeader { .. } => leader.filter(|leader| members.contains(leader)),
        _ => home(store, links, members, region),
    }
}

fn home(store: &Store, links: &dyn Links, members: &[usize], region: usize) -> Option<usize> {
    let regions = members.iter().copied().max()?.max(region) + 1;
    StoreLaws::new(store, links, regions).home(region, members)
}

/// Shares by copy instead of by region, in order of the copies; those without any are left out.
fn merged(shares: &[(usize, f64)], copy: impl Fn(usize) -> Option<usize>) -> Option<Vec<(usize, f64)>> {
    let mut by_copy = std::collections::BTreeMap::new();
    for (region, share) in shares.iter().filter(|(_, share)| *share > 0.0) {
        *by_copy.entry(copy(*region)?).or_insert(0.0) += share;
    }
    (!by_copy.is_empty()).then(|| by_copy.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::design::store::{Leader, Members, PartitionChoice};
    use crate::engine::replication::links::FixedLinks;

    fn store(kind: StoreKind) -> Store {
        Store {
            name: "s".to_owned(),
            kind,
            members: Members::All,
            service: Dist::fixed(2.0).unwrap(),
            bytes_per_write: 0.0,
            partition: PartitionChoice::Diverge,
        }
    }

    fn links() -> FixedLinks {
        FixedLinks::new(vec![
            vec![0.0, 70.0, 200.0],
            vec![70.0, 0.0, 180.0],
            vec![200.0, 180.0, 0.0],
        ])
    }

    /// The leader is in region 0; its readers (half of all) see at once, the others after 35 ms + 500 ms.
    #[test]
    fn behind_a_leader_only_its_own_readers_are_fresh_at_once() {
        let lag = Dist::fixed(500.0).unwrap();
        let store = store(StoreKind::SingleLeader {
            leader: Leader::Search,
            lag,
            forwarding: true,
        });
        let traffic = Traffic {
            writers: &[(1, 1.0)],
            readers: &[(0, 0.5), (1, 0.5)],
        };
        let found = staleness(&store, &links(), &[0, 1], Some(0), traffic).unwrap();
        assert_eq!(
            (found.fresh_at(0.0), found.fresh_at(534.9), found.fresh_at(535.0)),
            (0.5, 0.5, 1.0)
        );
        assert_eq!(
            VISIBILITY.map(|p| found.visible_after(p)),
            [0.0, 535.0, 535.0, 535.0]
        );
        assert_eq!(found.mean(), 267.5);
        assert!(staleness(&store, &links(), &[1, 2], Some(0), traffic).is_none());
    }

    /// Lag exponential, mean 100 ms, one way 35 ms, all writes in 0 and all reads in 1.
    #[test]
    fn t_visibility_is_the_quantile_of_way_and_lag() {
        let lag = Dist::exponential(100.0).unwrap();
        let store = store(StoreKind::ObjectReplication {
            lag,
            time_control: true,
        });
        let traffic = Traffic {
            writers: &[(0, 1.0)],
            readers: &[(1, 1.0)],
        };
        let found = staleness(&store, &links(), &[0, 1], None, traffic).unwrap();
        for p in VISIBILITY {
            let exact = 35.0 - 100.0 * (1.0 - p).ln();
            assert!((found.visible_after(p) / exact - 1.0).abs() < 2e-3, "{p}");
        }
        assert!((found.fresh_at(135.0) - (1.0 - (-1f64).exp())).abs() < 1e-3);
    }

    /// Region 1 holds no copy: it reads and writes the one in region 0.
    #[test]
    fn a_region_without_a_copy_shares_that_of_its_nearest() {
        let store = store(StoreKind::MultiLeader {
            lag: Dist::fixed(9.0).unwrap(),
            keys: 1.0,
        });
        let traffic = Traffic {
            writers: &[(1, 1.0)],
            readers: &[(0, 0.5), (2, 0.5)],
        };
        let found = staleness(&store, &links(), &[0, 2], None, traffic).unwrap();
        assert_eq!((found.fresh_at(0.0), found.visible_after(0.99)), (0.5, 109.0));
    }
}
