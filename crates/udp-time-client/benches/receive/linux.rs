//! The bench: see `receive.rs`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that fails where it unwraps, and tells its figures"
)]

use std::io::{IoSlice, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::engine::Waker;
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrIn, recvmmsg, sendmmsg, setsockopt, sockopt};
use udp_time_client::config::Config;
use udp_time_client::engine::{Command, RECEIVE_BUFFER_BYTES, start};
use udp_time_client::event::Event;

const PAYLOAD: [u8; 64] = *b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Datagrams that leave with one call.
const BURST: usize = 64;

/// What has to be kept up with, a second.
const RATE: u64 = 200_000;

const TIME: Duration = Duration::from_secs(5);

const ROUNDS: usize = 3;

pub(super) fn run() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [command, port, rate, seconds] = &args[..]
        && command == "flood"
    {
        let to = SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()));
        let time = Duration::from_secs(seconds.parse().unwrap());
        let sent = flood(to, rate.parse().ok().filter(|rate| *rate > 0), time);
        println!("sent {sent} in {} s", time.as_secs());
        return;
    }
    println!("64 bytes each, {} s a run; engine and bare loop in turns", TIME.as_secs());
    for (name, rate) in [("200,000/s", Some(RATE)), ("as fast as it sends", None)] {
        let rounds: Vec<[Run; 2]> = (0..ROUNDS).map(|_| [engine(rate), bare(rate)]).collect();
        for [engine, bare] in &rounds {
            println!("{name}: engine {engine}; bare {bare}; ratio {:.2}", engine.rate() / bare.rate());
        }
    }
}

/// What became of the datagrams of one run.
struct Run {
    sent: u64,
    received: u64,
    lost: Option<u64>,
    time: Duration,
}

impl Run {
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    fn rate(&self) -> f64 {
        self.received as f64 / self.time.as_secs_f64()
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0}/s of {} sent", self.rate(), self.sent)?;
        match self.lost {
            Some(lost) => {
                let unexplained = i128::from(self.sent) - i128::from(self.received) - i128::from(lost);
                write!(f, ", lost by the system {lost}, unexplained {unexplained}")
            }
            None => Ok(()),
        }
    }
}

/// Sends to `to` for `time`; gives how many left.
fn flood(to: SocketAddr, rate: Option<u64>, time: Duration) -> u64 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(to).unwrap();
    let mut headers = MultiHeaders::<SockaddrIn>::preallocate(BURST, None);
    let slices = [[IoSlice::new(&PAYLOAD)]; BURST];
    let (addresses, began, mut sent) = ([None; BURST], Instant::now(), 0);
    while began.elapsed() < time {
        // A receiver that is gone refuses: that is told here, and nothing to stop for.
        let left = sendmmsg(
            socket.as_raw_fd(),
            &mut headers,
            slices.iter(),
            addresses,
            [] as [nix::sys::socket::ControlMessage<'_>; 0],
            MsgFlags::empty(),
        )
        .map_or(0, Iterator::count) as u64;
        sent += left;
        if let Some(rate) = rate {
            let due = Duration::from_nanos(sent.saturating_mul(1_000_000_000) / rate);
            while let Some(early) = due.checked_sub(began.elapsed()) {
                std::thread::park_timeout(early);
            }
        }
    }
    sent
}

fn engine(rate: Option<u64>) -> Run {
    let mut handle = start(Waker::none(), false).unwrap();
    handle.command(Command::Listen(Config { port: 0, ..Config::default() })).unwrap();
    let address = loop {
        if let Some(Event::Listening(listening)) = handle.wait_event() {
            break listening.address;
        }
    };
    let handle = Arc::new(Mutex::new(handle));
    let shared = Arc::clone(&handle);
    // As a window does, thirty times a second.
    let viewer = std::thread::Builder::new().name("viewer".to_owned()).spawn(move || {
        while Arc::strong_count(&shared) > 1 {
            let waiting = shared.lock().unwrap().take_burst();
            drop(waiting);
            std::thread::park_timeout(Duration::from_millis(33));
        }
    });
    let began = Instant::now();
    let mut sent = flood(address, rate, TIME);
    let last = UdpSocket::bind("127.0.0.1:0").unwrap();
    // What the system threw away last is told with the next datagram.
    let mut snapshot = handle.lock().unwrap().snapshot();
    let mut end = Instant::now();
    for _ in 0..100 {
        sent += u64::from(last.send_to(b"end", address).is_ok());
        std::thread::park_timeout(Duration::from_millis(20));
        let newest = handle.lock().unwrap().snapshot();
        if newest.counters.received > snapshot.counters.received + 1 {
            end = Instant::now();
        }
        snapshot = newest;
        if snapshot.counters.received + snapshot.counters.lost_by_system == sent {
            break;
        }
    }
    handle.lock().unwrap().stop();
    drop(handle);
    viewer.unwrap().join().unwrap();
    Run {
        sent,
        received: snapshot.counters.received,
        lost: Some(snapshot.counters.lost_by_system),
        time: end - began,
    }
}

/// The least that can be done: read into the same buffers again and again, look at nothing.
fn bare(rate: Option<u64>) -> Run {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    if setsockopt(&socket, sockopt::RcvBufForce, &RECEIVE_BUFFER_BYTES).is_err() {
        let _less = setsockopt(&socket, sockopt::RcvBuf, &RECEIVE_BUFFER_BYTES).is_err();
    }
    let address = socket.local_addr().unwrap();
    let began = Instant::now();
    let reader =
        std::thread::Builder::new().name("bare".to_owned()).spawn(move || read_all(&socket)).unwrap();
    let sent = flood(address, rate, TIME);
    let last = UdpSocket::bind("127.0.0.1:0").unwrap();
    while !reader.is_finished() {
        last.send_to(b"end", address).unwrap();
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let (received, end) = reader.join().unwrap();
    Run { sent, received, lost: None, time: end - began }
}

fn read_all(socket: &UdpSocket) -> (u64, Instant) {
    let mut buffer = vec![0; 128 * 2048];
    let mut received = 0;
    loop {
        let mut headers = MultiHeaders::<SockaddrIn>::preallocate(128, None);
        let mut slots: Vec<[IoSliceMut<'_>; 1]> =
            buffer.chunks_mut(2048).map(|slot| [IoSliceMut::new(slot)]).collect();
        let flags = MsgFlags::MSG_WAITFORONE;
        let messages = recvmmsg(socket.as_raw_fd(), &mut headers, slots.iter_mut(), flags, None).unwrap();
        let sizes: Vec<usize> = messages.map(|message| message.bytes).collect();
        received += sizes.iter().filter(|size| **size == PAYLOAD.len()).count() as u64;
        if sizes.contains(&3) {
            return (received, Instant::now());
        }
    }
}
