//! The file of a calibration: what own measurements make of the estimates, written by `calibrate`, named by a scenario.
//!
//! ```
//! use isochrone::design::calibration::{About, read, write};
//! use isochrone::world::catalog::Catalog;
//! use isochrone::world::network::own::{Calibration, Effect};
//! let mut calibration = Calibration::default();
//! calibration.path.all = Some(Effect { effect: 0.05, sd: 0.02 });
//! let text = write(&calibration, &About::default()).unwrap();
//! assert_eq!(read("own.toml", &text, &Catalog::embedded()).unwrap().calibration, calibration);
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::basis::digest::digest;
use crate::basis::error::{Error, Place, Problem, Result};
use crate::world::catalog::{Catalog, TableKind};
use crate::world::network::access::Technology;
use crate::world::network::own::{Calibration, Effect, Factor, Levels};

/// What the file says it is.
const SCHEMA: &str = "isochrone-calibration";
/// The version that is written and read.
const VERSION: i64 = 1;
/// An effect beyond this (a factor of twenty) is no correction of an estimate.
const LARGEST_EFFECT: f64 = 3.0;

/// What a calibration was made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// Digest of the tables behind the estimates, 16 hexadecimal digits.
    pub data: String,
    /// Files, with the digests of their bytes.
    pub files: Vec<(String, String)>,
    /// Rows of users.
    pub user_rows: usize,
    /// Rows between regions.
    pub link_rows: usize,
    /// What came of rows that were held back, a line each: comments, for people.
    pub held_back: Vec<String>,
}

/// A calibration out of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadCalibration {
    /// What it does.
    pub calibration: Calibration,
    /// Digest of the tables that it was fitted beside.
    pub data: String,
    /// Where the file says that, for a warning.
    pub data_place: Place,
}

impl ReadCalibration {
    /// A warning, where it was fitted beside other tables than those of `version`: other estimates need other effects.
    pub fn of_other_data(&self, version: &str) -> Option<Problem> {
        if self.data == version {
            return None;
        }
        let message = format!(
            "this calibration was fitted beside tables of version `{}`, and these are `{version}`",
            self.data
        );
        let problem = Problem::warning(message).at(self.data_place.clone());
        Some(problem.hint("calibrate again: its effects belong to other estimates"))
    }
}

/// Tables that estimates of round trips rest on.
const BEHIND_ESTIMATES: [TableKind; 9] = [
    TableKind::Regions,
    TableKind::Metros,
    TableKind::AwsRtts,
    TableKind::GcpRtts,
    TableKind::IbmRtts,
    TableKind::Landmarks,
    TableKind::LandmarkRtts,
    TableKind::AccessQuantiles,
    TableKind::ProbeRtts,
];

/// The version of the tables behind estimates: a digest of their digests.
///
/// # Errors
/// When a table cannot be parsed.
pub fn data_version(catalog: &Catalog) -> Result<String> {
    let mut digests = String::new();
    for kind in BEHIND_ESTIMATES {
        digests.push_str(&catalog.data_table(kind)?.digest);
    }
    Ok(digest(digests.as_bytes()))
}

/// The text of a file. The same calibration gives the same bytes.
///
/// # Errors
/// When [`read`] would refuse it: an effect beyond ±3 or none at all.
pub fn write(calibration: &Calibration, about: &About) -> Result<String> {
    expect_readable(calibration)?;
    let mut text = String::from(
        "# What own measurements make of the estimates. A scenario names this file: [network] calibration = \"FILE\".\n\
         # An effect is a logarithm: 0.10 makes the estimate 10.5 % longer. sd is the standard deviation of the level\n\
         # where nothing more special is known of it; together with it input errors get smaller.\n",
    );
    // Writing to a string cannot fail.
    for line in &about.held_back {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "\nschema = {}", quoted(SCHEMA));
    let _ = writeln!(text, "version = {VERSION}");
    let _ = writeln!(text, "data = {}", quoted(&about.data));
    let _ = writeln!(text, "\n[fitted_from]");
    let _ = writeln!(text, "user_rows = {}", about.user_rows);
    let _ = writeln!(text, "link_rows = {}", about.link_rows);
    list(
        &mut text,
        "files",
        about
            .files
            .iter()
            .map(|(name, of_bytes)| format!("name = {}, digest = {}", quoted(name), quoted(of_bytes))),
    );
    levels(&mut text, "path", &calibration.path, ["country", "region"]);
    levels(
        &mut text,
        "access",
        &calibration.access,
        ["country", "technology"],
    );
    links(&mut text, &calibration.links);
    if calibration.path_spread.is_some() || calibration.access_spread.is_some() {
        text.push_str("\n[spread]\n");
        for (name, factor) in [
            ("path", calibration.path_spread),
            ("access", calibration.access_spread),
        ] {
            if let Some(it) = factor {
                let (factor, sd, level) = (number(it.factor), number(it.sd), number(it.level));
                let _ = writeln!(
                    text,
                    "{name} = {{ factor = {factor}, sd = {sd}, level = {level} }}"
                );
            }
        }
    }
    Ok(text)
}

/// That every effect is one that can be read again.
fn expect_readable(calibration: &Calibration) -> Result<()> {
    let sections = [
        ("path", &calibration.path),
        ("access", &calibration.access),
        ("links", &calibration.links),
    ];
    for (section, levels) in sections {
        let all = levels.all.iter().map(|it| ("all".to_owned(), it));
        let ends = levels.from.iter().chain(&levels.to);
        let pairs = levels.pairs.iter();
        let named = all
            .chain(ends.map(|(name, it)| (name.clone(), it)))
            .chain(pairs.map(|((a, b), it)| (format!("{a} and {b}"), it)));
        for (name, it) in named {
            if it.effect.is_nan() || it.effect.abs() > LARGEST_EFFECT || !it.sd.is_finite() {
                let message = format!(
                    "the effect of {name} on {section} would be {:.3} with a standard deviation of {:.3}, and none beyond \
                     -3 to 3 can be read back",
                    it.effect, it.sd
                );
                return Err(Error::input(message).hint(
                    "measurements that far from their estimates are none of them: look at unit and ends",
                ));
            }
        }
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Six decimals: finer than any measurement.
fn number(x: f64) -> String {
    let text = format!("{x:.6}");
    if text == "-0.000000" {
        "0.000000".into()
    } else {
        text
    }
}

fn list(text: &mut String, name: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.map(|row| format!("  {{ {row} }},\n")).collect();
    if !rows.is_empty() {
        let _ = writeln!(text, "{name} = [\n{}]", rows.concat());
    }
}

/// A standard deviation has to stay above 0 in six decimals.
const LEAST_SD: f64 = 1e-6;

fn effect(it: &Effect) -> String {
    format!(
        "effect = {}, sd = {}",
        number(it.effect),
        number(it.sd.max(LEAST_SD))
    )
}

fn levels(text: &mut String, name: &str, levels: &Levels, [from, to]: [&str; 2]) {
    let Some(all) = &levels.all else { return };
    let _ = writeln!(text, "\n[{name}]\nall = {{ {} }}", effect(all));
    let plural = |word: &str| match word {
        "country" => "countries",
        "technology" => "technologies",
        _ => "regions",
    };
    let named = |key: &str, map: &BTreeMap<String, Effect>| {
        let rows = map.iter();
        rows.map(|(name, it)| format!("{key} = {}, {}", quoted(name), effect(it)))
            .collect::<Vec<_>>()
    };
    list(text, plural(from), named(from, &levels.from).into_iter());
    list(text, plural(to), named(to, &levels.to).into_iter());
    let pairs = levels.pairs.iter();
    list(
        text,
        "pairs",
        pairs.map(|((a, b), it)| format!("{from} = {}, {to} = {}, {}", quoted(a), quoted(b), effect(it))),
    );
}

fn links(text: &mut String, levels: &Levels) {
    let Some(all) = &levels.all else { return };
    let _ = writeln!(text, "\n[links]\nall = {{ {} }}", effect(all));
    let regions = levels.from.iter();
    list(
        text,
        "regions",
        regions.map(|(name, it)| format!("region = {}, {}", quoted(name), effect(it))),
    );
    let pairs = levels.pairs.iter();
    list(
        text,
        "pairs",
        pairs.map(|((a, b), it)| format!("from = {}, to = {}, {}", quoted(a), quoted(b), effect(it))),
    );
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<String>,
    version: Spanned<i64>,
    #[serde(default)]
    data: Option<Spanned<String>>,
    #[allow(dead_code, reason = "read by people, and kept from being an unknown key")]
    #[serde(default)]
    fitted_from: Option<toml::Table>,
    #[serde(default)]
    path: Option<LevelsFile>,
    #[serde(default)]
    access: Option<LevelsFile>,
    #[serde(default)]
    links: Option<LevelsFile>,
    #[serde(default)]
    spread: SpreadFile,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SpreadFile {
    path: Option<FactorFile>,
    access: Option<FactorFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactorFile {
    factor: Spanned<f64>,
    sd: Spanned<f64>,
    level: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelsFile {
    all: EffectFile,
    #[serde(default)]
    countries: Vec<EffectFile>,
    #[serde(default)]
    regions: Vec<EffectFile>,
    #[serde(default)]
    technologies: Vec<EffectFile>,
    #[serde(default)]
    pairs: Vec<EffectFile>,
}

/// An effect with whatever it is of; which names must be there depends on the list that it stands in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EffectFile {
    effect: Spanned<f64>,
    sd: Spanned<f64>,
    country: Option<Spanned<String>>,
    region: Option<Spanned<String>>,
    technology: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    to: Option<Spanned<String>>,
}

/// Which name of an effect is meant.
type Pick = fn(&EffectFile) -> Option<&Spanned<String>>;

const COUNTRY: (&str, Pick) = ("country", |it| it.country.as_ref());
const REGION: (&str, Pick) = ("region", |it| it.region.as_ref());
const TECHNOLOGY: (&str, Pick) = ("technology", |it| it.technology.as_ref());
const FROM: (&str, Pick) = ("from", |it| it.from.as_ref());
const TO: (&str, Pick) = ("to", |it| it.to.as_ref());

/// The calibration in `text`, the contents of `name`.
///
/// # Errors
/// Everything that is wrong with it, with line and column: keys that are unknown or missing, an effect beyond ±3, a
/// standard deviation that is not above 0, a spread beyond 0.1 to 10, a name that `catalog` does not know, something
/// that stands twice.
pub fn read(name: &str, text: &str, catalog: &Catalog) -> Result<ReadCalibration> {
    let file: File = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let problem = Problem::error(error.message().trim().to_lowercase()).at(Place::of(name, text, span));
        let hint = "`isochrone calibrate SAMPLES -o FILE` writes such a file";
        Error::problems_in_input(vec![problem.hint(hint)])
    })?;
    let mut reader = Reader {
        name,
        text,
        catalog,
        problems: Vec::new(),
    };
    reader.expect_known(&file);
    let calibration = Calibration {
        path: reader.levels(file.path.as_ref(), COUNTRY, REGION),
        access: reader.levels(file.access.as_ref(), COUNTRY, TECHNOLOGY),
        links: reader.links(file.links.as_ref()),
        path_spread: file.spread.path.as_ref().map(|it| reader.factor(it)),
        access_spread: file.spread.access.as_ref().map(|it| reader.factor(it)),
    };
    if !reader.problems.is_empty() {
        return Err(Error::problems_in_input(reader.problems));
    }
    let span = file.data.as_ref().map_or(0..0, Spanned::span);
    Ok(ReadCalibration {
        calibration,
        data: file.data.map_or_else(String::new, Spanned::into_inner),
        data_place: Place::of(name, text, span),
    })
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    catalog: &'a Catalog,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, span: Range<usize>, message: String, hint: &str) {
        let place = Place::of(self.name, self.text, span);
        self.problems.push(Problem::error(message).at(place).hint(hint));
    }

    fn expect_known(&mut self, file: &File) {
        if file.schema.get_ref() != SCHEMA {
            let message = format!("this is `{}`, and no calibration", file.schema.get_ref());
            self.wrong(
                file.schema.span(),
                message,
                "say schema = \"isochrone-calibration\"",
            );
        }
        if *file.version.get_ref() != VERSION {
            let message = format!("version {} of a calibration is unknown", file.version.get_ref());
            self.wrong(
                file.version.span(),
                message,
                "this program reads version 1; calibrate again",
            );
        }
    }

    fn effect(&mut self, it: &EffectFile) -> Effect {
        let (effect, sd) = (*it.effect.get_ref(), *it.sd.get_ref());
        if effect.is_nan() || effect.abs() > LARGEST_EFFECT {
            let message = format!("an effect must lie between -3 and 3, found {effect}");
            self.wrong(
                it.effect.span(),
                message,
                "it is a logarithm: 0.10 is 10.5 % longer",
            );
        }
        self.deviation(&it.sd);
        Effect { effect, sd }
    }

    fn deviation(&mut self, at: &Spanned<f64>) {
        let sd = *at.get_ref();
        if !(sd > 0.0 && sd.is_finite()) {
            let message = format!("a standard deviation must be above 0 and finite, found {sd}");
            self.wrong(at.span(), message, "it is that of a logarithm: 0.10 is some 10 %");
        }
    }

    fn factor(&mut self, it: &FactorFile) -> Factor {
        let factor = *it.factor.get_ref();
        if !(0.1..=10.0).contains(&factor) {
            let message = format!("a factor on a spread must lie between 0.1 and 10, found {factor}");
            self.wrong(it.factor.span(), message, "1 leaves the spread as it is");
        }
        self.deviation(&it.sd);
        self.deviation(&it.level);
        Factor {
            factor,
            sd: *it.sd.get_ref(),
            level: *it.level.get_ref(),
        }
    }

    /// The name of `it` that its list is by.
    fn named(&mut self, it: &EffectFile, (key, pick): (&str, Pick)) -> Option<String> {
        let Some(at) = pick(it) else {
            self.wrong(
                it.effect.span(),
                format!("`{key}` is missing beside this effect"),
                "say whose it is",
            );
            return None;
        };
        let name = at.get_ref();
        let known = match key {
            "country" => self.catalog.country(name).map(|country| country.iso2.clone()),
            "technology" => Technology::parse(name).map(|technology| technology.name().to_owned()),
            _ => self.catalog.region(name).map(|region| region.id.clone()),
        };
        match known {
            Ok(name) => Some(name),
            Err(error) => {
                let near = error.problems().first().and_then(|problem| problem.hint.clone());
                let hint = near.unwrap_or_else(|| "leave the row out, or name what is meant".to_owned());
                self.wrong(at.span(), error.to_string(), &hint);
                None
            }
        }
    }

    fn by_name(&mut self, rows: &[EffectFile], key: (&str, Pick)) -> BTreeMap<String, Effect> {
        let mut map = BTreeMap::new();
        for row in rows {
            let (name, effect) = (self.named(row, key), self.effect(row));
            let Some(name) = name else { continue };
            if map.insert(name.clone(), effect).is_some() {
                self.twice(row, &format!("`{name}`"));
            }
        }
        map
    }

    fn by_pair(
        &mut self,
        rows: &[EffectFile],
        [first, second]: [(&str, Pick); 2],
        ordered: bool,
    ) -> BTreeMap<(String, String), Effect> {
        let mut map = BTreeMap::new();
        for row in rows {
            let (a, b, effect) = (self.named(row, first), self.named(row, second), self.effect(row));
            let (Some(a), Some(b)) = (a, b) else { continue };
            let said = format!("`{a}` and `{b}`");
            let pair = if ordered || a <= b { (a, b) } else { (b, a) };
            if map.insert(pair, effect).is_some() {
                self.twice(row, &said);
            }
        }
        map
    }

    fn twice(&mut self, row: &EffectFile, what: &str) {
        self.wrong(
            row.effect.span(),
            format!("an effect of {what} stands twice"),
            "leave one out",
        );
    }

    /// Lists that have no place in this section must be empty.
    fn none_of(&mut self, rows: &[EffectFile], what: &str) {
        if let Some(row) = rows.first() {
            let message = format!("{what} have no effects here");
            self.wrong(row.effect.span(), message, "leave them out");
        }
    }

    fn levels(&mut self, file: Option<&LevelsFile>, from: (&str, Pick), to: (&str, Pick)) -> Levels {
        let Some(file) = file else {
            return Levels::default();
        };
        let rows_to = if to.0 == "region" {
            self.none_of(&file.technologies, "technologies");
            &file.regions
        } else {
            self.none_of(&file.regions, "regions");
            &file.technologies
        };
        Levels {
            all: Some(self.effect(&file.all)),
            from: self.by_name(&file.countries, from),
            to: self.by_name(rows_to, to),
            pairs: self.by_pair(&file.pairs, [from, to], true),
        }
    }

    fn links(&mut self, file: Option<&LevelsFile>) -> Levels {
        let Some(file) = file else {
            return Levels::default();
        };
        self.none_of(&file.countries, "countries");
        self.none_of(&file.technologies, "technologies");
        Levels {
            all: Some(self.effect(&file.all)),
            from: self.by_name(&file.regions, REGION),
            to: BTreeMap::new(),
            pairs: self.by_pair(&file.pairs, [FROM, TO], false),
        }
    }
}
