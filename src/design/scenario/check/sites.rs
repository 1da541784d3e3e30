//! A question of sites, checked.

use std::collections::BTreeSet;

use super::Check;
use super::site_tables::{self, Matrix, Names};
use super::text_or;
use crate::design::scenario::decode::{At, given};
use crate::design::scenario::file::{SiteQuestionFile, SitesFile};
use crate::design::scenario::quantity::SizesFile;
use crate::design::scenario::source::{Found, Span};
use crate::design::scenario::{SiteCosts, SiteGoal, SiteQuestion};

const DEFAULT_SEED: u64 = 42;
const DEFAULT_STEPS: u64 = 500_000;
const MOST_STEPS: u64 = 1_000_000_000_000;

/// Who is to be served from where.
struct Pairs {
    users: Names,
    sites: Names,
    costs: SiteCosts,
    weights: Option<Vec<f64>>,
    missing: usize,
    repeated: usize,
}

/// What is known of sites besides costs of serving.
struct Openings {
    opening: Vec<f64>,
    capacity: Vec<f64>,
}

impl Check<'_> {
    /// The question that `file` asks, unless something in it is wrong. `title` names one that has no name.
    pub(in super::super) fn site_question(
        &mut self,
        file: &SiteQuestionFile,
        title: &str,
    ) -> Option<SiteQuestion> {
        let span = file.sites.span;
        let asked = file.sites.get()?;
        let unit = self.site_unit(asked, span);
        let goal = self.site_goal(asked, span);
        let pairs = self.site_pairs(asked, span);
        let max_cost = self.site_limit(asked.max_cost.as_ref());
        let steps = self.count(asked.steps.as_ref(), DEFAULT_STEPS, 1..=MOST_STEPS, "steps");
        let pairs = pairs?;
        let weights = self.site_weights(asked, &pairs);
        let openings = self.site_openings(asked, &pairs, goal, span);
        let must = self.site_names(asked.must.as_ref(), "must", &pairs.sites);
        let never = self.site_names(asked.never.as_ref(), "never", &pairs.sites);
        let have = self.site_names(asked.have.as_ref(), "have", &pairs.sites);
        self.refuse_never(asked.must.as_ref(), "must", &must, &never, &pairs.sites);
        self.refuse_never(asked.have.as_ref(), "have", &have, &never, &pairs.sites);
        let open = self.site_numbers(asked, goal, pairs.sites.list().len(), span);
        self.expect_growth(asked, open.as_deref(), have.len());
        if self.found.errors() > 0 {
            return None;
        }
        let openings = openings?;
        Some(SiteQuestion {
            name: text_or(file.name.as_ref(), title),
            description: text_or(file.description.as_ref(), ""),
            unit: unit?,
            users: pairs.users.list().to_vec(),
            sites: pairs.sites.list().to_vec(),
            weights_given: asked.weights.is_some() || pairs.weights.is_some(),
            weights: weights?,
            costs: pairs.costs,
            missing: pairs.missing,
            repeated_edges: pairs.repeated,
            goal: goal?,
            open: open?,
            opening: openings.opening,
            capacity: openings.capacity,
            must,
            never,
            have,
            max_cost: max_cost?,
            symmetric: given(asked.symmetric.as_ref()).is_some_and(|(yes, _)| *yes),
            seed: given(file.seed.as_ref()).map_or(DEFAULT_SEED, |(seed, _)| *seed),
            steps: steps?,
            steps_given: asked.steps.is_some(),
            inputs: Vec::new(),
            overrides: Vec::new(),
            warnings: Vec::new(),
        })
    }

    fn site_unit(&mut self, asked: &SitesFile, span: Span) -> Option<String> {
        let hint = "say what costs are counted in, such as unit = \"ms\", \"km\" or \"USD\"";
        let Some(at) = &asked.unit else {
            self.error_with_hint(span, "`sites` has no `unit`", hint);
            return None;
        };
        let unit = at.get()?.trim();
        if unit.is_empty() || unit.chars().count() > 20 || unit.chars().any(char::is_control) {
            self.error_with_hint(at.span, "`unit` must be a word of at most 20 characters", hint);
            return None;
        }
        Some(unit.to_owned())
    }

    fn site_goal(&mut self, asked: &SitesFile, span: Span) -> Option<SiteGoal> {
        let hint = "say \"median\", \"center\", \"cover:150\" or \"fixed\"";
        let Some(at) = &asked.goal else {
            self.error_with_hint(span, "`sites` has no `goal`", hint);
            return None;
        };
        let text = at.get()?.trim();
        let goal = match (text, text.split_once(':')) {
            ("median", _) => Some(SiteGoal::Median),
            ("center" | "centre", _) => Some(SiteGoal::Center),
            ("fixed", _) => Some(SiteGoal::Fixed),
            (_, Some(("cover", limit))) => limit
                .trim()
                .parse()
                .ok()
                .filter(|limit: &f64| limit.is_finite() && *limit >= 0.0)
                .map(SiteGoal::Cover),
            _ => None,
        };
        if goal.is_none() {
            let message = format!("goal `{}` is unknown", super::shortened(text));
            self.error_with_hint(at.span, message, hint);
        }
        goal
    }

    /// The limit, or that there is none; nothing when it is wrong.
    #[allow(clippy::option_option, reason = "wrong, absent and there are three things")]
    fn site_limit(&mut self, field: Option<&At<f64>>) -> Option<Option<f64>> {
        let Some(at) = field else { return Some(None) };
        let limit = *at.get()?;
        if limit.is_finite() && limit >= 0.0 {
            return Some(Some(limit));
        }
        self.error(
            at.span,
            format!("`max_cost` must be 0 or more and finite, found {limit}"),
        );
        None
    }

    fn site_pairs(&mut self, asked: &SitesFile, span: Span) -> Option<Pairs> {
        match (&asked.matrix, &asked.graph) {
            (Some(matrix), None) => self.pairs_of_matrix(asked, matrix),
            (None, Some(graph)) => {
                for (key, at) in [
                    ("missing", asked.missing.as_ref().map(|at| at.span)),
                    ("symmetric", asked.symmetric.as_ref().map(|at| at.span)),
                ] {
                    if let Some(at) = at {
                        let message = format!("`{key}` has nothing to say about a graph");
                        self.error_with_hint(at, message, "its ways are complete and the same both ways");
                    }
                }
                let table = self.table(graph)?;
                let ways = self.keep(site_tables::ways(&table), graph.span)?;
                Some(Pairs {
                    users: ways.vertices.clone(),
                    sites: ways.vertices,
                    costs: SiteCosts::Ways(ways.edges),
                    weights: None,
                    missing: 0,
                    repeated: ways.repeated,
                })
            }
            (Some(_), Some(graph)) => {
                let hint = "a matrix has the costs, a graph the edges they are worked out from";
                self.error_with_hint(graph.span, "`matrix` and `graph` stand side by side", hint);
                None
            }
            (None, None) => {
                let hint = "say matrix = \"costs.csv\" or graph = \"edges.csv\"";
                self.error_with_hint(span, "`sites` has neither `matrix` nor `graph`", hint);
                None
            }
        }
    }

    fn pairs_of_matrix(&mut self, asked: &SitesFile, name: &At<String>) -> Option<Pairs> {
        let table = self.table(name)?;
        let mut matrix: Matrix = self.keep(site_tables::matrix(table), name.span)?;
        if given(asked.symmetric.as_ref()).is_some_and(|(yes, _)| *yes) {
            self.keep(matrix.mirror(), name.span)?;
        }
        let missing = matrix.missing();
        if !missing.is_empty() && asked.missing.is_none() {
            let problems = matrix.refuse_missing(&missing);
            self.found.extend(problems.into_iter().map(Found::placed));
            return None;
        }
        let mut cost = std::mem::take(&mut matrix.cost);
        for value in cost.iter_mut().filter(|value| value.is_nan()) {
            *value = f64::INFINITY;
        }
        Some(Pairs {
            users: matrix.users,
            sites: matrix.sites,
            costs: SiteCosts::Table(cost),
            weights: matrix.weights,
            missing: missing.len(),
            repeated: 0,
        })
    }

    fn site_weights(&mut self, asked: &SitesFile, pairs: &Pairs) -> Option<Vec<f64>> {
        let weights = match (&asked.weights, &pairs.weights) {
            (Some(at), Some(_)) => {
                let message = "`weights` names a table, and the matrix has a column `weight`";
                self.error_with_hint(at.span, message, "keep one of them");
                return None;
            }
            (Some(at), None) => {
                let table = self.table(at)?;
                self.keep(site_tables::weights(&table, &pairs.users), at.span)?
            }
            (None, Some(weights)) => weights.clone(),
            (None, None) => vec![1.0; pairs.users.list().len()],
        };
        if weights.iter().all(|weight| *weight == 0.0) {
            let at = asked.weights.as_ref().or(asked.matrix.as_ref())?;
            let hint = "users of weight 0 do not count, so that nothing is asked";
            self.error_with_hint(at.span, "every user has weight 0", hint);
            return None;
        }
        Some(weights)
    }

    fn site_openings(
        &mut self,
        asked: &SitesFile,
        pairs: &Pairs,
        goal: Option<SiteGoal>,
        span: Span,
    ) -> Option<Openings> {
        let sites = pairs.sites.list();
        let none = Openings {
            opening: vec![0.0; sites.len()],
            capacity: vec![f64::INFINITY; sites.len()],
        };
        let fixed = goal == Some(SiteGoal::Fixed);
        let Some(at) = &asked.opening else {
            if fixed {
                let hint = "say opening = \"sites.csv\", a table `site,opening`";
                self.error_with_hint(span, "goal \"fixed\" needs what opening costs", hint);
            }
            return Some(none);
        };
        let table = self.table(at)?;
        let rows = self.keep(site_tables::openings(&table, &pairs.sites), at.span)?;
        let mut openings = none;
        let mut lacking = Vec::new();
        for (site, row) in rows.iter().enumerate() {
            let [opening, capacity] = row.unwrap_or_default();
            openings.opening[site] = opening.unwrap_or(0.0);
            openings.capacity[site] = capacity.unwrap_or(f64::INFINITY);
            if fixed && opening.is_none() {
                lacking.push(sites[site].as_str());
            }
        }
        if let Some(first) = lacking.first() {
            let more = match lacking.len() {
                1 => String::new(),
                n => format!(" and {} more", n - 1),
            };
            let message = format!("site `{first}`{more} in `opening` without what opening it costs");
            self.error_with_hint(at.span, message, "say 0 where it costs nothing");
            return None;
        }
        if !fixed && openings.opening.iter().any(|cost| *cost > 0.0) {
            let hint = "say goal = \"fixed\" to weigh them against the costs of serving";
            self.warn(at.span, "what opening costs does not count with this goal", hint);
        }
        Some(openings)
    }

    fn site_names(&mut self, field: Option<&At<Vec<At<String>>>>, what: &str, sites: &Names) -> Vec<usize> {
        let Some((list, _)) = given(field) else {
            return Vec::new();
        };
        let mut found = BTreeSet::new();
        for at in list {
            let Some(name) = at.get() else { continue };
            let site = sites.find(name);
            if site.is_none() {
                self.found.push_error_with(|| {
                    let name = super::shortened(name);
                    let message = format!("`{what}` names the site `{name}`, which is unknown");
                    Found::error(at.span, message).hint(sites.nearest(&name))
                });
            }
            found.extend(site);
        }
        found.into_iter().collect()
    }

    fn refuse_never(
        &mut self,
        field: Option<&At<Vec<At<String>>>>,
        what: &str,
        list: &[usize],
        never: &[usize],
        sites: &Names,
    ) {
        if let (Some(at), Some(site)) = (field, list.iter().find(|site| never.contains(site))) {
            let name = &sites.list()[*site];
            let message = format!("site `{name}` stands in `{what}` and in `never`");
            self.error_with_hint(at.span, message, "take it out of one of them");
        }
    }

    /// How many sites to open, ascending.
    fn site_numbers(
        &mut self,
        asked: &SitesFile,
        goal: Option<SiteGoal>,
        sites: usize,
        span: Span,
    ) -> Option<Vec<usize>> {
        let Some(at) = &asked.open else {
            if goal.is_some_and(|goal| goal != SiteGoal::Fixed) {
                let hint = "say open = 5, or \"3..5\" for each of 3, 4 and 5";
                self.error_with_hint(span, "`sites` does not say how many to `open`", hint);
                return None;
            }
            return Some(Vec::new());
        };
        let wanted: BTreeSet<u64> = match at.get()? {
            SizesFile::One(number) => [*number].into(),
            SizesFile::Several(list) => list.iter().filter_map(|at| at.get().copied()).collect(),
            SizesFile::Range(text) => {
                let range = self.size_range(text, at.span)?;
                // Neither end is needed twice, and a range may have any length before it is held against the sites.
                if *range.end() > sites as u64 {
                    [*range.end()].into()
                } else {
                    range.collect()
                }
            }
        };
        match (wanted.first(), wanted.last()) {
            (None, _) => self.error_with_hint(at.span, "`open` is empty", "say 5, [3, 5] or \"3..5\""),
            (Some(0), _) => {
                self.error_with_hint(at.span, "0 sites serve nobody", "`open` starts at 1");
            }
            (_, Some(most)) if *most > sites as u64 => {
                let message = format!("`open` asks for {most} sites, but there are {sites}");
                self.error(at.span, message);
            }
            _ => return Some(wanted.into_iter().map(|number| number as usize).collect()),
        }
        None
    }

    /// Sites that are there ask for more of them.
    fn expect_growth(&mut self, asked: &SitesFile, open: Option<&[usize]>, have: usize) {
        let (Some(at), Some(open)) = (&asked.have, open) else {
            return;
        };
        let most = open.last().copied();
        if have > 0 && most.is_none_or(|most| most <= have) {
            let there = if have == 1 {
                "1 site is"
            } else {
                &format!("{have} sites are")
            };
            let message = match most {
                Some(most) => format!("{there} there (`have`), and {most} in all are to be open"),
                None => format!("{there} there (`have`), and nothing says how many to go up to"),
            };
            let hint = format!("say how many there are to be in all: open = {}", have + 1);
            self.error_with_hint(at.span, message, hint);
        }
    }
}
