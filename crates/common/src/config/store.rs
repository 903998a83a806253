//! The settings file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use toml::Table;

use serde::Serialize;

use super::{Settings, Stored};
use crate::files::{ReadError, UnusableFile, WriteError, lock, read_or_put_aside, write_private};
use crate::localized;
use crate::texts::path;

/// Nobody's settings are longer.
const MAX_BYTES: u64 = 1 << 20;

/// What is wrong with the settings file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum SettingsError {
    /// It cannot be used.
    Unusable {
        /// What became of it.
        error: UnusableFile,
    },
    /// It cannot be written.
    Unsaved {
        /// Why.
        reason: WriteError,
        /// The file.
        #[serde(serialize_with = "path")]
        file: PathBuf,
    },
}

/// Another window of the program is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OtherWindow;

localized!(SettingsError, OtherWindow);

/// Where settings are kept.
#[derive(Debug, Clone, Default)]
pub struct Store {
    path: Option<PathBuf>,
    /// Keys that this version does not know.
    unknown: Table,
}

/// What was found at the start.
#[derive(Debug)]
pub struct Loaded<A> {
    /// The settings, or defaults.
    pub settings: Settings<A>,
    /// What to tell the user.
    pub error: Option<SettingsError>,
    /// Where to save.
    pub store: Store,
}

impl Store {
    /// `settings.toml` in the program's folder among the user's configuration.
    #[must_use]
    pub fn of_program(app_id: &str) -> Self {
        let strategy = etcetera::base_strategy::choose_native_strategy().ok();
        let path = strategy.map(|strategy| strategy.config_dir().join(app_id).join("settings.toml"));
        Self { path, ..Self::default() }
    }

    /// Another file.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path: Some(path), ..Self::default() }
    }

    /// The file, where there is a place for one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Marks that a window of the program is open, until what this returns is dropped. Where the mark has no place, every
    /// window takes itself for the only one.
    ///
    /// # Errors
    /// Where another window of the program holds the mark.
    pub fn claim(&self) -> Result<Option<fs::File>, OtherWindow> {
        let Some(path) = &self.path else { return Ok(None) };
        let _exists = path.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok());
        match lock(&path.with_extension("lock")) {
            Ok(None) => Err(OtherWindow),
            Ok(file) => Ok(file),
            Err(_) => Ok(None),
        }
    }

    /// Reads the file; defaults where there is none.
    #[must_use]
    pub fn load<A: Stored>(self) -> Loaded<A> {
        let read = match &self.path {
            Some(path) => read_or_put_aside(path, MAX_BYTES, parse),
            None => Ok(None),
        };
        let (read, error, store) = match read {
            Ok(read) => (read, None, self),
            // What stays where it is must not be overwritten.
            Err(error @ UnusableFile::Unreadable { .. }) => (None, Some(error), Self::default()),
            Err(error) => (None, Some(error), self),
        };
        let (settings, unknown) = read.unwrap_or_default();
        let error = error.map(|error| SettingsError::Unusable { error });
        Loaded { settings, error, store: Self { unknown, ..store } }
    }

    /// Writes the file, as a whole or not at all.
    ///
    /// # Errors
    /// Where the system does not let it.
    pub fn save<A: Stored>(&self, settings: &Settings<A>) -> Result<(), SettingsError> {
        let Some(path) = &self.path else { return Ok(()) };
        let write = || {
            let mut table = self.unknown.clone();
            merge(&mut table, Table::try_from(settings).map_err(io::Error::other)?);
            let text = toml::to_string(&table).map_err(io::Error::other)?;
            if u64::try_from(HEADING.len() + text.len()).is_ok_and(|len| len > MAX_BYTES) {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
            write_private(path, |out| write!(out, "{HEADING}{text}"))
        };
        write().map_err(|error| SettingsError::Unsaved { reason: error.into(), file: path.clone() })
    }
}

const HEADING: &str =
    "# What the window remembers. The program writes this file anew when it changes or ends.\n\n";

/// The settings, and the keys that this version does not know.
fn parse<A: Stored>(text: &str) -> Result<(Settings<A>, Table), ReadError> {
    let explain = |error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        ReadError::Malformed { line: before.matches('\n').count() + 1, reason: error.message().to_owned() }
    };
    let settings: Settings<A> = toml::from_str(text).map_err(explain)?;
    let mut unknown: Table = toml::from_str(text).map_err(explain)?;
    let known = Table::try_from(&settings).map_err(io::Error::other)?;
    subtract(&mut unknown, &known);
    Ok((settings, unknown))
}

fn subtract(table: &mut Table, known: &Table) {
    for (key, value) in known {
        match (table.get_mut(key).and_then(toml::Value::as_table_mut), value) {
            (Some(inner), toml::Value::Table(known)) => subtract(inner, known),
            _ => _ = table.remove(key),
        }
    }
}

fn merge(table: &mut Table, newer: Table) {
    for (key, value) in newer {
        match (table.get_mut(&key).and_then(toml::Value::as_table_mut), value) {
            (Some(inner), toml::Value::Table(newer)) => merge(inner, newer),
            (_, value) => _ = table.insert(key, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ContrastChoice, Look, ThemeChoice};
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Program {
        port: u16,
        hosts: Vec<String>,
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/settings.toml");
        (folder, path)
    }

    fn load(path: &Path) -> Loaded<Program> {
        Store::at(path.to_owned()).load()
    }

    #[test]
    fn what_is_saved_is_found_again() {
        let (_folder, path) = folder();
        let Loaded { mut settings, error, store } = load(&path);
        assert_eq!((&settings, error), (&Settings::default(), None));
        let (theme, contrast) = (ThemeChoice::Dark, ContrastChoice::Normal);
        settings.look = Look { theme, contrast, language: Some("zh-CN".into()), ..Look::default() };
        settings.window.size = Some([500, 450]);
        settings.program = Program { port: 7, hosts: vec!["a".into()] };
        store.save(&settings).unwrap();
        assert_eq!(load(&path).settings, settings);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("theme = \"dark\"") && text.contains("\nport = 7"), "{text}");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left over");
    }

    #[test]
    fn a_broken_file_is_reported_and_set_aside() {
        for (text, reason) in [
            ("[look]\nzoom = \"big\"\n", "line 2: invalid type"),
            ("[look]\nhigh_contrast = \"much\"\n", "line 2: invalid value"),
            ("[look\n", "line 1:"),
            ("[program]\nport = 70000\n", "line 2: invalid value"),
        ] {
            let (_folder, path) = folder();
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            let loaded = load(&path);
            assert_eq!(loaded.settings, Settings::default());
            let Some(SettingsError::Unusable { error: UnusableFile::Broken { reason: seen, aside } }) =
                &loaded.error
            else {
                panic!("{:?}", loaded.error)
            };
            assert!(seen.to_string().contains(reason), "{seen}");
            assert_eq!(fs::read_to_string(aside).unwrap(), text);
            loaded.store.save(&loaded.settings).unwrap();
            assert_eq!(load(&path).error, None);
        }
    }

    #[test]
    fn what_would_not_be_read_is_put_aside_and_never_written() {
        let (_folder, path) = folder();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let long = "#".repeat(usize::try_from(MAX_BYTES).unwrap()) + "\n[program]\nport = 7\n";
        for (bytes, reason) in [
            (long.as_bytes(), ReadError::TooLong { max: MAX_BYTES }),
            (b"\xFF", ReadError::NotText { line: 1 }),
        ] {
            fs::write(&path, bytes).unwrap();
            let Some(SettingsError::Unusable { error: UnusableFile::Broken { reason: seen, aside } }) =
                load(&path).error
            else {
                panic!("{reason}")
            };
            assert_eq!((seen, fs::read(aside).unwrap().as_slice()), (reason, bytes));
        }
        let Loaded { mut settings, store, .. } = load(&path);
        settings.program.hosts = vec!["a".repeat(long.len())];
        let error = store.save(&settings).unwrap_err().to_string();
        assert!(error.contains("(it is too large)") && !path.exists(), "{error}");
        fs::write(&path, "\u{FEFF}[program]\nport = 7\n").unwrap();
        assert_eq!(load(&path).settings.program.port, 7, "an editor's byte order mark is no text");
    }

    #[test]
    fn older_files_have_no_contrast_of_the_system() {
        for (word, contrast) in [
            ("true", ContrastChoice::High),
            ("false", ContrastChoice::System),
            ("\"system\"", ContrastChoice::System),
            ("\"on\"", ContrastChoice::High),
            ("\"off\"", ContrastChoice::Normal),
        ] {
            let (settings, unknown) = parse::<Program>(&format!("[look]\nhigh_contrast = {word}\n")).unwrap();
            assert_eq!((settings.look.contrast, unknown.len()), (contrast, 1), "{word}");
            assert_eq!(
                unknown["look"],
                toml::Value::Table(Table::new()),
                "it would be kept beside the new one"
            );
            let text = toml::to_string(&settings).unwrap();
            assert_eq!(parse::<Program>(&text).unwrap().0, settings, "{text}");
        }
    }

    #[test]
    fn unknown_keys_stay_and_those_taken_back_go() {
        let (_folder, path) = folder();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "new = 1\n[look]\nlanguage = \"zh-CN\"\nfont = \"x\"\nzoom = 9000\n").unwrap();
        let Loaded { mut settings, store, .. } = load(&path);
        assert_eq!(settings.look.zoom.get(), 300, "corrected");
        settings.look.language = None;
        store.save(&settings).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("new = 1") && text.contains("font = \"x\""), "{text}");
        assert!(!text.contains("language"), "{text}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_left_alone() {
        let (_folder, path) = folder();
        fs::create_dir_all(&path).unwrap();
        let loaded = load(&path);
        assert!(
            matches!(loaded.error, Some(SettingsError::Unusable { error: UnusableFile::Unreadable { .. } })),
            "{:?}",
            loaded.error
        );
        assert_eq!(loaded.store.path(), None, "nothing is written there");
    }

    #[test]
    fn what_cannot_be_saved_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = Store::at(file.join("settings.toml")).save(&Settings::<Program>::default()).unwrap_err();
        assert!(error.to_string().starts_with("the settings cannot be saved ("), "{error}");
    }

    #[test]
    fn one_window_at_a_time_is_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("new folder/settings.toml"));
        let first = store.claim().unwrap();
        assert!(first.is_some());
        assert_eq!(store.claim().unwrap_err(), OtherWindow);
        drop(first);
        assert!(store.claim().unwrap().is_some());
    }
}
