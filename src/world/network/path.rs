//! The RTT between any two places, from landmarks near both ends, and how wide the truth spreads around it.
//!
//! ```text
//! for each measured pair (l near a, m near b):
//!     e(l, m) = ln max( rtt(l, m) + 1.5 · (fibre(a, b) − fibre(l, m)),  fibre(a, b) )
//! median   = exp( Σ w_l w_m e(l, m) / Σ w_l w_m ),   w_l = 1 / (distance(a, l) + 20 km),   at least fibre(a, b)
//! ```
//! A landmark in another country counts three times as far. Where both ends have the same landmark the distance curve
//! stands in for a measurement. Local kriging of the inflation was tried beside it and was no better.

use crate::basis::geo::fibre_rtt;
use crate::basis::units::{Km, Millis};

use super::calibration::{SPREAD_COEFFICIENTS, SPREAD_SHAPE};
use super::landmarks::{LandmarkKind, Landmarks, quantile};
use super::rows::Endpoint;

/// Landmarks used at each end. Between 5 and 12 the cross-validated error hardly moves.
const NEIGHBOURS: usize = 8;
/// A landmark in another country counts as this many times farther. With 1 instead of 3 the error is 0.3 points more,
/// from 2 to 6 it hardly moves.
const OTHER_COUNTRY_FACTOR: f64 = 3.0;
/// What a region landmark's distance grows by for a public path (km).
const REGION_ON_PUBLIC_KM: f64 = 100.0;
/// What a city landmark's distance grows by for a backbone path (km): 300 to 3000 are equally good, 0 is twice as bad.
const CITY_ON_BACKBONE_KM: f64 = 1000.0;
/// Added to a landmark's distance before its weight is taken, so that a host next door does not rule alone (km).
/// Steeper weights (power 1.5) leave cities as they are (7.5 %) and make user probes worse (9.3 to 9.8 %).
const NEAR_KM: f64 = 20.0;
/// RTT per fibre bound at the margin: what another kilometre costs. 1.3 to 1.7 are equally good.
const MARGINAL_INFLATION: f64 = 1.5;
/// Disagreement (log) assumed where no landmark pair speaks and only the distance curve is left.
const DISAGREEMENT_UNKNOWN: f64 = 0.35;

/// Whose network carries the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// The public internet.
    Public,
    /// One provider's own network.
    Backbone,
}

/// A landmark as seen from an endpoint.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Neighbour {
    landmark: usize,
    km: f64,
    weight: f64,
}

/// An endpoint with its nearest landmarks looked up: made once per place, used for many paths.
#[derive(Clone, Debug)]
pub struct Anchor {
    place: Endpoint,
    neighbours: Vec<Neighbour>,
}

impl Anchor {
    /// Great-circle distance to the nearest landmark used.
    pub fn nearest(&self) -> Km {
        let km = self.neighbours.iter().map(|n| n.km).fold(f64::INFINITY, f64::min);
        Km::new(km).unwrap_or_default()
    }

    /// The place itself.
    pub fn place(&self) -> Endpoint {
        self.place
    }
}

/// Estimates paths between places from a set of landmarks.
#[derive(Clone, Debug)]
pub struct PathModel {
    landmarks: Landmarks,
    spread: Spread,
}

impl PathModel {
    /// A model on `landmarks` with the spread that was calibrated on the tables of the crate.
    pub fn new(landmarks: Landmarks) -> Self {
        Self::with_spread(landmarks, Spread::calibrated())
    }

    /// A model on `landmarks` with a spread of its own, as a cross-validation needs.
    pub fn with_spread(landmarks: Landmarks, spread: Spread) -> Self {
        PathModel { landmarks, spread }
    }

    /// The landmarks it rests on.
    pub fn landmarks(&self) -> &Landmarks {
        &self.landmarks
    }

    /// How far measurements spread around its estimates.
    pub fn spread(&self) -> &Spread {
        &self.spread
    }

    /// `place` with its landmarks for paths of `kind`.
    pub fn anchor(&self, place: Endpoint, kind: PathKind) -> Anchor {
        self.anchor_without(place, kind, None)
    }

    /// As [`anchor`](Self::anchor), as though landmark `absent` had never been measured.
    pub fn anchor_without(&self, place: Endpoint, kind: PathKind, absent: Option<usize>) -> Anchor {
        let mut ranked: Vec<(f64, Neighbour)> = self
            .landmarks
            .list()
            .iter()
            .enumerate()
            .filter(|&(i, _)| Some(i) != absent)
            .map(|(i, landmark)| {
                let km = place.at.distance(landmark.place.at).km();
                let far = effective_km(km, place, landmark.place, kind, landmark.kind);
                let weight = 1.0 / (far + NEAR_KM);
                (
                    far,
                    Neighbour {
                        landmark: i,
                        km,
                        weight,
                    },
                )
            })
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        ranked.truncate(NEIGHBOURS);
        Anchor {
            place,
            neighbours: ranked.into_iter().map(|(_, n)| n).collect(),
        }
    }

    /// The path between two anchored places.
    pub fn estimate(&self, a: &Anchor, b: &Anchor) -> PathEstimate {
        let fibre = fibre_rtt(a.place.at.distance(b.place.at)).ms();
        let blend = Blend::of(&self.votes(a, b, fibre));
        let curve = self.landmarks.curve().rtt_ms(fibre);
        let (median, disagreement) =
            blend.map_or((curve, DISAGREEMENT_UNKNOWN), |b| (b.mean.exp(), b.deviation));
        let median = median.max(fibre);
        let near = Km::new(a.nearest().km() + b.nearest().km()).unwrap_or_default();
        PathEstimate {
            median: Millis::new(median).unwrap_or_default(),
            fibre: Millis::new(fibre).unwrap_or_default(),
            landmarks_away: near,
            disagreement,
            scale: self.spread.scale(median, near.km(), disagreement),
            pairs: blend.map_or(0, |b| b.pairs),
        }
    }

    /// The path between two places, without keeping their anchors.
    ///
    /// A path of `kind` [`PathKind::Backbone`] runs between two regions of one provider.
    pub fn between(&self, a: Endpoint, b: Endpoint, kind: PathKind) -> PathEstimate {
        self.estimate(&self.anchor(a, kind), &self.anchor(b, kind))
    }

    /// Which landmark pairs an estimate rests on, the heaviest first.
    pub fn explain(&self, a: &Anchor, b: &Anchor) -> Vec<LandmarkPair> {
        let fibre = fibre_rtt(a.place.at.distance(b.place.at)).ms();
        let votes = self.votes(a, b, fibre);
        let total: f64 = votes.iter().map(|v| v.weight).sum();
        let list = self.landmarks.list();
        let mut pairs: Vec<LandmarkPair> = votes
            .iter()
            .map(|vote| LandmarkPair {
                from: list[vote.from.landmark].name.clone(),
                from_away: Km::new(vote.from.km).unwrap_or_default(),
                to: list[vote.to.landmark].name.clone(),
                to_away: Km::new(vote.to.km).unwrap_or_default(),
                measured: self
                    .landmarks
                    .rtt_ms(vote.from.landmark, vote.to.landmark)
                    .and_then(|ms| Millis::new(ms).ok()),
                corrected: Millis::new(vote.log_rtt.exp()).unwrap_or_default(),
                weight: vote.weight / total,
            })
            .collect();
        pairs.sort_by(|x, y| y.weight.total_cmp(&x.weight));
        pairs
    }

    fn votes(&self, a: &Anchor, b: &Anchor, fibre: f64) -> Vec<Vote> {
        let mut votes = Vec::with_capacity(a.neighbours.len() * b.neighbours.len());
        for &from in &a.neighbours {
            for &to in &b.neighbours {
                if let Some(rtt) = self.vote_ms(from.landmark, to.landmark, fibre) {
                    votes.push(Vote {
                        from,
                        to,
                        log_rtt: rtt.ln(),
                        weight: from.weight * to.weight,
                    });
                }
            }
        }
        votes
    }

    /// What the pair of landmarks says about a path with this fibre bound (ms).
    fn vote_ms(&self, from: usize, to: usize, fibre: f64) -> Option<f64> {
        if from == to {
            return Some(self.landmarks.curve().rtt_ms(fibre));
        }
        let measured = self.landmarks.rtt_ms(from, to)?;
        let corrected = measured + MARGINAL_INFLATION * (fibre - self.landmarks.fibre_ms(from, to));
        Some(corrected.max(fibre).max(LEAST_RTT_MS))
    }
}

/// No path between two hosts is quicker than this (ms); keeps logarithms finite where places coincide.
const LEAST_RTT_MS: f64 = 0.2;

fn effective_km(km: f64, place: Endpoint, landmark: Endpoint, path: PathKind, kind: LandmarkKind) -> f64 {
    let factor = if place.country == landmark.country {
        1.0
    } else {
        OTHER_COUNTRY_FACTOR
    };
    let stranger = match (path, kind) {
        (PathKind::Public, LandmarkKind::Region) => REGION_ON_PUBLIC_KM,
        (PathKind::Backbone, LandmarkKind::City) => CITY_ON_BACKBONE_KM,
        _ => 0.0,
    };
    km * factor + stranger
}

/// What one pair of landmarks says, and how much it counts.
struct Vote {
    from: Neighbour,
    to: Neighbour,
    log_rtt: f64,
    weight: f64,
}

/// Weighted mean and standard deviation of the votes, in logarithms.
#[derive(Clone, Copy)]
struct Blend {
    mean: f64,
    deviation: f64,
    pairs: usize,
}

impl Blend {
    fn of(votes: &[Vote]) -> Option<Blend> {
        let total: f64 = votes.iter().map(|v| v.weight).sum();
        if votes.is_empty() {
            return None;
        }
        let mean = votes.iter().map(|v| v.weight * v.log_rtt).sum::<f64>() / total;
        let variance = votes
            .iter()
            .map(|v| v.weight * (v.log_rtt - mean).powi(2))
            .sum::<f64>()
            / total;
        Some(Blend {
            mean,
            deviation: variance.sqrt(),
            pairs: votes.len(),
        })
    }
}

/// The RTT between two places as estimated, and what the estimate rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathEstimate {
    /// Half of all hosts at these two places are expected to be nearer than this.
    pub median: Millis,
    /// The fibre bound.
    pub fibre: Millis,
    /// How far the nearest landmarks used are, both ends together.
    pub landmarks_away: Km,
    /// Weighted standard deviation of what the landmark pairs say, in logarithms.
    pub disagreement: f64,
    /// Scale of the log-ratio measured ÷ estimated; see [`Spread`].
    pub scale: f64,
    /// Landmark pairs that had a say; none means the estimate is by distance alone.
    pub pairs: usize,
}

/// One landmark pair's part in an estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct LandmarkPair {
    /// Landmark near the first place.
    pub from: String,
    /// How far from the first place it is.
    pub from_away: Km,
    /// Landmark near the second place.
    pub to: String,
    /// How far from the second place it is.
    pub to_away: Km,
    /// What was measured between the two; nothing when both are the same landmark.
    pub measured: Option<Millis>,
    /// The measurement corrected to the two places.
    pub corrected: Millis,
    /// Its share of the say, 0 to 1; the shares of all pairs add up to 1.
    pub weight: f64,
}

/// How far measurements lie from estimates, as a log-ratio.
///
/// ```text
/// ln(measured / estimated) = s · Z
/// ln s = c0 + c1 · ln(rtt / 100 ms) + c2 · (ln(km to landmarks + 50) − 6) + c3 · ln(disagreement + 0.03)
/// ```
/// Z has the distribution of the standardised residuals of a cross-validation over cities.
/// What is left at a landmark's own place is which network a host is on, so this is also the spread between users.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    coefficients: [f64; 4],
    shape: Shape,
}

/// What a cross-validation leaves for one pair: the log-ratio and what the scale may depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// ln(measured / estimated).
    pub log_ratio: f64,
    /// The estimate it belongs to.
    pub estimate: PathEstimate,
}

/// Rounds of the fit of the scale; it has settled to four digits after ten.
const FIT_ROUNDS: usize = 20;
/// Step of each round; whole steps overshoot on heavy tails.
const FIT_STEP: f64 = 0.7;
/// Keeps the logarithm of a residual finite (log).
const FIT_OFFSET: f64 = 0.01;

impl Spread {
    /// The spread calibrated on the city landmarks of the crate.
    pub fn calibrated() -> Self {
        Spread {
            coefficients: SPREAD_COEFFICIENTS,
            shape: Shape::new(&SPREAD_SHAPE),
        }
    }

    /// Fits scale and shape: the scale is the mean absolute residual as a log-linear function of its causes.
    pub fn fit(residuals: &[Residual]) -> Self {
        let rows: Vec<[f64; 4]> = residuals.iter().map(|r| causes_of(&r.estimate)).collect();
        let start: Vec<f64> = residuals
            .iter()
            .map(|r| (r.log_ratio.abs() + FIT_OFFSET).ln())
            .collect();
        let mut coefficients = least_squares(&rows, &start);
        for _ in 0..FIT_ROUNDS {
            let miss: Vec<f64> = rows
                .iter()
                .zip(residuals)
                .map(|(row, r)| r.log_ratio.abs() / dot(&coefficients, row).exp() - 1.0)
                .collect();
            let step = least_squares(&rows, &miss);
            for (c, s) in coefficients.iter_mut().zip(step) {
                *c += FIT_STEP * s;
            }
        }
        let mut standard: Vec<f64> = rows
            .iter()
            .zip(residuals)
            .map(|(row, r)| r.log_ratio / dot(&coefficients, row).exp())
            .collect();
        let shape = Shape::of_sample(&mut standard);
        Spread { coefficients, shape }
    }

    /// The scale s for an estimate of `rtt_ms` whose landmarks are `km` away and disagree by `disagreement`.
    pub fn scale(&self, rtt_ms: f64, km: f64, disagreement: f64) -> f64 {
        dot(&self.coefficients, &causes(rtt_ms, km, disagreement)).exp()
    }

    /// The distribution of Z.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The four coefficients c0 … c3.
    pub fn coefficients(&self) -> [f64; 4] {
        self.coefficients
    }
}

fn causes_of(estimate: &PathEstimate) -> [f64; 4] {
    causes(
        estimate.median.ms(),
        estimate.landmarks_away.km(),
        estimate.disagreement,
    )
}

fn causes(rtt_ms: f64, km: f64, disagreement: f64) -> [f64; 4] {
    [
        1.0,
        (rtt_ms.max(LEAST_RTT_MS) / 100.0).ln(),
        (km + 50.0).ln() - 6.0,
        (disagreement + 0.03).ln(),
    ]
}

fn dot(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Ordinary least squares by the normal equations, solved with Gauss–Jordan elimination and row pivots.
fn least_squares(rows: &[[f64; 4]], y: &[f64]) -> [f64; 4] {
    let mut system = [[0.0; 5]; 4];
    for (row, &value) in rows.iter().zip(y) {
        for i in 0..4 {
            for j in 0..4 {
                system[i][j] += row[i] * row[j];
            }
            system[i][4] += row[i] * value;
        }
    }
    for column in 0..4 {
        eliminate(&mut system, column);
    }
    std::array::from_fn(|i| {
        if system[i][i] == 0.0 {
            0.0
        } else {
            system[i][4] / system[i][i]
        }
    })
}

fn eliminate(system: &mut [[f64; 5]; 4], column: usize) {
    let pivot = (column..4)
        .max_by(|&i, &j| system[i][column].abs().total_cmp(&system[j][column].abs()))
        .unwrap_or(column);
    system.swap(column, pivot);
    let lead = system[column];
    if lead[column].abs() < 1e-12 {
        return;
    }
    for (i, row) in system.iter_mut().enumerate() {
        if i != column {
            let factor = row[column] / lead[column];
            for (cell, l) in row.iter_mut().zip(lead) {
                *cell -= factor * l;
            }
        }
    }
}

/// A distribution given by its quantiles at [`SHAPE_LEVELS`], linear between them and flat beyond the outermost.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    points: Vec<(f64, f64)>,
}

/// The levels a [`Shape`] is kept at.
pub const SHAPE_LEVELS: [f64; 17] = [
    0.001, 0.005, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.995, 0.999,
];

impl Shape {
    /// The shape with these quantiles at [`SHAPE_LEVELS`].
    pub fn new(quantiles: &[f64; SHAPE_LEVELS.len()]) -> Self {
        Shape {
            points: SHAPE_LEVELS
                .iter()
                .copied()
                .zip(quantiles.iter().copied())
                .collect(),
        }
    }

    /// The shape of a sample; sorts it.
    pub fn of_sample(sample: &mut [f64]) -> Self {
        Shape::new(&SHAPE_LEVELS.map(|p| quantile(sample, p)))
    }

    /// The value below which a share `p` lies.
    pub fn quantile(&self, p: f64) -> f64 {
        super::landmarks::interpolate(&self.points, p)
    }

    /// The quantiles at [`SHAPE_LEVELS`].
    pub fn quantiles(&self) -> Vec<f64> {
        self.points.iter().map(|p| p.1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::landmarks::tests::{endpoint, line_of_cities};
    use super::*;

    #[test]
    fn no_estimate_is_faster_than_fibre() {
        let model = PathModel::new(line_of_cities(6));
        for lon in [0.0, 7.0, 60.0, 179.0] {
            for lat in [-60.0, 0.0, 45.0] {
                let path = model.between(
                    endpoint(0.0, 1.0, "GA"),
                    endpoint(lat, lon, "KE"),
                    PathKind::Public,
                );
                assert!(path.median >= path.fibre, "{path:?}");
            }
        }
    }

    #[test]
    fn the_estimate_does_not_depend_on_the_direction() {
        let model = PathModel::new(line_of_cities(12));
        let (a, b) = (endpoint(1.0, 3.0, "GA"), endpoint(-2.0, 17.0, "GA"));
        let there = model.between(a, b, PathKind::Public);
        let back = model.between(b, a, PathKind::Public);
        assert!((there.median.ms() - back.median.ms()).abs() < 1e-9);
    }

    #[test]
    fn between_landmarks_of_a_regular_world_the_estimate_is_near_its_law() {
        let model = PathModel::new(line_of_cities(12));
        let path = model.between(
            endpoint(0.0, 3.0, "GA"),
            endpoint(0.0, 17.0, "GA"),
            PathKind::Public,
        );
        let law = 2.0 * path.fibre.ms() + 4.0;
        assert!(
            (path.median.ms() / law - 1.0).abs() < 0.05,
            "{path:?} against {law}"
        );
    }

    #[test]
    fn explained_weights_add_up_to_one() {
        let model = PathModel::new(line_of_cities(12));
        let a = model.anchor(endpoint(0.0, 3.0, "GA"), PathKind::Public);
        let b = model.anchor(endpoint(0.0, 17.0, "GA"), PathKind::Public);
        let total: f64 = model.explain(&a, &b).iter().map(|p| p.weight).sum();
        assert!((total - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_any_landmark_the_distance_speaks() {
        let model = PathModel::new(Landmarks::build(&[], &[], &[], &[]).unwrap());
        let path = model.between(
            endpoint(0.0, 0.0, "GA"),
            endpoint(0.0, 40.0, "KE"),
            PathKind::Public,
        );
        assert_eq!(path.pairs, 0);
        assert!(path.median > path.fibre);
    }

    #[test]
    fn least_squares_returns_the_law_it_was_fed() {
        let rows: Vec<[f64; 4]> = (0..50)
            .map(|i| {
                let x = f64::from(i);
                [1.0, x, (x * 0.7).sin(), (x * 1.3).cos()]
            })
            .collect();
        let law = [0.5, -0.1, 2.0, 0.25];
        let y: Vec<f64> = rows.iter().map(|r| dot(&law, r)).collect();
        for (found, want) in least_squares(&rows, &y).iter().zip(law) {
            assert!((found - want).abs() < 1e-9);
        }
    }

    #[test]
    fn a_shape_keeps_the_quantiles_of_its_sample() {
        let mut sample: Vec<f64> = (0..=1000).map(f64::from).collect();
        let shape = Shape::of_sample(&mut sample);
        assert!((shape.quantile(0.25) - 250.0).abs() < 1e-9);
        assert!((shape.quantile(0.5) - 500.0).abs() < 1e-9);
    }
}
