//! Colours and sizes of all charts.

use crate::basis::error::Result;

/// Light or dark ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark ink on white.
    #[default]
    Light,
    /// Light ink on near-black.
    Dark,
}

impl Theme {
    /// Every theme.
    pub fn all() -> &'static [Theme] {
        &[Theme::Light, Theme::Dark]
    }

    /// The name used in flags.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// When there is no such theme; the hint lists the names.
    pub fn parse(name: &str) -> Result<Self> {
        super::by_name("chart theme", name, Theme::all(), Theme::name)
    }
}

/// Red, green, blue in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// This colour with a share `t` of `other` mixed in.
    pub(super) fn mix(self, other: Colour, t: f64) -> Colour {
        let part = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * t).round() as u8;
        Colour(
            part(self.0, other.0),
            part(self.1, other.1),
            part(self.2, other.2),
        )
    }

    /// Relative luminance, 0–1. Source: WCAG 2.2, "relative luminance".
    pub(super) fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Contrast ratio to `other`, 1–21. Source: WCAG 2.2, "contrast ratio".
    pub(super) fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Black or white, whichever is easier to read on this colour.
    pub(super) fn ink(self) -> Colour {
        let (black, white) = (Colour(0, 0, 0), Colour(255, 255, 255));
        if self.contrast(black) >= self.contrast(white) {
            black
        } else {
            white
        }
    }
}

/// The colours of one theme.
#[derive(Clone, Debug)]
pub(super) struct Palette {
    pub ground: Colour,
    pub text: Colour,
    /// Subtitles, ticks, notes.
    pub muted: Colour,
    pub grid: Colour,
    pub axis: Colour,
    /// What cannot be told apart.
    pub tied: Colour,
    /// One for each line; a ninth line is not drawn.
    pub lines: [Colour; 8],
    /// From the lowest value to the highest, in even steps of lightness.
    pub ramp: [Colour; 6],
}

impl Palette {
    pub(super) fn of(theme: Theme) -> Palette {
        match theme {
            Theme::Light => light(),
            Theme::Dark => dark(),
        }
    }

    /// The colour at `t` (0–1) of the ramp.
    pub(super) fn ramp_at(&self, t: f64) -> Colour {
        let last = self.ramp.len() - 1;
        let at = t.clamp(0.0, 1.0) * last as f64;
        let step = (at.floor() as usize).min(last - 1);
        self.ramp[step].mix(self.ramp[step + 1], at - step as f64)
    }
}

/// Lines: Okabe and Ito, "Color Universal Design" (2008), black replaced by the ink of the theme and yellow, which
/// vanishes on white, by a grey.
fn light() -> Palette {
    Palette {
        ground: Colour(255, 255, 255),
        text: Colour(28, 33, 40),
        muted: Colour(91, 100, 112),
        grid: Colour(232, 235, 239),
        axis: Colour(170, 177, 186),
        tied: Colour(139, 147, 158),
        lines: [
            Colour(0, 114, 178),
            Colour(213, 94, 0),
            Colour(0, 158, 115),
            Colour(204, 121, 167),
            Colour(28, 33, 40),
            Colour(230, 159, 0),
            Colour(86, 180, 233),
            Colour(127, 127, 127),
        ],
        ramp: [
            Colour(238, 245, 251),
            Colour(198, 221, 240),
            Colour(142, 189, 222),
            Colour(82, 147, 196),
            Colour(31, 98, 155),
            Colour(8, 48, 98),
        ],
    }
}

fn dark() -> Palette {
    Palette {
        ground: Colour(21, 24, 30),
        text: Colour(230, 233, 238),
        muted: Colour(156, 165, 177),
        grid: Colour(42, 47, 56),
        axis: Colour(92, 101, 114),
        tied: Colour(122, 131, 143),
        lines: [
            Colour(86, 180, 233),
            Colour(230, 159, 0),
            Colour(0, 178, 130),
            Colour(214, 140, 182),
            Colour(230, 233, 238),
            Colour(240, 228, 66),
            Colour(222, 104, 20),
            Colour(150, 150, 150),
        ],
        ramp: [
            Colour(28, 38, 54),
            Colour(30, 66, 108),
            Colour(38, 101, 158),
            Colour(74, 144, 200),
            Colour(138, 190, 228),
            Colour(214, 234, 248),
        ],
    }
}

/// Size of letters (em) and gaps, in the units of a scene.
pub(super) mod size {
    pub(crate) const TITLE: f64 = 18.0;
    pub(crate) const SUBTITLE: f64 = 12.0;
    pub(crate) const LABEL: f64 = 12.0;
    pub(crate) const TICK: f64 = 11.0;
    pub(crate) const NOTE: f64 = 10.5;
    /// Why there is nothing to draw.
    pub(crate) const BLANK: f64 = 15.0;
    /// Space around everything.
    pub(crate) const MARGIN: f64 = 24.0;
    /// From one line of text to the next, in em.
    pub(crate) const LEADING: f64 = 1.3;
    /// Smallest letters drawn, in pixels of the finished picture.
    pub(crate) const SMALLEST_PX: f64 = 7.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_readable_on_its_ground() {
        for &theme in Theme::all() {
            let palette = Palette::of(theme);
            // 4.5 and 3 are the AA limits of WCAG 2.2 for text and for graphics.
            assert!(palette.text.contrast(palette.ground) > 7.0);
            assert!(palette.muted.contrast(palette.ground) > 4.5);
            assert!(palette.tied.contrast(palette.ground) > 3.0);
        }
    }

    #[test]
    fn the_ramp_is_monotone_in_luminance_and_its_ink_readable() {
        for &theme in Theme::all() {
            let palette = Palette::of(theme);
            let steps: Vec<Colour> = (0..=100).map(|i| palette.ramp_at(f64::from(i) / 100.0)).collect();
            let rising = palette.ramp[5].luminance() > palette.ramp[0].luminance();
            for pair in steps.windows(2) {
                assert_eq!(pair[1].luminance() > pair[0].luminance(), rising, "{pair:?}");
            }
            // √21 = 4.58 is the least that the better of black and white can have.
            assert!(steps.iter().all(|colour| colour.ink().contrast(*colour) >= 4.5));
        }
    }

    #[test]
    fn lines_differ_pairwise() {
        for &theme in Theme::all() {
            let lines = Palette::of(theme).lines;
            for (i, a) in lines.iter().enumerate() {
                assert!(lines[..i].iter().all(|b| a != b));
            }
        }
    }
}
