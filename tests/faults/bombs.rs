//! Workbooks made to take all memory or all time: refused with a message, within a second or two and little memory.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use std::time::Duration;
use std::{fs, iter};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::bench::{behind, timed, told};

/// Memory that the program may ask for, KiB: the catalogue and the code take a part of it.
const MEMORY_KIB: u64 = 1 << 20;

/// How long it may take, in a build that is not optimised.
const PATIENCE: Duration = Duration::from_secs(40);

const SHEET: &str = "xl/worksheets/sheet1.xml";
const TEXTS: &str = "xl/sharedStrings.xml";

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in parts {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet with these rows, and these texts that cells share.
fn book(rows: &str, texts: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    book_of(sheet.as_bytes(), format!("<sst>{texts}</sst>").as_bytes())
}

fn book_of(sheet: &[u8], texts: &[u8]) -> Vec<u8> {
    book_of_sheets("<sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/>", sheet, texts)
}

/// A workbook whose list of sheets this is, and all of them the same.
fn book_of_sheets(sheets: &str, sheet: &[u8], texts: &[u8]) -> Vec<u8> {
    let types = b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let package = b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    let workbook = format!(
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
        <sheets>{sheets}</sheets></workbook>"
    );
    let links = b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
        <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
    archive(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", package),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links),
        (SHEET, sheet),
        (TEXTS, texts),
    ])
}

/// What `check` says of a scenario whose users stand in this workbook.
fn said(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bomb.xlsx"), bytes).unwrap();
    fs::write(folder.path().join("s.toml"), "audience.file = \"bomb.xlsx\"\n").unwrap();
    let limits = format!("ulimit -v {MEMORY_KIB}");
    let run = || {
        behind(folder.path(), &limits, &["--threads", "2", "check", "s.toml"])
            .output()
            .unwrap()
    };
    let (output, took) = timed(run);
    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("bomb.xlsx") && !told.contains("internal error"),
        "{told}"
    );
    assert!(took < PATIENCE, "{took:?}: {told}");
    assert!(told.len() < 20_000, "{} bytes are told", told.len());
    told
}

fn refused(bytes: &[u8], why: &str) {
    let told = said(bytes);
    assert!(told.contains(why), "`{why}` is not in {told}");
}

#[test]
fn a_gigabyte_of_noughts_in_a_sheet() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(SHEET, SimpleFileOptions::default().large_file(true))
        .unwrap();
    // Packed by the megabyte, so that the test itself stays small.
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..1024 {
        zip.write_all(&blanks).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 4 << 20);
    refused(&bytes, "unpacks to more than the limit of");
}

#[test]
fn parts_beyond_number() {
    let names: Vec<String> = (0..10_001).map(|at| format!("xl/worksheets/{at}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    refused(&archive(&parts), "has more parts than the limit of 10000");
}

#[test]
fn sizes_that_are_not_true() {
    let content = vec![b' '; 80 << 20];
    let sound = archive(&[(SHEET, &content)]);
    let size = (content.len() as u32).to_le_bytes();
    for said in [7u32, u32::MAX, u32::MAX - 1] {
        let mut bytes = sound.clone();
        let places: Vec<usize> = (0..bytes.len() - 4)
            .filter(|at| bytes[*at..at + 4] == size)
            .collect();
        assert!(!places.is_empty());
        for at in places {
            bytes[at..at + 4].copy_from_slice(&said.to_le_bytes());
        }
        let told = self::said(&bytes);
        assert!(
            ["unpacks to more than", "cut short or damaged"]
                .iter()
                .any(|why| told.contains(why)),
            "{told}"
        );
    }
}

#[test]
fn an_archive_in_an_archive() {
    let inner = archive(&[(SHEET, &vec![b' '; 1 << 20])]);
    refused(&archive(&[("xl/inner.xlsx", &inner)]), "without a workbook in it");
}

#[test]
fn a_text_shared_by_all_cells_of_a_row() {
    // 30 KB stand once and would be 500 MB in a row of 16,384 cells.
    let cells = |row: usize| {
        format!(
            "<row r=\"{row}\">{}</row>",
            "<c t=\"s\"><v>0</v></c>".repeat(16_384)
        )
    };
    let text = format!("<si><t>{}</t></si>", "x".repeat(30 << 10));
    refused(
        &book(&(cells(1) + &cells(2)), &text),
        "more text than the limit of 256 MiB",
    );
    let long = format!("<si><t>{}</t></si>", "x".repeat(20 << 20));
    refused(&book(&cells(1), &long), "more than the limit of 131068");
}

#[test]
fn a_text_of_blanks_shared_by_all_cells() {
    let cells: String = (1..=40).fold(String::new(), |mut rows, row| {
        let _ = write!(
            rows,
            "<row r=\"{row}\">{}</row>",
            "<c t=\"s\"><v>0</v></c>".repeat(1_000)
        );
        rows
    });
    let text = format!("<si><t xml:space=\"preserve\">{}</t></si>", " ".repeat(30 << 10));
    refused(&book(&cells, &text), "more text than the limit of 256 MiB");
}

#[test]
fn counts_that_cannot_be_true() {
    let texts = b"<sst uniqueCount=\"4000000000\"><si><t>a</t></si></sst>";
    let sheet = b"<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>";
    refused(
        &book_of(sheet, texts),
        "claims to hold more texts than it has bytes",
    );
    // A dimension is not believed: the header is there, and users are not.
    refused(&book_of(sheet, b"<sst><si><t>metro</t></si></sst>"), "bomb.xlsx");
}

#[test]
fn cells_that_stand_beyond_all_sheets() {
    let at = |place: &str| {
        format!(
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>metro</v></c></row><row><c r=\"{place}\"><v>1</v></c></row>"
        )
    };
    for place in [
        "A4294967298",
        "A99999999999999999999",
        "ZZZZZZZZZZ9",
        "XFE2",
        "A1048577",
        "A0",
        "7",
        "Ä1",
        "A1:B2",
        "",
    ] {
        let told = said(&book(&at(place), ""));
        assert!(
            told.contains("stands where it cannot") || told.contains("cannot be read as a workbook"),
            "{place}: {told}"
        );
    }
    let far =
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>metro</v></c><c r=\"XFD1\" t=\"str\"><v>weight</v></c></row>";
    let rows: String = (2..=3_000).fold(String::from(far), |mut rows, row| {
        let _ = write!(rows, "<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c></row>");
        rows
    });
    refused(&book(&rows, ""), "more cells than the limit of 20000000");
}

#[test]
fn formulas_that_grow_with_their_square() {
    // One formula of 4 MB, that of 20,000 cells without a result.
    let formula = "1+".repeat(2 << 20);
    let mut rows = format!(
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>metro</v></c></row><row r=\"2\"><c r=\"A2\"><f t=\"shared\" si=\"0\" ref=\"A2:A30000\">{formula}1</f></c></row>"
    );
    for row in 3..20_000 {
        let _ = write!(
            rows,
            "<row r=\"{row}\"><c r=\"A{row}\"><f t=\"shared\" si=\"0\"/></c></row>"
        );
    }
    refused(&book(&rows, ""), "without a result");
    // The number of a formula is no number of formulas.
    let lone = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>metro</v></c></row><row r=\"2\"><c r=\"A2\"><f t=\"shared\" si=\"99999999999\" ref=\"A2:A3\">1</f><v>1</v></c></row>";
    refused(&book(lone, ""), "bomb.xlsx");
}

#[test]
fn entities_are_not_unfolded() {
    let folds: String = (1..20).fold("<!ENTITY a0 \"aaaaaaaaaa\">".to_owned(), |mut all, at| {
        let inner = iter::repeat_n(format!("&a{};", at - 1), 10).collect::<String>();
        let _ = write!(all, "<!ENTITY a{at} \"{inner}\">");
        all
    });
    let sheet = format!(
        "<!DOCTYPE worksheet [{folds}]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>&a19;</v></c></row></sheetData></worksheet>"
    );
    let told = said(&book_of(sheet.as_bytes(), b"<sst/>"));
    assert!(!told.contains("aaaaaaaaaaaaaaaaaaaa"), "{told}");
}

#[test]
fn sheets_beyond_number() {
    let sheets: String = (0..200_000).fold(String::new(), |mut all, at| {
        let _ = write!(all, "<sheet name=\"S{at}\" sheetId=\"{at}\" r:id=\"rId1\"/>");
        all
    });
    let sheet = b"<worksheet><sheetData/></worksheet>";
    let bytes = book_of_sheets(&sheets, sheet, b"<sst/>");
    assert!(bytes.len() < 2 << 20);
    refused(&bytes, "has more sheets than the limit of 5000: 200000");
}

/// What `check` says of the first of these files, which may name the others: that they are wrong, and before long.
fn found_in(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let limits = format!("ulimit -v {MEMORY_KIB}");
    let run = || {
        behind(folder.path(), &limits, &["--threads", "2", "check", files[0].0])
            .output()
            .unwrap()
    };
    let (output, took) = timed(run);
    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(took < PATIENCE, "{took:?}: {told}");
    assert!(!told.contains("internal error"), "{told}");
    told
}

/// What is said where a scenario has more faults than are shown: a hundred, and one line that counts the others.
const ALL_SHOWN: &str = "1 file checked: 101 errors";

/// Each of `count` numbers as `entry` writes it, with commas between.
fn joined(count: usize, entry: impl Fn(usize) -> String) -> String {
    (0..count).map(entry).collect::<Vec<_>>().join(",")
}

#[test]
fn a_scenario_of_keys_that_nobody_knows() {
    let keys = joined(300_000, |at| format!("\"k{at}\":1"));
    let json = found_in(&[("s.json", &format!("{{{keys}}}"))]);
    let toml = found_in(&[("s.toml", &keys.replace(',', "\n").replace(':', "="))]);
    for told in [json, toml] {
        assert!(
            told.contains("300000 entries stand in one list or table, more than the limit of 10000"),
            "{told}"
        );
    }
    // No table of these is too long, and together they are.
    let keys = joined(9_000, |at| format!("\"k{at}\":1"));
    let classes = joined(30, |_| format!("{{{keys}}}"));
    let told = found_in(&[("s.json", &format!("{{\"class\":[{classes}]}}"))]);
    assert!(told.contains("unknown key `k0`"), "{told}");
    assert!(told.contains(ALL_SHOWN), "{told}");
    let twice = joined(30, |_| {
        format!("{{{}}}", joined(9_000, |at| format!("\"{}\":1", at % 4_500)))
    });
    let told = found_in(&[("s.json", &format!("{{\"class\":[{twice}]}}"))]);
    assert!(told.contains("`0` stands twice"), "{told}");
}

#[test]
fn sets_that_are_all_the_same() {
    let sets = |count: usize| {
        let sets = joined(count, |at| {
            format!("{{\"name\":\"s{at}\",\"regions\":[\"eu-west-1\"]}}")
        });
        found_in(&[(
            "s.json",
            &format!("{{\"audience\":{{\"built_in\":\"world\"}},\"placement\":[{sets}]}}"),
        )])
    };
    let told = sets(100_000);
    assert!(
        told.contains("100000 entries stand in one list or table"),
        "{told}"
    );
    let told = sets(10_000);
    assert!(told.contains("set `s1` has the same regions as `s0`"), "{told}");
    assert!(told.contains(ALL_SHOWN), "{told}");
}

#[test]
fn names_that_are_all_unknown() {
    let numbered = |head: &str, row: &dyn Fn(usize) -> String| -> String {
        (0..100_000).fold(format!("{head}\n"), |mut all, at| {
            let _ = writeln!(all, "{}", row(at));
            all
        })
    };
    let users = numbered("metro,weight", &|at| format!("nowhere{at}-xx,1"));
    let told = found_in(&[("s.toml", "audience.file = \"u.csv\"\n"), ("u.csv", &users)]);
    assert!(told.contains("metro `nowhere0-xx` is unknown"), "{told}");
    assert!(told.contains("99980 more problems of this kind"), "{told}");
    let matrix = numbered("from,to,rtt_ms", &|at| format!("nowhere{at}-xx,nil{at},1"));
    let scenario = "audience.built_in = \"world\"\nnetwork.matrix = \"m.csv\"\n";
    let told = found_in(&[("s.toml", scenario), ("m.csv", &matrix)]);
    assert!(
        told.contains("`nowhere0-xx` is neither a user group nor a region"),
        "{told}"
    );
    assert!(told.contains("199980 more problems of this kind"), "{told}");
    // In a scenario's own lists too.
    let links = joined(10_000, |at| {
        format!("{{\"from\":\"a{at}\",\"to\":\"b{at}\",\"rtt\":\"1ms\"}}")
    });
    let told = found_in(&[(
        "s.json",
        &format!("{{\"audience\":{{\"built_in\":\"world\"}},\"network\":{{\"link\":[{links}]}}}}"),
    )]);
    assert!(told.contains(ALL_SHOWN), "{told}");
}

#[test]
fn a_csv_of_nothing_but_columns_or_faults() {
    let said = |name: &str, text: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        fs::write(
            folder.path().join("s.toml"),
            format!("audience.file = \"{name}\"\n"),
        )
        .unwrap();
        let limits = format!("ulimit -v {MEMORY_KIB}");
        let run = || {
            behind(folder.path(), &limits, &["check", "s.toml"])
                .output()
                .unwrap()
        };
        let (output, took) = timed(run);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(took < PATIENCE, "{took:?}");
        told
    };
    let columns = said("a.csv", &"a,".repeat(5_000_000));
    assert!(
        columns.contains("more columns than the limit of 16384"),
        "{columns}"
    );
    // Each row has a cell too many: to find the place of each would take hours.
    let rows = format!("metro,weight\n{}", "paris-fr,1,\n".repeat(1_000_000));
    let faults = said("b.csv", &rows);
    assert!(faults.contains("more problems of this kind"), "{faults}");
}

#[test]
fn measurements_in_one_line_of_a_million_faults() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("[");
    for at in 0..150_000 {
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(
            text,
            "{comma}{{\"prb_id\":{at},\"dst_name\":\"x\",\"result\":[{{\"rtt\":-1}}]}}"
        );
    }
    fs::write(folder.path().join("a.json"), text + "]").unwrap();
    let limits = format!("ulimit -v {MEMORY_KIB}");
    let run = || {
        behind(folder.path(), &limits, &["import", "a.json"])
            .output()
            .unwrap()
    };
    let (output, took) = timed(run);
    assert!(matches!(output.status.code(), Some(2)), "{}", told(&output));
    assert!(took < PATIENCE, "{took:?}");
    assert!(told(&output).len() < 20_000);
}

#[test]
fn a_name_of_megabytes_is_not_compared_with_all_names() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("[regions]\ncandidates = [\"{}\"]\n", "x".repeat(8 << 20));
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let limits = format!("ulimit -v {MEMORY_KIB}");
    let run = || {
        behind(folder.path(), &limits, &["check", "s.toml"])
            .output()
            .unwrap()
    };
    let (output, took) = timed(run);
    assert_eq!(output.status.code(), Some(1), "{:?}", output.status);
    assert!(took < PATIENCE, "{took:?}");
}
