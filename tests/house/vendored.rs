//! Files of others that go into every page are those that were published.

use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/export/html/assets/vendor")
}

/// File and SHA-256, as the README of the folder states them.
fn stated() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let between_ticks = |cell: &str| cell.trim().trim_matches('`').to_owned();
    text.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            (between_ticks(cells[0]), between_ticks(cells[cells.len() - 1]))
        })
        .collect()
}

#[test]
fn scripts_are_byte_for_byte_those_that_were_published() {
    let stated = stated();
    assert_eq!(stated.len(), 2, "{stated:?}");
    for (file, digest) in stated {
        assert_eq!(
            sha256(&std::fs::read(folder().join(&file)).unwrap()),
            digest,
            "{file}"
        );
    }
}

#[test]
fn every_script_is_stated_and_has_a_licence() {
    let stated = stated();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if Path::new(&name).extension().is_some_and(|it| it == "js") {
            assert!(stated.iter().any(|(file, _)| *file == name), "{name}");
            let licence = format!("LICENSE-{}", name.split('.').next().unwrap());
            assert!(folder().join(&licence).exists(), "{licence}");
        }
    }
}

/// Fonts, scripts and pictures of others lie nowhere without the terms on which they may be passed on.
#[test]
fn the_font_of_charts_has_its_licence_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/chart/font");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "ttf") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let face = name.split("-subset").next().unwrap();
            let licence = folder.join(format!("{face}-COPYRIGHT.txt"));
            let text = std::fs::read_to_string(&licence).unwrap();
            assert!(
                text.contains("Permission is hereby granted"),
                "{}",
                licence.display()
            );
        }
    }
}

/// Nothing that is no text of ours lies in the source outside the folders whose licences are looked at.
#[test]
fn files_of_others_lie_only_where_their_licences_do() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let known = [folder(), src.join("report/chart/font")];
    let mut folders = vec![src];
    while let Some(here) = folders.pop() {
        for entry in std::fs::read_dir(&here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let ours = ["rs", "js", "css", "html", "md", "toml"];
            let is_ours = path
                .extension()
                .is_some_and(|it| ours.contains(&it.to_str().unwrap()));
            let minified = path.to_str().unwrap().contains(".min.");
            assert!(
                (is_ours && !minified) || known.iter().any(|folder| path.starts_with(folder)),
                "{}",
                path.display()
            );
        }
    }
}

/// A script that holds the end of a script element would end the page's own.
#[test]
fn no_script_ends_the_element_it_stands_in() {
    for (file, _) in stated() {
        let text = std::fs::read_to_string(folder().join(&file)).unwrap();
        assert!(!text.to_lowercase().contains("</script"), "{file}");
    }
}

/// SHA-256, hexadecimal. Source: NIST FIPS 180-4, section 6.2; constants are the fractional parts of roots of primes.
fn sha256(bytes: &[u8]) -> String {
    let primes: Vec<u32> = (2_u32..)
        .filter(|n| (2..*n).all(|d| n % d != 0))
        .take(64)
        .collect();
    let fraction = |root: f64| ((root - root.floor()) * 4_294_967_296.0) as u32;
    let rounds: Vec<u32> = primes.iter().map(|p| fraction(f64::from(*p).cbrt())).collect();
    let mut state: Vec<u32> = primes[..8]
        .iter()
        .map(|p| fraction(f64::from(*p).sqrt()))
        .collect();
    for block in padded(bytes).chunks_exact(64) {
        let words = schedule(block);
        let mut now = state.clone();
        for (word, round) in words.iter().zip(&rounds) {
            step(&mut now, word.wrapping_add(*round));
        }
        for (sum, part) in state.iter_mut().zip(now) {
            *sum = sum.wrapping_add(part);
        }
    }
    state
        .iter()
        .fold(String::new(), |text, word| text + &format!("{word:08x}"))
}

/// The message, a one, zeros, and its length in bits.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut message = bytes.to_vec();
    message.push(0x80);
    message.resize(message.len().next_multiple_of(64), 0);
    if message.len() - bytes.len() < 9 {
        message.resize(message.len() + 64, 0);
    }
    let end = message.len();
    message[end - 8..].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    message
}

fn schedule(block: &[u8]) -> Vec<u32> {
    let mut words: Vec<u32> = block
        .chunks_exact(4)
        .map(|four| u32::from_be_bytes(four.try_into().unwrap()))
        .collect();
    for at in 16..64 {
        let (a, b) = (words[at - 15], words[at - 2]);
        let low = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
        let high = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
        words.push(
            words[at - 16]
                .wrapping_add(low)
                .wrapping_add(words[at - 7])
                .wrapping_add(high),
        );
    }
    words
}

fn step(state: &mut [u32], add: u32) {
    let (a, e) = (state[0], state[4]);
    let choice = (e & state[5]) ^ (!e & state[6]);
    let majority = (a & state[1]) ^ (a & state[2]) ^ (state[1] & state[2]);
    let high = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let low = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    let first = state[7].wrapping_add(high).wrapping_add(choice).wrapping_add(add);
    state.rotate_right(1);
    state[0] = first.wrapping_add(low).wrapping_add(majority);
    state[4] = state[4].wrapping_add(first);
}

#[test]
fn the_digest_has_its_published_values() {
    // NIST FIPS 180-4, examples.
    assert_eq!(
        sha256(b"abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(
        sha256(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    );
}
