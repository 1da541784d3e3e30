//! The sheet `Capacity`: what each region carries in each state and year, and the servers that it needs.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::grid::{Cell, Column, Grid, Kind, Tint, rank_of};
use super::super::live::{Live, RERUN};
use super::super::stale;
use super::inputs::wait_name;
use super::rows::Load;
use super::{Plan, cell, law};
use crate::basis::queueing::Wait;
use crate::report::model::SizingAsked;
use crate::report::voice::Unit;

pub(super) const YEAR: u16 = 3;
pub(super) const STATE: u16 = 4;
const BASE: u16 = 6;
pub(super) const PEAK: u16 = 7;
const WORK: u16 = 9;
const SERVICE: u16 = 10;
const SCV: u16 = 11;
pub(super) const BUSY: u16 = 12;
const ASKED: u16 = 13;
const LEAST: u16 = 14;
const MORE: u16 = 15;
pub(super) const SERVERS: u16 = 16;
pub(super) const INSTANCES: u16 = 17;
const UTILISATION: u16 = 19;
pub(super) const KEY: u16 = 23;

/// In the place of a number where none does.
pub(super) const NO_NUMBER: &str = "no number";

pub(super) fn write(sheet: &mut Worksheet, plan: &Plan<'_>) -> Result<(), XlsxError> {
    let grid = Grid {
        name: "Capacity",
        title: "What regions carry and need, in normal times and after every loss".into(),
        note: format!(
            "Busiest hour of the year, the first year being year 0. Filter, but do not sort: rows refer to each other.{}",
            plan.left_out()
        ),
        fixed_columns: 5,
        pages_wide: 2,
        columns: columns(plan),
    };
    grid.write(sheet, plan.report, u32::MAX)?;
    Ok(())
}

fn columns(plan: &Plan<'_>) -> Vec<Column> {
    let mut columns = what(plan);
    columns.extend(loads(plan).map(|it| it.group("load at the busiest hour")));
    columns.extend(needs(plan).map(|it| it.group("what the load needs")));
    columns.extend(today(plan).map(|it| it.group("with the fleet of the first year")));
    columns.push(
        column(plan, "key", Kind::Text, |_, load| Cell::Text(key(plan, load)))
            .note("Set, region, year and state by their numbers: `Ask` finds its row by it."),
    );
    columns.extend(turned_away(plan));
    columns
}

fn column(plan: &Plan<'_>, header: &str, kind: Kind, cell: impl Fn(usize, &Load<'_>) -> Cell) -> Column {
    let rows = plan.loads.rows.iter().enumerate();
    Column::new(header, kind, rows.map(|(i, load)| cell(i, load)).collect())
}

fn what(plan: &Plan<'_>) -> Vec<Column> {
    let set = |load: &Load| plan.sets[load.set].set;
    vec![
        column(plan, "rank", Kind::Count, |_, it| rank_of(set(it))),
        column(plan, "set", Kind::Text, |_, it| Cell::Text(set(it).name.clone())),
        column(plan, "region", Kind::Text, |_, it| {
            Cell::Text(it.it.region.clone())
        }),
        column(plan, "year", Kind::Number(0), |_, it| {
            Cell::Number(f64::from(it.year))
        })
        .note("Years from the start; 0 is the first year."),
        column(plan, "state", Kind::Text, |_, it| {
            Cell::Text(it.state.name.clone())
        })
        .note("`normal`, or the regions that are lost."),
        column(plan, "counts", Kind::Text, |_, it| {
            if it.state.counts { "yes" } else { "no" }.into()
        })
        .note("Whether the fleet is to bear this state."),
    ]
}

/// Which peak is the base of a row, and whether a later year's follows from it by growth.
fn base(plan: &Plan<'_>, load: &Load<'_>) -> (f64, bool) {
    let demand = &plan.asked.demand;
    let own = load.need.map_or(load.it.peak_rps, |need| need.peak_rps);
    let grown = load.it.peak_rps * (1.0 + demand.growth_per_year).powi(load.year.cast_signed());
    if demand.growth_of.is_empty() && law::same(grown, own) {
        (load.it.peak_rps, true)
    } else {
        (own, false)
    }
}

fn peak_rps(load: &Load<'_>) -> f64 {
    load.need.map_or(load.it.peak_rps, |need| need.peak_rps)
}

fn peak(plan: &Plan<'_>, i: usize, load: &Load<'_>) -> Cell {
    let value = cell(i, BASE);
    let formula = match (base(plan, load).1, load.year) {
        (true, _) => format!("={value}*rate_ratio*(1+growth_per_year)^{}", cell(i, YEAR)),
        (false, 0) => format!("={value}*rate_ratio"),
        (false, _) => format!("=IF({}=1,{value}*rate_ratio,\"{RERUN}\")", stale::GROWTH),
    };
    Live::new(formula, peak_rps(load)).into()
}

/// Time that a request at the busiest hour holds a server, ms.
fn work_ms(load: &Load<'_>) -> f64 {
    let it = load.it;
    let work = it.offered / it.peak_rps * 1000.0;
    if it.peak_rps > 0.0 && !law::same(work, it.service_ms) {
        work
    } else {
        it.service_ms
    }
}

/// Whether the classes of request, and so the time that one holds a server, may be mixed otherwise in that year.
fn mix_may_change(plan: &Plan<'_>, load: &Load<'_>) -> bool {
    load.year > 0 && !plan.asked.demand.growth_of.is_empty() && plan.report.question.classes.len() > 1
}

/// Servers busy at the busiest hour, without what is spare.
pub(super) fn busy_servers(plan: &Plan<'_>, load: &Load<'_>) -> Option<f64> {
    (!mix_may_change(plan, load)).then(|| peak_rps(load) * work_ms(load) / 1000.0)
}

fn loads(plan: &Plan<'_>) -> [Column; 7] {
    let ms = Kind::Value(Unit::Millis, 2);
    let at = |load: &Load| match &load.it.event {
        Some(event) => format!("{}, {event}", load.it.peak_at),
        None => load.it.peak_at.clone(),
    };
    [
        column(plan, "as run, requests/s", Kind::Number(1), |_, it| {
            base(plan, it).0.into()
        })
        .note(
            "Requests/s of the first year as run; of the row's own year where some countries grow otherwise.",
        ),
        column(plan, "peak, requests/s", Kind::Number(1), |i, it| {
            peak(plan, i, it)
        })
        .tint(Tint::Heat)
        .note(
            "Requests/s: as run, times the ratio of the rates, times (1 + growth) to the power of the year.",
        ),
        column(plan, "when, first year", Kind::Text, |_, it| Cell::Text(at(it)))
            .note("The busiest hour of the first year, and the event that makes it so."),
        column(plan, "work of a request, ms", ms, |_, it| work_ms(it).into())
            .note("Time that a request of the busiest hour holds a server, mean, ms."),
        column(plan, "service, ms", ms, |_, it| it.it.service_ms.into())
            .note("Time that a request holds a server, mean over the year, ms: waits are counted with it."),
        column(plan, "its scv", Kind::Number(3), |_, it| it.it.scv.into()).note(
            "Variance of that time over its squared mean: 1 for exponential service, 0 for a fixed one.",
        ),
        column(
            plan,
            "busy, erlang",
            Kind::Number(2),
            |i, load| match busy_servers(plan, load) {
                Some(busy) => {
                    let peak = cell(i, PEAK);
                    let formula = format!("=IF(ISNUMBER({peak}),{peak}*{}/1000,{peak})", cell(i, WORK));
                    Live::new(formula, busy).into()
                }
                None => Cell::Empty,
            },
        )
        .note("Servers busy on average at the busiest hour: requests/s times the work of one."),
    ]
}

/// What a number of servers is asked of, where formulas find it.
fn formula_finds<'a>(plan: &Plan<'a>, load: &Load<'a>) -> Option<(f64, u32)> {
    let sizing = plan.asked.sizing.as_ref()?;
    let servers = load.need?.servers?;
    let rises = sizing.hourly && sizing.scale_out_s.is_some();
    if law::has_responses(sizing) || rises || load.it.service_ms <= 0.0 {
        return None;
    }
    let asked = busy_servers(plan, load)? * (1.0 + sizing.spare);
    let least = law::least(sizing, asked);
    let more = law::more(sizing, asked, load.it.service_ms, load.it.scv)?;
    (least + f64::from(more) == f64::from(servers) && more < law::TRIED).then_some((asked, more))
}

/// The checks that a row's servers rest on where no formula finds them.
fn checks(load: &Load<'_>) -> String {
    if load.year == 0 {
        stale::all(&[stale::RATE, stale::SIZING])
    } else {
        stale::all(&[stale::RATE, stale::SIZING, stale::GROWTH])
    }
}

fn needs(plan: &Plan<'_>) -> [Column; 6] {
    let least = |i: usize, asked: f64, sizing: &SizingAsked| {
        let a = cell(i, ASKED);
        let formula = format!("=IF(ISNUMBER({a}),MAX(INT({a})+1,ROUNDUP({a}/max_utilisation-1E-9,0)),{a})");
        Cell::from(Live::new(formula, law::least(sizing, asked)))
    };
    let sizing = plan.asked.sizing.as_ref();
    [
        column(plan, "asked, erlang", Kind::Number(2), |i, load| match formula_finds(plan, load) {
            Some((asked, _)) => {
                let busy = cell(i, BUSY);
                Live::new(format!("=IF(ISNUMBER({busy}),{busy}*(1+spare),{busy})"), asked).into()
            }
            None => Cell::Empty,
        })
        .note("Busy servers and the room for bursts: what servers are counted for. Empty where no formula counts them."),
        column(plan, "servers, at least", Kind::Number(0), |i, load| {
            match (formula_finds(plan, load), sizing) {
                (Some((asked, _)), Some(sizing)) => least(i, asked, sizing),
                _ => Cell::Empty,
            }
        })
        .note("The least number with more servers than erlang and the utilisation below its ceiling."),
        column(plan, "more for waits", Kind::Number(0), |i, load| match (formula_finds(plan, load), sizing) {
            (Some((_, more)), Some(sizing)) => Live::new(more_formula(i, sizing), more).into(),
            _ => Cell::Empty,
        })
        .note("How many more it takes until the waits are kept: Erlang's delay formula for up to 200 more servers, with Allen and Cunneen's correction of the mean wait."),
        column(plan, "servers", Kind::Number(0), |i, load| servers(plan, i, load))
            .note("Servers that the load needs; a server works on one request at a time."),
        column(plan, "instances", Kind::Number(0), |i, load| instances(plan, i, load))
            .tint(Tint::Heat)
            .note("Instances that hold the servers, spread over the zones as evenly as can be; what is left without the fullest zone still holds them, where that is asked."),
        column(plan, "decided by", Kind::Text, |_, load| match load.need {
            Some(need) => Live::held(&checks(load), need.bound_by.as_str()).into(),
            None => Cell::Empty,
        })
        .note("What decided the numbers in the run; after an edit, run again to know."),
    ]
}

/// Erlang's chance to wait with `c` servers and `a` erlang: `B = POISSON(c) / POISSON(up to c)` in `c B / (c − a (1 − B))`.
fn chance(c: &str, a: &str) -> String {
    let (at, up_to) = (
        format!("POISSON({c},{a},FALSE)"),
        format!("POISSON({c},{a},TRUE)"),
    );
    format!("({c}*{at}/(({c}-{a})*{up_to}+{a}*{at}))")
}

/// Counts the numbers of servers, from the least on, at which a promise is broken: waits fall with every server more.
fn more_formula(i: usize, sizing: &SizingAsked) -> String {
    let [a, least, service, scv] = [ASKED, LEAST, SERVICE, SCV].map(|at| cell(i, at));
    let c = format!("({least}-1+ROW($1:${}))", law::TRIED);
    let chance = chance(&c, &a);
    let broken = |it: &crate::report::model::PromiseAsked| {
        let wait = wait_name(it);
        let share = it.share;
        format!("({chance}*EXP(-{wait}*({c}-{a})/({service}*(1+{scv})/2))>1-{share})")
    };
    let all: Vec<String> = law::waits(sizing).map(broken).collect();
    if all.is_empty() {
        return format!("=IF(ISNUMBER({a}),0,{a})");
    }
    format!("=IF(ISNUMBER({a}),SUMPRODUCT(--({}>0)),{a})", all.join("+"))
}

fn servers(plan: &Plan<'_>, i: usize, load: &Load<'_>) -> Cell {
    let Some(need) = load.need else { return Cell::Empty };
    match (need.servers, formula_finds(plan, load)) {
        (Some(servers), Some(_)) => {
            let [a, least, more] = [ASKED, LEAST, MORE].map(|at| cell(i, at));
            let tried = law::TRIED;
            let formula = format!("=IF(ISNUMBER({a}),IF({more}>={tried},\"{RERUN}\",{least}+{more}),{a})");
            Live::new(formula, servers).into()
        }
        (Some(servers), None) => Live::held(&checks(load), servers).into(),
        (None, _) => Live::held(&checks(load), NO_NUMBER).into(),
    }
}

fn instances(plan: &Plan<'_>, i: usize, load: &Load<'_>) -> Cell {
    let Some(need) = load.need else { return Cell::Empty };
    let Some(instances) = need.instances else {
        return Live::held(&checks(load), NO_NUMBER).into();
    };
    let zones = plan.fleets.find(load.set, &load.it.region, 0);
    let zones = zones.map(|row| plan.fleets.rows[row].it.zones);
    let found = |sizing: &SizingAsked| law::instances(sizing, need.servers?, zones?);
    match (plan.asked.sizing.as_ref(), zones) {
        (Some(sizing), Some(zones)) if found(sizing) == Some(instances) => {
            Live::new(instances_formula(i, sizing, zones), instances).into()
        }
        _ => Live::held(&checks(load), instances).into(),
    }
}

/// Without the fullest of z zones, n − ⌈n/z⌉ instances are left: n = k + ⌈k/(z − 1)⌉ is the least n that leaves k.
fn instances_formula(i: usize, sizing: &SizingAsked, zones: u32) -> String {
    let servers = cell(i, SERVERS);
    let loaded = format!("ROUNDUP({servers}/concurrency,0)");
    let spread = if sizing.survive_zone {
        format!("{loaded}+ROUNDUP({loaded}/{},0)", zones.saturating_sub(1))
    } else {
        loaded
    };
    format!("=IF(ISNUMBER({servers}),MAX({spread},{zones}*min_per_zone),{servers})")
}

/// Servers of the first year's fleet in this region, and their cell.
fn there(plan: &Plan<'_>, load: &Load<'_>) -> Option<(u32, String)> {
    let row = plan.fleets.find(load.set, &load.it.region, 0)?;
    let servers = plan.fleets.rows[row].it.servers;
    (load.year == 0 && servers > 0).then(|| (servers, format!("Fleet!{}", cell(row, super::fleet::SERVERS))))
}

fn today(plan: &Plan<'_>) -> [Column; 4] {
    let held = stale::all(&[stale::RATE, stale::SIZING]);
    [
        column(plan, "busy, %", Kind::Value(Unit::Share, 1), |i, load| {
            utilisation(plan, i, load, &held)
        })
        .tint(Tint::Heat)
        .note("Share of the servers of the first year's fleet that are busy at the busiest hour."),
        column(plan, "wait p95, ms", Kind::Value(Unit::Millis, 2), |i, load| {
            wait(plan, i, load, 0.95, &held)
        })
        .note("95 % of requests of the busiest hour wait at most so long for a server, ms."),
        column(plan, "wait p99, ms", Kind::Value(Unit::Millis, 2), |i, load| {
            wait(plan, i, load, 0.99, &held)
        })
        .note("99 % of requests of the busiest hour wait at most so long for a server, ms."),
        column(plan, "verdict", Kind::Text, |i, load| verdict(plan, i, load, &held))
            .note("`ok`; `over ceiling`: the load needs more instances than there are; `unstable`: the queue grows without end."),
    ]
}

fn utilisation(plan: &Plan<'_>, i: usize, load: &Load<'_>, held: &str) -> Cell {
    let (Some((servers, there)), Some(run)) = (there(plan, load), load.it.utilisation) else {
        return Cell::Empty;
    };
    let found = busy_servers(plan, load).map(|busy| busy / f64::from(servers));
    if plan.is_plain() && found.is_some_and(|found| law::same(found, run)) {
        let busy = cell(i, BUSY);
        Live::new(
            format!("=IF(AND(ISNUMBER({busy}),ISNUMBER({there})),{busy}/{there},\"{RERUN}\")"),
            run,
        )
        .into()
    } else {
        Live::held(held, run).into()
    }
}

fn wait(plan: &Plan<'_>, i: usize, load: &Load<'_>, share: f64, held: &str) -> Cell {
    let Some((servers, there)) = there(plan, load) else {
        return Cell::Empty;
    };
    let run = load
        .it
        .wait
        .map(|it| if share == 0.95 { it.p95_ms } else { it.p99_ms });
    let found = busy_servers(plan, load)
        .map(|busy| Wait::new(servers, busy, load.it.service_ms, load.it.scv).map(|it| it.quantile(share)));
    let agrees = match (found, run) {
        (Some(Some(found)), Some(run)) => law::same(found, run),
        (Some(None), None) => true,
        _ => false,
    };
    match run {
        _ if plan.is_plain() && agrees && load.it.service_ms > 0.0 => {
            let formula = wait_formula(i, &there, share);
            run.map_or_else(|| Live::new(&formula, "unstable"), |run| Live::new(&formula, run))
                .into()
        }
        Some(run) => Live::held(held, run).into(),
        None => Live::held(held, "unstable").into(),
    }
}

fn wait_formula(i: usize, there: &str, share: f64) -> String {
    let [busy, service, scv] = [BUSY, SERVICE, SCV].map(|at| cell(i, at));
    let chance = chance(there, &busy);
    let quantile = format!("{service}/({there}-{busy})*(1+{scv})/2*LN({chance}/(1-{share}))");
    let waits = format!("IF({busy}>={there},\"unstable\",IF({chance}<=1-{share},0,{quantile}))");
    format!("=IF(AND(ISNUMBER({busy}),ISNUMBER({there})),{waits},\"{RERUN}\")")
}

/// By what the load needs against the instances there.
fn verdict(plan: &Plan<'_>, i: usize, load: &Load<'_>, held: &str) -> Cell {
    let row = plan.fleets.find(load.set, &load.it.region, 0);
    let (Some(row), Some(_)) = (row, there(plan, load)) else {
        return Cell::Empty;
    };
    let run = load.it.verdict.as_str();
    let fleet = plan.fleets.rows[row].it.instances;
    let needed = load.need.and_then(|need| need.instances);
    let found = match load.it.utilisation {
        Some(busy) if busy >= 1.0 => "unstable",
        // A number that nothing meets is kept by no fleet.
        _ if load.need.is_some() && needed.is_none_or(|needed| needed > fleet) => "over ceiling",
        _ => "ok",
    };
    if !plan.is_plain() || found != run || load.it.utilisation.is_none() {
        return Live::held(held, run).into();
    }
    let [busy, needed] = [UTILISATION, INSTANCES].map(|at| cell(i, at));
    let there = format!("Fleet!{}", cell(row, super::fleet::INSTANCES));
    let kept = if load.need.is_some() {
        format!(
            "IF({needed}=\"{RERUN}\",{needed},IF(AND(ISNUMBER({needed}),N({needed})<={there}),\"ok\",\"over ceiling\"))"
        )
    } else {
        "\"ok\"".to_owned()
    };
    let formula = format!("=IF(ISNUMBER({busy}),IF({busy}>=1,\"unstable\",{kept}),{busy})");
    Live::new(formula, run).into()
}

/// Requests that go elsewhere or are turned away, where any are.
fn turned_away(plan: &Plan<'_>) -> Vec<Column> {
    type Pick = fn(&Load<'_>) -> f64;
    let mut columns = Vec::new();
    let held = stale::all(&[stale::RATE, stale::SIZING]);
    let picks: [(&str, Pick); 2] = [
        ("go to another region, %", |load| load.it.spilled),
        ("turned away, %", |load| load.it.shed),
    ];
    for (header, pick) in picks {
        if plan.loads.rows.iter().any(|load| pick(load) > 0.0) {
            let cell = |_: usize, load: &Load| match load.year {
                0 => Live::held(&held, pick(load)).into(),
                _ => Cell::Empty,
            };
            let column = column(plan, header, Kind::Value(Unit::Share, 2), cell);
            columns.push(column.group("for want of servers").tint(Tint::Heat));
        }
    }
    columns
}

fn key(plan: &Plan<'_>, load: &Load<'_>) -> String {
    let region = number_of(&plan.region_names, &load.it.region);
    let state = number_of(&plan.state_names, &load.state.name);
    format!("{}/{region}/{}/{state}", load.set + 1, load.year)
}

/// Number of a name in a list, from 1.
pub(super) fn number_of(names: &[&str], name: &str) -> usize {
    names.iter().position(|it| *it == name).map_or(0, |at| at + 1)
}
