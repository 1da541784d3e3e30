//! `isochrone sweep`: many variants of a scenario, a report for each and a table of all.

mod answers;

mod summary;

mod variants;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::capacity::ask_plan;
use super::session::{Session, refuse_idle_gate};
use crate::basis::error::{Error, ErrorKind, Result};
use crate::basis::shard::Shard;
use crate::basis::units::counted;
use crate::cli::args::{SweepArgs, SweepQuestion};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::flags::Keys;
use crate::cli::settings::Settings;
use crate::cli::shards::file::Basis;
use crate::cli::shards::gathered::{Gathered, unfitting};
use crate::cli::shards::target::PartFile;
use crate::cli::shards::work::{VariantDone, Work};
use crate::cli::{interrupt, losses, scenario};
use crate::decide::run::parts::PartOf;
use crate::decide::run::{self, Outcome};
use crate::design::scenario::Scenario;
use crate::design::targets::Targets;
use crate::engine::progress::Watch;
use crate::engine::simulation::Simulation;
use answers::Answers;
use variants::{Variant, variants};

/// Asks the same of every variant.
///
/// # Errors
/// When a variant is wrong (found before the first is run), or a result cannot be written.
pub fn run(args: &SweepArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let sweep = Sweep::new(args, settings)?;
    let (basis, read) = sweep.check(sources)?;
    let inputs: Vec<&Path> = read.iter().map(PathBuf::as_path).collect();
    let scenarios: Vec<&Path> = args.scenarios.iter().map(AsRef::as_ref).collect();
    if let Some(file) = PartFile::asked(&args.shards, &args.run, &scenarios, &inputs, settings)? {
        let stop = interrupt::listen(settings.out)?;
        let part = sweep.part(file.shard, stop, sources)?;
        return file.write(basis, None, part.map(Work::Variants), settings);
    }
    let stop = interrupt::listen(settings.out)?;
    let answers = Answers::ready(args, &sweep.variants, &inputs, settings)?;
    let part = sweep.part(Shard::WHOLE, stop, sources)?;
    answers.tell(&sweep.variants, &part.found, part.complete, settings)
}

/// Tells what `shards` found.
///
/// # Errors
/// When the shards do not fit what there is now, or a result cannot be written.
pub fn merge(args: &SweepArgs, shards: &Gathered, settings: &Settings, sources: &mut Sources) -> Ending {
    let sweep = Sweep::new(args, settings)?;
    let (basis, mut read) = sweep.check(sources)?;
    shards.expect_basis(&basis)?;
    let done = gathered(shards, sweep.variants.len())?;
    read.extend(shards.paths());
    let spared: Vec<&Path> = read.iter().map(PathBuf::as_path).collect();
    interrupt::end_cleanly(settings.out)?;
    let answers = Answers::ready(args, &sweep.variants, &spared, settings)?;
    answers.tell(&sweep.variants, &done, true, settings)
}

/// What became of every variant, in their order.
fn gathered(shards: &Gathered, variants: usize) -> Result<Vec<VariantDone>> {
    let mut all: Vec<Option<VariantDone>> = vec![None; variants];
    for shard in shards.shards() {
        let Work::Variants(done) = &shard.body.work else {
            return Err(unfitting(shard));
        };
        for variant in done {
            let at = variant.number.checked_sub(1).ok_or_else(|| unfitting(shard))?;
            let place = all.get_mut(at as usize).ok_or_else(|| unfitting(shard))?;
            if !shard.body.part().owns(at) || place.replace(variant.clone()).is_some() {
                return Err(unfitting(shard));
            }
        }
    }
    let found: Option<Vec<VariantDone>> = all.into_iter().collect();
    found.ok_or_else(|| Error::input("the shards do not hold every variant"))
}

struct Sweep<'a> {
    args: &'a SweepArgs,
    settings: &'a Settings,
    variants: Vec<Variant>,
}

impl<'a> Sweep<'a> {
    fn new(args: &'a SweepArgs, settings: &'a Settings) -> Result<Self> {
        if !args.run.output.chart.is_empty() {
            let error = Error::input("--chart draws one report, and a sweep has one for each variant");
            return Err(error.hint("draw it afterwards: isochrone chart output/SWEEP/variant-001.json"));
        }
        Ok(Sweep {
            args,
            settings,
            variants: variants(args)?,
        })
    }

    /// Finds what is wrong with any variant before the first is run; what all of them rest on, and the files that are
    /// read.
    fn check(&self, sources: &mut Sources) -> Result<(Basis, BTreeSet<PathBuf>)> {
        let mut basis = Basis::default();
        let mut read = BTreeSet::new();
        let quiet = self.settings.silent();
        for variant in &self.variants {
            let session = self
                .session(variant, &quiet, sources)
                .map_err(|error| error.and(format!("this is {}", variant.in_words(self.variants.len()))))?;
            refuse_idle_gate(self.args.run.gate, session.scenario.targets == Targets::default())?;
            basis.and(session.basis()?);
            read.extend(session.inputs().into_iter().map(Path::to_owned));
        }
        Ok((basis, read))
    }

    fn session<'s>(
        &'s self,
        variant: &'s Variant,
        settings: &'s Settings,
        sources: &mut Sources,
    ) -> Result<Session<'s>> {
        let more = Keys {
            as_written: variant.keys.clone(),
            ..Keys::default()
        };
        let mut session = Session::load(&variant.scenario, &self.args.run, more, settings, sources)?;
        let question = self.args.question;
        session.change(|scenario, catalog| match question {
            SweepQuestion::Drill => losses::ask(scenario, &[], scenario.losses.lose_any as u32, catalog),
            SweepQuestion::Capacity => ask_plan(scenario),
            SweepQuestion::Search | SweepQuestion::Simulate | SweepQuestion::Compare => Ok(()),
        })?;
        match question {
            SweepQuestion::Search => {}
            SweepQuestion::Compare => scenario::expect_sets(&session.scenario, 2)?,
            _ => scenario::expect_sets(&session.scenario, 1)?,
        }
        Ok(session)
    }

    /// Runs the variants of one part, until the user asks to stop.
    fn part(
        &self,
        shard: Shard,
        stop: &AtomicBool,
        sources: &mut Sources,
    ) -> Result<PartOf<Vec<VariantDone>>> {
        let units = self.variants.len() as u64;
        let mut found = Vec::new();
        let own = self
            .variants
            .iter()
            .filter(|variant| shard.owns(variant.number - 1));
        for variant in own {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let text = variant.in_words(self.variants.len());
            self.settings.out.note(&text);
            // A variant is read before its run looks at the flag; with none done there is nothing to wait for.
            let mut session = || self.session(variant, self.settings, sources);
            let session = if found.is_empty() {
                interrupt::at_once(&mut session)?
            } else {
                session()?
            };
            match self.one(variant, &session, stop)? {
                Some(done) => found.push(done),
                None => break,
            }
        }
        let done = found.len() as u64;
        if done == 0 && shard.count(units) > 0 {
            let what = format!(
                "interrupted before the first of {} was done, so nothing was written",
                { counted(shard.count(units) as usize, "variant") }
            );
            return Err(Error::new(ErrorKind::Interrupted, what));
        }
        Ok(PartOf {
            drawn: String::new(),
            units,
            done,
            complete: done == shard.count(units),
            found,
        })
    }

    /// What becomes of one variant; none when the user asked to stop meanwhile.
    fn one(
        &self,
        variant: &Variant,
        session: &Session<'_>,
        stop: &AtomicBool,
    ) -> Result<Option<VariantDone>> {
        let top = self.args.top as usize;
        let (command, searches) = match self.args.question {
            SweepQuestion::Search => ("search", true),
            SweepQuestion::Simulate => ("simulate", false),
            SweepQuestion::Compare => ("compare", false),
            SweepQuestion::Drill => ("drill", false),
            SweepQuestion::Capacity => ("capacity", false),
        };
        let ask = |scenario: &Scenario, simulation: &Simulation, watch: Watch<'_>| -> Result<Outcome> {
            if searches {
                run::search(scenario, simulation, &[], top, watch)
            } else {
                run::simulate(scenario, simulation, watch)
            }
        };
        match session.report(command, stop, ask) {
            Ok(report) if !report.complete => Ok(None),
            Ok(report) => answers::done(variant.number, &report).map(Some),
            Err(error) if error.kind() == ErrorKind::Infeasible => Ok(Some(VariantDone {
                number: variant.number,
                report: None,
                infeasible: Some(error.to_string()),
            })),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
            Err(error) => Err(error),
        }
    }
}
