//! Small symmetric positive definite systems: Cholesky's factor, what it solves, and the inverse.

/// A symmetric matrix, both halves kept.
///
/// ```
/// use isochrone::basis::linear::Symmetric;
/// let mut matrix = Symmetric::zeros(2);
/// matrix.add(0, 0, 4.0);
/// matrix.add(0, 1, 2.0);
/// matrix.add(1, 1, 3.0);
/// let x = matrix.factor().unwrap().solve(&[8.0, 7.0]);
/// assert!((x[0] - 1.25).abs() < 1e-12 && (x[1] - 1.5).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Symmetric {
    n: usize,
    cells: Vec<f64>,
}

impl Symmetric {
    /// `n` rows and columns of zeros.
    pub fn zeros(n: usize) -> Self {
        Symmetric {
            n,
            cells: vec![0.0; n * n],
        }
    }

    /// Rows, which are as many as columns.
    pub fn size(&self) -> usize {
        self.n
    }

    /// The cell in row `i` and column `j`.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.n + j]
    }

    /// Adds `x` to the cell of row `i` and column `j`, and to its mirror image.
    pub fn add(&mut self, i: usize, j: usize, x: f64) {
        self.cells[i * self.n + j] += x;
        if i != j {
            self.cells[j * self.n + i] += x;
        }
    }

    /// Adds `x · v vᵀ` for a vector of which `v` lists the places that are not zero, each once.
    pub fn add_outer(&mut self, v: &[(usize, f64)], x: f64) {
        for (at, &(i, a)) in v.iter().enumerate() {
            for &(j, b) in &v[..=at] {
                self.add(i, j, x * a * b);
            }
        }
    }

    /// `vᵀ M v` for such a vector.
    pub fn quadratic(&self, v: &[(usize, f64)]) -> f64 {
        let row = |i: usize| v.iter().map(|&(j, b)| self.at(i, j) * b).sum::<f64>();
        v.iter().map(|&(i, a)| a * row(i)).sum()
    }

    /// Cholesky's factor; none where the matrix is not positive definite.
    pub fn factor(&self) -> Option<Factor> {
        let n = self.n;
        let mut lower = vec![0.0; n * n];
        for j in 0..n {
            let square: f64 = lower[j * n..j * n + j].iter().map(|x| x * x).sum();
            let pivot = self.at(j, j) - square;
            if pivot.is_nan() || pivot <= 0.0 {
                return None;
            }
            lower[j * n + j] = pivot.sqrt();
            let row_j: Vec<f64> = lower[j * n..=j * n + j].to_vec();
            for i in j + 1..n {
                let row_i = &lower[i * n..i * n + j];
                let dot: f64 = row_i.iter().zip(&row_j).map(|(a, b)| a * b).sum();
                lower[i * n + j] = (self.at(i, j) - dot) / row_j[j];
            }
        }
        Some(Factor { n, lower })
    }
}

/// The lower triangle L of `M = L Lᵀ`.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    n: usize,
    lower: Vec<f64>,
}

impl Factor {
    /// x of `M x = b`.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = self.n;
        let mut x = b.to_vec();
        for i in 0..n {
            let dot: f64 = (0..i).map(|k| self.lower[i * n + k] * x[k]).sum();
            x[i] = (x[i] - dot) / self.lower[i * n + i];
        }
        for i in (0..n).rev() {
            let dot: f64 = (i + 1..n).map(|k| self.lower[k * n + i] * x[k]).sum();
            x[i] = (x[i] - dot) / self.lower[i * n + i];
        }
        x
    }

    /// The inverse of M.
    pub fn inverse(&self) -> Symmetric {
        let n = self.n;
        let mut inverse = Symmetric::zeros(n);
        for j in 0..n {
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            let column = self.solve(&unit);
            for (i, x) in column.into_iter().enumerate().skip(j) {
                inverse.add(i, j, x);
            }
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 / (i + j + 1) with something on the diagonal: positive definite.
    fn matrix(n: usize) -> Symmetric {
        let mut matrix = Symmetric::zeros(n);
        for i in 0..n {
            for j in 0..=i {
                let more = if i == j { 0.5 } else { 0.0 };
                matrix.add(i, j, 1.0 / (i + j + 1) as f64 + more);
            }
        }
        matrix
    }

    #[test]
    fn the_inverse_undoes_the_matrix() {
        let matrix = matrix(12);
        let inverse = matrix.factor().unwrap().inverse();
        for i in 0..12 {
            for j in 0..12 {
                let product: f64 = (0..12).map(|k| matrix.at(i, k) * inverse.at(k, j)).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-11);
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        let mut flat = Symmetric::zeros(2);
        flat.add_outer(&[(0, 1.0), (1, 2.0)], 1.0);
        assert!(flat.factor().is_none());
        flat.add(1, 1, 1.0);
        assert!(flat.factor().is_some());
        assert!((flat.quadratic(&[(0, 1.0), (1, -1.0)]) - 2.0).abs() < 1e-12);
    }
}
