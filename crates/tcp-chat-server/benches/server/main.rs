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
use server::Server;

/// Clients at once, and messages of each.
const LOADS: [(usize, usize); 3] = [(1, 4000), (64, 400), (1000, 30)];

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
        "clients  direct/s  server/s  ratio  direct p50 / p99 us  server p50 / p99 us  added p50 / p99 us"
    );
    for (clients, messages) in LOADS {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let alone = direct(url, clients, messages).await;
            let with_server = through_server(server.port, clients, messages).await;
            rounds.push((alone, with_server));
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

fn ratio((alone, served): &(Run, Run)) -> f64 {
    served.per_second() / alone.per_second()
}

fn print_round(clients: usize, round: &(Run, Run)) {
    let (alone, served) = round;
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let added = |percent| micros(served.latency(percent)) - micros(alone.latency(percent));
    println!(
        "{clients:>7}  {:>8.0}  {:>8.0}  {:>5.2}  {:>10.0} / {:<6.0}  {:>10.0} / {:<6.0}  {:>9.0} / {:.0}",
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
