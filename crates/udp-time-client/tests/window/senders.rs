//! The table of senders in windows of every size.

use common::discovery::DiscoveryError;

use super::*;

const TEXT: &[u8] = b"Sun Nov 22 14:03:27 2026";

/// Three senders: one whose time is exact, one whose time is a range, one that has gone silent.
fn three(size: [f32; 2]) -> (Harness<'static, App>, Rig) {
    let (mut harness, mut rig) = window(size, &Config::default());
    feed_from(&mut harness, &mut rig, "10.0.0.7:6001", b"hello");
    feed_from(&mut harness, &mut rig, "127.0.0.1:54012", JSON);
    feed_from(&mut harness, &mut rig, "127.0.0.1:40001", TEXT);
    rig.snapshot.change(|snapshot| snapshot.now_us = 150_000_000);
    harness.run();
    (harness, rig)
}

#[test]
fn the_columns_that_fit_are_seen_whole_and_in_line() {
    let all = ["Time", "Offset", "Jitter", "Lost", "Heard"];
    for (size, shown) in [
        ([820.0, 560.0], &all[..]),
        ([496.0, 400.0], &["Time", "Offset", "Lost", "Heard"]),
        ([410.0, 400.0], &["Time", "Offset", "Heard"]),
        ([320.0, 240.0], &["Offset", "Heard"]),
    ] {
        let (harness, _rig) = three(size);
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let top = harness.get_by_label("Senders").rect();
        let headings: Vec<_> = all
            .into_iter()
            .filter_map(|name| Some((name, harness.query_all_by_label(name).next()?.rect())))
            .filter(|(_, heading)| (heading.center().y - top.center().y).abs() < 4.0)
            .collect();
        let names: Vec<&str> = headings.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, shown, "{size:?}");
        assert!(headings.iter().all(|(_, heading)| screen.contains_rect(*heading)), "{headings:?}");
        let heard = if shown.len() == all.len() { "silent, 2 min ago" } else { "silent" };
        let heard = harness.get_all_by_label(heard).next().unwrap().rect();
        assert!(screen.contains_rect(heard), "{size:?}: {heard:?}");
        let (_, heading) = headings.last().unwrap();
        assert!((heading.left() - heard.left()).abs() < 1.0, "{size:?}");
        let row = harness.get_by_label("127.0.0.1:40001 (text)").rect();
        assert!(screen.contains_rect(row) && row.right() >= heard.right(), "{size:?}: {row:?}");
        if let Some((_, offset)) = headings.iter().find(|(name, _)| *name == "Offset") {
            for figure in harness.get_all_by_label("0.00 ms") {
                assert!((figure.rect().right() - offset.right()).abs() < 1.0, "not right-aligned");
            }
        }
    }
}

#[test]
fn what_a_narrow_table_leaves_out_is_told_all_the_same() {
    let (harness, _rig) = three([320.0, 240.0]);
    let row = harness.get_by_role_and_label(Role::Button, "127.0.0.1:40001 (text)");
    let told = row.accesskit_node().description().unwrap();
    for part in ["127.0.0.1:40001", "received 1", "jitter not known", "silent since 14:03:27"] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn all_of_a_row_chooses_its_sender() {
    let (mut harness, _rig) = three(SIZES[0]);
    let row = harness.get_by_label("127.0.0.1:54012").rect();
    // Right of all cells.
    let right = row.right_center() - egui::vec2(60.0, 0.0);
    harness.hover_at(right);
    harness.drag_at(right);
    harness.drop_at(right);
    harness.run();
    harness.get_by_label("Quality of 9f3c2a51 at 127.0.0.1:54012");
}

#[test]
fn a_silent_sender_is_removed_and_brought_back() {
    let (mut harness, mut rig) = three(SIZES[0]);
    let silent = rig.senders.rows()[0].id;
    // One that sends has the item, and it rests.
    feed_from(&mut harness, &mut rig, "127.0.0.1:54012", JSON);
    harness.get_by_label("10.0.0.7").focus();
    harness.run();
    harness.get_by_label("Actions for 10.0.0.7").click();
    harness.run();
    harness.get_by_label("Remove").click();
    harness.run();
    assert_eq!(rig.commands.try_recv(), Ok(Command::RemoveSender(silent)));
    harness.get_by_label("10.0.0.7").focus();
    harness.run();
    harness.key_press(egui::Key::Delete);
    harness.run();
    assert_eq!(rig.commands.try_recv(), Ok(Command::RemoveSender(silent)), "by the keyboard");
    let next = harness.get_by_role_and_label(Role::Button, "127.0.0.1:54012");
    assert!(next.accesskit_node().is_focused(), "the keyboard is nowhere");
    rig.senders.remove(silent);
    let (rows, removed) = (rig.senders.rows(), rig.senders.removed());
    rig.link.snapshot.change(|snapshot| (snapshot.senders, snapshot.removed) = (Arc::new(rows), removed));
    harness.run();
    harness.get_by_label("Removed 10.0.0.7:6001");
    harness.get_by_label("Undo").click();
    harness.run();
    assert_eq!(rig.commands.try_recv(), Ok(Command::RestoreSender));
}

#[test]
fn a_sender_that_sends_is_not_removed() {
    let (mut harness, mut rig) = three(SIZES[0]);
    rig.snapshot.change(|snapshot| snapshot.now_us = 1000);
    harness.run();
    harness.get_by_label("10.0.0.7").focus();
    harness.run();
    harness.key_press(egui::Key::Delete);
    harness.run();
    harness.get_by_label("Actions for 10.0.0.7").click();
    harness.run();
    assert!(harness.get_by_label("Remove").accesskit_node().is_disabled());
    assert!(rig.commands.try_recv().is_err());
}

#[test]
fn the_list_of_datagrams_has_columns_where_there_is_room() {
    for (width, headings) in [
        (820.0, &["Received", "Sender", "Text", "Bytes", "Note"][..]),
        (496.0, &["Received", "Sender", "Text · Bytes · Note"]),
        (320.0, &["Received", "Sender · Text · Bytes · Note"]),
    ] {
        let (mut harness, mut rig) = window([width, 400.0], &Config::default());
        feed(&mut harness, &mut rig, TEXT);
        let columns: Vec<_> = harness.query_all_by_role(Role::ColumnHeader).collect();
        let names: Vec<_> = columns.iter().filter_map(|node| node.accesskit_node().label()).collect();
        assert_eq!(names, headings);
        assert!(columns.iter().all(|column| column.rect().right() <= width), "beyond the edge");
        // A click in a column chooses its row.
        let row = harness.get_by_role(Role::ListItem).rect();
        for x in columns.iter().map(|column| column.rect().left() + 2.0).collect::<Vec<_>>() {
            let at = egui::pos2(x, row.center().y);
            harness.hover_at(at);
            harness.drag_at(at);
            harness.drop_at(at);
            harness.run();
            harness.get_by_label("Hide bytes").click_accesskit();
            harness.run();
        }
    }
}

#[test]
fn why_no_server_is_found_is_said_until_one_is_heard() {
    let (mut harness, mut rig) = window(SIZES[1], &Config::default());
    set_state(&mut harness, &mut rig, listening("127.0.0.1:6666", true));
    let reason = DiscoveryError::PortRefused { reason: "in use".to_owned() };
    rig.snapshot.change(|snapshot| snapshot.discovery_error = Some(reason));
    harness.run();
    let said =
        "Servers on this network cannot be heard: port 5353, where servers are announced, is refused: in use";
    harness.get_by_label(said);
    feed(&mut harness, &mut rig, JSON);
    assert!(harness.query_by_label(said).is_none(), "it takes room from what is heard");
}

/// Whoever announces a time server says its name: the address stays beside it.
#[test]
fn a_time_server_that_is_announced_is_named_or_offered() {
    let announced = |name: &str, host: &str, port| Found {
        name: name.to_owned(),
        host: host.parse().unwrap(),
        others: Vec::new(),
        port,
        is_encrypted: false,
        key_half: None,
        wants_pass: false,
    };
    for size in SIZES {
        let (mut harness, mut rig) = window(size, &Config::default());
        set_state(&mut harness, &mut rig, listening("127.0.0.1:6666", true));
        feed_from(&mut harness, &mut rig, "10.0.0.7:6001", JSON);
        let both = [announced("kitchen", "10.0.0.7", 6666), announced("office", "10.0.0.8", 7000)];
        rig.snapshot.change(|snapshot| snapshot.announced = Arc::new(both.clone()));
        harness.run();
        harness.get_by_role_and_label(Role::Button, "kitchen (10.0.0.7)");
        harness.get_by_label("office at 10.0.0.8:7000 is announced on the network, nothing came from it yet");
        harness.get_by_role_and_label(Role::Button, "Listen on every network, port 7000").click_accesskit();
        harness.run();
        let wanted = Config { listen: "any".parse().unwrap(), port: 7000, ..Config::default() };
        assert_eq!(rig.commands.try_recv(), Ok(Command::Listen(wanted)));
        // Where it could be heard, there is nothing to press.
        set_state(&mut harness, &mut rig, listening("0.0.0.0:7000", false));
        assert!(harness.query_by_label_contains("Listen on every network, port").is_none());
        harness.get_by_label_contains("office at 10.0.0.8:7000");
        rig.snapshot.change(|snapshot| snapshot.announced = Arc::default());
        harness.run();
        assert!(
            harness.query_by_label_contains("office").is_none()
                && harness.query_by_label_contains("kitchen").is_none()
        );
    }
}

#[test]
fn one_escape_closes_one_thing_and_the_keyboard_goes_back_to_the_row() {
    let (mut harness, _rig) = three(SIZES[0]);
    let row = "10.0.0.7";
    let quality = "Quality of 10.0.0.7:6001";
    let escape = |harness: &mut Harness<'_, App>| {
        harness.key_press(egui::Key::Escape);
        harness.run();
        let row = harness.get_by_role_and_label(Role::Button, row);
        (harness.query_by_label(quality).is_some(), row.accesskit_node().is_focused())
    };
    harness.get_by_label(row).focus();
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::F);
    harness.run();
    assert_eq!(escape(&mut harness), (true, false), "Find");
    harness.get_by_role_and_label(Role::List, "Datagrams").focus();
    harness.run();
    assert_eq!(escape(&mut harness), (true, false), "the rows");
    harness.get_by_label("Choose...").click();
    harness.run();
    assert_eq!(escape(&mut harness), (true, false), "a menu");
    harness.get_by_role_and_label(Role::TextInput, "Listen on").focus();
    harness.run();
    assert_eq!(escape(&mut harness), (true, false), "a field");
    harness.get_by_label("Save figures...").click();
    harness.run();
    assert_eq!(escape(&mut harness), (true, true), "the row that asks for a file");
    assert_eq!(escape(&mut harness), (false, true), "the quality");
}
