//! Points that fill the unit cube more evenly than chance: Sobol points, scrambled.
//!
//! The first 2ᵐ points of a Sobol sequence have, along each axis, exactly one point in each of 2ᵐ equal intervals, and
//! close to that in boxes. A scramble (Owen) turns the halves of every interval over at random, all the way down: the net
//! stays a net, but every point by itself is spread evenly over the cube. So an average over scrambled points is without
//! bias, and what several independent scrambles make of it tells its error.
//!
//! ```text
//! layout     draw i of a stream is point i / 16 of scramble i mod 16: all scrambles grow together, and a longer run
//!            begins with the shorter one, scramble by scramble
//! scramble   the hash of Laine and Karras on reversed bits, with the constants that Burley and Vegdahl give, then a
//!            digital shift by a word of its own, which makes each single point exactly uniform
//! best at    16 · 2ᵐ draws: between powers of two the net is unfinished
//! ```
//!
//! Sources: S. Joe and F. Y. Kuo, *Constructing Sobol sequences with better two-dimensional projections*, SIAM J. Sci.
//! Comput. 30 (2008), for the direction numbers; A. B. Owen, *Randomly permuted (t,m,s)-nets and (t,s)-sequences* (1995);
//! B. Burley, *Practical hash-based Owen scrambling*, JCGT 9 (2020).

/// Independent scrambles that the draws of a stream are dealt to, in turn.
pub const SCRAMBLES: usize = 16;

/// Dimensions that there are direction numbers for.
pub const DIMENSIONS: usize = 14;

/// Bits of a coordinate, and most points of a scramble as a power of two.
const BITS: usize = 32;

/// For each dimension after the first: degree and inner coefficients of its primitive polynomial, and its first direction
/// numbers.
const POLYNOMIALS: [(usize, u32, [u32; 6]); DIMENSIONS - 1] = [
    (1, 0, [1, 0, 0, 0, 0, 0]),
    (2, 1, [1, 3, 0, 0, 0, 0]),
    (3, 1, [1, 3, 1, 0, 0, 0]),
    (3, 2, [1, 1, 1, 0, 0, 0]),
    (4, 1, [1, 1, 3, 3, 0, 0]),
    (4, 4, [1, 3, 5, 13, 0, 0]),
    (5, 2, [1, 1, 5, 5, 17, 0]),
    (5, 4, [1, 1, 5, 5, 5, 0]),
    (5, 7, [1, 1, 7, 11, 19, 0]),
    (5, 11, [1, 1, 5, 1, 1, 0]),
    (5, 13, [1, 1, 1, 3, 11, 0]),
    (5, 14, [1, 3, 5, 5, 31, 0]),
    (6, 1, [1, 3, 3, 9, 7, 49]),
];

/// `DIRECTIONS[dimension][bit]`: what a bit of a point's number contributes to its coordinate, bits reversed.
const DIRECTIONS: [[u32; BITS]; DIMENSIONS] = directions();

const fn directions() -> [[u32; BITS]; DIMENSIONS] {
    let mut all = [[0; BITS]; DIMENSIONS];
    let mut bit = 0;
    while bit < BITS {
        all[0][bit] = 1 << bit;
        bit += 1;
    }
    let mut dimension = 1;
    while dimension < DIMENSIONS {
        all[dimension] = of_polynomial(POLYNOMIALS[dimension - 1]);
        dimension += 1;
    }
    all
}

const fn of_polynomial((degree, inner, first): (usize, u32, [u32; 6])) -> [u32; BITS] {
    let mut numbers = [0u32; BITS];
    let mut at = 0;
    while at < BITS {
        numbers[at] = if at < degree {
            first[at] << (31 - at)
        } else {
            let mut number = numbers[at - degree] ^ (numbers[at - degree] >> degree);
            let mut back = 1;
            while back < degree {
                if (inner >> (degree - 1 - back)) & 1 == 1 {
                    number ^= numbers[at - back];
                }
                back += 1;
            }
            number
        };
        at += 1;
    }
    at = 0;
    while at < BITS {
        numbers[at] = numbers[at].reverse_bits();
        at += 1;
    }
    numbers
}

/// Coordinate of point `number` along `dimension`, before any scramble, bits reversed: its lowest bit is the half of the
/// unit interval that it lies in.
#[inline(always)]
fn reversed(dimension: usize, number: u32) -> u32 {
    let directions = &DIRECTIONS[dimension];
    let (mut rest, mut sum) = (number, 0);
    while rest != 0 {
        sum ^= directions[rest.trailing_zeros() as usize];
        rest &= rest - 1;
    }
    sum
}

/// One scramble's keys for each lane: of the hash, and of the digital shift.
#[derive(Clone, Copy, Debug)]
pub struct Scrambles {
    /// Of the hash.
    pub hash: [u32; SCRAMBLES],
    /// Added without carry to what comes out.
    pub shift: [u32; SCRAMBLES],
}

impl Scrambles {
    /// The coordinate of point `number` along `dimension` in every scramble, as a 32-bit fraction.
    ///
    /// ```
    /// use isochrone::basis::points::Scrambles;
    /// let scrambles = Scrambles { hash: [7; 16], shift: [0; 16] };
    /// // Two neighbours lie in different halves.
    /// let halves = [0, 1].map(|number| scrambles.at(0, number)[0] >> 31);
    /// assert_eq!(halves[0] + halves[1], 1);
    /// ```
    #[inline(always)]
    pub fn at(&self, dimension: usize, number: u32) -> [u32; SCRAMBLES] {
        let point = reversed(dimension % DIMENSIONS, number);
        let mut words = [0; SCRAMBLES];
        for ((word, hash), shift) in words.iter_mut().zip(&self.hash).zip(&self.shift) {
            *word = turned(point, *hash).reverse_bits() ^ shift;
        }
        words
    }

    /// Fills `out` with draws from position `first` on, a multiple of 16.
    #[inline(always)]
    pub fn fill(&self, dimension: usize, first: u64, out: &mut [u32]) {
        let from = (first / SCRAMBLES as u64) as u32;
        for (step, out) in out.chunks_mut(SCRAMBLES).enumerate() {
            let words = self.at(dimension, from.wrapping_add(step as u32));
            out.copy_from_slice(&words[..out.len()]);
        }
    }
}

/// The hash: whether a bit is turned over depends on the key and on the bits below it, which are the larger intervals.
#[inline(always)]
fn turned(mut word: u32, key: u32) -> u32 {
    word ^= word.wrapping_mul(0x3d20_adea);
    word = word.wrapping_add(key);
    word = word.wrapping_mul((key >> 16) | 1);
    word ^= word.wrapping_mul(0x0552_6c56);
    word ^ word.wrapping_mul(0x53a2_2864)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::seed::philox4x32;

    fn scrambles(key: u32) -> Scrambles {
        let word = |lane: usize, of: usize| philox4x32([lane as u32, 0, 0, 0], [key, 77])[of];
        Scrambles {
            hash: std::array::from_fn(|lane| word(lane, 0)),
            shift: std::array::from_fn(|lane| word(lane, 1)),
        }
    }

    fn points(scrambles: &Scrambles, dimension: usize, count: u32, lane: usize) -> Vec<u32> {
        (0..count)
            .map(|number| scrambles.at(dimension, number)[lane])
            .collect()
    }

    #[test]
    fn every_dimension_has_one_point_in_each_of_two_to_the_m_intervals() {
        let scrambles = scrambles(1);
        for dimension in 0..DIMENSIONS {
            for m in [1, 5, 9, 13] {
                for lane in [0, 15] {
                    let of = points(&scrambles, dimension, 1 << m, lane);
                    let mut cells: Vec<u32> = of.iter().map(|word| word >> (32 - m)).collect();
                    cells.sort_unstable();
                    assert!(cells.iter().copied().eq(0..1 << m), "{dimension} {m}");
                }
            }
        }
    }

    /// Least `t` for which every box of area 2^(t − m) with dyadic sides holds 2^t of the first 2^m points.
    fn quality(x: &[u32], y: &[u32], m: u32) -> u32 {
        let fits = |t: u32| {
            (0..=m - t).all(|a| {
                let b = m - t - a;
                let cell = |word: u32, bits: u32| if bits == 0 { 0 } else { word >> (32 - bits) };
                let mut held = vec![0u32; 1 << (a + b)];
                for (x, y) in x.iter().zip(y) {
                    held[((cell(*x, a) << b) | cell(*y, b)) as usize] += 1;
                }
                held.iter().all(|count| *count == 1 << t)
            })
        };
        (0..=m).find(|t| fits(*t)).unwrap_or(m)
    }

    #[test]
    fn two_dimensions_are_as_even_scrambled_as_before_and_the_first_two_perfectly() {
        let (m, ours) = (10, scrambles(2));
        let plain = |dimension: usize| -> Vec<u32> {
            (0..1 << m)
                .map(|number| reversed(dimension, number).reverse_bits())
                .collect()
        };
        let mut worst = 0;
        for a in 0..DIMENSIONS {
            for b in a + 1..DIMENSIONS {
                let scrambled = quality(&points(&ours, a, 1 << m, 3), &points(&ours, b, 1 << m, 3), m);
                assert_eq!(scrambled, quality(&plain(a), &plain(b), m), "{a} {b}");
                worst = worst.max(scrambled);
                assert!(b > 1 || scrambled == 0);
            }
        }
        // Direction numbers with a mistake in them rarely keep this.
        assert!(worst <= 6, "{worst}");
    }

    #[test]
    fn a_single_point_is_uniform_over_scrambles() {
        // Point 5 in 64 cells under 4096 scrambles: chi-square with 63 degrees of freedom, 1 in 10⁴ above 113.
        let mut cells = [0u32; 64];
        for key in 0..256 {
            for word in scrambles(1000 + key).at(2, 5) {
                cells[(word >> 26) as usize] += 1;
            }
        }
        let chi: f64 = cells.iter().map(|n| (f64::from(*n) - 64.0).powi(2) / 64.0).sum();
        assert!(chi < 113.0, "{chi}");
    }

    #[test]
    fn independent_scrambles_do_not_go_together() {
        // Averages of x² over 64 points: correlation of neighbouring scrambles over 1024 keys, standard error 1/32.
        let mean = |words: &[u32]| {
            let squares = words
                .iter()
                .map(|word| (f64::from(*word) / 4_294_967_296.0).powi(2));
            squares.sum::<f64>() / words.len() as f64 - 1.0 / 3.0
        };
        let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
        for key in 0..1024 {
            let scrambles = scrambles(5000 + key);
            let (a, b) = (
                mean(&points(&scrambles, 3, 64, 4)),
                mean(&points(&scrambles, 3, 64, 5)),
            );
            (ab, aa, bb) = (ab + a * b, aa + a * a, bb + b * b);
        }
        let correlation = ab / (aa * bb).sqrt();
        assert!(correlation.abs() < 3.5 / 32.0, "{correlation}");
        // And each is far closer to 1/3 than chance: a single one of 64 random points has 0.037.
        assert!((aa / 1024.0).sqrt() < 0.004, "{}", (aa / 1024.0).sqrt());
    }

    #[test]
    fn a_longer_run_begins_with_the_shorter_one() {
        let scrambles = scrambles(3);
        let (mut short, mut long) = ([0; 80], [0; 160]);
        scrambles.fill(1, 0, &mut short);
        scrambles.fill(1, 0, &mut long);
        assert_eq!(short, long[..80]);
        scrambles.fill(1, 80, &mut short);
        assert_eq!(short, long[80..]);
    }
}
