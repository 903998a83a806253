//! What the four windows are made of.

mod check_panel;
mod choice;
mod draw;
mod fields;
mod find_bar;
mod follow_focus;
mod fonts;
mod key_place;
mod key_turns;
mod launch;
pub mod list;
mod live;
mod log;
mod menu_keys;
mod notice;
#[cfg(target_os = "linux")]
mod portal;
mod program;
mod row_menu;
mod save_bar;
mod settings_panel;
pub mod shell;
mod splitter;
mod status_line;
mod system_look;
mod theme;

pub use choice::choose_ui;
pub use draw::{Drawing, Pictures};
pub use fields::{
    HostField, ListenPortField, NumberField, PortField, fault_ui, form_field_ui, is_entered, is_left,
    mark_fault, take_typed, text_field_ui,
};
pub use find_bar::{FindAction, FindBar};
pub use follow_focus::{focus_ring_ui, follow_focus};
pub use fonts::missing_font_hint_ui;
pub use launch::{Window, drawing_here, launch, repaint_waker};
pub use live::{live, name_dialog, say_chosen, say_group};
pub use log::{LOG_KEYS, LogColumn, LogFilter, LogLine, LogPane, LogWidth};
pub use notice::notice_ui;
pub use row_menu::{ROW_MENU_WIDTH, removed_ui, row_menu_ui};
pub use save_bar::{FileKind, SaveAction, SaveBar};
pub use settings_panel::{
    KeyHint, SETTINGS_KEY, choice_ui, encoding_ui, label_ui, open_check, radios_ui, section_ui,
};
pub use splitter::splitter_ui;
pub use status_line::{Primary, is_covered, lamp_ui, primary_button_ui, small_button, status_line_ui};
pub use system_look::{SystemLook, SystemLooks};
pub use theme::{apply_look, prepare, text_width, tone_color, toned_ui};
