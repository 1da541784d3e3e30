//! What the user's own measurements moved: how many estimates, on what they rest, and how that is told.

use super::RegionRtts;
use crate::design::scenario::Scenario;
use crate::world::network::access::Access;
use crate::world::network::own::Basis;

/// Estimates by what moved them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calibrated {
    /// Paths from user groups to candidates.
    pub paths: Moved,
    /// Pairs of candidates.
    pub links: Moved,
}

/// How many estimates rest on what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// The pair itself was measured: country and region, or both regions.
    pub pair: usize,
    /// Both ends were measured, with others.
    pub both_ends: usize,
    /// One end was.
    pub one_end: usize,
    /// Neither was: they are moved by what all have in common.
    pub elsewhere: usize,
}

impl Moved {
    fn count(&mut self, basis: Basis) {
        match basis {
            Basis::Nothing => {}
            Basis::Elsewhere => self.elsewhere += 1,
            Basis::OneEnd => self.one_end += 1,
            Basis::BothEnds => self.both_ends += 1,
            Basis::Pair => self.pair += 1,
        }
    }

    /// All of them.
    pub fn all(self) -> usize {
        self.pair + self.both_ends + self.one_end + self.elsewhere
    }

    fn in_words(self) -> String {
        format!(
            "{} by measurements of the pair, {} of both ends, {} of one end, {} by what all have in common",
            self.pair, self.both_ends, self.one_end, self.elsewhere
        )
    }
}

impl Calibrated {
    pub(super) fn count_paths(&mut self, paths: &[Basis]) {
        for basis in paths {
            self.paths.count(*basis);
        }
    }

    /// Each pair of candidates once, where it is estimated.
    pub(super) fn count_links(&mut self, scenario: &Scenario, rtts: &RegionRtts) {
        let Some(own) = &scenario.network.calibration else {
            return;
        };
        for (a, from) in scenario.candidates.iter().enumerate() {
            for (b, to) in scenario.candidates.iter().enumerate().skip(a + 1) {
                if !rtts.measured[a][b] {
                    let level = own.calibration.link_level(&from.id, &to.id);
                    self.links.count(level.basis);
                }
            }
        }
    }
}

/// How far the level of a mix of access networks may lie from its estimate, where each may by `open` without own
/// measurements: the mean of their errors by what each adds, as if they went together.
pub(super) fn access_error(accesses: &[(f64, Access)], open: f64) -> f64 {
    if accesses.iter().all(|(_, access)| access.own().sd.is_none()) {
        return open;
    }
    let added = |(share, access): &(f64, Access)| share * access.median().ms();
    let whole: f64 = accesses.iter().map(added).sum();
    let errors: f64 = accesses.iter().map(|it| added(it) * it.1.own().error(open)).sum();
    if whole > 0.0 { errors / whole } else { open }
}

/// What a report says of a calibration: what, its value, where it comes from. Nothing where the scenario names none, or
/// it moved nothing.
pub fn told(scenario: &Scenario, calibrated: Calibrated) -> Vec<(String, String, String)> {
    let Some(own) = &scenario.network.calibration else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut say = |what: &str, value: String| rows.push((what.to_owned(), value, own.name.clone()));
    if calibrated.paths.all() > 0 {
        say(
            "estimated paths of users, calibrated",
            format!(
                "{}: {}; their input error is what the measurements leave, never more than without them",
                calibrated.paths.all(),
                calibrated.paths.in_words()
            ),
        );
    }
    if calibrated.links.all() > 0 {
        say(
            "estimated pairs of regions, calibrated",
            format!("{}: {}", calibrated.links.all(), calibrated.links.in_words()),
        );
    }
    let spread = [
        (
            "spread of a path between users, calibrated",
            own.calibration.path_spread,
        ),
        (
            "spread of access between users, calibrated",
            own.calibration.access_spread,
        ),
    ];
    for (what, factor) in spread {
        if let Some(factor) = factor {
            say(
                what,
                format!(
                    "× {:.2} (standard deviation of its logarithm {:.2}), beside what is left unknown of the level",
                    factor.factor, factor.sd
                ),
            );
        }
    }
    rows
}
