//! Reads a file within a time limit: a pipe without a writer, or a network folder that is gone, must not hang the program.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use serde::Serialize;

use crate::localized;

/// How long a file may take: long enough for a password manager that writes a key into a pipe.
const WAIT: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 5 });

/// Why a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ReadError {
    /// There is none.
    Missing,
    /// The user may not read it.
    NotPermitted,
    /// It is a folder.
    IsFolder,
    /// The system does not let it be read.
    Other {
        /// In the system's words.
        reason: String,
    },
    /// It gave nothing, or no end, in time.
    Slow {
        /// Seconds that were waited.
        secs: u64,
    },
    /// It is longer than anybody's would be.
    TooLong {
        /// Bytes that are allowed.
        max: u64,
    },
    /// It is not UTF-8.
    NotText {
        /// Counts from 1.
        line: usize,
    },
    /// Its text is not what it should be.
    Malformed {
        /// Counts from 1.
        line: usize,
        /// In the words of the library that reads it.
        reason: String,
    },
    /// A secret was to be in its first line, which is blank.
    Blank,
}

localized!(ReadError);

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::NotPermitted,
            io::ErrorKind::IsADirectory => Self::IsFolder,
            _ => Self::Other { reason: error.to_string() },
        }
    }
}

/// Does `job` on a thread of its own, which is left alone where it takes longer than five seconds.
///
/// # Errors
/// Where `job` fails or is too slow.
pub fn within<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, ReadError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let thread = std::thread::Builder::new().name("read".into());
    thread.spawn(move || _ = sender.send(job()).is_ok())?;
    match receiver.recv_timeout(WAIT) {
        Ok(done) => done,
        Err(RecvTimeoutError::Timeout) => Err(ReadError::Slow { secs: WAIT.as_secs() }),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the reader panicked").into()),
    }
}

/// The text of a file of at most `max` bytes, without a byte order mark.
///
/// # Errors
/// Where it cannot be read, not in time, is longer, or is not UTF-8.
pub fn read_text(path: &Path, max: u64) -> Result<String, ReadError> {
    Ok(text(&read(path, max)?)?.to_owned())
}

fn read(path: &Path, max: u64) -> Result<Vec<u8>, ReadError> {
    let path = path.to_owned();
    within(move || {
        let mut bytes = Vec::new();
        let len = File::open(path)?.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
        if u64::try_from(len).is_ok_and(|len| len > max) {
            return Err(ReadError::TooLong { max });
        }
        Ok(bytes)
    })
}

fn text(bytes: &[u8]) -> Result<&str, ReadError> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        ReadError::NotText { line: good.split(|byte| *byte == b'\n').count() }
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        assert_eq!(read(&path, 3), Err(ReadError::Missing));
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(read(&path, 3), Ok(b"abc".to_vec()));
        assert_eq!(read(&path, 2), Err(ReadError::TooLong { max: 2 }));
        assert_eq!(read(Path::new("/dev/zero"), 2), Err(ReadError::TooLong { max: 2 }));
        assert_eq!(read(folder.path(), 3), Err(ReadError::IsFolder));
    }

    #[test]
    fn a_pipe_without_a_writer_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(read(&path, 3), Err(ReadError::Slow { secs: 1 }));
    }

    #[test]
    fn text_has_no_byte_order_mark() {
        assert_eq!(text(b"\xEF\xBB\xBFa"), Ok("a"));
        assert_eq!(text(b"a\nb\xFF"), Err(ReadError::NotText { line: 2 }));
    }
}
