//! What is to be told of all sets together about losses: assumptions, the record, the front, what moves the answer.

use super::{Assembler, figure};
use crate::basis::error::Result;
use crate::basis::stat::estimate::Estimate;
use crate::decide::recovery::risks::{Assumed, assumed, hazard_of};
use crate::decide::recovery::sensitivity::{Input, Swing};
use crate::design::recovery::{Backups, Hazard, Impairment, LinkFailure, Role, Term};
use crate::engine::simulation::FailureRecord;
use crate::report::model::{FamilyFit, IncidentFit, RecoveryAssumption, RecoverySummary, Sensitivity};
use crate::world::failures::FittedTimes;

impl Assembler<'_> {
    /// What is to be told of all sets together; none where nothing was asked about losses.
    ///
    /// # Errors
    /// When there is no record of failures though losses were asked about.
    pub(super) fn recovery_summary(&self) -> Result<Option<RecoverySummary>> {
        let Some(together) = &self.outcome.recovery else {
            return Ok(None);
        };
        let record = self.simulation.failures.as_ref();
        Ok(Some(RecoverySummary {
            assumptions: self.recovery_assumptions()?,
            incidents: record.map(incident_fit),
            front: together.front.clone(),
            sensitivity: together
                .sensitivity
                .iter()
                .map(|swing| self.swing(swing))
                .collect(),
        }))
    }

    fn recovery_assumptions(&self) -> Result<Vec<RecoveryAssumption>> {
        let recovery = &self.scenario.recovery;
        let mut all = vec![
            told(
                "detection",
                format!(
                    "a check every {}, failed {} times in a row, at an even phase",
                    span(recovery.detection.interval_s),
                    recovery.detection.threshold
                ),
                &recovery.detection.source,
                false,
            ),
            term("time-out of a check", &recovery.detection.timeout),
            told(
                "TTL of DNS answers",
                span(self.scenario.routing.ttl_s),
                "scenario, or Amazon Route 53's advice of 60 s",
                false,
            ),
        ];
        match &recovery.decision {
            Some(decision) => all.push(term("decision by a human", decision)),
            None => all.push(told(
                "decision by a human",
                "none: failover is automatic".into(),
                "nothing is said of one",
                true,
            )),
        }
        all.push(told(
            "runbook",
            self.runbook(),
            "scenario, or all steps side by side",
            false,
        ));
        for (store, promotion) in self.scenario.stores.iter().zip(&recovery.promotion) {
            if let Some(promotion) = promotion {
                all.push(term(&format!("promotion of a copy of {}", store.name), promotion));
            }
        }
        for (role, ramp) in Role::ALL.iter().zip(&recovery.ramp) {
            if self.has_role(*role) {
                all.push(term(
                    &format!("growth of a region that is {}", role.name().replace('_', " ")),
                    ramp,
                ));
            }
        }
        if let Some(backups) = recovery.backups.as_ref().filter(|_| self.has_role(Role::Backup)) {
            all.push(told(
                "backups",
                backups_in_words(backups),
                &backups.source,
                backups.assumed,
            ));
        }
        if let Some(failback) = &recovery.failback {
            all.push(term("failback after repair", &failback.after));
            all.push(term("pause of those who move back", &failback.pause));
        }
        all.extend(self.loss_assumptions()?);
        Ok(all)
    }

    /// Stages in order.
    fn runbook(&self) -> String {
        let stage = |steps: &Vec<crate::design::recovery::Step>| {
            steps
                .iter()
                .map(|step| step.name())
                .collect::<Vec<_>>()
                .join(" + ")
        };
        self.scenario
            .recovery
            .runbook
            .iter()
            .map(stage)
            .collect::<Vec<_>>()
            .join(", then ")
    }

    /// Whether any set, or any strategy told of it, has a region of this role.
    fn has_role(&self, role: Role) -> bool {
        self.outcome
            .sets
            .iter()
            .filter_map(|set| set.recovery.as_ref())
            .any(|facts| {
                role == Role::Active
                    || facts.set.standbys.iter().any(|standby| standby.role == role)
                    || facts.strategies.iter().any(|strategy| strategy.role == role)
            })
    }

    /// How often regions are lost, and which losses they share.
    fn loss_assumptions(&self) -> Result<Vec<RecoveryAssumption>> {
        let failures = &self.scenario.failures;
        let preset = assumed(self.simulation, failures.preset)?;
        let mut all = Vec::new();
        let mut regions: Vec<usize> = self
            .outcome
            .sets
            .iter()
            .filter_map(|set| set.recovery.as_ref())
            .flat_map(|facts| facts.set.members())
            .collect();
        regions.sort_unstable();
        regions.dedup();
        let own: Vec<usize> = regions
            .iter()
            .copied()
            .filter(|region| failures.of_region.get(*region).is_some_and(Option::is_some))
            .collect();
        if own.len() < regions.len() || regions.is_empty() {
            let hazard = failures.region.as_ref().unwrap_or(&preset.hazard);
            all.push(told(
                "loss of a whole region",
                hazard_in_words(hazard),
                &source_of(hazard, &preset),
                hazard.assumed,
            ));
        }
        for region in own {
            let hazard = hazard_of(failures, region, &preset);
            all.push(told(
                &format!("loss of {}", self.region(region)),
                hazard_in_words(hazard),
                &hazard.source,
                hazard.assumed,
            ));
        }
        let common = failures.common.unwrap_or(preset.common);
        all.push(told(
            "losses that are shared (β)",
            format!(
                "{:.1} % by the provider, {:.1} % by the country, {:.1} % by the hazard zone",
                common.provider * 100.0,
                common.country * 100.0,
                common.zone * 100.0
            ),
            if failures.common.is_some() {
                "scenario"
            } else {
                &preset.reasoning
            },
            failures.common.is_none(),
        ));
        all.extend(failures.links.iter().map(link_in_words));
        if let Some(incidents) = &failures.incidents {
            let effect = match &incidents.impairment {
                Impairment::CapacityLeft(left) => {
                    format!(
                        "{:.0} % of requests are not served while one lasts",
                        (1.0 - left) * 100.0
                    )
                }
                Impairment::AddedLatency(added) => {
                    format!(
                        "requests take longer by {}; not counted as downtime",
                        added.describe()
                    )
                }
            };
            let often = incidents
                .hazard
                .as_ref()
                .map_or_else(|| "as often and long as on record".to_owned(), hazard_in_words);
            all.push(told(
                "service incidents",
                format!("{often}; {effect}"),
                "scenario",
                true,
            ));
        } else {
            all.push(told(
                "service incidents",
                "not counted: how many requests one stops is not on record; say `failures.incidents`".into(),
                "incidents.csv",
                true,
            ));
        }
        for zone in &failures.zones {
            let regions: Vec<String> = zone.regions.iter().map(|at| self.region(*at)).collect();
            let what = format!("hazard zone {}", zone.name);
            all.push(told(&what, regions.join(", "), "scenario", false));
        }
        if let Some(zone) = &failures.zone_loss {
            all.push(hazard("loss of one zone of a region", zone));
        }
        Ok(all)
    }

    fn swing(&self, of: &Swing) -> Sensitivity {
        let end = |(factor, value): (f64, f64)| (format!("× {}", short(factor)), value);
        let scored = !self.scenario.score.is_empty();
        Sensitivity {
            input: self.input_in_words(of.input),
            measure: if scored { "score" } else { "availability" }.to_owned(),
            base: of.base,
            low: end(of.low),
            high: end(of.high),
            flips_at: of.flips.map(|(factor, _)| factor),
            flips_to: of.flips.map(|(_, set)| self.outcome.sets[set].name.clone()),
        }
    }

    fn input_in_words(&self, input: Input) -> String {
        match input {
            Input::LossRate => "losses of whole regions a year".to_owned(),
            Input::Repair => "time to repair a lost region".to_owned(),
            Input::Ttl => "TTL".to_owned(),
            Input::Detection => "interval of health checks".to_owned(),
            Input::Promotion => "time to promote a copy".to_owned(),
            Input::Ramp => "time to grow to the new load".to_owned(),
            Input::Lag => "replication lag".to_owned(),
            Input::Latency => "all latencies".to_owned(),
            Input::Weight(at) => format!("weight of {}", self.scenario.score[at].of.name()),
        }
    }
}

/// A factor with two digits: `0.25`, `1.5`, `10`.
fn short(factor: f64) -> String {
    let digits = if factor >= 10.0 { 0 } else { 2 };
    let text = format!("{factor:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn told(what: &str, value: String, source: &str, assumed: bool) -> RecoveryAssumption {
    RecoveryAssumption {
        what: what.to_owned(),
        value,
        source: source.to_owned(),
        assumed,
    }
}

fn term(what: &str, of: &Term) -> RecoveryAssumption {
    let value = match of.seconds.as_fixed() {
        Some(seconds) => span(seconds),
        None => format!(
            "p50 {}, p95 {}",
            span(of.seconds.quantile(0.5)),
            span(of.seconds.quantile(0.95))
        ),
    };
    told(what, value, &of.source, of.assumed)
}

fn link_in_words(link: &LinkFailure) -> RecoveryAssumption {
    let value = format!(
        "{}; traffic goes another way meanwhile, so it is a loss to look at and no downtime",
        hazard_in_words(&link.hazard)
    );
    told(
        &format!("failure of {}", link.name),
        value,
        &link.hazard.source,
        link.hazard.assumed,
    )
}

fn hazard(what: &str, of: &Hazard) -> RecoveryAssumption {
    told(what, hazard_in_words(of), &of.source, of.assumed)
}

/// `once in 20 years (0.05 a year), over after p50 6.5 h, p95 40 h`; `3.4 a year, over after 90 min`.
fn hazard_in_words(of: &Hazard) -> String {
    let rate = short_rate(of.per_year);
    let times = match of.per_year {
        per_year if per_year <= 0.0 => return "never".to_owned(),
        per_year if per_year > 0.5 => format!("{rate} a year"),
        per_year => format!("once in {:.0} years ({rate} a year)", 1.0 / per_year),
    };
    let over = match of.repair.as_fixed() {
        Some(seconds) => span(seconds),
        None => format!(
            "p50 {}, p95 {}",
            span(of.repair.quantile(0.5)),
            span(of.repair.quantile(0.95))
        ),
    };
    format!("{times}, over after {over}")
}

/// `every 24 h, 500 GB restored at 200 MB/s`, or that nobody says how much there is.
fn backups_in_words(of: &Backups) -> String {
    let every = span(of.interval_s);
    if of.bytes <= 0.0 {
        return format!("every {every}; restoring them is not counted, as nobody says how much it is");
    }
    let (gigabytes, rate) = (of.bytes / 1e9, of.bytes_per_s / 1e6);
    format!("every {every}, {gigabytes:.0} GB restored at {rate:.0} MB/s")
}

fn short_rate(per_year: f64) -> String {
    let text = format!("{per_year:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn source_of(hazard: &Hazard, preset: &Assumed) -> String {
    if hazard == &preset.hazard {
        format!("{}: {}", hazard.source, preset.reasoning)
    } else {
        hazard.source.clone()
    }
}

/// `45 s`, `12 min`, `6 h`, `3 d`.
fn span(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 120.0 => (s, "s"),
        s if s < 7_200.0 => (s / 60.0, "min"),
        s if s < 172_800.0 => (s / 3_600.0, "h"),
        s => (s / 86_400.0, "d"),
    };
    let digits = usize::from(value < 10.0 && value.fract().abs() > 0.05);
    format!("{value:.digits$} {unit}")
}

fn incident_fit(record: &FailureRecord) -> IncidentFit {
    let model = &record.incidents;
    let pooled = &model.rates.pooled;
    let per_year = Estimate {
        value: pooled.per_year,
        std_error: model.rates.between_regions,
        sampling: (pooled.low, pooled.high),
        input: None,
    };
    IncidentFit {
        incidents: model.record.incidents(),
        region_years: model.record.region_years(),
        period: (model.record.first.to_string(), model.record.last.to_string()),
        per_year: figure(&per_year),
        repair: families(&model.repair),
        between: families(&model.between),
        faults: model.faults.clone(),
    }
}

/// Families with quantiles where both the observed and the fitted one are known.
fn families(of: &FittedTimes) -> Vec<FamilyFit> {
    of.families
        .iter()
        .map(|family| FamilyFit {
            family: family.family.to_owned(),
            parameters: family.parameters.clone(),
            aic: family.aic,
            ks: family.ks,
            quantiles: family
                .quantiles
                .iter()
                .filter_map(|(observed, fitted)| Some(((*observed)?, *fitted)))
                .collect(),
        })
        .collect()
}
