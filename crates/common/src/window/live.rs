//! What a screen reader says, where the toolkit does not know it.

use eframe::egui::accesskit::{self, Role};
use eframe::egui::{Response, Ui, UiKind, accesskit_root_id};

/// Has a screen reader say the text when it comes and when it changes, after what it is saying. To be called in every frame that
/// shows the text: one that becomes such a text while it is shown is not said.
pub fn live(response: &Response) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_live(accesskit::Live::Polite));
}

/// Has a screen reader say a text that has a count, but not each time it counts: only when `spoken`, the text without the count,
/// is another one.
pub(super) fn live_but_for_counts(response: &Response, spoken: &str) {
    let frame = response.ctx.cumulative_frame_nr();
    let is_new = response.ctx.data_mut(|data| {
        let known = data.get_temp_mut_or_insert_with(response.id, || (String::new(), frame));
        if known.0 != spoken {
            *known = (spoken.to_owned(), frame);
        }
        known.1 == frame
    });
    if is_new {
        live(response);
    }
}

/// Has a screen reader say what is chosen in a list that opens, and a hint.
pub fn say_chosen(response: &Response, chosen: &str, hint: Option<&str>) {
    let description = hint.map_or_else(|| chosen.to_owned(), |hint| format!("{chosen}. {hint}"));
    response.ctx.accesskit_node_builder(response.id, |node| node.set_description(description));
}

/// Has a screen reader say what a choice is about, which stands beside all choices of a group.
pub fn say_group(response: &Response, group: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_description(group));
}

/// Names the window: who is read to does not see the title bar.
pub(super) fn name_window(ui: &Ui, name: &str) {
    ui.ctx().accesskit_node_builder(accesskit_root_id(), |node| node.set_label(name));
}

/// Names the dialog that `ui` is in.
pub fn name_dialog(ui: &Ui, role: Role, name: &str) {
    let Some(dialog) = ui.stack().iter().find(|stack| stack.kind() == Some(UiKind::Modal)) else { return };
    ui.ctx().accesskit_node_builder(dialog.unique_id, |node| {
        node.set_role(role);
        node.set_label(name);
        node.set_modal();
    });
}
