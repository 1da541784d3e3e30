//! Samples at the edge of what a report about capacity may hold.

use super::{SampleInputs, sample_capacity_report};
use crate::report::model::{CapacityResult, Report, SetResult};
use crate::report::sample::sample_recovery_report;

/// Reports that every view must take, with what is odd about them.
///
/// ```
/// let edges = isochrone::report::sample::sample_capacity_edges();
/// assert!(edges.iter().any(|(what, report)| *what == "thirty sets" && report.sets.len() == 30));
/// ```
pub fn sample_capacity_edges() -> Vec<(&'static str, Report)> {
    vec![
        ("a single set", a_single_set()),
        ("thirty sets", thirty_sets()),
        ("no cost was asked about", no_cost()),
        ("no price is known", no_price()),
        ("nothing can be sized", nothing_sized()),
        ("servers are stated", stated()),
        ("nobody says how many servers there are", no_servers()),
        ("one year and no losses", one_year()),
        ("forty losses", forty_losses()),
        ("the command capacity", the_command()),
        ("no set", no_set()),
    ]
}

fn sample() -> Report {
    sample_capacity_report(&SampleInputs::default())
}

fn each(report: &mut Report, change: impl Fn(&mut CapacityResult)) {
    let all = report.sets.iter_mut().filter_map(|set| set.capacity.as_mut());
    all.for_each(change);
}

fn a_single_set() -> Report {
    let mut report = sample();
    report.sets.truncate(1);
    report.sets[0].versus_best = None;
    if let Some(summary) = &mut report.capacity {
        summary.front = vec![0];
        summary.answers.truncate(1);
    }
    report
}

/// The three sets ten times over, each dearer and quicker than the last; availability is known of some.
fn thirty_sets() -> Report {
    let mut report = sample();
    let availability = sample_recovery_report(3, 12).sets;
    let three = report.sets.clone();
    let one = |i: usize| {
        let mut set = three[i % 3].clone();
        let step = (i / 3) as f64;
        set.name = format!("{} and {} more", set.name, i / 3);
        set.rank = i + 1;
        for figure in [&mut set.objective, &mut set.latency.p95_ms] {
            let by = 5.0 * step;
            figure.value += by;
            figure.sampling.low += by;
            figure.sampling.high += by;
        }
        set.recovery = availability.get(i % 4).and_then(|it| it.recovery.clone());
        if let Some(cost) = set.capacity.as_mut().and_then(|it| it.cost.as_mut()) {
            scale(&mut cost.total, step);
            cost.lines
                .iter_mut()
                .filter_map(|line| line.cost.as_mut())
                .for_each(|amount| scale(amount, step));
        }
        set
    };
    report.sets = (0..30).map(one).collect();
    if let Some(summary) = &mut report.capacity {
        summary.front = front(&report.sets);
        (summary.sets_sized, summary.sets_priced) = (Some(30), Some(20));
    }
    report
}

fn scale(amount: &mut f64, step: f64) {
    *amount *= 1.0 - 0.04 * step;
}

/// Sets that no other beats in cost and latency, the cheapest first.
fn front(sets: &[SetResult]) -> Vec<usize> {
    let of = |set: &SetResult| {
        let cost = set.capacity.as_ref()?.cost.as_ref()?;
        cost.complete.then_some((cost.total, set.objective.value))
    };
    let beats = |a: (f64, f64), b: (f64, f64)| a.0 <= b.0 && a.1 <= b.1 && a != b;
    let stays = |at: &usize| {
        of(&sets[*at]).is_some_and(|own| !sets.iter().filter_map(of).any(|other| beats(other, own)))
    };
    let mut front: Vec<usize> = (0..sets.len()).filter(stays).collect();
    front.sort_by(|a, b| {
        let cost = |at: &usize| of(&sets[*at]).map_or(0.0, |it| it.0);
        cost(a).total_cmp(&cost(b))
    });
    front
}

fn no_cost() -> Report {
    let mut report = sample();
    each(&mut report, |it| {
        it.cost = None;
        it.fleet.iter_mut().for_each(|fleet| fleet.cost = None);
        for year in &mut it.years {
            (year.cost, year.cost_interval) = (None, None);
            year.cost_by_region.clear();
        }
    });
    if let Some(summary) = &mut report.capacity {
        summary.cost = None;
        summary.front.clear();
        for answer in &mut summary.answers {
            (answer.instances_cost, answer.region_cost, answer.cost_complete) = (None, None, None);
        }
    }
    report
}

fn no_price() -> Report {
    sample_capacity_report(&SampleInputs {
        prices: Vec::new(),
        ..SampleInputs::default()
    })
}

/// A promise that no number of servers keeps: a response sooner than the service takes.
fn nothing_sized() -> Report {
    let mut inputs = SampleInputs::default();
    for promise in &mut inputs.promises {
        (promise.of, promise.within_ms) = ("response".into(), 1.0);
    }
    let mut report = sample_capacity_report(&inputs);
    each(&mut report, |it| {
        // With no server at all, its share that is not busy is no number; the engine says none.
        it.fleet.iter_mut().for_each(|fleet| fleet.headroom = 0.0);
    });
    report
}

fn stated() -> Report {
    sample_capacity_report(&SampleInputs {
        given: Some(400),
        ..SampleInputs::default()
    })
}

fn no_servers() -> Report {
    let mut report = sample();
    each(&mut report, |it| {
        it.fleet.clear();
        for year in &mut it.years {
            year.instances.clear();
            year.instances_interval = None;
        }
        for region in it.states.iter_mut().flat_map(|state| &mut state.regions) {
            region.needs.clear();
            (region.utilisation, region.wait, region.retry_factor) = (None, None, None);
            region.verdict = "not known".into();
        }
        if let Some(cost) = &mut it.cost {
            cost.complete = false;
            cost.missing
                .insert(0, "instances: nobody says how many there are".into());
        }
    });
    if let Some(summary) = &mut report.capacity {
        summary.sizing = None;
        summary.front.clear();
        for answer in &mut summary.answers {
            (answer.need, answer.fleet, answer.instances_cost) = (None, None, None);
        }
    }
    report
}

fn one_year() -> Report {
    let mut report = sample();
    each(&mut report, |it| {
        it.states.truncate(1);
        it.hours.truncate(1);
        it.years.truncate(1);
        it.fleet.iter_mut().for_each(|fleet| fleet.exhausted = None);
    });
    if let Some(summary) = &mut report.capacity {
        summary.answers.clear();
        summary.demand.growth_interval = None;
        summary.demand.horizon_years = 0;
    }
    report
}

fn forty_losses() -> Report {
    let mut report = sample();
    each(&mut report, |it| {
        let few = it.states[1..].to_vec();
        let hours = it.hours[1..].to_vec();
        it.states.truncate(1);
        it.hours.truncate(1);
        for i in 0..40 {
            let name = |name: &str| format!("{name} + the cable to landing station {i}");
            let mut state = few[i % few.len()].clone();
            state.name = name(&state.name);
            it.states.push(state);
            let mut load = hours[i % hours.len()].clone();
            load.state = name(&load.state);
            it.hours.push(load);
        }
    });
    report
}

fn the_command() -> Report {
    let mut report = sample();
    report.command = "capacity".into();
    report
}

fn no_set() -> Report {
    let mut report = sample();
    report.sets.clear();
    if let Some(summary) = &mut report.capacity {
        summary.front.clear();
        summary.answers.clear();
    }
    report
}
