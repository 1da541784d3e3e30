//! Who follows a search for sites: the clock, Ctrl-C, and a line on the terminal.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::decide::facility::search::News;
use crate::decide::sites::{Attendant, gap};

/// A search under way. Its time is shared out evenly among the answers that are still to come.
#[derive(Debug)]
pub struct Attended<'a> {
    interrupt: &'a AtomicBool,
    /// When all is to be done.
    end: Option<Instant>,
    /// When this answer is to be there, and what it is about.
    now: Mutex<(Option<Instant>, String)>,
    line: Option<ProgressBar>,
    /// What values count.
    what: String,
}

impl<'a> Attended<'a> {
    /// Follows from now on, for so long, and draws a line when `watched`; values count `what`.
    pub fn new(interrupt: &'a AtomicBool, within: Option<Duration>, watched: bool, what: &str) -> Self {
        Attended {
            interrupt,
            end: within.and_then(|limit| Instant::now().checked_add(limit)),
            now: Mutex::new((None, String::new())),
            line: watched.then(new_line),
            what: what.to_owned(),
        }
    }
}

fn new_line() -> ProgressBar {
    let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        line.set_style(style);
    }
    line.enable_steady_tick(Duration::from_millis(100));
    line
}

impl Attendant for Attended<'_> {
    fn begins(&self, sites: Option<usize>, left: usize) {
        let about = sites.map_or_else(
            || "any number of sites".to_owned(),
            |sites| format!("{sites} sites"),
        );
        if let Some(line) = &self.line {
            line.set_message(format!("{about}: first sets"));
        }
        let now = Instant::now();
        let part = self.end.map(|end| {
            now + end.saturating_duration_since(now) / u32::try_from(left.max(1)).unwrap_or(u32::MAX)
        });
        if let Ok(mut held) = self.now.lock() {
            *held = (part, about);
        }
    }

    fn news(&self, news: &News<'_>) {
        let (Some(line), Ok(held)) = (&self.line, self.now.lock()) else {
            return;
        };
        line.set_message(if news.value.is_finite() {
            let gap = gap(news.value, news.bound) * 100.0;
            let (about, what) = (&held.1, &self.what);
            format!(
                "{about}: {} {what}, {} at best, gap {gap:.2} %",
                news.value, news.bound
            )
        } else {
            format!("{}: no set yet, {} at best", held.1, news.bound)
        });
    }

    fn stop(&self) -> bool {
        self.end.is_some()
            && self
                .now
                .lock()
                .is_ok_and(|held| held.0.is_some_and(|end| Instant::now() >= end))
    }

    fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }

    fn timed(&self) -> bool {
        self.end.is_some()
    }
}

impl Drop for Attended<'_> {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}
