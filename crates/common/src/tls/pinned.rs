//! A client's side: the server has the key that is known, or nothing is said.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, IpAddr, Ipv4Addr, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{MAX_KEPT_BYTES, TlsError, key_of, provider};
use crate::chat::ServerKey;

/// How much of the first bytes of a server is remembered during the handshake.
const MAX_FIRST_BYTES: usize = 256;

/// Speaks TLS over `stream` with a server that has to have `key`; `host` is what the user calls it.
///
/// # Errors
/// Where the server has another key, fails the handshake, or does not finish it within `wait`.
pub async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    host: &str,
    key: ServerKey,
    wait: Duration,
) -> Result<TlsStream<impl AsyncRead + AsyncWrite + Unpin + use<S>>, TlsError> {
    let pin = Arc::new(KeyPin { key, seen: Mutex::new(None), provider: provider() });
    let config = ClientConfig::builder_with_provider(Arc::clone(&pin.provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Handshake { reason: error.to_string() })?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&pin) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    // What a name may not be said to a server is not said: it is known by its key.
    let name = ServerName::try_from(host.to_owned());
    let name = name.unwrap_or(ServerName::IpAddress(IpAddr::V4(Ipv4Addr::from([0, 0, 0, 0]))));
    let (reader, writer) = tokio::io::split(stream);
    let stream = tokio::io::join(Overheard { reader, first: Vec::new() }, writer);
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream).into_fallible();
    let connected = tokio::time::timeout(wait, connecting).await;
    let connected = connected.ok().ok_or(TlsError::Timeout { seconds: wait.as_secs() })?;
    let mut stream =
        connected.map_err(|(error, stream)| match (pin.other(), stream.reader().plain_text()) {
            (Some(seen), _) => TlsError::OtherKey { known: key, seen },
            (None, Some(said)) => TlsError::NotTls { said },
            (None, None) => TlsError::handshake(&error),
        })?;
    stream.get_mut().1.set_buffer_limit(Some(MAX_KEPT_BYTES));
    Ok(stream)
}

/// A reader whose first bytes are remembered: where they are no TLS, the library says no more than that.
struct Overheard<R> {
    reader: R,
    first: Vec<u8>,
}

impl<R> Overheard<R> {
    /// What the server said, where it was text.
    fn plain_text(&self) -> Option<String> {
        let is_text = self.first.first().is_some_and(|byte| *byte >= b' ');
        is_text.then(|| String::from_utf8_lossy(&self.first).into_owned())
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Overheard<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.reader).poll_read(cx, buffer))?;
        let room = MAX_FIRST_BYTES.saturating_sub(self.first.len());
        let came = buffer.filled().get(before..).unwrap_or_default();
        self.first.extend(came.iter().take(room));
        Poll::Ready(Ok(()))
    }
}

/// Takes a certificate of this key, whoever signed it and whatever name it has.
#[derive(Debug)]
struct KeyPin {
    key: ServerKey,
    seen: Mutex<Option<ServerKey>>,
    provider: Arc<CryptoProvider>,
}

impl KeyPin {
    /// The key that the server has instead.
    fn other(&self) -> Option<ServerKey> {
        self.seen.lock().ok().and_then(|seen| *seen).filter(|seen| *seen != self.key)
    }
}

impl ServerCertVerifier for KeyPin {
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
