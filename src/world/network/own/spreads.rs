//! Factors on the spread between users of one level.

use super::effects::{Calibration, Factor, within};
use super::numbers::WORTH;
use super::observation::{Observation, Over};
use crate::world::network::variance::InputSpread;

/// Rows that the estimated spread between users is worth.
pub(super) const SPREAD_WORTH: f64 = 20.0;
/// What ln(p90 / p50) of one row is off by beside the factor that all rows share, at first; and how many rows that is worth.
const SHAPE_NOISE: f64 = 0.3;
/// A spread is not made more than twice or less than half of what it was; one between users of one level, that is.
const SPREAD_BOUNDS: (f64, f64) = (0.5, 2.0);

/// Factors on the spread of access and path between users.
///
/// Residuals of hosts say f², which with how many rows they are worth is `known` of both; the standard deviation of ln f is
/// then √(1 / 2n). Rows over many users say by how much ln(p90 / p50) differs from its estimate, which the shares of access
/// and path in the spread tell apart, and what is left unknown of levels is in the estimate already; that is a regression
/// with what hosts said, or the estimate, as its prior.
pub(super) fn spreads(
    rows: &[&Observation],
    known: [(f64, f64); 2],
    spread: InputSpread,
    levels: &Calibration,
) -> [Option<Factor>; 2] {
    let prior = known.map(|(factor, rows)| (0.5 * factor.ln(), (0.5 / (SPREAD_WORTH + rows)).sqrt()));
    let said = rows.iter().filter_map(|row| shape_said(row, spread, levels));
    let told: Vec<([f64; 2], f64)> = said.collect();
    let hosts = rows.iter().any(|row| row.over == Over::Host);
    if told.is_empty() && !hosts {
        return [None, None];
    }
    let [access, path] = with_shapes(prior, &told);
    [(access, spread.access), (path, spread.path)].map(|((log, sd), level)| {
        Some(Factor {
            factor: log.exp().clamp(SPREAD_BOUNDS.0, SPREAD_BOUNDS.1),
            sd,
            level,
        })
    })
}

/// Variances of ln RTT that access and path of a row give between users of one level.
pub(super) fn within_of(row: &Observation, spread: InputSpread) -> [f64; 2] {
    let of_access = row.of_access();
    [
        (of_access * within(row.access_sd, spread.access)).powi(2),
        ((1.0 - of_access) * within(row.path_sd, spread.path * row.scale)).powi(2),
    ]
}

/// Variance of ln RTT that is left of the levels of a row.
fn of_levels(row: &Observation, spread: InputSpread, levels: &Calibration) -> f64 {
    let (country, technology, region) = row.subject.parts();
    let access = levels
        .access
        .level(Some(country), Some(technology))
        .error(spread.access);
    let path = levels
        .path
        .level(Some(country), Some(region))
        .error(spread.path * row.scale);
    let of_access = row.of_access();
    (of_access * access).powi(2) + ((1.0 - of_access) * path).powi(2)
}

/// Shares of access and path in the spread between users of one level, and ln of the factor on it that would make the
/// spread, with what is left of the level, as wide as was measured.
fn shape_said(row: &Observation, spread: InputSpread, levels: &Calibration) -> Option<([f64; 2], f64)> {
    let p90 = row.p90_ms.filter(|_| row.over == Over::Users)?;
    let measured = (p90 / row.p50_ms).ln();
    let estimated = (row.estimated_p90_ms / row.estimated_ms()).ln();
    if measured <= 0.0 || estimated <= 0.0 {
        return None;
    }
    let of_access = row.of_access();
    let stated = (of_access * row.access_sd).powi(2) + ((1.0 - of_access) * row.path_sd).powi(2);
    let [access, path] = within_of(row, spread);
    let whole = access + path;
    let wanted = stated * (measured / estimated).powi(2) - of_levels(row, spread, levels);
    let said = 0.5 * (wanted.max(SPREAD_BOUNDS.0.powi(2) * whole) / whole).ln();
    (whole > 0.0).then_some(([access / whole, path / whole], said))
}

/// Mean and standard deviation of two coefficients with independent normal priors after a regression.
fn with_shapes(prior: [(f64, f64); 2], told: &[([f64; 2], f64)]) -> [(f64, f64); 2] {
    let mut now = prior;
    let mut noise = SHAPE_NOISE.powi(2);
    for _ in 0..50 {
        let precision = prior.map(|(_, sd)| 1.0 / (sd * sd));
        let (mut aa, mut ab, mut bb) = (precision[0], 0.0, precision[1]);
        let (mut a, mut b) = (precision[0] * prior[0].0, precision[1] * prior[1].0);
        for ([x, y], said) in told {
            aa += x * x / noise;
            ab += x * y / noise;
            bb += y * y / noise;
            a += x * said / noise;
            b += y * said / noise;
        }
        let determinant = aa * bb - ab * ab;
        let means = [(bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant];
        now = [
            (means[0], (bb / determinant).sqrt()),
            (means[1], (aa / determinant).sqrt()),
        ];
        let missed: f64 = told
            .iter()
            .map(|([x, y], said)| (said - x * means[0] - y * means[1]).powi(2))
            .sum();
        noise = (WORTH * SHAPE_NOISE.powi(2) + missed) / (WORTH + told.len() as f64);
    }
    now
}
