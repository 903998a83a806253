//! What the sessions of one run share.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::reporter::Reporter;
use crate::bot::Chain;
use crate::config::Limits;

/// From Start to Stop.
pub(super) struct Desk {
    pub(super) reporter: Arc<Reporter>,
    pub(super) chain: Chain,
    pub(super) limits: Limits,
    /// The calls that may still begin.
    pub(super) calls: Semaphore,
    /// Cancelled when the server stops.
    pub(super) stop: CancellationToken,
}

impl Desk {
    pub(super) fn new(reporter: Arc<Reporter>, chain: Chain, limits: Limits) -> Self {
        let calls = Semaphore::new(limits.max_bot_calls.get() as usize);
        Self { reporter, chain, limits, calls, stop: CancellationToken::new() }
    }
}
