//! Peaks of a set and after each of its losses, fast: for searches that look at very many sets.
//!
//! For the plain case: every group goes whole to the region of least cost. A set that lost a region then sends each of
//! its users to their second region, so one pass over the groups knows all that single losses move.

use super::demand::{DemandModel, Levels, Peak, Peaks};
use crate::engine::latency::law::Laws;

/// What a sweep goes by.
#[derive(Clone, Debug)]
pub struct Sweep<'a> {
    model: &'a DemandModel,
    levels: Levels,
    regions: usize,
    /// `costs[group * regions + region]`, infinite where a group may not go.
    costs: Vec<f64>,
    /// Share of all requests and cohort, by group.
    groups: Vec<(f64, usize)>,
}

/// Room for the work on one set and what came of it.
#[derive(Clone, Debug)]
pub struct Swept {
    size: usize,
    cohorts: usize,
    /// `[place][cohort]`: who is served at a place of the set.
    served: Vec<f64>,
    /// `[lost][place][cohort]`: who comes to a place when another is lost.
    moved: Vec<f64>,
    /// `[place][cell]`.
    hours: Vec<f64>,
    /// `[cell]`.
    after: Vec<f64>,
    /// `[lost][place]`, behind the peaks when nothing is lost.
    peaks: Vec<Peaks>,
}

const NOBODY: Peaks = {
    let peak = Peak {
        load: 0.0,
        cell: 0,
        event: None,
    };
    Peaks {
        ordinary: peak,
        highest: peak,
    }
};

impl<'a> Sweep<'a> {
    /// Ready for the year that begins `years` after the start; none where groups are split or other than costs decide.
    pub fn new(laws: &Laws, model: &'a DemandModel, years: f64) -> Option<Self> {
        let costs = match &laws.router {
            Some(router) => router.single_cost()?.into_iter().map(f64::from).collect(),
            None => laws.pairs.iter().map(|pair| pair.expected_ms).collect(),
        };
        let groups = laws.groups.iter().enumerate();
        Some(Sweep {
            model,
            levels: model.levels(years),
            regions: laws.regions,
            costs,
            groups: groups
                .map(|(group, law)| (law.weight, model.cohort_of(group)))
                .collect(),
        })
    }

    /// Room for sets of up to `size` regions.
    pub fn room(&self, size: usize) -> Swept {
        let (cohorts, cells) = (self.model.cohorts().len(), self.model.seasonless());
        Swept {
            size: 0,
            cohorts,
            served: vec![0.0; size * cohorts],
            moved: vec![0.0; size * size * cohorts],
            hours: vec![0.0; size * cells],
            after: vec![0.0; cells],
            peaks: vec![NOBODY; (size + 1) * size],
        }
    }

    /// The peaks of `set` (ascending, no more than there is room for), as shares of all requests times their rate:
    /// requests a second where every user's requests are alike.
    pub fn of(&self, set: &[usize], room: &mut Swept) {
        room.size = set.len();
        room.served[..set.len() * room.cohorts].fill(0.0);
        room.moved[..set.len() * set.len() * room.cohorts].fill(0.0);
        self.share_out(set, room);
        for place in 0..set.len() {
            room.peaks[place] = NOBODY;
            for lost in 0..set.len() {
                room.peaks[(lost + 1) * set.len() + place] = NOBODY;
            }
        }
        self.look_at(room, &self.levels.ordinary, None);
        for (event, levels) in self.levels.events.iter().enumerate() {
            self.look_at(room, levels, Some(event));
        }
    }

    /// The mean over the year of what has these weights by cohort.
    pub fn mean(&self, weights: &[f64]) -> f64 {
        self.model.mean(weights, 0.0)
    }

    fn share_out(&self, set: &[usize], room: &mut Swept) {
        for (costs, (weight, cohort)) in self.costs.chunks_exact(self.regions).zip(&self.groups) {
            let (mut first, mut second) = ((f64::INFINITY, usize::MAX), (f64::INFINITY, usize::MAX));
            for (place, region) in set.iter().enumerate() {
                let cost = costs[*region];
                if cost < first.0 {
                    second = first;
                    first = (cost, place);
                } else if cost < second.0 {
                    second = (cost, place);
                }
            }
            if first.1 < set.len() {
                room.served[first.1 * room.cohorts + cohort] += weight;
            }
            if second.1 < set.len() {
                room.moved[(first.1 * set.len() + second.1) * room.cohorts + cohort] += weight;
            }
        }
    }

    /// Peaks with an event or without.
    fn look_at(&self, room: &mut Swept, levels: &[f64], event: Option<usize>) {
        let (size, cohorts, cells) = (room.size, room.cohorts, room.after.len());
        for place in 0..size {
            let hours = &mut room.hours[place * cells..][..cells];
            hours.fill(0.0);
            self.model
                .add(&room.served[place * cohorts..][..cohorts], levels, hours);
            room.peaks[place].see(self.model.largest(hours, event));
        }
        for lost in 0..size {
            for place in (0..size).filter(|place| *place != lost) {
                let moved = &room.moved[(lost * size + place) * cohorts..][..cohorts];
                let peaks = &mut room.peaks[(lost + 1) * size + place];
                room.after.copy_from_slice(&room.hours[place * cells..][..cells]);
                self.model.add(moved, levels, &mut room.after);
                peaks.see(self.model.largest(&room.after, event));
            }
        }
    }
}

impl Peaks {
    fn see(&mut self, peak: Peak) {
        if peak.event.is_none() {
            self.ordinary = peak;
        }
        if peak.event.is_none() || peak.load > self.highest.load {
            self.highest = peak;
        }
    }
}

impl Swept {
    /// The peaks of the region at a place of the set, when all are there.
    pub fn normal(&self, place: usize) -> Peaks {
        self.peaks[place]
    }

    /// Those when the region at another place is lost.
    pub fn after(&self, lost: usize, place: usize) -> Peaks {
        self.peaks[(lost + 1) * self.size + place]
    }

    /// Share of all requests by cohort that a place of the set serves, when all are there.
    pub fn served(&self, place: usize) -> &[f64] {
        &self.served[place * self.cohorts..][..self.cohorts]
    }

    /// Share of all requests by cohort that come to a place when another is lost.
    pub fn moved(&self, lost: usize, place: usize) -> &[f64] {
        &self.moved[(lost * self.size + place) * self.cohorts..][..self.cohorts]
    }
}
