//! What the server does: it listens, takes clients, asks the bots, and stops.
//!
//! The way of a message, one file a step: `listener` accepts the connection and asks `registry` for a place,
//! `handshake` finds out whether it is encrypted, and `session` runs until it ends. There the bytes become requests
//! (`inbox`), wait for their turn (`queue`), are answered by the `Chain` of bots, and go back
//! (`outbox`). `publisher` tells each step to the window. What is shared by all sessions is in `context`, and
//! `access` says who may talk at all.

mod access;
mod bot_jobs;
mod budget;
mod command;
mod context;
#[cfg(unix)]
mod descriptors;
/// Other systems have no such limit, or none that is as low.
#[cfg(not(unix))]
mod descriptors {
    pub(super) fn make_room(_limits: crate::config::Limits) -> Result<(), (u64, u64)> {
        Ok(())
    }
}
mod handshake;
mod invitation;
mod listener;
mod publisher;
mod recent;
mod registry;
mod session;
mod snapshot;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use common::config::Store;
use common::discovery::{Announcement, Announcing, Service};
use common::engine::{Clock, EngineHandle, EngineLink, Flavor, SystemClock, Waker};
use common::net::{BindError, Host, InterfaceWatcher, Network, Reach, zone_index};
use common::tls::Identity;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use crate::event::{Client, ClientId, DisconnectReason, Event, Excerpt, Refusal};
pub use access::StartError;
pub use bot_jobs::TEST_QUESTION;
pub use command::{ChatWindow, Command};
pub use invitation::ChatWindowError;
pub use snapshot::{
    AccessState, AccessWords, BotTest, ClientRow, ClientState, KeyNote, Models, ServerState, Snapshot,
    TestOutcome, Totals,
};

use crate::bot::{Chain, Deadlines, KeyStore};
use crate::config::Config;
use access::{AccessControl, AllowList};
use bot_jobs::BotJobs;
use context::ServerContext;
use publisher::Publisher;
use registry::Registry;

/// How often the server looks whether the interface is there that it is to listen on.
const INTERFACE_RETRY: Duration = Duration::from_secs(1);

/// The window's side of the link.
pub type Handle = EngineHandle<Command, Event, Snapshot>;

/// The engine's side of the link.
pub type Link = EngineLink<Command, Event, Snapshot>;

/// Starts the engine on threads of its own.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(waker: Waker) -> io::Result<Handle> {
    let run = move |link| run(link, KeyStore::system(), data_folder());
    common::engine::start("engine", Flavor::MultiThread, waker, Snapshot::default(), run)
}

/// Where the server's own key is kept: beside the settings.
fn data_folder() -> Option<PathBuf> {
    Store::of_program(env!("CARGO_PKG_NAME")).path().and_then(Path::parent).map(Path::to_owned)
}

/// Runs the engine until the program ends; `folder` holds the server's own key.
async fn run(link: Link, keys: KeyStore, folder: Option<PathBuf>) {
    let EngineLink { commands, events, snapshot, shutdown } = link;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let publisher = Arc::new(Publisher::new(events, snapshot));
    let engine = Engine {
        registry: Arc::new(Registry::new(Arc::clone(&publisher), Arc::clone(&clock))),
        bot_jobs: BotJobs::new(Arc::clone(&publisher), Arc::clone(&clock), keys, shutdown.clone()),
        publisher,
        clock,
        shutdown,
        allowed: AllowList::default(),
        folder,
    };
    tokio::select! {
        () = engine.publisher.publish_changes() => (),
        () = engine.run_commands(commands) => (),
    }
    engine.publisher.publish();
}

/// What lasts from the start of the program to its end.
struct Engine {
    publisher: Arc<Publisher>,
    registry: Arc<Registry>,
    bot_jobs: BotJobs,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
    allowed: AllowList,
    /// Where the server's own key is kept.
    folder: Option<PathBuf>,
}

impl Engine {
    /// Does what the user wants until the program ends.
    async fn run_commands(&self, mut commands: mpsc::Receiver<Command>) {
        while let Some(Some(command)) = self.shutdown.run_until_cancelled(commands.recv()).await {
            if let Some(Command::Start(config)) = self.bot_jobs.take(command) {
                self.serve(&config, &mut commands).await;
            }
        }
    }

    /// Serves clients, from Start to Stop.
    async fn serve(&self, config: &Config, commands: &mut mpsc::Receiver<Command>) {
        self.publisher.starting();
        let (stop, sessions) = (CancellationToken::new(), TaskTracker::new());
        let mut announcing = Announcing::default();
        tokio::select! {
            biased;
            () = self.stop_asked(commands) => (),
            listened = self.listen(config, &stop, &sessions, &mut announcing) => {
                if let Err(error) = listened {
                    self.publisher.listen_failed(error);
                    return;
                }
            }
        }
        self.publisher.stopping();
        stop.cancel();
        sessions.close();
        // Each session keeps to this by itself.
        let grace = session::ANSWER_GRACE + session::WRITE_GRACE + session::LINGER;
        let ended = async { tokio::join!(sessions.wait(), announcing.end()) };
        let _late = tokio::time::timeout(grace, ended).await.is_err();
        self.publisher.stopped();
    }

    /// Listens, and takes clients until `stop`. Dropping the future ends the listening, not the `sessions`.
    ///
    /// # Errors
    /// Where the server cannot listen, or not as safely as `config` demands.
    async fn listen(
        &self,
        config: &Config,
        stop: &CancellationToken,
        sessions: &TaskTracker,
        announcing: &mut Announcing,
    ) -> Result<(), StartError> {
        let (allowed, folder, keys) = (self.allowed.clone(), self.folder.clone(), &self.bot_jobs.keys);
        let (access, tls_error) = AccessControl::open(config.access.clone(), allowed, folder, keys).await?;
        // Keys are read once it is there, as the user may have set one meanwhile.
        let was_missing = self.wait_for_interface(config).await;
        // Before anybody can connect: a key store that is stuck has two seconds, a file five, and who said hello meanwhile would
        // take the server for one that does not know it.
        let chain = config.bots.build(Deadlines::default(), &self.clock, keys).await;
        let (listener, local_addr) = self.bind(config, was_missing).await.map_err(StartError::Bind)?;
        self.publisher.show(|snapshot| snapshot.access = access.state());
        self.publisher.listening(local_addr);
        if let Some(pass) = config.access.pass.as_ref().filter(|_| config.access.wants_pass) {
            self.bot_jobs.keep_pass(pass.clone());
        }
        if let Some(identity) = access.identity() {
            self.publisher.tell(Event::Encrypts { key: identity.key() });
        }
        if let Some(reason) = tls_error {
            self.publisher.tell(Event::NotEncrypting { reason });
        }
        if config.announce && Reach::of(local_addr.ip()) != Reach::Computer {
            self.announce(local_addr, &access, announcing);
        }
        tokio::select! {
            never = self.follow_address(local_addr) => never,
            never = self.follow_name(announcing) => never,
            () = self.accept(config, chain, access, stop, listener, sessions) => Ok(()),
        }
    }

    /// Takes connections, whose questions the bots of the `chain` answer.
    async fn accept(
        &self,
        config: &Config,
        chain: Chain,
        access: AccessControl,
        stop: &CancellationToken,
        listener: TcpListener,
        sessions: &TaskTracker,
    ) {
        if let Err((needed, allowed)) = descriptors::make_room(config.limits) {
            self.publisher.tell(Event::FewDescriptors { needed, allowed });
        }
        self.publisher.answering(&chain);
        let (publisher, registry) = (Arc::clone(&self.publisher), Arc::clone(&self.registry));
        let new = ServerContext::new(publisher, registry, chain, config.limits, config.encoding);
        let context = Arc::new(ServerContext { access, stop: stop.clone(), ..new });
        listener::accept_all(&context, sessions, listener).await;
    }

    /// Publishes the addresses that clients connect to, and follows this computer to other networks.
    async fn follow_address(&self, local_addr: SocketAddr) -> ! {
        let mut watcher = InterfaceWatcher::new();
        loop {
            let interfaces = watcher.changed().await;
            let (first, others) = invitation::addresses_for_clients(local_addr, &interfaces);
            let lan = invitation::networks_of_lan(local_addr, &interfaces);
            self.publisher.show(|snapshot| {
                (snapshot.client_addr, snapshot.other_addrs, snapshot.lan) = (Some(first), others, lan);
            });
        }
    }

    /// Lets clients on the network find the server.
    fn announce(&self, address: SocketAddr, access: &AccessControl, announcing: &mut Announcing) {
        let key = access.identity().map(Identity::key);
        let announcement =
            Announcement { service: Service::Chat, address, key, wants_pass: access.wants_pass() };
        if let Err(reason) = announcing.set(Some(&announcement)) {
            self.publisher.announced(Err(reason));
        }
    }

    /// Publishes the name that clients find the server by, once it is known that no other server has it, or why they find it no
    /// more.
    async fn follow_name(&self, announcing: &mut Announcing) -> ! {
        loop {
            self.publisher.announced(announcing.name().await);
        }
    }

    /// Admits clients of these networks only from now on, and disconnects those of others.
    fn allow(&self, networks: Vec<Network>) {
        self.allowed.set(networks.clone());
        self.publisher.show(|snapshot| snapshot.access.networks = networks);
        self.registry.disconnect_where(|ip| self.allowed.refusal(ip).is_some());
    }

    /// Opens a chat window, which stays open when this program ends.
    fn open_chat(&self, chat: ChatWindow) {
        let publisher = Arc::clone(&self.publisher);
        let thread = std::thread::Builder::new().name("chat window".into());
        let open = move || match invitation::open_chat_window(&chat) {
            Ok(mut child) => {
                publisher.show(|snapshot| snapshot.chat_window = None);
                // A child whose end nobody waits for stays in the table of processes.
                let _ended = child.wait().is_ok();
            }
            Err(error) => publisher.show(|snapshot| snapshot.chat_window = Some(error)),
        };
        let _no_thread = thread.spawn(open).is_err();
    }

    /// Waits until the interface is there that the address names; `true` where it was not.
    async fn wait_for_interface(&self, config: &Config) -> bool {
        let Host::Zoned(_, zone) = &config.listen else { return false };
        let mut was_missing = false;
        while zone_index(zone).is_err() {
            self.waits(&mut was_missing, BindError::NoInterface { interface: zone.clone() }).await;
        }
        was_missing
    }

    /// Binds the listener. The interface may have no address yet where it `was_missing`, or be gone again.
    async fn bind(
        &self,
        config: &Config,
        mut was_missing: bool,
    ) -> Result<(TcpListener, SocketAddr), BindError> {
        loop {
            match listener::bind(&config.listen, config.port).await {
                Err(reason @ BindError::NoInterface { .. }) => self.waits(&mut was_missing, reason).await,
                Err(BindError::NotOurs { .. }) if was_missing => tokio::time::sleep(INTERFACE_RETRY).await,
                bound => return bound,
            }
        }
    }

    /// Says once that the interface is missing, and waits a while for it.
    async fn waits(&self, is_told: &mut bool, reason: BindError) {
        if !std::mem::replace(is_told, true) {
            self.publisher.waiting(reason);
        }
        tokio::time::sleep(INTERFACE_RETRY).await;
    }

    /// Takes commands until the user stops the server, or the program ends.
    async fn stop_asked(&self, commands: &mut mpsc::Receiver<Command>) {
        let stop_command = async {
            while let Some(command) = commands.recv().await {
                match self.bot_jobs.take(command) {
                    Some(Command::Disconnect(id)) => self.registry.disconnect(id),
                    Some(Command::Allow(networks)) => self.allow(networks),
                    Some(Command::OpenChat(chat)) => self.open_chat(chat),
                    Some(Command::Stop) => return,
                    _ => (),
                }
            }
        };
        tokio::select! {
            () = self.shutdown.cancelled() => (),
            () = stop_command => (),
        }
    }
}
