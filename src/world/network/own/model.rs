//! Hierarchical factors on sums of two parts, fitted by their posterior mode.
//!
//! ```text
//! ln y_i = ln( A_i · e^(Σ θ, terms on A) + P_i · e^(Σ θ, terms on P + g of the cell) ) + e_i
//! θ_j ~ N(0, τ² of its group),   g_k ~ N(0, τ² of cells),   e_i ~ N(0, d_i² + Σ f_m² v_im)
//! ```
//! d² is the row's own error of measurement, v what a part of the spread between users would give, and f² a factor on it. Effects by Gauss–Newton with their prior as a ridge; cells, of which each row has one, are eliminated before the
//! dense system is solved. Variances by expectation and maximisation, each held to its start as though a few rows more had
//! said so: with no rows the start stays, with many it is forgotten.
//!
//! Source: Lindley and Smith, *Bayes Estimates for the Linear Model*, JRSS B 34, 1972; Dempster, Laird, Rubin, *Maximum
//! Likelihood from Incomplete Data via the EM Algorithm*, JRSS B 39, 1977.

use crate::basis::linear::Symmetric;

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// ln y.
    pub(super) log: f64,
    /// A; 0 where there is none.
    pub(super) access: f64,
    /// P, above 0.
    pub(super) path: f64,
    /// Effects on A, each once.
    pub(super) on_access: Vec<usize>,
    /// Effects on P, each once.
    pub(super) on_path: Vec<usize>,
    /// Its cell.
    pub(super) cell: usize,
    /// d².
    pub(super) error: f64,
    /// (m, `v_im`).
    pub(super) parts: Vec<(usize, f64)>,
}

/// A variance before anything is known, and how many observations its start is worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) variance: f64,
    pub(super) worth: f64,
}

/// What is fitted.
#[derive(Clone, Debug)]
pub(super) struct Design {
    pub(super) rows: Vec<Row>,
    /// The group of each effect.
    pub(super) group_of: Vec<usize>,
    /// τ² of each group.
    pub(super) groups: Vec<Start>,
    /// Number of cells, and τ² of them.
    pub(super) cells: usize,
    pub(super) cell: Start,
    /// f² of each part, about 1.
    pub(super) parts: Vec<Start>,
}

/// The posterior: its mode, and what a normal approximation around it says.
#[derive(Clone, Debug)]
pub(super) struct Posterior {
    pub(super) effects: Vec<f64>,
    pub(super) cells: Vec<f64>,
    /// τ² of each group, of cells, and f² of each part.
    pub(super) groups: Vec<f64>,
    pub(super) cell: f64,
    pub(super) parts: Vec<f64>,
    /// How many rows speak for each f²: the sum of their shares of the variance, squared.
    pub(super) part_rows: Vec<f64>,
    /// ln y − what the mode says, of each row.
    pub(super) residuals: Vec<f64>,
    covariance: Symmetric,
    eliminated: Vec<Cell>,
}

/// A cell while it is out of the system: its precision, and its row of the system.
#[derive(Clone, Debug, Default)]
struct Cell {
    precision: f64,
    coupling: Vec<(usize, f64)>,
    right: f64,
}

/// Rounds of expectation and maximisation at most; variances move less than 1e-7 of themselves long before, as a rule.
const ROUNDS: usize = 200;
const SETTLED: f64 = 1e-7;
/// Steps of Gauss–Newton with the variances as they ended.
const LAST_STEPS: usize = 12;
/// No exponent is taken beyond this: a factor of twenty is no correction.
const LARGEST_LOG: f64 = 3.0;

impl Design {
    /// Fits it; none where the system cannot be solved, which positive variances exclude.
    pub(super) fn fit(&self) -> Option<Posterior> {
        let mut now = self.start();
        for _ in 0..ROUNDS {
            self.step(&mut now)?;
            let moved = self.update_variances(&mut now);
            if moved < SETTLED {
                break;
            }
        }
        for _ in 0..LAST_STEPS {
            self.step(&mut now)?;
        }
        now.residuals = self.rows.iter().map(|row| row.log - row.says(&now)).collect();
        Some(now)
    }

    fn start(&self) -> Posterior {
        let variances = |list: &[Start]| list.iter().map(|start| start.variance).collect::<Vec<f64>>();
        Posterior {
            effects: vec![0.0; self.group_of.len()],
            cells: vec![0.0; self.cells],
            groups: variances(&self.groups),
            cell: self.cell.variance,
            parts: variances(&self.parts),
            part_rows: vec![0.0; self.parts.len()],
            residuals: Vec::new(),
            covariance: Symmetric::zeros(self.group_of.len()),
            eliminated: Vec::new(),
        }
    }

    /// One step of Gauss–Newton: the ridge regression of the linearised rows.
    fn step(&self, now: &mut Posterior) -> Option<()> {
        let n = self.group_of.len();
        let mut system = Symmetric::zeros(n);
        let mut right = vec![0.0; n];
        for (effect, group) in self.group_of.iter().enumerate() {
            system.add(effect, effect, 1.0 / now.groups[*group]);
        }
        let empty = Cell {
            precision: 1.0 / now.cell,
            ..Cell::default()
        };
        let mut cells = vec![empty; self.cells];
        for row in &self.rows {
            let slope = row.slope(now);
            let precision = 1.0 / row.variance(&now.parts);
            // What the row would say if it were linear: its residual, and what the effects say already.
            let said =
                row.log - row.says(now) + slope.dot(&now.effects) + slope.on_cell * now.cells[row.cell];
            system.add_outer(&slope.effects, precision);
            let cell = &mut cells[row.cell];
            cell.precision += precision * slope.on_cell * slope.on_cell;
            cell.right += precision * slope.on_cell * said;
            for &(effect, x) in &slope.effects {
                right[effect] += precision * x * said;
                add_to(&mut cell.coupling, effect, precision * slope.on_cell * x);
            }
        }
        for cell in &cells {
            system.add_outer(&cell.coupling, -1.0 / cell.precision);
            for &(effect, x) in &cell.coupling {
                right[effect] -= x * cell.right / cell.precision;
            }
        }
        let factor = system.factor()?;
        now.effects = factor.solve(&right);
        now.covariance = factor.inverse();
        now.cells = cells
            .iter()
            .map(|cell| {
                let elsewhere: f64 = cell.coupling.iter().map(|&(at, x)| x * now.effects[at]).sum();
                (cell.right - elsewhere) / cell.precision
            })
            .collect();
        now.eliminated = cells;
        Some(())
    }

    /// One step for all variances; the greatest change, as a share.
    fn update_variances(&self, now: &mut Posterior) -> f64 {
        let mut sums = vec![(0.0, 0.0); self.groups.len()];
        for (effect, group) in self.group_of.iter().enumerate() {
            sums[*group].0 += now.effects[effect].powi(2) + now.covariance.at(effect, effect);
            sums[*group].1 += 1.0;
        }
        let mut moved = 0.0_f64;
        let mut set = |old: &mut f64, start: &Start, (sum, count): (f64, f64)| {
            let new = (start.worth * start.variance + sum) / (start.worth + count);
            moved = moved.max((new / *old - 1.0).abs());
            *old = new;
        };
        let cells = (0..self.cells).map(|cell| now.cells[cell].powi(2) + now.variance_of(&[], Some(cell)));
        let cells = (cells.sum::<f64>(), self.cells as f64);
        let (parts, rows) = self.sums_of_parts(now);
        for ((old, start), sum) in now.groups.iter_mut().zip(&self.groups).zip(sums) {
            set(old, start, sum);
        }
        set(&mut now.cell, &self.cell, cells);
        for ((old, start), sum) in now.parts.iter_mut().zip(&self.parts).zip(parts) {
            set(old, start, sum);
        }
        now.part_rows = rows;
        moved
    }

    /// For each part: what rows are expected to owe to it, in units of what it would give, and over how many rows; and
    /// how many rows' worth of information that is.
    fn sums_of_parts(&self, now: &Posterior) -> (Vec<(f64, f64)>, Vec<f64>) {
        let mut sums = vec![(0.0, 0.0); self.parts.len()];
        let mut worth = vec![0.0; self.parts.len()];
        for row in &self.rows {
            let whole = row.variance(&now.parts);
            let slope = row.slope(now);
            let terms = slope.effects.iter().copied();
            let uncertain = now.variance_scaled(terms, slope.on_cell, row.cell);
            let square = (row.log - row.says(now)).powi(2) + uncertain;
            for &(part, base) in &row.parts {
                let share = now.parts[part] * base / whole;
                // f² · (share · r² / v + 1 − share), which stays finite where the part gives nothing.
                let expected = now.parts[part] * (share * square / whole + 1.0 - share);
                sums[part].0 += expected;
                sums[part].1 += 1.0;
                worth[part] += share * share;
            }
        }
        (sums, worth)
    }
}

impl Posterior {
    /// The variance of a sum of effects, and of a cell with it.
    pub(super) fn variance_of(&self, effects: &[usize], cell: Option<usize>) -> f64 {
        let terms = effects.iter().map(|&effect| (effect, 1.0));
        match cell {
            Some(cell) => self.variance_scaled(terms, 1.0, cell),
            None => self.covariance.quadratic(&terms.collect::<Vec<_>>()),
        }
    }

    /// The same of `Σ x θ + scale · g`. A cell that was eliminated is `(right − coupling · θ) / precision` and an error
    /// of its own.
    fn variance_scaled(&self, terms: impl Iterator<Item = (usize, f64)>, scale: f64, cell: usize) -> f64 {
        let mut terms: Vec<(usize, f64)> = terms.collect();
        let cell = &self.eliminated[cell];
        for &(effect, x) in &cell.coupling {
            add_to(&mut terms, effect, -scale * x / cell.precision);
        }
        self.covariance.quadratic(&terms) + scale * scale / cell.precision
    }
}

/// Derivatives of what a row says.
struct Slope {
    effects: Vec<(usize, f64)>,
    on_cell: f64,
}

impl Slope {
    fn dot(&self, effects: &[f64]) -> f64 {
        self.effects.iter().map(|&(at, x)| x * effects[at]).sum()
    }
}

impl Row {
    fn logs(&self, now: &Posterior) -> (f64, f64) {
        let sum = |terms: &[usize]| terms.iter().map(|&at| now.effects[at]).sum::<f64>();
        let held = |log: f64| log.clamp(-LARGEST_LOG, LARGEST_LOG);
        let path = sum(&self.on_path) + now.cells[self.cell];
        (held(sum(&self.on_access)), held(path))
    }

    fn says(&self, now: &Posterior) -> f64 {
        let (access, path) = self.logs(now);
        (self.access * access.exp() + self.path * path.exp()).ln()
    }

    fn slope(&self, now: &Posterior) -> Slope {
        let (access, path) = self.logs(now);
        let (access, path) = (self.access * access.exp(), self.path * path.exp());
        let of_access = access / (access + path);
        let on_access = self.on_access.iter().map(|&at| (at, of_access));
        let on_path = self.on_path.iter().map(|&at| (at, 1.0 - of_access));
        Slope {
            effects: on_access.chain(on_path).filter(|(_, x)| *x > 0.0).collect(),
            on_cell: 1.0 - of_access,
        }
    }

    fn variance(&self, parts: &[f64]) -> f64 {
        let spread: f64 = self.parts.iter().map(|&(part, base)| parts[part] * base).sum();
        (self.error + spread).max(LEAST_VARIANCE)
    }
}

/// No row is surer than a thousandth.
const LEAST_VARIANCE: f64 = 1e-6;

fn add_to(list: &mut Vec<(usize, f64)>, at: usize, x: f64) {
    match list.iter_mut().find(|(known, _)| *known == at) {
        Some((_, sum)) => *sum += x,
        None => list.push((at, x)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::normal::probit;
    use crate::basis::seed::{Purpose, Stream};

    fn start(variance: f64) -> Start {
        Start { variance, worth: 1e9 }
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
            error: 0.0,
            parts: vec![(0, noise)],
        });
        let design = Design {
            rows: rows.collect(),
            group_of: vec![0],
            groups: vec![start(prior)],
            cells: 1,
            cell: start(1e-12),
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
            error: 0.0,
            parts: vec![(0, 0.5)],
        };
        let design = Design {
            rows: vec![row(0.3, 0), row(0.1, 0), row(-0.2, 1)],
            group_of: vec![0],
            groups: vec![start(2.0)],
            cells: 2,
            cell: start(0.25),
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
        assert!((found.effects[0] - x[0]).abs() < 1e-7 && (found.cells[0] - x[1]).abs() < 1e-7);
        let sum = inverse.quadratic(&[(0, 1.0), (1, 1.0)]);
        assert!((found.variance_of(&[0], Some(0)) - sum).abs() < 1e-7);
        assert!((found.variance_of(&[], Some(1)) - inverse.at(2, 2)).abs() < 1e-7);
    }

    #[test]
    fn variances_of_many_groups_are_found() {
        // 60 effects of sd 0.3 seen by 10 rows of sd 0.2 each; starts are wrong by factors, and worth little.
        let noise =
            |number: u32, at: usize| probit(Stream::new(5, Purpose::Input, number, 0).uniform(at as u64));
        let rows = (0..600).map(|i| Row {
            log: 0.3 * noise(0, i / 10) + 0.2 * noise(1, i),
            access: 0.0,
            path: 1.0,
            on_access: vec![],
            on_path: vec![i / 10],
            cell: 0,
            error: 0.0,
            parts: vec![(0, 0.01)],
        });
        let little = |variance| Start { variance, worth: 2.0 };
        let design = Design {
            rows: rows.collect(),
            group_of: vec![0; 60],
            groups: vec![little(0.01)],
            cells: 1,
            cell: start(1e-12),
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
            error: 1e-6,
            parts: vec![],
        };
        let design = Design {
            rows: vec![row(10.0, 2.0), row(10.0, 300.0), row(5.0, 150.0)],
            group_of: vec![0, 1],
            groups: vec![start(1.0), start(1.0)],
            cells: 1,
            cell: start(1e-12),
            parts: vec![],
        };
        let found = design.fit().unwrap();
        assert!((found.effects[0] - 1.5_f64.ln()).abs() < 1e-3, "{found:?}");
        assert!((found.effects[1] - 0.9_f64.ln()).abs() < 1e-3);
    }
}
