use std::time::Duration;

use common::chat::{
    ClientRecord, Dialect, ErrorReason, FailReason, MAX_REPLY_BYTES, MAX_SERVER_RECORD_BYTES, MAX_TEXT_BYTES,
};
use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

use super::super::conversation::Privacy;
use super::super::{Command, DialectChoice, DisconnectReason, FailedReason, MessageId};
use super::test_peer::{HELLO, Peer, WELCOME};
use super::{Ended, Event, Leave};
use crate::event::Connected;

fn failed(id: u64, reason: FailedReason) -> Event {
    Event::Failed { id: MessageId(id), reason }
}

#[tokio::test(start_paused = true)]
async fn a_message_is_said_accepted_streamed_and_answered() {
    let mut peer = Peer::welcomed().await;
    peer.say(7, "a\nb");
    peer.reads("{\"type\":\"say\",\"id\":7,\"text\":\"a\\nb\"}\n").await;
    peer.writes(
        "{\"type\":\"accepted\",\"id\":7,\"ahead\":2}\n{\"type\":\"part\",\"id\":7,\"bot\":\"Ada\",\"te",
    )
    .await;
    peer.shows(Event::Accepted { id: MessageId(7), ahead: 2 }).await;
    peer.writes("xt\":\"A\"}\n").await;
    peer.shows(Event::Part { id: MessageId(7), bot: Some("Ada".into()), text: "A".into() }).await;
    peer.writes("{\"type\":\"reply\",\"id\":7,\"bot\":\"Qingyun\",\"text\":\"A\\nB\"}\n").await;
    let reply = Event::Reply {
        id: Some(MessageId(7)),
        bot: Some("Qingyun".into()),
        text: "A\nB".into(),
        is_other_bot: true,
    };
    peer.shows(reply).await;
}

#[tokio::test(start_paused = true)]
async fn that_the_bot_thinks_is_told_once_a_message() {
    let mut peer = Peer::welcomed().await;
    for id in [1, 2] {
        peer.say(id, "x");
        peer.reads(&format!("{{\"type\":\"say\",\"id\":{id},\"text\":\"x\"}}\n")).await;
        peer.writes(format!("{{\"type\":\"thinking\",\"id\":{id},\"text\":\"hm\"}}\n")).await;
        peer.writes(format!("{{\"type\":\"thinking\",\"id\":{id}}}\n{{\"type\":\"thinking\",\"id\":9}}\n"))
            .await;
        peer.shows(Event::Thinking { id: MessageId(id) }).await;
        peer.writes(format!("{{\"type\":\"reply\",\"id\":{id},\"text\":\"y\"}}\n")).await;
        peer.shows_plain_reply(Some(id), "y").await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_said_before_the_welcome_goes_out_behind_it() {
    let mut peer = Peer::new(DialectChoice::Auto);
    peer.reads(HELLO).await;
    peer.say(1, "early");
    peer.reads_nothing_for(Duration::from_secs(1)).await;
    // In two segments, with a pause that would end a plain message.
    peer.writes(&WELCOME[..20]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    peer.writes(&WELCOME[20..]).await;
    peer.reads("{\"type\":\"say\",\"id\":1,\"text\":\"early\"}\n").await;
}

#[tokio::test(start_paused = true)]
async fn a_welcome_that_names_nobody_is_one() {
    let mut peer = Peer::new(DialectChoice::Auto);
    peer.reads(HELLO).await;
    peer.writes("{\"type\":\"welcome\",\"protocol\":1}\n").await;
    assert!(matches!(peer.event().await, Event::Reached { .. }));
    peer.shows_connected(Dialect::Records, None, None).await;
    peer.say(1, "x");
    peer.reads("{\"type\":\"say\",\"id\":1,\"text\":\"x\"}\n").await;
    peer.writes("{\"type\":\"reply\",\"id\":1,\"text\":\"y\"}\n").await;
    peer.shows_plain_reply(Some(1), "y").await;
}

#[tokio::test(start_paused = true)]
async fn records_of_a_later_protocol_and_of_unknown_messages_are_ignored() {
    let mut peer = Peer::welcomed().await;
    peer.writes(
        "{\"type\":\"wave\"}\n{\"type\":\"failed\",\"id\":9,\"reason\":\"blank\",\"message\":\"\"}\n",
    )
    .await;
    peer.writes("{\"type\":\"part\",\"id\":9,\"text\":\"x\"}\n").await;
    peer.writes("{\"type\":\"reply\",\"id\":9,\"bot\":\"Echo\",\"text\":\"lost?\"}\n").await;
    peer.shows(Event::Reply {
        id: None,
        bot: Some("Echo".into()),
        text: "lost?".into(),
        is_other_bot: false,
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_says_why_and_a_message_can_be_taken_back() {
    let mut peer = Peer::welcomed().await;
    peer.say(1, "x");
    peer.reads("{\"type\":\"say\",\"id\":1,\"text\":\"x\"}\n").await;
    peer.window.command(Command::Cancel { id: MessageId(1) }).unwrap();
    peer.reads("{\"type\":\"cancel\",\"id\":1}\n").await;
    peer.writes("{\"type\":\"failed\",\"id\":1,\"reason\":\"cancelled\",\"message\":\"stopped\"}\n").await;
    peer.shows(failed(1, FailedReason::Cancelled)).await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_fails_every_open_message_once() {
    let mut peer = Peer::welcomed().await;
    peer.say(1, "a");
    peer.say(2, "b");
    peer.reads("{\"type\":\"say\",\"id\":1,\"text\":\"a\"}\n{\"type\":\"say\",\"id\":2,\"text\":\"b\"}\n")
        .await;
    peer.writes("{\"type\":\"reply\",\"id\":1,\"bot\":\"Echo\",\"text\":\"a\"}\n").await;
    peer.event().await;
    peer.server.shutdown().await.unwrap();
    peer.shows(failed(2, FailedReason::ConnectionLost)).await;
    peer.is_lost(DisconnectReason::Closed { address: peer.target.clone() }).await;
    assert_eq!(peer.window.next_event().await, None);
}

#[tokio::test(start_paused = true)]
async fn after_goodbye_what_is_asked_is_still_answered() {
    let mut peer = Peer::welcomed().await;
    peer.say(1, "a");
    peer.writes("{\"type\":\"goodbye\",\"message\":\"the server stops\"}\n").await;
    peer.reads("{\"type\":\"say\",\"id\":1,\"text\":\"a\"}\n").await;
    peer.writes("{\"type\":\"reply\",\"id\":1,\"bot\":\"Echo\",\"text\":\"a\"}\n").await;
    assert!(matches!(peer.event().await, Event::Reply { id: Some(MessageId(1)), .. }));
    // This server never closes, and has begun another record.
    peer.writes("{\"type\"").await;
    peer.is_lost(DisconnectReason::Goodbye { address: peer.target.clone(), said: "the server stops".into() })
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_error_record_ends_the_connection() {
    let mut peer = Peer::welcomed().await;
    peer.writes("{\"type\":\"error\",\"reason\":\"idle\",\"message\":\"quiet for 30 min\"}\n").await;
    let at_fault = |peer: &Peer, error, said: &str| DisconnectReason::ServerError {
        address: peer.target.clone(),
        error,
        said: said.to_owned(),
    };
    peer.is_lost(at_fault(&peer, ErrorReason::Idle, "quiet for 30 min")).await;

    let mut peer = Peer::new(DialectChoice::Auto);
    peer.writes("{\"type\":\"error\",\"reason\":\"too_many_clients\",\"message\":\"full\"}\n").await;
    peer.is_lost(at_fault(&peer, ErrorReason::TooManyClients, "full")).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_no_connection_says_why() {
    for dialect in [DialectChoice::Auto, DialectChoice::Records] {
        let mut peer = Peer::new(dialect);
        peer.writes("[server] its network is not let in\n").await;
        peer.server.shutdown().await.unwrap();
        let (address, said) = (peer.target.clone(), "its network is not let in".to_owned());
        peer.is_lost(DisconnectReason::NotAdmitted { address, said }).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_pass_phrase_is_not_asked_for_where_it_would_not_be_said() {
    let wanted = "{\"type\":\"error\",\"reason\":\"pass_wanted\",\"message\":\"pass?\"}\n";
    for (privacy, ended) in [
        (Privacy::None, Ended::Lost(DisconnectReason::PassWithheld { address: Peer::target() })),
        (Privacy::ThisComputer, Ended::PassWanted { is_wrong: false }),
        (Privacy::Encrypted, Ended::PassWanted { is_wrong: false }),
    ] {
        let mut peer = Peer::with(Peer::target(), privacy);
        peer.writes(wanted).await;
        assert_eq!(peer.end().await.unwrap(), ended, "{privacy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn names_and_messages_of_a_server_are_cut() {
    let long = "好".repeat(70_000);
    let cut = format!("{}...", "好".repeat(200));
    let mut peer = Peer::welcomed().await;
    peer.writes(format!("{{\"type\":\"reply\",\"id\":9,\"bot\":\"{long}\",\"text\":\"x\"}}\n")).await;
    peer.shows(Event::Reply { id: None, bot: Some(cut.clone()), text: "x".into(), is_other_bot: true }).await;
    peer.say(1, "a");
    peer.reads("{\"type\":\"say\",\"id\":1,\"text\":\"a\"}\n").await;
    let verdict = |message| {
        format!("{{\"type\":\"failed\",\"id\":1,\"reason\":\"blank\",\"message\":\"{message}\"}}\n")
    };
    peer.writes(verdict(&long)).await;
    peer.shows(failed(1, FailedReason::Server { reason: FailReason::Blank, said: cut.clone() })).await;
    peer.writes(format!("{{\"type\":\"goodbye\",\"message\":\"{long}\"}}\n")).await;
    peer.is_lost(DisconnectReason::Goodbye { address: peer.target.clone(), said: cut.clone() }).await;

    let record = format!("{{\"type\":\"error\",\"reason\":\"idle\",\"message\":\"{long}\"}}\n");
    let (address, error, said) = (peer.target.clone(), ErrorReason::Idle, cut.clone());
    let lost = DisconnectReason::ServerError { address, error, said };
    for mut peer in [Peer::welcomed().await, Peer::new(DialectChoice::Auto)] {
        peer.writes(&record).await;
        peer.is_lost(lost.clone()).await;
    }

    let mut peer = Peer::new(DialectChoice::Auto);
    peer.writes(WELCOME.replace("s 1", &long).replace("Echo", "a bot")).await;
    peer.event().await;
    let Event::Connected(Connected { server, .. }) = peer.event().await else { panic!("not connected") };
    assert_eq!(server, Some(cut));
}

#[tokio::test(start_paused = true)]
async fn a_welcome_of_another_protocol_ends_the_connection() {
    for dialect in [DialectChoice::Auto, DialectChoice::Records] {
        let mut peer = Peer::new(dialect);
        peer.writes(WELCOME.replace("\"protocol\":1", "\"protocol\":2")).await;
        peer.is_lost(DisconnectReason::UnknownProtocol { address: peer.target.clone(), theirs: 2, ours: 1 })
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_long_for_the_server_is_not_sent() {
    let too_long = |id| failed(id, FailedReason::TooLong { len: 6, max: 5 });
    let mut peer = Peer::new(DialectChoice::Auto);
    peer.reads(HELLO).await;
    peer.say(1, "好好");
    peer.reads_nothing_for(Duration::from_secs(1)).await;
    peer.writes(WELCOME.replace("32768", "5")).await;
    peer.event().await;
    assert!(matches!(peer.event().await, Event::Connected(Connected { max_text_bytes: 5, .. })));
    peer.shows(too_long(1)).await;
    peer.say(2, "123456");
    peer.say(3, "12345");
    peer.shows(too_long(2)).await;
    peer.reads("{\"type\":\"say\",\"id\":3,\"text\":\"12345\"}\n").await;

    // Ours holds where the server's is higher.
    let mut peer = Peer::new(DialectChoice::Auto);
    peer.writes(WELCOME.replace("32768", "1000000")).await;
    peer.event().await;
    assert!(matches!(peer.event().await, Event::Connected(Connected { max_text_bytes: MAX_TEXT_BYTES, .. })));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_record_ends_the_connection() {
    let mut peer = Peer::welcomed().await;
    peer.writes("hello\n").await;
    assert!(matches!(peer.end().await, Ok(Ended::Lost(DisconnectReason::BadRecord { .. }))));

    let mut peer = Peer::welcomed().await;
    peer.writes(vec![b'x'; MAX_SERVER_RECORD_BYTES + 1]).await;
    let (address, max) = (peer.target.clone(), MAX_SERVER_RECORD_BYTES);
    peer.is_lost(DisconnectReason::RecordTooLong { address, max }).await;
}

#[tokio::test(start_paused = true)]
async fn a_record_has_half_a_minute() {
    let mut peer = Peer::welcomed().await;
    peer.writes("{\"type\":").await;
    let begun = Instant::now();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(14)).await;
        peer.writes(" ").await;
    }
    let (address, seconds) = (peer.target.clone(), 30);
    peer.is_lost(DisconnectReason::UnfinishedRecord { address, seconds }).await;
    assert_eq!(begun.elapsed().as_secs(), 30);

    // What came with the welcome was whole.
    let mut peer = Peer::new(DialectChoice::Auto);
    peer.writes(format!("{WELCOME}{{\"type\":\"wave\"}}\n")).await;
    tokio::time::sleep(Duration::from_secs(31)).await;
    peer.writes("{\"type\":\"reply\",\"id\":9,\"text\":\"x\"}\n").await;
    for _ in 0..2 {
        assert!(matches!(peer.event().await, Event::Reached { .. } | Event::Connected(_)));
    }
    peer.shows_plain_reply(None, "x").await;

    // Each has its own.
    let mut peer = Peer::welcomed().await;
    for _ in 0..3 {
        peer.writes("{\"type\":").await;
        tokio::time::sleep(Duration::from_secs(20)).await;
        peer.writes("\"wave\"}\n").await;
    }
    peer.writes("{\"type\":\"reply\",\"id\":9,\"text\":\"x\"}\n").await;
    peer.shows_plain_reply(None, "x").await;
}

#[tokio::test(start_paused = true)]
async fn the_longest_reply_arrives_however_it_is_escaped() {
    let mut peer = Peer::welcomed().await;
    peer.say(1, "x");
    peer.reads("{\"type\":\"say\",\"id\":1,\"text\":\"x\"}\n").await;
    let escaped = "\\u0001".repeat(MAX_REPLY_BYTES);
    peer.writes(format!("{{\"type\":\"reply\",\"id\":1,\"text\":\"{escaped}\"}}\n")).await;
    peer.shows_plain_reply(Some(1), &"\u{1}".repeat(MAX_REPLY_BYTES)).await;
}

#[tokio::test(start_paused = true)]
async fn records_alone_are_not_guessed() {
    let mut peer = Peer::new(DialectChoice::Records);
    peer.reads(HELLO).await;
    peer.is_lost(DisconnectReason::NoWelcome { address: peer.target.clone(), seconds: 2 }).await;

    let mut peer = Peer::new(DialectChoice::Records);
    peer.writes("{\"type\":\"wave\"}\nWhat?\n").await;
    assert!(matches!(peer.end().await, Ok(Ended::Lost(DisconnectReason::BadRecord { .. }))));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_reads_costs_bounded_memory() {
    let mut peer = Peer::welcomed().await;
    let text = "x".repeat(MAX_TEXT_BYTES - 1000);
    // 256 KiB hold eight of these, and 32 wait.
    for id in 0..42 {
        peer.say(id, &text);
    }
    for id in 40..42 {
        peer.shows(failed(id, FailedReason::Busy)).await;
    }
    peer.window.command(Command::Disconnect).unwrap();
    for id in 0..8 {
        peer.shows(failed(id, FailedReason::ConnectionLost)).await;
    }
    for id in 8..40 {
        peer.shows(failed(id, FailedReason::NotConnected)).await;
    }
    assert!(matches!(peer.end().await, Err(Leave::Disconnect)));
}

#[tokio::test(start_paused = true)]
async fn long_messages_wait_for_a_slow_network_and_none_fails() {
    let mut peer = Peer::welcomed().await;
    let text = "x".repeat(MAX_TEXT_BYTES - 1000);
    for id in 0..32 {
        peer.say(id, &text);
    }
    for id in 0..32 {
        peer.reads_only(&ClientRecord::Say { id, text: text.clone() }.encode()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_waits_is_sent_to_a_server_that_said_goodbye() {
    let mut peer = Peer::welcomed().await;
    let text = "x".repeat(MAX_TEXT_BYTES - 1000);
    // The outbox holds eight of these.
    for id in 0..9 {
        peer.say(id, &text);
    }
    peer.writes("{\"type\":\"goodbye\",\"message\":\"bye\"}\n").await;
    for id in 0..8 {
        peer.reads_only(&ClientRecord::Say { id, text: text.clone() }.encode()).await;
    }
    peer.reads_nothing_for(Duration::from_secs(1)).await;
    peer.server.shutdown().await.unwrap();
    for id in 0..8 {
        peer.shows(failed(id, FailedReason::ConnectionLost)).await;
    }
    peer.shows(failed(8, FailedReason::NotConnected)).await;
}
