use common::chat::FailReason;
use common::texts::phrase;

use super::*;

fn at() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-22T14:01:00+01:00").unwrap()
}

fn target() -> Target {
    Target { host: "127.0.0.1".parse().unwrap(), ..Target::default() }
}

fn connected(target: Target, dialect: Dialect, bot: Option<&str>) -> Event {
    Event::Connected(Connected { bot: bot.map(str::to_owned), ..Connected::new(target, dialect) })
}

fn online() -> Model {
    let mut model = Model::default();
    model.apply(connected(target(), Dialect::Records, Some("Qingyun")), at());
    model
}

fn say(model: &mut Model, text: &str) -> MessageId {
    let Ok(Delivery::Send(id)) = model.next_message(text) else { panic!("not sent: {text}") };
    model.push_sending(id, text.to_owned(), at());
    id
}

fn states(model: &mut Model) -> Vec<String> {
    model.transcript.own_states().map(|(_, state)| phrase(state)).collect()
}

fn server_texts(model: &Model) -> Vec<(Option<&str>, &str)> {
    let entries = model.transcript().entries();
    entries
        .filter_map(|entry| match &entry.body {
            Body::Server { bot, text, .. } => Some((bot.as_deref(), text.as_str())),
            _ => None,
        })
        .collect()
}

#[test]
fn what_cannot_be_sent_says_why() {
    let model = online();
    assert_eq!(model.next_message(" \n\t"), Err(Refusal::Blank));
    assert!(model.next_message(&"x".repeat(MAX_TEXT_BYTES)).is_ok());
    let refusal = model.next_message(&"好".repeat(11_000)).unwrap_err();
    assert_eq!(refusal.to_string(), "the message has 33000 bytes, the limit is 32768, shorten it");
}

#[test]
fn a_server_whose_welcome_comes_late_is_ready_once() {
    let mut model = Model::default();
    for dialect in [Dialect::Plain, Dialect::Records] {
        model.apply(connected(target(), dialect, None), at());
    }
    let notes = model.transcript().entries().filter(|entry| matches!(entry.body, Body::Note(Note::Ready)));
    assert_eq!(notes.count(), 1);
    assert!(
        matches!(model.connection(), Connection::Online { connected, .. } if connected.dialect == Dialect::Records)
    );
}

fn lose(model: &mut Model) {
    let reason = DisconnectReason::Closed { address: target() };
    model.apply(Event::Retrying { reason, retry_in_ms: 1000, attempt: 2 }, at());
}

fn connect(model: &mut Model) {
    model.apply(connected(target(), Dialect::Records, None), at());
}

fn keep(model: &mut Model, text: &str) -> MessageId {
    let Ok(Delivery::Keep(id)) = model.next_message(text) else { panic!("not kept: {text}") };
    model.push_unsent(id, text.to_owned(), at());
    id
}

#[test]
fn what_is_said_without_a_connection_waits_until_the_user_wants_it_sent() {
    let mut model = online();
    lose(&mut model);
    let ids = ["a", "b", "c"].map(|text| keep(&mut model, text));
    assert_eq!(states(&mut model), ["not sent, there is no connection"; 3]);
    model.want(ids[2], true);
    model.want(ids[1], true);
    model.discard(ids[0]);
    assert_eq!(model.next_unsent(), None, "there is no connection");
    connect(&mut model);
    // In the order in which they were said, and what is new behind them.
    let late = keep(&mut model, "late");
    let mut sent = Vec::new();
    while let Some((id, text)) = model.next_unsent().map(|(id, text)| (id, text.to_owned())) {
        sent.push(text);
        model.sent(id);
    }
    assert_eq!(sent, ["b", "c", "late"]);
    assert_eq!(states(&mut model), ["not sent, discarded", "sending", "sending", "sending"]);
    assert!(say(&mut model, "x") > late);
}

#[test]
fn only_some_of_those_that_waited_are_at_the_server_at_a_time() {
    let mut model = online();
    model.send_unsent(true);
    lose(&mut model);
    (0..20).for_each(|n| _ = keep(&mut model, &n.to_string()));
    connect(&mut model);
    let release = |model: &mut Model| {
        let mut sent = 0;
        while let Some((id, _)) = model.next_unsent() {
            model.sent(id);
            sent += 1;
        }
        sent
    };
    assert_eq!(release(&mut model), MAX_OPEN_OF_UNSENT);
    model.apply(
        Event::Reply { id: Some(MessageId(1)), bot: None, text: "x".into(), is_other_bot: false },
        at(),
    );
    assert_eq!(release(&mut model), 1);
}

#[test]
fn only_so_many_messages_wait_for_a_connection() {
    let mut model = online();
    lose(&mut model);
    (0..MAX_UNSENT).for_each(|_| _ = keep(&mut model, "x"));
    assert_eq!(model.next_message("x"), Err(Refusal::TooManyUnsent));
    assert_eq!(model.unsent().count(), MAX_UNSENT);
}

#[test]
fn what_is_said_while_the_window_connects_for_the_first_time_is_sent_then() {
    let mut model = Model::default();
    model.apply(Event::Connecting { target: target(), attempt: 1 }, at());
    let id = keep(&mut model, "early");
    connect(&mut model);
    assert_eq!(model.next_unsent(), Some((id, "early")));
}

#[test]
fn a_message_that_was_not_sent_can_still_be() {
    let mut model = online();
    let id = say(&mut model, "x");
    model.apply(Event::Failed { id, reason: FailedReason::NotConnected }, at());
    assert_eq!(model.unsent().collect::<Vec<_>>(), [(id, "x")]);
}

#[test]
fn a_connection_that_is_not_sought_any_more_says_why() {
    let mut model = online();
    lose(&mut model);
    model.give_up();
    model.apply(Event::Disconnected { target: target() }, at());
    let failed = Connection::Failed(DisconnectReason::Closed { address: target() });
    assert_eq!((model.connection(), model.is_active()), (&failed, false));
}

#[test]
fn own_texts_come_back_newest_first() {
    let mut model = online();
    for text in ["a", "b", "b", "a"] {
        say(&mut model, text);
    }
    model.transcript_mut().clear();
    assert_eq!(model.earlier_texts().collect::<Vec<_>>(), ["a", "b", "a"]);
}

#[test]
fn messages_move_up_as_those_before_them_are_answered() {
    let mut model = online();
    let ids: Vec<MessageId> = (0..3).map(|n| say(&mut model, &n.to_string())).collect();
    assert_eq!(states(&mut model), ["sending"; 3]);
    for (id, ahead) in ids.iter().zip([0, 1, 2]) {
        model.apply(Event::Accepted { id: *id, ahead }, at());
    }
    assert_eq!(states(&mut model), ["asking", "waiting, 1 ahead", "waiting, 2 ahead"]);
    model.apply(Event::Reply { id: Some(ids[0]), bot: None, text: "a".into(), is_other_bot: false }, at());
    assert_eq!(states(&mut model), ["answered", "asking", "waiting, 1 ahead"]);
    let reason = FailedReason::Server { reason: FailReason::BotTimeout, said: "the bot is late".into() };
    model.apply(Event::Failed { id: ids[1], reason }, at());
    assert_eq!(states(&mut model), ["answered", "failed, the bot is late", "asking"]);
}

/// Who answers, as the window says.
fn bot(model: &Model) -> Option<&str> {
    match model.connection() {
        Connection::Online { bot, .. } => bot.as_deref(),
        _ => None,
    }
}

#[test]
fn a_streamed_reply_is_one_entry() {
    let mut model = online();
    let id = say(&mut model, "x");
    for piece in ["a", "b"] {
        model.apply(Event::Part { id, bot: None, text: piece.into() }, at());
    }
    assert_eq!(server_texts(&model), [(Some("Qingyun"), "ab")], "the server did not say who it is");
    assert_eq!(states(&mut model), ["answering"]);
    model.apply(
        Event::Reply { id: Some(id), bot: Some("Built-in".into()), text: "abc".into(), is_other_bot: false },
        at(),
    );
    assert_eq!((server_texts(&model), bot(&model)), (vec![(Some("Built-in"), "abc")], Some("Built-in")));
    model.apply(Event::Reply { id: None, bot: None, text: "by itself".into(), is_other_bot: false }, at());
    assert_eq!((server_texts(&model)[1], bot(&model)), ((None, "by itself"), Some("Qingyun")));
}

#[test]
fn what_failed_while_it_streamed_stays_and_can_be_tried_again_once() {
    let mut model = online();
    let id = say(&mut model, "x");
    // The first piece says whose it is, also for what never becomes whole.
    model.apply(Event::Part { id, bot: Some("Ada".into()), text: "be".into() }, at());
    model.apply(Event::Part { id, bot: None, text: "gin".into() }, at());
    model.apply(Event::Failed { id, reason: FailedReason::ConnectionLost }, at());
    assert_eq!(server_texts(&model), [(Some("Ada"), "begin")]);
    assert_eq!(model.transcript().own_text(id), Some("x"));
    model.retried(id);
    let reason = FailedReason::ConnectionLost;
    let (_, state) = model.transcript.own_states().next().unwrap();
    assert_eq!(*state, OwnState::Failed { reason, is_retried: true });
}

#[test]
fn what_was_written_for_one_server_is_not_sent_to_another() {
    let mut model = online();
    model.send_unsent(true);
    model.connects_to(&target());
    lose(&mut model);
    let [first, second] = ["a", "b"].map(|text| keep(&mut model, text));
    let other = Target { port: 7777, ..target() };
    let online = |target: &Target| connected(target.clone(), Dialect::Records, None);
    model.apply(online(&other), at());
    assert!(!model.can_send(), "the engine was not told to go there");
    model.connects_to(&other);
    assert_eq!(model.next_unsent(), None);
    let held =
        |model: &Model| model.transcript().entries().filter(|e| model.elsewhere(&e.body).is_some()).count();
    assert_eq!(held(&model), 2);
    // What is new does not wait behind them; what the user wants goes there.
    say(&mut model, "c");
    model.want(second, true);
    assert_eq!((model.next_unsent(), held(&model)), (Some((second, "b")), 1));
    model.sent(second);
    assert_eq!(model.next_unsent(), None);
    model.connects_to(&target());
    assert_eq!(model.next_unsent(), None, "the other server is still connected");
    model.apply(online(&target()), at());
    assert_eq!(model.next_unsent(), Some((first, "a")));
    // Nobody knows for whom this one is.
    model.sent(first);
    model.restore("d".to_owned(), at(), None);
    assert_eq!(model.next_unsent(), None);
}

#[test]
fn a_connection_says_who_answers() {
    let status = |dialect, bot: Option<&str>| {
        let mut model = Model::default();
        model.apply(connected(target(), dialect, bot), at());
        model.status(at(), true).sentence
    };
    assert_eq!(
        status(Dialect::Records, Some("Qingyun")),
        "Connected to 127.0.0.1:6666, Qingyun answers, not encrypted"
    );
    assert_eq!(status(Dialect::Records, None), "Connected to 127.0.0.1:6666, not encrypted");
    assert_eq!(status(Dialect::Plain, None), "Connected to 127.0.0.1:6666, a plain server, not encrypted");
    let hostile = status(Dialect::Records, Some(&format!("a\nb{}", "x".repeat(1000))));
    assert!(hostile.starts_with(r"Connected to 127.0.0.1:6666, a\nbx") && hostile.len() < 100, "{hostile}");
}

#[test]
fn the_seconds_count_down_to_one() {
    let left = |millis| seconds_left(TimeDelta::milliseconds(millis));
    assert_eq!([4000, 3999, 1001, 1000, 1, 0, -5000].map(left), [4, 4, 2, 1, 1, 1, 1]);
    let mut model = online();
    lose(&mut model);
    assert_eq!(
        model.status(at(), true).sentence,
        "127.0.0.1:6666 closed the connection, trying again in 1 s"
    );
    let reason = DisconnectReason::Closed { address: target() };
    model.apply(Event::Retrying { reason, retry_in_ms: 4000, attempt: 3 }, at());
    let later = model.status(at() + TimeDelta::seconds(1), true).sentence;
    assert!(later.ends_with("trying again in 3 s"), "{later}");
}
