//! The facts of a search that did not score all sets, by size, and of sets that grow. The column `set` says which size or
//! which regions.

use super::Fact;
use crate::report::model::{GrowthStep, Report, SearchProof, SearchedSize};
use crate::report::voice::{Unit, objective_unit, search as words};

pub(super) fn of_all(report: &Report) -> Vec<(String, Fact)> {
    let Some(search) = &report.search else {
        return Vec::new();
    };
    let unit = match objective_unit(&report.question.objective) {
        Unit::Share => "share",
        _ => "ms",
    };
    let mut facts = Vec::new();
    if words::is_told(search) {
        for it in &search.by_size {
            let name = format!("best of {}", it.size);
            facts.extend(of_size(it, unit).into_iter().map(|fact| (name.clone(), fact)));
        }
    }
    for step in &search.growth {
        let name = step.regions.join(" + ");
        facts.extend(of_step(step, unit).into_iter().map(|fact| (name.clone(), fact)));
    }
    facts
}

fn of_size(it: &SearchedSize, unit: &'static str) -> Vec<Fact> {
    let flag = |holds: bool| f64::from(u8::from(holds));
    let mut facts = vec![
        Fact::plain("search_sets", "sets", it.sets),
        Fact::plain("search_scores", "sets", it.scored as f64),
        Fact::plain("search_ruled_out", "sets", it.ruled_out),
        Fact::plain("search_infeasible", "sets", it.infeasible as f64),
        Fact::plain("search_optimal", "flag", flag(it.proof == SearchProof::Optimal)),
        Fact::plain("search_out_of_time", "flag", flag(it.out_of_time)),
    ];
    facts.extend(
        it.gauged
            .map(|sets| Fact::plain("search_gauged", "sets", sets as f64)),
    );
    let without = it.without_value;
    facts.extend(without.map(|sets| Fact::plain("search_without_value", "sets", sets as f64)));
    facts.extend(it.gap.map(|gap| Fact::plain("search_gap", "share", gap)));
    facts.extend(it.bound.map(|bound| Fact::plain("search_bound", unit, bound)));
    let fixed = it.with_fixed_cost_ms;
    facts.extend(fixed.map(|cost| Fact::plain("search_with_fixed_cost", "ms", cost)));
    facts
}

fn of_step(it: &GrowthStep, unit: &'static str) -> Vec<Fact> {
    let mut facts = vec![Fact {
        region: it.added.clone().unwrap_or_default(),
        ..Fact::plain("growth_objective", unit, it.value)
    }];
    facts.extend(it.regret.map(|regret| Fact::plain("growth_regret", unit, regret)));
    facts
}
