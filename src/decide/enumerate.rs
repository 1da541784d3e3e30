//! Every set of the wanted sizes, scored exactly, the best kept.
//!
//! Depth first over ascending regions. A prefix keeps which of its regions serves each group and, for the bins
//! that were asked for, the row of shares that follows; a set is then its prefix's row and one region's row,
//! merged by which of the two is nearer: two reads in sequence and no table look-up. A set that cannot be among
//! the best falls at a single test: is its share below the bin of the worst kept value too small?

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::objective::{Figure, large_countries};
use super::planes::{Planes, WHOLE};
use crate::basis::error::Result;
use crate::basis::shard::Shard;
use crate::basis::stat::atoms::Atoms;
use crate::basis::stat::bins;
use crate::engine::latency::law::Laws;
use crate::engine::latency::table::LatencyTable;
use crate::engine::progress::Watch;

/// What is searched for.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Sizes of sets, ascending.
    pub sizes: Vec<usize>,
    /// Regions every set contains, ascending.
    pub must_have: Vec<usize>,
    /// What sets are ranked by.
    pub objective: Figure,
    /// Figures that must not be worse than a value.
    pub limits: Vec<(Figure, f64)>,
    /// How many of the best are kept for each size.
    pub top: usize,
}

/// Whether a set that keeps the limits of a query may be among its best: what figures of latency do not say.
pub type Accept<'a> = dyn Fn(&[usize]) -> bool + Sync + 'a;

/// A set and the value of its objective.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The regions, ascending.
    pub regions: Vec<usize>,
    /// Value of the objective.
    pub value: f64,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// For each size its best sets, best first; equals in lexicographic order.
    pub best: BTreeMap<usize, Vec<Scored>>,
    /// Sets that contain the must-haves.
    pub sets: u64,
    /// Of these, the ones that were looked at.
    pub scored: u64,
    /// Of these, the ones that break a limit.
    pub infeasible: u64,
    /// Sets good enough to be among the best that were turned away for another reason than latency.
    pub turned_away: u64,
    /// Every set was looked at.
    pub complete: bool,
}

/// Number of sets of `size` out of `regions` that contain all of `must_have` regions; `None` beyond 2⁶⁴.
///
/// ```
/// assert_eq!(isochrone::decide::enumerate::count_sets(33, 4, 0), Some(40_920));
/// assert_eq!(isochrone::decide::enumerate::count_sets(33, 3, 1), Some(496));
/// ```
pub fn count_sets(regions: usize, size: usize, must_have: usize) -> Option<u64> {
    let (n, k) = (
        regions.checked_sub(must_have)? as u128,
        size.checked_sub(must_have)? as u128,
    );
    if k > n {
        return Some(0);
    }
    let mut count: u128 = 1;
    for i in 0..k.min(n - k) {
        count = count.checked_mul(n - i)? / (i + 1);
    }
    u64::try_from(count).ok()
}

/// Scores every set.
///
/// # Errors
/// Never for lack of sets: an empty [`Found`] says so. When the user asks to stop, what was found so far comes
/// back with `complete` false.
pub fn search(laws: &Laws, table: &LatencyTable, query: &Query, watch: Watch<'_>) -> Result<Found> {
    search_where(laws, table, query, None, watch)
}

/// The same, where only sets that are accepted may be among the best.
///
/// # Errors
/// As [`search`].
pub fn search_where(
    laws: &Laws,
    table: &LatencyTable,
    query: &Query,
    accept: Option<&Accept<'_>>,
    watch: Watch<'_>,
) -> Result<Found> {
    search_shard(laws, table, query, accept, Shard::WHOLE, watch)
}

/// The same of one part of the sets: those whose first regions, numbered as in [`prefixes`], belong to `shard`.
/// [`Found::sets`] counts the sets of all parts.
///
/// # Errors
/// As [`search`].
pub fn search_shard(
    laws: &Laws,
    table: &LatencyTable,
    query: &Query,
    accept: Option<&Accept<'_>>,
    shard: Shard,
    watch: Watch<'_>,
) -> Result<Found> {
    let scorer = Scorer {
        accept,
        ..Scorer::new(laws, table, query)
    };
    let mut found = Found {
        complete: true,
        ..Found::default()
    };
    let total: u64 = query
        .sizes
        .iter()
        .filter_map(|size| count_sets(laws.regions, *size, query.must_have.len()))
        .sum();
    let total = total.div_ceil(u64::from(shard.of()));
    let done = AtomicU64::new(0);
    let mut number = 0;
    for &size in &query.sizes {
        let mut own = starts(laws.regions, size);
        own.retain(|_| {
            number += 1;
            shard.owns(number - 1)
        });
        let parts: Vec<Part> = own
            .into_par_iter()
            .map_init(
                || Walk::new(&scorer, size),
                |walk, start| {
                    let part = walk.from(&start, watch);
                    let sum = done.fetch_add(part.scored, Ordering::Relaxed) + part.scored;
                    watch.advance("searching", sum, total);
                    part
                },
            )
            .collect();
        found.add(size, query.top, parts);
        found.sets += count_sets(laws.regions, size, query.must_have.len()).unwrap_or(u64::MAX);
    }
    Ok(found)
}

/// How many first regions there are that sets are walked from, size by size: what a search is cut by.
pub fn prefixes(regions: usize, sizes: &[usize]) -> u64 {
    sizes.iter().map(|size| starts(regions, *size).len() as u64).sum()
}

impl Found {
    /// What the parts of a search found together, as though it had been one. The order of the parts does not matter.
    ///
    /// Each part knows the best of its own sets, and the best of all are among these.
    pub fn together(parts: Vec<Found>, query: &Query) -> Found {
        let mut all = Found {
            complete: true,
            ..Found::default()
        };
        for part in parts {
            all.sets = part.sets;
            all.scored += part.scored;
            all.infeasible += part.infeasible;
            all.turned_away += part.turned_away;
            all.complete &= part.complete;
            for (size, best) in part.best {
                all.best.entry(size).or_default().extend(best);
            }
        }
        let cost = |scored: &Scored| query.objective.cost(scored.value);
        for best in all.best.values_mut() {
            best.sort_by(|a, b| {
                cost(a)
                    .total_cmp(&cost(b))
                    .then_with(|| a.regions.cmp(&b.regions))
            });
            best.truncate(query.top);
        }
        all
    }

    fn add(&mut self, size: usize, top: usize, parts: Vec<Part>) {
        let mut best: Vec<Scored> = Vec::new();
        for part in parts {
            best.extend(part.best.sets);
            self.scored += part.scored;
            self.infeasible += part.infeasible;
            self.turned_away += part.turned_away;
            self.complete &= part.complete;
        }
        best.sort_by(Top::order);
        best.truncate(top);
        for scored in &mut best {
            scored.value = scored.value.abs();
        }
        self.best.insert(size, best);
    }
}

/// First regions of the sets that one thread walks: one region, or two where sets have them.
fn starts(regions: usize, size: usize) -> Vec<Vec<usize>> {
    match size {
        0 => Vec::new(),
        1 | 2 => vec![Vec::new()],
        _ => (0..regions)
            .flat_map(|a| (a + 1..regions).map(move |b| vec![a, b]))
            .collect(),
    }
}

/// What one thread brings back.
struct Part {
    best: Top,
    scored: u64,
    infeasible: u64,
    turned_away: u64,
    complete: bool,
}

/// The best sets so far, at most `limit`. Values are costs: less is better.
#[derive(Clone, Debug)]
struct Top {
    limit: usize,
    sets: Vec<Scored>,
}

impl Top {
    fn order(a: &Scored, b: &Scored) -> std::cmp::Ordering {
        a.value
            .total_cmp(&b.value)
            .then_with(|| a.regions.cmp(&b.regions))
    }

    /// A cost above this cannot enter.
    fn bar(&self) -> f64 {
        if self.sets.len() < self.limit {
            f64::INFINITY
        } else {
            self.sets.last().map_or(f64::INFINITY, |s| s.value)
        }
    }

    fn offer(&mut self, regions: &[usize], value: f64) {
        if value.is_nan() || value > self.bar() {
            return;
        }
        let scored = Scored {
            regions: regions.to_vec(),
            value,
        };
        // In order only once full: until then nothing is turned away, and all sets may be wanted.
        if self.sets.len() < self.limit {
            self.sets.push(scored);
            if self.sets.len() == self.limit {
                self.sets.sort_by(Top::order);
            }
            return;
        }
        let at = self
            .sets
            .partition_point(|other| Top::order(other, &scored).is_lt());
        self.sets.insert(at, scored);
        self.sets.truncate(self.limit);
    }
}

/// Everything scoring needs, made once.
struct Scorer<'a> {
    query: &'a Query,
    accept: Option<&'a Accept<'a>>,
    planes: Planes<'a>,
    /// Rows of the additive shares, by limit in ms: objective and limits.
    within: Vec<(f64, Vec<f64>)>,
    /// All latencies are fixed: quantiles come from weighted values.
    exact: Option<Vec<f64>>,
    /// Groups of each country that counts for "worst country", with their weight in fixed point.
    countries: Vec<(std::ops::Range<usize>, f64)>,
}

impl<'a> Scorer<'a> {
    fn new(laws: &'a Laws, table: &'a LatencyTable, query: &'a Query) -> Self {
        let figures: Vec<Figure> = std::iter::once(query.objective)
            .chain(query.limits.iter().map(|limit| limit.0))
            .collect();
        let exact = table
            .all_fixed()
            .then(|| laws.groups.iter().map(|group| group.weight).collect());
        let binned = exact.is_none()
            && figures
                .iter()
                .any(|f| matches!(f, Figure::Quantile(_) | Figure::WorstCountryP95 { .. }));
        let planes = Planes::new(laws, table, binned);
        let within = figures
            .iter()
            .filter_map(|figure| match figure {
                Figure::ShareWithin(ms) => Some((*ms, planes.within(*ms))),
                _ => None,
            })
            .collect();
        let min_share = figures.iter().find_map(|figure| match figure {
            Figure::WorstCountryP95 { min_share } => Some(*min_share),
            _ => None,
        });
        let countries = min_share.map_or(Vec::new(), |min_share| {
            let weight = |range: &std::ops::Range<usize>| -> f64 {
                laws.groups[range.clone()].iter().map(|group| group.weight).sum()
            };
            large_countries(laws, min_share)
                .into_iter()
                .map(|range| (range.clone(), weight(&range)))
                .collect()
        });
        Scorer {
            query,
            accept: None,
            planes,
            within,
            exact,
            countries,
        }
    }
}

/// A prefix of the set in hand: who serves each group so far, and the rows of shares made from that.
struct Prefix {
    nearest: Vec<f32>,
    serving: Vec<u16>,
    /// Rows of shares by bin, made when first asked for.
    rows: Vec<Option<Box<[u32]>>>,
    /// Weighted means by group, made when first asked for.
    means: Vec<f64>,
}

/// A thread's walk over sets of one size.
struct Walk<'a> {
    scorer: &'a Scorer<'a>,
    size: usize,
    set: Vec<usize>,
    prefixes: Vec<Prefix>,
    /// Rows no longer in use, kept for the next prefix.
    spare: Vec<Box<[u32]>>,
    guess: usize,
    arch: Arch,
}

impl<'a> Walk<'a> {
    fn new(scorer: &'a Scorer<'a>, size: usize) -> Self {
        let (first, last) = scorer.planes.bin_range();
        let groups = scorer.planes.groups();
        let prefix = || Prefix {
            nearest: vec![f32::INFINITY; groups],
            serving: vec![0; groups],
            rows: (first..=last).map(|_| None).collect(),
            means: Vec::new(),
        };
        Walk {
            scorer,
            size,
            set: Vec::with_capacity(size),
            prefixes: (0..size).map(|_| prefix()).collect(),
            spare: Vec::new(),
            guess: usize::midpoint(first, last),
            arch: Arch::new(),
        }
    }

    fn from(&mut self, start: &[usize], watch: Watch<'_>) -> Part {
        let mut part = Part {
            best: Top {
                limit: self.scorer.query.top,
                sets: Vec::new(),
            },
            scored: 0,
            infeasible: 0,
            turned_away: 0,
            complete: true,
        };
        if watch.stopped() {
            part.complete = false;
            return part;
        }
        self.set.clear();
        for region in start {
            self.push(*region);
        }
        self.descend(start.last().map_or(0, |last| last + 1), &mut part, watch);
        part
    }

    /// Asks whether to go on before each run of sets that differ in their last region only.
    fn descend(&mut self, from: usize, part: &mut Part, watch: Watch<'_>) {
        if watch.stopped() {
            part.complete = false;
            return;
        }
        let regions = self.scorer.planes.regions();
        let left = self.size - self.set.len();
        if left == 1 {
            for region in from..regions {
                if self.must_haves_can_fit(region, 0) {
                    self.leaf(region, part);
                }
            }
            return;
        }
        for region in from..=regions - left.min(regions) {
            if self.must_haves_can_fit(region, left - 1) {
                self.push(region);
                self.descend(region + 1, part, watch);
                self.set.pop();
            }
        }
    }

    /// Whether the set in hand and `region` leave room for all must-haves that lie beyond `region`.
    fn must_haves_can_fit(&self, region: usize, left: usize) -> bool {
        let missing = |must: &&usize| !self.set.contains(must) && **must != region;
        let mut open = self.scorer.query.must_have.iter().filter(missing);
        let count = open.clone().count();
        count <= left && open.all(|must| *must > region)
    }

    /// Adds `region` to the set in hand.
    fn push(&mut self, region: usize) {
        let depth = self.set.len();
        let expected = self.scorer.planes.expected(region);
        let (before, after) = self.prefixes.split_at_mut(depth);
        let next = &mut after[0];
        self.spare.extend(next.rows.iter_mut().filter_map(Option::take));
        next.means.clear();
        match before.last() {
            None => {
                next.nearest.copy_from_slice(expected);
                next.serving.fill(region as u16);
            }
            Some(prefix) => {
                for (at, cost) in expected.iter().enumerate() {
                    let nearer = *cost < prefix.nearest[at];
                    next.nearest[at] = if nearer { *cost } else { prefix.nearest[at] };
                    next.serving[at] = if nearer { region as u16 } else { prefix.serving[at] };
                }
            }
        }
        self.set.push(region);
    }

    fn leaf(&mut self, region: usize, part: &mut Part) {
        part.scored += 1;
        let query = self.scorer.query;
        for (figure, limit) in &query.limits {
            let allowed = figure.cost(*limit);
            if self
                .cost(*figure, region, allowed)
                .is_none_or(|cost| cost > allowed)
            {
                part.infeasible += 1;
                return;
            }
        }
        let bar = part.best.bar();
        if let Some(cost) = self.cost(query.objective, region, bar) {
            self.set.push(region);
            // Asked last: it costs the most, and most sets fall before.
            if cost <= bar && !self.scorer.accept.is_none_or(|accept| accept(&self.set)) {
                part.turned_away += 1;
            } else {
                part.best.offer(&self.set, cost);
            }
            self.set.pop();
        }
    }

    /// The cost of the set in hand with `region`, or `None` when it is certainly above `bar`.
    fn cost(&mut self, figure: Figure, region: usize, bar: f64) -> Option<f64> {
        match figure {
            Figure::Mean => Some(self.mean(region)),
            Figure::ShareWithin(ms) => {
                let rows = &self.scorer.within.iter().find(|(limit, _)| *limit == ms)?.1;
                let groups = self.scorer.planes.groups();
                Some(-self.sum(region, |_, region| &rows[region * groups..(region + 1) * groups]))
            }
            Figure::WorstGroupMean => Some(self.largest_mean(region)),
            Figure::Quantile(p) => match &self.scorer.exact {
                Some(weights) => Some(self.exact_quantile(p, region, 0..weights.len())),
                None => self.quantile(p, region, bar),
            },
            Figure::WorstCountryP95 { .. } => self.worst_country(region, bar),
        }
    }

    fn prefix(&self) -> Option<&Prefix> {
        self.set.len().checked_sub(1).map(|depth| &self.prefixes[depth])
    }

    /// Which region serves `group` when `region` joins.
    fn serves(&self, group: usize, region: usize) -> usize {
        match self.prefix() {
            Some(prefix) if self.scorer.planes.expected(region)[group] >= prefix.nearest[group] => {
                prefix.serving[group] as usize
            }
            _ => region,
        }
    }

    /// Sum over groups of one entry of their region's row. Lanes are folded in a fixed order.
    fn sum<'r>(&'r self, region: usize, row: impl Fn(&'r Planes<'a>, usize) -> &'r [f64]) -> f64 {
        let planes = &self.scorer.planes;
        let mine = row(planes, region);
        let rows: Vec<&[f64]> = self.set.iter().map(|r| row(planes, *r)).collect();
        let mut lanes = [0f64; 4];
        for group in 0..planes.groups() {
            let serving = self.serves(group, region);
            let value = match self.set.binary_search(&serving) {
                Ok(at) => rows[at][group],
                Err(_) => mine[group],
            };
            lanes[group % 4] += value;
        }
        (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
    }

    /// Weighted mean over groups. Lanes are folded in the order of [`Walk::sum`].
    fn mean(&mut self, region: usize) -> f64 {
        let planes = &self.scorer.planes;
        let Some(depth) = self.set.len().checked_sub(1) else {
            return self.sum(region, |planes, region| planes.weighted_mean(region));
        };
        let prefix = &mut self.prefixes[depth];
        if prefix.means.is_empty() {
            let serving = prefix.serving.iter().enumerate();
            prefix
                .means
                .extend(serving.map(|(group, at)| planes.weighted_mean(usize::from(*at))[group]));
        }
        self.arch.dispatch(MergeMeans {
            mine: planes.weighted_mean(region),
            row: &prefix.means,
            cost: planes.expected(region),
            nearest: &prefix.nearest,
        })
    }

    fn largest_mean(&self, region: usize) -> f64 {
        let planes = &self.scorer.planes;
        (0..planes.groups())
            .map(|group| planes.mean(self.serves(group, region))[group])
            .fold(f64::NEG_INFINITY, f64::max)
    }

    fn exact_quantile(&self, p: f64, region: usize, groups: std::ops::Range<usize>) -> f64 {
        let weights = self.scorer.exact.as_deref().unwrap_or_default();
        let value = |group: usize| self.scorer.planes.mean(self.serves(group, region))[group];
        Atoms::new(groups.map(|group| (value(group), weights[group])).collect()).quantile(p)
    }

    /// The `p`-quantile by bisection over bins, starting from the last one found.
    fn quantile(&mut self, p: f64, region: usize, bar: f64) -> Option<f64> {
        let groups = 0..self.scorer.planes.groups();
        let wanted = p * f64::from(WHOLE);
        self.quantile_of(wanted, region, groups, bar)
    }

    fn worst_country(&mut self, region: usize, bar: f64) -> Option<f64> {
        let mut worst = f64::NEG_INFINITY;
        for at in 0..self.scorer.countries.len() {
            let (range, weight) = self.scorer.countries[at].clone();
            let p95 = if self.scorer.exact.is_some() {
                self.exact_quantile(0.95, region, range)
            } else {
                self.quantile_of(0.95 * weight * f64::from(WHOLE), region, range, bar)?
            };
            if p95 > bar {
                return None;
            }
            worst = worst.max(p95);
        }
        Some(worst)
    }

    /// The time below which `wanted` (fixed point) of the groups in range lies, or `None` when above `bar`.
    fn quantile_of(
        &mut self,
        wanted: f64,
        region: usize,
        groups: std::ops::Range<usize>,
        bar: f64,
    ) -> Option<f64> {
        let (first, last) = self.scorer.planes.bin_range();
        let mut high = last;
        if bar.is_finite() {
            let bin = bins::of(bar as f32);
            if bin < first {
                return None;
            }
            if bin < last {
                if f64::from(self.share(bin, region, &groups)) < wanted {
                    return None;
                }
                high = bin;
            }
        }
        // Least bin whose share reaches what is wanted: stride out from the last answer, then halve.
        let (mut low, mut stride, mut next) = (first, 2, self.guess);
        let (mut seen_low, mut seen_high) = (false, false);
        // The shares at `high` and below `low`, where they were asked for.
        let (mut at_end, mut below) = (None, None);
        while low < high {
            let probe = if seen_low && seen_high {
                usize::midpoint(low, high)
            } else {
                next.clamp(low, high - 1)
            };
            let share = self.share(probe, region, &groups);
            if f64::from(share) >= wanted {
                (high, seen_high, next) = (probe, true, probe.saturating_sub(stride));
                at_end = Some(share);
            } else {
                (low, seen_low, next) = (probe + 1, true, probe + stride);
                below = Some(share);
            }
            stride *= 4;
        }
        self.guess = high;
        let at_end = at_end.unwrap_or_else(|| self.share(high, region, &groups));
        let below = match below {
            Some(below) => below,
            None if high > first => self.share(high - 1, region, &groups),
            None => 0,
        };
        Some(Planes::interpolate(high, wanted, below, at_end))
    }

    /// The share of `groups` below the end of `bin`, in fixed point.
    fn share(&mut self, bin: usize, region: usize, groups: &std::ops::Range<usize>) -> u32 {
        let planes = &self.scorer.planes;
        let mine = &planes.shares(bin, region)[groups.clone()];
        let Some(depth) = self.set.len().checked_sub(1) else {
            return mine.iter().sum();
        };
        self.make_row(depth, bin);
        self.arch.dispatch(Sum(Merge {
            mine,
            row: &self.row(depth, bin)[groups.clone()],
            cost: &planes.expected(region)[groups.clone()],
            nearest: &self.prefixes[depth].nearest[groups.clone()],
        }))
    }

    /// The row of shares of the first `depth + 1` regions in hand, which [`Walk::make_row`] made.
    fn row(&self, depth: usize, bin: usize) -> &[u32] {
        let planes = &self.scorer.planes;
        match depth {
            0 => planes.shares(bin, self.set[0]),
            _ => self.prefixes[depth].rows[bin - planes.bin_range().0]
                .as_deref()
                .unwrap_or_default(),
        }
    }

    /// Makes the prefix's row of shares for `bin` unless it is there, from the row of the prefix before.
    fn make_row(&mut self, depth: usize, bin: usize) {
        let planes = &self.scorer.planes;
        let at = bin - planes.bin_range().0;
        if depth == 0 || self.prefixes[depth].rows[at].is_some() {
            return;
        }
        self.make_row(depth - 1, bin);
        let mut made = self
            .spare
            .pop()
            .unwrap_or_else(|| vec![0; planes.groups()].into_boxed_slice());
        let merge = Merge {
            mine: planes.shares(bin, self.set[depth]),
            row: self.row(depth - 1, bin),
            cost: planes.expected(self.set[depth]),
            nearest: &self.prefixes[depth - 1].nearest,
        };
        self.arch.dispatch(Write(merge, &mut made));
        self.prefixes[depth].rows[at] = Some(made);
    }
}

// Dispatched one by one: the walk recurses, so nothing around these loops is compiled for wide registers.

/// `mine` or `row`, both read whichever it is: the compiler would else pick an address and gather from it.
#[inline(always)]
fn pick(nearer: bool, mine: u32, row: u32) -> u32 {
    let mask = u32::from(nearer).wrapping_neg();
    (mine & mask) | (row & !mask)
}

/// A region's row merged into a prefix's: its entry where `cost` is below `nearest`, else the prefix's.
struct Merge<'a> {
    mine: &'a [u32],
    row: &'a [u32],
    cost: &'a [f32],
    nearest: &'a [f32],
}

impl Merge<'_> {
    /// The merged entries in the order of the groups.
    #[inline(always)]
    fn entries(&self) -> impl Iterator<Item = u32> {
        let rows = self.mine.iter().zip(self.row);
        let costs = self.cost.iter().zip(self.nearest);
        rows.zip(costs)
            .map(|((mine, row), (cost, nearest))| pick(cost < nearest, *mine, *row))
    }
}

/// The sum of the merged entries.
struct Sum<'a>(Merge<'a>);

impl WithSimd for Sum<'_> {
    type Output = u32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> u32 {
        self.0.entries().fold(0, u32::wrapping_add)
    }
}

/// The merged entries themselves, written to a row.
struct Write<'a>(Merge<'a>, &'a mut [u32]);

impl WithSimd for Write<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (made, entry) in self.1.iter_mut().zip(self.0.entries()) {
            *made = entry;
        }
    }
}

/// The sum of merged means in four lanes, folded in a fixed order.
struct MergeMeans<'a> {
    mine: &'a [f64],
    row: &'a [f64],
    cost: &'a [f32],
    nearest: &'a [f32],
}

impl WithSimd for MergeMeans<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let rows = self.mine.chunks(4).zip(self.row.chunks(4));
        let costs = self.cost.chunks(4).zip(self.nearest.chunks(4));
        let mut lanes = [0f64; 4];
        for ((mine, row), (cost, nearest)) in rows.zip(costs) {
            for (lane, sum) in lanes.iter_mut().enumerate().take(mine.len()) {
                *sum += if cost[lane] < nearest[lane] {
                    mine[lane]
                } else {
                    row[lane]
                };
            }
        }
        (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
    }
}
