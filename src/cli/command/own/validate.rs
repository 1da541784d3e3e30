//! `isochrone validate SAMPLES`: the estimates against the user's own measurements.

use crate::basis::error::Result;
use crate::basis::units::counted;
use crate::cli::args::ValidateArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::report::chart::ChartOptions;
use crate::world::network::own::Calibration;
use crate::world::network::own::figures::{Agreement, Compared, ENOUGH_CLUSTERS, FEW_CLUSTERS, Found};
use crate::world::network::own::predict::Predicted;
use crate::world::network::own::sample::Sample;

use super::groups::{Group, Kind, groups};
use super::plot::{Plot, chart, name_of};
use super::{Own, calibration, compared, with_ends};
use crate::cli::command::chart::theme;
use crate::cli::command::regions::catalog;

/// Compares, tells and draws.
///
/// # Errors
/// When the samples or the calibration cannot be read, or an output cannot be written.
pub fn run(args: &ValidateArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let plots = args
        .plot
        .iter()
        .map(|path| Plot::at(path))
        .collect::<Result<Vec<_>>>()?;
    let inputs = || {
        let own = args.own.samples.iter().chain(&args.own.scenario);
        own.chain(&args.calibration)
    };
    plots.iter().try_for_each(|plot| plot.target().spare(inputs()))?;
    let catalog = catalog(&args.answer.tables)?;
    let calibration = match &args.calibration {
        Some(path) => calibration(path, &catalog, settings, sources)?,
        None => Calibration::default(),
    };
    let own = Own::read(&args.own, &catalog, sources)?;
    let predicted = own.predicted(&calibration)?;
    let rows: Vec<Compared> = own
        .samples
        .iter()
        .zip(&predicted)
        .map(|(sample, predicted)| compared(sample, predicted))
        .collect();
    let found = Comparison {
        groups: groups(&own.samples, &rows),
        worst: worst(&rows, args.top as usize),
        samples: &own.samples,
        predicted: &predicted,
        rows: &rows,
    };
    // Files first: a reader that leaves stdout early costs none.
    let drawn = chart(
        &own.samples,
        &predicted,
        &found.worst,
        (found.all(Kind::AllUsers), found.all(Kind::Links)),
    );
    let style = ChartOptions {
        theme: theme(settings.theme(None)),
        ..ChartOptions::default()
    };
    for plot in &plots {
        plot.write(&drawn, style)?;
    }
    if settings.format(args.answer.format).is_for_people() {
        let mut notes = own.notes.clone();
        notes.extend(found.notes(args));
        settings.answer(&found.of_groups(), args.answer.format)?;
        let mut pairs = found.of_pairs();
        pairs.notes = notes;
        settings.out.data(b"\n")?;
        settings.answer(&pairs, args.answer.format)?;
    } else {
        own.tell(settings);
        settings.answer(&found.for_programs(), args.answer.format)?;
    }
    for plot in &plots {
        settings
            .out
            .note(&format!("wrote {}", plot.target().path().display()));
    }
    Ok(Exit::Done)
}

/// The rows that are farthest off by their logarithm, the farthest first.
fn worst(rows: &[Compared], most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let off = |at: usize| rows[at].log_ratio().abs();
    order.sort_by(|&a, &b| off(b).total_cmp(&off(a)).then(a.cmp(&b)));
    order.truncate(most);
    order
}

struct Comparison<'a> {
    groups: Vec<Group>,
    worst: Vec<usize>,
    samples: &'a [Sample],
    predicted: &'a [Predicted],
    rows: &'a [Compared],
}

impl Comparison<'_> {
    fn all(&self, kind: Kind) -> Option<&Agreement> {
        let group = self.groups.iter().find(|group| group.kind == kind)?;
        Some(&group.found)
    }

    fn of_groups(&self) -> Sheet {
        let row = |group: &Group| {
            let it = &group.found;
            let mut cells: Vec<Cell> = vec![
                title_of(group).into(),
                it.n.into(),
                it.clusters.into(),
                in_words(&it.bias, true).into(),
            ];
            let shares = [&it.median_error, &it.p90_error, &it.coverage_50, &it.coverage_90];
            cells.extend(shares.map(|found| Cell::from(in_words(found, false))));
            cells.push(it.p90_bias.as_ref().map(|found| in_words(found, true)).into());
            cells
        };
        Sheet {
            title: Some(
                "Error is |predicted / measured - 1|, bias its median with its sign; in brackets 95 % intervals over clusters"
                    .into(),
            ),
            keys: vec![
                "judged_on",
                "n",
                "clusters",
                "bias_%",
                "median_error_%",
                "p90_error_%",
                "inside_50_%",
                "inside_90_%",
                "bias_of_p90_%",
            ],
            rows: self.groups.iter().map(row).collect(),
            notes: Vec::new(),
        }
    }

    fn of_pairs(&self) -> Sheet {
        let row = |&at: &usize| {
            let (sample, predicted) = (&self.samples[at], &self.predicted[at]);
            vec![
                name_of(sample).into(),
                technology(sample),
                Cell::Number(sample.p50_ms, 1),
                Cell::Number(predicted.p50_ms(), 1),
                Cell::from(format!(
                    "{:.0} to {:.0}",
                    predicted.quantiles_ms[0], predicted.quantiles_ms[5]
                )),
                Cell::from(format!("{:+.1}", (self.rows[at].log_ratio().exp() - 1.0) * 100.0)),
                predicted.rests_on.as_str().into(),
            ]
        };
        Sheet {
            title: (!self.worst.is_empty()).then(|| "The pairs that are farthest off".into()),
            keys: vec![
                "pair",
                "technology",
                "measured_ms",
                "predicted_ms",
                "90_%_of_it_ms",
                "off_%",
                "rests_on",
            ],
            rows: self.worst.iter().map(row).collect(),
            notes: Vec::new(),
        }
    }

    fn notes(&self, args: &ValidateArgs) -> Vec<String> {
        let mut notes = vec![
            "inside: share of measured medians inside the predicted 50 % and 90 % intervals; of many users each, they \
             are there more often than that"
                .to_owned(),
        ];
        if self.all(Kind::Links).is_some() {
            notes.push(
                "between regions: predicted as though either end, in turn, had never been measured".into(),
            );
        }
        let few = |group: &&Group| group.found.clusters < ENOUGH_CLUSTERS;
        let few = self.groups.iter().filter(few).count();
        if few > 0 {
            notes.push(format!(
                "{} with fewer than {ENOUGH_CLUSTERS} clusters: another choice of them may say otherwise. Clusters are \
                 countries; of fewer than {FEW_CLUSTERS} they are pairs, and intervals hold within these alone. With one \
                 there is none",
                counted(few, "group")
            ));
        }
        notes.extend(uncertain(self.samples));
        if args.calibration.is_some() {
            notes.push(
                "calibrated: where it was fitted to these rows, this is not how well it does on others; `calibrate` \
                 tells that"
                    .into(),
            );
        }
        notes
    }

    fn for_programs(&self) -> Sheet {
        let mut rows: Vec<Vec<Cell>> = self.groups.iter().map(of_group).collect();
        rows.extend(self.worst.iter().map(|&at| self.of_pair(at)));
        Sheet {
            keys: KEYS.to_vec(),
            rows,
            ..Sheet::default()
        }
    }

    fn of_pair(&self, at: usize) -> Vec<Cell> {
        let (sample, predicted) = (&self.samples[at], &self.predicted[at]);
        let mut cells: Vec<Cell> = vec!["pair".into(), name_of(sample).into(), technology(sample)];
        cells.push(sample.n.map(|n| n as usize).into());
        cells.resize(OF_PAIR, Cell::Empty);
        let q = &predicted.quantiles_ms;
        let times = [
            Some(sample.p50_ms),
            sample.p90_ms,
            Some(q[2]),
            Some(q[4]),
            Some(q[0]),
            Some(q[5]),
        ];
        cells.extend(times.map(|ms| ms.map_or(Cell::Empty, |ms| Cell::Number(ms, 2))));
        cells.push(predicted.rests_on.as_str().into());
        cells
    }
}

/// Where the columns of a pair begin.
const OF_PAIR: usize = 23;

/// Errors, biases and what lies inside are shares: 0.05 is 5 %.
const KEYS: [&str; OF_PAIR + 7] = [
    "what",
    "name",
    "technology",
    "n",
    "clusters",
    "bias",
    "bias_low",
    "bias_high",
    "median_error",
    "median_error_low",
    "median_error_high",
    "p90_error",
    "p90_error_low",
    "p90_error_high",
    "inside_50",
    "inside_50_low",
    "inside_50_high",
    "inside_90",
    "inside_90_low",
    "inside_90_high",
    "bias_of_p90",
    "bias_of_p90_low",
    "bias_of_p90_high",
    "measured_p50_ms",
    "measured_p90_ms",
    "predicted_p50_ms",
    "predicted_p90_ms",
    "predicted_p5_ms",
    "predicted_p95_ms",
    "rests_on",
];

fn of_group(group: &Group) -> Vec<Cell> {
    let it = &group.found;
    let name = if group.name.is_empty() {
        Cell::Empty
    } else {
        group.name.as_str().into()
    };
    let mut cells: Vec<Cell> = vec![
        group.kind.name().into(),
        name,
        Cell::Empty,
        it.n.into(),
        it.clusters.into(),
    ];
    let figures = [
        Some(&it.bias),
        Some(&it.median_error),
        Some(&it.p90_error),
        Some(&it.coverage_50),
        Some(&it.coverage_90),
        it.p90_bias.as_ref(),
    ];
    cells.extend(figures.into_iter().flat_map(with_ends));
    cells.resize(KEYS.len(), Cell::Empty);
    cells
}

fn title_of(group: &Group) -> String {
    match group.kind {
        Kind::AllUsers => "users".into(),
        Kind::Links => "links between regions".into(),
        Kind::Country | Kind::Region | Kind::Technology => format!("- {}", group.name),
    }
}

fn technology(sample: &Sample) -> Cell {
    sample.users().map(|users| users.technology.name()).into()
}

/// `-3.1 (-8.0 to 2.2)`, in %.
pub(in crate::cli::command) fn in_words(found: &Found, signed: bool) -> String {
    let one = |x: f64| {
        if signed {
            format!("{:+.1}", x * 100.0)
        } else {
            format!("{:.1}", x * 100.0)
        }
    };
    match found.interval {
        Some((low, high)) => format!("{} ({} to {})", one(found.value), one(low), one(high)),
        None => one(found.value),
    }
}

/// That medians of few times have an error of their own.
fn uncertain(samples: &[Sample]) -> Option<String> {
    let mut errors: Vec<f64> = samples
        .iter()
        .map(|sample| sample.log_error)
        .filter(|error| *error > 0.0)
        .collect();
    errors.sort_by(f64::total_cmp);
    let greatest = *errors.last()?;
    let middle = errors[errors.len() / 2];
    Some(format!(
        "a measured median has a standard error of its own: {:.1} % in the middle of {}, {:.1} % at most",
        middle * 100.0,
        counted(errors.len(), "row"),
        greatest * 100.0
    ))
}
