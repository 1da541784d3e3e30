//! Wait and service together.
//!
//! First come, first served, a request's wait does not depend on its own service, so the response is the convolution of
//! both laws. The wait is nothing or exponential:
//!
//! ```text
//! P(T > t) = P(S > t) + P(wait) · E[exp(−(t − S) / m); S ≤ t]
//! ```
//! in closed form for each slice of the service ([`super::service`]); quantiles are found by halving. A quantile of the
//! response is not the sum of the quantiles of its parts. With exponential service all of it is exact but for the slices,
//! 0.02 %. Otherwise the wait is approximate ([`super`]): against the discrete-event simulation, for `scv` from 0 to 4, 1 to
//! 20 servers and utilisation from 0.7 to 0.95, the median of the response is within 10 %, and the 95th and the 99th
//! percentile are within 14 %, each on top of the simulation's own error.

use super::Wait;
use super::service::{Service, Slice};
use crate::basis::halving::halve;

/// Halvings of the interval that a quantile lies in: to the last digit of a double.
const HALVINGS: usize = 60;

/// The law of wait and service together.
#[derive(Clone, Copy, Debug)]
pub struct Response<'s> {
    /// How long requests wait.
    pub wait: Wait,
    /// How long they hold a server, ms.
    pub service: &'s Service,
}

impl Response<'_> {
    /// The share of requests whose response takes longer than `ms`.
    ///
    /// ```
    /// use isochrone::basis::{dist::Dist, queueing::{Wait, response::Response, service::Service}};
    /// // One server, half busy, exponential service of 10: the response is exponential of 20.
    /// let service = Service::of(&Dist::exponential(10.0)?).unwrap();
    /// let response = Response { wait: Wait::new(1, 0.5, 10.0, 1.0).unwrap(), service: &service };
    /// assert!((response.beyond(60.0) / (-3f64).exp() - 1.0).abs() < 3e-4);
    /// # Ok::<(), isochrone::basis::error::Error>(())
    /// ```
    pub fn beyond(&self, ms: f64) -> f64 {
        let Wait {
            chance,
            mean_of_waiting: m,
        } = self.wait;
        if chance <= 0.0 || m <= 0.0 {
            return self.service.beyond(ms);
        }
        // The upper end of one slice is the lower end of the next: it is worked out once.
        let mut known = (f64::NAN, 0.0);
        let mut sum = 0.0;
        for slice in self.service.slices() {
            if slice.low > ms {
                sum += slice.share;
                continue;
            }
            let at_low = if known.0 == slice.low {
                known.1
            } else {
                (-(ms - slice.low) / m).exp()
            };
            let top = slice.high.min(ms);
            let at_top = if top == slice.low {
                at_low
            } else {
                (-(ms - top) / m).exp()
            };
            known = (top, at_top);
            sum += slice.share * (slice.beyond(ms) + chance * over(slice, top, (at_low, at_top), m));
        }
        sum
    }

    /// The `p`-quantile, ms: the least time that at least the share `p` of requests take at most. Within the service's
    /// error, see [`super::service`]; at most its largest slice where `p` is 1.
    pub fn quantile(&self, p: f64) -> f64 {
        let beyond = 1.0 - p;
        let (mut low, mut high) = (0.0, self.service.mean() + self.wait.mean_of_waiting);
        if self.beyond(0.0) <= beyond {
            return 0.0;
        }
        while self.beyond(high) > beyond && high < f64::MAX / 4.0 {
            (low, high) = (high, 2.0 * high);
        }
        halve((low, high), HALVINGS, |ms| self.beyond(ms) > beyond).1
    }
}

/// The mean over a slice of `exp(−(t − s) / m)`, for `s` up to `top`. `at_low` and `at_top` are its values at the ends.
fn over(slice: &Slice, top: f64, (at_low, at_top): (f64, f64), m: f64) -> f64 {
    let (width, reached) = (slice.high - slice.low, top - slice.low);
    if width <= 0.0 {
        return at_low;
    }
    // In narrow slices the difference of the ends would cancel, and the function is straight.
    let mean = if reached < 1e-5 * m {
        f64::midpoint(at_low, at_top)
    } else {
        m / reached * (at_top - at_low)
    };
    mean * reached / width
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::dist::Dist;

    fn quantiles(servers: u32, offered: f64, service: &Service) -> [f64; 3] {
        let wait = Wait::new(servers, offered, service.mean(), service.scv()).unwrap();
        [0.5, 0.95, 0.99].map(|p| Response { wait, service }.quantile(p))
    }

    /// Exponential of rate (1 − ρ) / mean.
    #[test]
    fn the_response_of_m_m_1_is_exponential() {
        let service = Service::of(&Dist::exponential(10.0).unwrap()).unwrap();
        for load in [0.1, 0.5, 0.9, 0.99] {
            let found = quantiles(1, load, &service);
            for (p, found) in [0.5_f64, 0.05, 0.01].iter().zip(found) {
                let exact = -10.0 / (1.0 - load) * p.ln();
                assert!((found / exact - 1.0).abs() < 2e-4, "{load} {p}: {found} {exact}");
            }
        }
    }

    /// `P(T > t) = e^{−t} (1 + C (1 − e^{−(c − a − 1) t}) / (c − a − 1))`, t in service times.
    #[test]
    fn the_response_of_m_m_c_is_the_closed_form() {
        let service = Service::of(&Dist::exponential(1.0).unwrap()).unwrap();
        for (servers, offered) in [(3, 1.0), (3, 2.5), (10, 8.0), (50, 45.0)] {
            let wait = Wait::new(servers, offered, 1.0, 1.0).unwrap();
            let free = f64::from(servers) - offered - 1.0;
            for t in [0.0_f64, 0.1, 1.0, 3.0, 6.0] {
                let exact = (-t).exp() * (1.0 - wait.chance * (-free * t).exp_m1() / free);
                let found = Response {
                    wait,
                    service: &service,
                }
                .beyond(t);
                assert!(
                    (found / exact - 1.0).abs() < 3e-4,
                    "{servers} {offered} {t}: {found} {exact}"
                );
            }
        }
    }

    #[test]
    fn a_fixed_service_is_the_wait_later_by_it() {
        let service = Service::of(&Dist::fixed(20.0).unwrap()).unwrap();
        let wait = Wait::new(4, 3.0, 20.0, 0.0).unwrap();
        for (p, found) in [0.5, 0.95, 0.99].into_iter().zip(quantiles(4, 3.0, &service)) {
            assert!((found - 20.0 - wait.quantile(p)).abs() < 1e-9);
        }
    }

    #[test]
    fn it_is_longer_than_either_part_and_shorter_than_both_quantiles_together() {
        let service = Service::of(&Dist::log_normal(20.0, 0.7).unwrap()).unwrap();
        let wait = Wait::new(8, 7.0, service.mean(), service.scv()).unwrap();
        let nobody = Wait::NONE;
        for p in [0.9, 0.99] {
            let of = |wait| {
                Response {
                    wait,
                    service: &service,
                }
                .quantile(p)
            };
            assert!(of(wait) > of(nobody) && of(wait) > wait.quantile(p));
            assert!(of(wait) < of(nobody) + wait.quantile(p));
        }
        assert_eq!(
            Response {
                wait,
                service: &Service::of_values(&[0.0])
            }
            .quantile(0.0),
            0.0
        );
    }
}
