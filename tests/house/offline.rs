//! The program stays at home: nothing in it, and nothing that it is built from, opens a connection.

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
fn built_from() -> String {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
        ])
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
