//! The embedded font: which characters it has and how wide they are.
//!
//! `DejaVu Sans`, cut down to Latin, Greek, arrows and the signs used in charts; its notice lies beside it.

use std::sync::OnceLock;

use plotters::style::{FontStyle, IntoFont, register_font};

use crate::basis::error::{Error, Result};

/// The family name under which plotters knows the font.
pub(super) const FAMILY: &str = "sans-serif";

static BYTES: &[u8] = include_bytes!("font/DejaVuSans-subset.ttf");

/// Height of a line (ascent plus descent) in em: (1901 + 483) / 2048, table `hhea` of the font. The bitmap
/// painter takes sizes in this measure.
pub(super) const LINE_PER_EM: f64 = 2384.0 / 2048.0;

/// Characters of the font, first and last of each run (table `cmap`).
const COVERED: [(char, char); 12] = [
    ('\u{20}', '\u{7e}'),
    ('\u{a0}', '\u{17f}'),
    ('\u{391}', '\u{3a1}'),
    ('\u{3a3}', '\u{3c9}'),
    ('\u{2010}', '\u{2027}'),
    ('\u{2030}', '\u{2030}'),
    ('\u{2080}', '\u{2089}'),
    ('\u{2190}', '\u{2193}'),
    ('\u{2212}', '\u{2212}'),
    ('\u{2248}', '\u{2248}'),
    ('\u{2264}', '\u{2265}'),
    ('\u{25cf}', '\u{25cf}'),
];

/// Makes the font known to plotters, once for the process.
///
/// # Errors
/// When the embedded bytes are not a font.
pub(super) fn register() -> Result<()> {
    static DONE: OnceLock<bool> = OnceLock::new();
    if *DONE.get_or_init(|| register_font(FAMILY, FontStyle::Normal, BYTES).is_ok()) {
        Ok(())
    } else {
        Err(Error::internal("the embedded font cannot be read"))
    }
}

/// `text` with every character that the font lacks replaced by `?`, white space by a blank; blanks that do not
/// break stay what they are.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if is_covered(c) => c,
            c if c.is_whitespace() => ' ',
            _ => '?',
        })
        .collect()
}

fn is_covered(c: char) -> bool {
    // A soft hyphen is in the font but shows nothing.
    c != '\u{ad}' && COVERED.iter().any(|&(first, last)| (first..=last).contains(&c))
}

/// Width of `text` at `em`, in the same unit. The font has no kerning, so the advances add up.
pub(super) fn width(text: &str, em: f64) -> f64 {
    static ADVANCES: OnceLock<Vec<f64>> = OnceLock::new();
    let advances = ADVANCES.get_or_init(advances);
    let units: f64 = text.chars().map(|c| advances[place(c).unwrap_or(0)]).sum();
    units * em
}

/// Advances of all covered characters in em, in the order of [`COVERED`].
fn advances() -> Vec<f64> {
    // At 2048 units per em the advances are whole numbers.
    const UNITS: f64 = 2048.0;
    let font = (FAMILY, UNITS * LINE_PER_EM).into_font();
    let characters = COVERED.iter().flat_map(|&(first, last)| first..=last);
    characters
        .map(|c| match font.box_size(c.encode_utf8(&mut [0; 4])) {
            Ok((wide, _)) => f64::from(wide) / UNITS,
            // Without a font, the mean advance of a letter.
            Err(_) => 0.6,
        })
        .collect()
}

/// Place of a character in the order of [`COVERED`].
fn place(c: char) -> Option<usize> {
    let mut before = 0;
    for &(first, last) in &COVERED {
        if (first..=last).contains(&c) {
            return Some(before + (c as usize - first as usize));
        }
        before += last as usize - first as usize + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn u16_at(at: usize) -> usize {
        usize::from(BYTES[at]) << 8 | usize::from(BYTES[at + 1])
    }

    fn table(tag: [u8; 4]) -> usize {
        let record = (0..u16_at(4))
            .map(|i| 12 + 16 * i)
            .find(|&at| BYTES[at..at + 4] == tag);
        let at = record.unwrap() + 8;
        u16_at(at) << 16 | u16_at(at + 2)
    }

    /// Runs of the first sub-table of `cmap`, which is in format 4.
    fn runs() -> Vec<(u32, u32)> {
        let cmap = table(*b"cmap");
        let sub = cmap + (u16_at(cmap + 8) << 16 | u16_at(cmap + 10));
        assert_eq!(u16_at(sub), 4);
        let segments = u16_at(sub + 6) / 2;
        (0..segments)
            .map(|i| {
                let end = u16_at(sub + 14 + 2 * i);
                (u16_at(sub + 16 + 2 * (segments + i)) as u32, end as u32)
            })
            .filter(|run| run.0 != 0xffff)
            .collect()
    }

    #[test]
    fn the_table_of_characters_is_that_of_the_font() {
        let covered: Vec<(u32, u32)> = COVERED
            .iter()
            .map(|&(a, b)| (u32::from(a), u32::from(b)))
            .collect();
        assert_eq!(runs(), covered);
    }

    #[test]
    fn the_line_height_is_that_of_the_font() {
        let hhea = table(*b"hhea");
        let descent = 0x1_0000 - u16_at(hhea + 6);
        let em = u16_at(table(*b"head") + 18);
        assert_eq!((u16_at(hhea + 4) + descent) as f64 / em as f64, LINE_PER_EM);
    }

    #[test]
    fn missing_characters_show_as_question_marks() {
        assert_eq!(printable("Zürich ≤ 5 µs → λ"), "Zürich ≤ 5 µs → λ");
        assert_eq!(printable("東京\u{202e}a\u{0}b\u{ad}\n😀"), "???a?b? ?");
    }

    #[test]
    fn width_grows_with_text_and_size() {
        register().unwrap();
        // DejaVu Sans sets all digits 1303/2048 em wide.
        assert!((width("0000000000", 100.0) - 636.2).abs() < 0.5);
        assert!((width("ab", 24.0) - 2.0 * width("ab", 12.0)).abs() < 1e-9);
    }
}
