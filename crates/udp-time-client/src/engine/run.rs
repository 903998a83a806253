//! The loop of the engine.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use common::engine::Clock;
use common::net::{BindError, Interface, InterfaceWatcher};
use tokio::time::{Instant, sleep_until};

use super::ears::Ears;
use super::receiver::Receiver;
use super::{Backlog, Command, Event, Link, Settings, State};

/// Until an address that is taken is tried again, and one that is not is looked after.
const RETRY: Duration = Duration::from_secs(1);

/// Ports that are tried for one that is free.
const FREE_PORTS: u16 = 100;

/// Receives when told to, until the program ends; what came is in `backlog`.
pub async fn run(mut link: Link, clock: impl Clock, backlog: Arc<Backlog>) {
    let mut receiver = Receiver::new(backlog);
    let mut watcher = InterfaceWatcher::new();
    let mut interfaces = Vec::new();
    let mut phase = Phase::Off;
    let mut report = Report::default();
    loop {
        let wake = tokio::select! {
            biased;
            () = link.shutdown.cancelled() => return,
            command = link.commands.recv() => match command {
                Some(command) => Wake::Command(command),
                None => return,
            },
            list = watcher.changed() => Wake::Interfaces(list),
            () = report.due() => Wake::Report,
            () = receiver.publish_due() => Wake::Publish,
            wake = phase.wake() => wake,
        };
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
            (Wake::Command(Command::ReportEvery(every)), phase) => {
                report = Report { every, next: Some(Instant::now() + every) };
                phase
            }
            (Wake::Report, phase) => {
                receiver.publish(&link);
                link.events.send(Event::Report);
                report.next = Some(Instant::now() + report.every);
                phase
            }
            (Wake::Publish, phase) => {
                receiver.publish(&link);
                phase
            }
            (Wake::Interfaces(list), phase) => {
                link.snapshot.change(|snapshot| snapshot.interfaces = Arc::new(list.clone()));
                interfaces = list;
                phase.follow(&link, &interfaces)
            }
            (Wake::Opened(Ok(mut ears)), Phase::Opening { settings, .. }) => {
                receiver.begin();
                ears.look_after();
                tell_listening(&link, &ears);
                Phase::Listening { settings, ears, look_at: Instant::now() + RETRY }
            }
            (Wake::Opened(Err(error)), Phase::Opening { settings, .. }) => {
                Phase::failed(&link, settings, error, &interfaces).await
            }
            (Wake::Retry, Phase::Failed { settings, .. }) => Phase::open(settings, &interfaces),
            (Wake::Retry, Phase::Listening { settings, mut ears, .. }) => {
                if ears.look_after() {
                    tell_listening(&link, &ears);
                }
                Phase::Listening { settings, ears, look_at: Instant::now() + RETRY }
            }
            (Wake::Readable, Phase::Listening { settings, ears, look_at }) => {
                match receiver.receive(&link, &clock, &ears) {
                    Ok(()) => Phase::Listening { settings, ears, look_at },
                    Err(error) => Phase::failed(&link, settings, error, &interfaces).await,
                }
            }
            (_, phase) => phase,
        };
    }
}

/// What can happen to the engine.
enum Wake {
    Command(Command),
    Opened(Result<Ears, BindError>),
    Retry,
    Readable,
    Interfaces(Vec<Interface>),
    Publish,
    Report,
}

/// When the next report is due.
#[derive(Default)]
struct Report {
    every: Duration,
    next: Option<Instant>,
}

impl Report {
    async fn due(&self) {
        match self.next {
            Some(next) => sleep_until(next).await,
            None => std::future::pending().await,
        }
    }
}

/// What the engine is at; each owns what wakes it.
enum Phase {
    Off,
    Opening { settings: Settings, opening: Pin<Box<dyn Future<Output = Result<Ears, BindError>> + Send>> },
    Failed { settings: Settings, retry_at: Instant },
    Listening { settings: Settings, ears: Ears, look_at: Instant },
}

impl Phase {
    fn open(settings: Settings, interfaces: &[Interface]) -> Self {
        let opening = Box::pin(Ears::open(settings.clone(), interfaces.to_vec()));
        Self::Opening { settings, opening }
    }

    async fn failed(link: &Link, settings: Settings, error: BindError, interfaces: &[Interface]) -> Self {
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
            link.events.send(Event::CannotListen(error));
        }
        Self::Failed { settings, retry_at: Instant::now() + RETRY }
    }

    fn follow(self, link: &Link, interfaces: &[Interface]) -> Self {
        match self {
            Self::Listening { settings, mut ears, look_at } => {
                let before = ears.listening();
                if !ears.follow(&settings, interfaces) {
                    return Self::open(settings, interfaces);
                }
                if before != ears.listening() {
                    tell_listening(link, &ears);
                }
                Self::Listening { settings, ears, look_at }
            }
            // It may have waited for that very interface.
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
            Self::Listening { ears, look_at, .. } => tokio::select! {
                biased;
                () = sleep_until(*look_at) => Wake::Retry,
                () = ears.readable() => Wake::Readable,
            },
        }
    }
}

/// The next port that could be listened on instead.
async fn free_port(settings: &Settings, interfaces: &[Interface]) -> Option<u16> {
    let first = settings.port.checked_add(1)?;
    for port in first..=first.saturating_add(FREE_PORTS) {
        let settings = Settings { port, ..settings.clone() };
        if Ears::open(settings, interfaces.to_vec()).await.is_ok_and(|ears| ears.listening().is_free()) {
            return Some(port);
        }
    }
    None
}

fn tell_listening(link: &Link, ears: &Ears) {
    let listening = ears.listening();
    link.snapshot.change(|snapshot| snapshot.state = State::Listening(listening.clone()));
    link.events.send(Event::Listening(listening));
}
