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
    /// Why the client is turned away, and when it is told.
    rejection: Option<(Instant, Fault)>,
}

impl Admission {
    /// A client that has said nothing yet.
    pub(super) fn new(access: &AccessControl, ip: IpAddr, is_encrypted: bool) -> Self {
        let is_admitted = !access.wants_pass() && access.tls_refusal(is_encrypted).is_none();
        Self { ip, is_encrypted, is_admitted, rejection: None }
    }

    /// Whether the client may ask the bots.
    pub(super) fn is_admitted(&self) -> bool {
        self.is_admitted
    }

    /// Whether the client is turned away, or is about to be.
    pub(super) fn is_rejected(&self) -> bool {
        self.rejection.is_some()
    }

    /// When [`Self::take_rejection`] has something to give.
    pub(super) fn rejected_at(&self) -> Option<Instant> {
        self.rejection.as_ref().map(|(at, _)| *at)
    }

    /// Why the client is turned away, once it is time to say so.
    pub(super) fn take_rejection(&mut self, now: Instant) -> Option<Fault> {
        self.rejection.take_if(|(at, _)| now >= *at).map(|(_, fault)| fault)
    }

    /// A client of ours says hello. `true`: it is welcome. It may not talk all the same where the welcome only
    /// tells it how to come back encrypted.
    pub(super) fn hello(&mut self, access: &AccessControl, pass: Option<&str>, now: Instant) -> bool {
        let refusal = access.refusal(self.ip, pass, self.is_encrypted);
        self.is_admitted = refusal.is_none();
        match refusal {
            Some(reason) if !self.can_come_back(access, reason) => {
                self.reject(access, reason, true, now);
                false
            }
            _ => true,
        }
    }

    /// A client that is not admitted says something: the pass phrase, if it is a plain client.
    pub(super) fn say(&mut self, access: &AccessControl, text: &str, is_records: bool, now: Instant) {
        let pass = text.strip_prefix(PASS_COMMAND).filter(|_| !is_records);
        match access.refusal(self.ip, pass, self.is_encrypted) {
            Some(reason) => self.reject(access, reason, is_records, now),
            None => self.is_admitted = true,
        }
    }

    /// Whether the client would be admitted over an encrypted connection, which the welcome offers. Only there does a
    /// client on another computer say its pass phrase.
    fn can_come_back(&self, access: &AccessControl, reason: ErrorReason) -> bool {
        let is_far = !self.ip.to_canonical().is_loopback();
        let has_offer = !self.is_encrypted && access.offer().is_some();
        has_offer && (reason == ErrorReason::TlsWanted || reason == ErrorReason::PassWanted && is_far)
    }

    /// A guess takes time before it is answered; what needs no guess is said at once.
    fn reject(&mut self, access: &AccessControl, reason: ErrorReason, is_records: bool, now: Instant) {
        let message = match reason {
            ErrorReason::PassWrong => "that is not the pass phrase of this server",
            ErrorReason::PassWanted if is_records => "this server wants a pass phrase",
            ErrorReason::PassWanted => "this server wants a pass phrase: say /pass and the words first",
            _ if access.tls_refusal(self.is_encrypted).is_none() => {
                "this server takes its pass phrase over an encrypted connection (TLS) or from its own computer only"
            }
            _ => "this server takes encrypted connections only (TLS)",
        };
        let pause = if reason == ErrorReason::TlsWanted { Duration::ZERO } else { PASS_PAUSE };
        self.rejection = Some((now + pause, Fault { reason, message: message.to_owned() }));
    }
}
