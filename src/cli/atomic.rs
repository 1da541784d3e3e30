//! Files that are either whole or not there: written beside the target, synced, then renamed over it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::basis::error::{Error, Result};

/// A file that can be written: found out before the work starts, so that no long run ends in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    shown: PathBuf,
    real: PathBuf,
}

impl Target {
    /// Makes sure that `path` can be written, without touching what is there.
    ///
    /// # Errors
    /// When it is a folder, its folder does not exist, or nothing can be created in that folder.
    pub fn probe(path: &Path) -> Result<Self> {
        // A link stays a link: what it points at is replaced.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let target = Target {
            shown: path.to_owned(),
            real,
        };
        target.refuse_folder()?;
        if target.is_special() {
            return Ok(target);
        }
        let (temp, _) = target.beside().map_err(|error| target.unwritable(&error))?;
        let removed = fs::remove_file(temp);
        *half_written() = None;
        removed.map_err(|error| target.unwritable(&error))?;
        Ok(target)
    }

    /// The path as the user named it.
    pub fn path(&self) -> &Path {
        &self.shown
    }

    /// The file that is really written, to tell whether two names mean the same one.
    pub fn identity(&self) -> PathBuf {
        let folder = fs::canonicalize(folder_of(&self.real)).unwrap_or_default();
        folder.join(self.real.file_name().unwrap_or_default())
    }

    /// Writes `bytes`, all or nothing: after a failure the old file is still whole.
    ///
    /// # Errors
    /// When the disk is full or the folder went away.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        let written = if self.is_special() {
            OpenOptions::new()
                .write(true)
                .open(&self.real)
                .and_then(|mut file| file.write_all(bytes))
        } else {
            self.replace(bytes)
        };
        written.map_err(|error| self.unwritable(&error))
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let (temp, file) = self.beside()?;
        let result = fill(file, bytes)
            .and_then(|()| self.keep_permissions(&temp))
            .and_then(|()| fs::rename(&temp, &self.real));
        if result.is_err() {
            let _ = fs::remove_file(&temp);
        }
        *half_written() = None;
        result.map(|()| sync_folder(folder_of(&self.real)))
    }

    /// A new file in the folder of the target, so that the rename stays within one file system.
    fn beside(&self) -> io::Result<(PathBuf, File)> {
        let name = self
            .real
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let folder = folder_of(&self.real);
        for attempt in 0..100 {
            let temp = folder.join(format!(".{name}.{}-{attempt}.tmp", std::process::id()));
            let mut pending = half_written();
            match OpenOptions::new().write(true).create_new(true).open(&temp) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => {
                    *pending = opened.is_ok().then(|| temp.clone());
                    return opened.map(|file| (temp, file));
                }
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }

    fn keep_permissions(&self, temp: &Path) -> io::Result<()> {
        match fs::metadata(&self.real) {
            Ok(old) => fs::set_permissions(temp, old.permissions()),
            Err(_) => Ok(()),
        }
    }

    fn refuse_folder(&self) -> Result<()> {
        if self.real.is_dir() || self.shown.file_name().is_none() {
            let message = format!("cannot write `{}`: it is a folder", self.shown.display());
            return Err(Error::output(message).hint("name a file in it, such as `report.json`"));
        }
        Ok(())
    }

    /// A device or a pipe is written through: renaming over it would replace it.
    fn is_special(&self) -> bool {
        fs::metadata(&self.real).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
    }

    fn unwritable(&self, error: &io::Error) -> Error {
        let folder = folder_of(&self.real);
        let (reason, hint) = if folder.is_dir() {
            (reason(error), None)
        } else if folder.exists() {
            (format!("`{}` is not a folder", folder.display()), None)
        } else {
            let hint = format!("create it with `mkdir -p {}`", folder.display());
            (format!("there is no folder `{}`", folder.display()), Some(hint))
        };
        let error = Error::output(format!("cannot write `{}`: {reason}", self.shown.display()));
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Creates a folder for results, with those above it; the ones that were not there, innermost first.
///
/// # Errors
/// When something in the way is not a folder or may not be written.
pub fn make_folder(path: &Path) -> Result<Vec<PathBuf>> {
    let absent = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let made: Vec<PathBuf> = path.ancestors().take_while(absent).map(Path::to_owned).collect();
    let result = fs::create_dir_all(path).map_err(|error| {
        let message = format!(
            "cannot create the folder `{}`: {}",
            path.display(),
            reason(&error)
        );
        Error::output(message)
    });
    result.map(|()| made)
}

/// Removes those of `folders` that are empty, in their order.
pub fn remove_empty(folders: &[PathBuf]) {
    for folder in folders {
        // Somebody put a file there in the meantime: then it stays.
        let _ = fs::remove_dir(folder);
    }
}

/// The file that is half-written right now, if there is one.
static HALF_WRITTEN: Mutex<Option<PathBuf>> = Mutex::new(None);

fn half_written() -> MutexGuard<'static, Option<PathBuf>> {
    HALF_WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is half-written and keeps everybody from beginning another file: for a process that ends now.
pub fn abandon() {
    let mut pending = half_written();
    if let Some(temp) = pending.take() {
        let _ = fs::remove_file(temp);
    }
    // Never unlocked again: a writer waits here until the process is gone.
    std::mem::forget(pending);
}

/// What the system said, in our words where they are plainer.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        io::ErrorKind::StorageFull => "no space left on the device".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "a file is in the way".into(),
        _ => error.to_string(),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// The rename itself reaches the disk; not every file system can do that, and the file is whole either way.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_probe_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old.csv"), "old").unwrap();
        Target::probe(&folder.path().join("old.csv")).unwrap();
        Target::probe(&folder.path().join("new.csv")).unwrap();
        assert_eq!(files_in(folder.path()), ["old.csv"]);
        assert_eq!(fs::read(folder.path().join("old.csv")).unwrap(), b"old");
    }

    #[test]
    fn writing_replaces_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "old and longer").unwrap();
        Target::probe(&path).unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(files_in(folder.path()), ["a.json"]);
    }

    #[test]
    fn a_failed_rename_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let target = Target::probe(&path).unwrap();
        // Something took the place of the file between the probe and the writing.
        fs::create_dir_all(path.join("in-the-way")).unwrap();
        assert!(target.write(b"new").is_err());
        assert_eq!(files_in(folder.path()), ["a.json"]);
    }

    #[test]
    fn folders_and_missing_folders_are_named_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let is_folder = Target::probe(folder.path()).unwrap_err();
        assert!(is_folder.to_string().ends_with("it is a folder"), "{is_folder}");
        let missing = Target::probe(&folder.path().join("no/a.json")).unwrap_err();
        assert!(missing.to_string().contains("there is no folder"), "{missing}");
        fs::write(folder.path().join("file"), "").unwrap();
        let under_file = Target::probe(&folder.path().join("file/a.json")).unwrap_err();
        assert!(under_file.to_string().contains("is not a folder"), "{under_file}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        Target::probe(&link).unwrap().write(b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }

    #[test]
    fn two_names_of_one_file_are_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let plain = Target::probe(&folder.path().join("a.json")).unwrap();
        let dotted = Target::probe(&folder.path().join("./a.json")).unwrap();
        assert_eq!(plain.identity(), dotted.identity());
    }
}
