//! Announcing a server, and withdrawing that.

use std::fmt;
use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use mdns_sd::{DaemonEvent, Receiver, ServiceInfo};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use super::daemon::Daemon;
use super::found::name_of;
use super::{DiscoveryError, Service};
use crate::chat::ServerKey;
use crate::net::host_name;

/// Bytes of a computer's name that stand in an announcement. A label has 63 (RFC 1035, section 2.3.4); the rest is for
/// ` (2)` and for what tells our names from the computer's own.
const MAX_NAME: usize = 40;

/// How long it may take to say that a server is gone. It is said twice, as datagrams get lost.
const WITHDRAW_WAIT: Duration = Duration::from_millis(500);

/// When the second time is over: the crate repeats itself after 120 ms.
const REPEATED: Duration = Duration::from_millis(150);

/// What is said about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The kind of service.
    pub service: Service,
    /// Where it listens; where that is on every network, all of its addresses are announced.
    pub address: SocketAddr,
    /// The key of the server, where it speaks TLS. Half of it is announced.
    pub key: Option<ServerKey>,
    /// Whether clients have to say a pass phrase. The phrase itself is nobody's business.
    pub wants_pass: bool,
}

/// The announcement of the moment: of one server, or none.
#[derive(Default)]
pub struct Announcing {
    current: Option<Announcer>,
    /// Those that are being withdrawn.
    leaving: TaskTracker,
}

impl fmt::Debug for Announcing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Announcing").field("is_on", &self.current.is_some()).finish_non_exhaustive()
    }
}

impl Announcing {
    /// Announces this from now on, and nothing else; withdraws what was announced before. Does not wait. Has to be called within a
    /// tokio runtime.
    ///
    /// # Errors
    /// Where multicast DNS cannot be spoken here.
    pub fn set(&mut self, announcement: Option<&Announcement>) -> Result<(), DiscoveryError> {
        if self.current.as_ref().map(|current| &current.announcement) == announcement {
            return Ok(());
        }
        if let Some(before) = self.current.take() {
            self.leaving.spawn(before.withdraw());
        }
        self.current = announcement.map(Announcer::start).transpose()?;
        Ok(())
    }

    /// Waits for the name under which the server can be found, and for further ones: another server may have it. May be dropped and
    /// called again.
    ///
    /// # Errors
    /// Where it has to begin anew and cannot: nothing is announced any more.
    pub async fn name(&mut self) -> Result<String, DiscoveryError> {
        loop {
            let Some(current) = &mut self.current else { return pending().await };
            if let Some(name) = current.name().await {
                return Ok(name);
            }
            let anew = Announcer::start(&current.announcement);
            self.current = None;
            self.current = Some(anew?);
        }
    }

    /// Withdraws what is announced, and waits until that is said.
    pub async fn end(&mut self) {
        // Withdrawing nothing cannot fail.
        let _withdrawn = self.set(None).is_ok();
        self.leaving.close();
        self.leaving.wait().await;
        self.leaving.reopen();
    }
}

/// A server that is announced. What remains of it on other computers lives for 75 min where it is not withdrawn (RFC 6762,
/// section 10).
struct Announcer {
    announcement: Announcement,
    daemon: Daemon,
    events: Receiver<DaemonEvent>,
    full_name: String,
    /// The name that was told last.
    told: Option<String>,
}

impl Announcer {
    fn start(announcement: &Announcement) -> Result<Self, DiscoveryError> {
        let own = announcement.address.ip();
        let daemon = Daemon::start(move |ip| match own {
            // A listener of IPv6 takes IPv4 as well.
            _ if own.is_unspecified() => ip.is_ipv4() || own.is_ipv6(),
            own => own == ip,
        })?;
        let events = daemon.mdns.monitor()?;
        let info = info_of(announcement)?;
        let full_name = info.get_fullname().to_owned();
        daemon.mdns.register(info)?;
        let announcement = announcement.clone();
        Ok(Self { announcement, daemon, events, full_name, told: None })
    }

    /// Waits for a name that was not told; `None` where it has to begin anew.
    async fn name(&mut self) -> Option<String> {
        loop {
            let event = tokio::select! {
                () = self.daemon.overgrown() => return None,
                event = self.events.recv_async() => event,
            };
            match event {
                Ok(DaemonEvent::Announce(full_name, _)) => {
                    let name = name_of(&full_name, self.announcement.service);
                    if self.told.as_ref() != Some(&name) {
                        return Some(self.told.insert(name).clone());
                    }
                }
                Ok(_) => (),
                Err(_) => return pending().await,
            }
        }
    }

    async fn withdraw(self) {
        if let Ok(said) = self.daemon.mdns.unregister(&self.full_name) {
            let _late = timeout(WITHDRAW_WAIT, said.recv_async()).await.is_err();
            tokio::time::sleep(REPEATED).await;
        }
        self.daemon.end().await;
    }
}

fn info_of(announcement: &Announcement) -> Result<ServiceInfo, DiscoveryError> {
    let Announcement { service, address, key, wants_pass } = announcement;
    let name = host_name();
    // Of a name with a domain the first part is the computer's.
    let name = name.split('.').next().unwrap_or_default();
    let name = name.get(..MAX_NAME).unwrap_or(name);
    let host = format!("{name}-{}-{}.local.", service.suffix(), address.port());
    let flag = |is_so: bool| if is_so { "1" } else { "0" };
    let key_half = key.map(|key| key.half());
    let mut texts = vec![("v", "1"), ("tls", flag(key.is_some())), ("pass", flag(*wants_pass))];
    texts.extend(key_half.iter().map(|half| ("key", half.as_str())));
    let info = ServiceInfo::new(service.domain(), name, &host, (), address.port(), &texts[..])?;
    Ok(info.enable_addr_auto())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_has_half_of_the_key_and_no_phrase() {
        let key = ServerKey::of_hash(std::array::from_fn(|at| u8::try_from(at).unwrap()));
        let announcement = Announcement {
            service: Service::Chat,
            address: "0.0.0.0:7000".parse().unwrap(),
            key: Some(key),
            wants_pass: true,
        };
        let info = info_of(&announcement).unwrap();
        let mut texts: Vec<String> = info.get_properties().iter().map(ToString::to_string).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["key=0001020304050607", "pass=1", "tls=1", "v=1"]);
        assert_eq!((info.get_port(), info.get_type()), (7000, "_tcp-chat-bot._tcp.local."));
        assert!(info.get_hostname().ends_with("-chat-7000.local."), "{}", info.get_hostname());
        let time = Announcement { service: Service::Time, key: None, wants_pass: false, ..announcement };
        let info = info_of(&time).unwrap();
        let mut texts: Vec<String> = info.get_properties().iter().map(ToString::to_string).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["pass=0", "tls=0", "v=1"]);
        assert_eq!(info.get_type(), "_udp-time-bcn._udp.local.");
    }
}
