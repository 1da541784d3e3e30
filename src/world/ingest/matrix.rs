//! A matrix of round trips the user measured: long (one row a pair) or square (one row a starting point).

use std::collections::btree_map::{BTreeMap, Entry};

use super::other_unit::in_other_unit;
use super::problems::Problems;
use super::table::{Row, Table};
use crate::basis::error::{Error, Place, Problem, Result};
use crate::basis::units::Millis;

/// What is known of one pair's round trip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MatrixRtt {
    /// One figure, always the same.
    Fixed(Millis),
    /// Median and 90th percentile.
    Quantiles {
        /// Median.
        p50: Millis,
        /// 90th percentile, not below the median.
        p90: Millis,
    },
    /// The summary line of a ping run.
    Ping {
        /// Least.
        min: Millis,
        /// Mean.
        avg: Millis,
        /// Greatest.
        max: Millis,
        /// Standard deviation.
        mdev: Millis,
    },
}

/// One pair of a matrix, and where it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixRow {
    /// Where the round trip starts: a user group or a region, as the file names it.
    pub from: String,
    /// The region it goes to, as the file names it.
    pub to: String,
    /// How long it takes.
    pub rtt: MatrixRtt,
    /// Place of the starting point's name.
    pub from_place: Place,
    /// Place of the region's name.
    pub to_place: Place,
    /// Place of the first figure.
    pub place: Place,
}

/// The ways a long matrix may give a round trip.
const FORMS: [&[&str]; 3] = [
    &["rtt_ms"],
    &["p50_ms", "p90_ms"],
    &["min_ms", "avg_ms", "max_ms", "mdev_ms"],
];

/// What may stand beside, and is not read: what `import` writes for people.
const BESIDE: [&str; 10] = [
    "p10_ms", "p25_ms", "p75_ms", "p95_ms", "p98_ms", "p99_ms", "p99.9_ms", "n", "lost", "source",
];

/// Reads a matrix.
///
/// ```text
/// long     from,to,rtt_ms            or p50_ms,p90_ms   or min_ms,avg_ms,max_ms,mdev_ms
///                                    beside them n, lost, source and other percentiles, which are not read
/// square   from,eu-west-1,us-east-1  the first header cell is `from` or blank; blank cells are not measured
///          dublin,0.8,67
/// ```
///
/// ```
/// use isochrone::world::ingest::{MatrixRtt, Table, read_matrix};
/// let square = Table::parse("rtt.csv", ",eu-west-1,us-east-1\ndublin,0.8,67\nboston,71,\n").unwrap();
/// let rows = read_matrix(&square).unwrap();
/// assert_eq!(rows.len(), 3);
/// assert_eq!((rows[1].from.as_str(), rows[1].to.as_str()), ("dublin", "us-east-1"));
/// assert_eq!(rows[1].place.to_string(), "rtt.csv:2:12");
/// ```
///
/// # Errors
/// Columns of neither form, a figure that is missing, negative or not a number, a p90 below its p50, a ping
/// summary out of order, and every pair that stands twice (both lines are named). All are reported together.
pub fn read_matrix(table: &Table) -> Result<Vec<MatrixRow>> {
    let first = table.headers().first().map(|header| header.to_ascii_lowercase());
    let square = first.is_some_and(|name| name.is_empty() || name == "from") && !table.has("to");
    let rows = if square {
        read_square(table)?
    } else {
        read_long(table)?
    };
    if rows.is_empty() {
        return Err(Error::input(format!("`{}` holds no round trip", table.name())));
    }
    refuse_repeated_pairs(&rows)?;
    Ok(rows)
}

fn read_long(table: &Table) -> Result<Vec<MatrixRow>> {
    let given: Vec<&[&str]> = FORMS
        .into_iter()
        .filter(|form| form.iter().any(|column| table.has(column)))
        .collect();
    let [form] = given.as_slice() else {
        return Err(form_unclear(table, given.len()));
    };
    table.expect_columns(&[&["from", "to"], *form].concat(), &BESIDE)?;
    table.collect(|row, problems| {
        let from = problems.keep(row.text("from"));
        let to = problems.keep(row.text("to"));
        let figures: Vec<Option<Millis>> = form
            .iter()
            .map(|column| problems.keep(row.millis(column)))
            .collect();
        let figures: Vec<Millis> = figures.into_iter().collect::<Option<_>>()?;
        let rtt = problems.keep(rtt_of(row, form, &figures));
        Some(MatrixRow {
            from: from?.to_owned(),
            to: to?.to_owned(),
            rtt: rtt?,
            from_place: row.place("from"),
            to_place: row.place("to"),
            place: row.place(form[0]),
        })
    })
}

fn form_unclear(table: &Table, forms: usize) -> Error {
    let other_units = in_other_units(table);
    if !other_units.is_empty() {
        return Error::problems_in_input(other_units);
    }
    let found = if forms == 0 {
        "no column of round trips"
    } else {
        "columns of more than one form"
    };
    let problem = Problem::error(format!("the matrix has {found}")).at(table.header_place(0));
    Error::problems_in_input(vec![problem.hint(
        "say `from,to,rtt_ms`, `from,to,p50_ms,p90_ms` or `from,to,min_ms,avg_ms,max_ms,mdev_ms`, \
         or one column for each region",
    )])
}

fn in_other_units(table: &Table) -> Vec<Problem> {
    let known = FORMS.concat();
    let headers = table.headers().iter().enumerate();
    let unknown = headers.filter(|(_, header)| !known.iter().any(|name| name.eq_ignore_ascii_case(header)));
    let problems = unknown.filter_map(|(i, header)| {
        let message = in_other_unit(header, &known)?;
        Some(Problem::error(message).at(table.header_place(i)))
    });
    problems.collect()
}

fn rtt_of(row: Row<'_>, form: &[&str], figures: &[Millis]) -> Result<MatrixRtt> {
    match *figures {
        [p50, p90] if p90 < p50 => Err(out_of_order(row, form, 1, 0)),
        [p50, p90] => Ok(MatrixRtt::Quantiles { p50, p90 }),
        [min, avg, ..] if avg < min => Err(out_of_order(row, form, 1, 0)),
        [_, avg, max, _] if max < avg => Err(out_of_order(row, form, 2, 1)),
        [min, avg, max, mdev] => Ok(MatrixRtt::Ping { min, avg, max, mdev }),
        [rtt] => Ok(MatrixRtt::Fixed(rtt)),
        _ => Err(Error::internal("a matrix form has one, two or four figures")),
    }
}

fn out_of_order(row: Row<'_>, form: &[&str], greater: usize, lesser: usize) -> Error {
    let cell = |i: usize| row.get(form[i]).unwrap_or_default();
    let message = format!(
        "column `{}` must not lie below `{}`, found {} ms below {} ms",
        form[greater],
        form[lesser],
        cell(greater),
        cell(lesser)
    );
    row.wrong(form[greater], message)
}

fn read_square(table: &Table) -> Result<Vec<MatrixRow>> {
    let mut problems = Problems::default();
    let mut rows = Vec::new();
    let header = table.header_places();
    for row in table.rows() {
        let Some(from) = row.cell(0) else {
            problems.push_with(|| Problem::error("the row has no starting point").at(row.cell_place(0)));
            continue;
        };
        let places = row.cell_places();
        for (column, to) in table.headers().iter().enumerate().skip(1) {
            let Some(cell) = row.cell(column) else {
                continue;
            };
            let Some(rtt) = millis_in(cell) else {
                problems.push_with(|| no_millis(row, to));
                continue;
            };
            rows.push(MatrixRow {
                from: from.to_owned(),
                to: to.to_owned(),
                rtt: MatrixRtt::Fixed(rtt),
                from_place: places[0].clone(),
                to_place: header[column].clone(),
                place: places[column].clone(),
            });
        }
    }
    problems.finish(rows)
}

/// What [`Row::millis`] reads in such a cell, without looking for its column among thousands.
fn millis_in(cell: &str) -> Option<Millis> {
    Millis::new(cell.parse().ok()?).ok()
}

/// Why the cell in `column` is no number of milliseconds.
fn no_millis(row: Row<'_>, column: &str) -> Problem {
    let error = row.millis(column).err();
    let first = error.and_then(|error| error.into_problems().into_iter().next());
    first.unwrap_or_else(|| {
        Problem::error(format!("column `{column}` must be a number")).at(row.place(column))
    })
}

fn refuse_repeated_pairs(rows: &[MatrixRow]) -> Result<()> {
    let mut problems = Problems::default();
    let mut first: BTreeMap<(&str, &str), &Place> = BTreeMap::new();
    for row in rows {
        match first.entry((&row.from, &row.to)) {
            Entry::Vacant(place) => {
                place.insert(&row.place);
            }
            Entry::Occupied(earlier) => problems.push_with(|| {
                let pair = format!("{} → {}", row.from, row.to);
                let (earlier, line) = (earlier.get().line_in_words(), row.place.line_in_words());
                let message = format!("the pair {pair} stands in {earlier} and again in {line}");
                Problem::error(message)
                    .at(row.place.clone())
                    .hint("keep one of them; of single times `import --write quantiles` makes one row a pair")
            }),
        }
    }
    problems.finish(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Result<Vec<MatrixRow>> {
        read_matrix(&Table::parse("m.csv", text)?)
    }

    fn messages(text: &'static str) -> Vec<String> {
        read(text)
            .unwrap_err()
            .problems()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn ms(x: f64) -> Millis {
        Millis::new(x).unwrap()
    }

    #[test]
    fn each_long_form_gives_its_own_figures() {
        let one = |text| read(text).unwrap()[0].rtt;
        assert_eq!(one("from,to,rtt_ms\na,b,12.5\n"), MatrixRtt::Fixed(ms(12.5)));
        let quantiles = MatrixRtt::Quantiles {
            p50: ms(12.0),
            p90: ms(15.0),
        };
        assert_eq!(one("to,from,p90_ms,p50_ms\nb,a,15,12\n"), quantiles);
        let ping = MatrixRtt::Ping {
            min: ms(1.0),
            avg: ms(2.0),
            max: ms(4.0),
            mdev: ms(0.5),
        };
        assert_eq!(one("from,to,min_ms,avg_ms,max_ms,mdev_ms\na,b,1,2,4,0.5\n"), ping);
    }

    #[test]
    fn long_and_square_say_the_same() {
        let plain = |text| -> Vec<(String, String, MatrixRtt)> {
            read(text)
                .unwrap()
                .into_iter()
                .map(|row| (row.from, row.to, row.rtt))
                .collect()
        };
        let square = plain("from,x,y\na,1,2\nb,,4\n");
        assert_eq!(square, plain("from,to,rtt_ms\na,x,1\na,y,2\nb,y,4\n"));
    }

    #[test]
    fn a_repeated_pair_names_both_lines_in_both_forms() {
        assert_eq!(
            messages("from,to,rtt_ms\na,b,1\na,c,2\na,b,3\n"),
            ["m.csv:4:5: the pair a → b stands in line 2 and again in line 4"]
        );
        assert_eq!(
            messages("from,x\na,1\na,2\n"),
            ["m.csv:3:3: the pair a → x stands in line 2 and again in line 3"]
        );
    }

    #[test]
    fn figures_out_of_order_are_refused_where_they_stand() {
        assert_eq!(
            messages("from,to,p50_ms,p90_ms\na,b,20,10\na,c,-1,x\n"),
            [
                "m.csv:2:8: column `p90_ms` must not lie below `p50_ms`, found 10 ms below 20 ms",
                "m.csv:3:5: column `p50_ms` must not be negative, found `-1`",
                "m.csv:3:8: column `p90_ms` must be a number, found `x`",
            ]
        );
        assert_eq!(
            messages("from,to,min_ms,avg_ms,max_ms,mdev_ms\na,b,3,2,4,0\na,c,1,2,1.5,0\n"),
            [
                "m.csv:2:7: column `avg_ms` must not lie below `min_ms`, found 2 ms below 3 ms",
                "m.csv:3:9: column `max_ms` must not lie below `avg_ms`, found 1.5 ms below 2 ms",
            ]
        );
    }

    #[test]
    fn columns_of_no_form_or_of_two_are_refused() {
        assert_eq!(
            messages("from,to,latency\na,b,1\n"),
            ["m.csv:1:1: the matrix has no column of round trips"]
        );
        assert_eq!(
            messages("from,to,rtt_ms,p50_ms\na,b,1,1\n"),
            ["m.csv:1:1: the matrix has columns of more than one form"]
        );
        assert_eq!(
            messages("from,to,p50_ms\na,b,1\n"),
            ["m.csv:1:1: column `p90_ms` is missing"]
        );
        assert_eq!(messages("from,to,rtt_ms\n"), ["`m.csv` holds no round trip"]);
    }
}
