//! Opening a window, or saying in one line why there is none.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use eframe::egui;

use super::shell::{Engine, Program, Shell};
use super::theme::add_key_rules;
use super::{SystemLooks, apply_look, draw};
use crate::cli::{Failure, report};
use crate::config::{CommandLine, ProgramArgs, Store};
use crate::engine::{EngineHandle, Waker};
use crate::texts::{english, set_language};
use crate::tr;

/// Changes that come faster than this are drawn together: sixty frames a second at most, where nothing else limits them.
const FRAME_PAUSE: Duration = Duration::from_millis(16);

/// Changes within this time are drawn together where no more frames are drawn than the screen shows: what belongs together comes
/// within a millisecond, and a longer wait would cost one frame in eight of a flood.
const COMPANY: Duration = Duration::from_millis(4);

/// A window that is not open after so long never is: a display or an input method does not answer, and the library that waits for
/// it has no end of waiting.
const OPENING: Duration = Duration::from_secs(20);

/// A window before it is open.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Its name for the desktop: also that of its executable.
    pub app_id: &'static str,
    /// The key of the message that is its title.
    pub title: &'static str,
    /// Its size on the first start, in points.
    pub size: [f32; 2],
    /// Its icon, as PNG. Wayland takes that of the .desktop file named like `app_id`.
    pub icon: &'static [u8],
}

impl Window {
    /// Its title in the language of this thread.
    #[must_use]
    pub fn title(&self) -> &'static str {
        tr!(self.title)
    }
}

/// Wakes the window of `ctx`.
#[must_use]
pub fn repaint_waker(ctx: &egui::Context) -> Waker {
    waker(ctx, FRAME_PAUSE)
}

fn waker(ctx: &egui::Context, pause: Duration) -> Waker {
    let ctx = ctx.clone();
    Waker::new(move || ctx.request_repaint_after(pause))
}

/// Opens the window and runs it until it is closed. It is drawn, and the run begins, as the command line says, or else as the
/// file does; `start` starts the engine, which wakes the window; `create` makes the content.
///
/// # Errors
/// One sentence that names what is missing, the package that holds it, and `--headless`; or what is wrong with the command line.
pub fn launch<P: Program, A: ProgramArgs<Config = P::Config>>(
    window: Window,
    line: &CommandLine<A>,
    start: impl FnOnce(Waker) -> io::Result<EngineHandle<P::Command, P::Event, P::Snapshot>>,
    create: impl FnOnce(&P::Config, &mut Engine<P::Command>) -> P,
) -> Result<(), Failure> {
    let loaded = Store::of_program(window.app_id).load::<P::Config>();
    let began = A::begin(line, &loaded.settings.program)?;
    check_display()?;
    if let Some(error) = &loaded.error {
        report(&error.to_string());
    }
    // It mostly answers before the window is there.
    let looks = SystemLooks::follow();
    let look = loaded.settings.look.clone();
    // A second window must not hide the first, which the remembered place would have it do.
    let claimed = loaded.store.claim();
    let mut place = loaded.settings.window;
    if claimed.is_err() {
        place.position = None;
    }
    set_language(look.language());
    // winit panics where a library that it opens at run time is missing.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let renderer = line.args.parts().1.renderer.unwrap_or(look.renderer);
    let opening = end_unless_open();
    let is_open = Cell::new(false);
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let content = |ctx: &egui::Context, drawing| {
            is_open.set(true);
            drop(opening);
            std::panic::set_hook(hook);
            add_key_rules(ctx);
            apply_look(ctx, &look, looks.newest());
            let pause = if drawing == draw::Drawing::Cpu { COMPANY } else { FRAME_PAUSE };
            let handle = start(waker(ctx, pause))?;
            Ok(Shell::new(window, loaded, began, handle, create).opened(ctx, drawing, looks))
        };
        draw::run(window, place, renderer, Box::new(content))
    }));
    match ran {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(failure(error, is_open.get())),
        Err(panic) => Err(explain(&panic_text(panic.as_ref()), is_open.get())),
    }
}

/// What draws windows here where nobody chooses, in words.
///
/// # Errors
/// One sentence that names what is missing.
pub fn drawing_here() -> Result<String, Failure> {
    check_display()?;
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let opening = end_unless_open();
    let found = catch_unwind(draw::drawing_here);
    drop(opening);
    std::panic::set_hook(hook);
    match found {
        Ok(Ok(drawing)) => Ok(english(&drawing)),
        Ok(Err(error)) => Err(failure(error, false)),
        Err(panic) => Err(explain(&panic_text(panic.as_ref()), false)),
    }
}

fn failure(error: draw::Error, is_open: bool) -> Failure {
    match error {
        draw::Error::Content(error) => Failure::Run(error),
        draw::Error::Window(error) => explain(&error, is_open),
        draw::Error::Nowhere { reason, has_tried_gl: false } => {
            no_window(&format!("the processor cannot draw on this display: {reason}"), "try --renderer gl")
        }
        draw::Error::Nowhere { reason, has_tried_gl: true } => no_window(
            &format!("the processor cannot draw on this display: {reason}, and OpenGL is missing"),
            GL_PACKAGES,
        ),
    }
}

const GL_PACKAGES: &str = "install the packages libegl1, libgl1 and libgl1-mesa-dri";

fn check_display() -> Result<(), Failure> {
    if cfg!(all(unix, not(target_os = "macos"))) && !has_display() {
        return Err(no_window("neither DISPLAY nor WAYLAND_DISPLAY is set", "start it from a desktop"));
    }
    Ok(())
}

/// Ends the process with its line where what this returns is not dropped in time.
fn end_unless_open() -> Option<SyncSender<()>> {
    let (opening, is_open) = sync_channel::<()>(0);
    let watchdog = std::thread::Builder::new().name("opening".to_owned()).spawn(move || {
        if is_open.recv_timeout(OPENING) == Err(RecvTimeoutError::Timeout) {
            let failure = no_window(
                "the display or its input method does not answer",
                "restart the input method, start with XMODIFIERS=@im=none",
            );
            report(&failure.to_string());
            signal_hook::low_level::exit(1);
        }
    });
    watchdog.is_ok().then_some(opening)
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn no_window(what: &str, remedy: &str) -> Failure {
    Failure::Run(anyhow::anyhow!("no window can be opened: {what}; {remedy}, or use --headless"))
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// The package (of Debian and Ubuntu) behind each start error of the window toolkit. Of a window that is open, whatever else
/// ends it is told in its own words.
fn explain(error: &str, is_open: bool) -> Failure {
    let first = error.lines().next().unwrap_or_default();
    if is_open {
        return Failure::Run(anyhow::anyhow!("the window ended: {first}"));
    }
    let lower = error.to_ascii_lowercase();
    if lower.contains("xkbcommon") {
        no_window("the library libxkbcommon-x11 is missing", "install the package libxkbcommon-x11-0")
    } else if lower.contains("xlib") {
        // Which one of them, the toolkit does not say.
        no_window(
            "a library of the X window system is missing",
            "install the packages libx11-6, libx11-xcb1, libxcursor1, libxi6 and libxrender1",
        )
    } else if ["glutin", "egl", "glx", "opengl", "gl config"].iter().any(|word| lower.contains(word)) {
        no_window("OpenGL is missing", GL_PACKAGES)
    } else {
        // The toolkit puts a place in its own source in front of the system's words.
        let words = first.rsplit(": ").next().unwrap_or_default();
        no_window(&format!("the display does not answer ({words})"), "check DISPLAY")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_named_with_its_package() {
        for (error, package) in [
            ("Library libxkbcommon-x11.so could not be loaded.", "libxkbcommon-x11-0"),
            ("Failed to load one of xlib's shared libraries", "libxcursor1"),
            ("glutin error: provided native display is not supported", "libgl1-mesa-dri"),
            (
                "winit EventLoopError: os error at /x/winit/mod.rs:788: Failed to open connection",
                "(Failed to open",
            ),
        ] {
            let line = explain(error, false).to_string();
            assert!(line.contains(package) && line.contains("--headless"), "{line}");
        }
    }

    #[test]
    fn a_fault_of_an_open_window_is_not_said_to_be_the_displays() {
        let fault = "index out of bounds: the len is 3 but the index is 3";
        assert_eq!(explain(fault, true).to_string(), format!("the window ended: {fault}"));
    }
}
