//! TLS for the chat: the key that a server is known by, and connections that are pinned to it.
//!
//! A server is not known by its name, as on the web, but by its public key ([`ServerKey`]): nobody on a LAN has a name that an
//! authority vouches for. `docs/protocol.md`, part 3.

mod identity;
mod pinned;

use std::io;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use serde::Serialize;
use webpki::EndEntityCert;

use crate::chat::ServerKey;
use crate::localized;

pub use identity::Identity;
pub use pinned::connect;

/// Bytes that a connection may keep of what was written while the network takes no more. What is kept shows no progress: of much
/// (rustls: 64 KiB), a peer that reads slowly cannot be told from one that does not read.
const MAX_KEPT_BYTES: usize = 4 * 1024;

/// Why there is no encrypted connection, or no server that speaks TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum TlsError {
    /// The server has another key than the one that is known.
    OtherKey {
        /// What is known.
        known: ServerKey,
        /// What the server has.
        seen: ServerKey,
    },
    /// The handshake failed, in the words of the library.
    Handshake {
        /// The reason.
        reason: String,
    },
    /// The client does not trust the key.
    NotTrusted,
    /// What listens there does not speak TLS: it said something else.
    NotTls {
        /// The beginning of that.
        said: String,
    },
    /// The other side did not finish its handshake in time.
    Timeout {
        /// How long it was waited for.
        seconds: u64,
    },
    /// A file of the server's key or certificate cannot be used.
    File {
        /// The file.
        file: String,
        /// The reason.
        reason: String,
    },
    /// There is no folder to keep a key in.
    NoFolder,
}

localized!(TlsError);

impl TlsError {
    fn handshake(error: &io::Error) -> Self {
        Self::Handshake { reason: error.to_string() }
    }
}

/// The only one that is linked in: reqwest's.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// The key of a certificate.
fn key_of(certificate: &CertificateDer<'_>) -> Result<ServerKey, rustls::Error> {
    let certificate =
        EndEntityCert::try_from(certificate).map_err(|error| rustls::Error::General(error.to_string()))?;
    let info = certificate.subject_public_key_info();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, info.as_ref());
    let hash = hash.as_ref().try_into().ok().ok_or(rustls::Error::EncryptError)?;
    Ok(ServerKey::of_hash(hash))
}

#[cfg(test)]
mod tests;
