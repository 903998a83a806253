//! Draws a window on the processor: what eframe does with OpenGL, with pixels of our own.

use std::mem::{forget, take};
use std::num::NonZeroU32;
use std::rc::Rc;
use std::time::{Duration, Instant};

use eframe::egui::{
    self, Context, Event, FullOutput, LogicOutput, RawInput, ViewportCommand, ViewportId, ViewportInfo,
};
use eframe::{EframeWinitApplication, UserEvent};
use egui_winit::{ActionRequested, accesskit_winit};
use winit::application::ApplicationHandler;
use winit::event::{DeviceEvent, DeviceId, StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoopProxy};
use winit::raw_window_handle::{HasDisplayHandle as _, RawDisplayHandle};
use winit::window::{Window, WindowId};

use super::pace::Pace;
use super::painter::{Frame, Painter};
use super::surface::Surface;
use super::{Content, Drawing, Error, MAX_TEXTURE_SIDE, Making, is_on_a_screen, viewport};
use crate::config::WindowPlacement;

/// A hidden window looks this often at most at what it is asked for.
const HIDDEN: Duration = Duration::from_millis(100);

/// The X server does not say that a window was minimized. While frames are drawn it is asked no more often than this, as each question
/// costs a wait.
const ASK_EVERY: Duration = Duration::from_secs(2);

/// A compositor that has not asked for a frame for so long does not show the window, though it does not say so.
const MISSED: Duration = Duration::from_millis(250);

/// What a window is opened with.
pub(super) struct Setup<'a, C> {
    pub(super) window: super::Window,
    pub(super) place: WindowPlacement,
    pub(super) proxy: EventLoopProxy<UserEvent>,
    pub(super) making: Rc<Making<'a, C>>,
}

/// A window that is drawn here, or by eframe where that fails at once.
pub(super) struct Handler<'a, C> {
    setup: Setup<'a, C>,
    fallback: Option<EframeWinitApplication<'a>>,
    state: State<C>,
}

enum State<C> {
    Waiting,
    Open(Box<Open<C>>),
    /// The fallback draws the window.
    GivenUp,
}

impl<'a, C: Content> Handler<'a, C> {
    pub(super) fn new(setup: Setup<'a, C>, fallback: Option<EframeWinitApplication<'a>>) -> Self {
        Self { setup, fallback, state: State::Waiting }
    }

    /// Ends what the window shows, and leaves the window itself as it is: the toolkit panics where a display goes away, and would do
    /// so again when a window wants to say goodbye to it. A panic within a panic ends the process by a signal.
    pub(super) fn abandon(self) {
        let State::Open(open) = self.state else { return };
        let Open { mut content, ctx, state, surface, window, .. } = *open;
        forget((ctx, state, surface, window));
        content.on_exit();
    }

    fn fallback(&mut self) -> Option<&mut EframeWinitApplication<'a>> {
        self.fallback.as_mut().filter(|_| matches!(self.state, State::GivenUp))
    }

    fn open(&mut self) -> Option<&mut Open<C>> {
        match &mut self.state {
            State::Open(open) => Some(open),
            _ => None,
        }
    }

    fn end(&self, event_loop: &ActiveEventLoop, error: impl std::fmt::Display) {
        self.setup.making.failure.set(Some(Error::window(error)));
        event_loop.exit();
    }

    /// Draws a frame where one is due, and sleeps until the next one.
    fn go_on(&mut self, event_loop: &ActiveEventLoop) {
        let Some(open) = self.open() else { return };
        match open.go_on(event_loop) {
            Ok(Some(next)) => event_loop.set_control_flow(ControlFlow::WaitUntil(next)),
            Ok(None) => event_loop.set_control_flow(ControlFlow::Wait),
            Err(error) => self.end(event_loop, error),
        }
    }
}

impl<C: Content> ApplicationHandler<UserEvent> for Handler<'_, C> {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if let Some(fallback) = self.fallback() {
            return fallback.resumed(event_loop);
        }
        if !matches!(self.state, State::Waiting) {
            return;
        }
        match Canvas::new(&self.setup, event_loop) {
            Ok(canvas) => match Open::new(&self.setup, canvas) {
                Ok(open) => self.state = State::Open(Box::new(open)),
                // Why is kept already.
                Err(_) => event_loop.exit(),
            },
            Err(error) => {
                self.state = State::GivenUp;
                self.setup.making.no_cpu.replace(error.to_string());
                match &mut self.fallback {
                    Some(fallback) => fallback.resumed(event_loop),
                    None => event_loop.exit(),
                }
            }
        }
    }

    fn suspended(&mut self, event_loop: &ActiveEventLoop) {
        if let Some(fallback) = self.fallback() {
            fallback.suspended(event_loop);
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, id: WindowId, event: WindowEvent) {
        if let Some(fallback) = self.fallback() {
            return fallback.window_event(event_loop, id, event);
        }
        let Some(open) = self.open() else { return };
        if let Err(error) = open.on_event(event_loop, &event) {
            self.end(event_loop, error);
        }
    }

    fn device_event(&mut self, event_loop: &ActiveEventLoop, id: DeviceId, event: DeviceEvent) {
        if let Some(fallback) = self.fallback() {
            fallback.device_event(event_loop, id, event);
        }
    }

    fn user_event(&mut self, event_loop: &ActiveEventLoop, event: UserEvent) {
        if let Some(fallback) = self.fallback() {
            return fallback.user_event(event_loop, event);
        }
        let Some(open) = self.open() else { return };
        match event {
            UserEvent::RequestRepaint { when, cumulative_pass_nr, .. } => {
                open.on_request(when, cumulative_pass_nr);
            }
            UserEvent::AccessKitActionRequest(event) => open.on_accessibility(event.window_event),
        }
    }

    fn new_events(&mut self, event_loop: &ActiveEventLoop, cause: StartCause) {
        if let Some(fallback) = self.fallback() {
            fallback.new_events(event_loop, cause);
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if let Some(fallback) = self.fallback() {
            return fallback.about_to_wait(event_loop);
        }
        self.go_on(event_loop);
    }

    fn exiting(&mut self, event_loop: &ActiveEventLoop) {
        if let Some(fallback) = self.fallback() {
            return fallback.exiting(event_loop);
        }
        if let Some(open) = self.open() {
            open.ctx.on_exit();
            open.content.on_exit();
        }
        // While there still is a loop: what a window holds wants to say goodbye to the window system.
        self.state = State::Waiting;
    }
}

/// A window that can be drawn into. The order of the fields is that of their end: the surface goes before its window.
struct Canvas {
    ctx: Context,
    state: egui_winit::State,
    surface: Surface,
    window: Rc<Window>,
}

impl Canvas {
    fn new<C>(setup: &Setup<'_, C>, event_loop: &ActiveEventLoop) -> anyhow::Result<Self> {
        let ctx = Context::default();
        // As eframe has it: a layout may ask to be done again at once.
        ctx.options_mut(|options| options.max_passes = std::num::NonZeroUsize::MIN.saturating_add(1));
        // A screen reader wants to know of a window before it is seen, and nobody wants to see an empty one.
        let mut builder = viewport(setup.window, setup.place).with_visible(false);
        if let Some(size) = builder.inner_size {
            builder = builder.with_inner_size(size.min(largest_screen(event_loop)));
        }
        let window = Rc::new(egui_winit::create_window(&ctx, event_loop, &builder)?);
        #[cfg(windows)]
        set_taskbar_icon(&window, &builder);
        let display = event_loop.owned_display_handle();
        let surface = Surface::new(display.clone(), &window)?;
        #[expect(clippy::cast_possible_truncation, reason = "pixels a point")]
        let scale = window.scale_factor() as f32;
        let mut state = egui_winit::State::new(
            ctx.clone(),
            ViewportId::ROOT,
            &display,
            Some(scale),
            window.theme(),
            Some(MAX_TEXTURE_SIDE),
        );
        state.init_accesskit(event_loop, &window, setup.proxy.clone());
        Ok(Self { ctx, state, surface, window })
    }
}

/// The icon of a window on Windows is that of its title alone.
#[cfg(windows)]
fn set_taskbar_icon(window: &Window, builder: &egui::ViewportBuilder) {
    use winit::platform::windows::WindowExtWindows as _;
    if let Some(icon) = &builder.icon {
        let icon = winit::window::Icon::from_rgba(icon.rgba.clone(), icon.width, icon.height);
        window.set_taskbar_icon(icon.ok());
    }
}

/// In points. Larger windows are no use, and some systems do not show them at all.
fn largest_screen(event_loop: &ActiveEventLoop) -> egui::Vec2 {
    let sizes = event_loop.available_monitors().map(|screen| {
        let size = screen.size().to_logical(screen.scale_factor());
        egui::vec2(size.width, size.height)
    });
    sizes.reduce(egui::Vec2::max).filter(|size| size.min_elem() > 0.0).unwrap_or(egui::Vec2::INFINITY)
}

/// What the window system was asked for, as it changes without an event.
#[derive(Clone, Copy)]
struct Asked {
    at: Instant,
    is_minimized: Option<bool>,
    /// Pixels a point.
    scale: f32,
}

/// A window while it is open. The order of the fields is that of their end.
struct Open<C> {
    content: C,
    ctx: Context,
    state: egui_winit::State,
    surface: Surface,
    painter: Painter,
    info: ViewportInfo,
    /// When the window system was last asked for `info`; `None` where anything has happened since.
    asked: Option<Asked>,
    /// What happened while nothing was laid out.
    pending: RawInput,
    actions: Vec<ActionRequested>,
    pace: Pace,
    /// Until when the compositor has to call for the frame that was requested. After that the window counts as one that nobody
    /// sees, for this frame.
    missed: Option<Instant>,
    /// Whether the window system calls for each frame, as Wayland does.
    is_paced: bool,
    is_shown: bool,
    window: Rc<Window>,
}

impl<C: Content> Open<C> {
    fn new(setup: &Setup<'_, C>, canvas: Canvas) -> anyhow::Result<Self> {
        let Canvas { ctx, state, surface, window } = canvas;
        let proxy = setup.proxy.clone();
        ctx.set_request_repaint_callback(move |info| {
            // What is too far away to be a time never comes.
            let Some(when) = Instant::now().checked_add(info.delay) else { return };
            let (viewport_id, cumulative_pass_nr) = (info.viewport_id, info.current_cumulative_pass_nr);
            let request = UserEvent::RequestRepaint { viewport_id, when, cumulative_pass_nr };
            // Nobody is there any more to draw it.
            let _sent = proxy.send_event(request).is_ok();
        });
        let content = setup.making.make(&ctx, Drawing::Cpu)?;
        let mut info = ViewportInfo::default();
        egui_winit::update_viewport_info(&mut info, &ctx, &window, true);
        let rate = window.current_monitor().and_then(|screen| screen.refresh_rate_millihertz());
        let is_paced = window
            .display_handle()
            .is_ok_and(|display| matches!(display.as_raw(), RawDisplayHandle::Wayland(_)));
        Ok(Self {
            content,
            ctx,
            state,
            surface,
            painter: Painter::default(),
            info,
            asked: None,
            pending: RawInput::default(),
            actions: Vec::new(),
            pace: Pace::new(Instant::now(), rate),
            missed: None,
            is_paced,
            is_shown: false,
            window,
        })
    }

    fn is_hidden(&self) -> bool {
        self.info.visible() == Some(false)
    }

    fn on_request(&mut self, when: Instant, pass: u64) {
        let current = self.ctx.cumulative_pass_nr();
        // Older requests have had their frame.
        if current == pass || current == pass + 1 {
            self.pace.want(if self.is_hidden() { when.max(Instant::now() + HIDDEN) } else { when });
        }
    }

    fn on_accessibility(&mut self, event: accesskit_winit::WindowEvent) {
        match event {
            accesskit_winit::WindowEvent::InitialTreeRequested => self.ctx.enable_accesskit(),
            accesskit_winit::WindowEvent::ActionRequested(request) => {
                self.state.on_accesskit_action_request(request);
            }
            accesskit_winit::WindowEvent::AccessibilityDeactivated => return self.ctx.disable_accesskit(),
        }
        self.pace.want(Instant::now());
    }

    fn on_event(&mut self, event_loop: &ActiveEventLoop, event: &WindowEvent) -> anyhow::Result<()> {
        if !matches!(event, WindowEvent::RedrawRequested) {
            self.asked = None;
        }
        match event {
            WindowEvent::RedrawRequested if self.is_paced => {
                self.missed = None;
                return self.frame(event_loop, true);
            }
            // Nobody else asks: part of the window was covered, or is on the screen for the first time.
            WindowEvent::RedrawRequested if self.pace.has_drawn() => return self.surface.show_again(),
            WindowEvent::CloseRequested => self.info.events.push(egui::ViewportEvent::Close),
            WindowEvent::Occluded(is_occluded) => self.info.occluded = Some(*is_occluded),
            WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. } => self.painter.forget(),
            _ => (),
        }
        let is_wanted = self.state.on_window_event(&self.window, event).repaint;
        if is_wanted || matches!(event, WindowEvent::CloseRequested | WindowEvent::Occluded(_)) {
            self.pace.want(Instant::now());
        }
        // Windows shows what it has until its event is answered.
        if cfg!(windows) && matches!(event, WindowEvent::Resized(_)) {
            return self.frame(event_loop, true);
        }
        Ok(())
    }

    /// Draws the frame that is due, and says when to come again.
    fn go_on(&mut self, event_loop: &ActiveEventLoop) -> anyhow::Result<Option<Instant>> {
        let now = Instant::now();
        if self.pace.next().is_some_and(|next| next <= now) {
            if self.is_paced && !self.is_hidden() {
                self.pace.begin();
                self.window.request_redraw();
                self.missed = self.missed.or(Some(now + MISSED));
            } else {
                self.frame(event_loop, true)?;
            }
        }
        if self.missed.is_some_and(|missed| missed <= now) {
            self.missed = None;
            self.frame(event_loop, false)?;
        }
        Ok(self.pace.next().into_iter().chain(self.missed).min())
    }

    /// Lays out and draws a frame, or, where nobody sees it, does everything else.
    fn frame(&mut self, event_loop: &ActiveEventLoop, is_seen: bool) -> anyhow::Result<()> {
        self.pace.begin();
        self.ask();
        let mut input = take(&mut self.pending);
        let taken = self.state.take_egui_input(&self.window);
        // It has asked for the size, which need not be asked for again. A minimized window of Windows has none.
        let size =
            taken.screen_rect.map(|rect| rect.size() * egui_winit::pixels_per_point(&self.ctx, &self.window));
        input.append(taken);
        input.viewports.insert(ViewportId::ROOT, self.info.clone());
        let is_close_wanted = self.info.close_requested();
        self.info.events.clear();
        let is_seen = is_seen && (!self.is_hidden() || self.actions.iter().any(ActionRequested::wants_paint));
        let commands = match size {
            Some(size) if is_seen => self.lay_out(event_loop, input, size)?,
            _ => self.tick(event_loop, input),
        };
        if is_close_wanted && !commands.contains(&ViewportCommand::CancelClose) {
            event_loop.exit();
        }
        egui_winit::process_viewport_commands(
            &self.ctx,
            &mut self.info,
            commands,
            &self.window,
            &mut self.actions,
        );
        self.act();
        if self.info.close_requested() {
            self.pace.want(Instant::now());
        }
        Ok(())
    }

    /// Asks the window system for what may be another than before.
    fn ask(&mut self) {
        let (at, scale) = (Instant::now(), egui_winit::pixels_per_point(&self.ctx, &self.window));
        let known = self.asked.filter(|asked| asked.scale.to_bits() == scale.to_bits());
        if !self.is_hidden() && known.is_some_and(|asked| at < asked.at + ASK_EVERY) {
            return;
        }
        let is_minimized = self.window.is_minimized();
        if known.is_none_or(|asked| asked.is_minimized != is_minimized) {
            egui_winit::update_viewport_info(&mut self.info, &self.ctx, &self.window, false);
        }
        self.asked = Some(Asked { at, is_minimized, scale });
    }

    /// No layout: everything is found where it was left.
    fn tick(&mut self, event_loop: &ActiveEventLoop, input: RawInput) -> Vec<ViewportCommand> {
        let (content, window) = (&mut self.content, &self.window);
        let LogicOutput { platform_output, mut viewport_commands } =
            self.ctx.run_logic(&input, |ctx| content.logic(ctx, &|| is_on_a_screen(window)));
        self.pending = input;
        self.state.handle_platform_output_with_event_loop(&self.window, event_loop, platform_output);
        viewport_commands.remove(&ViewportId::ROOT).unwrap_or_default()
    }

    /// Lays out and draws a window of `size` pixels.
    fn lay_out(
        &mut self,
        event_loop: &ActiveEventLoop,
        input: RawInput,
        size: egui::Vec2,
    ) -> anyhow::Result<Vec<ViewportCommand>> {
        self.pace.drawn(Instant::now());
        let (content, window) = (&mut self.content, &self.window);
        let output = self.ctx.run_ui(input, |ui| {
            content.logic(ui.ctx(), &|| is_on_a_screen(window));
            content.ui(ui);
            super::place_candidates(ui.ctx(), window);
        });
        let FullOutput { platform_output, mut textures_delta, shapes, pixels_per_point, mut viewport_output } =
            output;
        self.state.handle_platform_output_with_event_loop(&self.window, event_loop, platform_output);
        self.painter.update(&mut textures_delta);
        let background = self.ctx.global_style().visuals.panel_fill;
        self.paint(Frame { shapes, scale: pixels_per_point, background }, size)?;
        self.painter.free(&mut textures_delta);
        Ok(viewport_output.remove(&ViewportId::ROOT).map(|output| output.commands).unwrap_or_default())
    }

    fn paint(&mut self, frame: Frame, size: egui::Vec2) -> anyhow::Result<()> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole pixels")]
        let size = [size.x, size.y].map(|side| side.round() as u32);
        let [Some(width), Some(height)] = size.map(NonZeroU32::new) else { return Ok(()) };
        let (painter, ctx) = (&mut self.painter, &self.ctx);
        self.surface
            .draw(&self.window, [width, height], |pixels, age| painter.draw(ctx, frame, pixels, size, age))?;
        if !self.is_shown {
            self.is_shown = true;
            self.window.set_visible(true);
        }
        Ok(())
    }

    /// What the content's own buttons ask for: cut, copy, paste.
    fn act(&mut self) {
        for action in take(&mut self.actions) {
            let event = match action {
                ActionRequested::Cut => Some(Event::Cut),
                ActionRequested::Copy => Some(Event::Copy),
                ActionRequested::Paste => {
                    self.state.clipboard_text().map(|text| Event::Paste(text.replace("\r\n", "\n")))
                }
                ActionRequested::Screenshot(_) | ActionRequested::PaintWhileHidden => None,
            };
            if let Some(event) = event {
                self.state.egui_input_mut().events.push(event);
                self.pace.want(Instant::now());
            }
        }
    }
}
