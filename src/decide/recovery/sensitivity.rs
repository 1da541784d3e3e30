//! Which input moves the answer most, and how far it may move before another set wins.
//!
//! One input at a time is scaled by a factor, the others stay. The answer is the score where the scenario declares one,
//! else the availability. A factor at which another set leads is looked for between a tenth and ten.

use super::deployed::Deployed;
use super::risks::{Scale, assumed, causes_of, rests_on_preset};
use super::score::{score, values};
use super::service::Service;
use super::whole::{RecoveryFacts, Shared, rto_over, single_losses};
use crate::basis::dist::Dist;
use crate::basis::error::Result;
use crate::basis::stat::estimate::{Estimate, Z95};
use crate::decide::judge::Judged;
use crate::design::recovery::{LossPreset, Measure, Recovery, Term};
use crate::design::routing::Routing;
use crate::engine::progress::Watch;
use crate::engine::recovery::availability::expected;
use crate::engine::recovery::chain::Chain;
use crate::engine::recovery::stop::StopCosts;

/// Sets that may win when an input moves: the best ones as things stand.
const CONTENDERS: usize = 5;
/// Factors at which a change of the winner is looked for, from near to far.
const FACTORS: [f64; 5] = [1.5, 2.0, 3.0, 5.0, 10.0];
/// Halvings of the range in which it changes.
const HALVINGS: u32 = 5;
/// Key of the draws.
const KEY: u32 = u32::MAX - 2;

/// An input that is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// How often whole regions are lost.
    LossRate,
    /// Time to repair a lost region.
    Repair,
    /// How long resolvers may keep an answer.
    Ttl,
    /// Interval of the health checks.
    Detection,
    /// Time to promote a copy.
    Promotion,
    /// Time to grow to the new load.
    Ramp,
    /// How far copies lag.
    Lag,
    /// All latencies.
    Latency,
    /// The weight of a part of the score.
    Weight(usize),
}

/// How far one input moves the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    /// Which.
    pub input: Input,
    /// The answer of the leading set as things stand.
    pub base: f64,
    /// Factor at the low end, and the answer of the set that leads as things stand.
    pub low: (f64, f64),
    /// The same at the high end.
    pub high: (f64, f64),
    /// The factor nearest to 1 at which another set leads, and that set.
    pub flips: Option<(f64, usize)>,
}

/// A set that was judged, with its recovery.
#[derive(Clone, Copy, Debug)]
pub struct Contender<'a> {
    /// Its figures.
    pub judged: &'a Judged,
    /// What becomes of it when something is lost.
    pub facts: &'a RecoveryFacts,
    /// What it costs a month, where that is known.
    pub cost: Option<f64>,
}

/// The inputs that matter, the strongest first; empty with fewer than one set.
///
/// # Errors
/// When the user asks to stop.
pub fn sensitivity(shared: &Shared<'_>, sets: &[Contender<'_>], watch: Watch<'_>) -> Result<Vec<Swing>> {
    let bench = Bench::new(shared, sets)?;
    let Some(leader) = bench.leader(None)? else {
        return Ok(Vec::new());
    };
    let mut swings = Vec::new();
    for input in bench.inputs() {
        watch.go_on()?;
        let (low, high) = bench.range(input)?;
        let of_leader = |factor: f64| bench.answer(leader, Some((input, factor)));
        swings.push(Swing {
            base: bench.answer(leader, None)?,
            low: (low, of_leader(low)?),
            high: (high, of_leader(high)?),
            flips: bench.flips(input, leader)?,
            input,
        });
    }
    let width = |swing: &Swing| (swing.high.1 - swing.low.1).abs();
    swings.retain(|swing| width(swing) > 0.0 || swing.flips.is_some());
    swings.sort_by(|a, b| width(b).total_cmp(&width(a)));
    Ok(swings)
}

/// Sets on which inputs can be moved.
struct Bench<'a> {
    shared: &'a Shared<'a>,
    sets: &'a [Contender<'a>],
    services: Vec<Service<'a>>,
    /// Values of the measures as things stand, by set.
    values: Vec<Vec<Estimate>>,
    /// The best sets as things stand, the best first.
    kept: Vec<usize>,
}

impl<'a> Bench<'a> {
    fn new(shared: &'a Shared<'a>, sets: &'a [Contender<'a>]) -> Result<Self> {
        let services = sets
            .iter()
            .map(|set| Service::new(&shared.sources, &set.facts.set))
            .collect();
        let mut bench = Bench {
            shared,
            sets,
            services,
            values: sets
                .iter()
                .map(|set| values(shared, set.judged, Some(set.facts), set.cost))
                .collect(),
            kept: Vec::new(),
        };
        bench.keep_the_best()?;
        Ok(bench)
    }

    /// Only sets near the top are looked at again.
    fn keep_the_best(&mut self) -> Result<()> {
        let mut order: Vec<(f64, usize)> = (0..self.services.len())
            .map(|set| Ok((self.answer(set, None)?, set)))
            .collect::<Result<_>>()?;
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.kept = order.into_iter().take(CONTENDERS).map(|(_, set)| set).collect();
        Ok(())
    }

    fn set(&self, set: usize) -> &Deployed {
        &self.sets[set].facts.set
    }

    /// The inputs that this scenario has.
    fn inputs(&self) -> Vec<Input> {
        let scenario = self.shared.sources.scenario;
        let mut inputs = vec![Input::LossRate, Input::Repair, Input::Detection];
        if scenario.routing.ttl_s > 0.0 {
            inputs.push(Input::Ttl);
        }
        if scenario.recovery.promotion.iter().any(Option::is_some) {
            inputs.push(Input::Promotion);
        }
        if self.sets.iter().any(|set| !set.facts.set.standbys.is_empty()) {
            inputs.push(Input::Ramp);
        }
        let counts = |wanted: fn(&Measure) -> bool| scenario.score.iter().any(|utility| wanted(&utility.of));
        if counts(|of| matches!(of, Measure::Rpo(_))) {
            inputs.push(Input::Lag);
        }
        if counts(|of| matches!(of, Measure::Latency(_) | Measure::LatencyAfterLoss(_))) {
            inputs.push(Input::Latency);
        }
        if scenario.score.len() > 1 {
            inputs.extend((0..scenario.score.len()).map(Input::Weight));
        }
        inputs
    }

    /// The factors at the ends of an input's range: what is known of its error, else a half and twice.
    fn range(&self, input: Input) -> Result<(f64, f64)> {
        let failures = &self.shared.sources.scenario.failures;
        let all: Vec<usize> = self.sets.iter().flat_map(|set| set.facts.set.members()).collect();
        if input == Input::LossRate && rests_on_preset(failures, &all) {
            let simulation = self.shared.sources.simulation;
            let rate = |preset| assumed(simulation, preset).map(|assumed| assumed.hazard.per_year);
            let base = rate(failures.preset)?;
            let low = rate(LossPreset::Optimistic)? / base;
            let high = rate(LossPreset::Pessimistic)? / base;
            return Ok((low.min(0.5), high.max(2.0)));
        }
        if input == Input::Latency
            && let Some(&best) = self.kept.first()
            && let Some((low, high)) = self.sets[best].judged.objective.input
        {
            let value = self.sets[best].judged.objective.value;
            return Ok((low / value, high / value));
        }
        Ok((0.5, 2.0))
    }

    /// The set that leads when an input is moved: another one only if it is ahead by more than the two are uncertain by, as
    /// sets within their errors are tied.
    fn leader(&self, moved: Option<(Input, f64)>) -> Result<Option<usize>> {
        let Some(&first) = self.kept.first() else {
            return Ok(None);
        };
        let mut best = (self.answer(first, moved)?, first);
        for &set in &self.kept[1..] {
            let answer = self.answer(set, moved)?;
            if answer > best.0 + self.tie(set, best.1, 1.0 - answer) {
                best = (answer, set);
            }
        }
        Ok(Some(best.1))
    }

    /// How far two answers may lie apart and be tied: 95 % of their errors, which for availabilities is a share of what
    /// they lack to 1.
    fn tie(&self, a: usize, b: usize, lacking: f64) -> f64 {
        let relative = |set: usize| {
            let down = &self.sets[set].facts.unavailability;
            if down.value > 0.0 {
                down.std_error / down.value
            } else {
                0.0
            }
        };
        let absolute = |set: usize| {
            let utilities = &self.shared.sources.scenario.score;
            score(utilities, &self.values[set]).total.std_error
        };
        if self.shared.sources.scenario.score.is_empty() {
            Z95 * lacking.abs() * relative(a).hypot(relative(b))
        } else {
            Z95 * absolute(a).hypot(absolute(b))
        }
    }

    /// The factor nearest to 1 at which another set leads than `leader`.
    fn flips(&self, input: Input, leader: usize) -> Result<Option<(f64, usize)>> {
        if self.kept.len() < 2 {
            return Ok(None);
        }
        let mut near = (1.0, 1.0);
        for far in FACTORS {
            for (stays, factor) in [(near.0, far), (near.1, 1.0 / far)] {
                let wins = self.leader(Some((input, factor)))?;
                if wins.is_some_and(|wins| wins != leader) {
                    return self.between(input, leader, stays, factor).map(Some);
                }
            }
            near = (far, 1.0 / far);
        }
        Ok(None)
    }

    /// Narrows down where the leader changes.
    fn between(&self, input: Input, leader: usize, mut stays: f64, mut goes: f64) -> Result<(f64, usize)> {
        for _ in 0..HALVINGS {
            let middle = (stays * goes).sqrt();
            if self.leader(Some((input, middle)))? == Some(leader) {
                stays = middle;
            } else {
                goes = middle;
            }
        }
        Ok((goes, self.leader(Some((input, goes)))?.unwrap_or(leader)))
    }

    /// The answer of a set, more is better: its score, or its availability.
    fn answer(&self, set: usize, moved: Option<(Input, f64)>) -> Result<f64> {
        let sources = &self.shared.sources;
        let scenario = sources.scenario;
        let (input, factor) = moved.unwrap_or((Input::Latency, 1.0));
        let by = |wanted: Input| if input == wanted { factor } else { 1.0 };
        let chain = Chain::new(
            &scaled(&scenario.recovery, &by)?,
            &slower(&scenario.routing, by(Input::Ttl)),
        );
        let costs = StopCosts::new(&chain, sources.simulation.seed);
        let scale = Scale {
            rate: by(Input::LossRate),
            repair: by(Input::Repair),
        };
        let causes = causes_of(
            scenario,
            sources.simulation,
            &self.set(set).members(),
            scenario.failures.preset,
            scale,
        )?;
        let service = &self.services[set];
        let availability = 1.0 - expected(service, &causes, &costs).unavailability;
        if scenario.score.is_empty() {
            return Ok(availability);
        }
        let mut utilities = scenario.score.clone();
        if let Input::Weight(at) = input {
            utilities[at].weight *= factor;
        }
        let rto = self.rto(set, chain)?;
        let moved: Vec<Estimate> = utilities
            .iter()
            .zip(&self.values[set])
            .map(|(utility, value)| match utility.of {
                Measure::Availability => Estimate::exact(availability),
                Measure::Rto(p) => rto(p).unwrap_or(*value),
                Measure::Rpo(_) => Estimate::exact(value.value * by(Input::Lag)),
                Measure::Cost => *value,
                Measure::Latency(_) | Measure::LatencyAfterLoss(_) => {
                    Estimate::exact(value.value * by(Input::Latency))
                }
            })
            .collect();
        Ok(score(&utilities, &moved).total.value)
    }

    /// Quantiles of the RTO of a set under another chain; only where the score counts it.
    fn rto(&self, set: usize, chain: Chain) -> Result<impl Fn(f64) -> Option<Estimate> + use<>> {
        let scenario = self.shared.sources.scenario;
        let counts = scenario
            .score
            .iter()
            .any(|utility| matches!(utility.of, Measure::Rto(_)));
        let found = if counts {
            let shared = Shared {
                chain,
                sources: self.shared.sources,
                criteria: self.shared.criteria,
            };
            let singles = single_losses(&shared, self.set(set), &self.services[set])?;
            rto_over(&shared, &singles, KEY).map(|(duration, _)| duration)
        } else {
            None
        };
        Ok(move |p: f64| {
            found.as_ref().map(|rto| {
                if p <= 0.5 {
                    rto.p50
                } else if p <= 0.95 {
                    rto.p95
                } else {
                    rto.p99
                }
            })
        })
    }
}

/// The chain with one of its terms scaled.
fn scaled(recovery: &Recovery, by: &dyn Fn(Input) -> f64) -> Result<Recovery> {
    let term = |term: &Term, factor: f64| -> Result<Term> {
        Ok(Term {
            seconds: Dist::scaled(factor, term.seconds.clone())?,
            ..term.clone()
        })
    };
    let mut recovery = recovery.clone();
    recovery.detection.interval_s *= by(Input::Detection);
    for promotion in recovery.promotion.iter_mut().flatten() {
        *promotion = term(promotion, by(Input::Promotion))?;
    }
    for ramp in &mut recovery.ramp {
        *ramp = term(ramp, by(Input::Ramp))?;
    }
    Ok(recovery)
}

/// The same routing with another TTL.
fn slower(routing: &Routing, factor: f64) -> Routing {
    Routing {
        ttl_s: routing.ttl_s * factor,
        ..routing.clone()
    }
}
