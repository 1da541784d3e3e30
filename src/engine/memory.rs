//! How much memory a run takes, told before it starts, and refused where it is too much.
//!
//! Nearly all of it goes by pairs of user group and region: laws, table and planes. What a pair takes is closed form but
//! for the number of bins, which depends on how wide its draws spread; that number and the bytes of everything else
//! were measured, see `benches/README.md`.

use crate::basis::error::{Error, ErrorKind, Result};
use crate::engine::latency::law::{PairLaw, Part};
use crate::engine::latency::table::LatencyTable;

/// Bytes that are let into memory: 8 GiB.
pub const LIMIT: usize = 8 << 30;

/// Bytes of everything that does not go by pairs: the program, its data, and the charts it draws in the end.
const BASE: usize = 36 << 20;

/// Bins that the draws of a pair cover: some three octaves of 64, whatever the number of draws.
const BINS_PER_PAIR: usize = 3 * 64;

/// Parts that the law of a pair has: path and jitter.
const PARTS_PER_PAIR: usize = 2;

/// Bins whose planes a search asks for: two octaves around the quantile that sets are ranked by.
pub const BINS_ASKED_FOR: usize = 2 * 64;

/// Bytes of a pair in one plane, and of what routing goes by.
const PLANE_ENTRY: usize = size_of::<u32>();
const ROUTING_ENTRY: usize = size_of::<f32>() + 2 * size_of::<f64>();

/// Bytes that a search over these groups and regions takes at its peak, the whole process.
pub fn expected(groups: usize, regions: usize) -> usize {
    let pairs = groups.saturating_mul(regions);
    BASE.saturating_add(pairs.saturating_mul(laws_of_a_pair() + planes_of_a_pair()))
        .saturating_add(LatencyTable::bytes_for(groups, regions, BINS_PER_PAIR))
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
/// use isochrone::engine::memory::{LIMIT, check};
/// assert!(check(1_000, 100, LIMIT).is_ok());
/// assert!(check(1_000_000, 100, LIMIT).is_err());
/// ```
///
/// # Errors
/// When it would; the message names the size, the hint what would make it smaller.
pub fn check(groups: usize, regions: usize, limit: usize) -> Result<()> {
    let needed = expected(groups, regions);
    if needed <= limit {
        return Ok(());
    }
    let gib = |bytes: usize| bytes as f64 / f64::from(1 << 30);
    let message = format!(
        "{groups} user groups x {regions} regions need about {:.1} GiB, more than the limit of {:.1} GiB",
        gib(needed),
        gib(limit)
    );
    let hint = "leave out small groups with `audience.min_users`, or name fewer candidates";
    Err(Error::new(ErrorKind::Output, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_refused_from_the_first_byte_beyond_the_limit() {
        let needed = expected(1000, 50);
        assert!(check(1000, 50, needed).is_ok());
        let refused = check(1000, 50, needed - 1).unwrap_err().to_string();
        assert!(refused.contains("1000 user groups x 50 regions"), "{refused}");
    }

    #[test]
    fn sizes_beyond_all_memory_are_refused_and_do_not_overflow() {
        assert!(check(usize::MAX, 2, LIMIT).is_err());
        assert!(check(1 << 40, 1 << 20, LIMIT).is_err());
    }

    #[test]
    fn what_goes_by_pairs_doubles_with_the_groups() {
        let beyond = |groups| expected(groups, 40) - BASE;
        assert_eq!(beyond(2000), 2 * beyond(1000));
    }
}
