//! A client is connected while its presence lives, even where its session panics.

use std::sync::Arc;

use tokio::sync::Notify;

use super::reporter::Reporter;
use super::{Client, DisconnectReason};

/// A client's place in the table, given back when it is dropped.
pub(super) struct Presence {
    reporter: Arc<Reporter>,
    /// Whose presence this is.
    pub(super) client: Client,
    /// Rung when the server's user wants it to end.
    pub(super) kick: Arc<Notify>,
    /// Why it ends.
    pub(super) reason: DisconnectReason,
}

impl Presence {
    /// Of a client that was just admitted.
    pub(super) fn new(reporter: Arc<Reporter>, client: Client, kick: Arc<Notify>) -> Self {
        Self { reporter, client, kick, reason: DisconnectReason::Internal }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.reporter.leave(self.client, self.reason.clone());
    }
}
