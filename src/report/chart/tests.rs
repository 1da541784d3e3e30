//! Looks at composed scenes: nothing sticks out, no texts lie on each other.

use super::scene::{Rect, Shape, Text};
use super::*;
use crate::report::sample::{
    SampleInputs, sample_capacity_edges, sample_capacity_report, sample_design_report, sample_recovery_edges,
    sample_recovery_report, sample_report,
};

fn texts(scene: &Scene) -> Vec<&Text> {
    scene
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Text(text) => Some(text),
            _ => None,
        })
        .collect()
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    // Half a unit of touching is not seen.
    let apart =
        a.right() < b.x + 0.5 || b.right() < a.x + 0.5 || a.bottom() < b.y + 0.5 || b.bottom() < a.y + 0.5;
    !apart
}

fn options(width: u32, height: u32) -> ChartOptions {
    ChartOptions {
        width,
        height,
        ..ChartOptions::default()
    }
}

/// Every chart of reports of several sizes in pictures of several shapes.
fn all_scenes() -> Vec<(String, Scene)> {
    font::register().unwrap();
    let mut scenes = Vec::new();
    for sets in [0, 1, 2, 5, 8, 100] {
        let mut report = sample_report(sets, 12);
        // Half of them without a baseline, ranked by a share.
        if sets % 2 == 0 {
            report.baseline = None;
            report.question.objective = "within:150ms".into();
        }
        if sets == 8 {
            report.sets[1].name = "a-name-without-blanks-".repeat(9);
            report.sets[2].name = "eu-west-1 + ".repeat(12);
            report.question.audience = "everyone who ever wrote to us ".repeat(9);
        }
        for (width, height) in [
            (1080, 640),
            (1600, 500),
            (640, 900),
            (480, 400),
            (400, 300),
            (2400, 1400),
        ] {
            if sets > 0 {
                let name = format!("breakdown of a design of {sets} sets, {width} × {height}");
                let design = sample_design_report(sets, 12);
                let options = options(width, height);
                scenes.push((name, compose(&design, ChartKind::Breakdown, &options)));
            }
            for &kind in ChartKind::all() {
                let name = format!("{} of {sets} sets, {width} × {height}", kind.name());
                scenes.push((name, compose(&report, kind, &options(width, height))));
            }
        }
    }
    scenes.extend(recovery_scenes());
    scenes.extend(capacity_scenes());
    scenes
}

/// The charts of disaster recovery.
const RECOVERY: [ChartKind; 8] = [
    ChartKind::RtoWaterfall,
    ChartKind::Downtime,
    ChartKind::LossMatrix,
    ChartKind::BeforeAfter,
    ChartKind::Tornado,
    ChartKind::Front,
    ChartKind::Map,
    ChartKind::MapAfterLoss,
];

/// The charts of disaster recovery, of usual and of odd reports.
fn recovery_scenes() -> Vec<(String, Scene)> {
    let mut reports = sample_recovery_edges();
    reports.push(("eight sets", sample_recovery_report(8, 12)));
    let mut scenes = Vec::new();
    for (what, report) in &reports {
        for (width, height) in [(1080, 640), (640, 900), (480, 400), (400, 300), (2400, 1400)] {
            for kind in RECOVERY {
                let name = format!("{} of {what}, {width} × {height}", kind.name());
                scenes.push((name, compose(report, kind, &options(width, height))));
            }
        }
    }
    scenes
}

/// The charts of capacity and cost.
const CAPACITY: [ChartKind; 4] = [
    ChartKind::Hours,
    ChartKind::Growth,
    ChartKind::Cost,
    ChartKind::CostFront,
];

/// The charts of capacity and cost, of usual and of odd reports.
fn capacity_scenes() -> Vec<(String, Scene)> {
    let mut reports = sample_capacity_edges();
    reports.push(("three sets", sample_capacity_report(&SampleInputs::default())));
    let mut scenes = Vec::new();
    for (what, report) in &mut reports {
        for (width, height) in [
            (1080, 640),
            (1600, 500),
            (640, 900),
            (480, 400),
            (400, 300),
            (2400, 1400),
        ] {
            for kind in CAPACITY {
                // A share of which more is better, where the picture is wide.
                report.question.objective = if width == 1600 { "within:150ms" } else { "p95" }.into();
                let name = format!("{} of {what}, {width} × {height}", kind.name());
                scenes.push((name, compose(report, kind, &options(width, height))));
            }
        }
    }
    scenes
}

#[test]
fn no_text_leaves_the_picture() {
    for (name, scene) in all_scenes() {
        for text in texts(&scene) {
            let bounds = text.bounds();
            assert!(
                bounds.x >= 0.0
                    && bounds.y >= 0.0
                    && bounds.right() <= scene.width
                    && bounds.bottom() <= scene.height,
                "{name}: `{}` at {bounds:?} leaves {} × {}",
                text.words,
                scene.width,
                scene.height
            );
        }
    }
}

#[test]
fn no_two_texts_overlap() {
    for (name, scene) in all_scenes() {
        let texts = texts(&scene);
        for (i, a) in texts.iter().enumerate() {
            for b in &texts[..i] {
                assert!(
                    !overlap(&a.bounds(), &b.bounds()),
                    "{name}: `{}` and `{}` overlap",
                    a.words,
                    b.words
                );
            }
        }
    }
}

#[test]
fn the_segments_of_a_bar_are_as_long_as_the_class_is_slow() {
    font::register().unwrap();
    let mut report = sample_design_report(1, 12);
    report.baseline = None;
    let scene = compose(&report, ChartKind::Breakdown, &options(1080, 640));
    let classes = &report.sets[0].design.as_ref().unwrap().classes;
    // Squares of the key are as wide as they are high; the bars are not.
    let bars: Vec<Rect> = scene
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Rect { rect, .. } if rect.width != rect.height => Some(*rect),
            _ => None,
        })
        .collect();
    let length = |i: usize| {
        let (from, to) = (7 * i, 7 * (i + 1));
        bars[to - 1].right() - bars[from].x
    };
    assert_eq!(bars.len(), 21, "three classes of seven parts");
    for (i, class) in classes.iter().enumerate() {
        let wanted = class.p95_ms.value / classes[0].p95_ms.value;
        // Each length lacks the seam behind its last segment: 1.5 units of a hundred or more.
        assert!(
            (length(i) / length(0) / wanted - 1.0).abs() < 0.02,
            "{}",
            class.name
        );
    }
}

#[test]
fn the_baseline_is_named_where_rows_only_call_it_so() {
    font::register().unwrap();
    let report = sample_design_report(5, 12);
    let baseline = &report.sets[report.baseline.unwrap()].name;
    let scene = compose(&report, ChartKind::Breakdown, &options(1080, 640));
    let said: Vec<&str> = texts(&scene).iter().map(|text| text.words.as_str()).collect();
    assert!(said.contains(&"checkout · baseline") && said.contains(&"checkout · best"));
    assert!(
        said.iter()
            .any(|words| words.starts_with(&format!("baseline: {baseline}"))),
        "{said:?}"
    );
}

#[test]
fn a_step_of_the_waterfall_begins_where_the_report_says() {
    font::register().unwrap();
    let report = sample_recovery_report(4, 12);
    let scene = compose(&report, ChartKind::RtoWaterfall, &options(1080, 640));
    let bars: Vec<Rect> = scene
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Rect { rect, .. } => Some(*rect),
            _ => None,
        })
        .collect();
    let it = report.sets[0].recovery.as_ref().unwrap();
    let steps: Vec<_> = it.rto_parts.iter().filter(|step| step.p95_s > 0.0).collect();
    assert_eq!(bars.len(), steps.len() + 1, "a bar a step and one for the whole");
    let unit = bars[steps.len()].width / it.rto.p50_s.value;
    for (bar, step) in bars.iter().zip(steps) {
        assert!(
            (bar.x - bars[0].x - unit * step.begins_s).abs() < 1e-6,
            "{}",
            step.step
        );
        assert!((bar.width - unit * step.p50_s).abs() < 1e-6, "{}", step.step);
    }
}

#[test]
fn a_loss_that_leaves_nobody_is_no_time_in_the_matrix() {
    font::register().unwrap();
    let report = sample_recovery_report(4, 12);
    let scene = compose(&report, ChartKind::LossMatrix, &options(1080, 640));
    let none = texts(&scene).iter().filter(|text| text.words == "none").count();
    let columns = report.sets[0].countries.len().min(11) + 1;
    assert_eq!(
        none, columns,
        "one loss of everything, over all users and in each country"
    );
}

/// The rectangles of a scene, in the order they are drawn.
fn rects(scene: &Scene) -> Vec<Rect> {
    let rects = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Rect { rect, .. } => Some(*rect),
        _ => None,
    });
    rects.collect()
}

#[test]
fn bars_of_cost_are_as_long_as_the_bills() {
    font::register().unwrap();
    let report = sample_capacity_report(&SampleInputs::default());
    let scene = compose(&report, ChartKind::Cost, &options(1080, 640));
    // Squares of the key are as wide as they are high; the bars are not.
    let bars: Vec<Rect> = rects(&scene)
        .into_iter()
        .filter(|rect| rect.width != rect.height)
        .collect();
    let mut tops: Vec<f64> = bars.iter().map(|bar| bar.y).collect();
    tops.dedup();
    let length = |top: f64| {
        let row = bars.iter().filter(|bar| bar.y == top);
        row.clone().map(Rect::right).fold(0.0, f64::max) - row.map(|bar| bar.x).fold(f64::INFINITY, f64::min)
    };
    let costs = report
        .sets
        .iter()
        .filter_map(|set| set.capacity.as_ref()?.cost.as_ref());
    let mut costs: Vec<(bool, f64)> = costs.map(|cost| (!cost.complete, cost.total)).collect();
    costs.sort_by(|a, b| a.partial_cmp(b).unwrap());
    assert_eq!(tops.len(), costs.len());
    for (top, (_, total)) in tops.iter().zip(&costs) {
        // Each length lacks the seam behind its last segment: 1.5 units of some hundreds.
        let wanted = total / costs[0].1;
        assert!(
            (length(*top) / length(tops[0]) / wanted - 1.0).abs() < 0.01,
            "{total}"
        );
    }
}

#[test]
fn every_region_and_hour_has_a_cell_and_each_row_one_dot() {
    font::register().unwrap();
    let report = sample_capacity_report(&SampleInputs::default());
    let scene = compose(&report, ChartKind::Hours, &options(1080, 900));
    let hours = &report.sets[0].capacity.as_ref().unwrap().hours;
    let regions: usize = hours.iter().map(|state| state.regions.len()).sum();
    let dots = scene
        .shapes
        .iter()
        .filter(|shape| matches!(shape, Shape::Disc { .. }))
        .count();
    assert_eq!(dots, regions);
    // The scale of colours adds 52 strips 8 units high.
    let cells = rects(&scene).iter().filter(|rect| rect.height != 8.0).count();
    assert_eq!(cells, 24 * regions);
}

#[test]
fn a_bill_that_lacks_prices_is_marked_in_bars_and_front() {
    font::register().unwrap();
    let report = sample_capacity_report(&SampleInputs::default());
    let words = |kind| {
        let scene = compose(&report, kind, &options(1080, 640));
        let said: Vec<String> = texts(&scene).iter().map(|text| text.words.clone()).collect();
        said.join("|")
    };
    let bars = words(ChartKind::Cost);
    assert!(
        bars.contains("|≥ ") && bars.contains("hatched and ≥: at least so much"),
        "{bars}"
    );
    assert!(words(ChartKind::CostFront).contains("arrow: at least so much"));
}

#[test]
fn a_map_shows_each_region_of_the_best_set_by_name_and_says_how_many_users_are_near() {
    font::register().unwrap();
    let report = sample_report(5, 12);
    let scene = compose(&report, ChartKind::Map, &options(1080, 640));
    for region in &report.sets[0].regions {
        let named = texts(&scene).iter().filter(|text| text.words == *region).count();
        assert_eq!(named, 1, "{region}");
    }
    let within = "% of users are within";
    assert!(
        scene.title.contains(within) && scene.title.contains(" ms of "),
        "{}",
        scene.title
    );
    // Two discs a user group: a rim and a fill.
    let discs = scene
        .shapes
        .iter()
        .filter(|shape| matches!(shape, Shape::Disc { .. }))
        .count();
    assert_eq!(discs, 2 * report.atlas.as_ref().unwrap().users.len());
}

#[test]
fn a_map_without_bands_and_a_report_without_places_say_so() {
    font::register().unwrap();
    let mut report = sample_report(5, 12);
    let colours = |report: &Report, kind| {
        let scene = compose(report, kind, &options(1080, 640));
        let areas = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Area { colour, .. } => Some((colour.0, colour.1, colour.2)),
            _ => None,
        });
        areas.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert!(colours(&report, ChartKind::Map) >= 4, "several bands");
    report.atlas.as_mut().unwrap().reach = None;
    assert_eq!(colours(&report, ChartKind::Map), 1, "land in one colour");
    let scene = compose(&report, ChartKind::Map, &options(1080, 640));
    assert!(scene.description.contains("no bands"), "{}", scene.description);
    report.atlas = None;
    for kind in [ChartKind::Map, ChartKind::MapAfterLoss] {
        let scene = compose(&report, kind, &options(1080, 640));
        assert!(
            texts(&scene)
                .iter()
                .any(|text| text.words.starts_with("the report has no "))
        );
    }
}

#[test]
fn a_map_after_a_loss_has_one_region_less_on_its_second_half() {
    font::register().unwrap();
    let report = sample_recovery_report(4, 12);
    let scene = compose(&report, ChartKind::MapAfterLoss, &options(1400, 640));
    assert!(
        scene.title.starts_with("Losing ") && scene.title.contains(" of users"),
        "{}",
        scene.title
    );
    let set = &report.sets[0];
    let losses = &set.recovery.as_ref().unwrap().losses;
    let told = losses.iter().filter(|loss| loss.users.is_some());
    let slowest = told
        .filter_map(|loss| Some((loss.latency.as_ref()?.p95_ms.value, loss)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap()
        .1;
    for region in &set.regions {
        let named = texts(&scene).iter().filter(|text| text.words == *region).count();
        let expected = 1 + usize::from(slowest.survivors.contains(region));
        assert_eq!(named, expected, "{region}");
    }
}

#[test]
fn the_front_goes_from_the_fastest_set_whatever_stands_first() {
    font::register().unwrap();
    let mut report = sample_recovery_report(8, 12);
    let title = compose(&report, ChartKind::Front, &options(1080, 640)).title;
    let mut front = report.recovery.as_ref().unwrap().front.clone();
    assert!(front.len() > 1 && title.contains("not beaten in both"), "{title}");
    let last = report.sets.len() - 1;
    report.sets.reverse();
    for place in &mut front {
        *place = last - *place;
    }
    report.recovery.as_mut().unwrap().front = front;
    report.baseline = report.baseline.map(|place| last - place);
    assert_eq!(
        compose(&report, ChartKind::Front, &options(1080, 640)).title,
        title
    );
}
