//! Where users may be served and data may lie (GDPR, localisation).

/// A rule that binds users or data to jurisdictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidencyRule {
    /// How reports call it.
    pub name: String,
    /// What is bound.
    pub bound: Bound,
    /// Jurisdictions of the place that are allowed: `EU`, `UK`, `US` …
    pub allowed: Vec<String>,
    /// Whether the operator's jurisdiction has to be among them as well.
    pub operator_too: bool,
    /// What happens to what breaks it.
    pub mode: ResidencyMode,
}

/// What a rule binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Users at home in these jurisdictions or countries.
    Users {
        /// Jurisdictions of the users' countries.
        jurisdictions: Vec<String>,
        /// Countries, ISO 3166-1 alpha-2.
        countries: Vec<String>,
    },
    /// Every copy of this store.
    Store(usize),
}

/// What happens to what breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResidencyMode {
    /// Routing and replication that would break it are excluded; a set that cannot keep it is not feasible.
    Enforce,
    /// It is told, with the share of users concerned.
    Report,
}
