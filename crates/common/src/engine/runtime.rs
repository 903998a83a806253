//! The thread that an engine lives on.

use std::io;
use std::sync::mpsc;
use std::time::Duration;

use super::link::{EngineHandle, EngineLink, Waker, link};
use super::shutdown::{SHUTDOWN_GRACE, end_after_grace, end_signal};

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
    handle.thread = Some(std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        runtime.block_on(async {
            let mut engine = std::pin::pin!(run(link));
            tokio::select! {
                () = &mut engine => return,
                () = shutdown.cancelled() => (),
                () = end_signal() => {
                    end_after_grace();
                    shutdown.cancel();
                    bell.ring();
                }
            }
            let _late = tokio::time::timeout(SHUTDOWN_GRACE, engine).await.is_err();
        });
        runtime.shutdown_timeout(BLOCKING_GRACE);
    })?);
    Ok(handle)
}

impl<C, E, S> EngineHandle<C, E, S> {
    /// Ends the engine and waits for it, at most [`SHUTDOWN_GRACE`].
    pub fn stop(&mut self) {
        self.shutdown.cancel();
        let Some(thread) = self.thread.take() else { return };
        let (done, ended) = mpsc::sync_channel::<()>(1);
        let joiner = std::thread::Builder::new().name("join".to_owned()).spawn(move || {
            // A panic was printed by its own thread; there is nothing to add.
            let _panicked = thread.join().is_err();
            drop(done);
        });
        if joiner.is_ok() {
            let _late = ended.recv_timeout(SHUTDOWN_GRACE).is_err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        handle.stop();
        assert_eq!(handle.wait_event(), None);
    }

    #[test]
    fn an_engine_that_hangs_does_not_hold_the_process() {
        let run = |_link: EngineLink<(), (), ()>| std::future::pending::<()>();
        let mut handle = start("stuck", Flavor::CurrentThread, Waker::none(), (), run).unwrap();
        let asked = Instant::now();
        handle.stop();
        assert!(asked.elapsed() < SHUTDOWN_GRACE * 2);
    }
}
