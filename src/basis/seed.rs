//! Counter-based random streams: a draw depends on its key only.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: *Parallel Random Numbers: As Easy as 1, 2, 3*,
//! SC'11). It has no state that draws could share: draw `i` of a stream is a function of
//! `(seed, purpose, a, b, i)`. So the thread count, the order of work and the sets being compared cannot change
//! a draw, and two placements see the same users on the same paths.

/// Rounds of the generator; ten is the number the authors recommend.
const ROUNDS: usize = 10;
/// Multipliers and key increments of Philox4x32 (SC'11, table 2).
const MULTIPLIER: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Counters worked on side by side, so that the compiler can use wide registers.
const LANES: usize = 16;
/// Draws that one step of [`Stream::fill`] makes: four words for each lane.
pub const BLOCK: usize = 4 * LANES;

/// Philox4x32-10 of one counter.
///
/// ```
/// // The known answer for counter 0 and key 0 from the Random123 distribution.
/// let words = isochrone::basis::seed::philox4x32([0; 4], [0; 2]);
/// assert_eq!(words, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
/// ```
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let mut lanes = counter.map(|word| [word; 1]);
    rounds(&mut lanes, key);
    lanes.map(|lane| lane[0])
}

// Inlined everywhere so that the caller's choice of registers holds inside.
/// All rounds on `N` counters at once; `words[w][lane]` is word `w` of a lane's counter.
#[inline(always)]
fn rounds<const N: usize>(words: &mut [[u32; N]; 4], mut key: [u32; 2]) {
    for _ in 0..ROUNDS {
        for lane in 0..N {
            let product0 = u64::from(MULTIPLIER[0]) * u64::from(words[0][lane]);
            let product1 = u64::from(MULTIPLIER[1]) * u64::from(words[2][lane]);
            words[0][lane] = (product1 >> 32) as u32 ^ words[1][lane] ^ key[0];
            words[2][lane] = (product0 >> 32) as u32 ^ words[3][lane] ^ key[1];
            words[1][lane] = product1 as u32;
            words[3][lane] = product0 as u32;
        }
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
}

/// What a stream is for; streams of different purposes never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Access network of a user.
    Access,
    /// Service time of a request.
    Service,
    /// Part `0..` of the way from a user group to a region.
    Path(u8),
    /// Replicates of uncertain inputs.
    Input,
    /// Resampling of data, such as a parametric bootstrap.
    Resample,
}

impl Purpose {
    fn code(self) -> u32 {
        match self {
            Purpose::Access => 1,
            Purpose::Service => 2,
            Purpose::Input => 3,
            Purpose::Resample => 4,
            Purpose::Path(part) => 16 + u32::from(part),
        }
    }
}

/// One stream of 32-bit draws, addressed by position. Streams hold up to 2³² · 64 draws.
///
/// ```
/// use isochrone::basis::seed::{Purpose, Stream};
/// let stream = Stream::new(42, Purpose::Path(0), 7, 3);
/// let (mut whole, mut second_half) = ([0u32; 128], [0u32; 64]);
/// stream.fill(0, &mut whole);
/// stream.fill(1, &mut second_half);
/// assert_eq!(whole[64..], second_half);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    key: [u32; 2],
    purpose: u32,
    entity: [u32; 2],
}

impl Stream {
    /// The stream of `seed` for `purpose` and the entity pair `(a, b)`, such as (user group, region).
    pub fn new(seed: u64, purpose: Purpose, a: u32, b: u32) -> Self {
        Stream {
            key: [seed as u32, (seed >> 32) as u32],
            purpose: purpose.code(),
            entity: [a, b],
        }
    }

    /// Fills `out` with the draws from position `block · 64` on.
    #[inline(always)]
    pub fn fill(&self, block: u32, out: &mut [u32]) {
        for (step, chunk) in out.chunks_mut(BLOCK).enumerate() {
            let words = self.block(block.wrapping_add(step as u32));
            if let Ok(whole) = <&mut [u32; BLOCK]>::try_from(&mut *chunk) {
                for (part, word) in whole.chunks_exact_mut(LANES).zip(&words) {
                    part.copy_from_slice(word);
                }
            } else {
                for (i, slot) in chunk.iter_mut().enumerate() {
                    *slot = words[i / LANES][i % LANES];
                }
            }
        }
    }

    #[inline(always)]
    fn block(&self, block: u32) -> [[u32; LANES]; 4] {
        let first = block.wrapping_mul(LANES as u32);
        let high = ((u64::from(block) * LANES as u64) >> 32) as u32;
        let mut words = [
            [0; LANES],
            [self.entity[0]; LANES],
            [self.entity[1]; LANES],
            [0; LANES],
        ];
        for lane in 0..LANES {
            words[0][lane] = first.wrapping_add(lane as u32);
            // Purposes stay below 2^16, and the block number's overflow sits above them.
            words[3][lane] = self.purpose | (high << 16);
        }
        rounds(&mut words, self.key);
        words
    }

    /// The draw at position `index`, as a number strictly between 0 and 1.
    pub fn uniform(&self, index: u64) -> f64 {
        let words = self.block((index / BLOCK as u64) as u32);
        let within = (index % BLOCK as u64) as usize;
        unit(words[within / LANES][within % LANES])
    }
}

/// The middle of the `u`-th of 2³² equal parts of (0, 1).
pub fn unit(u: u32) -> f64 {
    (f64::from(u) + 0.5) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers from the Random123 distribution, file `kat_vectors`, generator `philox4x32 10`.
    #[test]
    fn philox_gives_the_published_answers() {
        assert_eq!(
            philox4x32([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn wide_and_single_counters_agree() {
        let stream = Stream::new(0x0123_4567_89ab_cdef, Purpose::Access, 5, 6);
        let mut draws = [0; BLOCK];
        stream.fill(3, &mut draws);
        let lane = 9;
        let words = philox4x32([3 * 16 + lane, 5, 6, 1], [0x89ab_cdef, 0x0123_4567]);
        for (word, expected) in words.iter().enumerate() {
            assert_eq!(draws[word * LANES + lane as usize], *expected);
        }
    }

    #[test]
    fn a_short_buffer_holds_the_head_of_a_long_one() {
        let stream = Stream::new(1, Purpose::Service, 0, 0);
        let (mut short, mut long) = ([0; 70], [0; 128]);
        stream.fill(0, &mut short);
        stream.fill(0, &mut long);
        assert_eq!(short[..], long[..70]);
        assert!((stream.uniform(69) - unit(short[69])).abs() < f64::EPSILON);
    }
}
