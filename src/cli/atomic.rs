//! Files that are either whole or not there: written beside the target, synced, then renamed over it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::hold;
use crate::basis::error::{Error, Result};

/// Bytes of a target's name that the name of its half-written file begins with: most systems let a name have 255.
const MOST_OF_A_NAME: usize = 200;

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
        if let Err(error) = fs::symlink_metadata(&target.real)
            && error.kind() == io::ErrorKind::InvalidFilename
        {
            return Err(target.unwritable(&error));
        }
        target.clear_abandoned();
        let (temp, _file) = target.beside().map_err(|error| target.unwritable(&error))?;
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

    /// Refuses a target that is read by this run: `inputs` are files, and `-` is none.
    ///
    /// # Errors
    /// When it is one of `inputs`.
    pub fn spare<P: AsRef<Path>>(&self, inputs: impl IntoIterator<Item = P>) -> Result<()> {
        let written = self.identity();
        let is_written = |input: P| {
            let input = input.as_ref();
            input.as_os_str() != "-" && fs::canonicalize(input).is_ok_and(|read| read == written)
        };
        if inputs.into_iter().any(is_written) {
            return Err(Error::input(format!(
                "`{}` is an input of this run and would be overwritten",
                self.shown.display()
            )));
        }
        Ok(())
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
        // Held until it has its name: nobody takes it for abandoned.
        let result = fill(&file, bytes)
            .and_then(|()| self.keep_permissions(&temp))
            .and_then(|()| fs::rename(&temp, &self.real));
        if result.is_err() {
            let _ = fs::remove_file(&temp);
        }
        drop(file);
        *half_written() = None;
        result.map(|()| sync_folder(folder_of(&self.real)))
    }

    /// A new file in the folder of the target, so that the rename stays within one file system.
    fn beside(&self) -> io::Result<(PathBuf, File)> {
        let (folder, stem) = (folder_of(&self.real), self.stem_beside());
        for attempt in 0..100 {
            let temp = folder.join(format!("{stem}{}-{attempt}.tmp", std::process::id()));
            let mut pending = half_written();
            match OpenOptions::new().write(true).create_new(true).open(&temp) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) if hold::keep(&file, &temp) => {
                    *pending = Some(temp.clone());
                    return Ok((temp, file));
                }
                // Another run, which clears up, was quicker than the hold.
                Ok(_) => {}
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }

    /// What the names of half-written files of this target begin with.
    fn stem_beside(&self) -> String {
        let name = self.real.file_name().unwrap_or_default().to_string_lossy();
        let mut end = name.len().min(MOST_OF_A_NAME);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        format!(".{}.", &name[..end])
    }

    /// Removes what runs left half-written that were killed.
    fn clear_abandoned(&self) {
        let folder = folder_of(&self.real);
        let stem = self.stem_beside();
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_ours = |name: &str| {
            let inner = name.strip_prefix(&stem).and_then(|it| it.strip_suffix(".tmp"));
            let numbers = inner.and_then(|it| it.split_once('-'));
            numbers.is_some_and(|(process, attempt)| is_number(process) && is_number(attempt))
        };
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(is_ours) {
                hold::clear(&entry.path());
            }
        }
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

/// A folder for results, held against other runs that would write there.
#[derive(Debug)]
pub struct Folder {
    made: Vec<PathBuf>,
    hold: hold::Folder,
}

impl Folder {
    /// Makes the folder at `path` if it is not there, and holds it.
    ///
    /// # Errors
    /// As [`make_folder`].
    pub fn held(path: &Path) -> Result<Self> {
        let mut made = Vec::new();
        for _ in 0..100 {
            let new = make_folder(path)?;
            if new.len() > made.len() {
                made = new;
            }
            match hold::folder(path) {
                // Another run made it to see whether it can, and has taken it away.
                hold::Folder::Gone => {}
                hold => return Ok(Folder { made, hold }),
            }
        }
        let message = format!("cannot create the folder `{}`: it is taken away", path.display());
        Err(Error::output(message))
    }

    /// Takes away what was made for it, if nothing was put there.
    pub fn remove_if_empty(self) {
        for folder in &self.made {
            // Somebody put a file there in the meantime: then it stays.
            let _ = fs::remove_dir(folder);
        }
        drop(self.hold);
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
        io::ErrorKind::QuotaExceeded => "the quota of disk space is used up".into(),
        io::ErrorKind::FileTooLarge => "the file would be larger than the system allows".into(),
        io::ErrorKind::InvalidFilename => "its name is longer than the system allows".into(),
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

fn fill(mut file: &File, bytes: &[u8]) -> io::Result<()> {
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
    fn what_a_killed_run_left_goes_and_files_of_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| File::create(folder.path().join(name)).unwrap();
        put(".a.json.4194999-0.tmp");
        let being_written = put(".a.json.7-1.tmp");
        being_written.lock().unwrap();
        for other in [
            ".a.json.tmp",
            ".a.json.x-0.tmp",
            ".b.json.4194999-0.tmp",
            "a.json.1-0.tmp",
        ] {
            put(other);
        }
        Target::probe(&folder.path().join("a.json")).unwrap();
        assert_eq!(
            files_in(folder.path()),
            [
                ".a.json.7-1.tmp",
                ".a.json.tmp",
                ".a.json.x-0.tmp",
                ".b.json.4194999-0.tmp",
                "a.json.1-0.tmp"
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_name_as_long_as_the_system_allows_can_be_written_and_a_longer_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let name = |letters: usize| folder.path().join(format!("{}.json", "ü".repeat(letters)));
        let longest = name(125);
        Target::probe(&longest).unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(&longest).unwrap(), b"new");
        let error = Target::probe(&name(126)).unwrap_err().to_string();
        assert!(
            error.ends_with("its name is longer than the system allows"),
            "{error}"
        );
    }

    #[test]
    fn a_folder_that_was_made_in_vain_goes_with_those_above_it() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        Folder::held(&below).unwrap().remove_if_empty();
        assert!(files_in(folder.path()).is_empty());
        let held = Folder::held(&below).unwrap();
        fs::write(below.join("file"), "").unwrap();
        held.remove_if_empty();
        assert_eq!(files_in(&below), ["file"]);
    }

    #[test]
    fn two_names_of_one_file_are_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let plain = Target::probe(&folder.path().join("a.json")).unwrap();
        let dotted = Target::probe(&folder.path().join("./a.json")).unwrap();
        assert_eq!(plain.identity(), dotted.identity());
    }
}
