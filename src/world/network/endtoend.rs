//! The RTT from a user group to a region: access, path and jitter as three distributions to draw from.
//!
//! ```text
//! rtt  = access + path + jitter
//! path = max( median · exp(shift + κ · s · Z'),  fibre bound ),   Z' = sign(Z) · |Z|^τ
//! ```
//! `s` and Z are the spread of the path model; κ and τ are calibrated on user probes, who sit on more different networks
//! than hosts in data centres do. `shift` is what probes near the user saw on the way to targets near the region:
//!
//! ```text
//! shift = Σ w·ρ / (Σ w + 2),   ρ = ln((rtt − access) / path) of a probe, held within ±0.5
//! w = path / (path + 30 ms) · 1 / (1 + (km between users / 1000)²) · exp(−km between targets / 1000)
//! ```
//! so it vanishes where no probe is near. Access and path are drawn once per request, jitter for each round trip.

use crate::basis::geo::LatLon;
use crate::basis::halving::halve;
use crate::basis::units::Millis;

use super::access::{Access, AccessModel, Technology};
use super::calibration::UserCalibration;
use super::jitter::Jitter;
use super::landmarks::{median, quantile_of_sorted};
use super::own::Level;
use super::path::{PathEstimate, Shape};
use super::rows::{Country, Endpoint};

/// The RTT from users of one place and technology to one region.
#[derive(Clone, Debug)]
pub struct UserRtt {
    /// The last mile, across users.
    pub access: Access,
    /// The way from there to the region, across users.
    pub path: UserPath,
    /// What each round trip adds.
    pub jitter: Jitter,
}

/// The path part: a median and its spread between users.
#[derive(Clone, Debug, PartialEq)]
pub struct UserPath {
    /// The estimate between data centres that it starts from.
    pub estimate: PathEstimate,
    /// What probes near by made of it, as a logarithm; 0 where none is near.
    pub shift: f64,
    /// κ · s.
    pub scale: f64,
    /// τ.
    pub tail: f64,
    /// What the user's own measurements say of the level; it is in `shift` already.
    pub own: Level,
    shape: Shape,
}

impl UserPath {
    /// Round trip over the path that a share `p` of users stays under.
    pub fn quantile(&self, p: f64) -> Millis {
        Millis::new(self.quantile_ms(self.shape.quantile(p))).unwrap_or_default()
    }

    /// The same with its level moved.
    pub(super) fn moved(self, own: Level) -> Self {
        UserPath {
            shift: self.shift + own.log,
            own,
            ..self
        }
    }

    /// The same with `spread` times the spread between users.
    pub(super) fn wider(self, spread: f64) -> Self {
        UserPath {
            scale: self.scale * spread,
            ..self
        }
    }

    fn quantile_ms(&self, z: f64) -> f64 {
        self.without_bound_ms(z).max(self.estimate.fibre.ms())
    }

    fn without_bound_ms(&self, z: f64) -> f64 {
        self.estimate.median.ms() * (self.shift + self.scale * stretch(z, self.tail)).exp()
    }

    /// The quantile at `p` if no fibre set a bound, ms.
    pub(super) fn free_ms(&self, p: f64) -> f64 {
        self.without_bound_ms(self.shape.quantile(p))
    }

    /// The same path, longer by a factor of which `log` is the logarithm.
    pub(super) fn longer(self, log: f64) -> Self {
        UserPath {
            shift: self.shift + log,
            ..self
        }
    }
}

/// Z′ = sign(Z) · |Z|^τ: heavier tails for τ above 1.
pub(super) fn stretch(z: f64, tail: f64) -> f64 {
    z.signum() * z.abs().powf(tail)
}

/// Strata of the path and of the access in which their sum is computed.
const STRATA: (usize, usize) = (101, 61);

impl UserRtt {
    /// The typical RTTs (jitter at its median of zero) that the shares `levels` of users stay under.
    ///
    /// Computed on 101 × 61 equally likely parts; beyond 1 % and 99 % draw the components instead.
    pub fn quantiles<const N: usize>(&self, levels: [f64; N]) -> [Millis; N] {
        let sum = self.sums(STRATA.0, STRATA.1);
        levels.map(|p| Millis::new(quantile_of_sorted(&sum, p)).unwrap_or_default())
    }

    /// The typical RTT that a share `p` of users stays under.
    pub fn quantile(&self, p: f64) -> Millis {
        self.quantiles([p])[0]
    }

    /// The interval that a share `level` of users lies in, as many below it as above.
    pub fn interval(&self, level: f64) -> (Millis, Millis) {
        let side = (1.0 - level.clamp(0.0, 1.0)) / 2.0;
        let [low, high] = self.quantiles([side, 1.0 - side]);
        (low, high)
    }

    /// Equally likely typical RTTs, ms, ascending: the sums of so many parts of the path and of the access.
    pub(super) fn sums(&self, path_parts: usize, access_parts: usize) -> Vec<f64> {
        let path = strata(path_parts)
            .map(|p| self.path.quantile(p).ms())
            .collect::<Vec<_>>();
        let access = strata(access_parts)
            .map(|p| self.access.quantile(p).ms())
            .collect::<Vec<_>>();
        sorted_sum(&path, &access)
    }
}

/// The middles of `n` equally likely parts.
pub(super) fn strata(n: usize) -> impl Iterator<Item = f64> {
    (0..n).map(move |i| (i as f64 + 0.5) / n as f64)
}

fn sorted_sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum: Vec<f64> = a.iter().flat_map(|x| b.iter().map(move |y| x + y)).collect();
    sum.sort_unstable_by(f64::total_cmp);
    sum
}

/// A probe measurement with its path estimate: what user calibration works on.
#[derive(Clone, Debug)]
pub struct ProbeSample {
    /// The probe.
    pub probe: u32,
    /// Index among [`Technology::CALIBRATED`].
    pub technology: usize,
    /// Where the probe is.
    pub place: Endpoint,
    /// Where the target is.
    pub target: LatLon,
    /// Path estimate from probe to target.
    pub estimate: PathEstimate,
    /// What the probe's country does to its access median.
    pub country_factor: f64,
    /// Measured round trip (ms).
    pub rtt_ms: f64,
}

impl ProbeSample {
    pub(super) fn access_ms(&self, medians: &[f64; 4]) -> f64 {
        medians[self.technology] * self.country_factor
    }
}

/// How far what probes saw carries.
///
/// The default was chosen on all probes; [`choose`](Self::choose) chooses on some of them, as a cross-validation needs
/// that is to count the choice as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernel {
    /// Width between users (km).
    pub user_km: f64,
    /// Width between targets (km).
    pub target_km: f64,
    /// Weight of "no shift", in probes standing next to the user.
    pub shrink: f64,
}

impl Default for Kernel {
    fn default() -> Self {
        Kernel {
            user_km: 1000.0,
            target_km: 1000.0,
            shrink: 2.0,
        }
    }
}

/// Widths (km) and weights that a kernel is chosen from.
const KERNEL_KM: [f64; 3] = [500.0, 1000.0, 2000.0];
const KERNEL_SHRINK: [f64; 3] = [1.0, 2.0, 4.0];

impl Kernel {
    /// All that can be chosen.
    fn candidates() -> impl Iterator<Item = Kernel> {
        KERNEL_KM.into_iter().flat_map(|user_km| {
            KERNEL_KM.into_iter().flat_map(move |target_km| {
                KERNEL_SHRINK.into_iter().map(move |shrink| Kernel {
                    user_km,
                    target_km,
                    shrink,
                })
            })
        })
    }

    /// The kernel whose shifts come nearest to what each country's probes saw when that country has no say: the least
    /// mean of |ρ − shift|, long paths counting more, as they do in the shift itself.
    pub fn choose(samples: &[&ProbeSample]) -> Self {
        let medians = access_medians(samples);
        let miss = |kernel: Kernel| {
            let shifts = Shifts::with_kernel(samples, &medians, kernel);
            let said = shifts.without_own_country(samples);
            let seen = shifts.samples.iter().zip(&said);
            seen.map(|(seen, shift)| seen.weight * (seen.log_ratio - shift).abs())
                .sum::<f64>()
        };
        let mut best = (f64::INFINITY, Kernel::default());
        for kernel in Kernel::candidates() {
            let miss = miss(kernel);
            if miss < best.0 {
                best = (miss, kernel);
            }
        }
        best.1
    }
}

/// On paths as short as this (ms) a probe's shift counts half: access, not path, decides there.
const SHORT_PATH_MS: f64 = 30.0;
/// A single probe cannot ask for a greater shift than this (log).
const SHIFT_LIMIT: f64 = 0.5;

/// What probes saw on their paths beyond the estimate, per place and target.
#[derive(Clone, Debug, Default)]
pub struct Shifts {
    users: Vec<Endpoint>,
    targets: Vec<LatLon>,
    samples: Vec<Seen>,
    kernel: Kernel,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    user: usize,
    target: usize,
    log_ratio: f64,
    weight: f64,
}

impl Shifts {
    /// What `samples` saw, given the access medians.
    pub fn of(samples: &[&ProbeSample], access_median_ms: &[f64; 4]) -> Self {
        Self::with_kernel(samples, access_median_ms, Kernel::default())
    }

    fn with_kernel(samples: &[&ProbeSample], access_median_ms: &[f64; 4], kernel: Kernel) -> Self {
        let mut shifts = Shifts {
            kernel,
            ..Shifts::default()
        };
        for sample in samples {
            let path = sample.estimate.median.ms();
            let over = sample.rtt_ms - sample.access_ms(access_median_ms);
            let log_ratio = (over.max(sample.estimate.fibre.ms()) / path).ln();
            let seen = Seen {
                user: position_or_push(&mut shifts.users, sample.place),
                target: position_or_push(&mut shifts.targets, sample.target),
                log_ratio: log_ratio.clamp(-SHIFT_LIMIT, SHIFT_LIMIT),
                weight: path / (path + SHORT_PATH_MS),
            };
            shifts.samples.push(seen);
        }
        shifts
    }

    /// How much each probe's place has to say about users at `at`; `absent` silences a country.
    pub fn user_weights(&self, at: LatLon, absent: Option<Country>) -> Vec<f64> {
        self.users
            .iter()
            .map(|user| {
                if Some(user.country) == absent {
                    0.0
                } else {
                    1.0 / (1.0 + (at.distance(user.at).km() / self.kernel.user_km).powi(2))
                }
            })
            .collect()
    }

    /// How much each target has to say about a region at `at`.
    pub fn target_weights(&self, at: LatLon) -> Vec<f64> {
        self.targets
            .iter()
            .map(|target| (-at.distance(*target).km() / self.kernel.target_km).exp())
            .collect()
    }

    /// The shift for a user and a region with these weights.
    pub fn shift(&self, user_weights: &[f64], target_weights: &[f64]) -> f64 {
        let (mut sum, mut total) = (0.0, self.kernel.shrink);
        for seen in &self.samples {
            let weight = seen.weight * user_weights[seen.user] * target_weights[seen.target];
            sum += weight * seen.log_ratio;
            total += weight;
        }
        sum / total
    }

    /// The shift of each sample as though its country had no probes, in their order.
    pub fn without_own_country(&self, samples: &[&ProbeSample]) -> Vec<f64> {
        let (mut places, mut targets) = (Vec::new(), Vec::new());
        let at: Vec<(usize, usize)> = samples
            .iter()
            .map(|s| {
                let place = position_or_push(&mut places, s.place);
                (place, position_or_push(&mut targets, s.target))
            })
            .collect();
        let users: Vec<Vec<f64>> = places
            .iter()
            .map(|place| self.user_weights(place.at, Some(place.country)))
            .collect();
        let targets: Vec<Vec<f64>> = targets.iter().map(|at| self.target_weights(*at)).collect();
        at.into_iter()
            .map(|(place, target)| self.shift(&users[place], &targets[target]))
            .collect()
    }
}

fn position_or_push<T: PartialEq>(list: &mut Vec<T>, value: T) -> usize {
    list.iter().position(|x| *x == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    })
}

/// The user side of the model: shifts and calibrated constants.
#[derive(Clone, Debug)]
pub struct UserModel {
    shifts: Shifts,
    calibration: UserCalibration,
}

impl UserModel {
    /// A model with the shifts of `samples` and the given constants.
    pub fn new(samples: &[&ProbeSample], calibration: UserCalibration) -> Self {
        UserModel {
            shifts: Shifts::of(samples, &calibration.access_median_ms),
            calibration,
        }
    }

    /// Fits every constant on `samples` alone; `shape` is that of the path spread.
    pub fn fit(samples: &[&ProbeSample], shape: &Shape) -> Self {
        Self::fit_with(samples, shape, Kernel::default())
    }

    /// As [`fit`](Self::fit), with a kernel that was chosen on `samples` or elsewhere.
    pub fn fit_with(samples: &[&ProbeSample], shape: &Shape, kernel: Kernel) -> Self {
        let access_median_ms = access_medians(samples);
        let shifts = Shifts::with_kernel(samples, &access_median_ms, kernel);
        let sums: Vec<PartsOfSum> = samples
            .iter()
            .zip(shifts.without_own_country(samples))
            .map(|(s, shift)| PartsOfSum::of(s, &access_median_ms, shift))
            .collect();
        let calibration = best_spread(&sums, access_median_ms, shape);
        UserModel { shifts, calibration }
    }

    /// The constants.
    pub fn calibration(&self) -> &UserCalibration {
        &self.calibration
    }

    /// The shifts.
    pub fn shifts(&self) -> &Shifts {
        &self.shifts
    }

    /// The distributions of a user group to a region.
    pub fn user_rtt(&self, access: Access, estimate: PathEstimate, shift: f64, shape: &Shape) -> UserRtt {
        UserRtt {
            access,
            jitter: Jitter::of(estimate.median),
            path: self.path(estimate, shift, shape),
        }
    }

    /// The distribution of the path of a user group to a region.
    pub fn path(&self, estimate: PathEstimate, shift: f64, shape: &Shape) -> UserPath {
        UserPath {
            estimate,
            shift,
            scale: self.calibration.path_scale * estimate.scale,
            tail: self.calibration.path_tail,
            own: Level::default(),
            shape: shape.clone(),
        }
    }

    /// The distributions for the place and technology of a probe, as though its country had no probes.
    pub fn for_sample(&self, sample: &ProbeSample, access: &AccessModel, shape: &Shape) -> UserRtt {
        let technology = Technology::CALIBRATED[sample.technology];
        let access = access.access(sample.place.country, technology);
        self.user_rtt(
            access,
            sample.estimate,
            shift_without_own_country(&self.shifts, sample),
            shape,
        )
    }
}

fn shift_without_own_country(shifts: &Shifts, sample: &ProbeSample) -> f64 {
    let users = shifts.user_weights(sample.place.at, Some(sample.place.country));
    shifts.shift(&users, &shifts.target_weights(sample.target))
}

/// On paths shorter than this (ms) what is left beside the path is taken for access.
pub(super) const ACCESS_PATH_MS: f64 = 60.0;
/// An access median is never below this (ms).
const LEAST_MEDIAN_MS: f64 = 1.0;
/// A technology needs this many short paths for a median of its own; with fewer it takes that of the LAN.
const ACCESS_MIN_SAMPLES: usize = 4;

fn access_medians(samples: &[&ProbeSample]) -> [f64; 4] {
    let left = |technology: usize| {
        let mut left: Vec<f64> = samples
            .iter()
            .filter(|s| s.technology == technology && s.estimate.median.ms() < ACCESS_PATH_MS)
            .map(|s| (s.rtt_ms - s.estimate.median.ms()) / s.country_factor)
            .collect();
        (left.len() >= ACCESS_MIN_SAMPLES).then(|| median(&mut left).max(LEAST_MEDIAN_MS))
    };
    let lan = left(0).unwrap_or(LEAST_MEDIAN_MS);
    std::array::from_fn(|technology| left(technology).unwrap_or(lan))
}

/// Log-normal spread of access before calibration. First public hop of LAN probes: ln(p90/p10)/2.56 = 0.84; of
/// satellite probes ln(p75/p25)/1.35 = 0.26, and 0.4 with its tail.
const ACCESS_SIGMA: [f64; 4] = [0.8, 0.8, 0.8, 0.4];
/// Multipliers of [`ACCESS_SIGMA`] that calibration chooses from.
const SIGMA_STEPS: [f64; 4] = [0.6, 0.8, 1.0, 1.2];
/// Powers τ that calibration chooses from.
const TAIL_STEPS: [f64; 5] = [0.7, 0.85, 1.0, 1.15, 1.3];
/// Where the path scale κ is sought.
const SCALE_RANGE: (f64, f64) = (0.3, 4.0);
/// Halvings of that range (in logarithms): the last step is 0.06 %.
const SCALE_ROUNDS: usize = 12;
/// Strata of path and access while fitting.
const FIT_STRATA: (usize, usize) = (25, 15);
/// Levels the score of a fit looks at.
const SCORE_LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// What a miss of the 50 % coverage costs beside the relative pinball loss.
const COVERAGE_PRICE: f64 = 0.1;
/// Added to the path (ms) where a loss is made relative to it, so that short paths do not rule.
const SCORE_OFFSET_MS: f64 = 20.0;

/// A training row, taken apart.
struct PartsOfSum {
    rtt_ms: f64,
    path_ms: f64,
    fibre_ms: f64,
    scale: f64,
    access_ms: f64,
    technology: usize,
}

impl PartsOfSum {
    fn of(sample: &ProbeSample, medians: &[f64; 4], shift: f64) -> Self {
        PartsOfSum {
            rtt_ms: sample.rtt_ms,
            path_ms: sample.estimate.median.ms() * shift.exp(),
            fibre_ms: sample.estimate.fibre.ms(),
            scale: sample.estimate.scale,
            access_ms: sample.access_ms(medians),
            technology: sample.technology,
        }
    }

    fn paths(&self, scale: f64, z: &[f64]) -> Vec<f64> {
        z.iter()
            .map(|z| (self.path_ms * (scale * self.scale * z).exp()).max(self.fibre_ms))
            .collect()
    }

    fn accesses(&self, sigma: f64, normal: &[f64]) -> Vec<f64> {
        let sigma = sigma * ACCESS_SIGMA[self.technology];
        normal
            .iter()
            .map(|n| self.access_ms * (sigma * n).exp())
            .collect()
    }

    /// The share of the predicted sums that lie below what was measured.
    fn rank(&self, paths: &[f64], accesses: &[f64]) -> f64 {
        let below: usize = paths
            .iter()
            .map(|p| accesses.partition_point(|a| p + a <= self.rtt_ms))
            .sum();
        below as f64 / (paths.len() * accesses.len()) as f64
    }

    fn relative_pinball(&self, paths: &[f64], accesses: &[f64]) -> f64 {
        let sum = sorted_sum(paths, accesses);
        let loss: f64 = SCORE_LEVELS
            .iter()
            .map(|&p| pinball(self.rtt_ms, quantile_of_sorted(&sum, p), p))
            .sum();
        loss / (SCORE_LEVELS.len() as f64 * (self.path_ms + SCORE_OFFSET_MS))
    }
}

/// The loss of saying that a share `p` lies below `said` when `seen` came.
pub(super) fn pinball(seen: f64, said: f64, p: f64) -> f64 {
    if seen > said {
        p * (seen - said)
    } else {
        (1.0 - p) * (said - seen)
    }
}

/// For every σ and τ the κ that makes 90 % intervals hold 90 %; of these the one with the best score.
fn best_spread(sums: &[PartsOfSum], access_median_ms: [f64; 4], shape: &Shape) -> UserCalibration {
    let normal: Vec<f64> = strata(FIT_STRATA.1).map(crate::basis::normal::probit).collect();
    let mut best = (f64::INFINITY, UserCalibration::calibrated());
    for sigma in SIGMA_STEPS {
        let accesses: Vec<Vec<f64>> = sums.iter().map(|s| s.accesses(sigma, &normal)).collect();
        for tail in TAIL_STEPS {
            let z: Vec<f64> = strata(FIT_STRATA.0)
                .map(|p| shape.quantile(p))
                .map(|z| stretch(z, tail))
                .collect();
            let scale = scale_for_coverage(sums, &accesses, &z);
            let score = score(sums, &accesses, &z, scale);
            if score < best.0 {
                let calibration = UserCalibration {
                    access_median_ms,
                    access_sigma: ACCESS_SIGMA.map(|s| s * sigma),
                    path_scale: scale,
                    path_tail: tail,
                };
                best = (score, calibration);
            }
        }
    }
    best.1
}

/// Bisection in ln κ: coverage grows with the scale.
fn scale_for_coverage(sums: &[PartsOfSum], accesses: &[Vec<f64>], z: &[f64]) -> f64 {
    let bracket = (SCALE_RANGE.0.ln(), SCALE_RANGE.1.ln());
    let (low, high) = halve(bracket, SCALE_ROUNDS, |ln_scale| {
        coverage(&ranks(sums, accesses, z, ln_scale.exp()), 0.9) < 0.9
    });
    f64::midpoint(low, high).exp()
}

fn ranks(sums: &[PartsOfSum], accesses: &[Vec<f64>], z: &[f64], scale: f64) -> Vec<f64> {
    sums.iter()
        .zip(accesses)
        .map(|(s, access)| s.rank(&s.paths(scale, z), access))
        .collect()
}

fn coverage(ranks: &[f64], level: f64) -> f64 {
    let side = (1.0 - level) / 2.0;
    let inside = ranks
        .iter()
        .filter(|&&r| (side..=1.0 - side).contains(&r))
        .count();
    inside as f64 / ranks.len().max(1) as f64
}

fn score(sums: &[PartsOfSum], accesses: &[Vec<f64>], z: &[f64], scale: f64) -> f64 {
    let loss: f64 = sums
        .iter()
        .zip(accesses)
        .map(|(s, access)| s.relative_pinball(&s.paths(scale, z), access))
        .sum();
    let half = coverage(&ranks(sums, accesses, z, scale), 0.5);
    loss / sums.len().max(1) as f64 + COVERAGE_PRICE * (half - 0.5).abs()
}

#[cfg(test)]
mod tests {
    use super::super::landmarks::tests::endpoint;
    use super::super::path::Spread;
    use super::*;
    use crate::basis::units::Km;
    use crate::world::network::access::AccessBasis;

    fn ms(x: f64) -> Millis {
        Millis::new(x).unwrap()
    }

    fn estimate(median: f64) -> PathEstimate {
        PathEstimate {
            median: ms(median),
            fibre: ms(median / 2.0),
            landmarks_away: Km::new(100.0).unwrap(),
            disagreement: 0.05,
            scale: 0.08,
            pairs: 64,
        }
    }

    fn sample(lat: f64, rtt_ms: f64) -> ProbeSample {
        ProbeSample {
            probe: 1,
            technology: 0,
            place: endpoint(lat, 0.0, "DE"),
            target: endpoint(0.0, 100.0, "SG").at,
            estimate: estimate(200.0),
            country_factor: 1.0,
            rtt_ms,
        }
    }

    fn user_rtt() -> UserRtt {
        let model = UserModel::new(&[], UserCalibration::calibrated());
        let access = Access::log_normal(10.0, 0.6, AccessBasis::Published);
        model.user_rtt(access, estimate(100.0), 0.0, Spread::calibrated().shape())
    }

    #[test]
    fn intervals_nest_and_hold_the_median() {
        let rtt = user_rtt();
        let (half, wide) = (rtt.interval(0.5), rtt.interval(0.9));
        let middle = rtt.quantile(0.5);
        assert!(wide.0 < half.0 && half.0 < middle && middle < half.1 && half.1 < wide.1);
    }

    #[test]
    fn no_user_is_faster_than_fibre() {
        assert!(user_rtt().path.quantile(0.0001) >= ms(50.0));
    }

    #[test]
    fn a_probe_next_door_moves_the_estimate_and_one_far_away_does_not() {
        let samples = [sample(50.0, 244.0)];
        let seen: Vec<&ProbeSample> = samples.iter().collect();
        let shifts = Shifts::of(&seen, &[4.0; 4]);
        let shift = |lat: f64| {
            let users = shifts.user_weights(endpoint(lat, 0.0, "FR").at, None);
            shifts.shift(&users, &shifts.target_weights(samples[0].target))
        };
        assert!(shift(49.0) > 0.04 && shift(49.0) < 1.2_f64.ln());
        assert!(shift(-80.0).abs() < 0.002);
    }

    #[test]
    fn a_silenced_country_has_no_say() {
        let samples = [sample(50.0, 244.0)];
        let seen: Vec<&ProbeSample> = samples.iter().collect();
        let shifts = Shifts::of(&seen, &[4.0; 4]);
        assert_eq!(shift_without_own_country(&shifts, &samples[0]), 0.0);
    }

    #[test]
    fn access_is_read_from_short_paths_only() {
        let mut samples: Vec<ProbeSample> = (0..9)
            .map(|i| ProbeSample {
                estimate: estimate(20.0),
                ..sample(f64::from(i), 27.0)
            })
            .collect();
        samples.extend((0..50).map(|i| sample(f64::from(i), 400.0)));
        let all: Vec<&ProbeSample> = samples.iter().collect();
        assert_eq!(access_medians(&all), [7.0; 4]);
    }

    #[test]
    fn pinball_is_least_at_the_quantile() {
        let loss = |said: f64| (1..100).map(|i| pinball(f64::from(i), said, 0.9)).sum::<f64>();
        assert!(loss(90.0) < loss(80.0) && loss(90.0) < loss(97.0));
    }
}
