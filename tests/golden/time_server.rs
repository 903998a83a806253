//! What the time server prints.

use std::net::UdpSocket;

use super::{FORMS, Form, Recording};
use crate::support::Program;
use crate::support::network::Network;

#[test]
fn ticks_in_every_format() {
    let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = receiver.local_addr().unwrap().port().to_string();
    for form in FORMS {
        let mut record = Recording::new(form);
        for format in ["text", "rfc3339", "json", "custom:%Y %%|%Z"] {
            record.scene(format);
            let args =
                ["--port", &port, "--interval", "100ms", "--timezone", "Asia/Tokyo", "--format", format];
            let mut server = record.start("udp-time-server", &args);
            record.next(&mut server, 1);
            assert!(server.terminate().success());
        }
        record.masks = vec![("9999 %|", "<year> %|")];
        record.check("udp-time-server-formats");
    }
}

/// The lines that hold `part`, of two destinations; which comes first is open.
fn both(record: &mut Recording, server: &mut Program, part: &str) {
    let mut lines = [server.line_with(part), server.line_with(part)];
    lines.sort_unstable();
    for line in lines {
        record.add(&line);
    }
}

/// What is said of each destination of a network that is down. The first datagram may find that out before whoever watches the
/// interface: then the one says first that there is no route.
fn errors(record: &mut Recording, server: &mut Program) {
    let (mut down, mut unreachable) = (None, None);
    while down.is_none() || unreachable.is_none() {
        let line = server.line_with("error");
        if line.contains("10.66.0.2") {
            unreachable = Some(line);
        } else if line.contains("eth0 is down") {
            down = Some(line);
        }
    }
    let mut lines = [down, unreachable];
    lines.sort_unstable();
    for line in lines.into_iter().flatten() {
        record.add(&line);
    }
}

#[test]
fn a_destination_that_fails_and_recovers() {
    let Some(network) = Network::star(1) else { return };
    for form in FORMS {
        let mut record = Recording::new(form);
        // When a name is found for it is open.
        let args =
            ["--interval", "100ms", "--to", "broadcast:eth0", "--to", "10.66.0.2:7000", "--announce", "off"];
        let mut server = network.headless("beacon", "udp-time-server", &[record.form_args(), &args].concat());
        record.next(&mut server, 1);
        network.ip("beacon", &["link", "set", "eth0", "down"]);
        errors(&mut record, &mut server);
        // A payload that left for nowhere is no line.
        if form == Form::Json {
            record.next(&mut server, 1);
        }
        network.ip("beacon", &["link", "set", "eth0", "up"]);
        both(&mut record, &mut server, "recovered");
        record.masks = vec![("\"seq\": #", "\"seq\": <n>")];
        record.check("udp-time-server-failures");
    }
}
