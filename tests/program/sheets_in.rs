//! Workbooks where a CSV is expected: they say the same, and what is wrong with them is told by cell.
use std::io::{Cursor, Read, Write};
use std::path::Path;

use isochrone::basis::digest::digest;
use isochrone::design::scenario::{Checked, Scenario};
use isochrone::world::catalog::{Catalog, TableKind};
use isochrone::world::ingest::{MAX_CELLS, MAX_ROWS, MatrixRow, Row, Table, read_matrix};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::write::{SimpleFileOptions, ZipWriter};

/// A cell as a spreadsheet holds it.
fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => sheet.write_number(row, column, number).unwrap(),
        _ => sheet.write_string(row, column, text).unwrap(),
    };
}

/// The rows of a CSV written to a sheet as numbers and texts; blanks stay blank.
fn fill(sheet: &mut Worksheet, csv: &str) {
    for (row, line) in csv.lines().enumerate() {
        for (column, text) in line.split(',').enumerate().filter(|(_, text)| !text.is_empty()) {
            write_cell(sheet, row as u32, column as u16, text);
        }
    }
}

fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, csv) in sheets {
        fill(workbook.add_worksheet().set_name(*name).unwrap(), csv);
    }
    workbook.save_to_buffer().unwrap()
}

/// A workbook of one sheet called `Users`.
fn one(edit: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    edit(workbook.add_worksheet().set_name("Users").unwrap());
    workbook.save_to_buffer().unwrap()
}

/// The same archive with one part changed.
fn patched(bytes: &[u8], path: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if name == path {
            let text = String::from_utf8(content).unwrap();
            let changed = change(&text);
            assert_ne!(changed, text, "nothing was changed");
            content = changed.into_bytes();
        }
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(&content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn read(name: &str, bytes: Vec<u8>) -> Table {
    Table::from_bytes(name, bytes).unwrap()
}

/// Every problem, with its hint behind an arrow.
fn faults(name: &str, bytes: Vec<u8>) -> Vec<String> {
    let error = Table::from_bytes(name, bytes).unwrap_err();
    let problems = error.problems().iter();
    problems
        .map(|problem| match &problem.hint {
            Some(hint) => format!("{problem} → {hint}"),
            None => problem.to_string(),
        })
        .collect()
}

fn cells(table: &Table) -> Vec<Vec<Option<String>>> {
    let width = table.headers().len();
    let row = |row: Row<'_>| (0..width).map(|i| row.cell(i).map(str::to_owned)).collect();
    table.rows().map(row).collect()
}

const USERS: &str = "id,metro,lat,lon,country,users,wifi,cellular\na,paris-fr,,,,10,,\n\
                     ,berlin-de,,,,20.5,,\n,,48.1,16.3,AT,5,0.5,0.5\n";
const MATRIX: &str = "from,eu-west-1,us-east-1\neu-west-1,0,70\nparis-fr,18,85\n";
const SERVICES: &str = "region,service\neu-west-1,postgres\neu-west-1,queue\nus-east-1,queue\n";

/// A scenario whose tables are these files of `folder`.
fn check(folder: &Path, [users, matrix, services]: [&str; 3]) -> Checked {
    let text = format!(
        "audience.file = \"{users}\"\nnetwork.matrix = \"{matrix}\"\nnetwork.access = false\n\
         [regions]\ncandidates = [\"eu-west-1\", \"us-east-1\"]\nsizes = [1]\n\
         services = {{ file = \"{services}\", required = [\"queue\"] }}\n"
    );
    Scenario::check_text("s.toml", &text, folder, &[], &Catalog::embedded())
}

#[test]
fn users_matrix_and_services_say_the_same_from_a_workbook_as_from_csv() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    put("users.csv", USERS.as_bytes());
    put("rtt.csv", MATRIX.replace("paris-fr", "a").as_bytes());
    put("services.csv", SERVICES.as_bytes());
    let matrix = MATRIX.replace("paris-fr", "a");
    let bytes = workbook(&[("Users", USERS), ("RTT ms", &matrix), ("What is there", SERVICES)]);
    put("plan.xlsx", &bytes);
    let of_csv = check(folder.path(), ["users.csv", "rtt.csv", "services.csv"]);
    let of_sheets = check(
        folder.path(),
        ["plan.xlsx#Users", "plan.xlsx#rtt ms", "plan.xlsx#What is there"],
    );
    assert_eq!(of_csv.problems, []);
    assert_eq!(of_sheets.problems, []);
    let (csv, sheets) = (of_csv.scenario.unwrap(), of_sheets.scenario.unwrap());
    assert_eq!(csv.audience.groups, sheets.audience.groups);
    assert_eq!(format!("{:?}", csv.network), format!("{:?}", sheets.network));
    assert_eq!(csv.candidates, sheets.candidates);
    let mut inputs: Vec<(&str, &str)> = sheets.inputs[1..]
        .iter()
        .map(|input| (input.name.as_str(), input.digest.as_str()))
        .collect();
    let of_bytes = digest(&bytes);
    let mut expected =
        ["plan.xlsx#Users", "plan.xlsx#What is there", "plan.xlsx#rtt ms"].map(|n| (n, of_bytes.as_str()));
    expected.sort_unstable();
    inputs.sort_unstable();
    assert_eq!(inputs, expected);
}

#[test]
fn a_scenario_tells_the_cells_of_all_its_sheets_and_stays_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let users = "metro,users\nparis-fr,many\nberlin-de,-1\n";
    let bytes = workbook(&[("Users", users), ("RTT", "from,to,rtt_s\na,eu-west-1,1\n")]);
    put("plan.xlsx", &bytes);
    put("services.csv", SERVICES.as_bytes());
    let checked = check(
        folder.path(),
        ["plan.xlsx#Users", "plan.xlsx#RTT", "services.csv"],
    );
    let file = folder.path().join("plan.xlsx").display().to_string();
    let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told[..2],
        [
            format!("{file}: sheet Users, cell B2: column `users` must be a number, found `many`"),
            format!("{file}: sheet Users, cell B3: column `users` must be above zero, found `-1`"),
        ]
    );
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let checked = check(&inner, ["../plan.xlsx#Users", "../plan.xlsx#RTT", "x.csv"]);
    let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
    assert!(
        told.contains(&"s.toml:1:17: `../plan.xlsx` lies outside the folder of the scenario".to_owned()),
        "{told:?}"
    );
}

#[test]
fn a_table_of_the_catalogue_may_be_a_sheet_with_its_source_above() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.xlsx");
    let own = "# source: our own probes\n# date: May 2026\nfrom,to,p50_ms,p90_ms,statistic\n\
               eu-west-1,us-east-1,70,72,STATISTIC\n";
    let sound = own.replace("STATISTIC", "quantiles");
    std::fs::write(&path, workbook(&[("RTTs", &sound)])).unwrap();
    let catalog = Catalog::embedded().with_file(TableKind::AwsRtts, &path).unwrap();
    let about = catalog.data_table(TableKind::AwsRtts).unwrap();
    assert_eq!(
        (about.source.as_str(), about.date.as_str(), about.rows),
        ("our own probes", "May 2026", 1)
    );
    let file = path.display();
    assert_eq!(about.name, format!("{file}#RTTs"));
    assert_eq!(about.digest, digest(&std::fs::read(&path).unwrap()));

    let again = "eu-west-1,us-east-1,71,72,quantiles\n";
    std::fs::write(&path, workbook(&[("RTTs", &format!("{sound}{again}"))])).unwrap();
    let error = Catalog::embedded()
        .with_file(TableKind::AwsRtts, &path)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{file}: sheet RTTs, cell A5: `eu-west-1 us-east-1` stands twice, first in row 4")
    );
}

#[test]
fn the_sheet_is_the_one_that_is_named_or_the_only_one_with_cells() {
    let named = || workbook(&[("Notes", ""), ("Users", "a\n1\n"), ("Old", "a\n2\n")]);
    assert_eq!(
        read("p.xlsx#Old", named()).rows().next().unwrap().get("a"),
        Some("2")
    );
    assert_eq!(read("p.xlsx#users", named()).name(), "p.xlsx#Users");
    assert_eq!(
        faults("p.xlsx", named()),
        [
            "`p.xlsx` has 2 sheets with cells in them: `Users`, `Old` → say which is meant, such as `p.xlsx#Users`"
        ]
    );
    assert_eq!(
        faults("p.xlsx#Usres", named()),
        ["`p.xlsx` has no sheet `Usres`: it has `Notes`, `Users`, `Old` → did you mean `p.xlsx#Users`?"]
    );
    assert_eq!(
        faults("p.xlsx#Notes", named()),
        ["sheet `Notes` of `p.xlsx` is empty: a header row is expected"]
    );
    assert_eq!(
        faults("p.xlsx", workbook(&[("A", "")])),
        ["`p.xlsx` has no sheet with cells in it"]
    );
    let mut hiding = Workbook::new();
    fill(hiding.add_worksheet().set_name("Users").unwrap(), "a\n1\n");
    fill(
        hiding.add_worksheet().set_name("Raw").unwrap().set_hidden(true),
        "a\n2\n",
    );
    let hiding = hiding.save_to_buffer().unwrap();
    assert_eq!(read("p.xlsx", hiding.clone()).name(), "p.xlsx#Users");
    assert_eq!(
        read("p.xlsx#Raw", hiding).rows().next().unwrap().get("a"),
        Some("2")
    );
}

#[test]
fn titles_comments_blank_rows_and_columns_around_the_table_are_left_out() {
    let table = read(
        "u.xlsx",
        one(|sheet| {
            sheet.write_string(1, 1, "# users of 2026").unwrap();
            sheet.write_string(3, 1, "metro").unwrap();
            sheet.write_string(3, 2, "weight").unwrap();
            sheet.write_string(3, 4, "   ").unwrap();
            sheet.write_string(4, 1, " paris-fr ").unwrap();
            sheet.write_number(4, 2, 5.0).unwrap();
            sheet.write_string(6, 1, "# more").unwrap();
            sheet.write_string(7, 1, "tokyo-jp").unwrap();
            sheet
                .write_number_with_format(7, 2, 0.5, &Format::new().set_num_format("0%"))
                .unwrap();
        }),
    );
    assert_eq!(table.headers(), ["metro", "weight"]);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        cells(&table),
        [[some("paris-fr"), some("5")], [some("tokyo-jp"), some("0.5")]]
    );
    let places: Vec<String> = table.rows().map(|row| row.place("weight").to_string()).collect();
    assert_eq!(
        places,
        ["u.xlsx: sheet Users, cell C5", "u.xlsx: sheet Users, cell C8"]
    );
    assert_eq!(table.header_place(1).to_string(), "u.xlsx: sheet Users, cell C4");
    assert_eq!(table.comments(), "# users of 2026\n");
}

#[test]
fn a_square_matrix_may_leave_its_corner_blank() {
    let square = ",eu-west-1,us-east-1\ndublin,0.8,67\nboston,71,\n";
    let of_sheet = read_matrix(&read("m.xlsx", workbook(&[("M", square)]))).unwrap();
    let of_csv = read_matrix(&Table::parse("m.csv", square).unwrap()).unwrap();
    let plain = |rows: &[MatrixRow]| -> Vec<_> {
        rows.iter()
            .map(|row| (row.from.clone(), row.to.clone(), row.rtt))
            .collect()
    };
    assert_eq!(plain(&of_sheet), plain(&of_csv));
    let twice = "from,to,rtt_ms\na,b,1\na,b,2\n";
    let error = read_matrix(&read("m.xlsx", workbook(&[("M", twice)]))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "m.xlsx: sheet M, cell C3: the pair a → b stands in row 2 and again in row 3"
    );
}

#[test]
fn an_rtt_in_another_unit_is_told_which_is_wanted() {
    let said = |text: &'static str| {
        read_matrix(&Table::parse("m.csv", text).unwrap())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        said("from,to,rtt_s\na,b,1\n"),
        "m.csv:1:9: column `rtt_s` is unknown: RTTs are given in milliseconds, column `rtt_ms`"
    );
    assert_eq!(
        said("from,to,RTT\na,b,1\n"),
        "m.csv:1:9: column `RTT` is unknown: RTTs are given in milliseconds, column `rtt_ms`"
    );
    let users = read(
        "u.xlsx",
        workbook(&[("Users", "metro,requests_per_hour\nparis-fr,1\n")]),
    );
    assert_eq!(
        users
            .expect_columns(&["metro"], &["requests_per_second"])
            .unwrap_err()
            .to_string(),
        "u.xlsx: sheet Users, cell B1: column `requests_per_hour` is unknown: `requests` is given per second, \
         column `requests_per_second`"
    );
}

#[test]
fn faulty_cells_are_told_together() {
    let bytes = one(|sheet| {
        fill(
            sheet,
            "metro,weight,lan\nparis-fr,1,2\ntokyo-jp,2,3\nberlin-de,3,4,outside\n",
        );
        sheet
            .write_formula(1, 1, Formula::new("=1/0").set_result("#DIV/0!"))
            .unwrap();
        sheet
            .write_formula(2, 1, Formula::new("=B2*2").set_result("6"))
            .unwrap();
    });
    let bytes = patched(&bytes, SHEET, |xml| {
        let without = xml.replace("<c r=\"C3\"><v>3</v></c>", "<c r=\"C3\"><f>A3*2</f></c>");
        without.replace("<c r=\"C4\"><v>4</v></c>", "<c r=\"C4\" t=\"e\"><v>#REF!</v></c>")
    });
    assert_eq!(
        faults("u.xlsx", bytes),
        [
            "u.xlsx: sheet Users, cell B2: the cell holds the error `#DIV/0!`, from `=1/0` \
             → put the value in its place, or clear the cell",
            "u.xlsx: sheet Users, cell C3: the cell holds the formula `=A3*2` without a result \
             → open the workbook in a spreadsheet program and save it",
            "u.xlsx: sheet Users, cell C4: the cell holds the error `#REF!` → put the value in its place, or clear the cell",
            "u.xlsx: sheet Users, cell D4: the cell lies outside the table: row 1 has no name for its column \
             → name the column, or clear the cell",
        ]
    );
}

#[test]
fn a_formula_counts_by_its_result_and_a_date_is_no_number() {
    let table = read(
        "u.xlsx",
        one(|sheet| {
            fill(sheet, "metro,weight,asia\nparis-fr\ntokyo-jp\n");
            sheet
                .write_formula(1, 1, Formula::new("=3*4").set_result("12"))
                .unwrap();
            sheet.write_boolean(1, 2, true).unwrap();
            let day = ExcelDateTime::parse_from_str("2026-01-31").unwrap();
            let format = Format::new().set_num_format("yyyy-mm-dd");
            sheet.write_datetime_with_format(2, 1, &day, &format).unwrap();
        }),
    );
    let rows: Vec<_> = table.rows().collect();
    assert_eq!(rows[0].number("weight").unwrap(), 12.0);
    assert!(rows[0].yes_no("asia").unwrap());
    assert_eq!(
        rows[1].number("weight").unwrap_err().to_string(),
        "u.xlsx: sheet Users, cell B3: column `weight` must be a number, found `2026-01-31`"
    );
}

#[test]
fn an_error_value_nobody_knows_is_told_behind_the_cell_before() {
    let bytes = patched(
        &workbook(&[("Users", "metro,weight\nparis-fr,7\n")]),
        SHEET,
        |xml| {
            xml.replace(
                "<c r=\"B2\"><v>7</v></c>",
                "<c r=\"B2\" t=\"e\"><v>#SPILL!</v></c>",
            )
        },
    );
    assert_eq!(
        faults("u.xlsx", bytes),
        [
            "u.xlsx: sheet Users, cell A2: a cell behind this one holds the error `#SPILL!` \
          → put the value in its place, or clear the cell"
        ]
    );
}

#[test]
fn merged_cells_are_refused_in_the_table_and_allowed_above_it() {
    let merge = |range: (u32, u16, u32, u16)| {
        one(move |sheet| {
            fill(sheet, "# title\nmetro,weight\nparis-fr,1\ntokyo-jp,2\n");
            let (top, left, bottom, right) = range;
            sheet
                .merge_range(top, left, bottom, right, "x", &Format::new())
                .unwrap();
            if top == 0 {
                sheet.write_string(0, 0, "# title").unwrap();
            }
        })
    };
    assert_eq!(read("u.xlsx", merge((0, 0, 0, 1))).len(), 2);
    assert_eq!(
        faults("u.xlsx", merge((2, 0, 3, 0))),
        ["u.xlsx: sheet Users, cell A3: A3:A4 are merged → give each row its own value"]
    );
    assert_eq!(
        faults("u.xlsx", merge((1, 0, 1, 1)))[0],
        "u.xlsx: sheet Users, cell A2: A2:B2 are merged → give each column its own value"
    );
}

#[test]
fn a_header_that_stands_twice_is_refused_by_cell() {
    assert_eq!(
        faults("u.xlsx", workbook(&[("Users", "a,b,A\n1,2,3\n")])),
        ["u.xlsx: sheet Users, cell C1: column `A` stands twice in the header"]
    );
}

#[test]
fn what_is_no_workbook_is_told_by_what_it_is() {
    let said = |name: &str, bytes: &[u8]| faults(name, bytes.to_vec()).concat();
    assert_eq!(
        said("u.xlsx", b"metro,weight\nparis-fr,1\n"),
        "`u.xlsx` is text, not a workbook → call it .csv if commas separate its columns"
    );
    assert_eq!(
        said("u.xlsx", b"<html><table></table></html>"),
        "`u.xlsx` is a page of HTML or XML, not a workbook → open it in a spreadsheet program and save it as .xlsx or .csv"
    );
    assert_eq!(
        said("u.ods", b"PK\x03\x04"),
        "`u.ods` is a workbook of a kind that is not read, .ods → save it as .xlsx or .csv"
    );
    let mut other = ZipWriter::new(Cursor::new(Vec::new()));
    other
        .start_file("notes.txt", SimpleFileOptions::default())
        .unwrap();
    other.write_all(b"hello").unwrap();
    assert_eq!(
        said("u.xlsx", &other.finish().unwrap().into_inner()),
        "`u.xlsx` is a zip archive without a workbook in it → save the table as .xlsx or .csv"
    );
    let whole = workbook(&[("Users", "a\n1\n")]);
    let cut = said("u.xlsx", &whole[..whole.len() / 2]);
    assert!(cut.starts_with("`u.xlsx` is cut short or damaged: "), "{cut}");
    let disordered = patched(&whole, SHEET, |xml| xml.replace("r=\"A2\"", "r=\"A1\""));
    assert_eq!(
        said("u.xlsx", &disordered),
        "sheet `Users` of `u.xlsx` is damaged: cell A1 stands where it cannot \
         → open it in a spreadsheet program and save it again, as .xlsx or .csv"
    );
}

#[test]
fn a_sheet_that_unpacks_to_gigabytes_is_refused() {
    let whole = workbook(&[("Users", "a\n1\n")]);
    let bomb = patched(&whole, SHEET, |xml| {
        xml.replace("<sheetData>", &format!("<sheetData>{}", " ".repeat(65 << 20)))
    });
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    assert_eq!(
        faults("u.xlsx", bomb),
        [
            "part `xl/worksheets/sheet1.xml` of `u.xlsx` unpacks to more than the limit of 64 MiB, 200 times what is packed \
          → copy the table into a new workbook, or save it as .csv"
        ]
    );
}

#[test]
fn a_table_with_too_many_rows_or_cells_is_refused_with_the_limit() {
    // Ten million rows of two bytes would pass the limit of bytes.
    let mut text = "a\n".to_owned();
    text.push_str(&"1\n".repeat(10_000_000));
    assert_eq!(
        faults("u.csv", text.into_bytes()),
        [format!(
            "`u.csv` has more rows than the limit of {MAX_ROWS} → sum rows up by metro or country before handing them over"
        )]
    );
    // A header as wide as a sheet can be, and rows of one cell: blank cells count.
    let width = 16_384;
    let rows = MAX_CELLS / width + 1;
    let wide = one(|sheet| {
        sheet.write_string(0, 0, "a").unwrap();
        sheet.write_string(0, width as u16 - 1, "z").unwrap();
        for row in 0..rows {
            sheet.write_number(row as u32 + 1, 0, 1.0).unwrap();
        }
    });
    assert_eq!(
        faults("u.xlsx", wide),
        [format!(
            "`u.xlsx` has more cells than the limit of {MAX_CELLS}: {width} in each row \
             → leave out columns and rows that hold nothing"
        )]
    );
}

/// A text that stays what it is in a CSV, quotes and all, and is no number.
fn word() -> impl Strategy<Value = String> {
    "[a-zäß][a-z0-9 ,\"#é→]{0,8}[a-z]".prop_filter("no number", |text| text.parse::<f64>().is_err())
}

fn cell() -> impl Strategy<Value = Option<Result<f64, String>>> {
    prop_oneof![
        Just(None),
        (-1e12..1e12f64).prop_map(|x| Some(Ok(x))),
        (-1000i32..1000).prop_map(|n| Some(Ok(f64::from(n)))),
        any::<f64>()
            .prop_filter("finite", |x| x.is_normal())
            .prop_map(|x| Some(Ok(x))),
        word().prop_map(|text| Some(Err(text))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_table_reads_back_from_a_sheet_as_from_a_csv(
        rows in (1usize..6).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(cell(), width), 1..12))
    ) {
        let names: Vec<String> = (0..rows[0].len()).map(|i| format!("c{i}")).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&names).unwrap();
        let bytes = one(|sheet| {
            for (i, name) in names.iter().enumerate() {
                sheet.write_string(0, i as u16, name).unwrap();
            }
            for (y, row) in rows.iter().enumerate() {
                for (x, cell) in row.iter().enumerate() {
                    let (y, x) = (y as u32 + 1, x as u16);
                    match cell {
                        Some(Ok(number)) => { sheet.write_number(y, x, *number).unwrap(); }
                        Some(Err(text)) => { sheet.write_string(y, x, text).unwrap(); }
                        None => {}
                    }
                }
            }
        });
        for row in &rows {
            let texts = row.iter().map(|cell| match cell {
                Some(Ok(number)) => number.to_string(),
                Some(Err(text)) => text.clone(),
                None => String::new(),
            });
            writer.write_record(texts).unwrap();
        }
        let of_csv = read("t.csv", writer.into_inner().unwrap());
        let of_sheet = read("t.xlsx", bytes);
        prop_assert_eq!(of_csv.headers(), of_sheet.headers());
        prop_assert_eq!(of_csv.len(), of_sheet.len());
        for (a, b) in of_csv.rows().zip(of_sheet.rows()) {
            for i in 0..names.len() {
                let number = |row: Row<'_>| row.cell(i).and_then(|text| text.parse::<f64>().ok());
                if let Some(x) = number(a) {
                    prop_assert_eq!(Some(x.to_bits()), number(b).map(f64::to_bits));
                } else {
                    prop_assert_eq!(a.cell(i), b.cell(i));
                }
            }
        }
    }
}
