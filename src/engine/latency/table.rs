//! The table of all user groups × regions: how long a request takes.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::class_draws::GroupDraws;
use super::draws::Draws;
use super::kernel::{BLOCK, Tally, Words, add_draws, add_draws_to};
use super::law::Laws;
use crate::basis::digest::digest;
use crate::basis::error::Result;
use crate::basis::points::SCRAMBLES;
use crate::basis::seed::{Purpose, Source};
use crate::basis::stat::bins;
use crate::basis::stat::mixture::Part;
use crate::engine::progress::Watch;

/// Draws kept in memory at a time for each user group. A multiple of the kernel's block, and so of the stream's.
const CHUNK: usize = 16_384;

/// The same where requests have classes: each holds a dozen arrays of this length. A multiple of the stream's block.
const CLASS_CHUNK: usize = 4096;

/// Latency of a request between one user group and one region.
#[derive(Clone, Debug)]
struct Cell {
    mean: f64,
    variance: f64,
    fixed: Option<f64>,
    first_bin: u32,
    start: u32,
    end: u32,
}

/// One user group's cells, and the running counts they point into.
#[derive(Clone, Debug)]
struct Row {
    cells: Vec<Cell>,
    counts: Vec<u32>,
}

/// Request latency of every user group in every column: `runs` draws each, in bins.
///
/// A column is a region, or a class of request at a region ([`Laws::column`]); where all requests are alike the two are
/// the same.
#[derive(Clone, Debug)]
pub struct LatencyTable {
    draws: Draws,
    rows: Vec<Row>,
}

/// Which pairs of user group and region are wanted.
pub type WantedPairs<'a> = dyn Fn(usize, usize) -> bool + Sync + 'a;

impl LatencyTable {
    /// Draws the table, `runs` draws for each pair. The draws of a pair depend on `seed` and the pair only.
    ///
    /// # Errors
    /// When the user asks to stop.
    pub fn simulate(laws: &Laws, runs: u32, seed: u64, watch: Watch<'_>) -> Result<Self> {
        Self::drawn(laws, &Draws::equal(runs, seed), watch)
    }

    /// The same with any `draws`.
    ///
    /// # Errors
    /// When the user asks to stop.
    pub fn drawn(laws: &Laws, draws: &Draws, watch: Watch<'_>) -> Result<Self> {
        Self::simulate_at(laws, draws, &|_, _| true, watch)
    }

    /// The same for the pairs that are `wanted`; cells of the others hold nothing and must not be asked for.
    ///
    /// # Errors
    /// When the user asks to stop.
    pub fn simulate_at(
        laws: &Laws,
        draws: &Draws,
        wanted: &WantedPairs<'_>,
        watch: Watch<'_>,
    ) -> Result<Self> {
        let rows = rows(laws, draws, wanted, watch, &Tally::new, &|tallies, group| {
            let tallies = tallies.iter().collect::<Vec<&Tally>>();
            Row::of(laws, group, &tallies, draws.of_group(group))
        })?;
        let draws = draws.clone();
        Ok(LatencyTable { draws, rows })
    }

    /// A table of each scramble alone: together they hold the draws of [`LatencyTable::simulate_at`].
    ///
    /// # Errors
    /// When the user asks to stop.
    pub(super) fn of_scrambles(
        laws: &Laws,
        draws: &Draws,
        wanted: &WantedPairs<'_>,
        watch: Watch<'_>,
    ) -> Result<Vec<Self>> {
        let of_one = draws.of_a_scramble();
        let split = |tallies: &[Dealt], group: usize| -> Vec<Row> {
            let of = |scramble: usize| {
                let tallies: Vec<&Tally> = tallies.iter().map(|dealt| dealt.of(scramble)).collect();
                Row::of(laws, group, &tallies, of_one.of_group(group))
            };
            (0..SCRAMBLES).map(of).collect()
        };
        let by_group = rows(laws, draws, wanted, watch, &Dealt::new, &split)?;
        let mut tables: Vec<LatencyTable> = (0..SCRAMBLES)
            .map(|_| LatencyTable {
                draws: of_one.clone(),
                rows: Vec::with_capacity(by_group.len()),
            })
            .collect();
        for rows in by_group {
            for (table, row) in tables.iter_mut().zip(rows) {
                table.rows.push(row);
            }
        }
        Ok(tables)
    }

    /// How the draws were made.
    pub fn draws(&self) -> &Draws {
        &self.draws
    }

    /// Draws for each pair, on average.
    pub fn runs(&self) -> u32 {
        self.draws.runs()
    }

    /// Draws for each pair of a group.
    pub fn runs_of(&self, group: usize) -> u32 {
        self.draws.of_group(group)
    }

    /// Seed of the draws.
    pub fn seed(&self) -> u64 {
        self.source().seed
    }

    /// Where the draws come from.
    pub fn source(&self) -> Source {
        self.draws.source()
    }

    /// A short name for what was drawn: other draws, another name. Machines whose mathematical functions round otherwise
    /// are told apart by it.
    pub fn digest(&self) -> String {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let figures = cells.flat_map(|cell| [cell.mean, cell.variance]);
        let bytes: Vec<u8> = figures
            .flat_map(|figure| figure.to_bits().to_le_bytes())
            .collect();
        digest(&[bytes.as_slice(), &self.runs().to_le_bytes()].concat())
    }

    /// Mean latency of a pair, ms.
    pub fn mean(&self, group: usize, region: usize) -> f64 {
        self.rows[group].cells[region].mean
    }

    /// Variance of the latency of a pair, ms².
    pub fn variance(&self, group: usize, region: usize) -> f64 {
        self.rows[group].cells[region].variance
    }

    /// The latency of a pair that is always the same, ms.
    pub fn fixed(&self, group: usize, region: usize) -> Option<f64> {
        self.rows[group].cells[region].fixed
    }

    /// Whether every pair always takes the same time.
    pub fn all_fixed(&self) -> bool {
        self.rows
            .iter()
            .all(|row| row.cells.iter().all(|cell| cell.fixed.is_some()))
    }

    /// A pair's distribution as a part of a mixture.
    pub fn part(&self, group: usize, region: usize, weight: f64) -> Part<'_> {
        let row = &self.rows[group];
        let cell = &row.cells[region];
        Part {
            first_bin: cell.first_bin as usize,
            counts: &row.counts[cell.start as usize..cell.end as usize],
            runs: self.runs_of(group),
            weight,
            fixed: cell.fixed.is_some(),
        }
    }

    /// First and last bin that any pair uses.
    pub fn bin_range(&self) -> (usize, usize) {
        let cells = || self.rows.iter().flat_map(|row| &row.cells);
        let first = cells().map(|cell| cell.first_bin).min().unwrap_or(0);
        let last = cells()
            .map(|cell| cell.first_bin + cell.end - cell.start)
            .max()
            .unwrap_or(1)
            - 1;
        (first as usize, (last as usize).min(bins::COUNT - 1))
    }

    /// Bytes that are allocated for the table.
    pub fn bytes(&self) -> usize {
        let rows = self.rows.iter();
        rows.map(|row| row.counts.capacity() * size_of::<u32>() + row.cells.capacity() * size_of::<Cell>())
            .sum::<usize>()
            + self.rows.capacity() * size_of::<Row>()
    }

    /// Bytes that a table of these dimensions takes when a pair's draws cover `bins` bins.
    pub fn bytes_for(groups: usize, regions: usize, bins: usize) -> usize {
        let row = regions.saturating_mul(size_of::<Cell>() + bins * size_of::<u32>());
        groups.saturating_mul(row.saturating_add(size_of::<Row>()))
    }
}

/// The draws of one request's latency for `group` towards `region`, in the order of the stream: exactly those
/// the table was made from. `base` holds what is drawn alike towards every region.
pub(super) fn replay(
    laws: &Laws,
    source: Source,
    group: usize,
    region: usize,
    first: usize,
    base: &Base,
    out: &mut [f32],
) {
    replay_part(
        laws,
        source,
        (group, region),
        first,
        base.of(laws, group, region),
        (&mut Words::default(), out),
    );
}

/// The same for a run of draws inside the base, which is given as what `base` holds for them.
fn replay_part(
    laws: &Laws,
    source: Source,
    (group, region): (usize, usize),
    first: usize,
    base: &[f32],
    (words, out): (&mut Words, &mut [f32]),
) {
    let pair = laws.pair(group, region);
    if pair.parts.is_empty() {
        out.copy_from_slice(base);
    }
    for (number, part) in pair.parts.iter().enumerate() {
        let stream = source.stream(Purpose::Path(number as u8), group as u32, region as u32);
        let base = (number == 0).then_some(base);
        add_draws_to(base, words, part, stream, first, out);
    }
}

/// What is drawn alike towards every region: the service, and with it the access network, ms.
#[derive(Clone, Debug, Default)]
pub(super) struct Base {
    service: Vec<f32>,
    both: Vec<f32>,
}

impl Base {
    /// Draws `length` requests of `group` from position `first` on.
    pub(super) fn draw(&mut self, laws: &Laws, source: Source, group: usize, first: usize, length: usize) {
        let stream = |purpose| source.stream(purpose, group as u32, 0);
        self.service.clear();
        self.service.resize(length, 0.0);
        add_draws(&laws.service, stream(Purpose::Service), first, &mut self.service);
        self.both.clone_from(&self.service);
        add_draws(
            &laws.groups[group].access,
            stream(Purpose::Access),
            first,
            &mut self.both,
        );
    }

    /// What a request of `group` to `region` begins with.
    fn of(&self, laws: &Laws, group: usize, region: usize) -> &[f32] {
        if laws.pair(group, region).contains_access {
            &self.service
        } else {
            &self.both
        }
    }
}

/// What takes in the draws of a column.
trait Record {
    /// Records every value, at most a block. All but the last before a [`Record::fold`] are a whole block.
    fn record(&mut self, values: &[f32]);
    /// Ends a stretch of values.
    fn fold(&mut self);
    /// Forgets everything.
    fn clear(&mut self);
}

impl Record for Tally {
    fn record(&mut self, values: &[f32]) {
        Tally::record(self, values);
    }

    fn fold(&mut self) {
        Tally::fold(self);
    }

    fn clear(&mut self) {
        Tally::clear(self);
    }
}

/// Draws dealt to the scrambles that they belong to. Made when the first comes: most columns get none.
#[derive(Clone, Debug)]
struct Dealt {
    tallies: Vec<Tally>,
    none: Tally,
}

impl Dealt {
    fn new() -> Self {
        Dealt {
            tallies: Vec::new(),
            none: Tally::new(),
        }
    }

    fn of(&self, scramble: usize) -> &Tally {
        self.tallies.get(scramble).unwrap_or(&self.none)
    }
}

impl Record for Dealt {
    fn record(&mut self, values: &[f32]) {
        if self.tallies.is_empty() {
            self.tallies.resize(SCRAMBLES, Tally::new());
        }
        let mut dealt = [0f32; BLOCK / SCRAMBLES];
        for (scramble, tally) in self.tallies.iter_mut().enumerate() {
            let mut count = 0;
            let mine = values.iter().skip(scramble).step_by(SCRAMBLES);
            for (to, value) in dealt.iter_mut().zip(mine) {
                *to = *value;
                count += 1;
            }
            tally.record(&dealt[..count]);
        }
    }

    fn fold(&mut self) {
        self.tallies.iter_mut().for_each(Tally::fold);
    }

    fn clear(&mut self) {
        self.tallies.iter_mut().for_each(Tally::clear);
    }
}

/// Draws every group and makes what is wanted of what its columns recorded, in the order of the groups.
fn rows<T: Record + Send, R: Send>(
    laws: &Laws,
    draws: &Draws,
    wanted: &WantedPairs<'_>,
    watch: Watch<'_>,
    empty: &(dyn Fn() -> T + Sync),
    made: &(dyn Fn(&[T], usize) -> R + Sync),
) -> Result<Vec<R>> {
    let done = AtomicU64::new(0);
    let total = laws.groups.len() as u64;
    let mut rows = (0..laws.groups.len())
        .into_par_iter()
        .map_init(
            || Scratch::new((0..laws.columns()).map(|_| empty()).collect()),
            |scratch, group| {
                scratch.draw(laws, (group, wanted), draws, watch)?;
                let row = made(&scratch.tallies, group);
                scratch.tallies.iter_mut().for_each(T::clear);
                watch.advance("simulating", done.fetch_add(1, Ordering::Relaxed) + 1, total);
                Ok(row)
            },
        )
        .collect::<Result<Vec<R>>>()?;
    rows.shrink_to_fit();
    Ok(rows)
}

/// What one thread needs to draw a row.
struct Scratch<T> {
    base: Base,
    /// The same where requests have classes.
    classes: GroupDraws,
    direct: Vec<f32>,
    far: Vec<f32>,
    words: Words,
    /// One for each column.
    tallies: Vec<T>,
}

impl<T: Record> Scratch<T> {
    fn new(tallies: Vec<T>) -> Self {
        Scratch {
            base: Base::default(),
            classes: GroupDraws::default(),
            direct: Vec::new(),
            far: Vec::new(),
            words: Words::default(),
            tallies,
        }
    }

    /// Draws a stretch of all classes towards all regions and records it.
    fn record_classes(
        &mut self,
        laws: &Laws,
        source: Source,
        (group, regions): (usize, &WantedPairs<'_>),
        first: usize,
        length: usize,
    ) {
        self.classes.draw(laws, source, group, first, length);
        let wanted = |at_edge: bool| laws.classes.iter().any(|law| law.at_edge == at_edge);
        let (direct, edge) = (wanted(false), wanted(true));
        let mut values = vec![0f32; length];
        for region in (0..laws.regions).filter(|region| regions(group, *region)) {
            if direct {
                self.classes.direct_rtt(laws, source, region, &mut self.direct);
            }
            if edge {
                self.classes.far_rtt(laws, source, region, &mut self.far);
            }
            for (class, law) in laws.classes.iter().enumerate() {
                let column = laws.column(class, region);
                if laws.fixed(group, column).is_none() {
                    let rtt = if law.at_edge { &self.far } else { &self.direct };
                    self.classes.requests(laws, class, region, rtt, &mut values);
                    let tally = &mut self.tallies[column];
                    values.chunks(BLOCK).for_each(|block| tally.record(block));
                    tally.fold();
                }
            }
        }
    }

    /// Draws what the base holds and records it, a block at a time: a block stays in the nearest cache.
    fn record(&mut self, laws: &Laws, source: Source, pair: (usize, usize), first: usize) {
        let tally = &mut self.tallies[pair.1];
        let mut values = [0f32; BLOCK];
        for (step, base) in self.base.of(laws, pair.0, pair.1).chunks(BLOCK).enumerate() {
            let values = &mut values[..base.len()];
            let into = (&mut self.words, &mut *values);
            replay_part(laws, source, pair, first + step * BLOCK, base, into);
            tally.record(values);
        }
        tally.fold();
    }

    /// Asks whether to go on before each block of draws: a block towards all regions takes milliseconds. Stopping
    /// leaves tallies half-filled, which nobody reads any more.
    fn draw(
        &mut self,
        laws: &Laws,
        (group, wanted): (usize, &WantedPairs<'_>),
        draws: &Draws,
        watch: Watch<'_>,
    ) -> Result<()> {
        let (runs, source) = (draws.of_group(group) as usize, draws.source());
        for first in (0..runs).step_by(CHUNK) {
            watch.go_on()?;
            let length = CHUNK.min(runs - first);
            if !laws.classes.is_empty() {
                for start in (first..first + length).step_by(CLASS_CHUNK) {
                    let length = CLASS_CHUNK.min(first + length - start);
                    self.record_classes(laws, source, (group, wanted), start, length);
                }
                continue;
            }
            self.base.draw(laws, source, group, first, length);
            for region in (0..laws.regions).filter(|region| wanted(group, *region)) {
                if laws.fixed(group, region).is_none() {
                    self.record(laws, source, (group, region), first);
                }
            }
        }
        Ok(())
    }
}

impl Row {
    /// A row from what its columns recorded in `runs` draws.
    fn of(laws: &Laws, group: usize, tallies: &[&Tally], runs: u32) -> Self {
        let mut row = Row {
            cells: Vec::with_capacity(laws.columns()),
            counts: Vec::new(),
        };
        for (column, tally) in tallies.iter().enumerate() {
            match laws.fixed(group, column) {
                Some(ms) => row.push_fixed(ms, runs),
                None => row.push(tally, runs),
            }
        }
        // Grown by doubling: up to half of it would stay empty.
        row.counts.shrink_to_fit();
        row
    }

    fn push(&mut self, tally: &Tally, runs: u32) {
        let (mean, variance) = tally.moments(runs);
        let (first_bin, counts) = tally.running();
        self.push_cell(mean, variance, None, first_bin, &counts);
    }

    fn push_fixed(&mut self, ms: f64, runs: u32) {
        self.push_cell(ms, 0.0, Some(ms), bins::of(ms as f32), &[runs]);
    }

    fn push_cell(&mut self, mean: f64, variance: f64, fixed: Option<f64>, first_bin: usize, counts: &[u32]) {
        let start = self.counts.len() as u32;
        self.counts.extend_from_slice(counts);
        let end = self.counts.len() as u32;
        self.cells.push(Cell {
            mean,
            variance,
            fixed,
            first_bin: first_bin as u32,
            start,
            end,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::basis::seed::Points;
    use crate::engine::latency::law::{AccessError, GroupLaw, PairLaw, Part as LawPart, PathError};

    /// Two groups and three regions, every pair the same log-normal.
    fn laws() -> Laws {
        let group = |country| GroupLaw {
            weight: 0.5,
            country,
            access: LawPart::fixed(5.0),
            access_error: AccessError::default(),
        };
        let pair = |median: f64| PairLaw {
            parts: vec![LawPart::once(Dist::log_normal(median, 0.3).unwrap().shape())],
            contains_access: false,
            expected_ms: median,
            path_error: PathError::default(),
            jitter_ms: 0.0,
        };
        Laws {
            groups: vec![group(0), group(1)],
            regions: 3,
            pairs: [40.0, 80.0, 160.0]
                .iter()
                .cycle()
                .take(6)
                .map(|ms| pair(*ms))
                .collect(),
            service: LawPart::fixed(1.0),
            classes: Vec::new(),
            edge: None,
            router: None,
        }
    }

    #[test]
    fn the_closed_form_of_the_bytes_is_what_is_allocated() {
        let table = LatencyTable::simulate(&laws(), 1000, 7, Watch::default()).unwrap();
        let bins = |group, region| table.part(group, region, 1.0).counts.len();
        let counts: usize = (0..2)
            .flat_map(|group| (0..3).map(move |region| (group, region)))
            .map(|(group, region)| bins(group, region))
            .sum();
        // The form is linear in the bins of a pair, so their sum may stand in for six equal pairs.
        let without = LatencyTable::bytes_for(2, 3, 0);
        assert_eq!(LatencyTable::bytes_for(2, 3, 10) - without, 6 * 10 * 4);
        assert_eq!(table.bytes(), without + counts * 4);
    }

    #[test]
    fn a_longer_table_begins_with_the_shorter_one() {
        // Beyond a chunk and not a whole number of blocks: every way of cutting the draws takes part.
        let (short, long) = (CHUNK as u32 + 1000, 2 * CHUNK as u32 + 1001);
        let laws = laws();
        let draws = |runs: u32| {
            let mut base = Base::default();
            base.draw(&laws, 7.into(), 1, 0, runs as usize);
            let mut out = vec![0.0; runs as usize];
            replay(&laws, 7.into(), 1, 2, 0, &base, &mut out);
            out
        };
        assert_eq!(draws(long)[..short as usize], draws(short)[..]);
    }

    #[test]
    fn a_table_counts_exactly_what_is_replayed() {
        let runs = CHUNK as u32 + 1037;
        let laws = laws();
        let table = LatencyTable::simulate(&laws, runs, 7, Watch::default()).unwrap();
        let mut base = Base::default();
        base.draw(&laws, 7.into(), 0, 0, runs as usize);
        let mut draws = vec![0.0; runs as usize];
        replay(&laws, 7.into(), 0, 1, 0, &base, &mut draws);
        let part = table.part(0, 1, 1.0);
        for bin in 0..bins::COUNT {
            let below = draws.iter().filter(|ms| bins::of(**ms) < bin).count();
            assert_eq!(part.count_below(bin), below as f64);
        }
        let mean = draws.iter().map(|ms| f64::from(*ms)).sum::<f64>() / f64::from(runs);
        // Eight rows at a time are added up in single precision: distances from the first draw lose at most 8 · 2⁻²⁴ of
        // themselves, which is a few spreads.
        let spread = table.variance(0, 1).sqrt();
        assert!(
            (table.mean(0, 1) - mean).abs()
                < 8.0 * f64::from(f32::EPSILON) * (spread + (draws[0] as f64 - mean).abs())
        );
    }

    #[test]
    fn tables_of_the_scrambles_sum_to_the_table() {
        let source = Source {
            seed: 7,
            points: Points::Scrambled,
        };
        let laws = laws();
        let draws = Draws::by_weight([0.8, 0.2], 3072, source);
        assert_ne!(draws.of_group(0), draws.of_group(1));
        let whole = LatencyTable::drawn(&laws, &draws, Watch::default()).unwrap();
        let wanted = |group: usize, region: usize| group == 0 || region == 2;
        let each = LatencyTable::of_scrambles(&laws, &draws, &wanted, Watch::default()).unwrap();
        assert_eq!(each.len(), SCRAMBLES);
        for (group, region) in [(0, 0), (0, 1), (1, 2)] {
            let part = whole.part(group, region, 1.0);
            assert_eq!(part.runs, draws.of_group(group));
            for bin in 0..bins::COUNT {
                let of = |table: &LatencyTable| table.part(group, region, 1.0).count_below(bin);
                assert_eq!(part.count_below(bin), each.iter().map(of).sum::<f64>());
            }
            let mean = each.iter().map(|table| table.mean(group, region)).sum::<f64>() / SCRAMBLES as f64;
            // Sums in short single precision, of other neighbours: see the test of replays.
            assert!((whole.mean(group, region) - mean).abs() < 8.0 * f64::from(f32::EPSILON) * mean);
        }
    }
}
