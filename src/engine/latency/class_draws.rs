//! Draws of one class of request: what is alike towards every region, then the way to each.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::class::ClassLaw;
use super::kernel::add_draws;
use super::law::{EdgeLaws, Laws};
use super::loss::{FIRST_TIMEOUT_MS, TIMEOUT_ROUND_TRIPS};
use super::slow_start::transfer_ms;
use crate::basis::seed::{ClassDraw, Purpose, Source, Stream};
use crate::engine::registers::arch;

/// What one class draws once for a user group, whatever the region, over a stretch of requests.
#[derive(Clone, Debug, Default)]
pub(super) struct ClassBase {
    /// Mode of each request.
    pub(super) mode: Vec<u8>,
    /// Round trips on the near leg.
    near: Vec<f32>,
    /// Round trips on the far leg.
    far: Vec<f32>,
    /// Resolver, service and first time-outs, ms.
    fixed: Vec<f32>,
    /// Jitter of the near leg in units of its mean, less its median.
    near_jitter: Vec<f32>,
    /// The same of the far leg.
    far_jitter: Vec<f32>,
    /// Time-outs after the first sample; empty when nothing is lost.
    waits: Vec<f32>,
    /// Resolver alone, ms; for the breakdown.
    pub(super) resolver: Vec<f32>,
    /// Service alone, ms; for the breakdown.
    pub(super) service: Vec<f32>,
    words: Vec<u32>,
}

impl ClassBase {
    /// Draws `length` requests of class `number` and user group `group` from position `first` on. `first` is a
    /// multiple of the stream's block.
    pub(super) fn draw(
        &mut self,
        law: &ClassLaw,
        source: Source,
        number: u8,
        group: usize,
        first: usize,
        length: usize,
    ) {
        let stream = |draw| source.stream(Purpose::Class(draw, number), group as u32, 0);
        self.modes(law, stream(ClassDraw::Mode), first, length);
        self.fixed.clear();
        self.fixed.resize(length, 0.0);
        for (kind, part, into) in [
            (ClassDraw::Resolver, &law.resolver, &mut self.resolver),
            (ClassDraw::Service, &law.service, &mut self.service),
        ] {
            into.clear();
            into.resize(length, 0.0);
            add_draws(part, stream(kind), first, into);
        }
        for (at, mode) in self.mode.iter().enumerate() {
            let mode = &law.modes[usize::from(*mode)];
            self.resolver[at] *= f32::from(u8::from(mode.resolver));
            self.service[at] *= f32::from(u8::from(mode.served));
            self.fixed[at] = self.resolver[at] + self.service[at];
        }
        self.jitter(
            law,
            stream(ClassDraw::NearJitter),
            stream(ClassDraw::FarJitter),
            first,
        );
        self.waits.clear();
        if law.loss > 0.0 {
            self.lose(law, stream(ClassDraw::FirstLoss), stream(ClassDraw::Loss), first);
        }
    }

    fn modes(&mut self, law: &ClassLaw, stream: Stream, first: usize, length: usize) {
        self.fill(stream, first, length);
        let mut sum = 0.0;
        let bounds: Vec<u32> = law
            .modes
            .iter()
            .map(|mode| {
                sum += mode.chance;
                (sum * 4_294_967_296.0) as u32
            })
            .collect();
        let last = law.modes.len() - 1;
        let (words, mode) = (&self.words, &mut self.mode);
        mode.clear();
        mode.extend(words.iter().map(|word| {
            let before = bounds[..last].iter().filter(|bound| *word >= **bound).count();
            before as u8
        }));
        let trips = |of: &dyn Fn(&super::class::Mode) -> u32| -> Vec<f32> {
            law.modes.iter().map(|mode| of(mode) as f32).collect()
        };
        let near = trips(&|mode| match law.transfer.bandwidth {
            None => mode.near(),
            Some(_) => mode.handshake + mode.exchanges,
        });
        let far = trips(&|mode| mode.far);
        let spread = |into: &mut Vec<f32>, of: &[f32]| {
            into.clear();
            into.extend(mode.iter().map(|mode| of[usize::from(*mode)]));
        };
        spread(&mut self.near, &near);
        spread(&mut self.far, &far);
    }

    fn fill(&mut self, stream: Stream, first: usize, length: usize) {
        self.words.resize(length, 0);
        stream.fill((first / crate::basis::seed::BLOCK) as u32, &mut self.words);
    }

    fn jitter(&mut self, law: &ClassLaw, near: Stream, far: Stream, first: usize) {
        let length = self.mode.len();
        let medians: Vec<(f64, f64)> = law
            .modes
            .iter()
            .map(|mode| {
                let ln2 = std::f64::consts::LN_2;
                (f64::from(mode.near()) * ln2, f64::from(mode.far) * ln2)
            })
            .collect();
        self.fill(near, first, length);
        self.near_jitter.clear();
        self.near_jitter
            .extend(self.words.iter().zip(&self.mode).map(|(word, mode)| {
                let mode = usize::from(*mode);
                (law.jitter[mode].0.at(*word) - medians[mode].0) as f32
            }));
        self.far_jitter.clear();
        if law.modes.iter().all(|mode| mode.far == 0) {
            self.far_jitter.resize(length, 0.0);
            return;
        }
        self.fill(far, first, length);
        self.far_jitter
            .extend(self.words.iter().zip(&self.mode).map(|(word, mode)| {
                let mode = usize::from(*mode);
                (law.jitter[mode].1.at(*word) - medians[mode].1) as f32
            }));
    }

    fn lose(&mut self, law: &ClassLaw, first_loss: Stream, loss: Stream, first: usize) {
        let length = self.mode.len();
        let share = |word: u32| crate::basis::seed::unit(word);
        self.fill(first_loss, first, length);
        for (at, word) in self.words.iter().enumerate() {
            let waits = law.waits[usize::from(self.mode[at])].0.at(share(*word));
            self.fixed[at] += waits as f32 * FIRST_TIMEOUT_MS as f32;
        }
        self.fill(loss, first, length);
        self.waits.extend(
            self.words
                .iter()
                .zip(&self.mode)
                .map(|(word, mode)| law.waits[usize::from(*mode)].1.at(share(*word)) as f32),
        );
    }

    /// The request as far as the end of its near leg, where that takes `rtt` (ms, one a request) with jitter of mean
    /// `jitter_ms`.
    pub(super) fn near(&self, law: &ClassLaw, rtt: &[f32], jitter_ms: f32, out: &mut [f32]) {
        arch().dispatch(Leg {
            before: &self.fixed,
            trips: &self.near,
            rtt,
            jitter_ms,
            jitter: &self.near_jitter,
            out: &mut *out,
        });
        let least = law.min_timeout_ms as f32;
        for ((x, waits), rtt) in out.iter_mut().zip(&self.waits).zip(rtt) {
            *x += waits * (TIMEOUT_ROUND_TRIPS as f32 * rtt).max(least);
        }
        if let Some(bandwidth) = law.transfer.bandwidth {
            for ((x, mode), rtt) in out.iter_mut().zip(&self.mode).zip(rtt) {
                let window = law.modes[usize::from(*mode)].window;
                *x += transfer_ms(law.transfer.bytes, window, bandwidth, f64::from(*rtt)) as f32;
            }
        }
    }

    /// The whole request: `near_ms` and the far leg, which takes `rtt` with jitter of mean `jitter_ms`.
    pub(super) fn far(&self, near_ms: &[f32], rtt: &[f32], jitter_ms: f32, out: &mut [f32]) {
        arch().dispatch(Leg {
            before: near_ms,
            trips: &self.far,
            rtt,
            jitter_ms,
            jitter: &self.far_jitter,
            out,
        });
    }
}

/// A stretch of requests of one user group: what its classes draw alike towards every region.
#[derive(Clone, Debug, Default)]
pub(super) struct GroupDraws {
    group: usize,
    first: usize,
    length: usize,
    /// The access network, ms.
    access: Vec<f32>,
    classes: Vec<ClassBase>,
    /// One round trip to the edge location, ms; empty without one.
    edge_rtt: Vec<f32>,
    /// For a class through an edge location, the request as far as there, ms; empty for the others.
    near_ms: Vec<Vec<f32>>,
}

impl GroupDraws {
    /// Draws `length` requests of each class from position `first` on, which is a multiple of the stream's block.
    pub(super) fn draw(&mut self, laws: &Laws, source: Source, group: usize, first: usize, length: usize) {
        self.draw_classes(laws, source, group, (first, length), 0..laws.classes.len());
    }

    /// The same of some classes: the others must not be asked for. What a class draws does not depend on the others.
    pub(super) fn draw_classes(
        &mut self,
        laws: &Laws,
        source: Source,
        group: usize,
        (first, length): (usize, usize),
        classes: Range<usize>,
    ) {
        (self.group, self.first, self.length) = (group, first, length);
        self.access.clear();
        self.access.resize(length, 0.0);
        let access = source.stream(Purpose::Access, group as u32, 0);
        add_draws(&laws.groups[group].access, access, first, &mut self.access);
        self.classes.resize(laws.classes.len(), ClassBase::default());
        for class in classes.clone() {
            self.classes[class].draw(&laws.classes[class], source, class as u8, group, first, length);
        }
        self.near_ms.resize(laws.classes.len(), Vec::new());
        if let Some(edge) = &laws.edge {
            self.reach_edge(laws, edge, source, classes);
        }
    }

    fn reach_edge(&mut self, laws: &Laws, edge: &EdgeLaws, source: Source, classes: Range<usize>) {
        let way = &edge.near[self.group];
        let mut rtt = std::mem::take(&mut self.edge_rtt);
        rtt.clone_from(&self.access);
        let stream = source.stream(Purpose::EdgePath, self.group as u32, 0);
        add_draws(&way.path, stream, self.first, &mut rtt);
        for class in classes {
            let (law, out) = (&laws.classes[class], &mut self.near_ms[class]);
            out.clear();
            if law.at_edge {
                out.resize(self.length, 0.0);
                self.classes[class].near(law, &rtt, way.jitter_ms, out);
            }
        }
        self.edge_rtt = rtt;
    }

    /// One round trip to `region`, ms.
    pub(super) fn direct_rtt(&self, laws: &Laws, source: Source, region: usize, out: &mut Vec<f32>) {
        let pair = laws.pair(self.group, region);
        out.clear();
        if pair.contains_access {
            out.resize(self.length, 0.0);
        } else {
            out.extend_from_slice(&self.access);
        }
        for (number, part) in pair.parts.iter().enumerate() {
            let stream = source.stream(Purpose::Path(number as u8), self.group as u32, region as u32);
            add_draws(part, stream, self.first, out);
        }
    }

    /// One round trip from the edge location to `region`, ms.
    pub(super) fn far_rtt(&self, laws: &Laws, source: Source, region: usize, out: &mut Vec<f32>) {
        out.clear();
        out.resize(self.length, 0.0);
        if let Some(edge) = &laws.edge {
            let stream = source.stream(Purpose::OriginPath, self.group as u32, region as u32);
            let way = &edge.far[self.group * laws.regions + region];
            add_draws(&way.path, stream, self.first, out);
        }
    }

    /// The requests of `class` to `region`, ms, where one round trip to the region (for a class through an edge
    /// location: from there) takes `rtt`.
    pub(super) fn requests(&self, laws: &Laws, class: usize, region: usize, rtt: &[f32], out: &mut [f32]) {
        let (law, base) = (&laws.classes[class], &self.classes[class]);
        match &laws.edge {
            Some(edge) if law.at_edge => {
                let way = &edge.far[self.group * laws.regions + region];
                base.far(&self.near_ms[class], rtt, way.jitter_ms, out);
            }
            _ => base.near(law, rtt, laws.pair(self.group, region).jitter_ms, out),
        }
    }

    /// Whether request `at` reaches a region.
    pub(super) fn is_served(&self, laws: &Laws, class: usize, at: usize) -> bool {
        laws.classes[class].modes[usize::from(self.classes[class].mode[at])].served
    }

    /// What each part of request `at` takes, ms, in the order of [`super::breakdown::PARTS`] up to the service. `rtt` as in
    /// [`GroupDraws::requests`].
    pub(super) fn parts(&self, laws: &Laws, class: usize, region: usize, rtt: &[f32], at: usize) -> [f64; 7] {
        let (law, base) = (&laws.classes[class], &self.classes[class]);
        let mode = &law.modes[usize::from(base.mode[at])];
        let edge = laws.edge.as_ref().filter(|_| law.at_edge);
        let (near_rtt, near_jitter) = match edge {
            Some(edge) => (f64::from(self.edge_rtt[at]), edge.near[self.group].jitter_ms),
            None => (f64::from(rtt[at]), laws.pair(self.group, region).jitter_ms),
        };
        // Jitter is drawn for all near round trips together; each has its part of it.
        let jitter = f64::from(near_jitter) * f64::from(base.near_jitter[at]) / f64::from(mode.near().max(1));
        let trips = |count: u32| f64::from(count) * (near_rtt + jitter);
        let transfer = match law.transfer.bandwidth {
            None => trips(mode.rounds),
            Some(bandwidth) => {
                f64::from(mode.rounds) * jitter
                    + transfer_ms(law.transfer.bytes, mode.window, bandwidth, near_rtt)
            }
        };
        let (resolver, service) = (f64::from(base.resolver[at]), f64::from(base.service[at]));
        let first_waits = f64::from(base.fixed[at]) - resolver - service;
        let waits = base.waits.get(at).map_or(0.0, |waits| {
            f64::from(*waits) * (TIMEOUT_ROUND_TRIPS * near_rtt).max(law.min_timeout_ms)
        });
        let far = edge.map_or(0.0, |edge| {
            let way = &edge.far[self.group * laws.regions + region];
            f64::from(mode.far) * f64::from(rtt[at])
                + f64::from(way.jitter_ms) * f64::from(base.far_jitter[at])
        });
        [
            resolver,
            trips(mode.handshake),
            trips(mode.exchanges),
            transfer,
            first_waits + waits,
            far,
            service,
        ]
    }
}

/// `out = before + trips · rtt + jitter_ms · jitter`.
struct Leg<'a> {
    before: &'a [f32],
    trips: &'a [f32],
    rtt: &'a [f32],
    jitter_ms: f32,
    jitter: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Leg<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let length = self.out.len();
        let (before, trips) = (&self.before[..length], &self.trips[..length]);
        let (rtt, jitter) = (&self.rtt[..length], &self.jitter[..length]);
        for at in 0..length {
            // No fused operations: they round differently from one machine to the next.
            self.out[at] = before[at] + trips[at] * rtt[at] + self.jitter_ms * jitter[at];
        }
    }
}
