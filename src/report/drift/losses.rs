//! Requests without an answer: whether a pair loses more of them than before.

use super::model::LossChange;
use crate::basis::stat::tail::shared_out;
use crate::world::ingest::foreign::Measured;

/// Requests of a pair in one file.
struct Sent {
    lost: u64,
    sent: u64,
}

impl Sent {
    /// None where it is not known how many were lost, or how many were answered.
    fn of(pair: &Measured) -> Option<Self> {
        let lost = pair.known_lost()?;
        let sent = lost.checked_add(pair.figures.n()?)?;
        (sent > 0).then_some(Sent { lost, sent })
    }
}

/// Pairs of which both files tell what was lost, those that lost anything.
pub(super) fn losses<'a>(both: impl Iterator<Item = (&'a Measured, &'a Measured)>) -> Vec<LossChange> {
    both.filter_map(|(old, new)| {
        let (before, after) = (Sent::of(old)?, Sent::of(new)?);
        (before.lost + after.lost > 0).then(|| LossChange {
            from: new.from.clone(),
            to: new.to.clone(),
            lost_before: before.lost,
            sent_before: before.sent,
            lost_after: after.lost,
            sent_after: after.sent,
            p: shared_out((before.lost, before.sent), (after.lost, after.sent)),
            p_of_all: None,
            verdict: None,
        })
    })
    .collect()
}
