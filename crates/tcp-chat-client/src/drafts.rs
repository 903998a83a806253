//! What was written and not sent, kept over a restart: a small file beside the settings, one for
//! each window that is open at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Windows that keep their drafts at a time.
const SLOTS: u32 = 16;

/// Nobody writes more before it is sent.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// A message that waits for a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Its text.
    pub text: String,
    /// When it was written.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub at: DateTime<FixedOffset>,
    /// The server that it was written for; older files do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    /// What the text box has.
    pub draft: String,
    /// Messages that were not sent, oldest first.
    pub unsent: Vec<Unsent>,
}

impl Written {
    fn is_empty(&self) -> bool {
        self.draft.is_empty() && self.unsent.is_empty()
    }
}

/// Where it is kept.
#[derive(Debug, Default)]
pub struct Drafts {
    path: Option<PathBuf>,
    /// Held as long as the window is open: no other one takes the same file.
    _lock: Option<File>,
    saved: Written,
    /// What is being written, and who does.
    writer: Option<(Written, JoinHandle<bool>)>,
    /// The last try did not get it into the file.
    has_failed: bool,
}

impl Drafts {
    /// The first file of the folder that no other window has, one with something in it before
    /// empty ones.
    #[must_use]
    pub fn of_folder(folder: &Path) -> Self {
        if fs::create_dir_all(folder).is_err() {
            return Self::default();
        }
        let mut free = None;
        for slot in 1..=SLOTS {
            let path = folder.join(format!("draft-{slot}.json"));
            let Some(lock) = lock(&path.with_extension("lock")) else { continue };
            let saved = read(&path).unwrap_or_default();
            let is_empty = saved.is_empty();
            let drafts = Self { path: Some(path), _lock: Some(lock), saved, ..Self::default() };
            if !is_empty {
                return drafts;
            }
            free.get_or_insert(drafts);
        }
        free.unwrap_or_default()
    }

    /// What is in the file.
    #[must_use]
    pub fn saved(&self) -> &Written {
        &self.saved
    }

    /// Whether there is a file.
    #[must_use]
    pub fn has_file(&self) -> bool {
        self.path.is_some()
    }

    /// Whether what is written is found again.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.path.is_some() && !self.has_failed
    }

    /// Whether the file lacks what is written now: texts, and for which server.
    #[must_use]
    pub fn is_behind<'a>(
        &self,
        draft: &str,
        mut unsent: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    ) -> bool {
        let newest = self.writer.as_ref().map_or(&self.saved, |(written, _)| written);
        let mut saved = newest.unsent.iter();
        let is_next = |(text, to)| saved.next().is_some_and(|s| s.text == text && s.to.as_deref() == to);
        draft != newest.draft || !unsent.all(is_next) || saved.next().is_some()
    }

    /// Whether something is being written; what came of it is known when not.
    pub fn is_writing(&mut self) -> bool {
        if self.writer.as_ref().is_some_and(|(_, writer)| !writer.is_finished()) {
            return true;
        }
        self.join();
        false
    }

    /// Writes the file on a thread of its own; `false` while that still writes what came before.
    pub fn save(&mut self, written: Written) -> bool {
        if self.is_writing() {
            return false;
        }
        if let Some(path) = self.path.clone() {
            let copy = written.clone();
            let writer = std::thread::Builder::new().name("draft".into());
            match writer.spawn(move || write(&path, &copy).is_ok()) {
                Ok(writer) => self.writer = Some((written, writer)),
                Err(_) => self.has_failed = true,
            }
        }
        true
    }

    /// Waits until the file is written. What could not be written is not taken as saved.
    pub fn join(&mut self) {
        if let Some((written, writer)) = self.writer.take() {
            self.has_failed = !writer.join().unwrap_or(false);
            if !self.has_failed {
                self.saved = written;
            }
        }
    }
}

fn write_time<S: Serializer>(at: &DateTime<FixedOffset>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339())
}

fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<FixedOffset>, D::Error> {
    let text = String::deserialize(deserializer)?;
    DateTime::parse_from_rfc3339(&text).map_err(serde::de::Error::custom)
}

fn lock(path: &Path) -> Option<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).ok()?;
    file.try_lock().is_ok().then_some(file)
}

fn read(path: &Path) -> Option<Written> {
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// A new file takes the place of the old one. Only the user can read it.
fn write(path: &Path, written: &Written) -> io::Result<()> {
    if written.is_empty() {
        return match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let new = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(serde_json::to_string(written)?.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(draft: &str) -> Written {
        let at = DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap();
        Written {
            draft: draft.to_owned(),
            unsent: vec![Unsent { text: "a\n好".to_owned(), at, to: Some("h:1".to_owned()) }],
        }
    }

    fn save(drafts: &mut Drafts, draft: &str) {
        assert!(drafts.save(written(draft)));
        drafts.join();
        assert!(drafts.is_kept());
    }

    #[test]
    fn what_was_written_is_found_by_the_next_window_and_only_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Drafts::of_folder(folder.path());
        let mut second = Drafts::of_folder(folder.path());
        save(&mut first, "first");
        save(&mut second, "second");
        let third = Drafts::of_folder(folder.path());
        assert_eq!(third.saved(), &Written::default());
        drop((first, second, third));
        let again = [(); 3].map(|()| Drafts::of_folder(folder.path()));
        let drafts = again.each_ref().map(|drafts| drafts.saved().draft.as_str());
        assert_eq!(drafts, ["first", "second", ""]);
        assert_eq!(again[0].saved(), &written("first"));
    }

    #[test]
    fn a_draft_without_an_owner_is_found_before_an_empty_file() {
        let folder = tempfile::tempdir().unwrap();
        let first = Drafts::of_folder(folder.path());
        let mut second = Drafts::of_folder(folder.path());
        save(&mut second, "left");
        drop((first, second));
        assert_eq!(Drafts::of_folder(folder.path()).saved().draft, "left");
    }

    #[test]
    fn nothing_written_leaves_no_file_and_a_broken_one_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::of_folder(folder.path());
        save(&mut drafts, "x");
        assert!(
            drafts.is_behind("", std::iter::empty())
                && !drafts.is_behind("x", [("a\n好", Some("h:1"))].into_iter())
        );
        assert!(drafts.save(Written::default()));
        drafts.join();
        assert!(!folder.path().join("draft-1.json").exists());
        drop(drafts);
        fs::write(folder.path().join("draft-1.json"), "{").unwrap();
        assert_eq!(Drafts::of_folder(folder.path()).saved(), &Written::default());
    }

    #[test]
    fn a_file_of_an_earlier_version_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"draft":"x","unsent":[{"text":"a","at":"2026-11-22T14:01:00+01:00"}]}"#;
        fs::write(folder.path().join("draft-1.json"), text).unwrap();
        let drafts = Drafts::of_folder(folder.path());
        let [unsent] = drafts.saved().unsent.as_slice() else { panic!("{drafts:?}") };
        assert_eq!((unsent.text.as_str(), &unsent.to), ("a", &None));
    }

    #[test]
    fn what_could_not_be_written_is_not_taken_as_saved() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::of_folder(folder.path());
        // A folder is in the way of the new file.
        let obstacle = folder.path().join("draft-1.new");
        fs::create_dir(&obstacle).unwrap();
        assert!(drafts.save(written("x")));
        drafts.join();
        let is_behind = |drafts: &Drafts| drafts.is_behind("x", [("a\n好", Some("h:1"))].into_iter());
        assert_eq!((drafts.is_kept(), is_behind(&drafts)), (false, true));
        fs::remove_dir(&obstacle).unwrap();
        save(&mut drafts, "x");
        assert!(!is_behind(&drafts));
        drop(drafts);
        assert_eq!(Drafts::of_folder(folder.path()).saved(), &written("x"));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        save(&mut Drafts::of_folder(folder.path()), "x");
        let mode = fs::metadata(folder.path().join("draft-1.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
