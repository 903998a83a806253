//! What the sessions share.

use std::sync::Arc;

use common::chat::MAX_WAITING_BYTES;
use common::encoding::EncodingChoice;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::budget::Budget;
use super::door::Door;
use super::publisher::Publisher;
use super::registry::Registry;
use crate::bot::Chain;
use crate::config::Limits;

/// The server from Start to Stop.
pub(super) struct ServerContext {
    pub(super) publisher: Arc<Publisher>,
    pub(super) registry: Arc<Registry>,
    pub(super) chain: Chain,
    pub(super) limits: Limits,
    /// Who may come in.
    pub(super) door: Door,
    /// How plain clients are read.
    pub(super) encoding: EncodingChoice,
    /// One permit for each call to a bot that may still begin.
    pub(super) calls: Semaphore,
    /// What the messages that wait may take.
    pub(super) waiting: Arc<Budget>,
    /// Cancelled when the server stops.
    pub(super) stop: CancellationToken,
}

impl ServerContext {
    pub(super) fn new(
        publisher: Arc<Publisher>,
        registry: Arc<Registry>,
        chain: Chain,
        limits: Limits,
        encoding: EncodingChoice,
    ) -> Self {
        let calls = Semaphore::new(limits.max_bot_calls.get() as usize);
        let waiting = Budget::new(MAX_WAITING_BYTES);
        let (door, stop) = (Door::default(), CancellationToken::new());
        Self { publisher, registry, chain, limits, door, encoding, calls, waiting, stop }
    }
}
