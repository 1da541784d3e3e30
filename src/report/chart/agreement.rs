//! Predictions against measurements: every pair a mark on logarithmic axes, with the line on which both agree.
//!
//! The chart knows no network: it is handed names and times.

use super::axis::{Plot, Scale, X_AXIS_HEIGHT, Y_NAME_HEIGHT, tick_breadth};
use super::font;
use super::frame::{blank, frame};
use super::label;
use super::marker::{self, Look, MOST_LINES, look};
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::Words;

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreement {
    /// The finding, with its certainty.
    pub title: String,
    /// What it rests on.
    pub subtitle: Vec<String>,
    /// What should be known of it.
    pub notes: Vec<String>,
    /// Pairs in groups that are told apart by colour and shape, the most important first.
    pub groups: Vec<AgreementGroup>,
}

/// Pairs of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgreementGroup {
    /// A country, a technology.
    pub name: String,
    /// Its pairs.
    pub pairs: Vec<AgreementPair>,
}

/// One pair.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgreementPair {
    /// Measured median, ms, above 0.
    pub measured_ms: f64,
    /// Predicted median, ms, above 0.
    pub predicted_ms: f64,
    /// Predicted 90 % interval, ms.
    pub low_ms: f64,
    /// Its upper end, ms.
    pub high_ms: f64,
    /// A name to write beside the mark: that of a pair that stands out.
    pub name: Option<String>,
}

/// Lines beside the diagonal: a quarter more and a quarter less.
const BESIDE: [(f64, &str); 2] = [(1.25, "+25 %"), (0.75, "−25 %")];
/// Names that are written beside marks.
const MOST_NAMES: usize = 5;

pub(super) fn compose(agreement: &Agreement, mut scene: Scene) -> Scene {
    let words = Words {
        title: agreement.title.clone(),
        subtitle: agreement.subtitle.clone(),
        notes: agreement.notes.clone(),
    };
    let groups = at_most(&agreement.groups, MOST_LINES);
    let pairs = || groups.iter().flat_map(|group| &group.pairs);
    if pairs().next().is_none() {
        return blank(scene, words, "there is no measurement to draw");
    }
    let area = frame(&mut scene, &words);
    let entries: Vec<(String, Look)> = groups
        .iter()
        .enumerate()
        .map(|(i, group)| {
            let name = format!("{} ({})", group.name, group.pairs.len());
            let name = label::cut(&font::printable(&name), area.width * 0.25, size::LABEL);
            (name, look(&scene.palette, i))
        })
        .collect();
    let breadth = label::widest(entries.iter().map(|(name, _)| name), size::LABEL);
    let plot = lay_out(&area, breadth + KEY_ROOM, &range(pairs()));
    draw_ground(&mut scene, &plot);
    for (group, (_, look)) in groups.iter().zip(&entries) {
        draw_intervals(&mut scene, &plot, group, *look);
    }
    for (group, (_, look)) in groups.iter().zip(&entries) {
        for pair in &group.pairs {
            marker::draw(&mut scene, look.mark, point(&plot, pair), look.colour);
        }
    }
    draw_names(&mut scene, &plot, pairs());
    draw_key(&mut scene, &plot, &entries);
    scene
}

/// Room beside the names of a key: air, the mark, air.
const KEY_ROOM: f64 = 52.0;
/// From one line of the key to the next.
const KEY_LEADING: f64 = 1.6 * size::LABEL;

/// Marks and names right of the plot; nothing is joined, so there are no lines.
fn draw_key(scene: &mut Scene, plot: &Plot, entries: &[(String, Look)]) {
    let (x, ink) = (plot.area.right() + 30.0, scene.palette.text);
    for (i, (name, look)) in entries.iter().enumerate() {
        let y = plot.area.y + 8.0 + i as f64 * KEY_LEADING;
        marker::draw(scene, look.mark, (x, y), look.colour);
        scene.text(Text::new(
            name,
            (x + 14.0, y + 0.36 * size::LABEL),
            size::LABEL,
            ink,
        ));
    }
}

/// The groups, the last of which holds all beyond `most`.
fn at_most(groups: &[AgreementGroup], most: usize) -> Vec<AgreementGroup> {
    if groups.len() <= most {
        return groups.to_vec();
    }
    let mut kept = groups[..most - 1].to_vec();
    let rest = &groups[most - 1..];
    kept.push(AgreementGroup {
        name: format!("{} others", rest.len()),
        pairs: rest.iter().flat_map(|group| group.pairs.clone()).collect(),
    });
    kept
}

/// Least and greatest time of both axes, with air.
fn range<'a>(pairs: impl Iterator<Item = &'a AgreementPair>) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
    for pair in pairs {
        for ms in [pair.measured_ms, pair.predicted_ms] {
            low = low.min(ms);
            high = high.max(ms);
        }
    }
    let air = (high / low).powf(0.05).max(1.25);
    (low / air, high * air)
}

fn lay_out(area: &Rect, beside: f64, &(low, high): &(f64, f64)) -> Plot {
    let scale = Scale::Log { low, high };
    let left = tick_breadth(&scale.ticks(6)).max(34.0);
    let inside = area.inset(left, Y_NAME_HEIGHT, beside, X_AXIS_HEIGHT);
    Plot {
        area: inside,
        x: scale,
        y: scale,
    }
}

fn point(plot: &Plot, pair: &AgreementPair) -> (f64, f64) {
    plot.point((pair.measured_ms, pair.predicted_ms))
}

fn draw_ground(scene: &mut Scene, plot: &Plot) {
    let ticks = plot.y.ticks((plot.area.height / 48.0).max(2.0) as usize);
    plot.draw_y_axis(scene, "predicted median, ms (log scale)", &ticks);
    plot.draw_x_axis(scene, "measured median, ms");
    let (low, high) = (plot.x.low(), plot.x.high());
    let (axis, muted) = (scene.palette.axis, scene.palette.muted);
    scene.line(vec![plot.point((low, low)), plot.point((high, high))], 1.6, axis);
    for (factor, name) in BESIDE {
        let ends = if factor > 1.0 {
            [(low, low * factor), (high / factor, high)]
        } else {
            [(low / factor, low), (high, high * factor)]
        };
        let path = ends.map(|end| plot.point(end)).to_vec();
        // The names stand where the lines leave the plot, on the side away from the diagonal.
        let text = if factor > 1.0 {
            let (x, y) = path[1];
            Text::new(name, (x - 20.0, y + 1.1 * size::TICK), size::TICK, muted).anchor(Anchor::End)
        } else {
            let (x, y) = path[0];
            Text::new(name, (x + 20.0, y - 0.5 * size::TICK), size::TICK, muted)
        };
        scene.dashed(path, 1.2, axis, &[5.0, 4.0]);
        scene.text(text);
    }
}

fn draw_intervals(scene: &mut Scene, plot: &Plot, group: &AgreementGroup, look: Look) {
    let faint = look.colour.mix(scene.palette.ground, 0.7);
    let held = |ms: f64| plot.y(ms.clamp(plot.y.low(), plot.y.high()));
    for pair in &group.pairs {
        let x = plot.x(pair.measured_ms);
        scene.line(vec![(x, held(pair.low_ms)), (x, held(pair.high_ms))], 1.4, faint);
    }
}

/// Names of pairs that stand out, each where no other name and no mark is in its way; a name without such a place is
/// left out.
fn draw_names<'a>(scene: &mut Scene, plot: &Plot, pairs: impl Iterator<Item = &'a AgreementPair>) {
    let pairs: Vec<&AgreementPair> = pairs.collect();
    let mut taken: Vec<Rect> = pairs.iter().map(|pair| around(point(plot, pair), ROOM)).collect();
    let ink = scene.palette.text;
    let mut named: Vec<(&AgreementPair, &String)> = pairs
        .iter()
        .filter_map(|pair| Some((*pair, pair.name.as_ref()?)))
        .collect();
    // The farthest off first: they are what is looked for, and places run out.
    let off = |pair: &AgreementPair| (pair.predicted_ms / pair.measured_ms).ln().abs();
    named.sort_by(|(a, _), (b, _)| off(b).total_cmp(&off(a)));
    for (pair, name) in named.into_iter().take(MOST_NAMES) {
        let name = label::cut(name, plot.area.width * 0.45, size::TICK);
        let breadth = font::width(&name, size::TICK);
        let (x, y) = point(plot, pair);
        let place = PLACES.iter().find_map(|&(side, up)| {
            let left = if side > 0.0 { x + 9.0 } else { x - 9.0 - breadth };
            let rect = Rect {
                x: left,
                y: y + up * 15.0 - 0.7 * size::TICK,
                width: breadth,
                height: 1.1 * size::TICK,
            };
            let inside = rect.x >= plot.area.x
                && rect.right() <= plot.area.right()
                && rect.y >= plot.area.y
                && rect.bottom() <= plot.area.bottom();
            (inside && !taken.iter().any(|other| overlap(&rect, other))).then_some(rect)
        });
        if let Some(rect) = place {
            let at = (rect.x, rect.y + 0.85 * size::TICK);
            let ground = scene.palette.ground;
            scene.rect(rect, ground);
            scene.text(Text::new(&name, at, size::TICK, ink));
            taken.push(rect);
        }
    }
}

/// Places of a name beside its mark, the best first: right or left, and lines up or down.
const PLACES: [(f64, f64); 8] = [
    (1.0, 0.3),
    (-1.0, 0.3),
    (1.0, -0.8),
    (-1.0, -0.8),
    (1.0, 1.3),
    (-1.0, 1.3),
    (1.0, -1.8),
    (-1.0, -1.8),
];

/// Half of the side that a mark takes.
const ROOM: f64 = 5.0;

fn around((x, y): (f64, f64), room: f64) -> Rect {
    Rect {
        x: x - room,
        y: y - room,
        width: 2.0 * room,
        height: 2.0 * room,
    }
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

#[cfg(test)]
mod tests {
    use super::super::scene::Shape;
    use super::super::theme::Theme;
    use super::*;

    fn pair(measured_ms: f64, predicted_ms: f64) -> AgreementPair {
        AgreementPair {
            measured_ms,
            predicted_ms,
            low_ms: predicted_ms * 0.8,
            high_ms: predicted_ms * 1.3,
            name: None,
        }
    }

    fn drawn(groups: Vec<AgreementGroup>) -> Scene {
        font::register().unwrap();
        let agreement = Agreement {
            title: "Predictions are 4 % too short in the median".into(),
            groups,
            ..Agreement::default()
        };
        compose(&agreement, Scene::new(1080, 640, Theme::Light))
    }

    fn texts(scene: &Scene) -> Vec<&str> {
        let words = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some(text.words.as_str()),
            _ => None,
        });
        words.collect()
    }

    #[test]
    fn both_axes_have_the_same_scale() {
        font::register().unwrap();
        let pairs = [pair(10.0, 12.0), pair(300.0, 250.0)];
        let (low, high) = range(pairs.iter());
        let plot = lay_out(
            &Rect {
                x: 0.0,
                y: 0.0,
                width: 800.0,
                height: 500.0,
            },
            100.0,
            &(low, high),
        );
        assert_eq!(plot.x, plot.y);
        assert!((plot.x.at(10.0) - plot.y.at(10.0)).abs() < 1e-12);
    }

    #[test]
    fn groups_beyond_the_colours_are_put_together() {
        let groups = (0..12).map(|i| AgreementGroup {
            name: format!("C{i}"),
            pairs: vec![pair(20.0 + f64::from(i), 30.0)],
        });
        let scene = drawn(groups.collect());
        let words = texts(&scene);
        assert!(
            words.contains(&"C6 (1)") && words.contains(&"5 others (5)"),
            "{words:?}"
        );
        assert!(words.contains(&"+25 %") && words.contains(&"−25 %"));
    }

    #[test]
    fn what_stands_out_is_named_where_there_is_room() {
        let mut far = pair(20.0, 90.0);
        far.name = Some("lagos-ng → eu-west-1".into());
        let group = AgreementGroup {
            name: "NG".into(),
            pairs: vec![pair(100.0, 110.0), far],
        };
        assert!(texts(&drawn(vec![group])).contains(&"lagos-ng → eu-west-1"));
        assert!(texts(&drawn(Vec::new())).contains(&"there is no measurement to draw"));
    }
}
