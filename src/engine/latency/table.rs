//! The table of all user groups × regions: how long a request takes.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::class_draws::GroupDraws;
use super::kernel::{BLOCK, Tally, add_draws};
use super::law::Laws;
use crate::basis::digest::digest;
use crate::basis::error::Result;
use crate::basis::seed::{Purpose, Stream};
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
    runs: u32,
    seed: u64,
    rows: Vec<Row>,
}

impl LatencyTable {
    /// Draws the table. The draws of a pair depend on `seed` and the pair only.
    ///
    /// # Errors
    /// When the user asks to stop.
    pub fn simulate(laws: &Laws, runs: u32, seed: u64, watch: Watch<'_>) -> Result<Self> {
        Self::simulate_at(laws, runs, seed, &vec![true; laws.regions], watch)
    }

    /// The same towards the regions that `wanted` marks; cells of the others hold nothing and must not be asked for.
    ///
    /// # Errors
    /// When the user asks to stop.
    pub fn simulate_at(laws: &Laws, runs: u32, seed: u64, wanted: &[bool], watch: Watch<'_>) -> Result<Self> {
        let done = AtomicU64::new(0);
        let total = laws.groups.len() as u64;
        let mut rows = (0..laws.groups.len())
            .into_par_iter()
            .map_init(
                || Scratch::new(laws.columns()),
                |scratch, group| {
                    let row = scratch.row(laws, (group, wanted), runs, seed, watch)?;
                    watch.advance("simulating", done.fetch_add(1, Ordering::Relaxed) + 1, total);
                    Ok(row)
                },
            )
            .collect::<Result<Vec<Row>>>()?;
        rows.shrink_to_fit();
        Ok(LatencyTable { runs, seed, rows })
    }

    /// Draws per pair.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// Seed of the draws.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A short name for what was drawn: other draws, another name. Machines whose mathematical functions round otherwise
    /// are told apart by it.
    pub fn digest(&self) -> String {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let figures = cells.flat_map(|cell| [cell.mean, cell.variance]);
        let bytes: Vec<u8> = figures
            .flat_map(|figure| figure.to_bits().to_le_bytes())
            .collect();
        digest(&[bytes.as_slice(), &self.runs.to_le_bytes()].concat())
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
            runs: self.runs,
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
    seed: u64,
    group: usize,
    region: usize,
    first: usize,
    base: &Base,
    out: &mut [f32],
) {
    replay_part(
        laws,
        seed,
        (group, region),
        first,
        base.of(laws, group, region),
        out,
    );
}

/// The same for a run of draws inside the base, which is given as what `base` holds for them.
fn replay_part(
    laws: &Laws,
    seed: u64,
    (group, region): (usize, usize),
    first: usize,
    base: &[f32],
    out: &mut [f32],
) {
    let pair = laws.pair(group, region);
    out.copy_from_slice(base);
    for (number, part) in pair.parts.iter().enumerate() {
        let stream = Stream::new(seed, Purpose::Path(number as u8), group as u32, region as u32);
        add_draws(part, stream, first, out);
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
    pub(super) fn draw(&mut self, laws: &Laws, seed: u64, group: usize, first: usize, length: usize) {
        let stream = |purpose| Stream::new(seed, purpose, group as u32, 0);
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

/// What one thread needs to draw a row.
struct Scratch {
    base: Base,
    /// The same where requests have classes.
    classes: GroupDraws,
    direct: Vec<f32>,
    far: Vec<f32>,
    /// One for each column.
    tallies: Vec<Tally>,
}

impl Scratch {
    fn new(columns: usize) -> Self {
        Scratch {
            base: Base::default(),
            classes: GroupDraws::default(),
            direct: Vec::new(),
            far: Vec::new(),
            tallies: vec![Tally::new(); columns],
        }
    }

    /// Draws a stretch of all classes towards all regions and records it.
    fn record_classes(
        &mut self,
        laws: &Laws,
        seed: u64,
        (group, regions): (usize, &[bool]),
        first: usize,
        length: usize,
    ) {
        self.classes.draw(laws, seed, group, first, length);
        let wanted = |at_edge: bool| laws.classes.iter().any(|law| law.at_edge == at_edge);
        let (direct, edge) = (wanted(false), wanted(true));
        let mut values = vec![0f32; length];
        for region in (0..laws.regions).filter(|region| regions[*region]) {
            if direct {
                self.classes.direct_rtt(laws, seed, region, &mut self.direct);
            }
            if edge {
                self.classes.far_rtt(laws, seed, region, &mut self.far);
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
    fn record(&mut self, laws: &Laws, seed: u64, pair: (usize, usize), first: usize) {
        let tally = &mut self.tallies[pair.1];
        let mut values = [0f32; BLOCK];
        for (step, base) in self.base.of(laws, pair.0, pair.1).chunks(BLOCK).enumerate() {
            let values = &mut values[..base.len()];
            replay_part(laws, seed, pair, first + step * BLOCK, base, values);
            tally.record(values);
        }
        tally.fold();
    }

    /// Asks whether to go on before each block of draws: a block towards all regions takes milliseconds. Stopping
    /// leaves tallies half-filled, which nobody reads any more.
    fn row(
        &mut self,
        laws: &Laws,
        (group, wanted): (usize, &[bool]),
        runs: u32,
        seed: u64,
        watch: Watch<'_>,
    ) -> Result<Row> {
        let runs_left = runs as usize;
        for first in (0..runs_left).step_by(CHUNK) {
            watch.go_on()?;
            let length = CHUNK.min(runs_left - first);
            if !laws.classes.is_empty() {
                for start in (first..first + length).step_by(CLASS_CHUNK) {
                    let length = CLASS_CHUNK.min(first + length - start);
                    self.record_classes(laws, seed, (group, wanted), start, length);
                }
                continue;
            }
            self.base.draw(laws, seed, group, first, length);
            for region in (0..laws.regions).filter(|region| wanted[*region]) {
                if laws.fixed(group, region).is_none() {
                    self.record(laws, seed, (group, region), first);
                }
            }
        }
        let mut row = Row {
            cells: Vec::with_capacity(laws.columns()),
            counts: Vec::new(),
        };
        for column in 0..laws.columns() {
            match laws.fixed(group, column) {
                Some(ms) => row.push_fixed(ms, runs),
                None => row.push(&self.tallies[column], runs),
            }
            self.tallies[column].clear();
        }
        // Grown by doubling: up to half of it would stay empty.
        row.counts.shrink_to_fit();
        Ok(row)
    }
}

impl Row {
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
            base.draw(&laws, 7, 1, 0, runs as usize);
            let mut out = vec![0.0; runs as usize];
            replay(&laws, 7, 1, 2, 0, &base, &mut out);
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
        base.draw(&laws, 7, 0, 0, runs as usize);
        let mut draws = vec![0.0; runs as usize];
        replay(&laws, 7, 0, 1, 0, &base, &mut draws);
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
}
