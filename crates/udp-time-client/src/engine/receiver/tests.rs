use std::net::UdpSocket;

use common::engine::{SystemClock, Waker, link};
use common::net::LOOPBACK_BROADCAST;

use super::*;
use crate::config::Config;
use crate::engine::Snapshot;

/// A receiver of this computer, where a tick and its copy have arrived and been told.
async fn after_a_tick() -> (Receiver, Link, Listeners, impl Fn(bool)) {
    let settings = Config { port: 0, ..Config::default() };
    let listeners = Listeners::open(settings, Vec::new()).await.unwrap();
    let port = listeners.listening().address.port();
    let server = UdpSocket::bind("0.0.0.0:0").unwrap();
    server.set_broadcast(true).unwrap();
    let tick = move |is_copy: bool| {
        let host = if is_copy { LOOPBACK_BROADCAST } else { std::net::Ipv4Addr::LOCALHOST };
        assert_eq!(server.send_to(b"tick", (host, port)).unwrap(), 4);
    };
    let (_, link) = link(Waker::none(), Snapshot::default());
    let mut receiver = Receiver::new();
    tick(false);
    receive(&mut receiver, &link, &listeners).await;
    receiver.publish(&link);
    (receiver, link, listeners, tick)
}

async fn receive(receiver: &mut Receiver, link: &Link, listeners: &Listeners) {
    let before = receiver.counters.received;
    while receiver.counters.received == before {
        listeners.readable().await;
        receiver.receive(link, &SystemClock, listeners).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_copy_of_a_tick_is_no_news() {
    let (mut receiver, link, listeners, tick) = after_a_tick().await;
    tick(true);
    receive(&mut receiver, &link, &listeners).await;
    assert_eq!((receiver.counters.second_copies, receiver.is_dirty), (1, false));
    tick(false);
    receive(&mut receiver, &link, &listeners).await;
    assert_eq!((receiver.counters.second_copies, receiver.is_dirty), (1, true));
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_without_news_does_not_come_right_before_the_next_tick() {
    let (mut receiver, link, ..) = after_a_tick().await;
    let published = Instant::now();
    receiver.publish_due().await;
    assert!(published.elapsed() >= PUBLISH_IDLE + LATE, "{:?}", published.elapsed());
    for _ in 0..2 {
        receiver.publish(&link);
        let published = Instant::now();
        receiver.publish_due().await;
        let waited = published.elapsed();
        assert!(
            (PUBLISH_IDLE..PUBLISH_IDLE + LATE).contains(&waited),
            "what is shown would skip a second: {waited:?}"
        );
    }
}

#[test]
fn the_table_of_senders_reads_text_as_the_list_of_datagrams_does() {
    let mut receiver = Receiver::new();
    receiver.begin("windows-1252".parse().unwrap());
    let moment = Moment { at_us: 0, wall: DateTime::default() };
    receiver.senders.note(([10, 0, 0, 7], 1).into(), moment, b"\xE9t\xE9");
    assert_eq!(receiver.senders.rows()[0].newest.text, "été");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_is_told_from_one_that_is_corrected() {
    let mut receiver = Receiver::new();
    // After a thousand seconds in which the clock went so much faster.
    let mut is_set = |by_us: i64| {
        for _ in 0..1000 {
            let Now { at_us, wall, .. } = receiver.now(&SystemClock);
            let before = (at_us - 1_000_000_000, wall.timestamp_micros() - 1_000_000_000 - by_us);
            (receiver.clocks, receiver.clock_set) = (Some(before), None);
            receiver.now(&SystemClock);
            // Nothing is concluded where the two clocks were not read at once.
            if receiver.clocks != Some(before) {
                return receiver.clock_set.is_some();
            }
        }
        panic!("the two clocks are never read at once");
    };
    assert_eq!(
        [0, 400_000, -400_000, 2_000_000, -2_000_000].map(&mut is_set),
        [false, false, false, true, true]
    );
}
