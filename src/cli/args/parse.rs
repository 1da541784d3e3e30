//! Readers of single values: each refuses what cannot be meant, and says how to write it.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::basis::day::Day;
use crate::basis::geo::LatLon;
use crate::basis::shard::Shard;
use crate::basis::units::{Millis, Share};
use crate::design::sampling::Tolerance;
use crate::world::catalog::TableKind;

/// A number of runs: digits, `_` and `,` allowed between them.
pub(crate) fn runs(text: &str) -> Result<u32, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, '_' | ',')).collect();
    match digits.parse::<u32>() {
        Ok(n) if n >= 100 => Ok(n),
        Ok(n) => Err(format!("{n} runs are too few to tell a p99: use at least 100")),
        Err(_) => Err("say a whole number of runs, such as 20_000".into()),
    }
}

/// A duration with its unit.
pub(crate) fn millis(text: &str) -> Result<Millis, String> {
    Millis::parse(text).map_err(|error| error.to_string())
}

/// A day of the calendar.
pub(crate) fn day(text: &str) -> Result<Day, String> {
    Day::parse(text.trim()).map_err(|_| "say a day such as 2026-11-26".into())
}

/// A duration with its unit, as it was typed: it becomes a key of the scenario.
pub(crate) fn duration(text: &str) -> Result<String, String> {
    millis(text).map(|_| text.trim().to_owned())
}

/// A share of requests below all of them, as it was typed.
pub(crate) fn availability(text: &str) -> Result<String, String> {
    let share = Share::parse(text).map_err(|error| error.to_string())?;
    if share.get() > 0.0 && share.get() < 1.0 {
        Ok(text.trim().to_owned())
    } else {
        Err("an availability lies between 0% and 100%, both excluded: say 99.95%".into())
    }
}

/// A precision, with the measure it is of or without; a part of the objective as a plain number.
pub(crate) fn precision(text: &str) -> Result<String, String> {
    let amount = text.rsplit_once(':').map_or(text, |(_, amount)| amount);
    match Tolerance::parse(amount).map_err(|error| error.to_string()) {
        Ok(Tolerance::Relative(share)) if amount == text => Ok(share.to_string()),
        Ok(_) => Ok(text.trim().to_owned()),
        Err(why) if why.contains("both excluded") => {
            Err("a precision lies between 0% and 100%, both excluded: say 1% or 0.01".into())
        }
        Err(why) => Err(why),
    }
}

/// A share above 0, at most all.
pub(crate) fn part(text: &str) -> Result<Share, String> {
    let share = Share::parse(text).map_err(|error| error.to_string())?;
    if share.get() > 0.0 && share.get() <= 1.0 {
        Ok(share)
    } else {
        Err("a load lies between 0% and 100%, 0% excluded: say 60% or 0.6".into())
    }
}

/// A time to work in.
pub(crate) fn within(text: &str) -> Result<Duration, String> {
    let time = millis(text)?;
    if time.ms() >= 1.0 {
        Duration::try_from_secs_f64(time.ms() / 1e3)
            .map_err(|_| format!("`{text}` is longer than anybody can wait"))
    } else {
        Err(format!(
            "`{}` leaves no time to find a set: say at least 1ms, such as 30s or 500ms",
            text.trim()
        ))
    }
}

/// Where the seed comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// A fixed number.
    Fixed(u64),
    /// A fresh one, told to the user.
    Random,
}

/// `42` or `random`.
pub(crate) fn seed(text: &str) -> Result<Seed, String> {
    if text == "random" {
        return Ok(Seed::Random);
    }
    // Reports keep the seed as a JSON number, and TOML integers are signed.
    match text.parse::<u64>() {
        Ok(seed) if i64::try_from(seed).is_ok() => Ok(Seed::Fixed(seed)),
        _ => Err("say a whole number from 0 to 9223372036854775807, or `random`".into()),
    }
}

/// Sizes of sets, both ends included: `3` or `2..4`.
pub(crate) fn sizes(text: &str) -> Result<RangeInclusive<usize>, String> {
    let number = |part: &str| {
        part.trim()
            .parse::<usize>()
            .ok()
            .filter(|n| *n >= 1)
            .ok_or_else(|| format!("`{text}` is not a size: say 3 regions, or 2..4 for 2, 3 and 4"))
    };
    let (low, high) = match text.split_once("..") {
        Some((low, high)) => (number(low)?, number(high.trim_start_matches('='))?),
        None => (number(text)?, number(text)?),
    };
    if low > high {
        return Err(format!("the sizes {low}..{high} are empty: say {high}..{low}"));
    }
    Ok(low..=high)
}

/// A set of regions, with a name or without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetArg {
    /// The name in `name=a,b`.
    pub name: Option<String>,
    /// The regions, in the order given.
    pub regions: Vec<String>,
}

/// `a,b` or `name=a,b`.
pub(crate) fn set(text: &str) -> Result<SetArg, String> {
    let (name, list) = match text.split_once('=') {
        Some((name, list)) => (Some(name.trim()), list),
        None => (None, text),
    };
    if name.is_some_and(str::is_empty) {
        return Err(format!(
            "`{text}` has an empty name: say name=eu-west-1,us-east-1"
        ));
    }
    let regions = regions(list)?;
    Ok(SetArg {
        name: name.map(str::to_owned),
        regions,
    })
}

fn regions(list: &str) -> Result<Vec<String>, String> {
    let regions: Vec<String> = list
        .split([',', '+'])
        .map(|region| region.trim().to_owned())
        .collect();
    if regions.iter().any(String::is_empty) {
        return Err(format!(
            "`{list}` has an empty region id: say eu-west-1,us-east-1"
        ));
    }
    Ok(regions)
}

/// Regions and links that are lost together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossArg {
    /// As it was typed.
    pub text: String,
    /// Regions that are lost.
    pub regions: Vec<String>,
    /// The two ends of each link that is cut.
    pub links: Vec<(String, String)>,
}

/// `a`, `a,b` or, with a link, `a,b/c`.
pub(crate) fn loss(text: &str) -> Result<LossArg, String> {
    let mut loss = LossArg {
        text: text.trim().to_owned(),
        regions: Vec::new(),
        links: Vec::new(),
    };
    for part in regions(text)? {
        match part.split_once('/') {
            None => loss.regions.push(part),
            Some((a, b)) if !a.trim().is_empty() && !b.trim().is_empty() && !b.contains('/') => {
                loss.links.push((a.trim().to_owned(), b.trim().to_owned()));
            }
            Some(_) => return Err(format!("`{part}` is not a link: say eu-west-1/us-east-1")),
        }
    }
    Ok(loss)
}

/// An override of the scenario.
pub(crate) fn override_of_scenario(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("say KEY=VALUE with the path of a scenario key, such as runs=5000".into()),
    }
}

/// A part of the work: `2/16`.
pub(crate) fn shard(text: &str) -> Result<Shard, String> {
    /// Machines at most; each file has to be opened.
    const MOST: u32 = 100_000;
    let number = |part: &str| part.trim().parse::<u32>().ok();
    let both = text.split_once('/');
    let both = both.and_then(|(number_of, of)| Some((number(number_of)?, number(of)?)));
    match both {
        Some((number, of)) if of <= MOST => Shard::new(number, of)
            .ok_or_else(|| format!("there is no part {number} of {of}: parts are counted from 1 to {of}")),
        Some((_, of)) => Err(format!("{of} parts are too many: at most {MOST}")),
        None => Err("say I/N, such as 2/16 for the second of 16 parts".into()),
    }
}

/// A key of the scenario, and the values it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vary {
    /// Path of the key.
    pub key: String,
    /// Its values as they were typed, at least one.
    pub values: Vec<String>,
}

/// `KEY=A,B,…`.
pub(crate) fn vary(text: &str) -> Result<Vary, String> {
    let hint = "say KEY=A,B with the path of a scenario key, such as runs=1000,5000";
    let (key, list) = text.split_once('=').ok_or(hint)?;
    let values = values(list);
    if key.trim().is_empty() || values.iter().any(|value| value.trim().is_empty()) {
        return Err(hint.into());
    }
    let repeated = |at: &usize| values[..*at].contains(&values[*at]);
    if let Some(at) = (1..values.len()).find(repeated) {
        return Err(format!("`{}` stands twice among the values", values[at]));
    }
    Ok(Vary {
        key: key.trim().to_owned(),
        values,
    })
}

/// Values between commas; a comma within brackets, braces or quotes is part of one.
fn values(list: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let (mut depth, mut quote) = (0, None);
    for c in list.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                values.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = values.last_mut() {
            last.push(c);
        }
    }
    values
}

/// A table to replace, and the file to take in its place.
pub(crate) fn table(text: &str) -> Result<(TableKind, PathBuf), String> {
    let (name, file) = text
        .split_once('=')
        .ok_or("say NAME=FILE, such as regions=my-regions.csv")?;
    let found = TableKind::ALL.into_iter().find(|kind| table_name(*kind) == name);
    let kind = found.ok_or_else(|| {
        let names = TableKind::ALL.map(table_name).join(", ");
        format!("there is no table `{name}`: the tables are {names}")
    })?;
    Ok((kind, PathBuf::from(file)))
}

/// What a table is called in flags: its file without folder and ending.
pub(crate) fn table_name(kind: TableKind) -> String {
    let stem = Path::new(kind.file()).file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// A place in degrees: `52.5,13.4`.
pub(crate) fn lat_lon(text: &str) -> Result<LatLon, String> {
    LatLon::parse(text).map_err(|error| error.to_string())
}

/// An ISO 3166-1 alpha-2 code, in upper case.
pub(crate) fn country(text: &str) -> Result<String, String> {
    if text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("say the two letters of ISO 3166-1, such as DE".into())
    }
}

/// A number of threads.
pub(crate) fn threads(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(n) if (1..=1024).contains(&n) => Ok(n),
        _ => Err("say a number of threads from 1 to 1024".into()),
    }
}

/// A size in pixels that a chart can have.
pub(crate) fn pixels(text: &str) -> Result<u32, String> {
    match text.trim_end_matches("px").parse::<u32>() {
        Ok(n) if (200..=8000).contains(&n) => Ok(n),
        _ => Err("say a number of pixels from 200 to 8000".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_include_both_ends() {
        assert_eq!(sizes("2..4"), Ok(2..=4));
        assert_eq!(sizes("2..=4"), Ok(2..=4));
        assert_eq!(sizes("3"), Ok(3..=3));
        for bad in ["", "0", "4..2", "a", "1..", "-1", "0..2"] {
            assert!(sizes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_set_may_carry_a_name() {
        let named = set("now=eu-west-1, us-east-1").unwrap();
        assert_eq!((named.name.as_deref(), named.regions.len()), (Some("now"), 2));
        assert_eq!(set("eu-west-1").unwrap().name, None);
        for bad in ["", "a,,b", "=a", "a="] {
            assert!(set(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_loss_names_regions_and_links() {
        let both = loss("eu-west-1, us-east-1/us-west-2").unwrap();
        assert_eq!(both.regions, ["eu-west-1"]);
        assert_eq!(both.links, [("us-east-1".to_owned(), "us-west-2".to_owned())]);
        for bad in ["", "a,,b", "a/", "/b", "a/b/c"] {
            assert!(loss(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn limits_keep_the_words_they_were_typed_in() {
        assert_eq!(duration(" 5m").unwrap(), "5m");
        assert_eq!(availability("99.95%").unwrap(), "99.95%");
        for bad in ["5", "-1s", "soon"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
        for bad in ["100%", "0%", "99.95", "101%"] {
            assert!(availability(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_part_is_one_of_those_there_are() {
        assert_eq!(shard("2/3").unwrap().to_string(), "2 of 3");
        for bad in ["", "2", "0/3", "4/3", "1/0", "a/b", "-1/3", "1/100001"] {
            assert!(shard(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_comma_inside_a_value_does_not_end_it() {
        let vary = |text| vary(text).map(|vary| vary.values);
        assert_eq!(vary("a=1,2").unwrap(), ["1", "2"]);
        assert_eq!(
            vary("a=[1,2],{ b = \"x,y\" }").unwrap(),
            ["[1,2]", "{ b = \"x,y\" }"]
        );
        assert_eq!(vary("a=\"[\",'],'").unwrap(), ["\"[\"", "'],'"]);
        for bad in ["a", "=1", "a=", "a=1,", "a=1,1"] {
            assert!(vary(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn runs_may_be_written_with_separators_but_not_too_few() {
        assert_eq!(runs("20_000"), Ok(20_000));
        assert_eq!(runs("20,000"), Ok(20_000));
        for bad in ["", "99", "1e5", "-5", "4294967296"] {
            assert!(runs(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_precision_of_nothing_or_everything_is_refused() {
        assert_eq!(precision("1%").unwrap(), "0.01");
        assert_eq!(precision("p99:0.5ms").unwrap(), "p99:0.5ms");
        assert!(precision("p99:0.5 apples").is_err());
        for bad in ["0%", "100%", "NaN", "-1%", "1"] {
            assert!(precision(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_seed_fits_into_a_scenario_file() {
        assert_eq!(seed("random"), Ok(Seed::Random));
        assert_eq!(seed("42"), Ok(Seed::Fixed(42)));
        assert!(seed("9223372036854775808").is_err() && seed("-1").is_err());
    }

    #[test]
    fn a_place_off_the_globe_is_refused() {
        assert!(lat_lon("52.5,13.4").is_ok());
        for bad in ["91,0", "52.5", "a,b", "NaN,0", "0,inf"] {
            assert!(lat_lon(bad).is_err(), "{bad}");
        }
    }
}
