//! `RealtimeKit`: the service of a desktop that gives realtime scheduling to those who have no right to it, as sound
//! servers need it. It wants a limit in return: a thread that works for too long without a pause is ended by the system,
//! with its process, so that it cannot take the computer away from its user.
//!
//! The service is asked by another thread, as it may have to be started, or hang.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::libc::rlim_t;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getpid, gettid};
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};
use zbus::Result;
use zbus::blocking::{Connection, connection};
use zbus::zvariant::OwnedValue;

const NAME: &str = "org.freedesktop.RealtimeKit1";
const PATH: &str = "/org/freedesktop/RealtimeKit1";

/// How long the service may take to start and to answer.
const WAIT: Duration = Duration::from_secs(10);

/// The lowest one comes before all ordinary threads.
const PRIORITY: u32 = 1;

/// Set when the system warns, by SIGXCPU, that a realtime thread has worked for half of the time that it may work without
/// a pause (setrlimit(2), `RLIMIT_RTTIME`).
#[derive(Debug, Default)]
pub(super) struct Limit(Arc<AtomicBool>);

impl Limit {
    /// Has the service asked for this thread.
    pub(super) fn ask() -> Self {
        let limit = Self::default();
        // Before there is a limit: a signal that nobody takes ends the process.
        if signal_hook::flag::register(Signal::SIGXCPU as i32, Arc::clone(&limit.0)).is_err() {
            return limit;
        }
        let thread = gettid();
        let ask = move || {
            let bus = connection::Builder::system().and_then(|bus| bus.method_timeout(WAIT).build());
            // Without the service the thread stays as it is.
            let _refused = bus.and_then(|bus| ask_for(&bus, thread)).is_err();
        };
        let _no_thread = std::thread::Builder::new().name("realtime".to_owned()).spawn(ask).is_err();
        limit
    }

    /// Gives the realtime scheduling back where the limit was reached; it is not asked for again.
    pub(super) fn heed_limit(&self) {
        if self.0.swap(false, Ordering::Relaxed) {
            let ordinary = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Other);
            // The least one would come after all other threads, and nobody without rights could undo that.
            let priority = ThreadPriority::Max;
            // The policy is given back in any case; what can fail is a better place among ordinary threads.
            let _place = set_thread_priority_and_policy(thread_native_id(), priority, ordinary).is_err();
        }
    }
}

/// Asks for a thread of this process.
fn ask_for(bus: &Connection, thread: Pid) -> Result<()> {
    // Property by property: the service does not know `GetAll`, which a proxy of zbus begins with.
    let properties = Some("org.freedesktop.DBus.Properties");
    let longest = bus.call_method(Some(NAME), PATH, properties, "Get", &(NAME, "RTTimeUSecMax"))?;
    let longest = i64::try_from(longest.body().deserialize::<OwnedValue>()?)?;
    limit(rlim_t::try_from(longest).unwrap_or_default())?;
    let number = |id: Pid| u64::try_from(id.as_raw()).unwrap_or_default();
    let wanted = (number(getpid()), number(thread), PRIORITY);
    bus.call_method(Some(NAME), PATH, Some(NAME), "MakeThreadRealtimeWithPID", &wanted).map(drop)
}

/// Limits realtime threads to `longest` microseconds of work without a pause; [`Limit`] is set at half of that.
fn limit(longest: rlim_t) -> Result<()> {
    let failed = |error: nix::Error| zbus::Error::Failure(error.to_string());
    let (soft, hard) = getrlimit(Resource::RLIMIT_RTTIME).map_err(failed)?;
    let (soft, hard) = (soft.min(longest / 2), hard.min(longest));
    setrlimit(Resource::RLIMIT_RTTIME, soft, hard).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    struct Kit {
        longest: i64,
        asked: mpsc::SyncSender<(u64, u64, u32, rlim_t)>,
    }

    #[zbus::interface(name = "org.freedesktop.RealtimeKit1")]
    impl Kit {
        #[zbus(property, name = "RTTimeUSecMax")]
        fn longest(&self) -> i64 {
            self.longest
        }

        #[zbus(name = "MakeThreadRealtimeWithPID")]
        fn make_realtime(&self, process: u64, thread: u64, priority: u32) {
            let (_, hard) = getrlimit(Resource::RLIMIT_RTTIME).unwrap();
            self.asked.send((process, thread, priority, hard)).unwrap();
        }
    }

    #[test]
    fn the_service_is_asked_for_a_thread_that_has_its_limit() {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        let (asked, told) = mpsc::sync_channel(1);
        let serve = std::thread::Builder::new().spawn(move || {
            let bus = connection::Builder::async_io_unix_stream(theirs);
            let bus = bus.server(zbus::Guid::generate()).unwrap().p2p();
            bus.serve_at(PATH, Kit { longest: 200_000, asked }).unwrap().build().unwrap()
        });
        let bus = connection::Builder::async_io_unix_stream(ours).p2p().build().unwrap();
        let _served = serve.unwrap().join().unwrap();
        ask_for(&bus, gettid()).unwrap();
        let (process, thread, priority, hard) = told.recv().unwrap();
        assert_eq!((process, priority), (u64::from(std::process::id()), 1));
        assert_eq!(i32::try_from(thread).unwrap(), gettid().as_raw());
        // Without it the service refuses.
        assert!(hard <= 200_000, "{hard}");
    }

    /// The nineteenth value of proc(5); what stands behind the name begins with the third.
    fn niceness() -> i32 {
        let values = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let (_, values) = values.rsplit_once(')').unwrap();
        values.split_whitespace().nth(16).unwrap().parse().unwrap()
    }

    #[test]
    fn a_thread_that_works_for_too_long_is_an_ordinary_one_again() {
        use thread_priority::{RealtimeThreadSchedulePolicy, thread_schedule_policy};
        let round_robin = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
        let normal = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Other);
        let limit = Limit::default();
        let before = niceness();
        // Only root may; for others the rest holds all the same.
        let raised = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, round_robin);
        let policy = thread_schedule_policy().unwrap();
        assert_eq!(policy, if raised.is_ok() { round_robin } else { normal });
        limit.heed_limit();
        assert_eq!(thread_schedule_policy().unwrap(), policy, "it was not told to");
        signal_hook::flag::register(Signal::SIGXCPU as i32, Arc::clone(&limit.0)).unwrap();
        nix::sys::signal::raise(Signal::SIGXCPU).unwrap();
        limit.heed_limit();
        assert_eq!(thread_schedule_policy().unwrap(), normal);
        assert!(niceness() <= before, "{} behind {before}", niceness());
    }
}
