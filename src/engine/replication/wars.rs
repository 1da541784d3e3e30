//! Latency and freshness of quorums by the WARS model.
//!
//! ```text
//! per operation and copy i   W write, A acknowledgement, R question, S answer, one way each
//! write latency   w_t = the w-th smallest W[i] + A[i]
//! read latency    the r-th smallest R[i] + S[i]
//! needed time     max(0, least W[i] − R[i] over the first r to answer, − w_t)
//! ```
//! A read that starts `t` after the write was acknowledged sees it when `t` is at least the needed time. With
//! r + w > n one of the first r to answer has acknowledged before, so the needed time is zero.
//!
//! Where equal times make the order of answers a toss, the copy named first answers first.
//!
//! Source: P. Bailis, S. Venkataraman, M. J. Franklin, J. M. Hellerstein, I. Stoica: *Probabilistically Bounded
//! Staleness for Practical Partial Quorums*, VLDB 2012.

use rayon::prelude::*;

use super::columns::{Columns, least_so_far, select, select_with};
use super::fine::{Fine, Running};
use crate::basis::error::{Error, Result};
use crate::basis::seed::{Purpose, Stream};
use crate::basis::stat::atoms::Atoms;
use crate::basis::stat::estimate::Estimate;
use crate::engine::latency::kernel::add_draws;
use crate::engine::latency::law::Part;
use crate::engine::progress::Watch;

/// Trials in memory at a time: the columns of three copies stay in the nearest caches.
const CHUNK: usize = 1024;
/// Trials handed to a thread at a time. A multiple of the chunk, which is one of the stream's block.
const TASK: usize = 16 * CHUNK;
/// Tasks that share one set of counts at least.
const TASKS_TOGETHER: usize = 8;

/// Laws of the messages between a coordinator and one copy, each as independent parts. None is negative.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    /// The round trip between the two, drawn once for a write and once for a read: half of it is in each message.
    pub way: Vec<Part>,
    /// W beyond the way: the write reaches the copy and is in force there.
    pub write: Vec<Part>,
    /// A beyond the way: the acknowledgement comes back.
    pub ack: Vec<Part>,
    /// R beyond the way: the question reaches the copy, which looks at what it has.
    pub read: Vec<Part>,
    /// S beyond the way: the answer comes back.
    pub response: Vec<Part>,
}

impl Messages {
    /// The same with `ms` added to every message.
    pub fn farther(&self, ms: f64) -> Self {
        let mut farther = self.clone();
        farther.way.push(Part::fixed(2.0 * ms));
        farther
    }

    fn legs(&self) -> [&[Part]; 4] {
        [&self.write, &self.ack, &self.read, &self.response]
    }
}

/// Copies of some data as the coordinators see them.
#[derive(Clone, Debug)]
pub struct Copies {
    /// `places[place][copy]`.
    places: Vec<Vec<Messages>>,
    writers: Vec<f64>,
    readers: Vec<f64>,
}

impl Copies {
    /// `n` copies, each alike from everywhere.
    pub fn alike(n: usize, messages: &Messages) -> Self {
        Copies {
            places: vec![vec![messages.clone(); n]],
            writers: vec![1.0],
            readers: vec![1.0],
        }
    }

    /// `n` copies in as many places; a coordinator has its own near by and `remote_ms` more for each message to the
    /// others. Writer and reader sit at any of the places with the same chance.
    pub fn one_near(n: usize, messages: &Messages, remote_ms: f64) -> Self {
        let far = messages.farther(remote_ms);
        let seen = |place| {
            (0..n)
                .map(|copy| if copy == place { messages } else { &far }.clone())
                .collect()
        };
        Copies {
            places: (0..n).map(seen).collect(),
            writers: vec![1.0; n],
            readers: vec![1.0; n],
        }
    }

    /// Coordinators at places of their own: `places[place][copy]`, with the share of writes and of reads each has.
    ///
    /// # Errors
    /// When there is no place or no copy, places differ in their copies, or shares are not one for each place,
    /// negative, or all zero.
    pub fn seen_from(places: Vec<Vec<Messages>>, writers: Vec<f64>, readers: Vec<f64>) -> Result<Self> {
        let copies = places.first().map_or(0, Vec::len);
        if copies == 0 || places.iter().any(|place| place.len() != copies) {
            return Err(Error::input(
                "every place of a quorum must see the same copies, at least one",
            ));
        }
        for shares in [&writers, &readers] {
            let right = shares.len() == places.len()
                && shares.iter().all(|share| *share >= 0.0)
                && shares.iter().sum::<f64>() > 0.0;
            if !right {
                return Err(Error::input(format!(
                    "the {} places of a quorum need a share each, found {shares:?}",
                    places.len()
                )));
            }
        }
        Ok(Copies {
            places,
            writers,
            readers,
        })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.places[0].len()
    }

    /// Writer and reader, each pair with its chance.
    fn strata(&self) -> Vec<Stratum> {
        let total: f64 = self.writers.iter().sum::<f64>() * self.readers.iter().sum::<f64>();
        let pair = |writer: usize, reader: usize| Stratum {
            writer,
            reader,
            weight: self.writers[writer] * self.readers[reader] / total,
        };
        let places = 0..self.places.len();
        let all = places
            .clone()
            .flat_map(|writer| places.clone().map(move |reader| (writer, reader)));
        all.map(|(writer, reader)| pair(writer, reader))
            .filter(|pair| pair.weight > 0.0)
            .collect()
    }
}

/// How many copies answer a read and acknowledge a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Answers that a read waits for.
    pub r: usize,
    /// Acknowledgements that a write waits for.
    pub w: usize,
}

impl Quorum {
    /// Whether a read always sees the last acknowledged write of `n` copies.
    pub fn always_fresh(self, n: usize) -> bool {
        self.r + self.w > n
    }
}

/// What a quorum gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Which quorum.
    pub quorum: Quorum,
    /// Time a read takes.
    pub read: Times,
    /// Time a write takes.
    pub write: Times,
    /// Time after a write from which a read sees it: the share within `t` is the chance of a fresh read at `t`, the
    /// 99.9th percentile the t-visibility at 99.9 %.
    pub needed: Times,
}

/// A distribution of times in ms, with the error of its sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Times(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// Nothing was left to chance but who asks.
    Exact {
        mean: f64,
        atoms: Atoms,
    },
    Drawn {
        mean: Estimate,
        running: Running,
    },
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Kind::Exact { mean: a, atoms: x }, Kind::Exact { mean: b, atoms: y }) => {
                a == b && x.values() == y.values()
            }
            (Kind::Drawn { mean: a, running: x }, Kind::Drawn { mean: b, running: y }) => a == b && x == y,
            _ => false,
        }
    }
}

impl Times {
    fn exact(pairs: Vec<(f64, f64)>) -> Self {
        let mean = pairs.iter().map(|(ms, weight)| ms * weight).sum();
        let atoms = Atoms::new(pairs);
        Times(Kind::Exact { mean, atoms })
    }

    fn drawn(fine: &Fine, moments: Moments) -> Self {
        let running = fine.running();
        let mean = moments.mean(running.runs());
        Times(Kind::Drawn { mean, running })
    }

    /// The mean, ms. Its error means little where the variance does not exist, as for a Pareto leg with a shape of 2
    /// or less.
    pub fn mean(&self) -> Estimate {
        match &self.0 {
            Kind::Exact { mean, .. } => Estimate::exact(*mean),
            Kind::Drawn { mean, .. } => *mean,
        }
    }

    /// The `p`-quantile, ms.
    pub fn quantile(&self, p: f64) -> Estimate {
        match &self.0 {
            Kind::Exact { atoms, .. } => Estimate::exact(atoms.quantile(p)),
            Kind::Drawn { running, .. } => running.quantile_estimate(p),
        }
    }

    /// The share within `x` ms.
    pub fn share_within(&self, x: f64) -> Estimate {
        match &self.0 {
            Kind::Exact { atoms, .. } => Estimate::exact(atoms.share_within(x)),
            Kind::Drawn { running, .. } => running.share_estimate(x),
        }
    }

    /// Whether chance plays no part in it, save for who asks.
    pub fn is_exact(&self) -> bool {
        matches!(self.0, Kind::Exact { .. })
    }
}

/// Draws `runs` operations and reads off every quorum: all see the same draws, so a larger r or w never takes less
/// time. The draws of a copy depend on `seed`, its number and who asks only, and not on how many copies there are.
///
/// ```
/// use isochrone::basis::dist::Dist;
/// use isochrone::engine::latency::law::Part;
/// use isochrone::engine::progress::Watch;
/// use isochrone::engine::replication::wars::{Copies, Messages, Quorum, simulate};
/// let leg = vec![Part::once(Dist::exponential(1.0)?.shape())];
/// let messages = Messages {
///     write: leg.clone(), ack: leg.clone(), read: leg.clone(), response: leg, ..Messages::default()
/// };
/// let quorums = [Quorum { r: 1, w: 1 }, Quorum { r: 2, w: 2 }];
/// let found = simulate(&Copies::alike(3, &messages), &quorums, 10_000, 7, Watch::default())?;
/// assert!(found[0].needed.share_within(0.0).value < 1.0);
/// assert_eq!(found[1].needed.quantile(0.999).value, 0.0);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
///
/// # Errors
/// When a quorum asks for no copy or for more than there are, there are no runs, or the user asks to stop.
pub fn simulate(
    copies: &Copies,
    quorums: &[Quorum],
    runs: u32,
    seed: u64,
    watch: Watch<'_>,
) -> Result<Vec<Outcome>> {
    for quorum in quorums {
        check(*quorum, copies.count())?;
    }
    if runs == 0 {
        return Err(Error::input("a quorum must be drawn at least once, found 0 runs"));
    }
    let plan = Plan::new(copies, quorums, seed);
    let drawn = if plan.all_exact() {
        None
    } else {
        Some(plan.draw(runs, watch)?)
    };
    Ok(plan.outcomes(quorums, drawn.as_ref()))
}

fn check(Quorum { r, w }: Quorum, n: usize) -> Result<()> {
    for (name, count) in [("r", r), ("w", w)] {
        if !(1..=n).contains(&count) {
            let message = format!("{name} must lie between 1 and the number of copies, {n}, found {count}");
            return Err(Error::input(message));
        }
    }
    Ok(())
}

/// A writer's and a reader's place, and their chance.
#[derive(Clone, Copy, Debug)]
struct Stratum {
    writer: usize,
    reader: usize,
    weight: f64,
}

/// What is asked, and what can be told without drawing.
struct Plan<'a> {
    copies: &'a Copies,
    strata: Vec<Stratum>,
    seed: u64,
    /// The w, the r, and the quorums that may be stale: each once, ascending.
    writes: Vec<usize>,
    reads: Vec<usize>,
    stale: Vec<Quorum>,
    /// Every time without chance, per stratum and copy.
    fixed_writes: Option<Vec<Vec<[f64; 2]>>>,
    fixed_reads: Option<Vec<Vec<[f64; 2]>>>,
}

impl<'a> Plan<'a> {
    fn new(copies: &'a Copies, quorums: &[Quorum], seed: u64) -> Self {
        let strata = copies.strata();
        let stale = quorums
            .iter()
            .copied()
            .filter(|quorum| !quorum.always_fresh(copies.count()));
        let mut stale: Vec<Quorum> = stale.collect();
        stale.sort_by_key(|quorum| (quorum.r, quorum.w));
        stale.dedup();
        let fixed = |place: &dyn Fn(&Stratum) -> usize, legs: [usize; 2]| {
            let of = |stratum| {
                copies.places[place(stratum)]
                    .iter()
                    .map(|m| fixed_legs(m, legs))
                    .collect()
            };
            strata.iter().map(of).collect()
        };
        Plan {
            writes: once(quorums.iter().map(|quorum| quorum.w)),
            reads: once(quorums.iter().map(|quorum| quorum.r)),
            stale,
            fixed_writes: fixed(&|stratum| stratum.writer, [0, 1]),
            fixed_reads: fixed(&|stratum| stratum.reader, [2, 3]),
            copies,
            strata,
            seed,
        }
    }

    fn all_exact(&self) -> bool {
        self.fixed_writes.is_some() && self.fixed_reads.is_some()
    }

    fn draw(&self, runs: u32, watch: Watch<'_>) -> Result<Drawn> {
        let tasks = tasks(&self.strata, runs);
        let empty = || Ok(Drawn::new(self));
        let mut drawn = tasks
            .par_iter()
            .enumerate()
            .with_min_len(TASKS_TOGETHER)
            .fold(empty, |drawn: Result<Drawn>, (number, task)| {
                watch.go_on()?;
                let mut drawn = drawn?;
                drawn.add(self, number, *task);
                Ok(drawn)
            })
            .reduce_with(|a, b| Ok(a?.merge(b?)))
            .unwrap_or_else(empty)?;
        // Sums of floats in the order of the tasks, whoever did them.
        drawn.moments.sort_by_key(|(number, _)| *number);
        Ok(drawn)
    }

    fn outcomes(&self, quorums: &[Quorum], drawn: Option<&Drawn>) -> Vec<Outcome> {
        let take = |column: usize| drawn.map_or_else(|| Times::exact(vec![]), |drawn| drawn.times(column));
        let outcome = |quorum: &Quorum| Outcome {
            quorum: *quorum,
            write: self
                .exact_latency(self.fixed_writes.as_ref(), quorum.w)
                .unwrap_or_else(|| take(place_of(&self.writes, &quorum.w))),
            read: self
                .exact_latency(self.fixed_reads.as_ref(), quorum.r)
                .unwrap_or_else(|| take(self.writes.len() + place_of(&self.reads, &quorum.r))),
            needed: self.exact_needed(*quorum).unwrap_or_else(|| {
                take(self.writes.len() + self.reads.len() + place_of(&self.stale, quorum))
            }),
        };
        quorums.iter().map(outcome).collect()
    }

    /// The `k`-th smallest way there and back, where nothing is left to chance.
    fn exact_latency(&self, fixed: Option<&Vec<Vec<[f64; 2]>>>, k: usize) -> Option<Times> {
        let kth = |(copies, stratum): (&Vec<[f64; 2]>, &Stratum)| {
            let mut sums: Vec<f64> = copies.iter().map(|[there, back]| there + back).collect();
            sums.sort_by(f64::total_cmp);
            (sums[k - 1], stratum.weight)
        };
        Some(Times::exact(fixed?.iter().zip(&self.strata).map(kth).collect()))
    }

    fn exact_needed(&self, quorum: Quorum) -> Option<Times> {
        if quorum.always_fresh(self.copies.count()) {
            return Some(Times::exact(vec![(0.0, 1.0)]));
        }
        let (writes, reads) = (self.fixed_writes.as_ref()?, self.fixed_reads.as_ref()?);
        let of = |(at, stratum): (usize, &Stratum)| (needed(quorum, &writes[at], &reads[at]), stratum.weight);
        Some(Times::exact(self.strata.iter().enumerate().map(of).collect()))
    }
}

/// The needed time of one operation: `[W, A]` and `[R, S]` of each copy.
fn needed(quorum: Quorum, writes: &[[f64; 2]], reads: &[[f64; 2]]) -> f64 {
    let mut done: Vec<f64> = writes.iter().map(|[w, a]| w + a).collect();
    done.sort_by(f64::total_cmp);
    let mut answers: Vec<(f64, f64)> = reads
        .iter()
        .zip(writes)
        .map(|([r, s], [w, _])| (r + s, w - r))
        .collect();
    answers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ahead = answers[..quorum.r].iter().map(|answer| answer.1);
    (ahead.fold(f64::INFINITY, f64::min) - done[quorum.w - 1]).max(0.0)
}

/// Two legs that know no chance, each with half of the way.
fn fixed_legs(messages: &Messages, legs: [usize; 2]) -> Option<[f64; 2]> {
    let sum = |parts: &[Part]| {
        parts
            .iter()
            .try_fold(0.0, |sum, part| Some(sum + part.as_fixed()?))
    };
    let way = sum(&messages.way)? / 2.0;
    Some([
        way + sum(messages.legs()[legs[0]])?,
        way + sum(messages.legs()[legs[1]])?,
    ])
}

/// Each value once, ascending.
fn once(values: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut values: Vec<usize> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn place_of<T: PartialEq>(values: &[T], value: &T) -> usize {
    values.iter().position(|other| other == value).unwrap_or(0)
}

/// Trials of one stratum for a thread to draw.
#[derive(Clone, Copy, Debug)]
struct Task {
    stratum: usize,
    /// Number of the first trial within the stratum; a multiple of the stream's block.
    first: usize,
    length: usize,
}

/// Every stratum gets its share of the runs, to within one. (Drawing who asks would only add noise.)
fn tasks(strata: &[Stratum], runs: u32) -> Vec<Task> {
    let (mut tasks, mut given, mut share) = (Vec::new(), 0, 0.0);
    for (number, stratum) in strata.iter().enumerate() {
        share += stratum.weight;
        let end = if number + 1 == strata.len() {
            runs
        } else {
            (f64::from(runs) * share).round() as u32
        };
        let length = end.saturating_sub(given) as usize;
        given = end.max(given);
        tasks.extend((0..length).step_by(TASK).map(|first| Task {
            stratum: number,
            first,
            length: TASK.min(length - first),
        }));
    }
    tasks
}

/// Sum and sum of squares.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    sum: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, values: &[f32]) {
        for x in values {
            let x = f64::from(*x);
            self.sum += x;
            self.squares += x * x;
        }
    }

    fn mean(self, runs: f64) -> Estimate {
        let mean = self.sum / runs;
        let variance = (self.squares / runs - mean * mean).max(0.0);
        Estimate::normal(mean, (variance / runs).sqrt())
    }
}

/// What was drawn so far: a column of times for each w, then for each r, then for each quorum that may be stale.
#[derive(Debug)]
struct Drawn {
    counts: Vec<Fine>,
    /// By number of the task.
    moments: Vec<(usize, Vec<Moments>)>,
    scratch: Scratch,
}

impl Drawn {
    fn new(plan: &Plan<'_>) -> Self {
        let columns = plan.writes.len() + plan.reads.len() + plan.stale.len();
        Drawn {
            counts: vec![Fine::new(); columns],
            moments: Vec::new(),
            scratch: Scratch::new(plan.copies.count()),
        }
    }

    fn add(&mut self, plan: &Plan<'_>, number: usize, task: Task) {
        let mut moments = vec![Moments::default(); self.counts.len()];
        for first in (0..task.length).step_by(CHUNK) {
            let length = CHUNK.min(task.length - first);
            self.scratch
                .operations(plan, task.stratum, task.first + first, length);
            self.record(plan, &mut moments);
        }
        self.moments.push((number, moments));
    }

    fn record(&mut self, plan: &Plan<'_>, moments: &mut [Moments]) {
        let Scratch {
            done,
            asked,
            ahead,
            times,
            ..
        } = &mut self.scratch;
        let latencies = plan.writes.iter().map(|w| &done[w - 1]);
        let latencies = latencies.chain(plan.reads.iter().map(|r| &asked[r - 1]));
        let mut columns = self.counts.iter_mut().zip(moments);
        // The latencies come first: a zip asks its left side first, and must not take a column for nothing.
        for (values, (counts, moments)) in latencies.zip(columns.by_ref()) {
            counts.record(values);
            moments.add(values);
        }
        for (quorum, (counts, moments)) in plan.stale.iter().zip(columns) {
            let pairs = ahead[quorum.r - 1].iter().zip(&done[quorum.w - 1]);
            times.clear();
            times.extend(pairs.map(|(ahead, done)| (ahead - done).max(0.0)));
            counts.record(times);
            moments.add(times);
        }
    }

    fn merge(mut self, other: Drawn) -> Self {
        self.counts
            .iter_mut()
            .zip(&other.counts)
            .for_each(|(a, b)| a.merge(b));
        self.moments.extend(other.moments);
        self
    }

    fn times(&self, column: usize) -> Times {
        let mut all = Moments::default();
        for (_, moments) in &self.moments {
            all.sum += moments[column].sum;
            all.squares += moments[column].squares;
        }
        Times::drawn(&self.counts[column], all)
    }
}

/// Some operations, a column for each copy.
#[derive(Debug)]
struct Scratch {
    /// W, then W − R of the copies that answer first, then the least of these so far.
    ahead: Columns,
    /// W + A, smallest first.
    done: Columns,
    /// R + S, smallest first.
    asked: Columns,
    back: Vec<f32>,
    way: Vec<f32>,
    times: Vec<f32>,
}

/// Numbers of the legs in the keys of the streams; those of the way come after the four messages.
const WAY_OF_WRITE: u8 = 4;
const WAY_OF_READ: u8 = 5;

impl Scratch {
    fn new(copies: usize) -> Self {
        let columns = || vec![Vec::with_capacity(CHUNK); copies];
        Scratch {
            ahead: columns(),
            done: columns(),
            asked: columns(),
            back: Vec::with_capacity(CHUNK),
            way: Vec::with_capacity(CHUNK),
            times: Vec::with_capacity(CHUNK),
        }
    }

    /// Draws `length` operations from trial `first` on.
    fn operations(&mut self, plan: &Plan<'_>, stratum: usize, first: usize, length: usize) {
        let Stratum { writer, reader, .. } = plan.strata[stratum];
        for copy in 0..plan.copies.count() {
            let draw = Draw {
                seed: plan.seed,
                copy: copy as u32,
                stratum: stratum as u32,
                first,
                length,
            };
            let messages = &plan.copies.places[writer][copy];
            draw.legs(
                messages,
                [0, 1, WAY_OF_WRITE],
                [&mut self.ahead[copy], &mut self.back, &mut self.way],
            );
            add_into(&self.ahead[copy], &self.back, &mut self.done[copy]);
            let messages = &plan.copies.places[reader][copy];
            draw.legs(
                messages,
                [2, 3, WAY_OF_READ],
                [&mut self.times, &mut self.back, &mut self.way],
            );
            add_into(&self.times, &self.back, &mut self.asked[copy]);
            self.ahead[copy]
                .iter_mut()
                .zip(&self.times)
                .for_each(|(w, r)| *w -= r);
        }
        select(&mut self.done, plan.writes.last().copied().unwrap_or(0));
        let reads = plan.reads.last().copied().unwrap_or(0);
        select_with(&mut self.asked, &mut self.ahead, reads);
        least_so_far(&mut self.ahead, reads);
    }
}

fn add_into(a: &[f32], b: &[f32], sum: &mut Vec<f32>) {
    sum.clear();
    sum.extend(a.iter().zip(b).map(|(a, b)| a + b));
}

/// Which draws are meant.
#[derive(Clone, Copy)]
struct Draw {
    seed: u64,
    copy: u32,
    stratum: u32,
    first: usize,
    length: usize,
}

impl Draw {
    /// The two messages of an operation: there, back, and the way that both share.
    fn legs(self, messages: &Messages, numbers: [u8; 3], [there, back, way]: [&mut Vec<f32>; 3]) {
        let [first, second, shared] = numbers;
        self.leg(first, messages.legs()[usize::from(first)], there);
        self.leg(second, messages.legs()[usize::from(second)], back);
        if messages.way.is_empty() {
            return;
        }
        self.leg(shared, &messages.way, way);
        for ((there, back), way) in there.iter_mut().zip(back).zip(way) {
            // Jitter is told against the median, so a short way could come out below zero.
            let half = 0.5 * way.max(0.0);
            *there += half;
            *back += half;
        }
    }

    fn leg(self, leg: u8, parts: &[Part], out: &mut Vec<f32>) {
        out.clear();
        out.resize(self.length, 0.0);
        for (part, law) in parts.iter().enumerate() {
            let purpose = Purpose::Message {
                leg,
                part: part as u8,
            };
            add_draws(
                law,
                Stream::new(self.seed, purpose, self.copy, self.stratum),
                self.first,
                out,
            );
        }
    }
}

/// The chance that a read misses the last `k` writes altogether, when each reaches any w of n copies with the same
/// chance and stays where it is: `(C(n − w, r) / C(n, r))ᵏ`.
///
/// Source: Bailis et al., as above, on k-staleness.
///
/// ```
/// use isochrone::engine::replication::wars::{Quorum, misses_last};
/// let one = misses_last(3, Quorum { r: 1, w: 1 }, 1);
/// assert!((one - 2.0 / 3.0).abs() < 1e-15);
/// assert_eq!(misses_last(3, Quorum { r: 2, w: 2 }, 1), 0.0);
/// ```
pub fn misses_last(n: usize, Quorum { r, w }: Quorum, k: u32) -> f64 {
    // C(n − w, r) / C(n, r), factor by factor.
    let factor = |i: usize| (n.saturating_sub(w + i)) as f64 / (n - i) as f64;
    let miss: f64 = (0..r.min(n)).map(factor).product();
    miss.powi(k.cast_signed())
}

#[cfg(test)]
mod tests;
