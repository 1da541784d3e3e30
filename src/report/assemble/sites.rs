//! The report of a question of sites.

use crate::basis::digest::digest;
use crate::decide::facility::search::{Solution, Status};
use crate::decide::sites::{Ended, SiteAnswer, SiteAnswers, SiteGrowth, gap, regret};
use crate::design::scenario::{SiteCosts, SiteGoal, SiteQuestion};
use crate::report::model::{
    InputDigest, SITES_SCHEMA, SITES_SCHEMA_VERSION, SiteResult, SitesAnswer, SitesAsked, SitesGrowth,
    SitesProvenance, SitesReport, SitesStatus, SitesStep, SitesTies, UserResult,
};

/// The report of `found`, for which `time_limit_ms` was set.
pub fn assemble_sites(
    question: &SiteQuestion,
    found: &SiteAnswers,
    time_limit_ms: Option<f64>,
) -> SitesReport {
    let view = View {
        question,
        found,
        weight: question.weights.iter().sum(),
    };
    SitesReport {
        schema: SITES_SCHEMA.to_owned(),
        schema_version: SITES_SCHEMA_VERSION,
        command: "search".to_owned(),
        complete: found.complete(),
        missing: found.missing.clone(),
        provenance: provenance(question, found, time_limit_ms),
        question: view.asked(),
        answers: found.answers.iter().map(|answer| view.answer(answer)).collect(),
        growth: found.growth.as_ref().map(|growth| view.growth(growth)),
        definitions: definitions(question, found),
        assumptions: assumptions(question),
        warnings: question.warnings.iter().map(ToString::to_string).collect(),
    }
}

fn provenance(question: &SiteQuestion, found: &SiteAnswers, time_limit_ms: Option<f64>) -> SitesProvenance {
    let inputs: Vec<InputDigest> = question
        .inputs
        .iter()
        .map(|input| InputDigest {
            name: input.name.clone(),
            digest: input.digest.clone(),
        })
        .collect();
    let parts: Vec<&str> = inputs
        .iter()
        .map(|input| input.digest.as_str())
        .chain(question.overrides.iter().map(String::as_str))
        .collect();
    SitesProvenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: question.seed,
        restarts: found.restarts,
        steps: (time_limit_ms.is_none() || question.steps_given).then_some(question.steps),
        time_limit_ms,
        depends_on_machine: found.ended(Ended::Time) || found.ended(Ended::Interrupted),
        input_digest: digest(parts.join("\n").as_bytes()),
        inputs,
        overrides: question.overrides.clone(),
    }
}

/// What was asked and found, as the report tells it.
struct View<'a> {
    question: &'a SiteQuestion,
    found: &'a SiteAnswers,
    /// Of all users.
    weight: f64,
}

impl View<'_> {
    fn asked(&self) -> SitesAsked {
        let question = self.question;
        let (goal, within) = match question.goal {
            SiteGoal::Median => ("median", None),
            SiteGoal::Center => ("center", None),
            SiteGoal::Cover(within) => ("cover", Some(within)),
            SiteGoal::Fixed => ("fixed", None),
        };
        let value_unit = match (question.goal, question.weights_given) {
            (SiteGoal::Cover(_), _) => "weight".to_owned(),
            (SiteGoal::Median | SiteGoal::Fixed, true) => format!("{} × weight", question.unit),
            _ => question.unit.clone(),
        };
        SitesAsked {
            name: question.name.clone(),
            description: question.description.clone(),
            goal: goal.to_owned(),
            within,
            unit: question.unit.clone(),
            value_unit,
            users: question.users.len(),
            sites: question.sites.len(),
            weight: self.weight,
            weights_given: question.weights_given,
            graph: matches!(question.costs, SiteCosts::Ways(_)),
            pairs_not_allowed: question.missing,
            open: question.open.clone(),
            must: self.names(&question.must),
            never: self.names(&question.never),
            have: self.names(&question.have),
            max_cost: question.max_cost,
            capacities: self.found.costs.limited(),
            symmetric: question.symmetric,
        }
    }

    fn names(&self, sites: &[usize]) -> Vec<String> {
        sites
            .iter()
            .map(|&site| self.question.sites[site].clone())
            .collect()
    }

    /// A value of the search as the user asked for it.
    fn told(&self, value: f64) -> f64 {
        match self.question.goal {
            SiteGoal::Cover(_) => self.weight - value,
            _ => value,
        }
    }

    fn answer(&self, answer: &SiteAnswer) -> SitesAnswer {
        let Solution {
            sites,
            value,
            bound,
            status,
            steps,
        } = &answer.solution;
        let is_set = value.is_finite();
        let value = is_set.then(|| self.value(sites, *value));
        let bound = match status {
            Status::Optimal => value,
            _ => bound.is_finite().then(|| self.told(*bound)),
        };
        let cover = matches!(self.question.goal, SiteGoal::Cover(_));
        SitesAnswer {
            open: answer.open,
            status: match status {
                Status::Optimal => SitesStatus::Optimal,
                Status::Within(_) => SitesStatus::Within,
                Status::Infeasible(_) => SitesStatus::Infeasible,
                Status::Unknown => SitesStatus::Unknown,
            },
            value,
            bound,
            gap: value.zip(bound).map(|(value, bound)| gap(value, bound)),
            share: value.filter(|_| cover).map(|value| value / self.weight),
            steps: *steps,
            ended: match answer.ended {
                Ended::Proved => "proved",
                Ended::Steps => "steps",
                Ended::Time => "time",
                Ended::Interrupted => "interrupted",
            }
            .to_owned(),
            why: answer.why.clone(),
            ties: answer.ties.as_ref().map(|ties| SitesTies {
                sets: ties.sets,
                all: ties.all,
                first: ties.first.iter().map(|set| self.names(set)).collect(),
            }),
            sites: value.map_or_else(Vec::new, |value| self.sites(sites, value)),
            users: if is_set { self.users(sites) } else { Vec::new() },
        }
    }

    /// The value of a set, with `cover` added up from those who are covered, so that it is exact where weights are.
    fn value(&self, sites: &[usize], value: f64) -> f64 {
        match self.question.goal {
            SiteGoal::Cover(within) => (0..self.question.users.len())
                .filter(|&user| self.found.costs.least(user, sites) <= within)
                .fold(0.0, |sum, user| sum + self.question.weights[user]),
            _ => value,
        }
    }

    fn users(&self, open: &[usize]) -> Vec<UserResult> {
        let costs = &self.found.costs;
        let users = self.question.users.iter().enumerate();
        users
            .map(|(user, name)| {
                let place = costs.nearest(user, open);
                let cost = place.map(|place| costs.cost(user, open[place]));
                UserResult {
                    user: name.clone(),
                    weight: self.question.weights[user],
                    site: place.map(|place| self.question.sites[open[place]].clone()),
                    cost,
                    covered: match self.question.goal {
                        SiteGoal::Cover(within) => Some(cost.is_some_and(|cost| cost <= within)),
                        _ => None,
                    },
                }
            })
            .collect()
    }

    fn sites(&self, open: &[usize], value: f64) -> Vec<SiteResult> {
        let costs = &self.found.costs;
        let fixed = self.question.goal == SiteGoal::Fixed;
        let mut all: Vec<SiteResult> = open
            .iter()
            .map(|&site| SiteResult {
                site: self.question.sites[site].clone(),
                users: 0,
                weight: 0.0,
                capacity: Some(costs.capacity(site)).filter(|limit| limit.is_finite()),
                cost: 0.0,
                opening: fixed.then(|| costs.open_cost(site)),
                farthest: 0.0,
                share: None,
            })
            .collect();
        let mut covered = vec![0.0; open.len()];
        for (user, &weight) in self.question.weights.iter().enumerate() {
            let Some(place) = costs.nearest(user, open) else {
                continue;
            };
            let (cost, site) = (costs.cost(user, open[place]), &mut all[place]);
            site.users += 1;
            site.weight += weight;
            site.cost += weight * cost;
            if weight > 0.0 {
                site.farthest = site.farthest.max(cost);
            }
            if matches!(self.question.goal, SiteGoal::Cover(within) if cost <= within) {
                covered[place] += weight;
            }
        }
        for (site, covered) in all.iter_mut().zip(covered).filter(|_| value > 0.0) {
            site.share = match self.question.goal {
                SiteGoal::Center => None,
                SiteGoal::Cover(_) => Some(covered / value),
                SiteGoal::Median | SiteGoal::Fixed => Some((site.cost + site.opening.unwrap_or(0.0)) / value),
            };
        }
        all
    }

    fn growth(&self, growth: &SiteGrowth) -> SitesGrowth {
        let finite = |sites: &[usize], value: f64| value.is_finite().then(|| self.value(sites, value));
        SitesGrowth {
            there: growth.there,
            start: self.names(&growth.start),
            start_value: finite(&growth.start, growth.start_value),
            start_why: growth.start_why.clone(),
            steps: growth
                .steps
                .iter()
                .map(|step| {
                    let value = finite(&step.sites, step.value);
                    let free = self.found.of(step.sites.len());
                    let told = free.map(|free| self.answer(free));
                    let bound = told.as_ref().and_then(|free| free.bound);
                    SitesStep {
                        open: step.sites.len(),
                        site: self.question.sites[step.site].clone(),
                        value,
                        best: told.as_ref().and_then(|free| free.value),
                        regret: value.zip(bound).and_then(|(value, bound)| regret(value, bound)),
                        why: step.why.clone(),
                    }
                })
                .collect(),
        }
    }
}

/// How terms are meant in this answer.
fn definitions(question: &SiteQuestion, found: &SiteAnswers) -> Vec<String> {
    let unit = &question.unit;
    let mut all = vec![
        "users go to the open site with the least cost, of equals to the first in the file; those of weight 0 do not \
         count"
            .to_owned(),
    ];
    all.push(match question.goal {
        SiteGoal::Median => "value: the sum of weight times cost, the less the better".to_owned(),
        SiteGoal::Center => {
            "value: the largest cost of any user, whatever its weight, the less the better".to_owned()
        }
        SiteGoal::Cover(within) => {
            format!("value: the weight of users at a cost of at most {within} {unit}, the more the better")
        }
        SiteGoal::Fixed => {
            "value: the sum of weight times cost and of what opening costs, the less the better".to_owned()
        }
    });
    if let Some(limit) = question.max_cost {
        all.push(format!(
            "every user must have an open site at a cost of at most {limit} {unit}"
        ));
    }
    if found.costs.limited() {
        all.push(
            "capacities choose among sets and move nobody: a set in which a site gets more weight than it can take is \
             none, though users could be shared out otherwise"
                .to_owned(),
        );
    }
    if matches!(question.costs, SiteCosts::Ways(_)) {
        all.push("a cost is the length of the shortest way; edges can be gone both ways".to_owned());
    }
    all
}

/// What was taken for granted.
fn assumptions(question: &SiteQuestion) -> Vec<String> {
    let mut all = Vec::new();
    if !question.weights_given {
        let users = question.users.len();
        all.push(format!("each of {users} users weighs 1: no weights were given"));
    }
    if question.missing > 0 {
        let pairs = question.missing;
        all.push(format!(
            "{pairs} pairs have no cost and are not allowed, as `missing` says"
        ));
    }
    if question.repeated_edges > 0 {
        let edges = question.repeated_edges;
        all.push(format!(
            "{edges} edges stand more than once: the last one of each counts"
        ));
    }
    all
}
