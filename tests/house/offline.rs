//! The program stays at home: nothing in it, and nothing that it is built from, opens a connection.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
    found
}

/// Words by which Rust code reaches a network or an address.
const NETWORK: [&str; 9] = [
    "std::net",
    "core::net",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "ToSocketAddrs",
    "net::Ipv",
    "libc::socket",
];

#[test]
fn no_line_of_ours_reaches_a_network() {
    let all = sources(&root().join("src"));
    assert!(all.len() > 300, "{}", all.len());
    for path in all {
        // An address that stands in a file may be read; nobody is called there.
        let text = fs::read_to_string(&path).unwrap().replace("std::net::IpAddr", "");
        for word in NETWORK {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

/// Crates that open connections, or that exist to serve those that do.
const CLIENTS: [&str; 22] = [
    "async-std",
    "attohttpc",
    "curl",
    "curl-sys",
    "h2",
    "hyper",
    "isahc",
    "mio",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "surf",
    "tokio",
    "tonic",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "wiremock",
];

/// What the program is built from, tests and benches aside: `name version` a line.
const TREE: [&str; 7] = [
    "tree",
    "--offline",
    "--locked",
    "--edges",
    "normal,build",
    "--prefix",
    "none",
];

fn built_from() -> String {
    cargo(&TREE)
}

/// What cargo says.
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    told
}

#[test]
fn nothing_it_is_built_from_opens_a_connection() {
    let tree = built_from();
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"petgraph") && names.len() > 50, "{tree}");
    for client in CLIENTS {
        assert!(
            !names.contains(&client),
            "{client} is among what it is built from"
        );
    }
}

/// Not even in tests: the whole lock file.
#[test]
fn the_lock_file_names_no_client_and_no_source_but_the_registry() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for client in CLIENTS {
        assert!(!lock.contains(&format!("name = \"{client}\"\n")), "{client}");
    }
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let mut sources = 0;
    for line in lock.lines().filter(|line| line.starts_with("source = ")) {
        assert_eq!(line, registry);
        sources += 1;
    }
    assert!(sources > 100, "{sources}");
}

/// `unsafe` is forbidden by the compiler, so that no file can allow it.
#[test]
fn unsafe_code_is_forbidden_everywhere() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for path in sources(&root().join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("allow(unsafe_code"), "{}", path.display());
    }
}

/// Licences that whatever is built in may have: each asks for no more than its notice.
const LICENCES: [&str; 9] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

/// Crates of which two versions are built in, because two of those that we use ask for different ones.
const TWICE: [&str; 4] = ["bitflags", "hashbrown", "miniz_oxide", "syn"];

/// Where the list for people stands.
const THIRD_PARTY: &str = "THIRD-PARTY.md";

/// Name, version and licence of everything that is built in, tests aside, with every feature.
fn licensed() -> Vec<[String; 3]> {
    let mut arguments: Vec<&str> = TREE.to_vec();
    arguments.extend(["--all-features", "--format", "{p}\t{l}"]);
    let told = cargo(&arguments);
    let mut all: Vec<[String; 3]> = told
        .lines()
        .filter_map(|line| {
            let (package, licence) = line.split_once('\t')?;
            let mut words = package.split(' ');
            let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
            let licence = licence.trim_end_matches(" (*)").replace('/', " OR ");
            (name != "isochrone").then(|| [name.to_owned(), version.to_owned(), licence])
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

/// Whether an SPDX expression can be kept with [`LICENCES`] alone. An exception only grants more.
fn may_be_used(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let kept = any_of(&mut words);
    kept && words.next().is_none()
}

fn any_of<'a>(words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> bool {
    let mut kept = all_of(words);
    while words.next_if_eq(&"OR").is_some() {
        kept |= all_of(words);
    }
    kept
}

fn all_of<'a>(words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> bool {
    let mut kept = one(words);
    while words.next_if_eq(&"AND").is_some() {
        kept &= one(words);
    }
    kept
}

fn one<'a>(words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> bool {
    let kept = match words.next() {
        Some("(") => {
            let kept = any_of(words);
            kept && words.next() == Some(")")
        }
        Some(name) => LICENCES.contains(&name),
        None => false,
    };
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    kept
}

#[test]
fn expressions_of_licences_are_read_as_they_are_meant() {
    for kept in [
        "MIT",
        "MIT OR GPL-3.0",
        "(GPL-3.0 OR MIT) AND Zlib",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
    ] {
        assert!(may_be_used(kept), "{kept}");
    }
    for refused in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "MIT AND (GPL-3.0 OR MPL-2.0)",
        "MIT MIT",
        "(MIT",
    ] {
        assert!(!may_be_used(refused), "{refused}");
    }
}

#[test]
fn whatever_is_built_in_has_a_licence_that_asks_for_no_more_than_its_notice() {
    let all = licensed();
    assert!(all.len() > 50, "{}", all.len());
    for [name, version, licence] in all {
        assert!(
            may_be_used(&licence),
            "{name} {version} has the licence `{licence}`"
        );
    }
}

/// Each further version of a crate takes time to build and room in the program.
#[test]
fn no_crate_is_built_in_twice_unless_that_is_stated() {
    let all = licensed();
    let twice: Vec<&str> = all
        .windows(2)
        .filter(|pair| pair[0][0] == pair[1][0])
        .map(|pair| pair[0][0].as_str())
        .collect();
    assert_eq!(twice, TWICE);
}

/// The list is that of Linux on x86-64; other systems build in a few crates more or less.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn the_list_of_third_parties_is_that_of_what_is_built_in() {
    let mut text = "# Third parties\n\n\
        What the program is built from on Linux, tests aside, with the licence that each states. Texts of the licences come with\n\
        the sources, which cargo unpacks below its home. `tests/offline.rs` holds this list against what is built; to write it\n\
        anew: `ISOCHRONE_GOLDEN=overwrite cargo test --test house`. Files of others that lie in this repository have their\n\
        licences beside them: the [scripts of pages](src/report/export/html/assets/vendor/README.md), the [font of\n\
        charts](src/report/chart/font/DejaVuSans-COPYRIGHT.txt), the [data](data/README.md).\n\n\
        | crate | version | licence |\n|---|---|---|\n"
        .to_owned();
    for [name, version, licence] in licensed() {
        let _ = writeln!(text, "| {name} | {version} | {licence} |");
    }
    let path = root().join(THIRD_PARTY);
    if std::env::var_os("ISOCHRONE_GOLDEN").is_some_and(|word| word == "overwrite") {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "{THIRD_PARTY} is not what the program is built from: ISOCHRONE_GOLDEN=overwrite cargo test --test house"
    );
}

/// A crate that was withdrawn keeps its place in a lock file; its checksum shows that it is the one that was looked at.
#[test]
fn every_crate_of_the_lock_file_has_a_checksum() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let packages = lock.split("[[package]]").skip(1);
    let without: Vec<&str> = packages
        .filter(|package| !package.contains("\nchecksum = \""))
        .filter_map(|package| package.split('"').nth(1))
        .collect();
    assert_eq!(without, ["isochrone"]);
}
