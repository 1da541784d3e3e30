//! Round trips of two data sets, table by table, pair by pair.

use std::collections::BTreeMap;

use super::model::{PairChange, RttChanges};
use super::noise::{MEDIAN_OVER_MEAN, Pair, Side, median, noise};
use super::shifts::{LEVEL, shifts};
use crate::basis::error::Result;
use crate::basis::stat::estimate::Z95;
use crate::basis::stat::rank::{benjamini_hochberg, two_sided};
use crate::basis::units::Millis;
use crate::report::diff::Change;
use crate::world::catalog::{AccessQuantiles, Catalog, DataSet, RegionRtt, Statistic, TableKind};

/// What stands at the other end of a country's access figures.
const NEAREST: &str = "its nearest measurement server";

/// Half of the middle half of a normal distribution on either side, in standard deviations.
const QUARTILES_OF_NORMAL: f64 = 1.348_979_500_392_163_5;

/// Tables of round trips with what all of each have in common.
const TABLES: [(TableKind, &str); 5] = [
    (TableKind::AwsRtts, "all of aws"),
    (TableKind::GcpRtts, "all of gcp"),
    (TableKind::IbmRtts, "all of ibm"),
    (TableKind::LandmarkRtts, "all landmarks"),
    (TableKind::AccessQuantiles, "all countries"),
];

/// Every table of round trips that both sets hold.
pub(super) fn round_trips(before: &DataSet, after: &DataSet) -> Result<Vec<RttChanges>> {
    let held = |kind: TableKind| before.table(kind).is_some() && after.table(kind).is_some();
    let tables = TABLES.into_iter().filter(|(kind, _)| held(*kind));
    tables
        .map(|(kind, whole)| {
            let pairs = pairs(sides(before.catalog(), kind)?, sides(after.catalog(), kind)?);
            Ok(changes(kind.file(), whole, &pairs))
        })
        .collect()
}

type Sides = BTreeMap<(String, String), Side>;

fn pairs(before: Sides, mut after: Sides) -> Vec<Pair> {
    let both = before.into_iter().filter_map(|(ends, before)| {
        let after = after.remove(&ends)?;
        let (from, to) = ends;
        Some(Pair {
            from,
            to,
            before,
            after,
        })
    });
    both.collect()
}

fn sides(catalog: &Catalog, kind: TableKind) -> Result<Sides> {
    let provider = match kind {
        TableKind::AwsRtts => "aws:",
        TableKind::GcpRtts => "gcp:",
        TableKind::IbmRtts => "ibm:",
        TableKind::LandmarkRtts => return landmarks(catalog),
        _ => return Ok(catalog.access_quantiles()?.iter().map(of_country).collect()),
    };
    let told = catalog.region_rtts()?.filter(|rtt| {
        // What connecting costs without distance is no round trip.
        rtt.statistic != Statistic::EndpointOverhead && rtt.from.starts_with(provider)
    });
    Ok(told.map(of_regions).collect())
}

fn of_regions(rtt: &RegionRtt) -> ((String, String), Side) {
    let side = Side {
        p50: rtt.p50.ms(),
        p90: rtt.p90.map(Millis::ms),
        error: None,
    };
    ((rtt.from.clone(), rtt.to.clone()), side)
}

fn landmarks(catalog: &Catalog) -> Result<Sides> {
    let names: BTreeMap<u16, String> = catalog
        .landmarks()?
        .iter()
        .map(|it| (it.id, format!("{} ({})", it.city, it.id)))
        .collect();
    let name = |id: u16| names.get(&id).cloned().unwrap_or_else(|| id.to_string());
    let sides = catalog.landmark_rtts()?.iter().map(|rtt| {
        let side = Side {
            p50: rtt.rtt.ms(),
            ..Side::default()
        };
        ((name(rtt.a), name(rtt.b)), side)
    });
    Ok(sides.collect())
}

/// The median of a country's tests, whose logarithms are taken as normal with the spread of the middle half.
fn of_country(it: &AccessQuantiles) -> ((String, String), Side) {
    let [p25, p50, p75] = [3, 4, 5].map(|at| it.rtt[at].ms());
    let spread = (p75 / p25).ln() / QUARTILES_OF_NORMAL;
    let error = MEDIAN_OVER_MEAN * spread / (it.n_tests.max(1) as f64).sqrt();
    let side = Side {
        p50,
        p90: None,
        error: Some(error).filter(|error| error.is_finite()),
    };
    ((it.country.clone(), NEAREST.to_owned()), side)
}

/// What changed of `pairs`, beyond the noise that they tell themselves.
pub(super) fn changes(table: &str, whole: &str, pairs: &[Pair]) -> RttChanges {
    let (noise, each) = noise(pairs);
    let all = judged(pairs, &each);
    let count = |change: Change| all.iter().filter(|it| it.verdict == change).count();
    let (same, within_noise) = (count(Change::Same), count(Change::WithinNoise));
    let positive = pairs.iter().filter(|pair| pair.is_positive());
    let median_change = median(positive.map(Pair::log_change).collect()).exp_m1();
    let mut beyond_noise: Vec<PairChange> = all
        .into_iter()
        .filter(|it| matches!(it.verdict, Change::Better | Change::Worse))
        .collect();
    beyond_noise.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    RttChanges {
        table: table.to_owned(),
        pairs: pairs.len(),
        same,
        within_noise,
        noise,
        median_change,
        beyond_noise,
        shifts: shifts(whole, pairs, 1.0),
    }
}

/// Every pair with its verdict; `each` has the standard deviation of its change, ms.
pub(super) fn judged(pairs: &[Pair], each: &[f64]) -> Vec<PairChange> {
    let difference = |pair: &Pair| pair.after.p50 - pair.before.p50;
    let chance = |(pair, sd): (&Pair, &f64)| match difference(pair) {
        0.0 => 1.0,
        by if *sd > 0.0 => two_sided(by / sd),
        _ => 0.0,
    };
    let of_all = benjamini_hochberg(&pairs.iter().zip(each).map(chance).collect::<Vec<f64>>());
    let row = |((pair, sd), p): ((&Pair, &f64), f64)| {
        let by = difference(pair);
        PairChange {
            from: pair.from.clone(),
            to: pair.to.clone(),
            before_ms: pair.before.p50,
            after_ms: pair.after.p50,
            difference_ms: by,
            noise_ms: Z95 * sd,
            change: share_of(by, pair.before.p50),
            p,
            verdict: verdict(by, p),
        }
    };
    pairs.iter().zip(each).zip(of_all).map(row).collect()
}

/// `by` as a share of what was; all of it where there was nothing.
pub(super) fn share_of(by: f64, was: f64) -> f64 {
    if was > 0.0 {
        by / was
    } else {
        f64::from(u8::from(by > 0.0))
    }
}

/// What follows from a difference and how likely chance alone makes it.
pub(super) fn verdict(by: f64, p: f64) -> Change {
    if by == 0.0 {
        Change::Same
    } else if p >= LEVEL {
        Change::WithinNoise
    } else if by > 0.0 {
        Change::Worse
    } else {
        Change::Better
    }
}
