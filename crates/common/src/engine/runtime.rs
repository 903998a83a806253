//! The thread that an engine lives on.

use std::io;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;

use super::link::{Bell, EngineHandle, EngineLink, Waker, link};
use super::shutdown::{SHUTDOWN_GRACE, end_at_signal};
use crate::localized;

/// How long tasks that block (a name look-up, a read of standard input) may hold the runtime.
const BLOCKING_GRACE: Duration = Duration::from_millis(100);

/// Which tokio runtime an engine needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavor {
    /// One thread: a handful of sockets.
    CurrentThread,
    /// One worker a core: thousands of sockets.
    #[cfg(feature = "multi-thread")]
    MultiThread,
}

/// The engine panicked: a defect of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EngineFailed;

localized!(EngineFailed);

/// Has the window look once more when the engine ends, by a panic too.
struct RingAtEnd(Bell);

impl Drop for RingAtEnd {
    fn drop(&mut self) {
        self.0.ring();
    }
}

/// Starts `run` on a thread of its own, named `name`.
///
/// Ctrl-C and SIGTERM cancel the engine's shutdown token; the process then ends within
/// [`SHUTDOWN_GRACE`].
///
/// # Errors
/// Where the system gives no thread or no runtime.
pub fn start<C, E, S, F>(
    name: &str,
    flavor: Flavor,
    waker: Waker,
    snapshot: S,
    run: impl FnOnce(EngineLink<C, E, S>) -> F + Send + 'static,
) -> io::Result<EngineHandle<C, E, S>>
where
    C: Send + 'static,
    E: Send + 'static,
    S: Send + Sync + 'static,
    F: Future<Output = ()>,
{
    let mut builder = match flavor {
        Flavor::CurrentThread => tokio::runtime::Builder::new_current_thread(),
        #[cfg(feature = "multi-thread")]
        Flavor::MultiThread => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = builder.enable_all().build()?;
    let (mut handle, link) = link(waker, snapshot);
    let shutdown = link.shutdown.clone();
    let bell = link.events.bell();
    handle.signals = Some(end_at_signal(shutdown.clone(), bell.clone())?);
    handle.thread = Some(std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _ring = RingAtEnd(bell);
        runtime.block_on(async {
            let mut engine = std::pin::pin!(run(link));
            tokio::select! {
                () = &mut engine => return,
                () = shutdown.cancelled() => (),
            }
            let _late = tokio::time::timeout(SHUTDOWN_GRACE, engine).await.is_err();
        });
        runtime.shutdown_timeout(BLOCKING_GRACE);
    })?);
    Ok(handle)
}

impl<C, E, S> EngineHandle<C, E, S> {
    /// Whether the engine has ended though nobody asked it to: a defect of this program.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.thread.as_ref().is_some_and(JoinHandle::is_finished) && !self.shutdown.is_cancelled()
    }

    /// Ends the engine and waits for it, at most [`SHUTDOWN_GRACE`].
    pub fn stop(&mut self) {
        // Its thread has printed why.
        let _failed = self.finish().is_err();
    }

    /// Like [`Self::stop`], for those who have an exit code to give.
    ///
    /// # Errors
    /// Where the engine had panicked, which its thread has printed.
    pub fn finish(&mut self) -> Result<(), EngineFailed> {
        self.shutdown.cancel();
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let (done, ended) = mpsc::sync_channel(1);
        let joiner = std::thread::Builder::new().name("join".to_owned()).spawn(move || {
            // Nobody waits any more after the grace.
            let _late = done.send(thread.join().is_err()).is_err();
        });
        match joiner.map(|_joiner| ended.recv_timeout(SHUTDOWN_GRACE)) {
            Ok(Ok(true)) => Err(EngineFailed),
            // It ended, or it is stuck, or nobody can wait for it.
            Ok(Ok(false) | Err(_)) | Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Instant;

    #[test]
    fn an_engine_runs_on_its_own_thread_and_ends_when_asked() {
        let run = |mut link: EngineLink<u32, String, u32>| async move {
            loop {
                tokio::select! {
                    () = link.shutdown.cancelled() => return,
                    Some(command) = link.commands.recv() => {
                        link.snapshot.set(command);
                        let thread = std::thread::current();
                        link.events.send(format!("{}: {command}", thread.name().unwrap_or_default()));
                    }
                }
            }
        };
        let mut handle = start("engine", Flavor::CurrentThread, Waker::none(), 0, run).unwrap();
        handle.command(7).unwrap();
        assert_eq!(handle.wait_event().as_deref(), Some("engine: 7"));
        assert_eq!(handle.snapshot(), 7);
        assert!(!handle.has_failed());
        assert_eq!(handle.finish(), Ok(()));
        assert_eq!(handle.wait_event(), None);
    }

    #[test]
    fn an_engine_that_hangs_does_not_hold_the_process() {
        // One that waits for ever ends with its runtime; one whose thread the system or a library holds never ends.
        for is_thread_held in [false, true] {
            let run = move |_link: EngineLink<(), (), ()>| async move {
                if is_thread_held {
                    loop {
                        std::thread::park();
                    }
                }
                std::future::pending::<()>().await;
            };
            let mut handle = start("stuck", Flavor::CurrentThread, Waker::none(), (), run).unwrap();
            let asked = Instant::now();
            assert_eq!(handle.finish(), Ok(()));
            assert!(asked.elapsed() < SHUTDOWN_GRACE * 2);
        }
    }

    #[test]
    fn an_engine_that_panics_says_so() {
        let run = |_link: EngineLink<(), (), ()>| async { panic!("a defect, on purpose") };
        let wake_count = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&wake_count);
        let waker = Waker::new(move || _ = counter.fetch_add(1, Ordering::Relaxed));
        let mut handle = start("broken", Flavor::CurrentThread, waker, (), run).unwrap();
        assert_eq!(handle.wait_event(), None);
        while !handle.has_failed() {
            std::thread::yield_now();
        }
        assert!(wake_count.load(Ordering::Relaxed) > 0, "the window would not look");
        assert_eq!(handle.finish(), Err(EngineFailed));
    }
}
