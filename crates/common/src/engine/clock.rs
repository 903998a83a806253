//! The one place that reads the wall clock.

use std::fmt;

use chrono::{DateTime, FixedOffset, Local};

/// Tells the local time; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// The time now, with this computer's offset from UTC.
    fn now(&self) -> DateTime<FixedOffset>;
}

impl fmt::Debug for dyn Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// This computer's clock and time zone.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> DateTime<FixedOffset> {
        Local::now().fixed_offset()
    }
}
