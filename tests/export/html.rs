//! Laws of the page: everything is in it, it fetches nothing, no text of a report becomes markup, and it stays small.

// The helpers of tests are tests too.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use isochrone::report::export::Format;
use isochrone::report::export::json::to_json;
use isochrone::report::model::{Report, UserPlace};
use isochrone::report::sample::{
    SampleInputs, sample_capacity_edges, sample_capacity_report, sample_design_report, sample_drill_report,
    sample_recovery_edges, sample_recovery_report, sample_report,
};
use isochrone::report::voice::{self, verdict};
use serde_json::Value;

/// What a page of 943 user groups and 100 sets may take.
const LIMIT: usize = 3_000_000;

/// Elements that a page may have outside its scripts.
const ELEMENTS: [&str; 51] = [
    "!doctype", "html", "head", "meta", "link", "title", "style", "body", "header", "nav", "main", "footer",
    "section", "div", "span", "p", "a", "h1", "h2", "h3", "ol", "ul", "li", "dl", "dt", "dd", "table",
    "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "strong", "bdi", "abbr", "code",
    "svg", "path", "circle", "script", "em", "br", "label", "input", "select", "option", "button", "form",
];

/// Elements without an end.
const VOID: [&str; 5] = ["!doctype", "meta", "link", "br", "input"];

fn page(report: &Report) -> String {
    String::from_utf8(Format::Html.render(report).unwrap()).unwrap()
}

/// What stands between the tags of the page's one element of that kind.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, after) = page.split_once(start).unwrap();
    after.split_once(end).unwrap().0
}

fn embedded(page: &str) -> Value {
    serde_json::from_str(between(page, "id=\"report\">", "</script>")).unwrap()
}

/// The page without style and scripts: what a reader without them gets.
fn markup(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::new();
    while let Some(at) = ["<script", "<style"]
        .iter()
        .filter_map(|tag| rest.find(tag))
        .min()
    {
        kept.push_str(&rest[..at]);
        let end = if rest[at..].starts_with("<script") {
            "</script>"
        } else {
            "</style>"
        };
        rest = rest[at..].split_once(end).unwrap().1;
    }
    kept + rest
}

/// The tags of a page's markup, in order: `("td", false)`, `("td", true)` for the end.
fn tags(markup: &str) -> Vec<(String, bool, &str)> {
    markup
        .split('<')
        .skip(1)
        .map(|after| {
            let (tag, _) = after
                .split_once('>')
                .unwrap_or_else(|| panic!("no end: <{after}"));
            let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |rest| (true, rest));
            let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            (
                name.trim_end_matches('/').to_ascii_lowercase(),
                is_end,
                attributes,
            )
        })
        .collect()
}

/// Every element is known and closed, no attribute runs a script or fetches, and what is referred to is there.
fn assert_sound(what: &str, page: &str) {
    let markup = markup(page);
    let mut open: Vec<String> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut targets = BTreeSet::new();
    for (name, is_end, attributes) in tags(&markup) {
        assert!(ELEMENTS.contains(&name.as_str()), "{what}: <{name} {attributes}>");
        if is_end {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "{what}: </{name}>");
        } else if !VOID.contains(&name.as_str()) && !attributes.ends_with('/') {
            open.push(name.clone());
        }
        for attribute in attributes.split("\" ") {
            let (key, value) = attribute.split_once("=\"").unwrap_or((attribute, ""));
            let value = value.trim_end_matches(['"', '/']);
            assert!(!key.starts_with("on") && key != "src", "{what}: {attribute}");
            match key {
                "id" => assert!(ids.insert(value.to_owned()), "{what}: {value} twice"),
                "href" if name == "a" => {
                    targets.insert(value.strip_prefix('#').unwrap().to_owned());
                }
                "href" => assert_eq!(value, "data:,", "{what}"),
                _ => {}
            }
        }
    }
    assert_eq!(open, [""; 0], "{what}: not closed");
    let missing: Vec<&String> = targets.difference(&ids).collect();
    assert!(missing.is_empty(), "{what}: {missing:?}");
    for wrong in ["NaN", ">inf"] {
        assert!(!markup.contains(wrong), "{what} has {wrong}");
    }
}

/// Markup as it is read: no tags, no entities.
fn text(markup: &str) -> String {
    let mut text = String::new();
    for (i, part) in markup.split('<').enumerate() {
        let shown = if i == 0 {
            part
        } else {
            part.split_once('>').unwrap().1
        };
        text.push_str(shown);
    }
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text, |text, (entity, shown)| text.replace(entity, shown))
}

fn bare(sentence: &str) -> String {
    sentence.replace([verdict::NAME_OPENS, verdict::NAME_CLOSES], "")
}

/// Reports of every kind.
fn all_kinds() -> Vec<(&'static str, Report)> {
    let mut all = vec![
        ("search", sample_report(6, 40)),
        ("empty", sample_report(0, 0)),
        ("single", sample_report(1, 1)),
        ("design", sample_design_report(3, 20)),
        ("recovery", sample_recovery_report(4, 30)),
        ("drill", sample_drill_report(3, 30)),
        ("capacity", sample_capacity_report(&SampleInputs::default())),
    ];
    all.extend(sample_recovery_edges());
    all.extend(sample_capacity_edges());
    all
}

/// 100 sets seen by 943 user groups in as many countries as there are, with curves of the 60 largest, as a search for
/// the world has them.
fn large() -> Report {
    let mut report = sample_report(100, 240);
    let groups = 943;
    let atlas = report.atlas.as_mut().unwrap();
    let users: Vec<UserPlace> = atlas.users.iter().cycle().take(groups).cloned().collect();
    atlas.users = users;
    for set in &mut report.sets {
        let users = set.users.as_mut().unwrap();
        let again = |of: &[Option<f64>], by: f64| -> Vec<Option<f64>> {
            let group =
                |(i, ms): (usize, &Option<f64>)| ms.map(|ms| ((ms + by * i as f64) * 10.0).round() / 10.0);
            of.iter().cycle().take(groups).enumerate().map(group).collect()
        };
        users.region = users.region.iter().cycle().take(groups).copied().collect();
        users.p50_ms = again(&users.p50_ms, 0.1);
        users.p95_ms = again(&users.p95_ms, 0.2);
        for country in set.countries.iter_mut().skip(60) {
            country.quantiles_ms.clear();
        }
    }
    report.question.name = "A large report".into();
    report
}

/// Texts of all kinds that a browser could take for something else.
const HOSTILE: &str = "\"quoted\" 'name' <script>document.title='hit';window.hit=1</script><img src=x onerror=hit=1> \
    </script><!-- & &lt; {{data}} \u{202e}\u{2069}שלום עולם🚀\u{0}\u{1b}[2J\n# x";

fn hostile() -> Report {
    let mut report = sample_drill_report(3, 12);
    let capacity = sample_capacity_report(&SampleInputs::default());
    report.capacity = capacity.capacity;
    let odd = || HOSTILE.to_owned();
    report.question.name = odd();
    report.question.description = odd();
    report.question.audience = odd();
    report.question.candidates.push(odd());
    report.warnings.push(odd());
    report.assumptions[0].what = odd();
    report.assumptions[0].source = odd();
    report.provenance.overrides.push(odd());
    report.provenance.data[0].source = odd();
    report.network.access_basis.push((odd(), 3));
    report.network.thin_countries.push((odd(), 0.5));
    report.capacity.as_mut().unwrap().findings.push(odd());
    report.capacity.as_mut().unwrap().demand.curve = odd();
    let atlas = report.atlas.as_mut().unwrap();
    atlas.users[0].name = odd();
    atlas.users[0].country = odd();
    atlas.regions[0].name = odd();
    for (set, with) in report.sets.iter_mut().zip(capacity.sets) {
        set.name = format!("{} {HOSTILE}", set.name);
        set.capacity = with.capacity;
        set.countries[0].country = odd();
        set.countries[0].main_region = odd();
        set.latency.worst_country.as_mut().unwrap().country = odd();
        let recovery = set.recovery.as_mut().unwrap();
        recovery.findings.push(odd());
        recovery.losses[0].name = odd();
        recovery.losses[0].findings.push(odd());
        recovery.availability.causes[0].cause = odd();
        recovery.rto_parts[0].step = odd();
    }
    report
}

#[test]
fn every_set_with_its_value_and_the_answer_are_there_without_scripts() {
    for (what, report) in all_kinds() {
        let page = page(&report);
        assert_sound(what, &page);
        let text = text(&markup(&page));
        assert!(text.contains(&bare(&verdict::headline(&report))), "{what}");
        let unit = voice::objective_unit(&report.question.objective);
        for set in &report.sets {
            assert!(text.contains(&set.name), "{what}: {}", set.name);
            assert!(
                text.contains(&voice::figure(&set.objective, unit)),
                "{what}: {}",
                set.name
            );
        }
        for warning in &report.warnings {
            assert!(text.contains(warning.as_str()), "{what}: {warning}");
        }
        for assumption in &report.assumptions {
            assert!(text.contains(&assumption.value), "{what}: {}", assumption.what);
        }
        for table in &report.provenance.data {
            assert!(
                text.contains(&table.date) && text.contains(&table.source),
                "{what}: {}",
                table.name
            );
        }
        assert!(text.contains(&report.provenance.input_digest), "{what}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for (what, report) in all_kinds() {
        assert_eq!(page(&report), page(&report.clone()), "{what}");
    }
}

#[test]
fn no_text_of_a_report_becomes_markup() {
    let report = hostile();
    let page = page(&report);
    assert_sound("hostile", &page);
    assert!(!markup(&page).contains("<script") && !markup(&page).contains("<img"));
    assert!(!markup(&page).contains(['\u{0}', '\u{1b}']));
    assert!(text(&markup(&page)).contains("<script>document.title='hit';window.hit=1</script>"));
    // Scripts of the page: the data, two libraries, its own.
    assert_eq!(page.matches("<script").count(), 4);
    let data = embedded(&page);
    assert_eq!(data["report"]["question"]["name"], HOSTILE);
}

#[test]
fn a_page_may_fetch_nothing() {
    let page = page(&sample_report(3, 20));
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\">");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for source in policy.split(';').flat_map(|rule| rule.split_whitespace().skip(1)) {
        assert!(
            ["'none'", "'unsafe-inline'", "data:"].contains(&source),
            "{source}"
        );
    }
    assert!(!markup(&page).contains("http:") && !between(&page, "<style>", "</style>").contains("url("));
}

#[test]
fn a_large_report_stays_below_three_megabytes() {
    let page = page(&large());
    assert_sound("large", &page);
    println!("{} bytes", page.len());
    assert!(page.len() < LIMIT, "{} bytes", page.len());
}

#[test]
fn a_thousand_sets_are_all_in_the_table() {
    let mut report = sample_report(100, 5);
    let sets = report.sets.clone();
    report.sets = sets.iter().cycle().take(1000).cloned().collect();
    for (i, set) in report.sets.iter_mut().enumerate() {
        set.rank = i + 1;
        set.name = format!("set number {i}");
    }
    let page = page(&report);
    assert_sound("thousand", &page);
    assert_eq!(page.matches("<tr data-set=").count(), 1000);
}

#[test]
fn a_report_without_an_atlas_has_no_map_and_is_whole() {
    let mut report = sample_report(3, 20);
    report.atlas = None;
    for set in &mut report.sets {
        set.users = None;
    }
    let page = page(&report);
    assert_sound("old", &page);
    assert!(embedded(&page).get("land").is_none());
    assert!(embedded(&page)["report"].get("atlas").is_none());
}

/// Figures of the page are those of the report, to seven digits, wherever the two have the same shape.
fn assert_same(place: &str, whole: &Value, small: &Value) {
    match (whole, small) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 5.001e-7 * a.abs(), "{place}: {a} and {b}");
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                assert_same(&format!("{place}[{i}]"), a, b);
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            for (key, a) in a {
                assert_same(&format!("{place}.{key}"), a, &b[key]);
            }
        }
        _ => assert_eq!(whole, small, "{place}"),
    }
}

/// Columns as rows again, without what was absent.
fn rows(columns: &Value) -> Value {
    let columns = columns.as_object().unwrap();
    let n = columns.values().next().unwrap().as_array().unwrap().len();
    let is_absent = |cell: &Value| cell.is_null() || cell.as_array().is_some_and(Vec::is_empty);
    let row = |i: usize| {
        let cells = columns
            .iter()
            .map(|(name, column)| (name.clone(), column[i].clone()));
        Value::Object(cells.filter(|(_, cell)| !is_absent(cell)).collect())
    };
    Value::Array((0..n).map(row).collect())
}

/// Columns of users again, out of the list that all sets share.
fn columns_of_users(ways: &Value, way: &str) -> Value {
    let letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    let column = |of: &Value| -> Value {
        let places = way.chars().map(|letter| letters.find(letter).unwrap());
        places
            .enumerate()
            .map(|(group, place)| of[group][place].clone())
            .collect()
    };
    let ways = ways.as_object().unwrap().iter();
    Value::Object(ways.map(|(name, of)| (name.clone(), column(of))).collect())
}

/// Of sets far down the ranking only large countries are embedded, without their curves.
fn thinned(whole: &mut Value, baseline: Option<usize>) {
    for (i, set) in whole["sets"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .enumerate()
        .skip(20)
    {
        if Some(i) != baseline {
            let countries = set["countries"].as_array_mut().unwrap();
            countries.retain(|it| it["share"].as_f64().unwrap() >= 0.005);
            for country in countries {
                country.as_object_mut().unwrap().remove("quantiles_ms");
            }
        }
    }
}

#[test]
fn what_is_embedded_is_the_report() {
    for (what, report) in all_kinds() {
        let mut whole: Value = serde_json::to_value(&report).unwrap();
        thinned(&mut whole, report.baseline);
        let data = embedded(&page(&report));
        let mut small = data["report"].clone();
        for i in 0..report.sets.len() {
            for name in ["country", "share"] {
                let column = small["sets"][i]["countries"][name].clone();
                if let Some(at) = column.as_u64() {
                    small["sets"][i]["countries"][name] =
                        small["sets"][at as usize]["countries"][name].clone();
                }
            }
        }
        for set in small["sets"].as_array_mut().unwrap() {
            set["countries"] = rows(&set["countries"]);
            if let Some(users) = set.get_mut("users") {
                *users = columns_of_users(&data["ways"], users["way"].as_str().unwrap());
            }
            if let Some(losses) = set.get_mut("recovery").and_then(|it| it.get_mut("losses")) {
                for loss in losses.as_array_mut().unwrap() {
                    if let Some(countries) = loss.get_mut("countries") {
                        *countries = rows(countries);
                    }
                }
            }
        }
        assert_same(what, &whole, &small);
    }
}

fn folder_of_pages() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Pages for a browser to open, each beside its report: `.ci/browser` takes them from here.
#[test]
fn pages_to_open() {
    let folder = folder_of_pages();
    let mut all: Vec<(&str, Report)> = all_kinds().into_iter().take(7).collect();
    all.push(("hostile", hostile()));
    all.push(("large", large()));
    for (name, report) in all {
        std::fs::write(folder.join(format!("{name}.html")), page(&report)).unwrap();
        std::fs::write(folder.join(format!("{name}.json")), to_json(&report).unwrap()).unwrap();
    }
}
