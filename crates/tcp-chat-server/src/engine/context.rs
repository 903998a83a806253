//! What the sessions share.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

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
    /// One permit for each call to a bot that may still begin.
    pub(super) calls: Semaphore,
    /// Cancelled when the server stops.
    pub(super) stop: CancellationToken,
}

impl ServerContext {
    pub(super) fn new(
        publisher: Arc<Publisher>,
        registry: Arc<Registry>,
        chain: Chain,
        limits: Limits,
    ) -> Self {
        let calls = Semaphore::new(limits.max_bot_calls.get() as usize);
        Self { publisher, registry, chain, limits, calls, stop: CancellationToken::new() }
    }
}
