//! When a user follows: the resolver's old answer has to expire.
//!
//! ```text
//! most clients        the answer's age is even over the TTL: T is uniform on (0, TTL)
//! a share ignore it   T = TTL + overstay, but no less than everybody else's where the overstay may be nothing
//! ```
//! This is the law of [`still_old`], which tests hold it against.

use crate::basis::dist::{Dist, Shape};
use crate::design::routing::Routing;
use crate::engine::routing::still_old;

/// The law of the time until a user follows, s.
#[derive(Clone, Debug)]
pub struct Traffic {
    routing: Routing,
    overstay: Option<Overstay>,
}

#[derive(Clone, Debug)]
struct Overstay {
    law: Dist,
    shape: Shape,
    /// Share of those who ignore the TTL and stay for no time beyond it.
    none: f64,
}

impl Traffic {
    /// The law for users routed by `routing`.
    pub fn new(routing: &Routing) -> Self {
        let overstay = routing.overstay_s.as_ref().map(|law| Overstay {
            shape: law.shape(),
            none: law.cdf(0.0),
            law: law.clone(),
        });
        Traffic {
            routing: routing.clone(),
            overstay,
        }
    }

    /// The time of a user who has drawn `ignores` and `answer`, both between 0 and 1. A shorter TTL never makes it
    /// longer.
    pub(super) fn at(&self, ignores: f64, answer: f64) -> f64 {
        let ttl = self.routing.ttl_s.max(0.0);
        match &self.overstay {
            Some(overstay) if ignores < self.routing.ignore_ttl && answer > overstay.none => {
                ttl + super::chain::draw(&overstay.shape, answer)
            }
            _ => answer * ttl,
        }
    }

    /// Share of users who have not followed after `seconds`.
    pub fn still(&self, seconds: f64) -> f64 {
        still_old(&self.routing, seconds.max(0.0))
    }

    /// `E[min(T, limit)]`, s: the integral of [`Traffic::still`] from 0 to `limit`.
    pub fn mean_up_to(&self, limit: f64) -> f64 {
        let (limit, share) = (limit.max(0.0), self.routing.ignore_ttl);
        let keeping = self.keeping_up_to(limit);
        match &self.overstay {
            Some(overstay) => (1.0 - share) * keeping + share * self.ignoring_up_to(overstay, limit),
            None => keeping,
        }
    }

    fn keeping_up_to(&self, limit: f64) -> f64 {
        let ttl = self.routing.ttl_s.max(0.0);
        if limit >= ttl {
            return ttl / 2.0;
        }
        limit - limit * limit / (2.0 * ttl)
    }

    fn ignoring_up_to(&self, overstay: &Overstay, limit: f64) -> f64 {
        let ttl = self.routing.ttl_s.max(0.0);
        // Until here those go who stay for nothing beyond the TTL; then nobody does up to the TTL.
        let bend = overstay.none * ttl;
        let within =
            self.keeping_up_to(limit.min(bend)) + (limit.min(ttl) - bend).max(0.0) * (1.0 - overstay.none);
        within + overstay.law.mean_up_to(limit - ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laws() -> Vec<Traffic> {
        let overstays = [
            None,
            Some(Dist::exponential(200.0).unwrap()),
            Some(Dist::mixture([(1.0, Dist::zero()), (3.0, Dist::exponential(50.0).unwrap())]).unwrap()),
        ];
        let law = |(ttl_s, overstay_s): (f64, &Option<Dist>)| {
            Traffic::new(&Routing {
                ttl_s,
                ignore_ttl: 0.3,
                overstay_s: overstay_s.clone(),
                ..Routing::perfect()
            })
        };
        [0.0, 60.0]
            .into_iter()
            .flat_map(|ttl| overstays.iter().map(move |o| (ttl, o)))
            .map(law)
            .collect()
    }

    /// Simpson's rule between the bends, at 1e-6 relative.
    #[test]
    fn the_mean_up_to_a_limit_is_the_integral_of_who_is_still_waiting() {
        for law in laws() {
            for limit in [0.0, 7.0, 15.0, 60.0, 400.0] {
                let bends = [0.0_f64, 15.0, 60.0, 400.0].map(|x| x.min(limit));
                let panels = 2000;
                let integral: f64 = bends
                    .windows(2)
                    .map(|ends| {
                        let h = (ends[1] - ends[0]) / f64::from(panels);
                        // Just inside the ends, where a jump may sit.
                        let at = |i: i32| {
                            law.still(ends[0] + h * f64::from(i).clamp(1e-9, f64::from(panels) - 1e-9))
                        };
                        let weight = |i: i32| {
                            if i == 0 || i == panels {
                                1.0
                            } else {
                                2.0 * f64::from(1 + i % 2)
                            }
                        };
                        (0..=panels).map(|i| weight(i) * at(i)).sum::<f64>() * h / 3.0
                    })
                    .sum();
                let found = law.mean_up_to(limit);
                assert!(
                    (found - integral).abs() <= 1e-6 * integral,
                    "{law:?} {limit}: {found} {integral}"
                );
            }
        }
    }

    /// 100 × 10,000 points of a grid: the share is right to a cell of the coarser side on each of two edges.
    #[test]
    fn draws_follow_the_law_of_who_is_still_waiting() {
        for law in laws() {
            for seconds in [1.0, 20.0, 61.0, 150.0] {
                let mut waiting = 0.0;
                for i in 0..100 {
                    for j in 0..1000 {
                        let (ignores, answer) = ((f64::from(i) + 0.5) / 100.0, (f64::from(j) + 0.5) / 1000.0);
                        waiting += f64::from(u8::from(law.at(ignores, answer) > seconds)) / 1e5;
                    }
                }
                assert!(
                    (waiting - law.still(seconds)).abs() < 2e-3,
                    "{law:?} {seconds}: {waiting}"
                );
            }
        }
    }
}
