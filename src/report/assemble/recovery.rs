//! Facts about losses turned into the contract: indices become names.

use super::{Assembler, comparison_of_p95, figure, kept};
use crate::basis::stat::estimate::Estimate;
use crate::decide::judge::Judged;
use crate::decide::recovery::after::{LossFacts, StoreAfterFacts};
use crate::decide::recovery::duration::Duration;
use crate::decide::recovery::score::Score;
use crate::decide::recovery::strategies::StrategyFacts;
use crate::decide::recovery::whole::{RecoveryFacts, StoreRpoFacts};
use crate::decide::run::NamedSet;
use crate::design::recovery::{Measure, Role, Standby, Step};
use crate::design::request::{Callee, RequestClass};
use crate::engine::recovery::causes::{Cause, YEAR_MIN};
use crate::engine::recovery::rto::{Phase, StepFigures};
use crate::engine::simulation::links::Detour;
use crate::report::model::{
    AvailabilityResult, CauseResult, CountryAfter, DetourResult, DurationResult, Figure, LatencyAfter,
    LoadResult, LossResult, MoveResult, Outcome as Kept, PresetResult, RecoveryResult, RecoveryTarget,
    ResidencyAfter, ScoreResult, StandbyResult, StepResult, StoreAfter, StoreRpo, StrategyResult,
    UtilityResult,
};

impl Assembler<'_> {
    /// What becomes of a set when something of it is lost.
    pub(super) fn recovery(&self, set: &NamedSet) -> Option<RecoveryResult> {
        let facts = set.recovery.as_ref()?;
        let rto = facts.rto.clone().unwrap_or_else(nothing_to_wait_for);
        let mut losses: Vec<LossResult> = facts
            .losses
            .iter()
            .map(|(loss, rto, rpo)| self.loss(set, loss, rto.as_ref(), rpo))
            .collect();
        self.rank_losses(facts, &mut losses);
        Some(RecoveryResult {
            standbys: self.standbys(&facts.set.standbys),
            availability: self.availability(facts),
            rto: duration(&rto, self.scenario.targets.rto_s),
            rto_parts: facts
                .steps
                .iter()
                .map(|step| self.step(step, &facts.set.standbys))
                .collect(),
            rpo: self.rpo(&facts.rpo),
            losses,
            strategies: facts.strategies.iter().map(|of| self.strategy(of)).collect(),
            targets: self.recovery_targets(
                Some(&rto),
                &facts.rpo,
                availability(&facts.unavailability),
                Some(facts.tolerates),
            ),
            findings: self.findings(facts),
        })
    }

    /// 1 for the loss after which the objective is worst.
    fn rank_losses(&self, facts: &RecoveryFacts, losses: &mut [LossResult]) {
        let figure = crate::decide::run::figure_of(self.scenario);
        let cost = |at: usize| {
            let judged = facts.losses[at].0.judged.as_ref();
            judged.map_or(f64::INFINITY, |judged| figure.cost(judged.objective.value))
        };
        let mut order: Vec<usize> = (0..losses.len())
            .filter(|at| losses[*at].latency.is_some())
            .collect();
        order.sort_by(|a, b| cost(*b).total_cmp(&cost(*a)).then(a.cmp(b)));
        for (rank, at) in order.into_iter().enumerate() {
            if let Some(latency) = &mut losses[at].latency {
                latency.rank = rank + 1;
            }
        }
    }

    fn standbys(&self, standbys: &[Standby]) -> Vec<StandbyResult> {
        let of = |standby: &Standby| StandbyResult {
            region: self.region(standby.region),
            role: standby.role.name().to_owned(),
        };
        standbys.iter().map(of).collect()
    }

    fn availability(&self, facts: &RecoveryFacts) -> AvailabilityResult {
        let down = &facts.unavailability;
        let years = &facts.years;
        let nines = (down.value > 0.0).then(|| -down.value.log10());
        let mut causes: Vec<CauseResult> = facts
            .causes
            .iter()
            .zip(&facts.expected.minutes)
            .map(|(cause, minutes)| cause_of(cause, *minutes))
            .collect();
        causes.sort_by(|a, b| {
            b.minutes
                .total_cmp(&a.minutes)
                .then_with(|| a.cause.cmp(&b.cause))
        });
        AvailabilityResult {
            availability: figure(&availability(down)),
            unavailability: figure(down),
            nines,
            method: if facts.bounded {
                "importance sampling of busy periods; states with over two of many regions down count as down"
                    .to_owned()
            } else {
                "importance sampling of busy periods".to_owned()
            },
            mean_minutes: figure(&times(down, YEAR_MIN)),
            p50_minutes: figure(&years.p50),
            p95_minutes: figure(&years.p95),
            p99_minutes: figure(&years.p99),
            years: u64::from(years.years),
            exceedance: years.exceedance.clone(),
            causes,
            presets: facts
                .presets
                .iter()
                .map(|(preset, expected)| PresetResult {
                    preset: preset.name().to_owned(),
                    availability: 1.0 - expected.unavailability,
                    mean_minutes: expected.unavailability * YEAR_MIN,
                    in_force: *preset == self.scenario.failures.preset,
                })
                .collect(),
        }
    }

    fn step(&self, of: &StepFigures, standbys: &[Standby]) -> StepResult {
        let (source, assumed) = self.step_source(of.phase, standbys);
        StepResult {
            step: of.phase.name().to_owned(),
            mean_s: of.mean_s,
            p50_s: of.p50_s,
            p95_s: of.p95_s,
            begins_s: of.begins_s,
            decisive: of.decisive,
            source,
            assumed,
        }
    }

    /// Where the time of a phase comes from, and whether it is an assumption, for a set with these standbys.
    fn step_source(&self, phase: Phase, standbys: &[Standby]) -> (String, bool) {
        let recovery = &self.scenario.recovery;
        let all = |terms: Vec<&crate::design::recovery::Term>| {
            let mut sources: Vec<&str> = terms.iter().map(|term| term.source.as_str()).collect();
            sources.sort_unstable();
            sources.dedup();
            (sources.join("; "), terms.iter().any(|term| term.assumed))
        };
        match phase {
            Phase::Detection => (recovery.detection.source.clone(), false),
            Phase::Decision => all(recovery.decision.iter().collect()),
            Phase::Step(Step::Traffic) => ("TTL of the routing; phases of caches even".to_owned(), false),
            Phase::Step(Step::Promotion) => all(recovery.promotion.iter().flatten().collect()),
            // Where somebody stands by, that is who grows.
            Phase::Step(Step::Ramp) => {
                let grows = |role: Role| match standbys {
                    [] => role == Role::Active,
                    some => some.iter().any(|standby| standby.role == role),
                };
                let terms = Role::ALL.into_iter().zip(&recovery.ramp);
                all(terms
                    .filter(|(role, _)| grows(*role))
                    .map(|(_, term)| term)
                    .collect())
            }
            Phase::Step(Step::Restore) => recovery
                .backups
                .as_ref()
                .map_or((String::new(), true), |backups| {
                    (backups.source.clone(), backups.assumed)
                }),
        }
    }

    fn rpo(&self, of: &[Option<StoreRpoFacts>]) -> Vec<StoreRpo> {
        self.scenario
            .stores
            .iter()
            .zip(of)
            .filter_map(|(store, facts)| {
                let facts = facts.as_ref()?;
                Some(StoreRpo {
                    store: store.name.clone(),
                    basis: facts.basis.to_owned(),
                    rpo: facts
                        .rpo
                        .as_ref()
                        .map(|rpo| duration(rpo, self.scenario.targets.rpo_s)),
                    writes_lost: facts.writes_lost,
                })
            })
            .collect()
    }

    fn loss(
        &self,
        set: &NamedSet,
        facts: &LossFacts,
        rto: Option<&Duration>,
        rpo: &[Option<StoreRpoFacts>],
    ) -> LossResult {
        let names =
            |regions: &[usize]| -> Vec<String> { regions.iter().map(|at| self.region(*at)).collect() };
        let rate = self.requests_per_second();
        LossResult {
            name: facts.loss.name.clone(),
            kind: kind(facts).to_owned(),
            regions: names(&facts.loss.regions),
            links: facts
                .loss
                .links
                .iter()
                .map(|(a, b)| (self.region(*a), self.region(*b)))
                .collect(),
            survivors: names(&facts.serving),
            called_up: self.standbys(&facts.called_up),
            latency: facts
                .judged
                .as_ref()
                .map(|after| self.latency_after(facts, after)),
            moved: facts.moved(),
            moves: facts
                .moves
                .iter()
                .map(|(from, to, share)| MoveResult {
                    from: self.region(*from),
                    to: self.region(*to),
                    share: *share,
                })
                .collect(),
            unserved: facts.unserved + facts.shed,
            load: facts
                .load
                .iter()
                .map(|(region, before, after)| LoadResult {
                    region: self.region(*region),
                    before: *before,
                    after: *after,
                    requests_per_second: rate.map(|rate| rate * after),
                })
                .collect(),
            countries: self.countries_after(set, facts),
            users: super::atlas::users_after(set, facts),
            rto: rto.map(|rto| duration(rto, self.scenario.targets.rto_s)),
            stopped: facts.stopped(),
            rpo: self.rpo(rpo),
            stores: self
                .scenario
                .stores
                .iter()
                .zip(&facts.stores)
                .map(|(store, facts)| self.store_after(&store.name, facts))
                .collect(),
            residency: self
                .scenario
                .residency
                .iter()
                .zip(&facts.residency)
                .map(|(rule, of)| ResidencyAfter {
                    rule: rule.name.clone(),
                    kept: of.kept,
                    breaking_users: of.breaking_users,
                })
                .collect(),
            partitions: facts.partitions.iter().map(|side| names(side)).collect(),
            detours: facts.detours.iter().map(|detour| self.detour(detour)).collect(),
            findings: self.loss_findings(facts),
        }
    }

    fn latency_after(&self, facts: &LossFacts, after: &Judged) -> LatencyAfter {
        let change = facts.change.as_ref();
        LatencyAfter {
            mean_ms: figure(&after.mean),
            p50_ms: figure(&after.quantiles[0]),
            p95_ms: figure(&after.quantiles[2]),
            p99_ms: figure(&after.quantiles[3]),
            share_within: self.shares(&after.shares),
            p95_change_ms: comparison_of_p95(change),
            rank: 0,
        }
    }

    /// Countries whose region or whose p95 is another one, by falling share.
    fn countries_after(&self, set: &NamedSet, facts: &LossFacts) -> Vec<CountryAfter> {
        let Some(after) = &facts.judged else {
            return Vec::new();
        };
        let mut countries: Vec<CountryAfter> = set
            .judged
            .countries
            .iter()
            .filter_map(|before| {
                // A country that nobody serves any longer has no p95.
                let after = after
                    .countries
                    .iter()
                    .find(|of| of.country == before.country && of.p95.value.is_finite());
                let same = after.is_some_and(|after| {
                    after.main_region == before.main_region && after.p95.value == before.p95.value
                });
                (!same).then(|| CountryAfter {
                    country: self.simulation.countries[before.country as usize].clone(),
                    share: before.share,
                    main_region: after.map(|after| self.region(after.main_region)),
                    p95_before_ms: before.p95.value,
                    p95_after_ms: after.map(|after| after.p95.value),
                })
            })
            .collect();
        countries.sort_by(|a, b| {
            b.share
                .total_cmp(&a.share)
                .then_with(|| a.country.cmp(&b.country))
        });
        countries
    }

    fn store_after(&self, name: &str, facts: &StoreAfterFacts) -> StoreAfter {
        StoreAfter {
            store: name.to_owned(),
            leader_before: facts.leader_before.map(|at| self.region(at)),
            leader_after: facts.leader_after.map(|at| self.region(at)),
            copies: facts.copies.iter().map(|at| self.region(*at)).collect(),
            alive: facts.alive,
            writes_refused: facts.writes_refused,
            writes_refused_after: facts.writes_refused_after,
        }
    }

    fn detour(&self, of: &Detour) -> DetourResult {
        DetourResult {
            from: self.region(of.pair.0),
            to: self.region(of.pair.1),
            before_ms: of.before_ms,
            after_ms: of.after_ms,
        }
    }

    fn strategy(&self, of: &StrategyFacts) -> StrategyResult {
        let rto = of.rto.clone().unwrap_or_else(nothing_to_wait_for);
        let up = Estimate::exact(1.0 - of.expected.unavailability);
        let targets = self.recovery_targets(Some(&rto), &of.rpo, up, None);
        let names = |regions: &[usize]| regions.iter().map(|at| self.region(*at)).collect();
        StrategyResult {
            strategy: strategy_name(of.role).to_owned(),
            active: names(&of.active),
            standby: names(&of.standby),
            rpo: self.worst_rpo(&of.rpo),
            availability: figure(&up),
            mean_minutes: of.expected.unavailability * YEAR_MIN,
            p95_ms: of.p95.value,
            meets: all_kept(&targets),
            targets,
            stated_band: band(of.role).to_owned(),
            in_band: in_band(of.role, rto.p50.value),
            rto: duration(&rto, self.scenario.targets.rto_s),
        }
    }

    fn worst_rpo(&self, of: &[Option<StoreRpoFacts>]) -> Option<DurationResult> {
        let worst = of
            .iter()
            .flatten()
            .filter_map(|facts| facts.rpo.as_ref())
            .max_by(|a, b| a.p95.value.total_cmp(&b.p95.value))?;
        Some(duration(worst, self.scenario.targets.rpo_s))
    }

    /// The promises about recovery against what is reached; a promise that has no figure to be held against is missed.
    fn recovery_targets(
        &self,
        rto: Option<&Duration>,
        rpo: &[Option<StoreRpoFacts>],
        availability: Estimate,
        tolerates: Option<usize>,
    ) -> Vec<RecoveryTarget> {
        let targets = &self.scenario.targets;
        let target = |what: &str, limit: f64, unit: &str, reached: Estimate, more: bool| RecoveryTarget {
            what: what.to_owned(),
            limit,
            unit: unit.to_owned(),
            reached: figure(&reached),
            outcome: kept(&reached, limit, more),
        };
        let mut all = Vec::new();
        if let (Some(limit), Some(rto)) = (targets.rto_s, rto) {
            all.push(target("rto", limit, "s", rto.p95, false));
        }
        if let Some(limit) = targets.rpo_s {
            let gone = rpo.iter().flatten().any(|facts| facts.rpo.is_none());
            let worst = rpo
                .iter()
                .flatten()
                .filter_map(|facts| facts.rpo.as_ref())
                .map(|rpo| rpo.p95)
                .max_by(|a, b| a.value.total_cmp(&b.value));
            let mut found = target("rpo", limit, "s", worst.unwrap_or(Estimate::exact(0.0)), false);
            if gone {
                found.outcome = Kept::Missed;
            }
            all.push(found);
        }
        if let Some(limit) = targets.availability {
            all.push(target("availability", limit.get(), "share", availability, true));
        }
        if let (Some(limit), Some(tolerates)) = (targets.tolerate, tolerates) {
            let reached = Estimate::exact(tolerates as f64);
            all.push(target("tolerate", f64::from(limit), "regions", reached, true));
        }
        all
    }

    /// The score of a set.
    pub(super) fn score(&self, of: &Score) -> ScoreResult {
        ScoreResult {
            total: figure(&of.total),
            rank: of.rank,
            parts: self
                .scenario
                .score
                .iter()
                .zip(&of.parts)
                .map(|(utility, part)| UtilityResult {
                    of: utility.of.name(),
                    value: part.value.value.is_finite().then_some(part.value.value),
                    unit: unit(utility.of).to_owned(),
                    target: utility.target,
                    limit: utility.limit,
                    utility: part.utility,
                    weight: part.weight,
                })
                .collect(),
        }
    }

    /// What follows from the losses of a set, in a sentence each.
    fn findings(&self, facts: &RecoveryFacts) -> Vec<String> {
        let mut found = Vec::new();
        let alone: Vec<String> = facts
            .losses
            .iter()
            .filter(|(loss, _, _)| loss.lost.len() == 1 && loss.serving.is_empty())
            .map(|(loss, _, _)| loss.loss.name.clone())
            .collect();
        if !alone.is_empty() {
            found.push(format!(
                "no survivor: without {} nobody is served until it is repaired; add a region or a standby",
                alone.join(" or ")
            ));
        }
        for (store, rpo) in self.scenario.stores.iter().zip(&facts.rpo) {
            if rpo.as_ref().is_some_and(|rpo| rpo.basis == "nothing") {
                found.push(format!(
                    "store {} has a loss that leaves no copy: what it held is gone until the region is repaired, if it ever is",
                    store.name
                ));
            }
        }
        if facts.bounded {
            found.push(
                "states with more than two regions down count as though nobody were served: an upper bound"
                    .to_owned(),
            );
        }
        found
    }

    /// A class that calls a region that is lost, whatever the set.
    fn calls_lost(&self, facts: &LossFacts) -> Option<&str> {
        let lost = |class: &&RequestClass| {
            let mut calls = class.calls.iter();
            calls.any(|call| matches!(call.to, Callee::Region(to) if facts.lost.contains(&to)))
        };
        self.scenario
            .classes
            .iter()
            .find(lost)
            .map(|class| class.name.as_str())
    }

    /// What follows from one loss, in a sentence each.
    fn loss_findings(&self, facts: &LossFacts) -> Vec<String> {
        let mut found = Vec::new();
        if facts.serving.is_empty() {
            found.push("no survivor: only repair helps".to_owned());
        }
        for (store, after) in self.scenario.stores.iter().zip(&facts.stores) {
            if !after.alive && !facts.serving.is_empty() {
                found.push(format!(
                    "store {} cannot go on with {} left: its requests are refused until repair",
                    store.name,
                    copies(after.copies.len())
                ));
            }
        }
        if let Some(class) = self.calls_lost(facts) {
            found.push(format!(
                "class {class} calls a region that is lost: its requests are refused until repair"
            ));
        }
        if let Some((region, queue)) = &facts.overloaded {
            found.push(format!(
                "unstable: the requests that come to {} keep {:.1} servers busy, and it has {}",
                self.region(*region),
                queue.offered,
                queue.servers
            ));
        }
        if facts.unserved > 1e-9 && !facts.serving.is_empty() {
            found.push(format!(
                "{:.1} % of requests are not served by anybody until repair",
                facts.unserved * 100.0
            ));
        }
        if facts.shed > 0.0 {
            found.push(format!(
                "{:.1} % of requests are turned away, if the impaired regions had no capacity to spare",
                facts.shed * 100.0
            ));
        }
        if !facts.loss.links.is_empty() {
            found.push(
                "users reach regions as before: only what regions say to each other goes another way"
                    .to_owned(),
            );
        }
        let cut_off = facts
            .detours
            .iter()
            .filter(|detour| detour.after_ms.is_none())
            .count();
        if cut_off > 0 {
            found.push(format!(
                "{cut_off} {} no way round: latencies do not count what waits across {}; writes that stores refuse are counted by store",
                if cut_off == 1 {
                    "cut link has"
                } else {
                    "cut links have"
                },
                if cut_off == 1 { "it" } else { "them" }
            ));
        }
        found
    }
}

fn duration(of: &Duration, target_s: Option<f64>) -> DurationResult {
    DurationResult {
        mean_s: figure(&of.mean),
        p50_s: figure(&of.p50),
        p95_s: figure(&of.p95),
        p99_s: figure(&of.p99),
        target_s,
        within_target: of.within_target.as_ref().map(figure),
    }
}

fn copies(count: usize) -> String {
    match count {
        0 => "no copy".to_owned(),
        1 => "1 copy".to_owned(),
        count => format!("{count} copies"),
    }
}

fn availability(down: &Estimate) -> Estimate {
    Estimate {
        value: 1.0 - down.value,
        std_error: down.std_error,
        sampling: (1.0 - down.sampling.1, 1.0 - down.sampling.0),
        input: down.input.map(|(low, high)| (1.0 - high, 1.0 - low)),
    }
}

fn times(of: &Estimate, factor: f64) -> Estimate {
    let scaled = |(low, high): (f64, f64)| (low * factor, high * factor);
    Estimate {
        value: of.value * factor,
        std_error: of.std_error * factor,
        sampling: scaled(of.sampling),
        input: of.input.map(scaled),
    }
}

/// Nothing stops when it is lost.
fn nothing_to_wait_for() -> Duration {
    let zero = Estimate::exact(0.0);
    Duration {
        mean: zero,
        p50: zero,
        p95: zero,
        p99: zero,
        within_target: None,
    }
}

fn cause_of(cause: &Cause, minutes: f64) -> CauseResult {
    CauseResult {
        cause: cause.name.clone(),
        per_year: cause.per_year,
        mean_repair_s: cause.repair.mean().unwrap_or(f64::MAX),
        minutes,
        assumed: cause.assumed,
    }
}

fn kind(facts: &LossFacts) -> &'static str {
    let loss = &facts.loss;
    match (
        loss.regions.len(),
        loss.links.is_empty(),
        loss.impaired.is_empty(),
    ) {
        (1, true, true) => "region",
        (2.., true, true) => "regions",
        (0, false, true) => "link",
        (0, true, false) => "impairment",
        _ => "mixed",
    }
}

/// The name of a strategy by what its other regions are for.
fn strategy_name(role: Role) -> &'static str {
    match role {
        Role::Active => "active/active",
        Role::Hot => "hot standby",
        Role::Warm => "warm standby",
        Role::PilotLight => "pilot light",
        Role::Backup => "backup and restore",
    }
}

/// The RTO that AWS states for a strategy (Disaster Recovery of Workloads on AWS, the figure of the four strategies; it
/// has no hot standby apart from active/active).
fn band(role: Role) -> &'static str {
    match role {
        Role::Active | Role::Hot => "near zero",
        Role::Warm => "minutes",
        Role::PilotLight => "tens of minutes",
        Role::Backup => "hours",
    }
}

/// Whether a median RTO (s) lies in the band: near zero up to 5 minutes, minutes up to 20, tens of minutes from 10 to 100,
/// hours from 1 to 24. The words are AWS's, the numbers ours.
fn in_band(role: Role, p50_s: f64) -> bool {
    let minutes = p50_s / 60.0;
    match role {
        Role::Active | Role::Hot => minutes <= 5.0,
        Role::Warm => (1.0..=20.0).contains(&minutes),
        Role::PilotLight => (10.0..=100.0).contains(&minutes),
        Role::Backup => (60.0..=1440.0).contains(&minutes),
    }
}

fn all_kept(targets: &[RecoveryTarget]) -> Kept {
    if targets.iter().any(|target| target.outcome == Kept::Missed) {
        Kept::Missed
    } else if targets
        .iter()
        .any(|target| target.outcome == Kept::TooCloseToCall)
    {
        Kept::TooCloseToCall
    } else {
        Kept::Met
    }
}

fn unit(of: Measure) -> &'static str {
    use crate::design::targets::Objective;
    match of {
        Measure::Latency(Objective::ShareWithin(_))
        | Measure::LatencyAfterLoss(Objective::ShareWithin(_))
        | Measure::Availability => "share",
        Measure::Latency(_) | Measure::LatencyAfterLoss(_) => "ms",
        Measure::Rto(_) | Measure::Rpo(_) => "s",
        Measure::Cost => "a month",
    }
}

/// Figures of nothing, for a difference that was not made.
pub(super) fn no_figure() -> Figure {
    figure(&Estimate::exact(0.0))
}
