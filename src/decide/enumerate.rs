//! Every set of the wanted sizes, scored exactly, the best kept.
//!
//! Depth first over ascending regions. A prefix keeps which of its regions serves each group and, for the bins
//! that were asked for, the row of shares that follows; a set is then its prefix's row and one region's row,
//! merged by which of the two is nearer: two reads in sequence and no table look-up. A set that cannot be among
//! the best falls at a single test: is its share below the bin of the worst kept value too small?

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

mod asked;
mod best;
mod merge;
pub mod profile;
mod within;

use pulp::Arch;
use rayon::prelude::*;

use asked::{Bands, best_accepted};
use best::{Sink, Top, order};
use merge::{Kept, Merge, Step, Sum, SumKept, Whole, Write};

use super::objective::{Figure, large_countries};
use super::planes::{Planes, WHOLE};
use crate::basis::error::Result;
use crate::basis::shard::Shard;
use crate::basis::stat::atoms::Atoms;
use crate::basis::stat::bins;
use crate::engine::latency::law::Laws;
use crate::engine::latency::table::LatencyTable;
use crate::engine::progress::Watch;
use crate::engine::registers::arch;
use within::{Row, Told, Within};

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
    /// Sets better than the worst that is kept that were turned away for another reason than latency; all that were where
    /// there are fewer than were wanted.
    pub turned_away: u64,
    /// Costs of these, where a part of a search is to be put together with others: what is better than the worst of all
    /// parts shows only then.
    pub refused: Vec<f64>,
    /// Every set was looked at, or ruled out, or left to a search that ran its course: nobody asked to stop.
    pub complete: bool,
    /// The time that was given ran out: what was found depends on the machine.
    pub out_of_time: bool,
    /// How the best sets of each size were found.
    pub sizes: BTreeMap<usize, OfSize>,
}

/// How the best sets of one size were found, and what is proved of the best.
#[derive(Clone, Debug, PartialEq)]
pub struct OfSize {
    /// How they were found.
    pub way: Way,
    /// Sets of the size with the must-haves; beyond 2⁵³ to 16 digits.
    pub sets: f64,
    /// Scores that were taken. A search that comes back to a set scores it again.
    pub scored: u64,
    /// Sets that a bound ruled out without a look at them.
    pub pruned: f64,
    /// Of the scored ones, those that break a limit.
    pub infeasible: u64,
    /// What is proved of the best.
    pub proof: Proof,
    /// A value of the objective that no set is better than.
    pub bound: Option<f64>,
    /// The clock ended it.
    pub out_of_time: bool,
    /// For each limit the sets that were scored and break it, and the best value of its figure with its set; told only
    /// where no set was found that keeps all limits.
    pub broken: Vec<(u64, Option<Scored>)>,
}

/// How the best sets of a size are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// All are scored.
    All,
    /// Some are: by local search, with a bound for what was not.
    Search,
}

/// What is proved of the best set of a size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Proof {
    /// No set is better.
    Optimal,
    /// The best may be better by up to this share of the value found.
    Within(f64),
    /// Nothing.
    NoBound,
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
    let sizes = search_shard(laws, table, query, accept, Shard::WHOLE, watch)?;
    let mut all = Found {
        complete: true,
        ..Found::default()
    };
    for found in sizes.into_values() {
        all.sets = all.sets.saturating_add(found.sets);
        all.add_counts(&found);
        all.best.extend(found.best);
    }
    Ok(all)
}

/// The same of one part of the sets, size by size: those whose first regions, numbered as in [`prefixes`], belong to
/// `shard`. [`Found::sets`] counts the sets of all parts.
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
) -> Result<BTreeMap<usize, Found>> {
    let scorer = Scorer::new(laws, table, query);
    let count = |size: usize| count_sets(laws.regions, size, query.must_have.len());
    let total: u64 = query.sizes.iter().filter_map(|size| count(*size)).sum();
    let done = AtomicU64::new(0);
    let mut number = 0;
    let mut all = BTreeMap::new();
    for &size in &query.sizes {
        let mut own = starts(laws.regions, size);
        own.retain(|_| {
            number += 1;
            shard.owns(number - 1)
        });
        let walks = Walks {
            scorer: &scorer,
            size,
            starts: own,
            watch,
            done: &done,
            total: total.div_ceil(u64::from(shard.of())),
        };
        let mut found = match accept {
            Some(accept) => walks.accepted(accept, Bands::USUAL),
            None => walks.best(),
        };
        found.sets = count(size).unwrap_or(u64::MAX);
        all.insert(size, found);
    }
    Ok(all)
}

/// The walks that come by the sets of one size.
struct Walks<'a> {
    scorer: &'a Scorer<'a>,
    size: usize,
    /// First regions of each.
    starts: Vec<Vec<usize>>,
    watch: Watch<'a>,
    /// Sets that were come by, of all sizes, and how many there are.
    done: &'a AtomicU64,
    total: u64,
}

impl Walks<'_> {
    /// Walks with a sink each; tells how far it is where sets are `counted`.
    fn all<S: Sink + Send>(&self, counted: bool, sink: impl Fn() -> S + Sync) -> Vec<Part<S>> {
        let walked = |walk: &mut Walk<'_>, start: &Vec<usize>| {
            let part = walk.from(start, sink(), self.watch);
            if counted {
                let sum = self.done.fetch_add(part.scored, Ordering::Relaxed) + part.scored;
                self.watch.advance("searching", sum, self.total);
            }
            part
        };
        self.starts
            .par_iter()
            .map_init(|| Walk::new(self.scorer, self.size), walked)
            .collect()
    }

    /// The best sets.
    fn best(&self) -> Found {
        let top = self.scorer.query.top;
        let mut found = Found {
            complete: true,
            ..Found::default()
        };
        let mut best = Vec::new();
        for part in self.all(true, || Top::new(top)) {
            best.extend(part.sink.sets);
            found.scored += part.scored;
            found.infeasible += part.infeasible;
            found.complete &= part.complete;
        }
        best.sort_by(order);
        best.truncate(top);
        found.keep(self.size, best);
        found
    }

    /// The best of those that are accepted.
    fn accepted(&self, accept: &Accept<'_>, bands: Bands) -> Found {
        let accepted = best_accepted(self, accept, self.scorer.query.top, bands);
        let mut found = Found {
            scored: accepted.scored,
            infeasible: accepted.infeasible,
            turned_away: accepted.refused.len() as u64,
            refused: accepted.refused,
            complete: accepted.complete,
            ..Found::default()
        };
        found.keep(self.size, accepted.best);
        found
    }
}

/// How many first regions there are that sets are walked from, size by size: what a search is cut by.
pub fn prefixes(regions: usize, sizes: &[usize]) -> u64 {
    sizes.iter().map(|size| starts(regions, *size).len() as u64).sum()
}

impl Found {
    /// What the parts of a search for sets of one size found together, as though it had been one. The order of the parts
    /// does not matter.
    ///
    /// Each part knows the best of its own sets, and the best of all are among these; so are the refused that count.
    pub fn together(parts: Vec<Found>, query: &Query) -> Found {
        let mut all = Found {
            complete: true,
            ..Found::default()
        };
        for part in parts {
            all.sets = part.sets;
            all.add_counts(&part);
            all.refused.extend(part.refused);
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
            if let Some(worst) = query.top.checked_sub(1).and_then(|last| best.get(last)) {
                all.refused.retain(|refused| *refused < cost(worst));
                all.turned_away = all.refused.len() as u64;
            }
        }
        all
    }

    /// Counts what was done to find `part` as done here.
    fn add_counts(&mut self, part: &Found) {
        self.scored += part.scored;
        self.infeasible += part.infeasible;
        self.turned_away += part.turned_away;
        self.complete &= part.complete;
    }

    /// Keeps the best of a size, whose values are costs.
    fn keep(&mut self, size: usize, mut best: Vec<Scored>) {
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

/// What one walk brings back.
struct Part<S> {
    sink: S,
    scored: u64,
    infeasible: u64,
    complete: bool,
}

/// Everything scoring needs, made once.
pub(super) struct Scorer<'a> {
    pub(super) query: &'a Query,
    pub(super) planes: Planes<'a>,
    /// Times (ms) whose shares are asked for, by objective and limits, with the rows of the shares.
    pub(super) within: Vec<(f64, Within)>,
    /// Quantiles that are asked for: each is looked for from where it was last found.
    quantiles: Vec<f64>,
    /// All latencies are fixed: quantiles come from weighted values.
    pub(super) exact: Option<Vec<f64>>,
    /// Groups of each country that counts for "worst country", with their weight in fixed point.
    pub(super) countries: Vec<(std::ops::Range<usize>, f64)>,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(laws: &'a Laws, table: &'a LatencyTable, query: &'a Query) -> Self {
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
                Figure::ShareWithin(ms) => Some((*ms, Within::new(&planes, *ms))),
                _ => None,
            })
            .collect();
        let quantiles = figures
            .iter()
            .filter_map(|figure| match figure {
                Figure::Quantile(p) => Some(*p),
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
            planes,
            within,
            quantiles,
            exact,
            countries,
        }
    }

    /// The weighted entries of `region` for an additive figure.
    fn additive(&self, which: Additive, region: usize) -> &[f64] {
        match which {
            Additive::Mean => self.planes.weighted_mean(region),
            Additive::Within(at) => {
                let groups = self.planes.groups();
                &self.within[at].1.shares[region * groups..(region + 1) * groups]
            }
        }
    }

    /// Where a prefix keeps its row of a bin.
    fn row_of(&self, bin: usize) -> usize {
        bin - self.planes.bin_range().0
    }

    /// Rows that a prefix may keep.
    fn rows(&self) -> usize {
        let (first, last) = self.planes.bin_range();
        last - first + 1
    }
}

/// A figure that is a sum over groups.
#[derive(Clone, Copy)]
enum Additive {
    Mean,
    /// Share within a time, by its place.
    Within(usize),
}

/// A prefix of the set in hand: who serves each group so far, and the rows of shares made from that.
struct Prefix {
    /// Made when first asked for, with those of the prefixes before.
    nearest: Vec<f32>,
    serving: Vec<u16>,
    is_known: bool,
    /// Rows of shares by plane, made when first asked for.
    rows: Vec<Option<Box<[u32]>>>,
    /// Rows of additive figures: of the mean, then by time; empty until asked for.
    sums: Vec<Vec<f64>>,
    /// Rows of packed shares by time, made when first asked for.
    within: Vec<Row>,
}

/// Where a quantile was last found, and how many of its units lay in that bin.
#[derive(Clone, Copy)]
struct Last {
    bin: usize,
    inside: f64,
}

/// Of which set with which further region the kept choice is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Choice {
    regions: usize,
    pushes: u64,
    region: usize,
}

/// What the sets that differ in their last region fall by.
struct Foreseen {
    /// With fewer units a set breaks the first limit, or it cannot be among the best.
    fewest: f64,
    is_limit: bool,
}

/// A thread's walk over sets of one size.
pub(super) struct Walk<'a> {
    scorer: &'a Scorer<'a>,
    size: usize,
    set: Vec<usize>,
    prefixes: Vec<Prefix>,
    /// Rows no longer in use, kept for the next prefix.
    spare: Vec<Box<[u32]>>,
    /// By quantile, then by country.
    last: Vec<Last>,
    /// For each group whether the further region is the nearer one, all bits or none; of what, and how often the set in
    /// hand has grown, so that nothing old is taken for it.
    nearer: Vec<u32>,
    nearer_of: Option<Choice>,
    pushes: u64,
    told: Told,
    arch: Arch,
}

impl<'a> Walk<'a> {
    pub(super) fn new(scorer: &'a Scorer<'a>, size: usize) -> Self {
        let (first, last) = scorer.planes.bin_range();
        let groups = scorer.planes.groups();
        let prefix = || Prefix {
            nearest: vec![f32::INFINITY; groups],
            serving: vec![0; groups],
            is_known: false,
            rows: (0..scorer.rows()).map(|_| None).collect(),
            sums: vec![Vec::new(); 1 + scorer.within.len()],
            within: vec![Row::default(); scorer.within.len()],
        };
        let middle = Last {
            bin: usize::midpoint(first, last),
            inside: f64::from(WHOLE) / 64.0,
        };
        Walk {
            scorer,
            size,
            set: Vec::with_capacity(size),
            prefixes: (0..size).map(|_| prefix()).collect(),
            spare: Vec::new(),
            last: vec![middle; scorer.quantiles.len() + scorer.countries.len()],
            nearer: vec![0; groups],
            nearer_of: None,
            pushes: 0,
            told: Told::default(),
            arch: arch(),
        }
    }

    /// Takes `set` in hand, in any order, in place of what was.
    pub(super) fn stand_on(&mut self, set: &[usize]) {
        self.set.clear();
        for region in set {
            self.push(*region);
        }
    }

    /// Lets go of the last region of the set in hand.
    pub(super) fn pop(&mut self) {
        self.set.pop();
    }

    fn from<S: Sink>(&mut self, start: &[usize], sink: S, watch: Watch<'_>) -> Part<S> {
        let mut part = Part {
            sink,
            scored: 0,
            infeasible: 0,
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
        part.sink.done();
        part
    }

    /// Asks whether to go on before each run of sets that differ in their last region only.
    fn descend<S: Sink>(&mut self, from: usize, part: &mut Part<S>, watch: Watch<'_>) {
        if watch.stopped() {
            part.complete = false;
            return;
        }
        let regions = self.scorer.planes.regions();
        let left = self.size - self.set.len();
        if left == 1 {
            let foreseen = self.foresee(from, part.sink.bar());
            for region in from..regions {
                if !self.must_haves_can_fit(region, 0) {
                    continue;
                }
                match &foreseen {
                    Some(foreseen) if self.told.units(region) < foreseen.fewest => {
                        part.scored += 1;
                        part.infeasible += u64::from(foreseen.is_limit);
                    }
                    _ => self.leaf(region, part),
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
    pub(super) fn push(&mut self, region: usize) {
        let next = &mut self.prefixes[self.set.len()];
        next.is_known = false;
        self.spare.extend(next.rows.iter_mut().filter_map(Option::take));
        next.sums.iter_mut().for_each(Vec::clear);
        next.within.iter_mut().for_each(Row::forget);
        self.set.push(region);
        self.pushes += 1;
    }

    /// Works out who serves each group, for all prefixes of the set in hand of which that is not known.
    fn know_who_serves(&mut self) {
        let known = self.prefixes[..self.set.len()]
            .iter()
            .rposition(|prefix| prefix.is_known);
        for depth in known.map_or(0, |depth| depth + 1)..self.set.len() {
            let region = self.set[depth];
            let order = self.scorer.planes.order(region);
            let (before, after) = self.prefixes.split_at_mut(depth);
            let next = &mut after[0];
            next.is_known = true;
            match before.last() {
                None => {
                    next.nearest.copy_from_slice(order);
                    next.serving.fill(region as u16);
                }
                Some(prefix) => self.arch.dispatch(Step {
                    region: region as u16,
                    cost: order,
                    before: (&prefix.nearest, &prefix.serving),
                    after: (&mut next.nearest, &mut next.serving),
                }),
            }
        }
    }

    /// Makes ready what most sets will fall by, for the set in hand with each of the regions from `from` on. None where
    /// that is not a share.
    fn foresee(&mut self, from: usize, bar: f64) -> Option<Foreseen> {
        let query = self.scorer.query;
        let (ms, allowed, is_limit) = match (query.limits.first(), query.objective) {
            (Some((Figure::ShareWithin(ms), share)), _) => (*ms, -share, true),
            (None, Figure::ShareWithin(ms)) if bar.is_finite() => (ms, bar, false),
            _ => return None,
        };
        Some(Foreseen {
            fewest: self.tell_all_within(ms, from, allowed)?,
            is_limit,
        })
    }

    fn leaf<S: Sink>(&mut self, region: usize, part: &mut Part<S>) {
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
        let bar = part.sink.bar();
        if let Some(cost) = self.cost(query.objective, region, bar) {
            self.set.push(region);
            part.sink.offer(&self.set, cost);
            self.set.pop();
        }
    }

    /// The cost of the set in hand with `region`, or `None` when it is certainly above `bar`.
    pub(super) fn cost(&mut self, figure: Figure, region: usize, bar: f64) -> Option<f64> {
        // Shares are told from by far the most often without it.
        if !matches!(figure, Figure::ShareWithin(_)) {
            self.know_who_serves();
        }
        match figure {
            Figure::Mean => Some(self.sum(Additive::Mean, region)),
            Figure::ShareWithin(ms) => self.share_within(ms, region, bar),
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
            Some(prefix) if self.scorer.planes.order(region)[group] >= prefix.nearest[group] => {
                prefix.serving[group] as usize
            }
            _ => region,
        }
    }

    /// Share within a time, as a cost. Most sets fall by the sum in fixed point; only what may pass is added up exactly.
    fn share_within(&mut self, ms: f64, region: usize, bar: f64) -> Option<f64> {
        let at = self.scorer.within.iter().position(|(limit, _)| *limit == ms)?;
        if bar.is_finite() && self.most_within(at, region) < -bar {
            return None;
        }
        self.know_who_serves();
        Some(-self.sum(Additive::Within(at), region))
    }

    /// Sum over groups of the entry of the region that serves them. Lanes are folded in a fixed order.
    fn sum(&mut self, which: Additive, region: usize) -> f64 {
        let mine = self.scorer.additive(which, region);
        let Some(depth) = self.set.len().checked_sub(1) else {
            return self.arch.dispatch(Whole(mine));
        };
        self.make_sums(which, depth);
        let row = &self.prefixes[depth].sums[which.place()][..];
        if self.nearer_of == Some(self.choice(region)) {
            let nearer = &self.nearer[..];
            return self.arch.dispatch(Sum(Kept { mine, row, nearer }));
        }
        self.arch.dispatch(Sum(Merge {
            mine,
            row,
            cost: self.scorer.planes.order(region),
            nearest: &self.prefixes[depth].nearest,
        }))
    }

    /// Makes the prefix's row of an additive figure unless it is there, from the row of the prefix before.
    fn make_sums(&mut self, which: Additive, depth: usize) {
        let place = which.place();
        if !self.prefixes[depth].sums[place].is_empty() {
            return;
        }
        let mine = self.scorer.additive(which, self.set[depth]);
        let mut made = std::mem::take(&mut self.prefixes[depth].sums[place]);
        if let Some(before) = depth.checked_sub(1) {
            self.make_sums(which, before);
            made.resize(mine.len(), 0.0);
            let merge = Merge {
                mine,
                row: &self.prefixes[before].sums[place][..],
                cost: self.scorer.planes.order(self.set[depth]),
                nearest: &self.prefixes[before].nearest,
            };
            self.arch.dispatch(Write(merge, &mut made[..]));
        } else {
            made.extend_from_slice(mine);
        }
        self.prefixes[depth].sums[place] = made;
    }

    /// What the choice between the set in hand and `region` goes by.
    fn choice(&self, region: usize) -> Choice {
        Choice {
            regions: self.set.len(),
            pushes: self.pushes,
            region,
        }
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

    /// The `p`-quantile, or `None` when above `bar`.
    fn quantile(&mut self, p: f64, region: usize, bar: f64) -> Option<f64> {
        let place = self.scorer.quantiles.iter().position(|asked| *asked == p)?;
        let groups = 0..self.scorer.planes.groups();
        let wanted = p * f64::from(WHOLE);
        self.quantile_of(wanted, place, region, groups, bar)
    }

    fn worst_country(&mut self, region: usize, bar: f64) -> Option<f64> {
        let mut worst = f64::NEG_INFINITY;
        for at in 0..self.scorer.countries.len() {
            let (range, weight) = self.scorer.countries[at].clone();
            let p95 = if self.scorer.exact.is_some() {
                self.exact_quantile(0.95, region, range)
            } else {
                let wanted = 0.95 * weight * f64::from(WHOLE);
                let place = self.scorer.quantiles.len() + at;
                self.quantile_of(wanted, place, region, range, bar)?
            };
            if p95 > bar {
                return None;
            }
            worst = worst.max(p95);
        }
        Some(worst)
    }

    /// The time below which `wanted` (fixed point) of the groups in range lies, or `None` when above `bar`; `place` is
    /// where what was last found is kept.
    ///
    /// The least bin whose share reaches what is wanted is looked for along the slope of the last answer, then between
    /// the two nearest bins that were looked at. What it finds does not depend on the way it took.
    fn quantile_of(
        &mut self,
        wanted: f64,
        place: usize,
        region: usize,
        groups: std::ops::Range<usize>,
        bar: f64,
    ) -> Option<f64> {
        let (first, last) = self.scorer.planes.bin_range();
        let mut hunt = Hunt {
            wanted,
            low: first,
            high: last,
            below: None,
            at_end: None,
            inside: self.last[place].inside,
            steps: 0,
        };
        if bar.is_finite() {
            let bin = bins::of(bar as f32);
            if bin < first {
                return None;
            }
            if bin < last {
                let share = self.share(bin, region, &groups);
                if f64::from(share) < wanted {
                    return None;
                }
                hunt.saw(bin, share);
            }
        }
        let mut next = self.last[place].bin;
        while hunt.low < hunt.high {
            let probe = next.clamp(hunt.low, hunt.high - 1);
            let share = self.share(probe, region, &groups);
            hunt.saw(probe, share);
            next = hunt.next(probe, share);
        }
        let high = hunt.high;
        let at_end = match hunt.at_end {
            Some(share) => share,
            None => self.share(high, region, &groups),
        };
        let below = match hunt.below {
            Some(share) => share,
            None if high > first => self.share(high - 1, region, &groups),
            None => 0,
        };
        self.last[place] = Last {
            bin: high,
            inside: f64::from(at_end.saturating_sub(below)).max(1.0),
        };
        Some(Planes::interpolate(high, wanted, below, at_end))
    }

    /// The share of `groups` below the end of `bin`, in fixed point.
    fn share(&mut self, bin: usize, region: usize, groups: &std::ops::Range<usize>) -> u32 {
        let mine = self.scorer.planes.shares(bin, region);
        let Some(depth) = self.set.len().checked_sub(1) else {
            return self.arch.dispatch(Whole(&mine[groups.clone()]));
        };
        self.make_row(depth, bin);
        let choice = self.choice(region);
        if self.nearer_of != Some(choice) {
            self.nearer_of = Some(choice);
            let mut nearer = std::mem::take(&mut self.nearer);
            let merge = Merge {
                mine,
                row: self.row(depth, bin),
                cost: self.scorer.planes.order(region),
                nearest: &self.prefixes[depth].nearest,
            };
            let sum = self.arch.dispatch(SumKept(merge, &mut nearer));
            self.nearer = nearer;
            if groups.len() == mine.len() {
                return sum;
            }
        }
        self.arch.dispatch(Sum(Kept {
            mine: &mine[groups.clone()],
            row: &self.row(depth, bin)[groups.clone()],
            nearer: &self.nearer[groups.clone()],
        }))
    }

    /// The row of shares of the first `depth + 1` regions in hand, which [`Walk::make_row`] made.
    fn row(&self, depth: usize, bin: usize) -> &[u32] {
        match depth {
            0 => self.scorer.planes.shares(bin, self.set[0]),
            _ => self.prefixes[depth].rows[self.scorer.row_of(bin)]
                .as_deref()
                .unwrap_or_default(),
        }
    }

    /// Makes the prefix's row of a bin unless it is there, from the row of the prefix before.
    fn make_row(&mut self, depth: usize, bin: usize) {
        let at = self.scorer.row_of(bin);
        if depth == 0 || self.prefixes[depth].rows[at].is_some() {
            return;
        }
        self.make_row(depth - 1, bin);
        let planes = &self.scorer.planes;
        let mut made = self
            .spare
            .pop()
            .unwrap_or_else(|| vec![0; planes.groups()].into_boxed_slice());
        let merge = Merge {
            mine: planes.shares(bin, self.set[depth]),
            row: self.row(depth - 1, bin),
            cost: planes.order(self.set[depth]),
            nearest: &self.prefixes[depth - 1].nearest,
        };
        self.arch.dispatch(Write(merge, &mut made[..]));
        self.prefixes[depth].rows[at] = Some(made);
    }
}

impl Additive {
    /// Where a prefix keeps its row.
    fn place(self) -> usize {
        match self {
            Additive::Mean => 0,
            Additive::Within(at) => 1 + at,
        }
    }
}

/// The bins that are left of a search for the least one whose share reaches what is wanted.
struct Hunt {
    wanted: f64,
    low: usize,
    high: usize,
    /// The shares below `low` and at the end of `high`, where they were looked at.
    below: Option<u32>,
    at_end: Option<u32>,
    /// Share that a bin is expected to hold.
    inside: f64,
    steps: u32,
}

impl Hunt {
    fn saw(&mut self, bin: usize, share: u32) {
        if f64::from(share) >= self.wanted {
            (self.high, self.at_end) = (bin, Some(share));
        } else {
            (self.low, self.below) = (bin + 1, Some(share));
        }
        self.steps += 1;
    }

    /// Where to look next, given what was seen last.
    fn next(&self, seen: usize, share: u32) -> usize {
        /// Steps after which the rest is halved: a curve may be as crooked as it likes.
        const PATIENCE: u32 = 6;
        let missing = self.wanted - f64::from(share);
        match (self.below, self.at_end) {
            _ if self.steps > PATIENCE => usize::midpoint(self.low, self.high),
            (Some(below), Some(at_end)) => {
                let part = (self.wanted - f64::from(below)) / f64::from(at_end - below);
                self.low - 1 + (part * (self.high + 1 - self.low) as f64).ceil() as usize
            }
            // The last answer's slope, trusted less each time it has not led to the other side.
            (None, Some(_)) => {
                let back = (-missing / self.inside).floor() * f64::from(self.steps);
                seen.saturating_sub((back as usize).max(1))
            }
            _ => {
                let on = (missing / self.inside).ceil() * f64::from(self.steps);
                seen.saturating_add((on as usize).max(1))
            }
        }
    }
}
