//! What the four windows are made of.

mod fields;
mod launch;
mod log_pane;
mod status_line;
mod theme;

pub use fields::{HostField, port_field_ui};
pub use launch::{Window, launch, repaint_waker};
pub use log_pane::LogPane;
pub use status_line::{Lamp, Primary, Status, status_line_ui};
pub use theme::{Tone, apply_theme, clock_text_style, tone_color};
