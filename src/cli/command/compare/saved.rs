//! Sets of a saved report side by side: nothing is run again.

use std::path::Path;

use crate::basis::error::{Error, Result, nearest_names};
use crate::cli::args::parse::{self, SetArg};
use crate::cli::args::{CompareArgs, RunArgs};
use crate::cli::command::results::{Results, usual_folder};
use crate::cli::command::session;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::input;
use crate::cli::settings::Settings;
use crate::report::model::{Report, SetResult};
use crate::report::side_by_side::side_by_side;

/// Compares sets of the report at the place of the scenario.
///
/// # Errors
/// When the report cannot be read, a flag asks for a new run, a set is not in it, or a result cannot be written.
pub(super) fn run(args: &CompareArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    refuse_new_run(args)?;
    let output = &args.run.output;
    let usual = output.output.is_some() && !output.no_output;
    let folder = usual.then(|| usual_folder(settings, output, &args.scenario));
    let results = Results::ready(settings, output, folder, &[&args.scenario])?;
    let report = input::report(&args.scenario, sources)?;
    let compared = compared(&report, args, &args.scenario)?;
    session::refuse_idle_gate(args.run.gate, compared.question.targets.is_empty())?;
    results.tell(settings, &compared)?;
    Ok(session::exit(settings, args.run.gate, &compared))
}

/// Flags that change what is drawn say nothing to figures that are finished.
fn refuse_new_run(args: &CompareArgs) -> Result<()> {
    let run: &RunArgs = &args.run;
    let flags = [
        ("--runs", run.runs.is_some()),
        ("--precision", run.precision.is_some()),
        ("--seed", run.seed.is_some()),
        ("--set", !run.overrides.is_empty()),
        ("--objective", run.objective.is_some()),
        (
            "--rto, --rpo, --availability or --tolerate",
            run.limits.is_given(),
        ),
        ("--table", !run.tables.tables.is_empty()),
        ("a second report", args.report.is_some()),
    ];
    match flags.iter().find(|(_, given)| *given) {
        Some((flag, _)) => {
            let message = format!("{flag} means nothing to a saved report: its figures are finished");
            Err(Error::input(message).hint("name the scenario in place of the report to run it again"))
        }
        None => Ok(()),
    }
}

fn compared(report: &Report, args: &CompareArgs, path: &Path) -> Result<Report> {
    let mut places: Vec<usize> = (0..report.sets.len()).collect();
    if !args.placements.is_empty() {
        places = args
            .placements
            .iter()
            .map(|set| place(report, set, path))
            .collect::<Result<_>>()?;
    }
    refuse_repeated(report, &places)?;
    let baseline = match &args.run.baseline {
        Some(text) => Some(place_of_text(report, text, path)?),
        None => report.baseline,
    };
    let compared = side_by_side(report, &places, baseline);
    if compared.sets.len() < 2 {
        let message = format!(
            "at least 2 sets of regions are needed, found {}",
            compared.sets.len()
        );
        return Err(Error::input(message).hint("name more of the report's sets with --placement"));
    }
    Ok(compared)
}

fn refuse_repeated(report: &Report, places: &[usize]) -> Result<()> {
    let repeated = |(at, place): (usize, &usize)| places[..at].contains(place).then_some(*place);
    match places.iter().enumerate().find_map(repeated) {
        Some(place) => Err(Error::input(format!(
            "the set `{}` is named twice",
            report.sets[place].name
        ))),
        None => Ok(()),
    }
}

fn place_of_text(report: &Report, text: &str, path: &Path) -> Result<usize> {
    match report.sets.iter().position(|set| set.name == text) {
        Some(place) => Ok(place),
        None => place(report, &parse::set(text).map_err(Error::input)?, path),
    }
}

/// The set that `wanted` means: by its name, or by its regions in any order.
fn place(report: &Report, wanted: &SetArg, path: &Path) -> Result<usize> {
    let text = wanted.name.clone().unwrap_or_else(|| wanted.regions.join(","));
    let named = |set: &SetResult| wanted.name.is_none() && set.name == text;
    let found = report.sets.iter().position(named);
    let found = found.or_else(|| {
        report
            .sets
            .iter()
            .position(|set| has_regions(set, &wanted.regions))
    });
    found.ok_or_else(|| {
        let names = report.sets.iter().map(|set| set.name.as_str());
        let nearest: Vec<String> = nearest_names(&text, names, 3)
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let message = format!(
            "`{}` has no set `{}`",
            input::name(path),
            wanted.regions.join(",")
        );
        Error::input(message).hint(format!(
            "its sets are called {}{}; to look at others, name the scenario in place of the report",
            nearest.join(", "),
            if report.sets.len() > 3 { " and so on" } else { "" }
        ))
    })
}

/// Whether a set consists of `regions`, each with its provider or without.
fn has_regions(set: &SetResult, regions: &[String]) -> bool {
    let is =
        |id: &String, name: &String| id == name || id.split_once(':').is_some_and(|(_, code)| code == name);
    set.regions.len() == regions.len()
        && set
            .regions
            .iter()
            .all(|id| regions.iter().any(|name| is(id, name)))
}
