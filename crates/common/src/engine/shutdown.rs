//! The end of a program: asked for by a window, Ctrl-C or SIGTERM, and kept within the grace.

use std::sync::mpsc;
use std::time::Duration;

/// From being asked to end to the end of the process, whatever a peer or a bot is doing.
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(3);

/// When the process is ended from outside its threads: the rest of the grace is for the system to do so.
const LAST_RESORT: Duration = Duration::from_millis(2700);

/// Waits for Ctrl-C or, on Unix, SIGTERM.
pub(super) async fn end_signal() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = ctrl_c => (),
                _ = terminate.recv() => (),
            }
            return;
        }
    }
    ctrl_c.await;
}

/// Ends the process when the grace is over and something (a full pipe on standard output, a stuck
/// display or input method) still holds it.
///
/// Without the libraries' exit handlers, as `_exit` does: that of OpenGL waits for the lock of the
/// display, which a window has that waits for its input method.
pub(crate) fn end_after_grace() {
    let _watchdog = std::thread::Builder::new().name("shutdown".to_owned()).spawn(|| {
        let (_keep, never) = mpsc::sync_channel::<()>(1);
        let _timeout = never.recv_timeout(LAST_RESORT).is_err();
        signal_hook::low_level::exit(0);
    });
}
