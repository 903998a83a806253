//! Where to listen.

use common::net::{Host, Interface, InterfaceKind};
use common::tr;
use common::window::{HostField, port_field_ui};
use eframe::egui::{ComboBox, Key, Response, ScrollArea, Ui};

use crate::names::choices;

/// Lays out the address and the port; `true` where the user wants to listen there.
pub(super) fn listen_ui(
    ui: &mut Ui,
    listen: &mut HostField,
    port: &mut u16,
    interface: &mut Option<String>,
    interfaces: &[Interface],
    can_apply: bool,
) -> bool {
    ui.horizontal_wrapped(|ui| {
        let field = listen.ui(ui, tr!("udp-time-client-listen-on"));
        let mut is_wanted = is_entered(&field);
        ui.menu_button(tr!("udp-time-client-choose"), |ui| {
            // In a small window it scrolls.
            let height = (ui.ctx().content_rect().height() - 24.0).max(80.0);
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
                for (label, host) in choices(interfaces) {
                    if ui.button(label).clicked() {
                        *listen = HostField::new(&host);
                        is_wanted = true;
                        ui.close();
                    }
                }
            });
        });
        if listen.host().is_ok_and(|host| matches!(host, Host::Ip(ip) if ip.is_multicast())) {
            interface_ui(ui, interface, interfaces);
        }
        is_wanted |= is_entered(&port_field_ui(ui, port, 0).on_hover_text(tr!("udp-time-client-port-hint")));
        is_wanted |= can_apply && ui.button(tr!("udp-time-client-listen-there")).clicked();
        is_wanted && listen.host().is_ok()
    })
    .inner
}

/// The interface that takes part in a group.
fn interface_ui(ui: &mut Ui, chosen: &mut Option<String>, interfaces: &[Interface]) {
    let every = tr!("udp-time-client-every-interface");
    let shown = chosen.clone().unwrap_or_else(|| every.to_owned());
    ComboBox::from_label(tr!("udp-time-client-interface")).selected_text(shown).width(96.0).show_ui(
        ui,
        |ui| {
            ui.selectable_value(chosen, None, every);
            for one in interfaces.iter().filter(|one| one.is_multicast || one.kind == InterfaceKind::Loopback)
            {
                ui.selectable_value(chosen, Some(one.name.clone()), &one.name);
            }
        },
    );
}

fn is_entered(response: &Response) -> bool {
    response.lost_focus() && response.ctx.input(|input| input.key_pressed(Key::Enter))
}
