//! Names that may have been meant: the nearest by edit distance.
//!
//! A thousand names for each row of a table are too many to compare where rows are a million and nearly all faults are only
//! counted. Whoever counts them says so with [`only_counted`].

use std::cell::Cell;

use strsim::osa_distance;

/// See [`nearest_names`](super::nearest_names).
pub(super) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>, n: usize) -> Vec<&'a str> {
    if n == 0 || COUNTED.get() {
        return Vec::new();
    }
    let wanted = compared(wanted);
    let distance = |name: &'a str| (osa_distance(&wanted, &compared(name)), name);
    let mut ranked: Vec<(usize, &str)> = names.into_iter().map(distance).collect();
    ranked.sort_unstable();
    ranked.truncate(n);
    ranked.into_iter().map(|(_, name)| name).collect()
}

/// See [`near_names`](super::near_names).
pub(super) fn near<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>, n: usize) -> Vec<&'a str> {
    let letters = |text: &str| text.chars().take(COMPARED).count();
    let (length, wanted_compared) = (letters(wanted), compared(wanted));
    let mut near = nearest(wanted, names, n);
    near.retain(|name| 3 * osa_distance(&wanted_compared, &compared(name)) <= length.max(letters(name)));
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

/// What is compared of a name, without regard to case.
fn compared(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).take(COMPARED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &str, b: &str) -> usize {
        osa_distance(&compared(a), &compared(b))
    }

    /// The same by the table of all beginnings.
    fn by_table(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (compared(a).chars().collect(), compared(b).chars().collect());
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
    fn the_distance_is_that_of_the_table() {
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
                assert_eq!(distance(&a, &b), by_table(&a, &b), "{a} {b}");
            }
        }
        for (a, b, known) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("CA", "abc", 3),
            ("ab", "BA", 1),
        ] {
            assert_eq!((distance(a, b), by_table(a, b)), (known, known));
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
