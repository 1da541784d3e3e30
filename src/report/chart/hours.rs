//! Load by region and hour of the day, UTC: normal times, then each loss, of the best set.

use super::font;
use super::frame::{blank, frame};
use super::heatmap::{LEGEND, draw_legend, shade};
use super::label;
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Names, Words, number};
use crate::report::model::{CapacityResult, HoursResult, Report};
use crate::report::voice::capacity as voice;

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let told = words::sized(report);
    let table = told.map_or_else(Table::default, |(_, it)| Table::of(it, &names, room(&scene)));
    let words = say_it(report, &names, &table);
    if table.groups.is_empty() {
        return blank(scene, words, "the report has no load by hour to draw");
    }
    let area = frame(&mut scene, &words);
    let lay = Lay::new(&area, &table);
    draw_clock(&mut scene, &lay);
    draw_groups(&mut scene, &area, &table, &lay);
    draw_legend(&mut scene, &area, (0.0, table.most), "requests/s", voice::number);
    scene
}

/// What stands above the cells.
const AXIS: &str = "hour, UTC";
/// Hours of a day.
const HOURS: usize = 24;
/// Room for the hours above the cells.
const CLOCK: f64 = 20.0;
/// Space between names, cells and figures.
const GAP: f64 = 8.0;

/// Lines for which there is height, heads of groups counted.
fn room(scene: &Scene) -> usize {
    ((scene.height - 230.0) / 13.0).clamp(3.0, 60.0) as usize
}

/// A state with the load of its regions.
struct Group {
    head: String,
    rows: Vec<Row>,
}

/// A region: its name, 24 hours, requests/s.
struct Row {
    name: String,
    hours: Vec<f64>,
}

impl Row {
    /// The most, and the first hour at which it stands.
    fn busiest(&self) -> (f64, usize) {
        voice::busiest_hour(&self.hours).unwrap_or((0.0, 0))
    }
}

/// The states that there is room for, normal times first.
#[derive(Default)]
struct Table {
    groups: Vec<Group>,
    /// States of the set.
    states: usize,
    /// Regions of normal times that had no room.
    regions_left_out: usize,
    /// The most of all hours drawn.
    most: f64,
    month: String,
}

impl Table {
    fn of(it: &CapacityResult, names: &Names, most: usize) -> Table {
        let mut groups: Vec<Group> = it.hours.iter().filter_map(|state| group(state, names)).collect();
        let states = groups.len();
        let mut regions_left_out = 0;
        while groups.len() > 1 && lines(&groups) > most {
            groups.remove(quietest(&groups));
        }
        if let Some(normal) = groups.first_mut().filter(|it| it.rows.len() + 1 > most) {
            regions_left_out = normal.rows.len() + 1 - most;
            normal
                .rows
                .sort_by(|a, b| b.busiest().0.total_cmp(&a.busiest().0));
            normal.rows.truncate(most - 1);
        }
        Table {
            most: groups.iter().map(Group::most).fold(0.0, f64::max),
            month: it
                .hours
                .first()
                .map_or_else(String::new, |it| names.text(&it.month)),
            groups,
            states,
            regions_left_out,
        }
    }
}

impl Group {
    fn most(&self) -> f64 {
        self.rows.iter().map(|row| row.busiest().0).fold(0.0, f64::max)
    }

    fn busiest(&self) -> Option<&Row> {
        self.rows
            .iter()
            .max_by(|a, b| a.busiest().0.total_cmp(&b.busiest().0))
    }
}

fn lines(groups: &[Group]) -> usize {
    groups.iter().map(|it| it.rows.len() + 1).sum()
}

/// Place of the loss with the least peak, the last one of several; normal times stay.
fn quietest(groups: &[Group]) -> usize {
    let losses = groups.iter().enumerate().skip(1).rev();
    losses
        .min_by(|a, b| a.1.most().total_cmp(&b.1.most()))
        .map_or(1, |(at, _)| at)
}

fn group(state: &HoursResult, names: &Names) -> Option<Group> {
    let rows = state.regions.iter().map(|(region, hours)| Row {
        name: names.region(region),
        hours: hours
            .iter()
            .take(HOURS)
            .map(|rps| if rps.is_finite() { *rps } else { 0.0 })
            .collect(),
    });
    let rows: Vec<Row> = rows.collect();
    (!rows.is_empty()).then(|| Group {
        head: names.text(&voice::state(&state.state)),
        rows,
    })
}

/// Where cells, names and figures go.
struct Lay {
    cells: Rect,
    /// Breadth and height of a cell.
    cell: (f64, f64),
    em: f64,
}

impl Lay {
    fn new(area: &Rect, table: &Table) -> Lay {
        let lines = lines(&table.groups).max(1) as f64;
        let height = ((area.height - LEGEND - CLOCK) / lines).min(26.0);
        let em = (height * 0.8).min(size::TICK);
        let rows = || table.groups.iter().flat_map(|it| &it.rows);
        let names: Vec<String> = rows().map(|row| row.name.clone()).collect();
        let figures: Vec<String> = rows().map(figure).collect();
        let least = font::width(AXIS, size::TICK);
        let left = label::widest(&names, em).clamp(least, (area.width * 0.28).max(least)) + GAP;
        let right = label::widest(&figures, em) + GAP;
        let breadth = (area.width - left - right) / HOURS as f64;
        Lay {
            cells: Rect {
                x: area.x + left,
                y: area.y + CLOCK,
                width: breadth * HOURS as f64,
                height: height * lines,
            },
            cell: (breadth, height),
            em,
        }
    }

    /// Upper edge of a line.
    fn top(&self, line: usize) -> f64 {
        self.cells.y + line as f64 * self.cell.1
    }

    /// Base of a text in the middle of a line.
    fn base(&self, line: usize) -> f64 {
        self.top(line) + self.cell.1 / 2.0 + 0.36 * self.em
    }
}

/// `15,384 at 13 h`.
fn figure(row: &Row) -> String {
    let (most, hour) = row.busiest();
    format!("{} at {hour:02} h", voice::number(most))
}

/// Every third hour over the left edge of its cells.
fn draw_clock(scene: &mut Scene, lay: &Lay) {
    let muted = scene.palette.muted;
    let every = if lay.cell.0 * 3.0 < 22.0 { 6 } else { 3 };
    for hour in (0..HOURS).step_by(every) {
        let at = (lay.cells.x + hour as f64 * lay.cell.0, lay.cells.y - 6.0);
        scene.text(Text::new(format!("{hour:02}"), at, size::TICK, muted));
    }
    let at = (lay.cells.x - GAP, lay.cells.y - 6.0);
    scene.text(Text::new(AXIS, at, size::TICK, muted).anchor(Anchor::End));
}

fn draw_groups(scene: &mut Scene, area: &Rect, table: &Table, lay: &Lay) {
    let ink = scene.palette.text;
    let mut line = 0;
    for group in &table.groups {
        let head = label::cut(&group.head, area.width, lay.em);
        scene.text(Text::new(head, (lay.cells.x, lay.base(line)), lay.em, ink));
        line += 1;
        for row in &group.rows {
            let name = label::cut(&row.name, lay.cells.x - GAP - area.x, lay.em);
            let at = (lay.cells.x - GAP, lay.base(line));
            scene.text(Text::new(name, at, lay.em, ink).anchor(Anchor::End));
            let at = (area.right(), lay.base(line));
            scene.text(Text::new(figure(row), at, lay.em, ink).anchor(Anchor::End));
            draw_row(scene, table, lay, line, row);
            line += 1;
        }
    }
}

fn draw_row(scene: &mut Scene, table: &Table, lay: &Lay, line: usize, row: &Row) {
    let (_, busiest) = row.busiest();
    for (hour, rps) in row.hours.iter().enumerate() {
        let fill = scene.palette.ramp_at(shade(*rps, (0.0, table.most)));
        let rect = Rect {
            x: lay.cells.x + hour as f64 * lay.cell.0,
            y: lay.top(line),
            width: lay.cell.0 - 1.0,
            height: lay.cell.1 - 1.0,
        };
        scene.rect(rect, fill);
        if hour == busiest {
            let centre = (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0);
            let radius = (rect.width.min(rect.height) * 0.22).min(3.0);
            scene.disc(centre, radius, fill.ink());
        }
    }
}

fn say_it(report: &Report, names: &Names, table: &Table) -> Words {
    let mut subtitle = words::about_load(report);
    let drawn = table.groups.len();
    if drawn < table.states {
        subtitle.insert(
            0,
            format!("{drawn} of {} states drawn, the busiest losses", table.states),
        );
    }
    if table.regions_left_out > 0 {
        let rows: usize = table.groups.iter().map(|it| it.rows.len()).sum();
        let all = rows + table.regions_left_out;
        subtitle.insert(0, format!("{rows} of {all} regions drawn, the busiest"));
    }
    let mut notes = vec![
        format!("mean weekday of {}, events left out", table.month),
        "dot: the busiest hour of a row; one scale of colours for all rows".into(),
    ];
    notes.extend(names.note());
    Words {
        title: finding(report, names, table),
        subtitle,
        notes,
    }
}

/// The busiest region in normal times, and the busiest after a loss.
fn finding(report: &Report, names: &Names, table: &Table) -> String {
    let told = words::sized(report).zip(table.groups.first());
    let Some(((set, _), normal)) = told else {
        return "There is no load by hour to draw".into();
    };
    let says = |row: &Row| {
        let (most, _) = row.busiest();
        let at = voice::busiest_in_words(&row.hours);
        let utc = if at.ends_with("00") { "\u{a0}UTC" } else { "" };
        (row.name.clone(), number(most, 0), format!("{at}{utc}"))
    };
    let Some((region, rps, hour)) = normal.busiest().map(says) else {
        return "There is no load by hour to draw".into();
    };
    let brief = names.brief(set);
    let head = format!("With {brief}, {region} is busiest: {rps}\u{a0}requests/s at {hour}");
    let losses = table.groups.iter().skip(1);
    let worst = losses.max_by(|a, b| a.most().total_cmp(&b.most()));
    let after = worst.and_then(|it| {
        Some((
            label::cut(&font::printable(&it.head), 34.0, 1.0),
            says(it.busiest()?),
        ))
    });
    match after {
        Some((lost, (region, rps, hour))) => format!("{head}; {lost}, {region} takes {rps} at {hour}"),
        None => head,
    }
}
