//! Names that may have been meant: the nearest by edit distance.
//!
//! Distances are told bit by bit: a word of the machine holds a whole column of the table that one fills by hand, so a name
//! costs a few operations a letter. Still, a thousand names for each row of a table are too many when rows are a million
//! and nearly all faults are only counted. Whoever counts them says so with [`only_counted`].

use std::cell::Cell;
use std::collections::BTreeMap;

/// See [`nearest_names`](super::nearest_names).
pub(super) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>, n: usize) -> Vec<&'a str> {
    if n == 0 || COUNTED.get() {
        return Vec::new();
    }
    let wanted = Pattern::of(wanted);
    // Sorted, and never longer than `n`.
    let mut found: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let next = (wanted.distance(name), name);
        if found.len() == n {
            if found.last().is_some_and(|last| *last <= next) {
                continue;
            }
            found.pop();
        }
        let at = found.partition_point(|earlier| *earlier <= next);
        found.insert(at, next);
    }
    found.into_iter().map(|(_, name)| name).collect()
}

/// See [`near_names`](super::near_names).
pub(super) fn near<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>, n: usize) -> Vec<&'a str> {
    let letters = |text: &str| text.chars().take(COMPARED).count();
    let (length, pattern) = (letters(wanted), Pattern::of(wanted));
    let mut near = nearest(wanted, names, n);
    near.retain(|name| 3 * pattern.distance(name) <= length.max(letters(name)));
    near
}

thread_local! {
    static COUNTED: Cell<bool> = const { Cell::new(false) };
}

/// What `read` gives, where its faults are counted and told to nobody: no names are looked for that may have been meant.
pub(crate) fn only_counted<T>(read: impl FnOnce() -> T) -> T {
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            COUNTED.set(self.0);
        }
    }
    let _before = Before(COUNTED.replace(true));
    read()
}

/// Letters of a name that are compared: a megabyte that stands where a name should is near to none.
const COMPARED: usize = 100;

/// A bit for each letter of a name.
type Bits = u128;

/// The letters that are compared, without regard to case.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).take(COMPARED)
}

/// A name that others are compared with: where each letter stands in it.
struct Pattern {
    length: usize,
    ascii: [Bits; 128],
    others: BTreeMap<char, Bits>,
}

impl Pattern {
    fn of(name: &str) -> Self {
        let mut pattern = Pattern {
            length: 0,
            ascii: [0; 128],
            others: BTreeMap::new(),
        };
        for (at, letter) in letters(name).enumerate() {
            let places = match pattern.ascii.get_mut(letter as usize) {
                Some(places) => places,
                None => pattern.others.entry(letter).or_default(),
            };
            *places |= 1 << at;
            pattern.length = at + 1;
        }
        pattern
    }

    fn places(&self, letter: char) -> Bits {
        match self.ascii.get(letter as usize) {
            Some(places) => *places,
            None => self.others.get(&letter).copied().unwrap_or(0),
        }
    }

    /// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
    ///
    /// Source: H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", Nordic Journal of
    /// Computing 10 (2003). Bits tell where one goes up or down by one along a column (`up`, `down`) and from it to the
    /// next (`more`, `less`); `same` is where the diagonal does not.
    fn distance(&self, name: &str) -> usize {
        let Some(last) = self.length.checked_sub(1) else {
            return letters(name).count();
        };
        let last: Bits = 1 << last;
        let mut distance = self.length;
        let (mut up, mut down): (Bits, Bits) = (Bits::MAX, 0);
        let (mut same, mut before): (Bits, Bits) = (0, 0);
        for letter in letters(name) {
            let places = self.places(letter);
            let swapped = ((!same & places) << 1) & before;
            same = ((places & up).wrapping_add(up) ^ up) | places | down | swapped;
            let more = down | !(same | up);
            let less = same & up;
            distance += usize::from(more & last != 0);
            distance -= usize::from(less & last != 0);
            let (more, less) = ((more << 1) | 1, less << 1);
            up = less | !(same | more);
            down = more & same;
            before = places;
        }
        distance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by the table of all beginnings.
    fn by_table(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (letters(a).collect(), letters(b).collect());
        let mut table = vec![vec![0usize; b.len() + 1]; a.len() + 1];
        for (i, row) in table.iter_mut().enumerate() {
            row[0] = i;
        }
        table[0] = (0..=b.len()).collect();
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                let change = usize::from(a[i - 1] != b[j - 1]);
                let mut best = (table[i - 1][j] + 1)
                    .min(table[i][j - 1] + 1)
                    .min(table[i - 1][j - 1] + change);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                table[i][j] = best;
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn bits_tell_the_distance_that_the_table_tells() {
        // Few letters make many swaps and repetitions; a prime apart, so that all pairs of lengths occur.
        let mut state = 1u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        };
        let mut word = |longest: usize| -> String {
            let length = next(longest + 1);
            (0..length).map(|_| ['a', 'B', 'ü', '北', 'İ'][next(5)]).collect()
        };
        for longest in [3, 8, 70, 130] {
            for _ in 0..200 {
                let (a, b) = (word(longest), word(longest));
                assert_eq!(Pattern::of(&a).distance(&b), by_table(&a, &b), "{a} {b}");
            }
        }
        for (a, b, distance) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("CA", "abc", 3),
            ("ab", "BA", 1),
        ] {
            assert_eq!((Pattern::of(a).distance(b), by_table(a, b)), (distance, distance));
        }
    }

    #[test]
    fn the_nearest_are_those_of_the_sorted_list() {
        let names = ["b", "ab", "abcd", "a", "abc", "zz", "ab"];
        let mut all: Vec<(usize, &str)> = names.iter().map(|name| (by_table("ab", name), *name)).collect();
        all.sort_unstable();
        let sorted: Vec<&str> = all.into_iter().map(|(_, name)| name).collect();
        for n in 0..=names.len() + 1 {
            assert_eq!(nearest("ab", names, n), sorted[..n.min(names.len())]);
        }
    }

    #[test]
    fn no_name_is_looked_for_where_faults_are_only_counted() {
        let asked = Cell::new(0);
        let near = || {
            nearest(
                "a",
                ["a", "b"].into_iter().inspect(|_| asked.set(asked.get() + 1)),
                1,
            )
        };
        assert!(only_counted(|| only_counted(near).is_empty() && near().is_empty()));
        assert_eq!(asked.get(), 0);
        assert_eq!(near(), ["a"]);
    }
}
