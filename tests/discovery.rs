//! Servers that announce themselves, on networks of their own: found by our clients and by avahi, and gone when they stop.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use common::discovery::{Browser, Found, Service};
use common::headless::block_on;
use serde_json::Value;
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::support::network::Network;
use crate::support::{PATIENCE, Program, eventually, skip};

const PASS: &str = "correct horse battery";

/// A chat server on the beacon, and what it says of itself.
struct Server {
    program: Program,
    key: String,
    _pass: TempDir,
}

impl Server {
    fn start(network: &Network, args: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let pass = folder.path().join("pass");
        std::fs::write(&pass, PASS).expect("a file");
        let pass = pass.to_str().expect("UTF-8");
        let args = [&["--bot", "echo", "--pass-file", pass], args].concat();
        let mut program = network.program("beacon", "tcp-chat-server", &args);
        let key = program.json_event("encrypts")["key"].as_str().expect("a key").to_owned();
        Self { program, key, _pass: folder }
    }

    fn announced(&mut self) -> String {
        self.program.json_event("announced")["name"].as_str().expect("a name").to_owned()
    }
}

/// What a client finds on that computer, and its exit code.
fn looks(network: &Network, computer: &str, client: &str) -> (Vec<Value>, Option<i32>) {
    let mut client = network.program(computer, client, &["--find"]);
    let records = client.rest().iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (records, client.exit().code())
}

/// The same, where `count` servers are there: a busy computer may need more than one look.
fn finds(network: &Network, computer: &str, count: usize) -> Vec<Value> {
    eventually("the servers", || {
        let (records, code) = looks(network, computer, "tcp-chat-client");
        (records.len() >= count && code == Some(0)).then_some(records)
    })
}

fn finds_nothing(network: &Network, computer: &str, client: &str) {
    assert_eq!(looks(network, computer, client), (Vec::new(), Some(1)));
}

/// What is heard next that `fits`.
async fn next(browser: &mut Browser, fits: impl Fn(&[Found]) -> bool) -> Vec<Found> {
    let hearing = async {
        loop {
            let heard = browser.changed().await.expect("multicast DNS");
            if fits(&heard) {
                return heard;
            }
        }
    };
    timeout(PATIENCE, hearing).await.expect("a change")
}

/// Waits until nothing is heard any more.
async fn silence(browser: &mut Browser) {
    next(browser, <[Found]>::is_empty).await;
}

/// Hears all that is said by multicast DNS, as any program may.
fn overhears(network: &Network, computer: &str, own: Ipv4Addr) -> UdpSocket {
    let socket = network.on(computer, || {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap();
        socket.set_reuse_address(true).unwrap();
        socket.set_reuse_port(true).unwrap();
        socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, 5353)).into()).unwrap();
        socket.join_multicast_v4(&Ipv4Addr::new(224, 0, 0, 251), &own).unwrap();
        socket
    });
    let socket = UdpSocket::from(socket);
    socket.set_nonblocking(true).unwrap();
    socket
}

/// All that waits.
fn said(socket: &UdpSocket) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let mut buffer = [0; 9000];
    while let Ok(len) = socket.recv(&mut buffer) {
        packets.push(buffer[..len].to_vec());
    }
    packets
}

fn has(packet: &[u8], text: &str) -> bool {
    packet.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn a_chat_server_is_found_from_another_computer_and_is_gone_when_it_stops() {
    let Some(network) = Network::star(1) else { return };
    let overheard = overhears(&network, "near0", Ipv4Addr::new(10, 66, 0, 2));
    let mut server = Server::start(&network, &["--listen", "any"]);
    let name = server.announced();
    let records = finds(&network, "near0", 1);
    let [record] = &records[..] else { panic!("{records:?}") };
    assert_eq!((record["event"].as_str(), record["name"].as_str()), (Some("found"), Some(name.as_str())));
    assert_eq!(record["address"], "10.66.0.1:6666");
    // A listener of IPv4 has no other.
    assert_eq!(record["addresses"], serde_json::json!(["10.66.0.1:6666"]));
    assert_eq!((&record["tls"], &record["pass"]), (&true.into(), &true.into()));
    assert_eq!(record["key"].as_str(), Some(&server.key[..16]));

    let key = server.key.clone();
    network.on("near0", || {
        let hearing = async {
            let mut browser = Browser::new(Service::Chat);
            let heard = next(&mut browser, |heard| !heard.is_empty()).await;
            let names: Vec<&str> = heard.iter().map(|found| found.name.as_str()).collect();
            assert_eq!(names, [name]);
            assert!(server.program.terminate().success());
            // Without a good-bye it would stay for two minutes at least.
            silence(&mut browser).await;
        };
        block_on(hearing).expect("a runtime");
    });
    let packets = said(&overheard);
    assert!(
        packets.iter().any(|packet| has(packet, "pass=1") && has(packet, &format!("key={}", &key[..16])))
    );
    assert!(!packets.iter().any(|packet| has(packet, &key[16..32])), "only half of the key is said");
    assert!(!packets.iter().any(|packet| has(packet, "correct")), "the phrase is said");
}

#[test]
fn who_listens_on_this_computer_alone_or_does_not_want_it_is_not_announced() {
    let Some(network) = Network::star(1) else { return };
    let overheard = overhears(&network, "near0", Ipv4Addr::new(10, 66, 0, 2));
    let args: [&[&str]; 2] = [&[], &["--listen", "any", "--announce", "off"]];
    let servers = args.map(|args| Server::start(&network, &[&["--port", "0"], args].concat()));
    let times = ["--to", "127.0.0.1", "--to", "localhost:7000"];
    let _time = network.program("beacon", "udp-time-server", &times);
    let _off = network.program("beacon", "udp-time-server", &["--to", "lan", "--announce", "off"]);
    finds_nothing(&network, "near0", "tcp-chat-client");
    finds_nothing(&network, "near0", "udp-time-client");
    drop(servers);
    let packets = said(&overheard);
    assert!(packets.iter().any(|packet| has(packet, "_tcp-chat-bot")), "who looks asks");
    assert!(!packets.iter().any(|packet| has(packet, "pass=")), "something is announced");
}

#[test]
fn a_time_server_is_found_while_it_sends_to_the_network() {
    let Some(network) = Network::star(1) else { return };
    let mut server = network.program("beacon", "udp-time-server", &["--to", "lan", "--port", "7000"]);
    server.json_event("tick");
    let name = server.json_event("announced")["name"].clone();
    let found = network.on("near0", || {
        block_on(async {
            let mut browser = Browser::new(Service::Time);
            // Of both kinds of addresses, that of one cable only with its interface.
            let of_cable = "[fe80::1%eth0]:7000".to_owned();
            let found =
                next(&mut browser, |heard| heard.iter().any(|one| one.addresses().contains(&of_cable))).await;
            assert!(server.terminate().success());
            silence(&mut browser).await;
            found
        })
        .expect("a runtime")
    });
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!((one.address().as_str(), one.is_encrypted, one.wants_pass), ("10.66.0.1:7000", false, false));
    assert_eq!(one.name, name);
}

#[test]
fn containers_and_vpns_hear_nothing_of_it() {
    let Some(network) = Network::star(3) else { return };
    for (interface, other) in [("eth1", "docker1"), ("eth2", "tun2")] {
        network.ip("beacon", &["link", "set", interface, "down", "name", other]);
        network.ip("beacon", &["link", "set", other, "up"]);
    }
    let own = |at: u8| Ipv4Addr::new(10, 66, at, 2);
    let near = ["near0", "near1", "near2"].into_iter().zip(0..);
    let sockets: Vec<UdpSocket> = near.map(|(near, at)| overhears(&network, near, own(at))).collect();
    let mut server = Server::start(&network, &["--listen", "any"]);
    server.announced();
    let records = finds(&network, "near0", 1);
    let addresses: Vec<_> = records.iter().map(|record| &record["addresses"]).collect();
    assert_eq!(addresses, [&serde_json::json!(["10.66.0.1:6666"])], "addresses of other networks are told");
    looks(&network, "beacon", "tcp-chat-client");
    server.program.terminate();
    let [lan, container, vpn] = &sockets[..] else { panic!("three") };
    assert!(!said(lan).is_empty());
    assert_eq!((said(container).len(), said(vpn).len()), (0, 0));
}

/// A response of multicast DNS with many addresses of computers that nobody asked for.
fn flood(first: usize, count: usize) -> Vec<u8> {
    let mut packet = vec![0, 0, 0x84, 0, 0, 0];
    packet.extend(u16::try_from(count).unwrap().to_be_bytes());
    packet.extend([0; 4]);
    for number in first..first + count {
        let name = format!("computer{number:06}");
        packet.push(u8::try_from(name.len()).unwrap());
        packet.extend(name.as_bytes());
        packet.extend(b"\x05local\0\0\x01\0\x01\0\0\x11\x94\0\x04\x0a\x42\0\x02");
    }
    packet
}

#[test]
fn however_much_is_announced_no_more_than_a_part_is_remembered() {
    let Some(network) = Network::star(1) else { return };
    let mut server = Server::start(&network, &["--listen", "any"]);
    server.announced();
    let flooder = overhears(&network, "beacon", Ipv4Addr::new(10, 66, 0, 1));
    socket2::SockRef::from(&flooder).set_multicast_if_v4(&Ipv4Addr::new(10, 66, 0, 1)).unwrap();
    flooder.set_nonblocking(false).unwrap();
    network.on("near0", || {
        let hearing = async {
            let mut browser = Browser::new(Service::Chat);
            next(&mut browser, |heard| heard.len() == 1).await;
            // Not faster than they are read.
            let mut pause = tokio::time::interval(Duration::from_millis(10));
            let flooding = async {
                for first in (0..).step_by(200) {
                    flooder.send_to(&flood(first, 200), "224.0.0.251:5353").unwrap();
                    pause.tick().await;
                }
            };
            // It forgets all, and begins anew after a while.
            tokio::select! {
                () = flooding => (),
                () = silence(&mut browser) => (),
            }
        };
        block_on(hearing).expect("a runtime");
    });
}

#[test]
fn a_server_that_cannot_be_announced_anew_says_so() {
    let Some(network) = Network::star(1) else { return };
    let mut server = Server::start(&network, &["--listen", "any"]);
    server.announced();
    // It has no descriptor for the sockets that it would begin anew with.
    let pid = server.program.pid().to_string();
    assert!(Command::new("prlimit").args(["--nofile=3:3", "--pid", &pid]).status().unwrap().success());
    let near = Ipv4Addr::new(10, 66, 0, 2);
    let flooder = overhears(&network, "near0", near);
    socket2::SockRef::from(&flooder).set_multicast_if_v4(&near).unwrap();
    flooder.set_nonblocking(false).unwrap();
    let is_told = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let flooding = async {
            // Not faster than they are read, which on a busy computer is not all of them.
            let mut pause = tokio::time::interval(Duration::from_millis(10));
            let end = Instant::now() + PATIENCE;
            for first in (0..1_000_000).step_by(200) {
                if is_told.load(Ordering::Relaxed) || Instant::now() > end {
                    return;
                }
                flooder.send_to(&flood(first, 200), "224.0.0.251:5353").unwrap();
                pause.tick().await;
            }
        };
        let thread = std::thread::Builder::new().name("flood".to_owned());
        thread.spawn_scoped(scope, || block_on(flooding).expect("a runtime")).unwrap();
        assert_eq!(server.program.json_event("not_announced")["reason"], "port_refused");
        is_told.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_server_whose_port_of_multicast_dns_is_refused_says_so_and_serves() {
    let Some(network) = Network::star(1) else { return };
    let holders = network.on("beacon", || {
        let v6 = Socket::new(Domain::IPV6, Type::DGRAM, None).unwrap();
        v6.set_only_v6(true).unwrap();
        v6.bind(&"[::]:5353".parse::<SocketAddr>().unwrap().into()).unwrap();
        (UdpSocket::bind("0.0.0.0:5353").unwrap(), v6)
    });
    let mut server = Server::start(&network, &["--listen", "any"]);
    let event = server.program.json_event("not_announced");
    assert_eq!((event["reason"].as_str(), event["level"].as_str()), (Some("port_refused"), Some("info")));
    let mut client = network.program("beacon", "tcp-chat-client", &["--find"]);
    assert_eq!(client.exit().code(), Some(1));
    assert!(client.stderr().contains("port 5353"), "no reason is told");
    let mut times = network.program("beacon", "udp-time-server", &["--to", "lan"]);
    assert_eq!(times.json_event("not_announced")["reason"], "port_refused");
    drop(holders);
    assert!(server.program.terminate().success() && times.terminate().success());
}

/// An avahi-daemon, and what its avahi-browse tells of chat servers.
struct Avahi {
    program: Program,
    _folder: TempDir,
}

impl Avahi {
    /// One that announces a chat server of its own, `Oven` at port 7000; `None`, and the test is skipped, where it is not installed.
    fn start(network: &Network, computer: &str) -> Option<Self> {
        let is_there = |program: &str| std::path::Path::new(program).exists();
        if !is_there("/usr/sbin/avahi-daemon") || !is_there("/usr/bin/avahi-browse") {
            skip("avahi-daemon or avahi-browse is not installed");
            return None;
        }
        let folder = TempDir::new().expect("a folder");
        let services = folder.path().join("services");
        std::fs::create_dir(&services).expect("a folder");
        let files = [("avahi.conf", AVAHI_CONFIG), ("bus.conf", BUS_CONFIG), ("services/oven.service", OVEN)];
        for (name, text) in files {
            let text = text.replace("COMPUTER", computer);
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let mut command = network.command(computer);
        // Whoever kills it kills all.
        command.args([
            "unshare",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "sh",
            "-ec",
            AVAHI,
            "avahi",
        ]);
        command.arg(folder.path());
        Some(Self { program: Program::spawn("avahi", command), _folder: folder })
    }
}

const AVAHI: &str = "
mount -t tmpfs tmpfs /run
mount --bind $1/services /etc/avahi/services
mkdir /run/dbus
dbus-daemon --config-file=$1/bus.conf --nofork --nopidfile &
until [ -S /run/dbus/system_bus_socket ]; do sleep 0.05; done
avahi-daemon -f $1/avahi.conf --no-drop-root --no-chroot --no-rlimits &
until avahi-browse --terminate _none._tcp >/dev/null 2>&1; do sleep 0.05; done
exec avahi-browse --resolve --parsable _tcp-chat-bot._tcp
";

const AVAHI_CONFIG: &str = "[server]\nhost-name=avahi-COMPUTER\nenable-dbus=yes\n";

const OVEN: &str = "<service-group><name>Oven of COMPUTER</name><service><type>_tcp-chat-bot._tcp</type>\
    <port>7000</port><txt-record>v=1</txt-record><txt-record>tls=0</txt-record></service></service-group>";

const BUS_CONFIG: &str = "<busconfig><type>session</type>\
    <listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth><policy context=\"default\">\
    <allow user=\"*\"/><allow own=\"*\"/><allow send_destination=\"*\" eavesdrop=\"true\"/>\
    <allow eavesdrop=\"true\"/></policy></busconfig>";

#[test]
fn beside_a_real_avahi_daemon_both_find_and_are_found() {
    let Some(network) = Network::star(1) else { return };
    let Some(_beside) = Avahi::start(&network, "beacon") else { return };
    let Some(mut avahi) = Avahi::start(&network, "near0") else { return };
    let mut server = Server::start(&network, &["--listen", "any"]);
    let name = server.announced();
    let line = avahi.program.line_with(&format!("=;eth0;IPv4;{name};"));
    for part in
        [";10.66.0.1;6666;", "\"v=1\"", "\"tls=1\"", "\"pass=1\"", &format!("\"key={}\"", &server.key[..16])]
    {
        assert!(line.contains(part), "{part}: {line}");
    }
    // Its own beside an avahi, and both of avahi; none of its addresses is one of loopback, which avahi announces.
    let mut found: Vec<(String, String)> = Vec::new();
    let records = finds(&network, "near0", 3);
    for record in &records {
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        assert!(!record["addresses"].to_string().contains("127.0.0.1"), "{record}");
        found.push((text("name"), text("address")));
    }
    found.sort();
    found.dedup();
    let expected = [
        ("Oven of beacon", "10.66.0.1:7000"),
        ("Oven of near0", "10.66.0.2:7000"),
        (&name, "10.66.0.1:6666"),
    ];
    for (name, address) in expected {
        assert!(found.contains(&(name.to_owned(), address.to_owned())), "{name}: {found:?}");
    }
    server.program.terminate();
    avahi.program.line_with(&format!("-;eth0;IPv4;{name};"));
}
