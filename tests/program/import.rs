//! Measurements of other tools: every form with a small file of its kind in `tests/cmd/import.in`, laws that any file keeps,
//! and what is said of files that cannot be meant.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::program::{run, stderr, tool};
use isochrone::basis::units::Millis;
use isochrone::world::ingest::foreign::{
    Bucket, Figures, Form, Histogram, ImportOptions, Imported, Names, Plain, Unit, combine, plain_csv,
    read_foreign,
};
use isochrone::world::ingest::{MatrixRtt, Table, read_matrix};
use proptest::prelude::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/import.in")
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

fn options(metric: &str, unit: Option<Unit>) -> ImportOptions {
    ImportOptions {
        metric: (!metric.is_empty()).then(|| metric.to_owned()),
        unit,
        ..ImportOptions::default()
    }
}

fn read(name: &str, options: &ImportOptions) -> Imported {
    read_foreign(name, &bytes(name), options).unwrap()
}

/// Files of `tests/cmd/import.in`, what must be said of them, and how they read.
const FORMS: [(&str, &str, Option<Unit>, &str); 15] = [
    (
        "ping.txt",
        "",
        None,
        "ping (Linux, macOS or BSD), 9 replies, 1 lost",
    ),
    ("ping-windows.txt", "", None, "ping (Windows), 3 replies, 1 lost"),
    ("fping.txt", "", None, "fping -C -q, 7 replies, 1 lost"),
    (
        "atlas.json",
        "",
        None,
        "RIPE Atlas ping (2 results), 5 replies, 1 lost",
    ),
    (
        "p50.json",
        "",
        Some(Unit::Millis),
        "cloudping p50 (times in ms), 2 pairs",
    ),
    (
        "summary.json",
        "http_req_waiting",
        None,
        "k6 http_req_waiting (summary; ms by its definition), 1 pair",
    ),
    (
        "points.json",
        "",
        None,
        "k6 http_req_connecting (points; ms by its definition), 1 request, 0 lost",
    ),
    (
        "points.csv",
        "",
        None,
        "k6 http_req_connecting (points, CSV; ms by its definition), 1 request, 0 lost",
    ),
    (
        "otlp.json",
        "",
        None,
        "otlp http.client.request.duration (histogram in s), 1 pair",
    ),
    ("exponential.json", "", None, "otlp rtt (histogram in ms), 1 pair"),
    (
        "metrics.prom",
        "",
        None,
        "prometheus client_rtt_seconds (histogram in s), 1 pair",
    ),
    (
        "browser.har",
        "",
        None,
        "har connect (ms by its definition), 1 request, 0 lost",
    ),
    ("rum.csv", "", None, "rum, 2 pairs"),
    ("times.csv", "", None, "csv, 3 samples, 1 lost"),
    ("unitless.csv", "", Some(Unit::Millis), "csv, 1 sample, 0 lost"),
];

#[test]
fn every_form_is_known_by_its_content_and_says_what_it_was_read_as() {
    for (name, metric, unit, wanted) in FORMS {
        assert_eq!(read(name, &options(metric, unit)).read_as, wanted, "{name}");
    }
}

#[test]
fn histograms_become_the_quantiles_that_their_counts_say() {
    // 60 of 200 up to 40 ms, 110 more up to 50: the median is the 40th of those 110.
    let explicit = read("otlp.json", &ImportOptions::default());
    let told = explicit.pairs[0].figures.percentiles(&[50.0, 90.0, 99.0]);
    let median = 40.0 + 10.0 * 40.0 / 110.0;
    assert!((told[0].unwrap() - median).abs() < 1e-6, "{told:?}");
    // The 10th of 28 between 50 and 100 ms; the 99th percentile is the last of them.
    assert!((told[1].unwrap() - (50.0 + 50.0 * 10.0 / 28.0)).abs() < 1e-6);
    assert_eq!(told[2], Some(100.0));
    // Scale 1: bounds 2^(i/2): 20 in (22.6, 32], 30 + 30 in (32, 45.3], 10 + 10 in (45.3, 64].
    let exponential = read("exponential.json", &ImportOptions::default());
    let told = exponential.pairs[0].figures.percentiles(&[20.0, 80.0, 100.0]);
    let root = 2048_f64.sqrt();
    assert!((told[0].unwrap() - 32.0).abs() < 1e-6, "{told:?}");
    assert!((told[1].unwrap() - root).abs() < 1e-5, "{told:?}");
    assert!((told[2].unwrap() - 64.0).abs() < 1e-6, "{told:?}");
}

#[test]
fn two_percentiles_of_cloudping_become_a_matrix() {
    let files = ["p50.json", "p90.json"].map(|name| read(name, &options("", Some(Unit::Millis))));
    let combined = combine(files.to_vec(), &Names::default()).unwrap();
    let csv = plain_csv(&combined.pairs, Plain::of(&combined.pairs), &[]).unwrap();
    let rows = read_matrix(&Table::parse("m.csv", csv).unwrap()).unwrap();
    let quantiles: Vec<(f64, f64)> = rows
        .iter()
        .map(|row| match row.rtt {
            MatrixRtt::Quantiles { p50, p90 } => (p50.ms(), p90.ms()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(quantiles, [(71.2, 73.9), (71.4, 74.2)]);
}

// Laws.

/// Times as ping writes them, and `None` where no answer came.
fn replies() -> impl Strategy<Value = Vec<Option<f64>>> {
    let time = (1_u32..2_000_000).prop_map(|micros| f64::from(micros) / 1000.0);
    prop::collection::vec(prop::option::weighted(0.8, time), 1..60)
}

fn linux(to: &str, replies: &[Option<f64>]) -> String {
    let mut text = format!("PING {to} (192.0.2.1) 56(84) bytes of data.\n");
    for (seq, reply) in replies.iter().enumerate() {
        if let Some(ms) = reply {
            let _ = writeln!(
                text,
                "64 bytes from {to} (192.0.2.1): icmp_seq={} ttl=53 time={ms} ms",
                seq + 1
            );
        }
    }
    let received = replies.iter().flatten().count();
    let _ = writeln!(text, "\n--- {to} ping statistics ---");
    let _ = writeln!(
        text,
        "{} packets transmitted, {received} received, 0% packet loss, time 1ms",
        replies.len()
    );
    text
}

fn windows(to: &str, replies: &[Option<f64>]) -> String {
    let mut text = format!("\r\nPinging {to} [192.0.2.1] with 32 bytes of data:\r\n");
    for reply in replies {
        match reply {
            Some(ms) => {
                let _ = write!(
                    text,
                    "Reply from 192.0.2.1: bytes=32 time={}ms TTL=53\r\n",
                    ms.ceil()
                );
            }
            None => text.push_str("Request timed out.\r\n"),
        }
    }
    let received = replies.iter().flatten().count();
    let (sent, lost) = (replies.len(), replies.len() - received);
    let _ = write!(
        text,
        "    Packets: Sent = {sent}, Received = {received}, Lost = {lost} (0% loss),\r\n"
    );
    text
}

fn fping(to: &str, replies: &[Option<f64>]) -> String {
    let words = replies
        .iter()
        .map(|reply| reply.map_or("-".into(), |ms| ms.to_string()));
    format!("{to} : {}\n", words.collect::<Vec<String>>().join(" "))
}

fn times(figures: &Figures) -> Vec<f64> {
    match figures {
        Figures::Samples(times) => times.iter().map(|time| time.ms()).collect(),
        other => panic!("{other:?}"),
    }
}

/// Text that begins as a file of some form does, spoilt in one place.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let file = (0..FORMS.len()).prop_map(|at| bytes(FORMS[at].0));
    (
        file,
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop::collection::vec(any::<u8>(), 0..6),
    )
        .prop_map(|(mut file, from, to, with)| {
            let (from, to) = (from.index(file.len()), to.index(file.len()));
            let short = from.min(to)..from.max(to).min(from.min(to) + 20);
            file.splice(short, with);
            file
        })
}

/// Whatever it is, reading ends with pairs that keep their promises or with a problem that says so.
fn survives(bytes: &[u8]) {
    let forms = Form::ALL.into_iter().map(Some).chain([None]);
    for form in forms {
        let options = ImportOptions {
            form,
            unit: None,
            from: Some("a".into()),
            ..ImportOptions::default()
        };
        match read_foreign("f", bytes, &options) {
            Ok(read) => {
                for pair in &read.pairs {
                    let told = pair.figures.percentiles(&[1.0, 50.0, 99.0]);
                    let known: Vec<f64> = told.into_iter().flatten().collect();
                    assert!(
                        known.iter().all(|ms| (0.0..=86_400_000.0).contains(ms)),
                        "{known:?}"
                    );
                    assert!(known.is_sorted(), "{known:?}");
                }
            }
            Err(error) => assert!(!error.problems().is_empty() && error.problems().len() <= 21),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_ping_writes_of_times_gives_the_times_back(first in replies(), second in replies()) {
        for (write, exact) in [(linux as fn(&str, &[Option<f64>]) -> String, true), (windows, false), (fping, true)] {
            let text = write("a.example", &first) + &write("b.example", &second);
            let read = read_foreign("p.txt", text.as_bytes(), &ImportOptions::default()).unwrap();
            prop_assert_eq!(read.pairs.len(), 2);
            for (pair, replies) in read.pairs.iter().zip([&first, &second]) {
                let wanted = replies.iter().flatten().map(|ms| if exact { *ms } else { ms.ceil() });
                prop_assert_eq!(times(&pair.figures), wanted.collect::<Vec<_>>());
                prop_assert_eq!(pair.lost, replies.iter().filter(|reply| reply.is_none()).count() as u64);
            }
        }
    }

    #[test]
    fn a_quantile_lies_in_the_bucket_that_holds_it(
        bounds in prop::collection::btree_set(1_u32..100_000, 1..20),
        counts in prop::collection::vec(0_u64..50, 20),
        p in 0.0..1.0_f64,
    ) {
        let ms = |x: u32| Millis::new(f64::from(x)).unwrap();
        let uppers: Vec<u32> = bounds.into_iter().collect();
        let buckets: Vec<Bucket> = uppers.iter().enumerate().map(|(at, upper)| Bucket {
            lower: if at == 0 { Millis::ZERO } else { ms(uppers[at - 1]) },
            upper: Some(ms(*upper)),
            count: counts[at],
        }).collect();
        let histogram = Histogram::new(buckets.clone()).unwrap();
        let total = histogram.total();
        let Some(quantile) = histogram.quantile(p) else {
            prop_assert_eq!(total, 0);
            return Ok(());
        };
        let below: u64 = buckets.iter().filter(|b| b.upper.unwrap() <= quantile).map(|b| b.count).sum();
        let up_to: u64 = buckets.iter().filter(|b| b.lower <= quantile).map(|b| b.count).sum();
        prop_assert!(below as f64 <= p * total as f64 + 1e-6);
        prop_assert!(up_to as f64 >= p * total as f64 - 1e-6);
        prop_assert!(histogram.quantile((p + 0.1).min(1.0)) >= Some(quantile));
    }

    #[test]
    fn the_order_of_lines_changes_nothing(
        rows in prop::collection::vec((0..3_u8, 1_u32..1_000_000), 1..40).prop_shuffle(),
        order in any::<u64>(),
    ) {
        let line = |(to, us): &(u8, u32)| format!("g,r{to},{us}\n");
        let mut other = rows.clone();
        // A cheap shuffle that depends on nothing else.
        other.sort_by_key(|(to, us)| (u64::from(*us) * 2_654_435_761 + u64::from(*to)) ^ order);
        let told = |rows: &[(u8, u32)]| {
            let text = format!("from,to,rtt_us\n{}", rows.iter().map(line).collect::<String>());
            let read = read_foreign("t.csv", text.as_bytes(), &ImportOptions::default()).unwrap();
            plain_csv(&read.pairs, Plain::Quantiles, &[]).unwrap()
        };
        prop_assert_eq!(told(&rows), told(&other));
        let buckets = |reverse: bool| {
            let mut lines: Vec<String> = rows.iter().enumerate()
                .map(|(at, _)| format!("x_seconds_bucket{{le=\"{}\"}} {at}\n", at + 1)).collect();
            lines.push(format!("x_seconds_bucket{{le=\"+Inf\"}} {}\n", rows.len()));
            if reverse { lines.reverse(); }
            read_foreign("m", lines.concat().as_bytes(), &ImportOptions::default()).unwrap().pairs[0].figures.clone()
        };
        prop_assert_eq!(buckets(false), buckets(true));
    }

    #[test]
    fn names_of_any_kind_come_back_from_the_plain_form(
        names in prop::collection::btree_set("[#,\"a-zé=]([#,\"a-z é=]{0,6}[#,\"a-zé=])?", 1..6),
        ms in 1_u32..100_000,
    ) {
        let names: Vec<&String> = names.iter().collect();
        let pairs: Vec<_> = names.iter().flat_map(|name| {
            let options = ImportOptions { from: Some((*name).clone()), ..ImportOptions::default() };
            read_foreign("f", format!("b : {ms} {ms}\n").as_bytes(), &options).unwrap().pairs
        }).collect();
        let csv = plain_csv(&pairs, Plain::Quantiles, &["a\nb".into()]).unwrap();
        let rows = read_matrix(&Table::parse("m.csv", csv).unwrap()).unwrap();
        let came: Vec<&String> = rows.iter().map(|row| &row.from).collect();
        prop_assert_eq!(came, names);
    }

    #[test]
    fn no_bytes_bring_a_reader_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survives(&bytes);
    }

    #[test]
    fn no_spoilt_file_brings_a_reader_down(bytes in spoilt()) {
        survives(&bytes);
    }
}

#[test]
fn odd_files_are_errors_and_nothing_worse() {
    let deep = "{\"resourceMetrics\":".to_owned() + &"[".repeat(200_000);
    let huge = format!(
        "{{\"metrics\":{{\"http_req_connecting\":{{\"med\":1{}}}}}}}",
        "0".repeat(5000)
    );
    let wide = "a : ".to_owned() + &"9".repeat(100_000) + "\n";
    let same = "{\"log\":{\"entries\":[],\"entries\":[{}]}}";
    for text in [
        deep.as_str(),
        &huge,
        &wide,
        same,
        "",
        "\u{feff}",
        "[",
        "\0\0",
        "NaN",
        "{\"data\":{\"a\":{\"b\":-1}}}",
    ] {
        survives(text.as_bytes());
        let read = read_foreign("f", text.as_bytes(), &options("p50", Some(Unit::Millis)));
        assert!(read.is_err(), "{}", &text[..text.len().min(40)]);
    }
}

// The command.

#[test]
fn what_it_became_is_shown_and_written_the_same_each_time() {
    let out = tempfile::tempdir().unwrap();
    let target = out.path().join("rtts.csv");
    let args = [
        "import",
        "atlas.json",
        "--rename",
        "probes.csv",
        "--write",
        "quantiles",
        "-o",
        target.to_str().unwrap(),
    ];
    let first = run(&folder(), &args);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let written = fs::read_to_string(&target).unwrap();
    let again = run(&folder(), &args);
    assert_eq!(
        (first.stdout, written.clone()),
        (again.stdout, fs::read_to_string(&target).unwrap())
    );
    let rows = read_matrix(&Table::parse("m.csv", written).unwrap()).unwrap();
    let pairs: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| (row.from.as_str(), row.to.as_str()))
        .collect();
    assert_eq!(pairs, [("dublin-ie", "eu-west-1"), ("sao-paulo-br", "eu-west-1")]);
}

#[test]
fn samples_go_on_to_fit_by_a_pipe() {
    let read = tool(&folder())
        .args(["import", "ping.txt", "--from", "1001", "-o", "-"])
        .output()
        .unwrap();
    assert!(read.status.success(), "{}", stderr(&read));
    let mut fit = tool(&folder())
        .args(["fit", "-", "--family", "log-normal"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    fit.stdin.take().unwrap().write_all(&read.stdout).unwrap();
    let fitted = fit.wait_with_output().unwrap();
    let said = String::from_utf8(fitted.stdout).unwrap();
    assert!(said.contains("fitted to 9 samples: rtt_ms of stdin"), "{said}");
}

#[test]
fn what_is_missing_is_asked_for_and_an_input_is_never_overwritten() {
    let unit = run(&folder(), &["import", "p50.json"]);
    assert_eq!(unit.status.code(), Some(2));
    let said = stderr(&unit);
    assert!(
        said.contains("p50.json:2:10: the unit of its times is not said"),
        "{said}"
    );
    assert!(said.contains("hint: say it: --unit ms"), "{said}");
    let copy = tempfile::tempdir().unwrap();
    fs::copy(folder().join("ping.txt"), copy.path().join("ping.txt")).unwrap();
    let over = run(copy.path(), &["import", "ping.txt", "-o", "ping.txt"]);
    assert_eq!(over.status.code(), Some(2));
    assert!(
        stderr(&over).contains("would be overwritten"),
        "{}",
        stderr(&over)
    );
    let metric = run(&folder(), &["import", "summary.json"]);
    assert!(
        stderr(&metric).contains("hint: say --metric http_req_waiting"),
        "{}",
        stderr(&metric)
    );
}
