//! A service with a certificate: asked where the system trusts it, and only there.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::support::talk::Talk;
use crate::support::{Program, binary};

/// A service with encryption and a certificate that no authority has signed.
struct Service {
    folder: TempDir,
    url: String,
    _openssl: Program,
}

impl Service {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = Command::new("openssl")
            .args("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(' '))
            .args(["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
            .current_dir(&folder)
            .output()
            .expect("openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        // What is asked for is the name of a file that holds the whole answer.
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello to you";
        fs::write(folder.path().join("say-hello"), answer).expect("a file");
        let mut command = Command::new("openssl");
        command
            .args("s_server -accept 127.0.0.1:0 -cert cert.pem -key key.pem -HTTP".split(' '))
            .current_dir(&folder);
        let mut openssl = Program::spawn("openssl", command);
        let line = openssl.line_with("ACCEPT ");
        let url = format!("https://{}/say-{{text}}", line.trim_start_matches("ACCEPT "));
        Self { folder, url, _openssl: openssl }
    }

    /// A server that asks it and trusts the authorities of `certificates` only.
    fn talk(&self, certificates: &str) -> Talk {
        let mut command = Command::new(binary("tcp-chat-server"));
        command
            .args(["--headless", "--json", "--port", "0", "--bot", "http", "--bot-url", &self.url])
            .env("SSL_CERT_FILE", self.folder.path().join(certificates))
            .env_remove("SSL_CERT_DIR");
        Talk::with(Program::spawn("tcp-chat-server", command))
    }
}

#[test]
fn a_certificate_decides_whether_a_service_is_asked() {
    let service = Service::start();
    assert_eq!(service.talk("cert.pem").ask("hello"), Ok("hello to you".to_owned()));
    let other = Service::start();
    fs::copy(other.folder.path().join("cert.pem"), service.folder.path().join("other.pem")).expect("a file");
    let (_, said) = service.talk("other.pem").failure("hello");
    assert!(said.contains("its certificate is not trusted"), "{said}");
}
