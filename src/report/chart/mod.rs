//! Drawings of a report: one file per chart, SVG or PNG, in memory.
//!
//! A chart is composed as a scene (a list of lines, areas and texts in its own units) and then painted by
//! plotters into either format, so both formats show the same picture and the layout can be tested without pixels.
//! The title of every chart states the finding with its certainty; colours, sizes and the font stand in one place.

mod theme;

mod font;

mod scene;

mod paint;

mod words;

mod axis;

mod frame;

mod label;

mod marker;

mod key;

mod rows;

mod cdf;

mod share_within;

mod intervals;

mod differences;

mod heatmap;

mod size_curve;

mod breakdown;

mod rto_waterfall;

mod downtime;

mod loss_matrix;

mod before_after;

mod tornado;

mod front;

mod hours;

mod growth;

mod cost;

mod cost_front;

mod map;

mod agreement;

use crate::basis::error::{Error, Result, nearest_names};

use super::model::Report;
pub use agreement::{Agreement, AgreementGroup, AgreementPair};
use scene::Scene;
pub use theme::Theme;

/// What can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// The share of requests that take at most a time, one curve per set.
    Cdf,
    /// The share of requests within the times that were asked for, with intervals.
    ShareWithin,
    /// Median, 95th and 99th percentile of each set with their intervals.
    Intervals,
    /// Difference of each set from the baseline (or the best) with its intervals; ties are grey.
    Differences,
    /// Median RTT between the regions.
    Heatmap,
    /// The best value by number of regions.
    SizeCurve,
    /// What each part of a request adds to each class.
    Breakdown,
    /// How recovery of the best set takes its time, step by step.
    RtoWaterfall,
    /// The share of years with more than so much downtime, one curve per set.
    Downtime,
    /// The 95th percentile after each loss, by set or by country.
    LossMatrix,
    /// The 95th percentile before and after each loss of the best set.
    BeforeAfter,
    /// Which inputs move the answer, the strongest first.
    Tornado,
    /// Latency against availability, with the sets that no other beats in both.
    Front,
    /// Load by region and hour of the day of the best set, in normal times and after each loss.
    Hours,
    /// Instances and cost of the best set by year, with the interval of growth.
    Growth,
    /// What each set costs a month, item by item.
    Cost,
    /// Cost against latency, with the sets that no other beats in both.
    CostFront,
    /// Users and the best set on a map, with bands of the way to the nearest region.
    Map,
    /// The same before and after the loss that makes the best set slowest.
    MapAfterLoss,
}

impl ChartKind {
    /// Every kind, in the order of a report.
    pub fn all() -> &'static [ChartKind] {
        &[
            ChartKind::Cdf,
            ChartKind::ShareWithin,
            ChartKind::Intervals,
            ChartKind::Differences,
            ChartKind::Heatmap,
            ChartKind::SizeCurve,
            ChartKind::Breakdown,
            ChartKind::RtoWaterfall,
            ChartKind::Downtime,
            ChartKind::LossMatrix,
            ChartKind::BeforeAfter,
            ChartKind::Tornado,
            ChartKind::Front,
            ChartKind::Hours,
            ChartKind::Growth,
            ChartKind::Cost,
            ChartKind::CostFront,
            ChartKind::Map,
            ChartKind::MapAfterLoss,
        ]
    }

    /// The name used in flags and file names.
    pub fn name(self) -> &'static str {
        match self {
            ChartKind::Cdf => "cdf",
            ChartKind::ShareWithin => "share-within",
            ChartKind::Intervals => "intervals",
            ChartKind::Differences => "differences",
            ChartKind::Heatmap => "heatmap",
            ChartKind::SizeCurve => "size-curve",
            ChartKind::Breakdown => "breakdown",
            ChartKind::RtoWaterfall => "rto-waterfall",
            ChartKind::Downtime => "downtime",
            ChartKind::LossMatrix => "loss-matrix",
            ChartKind::BeforeAfter => "before-after",
            ChartKind::Tornado => "tornado",
            ChartKind::Front => "front",
            ChartKind::Hours => "hours",
            ChartKind::Growth => "growth",
            ChartKind::Cost => "cost",
            ChartKind::CostFront => "cost-front",
            ChartKind::Map => "map",
            ChartKind::MapAfterLoss => "map-after-loss",
        }
    }

    /// What it shows, in one line.
    pub fn description(self) -> &'static str {
        match self {
            ChartKind::Cdf => "share of requests that take at most a time, a curve per set",
            ChartKind::ShareWithin => "share of requests within the times asked for, with intervals",
            ChartKind::Intervals => "p50, p95 and p99 of each set with intervals",
            ChartKind::Differences => "difference from the baseline or the best set with intervals",
            ChartKind::Heatmap => "median RTT between the regions",
            ChartKind::SizeCurve => "best value by number of regions",
            ChartKind::Breakdown => "what each part of a request adds to each class",
            ChartKind::RtoWaterfall => "how recovery takes its time, step by step, with percentiles",
            ChartKind::Downtime => "share of years with more than so much downtime, a curve per set",
            ChartKind::LossMatrix => "p95 after each loss, by set or by country",
            ChartKind::BeforeAfter => "p95 before and after each loss of the best set",
            ChartKind::Tornado => "which inputs move the answer, and when another set wins",
            ChartKind::Front => "latency against availability, with the sets that no other beats",
            ChartKind::Hours => "load by region and hour of the day, in normal times and after each loss",
            ChartKind::Growth => "instances and cost by year, with the interval of growth",
            ChartKind::Cost => "what each set costs a month, item by item",
            ChartKind::CostFront => "cost against latency, with the sets that no other beats in both",
            ChartKind::Map => "users and the best set on a map, with bands of the way to its regions",
            ChartKind::MapAfterLoss => "the same before and after the loss that makes it slowest",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// When there is no such kind; the hint lists the names.
    ///
    /// ```
    /// use isochrone::report::chart::ChartKind;
    /// assert_eq!(ChartKind::parse("heatmap").unwrap(), ChartKind::Heatmap);
    /// let error = ChartKind::parse("heatmp").unwrap_err();
    /// assert_eq!(error.to_string(), "there is no chart `heatmp`, did you mean `heatmap`?");
    /// ```
    pub fn parse(name: &str) -> Result<Self> {
        by_name("chart", name, ChartKind::all(), ChartKind::name)
    }
}

/// How a drawing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartFormat {
    /// Scalable; the text can be searched and read aloud.
    Svg,
    /// Pixels.
    Png,
}

impl ChartFormat {
    /// Every format.
    pub fn all() -> &'static [ChartFormat] {
        &[ChartFormat::Svg, ChartFormat::Png]
    }

    /// The name used in flags; also the extension of a file.
    pub fn name(self) -> &'static str {
        match self {
            ChartFormat::Svg => "svg",
            ChartFormat::Png => "png",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// When there is no such format; the hint lists the names.
    pub fn parse(name: &str) -> Result<Self> {
        by_name("chart format", name, ChartFormat::all(), ChartFormat::name)
    }
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartOptions {
    /// SVG or PNG.
    pub format: ChartFormat,
    /// Width in pixels, 400 to 8000.
    pub width: u32,
    /// Height in pixels, 300 to 8000.
    pub height: u32,
    /// Light or dark ground.
    pub theme: Theme,
}

impl Default for ChartOptions {
    fn default() -> Self {
        ChartOptions {
            format: ChartFormat::Svg,
            width: 1080,
            height: 640,
            theme: Theme::Light,
        }
    }
}

/// The bytes of a chart of `report`. The same arguments give the same bytes on every machine and thread.
///
/// A report without the figures that a chart needs gives a chart that says so.
///
/// # Errors
/// When a side is out of range, or the picture cannot be encoded.
///
/// ```
/// use isochrone::report::chart::{ChartKind, ChartOptions, draw};
/// use isochrone::report::sample::sample_report;
///
/// let svg = draw(&sample_report(4, 10), ChartKind::Cdf, &ChartOptions::default()).unwrap();
/// assert!(String::from_utf8(svg).unwrap().starts_with("<svg"));
/// ```
pub fn draw(report: &Report, kind: ChartKind, options: &ChartOptions) -> Result<Vec<u8>> {
    painted(options, || compose(report, kind, options))
}

/// The bytes of a chart of predictions against measurements, as [`draw`] makes those of a report.
///
/// # Errors
/// As [`draw`].
pub fn draw_agreement(agreement: &Agreement, options: &ChartOptions) -> Result<Vec<u8>> {
    painted(options, || {
        let scene = Scene::new(options.width, options.height, options.theme);
        agreement::compose(agreement, scene)
    })
}

fn painted(options: &ChartOptions, compose: impl FnOnce() -> Scene) -> Result<Vec<u8>> {
    check_side("wide", options.width, 400)?;
    check_side("high", options.height, 300)?;
    font::register()?;
    let scene = compose();
    match options.format {
        ChartFormat::Svg => paint::svg(&scene, options.width, options.height),
        ChartFormat::Png => paint::png(&scene, options.width, options.height),
    }
}

fn compose(report: &Report, kind: ChartKind, options: &ChartOptions) -> Scene {
    let scene = Scene::new(options.width, options.height, options.theme);
    match kind {
        ChartKind::Cdf => cdf::compose(report, scene),
        ChartKind::ShareWithin => share_within::compose(report, scene),
        ChartKind::Intervals => intervals::compose(report, scene),
        ChartKind::Differences => differences::compose(report, scene),
        ChartKind::Heatmap => heatmap::compose(report, scene),
        ChartKind::SizeCurve => size_curve::compose(report, scene),
        ChartKind::Breakdown => breakdown::compose(report, scene),
        ChartKind::RtoWaterfall => rto_waterfall::compose(report, scene),
        ChartKind::Downtime => downtime::compose(report, scene),
        ChartKind::LossMatrix => loss_matrix::compose(report, scene),
        ChartKind::BeforeAfter => before_after::compose(report, scene),
        ChartKind::Tornado => tornado::compose(report, scene),
        ChartKind::Front => front::compose(report, scene),
        ChartKind::Hours => hours::compose(report, scene),
        ChartKind::Growth => growth::compose(report, scene),
        ChartKind::Cost => cost::compose(report, scene),
        ChartKind::CostFront => cost_front::compose(report, scene),
        ChartKind::Map => map::compose(report, scene),
        ChartKind::MapAfterLoss => map::compose_after(report, scene),
    }
}

/// Eight thousand pixels square are 190 MB before compression.
const MAX_SIDE_PX: u32 = 8_000;

fn check_side(side: &str, px: u32, least: u32) -> Result<()> {
    if (least..=MAX_SIDE_PX).contains(&px) {
        return Ok(());
    }
    Err(Error::input(format!(
        "a chart must be {least} to {MAX_SIDE_PX} px {side}, found {px} px"
    )))
}

fn by_name<T: Copy>(what: &str, wanted: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T> {
    if let Some(&found) = all.iter().find(|&&one| name(one) == wanted) {
        return Ok(found);
    }
    let names: Vec<&str> = all.iter().map(|&one| name(one)).collect();
    let near = nearest_names(wanted, names.iter().copied(), 1).join("");
    let hint = format!("known names: {}", names.join(", "));
    Err(Error::input(format!("there is no {what} `{wanted}`, did you mean `{near}`?")).hint(hint))
}

#[cfg(test)]
mod tests;
