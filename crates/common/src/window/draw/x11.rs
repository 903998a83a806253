//! Sends pixels to an X server that reads none of our memory (another computer's, a container's), or that has pixels of
//! other sizes than 24 bits: over a connection of our own, in pieces that any server takes.

use std::io;
use std::num::NonZeroU32;

use serde::Serialize;
use winit::raw_window_handle::{HasWindowHandle as _, RawWindowHandle};
use winit::window::Window;
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::xproto::{
    ConnectionExt as _, CreateGCAux, Gcontext, ImageFormat, ImageOrder, Setup, VisualClass, Visualtype,
};
use x11rb::rust_connection::RustConnection;

use super::area::{Area, Damage};
use crate::texts::english;

/// Why a display cannot be drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum DisplayError {
    /// Its pixels are places in a table of colours that all programs share.
    Palette { bits: u8 },
}

/// Bytes of a request beside its pixels.
const HEADER: usize = 32;

/// The pixels of a window, and the connection that they are sent over.
pub(super) struct Wire {
    connection: RustConnection,
    window: u32,
    context: Gcontext,
    depth: u8,
    layout: Layout,
    pixels: Vec<u32>,
    size: [u32; 2],
}

/// How a pixel lies in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    /// Of red, green and blue.
    channels: [Channel; 3],
    bytes: usize,
    /// Bytes that the length of a row is a multiple of.
    pad: usize,
    is_big_endian: bool,
}

/// The bits of a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Channel {
    shift: u32,
    bits: u32,
}

impl Channel {
    fn of_mask(mask: u32) -> Self {
        Self { shift: mask.trailing_zeros().min(31), bits: mask.count_ones() }
    }

    /// The bits of a colour of 0 to 255.
    fn bits_of(self, value: u32) -> u32 {
        let bits = if self.bits >= 8 {
            (value << (self.bits - 8)) | (value >> (16_u32.saturating_sub(self.bits)))
        } else {
            value >> (8 - self.bits)
        };
        bits << self.shift
    }
}

impl Layout {
    /// The layout of pixels of `depth` bits of a visual, if it has colours of its own.
    fn of(setup: &Setup, depth: u8, visual: &Visualtype) -> Option<Self> {
        let format = setup.pixmap_formats.iter().find(|format| format.depth == depth)?;
        let masks = [visual.red_mask, visual.green_mask, visual.blue_mask];
        (visual.class == VisualClass::TRUE_COLOR && matches!(format.bits_per_pixel, 16 | 24 | 32)).then_some(
            Self {
                channels: masks.map(Channel::of_mask),
                bytes: usize::from(format.bits_per_pixel / 8),
                pad: usize::from(format.scanline_pad / 8).max(1),
                is_big_endian: setup.image_byte_order == ImageOrder::MSB_FIRST,
            },
        )
    }

    fn row_bytes(self, width: usize) -> usize {
        (width * self.bytes).next_multiple_of(self.pad)
    }

    /// Adds a row of pixels.
    fn write(self, row: &[u32], out: &mut Vec<u8>) {
        let end = out.len() + self.row_bytes(row.len());
        for pixel in row {
            let [red, green, blue] = self.channels;
            let value = red.bits_of((pixel >> 16) & 0xff)
                | green.bits_of((pixel >> 8) & 0xff)
                | blue.bits_of(pixel & 0xff);
            let (little, big) = (value.to_le_bytes(), value.to_be_bytes());
            out.extend_from_slice(if self.is_big_endian {
                &big[4 - self.bytes..]
            } else {
                &little[..self.bytes]
            });
        }
        out.resize(end, 0);
    }
}

impl Wire {
    /// Whether the window is on an X server of another computer, as with `ssh -X`.
    pub(super) fn is_remote(window: &Window) -> bool {
        let display = std::env::var("DISPLAY").unwrap_or_default();
        id_of(window).is_some() && is_remote(&display)
    }

    /// Whether the window is one of X11.
    pub(super) fn is_possible(window: &Window) -> bool {
        id_of(window).is_some()
    }

    pub(super) fn new(window: &Window) -> anyhow::Result<Self> {
        let id = id_of(window).ok_or(io::ErrorKind::Unsupported).map_err(io::Error::from)?;
        let (connection, _) = x11rb::connect(None)?;
        let attributes = connection.get_window_attributes(id)?;
        let geometry = connection.get_geometry(id)?;
        let (attributes, depth) = (attributes.reply()?, geometry.reply()?.depth);
        let setup = connection.setup();
        let mut visuals =
            setup.roots.iter().flat_map(|screen| &screen.allowed_depths).flat_map(|depth| &depth.visuals);
        let layout = visuals
            .find(|visual| visual.visual_id == attributes.visual)
            .and_then(|visual| Layout::of(setup, depth, visual))
            .ok_or_else(|| anyhow::anyhow!(english(&DisplayError::Palette { bits: depth })))?;
        let context = connection.generate_id()?;
        connection.create_gc(context, id, &CreateGCAux::new().graphics_exposures(0))?.check()?;
        connection.prefetch_maximum_request_bytes();
        let (pixels, size) = (Vec::new(), [0, 0]);
        Ok(Self { connection, window: id, context, depth, layout, pixels, size })
    }

    pub(super) fn draw(
        &mut self,
        size: [NonZeroU32; 2],
        draw: impl FnOnce(&mut [u32], u8) -> Damage,
    ) -> anyhow::Result<()> {
        let size = size.map(NonZeroU32::get);
        let is_other = self.size != size;
        if is_other {
            self.pixels.clear();
            self.pixels.resize(size[0] as usize * size[1] as usize, 0);
            self.size = size;
        }
        let damage = draw(&mut self.pixels, u8::from(!is_other));
        self.send(damage.areas())
    }

    pub(super) fn show_again(&mut self) -> anyhow::Result<()> {
        let area = Area::of_size(self.size.map(|side| i32::try_from(side).unwrap_or(0)));
        self.send(&[area])
    }

    fn send(&mut self, areas: &[Area]) -> anyhow::Result<()> {
        // When this is answered the last picture has arrived: a slow connection holds one, not a queue of them.
        self.connection.get_input_focus()?.reply()?;
        for area in areas.iter().filter(|area| !area.is_empty()) {
            self.send_area(*area)?;
        }
        self.connection.flush()?;
        // What went wrong, mostly because the window is gone, is told as an event.
        while self.connection.poll_for_event()?.is_some() {}
        Ok(())
    }

    fn send_area(&self, area: Area) -> anyhow::Result<()> {
        let [left, top] = [area.left, area.top].map(i16::try_from);
        let (left, top) = (left?, top?);
        let width = u16::try_from(area.right - area.left)?;
        let row_bytes = self.layout.row_bytes(width.into());
        let most = self.connection.maximum_request_bytes().saturating_sub(HEADER) / row_bytes;
        let rows: Vec<_> = self.rows(area).collect();
        let mut y = top;
        for rows in rows.chunks(most.clamp(1, 1 << 14)) {
            let mut data = Vec::with_capacity(rows.len() * row_bytes);
            for row in rows {
                self.layout.write(row, &mut data);
            }
            let height = u16::try_from(rows.len())?;
            let (format, context) = (ImageFormat::Z_PIXMAP, self.context);
            let sent = self.connection.put_image(
                format,
                self.window,
                context,
                width,
                height,
                left,
                y,
                0,
                self.depth,
                &data,
            )?;
            sent.ignore_error();
            y = y.saturating_add_unsigned(height);
        }
        Ok(())
    }

    fn rows(&self, area: Area) -> impl Iterator<Item = &[u32]> {
        let side = |side: i32| usize::try_from(side).unwrap_or(0);
        let rows = self.pixels.chunks(self.size[0].max(1) as usize);
        let rows = rows.take(side(area.bottom)).skip(side(area.top));
        rows.filter_map(move |row| row.get(side(area.left)..side(area.right)))
    }
}

fn is_remote(display: &str) -> bool {
    let host = display.rsplit_once(':').map_or("", |(host, _)| host);
    !host.is_empty() && host != "unix" && !host.starts_with('/')
}

#[expect(clippy::cast_possible_truncation, reason = "X11 has ids of 29 bits")]
fn id_of(window: &Window) -> Option<u32> {
    match window.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xlib(handle) => Some(handle.window as u32),
        RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
