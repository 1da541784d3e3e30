//! `isochrone import`: measurements of other tools in the plain form. What they became is shown before it is trusted.

use std::path::{Path, PathBuf};

use crate::basis::digest::digest;
use crate::basis::error::Result;
use crate::basis::units::{Millis, counted};
use crate::cli::args::Format;
use crate::cli::args::import::{FormArg, ImportArgs, PlainArg, ReadArgs, UnitArg};
use crate::cli::atomic::Target;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit, Halt};
use crate::cli::input;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::world::ingest::Table;
use crate::world::ingest::foreign::{
    Combined, ImportOptions, Imported, Measured, Names, Plain, combine, plain_csv, read_foreign,
};

/// Reads the files, tells what they became, and writes it where `-o` says.
///
/// # Errors
/// When a file cannot be read in any form, a unit is not said, or the plain form cannot be written.
pub fn run(args: &ImportArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let target = target(args)?;
    let names = names(&args.read.rename)?;
    let options = options(&args.read);
    let read = |path: &PathBuf| Ok(file(path, &options, sources)?.0);
    let files: Vec<Imported> = args.files.iter().map(read).collect::<Result<_>>()?;
    let told: Vec<String> = files.iter().map(read_as).collect();
    let mut notes: Vec<String> = files.iter().flat_map(notes_of_file).collect();
    let combined = combine(files, &names)?;
    notes.extend(combined.notes.iter().cloned());
    let plain = args
        .write
        .map_or_else(|| Plain::of(&combined.pairs), PlainArg::plain);
    let about: Vec<String> = told.iter().chain(&notes).cloned().collect();
    let csv = args
        .out
        .as_ref()
        .map(|_| plain_csv(&combined.pairs, plain, &about))
        .transpose()?;
    notes.extend(notes_of_plain(&combined, plain, csv.is_some()));
    if args.out.as_deref().is_some_and(input::is_dash) {
        tell(settings, &told, &notes);
        settings.out.data(csv.unwrap_or_default().as_bytes())?;
        return Ok(Exit::Done);
    }
    if settings.format(args.format) != Format::Table {
        tell(settings, &told, &notes);
    }
    let answered = settings.answer(&sheet(&told, &combined.pairs, notes), args.format);
    if let (Some(target), Some(csv)) = (target, csv) {
        target.write(csv.as_bytes())?;
        let rows = csv.lines().filter(|line| !line.starts_with('#')).count() - 1;
        let shown = target.path().display();
        settings
            .out
            .note(&format!("wrote {} to {shown}", counted(rows, "row")));
    }
    Halt::unless_closed(answered.map(|_| ()))?;
    Ok(Exit::Done)
}

/// The file to write, looked at before anything is read.
fn target(args: &ImportArgs) -> Result<Option<Target>> {
    let Some(path) = args.out.as_deref().filter(|path| !input::is_dash(path)) else {
        return Ok(None);
    };
    let target = Target::probe(path)?;
    target.spare(&args.files)?;
    Ok(Some(target))
}

/// Other names, `OLD=NEW` or files of them.
pub(super) fn names(said: &[String]) -> Result<Names> {
    let mut names = Names::default();
    for one in said {
        match one.split_once('=') {
            Some((old, new)) => names.add(old, new)?,
            None => names.add_table(&Table::read(Path::new(one))?)?,
        }
    }
    Ok(names)
}

/// What is said of the files, as their readers take it.
pub(super) fn options(args: &ReadArgs) -> ImportOptions {
    ImportOptions {
        form: args.form.map(FormArg::form),
        unit: args.unit.map(UnitArg::unit),
        from: args.from.clone(),
        to: args.to.clone(),
        columns: args.columns.clone(),
        metric: args.metric.clone(),
        by_technology: false,
    }
}

/// What a file became, and the digest of its bytes.
pub(super) fn file(
    path: &Path,
    options: &ImportOptions,
    sources: &mut Sources,
) -> Result<(Imported, String)> {
    let (name, bytes) = (input::name(path), input::read(path)?);
    if let (true, Ok(text)) = (input::is_dash(path), std::str::from_utf8(&bytes)) {
        sources.remember(&name, text);
    }
    Ok((read_foreign(&name, &bytes, options)?, digest(&bytes)))
}

fn read_as(file: &Imported) -> String {
    format!("{} read as: {}", file.name, file.read_as)
}

fn notes_of_file(file: &Imported) -> Vec<String> {
    file.notes
        .iter()
        .map(|note| format!("{}: {note}", file.name))
        .collect()
}

/// What the plain form is good for.
fn notes_of_plain(combined: &Combined, plain: Plain, written: bool) -> Vec<String> {
    if !written {
        return Vec::new();
    }
    let pairs = &combined.pairs;
    let mut notes = Vec::new();
    match plain {
        Plain::Samples if pairs.iter().any(|pair| pair.figures.n() > Some(1)) => {
            notes.push(
                "a row a time, for `fit`; for a matrix write a row a pair: --write quantiles".to_owned(),
            );
            if pairs.len() > 1 {
                notes.push(
                    "`fit` takes all rows for one distribution: import a pair by itself for it".to_owned(),
                );
            }
        }
        Plain::Quantiles => {
            let blank = |pair: &&Measured| {
                let told = pair.figures.percentiles(&[50.0, 90.0]);
                told[0].is_none() || (told[1].is_none() && !Plain::medians_alone(pairs))
            };
            let without = pairs.iter().filter(blank).count();
            if without > 0 {
                notes.push(format!(
                    "{} without a median or a 90th percentile: a matrix will refuse that row",
                    counted(without, "pair")
                ));
            }
            if Plain::medians_alone(pairs) {
                notes.push(
                    "only medians are known: a matrix takes each for a round trip that is always the same"
                        .to_owned(),
                );
            }
        }
        _ => {}
    }
    notes
}

/// The same on stderr, where stdout is for a program.
fn tell(settings: &Settings, told: &[String], notes: &[String]) {
    for line in told.iter().chain(notes) {
        settings.out.note(line);
    }
}

fn sheet(told: &[String], pairs: &[Measured], notes: Vec<String>) -> Sheet {
    let rows = pairs.iter().map(|pair| {
        let [p50, p90, p99] = {
            let told = pair.figures.percentiles(&[50.0, 90.0, 99.0]);
            [told[0], told[1], told[2]].map(time)
        };
        let name = |name: &str| if name.is_empty() { "?" } else { name }.into();
        let count = |n: Option<u64>| n.map_or(Cell::Empty, |n| Cell::Number(n as f64, 0));
        vec![
            name(&pair.from),
            name(&pair.to),
            count(pair.figures.n()),
            count(pair.known_lost()),
            time(pair.figures.min().map(Millis::ms)),
            p50,
            p90,
            p99,
            pair.source.as_str().into(),
        ]
    });
    Sheet {
        title: Some(told.join("\n")),
        keys: vec![
            "from", "to", "n", "lost", "min_ms", "p50_ms", "p90_ms", "p99_ms", "source",
        ],
        rows: rows.collect(),
        notes,
    }
}

fn time(ms: Option<f64>) -> Cell {
    ms.map_or(Cell::Empty, |ms| Cell::Number(ms, 2))
}
