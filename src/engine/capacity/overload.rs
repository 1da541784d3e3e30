//! What becomes of load beyond a ceiling, in one hour: it queues, is turned away, goes on, or is served with less work.
//!
//! Spilling goes in rounds. Regions beyond their ceilings are full; their excess is an even sample of their users, and
//! goes where routing sends these users without the full regions. A region that cannot take all of what comes takes the
//! same part of everything, is full from then on, and the rest goes to the next round. The full regions only grow, so there
//! are at most as many rounds as regions. Nobody who found a place is sent away again.

use crate::design::capacity::Overload;
use crate::engine::routing::Assignment;

/// The load of an hour, erlang.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'a> {
    /// By user group: what any region can serve.
    pub groups: &'a [f64],
    /// By region: what no other region can serve. Of what is beyond the ceiling it has its share.
    pub pinned: &'a [f64],
    /// Where the groups go.
    pub assignment: &'a Assignment,
    /// What each region takes; none where there is no end to it.
    pub limits: &'a [Option<f64>],
}

/// What became of it, by region, erlang.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What came first.
    pub offered: Vec<f64>,
    /// What is served, with what came from others; as the work that it would be if nothing was left out.
    pub served: Vec<f64>,
    /// What nobody serves of what came first.
    pub shed: Vec<f64>,
    /// What went on: from, to, erlang; ascending.
    pub spilled: Vec<(usize, usize, f64)>,
    /// Share of the work that is done for a request.
    pub work: Vec<f64>,
    /// Whether more came first than the region takes.
    pub full: Vec<bool>,
    /// Rounds of spilling.
    pub rounds: usize,
}

/// Users on the way from a full region to another.
#[derive(Clone, Copy, Debug)]
struct Excess {
    group: usize,
    from: usize,
    erlang: f64,
}

/// What becomes of `hour`. `next` tells where groups go without the regions that are full (ascending); it is asked only to
/// spill.
pub fn overload(hour: &Offered, how: Overload, next: impl FnMut(&[usize]) -> Assignment) -> Outcome {
    let mut outcome = first(hour);
    match how {
        Overload::Queue => {}
        Overload::Shed => cut(hour, &mut outcome, 1.0),
        Overload::Degrade(work) => cut(hour, &mut outcome, work),
        Overload::Spill => spill(hour, &mut outcome, next),
    }
    outcome
}

/// Everything is served where it comes first.
fn first(hour: &Offered) -> Outcome {
    let mut offered = hour.pinned.to_vec();
    for (group, erlang) in hour.groups.iter().enumerate() {
        for (region, share) in hour.assignment.of(group) {
            offered[usize::from(*region)] += erlang * share;
        }
    }
    let beyond = |(load, limit): (&f64, &Option<f64>)| limit.is_some_and(|limit| *load > limit);
    Outcome {
        full: offered.iter().zip(hour.limits).map(beyond).collect(),
        served: offered.clone(),
        shed: vec![0.0; offered.len()],
        spilled: Vec::new(),
        work: vec![1.0; offered.len()],
        rounds: 0,
        offered,
    }
}

/// Full regions do the share `work` of each request, and turn away what is beyond their ceiling even so.
fn cut(hour: &Offered, outcome: &mut Outcome, work: f64) {
    for (region, limit) in hour.limits.iter().enumerate() {
        if let Some(limit) = limit.filter(|_| outcome.full[region]) {
            let offered = outcome.offered[region];
            outcome.work[region] = work;
            outcome.served[region] = offered.min(limit / work);
            outcome.shed[region] = offered - outcome.served[region];
        }
    }
}

fn spill(hour: &Offered, outcome: &mut Outcome, mut next: impl FnMut(&[usize]) -> Assignment) {
    let regions = outcome.offered.len();
    let mut full = outcome.full.clone();
    let mut excess = first_excess(hour, outcome);
    let mut moved = vec![0.0; regions * regions];
    while !excess.is_empty() && outcome.rounds < regions {
        outcome.rounds += 1;
        let closed: Vec<usize> = (0..regions).filter(|region| full[*region]).collect();
        let assignment = next(&closed);
        let taken = taken(hour, outcome, &excess, &assignment, &full);
        let mut left = Vec::new();
        for part in excess {
            let mut rest = 0.0;
            let mut nowhere = 1.0;
            for (to, share) in assignment.of(part.group) {
                let to = usize::from(*to);
                if closed.binary_search(&to).is_err() {
                    let sent = part.erlang * share;
                    nowhere -= share;
                    rest += sent * (1.0 - taken[to]);
                    outcome.served[to] += sent * taken[to];
                    moved[part.from * regions + to] += sent * taken[to];
                }
            }
            outcome.shed[part.from] += part.erlang * nowhere.max(0.0);
            if rest > 0.0 {
                left.push(Excess { erlang: rest, ..part });
            }
        }
        for (region, taken) in taken.iter().enumerate() {
            full[region] |= *taken < 1.0;
        }
        excess = left;
    }
    for part in excess {
        outcome.shed[part.from] += part.erlang;
    }
    let pairs = moved.iter().enumerate().filter(|(_, erlang)| **erlang > 0.0);
    outcome.spilled = pairs
        .map(|(at, erlang)| (at / regions, at % regions, *erlang))
        .collect();
}

/// The excess of regions that are full from the start. What is pinned of it is turned away.
fn first_excess(hour: &Offered, outcome: &mut Outcome) -> Vec<Excess> {
    let mut beyond = vec![0.0; outcome.offered.len()];
    for (region, limit) in hour.limits.iter().enumerate() {
        if let Some(limit) = limit.filter(|_| outcome.full[region]) {
            beyond[region] = 1.0 - limit / outcome.offered[region];
            outcome.served[region] = limit;
            outcome.shed[region] = hour.pinned[region] * beyond[region];
        }
    }
    let mut excess = Vec::new();
    for (group, erlang) in hour.groups.iter().enumerate() {
        for (region, share) in hour.assignment.of(group) {
            let from = usize::from(*region);
            let erlang = erlang * share * beyond[from];
            if erlang > 0.0 {
                excess.push(Excess { group, from, erlang });
            }
        }
    }
    excess
}

/// The share that each region takes of what comes to it in a round.
fn taken(
    hour: &Offered,
    outcome: &Outcome,
    excess: &[Excess],
    assignment: &Assignment,
    full: &[bool],
) -> Vec<f64> {
    let mut coming = vec![0.0; full.len()];
    for part in excess {
        for (to, share) in assignment.of(part.group) {
            coming[usize::from(*to)] += part.erlang * share;
        }
    }
    let share = |(region, coming): (usize, &f64)| match hour.limits[region] {
        Some(limit) if !full[region] && *coming > 0.0 => {
            let room = (limit - outcome.served[region]).max(0.0);
            (room / coming).min(1.0)
        }
        _ => 1.0,
    };
    coming.iter().enumerate().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups in order of preference of the regions.
    fn prefer(orders: &[[usize; 3]]) -> impl FnMut(&[usize]) -> Assignment {
        |full| {
            let open = |order: &[usize; 3]| order.iter().copied().find(|region| !full.contains(region));
            // Without any region left nobody asks: the assignment then names full ones.
            let to: Vec<usize> = orders
                .iter()
                .map(|order| open(order).unwrap_or(order[0]))
                .collect();
            Assignment::whole(&to)
        }
    }

    const ORDERS: [[usize; 3]; 3] = [[0, 1, 2], [1, 0, 2], [2, 1, 0]];

    fn outcome(groups: [f64; 3], limits: [Option<f64>; 3], how: Overload) -> Outcome {
        let hour = Offered {
            groups: &groups,
            pinned: &[2.0, 0.0, 0.0],
            assignment: &Assignment::whole(&[0, 1, 2]),
            limits: &limits,
        };
        overload(&hour, how, prefer(&ORDERS))
    }

    #[test]
    fn under_the_ceiling_nothing_happens() {
        for how in [Overload::Shed, Overload::Spill, Overload::Degrade(0.5)] {
            let found = outcome([8.0, 5.0, 1.0], [Some(10.0), Some(10.0), None], how);
            assert_eq!((found.served, found.shed), (vec![10.0, 5.0, 1.0], vec![0.0; 3]));
        }
    }

    #[test]
    fn what_is_beyond_goes_to_the_next_and_then_to_the_one_after() {
        // 20 of 22 may move; 12 of 22 are too many. The second has room for 5, the third for all.
        let found = outcome([20.0, 5.0, 1.0], [Some(10.0), Some(10.0), None], Overload::Spill);
        let pinned = 2.0 * 12.0 / 22.0;
        let moved = 12.0 - pinned;
        assert!((found.shed[0] - pinned).abs() < 1e-12 && found.shed[1..] == [0.0, 0.0]);
        let [(0, 1, first), (0, 2, second)] = found.spilled[..] else {
            panic!("{found:?}")
        };
        assert!((first - 5.0).abs() < 1e-12 && (second - (moved - 5.0)).abs() < 1e-12);
        assert_eq!(found.rounds, 2);
        assert!((found.served[1] - 10.0).abs() < 1e-12);
    }

    #[test]
    fn what_no_region_takes_is_turned_away() {
        let limits = [Some(10.0), Some(10.0), Some(4.0)];
        let found = outcome([20.0, 5.0, 1.0], limits, Overload::Spill);
        assert!(
            found
                .served
                .iter()
                .zip([10.0, 10.0, 4.0])
                .all(|(a, b)| (a - b).abs() < 1e-12)
        );
        assert!((found.shed[0] - 4.0).abs() < 1e-12 && found.rounds <= 3);
    }

    #[test]
    fn less_work_makes_room_and_the_rest_is_turned_away() {
        let limits = [Some(10.0), Some(10.0), None];
        let found = outcome([14.0, 45.0, 1.0], limits, Overload::Degrade(0.5));
        assert_eq!(
            (found.served, found.shed),
            (vec![16.0, 20.0, 1.0], vec![0.0, 25.0, 0.0])
        );
        assert_eq!(
            (found.work, found.full),
            (vec![0.5, 0.5, 1.0], vec![true, true, false])
        );
    }
}
