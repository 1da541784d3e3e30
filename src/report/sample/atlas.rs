//! Maps of the made-up report: every country is one user group.

use super::{COUNTRIES, Country, REGIONS, Served};
use crate::decide::judge::CURVE;
use crate::report::model::{Atlas, Reach, RegionPlace, UserPlace, UsersAfter, UsersResult};

/// Degrees between places on the made-up land.
const STEP: f64 = 10.0;

pub(super) fn atlas(audience: &[Country]) -> Atlas {
    Atlas {
        regions: REGIONS
            .iter()
            .map(|(id, latitude, longitude)| RegionPlace {
                id: (*id).to_owned(),
                name: format!("Place of {id}"),
                country: COUNTRIES[0].0.to_owned(),
                latitude: *latitude,
                longitude: *longitude,
            })
            .collect(),
        users: audience
            .iter()
            .map(|of| UserPlace {
                name: format!("users of {}", of.code),
                country: of.code.clone(),
                latitude: of.lat,
                longitude: of.lon,
                share: of.share,
            })
            .collect(),
        quantile_levels: CURVE.to_vec(),
        reach: Some(reach()),
    }
}

/// Places ten degrees apart within ten degrees of a country of the table: land enough for a sample.
fn reach() -> Reach {
    let (mut latitudes, mut longitudes) = (Vec::new(), Vec::new());
    for lat in (-5..=6).map(|at| f64::from(at) * STEP) {
        for lon in (-17..=17).map(|at| f64::from(at) * STEP) {
            let near = |of: &&(&str, f64, f64)| (of.1 - lat).abs() <= STEP && (of.2 - lon).abs() <= STEP;
            if COUNTRIES.iter().any(|of| near(&of)) {
                latitudes.push(lat);
                longitudes.push(lon);
            }
        }
    }
    let to = |region: &(&str, f64, f64)| -> Vec<f64> {
        let places = latitudes.iter().zip(&longitudes);
        places
            .map(|(lat, lon)| 2.0 + 0.0185 * super::km((*lat, *lon), (region.1, region.2)))
            .collect()
    };
    Reach {
        step_degrees: STEP,
        regions: (0..REGIONS.len()).collect(),
        rtt_p50_ms: REGIONS.iter().map(to).collect(),
        latitudes,
        longitudes,
    }
}

pub(super) fn users(served: &[Served]) -> UsersResult {
    UsersResult {
        region: served.iter().map(|of| Some(of.region)).collect(),
        p50_ms: served.iter().map(|of| Some(of.median_ms)).collect(),
        p95_ms: served.iter().map(|of| Some(of.quantile(0.95))).collect(),
    }
}

pub(super) fn users_after(before: &[Served], after: &[Served]) -> UsersAfter {
    let mut told = UsersAfter::default();
    for (user, (before, after)) in before.iter().zip(after).enumerate() {
        if before.region != after.region {
            told.user.push(user);
            told.region.push(Some(after.region));
            told.p95_ms.push(Some(after.quantile(0.95)));
        }
    }
    told
}
