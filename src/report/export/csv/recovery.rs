//! The facts of disaster recovery.
//!
//! `part` is a step of the way back, `store` a store, `about` what else a fact is of: a cause, a strategy, a preset, a
//! rule, a standby's role, the other end of a move or way.

use super::design::{Place, about, flag, of_store};
use super::{Fact, capacity, outcome, verdict};
use crate::report::model::{
    AvailabilityResult, CauseResult, CountryAfter, DetourResult, DurationResult, IncidentFit, LatencyAfter,
    LoadResult, LossResult, MoveResult, PresetResult, RecoveryResult, RecoveryTarget, Report, ResidencyAfter,
    ScoreResult, Sensitivity, StandbyResult, StepResult, StoreAfter, StoreRpo, StrategyResult, UtilityResult,
};

/// Whether the columns of recovery are needed.
pub(super) fn is_in(report: &Report) -> bool {
    report.recovery.is_some()
        || report
            .sets
            .iter()
            .any(|set| set.recovery.is_some() || set.score.is_some())
}

pub(super) fn facts(it: &RecoveryResult) -> Vec<Fact> {
    let mut facts: Vec<Fact> = it.standbys.iter().map(standby).collect();
    facts.extend(availability(&it.availability));
    facts.extend(duration("rto", &it.rto));
    facts.extend(it.rto_parts.iter().flat_map(step));
    facts.extend(it.rpo.iter().flat_map(rpo));
    facts.extend(it.losses.iter().flat_map(loss));
    facts.extend(it.strategies.iter().flat_map(strategy));
    facts.extend(it.targets.iter().map(target));
    facts
}

fn standby(it: &StandbyResult) -> Fact {
    Fact {
        region: it.region.clone(),
        ..about(&it.role).at(flag("stands_by", true))
    }
}

fn availability(it: &AvailabilityResult) -> Vec<Fact> {
    let mut facts = vec![
        Fact::figure("availability", "share", &it.availability),
        Fact::figure("unavailability", "share", &it.unavailability),
        Fact::figure("downtime_mean", "min/year", &it.mean_minutes),
        Fact::figure("downtime_p50", "min/year", &it.p50_minutes),
        Fact::figure("downtime_p95", "min/year", &it.p95_minutes),
        Fact::figure("downtime_p99", "min/year", &it.p99_minutes),
    ];
    facts.extend(it.nines.map(|nines| Fact::plain("nines", "nines", nines)));
    facts.extend(it.causes.iter().flat_map(cause));
    facts.extend(it.presets.iter().flat_map(preset));
    facts
}

fn cause(it: &CauseResult) -> [Fact; 4] {
    let facts = [
        Fact::plain("cause_rate", "1/year", it.per_year),
        Fact::plain("cause_mean_repair", "s", it.mean_repair_s),
        Fact::plain("cause_downtime", "min/year", it.minutes),
        flag("cause_is_assumed", it.assumed),
    ];
    facts.map(|fact| about(&it.cause).at(fact))
}

fn preset(it: &PresetResult) -> [Fact; 3] {
    let facts = [
        Fact::plain("preset_availability", "share", it.availability),
        Fact::plain("preset_downtime", "min/year", it.mean_minutes),
        flag("preset_in_force", it.in_force),
    ];
    facts.map(|fact| about(&it.preset).at(fact))
}

/// Mean and percentiles of a time, and the chance of keeping its promise.
fn duration(what: &str, it: &DurationResult) -> Vec<Fact> {
    let figures = [
        ("mean", &it.mean_s),
        ("p50", &it.p50_s),
        ("p95", &it.p95_s),
        ("p99", &it.p99_s),
    ];
    let mut facts: Vec<Fact> = figures
        .map(|(name, figure)| Fact::figure(format!("{what}_{name}"), "s", figure))
        .into();
    facts.extend(
        it.within_target
            .map(|share| Fact::figure(format!("{what}_within_promise"), "share", &share)),
    );
    facts
}

fn step(it: &StepResult) -> Vec<Fact> {
    let place = || Place {
        part: it.step.clone(),
        about: it.source.clone(),
        ..Place::default()
    };
    let facts = [
        Fact::plain("step_begins", "s", it.begins_s),
        Fact::plain("step_mean", "s", it.mean_s),
        Fact::plain("step_p50", "s", it.p50_s),
        Fact::plain("step_p95", "s", it.p95_s),
        Fact::plain("step_decides", "share", it.decisive),
        flag("step_is_assumed", it.assumed),
    ];
    facts.into_iter().map(|fact| place().at(fact)).collect()
}

fn rpo(it: &StoreRpo) -> Vec<Fact> {
    let place = || Place {
        about: it.basis.clone(),
        ..of_store(&it.store)
    };
    let mut facts = vec![flag("something_survives", it.rpo.is_some())];
    facts.extend(it.rpo.iter().flat_map(|rpo| duration("rpo", rpo)));
    facts.extend(
        it.writes_lost
            .map(|writes| Fact::plain("writes_lost_mean", "writes", writes)),
    );
    facts.into_iter().map(|fact| place().at(fact)).collect()
}

fn loss(it: &LossResult) -> Vec<Fact> {
    let mut facts = vec![about(&it.kind).at(flag("lost", true))];
    facts.extend(
        it.regions
            .iter()
            .map(|region| at_region(region, flag("region_lost", true))),
    );
    facts.extend(
        it.survivors
            .iter()
            .map(|region| at_region(region, flag("region_survives", true))),
    );
    facts.extend(
        it.links
            .iter()
            .map(|(a, b)| at_region(a, about(&format!("to {b}")).at(flag("link_lost", true)))),
    );
    facts.extend(
        it.called_up
            .iter()
            .map(|it| at_region(&it.region, about(&it.role).at(flag("called_up", true)))),
    );
    facts.extend(it.latency.iter().flat_map(latency));
    facts.push(Fact::plain("moved", "share", it.moved));
    facts.push(Fact::plain("unserved", "share", it.unserved));
    facts.push(Fact::plain("stopped", "share", it.stopped));
    facts.extend(it.moves.iter().map(moves));
    facts.extend(it.load.iter().flat_map(load));
    facts.extend(it.countries.iter().flat_map(country));
    facts.extend(it.rto.iter().flat_map(|rto| duration("rto", rto)));
    facts.extend(it.rpo.iter().flat_map(rpo));
    facts.extend(it.stores.iter().flat_map(store));
    facts.extend(it.residency.iter().flat_map(residency));
    facts.extend(it.detours.iter().flat_map(detour));
    let of_loss = |fact| Fact {
        loss: it.name.clone(),
        ..fact
    };
    facts.into_iter().map(of_loss).collect()
}

fn at_region(region: &str, fact: Fact) -> Fact {
    Fact {
        region: region.to_owned(),
        ..fact
    }
}

fn latency(it: &LatencyAfter) -> Vec<Fact> {
    let mut facts = vec![
        Fact::figure("mean", "ms", &it.mean_ms),
        Fact::figure("p50", "ms", &it.p50_ms),
        Fact::figure("p95", "ms", &it.p95_ms),
        Fact::figure("p99", "ms", &it.p99_ms),
        Fact {
            compared_with: "before_loss",
            verdict: verdict(it.p95_change_ms.verdict),
            ..Fact::figure("p95", "ms", &it.p95_change_ms.figure)
        },
        Fact::plain("rank_of_loss", "rank", it.rank as f64),
    ];
    facts.extend(it.share_within.iter().map(|within| {
        Fact::figure(
            format!("share_within_{}ms", within.limit_ms),
            "share",
            &within.share,
        )
    }));
    facts
}

fn moves(it: &MoveResult) -> Fact {
    at_region(
        &it.from,
        about(&format!("to {}", it.to)).at(Fact::plain("moves", "share", it.share)),
    )
}

fn load(it: &LoadResult) -> Vec<Fact> {
    let mut facts = vec![
        Fact::plain("load_before", "share", it.before),
        Fact::plain("load_after", "share", it.after),
    ];
    facts.extend(
        it.requests_per_second
            .map(|rate| Fact::plain("load_after_rate", "requests/s", rate)),
    );
    facts
        .into_iter()
        .map(|fact| at_region(&it.region, fact))
        .collect()
}

fn country(it: &CountryAfter) -> Vec<Fact> {
    let mut facts = vec![Fact {
        region: it.main_region.clone().unwrap_or_default(),
        ..Fact::plain("share_of_audience_after", "share", it.share)
    }];
    facts.push(Fact::plain("p95_before", "ms", it.p95_before_ms));
    facts.extend(it.p95_after_ms.map(|ms| Fact::plain("p95_after", "ms", ms)));
    let here = |fact| Fact {
        country: it.country.clone(),
        ..fact
    };
    facts.into_iter().map(here).collect()
}

fn store(it: &StoreAfter) -> Vec<Fact> {
    let mut facts = vec![
        flag("store_goes_on", it.alive),
        Fact::plain("writes_refused_until_recovery", "share", it.writes_refused),
        Fact::plain("writes_refused_after_recovery", "share", it.writes_refused_after),
    ];
    let leads = |statistic, region: &String| at_region(region, flag(statistic, true));
    facts.extend(it.leader_before.iter().map(|region| leads("led_before", region)));
    facts.extend(it.leader_after.iter().map(|region| leads("leads_after", region)));
    facts.extend(it.copies.iter().map(|region| leads("copy_is_left", region)));
    facts
        .into_iter()
        .map(|fact| of_store(&it.store).at(fact))
        .collect()
}

fn residency(it: &ResidencyAfter) -> [Fact; 2] {
    let facts = [
        flag("rule_kept_after", it.kept),
        Fact::plain("users_breaking_rule_after", "share", it.breaking_users),
    ];
    facts.map(|fact| about(&it.rule).at(fact))
}

fn detour(it: &DetourResult) -> Vec<Fact> {
    let mut facts = vec![Fact::plain("way_before", "ms", it.before_ms)];
    facts.extend(it.after_ms.map(|ms| Fact::plain("way_after", "ms", ms)));
    facts.push(flag("way_is_left", it.after_ms.is_some()));
    let place = || about(&format!("to {}", it.to));
    facts
        .into_iter()
        .map(|fact| at_region(&it.from, place().at(fact)))
        .collect()
}

fn strategy(it: &StrategyResult) -> Vec<Fact> {
    let mut facts = duration("strategy_rto", &it.rto);
    facts.extend(it.rpo.iter().flat_map(|rpo| duration("strategy_rpo", rpo)));
    facts.push(Fact::figure("strategy_availability", "share", &it.availability));
    facts.push(Fact::plain("strategy_downtime", "min/year", it.mean_minutes));
    facts.push(Fact::plain("strategy_p95", "ms", it.p95_ms));
    facts.push(Fact {
        verdict: outcome(it.meets),
        ..flag(
            "strategy_meets_all",
            it.meets == crate::report::model::Outcome::Met,
        )
    });
    facts.push(flag("strategy_in_aws_band", it.in_band));
    facts.extend(it.targets.iter().map(|it| {
        let fact = target(it);
        Fact {
            statistic: format!("strategy_{}", fact.statistic),
            ..fact
        }
    }));
    facts
        .into_iter()
        .map(|fact| about(&it.strategy).at(fact))
        .collect()
}

/// `target_rto_p95_at_most_300`, `target_availability_at_least_0.9995`.
fn target(it: &RecoveryTarget) -> Fact {
    let (unit, side, level) = match it.unit.as_str() {
        "s" => ("s", "at_most", "_p95"),
        "share" => ("share", "at_least", ""),
        _ => ("regions", "at_least", ""),
    };
    Fact {
        verdict: outcome(it.outcome),
        ..Fact::figure(
            format!("target_{}{level}_{side}_{}", it.what, it.limit),
            unit,
            &it.reached,
        )
    }
}

pub(super) fn score(it: &ScoreResult) -> Vec<Fact> {
    let mut facts = vec![
        Fact::figure("score", "score", &it.total),
        Fact::plain("rank_by_score", "rank", it.rank as f64),
    ];
    facts.extend(it.parts.iter().flat_map(part));
    facts
}

fn part(it: &UtilityResult) -> Vec<Fact> {
    let unit = match it.unit.as_str() {
        "ms" => "ms",
        "s" => "s",
        _ if it.of == "cost" => capacity::MONEY,
        _ => "share",
    };
    let value = it.value.map(|value| Fact::plain("score_value", unit, value));
    let told = [
        Fact::plain("score_target", unit, it.target),
        Fact::plain("score_limit", unit, it.limit),
        Fact::plain("score_utility", "score", it.utility),
        Fact::plain("score_weight", "share", it.weight),
    ];
    let facts = value.into_iter().chain(told);
    facts.map(|fact| about(&it.of).at(fact)).collect()
}

/// Facts of all sets together, beside the name of the set that they concern; blank where none.
pub(super) fn of_all(report: &Report) -> Vec<(&str, Fact)> {
    let Some(it) = &report.recovery else {
        return Vec::new();
    };
    let on_front = it.front.iter().filter_map(|&at| report.sets.get(at));
    let mut all: Vec<(&str, Fact)> = on_front
        .map(|set| (set.name.as_str(), flag("on_front", true)))
        .collect();
    all.extend(it.sensitivity.iter().flat_map(sensitivity));
    let assumed = it
        .assumptions
        .iter()
        .map(|it| about(&it.what).at(flag("term_is_assumed", it.assumed)));
    all.extend(assumed.map(|fact| ("", fact)));
    all.extend(it.incidents.iter().flat_map(incidents).map(|fact| ("", fact)));
    all
}

fn sensitivity(it: &Sensitivity) -> Vec<(&str, Fact)> {
    let unit = match it.measure.as_str() {
        "score" => "score",
        "availability" => "share",
        what if what.starts_with("within") => "share",
        _ => "ms",
    };
    let about_it = |end: &str| Place {
        part: it.measure.clone(),
        ..about(&format!("{}{end}", it.input))
    };
    let at =
        |statistic: &'static str, end: &str, value| about_it(end).at(Fact::plain(statistic, unit, value));
    let mut all = vec![
        ("", at("sensitivity_base", "", it.base)),
        ("", at("sensitivity_low", &format!(" at {}", it.low.0), it.low.1)),
        (
            "",
            at("sensitivity_high", &format!(" at {}", it.high.0), it.high.1),
        ),
    ];
    let winner = it.flips_to.as_deref().unwrap_or("");
    let flips = |factor| about_it("").at(Fact::plain("sensitivity_flips_at", "factor", factor));
    all.extend(it.flips_at.map(|factor| (winner, flips(factor))));
    all
}

fn incidents(it: &IncidentFit) -> Vec<Fact> {
    let mut facts = vec![
        Fact::plain("incidents", "incidents", it.incidents as f64),
        Fact::plain("incidents_observed_over", "region-years", it.region_years),
        Fact::figure("incidents_rate", "1/year", &it.per_year),
    ];
    for (what, families) in [("repair", &it.repair), ("between", &it.between)] {
        for family in families {
            let named = about(&family.family);
            facts.push(named.at(Fact::plain(format!("fit_{what}_aic"), "aic", family.aic)));
            facts.push(about(&family.family).at(Fact::plain(format!("fit_{what}_ks"), "share", family.ks)));
        }
    }
    facts
}
