//! Scenarios made in code, with the defaults that files have.

use std::path::Path;

use super::Scenario;
use crate::basis::error::{Error, Result};
use crate::design::placement::Placement;
use crate::world::catalog::Catalog;
use crate::world::demand::Audience;

impl Scenario {
    /// A scenario called `name` in which `audience` asks and the regions `candidates` may serve, each by its id or its code.
    /// Everything else is as in a file that says nothing of it: warm requests of one exchange, paths estimated where they
    /// were not measured, 10,000 draws, seed 42, ranked by p95. Fields may be changed as they stand.
    ///
    /// No file is read, so that [`Scenario::inputs`] is empty, and a report cannot tell by its digest whether two scenarios
    /// made in code are the same.
    ///
    /// ```
    /// use isochrone::design::scenario::Scenario;
    /// use isochrone::world::catalog::Catalog;
    /// use isochrone::world::demand::{Audience, audience::Selection};
    ///
    /// let catalog = Catalog::embedded();
    /// let germans = Audience::internet_users(&catalog, &Selection::Countries(vec!["DE".into()]), 1e6)?;
    /// let mut scenario = Scenario::new("Shop", germans, &["eu-central-1", "us-east-1"], &catalog)?
    ///     .with_placement("both", &["eu-central-1", "us-east-1"])?;
    /// scenario.sampling.runs = 2000;
    /// assert_eq!((scenario.candidates.len(), scenario.placements[0].regions.len()), (2, 2));
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the audience has no group or a weight that is no positive number, there is no candidate, or a region is unknown
    /// or named twice.
    pub fn new(name: &str, audience: Audience, candidates: &[&str], catalog: &Catalog) -> Result<Scenario> {
        refuse_empty(&audience)?;
        // Read as a file would be, so that there is one place for defaults; only who asks is put in its place.
        let text = format!(
            "name = {}\n[audience]\nat_regions = {candidates:?}\n[regions]\ncandidates = {candidates:?}\n",
            toml::Value::from(name)
        );
        let scenario = Scenario::parse("scenario made in code", &text, Path::new(""), &[], catalog)?;
        Ok(Scenario {
            audience,
            inputs: Vec::new(),
            warnings: Vec::new(),
            ..scenario
        })
    }

    /// The same with a set of regions more to simulate and compare, each by its id or its code.
    ///
    /// # Errors
    /// When there is no region, one is no candidate, or another set has the name.
    pub fn with_placement(mut self, name: &str, regions: &[&str]) -> Result<Scenario> {
        if self.placements.iter().any(|other| other.name == name) {
            return Err(Error::input(format!("two sets are called `{name}`")));
        }
        let placement = self.placement(name, regions)?;
        self.placements.push(placement);
        Ok(self)
    }

    /// The same with this set of regions as the present deployment, that every other is told as a difference from.
    ///
    /// # Errors
    /// When there is no region, or one is no candidate.
    pub fn with_baseline(mut self, name: &str, regions: &[&str]) -> Result<Scenario> {
        self.baseline = Some(self.placement(name, regions)?);
        Ok(self)
    }

    fn placement(&self, name: &str, regions: &[&str]) -> Result<Placement> {
        let mut found = Vec::new();
        for wanted in regions {
            let at = self
                .candidates
                .iter()
                .position(|region| region.id == *wanted || region.code == *wanted);
            let at = at.ok_or_else(|| {
                Error::input(format!(
                    "region `{wanted}` of the set `{name}` is not a candidate of the scenario"
                ))
            })?;
            found.push(at);
        }
        found.sort_unstable();
        found.dedup();
        if found.is_empty() {
            return Err(Error::input(format!("the set `{name}` has no region")));
        }
        Ok(Placement {
            name: name.to_owned(),
            regions: found,
            leaders: vec![None; self.stores.len()],
            standbys: Vec::new(),
        })
    }
}

fn refuse_empty(audience: &Audience) -> Result<()> {
    if audience.groups.is_empty() {
        return Err(Error::input("the audience has no user group"));
    }
    let odd = audience
        .groups
        .iter()
        .find(|group| !(group.weight.is_finite() && group.weight > 0.0));
    odd.map_or(Ok(()), |group| {
        let message = format!(
            "the weight of user group `{}` must be above zero and finite, found {}",
            group.id, group.weight
        );
        Err(Error::input(message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::demand::audience::Selection;

    fn audience(catalog: &Catalog) -> Audience {
        Audience::internet_users(catalog, &Selection::Countries(vec!["IS".into()]), 0.0).unwrap()
    }

    #[test]
    fn defaults_are_those_of_a_file() {
        let catalog = Catalog::embedded();
        let made = Scenario::new("A \"name\"", audience(&catalog), &["eu-west-1"], &catalog).unwrap();
        let text = "name = 'A \"name\"'\n[audience]\ncountries = [\"IS\"]\nmin_users = 0\n[regions]\ncandidates = [\"eu-west-1\"]\n";
        let read = Scenario::parse("a.toml", text, Path::new(""), &[], &catalog).unwrap();
        let shown = |scenario: Scenario| {
            let same = Scenario {
                inputs: Vec::new(),
                warnings: Vec::new(),
                ..scenario
            };
            format!("{same:?}")
        };
        assert_eq!(shown(made), shown(read));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let catalog = Catalog::embedded();
        let new = |regions: &[&str]| Scenario::new("a", audience(&catalog), regions, &catalog);
        assert!(new(&["eu-wset-1"]).unwrap_err().to_string().contains("eu-wset-1"));
        assert!(new(&[]).is_err());
        let scenario = || new(&["eu-west-1"]).unwrap();
        let refused = |outcome: Result<Scenario>| outcome.unwrap_err().to_string();
        assert_eq!(
            refused(scenario().with_placement("b", &["us-east-1"])),
            "region `us-east-1` of the set `b` is not a candidate of the scenario"
        );
        assert_eq!(
            refused(scenario().with_baseline("b", &[])),
            "the set `b` has no region"
        );
        let mut nobody = audience(&catalog);
        nobody.groups[0].weight = -1.0;
        assert!(refused(Scenario::new("a", nobody, &["eu-west-1"], &catalog)).ends_with("found -1"));
    }
}
