//! `isochrone capacity`: what regions carry, how many servers they need, what that costs.

use super::session::Session;
use crate::basis::error::{Error, Result};
use crate::cli::args::CapacityArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::scenario::{self, candidate};
use crate::cli::settings::Settings;
use crate::decide::run;
use crate::design::capacity::CapacityQuestion;
use crate::design::scenario::Scenario;
use crate::world::catalog::Catalog;

/// Plans the sets of the scenario, or those of `--placement`.
///
/// # Errors
/// When the scenario is wrong, names no set or no rate, or a result cannot be written.
pub fn run(args: &CapacityArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let mut session = Session::load(&args.scenario, &args.run, keys(args), settings, sources)?;
    session.change(|scenario, catalog| {
        scenario::set_placements(scenario, &args.placements, catalog)?;
        ask(scenario, args, catalog)
    })?;
    scenario::expect_sets(&session.scenario, 1)?;
    session.run("capacity", run::simulate)
}

/// The flags that are keys of the scenario.
fn keys(args: &CapacityArgs) -> Vec<(String, String)> {
    let mut keys = Vec::new();
    if let Some(growth) = &args.growth {
        keys.push((
            "demand.growth".to_owned(),
            toml::Value::from(growth.as_str()).to_string(),
        ));
    }
    if let Some(start) = &args.start {
        let start = toml::Value::from(start.as_str()).to_string();
        keys.push(("demand.start".to_owned(), start));
    }
    // A year asked about lies within what is looked at.
    let horizon = args
        .horizon
        .into_iter()
        .chain(args.year.filter(|_| args.horizon.is_none()))
        .max();
    if let Some(years) = horizon {
        keys.push(("demand.horizon".to_owned(), years.to_string()));
    }
    keys
}

/// Asks a plan of the scenario.
///
/// # Errors
/// When it does not say how many requests come.
pub(super) fn ask_plan(scenario: &mut Scenario) -> Result<()> {
    if scenario.audience.requests_per_second().is_none() {
        let error = Error::input("capacity needs to know how many requests come");
        return Err(error.hint(
            "say requests_per_second = 1000 under [audience], or --set audience.requests_per_second=1000",
        ));
    }
    scenario.capacity_asked = true;
    Ok(())
}

fn ask(scenario: &mut Scenario, args: &CapacityArgs, catalog: &Catalog) -> Result<()> {
    ask_plan(scenario)?;
    let Some(region) = &args.region else {
        return Ok(());
    };
    let find = |name: &String| candidate(scenario, name, catalog);
    let region = find(region)?;
    let mut lost = args.without.iter().map(find).collect::<Result<Vec<usize>>>()?;
    lost.sort_unstable();
    lost.dedup();
    if lost.contains(&region) {
        let error = Error::input("--region and --without name the same region");
        return Err(error.hint("a lost region needs nothing: ask about one that is left"));
    }
    let horizon = scenario.demand.as_ref().map_or(0, |demand| demand.horizon_years);
    let year = args.year.unwrap_or(0);
    if year > horizon {
        let error = Error::input(format!(
            "--year {year} lies beyond the horizon of {horizon} years"
        ));
        return Err(error.hint(format!("say --horizon {year}")));
    }
    scenario.capacity_question = Some(CapacityQuestion { region, lost, year });
    Ok(())
}
