//! What whoever wants to chat needs: an address, and a window.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::files::PASS_VARIABLE;
use common::net::{Interface, InterfaceKind, Network};
use serde::Serialize;

use super::ChatWindow;

/// The chat client's program, which lies beside this one.
const CHAT_CLIENT: &str = "tcp-chat-client";

/// Why no chat window opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ChatWindowError {
    Missing { file: String },
    Other { file: String, reason: String },
}

/// The address that a client uses for a server that listens on `local`: that of a network with other computers, where there
/// is one; and further ones.
pub(super) fn addresses_for_clients(
    local: SocketAddr,
    interfaces: &[Interface],
) -> (SocketAddr, Vec<SocketAddr>) {
    if !local.ip().is_unspecified() {
        return (local, Vec::new());
    }
    let is_usable = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => local.is_ipv4() && !ip.is_link_local(),
        // An address of one cable (fe80::) is of no use without the name that the other computer has for it.
        IpAddr::V6(ip) => local.is_ipv6() && !ip.is_unicast_link_local(),
    };
    let rank = |kind| match kind {
        InterfaceKind::Wired => 0,
        InterfaceKind::Wireless => 1,
        InterfaceKind::Vpn => 2,
        InterfaceKind::Virtual => 3,
        InterfaceKind::Loopback => 4,
    };
    let up = interfaces.iter().filter(|interface| interface.is_up);
    let addresses = up.flat_map(|interface| interface.addresses.iter().map(|one| (interface.kind, one.ip)));
    let mut usable: Vec<_> = addresses.filter(|(_, ip)| is_usable(*ip) && !ip.is_loopback()).collect();
    usable.sort_by_key(|(kind, _)| rank(*kind));
    let mut addresses = usable.into_iter().map(|(_, ip)| SocketAddr::new(ip, local.port()));
    let own: IpAddr = if local.is_ipv4() { [127, 0, 0, 1].into() } else { [0, 0, 0, 0, 0, 0, 0, 1].into() };
    let first = addresses.next().unwrap_or(SocketAddr::new(own, local.port()));
    (first, addresses.collect())
}

/// The networks of this place that a server on `local` is open to, together with all others.
pub(super) fn networks_of_lan(local: SocketAddr, interfaces: &[Interface]) -> Vec<Network> {
    if !local.ip().is_unspecified() {
        return Vec::new();
    }
    let lan = interfaces.iter().filter(|interface| interface.is_up && interface.kind.is_lan());
    let mut networks = Vec::new();
    for own in lan.flat_map(|interface| &interface.addresses) {
        let network = Network::of(own.ip, own.prefix).filter(|_| local.is_ipv6() || own.ip.is_ipv4());
        networks.extend(network.filter(|network| !networks.contains(network)));
    }
    networks
}

/// Opens a chat window that connects to `address`.
///
/// # Errors
/// Where this program does not know where it lies, or the chat client does not lie there.
pub(super) fn open_chat_window(chat: &ChatWindow) -> Result<Child, ChatWindowError> {
    let own = std::env::current_exe();
    let folder = own.as_ref().ok().and_then(|own| own.parent()).unwrap_or(Path::new(""));
    open_chat_window_in(folder, chat)
}

fn open_chat_window_in(folder: &Path, chat: &ChatWindow) -> Result<Child, ChatWindowError> {
    let ChatWindow { address, key, pass } = chat;
    let path = folder.join(CHAT_CLIENT).with_extension(std::env::consts::EXE_EXTENSION);
    let mut program = Command::new(&path);
    let host = match address {
        SocketAddr::V6(address) if address.scope_id() > 0 => {
            format!("{}%{}", address.ip(), address.scope_id())
        }
        address => address.ip().to_string(),
    };
    program.arg("--server").arg(host).arg("--port").arg(address.port().to_string());
    if let Some(key) = key {
        program.arg("--server-key").arg(key.to_string());
    }
    if let Some(pass) = pass {
        // Everybody can read a command line.
        program.env(PASS_VARIABLE, pass.reveal());
    }
    program.stdin(Stdio::null());
    // Ctrl-C in the terminal of the server is not meant for it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut program, 0);
    program.spawn().map_err(|error| {
        let file = path.display().to_string();
        match error.kind() {
            io::ErrorKind::NotFound => ChatWindowError::Missing { file },
            _ => ChatWindowError::Other { file, reason: error.to_string() },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::net::InterfaceAddress;

    fn chat(address: &str) -> ChatWindow {
        ChatWindow { address: address.parse().unwrap(), key: None, pass: None }
    }

    fn interface(kind: InterfaceKind, is_up: bool, ips: &[&str]) -> Interface {
        let address = |ip: &&str| InterfaceAddress { ip: ip.parse().unwrap(), prefix: 24, broadcast: None };
        Interface {
            name: "eth0".to_owned(),
            index: 1,
            kind,
            is_up,
            is_multicast: true,
            addresses: ips.iter().map(address).collect(),
        }
    }

    #[test]
    fn clients_get_an_address_that_another_computer_can_use() {
        use InterfaceKind::{Loopback, Virtual, Vpn, Wired, Wireless};
        let lo = interface(Loopback, true, &["127.0.0.1", "::1"]);
        let docker = interface(Virtual, true, &["172.17.0.1"]);
        let vpn = interface(Vpn, true, &["10.8.0.2"]);
        let radio = interface(Wireless, true, &["192.168.1.30", "fe80::2"]);
        let cable = interface(Wired, true, &["169.254.1.1", "192.168.1.20", "fe80::1", "2001:db8::20"]);
        let pulled = interface(Wired, false, &["192.168.7.7"]);
        for (local, interfaces, expected) in [
            ("0.0.0.0:6666", vec![&lo, &pulled, &docker, &vpn, &radio, &cable], "192.168.1.20:6666"),
            ("0.0.0.0:6666", vec![&lo, &docker, &vpn, &radio], "192.168.1.30:6666"),
            ("0.0.0.0:6666", vec![&lo, &docker, &vpn], "10.8.0.2:6666"),
            ("0.0.0.0:6666", vec![&lo], "127.0.0.1:6666"),
            ("0.0.0.0:6666", vec![], "127.0.0.1:6666"),
            ("[::]:6666", vec![&lo, &cable], "[2001:db8::20]:6666"),
            ("[::]:6666", vec![&radio], "[::1]:6666"),
            ("127.0.0.1:6666", vec![&lo, &cable], "127.0.0.1:6666"),
            ("192.168.7.7:6666", vec![&lo, &cable], "192.168.7.7:6666"),
        ] {
            let interfaces: Vec<Interface> = interfaces.into_iter().cloned().collect();
            let (address, _) = addresses_for_clients(local.parse().unwrap(), &interfaces);
            assert_eq!(address.to_string(), expected, "{local} {interfaces:?}");
        }
    }

    #[test]
    fn the_networks_of_this_place_are_those_of_cables_and_radios() {
        use InterfaceKind::{Virtual, Vpn, Wired, Wireless};
        let interfaces = [
            interface(Virtual, true, &["172.17.0.1"]),
            interface(Vpn, true, &["10.8.0.2"]),
            interface(Wired, true, &["192.168.1.20"]),
            interface(Wireless, true, &["192.168.1.30", "192.168.9.9"]),
            interface(Wired, false, &["192.168.7.7"]),
        ];
        let lan = |local: &str| {
            let networks = networks_of_lan(local.parse().unwrap(), &interfaces);
            networks.iter().map(Network::to_string).collect::<Vec<_>>()
        };
        assert_eq!(lan("0.0.0.0:6666"), ["192.168.1.0/24", "192.168.9.0/24"]);
        assert_eq!(lan("192.168.1.20:6666"), [""; 0], "others cannot reach it anyway");
    }

    #[test]
    fn a_chat_client_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = open_chat_window_in(folder.path(), &chat("127.0.0.1:6666")).unwrap_err();
        assert!(
            matches!(&error, ChatWindowError::Missing { file } if file.contains(CHAT_CLIENT)),
            "{error:?}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_chat_client_is_told_the_address() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join(CHAT_CLIENT);
        std::fs::write(&program, "#!/bin/sh\necho \"$@\" > \"$0.told\"\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut child = open_chat_window_in(folder.path(), &chat("[::1]:6667")).unwrap();
        assert!(child.wait().unwrap().success());
        let told = std::fs::read_to_string(program.with_extension("told")).unwrap();
        assert_eq!(told, "--server ::1 --port 6667\n");
    }
}
