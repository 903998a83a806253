//! Computers joined by cables: network namespaces and pairs of virtual interfaces, of the test's own.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sched::{CloneFlags, setns};

use super::{PATIENCE, Program, skip};

/// A network that ends with this value. Nothing of it can be seen from outside.
pub(crate) struct Network {
    /// Begins the names of its computers: other tests, and other runs, have others.
    prefix: String,
    computers: Vec<String>,
}

/// Deletes what a test that was killed has left: its process is named in what it made, and is gone.
fn delete_abandoned() {
    let Ok(names) = std::fs::read_dir("/run/netns") else { return };
    for name in names.filter_map(|entry| entry.ok()?.file_name().into_string().ok()) {
        let process = name.strip_prefix("time-").and_then(|rest| rest.split('-').next());
        let is_gone = |process: &str| !std::path::Path::new("/proc").join(process).exists();
        if process.is_some_and(|process| process.parse::<u32>().is_ok() && is_gone(process)) {
            // Another test may be faster.
            let _deleted = ip(&["netns", "delete", &name]).is_ok();
        }
    }
}

/// The port that all may use: each computer of a network has all ports for itself.
pub(crate) const PORT: u16 = 6666;

impl Network {
    /// A network without computers; `None`, and the test is skipped, where the system does not permit one.
    pub(crate) fn new() -> Option<Self> {
        static NETWORKS: AtomicU32 = AtomicU32::new(0);
        delete_abandoned();
        let number = NETWORKS.fetch_add(1, Ordering::Relaxed);
        let mut network =
            Self { prefix: format!("time-{}-{number}-", std::process::id()), computers: Vec::new() };
        match network.try_add("beacon") {
            Ok(()) => Some(network),
            Err(reason) => {
                skip(&format!("no network namespace can be made: {reason}"));
                None
            }
        }
    }

    /// `beacon`, and for each of `count` interfaces eth0, eth1... of it a neighbour at the other end: `near0` with 10.66.0.2/24
    /// on its eth0 and so on. The beacon has the .1 of each network.
    pub(crate) fn star(count: u8) -> Option<Self> {
        let mut network = Self::new()?;
        for at in 0..count {
            network.try_add(&format!("near{at}")).expect("one could be added");
            network.connect(at);
        }
        Some(network)
    }

    fn try_add(&mut self, name: &str) -> Result<(), String> {
        let namespace = format!("{}{name}", self.prefix);
        ip(&["netns", "add", &namespace])?;
        self.computers.push(name.to_owned());
        ip(&["-n", &namespace, "link", "set", "lo", "up"])
    }

    /// Plugs the cable between the beacon and a neighbour in.
    pub(crate) fn connect(&self, at: u8) {
        let (beacon, near) = (self.namespace("beacon"), self.namespace(&format!("near{at}")));
        let name = format!("eth{at}");
        let run = |args: &[&str]| ip(args).expect("ip works");
        run(&[
            "link", "add", &name, "netns", &beacon, "type", "veth", "peer", "name", "eth0", "netns", &near,
        ]);
        for (namespace, device, last) in [(&beacon, name.as_str(), 1), (&near, "eth0", 2)] {
            let v4 = format!("10.66.{at}.{last}/24");
            let v6 = format!("fe80::{last}/64");
            run(&["-n", namespace, "addr", "add", &v4, "brd", "+", "dev", device]);
            run(&["-n", namespace, "link", "set", device, "up"]);
            // The kernel's own link-local address is tried out for a second first.
            run(&["-n", namespace, "addr", "add", &v6, "dev", device, "nodad"]);
        }
    }

    /// `ip` on one of the computers.
    pub(crate) fn ip(&self, computer: &str, args: &[&str]) {
        ip(&[&["-n", &self.namespace(computer)], args].concat()).expect("ip works");
    }

    fn namespace(&self, computer: &str) -> String {
        assert!(self.computers.iter().any(|known| known == computer), "no computer is named {computer}");
        format!("{}{computer}", self.prefix)
    }

    /// Does something as a program on that computer would. Sockets stay there.
    pub(crate) fn on<T: Send>(&self, computer: &str, act: impl FnOnce() -> T + Send) -> T {
        let namespace = File::open(format!("/run/netns/{}", self.namespace(computer))).expect("a namespace");
        // A thread of its own: the namespace is the thread's.
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name(computer.to_owned()).spawn_scoped(scope, || {
                setns(namespace, CloneFlags::CLONE_NEWNET).expect("the right to enter");
                act()
            });
            thread.expect("a thread").join().expect("no panic")
        })
    }

    /// A socket on that computer that hears all on [`PORT`].
    pub(crate) fn listener(&self, computer: &str, any: impl Into<IpAddr>) -> UdpSocket {
        let any = any.into();
        let socket = self.on(computer, || UdpSocket::bind((any, PORT)).expect("a free port"));
        socket.set_read_timeout(Some(PATIENCE)).expect("an option");
        socket
    }

    /// [`Network::listener`] for IPv4.
    pub(crate) fn listener_v4(&self, computer: &str) -> UdpSocket {
        self.listener(computer, Ipv4Addr::UNSPECIFIED)
    }

    /// Starts a program of this workspace on that computer, headless, with JSON lines.
    pub(crate) fn program(&self, computer: &str, name: &str, args: &[&str]) -> Program {
        self.headless(computer, name, &[&["--json"], args].concat())
    }

    /// Starts a program of this workspace on that computer, headless.
    pub(crate) fn headless(&self, computer: &str, name: &str, args: &[&str]) -> Program {
        Program::headless_by(self.command(computer), name, args)
    }

    /// What runs, on that computer, the command that its arguments are.
    pub(crate) fn command(&self, computer: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace(computer)]);
        command
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for computer in &self.computers {
            let _left = ip(&["netns", "del", &format!("{}{computer}", self.prefix)]).is_err();
        }
    }
}

/// iproute2, in its own words where it fails.
fn ip(args: &[&str]) -> Result<(), String> {
    let output = Command::new("ip").args(args).output().map_err(|error| format!("ip: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("ip {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}
