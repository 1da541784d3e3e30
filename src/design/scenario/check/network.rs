//! RTTs the user brings, and which parts of a latency are added.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, nearest_three};
use crate::basis::dist::Dist;
use crate::basis::error::{Error, Result};
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::file::{LinkFile, NetworkFile};
use crate::design::scenario::{MeasuredRtt, NetworkSettings};
use crate::world::demand::Audience;
use crate::world::ingest::{Row, Table};

/// The corner cell of a square matrix, which tells the unit.
const CORNER: &str = "rtt_ms";

/// RTTs by their ends; a later one replaces an earlier one.
type Pairs = BTreeMap<(String, String), Dist>;

/// The names RTTs may start at.
#[derive(Debug)]
struct Ends<'a> {
    groups: BTreeSet<&'a str>,
}

impl Check<'_> {
    /// Where latencies come from; the catalogue's measurements and estimates when nothing is said.
    pub(super) fn network(
        &mut self,
        section: Option<&At<NetworkFile>>,
        audience: Option<&Audience>,
    ) -> Option<NetworkSettings> {
        let Some(at) = section else {
            return Some(NetworkSettings {
                measured: Vec::new(),
                access: true,
                spread: true,
                jitter: true,
            });
        };
        let file = at.get()?;
        let yes = |field: &Option<At<bool>>| field.as_ref().and_then(At::get).copied().unwrap_or(true);
        Some(NetworkSettings {
            access: yes(&file.access),
            spread: yes(&file.spread),
            jitter: yes(&file.jitter),
            measured: self.measured(file, audience?)?,
        })
    }

    fn measured(&mut self, file: &NetworkFile, audience: &Audience) -> Option<Vec<MeasuredRtt>> {
        let ends = Ends {
            groups: audience.groups.iter().map(|group| group.id.as_str()).collect(),
        };
        let mut pairs = match &file.matrix {
            Some(name) => self.matrix(name, &ends)?,
            None => Pairs::new(),
        };
        self.links(file.link.as_ref(), &ends, &mut pairs);
        self.both_ways(&mut pairs, &ends);
        let rtts = pairs.into_iter().map(|((from, to), rtt)| MeasuredRtt { from, to, rtt });
        Some(rtts.collect())
    }

    fn links(&mut self, list: Option<&At<Vec<At<LinkFile>>>>, ends: &Ends<'_>, pairs: &mut Pairs) {
        let mut seen = BTreeSet::new();
        for at in list.and_then(At::get).into_iter().flatten() {
            let Some(link) = at.get() else { continue };
            let from = self.named(&link.from, |check, name| check.start(name, ends));
            let to = self.named(&link.to, |check, name| check.end(name));
            let owner = format!("link {} → {}", text(&link.from), text(&link.to));
            let rtt = self.dist(&link.rtt, &owner);
            let (Some(from), Some(to), Some(rtt)) = (from, to, rtt) else { continue };
            if !seen.insert((from.clone(), to.clone())) {
                self.error_with_hint(at.span, format!("link {from} → {to} stands twice"), "leave one out");
            }
            pairs.insert((from, to), rtt);
        }
    }

    fn named(
        &mut self,
        at: &At<String>,
        find: impl Fn(&Self, &str) -> Result<String>,
    ) -> Option<String> {
        let outcome = find(self, at.get()?);
        self.keep(outcome, at.span)
    }

    /// The id of the user group or region an RTT starts at.
    fn start(&self, name: &str, ends: &Ends<'_>) -> Result<String> {
        if ends.groups.contains(name) {
            return Ok(name.to_owned());
        }
        self.end(name).map_err(|_| {
            let known = ends.groups.iter().copied();
            let codes = self.facts.regions.iter().map(|region| region.code.as_str());
            Error::input(format!("`{}` is neither a user group nor a region", shortened(name)))
                .hint(nearest_three(name, known.chain(codes)))
        })
    }

    /// The id of the region an RTT ends at.
    fn end(&self, name: &str) -> Result<String> {
        self.catalog.region(name).map(|region| region.id.clone())
    }

    fn matrix(&mut self, name: &At<String>, ends: &Ends<'_>) -> Option<Pairs> {
        let table = self.table(name)?;
        let is_list = table.has("from") && table.has("to");
        let pairs = if is_list { self.matrix_list(&table, ends) } else { self.matrix_square(&table, ends) };
        let mut unique = Pairs::new();
        for (ends, rtt) in self.keep(pairs, name.span)? {
            if unique.contains_key(&ends) {
                let message = format!("`{}` gives the RTT {} → {} twice", table.name(), ends.0, ends.1);
                self.error_with_hint(name.span, message, "leave one out");
            }
            unique.insert(ends, rtt);
        }
        if unique.is_empty() {
            self.error(name.span, format!("`{}` holds no RTT", table.name()));
        }
        Some(unique)
    }

    /// `from,to,rtt_ms` or `from,to,p50_ms,p90_ms`, one pair a row.
    fn matrix_list(&self, table: &Table, ends: &Ends<'_>) -> Result<Vec<((String, String), Dist)>> {
        let fixed = table.has("rtt_ms");
        match fixed {
            true => table.expect_columns(&["from", "to", "rtt_ms"], &[])?,
            false => table.expect_columns(&["from", "to", "p50_ms"], &["p90_ms"])?,
        }
        table.collect(|row, problems| {
            let from = problems.keep(self.cell(row, "from", |name| self.start(name, ends)));
            let to = problems.keep(self.cell(row, "to", |name| self.end(name)));
            let rtt = problems.keep(if fixed { fixed_rtt(row, "rtt_ms") } else { quantile_rtt(row) });
            Some(((from?, to?), rtt?))
        })
    }

    /// A name in the first column and in each header, RTTs in the cells, blank where nothing was measured.
    fn matrix_square(&self, table: &Table, ends: &Ends<'_>) -> Result<Vec<((String, String), Dist)>> {
        let headers = table.headers();
        if !headers[0].eq_ignore_ascii_case(CORNER) {
            return Err(wrong_corner(table));
        }
        let to: Vec<Result<String>> = headers[1..]
            .iter()
            .enumerate()
            .map(|(i, name)| self.end(name).map_err(|error| error.at(&table.header_place(i + 1))))
            .collect();
        let rows = table.collect(|row, problems| {
            let from = problems.keep(self.cell(row, CORNER, |name| self.start(name, ends)))?;
            let mut cells = Vec::new();
            for (header, to) in headers[1..].iter().zip(&to) {
                let (Ok(to), Some(_)) = (to, row.get(header)) else { continue };
                cells.push(((from.clone(), to.clone()), problems.keep(fixed_rtt(row, header))?));
            }
            Some(cells)
        });
        let bad_headers = to.iter().filter_map(|end| end.as_ref().err());
        let mut problems: Vec<_> = bad_headers.flat_map(|error| error.problems().to_vec()).collect();
        match rows {
            Ok(rows) if problems.is_empty() => Ok(rows.into_iter().flatten().collect()),
            Ok(_) => Err(Error::problems_in_input(problems)),
            Err(error) => {
                problems.extend(error.into_problems());
                Err(Error::problems_in_input(problems))
            }
        }
    }

    fn cell(
        &self,
        row: Row<'_>,
        column: &str,
        find: impl Fn(&str) -> Result<String>,
    ) -> Result<String> {
        find(row.text(column)?).map_err(|error| error.at(&row.place(column)))
    }

    /// A round trip takes as long from the other end: an RTT between regions given one way counts both ways.
    fn both_ways(&self, pairs: &mut Pairs, ends: &Ends<'_>) {
        let reverse: Vec<((String, String), Dist)> = pairs
            .iter()
            .filter(|((from, to), _)| self.end(from).is_ok() && !ends.groups.contains(from.as_str()) && from != to)
            .map(|((from, to), rtt)| ((to.clone(), from.clone()), rtt.clone()))
            .collect();
        for (ends, rtt) in reverse {
            pairs.entry(ends).or_insert(rtt);
        }
    }
}

fn text(at: &At<String>) -> String {
    at.get().map_or_else(String::new, |name| shortened(name))
}

fn fixed_rtt(row: Row<'_>, column: &str) -> Result<Dist> {
    Dist::fixed(row.millis(column)?.ms())
}

/// Log-normal through p50 and p90; fixed where there is no p90.
fn quantile_rtt(row: Row<'_>) -> Result<Dist> {
    let p50 = row.millis("p50_ms")?.ms();
    match row.optional_millis("p90_ms")? {
        Some(p90) => Dist::from_p50_p90(p50, p90.ms()).map_err(|error| error.at(&row.place("p90_ms"))),
        None => Dist::fixed(p50),
    }
}

fn wrong_corner(table: &Table) -> Error {
    let corner = &table.headers()[0];

    Error::input(format!("the header starts with `{}`", shortened(corner)))
        .hint(format!(
            "say `from,to,rtt_ms` for one pair a row, or `{CORNER}` and then regions for a square of milliseconds"
        ))
        .at(&table.header_place(0))
}
