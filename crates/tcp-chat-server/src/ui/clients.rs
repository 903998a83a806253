//! Who is connected.

use common::status::Tone;
use common::tr;
use common::window::{tone_color, toned_ui};
use eframe::egui::{Id, Label, RichText, ScrollArea, TextStyle, Ui, style::ScrollAnimation, vec2};

use super::client_row::{Sheet, headings_ui, row_id, row_ui, steps};
use super::widgets::{Asking, asking_ui};
use crate::byte_size::bytes;
use crate::engine::{ClientId, Command};
use crate::table::{Table, last_error};

/// Between two rows, in points.
pub(super) const ROW_GAP: f32 = 4.0;

/// Lays out a row for each client, in all the height there is, and below them what is known of the selected one; gives what
/// the user wants done with one.
pub(crate) fn clients_ui(ui: &mut Ui, table: &mut Table) -> Option<Command> {
    if table.is_empty() {
        toned_ui(ui, tr!("tcp-chat-server-nobody"), Tone::Quiet);
        return None;
    }
    // What is known of the selected client is as high as its texts.
    let known = Id::unique("height of the selected client");
    let below: f32 =
        if table.selected().is_some() { ui.data(|data| data.get_temp(known)).unwrap_or(0.0) } else { 0.0 };
    let height = ui.available_height() - below;
    ui.scope(|ui| {
        let row_height = ui.text_style_height(&TextStyle::Body);
        // Rows of text, not of controls: as high as the list takes them for.
        ui.spacing_mut().interact_size.y = row_height;
        let sheet =
            Sheet::new(ui.available_width() - ui.spacing().scroll.allocated_width(), row_height, table);
        let five = 5.0 * (row_height + ROW_GAP);
        ScrollArea::horizontal().id_salt("clients").auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(Sheet::GAP, ROW_GAP);
            headings_ui(ui, &sheet, table);
            rows_ui(ui, &sheet, table, (height - row_height - ROW_GAP).max(five));
        });
    });
    let top = ui.cursor().top();
    let command = selected_ui(ui, table);
    let height = ui.cursor().top() - top;
    if (height - below).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(known, height));
        ui.ctx().request_discard("the selected client has other texts");
    }
    command
}

fn rows_ui(ui: &mut Ui, sheet: &Sheet, table: &mut Table, max_height: f32) {
    let rows = ScrollArea::vertical().id_salt("client rows").auto_shrink(false).max_height(max_height);
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
                if let Some((id, _)) = table.step(id, step) {
                    ui.data_mut(|data| data.insert_temp(awaited_id(), id));
                }
            }
            None => (),
        }
        // Until it is there: a layout that is done again forgets what was to be scrolled to.
        let awaited: Option<ClientId> = ui.data(|data| data.get_temp(awaited_id()));
        match awaited.map(|id| table.step(id, 0)) {
            Some(Some((_, index))) => {
                let row = sheet.row_at(first, range.start, index);
                ui.scroll_to_rect_animation(row, None, ScrollAnimation::none());
                ui.ctx().request_repaint();
            }
            // The client has gone meanwhile.
            Some(None) => ui.data_mut(|data| data.remove::<ClientId>(awaited_id())),
            None => (),
        }
    });
}

fn awaited_id() -> Id {
    Id::unique("awaited client row")
}

/// All that is known about the selected client: columns may be cut, or out of view. And the button that ends its connection.
fn selected_ui(ui: &mut Ui, table: &mut Table) -> Option<Command> {
    let (id, row) = table.selected()?;
    let address = row.addr.to_string();
    let words = tr!(
        "tcp-chat-server-client",
        encrypted = if row.is_encrypted { "yes" } else { "no" },
        since = table.since(row),
        asked = row.asked.to_string(),
        answered = row.answered.to_string(),
        received = bytes(row.bytes_in),
        sent = bytes(row.bytes_out)
    );
    let error = last_error(row);
    let (mut is_asked, mut is_sent_away) = (table.is_asked, false);
    ui.horizontal_wrapped(|ui| {
        let shows_more = !is_asked;
        let asking = Asking {
            face: tr!("tcp-chat-server-disconnect-ask"),
            name: &tr!("tcp-chat-server-disconnect-whom", address = address.as_str()),
            hint: "",
            question: &tr!("tcp-chat-server-disconnect-question", address = address.as_str()),
            answer: tr!("tcp-chat-server-disconnect"),
        };
        is_sent_away = asking_ui(ui, true, &mut is_asked, asking);
        if shows_more {
            ui.add(Label::new(quiet(ui, format!("{address}: {words}"), Tone::Quiet)).wrap());
        }
    });
    if let Some(error) = error {
        let words = tr!("tcp-chat-server-last-error", error = error);
        ui.add(Label::new(quiet(ui, words, Tone::Bad)).wrap());
    }
    table.is_asked = is_asked;
    is_sent_away.then_some(Command::Disconnect(id))
}

fn quiet(ui: &Ui, words: String, tone: Tone) -> RichText {
    RichText::new(words).small().color(tone_color(ui, tone))
}
