//! The tables of a question of sites: costs, edges, weights, and what is known of sites.

use std::collections::BTreeMap;

use crate::basis::error::{Error, Place, Problem, Result};
use crate::design::scenario::site_question::suggestion;
use crate::world::ingest::{MAX_CELLS, Problems, Row, Table};

/// Problems of one kind that are told with their places before the rest are counted.
const TOLD: usize = 3;

/// Names in the order in which they were met.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    list: Vec<String>,
    number: BTreeMap<String, usize>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.number.get(name) {
            return *number;
        }
        self.list.push(name.to_owned());
        self.number.insert(name.to_owned(), self.list.len() - 1);
        self.list.len() - 1
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.number.get(name).copied()
    }

    pub(super) fn list(&self) -> &[String] {
        &self.list
    }

    /// What to say about a name that is not among these.
    pub(super) fn nearest(&self, wanted: &str) -> String {
        suggestion(wanted, &self.list)
    }
}

/// Costs as a table gives them; NaN where it says nothing.
#[derive(Debug)]
pub(super) struct Matrix {
    pub(super) users: Names,
    pub(super) sites: Names,
    pub(super) cost: Vec<f64>,
    pub(super) weights: Option<Vec<f64>>,
    table: Table,
    /// The row of each pair where the table has one a pair, counted from 1; the columns of sites where it has not.
    cells: Cells,
}

#[derive(Debug)]
enum Cells {
    Wide(Vec<usize>),
    Long(Vec<u32>),
}

/// Reads a matrix: one row a user and one column a site, or one row a pair.
pub(super) fn matrix(table: Table) -> Result<Matrix> {
    if table.has("user") && table.has("site") {
        long(table)
    } else {
        wide(table)
    }
}

impl Matrix {
    /// Where the cost of a pair stands, or would stand.
    pub(super) fn place(&self, user: usize, site: usize) -> Place {
        let row = |number: usize| self.table.rows().nth(number);
        let found = match &self.cells {
            Cells::Wide(columns) => row(user).map(|row| row.cell_place(columns[site])),
            Cells::Long(rows) => {
                let number = rows[user * self.sites.list.len() + site] as usize;
                number.checked_sub(1).and_then(row).map(|row| row.place("cost"))
            }
        };
        found.unwrap_or_else(|| self.table.header_place(0))
    }

    /// The numbers of pairs without a cost.
    pub(super) fn missing(&self) -> Vec<(usize, usize)> {
        let sites = self.sites.list.len();
        (0..self.cost.len())
            .filter(|&at| self.cost[at].is_nan())
            .map(|at| (at / sites, at % sites))
            .collect()
    }

    /// That pairs have no cost, the first few by name.
    pub(super) fn refuse_missing(&self, missing: &[(usize, usize)]) -> Vec<Problem> {
        let hint = "give each pair a cost, or say `missing = \"not allowed\"` if the user may not go there";
        let mut problems: Vec<Problem> = missing
            .iter()
            .take(TOLD)
            .map(|&(user, site)| {
                let (user_name, site_name) = (&self.users.list[user], &self.sites.list[site]);
                let message = format!("user `{user_name}` has no cost at site `{site_name}`");
                Problem::error(message).at(self.place(user, site)).hint(hint)
            })
            .collect();
        if missing.len() > TOLD {
            let of = self.cost.len();
            let message = format!("{} of {of} pairs have no cost, these and others", missing.len());
            problems.push(Problem::error(message).at(self.table.header_place(0)));
        }
        problems
    }

    /// Holds costs against each other where they should be the same both ways, and takes those that are missing from the
    /// other way.
    pub(super) fn mirror(&mut self) -> Result<()> {
        let other: Vec<Option<usize>> = self.users.list.iter().map(|user| self.sites.find(user)).collect();
        let mut problems = Problems::default();
        for (user, name) in self.users.list.iter().enumerate() {
            if other[user].is_none() {
                let message = format!("`symmetric` asks for a site called `{name}` as the user is");
                problems.push(Problem::error(message).at(self.place(user, 0)));
            }
        }
        for name in self
            .sites
            .list
            .iter()
            .filter(|name| self.users.find(name).is_none())
        {
            let message = format!("`symmetric` asks for a user called `{name}` as the site is");
            problems.push(Problem::error(message).at(self.table.header_place(0)));
        }
        problems.finish(())?;
        let twin: Vec<usize> = other.into_iter().flatten().collect();
        let sites = self.sites.list.len();
        let user_of: Vec<usize> = {
            let mut user_of = vec![0; sites];
            for (user, &site) in twin.iter().enumerate() {
                user_of[site] = user;
            }
            user_of
        };
        let mut problems = Problems::default();
        for user in 0..twin.len() {
            for site in 0..sites {
                let (there, back) = (user * sites + site, user_of[site] * sites + twin[user]);
                if self.cost[there].is_nan() {
                    self.cost[there] = self.cost[back];
                } else if there < back && !self.cost[back].is_nan() && self.cost[there] != self.cost[back] {
                    let (a, b) = (&self.users.list[user], &self.sites.list[site]);
                    let place = self.place(user_of[site], twin[user]);
                    let message = format!(
                        "`{a}` to `{b}` costs {}, but `{b}` to `{a}` costs {} ({place})",
                        self.cost[there], self.cost[back]
                    );
                    let problem = Problem::error(message).at(self.place(user, site));
                    problems.push(problem.hint("make them the same, or leave `symmetric` out"));
                }
            }
        }
        problems.finish(())
    }
}

fn wide(table: Table) -> Result<Matrix> {
    let weight = table
        .headers()
        .iter()
        .position(|name| name.eq_ignore_ascii_case("weight"));
    let columns: Vec<usize> = (1..table.headers().len())
        .filter(|column| Some(*column) != weight)
        .collect();
    let mut problems = Problems::default();
    let (mut users, mut sites) = (Names::default(), Names::default());
    for &column in &columns {
        let name = &table.headers()[column];
        if name.is_empty() {
            problems.push(Problem::error("the column of a site has no name").at(table.header_place(column)));
        }
        sites.number(name);
    }
    if columns.is_empty() {
        let problem = Problem::error("the matrix has no column of a site").at(table.header_place(0));
        problems.push(problem.hint("one column for each site behind that of the users, or `user,site,cost`"));
    }
    if table.is_empty() {
        problems.push(Problem::error("the matrix has no row of a user").at(table.header_place(0)));
    }
    let mut cost = Vec::with_capacity(table.len() * columns.len());
    let mut weights = Vec::new();
    let mut first_row = Vec::new();
    for row in table.rows() {
        name_of_user(row, &mut users, &mut first_row, &mut problems);
        for &column in &columns {
            let what = || format!("the cost at site `{}`", table.headers()[column]);
            cost.push(
                problems
                    .keep(amount(row, column, what))
                    .flatten()
                    .unwrap_or(f64::NAN),
            );
        }
        if let Some(column) = weight {
            let given = problems.keep(amount(row, column, || "the weight".to_owned()));
            if given == Some(None) {
                problems.push(Problem::error("the user has no weight").at(row.cell_place(column)));
            }
            weights.push(given.flatten().unwrap_or(0.0));
        }
    }
    problems.finish(())?;
    Ok(Matrix {
        users,
        sites,
        cost,
        weights: weight.map(|_| weights),
        cells: Cells::Wide(columns),
        table,
    })
}

/// Notes the user of a row; each stands once.
fn name_of_user(row: Row<'_>, users: &mut Names, first: &mut Vec<String>, problems: &mut Problems) {
    let Some(name) = row.cell(0) else {
        problems.push(Problem::error("the row has no user").at(row.cell_place(0)));
        return;
    };
    let line = row.cell_place(0).line_in_words();
    if let Some(number) = users.find(name) {
        let message = format!("user `{name}` stands in {} and again in {line}", first[number]);
        let hint = "keep one of them; if they are two, give them two names";
        problems.push(Problem::error(message).at(row.cell_place(0)).hint(hint));
        return;
    }
    users.number(name);
    first.push(line);
}

fn long(table: Table) -> Result<Matrix> {
    table.expect_columns(&["user", "site", "cost"], &[])?;
    let (mut users, mut sites) = (Names::default(), Names::default());
    let pairs = table.collect(|row, problems| {
        let user = problems.keep(row.text("user"));
        let site = problems.keep(row.text("site"));
        let cost = problems.keep(row.non_negative("cost"));
        Some((users.number(user?), sites.number(site?), cost?))
    })?;
    if pairs.is_empty() {
        return Err(Error::problems_in_input(vec![
            Problem::error("the matrix has no row of a pair").at(table.header_place(0)),
        ]));
    }
    let width = sites.list.len();
    refuse_too_many(table.name(), users.list.len(), width)?;
    let mut cost = vec![f64::NAN; users.list.len() * width];
    let mut rows = vec![0_u32; cost.len()];
    let mut problems = Problems::default();
    for (number, (row, &(user, site, value))) in table.rows().zip(&pairs).enumerate() {
        let at = user * width + site;
        if rows[at] > 0 {
            let earlier = table.rows().nth(rows[at] as usize - 1);
            let earlier = earlier.map_or_else(String::new, |row| row.place("cost").line_in_words());
            let message = format!(
                "user `{}` at site `{}` stands in {earlier} and again in {}",
                users.list[user],
                sites.list[site],
                row.place("cost").line_in_words()
            );
            problems.push(
                Problem::error(message)
                    .at(row.place("user"))
                    .hint("keep one of them"),
            );
            continue;
        }
        rows[at] = number as u32 + 1;
        cost[at] = value;
    }
    problems.finish(())?;
    Ok(Matrix {
        users,
        sites,
        cost,
        weights: None,
        cells: Cells::Long(rows),
        table,
    })
}

/// The number ≥ 0 in a cell; nothing where it is blank.
fn amount(row: Row<'_>, column: usize, what: impl Fn() -> String) -> Result<Option<f64>> {
    let Some(text) = row.cell(column) else {
        return Ok(None);
    };
    let wrong = |rule: &str, hint: &str| {
        let problem = Problem::error(format!("{} must {rule}, found `{text}`", what()));
        Err(Error::problems_in_input(vec![
            problem.at(row.cell_place(column)).hint(hint),
        ]))
    };
    let none = "leave the cell blank where there is none";
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(Some(number)),
        Ok(number) if number < 0.0 && number.is_finite() => {
            wrong("not be negative", "costs and weights are 0 or more")
        }
        Ok(_) => wrong("be a finite number", none),
        Err(_) if text.replace(',', ".").parse::<f64>().is_ok() => {
            wrong("be a number", "write decimals with a point")
        }
        Err(_) => wrong("be a number", none),
    }
}

fn refuse_too_many(name: &str, users: usize, sites: usize) -> Result<()> {
    if users.saturating_mul(sites) > MAX_CELLS {
        let message = format!("`{name}` makes {users} × {sites} pairs, and the limit is {MAX_CELLS}");
        return Err(Error::input(message).hint("sum users up, or leave sites out"));
    }
    Ok(())
}

/// A graph as its edges give it.
#[derive(Debug)]
pub(super) struct Ways {
    pub(super) vertices: Names,
    pub(super) edges: Vec<(usize, usize, f64)>,
    /// Edges that stand again further down.
    pub(super) repeated: usize,
}

/// Reads edges.
pub(super) fn ways(table: &Table) -> Result<Ways> {
    table.expect_columns(&["from", "to", "length"], &[])?;
    let mut vertices = Names::default();
    let edges = table.collect(|row, problems| {
        let from = problems.keep(row.text("from"));
        let to = problems.keep(row.text("to"));
        let length = problems.keep(row.non_negative("length"));
        Some((vertices.number(from?), vertices.number(to?), length?))
    })?;
    if edges.is_empty() {
        return Err(Error::input(format!("`{}` holds no edge", table.name())));
    }
    refuse_too_many(table.name(), vertices.list.len(), vertices.list.len())?;
    let mut ends: Vec<(usize, usize)> = edges.iter().map(|&(a, b, _)| (a.min(b), a.max(b))).collect();
    ends.sort_unstable();
    ends.dedup();
    Ok(Ways {
        vertices,
        repeated: edges.len() - ends.len(),
        edges,
    })
}

/// A weight for each of `users`.
pub(super) fn weights(table: &Table, users: &Names) -> Result<Vec<f64>> {
    table.expect_columns(&["user", "weight"], &[])?;
    let given = by_name(table, "user", users, &["weight"])?;
    let hint = "say 0 for a user who does not count";
    let mut problems = Problems::default();
    let mut weights = Vec::new();
    for (name, row) in users.list.iter().zip(given) {
        let weight = row.and_then(|row| row[0]);
        if weight.is_none() {
            let problem = Problem::error(format!("user `{name}` has no weight"));
            problems.push(problem.at(table.header_place(0)).hint(hint));
        }
        weights.extend(weight);
    }
    problems.finish(weights)
}

/// What opening each of `sites` costs, where that is told, and what it can take.
pub(super) fn openings(table: &Table, sites: &Names) -> Result<Vec<Option<[Option<f64>; 2]>>> {
    table.expect_columns(&["site"], &["opening", "capacity"])?;
    let given = by_name(table, "site", sites, &["opening", "capacity"])?;
    Ok(given
        .into_iter()
        .map(|row| row.map(|row| [row[0], row[1]]))
        .collect())
}

/// For each of `names` the amounts in `columns` of its row, if it has one.
fn by_name(
    table: &Table,
    key: &str,
    names: &Names,
    columns: &[&str],
) -> Result<Vec<Option<Vec<Option<f64>>>>> {
    let mut found: Vec<Option<Vec<Option<f64>>>> = vec![None; names.list.len()];
    let mut lines: BTreeMap<usize, String> = BTreeMap::new();
    let mut problems = Problems::default();
    for row in table.rows() {
        let Some(name) = problems.keep(row.text(key)) else {
            continue;
        };
        let Some(number) = names.find(name) else {
            problems.push_with(|| {
                let problem = Problem::error(format!("{key} `{name}` is not in the costs"));
                problem.at(row.place(key)).hint(names.nearest(name))
            });
            continue;
        };
        let line = row.place(key).line_in_words();
        if let Some(earlier) = lines.get(&number) {
            let message = format!("{key} `{name}` stands in {earlier} and again in {line}");
            problems.push(
                Problem::error(message)
                    .at(row.place(key))
                    .hint("keep one of them"),
            );
            continue;
        }
        lines.insert(number, line);
        let amount = |column: &&str| match row.get(column) {
            None => Ok(None),
            Some(_) => row.non_negative(column).map(Some),
        };
        let amounts: Vec<Option<f64>> = columns
            .iter()
            .map(|column| problems.keep(amount(column)).flatten())
            .collect();
        found[number] = Some(amounts);
    }
    problems.finish(found)
}
