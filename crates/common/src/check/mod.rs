//! Why two computers do not see each other: looked at step by step from this one, and said in words.
//!
//! Nothing here needs a program of ours at the other end, nor more rights than any program has. What only the other
//! computer can know (its firewall, whether it sends) is said to be there.

mod finding;
mod firewall;
mod way;

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Socket, Type};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, timeout};

pub use finding::{Finding, Protocol};
use way::{Way, any_like, way_to};

use crate::cli::Failure;
use crate::engine::{EngineHandle, EngineLink, Event as _, EventSender, Flavor, Waker};
use crate::headless::{self, OutputArgs, Stats};
use crate::net::{
    ConnectError, DATAGRAM_ROOM_BYTES, Host, Interface, InterfaceKind, explain_lookup, interfaces,
    resolve_all,
};
use crate::status::Level;

/// How long the other computer is waited for. Linux asks three times, a second apart, who has an address of its own network
/// (arp(7), `mcast_solicit` and `retrans_time_ms`): only after that it knows that nobody does.
const PATIENCE: Duration = Duration::from_secs(5);

/// Nobody in a network answers for an address after three seconds at the earliest (see above): what is refused sooner was
/// refused by somebody.
const SOON: Duration = Duration::from_secs(2);

/// How long a datagram to everybody is waited for. It comes back from this computer itself.
const ECHO: Duration = Duration::from_secs(1);

/// Begins the datagram that is sent to everybody: whoever shows datagrams shows what it is.
const PROBE_TEXT: &str = "network check of time-and-chat";

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The other computer, where one is named.
    pub peer: Option<Host>,
    /// The port that the two programs use.
    pub port: u16,
    /// What they speak.
    pub protocol: Protocol,
}

/// What a headless run is asked, beside its settings.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct CheckArgs {
    /// With --headless: look why two computers do not see each other, and end. HOST is the other one
    #[arg(long, value_name = "HOST", num_args = 0..=1, require_equals = true, requires = "headless")]
    pub check_network: Option<Option<Host>>,
}

/// The link to a check that runs.
pub type CheckHandle = EngineHandle<(), Finding, ()>;

/// Starts a check on a thread of its own. Each finding is an event, [`Finding::Finished`] the last one.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(question: Question, waker: Waker) -> io::Result<CheckHandle> {
    let run = |link: EngineLink<(), Finding, ()>| async move {
        let EngineLink { events, shutdown, .. } = link;
        tokio::select! {
            () = Check { events, faults: 0 }.run(question) => (),
            () = shutdown.cancelled() => (),
        }
    };
    crate::engine::start("check", Flavor::CurrentThread, waker, (), run)
}

/// Runs a check, and prints its findings.
///
/// # Errors
/// With exit code 1 where something is in the way.
pub fn run(question: Question, output: OutputArgs) -> Result<(), Failure> {
    print(start(question, Waker::none()).map_err(Failure::run)?, output)
}

fn print(handle: CheckHandle, output: OutputArgs) -> Result<(), Failure> {
    let mut verdict = None;
    headless::run(handle, [], output, &Stats::never(), |finding| {
        verdict = Some(finding).filter(|finding| matches!(finding, Finding::Finished { .. })).cloned();
        None
    })?;
    // Where there is none, its user ended it, or nobody reads it any more.
    match verdict.filter(|verdict| verdict.level() != Level::Info) {
        Some(verdict) => Err(Failure::run(verdict)),
        None => Ok(()),
    }
}

struct Check {
    events: EventSender<Finding>,
    /// How many findings are in the way.
    faults: u32,
}

impl Check {
    async fn tell(&mut self, finding: Finding) {
        self.faults += u32::from(finding.level() == Level::Error);
        self.events.send_waiting(finding).await;
    }

    async fn run(mut self, Question { peer, port, protocol }: Question) {
        let interfaces = interfaces().unwrap_or_default();
        for finding in own_interfaces(&interfaces) {
            self.tell(finding).await;
        }
        let is_peer_here = match &peer {
            Some(Host::Ip(ip)) => way_to(SocketAddr::new(*ip, port), &interfaces) == Way::Here,
            _ => false,
        };
        // The port of a chat server matters on the computer where the server runs.
        if protocol == Protocol::Udp || is_peer_here {
            for finding in port_holders(port, protocol).await {
                self.tell(finding).await;
            }
        }
        for interface in interfaces.iter().filter(|one| one.is_up && one.kind.is_lan()) {
            if let Some(to) = interface.broadcasts().next() {
                let port = if protocol == Protocol::Udp { port } else { 0 };
                self.tell(echo(interface, to, port).await).await;
            }
        }
        if let Some(host) = peer {
            self.reach(&host, port, protocol, &interfaces).await;
        }
        if let Some(finding) = firewall::active(port, protocol).await {
            self.tell(finding).await;
        }
        let finished = Finding::Finished { faults: self.faults };
        self.tell(finished).await;
    }

    /// From the name of the other computer to its answer.
    async fn reach(&mut self, host: &Host, port: u16, protocol: Protocol, interfaces: &[Interface]) {
        let mut addresses = match timeout(PATIENCE, resolve_all(host, port)).await {
            Ok(Ok(addresses)) => addresses,
            failed => {
                let reason = match failed {
                    Ok(Err(error)) => explain_lookup(&error),
                    _ => ConnectError::TimedOut.to_string(),
                };
                return self.tell(Finding::PeerUnknown { host: host.to_string(), reason }).await;
            }
        };
        // A time server sends to the first address alone. A chat client tries one after the other, so what is in the way of the first ones
        // matters only where none lets it through.
        if protocol == Protocol::Udp {
            addresses.truncate(1);
        }
        let mut in_the_way = Vec::new();
        for address in addresses {
            if let Host::Name(name) = host {
                let address = address.ip().to_string();
                self.tell(Finding::PeerFound { host: name.clone(), address }).await;
            }
            let faults = self.reach_at(address, protocol, interfaces).await;
            if faults.is_empty() {
                return;
            }
            in_the_way.extend(faults);
        }
        for finding in in_the_way {
            self.tell(finding).await;
        }
    }

    /// From one address of the other computer to its answer; gives what is in the way.
    async fn reach_at(
        &mut self,
        address: SocketAddr,
        protocol: Protocol,
        interfaces: &[Interface],
    ) -> Vec<Finding> {
        let shown = address.ip().to_string();
        let way = way_to(address, interfaces);
        self.tell(match &way {
            Way::None => return vec![Finding::NoWay { address: shown }],
            Way::Here => Finding::PeerIsHere { address: shown },
            Way::Near(by) => Finding::PeerNear { address: shown, interface: by.name.clone() },
            Way::Far(by) => Finding::PeerFar { address: shown, interface: by.name.clone() },
            Way::Taken(by) => Finding::WayTaken { address: shown, interface: by.name.clone(), kind: by.kind },
        })
        .await;
        let answer = match protocol {
            Protocol::Tcp => connect(address).await,
            Protocol::Udp => send(address).await,
        };
        let answer = match answer {
            Finding::Refused { protocol, address } if way == Way::Here => {
                Finding::RefusedHere { protocol, address }
            }
            answer => answer,
        };
        if answer.level() != Level::Error {
            self.tell(answer).await;
            return Vec::new();
        }
        let is_silent = matches!(answer, Finding::Unanswered { .. } | Finding::NobodyThere { .. });
        let mut faults = vec![answer];
        if let Way::Near(by) = way
            && is_silent
            && by.kind == InterfaceKind::Wireless
        {
            faults.push(Finding::Isolation { interface: by.name });
        }
        faults
    }
}

/// The interfaces that lead out of this computer.
fn own_interfaces(interfaces: &[Interface]) -> Vec<Finding> {
    let mut found = Vec::new();
    for Interface { name, kind, is_up, addresses, .. } in interfaces {
        let is_shown = |ip: IpAddr| !matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
        let addresses = addresses.iter().filter(|own| is_shown(own.ip));
        let addresses: Vec<_> = addresses.map(|own| format!("{}/{}", own.ip, own.prefix)).collect();
        let (interface, kind) = (name.clone(), *kind);
        if !is_up && kind.is_lan() {
            found.push(Finding::InterfaceDown { interface, kind });
        } else if *is_up && kind != InterfaceKind::Loopback && !addresses.is_empty() {
            found.push(Finding::OwnAddresses { interface, kind, addresses });
        }
    }
    let leads_out = |one: &Interface| one.is_up && one.kind.is_lan() && !one.addresses.is_empty();
    if !interfaces.iter().any(leads_out) {
        found.push(Finding::NoLan);
    }
    found
}

/// The programs of this computer that have the port.
async fn port_holders(port: u16, protocol: Protocol) -> Vec<Finding> {
    let look = move || {
        let sockets = listeners::get_all().unwrap_or_default();
        let is_there = |one: &listeners::Listener| match protocol {
            Protocol::Tcp => {
                one.protocol == listeners::Protocol::TCP && one.state == listeners::SocketState::Listen
            }
            Protocol::Udp => one.protocol == listeners::Protocol::UDP,
        };
        let found = sockets.into_iter().filter(|one| one.socket.port() == port && is_there(one));
        // Sorted, as the order of the system is any.
        let found: BTreeSet<_> = found.map(|one| (one.socket, one.process.pid, one.process.name)).collect();
        let held = |(address, process, program)| Finding::PortHeld { protocol, address, program, process };
        found.into_iter().map(held).collect::<Vec<_>>()
    };
    let found = tokio::task::spawn_blocking(look).await.unwrap_or_default();
    if !found.is_empty() {
        return found;
    }
    let kind = if protocol == Protocol::Tcp { Type::STREAM } else { Type::DGRAM };
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let bind = || {
        let socket = Socket::new(Domain::IPV4, kind, None)?;
        // As listeners do: else a connection that has just ended would count as somebody who holds the port. On other systems
        // the option lets one have a port that is held.
        if cfg!(target_os = "linux") && protocol == Protocol::Tcp {
            socket.set_reuse_address(true)?;
        }
        socket.bind(&address.into())
    };
    let is_taken = bind().is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse);
    vec![if is_taken {
        Finding::PortHeldByOther { protocol, port }
    } else {
        Finding::PortFree { protocol, port }
    }]
}

/// Sends a datagram to everybody, whom this computer is one of: from and to `port` where that can be shared, else any.
async fn echo(interface: &Interface, to: Ipv4Addr, port: u16) -> Finding {
    let name = interface.name.clone();
    let (mark, mut got) =
        (format!("{PROBE_TEXT} {:08x}", rand::random::<u32>()), vec![0; DATAGRAM_ROOM_BYTES]);
    let sent = async {
        let socket = shared_socket(port).or_else(|_| shared_socket(0))?;
        let address = SocketAddr::from((to, socket.local_addr()?.port()));
        socket.send_to(mark.as_bytes(), address).await?;
        Ok((socket, address))
    };
    let (socket, address) = match sent.await {
        Ok(sent) => sent,
        Err(error) => return Finding::EchoFailed { interface: name, reason: ConnectError::from(&error) },
    };
    let heard = async {
        while let Ok(size) = socket.recv(&mut got).await {
            if got.get(..size) == Some(mark.as_bytes()) {
                return true;
            }
        }
        false
    };
    if timeout(ECHO, heard).await == Ok(true) {
        Finding::EchoHeard { interface: name, address: to }
    } else {
        Finding::EchoLost { interface: name, address }
    }
}

fn shared_socket(port: u16) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_nonblocking(true)?;
    socket.set_reuse_address(true)?;
    socket.set_broadcast(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)).into())?;
    UdpSocket::from_std(socket.into())
}

/// Tries a connection.
async fn connect(address: SocketAddr) -> Finding {
    let began = Instant::now();
    match timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Finding::Reached { address },
        Ok(Err(error)) => failed(Protocol::Tcp, address, &error, began.elapsed()),
        Err(_) => Finding::Unanswered { address, seconds: PATIENCE.as_secs() },
    }
}

/// Sends a datagram. At best nothing comes back.
async fn send(address: SocketAddr) -> Finding {
    let began = Instant::now();
    let answer = async {
        let socket = UdpSocket::bind((any_like(address), 0)).await?;
        socket.connect(address).await?;
        socket.send(PROBE_TEXT.as_bytes()).await?;
        // What refuses it is told to the next one who asks.
        socket.recv(&mut vec![0; DATAGRAM_ROOM_BYTES]).await
    };
    match timeout(PATIENCE, answer).await {
        Ok(Ok(_)) => Finding::Reached { address },
        Ok(Err(error)) => failed(Protocol::Udp, address, &error, began.elapsed()),
        Err(_) => Finding::Sent { address },
    }
}

fn failed(protocol: Protocol, address: SocketAddr, error: &io::Error, after: Duration) -> Finding {
    let shown = address.ip().to_string();
    match ConnectError::from(error) {
        ConnectError::Refused => Finding::Refused { protocol, address },
        ConnectError::NoNetwork => Finding::NoWay { address: shown },
        ConnectError::NoComputer if after < SOON => Finding::Rejected { protocol, address },
        ConnectError::NoComputer => Finding::NobodyThere { address: shown },
        ConnectError::NotPermitted => Finding::NotLetOut { protocol, address },
        ConnectError::TimedOut => Finding::Unanswered { address, seconds: after.as_secs() },
        reason => Finding::Failed { address, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::link;
    use std::io::Read as _;
    use std::net::{Ipv4Addr, TcpListener};

    #[test]
    fn a_check_that_is_interrupted_has_no_verdict() {
        let output = OutputArgs { headless: true, json: false, renderer: None, verbose: false };
        let verdict = |findings: &[Finding]| {
            let (handle, link) = link(Waker::none(), ());
            for finding in findings {
                link.events.send(finding.clone());
            }
            drop(link);
            print(handle, output).map_err(|failure| failure.to_string())
        };
        let free = Finding::PortFree { protocol: Protocol::Tcp, port: 6666 };
        assert_eq!(verdict(&[free.clone(), Finding::Finished { faults: 0 }]), Ok(()));
        let finished = Finding::Finished { faults: 1 };
        assert_eq!(verdict(&[free.clone(), finished.clone()]), Err(finished.to_string()));
        let faulty = Finding::PortHeldByOther { protocol: Protocol::Tcp, port: 6666 };
        assert_eq!(verdict(&[free, faulty]), Ok(()));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_connection_that_has_just_ended_does_not_hold_its_port() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        let (served, _) = listener.accept().unwrap();
        // Who closes first remembers the connection for a while.
        drop(served);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
        drop((client, listener));
        let free = Finding::PortFree { protocol: Protocol::Tcp, port: address.port() };
        assert_eq!(port_holders(address.port(), Protocol::Tcp).await, [free]);
        // One that listens, also without the option, is there.
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        socket.listen(1).unwrap();
        let port = socket.local_addr().unwrap().as_socket().unwrap().port();
        assert!(
            !port_holders(port, Protocol::Tcp)
                .await
                .contains(&Finding::PortFree { protocol: Protocol::Tcp, port })
        );
    }
}
