//! What simulate, compare and search have in common: everything before the run, and everything after it.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::regions::catalog;
use super::results::{Results, usual_folder};
use crate::basis::error::{Error, ErrorKind, Problem, Result};
use crate::cli::args::{RunArgs, ShardArgs};
use crate::cli::diagnostics::{self, Sources};
use crate::cli::exit::{Ending, Exit};
use crate::cli::flags::Keys;
use crate::cli::scenario::Opened;
use crate::cli::settings::Settings;
use crate::cli::shards::file::Basis;
use crate::cli::shards::gathered::Gathered;
use crate::cli::shards::target::PartFile;
use crate::cli::shards::work::Work;
use crate::cli::{interrupt, memory, progress, scenario};
use crate::decide::run::Outcome;
use crate::decide::run::parts::PartOf;
use crate::design::scenario::Scenario;
use crate::design::targets::Targets;
use crate::engine::progress::{INTERRUPTED, Watch};
use crate::engine::simulation::Simulation;
use crate::report::assemble::assemble;
use crate::report::model::{Outcome as Kept, Report};
use crate::report::voice::age;
use crate::report::voice::recovery::{promise, reached};
use crate::world::catalog::Catalog;

/// A run that is ready to start.
#[derive(Debug)]
pub struct Session<'a> {
    settings: &'a Settings,
    args: &'a RunArgs,
    path: &'a Path,
    catalog: Catalog,
    /// The file of the scenario and those it names, where they lie.
    read: Vec<PathBuf>,
    /// Files besides the inputs that results must not overwrite.
    spared: Vec<PathBuf>,
    /// The scenario under all flags.
    pub scenario: Scenario,
}

impl<'a> Session<'a> {
    /// Loads the scenario; `more` are flags of the command that are keys of the scenario.
    ///
    /// # Errors
    /// When a table or the scenario is wrong.
    pub fn load(
        path: &'a Path,
        args: &'a RunArgs,
        more: impl Into<Keys>,
        settings: &'a Settings,
        sources: &mut Sources,
    ) -> Result<Self> {
        Session::of(&scenario::open(path)?, path, args, more, settings, sources)
    }

    /// As [`Session::load`], of a scenario that has been read.
    ///
    /// # Errors
    /// As [`Session::load`].
    pub fn of(
        opened: &Opened,
        path: &'a Path,
        args: &'a RunArgs,
        more: impl Into<Keys>,
        settings: &'a Settings,
        sources: &mut Sources,
    ) -> Result<Self> {
        let catalog = catalog(&args.tables)?;
        let scenario = scenario::load_opened(opened, args, more.into(), &catalog, sources)?;
        diagnostics::tell_warnings(&settings.out, &scenario.warnings, sources);
        Ok(Session {
            settings,
            args,
            path,
            catalog,
            read: scenario::files_read(path, &scenario.inputs),
            spared: Vec::new(),
            scenario,
        })
    }

    /// What the answer rests on.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn basis(&self) -> Result<Basis> {
        Basis::of(&self.scenario, &self.catalog)
    }

    /// Makes sure that `shards` rest on what this run rests on, and that no result overwrites them.
    ///
    /// # Errors
    /// When a file has changed since they were made.
    pub fn take(&mut self, shards: &Gathered) -> Result<()> {
        self.spared.extend(shards.paths());
        shards.expect_basis(&self.basis()?)
    }

    /// The file of the part that `args` ask for; none where the run is in one piece.
    ///
    /// # Errors
    /// As for [`PartFile::asked`].
    pub fn part(&self, args: &ShardArgs) -> Result<Option<PartFile>> {
        PartFile::asked(args, self.args, &[self.path], &self.inputs(), self.settings)
    }

    /// Keeps results from overwriting a file that is read besides.
    pub fn spare(&mut self, path: &Path) {
        self.spared.push(path.to_owned());
    }

    /// Lets `change` what flags say about the scenario beyond its keys, then takes the baseline.
    ///
    /// # Errors
    /// Whatever `change` finds wrong, or an unknown baseline.
    pub fn change(&mut self, change: impl FnOnce(&mut Scenario, &Catalog) -> Result<()>) -> Result<()> {
        change(&mut self.scenario, &self.catalog)?;
        scenario::set_baseline(&mut self.scenario, self.args.baseline.as_deref(), &self.catalog)
    }

    /// Runs `question` and tells the answer, on stdout and in files.
    ///
    /// # Errors
    /// When a file cannot be written (found before the run), or the run fails.
    pub fn run(
        self,
        command: &str,
        question: impl FnOnce(&Scenario, &Simulation, Watch<'_>) -> Result<Outcome>,
    ) -> Ending {
        // From here on files come and go: Ctrl-C may no longer end the process just anywhere.
        let stop = interrupt::listen(self.settings.out)?;
        let no_targets = self.scenario.targets == Targets::default();
        refuse_idle_gate(self.args.gate, no_targets)?;
        let results = self.results()?;
        self.announce();
        let report = self.report(command, stop, question).map_err(nothing_written)?;
        results.tell(self.settings, &report)?;
        self.tell_age(&report);
        memory::tell_peak(self.settings.out);
        Ok(exit(self.settings, self.args.gate, &report))
    }

    /// Does one part of the work, and writes what it finds to `file`.
    ///
    /// # Errors
    /// When the file cannot be written, or the run fails.
    pub fn run_part(
        self,
        file: PartFile,
        question: impl FnOnce(&Scenario, &Simulation, Watch<'_>) -> Result<PartOf<Work>>,
    ) -> Ending {
        let stop = interrupt::listen(self.settings.out)?;
        self.announce();
        self.settings.out.note(&format!("shard {}", file.shard));
        let (_, part) = self.answer(stop, question).map_err(nothing_written)?;
        let basis = self.basis()?;
        memory::tell_peak(self.settings.out);
        file.write(basis, Some(part.drawn.clone()), part, self.settings)
    }

    /// The answer to `question`, and the scenario made ready.
    fn answer<T>(
        &self,
        stop: &AtomicBool,
        question: impl FnOnce(&Scenario, &Simulation, Watch<'_>) -> Result<T>,
    ) -> Result<(Simulation, T)> {
        let bars = progress::teller(self.settings.progress);
        let watch = Watch::new(bars.as_ref(), stop);
        let began = Instant::now();
        let simulation = Simulation::new(&self.scenario, &self.catalog, watch)?;
        self.timed("made ready", began);
        let began = Instant::now();
        let answer = question(&self.scenario, &simulation, watch)?;
        self.timed("simulated and judged", began);
        Ok((simulation, answer))
    }

    /// The report of `question`.
    ///
    /// # Errors
    /// When the run fails.
    pub fn report(
        &self,
        command: &str,
        stop: &AtomicBool,
        question: impl FnOnce(&Scenario, &Simulation, Watch<'_>) -> Result<Outcome>,
    ) -> Result<Report> {
        let (simulation, outcome) = self.answer(stop, question)?;
        self.tell_left_out(&outcome);
        let report = assemble(command, &self.scenario, &self.catalog, &simulation, &outcome)?;
        self.explain(&report);
        Ok(report)
    }

    /// Sets that cannot be run are told of at once, and again in the report.
    fn tell_left_out(&self, outcome: &Outcome) {
        let problems: Vec<Problem> = outcome
            .left_out
            .iter()
            .map(|set| Problem::warning(format!("the set `{}` is left out: {}", set.name, set.why)))
            .collect();
        diagnostics::tell(&self.settings.out, &problems, &mut Sources::default());
    }

    /// Once a run, in a line: the report tells the rest.
    fn tell_age(&self, report: &Report) {
        let old = age::short_note(report).map(Problem::warning);
        diagnostics::tell(&self.settings.out, old.as_slice(), &mut Sources::default());
    }

    fn timed(&self, what: &str, began: Instant) {
        self.settings
            .out
            .detail(2, &format!("{what} in {:.2} s", began.elapsed().as_secs_f64()));
    }

    fn explain(&self, report: &Report) {
        let network = &report.network;
        let text = format!(
            "{} user-to-region pairs: {} measured by you, {} estimated from landmarks; {} region pairs: {} measured, {} estimated",
            network.user_pairs,
            network.user_pairs_measured,
            network.user_pairs_estimated,
            network.region_pairs,
            network.region_pairs_measured,
            network.region_pairs_estimated
        );
        self.settings.out.detail(1, &text);
    }

    /// The first line comes at once, whatever the run takes.
    fn announce(&self) {
        let Scenario {
            name,
            audience,
            candidates,
            sampling,
            ..
        } = &self.scenario;
        let text = format!(
            "{name}: {} user groups, {} candidate regions, at most {} runs, seed {}",
            audience.groups.len(),
            candidates.len(),
            sampling.runs,
            sampling.seed
        );
        self.settings.out.note(&text);
    }

    /// Every file of the run, found to be writable.
    fn results(&self) -> Result<Results> {
        let output = &self.args.output;
        let named = !output.export.is_empty() || !output.chart.is_empty();
        let usual = !output.no_output && (!named || output.output.is_some());
        let folder = usual.then(|| usual_folder(self.settings, output, self.path));
        Results::ready(self.settings, output, folder, &self.inputs())
    }

    /// Files that results must not overwrite.
    pub fn inputs(&self) -> Vec<&Path> {
        let mut inputs: Vec<&Path> = self.read.iter().map(PathBuf::as_path).collect();
        inputs.extend(self.args.tables.tables.iter().map(|(_, path)| path.as_path()));
        inputs.extend(self.spared.iter().map(PathBuf::as_path));
        inputs
    }
}

/// A gate that has nothing to check would always be open.
///
/// # Errors
/// When it is asked for and there are no targets.
pub fn refuse_idle_gate(gate: bool, no_targets: bool) -> Result<()> {
    if gate && no_targets {
        let error = Error::input("--gate has nothing to check: the scenario has no targets");
        return Err(error.hint("add [targets], or say --set targets.p95=200ms"));
    }
    Ok(())
}

/// The exit code that follows from a report, after telling what it misses when `gate` is asked for.
pub fn exit(settings: &Settings, gate: bool, report: &Report) -> Exit {
    if !report.complete {
        return Exit::Interrupted;
    }
    let missed = missed(report);
    if !gate || missed.is_empty() {
        return Exit::Done;
    }
    diagnostics::tell(&settings.out, &missed, &mut Sources::default());
    Exit::No
}

/// An interruption that leaves nothing to tell says so, and what became of the files.
fn nothing_written(error: Error) -> Error {
    if error.kind() != ErrorKind::Interrupted {
        return error;
    }
    let what = error.to_string();
    let finished = if what == INTERRUPTED {
        ": nothing was finished"
    } else {
        ""
    };
    Error::new(
        ErrorKind::Interrupted,
        format!("{what}{finished}, so nothing was written"),
    )
}

/// What the sets that count towards the gate miss: the best of a search, else every set but the baseline.
fn missed(report: &Report) -> Vec<Problem> {
    let counts = |index: usize| match report.search {
        Some(_) => report.sets[index].rank == 1,
        None => report.baseline != Some(index) || report.sets.len() == 1,
    };
    let mut problems = Vec::new();
    for (_, set) in report.sets.iter().enumerate().filter(|(index, _)| counts(*index)) {
        for target in set.targets.iter().filter(|target| target.outcome == Kept::Missed) {
            let (limit, reached, unit) = if target.unit == "share" {
                (target.limit * 100.0, target.reached.value * 100.0, "%")
            } else {
                (target.limit, target.reached.value, "ms")
            };
            let message = format!(
                "{} misses {}: {reached:.1} {unit}, target {limit} {unit}",
                set.name, target.what
            );
            problems.push(Problem::error(message));
        }
        let cost = set.capacity.as_ref().and_then(|capacity| capacity.cost.as_ref());
        if let Some(cost) = cost.filter(|cost| cost.budget == Some(Kept::Missed)) {
            let least = if cost.complete { "" } else { "at least " };
            let asked = report.capacity.as_ref().and_then(|of| of.cost.as_ref());
            let (budget, currency) = asked.map_or((0.0, ""), |of| (of.budget.unwrap_or(0.0), &of.currency));
            problems.push(Problem::error(format!(
                "{} misses the budget: {least}{:.0} {currency} a month, of {budget}",
                set.name, cost.total
            )));
        }
        let recovery = set.recovery.iter().flat_map(|recovery| &recovery.targets);
        for target in recovery.filter(|target| target.outcome == Kept::Missed) {
            problems.push(Problem::error(format!(
                "{} misses the promise `{}`: {}",
                set.name,
                promise(target),
                reached(target)
            )));
        }
    }
    problems
}
