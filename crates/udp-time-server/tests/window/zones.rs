//! The names that the field of the time zone suggests.

use std::time::Instant;

use egui::Key;
use egui::accesskit::Role;

use super::*;

/// The names in the list, as they are shown, and the chosen one.
fn listed(harness: &Harness<'_, App>) -> (Vec<String>, Option<String>) {
    let rows: Vec<_> = harness.query_all_by_role(Role::ListBoxOption).collect();
    let name = |row: &egui_kittest::Node<'_>| row.accesskit_node().label().unwrap_or_default();
    let chosen = rows.iter().find(|row| row.accesskit_node().is_selected() == Some(true)).map(name);
    (rows.iter().map(name).collect(), chosen)
}

/// Types into the field; the names are read on another thread, at first.
fn type_zone(harness: &mut Harness<'_, App>, text: &str) {
    type_into(harness, "Zone", text);
    let start = Instant::now();
    while listed(harness).0.is_empty() && start.elapsed() < Duration::from_secs(10) {
        harness.run();
    }
}

fn zone(harness: &Harness<'_, App>) -> String {
    harness.get_by_role_and_label(Role::TextInput, "Zone").value().unwrap_or_default()
}

fn press(harness: &mut Harness<'_, App>, key: Key) {
    harness.key_press(key);
    harness.run();
}

#[test]
fn a_part_of_a_name_and_the_arrows_choose_a_zone() {
    for size in SIZES {
        let (mut harness, _link) = window(size);
        type_zone(&mut harness, "new y");
        let (names, chosen) = listed(&harness);
        assert_eq!(names[0], "America/New_York");
        assert_eq!(chosen.as_deref(), Some("America/New_York"));
        press(&mut harness, Key::Enter);
        assert_eq!(zone(&harness), "America/New_York");
        assert!(listed(&harness).0.is_empty(), "the list stays open");

        type_zone(&mut harness, "europe");
        let (names, _) = listed(&harness);
        assert_eq!(names.len(), 8, "{names:?}");
        for _ in 0..20 {
            press(&mut harness, Key::ArrowDown);
        }
        assert_eq!(listed(&harness).1.as_ref(), names.last(), "the arrows end with the list");
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let last = harness.get_by_role_and_label(Role::ListBoxOption, names.last().unwrap());
        assert!(screen.contains_rect(last.rect()), "the chosen name is out of view");
        assert!(last.rect().height() < 24.0, "a name takes two lines");
        press(&mut harness, Key::ArrowUp);
        assert_eq!(listed(&harness).1.as_ref(), names.get(6));
        press(&mut harness, Key::Enter);
        assert_eq!(zone(&harness), names[6]);
        let field = harness.get_by_role_and_label(Role::TextInput, "Zone");
        assert!(field.accesskit_node().is_focused(), "the keyboard left the field");
    }
}

#[test]
fn escape_closes_the_list_alone_and_down_opens_it_again() {
    let (mut harness, _link) = window(SIZES[0]);
    type_zone(&mut harness, "tokyo");
    press(&mut harness, Key::Escape);
    assert!(listed(&harness).0.is_empty(), "still open");
    assert_eq!(zone(&harness), "tokyo", "what was typed is lost");
    harness.get_by_label_contains("Unknown time zone");
    press(&mut harness, Key::ArrowDown);
    assert_eq!(listed(&harness).0, ["Asia/Tokyo"]);
    press(&mut harness, Key::Tab);
    assert!(listed(&harness).0.is_empty(), "the list outlives the field");
    assert_eq!(zone(&harness), "tokyo");
}

#[test]
fn a_click_chooses_a_zone_and_no_name_is_forced_on_anybody() {
    let (mut harness, _link) = window(SIZES[0]);
    type_zone(&mut harness, "kath");
    harness.get_by_role_and_label(Role::ListBoxOption, "Asia/Kathmandu").click();
    harness.run();
    assert_eq!(zone(&harness), "Asia/Kathmandu");
    assert!(listed(&harness).0.is_empty(), "still open");
    assert!(harness.query_by_label_contains("Unknown time zone").is_none());
    type_into(&mut harness, "Zone", "Mars");
    assert!(listed(&harness).0.is_empty());
    harness.get_by_label_contains("Unknown time zone");
    // Nobody is interrupted who comes by.
    type_into(&mut harness, "Zone", "UTC");
    type_into(&mut harness, "Every", "2 s");
    harness.get_by_role_and_label(Role::TextInput, "Zone").focus();
    harness.run();
    assert!(listed(&harness).0.is_empty(), "opens without cause");
}
