//! The chat server between a load generator and an instant bot, beside the same generator at the
//! same bot without a server: messages a second, added latency, memory for a connection.
//!
//! `cargo bench -p tcp-chat-server --bench server` (a descriptor limit of 12,000 or more). All of it is
//! loopback, bounded in count, and ends the one process that it starts.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench prints, and a broken one stops")]
#![expect(clippy::cast_precision_loss, reason = "counts of messages are far below 2^52")]

mod bot;
mod load;
mod server;

use std::time::Duration;

use load::{Run, direct, idle_connections, through_server};
use server::{Server, cpu};

/// Clients at once, and messages of each.
const LOADS: [(usize, usize); 3] = [(1, 8000), (64, 800), (1000, 50)];

/// Connections whose memory is measured.
const IDLE: usize = 10_000;

/// Each pair of runs is repeated: the median of the ratios counts, as other work on the machine
/// disturbs single runs.
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (bot, url) = bot::open().await;
        tokio::select! {
            () = bot::serve(bot) => unreachable!("the bot ended"),
            () = measure(&url) => (),
        }
    });
}

async fn measure(url: &str) {
    let server = Server::start(url);
    println!(
        "clients  direct/s  server/s  ratio  direct p50 / p99 us  server p50 / p99 us  added p50 / p99 us  \
         CPU us a message: direct, beside the server, in it"
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
            let micros = |time: Duration| time.as_secs_f64() * 1e6 / (clients * messages) as f64;
            let costs = [(middle.0, start.0), (end.0, middle.0), (end.1, middle.1)]
                .map(|(later, earlier)| micros(later.saturating_sub(earlier)));
            rounds.push((alone, with_server, costs));
        }
        rounds.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
        print_round(clients, &rounds[ROUNDS / 2]);
    }
    // A server of its own: what the load left in the allocator is not the connections' memory.
    drop(server);
    let server = Server::start(url);
    let before = server.resident_bytes();
    let connections = idle_connections(server.port, IDLE).await;
    let grown = server.resident_bytes().saturating_sub(before);
    println!("memory: {} bytes for each of {} idle connections", grown / IDLE as u64, connections.len());
}

/// The generator at the bot, the same through the server, and the processor time of both.
type Round = (Run, Run, [f64; 3]);

fn ratio((alone, served, _): &Round) -> f64 {
    served.per_second() / alone.per_second()
}

fn print_round(clients: usize, round: &Round) {
    let (alone, served, [direct, beside, within]) = round;
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let added = |percent| micros(served.latency(percent)) - micros(alone.latency(percent));
    println!(
        "{clients:>7}  {:>8.0}  {:>8.0}  {:>5.2}  {:>10.0} / {:<6.0}  {:>10.0} / {:<6.0}  {:>9.0} / {:<6.0}  \
         {direct:.0}, {beside:.0}, {within:.0}",
        alone.per_second(),
        served.per_second(),
        ratio(round),
        micros(alone.latency(50)),
        micros(alone.latency(99)),
        micros(served.latency(50)),
        micros(served.latency(99)),
        added(50),
        added(99),
    );
}
