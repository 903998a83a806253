//! Whether a client may talk: what it says before that, and how it is turned away.

use std::net::IpAddr;
use std::time::Duration;

use common::chat::ErrorReason;
use tokio::time::Instant;

use super::inbox::Fault;
use crate::engine::access::{AccessControl, PASS_PAUSE};

/// What a plain client puts before its pass phrase.
pub(super) const PASS_COMMAND: &str = "/pass ";

/// How far one client has come with the [`AccessControl`] of the server.
pub(super) struct Admission {
    ip: IpAddr,
    is_encrypted: bool,
    is_admitted: bool,
}

/// A client is turned away.
#[derive(Debug)]
pub(super) struct Rejection {
    /// When it is told.
    pub(super) at: Instant,
    /// Why.
    pub(super) fault: Fault,
}

impl Admission {
    /// A client that has said nothing yet.
    pub(super) fn new(access: &AccessControl, ip: IpAddr, is_encrypted: bool) -> Self {
        let is_admitted = !access.wants_pass() && access.tls_refusal(is_encrypted).is_none();
        Self { ip, is_encrypted, is_admitted }
    }

    /// Whether the client may ask the bots.
    pub(super) fn is_admitted(&self) -> bool {
        self.is_admitted
    }

    /// A client of ours says hello, and is welcome. It may not talk all the same where the welcome only tells it how to come back
    /// encrypted.
    ///
    /// # Errors
    /// Where it is turned away.
    pub(super) fn hello(
        &mut self,
        access: &AccessControl,
        pass: Option<&str>,
        now: Instant,
    ) -> Result<(), Rejection> {
        let refusal = access.refusal(self.ip, pass, self.is_encrypted);
        self.is_admitted = refusal.is_none();
        match refusal.filter(|reason| !self.can_come_back(access, *reason)) {
            Some(reason) => Err(self.rejection(access, reason, true, now)),
            None => Ok(()),
        }
    }

    /// A client that is not admitted says something: the pass phrase, if it is a plain client.
    ///
    /// # Errors
    /// Where it is turned away.
    pub(super) fn say(
        &mut self,
        access: &AccessControl,
        text: &str,
        is_records: bool,
        now: Instant,
    ) -> Result<(), Rejection> {
        let pass = text.strip_prefix(PASS_COMMAND).filter(|_| !is_records);
        let refusal = access.refusal(self.ip, pass, self.is_encrypted);
        self.is_admitted = refusal.is_none();
        refusal.map_or(Ok(()), |reason| Err(self.rejection(access, reason, is_records, now)))
    }

    /// Whether the client would be admitted over an encrypted connection, which the welcome offers. Only there does a
    /// client on another computer say its pass phrase.
    fn can_come_back(&self, access: &AccessControl, reason: ErrorReason) -> bool {
        let is_far = !self.ip.to_canonical().is_loopback();
        let has_offer = !self.is_encrypted && access.offer().is_some();
        has_offer && (reason == ErrorReason::TlsWanted || reason == ErrorReason::PassWanted && is_far)
    }

    /// A guess takes time before it is answered; what needs no guess is said at once.
    fn rejection(
        &self,
        access: &AccessControl,
        reason: ErrorReason,
        is_records: bool,
        now: Instant,
    ) -> Rejection {
        let message = match reason {
            // One sentence for both: whoever guesses too often is not told that the next guess is right.
            ErrorReason::PassWrong => {
                "that is not the pass phrase of this server, or three wrong ones came from there within a minute"
            }
            ErrorReason::PassWanted if is_records => "this server wants a pass phrase",
            ErrorReason::PassWanted => "this server wants a pass phrase: say /pass and the words first",
            _ if access.tls_refusal(self.is_encrypted).is_none() => {
                "this server takes its pass phrase over an encrypted connection (TLS) or from its own computer only"
            }
            _ => "this server takes encrypted connections only (TLS)",
        };
        let pause = if reason == ErrorReason::TlsWanted { Duration::ZERO } else { PASS_PAUSE };
        Rejection { at: now + pause, fault: Fault { reason, message: message.to_owned() } }
    }
}
