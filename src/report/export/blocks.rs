//! Tables that documents share besides the ranking: differences from the baseline, the search, countries, assumptions,
//! data. Each is empty where there is nothing to tell.

use super::table::TextTable;
use crate::report::model::{BestOfSize, CountryResult, Difference, Report, SetResult};
use crate::report::voice::{self, Unit};

/// Countries listed for each set; the other formats have them all.
const COUNTRIES_SHOWN: usize = 5;

/// Sets whose countries are listed.
const SETS_SHOWN: usize = 10;

/// Who asks: `internet users of the world: 956 user groups, 5,300,000,000 users`.
pub(super) fn audience(report: &Report) -> String {
    let asked = &report.question;
    let groups = voice::count(asked.user_groups as u64);
    let weight = voice::count(asked.total_weight.round() as u64);
    format!(
        "{}: {groups} user groups, {weight} {}",
        asked.audience, asked.weight_unit
    )
}

/// How much of the network was measured, in a sentence.
pub(super) fn measured(report: &Report) -> String {
    let network = &report.network;
    format!(
        "Measured pairs: {} of {} between regions, {} of {} from user groups to regions; the others are estimated.",
        voice::count(network.region_pairs_measured as u64),
        voice::count(network.region_pairs as u64),
        voice::count(network.user_pairs_measured as u64),
        voice::count(network.user_pairs as u64),
    )
}

/// Every set against the baseline.
pub(super) fn baseline(report: &Report) -> TextTable {
    let Some(base) = report.baseline.and_then(|at| report.sets.get(at)) else {
        return TextTable::default();
    };
    let rows = report
        .sets
        .iter()
        .filter_map(|set| difference_row(set, report))
        .collect();
    let headers = [
        "set",
        "p50, ms",
        "p95, ms",
        "p99, ms",
        "mean, ms",
        "by the objective",
    ];
    let comparisons = report.sets.iter().filter_map(|set| set.versus_baseline.as_ref());
    let verdicts = comparisons.flat_map(|it| it.statistics().map(|(_, difference)| difference.verdict));
    TextTable {
        title: format!("Differences from {}", base.name),
        notes: voice::tie_notes(verdicts),
        ..table(&headers, rows)
    }
}

fn difference_row(set: &SetResult, report: &Report) -> Option<Vec<String>> {
    let it = set.versus_baseline.as_ref()?;
    let said = |difference: &Difference| {
        let mark = voice::mark(difference.verdict);
        format!("{} {mark}", voice::signed(&difference.figure, Unit::Millis))
            .trim_end()
            .to_owned()
    };
    let more = voice::larger_is_better(&report.question.objective);
    let verdict = voice::verdict_words(&it.objective, more).to_owned();
    Some(vec![
        set.name.clone(),
        said(&it.p50_ms),
        said(&it.p95_ms),
        said(&it.p99_ms),
        said(&it.mean_ms),
        verdict,
    ])
}

/// The best set of each size.
pub(super) fn best_by_size(report: &Report) -> TextTable {
    let Some(search) = &report.search else {
        return TextTable::default();
    };
    let unit = voice::objective_unit(&report.question.objective);
    let by = report.question.ranked_by.as_ref();
    let row = |best: &BestOfSize| {
        let value = voice::fixed(best.value * unit.scale(), 1);
        let measure = by.map(|by| {
            let bare = |value| voice::ranking::bare(value, by);
            best.measure.map_or_else(String::new, bare)
        });
        let ends = [value, best.regions.join(" + ")];
        std::iter::once(best.size.to_string())
            .chain(measure)
            .chain(ends)
            .collect()
    };
    let header = format!(
        "{}, {}",
        voice::objective_words(&report.question.objective),
        unit.symbol()
    );
    let rows = search.best_by_size.iter().map(row).collect();
    let measure = by.map(voice::ranking::header);
    let ends = [header.as_str(), "best set"];
    let headers: Vec<&str> = std::iter::once("regions")
        .chain(measure.as_deref())
        .chain(ends)
        .collect();
    TextTable {
        title: "The best set of each size".to_owned(),
        ..table(&headers, rows)
    }
}

/// What the race says of each set.
pub(super) fn race(report: &Report) -> TextTable {
    let unit = voice::objective_unit(&report.question.objective);
    let row = |set: &SetResult| {
        let race = set.race.as_ref()?;
        let leads = race.against == set.name;
        let (against, apart) = if leads {
            (String::new(), String::new())
        } else {
            (race.against.clone(), voice::signed(&race.difference, unit))
        };
        let standing = voice::race::standing(race.standing).to_owned();
        let draws = voice::count(u64::from(race.runs));
        Some(vec![
            set.name.clone(),
            standing,
            against,
            apart,
            race.looks.to_string(),
            draws,
        ])
    };
    let difference = format!("difference, {}", unit.difference_symbol());
    let headers = ["set", "standing", "against", &difference, "looks", "draws"];
    TextTable {
        title: "Race".to_owned(),
        ..table(&headers, report.sets.iter().filter_map(row).collect())
    }
}

/// The largest countries as the best sets see them.
pub(super) fn countries(report: &Report) -> TextTable {
    let shown = report
        .sets
        .iter()
        .filter(|set| !set.countries.is_empty())
        .take(SETS_SHOWN);
    let headers = [
        "set",
        "country",
        "share of audience",
        "served by",
        "p50, ms",
        "p95, ms",
        "p99, ms",
    ];
    TextTable {
        title: "Largest countries".to_owned(),
        ..table(&headers, shown.flat_map(country_rows).collect())
    }
}

fn country_rows(set: &SetResult) -> Vec<Vec<String>> {
    let row = |it: &CountryResult| {
        vec![
            set.name.clone(),
            it.country.clone(),
            voice::percent(it.share),
            it.main_region.clone(),
            voice::fixed(it.p50_ms, 1),
            voice::plus_minus(it.p95_ms, 1.96 * it.p95_std_error_ms),
            voice::fixed(it.p99_ms, 0),
        ]
    };
    set.countries.iter().take(COUNTRIES_SHOWN).map(row).collect()
}

/// What was taken for granted.
pub(super) fn assumptions(report: &Report) -> TextTable {
    let rows = report
        .assumptions
        .iter()
        .map(|it| vec![it.what.clone(), it.value.clone(), it.source.clone()])
        .collect();
    TextTable {
        title: "Assumptions".to_owned(),
        ..table(&["what", "value", "source"], rows)
    }
}

/// The data tables in force, with their dates.
pub(super) fn data(report: &Report) -> TextTable {
    let rows = report.provenance.data.iter().map(|it| {
        vec![
            it.name.clone(),
            it.date.clone(),
            voice::age::cell(report, &it.name),
            it.source.clone(),
            it.rows.to_string(),
            it.digest.clone(),
        ]
    });
    let mut told = TextTable {
        title: "Data".to_owned(),
        ..table(
            &["data", "date", "age", "source", "rows", "digest"],
            rows.collect(),
        )
    };
    // Reports of before know no ages.
    if report.provenance.ages.is_none() {
        told.headers.remove(2);
        for row in &mut told.rows {
            row.remove(2);
        }
    }
    told
}

/// What would have to be the same for the same bytes, as names and values.
pub(super) fn provenance(report: &Report) -> Vec<(&'static str, String)> {
    let origin = &report.provenance;
    let mut all = vec![
        (
            "Program",
            format!("isochrone {}, sampler {}", origin.version, origin.sampler_version),
        ),
        ("Runs", voice::count(u64::from(origin.runs))),
    ];
    for (what, how) in [("Points", &origin.points), ("Allocation", &origin.allocation)] {
        all.extend(how.clone().map(|how| (what, how)));
    }
    all.push(("Seed", origin.seed.to_string()));
    all.push((
        "Input replicates",
        voice::count(u64::from(origin.input_replicates)),
    ));
    all.push(("Input digest", origin.input_digest.clone()));
    let inputs = origin.inputs.iter();
    all.extend(inputs.map(|it| ("Input", format!("{} ({})", it.name, it.digest))));
    all.extend(origin.overrides.iter().map(|it| ("Override", it.clone())));
    all
}

fn table(headers: &[&str], rows: Vec<Vec<String>>) -> TextTable {
    TextTable {
        headers: headers.iter().map(|&header| header.to_owned()).collect(),
        rows,
        ..TextTable::default()
    }
}
