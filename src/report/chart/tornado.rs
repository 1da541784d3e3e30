//! Which inputs move the answer: a bar an input, from what its low end makes of it to what its high end does.

use super::axis::{Plot, Scale};
use super::font;
use super::frame::{blank, frame};
use super::rows::{self, Column, Rows};
use super::scene::{Rect, Scene};
use super::words::{self, Names, Words, plain};
use crate::report::model::{Report, Sensitivity};
use crate::report::voice::recovery as voice;

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let all = finite(report);
    let drawn = &all[..all.len().min(rows::room(scene.height - 150.0))];
    let words = say_it(report, &names, &all, drawn.len());
    let Some(first) = drawn.first() else {
        return blank(
            scene,
            words,
            "the report does not say what moves its answer: that takes two sets",
        );
    };
    let area = frame(&mut scene, &words);
    let labels: Vec<String> = drawn.iter().map(|it| font::printable(&it.input)).collect();
    let rows = Rows::new(&area, &labels, columns(drawn));
    let (low, high) = range(drawn);
    let plot = Plot {
        area: rows.plot,
        x: Scale::around(low, high),
        y: Scale::Linear { low: 0.0, high: 1.0 },
    };
    let name = match first.measure.as_str() {
        "score" => "score, 0 to 1",
        "availability" => "availability, a share",
        other => other,
    };
    plot.draw_x_axis(&mut scene, &font::printable(name));
    let ink = scene.palette.text;
    rows.draw(&mut scene, |_| ink);
    for (i, it) in drawn.iter().enumerate() {
        draw_bar(&mut scene, &plot, &rows, i, it);
    }
    let x = plot.x(first.base);
    scene.line(vec![(x, plot.area.y - 4.0), (x, plot.area.bottom())], 1.4, ink);
    scene
}

/// Those of the strongest input's measure, the widest swing first.
fn finite(report: &Report) -> Vec<&Sensitivity> {
    let all: Vec<&Sensitivity> = report
        .recovery
        .iter()
        .flat_map(|it| &it.sensitivity)
        .filter(|it| {
            [it.base, it.low.1, it.high.1]
                .iter()
                .all(|value| value.is_finite())
        })
        .collect();
    let measure = all.first().map(|it| it.measure.clone());
    let mut same: Vec<&Sensitivity> = all
        .into_iter()
        .filter(|it| Some(&it.measure) == measure.as_ref())
        .collect();
    same.sort_by(|a, b| voice::swing(b).total_cmp(&voice::swing(a)));
    same
}

fn range(all: &[&Sensitivity]) -> (f64, f64) {
    let values = || all.iter().flat_map(|it| [it.base, it.low.1, it.high.1]);
    (
        values().fold(f64::INFINITY, f64::min),
        values().fold(f64::NEG_INFINITY, f64::max),
    )
}

fn columns(all: &[&Sensitivity]) -> Vec<Column> {
    let column = |head: &str, cell: &dyn Fn(&Sensitivity) -> String| Column {
        head: head.into(),
        cells: all.iter().map(|it| font::printable(&cell(it))).collect(),
    };
    let end =
        |it: &Sensitivity, end: &(String, f64)| format!("{} → {}", end.0, voice::moved_measure(it, end.1));
    let flips = |it: &Sensitivity| {
        it.flips_at
            .map_or_else(|| "never".into(), |at| format!("× {}", plain(at)))
    };
    vec![
        column("low end", &|it| end(it, &it.low)),
        column("high end", &|it| end(it, &it.high)),
        column("another wins", &flips),
    ]
}

fn draw_bar(scene: &mut Scene, plot: &Plot, rows: &Rows, i: usize, it: &Sensitivity) {
    let y = rows.middle(i);
    let height = (rows.bar() * 3.0).max(8.0);
    let base = plot.x(it.base);
    // The high end is drawn thinner, so that both show where they lie on one side.
    for (value, line, part) in [(it.low.1, 0, 1.0), (it.high.1, 1, 0.55)] {
        let end = plot.x(value);
        let rect = Rect {
            x: base.min(end),
            y: y - height * part / 2.0,
            width: (end - base).abs(),
            height: height * part,
        };
        let colour = scene.palette.lines[line];
        if rect.width > 0.0 {
            scene.rect(rect, colour);
        }
    }
}

fn say_it(report: &Report, names: &Names, all: &[&Sensitivity], drawn: usize) -> Words {
    let mut subtitle = words::subtitle(report, report.sets.len());
    if drawn < all.len() {
        subtitle.insert(0, format!("{drawn} of {} inputs drawn", all.len()));
    }
    let mut notes = vec![
        "thick blue: at the low end of the input; thin orange: at its high end; line: as things stand"
            .to_owned(),
        "another wins: the factor on the input at which another set comes first".into(),
    ];
    notes.extend(names.note());
    Words {
        title: finding(names, all),
        subtitle,
        notes,
    }
}

fn finding(names: &Names, all: &[&Sensitivity]) -> String {
    let Some(first) = all.first() else {
        return "There is no input to vary".into();
    };
    let ends = [first.low.1, first.high.1];
    let [low, high] =
        [ends[0].min(ends[1]), ends[0].max(ends[1])].map(|end| voice::moved_measure(first, end));
    let nearest = all
        .iter()
        .filter_map(|it| Some((it, it.flips_at?)))
        .min_by(|a, b| a.1.ln().abs().total_cmp(&b.1.ln().abs()));
    let flips = match nearest {
        Some((it, at)) => {
            let winner = it
                .flips_to
                .as_deref()
                .map_or("another set".into(), |name| names.text(name));
            let winner = super::label::cut(&winner, 30.0, 1.0);
            format!(
                "; {winner} wins once {} is {} times its value",
                font::printable(&it.input),
                plain(at)
            )
        }
        None => "; no other set wins anywhere in these ranges".into(),
    };
    let input = font::printable(&first.input);
    format!(
        "The {} moves most with {input}: {low} to {high}{flips}",
        font::printable(&first.measure)
    )
}
