//! The file that a shard is going to: found to be writable before the work, written whole after it.

use std::path::Path;

use super::file::{Basis, Body, this_version};
use super::work::Work;
use crate::basis::error::{Error, Result};
use crate::basis::shard::Shard;
use crate::basis::units::counted;
use crate::cli::args::parse::Seed;
use crate::cli::args::{RunArgs, ShardArgs};
use crate::cli::atomic::Target;
use crate::cli::exit::{Ending, Exit};
use crate::cli::input::is_dash;
use crate::cli::settings::Settings;
use crate::decide::run::parts::PartOf;

/// Where one part of a run goes.
#[derive(Clone, Debug)]
pub struct PartFile {
    /// Which part.
    pub shard: Shard,
    target: Target,
    question: Vec<String>,
}

impl PartFile {
    /// The file that `args` ask for, of a run of `scenarios` with the flags `run`; none where the run is in one piece.
    ///
    /// # Errors
    /// When the file cannot be written or is among `inputs`, when the question cannot be asked again, or when a flag asks
    /// for a result that a part does not have.
    pub fn asked(
        args: &ShardArgs,
        run: &RunArgs,
        scenarios: &[&Path],
        inputs: &[&Path],
        settings: &Settings,
    ) -> Result<Option<Self>> {
        let (Some(shard), Some(path)) = (args.shard, &args.shard_file) else {
            return Ok(None);
        };
        refuse_unrepeatable(run, scenarios)?;
        refuse_results(run)?;
        let question = settings.question.clone().ok_or_else(|| {
            let error = Error::input("a word of the command line is not UTF-8, and a shard has to repeat it");
            error.hint("rename the file")
        })?;
        let target = Target::probe(path)?;
        target.spare(inputs)?;
        Ok(Some(PartFile {
            shard,
            target,
            question,
        }))
    }

    /// Writes what was found.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(
        self,
        basis: Basis,
        drawn: Option<String>,
        part: PartOf<Work>,
        settings: &Settings,
    ) -> Ending {
        let (version, sampler) = this_version();
        let body = Body {
            version: version.to_owned(),
            sampler,
            question: self.question,
            inputs: basis.inputs,
            data: basis.data,
            drawn,
            shard: self.shard.number(),
            of: self.shard.of(),
            units: part.units,
            done: part.done,
            complete: part.complete,
            work: part.found,
        };
        self.target.write(&body.to_bytes()?)?;
        settings.out.note(&format!(
            "wrote {}: shard {}, {} of {} in all",
            self.target.path().display(),
            self.shard,
            counted(part.done as usize, "unit"),
            part.units
        ));
        if part.complete {
            return Ok(Exit::Done);
        }
        settings
            .out
            .note("the shard is not complete: `merge` will refuse it");
        Ok(Exit::Interrupted)
    }
}

/// `merge` asks the same question again, and must get the same answer.
fn refuse_unrepeatable(run: &RunArgs, scenarios: &[&Path]) -> Result<()> {
    if matches!(run.seed, Some(Seed::Random)) {
        let error = Error::input("--seed random gives each shard a seed of its own");
        return Err(error.hint("say a number, the same for all shards"));
    }
    if scenarios.iter().any(|path| is_dash(path)) {
        let error = Error::input("a scenario on stdin cannot be read again by `merge`");
        return Err(error.hint("write it to a file that all shards read"));
    }
    Ok(())
}

/// A part has no report.
fn refuse_results(run: &RunArgs) -> Result<()> {
    let output = &run.output;
    let flags = [
        ("--export", !output.export.is_empty()),
        ("--chart", !output.chart.is_empty()),
        ("--output", output.output.is_some()),
        ("--gate", run.gate),
    ];
    match flags.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((flag, _)) => {
            let error = Error::input(format!("{flag} has nothing to work on: a shard is no report yet"));
            Err(error.hint(format!("give {flag} to `isochrone merge`")))
        }
    }
}
