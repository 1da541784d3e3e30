//! Edge locations: a CDN, an anycast on-ramp, and the classes that go through them.

use std::collections::BTreeSet;

use super::classes::ClassRow;
use super::{Check, given};
use crate::design::edge::{Carrier, EdgeNetwork, EdgePlace};
use crate::design::request::Via;
use crate::design::scenario::decode::{At, shortened};
use crate::design::scenario::file::{AnycastFile, CarrierWord, CdnFile, ScenarioFile};
use crate::design::scenario::quantity::NamesFile;
use crate::design::scenario::source::Span;
use crate::world::catalog::EdgeLocation;
use crate::world::ingest::{Problems, Row, is_table_file};

impl Check<'_> {
    /// The edge locations of the CDN and of the on-ramp, which are the same. There are none either when the file
    /// says nothing of them or when what it says is wrong, which has been noted.
    pub(super) fn edge(&mut self, file: &ScenarioFile) -> Option<EdgeNetwork> {
        let cdn = given(file.cdn.as_ref()).and_then(|(cdn, span)| self.cdn(cdn, span));
        let Some(at) = &file.anycast else { return cdn };
        if file.cdn.is_some() && cdn.is_none() {
            return None;
        }
        let anycast = self.anycast(at.get()?, at.span, cdn.as_ref())?;
        let Some(cdn) = cdn else { return Some(anycast) };
        self.expect_one_network(&cdn, &anycast, at);
        Some(cdn)
    }

    fn cdn(&mut self, file: &CdnFile, span: Span) -> Option<EdgeNetwork> {
        let hits = self.share(&file.hits);
        let locations = self.edge_places(file.edges.as_ref(), span);
        Some(EdgeNetwork {
            hits: hits?.get(),
            locations: locations?,
            origin: carrier(file.origin.as_ref(), Carrier::Backbone)?,
        })
    }

    fn anycast(&mut self, file: &AnycastFile, span: Span, cdn: Option<&EdgeNetwork>) -> Option<EdgeNetwork> {
        let locations = match (&file.edges, cdn) {
            (None, Some(cdn)) => cdn.locations.clone(),
            (edges, _) => self.edge_places(edges.as_ref(), span)?,
        };
        Some(EdgeNetwork {
            hits: 0.0,
            locations,
            origin: carrier(
                file.origin.as_ref(),
                cdn.map_or(Carrier::Backbone, |cdn| cdn.origin),
            )?,
        })
    }

    /// Both are one network of edge locations: a scenario that needs two is two scenarios.
    fn expect_one_network(&mut self, cdn: &EdgeNetwork, anycast: &EdgeNetwork, at: &At<AnycastFile>) {
        let Some(file) = at.get() else { return };
        let parts = [
            (
                "edges",
                cdn.locations == anycast.locations,
                file.edges.as_ref().map(|at| at.span),
            ),
            (
                "origin",
                cdn.origin == anycast.origin,
                file.origin.as_ref().map(|at| at.span),
            ),
        ];
        for (name, same, span) in parts {
            if !same {
                let message = format!("`{name}` of [anycast] differs from that of [cdn]");
                let hint = "leave it out to share it, or compare them in two scenarios";
                self.error_with_hint(span.unwrap_or(at.span), message, hint);
            }
        }
    }

    fn edge_places(&mut self, field: Option<&At<NamesFile>>, span: Span) -> Option<Vec<EdgePlace>> {
        let outcome = self.catalog.edge_locations();
        let known = self.keep(outcome, span)?;
        let Some(at) = field else {
            return Some(known.iter().map(place).collect());
        };
        match at.get()? {
            NamesFile::One(name) if is_table_file(name) => self.edge_file(name, at.span),
            NamesFile::One(name) => self.edge_network(name, at.span, known),
            NamesFile::Several(list) => self.edge_list(list, at.span, known),
        }
    }

    fn edge_network(&mut self, name: &str, span: Span, known: &[EdgeLocation]) -> Option<Vec<EdgePlace>> {
        let own = |location: &&EdgeLocation| network(&location.id) == name;
        let places: Vec<EdgePlace> = known.iter().filter(own).map(place).collect();
        if places.is_empty() {
            let names: BTreeSet<&str> = known.iter().map(|location| network(&location.id)).collect();
            let names = super::names::any_of(&names.into_iter().collect::<Vec<_>>());
            let message = format!("no network of edge locations is called `{}`", shortened(name));
            let hint =
                format!("say {names}, a list of ids such as [\"cloudfront:fra\"], or a CSV or .xlsx file");
            self.error_with_hint(span, message, hint);
            return None;
        }
        Some(places)
    }

    fn edge_list(
        &mut self,
        list: &[At<String>],
        span: Span,
        known: &[EdgeLocation],
    ) -> Option<Vec<EdgePlace>> {
        if list.is_empty() {
            let hint = "leave it out for all the catalogue has";
            self.error_with_hint(span, "`edges` is empty", hint);
        }
        let mut places: Vec<EdgePlace> = Vec::new();
        for at in list {
            let Some(id) = at.get() else { continue };
            match known.iter().find(|location| location.id == *id) {
                Some(found) if places.iter().any(|earlier| earlier.id == found.id) => {
                    let message = format!("`{id}` stands twice in `edges`");
                    self.error_with_hint(at.span, message, "leave one out");
                }
                Some(found) => places.push(place(found)),
                None => {
                    let ids = known.iter().map(|location| location.id.as_str());
                    self.unknown(id, at.span, ("edge location", "a CSV or .xlsx file"), ids);
                }
            }
        }
        (!list.is_empty() && places.len() == list.len()).then_some(places)
    }

    fn edge_file(&mut self, name: &str, span: Span) -> Option<Vec<EdgePlace>> {
        let table = self.table_called(name, span)?;
        self.keep(
            table.expect_columns(&["id", "country", "lat", "lon"], &["city"]),
            span,
        )?;
        let catalog = self.catalog;
        let mut seen = BTreeSet::new();
        let rows = table.collect(|row, problems| {
            let country = catalog.country(row.get("country").unwrap_or_default());
            let country = problems.keep(country.map_err(|error| error.at(&row.place("country"))));
            let place = edge_row(row, &mut seen, problems);
            let (mut place, country) = (place?, country?);
            place.country.clone_from(&country.iso2);
            Some(place)
        });
        let places = self.keep(rows, span)?;
        if places.is_empty() {
            self.error_with_hint(
                span,
                format!("`{}` has no row", shortened(name)),
                "fill in a location",
            );
            return None;
        }
        Some(places)
    }

    /// A class that goes through what is not there, and what is there and nobody goes through.
    pub(super) fn expect_ways(&mut self, file: &ScenarioFile, rows: &[ClassRow]) {
        let cdn = (
            "cdn",
            Via::Cdn,
            file.cdn.as_ref().map(|at| at.span),
            "[cdn] and below it hits = \"90%\"",
        );
        let anycast = (
            "anycast",
            Via::Anycast,
            file.anycast.as_ref().map(|at| at.span),
            "[anycast]",
        );
        for (name, via, section, example) in [cdn, anycast] {
            let users: Vec<&ClassRow> = rows.iter().filter(|row| row.class.via == via).collect();
            match section {
                None => {
                    for row in users {
                        let message = format!(
                            "class `{}` goes through [{name}], which is not there",
                            row.class.name
                        );
                        let hint = format!("say {example}, or via = \"direct\"");
                        self.error_with_hint(row.via_at, message, hint);
                    }
                }
                Some(span) if users.is_empty() && !rows.is_empty() => {
                    let hint = format!("say via = \"{name}\" in a [[class]], or leave the section out");
                    self.warn(span, format!("no class goes through [{name}]"), hint);
                }
                Some(_) => {}
            }
        }
    }
}

fn carrier(field: Option<&At<CarrierWord>>, default: Carrier) -> Option<Carrier> {
    match field {
        Some(at) => at.get().map(|word| (*word).into()),
        None => Some(default),
    }
}

/// Whose network carries what regions say to each other.
pub(super) fn carrier_or_backbone(field: Option<&At<CarrierWord>>) -> Carrier {
    given(field).map_or(Carrier::Backbone, |(word, _)| (*word).into())
}

/// The part of an id that names the network: `cloudfront:fra` → `cloudfront`.
fn network(id: &str) -> &str {
    id.split(':').next().unwrap_or(id)
}

fn place(location: &EdgeLocation) -> EdgePlace {
    EdgePlace {
        id: location.id.clone(),
        place: location.place,
        country: location.country.clone(),
    }
}

/// A location of the user's own, its country still to be filled in.
fn edge_row(row: Row<'_>, seen: &mut BTreeSet<String>, problems: &mut Problems) -> Option<EdgePlace> {
    let place = problems.keep(row.lat_lon());
    let id = problems.keep(row.text("id"))?;
    if !seen.insert(id.to_owned()) {
        let message = format!("two edge locations are called `{id}`");
        let repeated: crate::basis::error::Result<()> = Err(row.wrong("id", message));
        problems.keep(repeated);
    }
    Some(EdgePlace {
        id: id.to_owned(),
        place: place?,
        country: String::new(),
    })
}
