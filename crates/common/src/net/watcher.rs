//! Following interfaces that come and go.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{Interface, interfaces};

/// A change of the network is several messages: they are looked at together.
const SETTLE: Duration = Duration::from_millis(50);

/// Where nobody rings, the list is read this often.
const POLL: Duration = Duration::from_secs(3);

/// Tells when interfaces, or their addresses, change.
///
/// On Linux the kernel rings: its routing messages (netlink) are not parsed, each only says that the list, read
/// as always, may differ now. Elsewhere, and where the kernel does not let us listen, the list is read every 3 s, which
/// costs some microseconds.
#[derive(Debug)]
pub struct InterfaceWatcher {
    known: Option<Vec<Interface>>,
    bell: Option<bell::Bell>,
    /// When the list is read again; `None` while only the bell can tell. Not in [`Self::changed`], which whoever
    /// waits for other things too drops and calls again more often than this is long.
    due: Option<Instant>,
}

impl InterfaceWatcher {
    /// A watcher that knows nothing yet. Has to be created within a tokio runtime.
    #[must_use]
    pub fn new() -> Self {
        Self { known: None, bell: bell::Bell::new().ok(), due: Some(Instant::now()) }
    }

    /// Waits for a list that differs from the last one given out; the first comes at once. May be
    /// dropped and called again, however often: what it waits for goes on.
    pub async fn changed(&mut self) -> Vec<Interface> {
        loop {
            let due = match self.due {
                Some(due) => due,
                None => *self.due.insert(self.next_look().await),
            };
            if Instant::now() < due {
                sleep_until(due).await;
            }
            // First the bell: what changes from here on rings again.
            if let Some(bell) = &self.bell {
                bell.silence();
            }
            self.due = None;
            match interfaces() {
                Ok(list) if self.known.as_ref() != Some(&list) => {
                    return self.known.insert(list).clone();
                }
                // The old list is better than none.
                Ok(_) | Err(_) => (),
            }
        }
    }

    async fn next_look(&self) -> Instant {
        let is_heard = match &self.bell {
            Some(bell) => bell.rung().await,
            None => false,
        };
        Instant::now() + if is_heard { SETTLE } else { POLL }
    }
}

impl Default for InterfaceWatcher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(target_os = "linux")]
mod bell {
    use std::io;
    use std::os::fd::AsRawFd as _;

    use nix::sys::socket::{AddressFamily, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, socket};
    use tokio::net::UdpSocket;

    /// Links, IPv4 and IPv6 addresses: `RTMGRP_LINK`, `RTMGRP_IPV4_IFADDR`, `RTMGRP_IPV6_IFADDR` of rtnetlink(7).
    const GROUPS: u32 = 0x1 | 0x10 | 0x100;

    /// A netlink socket. To receive, any socket of datagrams is like a UDP one.
    #[derive(Debug)]
    pub(super) struct Bell(pub(super) UdpSocket);

    impl Bell {
        pub(super) fn new() -> io::Result<Self> {
            let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
            let messages = socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkRoute)?;
            bind(messages.as_raw_fd(), &NetlinkAddr::new(0, GROUPS))?;
            Ok(Self(UdpSocket::from_std(messages.into())?))
        }

        /// `false` where the kernel cannot be listened to any more.
        pub(super) async fn rung(&self) -> bool {
            self.0.readable().await.is_ok()
        }

        /// Takes all messages. That the queue has overflown (`ENOBUFS`) is a message too.
        pub(super) fn silence(&self) {
            // Bounded: nothing says that the kernel ever stops.
            for _ in 0..10_000 {
                if let Err(error) = self.0.try_recv(&mut [0; 4096])
                    && error.kind() == io::ErrorKind::WouldBlock
                {
                    return;
                }
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod bell {
    use std::io;

    #[derive(Debug)]
    pub(super) struct Bell;

    impl Bell {
        pub(super) fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        #[expect(clippy::unused_async, reason = "as on Linux")]
        pub(super) async fn rung(&self) -> bool {
            false
        }

        #[expect(clippy::unused_self, reason = "as on Linux")]
        pub(super) fn silence(&self) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::InterfaceKind;

    /// Changes are seen in `tests/`, in network namespaces.
    #[tokio::test]
    async fn the_first_list_comes_at_once_and_is_not_repeated() {
        let mut watcher = InterfaceWatcher::new();
        assert_eq!(watcher.changed().await, interfaces().unwrap());
        let again = tokio::time::timeout(SETTLE, watcher.changed()).await;
        // Another program may have changed the network just now.
        assert!(again.is_err() || again.is_ok_and(|list| list != watcher.known.clone().unwrap_or_default()));
    }

    fn interface(name: &str) -> Interface {
        Interface {
            name: name.to_owned(),
            index: 99,
            kind: InterfaceKind::Wired,
            is_up: false,
            is_multicast: false,
            addresses: Vec::new(),
        }
    }

    async fn one_that_missed_a_change(bell: Option<bell::Bell>) -> InterfaceWatcher {
        let mut watcher = InterfaceWatcher { bell, ..InterfaceWatcher::new() };
        watcher.changed().await;
        watcher.known = Some(vec![interface("gone")]);
        watcher
    }

    /// Waits as the engines do: something else comes again and again.
    async fn is_change_seen_among_wakes(mut watcher: InterfaceWatcher) -> bool {
        for _ in 0..1000 {
            tokio::select! {
                biased;
                _ = watcher.changed() => return true,
                () = tokio::time::sleep(Duration::from_millis(10)) => (),
            }
        }
        false
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_woken_often_sees_what_the_poll_finds() {
        assert!(is_change_seen_among_wakes(one_that_missed_a_change(None).await).await);
    }

    /// A UDP socket rings like one of netlink.
    #[cfg(target_os = "linux")]
    #[tokio::test(start_paused = true)]
    async fn whoever_is_woken_often_sees_what_the_bell_tells() {
        let messages = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let ring = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let here = messages.local_addr().unwrap();
        let watcher = one_that_missed_a_change(Some(bell::Bell(messages))).await;
        ring.send_to(b"!", here).unwrap();
        assert!(is_change_seen_among_wakes(watcher).await);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_kernel_lets_us_listen() {
        bell::Bell::new().unwrap();
    }
}
