//! A few sets side by side: every figure with its errors, and what can be said of their differences.

mod spread;

use rayon::prelude::*;

use super::objective::{Figure, large_countries};
use crate::basis::error::{Error, ErrorKind, Result};
use crate::basis::normal::probit;
use crate::basis::points::SCRAMBLES;
use crate::basis::stat::estimate::{Estimate, Z95};
use crate::basis::stat::student::{self, T95};
use crate::engine::latency::input_error::{self, Replicate, Replicates, Wanted, replicate};
use crate::engine::latency::law::Laws;
use crate::engine::latency::paired::{Level, Pairing, std_errors};
use crate::engine::latency::placed::{Placed, country_ranges};
use crate::engine::latency::plan::Plan;
use crate::engine::latency::scrambled::{InScrambles, Scrambled};
use crate::engine::latency::table::LatencyTable;
use crate::engine::progress::Watch;

/// Quantiles that every set is told by.
pub const QUANTILES: [f64; 4] = [0.5, 0.9, 0.95, 0.99];

/// What sets are judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Criteria {
    /// What they are ranked by.
    pub objective: Figure,
    /// Times (ms) whose share of requests is told, ascending.
    pub within_ms: Vec<f64>,
    /// Smaller countries are left out of "worst country".
    pub min_share: f64,
    /// Replicates for the input error; 0 leaves it out.
    pub input_replicates: u32,
}

/// A set and its figures.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Who is served from where.
    pub placed: Placed,
    /// 1 for the best.
    pub rank: usize,
    /// What it is ranked by.
    pub objective: Estimate,
    /// Mean, ms.
    pub mean: Estimate,
    /// [`QUANTILES`], ms.
    pub quantiles: [Estimate; 4],
    /// Shares of requests within the times of the criteria.
    pub shares: Vec<Estimate>,
    /// The country with the highest 95th percentile.
    pub worst_country: Option<(u16, Estimate)>,
    /// The group with the largest mean, and that mean, ms.
    pub worst_group: (usize, f64),
    /// Difference from the best.
    pub versus_best: Option<Contrast>,
    /// Difference from the baseline.
    pub versus_baseline: Option<Contrast>,
    /// Latency by country, in the order of the groups.
    pub countries: Vec<OfCountry>,
    /// Latency by user group, in their order.
    pub users: Vec<OfUsers>,
}

/// Probabilities at which curves of countries and classes are kept.
pub const CURVE: [f64; 21] = [
    0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
    0.95, 0.99,
];

/// A set seen from one user group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfUsers {
    /// The region that serves most of it; none where nobody does.
    pub region: Option<usize>,
    /// Median, ms.
    pub p50: f64,
    /// 95th percentile, ms.
    pub p95: f64,
}

/// A set seen from one country.
#[derive(Clone, Debug, PartialEq)]
pub struct OfCountry {
    /// Number of the country.
    pub country: u16,
    /// Its share of the audience.
    pub share: f64,
    /// The region that serves most of it.
    pub main_region: usize,
    /// Median, ms.
    pub p50: Estimate,
    /// 95th percentile, ms.
    pub p95: Estimate,
    /// 99th percentile, ms.
    pub p99: Estimate,
    /// Latency at [`CURVE`], ms.
    pub curve: Vec<f64>,
}

/// Differences of one set from another, paired.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// Of the objective.
    pub objective: Difference,
    /// Of the mean, ms.
    pub mean: Difference,
    /// Of the median, ms.
    pub p50: Difference,
    /// Of the 95th percentile, ms.
    pub p95: Difference,
    /// Of the 99th percentile, ms.
    pub p99: Difference,
}

/// A difference and what follows from its errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The difference with its errors.
    pub estimate: Estimate,
    /// What can be said at 95 %.
    pub verdict: Verdict,
}

/// What can be said of a difference at 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both errors together leave it on one side of zero.
    Differs,
    /// Sampling error alone reaches zero: more runs may separate the two.
    TiedSampling,
    /// Sampling error does not reach zero, but with the inputs' error it does: more runs will not help.
    TiedInput,
    /// No difference and no error: the two are the same.
    Same,
}

impl Difference {
    /// Reads the verdict off the errors, both combined in quadrature on the side of zero.
    pub fn new(estimate: Estimate) -> Self {
        let reach = |interval: (f64, f64)| {
            let reach = if estimate.value > 0.0 {
                estimate.value - interval.0
            } else {
                interval.1 - estimate.value
            };
            // An interval of the inputs may lie wholly beyond the value.
            reach.max(0.0)
        };
        let sampling = reach(estimate.sampling);
        let input = estimate.input.map_or(0.0, reach);
        let size = estimate.value.abs();
        let verdict = if size == 0.0 && sampling == 0.0 && input == 0.0 {
            Verdict::Same
        } else if size <= sampling && sampling > 0.0 {
            Verdict::TiedSampling
        } else if size <= sampling.hypot(input) {
            Verdict::TiedInput
        } else {
            Verdict::Differs
        };
        Difference { estimate, verdict }
    }
}

/// What was found out about some sets.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The sets in the order asked for: all of them, or the first ones when the user asked to stop.
    pub sets: Vec<Judged>,
    /// What the user did not wait for.
    pub missing: Vec<Missing>,
}

/// A part of the answer that is not there because the user asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Some sets were not scored or not judged.
    Sets,
    /// What uncertain inputs do to the figures.
    InputError,
    /// Differences from the best set and from the baseline.
    Differences,
}

/// Sets that are judged even after the user asked to stop: it takes a fraction of a second.
const JUDGED_ANYHOW: usize = 24;
/// Sets that each thread judges between two looks at whether the user asked to stop.
const JUDGED_TOGETHER: usize = 4;

/// Judges the sets. Ranks are by the objective; the order of the sets stays.
///
/// When the user asks to stop, what is finished comes back and [`Judgement::missing`] says what is not.
///
/// # Errors
/// None at present but faults of what is called.
pub fn judge(
    laws: &Laws,
    table: &LatencyTable,
    sets: &[Vec<usize>],
    baseline: Option<usize>,
    criteria: &Criteria,
    watch: Watch<'_>,
) -> Result<Judgement> {
    let plans: Vec<Plan> = sets.iter().map(|regions| laws.plain_plan(regions)).collect();
    judge_plans(laws, table, &plans, baseline, criteria, watch)
}

/// The same for sets with all that belongs to their design.
///
/// # Errors
/// None at present but faults of what is called.
pub fn judge_plans(
    laws: &Laws,
    table: &LatencyTable,
    sets: &[Plan],
    baseline: Option<usize>,
    criteria: &Criteria,
    watch: Watch<'_>,
) -> Result<Judgement> {
    judge_plans_by(laws, table, (sets, baseline), criteria, Beside::default(), watch)
}

/// Where the replicates for the input error come from when they were drawn elsewhere, for the table at hand: all of them
/// in order, of all sets in order.
pub type Elsewhere<'a> = dyn Fn(&LatencyTable) -> Result<Vec<Vec<Replicate>>> + 'a;

/// What may be known of sets before they are judged.
#[derive(Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Where the replicates for the input error come from, when they were drawn elsewhere.
    pub elsewhere: Option<&'a Elsewhere<'a>>,
    /// What the sets are ranked by before the objective, in their order; less is better.
    pub order: Option<&'a [f64]>,
}

impl std::fmt::Debug for Beside<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let elsewhere = self.elsewhere.is_some();
        f.debug_struct("Beside")
            .field("elsewhere", &elsewhere)
            .field("order", &self.order)
            .finish()
    }
}

/// The same with what is known `beside`; the second of the sets is the place of the baseline.
///
/// # Errors
/// Those of `elsewhere`, and when it does not give as many replicates of as many sets as are wanted.
pub fn judge_plans_by(
    laws: &Laws,
    table: &LatencyTable,
    (sets, baseline): (&[Plan], Option<usize>),
    criteria: &Criteria,
    beside: Beside<'_>,
    watch: Watch<'_>,
) -> Result<Judgement> {
    let mut judged = by_themselves(laws, table, sets, criteria, watch);
    let mut missing = Vec::new();
    if judged.len() < sets.len() {
        missing.push(Missing::Sets);
    }
    let placed: Vec<Placed> = judged.iter().map(|judged| judged.placed.clone()).collect();
    let own: Vec<&Plan> = placed.iter().map(|placed| &placed.plan).collect();
    let scrambled = unless_stopped(Scrambled::of(laws, table, &own, watch))?.flatten();
    let scrambles: Option<Vec<InScrambles<'_>>> = scrambled
        .as_ref()
        .map(|scrambled| own.iter().map(|plan| scrambled.place(plan)).collect());
    for (judged, scrambles) in judged.iter_mut().zip(scrambles.iter().flatten()) {
        judged.spread_over(laws, table, criteria, scrambles);
    }
    let asked = criteria.input_replicates > 0;
    let replicates = match asked.then(|| replicates(laws, table, &placed, criteria, beside.elsewhere, watch))
    {
        Some(work) => unless_stopped(work)?,
        None => None,
    };
    match &replicates {
        Some(replicates) => {
            for (set, judged) in judged.iter_mut().enumerate() {
                judged.add_input_error(replicates, set, criteria);
            }
        }
        None if asked => missing.push(Missing::InputError),
        None => {}
    }
    rank(&mut judged, criteria.objective, beside.order);
    if judged.len() > 1 {
        let baseline = baseline.filter(|at| *at < judged.len());
        let contrasts = contrast_all(
            laws,
            table,
            (&placed, scrambles.as_deref()),
            &mut judged,
            baseline,
            criteria,
            replicates.as_ref(),
            watch,
        );
        if unless_stopped(contrasts)?.is_none() {
            missing.push(Missing::Differences);
        }
    }
    Ok(Judgement {
        sets: judged,
        missing,
    })
}

/// `None` for work that the user did not wait for.
fn unless_stopped<T>(work: Result<T>) -> Result<Option<T>> {
    match work {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
        Err(error) => Err(error),
    }
}

/// Each set's own figures, with their sampling errors.
fn by_themselves(
    laws: &Laws,
    table: &LatencyTable,
    sets: &[Plan],
    criteria: &Criteria,
    watch: Watch<'_>,
) -> Vec<Judged> {
    let mut judged = Vec::with_capacity(sets.len());
    for plans in sets.chunks(JUDGED_TOGETHER * rayon::current_num_threads()) {
        if judged.len() >= JUDGED_ANYHOW && watch.stopped() {
            break;
        }
        judged.par_extend(plans.par_iter().map(|plan| {
            let placed = Placed::of(laws, table, plan.clone());
            Judged::new(laws, table, placed, criteria)
        }));
    }
    judged
}

/// The replicates that tell the input error.
fn replicates(
    laws: &Laws,
    table: &LatencyTable,
    placed: &[Placed],
    criteria: &Criteria,
    elsewhere: Option<&Elsewhere<'_>>,
    watch: Watch<'_>,
) -> Result<Replicates> {
    let wanted = wanted(laws, criteria);
    let Some(elsewhere) = elsewhere else {
        return replicate(laws, table, placed, &wanted, criteria.input_replicates, watch);
    };
    let of = elsewhere(table)?;
    let fits = |sets: &Vec<Replicate>| {
        let full = |it: &Replicate| {
            it.quantiles.len() == wanted.quantiles.len() && it.shares.len() == wanted.within_ms.len()
        };
        sets.len() == placed.len() && sets.iter().all(full)
    };
    if of.len() != criteria.input_replicates as usize || !of.iter().all(fits) {
        let message = format!(
            "the replicates drawn elsewhere do not fit: {} are wanted, of {} sets",
            criteria.input_replicates,
            placed.len()
        );
        return Err(Error::input(message));
    }
    let reference = input_error::reference(laws, table, placed, &wanted, watch)?;
    Ok(Replicates { reference, of })
}

/// Replicates of these numbers, for sets that are judged elsewhere.
///
/// # Errors
/// When the user asks to stop.
pub fn replicates_for(
    laws: &Laws,
    table: &LatencyTable,
    sets: &[Plan],
    criteria: &Criteria,
    numbers: &[u32],
    watch: Watch<'_>,
) -> Result<Vec<Vec<Replicate>>> {
    let placed: Vec<Placed> = sets
        .iter()
        .map(|plan| Placed::of(laws, table, plan.clone()))
        .collect();
    input_error::replicates(laws, table, &placed, &wanted(laws, criteria), numbers, watch)
}

fn wanted(laws: &Laws, criteria: &Criteria) -> Wanted {
    Wanted {
        quantiles: QUANTILES.to_vec(),
        within_ms: criteria.within_ms.clone(),
        countries: large_countries(laws, criteria.min_share),
    }
}

impl Judged {
    fn new(laws: &Laws, table: &LatencyTable, placed: Placed, criteria: &Criteria) -> Self {
        let countries = by_country(laws, table, &placed);
        Judged {
            rank: 0,
            objective: criteria.objective.of(laws, table, &placed),
            mean: placed.mean(laws, table),
            quantiles: QUANTILES.map(|p| placed.all.quantile(p)),
            shares: criteria
                .within_ms
                .iter()
                .map(|ms| placed.all.share_within(*ms))
                .collect(),
            worst_country: worst_country(laws, &countries, criteria.min_share),
            worst_group: placed.worst_group(laws, table),
            versus_best: None,
            versus_baseline: None,
            countries,
            users: by_group(laws, table, &placed),
            placed,
        }
    }

    fn add_input_error(&mut self, replicates: &Replicates, set: usize, criteria: &Criteria) {
        let widen = |estimate: Estimate, figure: &dyn Fn(&Replicate) -> f64| {
            let values: Vec<f64> = replicates.of.iter().map(|of| figure(&of[set])).collect();
            estimate.with_input(&values, figure(&replicates.reference[set]))
        };
        self.mean = widen(self.mean, &|replicate| replicate.mean);
        for (at, estimate) in self.quantiles.iter_mut().enumerate() {
            *estimate = widen(*estimate, &|replicate| replicate.quantiles[at]);
        }
        for (at, estimate) in self.shares.iter_mut().enumerate() {
            let mut wide = widen(*estimate, &|replicate| replicate.shares[at]);
            wide.input = wide
                .input
                .map(|(low, high)| (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0)));
            *estimate = wide;
        }
        if let Some((_, p95)) = &mut self.worst_country {
            *p95 = widen(*p95, &|replicate| replicate.worst_country_p95);
        }
        if let Some(figure) = of_replicate(criteria.objective, criteria) {
            self.objective = widen(self.objective, &figure);
        }
    }
}

/// Reads one figure off a replicate.
type ReplicateFigure = Box<dyn Fn(&Replicate) -> f64>;

/// How a replicate tells a figure; `None` for figures that replicates do not hold.
fn of_replicate(figure: Figure, criteria: &Criteria) -> Option<ReplicateFigure> {
    match figure {
        Figure::Mean => Some(Box::new(|replicate| replicate.mean)),
        Figure::Quantile(p) => {
            let at = QUANTILES.iter().position(|q| *q == p)?;
            Some(Box::new(move |replicate| replicate.quantiles[at]))
        }
        Figure::ShareWithin(ms) => {
            let at = criteria.within_ms.iter().position(|limit| *limit == ms)?;
            Some(Box::new(move |replicate| replicate.shares[at]))
        }
        Figure::WorstGroupMean => Some(Box::new(|replicate| replicate.worst_group_mean)),
        Figure::WorstCountryP95 { min_share } => {
            (min_share == criteria.min_share).then_some(Box::new(|replicate| replicate.worst_country_p95))
        }
    }
}

/// The country with the highest 95th percentile among the large ones: what [`Figure::WorstCountryP95`] says, from
/// latencies that are known already.
fn worst_country(laws: &Laws, countries: &[OfCountry], min_share: f64) -> Option<(u16, Estimate)> {
    let large = large_countries(laws, min_share);
    let ranges = country_ranges(laws).into_iter().zip(countries);
    let mut worst: Option<(u16, Estimate)> = None;
    for (_, country) in ranges.filter(|(range, _)| large.contains(range)) {
        if worst.is_none_or(|(_, before)| country.p95.value > before.value) {
            worst = Some((country.country, country.p95));
        }
    }
    worst
}

fn by_country(laws: &Laws, table: &LatencyTable, placed: &Placed) -> Vec<OfCountry> {
    country_ranges(laws)
        .into_iter()
        .map(|range| {
            let mut served = vec![0.0; laws.regions];
            for group in range.clone() {
                served[placed.serving[group]] += laws.groups[group].weight;
            }
            let main_region = placed.regions.iter().copied().fold(0, |best, region| {
                if served[region] > served[best] {
                    region
                } else {
                    best
                }
            });
            let latency = placed.of_groups(laws, table, range.clone());
            OfCountry {
                country: laws.groups[range.start].country,
                share: served.iter().sum(),
                main_region,
                p50: latency.quantile(0.5),
                p95: latency.quantile(0.95),
                p99: latency.quantile(0.99),
                curve: CURVE.map(|p| latency.quantile(p).value).to_vec(),
            }
        })
        .collect()
}

fn by_group(laws: &Laws, table: &LatencyTable, placed: &Placed) -> Vec<OfUsers> {
    (0..laws.groups.len())
        .map(|group| {
            let latency = placed.of_groups(laws, table, group..group + 1);
            let (p50, p95) = (latency.quantile(0.5).value, latency.quantile(0.95).value);
            OfUsers {
                region: (p50.is_finite() && p95.is_finite()).then(|| placed.serving[group]),
                p50,
                p95,
            }
        })
        .collect()
}

fn rank(judged: &mut [Judged], objective: Figure, first_by: Option<&[f64]>) {
    let mut order: Vec<usize> = (0..judged.len()).collect();
    let first = |at: usize| first_by.map_or(0.0, |costs| costs[at]);
    let cost = |at: usize| objective.cost(judged[at].objective.value);
    order.sort_by(|a, b| {
        first(*a)
            .total_cmp(&first(*b))
            .then_with(|| cost(*a).total_cmp(&cost(*b)))
            .then_with(|| {
                judged[*a]
                    .placed
                    .regions
                    .len()
                    .cmp(&judged[*b].placed.regions.len())
            })
            .then_with(|| judged[*a].placed.regions.cmp(&judged[*b].placed.regions))
            .then_with(|| a.cmp(b))
    });
    for (rank, at) in order.into_iter().enumerate() {
        judged[at].rank = rank + 1;
    }
}

/// The figures a contrast tells, in its order; the objective last.
fn contrasted(objective: Figure) -> [Figure; 5] {
    [
        Figure::Mean,
        Figure::Quantile(0.5),
        Figure::Quantile(0.95),
        Figure::Quantile(0.99),
        objective,
    ]
}

#[allow(clippy::too_many_arguments)]
fn contrast_all(
    laws: &Laws,
    table: &LatencyTable,
    (placed, scrambles): (&[Placed], Option<&[InScrambles<'_>]>),
    judged: &mut [Judged],
    baseline: Option<usize>,
    criteria: &Criteria,
    replicates: Option<&Replicates>,
    watch: Watch<'_>,
) -> Result<()> {
    let Some(best) = judged.iter().position(|set| set.rank == 1) else {
        return Ok(());
    };
    let figures = contrasted(criteria.objective);
    let against = |other: usize| {
        (0..judged.len())
            .filter(move |set| *set != other)
            .map(move |set| (set, other))
    };
    let wanted: Vec<(usize, usize)> = against(best)
        .chain(baseline.into_iter().flat_map(against))
        .collect();
    let pairings: Vec<Pairing> = wanted
        .iter()
        .map(|&(a, b)| Pairing {
            a,
            b,
            levels: figures
                .iter()
                .map(|f| (level(*f, &placed[a]), level(*f, &placed[b])))
                .collect(),
        })
        .collect();
    let errors = match scrambles {
        Some(scrambles) => Scrambled::std_errors(scrambles, &pairings),
        None => std_errors(laws, table, placed, &pairings, watch)?,
    };
    // The first block of pairs is against the best, which the same draws have chosen; the second against the baseline.
    let others = judged.len() - 1;
    let reaches = [
        Reach::among(others, scrambles.is_some()),
        Reach::among(1, scrambles.is_some()),
    ];
    let contrasts: Vec<Contrast> = wanted
        .iter()
        .zip(&errors)
        .enumerate()
        .map(|(at, (pair, errors))| {
            let reach = reaches[usize::from(at >= others)];
            contrast(judged, *pair, (errors, reach), &figures, criteria, replicates)
        })
        .collect();
    for (at, ((set, other), contrast)) in wanted.into_iter().zip(contrasts).enumerate() {
        if at < others {
            debug_assert_eq!(other, best);
            judged[set].versus_best = Some(contrast);
        } else {
            judged[set].versus_baseline = Some(contrast);
        }
    }
    Ok(())
}

/// What interpolation inside bins adds to intervals: the part of them that the standard error does not explain.
pub(super) struct BinError {
    /// Standard errors that the intervals reach to either side.
    pub(super) times: f64,
}

impl BinError {
    /// In a difference: both sets are read off the same bins.
    pub(super) fn of_two(&self, a: Estimate, b: Estimate) -> f64 {
        let of = |e: Estimate| ((e.sampling.1 - e.sampling.0) / 2.0 - self.times * e.std_error).max(0.0);
        of(a).hypot(of(b))
    }
}

/// The level whose sampling error is that of the figure.
pub(super) fn level(figure: Figure, placed: &Placed) -> Level {
    match figure {
        Figure::Quantile(p) => Level::Share {
            ms: placed.all.quantile(p).value,
            density: placed.all.density(p),
        },
        Figure::ShareWithin(ms) => Level::Share { ms, density: 1.0 },
        // Worst cases are told by their own errors, see `contrast`.
        Figure::Mean | Figure::WorstCountryP95 { .. } | Figure::WorstGroupMean => Level::Mean,
    }
}

/// How far the intervals of differences reach.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Reach {
    /// Standard errors to either side of the interval of one figure.
    one: f64,
    /// The same of a difference.
    difference: f64,
}

impl Reach {
    /// Of differences from the best of sets, `others` besides it. Who is best is read off the same draws, and the luckiest
    /// of many equal sets leads by more than two of them lie apart. So each difference has the level 1 − 5 % / `others` to
    /// its side, and 95 % to both at least: that any set is called worse than the best though it is the best itself has
    /// a probability of at most 5 % (Bonferroni, for Hsu's comparisons with the best).
    fn among(others: usize, scrambled: bool) -> Self {
        let level = 0.05 / others.max(1) as f64;
        let (one, wanted) = if scrambled {
            (T95, student::quantile(1.0 - level, SCRAMBLES - 1))
        } else {
            (Z95, -probit(level))
        };
        Reach {
            one,
            difference: wanted.max(one),
        }
    }
}

fn contrast(
    judged: &[Judged],
    (a, b): (usize, usize),
    (errors, reach): (&[f64], Reach),
    figures: &[Figure; 5],
    criteria: &Criteria,
    replicates: Option<&Replicates>,
) -> Contrast {
    let same = judged[a].placed.plan.serves_like(&judged[b].placed.plan);
    let difference = |at: usize| {
        if same {
            return Difference::new(Estimate::exact(0.0));
        }
        let value = |set: usize| match at {
            0 => judged[set].mean,
            1 => judged[set].quantiles[0],
            2 => judged[set].quantiles[2],
            3 => judged[set].quantiles[3],
            _ => judged[set].objective,
        };
        let (mine, other) = (value(a), value(b));
        let std_error = match figures[at] {
            // Worst cases of two sets are often two countries: taken as independent, which errs on the safe side.
            Figure::WorstCountryP95 { .. } | Figure::WorstGroupMean => mine.std_error.hypot(other.std_error),
            _ => errors[at],
        };
        let mut estimate = Estimate::reaching(mine.value - other.value, std_error, reach.difference);
        estimate = estimate.wider_by(BinError { times: reach.one }.of_two(mine, other));
        if let (Some(replicates), Some(figure)) = (replicates, of_replicate(figures[at], criteria)) {
            let of = |sets: &[Replicate]| figure(&sets[a]) - figure(&sets[b]);
            let values: Vec<f64> = replicates.of.iter().map(|sets| of(sets)).collect();
            estimate = estimate
                .with_input(&values, of(&replicates.reference))
                .input_reaching(reach.difference / reach.one);
        }
        Difference::new(estimate)
    };
    Contrast {
        mean: difference(0),
        p50: difference(1),
        p95: difference(2),
        p99: difference(3),
        objective: difference(4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::seed::{Purpose, Stream, unit};

    fn estimate(value: f64, sampling: f64, input: f64) -> Estimate {
        Estimate {
            value,
            std_error: sampling / Z95,
            sampling: (value - sampling, value + sampling),
            input: Some((value - input, value + input)),
        }
    }

    #[test]
    fn differences_from_the_best_of_many_reach_further() {
        let reach = |others| Reach::among(others, false);
        assert_eq!(reach(1).difference, Z95);
        assert!((reach(2).difference - 1.959_964).abs() < 1e-6);
        assert!((reach(9).difference - 2.539_2).abs() < 1e-4);
        assert!(Reach::among(9, true).difference > reach(9).difference);
        assert_eq!(
            Reach::among(0, true),
            Reach {
                one: T95,
                difference: T95
            }
        );
    }

    /// Twenty-four equal sets, each with errors of its own: the truly best, which any one of them is, is called worse in at
    /// most 5 %. At 95 % for each difference it would be a quarter.
    #[test]
    fn of_equal_sets_hardly_any_is_called_worse_than_the_luckiest() {
        let rounds = 4000;
        let mut words = vec![0; 64];
        let mut called = 0;
        for round in 0..rounds {
            Stream::new(11, Purpose::Resample, round, 0).fill(0, &mut words);
            let values: Vec<f64> = words[..24].iter().map(|word| probit(unit(*word))).collect();
            let best = values.iter().copied().fold(f64::INFINITY, f64::min);
            let of_first = Estimate::reaching(
                values[0] - best,
                std::f64::consts::SQRT_2,
                Reach::among(23, false).difference,
            );
            called += u32::from(Difference::new(of_first).verdict == Verdict::Differs);
        }
        assert!(called <= rounds / 20, "{called} of {rounds}");
    }

    #[test]
    fn a_verdict_names_the_error_that_ties() {
        assert_eq!(Difference::new(estimate(5.0, 1.0, 2.0)).verdict, Verdict::Differs);
        assert_eq!(
            Difference::new(estimate(-0.5, 1.0, 0.1)).verdict,
            Verdict::TiedSampling
        );
        assert_eq!(
            Difference::new(estimate(5.0, 1.0, 6.0)).verdict,
            Verdict::TiedInput
        );
        // Neither alone reaches zero, both together do.
        assert_eq!(
            Difference::new(estimate(1.0, 0.8, 0.8)).verdict,
            Verdict::TiedInput
        );
        // Equal by every draw, and not if the inputs are otherwise.
        assert_eq!(
            Difference::new(estimate(0.0, 0.0, 0.8)).verdict,
            Verdict::TiedInput
        );
        // The inputs' interval lies beyond the value: no error on the side of zero.
        let beyond = Estimate {
            input: Some((6.0, 9.0)),
            ..estimate(5.0, 1.0, 0.0)
        };
        assert_eq!(Difference::new(beyond).verdict, Verdict::Differs);
        assert_eq!(Difference::new(Estimate::exact(0.0)).verdict, Verdict::Same);
        assert_eq!(Difference::new(Estimate::exact(0.1)).verdict, Verdict::Differs);
    }
}
