//! Where in a stretch of words the rare ones stand: tails of quantiles, gates that open seldom.

use pulp::Simd;

use super::STRETCH;
use crate::basis::dist::QuantileTable;

/// Words of a row: one of the widest registers.
const LANES: usize = 16;

/// Rare words: those that are `from` or more above `origin`, the range taken as a circle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rare {
    pub(super) origin: u32,
    pub(super) from: u32,
}

/// Words that the finer tables answer.
pub(super) const IN_A_TAIL: Rare = {
    let (origin, from) = QuantileTable::TAILS;
    Rare { origin, from }
};

/// The places in `words`, at most a stretch, of the rare ones, in any order. One jump that cannot be foreseen for each of
/// them.
#[inline(always)]
pub(super) fn places<'a, S: Simd>(
    simd: S,
    words: &[u32],
    rare: Rare,
    found: &'a mut [u16; STRETCH],
) -> &'a [u16] {
    let (rows, rest) = words.as_chunks::<LANES>();
    // In each lane a bit for each row, so that nothing goes from lane to lane before the end. Registers by name, as in
    // the moments.
    let registers = LANES / S::U32_LANES;
    let (origin, from, none) = (
        simd.splat_u32s(rare.origin),
        simd.splat_u32s(rare.from),
        simd.splat_u32s(0),
    );
    let mut seen = [none; LANES];
    for (row, words) in rows.iter().enumerate() {
        let bit = simd.splat_u32s(1 << row);
        let (words, _) = S::as_simd_u32s(words);
        for at in 0..registers {
            let is_rare = simd.greater_than_or_equal_u32s(simd.sub_u32s(words[at], origin), from);
            seen[at] = simd.or_u32s(seen[at], simd.select_u32s(is_rare, bit, none));
        }
    }
    let mut lanes = [0u32; LANES];
    S::as_mut_simd_u32s(&mut lanes)
        .0
        .copy_from_slice(&seen[..registers]);
    let mut count = 0;
    let mut note = |place: usize| {
        // `count` never passes the length of a stretch.
        found[count % STRETCH] = place as u16;
        count += 1;
    };
    for (quarter, lanes) in lanes.as_chunks::<4>().0.iter().enumerate() {
        // Of a stretch there are 16 rows, so that four lanes fill a word.
        let rows = |lane: usize| u64::from(lanes[lane]) << (16 * lane);
        let mut left = rows(0) | rows(1) | rows(2) | rows(3);
        while left != 0 {
            let bit = left.trailing_zeros() as usize;
            note(bit % 16 * LANES + quarter * 4 + bit / 16);
            left &= left - 1;
        }
    }
    for (at, word) in rest.iter().enumerate() {
        if word.wrapping_sub(rare.origin) >= rare.from {
            note(rows.len() * LANES + at);
        }
    }
    &found[..count]
}

#[cfg(test)]
mod tests {
    use pulp::{Arch, WithSimd};

    use super::*;
    use crate::basis::seed::{Purpose, Stream};

    #[test]
    fn rare_words_are_found_wherever_they_stand() {
        struct Found<'a>(&'a [u32], Rare);
        impl WithSimd for Found<'_> {
            type Output = Vec<u16>;

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> Vec<u16> {
                places(simd, self.0, self.1, &mut [0; STRETCH]).to_vec()
            }
        }
        let mut words = [0; STRETCH];
        Stream::new(5, Purpose::Path(0), 3, 4).fill(0, &mut words);
        for from in [u32::MAX / 100 * 98, 1, 0] {
            for rare in [Rare { origin: 0, from }, IN_A_TAIL] {
                for length in [STRETCH, STRETCH - 1, 17, 5, 0] {
                    let words = &words[..length];
                    let is_rare = |at: &u16| words[usize::from(*at)].wrapping_sub(rare.origin) >= rare.from;
                    let expected: Vec<u16> = (0..length as u16).filter(is_rare).collect();
                    for arch in [Arch::Scalar, Arch::new()] {
                        let mut found = arch.dispatch(Found(words, rare));
                        found.sort_unstable();
                        assert_eq!(found, expected);
                    }
                }
            }
        }
    }
}
