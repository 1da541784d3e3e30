//! Laws made in code, for tests of the engine.
#![allow(dead_code, unreachable_pub)]

use isochrone::basis::dist::Dist;
use isochrone::engine::latency::law::{AccessError, GroupLaw, Laws, PairLaw, Part, PathError};

/// Groups of equal weight, each of its own country; `rtt[group][region]` are laws of the RTT in ms.
pub fn laws_of(rtt: &[Vec<Dist>]) -> Laws {
    let weights = vec![1.0; rtt.len()];
    weighted_laws_of(&weights, rtt)
}

/// The same with weights.
pub fn weighted_laws_of(weights: &[f64], rtt: &[Vec<Dist>]) -> Laws {
    let total: f64 = weights.iter().sum();
    let groups = weights
        .iter()
        .enumerate()
        .map(|(at, weight)| GroupLaw {
            weight: weight / total,
            country: at as u16,
            access: Part::fixed(0.0),
            access_error: AccessError::default(),
        })
        .collect();
    let pairs = rtt
        .iter()
        .flatten()
        .map(|dist| PairLaw {
            parts: vec![Part::once(dist.shape())],
            contains_access: false,
            expected_ms: dist.mean().expect("a mean"),
            path_error: PathError::default(),
            jitter_ms: 0.0,
        })
        .collect();
    Laws {
        groups,
        regions: rtt[0].len(),
        pairs,
        service: Part::fixed(0.0),
        classes: Vec::new(),
        edge: None,
        router: None,
    }
}

/// Fixed RTTs.
pub fn fixed_laws(rtt: &[Vec<f64>]) -> Laws {
    let dists: Vec<Vec<Dist>> = rtt
        .iter()
        .map(|row| {
            row.iter()
                .map(|ms| Dist::fixed(*ms).expect("a latency"))
                .collect()
        })
        .collect();
    laws_of(&dists)
}
