//! One running program: its lines, its input, its end.

use std::borrow::BorrowMut;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{PATIENCE, binary};

/// A program that this test started; it is killed when the test is over.
pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    stderr: Receiver<String>,
    name: String,
}

/// The folder of settings that the programs of tests share. It is found from the folder of the package, where tests run: a copied build
/// must not write to where it was built.
fn config_home() -> PathBuf {
    std::path::absolute("../target/tmp/settings").expect("a current folder")
}

/// A command sees no display, bus or settings of whoever runs the tests, but for those that its test has named.
pub(crate) fn keep_apart(command: &mut Command) {
    let apart = [
        ("DISPLAY", None),
        ("WAYLAND_DISPLAY", None),
        ("WAYLAND_SOCKET", None),
        ("TCP_CHAT_PASS", None),
        ("DBUS_SESSION_BUS_ADDRESS", Some("unix:path=/nonexistent".into())),
        // A server's key is kept here, and no user's settings are touched.
        ("XDG_CONFIG_HOME", Some(config_home().into_os_string())),
    ];
    for (name, value) in apart {
        if command.get_envs().any(|(named, _)| named == name) {
            continue;
        }
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

impl Program {
    /// Starts a program of this workspace.
    pub(crate) fn start(name: &str, args: &[&str]) -> Self {
        let mut command = Command::new(binary(name));
        command.args(args);
        Self::spawn(name, command)
    }

    /// Starts a program headless, by a command that runs what its arguments are.
    pub(crate) fn headless_by(mut command: Command, name: &str, args: &[&str]) -> Self {
        command.arg(binary(name)).arg("--headless").args(args);
        Self::spawn(name, command)
    }

    /// Starts a program headless.
    pub(crate) fn headless(name: &str, args: &[&str]) -> Self {
        Self::start(name, &[&["--headless"], args].concat())
    }

    /// Starts any command, its three streams in our hands, apart from whoever runs the tests.
    pub(crate) fn spawn(name: &str, mut command: impl BorrowMut<Command>) -> Self {
        let command = command.borrow_mut();
        keep_apart(command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let stdout = child.stdout.take().expect("a pipe");
        let (line_sender, lines) = sync_channel(100_000);
        std::thread::Builder::new()
            .name(format!("{name} stdout"))
            .spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if line_sender.send(line).is_err() {
                        return;
                    }
                }
            })
            .expect("a thread");
        let mut stderr_pipe = child.stderr.take().expect("a pipe");
        let (stderr_sender, stderr) = sync_channel(1);
        std::thread::Builder::new()
            .name(format!("{name} stderr"))
            .spawn(move || {
                let mut text = String::new();
                let _cut = stderr_pipe.read_to_string(&mut text).is_err();
                let _gone = stderr_sender.send(text).is_err();
            })
            .expect("a thread");
        let stdin = child.stdin.take();
        Self { child, stdin, lines, stderr, name: name.to_owned() }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line of standard output.
    pub(crate) fn line(&mut self) -> String {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => panic!("{} says nothing", self.name),
            Err(RecvTimeoutError::Disconnected) => {
                let stderr = self.stderr();
                panic!("{} ended: {stderr}", self.name)
            }
        }
    }

    /// The next line that holds `part`; the ones before it are passed over.
    pub(crate) fn line_with(&mut self, part: &str) -> String {
        self.lines_until(part).pop().expect("the line")
    }

    /// The lines up to the next one that holds `part`.
    pub(crate) fn lines_until(&mut self, part: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        while !lines.last().is_some_and(|line: &String| line.contains(part)) {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("{} never said {part:?}, but: {lines:#?}", self.name)
                }
            }
        }
        lines
    }

    /// The next JSON line whose `event` is `event`.
    pub(crate) fn json_event(&mut self, event: &str) -> serde_json::Value {
        let line = self.line_with(&format!("\"event\":\"{event}\""));
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// The port in the line that says where the program listens.
    pub(crate) fn listening_port(&mut self) -> u16 {
        let line = self.line_with("Listening on ");
        let port = line.split(',').next().and_then(|address| address.rsplit(':').next());
        port.and_then(|port| port.parse().ok()).unwrap_or_else(|| panic!("no port in {line:?}"))
    }

    /// Writes a line to standard input.
    pub(crate) fn type_line(&mut self, line: &str) {
        self.try_type_line(line).expect("the program reads");
    }

    /// The same, where the program may have ended.
    pub(crate) fn try_type_line(&mut self, line: &str) -> std::io::Result<()> {
        let stdin = self.stdin.as_mut().expect("standard input is closed");
        writeln!(stdin, "{line}")
    }

    /// Writes bytes to standard input.
    pub(crate) fn type_bytes(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().expect("standard input is closed").write_all(bytes).expect("the program reads");
    }

    /// Ends standard input.
    pub(crate) fn end_input(&mut self) {
        self.stdin = None;
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.signal(Signal::SIGTERM);
        self.exit()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send_signal(&self.child, signal).expect("the program runs");
    }

    /// Whether the program does something of its own when it gets `signal`.
    pub(crate) fn catches(&self, signal: Signal) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("Linux");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("a set of signals");
        let caught = u64::from_str_radix(caught.trim(), 16).expect("a set of signals");
        caught >> (signal as i32 - 1) & 1 == 1
    }

    /// Waits for the end; passes over what is still said.
    pub(crate) fn exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(_) => (),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().expect("a child"),
                Err(RecvTimeoutError::Timeout) => panic!("{} does not end", self.name),
            }
        }
    }

    /// All lines until the end.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Disconnected) => return lines,
                Err(RecvTimeoutError::Timeout) => panic!("{} does not end: {lines:#?}", self.name),
            }
        }
    }

    /// What was said on standard error, once the program has ended.
    pub(crate) fn stderr(&mut self) -> String {
        self.stderr.recv_timeout(PATIENCE).unwrap_or_default()
    }
}

/// Sends a signal to a process of the test that has not been waited for.
pub(crate) fn send_signal(child: &Child, signal: Signal) -> nix::Result<()> {
    kill(Pid::from_raw(i32::try_from(child.id()).expect("a pid")), signal)
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended = self.child.kill().is_err();
        let _reaped = self.child.wait().is_ok();
    }
}

/// A function of the system that never returns to a program which has [`Self::library`] preloaded, and says when it is called.
pub(crate) struct Stuck {
    folder: tempfile::TempDir,
}

impl Stuck {
    pub(crate) fn at(function: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("stuck.c");
        let stuck = Self { folder };
        let called = stuck.called();
        let text = format!(
            "int creat(const char *, unsigned);\nint pause(void);\n\
             int {function}(void) {{ creat(\"{}\", 0600); for (;;) pause(); }}\n",
            called.display()
        );
        std::fs::write(&source, text).expect("a file");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-w", "-o"]).arg(stuck.library()).arg(source);
        assert!(compiler.status().expect("a C compiler").success());
        stuck
    }

    /// Is there once the function was called.
    pub(crate) fn called(&self) -> PathBuf {
        self.folder.path().join("called")
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.folder.path().join("stuck.so")
    }
}
