//! The time pair, headless, on real sockets.

use std::net::UdpSocket;

use crate::support::{PATIENCE, Program};

/// The datagrams of a headless client, as (text, host, port).
fn datagram(client: &mut Program) -> (String, String, String) {
    let field = |line: String, name: &str| {
        line.strip_prefix(name).unwrap_or_else(|| panic!("{line:?} does not begin with {name:?}")).to_owned()
    };
    let text = field(client.line(), "Date time: ");
    let host = field(client.line(), "Host: ");
    let port = field(client.line(), "Port: ");
    assert_eq!(client.line(), "");
    (text, host, port)
}

#[test]
fn what_the_server_prints_is_what_the_client_shows() {
    let mut client = Program::headless("udp-time-client", &["--port", "0"]);
    let port = client.listening_port().to_string();
    let mut server = Program::headless("udp-time-server", &["--port", &port, "--interval", "0.2"]);
    for _ in 0..5 {
        let sent = server.line();
        let (text, host, _) = datagram(&mut client);
        assert_eq!((text, host.as_str()), (sent, "127.0.0.1"));
    }
}

/// Twenty ticks; as many as `UDP_TIME_TICKS` says, and those once a second as the server sends them by itself.
#[test]
fn three_clients_and_a_listener_like_the_original_see_each_tick_once() {
    // The original client binds 127.0.0.1 exclusively and has to be first.
    let original = UdpSocket::bind("127.0.0.1:0").unwrap();
    original.set_read_timeout(Some(PATIENCE)).unwrap();
    let port = original.local_addr().unwrap().port().to_string();
    let mut clients: Vec<Program> = (0..3)
        .map(|_| {
            let mut client =
                Program::headless("udp-time-client", &["--json", "--port", &port, "--stats", "1"]);
            assert_eq!(client.json_event("listening")["exclusive"], false);
            client
        })
        .collect();
    let wanted = std::env::var("UDP_TIME_TICKS").ok().and_then(|ticks| ticks.parse().ok());
    let args: &[&str] = if wanted.is_some() { &[] } else { &["--format", "json", "--interval", "0.1"] };
    let mut server = Program::headless("udp-time-server", &[&["--port", &port], args].concat());
    let ticks = wanted.unwrap_or(20_u64);
    let mut last = String::new();
    for _ in 1..=ticks {
        let sent = server.line();
        assert_ne!(sent, std::mem::replace(&mut last, sent.clone()), "a second was repeated");
        let mut buffer = [0; 2048];
        let (len, _) = original.recv_from(&mut buffer).unwrap();
        assert_eq!(std::str::from_utf8(&buffer[..len]).unwrap(), sent);
        for client in &mut clients {
            assert_eq!(client.json_event("datagram")["text"].as_str(), Some(&*sent));
        }
    }
    assert!(server.terminate().success());
    for client in &mut clients {
        // What came before the server ended is counted by the second report from here.
        client.json_event("counters");
        let quality = client.json_event("quality");
        let counters = client.json_event("counters");
        let received = counters["received"].as_u64().unwrap();
        assert!(received == ticks || received == ticks + 1, "{counters}");
        for name in ["second_copies", "dropped", "lost_by_system", "errors"] {
            assert_eq!(counters[name], 0, "{counters}");
        }
        for name in ["lost", "duplicate", "reordered", "restarted"] {
            assert_eq!(quality[name], 0, "{quality}");
        }
    }
}

#[test]
fn the_clients_of_one_computer_share_the_ticks_without_an_original_too() {
    let mut first = Program::headless("udp-time-client", &["--json", "--port", "0"]);
    let address = first.json_event("listening")["address"].as_str().unwrap().to_owned();
    let port = address.rsplit(':').next().unwrap().to_owned();
    let mut second = Program::headless("udp-time-client", &["--json", "--port", &port]);
    second.json_event("listening");
    let mut third = Program::headless("udp-time-client", &["--json", "--listen", "any", "--port", &port]);
    third.json_event("listening");
    let mut server =
        Program::headless("udp-time-server", &["--port", &port, "--format", "json", "--interval", "0.1"]);
    for _ in 0..20 {
        let sent = server.line();
        for client in [&mut first, &mut second, &mut third] {
            assert_eq!(client.json_event("datagram")["text"].as_str(), Some(&*sent));
        }
    }
}

#[test]
fn whatever_a_datagram_holds_is_shown_as_plain_text() {
    let mut client = Program::headless("udp-time-client", &["--port", "0"]);
    let port = client.listening_port();
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    let own_port = sender.local_addr().unwrap().port().to_string();
    let html = "<img src=\"file:///etc/passwd\">";
    let cut = format!("{}... (cut, 60000 bytes in all)", "a".repeat(2000));
    let table: [(&[u8], &str); 6] = [
        (b"\xFF\xFEA", r"\xFF\xFEA"),
        (b"", "(empty datagram)"),
        (html.as_bytes(), html),
        (&vec![b'a'; 60_000], &cut),
        (b"12:00\nHost: 10.0.0.1\nPort: 1\n\n", r"12:00\nHost: 10.0.0.1\nPort: 1\n\n"),
        ("周三 1月 5 03:04:05 2022".as_bytes(), "周三 1月 5 03:04:05 2022"),
    ];
    for (sent, shown) in table {
        sender.send_to(sent, ("127.0.0.1", port)).unwrap();
        assert_eq!(datagram(&mut client), (shown.to_owned(), "127.0.0.1".to_owned(), own_port.clone()));
    }
}

#[test]
fn a_client_takes_the_exclusive_address_over_when_it_is_free() {
    let holder = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let mut client = Program::headless("udp-time-client", &["--json", "--port", &port.to_string()]);
    assert_eq!(client.json_event("listening")["exclusive"], false);
    drop(holder);
    assert_eq!(client.json_event("listening")["exclusive"], true);
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    sender.send_to(b"only there", ("127.0.0.1", port)).unwrap();
    assert_eq!(client.json_event("datagram")["text"], "only there");
}

#[test]
fn a_destination_that_fails_stops_neither_the_others_nor_the_server() {
    let listener = UdpSocket::bind("127.0.0.1:0").unwrap();
    listener.set_read_timeout(Some(PATIENCE)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let args = ["--to", "no-such-host.invalid", "--to", "127.0.0.1", "--port", &port, "--interval", "0.1"];
    // The network of whoever runs the tests hears nothing of them.
    let mut server =
        Program::headless("udp-time-server", &[&args[..], &["--json", "--announce", "off"]].concat());
    for _ in 0..5 {
        let (len, _) = listener.recv_from(&mut [0; 64]).unwrap();
        assert!(len > 0);
    }
    let tick = server.json_event("tick");
    let destinations = tick["destinations"].as_array().unwrap();
    let sent = |to: &str| destinations.iter().find(|one| one["to"] == to).unwrap()["sent"].as_bool();
    assert_eq!((sent("no-such-host.invalid"), sent("127.0.0.1")), (Some(false), Some(true)));
}
