//! Samples at the edge of what a report about recovery may hold.

use super::{figure, sample_drill_report, sample_recovery_report};
use crate::report::model::Report;

/// Reports that every view must take, with what is odd about them.
///
/// ```
/// let edges = isochrone::report::sample::sample_recovery_edges();
/// assert!(edges.iter().any(|(what, _)| *what == "nothing is ever down"));
/// ```
pub fn sample_recovery_edges() -> Vec<(&'static str, Report)> {
    vec![
        ("a single region", a_single_region()),
        ("nothing is ever down", never_down()),
        ("no state is kept", no_state()),
        ("no loss was asked about", no_loss()),
        ("fifty losses", fifty_losses()),
        ("a drill of two sets", sample_drill_report(2, 12)),
        ("no set", sample_recovery_report(0, 0)),
    ]
}

/// One set of one region, without a standby: losing it leaves nobody.
fn a_single_region() -> Report {
    let mut report = sample_drill_report(6, 12);
    report.sets.retain(|set| set.regions.len() == 1);
    report.sets.truncate(1);
    report.baseline = None;
    for set in &mut report.sets {
        set.rank = 1;
        set.versus_best = None;
        set.versus_baseline = None;
        if let Some(recovery) = &mut set.recovery {
            recovery.standbys.clear();
            recovery.losses.retain(|loss| loss.survivors.is_empty());
        }
    }
    if let Some(summary) = &mut report.recovery {
        summary.front = vec![0];
        summary.sensitivity.clear();
    }
    report
}

fn never_down() -> Report {
    let mut report = sample_recovery_report(3, 12);
    let none = figure(0.0, 0.0, 0.0);
    for set in &mut report.sets {
        if let Some(recovery) = &mut set.recovery {
            let it = &mut recovery.availability;
            it.availability = figure(1.0, 0.0, 0.0);
            it.nines = None;
            for figure in [
                &mut it.unavailability,
                &mut it.mean_minutes,
                &mut it.p50_minutes,
                &mut it.p95_minutes,
                &mut it.p99_minutes,
            ] {
                *figure = none;
            }
            it.exceedance = vec![(0.0, 0.0)];
            it.causes.clear();
            for preset in &mut it.presets {
                (preset.availability, preset.mean_minutes) = (1.0, 0.0);
            }
        }
    }
    report
}

fn no_state() -> Report {
    let mut report = sample_recovery_report(3, 12);
    for recovery in report.sets.iter_mut().filter_map(|set| set.recovery.as_mut()) {
        recovery.rpo.clear();
        recovery.targets.retain(|target| target.what != "rpo");
        for strategy in &mut recovery.strategies {
            strategy.rpo = None;
            strategy.targets.retain(|target| target.what != "rpo");
        }
        for loss in &mut recovery.losses {
            loss.rpo.clear();
            loss.stores.clear();
        }
    }
    report
}

fn no_loss() -> Report {
    let mut report = sample_recovery_report(3, 12);
    for recovery in report.sets.iter_mut().filter_map(|set| set.recovery.as_mut()) {
        recovery.losses.clear();
        recovery.strategies.clear();
        recovery.findings.clear();
    }
    if let Some(summary) = &mut report.recovery {
        summary.incidents = None;
    }
    report
}

fn fifty_losses() -> Report {
    let mut report = sample_recovery_report(8, 12);
    for recovery in report.sets.iter_mut().filter_map(|set| set.recovery.as_mut()) {
        let few = recovery.losses.clone();
        let more = (0..50).filter_map(|i| {
            let mut loss = few.get(i % few.len().max(1))?.clone();
            loss.name = format!("{} and the cable to landing station {i}", loss.name);
            Some(loss)
        });
        recovery.losses = more.collect();
    }
    report
}
