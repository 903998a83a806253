//! The server under test: the real program, headless.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// Ends with the bench.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
}

impl Server {
    pub(super) fn start(bot_url: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tcp-chat-server"))
            .args(["--headless", "--port", "0", "--bot", "qingyun", "--bot-url", bot_url])
            .args(["--max-clients", "50000"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let listening = lines.next().expect("a line").expect("UTF-8");
        let address = listening.split(',').next().unwrap_or_default();
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        // Its log is read, as somebody who runs it would have it, and not kept.
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || lines.map_while(Result::ok).for_each(drop))
            .expect("a thread");
        Self { child, port }
    }

    /// Resident memory, as Linux counts it.
    pub(super) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
        let kibibytes: u64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
        kibibytes * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill().is_err();
        let _reaped = self.child.wait().is_ok();
    }
}
