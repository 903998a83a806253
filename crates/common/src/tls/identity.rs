//! A server's side: its key and its certificate.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, SanType, date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{AlertDescription, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{MAX_KEPT_BYTES, TlsError, key_of, provider};
use crate::chat::ServerKey;
use crate::files::{self, write_new_private};
use crate::net::host_name;

/// The key, in the folder of the settings.
const KEY_FILE: &str = "server-key.pem";

/// The certificate beside it.
const CERTIFICATE_FILE: &str = "server-certificate.pem";

/// No key and no chain of certificates is longer.
const MAX_BYTES: u64 = 1 << 20;

/// Until when a certificate of our own says that it is good: nobody looks at that, but openssl shows it.
const LAST_YEAR: i32 = 2048;

/// What a server shows to whoever speaks TLS with it.
#[derive(Clone)]
pub struct Identity {
    config: Arc<ServerConfig>,
    key: ServerKey,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Identity {
    /// The key and the certificate in `folder`, which are made where they are missing: for the name of this computer and for
    /// `addresses`. Only the user can read the key.
    ///
    /// # Errors
    /// Where a file cannot be read, understood or written.
    pub fn kept_in(folder: &Path, addresses: &[IpAddr]) -> Result<Self, TlsError> {
        let (key, certificate) = (folder.join(KEY_FILE), folder.join(CERTIFICATE_FILE));
        if !key.exists() {
            let pair =
                KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|error| of_file(&key, error))?;
            let made = std::fs::create_dir_all(folder)
                .and_then(|()| write_new_private(&key, |out| out.write_all(pair.serialize_pem().as_bytes())));
            // Another server may be just as new, and there is one key.
            made.or_else(|error| if key.exists() { Ok(()) } else { Err(of_file(&key, error)) })?;
        }
        if !certificate.exists() {
            let pair = KeyPair::from_pem(&read(&key)?).map_err(|error| of_file(&key, error))?;
            let pem = self_signed(&pair, addresses).map_err(|error| of_file(&certificate, error))?;
            let made = files::write_whole(&certificate, |out| out.write_all(pem.as_bytes()));
            made.map_err(|error| of_file(&certificate, error))?;
        }
        Self::of_files(&certificate, &key)
    }

    /// A key and a chain of certificates in PEM, as an authority gives them.
    ///
    /// # Errors
    /// Where a file cannot be read or understood, or they do not belong together.
    pub fn of_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(read(certificate)?.as_bytes()).collect();
        let chain = chain.map_err(|error| of_file(certificate, error))?;
        let private = PrivateKeyDer::from_pem_slice(read(key)?.as_bytes());
        Self::new(chain, private.map_err(|error| of_file(key, error))?)
            .map_err(|error| of_file(certificate, error))
    }

    fn new(
        chain: Vec<CertificateDer<'static>>,
        private: PrivateKeyDer<'static>,
    ) -> Result<Self, rustls::Error> {
        let first = chain.first().ok_or(rustls::Error::NoCertificatesPresented)?;
        let key = key_of(first)?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, private)?;
        Ok(Self { config: Arc::new(config), key })
    }

    /// An identity that shows the certificate of another server.
    #[cfg(test)]
    pub(super) fn with_certificate(
        mut self,
        certified: Arc<rustls::sign::CertifiedKey>,
        key: ServerKey,
    ) -> Self {
        let config = Arc::make_mut(&mut self.config);
        config.cert_resolver = Arc::new(rustls::sign::SingleCertAndKey::from(certified));
        Self { key, ..self }
    }

    /// What the server is known by.
    #[must_use]
    pub fn key(&self) -> ServerKey {
        self.key
    }

    /// Speaks TLS with a client, however long it takes for its handshake.
    ///
    /// # Errors
    /// Where the client fails the handshake.
    pub async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
    ) -> Result<TlsStream<S>, TlsError> {
        let accepting = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream);
        let mut stream = accepting.await.map_err(|error| of_client(&error))?;
        stream.get_mut().1.set_buffer_limit(Some(MAX_KEPT_BYTES));
        Ok(stream)
    }
}

fn of_client(error: &io::Error) -> TlsError {
    match error.get_ref().and_then(|error| error.downcast_ref()) {
        // What rustls says where it is told not to trust a certificate, as by a client that has yet to ask its user.
        Some(rustls::Error::AlertReceived(AlertDescription::AccessDenied)) => TlsError::NotTrusted,
        _ => TlsError::handshake(error),
    }
}

fn read(path: &Path) -> Result<String, TlsError> {
    files::read_text(path, MAX_BYTES).map_err(|error| of_file(path, error))
}

fn of_file(path: &Path, error: impl fmt::Display) -> TlsError {
    TlsError::File { file: path.display().to_string(), reason: error.to_string() }
}

fn self_signed(pair: &KeyPair, addresses: &[IpAddr]) -> Result<String, rcgen::Error> {
    let host = host_name();
    let mut params = CertificateParams::new([host.clone()])?;
    params.subject_alt_names.extend(addresses.iter().map(|address| SanType::IpAddress(*address)));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, host);
    // A client may have a wrong clock: it is known by its key.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(LAST_YEAR, 1, 1);
    Ok(params.self_signed(pair)?.pem())
}
