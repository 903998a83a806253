//! Comfort: finding, clearing, walking, and what stays over a restart.

use std::sync::atomic::Ordering;

use common::chat::Dialect;
use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use tcp_chat_client::config::Config;
use tcp_chat_client::drafts::Drafts;
use tcp_chat_client::engine::{Command, FailedReason};
use tcp_chat_client::event::Event;

use super::support::Window;

#[test]
fn the_keyboard_comes_back_to_the_text_box() {
    let mut window = Window::online();
    window.press(Key::Escape);
    window.types("a");
    assert_eq!(window.draft(), "a");
    window.press(Key::F1);
    assert!(window.shows("From message to message"));
    window.press(Key::Escape);
    window.types("b");
    assert_eq!(window.draft(), "ab");
    window.harness.get_by_label("Disconnect").focus();
    window.harness.run();
    window.press(Key::F1);
    window.press(Key::Escape);
    assert!(window.harness.get_by_label("Disconnect").is_focused(), "the focus is lost");
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.harness.run();
    window.types("zzz");
    assert!(window.shows("Not found"));
    window.press(Key::Escape);
    window.types("c");
    assert_eq!(window.draft(), "abc");
}

#[test]
fn a_text_is_found_in_the_conversation_and_walked_through() {
    let mut window = Window::online();
    for n in 0..50 {
        let text = format!("number {n} of\nmany");
        window.happens(Event::Reply { id: None, bot: None, text, is_other_bot: false });
    }
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.harness.run();
    window.types("NUMBER 1");
    assert!(window.shows("11 of 11"));
    assert!(window.shows("number 19 of"), "the newest place is not in view");
    window.press(Key::Enter);
    assert!(window.shows("1 of 11") && window.shows("number 1 of"));
    window.click("Previous");
    assert!(window.shows("11 of 11") && window.shows("number 19 of"));
}

#[test]
fn what_comes_while_the_find_bar_is_open_is_found() {
    let mut window = Window::online();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.harness.run();
    window.types("needle");
    assert!(window.shows("Not found"));
    for n in 0..2 {
        window.happens(Event::Reply {
            id: None,
            bot: None,
            text: format!("needle {n}"),
            is_other_bot: false,
        });
    }
    assert!(window.shows("1 of 2") && !window.shows("Not found"));
    window.click("Next");
    assert!(window.shows("2 of 2"));
}

#[test]
fn a_conversation_is_cleared_and_brought_back() {
    let mut window = Window::online();
    let id = window.says("before");
    for _ in 0..2 {
        window.harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
        window.harness.run();
        assert!(window.shows("The conversation is cleared") && !window.shows("before"));
        window.happens(Event::Accepted { id, ahead: 0 });
        window.click("Undo clear");
        assert!(window.shows("before") && window.shows("asking"));
    }
}

#[test]
fn undo_does_not_bring_back_what_was_sent() {
    let mut window = Window::online();
    window.types("sent");
    // What is undone is what stood there for a while.
    window.harness.run_steps(20);
    window.press(Key::Enter);
    window.harness.run_steps(20);
    window.strikes(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.draft(), "");
    // Nor what was recalled, in place of the draft that came back.
    window.types("a draft");
    window.harness.run_steps(20);
    window.strikes(Modifiers::NONE, Key::ArrowUp);
    window.harness.run_steps(20);
    assert_eq!(window.draft(), "sent");
    window.press(Key::Enter);
    window.harness.run_steps(20);
    assert_eq!(window.draft(), "a draft");
    window.strikes(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.draft(), "a draft");
}

#[test]
fn what_came_while_nobody_looked_is_marked() {
    let mut window = Window::online();
    window.happens(Event::Reply { id: None, bot: None, text: "seen".into(), is_other_bot: false });
    assert!(window.harness.query_by_label("New").is_none());
    window.harness.input_mut().focused = false;
    window.harness.run();
    window.happens(Event::GreetingAnswered { bytes: 23 });
    assert!(window.shows("Not shown: 23 bytes") && window.harness.query_by_label("New").is_none());
    window.happens(Event::Reply { id: None, bot: None, text: "unseen".into(), is_other_bot: false });
    let (mark, unseen) =
        (window.harness.get_by_label("New").rect(), window.harness.get_by_label("unseen").rect());
    let note = window.harness.get_by_label_contains("Not shown: 23 bytes").rect();
    assert!(mark.bottom() <= unseen.top() && mark.top() >= note.bottom(), "above what nobody missed");
    window.harness.input_mut().focused = true;
    window.harness.run();
    assert!(window.harness.query_by_label("New").is_some(), "it went before it could be seen");
    window.says("read");
    assert!(window.harness.query_by_label("New").is_none());
}

#[test]
fn a_new_day_has_a_heading() {
    let mut window = Window::online();
    window.says("today");
    assert!(window.shows("Today") && !window.shows("November"));
    window.clock.0.store(10 * 3_600_000, Ordering::Relaxed);
    window.says("tomorrow");
    assert!(window.shows("Today") && window.shows("Sunday 22 November 2026"));
}

#[test]
fn a_message_is_walked_to_copied_and_acted_on_by_keyboard() {
    let mut window = Window::online();
    let id = window.says("first");
    window.happens(Event::Reply { id: Some(id), bot: None, text: "the answer".into(), is_other_bot: false });
    let id = window.says("second");
    window.happens(Event::Failed { id, reason: FailedReason::ConnectionLost });
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowUp);
    window.harness.run();
    window.press(Key::ArrowUp);
    window.harness.event(egui::Event::Copy);
    window.harness.step();
    let copied = |window: &Window| {
        window.harness.output().platform_output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    };
    assert_eq!(copied(&window).as_deref(), Some("the answer"));
    window.press(Key::ArrowDown);
    window.press(Key::Enter);
    assert!(
        matches!(window.command(), Some(Command::Send { text, .. }) if text == "second"),
        "not tried again"
    );
    window.press(Key::Escape);
    window.types("x");
    assert_eq!(window.draft(), "x");
    window.harness.get_by_label("the answer").hover();
    window.harness.run();
    let copy = window.harness.get_all_by_label("Copy message").next().unwrap();
    copy.click();
    window.harness.step();
    assert_eq!(copied(&window).as_deref(), Some("the answer"));
}

#[test]
fn a_streamed_reply_grows_in_its_place() {
    let mut window = Window::online();
    let id = window.says("x");
    let mut text = String::new();
    let mut top = None;
    for n in 0..200 {
        let piece = format!("word{n} ");
        text += &piece;
        window.happens(Event::Part { id, bot: None, text: piece });
        if n == 3 {
            top = Some(window.harness.get_by_label_contains("word0").rect().top());
        } else if n == 4 {
            let now = window.harness.get_by_label_contains("word0").rect().top();
            assert!(top.is_some_and(|top| (top - now).abs() < 1.0), "it moved within a row");
        }
    }
    assert!(window.shows("word199"), "the end is not in view");
    window.happens(Event::Reply { id: Some(id), bot: None, text, is_other_bot: false });
    assert!(window.shows("word199"));
}

#[test]
fn replies_of_a_million_rows_have_their_end_in_view_and_cost_a_few_pieces() {
    let mut window = Window::online();
    for n in 0..28 {
        let text = "x\n".repeat(80_000) + &format!("end {n}");
        window.happens(Event::Reply { id: None, bot: None, text, is_other_bot: false });
    }
    assert!(window.shows("end 27"));
    let labels = window.harness.query_all_by_role(Role::Label).count();
    assert!(labels < 20, "{labels} texts are laid out");
    let start = std::time::Instant::now();
    for _ in 0..20 {
        window.scrolls_up(500.0);
    }
    // 10 ms a frame unoptimised, on a machine that has other things to do.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    assert!(!window.shows("end 27"));
    window.click("Go to newest");
    assert!(window.shows("end 27"));
}

#[test]
fn what_was_written_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let restart = || Window::with(500.0, 450.0, Config::default(), Drafts::of_folder(folder.path()));
    let mut window = restart();
    window.connect(Dialect::Records);
    window.loses();
    window.types("not sent");
    window.press(Key::Enter);
    window.types("a draft");
    window.ends();
    drop(window);
    let mut window = restart();
    assert_eq!(window.draft(), "a draft");
    assert!(window.shows("not sent, there is no connection"));
    window.connect(Dialect::Records);
    window.click("Try again");
    assert!(matches!(window.command(), Some(Command::Send { text, .. }) if text == "not sent"));
}

#[test]
fn what_was_cleared_away_is_neither_kept_nor_sent() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { send_unsent: true, ..Config::default() };
    let restart = || Window::with(500.0, 450.0, config.clone(), Drafts::of_folder(folder.path()));
    let mut window = restart();
    window.connect(Dialect::Records);
    window.loses();
    window.types("not sent");
    window.press(Key::Enter);
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    window.harness.run();
    assert!(window.shows("The conversation is cleared, with a message that was not sent"));
    window.connect(Dialect::Records);
    assert_eq!(window.command(), None, "it is sent though nobody sees it");
    window.loses();
    window.ends();
    drop(window);
    assert!(!restart().shows("not sent"), "it comes back");
}

#[test]
fn only_what_was_said_is_selected_and_copied() {
    let mut window = Window::online();
    let id = window.says("hello");
    window.happens(Event::Failed { id, reason: FailedReason::ConnectionLost });
    let (head, text) =
        (window.harness.get_by_label("You").rect(), window.harness.get_by_label("hello").rect());
    let mut copied = |from: egui::Pos2, to: egui::Pos2| {
        window.harness.drag_at(from);
        window.harness.run();
        window.harness.drop_at(to);
        window.harness.run();
        window.harness.event(egui::Event::Copy);
        window.harness.step();
        window.harness.output().platform_output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.trim().to_owned()),
            _ => None,
        })
    };
    assert_eq!(copied(text.left_center(), text.right_center()).as_deref(), Some("hello"));
    for (from, to) in [
        (head.left_top(), egui::pos2(480.0, text.bottom())),
        (text.left_top(), egui::pos2(480.0, head.top())),
    ] {
        let copied = copied(from, to);
        assert!(copied.as_deref().is_none_or(|text| "hello".contains(text)), "{copied:?}");
    }
}

#[test]
fn the_window_speaks_chinese() {
    let mut window = Window::online();
    let id = window.says("x");
    window.happens(Event::Accepted { id, ahead: 2 });
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    window.harness.run();
    window.harness.get_by_role_and_label(Role::ComboBox, "Language").click();
    window.harness.run();
    window.harness.get_by_label("简体中文").click();
    window.harness.run();
    window.press(Key::Escape);
    window.press(Key::Escape);
    for text in
        ["已连接到 127.0.0.1:6666，由 Qingyun 回答，未加密", "排队中，前面还有 2 条", "停止", "更多..."]
    {
        assert!(window.shows(text), "{text}");
    }
    assert!(!window.shows("Connected"), "a note stays in the language it was made in");
}

#[test]
fn earlier_messages_come_back_with_the_arrow_and_the_draft_at_last() {
    let mut window = Window::online();
    window.says("first");
    window.says("second");
    window.types("draft");
    for (key, text) in [
        (Key::ArrowUp, "second"),
        (Key::ArrowUp, "first"),
        (Key::ArrowUp, "first"),
        (Key::ArrowDown, "second"),
        (Key::ArrowDown, "draft"),
        (Key::ArrowDown, "draft"),
    ] {
        window.press(key);
        assert_eq!(window.draft(), text);
    }
    // In a text of several rows the arrows move the cursor first.
    window.harness.key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    window.harness.run();
    window.press(Key::ArrowUp);
    assert_eq!(window.draft(), "draft\n");
    window.press(Key::ArrowUp);
    window.press(Key::Enter);
    assert!(matches!(window.command(), Some(Command::Send { text, .. }) if text == "second"));
    assert_eq!(window.draft(), "draft\n", "the draft is lost");
}

#[test]
fn the_arrow_brings_back_a_message_right_after_it_was_sent() {
    let mut window = Window::online();
    window.types("x");
    // However few frames there are between the two keys.
    for frames in 0..4 {
        window.strikes(Modifiers::NONE, Key::Enter);
        (0..frames).for_each(|_| window.harness.step());
        window.strikes(Modifiers::NONE, Key::ArrowUp);
        let has_focus = window.harness.get_by_label("Message").is_focused();
        assert!(has_focus, "the keyboard went elsewhere after {frames} frames");
        assert_eq!(window.draft(), "x", "after {frames} frames");
        window.harness.run();
    }
}

#[test]
fn the_arrows_belong_to_the_input_method_while_it_composes() {
    let mut window = Window::online();
    window.says("first");
    let (text, active_range_chars) = ("ni".to_owned(), None);
    window.harness.event(egui::Event::Ime(egui::ImeEvent::Preedit { text, active_range_chars }));
    window.harness.run();
    assert_eq!(window.draft(), "ni", "the composition is not shown");
    assert!(window.harness.output().platform_output.ime.is_some(), "the input method has no place");
    window.press(Key::ArrowUp);
    window.press(Key::Enter);
    assert_eq!((window.command(), window.draft().as_str()), (None, "ni"));
}

#[test]
fn a_composition_ends_with_the_focus() {
    let mut window = Window::online();
    let (text, active_range_chars) = ("ni".to_owned(), None);
    window.harness.event(egui::Event::Ime(egui::ImeEvent::Preedit { text, active_range_chars }));
    window.harness.run();
    // The input method says nothing about it.
    window.harness.get_by_label("Disconnect").focus();
    window.harness.run();
    window.harness.get_by_role(Role::MultilineTextInput).focus();
    window.harness.run();
    window.types("hello");
    window.press(Key::Enter);
    assert!(matches!(window.command(), Some(Command::Send { .. })), "Enter is still the input method's");
}

#[test]
fn what_is_typed_behind_enter_before_the_next_frame_is_the_next_message() {
    let mut window = Window::online();
    // All in one frame: the harness would give each event one of its own.
    let enter = egui::Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let events = &mut window.harness.input_mut().events;
    for text in ["one", "two"] {
        events.extend([egui::Event::Text(text.to_owned()), enter.clone()]);
    }
    events.push(egui::Event::Text("three".to_owned()));
    window.harness.run();
    for text in ["one", "two"] {
        assert!(matches!(window.command(), Some(Command::Send { text: sent, .. }) if sent == text), "{text}");
    }
    let field = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message");
    assert_eq!(field.value().as_deref(), Some("three"));
}

#[test]
fn the_list_of_keys_fits_into_a_small_window() {
    for size in [[320.0, 240.0], [230.0, 260.0]] {
        let mut window = Window::with_size(size[0], size[1]);
        window.press(Key::F1);
        for part in ["Ctrl+F, F3, Shift+F3", "Your earlier and later messages"] {
            let text = window.harness.get_by_label_contains(part).rect();
            assert!(text.left() >= 0.0 && text.right() <= size[0], "{part} at {text} in {size:?}");
        }
    }
}
