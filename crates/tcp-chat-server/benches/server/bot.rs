//! A bot that answers at once, on connections that stay open.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 32\r\n\r\n\
    {\"result\":0,\"content\":\"hello!\"}\n";

/// Opens its port; [`serve`] answers there.
pub(super) async fn open() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/api.php", listener.local_addr().expect("an address"));
    (listener, url)
}

/// Answers until it is dropped.
pub(super) async fn serve(listener: TcpListener) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(answer(stream));
    }
}

/// A request is over with its empty line: a GET has no body.
async fn answer(mut stream: TcpStream) {
    let mut request = Vec::with_capacity(1024);
    while stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            if stream.write_all(RESPONSE).await.is_err() {
                return;
            }
        }
    }
}
