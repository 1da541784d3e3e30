//! Bytes changed at random, the same ones for the same seed: what a fuzzer does, without one.
#![allow(dead_code, unreachable_pub)]

/// Numbers at random: `SplitMix64`. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is not nought.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Words that stand for numbers where readers stumble.
const NUMBERS: [&str; 18] = [
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "255",
    "65536",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "1e999",
    "1e-320",
    "nan",
    "0.1",
];

/// Longest input that is tried; whatever grows beyond is cut.
const LONGEST: usize = 1 << 16;

/// `seed` with one to six changes. `others` are seeds to splice with, `words` what the format is made of.
pub fn mutated(seed: &[u8], others: &[Vec<u8>], words: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=rng.below(6) {
        change(&mut bytes, others, words, rng);
        bytes.truncate(LONGEST);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], words: &[Vec<u8>], rng: &mut Rng) {
    let at = rng.below(bytes.len() + 1);
    match rng.below(12) {
        0 => flip(bytes, at, rng),
        1 => {
            let byte = *rng.pick(b"\0\n\r\t \"'#,;=[]{}<>&\\/:.-+|\x7f\xff\xc3");
            bytes.insert(at, byte);
        }
        2 | 3 if !words.is_empty() => insert(bytes, at, &rng.pick(words).clone()),
        4 | 5 => number(bytes, rng),
        6 => {
            let end = span(bytes, at, rng);
            bytes.drain(at..end);
        }
        7 => {
            let end = span(bytes, at, rng);
            let part = bytes[at..end].to_vec();
            let to = rng.below(bytes.len() + 1);
            insert(bytes, to, &part);
        }
        8 => bytes.truncate(at),
        9 => {
            let other: &Vec<u8> = rng.pick(others);
            splice(bytes, at, other, rng);
        }
        10 => {
            let end = at + (span(bytes, at, rng) - at).min(64);
            let part = bytes[at..end].repeat(1 + rng.below(200));
            insert(bytes, at, &part);
        }
        _ => swap_lines(bytes, rng),
    }
}

fn flip(bytes: &mut [u8], at: usize, rng: &mut Rng) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << rng.below(8);
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    let tail = bytes.split_off(at);
    bytes.extend_from_slice(part);
    bytes.extend_from_slice(&tail);
}

/// The end of some bytes from `at` on, mostly few.
fn span(bytes: &[u8], at: usize, rng: &mut Rng) -> usize {
    let most = if rng.below(4) == 0 { 4096 } else { 32 };
    (at + rng.below(most)).min(bytes.len())
}

/// A number of the text becomes another one.
fn number(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let from = rng.below(bytes.len() + 1);
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let Some(start) = bytes[from..].iter().position(is_digit).map(|at| from + at) else {
        return;
    };
    let end = bytes[start..].iter().position(|byte| !is_digit(byte));
    let end = end.map_or(bytes.len(), |at| start + at);
    bytes.splice(start..end, rng.pick(&NUMBERS).bytes());
}

/// The beginning of one and the end of another.
fn splice(bytes: &mut Vec<u8>, at: usize, other: &[u8], rng: &mut Rng) {
    let from = rng.below(other.len() + 1);
    bytes.truncate(at);
    bytes.extend_from_slice(&other[from..]);
}

fn swap_lines(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (a, b) = (rng.below(lines.len()), rng.below(lines.len()));
    lines.swap(a, b);
    *bytes = lines.join(&b'\n');
}

/// The words of a dictionary as libFuzzer has them: a line each in double quotes, with `\\`, `\"` and `\xHH`.
pub fn words(dictionary: &str) -> Vec<Vec<u8>> {
    let quoted = |line: &str| Some(line.trim().strip_prefix('"')?.strip_suffix('"')?.to_owned());
    dictionary
        .lines()
        .filter_map(quoted)
        .map(|word| unescaped(&word))
        .collect()
}

fn unescaped(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = word.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'\\', [b'x', high, low, behind @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).unwrap_or("3f");
                bytes.push(u8::from_str_radix(digits, 16).unwrap_or(b'?'));
                rest = behind;
            }
            (b'\\', [escaped, behind @ ..]) => {
                bytes.push(*escaped);
                rest = behind;
            }
            _ => bytes.push(*first),
        }
    }
    bytes
}
