//! One operation after another, a column for each copy: the k-th smallest by comparing neighbours.
//!
//! Trials lie side by side in a column, so one comparison of two columns serves all of them and there is no jump.
//! Only neighbours change places and only when they are out of order, so equal times keep the order of the copies.

/// The columns of some trials, one for each copy.
pub(super) type Columns = Vec<Vec<f32>>;

/// Brings the `count` smallest of each trial to the front, ascending.
pub(super) fn select(keys: &mut [Vec<f32>], count: usize) {
    for place in 0..count {
        for at in (place + 1..keys.len()).rev() {
            let (before, after) = neighbours(keys, at);
            for (a, b) in before.iter_mut().zip(after) {
                let (x, y) = (*a, *b);
                *a = if y < x { y } else { x };
                *b = if y < x { x } else { y };
            }
        }
    }
}

/// The same, with a value that goes along with each key.
pub(super) fn select_with(keys: &mut [Vec<f32>], with: &mut [Vec<f32>], count: usize) {
    for place in 0..count {
        for at in (place + 1..keys.len()).rev() {
            let (key_before, key_after) = neighbours(keys, at);
            let (with_before, with_after) = neighbours(with, at);
            let columns = key_before.iter_mut().zip(key_after);
            for ((a, b), (c, d)) in columns.zip(with_before.iter_mut().zip(with_after)) {
                let (x, y, u, v) = (*a, *b, *c, *d);
                let swap = y < x;
                *a = if swap { y } else { x };
                *b = if swap { x } else { y };
                *c = if swap { v } else { u };
                *d = if swap { u } else { v };
            }
        }
    }
}

/// Each column becomes the least of itself and those before it.
pub(super) fn least_so_far(columns: &mut [Vec<f32>], count: usize) {
    for at in 1..count {
        let (before, after) = neighbours(columns, at);
        for (a, b) in before.iter().zip(after) {
            *b = b.min(*a);
        }
    }
}

/// The columns `at − 1` and `at`.
fn neighbours(columns: &mut [Vec<f32>], at: usize) -> (&mut [f32], &mut [f32]) {
    let (left, right) = columns.split_at_mut(at);
    (&mut left[at - 1], &mut right[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::seed::{Purpose, Stream};

    fn random(n: usize, trials: usize) -> Columns {
        let stream = |copy| Stream::new(5, Purpose::Resample, copy as u32, 0);
        let column = |copy| (0..trials).map(move |t| (8.0 * stream(copy).uniform(t as u64)).floor() as f32);
        (0..n).map(|copy| column(copy).collect()).collect()
    }

    #[test]
    fn the_front_is_what_sorting_would_put_there() {
        for n in 1..=7 {
            let mut keys = random(n, 100);
            let mut copies: Columns = (0..n).map(|copy| vec![copy as f32; 100]).collect();
            let mut sorted: Vec<Vec<(f32, f32)>> = (0..100)
                .map(|trial| (0..n).map(|copy| (keys[copy][trial], copy as f32)).collect())
                .collect();
            // Equal times keep the order of the copies.
            for trial in &mut sorted {
                trial.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
            let mut alone = keys.clone();
            let count = n.div_ceil(2);
            select(&mut alone, count);
            select_with(&mut keys, &mut copies, count);
            for trial in 0..100 {
                for place in 0..count {
                    let found = (keys[place][trial], copies[place][trial]);
                    assert_eq!(found, sorted[trial][place]);
                    assert_eq!(alone[place][trial], found.0);
                }
            }
        }
    }

    #[test]
    fn the_least_so_far_never_rises() {
        let mut columns = random(5, 50);
        let first = columns[0].clone();
        least_so_far(&mut columns, 5);
        assert_eq!(columns[0], first);
        for trial in 0..50 {
            assert!(columns.windows(2).all(|pair| pair[1][trial] <= pair[0][trial]));
        }
    }
}
