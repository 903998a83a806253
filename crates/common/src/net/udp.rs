//! What both time programs know of UDP.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Room for any datagram: the largest is a little smaller (RFC 768 counts its length in 16 bits). Windows reports one that does not
/// fit as an error.
pub const DATAGRAM_ROOM_BYTES: usize = 65_536;

/// A datagram to this address reaches every receiver on this computer; one to 127.0.0.1 reaches only one of them.
pub const LOOPBACK_BROADCAST: Ipv4Addr = Ipv4Addr::new(127, 255, 255, 255);

/// The group that is offered for IPv4: scoped to an organisation (RFC 2365).
pub const GROUP_V4: Ipv4Addr = Ipv4Addr::new(239, 255, 66, 66);

/// The group that is offered for IPv6: transient, of one link (RFC 4291).
pub const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xff12, 0, 0, 0, 0, 0, 0, 0x6666);
