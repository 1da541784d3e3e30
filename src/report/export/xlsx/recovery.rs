//! The sheets of disaster recovery: `DR`, `RTO`, `Availability`, `Causes`, `Strategies`; each only where there is
//! something on it.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::grid::{Cell, Column, Grid, Kind, Rows, Tint, digits};
use crate::report::model::{
    CauseResult, Figure, LossResult, RecoveryResult, Report, ShareWithin, StepResult, StrategyResult,
};
use crate::report::voice::{self, Unit, recovery as words};

/// Names of the sheets that `report` does not have.
pub(super) fn absent(report: &Report) -> Vec<&'static str> {
    let grids = grids(report);
    let is_empty = |grid: &&Grid| grid.columns.iter().all(|column| column.cells.is_empty());
    grids.iter().filter(is_empty).map(|grid| grid.name).collect()
}

pub(super) fn write(book: &mut Workbook, report: &Report, max_rows: u32) -> Result<(), XlsxError> {
    let absent = absent(report);
    for grid in grids(report) {
        if !absent.contains(&grid.name) {
            grid.write(book.add_worksheet(), report, max_rows)?;
        }
    }
    Ok(())
}

fn grids(report: &Report) -> [Grid<'static>; 5] {
    [
        losses(report),
        steps(report),
        availability(report),
        causes(report),
        strategies(report),
    ]
}

fn grid(
    name: &'static str,
    title: &str,
    note: String,
    (fixed_columns, pages_wide): (u16, u16),
    columns: Vec<Column>,
) -> Grid<'static> {
    Grid {
        name,
        title: title.to_owned(),
        note,
        fixed_columns,
        pages_wide,
        columns,
    }
}

/// A figure that need not be there, and its ±.
fn figure<T>(rows: &Rows<T>, header: &str, unit: Unit, pick: impl Fn(&T) -> Option<Figure>) -> [Column; 2] {
    let half = |it: &T| pick(it).map(|figure| voice::half_width(figure.sampling));
    let places = digits(rows.0.iter().filter_map(|(_, it)| half(it)), unit);
    let sign = if unit == Unit::Share {
        "% points"
    } else {
        unit.symbol()
    };
    [
        rows.column(header, Kind::Value(unit, places), |it| {
            pick(it).map(|it| it.value).into()
        }),
        rows.column(&format!("± {sign}"), Kind::PlusMinus(unit, places), |it| {
            half(it).into()
        }),
    ]
}

/// The first column of a pair coloured, both under a group.
fn grouped(pair: [Column; 2], tint: Tint, group: &str) -> [Column; 2] {
    let [value, error] = pair;
    [value.tint(tint).group(group), error.group(group)]
}

/// What the sheets say of results that rest on an assumed rate; its presets stand on `Availability`.
const ASSUMED: &str = "The rate of whole-region losses is assumed: see its presets on `Availability`.";

fn losses(report: &Report) -> Grid<'static> {
    let rows: Rows<&LossResult> = Rows::of_recovery(report, |it| &it.losses);
    let mut columns = rows.sets();
    columns.push(rows.text("lost", |it| it.name.clone()));
    columns.push(rows.text("kind", |it| it.kind.clone()));
    columns.extend(latency(&rows));
    columns.extend(within(&rows));
    columns.extend(users(&rows));
    columns.extend(recovery(&rows));
    columns.push(rows.text("writes refused", |it| {
        if it.stores.is_empty() {
            String::new()
        } else {
            words::refused(&it.stores)
        }
    }));
    columns.push(rows.text("residency", |it| words::residency(&it.residency)));
    columns.push(rows.text("what else follows", |it| words::findings(it).join("; ")));
    let note = format!("Filter by rank to see one set. {}.", voice::LEGEND);
    grid("DR", "What every loss does to every set", note, (3, 3), columns)
}

fn latency(rows: &Rows<&LossResult>) -> Vec<Column> {
    let group = "request latency after";
    let mut columns = Vec::new();
    columns.extend(grouped(
        figure(rows, "p50, ms", Unit::Millis, |it| {
            it.latency.as_ref().map(|it| it.p50_ms)
        }),
        Tint::Heat,
        group,
    ));
    columns.extend(grouped(
        figure(rows, "p95, ms", Unit::Millis, |it| {
            it.latency.as_ref().map(|it| it.p95_ms)
        }),
        Tint::Heat,
        group,
    ));
    columns.extend(grouped(
        figure(rows, "p99, ms", Unit::Millis, |it| {
            it.latency.as_ref().map(|it| it.p99_ms)
        }),
        Tint::Heat,
        group,
    ));
    let change = |it: &&LossResult| it.latency.as_ref().map(|it| it.p95_change_ms);
    let [mut value, error] = figure(rows, "Δ p95, ms", Unit::Millis, |it| {
        change(it).map(|it| it.figure)
    });
    if let Kind::Value(unit, places) = value.kind {
        value.kind = Kind::Signed(unit, places);
    }
    let against = "against before";
    columns.push(value.tint(Tint::Sign(false)).group(against));
    columns.push(error.group(against));
    let verdict = rows.column("verdict", Kind::Text, |it| {
        change(it).map_or(Cell::Empty, |it| voice::verdict_words(&it, false).into())
    });
    columns.push(verdict.group(against));
    columns
}

/// Shares within each time that any loss has.
fn within(rows: &Rows<&LossResult>) -> Vec<Column> {
    let mut limits: Vec<f64> = Vec::new();
    let latencies = || rows.0.iter().filter_map(|(_, it)| it.latency.as_ref());
    for it in latencies().flat_map(|it| &it.share_within) {
        if !limits.contains(&it.limit_ms) {
            limits.push(it.limit_ms);
        }
    }
    let share = |it: &ShareWithin, limit: f64| (it.limit_ms == limit).then_some(it.share.value);
    let column = |limit: f64| {
        let header = format!("within {} ms, %", voice::exact(limit));
        let cell = |it: &&LossResult| {
            let mut all = it.latency.iter().flat_map(|it| &it.share_within);
            all.find_map(|it| share(it, limit)).into()
        };
        rows.column(&header, Kind::Value(Unit::Share, 1), cell)
            .group("share of requests")
    };
    limits.into_iter().map(column).collect()
}

fn users(rows: &Rows<&LossResult>) -> Vec<Column> {
    let group = "most loaded survivor";
    let busiest = |it: &&LossResult| words::busiest(&it.load).cloned();
    let times = |it: &&LossResult| {
        let load = busiest(it)?;
        Some(load.after / load.before).filter(|times| times.is_finite())
    };
    vec![
        rows.share("moved users, %", 1, |it| it.moved).tint(Tint::Shares),
        rows.share("unserved users, %", 1, |it| it.unserved)
            .tint(Tint::Heat),
        rows.share("stopped requests, %", 1, |it| it.stopped)
            .tint(Tint::Shares),
        rows.text("region", |it| {
            busiest(it).map_or_else(String::new, |it| it.region)
        })
        .group(group),
        rows.column("of requests, %", Kind::Value(Unit::Share, 1), |it| {
            busiest(it).map(|it| it.after).into()
        })
        .tint(Tint::Shares)
        .group(group),
        rows.column("times before", Kind::Value(Unit::Millis, 1), |it| {
            times(it).into()
        })
        .tint(Tint::Heat)
        .group(group),
    ]
}

fn recovery(rows: &Rows<&LossResult>) -> Vec<Column> {
    let mut columns = Vec::new();
    columns.extend(grouped(
        figure(rows, "p50, s", Unit::Seconds, |it| {
            it.rto.as_ref().map(|it| it.p50_s)
        }),
        Tint::Heat,
        "RTO",
    ));
    columns.extend(grouped(
        figure(rows, "p95, s", Unit::Seconds, |it| {
            it.rto.as_ref().map(|it| it.p95_s)
        }),
        Tint::Heat,
        "RTO",
    ));
    columns.extend(grouped(
        figure(rows, "p99, s", Unit::Seconds, |it| {
            it.rto.as_ref().map(|it| it.p99_s)
        }),
        Tint::Heat,
        "RTO",
    ));
    let in_time = |it: &&LossResult| it.rto.as_ref().and_then(|it| it.within_target).map(|it| it.value);
    columns.push(
        rows.column("in time, %", Kind::Value(Unit::Share, 1), |it| in_time(it).into())
            .group("RTO"),
    );
    let none = |it: &&LossResult| {
        if it.rto.is_none() {
            words::no_rto(it).to_owned()
        } else {
            String::new()
        }
    };
    columns.push(rows.text("where there is none", none).group("RTO"));
    let worst = |it: &&LossResult| {
        let left = it
            .rpo
            .iter()
            .filter_map(|it| Some((it.store.clone(), it.rpo.as_ref()?.p95_s.value)));
        left.max_by(|a, b| a.1.total_cmp(&b.1))
    };
    let group = "RPO of the worst store";
    columns.push(
        rows.column("p95, s", Kind::Value(Unit::Seconds, 1), |it| {
            worst(it).map(|it| it.1).into()
        })
        .tint(Tint::Heat)
        .group(group),
    );
    columns.push(
        rows.text("store", |it| worst(it).map_or_else(String::new, |it| it.0))
            .group(group),
    );
    let lost = |it: &&LossResult| it.rpo.iter().filter(|it| it.rpo.is_none()).count() as f64;
    columns.push(
        rows.column("stores lost whole", Kind::Count, |it| lost(it).into())
            .group(group),
    );
    columns
}

fn steps(report: &Report) -> Grid<'static> {
    let rows: Rows<&StepResult> = Rows::of_recovery(report, |it| &it.rto_parts);
    let seconds = |header: &str, pick: fn(&StepResult) -> f64| {
        rows.column(header, Kind::Value(Unit::Seconds, 1), |it| pick(it).into())
    };
    let mut columns = rows.sets();
    columns.extend([
        rows.text("step", |it| it.step.clone()),
        seconds("begins after, s", |it| it.begins_s),
        seconds("mean, s", |it| it.mean_s).tint(Tint::Bars),
        seconds("p50, s", |it| it.p50_s).tint(Tint::Bars),
        seconds("p95, s", |it| it.p95_s).tint(Tint::Bars),
        rows.share("decides, % of recoveries", 1, |it| it.decisive)
            .tint(Tint::Shares),
        rows.text("assumed", |it| if it.assumed { "yes" } else { "no" }.to_owned()),
        rows.text("where it comes from", |it| it.source.clone()),
    ]);
    let note = "Steps run side by side where nothing orders them, so they do not add up to the RTO on `Availability`.";
    grid(
        "RTO",
        "How long recovery takes, step by step",
        note.into(),
        (3, 1),
        columns,
    )
}

fn availability(report: &Report) -> Grid<'static> {
    let rows: Rows<&RecoveryResult> = Rows::of_recovery(report, |it| [it]);
    let of = |it: &&RecoveryResult| it.availability.clone();
    let mut columns = rows.sets();
    columns.push(rows.share("available, %", places(&rows), |it| {
        it.availability.availability.value
    }));
    columns.push(
        rows.column("nines", Kind::Value(Unit::Millis, 2), |it| {
            it.availability.nines.into()
        })
        .tint(Tint::Bars),
    );
    for (header, pick) in DOWNTIME {
        let pair = figure(&rows, header, Unit::Minutes, |it| Some(pick(it)));
        columns.extend(grouped(pair, Tint::Heat, "downtime a year"));
    }
    for (header, pick) in RTO {
        let pair = figure(&rows, header, Unit::Seconds, |it| Some(pick(it)));
        columns.extend(grouped(pair, Tint::Heat, "RTO over all losses of one region"));
    }
    columns.extend(presets(&rows));
    columns.push(rows.text("found by", |it| of(it).method));
    columns.push(rows.column("years", Kind::Count, |it| (it.availability.years as f64).into()));
    let note = "The mean comes from the method named, the percentiles from simulated years.".to_owned();
    grid(
        "Availability",
        "Availability, downtime and RTO",
        note,
        (2, 2),
        columns,
    )
}

/// A header and the figure below it.
type Pick = (&'static str, fn(&RecoveryResult) -> Figure);

const DOWNTIME: [Pick; 4] = [
    ("mean, min", |it| it.availability.mean_minutes),
    ("p50, min", |it| it.availability.p50_minutes),
    ("p95, min", |it| it.availability.p95_minutes),
    ("p99, min", |it| it.availability.p99_minutes),
];

const RTO: [Pick; 3] = [
    ("p50, s", |it| it.rto.p50_s),
    ("p95, s", |it| it.rto.p95_s),
    ("p99, s", |it| it.rto.p99_s),
];

/// Decimals that tell every availability from all: two digits of what the least down is away from it.
fn places(rows: &Rows<&RecoveryResult>) -> usize {
    let gone = rows.0.iter().map(|(_, it)| it.availability.unavailability.value);
    let least = gone.filter(|gone| *gone > 0.0).fold(f64::INFINITY, f64::min);
    if least.is_finite() {
        (-1.0 - least.log10().floor()).clamp(1.0, 9.0) as usize
    } else {
        2
    }
}

/// The mean under each assumption about losses of whole regions.
fn presets(rows: &Rows<&RecoveryResult>) -> Vec<Column> {
    let mut names: Vec<String> = Vec::new();
    for preset in rows.0.iter().flat_map(|(_, it)| &it.availability.presets) {
        if !names.contains(&preset.preset) {
            names.push(preset.preset.clone());
        }
    }
    let column = |name: &String| {
        let header = format!("{name}, min");
        let cell = |it: &&RecoveryResult| {
            let found = it.availability.presets.iter().find(|it| it.preset == *name);
            found.map(|it| it.mean_minutes).into()
        };
        rows.column(&header, Kind::Value(Unit::Minutes, 2), cell)
            .group("downtime under each assumed rate of losses")
    };
    names.iter().map(column).collect()
}

fn causes(report: &Report) -> Grid<'static> {
    let rows: Rows<&CauseResult> = Rows::of_recovery(report, |it| &it.availability.causes);
    let mut columns = rows.sets();
    columns.extend([
        rows.text("cause", |it| it.cause.clone()),
        rows.column("downtime, min a year", Kind::Value(Unit::Minutes, 3), |it| {
            it.minutes.into()
        })
        .tint(Tint::Bars),
        rows.column("times a year", Kind::Value(Unit::Millis, 4), |it| {
            it.per_year.into()
        }),
        rows.column("mean repair, s", Kind::Value(Unit::Seconds, 0), |it| {
            it.mean_repair_s.into()
        }),
        rows.text("assumed", |it| if it.assumed { "yes" } else { "no" }.to_owned()),
    ]);
    let note = format!("The causes of a set add up to its mean downtime. {ASSUMED}");
    grid("Causes", "What the downtime is made of", note, (3, 1), columns)
}

fn strategies(report: &Report) -> Grid<'static> {
    let rows: Rows<&StrategyResult> = Rows::of_recovery(report, |it| &it.strategies);
    let mut columns = rows.sets();
    columns.push(rows.text("strategy", |it| it.strategy.clone()));
    columns.push(rows.text("promises", |it| {
        if it.targets.is_empty() {
            String::new()
        } else {
            words::outcomes(it.meets, &it.targets)
        }
    }));
    let rto = [
        figure(&rows, "p50, s", Unit::Seconds, |it| Some(it.rto.p50_s)),
        figure(&rows, "p95, s", Unit::Seconds, |it| Some(it.rto.p95_s)),
    ];
    columns.extend(rto.into_iter().flat_map(|pair| grouped(pair, Tint::Heat, "RTO")));
    columns.push(rows.text("AWS band", |it| it.stated_band.clone()).group("RTO"));
    columns.push(
        rows.text("median in it", |it| {
            if it.in_band { "yes" } else { "no" }.to_owned()
        })
        .group("RTO"),
    );
    let rpo = figure(&rows, "p95, s", Unit::Seconds, |it| {
        it.rpo.as_ref().map(|it| it.p95_s)
    });
    columns.extend(grouped(rpo, Tint::Heat, "RPO of the worst store"));
    columns.push(rows.share("available, %", 5, |it| it.availability.value));
    columns.push(
        rows.column("downtime, min a year", Kind::Value(Unit::Minutes, 2), |it| {
            it.mean_minutes.into()
        })
        .tint(Tint::Bars),
    );
    columns.push(rows.millis("p95 latency, ms", |it| it.p95_ms).tint(Tint::Heat));
    columns.push(rows.text("active", |it| it.active.join(", ")));
    columns.push(rows.text("standby", |it| it.standby.join(", ")));
    let note = format!("Latency in normal times. Bands: AWS's white paper on disaster recovery. {ASSUMED}");
    grid(
        "Strategies",
        "DR strategies on the same regions",
        note,
        (3, 2),
        columns,
    )
}
