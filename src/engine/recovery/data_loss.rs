//! RPO: how old the newest write is that survives.

use crate::basis::dist::Dist;
use crate::design::recovery::Backups;
use crate::engine::replication::delay::Delay;

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
    pub fn new(parts: Vec<(f64, Survival)>) -> Option<Self> {
        Some(Rpo { parts })
    }

    /// Share of losses after which something survives.
    pub fn survives(&self) -> f64 {
        let _ = &self.parts;
        todo!()
    }

    /// Mean over the losses that something survives, s; None when nothing does or a lag has no mean.
    pub fn mean_s(&self) -> Option<f64> {
        todo!()
    }

    /// Share of all losses whose RPO is at most `seconds`.
    pub fn share_within(&self, seconds: f64) -> f64 {
        let _ = seconds;
        todo!()
    }

    /// The `p`-quantile over all losses, s; infinite where more than 1 − p of them leave nothing.
    pub fn quantile_s(&self, p: f64) -> f64 {
        let _ = p;
        todo!()
    }

    /// Writes lost on average by a loss that something survives, at `per_second` writes a second.
    pub fn writes_lost(&self, per_second: f64) -> Option<f64> {
        self.mean_s().map(|mean| mean * per_second)
    }
}
