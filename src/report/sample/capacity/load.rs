//! Who asks when, and what falls on each region.

use std::f64::consts::TAU;

use super::super::{Country, REGIONS, serve};
use super::SampleInputs;

/// A launch: its name, and times as many requests for two hours.
pub(super) const EVENT: (&str, f64) = ("launch", 1.25);

/// Days of the months.
const DAYS: [f64; 12] = [
    31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0,
];

/// Nothing lost, or something, and what the regions that are left carry.
pub(super) struct State {
    pub(super) name: String,
    pub(super) lost: Vec<String>,
    pub(super) counts: bool,
    pub(super) regions: Vec<Region>,
}

/// What falls on a region.
pub(super) struct Region {
    pub(super) name: String,
    /// The users it serves: share and hours ahead of UTC, and how fast they grow where not as all others.
    users: Vec<(f64, i32, Option<f64>)>,
    /// Mean over the first year, requests/s.
    pub(super) mean_rps: f64,
    /// By hour of a day in July, requests/s.
    pub(super) hours: Vec<f64>,
}

/// Factor of the local `hour`: most at eight in the evening; the mean of a day is 1.
pub(super) fn curve(hour: i32) -> f64 {
    1.0 + 0.6 * (TAU * f64::from(hour - 20) / 24.0).cos()
}

/// Factor of a month: most in July; the mean over the days of a year is 1.
pub(super) fn season() -> [f64; 12] {
    let wave = |month: usize| 1.0 + 0.08 * (TAU * (month as f64 - 6.0) / 12.0).cos();
    let mean = (0..12).map(|month| wave(month) * DAYS[month]).sum::<f64>() / 365.0;
    std::array::from_fn(|month| wave(month) / mean)
}

pub(super) fn label(hour: usize) -> String {
    format!("Mon {hour:02}:00 UTC in July")
}

/// Hours ahead of UTC at a longitude.
fn ahead(country: &Country) -> i32 {
    (country.lon / 15.0).round() as i32
}

/// Requests/s of the whole audience at its busiest hour, and that hour.
pub(super) fn busiest(inputs: &SampleInputs, users: &[Country]) -> (f64, usize) {
    let all: Vec<(f64, i32, Option<f64>)> = users.iter().map(|it| (it.share, ahead(it), None)).collect();
    most(&by_hour(inputs.mean_rps, &all))
}

fn by_hour(rate: f64, users: &[(f64, i32, Option<f64>)]) -> Vec<f64> {
    let at = |hour: i32| {
        let factors = users
            .iter()
            .map(|(share, ahead, _)| share * curve((hour + ahead).rem_euclid(24)));
        rate * season()[6] * factors.sum::<f64>()
    };
    (0..24).map(at).collect()
}

/// The largest and the first hour at which it stands.
fn most(hours: &[f64]) -> (f64, usize) {
    let first = (0.0, 0);
    hours.iter().zip(0..).fold(
        first,
        |most, (rps, hour)| if *rps > most.0 { (*rps, hour) } else { most },
    )
}

impl Region {
    /// The same users in a later year.
    fn grown(&self, inputs: &SampleInputs, year: u32) -> Vec<(f64, i32, Option<f64>)> {
        let factor =
            |own: Option<f64>| (1.0 + own.unwrap_or(inputs.growth_per_year)).powi(year.cast_signed());
        let users = self.users.iter();
        users
            .map(|&(share, ahead, own)| (share * factor(own), ahead, own))
            .collect()
    }

    /// Requests/s at the busiest hour of a year, the launch in it, and that hour.
    pub(super) fn peak(&self, inputs: &SampleInputs, year: u32) -> (f64, usize) {
        let (rps, hour) = most(&by_hour(inputs.mean_rps, &self.grown(inputs, year)));
        (EVENT.1 * rps, hour)
    }

    fn mean(&self, inputs: &SampleInputs, year: u32) -> f64 {
        let users = self.grown(inputs, year);
        inputs.mean_rps * users.iter().map(|it| it.0).sum::<f64>()
    }
}

/// Mean load of a year, requests/s.
pub(super) fn mean_rps(inputs: &SampleInputs, year: u32, states: &[State]) -> f64 {
    states[0].regions.iter().map(|it| it.mean(inputs, year)).sum()
}

/// Normal times, the loss of each region, and that of the first two, which nobody asked to bear.
pub(super) fn states(
    inputs: &SampleInputs,
    regions: &[usize],
    standby: Option<usize>,
    users: &[Country],
) -> Vec<State> {
    let name = |&at: &usize| REGIONS[at].0.to_owned();
    let without = |lost: &[usize]| {
        let left: Vec<usize> = regions.iter().copied().filter(|at| !lost.contains(at)).collect();
        let called = standby.filter(|_| !lost.is_empty());
        let lost: Vec<String> = lost.iter().map(name).collect();
        State {
            name: if lost.is_empty() {
                "normal".into()
            } else {
                lost.join(" + ")
            },
            counts: lost.len() < 2,
            lost,
            regions: carried(inputs, &left, called, users),
        }
    };
    let single = regions.iter().map(|at| without(&[*at]));
    let all = [without(&[])].into_iter().chain(single);
    all.chain([without(&regions[..2])]).collect()
}

fn carried(inputs: &SampleInputs, left: &[usize], called: Option<usize>, users: &[Country]) -> Vec<Region> {
    let serving: Vec<usize> = left.iter().copied().chain(called).collect();
    let growth = |code: &str| inputs.growth_of.iter().find(|it| it.0 == code).map(|it| it.1);
    let region = |&at: &usize| {
        let own: Vec<(f64, i32, Option<f64>)> = users
            .iter()
            .filter(|country| serve(country, &serving).region == at)
            .map(|country| (country.share, ahead(country), growth(&country.code)))
            .collect();
        Region {
            name: REGIONS[at].0.into(),
            mean_rps: inputs.mean_rps * own.iter().map(|it| it.0).sum::<f64>(),
            hours: by_hour(inputs.mean_rps, &own),
            users: own,
        }
    };
    serving.iter().map(region).collect()
}
