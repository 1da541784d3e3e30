//! Why there is no set: which of the limits excludes what.

use std::ops::ControlFlow;

use super::instance::unlimited;
use super::serves_everybody;
use crate::basis::error::Result;
use crate::decide::facility::matrix::Costs;
use crate::decide::facility::problem::{Goal, Problem};
use crate::decide::facility::search::{Effort, Solution, solve_unless};
use crate::design::scenario::SiteQuestion;

/// Names that are told before the rest are counted.
const TOLD: usize = 3;

/// What stands in the way of `asked`, the plainest first; `reason` when nothing plainer is found.
pub(super) fn why(
    question: &SiteQuestion,
    costs: &Costs,
    asked: &Problem,
    effort: &Effort,
    reason: &str,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<String>> {
    let plain: Vec<String> = [
        without_site(question, costs, asked),
        number(question, asked),
        room(question, costs, asked),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !plain.is_empty() {
        return Ok(plain);
    }
    let solve = |costs: &Costs, asked: &Problem| {
        solve_unless(costs, asked, effort, stop, &mut |_| ControlFlow::Continue(()))
    };
    if costs.limited() {
        let free = solve(&costs.clone().without_capacities(), asked)?;
        if free.value.is_finite() {
            return Ok(vec![overloaded(question, costs, &free)]);
        }
    }
    if let (Some(limit), Some(number)) = (question.max_cost, asked.choose) {
        let center = Problem {
            goal: Goal::Center,
            everybody: false,
            ..asked.clone()
        };
        let found = solve(&unlimited(question, None)?, &center)?;
        if found.bound.is_finite() && found.bound > limit {
            let unit = &question.unit;
            return Ok(vec![format!(
                "`max_cost` is {limit} {unit}, and with {} the user worst off is at {} {unit} at best",
                sites(number),
                found.bound
            )]);
        }
    }
    if let Some(number) = asked.choose.filter(|_| serves_everybody(asked)) {
        let free = costs.clone().without_capacities();
        let most = Problem {
            goal: Goal::Cover { within: f64::MAX },
            everybody: false,
            ..asked.clone()
        };
        let found = solve(&free, &most)?;
        if let Some(why) = left_out(question, &free, &found, number) {
            return Ok(vec![why]);
        }
    }
    Ok(vec![reason.to_owned()])
}

/// Whom even the set leaves without a site that serves the most weight.
fn left_out(question: &SiteQuestion, costs: &Costs, found: &Solution, number: usize) -> Option<String> {
    let lost = without(question, costs, &found.sites);
    let best = list(&names(question, &found.sites));
    let which = if found.sites.len() == 1 {
        "which serves the most weight, leaves"
    } else {
        "which serve the most weight, leave"
    };
    (!lost.is_empty()).then(|| {
        format!(
            "with {} somebody is left without one that they may go to: {best}, {which} out {} of {} users: {}",
            sites(number),
            lost.len(),
            question.users.len(),
            list(&lost)
        )
    })
}

/// Why a set is none: who has no site in it, or which gets more than it can take.
pub(super) fn of_set(question: &SiteQuestion, costs: &Costs, open: &[usize]) -> Option<String> {
    let lost = without(question, costs, open);
    if !lost.is_empty() {
        let have = if lost.len() == 1 { "user has" } else { "users have" };
        return Some(format!("{} {have} no site: {}", lost.len(), list(&lost)));
    }
    let over: Vec<String> = overloads(costs, open)
        .into_iter()
        .map(|(site, load)| {
            format!(
                "`{}` would get {load} and can take {}",
                question.sites[site],
                costs.capacity(site)
            )
        })
        .collect();
    (!over.is_empty()).then(|| over.join(", "))
}

/// Users who count and may go to none of `open`.
fn without<'a>(question: &'a SiteQuestion, costs: &Costs, open: &[usize]) -> Vec<&'a str> {
    (0..costs.users())
        .filter(|&user| costs.weight(user) > 0.0 && costs.least(user, open).is_infinite())
        .map(|user| question.users[user].as_str())
        .collect()
}

/// The sites of `open` that get more than they can take, with what they get.
fn overloads(costs: &Costs, open: &[usize]) -> Vec<(usize, f64)> {
    if costs.within_capacity(open) {
        return Vec::new();
    }
    let loads = open.iter().copied().zip(costs.loads(open));
    loads
        .filter(|(site, load)| *load > costs.capacity(*site))
        .collect()
}

fn names<'a>(question: &'a SiteQuestion, sites: &[usize]) -> Vec<&'a str> {
    sites.iter().map(|&site| question.sites[site].as_str()).collect()
}

/// Users who can be served by no site, or by none that may be open.
fn without_site(question: &SiteQuestion, costs: &Costs, asked: &Problem) -> Option<String> {
    if !serves_everybody(asked) {
        return None;
    }
    let within = match question.max_cost {
        Some(limit) => format!(" within {limit} {}", question.unit),
        None => " that they may go to".to_owned(),
    };
    let allowed: Vec<usize> = (0..costs.sites())
        .filter(|site| !asked.never.contains(site))
        .collect();
    let all: Vec<usize> = (0..costs.sites()).collect();
    for (open, which) in [(&all, ""), (&allowed, " but those that must not be open")] {
        let lost = without(question, costs, open);
        if !lost.is_empty() {
            let have = if lost.len() == 1 { "user has" } else { "users have" };
            return Some(format!(
                "{} {have} no site{within}{which}: {}",
                lost.len(),
                list(&lost)
            ));
        }
    }
    None
}

/// Numbers of sites that contradict each other.
fn number(question: &SiteQuestion, asked: &Problem) -> Option<String> {
    let number = asked.choose?;
    let left = question.sites.len() - asked.never.len();
    if asked.must.len() > number {
        return Some(format!(
            "{} must be open ({}), and only {number} may be",
            sites(asked.must.len()),
            list(&names(question, &asked.must))
        ));
    }
    let never = || {
        let closed = list(&names(question, &asked.never));
        format!("`never` or --exclude closes {closed}")
    };
    if left == 0 {
        return Some(format!("no site may be open: {}", never()));
    }
    (asked.goal != Goal::Fixed && number > left).then(|| {
        format!(
            "{} are to be open, and only {left} may be: {}",
            sites(number),
            never()
        )
    })
}

/// Too little room in all.
fn room(question: &SiteQuestion, costs: &Costs, asked: &Problem) -> Option<String> {
    if !costs.limited() || !serves_everybody(asked) {
        return None;
    }
    let room = |sites: &mut dyn Iterator<Item = usize>| -> Vec<f64> {
        sites.map(|site| costs.capacity(site)).collect()
    };
    let must = room(&mut asked.must.iter().copied());
    let mut free = room(
        &mut (0..costs.sites()).filter(|site| !asked.must.contains(site) && !asked.never.contains(site)),
    );
    free.sort_by(|a, b| b.total_cmp(a));
    let number = asked.choose.unwrap_or(costs.sites());
    let most: f64 = must
        .iter()
        .chain(free.iter().take(number.saturating_sub(must.len())))
        .sum();
    let all: f64 = question.weights.iter().sum();
    (all > most * (1.0 + 1e-9)).then(|| {
        format!(
            "users weigh {all} in all, and the largest capacities of {} sum up to {most}",
            sites(number)
        )
    })
}

/// What capacities make of the set that would be best without them.
fn overloaded(question: &SiteQuestion, costs: &Costs, free: &Solution) -> String {
    let over = overloads(costs, &free.sites)
        .into_iter()
        .max_by(|a, b| (a.1 - costs.capacity(a.0)).total_cmp(&(b.1 - costs.capacity(b.0))));
    let of_it = over.map_or_else(String::new, |(site, load)| {
        let name = &question.sites[site];
        format!(
            ", where `{name}` would get {load} and can take {}",
            costs.capacity(site)
        )
    });
    format!(
        "every set overloads a site; without capacities the best would be {}{of_it}",
        list(&names(question, &free.sites))
    )
}

fn sites(number: usize) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} site{plural}")
}

/// The first few names, and how many more there are.
fn list(names: &[&str]) -> String {
    let first: Vec<String> = names.iter().take(TOLD).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(TOLD) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
