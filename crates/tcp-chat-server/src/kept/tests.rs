//! What is kept comes back, and no secret is kept.

use super::*;
use clap::Parser as _;
use common::settings::{Loaded, Settings as File, Store};

fn args(args: &[&str]) -> Args {
    Args::try_parse_from(std::iter::once("tcp-chat-server").chain(args.iter().copied())).unwrap()
}

fn remembered(kept: &Kept, words: &[&str]) -> Remembered {
    Remembered::new(kept, &args(words)).unwrap()
}

fn chosen(settings: &Settings) -> Chosen {
    Chosen {
        host: Some(settings.host.clone()),
        port: settings.port,
        limits: figures(settings.limits).map(Some),
        bots: Some(settings.bots.clone()),
    }
}

/// What the file holds, and what is read from it.
fn through_the_file(kept: &Kept) -> (String, Loaded<Kept>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    let file = File { program: kept.clone(), ..File::default() };
    Store::at(path.clone()).save(&file).unwrap();
    (std::fs::read_to_string(&path).unwrap(), Store::at(path).load())
}

#[test]
fn all_that_is_set_is_found_again() {
    let words = [
        "--listen",
        "any",
        "--port",
        "7",
        "--max-clients",
        "9",
        "--max-bot-calls",
        "3",
        "--bot",
        "openai,http,echo",
        "--bot-model",
        "little",
        "--bot-key-file",
        "http=/tmp/key",
        "--bot-option",
        "http.url=http://a/?q={text}&key={key}",
        "--bot-option",
        "http.header=X-Api-Key: {key}",
        "--bot-option",
        "http.header=X-Room: 7",
    ];
    let mut remembered = remembered(&Kept::default(), &[]);
    let settings = args(&words).settings().unwrap();
    remembered.choose(chosen(&settings));
    let kept = Kept { log_shows: Level::Warning, start: true, ..remembered.kept() };
    let (text, loaded) = through_the_file(&kept);
    assert_eq!(loaded.error, None, "{text}");
    assert_eq!(loaded.settings.program, kept, "{text}");
    assert_eq!(loaded.settings.program.settings(), settings, "{text}");
}

#[test]
fn the_command_line_holds_for_a_run_and_is_not_written_back() {
    let kept = Kept { port: 7000, max_clients: 5, ..Kept::default() };
    let mut remembered = remembered(&kept, &["--port", "8000", "--bot", "echo"]);
    let mut settings = remembered.settings().clone();
    assert_eq!((settings.port, settings.limits.max_clients), (8000, 5));
    assert_eq!(settings.bots.to_string(), "echo");
    remembered.choose(chosen(&settings));
    assert_eq!(remembered.kept(), kept, "nothing was chosen");
    settings.limits.max_clients = 6;
    remembered.choose(chosen(&settings));
    assert_eq!(remembered.kept(), Kept { max_clients: 6, ..kept });
}

#[test]
fn no_secret_is_written() {
    let words = [
        "--bot",
        "http,turing",
        "--bot-option",
        "http.url=http://a/?q={text}&apikey=s3cr3t",
        "--bot-option",
        r#"http.body={"q":"{text}","access_token":"s3cr3t"}"#,
        "--bot-option",
        "http.name=Mine",
    ];
    let mut settings = args(&words).settings().unwrap();
    let turing = settings.bots.choice_mut("turing").unwrap();
    turing.key = KeySource::Typed(crate::bot::Secret::new("s3cr3t").unwrap());
    let mut remembered = remembered(&Kept::default(), &[]);
    remembered.choose(chosen(&settings));
    let (text, _) = through_the_file(&remembered.kept());
    assert!(!text.contains("s3cr3t") && text.contains("Mine"), "{text}");
}

#[test]
fn a_key_that_is_typed_leaves_the_file_of_the_key() {
    let words = ["--bot", "turing", "--bot-key-file", "/tmp/key"];
    let mut remembered = remembered(&Kept::default(), &[]);
    let mut settings = args(&words).settings().unwrap();
    remembered.choose(chosen(&settings));
    let kept = remembered.kept();
    let turing = settings.bots.choice_mut("turing").unwrap();
    turing.key = KeySource::Typed(crate::bot::Secret::new("s3cr3t").unwrap());
    remembered.choose(chosen(&settings));
    assert_eq!(remembered.kept(), kept);
    assert_eq!(kept.bots.choices()[0].key, KeySource::File("/tmp/key".into()));
}

#[test]
fn what_cannot_be_used_keeps_nothing_else_from_being_remembered() {
    let mut remembered = remembered(&Kept::default(), &[]);
    let limits = [Some(7), None, None];
    remembered.choose(Chosen { host: None, port: 7000, limits, bots: None });
    assert_eq!(remembered.kept(), Kept { port: 7000, max_clients: 7, ..Kept::default() });
}

#[test]
fn what_makes_no_sense_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    for wrong in [
        "listen = \"a b\"",
        "port = 70000",
        "bots = [{ bot = \"eliza\" }]",
        "bots = [{ bot = \"echo\" }, { bot = \"echo\" }]",
        "bots = [{ bot = \"qingyun\", options = { url = \"ftp://x\" } }]",
    ] {
        std::fs::write(&path, format!("[program]\n{wrong}\n")).unwrap();
        let loaded = Store::at(path.clone()).load::<Kept>();
        assert!(loaded.error.is_some(), "taken: {wrong}");
        assert_eq!(loaded.settings.program, Kept::default());
    }
    std::fs::write(&path, "[program]\nmax_clients = 0\nbots = []\n").unwrap();
    let settings = Store::at(path).load::<Kept>().settings.program.settings();
    assert_eq!((settings.limits.max_clients, settings.bots), (1, BotList::default()));
}
