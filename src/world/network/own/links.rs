//! Effects on links between regions.

use std::collections::BTreeMap;

use super::design::{Design, Kind, Local, Row};
use super::effects::{Effect, Levels};
use super::numbers::{Numbers, mean, start};
use super::observation::Observation;

/// What two measurements of one link differ by, at first.
const LINK_NOISE: f64 = 0.03;

/// Levels of links, and how far each row lies away from them in standard deviations.
pub(super) fn fit_links(rows: &[&Observation]) -> Option<(Levels, Vec<f64>)> {
    let ends = |row: &&Observation| {
        let (a, _, b) = row.subject.parts();
        if a <= b {
            (a.to_owned(), b.to_owned())
        } else {
            (b.to_owned(), a.to_owned())
        }
    };
    let regions = Numbers::of(rows.iter().flat_map(|row| <[String; 2]>::from(ends(row))), 1);
    let cells = Numbers::of(rows.iter().map(ends), 0);
    let spread = mean(rows.iter().map(|row| row.path_sd.powi(2)));
    let mut group_of = vec![0];
    group_of.extend(std::iter::repeat_n(1, regions.len()));
    let design = Design {
        rows: rows
            .iter()
            .map(|row| {
                let pair = ends(row);
                Row {
                    log: row.p50_ms.ln(),
                    access: 0.0,
                    path: row.path_ms,
                    on_access: Vec::new(),
                    on_path: vec![0, regions.get(&pair.0), regions.get(&pair.1)],
                    cell: cells.get(&pair),
                    host: None,
                    error: row.log_error.powi(2),
                    parts: vec![(0, LINK_NOISE.powi(2))],
                }
            })
            .collect(),
        group_of,
        groups: vec![start(spread / 6.0), start(spread / 6.0)],
        locals: (0..cells.len())
            .map(|block| Local {
                block,
                kind: 0,
                base: 1.0,
            })
            .collect(),
        kinds: vec![Kind {
            start: start(spread / 2.0),
            wild: false,
        }],
        parts: vec![start(1.0)],
    };
    let found = design.fit()?;
    let (of_region, of_cell) = (found.groups[1], found.kinds[0]);
    let level = |at: usize, known: &[usize], unknown: f64| Effect {
        effect: found.effects[at],
        sd: (found.variance_of(known, None) + unknown).sqrt(),
    };
    let levels = Levels {
        all: Some(level(0, &[0], 2.0 * of_region + of_cell)),
        from: regions
            .0
            .iter()
            .map(|(name, &at)| (name.clone(), level(at, &[0, at], of_region + of_cell)))
            .collect(),
        to: BTreeMap::new(),
        pairs: cells
            .0
            .iter()
            .map(|(pair, &cell)| {
                let known = [0, regions.get(&pair.0), regions.get(&pair.1)];
                let effect = Effect {
                    effect: found.locals[cell],
                    sd: found.variance_of(&known, Some(cell)).sqrt(),
                };
                (pair.clone(), effect)
            })
            .collect(),
    };
    Some((levels, found.away))
}
