//! A measurement beside its estimate.

use super::effects::Calibration;

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

impl Subject {
    /// Country, technology and region; of a link its two ends, and nothing between them.
    pub(super) fn parts(&self) -> (&str, &str, &str) {
        match self {
            Subject::Users {
                country,
                technology,
                region,
            } => (country, technology, region),
            Subject::Link { a, b } => (a, "", b),
        }
    }
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
    /// Whose, by name: rows of one host share its access.
    pub host: String,
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
    pub(super) fn of_access(&self) -> f64 {
        self.access_ms / self.estimated_ms()
    }

    /// ln(measured / estimated).
    pub fn log_ratio(&self) -> f64 {
        (self.p50_ms / self.estimated_ms()).ln()
    }

    /// What moves its access and its path, or its link, under a calibration: logarithms.
    pub(super) fn moved_by(&self, calibration: &Calibration) -> [f64; 2] {
        match &self.subject {
            Subject::Users {
                country,
                technology,
                region,
            } => [
                calibration.access.level(Some(country), Some(technology)).log,
                calibration.path.level(Some(country), Some(region)).log,
            ],
            Subject::Link { a, b } => [0.0, calibration.link_level(a, b).log],
        }
    }

    /// What the sum of both comes to under a calibration, ms.
    pub(super) fn says(&self, calibration: &Calibration) -> f64 {
        let [access, path] = self.moved_by(calibration);
        self.access_ms * access.exp() + self.path_ms * path.exp()
    }
}
