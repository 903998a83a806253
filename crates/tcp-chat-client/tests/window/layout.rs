//! Where things are, what Tab reaches, and what stays in view.

use common::chat::Dialect;
use eframe::egui::accesskit::{Live, Role};
use eframe::egui::{self, Key, Modifiers, vec2};
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tcp_chat_client::engine::FailedReason;
use tcp_chat_client::event::Event;
use tcp_chat_client::transcript::MAX_ENTRIES;

use super::support::Window;

#[test]
fn the_end_is_followed_until_the_user_scrolls_away() {
    let mut window = Window::online();
    let line = |n: u32| Event::Reply {
        id: None,
        bot: None,
        text: format!("line {n}\nof several\nrows"),
        is_other_bot: false,
    };
    for n in 0..400 {
        window.engine.events.send(line(n));
    }
    window.harness.run();
    let newest = window.harness.get_by_label_contains("line 399").rect();
    assert!(newest.bottom() < 450.0 && newest.top() > 40.0, "the end is not in view: {newest:?}");
    assert!(!window.shows("line 200\n"), "everything is laid out");

    window.scrolls_up(3000.0);
    let in_view = |window: &Window| {
        let shown = window.harness.get_all_by_label_contains("of several");
        let shown = shown.filter(|node| node.rect().top() < 350.0);
        shown.map(|node| (node.value(), node.rect())).collect::<Vec<_>>()
    };
    let before = in_view(&window);
    assert!(!before.iter().any(|(text, _)| text.as_deref().is_some_and(|text| text.contains("399"))));
    window.happens(line(400));
    window.happens(line(401));
    window.happens(Event::GreetingAnswered { bytes: 1 });
    assert_eq!(in_view(&window), before, "the view jumped");
    // A screen reader gets the newest one all the same.
    let newest = window.harness.get_by_label_contains("line 401");
    assert!(newest.accesskit_node().live() == Live::Polite && newest.rect().top() > 300.0);
    window.click("2 new");
    window.harness.run();
    let newest = window.harness.get_by_label_contains("line 401").rect();
    assert!(newest.bottom() < 450.0, "not at the end: {newest:?}");
    assert!(!window.shows(" new"));
}

#[test]
fn the_view_stays_when_old_entries_are_dropped() {
    let mut window = Window::online();
    let line = |n: usize| Event::Reply {
        id: None,
        bot: None,
        text: format!("line {n}\nof several\nrows"),
        is_other_bot: false,
    };
    // The ready note is the first entry.
    for n in 1..MAX_ENTRIES {
        window.engine.events.send(line(n));
        if n % 200 == 0 {
            window.harness.run();
        }
    }
    window.harness.run();
    window.scrolls_up(3000.0);
    let middle = window.harness.get_all_by_label_contains("of several").nth(1).unwrap();
    let (label, before) =
        (middle.accesskit_node().label().or(middle.accesskit_node().value()).unwrap(), middle.rect());
    for n in 0..30 {
        window.happens(line(MAX_ENTRIES + n));
    }
    let after = window.harness.get_by_label(&label).rect();
    assert!((before.top() - after.top()).abs() < 1.0, "the view jumped from {before:?} to {after:?}");
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowUp);
    window.harness.run();
    window.press(Key::Home);
    assert!(window.shows("30 older messages are no longer kept"));
}

#[test]
fn tab_goes_through_what_is_seen_from_top_to_bottom() {
    let mut window = Window::online();
    let id = window.says("x");
    window.happens(Event::Failed { id, reason: FailedReason::ConnectionLost });
    window.press(Key::Escape);
    let name = "You, 14:01, failed, the connection ended before the answer came";
    let line = "Line between two parts";
    let order =
        ["Disconnect", name, "Try again", "Copy message", line, "Message", "Send", "More...", "Settings..."];
    for key in [Modifiers::NONE, Modifiers::SHIFT] {
        window.harness.get_by_label("Message").focus();
        window.harness.run();
        let mut at = 5;
        for _ in 0..2 * order.len() {
            window.harness.key_press_modifiers(key, Key::Tab);
            window.harness.run();
            at = (at + if key.shift { order.len() - 1 } else { 1 }) % order.len();
            let next = window.harness.get_all_by_label(order[at]).find(Node::is_focused);
            let next = next.unwrap_or_else(|| panic!("{} has no focus", order[at]));
            let inside = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(500.0, 450.0));
            assert!(inside.contains_rect(next.rect()), "{} is not to be seen", order[at]);
        }
    }
}

#[test]
fn the_text_box_is_as_high_as_its_line_is_dragged() {
    let mut window = Window::online();
    let before = window.harness.get_by_label("Message").rect();
    window.harness.drag_at(egui::pos2(200.0, before.top() - 8.0));
    window.harness.run();
    window.harness.drop_at(egui::pos2(200.0, before.top() - 48.0));
    window.harness.run();
    let after = window.harness.get_by_label("Message").rect();
    assert!((after.height() - before.height() - 40.0).abs() < 4.0, "{before:?}, {after:?}");
}

#[test]
fn a_long_text_that_is_pasted_is_seen_where_it_ends() {
    let mut window = Window::online();
    let text = "a line\n".repeat(200);
    window.harness.event(egui::Event::Paste(text));
    window.harness.run();
    let caret = window.harness.output().platform_output.ime.unwrap().cursor_rect;
    let below = window.harness.get_by_role_and_label(Role::Button, "More...").rect();
    assert!(caret.bottom() < below.top() && caret.top() > 250.0, "the caret is at {caret:?}");
}

#[test]
fn of_a_pasted_text_that_is_too_long_the_part_that_fits_is_laid_out_with_undo() {
    let mut window = Window::online();
    window.types("before ");
    window.harness.event(egui::Event::Paste("好".repeat(2_000_000)));
    window.harness.run();
    assert_eq!(window.draft(), format!("before {}", "好".repeat((32_768 - 7) / 3)));
    assert!(window.shows("The pasted text has 6000000 bytes"));
    window.click("Undo paste");
    assert_eq!(window.draft(), "before ");
    assert!(!window.shows("The pasted text"));
    window.harness.event(egui::Event::Paste("fits".to_owned()));
    window.harness.run();
    assert_eq!(window.draft(), "before fits");
}

#[test]
fn everything_is_usable_in_a_small_window() {
    let mut window = Window::with_size(320.0, 240.0);
    window.connect(Dialect::Records);
    let id = window.says("a message that is long enough to need more than one row of a small window");
    window.happens(Event::Failed { id, reason: FailedReason::ConnectionLost });
    let inside = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(320.0, 240.0));
    for label in ["Disconnect", "Send", "More..."] {
        let rect = window.harness.get_by_role_and_label(Role::Button, label).rect();
        assert!(inside.contains_rect(rect), "{label} at {rect:?}");
    }
    let text_box = window.harness.get_by_label("Message").rect();
    assert!(inside.contains_rect(text_box) && text_box.height() >= 20.0, "the text box at {text_box:?}");
}

#[test]
fn the_end_stays_in_view_when_the_window_shrinks() {
    let mut window = Window::online();
    for n in 0..50 {
        let text = format!("line {n} is long enough to need more rows in a window that is less wide");
        window.happens(Event::Reply { id: None, bot: None, text, is_other_bot: false });
    }
    window.harness.set_size(vec2(320.0, 240.0));
    window.harness.run();
    let newest = window.harness.get_by_label_contains("line 49").rect();
    let text_box = window.harness.get_by_label("Message").rect();
    assert!(newest.top() > 40.0 && newest.bottom() < text_box.top(), "{newest:?} behind {text_box:?}");
}
