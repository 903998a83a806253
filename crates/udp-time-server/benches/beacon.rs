//! How exact the ticks are, and how many destinations one tick reaches: the real program headless, heard on loopback.
//!
//! The kernel's time of arrival counts (`SO_TIMESTAMPNS`), not when this program got round to reading.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and fails where it unwraps")]

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("this bench needs the kernel's times of arrival: Linux only");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::IoSliceMut;
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd as _;
    use std::process::{Child, Command, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread::{Builder, available_parallelism, scope};

    use nix::cmsg_space;
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
    use nix::sys::time::TimeSpec;

    const TICKS: usize = 600;
    const DESTINATIONS: usize = 1000;

    pub(super) fn main() {
        // `cargo test --benches` only wants to know that it builds.
        if !std::env::args().any(|arg| arg == "--bench") {
            return;
        }
        println!("time of sending after the mark, {TICKS} ticks, 50 ms apart");
        println!("  idle              {}", tick_error());
        let is_over = AtomicBool::new(false);
        let cores = available_parallelism().unwrap().get();
        scope(|scope| {
            for core in 0..cores {
                let spin = || {
                    while !is_over.load(Ordering::Relaxed) {
                        std::hint::spin_loop();
                    }
                };
                Builder::new().name(format!("busy {core}")).spawn_scoped(scope, spin).unwrap();
            }
            println!("  {cores} cores busy      {}", tick_error());
            is_over.store(true, Ordering::Relaxed);
        });
        println!("from the first datagram of a tick to the last, {DESTINATIONS} destinations");
        println!("  idle              {}", span());
    }

    struct Server(Child);

    impl Server {
        fn start(args: &[&str]) -> Self {
            let mut command = Command::new(env!("CARGO_BIN_EXE_udp-time-server"));
            command.args(["--headless", "--format", "json"]).args(args).stdout(Stdio::null());
            Self(command.spawn().unwrap())
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    fn listener(address: &str) -> (UdpSocket, String) {
        let socket = UdpSocket::bind(address).unwrap();
        setsockopt(&socket, sockopt::ReceiveTimestampns, &true).unwrap();
        setsockopt(&socket, sockopt::RcvBuf, &(8 << 20)).unwrap();
        let port = socket.local_addr().unwrap().port().to_string();
        (socket, port)
    }

    /// When the next datagram arrived: microseconds since the Unix epoch.
    fn arrival(socket: &UdpSocket) -> i64 {
        let (mut buffer, mut control) = ([0; 2048], cmsg_space!(TimeSpec));
        let mut parts = [IoSliceMut::new(&mut buffer)];
        let message =
            recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::empty()).unwrap();
        let times = message.cmsgs().unwrap().find_map(|control| match control {
            ControlMessageOwned::ScmTimestampns(at) => Some(at.tv_sec() * 1_000_000 + at.tv_nsec() / 1000),
            _ => None,
        });
        times.unwrap()
    }

    fn tick_error() -> String {
        let (socket, port) = listener("127.0.0.1:0");
        let _server = Server::start(&["--port", &port, "--interval", "50ms"]);
        let late = (0..TICKS).map(|_| arrival(&socket) % 50_000).collect();
        in_words(late)
    }

    fn span() -> String {
        let (socket, port) = listener("0.0.0.0:0");
        let to: Vec<String> =
            (0..DESTINATIONS).map(|at| format!("127.9.{}.{}", at / 250, at % 250 + 1)).collect();
        let mut args = vec!["--port", &port, "--interval", "200ms"];
        args.extend(to.iter().flat_map(|to| ["--to", to.as_str()]));
        let _server = Server::start(&args);
        let (mut spans, mut heard, mut first, mut last) = (Vec::new(), 0_usize, None, 0);
        while spans.len() < 100 {
            let at = arrival(&socket);
            // A tick ends with a silence.
            if let Some(begun) = first.filter(|_| at - last > 50_000) {
                spans.push(last - begun);
                first = None;
            }
            first = first.or(Some(at));
            last = at;
            heard += 1;
        }
        let share = heard.saturating_sub(1) * 100 / (spans.len() * DESTINATIONS);
        format!("{}, {share} % heard", in_words(spans))
    }

    fn in_words(mut micros: Vec<i64>) -> String {
        micros.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "microseconds of a second")]
        let ms = |at: usize| micros[at.min(micros.len() - 1)] as f64 / 1000.0;
        let (p50, p99, max) = (ms(micros.len() / 2), ms(micros.len() * 99 / 100), ms(micros.len()));
        format!("p50 {p50:.3} ms   p99 {p99:.3} ms   max {max:.3} ms")
    }
}
