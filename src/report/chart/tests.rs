//! Looks at composed scenes: nothing sticks out, no texts lie on each other.

use super::scene::{Rect, Shape, Text};
use super::*;
use crate::report::sample::{
    sample_design_report, sample_recovery_edges, sample_recovery_report, sample_report,
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
    scenes
}

/// The charts of disaster recovery, of usual and of odd reports.
fn recovery_scenes() -> Vec<(String, Scene)> {
    let mut reports = sample_recovery_edges();
    reports.push(("eight sets", sample_recovery_report(8, 12)));
    let mut scenes = Vec::new();
    for (what, report) in &reports {
        for (width, height) in [(1080, 640), (640, 900), (480, 400), (400, 300), (2400, 1400)] {
            for &kind in &ChartKind::all()[7..] {
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
