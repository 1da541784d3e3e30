//! `isochrone fit`: a latency distribution from measurements, as TOML.
//!
//! What is told about the fit stands in comments, so the whole output can be pasted into a scenario.

use std::fmt::Write;

use crate::basis::dist::fit::{Family, Fit, Options, Wanted, fit};
use crate::basis::error::{Error, Result, nearest_names};
use crate::cli::args::FitArgs;
use crate::cli::diagnostics::Sources;
use crate::cli::exit::{Ending, Exit};
use crate::cli::input;
use crate::cli::settings::Settings;
use crate::world::ingest::Table;

/// Fits the samples and prints the best fit.
///
/// # Errors
/// When the samples cannot be read, or no family can be fitted to them.
pub fn run(args: &FitArgs, settings: &Settings, sources: &mut Sources) -> Ending {
    let wanted = wanted(&args.family)?;
    let table = input::table(&args.samples, sources)?;
    let column = column(&table, args.column.as_deref())?;
    let samples = samples(&table, column)?;
    let fits = fit(&samples, wanted, Options::default())?;
    let title = format!("{} of {}", table.headers()[column], table.name());
    settings.out.data(told(&title, &fits, args.all).as_bytes())?;
    Ok(Exit::Done)
}

fn wanted(family: &str) -> Result<Wanted> {
    if family == "auto" {
        Ok(Wanted::Auto)
    } else {
        Family::parse(family).map(Wanted::Only)
    }
}

/// The column that was named, or `rtt_ms`, or the first that begins with a number.
fn column(table: &Table, named: Option<&str>) -> Result<usize> {
    let headers = table.headers();
    if let Some(name) = named {
        let found = headers
            .iter()
            .position(|header| header.eq_ignore_ascii_case(name));
        return found.ok_or_else(|| {
            let near = nearest_names(name, headers.iter().map(String::as_str), 3).join(", ");
            Error::input(format!("{} has no column `{name}`", table.name())).hint(format!("near it: {near}"))
        });
    }
    if headers.iter().any(|header| header.parse::<f64>().is_ok()) {
        let message = format!(
            "{} begins with a number where the names of its columns are expected",
            table.name()
        );
        return Err(Error::input(message).hint("put a line such as `rtt_ms` above the first number"));
    }
    // Names of probes are numbers too, so a column that can mean nothing else goes first.
    if let Some(rtt) = headers
        .iter()
        .position(|header| header.eq_ignore_ascii_case("rtt_ms"))
    {
        return Ok(rtt);
    }
    let is_number = |index: &usize| {
        table
            .rows()
            .next()
            .and_then(|row| row.cell(*index))
            .is_some_and(|cell| cell.parse::<f64>().is_ok())
    };
    (0..headers.len()).find(is_number).ok_or_else(|| {
        Error::input(format!(
            "{} has no column that begins with a number",
            table.name()
        ))
        .hint("name the column with --column NAME")
    })
}

/// The samples in ms.
fn samples(table: &Table, column: usize) -> Result<Vec<f64>> {
    let name = &table.headers()[column];
    let factor = unit_in_ms(name);
    table.collect(|row, problems| problems.keep(row.non_negative(name)).map(|value| value * factor))
}

fn unit_in_ms(column: &str) -> f64 {
    let name = column.to_ascii_lowercase();
    if name.ends_with("_us") {
        1e-3
    } else if name.ends_with("_s") {
        1e3
    } else {
        1.0
    }
}

fn told(title: &str, fits: &[Fit], all: bool) -> String {
    let mut text = String::new();
    let Some(best) = fits.first() else { return text };
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "# {} fitted to {} samples: {title}",
        best.family.name(),
        best.n
    );
    let _ = writeln!(text, "# {}", goodness(best));
    for error in &best.quantile_errors {
        let _ = writeln!(
            text,
            "# p{:<3} samples {:>9.2} ms   fit {:>9.2} ms   difference {:>+8.2} ms",
            error.p * 100.0,
            error.sample_ms,
            error.fitted_ms,
            error.error_ms()
        );
    }
    if all {
        for fit in fits {
            let _ = writeln!(text, "# {:<20} {}", fit.family.name(), goodness(fit));
        }
    }
    let _ = writeln!(text, "rtt = {}", best.dist.to_toml());
    text
}

fn goodness(fit: &Fit) -> String {
    let p = fit.ks_p.map_or_else(String::new, |p| format!(", p {p:.3}"));
    format!(
        "AICc {:.1}, Kolmogorov-Smirnov distance {:.4}{p}",
        fit.aicc, fit.ks
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &'static str) -> Table {
        Table::parse("samples.csv", text).unwrap()
    }

    #[test]
    fn the_first_column_of_numbers_is_taken() {
        assert_eq!(column(&table("host,rtt_ms\na,1\n"), None).unwrap(), 1);
        assert_eq!(column(&table("host,rtt_ms,x\na,1,2\n"), Some("X")).unwrap(), 2);
        assert_eq!(column(&table("probe,rtt_ms\n1001,2\n"), None).unwrap(), 1);
        assert!(column(&table("host\na\n"), None).is_err());
        assert!(column(&table("12.5\n13.0\n"), None).is_err());
    }

    #[test]
    fn a_column_in_seconds_is_read_in_milliseconds() {
        let table = table("rtt_s\n0.25\n");
        assert_eq!(samples(&table, 0).unwrap(), [250.0]);
    }

    #[test]
    fn what_is_printed_is_toml_with_comments() {
        let samples: Vec<f64> = (1..=50).map(|i| 10.0 + f64::from(i * i)).collect();
        let fits = fit(
            &samples,
            Wanted::Only(Family::LogNormal),
            Options {
                bootstrap: 0,
                seed: 1,
            },
        )
        .unwrap();
        let parsed: toml::Table = told("x", &fits, true).parse().unwrap();
        assert!(parsed["rtt"].as_table().unwrap().contains_key("log_normal"));
    }
}
