//! Peers written as raw sockets: what the demos, `nc` and a microcontroller do.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::PATIENCE;

/// A TCP port of 127.0.0.1 that nobody else is given while the socket lives: connections to it are
/// refused, and a server (which sets `SO_REUSEADDR`) can still listen on it.
pub(crate) fn reserve_port() -> (Socket, u16) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_reuse_address(true).expect("an option");
    let any_port: SocketAddr = ([127, 0, 0, 1], 0).into();
    socket.bind(&any_port.into()).expect("a port");
    let port = socket.local_addr().ok().and_then(|addr| addr.as_socket()).expect("an address").port();
    (socket, port)
}

/// A chat client without any protocol of its own.
pub(crate) struct RawChat(pub(crate) TcpStream);

impl RawChat {
    pub(crate) fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a server");
        stream.set_read_timeout(Some(PATIENCE)).expect("an option");
        stream.set_nodelay(true).expect("an option");
        Self(stream)
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).expect("the server reads");
    }

    /// Reads until `text` has arrived, and nothing more than that.
    pub(crate) fn expect(&mut self, text: impl AsRef<[u8]>) {
        let text = text.as_ref();
        let mut got = vec![0; text.len()];
        let mut filled = 0;
        while filled < got.len() {
            match self.0.read(&mut got[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&got[..filled])),
            }
        }
        assert_eq!(String::from_utf8_lossy(&got[..filled]), String::from_utf8_lossy(text));
    }

    /// One line, without its line feed.
    pub(crate) fn line(&mut self) -> String {
        let mut line = Vec::new();
        let mut byte = [0];
        while self.0.read(&mut byte).expect("the server writes") == 1 && byte != *b"\n" {
            line.push(byte[0]);
        }
        String::from_utf8(line).expect("UTF-8")
    }

    /// One line, as JSON.
    pub(crate) fn record(&mut self) -> serde_json::Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// All that comes until the server closes.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => (),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => (),
            Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&rest)),
        }
        String::from_utf8(rest).expect("UTF-8")
    }

    /// Whether nothing comes for `time`.
    pub(crate) fn is_quiet_for(&mut self, time: Duration) -> bool {
        self.0.set_read_timeout(Some(time)).expect("an option");
        let got = self.0.read(&mut [0; 1]);
        self.0.set_read_timeout(Some(PATIENCE)).expect("an option");
        matches!(got, Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }

    /// Ends the own side.
    pub(crate) fn half_close(&mut self) {
        self.0.shutdown(Shutdown::Write).expect("a connection");
    }
}
