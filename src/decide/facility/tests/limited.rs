//! Sets whose sites can take only so much, against trying all sets.

use std::ops::ControlFlow;

use super::{Draws, all_tried, allowed, answer, costs_of, problems_of, same};
use crate::decide::facility::grow::next;
use crate::decide::facility::matrix::Costs;
use crate::decide::facility::problem::{Goal, Problem};
use crate::decide::facility::search::{Effort, Solution, Status, solve, solve_unless};

/// The costs of a case with capacities, some of them none, that leave some questions without an answer.
fn limited_costs(case: u32) -> Costs {
    let costs = costs_of(case);
    let mut draws = Draws::of(case + 3_000_000);
    let all: f64 = (0..costs.users()).map(|user| costs.weight(user)).sum();
    let loose = [1.2, 2.0, 4.0][case as usize % 3];
    let capacity = (0..costs.sites())
        .map(|site| {
            if (site + case as usize).is_multiple_of(4) {
                f64::INFINITY
            } else {
                (draws.unit() * loose * all / costs.sites() as f64 * 2.0).round()
            }
        })
        .collect();
    costs.with_capacities(capacity).unwrap()
}

#[test]
fn the_search_finds_what_trying_all_sets_finds_under_capacities() {
    let (mut sets, mut none) = (0, 0);
    for case in 0..300 {
        let costs = limited_costs(case);
        let problems = problems_of(case, &costs).into_iter();
        let strict = problems.flat_map(|problem| [problem.clone(), problem.for_everybody()]);
        for problem in strict {
            let (found, least) = (answer(&costs, &problem), all_tried(&costs, &problem));
            assert!(
                same(found.value, least),
                "case {case}: {problem:?}: {found:?}, but {least}"
            );
            if least.is_finite() {
                sets += 1;
                assert_eq!(found.status, Status::Optimal, "case {case}: {problem:?}");
                assert!(allowed(&costs, &problem, &found.sites) && costs.within_capacity(&found.sites));
            } else {
                none += 1;
                assert!(
                    matches!(found.status, Status::Infeasible(_)),
                    "case {case}: {found:?}"
                );
            }
        }
    }
    assert!(sets > 500 && none > 100, "{sets} with a set, {none} without");
}

#[test]
fn a_capacity_that_is_never_reached_changes_nothing() {
    for case in 0..60 {
        let costs = costs_of(case);
        let all: f64 = (0..costs.users()).map(|user| costs.weight(user)).sum();
        let roomy = costs.clone().with_capacities(vec![all; costs.sites()]).unwrap();
        for problem in problems_of(case, &costs) {
            let value = |costs: &Costs| answer(costs, &problem).value;
            assert!(same(value(&costs), value(&roomy)), "case {case}: {problem:?}");
        }
    }
}

#[test]
fn users_who_may_go_nowhere_are_let_in_where_that_is_said_and_no_set_serves_them() {
    let table = vec![1.0, 5.0, f64::INFINITY, f64::INFINITY];
    assert!(Costs::from_table(2, 2, table.clone()).is_err());
    let costs = Costs::from_open_table(2, 2, table).unwrap();
    let cover = Problem::new(Goal::Cover { within: 2.0 }).choose(1);
    assert_eq!(
        (answer(&costs, &cover).value, answer(&costs, &cover).sites),
        (1.0, vec![0])
    );
    let all = answer(&costs, &cover.for_everybody());
    assert!(matches!(all.status, Status::Infeasible(_)));
    for goal in [Goal::Median, Goal::Center, Goal::Fixed] {
        let found = answer(&costs, &Problem::new(goal).choose(1));
        assert!(matches!(found.status, Status::Infeasible(_)), "{goal:?}");
    }
}

#[test]
fn everybody_is_served_though_covering_alone_would_leave_one_out() {
    // The first site covers two users and cannot serve the third; the second serves all and covers one.
    let far = f64::INFINITY;
    let costs = Costs::from_table(3, 2, vec![1.0, 9.0, 1.0, 9.0, far, 1.0]).unwrap();
    let cover = Problem::new(Goal::Cover { within: 2.0 }).choose(1);
    assert_eq!(answer(&costs, &cover).sites, [0]);
    let all = answer(&costs, &cover.for_everybody());
    assert_eq!((all.sites, all.value), (vec![1], 2.0));
}

#[test]
fn sums_of_decimals_fill_a_capacity_to_the_brim() {
    let costs = Costs::from_fn(3, 1, |_, _| 1.0).unwrap();
    let costs = costs
        .weighted(vec![0.1; 3])
        .unwrap()
        .with_capacities(vec![0.3])
        .unwrap();
    assert!(costs.within_capacity(&[0]));
    assert!(!costs.with_capacities(vec![0.2]).unwrap().within_capacity(&[0]));
}

#[test]
fn growing_goes_for_room_while_there_is_too_little() {
    // Site 0 is near everybody and takes one user; site 2 draws off two of the three, site 1 none.
    let costs = Costs::from_table(3, 3, vec![1.0, 2.0, 9.0, 1.0, 2.0, 0.5, 1.0, 2.0, 0.5]).unwrap();
    let costs = costs.with_capacities(vec![1.0, 3.0, 3.0]).unwrap();
    assert_eq!(next(&costs, &Problem::new(Goal::Median), &[0]), Some((2, 2.0)));
}

#[test]
fn whoever_says_stop_between_two_steps_gets_the_best_so_far() {
    let costs = costs_of(7);
    let mut first: Option<Solution> = None;
    for stop in [true, false] {
        let problem = Problem::new(Goal::Median).choose(2);
        let found = solve_unless(&costs, &problem, &Effort::default(), &|| stop, &mut |_| {
            ControlFlow::Continue(())
        })
        .unwrap();
        if let Some(first) = &first {
            assert!(first.bound <= found.bound && found.value <= first.value);
            let whole = solve(&costs, &problem, &Effort::default(), &mut |_| {
                ControlFlow::Continue(())
            });
            assert_eq!(found, whole.unwrap());
        }
        first.get_or_insert(found);
    }
}
