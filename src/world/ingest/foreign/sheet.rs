//! Tables: a row for each time, or for each pair with its percentiles or its summary.

use super::columns::{Column, Role, columns};
use super::gather::{Ends, Gather, Label, not_a_time};
use super::measured::{Figures, Quantiles, Summary};
use super::options::Form;
use super::text::Text;
use crate::basis::error::{Error, Problem, Result};
use crate::basis::units::{self, Millis};
use crate::world::ingest::problems::Problems;
use crate::world::ingest::table::{Row, Table};

/// What stands in place of a time where no answer came.
const NO_ANSWER: [&str; 5] = ["*", "-", "timeout", "lost", "none"];

/// What a row gives.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Single,
    Percentiles,
    Summary,
}

pub(super) fn read(text: &Text, form: Form, gather: &mut Gather) -> Result<Label> {
    let table = Table::parse(text.name(), text.body().to_owned())?;
    let (columns, aside) = columns(&table, gather)?;
    let shape = shape(&table, &columns)?;
    if !aside.is_empty() {
        gather.note(format!("columns left aside: {}", aside.join(", ")));
    }
    if let Some(note) = counts_of_single_times(&table, &columns, shape) {
        gather.note(note);
    }
    let mut blank = 0;
    for row in table.rows() {
        blank += usize::from(!read_row(row, &table, &columns, shape, gather));
    }
    if blank > 0 {
        gather.note(format!(
            "left out, as all their times are blank: {}",
            units::counted(blank, "row")
        ));
    }
    Ok(Label::new(form.name(), "samples"))
}

/// That times are taken for single ones, though a column counts how many are behind them.
fn counts_of_single_times(table: &Table, columns: &[Column], shape: Shape) -> Option<String> {
    let of = |role: Role| columns.iter().find(|column| column.role == role);
    let (count, time) = (of(Role::Count)?, of(Role::Time)?);
    let several = |row: Row<'_>| row.cell(count.index).is_some_and(|n| n != "1");
    if shape != Shape::Single || !table.rows().any(several) {
        return None;
    }
    let [count, time] = [count, time].map(|column| table.headers()[column.index].as_str());
    Some(format!(
        "`{count}` is not used: each `{time}` is taken for a single time; if it is the median of so many, call it p50: \
         --columns p50_ms={time}"
    ))
}

fn shape(table: &Table, columns: &[Column]) -> Result<Shape> {
    let has = |role: Role| columns.iter().any(|column| column.role == role);
    if columns
        .iter()
        .any(|column| matches!(column.role, Role::Percentile(_)))
    {
        return Ok(Shape::Percentiles);
    }
    if has(Role::Time) {
        return Ok(Shape::Single);
    }
    if [Role::Min, Role::Avg, Role::Max, Role::Mdev].into_iter().all(has) {
        return Ok(Shape::Summary);
    }
    let first = table.headers().first().map(String::as_str).unwrap_or_default();
    let numbers = first.parse::<f64>().is_ok();
    let (message, hint) = if numbers {
        (
            "it begins with a number where the names of columns are expected",
            "put a line such as `rtt_ms` above it",
        )
    } else {
        (
            "it has no column of times",
            "name one with its unit, as rtt_ms or p50_ms, or say which it is: --columns rtt_ms=NAME",
        )
    };
    let problem = Problem::error(message).at(table.header_place(0));
    Err(Error::problems_in_input(vec![problem.hint(hint)]))
}

/// Whether the row said anything.
fn read_row(row: Row<'_>, table: &Table, columns: &[Column], shape: Shape, gather: &mut Gather) -> bool {
    let cell = |role: Role| {
        let column = columns.iter().find(|column| column.role == role)?;
        row.cell(column.index)
    };
    let labelled = match (cell(Role::From), cell(Role::Technology)) {
        (Some(from), Some(technology)) => Some(format!("{from}/{technology}")),
        _ => None,
    };
    let ends = Ends {
        from: labelled.as_deref().or_else(|| cell(Role::From)),
        to: cell(Role::To),
    };
    let place = || row.cell_place(columns.first().map_or(0, |column| column.index));
    let mut problems = Problems::default();
    let lost = count(row, table, columns, Role::Lost, &mut problems).unwrap_or(0);
    gather.lost(ends, lost, place);
    let mut told = lost > 0;
    match shape {
        Shape::Single => {
            told = true;
            for column in columns.iter().filter(|column| column.role == Role::Time) {
                let cell = row.cell(column.index).map(str::to_ascii_lowercase);
                if cell.as_deref().is_none_or(|cell| NO_ANSWER.contains(&cell)) {
                    gather.lost(ends, 1, place);
                } else if let Some(time) = time(row, table, *column, &mut problems) {
                    gather.sample(ends, time, || row.cell_place(column.index));
                }
            }
        }
        Shape::Percentiles => {
            if let Some(quantiles) = percentiles(row, table, columns, &mut problems) {
                gather.figures(ends, Figures::Quantiles(quantiles), place);
                told = true;
            }
        }
        Shape::Summary => {
            if let Some(summary) = summary(row, table, columns, &mut problems) {
                gather.figures(ends, Figures::Summary(summary), place);
                told = true;
            }
        }
    }
    // What is wrong with it is told as that.
    told |= !problems.is_empty();
    gather.problems.keep(problems.finish(()));
    told
}

fn time(row: Row<'_>, table: &Table, column: Column, problems: &mut Problems) -> Option<Millis> {
    let name = &table.headers()[column.index];
    let value = problems.keep(row.number(name))?;
    let unit = column.unit?;
    match unit.time(value) {
        Ok(time) => Some(time),
        Err(rule) => {
            let place = row.cell_place(column.index);
            problems.push(Problem::error(not_a_time(rule, value, unit)).at(place));
            None
        }
    }
}

fn count(
    row: Row<'_>,
    table: &Table,
    columns: &[Column],
    role: Role,
    problems: &mut Problems,
) -> Option<u64> {
    let column = columns.iter().find(|column| column.role == role)?;
    let cell = row.cell(column.index)?;
    let count = cell.parse::<u64>().ok();
    if count.is_none() {
        let name = &table.headers()[column.index];
        let message = format!("column `{name}` must be a whole number, found `{cell}`");
        problems.push(Problem::error(message).at(row.cell_place(column.index)));
    }
    count
}

fn percentiles(
    row: Row<'_>,
    table: &Table,
    columns: &[Column],
    problems: &mut Problems,
) -> Option<Quantiles> {
    let n = count(row, table, columns, Role::Count, problems);
    let (mut at, mut min, mut wrong) = (Vec::new(), None, false);
    for column in columns {
        let told = row.cell(column.index).is_some();
        match column.role {
            Role::Percentile(percent) if told => match time(row, table, *column, problems) {
                Some(time) => at.push((percent, time)),
                None => wrong = true,
            },
            Role::Min if told => min = time(row, table, *column, problems),
            _ => {}
        }
    }
    if at.is_empty() || wrong {
        return None;
    }
    if n == Some(0) {
        let column = columns.iter().find(|column| column.role == Role::Count);
        let place = row.cell_place(column.map_or(0, |column| column.index));
        problems.push(Problem::error("a row of no times tells a percentile").at(place));
        return None;
    }
    match Quantiles::new(at) {
        Ok(quantiles) => Some(Quantiles { n, min, ..quantiles }),
        Err(why) => {
            let first = columns
                .iter()
                .find(|column| matches!(column.role, Role::Percentile(_)));
            let place = row.cell_place(first.map_or(0, |column| column.index));
            problems.push(Problem::error(why).at(place));
            None
        }
    }
}

fn summary(row: Row<'_>, table: &Table, columns: &[Column], problems: &mut Problems) -> Option<Summary> {
    let n = count(row, table, columns, Role::Count, problems);
    let mut one = |role: Role| {
        let column = columns.iter().find(|column| column.role == role)?;
        time(row, table, *column, problems)
    };
    let (min, avg, max, mdev) = (one(Role::Min), one(Role::Avg), one(Role::Max), one(Role::Mdev));
    let (min, avg, max, mdev) = (min?, avg?, max?, mdev?);
    if min <= avg && avg <= max {
        return Some(Summary {
            n: n.unwrap_or(0),
            min,
            avg,
            max,
            mdev,
        });
    }
    let message = format!("least, mean and greatest must be in order, found {min}, {avg} and {max}");
    problems.push(Problem::error(message).at(row.cell_place(columns[0].index)));
    None
}

#[cfg(test)]
mod tests {
    use crate::world::ingest::foreign::{Figures, ImportOptions, Imported, read_foreign};

    fn read(text: &str) -> crate::basis::error::Result<Imported> {
        read_foreign("t.csv", text.as_bytes(), &ImportOptions::default())
    }

    #[test]
    fn what_of_a_row_is_not_used_is_told() {
        let blank = read("from,to,p50_ms,n\na,b,31.2,10\na,c,,10\n").unwrap();
        assert_eq!(blank.notes, ["left out, as all their times are blank: 1 row"]);
        let counted = read("from,to,rtt_ms,n\na,b,31.2,300\n").unwrap();
        assert!(
            counted.notes[0].starts_with("`n` is not used: each `rtt_ms`"),
            "{:?}",
            counted.notes
        );
        assert!(read("from,to,rtt_ms,n\na,b,31.2,1\n").unwrap().notes.is_empty());
        let none = read("from,to,p50_ms,n\na,b,31.2,0\n").unwrap_err().to_string();
        assert_eq!(none, "t.csv:2:10: a row of no times tells a percentile");
    }

    #[test]
    fn blank_cells_and_marks_are_lost_requests() {
        let read = read("from,to,Latency (us)\na,b,31200\na,b,*\na,b,\na,b,29800\n").unwrap();
        assert_eq!(read.read_as, "csv, 2 samples, 2 lost");
        let Figures::Samples(times) = &read.pairs[0].figures else {
            panic!()
        };
        assert_eq!(
            times.iter().map(|time| time.ms()).collect::<Vec<_>>(),
            [31.2, 29.8]
        );
    }

    #[test]
    fn percentiles_of_real_users_keep_their_count() {
        let text = "country,device,p50_ms,p75_ms,p90_ms,p99_ms,count\nBR,phone,88,120,190,,5000\nJP,all,31,40,62,140,100\n";
        let read = read(text).unwrap();
        assert_eq!(read.read_as, "rum, 2 pairs");
        assert_eq!(
            (read.pairs[0].from.as_str(), read.pairs[0].figures.n()),
            ("BR", Some(5000))
        );
        assert_eq!(
            read.pairs[0].figures.percentiles(&[75.0, 99.0]),
            [Some(120.0), None]
        );
        assert!(
            read.notes.contains(&"columns left aside: device".to_owned()),
            "{:?}",
            read.notes
        );
    }

    #[test]
    fn every_bad_cell_is_told() {
        let told = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            told("from,to,rtt_ms\na,b,-1\na,b,nan\na,b,x\n"),
            "t.csv:2:5: the time must not be negative, found -1 ms\n\
             t.csv:3:5: column `rtt_ms` must be a finite number, found `nan`\n\
             t.csv:4:5: column `rtt_ms` must be a number, found `x`"
        );
        assert_eq!(
            told("country,p50_ms,p90_ms\nBR,90,80\n"),
            "t.csv:2:4: p90 lies below p50: 80 ms below 90 ms"
        );
        assert!(told("country,p50_ms\nBR,90\nBR,80\n").contains("p50 of one pair is told twice: BR → ?"));
        assert!(told("12.5,13\n1,2\n").contains("begins with a number"));
        assert!(told("a,b\n1,2\n").contains("no column of times"));
        assert!(told("from,rtt_ms,n\na,1,1\n\"").contains("quote"));
    }
}
