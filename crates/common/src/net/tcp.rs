//! What the system is told about each connection of the chat.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// How long nothing is heard before the first keepalive probe.
const KEEPALIVE_IDLE: Duration = Duration::from_mins(1);

/// Between two probes.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// Probes without an answer before the connection is dropped.
const KEEPALIVE_RETRIES: u32 = 3;

/// How long sent bytes may stay unacknowledged; Linux alone would try for a quarter of an hour.
/// Linux also lets it end the keepalive, by the time since the other side was last heard: a shorter one
/// would cut it off at the first probe that is lost.
#[cfg(target_os = "linux")]
const USER_TIMEOUT: Duration =
    Duration::from_secs(KEEPALIVE_IDLE.as_secs() + KEEPALIVE_INTERVAL.as_secs() * KEEPALIVE_RETRIES as u64);

/// Sets the options of a connection: what is said goes out at once, and one whose other side has vanished without a word ends
/// within a minute and a half.
///
/// # Errors
/// Where the system refuses one, as some do when the other side is gone already.
pub fn prepare_connection(stream: &TcpStream) -> io::Result<()> {
    // Texts are short, and somebody waits for each: one that waits for the next to fill its packet is late.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_IDLE)
        .with_interval(KEEPALIVE_INTERVAL)
        .with_retries(KEEPALIVE_RETRIES);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_gets_every_option() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        prepare_connection(&stream).unwrap();
        let socket = SockRef::from(&stream);
        assert!(stream.nodelay().unwrap() && socket.keepalive().unwrap());
        #[cfg(target_os = "linux")]
        {
            assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_mins(1));
            assert_eq!(socket.tcp_keepalive_interval().unwrap(), Duration::from_secs(10));
            assert_eq!(socket.tcp_keepalive_retries().unwrap(), 3);
            assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_secs(90)));
        }
    }
}
