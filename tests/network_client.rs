//! The time client on networks of its own: it hears what it listens to, and nothing else.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, UdpSocket};

use crate::support::Program;
use crate::support::network::{Network, PORT};

/// A client on the computer in the middle.
fn client(network: &Network, args: &[&str]) -> Program {
    let mut client = network.program("beacon", "udp-time-client", args);
    client.json_event("listening");
    client
}

/// A sender on a neighbour, of the family of `own`.
fn sender(network: &Network, near: &str, own: SocketAddr) -> UdpSocket {
    let socket = network.on(near, || UdpSocket::bind(own).unwrap());
    if own.is_ipv4() {
        socket.set_broadcast(true).unwrap();
    }
    socket
}

fn any_v4() -> SocketAddr {
    (Ipv4Addr::UNSPECIFIED, 0).into()
}

fn heard(client: &mut Program) -> String {
    client.json_event("datagram")["text"].as_str().unwrap().to_owned()
}

/// Waits until the client says anew where it listens.
fn listens_again(client: &mut Program) {
    client.json_event("listening");
}

#[test]
fn one_interface_is_listened_on_also_when_it_goes_and_comes_back() {
    let Some(network) = Network::star(2) else { return };
    let mut client = client(&network, &["--listen", "eth0"]);
    let near1 = sender(&network, "near1", any_v4());
    near1.send_to(b"from elsewhere", "10.66.1.255:6666").unwrap();
    let near0 = sender(&network, "near0", any_v4());
    // Without it there is no route to everybody.
    network.ip("near0", &["route", "add", "default", "dev", "eth0"]);
    for to in ["10.66.0.255:6666", "10.66.0.1:6666", "255.255.255.255:6666"] {
        near0.send_to(to.as_bytes(), to).unwrap();
        assert_eq!(heard(&mut client), to);
    }
    let v6 = sender(&network, "near0", (Ipv6Addr::UNSPECIFIED, 0).into());
    let zone = network.on("near0", || common::net::zone_index("eth0").unwrap());
    let link_local = "fe80::1".parse().unwrap();
    v6.send_to(b"by IPv6", SocketAddrV6::new(link_local, PORT, 0, zone)).unwrap();
    assert_eq!(heard(&mut client), "by IPv6");

    network.ip("beacon", &["link", "del", "eth0"]);
    network.connect(0);
    listens_again(&mut client);
    let near0 = sender(&network, "near0", any_v4());
    near0.send_to(b"it is back", "10.66.0.1:6666").unwrap();
    assert_eq!(heard(&mut client), "it is back");
}

#[test]
fn a_group_is_joined_on_the_chosen_interface_alone() {
    let Some(network) = Network::star(2) else { return };
    let mut client = client(&network, &["--listen", "239.255.66.66", "--interface", "eth1"]);
    let [near0, near1] = [("near0", [10, 66, 0, 2]), ("near1", [10, 66, 1, 2])].map(|(near, own)| {
        let socket = socket2::Socket::from(sender(&network, near, any_v4()));
        socket.set_multicast_if_v4(&own.into()).unwrap();
        UdpSocket::from(socket)
    });
    near0.send_to(b"elsewhere", "239.255.66.66:6666").unwrap();
    near1.send_to(b"here", "239.255.66.66:6666").unwrap();
    assert_eq!(heard(&mut client), "here");
    // What is for all is not for the group.
    near1.send_to(b"for all", "10.66.1.255:6666").unwrap();
    near1.send_to(b"here again", "239.255.66.66:6666").unwrap();
    assert_eq!(heard(&mut client), "here again");
}

#[test]
fn a_group_is_joined_on_every_interface_also_on_those_that_come_later() {
    let Some(network) = Network::star(1) else { return };
    let mut client = client(&network, &["--listen", "ff12::6666"]);
    let send = |text: &str, to: &str| {
        let socket = socket2::Socket::from(sender(&network, "near0", (Ipv6Addr::UNSPECIFIED, 0).into()));
        let zone = network.on("near0", || common::net::zone_index("eth0").unwrap());
        socket.set_multicast_if_v6(zone).unwrap();
        let to = SocketAddrV6::new(to.parse().unwrap(), PORT, 0, zone);
        UdpSocket::from(socket).send_to(text.as_bytes(), to).unwrap();
    };
    send("not for the group", "fe80::1");
    send("first", "ff12::6666");
    assert_eq!(heard(&mut client), "first");
    network.ip("beacon", &["link", "del", "eth0"]);
    // The group is left with the interface, and joined with the new one.
    listens_again(&mut client);
    network.connect(0);
    listens_again(&mut client);
    send("second", "ff12::6666");
    assert_eq!(heard(&mut client), "second");
}

/// How many memberships of IPv4 groups a socket of that computer may have.
fn permit_memberships(network: &Network, computer: &str, count: u32) {
    let write = || std::fs::write("/proc/sys/net/ipv4/igmp_max_memberships", count.to_string());
    network.on(computer, write).unwrap();
}

#[test]
fn a_group_is_heard_however_often_an_interface_was_made_anew() {
    let Some(network) = Network::star(1) else { return };
    // For the cable and for this computer itself.
    permit_memberships(&network, "beacon", 2);
    let mut client = client(&network, &["--listen", "239.255.66.66"]);
    for turn in ["first", "second", "third"] {
        let near0 = socket2::Socket::from(sender(&network, "near0", any_v4()));
        near0.set_multicast_if_v4(&[10, 66, 0, 2].into()).unwrap();
        near0.send_to(turn.as_bytes(), &"239.255.66.66:6666".parse::<SocketAddr>().unwrap().into()).unwrap();
        assert_eq!(heard(&mut client), turn);
        network.ip("beacon", &["link", "del", "eth0"]);
        listens_again(&mut client);
        network.connect(0);
        assert_eq!(client.json_event("listening")["note"], serde_json::Value::Null, "{turn}");
    }
}

#[test]
fn a_group_that_is_not_joined_somewhere_says_so() {
    let Some(network) = Network::star(2) else { return };
    permit_memberships(&network, "beacon", 1);
    let mut client = network.program("beacon", "udp-time-client", &["--listen", "239.255.66.66"]);
    let listening = client.json_event("listening");
    assert_eq!(
        (&listening["interfaces"], &listening["not_joined"]),
        (&["eth0"].into(), &["eth1", "lo"].into())
    );
    assert_eq!((&listening["note"], &listening["level"]), (&"no_room_to_join".into(), &"warning".into()));
    let message = listening["message"].as_str().unwrap();
    assert!(message.ends_with("not joined on eth1, lo"), "{message}");
    network.ip("beacon", &["link", "del", "eth0"]);
    let listening = client.json_event("listening");
    assert_eq!((&listening["interfaces"], &listening["not_joined"]), (&["eth1"].into(), &["lo"].into()));
}

#[test]
fn an_interface_that_is_not_there_yet_is_waited_for() {
    let Some(network) = Network::star(1) else { return };
    for (args, to) in [
        (&["--listen", "eth0"][..], "10.66.0.1:6666"),
        (&["--listen", "fe80::1%eth0"], "[fe80::1%2]:6666"),
        (&["--listen", "239.255.66.66", "--interface", "eth0"], "239.255.66.66:6666"),
    ] {
        network.ip("beacon", &["link", "del", "eth0"]);
        let mut client = network.program("beacon", "udp-time-client", args);
        client.line_with("waiting for eth0");
        network.connect(0);
        client.json_event("listening");
        let own = if to.starts_with('[') { (Ipv6Addr::UNSPECIFIED, 0).into() } else { any_v4() };
        let near0 = socket2::Socket::from(sender(&network, "near0", own));
        let zone = network.on("near0", || common::net::zone_index("eth0").unwrap());
        let to: SocketAddr = match to.parse() {
            Ok(SocketAddr::V6(to)) => SocketAddrV6::new(*to.ip(), PORT, 0, zone).into(),
            to => to.unwrap(),
        };
        if to.is_ipv4() {
            near0.set_multicast_if_v4(&[10, 66, 0, 2].into()).unwrap();
        }
        near0.send_to(b"it is there", &to.into()).unwrap();
        assert_eq!(heard(&mut client), "it is there", "{args:?}");
        // And while it is gone again, that is said.
        network.ip("beacon", &["link", "del", "eth0"]);
        client.line_with("waiting for eth0");
        network.connect(0);
    }
}

#[test]
fn the_chat_server_waits_for_the_interface_of_its_address_too() {
    let Some(network) = Network::star(1) else { return };
    network.ip("beacon", &["link", "del", "eth0"]);
    let args = ["--listen", "fe80::1%eth0", "--bot", "echo"];
    let mut server = network.program("beacon", "tcp-chat-server", &args);
    let said = server.json_event("waiting");
    assert_eq!((&said["reason"], &said["interface"]), (&"no_interface".into(), &"eth0".into()));
    network.connect(0);
    server.json_event("listening");
    network.on("near0", || {
        let zone = common::net::zone_index("eth0").unwrap();
        std::net::TcpStream::connect(SocketAddrV6::new("fe80::1".parse().unwrap(), PORT, 0, zone)).unwrap();
    });
    server.json_event("connected");
}

#[test]
fn a_link_local_address_is_listened_on_by_its_zone() {
    let Some(network) = Network::star(1) else { return };
    let mut client = client(&network, &["--listen", "fe80::1%eth0"]);
    let near0 = sender(&network, "near0", (Ipv6Addr::UNSPECIFIED, 0).into());
    let zone = network.on("near0", || common::net::zone_index("eth0").unwrap());
    near0.send_to(b"neighbour", SocketAddrV6::new("fe80::1".parse().unwrap(), PORT, 0, zone)).unwrap();
    let datagram = client.json_event("datagram");
    assert_eq!((datagram["text"].as_str(), datagram["host"].as_str()), (Some("neighbour"), Some("fe80::2")));
}
