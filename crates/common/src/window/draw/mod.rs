//! Two ways to draw a window: on the processor, or by eframe with OpenGL. What draws knows [`Content`], and nothing else
//! of a window knows what draws.

mod area;
mod changes;
mod cpu;
mod gl;
mod pace;
mod painter;
mod pictures;
mod raster;
mod surface;
mod triangle;
#[cfg(all(unix, not(target_os = "macos")))]
mod x11;

pub use pictures::Pictures;

use std::cell::{Cell, RefCell};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use eframe::UserEvent;
use eframe::egui;
use serde::Serialize;
use winit::event_loop::EventLoop;
use winit::raw_window_handle::{HasDisplayHandle as _, RawDisplayHandle};

use super::Window;
use crate::config::{Renderer, WindowPlacement};

/// What draws this window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Drawing {
    /// The processor.
    Cpu,
    /// OpenGL, as the user wants it.
    Gl,
    /// OpenGL, though nobody asked for it.
    GlInstead {
        /// Why the processor cannot.
        reason: String,
    },
}

/// What is in a window.
pub(super) trait Content {
    /// Does everything but layout: before each frame, and alone while nobody sees the window.
    fn logic(&mut self, ctx: &egui::Context, is_on_a_screen: &dyn Fn() -> bool);

    /// Lays out a frame.
    fn ui(&mut self, ui: &mut egui::Ui);

    /// The window is being closed.
    fn on_exit(&mut self);
}

/// Why there is no window, or no more.
#[derive(Debug)]
pub(super) enum Error {
    /// The content could not be made.
    Content(anyhow::Error),
    /// In the words of the toolkit.
    Window(String),
    /// Nothing can be drawn on this display.
    Nowhere {
        /// Why the processor cannot.
        reason: String,
        /// OpenGL was tried, too.
        has_tried_gl: bool,
    },
}

impl Error {
    fn window(error: impl std::fmt::Display) -> Self {
        Self::Window(error.to_string())
    }
}

/// An error that makes a toolkit give up. What went wrong, where anything did, is kept beside it.
fn interrupted() -> anyhow::Error {
    io::Error::from(io::ErrorKind::Interrupted).into()
}

/// Makes the content, once there is something to draw on.
type Create<'a, C> = dyn FnOnce(&egui::Context, Drawing) -> anyhow::Result<C> + 'a;

/// The making of the content, and what went wrong: whatever draws the window takes part in it from inside a toolkit, which gives
/// nothing back.
struct Making<'a, C> {
    /// Still there at the end where nothing could be drawn on.
    create: Cell<Option<Box<Create<'a, C>>>>,
    /// Why the processor cannot draw here.
    no_cpu: RefCell<String>,
    /// Why the window ends.
    failure: Cell<Option<Error>>,
}

impl<'a, C> Making<'a, C> {
    fn new(create: Box<Create<'a, C>>) -> Rc<Self> {
        let create = Cell::new(Some(create));
        Rc::new(Self { create, no_cpu: RefCell::default(), failure: Cell::default() })
    }

    /// Makes the content; why it cannot be made is kept.
    fn make(&self, ctx: &egui::Context, drawing: Drawing) -> anyhow::Result<C> {
        let create = self.create.take().ok_or_else(interrupted)?;
        create(ctx, drawing).map_err(|error| {
            self.failure.set(Some(Error::Content(error)));
            interrupted()
        })
    }
}

/// Opens the window and runs it until it is closed.
pub(super) fn run<C: Content + gl::App>(
    window: Window,
    place: WindowPlacement,
    renderer: Renderer,
    create: Box<Create<'_, C>>,
) -> Result<(), Error> {
    let making = Making::new(create);
    if renderer == Renderer::Gl {
        return gl::run(window, place, &making);
    }
    let event_loop = EventLoop::<UserEvent>::with_user_event().build().map_err(Error::window)?;
    let has_fallback = renderer == Renderer::Auto;
    let fallback = has_fallback.then(|| gl::on_loop(window, place, Rc::clone(&making), &event_loop));
    let proxy = event_loop.create_proxy();
    let setup = cpu::Setup { window, place, proxy, making: Rc::clone(&making) };
    let mut handler = cpu::Handler::new(setup, fallback);
    match catch_unwind(AssertUnwindSafe(|| event_loop.run_app(&mut handler))) {
        Ok(ran) => ran.map_err(Error::window)?,
        Err(panic) => {
            handler.abandon();
            resume_unwind(panic);
        }
    }
    drop(handler);
    if making.create.take().is_some() {
        return Err(Error::Nowhere { reason: making.no_cpu.take(), has_tried_gl: has_fallback });
    }
    making.failure.take().map_or(Ok(()), Err)
}

/// What draws a window here where nobody chooses.
pub(super) fn drawing_here() -> Result<Drawing, Error> {
    let found = Rc::new(Cell::new(None));
    let finding = Rc::clone(&found);
    // There is a window by then, which nobody has seen.
    let create = move |_: &egui::Context, drawing| -> anyhow::Result<Nothing> {
        finding.set(Some(drawing));
        Err(interrupted())
    };
    let window = Window { app_id: "drawing", title: "settings-renderer", size: MIN_SIZE, icon: &[] };
    let ran = run(window, WindowPlacement::default(), Renderer::Auto, Box::new(create));
    found.take().ok_or_else(|| ran.err().unwrap_or_else(|| Error::window(interrupted())))
}

/// The content of a window that does not open.
enum Nothing {}

impl Content for Nothing {
    fn logic(&mut self, _: &egui::Context, _: &dyn Fn() -> bool) {}
    fn ui(&mut self, _: &mut egui::Ui) {}
    fn on_exit(&mut self) {}
}

/// As the window was when it was closed.
#[expect(clippy::cast_precision_loss, reason = "points of a screen")]
fn viewport(window: Window, place: WindowPlacement) -> egui::ViewportBuilder {
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

/// Room for some 800 letters of 130 pixels: a screen full of Chinese at the largest size.
const MAX_TEXTURE_SIDE: usize = 4096;

/// The toolkit makes the texture of its letters as wide as it may be, 16,384 pixels in software: two
/// mebibytes, twice, and each row of a letter on a page of its own.
fn limit_textures(input: &mut egui::RawInput) {
    input.max_texture_side = input.max_texture_side.map(|side| side.min(MAX_TEXTURE_SIDE));
}

/// The point below which an input method of X11 shows its candidates.
#[derive(Clone, Copy)]
struct Spot {
    at: egui::Rect,
    /// What has the focus.
    owner: Option<egui::Id>,
    is_composing: bool,
}

/// Tells an input method of X11 the foot of the cursor: the toolkit tells its head, and the candidates would cover what they are for.
/// While the program shows what is composed, it is the foot of where that begins. What comes from the input method while libX11 tells
/// it a point is left for the next time that something comes (`waitCallback` in `imDefIc.c` of 1.8.4): with a point at each letter,
/// the text would lag one letter behind fast typing.
fn place_candidates(ctx: &egui::Context, window: &winit::window::Window) {
    let is_x11 = window.display_handle().is_ok_and(|display| {
        matches!(display.as_raw(), RawDisplayHandle::Xlib(_) | RawDisplayHandle::Xcb(_))
    });
    let Some(mut at) = ctx.output(|output| output.ime.map(|ime| ime.cursor_rect)).filter(|_| is_x11) else {
        return;
    };
    at.min.y = at.max.y;
    let owner = ctx.memory(egui::Memory::focused);
    let before = ctx.data(|data| data.get_temp::<Spot>(egui::Id::NULL)).filter(|spot| spot.owner == owner);
    let said = ctx.input(|input| {
        input.events.iter().rev().find_map(|event| match event {
            egui::Event::Ime(egui::ImeEvent::Preedit { text, .. }) => Some(!text.is_empty()),
            egui::Event::Ime(egui::ImeEvent::Commit(_)) => Some(false),
            _ => None,
        })
    });
    let is_composing = said.unwrap_or_else(|| before.is_some_and(|spot| spot.is_composing));
    let at = before.filter(|_| is_composing).map_or(at, |spot| spot.at);
    ctx.data_mut(|data| data.insert_temp(egui::Id::NULL, Spot { at, owner, is_composing }));
    ctx.output_mut(|output| {
        if let Some(input_method) = &mut output.ime {
            input_method.cursor_rect = at;
        }
    });
}

/// Smallest size that everything is usable at.
const MIN_SIZE: [f32; 2] = [320.0, 240.0];

/// Whether enough of a window to take hold of it is on a screen. Where the platform tells neither screens nor places,
/// nothing is wrong.
fn is_on_a_screen(window: &winit::window::Window) -> bool {
    let Ok(corner) = window.outer_position() else { return true };
    let mut screens = window.available_monitors().peekable();
    screens.peek().is_none()
        || screens.any(|screen| {
            let (start, size) = (screen.position(), screen.size());
            let end =
                (start.x.saturating_add_unsigned(size.width), start.y.saturating_add_unsigned(size.height));
            // Part of the title bar is within reach.
            (start.x - 64..end.0 - 64).contains(&corner.x) && (start.y - 8..end.1 - 32).contains(&corner.y)
        })
}
