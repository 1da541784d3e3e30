//! Requests: classes, what their parts add, and how they find a region.

use std::slice;

use super::told::labelled;
use super::{Shown, millis, table};
use crate::report::export::table::{PADDING, TextTable};
use crate::report::model::{ClassResult, DesignResult, PartResult, QueueResult};
use crate::report::voice::{self, Unit};

pub(super) fn classes(shown: &[Shown]) -> TextTable {
    let headers = [
        "class",
        "of requests %",
        "mean ms",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "reach a region %",
    ];
    table(shown, "Classes of request", &headers, |design| {
        design.classes.iter().map(class_row).collect()
    })
}

fn class_row(class: &ClassResult) -> Vec<String> {
    let figures = [&class.mean_ms, &class.p50_ms, &class.p95_ms, &class.p99_ms];
    let mut row = vec![class.name.clone(), voice::share_number(class.share)];
    row.extend(figures.map(|figure| voice::figure(figure, Unit::Millis)));
    row.push(voice::share_number(class.reach_region));
    row
}

/// A level of latency and what a part adds to it, ms.
type Level = (&'static str, fn(&PartResult) -> f64);

const LEVELS: [Level; 3] = [
    ("mean", |part| part.mean_ms),
    ("p50", |part| part.p50_ms),
    ("p95", |part| part.p95_ms),
];

/// One line a class and level: the milliseconds of every part, and their sum.
///
/// Where the parts have no room side by side, the least are put together: the sums still hold.
pub(super) fn breakdown(shown: &[Shown], width: Option<usize>) -> TextTable {
    let columns = Columns::of(shown, width);
    let mut headers = vec!["class", "at"];
    headers.extend(columns.alone.iter().map(String::as_str));
    headers.extend((!columns.together.is_empty()).then_some("other"));
    headers.push("all");
    let mut table = table(
        shown,
        "What each part of a request adds, ms",
        &headers,
        |design| {
            let lines = design.classes.iter().filter(|class| !class.parts.is_empty());
            lines.flat_map(|class| columns.rows(class)).collect()
        },
    );
    if !columns.together.is_empty() {
        table
            .notes
            .push(format!("other: {}", columns.together.join(", ")));
    }
    table
}

/// Which parts have a column of their own.
struct Columns {
    alone: Vec<String>,
    together: Vec<String>,
}

impl Columns {
    fn of(shown: &[Shown], width: Option<usize>) -> Columns {
        let mut alone = part_names(shown);
        let mut together = Vec::new();
        let Some(width) = width else {
            return Columns { alone, together };
        };
        let taken = names_width(shown);
        while alone.len() > 2 && taken + parts_width(shown, &alone, &together) > width {
            let least = (0..alone.len()).min_by(|&a, &b| {
                let size = |i: usize| largest(shown, &alone[i]);
                size(a).total_cmp(&size(b))
            });
            together.extend(least.map(|i| alone.remove(i)));
        }
        Columns { alone, together }
    }

    fn rows(&self, class: &ClassResult) -> Vec<Vec<String>> {
        let row = |(name, level): &Level| {
            let mut row = vec![class.name.clone(), (*name).to_owned()];
            row.extend(
                self.alone
                    .iter()
                    .map(|part| added(class, slice::from_ref(part), *level)),
            );
            row.extend((!self.together.is_empty()).then(|| added(class, &self.together, *level)));
            row.push(millis(class.parts.iter().map(level).sum()));
            row
        };
        LEVELS.iter().map(row).collect()
    }
}

/// What the parts called `names` add together; empty where the class has none of them.
fn added(class: &ClassResult, names: &[String], level: fn(&PartResult) -> f64) -> String {
    let parts: Vec<f64> = class
        .parts
        .iter()
        .filter(|it| names.contains(&it.part))
        .map(level)
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        millis(parts.iter().sum())
    }
}

/// Names of all parts, in the order of a request.
fn part_names(shown: &[Shown]) -> Vec<String> {
    const ORDER: [&str; 10] = [
        "dns",
        "connect",
        "exchange",
        "transfer",
        "loss",
        "edge to region",
        "service",
        "queueing",
        "data",
        "calls",
    ];
    let mut names: Vec<String> = Vec::new();
    for part in all_parts(shown) {
        if !names.contains(&part.part) {
            names.push(part.part.clone());
        }
    }
    // A part that this program does not know comes last.
    names.sort_by_key(|name| {
        ORDER
            .iter()
            .position(|known| known == name)
            .unwrap_or(ORDER.len())
    });
    names
}

fn all_parts<'a>(shown: &'a [Shown]) -> impl Iterator<Item = &'a PartResult> + 'a {
    shown
        .iter()
        .flat_map(|it| &it.design.classes)
        .flat_map(|class| &class.parts)
}

/// The most that a part adds anywhere, ms.
fn largest(shown: &[Shown], name: &str) -> f64 {
    let parts = all_parts(shown).filter(|part| part.part == name);
    parts
        .flat_map(|part| LEVELS.map(|(_, level)| level(part)))
        .fold(0.0, f64::max)
}

/// Characters of the columns before the parts and of the sum behind them.
fn names_width(shown: &[Shown]) -> usize {
    let classes = shown.iter().flat_map(|it| &it.design.classes);
    let widest = classes
        .map(|class| class.name.chars().count())
        .max()
        .unwrap_or(0)
        .max("class".len());
    let sum: f64 = all_parts(shown).map(|part| part.p95_ms).fold(0.0, f64::max) * 9.0;
    let label = labelled(shown, "baseline", Vec::new()).concat().len();
    let columns = [label, widest, "mean".len(), millis(sum).len()];
    columns.into_iter().map(|width| width + PADDING).sum()
}

fn parts_width(shown: &[Shown], alone: &[String], together: &[String]) -> usize {
    let column = |name: &str, ms: f64| {
        let word = name.split(' ').map(str::len).max().unwrap_or(0);
        word.max(millis(ms).len()) + PADDING
    };
    let rest: f64 = together.iter().map(|name| largest(shown, name)).sum();
    let other = if together.is_empty() {
        0
    } else {
        column("other", rest)
    };
    alone
        .iter()
        .map(|name| column(name, largest(shown, name)))
        .sum::<usize>()
        + other
}

pub(super) fn routing(shown: &[Shown]) -> TextTable {
    let headers = [
        "policy",
        "sent elsewhere %",
        "unserved %",
        "lost mean ms",
        "lost p95 ms",
        "50 % follow after s",
        "95 % after s",
        "99 % after s",
    ];
    let mut table = table(shown, "Routing", &headers, |design| {
        routing_row(design).into_iter().collect()
    });
    if !table.rows.is_empty() {
        let note = "elsewhere and lost: against perfect latency routing; follow: after a change of records";
        table.notes.push(note.to_owned());
    }
    table
}

fn routing_row(design: &DesignResult) -> Option<Vec<String>> {
    let it = design.routing.as_ref()?;
    let mut row = vec![
        it.policy.clone(),
        voice::share_number(it.elsewhere),
        voice::share_number(it.unserved),
        millis(it.lost_mean_ms),
        millis(it.lost_p95_ms),
    ];
    row.extend(it.follow_after_s.map(|seconds| voice::fixed(seconds, 0)));
    Some(row)
}

pub(super) fn queues(shown: &[Shown]) -> TextTable {
    let headers = [
        "region",
        "servers",
        "busy",
        "busy %",
        "wait %",
        "mean wait ms",
        "p95 ms",
        "p99 ms",
    ];
    let mut table = table(shown, "Queues", &headers, |design| {
        design.queues.iter().map(queue_row).collect()
    });
    if !table.rows.is_empty() {
        let note = "busy: servers at work on average; waits: over all requests that reach the region";
        table.notes.push(note.to_owned());
    }
    table
}

fn queue_row(it: &QueueResult) -> Vec<String> {
    let mut row = vec![
        it.region.clone(),
        it.servers.to_string(),
        voice::fixed(it.busy, 1),
        voice::share_number(it.busy / f64::from(it.servers)),
        voice::share_number(it.waiting),
    ];
    row.extend([it.mean_ms, it.p95_ms, it.p99_ms].map(millis));
    row
}
