//! Where the pixels of a window go.

use std::num::NonZeroU32;
use std::rc::Rc;

use winit::event_loop::OwnedDisplayHandle;
use winit::window::Window;

use super::area::{Area, Damage};
#[cfg(all(unix, not(target_os = "macos")))]
use super::x11::Wire;

type Soft = softbuffer::Surface<OwnedDisplayHandle, Rc<Window>>;

/// What shows pixels in a window. It has to go before its window.
pub(super) enum Surface {
    /// Memory that the window system reads itself.
    Soft(Soft),
    /// What X11 is sent over a connection.
    #[cfg(all(unix, not(target_os = "macos")))]
    Wire(Box<Wire>),
}

impl Surface {
    /// What is best for the window.
    pub(super) fn new(display: OwnedDisplayHandle, window: &Rc<Window>) -> anyhow::Result<Self> {
        #[cfg(all(unix, not(target_os = "macos")))]
        if Wire::is_remote(window) {
            return Self::wire(window);
        }
        let soft = softbuffer::Context::new(display)
            .and_then(|context| softbuffer::Surface::new(&context, Rc::clone(window)));
        match soft {
            Ok(soft) => Ok(Self::Soft(soft)),
            // It knows pixels of 24 bits only.
            #[cfg(all(unix, not(target_os = "macos")))]
            Err(_) if Wire::is_possible(window) => Self::wire(window),
            Err(error) => Err(as_anyhow(error)),
        }
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn wire(window: &Window) -> anyhow::Result<Self> {
        Ok(Self::Wire(Box::new(Wire::new(window)?)))
    }

    /// Has `draw` change the picture, which is told how many frames ago the pixels that it gets were shown (0: not known),
    /// and shows what it says that changed.
    pub(super) fn draw(
        &mut self,
        window: &Window,
        size: [NonZeroU32; 2],
        draw: impl FnOnce(&mut [u32], u8) -> Damage,
    ) -> anyhow::Result<()> {
        match self {
            Self::Soft(surface) => {
                surface.resize(size[0], size[1]).map_err(as_anyhow)?;
                let mut buffer = surface.buffer_mut().map_err(as_anyhow)?;
                let age = buffer.age();
                let damage = draw(&mut buffer, age);
                let rectangles: Vec<_> = damage.areas().iter().filter_map(|area| rectangle(*area)).collect();
                if !rectangles.is_empty() {
                    window.pre_present_notify();
                    buffer.present_with_damage(&rectangles).map_err(as_anyhow)?;
                }
            }
            #[cfg(all(unix, not(target_os = "macos")))]
            Self::Wire(wire) => wire.draw(size, draw)?,
        }
        Ok(())
    }

    /// Shows the same picture once more: the window system has lost it.
    pub(super) fn show_again(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Soft(surface) => {
                surface.buffer_mut().and_then(softbuffer::Buffer::present).map_err(as_anyhow)?;
            }
            #[cfg(all(unix, not(target_os = "macos")))]
            Self::Wire(wire) => wire.show_again()?,
        }
        Ok(())
    }
}

/// The error as text: softbuffer's own may hold a window, which may not leave its thread.
#[expect(clippy::needless_pass_by_value, reason = "maps errors")]
fn as_anyhow(error: softbuffer::SoftBufferError) -> anyhow::Error {
    anyhow::anyhow!("{error}")
}

fn rectangle(area: Area) -> Option<softbuffer::Rect> {
    let [x, y] = [area.left, area.top].map(|side| u32::try_from(side).ok());
    let [width, height] =
        [area.right - area.left, area.bottom - area.top].map(|side| u32::try_from(side).ok());
    Some(softbuffer::Rect {
        x: x?,
        y: y?,
        width: NonZeroU32::new(width?)?,
        height: NonZeroU32::new(height?)?,
    })
}
