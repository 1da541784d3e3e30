//! From rows of measurements beside their estimates to the effects that bring both together.
//!
//! | effects | on | before anything is known, standard deviation |
//! |---|---|---|
//! | all, country, region, pair of both | path of users | 0.85 scales of the estimates in all, each a quarter of the variance |
//! | technology, country | access | 0.51 in all, a quarter and three quarters of the variance |
//! | all, region at either end, pair | link | the spread of the estimates in all: a sixth, a sixth each, a half |
//!
//! The 0.85 and 0.51 are the input errors of the network (see [`variance`](crate::world::network::variance)). Where the
//! rows are single hosts their residuals tell the spread between users; where each is of many users, what they say of
//! their own 90th percentile does.

use std::collections::{BTreeMap, BTreeSet};

use super::effects::{Calibration, Effect, Factor, Levels, within};
use super::model::{Design, Posterior, Row, Start};
use crate::world::network::variance::InputSpread;

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Users of a country with a technology, to a region.
    Users {
        /// ISO 3166-1 alpha-2 code.
        country: String,
        /// Name of the technology.
        technology: String,
        /// Region id.
        region: String,
    },
    /// Two regions.
    Link {
        /// One of them.
        a: String,
        /// The other.
        b: String,
    },
}

/// Whom the times of one row are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// One host or probe, over time.
    Host,
    /// Many users.
    Users,
}

/// A measurement beside its estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// What it is about.
    pub subject: Subject,
    /// Whose times they are.
    pub over: Over,
    /// Measured median, ms.
    pub p50_ms: f64,
    /// Measured 90th percentile, ms.
    pub p90_ms: Option<f64>,
    /// Standard deviation of ln p50 that comes from few times.
    pub log_error: f64,
    /// Estimated median of the access, ms; 0 between regions.
    pub access_ms: f64,
    /// What the estimated median has beside it, ms: the path.
    pub path_ms: f64,
    /// Estimated 90th percentile, ms.
    pub estimated_p90_ms: f64,
    /// Spread of access between users: standard deviation of the logarithm.
    pub access_sd: f64,
    /// Spread of the path between users, or of a link's estimate: the same.
    pub path_sd: f64,
    /// Scale of the path's estimate.
    pub scale: f64,
}

impl Observation {
    /// Estimated median, ms.
    pub fn estimated_ms(&self) -> f64 {
        self.access_ms + self.path_ms
    }

    /// The share of the access in the estimate.
    fn of_access(&self) -> f64 {
        self.access_ms / self.estimated_ms()
    }
}

/// The level of rows that are each of many users is taken to be known to this, at first.
const LEVEL_NOISE: f64 = 0.05;
/// What two measurements of one link differ by, at first.
const LINK_NOISE: f64 = 0.03;
/// Rows that the start of a variance of effects is worth.
const WORTH: f64 = 4.0;
/// Rows that the estimated spread between users is worth.
const SPREAD_WORTH: f64 = 20.0;
/// What ln(p90 / p50) of one row is off by beside the factor that all rows share, at first; and how many rows that is worth.
const SHAPE_NOISE: f64 = 0.3;
/// A spread is not made more than twice or less than half of what it was; one between users of one level, that is.
const SPREAD_BOUNDS: (f64, f64) = (0.5, 2.0);

/// Parts of the spread of a row.
const OF_ACCESS: usize = 0;
const OF_PATH: usize = 1;
const OF_LEVEL: usize = 2;

/// What `observations` make of the estimates; `spread` says how far these may be off before anything is known. The order
/// of the observations does not matter.
///
/// Nothing is fitted where there are no rows of a kind.
pub fn fit(observations: &[Observation], spread: InputSpread) -> Calibration {
    let mut sorted: Vec<&Observation> = observations.iter().collect();
    sorted.sort_by(|a, b| {
        let figures = |it: &Observation| {
            [
                it.p50_ms,
                it.p90_ms.unwrap_or(0.0),
                it.estimated_ms(),
                it.log_error,
            ]
        };
        let by_figures = || {
            let pairs = figures(a).into_iter().zip(figures(b));
            pairs.fold(std::cmp::Ordering::Equal, |so_far, (x, y)| {
                so_far.then(x.total_cmp(&y))
            })
        };
        (&a.subject, a.over)
            .cmp(&(&b.subject, b.over))
            .then_with(by_figures)
    });
    let (users, links): (Vec<&Observation>, Vec<&Observation>) = sorted
        .into_iter()
        .partition(|it| matches!(it.subject, Subject::Users { .. }));
    let mut calibration = Calibration::default();
    if !users.is_empty() {
        fit_users(&users, spread, &mut calibration);
    }
    if !links.is_empty() {
        calibration.links = fit_links(&links);
    }
    calibration
}

/// Numbers for names, in their order.
struct Numbers<K>(BTreeMap<K, usize>);

impl<K: Ord + Clone> Numbers<K> {
    fn of(names: impl Iterator<Item = K>, first: usize) -> Self {
        let names: BTreeSet<K> = names.collect();
        Numbers(names.into_iter().zip(first..).collect())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, name: &K) -> usize {
        self.0.get(name).copied().unwrap_or_default()
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / f64::max(count, 1.0)
}

fn start(variance: f64) -> Start {
    Start {
        variance: variance.max(1e-8),
        worth: WORTH,
    }
}

fn users_parts(subject: &Subject) -> (&str, &str, &str) {
    match subject {
        Subject::Users {
            country,
            technology,
            region,
        } => (country, technology, region),
        Subject::Link { a, b } => (a, "", b),
    }
}

/// Where the effects of users stand.
struct UserEffects {
    technologies: Numbers<String>,
    access_countries: Numbers<String>,
    all: usize,
    countries: Numbers<String>,
    regions: Numbers<String>,
    cells: Numbers<(String, String)>,
    technology_pairs: BTreeSet<(String, String)>,
}

impl UserEffects {
    fn of(rows: &[&Observation]) -> Self {
        let named = || rows.iter().map(|row| users_parts(&row.subject));
        let technologies = Numbers::of(named().map(|it| it.1.to_owned()), 0);
        let access_countries = Numbers::of(named().map(|it| it.0.to_owned()), technologies.len());
        let all = technologies.len() + access_countries.len();
        let countries = Numbers::of(named().map(|it| it.0.to_owned()), all + 1);
        let regions = Numbers::of(named().map(|it| it.2.to_owned()), all + 1 + countries.len());
        UserEffects {
            cells: Numbers::of(named().map(|it| (it.0.to_owned(), it.2.to_owned())), 0),
            technology_pairs: named().map(|it| (it.0.to_owned(), it.1.to_owned())).collect(),
            technologies,
            access_countries,
            all,
            countries,
            regions,
        }
    }

    fn row(&self, it: &Observation, spread: InputSpread) -> Row {
        let (country, technology, region) = users_parts(&it.subject);
        let parts = match it.over {
            Over::Host => {
                let [access, path] = within_of(it, spread);
                vec![(OF_ACCESS, access), (OF_PATH, path)]
            }
            Over::Users => vec![(OF_LEVEL, LEVEL_NOISE.powi(2))],
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
            error: it.log_error.powi(2),
            parts,
        }
    }

    fn design(&self, rows: &[&Observation], spread: InputSpread) -> Design {
        let path = mean(rows.iter().map(|row| row.scale.powi(2))) * spread.path.powi(2);
        let access = spread.access.powi(2);
        let groups = [
            (self.technologies.len(), access / 4.0),
            (self.access_countries.len(), access * 0.75),
            (1, path / 4.0),
            (self.countries.len(), path / 4.0),
            (self.regions.len(), path / 4.0),
        ];
        let of_spread = Start {
            variance: 1.0,
            worth: SPREAD_WORTH,
        };
        Design {
            rows: rows.iter().map(|row| self.row(row, spread)).collect(),
            group_of: groups
                .iter()
                .enumerate()
                .flat_map(|(group, (count, _))| std::iter::repeat_n(group, *count))
                .collect(),
            groups: groups.iter().map(|(_, variance)| start(*variance)).collect(),
            cells: self.cells.len(),
            cell: start(path / 4.0),
            parts: vec![of_spread, of_spread, start(1.0)],
        }
    }
}

fn fit_users(rows: &[&Observation], spread: InputSpread, calibration: &mut Calibration) {
    let effects = UserEffects::of(rows);
    let Some(found) = effects.design(rows, spread).fit() else {
        return;
    };
    calibration.path = path_levels(&effects, &found);
    calibration.access = access_levels(&effects, &found);
    let [access, path] = spreads(rows, &found, spread, calibration);
    (calibration.access_spread, calibration.path_spread) = (access, path);
}

fn path_levels(effects: &UserEffects, found: &Posterior) -> Levels {
    let all = effects.all;
    let (of_country, of_region, of_cell) = (found.groups[3], found.groups[4], found.cell);
    let level = |at: usize, known: &[usize], unknown: f64| Effect {
        effect: found.effects[at],
        sd: (found.variance_of(known, None) + unknown).sqrt(),
    };
    let pair = |(name, &cell): (&(String, String), &usize)| {
        let (country, region) = (effects.countries.get(&name.0), effects.regions.get(&name.1));
        let effect = Effect {
            effect: found.cells[cell],
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

fn access_levels(effects: &UserEffects, found: &Posterior) -> Levels {
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

/// Factors on the spread of access and path between users.
///
/// Residuals of hosts say f²; the standard deviation of ln f is then √(1 / 2n) with n rows' worth of them. Rows over many
/// users say by how much ln(p90 / p50) differs from its estimate, which the shares of access and path in the spread tell
/// apart, and what is left unknown of levels is in the estimate already; that is a regression with what hosts said, or the estimate, as its prior.
fn spreads(
    rows: &[&Observation],
    found: &Posterior,
    spread: InputSpread,
    levels: &Calibration,
) -> [Option<Factor>; 2] {
    let prior = [OF_ACCESS, OF_PATH].map(|part| {
        let sd = (0.5 / (SPREAD_WORTH + found.part_rows[part])).sqrt();
        (0.5 * found.parts[part].ln(), sd)
    });
    let said = rows.iter().filter_map(|row| shape_said(row, spread, levels));
    let told: Vec<([f64; 2], f64)> = said.collect();
    let hosts = rows.iter().any(|row| row.over == Over::Host);
    if told.is_empty() && !hosts {
        return [None, None];
    }
    let [access, path] = with_shapes(prior, &told);
    [(access, spread.access), (path, spread.path)].map(|((log, sd), level)| {
        Some(Factor {
            factor: log.exp().clamp(SPREAD_BOUNDS.0, SPREAD_BOUNDS.1),
            sd,
            level,
        })
    })
}

/// Variances of ln RTT that access and path of a row give between users of one level.
fn within_of(row: &Observation, spread: InputSpread) -> [f64; 2] {
    let of_access = row.of_access();
    [
        (of_access * within(row.access_sd, spread.access)).powi(2),
        ((1.0 - of_access) * within(row.path_sd, spread.path * row.scale)).powi(2),
    ]
}

/// Variance of ln RTT that is left of the levels of a row.
fn of_levels(row: &Observation, spread: InputSpread, levels: &Calibration) -> f64 {
    let (country, technology, region) = users_parts(&row.subject);
    let access = levels
        .access
        .level(Some(country), Some(technology))
        .error(spread.access);
    let path = levels
        .path
        .level(Some(country), Some(region))
        .error(spread.path * row.scale);
    let of_access = row.of_access();
    (of_access * access).powi(2) + ((1.0 - of_access) * path).powi(2)
}

/// Shares of access and path in the spread between users of one level, and ln of the factor on it that would make the
/// spread, with what is left of the level, as wide as was measured.
fn shape_said(row: &Observation, spread: InputSpread, levels: &Calibration) -> Option<([f64; 2], f64)> {
    let p90 = row.p90_ms.filter(|_| row.over == Over::Users)?;
    let measured = (p90 / row.p50_ms).ln();
    let estimated = (row.estimated_p90_ms / row.estimated_ms()).ln();
    if measured <= 0.0 || estimated <= 0.0 {
        return None;
    }
    let of_access = row.of_access();
    let stated = (of_access * row.access_sd).powi(2) + ((1.0 - of_access) * row.path_sd).powi(2);
    let [access, path] = within_of(row, spread);
    let whole = access + path;
    let wanted = stated * (measured / estimated).powi(2) - of_levels(row, spread, levels);
    let said = 0.5 * (wanted.max(SPREAD_BOUNDS.0.powi(2) * whole) / whole).ln();
    (whole > 0.0).then_some(([access / whole, path / whole], said))
}

/// Mean and standard deviation of two coefficients with independent normal priors after a regression.
fn with_shapes(prior: [(f64, f64); 2], told: &[([f64; 2], f64)]) -> [(f64, f64); 2] {
    let mut now = prior;
    let mut noise = SHAPE_NOISE.powi(2);
    for _ in 0..50 {
        let precision = prior.map(|(_, sd)| 1.0 / (sd * sd));
        let (mut aa, mut ab, mut bb) = (precision[0], 0.0, precision[1]);
        let (mut a, mut b) = (precision[0] * prior[0].0, precision[1] * prior[1].0);
        for ([x, y], said) in told {
            aa += x * x / noise;
            ab += x * y / noise;
            bb += y * y / noise;
            a += x * said / noise;
            b += y * said / noise;
        }
        let determinant = aa * bb - ab * ab;
        let means = [(bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant];
        now = [
            (means[0], (bb / determinant).sqrt()),
            (means[1], (aa / determinant).sqrt()),
        ];
        let missed: f64 = told
            .iter()
            .map(|([x, y], said)| (said - x * means[0] - y * means[1]).powi(2))
            .sum();
        noise = (WORTH * SHAPE_NOISE.powi(2) + missed) / (WORTH + told.len() as f64);
    }
    now
}

fn fit_links(rows: &[&Observation]) -> Levels {
    let ends = |row: &&Observation| {
        let (a, _, b) = users_parts(&row.subject);
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
                    error: row.log_error.powi(2),
                    parts: vec![(0, LINK_NOISE.powi(2))],
                }
            })
            .collect(),
        group_of,
        groups: vec![start(spread / 6.0), start(spread / 6.0)],
        cells: cells.len(),
        cell: start(spread / 2.0),
        parts: vec![start(1.0)],
    };
    let Some(found) = design.fit() else {
        return Levels::default();
    };
    let (of_region, of_cell) = (found.groups[1], found.cell);
    let level = |at: usize, known: &[usize], unknown: f64| Effect {
        effect: found.effects[at],
        sd: (found.variance_of(known, None) + unknown).sqrt(),
    };
    Levels {
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
                    effect: found.cells[cell],
                    sd: found.variance_of(&known, Some(cell)).sqrt(),
                };
                (pair.clone(), effect)
            })
            .collect(),
    }
}
