//! A client's side: the server has the key that is known, or nothing is said.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, IpAddr, Ipv4Addr, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{MAX_KEPT_BYTES, TlsError, key_of, provider};
use crate::chat::ServerKey;

/// Speaks TLS over `stream` with a server that has to have `key`; `host` is what the user calls it.
///
/// # Errors
/// Where the server has another key, fails the handshake, or does not finish it within `wait`.
pub async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    host: &str,
    key: ServerKey,
    wait: Duration,
) -> Result<TlsStream<S>, TlsError> {
    let pin = Arc::new(Pin { key, seen: Mutex::new(None), provider: provider() });
    let config = ClientConfig::builder_with_provider(Arc::clone(&pin.provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Handshake { reason: error.to_string() })?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&pin) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    // What a name may not be said to a server is not said: it is known by its key.
    let name = ServerName::try_from(host.to_owned());
    let name = name.unwrap_or(ServerName::IpAddress(IpAddr::V4(Ipv4Addr::from([0, 0, 0, 0]))));
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let connected = tokio::time::timeout(wait, connecting).await;
    let connected = connected.ok().ok_or(TlsError::Timeout { seconds: wait.as_secs() })?;
    let mut stream = connected.map_err(|error| match pin.other() {
        Some(seen) => TlsError::OtherKey { known: key, seen },
        None => TlsError::handshake(&error),
    })?;
    stream.get_mut().1.set_buffer_limit(Some(MAX_KEPT_BYTES));
    Ok(stream)
}

/// Takes a certificate of this key, whoever signed it and whatever name it has.
#[derive(Debug)]
struct Pin {
    key: ServerKey,
    seen: Mutex<Option<ServerKey>>,
    provider: Arc<CryptoProvider>,
}

impl Pin {
    /// The key that the server has instead.
    fn other(&self) -> Option<ServerKey> {
        self.seen.lock().ok().and_then(|seen| *seen).filter(|seen| *seen != self.key)
    }
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let key = key_of(certificate)?;
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Some(key);
        }
        if key == self.key {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    // Whoever copied the certificate does not have its private key, and only this shows it.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
