//! The 95th percentile after each loss: by set where several share their losses, else by country of the best set.

use super::font;
use super::frame::{blank, frame};
use super::heatmap::{LEGEND, draw_legend, milliseconds, shade};
use super::label;
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Names, Words, number};
use crate::report::model::{LossResult, RecoveryResult, Report, SetResult};

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let table = Table::of(report, &names, room(&scene));
    let words = say_it(report, &names, &table);
    if table.rows.len() < 2 {
        return blank(scene, words, "the report has no losses to draw");
    }
    let area = frame(&mut scene, &words);
    let lay = Lay::new(&area, &table);
    draw(&mut scene, &area, &table, &lay);
    draw_legend(&mut scene, &area, table.range(), "p95", milliseconds);
    scene
}

/// Columns that can be told apart.
const MOST_COLUMNS: usize = 12;

/// Rows for which there is height.
fn room(scene: &Scene) -> usize {
    ((scene.height - 300.0) / 12.0).clamp(3.0, 40.0) as usize
}

/// Rows of losses under columns of sets or countries; cells in ms, absent where nobody is served.
struct Table {
    columns: Vec<String>,
    rows: Vec<(String, Vec<Cell>)>,
    by_set: bool,
    /// Losses that had no room.
    left_out: usize,
}

#[derive(Clone, Copy)]
enum Cell {
    Ms(f64),
    NotServed,
    /// The set has no such loss.
    NotAsked,
}

impl Table {
    fn of(report: &Report, names: &Names, most: usize) -> Table {
        if are_shared(report) {
            Table::by_set(report, names, most)
        } else {
            words::recovered(report).map_or_else(Table::empty, |told| Table::by_country(told, names, most))
        }
    }

    fn empty() -> Table {
        Table {
            columns: Vec::new(),
            rows: Vec::new(),
            by_set: false,
            left_out: 0,
        }
    }

    fn by_set(report: &Report, names: &Names, most: usize) -> Table {
        let sets: Vec<(&SetResult, &RecoveryResult)> = told(report).take(MOST_COLUMNS).collect();
        let mut losses: Vec<&str> = Vec::new();
        for loss in sets.iter().flat_map(|(_, it)| &it.losses) {
            if !losses.contains(&loss.name.as_str()) {
                losses.push(&loss.name);
            }
        }
        let row = |name: &&str| {
            let cell = |(_, it): &(&SetResult, &RecoveryResult)| {
                let found = it.losses.iter().find(|loss| loss.name == **name);
                found.map_or(Cell::NotAsked, overall)
            };
            (names.text(name), sets.iter().map(cell).collect())
        };
        let before = sets
            .iter()
            .map(|(set, _)| Cell::of(set.latency.p95_ms.value))
            .collect();
        let columns = sets.iter().map(|(set, _)| names.text(&set.name)).collect();
        Table::cut(columns, before, losses.iter().map(row).collect(), true, most)
    }

    fn by_country((set, it): (&SetResult, &RecoveryResult), names: &Names, most: usize) -> Table {
        let countries: Vec<&str> = set
            .countries
            .iter()
            .take(MOST_COLUMNS - 1)
            .map(|it| it.country.as_str())
            .collect();
        let row = |loss: &LossResult| {
            let cell = |country: &&str| {
                let found = loss.countries.iter().find(|it| it.country == **country);
                match found.map(|it| it.p95_after_ms) {
                    Some(Some(ms)) => Cell::of(ms),
                    Some(None) => Cell::NotServed,
                    None => Cell::NotAsked,
                }
            };
            let cells = std::iter::once(overall(loss)).chain(countries.iter().map(cell));
            (names.text(&loss.name), cells.collect())
        };
        let before = set
            .countries
            .iter()
            .take(countries.len())
            .map(|it| Cell::of(it.p95_ms));
        let before = std::iter::once(Cell::of(set.latency.p95_ms.value))
            .chain(before)
            .collect();
        let columns = std::iter::once("all")
            .chain(countries.iter().copied())
            .map(font::printable)
            .collect();
        Table::cut(columns, before, it.losses.iter().map(row).collect(), false, most)
    }

    /// The row of before, then the losses, the slowest first, as far as there is room.
    fn cut(
        columns: Vec<String>,
        before: Vec<Cell>,
        mut rows: Vec<(String, Vec<Cell>)>,
        by_set: bool,
        most: usize,
    ) -> Table {
        let worst = |cells: &[Cell]| {
            let head = if by_set {
                cells
            } else {
                &cells[..cells.len().min(1)]
            };
            head.iter().map(Cell::rank).fold(0.0, f64::max)
        };
        rows.sort_by(|a, b| worst(&b.1).total_cmp(&worst(&a.1)));
        let left_out = rows.len().saturating_sub(most);
        rows.truncate(most);
        rows.insert(0, ("nothing lost".into(), before));
        Table {
            columns,
            rows,
            by_set,
            left_out,
        }
    }

    fn range(&self) -> (f64, f64) {
        let all = || {
            self.rows
                .iter()
                .flat_map(|row| &row.1)
                .filter_map(|cell| cell.ms())
        };
        let low = all().fold(f64::INFINITY, f64::min);
        let high = all().fold(0.0, f64::max);
        (low.min(high), high)
    }
}

impl Cell {
    fn of(ms: f64) -> Cell {
        if ms.is_finite() {
            Cell::Ms(ms)
        } else {
            Cell::NotAsked
        }
    }

    fn ms(self) -> Option<f64> {
        match self {
            Cell::Ms(ms) => Some(ms),
            _ => None,
        }
    }

    /// Nobody served is worse than any time.
    fn rank(&self) -> f64 {
        match self {
            Cell::Ms(ms) => *ms,
            Cell::NotServed => f64::INFINITY,
            Cell::NotAsked => 0.0,
        }
    }
}

fn overall(loss: &LossResult) -> Cell {
    loss.latency
        .as_ref()
        .map_or(Cell::NotServed, |it| Cell::of(it.p95_ms.value))
}

fn told(report: &Report) -> impl Iterator<Item = (&SetResult, &RecoveryResult)> {
    report
        .sets
        .iter()
        .filter_map(|set| Some((set, set.recovery.as_ref()?)))
}

/// Whether sets beside each other say more: most losses of the best one occur in another set, too.
fn are_shared(report: &Report) -> bool {
    let Some((best, it)) = words::recovered(report) else {
        return false;
    };
    let elsewhere = |loss: &&LossResult| {
        told(report)
            .filter(|(set, _)| !std::ptr::eq(*set, best))
            .any(|(_, other)| other.losses.iter().any(|its| its.name == loss.name))
    };
    !it.losses.is_empty() && 2 * it.losses.iter().filter(elsewhere).count() > it.losses.len()
}

/// Where cells and names go.
struct Lay {
    cells: Rect,
    cell: (f64, f64),
    row_names: Vec<Vec<String>>,
    column_names: Vec<Vec<String>>,
    upwards: bool,
}

impl Lay {
    fn new(area: &Rect, table: &Table) -> Lay {
        let (rows, columns) = (table.rows.len() as f64, table.columns.len().max(1) as f64);
        let most = area.width * 0.3;
        let lines = ((area.height - LEGEND - 60.0) / rows / (size::TICK * 1.2)).clamp(1.0, 2.0) as usize;
        let row_names: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| label::wrap(&row.0, most, size::TICK, lines))
            .collect();
        let left = label::widest(row_names.iter().flatten(), size::TICK) + 10.0;
        let breadth = ((area.width - left) / columns).min(150.0);
        let fits = label::widest(&table.columns, size::TICK) + 6.0 <= breadth;
        let wrapped = |name: &String| label::wrap(name, breadth - 6.0, size::TICK, 3);
        let upwards = !fits && breadth < 70.0;
        let column_names: Vec<Vec<String>> = if upwards {
            let room = area.height * 0.28;
            table
                .columns
                .iter()
                .map(|name| vec![label::cut(name, room, size::TICK)])
                .collect()
        } else {
            table.columns.iter().map(wrapped).collect()
        };
        let top = if upwards {
            label::widest(column_names.iter().flatten(), size::TICK) + 10.0
        } else {
            let most = column_names.iter().map(Vec::len).max().unwrap_or(1) as f64;
            most * size::TICK * 1.25 + 8.0
        };
        let height = ((area.height - LEGEND - top) / rows).min(44.0);
        Lay {
            cells: Rect {
                x: area.x + left,
                y: area.y + top,
                width: breadth * columns,
                height: height * rows,
            },
            cell: (breadth, height),
            row_names,
            column_names,
            upwards,
        }
    }

    fn rect(&self, row: usize, column: usize) -> Rect {
        Rect {
            x: self.cells.x + column as f64 * self.cell.0,
            y: self.cells.y + row as f64 * self.cell.1,
            width: self.cell.0 - 1.0,
            height: self.cell.1 - 1.0,
        }
    }
}

fn draw(scene: &mut Scene, area: &Rect, table: &Table, lay: &Lay) {
    let ink = scene.palette.text;
    let em = (lay.cell.1 * 0.78).min(size::TICK);
    let every = if em < scene.smallest_em() { 2 } else { 1 };
    let em = em.max(scene.smallest_em());
    for (i, lines) in lay.row_names.iter().enumerate().step_by(every) {
        let middle = lay.rect(i, 0).y + lay.cell.1 / 2.0;
        for (k, line) in lines.iter().enumerate() {
            let offset = k as f64 - (lines.len() as f64 - 1.0) / 2.0;
            let at = (lay.cells.x - 8.0, middle + offset * em * 1.2 + 0.36 * em);
            let line = label::cut(line, lay.cells.x - 8.0 - area.x, em);
            scene.text(Text::new(line, at, em, ink).anchor(Anchor::End));
        }
    }
    draw_heads(scene, lay);
    let range = table.range();
    for (i, (_, cells)) in table.rows.iter().enumerate() {
        for (j, cell) in cells.iter().enumerate() {
            draw_cell(scene, &lay.rect(i, j), *cell, range, em);
        }
    }
}

fn draw_heads(scene: &mut Scene, lay: &Lay) {
    let ink = scene.palette.text;
    for (j, lines) in lay.column_names.iter().enumerate() {
        let rect = lay.rect(0, j);
        let middle = rect.x + rect.width / 2.0;
        for (k, line) in lines.iter().rev().enumerate() {
            let text = if lay.upwards {
                Text::new(
                    line,
                    (middle + 0.36 * size::TICK, lay.cells.y - 6.0),
                    size::TICK,
                    ink,
                )
                .upwards()
            } else {
                let at = (middle, lay.cells.y - 6.0 - k as f64 * size::TICK * 1.25);
                Text::new(line, at, size::TICK, ink).anchor(Anchor::Middle)
            };
            scene.text(text);
        }
    }
}

fn draw_cell(scene: &mut Scene, rect: &Rect, cell: Cell, range: (f64, f64), em: f64) {
    let (fill, words) = match cell {
        Cell::Ms(ms) => (scene.palette.ramp_at(shade(ms, range)), number(ms, 0)),
        // Words and a colour outside the ramp: it is no time.
        Cell::NotServed => (scene.palette.lines[1], "none".to_owned()),
        Cell::NotAsked => (scene.palette.ground.mix(scene.palette.grid, 0.6), String::new()),
    };
    scene.rect(*rect, fill);
    if font::width(&words, em) <= rect.width - 2.0 && em <= rect.height {
        let at = (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0 + 0.36 * em);
        scene.text(Text::new(words, at, em, fill.ink()).anchor(Anchor::Middle));
    }
}

fn say_it(report: &Report, names: &Names, table: &Table) -> Words {
    let mut subtitle = words::subtitle(report, report.sets.len());
    if table.left_out > 0 {
        let shown = table.rows.len() - 1;
        subtitle.insert(
            0,
            format!("{shown} of {} losses drawn, the worst", shown + table.left_out),
        );
    }
    let mut notes = vec![
        "p95 of request latency, ms".to_owned(),
        "none: nobody serves them".into(),
    ];
    if table.by_set {
        notes.push("pale: the set has no such loss".into());
    } else {
        notes.push("pale: the loss does not concern the country".into());
    }
    notes.extend(names.note());
    Words {
        title: finding(report, names, table),
        subtitle,
        notes,
    }
}

/// The slowest cell after a loss, and where nobody is served.
fn finding(report: &Report, names: &Names, table: &Table) -> String {
    let cells = || {
        let losses = table.rows.iter().skip(1);
        losses.flat_map(|(loss, cells)| cells.iter().enumerate().map(move |(at, cell)| (loss, at, cell)))
    };
    let worst = cells()
        .filter_map(|(loss, at, cell)| Some((loss, at, cell.ms()?)))
        .max_by(|a, b| a.2.total_cmp(&b.2));
    let whose = match words::recovered(report) {
        Some((set, _)) if !table.by_set => format!("With {}, ", names.brief(set)),
        _ => String::new(),
    };
    let Some((loss, at, ms)) = worst else {
        return format!("{whose}no loss leaves anybody to serve");
    };
    let loss = label::cut(loss, 34.0, 1.0);
    let column = label::cut(&table.columns[at], 34.0, 1.0);
    let time = milliseconds(ms);
    if table.by_set {
        return format!("The slowest p95 after a loss is {time}: {column} after losing {loss}");
    }
    let who = if at == 0 {
        "over all users".to_owned()
    } else {
        format!("in {column}")
    };
    format!("{whose}the slowest p95 of the countries shown is {time}: {who} after losing {loss}")
}
