//! CSV: tidy, one fact a row, for pipelines.
//!
//! Every row says of which set, seen from where (`country`, blank for the whole audience), through or at which
//! `region` (blank for all), what (`statistic`, in `unit`) is how large (`value`) and how sure. A row whose
//! `compared_with` is not blank holds a difference from the best set or the baseline, and its `verdict` says what
//! follows. The distribution functions and the region matrix are in the JSON report.
//!
//! A report with designs has the columns [`DESIGN_COLUMNS`] more: they say of which class, part, store and operation a
//! fact is, and what else it is about (a policy, a cut, a rule, another region).
//!
//! A report about disaster recovery has these, and the column [`LOSS`] behind them: the loss that a fact is of, by its
//! name; blank for facts of the set as it stands.
//!
//! A report about capacity has these, and the columns [`CAPACITY_COLUMNS`] behind them: the year and the hour of the day
//! that a fact is of.
//!
//! A text that a program which opens the file as a sheet would take for a formula, because it starts with `=`, `+`, `-` or
//! `@`, has an apostrophe before it ([`guarded`]). Numbers stay numbers, and the workbook has no such trap.

mod design;

mod recovery;

mod capacity;

mod search;

use std::borrow::Cow;

use crate::basis::error::{Error, Result};
use crate::report::model::{
    Comparison, CountryResult, Difference, Figure, Outcome, RaceResult, Report, SetResult, TargetResult,
    Verdict,
};
use crate::report::voice::{self, Unit, objective_unit};

/// The columns, in order. `value` to `input_high` are in the unit that `unit` names.
pub const COLUMNS: [&str; 15] = [
    "set",
    "regions",
    "rank",
    "country",
    "region",
    "statistic",
    "unit",
    "compared_with",
    "value",
    "std_error",
    "sampling_low",
    "sampling_high",
    "input_low",
    "input_high",
    "verdict",
];

/// The columns that follow where a set is a design or a CDN was weighed.
pub const DESIGN_COLUMNS: [&str; 5] = ["class", "part", "store", "operation", "about"];

/// The column that follows where something was lost.
pub const LOSS: &str = "loss";

/// The columns that follow where capacity was asked for: years from the start, and the hour of a day in UTC.
pub const CAPACITY_COLUMNS: [&str; 2] = ["year", "hour"];

/// `report` as CSV (RFC 4180 quoting, line feeds, UTF-8) with the header [`COLUMNS`], and [`DESIGN_COLUMNS`]
/// where there are designs, [`LOSS`] where there is recovery, and [`CAPACITY_COLUMNS`] where there is capacity.
///
/// Units: `ms`, `s`, `min/year`, `share` (0–1), `requests/s`, `writes/day`, `writes`, `bytes/day`, `1/year`, `nines`,
/// `regions`, `score` (0–1), `rank`, `factor`, `flag` (1 for yes, 0 for no), `erlang`, `servers`, `instances`, `zones`,
/// `years`, `sets`, `runs`, `money/month`, `USD`, and what a bill counts, as `GB/month`. Empty fields: not applicable or not computed.
///
/// # Errors
/// Only when memory runs out.
///
/// ```
/// use isochrone::report::export::csv::to_csv;
/// let text = to_csv(&isochrone::report::sample::sample_report(1, 2)).unwrap();
/// assert!(text.starts_with(b"set,regions,rank,country,region,statistic,unit,"));
/// ```
pub fn to_csv(report: &Report) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let more = More::of(report);
    write_row(&mut writer, &header(more))?;
    for set in &report.sets {
        let owner = Owner::of(set);
        for fact in facts(report, set) {
            write_row(&mut writer, &fact.row(&owner, more))?;
        }
    }
    for (name, fact) in design::cdn_or_region(report)
        .into_iter()
        .chain(recovery::of_all(report))
        .chain(capacity::of_all(report))
    {
        write_row(&mut writer, &fact.row(&Owner::named(report, name), more))?;
    }
    for (name, fact) in search::of_all(report) {
        write_row(&mut writer, &fact.row(&Owner::named(report, &name), more))?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::output(format!("the table cannot be written: {error}")))
}

/// Which columns a report has beyond [`COLUMNS`].
#[derive(Clone, Copy)]
struct More {
    places: bool,
    losses: bool,
    years: bool,
}

impl More {
    fn of(report: &Report) -> More {
        let years = capacity::is_in(report);
        let losses = years || recovery::is_in(report);
        More {
            places: losses || design::are_in(report),
            losses,
            years,
        }
    }
}

fn header(more: More) -> Vec<String> {
    let places = if more.places { &DESIGN_COLUMNS[..] } else { &[] };
    let losses = if more.losses { &[LOSS][..] } else { &[] };
    let years = if more.years { &CAPACITY_COLUMNS[..] } else { &[] };
    let all = COLUMNS.iter().chain(places).chain(losses).chain(years);
    all.map(|&name| name.to_owned()).collect()
}

/// A cell as it can be opened as a sheet: text that would be taken for a formula gets an apostrophe before it, numbers
/// are left alone. Source: OWASP, "CSV Injection".
///
/// ```
/// use isochrone::report::export::csv::guarded;
/// assert_eq!(guarded("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
/// assert_eq!((guarded("-3.5").as_ref(), guarded("eu-west-1").as_ref()), ("-3.5", "eu-west-1"));
/// ```
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.parse::<f64>().is_err() {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn write_row(writer: &mut csv::Writer<Vec<u8>>, fields: &[String]) -> Result<()> {
    writer
        .write_record(fields.iter().map(|cell| guarded(cell).into_owned()))
        .map_err(|error| Error::output(format!("the table cannot be written: {error}")))
}

/// The columns that name the set.
struct Owner {
    name: String,
    regions: String,
    rank: String,
}

impl Owner {
    fn of(set: &SetResult) -> Owner {
        Owner {
            name: set.name.clone(),
            regions: set.regions.join(" "),
            rank: voice::listed::rank(set).map_or_else(String::new, |rank| rank.to_string()),
        }
    }

    /// A set that need not be among those ranked: then its name is all there is.
    fn named(report: &Report, name: &str) -> Owner {
        let known = report.sets.iter().find(|set| set.name == name);
        known.map_or_else(
            || Owner {
                name: name.to_owned(),
                regions: String::new(),
                rank: String::new(),
            },
            Owner::of,
        )
    }
}

/// One row, but for the columns that name the set.
#[derive(Default)]
struct Fact {
    country: String,
    region: String,
    statistic: String,
    unit: &'static str,
    compared_with: &'static str,
    /// The cells of [`DESIGN_COLUMNS`].
    design: design::Place,
    /// The cell of [`LOSS`].
    loss: String,
    /// The cells of [`CAPACITY_COLUMNS`].
    year: Option<u32>,
    hour: Option<usize>,
    value: f64,
    std_error: Option<f64>,
    errors: Option<Figure>,
    verdict: &'static str,
}

impl Fact {
    fn plain(statistic: impl Into<String>, unit: &'static str, value: f64) -> Fact {
        Fact {
            statistic: statistic.into(),
            unit,
            value,
            ..Fact::default()
        }
    }

    fn figure(statistic: impl Into<String>, unit: &'static str, figure: &Figure) -> Fact {
        Fact {
            std_error: Some(figure.std_error),
            errors: Some(*figure),
            ..Fact::plain(statistic, unit, figure.value)
        }
    }

    fn row(&self, owner: &Owner, more: More) -> Vec<String> {
        let end = |pick: fn(&Figure) -> Option<f64>| optional(self.errors.as_ref().and_then(pick));
        let mut row = vec![
            owner.name.clone(),
            owner.regions.clone(),
            owner.rank.clone(),
            self.country.clone(),
            self.region.clone(),
            self.statistic.clone(),
            self.unit.to_owned(),
            self.compared_with.to_owned(),
            self.value.to_string(),
            optional(self.std_error),
            end(|figure| Some(figure.sampling.low)),
            end(|figure| Some(figure.sampling.high)),
            end(|figure| figure.input.map(|input| input.low)),
            end(|figure| figure.input.map(|input| input.high)),
            self.verdict.to_owned(),
        ];
        if more.places {
            row.extend(self.design.cells());
        }
        if more.losses {
            row.push(self.loss.clone());
        }
        if more.years {
            row.push(self.year.map_or_else(String::new, |year| year.to_string()));
            row.push(self.hour.map_or_else(String::new, |hour| hour.to_string()));
        }
        row
    }
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn facts(report: &Report, set: &SetResult) -> Vec<Fact> {
    let objective = objective_unit(&report.question.objective).stored();
    let mut facts = vec![Fact::figure("objective", objective, &set.objective)];
    facts.extend(measure(report, set));
    facts.extend(latency(set));
    for (name, comparison) in [("best", &set.versus_best), ("baseline", &set.versus_baseline)] {
        facts.extend(comparison.iter().flat_map(|it| differences(name, it, objective)));
    }
    facts.extend(set.race.iter().flat_map(|race| raced(race, objective)));
    facts.extend(set.targets.iter().map(target));
    facts.extend(traffic(set));
    facts.extend(set.countries.iter().flat_map(country));
    facts.extend(set.design.iter().flat_map(design::facts));
    facts.extend(set.recovery.iter().flat_map(recovery::facts));
    facts.extend(set.capacity.iter().flat_map(capacity::facts));
    facts.extend(set.score.iter().flat_map(recovery::score));
    facts
}

/// What sets are ranked by where it is no figure of latency, and how far the set is from the first.
fn measure(report: &Report, set: &SetResult) -> Vec<Fact> {
    let (Some(by), Some(it)) = (&report.question.ranked_by, &set.measure) else {
        return Vec::new();
    };
    let unit = match by.name.as_str() {
        "cost" => "money",
        "score" => "score",
        _ => Unit::from_stored(&by.unit).stored(),
    };
    let name = || format!("ranked_by_{}", by.name);
    let value = it.figure.iter().map(|figure| Fact::figure(name(), unit, figure));
    let versus = it.versus_best.iter().map(|versus| Fact {
        compared_with: "best",
        verdict: verdict(versus.verdict),
        ..Fact::figure(name(), unit, &versus.figure)
    });
    value.chain(versus).collect()
}

/// The difference has the interval that holds together with those of all sets and looks.
fn raced(race: &RaceResult, unit: &'static str) -> [Fact; 2] {
    let difference = Fact {
        compared_with: "race",
        verdict: voice::race::standing(race.standing),
        ..Fact::figure("objective", unit, &race.difference)
    };
    [difference, Fact::plain("race_runs", "runs", f64::from(race.runs))]
}

fn latency(set: &SetResult) -> Vec<Fact> {
    let latency = &set.latency;
    let statistics = latency.statistics();
    let mut facts: Vec<Fact> = statistics
        .into_iter()
        .map(|(name, figure)| Fact::figure(name, "ms", figure))
        .collect();
    for within in &latency.share_within {
        facts.push(Fact::figure(
            format!("share_within_{}ms", within.limit_ms),
            "share",
            &within.share,
        ));
    }
    if let Some(worst) = &latency.worst_country {
        facts.push(Fact {
            country: worst.country.clone(),
            ..Fact::figure("worst_country_p95", "ms", &worst.p95_ms)
        });
    }
    facts.push(Fact::plain("worst_group_mean", "ms", latency.worst_group_mean_ms));
    facts
}

fn differences(compared_with: &'static str, comparison: &Comparison, objective: &'static str) -> Vec<Fact> {
    let difference = |(name, it): (&str, &Difference)| Fact {
        compared_with,
        verdict: verdict(it.verdict),
        ..Fact::figure(
            name,
            if name == "objective" { objective } else { "ms" },
            &it.figure,
        )
    };
    comparison.statistics().into_iter().map(difference).collect()
}

/// The codes that the JSON report uses.
fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Differs => "differs",
        Verdict::TiedSampling => "tied_sampling",
        Verdict::TiedInput => "tied_input",
        Verdict::Same => "same",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "met",
        Outcome::Missed => "missed",
        Outcome::TooCloseToCall => "too_close_to_call",
    }
}

fn target(target: &TargetResult) -> Fact {
    let share = target.unit == "share";
    let unit = if share { "share" } else { "ms" };
    let side = if share { "at_least" } else { "at_most" };
    let statistic = format!("target_{}_{side}_{}", target.what.replace(':', "_"), target.limit);
    Fact {
        verdict: outcome(target.outcome),
        ..Fact::figure(statistic, unit, &target.reached)
    }
}

fn traffic(set: &SetResult) -> Vec<Fact> {
    let mut facts = Vec::new();
    for part in &set.traffic {
        let here = |fact: Fact| Fact {
            region: part.region.clone(),
            ..fact
        };
        facts.push(here(Fact::plain("share_of_requests", "share", part.share)));
        if let Some(rate) = part.requests_per_second {
            facts.push(here(Fact::plain("requests_per_second", "requests/s", rate)));
        }
    }
    facts
}

fn country(country: &CountryResult) -> Vec<Fact> {
    let here = |fact: Fact| Fact {
        country: country.country.clone(),
        ..fact
    };
    let share = Fact {
        region: country.main_region.clone(),
        ..Fact::plain("share_of_audience", "share", country.share)
    };
    let p95 = Fact {
        std_error: Some(country.p95_std_error_ms),
        ..Fact::plain("p95", "ms", country.p95_ms)
    };
    vec![
        here(share),
        here(Fact::plain("p50", "ms", country.p50_ms)),
        here(p95),
        here(Fact::plain("p99", "ms", country.p99_ms)),
    ]
}
