//! Routing made ready: who asks, who asks from elsewhere, and who may go where.

use std::sync::Arc;

use super::{Builder, BuiltGroup, endpoint};
use crate::basis::error::Result;
use crate::basis::geo::LatLon;
use crate::design::residency::{Bound, ResidencyMode, ResidencyRule};
use crate::engine::routing::{Asker, Router};
use crate::world::catalog::{Catalog, Region};
use crate::world::demand::{Technology, UserGroup};

/// Whether `rule` lets data or users be in `region`.
pub fn permits(rule: &ResidencyRule, region: &Region) -> bool {
    let allowed = |jurisdiction: &str| rule.allowed.iter().any(|name| name == jurisdiction);
    allowed(&region.jurisdiction) && (!rule.operator_too || allowed(&region.operator_jurisdiction))
}

/// Whether `rule` binds the users of `country`, whose jurisdiction is `jurisdiction`.
pub fn binds(rule: &ResidencyRule, country: &str, jurisdiction: &str) -> bool {
    match &rule.bound {
        Bound::Users {
            jurisdictions,
            countries,
        } => {
            countries.iter().any(|code| code == country)
                || jurisdictions.iter().any(|name| name == jurisdiction)
        }
        Bound::Store(_) => false,
    }
}

impl Builder<'_> {
    /// The router of the scenario; none where every group goes to the region with the least expected RTT.
    pub(super) fn router(
        &self,
        catalog: &Catalog,
        groups: &[&UserGroup],
        built: &[BuiltGroup],
    ) -> Result<Option<Arc<Router>>> {
        let allowed = self.allowed(catalog, groups)?;
        if self.scenario.routing.is_perfect() && allowed.iter().all(|may| *may) {
            return Ok(None);
        }
        let askers: Vec<Asker> = groups
            .iter()
            .zip(built)
            .map(|(group, built)| {
                Ok(Asker {
                    place: group.place,
                    country: group.country.clone(),
                    continent: catalog.country(&group.country)?.continent.clone(),
                    expected_ms: built.pairs.iter().map(|pair| pair.expected_ms as f32).collect(),
                })
            })
            .collect::<Result<_>>()?;
        let resolvers: Vec<Asker> = self
            .scenario
            .routing
            .resolvers
            .iter()
            .map(|resolver| self.resolver(catalog, resolver.place, &resolver.country))
            .collect::<Result<_>>()?;
        let places: Vec<LatLon> = self
            .scenario
            .candidates
            .iter()
            .map(|region| region.place)
            .collect();
        let router = Router::new(&self.scenario.routing, &askers, &resolvers, &places, allowed);
        Ok(Some(Arc::new(router)))
    }

    /// A resolver as one who asks: its own way to the candidates, with no access network.
    fn resolver(&self, catalog: &Catalog, place: LatLon, country: &str) -> Result<Asker> {
        let user = self.network.user(endpoint(place, country)?);
        let expected = |target| {
            let rtt = self.network.user_rtt(&user, target, Technology::Any);
            (rtt.path.estimate.median.ms() * rtt.path.shift.exp()) as f32
        };
        Ok(Asker {
            place,
            country: country.to_owned(),
            continent: catalog.country(country)?.continent.clone(),
            expected_ms: self.targets.iter().map(expected).collect(),
        })
    }

    /// `allowed[group * regions + region]` under the rules that are enforced.
    fn allowed(&self, catalog: &Catalog, groups: &[&UserGroup]) -> Result<Vec<bool>> {
        let enforced: Vec<&ResidencyRule> = self
            .scenario
            .residency
            .iter()
            .filter(|rule| rule.mode == ResidencyMode::Enforce)
            .collect();
        let mut allowed = Vec::with_capacity(groups.len() * self.scenario.candidates.len());
        for group in groups {
            let jurisdiction = &catalog.country(&group.country)?.jurisdiction;
            for region in &self.scenario.candidates {
                let may = |rule: &&ResidencyRule| {
                    !binds(rule, &group.country, jurisdiction) || permits(rule, region)
                };
                allowed.push(enforced.iter().all(may));
            }
        }
        Ok(allowed)
    }
}
