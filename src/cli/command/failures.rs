//! `isochrone regions failures`: the record of failures, what was fitted to it and what is assumed beside it.

use crate::basis::error::Result;
use crate::cli::args::FailuresOf;
use crate::cli::table::{Cell, Sheet};
use crate::world::catalog::Catalog;
use crate::world::failures::fit::BOOTSTRAP;
use crate::world::failures::{
    FittedTimes, IncidentModel, OutageCounts, RateInterval, Rates, Record, TimeFamily, loss_assumptions,
};

/// The answer in rows, for people or for programs.
///
/// # Errors
/// When a table of the user's holds too little to fit.
pub fn sheet(what: FailuresOf, catalog: &Catalog, people: bool) -> Result<Sheet> {
    match what {
        FailuresOf::Fit => Ok(fit(&IncidentModel::fitted(catalog, BOOTSTRAP)?)),
        FailuresOf::Rates => rates(&IncidentModel::fitted(catalog, 0)?),
        FailuresOf::Outages => Ok(outages(&OutageCounts::of(catalog)?)),
        FailuresOf::Presets => presets(catalog, people),
    }
}

/// Quantiles as keys: observed and fitted.
const QUANTILES: [[&str; 2]; 5] = [
    ["seen_p50_s", "fitted_p50_s"],
    ["seen_p75_s", "fitted_p75_s"],
    ["seen_p90_s", "fitted_p90_s"],
    ["seen_p95_s", "fitted_p95_s"],
    ["seen_p99_s", "fitted_p99_s"],
];

/// A row for each family, that with the least criterion first; quantiles stand beside one another, seen and fitted.
fn fit(model: &IncidentModel) -> Sheet {
    let mut keys = vec!["time", "family", "parameters", "aic", "ks", "ks_p"];
    keys.extend(QUANTILES.into_iter().flatten());
    let rows = family_rows("repair", &model.repair).chain(family_rows("between", &model.between));
    Sheet {
        title: Some(title(&model.record, &model.rates)),
        keys,
        rows: rows.collect(),
        notes: fit_notes(model),
    }
}

fn title(record: &Record, rates: &Rates) -> String {
    format!(
        "{} service incidents of {} regions in {:.1} region-years, {} to {}: {} a region and year",
        record.incidents(),
        record.regions.len(),
        record.region_years(),
        record.first,
        record.last,
        with_interval(rates.pooled)
    )
}

fn with_interval(rate: RateInterval) -> String {
    format!("{:.2} (95 % {:.2} to {:.2})", rate.per_year, rate.low, rate.high)
}

fn family_rows<'a>(time: &'a str, times: &'a FittedTimes) -> impl Iterator<Item = Vec<Cell>> + 'a {
    times.families.iter().map(move |family| family_row(time, family))
}

fn family_row(time: &str, family: &TimeFamily) -> Vec<Cell> {
    let mut row: Vec<Cell> = vec![
        time.into(),
        family.family.into(),
        family.parameters.as_str().into(),
        Cell::Number(family.aic, 1),
        Cell::Number(family.ks, 3),
        family.ks_p.map_or(Cell::Empty, |p| Cell::Number(p, 3)),
    ];
    for (seen, fitted) in family.quantiles {
        row.push(seen.map_or(Cell::Empty, |s| Cell::Number(s, 0)));
        row.push(Cell::Number(fitted, 0));
    }
    row
}

fn fit_notes(model: &IncidentModel) -> Vec<String> {
    let (repair, between) = (&model.repair, &model.between);
    let mut notes = vec![
        format!(
            "repair: {} durations, {} unknown; {}",
            repair.n,
            model.record.without_duration,
            repair.verdict()
        ),
        format!(
            "between: {} gaps and {} cut off by the end of the record, in the time in which a region has the pooled rate; {}",
            between.n,
            between.cut,
            between.verdict()
        ),
        "ks_p: how often data drawn from the fit and fitted again lie as far off (199 draws)".to_owned(),
        format!(
            "{} more incidents were put down to no region and count for none",
            model.record.of_no_region
        ),
    ];
    if let Some(thin) = &model.thin {
        notes.push(format!(
            "left out as incomplete: {} to {}, {} incidents in {:.1} region-years, {:.2} a year",
            thin.first,
            thin.last,
            thin.incidents(),
            thin.region_years(),
            thin.per_year()
        ));
    }
    notes.push(format!("known faults: {}", model.faults));
    notes
}

fn rates(model: &IncidentModel) -> Result<Sheet> {
    let rates = &model.rates;
    let rows = rates.regions.iter().map(|it| {
        vec![
            it.region.as_str().into(),
            it.incidents.into(),
            Cell::Number(it.years, 2),
            Cell::Number(it.own_per_year(), 2),
            Cell::Number(it.rate.per_year, 2),
            Cell::Number(it.rate.low, 2),
            Cell::Number(it.rate.high, 2),
        ]
    });
    Ok(Sheet {
        title: Some(title(&model.record, rates)),
        keys: vec![
            "region",
            "incidents",
            "years",
            "own_per_year",
            "per_year",
            "low_per_year",
            "high_per_year",
        ],
        rows: rows.collect(),
        notes: vec![
            format!(
                "regions differ: dispersion {:.1} (1 if they were alike), standard error of the mean over regions {:.2}",
                rates.dispersion, rates.between_regions
            ),
            format!(
                "per year: a region's own record drawn towards a gamma of shape {:.2} and mean {:.2} fitted to all; 95 % intervals",
                rates.shape,
                rates.prior_mean()
            ),
            format!(
                "an AWS region without a record takes that gamma, {}; other providers have no record and get no rate",
                with_interval(rates.prior()?)
            ),
        ],
    })
}

fn outages(counts: &OutageCounts) -> Sheet {
    let mut keys = vec!["provider"];
    keys.extend(["zone", "zones", "region", "multi_region", "global"]);
    let rows = counts.providers.iter().map(|it| {
        let mut row: Vec<Cell> = vec![it.provider.as_str().into()];
        row.extend(it.by_scope.map(Cell::from));
        row
    });
    let rate = |(n, rate): (usize, RateInterval)| {
        format!(
            "{n}, {:.4} a region and year (95 % {:.4} to {:.4})",
            rate.per_year, rate.low, rate.high
        )
    };
    let mut notes = vec![
        format!(
            "{} from {} to {}, {:.0} region-years:",
            counts.watched, counts.period.0, counts.period.1, counts.region_years
        ),
        format!(
            "  one region lost (zones, region): {}",
            rate((counts.lost(), counts.per_year))
        ),
        format!("  of these, buildings failed: {}", rate(counts.physical)),
        format!("  one zone lost: {}", rate(counts.zone)),
    ];
    if let Some((region, n, per_year)) = counts.worst() {
        notes.push(format!(
            "  lost most often: {region}, {n} times, {per_year:.2} a year"
        ));
    }
    notes.push("launch dates are known for AWS only, so there are no rates for others".to_owned());
    Sheet {
        keys,
        rows: rows.collect(),
        notes,
        ..Sheet::default()
    }
}

fn presets(catalog: &Catalog, people: bool) -> Result<Sheet> {
    let assumptions = loss_assumptions(catalog)?;
    let hours = |seconds: f64| seconds / 3600.0;
    let rows = assumptions.iter().map(|it| {
        vec![
            it.name.into(),
            Cell::Number(it.per_year, 3),
            Cell::Number(hours(it.repair.quantile(0.5)), 1),
            Cell::Number(hours(it.repair.quantile(0.95)), 1),
            Cell::Number(it.beta_provider, 2),
            Cell::Number(it.beta_country, 2),
            Cell::Number(it.beta_zone, 2),
            Cell::Number(it.hours_per_year(), 2),
            it.reasoning().into(),
        ]
    });
    let mut notes = vec![
        "losses of whole regions are assumed, not fitted: the record is too thin. hours per year: what a region on its own would be down".to_owned(),
    ];
    notes.extend(
        assumptions
            .iter()
            .map(|it| format!("{}: {}", it.name, it.reasoning())),
    );
    let mut sheet = Sheet {
        keys: vec![
            "preset",
            "per_year",
            "repair_p50_h",
            "repair_p95_h",
            "beta_provider",
            "beta_country",
            "beta_zone",
            "hours_per_year",
            "reasoning",
        ],
        rows: rows.collect(),
        ..Sheet::default()
    };
    if people {
        // A paragraph would make the table wider than any screen: it stands below.
        sheet.keys.pop();
        sheet.rows.iter_mut().for_each(|row| {
            row.pop();
        });
        sheet.notes = notes;
    }
    Ok(sheet)
}
