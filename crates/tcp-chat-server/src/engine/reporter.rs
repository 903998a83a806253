//! Tells every fact once, to the events, the tables and the counters alike.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use common::chat::FailReason;
use common::engine::{Clock, EventSender, SnapshotSender};
use common::net::BindError;

use super::bot::{BotFailure, Chain, ChainError, Reply};
use super::{
    BotRow, Client, ClientId, ClientRow, ClientState, DisconnectReason, Event, Excerpt, LastCall,
    ServerState, Snapshot,
};

/// What all of the engine reports to.
pub(super) struct Reporter {
    events: EventSender<Event>,
    snapshot: SnapshotSender<Snapshot>,
    clock: Arc<dyn Clock>,
    last_id: AtomicU64,
}

impl Reporter {
    pub(super) fn new(
        events: EventSender<Event>,
        snapshot: SnapshotSender<Snapshot>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { events, snapshot, clock, last_id: AtomicU64::new(0) }
    }

    pub(super) fn starting(&self, chain: &Chain) {
        let bots = chain.names().map(|name| BotRow { name: name.to_owned(), last: None }).collect();
        self.snapshot.change(|snapshot| {
            snapshot.state = ServerState::Starting;
            snapshot.bots = bots;
        });
    }

    pub(super) fn listening(&self, local_addr: SocketAddr) {
        self.snapshot.change(|snapshot| snapshot.state = ServerState::Listening { local_addr });
        self.events.send(Event::Listening { local_addr });
    }

    pub(super) fn listen_failed(&self, error: BindError) {
        self.snapshot.change(|snapshot| snapshot.state = ServerState::Failed(error.clone()));
        self.events.send(Event::ListenFailed(error));
    }

    pub(super) fn accept_failed(&self, error: &std::io::Error) {
        self.events.send(Event::AcceptFailed { reason: error.to_string() });
    }

    pub(super) fn refused(&self, addr: SocketAddr, max: usize) {
        self.snapshot.change(|snapshot| snapshot.totals.refused += 1);
        self.events.send(Event::Refused { addr, max });
    }

    pub(super) fn stopping(&self) {
        self.snapshot.change(|snapshot| snapshot.state = ServerState::Stopping);
    }

    pub(super) fn stopped(&self) {
        self.snapshot.change(|snapshot| snapshot.state = ServerState::Stopped);
        self.events.send(Event::Stopped);
    }

    /// A new client; it is in the table until what this returns is dropped.
    pub(super) fn connected(self: &Arc<Self>, addr: SocketAddr) -> Presence {
        let client = Client { id: ClientId(self.last_id.fetch_add(1, Ordering::Relaxed) + 1), addr };
        let since = self.clock.now();
        let row = ClientRow { addr, since, asked: 0, answered: 0, state: ClientState::Idle };
        self.snapshot.change(|snapshot| {
            snapshot.totals.connected += 1;
            snapshot.clients.insert(client.id, row);
        });
        self.events.send(Event::Connected(client));
        Presence { reporter: Arc::clone(self), client, reason: DisconnectReason::Internal }
    }

    pub(super) fn asked(&self, client: Client, text: Excerpt) {
        self.snapshot.change(|snapshot| {
            snapshot.totals.asked += 1;
            if let Some(row) = snapshot.clients.get_mut(&client.id) {
                row.asked += 1;
            }
        });
        self.events.send(Event::Asked { client, text });
    }

    pub(super) fn state(&self, id: ClientId, state: ClientState) {
        self.snapshot.change(|snapshot| {
            if let Some(row) = snapshot.clients.get_mut(&id) {
                row.state = state;
            }
        });
    }

    pub(super) fn answered(&self, client: Client, reply: &Reply, elapsed: Duration) {
        self.bots_failed(&reply.failures);
        self.snapshot.change(|snapshot| {
            snapshot.totals.answered += 1;
            if let Some(row) = snapshot.clients.get_mut(&client.id) {
                row.answered += 1;
                row.state = ClientState::Idle;
            }
            if let Some(bot) = snapshot.bots.iter_mut().find(|bot| bot.name == reply.bot) {
                bot.last = Some(LastCall::Answered { took: reply.took });
            }
        });
        self.events.send(Event::Answered {
            client,
            bot: reply.bot.clone(),
            text: Excerpt::new(&reply.text),
            elapsed,
            failures: reply.failures.clone(),
        });
    }

    /// No bot answered.
    pub(super) fn unanswered(&self, client: Client, error: &ChainError) {
        self.bots_failed(&error.failures);
        self.failed(client, error.reason(), error.to_string());
    }

    pub(super) fn failed(&self, client: Client, reason: FailReason, message: String) {
        self.snapshot.change(|snapshot| snapshot.totals.failed += 1);
        self.events.send(Event::Failed { client, reason, message });
    }

    fn bots_failed(&self, failures: &[BotFailure]) {
        if failures.is_empty() {
            return;
        }
        let now = self.clock.now();
        self.snapshot.change(|snapshot| {
            for failure in failures {
                let Some(bot) = snapshot.bots.iter_mut().find(|bot| bot.name == failure.bot) else {
                    continue;
                };
                let since = match bot.last {
                    Some(LastCall::Failed { since, .. }) => since,
                    _ => now,
                };
                bot.last = Some(LastCall::Failed { error: failure.error.clone(), since });
            }
        });
    }
}

/// A client is connected while this lives, even where its session panics.
pub(super) struct Presence {
    reporter: Arc<Reporter>,
    /// Whose presence this is.
    pub(super) client: Client,
    /// Why it ends.
    pub(super) reason: DisconnectReason,
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.reporter.snapshot.change(|snapshot| _ = snapshot.clients.remove(&self.client.id));
        let reason = self.reason.clone();
        self.reporter.events.send(Event::Disconnected { client: self.client, reason });
    }
}
