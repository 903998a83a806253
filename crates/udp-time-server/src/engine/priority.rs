//! Realtime scheduling for the thread that sends, so that ticks leave in time where every core is busy.

#[cfg(target_os = "linux")]
mod realtime_kit;

#[cfg(target_os = "linux")]
use realtime_kit::Limit;
use thread_priority::{ThreadPriority, set_current_thread_priority};

/// Only Linux limits how long a realtime thread may work.
#[cfg(not(target_os = "linux"))]
#[derive(Debug, Default)]
struct Limit;

#[cfg(not(target_os = "linux"))]
impl Limit {
    fn ask() -> Self {
        Self
    }

    fn heed_limit(&self) {}
}

/// The scheduling of the thread that raised it.
#[derive(Debug)]
pub(super) struct Priority(Limit);

impl Priority {
    /// Asks the system to run this thread before ordinary ones: it works for some microseconds a tick, and those decide
    /// how exact the tick is. Where a busy program holds the core, an ordinary thread waits for several milliseconds.
    ///
    /// Realtime where that is permitted (to root, by `RLIMIT_RTPRIO`, by the unit in docs/time.md) or where `RealtimeKit` gives
    /// it, else a better place among the ordinary threads, else nothing: then a tick is late on a busy machine, as for every
    /// program.
    pub(super) fn raise() -> Self {
        if try_realtime() {
            return Self(Limit::default());
        }
        let _ordinary = set_current_thread_priority(ThreadPriority::Max).is_err();
        Self(Limit::ask())
    }

    /// Becomes an ordinary thread again where it works for longer than a realtime one may. To be called between ticks.
    pub(super) fn heed_limit(&self) {
        self.0.heed_limit();
    }
}

#[cfg(unix)]
fn try_realtime() -> bool {
    use thread_priority::{
        RealtimeThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
        thread_schedule_policy,
    };

    let round_robin = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    // Whoever gave this process such a policy knows which.
    thread_schedule_policy().is_ok_and(|policy| matches!(policy, ThreadSchedulePolicy::Realtime(_)))
        || set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, round_robin).is_ok()
}

#[cfg(not(unix))]
fn try_realtime() -> bool {
    false
}
