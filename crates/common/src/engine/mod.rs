//! What every engine stands on: the link to its window, its thread, its end, its clock.

mod backoff;
mod clock;
mod event;
mod link;
mod runtime;
mod shutdown;
mod zone;

pub use backoff::Backoff;
pub use clock::{Clock, SystemClock, is_overdue, wait_until};
pub use event::Event;
pub use link::{
    BURST_BYTES, BURST_EVENTS, Busy, CommandSender, EngineHandle, EngineLink, EventSender, SnapshotSender,
    Waker, link,
};
pub use runtime::{EngineFailed, Flavor, start};
pub use shutdown::SHUTDOWN_GRACE;
pub(crate) use shutdown::end_after_grace;
pub use zone::LocalZoneError;
