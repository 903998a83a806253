//! Finds other programs on the same address. What is sent to it reaches only the program that came last.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Whether another socket than `ours` is bound to `address`. Where that stands for every network, a socket
/// for every network on the same port counts too, of IPv4 or IPv6.
pub(super) fn has_conflict(address: SocketAddr, ours: &[u64]) -> bool {
    let tables = if address.ip().is_unspecified() || address.is_ipv6() {
        &["/proc/thread-self/net/udp", "/proc/thread-self/net/udp6"][..]
    } else {
        &["/proc/thread-self/net/udp"]
    };
    tables.iter().any(|path| std::fs::read_to_string(path).is_ok_and(|table| lists(&table, address, ours)))
}

/// Whether a table of the kernel (`/proc/net/udp`) lists such a socket.
fn lists(table: &str, address: SocketAddr, ours: &[u64]) -> bool {
    table.lines().skip(1).filter_map(entry).any(|(bound, inode)| {
        let is_same =
            bound.ip() == address.ip() || bound.ip().is_unspecified() && address.ip().is_unspecified();
        bound.port() == address.port() && is_same && !ours.contains(&inode)
    })
}

/// The local address and the inode in a line of the table.
fn entry(line: &str) -> Option<(SocketAddr, u64)> {
    let mut fields = line.split_whitespace();
    let (ip, port) = fields.nth(1)?.split_once(':')?;
    let inode = fields.nth(7)?.parse().ok()?;
    Some((SocketAddr::new(ip_of(ip)?, u16::from_str_radix(port, 16).ok()?), inode))
}

/// The kernel prints words in network byte order as numbers in the byte order of this computer.
fn ip_of(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| Some(u32::from_str_radix(hex.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    match hex.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let mut bytes = [0; 16];
            for (index, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(index * 8)?);
            }
            Some(IpAddr::V6(Ipv6Addr::from(bytes)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    #[test]
    fn a_socket_is_seen_by_all_but_its_owner() {
        for bound in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"] {
            let socket = UdpSocket::bind(bound).unwrap();
            let address = socket.local_addr().unwrap();
            assert!(has_conflict(address, &[]), "{bound}");
            let inode = nix::sys::stat::fstat(&socket).unwrap().st_ino;
            assert!(!has_conflict(address, &[inode]), "{bound}");
            drop(socket);
            assert!(!has_conflict(address, &[]), "{bound}");
        }
    }

    #[test]
    fn a_strange_table_lists_nobody() {
        for table in [
            "",
            "x",
            "a\n1: 0:0 x",
            "a\n1: 0100007F:1A0A 0 0 0 0 0 0 0 x",
            "a\n1: ß00007F:1A0A 0 0 0 0 0 0 0 7",
        ] {
            assert!(!lists(table, "127.0.0.1:6666".parse().unwrap(), &[]), "{table}");
        }
        let table = "head\n 1: 0100007F:1A0A 00000000:0000 07 0:0 00:0 0 0 0 4711 2 0 0";
        assert_eq!(lists(table, "127.0.0.1:6666".parse().unwrap(), &[]), cfg!(target_endian = "little"));
    }
}
