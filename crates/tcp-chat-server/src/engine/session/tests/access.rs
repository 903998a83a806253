//! Clients at a server that wants a pass phrase, or encrypted connections only.

use common::chat::{ClientRecord, ErrorReason, GoodbyeReason, PROTOCOL, TlsOffer};
use common::secret::{Hidden, Secret};
use common::tls::Identity;

use super::*;
use crate::config::TlsChoice;
use crate::engine::access::{AllowList, PASS_PAUSE};

const HERE: &str = "127.0.0.1:46114";
const FAR: &str = "10.0.0.1:46114";

/// A server that wants `correct horse`, and speaks TLS as `tls` says.
fn closed(tls: TlsChoice, is_pass_in_clear: bool) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let identity = (tls != TlsChoice::Off).then(|| Identity::kept_in(folder.path(), &[]).unwrap());
    let pass = Secret::new("correct horse");
    Server::behind(AccessControl::new(tls, identity, AllowList::default(), pass, is_pass_in_clear))
}

fn hello(pass: Option<&str>) -> String {
    let pass = pass.map(|pass| Hidden(pass.to_owned()));
    ClientRecord::Hello { protocol: PROTOCOL, client: "test".into(), pass }.encode()
}

#[tokio::test(start_paused = true)]
async fn wrong_and_missing_are_told_apart_after_a_second() {
    for (said, reason, line) in [
        (None, ErrorReason::PassWanted, "this server wants a pass phrase: say /pass and the words first"),
        (
            Some("guess"),
            ErrorReason::PassWrong,
            "that is not the pass phrase of this server, or three wrong ones came from there within a minute",
        ),
    ] {
        let mut server = closed(TlsChoice::Off, false);
        let mut client = server.meet(HERE);
        client.send(hello(said)).await;
        let start = Instant::now();
        let record = client.record().await;
        assert!(matches!(&record, ServerRecord::Error { reason: told, .. } if *told == reason), "{record:?}");
        assert_eq!(millis(start), 1000);
        assert_eq!(client.rest().await, "");

        let mut client = server.meet(HERE);
        client.send(said.map_or("hello\n".to_owned(), |words| format!("/pass {words}\n"))).await;
        assert_eq!(client.rest().await, format!("[server] {line}\n"));
        assert!(millis(start) >= 2000, "a plain one is told at once");
        assert_eq!(server.asked(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn the_right_one_is_answered_by_nothing_or_by_the_welcome() {
    let mut server = closed(TlsChoice::Off, false);
    let mut client = server.meet(HERE);
    client.send("/pass correct horse\nhello\n").await;
    client.expect("re: hello\n").await;
    let mut client = server.meet(HERE);
    client.send(hello(Some("correct horse"))).await;
    assert!(matches!(client.record().await, ServerRecord::Welcome { tls: None, .. }));
    client.say(1, "hello").await;
    assert!(matches!(client.record().await, ServerRecord::Accepted { .. } | ServerRecord::Reply { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_connection_has_one_guess_and_what_comes_behind_a_wrong_one_is_not_read() {
    let mut server = closed(TlsChoice::Off, false);
    let mut client = server.meet(HERE);
    client.send("/pass guess\n/pass correct horse\nhello\n").await;
    assert_eq!(
        client.rest().await,
        "[server] that is not the pass phrase of this server, or three wrong ones came from there within a minute\n"
    );
    assert_eq!(server.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn three_wrong_ones_a_minute_and_then_not_even_the_right_one() {
    let mut server = closed(TlsChoice::Off, true);
    let wrong = "[server] that is not the pass phrase of this server, or three wrong ones came from there within a minute\n";
    for said in ["one", "two", "three", "correct horse"] {
        let mut client = server.meet(FAR);
        client.send(format!("/pass {said}\nhello\n")).await;
        assert_eq!(client.rest().await, wrong, "{said}");
    }
    let mut other = server.meet("10.0.0.2:1");
    other.send("/pass correct horse\nhello\n").await;
    other.expect("re: hello\n").await;
    tokio::time::advance(Duration::from_mins(1)).await;
    let mut client = server.meet(FAR);
    client.send("/pass correct horse\nhello\n").await;
    client.expect("re: hello\n").await;
}

#[tokio::test(start_paused = true)]
async fn a_client_from_afar_is_told_how_to_come_back_before_it_says_the_pass_phrase() {
    for (tls, is_pass_in_clear) in [(TlsChoice::On, false), (TlsChoice::Only, false), (TlsChoice::On, true)] {
        let mut server = closed(tls, is_pass_in_clear);
        let offer = server.context.access.offer();
        assert!(matches!(offer, Some(TlsOffer { only, .. }) if only == (tls == TlsChoice::Only)));
        let mut client = server.meet(FAR);
        client.send(hello(None)).await;
        let welcome = client.record().await;
        assert!(matches!(welcome, ServerRecord::Welcome { tls, .. } if tls == offer), "{welcome:?}");
        client.say(1, "may I?").await;
        assert!(matches!(client.record().await, ServerRecord::Error { .. }));
        assert_eq!(server.asked(), 0);
    }
    let mut server = closed(TlsChoice::On, false);
    let mut client = server.meet(HERE);
    client.send(hello(None)).await;
    let told = client.record().await;
    assert!(matches!(told, ServerRecord::Error { reason: ErrorReason::PassWanted, .. }), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn who_is_kicked_before_a_guess_is_answered_is_told_to_stay_away() {
    for wait in [PASS_PAUSE / 2, PASS_PAUSE * 9 / 10] {
        let mut server = closed(TlsChoice::On, false);
        let mut client = server.meet(HERE);
        client.send(hello(Some("wrong pony"))).await;
        tokio::time::sleep(wait).await;
        server.context.registry.disconnect(ClientId(1));
        let told = client.record().await;
        let reason = Some(GoodbyeReason::Disconnected);
        assert!(matches!(&told, ServerRecord::Goodbye { reason: said, .. } if *said == reason), "{told:?}");
        assert_eq!(client.rest().await, "", "the last word is another");
        assert_eq!(server.disconnected().await, DisconnectReason::ByUser { stays_away: true });

        let mut plain = server.meet(HERE);
        plain.send("/pass wrong pony\n").await;
        tokio::time::sleep(wait).await;
        server.context.registry.disconnect(ClientId(2));
        assert!(plain.rest().await.contains("disconnected"), "it is told nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pass_phrase_said_where_others_read_it_is_refused() {
    for tls in [TlsChoice::Off, TlsChoice::On, TlsChoice::Only] {
        let mut server = closed(tls, false);
        let mut client = server.meet(FAR);
        client.send("/pass correct horse\nhello\n").await;
        let said = client.rest().await;
        assert_eq!(said.contains("takes encrypted connections only"), tls == TlsChoice::Only, "{said}");
        assert_eq!(said.contains("its pass phrase over an encrypted"), tls != TlsChoice::Only, "{said}");
        assert_eq!(server.asked(), 0);
    }
    let mut server = closed(TlsChoice::On, true);
    let mut client = server.meet(FAR);
    client.send("/pass correct horse\nhello\n").await;
    client.expect("re: hello\n").await;
}

#[tokio::test(start_paused = true)]
async fn the_phrase_ends_with_its_line_also_where_the_client_ends_no_lines() {
    for (text, answer) in [
        ("/pass correct horse\nhello", "re: hello"),
        ("/pass correct horse\r\n/pass once more\nhello\nthere", "re: hello\nthere"),
    ] {
        for mut server in [closed(TlsChoice::Off, false), Server::new()] {
            let mut client = server.meet(HERE);
            client.send(text).await;
            client.half_close().await;
            assert_eq!(client.rest().await, answer);
        }
    }
    let mut server = closed(TlsChoice::Off, false);
    let mut client = server.meet(HERE);
    client.send("/pass correct horse\n \n/pass").await;
    client.half_close().await;
    assert_eq!(client.rest().await, "re:  \n/pass", "what only begins like it is a message");
}

#[tokio::test(start_paused = true)]
async fn a_pass_phrase_that_nobody_wants_is_said_to_no_bot() {
    let mut server = Server::new();
    let mut client = server.meet(HERE);
    client.send("/pass correct horse\n  /pass with blanks before it\nhello\n").await;
    client.expect("re: hello\n").await;
    assert_eq!(server.asked(), 1);
}
