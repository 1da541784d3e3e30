//! Searches against all sets tried, laws, and cases that can be worked out by hand.

use std::ops::ControlFlow;

use super::graph::shortest_ways;
use super::grow::grow;
use super::interchange::improve;
use super::matrix::Costs;
use super::problem::{Goal, Problem};
use super::search::{Effort, Solution, Status, solve};
use super::start::{greedy, randomised};
use super::sums::Sums;
use crate::basis::seed::{Purpose, Stream};

/// Values that were summed in another order may differ by this share.
const ROUNDING: f64 = 1e-9;

/// Draws of one case.
struct Draws(Stream, u64);

impl Draws {
    fn of(case: u32) -> Draws {
        Draws(Stream::new(7, Purpose::Resample, case, 0), 0)
    }

    fn unit(&mut self) -> f64 {
        self.1 += 1;
        self.0.uniform(self.1)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.unit() * limit as f64) as usize
    }
}

/// A small made-up instance: with whole numbers every other time, with users who may not go everywhere every third.
fn costs_of(case: u32) -> Costs {
    let mut draws = Draws::of(case);
    let (users, sites) = (2 + draws.below(9), 2 + draws.below(7));
    let whole = case.is_multiple_of(2);
    let mut amount = |scale: f64| {
        let amount = draws.unit() * scale;
        if whole { amount.floor() } else { amount }
    };
    let table: Vec<f64> = (0..users * sites).map(|_| amount(20.0)).collect();
    let weights = (0..users).map(|_| (amount(5.0) - 0.5).max(0.0).round()).collect();
    let opening = (0..sites).map(|_| amount(30.0)).collect();
    let mut table = table;
    if case.is_multiple_of(3) {
        for user in 0..users {
            let safe = draws.below(sites);
            for site in (0..sites).filter(|&site| site != safe) {
                if draws.unit() < 0.4 {
                    table[user * sites + site] = f64::INFINITY;
                }
            }
        }
    }
    let costs = Costs::from_table(users, sites, table).unwrap();
    costs.weighted(weights).unwrap().with_open_costs(opening).unwrap()
}

/// The questions asked of an instance, with conditions on sites every so often.
fn problems_of(case: u32, costs: &Costs) -> Vec<Problem> {
    let mut draws = Draws::of(case + 1_000_000);
    let number = 1 + draws.below(costs.sites());
    let goals = [
        Goal::Median,
        Goal::Center,
        Goal::Cover { within: 5.0 },
        Goal::Fixed,
    ];
    let mut problems: Vec<Problem> = goals.map(|goal| Problem::new(goal).choose(number)).to_vec();
    problems.push(Problem::new(Goal::Fixed));
    if case % 5 < 2 {
        let (must, never) = (draws.below(costs.sites()), draws.below(costs.sites()));
        for problem in &mut problems {
            problem.must = vec![must];
            if case.is_multiple_of(5) {
                problem.never = vec![never];
            }
        }
    }
    problems
}

mod limited;

fn answer(costs: &Costs, problem: &Problem) -> Solution {
    solve(costs, problem, &Effort::default(), &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap()
}

fn allowed(costs: &Costs, problem: &Problem, open: &[usize]) -> bool {
    let number = match (problem.goal, problem.choose) {
        (Goal::Fixed, most) => (1..=most.unwrap_or(costs.sites())).contains(&open.len()),
        (_, exactly) => Some(open.len()) == exactly,
    };
    number
        && problem.must.iter().all(|site| open.contains(site))
        && !problem.never.iter().any(|site| open.contains(site))
}

/// The least value of all sets, infinite when no set is allowed or serves everybody.
fn all_tried(costs: &Costs, problem: &Problem) -> f64 {
    (1..1_u32 << costs.sites())
        .map(|mask| {
            (0..costs.sites())
                .filter(|site| mask >> site & 1 == 1)
                .collect::<Vec<_>>()
        })
        .filter(|open| allowed(costs, problem, open))
        .map(|open| problem.value(costs, &open))
        .fold(f64::INFINITY, f64::min)
}

fn same(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= ROUNDING * a.abs().max(b.abs())
}

#[test]
fn the_search_finds_what_trying_all_sets_finds() {
    for case in 0..400 {
        let costs = costs_of(case);
        for problem in problems_of(case, &costs) {
            let (found, least) = (answer(&costs, &problem), all_tried(&costs, &problem));
            assert!(
                same(found.value, least),
                "case {case}: {problem:?}: {found:?}, but {least}"
            );
            assert_eq!(found.bound, found.value, "case {case}: {problem:?}");
            if least.is_finite() {
                assert_eq!(found.status, Status::Optimal, "case {case}: {problem:?}");
                assert!(
                    allowed(&costs, &problem, &found.sites),
                    "case {case}: {problem:?}: {found:?}"
                );
                assert_eq!(problem.value(&costs, &found.sites), found.value);
            } else {
                assert!(
                    matches!(found.status, Status::Infeasible(_)),
                    "case {case}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn no_bound_is_above_the_least_value_however_early_it_is_told() {
    for case in 0..150 {
        let costs = costs_of(case);
        for problem in problems_of(case, &costs) {
            let least = all_tried(&costs, &problem);
            for steps in [0, 1, 5, 20] {
                let effort = Effort {
                    steps,
                    restarts: 0,
                    seed: 0,
                };
                let mut last = f64::NEG_INFINITY;
                let found = solve(&costs, &problem, &effort, &mut |news| {
                    assert!(
                        news.bound <= least * (1.0 + ROUNDING),
                        "case {case}: {problem:?}: {news:?}"
                    );
                    assert!(
                        news.value >= least * (1.0 - ROUNDING),
                        "case {case}: {problem:?}: {news:?}"
                    );
                    assert!(
                        news.bound >= last,
                        "case {case}: {problem:?}: the bound falls to {news:?}"
                    );
                    last = news.bound;
                    ControlFlow::Continue(())
                })
                .unwrap();
                assert!(found.bound <= found.value);
                assert!(
                    found.bound <= least * (1.0 + ROUNDING),
                    "case {case}: {problem:?}: {found:?}"
                );
                if let Status::Within(gap) = found.status {
                    assert!(found.value * (1.0 - gap) <= least * (1.0 + ROUNDING));
                }
            }
        }
    }
}

/// Points on a plane, as users and sites at once; distances are rounded when `whole`.
fn plane(points: usize, whole: bool) -> Costs {
    let mut draws = Draws::of(points as u32 + 2_000_000);
    let at: Vec<(f64, f64)> = (0..points)
        .map(|_| (draws.unit() * 100.0, draws.unit() * 100.0))
        .collect();
    Costs::from_fn(points, points, |a, b| {
        let way = (at[a].0 - at[b].0).hypot(at[a].1 - at[b].1);
        if whole { way.round() } else { way }
    })
    .unwrap()
}

fn goals() -> [Goal; 3] {
    [Goal::Median, Goal::Center, Goal::Cover { within: 20.0 }]
}

#[test]
fn a_further_site_never_hurts() {
    let costs = plane(25, false);
    for goal in goals() {
        let values: Vec<f64> = (1..=25)
            .map(|sites| answer(&costs, &Problem::new(goal).choose(sites)).value)
            .collect();
        assert!(
            values.windows(2).all(|pair| pair[1] <= pair[0]),
            "{goal:?}: {values:?}"
        );
        assert_eq!(values[24], 0.0);
    }
}

#[test]
fn relabelling_sites_and_users_changes_no_value() {
    let costs = plane(24, true);
    let turned = Costs::from_fn(24, 24, |user, site| costs.cost((user * 7 + 3) % 24, 23 - site)).unwrap();
    for goal in goals() {
        let problem = Problem::new(goal).choose(4);
        assert_eq!(
            answer(&costs, &problem).value,
            answer(&turned, &problem).value,
            "{goal:?}"
        );
    }
}

#[test]
fn doubled_weights_double_sums_and_leave_a_center() {
    let costs = plane(20, false);
    let double = costs.clone().weighted(vec![2.0; 20]).unwrap();
    for goal in goals() {
        let problem = Problem::new(goal).choose(3);
        let factor = if goal == Goal::Center { 1.0 } else { 2.0 };
        let (once, twice) = (answer(&costs, &problem), answer(&double, &problem));
        assert!(same(twice.value, factor * once.value), "{goal:?}");
    }
}

#[test]
fn one_thread_and_four_find_the_same() {
    let costs = plane(60, false);
    let effort = Effort {
        steps: 300,
        restarts: 20,
        seed: 3,
    };
    for goal in goals() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| {
                solve(&costs, &Problem::new(goal).choose(7), &effort, &mut |_| {
                    ControlFlow::Continue(())
                })
                .unwrap()
            })
        };
        assert_eq!(with(1), with(4), "{goal:?}");
    }
}

#[test]
fn pairs_far_apart_are_served_each_from_one_of_both() {
    // Eight pairs of users 2 apart; pairs are 1,000 apart.
    let at = |user: usize| (user / 2 * 1000 + user % 2 * 2) as f64;
    let costs = Costs::from_fn(16, 16, |user, site| (at(user) - at(site)).abs()).unwrap();
    let median = answer(&costs, &Problem::new(Goal::Median).choose(8));
    assert_eq!((median.value, median.status), (16.0, Status::Optimal));
    assert_eq!(answer(&costs, &Problem::new(Goal::Center).choose(8)).value, 2.0);
    assert_eq!(
        answer(&costs, &Problem::new(Goal::Center).choose(7)).value,
        1000.0 - 2.0
    );
    assert_eq!(
        answer(&costs, &Problem::new(Goal::Cover { within: 2.0 }).choose(5)).value,
        6.0
    );
}

#[test]
fn a_site_is_opened_when_it_saves_more_than_it_costs() {
    // Two users 10 apart, a site at each: a second one saves 10.
    let table = vec![0.0, 10.0, 10.0, 0.0];
    let costs = |opening| {
        let costs = Costs::from_table(2, 2, table.clone()).unwrap();
        costs.with_open_costs(vec![opening; 2]).unwrap()
    };
    let at = |opening| answer(&costs(opening), &Problem::new(Goal::Fixed));
    assert_eq!((at(9.0).value, at(9.0).sites), (18.0, vec![0, 1]));
    assert_eq!((at(11.0).value, at(11.0).sites), (21.0, vec![0]));
    let one = answer(&costs(9.0), &Problem::new(Goal::Fixed).choose(1));
    assert_eq!((one.value, one.sites), (19.0, vec![0]));
}

#[test]
fn no_swap_addition_or_drop_helps_after_interchange() {
    for case in 0..100 {
        let costs = costs_of(case);
        for problem in problems_of(case, &costs) {
            if problem.goal == Goal::Center || problem.contradiction(&costs).is_some() {
                continue;
            }
            let sums = Sums::of(&costs, &problem);
            for start in [greedy(&sums), randomised(&sums, 1, 2)] {
                let mut open = start.clone();
                let (value, _) = improve(&sums, &mut open);
                assert!(value <= sums.value(&start) * (1.0 + ROUNDING));
                for next in neighbours(&sums, &open) {
                    let better = sums.value(&next) < value * (1.0 - ROUNDING);
                    assert!(!better, "case {case}: {problem:?}: {open:?} to {next:?}");
                }
            }
        }
    }
}

/// All sets one swap, addition or drop away.
fn neighbours(sums: &Sums, open: &[usize]) -> Vec<Vec<usize>> {
    let without =
        |site: usize| -> Vec<usize> { open.iter().copied().filter(|&other| other != site).collect() };
    let with = |set: &[usize], site: usize| -> Vec<usize> { set.iter().copied().chain([site]).collect() };
    let closed = || (0..sums.sites()).filter(|site| !open.contains(site));
    let mut sets: Vec<Vec<usize>> = closed().map(|site| with(open, site)).collect();
    for &site in open.iter().filter(|site| !sums.must[**site]) {
        sets.push(without(site));
        sets.extend(closed().map(|other| with(&without(site), other)));
    }
    sets.retain(|set| (sums.least..=sums.most).contains(&set.len()));
    sets
}

#[test]
fn growing_adds_one_site_at_a_time_and_tells_what_that_costs() {
    let costs = plane(20, true);
    for goal in goals() {
        let problem = Problem::new(goal).never(&[0]);
        let path = grow(&costs, &problem, &[4, 9], 6, &Effort::default()).unwrap();
        assert_eq!(path.len(), 4);
        let mut before = vec![4, 9];
        for step in &path {
            before.push(step.site);
            before.sort_unstable();
            assert_eq!(step.sites, before);
            assert_eq!(step.value, problem.value(&costs, &step.sites));
            assert_eq!(step.free.status, Status::Optimal);
            assert!(step.free.value <= step.value && step.site != 0);
            let others = (1..20).filter(|site| !before.contains(site) || *site == step.site);
            for other in others {
                let set: Vec<usize> = before
                    .iter()
                    .copied()
                    .filter(|site| *site != step.site)
                    .chain([other])
                    .collect();
                assert!(problem.value(&costs, &set) >= step.value);
            }
        }
    }
    let first = grow(&costs, &Problem::new(Goal::Median), &[], 1, &Effort::default()).unwrap();
    assert_eq!((first[0].value, first[0].regret()), (first[0].free.value, 0.0));
}

#[test]
fn whoever_watches_can_stop_the_search() {
    let costs = plane(60, false);
    let mut told = 0;
    let found = solve(
        &costs,
        &Problem::new(Goal::Median).choose(7),
        &Effort::default(),
        &mut |news| {
            told += 1;
            assert_eq!(news.sites.len(), 7);
            ControlFlow::Break(())
        },
    )
    .unwrap();
    // Once at the start and once after the first, shortest part of the proof.
    assert!(told <= 2 && found.sites.len() == 7);
    assert!(matches!(found.status, Status::Within(gap) if gap > 0.0));
}

#[test]
fn the_last_record_of_an_edge_holds_and_unconnected_vertices_are_told() {
    let costs = shortest_ways(4, &[(0, 1, 1.0), (1, 2, 2.0), (0, 1, 7.0), (2, 3, 1.0)]).unwrap();
    assert_eq!(costs.row(0), [0.0, 7.0, 9.0, 10.0]);
    let apart = shortest_ways(3, &[(0, 1, 1.0)]).unwrap();
    let one = answer(&apart, &Problem::new(Goal::Median).choose(1));
    assert!(matches!(one.status, Status::Infeasible(_)) && one.sites.is_empty());
    assert_eq!(answer(&apart, &Problem::new(Goal::Center).choose(2)).value, 1.0);
    let wrong = shortest_ways(2, &[(0, 2, 1.0), (0, 1, f64::NAN)]).unwrap_err();
    assert_eq!(wrong.to_string(), "edge 0: from 0 to 2\nedge 1: length NaN");
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let wrong = Costs::from_table(3, 1, vec![f64::NAN, f64::INFINITY, -1.0]).unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "user 0, site 0: cost NaN\nuser 1: may go to no site\nuser 2, site 0: cost -1"
    );
    let costs = plane(3, true);
    let wrong = costs
        .clone()
        .weighted(vec![1.0, -2.0, f64::INFINITY])
        .unwrap_err();
    assert_eq!(wrong.to_string(), "user 1: weight -2\nuser 2: weight inf");
    let problem = Problem::new(Goal::Median).must(&[5]).choose(4);
    let wrong = problem.check(&costs).unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "site 5 must be open, but is not there\n4 sites are wanted"
    );
}

#[test]
fn conditions_that_contradict_each_other_are_told_as_why() {
    let costs = plane(3, true);
    let why = |problem: Problem| answer(&costs, &problem).status;
    let median = Problem::new(Goal::Median);
    assert_eq!(
        why(median.clone().choose(1).must(&[0, 1, 1])),
        Status::Infeasible("2 sites must be open, but only 1 are chosen".to_owned())
    );
    assert_eq!(
        why(median.clone().choose(3).never(&[2])),
        Status::Infeasible("3 sites are chosen, but only 2 may be open".to_owned())
    );
    assert_eq!(
        why(median.choose(1).must(&[2]).never(&[2])),
        Status::Infeasible("site 2 must be open and must not be".to_owned())
    );
}

#[test]
fn users_of_no_weight_do_not_count() {
    let costs = plane(5, true).weighted(vec![0.0; 5]).unwrap();
    for goal in goals() {
        let found = answer(&costs, &Problem::new(goal).choose(2));
        assert_eq!(
            (found.value, found.sites.len(), found.status),
            (0.0, 2, Status::Optimal),
            "{goal:?}"
        );
    }
}
