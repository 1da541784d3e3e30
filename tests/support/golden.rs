//! Key figures of a model in a small file of their own, `tests/golden/MODEL.txt`: what a change of the program does to
//! them is seen in a review, and does not pass unsaid.
//!
//! Figures may change when the model does. Where the model is what it was, the sampler must have been raised or the data
//! have changed, and the changelog must have one *value-breaking* line more that names the model: `model 04`, `models 04 to
//! 09 and 18`, or `all models`. `ISOCHRONE_GOLDEN=overwrite` writes the files anew where that is so.
#![allow(dead_code, unreachable_pub)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use isochrone::basis::digest::digest;
use serde_json::Value;

/// Whether digests can be compared here: logarithms come from the system, whose last digits may differ elsewhere.
const SAME_SYSTEM: bool = cfg!(all(
    target_os = "linux",
    target_env = "gnu",
    target_arch = "x86_64"
));

/// Figures of a set: where they stand in the report, and what they are called here.
const FIGURES: [(&str, &str); 15] = [
    ("/objective", "objective"),
    ("/measure/figure", "ranked by"),
    ("/latency/mean_ms", "mean ms"),
    ("/latency/p50_ms", "p50 ms"),
    ("/latency/p95_ms", "p95 ms"),
    ("/latency/p99_ms", "p99 ms"),
    ("/recovery/rto/p50_s", "rto p50 s"),
    ("/recovery/rto/p95_s", "rto p95 s"),
    ("/recovery/availability/availability", "availability"),
    ("/recovery/availability/mean_minutes", "downtime min"),
    ("/capacity/cost/total", "cost a month"),
    ("/score/total", "score"),
    // Of a question of sites.
    ("/value", "value"),
    ("/bound", "bound"),
    ("/open", "open"),
];

/// What a file of figures says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Golden {
    /// Version of the sampler.
    pub sampler: u64,
    /// Digest of the files that the model consists of.
    pub model: String,
    /// Digest of the data tables.
    pub data: String,
    /// Value-breaking lines of the changelog that name the model.
    pub value_breaking: usize,
    /// The figures, a line each, to six digits.
    pub figures: Vec<String>,
    /// Digest of the figures of all sets, to the last digit.
    pub all_figures: String,
    /// Digest of the whole report but for the version of the program.
    pub report: String,
}

/// Holds the report of a model against its file, or writes the file anew where that is asked for and may be done.
pub fn check(model: &str, report: &Value) -> Result<(), String> {
    let changelog = std::fs::read_to_string("CHANGELOG.md").map_err(|error| error.to_string())?;
    let now = Golden::of(model, report, &changelog);
    let path = file(model);
    let was = std::fs::read_to_string(&path)
        .ok()
        .map(|text| Golden::read(&text));
    let overwrite = std::env::var_os("ISOCHRONE_GOLDEN").is_some_and(|word| word == "overwrite");
    let told = judged(was.as_ref(), &now, SAME_SYSTEM);
    match told {
        Judged::Same => Ok(()),
        Judged::MayChange(_) if overwrite => {
            std::fs::write(&path, now.written(model)).map_err(|error| format!("{}: {error}", path.display()))
        }
        Judged::MayChange(why) => Err(format!(
            "{model}: {why}; look at what changed, then ISOCHRONE_GOLDEN=overwrite cargo test --test models every_headline"
        )),
        Judged::MustBeSaid(why) => Err(format!("{model}: {why}")),
    }
}

fn file(model: &str) -> PathBuf {
    let name = Path::new(model).with_extension("txt");
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// Files of models that are no more.
pub fn orphans() -> Vec<String> {
    let files =
        std::fs::read_dir("tests/golden").map_or_else(|_| Vec::new(), |files| files.flatten().collect());
    let names = files
        .iter()
        .filter_map(|file| file.file_name().into_string().ok());
    let of_models = names.filter(|name| name.starts_with(|c: char| c.is_ascii_digit()));
    of_models
        .filter(|name| !Path::new("models").join(name).with_extension("toml").exists())
        .map(|name| format!("tests/golden/{name}: there is no such model: delete it"))
        .collect()
}

/// What is to be done about a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// There is none.
    Same,
    /// The file may be written anew, for this reason.
    MayChange(String),
    /// Something has to be said first.
    MustBeSaid(String),
}

/// What to do where the file says `was` and the report says `now`.
pub fn judged(was: Option<&Golden>, now: &Golden, same_system: bool) -> Judged {
    let Some(was) = was else {
        return Judged::MayChange("it has no file in tests/golden".to_owned());
    };
    let figures_differ = was.figures != now.figures || (same_system && was.all_figures != now.all_figures);
    if !figures_differ {
        let rest = [
            was.sampler == now.sampler,
            was.model == now.model,
            was.data == now.data,
        ];
        let rest_is_same = rest == [true; 3] && (!same_system || was.report == now.report);
        return if rest_is_same {
            Judged::Same
        } else {
            Judged::MayChange(
                "its figures are the same, and something else in its report has changed".to_owned(),
            )
        };
    }
    let changes = differences(&was.figures, &now.figures);
    if was.model != now.model {
        return Judged::MayChange(format!(
            "the model has changed, and with it its figures: {changes}"
        ));
    }
    let mut to_do = Vec::new();
    // A question of sites draws nothing.
    let draws = was.sampler > 0;
    if draws && now.sampler <= was.sampler && was.data == now.data {
        to_do.push(format!(
            "raise the sampler version above {} (`SAMPLER_VERSION`), since the same seed gives other numbers",
            was.sampler
        ));
    }
    if now.value_breaking <= was.value_breaking {
        to_do.push(
            "say in CHANGELOG.md, under Unreleased, what is *value-breaking*, naming this model as `model NN` or `all models`"
                .to_owned(),
        );
    }
    if to_do.is_empty() {
        Judged::MayChange(format!("its figures have changed, and that is said: {changes}"))
    } else {
        Judged::MustBeSaid(format!(
            "its figures have changed: {changes}; {}",
            to_do.join("; ")
        ))
    }
}

/// The first figures that differ, and how many more do.
fn differences(was: &[String], now: &[String]) -> String {
    let gone = was
        .iter()
        .filter(|line| !now.contains(line))
        .map(|line| format!("− {line}"));
    let new = now
        .iter()
        .filter(|line| !was.contains(line))
        .map(|line| format!("+ {line}"));
    let all: Vec<String> = gone.chain(new).collect();
    match all.len() {
        0 => "beyond the sixth digit, or in other sets than the first".to_owned(),
        1..=8 => all.join(", "),
        n => format!("{} and {} more lines", all[..8].join(", "), n - 8),
    }
}

impl Golden {
    fn of(model: &str, report: &Value, changelog: &str) -> Self {
        let origin = &report["provenance"];
        let digests = |key: &str| -> String {
            let all = origin[key].as_array().into_iter().flatten();
            let joined: Vec<&str> = all.filter_map(|it| it["digest"].as_str()).collect();
            digest(joined.join("\n").as_bytes())
        };
        let sets = report["sets"].as_array().or(report["answers"].as_array());
        let sets: &[Value] = sets.map_or(&[], Vec::as_slice);
        let mut whole = report.clone();
        whole["provenance"]["version"] = Value::Null;
        Golden {
            sampler: origin["sampler_version"].as_u64().unwrap_or(0),
            model: digests("inputs"),
            data: digests("data"),
            value_breaking: value_breaking(changelog, number_of(model)),
            figures: sets.first().map_or_else(Vec::new, |set| lines(set, short)),
            all_figures: digest(
                sets.iter()
                    .flat_map(exactly)
                    .collect::<Vec<String>>()
                    .join("\n")
                    .as_bytes(),
            ),
            report: digest(whole.to_string().as_bytes()),
        }
    }

    /// What the text of a file says.
    pub fn read(text: &str) -> Self {
        let mut read = Golden::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (key, value) = line.split_once(": ").unwrap_or((line, ""));
            match key {
                "sampler" => read.sampler = value.parse().unwrap_or(0),
                "model" => value.clone_into(&mut read.model),
                "data" => value.clone_into(&mut read.data),
                "value-breaking lines" => read.value_breaking = value.parse().unwrap_or(0),
                "figures of all sets" => value.clone_into(&mut read.all_figures),
                "report" => value.clone_into(&mut read.report),
                _ => read.figures.push(line.to_owned()),
            }
        }
        read
    }

    /// The text of the file of `model`.
    pub fn written(&self, model: &str) -> String {
        let mut text = format!(
            "# Figures of models/{model} as tests/models.rs runs it; ± is a standard error.\n\
             # To write it anew: ISOCHRONE_GOLDEN=overwrite cargo test --test models every_headline\n"
        );
        for line in &self.figures {
            let _ = writeln!(text, "{line}");
        }
        let _ = writeln!(text, "sampler: {}", self.sampler);
        let _ = writeln!(text, "model: {}", self.model);
        let _ = writeln!(text, "data: {}", self.data);
        let _ = writeln!(text, "value-breaking lines: {}", self.value_breaking);
        let _ = writeln!(text, "figures of all sets: {}", self.all_figures);
        let _ = writeln!(text, "report: {}", self.report);
        text
    }
}

/// `04` of `04-active-active-aws.toml`.
fn number_of(model: &str) -> u32 {
    model
        .split('-')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// Value and standard error, or the value alone, of everything that is known of a set.
fn lines(set: &Value, told: impl Fn(f64) -> String) -> Vec<String> {
    let mut lines = vec![format!("first: {}", set["name"].as_str().unwrap_or_default())];
    for (pointer, called) in FIGURES {
        let Some(found) = set.pointer(pointer).filter(|found| !found.is_null()) else {
            continue;
        };
        let line = match (
            found.as_f64(),
            found["value"].as_f64(),
            found["std_error"].as_f64(),
        ) {
            (Some(value), ..) => told(value),
            (None, Some(value), Some(error)) => format!("{} ± {}", told(value), told(error)),
            _ => continue,
        };
        lines.push(format!("{called}: {line}"));
    }
    for store in set["recovery"]["rpo"].as_array().into_iter().flatten() {
        let p95 = store["rpo"]["p95_s"]["value"].as_f64();
        lines.extend(p95.map(|p95| format!("rpo p95 s of {}: {}", store["store"], told(p95))));
    }
    lines
}

/// Everything that stands for itself in a set, to the last digit.
fn exactly(set: &Value) -> Vec<String> {
    let mut all = lines(set, |value| format!("{value}"));
    for (list, key) in [
        ("traffic", "share"),
        ("countries", "p50_ms"),
        ("countries", "p95_ms"),
    ] {
        let found = set[list].as_array().into_iter().flatten();
        all.extend(found.map(|it| it[key].to_string()));
    }
    all.push(set["cdf"].to_string());
    all
}

/// Six significant digits.
fn short(value: f64) -> String {
    format!("{value:.5e}")
        .parse::<f64>()
        .map_or_else(|_| value.to_string(), |rounded| rounded.to_string())
}

/// How many items of a changelog are value-breaking and name the model of this number, or all models.
pub fn value_breaking(changelog: &str, model: u32) -> usize {
    let mut items: Vec<String> = Vec::new();
    for line in changelog.lines() {
        match (line.strip_prefix("- "), items.last_mut()) {
            (Some(begun), _) => items.push(begun.to_lowercase()),
            (None, Some(item)) if line.starts_with("  ") => {
                let _ = write!(item, " {}", line.trim().to_lowercase());
            }
            _ => {}
        }
    }
    let counts = |item: &&String| {
        item.contains("value-breaking")
            && (item.contains("all models") || models_named(item).contains(&model))
    };
    items.iter().filter(counts).count()
}

/// The numbers after the word `model` or `models`: `models 04 to 06 and 18`.
fn models_named(item: &str) -> Vec<u32> {
    let mut named: Vec<u32> = Vec::new();
    let words: Vec<&str> = item
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    for (at, word) in words.iter().enumerate() {
        if !matches!(*word, "model" | "models") {
            continue;
        }
        let mut to = false;
        for next in &words[at + 1..] {
            match next.parse::<u32>() {
                Ok(number) if to => {
                    let from = named.last().copied().unwrap_or(number);
                    named.extend(from + 1..=number);
                    to = false;
                }
                Ok(number) => named.push(number),
                Err(_) if *next == "to" => to = true,
                Err(_) if *next == "and" => {}
                Err(_) => break,
            }
        }
    }
    named
}
