//! Closing what the bound leaves open: one site at a time is opened or closed, the lowest bound first.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::bound::{Best, Climb, Fix, Meter, climb, first_multipliers};
use super::room::settle;
use super::sums::Sums;

/// Steps of the first climb, and of each one that starts from its parent's multipliers.
const FIRST: u32 = 800;
const LATER: u32 = 40;

/// A part of all sets: some sites are settled.
struct Part {
    bound: f64,
    /// Counts up, so that of equal bounds the latest comes first, which is the deepest.
    number: u64,
    fix: Vec<Fix>,
    multipliers: Rc<Vec<f64>>,
}

/// Searches until nothing better than `best` is left or the meter is spent; returns a bound that no set is below,
/// which reaches the cutoff of `best` when the search was finished. `tell` hears of every part and may stop it.
pub(super) fn prove(
    sums: &Sums,
    best: &mut Best,
    meter: &mut Meter,
    tell: &mut dyn FnMut(&Best, f64, u64) -> bool,
) -> f64 {
    let mut parts = BinaryHeap::new();
    let fix = sums
        .must
        .iter()
        .map(|must| if *must { Fix::In } else { Fix::Free })
        .collect();
    let multipliers = Rc::new(first_multipliers(sums, &best.guide));
    parts.push(Part {
        bound: f64::NEG_INFINITY,
        number: 0,
        fix,
        multipliers,
    });
    let mut number = 0;
    // What the first climb rules out is left out of all that follows.
    let mut sums = Cow::Borrowed(sums);
    while let Some(mut part) = parts.pop() {
        let before = part.bound;
        if before >= best.cutoff(&sums) {
            return before;
        }
        if number > 0 && meter.spent() {
            return before;
        }
        let steps = if number == 0 { FIRST } else { LATER };
        let mut multipliers = part.multipliers.to_vec();
        let found = if settle(&sums, &mut part.fix) {
            climb(&sums, &mut part.fix, &mut multipliers, steps, best, meter)
        } else {
            Climb {
                bound: f64::INFINITY,
                share: Vec::new(),
            }
        };
        part.bound = sums.rounded(found.bound).max(before);
        part.multipliers = Rc::new(multipliers);
        let next = parts.peek().map_or(f64::INFINITY, |next: &Part| next.bound);
        meter.stopped |= !tell(best, part.bound.min(next), meter.done);
        if part.bound < best.cutoff(&sums) && !leaf(&sums, &part.fix, best) {
            let mut share = found.share;
            if number == 0 {
                let keep: Vec<bool> = part.fix.iter().map(|fix| *fix != Fix::Out).collect();
                sums = Cow::Owned(sums.only(&keep));
                part.fix.retain(|fix| *fix != Fix::Out);
                let mut kept = keep.iter();
                share.retain(|_| kept.next().is_some_and(|kept| *kept));
            }
            split(&part, &share, &mut number, &mut parts);
        }
    }
    f64::INFINITY
}

/// Whether only one set is left, which is then offered.
fn leaf(sums: &Sums, fix: &[Fix], best: &mut Best) -> bool {
    let that_are = |wanted| (0..fix.len()).filter(move |&site| fix[site] == wanted);
    let mut open: Vec<usize> = that_are(Fix::In).collect();
    let free = that_are(Fix::Free).count();
    if open.len() + free == sums.least {
        open.extend(that_are(Fix::Free));
    } else if open.len() < sums.most && free > 0 {
        return false;
    }
    if (sums.least..=sums.most).contains(&open.len()) {
        best.offer(sums, sums.value(&open), &open);
    }
    true
}

/// Opens and closes the free site that the relaxation is least decided about, the first of equals.
fn split(part: &Part, share: &[f64], number: &mut u64, parts: &mut BinaryHeap<Part>) {
    let decided = |site: usize| (share[site] - 0.5).abs();
    let site = (0..share.len())
        .filter(|&site| part.fix[site] == Fix::Free)
        .reduce(|best, next| if decided(next) < decided(best) { next } else { best });
    let Some(site) = site else { return };
    for settled in [Fix::Out, Fix::In] {
        *number += 1;
        let mut fix = part.fix.clone();
        fix[site] = settled;
        parts.push(Part {
            bound: part.bound,
            number: *number,
            fix,
            multipliers: Rc::clone(&part.multipliers),
        });
    }
}

impl Ord for Part {
    /// The lowest bound is the greatest, since a heap gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .bound
            .total_cmp(&self.bound)
            .then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Part {}
