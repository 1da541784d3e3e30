use super::super::design::{Kind, Local, OfHost};
use super::*;
use crate::basis::normal::probit;
use crate::basis::seed::{Purpose, Stream};

fn start(variance: f64) -> Start {
    Start { variance, worth: 1e9 }
}

fn cell_of(block: usize) -> Local {
    Local {
        block,
        kind: 0,
        base: 1.0,
    }
}

fn cells(start: Start) -> Kind {
    Kind { start, wild: false }
}

/// One effect on a path without access, no cells to speak of.
fn mean_of(logs: &[f64], prior: f64, noise: f64) -> Posterior {
    let rows = logs.iter().map(|log| Row {
        log: *log,
        access: 0.0,
        path: 1.0,
        on_access: vec![],
        on_path: vec![0],
        cell: 0,
        host: None,
        error: 0.0,
        parts: vec![(0, noise)],
    });
    let design = Design {
        rows: rows.collect(),
        group_of: vec![0],
        groups: vec![start(prior)],
        locals: vec![cell_of(0)],
        kinds: vec![cells(start(1e-12))],
        parts: vec![start(1.0)],
    };
    design.fit().unwrap()
}

#[test]
fn a_mean_is_shrunk_as_the_textbook_has_it() {
    // Prior variance 0.04, four rows of variance 0.01: weight 4 / 0.01 against 1 / 0.04.
    let found = mean_of(&[0.1, 0.2, 0.3, 0.4], 0.04, 0.01);
    assert!(
        (found.effects[0] - 0.25 * 400.0 / 425.0).abs() < 1e-6,
        "{found:?}"
    );
    assert!((found.variance_of(&[0], None) - 1.0 / 425.0).abs() < 1e-7);
}

#[test]
fn cells_that_are_eliminated_have_the_variance_of_the_whole_system() {
    // θ and two cells: the precision matrix by hand.
    let row = |log: f64, cell: usize| Row {
        log,
        access: 0.0,
        path: 1.0,
        on_access: vec![],
        on_path: vec![0],
        cell,
        host: None,
        error: 0.0,
        parts: vec![(0, 0.5)],
    };
    let design = Design {
        rows: vec![row(0.3, 0), row(0.1, 0), row(-0.2, 1)],
        group_of: vec![0],
        groups: vec![start(2.0)],
        locals: vec![cell_of(0), cell_of(1)],
        kinds: vec![cells(start(0.25))],
        parts: vec![start(1.0)],
    };
    let found = design.fit().unwrap();
    let mut whole = Symmetric::zeros(3);
    for (i, j, x) in [
        (0, 0, 0.5 + 6.0),
        (1, 1, 4.0 + 4.0),
        (2, 2, 4.0 + 2.0),
        (0, 1, 4.0),
        (0, 2, 2.0),
    ] {
        whole.add(i, j, x);
    }
    let factor = whole.factor().unwrap();
    let x = factor.solve(&[2.0 * 0.2, 2.0 * 0.4, 2.0 * -0.2]);
    let inverse = factor.inverse();
    assert!((found.effects[0] - x[0]).abs() < 1e-7 && (found.locals[0] - x[1]).abs() < 1e-7);
    let sum = inverse.quadratic(&[(0, 1.0), (1, 1.0)]);
    assert!((found.variance_of(&[0], Some(0)) - sum).abs() < 1e-7);
    assert!((found.variance_of(&[], Some(1)) - inverse.at(2, 2)).abs() < 1e-7);
}

#[test]
fn variances_of_many_groups_are_found() {
    // 60 effects of sd 0.3 seen by 10 rows of sd 0.2 each; starts are wrong by factors, and worth little.
    let noise = |number: u32, at: usize| probit(Stream::new(5, Purpose::Input, number, 0).uniform(at as u64));
    let rows = (0..600).map(|i| Row {
        log: 0.3 * noise(0, i / 10) + 0.2 * noise(1, i),
        access: 0.0,
        path: 1.0,
        on_access: vec![],
        on_path: vec![i / 10],
        cell: 0,
        host: None,
        error: 0.0,
        parts: vec![(0, 0.01)],
    });
    let little = |variance| Start { variance, worth: 2.0 };
    let design = Design {
        rows: rows.collect(),
        group_of: vec![0; 60],
        groups: vec![little(0.01)],
        locals: vec![cell_of(0)],
        kinds: vec![cells(start(1e-12))],
        parts: vec![little(1.0)],
    };
    let found = design.fit().unwrap();
    // Standard errors: 0.3 / √120 = 0.027 and 0.2 / √1080 = 0.006; three of them.
    assert!(
        (found.groups[0].sqrt() - 0.3).abs() < 0.083,
        "{}",
        found.groups[0].sqrt()
    );
    assert!(
        ((found.parts[0] * 0.01).sqrt() - 0.2).abs() < 0.019,
        "{}",
        found.parts[0]
    );
}

#[test]
fn access_and_path_are_told_apart_by_long_and_short_ways() {
    let row = |access: f64, path: f64| Row {
        log: (access * 1.5 + path * 0.9).ln(),
        access,
        path,
        on_access: vec![0],
        on_path: vec![1],
        cell: 0,
        host: None,
        error: 1e-6,
        parts: vec![],
    };
    let design = Design {
        rows: vec![row(10.0, 2.0), row(10.0, 300.0), row(5.0, 150.0)],
        group_of: vec![0, 1],
        groups: vec![start(1.0), start(1.0)],
        locals: vec![cell_of(0)],
        kinds: vec![cells(start(1e-12))],
        parts: vec![],
    };
    let found = design.fit().unwrap();
    assert!((found.effects[0] - 1.5_f64.ln()).abs() < 1e-3, "{found:?}");
    assert!((found.effects[1] - 0.9_f64.ln()).abs() < 1e-3);
}

#[test]
fn a_block_of_cells_and_hosts_has_the_mode_and_the_variance_of_the_whole_system() {
    // θ on a path, two cells and a host on an access of the same block; small logarithms, so that it is all but linear.
    let row = |log: f64, cell: usize| Row {
        log: 2.0_f64.ln() + 1e-5 * log,
        access: 1.0,
        path: 1.0,
        on_access: vec![],
        on_path: vec![0],
        cell,
        host: Some(OfHost {
            local: 2,
            beside: None,
        }),
        error: 0.0,
        parts: vec![(0, 0.5)],
    };
    let host = Local {
        kind: 1,
        base: 0.5,
        ..cell_of(0)
    };
    let design = Design {
        rows: vec![row(0.3, 0), row(0.1, 0), row(-0.2, 1)],
        group_of: vec![0],
        groups: vec![start(2.0)],
        locals: vec![cell_of(0), cell_of(0), host],
        kinds: vec![
            cells(start(0.25)),
            Kind {
                start: start(1.0),
                wild: true,
            },
        ],
        parts: vec![start(1.0)],
    };
    let found = design.fit().unwrap();
    let mut whole = Symmetric::zeros(4);
    for (i, x) in [(0, 0.5), (1, 4.0), (2, 4.0), (3, 2.0)] {
        whole.add(i, i, x);
    }
    let mut right = vec![0.0; 4];
    for (log, cell) in [(0.3, 1), (0.1, 1), (-0.2, 2)] {
        whole.add_outer(&[(0, 0.5), (cell, 0.5), (3, 0.5)], 2.0);
        for at in [0, cell, 3] {
            right[at] += 0.5 * 2.0 * 1e-5 * log;
        }
    }
    let factor = whole.factor().unwrap();
    let x = factor.solve(&right);
    for (found, x) in [
        found.effects[0],
        found.locals[0],
        found.locals[1],
        found.locals[2],
    ]
    .iter()
    .zip(&x)
    {
        assert!((found - x).abs() < 1e-9, "{found} {x}");
    }
    let sum = factor.inverse().quadratic(&[(0, 1.0), (2, 1.0)]);
    assert!((found.variance_of(&[0], Some(1)) - sum).abs() < 1e-5);
}

#[test]
fn one_wild_row_of_many_moves_nothing_however_wild_it_is() {
    let logs = |wild: f64| -> Vec<f64> {
        let calm = (0..40).map(|i| 0.2 + 0.01 * f64::from(i % 5 - 2));
        calm.chain([wild]).collect()
    };
    for wild in [1.0, 3.0, 5.0, 9.0] {
        let found = mean_of(&logs(wild), 0.04, 2e-4);
        assert!(
            (found.effects[0] - 0.2).abs() < 5e-3,
            "{wild}: {}",
            found.effects[0]
        );
        assert!(found.away[40] > 4.0 && found.away[..40].iter().all(|away| *away < 2.5));
    }
}
