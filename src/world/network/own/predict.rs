//! What the network says of the pairs that were measured.

use crate::basis::error::Result;
use crate::basis::stat::atoms::Atoms;
use crate::basis::units::Millis;
use crate::world::network::access::AccessBasis;
use crate::world::network::endtoend::UserRtt;
use crate::world::network::graph::{Link, Measured, Provenance, RegionGraph};
use crate::world::network::path::PathEstimate;
use crate::world::network::rows::{Endpoint, RegionRow};
use crate::world::network::tables::Tables;
use crate::world::network::variance::InputSpread;
use crate::world::network::{Network, TargetAnchor};

use super::effects::Calibration;
use super::observation::{Observation, Subject};
use super::sample::{Sample, Start, Users};

/// Levels of a prediction.
pub const LEVELS: [f64; 6] = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95];

/// A predicted distribution: over users, or of what a link may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    /// At [`LEVELS`], ms.
    pub quantiles_ms: [f64; LEVELS.len()],
    /// Median of the access alone, ms; 0 between regions.
    pub access_ms: f64,
    /// Spread of access between users, standard deviation of the logarithm.
    pub access_sd: f64,
    /// Spread of the path between users, or of a link's estimate: the same.
    pub path_sd: f64,
    /// Scale of the path's estimate.
    pub scale: f64,
    /// What it rests on, in words.
    pub rests_on: String,
}

impl Predicted {
    /// The median, ms.
    pub fn p50_ms(&self) -> f64 {
        self.quantiles_ms[2]
    }

    /// The 90th percentile, ms.
    pub fn p90_ms(&self) -> f64 {
        self.quantiles_ms[4]
    }

    /// Whether `ms` lies in the middle half.
    pub fn in_50(&self, ms: f64) -> bool {
        (self.quantiles_ms[1]..=self.quantiles_ms[3]).contains(&ms)
    }

    /// Whether `ms` lies in the middle nine tenths.
    pub fn in_90(&self, ms: f64) -> bool {
        (self.quantiles_ms[0]..=self.quantiles_ms[5]).contains(&ms)
    }
}

/// The network, with a graph of the regions that were measured with each other, which knows nothing of their own links.
#[derive(Clone, Debug)]
pub struct Predictor {
    network: Network,
    graph: RegionGraph,
}

impl Predictor {
    /// Made ready for `samples`.
    ///
    /// # Errors
    /// When a table is wrong.
    pub fn new(tables: &Tables, samples: &[Sample]) -> Result<Self> {
        let network = Network::build(tables)?;
        let mut regions: Vec<RegionRow> = Vec::new();
        for sample in samples {
            if let Start::Region(from) = &sample.from {
                regions.extend([from.clone(), sample.to.clone()]);
            }
        }
        regions.sort_by(|a, b| a.id.cmp(&b.id));
        regions.dedup();
        let graph = RegionGraph::build(&regions, &tables.region_rtts, network.paths(), Measured::Ignore)?;
        Ok(Predictor { network, graph })
    }

    /// How far levels may be off before anything is measured.
    pub fn input_spread(&self) -> InputSpread {
        self.network.input_spread()
    }

    /// What the network says of the pair of `sample` under `calibration`. A link is predicted as though one of its ends,
    /// in turn, had never been measured.
    ///
    /// # Errors
    /// When the sample is none of those that this was made for.
    pub fn predict(&self, sample: &Sample, calibration: &Calibration) -> Result<Predicted> {
        match &sample.from {
            Start::Region(from) => {
                let link = self.graph.link(&from.id, &sample.to.id)?;
                let link = link.clone().moved(
                    calibration.link_level(&from.id, &sample.to.id),
                    self.network.link_sd(),
                );
                Ok(self.of_link(&link))
            }
            Start::Users(users) => Ok(self.of_users(users, &sample.to, calibration)),
        }
    }

    fn of_link(&self, link: &Link) -> Predicted {
        let (floor, rests_on) = match &link.provenance {
            Provenance::Estimated(path) => (path.fibre.ms(), in_words(path)),
            Provenance::Measured => (0.0, "measured".to_owned()),
        };
        let at = |p: f64| (link.p50.ms() * (link.scale * self.network.link_deviation(p)).exp()).max(floor);
        Predicted {
            quantiles_ms: LEVELS.map(at),
            access_ms: 0.0,
            access_sd: 0.0,
            path_sd: link.scale * self.network.link_sd(),
            scale: link.scale,
            rests_on,
        }
    }

    fn of_users(&self, users: &Users, region: &RegionRow, calibration: &Calibration) -> Predicted {
        let target = self.network.target_of_region(&region.id, region.place);
        let at = |place: &(crate::basis::geo::LatLon, f64)| {
            let place = Endpoint {
                at: place.0,
                country: users.country,
            };
            self.rtt(place, &target, users, calibration)
        };
        let total: f64 = users.places.iter().map(|place| place.1).sum();
        let all: Vec<(UserRtt, f64)> = users
            .places
            .iter()
            .map(|place| (at(place), place.1 / total))
            .collect();
        let quantiles_ms = match &all[..] {
            [(rtt, _)] => rtt.quantiles(LEVELS).map(Millis::ms),
            _ => mixed(&all),
        };
        let (heaviest, _) = &all[0];
        let (path_sd, scale) = self.path_spread(&all);
        Predicted {
            quantiles_ms,
            access_ms: heaviest.access.median().ms(),
            access_sd: heaviest.access.log_sd(),
            path_sd,
            scale,
            rests_on: format!(
                "{}; access: {}",
                in_words(&heaviest.path.estimate),
                access_in_words(heaviest.access.basis())
            ),
        }
    }

    fn rtt(
        &self,
        place: Endpoint,
        target: &TargetAnchor,
        users: &Users,
        calibration: &Calibration,
    ) -> UserRtt {
        let user = self.network.user(place);
        self.network
            .user_rtt_under(calibration, &user, target, users.technology)
    }

    /// Spread of the path of all places together (standard deviation of the logarithm), and the scale of its estimate.
    fn path_spread(&self, all: &[(UserRtt, f64)]) -> (f64, f64) {
        let level = |rtt: &UserRtt| rtt.path.quantile(0.5).ms().max(0.1).ln();
        let mean: f64 = all.iter().map(|(rtt, weight)| weight * level(rtt)).sum();
        let between: f64 = all
            .iter()
            .map(|(rtt, weight)| weight * (level(rtt) - mean).powi(2))
            .sum();
        let within: f64 = all
            .iter()
            .map(|(rtt, weight)| weight * (rtt.path.scale * self.network.user_sd()).powi(2))
            .sum();
        let scale: f64 = all
            .iter()
            .map(|(rtt, weight)| weight * rtt.path.estimate.scale)
            .sum();
        ((within + between).sqrt(), scale)
    }
}

/// Strata of path and access of each place where several are mixed.
const STRATA: (usize, usize) = (25, 15);

fn mixed(all: &[(UserRtt, f64)]) -> [f64; LEVELS.len()] {
    let points = all.iter().flat_map(|(rtt, weight)| {
        let sum = rtt.sums(STRATA.0, STRATA.1);
        let each = weight / sum.len() as f64;
        sum.into_iter().map(move |ms| (ms, each))
    });
    let atoms = Atoms::new(points.collect());
    LEVELS.map(|p| atoms.quantile(p))
}

fn in_words(path: &PathEstimate) -> String {
    if path.pairs == 0 {
        return "distance alone".to_owned();
    }
    format!(
        "{} pairs of landmarks, {:.0} km away at both ends, {:.0} % apart",
        path.pairs,
        path.landmarks_away.km(),
        path.disagreement * 100.0
    )
}

fn access_in_words(basis: &AccessBasis) -> String {
    match basis {
        AccessBasis::Probes { .. } => "probes of that technology".into(),
        AccessBasis::Country { n_tests } => format!("{n_tests} tests of the country"),
        AccessBasis::Continent { name, .. } => format!("other countries of {name}"),
        AccessBasis::World { .. } => "all countries".into(),
        AccessBasis::Published => "a published median".into(),
    }
}

/// `sample` beside what is said of it without any calibration, which is what a calibration is fitted to.
pub fn observation(sample: &Sample, predicted: &Predicted) -> Observation {
    let subject = match &sample.from {
        Start::Users(users) => Subject::Users {
            country: users.country.to_string(),
            technology: users.technology.name().to_owned(),
            region: sample.to.id.clone(),
        },
        Start::Region(from) => Subject::Link {
            a: from.id.clone(),
            b: sample.to.id.clone(),
        },
    };
    // The median of a sum is not the sum of the medians: what is not access counts as path, which a path always has.
    let path_ms = (predicted.p50_ms() - predicted.access_ms).max(0.02 * predicted.p50_ms());
    Observation {
        subject,
        over: sample.over,
        host: sample.host.clone(),
        p50_ms: sample.p50_ms,
        p90_ms: sample.p90_ms,
        log_error: sample.log_error,
        access_ms: predicted.p50_ms() - path_ms,
        path_ms,
        estimated_p90_ms: predicted.p90_ms(),
        access_sd: predicted.access_sd,
        path_sd: predicted.path_sd,
        scale: predicted.scale,
    }
}
