//! What all sessions of a server share.

use std::sync::Arc;

use common::chat::MAX_WAITING_BYTES;
use common::encoding::EncodingChoice;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::access::AccessControl;
use super::budget::Budget;
use super::publisher::Publisher;
use super::registry::Registry;
use crate::bot::Chain;
use crate::config::Limits;

/// A server from Start to Stop. Each session holds it in an `Arc`.
pub(super) struct ServerContext {
    pub(super) publisher: Arc<Publisher>,
    pub(super) registry: Arc<Registry>,
    pub(super) chain: Chain,
    pub(super) limits: Limits,
    pub(super) access: AccessControl,
    /// How the text of plain clients is read.
    pub(super) encoding: EncodingChoice,
    /// One permit for each call to a bot that may begin beside those that run.
    pub(super) calls: Semaphore,
    /// The memory that all messages that wait may take together.
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
        let (access, stop) = (AccessControl::default(), CancellationToken::new());
        Self { publisher, registry, chain, limits, access, encoding, calls, waiting, stop }
    }
}
