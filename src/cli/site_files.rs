//! Where the report of a question of sites goes: decided and probed before the search, written after it.

use std::path::{Path, PathBuf};

use super::atomic::{Batch, Folder, Target};
use crate::basis::error::{Error, Result};
use crate::report::export::{Format, sites};
use crate::report::model::SitesReport;

/// What a file will hold.
#[derive(Clone, Copy, Debug)]
enum Content {
    Report(Format),
    /// Who goes where, as CSV.
    Users,
}

/// All files of a search for sites.
#[derive(Debug, Default)]
pub struct SiteFiles {
    files: Vec<(Target, Content)>,
    /// The folder of the usual set.
    folder: Option<PathBuf>,
}

impl SiteFiles {
    /// Adds a report; its format follows from the extension.
    ///
    /// # Errors
    /// When the extension is unknown, the file cannot be written, or it is named twice.
    pub fn add(&mut self, path: &Path) -> Result<()> {
        let format = Format::from_path(path)?;
        self.add_content(path, Content::Report(format))
    }

    /// Adds the usual set below `folder`: every format of the report, and who goes where.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be written.
    pub fn add_usual(&mut self, folder: &Path) -> Result<()> {
        let held = hold_folder(folder)?;
        let mut added = Ok(());
        for format in Format::ALL {
            let path = folder.join(format!("report.{}", format.extensions()[0]));
            added = added.and_then(|()| self.add_content(&path, Content::Report(format)));
        }
        added = added.and_then(|()| self.add_content(&folder.join("users.csv"), Content::Users));
        held.remove_if_empty();
        self.folder = Some(folder.to_owned());
        added
    }

    fn add_content(&mut self, path: &Path, content: Content) -> Result<()> {
        let target = Target::probe(path)?;
        let twice = |(other, _): &(Target, Content)| other.identity() == target.identity();
        if self.files.iter().any(twice) {
            return Err(Error::input(format!("`{}` is named twice", path.display())));
        }
        self.files.push((target, content));
        Ok(())
    }

    /// Refuses to overwrite what is read.
    ///
    /// # Errors
    /// When one of the files is among `inputs`.
    pub fn spare(&self, inputs: &[PathBuf]) -> Result<()> {
        self.files.iter().try_for_each(|(target, _)| target.spare(inputs))
    }

    /// Writes every file, and gives what was written. In a folder where one fails, every file stays as it was.
    ///
    /// # Errors
    /// The first failure, with what is of this run and what is not.
    pub fn write(&self, report: &SitesReport) -> Result<Vec<PathBuf>> {
        let _held = self.folder.as_deref().map(hold_folder).transpose()?;
        let mut batch = Batch::default();
        for (target, content) in &self.files {
            let bytes = match content {
                Content::Report(format) => sites::render(report, *format),
                Content::Users => sites::users_csv(report),
            };
            batch.put(target, bytes);
        }
        batch.finish()
    }
}

fn hold_folder(folder: &Path) -> Result<Folder> {
    Folder::held(folder)
        .map_err(|error| error.hint("name another one with --output DIR, or none with --no-output"))
}
