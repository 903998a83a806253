//! The load: each client asks, waits for its answer, asks again.

use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const HELLO: &str = "{\"type\":\"hello\",\"protocol\":1,\"client\":\"load\"}\n";

/// What a run came to.
#[derive(Debug)]
pub(super) struct Run {
    elapsed: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

impl Run {
    /// Messages a second.
    pub(super) fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that `percent` of the messages stay within.
    pub(super) fn latency(&self, percent: usize) -> Duration {
        self.latencies[(self.latencies.len() - 1) * percent / 100]
    }

    async fn of(clients: JoinSet<Vec<Duration>>) -> Self {
        let started = Instant::now();
        let mut latencies = clients.join_all().await.concat();
        let elapsed = started.elapsed();
        latencies.sort_unstable();
        Self { elapsed, latencies }
    }
}

/// Every client asks the bot itself, over connections that are kept.
pub(super) async fn direct(url: &str, clients: usize, messages: usize) -> Run {
    let http = reqwest::Client::new();
    let mut set = JoinSet::new();
    for _ in 0..clients {
        let (http, url) = (http.clone(), format!("{url}?key=free&appid=0&msg=hello"));
        set.spawn(async move {
            let mut latencies = Vec::with_capacity(messages);
            for _ in 0..messages {
                let asked = Instant::now();
                let response = http.get(&url).send().await.expect("the bot answers");
                let body = response.bytes().await.expect("a body");
                assert!(body.starts_with(b"{\"result\":0"), "not the bot's answer");
                latencies.push(asked.elapsed());
            }
            latencies
        });
    }
    Run::of(set).await
}

/// Every client asks the server, in the records dialect.
pub(super) async fn through_server(port: u16, clients: usize, messages: usize) -> Run {
    let mut connected = Vec::with_capacity(clients);
    for _ in 0..clients {
        connected.push(connect(port).await);
    }
    let mut set = JoinSet::new();
    for mut stream in connected {
        set.spawn(async move {
            let mut latencies = Vec::with_capacity(messages);
            let mut line = String::new();
            for id in 0..messages {
                let asked = Instant::now();
                let say = format!("{{\"type\":\"say\",\"id\":{id},\"text\":\"hello\"}}\n");
                stream.write_all(say.as_bytes()).await.expect("the server reads");
                loop {
                    line.clear();
                    stream.read_line(&mut line).await.expect("the server answers");
                    if !line.starts_with("{\"type\":\"accepted\"") {
                        break;
                    }
                }
                assert!(line.contains("\"text\":\"hello!\""), "not the bot's answer: {line}");
                latencies.push(asked.elapsed());
            }
            latencies
        });
    }
    Run::of(set).await
}

/// Opens connections that have said hello and say no more.
pub(super) async fn idle_connections(port: u16, count: usize) -> Vec<BufReader<TcpStream>> {
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        connections.push(connect(port).await);
    }
    connections
}

/// A connection that was welcomed.
async fn connect(port: u16) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the server takes connections");
    stream.set_nodelay(true).expect("an option");
    let mut stream = BufReader::with_capacity(512, stream);
    stream.write_all(HELLO.as_bytes()).await.expect("the server reads");
    let mut welcome = String::new();
    stream.read_line(&mut welcome).await.expect("the server answers");
    assert!(welcome.starts_with("{\"type\":\"welcome\""), "not welcome: {welcome:?}");
    stream
}
