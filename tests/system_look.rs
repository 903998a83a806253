//! What the desktop says of the look of windows: asked of a real bus, and seen in a real window.

use common::window::SystemLooks;

use crate::support::desktop::Desktop;
use crate::support::eventually;
use crate::support::portal::{Portal, SessionBus};

const SCHEME: &str = "color-scheme";
const CONTRAST: &str = "contrast";

fn is(looks: &SystemLooks, look: (Option<&str>, bool)) -> bool {
    let newest = looks.newest();
    let theme = newest.theme.map(|theme| format!("{theme:?}"));
    (theme.as_deref(), newest.is_high_contrast) == look
}

/// Waits until the desktop wants `look`.
fn wait_for(looks: &SystemLooks, look: (Option<&str>, bool)) {
    eventually("what the desktop says", || is(looks, look).then_some(()));
}

#[test]
fn the_portal_is_asked_and_followed() {
    let bus = SessionBus::start();
    let portal = Portal::start(&bus.address, &[(SCHEME, 1), (CONTRAST, 1)]);
    let looks = SystemLooks::at(&bus.address);
    wait_for(&looks, (Some("Dark"), true));
    portal.change(SCHEME, 2_u32);
    wait_for(&looks, (Some("Light"), true));
    portal.change(CONTRAST, 0_u32);
    wait_for(&looks, (Some("Light"), false));
    portal.change("accent-color", (0.1, 0.2, 0.3));
    portal.change(CONTRAST, 1_u32);
    wait_for(&looks, (Some("Light"), true));
    portal.change(SCHEME, "dark");
    wait_for(&looks, (None, true));
}

#[test]
fn a_portal_that_is_old_mute_missing_or_late_is_understood_or_none() {
    let bus = SessionBus::start();
    let looks = SystemLooks::at(&bus.address);
    let mute = Portal::start_mute(&bus.address);
    // Until somebody listens: nothing else tells that it does.
    eventually("what a portal says that does not answer", || {
        mute.change(SCHEME, 1_u32);
        is(&looks, (Some("Dark"), false)).then_some(())
    });
    drop(mute);
    let older = Portal::start_older(&bus.address, &[(SCHEME, 2), (CONTRAST, 1)]);
    wait_for(&looks, (Some("Light"), true));
    wait_for(&SystemLooks::at(&bus.address), (Some("Light"), true));
    drop(older);
    // A newer one that knows no contrast.
    let _newer = Portal::start(&bus.address, &[(SCHEME, 1)]);
    wait_for(&looks, (Some("Dark"), false));
}

#[test]
fn where_there_is_no_bus_there_is_nothing_to_say_and_nothing_to_wait_for() {
    wait_for(&SystemLooks::at("unix:path=/nonexistent"), (None, false));
    let bus = SessionBus::start();
    let (address, looks) = (bus.address.clone(), SystemLooks::at(&bus.address));
    let _portal = Portal::start(&address, &[(SCHEME, 1)]);
    wait_for(&looks, (Some("Dark"), false));
    drop(bus);
    // What was said last holds.
    wait_for(&looks, (Some("Dark"), false));
}

#[test]
fn a_window_turns_dark_with_the_desktop_and_closes_beside_a_portal_that_does_not_answer() {
    let desktop = Desktop::start();
    let mute = Portal::start_mute(desktop.session_bus());
    let mut app = desktop.launch("udp-time-server", &[]);
    app.tree.find("Stopped");
    let ground = |what: &str, is_so: fn([u8; 3]) -> bool| {
        eventually(what, || is_so(app.ground()).then_some(()));
    };
    ground("a light window", |ground| ground.iter().all(|part| *part > 200 && *part < 255));
    eventually("a dark window", || {
        mute.change(SCHEME, 1_u32);
        app.ground().iter().all(|part| (1..60).contains(part)).then_some(())
    });
    mute.change(CONTRAST, 1_u32);
    ground("a black window", |ground| ground == [0; 3]);
    mute.change(SCHEME, 2_u32);
    ground("a white window", |ground| ground == [255; 3]);
    assert!(app.close().success());
}
