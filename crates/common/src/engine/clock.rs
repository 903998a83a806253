//! The one place that reads the wall clock, and a wait for a deadline that may be missing.

use std::fmt;
use std::future::pending;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};
use tokio::time::{Instant, sleep_until};

use super::zone::{self, LocalZoneError};

/// Tells the local time; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// The time now, with this computer's offset from UTC.
    fn now(&self) -> DateTime<FixedOffset>;

    /// Why its times are in UTC, where nobody knows the zone of this computer.
    fn zone_error(&self) -> Option<LocalZoneError> {
        None
    }
}

impl fmt::Debug for dyn Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Waits until `deadline`, for ever where there is none.
pub async fn wait_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

/// How long after a deadline what arrives is still read first.
const LATE: Duration = Duration::from_secs(1);

/// Whether a deadline comes before what arrives: a peer that never pauses must not keep time from passing.
#[must_use]
pub fn is_overdue(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|at| Instant::now() >= at + LATE)
}

/// This computer's clock and time zone.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> DateTime<FixedOffset> {
        let now = Utc::now();
        let offset = FixedOffset::east_opt(zone::offset_secs(now.timestamp()));
        offset.map_or(now.fixed_offset(), |offset| now.with_timezone(&offset))
    }

    fn zone_error(&self) -> Option<LocalZoneError> {
        zone::error()
    }
}
