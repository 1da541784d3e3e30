//! The head of the page: what was asked, what to choose, why, how sure that is, and what to know before trusting it.

use std::fmt::Write as _;

use super::facts;
use super::markup::{Escaped, bullets, sentence};
use crate::report::export::blocks;
use crate::report::model::{Outcome, Report};
use crate::report::voice::{self, verdict};

/// Title, description, and in a line what the report is.
pub(super) fn header(report: &Report) -> String {
    let asked = &report.question;
    let description = if asked.description.trim().is_empty() {
        String::new()
    } else {
        format!(
            "<p class=\"description\" dir=\"auto\">{}</p>\n",
            Escaped(&asked.description)
        )
    };
    format!(
        "<div class=\"title\">\n<h1 dir=\"auto\">{}</h1>\n{description}<p class=\"meta\">{}</p>\n</div>",
        Escaped(&super::title(report)),
        Escaped(&meta(report))
    )
}

fn meta(report: &Report) -> String {
    let origin = &report.provenance;
    let n = report.sets.len();
    let sets = if n == 1 {
        "1 set of regions"
    } else {
        "sets of regions"
    };
    let sets = if n == 1 {
        sets.to_owned()
    } else {
        format!("{} {sets}", voice::count(n as u64))
    };
    format!(
        "{} · {sets} · {} runs · seed {} · isochrone {}",
        report.command,
        voice::count(u64::from(origin.runs)),
        origin.seed,
        origin.version
    )
}

/// The recommendation.
pub(super) fn body(report: &Report) -> String {
    let mut body = String::new();
    for note in voice::interruption(report) {
        let _ = writeln!(body, "<p class=\"warning\">{}</p>", Escaped(&note));
    }
    let _ = writeln!(
        body,
        "<p class=\"verdict\" id=\"verdict\">{}</p>",
        sentence(&verdict::headline(report))
    );
    body.push_str(&bullets("ties", &verdict::ties(report)));
    body.push_str(&promises(report));
    body.push_str(&certainty(report));
    body.push_str(&facts::cards(report));
    body.push_str(&question(report));
    let warnings: Vec<String> = report
        .warnings
        .iter()
        .cloned()
        .chain(voice::thin_note(&report.network))
        .chain(voice::age::old_note(report))
        .chain(voice::unpaired_note(report))
        .collect();
    if !warnings.is_empty() {
        body.push_str("<h3>Before you rely on it</h3>\n");
        body.push_str(&bullets("warnings", &warnings));
    }
    body
}

fn promises(report: &Report) -> String {
    let Some(said) = verdict::promises_kept(report) else {
        return String::new();
    };
    let all_met = verdict::chosen(report).is_some_and(|set| {
        let all = verdict::promises(set, report);
        all.iter().all(|it| it.outcome == Outcome::Met)
    });
    let class = if all_met { "kept" } else { "missed" };
    format!("<p class=\"promises {class}\">{}</p>\n", sentence(&said))
}

fn certainty(report: &Report) -> String {
    let said = verdict::certainty(report);
    if report.sets.is_empty() {
        return String::new();
    }
    let words: Vec<String> = said.iter().map(|it| sentence(it)).collect();
    let how = if words.is_empty() {
        String::new()
    } else {
        format!("<strong class=\"label\">How sure:</strong> {} ", words.join(" "))
    };
    format!(
        "<p class=\"sure\">{how}<span class=\"legend\">{}; {}.</span></p>\n",
        Escaped(voice::LEGEND),
        Escaped(verdict::BRACKETS)
    )
}

/// What was asked, below what was answered.
fn question(report: &Report) -> String {
    let asked = &report.question;
    let mut facts = vec![
        ("Ranked by", voice::objective_words(&asked.objective)),
        ("Audience", blocks::audience(report)),
    ];
    if let Some(rate) = asked.requests_per_second {
        facts.push(("Traffic", voice::capacity::rate(rate)));
    }
    if asked.classes.is_empty() {
        let trips = if asked.round_trips == 1 {
            "round trip"
        } else {
            "round trips"
        };
        facts.push((
            "Request",
            format!("{} {trips}, service {}", asked.round_trips, asked.service),
        ));
    }
    for class in &asked.classes {
        facts.push(("Class", format!("{}: {}", class.name, voice::class_words(class))));
    }
    for target in &asked.targets {
        facts.push(("Promise", voice::target_words(target)));
    }
    let provider = voice::provider_prefix(report);
    let regions = |all: &[String]| all.join(", ").replace(&provider, "");
    facts.push(("Candidates", regions(&asked.candidates)));
    facts.push(("Must contain", regions(&asked.must_have)));
    let items = facts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("<dt>{name}</dt><dd dir=\"auto\">{}</dd>\n", Escaped(value)))
        .collect::<Vec<String>>()
        .concat();
    format!(
        "<details class=\"question\">\n<summary>What was asked</summary>\n<dl class=\"pairs\">\n{items}</dl>\n</details>\n"
    )
}
