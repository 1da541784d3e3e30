//! `isochrone search`: the best sets of regions, out of all that satisfy the constraints; or of sites.

use super::session::Session;
use crate::basis::error::{Error, Result};
use crate::basis::units::{Millis, Share, counted};
use crate::cli::args::SearchArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::scenario::{self, Opened};
use crate::cli::settings::Settings;
use crate::cli::shards::gathered::{Gathered, Search, together};
use crate::cli::shards::work::Work;
use crate::cli::table::{Cell, Sheet};
use crate::cli::threads;
use crate::decide::designer::Designer;
use crate::decide::effort::{self, Plan};
use crate::decide::enumerate::{Accept, Query, Way};
use crate::decide::objective::Figure;
use crate::decide::run::{self, options::SearchOptions, parts};
use crate::design::scenario::Scenario;
use crate::engine::memory::{self, Dimensions};
use crate::world::catalog::Catalog;

/// How many of the best sets are reported where nothing is said.
const TOP: u32 = 10;

/// Searches, or says what a search would do.
///
/// # Errors
/// When the scenario is wrong, no set is feasible, or a result cannot be written.
pub fn run(args: &SearchArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let opened = scenario::open(&args.scenario)?;
    if opened.asks_for_sites() {
        return super::sites::run(args, &opened, settings, sources);
    }
    let asked = asked(args, &opened, settings, sources)?;
    let plan = asked.plan(args, settings);
    let Asked {
        session,
        limits,
        options,
    } = asked;
    let top = args.top.unwrap_or(TOP) as usize;
    if args.dry_run {
        run::ranked::check(&session.scenario, &options)?;
        return settings.answer(&sheet(&plan, &session.scenario), args.run.output.format);
    }
    if let Some(file) = session.part(&args.shards)? {
        refuse_clock(&options)?;
        let shard = file.shard;
        return session.run_part(file, |scenario, simulation, watch| {
            let part = parts::search_part(scenario, simulation, &limits, (top, &options), shard, watch)?;
            Ok(part.map(|found| Work::of_search(found, shard)))
        });
    }
    check_memory(&session.scenario, top, &plan)?;
    session.run("search", |scenario, simulation, watch| {
        run::search_with(scenario, simulation, &limits, top, &options, watch)
    })
}

/// What is found in a given time depends on the machine, so parts of it would not fit together.
fn refuse_clock(options: &SearchOptions) -> Result<()> {
    if options.within.is_none() {
        return Ok(());
    }
    let error = Error::input(
        "--within and --shard do not go together: what is found in a given time is another thing on every machine",
    );
    Err(error.hint("leave --within out; --in-full scores all sets of every size, however long that takes"))
}

/// Goes on from what `shards` found of this search.
///
/// # Errors
/// As [`run()`], and when the shards do not fit what there is now.
pub fn merge(args: &SearchArgs, shards: &Gathered, settings: &Settings, sources: &mut Sources) -> Ending {
    let asked = asked(args, &scenario::open(&args.scenario)?, settings, sources)?;
    let plan = asked.plan(args, settings);
    let Asked {
        mut session,
        limits,
        options,
    } = asked;
    let top = args.top.unwrap_or(TOP) as usize;
    check_memory(&session.scenario, top, &plan)?;
    session.take(shards)?;
    let found = shards.search()?;
    session.run("search", |scenario, simulation, watch| {
        let scored = |designer: &Designer<'_>, query: &Query, accept: Option<&Accept<'_>>| {
            shards.expect_draws(&designer.table.digest())?;
            match &found {
                Search::Prefixes(parts) => together(parts, query),
                Search::Sets(screened) => {
                    let mut of_size = screened.clone();
                    of_size.retain(|size, _| query.sizes.contains(size));
                    Ok(designer.search_screened(query, &of_size, accept))
                }
            }
        };
        run::search_scored(scenario, simulation, &limits, top, &options, &scored, watch)
    })
}

/// A search that is ready to start.
struct Asked<'a> {
    session: Session<'a>,
    limits: Vec<(Figure, f64)>,
    options: SearchOptions,
}

impl Asked<'_> {
    /// What it will have to do.
    fn plan(&self, args: &SearchArgs, settings: &Settings) -> Plan {
        let output = &args.run.output;
        let asked = effort::Asked {
            top: args.top.unwrap_or(TOP) as usize,
            threads: threads::count(settings.threads),
            limit: effort::budget(self.options.within, self.options.in_full),
            limits: self.limits.len(),
            files: !output.no_output && (output.export.is_empty() || output.output.is_some()),
        };
        effort::plan(&self.session.scenario, &asked)
    }
}

/// Refuses what would not fit into memory.
fn check_memory(scenario: &Scenario, top: usize, plan: &Plan) -> Result<()> {
    memory::check_search(Dimensions::of(scenario), top, plan.bytes, memory::LIMIT)
}

fn asked<'a>(
    args: &'a SearchArgs,
    opened: &Opened,
    settings: &'a Settings,
    sources: &mut Sources,
) -> Result<Asked<'a>> {
    let more = scenario::sizes(args);
    let mut session = Session::of(opened, &args.scenario, &args.run, more, settings, sources)?;
    let mut grow_from = None;
    session.change(|scenario, catalog| {
        scenario::require(scenario, &args.require, catalog)?;
        scenario::exclude(scenario, &args.exclude, catalog)?;
        grow_from = growth(args, scenario, catalog)?;
        Ok(())
    })?;
    let limits = limits(args, &mut session.scenario);
    let options = options(args, grow_from, &mut session.scenario);
    Ok(Asked {
        session,
        limits,
        options,
    })
}

/// Limits are part of the question, so the report tells them.
fn limits(args: &SearchArgs, scenario: &mut Scenario) -> Vec<(Figure, f64)> {
    let mut limits = Vec::new();
    let more = &args.beyond;
    for (name, figure, limit) in [
        ("p95", Figure::Quantile(0.95), args.max_p95),
        ("p99", Figure::Quantile(0.99), args.max_p99),
        ("mean", Figure::Mean, more.max_mean),
        ("p50", Figure::Quantile(0.5), more.max_p50),
        ("worst-group", Figure::WorstGroupMean, more.max_worst_group),
    ] {
        if let Some(limit) = limit {
            limits.push((figure, limit.ms()));
            scenario.overrides.push(format!("--max-{name} {}ms", limit.ms()));
        }
    }
    limits
}

/// The places of the regions that sets are to grow from.
fn growth(args: &SearchArgs, scenario: &mut Scenario, catalog: &Catalog) -> Result<Option<Vec<usize>>> {
    let Some(names) = &args.beyond.grow else {
        return Ok(None);
    };
    let mut regions = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        regions.push(scenario::candidate(scenario, name, catalog)?);
    }
    regions.sort_unstable();
    regions.dedup();
    let largest = scenario.sizes.iter().copied().max().unwrap_or(0);
    if regions.len() >= largest && !regions.is_empty() {
        let message = format!(
            "--grow begins with {}, and the largest size is {largest}",
            counted(regions.len(), "region")
        );
        return Err(
            Error::input(message).hint(format!("say a larger one, such as --size {}", regions.len() + 1))
        );
    }
    scenario.overrides.push(format!("--grow={}", names.join(",")));
    Ok(Some(regions))
}

/// What is asked beyond sizes and limits; the report tells it.
fn options(args: &SearchArgs, grow_from: Option<Vec<usize>>, scenario: &mut Scenario) -> SearchOptions {
    let more = &args.beyond;
    let mut tell = |text: String| scenario.overrides.push(text);
    if let Some(time) = more.within {
        tell(format!("--within {}s", time.as_secs_f64()));
    }
    if more.in_full {
        tell("--in-full".to_owned());
    }
    if let Some(cost) = more.fixed_cost {
        tell(format!("--fixed-cost {}ms", cost.ms()));
    }
    if let Some(share) = more.max_load {
        tell(format!("--max-load {}%", share.get() * 100.0));
    }
    SearchOptions {
        within: more.within,
        in_full: more.in_full,
        grow_from,
        fixed_cost_ms: more.fixed_cost.map(Millis::ms),
        max_load: more.max_load.map(Share::get),
        ..SearchOptions::default()
    }
}

fn sheet(plan: &Plan, scenario: &Scenario) -> Sheet {
    let mut rows = vec![
        row("candidate regions", plan.candidates as f64, 0, ""),
        row("user groups", plan.user_groups as f64, 0, ""),
        row("draws", plan.draws as f64, 0, ""),
    ];
    for (size, way) in &plan.ways {
        let sets = effort::sets_of_size(plan.candidates, *size, scenario.must_have.len());
        let how = if *way == Way::Search { "searched" } else { "" };
        rows.push(row(&format!("sets of {size}"), sets, 0, how));
    }
    for (size, designs) in &plan.designs {
        let what = format!("sets of {size} x leaders");
        rows.push(row(&what, *designs as f64, 0, ""));
    }
    rows.push(row(
        "expected time",
        plan.seconds,
        2,
        &format!("s on {}", counted(plan.threads, "thread")),
    ));
    rows.push(row("expected memory", plan.bytes as f64 / 1e6, 0, "MB"));
    let ids: Vec<&str> = scenario
        .candidates
        .iter()
        .map(|region| region.id.as_str())
        .collect();
    let searched = plan.ways.iter().any(|(_, way)| *way == Way::Search);
    let searched = searched.then(|| {
        "searched: too many to score each; the report says how far from the best they may be".to_owned()
    });
    let notes = vec![
        format!("candidates: {}", ids.join(", ")),
        "expected to within a factor of two, on otherwise idle cores of a server of 2023".to_owned(),
    ];
    let ranked = scenario.ranked_by.map(|by| {
        format!(
            "by {}: every set that keeps the limits is gauged, the {} quickest of a size at most where that is a look-up, else \
             the {} quickest at some milliseconds each, which come on top of the expected time",
            by.name(),
            effort::most_gauged(true),
            effort::most_gauged(false)
        )
    });
    Sheet {
        keys: vec!["what", "value", "unit"],
        rows,
        notes: notes.into_iter().chain(searched).chain(ranked).collect(),
        ..Sheet::default()
    }
}

fn row(what: &str, value: f64, decimals: usize, unit: &str) -> Vec<Cell> {
    vec![what.into(), Cell::Number(value, decimals), unit.into()]
}
