//! Mean availability by enumeration of states.
//!
//! ```text
//! U = Σ_D π(D) · unserved(D)                                         what nobody serves, however long one waits
//!   + Σ_c λ_c Σ_D π(D) · Σ_stops share · E[min(RTO, repair of c)]    over D that c makes worse
//!   + Σ_i f_i · share_i · Σ_D π(D) · load(D, region_i)               impairments, f_i the share of time they last
//! ```
//!
//! A cause that would make D worse is up in D, so it comes at its own rate there: the second line has the exact rate
//! of each transition. What the sum does not see is that a further loss may come while a recovery goes on. Then
//! requests may be counted twice, as waiting for both; that is at most the time that recoveries from each cause go
//! on, times the chance that another cause is there, and [`Expected::overlap`] says how much. It also takes the repair of
//! c as the end of the wait where another cause holds the region down, an error of the same order.
//!
//! Downtime of a state goes to the causes that may be there, each by its chance of being there; downtime of a
//! recovery goes to the cause that it recovers from. So minutes add up.

use super::causes::{Cause, Effect, Lasts, YEAR_MIN};
use super::chain::Wait;
use super::states::{down_states, members, present};
use super::stop::StopCosts;

/// States rarer than this have no first steps worth counting: together they hold less than 2^16 of it.
const NEGLIGIBLE: f64 = 1e-14;

/// A deployment as far as availability is concerned. Regions are bits of a mask, bit i for the i-th.
///
/// The answers depend on the arguments only.
pub trait Deployment: Sync {
    /// How many regions there are, standbys included.
    fn regions(&self) -> usize;

    /// Share of all requests that nobody serves while `down` are down, once recovery is over.
    fn unserved(&self, down: u32) -> f64;

    /// Who stops until recovery when the regions down become `after` instead of `before`: shares of all requests
    /// with what they wait for. Requests counted in `unserved(after)` are not among them.
    fn stops(&self, before: u32, after: u32) -> Vec<(f64, Wait)>;

    /// Share of all requests that `region` serves while `down` are down.
    fn load(&self, down: u32, region: usize) -> f64;
}

/// Mean unavailability and what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// Share of requests not served, over all time.
    pub unavailability: f64,
    /// Downtime by cause in the order given, minutes a year; with the standing minutes they sum to
    /// the whole.
    pub minutes: Vec<f64>,
    /// Downtime that comes without any loss, because there are requests that nobody serves, minutes a year.
    pub standing_minutes: f64,
    /// How much of the unavailability may be counted twice, because one loss may meet the recovery from another.
    pub overlap: f64,
}

impl Expected {
    /// Downtime, minutes a year.
    pub fn mean_minutes(&self) -> f64 {
        self.standing_minutes + self.minutes.iter().sum::<f64>()
    }
}

/// The mean over all states and all first steps out of them.
///
/// ```
/// use isochrone::basis::dist::Dist;
/// use isochrone::design::{recovery::Recovery, routing::Routing};
/// use isochrone::engine::recovery::availability::{Deployment, expected};
/// use isochrone::engine::recovery::causes::{Cause, Effect};
/// use isochrone::engine::recovery::chain::{Chain, Wait};
/// use isochrone::engine::recovery::stop::StopCosts;
///
/// /// One region that serves everybody.
/// struct Lonely;
/// impl Deployment for Lonely {
///     fn regions(&self) -> usize { 1 }
///     fn unserved(&self, down: u32) -> f64 { f64::from(down) }
///     fn stops(&self, _: u32, _: u32) -> Vec<(f64, Wait)> { vec![] }
///     fn load(&self, down: u32, _: usize) -> f64 { 1.0 - f64::from(down) }
/// }
/// let lost = Cause {
///     name: "alone".into(),
///     members: 1,
///     per_year: 0.5,
///     repair: Dist::fixed(4.0 * 3600.0)?,
///     assumed: true,
///     effect: Effect::Down,
/// };
/// let chain = Chain::new(&Recovery::standard(&[])?, &Routing::perfect());
/// let found = expected(&Lonely, &[lost], &StopCosts::new(&chain, 42));
/// // MTTR / (MTBF + MTTR) with two years between losses and four hours to repair.
/// assert!((found.unavailability - 4.0 / (2.0 * 8760.0 + 4.0)).abs() < 1e-15);
/// assert!((found.mean_minutes() - 119.97).abs() < 0.01);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
pub fn expected(deployment: &dyn Deployment, causes: &[Cause], costs: &StopCosts<'_>) -> Expected {
    let states = down_states(causes, deployment.regions());
    // An empty sum of shares is −0.
    let standing = deployment.unserved(0) + 0.0;
    let mut shares = states_by_cause(deployment, causes, &states, standing);
    let recoveries = recoveries_by_cause(deployment, causes, &states, costs);
    let impaired = impairments_by_cause(deployment, causes, &states, costs);
    for ((share, recovery), impaired) in shares.iter_mut().zip(&recoveries).zip(&impaired) {
        *share += recovery.mean + impaired;
    }
    Expected {
        unavailability: standing + shares.iter().sum::<f64>(),
        minutes: shares.iter().map(|share| share * YEAR_MIN).collect(),
        standing_minutes: standing * YEAR_MIN,
        overlap: overlap(causes, &recoveries),
    }
}

/// What nobody serves in each state, beyond what nobody ever serves, given to the causes that may be there.
fn states_by_cause(deployment: &dyn Deployment, causes: &[Cause], states: &[f64], standing: f64) -> Vec<f64> {
    let present = present(causes, deployment.regions());
    let mut shares = vec![0.0; causes.len()];
    for (state, probability) in states.iter().enumerate().skip(1) {
        if *probability <= 0.0 {
            continue;
        }
        let lost = probability * (deployment.unserved(state as u32) - standing);
        let there = |cause: &Vec<f64>| cause.get(state).copied().unwrap_or(0.0);
        let whole: f64 = present.iter().map(there).sum();
        if lost != 0.0 && whole > 0.0 {
            for (share, cause) in shares.iter_mut().zip(&present) {
                *share += lost * there(cause) / whole;
            }
        }
    }
    shares
}

/// What the recoveries from one cause take.
#[derive(Clone, Copy, Debug, Default)]
struct Recoveries {
    /// Share of requests stopped by them, over all time.
    mean: f64,
    /// The same if each began in the state where it stops most.
    worst: f64,
}

fn recoveries_by_cause(
    deployment: &dyn Deployment,
    causes: &[Cause],
    states: &[f64],
    costs: &StopCosts<'_>,
) -> Vec<Recoveries> {
    let of = |cause: &Cause| {
        let members = members(cause, deployment.regions());
        let (mut mean, mut worst) = (0.0, 0.0_f64);
        for (before, probability) in states.iter().enumerate() {
            let after = before as u32 | members;
            if after == before as u32 || *probability < NEGLIGIBLE || cause.per_year <= 0.0 {
                continue;
            }
            let stops = deployment.stops(before as u32, after);
            let cost: f64 = stops
                .iter()
                .map(|(share, wait)| share * costs.mean_s(wait, &cause.repair))
                .sum();
            mean += probability * cost;
            worst = worst.max(cost);
        }
        Recoveries {
            mean: mean * cause.rate(),
            worst: worst * cause.rate(),
        }
    };
    causes.iter().map(of).collect()
}

/// Share of requests that each impairment stops, over all time; zero for causes of other kinds.
pub(super) fn impairments_by_cause(
    deployment: &dyn Deployment,
    causes: &[Cause],
    states: &[f64],
    costs: &StopCosts<'_>,
) -> Vec<f64> {
    let load = |region: usize| -> f64 {
        let likely = states
            .iter()
            .enumerate()
            .filter(|(_, probability)| **probability >= NEGLIGIBLE);
        likely
            .map(|(down, probability)| probability * deployment.load(down as u32, region))
            .sum()
    };
    let of = |cause: &Cause| match cause.effect {
        Effect::Impaired { region, share, lasts } if cause.per_year > 0.0 => {
            let time = match lasts {
                Lasts::Repair => cause.share_of_time(),
                Lasts::Detection => {
                    // As often as it comes back from repair, for as long as nobody has noticed.
                    let up = 1.0 - cause.share_of_time();
                    cause.rate() * up * costs.mean_detection_s(&cause.repair)
                }
            };
            time * share * load(region)
        }
        _ => 0.0,
    };
    causes.iter().map(of).collect()
}

fn overlap(causes: &[Cause], recoveries: &[Recoveries]) -> f64 {
    let down = |cause: &Cause| match cause.effect {
        Effect::Down => cause.share_of_time(),
        Effect::Impaired { .. } => 0.0,
    };
    let all: f64 = causes.iter().map(down).sum();
    let of = |(cause, recovery): (&Cause, &Recoveries)| recovery.worst * (all - down(cause)).max(0.0);
    causes.iter().zip(recoveries).map(of).sum()
}
