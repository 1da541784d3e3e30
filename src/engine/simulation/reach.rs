//! How far regions are from any place on land: median round trips of paths, with nobody's access network.

use rayon::prelude::*;

use super::{Simulation, endpoint};
use crate::basis::error::Result;
use crate::basis::geo::LatLon;
use crate::design::scenario::Scenario;
use crate::world::catalog::Catalog;
use crate::world::network::TargetAnchor;
use crate::world::network::reach::{STEP_DEGREES, places_on_land};

/// Estimated paths from places on land to regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Width and height of the cell that a place stands for, degrees.
    pub step_degrees: f64,
    /// The places.
    pub places: Vec<LatLon>,
    /// Median RTT of the path, ms, `[region][place]`, the regions in the order they were asked for.
    pub rtt_p50_ms: Vec<Vec<f64>>,
}

impl Simulation {
    /// Paths from places on land to `regions`, by the model that users' paths are estimated by: the users' own
    /// measurements are not in it. None where no user's path is estimated, so that the model has no part in the answer.
    ///
    /// # Errors
    /// When a table of the catalogue is broken.
    pub fn reach(&self, scenario: &Scenario, catalog: &Catalog, regions: &[usize]) -> Result<Option<Reach>> {
        if self.sources.user_pairs_estimated == 0 || regions.is_empty() {
            return Ok(None);
        }
        let places = places_on_land(catalog.metros()?)?;
        let targets: Vec<TargetAnchor> = regions
            .iter()
            .map(|&at| &scenario.candidates[at])
            .map(|region| {
                let place = endpoint(region.place, &region.country)?;
                Ok(self.network.target_of_region(&region.id, place))
            })
            .collect::<Result<_>>()?;
        let from = |place| {
            let user = self.network.user(place);
            let to = |target| self.network.user_path(&user, target).quantile(0.5).ms();
            targets.iter().map(to).collect()
        };
        // A place is one piece of work and keeps its own place in the answer, whatever thread does it.
        let by_place: Vec<Vec<f64>> = places.par_iter().map(|place| from(*place)).collect();
        let column = |region: usize| by_place.iter().map(|row| row[region]).collect();
        Ok(Some(Reach {
            step_degrees: STEP_DEGREES,
            places: places.iter().map(|place| place.at).collect(),
            rtt_p50_ms: (0..regions.len()).map(column).collect(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::progress::Watch;

    const SCENARIO: &str = r#"
        name = "Three"
        runs = 1000
        [audience]
        countries = ["DE", "US", "JP", "BR", "ZA", "IN"]
        [regions]
        candidates = ["aws:eu-central-1", "aws:us-east-1", "aws:ap-northeast-1"]
        sizes = "1..2"
    "#;

    fn made(text: &str, catalog: &Catalog) -> (Scenario, Simulation) {
        let checked = Scenario::check_text("a.toml", text, Path::new(""), &[], catalog);
        let scenario = checked
            .scenario
            .unwrap_or_else(|| panic!("{:?}", checked.problems));
        let simulation = Simulation::new(&scenario, catalog, Watch::default()).unwrap();
        (scenario, simulation)
    }

    #[test]
    fn the_way_from_a_cell_is_about_that_of_users_who_live_in_it() {
        let catalog = Catalog::embedded();
        let (scenario, simulation) = made(SCENARIO, &catalog);
        let reach = simulation
            .reach(&scenario, &catalog, &[0, 1, 2])
            .unwrap()
            .unwrap();
        let mut near = 0;
        for metro in catalog.metros().unwrap() {
            let km = |place: &LatLon| place.distance(metro.place).km();
            let cells = reach
                .places
                .iter()
                .enumerate()
                .filter(|(_, place)| km(place) < 60.0);
            let user = simulation
                .network
                .user(endpoint(metro.place, &metro.country).unwrap());
            for (cell, _) in cells {
                near += 1;
                for (number, region) in scenario.candidates.iter().enumerate() {
                    let target = simulation
                        .network
                        .target(endpoint(region.place, &region.country).unwrap());
                    let own = simulation.network.user_path(&user, &target).quantile(0.5).ms();
                    let there = reach.rtt_p50_ms[number][cell];
                    let off = (there - own).abs();
                    assert!(
                        off < 8.0 + 0.12 * own,
                        "{}: {own} and {there} to {}",
                        metro.id,
                        region.id
                    );
                }
            }
        }
        assert!(near > 40, "{near} metros have a cell near by");
    }

    #[test]
    fn a_region_is_as_far_whatever_other_regions_are_asked_about() {
        let catalog = Catalog::embedded();
        let (scenario, simulation) = made(SCENARIO, &catalog);
        let both = simulation.reach(&scenario, &catalog, &[0, 2]).unwrap().unwrap();
        let one = simulation.reach(&scenario, &catalog, &[2]).unwrap().unwrap();
        assert_eq!(both.rtt_p50_ms[1], one.rtt_p50_ms[0]);
        assert!(both.rtt_p50_ms.iter().all(|row| row.len() == both.places.len()));
        assert!(simulation.reach(&scenario, &catalog, &[]).unwrap().is_none());
    }

    #[test]
    fn one_thread_and_four_find_the_same() {
        let catalog = Catalog::embedded();
        let (scenario, simulation) = made(SCENARIO, &catalog);
        let found = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| simulation.reach(&scenario, &catalog, &[0, 1]).unwrap())
        };
        assert_eq!(found(1), found(4));
    }
}
