//! How recovery of the best set takes its time: a bar a step from where it begins to its median, a whisker to its
//! 95th percentile, and the whole below.

use super::axis::{Plot, Scale};
use super::font;
use super::frame::{blank, frame};
use super::label;
use super::rows::{self, Column, Rows};
use super::scene::{Rect, Scene, Text};
use super::theme::{Colour, size};
use super::words::{self, Names, Words};
use crate::report::model::{DurationResult, RecoveryResult, Report, SetResult, StepResult};
use crate::report::voice::recovery as voice;

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let told = words::recovered(report);
    let bars = told.map_or_else(Vec::new, |(_, it)| bars(it, rows::room(scene.height - 150.0)));
    let words = say_it(report, &names, told);
    let Some((_, recovery)) = told.filter(|_| !bars.is_empty()) else {
        return blank(scene, words, "the report has no recovery to take apart");
    };
    let area = frame(&mut scene, &words);
    let labels: Vec<String> = bars.iter().map(|bar| bar.name.clone()).collect();
    let rows = Rows::new(&area, &labels, columns(&bars));
    let high = bars.iter().map(|bar| bar.begins + bar.p95).fold(0.0, f64::max);
    // A promise not far beyond is worth a longer axis.
    let promise = recovery.rto.target_s.filter(|limit| *limit < 2.0 * high);
    let high = high.max(promise.unwrap_or(0.0));
    let (unit, unit_name) = voice::unit_of(high);
    let plot = Plot {
        area: rows.plot,
        x: Scale::of_times(0.0, 0.0).widened(high / unit * 1.04),
        y: Scale::Linear { low: 0.0, high: 1.0 },
    };
    plot.draw_x_axis(&mut scene, &format!("time since the loss, {unit_name}"));
    let ink = scene.palette.text;
    rows.draw(&mut scene, |_| ink);
    draw_promise(&mut scene, &plot, &recovery.rto, unit);
    for (i, bar) in bars.iter().enumerate() {
        draw_bar(&mut scene, &plot, &rows, i, bar, unit);
    }
    scene
}

/// A row: a step, or the whole.
struct Bar {
    name: String,
    begins: f64,
    p50: f64,
    p95: f64,
    assumed: bool,
    whole: bool,
}

impl Bar {
    fn of(it: &StepResult) -> Bar {
        Bar {
            name: font::printable(&it.step),
            begins: it.begins_s,
            p50: it.p50_s,
            p95: it.p95_s,
            assumed: it.assumed,
            whole: false,
        }
    }
}

/// The steps that take time, and the RTO itself.
fn bars(it: &RecoveryResult, most: usize) -> Vec<Bar> {
    let finite = |step: &&StepResult| {
        [step.begins_s, step.p50_s, step.p95_s]
            .iter()
            .all(|s| s.is_finite())
    };
    let steps = it.rto_parts.iter().filter(finite).filter(|step| step.p95_s > 0.0);
    let mut bars: Vec<Bar> = steps.take(most.saturating_sub(1).max(1)).map(Bar::of).collect();
    let rto = &it.rto;
    if rto.p95_s.value > 0.0 && rto.p95_s.value.is_finite() && rto.p50_s.value.is_finite() {
        bars.push(Bar {
            name: "RTO".into(),
            begins: 0.0,
            p50: rto.p50_s.value,
            p95: rto.p95_s.value,
            assumed: false,
            whole: true,
        });
    }
    bars
}

fn say_it(report: &Report, names: &Names, told: Option<(&SetResult, &RecoveryResult)>) -> Words {
    let mut notes = vec![
        "bar: from where a step begins on average to its median; whisker: to its 95th percentile".to_owned(),
        "pale: assumed".into(),
    ];
    notes.push("steps run side by side where nothing orders them, so they do not add up".into());
    notes.extend(names.note());
    Words {
        title: told.map_or_else(|| "There is no recovery to draw".into(), |it| finding(names, it)),
        subtitle: words::subtitle(report, report.sets.len()),
        notes,
    }
}

fn finding(names: &Names, (set, it): (&SetResult, &RecoveryResult)) -> String {
    let [half, most] =
        [&it.rto.p50_s, &it.rto.p95_s].map(|figure| voice::time(figure).replace(' ', "\u{a0}"));
    // Every recovery waits for its detection; what decides is among the steps that follow.
    let later = it.rto_parts.iter().filter(|step| step.begins_s > 0.0);
    let decisive = later
        .max_by(|a, b| a.decisive.total_cmp(&b.decisive))
        .filter(|step| step.decisive > 0.0);
    let waits = decisive.map_or_else(String::new, |step| {
        format!(
            ", and {} of recoveries wait for {} in the end",
            super::words::share_of(step.decisive),
            font::printable(&step.step)
        )
    });
    format!(
        "With {}, half of the users are back within {half} and 95 of 100 within {most}{waits}",
        names.brief(set)
    )
}

fn columns(bars: &[Bar]) -> Vec<Column> {
    let column = |head: &str, pick: fn(&Bar) -> f64| Column {
        head: head.into(),
        cells: bars.iter().map(|bar| voice::seconds(pick(bar))).collect(),
    };
    vec![
        column("begins", |bar| bar.begins),
        column("p50", |bar| bar.p50),
        column("p95", |bar| bar.p95),
    ]
}

fn colour(scene: &Scene, bar: &Bar) -> Colour {
    let full = scene.palette.lines[usize::from(bar.whole)];
    if bar.assumed {
        full.mix(scene.palette.ground, 0.45)
    } else {
        full
    }
}

fn draw_bar(scene: &mut Scene, plot: &Plot, rows: &Rows, i: usize, bar: &Bar, unit: f64) {
    let y = rows.middle(i);
    let height = (rows.bar() * 3.0).max(8.0);
    let x = |seconds: f64| plot.x(seconds / unit);
    let fill = colour(scene, bar);
    let rect = Rect {
        x: x(bar.begins),
        y: y - height / 2.0,
        width: (x(bar.begins + bar.p50) - x(bar.begins)).max(1.0),
        height,
    };
    scene.rect(rect, fill);
    let ink = scene.palette.text;
    let end = x(bar.begins + bar.p95);
    scene.line(vec![(rect.right(), y), (end, y)], 1.6, ink);
    scene.line(vec![(end, y - height * 0.35), (end, y + height * 0.35)], 1.6, ink);
}

/// The promise as a line through all rows, its words in the row of heads where they have room.
fn draw_promise(scene: &mut Scene, plot: &Plot, rto: &DurationResult, unit: f64) {
    let Some(limit) = rto.target_s.filter(|limit| limit / unit <= plot.x.high()) else {
        return;
    };
    let x = plot.x(limit / unit);
    let muted = scene.palette.muted;
    scene.dashed(
        vec![(x, plot.area.y), (x, plot.area.bottom())],
        1.2,
        muted,
        &[4.0, 4.0],
    );
    let words = format!("promised {}", voice::seconds(limit));
    let words = label::cut(&words, (x - plot.area.x - 6.0).max(0.0), size::NOTE);
    if font::width(&words, size::NOTE) > 30.0 {
        let at = (x - 4.0, plot.area.y - 6.0);
        scene.text(Text::new(words, at, size::NOTE, muted).anchor(super::scene::Anchor::End));
    }
}
