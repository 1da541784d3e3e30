//! What one stop costs: E[min(RTO, repair)] by wait and repair, worked out once and kept.
//!
//! ```text
//! E[min(RTO, R)] = mean over evenly spread draws of the RTO of E[min(x, R)], which every law of R has in closed form
//! going back     where the chain names a pause, those who had recovered before the repair stop for it once more
//! ```

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use super::chain::{Chain, Wait};
use super::points::{Luck, Mirrored, Points};
use crate::basis::dist::Dist;
use crate::basis::seed::RecoveryDraw;

/// Pairs of mirrored draws of the chain for each wait. What is linear in the draws cancels within a pair; what is left
/// of smooth laws is right to about one in the number of pairs.
const DRAWS: u32 = 2048;

/// Mean time that a stop lasts, s, by what is waited for and by the law of repair. Shared by threads; values do not
/// depend on who asks first.
#[derive(Debug)]
pub struct StopCosts<'a> {
    chain: &'a Chain,
    points: Points,
    known: RwLock<Vec<Known>>,
}

/// What is known for one law of repair.
#[derive(Debug)]
struct Known {
    repair: Dist,
    detection_s: Option<f64>,
    stop_s: BTreeMap<Wait, f64>,
}

impl<'a> StopCosts<'a> {
    /// Nothing worked out yet.
    pub fn new(chain: &'a Chain, seed: u64) -> Self {
        StopCosts {
            chain,
            points: Points::new(seed, RecoveryDraw::Stop, 0, 0),
            known: RwLock::default(),
        }
    }

    /// `E[min(RTO, repair)]`, s, and what going back costs afterwards.
    ///
    /// ```
    /// use isochrone::basis::dist::Dist;
    /// use isochrone::design::{recovery::Recovery, routing::Routing};
    /// use isochrone::engine::recovery::{chain::{Chain, Wait}, stop::StopCosts};
    /// let chain = Chain::new(&Recovery::standard(&[])?, &Routing::perfect());
    /// let costs = StopCosts::new(&chain, 42);
    /// // Noticed after 64 to 94 s, everybody on the way by 154 s: a minute's loss is over before that.
    /// let wait = Wait { traffic: true, ..Wait::default() };
    /// assert_eq!(costs.mean_s(&wait, &Dist::fixed(60.0)?), 60.0);
    /// assert!((costs.mean_s(&wait, &Dist::fixed(3600.0)?) - 109.0).abs() < 0.1);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn mean_s(&self, wait: &Wait, repair: &Dist) -> f64 {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let kept = known.iter().find(|known| known.repair == *repair);
        if let Some(cost) = kept.and_then(|known| known.stop_s.get(wait)) {
            return *cost;
        }
        drop(known);
        let pause = self.chain.mean_pause();
        let cost = self.mean(|luck| {
            let rto = self.chain.walk(wait, luck).rto;
            repair.mean_up_to(rto)
                + if pause > 0.0 {
                    pause * repair.survival(rto)
                } else {
                    0.0
                }
        });
        self.keep(repair, |known| {
            known.stop_s.insert(wait.clone(), cost);
        });
        cost
    }

    /// `E[min(detection, repair)]`, s.
    pub fn mean_detection_s(&self, repair: &Dist) -> f64 {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let kept = known.iter().find(|known| known.repair == *repair);
        if let Some(cost) = kept.and_then(|known| known.detection_s) {
            return cost;
        }
        drop(known);
        let cost = self.mean(|luck| repair.mean_up_to(self.chain.detection(luck)));
        self.keep(repair, |known| known.detection_s = Some(cost));
        cost
    }

    fn mean(&self, f: impl Fn(&dyn Luck) -> f64) -> f64 {
        let pair = |i: u32| {
            let point = self.points.point(i);
            f64::midpoint(f(&point), f(&Mirrored(point)))
        };
        let first = pair(0);
        // Differences from the first, so that what has no spread is exact.
        let more: f64 = (1..DRAWS).map(|i| pair(i) - first).sum();
        first + more / f64::from(DRAWS)
    }

    fn keep(&self, repair: &Dist, set: impl FnOnce(&mut Known)) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|known| known.repair == *repair);
        let at = at.unwrap_or_else(|| {
            known.push(Known {
                repair: repair.clone(),
                detection_s: None,
                stop_s: BTreeMap::new(),
            });
            known.len() - 1
        });
        set(&mut known[at]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::recovery::Failback;
    use crate::engine::recovery::samples::{checks, dns, routing, term, traffic};

    /// RTO = 60 + 30 U + 60 V, repair exponential of mean m: E[min] = m (1 − E[exp(−RTO/m)]), a product of
    /// Laplace transforms of uniforms. 2048 even points: 1e-4 is some ten times what they leave.
    #[test]
    fn a_stop_under_exponential_repair_has_its_closed_form() {
        let chain = dns(30.0, 60.0);
        let costs = StopCosts::new(&chain, 9);
        for m in [20.0, 100.0, 3600.0] {
            let uniform = |width: f64| -(-width / m).exp_m1() * m / width;
            let closed = m * (1.0 - (-60.0 / m).exp() * uniform(30.0) * uniform(60.0));
            let found = costs.mean_s(&traffic(), &Dist::exponential(m).unwrap());
            assert!((found / closed - 1.0).abs() < 1e-4, "{found} against {closed}");
            assert_eq!(found, costs.mean_s(&traffic(), &Dist::exponential(m).unwrap()));
        }
    }

    #[test]
    fn a_pause_on_the_way_back_is_paid_by_those_who_went() {
        let mut recovery = checks(0.0);
        recovery.decision = Some(term(Dist::fixed(50.0).unwrap()));
        recovery.failback = Some(Failback {
            after: term(Dist::zero()),
            pause: term(Dist::fixed(5.0).unwrap()),
        });
        let chain = Chain::new(&recovery, &routing(0.0));
        let costs = StopCosts::new(&chain, 9);
        assert_eq!(costs.mean_s(&Wait::default(), &Dist::fixed(100.0).unwrap()), 55.0);
        assert_eq!(costs.mean_s(&Wait::default(), &Dist::fixed(20.0).unwrap()), 20.0);
    }
}
