//! What the server does: it listens, takes clients, asks the bots, and stops.

mod descriptors;
mod desk;
mod event;
mod listener;
mod presence;
mod probe;
mod recent;
mod reporter;
mod session;
mod snapshot;
mod socket;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;

use common::engine::{Clock, EngineHandle, EngineLink, Flavor, SystemClock, Waker};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use event::{Client, ClientId, Command, DisconnectReason, Event, Excerpt, Refusal};
pub use snapshot::{ClientRow, ClientState, ServerState, Snapshot, Totals};

pub use probe::{KeyNote, Models, TEST_QUESTION, Trial};

use crate::bot::{Deadlines, KeyStore};
use crate::config::Config;
use desk::Desk;
use probe::Probes;
use reporter::Reporter;

/// The engine's side of the link.
pub type Link = EngineLink<Command, Event, Snapshot>;

/// The window's side of the link.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// Starts the engine on threads of its own; with settings it listens at once.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(waker: Waker, listen: Option<Config>) -> io::Result<Handle> {
    let run = move |link| run(link, listen);
    common::engine::start("engine", Flavor::MultiThread, waker, Snapshot::default(), run)
}

/// Runs the engine until the program ends; `start` listens at once.
pub async fn run(link: Link, start: Option<Config>) {
    run_with(link, start, KeyStore::system()).await;
}

async fn run_with(link: Link, start: Option<Config>, keys: KeyStore) {
    let EngineLink { mut commands, events, snapshot, shutdown } = link;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let reporter = Arc::new(Reporter::new(events, snapshot, Arc::clone(&clock)));
    tokio::select! {
        () = reporter.publish_changes() => (),
        () = obey(&clock, &reporter, keys, &mut commands, &shutdown, start) => (),
    }
    reporter.publish();
}

/// Does what the user wants until the program ends.
async fn obey(
    clock: &Arc<dyn Clock>,
    reporter: &Arc<Reporter>,
    keys: KeyStore,
    commands: &mut mpsc::Receiver<Command>,
    shutdown: &CancellationToken,
    start: Option<Config>,
) {
    let probes = Probes::new(Arc::clone(reporter), Arc::clone(clock), keys, shutdown.clone());
    let mut next = start;
    while !shutdown.is_cancelled() {
        if let Some(settings) = next.take() {
            serve(&settings, clock, reporter, commands, &probes).await;
            continue;
        }
        tokio::select! {
            biased;
            () = shutdown.cancelled() => (),
            command = commands.recv() => {
                let Some(command) = command else { return };
                if let Some(Command::Start(settings)) = probes.take(command) {
                    next = Some(settings);
                }
            }
        }
    }
}

/// From Start to Stop.
async fn serve(
    settings: &Config,
    clock: &Arc<dyn Clock>,
    reporter: &Arc<Reporter>,
    commands: &mut mpsc::Receiver<Command>,
    probes: &Probes,
) {
    reporter.starting();
    let mut desk = None;
    let sessions = TaskTracker::new();
    let listen = async {
        let (listener, local_addr) = listener::bind(&settings.listen, settings.port).await?;
        reporter.listening(local_addr);
        if let Err((needed, allowed)) = descriptors::make_room(settings.limits) {
            reporter.few_descriptors(needed, allowed);
        }
        // Whoever connects waits for the bots' keys: a key store that is stuck has two seconds.
        let chain = settings.bots.build(Deadlines::default(), clock, &probes.keys).await;
        reporter.answering(&chain);
        let desk = desk.insert(Arc::new(Desk::new(Arc::clone(reporter), chain, settings.limits)));
        listener::take_all(desk, &sessions, listener).await;
        Ok(())
    };
    tokio::select! {
        biased;
        () = stop_asked(reporter, commands, probes) => (),
        listened = listen => {
            if let Err(error) = listened {
                reporter.listen_failed(error);
                return;
            }
        }
    }
    reporter.stopping();
    if let Some(desk) = desk {
        desk.stop.cancel();
    }
    sessions.close();
    // Each session keeps to this by itself.
    let grace = session::ANSWER_GRACE + session::WRITE_GRACE + session::LINGER;
    let _late = tokio::time::timeout(grace, sessions.wait()).await.is_err();
    reporter.stopped();
}

/// Waits until the user, or the end of the program, ends the listening.
async fn stop_asked(reporter: &Reporter, commands: &mut mpsc::Receiver<Command>, probes: &Probes) {
    let stop_command = async {
        loop {
            let Some(command) = commands.recv().await else { return };
            match probes.take(command) {
                Some(Command::Disconnect(id)) => reporter.disconnect(id),
                Some(Command::Stop) => return,
                _ => (),
            }
        }
    };
    tokio::select! {
        () = probes.shutdown.cancelled() => (),
        () = stop_command => (),
    }
}
