//! The chat server between a load generator and an instant bot, beside the same generator at the
//! same bot without a server: messages a second, added latency, memory for a connection.
//!
//! `cargo bench -p tcp-chat-server --bench server` (a descriptor limit of 12,000 or more). All of it is
//! loopback, bounded in count, and ends the one process that it starts.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and a broken one stops")]
#![expect(clippy::cast_precision_loss, reason = "counts of messages are far below 2^52")]

mod bot;
mod load;
mod relay;
mod server;

use std::time::Duration;

use load::{Run, direct, idle_connections, through_server};
use server::{Server, cpu};

/// The first argument of a process that is to be a relay.
const RELAY: &str = "relay";

/// Clients at once, and messages of each.
const LOADS: [(usize, usize); 3] = [(1, 8000), (64, 800), (1000, 50)];

/// Connections whose memory is measured.
const IDLE: usize = 10_000;

/// Each pair of runs is repeated: the median of the ratios counts, as other work on the machine
/// disturbs single runs.
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() == Some(RELAY) {
        return runtime.block_on(relay::run(words.next().expect("the URL of a bot")));
    }
    runtime.block_on(async {
        let (bot, url) = bot::open().await;
        tokio::select! {
            () = bot::serve(bot) => unreachable!("the bot ended"),
            () = measure(&url) => (),
        }
    });
}

async fn measure(url: &str) {
    let (server, relay) = (Server::start(url), Server::start_relay(url));
    println!(
        "clients  direct/s  server/s  ratio  direct p50 / p99 us  server p50 / p99 us  added p50 / p99 us  \
         relay/s  p50 / p99 us  CPU us a message: direct, beside the server, in it, in the relay"
    );
    for (clients, messages) in LOADS {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let times = || (cpu(std::process::id()), server.cpu());
            let start = times();
            let alone = direct(url, clients, messages).await;
            let middle = times();
            let with_server = through_server(server.port, clients, messages).await;
            let end = times();
            let before_relay = relay.cpu();
            let with_relay = through_server(relay.port, clients, messages).await;
            let in_relay = (relay.cpu(), before_relay);
            let micros = |time: Duration| time.as_secs_f64() * 1e6 / (clients * messages) as f64;
            let costs = [(middle.0, start.0), (end.0, middle.0), (end.1, middle.1), in_relay]
                .map(|(later, earlier)| micros(later.saturating_sub(earlier)));
            rounds.push(Round { alone, with_server, with_relay, costs });
        }
        rounds.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
        print_round(clients, &rounds[ROUNDS / 2]);
    }
    // A server of its own: what the load left in the allocator is not the connections' memory.
    drop((server, relay));
    let server = Server::start(url);
    let before = server.resident_bytes();
    let connections = idle_connections(server.port, IDLE).await;
    let grown = server.resident_bytes().saturating_sub(before);
    println!("memory: {} bytes for each of {} idle connections", grown / IDLE as u64, connections.len());
}

/// The generator at the bot, through the server, and through the relay.
struct Round {
    alone: Run,
    with_server: Run,
    with_relay: Run,
    /// Processor time of a message: alone, beside the server, in the server, in the relay.
    costs: [f64; 4],
}

impl Round {
    fn ratio(&self) -> f64 {
        self.with_server.per_second() / self.alone.per_second()
    }
}

fn print_round(clients: usize, round: &Round) {
    let Round { alone, with_server, with_relay, costs: [direct, beside, within, relay] } = round;
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let added = |percent| micros(with_server.latency(percent)) - micros(alone.latency(percent));
    println!(
        "{clients:>7}  {:>8.0}  {:>8.0}  {:>5.2}  {:>10.0} / {:<6.0}  {:>10.0} / {:<6.0}  {:>9.0} / {:<6.0}  \
         {:>7.0}  {:>5.0} / {:<5.0} {direct:.0}, {beside:.0}, {within:.0}, {relay:.0}",
        alone.per_second(),
        with_server.per_second(),
        round.ratio(),
        micros(alone.latency(50)),
        micros(alone.latency(99)),
        micros(with_server.latency(50)),
        micros(with_server.latency(99)),
        added(50),
        added(99),
        with_relay.per_second(),
        micros(with_relay.latency(50)),
        micros(with_relay.latency(99)),
    );
}
