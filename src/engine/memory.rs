//! How much memory a run takes, told before it starts, and refused where it is too much.
//!
//! Nearly all of it goes by pairs of user group and region: laws, table and planes. What a pair takes is closed form but
//! for the number of bins, which depends on how wide its draws spread; that number and the bytes of everything else
//! were measured, see `benches/README.md`.

use std::fmt;

use crate::basis::error::{Error, ErrorKind, Result};
use crate::design::scenario::Scenario;
use crate::design::targets::Objective;
use crate::engine::latency::law::{PairLaw, Part, WayLaw};
use crate::engine::latency::table::LatencyTable;

/// Bytes that are let into memory: 8 GiB.
pub const LIMIT: usize = 8 << 30;

/// Bytes of everything that does not go by pairs: the program, its data, a table of the access network for each country, and
/// the charts it draws in the end.
const BASE: usize = 80 << 20;

/// Bytes of these charts and sheets, for a run that writes none.
const FILES: usize = 28 << 20;

/// Bins that the draws of a pair cover: some three octaves of 64, whatever the number of draws.
pub const BINS_PER_PAIR: usize = 3 * 64;

/// Parts that the law of a pair has: path and jitter.
const PARTS_PER_PAIR: usize = 2;

/// Bins whose planes a search asks for: two octaves around the quantile that sets are ranked by.
pub const BINS_ASKED_FOR: usize = 2 * 64;

/// Bytes of a user group in a set that is judged: who serves it and how, and what is told of it; 990 sets
/// more of 10,000 groups took 716 MB more, 72 bytes.
const JUDGED_ENTRY: usize = 80;

/// Bytes of a pair in one plane, and of what routing goes by.
const PLANE_ENTRY: usize = size_of::<u32>();
const ROUTING_ENTRY: usize = size_of::<f32>() + 2 * size_of::<f64>();

/// Bins of a coarse distribution function, which designs are screened by: sixteen to the octave, some thirteen octaves.
const COARSE_BINS: usize = 13 * 16;

/// Bytes of what is known of the way between two regions, for each store and for calls: a round trip, and the same with
/// the copy's time, of some 290 slices each.
const WAY_OF_A_STORE: usize = 2 * 290 * size_of::<f64>();

/// What the memory of a run goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dimensions {
    /// User groups.
    pub groups: usize,
    /// Candidate regions.
    pub regions: usize,
    /// Classes of request; 0 where all are alike.
    pub classes: usize,
    /// Classes screened apart; 0 where a set is nothing but its regions.
    pub layers: usize,
    /// Screened by their means alone.
    pub means: bool,
    /// Stores.
    pub stores: usize,
    /// Requests go through edge locations.
    pub edge: bool,
}

impl Dimensions {
    /// Those of a search in `scenario`.
    pub fn of(scenario: &Scenario) -> Self {
        let classes = match &scenario.classes[..] {
            [class] if class.is_simple() => 0,
            classes => classes.len(),
        };
        let adding = scenario.classes.iter().filter(|class| class.adds()).count();
        let plain = classes == 0 && adding == 0 && scenario.routing.is_perfect();
        Dimensions {
            groups: scenario.audience.groups.len(),
            regions: scenario.candidates.len(),
            classes,
            layers: if plain { 0 } else { 1 + adding },
            means: scenario.objective == Objective::Mean,
            stores: scenario.stores.len(),
            edge: scenario.edge.is_some() && classes > 0,
        }
    }

    fn pairs(self) -> usize {
        self.groups.saturating_mul(self.regions)
    }

    fn columns(self) -> usize {
        self.regions.saturating_mul(self.classes.max(1))
    }

    /// Bytes for each pair.
    fn of_a_pair(self) -> usize {
        let screened = match (self.layers, self.means) {
            (0, _) => planes_of_a_pair(),
            (layers, true) => layers * size_of::<f64>(),
            (layers, false) => layers * (size_of::<f64>() + COARSE_BINS * size_of::<f32>()),
        };
        // The same requests without the edge locations have laws of their own.
        let edge = if self.edge {
            laws_of_a_pair() + 2 * size_of::<WayLaw>()
        } else {
            0
        };
        laws_of_a_pair() + screened + edge
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} user groups x {} regions", self.groups, self.regions)?;
        match self.classes {
            0 | 1 => Ok(()),
            classes => write!(f, " x {classes} classes"),
        }
    }
}

/// Bytes that a search of these dimensions takes at its peak, the whole process.
pub fn expected(of: Dimensions) -> usize {
    let tables = LatencyTable::bytes_for(of.groups, of.columns(), BINS_PER_PAIR);
    // The one without edge locations is drawn towards a few regions only; the others' cells stay empty.
    let without_edge = LatencyTable::bytes_for(of.groups, of.columns(), 0) * usize::from(of.edge);
    let ways = of
        .regions
        .saturating_mul(of.regions)
        .saturating_mul(WAY_OF_A_STORE);
    let stores = if of.stores > 0 { of.stores + 1 } else { 0 };
    [
        of.pairs().saturating_mul(of.of_a_pair()),
        tables,
        without_edge,
        ways.saturating_mul(stores),
    ]
    .into_iter()
    .fold(BASE, usize::saturating_add)
}

/// What is likely, for a dry run to foretell: with what judging so many sets takes besides, and with what sheets and charts
/// take only where they are `written`.
pub fn foretold(of: Dimensions, judged: usize, written: bool) -> usize {
    let files = if written { FILES } else { 0 };
    let by_pairs = expected(of) - BASE;
    // Half as much again, as measured: replicates, and what is made anew while the old is still there.
    (BASE - FILES + files)
        .saturating_add(by_pairs)
        .saturating_add(by_pairs / 2)
        .saturating_add(judged.saturating_mul(of.groups).saturating_mul(JUDGED_ENTRY))
}

/// Bytes of the planes of a search for each pair.
pub fn planes_of_a_pair() -> usize {
    BINS_ASKED_FOR * PLANE_ENTRY + ROUTING_ENTRY
}

fn laws_of_a_pair() -> usize {
    size_of::<PairLaw>() + PARTS_PER_PAIR * size_of::<Part>()
}

/// Refuses a run that would take more than `limit` bytes.
///
/// ```
/// use isochrone::engine::memory::{Dimensions, LIMIT, check};
/// let of = |groups| Dimensions { groups, regions: 100, ..Dimensions::default() };
/// assert!(check(of(1_000), LIMIT).is_ok());
/// assert!(check(of(1_000_000), LIMIT).is_err());
/// ```
///
/// # Errors
/// When it would; the message names the size, the hint what would make it smaller.
pub fn check(of: Dimensions, limit: usize) -> Result<()> {
    let fewer = "leave out small groups with `audience.min_users`, or name fewer candidates";
    within(limit, expected(of), &of.to_string(), fewer)
}

/// Refuses a search that would report `top` sets and is [`foretold`] to take more than `limit` `bytes`.
///
/// # Errors
/// As [`check`].
pub fn check_search(of: Dimensions, top: usize, bytes: usize, limit: usize) -> Result<()> {
    let fewer = "leave out small groups with `audience.min_users`, name fewer candidates, or report fewer sets with `--top`";
    within(limit, bytes, &format!("{of}, and {top} sets to report,"), fewer)
}

fn within(limit: usize, needed: usize, what: &str, fewer: &str) -> Result<()> {
    if needed <= limit {
        return Ok(());
    }
    let gib = |bytes: usize| bytes as f64 / f64::from(1 << 30);
    let message = format!(
        "{what} need about {:.1} GiB, more than the limit of {:.1} GiB",
        gib(needed),
        gib(limit)
    );
    Err(Error::new(ErrorKind::Output, message).hint(fewer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(groups: usize, regions: usize) -> Dimensions {
        Dimensions {
            groups,
            regions,
            ..Dimensions::default()
        }
    }

    #[test]
    fn a_run_is_refused_from_the_first_byte_beyond_the_limit() {
        let needed = expected(plain(1000, 50));
        assert!(check(plain(1000, 50), needed).is_ok());
        let refused = check(plain(1000, 50), needed - 1).unwrap_err().to_string();
        assert!(
            refused.contains("1000 user groups x 50 regions need"),
            "{refused}"
        );
        let classes = Dimensions {
            classes: 3,
            ..plain(1000, 50)
        };
        let refused = check(classes, needed).unwrap_err().to_string();
        assert!(refused.contains("50 regions x 3 classes need"), "{refused}");
    }

    #[test]
    fn sizes_beyond_all_memory_are_refused_and_do_not_overflow() {
        assert!(check(plain(usize::MAX, 2), LIMIT).is_err());
        assert!(check(plain(1 << 40, 1 << 20), LIMIT).is_err());
    }

    #[test]
    fn what_goes_by_pairs_doubles_with_the_groups() {
        let beyond = |groups| expected(plain(groups, 40)) - BASE;
        assert_eq!(beyond(2000), 2 * beyond(1000));
    }

    #[test]
    fn classes_multiply_the_table_and_a_screen_by_means_is_small() {
        let design = Dimensions {
            classes: 3,
            layers: 3,
            ..plain(1000, 40)
        };
        let means = Dimensions {
            means: true,
            ..design
        };
        let table = |columns| LatencyTable::bytes_for(1000, columns, BINS_PER_PAIR);
        assert!(expected(means) >= BASE + table(120));
        let functions = 3 * COARSE_BINS * size_of::<f32>();
        assert_eq!(expected(design) - expected(means), 40_000 * functions);
    }
}
