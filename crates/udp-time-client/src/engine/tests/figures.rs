//! What is counted, what is seen of others, groups and interfaces.

use super::*;

/// Paused: figures are given out at once where nothing else happens.
#[tokio::test(start_paused = true)]
async fn the_newest_are_kept_and_every_datagram_is_accounted_for() {
    let mut rig = Rig::start("127.0.0.1", 0);
    let address = rig.listening().await.address;
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    let large = vec![b'a'; 65_000];
    let mut sent = 0;
    // More bytes than may wait; each is read before the next leaves, so that the system drops none.
    while sent < common::engine::BURST_BYTES / large.len() + 10 {
        sender.send_to(&large, address).unwrap();
        sent += 1;
        rig.wait_snapshot(|snapshot| snapshot.counters.received == sent as u64).await;
    }
    sender.send_to(b"the newest", address).unwrap();
    rig.wait_snapshot(|snapshot| snapshot.counters.received == sent as u64 + 1).await;
    let snapshot = rig.handle.snapshot();
    assert!((9..=11).contains(&snapshot.counters.dropped), "{}", snapshot.counters.dropped);
    let mut rows = rig.handle.take_burst();
    assert_eq!(
        (rows.len() as u64, rig.handle.dropped()),
        (snapshot.counters.shown, snapshot.counters.dropped)
    );
    let Some(Event::Datagram(newest)) = rows.pop_back() else { panic!("nothing waits") };
    assert_eq!(newest.reading().text, "the newest");
    sender.send_to(b"there is room again", address).unwrap();
    rig.wait_snapshot(|snapshot| snapshot.counters.received == sent as u64 + 2).await;
    assert_eq!(rig.handle.take_burst().len(), 1);
}

/// The kernel counts what it throws away, and says so with the next datagram.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_the_system_throws_away_is_counted() {
    let mut rig = Rig::start("127.0.0.1", 0);
    let address = rig.listening().await.address;
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    // The engine is not polled meanwhile: this thread is its own. A batch is first read without any loss.
    sender.send_to(b"first", address).unwrap();
    rig.wait_snapshot(|snapshot| snapshot.counters.received == 1).await;
    let large = vec![b'a'; 60_000];
    let sent = 2 * RECEIVE_BUFFER_BYTES / large.len() + 500;
    for _ in 0..sent {
        sender.send_to(&large, address).unwrap();
    }
    // There is room again after a batch: the next one tells.
    rig.wait_snapshot(|snapshot| snapshot.counters.received > 200).await;
    sender.send_to(b"and now", address).unwrap();
    let total = (sent + 2) as u64;
    rig.wait_snapshot(|snapshot| snapshot.counters.received + snapshot.counters.lost_by_system == total)
        .await;
    assert!(rig.handle.snapshot().counters.lost_by_system > 0, "{sent} found room");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_program_that_takes_the_address_all_the_same_is_seen() {
    let mut rig = Rig::start("127.0.0.1", 0);
    let address = rig.listening().await.address;
    let thief = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
    thief.set_reuse_address(true).unwrap();
    thief.bind(&address.into()).unwrap();
    assert!(rig.listening().await.has_conflict);
    drop(thief);
    assert!(!rig.listening().await.has_conflict);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn two_clients_of_every_network_know_of_each_other() {
    let mut first = Rig::start("any", 0);
    let port = first.listening().await.address.port();
    let mut second = Rig::start("::", port);
    assert!(second.listening().await.has_conflict);
    assert!(first.listening().await.has_conflict);
}

/// IPv6 has no route for groups on the loopback interface: `tests/network.rs` sends to one.
#[tokio::test]
async fn a_group_is_joined_and_heard_by_several() {
    for group in ["239.255.66.66", "ff12::6666%lo"] {
        let mut first = Rig::start(group, 0);
        let Listening { address, place, .. } = first.listening().await;
        assert!(
            matches!(&place, ListenScope::Group { interfaces } if interfaces.contains(&"lo".to_owned())),
            "{place:?}"
        );
        let mut second = Rig::start(group, address.port());
        second.listening().await;
        if address.is_ipv4() {
            let sender = socket2::Socket::from(UdpSocket::bind("127.0.0.1:0").unwrap());
            sender.set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
            sender.send_to(b"to all of you", &address.into()).unwrap();
            assert_eq!(first.text().await, "to all of you");
            assert_eq!(second.text().await, "to all of you");
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_interface_is_listened_on_by_its_name() {
    let mut rig = Rig::start("lo", 0);
    let listening = rig.listening().await;
    assert_eq!(listening.place, ListenScope::Interface { interface: "lo".to_owned() });
    let port = listening.address.port();
    for (from, to) in [("127.0.0.1:0", "127.0.0.1"), ("[::1]:0", "::1")] {
        UdpSocket::bind(from).unwrap().send_to(to.as_bytes(), (to, port)).unwrap();
        assert_eq!(rig.text().await, to);
    }
}

/// The stamp of the system lies between sending and reading, however long the datagram waited.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_datagram_is_stamped_when_it_comes() {
    use common::engine::Clock as _;
    let mut rig = Rig::start("127.0.0.1", 0);
    let address = rig.listening().await.address;
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    let slack = chrono::TimeDelta::milliseconds(1);
    // The kernel begins to stamp a moment after the first socket has asked for it.
    for tries in 1.. {
        let before = SystemClock.now();
        sender.send_to(b"x", address).unwrap();
        let after = SystemClock.now();
        // The engine is on this very thread: it cannot have read yet.
        std::thread::park_timeout(Duration::from_millis(30));
        let time = rig.datagram().await.time;
        if before - slack <= time && time <= after + slack {
            return;
        }
        assert!(tries < 100, "{before} {time} {after}");
    }
}

#[tokio::test]
async fn a_sender_that_was_removed_can_be_brought_back_and_comes_back_by_itself() {
    let mut rig = Rig::start("127.0.0.1", 0);
    let to = rig.listening().await.address;
    let [one, two] = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    for sender in [&one, &two] {
        sender.send_to(b"a", to).unwrap();
        rig.text().await;
    }
    rig.wait_snapshot(|snapshot| snapshot.senders.len() == 2).await;
    let mut first = None;
    rig.wait_snapshot(|snapshot| {
        first = snapshot.senders.first().map(|row| row.id);
        true
    })
    .await;
    let source = one.local_addr().unwrap();
    rig.handle.command(Command::RemoveSender(first.unwrap())).unwrap();
    rig.wait_snapshot(|snapshot| snapshot.senders.len() == 1 && snapshot.removed == Some(source)).await;
    rig.handle.command(Command::RestoreSender).unwrap();
    let is_back = |row: Option<&SenderRow>| row.is_some_and(|row| row.source == source && row.received == 1);
    rig.wait_snapshot(|snapshot| is_back(snapshot.senders.first()) && snapshot.removed.is_none()).await;

    rig.handle.command(Command::RemoveSender(first.unwrap())).unwrap();
    one.send_to(b"b", to).unwrap();
    rig.text().await;
    rig.wait_snapshot(|snapshot| is_back(snapshot.senders.last()) && snapshot.removed.is_none()).await;
}
