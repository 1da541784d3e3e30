use std::fmt::Write as _;

use super::*;
use crate::world::catalog::TableKind;
use crate::world::ingest::foreign::{ImportOptions, Imported, Names, read_foreign};

/// The built-in tables in a folder, the text of `kind` changed.
fn changed(kind: TableKind, change: impl Fn(&str) -> String) -> (tempfile::TempDir, DataSet) {
    let folder = tempfile::tempdir().unwrap();
    for each in TableKind::ALL {
        let path = folder.path().join(each.file());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = each.embedded_text();
        let text = if each == kind {
            change(text)
        } else {
            text.to_owned()
        };
        std::fs::write(path, text).unwrap();
    }
    let set = DataSet::in_folder(folder.path()).unwrap();
    (folder, set)
}

/// A number that looks drawn, 0–1, the same for the same line.
fn drawn(line: &str) -> f64 {
    let digest = crate::basis::digest::digest(line.as_bytes());
    // The last letter of a text hardly reaches the first digits of its digest: stirred as splitmix64 does.
    let mut word = u64::from_str_radix(&digest, 16).unwrap();
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (word ^ (word >> 31)) as f64 / u64::MAX as f64
}

/// `text` with the p50 and p90 of each measured row of a matrix times what `factor` says of it.
fn scaled(text: &str, factor: impl Fn(&str, &str, &str) -> f64) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split(',').collect();
        match cells[..] {
            [from, to, p50, p90, statistic] if statistic == "quantiles" => {
                let by = factor(from, to, line);
                let [p50, p90] = [p50, p90].map(|ms| ms.parse::<f64>().unwrap() * by);
                writeln!(out, "{from},{to},{p50:.2},{p90:.2},{statistic}").unwrap();
            }
            _ => writeln!(out, "{line}").unwrap(),
        }
    }
    out
}

/// A measurement made again: each direction off by up to half a per cent.
fn again(line: &str) -> f64 {
    1.0 + 0.01 * (drawn(line) - 0.5)
}

fn of_aws(after: &DataSet) -> (DataDiff, RttChanges) {
    let changes = data(&DataSet::embedded().unwrap(), after).unwrap();
    let aws = changes
        .round_trips
        .iter()
        .find(|it| it.table.contains("aws_rtts"));
    let aws = aws.unwrap().clone();
    (changes, aws)
}

#[test]
fn measuring_again_is_noise_and_one_path_that_changed_is_named() {
    let moved = |from: &str, to: &str| [from, to] == ["aws:eu-west-1", "aws:us-east-1"];
    let (_folder, after) = changed(TableKind::AwsRtts, |text| {
        scaled(text, |from, to, line| {
            again(line) * if moved(from, to) { 1.08 } else { 1.0 }
        })
    });
    let (changes, aws) = of_aws(&after);
    assert_eq!(aws.noise.source, NoiseSource::Directions);
    // A share drawn evenly from ±0.5 % has a standard deviation of 0.29 %.
    assert!((0.002..0.005).contains(&aws.noise.share), "{:?}", aws.noise);
    let named: Vec<(&str, &str)> = aws
        .beyond_noise
        .iter()
        .map(|it| (it.from.as_str(), it.to.as_str()))
        .collect();
    assert_eq!(named, [("aws:eu-west-1", "aws:us-east-1")]);
    assert!((aws.beyond_noise[0].change - 0.08).abs() < 0.01 && changes.worse);
    assert_eq!(aws.pairs, 33 * 32);
    assert!(
        aws.shifts.iter().all(|it| it.verdict == Change::WithinNoise),
        "{:?}",
        aws.shifts
    );
}

#[test]
fn all_paths_of_a_region_that_got_slower_are_told_as_one() {
    let mumbai = "aws:ap-south-1";
    let (_folder, after) = changed(TableKind::AwsRtts, |text| {
        scaled(text, |from, to, line| {
            again(line) * if from == mumbai || to == mumbai { 1.04 } else { 1.0 }
        })
    });
    let (changes, aws) = of_aws(&after);
    let shift = aws.shifts.iter().find(|it| it.group == mumbai).unwrap();
    assert_eq!(
        (shift.pairs, shift.slower, shift.verdict),
        (32, 32, Change::Worse)
    );
    assert!((shift.median_change - 0.04).abs() < 0.003, "{shift:?}");
    assert_eq!(aws.shifts.len(), 2, "{:?}", aws.shifts);
    let text: String = data_tables(&changes, 5).iter().map(ToString::to_string).collect();
    assert!(
        text.contains("aws:ap-south-1: 32 of 32 pairs got slower, by 4.0 % at the median"),
        "{text}"
    );
}

#[test]
fn a_shift_of_all_is_not_told_again_of_each_region() {
    let (_folder, after) = changed(TableKind::AwsRtts, |text| {
        scaled(text, |_, _, line| again(line) * 0.95)
    });
    let (changes, aws) = of_aws(&after);
    assert_eq!(aws.shifts.len(), 1, "{:?}", aws.shifts);
    assert_eq!(
        (aws.shifts[0].group.as_str(), aws.shifts[0].verdict),
        ("all of aws", Change::Better)
    );
    assert!(!changes.worse);
}

#[test]
fn a_price_that_changed_is_told_in_per_cent() {
    let (_folder, after) = changed(TableKind::InstancePrices, |text| {
        let line = text
            .lines()
            .find(|line| line.starts_with("aws:eu-west-1,m7g.xlarge"))
            .unwrap();
        let price: f64 = line.split(',').nth(2).unwrap().parse().unwrap();
        text.replace(
            line,
            &line.replace(&price.to_string(), &(price * 1.1).to_string()),
        )
    });
    let changes = data(&DataSet::embedded().unwrap(), &after).unwrap();
    assert_eq!(changes.prices.len(), 1);
    let price = &changes.prices[0];
    assert_eq!(
        (price.region.as_str(), price.what.as_str(), price.unit),
        ("aws:eu-west-1", "m7g.xlarge", "USD/h")
    );
    assert!((price.change.unwrap() - 0.1).abs() < 1e-9 && changes.worse);
    let rows = changes
        .tables
        .iter()
        .find(|it| it.table == "prices/instances.csv")
        .unwrap();
    assert_eq!((rows.added, rows.removed, rows.changed), (0, 0, 1));
    // The other way round it is cheaper.
    assert!(!data(&after, &DataSet::embedded().unwrap()).unwrap().worse);
}

#[test]
fn a_region_that_closed_and_an_outage_that_is_new_are_named() {
    let (_folder, after) = changed(TableKind::Outages, |text| {
        format!("{text}aws,aws:eu-west-1,2026-05-02,region,no,3,no,retrieved,https://example.org\n")
    });
    let changes = data(&DataSet::embedded().unwrap(), &after).unwrap();
    let new: Vec<&str> = changes
        .record
        .new_outages
        .iter()
        .map(|it| it.date.as_str())
        .collect();
    assert_eq!((new, changes.record.gone_outages.len()), (vec!["2026-05-02"], 0));
    assert!(!changes.worse);
    let (_folder, after) = changed(TableKind::Regions, |text| {
        let kept = text.lines().filter(|line| !line.starts_with("aws:us-west-1,"));
        kept.map(|line| format!("{line}\n").replace(",Dublin,IE,", ",Cork,IE,"))
            .collect()
    });
    let changes = data(&DataSet::embedded().unwrap(), &after).unwrap();
    let closed: Vec<&str> = changes.closed.iter().map(|it| it.id.as_str()).collect();
    assert_eq!((closed, changes.opened.len()), (vec!["aws:us-west-1"], 0));
    let moved = changes
        .region_facts
        .iter()
        .find(|it| it.row == "aws:eu-west-1")
        .unwrap();
    assert_eq!((moved.what.as_str(), moved.after.as_str()), ("city", "Cork"));
    let back = data(&after, &DataSet::embedded().unwrap()).unwrap();
    assert_eq!((back.opened.len(), back.closed.len()), (1, 0));
}

#[test]
fn a_table_that_one_set_does_not_hold_is_told_and_not_compared() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("regions.csv"),
        TableKind::Regions.embedded_text(),
    )
    .unwrap();
    let after = DataSet::in_folder(folder.path()).unwrap();
    let changes = data(&DataSet::embedded().unwrap(), &after).unwrap();
    assert!(changes.round_trips.is_empty() && changes.prices.is_empty() && changes.closed.is_empty());
    let text = data_tables(&changes, 5)[0].to_string();
    assert!(text.contains("not held"), "{text}");
}

#[test]
fn the_same_tables_have_nothing_to_tell() {
    let embedded = DataSet::embedded().unwrap();
    let changes = data(&embedded, &embedded).unwrap();
    let tables = data_tables(&changes, 10);
    assert_eq!(tables.len(), 1, "{tables:?}");
    assert_eq!(tables[0].notes, ["all 17 tables are the same"]);
    assert!(
        changes
            .round_trips
            .iter()
            .all(|it| it.same == it.pairs && it.pairs > 0)
    );
}

fn read(text: &str) -> Imported {
    read_foreign("a.csv", text.as_bytes(), &ImportOptions::default()).unwrap()
}

/// Thirty times of each of twelve pairs, ms; `slower` has those of the third pair 5 ms later.
fn times(run: u32, slower: f64) -> Imported {
    let mut text = "from,to,rtt_ms\n".to_owned();
    for pair in 0..12 {
        for i in 0..30 {
            let late = if pair == 2 { slower } else { 0.0 };
            let ms = 40.0 + 10.0 * f64::from(pair) + late + 4.0 * drawn(&format!("{run} {pair} {i}"));
            writeln!(text, "dublin,r{pair},{ms:.3}").unwrap();
        }
    }
    read(&text)
}

#[test]
fn of_twelve_pairs_measured_again_only_the_one_that_moved_is_named() {
    let same = measured(times(1, 0.0), times(2, 0.0), &Names::default()).unwrap();
    assert!(
        same.pairs
            .iter()
            .all(|it| it.verdict == Some(Change::WithinNoise))
            && !same.worse
    );
    let changes = measured(times(1, 0.0), times(2, 5.0), &Names::default()).unwrap();
    let named: Vec<&str> = changes
        .pairs
        .iter()
        .filter(|it| it.verdict == Some(Change::Worse))
        .map(|it| it.to.as_str())
        .collect();
    assert_eq!((named, changes.worse), (vec!["r2"], true));
    let faster = measured(times(1, 5.0), times(2, 0.0), &Names::default()).unwrap();
    assert!(!faster.worse);
}

#[test]
fn medians_with_a_count_have_an_error_and_bare_ones_need_company() {
    let counted = |p50: f64| {
        read(&format!(
            "from,to,p50_ms,p90_ms,n\na,b,{p50},{},400\n",
            p50 + 12.8
        ))
    };
    let changes = measured(counted(50.0), counted(53.0), &Names::default()).unwrap();
    // The error of each median is √(π/2) · 10 ms / 20, and whole milliseconds add 0.41 ms.
    let it = &changes.pairs[0];
    assert_eq!(it.test, PairTest::MedianError);
    assert!(
        (it.difference.std_error - 0.886f64.hypot(0.408)).abs() < 0.005,
        "{it:?}"
    );
    assert_eq!(it.verdict, Some(Change::Worse));
    let bare = |p50: f64| read(&format!("from,to,p50_ms,p90_ms\na,b,{p50},{}\n", p50 + 12.8));
    let changes = measured(bare(50.0), bare(53.0), &Names::default()).unwrap();
    assert_eq!(
        (changes.pairs[0].test, changes.pairs[0].verdict, changes.worse),
        (PairTest::None, None, false)
    );
    assert!(
        changes
            .notes
            .iter()
            .any(|note| note.starts_with("not tested: 1 of 1 pairs")),
        "{:?}",
        changes.notes
    );
}

#[test]
fn differences_are_json_as_their_schemas_say() {
    let (_folder, after) = changed(TableKind::AwsRtts, |text| {
        scaled(text, |_, _, line| again(line) * 1.05)
    });
    let changes = data(&DataSet::embedded().unwrap(), &after).unwrap();
    let measured = measured(times(1, 0.0), times(2, 5.0), &Names::default()).unwrap();
    let written = [to_json(&changes).unwrap(), to_json(&measured).unwrap()];
    for (bytes, schema) in written.iter().zip([data_schema_json(), measured_schema_json()]) {
        let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let problems: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(problems, [""; 0]);
        let mut spoilt = value.clone();
        spoilt.as_object_mut().unwrap().remove("worse");
        assert!(!validator.is_valid(&spoilt));
    }
}

#[test]
fn a_pair_that_loses_more_is_worse_also_where_nothing_is_left_of_it() {
    let read = |lost: usize| {
        let rows = (0..8).map(|at| if at < lost { "a,b,*\n" } else { "a,b,20\n" });
        let text = format!("from,to,rtt_ms\n{}", rows.collect::<String>());
        read_foreign("t.csv", text.as_bytes(), &ImportOptions::default()).unwrap()
    };
    let gone = measured(read(0), read(8), &Names::default()).unwrap();
    let loss = &gone.losses[0];
    assert_eq!(
        (
            loss.lost_before,
            loss.sent_before,
            loss.lost_after,
            loss.sent_after
        ),
        (0, 8, 8, 8)
    );
    assert!(gone.worse && loss.verdict == Some(Change::Worse));
    assert!(gone.only_before.is_empty() && gone.only_after.is_empty());
    let told: String = measured_tables(&gone, 10)
        .iter()
        .flat_map(|it| it.rows.concat().into_iter().chain(it.notes.clone()))
        .collect();
    assert!(
        told.contains("8 of 8") && told.contains("without any answer in one of both: a → b"),
        "{told}"
    );
    let back = measured(read(8), read(0), &Names::default()).unwrap();
    assert!(!back.worse && back.losses[0].verdict == Some(Change::Better));
    // One of eight is nothing.
    let one = measured(read(0), read(1), &Names::default()).unwrap();
    assert!(!one.worse && one.losses[0].verdict == Some(Change::WithinNoise));
    assert!(
        measured(read(0), read(0), &Names::default())
            .unwrap()
            .losses
            .is_empty()
    );
}
