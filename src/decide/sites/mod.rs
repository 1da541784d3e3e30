//! A question of sites answered: the best set of each size, and sets that grow out of each other.

mod instance;

mod why;

use super::facility::grow::next;
use super::facility::matrix::Costs;
use super::facility::problem::{Goal, Problem};
use super::facility::search::{Effort, News, Solution, Status, solve_unless};
use super::facility::ties::{Ties, ties};
use crate::basis::error::Result;
use crate::design::scenario::{SiteGoal, SiteQuestion};
use std::ops::ControlFlow;

pub use instance::{costs, problem};

/// Somebody who follows a search and may end it.
pub trait Attendant: Sync {
    /// The search for so many sites begins (`None`: any number), and `left` answers are still to come with this one.
    fn begins(&self, sites: Option<usize>, left: usize);

    /// How the search stands.
    fn news(&self, news: &News<'_>);

    /// Whether this search is to end now.
    fn stop(&self) -> bool;

    /// Whether no other is to begin either.
    fn interrupted(&self) -> bool;

    /// Whether a time was set, so that steps do not count unless the question sets them.
    fn timed(&self) -> bool;
}

/// Nobody follows: searches end by their steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unattended;

impl Attendant for Unattended {
    fn begins(&self, _: Option<usize>, _: usize) {}

    fn news(&self, _: &News<'_>) {}

    fn stop(&self) -> bool {
        false
    }

    fn interrupted(&self) -> bool {
        false
    }

    fn timed(&self) -> bool {
        false
    }
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// There is nothing left to find.
    Proved,
    /// The steps were done.
    Steps,
    /// The time was up.
    Time,
    /// Somebody asked to stop.
    Interrupted,
}

/// What is known for a number of sites.
#[derive(Clone, Debug)]
pub struct SiteAnswer {
    /// How many sites; with [`SiteGoal::Fixed`] at most so many, and `None` for any number.
    pub open: Option<usize>,
    /// The best set, and the bound. With [`SiteGoal::Cover`] both count the weight that is *not* covered.
    pub solution: Solution,
    /// Why the search ended.
    pub ended: Ended,
    /// Where there is no set: what stands in the way, a sentence for each thing.
    pub why: Vec<String>,
    /// Other sets with the same value; none where there is no set, or looking for them would take long.
    pub ties: Option<Ties>,
}

/// A site added to those before.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteStep {
    /// The site.
    pub site: usize,
    /// All sites then, ascending.
    pub sites: Vec<usize>,
    /// The value of the set, as [`Solution::value`].
    pub value: f64,
    /// Why the set is none, where its value is infinite.
    pub why: Option<String>,
}

/// Sets that grow out of each other.
#[derive(Clone, Debug)]
pub struct SiteGrowth {
    /// The sites at the beginning, ascending.
    pub start: Vec<usize>,
    /// Their value; infinite when they cannot serve everybody.
    pub start_value: f64,
    /// Why they are no set then.
    pub start_why: Option<String>,
    /// Whether they are there already; else they are the best set of the smallest size.
    pub there: bool,
    /// One site more each.
    pub steps: Vec<SiteStep>,
}

/// What a question of sites came to.
#[derive(Clone, Debug)]
pub struct SiteAnswers {
    /// The costs that sets were judged by, with every limit in.
    pub costs: Costs,
    /// By number of sites, ascending.
    pub answers: Vec<SiteAnswer>,
    /// Numbers of sites that nobody got to.
    pub missing: Vec<usize>,
    /// How sets grow, where that was asked for.
    pub growth: Option<SiteGrowth>,
    /// Randomised starts of each search.
    pub restarts: u32,
}

impl SiteAnswers {
    /// Whether nobody asked to stop.
    pub fn complete(&self) -> bool {
        self.missing.is_empty() && !self.ended(Ended::Interrupted)
    }

    /// Whether a search ended in this way.
    pub fn ended(&self, how: Ended) -> bool {
        self.answers.iter().any(|answer| answer.ended == how)
    }

    /// What is known for so many sites.
    pub fn of(&self, sites: usize) -> Option<&SiteAnswer> {
        self.answers.iter().find(|answer| answer.open == Some(sites))
    }
}

/// Answers `question`.
///
/// Without an attendant who stops it the answer depends on nothing but the question.
///
/// # Errors
/// When the costs cannot be worked out. That there is no set is told in the answer.
pub fn answer(question: &SiteQuestion, attendant: &dyn Attendant) -> Result<SiteAnswers> {
    let costs = costs(question)?;
    let effort = Effort {
        steps: if attendant.timed() && !question.steps_given {
            u64::MAX
        } else {
            question.steps
        },
        seed: question.seed,
        ..Effort::default()
    };
    let numbers = numbers(question);
    let mut all = SiteAnswers {
        costs,
        answers: Vec::new(),
        missing: Vec::new(),
        growth: None,
        restarts: effort.restarts,
    };
    for (place, &number) in numbers.iter().enumerate() {
        if attendant.interrupted() {
            all.missing.extend(number);
            continue;
        }
        attendant.begins(number, numbers.len() - place);
        let found = one(question, &all.costs, number, &effort, attendant)?;
        all.answers.push(found);
    }
    if !attendant.interrupted() {
        all.growth = growth(question, &all);
    }
    Ok(all)
}

/// The numbers of sites to answer for: those asked for, and those that growth is held against.
fn numbers(question: &SiteQuestion) -> Vec<Option<usize>> {
    let Some(&most) = question.open.last() else {
        return vec![None];
    };
    let mut numbers = question.open.clone();
    if !question.have.is_empty() {
        numbers.extend(question.have.len() + 1..=most);
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(Some).collect()
}

fn one(
    question: &SiteQuestion,
    costs: &Costs,
    number: Option<usize>,
    effort: &Effort,
    attendant: &dyn Attendant,
) -> Result<SiteAnswer> {
    let asked = problem(question, number);
    let stop = || attendant.stop() || attendant.interrupted();
    let solution = solve_unless(costs, &asked, effort, &stop, &mut |news| {
        attendant.news(news);
        if stop() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    let ended = match solution.status {
        Status::Optimal | Status::Infeasible(_) => Ended::Proved,
        _ if attendant.interrupted() => Ended::Interrupted,
        _ if attendant.stop() => Ended::Time,
        _ => Ended::Steps,
    };
    let why = match &solution.status {
        Status::Infeasible(reason) => why::why(question, costs, &asked, effort, reason, &stop)?,
        Status::Unknown => vec![unknown(ended).to_owned()],
        _ => Vec::new(),
    };
    let is_set = !solution.sites.is_empty() && !attendant.interrupted();
    let ties = is_set
        .then(|| ties(costs, &asked, &solution.sites, solution.value))
        .flatten();
    Ok(SiteAnswer {
        open: number,
        solution,
        ended,
        why,
        ties,
    })
}

/// Why it is not known whether there is a set.
fn unknown(ended: Ended) -> &'static str {
    match ended {
        Ended::Time => "the time was up before there was one, or a proof that there is none",
        Ended::Interrupted => {
            "the search was interrupted before there was one, or a proof that there is none"
        }
        Ended::Steps | Ended::Proved => {
            "the steps were done before there was one, or a proof that there is none; `steps` or --within allows more"
        }
    }
}

/// Sites added one at a time to those that are there, or to the best set of the smallest size.
fn growth(question: &SiteQuestion, all: &SiteAnswers) -> Option<SiteGrowth> {
    let most = *question.open.last()?;
    let there = !question.have.is_empty();
    let start = if there {
        let mut start: Vec<usize> = question.have.iter().chain(&question.must).copied().collect();
        start.sort_unstable();
        start.dedup();
        start
    } else if question.open.len() > 1 && question.goal != SiteGoal::Fixed {
        let first = &all
            .answers
            .iter()
            .find(|answer| !answer.solution.sites.is_empty())?;
        first.solution.sites.clone()
    } else {
        return None;
    };
    let asked = problem(question, Some(most));
    let why_not = |value: f64, sites: &[usize]| {
        value
            .is_infinite()
            .then(|| why::of_set(question, &all.costs, sites))
            .flatten()
    };
    let mut open = start.clone();
    let mut steps = Vec::new();
    while open.len() < most {
        let Some((site, value)) = next(&all.costs, &asked, &open) else {
            break;
        };
        open.push(site);
        open.sort_unstable();
        steps.push(SiteStep {
            site,
            sites: open.clone(),
            value,
            why: why_not(value, &open),
        });
    }
    let start_value = asked.value(&all.costs, &start);
    Some(SiteGrowth {
        start_why: why_not(start_value, &start),
        start_value,
        start,
        there,
        steps,
    })
}

/// The largest share by which a value may be away from the best, given a bound on it; of the larger of both, so that it
/// is the same whether small or large values are good.
pub fn gap(value: f64, bound: f64) -> f64 {
    let larger = value.abs().max(bound.abs());
    if larger == 0.0 || !larger.is_finite() {
        return 0.0;
    }
    (value - bound).abs() / larger
}

/// The largest share by which a value may be worse than the best, of the best, given a bound on it: 11 where 9 is possible is
/// 22.2 % too much. None where the best is 0 and the value is not: that is no share of it.
pub fn regret(value: f64, bound: f64) -> Option<f64> {
    let worse = (value - bound).abs();
    if worse == 0.0 || !worse.is_finite() {
        return Some(0.0);
    }
    (bound != 0.0).then(|| worse / bound.abs())
}

/// The goal as the search knows it.
pub(crate) fn goal_of(goal: SiteGoal) -> Goal {
    match goal {
        SiteGoal::Median => Goal::Median,
        SiteGoal::Center => Goal::Center,
        SiteGoal::Cover(within) => Goal::Cover { within },
        SiteGoal::Fixed => Goal::Fixed,
    }
}

/// Whether `problem` is one in which everybody must have a site.
pub(crate) fn serves_everybody(problem: &Problem) -> bool {
    problem.everybody || !matches!(problem.goal, Goal::Cover { .. })
}
