//! How the desktop wants its windows to look, where it says so.

use std::sync::{Arc, OnceLock};

use eframe::egui::{self, Theme};
use tokio::sync::watch;

/// What the desktop wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SystemLook {
    /// None: it wants neither, or does not say.
    pub theme: Option<Theme>,
    /// More contrast than usual.
    pub is_high_contrast: bool,
}

/// The newest that the desktop said.
#[derive(Debug)]
pub struct SystemLooks {
    newest: watch::Receiver<SystemLook>,
    window: Arc<OnceLock<egui::Context>>,
}

impl SystemLooks {
    /// A desktop that says nothing.
    #[must_use]
    pub fn none() -> Self {
        Self { newest: watch::channel(SystemLook::default()).1, window: Arc::default() }
    }

    /// A desktop in the hands of a test.
    #[cfg(test)]
    pub(super) fn told() -> (watch::Sender<SystemLook>, Self) {
        let (sender, newest) = watch::channel(SystemLook::default());
        (sender, Self { newest, window: Arc::default() })
    }

    /// Asks the desktop of this session, and follows what it says from then on. Nothing waits for it:
    /// one that does not answer says nothing.
    #[must_use]
    pub fn follow() -> Self {
        Self::of_bus(None)
    }

    /// Like [`Self::follow`], for the session whose bus is at `address`.
    #[must_use]
    pub fn at(address: &str) -> Self {
        Self::of_bus(Some(address.to_owned()))
    }

    #[cfg(target_os = "linux")]
    fn of_bus(address: Option<String>) -> Self {
        let (sender, newest) = watch::channel(SystemLook::default());
        let window = Arc::<OnceLock<egui::Context>>::default();
        let woken = Arc::clone(&window);
        let tell = move |look| {
            if sender.send_if_modified(|newest| std::mem::replace(newest, look) != look)
                && let Some(ctx) = woken.get()
            {
                ctx.request_repaint();
            }
            !sender.is_closed()
        };
        // It ends with the process: nobody has to wait for a bus that does not answer.
        let thread = std::thread::Builder::new().name("desktop settings".into());
        let _alone = thread.spawn(move || super::portal::follow(address.as_deref(), tell)).is_err();
        Self { newest, window }
    }

    /// There the windowing library says what there is to know.
    #[cfg(not(target_os = "linux"))]
    fn of_bus(_address: Option<String>) -> Self {
        Self::none()
    }

    /// What it said last.
    #[must_use]
    pub fn newest(&self) -> SystemLook {
        *self.newest.borrow()
    }

    /// Draws the window of `ctx` when it says something else.
    pub(super) fn wake(&self, ctx: &egui::Context) {
        let _first = self.window.set(ctx.clone()).is_ok();
    }
}
