//! Opening a window, or saying in one line why there is none.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use eframe::egui;

use super::shell::Plain;
use super::{Nothing, Program, Shell, SystemLooks, apply_look};
use crate::cli::{Failure, report};
use crate::engine::Waker;
use crate::settings::{Loaded, Place, Store};
use crate::texts::set_language;
use crate::tr;

/// Changes that come faster than this are drawn together: thirty to sixty frames a second at most.
const FRAME_PAUSE: Duration = Duration::from_millis(16);

/// Smallest size that everything is usable at.
const MIN_SIZE: [f32; 2] = [320.0, 240.0];

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
    let ctx = ctx.clone();
    Waker::new(move || ctx.request_repaint_after(FRAME_PAUSE))
}

/// Opens the window of a program that remembers nothing of its own: see [`launch_program`].
///
/// # Errors
/// As [`launch_program`].
pub fn launch<A: eframe::App + 'static>(
    window: Window,
    create: impl FnOnce(&egui::Context) -> anyhow::Result<A>,
) -> Result<(), Failure> {
    let loaded = Store::of_program(window.app_id).load::<Nothing>();
    launch_program(window, loaded, move |ctx| create(ctx).map(Plain))
}

/// Opens the window and runs it until it is closed. `create` starts the engine: the context
/// exists by then.
///
/// # Errors
/// One sentence that names what is missing, the package that holds it, and `--headless`.
pub fn launch_program<P: Program + 'static>(
    window: Window,
    loaded: Loaded<P::Kept>,
    create: impl FnOnce(&egui::Context) -> anyhow::Result<P>,
) -> Result<(), Failure> {
    if cfg!(all(unix, not(target_os = "macos"))) && !has_display() {
        return Err(no_window("neither DISPLAY nor WAYLAND_DISPLAY is set", "start it from a desktop"));
    }
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
    let options = eframe::NativeOptions {
        viewport: viewport(window, place),
        // With a locale of ours: see `fonts`.
        system_font_fallback: false,
        dithering: false,
        ..Default::default()
    };
    let creator: eframe::AppCreator<'_> = Box::new(move |cc| {
        let ctx = &cc.egui_ctx;
        apply_look(ctx, &look, looks.newest());
        let shell = Shell::new(window, loaded, create(ctx)?).with_end_of_process();
        Ok(Box::new(shell.with_system_fonts(ctx).with_system_looks(ctx, looks)))
    });
    // winit panics where a library that it opens at run time is missing.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let hook = std::sync::Mutex::new(Some(hook));
        let creator: eframe::AppCreator<'_> = Box::new(move |cc| {
            if let Some(hook) = hook.lock().ok().and_then(|mut hook| hook.take()) {
                std::panic::set_hook(hook);
            }
            creator(cc)
        });
        eframe::run_native(window.app_id, options, creator)
    }));
    match ran {
        Ok(Ok(())) => Ok(()),
        Ok(Err(eframe::Error::AppCreation(error))) => Err(Failure::Run(anyhow::anyhow!("{error}"))),
        Ok(Err(error)) => Err(explain(&error.to_string())),
        Err(panic) => Err(explain(&panic_text(panic.as_ref()))),
    }
}

/// As it was when it was closed.
#[expect(clippy::cast_precision_loss, reason = "points of a screen")]
fn viewport(window: Window, place: Place) -> egui::ViewportBuilder {
    let size = place.size.map_or(window.size, |size| size.map(|points| points.min(1 << 14) as f32));
    let mut viewport = egui::ViewportBuilder::default()
        .with_app_id(window.app_id)
        .with_title(window.title())
        .with_inner_size(size)
        .with_min_inner_size(MIN_SIZE)
        .with_maximized(place.is_maximized);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(window.icon) {
        viewport = viewport.with_icon(icon);
    }
    if let Some(corner) = place.position {
        viewport = viewport.with_position(corner.map(|points| points as f32));
    }
    viewport
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

/// The package (of Debian and Ubuntu) behind each start error of the window toolkit.
fn explain(error: &str) -> Failure {
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
        no_window("OpenGL is missing", "install the packages libegl1, libgl1 and libgl1-mesa-dri")
    } else {
        // The toolkit puts a place in its own source in front of the system's words.
        let first = error.lines().next().unwrap_or_default();
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
            let line = explain(error).to_string();
            assert!(line.contains(package) && line.contains("--headless"), "{line}");
        }
    }
}
