//! The fields that say where to listen.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use common::net::{GROUP_V4, GROUP_V6, Host, Interface, InterfaceKind};
use common::texts::phrase;
use common::tr;
use common::window::{HostField, ListenPortField, choose_ui, is_entered};
use eframe::egui::{ScrollArea, Ui};

/// The multicast groups that the menu offers.
const GROUPS: [IpAddr; 2] = [IpAddr::V4(GROUP_V4), IpAddr::V6(GROUP_V6)];

/// Lays out the address and the port. Returns `true` when the user wants to listen there.
pub(super) fn listen_ui(
    ui: &mut Ui,
    listen: &mut HostField,
    port: &mut ListenPortField,
    interface: &mut Option<String>,
    interfaces: &[Interface],
    can_apply: bool,
) -> bool {
    ui.horizontal_wrapped(|ui| {
        let field = listen.ui(ui, tr!("udp-time-client-listen-on"));
        let mut is_wanted = is_entered(&field);
        ui.menu_button(tr!("udp-time-client-choose"), |ui| {
            // In a small window the menu scrolls.
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
        let field = port.ui(ui, tr!("address-port")).on_hover_text(tr!("port-hint"));
        is_wanted |= is_entered(&field);
        port.fault_ui(ui);
        is_wanted |= can_apply && ui.button(tr!("udp-time-client-listen-there")).clicked();
        is_wanted && listen.host().is_ok() && port.port().is_ok()
    })
    .inner
}

/// The interface that takes part in a group.
fn interface_ui(ui: &mut Ui, chosen: &mut Option<String>, interfaces: &[Interface]) {
    let every = (None, tr!("udp-time-client-every-interface").to_owned());
    let usable = interfaces.iter().filter(|one| one.is_multicast || one.kind == InterfaceKind::Loopback);
    let mut choices: Vec<_> = usable.map(|one| (Some(one.name.clone()), one.name.clone())).collect();
    // One that is gone for now stays chosen.
    if let Some(name) = chosen.as_ref().filter(|name| !choices.iter().any(|(_, known)| known == *name)) {
        choices.push((chosen.clone(), name.clone()));
    }
    let name = ui.label(tr!("udp-time-client-interface"));
    ui.spacing_mut().combo_width = 96.0;
    choose_ui(ui, "interface", name.id, None, std::iter::once(every).chain(choices), chosen);
}

/// What the menu offers, with its labels.
fn choices(interfaces: &[Interface]) -> Vec<(String, Host)> {
    let here = Ipv4Addr::LOCALHOST;
    let own = [
        (tr!("udp-time-client-here", address = here.to_string()), Host::Ip(here.into())),
        (tr!("udp-time-client-every-network-v4").to_owned(), Host::Ip(Ipv4Addr::UNSPECIFIED.into())),
        (tr!("udp-time-client-every-network").to_owned(), Host::Ip(Ipv6Addr::UNSPECIFIED.into())),
    ];
    let between = tr!("udp-time-client-between");
    let by_interface = interfaces.iter().filter(|one| one.kind != InterfaceKind::Loopback).map(|one| {
        let address = one.addresses.first().map(|own| format!("{between}{}", own.ip)).unwrap_or_default();
        let label = tr!(
            "udp-time-client-only-interface",
            name = one.name.as_str(),
            kind = phrase(&one.kind),
            address = address,
            state = if one.is_up { "up" } else { "down" }
        );
        (label, Host::Name(one.name.clone()))
    });
    let groups =
        GROUPS.map(|group| (tr!("udp-time-client-group", group = group.to_string()), Host::Ip(group)));
    own.into_iter().chain(by_interface).chain(groups).collect()
}
