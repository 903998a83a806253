//! The window against a hand-fed link, by role and label.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod comfort;
mod found;
mod layout;
mod server;
mod support;
mod trust;
mod unsent;

use std::sync::atomic::Ordering;

use common::chat::{Dialect, FailReason, MAX_TEXT_BYTES};
use eframe::egui::accesskit::{Live, Role};
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tcp_chat_client::engine::{Command, DisconnectReason, FailedReason, MessageId, Target};

use support::{Window, target};
use tcp_chat_client::config::Config;
use tcp_chat_client::drafts::Drafts;
use tcp_chat_client::event::Event;

#[test]
fn each_state_of_the_connection_is_a_sentence() {
    let mut window = Window::new();
    window.happens(Event::Connecting { target: target(), attempt: 1 });
    assert!(window.shows("Connecting to 127.0.0.1:6666"));
    let reason = DisconnectReason::Refused { address: target() };
    window.happens(Event::Retrying { reason, retry_in_ms: 3800, attempt: 2 });
    assert!(window.shows("No server at 127.0.0.1:6666") && window.shows("trying again in 4 s"));
    window.clock.0.store(2000, Ordering::Relaxed);
    window.harness.run();
    assert!(window.shows("trying again in 2 s"), "it does not count down");
    window.happens(Event::Connecting { target: target(), attempt: 2 });
    assert!(window.shows("Connecting to 127.0.0.1:6666, attempt 2"));
    window.happens(Event::Reached { target: target() });
    assert!(window.shows("Reached 127.0.0.1:6666, waiting for its greeting"));
    window.connect(Dialect::Records);
    assert!(window.shows("Connected to 127.0.0.1:6666, Qingyun answers, not encrypted"));
    assert!(window.shows("Connected! Ready to chat! :)"));
    let reason = DisconnectReason::Closed { address: target() };
    window.happens(Event::Retrying { reason, retry_in_ms: 500, attempt: 1 });
    assert!(window.shows("127.0.0.1:6666 closed the connection, trying again in 1 s"));
    window.connect(Dialect::Plain);
    assert!(window.shows("Connected to 127.0.0.1:6666, a plain server, not encrypted"));
    window.happens(Event::Disconnected { target: target() });
    assert!(window.shows("Not connected") && window.shows("Disconnected from 127.0.0.1:6666"));
}

#[test]
fn an_empty_chat_without_a_server_holds_the_address_in_its_middle() {
    let mut window = Window::new();
    let reason = DisconnectReason::Refused { address: target() };
    window.happens(Event::Retrying { reason, retry_in_ms: 3800, attempt: 2 });
    let place = |window: &Window| {
        let field = window.harness.get_by_role_and_label(Role::TextInput, "Server").rect();
        (field, window.harness.get_by_label("No server at 127.0.0.1:6666").rect())
    };
    let before = place(&window);
    let middle = window.harness.ctx.content_rect().center();
    assert!((before.0.top() - middle.y).abs() < 60.0, "{before:?}");
    assert!((before.1.center().x - middle.x).abs() < 2.0, "{before:?}");
    // Nothing moves while it is tried again.
    window.happens(Event::Connecting { target: target(), attempt: 2 });
    assert_eq!(place(&window), before);
    window.retypes("Server", "10.0.0.7");
    window.press(Key::Enter);
    let there = Target { host: "10.0.0.7".parse().unwrap(), ..target() };
    assert_eq!(window.command(), Some(Command::Connect(there)));
    // Where there is something to read, it is said beside the lamp.
    window.connect(Dialect::Records);
    window.loses();
    assert!(window.harness.get_by_role_and_label(Role::TextInput, "Server").rect().top() < 100.0);
}

#[test]
fn the_connection_is_ended_and_begun_by_its_button() {
    let mut window = Window::online();
    window.click("Disconnect");
    assert_eq!(window.command(), Some(Command::Disconnect));
    window.happens(Event::Disconnected { target: target() });
    window.click("Connect");
    assert_eq!(window.command(), Some(Command::Connect(target())));
}

#[test]
fn a_lost_connection_is_left_alone_where_the_user_wants_that() {
    let config = Config { reconnect: false, ..Config::default() };
    let mut window = Window::with(500.0, 450.0, config, Drafts::default());
    window.connect(Dialect::Records);
    window.loses();
    assert_eq!(window.command(), Some(Command::Disconnect));
    window.happens(Event::Disconnected { target: target() });
    assert!(window.shows("127.0.0.1:6666 closed the connection") && !window.shows("trying again"));
    window.click("Connect");
    assert_eq!(window.command(), Some(Command::Connect(target())));
}

#[test]
fn a_conversation_says_who_what_and_when() {
    let mut window = Window::online();
    let id = window.says("hello");
    window.clock.0.store(60_000, Ordering::Relaxed);
    window.happens(Event::Reply {
        id: Some(id),
        bot: Some("Qingyun".into()),
        text: "hello\r\nto <b>you\u{1b}".into(),
        is_other_bot: false,
    });
    for label in ["You", "14:01", "hello", "Qingyun", "14:02"] {
        assert!(window.harness.query_all_by_role_and_label(Role::Label, label).next().is_some(), "{label}");
    }
    // Plain text, and the whole of it in one label, which is read out.
    let reply = window.harness.get_by_label(
        r"hello
to <b>you\x1B",
    );
    assert_eq!(reply.accesskit_node().live(), Live::Polite);
    let id = window.says("1+1");
    window.happens(Event::Reply {
        id: Some(id),
        bot: Some("Built-in".into()),
        text: "2".into(),
        is_other_bot: false,
    });
    assert!(window.harness.query_all_by_role_and_label(Role::Label, "Built-in").next().is_some());
    assert!(window.shows("Connected to 127.0.0.1:6666, Built-in answers, not encrypted"));
    assert_eq!(window.harness.get_by_label_contains("to <b>you").accesskit_node().live(), Live::Off);
    window.happens(Event::Reply {
        id: None,
        bot: Some("Qingyun".into()),
        text: "back".into(),
        is_other_bot: false,
    });
    assert!(window.shows("Connected to 127.0.0.1:6666, Qingyun answers, not encrypted"));
}

#[test]
fn each_state_of_a_message_is_said() {
    let mut window = Window::online();
    let id = window.says("x");
    assert!(window.shows("sending"));
    window.happens(Event::Accepted { id, ahead: 2 });
    assert!(window.shows("waiting, 2 ahead"));
    window.happens(Event::Accepted { id, ahead: 0 });
    assert!(window.shows("asking"));
    window.happens(Event::Thinking { id });
    assert!(window.shows("thinking") && window.shows("Stop"));
    window.happens(Event::Part { id, bot: None, text: "once upon".into() });
    assert!(window.shows("answering") && window.shows("once upon"));
    let beginning = window.harness.get_by_label_contains("once upon").accesskit_node().id();
    window.happens(Event::Reply {
        id: Some(id),
        bot: None,
        text: "once upon a time".into(),
        is_other_bot: false,
    });
    assert!(window.shows("once upon a time") && !window.shows("answered"), "success needs no word");
    let whole = window.harness.get_by_label("once upon a time");
    assert_eq!(whole.accesskit_node().live(), Live::Polite);
    // Bridges to screen readers say a text that is there already only where it changes, and the last part changes nothing.
    assert_ne!(whole.accesskit_node().id(), beginning);
    assert!(!window.shows("Stop") && !window.shows("Try again") && window.shows("Send"));
}

#[test]
fn a_running_message_is_stopped() {
    let mut window = Window::online();
    let id = window.says("x");
    window.click("Stop");
    assert_eq!(window.command(), Some(Command::Cancel { id }));
    window.happens(Event::Failed { id, reason: FailedReason::Cancelled });
    assert!(window.shows("stopped by you") && !window.shows("failed"), "it was wanted");
    assert!(window.shows("Send") && !window.shows("Stop"));

    let mut window = Window::new();
    window.connect(Dialect::Plain);
    let id = window.says("x");
    window.happens(Event::Accepted { id, ahead: 0 });
    assert!(window.shows("asking") && !window.shows("Stop"), "a plain server cannot be told to stop");
}

#[test]
fn a_failed_message_says_why_and_is_sent_again_as_a_new_one() {
    let mut window = Window::online();
    let id = window.says("again");
    let reason = FailedReason::Server {
        reason: FailReason::BotTimeout,
        said: "the bot did not answer within 8 s".into(),
    };
    window.happens(Event::Failed { id, reason });
    assert!(window.shows("failed, the bot did not answer within 8 s"));
    window.click("Try again");
    let Some(Command::Send { id: second, text }) = window.command() else { panic!("nothing is sent") };
    assert_eq!(text, "again");
    assert!(second > id);
    assert!(!window.shows("Try again"), "it could be sent a third time");
    assert_eq!(window.draft(), "");
}

#[test]
fn enter_sends_and_shift_enter_breaks_the_line() {
    let mut window = Window::online();
    window.types("one");
    window.harness.key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    window.harness.run();
    assert_eq!(window.command(), None);
    window.types("two");
    assert_eq!(window.draft(), "one\ntwo");
    window.press(Key::Enter);
    let sent = Command::Send { id: MessageId(1), text: "one\ntwo".to_owned() };
    assert_eq!(window.command(), Some(sent));
    assert_eq!(window.draft(), "");
    window.says("the focus is still there");
}

#[test]
fn the_button_sends_and_gives_the_focus_back() {
    let mut window = Window::online();
    window.types("one");
    window.click("Send");
    assert!(matches!(window.command(), Some(Command::Send { .. })));
    window.says("two");
}

#[test]
fn enter_that_ends_a_composition_does_not_send() {
    let preedit = |text: &str| {
        let (text, active_range_chars) = (text.to_owned(), None);
        egui::Event::Ime(egui::ImeEvent::Preedit { text, active_range_chars })
    };
    let commit = |text: &str| egui::Event::Ime(egui::ImeEvent::Commit(text.to_owned()));
    let mut window = Window::online();
    window.types("a");
    // The composition ends with Enter: in one frame, or Enter first.
    window.harness.event(preedit("ni"));
    window.harness.run();
    window.harness.input_mut().events.push(commit("ni"));
    window.press(Key::Enter);
    assert_eq!((window.command(), window.draft()), (None, "ani".to_owned()));
    window.harness.event(preedit("hao"));
    window.harness.run();
    window.press(Key::Enter);
    assert_eq!(window.command(), None);
    window.harness.event(commit("hao"));
    window.harness.run();
    assert_eq!(window.draft(), "anihao");
    // The next Enter is the user's own. A composition that was given up counts as ended.
    window.harness.event(preedit("x"));
    window.harness.run();
    window.harness.event(preedit(""));
    window.harness.run();
    window.press(Key::Enter);
    assert!(matches!(window.command(), Some(Command::Send { text, .. }) if text == "anihao"));
}

#[test]
fn ctrl_enter_does_not_send_what_an_input_method_has_not_finished() {
    let mut window = Window::online();
    let ctrl_enter = |window: &mut Window| window.strikes(Modifiers::COMMAND, Key::Enter);
    window.types("a");
    let (text, active_range_chars) = ("ni".to_owned(), None);
    window.harness.event(egui::Event::Ime(egui::ImeEvent::Preedit { text, active_range_chars }));
    window.harness.run();
    ctrl_enter(&mut window);
    assert_eq!(window.command(), None, "a text that is being composed is sent");
    // The key and what it commits in one frame.
    window.harness.input_mut().events.push(egui::Event::Ime(egui::ImeEvent::Commit("你".to_owned())));
    ctrl_enter(&mut window);
    assert_eq!((window.command(), window.draft()), (None, "a你".to_owned()));
    ctrl_enter(&mut window);
    assert!(matches!(window.command(), Some(Command::Send { text, .. }) if text == "a你"));
}

#[test]
fn what_is_not_sent_stays_and_says_why() {
    let mut window = Window::online();
    window.types(" \n ");
    window.press(Key::Enter);
    assert_eq!(window.command(), None, "a blank message is sent");
    window.types(&"x".repeat(MAX_TEXT_BYTES));
    assert!(window.shows("The message has 32771 bytes, the limit is 32768"));
    window.press(Key::Enter);
    assert_eq!(window.command(), None);
    assert_eq!(window.draft().len(), MAX_TEXT_BYTES + 3);
}

#[test]
fn what_is_too_long_for_the_server_stays_and_says_so() {
    let mut window = Window::online();
    let id = window.says("123456");
    window.happens(Event::Failed { id, reason: FailedReason::ConnectionLost });
    window.connect_with(Dialect::Records, None, 5);
    window.types("1234567");
    window.press(Key::Enter);
    assert!(window.shows("The message has 7 bytes, the limit is 5"));
    assert_eq!((window.command(), window.draft()), (None, "1234567".to_owned()));
    window.click("Try again");
    assert!(window.shows("The message has 6 bytes, the limit is 5"));
    assert_eq!(window.command(), None);
}

#[test]
fn a_full_queue_keeps_the_draft() {
    let mut window = Window::online();
    let mut sent = 0;
    loop {
        window.types("x");
        window.press(Key::Enter);
        if window.draft() == "x" {
            break;
        }
        sent += 1;
        assert!(sent < 1000, "the queue is never full");
    }
    assert!(window.shows("Busy, your text is kept, try again"));
    for _ in 0..sent {
        assert!(window.command().is_some());
    }
    window.press(Key::Enter);
    assert!(matches!(window.command(), Some(Command::Send { id, .. }) if id == MessageId(sent + 1)));
    assert_eq!(window.draft(), "");
}

#[test]
fn a_window_that_would_lose_an_answer_asks_before_it_closes() {
    let mut window = Window::online();
    let id = window.says("x");
    assert!(window.asks_to_close());
    window.harness.run();
    assert!(window.shows("One message has no answer yet; the answer will be lost"));
    window.press(Key::Escape);
    assert!(!window.shows("Close anyway"));
    window.happens(Event::Reply { id: Some(id), bot: None, text: "y".into(), is_other_bot: false });
    assert!(!window.asks_to_close(), "nothing would be lost");
}

#[test]
fn a_window_that_would_lose_an_answer_asks_before_it_leaves_its_server() {
    let mut window = Window::online();
    window.says("x");
    window.click("Disconnect");
    assert_eq!(window.command(), None, "unasked");
    assert!(window.shows("Leave this server?") && window.shows("the answer will be lost"));
    // A second Enter loses nothing.
    window.press(Key::Enter);
    assert!(!window.shows("Leave this server?"));
    assert_eq!(window.command(), None);
    window.click("Disconnect");
    window.click("Leave anyway");
    assert_eq!(window.command(), Some(Command::Disconnect));

    // The answer comes while it asks: nothing is lost any more.
    let mut window = Window::online();
    let id = window.says("x");
    window.click("Disconnect");
    window.happens(Event::Reply { id: Some(id), bot: None, text: "y".into(), is_other_bot: false });
    assert!(!window.shows("Leave this server?"));
    assert_eq!(window.command(), Some(Command::Disconnect));

    // What was typed is still there for who stays, and the draft is said to nobody.
    let mut window = Window::online();
    window.says("x");
    window.types("draft");
    window.click("More...");
    window.harness.get_by_label_contains("Change server...").click();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let invitation = "tcp-chat://10.0.0.7:7777/?pass=otter";
    window.harness.event(egui::Event::Paste(invitation.to_owned()));
    window.harness.run();
    assert!(window.shows("Leave this server?"));
    window.press(Key::Enter);
    assert!(!window.shows("Leave this server?"), "the keyboard is not in the question");
    assert_eq!((window.command(), window.draft().as_str()), (None, "draft"));
    let field = window.harness.get_by_role_and_label(Role::TextInput, "Server");
    assert_eq!(field.value().as_deref(), Some(invitation), "with its key and its pass phrase");

    // For another server, too, and what named it stays until that is done.
    let mut window = Window::online();
    window.says("x");
    let invitation = "tcp-chat://10.0.0.7:7777/?pass=otter";
    window.harness.event(egui::Event::Paste(invitation.to_owned()));
    window.harness.run();
    window.click("Connect");
    window.press(Key::Escape);
    assert_eq!((window.command(), window.draft().as_str()), (None, invitation));
    window.click("Connect");
    window.click("Leave anyway");
    assert!(matches!(window.command(), Some(Command::Connect(target)) if target.port == 7777));
    assert_eq!(window.draft(), "");
}

#[test]
fn the_question_before_closing_goes_with_its_reason() {
    let mut window = Window::online();
    let id = window.says("x");
    assert!(window.asks_to_close());
    window.harness.run();
    assert!(window.shows("Close the window?"));
    window.happens(Event::Reply { id: Some(id), bot: None, text: "y".into(), is_other_bot: false });
    assert!(!window.shows("Close the window?"));
    window.types("z");
    assert_eq!(window.draft(), "z", "the keyboard is not back");
}

#[test]
fn stop_stands_where_send_did_and_stops_what_is_being_answered() {
    let mut window = Window::online();
    let send = window.harness.get_by_role_and_label(Role::Button, "Send").rect();
    let [first, second] = ["a", "b"].map(|text| window.says(text));
    window.happens(Event::Accepted { id: first, ahead: 0 });
    window.happens(Event::Accepted { id: second, ahead: 1 });
    window.click("Cancel");
    assert_eq!(window.command(), Some(Command::Cancel { id: second }), "the one that waits");
    window.happens(Event::Part { id: first, bot: None, text: "a long\nstory\n".repeat(100) });
    assert_eq!(window.harness.get_by_role_and_label(Role::Button, "Stop").rect(), send, "it moved");
    window.click("Stop");
    assert_eq!(window.command(), Some(Command::Cancel { id: first }));
    window.press(Key::Escape);
    assert_eq!(window.command(), Some(Command::Cancel { id: first }), "Esc does the same");
    window.happens(Event::Failed { id: first, reason: FailedReason::Cancelled });
    window.click("Stop");
    assert_eq!(window.command(), Some(Command::Cancel { id: second }), "its turn has come");
    window.happens(Event::Failed { id: second, reason: FailedReason::Cancelled });
    window.press(Key::Escape);
    assert_eq!(window.command(), None);
    // Esc that belongs to something else stops nothing.
    let id = window.says("c");
    window.press(Key::F1);
    window.press(Key::Escape);
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.harness.run();
    window.press(Key::Escape);
    assert_eq!(window.command(), None, "{id:?} is stopped by the way");
}

#[test]
fn the_list_of_keys_has_those_that_send_stop_and_turn_pages() {
    let mut window = Window::new();
    window.press(Key::F1);
    for (keys, meaning) in [
        ("Enter, Ctrl+Enter", "Send"),
        ("Esc", "Stop the answer that is coming"),
        ("PageUp, PageDown", "A page up or down"),
    ] {
        assert!(window.shows(keys) && window.shows(meaning), "{keys}");
    }
}

#[test]
fn an_empty_chat_says_what_one_can_try() {
    let mut window = Window::new();
    assert!(!window.shows("roll 2d6"), "nobody can be asked yet");
    window.connect(Dialect::Records);
    window.types("a draft");
    window.click("roll 2d6");
    assert!(matches!(window.command(), Some(Command::Send { text, .. }) if text == "roll 2d6"));
    assert_eq!(window.draft(), "a draft");
    assert!(!window.shows("what time is it?"), "it stands in the way");
}
