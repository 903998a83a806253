//! The engine on real loopback sockets, against peers written as raw sockets.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use common::engine::{SystemClock, Waker, link};
use common::time::Recognised;
use tokio::task::JoinSet;
use tokio::time::timeout;

use std::net::Ipv4Addr;

use super::*;
use crate::event::{Datagram, ListenScope};

mod figures;

const PATIENCE: Duration = Duration::from_secs(20);

/// An engine that listens.
struct Rig {
    handle: Handle,
    _engine: JoinSet<()>,
}

impl Rig {
    fn start(listen: &str, port: u16) -> Self {
        let (handle, link) = link(Waker::none(), Snapshot::default());
        let mut engine = JoinSet::new();
        engine.spawn(run(link, SystemClock, None));
        let rig = Self { handle, _engine: engine };
        rig.listen(listen, port);
        rig
    }

    fn listen(&self, listen: &str, port: u16) {
        let settings = Config { listen: listen.parse().unwrap(), port, ..Config::default() };
        self.handle.command(Command::Listen(settings)).unwrap();
    }

    async fn event(&mut self) -> Event {
        timeout(PATIENCE, self.handle.next_event()).await.expect("nothing happens").expect("the engine ended")
    }

    async fn listening(&mut self) -> Listening {
        match self.event().await {
            Event::Listening(listening) => listening,
            other => panic!("{other:?}"),
        }
    }

    async fn datagram(&mut self) -> Datagram {
        match self.event().await {
            Event::Datagram(datagram) => datagram,
            other => panic!("{other:?}"),
        }
    }

    async fn text(&mut self) -> String {
        self.datagram().await.reading().text
    }

    async fn wait_snapshot(&mut self, fits: impl FnMut(&Snapshot) -> bool) {
        assert!(timeout(PATIENCE, self.handle.wait_snapshot(fits)).await.expect("not reached"));
    }
}

/// Sends as our server does: both copies from one port.
struct OurServer(UdpSocket);

impl OurServer {
    fn new() -> Self {
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        socket.set_broadcast(true).unwrap();
        Self(socket)
    }

    fn send(&self, payload: &[u8], port: u16) {
        self.0.send_to(payload, ("127.0.0.1", port)).unwrap();
        self.0.send_to(payload, ("127.255.255.255", port)).unwrap();
    }
}

fn original_client(port: u16) -> UdpSocket {
    let socket = UdpSocket::bind(("127.0.0.1", port)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn receive(socket: &UdpSocket) -> String {
    let mut buffer = [0; 1500];
    let (len, _) = socket.recv_from(&mut buffer).unwrap();
    String::from_utf8(buffer[..len].to_vec()).unwrap()
}

#[tokio::test]
async fn the_original_server_is_heard() {
    let mut rig = Rig::start("localhost", 0);
    let listening = rig.listening().await;
    assert!(listening.is_exclusive && listening.gets_all());
    let original = UdpSocket::bind("0.0.0.0:0").unwrap();
    original.send_to(b"Wed Jan 5 03:04:05 2022", listening.address).unwrap();
    let received = rig.datagram().await;
    assert_eq!(received.source.port(), original.local_addr().unwrap().port());
    assert_eq!(received.source.ip(), Ipv4Addr::LOCALHOST);
    assert!(matches!(received.reading().recognised, Recognised::Text(_)));
    assert_eq!(&*received.payload, b"Wed Jan 5 03:04:05 2022");
    rig.wait_snapshot(|snapshot| snapshot.counters.received == 1).await;
    let snapshot = rig.handle.snapshot();
    assert_eq!(
        (snapshot.counters.shown, snapshot.counters.second_copies, snapshot.counters.dropped),
        (1, 0, 0)
    );
    assert_eq!(snapshot.senders[0].id, received.sender);
    assert_eq!(snapshot.senders[0].newest.text, "Wed Jan 5 03:04:05 2022");
}

#[tokio::test]
async fn three_clients_and_the_original_one_see_each_tick_once() {
    let original = original_client(0);
    let port = original.local_addr().unwrap().port();
    let mut rigs = [(); 3].map(|()| Rig::start("127.0.0.1", port));
    for rig in &mut rigs {
        assert!(!rig.listening().await.gets_all());
    }
    let server = OurServer::new();
    // The same text again and again, as `text` has it at 50 ms.
    let texts: Vec<String> = (0..40).map(|tick| (tick / 20).to_string()).collect();
    for text in &texts {
        server.send(text.as_bytes(), port);
    }
    server.send(b"end", port);
    for text in &texts {
        assert_eq!(&receive(&original), text);
        for rig in &mut rigs {
            assert_eq!(&rig.text().await, text);
        }
    }
    for rig in &mut rigs {
        assert_eq!(rig.text().await, "end");
    }
}

#[tokio::test]
async fn clients_of_this_computer_and_of_every_network_share_the_ticks() {
    let mut first = Rig::start("127.0.0.1", 0);
    let address = first.listening().await.address;
    let port = address.port();
    let mut second = Rig::start("127.0.0.1", port);
    assert!(!second.listening().await.gets_all());
    let mut all = [Rig::start("any", port), Rig::start("any", port)];
    for rig in &mut all {
        let listening = rig.listening().await;
        assert_eq!(listening.address, (Ipv4Addr::UNSPECIFIED, port).into());
        assert!(!listening.is_exclusive);
    }
    assert!(UdpSocket::bind(address).is_err(), "127.0.0.1 is not held");
    let server = OurServer::new();
    let texts: Vec<String> = (0..20).map(|tick| (tick / 10).to_string()).collect();
    for text in &texts {
        server.send(text.as_bytes(), port);
    }
    server.send(b"end", port);
    let [third, fourth] = &mut all;
    for rig in [&mut first, &mut second, third, fourth] {
        for text in &texts {
            assert_eq!(&rig.text().await, text);
        }
        assert_eq!(rig.text().await, "end");
    }
    // Nobody but the holder of 127.0.0.1 hears what is sent there alone.
    server.0.send_to(b"only there", address).unwrap();
    assert_eq!(first.text().await, "only there");
    first
        .wait_snapshot(|snapshot| snapshot.counters.second_copies == 21 && snapshot.counters.shown == 22)
        .await;
}

#[tokio::test]
async fn a_client_of_every_network_hears_both_copies_once() {
    let mut rig = Rig::start("any", 0);
    let port = rig.listening().await.address.port();
    let server = OurServer::new();
    for _ in 0..10 {
        server.send(b"same", port);
    }
    server.send(b"end", port);
    for _ in 0..10 {
        assert_eq!(rig.text().await, "same");
    }
    assert_eq!(rig.text().await, "end");
    rig.wait_snapshot(|snapshot| snapshot.counters.second_copies == 11).await;
}

#[tokio::test]
async fn a_client_of_both_stacks_hears_both_copies_once() {
    let mut rig = Rig::start("::", 0);
    let port = rig.listening().await.address.port();
    let server = OurServer::new();
    server.send(b"v4", port);
    assert_eq!(rig.datagram().await.source.ip(), Ipv4Addr::LOCALHOST);
    rig.wait_snapshot(|snapshot| snapshot.counters.second_copies == 1).await;
    let v6 = UdpSocket::bind("[::1]:0").unwrap();
    v6.send_to(b"v6", ("::1", port)).unwrap();
    let received = rig.datagram().await;
    assert_eq!((received.reading().text.as_str(), received.source), ("v6", v6.local_addr().unwrap()));
}

#[tokio::test]
async fn the_address_is_taken_over_when_it_is_free() {
    let original = original_client(0);
    let port = original.local_addr().unwrap().port();
    let mut rig = Rig::start("127.0.0.1", port);
    assert!(!rig.listening().await.is_exclusive);
    drop(original);
    assert!(rig.listening().await.is_exclusive);
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    server.send_to(b"only there", ("127.0.0.1", port)).unwrap();
    assert_eq!(rig.text().await, "only there");
}

#[tokio::test]
async fn a_taken_port_is_said_and_recovers_by_itself() {
    let holder = UdpSocket::bind("[::1]:0").unwrap();
    let address = holder.local_addr().unwrap();
    let start = std::time::Instant::now();
    let mut rig = Rig::start("::1", address.port());
    match rig.event().await {
        Event::Error { error } => assert_eq!(error, BindError::PortTaken { address }),
        other => panic!("{other:?}"),
    }
    let state = rig.handle.snapshot().state;
    let State::Failed { error, free_port: Some(free) } = state else { panic!("{state:?}") };
    assert_eq!(error, BindError::PortTaken { address });
    drop(UdpSocket::bind(("::1", free)).expect("the port that was offered"));
    drop(holder);
    let listening = rig.listening().await;
    assert_eq!((listening.address, listening.is_exclusive), (address, true));
    assert!(start.elapsed() >= Duration::from_secs(1), "tried again without a pause");
}

#[tokio::test]
async fn both_loopback_addresses_taken_is_an_error() {
    let one = original_client(0);
    let port = one.local_addr().unwrap().port();
    let _all = UdpSocket::bind(("127.255.255.255", port)).unwrap();
    let mut rig = Rig::start("127.0.0.1", port);
    let event = rig.event().await;
    assert!(matches!(event, Event::Error { error: BindError::PortTaken { .. } }), "{event:?}");
}

#[tokio::test]
async fn a_name_without_an_address_is_said() {
    let mut rig = Rig::start("no-such-name.invalid", 0);
    let event = rig.event().await;
    assert!(matches!(event, Event::Error { error: BindError::NoSuchHost { .. } }), "{event:?}");
}

#[tokio::test]
async fn stop_frees_the_address_and_listening_elsewhere_too() {
    let mut rig = Rig::start("127.0.0.1", 0);
    let first = rig.listening().await.address;
    rig.handle.command(Command::Stop).unwrap();
    assert!(matches!(rig.event().await, Event::Stopped));
    assert_eq!(rig.handle.snapshot().state, State::Off);
    drop(original_client(first.port()));
    rig.listen("127.0.0.1", first.port());
    assert_eq!(rig.listening().await.address, first);
    rig.listen("any", 0);
    rig.listening().await;
    drop(original_client(first.port()));
}

#[tokio::test]
async fn what_was_sent_while_it_was_stopped_or_elsewhere_is_not_lost() {
    let mut rig = Rig::start("127.0.0.1", 0);
    let first = rig.listening().await.address;
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut seq = 0;
    let mut tick = |to: SocketAddr, skipped: u64| {
        seq += 1 + skipped;
        let time = chrono::DateTime::from_timestamp_millis(i64::try_from(seq * 100).unwrap()).unwrap();
        let payload =
            format!(r#"{{"time":"{}","seq":{seq},"sender":"9f","interval_ms":100}}"#, time.to_rfc3339());
        sender.send_to(payload.as_bytes(), to).unwrap();
    };
    tick(first, 0);
    tick(first, 0);
    rig.datagram().await;
    assert_eq!(rig.datagram().await.mark, Mark::InOrder { lost: 0 });
    rig.handle.command(Command::Stop).unwrap();
    assert!(matches!(rig.event().await, Event::Stopped));
    rig.wait_snapshot(|snapshot| snapshot.senders.first().is_some_and(|row| !row.is_silent(i64::MAX / 2)))
        .await;
    rig.listen("127.0.0.1", first.port());
    rig.listening().await;
    tick(first, 10);
    assert_eq!(rig.datagram().await.mark, Mark::Resumed);
    rig.listen("127.0.0.1", 0);
    let second = rig.listening().await.address;
    tick(second, 10);
    assert_eq!(rig.datagram().await.mark, Mark::Resumed);
    tick(second, 3);
    assert_eq!(rig.datagram().await.mark, Mark::InOrder { lost: 3 });
    let counts = |snapshot: &Snapshot| snapshot.senders.first().and_then(|row| row.quality.counts);
    rig.wait_snapshot(|snapshot| counts(snapshot).is_some_and(|counts| (counts.lost, counts.gaps) == (3, 2)))
        .await;
}

#[tokio::test]
async fn odd_datagrams_are_read_whole() {
    let mut rig = Rig::start("127.0.0.1", 0);
    let address = rig.listening().await.address;
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    let large = vec![b'a'; 65_507];
    for payload in [&b""[..], b"\xFF\xFEA", b"<b>", &large] {
        sender.send_to(payload, address).unwrap();
        assert_eq!(&*rig.datagram().await.payload, payload);
    }
}

#[tokio::test]
async fn the_engine_ends_when_asked() {
    let mut rig = Rig::start("127.0.0.1", 0);
    rig.listening().await;
    rig.handle.shut_down();
    assert!(timeout(PATIENCE, rig.handle.next_event()).await.unwrap().is_none());
}
