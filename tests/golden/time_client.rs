//! What the time client prints.

use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::sys::signal::Signal;

use super::{FORMS, Form, Recording};
use crate::support::Program;
use crate::support::network::Network;

/// Where a client listens.
fn port_of(line: &str) -> u16 {
    let address = line.split_once("127.0.0.1:").expect("an address").1;
    let digits: String = address.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a port")
}

fn stamp(seq: u32) -> String {
    format!(r#"{{"time":"2022-01-05T03:04:05.000+00:00","seq":{seq},"sender":"golden","interval_ms":1000}}"#)
}

#[test]
fn datagrams_and_figures() {
    for form in FORMS {
        let mut record = Recording::new(form);
        let mut client = record.start("udp-time-client", &["--port", "0", "--stats", "1"]);
        let port = port_of(&record.pick(&mut client, "listening", "Listening"));
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        let texts: [&[u8]; 8] = [
            b"Wed Jan 5 03:04:05 2022",
            b"2022-01-05T03:04:05.678+01:00",
            b"\xFF\xFEA",
            b"",
            &[b'a'; 3000],
            "周三 1月 5 03:04:05 2022".as_bytes(),
            b"12:00\nHost: 10.0.0.1\x1b[2J",
            "<b>\u{202e}bold</b>".as_bytes(),
        ];
        let stamps = [1, 2, 5, 5, 4, 6, 900_000, 1].map(stamp);
        for payload in texts.into_iter().chain(stamps.iter().map(String::as_bytes)) {
            sender.send_to(payload, ("127.0.0.1", port)).unwrap();
        }
        // Figures may come between: they are recorded below.
        for _ in 0..texts.len() + stamps.len() {
            record.pick(&mut client, "datagram", "Date time: ");
            if form == Form::Lines {
                record.next(&mut client, 2);
            }
        }
        record.scene("figures");
        let is_silent = if form == Form::Json { "\"silent_since\":\"" } else { "silent since" };
        for _ in 0..2 {
            let line = client.line_with(is_silent);
            record.add(&line);
        }
        record.pick(&mut client, "counters", "Datagrams: ");
        record.masks = FIGURES.to_vec();
        record.check("udp-time-client-datagrams");
    }
}

const FIGURES: [(&str, &str); 8] = [
    ("offset # to # @@@@", "offset <low> to <high>"),
    ("jitter # ms", "jitter <time>"),
    ("interval # ms", "interval <time>"),
    ("\"offset_low_us\": #", "\"offset_low_us\": <us>"),
    ("\"offset_high_us\": #", "\"offset_high_us\": <us>"),
    ("\"interval_us\": #", "\"interval_us\": <us>"),
    ("\"jitter_us\": #", "\"jitter_us\": <us>"),
    ("\"clock_set_by_us\": #", "\"clock_set_by_us\": <us>"),
];

#[test]
fn where_it_listens() {
    for form in FORMS {
        let mut record = Recording::new(form);
        record.scene("another program has the address alone, and gives it back");
        let holder = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = holder.local_addr().unwrap().port().to_string();
        let mut client = record.start("udp-time-client", &["--port", &port]);
        record.pick(&mut client, "listening", "Listening");
        drop(holder);
        record.pick(&mut client, "listening", "Listening");
        for address in ["any", "::", "::1", "localhost"] {
            record.scene(address);
            let mut client = record.start("udp-time-client", &["--port", "0", "--listen", address]);
            record.pick(&mut client, "listening", "Listening");
        }

        record.masks =
            vec![("0.0.0.0:#", "0.0.0.0:<port>"), ("[::]:#", "[::]:<port>"), ("[::1]:#", "[::1]:<port>")];
        record.check("udp-time-client-places");
    }
}

#[test]
fn places_of_a_network() {
    for form in FORMS {
        let Some(network) = Network::star(1) else { return };
        let mut record = Recording::new(form);
        let start = |record: &Recording, args: &[&str]| {
            network.headless("beacon", "udp-time-client", &[record.form_args(), args].concat())
        };
        let places: [(&str, &[&str]); 4] = [
            ("an interface", &["--listen", "eth0"]),
            ("a group", &["--listen", "239.255.66.66", "--port", "6667"]),
            (
                "a group on one interface",
                &["--listen", "ff12::6666", "--interface", "eth0", "--port", "6668"],
            ),
            ("an address", &["--listen", "10.66.0.1", "--port", "6669"]),
        ];
        let mut clients: Vec<Program> = Vec::new();
        for (title, args) in places {
            record.scene(title);
            let mut client = start(&record, args);
            record.next(&mut client, 1);
            clients.push(client);
        }
        record.scene("another program comes");
        let rival = network.on("beacon", || {
            let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
            socket.set_reuse_address(true).unwrap();
            let address: std::net::SocketAddr = (Ipv4Addr::new(10, 66, 0, 1), 6669).into();
            socket.bind(&address.into()).unwrap();
            socket
        });
        record.next(&mut clients[3], 1);
        drop(rival);
        network.ip("beacon", &["link", "del", "eth0"]);
        for at in 1..3 {
            record.scene(&format!("{} goes", places[at].0));
            record.next(&mut clients[at], 1);
        }
        record.check("udp-time-client-networks");
    }
}

#[test]
fn more_than_it_can_take() {
    for form in FORMS {
        let mut record = Recording::new(form);
        let mut client = record.start("udp-time-client", &["--port", "0"]);
        let port = port_of(&client.line());
        client.signal(Signal::SIGSTOP);
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..4000 {
            // What finds no room is the system's to drop.
            sender.send_to(&vec![b'x'; 60_000], ("127.0.0.1", port)).unwrap();
        }
        client.signal(Signal::SIGCONT);
        // The system's count is known with what comes after.
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let more = || {
                while !is_over.load(Ordering::Relaxed) {
                    sender.send_to(b"more", ("127.0.0.1", port)).unwrap();
                    std::thread::park_timeout(Duration::from_millis(50));
                }
            };
            std::thread::Builder::new().name("sender".to_owned()).spawn_scoped(scope, more).unwrap();
            record.pick(&mut client, "dropped", "came too fast");
            is_over.store(true, Ordering::Relaxed);
        });
        record.masks = vec![("\"count\": #", "\"count\": <n>"), ("# events", "<n> events")];
        record.check("udp-time-client-dropped");
    }
}
