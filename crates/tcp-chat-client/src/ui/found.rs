//! The servers that are heard on the network, to choose from.

use common::status::Tone;
use common::tr;
use common::window::shell::quiet;
use common::window::{focus_ring_ui, tone_color};
use eframe::egui::{
    RichText, Role, ScrollArea, Sense, TextStyle, TextWrapMode, Ui, WidgetInfo, WidgetText, vec2,
};

use crate::engine::FoundServer;

/// Of one server: its name, and below it what else it says.
pub(super) const ROW_HEIGHT: f32 = 36.0;

const PADDING: f32 = 6.0;

/// Lays out a row for each server, of which `rows` are seen at a time; tells which one is pressed.
pub(super) fn found_ui<'a>(
    ui: &mut Ui,
    found: &'a [FoundServer],
    is_chosen: impl Fn(&FoundServer) -> bool,
    rows: u8,
) -> Option<&'a FoundServer> {
    if found.is_empty() {
        return None;
    }
    ui.add(quiet(ui, tr!("tcp-chat-client-found")));
    let height = ROW_HEIGHT * f32::from(rows);
    let area = ScrollArea::vertical().id_salt("found").auto_shrink([false, true]).max_height(height);
    // A panel that is as high as its content offers none.
    let rows = area.min_scrolled_height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        found.iter().filter(|one| row_ui(ui, one, is_chosen(one))).last()
    });
    rows.inner
}

/// Lays out one server; all of its row is pressed.
fn row_ui(ui: &mut Ui, FoundServer { found, has_other_key }: &FoundServer, is_chosen: bool) -> bool {
    let address = found.address();
    let mut details = vec![address.as_str()];
    details.extend(found.is_encrypted.then(|| tr!("tcp-chat-client-found-encrypted")));
    details.extend(found.wants_pass.then(|| tr!("tcp-chat-client-found-pass")));
    details.extend(has_other_key.then(|| tr!("tcp-chat-client-found-other-key")));
    let (rect, row) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::click());
    let label = format!("{}, {}", found.name, details.join(", "));
    row.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &label));
    let visuals = ui.visuals();
    if is_chosen {
        ui.painter().rect_filled(rect, 2.0, visuals.selection.bg_fill);
    } else if row.contains_pointer() {
        ui.painter().rect_filled(rect, 2.0, visuals.widgets.hovered.weak_bg_fill);
    }
    focus_ring_ui(ui, &row, rect);
    if row.gained_focus() {
        row.scroll_to_me(None);
    }
    let tone = if *has_other_key { Tone::Bad } else { Tone::Quiet };
    let details = RichText::new(details.join(" · ")).small().color(tone_color(ui, tone));
    let inside = rect.shrink2(vec2(PADDING, 3.0));
    let laid_out =
        |text: WidgetText, style| text.into_galley(ui, Some(TextWrapMode::Truncate), inside.width(), style);
    let name = laid_out(found.name.as_str().into(), TextStyle::Body);
    let details = laid_out(details.into(), TextStyle::Small);
    let below = inside.left_bottom() - vec2(0.0, details.size().y);
    ui.painter().galley(inside.left_top(), name, visuals.text_color());
    ui.painter().galley(below, details, visuals.text_color());
    let is_pressed = row.clicked();
    row.on_hover_text(label);
    is_pressed
}
