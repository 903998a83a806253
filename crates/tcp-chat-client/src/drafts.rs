//! What was written and not sent, kept over a restart: a small file beside the settings, one for
//! each window that is open at a time.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::files::{ReadError, SaveSoon, UnusableFile, lock, read_or_put_aside, write_private};
use common::localized;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many windows can keep their drafts at a time.
const SLOTS: u32 = 16;

/// Largest draft file, in bytes.
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

/// What a window has written and not sent.
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

    /// Whether it is this draft, and these texts with the server that each is for.
    fn holds<'a>(&self, draft: &str, mut unsent: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> bool {
        let mut kept = self.unsent.iter();
        let is_next =
            |(text, to)| kept.next().is_some_and(|kept| kept.text == text && kept.to.as_deref() == to);
        draft == self.draft && unsent.all(is_next) && kept.next().is_none()
    }
}

/// The file of an earlier window cannot be used.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct DraftsError {
    error: UnusableFile,
}

localized!(DraftsError);

/// The file of this window, and what was in it.
#[derive(Debug, Default)]
pub struct Drafts {
    /// The file, which is locked as long as the window is open: no other window takes it.
    file: Option<(SaveSoon<Written, io::Error>, File)>,
    /// What was in the file when the window opened.
    found: Written,
    /// Why nothing was found of what an earlier window kept.
    pub(crate) error: Option<DraftsError>,
}

impl Drafts {
    /// The first file of the folder that no other window has, one with something in it before
    /// empty ones.
    #[must_use]
    pub fn of_folder(folder: &Path) -> Self {
        if fs::create_dir_all(folder).is_err() {
            return Self::default();
        }
        let (mut free, mut error) = (None, None::<DraftsError>);
        let mut paths: Vec<_> = (1..=SLOTS).map(|slot| folder.join(format!("draft-{slot}.json"))).collect();
        // Each that is tried gets a lock: those with nothing in them come last, and one of them is enough.
        paths.sort_by_key(|path| !path.exists());
        for path in paths {
            if free.is_some() && !path.exists() {
                break;
            }
            let Ok(Some(lock)) = lock(&path.with_extension("lock")) else { continue };
            let found = match read_or_put_aside(&path, MAX_BYTES, parse) {
                Ok(found) => found,
                Err(unusable) => match error.insert(DraftsError { error: unusable }).error {
                    // The other files are on the same disk.
                    UnusableFile::Unreadable { reason: ReadError::Slow { .. }, .. } => break,
                    UnusableFile::Unreadable { .. } => continue,
                    UnusableFile::Broken { .. } => None,
                },
            };
            let found = found.unwrap_or_default();
            let is_empty = found.is_empty();
            let soon = SaveSoon::new(found.clone(), move |written| write(&path, written));
            let drafts = Self { file: Some((soon, lock)), found, error: None };
            if !is_empty {
                free = Some(drafts);
                break;
            }
            free.get_or_insert(drafts);
        }
        Self { error, ..free.unwrap_or_default() }
    }

    /// What was in the file when the window opened.
    #[must_use]
    pub fn found(&self) -> &Written {
        &self.found
    }

    /// Whether the next window will find what is written in this one.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.file.as_ref().is_some_and(|(soon, _)| !soon.has_failed())
    }

    /// Begins to write `newest`, the value of which the file may lack something; it holds `draft` and texts with
    /// their servers. Gives how long to wait before the next call, where there is something to wait for.
    pub fn save<'a>(
        &mut self,
        now: f64,
        draft: &str,
        unsent: impl Iterator<Item = (&'a str, Option<&'a str>)>,
        newest: impl FnOnce() -> Written,
    ) -> Option<Duration> {
        let (soon, _) = self.file.as_mut()?;
        soon.save(now, |saved| !saved.holds(draft, unsent), newest)
    }

    /// Writes `newest` at once where the file has something else. [`Self::is_kept`] says what came of it.
    pub fn save_now(&mut self, newest: &Written) {
        if let Some((soon, _)) = &mut self.file {
            let _failed = soon.save_now(|saved| saved != newest, || newest.clone()).is_err();
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

fn parse(text: &str) -> Result<Written, ReadError> {
    serde_json::from_str(text).map_err(|error| {
        let reason = error.to_string();
        // It ends with the line, which is said before it.
        let reason = reason.rsplit_once(" at line ").map_or(&*reason, |(reason, _)| reason).to_owned();
        ReadError::Malformed { line: error.line(), reason }
    })
}

fn write(path: &Path, written: &Written) -> io::Result<()> {
    if written.is_empty() {
        return match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let json = serde_json::to_vec(written)?;
    if u64::try_from(json.len()).is_ok_and(|len| len > MAX_BYTES) {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    write_private(path, |out| out.write_all(&json))
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
        drafts.save_now(&written(draft));
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
        assert_eq!(third.found(), &Written::default());
        drop((first, second, third));
        let again = [(); 3].map(|()| Drafts::of_folder(folder.path()));
        let drafts = again.each_ref().map(|drafts| drafts.found().draft.as_str());
        assert_eq!(drafts, ["first", "second", ""]);
        assert_eq!(again[0].found(), &written("first"));
    }

    #[test]
    fn a_draft_without_an_owner_is_found_before_an_empty_file() {
        let folder = tempfile::tempdir().unwrap();
        let first = Drafts::of_folder(folder.path());
        let mut second = Drafts::of_folder(folder.path());
        save(&mut second, "left");
        drop((first, second));
        assert_eq!(Drafts::of_folder(folder.path()).found().draft, "left");
    }

    #[test]
    fn only_the_file_that_is_used_has_a_lock() {
        let folder = tempfile::tempdir().unwrap();
        let locks = || {
            let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
            let mut locks: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
            locks.retain(|name| name.contains(".lock"));
            locks.sort();
            locks
        };
        let first = Drafts::of_folder(folder.path());
        assert_eq!(locks(), ["draft-1.lock"]);
        let second = Drafts::of_folder(folder.path());
        assert_eq!(locks(), ["draft-1.lock", "draft-2.lock"]);
        drop((first, second));
    }

    #[test]
    fn nothing_written_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::of_folder(folder.path());
        save(&mut drafts, "x");
        let x = written("x");
        let unsent = || [("a\n好", Some("h:1"))].into_iter();
        assert!(x.holds("x", unsent()) && !x.holds("", unsent()) && !x.holds("x", std::iter::empty()));
        drafts.save_now(&Written::default());
        assert!(!folder.path().join("draft-1.json").exists());
    }

    #[test]
    fn what_cannot_be_read_is_kept_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("draft-1.json");
        for number in 1..3 {
            fs::write(&path, "{").unwrap();
            let mut drafts = Drafts::of_folder(folder.path());
            assert_eq!(drafts.found(), &Written::default());
            assert!(matches!(drafts.error, Some(DraftsError { error: UnusableFile::Broken { .. } })));
            save(&mut drafts, "x");
            drop(drafts);
            let is_aside = |entry: io::Result<fs::DirEntry>| {
                entry.unwrap().file_name().to_string_lossy().ends_with(".broken")
            };
            let count =
                fs::read_dir(folder.path()).unwrap().map(is_aside).filter(|is_aside| *is_aside).count();
            assert_eq!(count, number, "one took the place of another");
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let mut drafts = Drafts::of_folder(folder.path());
        assert!(matches!(drafts.error, Some(DraftsError { error: UnusableFile::Unreadable { .. } })));
        save(&mut drafts, "beside it");
        drop(drafts);
        let mut again = Drafts::of_folder(folder.path());
        assert_eq!(again.found().draft, "beside it");
        again.save_now(&written(&"x".repeat(usize::try_from(MAX_BYTES).unwrap())));
        assert!(!again.is_kept(), "it would not be found");
    }

    #[test]
    fn a_file_of_an_earlier_version_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"draft":"x","unsent":[{"text":"a","at":"2026-11-22T14:01:00+01:00"}]}"#;
        fs::write(folder.path().join("draft-1.json"), text).unwrap();
        let drafts = Drafts::of_folder(folder.path());
        let [unsent] = drafts.found().unsent.as_slice() else { panic!("{drafts:?}") };
        assert_eq!((unsent.text.as_str(), &unsent.to), ("a", &None));
    }

    #[test]
    fn what_could_not_be_written_is_not_taken_as_saved() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = Drafts::of_folder(folder.path());
        // A folder is in the way of the file.
        let obstacle = folder.path().join("draft-1.json");
        fs::create_dir(&obstacle).unwrap();
        drafts.save_now(&written("x"));
        assert!(!drafts.is_kept());
        fs::remove_dir(&obstacle).unwrap();
        save(&mut drafts, "x");
        drop(drafts);
        assert_eq!(Drafts::of_folder(folder.path()).found(), &written("x"));
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
