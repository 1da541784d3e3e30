//! Looks at composed scenes: nothing sticks out, no texts lie on each other.

use super::scene::{Rect, Shape, Text};
use super::*;
use crate::report::sample::sample_report;

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
            for &kind in ChartKind::all() {
                let name = format!("{} of {sets} sets, {width} × {height}", kind.name());
                scenes.push((name, compose(&report, kind, &options(width, height))));
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
