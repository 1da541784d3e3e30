//! The zip archive that an .xlsx file is: whether it is one, and what it unpacks to.
//!
//! A reader of workbooks keeps what it unpacks, and a few kilobytes can unpack to gigabytes. So every part is
//! unpacked here first and only counted: what the archive's own directory says about sizes need not be true.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::basis::error::{Error, Result};

/// What the parts of a workbook may unpack to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of all parts together. A sheet of a million rows and ten columns takes about 400 MB.
    total: u64,
    /// Bytes of a part that is kept whole, such as the texts that cells share.
    kept: u64,
    /// How many times its packed size a part may take, where it takes more than `ratio_above` bytes. Sheets are
    /// packed to a tenth or a twentieth; deflate ends at 1032.
    ratio: u64,
    ratio_above: u64,
    parts: usize,
}

pub(super) const LIMITS: Limits = Limits {
    total: 1 << 30,
    kept: 256 << 20,
    ratio: 200,
    ratio_above: 64 << 20,
    parts: 10_000,
};

/// The first bytes of a zip archive's first part.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of a compound file: .xls, or a workbook with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Whether these bytes are a workbook of whatever kind, and no text.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
}

/// Checks that `bytes` may be a workbook called `name`, and that it unpacks to no more than `limits`.
///
/// # Errors
/// Says what the file is instead, or which part is too large or damaged.
pub(super) fn check(name: &str, bytes: &[u8], limits: Limits) -> Result<()> {
    if !bytes.starts_with(ZIP) {
        return Err(something_else(name, bytes));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| damaged(name, &why))?;
    if archive.len() > limits.parts {
        let message = format!("`{name}` has more parts than the limit of {}", limits.parts);
        return Err(Error::input(message).hint(AFRESH));
    }
    let mut left = limits.total;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|why| damaged(name, &why))?;
        left -= count(name, &mut part, left, limits)?;
    }
    Ok(())
}

const AFRESH: &str = "copy the table into a new workbook, or save it as .csv";

/// Unpacks a part without keeping it, and tells its bytes.
fn count(name: &str, part: &mut ZipFile<'_, Cursor<&[u8]>>, left: u64, limits: Limits) -> Result<u64> {
    let path = part
        .name()
        .map_err(|why| damaged(name, &why))?
        .to_lowercase()
        .replace('\\', "/");
    let (packed, said) = (part.compressed_size(), part.size());
    let is_texts = path.ends_with("sharedstrings.xml");
    let whole = if is_texts || !path.contains("/worksheets/") {
        limits.kept
    } else {
        limits.total
    };
    let by_ratio = limits.ratio_above.max(packed.saturating_mul(limits.ratio));
    let most = whole.min(by_ratio).min(left);
    // Refused by its own word, it need not be unpacked.
    let mut unpacked = said;
    let mut texts = Vec::new();
    if said <= most {
        let mut some = part.take(most + 1);
        let counted = if is_texts {
            io::copy(&mut some, &mut texts)
        } else {
            io::copy(&mut some, &mut io::sink())
        };
        unpacked = counted.map_err(|why| damaged(name, &why))?;
    }
    if unpacked > most {
        let mib = most.div_ceil(1 << 20);
        let why = if most == by_ratio {
            format!(", {} times what is packed", limits.ratio)
        } else {
            String::new()
        };
        let message = format!("part `{path}` of `{name}` unpacks to more than the limit of {mib} MiB{why}");
        return Err(Error::input(message).hint(AFRESH));
    }
    if is_texts && claimed(&texts) > unpacked {
        let message = format!("part `{path}` of `{name}` claims to hold more texts than it has bytes");
        return Err(Error::input(message).hint(AFRESH));
    }
    Ok(unpacked)
}

/// How many shared texts there are, by their own word; the reader makes room for as many before it sees one.
fn claimed(texts: &[u8]) -> u64 {
    const MARK: &[u8] = b"uniqueCount";
    // In UTF-16 every other byte of the mark is nought.
    let plain: Vec<u8> = texts.iter().copied().filter(|byte| *byte != 0).collect();
    let places = plain
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, window)| *window == MARK);
    let numbers = places.map(|(at, _)| {
        let behind = plain[at + MARK.len()..].iter();
        let digits = behind
            .skip_while(|byte| b" \t\r\n=\"'+".contains(byte))
            .take_while(|byte| byte.is_ascii_digit());
        digits.fold(0u64, |n, digit| {
            n.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
        })
    });
    numbers.max().unwrap_or(0)
}

fn something_else(name: &str, bytes: &[u8]) -> Error {
    let encrypted: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let start = bytes.trim_ascii_start();
    let (what, hint) = if bytes.is_empty() {
        ("is empty", "save the workbook again")
    } else if bytes.starts_with(COMPOUND) && bytes.windows(encrypted.len()).any(|window| window == encrypted)
    {
        ("is locked with a password", "save a copy without a password")
    } else if bytes.starts_with(COMPOUND) {
        ("is a workbook of the old kind, .xls", "save it as .xlsx or .csv")
    } else if start.starts_with(b"<") {
        (
            "is a page of HTML or XML, not a workbook",
            "open it in a spreadsheet program and save it as .xlsx or .csv",
        )
    } else if std::str::from_utf8(bytes).is_ok() {
        (
            "is text, not a workbook",
            "call it .csv if commas separate its columns",
        )
    } else {
        ("is not a workbook", "save the table as .xlsx or .csv")
    };
    Error::input(format!("`{name}` {what}")).hint(hint)
}

fn damaged(name: &str, why: &dyn std::fmt::Display) -> Error {
    let why = why.to_string().to_lowercase();
    Error::input(format!("`{name}` is cut short or damaged: {why}"))
        .hint("save it again, or fetch it again from where it came")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

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

    /// Noise that packs to nearly its size.
    fn noise(bytes: usize) -> Vec<u8> {
        let mut state = 1u64;
        let step = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        (0..bytes).map(step).collect()
    }

    fn refused(bytes: &[u8], limits: Limits) -> String {
        check("a.xlsx", bytes, limits).unwrap_err().to_string()
    }

    const SMALL: Limits = Limits {
        total: 3 << 20,
        kept: 1 << 20,
        ratio: 200,
        ratio_above: 2 << 20,
        parts: 3,
    };

    #[test]
    fn what_unpacks_to_too_much_is_refused_part_by_part_and_in_total() {
        let nought = vec![0; 4 << 20];
        assert_eq!(
            refused(&archive(&[(SHEET, &nought)]), SMALL),
            "part `xl/worksheets/sheet1.xml` of `a.xlsx` unpacks to more than the limit of 2 MiB, 200 times what is packed"
        );
        assert_eq!(
            refused(&archive(&[(TEXTS, &nought)]), SMALL),
            "part `xl/sharedstrings.xml` of `a.xlsx` unpacks to more than the limit of 1 MiB"
        );
        let (half, rest) = (noise(2 << 20), noise((1 << 20) + 1));
        assert_eq!(
            refused(
                &archive(&[(SHEET, &half), ("xl/worksheets/sheet2.xml", &rest)]),
                SMALL
            ),
            "part `xl/worksheets/sheet2.xml` of `a.xlsx` unpacks to more than the limit of 1 MiB"
        );
        assert!(check("a.xlsx", &archive(&[(SHEET, &half)]), SMALL).is_ok());
        let many = ["a", "b", "c", "d"].map(|path| (path, &b"x"[..]));
        assert_eq!(
            refused(&archive(&many), SMALL),
            "`a.xlsx` has more parts than the limit of 3"
        );
    }

    #[test]
    fn a_directory_that_lies_about_sizes_is_found_out() {
        let content = vec![0; 4 << 20];
        let mut bytes = archive(&[(SHEET, &content)]);
        let size = (content.len() as u32).to_le_bytes();
        let places: Vec<usize> = (0..bytes.len() - 4)
            .filter(|at| bytes[*at..at + 4] == size)
            .collect();
        assert!(!places.is_empty(), "the size is written somewhere");
        for at in places {
            bytes[at..at + 4].copy_from_slice(&7u32.to_le_bytes());
        }
        let message = refused(&bytes, SMALL);
        let found_out = ["unpacks to more than the limit of 2 MiB", "cut short or damaged"];
        assert!(found_out.iter().any(|end| message.contains(end)), "{message}");
    }

    #[test]
    fn a_count_of_texts_that_cannot_be_true_is_refused() {
        let claim = |n: &str| archive(&[(TEXTS, format!("<sst uniqueCount = '{n}'><si/></sst>").as_bytes())]);
        assert!(check("a.xlsx", &claim("1"), LIMITS).is_ok());
        assert_eq!(
            refused(&claim("99999999999"), LIMITS),
            "part `xl/sharedstrings.xml` of `a.xlsx` claims to hold more texts than it has bytes"
        );
    }

    #[test]
    fn what_is_no_archive_is_told_by_what_it_is() {
        let locked: Vec<u8> = [
            COMPOUND,
            &[0; 8],
            b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
        ]
        .concat();
        for (bytes, what) in [
            (&b""[..], "is empty"),
            (&locked, "is locked with a password"),
            (COMPOUND, "is a workbook of the old kind, .xls"),
            (b"\n<html>", "is a page of HTML or XML, not a workbook"),
            (b"metro,weight\n", "is text, not a workbook"),
            (b"\xff\xfe\x00", "is not a workbook"),
        ] {
            assert_eq!(refused(bytes, LIMITS), format!("`a.xlsx` {what}"));
        }
        let sound = archive(&[(SHEET, b"<a/>")]);
        let message = refused(&sound[..sound.len() - 10], LIMITS);
        assert!(
            message.starts_with("`a.xlsx` is cut short or damaged: "),
            "{message}"
        );
    }
}
