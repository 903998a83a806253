//! The loop of the engine.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use common::discovery::{Browser, DiscoveryError, Found};
use common::engine::Clock;
use common::net::{BindError, Interface, InterfaceWatcher};
use tokio::time::{Instant, sleep_until};

use super::listeners::Listeners;
use super::receiver::Receiver;
use super::{Command, Link, State};
use crate::config::Config;
use crate::event::Event;

/// How often an address that is taken is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// How often an address that is wholly ours is checked for other programs: the system walks through a large table for that.
const WATCH: Duration = Duration::from_secs(5);

/// How many ports are tried to find a free one.
const FREE_PORTS: usize = 100;

/// Receives from each [`Command::Listen`] to the next [`Command::Stop`], until the program ends. Publishes the servers that
/// `browser` finds, where there is one.
pub async fn run(mut link: Link, clock: impl Clock, mut browser: Option<Browser>) {
    let mut receiver = Receiver::new();
    let mut watcher = InterfaceWatcher::new();
    let mut interfaces = Vec::new();
    let mut phase = Phase::Off;
    loop {
        let wake = tokio::select! {
            biased;
            () = link.shutdown.cancelled() => return,
            command = link.commands.recv() => match command {
                Some(command) => Wake::Command(command),
                None => return,
            },
            list = watcher.changed() => Wake::Interfaces(list),
            found = announced(browser.as_mut()) => Wake::Announced(found),
            () = receiver.publish_due() => Wake::Publish,
            wake = phase.wake() => wake,
        };
        let has_listened = matches!(phase, Phase::Listening { .. });
        phase = match (wake, phase) {
            (Wake::Command(Command::Listen(settings)), _) => {
                link.snapshot.change(|snapshot| snapshot.state = State::Opening(settings.clone()));
                Phase::open(settings, &interfaces)
            }
            (Wake::Command(Command::Stop), _) => {
                link.snapshot.change(|snapshot| snapshot.state = State::Off);
                link.events.send(Event::Stopped);
                Phase::Off
            }
            (Wake::Command(Command::RemoveSender(id)), phase) => {
                receiver.remove(id, &link);
                phase
            }
            (Wake::Command(Command::RestoreSender), phase) => {
                receiver.restore(&link);
                phase
            }
            (Wake::Publish, phase) => {
                receiver.publish(&link);
                phase
            }
            (Wake::Announced(found), phase) => {
                let (found, error) =
                    found.map_or_else(|error| (Vec::new(), Some(error)), |found| (found, None));
                link.snapshot.change(|snapshot| {
                    (snapshot.announced, snapshot.discovery_error) = (found.into(), error);
                });
                phase
            }
            (Wake::Interfaces(list), phase) => {
                link.snapshot.change(|snapshot| snapshot.interfaces = Arc::new(list.clone()));
                interfaces = list;
                phase.follow(&link, &interfaces)
            }
            (Wake::Opened(Ok(mut listeners)), Phase::Opening { settings, .. }) => {
                receiver.begin(settings.encoding);
                listeners.refresh();
                publish_listening(&link, &listeners);
                Phase::listening(settings, listeners)
            }
            (Wake::Opened(Err(error)), Phase::Opening { settings, .. }) => {
                Phase::failed(&link, settings, error, &interfaces).await
            }
            (Wake::Retry, Phase::Failed { settings, .. }) => Phase::open(settings, &interfaces),
            (Wake::Retry, Phase::Listening { settings, mut listeners, .. }) => {
                if listeners.refresh() {
                    publish_listening(&link, &listeners);
                }
                Phase::listening(settings, listeners)
            }
            (Wake::Readable, Phase::Listening { settings, listeners, refresh_at }) => {
                match receiver.receive(&link, &clock, &listeners) {
                    Ok(()) => Phase::Listening { settings, listeners, refresh_at },
                    Err(error) => Phase::failed(&link, settings, error, &interfaces).await,
                }
            }
            (_, phase) => phase,
        };
        if has_listened && !matches!(phase, Phase::Listening { .. }) {
            receiver.end();
        }
    }
}

/// What can happen to the engine.
enum Wake {
    Command(Command),
    Opened(Result<Listeners, BindError>),
    /// It is time to try a failed address again, or to check whether an open one is still wholly ours.
    Retry,
    Readable,
    Interfaces(Vec<Interface>),
    Announced(Result<Vec<Found>, DiscoveryError>),
    Publish,
}

/// The time servers that are announced now.
async fn announced(browser: Option<&mut Browser>) -> Result<Vec<Found>, DiscoveryError> {
    match browser {
        Some(browser) => browser.changed().await,
        None => std::future::pending().await,
    }
}

/// What the engine is doing. Each phase owns what can wake it.
enum Phase {
    Off,
    Opening { settings: Config, opening: Pin<Box<dyn Future<Output = Result<Listeners, BindError>> + Send>> },
    Failed { settings: Config, retry_at: Instant },
    Listening { settings: Config, listeners: Listeners, refresh_at: Instant },
}

impl Phase {
    fn open(settings: Config, interfaces: &[Interface]) -> Self {
        let opening = Box::pin(Listeners::open(settings.clone(), interfaces.to_vec()));
        Self::Opening { settings, opening }
    }

    fn listening(settings: Config, listeners: Listeners) -> Self {
        let wait = if listeners.listening().gets_all() { WATCH } else { RETRY };
        Self::Listening { settings, listeners, refresh_at: Instant::now() + wait }
    }

    async fn failed(link: &Link, settings: Config, error: BindError, interfaces: &[Interface]) -> Self {
        let mut is_news = false;
        link.snapshot.change(|snapshot| {
            is_news = !matches!(&snapshot.state, State::Failed { error: known, .. } if *known == error);
            if is_news {
                snapshot.state = State::Failed { error: error.clone(), free_port: None };
            }
        });
        if is_news {
            if let BindError::PortTaken { .. } = error {
                let free = free_port(&settings, interfaces).await;
                link.snapshot.change(|snapshot| {
                    snapshot.state = State::Failed { error: error.clone(), free_port: free };
                });
            }
            link.events.send(Event::Error { error });
        }
        Self::Failed { settings, retry_at: Instant::now() + RETRY }
    }

    fn follow(self, link: &Link, interfaces: &[Interface]) -> Self {
        match self {
            Self::Listening { settings, mut listeners, refresh_at } => {
                let before = listeners.listening();
                if !listeners.follow(&settings, interfaces) {
                    return Self::open(settings, interfaces);
                }
                if before != listeners.listening() {
                    publish_listening(link, &listeners);
                }
                Self::Listening { settings, listeners, refresh_at }
            }
            // The interface that it needs may be there now.
            Self::Failed { settings, .. } | Self::Opening { settings, .. } => {
                Self::open(settings, interfaces)
            }
            Self::Off => Self::Off,
        }
    }

    async fn wake(&mut self) -> Wake {
        match self {
            Self::Off => std::future::pending().await,
            Self::Opening { opening, .. } => Wake::Opened(opening.await),
            Self::Failed { retry_at, .. } => {
                sleep_until(*retry_at).await;
                Wake::Retry
            }
            Self::Listening { listeners, refresh_at, .. } => tokio::select! {
                biased;
                () = sleep_until(*refresh_at) => Wake::Retry,
                () = listeners.readable() => Wake::Readable,
            },
        }
    }
}

/// The next port that could be listened on instead.
async fn free_port(settings: &Config, interfaces: &[Interface]) -> Option<u16> {
    let first = settings.port.checked_add(1)?;
    for port in (first..=u16::MAX).take(FREE_PORTS) {
        let settings = Config { port, ..settings.clone() };
        if Listeners::open(settings, interfaces.to_vec())
            .await
            .is_ok_and(|listeners| listeners.listening().gets_all())
        {
            return Some(port);
        }
    }
    None
}

fn publish_listening(link: &Link, listeners: &Listeners) {
    let listening = listeners.listening();
    link.snapshot.change(|snapshot| snapshot.state = State::Listening(listening.clone()));
    link.events.send(Event::Listening(listening));
}
