//! What uncertain inputs do to a figure: replicates of the whole table with other levels.
//!
//! The path from a country to a region and the access level of a country are known to within an error that
//! was measured on held-out data. A replicate draws all these errors anew; each request then takes longer or
//! shorter by the change of its pair's level, and users are routed by the changed expectation. More Monte
//! Carlo runs do not make this error smaller; better measurements do.

use std::ops::Range;

use rayon::prelude::*;

use super::law::{AccessError, Laws};
use super::placed::{Placed, Share, nearest_by, shares};
use super::plan::Added;
use super::table::LatencyTable;
use crate::basis::error::Result;
use crate::basis::normal::probit;
use crate::basis::seed::{Purpose, Stream};
use crate::basis::stat::mixture::Part;
use crate::engine::progress::Watch;

/// Figures that replicates are made of.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Quantiles.
    pub quantiles: Vec<f64>,
    /// Times (ms) whose share is wanted.
    pub within_ms: Vec<f64>,
    /// Countries, as ranges of groups, of which the highest 95th percentile is wanted.
    pub countries: Vec<Range<usize>>,
}

/// The figures of one placement in one replicate.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicate {
    /// Mean, ms.
    pub mean: f64,
    /// Quantiles in the order wanted, ms.
    pub quantiles: Vec<f64>,
    /// Shares in the order wanted.
    pub shares: Vec<f64>,
    /// Highest mean of any group, ms.
    pub worst_group_mean: f64,
    /// Highest 95th percentile of any country wanted, ms; 0 where none was. Which country it is may differ between
    /// replicates, and a maximum of uncertain figures lies above the maximum of the figures as they stand.
    pub worst_country_p95: f64,
}

/// Replicates of several placements: `of[replicate][placement]`, and the same with no error as reference.
#[derive(Clone, Debug)]
pub struct Replicates {
    /// With all levels as they stand.
    pub reference: Vec<Replicate>,
    /// With levels drawn anew.
    pub of: Vec<Vec<Replicate>>,
}

/// Draws `count` replicates. All placements see the same errors in a replicate.
///
/// # Errors
/// When the user asks to stop.
pub fn replicate(
    laws: &Laws,
    table: &LatencyTable,
    placed: &[Placed],
    wanted: &Wanted,
    count: u32,
    watch: Watch<'_>,
) -> Result<Replicates> {
    let numbers: Vec<u32> = (0..count).collect();
    Ok(Replicates {
        of: replicates(laws, table, placed, wanted, &numbers, watch)?,
        reference: reference(laws, table, placed, wanted, watch)?,
    })
}

/// The replicates of these numbers, in their order: each depends on its number alone.
///
/// # Errors
/// When the user asks to stop.
pub fn replicates(
    laws: &Laws,
    table: &LatencyTable,
    placed: &[Placed],
    wanted: &Wanted,
    numbers: &[u32],
    watch: Watch<'_>,
) -> Result<Vec<Vec<Replicate>>> {
    let of = numbers
        .par_chunks(chunk_size(numbers.len()))
        .map(|numbers| {
            let errors: Vec<Errors> = numbers
                .iter()
                .map(|number| Errors::draw(laws, table.seed(), *number))
                .collect();
            figures(laws, table, placed, wanted, &errors, watch)
        })
        .collect::<Result<Vec<Vec<Vec<Replicate>>>>>()?;
    Ok(of.into_iter().flatten().collect())
}

/// The figures with all levels as they stand.
///
/// # Errors
/// When the user asks to stop.
pub fn reference(
    laws: &Laws,
    table: &LatencyTable,
    placed: &[Placed],
    wanted: &Wanted,
    watch: Watch<'_>,
) -> Result<Vec<Replicate>> {
    let reference = figures(laws, table, placed, wanted, &[Errors::none(laws)], watch)?;
    Ok(reference.into_iter().flatten().collect())
}

/// The figures of all placements under each of `errors`, one placement after another: what a placement asks the table for
/// is much the same in all replicates, and stays in the cache.
fn figures(
    laws: &Laws,
    table: &LatencyTable,
    placed: &[Placed],
    wanted: &Wanted,
    errors: &[Errors],
    watch: Watch<'_>,
) -> Result<Vec<Vec<Replicate>>> {
    let mut figures: Vec<Vec<Replicate>> = vec![Vec::with_capacity(placed.len()); errors.len()];
    for placed in placed {
        for (figures, errors) in figures.iter_mut().zip(errors) {
            watch.go_on()?;
            figures.push(one(laws, table, placed, wanted, errors));
        }
    }
    Ok(figures)
}

/// Replicates that a thread makes side by side: many for the cache, but some chunks for every thread.
fn chunk_size(replicates: usize) -> usize {
    /// More errors than these at a time would take much memory.
    const LARGEST: usize = 8;
    /// Chunks for each thread, so that none waits long for the last.
    const FOR_EACH_THREAD: usize = 4;
    (replicates / (FOR_EACH_THREAD * rayon::current_num_threads())).clamp(1, LARGEST)
}

/// The errors of all levels in one replicate, in standard errors.
struct Errors {
    /// `path[country * regions + region]`.
    path: Vec<f64>,
    /// `access[country]`.
    access: Vec<f64>,
    /// `edge[country]`: the path to the edge location.
    edge: Vec<f64>,
    regions: usize,
}

impl Errors {
    fn none(laws: &Laws) -> Self {
        let countries = countries(laws);
        Errors {
            path: vec![0.0; countries * laws.regions],
            access: vec![0.0; countries],
            edge: vec![0.0; countries],
            regions: laws.regions,
        }
    }

    fn draw(laws: &Laws, seed: u64, number: u32) -> Self {
        let normals = |kind: u32, count: usize| -> Vec<f64> {
            let stream = Stream::new(seed, Purpose::Input, number, kind);
            (0..count).map(|at| probit(stream.uniform(at as u64))).collect()
        };
        let countries = countries(laws);
        Errors {
            path: normals(0, countries * laws.regions),
            access: normals(1, countries),
            edge: normals(2, if laws.edge.is_some() { countries } else { 0 }),
            regions: laws.regions,
        }
    }

    /// How much longer a request takes than the table says, ms.
    fn shift(&self, laws: &Laws, group: usize, region: usize) -> f64 {
        let country = laws.groups[group].country as usize;
        let path = laws.pair(group, region).path_error;
        let access = if laws.pair(group, region).contains_access {
            AccessError::default()
        } else {
            laws.groups[group].access_error
        };
        change(
            path.log_sd,
            self.path[country * self.regions + region],
            path.level_ms,
        ) + change(access.log_sd, self.access[country], access.level_ms)
    }

    /// The same for a class of request: each of its round trips changes. The provider's own network behind an edge
    /// location is taken as known.
    fn class_shift(&self, laws: &Laws, group: usize, class: usize, region: usize) -> f64 {
        let Some(law) = laws.classes.get(class) else {
            return self.shift(laws, group, region);
        };
        let one_trip = match &laws.edge {
            Some(edge) if law.at_edge => {
                let (path, access) = (edge.near[group].path_error, laws.groups[group].access_error);
                let country = laws.groups[group].country as usize;
                change(path.log_sd, self.edge[country], path.level_ms)
                    + change(access.log_sd, self.access[country], access.level_ms)
            }
            _ => self.shift(laws, group, region),
        };
        law.mean_near() * one_trip
    }
}

/// How much longer a part with this level takes when its logarithm is off by `z` standard errors, ms.
fn change(log_sd: f32, z: f64, level: f32) -> f64 {
    f64::from(level) * ((f64::from(log_sd) * z).exp() - 1.0)
}

fn countries(laws: &Laws) -> usize {
    laws.groups
        .iter()
        .map(|group| group.country as usize + 1)
        .max()
        .unwrap_or(0)
}

fn one(laws: &Laws, table: &LatencyTable, placed: &Placed, wanted: &Wanted, errors: &Errors) -> Replicate {
    let served = Served::new(laws, table, placed, errors);
    let (mut mean, mut worst, mut whole) = (0.0, 0f64, 0.0);
    for group in served.groups.iter().filter(|group| !group.slices.is_empty()) {
        mean += group.weight * group.mean;
        worst = worst.max(group.mean);
        whole += group.weight;
    }
    // All weights sum to 1 unless some users are served by nobody.
    if (whole - 1.0).abs() < 1e-9 {
        whole = 1.0;
    }
    mean /= whole;
    let share = |ms: f64| served.share_within(0..laws.groups.len(), ms) / whole;
    Replicate {
        mean,
        quantiles: wanted
            .quantiles
            .iter()
            .map(|p| invert(&share, *p, placed.all.quantile(*p).value))
            .collect(),
        shares: wanted.within_ms.iter().map(|ms| share(*ms)).collect(),
        worst_group_mean: worst,
        worst_country_p95: worst_p95(&wanted.countries, |range, ms| {
            let weight: f64 = served.groups[range.clone()]
                .iter()
                .map(|group| group.weight)
                .sum();
            served.share_within(range.clone(), ms) / weight
        }),
    }
}

/// All groups in a replicate, what their shares take side by side: they are asked for many times.
struct Served<'a> {
    groups: Vec<Group>,
    /// In the order of the groups.
    slices: Vec<Slice<'a>>,
}

/// One group in a replicate.
struct Group {
    /// Its classes and regions; none when nobody serves it.
    slices: Range<usize>,
    /// Its weight among those who are served.
    weight: f64,
    /// Its mean with the shifts, ms.
    mean: f64,
}

/// The requests of one class to one region.
struct Slice<'a> {
    part: Part<'a>,
    /// How much longer they take than the table says, ms.
    shift: f64,
    /// Their mean with that, ms.
    mean: f64,
}

impl<'a> Slice<'a> {
    fn new(
        laws: &Laws,
        table: &'a LatencyTable,
        errors: &Errors,
        group: usize,
        share: Share,
        added: f64,
    ) -> Self {
        let shift = errors.class_shift(laws, group, share.class, share.region) + added;
        let column = laws.column(share.class, share.region);
        Slice {
            part: table.part(group, column, share.weight),
            shift,
            mean: table.mean(group, column) + shift,
        }
    }

    fn share_within(&self, ms: f64) -> f64 {
        self.part.weight * self.part.share_within((ms - self.shift).max(0.0))
    }
}

impl<'a> Served<'a> {
    fn new(laws: &Laws, table: &'a LatencyTable, placed: &Placed, errors: &Errors) -> Self {
        let groups = laws.groups.len();
        let mut served = Served {
            groups: Vec::with_capacity(groups),
            slices: Vec::with_capacity(groups * laws.class_count()),
        };
        for group in 0..groups {
            served.add(laws, table, placed, errors, group);
        }
        served
    }

    /// Where routing goes by expected RTT it goes by the changed one.
    fn add(&mut self, laws: &Laws, table: &'a LatencyTable, placed: &Placed, errors: &Errors, group: usize) {
        let whole = 0..laws.class_count();
        let from = self.slices.len();
        let slice = |share: Share| {
            let added = placed
                .plan
                .added(share.class, share.region)
                .map_or(0.0, Added::mean);
            Slice::new(laws, table, errors, group, share, added)
        };
        if laws.router.is_some() {
            self.slices
                .extend(shares(laws, &placed.plan, group, whole).map(slice));
        } else {
            let cost =
                |region: usize| laws.pair(group, region).expected_ms + errors.shift(laws, group, region);
            let region = nearest_by(&placed.regions, cost);
            let weight = laws.groups[group].weight;
            let share = |class: usize| Share {
                class,
                region: placed.plan.goes_to(class, region),
                weight: if laws.classes.is_empty() {
                    weight
                } else {
                    weight * laws.classes[class].share
                },
            };
            self.slices.extend(whole.map(|class| slice(share(class))));
        }
        let slices = &self.slices[from..];
        let weight: f64 = slices.iter().map(|slice| slice.part.weight).sum();
        let mean = match slices {
            [only] if laws.router.is_none() => only.mean,
            _ => {
                let weighted = slices.iter().map(|slice| slice.part.weight * slice.mean);
                weighted.sum::<f64>() / weight
            }
        };
        self.groups.push(Group {
            slices: from..self.slices.len(),
            weight,
            mean,
        });
    }

    /// The weighted share of the requests of some groups within `ms`.
    fn share_within(&self, groups: Range<usize>, ms: f64) -> f64 {
        let of_group = |group: &Group| {
            let slices = &self.slices[group.slices.clone()];
            slices.iter().map(|slice| slice.share_within(ms)).sum::<f64>()
        };
        self.groups[groups].iter().map(of_group).sum()
    }
}

/// The highest 95th percentile, ms. A country of which that share lies within the highest so far is not worse.
fn worst_p95(countries: &[Range<usize>], share: impl Fn(&Range<usize>, f64) -> f64) -> f64 {
    countries.iter().fold(0.0, |worst, range| {
        if worst > 0.0 && share(range, worst) >= 0.95 {
            worst
        } else {
            invert(&|ms| share(range, ms), 0.95, worst).max(worst)
        }
    })
}

/// A share this near counts as found: less than what one draw of any pair weighs.
const SHARE_FOUND: f64 = 1e-10;

/// The time within which the share `p` lies, to 2e-4 of itself: bracketed around `guess`, then
/// narrowed by false position with the Illinois step.
fn invert(share: &impl Fn(f64) -> f64, p: f64, guess: f64) -> f64 {
    let guess = if guess.is_finite() && guess > 0.0 {
        guess
    } else {
        100.0
    };
    let (mut low, mut high) = (guess / 1.05, guess * 1.05);
    let (mut at_low, mut at_high) = (share(low) - p, share(high) - p);
    while at_low > 0.0 && low > 1e-3 {
        (high, at_high) = (low, at_low);
        low /= 1.3;
        at_low = share(low) - p;
    }
    while at_high < 0.0 && high < 1e6 {
        (low, at_low) = (high, at_high);
        high *= 1.3;
        at_high = share(high) - p;
    }
    let mut side = 0i8;
    for _ in 0..60 {
        if high - low <= 2e-4 * high || at_high <= at_low {
            break;
        }
        let at = (low * at_high - high * at_low) / (at_high - at_low);
        let value = share(at) - p;
        // Inside a bin the share is linear and one step finds it; the other end of the bracket would stay behind.
        if value.abs() < SHARE_FOUND {
            return at;
        }
        if value < 0.0 {
            (low, at_low) = (at, value);
            if side == -1 {
                at_high /= 2.0;
            }
            side = -1;
        } else {
            (high, at_high) = (at, value);
            if side == 1 {
                at_low /= 2.0;
            }
            side = 1;
        }
    }
    f64::midpoint(low, high)
}
