//! The table of senders in windows of every size.

use egui_kittest::kittest::NodeT as _;

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
    let all = ["Host", "Port", "Offset", "Jitter", "Lost", "Received", "Heard"];
    for (size, shown) in [
        ([820.0, 560.0], &all[..]),
        ([496.0, 400.0], &["Host", "Offset", "Lost", "Heard"]),
        ([470.0, 400.0], &["Host", "Offset", "Heard"]),
        ([320.0, 240.0], &["Heard"]),
    ] {
        let (harness, _rig) = three(size);
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        // The field of the port has that name too.
        let is_heading = |node: &egui_kittest::Node<'_>| node.rect().height() < 20.0;
        let top = harness.get_by_label("Date time").rect();
        let headings: Vec<_> = all
            .into_iter()
            .filter_map(|name| Some((name, harness.query_all_by_label(name).find(is_heading)?.rect())))
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
        let text = harness.get_by_label("Sun Nov 22 14:03:27 2026").rect();
        assert!(screen.contains_rect(text) && text.right() >= heard.right(), "{size:?}: {text:?}");
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
    let row = harness.get_by_role_and_label(Role::Button, "Sun Nov 22 14:03:27 2026");
    let told = row.accesskit_node().description().unwrap();
    for part in ["127.0.0.1:40001", "received 1", "jitter not known", "silent since 14:03:27"] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn all_of_a_row_chooses_its_sender() {
    let (mut harness, _rig) = three(SIZES[0]);
    let row = harness.get_by_label("2026-11-22T14:03:27.001000+01:00").rect();
    // Right of all cells.
    harness.hover_at(row.right_center() - egui::vec2(4.0, 0.0));
    harness.drag_at(row.right_center() - egui::vec2(4.0, 0.0));
    harness.drop_at(row.right_center() - egui::vec2(4.0, 0.0));
    harness.run();
    harness.get_by_label("Quality of 9f3c2a51 at 127.0.0.1:54012");
}
