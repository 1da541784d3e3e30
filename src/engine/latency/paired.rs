//! Differences between placements on common random numbers.
//!
//! Both placements saw the same users on the same paths, so much of the sampling error cancels. A quantile's
//! error is, to first order, the error of the share at it divided by the density (Bahadur 1966); the draws
//! of the groups that the two placements serve from different regions are made again to learn how often both
//! exceed their quantiles together.

use rayon::prelude::*;

use super::law::Laws;
use super::level::Moments;
pub use super::level::{Level, Pairing};
use super::mixed::mixed_variances;
use super::placed::Placed;
use super::table::{Base, LatencyTable, replay};
use crate::basis::error::Result;
use crate::engine::progress::Watch;

/// Draws made again at a time.
const CHUNK: usize = 4096;

/// The standard error of each figure's difference `a − b`, for each pairing.
///
/// # Errors
/// When the user asks to stop.
pub fn std_errors(
    laws: &Laws,
    table: &LatencyTable,
    placed: &[Placed],
    pairings: &[Pairing],
    watch: Watch<'_>,
) -> Result<Vec<Vec<f64>>> {
    let groups = laws.groups.len();
    let mixed = !laws.classes.is_empty() || placed.iter().any(|placed| placed.plan.is_mixed());
    // Collected in the order of the groups and folded in that order: the same bytes on any number of threads.
    let variances: Vec<Vec<Vec<f64>>> = (0..groups)
        .into_par_iter()
        .map(|group| {
            watch.go_on()?;
            if mixed {
                return Ok(mixed_variances(laws, table, placed, pairings, group));
            }
            GroupReplay::new(laws, table, placed, pairings, group).variances(watch)
        })
        .collect::<Result<_>>()?;
    let mut sums: Vec<Vec<f64>> = pairings
        .iter()
        .map(|pairing| vec![0.0; pairing.levels.len()])
        .collect();
    for (group, of_group) in variances.iter().enumerate() {
        let weight = laws.groups[group].weight;
        for (sum, of_pairing) in sums.iter_mut().zip(of_group) {
            for (sum, variance) in sum.iter_mut().zip(of_pairing) {
                *sum += weight * weight * variance / f64::from(table.runs_of(group));
            }
        }
    }
    Ok(sums
        .into_iter()
        .map(|sums| sums.into_iter().map(f64::sqrt).collect())
        .collect())
}

struct GroupReplay<'a> {
    laws: &'a Laws,
    table: &'a LatencyTable,
    group: usize,
    /// For each pairing the regions that serve this group.
    regions: Vec<(usize, usize)>,
    pairings: &'a [Pairing],
}

impl<'a> GroupReplay<'a> {
    fn new(
        laws: &'a Laws,
        table: &'a LatencyTable,
        placed: &[Placed],
        pairings: &'a [Pairing],
        group: usize,
    ) -> Self {
        let serving = |number: usize| placed[number].serving[group];
        let regions = pairings
            .iter()
            .map(|pairing| (serving(pairing.a), serving(pairing.b)))
            .collect();
        GroupReplay {
            laws,
            table,
            group,
            regions,
            pairings,
        }
    }

    /// The variance of each figure's difference for a single draw of this group.
    fn variances(&self, watch: Watch<'_>) -> Result<Vec<Vec<f64>>> {
        let mut moments: Vec<Vec<Moments>> = self
            .pairings
            .iter()
            .map(|pairing| vec![Moments::default(); pairing.levels.len()])
            .collect();
        let mut needed: Vec<usize> = self.split_pairs().flat_map(|(_, (a, b))| [a, b]).collect();
        needed.sort_unstable();
        needed.dedup();
        if !needed.is_empty() {
            self.replay(&needed, &mut moments, watch)?;
        }
        let runs = f64::from(self.table.runs_of(self.group));
        let from_draws = |moments: &Moments| moments.variance_of_difference(runs);
        let variances = self
            .pairings
            .iter()
            .zip(&self.regions)
            .zip(&moments)
            .map(|((pairing, regions), moments)| {
                if regions.0 == regions.1 {
                    pairing
                        .levels
                        .iter()
                        .map(|levels| self.shared_variance(regions.0, *levels))
                        .collect()
                } else {
                    moments.iter().map(from_draws).collect()
                }
            })
            .collect();
        Ok(variances)
    }

    /// Pairings that serve this group from different regions.
    fn split_pairs(&self) -> impl Iterator<Item = (usize, (usize, usize))> + '_ {
        self.regions
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, (a, b))| a != b)
    }

    fn replay(&self, needed: &[usize], moments: &mut [Vec<Moments>], watch: Watch<'_>) -> Result<()> {
        let runs = self.table.runs_of(self.group) as usize;
        let mut base = Base::default();
        let mut draws: Vec<Vec<f32>> = vec![vec![0f32; CHUNK.min(runs)]; needed.len()];
        let at = |region: usize| needed.binary_search(&region).unwrap_or(0);
        for first in (0..runs).step_by(CHUNK) {
            watch.go_on()?;
            let length = CHUNK.min(runs - first);
            base.draw(self.laws, self.table.source(), self.group, first, length);
            for (&region, draws) in needed.iter().zip(&mut draws) {
                replay(
                    self.laws,
                    self.table.source(),
                    self.group,
                    region,
                    first,
                    &base,
                    &mut draws[..length],
                );
            }
            for (number, (a, b)) in self.split_pairs() {
                let (a, b) = (&draws[at(a)][..length], &draws[at(b)][..length]);
                for (levels, moments) in self.pairings[number].levels.iter().zip(&mut moments[number]) {
                    add_moments(*levels, a, b, moments);
                }
            }
        }
        Ok(())
    }

    /// The variance where one region serves both: joint shares are those of the lower level.
    fn shared_variance(&self, region: usize, levels: (Level, Level)) -> f64 {
        let (Level::Share { ms: a, density: da }, Level::Share { ms: b, density: db }) = levels else {
            return 0.0;
        };
        let part = self.table.part(self.group, region, 1.0);
        let (share_a, share_b) = (part.share_within(a), part.share_within(b));
        let both = share_a.min(share_b);
        let covariance = (both - share_a * share_b) / (da * db);
        let variance = share_a * (1.0 - share_a) / (da * da) + share_b * (1.0 - share_b) / (db * db);
        if part.fixed {
            0.0
        } else {
            (variance - 2.0 * covariance).max(0.0)
        }
    }
}

fn add_moments(levels: (Level, Level), a: &[f32], b: &[f32], moments: &mut Moments) {
    let (
        Level::Share {
            ms: at_a,
            density: da,
        },
        Level::Share {
            ms: at_b,
            density: db,
        },
    ) = levels
    else {
        add_difference_of_means(a, b, moments);
        return;
    };
    let (mut in_a, mut in_b, mut in_both) = (0u32, 0u32, 0u32);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (u32::from(*x <= at_a as f32), u32::from(*y <= at_b as f32));
        in_a += x;
        in_b += y;
        in_both += x & y;
    }
    let (in_a, in_b, in_both) = (f64::from(in_a), f64::from(in_b), f64::from(in_both));
    moments.a += in_a / da;
    moments.b += in_b / db;
    moments.aa += in_a / (da * da);
    moments.bb += in_b / (db * db);
    moments.ab += in_both / (da * db);
}

fn add_difference_of_means(a: &[f32], b: &[f32], moments: &mut Moments) {
    for (x, y) in a.iter().zip(b) {
        let off = f64::from(*x) - f64::from(*y);
        moments.a += off;
        moments.aa += off * off;
    }
}
