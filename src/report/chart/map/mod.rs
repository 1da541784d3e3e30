//! Maps: users where they are, the regions that serve them, and how far the nearest region is from any place on land.

mod bands;

mod draw;

mod window;

use super::frame::{blank, frame};
use super::key;
use super::label;
use super::scene::{Rect, Scene, Text};
use super::theme::size;
use super::words::{self, Names, Words, share_of};
use crate::report::model::{Atlas, LossResult, Report, SetResult, UsersResult};
use bands::{Field, LIMITS_MS};
use draw::{MOST_DOTS, Map};

/// The best set on a map.
pub(super) fn compose(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let told = Told::of(report);
    let map = told.as_ref().map(|told| told.before(&names));
    let title = told.as_ref().zip(map.as_ref()).map_or_else(
        || "There is no map to draw".into(),
        |(told, map)| finding(&names.brief(told.set), map),
    );
    let words = say_it(report, &names, map.as_ref(), title);
    let Some(map) = map else {
        return blank(scene, words, NOTHING);
    };
    let area = frame(&mut scene, &words);
    let area = draw_key(&mut scene, &area, &map);
    map.draw(&mut scene, &area);
    scene
}

/// The best set before and after the loss that makes it slowest.
pub(super) fn compose_after(report: &Report, mut scene: Scene) -> Scene {
    let names = Names::of(report);
    let told = Told::of(report);
    let worst = told.as_ref().and_then(|told| Some((told, told.worst_loss()?)));
    let Some((told, loss)) = worst else {
        let words = say_it(report, &names, None, "There is no loss to draw on a map".into());
        return blank(scene, words, NO_LOSS);
    };
    let lost = label::cut(&names.text(&loss.name), 34.0, 1.0);
    let (before, after) = (told.before(&names), told.after(&names, loss));
    let title = change(&lost, &before, &after);
    let words = say_it(report, &names, Some(&before), title);
    let area = frame(&mut scene, &words);
    let area = draw_key(&mut scene, &area, &before);
    let halves = in_two(&area);
    let heads = ["before".to_owned(), format!("after losing {lost}")];
    for ((map, head), half) in [before, after].iter().zip(heads).zip(halves) {
        let head = label::cut(&head, half.width, size::LABEL);
        let at = (half.x, half.y + size::LABEL);
        let ink = scene.palette.text;
        scene.text(Text::new(head, at, size::LABEL, ink));
        map.draw(&mut scene, &half.inset(0.0, size::LABEL * 1.6, 0.0, 0.0));
    }
    scene
}

const NOTHING: &str =
    "the report has no places of users and regions: a run with this version writes them into its report";
const NO_LOSS: &str = "the report has no loss of the best set with the users that it moves";

/// Two maps beside each other or one above the other, whichever leaves more room; a map is about twice as wide as high.
fn in_two(area: &Rect) -> [Rect; 2] {
    const GAP: f64 = 18.0;
    let beside = ((area.width - GAP) / 2.0).min(area.height * 2.2);
    let above = area.width.min((area.height - GAP) / 2.0 * 2.2);
    if beside >= above {
        let width = (area.width - GAP) / 2.0;
        [
            area.inset(0.0, 0.0, width + GAP, 0.0),
            area.inset(width + GAP, 0.0, 0.0, 0.0),
        ]
    } else {
        let height = (area.height - GAP) / 2.0;
        [
            area.inset(0.0, 0.0, 0.0, height + GAP),
            area.inset(0.0, height + GAP, 0.0, 0.0),
        ]
    }
}

/// What a map is drawn from: the best set that has figures of users.
struct Told<'a> {
    atlas: &'a Atlas,
    set: &'a SetResult,
    users: &'a UsersResult,
}

impl<'a> Told<'a> {
    fn of(report: &'a Report) -> Option<Self> {
        let atlas = report.atlas.as_ref()?;
        let set = &report.sets[words::best(report)?];
        let users = set.users.as_ref()?;
        (!atlas.users.is_empty()).then_some(Told { atlas, set, users })
    }

    fn before(&self, names: &Names) -> Map<'a> {
        self.map(
            names,
            &self.set.regions,
            self.users.region.clone(),
            self.users.p95_ms.clone(),
        )
    }

    fn after(&self, names: &Names, loss: &LossResult) -> Map<'a> {
        let (mut region, mut p95) = (self.users.region.clone(), self.users.p95_ms.clone());
        if let Some(moved) = &loss.users {
            for (i, &user) in moved.user.iter().enumerate() {
                if user < region.len() && user < p95.len() {
                    region[user] = moved.region.get(i).copied().flatten();
                    p95[user] = moved.p95_ms.get(i).copied().flatten();
                }
            }
        }
        self.map(names, &loss.survivors, region, p95)
    }

    fn map(
        &self,
        names: &Names,
        regions: &[String],
        served_by: Vec<Option<usize>>,
        p95_ms: Vec<Option<f64>>,
    ) -> Map<'a> {
        let open: Vec<usize> = (0..self.atlas.regions.len())
            .filter(|&at| regions.contains(&self.atlas.regions[at].id))
            .collect();
        let reach = self.atlas.reach.as_ref();
        Map {
            atlas: self.atlas,
            field: reach.and_then(|reach| Field::of(reach, |region| open.contains(&region))),
            labels: open
                .iter()
                .map(|&at| names.region(&self.atlas.regions[at].id))
                .collect(),
            open,
            served_by,
            p95_ms,
        }
    }

    /// The loss after which the 95th percentile is highest, of those that leave somebody served.
    fn worst_loss(&self) -> Option<&'a LossResult> {
        let losses = self.set.recovery.as_ref()?.losses.iter();
        let known = losses.filter(|loss| loss.users.is_some()).filter_map(|loss| {
            let p95 = loss.latency.as_ref()?.p95_ms.value;
            p95.is_finite().then_some((p95, loss))
        });
        // The first of equally slow ones.
        let slowest = known.reduce(|slowest, next| if next.0 > slowest.0 { next } else { slowest });
        slowest.map(|(_, loss)| loss)
    }
}

/// `75 % of users are within 100 ms of eu-west-1, last mile aside`: at the least time for which it is more than half of them.
fn finding(name: &str, map: &Map) -> String {
    match most_within(map) {
        Some((limit, share)) => format!(
            "{} of users are within {limit}\u{a0}ms of {name}, last mile aside",
            share_of(share)
        ),
        None => format!("{name} and its users"),
    }
}

fn most_within(map: &Map) -> Option<(f64, f64)> {
    let shares: Option<Vec<f64>> = LIMITS_MS.iter().map(|&limit| map.share_within(limit)).collect();
    let shares = shares?;
    let at = shares
        .iter()
        .position(|&share| share > 0.5)
        .unwrap_or(shares.len() - 1);
    Some((LIMITS_MS[at], shares[at]))
}

fn change(lost: &str, before: &Map, after: &Map) -> String {
    let moved = before.served_by.iter().zip(&after.served_by).map(|(a, b)| a != b);
    let moved: f64 = before
        .atlas
        .users
        .iter()
        .zip(moved)
        .filter(|(_, moved)| *moved)
        .map(|(user, _)| user.share)
        .sum();
    let within =
        most_within(before).and_then(|(limit, share)| Some((limit, share, after.share_within(limit)?)));
    match within {
        Some((limit, share, then)) => format!(
            "Losing {lost} moves {} of users; {} are within {limit}\u{a0}ms then, last mile aside, before {}",
            share_of(moved),
            share_of(then),
            share_of(share)
        ),
        None => format!("Losing {lost} moves {} of users", share_of(moved)),
    }
}

fn say_it(report: &Report, names: &Names, map: Option<&Map>, title: String) -> Words {
    let mut notes = Vec::new();
    if let Some(map) = map {
        if map.field.is_some() {
            notes.push(
                "bands: median round trip of the path to the nearest of the regions, estimated, without anybody's \
                 access network"
                    .to_owned(),
            );
        } else {
            notes
                .push("no bands: no user's path is estimated, or the report is of an earlier version".into());
        }
        let users = map.atlas.users.len();
        notes.push(if users > MOST_DOTS {
            format!(
                "dots: the {MOST_DOTS} largest of {} with {} of all users, area by their number",
                words::count(users, "user group"),
                share_of(map.share_drawn())
            )
        } else {
            "dots: user groups, area by their number".into()
        });
        if map.has_lines() {
            notes.push("lines: who serves whom".into());
        }
    }
    notes.extend(names.note());
    Words {
        title,
        subtitle: words::subtitle(report, report.sets.len()),
        notes,
    }
}

/// The colours of bands and dots, as far as they occur; the room that is left.
fn draw_key(scene: &mut Scene, area: &Rect, map: &Map) -> Rect {
    let palette = scene.palette.clone();
    let mut left = *area;
    if map.field.is_some() {
        let bands = (0..=LIMITS_MS.len()).map(|band| {
            let what = if band == 0 { "path " } else { "" };
            (
                format!("{what}{}", bands::name(band)),
                bands::colour(&palette, band),
            )
        });
        left = key::draw_swatches(scene, &left, bands, 0.9);
    }
    let dots = (0..=draw::DOT_LIMITS_MS.len()).map(|class| {
        let what = if class == 0 { "p95 of users " } else { "" };
        (
            format!("{what}{}", draw::dot_name(class)),
            draw::dot_colour(&palette, class),
        )
    });
    key::draw_swatches(scene, &left, dots, 0.9).inset(0.0, 2.0, 0.0, 0.0)
}
