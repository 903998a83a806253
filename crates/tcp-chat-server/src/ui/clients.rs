//! Who is connected.

use common::status::Tone;
use common::tr;
use common::window::tone_color;
use eframe::egui::{Button, Id, Label, RichText, ScrollArea, TextStyle, Ui, style::ScrollAnimation, vec2};

use super::client_row::{Sheet, headings_ui, row_id, row_ui, steps};
use crate::bytes::bytes;
use crate::engine::{ClientId, Command};
use crate::table::{Table, last_error};

/// Between two rows, in points.
pub(super) const ROW_GAP: f32 = 4.0;

/// Lays out a row for each client, in up to `max_height` points; gives what the user wants done with
/// one.
pub(crate) fn clients_ui(
    ui: &mut Ui,
    table: &mut Table,
    is_running: bool,
    max_height: f32,
) -> Option<Command> {
    let mut command = None;
    ui.horizontal_wrapped(|ui| {
        ui.strong(tr!("tcp-chat-server-clients", count = table.len()));
        if !table.is_empty() {
            command = disconnect_ui(ui, table);
        } else if is_running {
            ui.label(RichText::new(tr!("tcp-chat-server-nobody")).color(tone_color(ui, Tone::Quiet)));
        }
    });
    if table.is_empty() {
        return command;
    }
    ui.scope(|ui| {
        let row_height = ui.text_style_height(&TextStyle::Body);
        // Rows of text, not of controls: as high as the list takes them for.
        ui.spacing_mut().interact_size.y = row_height;
        let sheet =
            Sheet::new(ui.available_width() - ui.spacing().scroll.allocated_width(), row_height, table);
        ScrollArea::horizontal().id_salt("clients").auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(Sheet::GAP, ROW_GAP);
            headings_ui(ui, &sheet, table);
            rows_ui(ui, &sheet, table, max_height);
        });
    });
    selected_ui(ui, table);
    command
}

fn rows_ui(ui: &mut Ui, sheet: &Sheet, table: &mut Table, max_height: f32) {
    let rows =
        ScrollArea::vertical().id_salt("client rows").auto_shrink([false, true]).max_height(max_height);
    rows.show_rows(ui, sheet.row_height, table.len(), |ui, range| {
        let first = ui.max_rect().left_top();
        let selected = table.selected().map(|(id, _)| id);
        let is_in_view =
            selected.is_some_and(|selected| table.rows(range.clone()).any(|(id, _)| id == selected));
        // A row that was out of view gets the keyboard when it is there.
        let awaited: Option<ClientId> = ui.data(|data| data.get_temp(awaited_id()));
        let mut pressed = None;
        for (index, (id, row)) in table.rows(range.clone()).enumerate() {
            // Tab comes to one row: that which is selected, else the first.
            let takes_tab = if is_in_view { selected == Some(id) } else { index == 0 };
            let response = row_ui(ui, sheet, table, (id, row), selected == Some(id), takes_tab);
            if awaited == Some(id) {
                response.request_focus();
                ui.data_mut(|data| data.remove::<ClientId>(awaited_id()));
            }
            if response.clicked() {
                pressed = Some((id, None));
            } else if let Some(step) = steps(ui, &response) {
                pressed = Some((id, Some(step)));
            }
        }
        match pressed {
            Some((id, None)) => {
                table.toggle(id);
                ui.memory_mut(|memory| memory.request_focus(row_id(id)));
            }
            Some((id, Some(step))) => {
                if let Some((id, index)) = table.step(id, step) {
                    ui.data_mut(|data| data.insert_temp(awaited_id(), id));
                    let row = sheet.row_at(first, range.start, index);
                    ui.scroll_to_rect_animation(row, None, ScrollAnimation::none());
                    ui.ctx().request_repaint();
                }
            }
            None => (),
        }
    });
}

fn awaited_id() -> Id {
    Id::unique("awaited client row")
}

/// The button that ends the selected client's connection.
fn disconnect_ui(ui: &mut Ui, table: &Table) -> Option<Command> {
    let selected = table.selected();
    let button = ui
        .add_enabled(selected.is_some(), Button::new(tr!("tcp-chat-server-disconnect")))
        .on_disabled_hover_text(tr!("tcp-chat-server-disconnect-nobody"));
    let (id, row) = selected?;
    let name = tr!("tcp-chat-server-disconnect-whom", address = row.addr.to_string());
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name.as_str()));
    button.on_hover_text(name).clicked().then_some(Command::Disconnect(id))
}

/// All that is known about the selected client: columns may be cut, or out of view.
fn selected_ui(ui: &mut Ui, table: &Table) {
    let Some((_, row)) = table.selected() else { return };
    let words = tr!(
        "tcp-chat-server-client",
        since = row.since.format("%H:%M:%S").to_string(),
        asked = row.asked.to_string(),
        answered = row.answered.to_string(),
        received = bytes(row.bytes_in),
        sent = bytes(row.bytes_out)
    );
    let words = format!("{}: {words}", row.addr);
    ui.add(Label::new(RichText::new(words).small().color(tone_color(ui, Tone::Quiet))).wrap());
    if let Some(error) = last_error(row) {
        let words = tr!("tcp-chat-server-last-error", error = error);
        ui.add(Label::new(RichText::new(words).small().color(tone_color(ui, Tone::Bad))).wrap());
    }
}
