//! RTTs the user brings, and which parts of a latency are added.

use std::collections::{BTreeMap, BTreeSet};

use super::edge::carrier_or_backbone;
use super::{Check, nearest_three};
use crate::basis::dist::{Dist, PingTrain};
use crate::basis::error::{Error, Problem, Result};
use crate::design::edge::Carrier;
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::file::{LinkFile, NetworkFile};
use crate::design::scenario::source::Found;
use crate::design::scenario::{MeasuredRtt, NetworkSettings};
use crate::world::demand::Audience;
use crate::world::ingest::{MatrixRow, MatrixRtt, Problems, read_matrix};

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
                calibration: None,
                access: true,
                spread: true,
                jitter: true,
                regions: Carrier::Backbone,
            });
        };
        let file = at.get()?;
        let yes = |field: &Option<At<bool>>| field.as_ref().and_then(At::get).copied().unwrap_or(true);
        Some(NetworkSettings {
            access: yes(&file.access),
            spread: yes(&file.spread),
            jitter: yes(&file.jitter),
            regions: carrier_or_backbone(file.regions.as_ref()),
            calibration: match &file.calibration {
                Some(name) => Some(self.calibration(name)?),
                None => None,
            },
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
        let rtts = pairs
            .into_iter()
            .map(|((from, to), rtt)| MeasuredRtt { from, to, rtt });
        Some(rtts.collect())
    }

    fn links(&mut self, list: Option<&At<Vec<At<LinkFile>>>>, ends: &Ends<'_>, pairs: &mut Pairs) {
        let mut seen = BTreeSet::new();
        for at in list.and_then(At::get).into_iter().flatten() {
            let Some(link) = at.get() else { continue };
            let from = self.named(&link.from, |check, name| check.start(name, ends));
            let to = self.named(&link.to, Self::end);
            let owner = format!("link {} → {}", text(&link.from), text(&link.to));
            let rtt = self.dist(&link.rtt, &owner);
            let (Some(from), Some(to), Some(rtt)) = (from, to, rtt) else {
                continue;
            };
            if !seen.insert((from.clone(), to.clone())) {
                self.error_with_hint(
                    at.span,
                    format!("link {from} → {to} stands twice"),
                    "leave one out",
                );
            }
            pairs.insert((from, to), rtt);
        }
    }

    fn named(&mut self, at: &At<String>, find: impl Fn(&Self, &str) -> Result<String>) -> Option<String> {
        let name = at.get()?;
        let outcome = self.found.reading(|| find(self, name));
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
            Error::input(format!(
                "`{}` is neither a user group nor a region",
                shortened(name)
            ))
            .hint(nearest_three(name, known.chain(codes)))
        })
    }

    /// The id of the region an RTT ends at.
    fn end(&self, name: &str) -> Result<String> {
        self.catalog.region(name).map(|region| region.id.clone())
    }

    fn matrix(&mut self, name: &At<String>, ends: &Ends<'_>) -> Option<Pairs> {
        let table = self.table(name)?;
        let rows = self.keep(read_matrix(&table), name.span)?;
        let mut problems = Problems::default();
        let mut pairs = Pairs::new();
        let (mut impossible, mut more) = (None, 0);
        for row in rows {
            let understood = problems.reading(|problems| self.matrix_row(&row, ends, problems));
            let Some((from, to, rtt)) = understood else {
                continue;
            };
            if let Some((takes, least)) = self.faster_than_light(&from, &to, &rtt) {
                let message = format!(
                    "the RTT {from} → {to} is {takes} ms, and light in fibre takes {least:.1} ms at least"
                );
                match impossible {
                    None => impossible = Some(Problem::warning(message).at(row.place.clone())),
                    Some(_) => more += 1,
                }
            }
            if pairs.insert((from.clone(), to.clone()), rtt).is_some() {
                let message = format!("the RTT {from} → {to} stands twice, under two names");
                problems.push(Problem::error(message).at(row.place).hint("leave one out"));
            }
        }
        if let Some(first) = impossible {
            let others = match more {
                0 => String::new(),
                1 => " 1 more row is like it".to_owned(),
                n => format!(" {n} more rows are like it"),
            };
            let hint = format!("is it in another unit, or of other ends?{others}");
            self.found
                .push(Found::from_elsewhere(name.span, first.hint(hint)));
        }
        self.keep(problems.finish(pairs), name.span)
    }

    /// The ends of a row, by their ids, and what it says of them.
    fn matrix_row(
        &self,
        row: &MatrixRow,
        ends: &Ends<'_>,
        problems: &mut Problems,
    ) -> Option<(String, String, Dist)> {
        let from = self.start(&row.from, ends);
        let from = problems.keep(from.map_err(|error| error.at(&row.from_place)));
        let to = problems.keep(self.end(&row.to).map_err(|error| error.at(&row.to_place)));
        let rtt = problems.keep(measured_dist(row.rtt).map_err(|error| error.at(&row.place)));
        Some((from?, to?, rtt?))
    }

    /// The median between two regions and the least that it can be, ms, where it is less than that. A kilometre or two may
    /// be wrong with the place of a region.
    fn faster_than_light(&self, from: &str, to: &str, rtt: &Dist) -> Option<(f64, f64)> {
        let [from, to] = [from, to].map(|end| self.catalog.region(end).ok());
        let least = self.catalog.distance(&from?.id, &to?.id).ok()?.fibre_rtt.ms();
        let takes = rtt.quantile(0.5);
        (takes < 0.9 * least - 0.1).then_some((takes, least))
    }

    /// A round trip takes as long from the other end: an RTT between regions given one way counts both ways.
    fn both_ways(&self, pairs: &mut Pairs, ends: &Ends<'_>) {
        let reverse: Vec<((String, String), Dist)> = pairs
            .iter()
            .filter(|((from, to), _)| {
                self.end(from).is_ok() && !ends.groups.contains(from.as_str()) && from != to
            })
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

fn measured_dist(rtt: MatrixRtt) -> Result<Dist> {
    match rtt {
        MatrixRtt::Fixed(rtt) => Dist::fixed(rtt.ms()),
        MatrixRtt::Quantiles { p50, p90 } => Dist::from_p50_p90(p50.ms(), p90.ms()),
        MatrixRtt::Ping { min, avg, max, mdev } => Dist::from_min_avg_max_mdev(PingTrain {
            min_ms: min.ms(),
            avg_ms: avg.ms(),
            max_ms: max.ms(),
            mdev_ms: mdev.ms(),
        }),
    }
}
