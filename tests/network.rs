//! The time server on networks of its own: each neighbour hears each tick once.

use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use common::time::{Recognised, read};
use socket2::{Domain, Protocol, Socket, Type};

use crate::support::network::{Network, PORT};
use crate::support::{PATIENCE, Program};

const ARGS: [&str; 4] = ["--format", "json", "--interval", "100ms"];

fn beacon(network: &Network, args: &[&str]) -> Program {
    network.program("beacon", "udp-time-server", &[&ARGS, args].concat())
}

/// The number in the next tick.
fn hear(socket: &UdpSocket) -> u64 {
    let mut buffer = [0; 2048];
    let (len, from) = socket.recv_from(&mut buffer).expect("a tick");
    match read(&buffer[..len]).recognised {
        Recognised::Json(stamp) => stamp.seq,
        other => panic!("{other:?} from {from}"),
    }
}

/// Hears `count` ticks without a gap and without one twice; tells the first and the last.
fn hear_each_once(socket: &UdpSocket, count: u64) -> (u64, u64) {
    let first = hear(socket);
    for next in first + 1..first + count {
        assert_eq!(hear(socket), next, "after {first}");
    }
    (first, first + count - 1)
}

/// Passes over what was heard before `seq`.
fn catch_up(socket: &UdpSocket, seq: u64) -> u64 {
    loop {
        let heard = hear(socket);
        if heard >= seq {
            return heard;
        }
    }
}

fn hears_nothing(socket: &UdpSocket) {
    socket.set_nonblocking(true).unwrap();
    let heard = socket.recv_from(&mut [0; 2048]);
    assert!(heard.is_err(), "{heard:?}");
}

/// The number of the next tick that the server says it sent.
fn next_tick(server: &mut Program) -> u64 {
    server.json_event("tick")["seq"].as_u64().unwrap()
}

#[test]
fn each_neighbour_of_three_interfaces_hears_each_tick_once() {
    let Some(network) = Network::star(3) else { return };
    let neighbours = ["near0", "near1", "near2"].map(|near| network.listener_v4(near));
    let mut server = beacon(&network, &["--to", "lan"]);
    let tick = server.json_event("tick");
    let addresses = tick["destinations"][0]["addresses"].to_string();
    assert_eq!(addresses, r#"["10.66.0.255:6666","10.66.1.255:6666","10.66.2.255:6666"]"#);
    for neighbour in &neighbours {
        assert_eq!(hear_each_once(neighbour, 20), (1, 20));
    }
}

/// Gives the two ends of the first cable these addresses alone, and tells what the beacon says of `lan` and of
/// `broadcast:eth0` in its first tick.
fn with_addresses(network: &Network, own: &[&str], near: &str) -> (Program, serde_json::Value) {
    for (computer, address) in [("beacon", own), ("near0", &[near])] {
        network.ip(computer, &["-4", "addr", "flush", "dev", "eth0"]);
        network.ip(computer, &[&["addr", "add"], address, &["dev", "eth0"]].concat());
    }
    let mut server = beacon(network, &["--to", "lan", "--to", "broadcast:eth0"]);
    let tick = server.json_event("tick");
    (server, tick["destinations"].clone())
}

#[test]
fn a_network_whose_broadcast_address_was_not_configured_is_reached() {
    let Some(network) = Network::star(1) else { return };
    for (own, near, broadcast) in [
        (&["10.9.0.1/24"][..], "10.9.0.2/24", "10.9.0.255:6666"),
        (&["10.9.0.1/24", "brd", "+"], "10.9.0.2/24", "10.9.0.255:6666"),
        (&["10.9.0.1/30"], "10.9.0.2/30", "10.9.0.3:6666"),
        (&["10.9.0.1", "peer", "10.8.0.2/24"], "10.8.0.2/24", "10.8.0.255:6666"),
    ] {
        let listener = network.listener_v4("near0");
        let (_server, destinations) = with_addresses(&network, own, near);
        for destination in destinations.as_array().unwrap() {
            assert_eq!((&destination["address"], &destination["sent"]), (&broadcast.into(), &true.into()));
        }
        assert_eq!((hear(&listener), hear(&listener)), (1, 1), "{own:?}");
    }
}

#[test]
fn a_link_to_one_peer_has_no_broadcast_address_and_that_is_said() {
    let Some(network) = Network::star(1) else { return };
    for (own, near) in
        [(&["10.9.0.0/31"][..], "10.9.0.1/31"), (&["10.9.0.1", "peer", "10.9.0.2"], "10.9.0.2/32")]
    {
        let (_server, destinations) = with_addresses(&network, own, near);
        for (at, reason) in
            [(0, "no network of this computer has a broadcast address"), (1, "eth0 has no broadcast address")]
        {
            assert_eq!(destinations[at]["sent"], false, "{own:?}");
            let error = destinations[at]["error"].as_str().unwrap();
            assert!(error.contains(reason), "{own:?}: {error}");
        }
    }
}

#[test]
fn an_interface_that_goes_and_comes_back_is_followed_and_the_others_miss_nothing() {
    let Some(network) = Network::star(2) else { return };
    let (near0, near1) = (network.listener_v4("near0"), network.listener_v4("near1"));
    let mut server = beacon(&network, &["--to", "broadcast:eth0", "--to", "broadcast:eth1"]);
    assert_eq!((hear_each_once(&near0, 3).0, hear(&near1)), (1, 1));

    network.ip("beacon", &["link", "set", "eth0", "down"]);
    let error = server.json_event("error");
    assert_eq!(error["to"], "broadcast:eth0");
    assert!(error["error"].as_str().unwrap().contains("eth0 is down"), "{error}");
    let tick = server.json_event("tick");
    let sent = |at: usize| tick["destinations"][at]["sent"].as_bool();
    assert_eq!((sent(0), sent(1)), (Some(false), Some(true)), "{tick}");
    network.ip("beacon", &["link", "set", "eth0", "up"]);
    assert_eq!(server.json_event("recovered")["to"], "broadcast:eth0");
    let sent = next_tick(&mut server);
    catch_up(&near0, sent);

    network.ip("beacon", &["link", "del", "eth0"]);
    let error = server.json_event("error");
    assert!(error["error"].as_str().unwrap().contains("no interface eth0"), "{error}");
    network.connect(0);
    assert_eq!(server.json_event("recovered")["to"], "broadcast:eth0");
    let sent = next_tick(&mut server);
    catch_up(&near0, sent);
    hear_each_once(&near0, 5);

    let missed = (2..sent).find(|seq| hear(&near1) != *seq);
    assert_eq!(missed, None, "the other network missed a tick");
}

#[test]
fn a_group_is_sent_to_by_the_chosen_interface_with_the_chosen_ttl() {
    let Some(network) = Network::star(2) else { return };
    let group = Ipv4Addr::new(239, 255, 66, 66);
    let joined = |near: &str, own: [u8; 4]| {
        let socket = network.listener_v4(near);
        socket.join_multicast_v4(&group, &own.into()).unwrap();
        socket
    };
    let (near0, near1) = (joined("near0", [10, 66, 0, 2]), joined("near1", [10, 66, 1, 2]));
    // Shows the IP header too.
    let raw = network.on("near1", || Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::UDP)).unwrap());
    raw.join_multicast_v4(&group, &Ipv4Addr::new(10, 66, 1, 2)).unwrap();
    raw.set_read_timeout(Some(PATIENCE)).unwrap();
    let raw = UdpSocket::from(raw);

    let _server = beacon(&network, &["--to", "multicast%eth1", "--ttl", "7"]);
    assert_eq!(hear_each_once(&near1, 10), (1, 10));
    hears_nothing(&near0);
    let mut packet = [0; 2048];
    let len = raw.recv(&mut packet).unwrap();
    assert_eq!((packet[8], &packet[16..20]), (7, &group.octets()[..]), "{:?}", &packet[..len]);
}

#[test]
fn ipv6_groups_and_link_local_addresses_leave_by_their_interface() {
    let Some(network) = Network::star(2) else { return };
    let (near0, near1) = ("near0", "near1");
    let listeners = [near0, near1].map(|near| {
        let socket = network.listener(near, Ipv6Addr::UNSPECIFIED);
        let index = network.on(near, || common::net::zone_index("eth0").unwrap());
        let group = "ff12::6666".parse().unwrap();
        network.on(near, || socket.join_multicast_v6(&group, index).unwrap());
        socket
    });
    let mut server = beacon(&network, &["--to", "multicast:ff12::6666%eth1"]);
    hear_each_once(&listeners[1], 5);
    hears_nothing(&listeners[0]);
    server.terminate();

    let target = format!("[fe80::2%eth0]:{PORT}");
    let _server = beacon(&network, &["--to", &target]);
    listeners[0].set_nonblocking(false).unwrap();
    hear_each_once(&listeners[0], 5);
    // Both neighbours have that address: the zone tells them apart.
    listeners[1].set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    while listeners[1].recv_from(&mut [0; 2048]).is_ok() {}
    hear_each_once(&listeners[0], 5);
    hears_nothing(&listeners[1]);
}

#[test]
fn a_destination_that_nobody_answers_for_holds_up_no_other() {
    let Some(network) = Network::star(1) else { return };
    let near = network.listener_v4("near0");
    // Addresses of the network that no computer has, one that no network leads to, and a name that takes for ever.
    // For three seconds, 11 MB wait for them, which is more than the 8 MiB that a socket may have.
    let silent = (10..250).flat_map(|last| [6666, 6667].map(|port| format!("10.66.0.{last}:{port}")));
    let silent: Vec<String> = silent.collect();
    let mut args: Vec<&str> = silent.iter().flat_map(|address| ["--to", address.as_str()]).collect();
    args.extend(["--to", "192.0.2.1", "--to", "no-such-name.invalid", "--to", "broadcast:eth0"]);
    let mut server = beacon(&network, &args);
    assert_eq!(hear_each_once(&near, 60), (1, 60));
    let tick = server.json_event("tick");
    let destinations = tick["destinations"].as_array().unwrap();
    let error = |to: &str| {
        let found = destinations.iter().find(|one| one["to"] == to).unwrap();
        found["error"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(error("192.0.2.1"), "there is no route to that network");
    assert_eq!(error("broadcast:eth0"), "");
}
