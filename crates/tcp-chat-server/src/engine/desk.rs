//! What the sessions of one run share.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::Limits;
use super::reporter::Reporter;
use crate::bot::Chain;

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
        let calls = Semaphore::new(usize::from(limits.max_bot_calls));
        Self { reporter, chain, limits, calls, stop: CancellationToken::new() }
    }
}
