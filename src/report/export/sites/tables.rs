//! The tables of a report of sites, before they are drawn.

use crate::report::model::{SitesAnswer, SitesReport, SitesStatus};
use crate::report::voice::recovery::counted;
use crate::report::voice::{count, exact, percent};

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Words.
    Text(String),
    /// A figure in the unit of its column.
    Number(f64),
    /// A share, 0–1.
    Share(f64),
    /// A share that something does not exceed.
    AtMost(f64),
    /// Nothing to tell.
    Empty,
}

impl Cell {
    /// As people read it: at most three decimals.
    pub(super) fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => exact(*number),
            Cell::Share(share) => percent(*share),
            Cell::AtMost(share) => format!("{} %", up(share * 100.0)),
            Cell::Empty => String::new(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Cell::Number(number as f64)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Cell::Empty, Into::into)
    }
}

/// A table with its title.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Grid {
    /// A line above it.
    pub(super) title: String,
    /// Headers, with units.
    pub(super) headers: Vec<String>,
    /// As many cells in each as there are headers.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// What the report is about, in a line.
pub(super) fn headline(report: &SitesReport) -> String {
    let asked = &report.question;
    format!(
        "{} · {} · {} users, {} sites · seed {}",
        asked.name,
        goal_words(report),
        count(asked.users as u64),
        count(asked.sites as u64),
        report.provenance.seed
    )
}

fn goal_words(report: &SitesReport) -> String {
    let asked = &report.question;
    match asked.goal.as_str() {
        "center" => format!("least largest cost, {}", asked.unit),
        "cover" => {
            let within = asked.within.map_or_else(String::new, exact);
            format!("most weight within {within} {}", asked.unit)
        }
        "fixed" => format!("least sum of serving and opening, {}", asked.value_unit),
        _ => format!("least sum, {}", asked.value_unit),
    }
}

/// How sure an answer is: `optimal`, `within 0.42 %`, `no set` or `none found`.
pub(super) fn status(answer: &SitesAnswer) -> String {
    match answer.status {
        SitesStatus::Optimal => "optimal".to_owned(),
        SitesStatus::Infeasible => "no set".to_owned(),
        SitesStatus::Unknown => "none found".to_owned(),
        SitesStatus::Within => format!("within {} %", up(answer.gap.unwrap_or(1.0) * 100.0)),
    }
}

/// The same, and whether other sets are known to have the same value.
fn proof(answer: &SitesAnswer) -> String {
    let tied = answer.ties.as_ref().is_some_and(|ties| ties.sets > 0);
    format!("{}{}", status(answer), if tied { ", tied" } else { "" })
}

/// `2 sites: 3 other sets have the same value: A, D; B, C; B, D`; nothing where no tie is known.
fn ties_in_words(answer: &SitesAnswer) -> Option<String> {
    let ties = answer.ties.as_ref().filter(|ties| ties.sets > 0)?;
    let number = sites_in_words(answer.sites.len());
    let (sets, have) = if ties.sets == 1 {
        ("set", "has")
    } else {
        ("sets", "have")
    };
    let found = count(ties.sets as u64);
    let which = if ties.all {
        format!("{found} other {sets} {have} the same value")
    } else {
        format!("at least {found} other {sets}, one site away, {have} the same value")
    };
    let first: Vec<String> = ties.first.iter().map(|set| tie_in_words(answer, set)).collect();
    let more = match ties.sets - ties.first.len() {
        0 => String::new(),
        more => format!("; and {} more", count(more as u64)),
    };
    Some(format!("{number}: {which}: {}{more}", first.join("; ")))
}

/// A set with few sites by their names, a larger one by what it has in place of what: `x for a`.
fn tie_in_words(answer: &SitesAnswer, set: &[String]) -> String {
    /// Sites of a set that is told as a whole.
    const WHOLE: usize = 3;
    if set.len() <= WHOLE {
        return set.join(", ");
    }
    let own: Vec<&str> = answer.sites.iter().map(|site| site.site.as_str()).collect();
    let added: Vec<&str> = set
        .iter()
        .map(String::as_str)
        .filter(|site| !own.contains(site))
        .collect();
    let lost: Vec<&str> = own
        .iter()
        .copied()
        .filter(|site| !set.iter().any(|other| other == site))
        .collect();
    match (added.join(", "), lost.join(", ")) {
        (added, lost) if lost.is_empty() => format!("with {added} too"),
        (added, lost) if added.is_empty() => format!("without {lost}"),
        (added, lost) => format!("{added} for {lost}"),
    }
}

fn tells_regret(report: &SitesReport) -> bool {
    let path = report.growth.iter().flat_map(|growth| &growth.steps);
    path.filter_map(|step| step.regret).any(|regret| regret > 0.0)
}

fn sites_in_words(number: usize) -> String {
    counted(number, "site")
}

/// Per cent rounded up to two decimals, since it is a promise.
fn up(percent: f64) -> String {
    exact((percent * 100.0 - 1e-9).ceil() / 100.0)
}

/// How many sites an answer is about.
fn open_words(report: &SitesReport, answer: &SitesAnswer) -> Cell {
    match answer.open {
        None => "any".into(),
        Some(number) if report.question.goal == "fixed" => Cell::Text(format!("up to {number}")),
        Some(number) => number.into(),
    }
}

/// The best set of each number of sites.
pub(super) fn numbers(report: &SitesReport) -> Grid {
    let unit = &report.question.value_unit;
    let cover = report.question.goal == "cover";
    let mut headers = vec!["sites".to_owned(), format!("value, {unit}")];
    if cover {
        headers.push("of all weight".to_owned());
    }
    headers.extend([
        format!("at best, {unit}"),
        "proof".to_owned(),
        "steps".to_owned(),
        "open".to_owned(),
    ]);
    let rows = report.answers.iter().map(|answer| {
        let names: Vec<&str> = answer.sites.iter().map(|site| site.site.as_str()).collect();
        let mut row = vec![open_words(report, answer), answer.value.into()];
        if cover {
            row.push(answer.share.map_or(Cell::Empty, Cell::Share));
        }
        row.extend([
            answer.bound.into(),
            Cell::Text(proof(answer)),
            Cell::Number(answer.steps as f64),
            Cell::Text(names.join(", ")),
        ]);
        row
    });
    Grid {
        title: headline(report),
        rows: rows.collect(),
        headers,
    }
}

/// The open sites of an answer.
pub(super) fn sites_of(report: &SitesReport, answer: &SitesAnswer) -> Grid {
    let unit = &report.question.unit;
    let asked = &report.question;
    let (limited, fixed, shared) = (asked.capacities, asked.goal == "fixed", asked.goal != "center");
    let weighted = if report.question.weights_given {
        format!("{unit} × weight")
    } else {
        unit.clone()
    };
    let mut headers: Vec<String> = ["site", "users", "weight"].map(str::to_owned).to_vec();
    if limited {
        headers.extend(["capacity", "load"].map(str::to_owned));
    }
    headers.push(format!("cost, {weighted}"));
    if fixed {
        headers.push(format!("opening, {weighted}"));
    }
    headers.push(format!("farthest, {unit}"));
    if shared {
        headers.push("of the value".to_owned());
    }
    let rows = answer.sites.iter().map(|site| {
        let mut row = vec![site.site.as_str().into(), site.users.into(), site.weight.into()];
        if limited {
            let load = site
                .capacity
                .filter(|limit| *limit > 0.0)
                .map(|limit| site.weight / limit);
            row.extend([site.capacity.into(), load.map_or(Cell::Empty, Cell::Share)]);
        }
        row.push(site.cost.into());
        if fixed {
            row.push(site.opening.into());
        }
        row.push(site.farthest.into());
        if shared {
            row.push(site.share.map_or(Cell::Empty, Cell::Share));
        }
        row
    });
    Grid {
        title: format!("{}, {}", sites_in_words(answer.sites.len()), status(answer)),
        rows: rows.collect(),
        headers,
    }
}

/// Every user of an answer, with its site.
pub(super) fn users_of(report: &SitesReport, answer: &SitesAnswer) -> Grid {
    let cover = report.question.goal == "cover";
    let mut headers = vec![
        "user".to_owned(),
        "weight".to_owned(),
        "site".to_owned(),
        format!("cost, {}", report.question.unit),
    ];
    if cover {
        headers.push("covered".to_owned());
    }
    let rows = answer.users.iter().map(|user| {
        let mut row = vec![
            user.user.as_str().into(),
            user.weight.into(),
            user.site.as_deref().into(),
            user.cost.into(),
        ];
        if cover {
            row.push(user.covered.map(|yes| if yes { "yes" } else { "no" }).into());
        }
        row
    });
    Grid {
        title: format!("users of {}", sites_in_words(answer.sites.len())),
        rows: rows.collect(),
        headers,
    }
}

/// Sets that grow out of each other, where that was asked for.
pub(super) fn growth(report: &SitesReport) -> Option<Grid> {
    let growth = report.growth.as_ref()?;
    let unit = &report.question.value_unit;
    let start = growth.start.join(", ");
    let mut rows = vec![vec![
        growth.start.len().into(),
        Cell::Text(start),
        value_or_none(growth.start_value),
        Cell::Empty,
        Cell::Empty,
    ]];
    rows.extend(growth.steps.iter().map(|step| {
        vec![
            step.open.into(),
            Cell::Text(format!("+ {}", step.site)),
            value_or_none(step.value),
            step.best.into(),
            step.regret.map_or(Cell::Empty, Cell::AtMost),
        ]
    }));
    Some(Grid {
        title: if growth.there {
            "one site at a time, from those that are there".to_owned()
        } else {
            "one site at a time, from the best set of the smallest number".to_owned()
        },
        headers: vec![
            "sites".to_owned(),
            "added".to_owned(),
            format!("value, {unit}"),
            format!("best of as many, {unit}"),
            "regret at most".to_owned(),
        ],
        rows,
    })
}

/// A value on the path, or that these sites are no set.
fn value_or_none(value: Option<f64>) -> Cell {
    value.map_or_else(|| "no set".into(), Cell::Number)
}

/// Sites on the path that are no set, and why.
fn gaps_of_path(report: &SitesReport) -> Vec<String> {
    let Some(growth) = &report.growth else {
        return Vec::new();
    };
    let start = growth.start_why.iter().map(|why| {
        let sites = growth.start.join(", ");
        format!("{sites}, where the path begins: no set, since {why}")
    });
    let steps = growth.steps.iter().filter_map(|step| {
        let why = step.why.as_ref()?;
        Some(format!("with {} added: no set, since {why}", step.site))
    });
    start.chain(steps).collect()
}

/// What must be said with the tables.
pub(super) fn notes(report: &SitesReport) -> Vec<String> {
    let mut notes = Vec::new();
    if !report.complete {
        notes.push("the run was interrupted: sets are the best so far".to_owned());
    }
    if !report.missing.is_empty() {
        let numbers: Vec<String> = report.missing.iter().map(ToString::to_string).collect();
        let plural = if numbers == ["1"] { "" } else { "s" };
        notes.push(format!("not got to: {} site{plural}", numbers.join(", ")));
    }
    if report.provenance.depends_on_machine && report.complete {
        notes.push("the time was up before the proof: a faster machine may find and prove more".to_owned());
    }
    notes.extend(report.answers.iter().filter_map(ties_in_words));
    for answer in &report.answers {
        let number = answer
            .open
            .map_or_else(|| "any number of sites".to_owned(), sites_in_words);
        let found = match answer.status {
            SitesStatus::Unknown => " was found",
            _ => "",
        };
        notes.extend(
            answer
                .why
                .iter()
                .map(|why| format!("no set of {number}{found}: {why}")),
        );
    }
    notes.extend(gaps_of_path(report));
    if tells_regret(report) {
        notes.push(
            "regret: by how much a value may be worse than the best of as many sites, of that best"
                .to_owned(),
        );
    }
    notes.extend(report.definitions.iter().cloned());
    notes.extend(report.assumptions.iter().map(|text| format!("assumed: {text}")));
    notes
}
