//! Files, read within a time and written as a whole or not at all: those that a user names, settings and drafts.

mod pass;
mod read;
mod save_soon;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::Builder;

use crate::texts;

pub use pass::{PASS_VARIABLE, PassError, read_pass};
pub use read::{ReadError, read_text, within};
pub use save_soon::SaveSoon;

/// Links that are followed from one to the next, as Linux has it.
const MAX_LINKS: usize = 40;

/// Names with a number that are tried for one that is free.
const MAX_NUMBER: u32 = 99;

/// Who may read and write a new file: everybody whom the system lets, or the user alone.
const SHARED: u32 = 0o666;
const PRIVATE: u32 = 0o600;

/// Why a file was not written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum WriteError {
    /// There is no folder of that name.
    NoFolder,
    /// It is a folder.
    IsFolder,
    /// The user may not write there.
    NotPermitted,
    /// The disk is full.
    Full,
    /// The user has stored as much as the system lets them.
    Quota,
    /// The disk cannot be written.
    ReadOnly,
    /// It is larger than the system, or the program that will read it, takes.
    TooLarge,
    /// Anything else, in the system's words.
    Other {
        /// The system's words.
        reason: String,
    },
}

crate::localized!(WriteError);

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoFolder,
            io::ErrorKind::IsADirectory => Self::IsFolder,
            io::ErrorKind::PermissionDenied => Self::NotPermitted,
            io::ErrorKind::StorageFull => Self::Full,
            io::ErrorKind::QuotaExceeded => Self::Quota,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Other { reason: error.to_string() },
        }
    }
}

/// Has `job` write the file at `path`. What was there before stays until all is written, and where writing fails.
///
/// # Errors
/// Where `job` fails, or the system does not let it.
pub fn write_whole<T>(path: &Path, job: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    write(path, SHARED, job, false)
}

/// Like [`write_whole`], where a new file is for the user alone.
///
/// # Errors
/// Those of [`write_whole`].
pub fn write_private<T>(path: &Path, job: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    write(path, PRIVATE, job, false)
}

/// Like [`write_whole`], where a file that is there already is left as it is.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] where there is one, and those of [`write_whole`].
pub fn write_new<T>(path: &Path, job: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    write(path, SHARED, job, true)
}

/// Like [`write_new`], where the new file is for the user alone.
///
/// # Errors
/// Those of [`write_new`].
pub fn write_new_private<T>(path: &Path, job: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
    write(path, PRIVATE, job, true)
}

fn write<T>(
    path: &Path,
    mode: u32,
    job: impl FnOnce(&mut dyn Write) -> io::Result<T>,
    is_new: bool,
) -> io::Result<T> {
    let path = target(path);
    let old = fs::metadata(&path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        // A pipe or a device is no file that another could take the place of.
        let mut out = BufWriter::new(File::create(&path)?);
        let done = job(&mut out)?;
        out.flush()?;
        return Ok(done);
    }
    if is_new && old.is_some() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    if old.is_some() {
        // It may be protected.
        OpenOptions::new().write(true).open(&path)?;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    #[cfg_attr(not(unix), expect(unused_mut, reason = "for Unix"))]
    let mut builder = Builder::new();
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
    #[cfg(unix)]
    builder.permissions(permissions);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.tempfile_in(folder)?;
    let mut out = BufWriter::new(file.as_file_mut());
    let done = job(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    if is_new {
        // Another program may have written there meanwhile.
        file.persist_noclobber(&path)?;
    } else {
        file.persist(&path)?;
    }
    Ok(done)
}

/// What a link leads to is written or moved, not the link, though nothing may be there yet.
fn target(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(link) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(link);
    }
    path
}

/// Locks the file at `path`, which is made where it is missing, until what this returns is dropped. `None`: another
/// program, or another window of this one, holds the lock.
///
/// # Errors
/// Where the file cannot be opened, or the system has no locks for it.
pub fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// What became of a file of the program that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum UnusableFile {
    /// It has another name now, so that what takes its place overwrites nothing.
    Broken {
        /// What is wrong, and on which line.
        reason: ReadError,
        /// Its new name.
        #[serde(serialize_with = "texts::path")]
        aside: PathBuf,
    },
    /// It stays as it is, and nothing may take its place.
    Unreadable {
        /// The reason.
        reason: ReadError,
        /// The file.
        #[serde(serialize_with = "texts::path")]
        file: PathBuf,
    },
}

/// What `parse` makes of the text of a file of the program, of at most `max` bytes; `None` where there is no file.
///
/// # Errors
/// Where the file cannot be read, or `parse` does not understand it.
pub fn read_or_put_aside<T>(
    path: &Path,
    max: u64,
    parse: impl FnOnce(&str) -> Result<T, ReadError>,
) -> Result<Option<T>, UnusableFile> {
    let parsed = match read_text(path, max) {
        Err(ReadError::Missing) => return Ok(None),
        text => text.and_then(|text| parse(&text)),
    };
    parsed.map(Some).map_err(|reason| match put_aside(path, &reason) {
        Some(aside) => UnusableFile::Broken { reason, aside },
        None => UnusableFile::Unreadable { reason, file: path.to_owned() },
    })
}

/// Renames a file that cannot be used, for `reason`, to a name that no other file has, and gives the new name. `None`:
/// it stays as it is.
fn put_aside(path: &Path, reason: &ReadError) -> Option<PathBuf> {
    let path = target(path);
    // What could not be read now may be whole, and a folder or a pipe is no file that somebody wrote.
    let is_read =
        matches!(reason, ReadError::Malformed { .. } | ReadError::TooLong { .. } | ReadError::NotText { .. });
    if !is_read || !path.is_file() {
        return None;
    }
    let name = format!("{}.broken", path.file_name().unwrap_or_default().to_string_lossy());
    let aside = free_path(path.parent().unwrap_or(Path::new("")), &name);
    let is_free = fs::symlink_metadata(&aside).is_err();
    (is_free && fs::rename(path, &aside).is_ok()).then_some(aside)
}

/// A file in `folder` that is not there yet: `name`, or that with a number.
#[must_use]
pub fn free_path(folder: &Path, name: &str) -> PathBuf {
    let (stem, end) = name.rfind('.').map_or((name, ""), |point| name.split_at(point));
    let numbered = (2..=MAX_NUMBER).map(|number| folder.join(format!("{stem}-{number}{end}")));
    let first = folder.join(name);
    let is_free = |path: &PathBuf| fs::symlink_metadata(path).is_err();
    std::iter::once(first.clone()).chain(numbered).find(is_free).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.txt");
        let write = |text: &'static str, fails: bool| {
            write_whole(&path, |out| {
                out.write_all(text.as_bytes())?;
                if fails { Err(io::Error::other("no more")) } else { Ok(text.len()) }
            })
        };
        assert_eq!(write("first, and long", false).unwrap(), 15);
        assert!(write("half", true).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "first, and long");
        assert_eq!(write("second", false).unwrap(), 6);
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something is left over");
        assert!(write_whole(folder.path(), |_| Ok(())).is_err(), "a folder");
    }

    #[test]
    fn a_new_file_takes_the_place_of_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.txt");
        let write = |text: &'static str| write_new(&path, |out| out.write_all(text.as_bytes()));
        write("first").unwrap();
        assert_eq!(write("second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        fs::remove_file(&path).unwrap();
        let meanwhile = write_new(&path, |_| fs::write(&path, "of another program"));
        assert_eq!(meanwhile.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "of another program");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something is left over");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_rights_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("x"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        write_whole(&link, |out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        let aside = put_aside(&link, &ReadError::NotText { line: 1 }).unwrap();
        assert_eq!((aside.file_name().unwrap().to_str(), path.exists()), (Some("x.broken"), false));
        symlink("x", folder.path().join("link to link")).unwrap();
        write_whole(&folder.path().join("link to link"), |out| out.write_all(b"newer")).unwrap();
        assert_eq!(fs::read_to_string(&link).unwrap(), "newer", "a link was replaced");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        write_whole(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        // As any new file.
        let (plain, ours) = (folder.path().join("plain"), folder.path().join("ours"));
        fs::write(&plain, "").unwrap();
        write_whole(&ours, |_| Ok(())).unwrap();
        assert_eq!(fs::metadata(ours).unwrap().permissions(), fs::metadata(plain).unwrap().permissions());
        let private = folder.path().join("private");
        write_private(&private, |_| Ok(())).unwrap();
        assert_eq!(fs::metadata(private).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.csv", "a-2.csv", "a-3.csv"] {
            let path = free_path(folder.path(), "a.csv");
            assert_eq!(path, folder.path().join(name));
            fs::write(path, "").unwrap();
        }
    }

    #[test]
    fn what_could_not_be_read_now_stays_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "whole").unwrap();
        let denied = ReadError::from(io::Error::from(io::ErrorKind::PermissionDenied));
        for reason in [denied, ReadError::Slow { secs: 5 }] {
            assert_eq!((put_aside(&path, &reason), path.exists()), (None, true), "{reason}");
        }
        let malformed = ReadError::Malformed { line: 1, reason: String::new() };
        assert!(put_aside(&path, &malformed).is_some());
    }

    #[test]
    fn what_is_put_aside_takes_the_place_of_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let put_aside = |path: &Path| put_aside(path, &ReadError::NotText { line: 1 });
        for (name, text) in [("a.toml.broken", "first"), ("a.toml-2.broken", "second")] {
            fs::write(&path, text).unwrap();
            assert_eq!(put_aside(&path).unwrap(), folder.path().join(name));
        }
        assert_eq!(fs::read_to_string(folder.path().join("a.toml.broken")).unwrap(), "first");
        for number in 3..=MAX_NUMBER {
            fs::write(folder.path().join(format!("a.toml-{number}.broken")), "").unwrap();
        }
        fs::write(&path, "last").unwrap();
        assert_eq!((put_aside(&path), put_aside(folder.path())), (None, None));
        assert_eq!(fs::read_to_string(&path).unwrap(), "last");
    }
}
