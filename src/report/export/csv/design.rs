//! The facts of designs, and of a CDN against further regions.

use super::{Fact, verdict};
use crate::report::model::{
    CdnOrRegion, CdnWay, ClassResult, CutResult, DesignResult, Difference, LocalityResult, OperationResult,
    PartResult, QueueResult, Report, ResidencyResult, RoutingResult, StoreLeader, StoreResult,
};

/// What a fact of a design is of; empty where it does not apply.
#[derive(Default)]
pub(super) struct Place {
    pub(super) class: String,
    pub(super) part: String,
    pub(super) store: String,
    pub(super) operation: String,
    pub(super) about: String,
}

impl Place {
    /// The cells of [`super::DESIGN_COLUMNS`].
    pub(super) fn cells(&self) -> [String; 5] {
        [&self.class, &self.part, &self.store, &self.operation, &self.about].map(Clone::clone)
    }

    pub(super) fn at(self, fact: Fact) -> Fact {
        Fact { design: self, ..fact }
    }
}

fn of_class(class: &str) -> Place {
    Place {
        class: class.to_owned(),
        ..Place::default()
    }
}

pub(super) fn of_store(store: &str) -> Place {
    Place {
        store: store.to_owned(),
        ..Place::default()
    }
}

pub(super) fn about(what: &str) -> Place {
    Place {
        about: what.to_owned(),
        ..Place::default()
    }
}

/// Whether the columns of designs are needed.
pub(super) fn are_in(report: &Report) -> bool {
    report.cdn_or_region.is_some() || report.sets.iter().any(|set| set.design.is_some())
}

pub(super) fn facts(design: &DesignResult) -> Vec<Fact> {
    let mut facts: Vec<Fact> = design.leaders.iter().flat_map(leader).collect();
    facts.extend(design.classes.iter().flat_map(class));
    facts.extend(design.routing.iter().flat_map(routing));
    facts.extend(design.queues.iter().flat_map(queue));
    facts.extend(design.stores.iter().flat_map(store));
    facts.extend(design.locality.iter().flat_map(locality));
    facts.extend(design.residency.iter().flat_map(residency));
    facts
}

pub(super) fn flag(statistic: &'static str, is_so: bool) -> Fact {
    Fact::plain(statistic, "flag", f64::from(u8::from(is_so)))
}

fn leader(it: &StoreLeader) -> Vec<Fact> {
    let here = |fact: Fact| Fact {
        region: it.region.clone(),
        ..of_store(&it.store).at(fact)
    };
    vec![
        here(flag("leads", true)),
        here(flag("leader_was_searched", it.searched)),
    ]
}

fn class(it: &ClassResult) -> Vec<Fact> {
    let mut facts = vec![
        Fact::plain("share_of_requests", "share", it.share),
        Fact::plain("share_reaching_a_region", "share", it.reach_region),
        Fact::figure("mean", "ms", &it.mean_ms),
        Fact::figure("p50", "ms", &it.p50_ms),
        Fact::figure("p95", "ms", &it.p95_ms),
        Fact::figure("p99", "ms", &it.p99_ms),
    ];
    facts = facts
        .into_iter()
        .map(|fact| of_class(&it.name).at(fact))
        .collect();
    facts.extend(it.parts.iter().flat_map(|part| adds(it, part)));
    facts
}

/// What a part adds to its class.
fn adds(class: &ClassResult, it: &PartResult) -> [Fact; 3] {
    let levels = [
        ("adds_to_mean", it.mean_ms),
        ("adds_to_p50", it.p50_ms),
        ("adds_to_p95", it.p95_ms),
    ];
    levels.map(|(statistic, ms)| {
        let place = Place {
            part: it.part.clone(),
            ..of_class(&class.name)
        };
        place.at(Fact::plain(statistic, "ms", ms))
    })
}

fn routing(it: &RoutingResult) -> Vec<Fact> {
    let [half, most, nearly_all] = it.follow_after_s;
    let facts = [
        Fact::plain("routed_elsewhere", "share", it.elsewhere),
        Fact::plain("unserved", "share", it.unserved),
        Fact::plain("lost_to_routing_mean", "ms", it.lost_mean_ms),
        Fact::plain("lost_to_routing_p95", "ms", it.lost_p95_ms),
        Fact::plain("half_follow_a_change_after", "s", half),
        Fact::plain("95_percent_follow_a_change_after", "s", most),
        Fact::plain("99_percent_follow_a_change_after", "s", nearly_all),
    ];
    facts.map(|fact| about(&it.policy).at(fact)).into()
}

fn queue(it: &QueueResult) -> Vec<Fact> {
    let facts = [
        Fact::plain("servers", "servers", f64::from(it.servers)),
        Fact::plain("servers_busy", "servers", it.busy),
        Fact::plain("wait_for_a_server", "share", it.waiting),
        Fact::plain("queueing_mean", "ms", it.mean_ms),
        Fact::plain("queueing_p95", "ms", it.p95_ms),
        Fact::plain("queueing_p99", "ms", it.p99_ms),
    ];
    let here = |fact: Fact| Fact {
        region: it.region.clone(),
        ..about("queue").at(fact)
    };
    facts.map(here).into()
}

fn store(it: &StoreResult) -> Vec<Fact> {
    let mut facts: Vec<Fact> = it.members.iter().map(|region| member(it, region)).collect();
    facts.extend(it.operations.iter().flat_map(|operation| takes(it, operation)));
    facts.extend(copies(it).into_iter().map(|fact| of_store(&it.store).at(fact)));
    facts.extend(it.copied_per_day.iter().map(|(from, to, bytes)| {
        let place = Place {
            about: format!("to {to}"),
            ..of_store(&it.store)
        };
        Fact {
            region: from.clone(),
            ..place.at(Fact::plain("copied", "bytes/day", *bytes))
        }
    }));
    facts.extend(it.cuts.iter().flat_map(|it_is| cut(it, it_is)));
    facts
}

fn member(store: &StoreResult, region: &str) -> Fact {
    let place = Place {
        about: store.kind.clone(),
        ..of_store(&store.store)
    };
    Fact {
        region: region.to_owned(),
        ..place.at(flag("holds_a_copy", true))
    }
}

fn takes(store: &StoreResult, it: &OperationResult) -> [Fact; 4] {
    let figures = [
        ("mean", it.mean_ms),
        ("p50", it.p50_ms),
        ("p99", it.p99_ms),
        ("p99.9", it.p999_ms),
    ];
    figures.map(|(statistic, ms)| {
        let place = Place {
            operation: it.access.clone(),
            ..of_store(&store.store)
        };
        place.at(Fact::plain(statistic, "ms", ms))
    })
}

/// What is known of the copies of a store.
fn copies(it: &StoreResult) -> Vec<Fact> {
    let fresh = it.fresh_at.iter();
    let mut facts: Vec<Fact> = fresh
        .map(|(ms, share)| Fact::plain(format!("fresh_after_{ms}ms"), "share", *share))
        .collect();
    facts.extend(it.visible_after_ms.iter().map(|(share, ms)| Fact {
        std_error: it.visible_std_error_ms,
        ..Fact::plain(format!("visible_to_share_{share}_after"), "ms", *ms)
    }));
    let promise = |share| Fact::plain("copied_within_promise", "share", share);
    facts.extend(it.within_promise.map(promise));
    if let Some(conflicts) = &it.conflicts {
        facts.push(Fact::plain("writes_in_conflict", "share", conflicts.share));
        facts.push(Fact::plain(
            "writes_in_conflict_a_day",
            "writes/day",
            conflicts.per_day,
        ));
    }
    facts
}

fn cut(store: &StoreResult, it: &CutResult) -> [Fact; 4] {
    let shares = [
        ("under_cut_served", it.served),
        ("under_cut_stale", it.stale),
        ("under_cut_divergent", it.divergent),
        ("under_cut_refused", it.refused),
    ];
    shares.map(|(statistic, share)| {
        let place = Place {
            operation: it.access.clone(),
            about: format!("{} ({})", it.cut, it.choice),
            ..of_store(&store.store)
        };
        place.at(Fact::plain(statistic, "share", share))
    })
}

fn locality(it: &LocalityResult) -> [Fact; 2] {
    let place = || Place {
        about: it.what.clone(),
        ..of_class(&it.class)
    };
    [
        place().at(Fact::plain("waits_for_another_region", "share", it.share)),
        place().at(Fact::plain("waits_for_another_region_mean", "ms", it.mean_ms)),
    ]
}

fn residency(it: &ResidencyResult) -> Vec<Fact> {
    let what = format!("{} ({})", it.rule, it.mode);
    let mut facts = vec![
        flag("rule_kept", it.kept),
        Fact::plain("users_bound_by_rule", "share", it.bound_users),
        Fact::plain("users_breaking_rule", "share", it.breaking_users),
    ];
    facts.extend(it.breaking_regions.iter().map(|region| Fact {
        region: region.clone(),
        ..flag("region_breaking_rule", true)
    }));
    facts.into_iter().map(|fact| about(&what).at(fact)).collect()
}

/// The ways with and without the edge, and what each step saves; beside the name of the set that they are of.
pub(super) fn cdn_or_region(report: &Report) -> Vec<(&str, Fact)> {
    let Some(it) = &report.cdn_or_region else {
        return Vec::new();
    };
    let ways = it.ways.iter();
    ways.flat_map(|way| way_facts(way).map(|fact| (way.set.as_str(), fact)))
        .chain(savings(it))
        .collect()
}

fn way_facts(way: &CdnWay) -> [Fact; 3] {
    let edge = if way.edge {
        "with the CDN"
    } else {
        "without the CDN"
    };
    let figures = [("mean", way.mean_ms), ("p50", way.p50_ms), ("p95", way.p95_ms)];
    figures.map(|(statistic, figure)| about(edge).at(Fact::figure(statistic, "ms", &figure)))
}

fn savings(it: &CdnOrRegion) -> [(&str, Fact); 2] {
    let saving = |from: &'static str, what: &str, difference: &Difference| Fact {
        compared_with: from,
        verdict: verdict(difference.verdict),
        ..about(what).at(Fact::figure("p95", "ms", &difference.figure))
    };
    let further = format!("without the CDN, from {}", it.fewer);
    [
        (it.fewer.as_str(), saving("no_cdn", "with the CDN", &it.cdn_saves)),
        (
            it.more.as_str(),
            saving("fewer_regions", &further, &it.region_saves),
        ),
    ]
}
