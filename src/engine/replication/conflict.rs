//! Conflicts between regions that write the same keys, and the bytes that copying takes.
//!
//! ```text
//! two writes to a key conflict   neither had seen the other when it was made
//! writes of region b to a key    Poisson at κ_b = λ_b / keys: keys are equally likely
//! D_ab                           time until a write made at a is seen at b, drawn anew for each write and region
//! P(a's write conflicts)         1 − Π_b exp(−κ_b E[D_ba]) · E[exp(−κ_b D_ab)],  b ≠ a
//! ```
//! The first factor counts b's earlier writes that a had not seen yet (a Poisson stream thinned by independent delays
//! is Poisson with the mean delay), the second b's writes before it sees a's. Writes in one region meet in one copy
//! and do not conflict.

use super::delay::Delay;
use crate::design::store::{Coordinator, StoreKind};

/// Seconds in a day.
const DAY_S: f64 = 86_400.0;
/// Days in a month as the provider bills it: 730 hours.
const MONTH_DAYS: f64 = 730.0 / 24.0;

/// What conflicts there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflicts {
    /// The chance that a write of each region conflicts with another region's, in the order given.
    pub by_region: Vec<f64>,
    /// The chance that any write does.
    pub share: f64,
    /// Writes in conflict a day, both sides counted.
    pub writes_per_day: f64,
    /// Conflicting pairs a day: of each, the last writer wins and the other's write is lost.
    pub pairs_per_day: f64,
}

/// The conflicts between regions that take `writes[a]` writes a second, spread evenly over `keys` keys, when
/// `seen[a][b]` is the time until a write made at `a` is seen at `b`.
///
/// ```
/// use isochrone::engine::replication::{conflict::conflicts, delay::Delay};
/// // Two regions, 100 writes a second each over a million keys, seen after half a second.
/// let seen = vec![vec![Delay::zero(), Delay::fixed(500.0)], vec![Delay::fixed(500.0), Delay::zero()]];
/// let found = conflicts(&[100.0, 100.0], 1e6, &seen);
/// // 10⁻⁴ a second of the other's writes to the key, within half a second before and after.
/// assert!((found.share - (1.0 - (-1e-4f64).exp())).abs() < 1e-15);
/// assert_eq!(found.pairs_per_day.round(), 864.0);
/// ```
pub fn conflicts(writes: &[f64], keys: f64, seen: &[Vec<Delay>]) -> Conflicts {
    let regions = 0..writes.len();
    let total: f64 = writes.iter().sum();
    let by_region: Vec<f64> = regions
        .clone()
        .map(|a| of_region(a, writes, keys, seen))
        .collect();
    let per_second: f64 = regions.clone().map(|a| writes[a] * by_region[a]).sum();
    let pairs = |a: usize| -> f64 {
        let other = |b: usize| writes[a] * per_ms(writes[b], keys) * (seen[a][b].mean() + seen[b][a].mean());
        (a + 1..writes.len()).map(other).sum()
    };
    Conflicts {
        share: if total > 0.0 { per_second / total } else { 0.0 },
        by_region,
        writes_per_day: per_second * DAY_S,
        pairs_per_day: regions.map(pairs).sum::<f64>() * DAY_S,
    }
}

fn of_region(a: usize, writes: &[f64], keys: f64, seen: &[Vec<Delay>]) -> f64 {
    // As logarithms, so that a chance of 10⁻¹² does not drown in 1 − 1.
    let clear = |b: usize| {
        let rate = per_ms(writes[b], keys);
        seen[a][b].log_laplace(rate) - rate * seen[b][a].mean()
    };
    let others = (0..writes.len()).filter(|b| *b != a);
    -others.map(clear).sum::<f64>().exp_m1()
}

/// Writes a millisecond to one key.
fn per_ms(writes_per_second: f64, keys: f64) -> f64 {
    writes_per_second / keys / 1000.0
}

/// Bytes that go from one region to another to keep copies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replicated {
    /// From where.
    pub from: usize,
    /// To where.
    pub to: usize,
    /// Bytes a day.
    pub bytes_per_day: f64,
}

impl Replicated {
    /// Bytes in a month of 730 hours, which is what transfer is billed by.
    pub fn bytes_per_month(&self) -> f64 {
        self.bytes_per_day * MONTH_DAYS
    }
}

/// The writes that each copy passes on, and to how many others.
#[derive(Clone, Copy, Debug)]
pub struct Copying<'a> {
    /// Regions that hold a copy.
    pub members: &'a [usize],
    /// The region that leads, for a store that has a leader.
    pub leader: Option<usize>,
    /// Writes a second by the copy that takes them, in the order of the members.
    pub writes: &'a [f64],
    /// Bytes that a write sends to each other copy.
    pub bytes: f64,
}

/// What copying takes, pair by pair: a write goes from where it is in force first to every other copy. `copies(from)`
/// names the copies of a quorum coordinated at `from`. Forwarding a write to the leader is not copying.
pub fn replicated(
    kind: &StoreKind,
    copying: Copying<'_>,
    copies: impl Fn(usize) -> Vec<usize>,
) -> Vec<Replicated> {
    let sources = sources(kind, copying);
    let mut pairs = Vec::new();
    for (from, writes) in sources.into_iter().filter(|(_, writes)| *writes > 0.0) {
        let targets = match kind {
            StoreKind::None => Vec::new(),
            StoreKind::Quorum { .. } => copies(from),
            _ => copying.members.to_vec(),
        };
        pairs.extend(targets.into_iter().filter(|to| *to != from).map(|to| Replicated {
            from,
            to,
            bytes_per_day: writes * copying.bytes * DAY_S,
        }));
    }
    pairs
}

/// Where writes are in force first, and how many a second.
fn sources(kind: &StoreKind, copying: Copying<'_>) -> Vec<(usize, f64)> {
    let led = matches!(
        kind,
        StoreKind::SingleLeader { .. }
            | StoreKind::Quorum {
                coordinator: Coordinator::Leader(_),
                ..
            }
    );
    match (led, copying.leader) {
        (true, Some(leader)) => vec![(leader, copying.writes.iter().sum())],
        (true, None) => Vec::new(),
        (false, _) => copying
            .members
            .iter()
            .copied()
            .zip(copying.writes.iter().copied())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::basis::seed::{Purpose, Stream};
    use crate::design::store::Leader;

    /// Writes of two regions to one key as a story of events, against the formula. Some 190,000 writes of the first
    /// region: the standard error of a share of about a half is 0.0012, and four of them are allowed.
    #[test]
    fn the_formula_tells_how_a_story_of_writes_ends() {
        let (rate_a, rate_b) = (0.002, 0.003);
        let (ab, ba) = (Dist::exponential(120.0).unwrap(), Dist::fixed(90.0).unwrap());
        let draws = |entity| {
            let stream = Stream::new(3, Purpose::Resample, entity, 0);
            (0u64..).map(move |at| stream.uniform(at))
        };
        let times = |entity, rate: f64| {
            let gaps = draws(entity).scan(0.0, move |time, u| {
                *time += -u.ln() / rate;
                Some(*time)
            });
            gaps.take(300_000).collect::<Vec<f64>>()
        };
        let (a, b) = (times(1, rate_a), times(2, rate_b));
        let seen_at_b: Vec<f64> = a.iter().zip(draws(3)).map(|(t, u)| t + ab.quantile(u)).collect();
        let seen_at_a: Vec<f64> = b.iter().map(|t| t + ba.quantile(0.5)).collect();
        // As long as b writes.
        let count = a.partition_point(|t| *t < b[290_000]).min(200_000);
        let conflicts_with = |i: usize| {
            let near = b.partition_point(|t| *t < a[i] - 5000.0)..b.partition_point(|t| *t < a[i] + 5000.0);
            near.into_iter()
                .any(|j| seen_at_b[i] > b[j] && seen_at_a[j] > a[i])
        };
        let found = (0..count).filter(|i| conflicts_with(*i)).count() as f64 / count as f64;
        let seen = vec![
            vec![Delay::zero(), Delay::of(&ab)],
            vec![Delay::of(&ba), Delay::zero()],
        ];
        let told = conflicts(&[rate_a * 1000.0, rate_b * 1000.0], 1.0, &seen).by_region[0];
        let room = 4.0 * (told * (1.0 - told) / count as f64).sqrt();
        assert!((found - told).abs() < room, "{found} {told} ± {room}");
    }

    #[test]
    fn a_rare_conflict_is_rate_times_window() {
        let seen = vec![vec![Delay::fixed(1.0); 3]; 3];
        let found = conflicts(&[1e-3, 1e-3, 1e-3], 1e9, &seen);
        // Two others, each 10⁻¹⁵ writes to the key a millisecond, 2 ms each.
        assert!((found.share / 4e-15 - 1.0).abs() < 1e-6, "{}", found.share);
        // Every conflict has two sides.
        assert!((found.writes_per_day / found.pairs_per_day / 2.0 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn one_region_alone_has_no_conflicts() {
        let found = conflicts(&[1000.0], 10.0, &[vec![Delay::zero()]]);
        assert_eq!((found.share, found.pairs_per_day), (0.0, 0.0));
        assert_eq!(
            conflicts(&[0.0, 0.0], 10.0, &vec![vec![Delay::zero(); 2]; 2]).share,
            0.0
        );
    }

    #[test]
    fn bytes_are_writes_times_size_times_other_copies() {
        let kind = StoreKind::MultiLeader {
            lag: Dist::fixed(1.0).unwrap(),
            keys: 1.0,
        };
        let copying = Copying {
            members: &[0, 4, 7],
            leader: None,
            writes: &[2.0, 1.0, 0.0],
            bytes: 1000.0,
        };
        let pairs = replicated(&kind, copying, |_| vec![]);
        assert_eq!(pairs.len(), 4);
        let total: f64 = pairs.iter().map(|pair| pair.bytes_per_day).sum();
        assert_eq!(total, 3.0 * 1000.0 * 2.0 * 86_400.0);
        assert_eq!(
            pairs[0],
            Replicated {
                from: 0,
                to: 4,
                bytes_per_day: 172_800_000.0
            }
        );
        assert_eq!(pairs[0].bytes_per_month(), 172_800_000.0 * 730.0 / 24.0);
    }

    #[test]
    fn a_leader_sends_everybodys_writes() {
        let (leader, lag) = (Leader::Search, Dist::fixed(1.0).unwrap());
        let kind = StoreKind::SingleLeader {
            leader,
            lag,
            forwarding: true,
        };
        let copying = Copying {
            members: &[0, 4, 7],
            leader: Some(4),
            writes: &[2.0, 1.0, 1.0],
            bytes: 10.0,
        };
        let pairs = replicated(&kind, copying, |_| vec![]);
        let each = 4.0 * 10.0 * 86_400.0;
        assert_eq!(
            pairs,
            [0, 7].map(|to| Replicated {
                from: 4,
                to,
                bytes_per_day: each
            })
        );
        assert!(replicated(&StoreKind::None, copying, |_| vec![0, 4]).is_empty());
    }
}
