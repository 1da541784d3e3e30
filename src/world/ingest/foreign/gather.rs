//! Where the figures of one file come together, pair by pair.

use std::collections::BTreeMap;

use super::measured::{Figures, Measured};
use super::options::{Form, ImportOptions, Imported};
use super::text::Text;
use super::unit::Unit;
use crate::basis::error::{Error, Place, Problem, Result};
use crate::basis::units::Millis;
use crate::world::ingest::limits::MAX_CELLS;
use crate::world::ingest::problems::Problems;

/// The names of a pair, as far as the file tells them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ends<'a> {
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
}

/// How a form calls itself and what it counts.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) words: String,
    /// `reply` or `request`, in the plural.
    pub(super) counted: &'static str,
}

impl Label {
    pub(super) fn new(words: impl Into<String>, counted: &'static str) -> Label {
        Label {
            words: words.into(),
            counted,
        }
    }
}

/// What to do with several hosts in one place.
const HOSTS_APART: &str =
    "where they are of several hosts, give each a name of its own; --rename HOST=PLACE says where it stands";

/// Pairs, problems and notes so far.
#[derive(Debug)]
pub(super) struct Gather<'o> {
    pub(super) options: &'o ImportOptions,
    pub(super) problems: Problems,
    pairs: BTreeMap<(String, String), Measured>,
    notes: Vec<String>,
    samples: usize,
    /// Whether `--from` and `--to` were needed.
    used: [bool; 2],
}

impl<'o> Gather<'o> {
    pub(super) fn new(options: &'o ImportOptions) -> Self {
        Gather {
            options,
            problems: Problems::default(),
            pairs: BTreeMap::new(),
            notes: Vec::new(),
            samples: 0,
            used: [false; 2],
        }
    }

    /// Adds a note, once.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Adds a problem.
    pub(super) fn wrong(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::error(message).at(place));
    }

    fn pair(&mut self, ends: Ends<'_>, place: impl FnOnce() -> Place) -> &mut Measured {
        let options = self.options;
        let [from, to] =
            [(0, ends.from, &options.from), (1, ends.to, &options.to)].map(|(at, told, said)| {
                match told.map(clean) {
                    Some(name) if !name.is_empty() => name,
                    _ => {
                        self.used[at] = true;
                        said.as_deref().map(clean).unwrap_or_default()
                    }
                }
            });
        self.pairs
            .entry((from.clone(), to.clone()))
            .or_insert_with(|| Measured {
                host: from.clone(),
                from,
                to,
                figures: Figures::Samples(Vec::new()),
                lost: 0,
                source: String::new(),
                place: place(),
            })
    }

    /// One time.
    pub(super) fn sample(&mut self, ends: Ends<'_>, time: Millis, place: impl Fn() -> Place) {
        self.samples += 1;
        if self.samples > MAX_CELLS {
            return;
        }
        let pair = self.pair(ends, &place);
        if let Figures::Samples(times) = &mut pair.figures {
            times.push(time);
        } else {
            self.figures(ends, Figures::Samples(vec![time]), place);
        }
    }

    /// One time as it stands in the file, in `unit`.
    pub(super) fn number(&mut self, ends: Ends<'_>, value: f64, unit: Unit, place: impl Fn() -> Place) {
        match unit.time(value) {
            Ok(time) => self.sample(ends, time, place),
            Err(rule) => self
                .problems
                .push_with(|| Problem::error(not_a_time(rule, value, unit)).at(place())),
        }
    }

    /// Requests without an answer.
    pub(super) fn lost(&mut self, ends: Ends<'_>, n: u64, place: impl Fn() -> Place) {
        if n > 0 {
            let pair = self.pair(ends, place);
            pair.lost = pair.lost.saturating_add(n);
        }
    }

    /// Figures of a pair in another shape than single times.
    pub(super) fn figures(&mut self, ends: Ends<'_>, figures: Figures, place: impl Fn() -> Place) {
        if let Err(why) = self.pair(ends, &place).figures.merge(figures) {
            let pair = self.pair(ends, &place);
            let message = format!("{why}: {} → {}", shown(&pair.from), shown(&pair.to));
            self.problems
                .push_with(|| Problem::error(message).at(place()).hint(HOSTS_APART));
        }
    }

    /// The unit, when the file says none.
    ///
    /// # Errors
    /// When the user does not say one either; `what` is named.
    pub(super) fn unit_for(&self, what: &str, place: Place) -> Result<Unit> {
        self.options.unit.ok_or_else(|| {
            let problem = Problem::error(format!("the unit of {what} is not said")).at(place);
            Error::problems_in_input(vec![problem.hint("say it: --unit ms, or s, us, ns")])
        })
    }

    /// The unit that the file says, held against the one that the user says.
    ///
    /// # Errors
    /// When they are not the same.
    pub(super) fn unit_said(&self, what: &str, said: Unit, place: Place) -> Result<Unit> {
        match self.options.unit {
            Some(asked) if asked != said => {
                let (said, asked) = (said.name(), asked.name());
                let message = format!("the unit of {what} is {said} here, and {asked} by --unit");
                Err(Error::problems_in_input(vec![Problem::error(message).at(place)]))
            }
            _ => Ok(said),
        }
    }

    /// What the file became, when nothing is wrong with it.
    pub(super) fn finish(mut self, text: &Text, form: Form, label: Result<Label>) -> Result<Imported> {
        let label = self.problems.keep(label);
        let problems = std::mem::take(&mut self.problems);
        problems.finish(())?;
        let Some(label) = label else {
            return Err(Error::internal("a form was read without a word for it"));
        };
        if self.samples > MAX_CELLS {
            let message = format!("`{}` holds more times than the limit of {MAX_CELLS}", text.name());
            return Err(Error::input(message));
        }
        if matches!(form, Form::Ping | Form::Fping | Form::Atlas) {
            self.unit_said(form.name(), Unit::Millis, text.place(0..0))?;
        }
        if self.pairs.is_empty() {
            let message = format!("`{}` read as {} holds no measurement", text.name(), label.words);
            return Err(Error::input(message).hint("name another form with --as"));
        }
        self.note_ends();
        self.note_idle(form);
        let source = clean(source_of(&label.words));
        let pairs = self.pairs.into_values().map(|pair| Measured {
            source: source.clone(),
            ..pair
        });
        let pairs: Vec<Measured> = pairs.collect();
        Ok(Imported {
            name: text.name().to_owned(),
            form,
            read_as: clean(&counted(&label, &pairs)),
            pairs,
            // Names out of a file may hold what a terminal would obey.
            notes: self.notes.iter().map(|note| clean(note)).collect(),
        })
    }

    fn note_ends(&mut self) {
        let options = self.options;
        let sides = [
            ("from", "where its times start", &options.from),
            ("to", "where its times go", &options.to),
        ];
        for (at, (flag, what, said)) in sides.into_iter().enumerate() {
            match said {
                None if self.used[at] => {
                    self.note(format!("it does not say {what}: name it with --{flag} NAME"));
                }
                Some(name) if !self.used[at] => {
                    self.note(format!("--{flag} {name} is not used: it says itself {what}"));
                }
                _ => {}
            }
        }
    }
}

impl Gather<'_> {
    /// What of the user's words means nothing in this form.
    fn note_idle(&mut self, form: Form) {
        let table = matches!(form, Form::Csv | Form::Rum);
        let labelled = matches!(form, Form::Atlas | Form::K6 | Form::Otlp | Form::Prometheus);
        let named = matches!(
            form,
            Form::K6 | Form::Otlp | Form::Prometheus | Form::Har | Form::Cloudping
        );
        for (role, column) in &self.options.columns {
            let end = role == "from" || role == "to";
            if !(table || labelled && end) {
                self.note(format!(
                    "--columns {role}={column} means nothing here and is not used"
                ));
            }
        }
        if let Some(metric) = self.options.metric.as_deref().filter(|_| !named) {
            self.note(format!("--metric {metric} means nothing here and is not used"));
        }
    }
}

/// A name of one line, without blanks around it.
pub(super) fn clean(name: &str) -> String {
    let plain = name.trim().replace(|c: char| c.is_control(), " ");
    plain.trim().to_owned()
}

/// A name, or a mark where there is none.
pub(super) fn shown(name: &str) -> &str {
    if name.is_empty() { "?" } else { name }
}

/// `the time must not be negative, found -3 ms`.
pub(super) fn not_a_time(rule: &str, value: f64, unit: Unit) -> String {
    let unit = unit.name();
    // Three hundred digits tell nobody anything.
    if value.abs() < 1e15 {
        format!("the time {rule}, found {value} {unit}")
    } else {
        format!("the time {rule}, found {value:e} {unit}")
    }
}

/// The words without what is only of this file: the first of them, up to a bracket.
fn source_of(words: &str) -> &str {
    words.split(" (").next().unwrap_or(words)
}

fn counted(label: &Label, pairs: &[Measured]) -> String {
    let lost: u64 = pairs.iter().map(|pair| pair.lost).sum();
    let single = pairs
        .iter()
        .all(|pair| matches!(pair.figures, Figures::Samples(_)));
    let n: u64 = pairs.iter().filter_map(|pair| pair.figures.n()).sum();
    let what = if single {
        format!(
            "{n} {}",
            if n == 1 {
                singular(label.counted)
            } else {
                label.counted
            }
        )
    } else {
        let pairs = pairs.len();
        format!("{pairs} {}", if pairs == 1 { "pair" } else { "pairs" })
    };
    let lost = if lost > 0 || single {
        format!(", {lost} lost")
    } else {
        String::new()
    };
    format!("{}, {what}{lost}", label.words)
}

fn singular(plural: &'static str) -> &'static str {
    match plural {
        "replies" => "reply",
        other => other.trim_end_matches('s'),
    }
}
