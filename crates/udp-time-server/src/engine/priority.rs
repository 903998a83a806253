//! Coming first where every core is busy.

use thread_priority::{ThreadPriority, set_current_thread_priority};

/// Asks the system to run this thread before ordinary ones: it works for some microseconds a tick, and those decide
/// how exact the tick is. Where a busy program holds the core, an ordinary thread waits for several milliseconds.
///
/// Realtime where that is permitted (to root, by `RLIMIT_RTPRIO`, by the unit in docs/time.md), else a better place among the
/// ordinary threads, else nothing: without the right to it a tick is late on a busy machine, as for every program.
pub(super) fn raise() {
    let _ordinary = !is_realtime() && set_current_thread_priority(ThreadPriority::Max).is_err();
}

#[cfg(unix)]
fn is_realtime() -> bool {
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
fn is_realtime() -> bool {
    false
}
