//! Access control: which addresses may connect, whether they have to encrypt, and the pass phrase that they have to say.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use common::chat::{ErrorReason, TlsOffer};
use common::files::{PassError, ReadError, read_pass};
use common::net::{BindError, Network, interfaces};
use common::secret::Secret;
use common::texts;
use common::tls::{Identity, TlsError};
use serde::Serialize;
use tokio::time::Instant;

use super::registry::counted_address;
use super::{AccessState, Refusal};
use crate::bot::{KeyStore, KeyStoreError, PASS};
use crate::config::{Access, TlsChoice};

/// How long a client that says no pass phrase, or a wrong one, waits for the answer: guessing takes time.
pub(super) const PASS_PAUSE: Duration = Duration::from_secs(1);

/// How many wrong pass phrases an address may say within [`TRIES_WITHIN`].
const MOST_TRIES: usize = 3;

const TRIES_WITHIN: Duration = Duration::from_mins(1);

/// How many addresses with a wrong pass phrase are remembered. While there are as many, no phrase is right.
const MOST_GUESSERS: usize = 10_000;

/// The networks that clients may come from, or all where the list is empty. It can change while the server listens.
#[derive(Debug, Clone, Default)]
pub(super) struct AllowList(Arc<RwLock<Vec<Network>>>);

impl AllowList {
    pub(super) fn set(&self, networks: Vec<Network>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = networks;
    }

    pub(super) fn networks(&self) -> Vec<Network> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why an address may not connect at all. This computer always may.
    pub(super) fn refusal(&self, ip: IpAddr) -> Option<Refusal> {
        let ip = ip.to_canonical();
        let networks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let is_allowed =
            networks.is_empty() || ip.is_loopback() || networks.iter().any(|network| network.has(ip));
        (!is_allowed).then_some(Refusal::NotAllowed)
    }
}

/// What the server demands of its clients before they may talk.
#[derive(Debug, Default)]
pub(super) struct AccessControl {
    tls: TlsChoice,
    identity: Option<Identity>,
    allowed: AllowList,
    pass: Option<Secret>,
    /// Clients may say the pass phrase over a connection that others can read.
    is_pass_in_clear: bool,
    /// When each address said a wrong pass phrase.
    tries: Mutex<BTreeMap<IpAddr, Vec<Instant>>>,
}

/// Why a server does not start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum StartError {
    /// It is to encrypt every connection, and cannot.
    NoTls { reason: TlsError },
    /// The pass phrase cannot be read.
    NoPass {
        file: String,
        #[serde(serialize_with = "texts::as_sentence")]
        reason: ReadError,
    },
    /// The key store does not have the pass phrase that was typed in an earlier run.
    PassGone,
    /// The key store does not answer whether it has the pass phrase.
    PassNotRead {
        #[serde(rename = "store")]
        reason: KeyStoreError,
    },
    /// It cannot listen.
    #[serde(untagged)]
    Bind(BindError),
}

common::localized!(StartError);

impl AccessControl {
    /// Reads the keys and the pass phrase that `access` names; the server's own key is in `folder`. Also gives the reason
    /// why connections are not encrypted, where they should be but do not have to be.
    ///
    /// # Errors
    /// Where the server would be less protected than `access` demands.
    pub(super) async fn open(
        access: Access,
        allowed: AllowList,
        folder: Option<PathBuf>,
        keys: &KeyStore,
    ) -> Result<(Self, Option<TlsError>), StartError> {
        let is_kept = access.wants_pass && access.pass.is_none();
        let opening =
            tokio::task::spawn_blocking(move || Self::open_blocking(access, allowed, folder.as_deref()));
        // The job panics nowhere that we know of.
        let opened = opening.await.unwrap_or_else(|error| {
            Err(StartError::NoTls { reason: TlsError::Handshake { reason: error.to_string() } })
        });
        let (control, tls_error) = opened?;
        if !is_kept || control.wants_pass() {
            return Ok((control, tls_error));
        }
        // A key store that is locked must not open the server to everybody.
        let kept = keys.read(PASS).await.map_err(|reason| StartError::PassNotRead { reason })?;
        let pass = kept.ok_or(StartError::PassGone)?;
        Ok((Self { pass: Some(pass), ..control }, tls_error))
    }

    fn open_blocking(
        access: Access,
        allowed: AllowList,
        folder: Option<&Path>,
    ) -> Result<(Self, Option<TlsError>), StartError> {
        allowed.set(access.allow);
        let pass = match access.pass {
            Some(typed) => Some(typed),
            None => read_pass(access.pass_file.as_deref())
                .map_err(|PassError { file, reason }| StartError::NoPass { file, reason })?,
        };
        let identity = match (access.tls, &access.tls_cert, &access.tls_key) {
            (TlsChoice::Off, ..) => None,
            (_, Some(certificate), Some(key)) => Some(Identity::of_files(certificate, key)),
            _ => Some(folder.ok_or(TlsError::NoFolder).and_then(|folder| {
                let interfaces = interfaces().unwrap_or_default();
                let addresses: Vec<_> =
                    interfaces.iter().flat_map(|interface| &interface.addresses).map(|own| own.ip).collect();
                Identity::kept_in(folder, &addresses)
            })),
        };
        let must_encrypt = access.tls == TlsChoice::Only || access.tls_cert.is_some();
        let (identity, tls_error) = match identity {
            Some(Err(reason)) if must_encrypt => return Err(StartError::NoTls { reason }),
            Some(Err(reason)) => (None, Some(reason)),
            Some(Ok(identity)) => (Some(identity), None),
            None => (None, None),
        };
        Ok((Self::new(access.tls, identity, allowed, pass, access.pass_in_clear), tls_error))
    }

    pub(super) fn new(
        tls: TlsChoice,
        identity: Option<Identity>,
        allowed: AllowList,
        pass: Option<Secret>,
        is_pass_in_clear: bool,
    ) -> Self {
        Self { tls, identity, allowed, pass, is_pass_in_clear, tries: Mutex::default() }
    }

    /// What the window shows of it.
    pub(super) fn state(&self) -> AccessState {
        AccessState {
            key: self.identity.as_ref().map(Identity::key),
            is_tls_only: self.tls == TlsChoice::Only,
            pass: self.pass.clone(),
            is_pass_in_clear: self.is_pass_in_clear,
            networks: self.allowed.networks(),
        }
    }

    /// The key and the certificate that clients are shown, where the server speaks TLS.
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// What a client without TLS is told about it.
    pub(super) fn offer(&self) -> Option<TlsOffer> {
        let key = self.identity.as_ref()?.key();
        Some(TlsOffer { key, only: self.tls == TlsChoice::Only })
    }

    /// Why an address may not connect at all.
    pub(super) fn address_refusal(&self, ip: IpAddr) -> Option<Refusal> {
        self.allowed.refusal(ip)
    }

    /// Why a client may not talk over a connection like this, whatever it says.
    pub(super) fn tls_refusal(&self, is_encrypted: bool) -> Option<ErrorReason> {
        (self.tls == TlsChoice::Only && self.identity.is_some() && !is_encrypted)
            .then_some(ErrorReason::TlsWanted)
    }

    /// Whether a pass phrase is wanted.
    pub(super) fn wants_pass(&self) -> bool {
        self.pass.is_some()
    }

    /// Why the client at `ip` with this pass phrase may not talk.
    pub(super) fn refusal(&self, ip: IpAddr, pass: Option<&str>, is_encrypted: bool) -> Option<ErrorReason> {
        self.tls_refusal(is_encrypted).or_else(|| self.pass_refusal(ip, pass, is_encrypted))
    }

    fn pass_refusal(&self, ip: IpAddr, pass: Option<&str>, is_encrypted: bool) -> Option<ErrorReason> {
        let wanted = self.pass.as_ref()?;
        if !is_encrypted && !ip.to_canonical().is_loopback() && !self.is_pass_in_clear {
            return Some(ErrorReason::TlsWanted);
        }
        let Some(pass) = pass else { return Some(ErrorReason::PassWanted) };
        let now = Instant::now();
        let address = counted_address(ip);
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, tries| {
            tries.retain(|at| now < *at + TRIES_WITHIN);
            !tries.is_empty()
        });
        let count = tries.get(&address).map_or(0, Vec::len);
        // Whoever guessed too often is not told that the next guess is right.
        if count >= MOST_TRIES || tries.len() >= MOST_GUESSERS {
            return Some(ErrorReason::PassWrong);
        }
        if wanted.is_same(pass) {
            return None;
        }
        tries.entry(address).or_default().push(now);
        Some(ErrorReason::PassWrong)
    }
}

#[cfg(test)]
mod tests;
