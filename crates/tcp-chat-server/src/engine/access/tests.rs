//! Who may connect, and talk.

use super::*;
use crate::bot::key_stores;
use common::secret::Secret;

fn control(pass: &str) -> AccessControl {
    AccessControl::new(TlsChoice::Off, None, AllowList::default(), Secret::new(pass), false)
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn only_the_networks_on_the_list_come_in_and_this_computer() {
    let allowed = vec!["192.168.1.0/24".parse().unwrap(), "fd00::/8".parse().unwrap()];
    let list = AllowList::default();
    list.set(allowed);
    let control = AccessControl::new(TlsChoice::Off, None, list, None, false);
    for address in ["192.168.1.7", "::ffff:192.168.1.7", "fd12::1", "127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert_eq!(control.address_refusal(ip(address)), None, "{address}");
    }
    for address in ["192.168.2.7", "::ffff:192.168.2.7", "2001:db8::1"] {
        assert_eq!(control.address_refusal(ip(address)), Some(Refusal::NotAllowed), "{address}");
    }
    assert_eq!(AccessControl::default().address_refusal(ip("8.8.8.8")), None, "no list lets everybody in");
}

#[test]
fn a_pass_phrase_is_taken_where_nobody_else_can_read_it() {
    let (far, here) = (ip("10.0.0.1"), ip("::ffff:127.0.0.1"));
    let closed = control("correct horse");
    assert_eq!(closed.pass_refusal(far, Some("correct horse"), true), None);
    assert_eq!(closed.pass_refusal(here, Some("correct horse"), false), None);
    assert_eq!(closed.pass_refusal(far, Some("correct horse"), false), Some(ErrorReason::TlsWanted));
    assert_eq!(closed.pass_refusal(far, None, true), Some(ErrorReason::PassWanted));
    let in_clear = AccessControl { is_pass_in_clear: true, ..closed };
    assert_eq!(in_clear.pass_refusal(far, Some("correct horse"), false), None);
    assert_eq!(AccessControl::default().pass_refusal(far, None, false), None, "no phrase is wanted");
}

#[tokio::test(start_paused = true)]
async fn an_address_has_three_tries_a_minute() {
    let control = control("right");
    let wrong = Some(ErrorReason::PassWrong);
    let (guesser, network, other) = (ip("2001:db8::1"), ip("2001:db8::2"), ip("2001:db8:1::1"));
    for _ in 0..3 {
        assert_eq!(control.pass_refusal(guesser, Some("guess"), true), wrong);
    }
    assert_eq!(control.pass_refusal(guesser, Some("right"), true), wrong, "a fourth try");
    assert_eq!(
        control.pass_refusal(network, Some("right"), true),
        wrong,
        "another address of the same network"
    );
    assert_eq!(control.pass_refusal(other, Some("right"), true), None);
    tokio::time::advance(TRIES_WITHIN).await;
    assert_eq!(control.pass_refusal(guesser, Some("right"), true), None);
}

#[tokio::test]
async fn a_server_that_cannot_protect_stays_closed() {
    let folder = tempfile::tempdir().unwrap();
    let access = |tls| Access { tls, ..Access::default() };
    let keys = key_stores::missing();
    let open = |access: Access, folder: Option<&Path>| {
        AccessControl::open(access, AllowList::default(), folder.map(Path::to_owned), &keys)
    };
    let (control, tls_error) = open(access(TlsChoice::On), Some(folder.path())).await.unwrap();
    assert_eq!((control.offer().map(|offer| offer.only), tls_error), (Some(false), None));
    let (again, _) = open(access(TlsChoice::Only), Some(folder.path())).await.unwrap();
    assert_eq!(
        again.offer(),
        Some(TlsOffer { key: control.offer().unwrap().key, only: true }),
        "another key"
    );
    assert_eq!(again.tls_refusal(false), Some(ErrorReason::TlsWanted));
    assert_eq!(again.tls_refusal(true), None);
    let (control, tls_error) = open(access(TlsChoice::On), None).await.unwrap();
    assert_eq!((control.offer(), tls_error), (None, Some(TlsError::NoFolder)));
    let closed = open(access(TlsChoice::Only), None).await;
    assert_eq!(closed.err(), Some(StartError::NoTls { reason: TlsError::NoFolder }));
    let missing = Some(folder.path().join("missing"));
    let no_pass = open(Access { pass_file: missing, ..access(TlsChoice::Off) }, None).await;
    assert!(matches!(no_pass, Err(StartError::NoPass { .. })), "{no_pass:?}");
    let file = folder.path().join("pass");
    std::fs::write(&file, "\u{FEFF}correct horse\r\nmore").unwrap();
    let (control, _) = open(Access { pass_file: Some(file), ..access(TlsChoice::Off) }, None).await.unwrap();
    assert!(control.pass.is_some_and(|pass| pass.is_same("correct horse")));
}

#[test]
fn the_list_can_change_while_the_server_listens() {
    let list = AllowList::default();
    let control = AccessControl::new(TlsChoice::Off, None, list.clone(), None, false);
    assert_eq!(control.address_refusal(ip("8.8.8.8")), None);
    list.set(vec!["10.0.0.0/8".parse().unwrap()]);
    assert_eq!(control.address_refusal(ip("8.8.8.8")), Some(Refusal::NotAllowed));
    assert_eq!(control.state().networks, list.networks());
    list.set(Vec::new());
    assert_eq!(control.address_refusal(ip("8.8.8.8")), None);
}

#[test]
fn a_phrase_that_nobody_elsewhere_can_say_is_said_to_be_so() {
    let pass = Secret::new("correct horse");
    let words = |in_clear| {
        let control = AccessControl::new(TlsChoice::Off, None, AllowList::default(), pass.clone(), in_clear);
        common::texts::english(&control.state().words())
    };
    assert!(words(false).contains("from this computer only"), "{}", words(false));
    assert!(!words(true).contains("from this computer only"), "{}", words(true));
}

#[tokio::test]
async fn a_phrase_that_was_wanted_is_wanted_after_a_restart_too() {
    let access = Access { tls: TlsChoice::Off, wants_pass: true, ..Access::default() };
    let open = async |keys: &KeyStore| {
        let opened = AccessControl::open(access.clone(), AllowList::default(), None, keys).await;
        opened.map(|(control, _)| control.pass)
    };
    let keys = key_stores::in_memory();
    assert_eq!(open(&keys).await, Err(StartError::PassGone));
    keys.keep(PASS, crate::bot::Secret::new("correct horse").unwrap()).await.unwrap();
    assert_eq!(open(&keys).await, Ok(Secret::new("correct horse")));
    let unread = open(&key_stores::missing()).await;
    assert!(matches!(unread, Err(StartError::PassNotRead { .. })), "{unread:?}");
    // One that was typed anew is the one.
    let typed = Access { pass: Secret::new("otter maple"), ..access.clone() };
    let (control, _) =
        AccessControl::open(typed, AllowList::default(), None, &key_stores::missing()).await.unwrap();
    assert_eq!(control.pass, Secret::new("otter maple"));
}
