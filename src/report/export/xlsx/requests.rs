//! The sheets of requests: `Classes`, `Breakdown`, `Routing`, `Queues`, `CDN or region`; each only where there is something on it.

use rust_xlsxwriter::{FormatAlign, Workbook, Worksheet, XlsxError};

use super::grid::{Column, Grid, Kind, Rows, Tint, clipped, note_format};
use crate::report::model::{CdnWay, ClassResult, PartResult, QueueResult, Report, RoutingResult};
use crate::report::voice::{self, Unit};

/// Names of the sheets that `report` does not have.
pub(super) fn absent(report: &Report) -> Vec<&'static str> {
    let classes = Rows::of(report, |it| &it.classes).0;
    let is_there = [
        ("Classes", !classes.is_empty()),
        (
            "Breakdown",
            classes.iter().any(|(_, class)| !class.parts.is_empty()),
        ),
        ("Routing", !Rows::of(report, |it| &it.routing).0.is_empty()),
        ("Queues", !Rows::of(report, |it| &it.queues).0.is_empty()),
        ("CDN or region", report.cdn_or_region.is_some()),
    ];
    is_there.into_iter().filter(|it| !it.1).map(|it| it.0).collect()
}

pub(super) fn write(book: &mut Workbook, report: &Report, max_rows: u32) -> Result<(), XlsxError> {
    let absent = absent(report);
    for grid in [
        classes(report),
        breakdown(report),
        routing(report),
        queues(report),
        cdn_or_region(report),
    ] {
        if !absent.contains(&grid.name) {
            grid.write(book.add_worksheet(), report, max_rows)?;
        }
    }
    if let Some(it) = &report.cdn_or_region {
        answer(book.worksheet_from_name("CDN or region")?, &voice::cdn_answer(it))?;
    }
    Ok(())
}

/// The sentence below the title, over as many columns as the table has.
fn answer(sheet: &mut Worksheet, sentence: &str) -> Result<(), XlsxError> {
    let format = note_format().set_text_wrap().set_align(FormatAlign::Top);
    sheet.merge_range(1, 0, 1, CDN_COLUMNS - 1, &clipped(sentence), &format)?;
    // Names of many regions make five lines of it, of 15 points each.
    sheet.set_row_height(1, 75)?;
    Ok(())
}

/// Set, CDN, and three figures with their errors.
const CDN_COLUMNS: u16 = 8;

fn classes(report: &Report) -> Grid<'static> {
    let rows: Rows<&ClassResult> = Rows::of(report, |it| &it.classes);
    let mut columns = rows.sets();
    columns.push(rows.text("class", |it| it.name.clone()));
    columns.push(
        rows.share("share of requests, %", 1, |it| it.share)
            .tint(Tint::Shares),
    );
    let figures: [[Column; 2]; 4] = [
        rows.figure("mean, ms", |it| it.mean_ms),
        rows.figure("p50, ms", |it| it.p50_ms),
        rows.figure("p95, ms", |it| it.p95_ms),
        rows.figure("p99, ms", |it| it.p99_ms),
    ];
    for [value, error] in figures {
        columns.push(value.tint(Tint::Heat).group("request latency"));
        columns.push(error.group("request latency"));
    }
    columns.push(
        rows.share("reach a region, %", 1, |it| it.reach_region)
            .tint(Tint::Shares),
    );
    Grid {
        name: "Classes",
        title: "Latency by class of request".into(),
        note: format!("Filter by rank to see one set. {}.", voice::LEGEND),
        fixed_columns: 3,
        pages_wide: 1,
        columns,
    }
}

fn breakdown(report: &Report) -> Grid<'static> {
    let rows: Rows<(&ClassResult, &PartResult)> = Rows::of(report, |it| {
        let classes = it.classes.iter();
        classes.flat_map(|class| class.parts.iter().map(move |part| (class, part)))
    });
    let mut columns = rows.sets();
    columns.push(rows.text("class", |it| it.0.name.clone()));
    columns.push(rows.text("part", |it| it.1.part.clone()));
    let levels = [
        rows.millis("to the mean, ms", |it| it.1.mean_ms),
        rows.millis("to the p50, ms", |it| it.1.p50_ms),
        rows.millis("to the p95, ms", |it| it.1.p95_ms),
    ];
    columns.extend(levels.map(|it| it.tint(Tint::Bars).group("adds")));
    Grid {
        name: "Breakdown",
        title: "What each part of a request adds".into(),
        note: "Filter by rank and class. The parts of a class sum to its figure, up to the error of either."
            .into(),
        fixed_columns: 4,
        pages_wide: 1,
        columns,
    }
}

fn routing(report: &Report) -> Grid<'static> {
    let rows: Rows<&RoutingResult> = Rows::of(report, |it| &it.routing);
    let lost = "lost to routing";
    let follow = "follow a change of records after";
    let seconds = |header: &str, at: usize| {
        let cell = |it: &&RoutingResult| it.follow_after_s[at].into();
        rows.column(header, Kind::Value(Unit::Millis, 0), cell)
            .group(follow)
    };
    let mut columns = rows.sets();
    columns.extend([
        rows.text("policy", |it| it.policy.clone()),
        rows.share("sent elsewhere, %", 1, |it| it.elsewhere)
            .tint(Tint::Shares),
        rows.share("unserved, %", 2, |it| it.unserved),
        rows.millis("mean, ms", |it| it.lost_mean_ms)
            .tint(Tint::Heat)
            .group(lost),
        rows.millis("p95, ms", |it| it.lost_p95_ms)
            .tint(Tint::Heat)
            .group(lost),
        seconds("50 % of users, s", 0),
        seconds("95 % of users, s", 1),
        seconds("99 % of users, s", 2),
    ]);
    Grid {
        name: "Routing",
        title: "How users find their region".into(),
        note: "Elsewhere and lost: against perfect latency routing.".into(),
        fixed_columns: 2,
        pages_wide: 1,
        columns,
    }
}

fn queues(report: &Report) -> Grid<'static> {
    let rows: Rows<&QueueResult> = Rows::of(report, |it| &it.queues);
    let mut columns = rows.sets();
    columns.extend([
        rows.text("region", |it| it.region.clone()),
        rows.column("servers", Kind::Value(Unit::Millis, 0), |it| {
            f64::from(it.servers).into()
        }),
        rows.column("busy on average", Kind::Value(Unit::Millis, 1), |it| {
            it.busy.into()
        }),
        rows.share("busy, %", 1, |it| it.busy / f64::from(it.servers))
            .tint(Tint::Shares),
        rows.share("requests that wait, %", 1, |it| it.waiting)
            .tint(Tint::Shares),
    ]);
    let waits = [
        rows.millis("mean, ms", |it| it.mean_ms),
        rows.millis("p95, ms", |it| it.p95_ms),
        rows.millis("p99, ms", |it| it.p99_ms),
    ];
    columns.extend(waits.map(|it| it.tint(Tint::Heat).group("wait of all requests")));
    Grid {
        name: "Queues",
        title: "How busy servers are, and how long requests wait for one".into(),
        note: "Of requests that reach the region.".into(),
        fixed_columns: 3,
        pages_wide: 1,
        columns,
    }
}

/// Its rows are ways, not sets of the ranking.
fn cdn_or_region(report: &Report) -> Grid<'static> {
    let ways: &[CdnWay] = report.cdn_or_region.as_ref().map_or(&[], |it| &it.ways);
    let rows = Rows(
        ways.iter()
            .filter_map(|way| Some((report.sets.first()?, way)))
            .collect(),
    );
    let mut columns = vec![
        rows.text("set", |it| it.set.clone()),
        rows.text("CDN", |it| if it.edge { "yes" } else { "no" }.to_owned()),
    ];
    let figures = [
        rows.figure("mean, ms", |it: &&CdnWay| it.mean_ms),
        rows.figure("p50, ms", |it| it.p50_ms),
        rows.figure("p95, ms", |it| it.p95_ms),
    ];
    for [value, error] in figures {
        columns.push(value.tint(Tint::Heat));
        columns.push(error);
    }
    Grid {
        name: "CDN or region",
        title: "Is a CDN enough, or is another region worth more?".into(),
        note: String::new(),
        fixed_columns: 1,
        pages_wide: 1,
        columns,
    }
}
