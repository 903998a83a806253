//! The server under test: the real program, headless. And a bare relay in its place, a process of its own as well.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Ends with the bench.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
}

impl Server {
    pub(super) fn start(bot_url: &str) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_tcp-chat-server"));
        program
            .args(["--headless", "--port", "0", "--bot", "qingyun", "--bot-url", bot_url])
            .args(["--bot-option", "qingyun.rate=none"])
            .args(["--max-clients", "50000"]);
        Self::of(program)
    }

    /// This bench itself, as a relay.
    pub(super) fn start_relay(bot_url: &str) -> Self {
        let mut program = Command::new(std::env::current_exe().expect("a path"));
        program.args([super::RELAY, bot_url]);
        Self::of(program)
    }

    fn of(mut program: Command) -> Self {
        let mut child = program.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut log = BufReader::with_capacity(64 * 1024, child.stdout.take().expect("a pipe"));
        let mut listening = String::new();
        log.read_line(&mut listening).expect("a line");
        let address = listening.split(',').next().unwrap_or_default().trim_end();
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        // Its log is read, as somebody who runs it would have it, and not kept.
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || std::io::copy(&mut log, &mut std::io::sink()))
            .expect("a thread");
        Self { child, port }
    }

    /// Processor time that it has used.
    pub(super) fn cpu(&self) -> Duration {
        cpu(self.child.id())
    }

    /// Resident memory, as Linux counts it.
    pub(super) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
        let kibibytes: u64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
        kibibytes * 1024
    }
}

/// Processor time that a process has used, in its own code and in the system's.
pub(super) fn cpu(process: u32) -> Duration {
    /// Linux counts it in hundredths of a second, whatever its own tick is (man 7 time, `USER_HZ`).
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux");
    let (_name, rest) = stat.rsplit_once(')').expect("a name in parentheses");
    let ticks = rest.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u32>().expect("a number"));
    TICK * ticks.sum::<u32>()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill().is_err();
        let _reaped = self.child.wait().is_ok();
    }
}
