//! The bots' panel against a link that is fed by hand.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::time::Duration;

use common::config::CommandLine;
use common::engine::{SystemClock, Waker, link};
use common::texts::{Language, set_language};
use common::window::prepare;
use common::window::shell::Shell;
use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tcp_chat_server::bot::BotRow;
use tcp_chat_server::bot::{Advice, BotError, BotNotice, KeySource, KeyStoreError, MissingKey, Secret};
use tcp_chat_server::config::{Args, Config};
use tcp_chat_server::engine::{
    BotTest, Command, Event, Handle, KeyNote, Link, ServerState, Snapshot, TestOutcome,
};
use tcp_chat_server::ui::{ChatServer, WINDOW};

type App = Shell<ChatServer>;

fn app(handle: Handle, config: Config) -> App {
    Shell::for_test(WINDOW, config, handle, SystemClock, ChatServer::new)
}

fn config(args: &[&str]) -> Config {
    let args = std::iter::once("tcp-chat-server").chain(args.iter().copied());
    CommandLine::<Args>::of(args).unwrap().config().unwrap()
}

fn window(args: &[&str], size: [f32; 2]) -> (Harness<'static, App>, Link) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let config = config(args);
    let mut harness = Harness::builder()
        .with_max_steps(30)
        .with_size(size)
        .with_context_setup(prepare)
        // Which fonts there are is not what is tested.
        .allow_missing_glyphs()
        .build_eframe(|_| app(handle, config));
    harness.run();
    (harness, link)
}

const WIDE: [f32; 2] = [720.0, 900.0];

fn press(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label(label).scroll_to_me();
    harness.run();
    harness.get_by_label(label).click();
    harness.run();
}

/// Chooses what the menu of a bot's row offers.
fn choose(harness: &mut Harness<'_, App>, bot: &str, item: &str) {
    press(harness, &format!("More for {bot}"));
    harness.get_by_label(item).click();
    harness.run();
}

/// Types `text` into the field of this label and role.
fn type_into(harness: &mut Harness<'_, App>, role: egui::accesskit::Role, label: &str, text: &str) {
    let field = harness.get_by(|node| node.role() == role && node.label().as_deref() == Some(label));
    field.focus();
    field.type_text(text);
    harness.run();
}

use egui::accesskit::Role::{PasswordInput, TextInput};

#[test]
fn bots_are_chosen_ordered_and_set() {
    let (mut harness, mut link) = window(&["--bot", "qingyun,builtin"], WIDE);
    press(&mut harness, "+ Add");
    press(&mut harness, "OpenAI-compatible");
    assert!(harness.get_by_role_and_label(TextInput, "Address").is_focused());
    harness.get_by_label("Asked first, before Qingyun");
    choose(&mut harness, "Built-in", "Remove");
    type_into(&mut harness, TextInput, "Model", "little");
    type_into(&mut harness, TextInput, "Address", "http://127.0.0.1:1/v1");
    press(&mut harness, "Start Server");
    let args = ["--bot", "openai,qingyun", "--bot-model", "little", "--bot-url", "http://127.0.0.1:1/v1"];
    assert_eq!(link.commands.try_recv(), Ok(Command::Start(config(&args))));
}

#[test]
fn a_menu_is_had_by_keyboard_and_the_keyboard_is_never_nowhere() {
    let (mut harness, _link) = window(&["--bot", "qingyun,echo,builtin"], WIDE);
    let key = |harness: &mut Harness<'_, App>, key| {
        harness.key_press(key);
        harness.run();
    };
    let by_keyboard = |harness: &mut Harness<'_, App>, bot: &str, item: &str| {
        harness.get_by_label(&format!("More for {bot}")).focus();
        harness.run();
        key(harness, egui::Key::Enter);
        harness.get_by_label(item).focus();
        harness.run();
        key(harness, egui::Key::Enter);
        assert!(harness.query_by_label("Down").is_none(), "the menu is still open");
    };
    by_keyboard(&mut harness, "Qingyun", "Down");
    assert!(harness.get_by_label("More for Qingyun").is_focused(), "moved");
    by_keyboard(&mut harness, "Qingyun", "Remove");
    assert!(harness.get_by_label("More for Built-in").is_focused(), "the next one");
    harness.get_by_label("Undo").focus();
    harness.run();
    key(&mut harness, egui::Key::Enter);
    assert!(harness.get_by_label("More for Qingyun").is_focused(), "it is back");
}

#[test]
fn what_cannot_be_used_is_said_beside_it() {
    let (mut harness, _link) = window(&["--bot", "openai"], WIDE);
    press(&mut harness, "Settings of OpenAI-compatible");
    type_into(&mut harness, TextInput, "Address", "localhost");
    harness.get_by_label_contains("ot an http:// or https:// address: localhost");
    harness.get_by_label("Stopped, correct the settings to start");
    assert!(harness.get_by_label("Start Server").accesskit_node().is_disabled());
    // The address before it would be asked.
    for button in ["Test OpenAI-compatible", "List models"] {
        assert!(harness.get_by_label(button).accesskit_node().is_disabled(), "{button}");
    }
}

/// The bot, set by its word alone, was tested.
fn tested(snapshot: &mut Snapshot, bot: &'static str, outcome: TestOutcome) {
    let choice = config(&["--bot", bot]).bots.choices()[0].clone();
    snapshot.bot_tests.insert(bot, BotTest { choice, outcome });
}

#[test]
fn a_test_tells_how_long_it_takes_and_goes_with_the_address_it_was_for() {
    let (mut harness, link) = window(&["--bot", "qingyun"], WIDE);
    press(&mut harness, "Test Qingyun");
    let since = std::time::Instant::now().checked_sub(Duration::from_secs(7)).unwrap();
    link.snapshot.change(|snapshot| tested(snapshot, "qingyun", TestOutcome::Asking { since }));
    harness.step();
    let shown = harness.get_by_label_contains("Asking Qingyun \"Hello\"... ");
    let label = shown.accesskit_node().value().or(shown.accesskit_node().label()).unwrap();
    let secs: u64 = label.rsplit(' ').nth(1).unwrap().parse().unwrap();
    assert!(secs >= 7, "{label}");
    let took = Duration::from_millis(1234);
    let replied = TestOutcome::Replied { text: "hi".to_owned(), took };
    link.snapshot.change(|snapshot| tested(snapshot, "qingyun", replied));
    harness.run();
    harness.get_by_label("Qingyun replied after 1.2 s: hi");
    press(&mut harness, "Settings of Qingyun");
    type_into(&mut harness, TextInput, "Address", "http://127.0.0.1:1/");
    assert!(harness.query_by_label_contains("Qingyun replied").is_none(), "it was another address");
}

#[test]
fn a_new_bot_is_put_where_it_is_asked_and_one_that_is_removed_comes_back() {
    let (mut harness, mut link) = window(&["--bot", "builtin"], WIDE);
    press(&mut harness, "+ Add");
    press(&mut harness, "OpenAI-compatible");
    harness.get_by_label_contains("Placed before Built-in, which always answers");
    harness.get_by_role_and_label(TextInput, "Model");
    choose(&mut harness, "OpenAI-compatible", "Down");
    harness.get_by_label_contains("Never asked: Built-in");
    choose(&mut harness, "Built-in", "Remove");
    harness.get_by_label("Removed Built-in");
    press(&mut harness, "Undo");
    press(&mut harness, "Start Server");
    let Ok(Command::Start(settings)) = link.commands.try_recv() else { panic!("not started") };
    assert_eq!(settings.bots.to_string(), "builtin,openai");
}

#[test]
fn a_test_shows_the_reply_or_the_failure_stopped_and_running() {
    for size in [WIDE, [320.0, 240.0]] {
        let (mut harness, mut link) = window(&["--bot", "turing,echo"], size);
        for state in [ServerState::Stopped, ServerState::Stopping] {
            link.snapshot.change(|snapshot| snapshot.state = state);
            harness.run();
            choose(&mut harness, "Turing", "Test");
            let choice = config(&["--bot", "turing"]).bots.choices()[0].clone();
            assert_eq!(link.commands.try_recv(), Ok(Command::TestBot(choice)));
        }
        let took = Duration::from_millis(1234);
        link.snapshot.change(|snapshot| {
            let error = BotError::BadKey { advice: Advice::None };
            tested(snapshot, "turing", TestOutcome::Failed { error, took });
            tested(snapshot, "echo", TestOutcome::Replied { text: "a\nb".to_owned(), took });
        });
        harness.run();
        harness.get_by_label("Turing failed after 1.2 s: the service rejected the key");
        assert!(harness.query_by_label_contains("Echo replied").is_none(), "this window did not ask");
        choose(&mut harness, "Echo", "Test");
        harness.get_by_label("Echo replied after 1.2 s: a\nb");
        let text = "line\n".repeat(50);
        link.snapshot.change(|snapshot| tested(snapshot, "echo", TestOutcome::Replied { text, took }));
        harness.run();
        harness.get_by_label("Echo replied after 1.2 s: line\nline\nline\nline\nline...");
        press(&mut harness, "Dismiss the test of Echo");
        assert!(harness.query_by_label_contains("Echo replied").is_none());
    }
}

#[test]
fn a_key_is_masked_and_what_sends_it_in_clear_says_so() {
    let (mut harness, mut link) = window(&["--bot", "turing,openai"], WIDE);
    press(&mut harness, "Settings of Turing");
    harness.get_by_label_contains("Sent unencrypted");
    type_into(&mut harness, PasswordInput, "Key", "k3y");
    harness.snapshot_free_of("k3y");
    press(&mut harness, "Start Server");
    let Ok(Command::Start(settings)) = link.commands.try_recv() else { panic!("not started") };
    assert!(matches!(settings.bots.choices()[0].key, KeySource::Typed(_)));
    assert!(!format!("{settings:?}").contains("k3y"));
    // This computer's own service is asked over no network.
    press(&mut harness, "Settings of OpenAI-compatible");
    assert!(harness.query_by_label_contains("Sent unencrypted").is_none());
}

#[test]
fn a_key_is_kept_and_forgotten_and_what_came_of_it_is_said() {
    const KEEP: &str = "Keep the key of Turing in the key store";
    let (mut harness, mut link) = window(&["--bot", "turing"], WIDE);
    press(&mut harness, "Settings of Turing");
    assert!(harness.get_by_label(KEEP).accesskit_node().is_disabled());
    type_into(&mut harness, PasswordInput, "Key", "k3y");
    press(&mut harness, KEEP);
    let Ok(Command::KeepKey { kind, key }) = link.commands.try_recv() else { panic!("not kept") };
    assert_eq!((kind.word, Some(key)), ("turing", Secret::new("k3y")));
    press(&mut harness, "Forget the key of Turing in the key store");
    harness.get_by_label("Remove the key of Turing from the key store? Nothing brings it back");
    assert!(harness.get_by_label("Cancel").is_focused(), "a second Enter would forget it");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert!(link.commands.try_recv().is_err(), "it is forgotten unasked");
    assert!(harness.get_by_label("Forget the key of Turing in the key store").is_focused());
    press(&mut harness, "Forget the key of Turing in the key store");
    press(&mut harness, "Remove");
    assert_eq!(link.commands.try_recv(), Ok(Command::ForgetKey(kind)));
    for (note, words) in [
        (KeyNote::Kept, "Saved in the key store"),
        (KeyNote::Failed(KeyStoreError::Locked), "The key store is locked, unlock it and try again"),
        (KeyNote::Asking, "Waiting for the key store, it may ask for its password"),
    ] {
        link.snapshot.change(|snapshot| _ = snapshot.key_notes.insert("turing", note));
        harness.run();
        harness.get_by_label(words);
    }
    // One wish at a time.
    assert!(harness.get_by_label(KEEP).accesskit_node().is_disabled());
    harness.snapshot_free_of("k3y");
}

#[test]
fn a_key_that_is_missing_is_said_in_chinese_wherever_it_is_said() {
    set_language(Language::of_tag("zh-CN").unwrap());
    let (mut harness, link) = window(&["--bot", "turing"], WIDE);
    let variable = "TCP_CHAT_BOT_KEY_TURING".to_owned();
    let missing = MissingKey::NotKept { word: "turing", variable, error: KeyStoreError::Locked };
    let (bot, notice) = ("Turing".to_owned(), BotNotice::NoKey { reason: missing.clone() });
    link.events.send(Event::BotNotice { bot: bot.clone(), notice: notice.clone() });
    link.snapshot.change(|snapshot| {
        snapshot.state = ServerState::Stopping;
        snapshot.bots =
            vec![BotRow { name: bot, notice: Some(notice), last: None, is_asked: false, again_at: None }];
        let (error, took) = (BotError::NoKey(missing), Duration::from_millis(1234));
        tested(snapshot, "turing", TestOutcome::Failed { error, took });
    });
    harness.run();
    press(&mut harness, "日志，1 个新问题");
    press(&mut harness, "测试 Turing");
    let words = "没有密钥，请输入或设置 TCP_CHAT_BOT_KEY_TURING（密钥库已锁定，请解锁后再试）";
    harness.get_by_label(&format!("{words}；尚未询问"));
    harness.get_by_label(&format!("Turing 在 1.2 秒后失败：{words}"));
    harness.get_by_label_contains(&format!("警告：Turing：{words}"));
    assert!(harness.query_by_label_contains("it has no key").is_none());
}

#[test]
fn what_a_template_lacks_is_said_in_chinese() {
    set_language(Language::of_tag("zh-CN").unwrap());
    let (mut harness, _link) = window(&["--bot", "http", "--bot-url", "http://a/?q={text}"], WIDE);
    press(&mut harness, "设置 HTTP");
    type_into(&mut harness, TextInput, "错误字段", "/e");
    harness.get_by_label("HTTP 尚未设置好：有错误字段就要有回答字段，请两个都填写");
    type_into(&mut harness, TextInput, "回答字段", "e");
    harness.get_by_label_contains("这不是 JSON 指针，应形如 /data/0/text");
}

#[test]
fn models_are_offered_and_taken() {
    let (mut harness, mut link) = window(&["--bot", "openai"], WIDE);
    press(&mut harness, "Settings of OpenAI-compatible");
    press(&mut harness, "List models");
    let choice = config(&["--bot", "openai"]).bots.choices()[0].clone();
    assert_eq!(link.commands.try_recv(), Ok(Command::ListModels(choice)));
    let offered = |count: usize| (0..count).map(|at| format!("model-{at}")).collect::<Vec<_>>();
    link.snapshot.change(|snapshot| _ = snapshot.models.insert("openai", Ok(offered(102))));
    harness.run();
    harness.get_by_label("2 more are offered: type a name");
    assert!(harness.query_by_label("model-100").is_none());
    let names = vec!["little".to_owned(), "large".to_owned()];
    link.snapshot.change(|snapshot| _ = snapshot.models.insert("openai", Ok(names)));
    harness.run();
    assert!(harness.query_by_label_contains("offered: type").is_none());
    press(&mut harness, "large");
    press(&mut harness, "Start Server");
    let expected = config(&["--bot", "openai", "--bot-model", "large"]);
    assert_eq!(link.commands.try_recv(), Ok(Command::Start(expected)));
}

/// What no one who looks, or listens, may find.
trait FreeOf {
    fn snapshot_free_of(&self, secret: &str);
}

impl FreeOf for Harness<'_, App> {
    fn snapshot_free_of(&self, secret: &str) {
        let holds = |text: Option<String>| text.is_some_and(|text| text.contains(secret));
        let found = self.query_all(
            egui_kittest::kittest::By::new()
                .predicate(move |node| holds(node.value()) || holds(node.label())),
        );
        assert_eq!(found.count(), 0, "the key is there for all to see");
    }
}

#[test]
fn a_number_that_begins_as_the_default_is_what_is_typed() {
    let (mut harness, mut link) = window(&["--bot", "openai"], WIDE);
    press(&mut harness, "Settings of OpenAI-compatible");
    for c in ["1", "0", "0"] {
        type_into(&mut harness, TextInput, "Memory (exchanges)", c);
    }
    press(&mut harness, "Start Server");
    let set = config(&["--bot", "openai", "--bot-option", "openai.memory=100"]);
    assert_eq!(link.commands.try_recv(), Ok(Command::Start(set)));
}

#[test]
fn what_is_not_remembered_is_said() {
    let (mut harness, _link) = window(&["--bot", "http", "--bot-url", "http://a/?q={text}"], WIDE);
    press(&mut harness, "Settings of HTTP");
    assert!(harness.query_by_label_contains("Not saved").is_none());
    type_into(&mut harness, TextInput, "Address", "&token=s3cr3t");
    harness.get_by_label_contains("Not saved, it may hold a secret: write {key} in its place");
}

#[test]
fn the_settings_of_bots_push_neither_clients_nor_log_out_of_view() {
    for size in [[860.0, 600.0], [1200.0, 700.0]] {
        let (mut harness, _link) = window(&["--bot", "qingyun,turing,openai,builtin"], size);
        for bot in ["Qingyun", "Turing", "OpenAI-compatible"] {
            press(&mut harness, &format!("Settings of {bot}"));
        }
        for label in ["Clients 0", if size[0] < 1100.0 { "Log" } else { "Follow" }] {
            let place = harness.get_by_label(label).rect();
            assert!(place.bottom() < size[1] - 40.0, "{label} at {place:?}");
        }
    }
}

/// Presses Tab, or with Shift, until a control of this label has the keyboard; counts.
fn tab_to(harness: &mut Harness<'_, App>, modifiers: egui::Modifiers, label: &str) -> u32 {
    for count in 0..60 {
        if harness.query_by(|node| node.is_focused() && node.label().as_deref() == Some(label)).is_some() {
            return count;
        }
        harness.key_press_modifiers(modifiers, egui::Key::Tab);
        harness.run();
    }
    panic!("Tab does not come to {label}");
}

/// The table of `docs/accessibility.md`: where a story takes more keys, it has to be said there.
#[test]
fn by_keyboard_the_stories_take_as_many_keys_as_documented() {
    let enter = |harness: &mut Harness<'_, App>| {
        harness.key_press(egui::Key::Enter);
        harness.run();
    };
    // Add a bot and test it, its address typed.
    let (mut harness, mut link) = window(&[], [860.0, 600.0]);
    let mut keys = tab_to(&mut harness, egui::Modifiers::NONE, "+ Add");
    enter(&mut harness);
    keys += tab_to(&mut harness, egui::Modifiers::NONE, "OpenAI-compatible");
    enter(&mut harness);
    harness.get_by_role_and_label(TextInput, "Address").type_text("http://127.0.0.1:1");
    harness.run();
    keys += tab_to(&mut harness, egui::Modifiers::SHIFT, "Test OpenAI-compatible");
    enter(&mut harness);
    assert!(matches!(link.commands.try_recv(), Ok(Command::TestBot(choice)) if choice.kind.word == "openai"));
    assert_eq!(keys + 3, 16);
    // Where to listen.
    let (mut harness, mut link) = window(&[], [860.0, 600.0]);
    let keys = tab_to(&mut harness, egui::Modifiers::NONE, "Every network");
    enter(&mut harness);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    harness.run();
    let any = config(&["--listen", "any"]);
    assert_eq!((link.commands.try_recv(), keys + 2), (Ok(Command::Start(any)), 7));
    // Open a chat window.
    link.snapshot.change(|snapshot| {
        snapshot.state = ServerState::Listening { local_addr: "127.0.0.1:6666".parse().unwrap() };
        snapshot.client_addr = Some("127.0.0.1:6666".parse().unwrap());
    });
    harness.run();
    let keys = tab_to(&mut harness, egui::Modifiers::NONE, "Open a chat window");
    enter(&mut harness);
    assert!(matches!(link.commands.try_recv(), Ok(Command::OpenChat(_))));
    assert_eq!(keys + 1, 4);
}
