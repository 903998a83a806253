//! Who may come in.

use super::*;

fn door(pass: &str) -> Door {
    Door::new(TlsChoice::Off, None, Vec::new(), PassPhrase::new(pass), false)
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn only_the_networks_on_the_list_come_in_and_this_computer() {
    let allowed = vec!["192.168.1.0/24".parse().unwrap(), "fd00::/8".parse().unwrap()];
    let door = Door::new(TlsChoice::Off, None, allowed, None, false);
    for address in ["192.168.1.7", "::ffff:192.168.1.7", "fd12::1", "127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert_eq!(door.refusal(ip(address)), None, "{address}");
    }
    for address in ["192.168.2.7", "::ffff:192.168.2.7", "2001:db8::1"] {
        assert_eq!(door.refusal(ip(address)), Some(Refusal::NotAllowed), "{address}");
    }
    assert_eq!(Door::default().refusal(ip("8.8.8.8")), None, "no list lets everybody in");
}

#[test]
fn a_pass_phrase_is_taken_where_nobody_else_can_read_it() {
    let (far, here) = (ip("10.0.0.1"), ip("::ffff:127.0.0.1"));
    let closed = door("correct horse");
    assert_eq!(closed.pass_refusal(far, Some("correct horse"), true), None);
    assert_eq!(closed.pass_refusal(here, Some("correct horse"), false), None);
    assert_eq!(closed.pass_refusal(far, Some("correct horse"), false), Some(ErrorReason::TlsWanted));
    assert_eq!(closed.pass_refusal(far, None, true), Some(ErrorReason::PassWanted));
    let in_clear = Door { is_pass_in_clear: true, ..closed };
    assert_eq!(in_clear.pass_refusal(far, Some("correct horse"), false), None);
    assert_eq!(Door::default().pass_refusal(far, None, false), None, "no phrase is wanted");
}

#[tokio::test(start_paused = true)]
async fn an_address_has_three_tries_a_minute() {
    let door = door("right");
    let wrong = Some(ErrorReason::PassWrong);
    let (guesser, network, other) = (ip("2001:db8::1"), ip("2001:db8::2"), ip("2001:db8:1::1"));
    for _ in 0..3 {
        assert_eq!(door.pass_refusal(guesser, Some("guess"), true), wrong);
    }
    assert_eq!(door.pass_refusal(guesser, Some("right"), true), wrong, "a fourth try");
    assert_eq!(door.pass_refusal(network, Some("right"), true), wrong, "another address of the same network");
    assert_eq!(door.pass_refusal(other, Some("right"), true), None);
    tokio::time::advance(TRIES_WITHIN).await;
    assert_eq!(door.pass_refusal(guesser, Some("right"), true), None);
}

#[tokio::test]
async fn a_server_that_cannot_protect_stays_closed() {
    let folder = tempfile::tempdir().unwrap();
    let access = |tls| Access { tls, ..Access::default() };
    let open = |access: Access, folder: Option<&Path>| Door::open(access, folder.map(Path::to_owned));
    let (door, trouble) = open(access(TlsChoice::On), Some(folder.path())).await.unwrap();
    assert_eq!((door.offer().map(|offer| offer.only), trouble), (Some(false), None));
    let (again, _) = open(access(TlsChoice::Only), Some(folder.path())).await.unwrap();
    assert_eq!(again.offer(), Some(TlsOffer { key: door.offer().unwrap().key, only: true }), "another key");
    assert_eq!(again.plain_refusal(false), Some(ErrorReason::TlsWanted));
    assert_eq!(again.plain_refusal(true), None);
    let (door, trouble) = open(access(TlsChoice::On), None).await.unwrap();
    assert_eq!((door.offer(), trouble), (None, Some(TlsError::NoFolder)));
    let closed = open(access(TlsChoice::Only), None).await;
    assert_eq!(closed.err(), Some(StartError::NoTls { reason: TlsError::NoFolder }));
    let missing = Some(folder.path().join("missing"));
    let no_pass = open(Access { pass_file: missing, ..access(TlsChoice::Off) }, None).await;
    assert!(matches!(no_pass, Err(StartError::NoPass { .. })), "{no_pass:?}");
    let file = folder.path().join("pass");
    std::fs::write(&file, "\u{FEFF}correct horse\r\nmore").unwrap();
    let (door, _) = open(Access { pass_file: Some(file), ..access(TlsChoice::Off) }, None).await.unwrap();
    assert!(door.pass.is_some_and(|pass| pass.is_same("correct horse")));
}
