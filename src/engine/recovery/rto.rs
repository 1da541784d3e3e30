//! RTO as a distribution: draws of the chain, figures with errors.
//!
//! 32 independent shifts of evenly spread points; each gives the figures by itself, and their spread is the error.
//! Intervals of quantiles are those of the share below them (Woodruff, 1952). What has no spread comes out exact.

use super::chain::{Chain, Wait, Walk};
use super::points::{Always, Points};
use super::sample::{SHIFTS, Sample, Value};
use crate::basis::seed::RecoveryDraw;
use crate::basis::stat::estimate::Estimate;
use crate::design::recovery::Step;

/// Draws of the chain unless there are many waits.
const DRAWS: usize = 20_000;
/// More waits than this no longer make the points of each fewer.
const FEWER_POINTS: usize = 5;

/// A part of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The loss is noticed.
    Detection,
    /// A human decides.
    Decision,
    /// A step of the runbook.
    Step(Step),
}

impl Phase {
    /// All parts, in the order of the chain.
    pub const ALL: [Phase; Phase::COUNT] = [
        Phase::Detection,
        Phase::Decision,
        Phase::Step(Step::Traffic),
        Phase::Step(Step::Promotion),
        Phase::Step(Step::Ramp),
        Phase::Step(Step::Restore),
    ];

    /// How many there are.
    pub(super) const COUNT: usize = 6;

    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Detection => "detection",
            Phase::Decision => "decision",
            Phase::Step(step) => step.name(),
        }
    }

    /// Its place in [`Phase::ALL`].
    pub(super) fn place(self) -> usize {
        match self {
            Phase::Detection => 0,
            Phase::Decision => 1,
            Phase::Step(step) => 2 + step as usize,
        }
    }
}

/// RTO over stops and users, s.
#[derive(Clone, Debug)]
pub struct RtoFigures {
    /// Mean, s.
    pub mean: Estimate,
    /// Median, s.
    pub p50: Estimate,
    /// 95th percentile, s.
    pub p95: Estimate,
    /// 99th percentile, s.
    pub p99: Estimate,
    /// The longest drawn, s.
    pub longest: f64,
    /// What it is made of, in order of the chain; parts that nobody waits for are left out.
    pub steps: Vec<StepFigures>,
    sample: Sample,
}

impl RtoFigures {
    /// Share of recoveries within `target_s`. Exact where no draw could be on the other side.
    pub fn within(&self, target_s: f64) -> Estimate {
        self.sample.within(target_s)
    }
}

/// A part of the chain, over the recoveries that need it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepFigures {
    /// Which part.
    pub phase: Phase,
    /// Share of recoveries that need it.
    pub needed: f64,
    /// Mean time it takes, s.
    pub mean_s: f64,
    /// Median, s.
    pub p50_s: f64,
    /// 95th percentile, s.
    pub p95_s: f64,
    /// When it begins on average after the loss, s.
    pub begins_s: f64,
    /// Share of all recoveries in which its stage waits for it longest; a step that takes no time never is.
    pub decisive: f64,
}

impl Chain {
    /// RTO over `waits`, each by its weight (share of requests × rate, in any unit). None when nothing waits.
    ///
    /// The draws depend on (`seed`, `key`) and not on the waits: two chains are compared on the same luck.
    ///
    /// ```
    /// use isochrone::design::{recovery::Recovery, routing::Routing};
    /// use isochrone::engine::recovery::chain::{Chain, Wait};
    /// // Checks every 30 s, three in a row, 4 s to time out; a TTL of 60 s.
    /// let chain = Chain::new(&Recovery::standard(&[])?, &Routing::perfect());
    /// let wait = Wait { traffic: true, ..Wait::default() };
    /// let rto = chain.rto(&[(1.0, wait)], 42, 0).unwrap();
    /// assert!((rto.mean.value - (75.0 + 4.0 + 30.0)).abs() < 0.1);
    /// assert_eq!(rto.within(154.0).value, 1.0);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn rto(&self, waits: &[(f64, Wait)], seed: u64, key: u32) -> Option<RtoFigures> {
        let waits = merged(waits);
        if waits.is_empty() {
            return None;
        }
        let each = DRAWS / SHIFTS / waits.len().min(FEWER_POINTS);
        let mut tally = Tally::default();
        for shift in 0..SHIFTS {
            let points = Points::new(seed, RecoveryDraw::Rto, key, shift as u32);
            for i in 0..each {
                for (weight, wait) in &waits {
                    let walk = self.walk(wait, &points.point(i as u32));
                    tally.add(&walk, weight / (each * SHIFTS) as f64, shift);
                }
            }
        }
        let ends = [0.0, 1.0].map(|u| {
            let rto = |wait: &(f64, Wait)| self.walk(&wait.1, &Always(u)).rto;
            waits
                .iter()
                .map(rto)
                .fold((f64::INFINITY, 0.0), |(low, high), x| (x.min(low), x.max(high)))
        });
        Some(tally.figures((ends[0].0, ends[1].1)))
    }
}

/// Equal waits together, by weights that sum to 1; none that weigh nothing.
fn merged(waits: &[(f64, Wait)]) -> Vec<(f64, Wait)> {
    let mut kept: Vec<(f64, Wait)> = Vec::new();
    for (weight, wait) in waits.iter().filter(|(weight, _)| *weight > 0.0) {
        match kept.iter_mut().find(|(_, known)| known == wait) {
            Some((sum, _)) => *sum += weight,
            None => kept.push((*weight, wait.clone())),
        }
    }
    // The order of losses that bring the waits must not move the last digit.
    kept.sort_by(|a, b| a.1.cmp(&b.1));
    let whole: f64 = kept.iter().map(|(weight, _)| weight).sum();
    for (weight, _) in &mut kept {
        *weight /= whole;
    }
    kept
}

/// What is kept of all draws.
#[derive(Default)]
struct Tally {
    rto: Vec<Value>,
    parts: [Part; Phase::COUNT],
}

#[derive(Default)]
struct Part {
    times: Vec<Value>,
    weight: f64,
    time: f64,
    begin: f64,
    decisive: f64,
}

impl Tally {
    fn add(&mut self, walk: &Walk, weight: f64, shift: usize) {
        let value = |time| Value { time, weight, shift };
        self.rto.push(value(walk.rto));
        for ((part, walked), decisive) in self.parts.iter_mut().zip(walk.parts).zip(walk.decisive) {
            if let Some((begin, time)) = walked {
                part.times.push(value(time));
                part.weight += weight;
                part.time += weight * time;
                part.begin += weight * begin;
                part.decisive += weight * f64::from(u8::from(decisive));
            }
        }
    }

    fn figures(self, ends: (f64, f64)) -> RtoFigures {
        let parts = Phase::ALL.into_iter().zip(self.parts);
        let steps = parts.filter(|(_, part)| part.weight > 0.0);
        let steps = steps.map(|(phase, part)| part.figures(phase)).collect();
        let sample = Sample::new(self.rto, ends);
        RtoFigures {
            mean: sample.mean(),
            p50: sample.quantile(0.5),
            p95: sample.quantile(0.95),
            p99: sample.quantile(0.99),
            longest: sample.values.last().map_or(0.0, |value| value.time),
            steps,
            sample,
        }
    }
}

impl Part {
    fn figures(self, phase: Phase) -> StepFigures {
        let sample = Sample::new(self.times, (0.0, f64::INFINITY));
        let fixed = sample.fixed();
        StepFigures {
            phase,
            needed: self.weight.min(1.0),
            mean_s: fixed.unwrap_or(self.time / self.weight),
            p50_s: sample.at(0.5),
            p95_s: sample.at(0.95),
            begins_s: self.begin / self.weight,
            decisive: self.decisive.min(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;
    use crate::design::recovery::Role;
    use crate::engine::recovery::samples::{checks, dns, routing, term, traffic};

    /// Student's t with 31 degrees of freedom exceeds 4 in absolute value with probability 3.7e-4; six figures at a
    /// fixed seed.
    #[test]
    fn dns_failover_has_the_closed_mean_and_never_exceeds_its_maximum() {
        for (interval, ttl, mean, longest) in [
            (30.0, 60.0, 105.0, 150.0),
            (10.0, 60.0, 55.0, 90.0),
            (30.0, 300.0, 225.0, 390.0),
        ] {
            let rto = dns(interval, ttl).rto(&[(1.0, traffic())], 11, 0).unwrap();
            assert!(
                (rto.mean.value - mean).abs() <= 4.0 * rto.mean.std_error,
                "{:?}",
                rto.mean
            );
            assert!(rto.mean.std_error > 0.0 && rto.mean.std_error < 1e-3 * mean);
            // Both parts are symmetric, so the median is the mean.
            assert!(
                (rto.p50.value - mean).abs() <= 4.0 * rto.p50.std_error,
                "{:?}",
                rto.p50
            );
            assert!(rto.longest <= longest && rto.longest > 0.98 * longest);
            assert_eq!(rto.within(longest), Estimate::exact(1.0));
            assert_eq!(rto.within(2.0 * interval - 1e-9), Estimate::exact(0.0));
        }
    }

    /// P(30 (2 + U) + 60 V ≤ 90) = ∫ over U of (30 − 30 U)/60 = 1/4; false alarms as above.
    #[test]
    fn the_share_within_a_target_is_that_of_two_uniforms() {
        let rto = dns(30.0, 60.0).rto(&[(1.0, traffic())], 12, 0).unwrap();
        let share = rto.within(90.0);
        assert!((share.value - 0.25).abs() <= 4.0 * share.std_error, "{share:?}");
        assert!(share.std_error < 1e-3);
    }

    #[test]
    fn what_is_fixed_is_exact() {
        let mut recovery = checks(0.0);
        recovery.decision = Some(term(Dist::fixed(0.1).unwrap()));
        recovery.promotion = vec![Some(term(Dist::fixed(0.7).unwrap()))];
        recovery.runbook = vec![vec![Step::Promotion], vec![Step::Restore]];
        let wait = Wait {
            promotions: vec![0],
            traffic: true,
            ..Wait::default()
        };
        let rto = Chain::new(&recovery, &routing(60.0))
            .rto(&[(0.3, wait)], 1, 0)
            .unwrap();
        for figure in [rto.mean, rto.p50, rto.p95, rto.p99] {
            assert_eq!(figure, Estimate::exact(0.1 + 0.7));
        }
        assert_eq!((rto.within(0.8).value, rto.within(0.7).value), (1.0, 0.0));
        let told: Vec<(&str, f64, f64)> = rto
            .steps
            .iter()
            .map(|step| (step.phase.name(), step.mean_s, step.decisive))
            .collect();
        assert_eq!(told[0], ("detection", 0.0, 0.0));
        assert_eq!((told[1].0, told[1].1), ("decision", 0.1));
        assert_eq!((told[2].0, told[2].1, told.len()), ("promotion", 0.7, 3));
        assert!((told[2].2 - 1.0).abs() < 1e-9);
    }

    /// Half of the weight waits 100 s for promotion and half does not; TTL 60 beside it never decides.
    #[test]
    fn steps_are_told_over_those_who_need_them() {
        let mut recovery = checks(30.0);
        recovery.promotion = vec![Some(term(Dist::fixed(100.0).unwrap()))];
        let promoted = Wait {
            promotions: vec![0],
            ..traffic()
        };
        let chain = Chain::new(&recovery, &routing(60.0));
        let rto = chain
            .rto(
                &[(2.0, traffic()), (1.0, promoted.clone()), (1.0, promoted)],
                5,
                0,
            )
            .unwrap();
        let step = |phase| *rto.steps.iter().find(|step| step.phase == phase).unwrap();
        let (dns, promotion) = (
            step(Phase::Step(Step::Traffic)),
            step(Phase::Step(Step::Promotion)),
        );
        assert!((dns.needed - 1.0).abs() < 1e-9 && (dns.decisive - 0.5).abs() < 1e-9);
        assert!((promotion.needed - 0.5).abs() < 1e-9 && (promotion.decisive - 0.5).abs() < 1e-9);
        assert_eq!((promotion.mean_s, promotion.p95_s), (100.0, 100.0));
        // 20,000 even points: the mean of a uniform phase is right to a few of 20,000 parts.
        assert!((promotion.begins_s - 75.0).abs() < 0.05 && (dns.p95_s - 57.0).abs() < 0.1);
        assert!((rto.mean.value - 0.5 * (105.0 + 175.0)).abs() <= 4.0 * rto.mean.std_error);
    }

    #[test]
    fn nothing_that_waits_has_no_rto() {
        assert!(dns(30.0, 60.0).rto(&[(0.0, traffic())], 1, 0).is_none());
        assert!(dns(30.0, 60.0).rto(&[], 1, 0).is_none());
    }

    #[test]
    fn a_role_that_is_less_ready_takes_longer() {
        let chain = dns(10.0, 60.0);
        let rto = |role| {
            let wait = Wait {
                ramp: Some(role),
                ..traffic()
            };
            chain.rto(&[(1.0, wait)], 3, 0).unwrap().p95.value
        };
        let times = Role::ALL.map(rto);
        assert!(
            times.is_sorted() && times[1] < times[2] && times[3] < times[4],
            "{times:?}"
        );
    }
}
