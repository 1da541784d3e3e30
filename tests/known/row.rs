//! A figure that is known from elsewhere beside what the program says, and how far apart they may be.

use std::fmt::Write;

/// What rows have in common: where the known figure comes from, its unit, and how many digits are shown.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) source: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) digits: Digits,
}

/// Digits that are the same on every machine, and not more than the figure is good for.
#[derive(Clone, Copy)]
pub(crate) enum Digits {
    /// So many behind the point.
    Point(usize),
    /// So many in all, with a power of ten.
    Power(usize),
}

/// How far the program may be from what is known.
#[derive(Clone, Copy)]
pub(crate) enum Band {
    /// By so much to either side, in the unit of the figures.
    Within(f64),
    /// What is known is the most that it may be.
    AtMost,
    /// What is known is the least that it may be.
    AtLeast,
    /// At most so much below; above is safe.
    NotBelow(f64),
    /// At most so much above; below is safe.
    NotAbove(f64),
}

/// One line of the page.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) what: String,
    source: &'static str,
    known: String,
    found: String,
    difference: String,
    band: String,
    pub(crate) inside: bool,
}

impl Kind {
    /// A row whose band is called by the word `why`: what it is made of.
    pub(crate) fn row(
        &self,
        what: impl Into<String>,
        known: f64,
        found: f64,
        (band, why): (Band, &str),
    ) -> Row {
        let off = found - known;
        let (inside, shown) = match band {
            Band::Within(half) => (off.abs() <= half, format!("±{}", self.apart(&short(half)))),
            Band::AtMost => (off <= 0.0, "at most".to_owned()),
            Band::AtLeast => (off >= 0.0, "at least".to_owned()),
            Band::NotBelow(room) => (off >= -room, format!("−{}", self.apart(&short(room)))),
            Band::NotAbove(room) => (off <= room, format!("+{}", self.apart(&short(room)))),
        };
        Row {
            what: what.into(),
            source: self.source,
            known: self.with_unit(&self.number(known)),
            found: self.with_unit(&self.number(found)),
            difference: self.apart(&self.signed(off, known)),
            band: format!("{shown}, {why}"),
            inside,
        }
    }

    /// The same where only rounding may lie between the two: `relative` of the figure.
    pub(crate) fn exact(&self, what: impl Into<String>, known: f64, found: f64, relative: f64) -> Row {
        let why = if relative > 0.0 { "rounding" } else { "exact" };
        self.row(what, known, found, (Band::Within(relative * known.abs()), why))
    }

    fn number(&self, value: f64) -> String {
        match self.digits {
            Digits::Point(digits) => format!("{value:.digits$}"),
            Digits::Power(_) if value == 0.0 => "0".to_owned(),
            Digits::Power(digits) => format!("{value:.*e}", digits - 1),
        }
    }

    /// To as many digits behind the point as the figures themselves have; of a power of ten the two that say something,
    /// as long as they are more than rounding, which differs from machine to machine.
    fn signed(&self, off: f64, known: f64) -> String {
        let shown = match self.digits {
            Digits::Point(_) => self.number(off),
            Digits::Power(_) if off.abs() <= 1e-7 * known.abs() => "0".to_owned(),
            Digits::Power(_) => short(off),
        };
        let nothing = shown.chars().all(|c| matches!(c, '0' | '.' | '-'));
        match (nothing, off > 0.0) {
            (true, _) => "0".to_owned(),
            (false, true) => format!("+{shown}"),
            (false, false) => shown.replacen('-', "−", 1),
        }
    }

    fn with_unit(&self, number: &str) -> String {
        match self.unit {
            "" => number.to_owned(),
            unit => format!("{number} {unit}"),
        }
    }

    /// A difference: two shares in percent are percentage points apart.
    fn apart(&self, number: &str) -> String {
        match self.unit {
            _ if number == "0" => "0".to_owned(),
            "%" => format!("{number} pp"),
            _ => self.with_unit(number),
        }
    }
}

/// Two digits, plainly where that is short.
fn short(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    let power = size.log10().floor() as i32;
    if !(-4..4).contains(&power) {
        return format!("{value:.1e}");
    }
    let digits = usize::try_from(1 - power).unwrap_or(0);
    format!("{value:.digits$}")
}

impl Row {
    /// A row of words, which must be the same.
    pub(crate) fn words(
        what: impl Into<String>,
        source: &'static str,
        known: impl Into<String>,
        found: impl Into<String>,
    ) -> Row {
        let (known, found) = (known.into(), found.into());
        let inside = known == found;
        Row {
            what: what.into(),
            source,
            difference: if inside { "none" } else { "other" }.to_owned(),
            known,
            found,
            band: "the same".to_owned(),
            inside,
        }
    }

    fn line(&self) -> String {
        let inside = if self.inside { "yes" } else { "**no**" };
        let cells = [
            &self.what,
            self.source,
            &self.known,
            &self.found,
            &self.difference,
            &self.band,
            inside,
        ];
        format!("| {} |", cells.join(" | "))
    }
}

/// Rows as a table of the page.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = "| what | source | known | isochrone | difference | band | inside |\n\
                    | --- | --- | ---: | ---: | ---: | --- | --- |\n"
        .to_owned();
    for row in rows {
        writeln!(text, "{}", row.line()).unwrap();
    }
    text
}

/// Fails with every row that is outside its band.
pub(crate) fn hold(rows: &[Row]) {
    assert!(!rows.is_empty());
    let outside: Vec<String> = rows.iter().filter(|row| !row.inside).map(Row::line).collect();
    assert!(
        outside.is_empty(),
        "outside of their bands:\n{}",
        outside.join("\n")
    );
}

#[test]
fn a_row_outside_its_band_is_told_and_fails() {
    let kind = Kind {
        source: "made up",
        unit: "ms",
        digits: Digits::Point(2),
    };
    let good = kind.row("good", 10.0, 10.04, (Band::Within(0.05), "guess"));
    assert_eq!(
        good.line(),
        "| good | made up | 10.00 ms | 10.04 ms | +0.04 ms | ±0.050 ms, guess | yes |"
    );
    let bad = kind.row("bad", 10.0, 9.9, (Band::Within(0.05), "guess"));
    assert!(
        bad.line().ends_with("| −0.10 ms | ±0.050 ms, guess | **no** |"),
        "{}",
        bad.line()
    );
    let limits =
        [Band::AtMost, Band::AtLeast].map(|band| kind.row("limit", 10.0, 9.0, (band, "promise")).inside);
    assert_eq!(limits, [true, false]);
    hold(std::slice::from_ref(&good));
    assert!(std::panic::catch_unwind(|| hold(&[good, bad])).is_err());
    // What is no number is inside of nothing.
    assert!(
        !kind
            .row("none", 1.0, f64::NAN, (Band::Within(1.0), "guess"))
            .inside
    );
    assert!(!Row::words("best", "made up", "a", "b").inside);
}

#[test]
fn few_digits_are_shown_plainly_or_with_a_power() {
    assert_eq!(
        [0.0123, 1.26, 45.4, 3.2e-9, 0.0].map(short),
        ["0.012", "1.3", "45", "3.2e-9", "0"]
    );
}
