//! Files that are either whole or not there: written beside the target, synced, then renamed over it.

use std::collections::BTreeSet;
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
        let removed = fs::remove_file(&temp);
        half_written().remove(&temp);
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
            self.write_through(bytes)
        } else {
            self.replace(bytes)
        };
        written.map_err(|error| self.unwritable(&error))
    }

    fn write_through(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(&self.real)?;
        file.write_all(bytes)
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        self.stage(bytes)?.take_place(&mut half_written())?;
        sync_folder(folder_of(&self.real));
        Ok(())
    }

    /// Writes `bytes` beside the target.
    fn stage(&self, bytes: &[u8]) -> io::Result<Staged> {
        let (temp, file) = self.beside()?;
        let staged = Staged {
            temp,
            target: self.clone(),
            file: Some(file),
            placed: false,
        };
        staged.file.as_ref().map_or(Ok(()), |file| fill(file, bytes))?;
        self.keep_permissions(&staged.temp)?;
        Ok(staged)
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
                    pending.insert(temp.clone());
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

/// A file that is written and has not taken its place; what is not placed goes.
#[derive(Debug)]
struct Staged {
    temp: PathBuf,
    target: Target,
    /// Held until it has its name: nobody takes it for abandoned.
    file: Option<File>,
    placed: bool,
}

impl Staged {
    /// Gives it the name of its target; `pending` are all half-written files, so that nobody ends the process meanwhile.
    fn take_place(mut self, pending: &mut BTreeSet<PathBuf>) -> io::Result<()> {
        // Removed here where it fails: whoever drops it would wait for `pending`.
        self.placed = true;
        let renamed = fs::rename(&self.temp, &self.target.real);
        if renamed.is_err() {
            let _ = fs::remove_file(&self.temp);
        }
        pending.remove(&self.temp);
        renamed
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.placed {
            let mut pending = half_written();
            let _ = fs::remove_file(&self.temp);
            pending.remove(&self.temp);
        }
    }
}

/// Staged files that are held one by one: systems let a process have some hundred files open. In the folder of a run
/// the others are safe as well, since the folder itself is held.
const MOST_HELD: usize = 100;

/// Files of one run that take their places together: in each folder all of them do, or everything stays as it was. A
/// folder that fails does not keep others from being written.
#[derive(Debug, Default)]
pub struct Batch {
    folders: Vec<Together>,
    held: usize,
}

/// The files of a batch in one folder.
#[derive(Debug, Default)]
struct Together {
    folder: PathBuf,
    /// As messages show it.
    shown: PathBuf,
    staged: Vec<Staged>,
    /// Devices and pipes, which take what is written at once.
    special: Vec<(Target, Vec<u8>)>,
    /// Files of earlier runs, which go.
    gone: Vec<PathBuf>,
    /// In the order of writing.
    written: Vec<PathBuf>,
    failure: Option<Error>,
}

impl Batch {
    /// Takes `bytes` for `target`. They are on the disk after that, and the target is as it was.
    pub fn put(&mut self, target: &Target, bytes: Result<impl AsRef<[u8]>>) {
        let held = self.held;
        let folder = self.folder_for(&target.real, &target.shown);
        if folder.failure.is_some() {
            return;
        }
        let kept = bytes.and_then(|bytes| folder.keep(target, bytes.as_ref(), held < MOST_HELD));
        match kept {
            Ok(()) => self.held += 1,
            Err(error) => folder.give_up(error),
        }
    }

    /// Has the file at `path` go, which is of an earlier run.
    pub fn remove(&mut self, path: &Path) {
        self.folder_for(path, path).gone.push(path.to_owned());
    }

    fn folder_for(&mut self, real: &Path, shown: &Path) -> &mut Together {
        let of_real = folder_of(real);
        let folder = fs::canonicalize(of_real).unwrap_or_else(|_| of_real.to_owned());
        let at = self.folders.iter().position(|other| other.folder == folder);
        let at = at.unwrap_or_else(|| {
            self.folders.push(Together {
                folder,
                shown: folder_of(shown).to_owned(),
                ..Together::default()
            });
            self.folders.len() - 1
        });
        &mut self.folders[at]
    }

    /// Has all files take their places, and gives what was written.
    ///
    /// # Errors
    /// The first failure, with what is of this run and what is not.
    pub fn finish(mut self) -> Result<Vec<PathBuf>> {
        for folder in &mut self.folders {
            if folder.failure.is_none()
                && let Err(error) = folder.take_places()
            {
                folder.failure = Some(error);
            }
        }
        let written: Vec<PathBuf> = self
            .folders
            .iter()
            .flat_map(|folder| folder.written.iter().cloned())
            .collect();
        let mut failures = self
            .folders
            .into_iter()
            .filter_map(|folder| folder.failure.map(|error| (error, folder.shown)));
        let Some((first, folder)) = failures.next() else {
            return Ok(written);
        };
        let mut untouched = vec![folder];
        let error = failures.fold(first, |first, (other, folder)| {
            untouched.push(folder);
            other
                .into_problems()
                .into_iter()
                .fold(first, |error, problem| error.and(problem.message))
        });
        Err(error.and(whose(&written, &untouched)))
    }
}

impl Together {
    fn keep(&mut self, target: &Target, bytes: &[u8], hold: bool) -> Result<()> {
        if target.is_special() {
            self.special.push((target.clone(), bytes.to_vec()));
            return Ok(());
        }
        let mut staged = target.stage(bytes).map_err(|error| target.unwritable(&error))?;
        if !hold {
            staged.file = None;
        }
        self.staged.push(staged);
        Ok(())
    }

    fn give_up(&mut self, error: Error) {
        self.staged.clear();
        self.failure = Some(error);
    }

    fn take_places(&mut self) -> Result<()> {
        let staged = std::mem::take(&mut self.staged);
        for (target, bytes) in &self.special {
            target
                .write_through(bytes)
                .map_err(|error| target.unwritable(&error))?;
            self.written.push(target.shown.clone());
        }
        // Nobody ends the process between the first and the last file, unless it is killed.
        let mut pending = half_written();
        let placed = self.place(staged, &mut pending);
        drop(pending);
        sync_folder(&self.folder);
        placed
    }

    fn place(&mut self, staged: Vec<Staged>, pending: &mut BTreeSet<PathBuf>) -> Result<()> {
        let mut failure = self.gone.iter().find_map(|path| match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let message = format!("cannot remove `{}`: {}", path.display(), reason(&error));
                Some(Error::output(message))
            }
            _ => None,
        });
        for mut file in staged {
            if failure.is_some() {
                // Dropped as if it were placed, since to drop it otherwise waits for `pending`.
                let _ = fs::remove_file(&file.temp);
                pending.remove(&file.temp);
                file.placed = true;
                continue;
            }
            let target = file.target.clone();
            match file.take_place(pending) {
                Ok(()) => self.written.push(target.shown),
                Err(error) => failure = Some(target.unwritable(&error)),
            }
        }
        failure.map_or(Ok(()), Err)
    }
}

/// Which files are of this run, after a failure in `folders`.
fn whose(written: &[PathBuf], folders: &[PathBuf]) -> String {
    let quoted = |paths: &[PathBuf]| {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        names.join(", ")
    };
    if written.is_empty() {
        return format!(
            "nothing of this run was written: files in {} are as they were before",
            quoted(folders)
        );
    }
    format!(
        "of this run are {} and no others: other files in {} are as they were before",
        quoted(written),
        quoted(folders)
    )
}

/// The files that are half-written right now.
static HALF_WRITTEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn half_written() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    HALF_WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is half-written and keeps everybody from beginning another file: for a process that ends now.
pub fn abandon() {
    let mut pending = half_written();
    for temp in std::mem::take(&mut *pending) {
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

    /// A folder with an old `a.json` and `b.json`, and targets for them.
    fn two_old() -> (tempfile::TempDir, [Target; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let targets = ["a.json", "b.json"].map(|name| {
            fs::write(folder.path().join(name), "old").unwrap();
            Target::probe(&folder.path().join(name)).unwrap()
        });
        (folder, targets)
    }

    #[test]
    fn files_take_their_places_together_and_what_is_old_goes() {
        let (folder, [a, b]) = two_old();
        fs::write(folder.path().join("chart.svg"), "old").unwrap();
        let mut batch = Batch::default();
        batch.put(&a, Ok("new"));
        batch.put(&b, Ok("new"));
        batch.remove(&folder.path().join("chart.svg"));
        batch.remove(&folder.path().join("never.svg"));
        assert_eq!(fs::read(a.path()).unwrap(), b"old");
        let written = batch.finish().unwrap();
        assert_eq!(written, [a.path(), b.path()]);
        assert_eq!(fs::read(a.path()).unwrap(), b"new");
        assert_eq!(files_in(folder.path()), ["a.json", "b.json"]);
    }

    #[test]
    fn one_that_cannot_be_made_leaves_its_folder_as_it_was_and_no_other() {
        let (folder, [a, b]) = two_old();
        fs::create_dir(folder.path().join("other")).unwrap();
        let other = Target::probe(&folder.path().join("other/c.json")).unwrap();
        let mut batch = Batch::default();
        batch.put(&a, Ok("new"));
        batch.put(&other, Ok("new"));
        batch.put(&b, Err::<&str, _>(Error::internal("no figure")));
        let error = batch.finish().unwrap_err().to_string();
        assert!(error.starts_with("no figure\nof this run are `"), "{error}");
        assert!(error.contains("other/c.json` and no others"), "{error}");
        assert_eq!(fs::read(a.path()).unwrap(), b"old");
        assert_eq!(fs::read(other.path()).unwrap(), b"new");
        assert_eq!(files_in(folder.path()), ["a.json", "b.json", "other"]);
    }

    #[test]
    fn a_rename_that_fails_stops_the_others_and_tells_which_are_of_which_run() {
        let (folder, [a, b]) = two_old();
        let c = Target::probe(&folder.path().join("c.json")).unwrap();
        let mut batch = Batch::default();
        for target in [&a, &b, &c] {
            batch.put(target, Ok("new"));
        }
        fs::remove_file(b.path()).unwrap();
        fs::create_dir_all(b.path().join("in-the-way")).unwrap();
        let error = batch.finish().unwrap_err().to_string();
        assert!(error.starts_with("cannot write `"), "{error}");
        assert!(
            error.contains("of this run are `") && error.contains("a.json` and no others"),
            "{error}"
        );
        assert_eq!(fs::read(a.path()).unwrap(), b"new");
        assert_eq!(files_in(folder.path()), ["a.json", "b.json"]);
    }

    #[test]
    fn more_files_than_may_be_open_are_written_together() {
        let folder = tempfile::tempdir().unwrap();
        let mut batch = Batch::default();
        for number in 0..MOST_HELD + 2_000 {
            let path = folder.path().join(format!("{number}.json"));
            batch.put(&Target::probe(&path).unwrap(), Ok("new"));
        }
        assert_eq!(batch.finish().unwrap().len(), files_in(folder.path()).len());
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
