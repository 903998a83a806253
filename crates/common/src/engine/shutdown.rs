//! The end of a program: asked for by a window, Ctrl-C or SIGTERM, and kept within the grace.

use std::io;
use std::sync::mpsc;
use std::time::Duration;

use tokio::runtime;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::link::Bell;

/// From being asked to end to the end of the process, whatever a peer or a bot is doing.
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(3);

/// When the process is ended from outside its threads: the rest of the grace is for the system to do so.
const LAST_RESORT: Duration = Duration::from_millis(2700);

/// Has Ctrl-C and, on Unix, SIGTERM cancel `shutdown` and ring `bell`, until what this returns is dropped. They are
/// waited for on a thread of its own: that of the engine may be held by a file or a library that blocks.
///
/// # Errors
/// Where the system gives no thread or no runtime.
pub(super) fn end_at_signal(shutdown: CancellationToken, bell: Bell) -> io::Result<DropGuard> {
    let ended = CancellationToken::new();
    let (guard, runtime) =
        (ended.clone().drop_guard(), runtime::Builder::new_current_thread().enable_io().build()?);
    let (ready, is_ready) = mpsc::sync_channel(1);
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            let signal = end_signal();
            let _waits = ready.send(()).is_ok();
            tokio::select! {
                () = ended.cancelled() => (),
                () = signal => {
                    end_after_grace();
                    shutdown.cancel();
                    bell.ring();
                }
            }
        });
    })?;
    // Whoever starts an engine can be sure that a signal is noticed from here on.
    let _ready = is_ready.recv().is_ok();
    Ok(guard)
}

/// Waits for Ctrl-C or, on Unix, SIGTERM; they are noticed from the call on.
#[cfg(unix)]
fn end_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    async fn received(signal: io::Result<Signal>) {
        match signal {
            Ok(mut signal) => _ = signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    }
    let [interrupt, terminate] = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async move {
        tokio::select! {
            () = received(interrupt) => (),
            () = received(terminate) => (),
        }
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn end_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Ends the process when the grace is over and something (a full pipe on standard output, a stuck
/// display or input method) still holds it.
///
/// Without the libraries' exit handlers, as `_exit` does: that of OpenGL waits for the lock of the
/// display, which a window has that waits for its input method.
pub(crate) fn end_after_grace() {
    let watchdog = std::thread::Builder::new().name("shutdown".to_owned()).spawn(|| {
        let (_keep, never) = mpsc::sync_channel::<()>(1);
        let _timeout = never.recv_timeout(LAST_RESORT).is_err();
        signal_hook::low_level::exit(0);
    });
    if watchdog.is_err() {
        signal_hook::low_level::exit(0);
    }
}
