//! Who is let in and who is not.

use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use super::*;

const WAIT: Duration = Duration::from_secs(5);

fn identity() -> (tempfile::TempDir, Identity) {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::kept_in(folder.path(), &["192.168.1.20".parse().unwrap()]).unwrap();
    (folder, identity)
}

/// What each side makes of a handshake with a server that `key` is known of, and what the server is told.
async fn shake(server: &Identity, key: ServerKey) -> (Result<(), TlsError>, Result<String, TlsError>) {
    let (ours, theirs) = duplex(16 * 1024);
    let client = async {
        let mut stream = connect(ours, "127.0.0.1", key, WAIT).await?;
        stream.write_all(b"hello").await.unwrap();
        stream.shutdown().await.unwrap();
        // The server may still have something to say.
        stream.read_to_end(&mut Vec::new()).await.unwrap();
        Ok(())
    };
    let server = async {
        let mut stream = server.accept(theirs).await?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        stream.shutdown().await.unwrap();
        Ok(text)
    };
    tokio::join!(client, server)
}

#[tokio::test]
async fn a_server_is_known_by_its_key_and_nothing_is_said_to_another() {
    let (_folder, server) = identity();
    assert_eq!(shake(&server, server.key()).await, (Ok(()), Ok("hello".to_owned())));
    let known = ServerKey::of_hash([7; 32]);
    let (client, told) = shake(&server, known).await;
    assert_eq!(client, Err(TlsError::OtherKey { known, seen: server.key() }));
    assert_eq!(told, Err(TlsError::NotTrusted));
}

#[tokio::test]
async fn a_copied_certificate_without_its_key_is_no_pass() {
    let (there, server) = identity();
    let (folder, thief) = identity();
    // The certificate of the one, with the key of the other.
    let stolen = std::fs::read(there.path().join("server-certificate.pem")).unwrap();
    let own = std::fs::read(folder.path().join("server-key.pem")).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(&stolen).unwrap()];
    let private = rustls::pki_types::PrivateKeyDer::from_pem_slice(&own).unwrap();
    let signer = rustls::crypto::aws_lc_rs::sign::any_supported_type(&private).unwrap();
    let certified = Arc::new(rustls::sign::CertifiedKey::new(chain, signer));
    let forged = thief.with_certificate(certified, server.key());
    let (client, told) = shake(&forged, server.key()).await;
    assert!(matches!(client, Err(TlsError::Handshake { .. })), "{client:?}");
    assert!(told.is_err());
}

#[tokio::test]
async fn the_key_stays_when_the_certificate_is_made_anew() {
    let (folder, first) = identity();
    std::fs::remove_file(folder.path().join("server-certificate.pem")).unwrap();
    let second = Identity::kept_in(folder.path(), &[]).unwrap();
    assert_eq!(first.key(), second.key());
    assert_eq!(shake(&second, first.key()).await.0, Ok(()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join("server-key.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "others can read the key");
    }
    std::fs::write(folder.path().join("server-key.pem"), "nonsense").unwrap();
    let broken = Identity::kept_in(folder.path(), &[]);
    assert!(
        matches!(&broken, Err(TlsError::File { file, .. }) if file.contains("server-key.pem")),
        "{broken:?}"
    );
}

#[tokio::test]
async fn what_answers_in_text_is_quoted() {
    let (_folder, server) = identity();
    let (ours, mut theirs) = duplex(16 * 1024);
    let said = "HTTP/1.1 400 Bad Request\r\n".to_owned();
    theirs.write_all(said.as_bytes()).await.unwrap();
    assert_eq!(connect(ours, "host", server.key(), WAIT).await.err(), Some(TlsError::NotTls { said }));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_silent_is_given_up() {
    let (_folder, server) = identity();
    let (ours, _silent) = duplex(1024);
    let late = TlsError::Timeout { seconds: 5 };
    assert_eq!(connect(ours, "host", server.key(), WAIT).await.err(), Some(late));
}
