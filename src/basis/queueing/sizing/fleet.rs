//! How many instances one region needs: what its load needs, and what zones and machines make of it.
//!
//! ```text
//! load       offered · (1 + spare)
//! servers c  the least for which load < c, load / c ≤ ceiling, and every promise holds
//! k          c / concurrency, rounded up; all servers of a region stand behind one queue
//! instances  k;  with one zone of z to be lost  k + k / (z − 1), rounded up;  at least min_per_zone · z
//! ```
//! Zones hold as even a number of instances as can be: some of them one more than the others. The loss that counts is that
//! of a zone with one more: `n − ⌈n/z⌉ ≥ k` has the least solution above.

use super::super::response::Response;
use super::super::service::Service;
use super::super::{Wait, erlang_b};
use super::{MOST_SERVERS, search};

/// What is asked of the servers of a region.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Offered load, erlang: arrivals times the mean of `service`.
    pub offered: f64,
    /// How long requests hold a server.
    pub service: &'a Service,
    /// The utilisation must not be above this: above 0, and 1 for no ceiling of its own.
    pub ceiling: f64,
    /// What is promised about times.
    pub promises: &'a [Promise],
    /// Servers are counted for a load larger by this share, at least 0.
    pub spare: f64,
    /// Servers of an instance, at least 1.
    pub concurrency: u32,
    /// Zones that instances are spread over, at least 1.
    pub zones: u32,
    /// Instances of each zone at least.
    pub min_per_zone: u32,
    /// Whether all of it holds after the loss of any one zone.
    pub survive_zone: bool,
}

/// A share of requests whose time must not be longer than promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promise {
    /// Wait and service together are meant; else the wait alone.
    pub response: bool,
    /// The share, from 0 to below 1.
    pub share: f64,
    /// The time, ms.
    pub within_ms: f64,
}

/// What decided a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Requests must not come faster than they are served.
    Stability,
    /// The ceiling of the utilisation.
    Utilisation,
    /// The promise of this place in the list.
    Promise(usize),
    /// There are no smaller machines: one instance has more servers than the load needs.
    OneInstance,
    /// A zone may be lost.
    ZoneLoss,
    /// Every zone has its least number of instances.
    MinPerZone,
}

/// What meets an [`Ask`], and how well.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// Servers that the load needs, spare included, all zones there.
    pub servers: u32,
    /// What decided that.
    pub servers_by: Binding,
    /// Instances in all zones together.
    pub instances: u32,
    /// What decided that; [`Need::servers_by`] where zones and machines did not.
    pub instances_by: Binding,
    /// Instances of the zone with most.
    pub most_per_zone: u32,
    /// Instances of the zone with least.
    pub least_per_zone: u32,
    /// With every zone there and the load as it is, without what is spare.
    pub normal: State,
    /// After the loss of a zone with most, where that is to be survived; the load as it is.
    pub after_zone: Option<State>,
}

/// How a load finds a number of servers.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Share of the servers that is busy.
    pub utilisation: f64,
    /// How long requests wait.
    pub wait: Wait,
    /// For each promise the time that its share of requests keeps to, ms.
    pub reached: Vec<f64>,
}

/// Why no number of servers will do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unmet {
    /// The ceiling of the utilisation is not above 0.
    Ceiling(f64),
    /// A share promised is not from 0 to below 1, or a time is below 0: the promise of this place.
    NoPromise(usize),
    /// The service alone takes longer than the promise of this place allows the response.
    Service {
        /// The promise.
        promise: usize,
        /// The share of requests whose service alone takes longer.
        beyond: f64,
    },
    /// A zone is to be lost and there is one only.
    OneZone,
    /// Load, spare or concurrency is not a number that could be.
    NoLoad,
    /// More than ten million servers.
    TooMany,
}

/// The least fleet that meets `ask`.
///
/// ```
/// use isochrone::basis::{dist::Dist, queueing::{service::Service, sizing::fleet::{Ask, Binding, need}}};
/// let service = Service::of(&Dist::exponential(50.0)?).unwrap();
/// let ask = Ask {
///     offered: 8.0, service: &service, ceiling: 0.7, promises: &[], spare: 0.0,
///     concurrency: 2, zones: 3, min_per_zone: 1, survive_zone: true,
/// };
/// // 8 / 0.7 is 12 servers on 6 instances; three zones of 3 keep 6 when one is lost.
/// let need = need(&ask).unwrap();
/// assert_eq!((need.servers, need.instances, need.most_per_zone), (12, 9, 3));
/// assert_eq!((need.servers_by, need.instances_by), (Binding::Utilisation, Binding::ZoneLoss));
/// # Ok::<(), isochrone::basis::error::Error>(())
/// ```
///
/// # Errors
/// Where no number of servers meets it: why.
pub fn need(ask: &Ask) -> Result<Need, Unmet> {
    let [(servers, servers_by), (instances, instances_by)] = counted(ask)?;
    let most_per_zone = instances.div_ceil(ask.zones);
    let state = |instances: u32| ask.state(instances * ask.concurrency);
    let after_zone = ask
        .survive_zone
        .then(|| state(instances - most_per_zone))
        .flatten();
    Ok(Need {
        servers,
        servers_by,
        instances,
        instances_by,
        most_per_zone,
        least_per_zone: instances / ask.zones,
        normal: state(instances).ok_or(Unmet::NoLoad)?,
        after_zone,
    })
}

/// The instances of [`need`], without the times that they reach.
///
/// # Errors
/// As [`need`].
pub fn least_instances(ask: &Ask) -> Result<u32, Unmet> {
    counted(ask).map(|[_, (instances, _)]| instances)
}

/// Servers that the load needs, and instances, each with what decided it.
fn counted(ask: &Ask) -> Result<[(u32, Binding); 2], Unmet> {
    check(ask)?;
    let (servers, servers_by) = servers(ask)?;
    let (instances, instances_by) = instances(ask, servers, servers_by);
    if f64::from(instances) * f64::from(ask.concurrency) > f64::from(MOST_SERVERS) {
        return Err(Unmet::TooMany);
    }
    Ok([(servers, servers_by), (instances, instances_by)])
}

impl Ask<'_> {
    /// How the load as it is, without what is spare, finds `servers`; none where it comes faster than they serve.
    pub fn state(&self, servers: u32) -> Option<State> {
        let wait = Wait::new(servers, self.offered, self.service.mean(), self.service.scv())?;
        let reached = |promise: &Promise| {
            if promise.response {
                let service = self.service;
                Response { wait, service }.quantile(promise.share)
            } else {
                wait.quantile(promise.share)
            }
        };
        Some(State {
            utilisation: self.offered / f64::from(servers),
            wait,
            reached: self.promises.iter().map(reached).collect(),
        })
    }

    /// Whether `instances` in zones as even as can be meet everything that is asked.
    pub fn is_met_by(&self, instances: u32) -> bool {
        let zones = self.zones.max(1);
        if self.survive_zone && zones == 1 || instances < self.min_per_zone.saturating_mul(zones) {
            return false;
        }
        let lost = if self.survive_zone {
            instances.div_ceil(zones)
        } else {
            0
        };
        let servers = (instances - lost).saturating_mul(self.concurrency);
        let load = self.load();
        load < f64::from(servers)
            && load <= self.ceiling * f64::from(servers)
            && self
                .promises
                .iter()
                .all(|promise| self.holds(promise, servers, erlang_b(servers, load)))
    }

    fn load(&self) -> f64 {
        self.offered * (1.0 + self.spare)
    }

    /// Whether `servers`, more than the load, whose Erlang B is `blocked`, keep `promise`.
    fn holds(&self, promise: &Promise, servers: u32, blocked: f64) -> bool {
        let service = self.service;
        let wait = Wait::behind(servers, blocked, self.load(), service.mean(), service.scv());
        if promise.response {
            Response { wait, service }.beyond(promise.within_ms) <= 1.0 - promise.share
        } else {
            wait.quantile(promise.share) <= promise.within_ms
        }
    }
}

fn check(ask: &Ask) -> Result<(), Unmet> {
    let load = ask.load();
    if !(ask.offered >= 0.0 && ask.spare >= 0.0 && load.is_finite() && ask.concurrency > 0 && ask.zones > 0) {
        return Err(Unmet::NoLoad);
    }
    if ask.ceiling.is_nan() || ask.ceiling <= 0.0 {
        return Err(Unmet::Ceiling(ask.ceiling));
    }
    if ask.survive_zone && ask.zones == 1 {
        return Err(Unmet::OneZone);
    }
    for (at, promise) in ask.promises.iter().enumerate() {
        if !((0.0..1.0).contains(&promise.share) && promise.within_ms >= 0.0) {
            return Err(Unmet::NoPromise(at));
        }
        let beyond = ask.service.beyond(promise.within_ms);
        if promise.response && beyond > 1.0 - promise.share {
            return Err(Unmet::Service { promise: at, beyond });
        }
    }
    Ok(())
}

/// The servers that the load needs, each condition beginning where the one before ended.
fn servers(ask: &Ask) -> Result<(u32, Binding), Unmet> {
    let load = ask.load();
    if load / ask.ceiling > f64::from(MOST_SERVERS) {
        return Err(Unmet::TooMany);
    }
    let (mut servers, mut by) = (load as u32 + 1, Binding::Stability);
    let mut raise = |to: Option<u32>, because: Binding| {
        let to = to.ok_or(Unmet::TooMany)?;
        if to > servers {
            (servers, by) = (to, because);
        }
        Ok(servers)
    };
    let under_ceiling = |servers: u32, _| load <= ask.ceiling * f64::from(servers);
    let from = (load / ask.ceiling) as u32;
    let mut at = raise(search::least(load, from, under_ceiling), Binding::Utilisation)?;
    for (place, promise) in ask.promises.iter().enumerate() {
        let holds = |servers: u32, blocked: f64| ask.holds(promise, servers, blocked);
        // The search may look one below where it begins.
        at = raise(search::least(load, at + 1, holds), Binding::Promise(place))?;
    }
    Ok((servers, by))
}

fn instances(ask: &Ask, servers: u32, servers_by: Binding) -> (u32, Binding) {
    let loaded = servers.div_ceil(ask.concurrency);
    let mut least = (loaded, servers_by);
    if loaded == 1 && servers < ask.concurrency {
        least.1 = Binding::OneInstance;
    }
    if ask.survive_zone {
        least = (loaded + loaded.div_ceil(ask.zones - 1), Binding::ZoneLoss);
    }
    let in_zones = ask.min_per_zone.saturating_mul(ask.zones);
    if in_zones > least.0 {
        least = (in_zones, Binding::MinPerZone);
    }
    least
}

#[cfg(test)]
mod tests {
    use super::super::{Demand, servers_for};
    use super::*;
    use crate::basis::dist::Dist;

    fn service(dist: &Dist) -> Service {
        Service::of(dist).unwrap()
    }

    fn ask(service: &Service) -> Ask<'_> {
        Ask {
            offered: 45.0,
            service,
            ceiling: 0.95,
            promises: &[],
            spare: 0.0,
            concurrency: 1,
            zones: 1,
            min_per_zone: 0,
            survive_zone: false,
        }
    }

    fn promise(response: bool, share: f64, within_ms: f64) -> Promise {
        Promise {
            response,
            share,
            within_ms,
        }
    }

    #[test]
    fn one_instance_less_does_not_do() {
        let service = service(&Dist::log_normal(20.0, 0.8).unwrap());
        let promises = [promise(false, 0.99, 5.0), promise(true, 0.95, 90.0)];
        for offered in [0.0, 0.3, 2.0, 45.0, 3000.0] {
            for (concurrency, zones, survive_zone) in
                [(1, 1, false), (4, 3, true), (8, 2, true), (2, 3, false)]
            {
                for spare in [0.0, 0.3] {
                    let ask = Ask {
                        offered,
                        promises: &promises,
                        concurrency,
                        zones,
                        survive_zone,
                        spare,
                        ..ask(&service)
                    };
                    let need = need(&ask).unwrap();
                    assert!(ask.is_met_by(need.instances), "{ask:?}: {need:?}");
                    assert!(
                        need.instances == 1 || !ask.is_met_by(need.instances - 1),
                        "{ask:?}"
                    );
                    let reached = need.after_zone.as_ref().unwrap_or(&need.normal);
                    assert!(reached.reached[0] <= 5.0 && reached.reached[1] <= 90.0 * (1.0 + 1e-12));
                }
            }
        }
    }

    #[test]
    fn a_promise_about_waits_alone_takes_what_servers_for_says() {
        let service = service(&Dist::exponential(20.0).unwrap());
        for offered in [0.5, 8.0, 600.0, 5000.0] {
            let promises = [promise(false, 0.99, 5.0)];
            let ask = Ask {
                offered,
                promises: &promises,
                ..ask(&service)
            };
            let demand = Demand {
                offered,
                mean_ms: 20.0,
                scv: 1.0,
                share: 0.99,
                wait_ms: 5.0,
                ceiling: 0.95,
            };
            assert_eq!(need(&ask).map(|need| need.servers).ok(), servers_for(&demand));
        }
    }

    #[test]
    fn zones_are_as_even_as_can_be() {
        let service = service(&Dist::fixed(10.0).unwrap());
        let with = |offered: f64, zones: u32| {
            let ask = Ask {
                offered,
                ceiling: 1.0,
                zones,
                survive_zone: true,
                ..ask(&service)
            };
            let need = need(&ask).unwrap();
            (
                need.servers,
                need.instances,
                need.most_per_zone,
                need.least_per_zone,
            )
        };
        assert_eq!(with(6.5, 2), (7, 14, 7, 7));
        assert_eq!(with(6.5, 3), (7, 11, 4, 3));
        assert_eq!(with(6.5, 4), (7, 10, 3, 2));
    }

    #[test]
    fn what_decided_is_told() {
        let service = service(&Dist::fixed(10.0).unwrap());
        let strict = [promise(true, 0.99, 10.5)];
        let by = |change: fn(&mut Ask)| {
            let mut asked = ask(&service);
            asked.promises = &strict;
            change(&mut asked);
            let need = need(&asked).unwrap();
            (need.servers_by, need.instances_by)
        };
        assert_eq!(by(|_| ()), (Binding::Promise(0), Binding::Promise(0)));
        assert_eq!(by(|ask| ask.ceiling = 0.3).0, Binding::Utilisation);
        assert_eq!(by(|ask| ask.promises = &[]).0, Binding::Utilisation);
        let free = |ask: &mut Ask| (ask.promises, ask.ceiling) = (&[], 1.0);
        assert_eq!(by(free).0, Binding::Stability);
        assert_eq!(by(|ask| ask.concurrency = 1000).1, Binding::OneInstance);
        assert_eq!(
            by(|ask| (ask.min_per_zone, ask.zones) = (50, 3)).1,
            Binding::MinPerZone
        );
    }

    #[test]
    fn what_no_number_meets_says_why() {
        let service = service(&Dist::fixed(10.0).unwrap());
        let short = [promise(false, 0.9, 0.0), promise(true, 0.9, 9.0)];
        let with = |change: fn(&mut Ask)| {
            let mut asked = ask(&service);
            change(&mut asked);
            need(&asked).unwrap_err()
        };
        let too_short = Ask {
            promises: &short,
            ..ask(&service)
        };
        let service_alone = Unmet::Service {
            promise: 1,
            beyond: 1.0,
        };
        assert_eq!(need(&too_short), Err(service_alone));
        assert_eq!(with(|ask| ask.ceiling = 0.0), Unmet::Ceiling(0.0));
        assert_eq!(with(|ask| ask.survive_zone = true), Unmet::OneZone);
        assert_eq!(with(|ask| ask.offered = f64::NAN), Unmet::NoLoad);
        assert_eq!(with(|ask| ask.offered = 2e7), Unmet::TooMany);
        // 2,000 instances of 6,000 servers each, though the load needs 48.
        let many_large = |ask: &mut Ask<'_>| {
            ask.concurrency = 6000;
            ask.min_per_zone = 2000;
        };
        assert_eq!(with(many_large), Unmet::TooMany);
    }
}
