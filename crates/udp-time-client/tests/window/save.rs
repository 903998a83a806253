//! Tables that are saved: of the datagrams, and of the figures of a sender.

use super::*;

fn type_into(harness: &mut Harness<'_, App>, label: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, label).focus();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.get_by_role_and_label(Role::TextInput, label).type_text(text);
    harness.run();
}

fn wait_for(harness: &mut Harness<'_, App>, label: &str) {
    let start = std::time::Instant::now();
    while harness.query_by_label(label).is_none() {
        assert!(start.elapsed().as_secs() < 10, "{label} is not said");
        harness.run();
    }
}

#[test]
fn the_datagrams_are_saved_as_a_table_where_the_name_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    feed(&mut harness, &mut link, b"a,b");
    press(&mut harness, "Save...");
    for (name, expected) in [
        ("x.csv", ",127.0.0.1,54012,3,,0,\"a,b\"\r\n"),
        ("x.txt", "14:03:27.001\t127.0.0.1:54012\ta,b\t3\n"),
        (
            "x.jsonl",
            ",\"text\":\"a,b\",\"host\":\"127.0.0.1\",\"port\":54012,\"bytes\":3,\"format\":\"other\",\"level\":\"info\"}\n",
        ),
    ] {
        let file = folder.path().join(name);
        type_into(&mut harness, "File", &file.display().to_string());
        press(&mut harness, "Save");
        wait_for(&mut harness, &format!("1 line saved to {}", file.display()));
        let saved = std::fs::read_to_string(&file).unwrap();
        assert!(saved.ends_with(expected), "{saved}");
    }
}

#[test]
fn the_figures_of_a_sender_are_saved_and_no_file_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.csv");
    std::fs::write(&file, "mine").unwrap();
    let (mut harness, mut link) = window(SIZES[0], &Config::default());
    feed(&mut harness, &mut link, JSON);
    press(&mut harness, "127.0.0.1");
    press(&mut harness, "Save figures...");
    type_into(&mut harness, "Save the figures to", &file.display().to_string());
    press(&mut harness, "Save");
    wait_for(&mut harness, &format!("{} already exists", file.display()));
    press(&mut harness, "Save as x-2.csv");
    wait_for(&mut harness, &format!("1 line saved to {}", folder.path().join("x-2.csv").display()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    harness.get_by_role_and_label(Role::TextInput, "Save the figures to").focus();
    harness.run();
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Save the figures to").is_none(), "Esc closes the row");
    harness.get_by_label_contains("Quality of");
}

#[test]
fn the_controls_of_the_list_have_one_height_and_one_row() {
    for width in [470.0, 496.0, 760.0] {
        let (mut harness, mut link) = window([width, 400.0], &Config::default());
        feed(&mut harness, &mut link, JSON);
        let buttons = ["Follow", "Find", "Copy", "Clear", "Save...", "Pause"];
        let places = buttons.map(|name| harness.get_by_label(name).rect());
        for (name, place) in buttons.iter().zip(places) {
            assert!((place.height() - places[0].height()).abs() < 0.5, "{name}: {place:?}");
            assert!((place.top() - places[0].top()).abs() < 0.5, "{name}: {place:?}");
            assert!(place.right() <= width, "{name} left the window");
        }
    }
}
