//! `isochrone estimate`: quantiles of the round-trip time between any two points.

mod point;

mod pairs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pairs::Pair;
use point::Point;

use super::own;
use super::regions::catalog;
use crate::basis::error::Result;
use crate::basis::units::Millis;
use crate::cli::args::EstimateArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::world::network::Network;
use crate::world::network::access::Technology;
use crate::world::network::graph::{Link, Measured, Provenance, RegionGraph};
use crate::world::network::own::{Basis, Calibration};
use crate::world::network::path::{PathEstimate, PathKind};
use crate::world::network::rows::RegionRow;
use crate::world::network::tables::Tables;

/// The quantiles that are told.
const LEVELS: [f64; 7] = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

const KEYS: [&str; 11] = [
    "from",
    "to",
    "technology",
    "basis",
    "p5_ms",
    "p25_ms",
    "p50_ms",
    "p75_ms",
    "p90_ms",
    "p95_ms",
    "p99_ms",
];

/// Estimates every pair and prints a row for each, in their order.
///
/// # Errors
/// When a point or the table of pairs is not understood.
pub fn run(args: &EstimateArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let catalog = catalog(&args.answer.tables)?;
    let pairs = pairs::read(args, &catalog, sources)?;
    let use_measured = if args.ignore_measured {
        Measured::Ignore
    } else {
        Measured::Use
    };
    let own = match &args.calibration {
        Some(path) => own::calibration(path, &catalog, settings, sources)?,
        None => Calibration::default(),
    };
    let estimator = Estimator::new(
        &Tables::from_catalog(&catalog)?,
        &pairs,
        use_measured,
        &Arc::new(own),
    )?;
    let estimates = pairs
        .iter()
        .map(|pair| estimator.estimate(pair))
        .collect::<Result<Vec<_>>>()?;
    settings.answer(&sheet(&pairs, &estimates), args.answer.format)
}

/// What is known of one pair.
struct Estimate {
    basis: &'static str,
    quantiles_ms: [f64; LEVELS.len()],
}

/// Everything that estimates share.
struct Estimator {
    network: Network,
    /// Where measurements are ignored, the network that knows nothing of a region, for each that is paired with a place.
    without: BTreeMap<String, Network>,
    /// The regions that are paired with regions.
    graph: RegionGraph,
}

impl Estimator {
    fn new(tables: &Tables, pairs: &[Pair], use_measured: Measured, own: &Arc<Calibration>) -> Result<Self> {
        let network = Network::build(tables)?.calibrated(Arc::clone(own));
        let regions = paired_regions(pairs);
        let graph = RegionGraph::build(&regions, &tables.region_rtts, network.paths(), use_measured)?
            .calibrated(own, network.link_sd());
        let without = match use_measured {
            Measured::Use => BTreeMap::new(),
            Measured::Ignore => regions_beside_places(pairs)
                .into_iter()
                .map(|id| {
                    let network = Network::build(&tables.without_region(id))?;
                    Ok((id.to_owned(), network.calibrated(Arc::clone(own))))
                })
                .collect::<Result<_>>()?,
        };
        Ok(Estimator {
            network,
            without,
            graph,
        })
    }

    fn estimate(&self, pair: &Pair) -> Result<Estimate> {
        match (&pair.from, &pair.to, pair.technology) {
            (Point::Region { id: from, .. }, Point::Region { id: to, .. }, _) => {
                let level = self.network.own().link_level(from, to);
                Ok(self.of_link(self.graph.link(from, to)?, basis_word(level.basis)))
            }
            (from, to, None) => Ok(self.of_hosts(from, to)),
            // Round trips are the same both ways: the users are at the end that is no region.
            (region @ Point::Region { .. }, users, Some(technology)) => {
                Ok(self.of_users(users, region, technology))
            }
            (users, to, Some(technology)) => Ok(self.of_users(users, to, technology)),
        }
    }

    /// The network that a path towards `point` is estimated from.
    fn network_towards(&self, point: &Point) -> &Network {
        match point {
            Point::Region { id, .. } => self.without.get(id).unwrap_or(&self.network),
            Point::Place { .. } => &self.network,
        }
    }

    fn of_link(&self, link: &Link, estimated: &'static str) -> Estimate {
        match &link.provenance {
            Provenance::Measured => Estimate {
                basis: "measured",
                quantiles_ms: LEVELS.map(|p| (link.p50.ms() + link.jitter().quantile_ms(p)).max(0.0)),
            },
            Provenance::Estimated(path) => Estimate {
                basis: estimated,
                quantiles_ms: self.spread(link.p50.ms(), link.scale, path),
            },
        }
    }

    fn of_hosts(&self, from: &Point, to: &Point) -> Estimate {
        let region = if from.is_region() { from } else { to };
        let paths = self.network_towards(region).paths();
        let path = paths.between(from.place(), to.place(), PathKind::Public);
        Estimate {
            basis: "estimated",
            quantiles_ms: self.spread(path.median.ms(), path.scale, &path),
        }
    }

    fn of_users(&self, users: &Point, target: &Point, technology: Technology) -> Estimate {
        let network = self.network_towards(target);
        let rtt = network.user_rtt(
            &network.user(users.place()),
            &match target {
                Point::Region { id, place } => network.target_of_region(id, *place),
                Point::Place { place, .. } => network.target(*place),
            },
            technology,
        );
        Estimate {
            basis: basis_word(rtt.path.own.basis),
            quantiles_ms: rtt.quantiles(LEVELS).map(Millis::ms),
        }
    }

    /// Quantiles of a path: how far the truth may lie from the estimate, never below what fibre allows.
    fn spread(&self, median_ms: f64, scale: f64, path: &PathEstimate) -> [f64; LEVELS.len()] {
        let shape = self.network.paths().spread().shape();
        LEVELS.map(|p| (median_ms * (scale * shape.quantile(p)).exp()).max(path.fibre.ms()))
    }
}

/// What an estimate is called that own measurements say so much of.
fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Nothing => "estimated",
        _ => "estimated, calibrated",
    }
}

/// The regions that stand in a pair with a place that is none, each once.
fn regions_beside_places(pairs: &[Pair]) -> BTreeSet<&str> {
    pairs
        .iter()
        .filter(|pair| pair.from.is_region() != pair.to.is_region())
        .flat_map(|pair| [&pair.from, &pair.to])
        .filter(|point| point.is_region())
        .map(Point::name)
        .collect()
}

/// The regions that stand in a pair with another, each once.
fn paired_regions(pairs: &[Pair]) -> Vec<RegionRow> {
    let mut regions = BTreeMap::new();
    for pair in pairs {
        if let (Point::Region { .. }, Point::Region { .. }) = (&pair.from, &pair.to) {
            for point in [&pair.from, &pair.to] {
                regions.insert(point.name(), point.place());
            }
        }
    }
    regions
        .into_iter()
        .map(|(id, place)| RegionRow {
            id: id.to_owned(),
            place,
        })
        .collect()
}

fn sheet(pairs: &[Pair], estimates: &[Estimate]) -> Sheet {
    let rows = pairs
        .iter()
        .zip(estimates)
        .map(|(pair, estimate)| row(pair, estimate))
        .collect();
    Sheet {
        keys: KEYS.to_vec(),
        rows,
        notes: vec![
            "measured: over time, from p50 and p90; estimated: over users and paths, at typical jitter"
                .into(),
            "a p99 is an extrapolation in both cases".into(),
        ],
        ..Sheet::default()
    }
}

fn row(pair: &Pair, estimate: &Estimate) -> Vec<Cell> {
    let between_regions = matches!(
        (&pair.from, &pair.to),
        (Point::Region { .. }, Point::Region { .. })
    );
    let technology = match pair.technology {
        Some(technology) if !between_regions => Cell::from(technology.name()),
        _ => Cell::Empty,
    };
    let mut cells = vec![
        pair.from.name().into(),
        pair.to.name().into(),
        technology,
        Cell::from(estimate.basis),
    ];
    cells.extend(estimate.quantiles_ms.map(|ms| Cell::Number(ms, 1)));
    cells
}
