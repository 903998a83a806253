//! Where to listen.

use common::window::{HostField, port_field_ui};
use eframe::egui::{Key, Response, Ui};

/// Lays out the address and the port; `true` where the user wants to listen there.
pub fn address_ui(ui: &mut Ui, listen: &mut HostField, port: &mut u16, can_apply: bool) -> bool {
    ui.horizontal_wrapped(|ui| {
        let field = listen.ui(ui, "Listen on");
        let mut is_wanted = is_entered(&field);
        is_wanted |= is_entered(&port_field_ui(ui, port, 0).on_hover_text("0 takes a port that is free"));
        is_wanted |= can_apply && ui.button("Listen there").clicked();
        is_wanted && listen.host().is_ok()
    })
    .inner
}

fn is_entered(response: &Response) -> bool {
    response.lost_focus() && response.ctx.input(|input| input.key_pressed(Key::Enter))
}
