//! What looking closer at the judged sets takes: losses, servers and bills, replays of scrambled points, a race.

use super::Asked;
use super::plain::{NANOS_PER_DRAW, NANOS_PER_PAIR, NANOS_PER_PAIRED_DRAW, Work};
use crate::basis::seed::Points;
use crate::decide::enumerate::Way;
use crate::design::scenario::Scenario;
use crate::engine::memory::Dimensions;

// Processor time as in `plain`.

/// Nanoseconds for the losses of a set with one member, and of one with more: what it takes besides its members, and for
/// each of these. Most of it are years and busy periods, of which there are as many for all sets.
const NANOS_PER_LONE_SET: f64 = 3e7;
const NANOS_PER_LOSING_SET: f64 = 4e7;
const NANOS_PER_MEMBER: f64 = 5.5e7;
/// How much more a set takes that is looked at closely, and how many are where there are no more, or else.
const MORE_CLOSELY: f64 = 0.5;
const CLOSELY: (f64, f64) = (6.0, 2.0);
/// Inputs are moved until another set wins: as much as so many times the losses of the best sets, of so many.
const INPUTS_MOVED: f64 = 1.2;
const CONTENDERS: f64 = 5.0;
/// How much more each named loss takes.
const PER_NAMED_LOSS: f64 = 0.2;
/// Nanoseconds to ask a set what becomes of it when it loses regions, for each member.
const NANOS_PER_ASKED_MEMBER: f64 = 8e5;
/// Nanoseconds to size and bill a set with its losses, for each user group.
const NANOS_PER_BILLED_GROUP: f64 = 75.0;
/// Nanoseconds for the servers and the bill of a judged set, whatever it is.
const NANOS_PER_PLANNED_SET: f64 = 5e6;
/// Regions that the judged sets send one user group to, as a share of these sets.
const REGIONS_PER_JUDGED: f64 = 0.3;
/// Share of a race that is run: most sets are dropped before its end.
const OF_A_RACE: f64 = 0.5;
/// How much longer a draw takes that is made again by scramble.
const OF_A_SCRAMBLED_DRAW: f64 = 2.0;

/// Nanoseconds of all of this.
pub(super) fn nanos(
    scenario: &Scenario,
    sets: &[(usize, u64)],
    ways: &[(usize, Way)],
    work: &Work,
    asked: &Asked,
) -> f64 {
    let judged = judged(scenario, sets, asked.top);
    losses(scenario, &judged)
        + promises(scenario, sets, asked.top)
        + plans(scenario, sets, ways, &judged)
        + replays(scenario, work)
        + race(scenario, work)
}

/// How many sets of so many regions are judged: of each size the best, and of the largest as many as are asked for, since
/// more regions are quicker; then those that are named.
fn judged(scenario: &Scenario, sets: &[(usize, u64)], top: usize) -> Vec<(usize, f64)> {
    let mut left = top as u64;
    let mut judged: Vec<(usize, f64)> = Vec::new();
    for (size, count) in sets.iter().rev() {
        let of_size = left.max(1).min(*count);
        left = left.saturating_sub(of_size);
        judged.push((*size, of_size as f64));
    }
    let own = scenario.placements.iter().chain(&scenario.baseline);
    judged.extend(
        own.filter(|own| !own.standbys.is_empty() || own.leaders.iter().any(Option::is_some))
            .map(|own| (own.regions.len() + own.standbys.len(), 1.0)),
    );
    judged
}

/// What becomes of the judged sets when regions are lost.
fn losses(scenario: &Scenario, judged: &[(usize, f64)]) -> f64 {
    if !scenario.recovery_asked {
        return 0.0;
    }
    let sets: f64 = judged.iter().map(|(_, sets)| sets).sum();
    let all: f64 = judged.iter().map(|(size, sets)| of_a_set(*size) * sets).sum();
    let closely = if sets <= CLOSELY.0 { sets } else { CLOSELY.1 };
    let of_each = all / sets.max(1.0);
    let named = 1.0 + PER_NAMED_LOSS * scenario.losses.named.len() as f64;
    named * (all + of_each * (MORE_CLOSELY * closely + INPUTS_MOVED * sets.min(CONTENDERS)))
}

fn of_a_set(members: usize) -> f64 {
    match members {
        0 | 1 => NANOS_PER_LONE_SET,
        more => NANOS_PER_LOSING_SET + NANOS_PER_MEMBER * more as f64,
    }
}

/// Sets that are asked what they promise about losses: as many as are kept at least; how many are refused is not known.
fn promises(scenario: &Scenario, sets: &[(usize, u64)], top: usize) -> f64 {
    if !scenario.targets.are_about_losses() {
        return 0.0;
    }
    let of_size = |(size, count): &(usize, u64)| {
        let asked = (2 * top as u64).clamp(16, 256).min(*count);
        asked as f64 * *size as f64 * NANOS_PER_ASKED_MEMBER
    };
    sets.iter().map(of_size).sum()
}

/// Servers and bills: of the judged sets, and of all where regions alone decide.
fn plans(scenario: &Scenario, sets: &[(usize, u64)], ways: &[(usize, Way)], judged: &[(usize, f64)]) -> f64 {
    if !scenario.capacity_asked {
        return 0.0;
    }
    let groups = scenario.audience.groups.len() as f64;
    let judged: f64 = judged.iter().map(|(_, sets)| sets).sum();
    let mut nanos = judged * NANOS_PER_PLANNED_SET;
    if scenario.cost.is_some() && Dimensions::of(scenario).layers == 0 {
        let in_full = sets.iter().zip(ways).filter(|(_, (_, way))| *way == Way::All);
        let all: f64 = in_full.map(|((_, count), _)| *count as f64).sum();
        nanos += all * groups * NANOS_PER_BILLED_GROUP;
    }
    nanos
}

/// Pairs of a user group and a region that judged sets use.
fn pairs_used(work: &Work) -> f64 {
    work.pairs
        .min(work.groups * (1.0 + REGIONS_PER_JUDGED * work.judged))
}

/// Draws made again by scramble, for the errors of the judged sets.
fn replays(scenario: &Scenario, work: &Work) -> f64 {
    if scenario.sampling.points == Points::Random {
        return 0.0;
    }
    let classes = scenario.classes.len().max(1) as f64;
    pairs_used(work) * work.runs * classes * NANOS_PER_DRAW * OF_A_SCRAMBLED_DRAW
}

/// Draws double up to the most allowed, and at each look the sets that are left are drawn from the first on.
fn race(scenario: &Scenario, work: &Work) -> f64 {
    let Some(race) = &scenario.sampling.race else {
        return 0.0;
    };
    let most = f64::from(race.runs);
    let draws = 2.0 * most - work.runs.min(most);
    let again = match scenario.sampling.points {
        Points::Random => 1.0,
        Points::Scrambled => 1.0 + OF_A_SCRAMBLED_DRAW,
    };
    let drawn = pairs_used(work) * draws * NANOS_PER_DRAW * again;
    let compared = work.judged * work.groups * draws * NANOS_PER_PAIRED_DRAW;
    OF_A_RACE * (drawn + compared) + pairs_used(work) * NANOS_PER_PAIR
}
