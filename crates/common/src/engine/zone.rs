//! The time zone of this computer, as `date` finds it.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::localized;
use crate::texts::path;

/// Why the time zone of this computer is not known: its times are in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum LocalZoneError {
    /// The environment variable `TZ` names no time zone.
    Unknown {
        /// Its value.
        typed: String,
    },
    /// The file with the rules cannot be read.
    Unreadable {
        /// The file.
        #[serde(serialize_with = "path")]
        file: PathBuf,
        /// What is wrong, in the words of the system or of the parser.
        reason: String,
    },
}

localized!(LocalZoneError);

/// The zone of this computer where `TZ` does not name one.
const LOCALTIME: &str = "/etc/localtime";

/// How often the link is looked at: the zone of a computer that travels changes.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Longest file of rules that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// What glibc adds where a zone has summer time and no rules for it.
const DEFAULT_RULES: &str = ",M3.2.0,M11.1.0";

/// What was read.
#[derive(Debug)]
struct Local {
    zone: TimeZone,
    error: Option<LocalZoneError>,
    looked: Instant,
    changed: Option<SystemTime>,
}

impl Local {
    fn read() -> Self {
        let changed = changed();
        let (zone, error) = match find() {
            Ok(zone) => (zone, None),
            Err(error) => (TimeZone::UTC, Some(error)),
        };
        Self { zone, error, looked: Instant::now(), changed }
    }

    fn refresh(&mut self) {
        if self.looked.elapsed() < LOOK_EVERY {
            return;
        }
        self.looked = Instant::now();
        let changed = changed();
        // Other systems have no such link; there the library asks the system every five minutes.
        if cfg!(not(unix)) || self.changed != changed {
            self.changed = changed;
            // A file that is being written is read with the next change; the old zone is better than none.
            if let Ok(zone) = find() {
                self.zone = zone;
            }
        }
    }
}

/// When the link was changed last.
fn changed() -> Option<SystemTime> {
    std::fs::symlink_metadata(LOCALTIME).and_then(|link| link.modified()).ok()
}

fn with_local<T>(act: impl FnOnce(&mut Local) -> T) -> T {
    static LOCAL: Mutex<Option<Local>> = Mutex::new(None);
    act(LOCAL.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Local::read))
}

/// The offset of this computer's zone from UTC at a moment in seconds of the Unix epoch.
pub(super) fn offset_secs(moment: i64) -> i32 {
    with_local(|local| {
        local.refresh();
        offset_of(&local.zone, moment)
    })
}

fn offset_of(zone: &TimeZone, moment: i64) -> i32 {
    jiff::Timestamp::from_second(moment).map_or(0, |moment| zone.to_offset(moment).seconds())
}

/// Why the zone of this computer was not known when the program began, where it was not.
pub(super) fn error() -> Option<LocalZoneError> {
    with_local(|local| local.error.clone())
}

#[cfg(unix)]
fn find() -> Result<TimeZone, LocalZoneError> {
    let rules = std::env::var_os("TZDIR").map(PathBuf::from);
    let places = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"].map(PathBuf::from);
    let rules = rules.or_else(|| places.into_iter().find(|place| place.is_dir())).unwrap_or_default();
    find_among(std::env::var_os("TZ").as_deref(), &rules, Path::new(LOCALTIME))
}

#[cfg(not(unix))]
fn find() -> Result<TimeZone, LocalZoneError> {
    TimeZone::try_system()
        .map_err(|error| LocalZoneError::Unreadable { file: PathBuf::new(), reason: error.to_string() })
}

/// The zone that `tz` names: a file of `rules`, any file by its path, or rules by POSIX; that of the file `localtime` where
/// there is no `tz`.
#[cfg_attr(not(unix), expect(dead_code, reason = "for Unix"))]
fn find_among(tz: Option<&OsStr>, rules: &Path, localtime: &Path) -> Result<TimeZone, LocalZoneError> {
    let unreadable = |file: &Path, error: &io::Error| LocalZoneError::Unreadable {
        file: file.to_owned(),
        reason: error.to_string(),
    };
    let Some(tz) = tz else {
        // A computer without that file is one in UTC; a link that leads nowhere is a fault.
        return match std::fs::symlink_metadata(localtime) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(TimeZone::UTC),
            _ => read(localtime).map_err(|error| unreadable(localtime, &error)),
        };
    };
    let typed = tz.to_string_lossy();
    let name = typed.strip_prefix(':').unwrap_or(&typed);
    if name.is_empty() {
        return Ok(TimeZone::UTC);
    }
    // An absolute path stays what it is.
    let file = rules.join(name);
    let error = match read(&file) {
        Ok(zone) => return Ok(zone),
        Err(error) => error,
    };
    let posix =
        [name, &format!("{name}{DEFAULT_RULES}")].into_iter().find_map(|rules| TimeZone::posix(rules).ok());
    posix.ok_or_else(|| match error.kind() {
        io::ErrorKind::NotFound if !name.starts_with('/') => {
            LocalZoneError::Unknown { typed: typed.to_string() }
        }
        _ => unreadable(&file, &error),
    })
}

fn read(file: &Path) -> io::Result<TimeZone> {
    let about = std::fs::metadata(file)?;
    // Nothing that blocks, and nothing without an end.
    if !about.is_file() || about.len() > MAX_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    TimeZone::tzif("local", &std::fs::read(file)?).map_err(io::Error::other)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    fn zoneinfo() -> &'static Path {
        Path::new("/usr/share/zoneinfo")
    }

    fn of(tz: &str) -> Result<TimeZone, LocalZoneError> {
        find_among(Some(OsStr::new(tz)), zoneinfo(), Path::new("/nowhere"))
    }

    const WINTER: i64 = 1_767_900_000;
    const SUMMER: i64 = 1_782_900_000;

    fn check(tz: &str, moments: &[i64]) {
        let zone = of(tz).unwrap_or_else(|error| panic!("{tz:?}: {error}"));
        for moment in moments {
            let date = Command::new("date").arg(format!("-d@{moment}")).arg("+%::z").env("TZ", tz).output();
            let told = String::from_utf8(date.expect("date").stdout).unwrap();
            let secs = offset_of(&zone, *moment);
            let (sign, secs) = (if secs < 0 { '-' } else { '+' }, secs.abs());
            let ours = format!("{sign}{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60);
            assert_eq!(ours, told.trim_end(), "TZ={tz:?} at {moment}");
        }
    }

    #[test]
    fn each_form_of_tz_is_read_as_date_reads_it() {
        // And around the changes of 2026 in Europe and America.
        let changes = [1_772_953_200, 1_774_746_000, 1_792_890_000, 1_793_512_800];
        let around = changes.iter().flat_map(|change| [change - 1, *change]);
        let moments: Vec<i64> = around.chain([WINTER, SUMMER]).collect();
        for tz in [
            "CET-1CEST,M3.5.0,M10.5.0/3",
            "<+08>-8",
            "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
            "UTC0",
            "EST5",
            "EST5EDT",
            "EST5EDT4,J60,J300/5",
            "EST5EDT,59/2,300",
            "IST-2IDT,M3.4.4/26,M10.5.0",
            "ABC3:30",
            "Europe/Berlin",
            ":Europe/Berlin",
            "posix/Asia/Kathmandu",
            "/usr/share/zoneinfo/Asia/Tokyo",
            ":/usr/share/zoneinfo/Asia/Tokyo",
            ":UTC0",
            "",
            ":",
        ] {
            check(tz, &moments);
        }
        // Summer time without rules: when it begins depends on the system, to days.
        for tz in ["CET-1CEST", "NST3:30:30NDT", "AAA3BBB2"] {
            check(tz, &[WINTER, SUMMER]);
        }
    }

    #[test]
    fn what_names_no_zone_is_said() {
        for tz in ["Mars/Olympus", "XYZ", "X5", "AAA 5", "CET-1CEST,M13.5.0,M10.5.0", "../../../etc"] {
            let error = of(tz).unwrap_err();
            assert!(error.to_string().contains(tz), "{tz}: {error}");
        }
        let missing = of("/no/such/file").unwrap_err();
        assert!(matches!(missing, LocalZoneError::Unreadable { .. }), "{missing:?}");
    }

    #[test]
    fn a_localtime_that_cannot_be_read_is_said_and_none_is_utc() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("localtime");
        let find = || find_among(None, zoneinfo(), &file);
        assert_eq!(find(), Ok(TimeZone::UTC), "there is none");
        symlink(zoneinfo().join("Asia/Tokyo"), &file).unwrap();
        assert_eq!(offset_of(&find().unwrap(), 0), 9 * 3600);
        std::fs::remove_file(&file).unwrap();
        symlink("/no/such/zone", &file).unwrap();
        let is_unreadable =
            || matches!(find(), Err(LocalZoneError::Unreadable { file: told, .. }) if told == file);
        assert!(is_unreadable(), "a link to nowhere");
        std::fs::remove_file(&file).unwrap();
        for content in ["", "TZif", "no zone"] {
            std::fs::write(&file, content).unwrap();
            assert!(is_unreadable(), "{content:?}");
        }
        std::fs::remove_file(&file).unwrap();
        nix::unistd::mkfifo(&file, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(is_unreadable(), "nobody waits for a pipe");
    }
}
