//! What changed between two reports: first the inputs, then the results that moved by more than noise.
//!
//! The two runs are taken as independent, so the standard error of a difference is `√(s₁² + s₂²)`. That is too wide,
//! never too narrow, when both have the same seed and mostly the same inputs, for then they share their random
//! numbers: what differs, differs.
//!
//! Many figures are held against each other at once, and of forty two are beyond their 95 % intervals by chance. So a figure
//! is named where chance hardly makes any of all that were tested so large (Holm, 5 %): two runs that differ in their seed
//! alone are told to differ in at most one case of twenty.

mod capacity;

mod chance;

mod ranking;

pub use capacity::CapacityChange;

use schemars::JsonSchema;
use serde::Serialize;

use super::schema::schema_of;
use crate::basis::error::Result;
use crate::report::export::json::to_finite_json;
use crate::report::export::table::TextTable;
use crate::report::model::{CapacitySummary, Figure, Interval, RecoveryResult, Report, SetResult};
use crate::report::voice::{self, Unit, capacity as words};

/// Name that opens a difference written as JSON.
pub const SCHEMA: &str = "isochrone-diff";

/// Raised when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The 97.5 % quantile of the normal distribution: half the width of a 95 % interval, in standard errors.
const Z95: f64 = 1.959_964;

/// What changed from one report to another.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportDiff {
    /// Always [`SCHEMA`].
    #[schemars(extend("const" = SCHEMA))]
    pub schema: &'static str,
    /// [`SCHEMA_VERSION`].
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// What went in: version, seed, runs, digests, data, question. Only what differs.
    pub inputs: Vec<InputChange>,
    /// Every statistic of every set that is in both, in the order of the second report.
    pub results: Vec<ResultChange>,
    /// What differs in capacity and cost of the sets that are in both.
    pub capacity: Vec<CapacityChange>,
    /// Sets that are in both and whose rank changed.
    pub ranks: Vec<RankChange>,
    /// Names of sets that are in the first only.
    pub only_before: Vec<String>,
    /// Names of sets that are in the second only.
    pub only_after: Vec<String>,
    /// How many results have a sampling error, and were tested together.
    pub tested: usize,
    /// Whether any statistic of any set got worse by more than noise, or its cost or the time its servers last did.
    pub worse: bool,
}

/// An input that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InputChange {
    /// What: `seed`, `data aws_rtt`.
    pub what: String,
    /// In the first report; empty when it was not there.
    pub before: String,
    /// In the second report; empty when it is gone.
    pub after: String,
}

/// One statistic of one set, before and after.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ResultChange {
    /// Name of the set in the second report.
    pub set: String,
    /// `p95`, `share_within_150ms`, `worst_country_p95`.
    pub statistic: String,
    /// `ms`, `s`, `min` or `share`.
    pub unit: &'static str,
    /// In the first report.
    pub before: f64,
    /// In the second report.
    pub after: f64,
    /// After − before with the sampling errors of both; no input error.
    pub difference: Figure,
    /// How likely chance alone does this, of this figure; absent where there is no sampling error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// The same of any of all figures tested (Holm).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_of_all: Option<f64>,
    /// What follows: better or worse where `p_of_all` is below 5 %, or nothing has an error.
    pub change: Change,
}

/// Whether a statistic moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Better by more than noise.
    Better,
    /// Worse by more than noise.
    Worse,
    /// Chance may well do it, of all that were tested together.
    WithinNoise,
    /// Equal to the last bit.
    Same,
}

/// A set whose rank changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RankChange {
    /// Name of the set in the second report.
    pub set: String,
    /// Rank in the first report.
    pub before: usize,
    /// Rank in the second report.
    pub after: usize,
}

/// What changed from `before` to `after`. Sets are the same when their regions are, whatever they are called.
///
/// ```
/// use isochrone::report::{diff::diff, sample::sample_report};
/// let before = sample_report(3, 10);
/// let mut after = before.clone();
/// after.provenance.seed = 7;
/// let changes = diff(&before, &after);
/// assert_eq!(changes.inputs[0].what, "seed");
/// assert!(!changes.worse);
/// ```
pub fn diff(before: &Report, after: &Report) -> ReportDiff {
    let pairs: Vec<(&SetResult, &SetResult)> = after
        .sets
        .iter()
        .filter_map(|set| Some((partner(&before.sets, set)?, set)))
        .collect();
    let ranked = ranking::asked(before, after);
    let reach = [before, after].map(chance::Reach::of);
    let mut results: Vec<ResultChange> = pairs
        .iter()
        .flat_map(|(old, new)| results(old, new, &ranked, reach))
        .collect();
    chance::judge(&mut results);
    let capacity = capacity::changes(before, after);
    let is_worse = |it: &CapacityChange| it.change == Some(Change::Worse);
    ReportDiff {
        schema: SCHEMA,
        schema_version: SCHEMA_VERSION,
        inputs: inputs(before, after),
        tested: results.iter().filter(|it| it.p.is_some()).count(),
        worse: results.iter().any(|result| result.change == Change::Worse) || capacity.iter().any(is_worse),
        capacity,
        results,
        ranks: pairs
            .iter()
            .filter_map(|(old, new)| rank_change(old, new))
            .collect(),
        only_before: without_partner(&before.sets, &after.sets),
        only_after: without_partner(&after.sets, &before.sets),
    }
}

/// `changes` as indented JSON. The same changes give the same bytes.
///
/// # Errors
/// When a figure is infinite or not a number.
pub fn to_json(changes: &ReportDiff) -> Result<Vec<u8>> {
    to_finite_json(changes)
}

/// The JSON Schema of a difference of reports.
///
/// ```
/// assert!(isochrone::report::diff::schema_json().contains("\"isochrone-diff\""));
/// ```
pub fn schema_json() -> String {
    schema_of::<ReportDiff>()
}

/// The changed inputs, results, capacity, costs and ranks as tables of text; results within noise are only counted.
pub fn to_tables(changes: &ReportDiff) -> Vec<TextTable> {
    let mut tables = vec![input_table(changes), result_table(changes)];
    tables.extend(capacity::table(&changes.capacity));
    tables.push(rank_table(changes));
    tables
}

fn partner<'a>(sets: &'a [SetResult], wanted: &SetResult) -> Option<&'a SetResult> {
    let regions = sorted_regions(wanted);
    sets.iter().find(|set| sorted_regions(set) == regions)
}

fn sorted_regions(set: &SetResult) -> Vec<&str> {
    let mut regions: Vec<&str> = set.regions.iter().map(String::as_str).collect();
    regions.sort_unstable();
    regions
}

fn without_partner(sets: &[SetResult], others: &[SetResult]) -> Vec<String> {
    let alone = sets.iter().filter(|set| partner(others, set).is_none());
    alone.map(|set| set.name.clone()).collect()
}

/// None too where one of the two is listed for another reason than its rank, which is not known then.
fn rank_change(old: &SetResult, new: &SetResult) -> Option<RankChange> {
    let ranked = old.listed_for.is_none() && new.listed_for.is_none();
    (ranked && old.rank != new.rank).then(|| RankChange {
        set: new.name.clone(),
        before: old.rank,
        after: new.rank,
    })
}

/// Everything that went in, as (name, value), in the order it is compared.
fn listed_inputs(report: &Report) -> Vec<(String, String)> {
    let origin = &report.provenance;
    let asked = &report.question;
    let mut list: Vec<(String, String)> = vec![
        ("command".into(), report.command.clone()),
        ("complete".into(), report.complete.to_string()),
        ("program version".into(), origin.version.clone()),
        ("sampler version".into(), origin.sampler_version.to_string()),
        ("seed".into(), origin.seed.to_string()),
        ("runs".into(), voice::count(u64::from(origin.runs))),
        ("points".into(), origin.points.clone().unwrap_or_default()),
        ("allocation".into(), origin.allocation.clone().unwrap_or_default()),
        (
            "input replicates".into(),
            voice::count(u64::from(origin.input_replicates)),
        ),
        ("input digest".into(), origin.input_digest.clone()),
        ("overrides".into(), origin.overrides.join(", ")),
        ("title".into(), asked.name.clone()),
        ("audience".into(), asked.audience.clone()),
        ("user groups".into(), voice::count(asked.user_groups as u64)),
        (
            "total weight".into(),
            format!("{} {}", asked.total_weight, asked.weight_unit),
        ),
        (
            "requests per second".into(),
            asked.requests_per_second.map_or_else(String::new, voice::exact),
        ),
        ("candidates".into(), asked.candidates.join(", ")),
        ("must have".into(), asked.must_have.join(", ")),
        ("round trips".into(), asked.round_trips.to_string()),
        ("service time".into(), asked.service.clone()),
        ("objective".into(), asked.objective.clone()),
        (
            "worst country's least share".into(),
            asked.worst_country_min_share.to_string(),
        ),
    ];
    list.extend(
        asked
            .targets
            .iter()
            .map(|it| (format!("target {}", it.what), voice::target_words(it))),
    );
    list.extend(
        origin
            .inputs
            .iter()
            .map(|it| (format!("input {}", it.name), it.digest.clone())),
    );
    list.extend(report.capacity.iter().flat_map(asked_of_capacity));
    let sizes = report.search.iter().flat_map(|search| &search.by_size);
    list.extend(sizes.map(|it| {
        let found = format!("{}, {}", voice::search::way(it), voice::search::proof(it));
        (format!("sets of {}", it.size), found)
    }));
    let data = origin.data.iter();
    list.extend(data.map(|it| {
        (
            format!("data {}", it.name),
            format!("{} ({})", it.date, it.digest),
        )
    }));
    list
}

/// What capacity and cost rest on, as far as a reader would look for it; the digests tell of everything else.
fn asked_of_capacity(it: &CapacitySummary) -> Vec<(String, String)> {
    let demand = &it.demand;
    let mut list = vec![
        ("mean of the first year".into(), words::rate(demand.mean_rps)),
        ("daily curve".into(), demand.curve.clone()),
        ("growth a year".into(), words::growth(demand)),
        (
            "start and horizon".into(),
            format!("{}, {} years", demand.start, demand.horizon_years),
        ),
    ];
    list.extend(it.cost.iter().flat_map(|cost| {
        let budget = cost
            .budget
            .map_or_else(String::new, |budget| words::amount(budget, &cost.currency));
        [
            ("currency".into(), cost.currency.clone()),
            ("budget a month".into(), budget),
        ]
    }));
    list
}

fn inputs(before: &Report, after: &Report) -> Vec<InputChange> {
    let (old, new) = (listed_inputs(before), listed_inputs(after));
    let value = |list: &[(String, String)], name: &str| {
        let found = list.iter().find(|(other, _)| other == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    };
    let gone = old
        .iter()
        .filter(|(name, _)| !new.iter().any(|(other, _)| other == name));
    let names = new.iter().chain(gone).map(|(name, _)| name);
    let changes = names.map(|name| InputChange {
        what: name.clone(),
        before: value(&old, name),
        after: value(&new, name),
    });
    changes.filter(|change| change.before != change.after).collect()
}

/// Every statistic that both have: (name, unit, figure).
fn statistics(set: &SetResult) -> Vec<(String, Unit, Figure)> {
    let latency = &set.latency;
    let mut list: Vec<(String, Unit, Figure)> = latency
        .statistics()
        .map(|(name, figure)| (name.to_owned(), Unit::Millis, *figure))
        .into();
    for within in &latency.share_within {
        list.push((
            format!("share_within_{}ms", within.limit_ms),
            Unit::Share,
            within.share,
        ));
    }
    if let Some(worst) = &latency.worst_country {
        list.push(("worst_country_p95".into(), Unit::Millis, worst.p95_ms));
    }
    list.extend(set.recovery.iter().flat_map(recovery));
    list.extend(
        set.score
            .iter()
            .map(|score| ("score".into(), Unit::Share, score.total)),
    );
    list
}

/// Availability, downtime, RTO and RPO, and the latency after each loss that both know by the same name.
fn recovery(it: &RecoveryResult) -> Vec<(String, Unit, Figure)> {
    let availability = &it.availability;
    let mut list: Vec<(String, Unit, Figure)> = vec![
        ("availability".into(), Unit::Share, availability.availability),
        ("downtime_mean".into(), Unit::Minutes, availability.mean_minutes),
        ("downtime_p95".into(), Unit::Minutes, availability.p95_minutes),
        ("rto_p50".into(), Unit::Seconds, it.rto.p50_s),
        ("rto_p95".into(), Unit::Seconds, it.rto.p95_s),
    ];
    for store in &it.rpo {
        let p95 = store.rpo.as_ref().map(|rpo| rpo.p95_s);
        list.extend(p95.map(|p95| (format!("rpo_p95 of {}", store.store), Unit::Seconds, p95)));
    }
    for loss in &it.losses {
        let p95 = loss.latency.as_ref().map(|latency| latency.p95_ms);
        list.extend(p95.map(|p95| (format!("p95 after losing {}", loss.name), Unit::Millis, p95)));
        let rto = loss.rto.as_ref().map(|rto| rto.p95_s);
        list.extend(rto.map(|rto| (format!("rto_p95 after losing {}", loss.name), Unit::Seconds, rto)));
        for store in &loss.rpo {
            let p95 = store.rpo.as_ref().map(|rpo| rpo.p95_s);
            let what = format!("rpo_p95 of {} after losing {}", store.store, loss.name);
            list.extend(p95.map(|p95| (what, Unit::Seconds, p95)));
        }
    }
    list.extend(worst_loss(it));
    list
}

/// The figures of the worst loss of one region, whichever it is: another may be the worst than before.
fn worst_loss(it: &RecoveryResult) -> Vec<(String, Unit, Figure)> {
    let losses = || it.losses.iter().filter(|loss| loss.kind == "region");
    let greatest = |figures: Vec<Figure>| figures.into_iter().max_by(|a, b| a.value.total_cmp(&b.value));
    let latency = losses().filter_map(|loss| Some(loss.latency.as_ref()?.p95_ms));
    let rto = losses().filter_map(|loss| Some(loss.rto.as_ref()?.p95_s));
    let named = [
        (
            "p95 after the worst loss",
            Unit::Millis,
            greatest(latency.collect()),
        ),
        (
            "rto_p95 after the worst loss",
            Unit::Seconds,
            greatest(rto.collect()),
        ),
    ];
    let known = named
        .into_iter()
        .filter_map(|(name, unit, worst)| Some((name.to_owned(), unit, worst?)));
    known.collect()
}

/// Every statistic of a set, each by itself: what follows is said when all are known.
fn results(
    old: &SetResult,
    new: &SetResult,
    ranked: &ranking::Asked,
    reach: [chance::Reach; 2],
) -> Vec<ResultChange> {
    let all = |set: &SetResult| [ranked.figures(set), statistics(set)].concat();
    let olds = all(old);
    let pairs = all(new).into_iter().filter_map(|(name, unit, after)| {
        let before = olds.iter().find(|(other, _, _)| *other == name)?.2;
        Some((name, unit, before, after))
    });
    pairs
        .map(|(statistic, unit, before, after)| ResultChange {
            set: new.name.clone(),
            statistic,
            unit: unit.stored(),
            before: before.value,
            after: after.value,
            difference: difference(&before, &after),
            p: chance::alone((&before, reach[0]), (&after, reach[1])),
            p_of_all: None,
            change: Change::Same,
        })
        .collect()
}

/// After − before; the errors of independent runs add in squares, those of a sampling interval as well.
fn difference(before: &Figure, after: &Figure) -> Figure {
    let value = after.value - before.value;
    let half = half(before).hypot(half(after));
    Figure {
        value,
        std_error: before.std_error.hypot(after.std_error),
        sampling: Interval {
            low: value - half,
            high: value + half,
        },
        input: None,
    }
}

/// Half of the sampling interval, or what its standard error makes of it where that is more.
fn half(figure: &Figure) -> f64 {
    voice::half_width(figure.sampling).max(Z95 * figure.std_error)
}

fn input_table(changes: &ReportDiff) -> TextTable {
    let rows: Vec<Vec<String>> = changes
        .inputs
        .iter()
        .map(|it| vec![it.what.clone(), shown(&it.before), shown(&it.after)])
        .collect();
    let note = if rows.is_empty() {
        "all inputs are the same"
    } else {
        ""
    };
    table("Inputs", &["input", "before", "after"], rows, [note.to_owned()])
}

fn shown(value: &str) -> String {
    if value.is_empty() {
        "—".into()
    } else {
        value.to_owned()
    }
}

fn result_table(changes: &ReportDiff) -> TextTable {
    let moved = changes
        .results
        .iter()
        .filter(|it| matches!(it.change, Change::Better | Change::Worse));
    let rows: Vec<Vec<String>> = moved.map(result_row).collect();
    let quiet = changes.results.len() - rows.len();
    let note = match rows.len() {
        0 => format!(
            "no difference beyond noise in {} figures",
            voice::count(quiet as u64)
        ),
        _ => format!(
            "{} more figures are the same or differ within noise",
            voice::count(quiet as u64)
        ),
    };
    let headers = ["set", "statistic", "before", "after", "difference", "verdict"];
    let mut table = table(
        "Results beyond noise",
        &headers,
        rows,
        [note, tested(changes.tested), voice::LEGEND.to_owned()],
    );
    let alone = [
        ("only before", &changes.only_before),
        ("only after", &changes.only_after),
    ];
    for (words, names) in alone.into_iter().filter(|(_, names)| !names.is_empty()) {
        table.notes.push(format!("{words}: {}", names.join("; ")));
    }
    table
}

/// How many figures were tested, and what that asks of each.
fn tested(figures: usize) -> String {
    match figures {
        0 => String::new(),
        1 => "tested: 1 figure, at 5 %".to_owned(),
        _ => format!(
            "tested: {} figures at once, so that each must differ by more than its own ± (Holm): where nothing but chance \
             differs, any is named in at most one comparison of twenty",
            voice::count(figures as u64)
        ),
    }
}

fn result_row(it: &ResultChange) -> Vec<String> {
    let unit = Unit::from_stored(it.unit);
    let digits = voice::decimals(voice::half_width(it.difference.sampling) * unit.scale());
    let value = |value: f64| format!("{} {}", voice::fixed(value * unit.scale(), digits), unit.symbol());
    let difference = format!(
        "{} {}",
        voice::signed(&it.difference, unit),
        unit.difference_symbol()
    );
    let verdict = if it.change == Change::Worse {
        "worse"
    } else {
        "better"
    };
    vec![
        it.set.clone(),
        it.statistic.clone(),
        value(it.before),
        value(it.after),
        difference,
        verdict.into(),
    ]
}

fn rank_table(changes: &ReportDiff) -> TextTable {
    let rows: Vec<Vec<String>> = changes
        .ranks
        .iter()
        .map(|it| vec![it.set.clone(), it.before.to_string(), it.after.to_string()])
        .collect();
    let note = if rows.is_empty() {
        "every set that is ranked in both kept its rank"
    } else {
        ""
    };
    table("Ranks", &["set", "before", "after"], rows, [note.to_owned()])
}

fn table(
    title: &str,
    headers: &[&str],
    rows: Vec<Vec<String>>,
    notes: impl IntoIterator<Item = String>,
) -> TextTable {
    TextTable {
        title: title.to_owned(),
        headers: headers.iter().map(|&header| header.to_owned()).collect(),
        rows,
        notes: notes.into_iter().filter(|note| !note.is_empty()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{sample_recovery_report, sample_report};

    /// `report` with the p95 of its first set moved by `times` combined standard errors.
    fn moved(report: &Report, times: f64) -> Report {
        let mut after = report.clone();
        let p95 = &mut after.sets[0].latency.p95_ms;
        let by = times * 2f64.sqrt() * p95.std_error;
        p95.value += by;
        p95.sampling.low += by;
        p95.sampling.high += by;
        after
    }

    fn p95_of_first(changes: &ReportDiff) -> Change {
        changes
            .results
            .iter()
            .find(|it| it.statistic == "p95")
            .unwrap()
            .change
    }

    #[test]
    fn a_report_does_not_differ_from_itself() {
        let report = sample_report(5, 20);
        let changes = diff(&report, &report);
        assert!(changes.inputs.is_empty() && changes.ranks.is_empty() && !changes.worse);
        assert!(changes.results.iter().all(|it| it.change == Change::Same));
        assert_eq!(changes.results.len(), 5 * (5 + 4 + 1));
    }

    #[test]
    fn only_what_chance_hardly_makes_in_any_figure_is_worse() {
        let report = sample_report(2, 20);
        let at = |times: f64| p95_of_first(&diff(&report, &moved(&report, times)));
        // One of 20 figures at 5 % in all: the normal distribution has 0.25 % beyond ±3.02.
        assert_eq!(diff(&report, &report).tested, 20);
        assert_eq!(
            [at(2.95), at(3.1), at(-2.95), at(-3.1)],
            [
                Change::WithinNoise,
                Change::Worse,
                Change::WithinNoise,
                Change::Better
            ]
        );
        assert!(diff(&report, &moved(&report, 3.1)).worse && !diff(&report, &moved(&report, -3.1)).worse);
        let text = result_table(&diff(&report, &moved(&report, 2.95))).to_string();
        assert!(
            text.contains("no difference beyond noise in 20 figures")
                && text.contains("tested: 20 figures at once"),
            "{text}"
        );
    }

    #[test]
    fn a_larger_share_within_a_time_is_better() {
        let report = sample_report(1, 20);
        let mut after = report.clone();
        let share = &mut after.sets[0].latency.share_within[0].share;
        share.value += 0.2;
        share.sampling.low += 0.2;
        share.sampling.high += 0.2;
        let changes = diff(&report, &after);
        let within = changes
            .results
            .iter()
            .find(|it| it.statistic == "share_within_50ms")
            .unwrap();
        assert_eq!(within.change, Change::Better);
    }

    #[test]
    fn sets_are_matched_by_their_regions_not_their_names() {
        let before = sample_report(3, 10);
        let mut after = before.clone();
        after.sets.swap(0, 1);
        after.sets[0].name = "renamed".into();
        after.sets[0].regions.reverse();
        (after.sets[0].rank, after.sets[1].rank) = (1, 2);
        after.sets.pop();
        let changes = diff(&before, &after);
        assert_eq!(changes.only_before, [before.sets[2].name.clone()]);
        assert!(changes.only_after.is_empty());
        assert_eq!(changes.ranks.len(), 2);
        assert!(changes.results.iter().all(|it| it.change == Change::Same));
    }

    #[test]
    fn changed_added_and_removed_inputs_are_listed() {
        let before = sample_report(1, 5);
        let mut after = before.clone();
        after.provenance.runs = 5_000;
        after.provenance.data[0].name = "aws_rtt_2".into();
        let whats: Vec<String> = diff(&before, &after)
            .inputs
            .into_iter()
            .map(|it| it.what)
            .collect();
        assert_eq!(whats, ["runs", "data aws_rtt_2", "data aws_rtt"]);
    }

    #[test]
    fn the_text_says_what_moved_and_counts_the_rest() {
        let report = sample_report(2, 20);
        let text: String = to_tables(&diff(&report, &moved(&report, 10.0)))
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            text.contains("worse") && text.contains("19 more figures are the same or differ within noise"),
            "{text}"
        );
        assert!(
            text.contains("all inputs are the same")
                && text.contains("every set that is ranked in both kept its rank")
        );
    }

    #[test]
    fn recovery_is_compared_beyond_noise() {
        let before = sample_recovery_report(3, 12);
        let same = diff(&before, &before);
        assert!(same.results.iter().all(|it| it.change == Change::Same));
        let mut after = before.clone();
        let recovery = after.sets[0].recovery.as_mut().unwrap();
        for figure in [
            &mut recovery.rto.p95_s,
            &mut recovery.availability.mean_minutes,
            &mut recovery.availability.availability,
        ] {
            figure.value *= 2.0;
            figure.sampling.low *= 2.0;
            figure.sampling.high *= 2.0;
        }
        let changes = diff(&before, &after);
        let of = |statistic: &str| {
            let mut found = changes.results.iter().filter(|it| it.statistic == statistic);
            found.next().map(|it| (it.unit, it.change)).unwrap()
        };
        assert_eq!(of("rto_p95"), ("s", Change::Worse));
        assert_eq!(of("downtime_mean"), ("min", Change::Worse));
        assert_eq!(of("availability"), ("share", Change::Better));
        assert_eq!(of("rto_p50"), ("s", Change::Same));
    }

    #[test]
    fn a_difference_is_versioned_json() {
        let report = sample_report(1, 3);
        let text = String::from_utf8(to_json(&diff(&report, &report)).unwrap()).unwrap();
        assert!(text.starts_with("{\n  \"schema\": \"isochrone-diff\",\n  \"schema_version\": 1,"));
    }
}
