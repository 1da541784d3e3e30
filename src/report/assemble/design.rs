//! Facts of a design turned into the contract: indices become names.

use super::{Assembler, difference, figure};
use crate::decide::facts::data::StoreFacts;
use crate::decide::facts::edge::{EdgeFacts, Way};
use crate::decide::facts::locality::{Awaited, Wait};
use crate::decide::facts::{ClassFacts, Facts, RuleFacts};
use crate::decide::run::NamedSet;
use crate::design::request::{Callee, ClassKind, RequestClass, StoreAccess, Via};
use crate::design::residency::{Bound, ResidencyMode};
use crate::design::store::{Leader, PartitionChoice};
use crate::engine::latency::breakdown::PARTS;
use crate::engine::queue::Queue;
use crate::report::model::{
    CdnOrRegion, CdnWay, ClassAsked, ClassResult, ConflictResult, CutResult, DesignResult, LocalityResult,
    OperationResult, PartResult, QueueResult, ResidencyResult, RoutingResult, StoreLeader, StoreResult,
};

/// A part that adds less than this on average is left out, ms.
const LEAST_PART_MS: f64 = 1e-6;

impl Assembler<'_> {
    /// The classes that were asked for; none where all requests are alike.
    pub(super) fn classes_asked(&self) -> Vec<ClassAsked> {
        if self.simulation.laws.classes.is_empty() {
            return Vec::new();
        }
        self.scenario
            .classes
            .iter()
            .map(|class| ClassAsked {
                name: class.name.clone(),
                kind: kind_name(class.kind).to_owned(),
                share: class.share,
                via: via_name(class.via).to_owned(),
                does: self.does(class),
            })
            .collect()
    }

    /// What a class does, in words.
    fn does(&self, class: &RequestClass) -> String {
        let connection = &class.connection;
        let mut words = vec![connection.protocol.name().to_owned()];
        if connection.protocol.round_trips() > 0 {
            words.push(format!("{:.0} % of connections reused", connection.reuse * 100.0));
        }
        words.push(counted(class.exchanges, "exchange"));
        if class.transfer.bytes > 0.0 {
            words.push(format!("{} kB", class.transfer.bytes / 1000.0));
        }
        words.push(format!("service {}", class.service.describe()));
        for operation in &class.operations {
            let store = &self.scenario.stores[operation.store].name;
            words.push(format!(
                "{} {} × {store}",
                operation.times,
                access_name(operation.access)
            ));
        }
        for call in &class.calls {
            let how = if call.parallel { "parallel " } else { "" };
            words.push(format!(
                "{how}{} to {}",
                counted(call.times, "call"),
                self.callee(call.to)
            ));
        }
        words.join(", ")
    }

    fn callee(&self, to: Callee) -> String {
        match to {
            Callee::Region(region) => self.region(region),
            Callee::Leader(store) => format!("the leader of {}", self.scenario.stores[store].name),
        }
    }

    /// What a set is beyond its regions.
    pub(super) fn design(&self, set: &NamedSet) -> Option<DesignResult> {
        let facts = set.facts.as_ref()?;
        Some(DesignResult {
            leaders: self.leaders(set),
            classes: self.classes(facts),
            routing: facts.routing.as_ref().map(|routing| RoutingResult {
                policy: self.scenario.routing.policy.name().to_owned(),
                elsewhere: routing.elsewhere,
                unserved: routing.unserved,
                lost_mean_ms: routing.lost_mean,
                lost_p95_ms: routing.lost_p95,
                follow_after_s: routing.follow_after_s,
            }),
            queues: self.queues(facts),
            stores: self.stores(facts),
            locality: facts.waits.iter().map(|wait| self.wait(set, wait)).collect(),
            residency: self
                .scenario
                .residency
                .iter()
                .zip(&facts.residency)
                .map(|(rule, found)| self.rule(rule, found))
                .collect(),
        })
    }

    fn leaders(&self, set: &NamedSet) -> Vec<StoreLeader> {
        let leaders = set.judged.placed.plan.leaders.iter().enumerate();
        leaders
            .filter_map(|(store, leader)| {
                let given = set.given_leaders.get(store).copied().flatten().is_some();
                let store = &self.scenario.stores[store];
                Some(StoreLeader {
                    store: store.name.clone(),
                    region: self.region((*leader)?),
                    searched: !given && store.kind.leader() == Some(&Leader::Search),
                })
            })
            .collect()
    }

    fn classes(&self, facts: &Facts) -> Vec<ClassResult> {
        let classes = self.scenario.classes.iter().zip(&facts.classes);
        classes.map(|(class, found)| class_result(class, found)).collect()
    }

    fn queues(&self, facts: &Facts) -> Vec<QueueResult> {
        let told = |(region, queue): &(usize, Queue)| {
            let wait = queue.wait?;
            Some(QueueResult {
                region: self.region(*region),
                servers: queue.servers,
                busy: queue.offered,
                waiting: wait.chance,
                mean_ms: wait.mean(),
                p95_ms: wait.quantile(0.95),
                p99_ms: wait.quantile(0.99),
            })
        };
        facts.queues.iter().filter_map(told).collect()
    }

    fn stores(&self, facts: &Facts) -> Vec<StoreResult> {
        let stores = self.scenario.stores.iter().zip(&facts.stores);
        stores
            .map(|(store, found)| {
                let choice = match store.partition {
                    PartitionChoice::Refuse => "CP",
                    PartitionChoice::Diverge => "AP",
                };
                StoreResult {
                    store: store.name.clone(),
                    kind: store.kind.name().to_owned(),
                    members: found.members.iter().map(|at| self.region(*at)).collect(),
                    operations: operations(found),
                    fresh_at: found
                        .freshness
                        .as_ref()
                        .map_or(Vec::new(), |it| it.fresh_at.clone()),
                    visible_after_ms: found
                        .freshness
                        .as_ref()
                        .map_or(Vec::new(), |it| it.visible_after.clone()),
                    visible_std_error_ms: found.freshness.as_ref().and_then(|it| it.std_error),
                    within_promise: found.within_promise,
                    conflicts: found.conflicts.as_ref().map(|it| ConflictResult {
                        share: it.share,
                        per_day: it.writes_per_day,
                    }),
                    copied_per_day: found
                        .copied
                        .iter()
                        .map(|it| (self.region(it.from), self.region(it.to), it.bytes_per_day))
                        .collect(),
                    cuts: found
                        .cuts
                        .iter()
                        .map(|(cut, access, shares)| CutResult {
                            cut: self.scenario.cuts[*cut].name.clone(),
                            access: access_name(*access).to_owned(),
                            choice: choice.to_owned(),
                            served: shares.served,
                            stale: shares.stale,
                            divergent: shares.divergent,
                            refused: shares.refused,
                        })
                        .collect(),
                }
            })
            .collect()
    }

    fn wait(&self, set: &NamedSet, wait: &Wait) -> LocalityResult {
        let class = &self.scenario.classes[wait.class];
        let (what, advice) = match wait.what {
            Awaited::Store { store, access } => {
                let name = &self.scenario.stores[store].name;
                let led = set.judged.placed.plan.leaders.get(store).copied().flatten();
                let led = led.map_or(String::new(), |leader| {
                    format!(", led by {}", self.region(leader))
                });
                let advice = wait.better.map(|(leader, saved)| {
                    format!(
                        "lead {name} from {}: {saved:.1} ms less on average",
                        self.region(leader)
                    )
                });
                (format!("{} of {name}{led}", access_name(access)), advice)
            }
            Awaited::Call { call } => {
                let call = &class.calls[call];
                let what = format!("{} to {}", counted(call.times, "call"), self.callee(call.to));
                let advice = "serve it in every region, or make the calls at once".to_owned();
                (what, (call.times > 1 && !call.parallel).then_some(advice))
            }
        };
        LocalityResult {
            class: class.name.clone(),
            what,
            share: wait.share,
            mean_ms: wait.mean,
            advice,
        }
    }

    fn rule(&self, rule: &crate::design::residency::ResidencyRule, found: &RuleFacts) -> ResidencyResult {
        let binds = match &rule.bound {
            Bound::Users {
                jurisdictions,
                countries,
            } => {
                let names: Vec<&str> = jurisdictions
                    .iter()
                    .chain(countries)
                    .map(String::as_str)
                    .collect();
                format!("users of {}", names.join(", "))
            }
            Bound::Store(store) => format!("store {}", self.scenario.stores[*store].name),
        };
        ResidencyResult {
            rule: rule.name.clone(),
            mode: match rule.mode {
                ResidencyMode::Enforce => "enforce",
                ResidencyMode::Report => "report",
            }
            .to_owned(),
            binds,
            bound_users: found.bound_users,
            breaking_users: found.breaking_users,
            breaking_regions: found.breaking_regions.iter().map(|at| self.region(*at)).collect(),
            kept: found.kept,
        }
    }

    /// The answer to whether a CDN is enough.
    pub(super) fn cdn_or_region(&self, facts: &EdgeFacts) -> CdnOrRegion {
        let name = |at: usize| self.outcome.sets[at].name.clone();
        let (fewer, more) = (name(facts.fewer), name(facts.more));
        let way = |at: usize, set: &str, edge: bool| {
            let Way { mean, p50, p95 } = &facts.ways[at];
            CdnWay {
                set: set.to_owned(),
                edge,
                mean_ms: figure(mean),
                p50_ms: figure(p50),
                p95_ms: figure(p95),
            }
        };
        CdnOrRegion {
            ways: vec![
                way(0, &fewer, false),
                way(1, &more, false),
                way(2, &fewer, true),
                way(3, &more, true),
            ],
            cdn_saves: difference(&facts.edge_saves),
            region_saves: difference(&facts.regions_save),
            fewer,
            more,
        }
    }
}

fn class_result(class: &RequestClass, found: &ClassFacts) -> ClassResult {
    let parts = PARTS
        .iter()
        .enumerate()
        .filter(|(at, _)| found.parts.mean[*at].abs() >= LEAST_PART_MS);
    ClassResult {
        name: class.name.clone(),
        share: class.share,
        mean_ms: figure(&found.mean),
        p50_ms: figure(&found.quantiles[0]),
        p95_ms: figure(&found.quantiles[1]),
        p99_ms: figure(&found.quantiles[2]),
        quantiles_ms: found.curve.clone(),
        reach_region: found.reach_region,
        parts: parts
            .map(|(at, part)| PartResult {
                part: (*part).to_owned(),
                mean_ms: found.parts.mean[at],
                p50_ms: found.parts.about[0][at],
                p95_ms: found.parts.about[1][at],
            })
            .collect(),
    }
}

fn operations(found: &StoreFacts) -> Vec<OperationResult> {
    let all = found.operations.iter();
    all.map(|(access, time)| OperationResult {
        access: access_name(*access).to_owned(),
        mean_ms: time.mean,
        p50_ms: time.p50,
        p99_ms: time.p99,
        p999_ms: time.p999,
    })
    .collect()
}

fn kind_name(kind: ClassKind) -> &'static str {
    match kind {
        ClassKind::Static => "static",
        ClassKind::Read => "read",
        ClassKind::Write => "write",
    }
}

fn via_name(via: Via) -> &'static str {
    match via {
        Via::Direct => "direct",
        Via::Cdn => "cdn",
        Via::Anycast => "anycast",
    }
}

fn access_name(access: StoreAccess) -> &'static str {
    match access {
        StoreAccess::ReadLocal => "read-local",
        StoreAccess::ReadFresh => "read-fresh",
        StoreAccess::Write => "write",
    }
}

fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
