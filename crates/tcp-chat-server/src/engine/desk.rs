//! What the sessions of one run share.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::bot::Chain;
use super::reporter::Reporter;

/// Bot calls at once. Whoever waits is served in order of arrival, and a client asks one message
/// at a time: nobody starves.
const MAX_BOT_CALLS: usize = 16;

/// From Start to Stop.
pub(super) struct Desk {
    pub(super) reporter: Arc<Reporter>,
    pub(super) chain: Chain,
    /// The calls that may still begin.
    pub(super) calls: Semaphore,
    /// Cancelled when the server stops.
    pub(super) stop: CancellationToken,
}

impl Desk {
    pub(super) fn new(reporter: Arc<Reporter>, chain: Chain) -> Self {
        let calls = Semaphore::new(MAX_BOT_CALLS);
        Self { reporter, chain, calls, stop: CancellationToken::new() }
    }
}
