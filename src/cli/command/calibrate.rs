//! `isochrone calibrate`: what the user's own measurements make of the estimates, and whether that is better.

use std::collections::BTreeMap;

use crate::basis::error::Error;
use crate::basis::units::counted;
use crate::cli::args::own::CalibrateArgs;
use crate::cli::atomic::Target;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit};
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::design::calibration::{About, data_version, write};
use crate::world::network::own::figures::{Agreement, Found};
use crate::world::network::own::held_back::{Trial, Tried, Verdict, held_back};
use crate::world::network::own::predict::{Predicted, observation};
use crate::world::network::own::{Calibration, Effect, Observation, Odd, Over, Subject, fit};

use super::own::validate::in_words;
use super::own::{Own, compared, name_of, with_ends};
use super::regions::catalog;

/// Fits, tries on rows held back, tells, and writes the file where one is named.
///
/// # Errors
/// When the samples cannot be read, or an output cannot be written.
pub fn run(args: &CalibrateArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let target = args.out.as_deref().map(Target::probe).transpose()?;
    if let Some(target) = &target {
        target.spare(args.own.samples.iter().chain(&args.own.scenario))?;
    }
    let catalog = catalog(&args.answer.tables)?;
    let own = Own::read(&args.own, &catalog, sources)?;
    let nothing = Calibration::default();
    let before = own.predicted(&nothing)?;
    let observations: Vec<Observation> = own
        .samples
        .iter()
        .zip(&before)
        .map(|(sample, predicted)| observation(sample, predicted))
        .collect();
    let spread = own.predictor.input_spread();
    // Rows were predicted once already; a prediction that fails then would have failed there.
    let predict = |row: usize, under: &Calibration| {
        let predicted = own.predictor.predict(&own.samples[row], under);
        predicted.unwrap_or_else(|_| before[row].clone())
    };
    let fitted = fit(&observations, spread, &|row, under| predict(row, under).p50_ms());
    if fitted.odd.iter().filter(|odd| odd.away.is_none()).count() == observations.len() {
        return Err(Error::input(
            "every measurement is more than a factor of twenty away from its estimate: there is nothing to fit",
        )
        .hint("look whether the unit and the ends are those that were meant")
        .into());
    }
    let calibration = &fitted.calibration;
    let tried = held_back(&observations, spread, &|row, under| {
        compared(&own.samples[row], &predict(row, under))
    });
    let odd = odd_in_words(&fitted.odd, &own, &before, &predict, calibration);
    let mut came_of_it = verdicts(&tried, &observations);
    came_of_it.extend(odd);
    came_of_it.extend(leaning(calibration, &observations));
    let (user_rows, link_rows) = own.counts();
    let about = About {
        data: data_version(&catalog)?,
        files: own.files.clone(),
        user_rows,
        link_rows,
        held_back: tried
            .iter()
            .map(in_one_line)
            .chain(odd_in_one_line(&fitted.odd))
            .collect(),
    };
    // The file first: a reader that leaves stdout early costs none.
    if let Some(target) = &target {
        target.write(write(calibration, &about)?.as_bytes())?;
    }
    if settings.format(args.answer.format).is_for_people() {
        let mut sheet = for_people(&tried);
        sheet.notes.clone_from(&own.notes);
        sheet.notes.extend(came_of_it);
        sheet.notes.extend(effects_in_words(calibration, &before));
        settings.answer(&sheet, args.answer.format)?;
    } else {
        own.tell(settings);
        for line in &came_of_it {
            settings.out.note(line);
        }
        settings.answer(&for_programs(&tried), args.answer.format)?;
    }
    if let Some(target) = target {
        let path = target.path().display();
        settings.out.note(&format!(
            "wrote {path}: name it in a scenario as [network] calibration"
        ));
    }
    Ok(Exit::Done)
}

fn stages(tried: &Tried) -> [(&'static str, &Agreement); 2] {
    [("before", &tried.before), ("after", &tried.after)]
}

fn for_people(tried: &[Tried]) -> Sheet {
    let mut rows = Vec::new();
    for one in tried {
        for (stage, it) in stages(one) {
            let figures = [&it.median_error, &it.p90_error];
            let shares = [&it.coverage_50, &it.coverage_90];
            let mut cells: Vec<Cell> = vec![
                one.trial.in_words().into(),
                stage.into(),
                it.n.into(),
                it.clusters.into(),
            ];
            cells.push(in_words(&it.bias, true).into());
            cells.extend(
                figures
                    .into_iter()
                    .chain(shares)
                    .map(|found| Cell::from(in_words(found, false))),
            );
            rows.push(cells);
        }
    }
    Sheet {
        title: Some("Rows held back, predicted without and with a calibration that has not seen them".into()),
        keys: vec![
            "held_back",
            "stage",
            "n",
            "clusters",
            "bias_%",
            "median_error_%",
            "p90_error_%",
            "inside_50_%",
            "inside_90_%",
        ],
        rows,
        notes: Vec::new(),
    }
}

/// Errors, biases and what lies inside are shares; the difference is one of mean |ln(predicted / measured)|.
const KEYS: [&str; 21] = [
    "held_back",
    "stage",
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
    "difference",
    "verdict",
];

fn for_programs(tried: &[Tried]) -> Sheet {
    let mut rows = Vec::new();
    for one in tried {
        for (stage, it) in stages(one) {
            let mut cells: Vec<Cell> = vec![
                one.trial.name().into(),
                stage.into(),
                it.n.into(),
                it.clusters.into(),
            ];
            let figures = [
                &it.bias,
                &it.median_error,
                &it.p90_error,
                &it.coverage_50,
                &it.coverage_90,
            ];
            cells.extend(figures.into_iter().flat_map(|found| with_ends(Some(found))));
            if stage == "after" {
                cells.push(Cell::Number(one.difference.value, 4));
                cells.push(one.verdict.name().into());
            }
            cells.resize(KEYS.len(), Cell::Empty);
            rows.push(cells);
        }
    }
    Sheet {
        keys: KEYS.to_vec(),
        rows,
        ..Sheet::default()
    }
}

/// What came of each trial, a sentence each; that nothing could be held back, where that is so, and that no other host of
/// a country was there.
fn verdicts(tried: &[Tried], observations: &[Observation]) -> Vec<String> {
    let mut lines: Vec<String> = tried.iter().map(verdict).collect();
    if tried.is_empty() {
        lines.push(
            "there is too little to hold back: whether the calibration is better is not known".to_owned(),
        );
    }
    let is_host = |it: &Observation| it.over == Over::Host && matches!(it.subject, Subject::Users { .. });
    let others = tried.iter().any(|it| it.trial == Trial::Hosts);
    if observations.iter().any(is_host) && !others {
        lines.push(
            "no country has two hosts: whether the calibration is better for other hosts of it is not known"
                .to_owned(),
        );
    }
    lines
}

fn verdict(tried: &Tried) -> String {
    let difference = tried.difference.value * 100.0;
    let interval = tried.difference.interval.map_or_else(String::new, |(low, high)| {
        format!(" (95 % interval {:+.1} to {:+.1})", low * 100.0, high * 100.0)
    });
    let within = match tried.within {
        None => String::new(),
        Some(1) => ", within this country alone".to_owned(),
        Some(n) => format!(", within these {n} countries alone"),
    };
    let what = format!("{}{within}", tried.trial.in_words());
    let few = if tried.of_few_clusters() {
        format!(
            "; {} clusters are few: another choice of them may say otherwise",
            tried.after.clusters
        )
    } else {
        String::new()
    };
    let change = format!("mean log error {difference:+.1} points{interval}");
    match tried.verdict {
        Verdict::Better => format!("{what}: better, {change}{few}"),
        Verdict::Same => format!("{what}: the same to a tenth of a point, {change}{few}"),
        Verdict::NoDifference => format!("{what}: no improvement beyond noise, {change}{few}"),
        Verdict::Worse => format!("{what}: worse, {change}{few}"),
        Verdict::TooFew => format!(
            "{what}: {} too few to say whether it is better, {change}",
            match tried.after.clusters {
                1 => "1 cluster is".to_owned(),
                n => format!("{n} clusters are"),
            }
        ),
    }
}

/// Odd rows that are named.
const NAMED: usize = 10;

/// Rows that the fit does not follow, a sentence each.
fn odd_in_words(
    odd: &[Odd],
    own: &Own,
    before: &[Predicted],
    predict: &dyn Fn(usize, &Calibration) -> Predicted,
    calibration: &Calibration,
) -> Vec<String> {
    let one = |odd: &Odd| {
        let sample = &own.samples[odd.row];
        let (name, measured) = (name_of(sample), sample.p50_ms);
        match odd.away {
            Some(away) => format!(
                "{name}: {measured:.1} ms measured and {:.1} ms calibrated, {away:.0} standard deviations apart: it counts \
                 little",
                predict(odd.row, calibration).p50_ms()
            ),
            None => format!(
                "{name}: {measured:.1} ms measured and {:.1} ms estimated, more than a factor of twenty apart: it is left \
                 out",
                before[odd.row].p50_ms()
            ),
        }
    };
    let mut lines: Vec<String> = odd.iter().take(NAMED).map(one).collect();
    if odd.len() > NAMED {
        lines.push(format!(
            "{} more lie as far out",
            counted(odd.len() - NAMED, "row")
        ));
    }
    lines
}

/// A level that is moved by more than this factor, either way, is a large change.
const LARGE: f64 = 1.5;
/// So few rows are few for it.
const FEW_ROWS: usize = 2;

/// Countries whose paths or access networks are moved far by one or two rows, a sentence each.
fn leaning(calibration: &Calibration, observations: &[Observation]) -> Vec<String> {
    let rows_of = |country: &str| {
        let of_it = observations.iter().filter(|it| match &it.subject {
            Subject::Users { country: own, .. } => own == country,
            Subject::Link { .. } => false,
        });
        of_it.count()
    };
    let named = |what: &'static str, effects: &BTreeMap<String, Effect>| -> Vec<String> {
        let one = |(country, effect): (&String, &Effect)| {
            let rows = rows_of(country);
            let large = effect.effect.abs() > LARGE.ln();
            (large && rows <= FEW_ROWS).then(|| {
                format!(
                    "{what} of {country} × {:.2} for all its users rests on {}",
                    effect.effect.exp(),
                    counted(rows, "row")
                )
            })
        };
        effects.iter().filter_map(one).collect()
    };
    [
        named("paths", &calibration.path.from),
        named("access", &calibration.access.from),
    ]
    .concat()
}

fn odd_in_one_line(odd: &[Odd]) -> Option<String> {
    let left_out = odd.iter().filter(|odd| odd.away.is_none()).count();
    (!odd.is_empty()).then(|| {
        format!(
            "rows far out: {} of little weight, {left_out} left out",
            odd.len() - left_out
        )
    })
}

fn in_one_line(tried: &Tried) -> String {
    let percent = |found: &Found| format!("{:.1} %", found.value * 100.0);
    format!(
        "held back, {}; median error {} before, {} after",
        verdict(tried),
        percent(&tried.before.median_error),
        percent(&tried.after.median_error)
    )
}

/// How many effects there are, and what they come to.
fn effects_in_words(calibration: &Calibration, before: &[Predicted]) -> Vec<String> {
    let mut lines = Vec::new();
    let factor = |effect: &Effect| format!("× {:.3}", effect.effect.exp());
    if let Some(all) = calibration.path.all.as_ref().filter(|_| !before.is_empty()) {
        lines.push(format!(
            "paths of users: all {}, and effects of {}, {} and {}",
            factor(all),
            countries(calibration.path.from.len()),
            counted(calibration.path.to.len(), "region"),
            counted(calibration.path.pairs.len(), "pair")
        ));
    }
    if !calibration.access.is_empty() {
        lines.push(format!(
            "access: effects of {} and {}",
            countries(calibration.access.from.len()),
            match calibration.access.to.len() {
                1 => "1 technology".to_owned(),
                n => format!("{n} technologies"),
            }
        ));
    }
    if let Some(all) = &calibration.links.all {
        lines.push(format!(
            "links: all {}, and effects of {} and {}",
            factor(all),
            counted(calibration.links.from.len(), "region"),
            counted(calibration.links.pairs.len(), "pair")
        ));
    }
    for (what, spread) in [
        ("path", calibration.path_spread),
        ("access", calibration.access_spread),
    ] {
        if let Some(spread) = spread {
            lines.push(format!(
                "spread of {what} between users of one level × {:.2}",
                spread.factor
            ));
        }
    }
    lines
}

fn countries(n: usize) -> String {
    if n == 1 {
        "1 country".to_owned()
    } else {
        format!("{n} countries")
    }
}
