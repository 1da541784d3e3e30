//! Columns of users, told once for all sets.
//!
//! A user group that the same region serves sees the same latency in most sets. So what a group may see is listed once,
//! and a set says which of it: `00-base.js` makes columns of them again. Of a hundred sets this leaves a fifth.

use serde_json::{Map, Value, json};

/// One character for each place of a group's list, where the lists are no longer than that.
const LETTERS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

/// The columns that are told so.
const COLUMNS: [&str; 3] = ["region", "p50_ms", "p95_ms"];

/// What each group may see: `[region, p50, p95]`, in the order in which sets say so first.
#[derive(Default)]
struct Ways {
    of: Vec<Vec<[Value; 3]>>,
}

impl Ways {
    fn place(&mut self, group: usize, seen: [Value; 3]) -> usize {
        if self.of.len() <= group {
            self.of.resize(group + 1, Vec::new());
        }
        let known = &mut self.of[group];
        known.iter().position(|it| *it == seen).unwrap_or_else(|| {
            known.push(seen);
            known.len() - 1
        })
    }
}

/// Takes the columns `users` out of all sets and gives the list that they point into; nothing where no set has any.
pub(super) fn told_once(sets: &mut [Value]) -> Option<Value> {
    let mut ways = Ways::default();
    let mut any = false;
    for set in sets {
        if let Some(users) = set.get_mut("users")
            && let Some(places) = places(users, &mut ways)
        {
            *users = json!({ "way": places });
            any = true;
        }
    }
    any.then(|| by_column(&ways))
}

/// Where each group's entry stands in its list; nothing where the columns are not of one length.
fn places(users: &mut Value, ways: &mut Ways) -> Option<Value> {
    let columns: Vec<&Vec<Value>> = COLUMNS
        .iter()
        .filter_map(|name| users.get(name)?.as_array())
        .collect();
    let [region, p50, p95] = columns.as_slice() else {
        return None;
    };
    if region.len() != p50.len() || region.len() != p95.len() {
        return None;
    }
    let seen = |i: usize| [region[i].clone(), p50[i].clone(), p95[i].clone()];
    let places: Vec<usize> = (0..region.len()).map(|i| ways.place(i, seen(i))).collect();
    Some(in_letters(&places).map_or_else(|| json!(places), Value::String))
}

fn in_letters(places: &[usize]) -> Option<String> {
    let letter = |at: &usize| LETTERS.get(*at).map(|letter| char::from(*letter));
    places.iter().map(letter).collect()
}

/// The list as columns of lists, a list for each group.
fn by_column(ways: &Ways) -> Value {
    let column = |(i, name): (usize, &&str)| {
        let of_group = |known: &Vec<[Value; 3]>| known.iter().map(|it| it[i].clone()).collect();
        let groups: Vec<Value> = ways.of.iter().map(of_group).collect();
        ((*name).to_owned(), Value::Array(groups))
    };
    Value::Object(COLUMNS.iter().enumerate().map(column).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(region: [u32; 3], p95: [f64; 3]) -> Value {
        json!({ "users": { "region": region, "p50_ms": [1.0, 2.0, null], "p95_ms": p95 } })
    }

    #[test]
    fn what_sets_share_is_told_once() {
        let mut sets = [
            set([0, 1, 2], [10.0, 20.0, 30.0]),
            set([0, 3, 2], [10.0, 25.0, 30.0]),
            json!({ "name": "no users" }),
        ];
        let ways = told_once(&mut sets).unwrap();
        assert_eq!(sets[0]["users"]["way"], "000");
        assert_eq!(sets[1]["users"]["way"], "010");
        assert_eq!(ways["region"], json!([[0], [1, 3], [2]]));
        assert_eq!(ways["p50_ms"][2], json!([null]));
    }

    #[test]
    fn more_ways_than_letters_are_told_by_number() {
        let mut sets: Vec<Value> = (0..70)
            .map(|i| set([i, 0, 0], [f64::from(i), 1.0, 1.0]))
            .collect();
        told_once(&mut sets);
        assert_eq!(sets[63]["users"]["way"], "_00");
        assert_eq!(sets[69]["users"]["way"], json!([69, 0, 0]));
        assert_eq!(told_once(&mut [json!({})]), None);
    }
}
