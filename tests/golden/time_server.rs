//! What the time server prints.

use std::net::UdpSocket;

use super::{FORMS, Recording};
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

#[test]
fn a_destination_that_fails_and_recovers() {
    let Some(network) = Network::star(1) else { return };
    for form in FORMS {
        let mut record = Recording::new(form);
        let args = ["--interval", "100ms", "--to", "broadcast:eth0", "--to", "10.66.0.2:7000"];
        let mut server = network.headless("beacon", "udp-time-server", &[record.form_args(), &args].concat());
        record.next(&mut server, 1);
        network.ip("beacon", &["link", "set", "eth0", "down"]);
        both(&mut record, &mut server, "error");
        record.next(&mut server, 1);
        network.ip("beacon", &["link", "set", "eth0", "up"]);
        both(&mut record, &mut server, "recovered");
        record.masks = vec![("\"seq\": #", "\"seq\": <n>")];
        record.check("udp-time-server-failures");
    }
}
