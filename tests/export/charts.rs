//! Drawn charts, as bytes: well-formed, of the asked size, the same every time.

// Helpers of tests may panic like tests.
use isochrone::basis::error::ErrorKind;
use isochrone::report::chart::{ChartFormat, ChartKind, ChartOptions, Theme, draw};
use isochrone::report::model::{Figure, Interval, Report, Verdict};
use isochrone::report::sample::{
    SampleInputs, sample_capacity_edges, sample_capacity_report, sample_design_report, sample_recovery_edges,
    sample_recovery_report, sample_report,
};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

fn options(format: ChartFormat, width: u32, height: u32) -> ChartOptions {
    ChartOptions {
        format,
        width,
        height,
        ..ChartOptions::default()
    }
}

fn svg(report: &Report, kind: ChartKind) -> String {
    String::from_utf8(draw(report, kind, &ChartOptions::default()).unwrap()).unwrap()
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let mut attributes = element.attributes().map(Result::unwrap);
    let found = attributes.find(|attribute| attribute.key.as_ref() == name)?;
    Some(found.value.into_owned())
}

fn number(element: &BytesStart, name: &str) -> f64 {
    attribute(element, name).unwrap().parse().unwrap()
}

/// A text of an SVG with the place and size that its attributes give it.
struct Label {
    text: String,
    x: f64,
    y: f64,
    em: f64,
    anchor: String,
    upwards: bool,
}

impl Label {
    fn of(element: &BytesStart) -> Self {
        Label {
            text: String::new(),
            x: number(element, "x"),
            y: number(element, "y"),
            em: number(element, "font-size"),
            anchor: attribute(element, "text-anchor").unwrap(),
            upwards: attribute(element, "transform").is_some(),
        }
    }
}

/// All texts of an SVG and the far corner of its view box; panics when it is not well-formed.
fn read(svg: &str) -> (Vec<Label>, f64, f64) {
    let mut reader = Reader::from_str(svg);
    let (mut labels, mut corner, mut depth) = (Vec::new(), (0.0, 0.0), 0);
    let mut open: Option<Label> = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                depth += 1;
                if let Some(view_box) = attribute(&element, "viewBox") {
                    let sides: Vec<f64> = view_box.split(' ').map(|side| side.parse().unwrap()).collect();
                    corner = (sides[2], sides[3]);
                }
                if element.name().as_ref() == "text" {
                    open = Some(Label::of(&element));
                }
            }
            Event::Empty(element) => element.attributes().for_each(|attribute| {
                attribute.unwrap();
            }),
            Event::Text(text) => {
                if let Some(label) = &mut open {
                    label.text.push_str(&text);
                }
            }
            Event::GeneralRef(_) => {
                if let Some(label) = &mut open {
                    label.text.push('&');
                }
            }
            Event::End(_) => {
                depth -= 1;
                labels.extend(open.take());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "an element is not closed");
    (labels, corner.0, corner.1)
}

#[test]
fn every_label_lies_inside_the_view_box() {
    for sets in [0, 1, 6, 100] {
        for &kind in ChartKind::all() {
            let (labels, width, height) = read(&svg(&sample_report(sets, 8), kind));
            assert!(labels.len() >= 2, "{kind:?} of {sets} sets has no words");
            for label in labels {
                // DejaVu Sans is about 0.6 em wide on average; 0.5 never calls a label that fits too long.
                let length = 0.5 * label.em * label.text.chars().count() as f64;
                let before = match label.anchor.as_str() {
                    "start" => 0.0,
                    "middle" => length / 2.0,
                    _ => length,
                };
                let (from, to, side) = if label.upwards {
                    (label.y + before - length, label.y + before, height)
                } else {
                    (label.x - before, label.x - before + length, width)
                };
                assert!(from >= 0.0 && to <= side, "{kind:?} of {sets}: `{}`", label.text);
                assert!(label.x >= 0.0 && label.x <= width);
                assert!(label.y >= 0.7 * label.em && label.y <= height);
            }
        }
    }
}

#[test]
fn two_threads_draw_the_same_bytes() {
    let report = sample_report(5, 8);
    for &kind in ChartKind::all() {
        for &format in ChartFormat::all() {
            let options = options(format, 420, 320);
            let here = draw(&report, kind, &options).unwrap();
            let again = draw(&report, kind, &options).unwrap();
            let there = std::thread::scope(|scope| {
                let drawing = scope.spawn(|| draw(&report, kind, &options).unwrap());
                drawing.join().unwrap()
            });
            assert!(here == again && here == there, "{kind:?} {format:?}");
        }
    }
}

#[test]
fn a_png_has_the_asked_size_and_shows_something() {
    for sets in [0, 1, 40] {
        let report = sample_report(sets, 8);
        for &kind in ChartKind::all() {
            for &theme in Theme::all() {
                let options = ChartOptions {
                    theme,
                    ..options(ChartFormat::Png, 450, 330)
                };
                let (width, height, colours) = decode(&draw(&report, kind, &options).unwrap());
                assert_eq!((width, height), (450, 330));
                // The edges of the letters of a title alone have more shades than this.
                assert!(colours > 20, "{kind:?} of {sets} sets has {colours} colours");
            }
        }
    }
}

/// Width, height and number of different colours.
fn decode(bytes: &[u8]) -> (u32, u32, usize) {
    let mut reader = png::Decoder::new(bytes).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let mut colours: Vec<&[u8]> = pixels.chunks_exact(3).collect();
    colours.sort_unstable();
    colours.dedup();
    (info.width, info.height, colours.len())
}

#[test]
fn names_from_outside_are_shown_and_do_nothing() {
    let mut report = sample_report(6, 8);
    let names = [
        "<script>alert(1)</script>",
        "\"quoted\" & 'single'",
        "الشرق\u{202e}",
        "now 🚀",
        "",
        "nul\u{0}\u{1b}[31m",
    ];
    for (set, name) in report.sets.iter_mut().zip(names) {
        set.name = name.into();
    }
    report.question.audience = "]]> <b>all</b>".into();
    for &kind in ChartKind::all() {
        let drawn = svg(&report, kind);
        assert!(!drawn.contains("<script") && !drawn.contains("<b>"), "{kind:?}");
        assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{kind:?}");
        read(&drawn);
    }
    let drawn = svg(&report, ChartKind::Intervals);
    assert!(drawn.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && drawn.contains("now ?"));
}

#[test]
fn letters_have_round_sizes() {
    let drawn = svg(&sample_report(3, 8), ChartKind::Cdf);
    let sizes: Vec<&str> = drawn
        .split("font-size=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(!sizes.is_empty());
    assert!(sizes.iter().all(|size| size.parse::<u32>().is_ok()), "{sizes:?}");
}

#[test]
fn the_title_states_the_best_set_with_its_errors_and_its_ties() {
    let mut report = sample_report(5, 8);
    report.sets[0].objective = Figure {
        value: 212.4,
        std_error: 1.5,
        sampling: Interval {
            low: 209.4,
            high: 215.4,
        },
        input: Some(Interval {
            low: 195.0,
            high: 230.0,
        }),
    };
    for tied in 0..=4 {
        let others = report.sets.iter_mut().skip(1);
        for (i, comparison) in others.filter_map(|set| set.versus_best.as_mut()).enumerate() {
            comparison.objective.verdict = if i < tied {
                Verdict::TiedInput
            } else {
                Verdict::Differs
            };
        }
        let title = title(&report);
        let said = "has the lowest p95: 212 ms ± 3 (195–230 with uncertain inputs); ";
        assert!(title.contains(said), "{title}");
        let end = match tied {
            0 => " ms higher".to_owned(),
            1 => "; at least 1 set ties with it".to_owned(),
            n => format!("; at least {n} sets tie with it"),
        };
        assert!(title.ends_with(&end), "{title}");
    }
}

fn title(report: &Report) -> String {
    let drawn = svg(report, ChartKind::Cdf);
    let start = drawn.find("<title>").unwrap() + 7;
    drawn[start..].split("</title>").next().unwrap().to_owned()
}

#[test]
fn one_provider_is_said_once_instead_of_in_every_name() {
    let mut report = sample_report(4, 8);
    for set in &mut report.sets {
        set.regions = set.regions.iter().map(|id| format!("aws:{id}")).collect();
        set.name = set.regions.join(" + ");
    }
    let ids = &mut report.region_matrix.regions;
    *ids = ids.iter().map(|id| format!("aws:{id}")).collect();
    report.search = None;
    let drawn = svg(&report, ChartKind::Intervals);
    assert!(!drawn.contains("aws:") && drawn.contains("all regions are of aws"));
    report.sets[0].regions[0] = "gcp:europe-west1".into();
    let mixed = svg(&report, ChartKind::Intervals);
    assert!(mixed.contains("aws:") && !mixed.contains("all regions are of"));
}

#[test]
fn a_hundred_sets_are_cut_and_it_is_said() {
    let report = sample_report(100, 8);
    assert!(svg(&report, ChartKind::Cdf).contains("8 of 100 sets drawn"));
    assert!(svg(&report, ChartKind::Intervals).contains("20 of 100 sets drawn"));
}

#[test]
fn figures_that_are_no_numbers_are_left_out() {
    let mut report = sample_report(3, 8);
    let broken = Figure {
        value: f64::NAN,
        std_error: f64::NAN,
        sampling: Interval {
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
        },
        input: None,
    };
    report.sets[1].latency.p99_ms = broken;
    report.sets[1].latency.share_within[0].share = broken;
    report.sets[1].cdf[3] = (f64::INFINITY, 0.5);
    report.region_matrix.p50_ms[0][1] = f64::NAN;
    for &kind in ChartKind::all() {
        let drawn = svg(&report, kind);
        // A coordinate that is no number turns into the end of the range of whole numbers.
        for wrong in ["NaN", "inf", "2147483647", "-2147483648"] {
            assert!(!drawn.contains(wrong), "{kind:?} has {wrong}");
        }
        read(&drawn);
    }
}

#[test]
fn impossible_sides_and_unknown_names_are_refused_with_what_would_do() {
    let report = sample_report(1, 3);
    for (width, height) in [(0, 640), (1080, 10), (9_000, 640)] {
        let error = draw(&report, ChartKind::Cdf, &options(ChartFormat::Svg, width, height)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().contains("to 8000 px"), "{error}");
    }
    for error in [
        ChartKind::parse("pie").unwrap_err(),
        ChartFormat::parse("pdf").unwrap_err(),
        Theme::parse("blue").unwrap_err(),
    ] {
        let hint = error.problems()[0].hint.clone().unwrap();
        assert!(hint.starts_with("known names: "), "{hint}");
    }
    for &kind in ChartKind::all() {
        assert_eq!(ChartKind::parse(kind.name()).unwrap(), kind);
    }
}

#[test]
fn a_breakdown_takes_apart_what_the_sets_are_ranked_by() {
    let mut report = sample_design_report(4, 8);
    for (objective, said) in [
        ("p95", "at p95"),
        ("p50", "at p50"),
        ("mean", "at the mean"),
        ("within:150ms", "at p95"),
    ] {
        report.question.objective = objective.into();
        let drawn = svg(&report, ChartKind::Breakdown);
        let (labels, ..) = read(&drawn);
        assert!(
            labels
                .iter()
                .any(|label| label.text == format!("request latency {said}, ms")),
            "{objective}"
        );
    }
    let plain = svg(&sample_report(4, 8), ChartKind::Breakdown);
    assert!(plain.contains("the report has no classes of request"));
}

#[test]
fn parts_and_classes_from_outside_are_shown_and_do_nothing() {
    let mut report = sample_design_report(2, 8);
    let design = report.sets[0].design.as_mut().unwrap();
    design.classes[0].name = "<script>alert(1)</script>".into();
    design.classes[1].parts[0].part = "\u{202e}odd & 🚀".into();
    design.classes[1].parts[1].p95_ms = f64::NAN;
    design.classes[2].parts[0].p95_ms = f64::INFINITY;
    let drawn = svg(&report, ChartKind::Breakdown);
    assert!(!drawn.contains("<script") && !drawn.contains("NaN") && !drawn.contains("2147483647"));
    read(&drawn);
}

/// The charts of disaster recovery.
fn recovery_kinds() -> [ChartKind; 6] {
    [
        ChartKind::RtoWaterfall,
        ChartKind::Downtime,
        ChartKind::LossMatrix,
        ChartKind::BeforeAfter,
        ChartKind::Tornado,
        ChartKind::Front,
    ]
}

#[test]
fn charts_of_recovery_say_the_finding_in_the_title() {
    let report = sample_recovery_report(8, 12);
    for (kind, said) in recovery_kinds().into_iter().zip([
        "half of the users are back within",
        "one year in twenty has more than",
        "after losing",
        "raises its p95 most: from",
        "The score moves most with losses of whole regions a year",
        "not beaten in both: from",
    ]) {
        let drawn = svg(&report, kind);
        let title = drawn
            .split("<title>")
            .nth(1)
            .unwrap()
            .split("</title>")
            .next()
            .unwrap();
        assert!(title.contains(said), "{kind:?}: {title}");
    }
}

#[test]
fn charts_of_recovery_take_every_odd_report() {
    for (what, report) in sample_recovery_edges() {
        for kind in recovery_kinds() {
            let drawn = svg(&report, kind);
            for wrong in ["NaN", "inf", "2147483647", "-2147483648"] {
                assert!(!drawn.contains(wrong), "{kind:?} of {what} has {wrong}");
            }
            assert!(read(&drawn).0.len() >= 2, "{kind:?} of {what} has no words");
        }
        if what == "fifty losses" {
            assert!(svg(&report, ChartKind::BeforeAfter).contains("of 50 losses drawn, the worst"));
            assert!(svg(&report, ChartKind::LossMatrix).contains("of 50 losses drawn, the worst"));
        }
        if what == "nothing is ever down" {
            assert!(svg(&report, ChartKind::Downtime).contains("nothing is ever down"));
        }
    }
}

#[test]
fn charts_of_recovery_say_so_where_nothing_was_lost() {
    let report = sample_report(3, 8);
    for kind in recovery_kinds() {
        assert!(svg(&report, kind).contains("the report "), "{kind:?}");
    }
}

#[test]
fn names_in_recovery_are_shown_and_do_nothing() {
    let mut report = sample_recovery_report(3, 8);
    let odd = "<script>alert(1)</script>\u{202e}🚀 & \"it\"";
    report.recovery.as_mut().unwrap().sensitivity[0].input = odd.into();
    for set in &mut report.sets {
        let recovery = set.recovery.as_mut().unwrap();
        recovery.rto_parts[0].step = odd.into();
        recovery.losses[0].name = odd.into();
        recovery.availability.presets[0].preset = odd.into();
        recovery.losses[1].countries[0].p95_after_ms = Some(f64::NAN);
        recovery.rto_parts[2].p95_s = f64::INFINITY;
        recovery.availability.exceedance[3].0 = f64::NAN;
    }
    for kind in recovery_kinds() {
        let drawn = svg(&report, kind);
        assert!(!drawn.contains("<script") && !drawn.contains("NaN"), "{kind:?}");
        assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{kind:?}");
        read(&drawn);
    }
}

/// The charts of capacity and cost.
const CAPACITY: [ChartKind; 4] = [
    ChartKind::Hours,
    ChartKind::Growth,
    ChartKind::Cost,
    ChartKind::CostFront,
];

fn title_of(drawn: &str) -> &str {
    let rest = drawn.split("<title>").nth(1).unwrap();
    rest.split("</title>").next().unwrap()
}

#[test]
fn charts_of_capacity_say_the_finding_in_the_title() {
    let report = sample_capacity_report(&SampleInputs::default());
    for (kind, said) in CAPACITY.into_iter().zip([
        "is busiest: ",
        " instances needed in 2026-12 and … in 2029-12; the cost goes from ",
        "is the cheapest of 2 sets with all prices known: ",
        " in cost or latency: ",
    ]) {
        let drawn = svg(&report, kind);
        let title = title_of(&drawn).replace('\u{a0}', " ");
        // What stands between is a figure of the sample.
        let found = said.split('…').all(|part| title.contains(part));
        assert!(found, "{kind:?}: {title}");
    }
}

#[test]
fn charts_of_capacity_take_every_odd_report() {
    for (what, report) in sample_capacity_edges() {
        for kind in CAPACITY {
            let drawn = svg(&report, kind);
            for wrong in ["NaN", "inf", "2147483647", "-2147483648"] {
                assert!(!drawn.contains(wrong), "{kind:?} of {what} has {wrong}");
            }
            assert!(read(&drawn).0.len() >= 2, "{kind:?} of {what} has no words");
        }
        match what {
            "no set" => assert!(svg(&report, ChartKind::Hours).contains("no load by hour to draw")),
            "no cost was asked about" => assert!(svg(&report, ChartKind::Cost).contains("no costs to draw")),
            "thirty sets" => {
                assert!(svg(&report, ChartKind::Cost).contains("20 of 30 sets drawn, the cheapest"));
            }
            "forty losses" => assert!(svg(&report, ChartKind::Hours).contains(" of 41 states drawn")),
            _ => {}
        }
    }
}

#[test]
fn charts_of_capacity_say_so_where_it_was_not_asked_about() {
    for kind in CAPACITY {
        assert!(
            svg(&sample_report(3, 8), kind).contains("the report has no "),
            "{kind:?}"
        );
    }
}

#[test]
fn names_in_charts_of_capacity_are_shown_and_do_nothing() {
    let mut report = sample_capacity_report(&SampleInputs::default());
    let odd = "<script>alert(1)</script>\u{202e}\u{0} & 🚀";
    for set in &mut report.sets {
        set.name = odd.into();
        let capacity = set.capacity.as_mut().unwrap();
        for hours in &mut capacity.hours {
            hours.state = odd.into();
            hours.month = odd.into();
            hours.regions[0].0 = odd.into();
        }
        capacity.years[0].month = odd.into();
        capacity.cost.as_mut().unwrap().lines[0].item = odd.into();
    }
    let summary = report.capacity.as_mut().unwrap();
    summary.demand.curve = odd.into();
    let cost = summary.cost.as_mut().unwrap();
    cost.currency = odd.into();
    cost.prices[0].date = odd.into();
    for kind in CAPACITY {
        let drawn = svg(&report, kind);
        assert!(!drawn.contains("<script"), "{kind:?}");
        assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{kind:?}");
        read(&drawn);
    }
}

#[test]
fn maps_take_broken_places_and_names_from_outside() {
    let mut report = sample_recovery_report(4, 8);
    let odd = "<script>alert(1)</script>\u{202e}\u{0}🚀 & \"it\" الشرق";
    let atlas = report.atlas.as_mut().unwrap();
    for region in &mut atlas.regions {
        let renamed = format!("{odd}{}", region.id);
        for set in &mut report.sets {
            for id in set.regions.iter_mut().filter(|id| **id == region.id) {
                id.clone_from(&renamed);
            }
        }
        region.id = renamed;
        region.name = odd.into();
    }
    atlas.users[0].name = odd.into();
    atlas.users[1].latitude = f64::NAN;
    atlas.users[2].share = f64::INFINITY;
    let reach = atlas.reach.as_mut().unwrap();
    reach.rtt_p50_ms[0][3] = f64::NAN;
    reach.rtt_p50_ms[1].truncate(5);
    reach.longitudes[7] = f64::INFINITY;
    let users = report.sets[0].users.as_mut().unwrap();
    users.p95_ms[3] = Some(f64::NAN);
    users.region[4] = Some(9_999);
    users.region.truncate(6);
    for kind in [ChartKind::Map, ChartKind::MapAfterLoss] {
        let drawn = svg(&report, kind);
        for wrong in ["<script", "NaN", "inf\"", "2147483647", "-2147483648"] {
            assert!(!drawn.contains(wrong), "{kind:?} has {wrong}");
        }
        assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{kind:?}");
        read(&drawn);
    }
    for broken in [0.0, -3.0, f64::NAN, 1e9] {
        report
            .atlas
            .as_mut()
            .unwrap()
            .reach
            .as_mut()
            .unwrap()
            .step_degrees = broken;
        read(&svg(&report, ChartKind::Map));
    }
}
