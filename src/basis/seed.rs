//! Counter-based random streams: a draw depends on its key only.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: *Parallel Random Numbers: As Easy as 1, 2, 3*,
//! SC'11). It has no state that draws could share: draw `i` of a stream is a function of
//! `(seed, purpose, a, b, i)`. So the thread count, the order of work and the sets being compared cannot change
//! a draw, and two placements see the same users on the same paths.

use super::points::{SCRAMBLES, Scrambles};

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
    rounds(counter, &key_schedule(key))
}

/// The key of each round.
#[inline(always)]
fn key_schedule(mut key: [u32; 2]) -> [[u32; 2]; ROUNDS] {
    let mut keys = [key; ROUNDS];
    for round in &mut keys {
        *round = key;
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    keys
}

// Inlined everywhere so that the caller's choice of registers holds inside.
/// All rounds on one counter. The words are kept in 64 bits, of which only the lower half counts: a product then
/// stands where the next round wants it, in wide registers too.
#[inline(always)]
fn rounds(counter: [u32; 4], keys: &[[u32; 2]; ROUNDS]) -> [u32; 4] {
    // Spelt out: `array::map` is a call that is not always inlined, and then nothing around it is in wide registers.
    let (mut a, mut b) = (u64::from(counter[0]), u64::from(counter[1]));
    let (mut c, mut d) = (u64::from(counter[2]), u64::from(counter[3]));
    let times = |word: u64, multiplier: u32| u64::from(word as u32) * u64::from(multiplier);
    for key in keys {
        let (product0, product1) = (times(a, MULTIPLIER[0]), times(c, MULTIPLIER[1]));
        a = (product1 >> 32) ^ b ^ u64::from(key[0]);
        c = (product0 >> 32) ^ d ^ u64::from(key[1]);
        (b, d) = (product1, product0);
    }
    [a as u32, b as u32, c as u32, d as u32]
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
    /// The way from a user group to its edge location.
    EdgePath,
    /// The way from a user group's edge location to a region.
    OriginPath,
    /// What a class of request draws for a user group, whatever the region.
    Class(ClassDraw, u8),
    /// What the data operations and calls of a class add.
    Added(u8),
    /// Part `part` of leg `leg` of the messages of a replicated store.
    Message {
        /// Which message, or the way that two of them share.
        leg: u8,
        /// Which of the leg's independent parts.
        part: u8,
    },
    /// Losses of regions and the ways back.
    Recovery(RecoveryDraw),
    /// A simulated queue.
    Queue(QueueDraw),
    /// The random start of a search for sites.
    Start,
}

/// What a simulated queue draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueDraw {
    /// The time until the next arrival.
    Gap,
    /// How long a request holds its server.
    Service,
}

/// What is drawn about losses of regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryDraw {
    /// Times of recovery.
    Rto,
    /// What a stop costs its users on average.
    Stop,
    /// Busy periods: from the first loss until all is well again.
    Busy,
    /// Whole years.
    Year,
}

/// What a class of request draws besides its ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassDraw {
    /// Which combination of events it is.
    Mode,
    /// What the resolver takes.
    Resolver,
    /// What the region takes.
    Service,
    /// Jitter up to the region or the edge location.
    NearJitter,
    /// Jitter behind the edge location.
    FarJitter,
    /// Losses before a round trip was measured.
    FirstLoss,
    /// Losses after that.
    Loss,
}

impl Purpose {
    /// Which dimension of scrambled points it is drawn from: those that spread most have the most even ones. None for what
    /// is always drawn at random.
    fn dimension(self) -> Option<u8> {
        match self {
            Purpose::Path(part @ 0..=1) => Some(part),
            Purpose::Access => Some(2),
            Purpose::Service | Purpose::Class(ClassDraw::Service, _) => Some(3),
            Purpose::Class(ClassDraw::Mode, _) => Some(4),
            Purpose::Class(ClassDraw::NearJitter, _) => Some(5),
            Purpose::EdgePath => Some(6),
            Purpose::OriginPath => Some(7),
            Purpose::Class(ClassDraw::FarJitter, _) => Some(8),
            Purpose::Class(ClassDraw::Resolver, _) => Some(9),
            Purpose::Class(ClassDraw::FirstLoss, _) => Some(10),
            Purpose::Class(ClassDraw::Loss, _) => Some(11),
            Purpose::Path(2..) => Some(12),
            _ => None,
        }
    }

    fn code(self) -> u32 {
        match self {
            Purpose::Access => 1,
            Purpose::Service => 2,
            Purpose::Input => 3,
            Purpose::Resample => 4,
            Purpose::EdgePath => 5,
            Purpose::OriginPath => 6,
            Purpose::Start => 7,
            Purpose::Class(draw, class) => 0x10_0000 + ((draw as u32) << 8) + u32::from(class),
            Purpose::Added(class) => 0x20_0000 + u32::from(class),
            Purpose::Recovery(draw) => 0x800 + draw as u32,
            Purpose::Queue(draw) => 0x900 + draw as u32,
            Purpose::Path(part) => 16 + u32::from(part),
            Purpose::Message { leg, part } => 0x1000 + (u32::from(leg & 15) << 8) + u32::from(part),
        }
    }
}

/// How the draws of a request are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Points {
    /// By chance.
    #[default]
    Random,
    /// Over independently scrambled Sobol points, see [`super::points`].
    Scrambled,
}

/// Where the draws of requests come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Seed of all streams.
    pub seed: u64,
    /// How they are spread.
    pub points: Points,
}

impl From<u64> for Source {
    fn from(seed: u64) -> Self {
        Source {
            seed,
            points: Points::Random,
        }
    }
}

impl Source {
    /// The stream for `purpose` and the entity pair `(a, b)`. What is no part of a request is drawn at random all the
    /// same.
    pub fn stream(self, purpose: Purpose, a: u32, b: u32) -> Stream {
        Stream {
            dimension: purpose.dimension().filter(|_| self.points == Points::Scrambled),
            ..Stream::new(self.seed, purpose, a, b)
        }
    }

    /// The same with draws that have nothing to do with these: number 0 is not this source either.
    pub fn apart(self, number: u32) -> Source {
        let [a, b, ..] = philox4x32(
            [number, 0, 0, APART],
            [self.seed as u32, (self.seed >> 32) as u32],
        );
        Source {
            seed: u64::from(a) | (u64::from(b) << 32),
            ..self
        }
    }
}

/// Last words of counters that no stream has: purposes and the overflow of positions stay below.
const KEYS: u32 = 1 << 31;
const APART: u32 = 1 << 30;

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
    /// Of scrambled points; none where draws are random.
    dimension: Option<u8>,
}

impl Stream {
    /// The stream of `seed` for `purpose` and the entity pair `(a, b)`, such as (user group, region).
    pub fn new(seed: u64, purpose: Purpose, a: u32, b: u32) -> Self {
        Stream {
            key: [seed as u32, (seed >> 32) as u32],
            purpose: purpose.code(),
            entity: [a, b],
            dimension: None,
        }
    }

    /// Fills `out` with the draws from position `block · 64` on.
    #[inline(always)]
    pub fn fill(&self, block: u32, out: &mut [u32]) {
        let keys = key_schedule(self.key);
        if let Some(dimension) = self.dimension {
            let first = u64::from(block) * BLOCK as u64;
            return self.scrambles(&keys).fill(usize::from(dimension), first, out);
        }
        let (whole, rest) = out.as_chunks_mut::<BLOCK>();
        for (step, out) in whole.iter_mut().enumerate() {
            self.block(block.wrapping_add(step as u32), &keys, out);
        }
        if !rest.is_empty() {
            let mut last = [0; BLOCK];
            self.block(block.wrapping_add(whole.len() as u32), &keys, &mut last);
            rest.copy_from_slice(&last[..rest.len()]);
        }
    }

    /// The keys of this stream's scrambles.
    #[inline(always)]
    fn scrambles(&self, keys: &[[u32; 2]; ROUNDS]) -> Scrambles {
        let (mut hash, mut shift) = ([0; SCRAMBLES], [0; SCRAMBLES]);
        for lane in 0..SCRAMBLES {
            let counter = [lane as u32, self.entity[0], self.entity[1], self.purpose | KEYS];
            [hash[lane], shift[lane], ..] = rounds(counter, keys);
        }
        Scrambles { hash, shift }
    }

    /// The draws of one block: the first word of each lane's counter, then the second of each, and so on.
    #[inline(always)]
    fn block(&self, block: u32, keys: &[[u32; 2]; ROUNDS], out: &mut [u32; BLOCK]) {
        let first = block.wrapping_mul(LANES as u32);
        let last_word = self.last_word(block);
        let [a, b, c, d] = out.as_chunks_mut::<LANES>().0 else {
            return;
        };
        for lane in 0..LANES {
            let counter = [
                first.wrapping_add(lane as u32),
                self.entity[0],
                self.entity[1],
                last_word,
            ];
            [a[lane], b[lane], c[lane], d[lane]] = rounds(counter, keys);
        }
    }

    /// The counter's last word: purposes stay below 2¹⁶, and the block number's overflow sits above them.
    #[inline(always)]
    fn last_word(&self, block: u32) -> u32 {
        let high = ((u64::from(block) * LANES as u64) >> 32) as u32;
        self.purpose | (high << 16)
    }

    /// The draw at position `index`, as a number strictly between 0 and 1; a random one.
    pub fn uniform(&self, index: u64) -> f64 {
        let block = (index / BLOCK as u64) as u32;
        let within = (index % BLOCK as u64) as usize;
        let lane = (within % LANES) as u32;
        let counter = [
            block.wrapping_mul(LANES as u32).wrapping_add(lane),
            self.entity[0],
            self.entity[1],
            self.last_word(block),
        ];
        unit(philox4x32(counter, self.key)[within / LANES])
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
    fn scrambled_draws_are_those_of_the_scrambles_and_reach_only_parts_of_a_request() {
        let (random, scrambled) = (
            Source::from(9),
            Source {
                seed: 9,
                points: Points::Scrambled,
            },
        );
        let drawn = |source: Source, purpose, block: u32| {
            let mut words = [0; 2 * BLOCK];
            source.stream(purpose, 3, 4).fill(block, &mut words);
            words
        };
        let words = drawn(scrambled, Purpose::Path(1), 0);
        assert_ne!(words, drawn(random, Purpose::Path(1), 0));
        assert_eq!(words[BLOCK..], drawn(scrambled, Purpose::Path(1), 1)[..BLOCK]);
        // Scramble 5: its first eight points lie in eight different eighths.
        let mut eighths: Vec<u32> = words.iter().skip(5).step_by(16).map(|word| word >> 29).collect();
        eighths.sort_unstable();
        assert_eq!(eighths, [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(
            drawn(scrambled, Purpose::Input, 0),
            drawn(random, Purpose::Input, 0)
        );
        assert_ne!(random.apart(0), random);
        assert_ne!(random.apart(0), random.apart(1));
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
