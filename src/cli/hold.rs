//! Files and folders held against other runs of the program.
//!
//! A hold is a lock of the system. It ends with the process that has it, however that ends, so nothing can be left held;
//! where the system or the file system knows no locks, nothing is held and nothing is taken for abandoned.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// How long to wait for another run to leave a folder, and how often to look. Writing all results takes seconds.
const LOOKS: u32 = 1_500;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Holds a file that was just created at `path`; `false` when another run took it for abandoned.
pub fn keep(file: &File, path: &Path) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) && is_still(file, path)
}

/// Removes the half-written file at `path`, unless it is being written.
pub fn clear(path: &Path) {
    let Ok(file) = File::open(path) else { return };
    if file.try_lock().is_ok() {
        // Held while it goes, so that whoever is about to write it finds out.
        let _ = fs::remove_file(path);
    }
}

/// What became of the wish to hold a folder.
#[derive(Debug)]
pub enum Folder {
    /// Nobody else holds it as long as this is kept.
    Held(File),
    /// It cannot be held here, or whoever holds it does not leave. Every file is whole all the same.
    Open,
    /// It was there, and another run took it away meanwhile.
    Gone,
}

/// Holds the folder at `path`, waiting for others to leave it.
pub fn folder(path: &Path) -> Folder {
    let Ok(folder) = File::open(path) else {
        return if path.is_dir() { Folder::Open } else { Folder::Gone };
    };
    for _ in 0..LOOKS {
        match folder.try_lock() {
            Ok(()) if is_still(&folder, path) => return Folder::Held(folder),
            Ok(()) => return Folder::Gone,
            Err(TryLockError::WouldBlock) => thread::sleep(BETWEEN_LOOKS),
            Err(TryLockError::Error(_)) => return Folder::Open,
        }
    }
    Folder::Open
}

/// Whether `path` still means this file, and no other in its place.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(own), Ok(there)) => (own.dev(), own.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_written_stays_and_what_was_left_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("half");
        let file = File::create(&path).unwrap();
        assert!(keep(&file, &path));
        clear(&path);
        assert!(path.exists());
        drop(file);
        clear(&path);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_was_taken_away_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("half");
        let file = File::create(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(!keep(&file, &path));
        File::create(&path).unwrap();
        assert!(!keep(&file, &path), "another file stands in its place");
    }

    #[test]
    fn a_folder_is_held_by_one_at_a_time_and_a_new_one_in_its_place_is_told() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("out");
        fs::create_dir(&path).unwrap();
        let Folder::Held(first) = folder(&path) else {
            panic!("it can be held")
        };
        assert!(matches!(
            File::open(&path).unwrap().try_lock(),
            Err(TryLockError::WouldBlock)
        ));
        drop(first);
        assert!(matches!(folder(&path), Folder::Held(_)));
        fs::remove_dir(&path).unwrap();
        assert!(matches!(folder(&path), Folder::Gone));
    }
}
