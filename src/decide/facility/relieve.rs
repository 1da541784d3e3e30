//! Improving a set whose sites get more than they can take: first what is too much, then the value.
//!
//! Each neighbour, one site given up or taken or both, is weighed by a pass over the users with the two cheapest open
//! sites of each. That is slower than interchange, which looks at all neighbours in one pass, and is used only where a
//! set does not hold.

use super::interchange::improve;
use super::limits::{Limits, Way, comes_before};
use super::sums::Sums;

/// A move has to gain this share, so that rounding cannot make a circle.
const WORTH: f64 = 1e-12;

/// How good a set is: what is too much comes first.
#[derive(Clone, Copy, Debug)]
struct Standing {
    excess: f64,
    value: f64,
}

impl Standing {
    fn beats(self, other: Standing) -> bool {
        let less = |a: f64, b: f64| a < b - WORTH * b.abs();
        less(self.excess, other.excess) || (self.excess <= other.excess && less(self.value, other.value))
    }
}

/// A set, with where its users go.
struct Set<'a> {
    sums: &'a Sums,
    limits: &'a Limits,
    /// The sites as `sums` counts them, and as the caller does.
    open: Vec<usize>,
    named: Vec<usize>,
    ways: Vec<[Option<Way>; 2]>,
}

/// Improves `open` by interchange and, where its sites cannot take what they get, until no move helps. Returns its value
/// and the steps that took; the set ends up sorted.
pub(super) fn polish(sums: &Sums, open: &mut Vec<usize>) -> (f64, u64) {
    let (value, work) = improve(sums, open);
    match &sums.limits {
        Some(limits) if !sums.holds(open) => {
            let mut set = Set::new(sums, limits, std::mem::take(open));
            let more = set.relieve();
            *open = set.open;
            open.sort_unstable();
            (sums.value(open), work + more)
        }
        _ => (value, work),
    }
}

impl<'a> Set<'a> {
    fn new(sums: &'a Sums, limits: &'a Limits, open: Vec<usize>) -> Set<'a> {
        let mut set = Set {
            sums,
            limits,
            open,
            named: Vec::new(),
            ways: Vec::new(),
        };
        set.look();
        set
    }

    /// Where users go now.
    fn look(&mut self) {
        self.named = self.open.iter().map(|&site| self.sums.site_of[site]).collect();
        self.ways = (0..self.limits.users())
            .map(|user| self.limits.ways(user, &self.named))
            .collect();
    }

    /// Moves until nothing helps; counts a step for each site that was thought of giving up.
    fn relieve(&mut self) -> u64 {
        let mut work = 0;
        let mut here = self.standing(None, None);
        loop {
            let mut moved = false;
            // One place beyond the last stands for giving up none.
            for place in 0..=self.open.len() {
                let out = (place < self.open.len()).then_some(place);
                if out.is_some_and(|place| self.sums.must[self.open[place]]) {
                    continue;
                }
                work += 1;
                if let Some((take, standing)) = self.best(out).filter(|(_, it)| it.beats(here)) {
                    here = standing;
                    moved = true;
                    self.apply(out, take);
                }
                if place >= self.open.len() {
                    break;
                }
            }
            if !moved {
                return work;
            }
        }
    }

    /// The best that can be done about a place, the first of equals.
    fn best(&self, out: Option<usize>) -> Option<(Option<usize>, Standing)> {
        let size = self.open.len() - usize::from(out.is_some());
        let mut best: Option<(Option<usize>, Standing)> = None;
        let mut offer = |take: Option<usize>| {
            let standing = self.standing(out, take);
            if best.is_none_or(|(_, best)| standing.beats(best)) {
                best = Some((take, standing));
            }
        };
        if out.is_some() && size >= self.sums.least {
            offer(None);
        }
        if size < self.sums.most {
            let closed = (0..self.sums.sites()).filter(|site| !self.open.contains(site));
            closed.for_each(|site| offer(Some(site)));
        }
        best
    }

    fn apply(&mut self, out: Option<usize>, take: Option<usize>) {
        match (out, take) {
            (Some(place), Some(site)) => self.open[place] = site,
            (Some(place), None) => {
                self.open.remove(place);
            }
            (None, Some(site)) => self.open.push(site),
            (None, None) => {}
        }
        self.look();
    }

    /// How the set stands without the site at `out` and with `take`.
    fn standing(&self, out: Option<usize>, take: Option<usize>) -> Standing {
        let places = self.open.len();
        let mut named = self.named.clone();
        named.extend(take.map(|site| self.sums.site_of[site]));
        let mut loads = vec![0.0; named.len()];
        let mut value: f64 = (0..places)
            .filter(|place| Some(*place) != out)
            .map(|place| self.open[place])
            .chain(take)
            .map(|site| self.sums.opening[site])
            .sum();
        // Where nobody may serve a user, one site is as good as another.
        let any = (0..named.len()).find(|place| Some(*place) != out);
        for (user, ways) in self.ways.iter().enumerate() {
            let stays = ways.iter().flatten().find(|way| Some(way.0) != out).copied();
            let taken = take.map(|_| (places, self.limits.cost(user, named[places]), named[places]));
            let way = match (stays, taken.filter(|way| way.1.is_finite())) {
                (Some(stays), Some(taken)) if comes_before(taken, stays) => Some(taken),
                (Some(stays), _) => Some(stays),
                (None, taken) => taken,
            };
            if let Some((place, ..)) = way {
                loads[place] += self.limits.weight(user);
            }
            value += way
                .map(|way| way.0)
                .or(any)
                .map_or(self.sums.unserved, |place| self.limits.entry(user, named[place]));
        }
        Standing {
            excess: self.limits.beyond(&loads, &named),
            value,
        }
    }
}
