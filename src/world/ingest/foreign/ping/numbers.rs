//! The numbers of a run's packets (`icmp_seq`): which of them passed without an answer.

use std::collections::BTreeMap;

/// Numbers have 16 bits, and begin again behind the last.
const ROUND: i64 = 1 << 16;
/// How far before the first number that was seen a late one may lie; one farther back is of another run.
const LATE: i64 = 16;

/// What became of the packets of a run, as far as their numbers tell. Numbers are counted on behind a round.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    first: i64,
    /// The number behind the greatest.
    next: i64,
    begun: bool,
    /// Ranges without an answer so far: the first of each, and the one behind its last.
    missing: BTreeMap<i64, i64>,
}

/// Where a number stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    Ahead,
    Missing,
    Answered,
    Before,
    FarBefore,
}

impl Numbers {
    /// Numbers that begin with `first`, or with whichever comes first.
    pub(super) fn from(first: Option<u64>) -> Self {
        let at = first.map_or(0, round);
        Numbers {
            first: at,
            next: at,
            begun: first.is_some(),
            missing: BTreeMap::new(),
        }
    }

    /// Notes an answer; false when that packet has its answer already, or lies before all of these.
    pub(super) fn answer(&mut self, number: u64) -> bool {
        let at = self.locate(number);
        match self.standing(at) {
            Standing::Ahead => self.go_on(at, 0),
            Standing::Missing => self.found(at),
            Standing::Before => self.begin_earlier(at, 1),
            Standing::Answered | Standing::FarBefore => return false,
        }
        true
    }

    /// Notes that a packet had no answer so far.
    pub(super) fn lose(&mut self, number: u64) {
        let at = self.locate(number);
        match self.standing(at) {
            Standing::Ahead => self.go_on(at, 1),
            Standing::Before => self.begin_earlier(at, 0),
            Standing::Missing | Standing::Answered | Standing::FarBefore => {}
        }
    }

    pub(super) fn is_answered(&self, number: u64) -> bool {
        self.standing(self.locate(number)) == Standing::Answered
    }

    /// The number behind the greatest so far.
    pub(super) fn next(&self) -> i64 {
        self.next
    }

    pub(super) fn missing(&self) -> u64 {
        self.missing.iter().map(|(from, to)| (to - from) as u64).sum()
    }

    /// The number nearest to what is expected that has these 16 bits.
    fn locate(&self, number: u64) -> i64 {
        if !self.begun {
            return round(number);
        }
        let ahead = (round(number) - self.next).rem_euclid(ROUND);
        self.next + if ahead < ROUND / 2 { ahead } else { ahead - ROUND }
    }

    fn standing(&self, at: i64) -> Standing {
        if !self.begun || at >= self.next {
            Standing::Ahead
        } else if at < self.first - LATE {
            Standing::FarBefore
        } else if at < self.first {
            Standing::Before
        } else if self.range_of(at).is_some() {
            Standing::Missing
        } else {
            Standing::Answered
        }
    }

    fn range_of(&self, at: i64) -> Option<(i64, i64)> {
        let (from, to) = self.missing.range(..=at).next_back()?;
        (at < *to).then_some((*from, *to))
    }

    /// `at` is the greatest so far; it is missing too when `and` is one.
    fn go_on(&mut self, at: i64, and: i64) {
        if !self.begun {
            (self.first, self.next, self.begun) = (at, at, true);
        }
        if self.next < at + and {
            self.missing.insert(self.next, at + and);
        }
        self.next = at + 1;
    }

    fn begin_earlier(&mut self, at: i64, but: i64) {
        if at + but < self.first {
            self.missing.insert(at + but, self.first);
        }
        self.first = at;
    }

    fn found(&mut self, at: i64) {
        let Some((from, to)) = self.range_of(at) else {
            return;
        };
        self.missing.remove(&from);
        if from < at {
            self.missing.insert(from, at);
        }
        if at + 1 < to {
            self.missing.insert(at + 1, to);
        }
    }
}

fn round(number: u64) -> i64 {
    i64::from((number % ROUND.unsigned_abs()) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many are missing when these came: negative ones without an answer.
    fn missing(first: Option<u64>, came: &[i64]) -> u64 {
        let mut numbers = Numbers::from(first);
        for number in came {
            if *number < 0 {
                numbers.lose(number.unsigned_abs());
            } else {
                assert!(numbers.answer(*number as u64), "{number}");
            }
        }
        numbers.missing()
    }

    #[test]
    fn gaps_are_missing_and_late_answers_are_not() {
        assert_eq!(missing(None, &[1, 2, 9, 10]), 6);
        assert_eq!(missing(None, &[5, 9, 7]), 2);
        assert_eq!(missing(Some(1), &[3, 4]), 2);
        assert_eq!(missing(Some(0), &[1]), 1);
        assert_eq!(missing(None, &[1, -2, 2, 3, -4, 5, -6, -7]), 3);
        assert_eq!(missing(None, &[7, 6, 8]), 0);
        assert_eq!(missing(None, &[7, 4]), 2);
        assert_eq!(missing(None, &[7, -4]), 3);
    }

    #[test]
    fn numbers_begin_again_behind_the_last_of_16_bits() {
        assert_eq!(missing(None, &[65_534, 65_535, 0, 1, 3]), 1);
        assert_eq!(missing(None, &[65_534, -65_535, 0, 65_535]), 0);
        // Of macOS, which counts on in what it says of losses.
        assert_eq!(missing(None, &[65_535, -65_536, 1]), 1);
        let long: Vec<i64> = (1..200_000).map(|number| number % ROUND).collect();
        assert_eq!(missing(Some(1), &long), 0);
    }

    #[test]
    fn an_answer_that_was_there_or_lies_far_back_is_of_another_run() {
        let mut numbers = Numbers::from(None);
        assert!((300..310).all(|number| numbers.answer(number)));
        assert!(!numbers.answer(305));
        assert!(!numbers.answer(1));
        assert!(numbers.is_answered(309) && !numbers.is_answered(310));
        assert_eq!((numbers.next(), numbers.missing()), (310, 0));
    }
}
