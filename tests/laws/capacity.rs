//! Laws of capacity: what holds whatever the audience, the routing and the load are.

use std::collections::BTreeMap;

use crate::support::laws::fixed_laws;
use isochrone::basis::dist::Dist;
use isochrone::basis::geo::LatLon;
use isochrone::basis::queueing::service::Service;
use isochrone::basis::queueing::sizing::fleet::{Ask, Promise, least_instances, need};
use isochrone::design::capacity::{Overload, Retry, Sizing, TimeOf, TimePromise};
use isochrone::design::demand::{Demand, Event, Growth, Month, RateIs, WEEK_HOURS};
use isochrone::design::request::RequestClass;
use isochrone::design::routing::{Policy, Resolver, Routing};
use isochrone::engine::capacity::cohorts::GroupDemand;
use isochrone::engine::capacity::demand::DemandModel;
use isochrone::engine::capacity::load::{Ways, by_group, loads};
use isochrone::engine::capacity::need::Site;
use isochrone::engine::capacity::overload::{Offered, overload};
use isochrone::engine::capacity::retry::{Retried, with_retries};
use isochrone::engine::capacity::sweep::Sweep;
use isochrone::engine::latency::class::ClassLaw;
use isochrone::engine::latency::law::Laws;
use isochrone::engine::latency::placed::nearest;
use isochrone::engine::routing::{Asker, Assignment, Router};
use proptest::prelude::*;

const REGIONS: usize = 4;
const GROUPS: usize = 24;
const COUNTRIES: [&str; 3] = ["DE", "US", "NZ"];

/// A number from 0 to 1 that `salt` and `at` decide.
fn made(salt: u64, at: usize) -> f64 {
    let mixed =
        (salt.wrapping_mul(6_364_136_223_846_793_005) ^ (at as u64 + 1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1u64 << 53) as f64
}

/// Two classes: most requests, and writes that may be sent to a leader.
fn laws(salt: u64) -> Laws {
    let row = |group: usize| {
        (0..REGIONS)
            .map(|region| 5.0 + 200.0 * made(salt, group * REGIONS + region))
            .collect()
    };
    let mut laws = fixed_laws(&(0..GROUPS).map(row).collect::<Vec<_>>());
    let class = |share: f64| {
        let class = RequestClass {
            share,
            ..RequestClass::simple(1, Dist::fixed(1.0).unwrap())
        };
        ClassLaw::new(&class, 0.0).unwrap()
    };
    laws.classes = vec![class(0.8), class(0.2)];
    laws
}

fn services() -> [Service; 2] {
    [Dist::log_normal(20.0, 0.6), Dist::exponential(60.0)].map(|dist| Service::of(&dist.unwrap()).unwrap())
}

fn demand(salt: u64) -> Demand {
    let raw: [f64; WEEK_HOURS] = std::array::from_fn(|hour| 0.2 + made(salt, 1000 + hour));
    let mean = raw.iter().sum::<f64>() / WEEK_HOURS as f64;
    Demand {
        rate_is: if salt.is_multiple_of(2) {
            RateIs::Mean
        } else {
            RateIs::Peak
        },
        week: raw.map(|factor| factor / mean),
        curve_words: String::new(),
        curve_assumed: false,
        season: [1.0; 12],
        growth: Growth {
            per_year: made(salt, 2000) - 0.3,
            interval: None,
        },
        growth_of_country: BTreeMap::from([("NZ".to_owned(), 0.4)]),
        start: Month { year: 2026, month: 5 },
        horizon_years: 3,
        events: vec![Event {
            name: "sale".to_owned(),
            factor: 1.0 + made(salt, 2001),
            hours: 3.5,
            at_utc: salt.is_multiple_of(3).then_some(18.25),
            countries: vec!["US".to_owned()],
        }],
    }
}

fn model(salt: u64, laws: &Laws) -> DemandModel {
    let groups: Vec<GroupDemand> = laws
        .groups
        .iter()
        .enumerate()
        .map(|(group, law)| {
            let winter = (made(salt, 3000 + group) * 96.0) as i16 * 15 - 720;
            let mut offsets = [winter; 12];
            if group % 2 == 0 {
                offsets[3..10].fill(winter + 60);
            }
            GroupDemand {
                share: law.weight,
                country: COUNTRIES[group % 3],
                offsets,
            }
        })
        .collect();
    DemandModel::new(&demand(salt), &groups, 900.0)
}

fn place(salt: u64, at: usize) -> LatLon {
    LatLon::new(120.0 * made(salt, at) - 60.0, 360.0 * made(salt, at + 1) - 180.0).unwrap()
}

fn policies() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::Latency),
        Just(Policy::Multivalue),
        Just(Policy::Geolocation {
            countries: BTreeMap::from([("DE".to_owned(), vec![1, 0])]),
            continents: BTreeMap::from([("Europe".to_owned(), vec![2])]),
            default: vec![3],
        }),
        Just(Policy::Geoproximity {
            bias: vec![50.0, 0.0, -20.0, 0.0]
        }),
        Just(Policy::Failover { order: vec![2, 0] }),
        Just(Policy::Weighted {
            weights: vec![3.0, 0.0, 1.0, 2.0]
        }),
    ]
}

/// A router of `policy`, with a resolver elsewhere, and a region that a part of the groups may not use.
fn router(salt: u64, policy: Policy, laws: &Laws) -> Router {
    let asker = |country: &str, at: usize, expected_ms: Vec<f32>| Asker {
        place: place(salt, 4000 + 2 * at),
        country: country.to_owned(),
        continent: if country == "DE" { "Europe" } else { "Oceania" }.to_owned(),
        expected_ms,
    };
    let askers: Vec<Asker> = (0..GROUPS)
        .map(|group| {
            let expected = (0..REGIONS).map(|region| laws.pair(group, region).expected_ms as f32);
            asker(COUNTRIES[group % 3], group, expected.collect())
        })
        .collect();
    let routing = Routing {
        policy,
        resolvers: vec![Resolver {
            place: place(salt, 5000),
            country: "US".to_owned(),
            share: 0.3,
            users: vec!["NZ".to_owned()],
        }],
        ..Routing::perfect()
    };
    let resolver = asker("US", 500, vec![40.0, 30.0, 20.0, 10.0]);
    let places: Vec<LatLon> = (0..REGIONS)
        .map(|region| place(salt, 6000 + 2 * region))
        .collect();
    let allowed = (0..GROUPS * REGIONS).map(|at| at % 11 != 3).collect();
    Router::new(&routing, &askers, &[resolver], &places, allowed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Requests of all regions, and of those who go nowhere, are all requests, in every hour.
    #[test]
    fn no_request_is_lost_or_made(
        salt in 0u64..10_000,
        policy in policies(),
        lost in proptest::collection::vec(any::<bool>(), REGIONS),
        sent in any::<bool>(),
    ) {
        let laws = laws(salt);
        let model = model(salt, &laws);
        let set: Vec<usize> = (0..REGIONS).filter(|region| !lost[*region]).collect();
        let assignment = router(salt, policy, &laws).assign(&set);
        let leader = set.first().copied().filter(|_| sent);
        let loads = loads(&laws, &services(), Ways { assignment: &assignment, sent: &[None, leader], alive: &[] }, &model);
        let all = model.hours(&model.shares(), 1.5);
        let parts: Vec<Vec<f64>> = loads.regions.iter().map(|load| &load.requests).chain([&loads.nobody])
            .map(|weights| model.hours(weights, 1.5)).collect();
        for (cell, all) in all.iter().enumerate() {
            let sum: f64 = parts.iter().map(|hours| hours[cell]).sum();
            prop_assert!((sum / all - 1.0).abs() < 1e-12, "{sum} {all}");
        }
        for (region, load) in loads.regions.iter().enumerate() {
            prop_assert!(!lost[region] || load.requests.iter().all(|share| *share == 0.0));
            let classes = load.by_class.iter().zip(services());
            let work: f64 = classes.map(|(of, service)| of.iter().sum::<f64>() * service.mean() / 1000.0).sum();
            prop_assert!((work - load.erlang.iter().sum::<f64>()).abs() < 1e-12);
        }
    }

    /// The peaks are those of the hours, and the highest is never below the ordinary one.
    #[test]
    fn peaks_are_the_largest_of_the_hours(salt in 0u64..10_000, years in 0.0..10.0) {
        let laws = laws(salt);
        let model = model(salt, &laws);
        let peaks = model.peaks(&model.shares(), years);
        let hours = model.hours(&model.shares(), years);
        let largest = hours.iter().copied().fold(0.0, f64::max);
        prop_assert!((peaks.ordinary.load / largest - 1.0).abs() < 1e-12);
        prop_assert!(peaks.highest.load >= peaks.ordinary.load);
        let again = model.at(&model.shares(), years, peaks.highest.cell, peaks.highest.event);
        prop_assert!((again / peaks.highest.load - 1.0).abs() < 1e-12);
        let mean: f64 = hours.iter().enumerate().map(|(cell, load)| load * model.hours_a_year(cell)).sum();
        prop_assert!((mean / 8760.0 / model.mean_rps(years) - 1.0).abs() < 1e-12);
    }

    /// The pass over a set finds what routing every loss anew finds.
    #[test]
    fn a_sweep_finds_what_routing_anew_finds(salt in 0u64..10_000, years in 0.0..5.0) {
        let laws = laws(salt);
        let model = model(salt, &laws);
        let sweep = Sweep::new(&laws, &model, years).unwrap();
        let mut room = sweep.room(REGIONS);
        for set in [vec![2], vec![0, 3], vec![0, 1, 2, 3]] {
            sweep.of(&set, &mut room);
            let peaks = |set: &[usize], region: usize| {
                let assignment = Assignment::whole(&nearest(&laws, set));
                let loads = loads(&laws, &services(), Ways { assignment: &assignment, sent: &[], alive: &[] }, &model);
                model.peaks(&loads.regions[region].requests, years)
            };
            let alike = |one: f64, other: f64| (one - other).abs() < 1e-9;
            for (place, region) in set.iter().enumerate() {
                let (swept, anew) = (room.normal(place), peaks(&set, *region));
                prop_assert!(alike(swept.ordinary.load, anew.ordinary.load));
                prop_assert!(alike(swept.highest.load, anew.highest.load));
                for lost in (0..set.len()).filter(|lost| *lost != place) {
                    let left: Vec<usize> = set.iter().copied().filter(|left| *left != set[lost]).collect();
                    let (swept, anew) = (room.after(lost, place), peaks(&left, *region));
                    prop_assert!(alike(swept.ordinary.load, anew.ordinary.load));
                    prop_assert!(alike(swept.highest.load, anew.highest.load));
                }
            }
        }
    }

    /// What comes is served or turned away, nobody takes more than there is room for, and the rounds end.
    #[test]
    fn spilling_keeps_every_erlang(salt in 0u64..10_000, policy in policies(), sent in any::<bool>()) {
        let laws = laws(salt);
        let model = model(salt, &laws);
        let router = router(salt, policy, &laws);
        let set: Vec<usize> = (0..REGIONS).collect();
        let assignment = router.assign(&set);
        let sent = [None, sent.then_some(1)];
        let by_cohort = model.by_cohort(0.0, 20, None);
        let loads = loads(&laws, &services(), Ways { assignment: &assignment, sent: &sent, alive: &[] }, &model);
        let pinned: Vec<f64> = loads.regions.iter().map(|load| model.at(&load.pinned, 0.0, 20, None)).collect();
        let limits: Vec<Option<f64>> = set.iter().map(|region| {
            let limit = 14.0 * made(salt, 7000 + region);
            (limit > 1.0).then_some(limit)
        }).collect();
        let hour = Offered {
            groups: &by_group(&laws, &services(), Ways { assignment: &assignment, sent: &sent, alive: &[] }, &model, &by_cohort),
            pinned: &pinned,
            assignment: &assignment,
            limits: &limits,
        };
        let left = |full: &[usize]| {
            let left: Vec<usize> = set.iter().copied().filter(|region| !full.contains(region)).collect();
            router.assign(&left)
        };
        for how in [Overload::Spill, Overload::Shed, Overload::Degrade(0.7), Overload::Queue] {
            let found = overload(&hour, how, left);
            let sum = |of: &[f64]| of.iter().sum::<f64>();
            prop_assert!((sum(&found.served) + sum(&found.shed) - sum(&found.offered)).abs() < 1e-9, "{found:?}");
            prop_assert!(found.rounds <= REGIONS);
            for (region, limit) in limits.iter().enumerate() {
                let load = model.at(&loads.regions[region].erlang, 0.0, 20, None);
                prop_assert!((load - found.offered[region]).abs() < 1e-9);
                if let (Some(limit), true) = (limit, how != Overload::Queue) {
                    prop_assert!(found.served[region] * found.work[region] <= limit + 1e-9);
                }
                let came: f64 = found.spilled.iter().filter(|to| to.1 == region).map(|to| to.2).sum();
                let went: f64 = found.spilled.iter().filter(|from| from.0 == region).map(|from| from.2).sum();
                let balance = found.offered[region] + came - went - found.shed[region];
                prop_assert!((balance - found.served[region]).abs() < 1e-9);
            }
        }
    }

    /// The least number of instances is the one that trying all finds.
    #[test]
    fn a_fleet_is_the_least(
        offered in 0.0..300.0,
        share in 0.5..0.999,
        within_ms in 25.0..400.0,
        ceiling in 0.4..1.0,
        zones in 1u32..5,
        concurrency in 1u32..9,
        spare in 0.0..0.5,
    ) {
        let service = &services()[0];
        let promises = [Promise { response: true, share, within_ms }];
        let ask = Ask {
            offered, service, ceiling, promises: &promises, spare, concurrency, zones,
            min_per_zone: 1, survive_zone: zones > 1,
        };
        match need(&ask) {
            Ok(need) => {
                let tried = (1..100_000).find(|instances| ask.is_met_by(*instances)).unwrap();
                prop_assert_eq!(need.instances, tried);
                prop_assert_eq!(least_instances(&ask), Ok(tried));
            }
            Err(_) => prop_assert!(!ask.is_met_by(10_000)),
        }
    }

    /// Retries only add load, more load adds more, and where they settle they hold.
    #[test]
    fn retries_settle_where_they_hold(offered in 0.1..20.0, more in 0.01..1.0, after_ms in 20.0..300.0, times in 1u32..5) {
        let service = &services()[0];
        let retry = Retry { after_ms, times };
        let (one, two) = (with_retries(offered, 20, service, retry), with_retries(offered + more, 20, service, retry));
        match (one, two) {
            (Retried::Settles { offered: low, given_up }, high) => {
                let sum: f64 = (0..=times).map(|k| given_up.powi(k.cast_signed())).sum();
                prop_assert!(low >= offered && (offered * sum / low - 1.0).abs() < 1e-9);
                if let Retried::Settles { offered: high, .. } = high {
                    prop_assert!(high > low);
                }
            }
            (Retried::RunsAway, high) => prop_assert_eq!(high, Retried::RunsAway),
        }
    }

    /// The fleet of the busiest hour meets what is asked, one instance less does not, and no hour needs more.
    #[test]
    fn the_peak_s_fleet_is_enough_for_every_hour(salt in 0u64..1000, hourly in any::<bool>()) {
        let laws = laws(salt);
        let mut model = model(salt, &laws);
        if hourly {
            model = model.with_growth(0.0);
        }
        let assignment = Assignment::whole(&nearest(&laws, &[0, 1, 2, 3]));
        let loads = loads(&laws, &services(), Ways { assignment: &assignment, sent: &[], alive: &[] }, &model);
        let sizing = Sizing {
            concurrency: 2,
            max_utilisation: 0.8,
            promises: vec![TimePromise { of: TimeOf::Wait, share: 0.99, within_ms: 20.0 }],
            zones: vec![3; REGIONS],
            min_per_zone: 1,
            survive_zone: true,
            survive_regions: 0,
            spare: 0.1,
            scale_out_s: Some(600.0),
            hourly,
        };
        for (region, load) in loads.regions.iter().enumerate() {
            let site = Site { region, load, services: &services(), sizing: &sizing };
            let sized = site.size(&model, 0.0).unwrap();
            let fleet = sized.need.instances;
            prop_assert!(site.is_met_by(fleet, &model, 0.0));
            prop_assert!(fleet == 3 || !site.is_met_by(fleet - 1, &model, 0.0));
            prop_assert!(site.hourly(&model, 0.0).unwrap().iter().all(|of| *of <= fleet));
            prop_assert_eq!(sized.rise > 0.0, hourly && load.requests.iter().any(|share| *share > 0.0));
        }
    }
}
