//! Effects on paths and access of users: where each stands in the system, and the levels that come of it.

use std::collections::{BTreeMap, BTreeSet};

use super::design::{Design, Kind, Local, OfHost, Row, Start};
use super::effects::{Effect, Levels, within};
use super::model::Posterior;
use super::numbers::{Numbers, WORTH, mean, start};
use super::observation::{Observation, Over};
use super::spreads::{SPREAD_WORTH, within_of};
use crate::world::network::variance::InputSpread;

/// The level of rows that are each of many users is taken to be known to this, at first.
const LEVEL_NOISE: f64 = 0.05;

/// Parts of the spread of a row.
pub(super) const OF_PATH: usize = 0;
const OF_LEVEL: usize = 1;

/// Kinds of local effects: pairs of country and region, and the access of single hosts.
const CELL: usize = 0;
pub(super) const HOST: usize = 1;

/// A host of fewer rows does not tell its access from their paths.
const ENOUGH_ROWS: usize = 3;

/// A host is one of its country and technology.
fn host_of(it: &Observation) -> (String, String, String) {
    let (country, technology, _) = it.subject.parts();
    (country.to_owned(), technology.to_owned(), it.host.clone())
}

/// Where the effects of users stand.
pub(super) struct UserEffects {
    technologies: Numbers<String>,
    access_countries: Numbers<String>,
    all: usize,
    countries: Numbers<String>,
    regions: Numbers<String>,
    cells: Numbers<(String, String)>,
    hosts: Numbers<(String, String, String)>,
    technology_pairs: BTreeSet<(String, String)>,
}

impl UserEffects {
    pub(super) fn of(rows: &[&Observation]) -> Self {
        let named = || rows.iter().map(|row| row.subject.parts());
        let technologies = Numbers::of(named().map(|it| it.1.to_owned()), 0);
        let access_countries = Numbers::of(named().map(|it| it.0.to_owned()), technologies.len());
        let all = technologies.len() + access_countries.len();
        let countries = Numbers::of(named().map(|it| it.0.to_owned()), all + 1);
        let regions = Numbers::of(named().map(|it| it.2.to_owned()), all + 1 + countries.len());
        let cells = Numbers::of(named().map(|it| (it.0.to_owned(), it.2.to_owned())), 0);
        let of_hosts = rows.iter().filter(|row| row.over == Over::Host);
        UserEffects {
            hosts: Numbers::of(of_hosts.map(|row| host_of(row)), cells.len()),
            cells,
            technology_pairs: named().map(|it| (it.0.to_owned(), it.1.to_owned())).collect(),
            technologies,
            access_countries,
            all,
            countries,
            regions,
        }
    }

    /// `of_host`: how many rows its host has.
    fn row(&self, it: &Observation, of_host: usize, spread: InputSpread) -> Row {
        let (country, technology, region) = it.subject.parts();
        let (host, part) = match it.over {
            Over::Host => (
                Some(OfHost {
                    local: self.hosts.get(&host_of(it)),
                    beside: (of_host < ENOUGH_ROWS).then(|| it.of_access()),
                }),
                (OF_PATH, within_of(it, spread)[1]),
            ),
            Over::Users => (None, (OF_LEVEL, LEVEL_NOISE.powi(2))),
        };
        let country = country.to_owned();
        Row {
            log: it.p50_ms.ln(),
            access: it.access_ms,
            path: it.path_ms,
            on_access: vec![
                self.technologies.get(&technology.to_owned()),
                self.access_countries.get(&country),
            ],
            on_path: vec![
                self.all,
                self.countries.get(&country),
                self.regions.get(&region.to_owned()),
            ],
            cell: self.cells.get(&(country, region.to_owned())),
            host,
            error: it.log_error.powi(2),
            parts: vec![part],
        }
    }

    /// Pairs, then hosts, in blocks by country.
    fn locals(&self, rows: &[&Observation], spread: InputSpread) -> Vec<Local> {
        let first = self.all + 1;
        let block = |country: &String| self.countries.get(country) - first;
        let cells = self.cells.0.keys().map(|(country, _)| Local {
            block: block(country),
            kind: CELL,
            base: 1.0,
        });
        let mut bases = vec![(0.0, 0.0); self.hosts.len()];
        for row in rows.iter().filter(|row| row.over == Over::Host) {
            let base = &mut bases[self.hosts.get(&host_of(row)) - self.cells.len()];
            base.0 += within(row.access_sd, spread.access).powi(2);
            base.1 += 1.0;
        }
        let hosts = self
            .hosts
            .0
            .keys()
            .zip(bases)
            .map(|((country, _, _), (sum, count))| Local {
                block: block(country),
                kind: HOST,
                base: f64::max(sum / count, 1e-6),
            });
        cells.chain(hosts).collect()
    }

    pub(super) fn design(&self, rows: &[&Observation], spread: InputSpread) -> Design {
        let path = mean(rows.iter().map(|row| row.scale.powi(2))) * spread.path.powi(2);
        let access = spread.access.powi(2);
        // Of one host a country nobody can tell whether the host or the country is off: both variances are as slow.
        let groups = [
            (self.technologies.len(), access / 4.0, WORTH),
            (self.access_countries.len(), access * 0.75, SPREAD_WORTH),
            (1, path / 4.0, WORTH),
            (self.countries.len(), path / 4.0, WORTH),
            (self.regions.len(), path / 4.0, WORTH),
        ];
        let mut of_hosts: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        for row in rows {
            *of_hosts.entry(host_of(row)).or_insert(0) += 1;
        }
        let of_spread = Start {
            variance: 1.0,
            worth: SPREAD_WORTH,
        };
        Design {
            rows: rows
                .iter()
                .map(|row| self.row(row, of_hosts.get(&host_of(row)).copied().unwrap_or(0), spread))
                .collect(),
            group_of: groups
                .iter()
                .enumerate()
                .flat_map(|(group, (count, ..))| std::iter::repeat_n(group, *count))
                .collect(),
            groups: groups
                .map(|(_, variance, worth)| Start {
                    worth,
                    ..start(variance)
                })
                .to_vec(),
            locals: self.locals(rows, spread),
            kinds: vec![
                Kind {
                    start: start(path / 4.0),
                    wild: false,
                },
                Kind {
                    start: of_spread,
                    wild: true,
                },
            ],
            parts: vec![of_spread, start(1.0)],
        }
    }
}

pub(super) fn path_levels(effects: &UserEffects, found: &Posterior) -> Levels {
    let all = effects.all;
    let (of_country, of_region, of_cell) = (found.groups[3], found.groups[4], found.kinds[CELL]);
    let level = |at: usize, known: &[usize], unknown: f64| Effect {
        effect: found.effects[at],
        sd: (found.variance_of(known, None) + unknown).sqrt(),
    };
    let pair = |(name, &cell): (&(String, String), &usize)| {
        let (country, region) = (effects.countries.get(&name.0), effects.regions.get(&name.1));
        let effect = Effect {
            effect: found.locals[cell],
            sd: found.variance_of(&[all, country, region], Some(cell)).sqrt(),
        };
        (name.clone(), effect)
    };
    Levels {
        all: Some(level(all, &[all], of_country + of_region + of_cell)),
        from: effects
            .countries
            .0
            .iter()
            .map(|(name, &at)| (name.clone(), level(at, &[all, at], of_region + of_cell)))
            .collect(),
        to: effects
            .regions
            .0
            .iter()
            .map(|(name, &at)| (name.clone(), level(at, &[all, at], of_country + of_cell)))
            .collect(),
        pairs: effects.cells.0.iter().map(pair).collect(),
    }
}

pub(super) fn access_levels(effects: &UserEffects, found: &Posterior) -> Levels {
    let (of_technology, of_country) = (found.groups[0], found.groups[1]);
    let level = |at: usize, unknown: f64| Effect {
        effect: found.effects[at],
        sd: (found.variance_of(&[at], None) + unknown).sqrt(),
    };
    let pair = |name: &(String, String)| {
        let known = [
            effects.access_countries.get(&name.0),
            effects.technologies.get(&name.1),
        ];
        let effect = Effect {
            effect: 0.0,
            sd: found.variance_of(&known, None).sqrt(),
        };
        (name.clone(), effect)
    };
    let levels = |numbers: &Numbers<String>, unknown: f64| {
        let named = numbers.0.iter();
        named
            .map(|(name, &at)| (name.clone(), level(at, unknown)))
            .collect()
    };
    Levels {
        all: Some(Effect {
            effect: 0.0,
            sd: (of_technology + of_country).sqrt(),
        }),
        from: levels(&effects.access_countries, of_technology),
        to: levels(&effects.technologies, of_country),
        pairs: effects.technology_pairs.iter().map(pair).collect(),
    }
}
