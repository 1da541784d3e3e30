//! `isochrone search` on a file with a `[sites]` table: which sites to open.

use super::results::usual_folder;
use crate::basis::error::{Error, ErrorKind, Result};
use crate::basis::units::counted;
use crate::cli::args::{Format, SearchArgs};
use crate::cli::attend::Attended;
use crate::cli::diagnostics::{self, Sources};
use crate::cli::exit::{Ending, Exit, Halt};
use crate::cli::scenario::{self, Opened};
use crate::cli::settings::Settings;
use crate::cli::site_files::SiteFiles;
use crate::cli::table::{self, Cell, Sheet};
use crate::cli::{destinations, input, interrupt, memory};
use crate::decide::facility::search::Status;
use crate::decide::sites::{self, SiteAnswers};
use crate::design::scenario::{SiteGoal, SiteQuestion};
use crate::report::assemble::assemble_sites;
use crate::report::export;
use crate::report::model::SitesReport;
use crate::world::catalog::Catalog;

/// Answers the question of sites in `opened`, or says what that would take.
///
/// # Errors
/// When the question is wrong, no set is feasible, or a result cannot be written.
pub fn run(args: &SearchArgs, opened: &Opened, settings: &Settings, sources: &mut Sources) -> Ending {
    refuse_flags(args)?;
    let within = args.beyond.within;
    let question = question(args, opened, sources)?;
    diagnostics::tell_warnings(&settings.out, &question.warnings, sources);
    if args.dry_run {
        return settings.answer(&plan(&question), args.run.output.format);
    }
    // From here on files come and go: Ctrl-C may no longer end the process just anywhere.
    let stop = interrupt::listen(settings.out)?;
    let files = files(args, &question, settings)?;
    let format = super::results::format(settings, &args.run.output)?;
    settings.out.note(&format!(
        "{}: {} users, {} sites, seed {}",
        question.name,
        question.users.len(),
        question.sites.len(),
        question.seed
    ));
    let what = match question.goal {
        SiteGoal::Cover(_) => "of weight not covered",
        _ => question.unit.as_str(),
    };
    let attended = Attended::new(stop, within, settings.progress, what);
    let found = sites::answer(&question, &attended)?;
    drop(attended);
    refuse_nothing(&found, &question)?;
    let report = assemble_sites(&question, &found, within.map(|time| time.as_secs_f64() * 1e3));
    let printed = settings.out.data(&on_stdout(&report, format)?);
    for line in destinations::in_words(&files.write(&report)?) {
        settings.out.note(&line);
    }
    Halt::unless_closed(printed)?;
    memory::tell_peak(settings.out);
    Ok(if report.complete {
        Exit::Done
    } else {
        Exit::Interrupted
    })
}

/// The question under all flags.
fn question(args: &SearchArgs, opened: &Opened, sources: &mut Sources) -> Result<SiteQuestion> {
    let mut overrides = scenario::pairs(&args.run.overrides);
    overrides.extend(scenario::seed(&args.run));
    overrides.extend(scenario::range(args).map(|range| ("sites.open".to_owned(), range)));
    let checked = opened.check(&overrides, &Catalog::embedded());
    for text in &checked.sources {
        sources.remember(&text.name, &text.text);
    }
    let mut question = checked.into_sites()?;
    question.require(&args.require)?;
    question.exclude(&args.exclude)?;
    Ok(question)
}

/// Flags that say nothing about sites.
fn refuse_flags(args: &SearchArgs) -> Result<()> {
    let (run, beyond) = (&args.run, &args.beyond);
    let given = [
        ("--runs", run.runs.is_some()),
        ("--precision", run.precision.is_some()),
        ("--objective", run.objective.is_some()),
        ("--baseline", run.baseline.is_some()),
        ("--gate", run.gate),
        ("--table", !run.tables.tables.is_empty()),
        ("--chart", !run.output.chart.is_empty()),
        ("--top", args.top.is_some()),
        ("--race", args.race.is_some()),
        ("--max-p95", args.max_p95.is_some()),
        ("--max-p99", args.max_p99.is_some()),
        ("--max-mean", beyond.max_mean.is_some()),
        ("--max-p50", beyond.max_p50.is_some()),
        ("--max-worst-group", beyond.max_worst_group.is_some()),
        ("--max-load", beyond.max_load.is_some()),
        ("--in-full", beyond.in_full),
        ("--grow", beyond.grow.is_some()),
        ("--fixed-cost", beyond.fixed_cost.is_some()),
        ("--shard", args.shards.shard.is_some()),
        ("a promise about losses or cost", run.limits.is_given()),
    ];
    match given.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((flag, _)) => Err(
            Error::input(format!("{flag} says nothing about which sites to open"))
                .hint("what is wanted of sites is said in [sites]: goal, open, have, must, never, max_cost"),
        ),
    }
}

/// Every file of the search, found to be writable.
fn files(args: &SearchArgs, question: &SiteQuestion, settings: &Settings) -> Result<SiteFiles> {
    let output = &args.run.output;
    let mut files = SiteFiles::default();
    for path in output.export.iter().filter(|path| !input::is_dash(path)) {
        files.add(path)?;
    }
    if !output.no_output && (output.export.is_empty() || output.output.is_some()) {
        files.add_usual(&usual_folder(settings, output, &args.scenario))?;
    }
    files.spare(&scenario::files_read(&args.scenario, &question.inputs))?;
    Ok(files)
}

/// That there is no set at all is the answer no.
fn refuse_nothing(found: &SiteAnswers, question: &SiteQuestion) -> Result<()> {
    if found
        .answers
        .iter()
        .any(|answer| !answer.solution.sites.is_empty())
    {
        return Ok(());
    }
    if !found.complete() {
        return Err(Error::new(
            ErrorKind::Interrupted,
            "interrupted: no set was found yet, so nothing was written",
        ));
    }
    let lines = found.answers.iter().flat_map(|answer| {
        let number = match (answer.open, question.goal) {
            (None, _) => "sites".to_owned(),
            (Some(number), SiteGoal::Fixed) => format!("up to {}", counted(number, "site")),
            (Some(number), _) => counted(number, "site"),
        };
        let ends = match answer.solution.status {
            Status::Unknown => "was found",
            _ => "is feasible",
        };
        answer
            .why
            .iter()
            .map(move |why| format!("no set of {number} {ends}: {why}"))
    });
    let mut lines = lines.collect::<Vec<_>>().into_iter();
    let first = lines.next().unwrap_or_else(|| "no set is feasible".to_owned());
    Err(lines.fold(Error::new(ErrorKind::Infeasible, first), Error::and))
}

/// The report as stdout gets it.
fn on_stdout(report: &SitesReport, format: Format) -> Result<Vec<u8>> {
    let format = match format {
        Format::Table => {
            let tables: Vec<String> = export::sites::tables(report).iter().map(table::of_text).collect();
            return Ok(tables.join("\n").into_bytes());
        }
        Format::Json => export::Format::Json,
        Format::Csv => export::Format::Csv,
        Format::Markdown => export::Format::Markdown,
    };
    export::sites::render(report, format)
}

/// What a search would do.
fn plan(question: &SiteQuestion) -> Sheet {
    let pairs = question.users.len() * question.sites.len();
    let row = |what: &str, value: f64, unit: &str| vec![what.into(), Cell::Number(value, 0), unit.into()];
    let mut rows = vec![
        row("users", question.users.len() as f64, ""),
        row("sites", question.sites.len() as f64, ""),
        row("pairs", pairs as f64, ""),
        row("steps at most", question.steps as f64, "for each number of sites"),
        row("expected memory", (expected_bytes(pairs) / 1e6).ceil(), "MB"),
    ];
    for &number in &question.open {
        rows.push(row(
            &format!("sets of {number}"),
            sets(question.sites.len(), number),
            "",
        ));
    }
    Sheet {
        keys: vec!["what", "value", "unit"],
        rows,
        notes: vec!["most sets are ruled out by bounds and never looked at".to_owned()],
        ..Sheet::default()
    }
}

/// Bytes that a search takes at its peak, the whole process. Of a pair: the text of its cost and where that ends, the cost
/// as it was read and as it is judged by, its entry, twice while sorting, and its place. Measured by the long
/// runs: 201 MB for 3 million pairs.
fn expected_bytes(pairs: usize) -> f64 {
    const PROGRAM: f64 = 32e6;
    const PAIR: f64 = 64.0;
    PROGRAM + pairs as f64 * PAIR
}

/// How many sets of so many sites there are, as far as doubles go.
fn sets(sites: usize, number: usize) -> f64 {
    (0..number)
        .map(|at| (sites - at) as f64 / (at + 1) as f64)
        .product::<f64>()
        .round()
}
