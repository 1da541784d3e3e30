//! Progress bars: one for each phase of the work, on stderr, only where somebody watches.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::progress::{Progress, Silent};

/// Steps, rate and remaining time of a phase.
const TEMPLATE: &str = "{msg:>12} [{bar:32}] {human_pos}/{human_len} {per_sec} {eta}";

/// Draws a bar for each phase, in the order in which they begin.
#[derive(Debug, Default)]
pub struct Bars {
    current: Mutex<Option<Phase>>,
}

#[derive(Debug)]
struct Phase {
    name: &'static str,
    bar: ProgressBar,
}

/// Bars when `wanted`, else nobody is told.
pub fn teller(wanted: bool) -> Box<dyn Progress> {
    if wanted {
        Box::new(Bars::default())
    } else {
        Box::new(Silent)
    }
}

impl Progress for Bars {
    fn advance(&self, phase: &'static str, done: u64, total: u64) {
        // A poisoned lock means that another thread panicked; a bar is not worth a second panic.
        let Ok(mut current) = self.current.lock() else {
            return;
        };
        if current.as_ref().is_none_or(|shown| shown.name != phase) {
            finish(current.take());
            *current = Some(Phase {
                name: phase,
                bar: new_bar(phase, total),
            });
        }
        if let Some(shown) = current.as_ref() {
            // Reports come from many threads in no order: the bar never goes back.
            shown.bar.set_position(done.max(shown.bar.position()));
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        if let Ok(mut current) = self.current.lock() {
            finish(current.take());
        }
    }
}

fn finish(phase: Option<Phase>) {
    if let Some(phase) = phase {
        phase.bar.finish_and_clear();
    }
}

fn new_bar(phase: &'static str, total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(phase);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
