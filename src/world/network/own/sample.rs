//! What a user measured, with both ends looked up.

use crate::basis::error::{Error, Place, Problem, Result, nearest_names};
use crate::basis::geo::LatLon;
use crate::world::catalog::Catalog;
use crate::world::ingest::Problems;
use crate::world::ingest::foreign::{Figures, Form, Measured, Summary};
use crate::world::network::access::Technology;
use crate::world::network::calibration::{JITTER_BASE_MS, JITTER_PER_RTT};
use crate::world::network::rows::{Country, Endpoint, RegionRow};

use super::observation::Over;

/// A user group that a scenario knows.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownGroup {
    /// What it is called.
    pub id: String,
    /// Where it is.
    pub place: Endpoint,
    /// Its technology, where it has one alone.
    pub technology: Technology,
    /// The region it sits in, where it does.
    pub at_region: Option<String>,
}

/// Users of one country, at one place or at several with weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Users {
    /// A metro, a group or a country.
    pub name: String,
    /// Their country.
    pub country: Country,
    /// Where they are, and how many of them; at least one place.
    pub places: Vec<(LatLon, f64)>,
    /// How they reach the internet.
    pub technology: Technology,
}

/// The end of a measurement that is not where it goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// Users.
    Users(Users),
    /// Another region.
    Region(RegionRow),
}

/// One measured pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Where it starts.
    pub from: Start,
    /// The region it goes to.
    pub to: RegionRow,
    /// Median, ms, above 0.
    pub p50_ms: f64,
    /// 90th percentile, ms, where it is known from enough times.
    pub p90_ms: Option<f64>,
    /// How many times it is of, where that is known.
    pub n: Option<u64>,
    /// Standard deviation of ln median that comes from few times.
    pub log_error: f64,
    /// Whose times they are.
    pub over: Over,
    /// The host they are of, by name; where nobody named it, its place.
    pub host: String,
    /// Where it stands.
    pub place: Place,
}

impl Sample {
    /// What its start is called.
    pub fn from_name(&self) -> &str {
        match &self.from {
            Start::Users(users) => &users.name,
            Start::Region(region) => &region.id,
        }
    }

    /// The users at its start.
    pub fn users(&self) -> Option<&Users> {
        match &self.from {
            Start::Users(users) => Some(users),
            Start::Region(_) => None,
        }
    }
}

/// What is said of measurements beside themselves.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Groups of a scenario.
    pub groups: Vec<KnownGroup>,
    /// The technology of users of whom nothing else is said.
    pub technology: Option<Technology>,
    /// Whose times the rows are; by the form of the file where it is not said.
    pub over: Option<Over>,
}

/// Samples, and what should be known of them.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// In the order of their names.
    pub samples: Vec<Sample>,
    /// Notes for people.
    pub notes: Vec<String>,
}

/// Whose times a row is taken to be, by the form of its file: tools that run on one host, and records of many users. A
/// plain table may be either; taking it for hosts is careful, for the spread between users then stays as it is.
pub fn over_of(form: Form) -> Over {
    match form {
        Form::Rum | Form::Otlp | Form::Prometheus => Over::Users,
        Form::Csv | Form::Ping | Form::Fping | Form::Atlas | Form::Cloudping | Form::K6 | Form::Har => {
            Over::Host
        }
    }
}

/// Looks up both ends of all pairs. `over` is what the forms of their files say.
///
/// # Errors
/// Every name that is not known, with its place and the nearest names, and every pair without a median; all at once.
pub fn samples(pairs: &[Measured], over: Over, said: &Said, catalog: &Catalog) -> Result<Read> {
    let mut problems = Problems::default();
    let mut read = Read::default();
    let over = said.over.unwrap_or(over);
    for pair in pairs {
        if matches!(&pair.figures, Figures::Samples(times) if times.is_empty()) {
            read.notes
                .push(format!("{} → {}: no answer came, left out", pair.from, pair.to));
            continue;
        }
        match problems.reading(|problems| one(pair, over, said, catalog, problems)) {
            Some(sample) if is_within(&sample) => read.notes.push(format!(
                "{} → {}: within one region, left out",
                pair.from, pair.to
            )),
            Some(sample) => read.samples.push(sample),
            None => {}
        }
    }
    read.notes.extend(means_in_words(pairs));
    if read.samples.is_empty() && problems.is_empty() {
        return Err(Error::input(
            "no measurement is left to be held against an estimate",
        ));
    }
    problems.finish(read)
}

/// That summaries tell a mean, and what became of it.
fn means_in_words(pairs: &[Measured]) -> Option<String> {
    let is_summary = |pair: &&Measured| matches!(pair.figures, Figures::Summary(_));
    let count = pairs.iter().filter(is_summary).count();
    let first = pairs.iter().find(is_summary)?;
    let rows = if count == 1 { "row tells" } else { "rows tell" };
    Some(format!(
        "{count} {rows} a mean and no median (min/avg/max/mdev), {} → {} the first: as of a log-normal law the median is \
         taken for avg / √(1 + (mdev / avg)²), its error for mdev / (avg · √n) and half of what that took off",
        first.from, first.to
    ))
}

fn is_within(sample: &Sample) -> bool {
    matches!(&sample.from, Start::Region(region) if region.id == sample.to.id)
}

fn one(
    pair: &Measured,
    over: Over,
    said: &Said,
    catalog: &Catalog,
    problems: &mut Problems,
) -> Option<Sample> {
    let ends = problems.keep(ends(pair, said, catalog));
    let renamed = pair.host != pair.from;
    let times = problems.keep(times(pair).map_err(|error| error.at(&pair.place)));
    let ((from, to), times) = (ends?, times?);
    let host = match &from {
        _ if renamed => pair.host.clone(),
        Start::Users(users) => users.name.clone(),
        Start::Region(region) => region.id.clone(),
    };
    Some(Sample {
        from,
        host,
        to,
        p50_ms: times.p50_ms,
        p90_ms: times.p90_ms,
        n: times.n,
        log_error: times.log_error,
        over,
        place: pair.place.clone(),
    })
}

/// Both ends; round trips are the same both ways, so users may stand at either.
fn ends(pair: &Measured, said: &Said, catalog: &Catalog) -> Result<(Start, RegionRow)> {
    let mut problems = Problems::default();
    let from = problems.keep(end(&pair.from, "from", pair, said, catalog));
    let to = problems.keep(end(&pair.to, "to", pair, said, catalog));
    problems.finish(())?;
    match (from, to) {
        (Some(from), Some(Start::Region(to))) | (Some(Start::Region(to)), Some(from)) => Ok((from, to)),
        _ => {
            let message = format!("neither `{}` nor `{}` is a region", pair.from, pair.to);
            let problem = Problem::error(message).at(pair.place.clone());
            let hint = "one end must be a region, such as eu-west-1; --rename calls a host by its region";
            Err(Error::problems_in_input(vec![problem.hint(hint)]))
        }
    }
}

fn end(name: &str, role: &str, pair: &Measured, said: &Said, catalog: &Catalog) -> Result<Start> {
    if name.is_empty() {
        let what = if role == "from" { "start" } else { "go" };
        let problem = Problem::error(format!("it is not said where the times {what}"));
        let hint = format!("say --{role} NAME, or --columns {role}=COLUMN");
        return Err(Error::problems_in_input(vec![
            problem.at(pair.place.clone()).hint(hint),
        ]));
    }
    named(name, said, catalog).map_err(|error| error.at(&pair.place))
}

/// A group, a region, a country or a metro; with a technology behind a slash: `sao-paulo-br/wifi`.
fn named(text: &str, said: &Said, catalog: &Catalog) -> Result<Start> {
    let (name, technology) = match text.rsplit_once('/') {
        Some((name, technology)) => (name, Some(Technology::parse(&technology.replace('-', "_"))?)),
        None => (text, said.technology),
    };
    if let Some(group) = said.groups.iter().find(|group| group.id == name) {
        return match &group.at_region {
            Some(region) => region_called(region, catalog).map(Start::Region),
            None => Ok(Start::Users(Users {
                name: group.id.clone(),
                country: group.place.country,
                places: vec![(group.place.at, 1.0)],
                technology: technology.unwrap_or(group.technology),
            })),
        };
    }
    if let Ok(region) = region_called(name, catalog) {
        return Ok(Start::Region(region));
    }
    let technology = technology.unwrap_or(Technology::Any);
    if name.len() == 2
        && let Ok(country) = catalog.country(name)
    {
        return of_country(&country.iso2, technology, catalog);
    }
    let metro = catalog.metro(name).map_err(|_| unknown(name, said, catalog))?;
    Ok(Start::Users(Users {
        name: metro.id.clone(),
        country: Country::new(&metro.country)?,
        places: vec![(metro.place, 1.0)],
        technology,
    }))
}

/// Metros of a country that are taken, the most populous first: they hold nearly all of the users.
const MOST_METROS: usize = 40;

fn of_country(code: &str, technology: Technology, catalog: &Catalog) -> Result<Start> {
    let metros = catalog.metros()?.iter().filter(|metro| metro.country == code);
    let places: Vec<(LatLon, f64)> = metros
        .take(MOST_METROS)
        .map(|metro| (metro.place, metro.population))
        .collect();
    if places.is_empty() {
        return Err(Error::input(format!("no metro of `{code}` is known")).hint("name a place in it"));
    }
    Ok(Start::Users(Users {
        name: code.to_owned(),
        country: Country::new(code)?,
        places,
        technology,
    }))
}

fn region_called(name: &str, catalog: &Catalog) -> Result<RegionRow> {
    let region = catalog.region(name)?;
    Ok(RegionRow {
        id: region.id.clone(),
        place: Endpoint {
            at: region.place,
            country: Country::new(&region.country)?,
        },
    })
}

fn unknown(name: &str, said: &Said, catalog: &Catalog) -> Error {
    let error = Error::input(format!(
        "`{name}` is no region, no metro, no country and no user group"
    ));
    let (Ok(regions), Ok(metros)) = (catalog.regions(), catalog.metros()) else {
        return error;
    };
    let near = |names: Vec<&str>| {
        nearest_names(name, names, 2)
            .iter()
            .map(|near| format!("`{near}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let users = said.groups.iter().map(|group| group.id.as_str());
    let users = near(
        users
            .chain(metros.iter().map(|metro| metro.id.as_str()))
            .collect(),
    );
    let regions = near(regions.iter().map(|region| region.code.as_str()).collect());
    error.hint(format!(
        "near it are the users {users} and the regions {regions}; --rename OLD=NEW gives it another name"
    ))
}

struct Times {
    p50_ms: f64,
    p90_ms: Option<f64>,
    n: Option<u64>,
    log_error: f64,
}

/// A 90th percentile of fewer times than this is not used.
const ENOUGH_FOR_P90: u64 = 20;
/// Times from which their own spread is taken.
const ENOUGH_FOR_SPREAD: u64 = 5;
/// Standard error of the median of n normal values, in standard deviations times √n: √(π/2).
const ERROR_OF_MEDIAN: f64 = 1.253_314_137;
/// Standard deviations from the median of a normal law to its 90th percentile, and between its quartiles.
const TO_P90: f64 = 1.281_551_566;
const BETWEEN_QUARTILES: f64 = 1.348_979_500;

/// The median that mean and standard deviation tell under a log-normal law, ms, and the standard deviation of its logarithm:
/// that of the mean, and half of what the law took off, for it may be another one.
fn of_summary(it: &Summary) -> (f64, f64) {
    let (mean, variation) = (it.avg.ms(), it.mdev.ms() / it.avg.ms());
    let median = (mean / (1.0 + variation * variation).sqrt()).max(it.min.ms());
    let of_mean = variation / (it.n.max(1) as f64).sqrt();
    (median, of_mean.hypot(0.5 * (mean / median).ln()))
}

fn times(pair: &Measured) -> Result<Times> {
    let figures = &pair.figures;
    let told = figures.percentiles(&[25.0, 50.0, 75.0, 90.0]);
    let summary = match figures {
        Figures::Summary(it) if it.avg.ms() > 0.0 => Some(of_summary(it)),
        _ => None,
    };
    let (p50, p90) = match figures {
        Figures::Summary(it) => (Some(summary.map_or(it.avg.ms(), |it| it.0)), None),
        _ => (told[1], told[3]),
    };
    let name = || format!("{} → {}", pair.from, pair.to);
    let p50_ms = p50.ok_or_else(|| {
        Error::input(format!("{} has no median", name())).hint("a column p50_ms, or single times, tells it")
    })?;
    if p50_ms <= 0.0 {
        return Err(Error::input(format!(
            "the median of {} must be above 0 ms, found {p50_ms} ms",
            name()
        )));
    }
    let n = figures.n().filter(|n| *n > 0);
    let quartiles = told[0].zip(told[2]).filter(|(low, _)| *low > 0.0);
    let spread = match (quartiles, p90) {
        (Some((low, high)), _) if n.is_some_and(|n| n >= ENOUGH_FOR_SPREAD) => {
            (high / low).ln() / BETWEEN_QUARTILES
        }
        (None, Some(p90)) => (p90 / p50_ms).ln() / TO_P90,
        _ => (1.0 + JITTER_PER_RTT + JITTER_BASE_MS / p50_ms).ln() / TO_P90,
    };
    let of_median = n.map_or(0.0, |n| ERROR_OF_MEDIAN * spread.max(0.0) / (n as f64).sqrt());
    let counted = matches!(figures, Figures::Quantiles(_)) || n.is_some_and(|n| n >= ENOUGH_FOR_P90);
    Ok(Times {
        p50_ms,
        p90_ms: p90.filter(|_| counted),
        n,
        // Of one time, or of times that were rounded to be equal, the deviation says nothing.
        log_error: match summary {
            Some((_, error)) if n.is_some_and(|n| n > 1) && error > 0.0 => error,
            _ => of_median,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ingest::foreign::{ImportOptions, read_foreign};

    fn read(text: &str, said: &Said) -> Result<Read> {
        let file = read_foreign("own.csv", text.as_bytes(), &ImportOptions::default()).unwrap();
        samples(&file.pairs, over_of(file.form), said, &Catalog::embedded())
    }

    #[test]
    fn metros_countries_and_regions_are_told_apart() {
        let text =
            "from,to,p50_ms\nsao-paulo-br/wifi,sa-east-1,20\nBR,us-east-1,130\nus-east-1,aws:sa-east-1,113\n";
        let read = read(text, &Said::default()).unwrap();
        let kinds: Vec<(&str, usize)> = read
            .samples
            .iter()
            .map(|it| (it.from_name(), it.users().map_or(0, |users| users.places.len())))
            .collect();
        assert_eq!(kinds[0].0, "BR");
        assert!(kinds[0].1 > 10);
        assert_eq!(kinds[1..], [("sao-paulo-br", 1), ("aws:us-east-1", 0)]);
        assert_eq!(read.samples[1].users().unwrap().technology, Technology::Wifi);
    }

    #[test]
    fn all_that_is_unknown_is_told_at_once() {
        let text = "from,to,p50_ms\nsao-paolo-br,sa-east-1,20\nBR,us-esat-1,130\nBR,dublin-ie,130\n";
        let error = read(text, &Said::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "own.csv:2:1: `sao-paolo-br` is no region, no metro, no country and no user group\n\
             own.csv:3:1: `us-esat-1` is no region, no metro, no country and no user group\n\
             own.csv:4:1: neither `BR` nor `dublin-ie` is a region"
        );
        let hint = error.problems()[0].hint.as_deref().unwrap();
        assert!(hint.contains("`sao-paulo-br`"), "{hint}");
    }

    #[test]
    fn a_median_of_few_times_is_less_sure() {
        let many: Vec<String> = (0..64)
            .map(|i| format!("dublin-ie,eu-west-1,{}\n", 20 + i % 8))
            .collect();
        let many = many.concat();
        let of = |rows: &str| {
            let text = format!("from,to,rtt_ms\n{rows}");
            read(&text, &Said::default()).unwrap().samples.remove(0)
        };
        let (few, many) = (of("dublin-ie,eu-west-1,20\ndublin-ie,eu-west-1,22\n"), of(&many));
        assert!(few.log_error > 3.0 * many.log_error, "{few:?} {many:?}");
        assert!(few.p90_ms.is_none() && many.p90_ms.is_some());
    }

    #[test]
    fn the_mean_of_a_quiet_ping_is_no_median_and_that_is_told() {
        // The greatest of ten times 1600 ms: the mean is 250, the median hardly so.
        let text = "--- eu-west-1 ping statistics ---\n10 packets transmitted, 10 received, 0% packet loss, time 9012ms\n\
                    rtt min/avg/max/mdev = 100.000/250.000/1600.000/450.000 ms\n";
        let options = ImportOptions {
            from: Some("dublin-ie".into()),
            to: Some("eu-west-1".into()),
            ..ImportOptions::default()
        };
        let file = read_foreign("quiet.txt", text.as_bytes(), &options).unwrap();
        let read = samples(&file.pairs, Over::Host, &Said::default(), &Catalog::embedded()).unwrap();
        let sample = &read.samples[0];
        // 250 / √(1 + 1.8²) = 121.4; 1.8 / √10 beside ½ ln(250 / 121.4).
        assert!((sample.p50_ms - 121.4).abs() < 0.1, "{sample:?}");
        assert!(
            (sample.log_error - 0.5692_f64.hypot(0.3612)).abs() < 1e-3,
            "{sample:?}"
        );
        assert!(
            read.notes
                .iter()
                .any(|note| note.starts_with("1 row tells a mean and no median")),
            "{:?}",
            read.notes
        );
    }
}
