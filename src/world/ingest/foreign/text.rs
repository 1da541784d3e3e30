//! The text of a file, its lines, and where in it something stands.

use std::ops::Range;
use std::sync::OnceLock;

use crate::basis::error::{Error, Place, Problem, Result};
use crate::world::ingest::limits::{MAX_FILE_BYTES, too_large};
use crate::world::ingest::package::is_packed;

const BOM: char = '\u{feff}';

/// A text with its file's name.
#[derive(Debug)]
pub(super) struct Text {
    name: String,
    all: String,
    /// The byte at which each line starts, once somebody asked for a place.
    starts: OnceLock<Vec<usize>>,
    /// How many letters stand before each [`STRIDE`] bytes: a line may be as long as the file.
    letters: OnceLock<Vec<usize>>,
}

const STRIDE: usize = 1024;

/// A Windows console writes its own code page, which the file does not name: `ü` of one is another letter of the next.
const SAVE_AS: &str = "save the file as UTF-8; on Windows, run `chcp 65001` before what writes it, or turn what is there with \
                       `iconv -f CP850 -t UTF-8` (CP437, CP866, CP936 … by the console's language)";

/// One line, without its end, and where it starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    start: usize,
    of: &'t Text,
}

impl Text {
    /// The text that `bytes` hold: UTF-8, or UTF-16 behind its byte order mark, which is what a redirection of the
    /// Windows shell writes.
    pub(super) fn of(name: &str, bytes: &[u8]) -> Result<Text> {
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(too_large(name, MAX_FILE_BYTES));
        }
        if let Some(what) = packed(bytes) {
            return Err(
                Error::input(format!("`{name}` is {what}, not a text")).hint("unpack it, or save it as text")
            );
        }
        let text = match bytes {
            [0xff, 0xfe, rest @ ..] => utf16(name, rest, u16::from_le_bytes)?,
            [0xfe, 0xff, rest @ ..] => utf16(name, rest, u16::from_be_bytes)?,
            _ => utf8(name, bytes)?,
        };
        if text.trim_start_matches(BOM).trim().is_empty() {
            return Err(Error::input(format!("`{name}` is empty")));
        }
        Ok(Text {
            name: name.to_owned(),
            all: text,
            starts: OnceLock::new(),
            letters: OnceLock::new(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The text behind a byte order mark.
    pub(super) fn body(&self) -> &str {
        self.all.trim_start_matches(BOM)
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut start = self.all.len() - self.body().len();
        self.body().split_inclusive('\n').map(move |whole| {
            let line = Line {
                text: whole.trim_end_matches(['\n', '\r']),
                start,
                of: self,
            };
            start += whole.len();
            line
        })
    }

    /// The place of `part`, which is a part of this text.
    pub(super) fn place_of(&self, part: &str) -> Place {
        let start = part.as_ptr().addr().saturating_sub(self.all.as_ptr().addr());
        self.place(start..start + part.len())
    }

    pub(super) fn place(&self, span: Range<usize>) -> Place {
        let starts = self.starts.get_or_init(|| {
            let ends = self.all.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
        });
        let mut start = span.start.min(self.all.len());
        while !self.all.is_char_boundary(start) {
            start -= 1;
        }
        let line = starts.partition_point(|at| *at <= start).max(1);
        let before = &self.all[starts[line - 1]..start];
        let marks = (before.len() - before.trim_start_matches(BOM).len()) / BOM.len_utf8();
        Place {
            file: self.name.clone(),
            sheet: None,
            line,
            column: self.letters_before(start) - self.letters_before(starts[line - 1]) - marks + 1,
            span: start..span.end.clamp(start, self.all.len()),
        }
    }

    fn letters_before(&self, byte: usize) -> usize {
        // Every letter has one byte that does not continue another.
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        let strides = self.letters.get_or_init(|| {
            let counts = self.all.as_bytes().chunks(STRIDE).scan(0, |sum, bytes| {
                let before = *sum;
                *sum += count(bytes);
                Some(before)
            });
            let counts: Vec<usize> = counts.collect();
            let all = counts.last().map_or(0, |last| {
                last + count(&self.all.as_bytes()[(counts.len() - 1) * STRIDE..])
            });
            counts.into_iter().chain([all]).collect()
        });
        let stride = byte / STRIDE;
        strides[stride] + count(&self.all.as_bytes()[stride * STRIDE..byte])
    }

    /// An error at `part` of this text.
    pub(super) fn wrong(&self, part: &str, message: impl Into<String>) -> Error {
        Error::problems_in_input(vec![Problem::error(message).at(self.place_of(part))])
    }
}

impl Line<'_> {
    /// The place of the line without the blanks around it.
    pub(super) fn place(&self) -> Place {
        let blank = self.text.len() - self.text.trim_start().len();
        let start = self.start + blank;
        self.of.place(start..start + self.text.trim().len())
    }

    /// The place of `part`, a part of this line.
    pub(super) fn place_of(&self, part: &str) -> Place {
        self.of.place_of(part)
    }
}

/// What the bytes are, when they are something that people hand over by mistake.
fn packed(bytes: &[u8]) -> Option<&'static str> {
    if is_packed(bytes) {
        Some("a workbook or an archive")
    } else {
        bytes.starts_with(&[0x1f, 0x8b]).then_some("packed by gzip")
    }
}

fn utf8(name: &str, bytes: &[u8]) -> Result<String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let at = error.valid_up_to();
            // The part before the fault is sound, so its lines can be counted.
            let sound = String::from_utf8_lossy(&bytes[..at]);
            let problem = Problem::error(format!("byte 0x{:02x} is not UTF-8 text", bytes[at]));
            let place = Place::of(name, &sound, at..at);
            let problem = problem.at(place).hint(SAVE_AS);
            Err(Error::problems_in_input(vec![problem]))
        }
    }
}

fn utf16(name: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: std::result::Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if bytes.len().is_multiple_of(2) => Ok(text),
        _ => {
            let error = Error::input(format!("`{name}` begins as UTF-16 text and does not go on so"));
            Err(error.hint("save the file as UTF-8"))
        }
    }
}

/// The number at the beginning of `text`, as written, and what stands behind it.
pub(super) fn leading_number(text: &str) -> (&str, &str) {
    let ends = |c: char| c.is_whitespace() || ",;()/%".contains(c);
    let whole = &text[..text.find(ends).unwrap_or(text.len())];
    // `14.3ms` holds its unit; `1e3` and `nan` are numbers to Rust and are left to it.
    let cut = whole
        .find(|c: char| c.is_ascii_alphabetic())
        .filter(|cut| *cut > 0 && whole[*cut..].parse::<f64>().is_err() && whole.parse::<f64>().is_err());
    let number = cut.map_or(whole, |cut| &whole[..cut]);
    (number, &text[number.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_place_behind_a_mark_and_carriage_returns() {
        let text = Text::of("a.txt", "\u{feff}one\r\n  zwei ü x\nend".as_bytes()).unwrap();
        let lines: Vec<Line> = text.lines().collect();
        assert_eq!(lines[1].text, "  zwei ü x");
        let x = &lines[1].text[lines[1].text.len() - 1..];
        assert_eq!(text.place_of(x).to_string(), "a.txt:2:10");
        assert_eq!(lines[2].place().to_string(), "a.txt:3:1");
        assert_eq!(lines[0].place().to_string(), "a.txt:1:1");
    }

    /// `Zeitüberschreitung` as a German console writes it.
    #[test]
    fn a_code_page_is_refused_with_what_turns_it() {
        let error = Text::of("ping.txt", b"Antwort\nZeit\x81berschreitung").unwrap_err();
        assert_eq!(error.to_string(), "ping.txt:2:5: byte 0x81 is not UTF-8 text");
        let hint = error.problems()[0].hint.as_deref().unwrap();
        assert!(
            hint.contains("chcp 65001") && hint.contains("iconv -f CP850"),
            "{hint}"
        );
    }

    #[test]
    fn a_place_in_a_line_of_any_length_counts_letters() {
        for letters in [0, 1, 511, 512, 513, 1023, 1024, 1025, 3000] {
            let text = Text::of("a.txt", format!("\u{feff}x\n{}!", "ü".repeat(letters)).as_bytes()).unwrap();
            let mark = &text.body()[text.body().len() - 1..];
            assert_eq!(
                text.place_of(mark).to_string(),
                format!("a.txt:2:{}", letters + 1)
            );
        }
    }

    #[test]
    fn text_of_two_bytes_a_letter_is_read_and_other_bytes_are_refused() {
        let bytes: Vec<u8> = "\u{feff}Zeit=1ms"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(Text::of("w.txt", &bytes).unwrap().body(), "Zeit=1ms");
        assert!(Text::of("w.txt", &bytes[..bytes.len() - 1]).is_err());
        let error = Text::of("w.txt", b"ok\nZ\xfc").unwrap_err().to_string();
        assert_eq!(error, "w.txt:2:2: byte 0xfc is not UTF-8 text");
        assert!(
            Text::of("w.txt", b" \n")
                .unwrap_err()
                .to_string()
                .contains("empty")
        );
    }

    #[test]
    fn a_number_ends_before_its_unit() {
        assert_eq!(leading_number("14.3 ms"), ("14.3", " ms"));
        assert_eq!(leading_number("14ms TTL"), ("14", "ms TTL"));
        assert_eq!(leading_number("nan ms"), ("nan", " ms"));
        assert_eq!(leading_number("1e999 ms"), ("1e999", " ms"));
        assert_eq!(leading_number(""), ("", ""));
    }
}
