//! The whole engine on real sockets, with the bots that need nobody.

use super::*;
use crate::bot::{BotError, BotFailure, BotList, LastCall, Secret, ServiceFault, key_stores};
use crate::config::{Access, TlsChoice};
use std::net::SocketAddr;

use common::engine::{Waker, link};
use common::net::{BindError, ConnectError};
use futures_util::FutureExt as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

fn config(port: u16) -> Config {
    let (host, bots) = ("127.0.0.1".parse().unwrap(), "echo".parse().unwrap());
    let access = Access { tls: TlsChoice::Off, ..Access::default() };
    Config { listen: host, port, bots, access, ..Config::default() }
}

fn bots(list: &str, url: &str) -> BotList {
    let mut bots: BotList = list.parse().unwrap();
    bots.set_flag("url", url).unwrap();
    bots
}

fn engine(start: Option<Config>) -> (Handle, JoinSet<()>) {
    engine_with(start, key_stores::missing())
}

fn engine_with(start: Option<Config>, keys: KeyStore) -> (Handle, JoinSet<()>) {
    let (handle, link) = link(Waker::none(), Snapshot::default());
    let mut tasks = JoinSet::new();
    tasks.spawn(run(link, keys, None));
    if let Some(config) = start {
        handle.command(Command::Start(config)).unwrap();
    }
    (handle, tasks)
}

async fn listening(handle: &mut Handle) -> SocketAddr {
    match handle.next_event().await.unwrap() {
        Event::Listening { address, .. } => address,
        other => panic!("{other:?}"),
    }
}

async fn until(handle: &mut Handle, fits: impl Fn(&Event) -> bool) {
    while !fits(&handle.next_event().await.unwrap()) {}
}

#[tokio::test]
async fn it_listens_answers_stops_and_listens_again_on_the_same_port() {
    let (mut handle, mut tasks) = engine(None);
    handle.command(Command::Stop).unwrap();
    handle.command(Command::Start(config(0))).unwrap();
    let mut port = 0;
    for _ in 0..2 {
        let addr = listening(&mut handle).await;
        assert!(addr.port() != 0 && (port == 0 || port == addr.port()));
        port = addr.port();
        let mut client = BufReader::new(TcpStream::connect(addr).await.unwrap());
        client.write_all(b"hello\n").await.unwrap();
        let mut line = String::new();
        client.read_line(&mut line).await.unwrap();
        assert_eq!(line, "hello\n");
        let is_told = |row: &ClientRow| {
            (row.asked, row.answered, row.state) == (1, 1, ClientState::Idle)
                && (row.bytes_in, row.bytes_out) == (6, 6)
        };
        let is_answered = |snapshot: &Snapshot| snapshot.clients.values().any(is_told);
        assert!(handle.wait_snapshot(is_answered).await);
        let snapshot = handle.snapshot();
        assert_eq!((snapshot.clients.len(), snapshot.recently_answered > 0), (1, true));
        assert_eq!(snapshot.state, ServerState::Listening { local_addr: addr });
        // Start while it listens is ignored.
        handle.command(Command::Start(config(0))).unwrap();
        handle.command(Command::Stop).unwrap();
        // The server closes first, so the port stays with the kernel for a while.
        assert_eq!(client.read_line(&mut line).await.unwrap(), 0);
        drop(client);
        until(&mut handle, |event| *event == Event::Stopped).await;
        assert_eq!(handle.snapshot().state, ServerState::Stopped);
        assert!(handle.snapshot().clients.is_empty());
        assert!(TcpStream::connect(addr).await.is_err(), "still listening");
        handle.command(Command::Start(config(port))).unwrap();
    }
    assert_eq!(listening(&mut handle).await.port(), port);
    handle.shut_down();
    until(&mut handle, |event| *event == Event::Stopped).await;
    assert_eq!(handle.next_event().await, None);
    tasks.join_next().await.unwrap().unwrap();
}

#[tokio::test]
async fn an_address_that_is_taken_is_said_and_can_be_tried_again() {
    let holder = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = holder.local_addr().unwrap();
    let (mut handle, _tasks) = engine(Some(config(addr.port())));
    let taken = BindError::PortTaken { address: addr };
    assert_eq!(
        handle.next_event().await,
        Some(Event::ListenFailed { reason: StartError::Bind(taken.clone()) })
    );
    assert_eq!(handle.snapshot().state, ServerState::Failed(StartError::Bind(taken)));
    drop(holder);
    handle.command(Command::Start(config(addr.port()))).unwrap();
    assert_eq!(listening(&mut handle).await, addr);
}

#[tokio::test]
async fn a_bot_that_fails_is_told_with_the_one_that_answers() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/api.php");
    let settings = Config { bots: bots("qingyun,builtin", &url), ..config(0) };
    let (mut handle, _tasks) = engine(Some(settings));
    let addr = listening(&mut handle).await;
    let mut client = TcpStream::connect(addr).await.unwrap();
    client.write_all(b"1+1").await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "1+1 = 2");
    let mut told = None;
    until(&mut handle, |event| matches!(event, Event::Asked { .. })).await;
    while told.is_none() {
        if let Event::Answered { bot, failures, .. } = handle.next_event().await.unwrap() {
            told = Some((bot, failures));
        }
    }
    let (reason, host) = (ServiceFault::Network(ConnectError::Refused), format!("127.0.0.1:{port}"));
    let error = BotError::Unreachable { reason, host };
    let failures = vec![BotFailure::Failed { bot: "Qingyun".to_owned(), error: error.clone() }];
    assert_eq!(told, Some(("Built-in".to_owned(), failures)));
    assert!(handle.wait_snapshot(|snapshot| snapshot.bots.iter().all(|bot| bot.last.is_some())).await);
    let bots = handle.snapshot().bots;
    assert!(matches!(&bots[0].last, Some(LastCall::Failed { error: last, .. }) if *last == error));
    assert!(matches!(&bots[1].last, Some(LastCall::Answered { .. })));
}

#[tokio::test]
async fn a_reset_drops_the_call() {
    // A service that takes connections and never answers.
    let service = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", service.local_addr().unwrap());
    let settings = Config { bots: bots("qingyun", &url), ..config(0) };
    let (mut handle, _tasks) = engine(Some(settings));
    let client = TcpStream::connect(listening(&mut handle).await).await.unwrap();
    client.writable().await.unwrap();
    client.try_write(b"hang\n").unwrap();
    let (mut call, _) = service.accept().await.unwrap();
    client.set_zero_linger().unwrap();
    drop(client);
    until(&mut handle, |event| {
        matches!(event, Event::Disconnected { reason: DisconnectReason::Broken { .. }, .. })
    })
    .await;
    // The service sees the end of the call, after what was asked.
    call.read_to_end(&mut Vec::new()).await.unwrap();
}

#[tokio::test]
async fn who_only_looks_whether_somebody_listens_is_no_fault() {
    let (mut handle, _tasks) = engine(Some(config(0)));
    let scanner = TcpStream::connect(listening(&mut handle).await).await.unwrap();
    scanner.set_zero_linger().unwrap();
    drop(scanner);
    until(&mut handle, |event| {
        matches!(event, Event::Disconnected { reason: DisconnectReason::ClosedByClient, .. })
    })
    .await;
}

#[tokio::test]
async fn the_user_can_disconnect_a_client() {
    let (mut handle, _tasks) = engine(Some(config(0)));
    let addr = listening(&mut handle).await;
    let mut client = TcpStream::connect(addr).await.unwrap();
    let id = loop {
        if let Event::Connected(client) = handle.next_event().await.unwrap() {
            break client.id;
        }
    };
    handle.command(Command::Disconnect(id)).unwrap();
    let mut told = String::new();
    client.read_to_string(&mut told).await.unwrap();
    assert_eq!(told, "[server] disconnected by the server's operator\n");
    drop(client);
    until(&mut handle, |event| {
        matches!(event, Event::Disconnected { reason: DisconnectReason::ByUser { .. }, .. })
    })
    .await;
    assert!(handle.wait_snapshot(|snapshot| snapshot.clients.is_empty()).await);
    // The server goes on.
    TcpStream::connect(addr).await.unwrap();
    until(&mut handle, |event| matches!(event, Event::Connected(_))).await;
}

#[tokio::test]
async fn a_bot_is_tried_out_whether_the_server_listens_or_not() {
    let (mut handle, _tasks) = engine(None);
    let choice = |list: &str| list.parse::<BotList>().unwrap().choices()[0].clone();
    let told = |word: &'static str| {
        move |snapshot: &Snapshot| {
            let outcome = snapshot.bot_tests.get(word).map(|test| &test.outcome);
            !matches!(outcome, None | Some(TestOutcome::Asking { .. }))
        }
    };
    handle.command(Command::TestBot(choice("echo"))).unwrap();
    assert!(handle.wait_snapshot(told("echo")).await);
    let bot_tests = handle.snapshot().bot_tests;
    assert!(matches!(&bot_tests["echo"].outcome, TestOutcome::Replied { text, .. } if text == TEST_QUESTION));
    handle.command(Command::Start(config(0))).unwrap();
    listening(&mut handle).await;
    handle.command(Command::TestBot(choice("turing"))).unwrap();
    assert!(handle.wait_snapshot(told("turing")).await);
    let bot_tests = handle.snapshot().bot_tests;
    let TestOutcome::Failed { error: BotError::NoKey(missing), .. } = &bot_tests["turing"].outcome else {
        panic!("{bot_tests:?}")
    };
    let words = missing.to_string();
    assert!(words.contains("TCP_CHAT_BOT_KEY_TURING") && words.contains("no key store here"), "{words}");
}

#[tokio::test]
async fn a_key_store_that_is_stuck_holds_nobody_up() {
    let (keys, _release) = key_stores::stuck();
    let settings = Config { bots: "turing,openai,echo".parse().unwrap(), ..config(0) };
    let (mut handle, _tasks) = engine_with(Some(settings), keys);
    let addr = listening(&mut handle).await;
    for name in ["Turing", "OpenAI"] {
        // Nobody is taken before they are there: a hello that waits is not answered in time.
        let told = handle.next_event().now_or_never();
        let Some(Some(Event::BotNotice { bot, notice })) = told else { panic!("no notice: {told:?}") };
        let words = notice.to_string();
        assert!(bot.contains(name) && words.contains("did not answer within"), "{bot}: {words}");
    }
    TcpStream::connect(addr).await.unwrap();
    until(&mut handle, |event| matches!(event, Event::Connected(_))).await;
    // The end does not wait either.
    handle.command(Command::Stop).unwrap();
    until(&mut handle, |event| *event == Event::Stopped).await;
}

#[tokio::test]
async fn a_key_is_kept_used_and_forgotten() {
    let (mut handle, _tasks) = engine_with(None, key_stores::in_memory());
    let turing = bots("turing", "http://127.0.0.1:1/").choices()[0].clone();
    let kind = turing.kind;
    let noted = |note: KeyNote| move |snapshot: &Snapshot| snapshot.key_notes.get("turing") == Some(&note);
    handle.command(Command::KeepKey { kind, key: Secret::new("k3y").unwrap() }).unwrap();
    assert!(handle.wait_snapshot(noted(KeyNote::Kept)).await);
    // With its key the bot is asked; nobody is there.
    handle.command(Command::TestBot(turing)).unwrap();
    let is_tried = |snapshot: &Snapshot| {
        snapshot
            .bot_tests
            .get("turing")
            .is_some_and(|test| matches!(test.outcome, TestOutcome::Failed { .. }))
    };
    assert!(handle.wait_snapshot(is_tried).await);
    let bot_tests = handle.snapshot().bot_tests;
    assert!(
        matches!(
            &bot_tests["turing"].outcome,
            TestOutcome::Failed { error: BotError::Unreachable { .. }, .. }
        ),
        "{bot_tests:?}"
    );
    for note in [KeyNote::Forgotten, KeyNote::NothingKept] {
        handle.command(Command::ForgetKey(kind)).unwrap();
        assert!(handle.wait_snapshot(noted(note)).await);
    }
    let said =
        format!("{:?} {:?}", Command::KeepKey { kind, key: Secret::new("k3y").unwrap() }, handle.snapshot());
    assert!(!said.contains("k3y"), "{said}");
}
