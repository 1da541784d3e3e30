//! RPO: how old the newest write is that survives.
//!
//! ```text
//! copies that follow   the lag, and the way where it is given apart: exact for a lag alone
//! quorum               nothing acknowledged is lost while it lives
//! backups              a new one every interval, in the other region after the time to copy it: age = U · interval
//!                      + copy, U uniform, because the loss falls evenly between two backups
//!                      P(age ≤ x) = 1 − (E[min(copy, x)] − E[min(copy, x − interval)]) / interval
//! several losses       each by its weight
//! ```

use crate::basis::dist::Dist;
use crate::basis::halving::{TO_THE_LAST_DIGIT, halve};
use crate::design::recovery::Backups;
use crate::engine::replication::delay::Delay;

/// Milliseconds in a second: lags are in ms, RPO is in s.
const MS: f64 = 1000.0;

/// What the newest surviving write rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum Survival {
    /// A copy that follows, so far behind, ms.
    Lag(Dist),
    /// The same with the way to it, ms.
    LagAndWay(Delay),
    /// A quorum that lives: nothing acknowledged is lost.
    Quorum,
    /// The last backup that has arrived.
    Backup {
        /// Time between two backups, s.
        interval_s: f64,
        /// Time until a backup has arrived, s.
        copy: Dist,
    },
    /// Nothing survives.
    Nothing,
}

impl Survival {
    /// Survival by `backups`.
    pub fn by(backups: &Backups) -> Self {
        Survival::Backup {
            interval_s: backups.interval_s,
            copy: backups.copy.seconds.clone(),
        }
    }
}

/// RPO over one or several losses, each by its weight, s.
#[derive(Clone, Debug, PartialEq)]
pub struct Rpo {
    parts: Vec<(f64, Survival)>,
}

impl Rpo {
    /// RPO over `parts`, each by its weight; None when no weight is positive.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// use isochrone::engine::recovery::data_loss::{Rpo, Survival};
    /// let daily = Survival::Backup { interval_s: 86_400.0, copy: Dist::fixed(3600.0)? };
    /// let rpo = Rpo::new(vec![(1.0, daily)]).unwrap();
    /// assert_eq!(rpo.mean_s(), Some(46_800.0));
    /// assert!((rpo.quantile_s(0.95) - (0.95 * 86_400.0 + 3600.0)).abs() < 1e-6);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn new(parts: Vec<(f64, Survival)>) -> Option<Self> {
        let mut parts: Vec<_> = parts.into_iter().filter(|(weight, _)| *weight > 0.0).collect();
        let whole: f64 = parts.iter().map(|(weight, _)| weight).sum();
        for (weight, _) in &mut parts {
            *weight /= whole;
        }
        (!parts.is_empty()).then_some(Rpo { parts })
    }

    /// Share of losses after which something survives.
    pub fn survives(&self) -> f64 {
        self.surviving().map(|(weight, _)| weight).sum::<f64>().min(1.0)
    }

    /// Mean over the losses that something survives, s; None when nothing does or a lag has no mean.
    pub fn mean_s(&self) -> Option<f64> {
        let survives = self.survives();
        let means: Option<Vec<f64>> = self
            .surviving()
            .map(|(weight, part)| Some(weight * part.mean_s()?))
            .collect();
        (survives > 0.0).then_some(means?.iter().sum::<f64>() / survives)
    }

    /// Share of all losses whose RPO is at most `seconds`.
    pub fn share_within(&self, seconds: f64) -> f64 {
        let within = self
            .parts
            .iter()
            .map(|(weight, part)| weight * part.share_within(seconds));
        within.sum::<f64>().clamp(0.0, 1.0)
    }

    /// The `p`-quantile over all losses, s; infinite where more than 1 − p of them leave nothing.
    pub fn quantile_s(&self, p: f64) -> f64 {
        if let [(_, only)] = &self.parts[..]
            && let Some(exact) = only.quantile_s(p)
        {
            return exact;
        }
        if self.share_within(0.0) >= p {
            return 0.0;
        }
        if self.survives() < p {
            return f64::INFINITY;
        }
        self.search(p)
    }

    /// The least time that the share `p` does not exceed, by halving: to the last digit.
    fn search(&self, p: f64) -> f64 {
        let mut high = 1.0;
        while self.share_within(high) < p && high < f64::MAX / 2.0 {
            high *= 2.0;
        }
        halve((0.0, high), TO_THE_LAST_DIGIT, |s| self.share_within(s) < p).1
    }

    /// Writes lost on average by a loss that something survives, at `per_second` writes a second.
    pub fn writes_lost(&self, per_second: f64) -> Option<f64> {
        self.mean_s().map(|mean| mean * per_second)
    }

    fn surviving(&self) -> impl Iterator<Item = &(f64, Survival)> {
        self.parts.iter().filter(|(_, part)| *part != Survival::Nothing)
    }
}

impl Survival {
    fn mean_s(&self) -> Option<f64> {
        match self {
            Survival::Lag(lag) => lag.mean().map(|ms| ms / MS),
            Survival::LagAndWay(delay) => Some(delay.mean() / MS),
            Survival::Quorum => Some(0.0),
            Survival::Backup { interval_s, copy } => Some(interval_s / 2.0 + copy.mean()?),
            Survival::Nothing => None,
        }
    }

    fn share_within(&self, seconds: f64) -> f64 {
        match self {
            Survival::Lag(lag) => lag.cdf(seconds * MS),
            Survival::LagAndWay(delay) => delay.share_within(seconds * MS),
            Survival::Quorum => f64::from(u8::from(seconds >= 0.0)),
            Survival::Backup { interval_s, copy } if *interval_s > 0.0 => {
                let above = copy.mean_up_to(seconds) - copy.mean_up_to(seconds - interval_s);
                // Nothing younger than no time at all: the integral runs over ages from 0.
                let above = above + (interval_s - seconds.max(0.0)).max(0.0);
                (1.0 - above / interval_s).clamp(0.0, 1.0)
            }
            Survival::Backup { copy, .. } => copy.cdf(seconds),
            Survival::Nothing => 0.0,
        }
    }

    /// The quantile where it needs no search.
    fn quantile_s(&self, p: f64) -> Option<f64> {
        match self {
            Survival::Lag(lag) => Some(lag.quantile(p) / MS),
            Survival::LagAndWay(delay) => Some(delay.quantile(p) / MS),
            Survival::Quorum => Some(0.0),
            Survival::Backup { interval_s, copy } => Some(p * interval_s + copy.as_fixed()?),
            Survival::Nothing => Some(f64::INFINITY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(part: Survival) -> Rpo {
        Rpo::new(vec![(2.0, part)]).unwrap()
    }

    #[test]
    fn a_lag_alone_keeps_its_own_quantiles() {
        let rpo = one(Survival::Lag(Dist::exponential(500.0).unwrap()));
        assert!((rpo.quantile_s(0.5) - 0.5 * 2f64.ln()).abs() < 1e-12);
        assert!((rpo.share_within(1.0) - (1.0 - (-2f64).exp())).abs() < 1e-12);
        assert_eq!(rpo.writes_lost(40.0), Some(20.0));
    }

    #[test]
    fn a_quorum_that_lives_loses_nothing_and_one_that_dies_has_no_rpo() {
        let lives = one(Survival::Quorum);
        assert_eq!(
            (lives.quantile_s(0.99), lives.mean_s(), lives.share_within(0.0)),
            (0.0, Some(0.0), 1.0)
        );
        let dies = one(Survival::Nothing);
        assert_eq!(
            (dies.quantile_s(0.5), dies.mean_s(), dies.survives()),
            (f64::INFINITY, None, 0.0)
        );
        assert_eq!(dies.share_within(1e9), 0.0);
    }

    #[test]
    fn the_age_of_a_backup_is_uniform_and_then_its_copy() {
        let fixed = one(Survival::Backup {
            interval_s: 100.0,
            copy: Dist::fixed(10.0).unwrap(),
        });
        for (seconds, share) in [(0.0, 0.0), (10.0, 0.0), (35.0, 0.25), (110.0, 1.0), (500.0, 1.0)] {
            assert!((fixed.share_within(seconds) - share).abs() < 1e-12, "{seconds}");
        }
        // Exponential copy of mean m: P(U·I + C ≤ x) = (x − m (1 − e^(−x/m))) / I for x ≤ I.
        let m: f64 = 20.0;
        let drawn = one(Survival::Backup {
            interval_s: 100.0,
            copy: Dist::exponential(m).unwrap(),
        });
        for x in [0.0_f64, 5.0, 60.0, 100.0] {
            let closed = (x - m * (1.0 - (-x / m).exp())) / 100.0;
            assert!((drawn.share_within(x) - closed).abs() < 1e-12, "{x}");
        }
        assert_eq!(drawn.mean_s(), Some(70.0));
        let p95 = drawn.quantile_s(0.95);
        assert!((drawn.share_within(p95) - 0.95).abs() < 1e-9);
    }

    #[test]
    fn backups_without_an_interval_are_as_old_as_their_copy() {
        let rpo = one(Survival::Backup {
            interval_s: 0.0,
            copy: Dist::exponential(60.0).unwrap(),
        });
        assert!((rpo.quantile_s(0.5) - 60.0 * 2f64.ln()).abs() < 1e-9);
    }

    #[test]
    fn several_losses_count_by_their_weight() {
        let rpo = Rpo::new(vec![
            (3.0, Survival::Quorum),
            (1.0, Survival::LagAndWay(Delay::fixed(2000.0))),
            (1.0, Survival::Nothing),
            (0.0, Survival::Nothing),
        ])
        .unwrap();
        assert!((rpo.survives() - 0.8).abs() < 1e-12);
        assert_eq!((rpo.quantile_s(0.6), rpo.quantile_s(0.9)), (0.0, f64::INFINITY));
        assert!((rpo.quantile_s(0.7) - 2.0).abs() < 1e-9);
        assert!((rpo.mean_s().unwrap() - 0.5).abs() < 1e-12);
        assert!(Rpo::new(vec![(0.0, Survival::Quorum)]).is_none());
    }
}
