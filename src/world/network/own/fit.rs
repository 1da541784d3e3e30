//! From rows of measurements beside their estimates to the effects that bring both together.
//!
//! | effects | on | before anything is known, standard deviation |
//! |---|---|---|
//! | all, country, region, pair of both | path of users | 0.85 scales of the estimates in all, each a quarter of the variance |
//! | technology, country | access | 0.51 in all, a quarter and three quarters of the variance |
//! | host | access | the spread between users of one level |
//! | all, region at either end, pair | link | the spread of the estimates in all: a sixth, a sixth each, a half |
//!
//! The 0.85 and 0.51 are the input errors of the network (see [`variance`](crate::world::network::variance)). Where the
//! rows are single hosts, how hosts differ tells the spread of access between users, and their residuals that of paths;
//! where each is of many users, what they say of their own 90th percentile does. A host's own access is no level of its
//! country: it is found so as not to be taken for one, and then left out.
//!
//! Effects are fitted to a sum of access and path, and the median of a sum of laws is another one as soon as either is
//! moved: what is predicted is asked for, and levels are moved back by what brings it next to the sum (least squares
//! without a prior). Fitted spreads move no median: the network sees to that.

use std::collections::BTreeMap;

use super::effects::Calibration;
use super::links::fit_links;
use super::observation::{Observation, Subject};
use super::spreads::spreads;
use super::users::{HOST, OF_PATH, UserEffects, access_levels, path_levels};
use crate::basis::linear::Symmetric;
use crate::world::network::variance::InputSpread;

/// A row this far off its estimate, as a logarithm, is not fitted: a factor of twenty is no error of an estimate.
pub const TOO_FAR: f64 = 3.0;
/// A row this many standard deviations away is odd.
pub const ODD: f64 = 4.0;

/// How often predictions are brought to their sums, at most; they are settled once none is further off, as a
/// logarithm.
const ROUNDS: usize = 6;
const SETTLED: f64 = 1e-4;

/// A row that the fit does not follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odd {
    /// Which one.
    pub row: usize,
    /// How many standard deviations it lies away; none where it was [too far](TOO_FAR) off its estimate to be fitted.
    pub away: Option<f64>,
}

/// A fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fitted {
    /// The effects.
    pub calibration: Calibration,
    /// Rows that it does not follow.
    pub odd: Vec<Odd>,
}

/// What `observations` make of the estimates; `spread` says how far these may be off before anything is known, and
/// `predicted_ms` what is predicted of a row under a calibration. The order of the observations does not matter.
///
/// Nothing is fitted where there are no rows of a kind.
pub fn fit(
    observations: &[Observation],
    spread: InputSpread,
    predicted_ms: &dyn Fn(usize, &Calibration) -> f64,
) -> Fitted {
    let order = in_order(observations);
    let rows: Vec<&Observation> = order.iter().map(|&row| &observations[row]).collect();
    // Users stand before links: subjects come in that order.
    let of_users = |row: &&&Observation| matches!(row.subject, Subject::Users { .. });
    let (users, links) = rows.split_at(rows.iter().filter(of_users).count());
    let mut calibration = Calibration::default();
    let mut away = vec![0.0; rows.len()];
    if !users.is_empty() {
        let found = fit_users(users, spread, &mut calibration);
        away[..found.len()].copy_from_slice(&found);
        let predicted_ms = |at: usize, under: &Calibration| predicted_ms(order[at], under);
        move_back(users, &mut calibration, &predicted_ms);
    }
    if !links.is_empty()
        && let Some((levels, found)) = fit_links(links)
    {
        calibration.links = levels;
        away[users.len()..].copy_from_slice(&found);
    }
    Fitted {
        odd: odd(observations, &order, &away),
        calibration,
    }
}

/// Moves levels so that predictions come to what the sums of `rows` say: all access and all paths, then what is left of
/// each country's access, then of pairs.
fn move_back(
    rows: &[&Observation],
    calibration: &mut Calibration,
    predicted_ms: &dyn Fn(usize, &Calibration) -> f64,
) {
    let says: Vec<f64> = rows.iter().map(|row| row.says(calibration).ln()).collect();
    for _ in 0..ROUNDS {
        let rows: Vec<Off<'_>> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| Off {
                subject: &row.subject,
                of_access: row.access_ms * row.moved_by(calibration)[0].exp() / row.says(calibration),
                log: says[at] - predicted_ms(at, calibration).ln(),
            })
            .collect();
        if rows.iter().all(|row| row.log.abs() < SETTLED) {
            return;
        }
        move_once(rows, calibration);
    }
}

/// How far a prediction is off its sum, and the share of access in it.
struct Off<'a> {
    subject: &'a Subject,
    of_access: f64,
    log: f64,
}

/// Rows that say nothing of a level count as so much of one that says it stays.
const LEAST: f64 = 0.01;
/// No level moves further than this at once: below the fibre bound a prediction follows nothing.
const MOST: f64 = 0.2;

fn move_once(mut rows: Vec<Off<'_>>, calibration: &mut Calibration) {
    let mut system = Symmetric::zeros(2);
    let mut right = [0.0; 2];
    for row in &rows {
        let slope = [row.of_access, 1.0 - row.of_access];
        system.add_outer(&[(0, slope[0]), (1, slope[1])], 1.0);
        right = [right[0] + slope[0] * row.log, right[1] + slope[1] * row.log];
    }
    // Where rows do not tell access and path apart, both are moved alike.
    (0..2).for_each(|at| system.add(at, at, LEAST));
    let Some(factor) = system.factor() else { return };
    let back: Vec<f64> = factor
        .solve(&right)
        .iter()
        .map(|back| back.clamp(-MOST, MOST))
        .collect();
    for (levels, back) in [&mut calibration.access, &mut calibration.path]
        .into_iter()
        .zip(&back)
    {
        if let Some(all) = &mut levels.all {
            all.effect += back;
        }
    }
    for row in &mut rows {
        row.log -= row.of_access * back[0] + (1.0 - row.of_access) * back[1];
    }
    let country = |row: &Off<'_>| row.subject.parts().0.to_owned();
    for (name, back) in each(&mut rows, country, |row| row.of_access) {
        if let Some(level) = calibration.access.from.get_mut(&name) {
            level.effect += back;
        }
    }
    let pair = |row: &Off<'_>| (row.subject.parts().0.to_owned(), row.subject.parts().2.to_owned());
    for (name, back) in each(&mut rows, pair, |row| 1.0 - row.of_access) {
        if let Some(level) = calibration.path.pairs.get_mut(&name) {
            level.effect += back;
        }
    }
}

/// What brings rows of one name back, by least squares; it is taken off them.
fn each<K: Ord>(
    rows: &mut [Off<'_>],
    name: impl Fn(&Off<'_>) -> K,
    slope: impl Fn(&Off<'_>) -> f64,
) -> BTreeMap<K, f64> {
    let mut sums: BTreeMap<K, (f64, f64)> = BTreeMap::new();
    for row in rows.iter() {
        let sum = sums.entry(name(row)).or_insert((0.0, LEAST));
        let x = slope(row);
        *sum = (sum.0 + x * row.log, sum.1 + x * x);
    }
    let back: BTreeMap<K, f64> = sums
        .into_iter()
        .map(|(name, (sum, squares))| (name, (sum / squares).clamp(-MOST, MOST)))
        .collect();
    for row in rows.iter_mut() {
        row.log -= slope(row) * back[&name(row)];
    }
    back
}

fn is_too_far(it: &Observation) -> bool {
    it.log_ratio().abs() > TOO_FAR
}

/// Rows that can be fitted, in an order that is that of their contents.
fn in_order(observations: &[Observation]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..observations.len())
        .filter(|row| !is_too_far(&observations[*row]))
        .collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&observations[a], &observations[b]);
        let figures = |it: &Observation| {
            [
                it.p50_ms,
                it.p90_ms.unwrap_or(0.0),
                it.estimated_ms(),
                it.log_error,
            ]
        };
        let by_figures = || {
            let pairs = figures(a).into_iter().zip(figures(b));
            pairs.fold(std::cmp::Ordering::Equal, |so_far, (x, y)| {
                so_far.then(x.total_cmp(&y))
            })
        };
        (&a.subject, a.over, &a.host)
            .cmp(&(&b.subject, b.over, &b.host))
            .then_with(by_figures)
    });
    order
}

fn odd(observations: &[Observation], order: &[usize], away: &[f64]) -> Vec<Odd> {
    let mut odd: Vec<Odd> = order
        .iter()
        .zip(away)
        .filter(|(_, away)| **away > ODD)
        .map(|(&row, &away)| Odd {
            row,
            away: Some(away),
        })
        .collect();
    let left_out = (0..observations.len()).filter(|row| is_too_far(&observations[*row]));
    odd.extend(left_out.map(|row| Odd { row, away: None }));
    odd.sort_by_key(|odd| odd.row);
    odd
}

fn fit_users(rows: &[&Observation], spread: InputSpread, calibration: &mut Calibration) -> Vec<f64> {
    let effects = UserEffects::of(rows);
    let Some(found) = effects.design(rows, spread).fit() else {
        return Vec::new();
    };
    calibration.path = path_levels(&effects, &found);
    calibration.access = access_levels(&effects, &found);
    let known = [
        (found.kinds[HOST], found.kind_rows[HOST]),
        (found.parts[OF_PATH], found.part_rows[OF_PATH]),
    ];
    let [access, path] = spreads(rows, known, spread, calibration);
    (calibration.access_spread, calibration.path_spread) = (access, path);
    found.away
}
