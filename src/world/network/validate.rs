//! How good the network model is on what it has not seen: cross-validations that refit every constant inside the fold.
//!
//! Coverage comes with a 95 % interval from a bootstrap over clusters (cities, regions or countries), because pairs of
//! one city and rows of one country go wrong together.

mod by_region;

use std::collections::BTreeMap;

pub use by_region::{OfRegion, best_and_worst, predict_regions};

use crate::basis::error::Result;
use crate::basis::units::Km;

use super::access::{AccessModel, Technology};
use super::calibration::UserCalibration;
use super::endtoend::{Kernel, ProbeSample, UserModel, UserRtt};
use super::interval::Interval;
use super::landmarks::{Landmark, LandmarkKind, Landmarks, endpoint_overhead_ms, median, quantile};
use super::path::{Anchor, PathEstimate, PathKind, PathModel, Residual, Spread};
use super::rows::{Country, RegionRttRow, provider_of};
use super::tables::{LANDMARK_PROVIDER, Tables};

/// Folds of every cross-validation.
pub const FOLDS: usize = 5;
/// Cities within this distance go into one fold (km).
const CLUSTER_KM: f64 = 60.0;
/// City pairs nearer than this are not judged: there the equipment makes the RTT, not the path (km).
const JUDGED_KM: f64 = 100.0;
/// Resamples of a bootstrap.
const RESAMPLES: usize = 1000;

/// Error and coverage of a set of predictions.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Predictions judged.
    pub n: usize,
    /// Clusters the interval was resampled from.
    pub clusters: usize,
    /// Median of |predicted / measured − 1|.
    pub median_error: Interval,
    /// 90th percentile of the same.
    pub p90_error: Interval,
    /// Share of measurements inside the stated 50 % interval.
    pub coverage_50: Interval,
    /// Share of measurements inside the stated 90 % interval.
    pub coverage_90: Interval,
}

/// Cross-validation over cities.
#[derive(Clone, Debug, PartialEq)]
pub struct PathValidation {
    /// All pairs farther apart than 100 km.
    pub all: Figures,
    /// Pairs with one end in the held-out fold.
    pub one_unseen: Figures,
    /// Pairs with both ends in it.
    pub both_unseen: Figures,
    /// Median error of the distance curve alone on the same pairs.
    pub distance_alone: f64,
}

/// Cross-validation over countries of probes.
#[derive(Clone, Debug, PartialEq)]
pub struct UserValidation {
    /// All rows.
    pub all: Figures,
    /// Rows per access technology.
    pub technologies: Vec<(Technology, Figures)>,
    /// Rows per country with five probes and more; clusters are its probes.
    pub countries: Vec<(Country, Figures)>,
    /// All rows, with the kernel of the shifts chosen anew among what each fold has seen. The difference from `all` is
    /// what choosing it on all probes may have flattered.
    pub kernel_chosen_in_fold: Figures,
}

/// A prediction beside what was measured.
#[derive(Clone, Copy, Debug)]
struct Judged {
    error: f64,
    in_50: bool,
    in_90: bool,
    /// Clusters the row belongs to; a city pair belongs to two.
    clusters: [usize; 2],
}

/// Cross-validates the path model over cities: no measurement of a host of the held-out fold is used for its pairs.
/// The spread of each fold is fitted on a second cross-validation among the other folds' cities.
pub fn cross_validate_paths(landmarks: &Landmarks) -> PathValidation {
    let folds = CityFolds::of(landmarks);
    let mut rows: Vec<(Judged, bool, f64)> = Vec::new();
    for held in 0..FOLDS {
        let seen = landmarks.subset(|i| folds.fold[i] != Some(held));
        let spread = Spread::fit(&residuals_over_cities(&seen));
        let model = PathModel::with_spread(seen, spread);
        let anchors = anchors_of(landmarks, &model);
        for pair in folds.pairs_of(landmarks, held) {
            let estimate = model.estimate(&anchors[pair.a], &anchors[pair.b]);
            let judged = judge_path(&pair, &estimate, model.spread(), &folds);
            let alone = model.landmarks().curve().rtt_ms(estimate.fibre.ms());
            rows.push((judged, pair.both_unseen, (alone / pair.rtt_ms - 1.0).abs()));
        }
    }
    let pick = |want: &dyn Fn(bool) -> bool| {
        let rows: Vec<Judged> = rows.iter().filter(|r| want(r.1)).map(|r| r.0).collect();
        figures(&rows)
    };
    let mut alone: Vec<f64> = rows.iter().map(|r| r.2).collect();
    PathValidation {
        all: pick(&|_| true),
        one_unseen: pick(&|both| !both),
        both_unseen: pick(&|both| both),
        distance_alone: median(&mut alone),
    }
}

/// The residuals of a cross-validation over the cities of `landmarks`: what [`Spread::fit`] learns from.
pub fn residuals_over_cities(landmarks: &Landmarks) -> Vec<Residual> {
    let folds = CityFolds::of(landmarks);
    let mut residuals = Vec::new();
    for held in 0..FOLDS {
        let seen = landmarks.subset(|i| folds.fold[i] != Some(held));
        let model = PathModel::new(seen);
        let anchors = anchors_of(landmarks, &model);
        for pair in folds.pairs_of(landmarks, held) {
            let estimate = model.estimate(&anchors[pair.a], &anchors[pair.b]);
            residuals.push(Residual {
                log_ratio: (pair.rtt_ms / estimate.median.ms()).ln(),
                estimate,
            });
        }
    }
    residuals
}

fn judge_path(pair: &CityPair, estimate: &PathEstimate, spread: &Spread, folds: &CityFolds) -> Judged {
    let z = (pair.rtt_ms / estimate.median.ms()).ln() / estimate.scale;
    Judged {
        error: (estimate.median.ms() / pair.rtt_ms - 1.0).abs(),
        in_50: within(spread, z, 0.5),
        in_90: within(spread, z, 0.9),
        clusters: [folds.cluster[pair.a], folds.cluster[pair.b]],
    }
}

fn within(spread: &Spread, z: f64, level: f64) -> bool {
    let side = (1.0 - level) / 2.0;
    (spread.shape().quantile(side)..=spread.shape().quantile(1.0 - side)).contains(&z)
}

/// Cities in clusters, clusters in folds. Regions belong to no fold: their matrix is known in every fold.
struct CityFolds {
    cluster: Vec<usize>,
    fold: Vec<Option<usize>>,
}

/// A judged pair of cities; `a` is in the held-out fold.
struct CityPair {
    a: usize,
    b: usize,
    rtt_ms: f64,
    both_unseen: bool,
}

/// Every landmark's place as `model` sees it, which may not know the landmark itself.
fn anchors_of(landmarks: &Landmarks, model: &PathModel) -> Vec<Anchor> {
    let anchor = |l: &Landmark| model.anchor(l.place, PathKind::Public);
    landmarks.list().iter().map(anchor).collect()
}

impl CityFolds {
    /// Cities within 60 km of each other form a cluster; clusters are dealt to folds by a fixed hash of their number.
    fn of(landmarks: &Landmarks) -> Self {
        let list = landmarks.list();
        let mut cluster: Vec<usize> = (0..list.len()).collect();
        for i in 0..list.len() {
            for j in 0..i {
                if list[i].place.at.distance(list[j].place.at) <= km(CLUSTER_KM) {
                    let (old, new) = (cluster[i], cluster[j]);
                    for c in &mut cluster {
                        if *c == old {
                            *c = new;
                        }
                    }
                }
            }
        }
        let fold = list
            .iter()
            .zip(&cluster)
            .map(|(l, &c)| (l.kind == LandmarkKind::City).then(|| hash_of(c as u64) as usize % FOLDS))
            .collect();
        CityFolds { cluster, fold }
    }

    fn pairs_of(&self, landmarks: &Landmarks, held: usize) -> Vec<CityPair> {
        let list = landmarks.list();
        let mut pairs = Vec::new();
        for a in (0..list.len()).filter(|&a| self.fold[a] == Some(held)) {
            for b in (0..list.len()).filter(|&b| self.fold[b].is_some()) {
                let both_unseen = self.fold[b] == Some(held);
                let far = list[a].place.at.distance(list[b].place.at) > km(JUDGED_KM);
                if !far || (both_unseen && b <= a) {
                    continue;
                }
                if let Some(rtt_ms) = landmarks.rtt_ms(a, b) {
                    pairs.push(CityPair {
                        a,
                        b,
                        rtt_ms,
                        both_unseen,
                    });
                }
            }
        }
        pairs
    }
}

fn km(x: f64) -> Km {
    Km::new(x).unwrap_or_default()
}

/// Predicts a provider's measured matrix without it. Regions that are landmarks are left out in turn; the matrix of a
/// provider that is no landmark was never seen. Errors compare with the figures as published.
///
/// `scale` multiplies the spread; regions are the clusters.
pub fn predict_matrix(model: &PathModel, tables: &Tables, provider: &str, scale: f64) -> Figures {
    figures(&judged_links(model, tables, provider, scale))
}

/// Each link of a provider beside its prediction; the clusters are where it comes from and where it goes to, by their
/// numbers in the tables.
fn judged_links(model: &PathModel, tables: &Tables, provider: &str, scale: f64) -> Vec<Judged> {
    region_residuals(model, tables, provider)
        .iter()
        .map(|r| {
            let z = r.log_ratio / (r.estimate.scale * scale);
            Judged {
                error: r.error,
                in_50: within(model.spread(), z, 0.5),
                in_90: within(model.spread(), z, 0.9),
                clusters: r.clusters,
            }
        })
        .collect()
}

struct RegionResidual {
    log_ratio: f64,
    error: f64,
    estimate: PathEstimate,
    clusters: [usize; 2],
}

fn region_residuals(model: &PathModel, tables: &Tables, provider: &str) -> Vec<RegionResidual> {
    let number: BTreeMap<&str, usize> = tables
        .regions
        .iter()
        .enumerate()
        .map(|(i, r)| (r.id.as_str(), i))
        .collect();
    let of_provider = |row: &&RegionRttRow| row.from != row.to && provider_of(&row.from) == provider;
    let mut residuals = Vec::new();
    for row in tables.region_rtts.iter().filter(of_provider) {
        let (Some(&a), Some(&b)) = (number.get(row.from.as_str()), number.get(row.to.as_str())) else {
            continue;
        };
        let absent = model.landmarks().find(&row.from);
        let anchor = |i: usize| model.anchor_without(tables.regions[i].place, PathKind::Backbone, absent);
        let estimate = model.estimate(&anchor(a), &anchor(b));
        let said = estimate.median.ms() + endpoint_overhead_ms(provider);
        residuals.push(RegionResidual {
            log_ratio: (row.p50_ms / said).ln(),
            error: (said / row.p50_ms - 1.0).abs(),
            estimate,
            clusters: [a, b],
        });
    }
    residuals
}

/// The factor on the spread that makes 90 % intervals of unseen links of `providers` hold 90 %.
pub fn backbone_scale(model: &PathModel, tables: &Tables, providers: &[String]) -> f64 {
    let shape = model.spread().shape();
    let (low, high) = (shape.quantile(0.05), shape.quantile(0.95));
    let mut needed: Vec<f64> = providers
        .iter()
        .flat_map(|provider| region_residuals(model, tables, provider))
        .map(|r| r.log_ratio / r.estimate.scale)
        .map(|z| if z < 0.0 { z / low } else { z / high })
        .collect();
    quantile(&mut needed, 0.9)
}

/// The providers that have measured rows, sorted.
pub fn providers_of(rows: &[RegionRttRow]) -> Vec<String> {
    let mut providers: Vec<String> = rows.iter().map(|r| provider_of(&r.from).to_owned()).collect();
    providers.sort_unstable();
    providers.dedup();
    providers
}

/// Cross-validates users: probes of the held-out countries are predicted from constants and shifts of the others.
///
/// # Errors
/// As [`Tables::landmarks`] and [`Tables::probe_samples`].
pub fn cross_validate_users(tables: &Tables) -> Result<UserValidation> {
    let folds = UserFolds::of(tables)?;
    let judged = folds.judge(tables, |_| Kernel::default());
    let nested = folds.judge(tables, Kernel::choose);
    let of = |want: &dyn Fn(&ProbeSample) -> bool| {
        let rows = folds.samples.iter().zip(&judged).filter(|(s, _)| want(s));
        figures(&rows.map(|(_, j)| *j).collect::<Vec<_>>())
    };
    let technologies = Technology::CALIBRATED
        .iter()
        .enumerate()
        .map(|(i, &technology)| (technology, of(&|s| s.technology == i)))
        .collect();
    Ok(UserValidation {
        all: of(&|_| true),
        technologies,
        countries: folds.by_country(&judged),
        kernel_chosen_in_fold: figures(&nested),
    })
}

/// Probes in folds by country. Countries in alphabetical order are dealt to the folds in turn.
struct UserFolds {
    paths: PathModel,
    samples: Vec<ProbeSample>,
    countries: Vec<Country>,
}

/// Countries with fewer probes are not told one by one.
const COUNTRY_MIN_PROBES: usize = 5;

impl UserFolds {
    fn of(tables: &Tables) -> Result<Self> {
        let paths = PathModel::new(tables.landmarks()?);
        let factors = AccessModel::build(&tables.access, UserCalibration::calibrated());
        let samples = tables.probe_samples(&paths, &factors)?;
        let countries = countries_of(&samples);
        Ok(UserFolds {
            paths,
            samples,
            countries,
        })
    }

    /// Every sample as predicted by a model that saw none of its fold, in their order. `kernel` sees what the model sees.
    fn judge(&self, tables: &Tables, kernel: impl Fn(&[&ProbeSample]) -> Kernel) -> Vec<Judged> {
        let shape = self.paths.spread().shape();
        let models: Vec<(UserModel, AccessModel)> = (0..FOLDS)
            .map(|held| {
                let seen: Vec<&ProbeSample> = self.samples.iter().filter(|s| self.fold(s) != held).collect();
                let model = UserModel::fit_with(&seen, shape, kernel(&seen));
                let access = AccessModel::build(&tables.access, *model.calibration());
                (model, access)
            })
            .collect();
        let judge = |sample: &ProbeSample| {
            let (model, access) = &models[self.fold(sample)];
            let rtt = model.for_sample(sample, access, shape);
            judge_user(sample, &rtt, self.number(sample))
        };
        self.samples.iter().map(judge).collect()
    }

    /// Figures of each country with enough probes; inside a country the probes are the clusters.
    fn by_country(&self, judged: &[Judged]) -> Vec<(Country, Figures)> {
        let of = |country: Country| {
            let rows: Vec<Judged> = self
                .samples
                .iter()
                .zip(judged)
                .filter(|(sample, _)| sample.place.country == country)
                .map(|(sample, row)| Judged {
                    clusters: [sample.probe as usize; 2],
                    ..*row
                })
                .collect();
            (country, figures(&rows))
        };
        let countries = self.countries.iter().map(|&country| of(country));
        countries
            .filter(|(_, figures)| figures.clusters >= COUNTRY_MIN_PROBES)
            .collect()
    }

    fn number(&self, sample: &ProbeSample) -> usize {
        self.countries.partition_point(|&c| c < sample.place.country)
    }

    /// A probe is in one country, so it is in one fold.
    fn fold(&self, sample: &ProbeSample) -> usize {
        self.number(sample) % FOLDS
    }
}

fn judge_user(sample: &ProbeSample, rtt: &UserRtt, country: usize) -> Judged {
    let said = rtt.quantiles([0.05, 0.25, 0.5, 0.75, 0.95]);
    let inside = |low: usize, high: usize| (said[low].ms()..=said[high].ms()).contains(&sample.rtt_ms);
    Judged {
        error: (said[2].ms() / sample.rtt_ms - 1.0).abs(),
        in_50: inside(1, 3),
        in_90: inside(0, 4),
        clusters: [country, country],
    }
}

fn countries_of(samples: &[ProbeSample]) -> Vec<Country> {
    let mut countries: Vec<Country> = samples.iter().map(|s| s.place.country).collect();
    countries.sort_unstable();
    countries.dedup();
    countries
}

/// Every constant of the sibling module `calibration`, made anew from the tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibrated {
    /// Path spread: coefficients and quantiles of the shape.
    pub spread: Spread,
    /// Factor on it between regions of the landmark provider.
    pub backbone_scale_seen: f64,
    /// Factor on it between regions of any other provider.
    pub backbone_scale_unseen: f64,
    /// Intercept (ms) and slope of the jitter's p90 − p50.
    pub jitter: (f64, f64),
    /// Constants fitted to all probes.
    pub users: UserCalibration,
}

/// Makes every constant anew.
///
/// # Errors
/// As [`Tables::landmarks`] and [`Tables::probe_samples`].
pub fn calibrate(tables: &Tables) -> Result<Calibrated> {
    let landmarks = tables.landmarks()?;
    let spread = Spread::fit(&residuals_over_cities(&landmarks));
    let paths = PathModel::with_spread(landmarks, spread.clone());
    let factors = AccessModel::build(&tables.access, UserCalibration::calibrated());
    let samples = tables.probe_samples(&paths, &factors)?;
    let seen: Vec<&ProbeSample> = samples.iter().collect();
    let (seen_providers, unseen_providers): (Vec<String>, Vec<String>) = providers_of(&tables.region_rtts)
        .into_iter()
        .partition(|p| p == LANDMARK_PROVIDER);
    Ok(Calibrated {
        backbone_scale_seen: backbone_scale(&paths, tables, &seen_providers),
        backbone_scale_unseen: backbone_scale(&paths, tables, &unseen_providers),
        jitter: jitter_line(&tables.region_rtts),
        users: *UserModel::fit(&seen, spread.shape()).calibration(),
        spread,
    })
}

/// Intercept and slope of p90 − p50 against p50 with the least absolute deviations, over pairs that have both.
fn jitter_line(rows: &[RegionRttRow]) -> (f64, f64) {
    let points: Vec<(f64, f64)> = rows
        .iter()
        .filter_map(|row| row.p90_ms.map(|p90| (row.p50_ms, p90 - row.p50_ms)))
        .collect();
    let intercept = |slope: f64| {
        let mut left: Vec<f64> = points.iter().map(|(x, y)| y - slope * x).collect();
        median(&mut left)
    };
    let loss = |slope: f64| {
        let base = intercept(slope);
        points
            .iter()
            .map(|(x, y)| (y - slope * x - base).abs())
            .sum::<f64>()
    };
    let slope = least_on(loss, SLOPE_RANGE);
    (intercept(slope), slope)
}

/// Where the slope of the jitter is sought.
const SLOPE_RANGE: (f64, f64) = (0.0, 0.2);

/// Where a convex function is least, by thirds: 60 rounds leave 3e-11 of the range.
fn least_on(f: impl Fn(f64) -> f64, range: (f64, f64)) -> f64 {
    let (mut low, mut high) = range;
    for _ in 0..60 {
        let third = (high - low) / 3.0;
        if f(low + third) <= f(high - third) {
            high -= third;
        } else {
            low += third;
        }
    }
    f64::midpoint(low, high)
}

fn figures(rows: &[Judged]) -> Figures {
    let clusters = Clusters::of(rows);
    let mut draws: [Vec<f64>; 4] = Default::default();
    let mut random = SplitMix(1);
    for _ in 0..RESAMPLES {
        let weights = clusters.resample(&mut random);
        for (list, value) in draws.iter_mut().zip(weighted(rows, &clusters, &weights)) {
            list.push(value);
        }
    }
    let whole = weighted(rows, &clusters, &vec![1.0; clusters.count]);
    let [median_error, p90_error, coverage_50, coverage_90] = std::array::from_fn(|i| Interval {
        value: whole[i],
        low: quantile(&mut draws[i], 0.025),
        high: quantile(&mut draws[i], 0.975),
    });
    Figures {
        n: rows.len(),
        clusters: clusters.count,
        median_error,
        p90_error,
        coverage_50,
        coverage_90,
    }
}

/// The clusters of some rows, numbered from 0.
pub(super) struct Clusters {
    count: usize,
    of_row: Vec<[usize; 2]>,
    by_error: Vec<usize>,
}

impl Clusters {
    fn of(rows: &[Judged]) -> Self {
        let named: Vec<[usize; 2]> = rows.iter().map(|r| r.clusters).collect();
        let mut by_error: Vec<usize> = (0..rows.len()).collect();
        by_error.sort_by(|&a, &b| rows[a].error.total_cmp(&rows[b].error));
        Clusters {
            by_error,
            ..Self::of_pairs(&named)
        }
    }

    /// Of rows by the names of their clusters.
    pub(super) fn of_pairs(rows: &[[usize; 2]]) -> Self {
        let mut names: Vec<usize> = rows.iter().flatten().copied().collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: usize| names.partition_point(|&n| n < name);
        Clusters {
            count: names.len(),
            of_row: rows.iter().map(|names| names.map(number)).collect(),
            by_error: Vec::new(),
        }
    }

    /// How often each cluster is drawn when as many are drawn as there are, with replacement.
    pub(super) fn resample(&self, random: &mut SplitMix) -> Vec<f64> {
        let mut weights = vec![0.0; self.count];
        for _ in 0..self.count {
            weights[(random.next() % self.count as u64) as usize] += 1.0;
        }
        weights
    }

    /// A row of one cluster counts as often as that was drawn; a row of two, as the product of both counts.
    pub(super) fn weight(&self, row: usize, weights: &[f64]) -> f64 {
        let [a, b] = self.of_row[row];
        if a == b {
            weights[a]
        } else {
            weights[a] * weights[b]
        }
    }
}

/// Median error, p90 error, coverage 50 and 90 of the rows, weighted.
fn weighted(rows: &[Judged], clusters: &Clusters, weights: &[f64]) -> [f64; 4] {
    let mut cumulated = Vec::with_capacity(rows.len());
    let (mut total, mut in_50, mut in_90) = (0.0, 0.0, 0.0);
    for &row in &clusters.by_error {
        let weight = clusters.weight(row, weights);
        total += weight;
        in_50 += weight * f64::from(u8::from(rows[row].in_50));
        in_90 += weight * f64::from(u8::from(rows[row].in_90));
        cumulated.push(total);
    }
    let error_at = |p: f64| {
        let at = cumulated.partition_point(|&c| c < p * total);
        clusters.by_error.get(at).map_or(0.0, |&row| rows[row].error)
    };
    let total = total.max(f64::MIN_POSITIVE);
    [error_at(0.5), error_at(0.9), in_50 / total, in_90 / total]
}

/// A small generator for resampling and dealing; figures, not draws, come of it.
/// Source: Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
pub(super) struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn hash_of(x: u64) -> u64 {
    SplitMix(x).next()
}

#[cfg(test)]
mod tests {
    use super::super::landmarks::tests::line_of_cities;
    use super::*;

    #[test]
    fn a_lawful_world_is_predicted_well() {
        let found = cross_validate_paths(&line_of_cities(40));
        assert!(found.all.median_error.value < 0.05, "{found:?}");
        assert_eq!(found.all.n, found.one_unseen.n + found.both_unseen.n);
    }

    #[test]
    fn figures_count_what_is_inside() {
        let rows: Vec<Judged> = (0..100)
            .map(|i| Judged {
                error: f64::from(i) / 100.0,
                in_50: i < 50,
                in_90: i < 90,
                clusters: [i as usize % 10; 2],
            })
            .collect();
        let found = figures(&rows);
        assert_eq!((found.n, found.clusters), (100, 10));
        assert!((found.coverage_50.value - 0.5).abs() < 1e-12);
        assert!(found.coverage_90.holds(0.9));
        assert!((found.p90_error.value - 0.89).abs() < 1e-12);
    }
}
