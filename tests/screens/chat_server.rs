//! The chat server.

use std::sync::Arc;
use std::time::Duration;

use common::chat::ServerKey;
use common::config::CommandLine;
use common::engine::{Waker, link};
use common::net::{ConnectError, Reach};
use common::tr;
use common::window::SETTINGS_KEY;
use common::window::shell::Shell;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tcp_chat_server::bot::{AskError, BotError, BotFailure, ServiceFault};
use tcp_chat_server::bot::{BotRow, LastCall};
use tcp_chat_server::config::{Args, Config};
use tcp_chat_server::engine::{
    AccessState, BotTest, Client, ClientId, ClientRow, ClientState, DisconnectReason, Event, Excerpt, Link,
    ServerState, Snapshot, TestOutcome, Totals,
};
use tcp_chat_server::ui::ChatServer;

use crate::stage::{
    Album, DARK, DARK_CHINESE, LIGHT, LIGHT_CHINESE, LOOKS, Look, SMALLEST, open_dialog, open_shell, press,
    time,
};

const SIZE: [f32; 2] = [860.0, 600.0];

fn window(look: Look, size: [f32; 2], args: &[&str]) -> (Harness<'static, Shell<ChatServer>>, Link) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let harness = open_shell(look, size, config(args), handle, ChatServer::new);
    (harness, link)
}

fn config(args: &[&str]) -> Config {
    let args = std::iter::once("tcp-chat-server").chain(args.iter().copied());
    CommandLine::<Args>::of(args).unwrap().config().unwrap()
}

fn client(id: u64) -> Client {
    Client { id: ClientId(id), addr: format!("192.168.1.{}:{}", 20 + id, 46114 + id * 7).parse().unwrap() }
}

/// Clients in different states, and a log of how they came to be so.
fn listening(look: Look, size: [f32; 2]) -> (Harness<'static, Shell<ChatServer>>, Link) {
    let (harness, link) = window(look, size, &["--listen", "any"]);
    let local_addr = "0.0.0.0:6666".parse().unwrap();
    let error = BotError::TimedOut { after: Duration::from_secs(8) };
    let failure = BotFailure::Failed { bot: "Qingyun".to_owned(), error: error.clone() };
    let failed = Arc::new(AskError::NoReply { failures: vec![failure] });
    let mut snapshot = Snapshot {
        state: ServerState::Listening { local_addr },
        client_addr: Some("192.168.1.20:6666".parse().unwrap()),
        announced: Some(Ok("kitchen".to_owned())),
        access: AccessState { key: Some(ServerKey::of_hash([0x3e; 32])), ..AccessState::default() },
        ..Snapshot::default()
    };
    let bot = |name: &str, last| BotRow {
        name: name.to_owned(),
        notice: None,
        last,
        is_asked: false,
        again_at: None,
    };
    snapshot.bots = vec![
        bot("Qingyun", Some(LastCall::Failed { error, since: time("14:02:58") })),
        bot("Built-in", Some(LastCall::Answered { took: Duration::from_millis(812) })),
    ];
    let figures = [
        (ClientState::Idle, 3, 3, None),
        (ClientState::Asking, 12, 11, None),
        (ClientState::Waiting, 4, 2, Some(Arc::clone(&failed))),
    ];
    for (id, (state, asked, answered, last_error)) in (1..).zip(figures) {
        let row = ClientRow::new(client(id).addr, time(&format!("14:0{}:10", id - 1)));
        let (bytes_in, bytes_out) = (asked * 61, answered * 1312);
        let row = ClientRow { state, asked, answered, last_error, bytes_in, bytes_out, turn: 1, ..row };
        Arc::make_mut(&mut snapshot.clients).insert(ClientId(id), row);
    }
    snapshot.totals = Totals {
        connected: 5,
        refused: 1,
        asked: 19,
        answered: 16,
        failed: 1,
        bytes_in: 1159,
        bytes_out: 20_992,
    };
    snapshot.recently_answered = 3;
    link.snapshot.set(snapshot);
    for event in [
        Event::Listening { address: local_addr, reach: Reach::EveryNetwork },
        Event::Connected(client(1)),
        Event::Asked { client: client(1), text: Excerpt::new("天气深圳") },
        Event::Answered {
            client: client(1),
            bot: "Qingyun".to_owned(),
            text: Excerpt::new("深圳今天多云，22到27度"),
            elapsed: Duration::from_millis(812),
            failures: Vec::new(),
            is_news: false,
        },
        Event::Connected(client(3)),
        Event::Asked { client: client(3), text: Excerpt::new("tell me a joke") },
        Event::Failed { client: client(3), reason: failed.reason(), error: failed },
        Event::Disconnected { client: client(4), reason: DisconnectReason::Internal },
    ] {
        link.events.send(event);
    }
    (harness, link)
}

#[test]
fn it_listens() {
    let mut album = Album::default();
    for look in LOOKS {
        let (mut harness, _link) = listening(look, SIZE);
        album.add("chat-server-listening", look, &mut harness);
    }
    let (mut harness, _link) = listening(LIGHT, SMALLEST);
    album.add("chat-server-smallest", LIGHT, &mut harness);
    let (mut harness, _link) = listening(DARK, [1600.0, 1000.0]);
    album.add("chat-server-wide", DARK, &mut harness);
    let (mut harness, _link) = listening(LIGHT, SIZE);
    harness.run();
    press(&mut harness, &tr!("tcp-chat-server-log-unseen", count = 2));
    album.add("chat-server-log", LIGHT, &mut harness);
    // The row of a bot that is pointed at, and a client that is selected.
    let (mut harness, _link) = listening(DARK, SIZE);
    harness.run();
    press(&mut harness, "192.168.1.23:46135, waiting, next");
    press(&mut harness, "Disconnect 192.168.1.23:46135");
    let row = harness.get_by_label("Built-in").rect().center();
    harness.hover_at(row);
    album.add("chat-server-selected", DARK, &mut harness);
}

#[test]
fn it_is_stopped() {
    let (mut harness, _link) = window(DARK_CHINESE, SIZE, &[]);
    let mut album = Album::default();
    album.add("chat-server-stopped", DARK_CHINESE, &mut harness);
    let (mut harness, _link) = window(LIGHT, SIZE, &["--bot", "openai,builtin,qingyun"]);
    album.add("chat-server-stopped", LIGHT, &mut harness);
}

#[test]
fn a_bot_is_set_and_its_test_fails() {
    let (mut harness, link) = window(LIGHT_CHINESE, [720.0, 620.0], &["--bot", "openai,turing"]);
    let choices = config(&["--bot", "openai,turing"]).bots.choices().to_vec();
    for choice in &choices {
        press(&mut harness, &tr!("tcp-chat-server-bot-test-of", bot = choice.name()));
    }
    press(&mut harness, &tr!("tcp-chat-server-bot-settings-of", bot = "OpenAI-compatible"));
    link.snapshot.change(|snapshot| {
        let reason = ServiceFault::Network(ConnectError::Refused);
        let error = BotError::Unreachable { reason, host: "127.0.0.1:11434".to_owned() };
        let took = Duration::from_millis(1234);
        for (choice, outcome) in choices.into_iter().zip([
            TestOutcome::Failed { error, took },
            TestOutcome::Replied { text: "你好\n再见".to_owned(), took },
        ]) {
            snapshot.bot_tests.insert(choice.kind.word, BotTest { choice, outcome });
        }
    });
    Album::default().add("chat-server-bot", LIGHT_CHINESE, &mut harness);
}

#[test]
fn its_settings_lie_over_it() {
    let (mut harness, _link) = window(DARK, [720.0, 720.0], &[]);
    open_dialog(&mut harness, SETTINGS_KEY.modifiers, SETTINGS_KEY.logical_key);
    Album::default().add("chat-server-settings", DARK, &mut harness);
}

#[test]
fn its_keys_are_listed() {
    let (mut harness, _link) = window(LIGHT_CHINESE, SIZE, &[]);
    open_dialog(&mut harness, Modifiers::NONE, Key::F1);
    Album::default().add("chat-server-keys", LIGHT_CHINESE, &mut harness);
}
