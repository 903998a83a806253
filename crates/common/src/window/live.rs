//! Texts that a screen reader says when they change.

use eframe::egui::{Response, accesskit};

/// Has a screen reader say the text when it changes, after what it is saying. To be called in
/// every frame that shows the text, also while it is empty: what is new altogether is not said.
pub fn live(response: &Response) {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_live(accesskit::Live::Polite));
}
