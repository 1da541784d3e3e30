//! `isochrone validate`: how well the model predicts measurements it has not seen.

use crate::basis::error::Result;
use crate::cli::args::{Format, ValidateArgs};
use crate::cli::exit::Ending;
use crate::cli::settings::Settings;
use crate::cli::table::{Cell, Sheet};
use crate::world::catalog::Catalog;
use crate::world::network::calibration;
use crate::world::network::path::PathModel;
use crate::world::network::tables::Tables;
use crate::world::network::validate::{self, Figures, Interval};

use super::regions::catalog;

/// Cross-validates and prints the figures.
///
/// # Errors
/// When a table is wrong, or stdout cannot be written.
pub fn run(args: &ValidateArgs, settings: &Settings) -> Ending {
    settings
        .out
        .note("cross-validating: cities, then providers, then probes of users");
    let judged = Judged::of(&catalog(&args.answer.tables)?)?;
    let sheet = match settings.format(args.answer.format) {
        Format::Table | Format::Markdown => judged.for_people(),
        Format::Json | Format::Csv => judged.for_programs(),
    };
    settings.answer(&sheet, args.answer.format)
}

/// What was predicted, how many of it, and how well.
struct Judged {
    rows: Vec<(String, Figures)>,
    distance_alone: f64,
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
        Ok(Judged {
            rows,
            distance_alone: paths.distance_alone,
        })
    }

    fn for_people(&self) -> Sheet {
        let row = |(what, figures): &(String, Figures)| {
            let mut cells = vec![what.as_str().into(), figures.n.into(), figures.clusters.into()];
            cells.extend(intervals(figures).map(|interval| Cell::from(in_words(interval))));
            cells
        };
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
            ],
            rows: self.rows.iter().map(row).collect(),
            notes: vec![
                format!(
                    "distance alone: median error {:.1} % on the same city pairs",
                    self.distance_alone * 100.0
                ),
                "inside: share of measurements inside the stated 50 % and 90 % intervals".into(),
            ],
        }
    }

    fn for_programs(&self) -> Sheet {
        let row = |(what, figures): &(String, Figures)| {
            let mut cells = vec![what.as_str().into(), figures.n.into(), figures.clusters.into()];
            let of = |it: Interval| [it.value, it.low, it.high].map(|share| Cell::Number(share, 4));
            cells.extend(intervals(figures).into_iter().flat_map(of));
            cells
        };
        Sheet {
            keys: KEYS.to_vec(),
            rows: self.rows.iter().map(row).collect(),
            ..Sheet::default()
        }
    }
}

/// Every figure is a share, 0 to 1.
const KEYS: [&str; 15] = [
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
