//! Scales, ticks and the light grid.

use super::font;
use super::scene::{Anchor, Rect, Scene, Text};
use super::theme::size;
use super::words::number;

/// Beyond this ratio of highest to lowest value a linear scale hides the low ones.
const LOG_RATIO: f64 = 30.0;

/// From values to 0–1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    Linear { low: f64, high: f64 },
    Log { low: f64, high: f64 },
}

impl Scale {
    /// From zero, unless the values are positive and more than a factor of thirty apart: then logarithmic.
    pub(super) fn of_times(low: f64, high: f64) -> Scale {
        if low > 0.0 && high / low > LOG_RATIO {
            Scale::Log { low, high }
        } else {
            let high = if high > 0.0 { high } else { 1.0 };
            Scale::Linear { low: 0.0, high }
        }
    }

    /// From `low` to `high`, made a little wider; never empty.
    pub(super) fn around(low: f64, high: f64) -> Scale {
        let pad = 0.06 * (high - low);
        let pad = if pad > 0.0 {
            pad
        } else {
            (0.05 * high.abs()).max(0.5)
        };
        Scale::Linear {
            low: low - pad,
            high: high + pad,
        }
    }

    /// A linear scale from zero that ends at `high`; the same where that is nothing.
    pub(super) fn widened(self, high: f64) -> Scale {
        if high > 0.0 && high.is_finite() {
            Scale::Linear { low: 0.0, high }
        } else {
            self
        }
    }

    /// Place of `value`: 0 at the low end, 1 at the high end.
    pub(super) fn at(&self, value: f64) -> f64 {
        match *self {
            Scale::Linear { low, high } => (value - low) / (high - low),
            Scale::Log { low, high } => (value.max(low * 1e-6) / low).ln() / (high / low).ln(),
        }
    }

    pub(super) fn low(&self) -> f64 {
        let (Scale::Linear { low, .. } | Scale::Log { low, .. }) = *self;
        low
    }

    pub(super) fn high(&self) -> f64 {
        let (Scale::Linear { high, .. } | Scale::Log { high, .. }) = *self;
        high
    }

    /// Round values within the scale, at most about `most`, with their texts.
    pub(super) fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        match *self {
            Scale::Linear { low, high } => linear_ticks(low, high, most),
            Scale::Log { low, high } => log_ticks(low, high, most),
        }
    }

    pub(super) fn is_log(&self) -> bool {
        matches!(self, Scale::Log { .. })
    }
}

fn linear_ticks(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    let step = round_step((high - low) / most.max(1) as f64);
    let digits = digits_of(step);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last)
        .map(|i| i as f64 * step)
        .map(|value| (value, number(value, digits)))
        .collect()
}

/// Decimals that tell the multiples of `step` apart and exactly: 2 for 0.25.
fn digits_of(step: f64) -> usize {
    let whole = |digits: &i32| {
        let scaled = step * 10f64.powi(*digits);
        (scaled - scaled.round()).abs() < 1e-6 * scaled
    };
    (0..6).find(whole).unwrap_or(6) as usize
}

/// The least of 1, 2, 2.5, 5 times a power of ten that is at least `raw`.
fn round_step(raw: f64) -> f64 {
    let power = 10f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= raw * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

fn log_ticks(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
    for per_decade in [&[1.0, 2.0, 5.0][..], &[1.0, 3.0], &[1.0]] {
        let ticks: Vec<(f64, String)> = decades
            .clone()
            .flat_map(|decade| per_decade.iter().map(move |factor| (decade, factor)))
            .map(|(decade, factor)| (factor * 10f64.powi(decade), (-decade).clamp(0, 6) as usize))
            .filter(|(value, _)| *value >= low * (1.0 - 1e-9) && *value <= high * (1.0 + 1e-9))
            .map(|(value, digits)| (value, number(value, digits)))
            .collect();
        if ticks.len() <= most || per_decade.len() == 1 {
            let every = ticks.len().div_ceil(most.max(1)).max(1);
            return ticks.into_iter().step_by(every).collect();
        }
    }
    Vec::new()
}

/// A plot: where it lies and what its sides mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub area: Rect,
    pub x: Scale,
    pub y: Scale,
}

impl Plot {
    pub(super) fn x(&self, value: f64) -> f64 {
        self.area.x + self.x.at(value) * self.area.width
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        self.area.bottom() - self.y.at(value) * self.area.height
    }

    pub(super) fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x(x), self.y(y))
    }

    /// Vertical grid lines, ticks and the name of the x axis below the plot. Takes up [`X_AXIS_HEIGHT`].
    pub(super) fn draw_x_axis(&self, scene: &mut Scene, name: &str) {
        let most = (self.area.width / 64.0).max(2.0) as usize;
        self.draw_x_axis_at(scene, name, self.x.ticks(most));
    }

    /// The same with ticks of one's own.
    pub(super) fn draw_x_axis_at(&self, scene: &mut Scene, name: &str, ticks: Vec<(f64, String)>) {
        let (grid, axis, muted) = (scene.palette.grid, scene.palette.axis, scene.palette.muted);
        let bottom = self.area.bottom();
        for (value, text) in ticks {
            let x = self.x(value);
            scene.line(vec![(x, self.area.y), (x, bottom)], 1.0, grid);
            let at = (x, bottom + 6.0 + size::TICK);
            scene.text(Text::new(text, at, size::TICK, muted).anchor(Anchor::Middle));
        }
        scene.line(
            vec![(self.area.x, bottom), (self.area.right(), bottom)],
            1.0,
            axis,
        );
        let scale = if self.x.is_log() { " (log scale)" } else { "" };
        let name = super::label::cut(&format!("{name}{scale}"), self.area.width, size::TICK);
        let at = (self.area.right(), bottom + 8.0 + 2.4 * size::TICK);
        scene.text(Text::new(name, at, size::TICK, muted).anchor(Anchor::End));
    }

    /// Horizontal grid lines and ticks left of the plot, and the name of the y axis above it.
    pub(super) fn draw_y_axis(&self, scene: &mut Scene, name: &str, ticks: &[(f64, String)]) {
        let (grid, muted) = (scene.palette.grid, scene.palette.muted);
        for (value, text) in ticks {
            let y = self.y(*value);
            scene.line(vec![(self.area.x, y), (self.area.right(), y)], 1.0, grid);
            let at = (self.area.x - 8.0, y + 0.36 * size::TICK);
            scene.text(Text::new(text, at, size::TICK, muted).anchor(Anchor::End));
        }
        let at = (size::MARGIN, self.area.y - 12.0);
        scene.text(Text::new(name, at, size::TICK, muted));
    }
}

/// Room below a plot for the x axis.
pub(super) const X_AXIS_HEIGHT: f64 = 40.0;
/// Room above a plot for the name of the y axis.
pub(super) const Y_NAME_HEIGHT: f64 = 24.0;

/// Breadth that the texts of `ticks` need left of a plot.
pub(super) fn tick_breadth(ticks: &[(f64, String)]) -> f64 {
    let widest = ticks.iter().map(|(_, text)| font::width(text, size::TICK));
    widest.fold(0.0, f64::max) + 8.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_written_exactly() {
        assert_eq!(
            [0.25, 2.5, 0.5, 1.0, 20.0, 0.001].map(digits_of),
            [2, 1, 1, 0, 0, 3]
        );
    }

    fn texts(scale: Scale, most: usize) -> Vec<String> {
        scale.ticks(most).into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn ticks_are_round() {
        let linear = Scale::Linear {
            low: 0.0,
            high: 812.0,
        };
        assert_eq!(texts(linear, 5), ["0", "200", "400", "600", "800"]);
        let small = Scale::Linear { low: -0.3, high: 0.4 };
        assert_eq!(texts(small, 4), ["−0.2", "0.0", "0.2", "0.4"]);
    }

    #[test]
    fn wide_ranges_are_logarithmic() {
        let scale = Scale::of_times(2.0, 3000.0);
        assert!(scale.is_log());
        assert_eq!(texts(scale, 5), ["10", "100", "1,000"]);
        assert!((scale.at((2.0f64 * 3000.0).sqrt()) - 0.5).abs() < 1e-12);
        assert!(!Scale::of_times(100.0, 2999.0).is_log());
    }

    #[test]
    fn a_single_value_still_has_a_scale() {
        let scale = Scale::around(100.0, 100.0);
        assert!((scale.at(100.0) - 0.5).abs() < 1e-12);
        assert!(Scale::of_times(0.0, 0.0).at(0.0).is_finite());
    }
}
