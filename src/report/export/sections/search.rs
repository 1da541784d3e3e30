//! How sets were found where not all were scored, and sets that grow.

use crate::report::export::table::TextTable;
use crate::report::model::{GrowthStep, Report, SearchSummary, SearchedSize};
use crate::report::voice::{self, search as words};

pub(super) fn sections(report: &Report) -> Vec<TextTable> {
    let Some(search) = &report.search else {
        return Vec::new();
    };
    let found = words::is_told(search).then(|| by_size(report, search));
    let grown = (!search.growth.is_empty()).then(|| growth(report, search));
    found.into_iter().chain(grown).collect()
}

fn by_size(report: &Report, search: &SearchSummary) -> TextTable {
    let unit = voice::objective_unit(&report.question.objective);
    let bound = format!("bound, {}", unit.symbol());
    let mut headers = vec![
        "size",
        "sets",
        "found by",
        "scores",
        "ruled out",
        "the best is",
        &bound,
    ];
    let gauged = search.sets_gauged.is_some();
    if gauged {
        headers.push("gauged");
    }
    let fixed = search.fixed_cost_ms.is_some();
    if fixed {
        headers.push("with fixed cost, ms");
    }
    let row = |it: &SearchedSize| {
        let mut row = vec![
            it.size.to_string(),
            words::sets(it.sets),
            words::way(it).to_owned(),
            voice::count(it.scored),
            if it.ruled_out > 0.0 {
                words::sets(it.ruled_out)
            } else {
                String::new()
            },
            words::proof(it),
            it.bound
                .map_or_else(String::new, |bound| voice::fixed(bound * unit.scale(), 1)),
        ];
        if gauged {
            row.push(it.gauged.map_or_else(String::new, voice::count));
        }
        if fixed {
            row.push(
                it.with_fixed_cost_ms
                    .map_or_else(String::new, |cost| voice::fixed(cost, 1)),
            );
        }
        row
    };
    TextTable {
        title: "How the sets were found".to_owned(),
        headers: headers.into_iter().map(str::to_owned).collect(),
        rows: search.by_size.iter().map(row).collect(),
        notes: words::notes(search),
    }
}

fn growth(report: &Report, search: &SearchSummary) -> TextTable {
    let objective = &report.question.objective;
    let unit = voice::objective_unit(objective);
    let value = format!("{}, {}", voice::objective_words(objective), unit.symbol());
    let headers = ["regions", "added", &value, "worse than the best by", "set"];
    let row = |it: &GrowthStep| {
        vec![
            it.regions.len().to_string(),
            it.added.clone().unwrap_or_default(),
            voice::fixed(it.value * unit.scale(), 1),
            words::regret(it, objective),
            it.regions.join(" + "),
        ]
    };
    let breaks = search.growth.iter().filter(|it| !it.feasible).count();
    let mut notes = vec![
        "each step adds the region that helps most; the best set of its size need not contain what was there"
            .to_owned(),
    ];
    if breaks > 0 {
        notes.push(format!("{breaks} of these sets break a limit"));
    }
    TextTable {
        title: "One region more, and one more".to_owned(),
        headers: headers.map(str::to_owned).to_vec(),
        rows: search.growth.iter().map(row).collect(),
        notes,
    }
}
