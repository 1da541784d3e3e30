//! What every reader of foreign bytes must hold, whatever the bytes are: a function for each reader.
//!
//! They are called twice: by the crate in `fuzz/`, which looks for bytes that no one thought of, and by `tests/faults.rs`
//! with a fixed number of mutations of the files in `fuzz/corpus`.
#![allow(dead_code, unreachable_pub)]

use std::cell::RefCell;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use isochrone::basis::error::{Error, ErrorKind, Problem, Severity};
use isochrone::cli::shards::file::Body;
use isochrone::decide::effort::{self, Asked};
use isochrone::design::scenario::{Checked, Scenario};
use isochrone::engine::memory::{self, Dimensions};
use isochrone::report::export::{Format, json};
use isochrone::world::catalog::Catalog;
use isochrone::world::ingest::foreign::{
    Form, ImportOptions, Imported, Names, Plain, Unit, combine, plain_csv, read_foreign,
};
use isochrone::world::ingest::{Table, read_matrix, sheets_of};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A reader under test.
pub type Target = fn(&[u8]);

/// All of them by name; each has a folder of seeds in `fuzz/corpus` and a list of words in `fuzz/words`.
pub const ALL: [(&str, Target); 6] = [
    ("scenario", scenario),
    ("tables", tables),
    ("book", book),
    ("report", report),
    ("shard", shard),
    ("foreign", foreign),
];

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// The folder of the project, wherever these functions were compiled.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut above = here.ancestors();
        let found = above.find(|folder| folder.join("fuzz/corpus").is_dir());
        found.unwrap_or(here).to_owned()
    });
    &ROOT
}

/// A scenario, as JSON where it begins with a brace, else as TOML. The files that it names lie in `models`.
pub fn scenario(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let name = if text.trim_start().starts_with('{') {
        "a.json"
    } else {
        "a.toml"
    };
    let folder = root().join("models");
    let checked = check(name, text, &folder);
    if let Some(scenario) = &checked.scenario {
        plan(scenario);
    }
}

fn check(name: &str, text: &str, folder: &Path) -> Checked {
    let checked = Scenario::check_text(name, text, folder, &[], &CATALOG);
    for problem in &checked.problems {
        assert_sound(problem, name, Some(text));
    }
    let errors = checked
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let found = checked.scenario.is_some() || checked.sites.is_some();
    assert_eq!(
        found,
        errors == 0,
        "an answer and an error, or neither: {:?}",
        checked.problems
    );
    checked
}

/// What a run would take is told of everything that is accepted, and it is a number.
fn plan(scenario: &Scenario) {
    let asked = Asked {
        top: 10,
        threads: 2,
        limit: effort::budget(None, false),
        limits: 0,
        files: true,
    };
    let plan = effort::plan(scenario, &asked);
    assert!(plan.seconds >= 0.0, "{plan:?}");
    if let Err(error) = memory::check(Dimensions::of(scenario), memory::LIMIT) {
        assert!(error.to_string().contains("GiB"), "{error}");
    }
}

/// A message says something, and its place lies in the text that it is about.
fn assert_sound(problem: &Problem, name: &str, text: Option<&str>) {
    assert!(!problem.message.trim().is_empty(), "{problem:?}");
    let Some(place) = &problem.place else { return };
    assert!(place.line >= 1 && place.column >= 1, "{problem:?}");
    let (Some(text), true) = (text, place.sheet.is_none() && place.file == name) else {
        return;
    };
    let lines = text.matches('\n').count() + 1;
    assert!(place.line <= lines, "line {} of {lines}: {problem:?}", place.line);
    let span = &place.span;
    assert!(span.start <= span.end, "{problem:?}");
    assert!(
        span.end <= text.len() + 1,
        "{span:?} of {}: {problem:?}",
        text.len()
    );
}

/// Bytes from outside are never the fault of the program.
fn assert_refused(error: &Error, name: &str, text: Option<&str>) {
    assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    assert!(!error.problems().is_empty());
    for problem in error.problems() {
        assert_sound(problem, name, text);
    }
}

/// A table in each of its uses. Before the first line end stands which use, as a letter.
pub fn tables(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    table("a.csv", rest.to_vec());
    let text = match first {
        b'u' => "audience.file = \"a.csv\"\n",
        b'm' => {
            "audience.file = \"users.csv\"\nnetwork.matrix = \"a.csv\"\nnetwork.access = false\n\
             regions.candidates = [\"eu-west-1\", \"us-east-1\"]\n"
        }
        b's' => {
            "audience.built_in = \"eu\"\nregions.services = { file = \"a.csv\", required = [\"queue\"] }\n"
        }
        b'p' => "audience.built_in = \"eu\"\ncost.prices = \"a.csv\"\n",
        b'e' => "audience.built_in = \"eu\"\ncdn.edges = \"a.csv\"\n",
        b'c' => "[sites]\nmatrix = \"a.csv\"\nunit = \"ms\"\ngoal = \"median\"\nopen = 1\n",
        b'g' => "[sites]\ngraph = \"a.csv\"\nunit = \"ms\"\ngoal = \"center\"\nopen = 1\n",
        b'w' => {
            "[sites]\nmatrix = \"costs.csv\"\nweights = \"a.csv\"\nunit = \"ms\"\ngoal = \"median\"\nopen = 1\n"
        }
        b'o' => "[sites]\nmatrix = \"costs.csv\"\nopening = \"a.csv\"\nunit = \"ms\"\ngoal = \"fixed\"\n",
        _ => return,
    };
    thread_local! {
        static FOLDER: RefCell<Option<Temp>> = const { RefCell::new(None) };
    }
    FOLDER.with_borrow_mut(|folder| {
        let folder = folder.get_or_insert_with(Temp::new);
        std::fs::write(folder.0.join("a.csv"), rest).expect("a folder of ours can be written");
        check("a.toml", text, &folder.0);
    });
}

/// A folder that goes with the thread.
struct Temp(PathBuf);

impl Temp {
    fn new() -> Self {
        let thread = format!("{:?}", std::thread::current().id());
        let number: String = thread.chars().filter(char::is_ascii_digit).collect();
        let folder = std::env::temp_dir().join(format!("isochrone-fuzz-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let put =
            |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("it can be written");
        put("users.csv", "id,metro,weight\na,paris-fr,1\nb,berlin-de,2\n");
        put("costs.csv", "user,x,y,z\na,1,2,3\nb,3,1,2\nc,2,3,1\n");
        Temp(folder)
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A table by itself: what is accepted can be written and read again the same.
fn table(name: &str, bytes: Vec<u8>) {
    let text = String::from_utf8(bytes.clone()).ok();
    let table = match Table::from_bytes(name, bytes) {
        Ok(table) => table,
        Err(error) => return assert_refused(&error, name, text.as_deref()),
    };
    assert_reads_back(&table);
    if let Err(error) = read_matrix(&table) {
        assert_refused(&error, name, text.as_deref());
    }
    if let Err(error) = Names::default().add_table(&table) {
        assert_refused(&error, name, text.as_deref());
    }
}

fn cells(table: &Table) -> Vec<Vec<String>> {
    let width = table.headers().len();
    let row = |row: isochrone::world::ingest::Row<'_>| {
        (0..width)
            .map(|at| row.cell(at).unwrap_or_default().to_owned())
            .collect()
    };
    table.rows().map(row).collect()
}

fn assert_reads_back(table: &Table) {
    let whole = cells(table);
    assert_eq!(whole.len(), table.len());
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    writer.write_record(table.headers()).expect("memory");
    for row in &whole {
        writer.write_record(row).expect("memory");
    }
    let bytes = writer.into_inner().expect("memory");
    let again = match Table::from_bytes("again.csv", bytes) {
        Ok(again) => again,
        // One column that holds another separator is taken for a table of that other separator.
        Err(error) => return assert!(error.to_string().contains("are separated by"), "{error}"),
    };
    assert_eq!(again.headers(), table.headers());
    assert_eq!(cells(&again), whole);
}

/// What parts the parts of a workbook in a seed: behind it the part's name, and a line end.
const PART: &[u8] = b"\n>>>>";

/// A workbook: an archive as it is, or parts that are put into one, so that what is within can be changed.
pub fn book(bytes: &[u8]) {
    let packed;
    let bytes = if bytes.starts_with(b"PK") {
        bytes
    } else {
        let Some(made) = pack(bytes) else { return };
        packed = made;
        &packed
    };
    match Table::from_bytes("a.xlsx", bytes.to_vec()) {
        Ok(table) => {
            assert_reads_back(&table);
            for row in table.rows().take(3) {
                for at in 0..table.headers().len() {
                    assert!(row.cell_place(at).sheet.is_some());
                }
            }
        }
        Err(error) => assert_refused(&error, "a.xlsx", None),
    }
    match sheets_of("a.xlsx", bytes) {
        Ok(sheets) => {
            for sheet in sheets {
                let width = sheet.rows.first().map_or(0, Vec::len);
                assert!(sheet.rows.iter().all(|row| row.len() == width));
            }
        }
        Err(error) => assert_refused(&error, "a.xlsx", None),
    }
}

/// The parts of a seed in an archive; `None` when two have one name.
pub fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut rest = bytes.strip_prefix(&PART[1..]).unwrap_or(bytes);
    loop {
        let end = rest.windows(PART.len()).position(|window| window == PART);
        let part = &rest[..end.unwrap_or(rest.len())];
        let line = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
        let name = String::from_utf8_lossy(&part[..line]).into_owned();
        zip.start_file(name, stored).ok()?;
        zip.write_all(part.get(line + 1..).unwrap_or_default()).ok()?;
        match end {
            Some(end) => rest = &rest[end + PART.len()..],
            None => break,
        }
    }
    Some(zip.finish().ok()?.into_inner())
}

/// The parts of an archive as a seed.
pub fn unpack(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut seed = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        seed.extend_from_slice(if seed.is_empty() { &PART[1..] } else { PART });
        seed.extend_from_slice(name.as_bytes());
        seed.push(b'\n');
        std::io::Read::read_to_end(&mut part, &mut seed).expect("a sound part");
    }
    seed
}

/// A saved report: what is accepted is written in every format, and read again the same.
pub fn report(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).ok();
    let report = match json::from_json("r.json", bytes) {
        Ok(report) => report,
        Err(error) => return assert_refused(&error, "r.json", text),
    };
    // A number such as 1e400 is read as infinite, and has no JSON form.
    let Ok(written) = json::to_json(&report) else {
        return;
    };
    let again = json::from_json("again.json", &written).expect("what we write, we read");
    assert!(again == report, "the report is not read back as it was written");
    for format in Format::ALL {
        let _ = format.render(&report);
    }
}

/// A shard of a run: as it is, and as the body of a file whose checksum is right.
pub fn shard(bytes: &[u8]) {
    shard_file(bytes);
    let Ok(body) = std::str::from_utf8(bytes) else {
        return;
    };
    if serde_json::from_str::<&serde_json::value::RawValue>(body).is_err() {
        return;
    }
    let checksum = isochrone::basis::digest::digest(body.trim().as_bytes());
    let whole = format!(
        "{{\"schema\":\"isochrone-shard\",\"schema_version\":2,\"checksum\":\"{checksum}\",\"body\":{body}}}"
    );
    shard_file(whole.as_bytes());
}

fn shard_file(bytes: &[u8]) {
    let body = match Body::from_bytes("s.json", bytes) {
        Ok(body) => body,
        Err(error) => return assert_refused(&error, "s.json", None),
    };
    let _ = body.work.to_search(body.part());
    let _ = body.work.to_replicates();
    let written = body.to_bytes().expect("what was read can be written");
    let again = Body::from_bytes("again.json", &written).expect("what we write, we read");
    assert_eq!(again.to_bytes().expect("as before"), written);
}

/// Measurements of other tools, with and without what a user may say of them.
pub fn foreign(bytes: &[u8]) {
    let said = ImportOptions {
        unit: Some(Unit::Millis),
        from: Some("here".into()),
        to: Some("there".into()),
        ..ImportOptions::default()
    };
    let text = std::str::from_utf8(bytes).ok();
    for options in [ImportOptions::default(), said] {
        match read_foreign("f.txt", bytes, &options) {
            Ok(read) => assert_imported(read),
            Err(error) => assert_refused(&error, "f.txt", text),
        }
    }
}

fn assert_imported(read: Imported) {
    assert!(!read.pairs.is_empty());
    for text in read.notes.iter().chain([&read.read_as]) {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
    let combined = combine(vec![read], &Names::default()).expect("one file stands against nobody");
    for plain in [Plain::Samples, Plain::Quantiles, Plain::Summary] {
        let Ok(csv) = plain_csv(&combined.pairs, plain, &["about".to_owned()]) else {
            continue;
        };
        let table = Table::parse("plain.csv", csv.clone()).expect("what we write, we read");
        let options = ImportOptions {
            form: Some(Form::Csv),
            unit: Some(Unit::Millis),
            ..ImportOptions::default()
        };
        if table.is_empty() {
            continue;
        }
        let again = match read_foreign("plain.csv", csv.as_bytes(), &options) {
            Ok(again) => again,
            // Pairs of which nothing is known but what they lost.
            Err(error) if error.to_string().contains("holds no measurement") => continue,
            Err(error) => panic!("{plain:?} is not read again: {error}\n{csv}"),
        };
        for pair in &again.pairs {
            let known = combined
                .pairs
                .iter()
                .any(|it| it.from == pair.from && it.to == pair.to);
            assert!(known, "{} → {} was not there", pair.from, pair.to);
        }
    }
}
