//! Sets to start from: greedy, and greedy among a random few.

use super::sums::Sums;
use crate::basis::seed::{Purpose, Stream};

/// The greedy set: what must be open, then the site that helps most, and so on; the first of equals.
pub(super) fn greedy(sums: &Sums) -> Vec<usize> {
    build(sums, |_, closed| closed)
}

/// A greedy set whose every site is the best of a random few.
///
/// How few, `log₂(sites / chosen)`, is that of Resende and Werneck (*A hybrid heuristic for the p-median problem*,
/// Journal of Heuristics 10, 2004); at least two, so that there is a choice.
pub(super) fn randomised(sums: &Sums, seed: u64, restart: u32) -> Vec<usize> {
    let few = (sums.sites() as f64 / sums.most as f64).log2().ceil().max(2.0) as usize;
    build(sums, |step, mut closed| {
        let stream = Stream::new(seed, Purpose::Start, restart, step);
        for place in 0..few.min(closed.len()) {
            let left = closed.len() - place;
            let drawn = (stream.uniform(place as u64) * left as f64) as usize;
            closed.swap(place, place + drawn.min(left - 1));
        }
        closed.truncate(few);
        closed.sort_unstable();
        closed
    })
}

/// Adds sites while too few are open or one more helps; `offer` picks from the closed ones those to choose from.
fn build(sums: &Sums, offer: impl Fn(u32, Vec<usize>) -> Vec<usize>) -> Vec<usize> {
    let mut open: Vec<usize> = (0..sums.sites()).filter(|&site| sums.must[site]).collect();
    let mut is_open = sums.must.clone();
    for step in 0.. {
        if open.len() >= sums.most {
            break;
        }
        let gain = gains(sums, &is_open);
        let closed = (0..sums.sites()).filter(|&site| !is_open[site]).collect();
        let best = offer(step, closed)
            .into_iter()
            .map(|site| (site, gain[site] - sums.opening[site]))
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        match best {
            Some((site, profit)) if profit > 0.0 || open.len() < sums.least => {
                is_open[site] = true;
                open.push(site);
            }
            _ => break,
        }
    }
    open
}

/// What each site would bring, on top of those that are open.
fn gains(sums: &Sums, is_open: &[bool]) -> Vec<f64> {
    let mut gain = vec![0.0; sums.sites()];
    for user in 0..sums.users {
        let now = sums
            .near(user)
            .find(|(site, _)| is_open[*site])
            .map_or(sums.top(user), |(_, entry)| entry);
        for (site, entry) in sums.near(user).take_while(|(_, entry)| *entry < now) {
            gain[site] += now - entry;
        }
    }
    gain
}
