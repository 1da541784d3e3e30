//! Hierarchical factors on sums of two parts, fitted by their posterior mode.
//!
//! ```text
//! ln y_i = ln( A_i · e^(Σ θ, terms on A + h of the host) + P_i · e^(Σ θ, terms on P + g of the cell) ) + e_i
//! θ_j ~ N(0, τ² of its group),   g_k, h_k ~ N(0, b_k τ² of their kind),   e_i ~ N(0, d_i² + Σ f_m² v_im)
//! ```
//! Of a host with hardly any rows h stands beside the logarithm, times the share s of A: alone in the sum it could take all
//! of a row for access.
//!
//! d² is the row's own error of measurement, v what a part of the spread between users would give, and f² a factor on it.
//! Effects by Gauss–Newton with their prior as a ridge, a step shortened until it is none uphill. Effects that rows of one
//! block alone have (cells, hosts) are eliminated by block before the dense system is solved. Variances by expectation and
//! maximisation, each held to its start as though a few rows more had said so: with no rows the start stays, with many it
//! is forgotten.
//!
//! A row or a host that lies `z` > 3 standard deviations away counts as though its variance were (z / 3)² times as great.
//! What is wild therefore says the less the wilder it is, and variances take it for one of 3.
//!
//! Source: Lindley and Smith, *Bayes Estimates for the Linear Model*, JRSS B 34, 1972; Dempster, Laird, Rubin, *Maximum
//! Likelihood from Incomplete Data via the EM Algorithm*, JRSS B 39, 1977; Huber, *Robust Statistics*, 1981, chapters 4
//! and 7.

use super::block::Block;
use super::design::{Design, Row, Start};
use crate::basis::linear::Symmetric;

/// The posterior: its mode, and what a normal approximation around it says.
#[derive(Clone, Debug)]
pub(super) struct Posterior {
    pub(super) effects: Vec<f64>,
    pub(super) locals: Vec<f64>,
    /// τ² of each group and kind, and f² of each part.
    pub(super) groups: Vec<f64>,
    pub(super) kinds: Vec<f64>,
    pub(super) parts: Vec<f64>,
    /// How many rows speak for each f², and how many local effects for the variance of each kind: the sum of their shares
    /// of the variance, squared.
    pub(super) part_rows: Vec<f64>,
    pub(super) kind_rows: Vec<f64>,
    /// How many standard deviations each row lies away from what the mode says, its host's own included.
    pub(super) away: Vec<f64>,
    covariance: Symmetric,
    blocks: Vec<Block>,
    /// Where each local effect stands in its block.
    place: Vec<(usize, usize)>,
}

/// Rounds of expectation and maximisation at most; variances move less than 1e-5 of themselves long before, as a rule.
const ROUNDS: usize = 200;
const SETTLED: f64 = 1e-5;
/// Steps of Gauss–Newton with the variances as they ended.
const LAST_STEPS: usize = 12;
/// No effect moves further than this in one step, and no step is halved more often.
const LONGEST_STEP: f64 = 1.0;
const HALVINGS: usize = 10;
/// Standard deviations beyond which a row or a host says less the further away it lies.
const WILD: f64 = 3.0;

/// What a square of standard deviations counts.
fn weight(square: f64) -> f64 {
    if square <= WILD * WILD {
        1.0
    } else {
        WILD * WILD / square
    }
}

/// What it costs: a square to where it is wild, a logarithm beyond.
fn cost(square: f64) -> f64 {
    if square <= WILD * WILD {
        square
    } else {
        WILD * WILD * (1.0 + (square / (WILD * WILD)).ln())
    }
}

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
        now.away = self.rows.iter().map(|row| self.away(row, &now)).collect();
        Some(now)
    }

    fn start(&self) -> Posterior {
        let variances = |list: &[Start]| list.iter().map(|start| start.variance).collect::<Vec<f64>>();
        let mut members: Vec<Vec<usize>> = Vec::new();
        let mut place = Vec::new();
        for (at, local) in self.locals.iter().enumerate() {
            members.resize(members.len().max(local.block + 1), Vec::new());
            place.push((local.block, members[local.block].len()));
            members[local.block].push(at);
        }
        Posterior {
            effects: vec![0.0; self.group_of.len()],
            locals: vec![0.0; self.locals.len()],
            groups: variances(&self.groups),
            kinds: self.kinds.iter().map(|kind| kind.start.variance).collect(),
            parts: variances(&self.parts),
            part_rows: vec![0.0; self.parts.len()],
            kind_rows: vec![0.0; self.kinds.len()],
            away: Vec::new(),
            covariance: Symmetric::zeros(self.group_of.len()),
            blocks: members.into_iter().map(Block::of).collect(),
            place,
        }
    }

    /// Squares of standard deviations that a local effect lies away from 0, and what of them counts.
    fn local_square(&self, at: usize, now: &Posterior) -> (f64, f64) {
        let local = &self.locals[at];
        let square = now.locals[at].powi(2) / (local.base * now.kinds[local.kind]);
        let counts = if self.kinds[local.kind].wild {
            weight(square)
        } else {
            1.0
        };
        (square, counts)
    }

    fn away(&self, row: &Row, now: &Posterior) -> f64 {
        let of_row = (row.log - row.says(now)).powi(2) / row.variance(&now.parts);
        let of_host = row.host.map_or(0.0, |host| self.local_square(host.local, now).0);
        of_row.max(of_host).sqrt()
    }

    /// What the mode is the least of.
    fn cost(&self, now: &Posterior) -> f64 {
        let rows = self
            .rows
            .iter()
            .map(|row| cost((row.log - row.says(now)).powi(2) / row.variance(&now.parts)));
        let effects = now.effects.iter().zip(&self.group_of);
        let effects = effects.map(|(effect, group)| effect * effect / now.groups[*group]);
        let locals = (0..self.locals.len()).map(|at| {
            let (square, _) = self.local_square(at, now);
            if self.kinds[self.locals[at].kind].wild {
                cost(square)
            } else {
                square
            }
        });
        rows.sum::<f64>() + effects.sum::<f64>() + locals.sum::<f64>()
    }

    /// One step of Gauss–Newton: the ridge regression of the linearised rows, as far as it is none uphill.
    fn step(&self, now: &mut Posterior) -> Option<()> {
        let old = (now.effects.clone(), now.locals.clone());
        let before = self.cost(now);
        self.solve(now)?;
        let whole = (now.effects.clone(), now.locals.clone());
        let furthest = |new: &[f64], old: &[f64]| {
            new.iter()
                .zip(old)
                .map(|(x, y)| (x - y).abs())
                .fold(0.0, f64::max)
        };
        let moved = f64::max(furthest(&whole.0, &old.0), furthest(&whole.1, &old.1));
        let mut share = (LONGEST_STEP / moved).min(1.0);
        for _ in 0..HALVINGS {
            let part = |new: &[f64], old: &[f64]| -> Vec<f64> {
                new.iter().zip(old).map(|(x, y)| y + share * (x - y)).collect()
            };
            if share < 1.0 {
                (now.effects, now.locals) = (part(&whole.0, &old.0), part(&whole.1, &old.1));
            }
            if self.cost(now) <= before * (1.0 + 1e-12) {
                return Some(());
            }
            share /= 2.0;
        }
        (now.effects, now.locals) = old;
        Some(())
    }

    fn solve(&self, now: &mut Posterior) -> Option<()> {
        let n = self.group_of.len();
        let mut system = Symmetric::zeros(n);
        let mut right = vec![0.0; n];
        for (effect, group) in self.group_of.iter().enumerate() {
            system.add(effect, effect, 1.0 / now.groups[*group]);
        }
        let mut blocks = std::mem::take(&mut now.blocks);
        for block in &mut blocks {
            block.clear();
            for (at, &member) in block.members.iter().enumerate() {
                let local = &self.locals[member];
                let counts = self.local_square(member, now).1;
                block
                    .precision
                    .add(at, at, counts / (local.base * now.kinds[local.kind]));
            }
        }
        for row in &self.rows {
            let slope = row.slope(now);
            let missed = row.log - row.says(now);
            let variance = row.variance(&now.parts);
            let precision = weight(missed * missed / variance) / variance;
            // What the row would say if it were linear: its residual, and what the effects say already.
            let said = missed + slope.dot(now);
            system.add_outer(&slope.effects, precision);
            for &(effect, x) in &slope.effects {
                right[effect] += precision * x * said;
            }
            let (block, _) = now.place[row.cell];
            let locals: Vec<(usize, f64)> = slope.locals().map(|(at, x)| (now.place[at].1, x)).collect();
            blocks[block].add(&locals, &slope.effects, precision, said);
        }
        for block in &mut blocks {
            block.eliminate(&mut system, &mut right)?;
        }
        let factor = system.factor()?;
        now.effects = factor.solve(&right);
        now.covariance = factor.inverse();
        for block in &blocks {
            for (member, x) in block.members.iter().zip(block.given(&now.effects)) {
                now.locals[*member] = x;
            }
        }
        now.blocks = blocks;
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
        let (locals, speaking) = self.sums_of_locals(now);
        let (parts, rows) = self.sums_of_parts(now);
        for ((old, start), sum) in now.groups.iter_mut().zip(&self.groups).zip(sums) {
            set(old, start, sum);
        }
        for ((old, kind), sum) in now.kinds.iter_mut().zip(&self.kinds).zip(locals) {
            set(old, &kind.start, sum);
        }
        for ((old, start), sum) in now.parts.iter_mut().zip(&self.parts).zip(parts) {
            set(old, start, sum);
        }
        (now.part_rows, now.kind_rows) = (rows, speaking);
        moved
    }

    /// For each kind: squares of its effects and how many they are, and how many of them say what they are.
    fn sums_of_locals(&self, now: &Posterior) -> (Vec<(f64, f64)>, Vec<f64>) {
        let mut sums = vec![(0.0, 0.0); self.kinds.len()];
        let mut worth = vec![0.0; self.kinds.len()];
        for (at, local) in self.locals.iter().enumerate() {
            let (_, counts) = self.local_square(at, now);
            let uncertain = now.variance_scaled(&[], &[(at, 1.0)]) / local.base;
            sums[local.kind].0 += counts * now.locals[at].powi(2) / local.base + uncertain;
            sums[local.kind].1 += 1.0;
            worth[local.kind] += (1.0 - uncertain / now.kinds[local.kind]).max(0.0).powi(2);
        }
        (sums, worth)
    }

    /// For each part: what rows are expected to owe to it, in units of what it would give, and over how many rows; and
    /// how many rows' worth of information that is.
    fn sums_of_parts(&self, now: &Posterior) -> (Vec<(f64, f64)>, Vec<f64>) {
        let mut sums = vec![(0.0, 0.0); self.parts.len()];
        let mut worth = vec![0.0; self.parts.len()];
        for row in &self.rows {
            let whole = row.variance(&now.parts);
            let slope = row.slope(now);
            let locals: Vec<(usize, f64)> = slope.locals().collect();
            let uncertain = now.variance_scaled(&slope.effects, &locals);
            let missed = (row.log - row.says(now)).powi(2);
            let square = weight(missed / whole) * missed + uncertain;
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
    /// The variance of a sum of effects, and of a local one with it.
    pub(super) fn variance_of(&self, effects: &[usize], local: Option<usize>) -> f64 {
        let terms: Vec<(usize, f64)> = effects.iter().map(|&effect| (effect, 1.0)).collect();
        let local: Vec<(usize, f64)> = local.into_iter().map(|at| (at, 1.0)).collect();
        self.variance_scaled(&terms, &local)
    }

    /// The same of `Σ x θ + Σ y g`, the latter of one block. Effects of a block that was eliminated are
    /// `K⁻¹ (right − B θ)` and an error of their own.
    fn variance_scaled(&self, terms: &[(usize, f64)], locals: &[(usize, f64)]) -> f64 {
        let Some(&(first, _)) = locals.first() else {
            return self.covariance.quadratic(terms);
        };
        let block = &self.blocks[self.place[first].0];
        let locals: Vec<(usize, f64)> = locals.iter().map(|&(at, y)| (self.place[at].1, y)).collect();
        let mut terms = terms.to_vec();
        for (effect, solved) in &block.solved {
            let x: f64 = locals.iter().map(|&(at, y)| y * solved[at]).sum();
            add_to(&mut terms, *effect, -x);
        }
        self.covariance.quadratic(&terms) + block.inverse.quadratic(&locals)
    }
}

/// Derivatives of what a row says.
struct Slope {
    effects: Vec<(usize, f64)>,
    cell: (usize, f64),
    host: Option<(usize, f64)>,
}

impl Slope {
    fn locals(&self) -> impl Iterator<Item = (usize, f64)> {
        std::iter::once(self.cell).chain(self.host)
    }

    fn dot(&self, now: &Posterior) -> f64 {
        let effects = self.effects.iter().map(|&(at, x)| x * now.effects[at]);
        let locals = self.locals().map(|(at, x)| x * now.locals[at]);
        effects.sum::<f64>() + locals.sum::<f64>()
    }
}

impl Row {
    /// Access and path as the mode has them.
    fn both(&self, now: &Posterior) -> (f64, f64) {
        let sum = |terms: &[usize]| terms.iter().map(|&at| now.effects[at]).sum::<f64>();
        let host = self.host.filter(|host| host.beside.is_none());
        let access = sum(&self.on_access) + host.map_or(0.0, |host| now.locals[host.local]);
        let path = sum(&self.on_path) + now.locals[self.cell];
        (self.access * access.exp(), self.path * path.exp())
    }

    fn says(&self, now: &Posterior) -> f64 {
        let (access, path) = self.both(now);
        let beside = self
            .host
            .and_then(|host| Some(host.beside? * now.locals[host.local]));
        (access + path).ln() + beside.unwrap_or(0.0)
    }

    fn slope(&self, now: &Posterior) -> Slope {
        let (access, path) = self.both(now);
        let of_access = access / (access + path);
        let on_access = self.on_access.iter().map(|&at| (at, of_access));
        let on_path = self.on_path.iter().map(|&at| (at, 1.0 - of_access));
        Slope {
            effects: on_access.chain(on_path).filter(|(_, x)| *x > 0.0).collect(),
            cell: (self.cell, 1.0 - of_access),
            host: self
                .host
                .map(|host| (host.local, host.beside.unwrap_or(of_access))),
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
mod tests;
