//! The losses that the command line asks about.

use super::args::parse::LossArg;
use super::scenario::candidate;
use crate::basis::error::{Error, Result};
use crate::design::recovery::Loss;
use crate::design::scenario::Scenario;
use crate::world::catalog::Catalog;

/// Takes the losses of `--lose` in place of those that the scenario names, and `--lose-any`. Reports tell of losses from
/// then on.
///
/// # Errors
/// When a region is unknown or no candidate, or stands twice in a loss, or two losses are the same.
pub fn ask(scenario: &mut Scenario, lose: &[LossArg], lose_any: u32, catalog: &Catalog) -> Result<()> {
    scenario.recovery_asked = true;
    if scenario.losses.lose_any != lose_any as usize {
        scenario.losses.lose_any = lose_any as usize;
        scenario.overrides.push(format!("--lose-any {lose_any}"));
    }
    if lose.is_empty() {
        return Ok(());
    }
    let mut named: Vec<Loss> = Vec::new();
    for wanted in lose {
        let loss = loss(scenario, wanted, catalog)?;
        let same = |other: &&Loss| (&other.regions, &other.links) == (&loss.regions, &loss.links);
        if let Some(other) = named.iter().find(same) {
            return Err(Error::input(format!(
                "--lose {} and --lose {} are the same loss",
                other.name, wanted.text
            )));
        }
        scenario.overrides.push(format!("--lose {}", wanted.text));
        named.push(loss);
    }
    scenario.losses.named = named;
    Ok(())
}

fn loss(scenario: &Scenario, wanted: &LossArg, catalog: &Catalog) -> Result<Loss> {
    let find = |name: &String| candidate(scenario, name, catalog);
    let mut regions = wanted.regions.iter().map(find).collect::<Result<Vec<_>>>()?;
    regions.sort_unstable();
    let mut links = Vec::new();
    for (a, b) in &wanted.links {
        let (a, b) = (find(a)?, find(b)?);
        if a == b {
            let message = format!("--lose {}: a link joins two different regions", wanted.text);
            return Err(Error::input(message));
        }
        links.push((a.min(b), a.max(b)));
    }
    links.sort_unstable();
    if repeats(&regions) || repeats(&links) {
        return Err(Error::input(format!(
            "--lose {} names the same thing twice",
            wanted.text
        )));
    }
    Ok(Loss {
        name: wanted.text.clone(),
        regions,
        links,
        impaired: Vec::new(),
    })
}

/// Whether a sorted list has something twice.
fn repeats<T: PartialEq>(sorted: &[T]) -> bool {
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}
