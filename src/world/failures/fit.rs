//! How long service incidents last and how far apart they are: families fitted to the record.
//!
//! **Time to repair** is the time that the service hit longest was hit. **Time between incidents** runs from the start
//! of one to the start of the next of the same region. Regions differ by two orders of magnitude, so a gap is first
//! multiplied by its region's rate (as drawn towards the others') over the pooled rate: what is fitted is the shape
//! that gaps would have if all regions had the pooled rate, and another region's are those divided by its factor. The
//! gap after a region's last incident is cut off by the end of the record and counts as such ([`crate::basis::dist::fit::censored`]); the time
//! before its first is left out, for nobody knows when it began. Starts within three hours are one incident in the
//! table, so no gap is shorter.

use super::rates::Rates;
use super::record::{Part, Record};
use crate::basis::day::Minute;
use crate::basis::dist::Dist;
use crate::basis::dist::fit::censored::Durations;
use crate::basis::dist::fit::{Family, FittedParameter, Options, Wanted, fit};
use crate::basis::error::{Error, Result};
use crate::basis::seed::{Purpose, Stream};
use crate::world::catalog::{Catalog, TableKind};

/// Families that are fitted.
pub const FAMILIES: [Family; 4] = [
    Family::LogNormal,
    Family::Weibull,
    Family::Gamma,
    Family::Exponential,
];

/// Quantiles at which fit and record are held against each other.
pub const COMPARED: [f64; 5] = [0.5, 0.75, 0.9, 0.95, 0.99];

/// A family with a p-value below this is rejected.
pub const REJECTED_BELOW: f64 = 0.01;

/// Draws of the bootstrap that tells how good a fit is: the smallest p-value is 0.005.
pub const BOOTSTRAP: usize = 199;

const SEED: u64 = 1;
const SECONDS_PER_MINUTE: f64 = 60.0;

/// Service incidents of regions: what is on record, and what was fitted to it.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentModel {
    /// The part of the record that is complete; everything below rests on it.
    pub record: Record,
    /// What comes after it, where there is any.
    pub thin: Option<Record>,
    /// How often.
    pub rates: Rates,
    /// Time to repair, s.
    pub repair: FittedTimes,
    /// Time between incidents of a region with the pooled rate, s.
    pub between: FittedTimes,
    /// Known faults of the record, as its table says them.
    pub faults: String,
}

/// Families fitted to times.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedTimes {
    /// Times that ended.
    pub n: usize,
    /// Times that were cut off.
    pub cut: usize,
    /// The families, that with the least criterion first.
    pub families: Vec<TimeFamily>,
}

/// A family fitted to times in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeFamily {
    /// `log-normal`, `weibull`, `gamma` or `exponential`.
    pub family: &'static str,
    /// Its parameters in words.
    pub parameters: String,
    /// The distribution, s.
    pub dist: Dist,
    /// Akaike's criterion; less is better.
    pub aic: f64,
    /// Largest distance from the observed distribution function.
    pub ks: f64,
    /// How often times drawn from the fit and fitted again lie as far off; none without bootstrap.
    pub ks_p: Option<f64>,
    /// Observed and fitted quantiles at [`COMPARED`], s; nothing observed where the record is too short to tell.
    pub quantiles: [(Option<f64>, f64); 5],
}

impl FittedTimes {
    /// The family with the least criterion.
    ///
    /// # Errors
    /// Never for times that were fitted: there is at least one family.
    pub fn best(&self) -> Result<&TimeFamily> {
        let first = self.families.first();
        first.ok_or_else(|| Error::internal("no family was fitted to the record"))
    }

    /// How good the fits are, in a sentence.
    pub fn verdict(&self) -> String {
        let p = |it: &TimeFamily| it.ks_p;
        if self.families.iter().any(|it| p(it).is_none()) {
            return "goodness of fit not tested".to_owned();
        }
        let kept = |it: &&TimeFamily| p(it).is_some_and(|p| p >= REJECTED_BELOW);
        let kept: Vec<&str> = self.families.iter().filter(kept).map(|it| it.family).collect();
        match (kept.as_slice(), self.families.first()) {
            ([], _) => format!(
                "every family is rejected at {REJECTED_BELOW}: none is the exact law, look at the quantiles"
            ),
            (kept, Some(first)) if !kept.contains(&first.family) => format!(
                "{}, which has the least AIC, is rejected at {REJECTED_BELOW}; not rejected: {}",
                first.family,
                kept.join(", ")
            ),
            (kept, _) => format!("not rejected at {REJECTED_BELOW}: {}", kept.join(", ")),
        }
    }
}

impl IncidentModel {
    /// What the incidents in `catalog` say. `bootstrap` draws tell how good the fits are ([`BOOTSTRAP`]); 0 leaves that
    /// out.
    ///
    /// # Errors
    /// When the table has no incident or too few, or names what the catalogue does not know.
    pub fn fitted(catalog: &Catalog, bootstrap: usize) -> Result<IncidentModel> {
        let record = Record::of(catalog, Part::Complete)?
            .ok_or_else(|| Error::input("the table of incidents is empty"))?;
        let rates = Rates::of(&record)?;
        Ok(IncidentModel {
            thin: Record::of(catalog, Part::Thin)?,
            repair: repair(&record.repairs_s, bootstrap)?,
            between: between(&gaps(&record, &rates), bootstrap)?,
            faults: catalog.data_table(TableKind::Incidents)?.faults,
            record,
            rates,
        })
    }
}

/// Families fitted to times to repair, s.
///
/// # Errors
/// When there are fewer than eight, or one is not above zero.
pub fn repair(seconds: &[f64], bootstrap: usize) -> Result<FittedTimes> {
    let options = Options {
        bootstrap,
        seed: SEED,
    };
    let times = Durations::new(seconds, &[])?;
    let mut families = Vec::new();
    for family in FAMILIES {
        for found in fit(seconds, Wanted::Only(family), options)? {
            families.push(TimeFamily {
                family: found.family.name(),
                parameters: words(&found.parameters),
                quantiles: compared(&times, &found.dist),
                dist: found.dist,
                aic: found.aic,
                ks: found.ks,
                ks_p: found.ks_p,
            });
        }
    }
    Ok(ranked(families, &times))
}

/// The gaps of one region in the time in which it has the pooled rate, s.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaps {
    /// From one incident to the next.
    pub ended: Vec<f64>,
    /// From the last to the end of the record.
    pub cut: f64,
}

impl Gaps {
    fn watched(&self) -> f64 {
        self.ended.iter().sum::<f64>() + self.cut
    }
}

/// The gaps of each region that has an incident.
fn gaps(record: &Record, rates: &Rates) -> Vec<Gaps> {
    let end = Minute::at_midnight(record.last.plus(1));
    let mut gaps = Vec::new();
    for (seen, rate) in record.regions.iter().zip(&rates.regions) {
        let Some(last) = seen.starts.last() else { continue };
        let factor = SECONDS_PER_MINUTE * rate.rate.per_year / rates.pooled.per_year;
        let between = seen
            .starts
            .windows(2)
            .map(|pair| pair[1].since(pair[0]) as f64 * factor);
        gaps.push(Gaps {
            ended: between.collect(),
            cut: end.since(*last) as f64 * factor,
        });
    }
    gaps
}

/// Families fitted to the gaps of regions.
///
/// # Errors
/// When fewer than eight gaps ended.
pub fn between(gaps: &[Gaps], bootstrap: usize) -> Result<FittedTimes> {
    let times = thrown_together(gaps)?;
    let mut families = Vec::new();
    for family in FAMILIES {
        let found = times.fit(family)?;
        families.push(TimeFamily {
            family: family.name(),
            parameters: words(&found.parameters),
            quantiles: compared(&times, &found.dist),
            ks_p: times.p_value(&found, bootstrap, |run| redrawn(&found.dist, gaps, run)),
            aic: found.aic,
            ks: found.ks,
            dist: found.dist,
        });
    }
    Ok(ranked(families, &times))
}

fn thrown_together(gaps: &[Gaps]) -> Result<Durations> {
    let ended: Vec<f64> = gaps.iter().flat_map(|one| one.ended.iter().copied()).collect();
    let cut: Vec<f64> = gaps.iter().map(|one| one.cut).collect();
    Durations::new(&ended, &cut)
}

fn ranked(mut families: Vec<TimeFamily>, times: &Durations) -> FittedTimes {
    families.sort_by(|a, b| a.aic.total_cmp(&b.aic));
    FittedTimes {
        n: times.ended().len(),
        cut: times.cut().len(),
        families,
    }
}

fn compared(times: &Durations, dist: &Dist) -> [(Option<f64>, f64); 5] {
    COMPARED.map(|p| (times.quantile(p), dist.quantile(p)))
}

/// Regions whose gaps come from `dist`, watched as long from their first incident on.
fn redrawn(dist: &Dist, gaps: &[Gaps], run: usize) -> Option<Durations> {
    let drawn = gaps.iter().enumerate().map(|(region, one)| {
        let stream = Stream::new(SEED, Purpose::Resample, run as u32, region as u32);
        renewals(dist, one.watched(), &stream)
    });
    thrown_together(&drawn.collect::<Vec<Gaps>>()).ok()
}

/// Gaps drawn one after another until `watched` is over.
fn renewals(dist: &Dist, watched: f64, stream: &Stream) -> Gaps {
    let mut left = watched;
    let mut ended = Vec::new();
    for draw in 0.. {
        let gap = dist.quantile(stream.uniform(draw));
        if gap >= left {
            break;
        }
        left -= gap;
        ended.push(gap);
    }
    Gaps { ended, cut: left }
}

/// `median 116 min, sigma 0.84`.
fn words(parameters: &[FittedParameter]) -> String {
    let one = |it: &FittedParameter| {
        if it.unit.is_empty() {
            format!("{} {:.3}", it.name, it.value)
        } else {
            format!("{} {}", it.name, span(it.value))
        }
    };
    parameters.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A time in seconds, in the unit that people would use.
pub fn span(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 2.0 * 3600.0 => format!("{:.0} min", s / 60.0),
        s if s < 48.0 * 3600.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} d", s / 86_400.0),
    }
}
