//! The 95th percentile before and after each loss of the best set: a ring, a line, a disc.

use super::axis::{Plot, Scale};
use super::font;
use super::frame::{blank, frame};
use super::marker::{self, Mark};
use super::rows::{self, Column, Rows, error_bars};
use super::scene::Scene;
use super::words::{self, Names, Words, decimals, half, number};
use crate::report::model::{Figure, LossResult, Report, SetResult};
use crate::report::voice::recovery::concerns;

pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let told = words::recovered(report);
    let losses = told.map_or_else(Vec::new, |(_, it)| sorted(&it.losses));
    let drawn = &losses[..losses.len().min(rows::room(scene.height - 150.0))];
    let words = say_it(report, &names, &losses, drawn.len());
    let Some((set, _)) = told.filter(|_| !drawn.is_empty()) else {
        return blank(scene, words, "the report has no losses to draw");
    };
    let before = set.latency.p95_ms;
    let area = frame(&mut scene, &words);
    let labels: Vec<String> = drawn.iter().map(|loss| names.text(&loss.name)).collect();
    let rows = Rows::new(&area, &labels, columns(drawn));
    let reach = drawn
        .iter()
        .filter_map(|loss| p95(loss))
        .map(|it| it.sampling.high.max(it.value));
    let high = reach.fold(before.value, f64::max);
    let plot = Plot {
        area: rows.plot,
        x: Scale::of_times(0.0, 0.0).widened(high * 1.04),
        y: Scale::Linear { low: 0.0, high: 1.0 },
    };
    plot.draw_x_axis(&mut scene, "95th percentile of request latency, ms");
    let (ink, muted) = (scene.palette.text, scene.palette.muted);
    rows.draw(&mut scene, |i| if p95(drawn[i]).is_some() { ink } else { muted });
    for (i, loss) in drawn.iter().enumerate() {
        draw_loss(&mut scene, &plot, &rows, i, loss, &before);
    }
    scene
}

fn p95(loss: &LossResult) -> Option<&Figure> {
    let figure = &loss.latency.as_ref()?.p95_ms;
    figure.value.is_finite().then_some(figure)
}

/// Those that leave nobody first, then the slowest.
fn sorted(losses: &[LossResult]) -> Vec<&LossResult> {
    let mut all: Vec<&LossResult> = losses.iter().collect();
    let key = |loss: &LossResult| p95(loss).map_or(f64::INFINITY, |it| it.value);
    all.sort_by(|a, b| key(b).total_cmp(&key(a)));
    all
}

fn columns(losses: &[&LossResult]) -> Vec<Column> {
    let text = |figure: &Figure, sign: bool| {
        let error = half(&figure.sampling);
        let digits = decimals(figure.value, error);
        let plus = if sign && figure.value > 0.0 { "+" } else { "" };
        format!(
            "{plus}{} ± {}",
            number(figure.value, digits),
            number(error, digits)
        )
    };
    let after = |loss: &LossResult| p95(loss).map_or_else(|| "nobody served".into(), |it| text(it, false));
    let change = |loss: &LossResult| {
        let it = loss.latency.as_ref().map(|it| &it.p95_change_ms.figure);
        it.map_or_else(String::new, |it| text(it, true))
    };
    let column = |head: &str, cell: &dyn Fn(&LossResult) -> String| Column {
        head: head.into(),
        cells: losses.iter().map(|loss| cell(loss)).collect(),
    };
    vec![column("after, ms", &after), column("change, ms", &change)]
}

fn draw_loss(scene: &mut Scene, plot: &Plot, rows: &Rows, i: usize, loss: &LossResult, before: &Figure) {
    let y = rows.middle(i);
    let from = plot.x(before.value);
    let quiet = scene.palette.muted;
    let Some(after) = p95(loss) else {
        marker::draw_bare(scene, Mark::Ring, (from, y), quiet);
        return;
    };
    let to = plot.x(after.value);
    let colour = scene.palette.lines[usize::from(after.value > before.value)];
    scene.line(
        vec![(from, y), (to, y)],
        2.6,
        colour.mix(scene.palette.ground, 0.35),
    );
    let clamp = |ms: f64| plot.x(ms.clamp(plot.x.low(), plot.x.high()));
    let sampling = (clamp(after.sampling.low), clamp(after.sampling.high));
    error_bars(scene, y, sampling, None, rows.bar() + 2.0, colour);
    marker::draw(scene, Mark::Ring, (from, y), quiet);
    let mark = if after.value > before.value {
        Mark::Diamond
    } else {
        Mark::Disc
    };
    marker::draw_bare(scene, mark, (to, y), colour);
}

fn say_it(report: &Report, names: &Names, losses: &[&LossResult], drawn: usize) -> Words {
    let mut subtitle = words::subtitle(report, report.sets.len());
    if drawn < losses.len() {
        subtitle.insert(0, format!("{drawn} of {} losses drawn, the worst", losses.len()));
    }
    let mut notes = vec![
        "ring: before; diamond: slower after the loss, disc: not slower".to_owned(),
        "bars: 95 % sampling error".into(),
    ];
    notes.extend(names.note());
    Words {
        title: words::recovered(report).map_or_else(
            || "There is no loss to draw".into(),
            |(set, _)| finding(names, set, losses),
        ),
        subtitle,
        notes,
    }
}

fn finding(names: &Names, set: &SetResult, losses: &[&LossResult]) -> String {
    let name = names.brief(set);
    let nobody = losses.iter().filter(|loss| loss.latency.is_none()).count();
    let mut of_the_set = losses.iter().filter(|loss| concerns(loss));
    let worst = of_the_set.find_map(|loss| Some((loss, p95(loss)?)));
    let Some((loss, after)) = worst else {
        return match nobody {
            0 if losses.is_empty() => format!("No loss of {name} was asked about"),
            0 => format!("No loss that was asked about concerns {name}"),
            _ => format!("No loss of {name} leaves anybody to serve"),
        };
    };
    let before = &set.latency.p95_ms;
    let value = |it: &Figure| words::with_error(it.value, half(&it.sampling), false);
    let lost = font::printable(&names.text(&loss.name));
    let lost = super::label::cut(&lost, 34.0, 1.0);
    let way = if after.value > before.value {
        format!("raises its p95 most: from {} to {}", value(before), value(after))
    } else {
        format!("leaves its p95 at {}, before {}", value(after), value(before))
    };
    let rest = match nobody {
        0 => String::new(),
        1 => "; 1 loss leaves nobody".into(),
        n => format!("; {n} losses leave nobody"),
    };
    format!("With {name}, losing {lost} {way}{rest}")
}
