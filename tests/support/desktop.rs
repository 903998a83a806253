//! A desktop of the test's own: a display, a window manager, a session bus, the accessibility bus.

use std::io::{BufRead as _, BufReader};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::Signal;
use zbus::blocking::Connection;

use super::accessibility::{AppTree, accessibility_bus};
use super::{Program, binary, eventually, send_signal};

/// The desktop; all that it started ends with it. A failing test leaves a picture of it.
pub(crate) struct Desktop {
    display: String,
    session_bus: String,
    bus: Connection,
    /// In reverse order of their start.
    services: Vec<Child>,
    home: tempfile::TempDir,
}

impl Desktop {
    pub(crate) fn start() -> Self {
        Self::start_on(24, &[])
    }

    /// A desktop on a display of `depth` bits a pixel that lacks `extensions`.
    pub(crate) fn start_on(depth: u8, extensions: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let (xvfb, display) = start_xvfb(depth, extensions);
        let (session, session_bus) = start_session_bus(home.path());
        let on_desktop = |program: &str| {
            let mut command = Command::new(program);
            command.env("DISPLAY", &display).env("DBUS_SESSION_BUS_ADDRESS", &session_bus);
            command.env("XDG_RUNTIME_DIR", home.path()).env("HOME", home.path());
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let launcher = on_desktop("/usr/libexec/at-spi-bus-launcher")
            .arg("--launch-immediately")
            .spawn()
            .expect("at-spi2-core is installed");
        let manager = on_desktop("openbox").arg("--sm-disable").spawn().expect("openbox is installed");
        // What is asked of a manager that is not there yet is lost.
        eventually("the window manager", || {
            on_desktop("wmctrl").arg("-m").status().is_ok_and(|status| status.success()).then_some(())
        });
        let bus = accessibility_bus(&session_bus);
        Self { display, session_bus, bus, services: vec![manager, launcher, session, xvfb], home }
    }

    /// Starts a program of this workspace in its window.
    pub(crate) fn launch(&self, name: &str, args: &[&str]) -> App<'_> {
        self.launch_command(name, Command::new(binary(name)).args(args))
    }

    /// Starts a program in its window where the command has more than arguments.
    pub(crate) fn launch_command(&self, name: &str, command: &mut Command) -> App<'_> {
        let program = self.spawn(name, command);
        let window = self.window_of(program.pid());
        let tree = AppTree::of_process(&self.bus, program.pid());
        App { desktop: self, program, window, tree }
    }

    /// Starts a program of which no window has to come.
    pub(crate) fn spawn(&self, name: &str, command: &mut Command) -> Program {
        self.place(command);
        // The same tests once more with the other way to draw: `scripts/test.sh`.
        if let Some(renderer) = std::env::var_os("TEST_RENDERER") {
            command.arg("--renderer").arg(renderer);
        }
        Program::spawn(name, command)
    }

    /// The folder of the user.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The address of the session bus.
    pub(crate) fn session_bus(&self) -> &str {
        &self.session_bus
    }

    /// The display, as `DISPLAY` names it.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Gives a command this desktop.
    pub(crate) fn place(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.session_bus)
            .env("XDG_RUNTIME_DIR", self.home.path())
            .env("HOME", self.home.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .env_remove("WAYLAND_DISPLAY");
    }

    /// Ends the display under its programs, as a crash of it does.
    pub(crate) fn take_display_away(&self) {
        send_signal(self.services.last().expect("a display"), Signal::SIGKILL).expect("it is ours");
    }

    /// The window of a process, once it is on the screen.
    fn window_of(&self, pid: u32) -> String {
        eventually("a window", || {
            let found = self.xdotool(&["search", "--onlyvisible", "--pid", &pid.to_string()]);
            found.lines().next_back().map(str::to_owned)
        })
    }

    fn xdotool(&self, args: &[&str]) -> String {
        let output = Command::new("xdotool").args(args).env("DISPLAY", &self.display).output();
        String::from_utf8(output.expect("xdotool is installed").stdout).expect("UTF-8")
    }

    /// A picture of the whole screen, for people.
    fn screenshot(&self, path: &Path) {
        // Debian's own: a machine may have another program of that name.
        let taken = Command::new("/usr/bin/import")
            .args(["-window", "root"])
            .arg(path)
            .env("DISPLAY", &self.display)
            .status();
        let _no_picture = taken.is_err();
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
            let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/desktop-failures"));
            if std::fs::create_dir_all(&folder).is_ok() {
                self.screenshot(&folder.join(format!("{test}.png")));
            }
        }
        for service in &mut self.services {
            // Not killed: the launcher of the accessibility bus takes that bus with it.
            let _gone = send_signal(service, Signal::SIGTERM).is_err();
            let _reaped = service.wait().is_ok();
        }
    }
}

/// A program in its window, in the hands of the test.
pub(crate) struct App<'d> {
    desktop: &'d Desktop,
    pub(crate) program: Program,
    window: String,
    pub(crate) tree: AppTree,
}

impl App<'_> {
    /// Types with the keyboard, into whatever has the focus of this window.
    pub(crate) fn type_text(&self, text: &str) {
        self.activate();
        self.desktop.xdotool(&["type", "--window", &self.window, "--delay", "5", text]);
    }

    /// Presses a key, by its X name, for example `Return` or `shift+Return`.
    pub(crate) fn press(&self, key: &str) {
        self.activate();
        self.desktop.xdotool(&["key", "--window", &self.window, key]);
    }

    /// Clicks a button with the pointer: its place comes from the accessibility tree.
    pub(crate) fn click(&self, label: &str) {
        self.activate();
        let (x, y) = self.tree.find(label).center();
        let (x, y) = (x.to_string(), y.to_string());
        self.desktop.xdotool(&["mousemove", "--window", &self.window, &x, &y, "click", "1"]);
    }

    /// The pixels of the window, as they are on the screen.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let picture = Command::new("/usr/bin/import")
            .args(["-window", &self.window, "-depth", "8", "rgb:-"])
            .env("DISPLAY", &self.desktop.display)
            .output();
        picture.expect("imagemagick is installed").stdout
    }

    /// Whether the window is on the screen.
    pub(crate) fn is_visible(&self) -> bool {
        let pid = self.program.pid().to_string();
        !self.desktop.xdotool(&["search", "--onlyvisible", "--pid", &pid]).is_empty()
    }

    /// Has a command of xdotool for this window, such as `windowsize` with a width and a height.
    pub(crate) fn xdotool(&self, args: &[&str]) {
        let [command, rest @ ..] = args else { return };
        self.desktop.xdotool(&[&[*command, self.window.as_str()], rest].concat());
    }

    /// The colour that the window has most of: that of its ground.
    pub(crate) fn ground(&self) -> [u8; 3] {
        let picture = self.picture();
        let mut counts = std::collections::BTreeMap::<_, u32>::new();
        for pixel in picture.chunks_exact(3) {
            *counts.entry([pixel[0], pixel[1], pixel[2]]).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).expect("a picture").0
    }

    /// Closes the window as the user does: by the window manager.
    pub(crate) fn close(&mut self) -> std::process::ExitStatus {
        let closed = Command::new("wmctrl")
            .args(["-i", "-c", &self.window])
            .env("DISPLAY", &self.desktop.display)
            .status();
        assert!(closed.expect("wmctrl is installed").success());
        self.program.exit()
    }

    fn activate(&self) {
        self.desktop.xdotool(&["windowactivate", "--sync", &self.window]);
    }
}

/// A display on a number that the server finds itself.
fn start_xvfb(depth: u8, missing: &[&str]) -> (Child, String) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let number = writer.as_raw_fd();
    nix::fcntl::fcntl(&writer, nix::fcntl::FcntlArg::F_SETFD(nix::fcntl::FdFlag::empty()))
        .expect("inherited");
    let child = Command::new("Xvfb")
        .args(["-displayfd", &number.to_string(), "-nolisten", "tcp"])
        .args(["-screen", "0", &format!("2400x1600x{depth}")])
        .args(missing.iter().flat_map(|extension| ["-extension", extension]))
        // It would start anew where its last client leaves, and turn away whoever comes at that moment.
        .arg("-noreset")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("xvfb is installed");
    drop(writer);
    let mut display = String::new();
    BufReader::new(reader).read_line(&mut display).expect("a display number");
    (child, format!(":{}", display.trim()))
}

fn start_session_bus(runtime: &Path) -> (Child, String) {
    let mut child = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--print-address"])
        .env("XDG_RUNTIME_DIR", runtime)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("dbus is installed");
    let mut address = String::new();
    let stdout = child.stdout.take().expect("a pipe");
    BufReader::new(stdout).read_line(&mut address).expect("an address");
    (child, address.trim().to_owned())
}
