//! Improving a set one site at a time: swapped, added or dropped.
//!
//! Whitaker's fast interchange in the form of Resende and Werneck (*A fast swap-based local search procedure for
//! location problems*, Annals of Operations Research 150, 2007): with the closest and the second closest open site of
//! each user, the profit of taking `j` for `r` is `gain(j) − loss(r) + extra(r, j)`, and all pairs are known after one
//! pass over the users.

use super::sums::Sums;

/// A move has to gain this share of the value, so that rounding cannot make a circle.
const WORTH: f64 = 1e-12;

/// What may be done to a set.
#[derive(Clone, Copy, Debug)]
struct Move {
    /// The place in the set that is given up.
    out: Option<usize>,
    /// The site that is taken.
    take: Option<usize>,
    profit: f64,
}

/// What each change of a set would bring.
struct Profits {
    gain: Vec<f64>,
    loss: Vec<f64>,
    /// `extra[place · sites + site]`.
    extra: Vec<f64>,
}

/// Improves `open` until no swap, addition or drop helps; returns its value and how many moves were tried, the last in
/// vain. The set ends up sorted.
pub(super) fn improve(sums: &Sums, open: &mut Vec<usize>) -> (f64, u64) {
    let mut work = 0;
    let mut value = sums.value(open);
    loop {
        work += 1;
        let Some(step) = best_move(sums, open).filter(|step| step.profit > WORTH * value.abs()) else {
            break;
        };
        let before = open.clone();
        apply(open, step);
        let after = sums.value(open);
        if after >= value {
            *open = before;
            break;
        }
        value = after;
    }
    open.sort_unstable();
    (sums.value(open), work)
}

fn apply(open: &mut Vec<usize>, step: Move) {
    match (step.out, step.take) {
        (Some(place), Some(site)) => open[place] = site,
        (Some(place), None) => {
            open.remove(place);
        }
        (None, Some(site)) => open.push(site),
        (None, None) => {}
    }
}

/// One pass over the users, each up to its second closest open site.
fn profits(sums: &Sums, place_of: &[Option<usize>], places: usize) -> Profits {
    let sites = sums.sites();
    let mut found = Profits {
        gain: vec![0.0; sites],
        loss: vec![0.0; places],
        extra: vec![0.0; places * sites],
    };
    for user in 0..sums.users {
        let mut open = sums
            .near(user)
            .filter_map(|(site, entry)| Some((place_of[site]?, entry)));
        let Some((closest, first)) = open.next() else {
            continue;
        };
        // A set of one is never left without a site, so any second no nearer than all will do.
        let second = open.next().map_or(sums.top(user), |(_, entry)| entry);
        found.loss[closest] += second - first;
        let extra = &mut found.extra[closest * sites..][..sites];
        for (site, entry) in sums.near(user).take_while(|(_, entry)| *entry < second) {
            found.gain[site] += (first - entry).max(0.0);
            extra[site] += second - entry.max(first);
        }
    }
    found
}

/// The move with the greatest profit, the first of equals.
fn best_move(sums: &Sums, open: &[usize]) -> Option<Move> {
    let mut place_of = vec![None; sums.sites()];
    for (place, &site) in open.iter().enumerate() {
        place_of[site] = Some(place);
    }
    let found = profits(sums, &place_of, open.len());
    let closed: Vec<usize> = (0..sums.sites())
        .filter(|&site| place_of[site].is_none())
        .collect();
    let mut best: Option<Move> = None;
    let mut offer = |out, take, profit| {
        if best.is_none_or(|best| profit > best.profit) {
            best = Some(Move { out, take, profit });
        }
    };
    if open.len() < sums.most {
        for &site in &closed {
            offer(None, Some(site), found.gain[site] - sums.opening[site]);
        }
    }
    for (place, &site) in open.iter().enumerate().filter(|(_, site)| !sums.must[**site]) {
        let saved = sums.opening[site] - found.loss[place];
        if open.len() > sums.least {
            offer(Some(place), None, saved);
        }
        let extra = &found.extra[place * sums.sites()..][..sums.sites()];
        for &other in &closed {
            offer(
                Some(place),
                Some(other),
                saved + found.gain[other] - sums.opening[other] + extra[other],
            );
        }
    }
    best
}
