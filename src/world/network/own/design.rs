//! What a fit is made of: rows, the effects on them, and what is known of variances before.
//!
//! Letters are those of [`model`](super::model).

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
    /// Its cell: a local effect on P.
    pub(super) cell: usize,
    /// Its host.
    pub(super) host: Option<OfHost>,
    /// d².
    pub(super) error: f64,
    /// (m, `v_im`).
    pub(super) parts: Vec<(usize, f64)>,
}

/// What a host does to its row.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfHost {
    /// Its local effect, of the same block as the row's cell.
    pub(super) local: usize,
    /// s, where the effect stands beside the sum; none where it is one on A.
    pub(super) beside: Option<f64>,
}

/// A variance before anything is known, and how many observations its start is worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) variance: f64,
    pub(super) worth: f64,
}

/// An effect that only rows of its block have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local {
    pub(super) block: usize,
    /// Which of the kinds it is.
    pub(super) kind: usize,
    /// b: its variance is so many of its kind's.
    pub(super) base: f64,
}

/// Local effects that have a variance together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) start: Start,
    /// Whether one may lie far beyond the others, as rows may.
    pub(super) wild: bool,
}

/// What is fitted.
#[derive(Clone, Debug)]
pub(super) struct Design {
    pub(super) rows: Vec<Row>,
    /// The group of each effect.
    pub(super) group_of: Vec<usize>,
    /// τ² of each group.
    pub(super) groups: Vec<Start>,
    /// Local effects, and τ² of their kinds.
    pub(super) locals: Vec<Local>,
    pub(super) kinds: Vec<Kind>,
    /// f² of each part, about 1.
    pub(super) parts: Vec<Start>,
}
