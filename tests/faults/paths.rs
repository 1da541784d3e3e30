//! Files that a scenario names lie in its folder, unless it says otherwise: whatever key names them, and however.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use isochrone::basis::error::Problem;
use isochrone::design::scenario::{Scenario, schema_json};
use isochrone::world::catalog::Catalog;
use serde_json::Value;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// The keys that name a file, each with what has to stand beside it for the file to be looked at.
const KEYS: [(&str, &str); 11] = [
    ("audience.file", ""),
    ("network.calibration", "audience.built_in = \"eu\"\n"),
    ("network.matrix", "audience.built_in = \"eu\"\n"),
    (
        "regions.services.file",
        "audience.built_in = \"eu\"\nregions.services.required = [\"queue\"]\n",
    ),
    ("cost.prices", "audience.built_in = \"eu\"\n"),
    ("cdn.edges", "cdn.hits = \"90%\"\naudience.built_in = \"eu\"\n"),
    ("anycast.edges", "audience.built_in = \"eu\"\n"),
    (
        "sites.matrix",
        "sites.unit = \"ms\"\nsites.goal = \"median\"\nsites.open = 1\n",
    ),
    (
        "sites.graph",
        "sites.unit = \"ms\"\nsites.goal = \"median\"\nsites.open = 1\n",
    ),
    (
        "sites.weights",
        "sites.matrix = \"costs.csv\"\nsites.unit = \"ms\"\nsites.goal = \"median\"\nsites.open = 1\n",
    ),
    (
        "sites.opening",
        "sites.matrix = \"costs.csv\"\nsites.unit = \"ms\"\nsites.goal = \"fixed\"\n",
    ),
];

const SECRET: &str = "top,secret\n1,2\n";

/// A folder with a scenario's folder in it, and a file beside that one.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Place(tempfile::tempdir().unwrap());
        fs::create_dir(place.inside()).unwrap();
        fs::create_dir(place.inside().join("below")).unwrap();
        for (folder, name) in [(place.outside(), "secret.csv"), (&place.inside(), "own.csv")] {
            fs::write(folder.join(name), SECRET).unwrap();
        }
        fs::write(place.inside().join("costs.csv"), "user,a,b\nx,1,2\ny,2,1\n").unwrap();
        place
    }

    fn outside(&self) -> &Path {
        self.0.path()
    }

    fn inside(&self) -> std::path::PathBuf {
        self.0.path().join("inside")
    }

    /// What is said of a scenario in the folder in which `key` names `file`.
    fn said(&self, key: &str, beside: &str, file: &str, allow: bool) -> Vec<Problem> {
        let quoted = serde_json::to_string(file).unwrap();
        let text = format!("allow_outside = {allow}\n{key} = {quoted}\n{beside}");
        Scenario::check_text("s.toml", &text, &self.inside(), &[], &CATALOG).problems
    }
}

fn is_refusal(problem: &Problem) -> bool {
    problem
        .message
        .contains("lies outside the folder of the scenario")
}

/// Ways out of the folder, to the file beside it.
fn ways_out(place: &Place) -> Vec<String> {
    let absolute = place.outside().join("secret.csv").display().to_string();
    let mut ways = vec![
        "../secret.csv".to_owned(),
        "./../secret.csv".to_owned(),
        "below/../../secret.csv".to_owned(),
        "below/./.././../secret.csv".to_owned(),
        "..//secret.csv".to_owned(),
        "nowhere/../../secret.csv".to_owned(),
        "../inside/../secret.csv".to_owned(),
        format!("//{}", absolute.trim_start_matches('/')),
        format!("{}secret.csv", "../inside/".repeat(3) + "../"),
        absolute,
    ];
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink("../secret.csv", place.inside().join("link.csv")).unwrap();
        symlink("..", place.inside().join("up")).unwrap();
        symlink("link.csv", place.inside().join("twice.csv")).unwrap();
        ways.extend(["link.csv", "up/secret.csv", "twice.csv", "below/../link.csv"].map(str::to_owned));
    }
    ways
}

#[test]
fn no_key_leads_out_of_the_folder_unless_it_is_allowed() {
    let place = Place::new();
    let ways = ways_out(&place);
    for (key, beside) in KEYS {
        let own = place.said(key, beside, "own.csv", false);
        assert!(!own.iter().any(is_refusal), "{key}: {own:?}");
        for way in &ways {
            let refused = place.said(key, beside, way, false);
            assert!(refused.iter().any(is_refusal), "{key} = {way}: {refused:?}");
            let told = format!("{refused:?}");
            assert!(
                !told.contains("secret,") && !told.contains("`top`"),
                "{key} = {way}: {told}"
            );
        }
        let allowed = place.said(key, beside, "../secret.csv", true);
        assert!(!allowed.iter().any(is_refusal), "{key}: {allowed:?}");
    }
}

#[test]
fn a_file_outside_is_not_even_looked_for() {
    let place = Place::new();
    let ways = ways_out(&place);
    let said = |key: &str, beside: &str, way: &str| place.said(key, beside, way, false);
    let with: Vec<_> = KEYS
        .iter()
        .flat_map(|(key, beside)| ways.iter().map(move |way| (key, beside, way)))
        .collect();
    let before: Vec<_> = with
        .iter()
        .map(|(key, beside, way)| said(key, beside, way))
        .collect();
    fs::write(place.outside().join("secret.csv"), "metro,weight\nparis-fr,1\n").unwrap();
    for ((key, beside, way), before) in with.iter().zip(&before) {
        assert_eq!(
            &said(key, beside, way),
            before,
            "{key} = {way} tells what is in a file outside"
        );
    }
    fs::remove_file(place.outside().join("secret.csv")).unwrap();
    for ((key, beside, way), before) in with.iter().zip(&before) {
        // A link that leads nowhere is no escape: that there is no such file is said of the link.
        if !way.contains("link") && !way.contains("twice") && !way.contains("up/") {
            assert_eq!(
                &said(key, beside, way),
                before,
                "{key} = {way} tells whether there is a file outside"
            );
        }
    }
}

/// A pipe has no place in any folder, and a link to it can be opened all the same.
#[cfg(target_os = "linux")]
#[test]
fn links_that_cannot_be_followed_are_refused() {
    use std::os::fd::AsRawFd as _;
    use std::os::unix::fs::symlink;
    let place = Place::new();
    let (reader, _writer) = std::io::pipe().unwrap();
    let pipe = format!("/proc/self/fd/{}", reader.as_raw_fd());
    symlink(pipe, place.inside().join("pipe.csv")).unwrap();
    symlink("nowhere", place.inside().join("nothing.csv")).unwrap();
    for (key, beside) in KEYS {
        for way in ["pipe.csv", "nothing.csv"] {
            let refused = place.said(key, beside, way, false);
            assert!(refused.iter().any(is_refusal), "{key} = {way}: {refused:?}");
        }
    }
}

#[test]
fn names_that_are_no_paths_are_told() {
    let place = Place::new();
    let names = [
        "own.csv\0.txt",
        "\0",
        "",
        ".",
        "..",
        "/",
        "//server/share/a.csv",
        "\\\\server\\share\\a.csv",
        "C:\\a.csv",
        "file:///etc/passwd",
        "own.csv/",
        "own.csv/..",
        "~/a.csv",
        "$HOME/a.csv",
        "|ls",
        "-",
        "\u{202e}vsc.nwo",
    ];
    for (key, beside) in KEYS {
        for name in names {
            let problems = place.said(key, beside, name, false);
            assert!(!problems.is_empty(), "{key} = {name:?} is read");
            for problem in &problems {
                assert!(
                    !problem.message.contains("os error"),
                    "{key} = {name:?}: {problem}"
                );
            }
        }
        let long = "a/".repeat(3_000) + "b.csv";
        assert!(!place.said(key, beside, &long, false).is_empty(), "{key}");
    }
}

/// Every key of the schema that takes a text, dotted, with the words about it.
fn keys() -> Vec<(String, String)> {
    let schema: Value = serde_json::from_str(&schema_json()).unwrap();
    let mut found = Vec::new();
    gather(&schema, &schema, &mut Vec::new(), &mut found);
    found
}

fn gather(schema: &Value, node: &Value, path: &mut Vec<String>, found: &mut Vec<(String, String)>) {
    // Nothing is nested deeper but by going round.
    if path.len() > 6 {
        return;
    }
    if let Some(name) = node["$ref"].as_str() {
        return gather(
            schema,
            &schema["$defs"][name.rsplit('/').next().unwrap()],
            path,
            found,
        );
    }
    for way in ["anyOf", "oneOf", "allOf"] {
        for one in node[way].as_array().into_iter().flatten() {
            gather(schema, one, path, found);
        }
    }
    for (key, below) in node["properties"].as_object().into_iter().flatten() {
        path.push(key.clone());
        found.push((
            path.join("."),
            below["description"].as_str().unwrap_or_default().to_owned(),
        ));
        gather(schema, below, path, found);
        path.pop();
    }
    gather_items(schema, node, path, found);
}

fn gather_items(schema: &Value, node: &Value, path: &mut Vec<String>, found: &mut Vec<(String, String)>) {
    for below in [&node["items"], &node["additionalProperties"]] {
        if below.is_object() {
            gather(schema, below, path, found);
        }
    }
}

/// The words by which a description says that its key names a file.
const OF_FILES: [&str; 6] = [
    "CSV",
    ".xlsx",
    "A table of",
    "A sheet of",
    "as for `cdn`",
    "`isochrone calibrate`",
];

#[test]
fn every_key_of_the_schema_that_names_a_file_is_among_those_tried() {
    let keys = keys();
    assert!(keys.len() > 200, "{}", keys.len());
    for (tried, _) in KEYS {
        assert!(keys.iter().any(|(key, _)| key == tried), "{tried} is no key");
    }
    for (key, about) in &keys {
        let names_a_file = OF_FILES.iter().any(|words| about.contains(words));
        let tried = KEYS.iter().any(|(tried, _)| tried == key);
        assert_eq!(names_a_file, tried, "{key}: {about}");
    }
}

/// Whatever its description says: a key whose answer depends on a file outside reads it.
#[test]
fn no_text_of_any_key_is_taken_for_a_file_outside() {
    let place = Place::new();
    let beside = "[audience]\nbuilt_in = \"eu\"\n";
    let all = |text: &str| {
        let said = |(key, _): &(String, String)| {
            let overrides = [(key.clone(), format!("\"{text}\""))];
            let found = Scenario::check_text("s.toml", beside, &place.inside(), &overrides, &CATALOG);
            format!("{:?}", found.problems)
        };
        keys().iter().map(said).collect::<Vec<_>>()
    };
    let before = all("../secret.csv");
    fs::remove_file(place.outside().join("secret.csv")).unwrap();
    assert!(
        all("../secret.csv") == before,
        "some key tells whether there is a file outside"
    );
}
