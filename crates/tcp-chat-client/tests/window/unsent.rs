//! Messages that wait: for a connection, for the user, and over a restart.

use common::chat::Dialect;
use eframe::egui::Key;
use egui_kittest::kittest::Queryable as _;
use tcp_chat_client::config::Config;
use tcp_chat_client::drafts::Drafts;
use tcp_chat_client::engine::Command;

use super::support::Window;

#[test]
fn what_is_said_without_a_connection_is_sent_when_the_user_wants_it() {
    let mut window = Window::online();
    window.loses();
    for text in ["one", "two"] {
        window.types(text);
        window.press(Key::Enter);
    }
    assert_eq!((window.command(), window.draft().as_str()), (None, ""));
    assert!(window.shows("not sent, there is no connection"));
    let send = window.harness.get_all_by_label("Send when back").next().unwrap();
    send.click();
    window.harness.run();
    assert!(window.shows("will be sent when the connection is back"));
    window.connect(Dialect::Records);
    assert!(matches!(window.command(), Some(Command::Send { text, .. }) if text == "one"));
    assert_eq!(window.command(), None, "nobody wanted that");
    assert!(
        window.shows("Not sent, there was no connection")
            || window.shows("not sent, there was no connection")
    );
    assert!(!window.shows("there is no connection"), "beside a connection");
    window.click("Discard");
    assert!(window.shows("not sent, discarded") && !window.shows("Try again"));
}

#[test]
fn what_is_said_without_a_connection_is_sent_by_itself_where_the_settings_say_so() {
    let config = Config { send_unsent: true, ..Config::default() };
    let mut window = Window::with(500.0, 450.0, config, Drafts::default());
    window.connect(Dialect::Records);
    window.loses();
    for text in ["one", "two", "three"] {
        window.types(text);
        window.press(Key::Enter);
    }
    window.harness.get_all_by_label("Don't send").nth(1).unwrap().click();
    window.harness.run();
    window.connect(Dialect::Records);
    let sent: Vec<_> = std::iter::from_fn(|| window.command()).collect();
    let texts = sent.iter().map(|command| match command {
        Command::Send { text, .. } => text.as_str(),
        _ => "",
    });
    assert_eq!(texts.collect::<Vec<_>>(), ["one", "three"]);
}

#[test]
fn a_window_that_would_lose_only_unsent_messages_says_how_many() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::with(500.0, 450.0, Config::default(), Drafts::of_folder(folder.path()));
    window.connect(Dialect::Records);
    window.loses();
    // A folder is in the way of the file.
    let obstacle = folder.path().join("draft-1.json");
    std::fs::create_dir(&obstacle).unwrap();
    for text in ["a", "b"] {
        window.types(text);
        window.press(Key::Enter);
    }
    assert!(window.asks_to_close(), "they would be lost");
    window.harness.run();
    assert!(window.shows("2 messages were not sent and cannot be kept; they will be lost"));
    assert!(!window.shows("no answer yet"));
    window.press(Key::Escape);
    std::fs::remove_dir(&obstacle).unwrap();
    assert!(!window.asks_to_close(), "they are kept");
}

#[test]
fn what_could_not_be_written_is_tried_again_while_the_window_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::with(500.0, 450.0, Config::default(), Drafts::of_folder(folder.path()));
    // A folder is in the way of the file.
    let obstacle = folder.path().join("draft-1.json");
    std::fs::create_dir(&obstacle).unwrap();
    window.types("not sent");
    window.press(Key::Enter);
    assert!(window.asks_to_close(), "it would be lost");
    window.press(Key::Escape);
    let pass = |window: &mut Window, seconds: f64| {
        let now = window.harness.ctx.input(|input| input.time);
        window.harness.input_mut().time = Some(now + seconds);
        window.harness.step();
    };
    std::fs::remove_dir(&obstacle).unwrap();
    let (file, start) = (folder.path().join("draft-1.json"), std::time::Instant::now());
    while !file.exists() {
        assert!(start.elapsed().as_secs() < 20, "it is not tried again");
        // More than the pause after a failure.
        pass(&mut window, 10.0);
        std::thread::yield_now();
    }
}

#[test]
fn what_was_written_for_another_server_waits_for_the_user() {
    let config = Config { send_unsent: true, ..Config::default() };
    let folder = tempfile::tempdir().unwrap();
    let restart = || Window::with(500.0, 450.0, config.clone(), Drafts::of_folder(folder.path()));
    let mut window = restart();
    window.connect(Dialect::Records);
    window.loses();
    window.types("secret");
    window.press(Key::Enter);
    window.ends();
    drop(window);
    let file = folder.path().join("draft-1.json");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("127.0.0.1:6666"), "{text}");
    std::fs::write(&file, text.replace(":6666", ":7777")).unwrap();
    let mut window = restart();
    assert!(window.shows("not sent, meant for 127.0.0.1:7777"));
    window.connect(Dialect::Records);
    assert_eq!(window.command(), None, "it is sent to another server");
    window.click("Send now");
    assert!(matches!(window.command(), Some(Command::Send { text, .. }) if text == "secret"));
}
