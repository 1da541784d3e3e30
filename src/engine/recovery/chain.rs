//! The chain of recovery: from a loss until a user is served again.
//!
//! ```text
//! detection   interval · (threshold − 1 + U), U uniform: the loss falls evenly between two checks; then the time-out
//! decision    where a human decides
//! runbook     its stages in order; a stage takes as long as the longest of its steps that are waited for
//! ```
//!
//! Everything but the resolver is common to all users whom one loss stops. So with the common times drawn, the RTO
//! is `before + max(beside, T) + after` where `T` alone differs from user to user, and averages over users are
//! integrals in closed form.

use super::points::{Luck, coordinate as at};
use super::rto::Phase;
use super::traffic::Traffic;
use crate::basis::dist::{Dist, Shape};
use crate::design::recovery::{Backups, Recovery, Role, Step};
use crate::design::routing::Routing;

/// What a stopped user waits for, beside detection and decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait {
    /// The resolver's old answer has to expire; not so behind anycast or a CDN.
    pub traffic: bool,
    /// Stores of the scenario that have to be promoted; the slowest counts.
    pub promotions: Vec<usize>,
    /// A region of this role has to grow to its new load.
    pub ramp: Option<Role>,
    /// Data has to be restored from backup.
    pub restore: bool,
}

/// The chain of recovery of a scenario, ready to be drawn from.
#[derive(Clone, Debug)]
pub struct Chain {
    interval_s: f64,
    threshold: u32,
    timeout: Shape,
    decision: Option<Shape>,
    runbook: Vec<Vec<Step>>,
    promotion: Vec<Option<Shape>>,
    ramp: [Shape; 5],
    restore_s: f64,
    pause: Option<Pause>,
    pub(super) traffic: Traffic,
}

#[derive(Clone, Debug)]
struct Pause {
    shape: Shape,
    mean_s: f64,
}

impl Chain {
    /// The chain that `recovery` describes, for users routed by `routing`.
    ///
    /// Steps that the runbook does not name are not waited for. Restoring takes no time where backups are not
    /// described, and for ever where nothing is restored in a second.
    pub fn new(recovery: &Recovery, routing: &Routing) -> Self {
        let pause = recovery.failback.as_ref().map(|failback| &failback.pause.seconds);
        Chain {
            interval_s: recovery.detection.interval_s.max(0.0),
            threshold: recovery.detection.threshold.max(1),
            timeout: recovery.detection.timeout.seconds.shape(),
            decision: recovery.decision.as_ref().map(|term| term.seconds.shape()),
            runbook: recovery.runbook.clone(),
            promotion: recovery
                .promotion
                .iter()
                .map(|term| Some(term.as_ref()?.seconds.shape()))
                .collect(),
            ramp: std::array::from_fn(|role| recovery.ramp[role].seconds.shape()),
            restore_s: recovery.backups.as_ref().map_or(0.0, restore_s),
            pause: pause.filter(|law| law.as_fixed() != Some(0.0)).map(Pause::new),
            traffic: Traffic::new(routing),
        }
    }

    /// Time until the loss is noticed, s.
    pub(super) fn detection(&self, luck: &(impl Luck + ?Sized)) -> f64 {
        let checks = f64::from(self.threshold - 1) + luck.at(at::PHASE);
        self.interval_s * checks + draw(&self.timeout, luck.at(at::TIMEOUT))
    }

    fn decision(&self, luck: &(impl Luck + ?Sized)) -> Option<f64> {
        Some(draw(self.decision.as_ref()?, luck.at(at::DECISION)))
    }

    /// How long those who went away stop once more when they go back, s.
    pub(super) fn pause(&self, luck: &(impl Luck + ?Sized)) -> f64 {
        let pause = self.pause.as_ref();
        pause.map_or(0.0, |pause| draw(&pause.shape, luck.at(at::PAUSE)))
    }

    /// The mean of [`Chain::pause`], s.
    pub(super) fn mean_pause(&self) -> f64 {
        self.pause.as_ref().map_or(0.0, |pause| pause.mean_s)
    }

    /// Time of a step that all users of a loss share; none when it is not waited for, or is the resolver.
    fn common(&self, step: Step, wait: &Wait, luck: &(impl Luck + ?Sized)) -> Option<f64> {
        match step {
            Step::Traffic => None,
            Step::Promotion => {
                let timed = |store: &usize| {
                    let shape = self.promotion.get(*store)?.as_ref()?;
                    Some(draw(shape, luck.at(at::PROMOTION + store)))
                };
                wait.promotions.iter().filter_map(timed).reduce(f64::max)
            }
            Step::Ramp => wait
                .ramp
                .map(|role| draw(&self.ramp[place(role)], luck.at(at::RAMP))),
            Step::Restore => wait.restore.then_some(self.restore_s),
        }
    }

    fn user(&self, luck: &(impl Luck + ?Sized)) -> f64 {
        self.traffic.at(luck.at(at::IGNORES), luck.at(at::ANSWER))
    }

    /// The common times of one loss, apart from what differs by user.
    pub(super) fn split(&self, wait: &Wait, luck: &(impl Luck + ?Sized)) -> Split {
        let mut split = Split {
            before: self.detection(luck) + self.decision(luck).unwrap_or(0.0),
            beside: 0.0,
            after: 0.0,
            traffic: false,
        };
        for stage in &self.runbook {
            let common = stage.iter().filter_map(|step| self.common(*step, wait, luck));
            let longest = common.fold(0.0, f64::max);
            if split.traffic {
                split.after += longest;
            } else if wait.traffic && stage.contains(&Step::Traffic) {
                split.traffic = true;
                split.beside = longest;
            } else {
                split.before += longest;
            }
        }
        split
    }

    /// One user's recovery, step by step.
    pub(super) fn walk(&self, wait: &Wait, luck: &(impl Luck + ?Sized)) -> Walk {
        let mut walk = Walk::default();
        walk.stage([(Phase::Detection, self.detection(luck))]);
        walk.stage(self.decision(luck).map(|time| (Phase::Decision, time)));
        let mut followed = false;
        for stage in &self.runbook {
            let follows = wait.traffic && !followed && stage.contains(&Step::Traffic);
            followed |= follows;
            let time = |step: &Step| match step {
                Step::Traffic => follows.then(|| self.user(luck)),
                _ => self.common(*step, wait, luck),
            };
            let timed = |step: &Step| Some((Phase::Step(*step), time(step)?));
            walk.stage(stage.iter().filter_map(timed));
        }
        walk
    }

    /// `∫ P(RTO > s) ds` from 0 to `limit`, over the users of a loss whose common times are `split`.
    pub(super) fn waited(&self, split: &Split, limit: f64) -> f64 {
        let sure = split.before + split.beside + split.after;
        if limit <= sure || !split.traffic {
            return limit.clamp(0.0, sure);
        }
        let beyond = self.traffic.mean_up_to(limit - split.before - split.after);
        sure + (beyond - self.traffic.mean_up_to(split.beside)).max(0.0)
    }

    /// The share of those users still waiting after `seconds`.
    pub(super) fn waiting(&self, split: &Split, seconds: f64) -> f64 {
        if seconds < split.before + split.beside + split.after {
            1.0
        } else if split.traffic {
            self.traffic.still(seconds - split.before - split.after)
        } else {
            0.0
        }
    }
}

impl Pause {
    fn new(law: &Dist) -> Self {
        Pause {
            shape: law.shape(),
            mean_s: law.mean().unwrap_or(f64::INFINITY),
        }
    }
}

/// The parts of an RTO that all users of a loss share: `before + max(beside, T) + after`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    before: f64,
    beside: f64,
    after: f64,
    /// Whether `T` is the user's; otherwise it is nothing.
    traffic: bool,
}

/// One recovery: when each part begins, how long it takes, which the stages waited for.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    /// Begin and duration by [`Phase::place`].
    pub(super) parts: [Option<(f64, f64)>; Phase::COUNT],
    /// Whether the stage waited for the part.
    pub(super) decisive: [bool; Phase::COUNT],
    /// The whole, s.
    pub(super) rto: f64,
}

impl Walk {
    fn stage(&mut self, steps: impl IntoIterator<Item = (Phase, f64)>) {
        let (begin, mut longest) = (self.rto, (0.0, None));
        for (phase, time) in steps {
            self.parts[phase.place()] = Some((begin, time));
            if time > longest.0 {
                longest = (time, Some(phase));
            }
        }
        if let (time, Some(phase)) = longest {
            self.decisive[phase.place()] = true;
            self.rto += time;
        }
    }
}

/// The value of a distribution for the uniform number `u`; a larger `u` never gives a smaller value.
pub(super) fn draw(shape: &Shape, u: f64) -> f64 {
    shape.at((u * 4_294_967_296.0) as u32)
}

fn place(role: Role) -> usize {
    Role::ALL.iter().position(|known| *known == role).unwrap_or(0)
}

fn restore_s(backups: &Backups) -> f64 {
    if backups.bytes <= 0.0 {
        0.0
    } else if backups.bytes_per_s > 0.0 {
        backups.bytes / backups.bytes_per_s
    } else {
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::seed::RecoveryDraw;
    use crate::engine::recovery::points::Points;
    use crate::engine::recovery::samples::{checks, routing, term};

    fn recovery(runbook: Vec<Vec<Step>>) -> Recovery {
        let mut recovery = checks(10.0);
        recovery.decision = Some(term(Dist::fixed(60.0).unwrap()));
        recovery.promotion = vec![
            Some(term(Dist::exponential(30.0).unwrap())),
            None,
            Some(term(Dist::log_normal(20.0, 0.5).unwrap())),
        ];
        recovery.runbook = runbook;
        recovery
    }

    fn everything() -> Wait {
        Wait {
            traffic: true,
            promotions: vec![0, 1, 2],
            ramp: Some(Role::Warm),
            restore: true,
        }
    }

    const TOGETHER: &[&[Step]] = &[&[Step::Traffic, Step::Promotion, Step::Ramp, Step::Restore]];
    const IN_ORDER: &[&[Step]] = &[&[Step::Promotion], &[Step::Traffic, Step::Restore], &[Step::Ramp]];

    fn chain(runbook: &[&[Step]]) -> Chain {
        let runbook = runbook.iter().map(|stage| stage.to_vec()).collect();
        Chain::new(&recovery(runbook), &routing(120.0))
    }

    #[test]
    fn a_runbook_in_order_is_never_shorter_than_side_by_side() {
        let points = Points::new(3, RecoveryDraw::Rto, 0, 0);
        let (together, in_order) = (chain(TOGETHER), chain(IN_ORDER));
        let mut longer = 0;
        for i in 0..2000 {
            let [a, b] = [&together, &in_order].map(|chain| chain.walk(&everything(), &points.point(i)).rto);
            assert!(a <= b, "draw {i}: {a} {b}");
            longer += i32::from(a < b);
        }
        assert_eq!(longer, 2000);
    }

    #[test]
    fn a_shorter_ttl_never_lengthens_any_recovery() {
        let points = Points::new(4, RecoveryDraw::Rto, 0, 0);
        let with = |ttl: f64| {
            let mut routing = routing(ttl);
            routing.ignore_ttl = 0.2;
            routing.overstay_s = Some(Dist::exponential(300.0).unwrap());
            Chain::new(&recovery(vec![vec![Step::Promotion, Step::Traffic]]), &routing)
        };
        let chains = [0.0, 20.0, 60.0, 300.0].map(with);
        let mut longer = 0;
        for i in 0..2000 {
            let time = |chain: &Chain| chain.walk(&everything(), &points.point(i)).rto;
            let times: Vec<f64> = chains.iter().map(time).collect();
            assert!(times.is_sorted(), "{times:?}");
            longer += i32::from(times[0] < times[3]);
        }
        // Promotion, a minute at most as a rule, is what else they wait for.
        assert!(longer > 1000);
    }

    /// The common times stay; 4000 even points over the user's part give the average to 1e-3 of the TTL.
    #[test]
    fn the_average_over_users_is_what_their_draws_give() {
        struct Users<'a, L: Luck>(&'a L, f64);
        impl<L: Luck> Luck for Users<'_, L> {
            fn at(&self, coordinate: usize) -> f64 {
                if coordinate == at::ANSWER {
                    self.1
                } else {
                    self.0.at(coordinate)
                }
            }
        }
        let points = Points::new(5, RecoveryDraw::Rto, 0, 0);
        for chain in [chain(TOGETHER), chain(IN_ORDER)] {
            for i in 0..20 {
                let point = points.point(i);
                let wait = Wait {
                    ramp: None,
                    ..everything()
                };
                let split = chain.split(&wait, &point);
                for limit in [10.0, 120.0, 180.0, 1000.0] {
                    let user = |j: i32| {
                        chain
                            .walk(&wait, &Users(&point, (f64::from(j) + 0.5) / 4000.0))
                            .rto
                    };
                    let times: Vec<f64> = (0..4000).map(user).collect();
                    let mean = times.iter().map(|t| t.min(limit)).sum::<f64>() / 4000.0;
                    assert!(
                        (chain.waited(&split, limit) - mean).abs() < 0.12,
                        "{split:?} {limit} {mean}"
                    );
                    let waiting = times.iter().filter(|t| **t > limit).count() as f64 / 4000.0;
                    assert!((chain.waiting(&split, limit) - waiting).abs() < 1e-3);
                }
            }
        }
    }

    #[test]
    fn steps_that_the_runbook_leaves_out_are_not_waited_for() {
        let chain = chain(&[&[Step::Ramp]]);
        let split = chain.split(
            &Wait {
                ramp: None,
                ..everything()
            },
            &crate::engine::recovery::points::Always(0.5),
        );
        // Two whole intervals and a half, then the decision.
        assert_eq!(chain.waited(&split, f64::INFINITY), 25.0 + 60.0);
    }
}
