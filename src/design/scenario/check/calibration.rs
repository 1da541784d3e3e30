//! The calibration that a scenario names.

use std::sync::Arc;

use super::Check;
use crate::basis::digest::digest;
use crate::design::calibration::{data_version, read};
use crate::design::scenario::decode::At;
use crate::design::scenario::folder::{MAX_BYTES, read_text};
use crate::design::scenario::source::Found;
use crate::design::scenario::{InputFile, NamedCalibration};

impl Check<'_> {
    /// The calibration in the file that the scenario calls `name`; its digest is kept. One that was fitted beside other
    /// tables is warned of.
    pub(super) fn calibration(&mut self, name: &At<String>) -> Option<NamedCalibration> {
        let wanted = name.get()?;
        let text = self.folder.path(wanted).and_then(|path| {
            let shown = path.display().to_string();
            Ok((shown, read_text(&path, MAX_BYTES)?))
        });
        let (shown, text) = self.keep(text, name.span)?;
        self.inputs.push(InputFile {
            name: wanted.clone(),
            digest: digest(text.as_bytes()),
        });
        self.sources.add(shown.clone(), text.clone());
        let file = self.keep(read(&shown, &text, self.catalog), name.span)?;
        let version = data_version(self.catalog);
        if let Some(version) = self.keep(version, name.span)
            && let Some(warning) = file.of_other_data(&version)
        {
            self.found.push(Found::placed(warning));
        }
        Some(NamedCalibration {
            name: wanted.clone(),
            calibration: Arc::new(file.calibration),
        })
    }
}
