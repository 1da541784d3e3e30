//! Effects that only rows of one block have, taken out of a system and brought back.

use crate::basis::linear::Symmetric;

/// A block that is out of the system: the inverse of its precision, and of each effect that it hangs together with the
/// column, as it was and solved.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) members: Vec<usize>,
    pub(super) precision: Symmetric,
    pub(super) inverse: Symmetric,
    coupling: Vec<(usize, Vec<f64>)>,
    pub(super) solved: Vec<(usize, Vec<f64>)>,
    right: Vec<f64>,
}

impl Block {
    /// Of these local effects, with no row yet.
    pub(super) fn of(members: Vec<usize>) -> Self {
        Block {
            precision: Symmetric::zeros(members.len()),
            inverse: Symmetric::zeros(members.len()),
            coupling: Vec::new(),
            solved: Vec::new(),
            right: vec![0.0; members.len()],
            members,
        }
    }

    /// Without what rows said.
    pub(super) fn clear(&mut self) {
        self.precision = Symmetric::zeros(self.members.len());
        self.coupling.clear();
        self.right.fill(0.0);
    }

    /// A row of which `locals` are the derivatives by place, and `effects` those of the system.
    pub(super) fn add(
        &mut self,
        locals: &[(usize, f64)],
        effects: &[(usize, f64)],
        precision: f64,
        said: f64,
    ) {
        self.precision.add_outer(locals, precision);
        for &(at, x) in locals {
            self.right[at] += precision * x * said;
        }
        for &(effect, y) in effects {
            let known = self.coupling.iter().position(|(known, _)| *known == effect);
            let column = known.unwrap_or_else(|| {
                self.coupling.push((effect, vec![0.0; self.members.len()]));
                self.coupling.len() - 1
            });
            for &(at, x) in locals {
                self.coupling[column].1[at] += precision * x * y;
            }
        }
    }

    /// Takes it out of the system.
    pub(super) fn eliminate(&mut self, system: &mut Symmetric, right: &mut [f64]) -> Option<()> {
        self.inverse = self.precision.factor()?.inverse();
        let solved = self.coupling.iter();
        self.solved = solved
            .map(|(effect, column)| (*effect, times(&self.inverse, column)))
            .collect();
        for (at, (i, column)) in self.coupling.iter().enumerate() {
            for (j, solved) in &self.solved[..=at] {
                system.add(*i, *j, -dot(column, solved));
            }
            right[*i] -= dot(&self.solved[at].1, &self.right);
        }
        Some(())
    }

    /// Its effects where those of the system are known.
    pub(super) fn given(&self, effects: &[f64]) -> Vec<f64> {
        let mut locals = times(&self.inverse, &self.right);
        for (effect, solved) in &self.solved {
            for (local, x) in locals.iter_mut().zip(solved) {
                *local -= x * effects[*effect];
            }
        }
        locals
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn times(matrix: &Symmetric, vector: &[f64]) -> Vec<f64> {
    let row = |i: usize| (0..vector.len()).map(|j| matrix.at(i, j) * vector[j]).sum();
    (0..vector.len()).map(row).collect()
}
