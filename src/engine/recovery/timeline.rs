//! Downtime along a line of losses.
//!
//! Between two events the state is constant. There nobody serves `unserved(D)` and what impairments stop; and of
//! those who stopped at an earlier loss, the share that still waits falls as their common times and their resolvers
//! say, whose integral has a closed form. A recovery ends at once when none of the regions it lost is down any more.
//! Where more than all requests would be counted, because recoveries overlap, the sum is cut at 1.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::availability::Deployment;
use super::causes::{Cause, Effect, Lasts};
use super::chain::{Chain, Split, Wait, draw};
use super::points::{Drawn, Luck, coordinate};
use super::states::members;
use crate::basis::dist::Shape;
use crate::basis::halving::{TO_THE_LAST_DIGIT, halve};

/// Sums of shares may exceed 1 by this much without anybody being counted twice.
const CLOSE: f64 = 1e-9;

/// A cause is there from `start` to `end`, s.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) cause: usize,
    pub(super) luck: Drawn,
}

/// Who stops, and for what they wait.
type Stops = Arc<[(f64, Wait)]>;

/// A deployment, its causes and its chain, with what was asked of the deployment before.
pub(super) struct World<'a> {
    deployment: &'a dyn Deployment,
    chain: &'a Chain,
    causes: &'a [Cause],
    members: Vec<u32>,
    repair: Vec<Shape>,
    stops: RwLock<BTreeMap<(u32, u32), Stops>>,
    unserved: RwLock<BTreeMap<u32, f64>>,
    load: RwLock<BTreeMap<(u32, usize), f64>>,
}

impl<'a> World<'a> {
    pub(super) fn new(deployment: &'a dyn Deployment, causes: &'a [Cause], chain: &'a Chain) -> Self {
        let regions = deployment.regions();
        World {
            deployment,
            chain,
            causes,
            members: causes.iter().map(|cause| members(cause, regions)).collect(),
            repair: causes.iter().map(|cause| cause.repair.shape()).collect(),
            stops: RwLock::default(),
            unserved: RwLock::default(),
            load: RwLock::default(),
        }
    }

    /// Regions that each cause takes down; none for an impairment.
    pub(super) fn members(&self) -> &[u32] {
        &self.members
    }

    /// A loss from `start` on, and when its cause is over: later than the loss itself where that ends with its
    /// being noticed.
    pub(super) fn loss(&self, cause: usize, start: f64, luck: Drawn) -> (Loss, f64) {
        let over = start + draw(&self.repair[cause], luck.at(coordinate::REPAIR));
        let end = match self.causes[cause].effect {
            Effect::Impaired {
                lasts: Lasts::Detection,
                ..
            } => over.min(start + self.chain.detection(&luck)),
            _ => over,
        };
        (
            Loss {
                start,
                end,
                cause,
                luck,
            },
            over,
        )
    }

    /// Share of requests not served, integrated from `from` to `to`, s. An open end stops with the last loss.
    pub(super) fn downtime(&self, losses: &[Loss], from: f64, to: f64) -> f64 {
        let mut walk = Walk {
            world: self,
            losses,
            range: (from, to),
            there: Vec::new(),
            down: 0,
            waiting: Vec::new(),
            sum: 0.0,
        };
        let mut at = from.min(losses.iter().map(|loss| loss.start).fold(from, f64::min));
        for (time, begins, loss) in events(losses) {
            walk.stretch(at, time);
            walk.step(time, begins, loss);
            at = time;
        }
        if to.is_finite() {
            walk.stretch(at, to);
        }
        walk.sum
    }

    fn unserved(&self, down: u32) -> f64 {
        kept(&self.unserved, down, || self.deployment.unserved(down))
    }

    fn load(&self, down: u32, region: usize) -> f64 {
        kept(&self.load, (down, region), || self.deployment.load(down, region))
    }

    fn stops(&self, before: u32, after: u32) -> Stops {
        kept(&self.stops, (before, after), || {
            self.deployment.stops(before, after).into()
        })
    }
}

/// The answer to a question, asked once. Threads that ask at the same time get the same answer.
fn kept<K: Ord + Copy, V: Clone>(known: &RwLock<BTreeMap<K, V>>, key: K, ask: impl FnOnce() -> V) -> V {
    if let Some(answer) = known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return answer.clone();
    }
    let answer = ask();
    known
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(key, answer.clone());
    answer
}

/// Begins and ends in order of time, ends first; losses that take no time are left out.
fn events(losses: &[Loss]) -> Vec<(f64, bool, usize)> {
    let lasting = losses
        .iter()
        .enumerate()
        .filter(|(_, loss)| loss.end > loss.start);
    let mut events: Vec<_> = lasting
        .flat_map(|(at, loss)| [(loss.start, true, at), (loss.end, false, at)])
        .collect();
    events.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    events
}

/// The end of the time from `from` on for which something holds that holds at first, by halving to the last digit.
fn last(holds: impl Fn(f64) -> bool, from: f64, to: f64) -> f64 {
    if holds(to) {
        return to;
    }
    halve((from, to), TO_THE_LAST_DIGIT, holds).1
}

/// Users of one stop on their way back.
struct Waiting {
    share: f64,
    split: Split,
    start: f64,
    /// Regions whose loss stopped them.
    lost: u32,
    luck: Drawn,
}

struct Walk<'a> {
    world: &'a World<'a>,
    losses: &'a [Loss],
    range: (f64, f64),
    /// Losses that go on.
    there: Vec<usize>,
    down: u32,
    waiting: Vec<Waiting>,
    sum: f64,
}

impl Walk<'_> {
    /// A loss begins or ends.
    fn step(&mut self, time: f64, begins: bool, loss: usize) {
        if begins {
            self.there.push(loss);
        } else {
            self.there.retain(|other| *other != loss);
        }
        let before = self.down;
        let members = |loss: &usize| self.world.members[self.losses[*loss].cause];
        self.down = self.there.iter().map(members).fold(0, |down, more| down | more);
        if self.down & !before != 0 {
            self.stop(before, time, self.losses[loss].luck);
        } else if self.down != before {
            self.let_go(time);
        }
    }

    fn stop(&mut self, before: u32, start: f64, luck: Drawn) {
        for (share, wait) in self
            .world
            .stops(before, self.down)
            .iter()
            .filter(|stop| stop.0 > 0.0)
        {
            self.waiting.push(Waiting {
                share: *share,
                split: self.world.chain.split(wait, &luck),
                start,
                lost: self.down & !before,
                luck,
            });
        }
    }

    /// Those whose regions are back wait no longer; those who had gone away pause on their way home.
    fn let_go(&mut self, time: f64) {
        let (chain, down, inside) = (
            self.world.chain,
            self.down,
            time >= self.range.0 && time < self.range.1,
        );
        let mut pauses = 0.0;
        self.waiting.retain(|waiting| {
            let over = waiting.lost & down == 0;
            if over && inside {
                let away = 1.0 - chain.waiting(&waiting.split, time - waiting.start);
                pauses += waiting.share * away * chain.pause(&waiting.luck);
            }
            !over
        });
        self.sum += pauses;
    }

    /// Adds what is not served between two events.
    fn stretch(&mut self, from: f64, to: f64) {
        let (from, to) = (from.max(self.range.0), to.min(self.range.1));
        if to <= from {
            return;
        }
        let level = self.level();
        let chain = self.world.chain;
        let still = |time: f64| -> f64 {
            let share = |w: &Waiting| w.share * chain.waiting(&w.split, time - w.start);
            self.waiting.iter().map(share).sum()
        };
        let within = |w: &Waiting, from: f64| {
            let up_to = |time: f64| chain.waited(&w.split, time - w.start);
            w.share * (up_to(to) - up_to(from))
        };
        // Shares that still wait only fall: all requests are lost up to some moment, and less than all from there on.
        let most = |time: f64| level + still(time) > 1.0 + CLOSE;
        let cut = if most(from) { last(most, from, to) } else { from };
        self.sum +=
            (cut - from) + level * (to - cut) + self.waiting.iter().map(|w| within(w, cut)).sum::<f64>();
    }

    /// Share of requests not served that does not change until the next event.
    fn level(&self) -> f64 {
        let impaired = |loss: &usize| match self.world.causes[self.losses[*loss].cause].effect {
            Effect::Impaired { region, share, .. } => share * self.world.load(self.down, region),
            Effect::Down => 0.0,
        };
        let impaired: f64 = self.there.iter().map(impaired).sum();
        (self.world.unserved(self.down) + impaired).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::basis::seed::{Purpose, RecoveryDraw, Stream};
    use crate::design::recovery::Failback;
    use crate::engine::recovery::samples::{KOfN, Moving, checks, down, routing, term};

    fn luck() -> Drawn {
        Drawn::new(Stream::new(1, Purpose::Recovery(RecoveryDraw::Year), 0, 0), 0)
    }

    fn loss(cause: usize, start: f64, end: f64) -> Loss {
        Loss {
            start,
            end,
            cause,
            luck: luck(),
        }
    }

    fn regions(n: u32) -> Vec<Cause> {
        (0..n)
            .map(|i| down(1 << i, 1.0, Dist::fixed(1.0).unwrap()))
            .collect()
    }

    /// A decision of 50 s and nothing else.
    fn fifty(pause: Option<f64>) -> Chain {
        let mut recovery = checks(0.0);
        recovery.decision = Some(term(Dist::fixed(50.0).unwrap()));
        recovery.failback = pause.map(|seconds| Failback {
            after: term(Dist::zero()),
            pause: term(Dist::fixed(seconds).unwrap()),
        });
        Chain::new(&recovery, &routing(0.0))
    }

    #[test]
    fn both_of_two_are_down_only_while_their_losses_meet() {
        let (causes, chain) = (regions(2), fifty(None));
        let world = World::new(&KOfN(2, 1), &causes, &chain);
        let losses = [loss(0, 10.0, 40.0), loss(1, 30.0, 100.0), loss(1, 200.0, 200.0)];
        assert_eq!(world.downtime(&losses, 0.0, f64::INFINITY), 10.0);
        assert_eq!(world.downtime(&losses, 0.0, 33.0), 3.0);
        assert_eq!(world.downtime(&losses, 35.0, 1000.0), 5.0);
    }

    #[test]
    fn a_stop_ends_with_recovery_or_repair() {
        let (causes, chain) = (regions(2), fifty(Some(4.0)));
        let moving = Moving {
            shares: vec![0.6, 0.4],
            wait: Wait::default(),
        };
        let world = World::new(&moving, &causes, &chain);
        let up_to = |end: f64| world.downtime(&[loss(0, 0.0, end)], 0.0, f64::INFINITY);
        assert!((up_to(20.0) - 0.6 * 20.0).abs() < 1e-12);
        // The long way round: recovery, then the pause on the way home.
        assert!((up_to(300.0) - 0.6 * 54.0).abs() < 1e-12);
        // A year that begins in the middle of it sees the rest.
        assert!((world.downtime(&[loss(0, -40.0, 300.0)], 0.0, 100.0) - 0.6 * 10.0).abs() < 1e-12);
    }

    #[test]
    fn no_more_than_all_requests_are_ever_lost() {
        let (causes, chain) = (regions(3), fifty(None));
        let moving = Moving {
            shares: vec![0.6, 0.3, 0.1],
            wait: Wait::default(),
        };
        let world = World::new(&moving, &causes, &chain);
        // Everybody of the first region waits, then the second is lost with everybody who has moved there, too.
        let found = world.downtime(&[loss(0, 0.0, 1000.0), loss(1, 0.5, 1000.0)], 0.0, f64::INFINITY);
        let additive = 0.6 * 50.0 + 0.9 * 50.0;
        let cut = 0.6 * 0.5 + 1.0 * 49.5 + 0.9 * 0.5;
        assert!(
            found < additive && (found - cut).abs() < 1e-9,
            "{found} against {cut}"
        );
    }

    #[test]
    fn a_region_that_another_cause_holds_down_keeps_its_users_waiting() {
        let (mut causes, chain) = (regions(2), fifty(None));
        causes.push(causes[0].clone());
        let moving = Moving {
            shares: vec![1.0, 0.0],
            wait: Wait::default(),
        };
        let world = World::new(&moving, &causes, &chain);
        let losses = [loss(0, 0.0, 10.0), loss(2, 5.0, 500.0)];
        assert_eq!(world.downtime(&losses, 0.0, f64::INFINITY), 50.0);
    }

    #[test]
    fn an_impairment_stops_a_share_of_what_its_region_serves() {
        let mut causes = regions(2);
        causes.push(Cause {
            members: 0,
            effect: Effect::Impaired {
                region: 0,
                share: 0.25,
                lasts: Lasts::Repair,
            },
            ..causes[0].clone()
        });
        let chain = fifty(None);
        let world = World::new(&KOfN(2, 1), &causes, &chain);
        // Half of all requests for ten seconds; all of them for another ten, while the other region is lost.
        let losses = [loss(2, 0.0, 20.0), loss(1, 10.0, 30.0)];
        assert_eq!(
            world.downtime(&losses, 0.0, f64::INFINITY),
            0.25 * (0.5 * 10.0 + 10.0)
        );
    }
}
