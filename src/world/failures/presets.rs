//! Three assumptions about the loss of a whole region, for the record is too thin to fit one.
//!
//! Between them they bracket the record: below it, at it, and that of the worst region. Their figures are constants,
//! so that a design's availability does not move when a row is added; the sentences beside them are made from the
//! counts, and tests hold the constants against these.
//!
//! ```text
//!               a year   repair p50, p95   β provider, country, zone
//! optimistic    0.004    4 h, 24 h         0.01, 0.02, 0.01
//! typical       0.05     6.5 h, 40 h       0.05, 0.10, 0.05
//! pessimistic   0.6      12 h, 72 h        0.30, 0.15, 0.10
//! ```

use super::outages::OutageCounts;
use crate::basis::dist::Dist;
use crate::basis::error::{Error, Result, nearest_names};
use crate::basis::normal::probit;
use crate::world::catalog::Catalog;

const SECONDS_PER_HOUR: f64 = 3600.0;

/// A named assumption about the loss of a whole region.
#[derive(Clone, Debug, PartialEq)]
pub struct LossAssumption {
    /// `optimistic`, `typical` or `pessimistic`.
    pub name: &'static str,
    /// Losses a region and year.
    pub per_year: f64,
    /// Time until the region is back, s.
    pub repair: Dist,
    /// Share of a region's losses that all regions of its provider suffer together.
    pub beta_provider: f64,
    /// Share that the provider's regions in its country suffer together.
    pub beta_country: f64,
    /// Share that the regions of its hazard zone suffer together.
    pub beta_zone: f64,
    /// Why this rate, with the counts it rests on.
    pub why_rate: String,
    /// Why this time to repair.
    pub why_repair: String,
    /// Why these shares.
    pub why_shared: String,
}

impl LossAssumption {
    /// All reasons in one paragraph.
    pub fn reasoning(&self) -> String {
        format!("{} {} {}", self.why_rate, self.why_repair, self.why_shared)
    }

    /// Downtime that a region on its own would have, h a year: rate times mean time to repair.
    pub fn hours_per_year(&self) -> f64 {
        self.per_year * self.repair.mean().unwrap_or(f64::INFINITY) / SECONDS_PER_HOUR
    }
}

/// The figures of a preset.
struct Figures {
    name: &'static str,
    per_year: f64,
    p50_h: f64,
    p95_h: f64,
    /// β of provider, country, zone.
    beta: [f64; 3],
}

const FIGURES: [Figures; 3] = [
    Figures {
        name: "optimistic",
        per_year: 0.004,
        p50_h: 4.0,
        p95_h: 24.0,
        beta: [0.01, 0.02, 0.01],
    },
    Figures {
        name: "typical",
        per_year: 0.05,
        p50_h: 6.5,
        p95_h: 40.0,
        beta: [0.05, 0.10, 0.05],
    },
    Figures {
        name: "pessimistic",
        per_year: 0.6,
        p50_h: 12.0,
        p95_h: 72.0,
        beta: [0.30, 0.15, 0.10],
    },
];

/// The three assumptions, the mildest first, with what the outages in `catalog` say about each.
///
/// ```
/// use isochrone::world::{catalog::Catalog, failures::loss_assumptions};
/// let [optimistic, typical, pessimistic] = loss_assumptions(&Catalog::embedded())?;
/// assert!(optimistic.per_year < typical.per_year && typical.per_year < pessimistic.per_year);
/// assert_eq!(typical.repair.quantile(0.5), 6.5 * 3600.0);
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
///
/// # Errors
/// As [`OutageCounts::of`].
pub fn loss_assumptions(catalog: &Catalog) -> Result<[LossAssumption; 3]> {
    let counts = OutageCounts::of(catalog)?;
    let [mild, middle, severe] = &FIGURES;
    Ok([
        assumption(mild, optimistic(&counts))?,
        assumption(middle, typical(&counts))?,
        assumption(severe, pessimistic(&counts))?,
    ])
}

/// The assumption of that name.
///
/// # Errors
/// When there is none of that name (the hint names the nearest), and as [`OutageCounts::of`].
pub fn loss_assumption(catalog: &Catalog, name: &str) -> Result<LossAssumption> {
    let found = loss_assumptions(catalog)?.into_iter().find(|it| it.name == name);
    found.ok_or_else(|| {
        let near = nearest_names(name, FIGURES.iter().map(|it| it.name), 1);
        Error::input(format!("`{name}` is no preset of losses")).hint(format!("near it: {}", near.join(", ")))
    })
}

fn assumption(figures: &Figures, [why_rate, why_repair, why_shared]: [String; 3]) -> Result<LossAssumption> {
    let sigma = (figures.p95_h / figures.p50_h).ln() / probit(0.95);
    let [beta_provider, beta_country, beta_zone] = figures.beta;
    Ok(LossAssumption {
        name: figures.name,
        per_year: figures.per_year,
        repair: Dist::log_normal(figures.p50_h * SECONDS_PER_HOUR, sigma)?,
        beta_provider,
        beta_country,
        beta_zone,
        why_rate,
        why_repair,
        why_shared,
    })
}

fn optimistic(counts: &OutageCounts) -> [String; 3] {
    let (n, rate) = counts.physical;
    let (lost, worst) = (counts.lost(), counts.hours_at(0.25).unwrap_or_default());
    [
        format!(
            "A region is lost only when buildings are: {n} of {lost} losses on record in {:.0} region-years of {} \
             ({:.4} a year, 95 % {:.4} to {:.3}).",
            counts.region_years, counts.watched, rate.per_year, rate.low, rate.high
        ),
        format!(
            "It is back as soon as the quicker ones were: a quarter of the losses were over in {worst} h."
        ),
        format!(
            "Regions are taken to fail alone but for a remainder: below the record, on which {} of {lost} losses met \
             another in the same country.",
            counts.with_another_in_country
        ),
    ]
}

fn typical(counts: &OutageCounts) -> [String; 3] {
    let lost = counts.lost();
    let own = counts.providers.iter().find(|it| it.provider == counts.watched);
    let together = own.map_or(0, super::outages::ProviderCounts::of_several_regions);
    [
        format!(
            "As on record: {lost} losses of one region in {:.0} region-years of {}, {:.3} a year (95 % {:.3} to \
             {:.3}); in most of them services failed that others rest on, not everything.",
            counts.region_years,
            counts.watched,
            counts.per_year.per_year,
            counts.per_year.low,
            counts.per_year.high
        ),
        format!(
            "As on record: half were over in {} h, the longest in {} h; {} of {lost} had not ended when the record \
             did.",
            counts.hours_at(0.5).unwrap_or_default(),
            counts.hours_at(1.0).unwrap_or_default(),
            counts.lower_bounds
        ),
        format!(
            "{} of {lost} losses met another in the same country on the same day and {} an outage abroad; {together} \
             outages of {} took all regions at once, which does not rule out a share of {:.2}.",
            counts.with_another_in_country,
            counts.with_another_abroad,
            counts.watched,
            unseen_share(lost)
        ),
    ]
}

fn pessimistic(counts: &OutageCounts) -> [String; 3] {
    let (region, n, rate) = counts.worst().unwrap_or_default();
    let (several, all) = counts.several_of_all();
    [
        format!(
            "Every region fails as often as the worst on record: {region}, {n} losses, {rate:.2} a year."
        ),
        format!(
            "It comes back later than most did: {} of {} losses are lower bounds, and the longest on record took \
             {} h.",
            counts.lower_bounds,
            counts.lost(),
            counts.hours_at(1.0).unwrap_or_default()
        ),
        format!(
            "Over all providers {several} of {all} outages of a region or more took several at once ({:.2}).",
            several as f64 / all.max(1) as f64
        ),
    ]
}

/// The share that would have shown at least once in `n` with probability 97.5 %: the upper end of the exact interval
/// for none in `n` (Clopper and Pearson, Biometrika 26, 1934).
fn unseen_share(n: usize) -> f64 {
    1.0 - 0.025_f64.powf(1.0 / n.max(1) as f64)
}
