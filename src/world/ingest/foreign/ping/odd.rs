//! What is told once for the whole file.

use super::BELOW_ONE_MS;
use crate::world::ingest::foreign::gather::Gather;
use crate::world::ingest::foreign::text::Line;

#[derive(Debug, Default)]
pub(super) struct Odd<'t> {
    pub(super) runs: u64,
    pub(super) windows: bool,
    pub(super) posix: bool,
    /// Whether any time or loss was read.
    pub(super) read: bool,
    pub(super) below: u64,
    pub(super) duplicates: u64,
    pub(super) repeated: u64,
    pub(super) elsewhere: u64,
    pub(super) unfinished: u64,
    /// Lines of runs without their summary that are not understood.
    pub(super) strange: u64,
    pub(super) silent: u64,
    pub(super) first_silent: Option<&'t str>,
    pub(super) header: Option<Line<'t>>,
    pub(super) without_time: Tally<'t>,
    pub(super) fping: Tally<'t>,
}

/// How many lines there are of a kind, and the first.
#[derive(Debug, Default)]
pub(super) struct Tally<'t> {
    pub(super) n: u64,
    pub(super) first: Option<Line<'t>>,
}

impl<'t> Tally<'t> {
    pub(super) fn add(&mut self, line: Line<'t>) {
        self.n += 1;
        self.first.get_or_insert(line);
    }
}

impl Odd<'_> {
    pub(super) fn label(&self) -> String {
        let system = match (self.windows, self.posix) {
            (true, true) => "Windows and others",
            (true, false) => "Windows",
            (false, _) => "Linux, macOS or BSD",
        };
        match self.runs {
            0 => "ping".to_owned(),
            1 => format!("ping ({system})"),
            runs => format!("ping ({system}, {runs} runs)"),
        }
    }

    pub(super) fn tell(&self, gather: &mut Gather) {
        if self.windows {
            gather.note("ping on Windows tells whole milliseconds");
        }
        let mut note = |n: u64, what: &str| {
            if n > 0 {
                gather.note(format!("{n} × {what}"));
            }
        };
        note(self.below, &format!("`<1ms` counts as {BELOW_ONE_MS} ms"));
        note(self.duplicates, "a reply that came twice: the first counts");
        note(
            self.without_time.n,
            "a reply without a time: too small to carry one",
        );
        note(
            self.elsewhere,
            "a reply from another address than its header names: it counts all the same",
        );
        note(
            self.repeated,
            "a reply with the number of one before it: another run begins there, what it lost before is not known",
        );
        note(
            self.unfinished,
            "a run without its summary: only what its numbers and lines show was lost is counted",
        );
        note(
            self.strange,
            "a line of such a run that is not understood: each may be a packet that was lost",
        );
        if let Some(first) = self.first_silent {
            let more = match self.silent - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            gather.note(format!(
                "runs that show neither a reply nor a summary are left out: {first}{more}"
            ));
        }
    }
}
