//! `--check-network` on networks of its own: each verdict where it is true.

use std::io::Write as _;
use std::net::TcpListener;

use serde_json::Value;

use crate::support::network::{Network, PORT};
use crate::support::{Program, skip};

/// What a check on the computer in the middle finds, and whether it ended as one that found something in the way.
fn found(network: &Network, program: &str, host: &str) -> Vec<Value> {
    let flag = if host.is_empty() { "--check-network".to_owned() } else { format!("--check-network={host}") };
    findings(network.program("beacon", program, &[&flag]))
}

/// What a check finds (see [`found`]).
fn findings(mut check: Program) -> Vec<Value> {
    let mut found = Vec::new();
    loop {
        let finding: Value = serde_json::from_str(&check.line()).unwrap();
        let is_last = finding["event"] == "finished";
        found.push(finding);
        if is_last {
            break;
        }
    }
    let faults = found.last().unwrap()["faults"].as_u64().unwrap();
    let errors = found.iter().filter(|finding| finding["level"] == "error" && finding["event"] != "finished");
    assert_eq!(faults, errors.count() as u64);
    assert_eq!(check.exit().code(), Some(i32::from(faults > 0)));
    found
}

fn events(found: &[Value]) -> Vec<&str> {
    found.iter().map(|finding| finding["event"].as_str().unwrap()).collect()
}

fn of<'a>(found: &'a [Value], event: &str) -> &'a Value {
    let all = events(found);
    found.iter().find(|finding| finding["event"] == event).unwrap_or_else(|| panic!("no {event}: {all:?}"))
}

/// Rules of a firewall on a computer, whose input chain drops what no rule accepts where `policy` says so. `false`, and the
/// test is skipped, where the kernel has none.
fn firewall(network: &Network, computer: &str, policy: &str, rules: &[&str]) -> bool {
    let mut script =
        format!("table inet t {{ chain in {{ type filter hook input priority 0; policy {policy};\n");
    for rule in rules {
        script.extend([rule, "\n"]);
    }
    script.push_str("}\n}");
    let loaded = network.command(computer).args(["nft", &script]).output();
    let is_loaded = loaded.as_ref().is_ok_and(|loaded| loaded.status.success());
    if !is_loaded {
        skip(&format!("no firewall can be made: {loaded:?}"));
    }
    is_loaded
}

#[test]
fn a_server_that_answers_is_reached() {
    let Some(network) = Network::star(1) else { return };
    let _server = network.on("near0", || TcpListener::bind(("0.0.0.0", PORT)).unwrap());
    let found = found(&network, "tcp-chat-client", "10.66.0.2");
    assert_eq!(
        events(&found),
        ["own_addresses", "echo_heard", "peer_near", "reached", "finished"],
        "{found:?}"
    );
    assert_eq!(of(&found, "own_addresses")["addresses"], serde_json::json!(["10.66.0.1/24"]));
    assert_eq!(of(&found, "echo_heard")["address"], "10.66.0.255");
    assert_eq!(of(&found, "peer_near")["interface"], "eth0");
    assert_eq!(of(&found, "reached")["address"], "10.66.0.2:6666");
}

#[test]
fn an_address_of_one_cable_has_its_way_by_the_interface_that_is_named() {
    let Some(network) = Network::star(2) else { return };
    let found = found(&network, "tcp-chat-client", "fe80::2%eth1");
    assert_eq!(of(&found, "peer_near")["interface"], "eth1");
    assert_eq!(of(&found, "refused")["address"].as_str().unwrap().split('%').next(), Some("[fe80::2"));
}

#[test]
fn a_computer_without_a_server_refuses_in_both_protocols() {
    let Some(network) = Network::star(1) else { return };
    for program in ["tcp-chat-client", "udp-time-client"] {
        let found = found(&network, program, "10.66.0.2");
        assert_eq!(of(&found, "refused")["address"], "10.66.0.2:6666", "{program}");
    }
}

#[test]
fn a_firewall_there_that_drops_or_rejects_is_told_from_nobody() {
    let Some(network) = Network::star(1) else { return };
    let _server = network.on("near0", || TcpListener::bind(("0.0.0.0", PORT)).unwrap());
    let found_there = |rule: &str| {
        firewall(&network, "near0", "accept", &[rule]).then(|| {
            let found = found(&network, "tcp-chat-client", "10.66.0.2");
            let status = network.command("near0").args(["nft", "flush", "ruleset"]).status().unwrap();
            assert!(status.success());
            events(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
        })
    };
    let Some(dropped) = found_there("tcp dport 6666 drop") else { return };
    assert!(dropped.contains(&"unanswered".to_owned()), "{dropped:?}");
    let rejected = found_there("tcp dport 6666 reject with icmpx admin-prohibited").unwrap();
    assert!(rejected.contains(&"rejected".to_owned()), "{rejected:?}");
    let found = found(&network, "tcp-chat-client", "10.66.0.77");
    assert_eq!(of(&found, "nobody_there")["address"], "10.66.0.77");
}

#[test]
fn a_wrong_network_a_missing_route_and_a_cable_that_is_out_are_said() {
    let Some(network) = Network::star(1) else { return };
    let found_at = |host: &str| found(&network, "tcp-chat-client", host);
    let wrong = found_at("10.99.0.2");
    assert_eq!(of(&wrong, "no_way")["address"], "10.99.0.2");
    network.ip("beacon", &["route", "add", "default", "via", "10.66.0.2"]);
    let far = found_at("10.99.0.2");
    assert_eq!(of(&far, "peer_far")["interface"], "eth0");
    network.ip("beacon", &["link", "set", "eth0", "down"]);
    let out = found_at("10.66.0.2");
    assert_eq!(events(&out), ["interface_down", "no_lan", "no_way", "finished"], "{out:?}");
}

#[test]
fn a_tunnel_that_took_the_way_is_named() {
    let Some(network) = Network::star(1) else { return };
    // A tunnel by its name, as those of VPNs are known.
    network.ip("beacon", &["link", "add", "tun0", "type", "veth", "peer", "name", "end"]);
    network.ip("beacon", &["link", "set", "end", "up"]);
    network.ip("beacon", &["addr", "add", "10.8.0.3/24", "dev", "tun0"]);
    network.ip("beacon", &["link", "set", "tun0", "up"]);
    network.ip("beacon", &["route", "add", "10.66.0.2/32", "dev", "tun0"]);
    let found = found(&network, "tcp-chat-client", "10.66.0.2");
    let taken = of(&found, "way_taken");
    assert_eq!((&taken["interface"], &taken["kind"]), (&"tun0".into(), &"VPN".into()));
}

#[test]
fn a_firewall_here_that_drops_datagrams_is_found_with_the_line_that_opens_it() {
    let Some(network) = Network::star(1) else { return };
    if !firewall(&network, "beacon", "drop", &["iif lo accept"]) {
        return;
    }
    let dropped = found(&network, "udp-time-client", "");
    assert_eq!(of(&dropped, "echo_lost")["address"], "10.66.0.255:6666");
    let line = of(&dropped, "firewall")["line"].as_str().unwrap();
    assert_eq!(line, "sudo nft insert rule inet t in udp dport 6666 accept");
    // The line is what opens it.
    let words = line.split(' ').skip(1);
    assert!(network.command("beacon").args(words).status().unwrap().success());
    let opened = found(&network, "udp-time-client", "");
    assert!(events(&opened).contains(&"echo_heard"), "{opened:?}");
}

#[test]
fn who_has_the_port_is_named() {
    let Some(network) = Network::star(1) else { return };
    let free = found(&network, "udp-time-client", "");
    assert_eq!(of(&free, "port_free")["port"], PORT);
    let mut listener = network.program("beacon", "udp-time-client", &["--listen", "any"]);
    listener.json_event("listening");
    let held = found(&network, "udp-time-client", "");
    let holder = of(&held, "port_held");
    assert_eq!((&holder["program"], &holder["address"]), (&"udp-time-client".into(), &"0.0.0.0:6666".into()));
    // Also while somebody listens the datagram to everybody comes back.
    assert!(events(&held).contains(&"echo_heard"), "{held:?}");
}

#[test]
fn a_name_that_nobody_knows_is_said() {
    let Some(network) = Network::star(1) else { return };
    let found = found(&network, "tcp-chat-client", "no-such-computer.invalid");
    assert_eq!(of(&found, "peer_unknown")["host"], "no-such-computer.invalid");
}

#[test]
fn a_program_that_does_not_run_here_is_asked_for_here() {
    let Some(network) = Network::star(1) else { return };
    for program in ["tcp-chat-client", "udp-time-client"] {
        let found = found(&network, program, "10.66.0.1");
        assert_eq!(of(&found, "refused_here")["address"], "10.66.0.1:6666", "{program}");
    }
}

#[test]
fn a_name_with_several_addresses_is_in_the_way_only_where_none_lets_through() {
    let Some(network) = Network::star(1) else { return };
    let mut hosts = tempfile::NamedTempFile::new().unwrap();
    hosts.write_all(b"10.66.0.2 twofold\n::1 twofold\n").unwrap();
    let found = |program: &str| {
        let mut command = network.command("beacon");
        // Nobody else sees what a command of `ip netns exec` mounts.
        command.args(["sh", "-c", r#"mount --bind "$0" /etc/hosts && exec "$@""#]).arg(hosts.path());
        findings(Program::headless_by(command, program, &["--json", "--check-network=twofold"]))
    };
    let nowhere = found("tcp-chat-client");
    assert_eq!(of(&nowhere, "refused")["address"], "10.66.0.2:6666");
    assert_eq!(of(&nowhere, "refused_here")["address"], "[::1]:6666");
    let _server = network.on("beacon", || TcpListener::bind(("::1", PORT)).unwrap());
    let second = found("tcp-chat-client");
    assert_eq!(of(&second, "reached")["address"], "[::1]:6666");
    assert!(!events(&second).contains(&"refused"), "{second:?}");
    // A time server sends to the first alone.
    let first = found("udp-time-client");
    assert_eq!(of(&first, "refused")["address"], "10.66.0.2:6666");
    assert_eq!(events(&first).iter().filter(|event| **event == "peer_found").count(), 1, "{first:?}");
}
