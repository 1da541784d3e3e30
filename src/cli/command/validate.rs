//! `isochrone validate`: how well the model predicts measurements it has not seen, those built in or the user's own.

use crate::basis::error::{Error, Result};
use crate::cli::args::{ValidateArgs, ValidateBy};
use crate::cli::diagnostics::Sources;
use crate::cli::exit::Ending;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::world::catalog::Catalog;
use crate::world::network::Network;
use crate::world::network::calibration;
use crate::world::network::interval::Interval;
use crate::world::network::path::PathModel;
use crate::world::network::tables::Tables;
use crate::world::network::validate::{self, Figures};
use crate::world::network::variance::Variance;

use super::own;
use super::regions::catalog;

/// Holds the estimates against the samples that are named; without any, cross-validates what is built in.
///
/// # Errors
/// When a table or the samples are wrong, or an output cannot be written.
pub fn run(args: &ValidateArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    if !args.own.samples.is_empty() {
        return own::validate::run(args, settings, sources);
    }
    if args.own.says_something() {
        let error = Error::input("nothing is measured that this could be said of");
        return Err(error
            .hint("name files of your own measurements: isochrone validate SAMPLES")
            .into());
    }
    let catalog = catalog(&args.answer.tables)?;
    let judged = match args.by {
        None => {
            settings
                .out
                .note("cross-validating: cities, then providers, then probes of users");
            Judged::of(&catalog)?
        }
        Some(ValidateBy::Region) => Judged::by_region(&catalog)?,
    };
    let sheet = if settings.format(args.answer.format).is_for_people() {
        judged.for_people()
    } else {
        judged.for_programs()
    };
    settings.answer(&sheet, args.answer.format)
}

const INSIDE: &str = "inside: share of measurements inside the stated 50 % and 90 % intervals";

/// What was predicted, how many of it, and how well.
struct Judged {
    rows: Vec<(String, Figures)>,
    /// What is said below the table, but for what all tables say.
    notes: Vec<String>,
    spreads: Vec<Spread>,
}

/// How far a level that a country shares lies from its estimate.
struct Spread {
    what: &'static str,
    unit: &'static str,
    found: Variance,
}

impl Judged {
    fn of(catalog: &Catalog) -> Result<Self> {
        let tables = Tables::from_catalog(catalog)?;
        let landmarks = tables.landmarks()?;
        let paths = validate::cross_validate_paths(&landmarks);
        let mut rows = vec![
            ("city pairs over 100 km".to_owned(), paths.all),
            ("- one city unseen".to_owned(), paths.one_unseen),
            ("- both cities unseen".to_owned(), paths.both_unseen),
        ];
        let model = PathModel::new(landmarks);
        for provider in validate::providers_of(&tables.region_rtts) {
            let scale = calibration::backbone_scale(&provider);
            let figures = validate::predict_matrix(&model, &tables, &provider, scale);
            rows.push((format!("{provider} regions, unseen"), figures));
        }
        let users = validate::cross_validate_users(&tables)?;
        rows.push(("users in unseen countries".to_owned(), users.all));
        for (technology, figures) in users.technologies {
            rows.push((format!("- {}", technology.name()), figures));
        }
        for (country, figures) in users.countries {
            rows.push((format!("- {country}"), figures));
        }
        rows.push((
            "users, kernel chosen in each fold".to_owned(),
            users.kernel_chosen_in_fold,
        ));
        let alone = format!(
            "distance alone: median error {:.1} % on the same city pairs",
            paths.distance_alone * 100.0
        );
        Ok(Judged {
            rows,
            notes: vec![
                alone,
                INSIDE.into(),
                "of a country the clusters are its probes, elsewhere cities, regions or countries".into(),
            ],
            spreads: spreads(&Network::build(&tables)?),
        })
    }

    /// The matrix of each provider, then each of its regions.
    fn by_region(catalog: &Catalog) -> Result<Self> {
        let tables = Tables::from_catalog(catalog)?;
        let model = PathModel::new(tables.landmarks()?);
        let mut rows = Vec::new();
        let mut notes = vec![
            INSIDE.to_owned(),
            "of a region the links that lead from it, foretold without what was measured at it; the clusters are the \
             regions at their other ends"
                .to_owned(),
        ];
        for provider in validate::providers_of(&tables.region_rtts) {
            let scale = calibration::backbone_scale(&provider);
            let whole = validate::predict_matrix(&model, &tables, &provider, scale);
            rows.push((format!("{provider} regions, unseen"), whole));
            let regions = validate::predict_regions(&model, &tables, &provider, scale);
            if let Some((best, worst)) = validate::best_and_worst(&regions) {
                let told =
                    |it: &(String, Figures)| format!("{} ({:.1} %)", it.0, it.1.median_error.value * 100.0);
                notes.push(format!(
                    "{provider}: the median error is least from {}, largest from {}",
                    told(best),
                    told(worst)
                ));
            }
            let each = regions
                .into_iter()
                .map(|(name, figures)| (format!("- {name}"), figures));
            rows.extend(each);
        }
        Ok(Judged {
            rows,
            notes,
            spreads: Vec::new(),
        })
    }

    fn for_people(&self) -> Sheet {
        let row = |(what, figures): &(String, Figures)| {
            let mut cells = vec![what.as_str().into(), figures.n.into(), figures.clusters.into()];
            cells.extend(intervals(figures).map(|interval| Cell::from(in_words(interval))));
            cells.push(Cell::Empty);
            cells
        };
        let spreads = self.spreads.iter().map(Spread::cells_in_words);
        Sheet {
            title: Some(
                "Error is |predicted / measured - 1|; in brackets 95 % intervals over clusters".into(),
            ),
            keys: vec![
                "judged_on",
                "n",
                "clusters",
                "median_error_%",
                "p90_error_%",
                "inside_50_%",
                "inside_90_%",
                "sd_between",
            ],
            rows: self.rows.iter().map(row).chain(spreads).collect(),
            notes: self.notes(),
        }
    }

    fn notes(&self) -> Vec<String> {
        let spreads = self.spreads.iter().map(Spread::in_words);
        self.notes.iter().cloned().chain(spreads).collect()
    }

    fn for_programs(&self) -> Sheet {
        let row = |(what, figures): &(String, Figures)| {
            let mut cells = vec![what.as_str().into(), figures.n.into(), figures.clusters.into()];
            let of = |it: Interval| [it.value, it.low, it.high].map(|share| Cell::Number(share, 4));
            cells.extend(intervals(figures).into_iter().flat_map(of));
            cells.resize(KEYS.len(), Cell::Empty);
            cells
        };
        let spreads = self.spreads.iter().map(Spread::cells);
        Sheet {
            keys: KEYS.to_vec(),
            rows: self.rows.iter().map(row).chain(spreads).collect(),
            ..Sheet::default()
        }
    }
}

/// What the probes of `network` say of levels that a country shares.
fn spreads(network: &Network) -> Vec<Spread> {
    let (path, access) = network.input_variance();
    let named = [
        (
            "input error: path level of a country to a target",
            "spreads of the estimate",
            path,
        ),
        ("input error: access level of a country", "the logarithm", access),
    ];
    named
        .into_iter()
        .filter_map(|(what, unit, found)| {
            Some(Spread {
                what,
                unit,
                found: found?,
            })
        })
        .collect()
}

impl Spread {
    /// Errors and coverage stay empty.
    fn cells_in_words(&self) -> Vec<Cell> {
        let it = self.found;
        let mut cells: Vec<Cell> = vec![self.what.into(), it.rows.into(), it.countries.into()];
        cells.resize(7, Cell::Empty);
        let sd = it.between;
        cells.push(Cell::from(format!(
            "{:.2} ({:.2} to {:.2})",
            sd.value, sd.low, sd.high
        )));
        cells
    }

    fn in_words(&self) -> String {
        let it = self.found;
        let (between, within) = it.degrees_of_freedom();
        format!(
            "{}: standard deviations in {}, between probes {:.2}; {between} and {within} degrees of freedom",
            self.what, self.unit, it.within
        )
    }

    fn cells(&self) -> Vec<Cell> {
        let it = self.found;
        let mut cells: Vec<Cell> = vec![self.what.into(), it.rows.into(), it.countries.into()];
        cells.resize(KEYS.len() - SPREAD_KEYS, Cell::Empty);
        let figures = [it.between.value, it.between.low, it.between.high, it.within];
        cells.push(it.groups.into());
        cells.extend(figures.map(|sd| Cell::Number(sd, 4)));
        cells
    }
}

/// Columns at the end of [`KEYS`] that only the input errors fill.
const SPREAD_KEYS: usize = 5;

/// Errors and what lies inside are shares, 0 to 1; standard deviations are in spreads of the estimate (path) or of the
/// logarithm (access).
const KEYS: [&str; 15 + SPREAD_KEYS] = [
    "judged_on",
    "n",
    "clusters",
    "median_error",
    "median_error_low",
    "median_error_high",
    "p90_error",
    "p90_error_low",
    "p90_error_high",
    "inside_50",
    "inside_50_low",
    "inside_50_high",
    "inside_90",
    "inside_90_low",
    "inside_90_high",
    "groups",
    "sd_between",
    "sd_between_low",
    "sd_between_high",
    "sd_within",
];

fn intervals(figures: &Figures) -> [Interval; 4] {
    [
        figures.median_error,
        figures.p90_error,
        figures.coverage_50,
        figures.coverage_90,
    ]
}

fn in_words(it: Interval) -> String {
    format!(
        "{:.1} ({:.1} to {:.1})",
        it.value * 100.0,
        it.low * 100.0,
        it.high * 100.0
    )
}
