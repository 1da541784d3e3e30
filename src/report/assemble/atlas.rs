//! Maps: where regions and users are, and what each user group sees.

use std::collections::BTreeSet;

use super::Assembler;
use crate::basis::error::Result;
use crate::decide::judge::{CURVE, Judged, OfUsers};
use crate::decide::recovery::after::LossFacts;
use crate::decide::run::NamedSet;
use crate::report::model::{Atlas, Reach, RegionPlace, UserPlace, UsersAfter, UsersResult};
use crate::world::catalog::Catalog;

/// Sets whose countries have curves, from the best; the baseline has them too.
const SETS_WITH_CURVES: usize = 10;

/// The least share of the audience of a country that has a curve of its own.
pub(super) const LEAST_SHARE_OF_A_CURVE: f64 = 0.002;

impl Assembler<'_> {
    pub(super) fn atlas(&self, catalog: &Catalog) -> Result<Atlas> {
        let regions = self.scenario.candidates.iter().map(|region| RegionPlace {
            id: region.id.clone(),
            name: region.name.clone(),
            country: region.country.clone(),
            latitude: region.place.lat(),
            longitude: region.place.lon(),
        });
        let laws = &self.simulation.laws;
        let places = self.simulation.groups.iter().zip(&self.simulation.places);
        let users = places.zip(&laws.groups).map(|((name, place), law)| UserPlace {
            name: name.clone(),
            country: self.simulation.countries[law.country as usize].clone(),
            latitude: place.lat(),
            longitude: place.lon(),
            share: law.weight,
        });
        Ok(Atlas {
            regions: regions.collect(),
            users: users.collect(),
            quantile_levels: CURVE.to_vec(),
            reach: self.reach(catalog)?,
        })
    }

    /// Paths from places on land to the regions that occur in the sets.
    fn reach(&self, catalog: &Catalog) -> Result<Option<Reach>> {
        let sets = self.outcome.sets.iter();
        let regions: BTreeSet<usize> = sets
            .flat_map(|set| set.judged.placed.regions.iter().copied())
            .collect();
        let regions: Vec<usize> = regions.into_iter().collect();
        let reach = self.simulation.reach(self.scenario, catalog, &regions)?;
        Ok(reach.map(|reach| Reach {
            step_degrees: reach.step_degrees,
            latitudes: reach.places.iter().map(|place| place.lat()).collect(),
            longitudes: reach.places.iter().map(|place| place.lon()).collect(),
            regions,
            rtt_p50_ms: reach
                .rtt_p50_ms
                .iter()
                .map(|row| row.iter().copied().map(a_tenth).collect())
                .collect(),
        }))
    }

    /// Whether countries of the set at `place` are told with their curves.
    pub(super) fn has_curves(&self, place: usize) -> bool {
        self.outcome.sets[place].judged.rank <= SETS_WITH_CURVES || self.outcome.baseline == Some(place)
    }
}

/// The set as each user group sees it.
pub(super) fn users(judged: &Judged) -> UsersResult {
    let users = &judged.users;
    UsersResult {
        region: users.iter().map(|of| of.region).collect(),
        p50_ms: users.iter().map(|of| tenths(of, of.p50)).collect(),
        p95_ms: users.iter().map(|of| tenths(of, of.p95)).collect(),
    }
}

/// User groups whose region or whose p95 is another one.
pub(super) fn users_after(set: &NamedSet, facts: &LossFacts) -> Option<UsersAfter> {
    let after = facts.judged.as_ref()?;
    let mut told = UsersAfter::default();
    for (user, (before, after)) in set.judged.users.iter().zip(&after.users).enumerate() {
        if before.region != after.region || tenths(before, before.p95) != tenths(after, after.p95) {
            told.user.push(user);
            told.region.push(after.region);
            told.p95_ms.push(tenths(after, after.p95));
        }
    }
    Some(told)
}

/// A time to a tenth of a millisecond, which is less than any of these is known to; none where nobody is served.
fn tenths(of: &OfUsers, ms: f64) -> Option<f64> {
    of.region.map(|_| a_tenth(ms))
}

fn a_tenth(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}
