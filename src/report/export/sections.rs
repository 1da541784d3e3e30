//! What is told below the ranking. Of designs: a table each for classes, parts, routing, queues, stores, locality, residency,
//! and for the question whether a CDN is enough. Of disaster recovery: losses, chain, availability, strategies, score,
//! and what all of it rests on. Of capacity and cost: load, servers, growth, bills, hours, demand and prices.
//!
//! They are told of the best set and of the baseline; sheets and CSV have every set. A section that has nothing to
//! say is not there.

mod fit;

mod told;

mod requests;

mod data;

mod recovery;

mod capacity;

mod search;

use super::table::TextTable;
use crate::report::model::{CdnWay, DesignResult, Report, SetResult};
use crate::report::voice::{self, Unit};
use told::Told;

/// The sections of `report`, at most `width` characters wide where it can be done (`None`: as wide as they get).
///
/// ```
/// use isochrone::report::export::sections::sections;
/// use isochrone::report::sample::{sample_design_report, sample_report};
/// assert!(sections(&sample_report(3, 20), None).is_empty());
/// assert_eq!(sections(&sample_design_report(3, 20), Some(80))[0].title, "Classes of request");
/// ```
pub fn sections(report: &Report, width: Option<usize>) -> Vec<TextTable> {
    let shown = shown(report);
    let provider = voice::provider_prefix(report);
    let all = [
        requests::classes(&shown),
        requests::breakdown(&shown, width),
        requests::routing(&shown),
        requests::queues(&shown),
        data::stores(&shown),
        data::freshness(&shown),
        data::cuts(&shown),
        data::locality(&shown),
        data::residency(&shown),
    ];
    let all = search::sections(report).into_iter().chain(all);
    let all = all.chain(cdn_or_region(report));
    let all = all.chain(recovery::sections(report, width));
    ready(all.chain(capacity::sections(report, width)), &provider, width)
}

/// What `report` leads with, above the ranking: for a drill, what each loss does to each set; where capacity was asked
/// for, all about it; else nothing.
///
/// ```
/// use isochrone::report::export::sections::leading;
/// use isochrone::report::sample::{sample_drill_report, sample_recovery_report};
/// assert!(leading(&sample_recovery_report(3, 20), None).is_empty());
/// assert!(leading(&sample_drill_report(3, 20), None)[0].title.contains("is lost: latency and load"));
/// ```
pub fn leading(report: &Report, width: Option<usize>) -> Vec<TextTable> {
    let tables = recovery::leading(report, width).into_iter();
    let tables = tables.chain(capacity::leading(report, width));
    ready(tables, &voice::provider_prefix(report), width)
}

/// Tables with something to say, fitted.
fn ready(tables: impl Iterator<Item = TextTable>, provider: &str, width: Option<usize>) -> Vec<TextTable> {
    tables
        .filter(|table| !table.rows.is_empty() || !table.notes.is_empty())
        .map(|table| without(provider, table))
        .map(|table| fit::fitted(table, width))
        .collect()
}

/// A table without `aws:` before every region, where that says nothing.
fn without(provider: &str, mut table: TextTable) -> TextTable {
    if !provider.is_empty() {
        let cells = table.rows.iter_mut().flatten();
        for text in cells.chain(&mut table.notes) {
            *text = text.replace(provider, "");
        }
    }
    table
}

/// A set that is told of.
struct Shown<'a> {
    /// `best` or `baseline`.
    label: &'static str,
    design: &'a DesignResult,
}

/// The best set and the baseline, as far as they are designs.
fn shown(report: &Report) -> Vec<Shown<'_>> {
    let best = report.sets.iter().min_by_key(|set| set.rank);
    let baseline = report.baseline.and_then(|at| report.sets.get(at));
    let is_best = |set: &&SetResult| best.is_some_and(|best| std::ptr::eq(best, *set));
    let baseline = baseline.filter(|set| !is_best(set));
    [("best", best), ("baseline", baseline)]
        .into_iter()
        .filter_map(|(label, set)| {
            let design = set?.design.as_ref()?;
            Some(Shown { label, design })
        })
        .collect()
}

/// A table with the rows of every set; a column says whose they are where there are two.
fn table(
    shown: &[Shown],
    title: &str,
    headers: &[&str],
    rows: impl Fn(&DesignResult) -> Vec<Vec<String>>,
) -> TextTable {
    told::table(shown, title, headers, |it| rows(it.design))
}

impl Told for Shown<'_> {
    fn label(&self) -> &str {
        self.label
    }
}

/// Milliseconds of what has no error of its own.
fn millis(ms: f64) -> String {
    voice::fixed(ms, 1)
}

fn cdn_or_region(report: &Report) -> Option<TextTable> {
    let it = report.cdn_or_region.as_ref()?;
    let row = |way: &CdnWay| {
        vec![
            way.set.clone(),
            if way.edge { "yes" } else { "no" }.to_owned(),
            voice::figure(&way.mean_ms, Unit::Millis),
            voice::figure(&way.p50_ms, Unit::Millis),
            voice::figure(&way.p95_ms, Unit::Millis),
        ]
    };
    Some(TextTable {
        title: "Is a CDN enough, or is another region worth more?".to_owned(),
        headers: ["set", "CDN", "mean ms", "p50 ms", "p95 ms"]
            .map(str::to_owned)
            .into(),
        rows: it.ways.iter().map(row).collect(),
        notes: vec![voice::cdn_answer(it)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::export::table::{PADDING, text_width};
    use crate::report::model::StoreLoadResult;
    use crate::report::sample::{
        SampleInputs, sample_capacity_edges, sample_capacity_report, sample_design_report,
        sample_drill_report, sample_recovery_edges, sample_recovery_report, sample_report,
    };

    fn titles(report: &Report) -> Vec<String> {
        sections(report, None)
            .into_iter()
            .map(|table| table.title)
            .collect()
    }

    #[test]
    fn only_what_exists_has_a_section() {
        assert_eq!(titles(&sample_report(3, 20)), [""; 0]);
        let mut report = sample_design_report(3, 20);
        assert_eq!(titles(&report).len(), 10);
        report.cdn_or_region = None;
        for design in report.sets.iter_mut().filter_map(|set| set.design.as_mut()) {
            *design = DesignResult {
                routing: design.routing.clone(),
                ..DesignResult::default()
            };
        }
        assert_eq!(titles(&report), ["Routing"]);
    }

    #[test]
    fn every_usual_width_is_kept() {
        for report in [sample_design_report(12, 20), sample_drill_report(2, 12)] {
            keeps_every_usual_width(&report);
        }
        for (_, report) in sample_recovery_edges().into_iter().chain(sample_capacity_edges()) {
            keeps_every_usual_width(&report);
        }
    }

    fn keeps_every_usual_width(report: &Report) {
        for width in (80..200).step_by(7) {
            let told = leading(report, Some(width)).into_iter();
            for table in told.chain(sections(report, Some(width))) {
                let used: usize = (0..table.headers.len())
                    .map(|i| {
                        let cells = table.rows.iter().map(|row| text_width(&row[i]));
                        cells.max().unwrap_or(0).max(text_width(&table.headers[i])) + PADDING
                    })
                    .sum();
                assert!(used <= width, "{}: {used} characters of {width}", table.title);
            }
        }
    }

    #[test]
    fn parts_put_together_for_want_of_room_keep_the_sums() {
        let report = sample_design_report(4, 20);
        let at = |width| sections(&report, width).swap_remove(1);
        let (wide, narrow) = (at(None), at(Some(80)));
        assert!(
            narrow.headers.iter().any(|header| header == "other"),
            "{:?}",
            narrow.headers
        );
        let sums = |table: &TextTable| {
            table
                .rows
                .iter()
                .map(|row| row[row.len() - 1].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(sums(&narrow), sums(&wide));
        for row in &narrow.rows {
            let number = |cell: &String| cell.parse::<f64>().unwrap_or(0.0);
            let parts: f64 = row[3..row.len() - 1].iter().map(number).sum();
            // Each cell is rounded to a tenth.
            assert!((parts - number(&row[row.len() - 1])).abs() <= 0.05 * row.len() as f64);
        }
    }

    #[test]
    fn a_baseline_that_is_the_best_is_told_of_once() {
        let mut report = sample_design_report(3, 20);
        report.baseline = Some(0);
        let classes = &sections(&report, None)[0];
        assert_eq!((classes.headers[0].as_str(), classes.rows.len()), ("class", 3));
    }

    /// The tables of the best set alone, by the beginning of their titles.
    fn told(title: &str) -> TextTable {
        let mut report = sample_recovery_report(4, 12);
        report.baseline = None;
        let all = sections(&report, None);
        all.into_iter()
            .find(|table| table.title.starts_with(title))
            .unwrap()
    }

    #[test]
    fn a_loss_is_told_with_latency_load_recovery_and_data() {
        let latency = told("When a region or a link is lost: latency and load");
        assert_eq!(
            latency.headers,
            [
                "lost",
                "p95 ms after",
                "Δ p95 ms",
                "moved %",
                "unserved %",
                "most loaded survivor",
                "p50 ms",
                "p99 ms",
                "within 150 ms %"
            ]
        );
        let last = latency.rows.last().unwrap();
        assert_eq!(
            last[..5],
            ["everything we have", "nobody is served", "", "0", "100"]
        );
        assert!(
            latency
                .notes
                .iter()
                .any(|note| note.starts_with("worst for latency is "))
        );
        assert!(
            latency
                .notes
                .contains(&"nobody is left after losing everything we have".to_owned())
        );
        let recovery = told("When a region or a link is lost: recovery and data");
        let rto: Vec<&str> = recovery.rows.iter().map(|row| row[1].as_str()).collect();
        assert!(
            rto.contains(&"nothing stops") && rto.contains(&"only repair helps"),
            "{rto:?}"
        );
    }

    #[test]
    fn strategies_that_two_sets_share_are_told_once() {
        let mut report = sample_drill_report(2, 12);
        let first = report.sets[0].recovery.clone().unwrap().strategies;
        let told = |strategies: Vec<_>, report: &mut Report| {
            report.sets[1].recovery.as_mut().unwrap().strategies = strategies;
            let all = sections(report, None);
            let found = all.into_iter().find(|it| it.title.starts_with("Strategies"));
            found.unwrap()
        };
        let mut others = first.clone();
        others[0].mean_minutes += 1.0;
        assert_eq!(told(others, &mut report).rows.len(), 2 * first.len());
        let once = told(first.clone(), &mut report);
        assert_eq!(once.rows.len(), first.len());
        let says = format!("the same regions and leaders as {}", report.sets[0].name);
        assert!(
            once.notes.iter().any(|note| note.contains(&says)),
            "{:?}",
            once.notes
        );
    }

    #[test]
    fn what_rests_on_the_assumed_rate_says_so_beside_it() {
        for title in ["Availability", "Strategies", "What the score", "Latency against"] {
            let table = told(title);
            let note = table
                .notes
                .iter()
                .find(|note| note.contains("assumed rate of whole-region losses"));
            let note = note.unwrap_or_else(|| panic!("{title} does not say so"));
            assert!(
                note.contains("if optimistic") && note.contains("if pessimistic"),
                "{note}"
            );
        }
        assert!(told("What recovery rests on").notes[0].starts_with("9 of 14 terms are assumptions"));
    }

    #[test]
    fn too_many_losses_for_a_page_are_cut_to_the_worst_and_counted() {
        let (_, report) = sample_recovery_edges()
            .into_iter()
            .find(|(what, _)| *what == "fifty losses")
            .unwrap();
        let table = |width| {
            let all = sections(&report, width);
            all.into_iter()
                .find(|table| table.title.ends_with("latency and load"))
                .unwrap()
        };
        assert_eq!(table(None).rows.len(), 100, "best and baseline");
        assert_eq!(table(Some(100)).rows.len(), 24);
        assert!(
            table(Some(100))
                .notes
                .iter()
                .any(|note| note.contains("38 more losses"))
        );
    }

    #[test]
    fn a_drill_leads_with_its_losses_and_tells_them_once() {
        let report = sample_drill_report(2, 12);
        let above = leading(&report, None);
        assert_eq!(
            above
                .iter()
                .filter(|table| table.title.contains("latency and load"))
                .count(),
            2
        );
        assert!(
            sections(&report, None)
                .iter()
                .all(|table| !table.title.contains("is lost"))
        );
        assert!(leading(&sample_recovery_report(2, 12), None).is_empty());
    }

    /// What a command about capacity leads with.
    fn led(width: Option<usize>) -> Vec<TextTable> {
        let mut report = sample_capacity_report(&SampleInputs::default());
        report.command = "capacity".into();
        leading(&report, width)
    }

    fn starting<'a>(tables: &'a [TextTable], title: &str) -> &'a TextTable {
        let found = tables.iter().find(|table| table.title.starts_with(title));
        found.unwrap_or_else(|| panic!("no table `{title}`"))
    }

    #[test]
    fn the_command_capacity_leads_with_its_answer_and_tells_all_once() {
        let all = led(None);
        assert_eq!(all[0].title, "What was asked");
        assert!(all[0].notes[0].contains(" without "), "{}", all[0].notes[0]);
        let mut report = sample_capacity_report(&SampleInputs::default());
        assert!(leading(&report, None).is_empty());
        let below = sections(&report, None);
        assert!(below.iter().any(|table| table.title == "What was asked"));
        report.command = "capacity".into();
        assert!(sections(&report, None).is_empty());
    }

    #[test]
    fn capacity_is_told_with_load_need_fleet_and_verdict() {
        let all = led(None);
        let table = starting(&all, "Capacity of every region");
        assert_eq!(
            table.headers[..7],
            [
                "region",
                "at its busiest hour",
                "peak requests/s",
                "instances",
                "needed normally",
                "needed at worst",
                "worst state"
            ]
        );
        assert!(table.rows.iter().all(|row| row[1] == "ok"), "{:?}", table.rows);
        let unstable = all.iter().flat_map(|table| table.rows.iter().flatten());
        let mut unstable = unstable.filter(|cell| cell.starts_with("unstable"));
        assert_eq!(unstable.next().unwrap(), "unstable: the queue grows without end");
    }

    #[test]
    fn items_add_up_to_the_bill_and_a_lower_bound_is_called_one() {
        let number = |cell: &str| {
            cell.trim_start_matches("≥ ")
                .replace(',', "")
                .parse::<f64>()
                .unwrap()
        };
        let mut bounds = 0;
        for table in led(None)
            .iter()
            .filter(|table| table.title.starts_with("Cost, item by item"))
        {
            let (all, items) = table.rows.split_last().unwrap();
            let sum: f64 = items.iter().map(|row| number(&row[1])).sum();
            // Every cell is rounded to a whole amount.
            assert!(
                (sum - number(&all[1])).abs() <= 0.5 * table.rows.len() as f64,
                "{table}"
            );
            let is_bound = all[1].starts_with("≥ ");
            assert_eq!(
                is_bound,
                table.notes.iter().any(|note| note.starts_with("no price")),
                "{table}"
            );
            bounds += usize::from(is_bound);
        }
        assert_eq!(bounds, 1, "one set of the sample lacks a price");
    }

    #[test]
    fn a_line_of_heat_has_a_character_an_hour_and_an_assumed_curve_is_called_so() {
        let all = led(None);
        let hours = starting(&all, "Load by hour of the day");
        assert_eq!(text_width(&hours.headers[1]), 24);
        assert!(
            hours
                .rows
                .iter()
                .all(|row| text_width(&row[1]) == 24 && row[1].contains('█'))
        );
        let rests = starting(&all, "What capacity and cost rest on");
        assert!(
            rests.notes[0].starts_with("the daily curve is assumed"),
            "{:?}",
            rests.notes
        );
    }

    #[test]
    fn a_store_beyond_its_limit_is_told_with_what_it_takes() {
        let mut report = sample_capacity_report(&SampleInputs::default());
        report.command = "capacity".into();
        assert!(
            leading(&report, None)
                .iter()
                .all(|table| !table.title.starts_with("Stores against"))
        );
        let states = &mut report.sets[0].capacity.as_mut().unwrap().states;
        states[0].stores.push(StoreLoadResult {
            store: "orders".into(),
            region: "eu-west-1".into(),
            operations_per_second: 5400.0,
            operations_limit: Some(5000.0),
            connections: None,
            connections_limit: Some(200),
            kept: false,
        });
        let all = leading(&report, None);
        assert_eq!(
            starting(&all, "Stores against").rows,
            [[
                "orders",
                "eu-west-1",
                "in normal times",
                "broken",
                "5,400",
                "5,000",
                "not known",
                "200"
            ]]
        );
    }
}
