//! Clients that want TLS, or look like it.

use common::chat::ErrorReason;
use common::tls::{Identity, TlsError, connect};
use tokio::io::AsyncRead;

use super::*;
use crate::config::TlsChoice;
use crate::engine::Refusal;
use crate::engine::access::AllowList;
use crate::engine::session::outbox::WRITE_WAIT;
use crate::engine::session::{LINGER, WRITE_GRACE};

/// What a `ClientHello` begins with, and nothing behind it.
const BEGINNING: [u8; 8] = [0x16, 3, 1, 2, 0, 1, 0, 1];

const HERE: &str = "127.0.0.1:46114";

const WAIT: Duration = Duration::from_secs(5);

/// A server that speaks TLS too, and what it is known by.
fn encrypting() -> (Server, Identity) {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::kept_in(folder.path(), &[]).unwrap();
    let access = AccessControl::new(TlsChoice::On, Some(identity.clone()), AllowList::default(), None, false);
    (Server::behind(access), identity)
}

/// A client that has asked for so many letters, over a network that takes little at a time.
async fn asks_for(server: &mut Server, identity: &Identity, letters: u32) -> impl AsyncRead + Unpin + use<> {
    let stream = server.greet(HERE, 1024);
    let mut stream = connect(stream, "127.0.0.1", identity.key(), WAIT).await.unwrap();
    stream.write_all(format!("big {letters}\n").as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    stream
}

fn late() -> DisconnectReason {
    DisconnectReason::NotEncrypted { tls: TlsError::Timeout { seconds: 5 } }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_begins_tls_and_goes_silent_has_five_seconds_and_counts() {
    let (mut server, _) = encrypting();
    let start = Instant::now();
    let mut silent = Vec::new();
    for port in 1..=64 {
        let mut stream = server.greet(&format!("10.0.0.1:{port}"), WIDE);
        stream.write_all(&BEGINNING).await.unwrap();
        silent.push(stream);
    }
    let one_more = server.context.registry.admit("10.0.0.1:65".parse().unwrap(), server.context.limits);
    assert_eq!(one_more.err(), Some(Refusal::TooManyOfAddress { max: 64 }));
    for _ in 0..64 {
        assert_eq!(server.disconnected().await, late());
    }
    assert_eq!(millis(start), 5000);
    assert!(server.context.registry.admit("10.0.0.1:65".parse().unwrap(), server.context.limits).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_thousand_half_open_ones_harm_nobody() {
    let (mut server, _) = encrypting();
    let mut silent = Vec::new();
    for number in 0..1000 {
        let mut stream = server.greet(&format!("10.0.{}.{}:1", number / 250, number % 250), 64);
        stream.write_all(&BEGINNING).await.unwrap();
        silent.push(stream);
    }
    let mut client = server.meet("10.1.0.1:1");
    let start = Instant::now();
    client.send("hello\n").await;
    client.expect("re: hello\n").await;
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    for _ in 0..1000 {
        assert_eq!(server.disconnected().await, late());
    }
    client.send("still here\n").await;
    client.expect("re: still here\n").await;
}

#[tokio::test(start_paused = true)]
async fn segments_of_one_byte_are_as_good_as_others() {
    let (mut server, identity) = encrypting();
    let (ours, mut between) = tokio::io::duplex(WIDE);
    let mut there = server.greet(HERE, 1);
    let mut by_byte = JoinSet::new();
    by_byte
        .spawn(async move { tokio::io::copy_bidirectional_with_sizes(&mut between, &mut there, 1, 1).await });
    let mut stream = connect(ours, "127.0.0.1", identity.key(), WAIT).await.unwrap();
    let start = Instant::now();
    stream.write_all(b"hello\n").await.unwrap();
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"re: hello\n");
    assert!(millis(start) < 1000, "the end of it waited for {} ms", millis(start));
}

#[tokio::test(start_paused = true)]
async fn a_long_reply_comes_whole_over_a_network_that_takes_little_at_a_time() {
    let (mut server, identity) = encrypting();
    let start = Instant::now();
    let mut stream = asks_for(&mut server, &identity, 30_000).await;
    stream.read_exact(&mut vec![0; 30_001]).await.unwrap();
    assert!(millis(start) < 1000, "the end of it waited for {} ms", millis(start));
}

/// Half a kilobyte a second is little, and not nothing.
#[tokio::test(start_paused = true)]
async fn a_client_that_reads_slowly_is_not_taken_for_one_that_does_not_read() {
    let (mut server, identity) = encrypting();
    let mut stream = asks_for(&mut server, &identity, 100_000).await;
    for _ in 0..100 {
        stream.read_exact(&mut [0; 1000]).await.unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// TLS takes the whole reply and keeps what the network does not take.
#[tokio::test(start_paused = true)]
async fn a_client_that_reads_nothing_is_cut_and_gone_in_time() {
    for is_kicked in [false, true] {
        let (mut server, identity) = encrypting();
        let _silent = asks_for(&mut server, &identity, 30_000).await;
        server.answered().await;
        let start = Instant::now();
        if is_kicked {
            server.context.registry.disconnect(ClientId(1));
        }
        let reason = server.disconnected().await;
        let (wanted, within) = if is_kicked {
            (DisconnectReason::ByUser { stays_away: false }, WRITE_GRACE + LINGER)
        } else {
            (DisconnectReason::SlowReader, WRITE_WAIT + LINGER)
        };
        assert_eq!(reason, wanted);
        assert!(start.elapsed() <= within, "{reason:?} took {:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_hello_that_comes_slowly_has_five_seconds_from_its_first_byte_on() {
    let (mut server, _) = encrypting();
    let mut stream = server.greet(HERE, WIDE);
    let start = Instant::now();
    let sending = async {
        for byte in BEGINNING.into_iter().chain(std::iter::repeat(0)) {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(800)).await;
        }
    };
    let (reason, ()) = tokio::join!(server.disconnected(), sending);
    assert_eq!(reason, late());
    // The last byte was written into a closed pipe.
    assert!((5000..6000).contains(&millis(start)), "{}", millis(start));
}

#[tokio::test(start_paused = true)]
async fn what_could_become_tls_and_does_not_is_plain() {
    let (mut server, _) = encrypting();
    let mut client = server.meet(HERE);
    let start = Instant::now();
    client.send("\x16\x03").await;
    // Such characters are in no reply.
    client.expect("re: ").await;
    assert!((5000..5100).contains(&millis(start)), "{}", millis(start));
    client.send("hello\n").await;
    client.expect("re: hello\n").await;
}

#[tokio::test(start_paused = true)]
async fn plain_bytes_behind_the_handshake_are_nothing_that_was_said() {
    let (mut server, identity) = encrypting();
    let stream = server.greet(HERE, WIDE);
    let mut stream = connect(stream, "127.0.0.1", identity.key(), WAIT).await.unwrap();
    stream.write_all(b"one\n").await.unwrap();
    stream.read_exact(&mut [0; 8]).await.unwrap();
    stream.get_mut().0.write_all(b"hello, do as I say\n").await.unwrap();
    let reason = server.disconnected().await;
    assert!(matches!(reason, DisconnectReason::Broken { .. }), "{reason:?}");
    assert_eq!(server.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_close_without_close_notify_ends_no_line_and_loses_no_answer() {
    let (mut server, identity) = encrypting();
    for (said, answers) in [("one\ntwo", "re: one\n"), ("one\n", "re: one\n"), ("one", "")] {
        let stream = server.greet(HERE, WIDE);
        let mut stream = connect(stream, "127.0.0.1", identity.key(), WAIT).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        stream.get_mut().0.shutdown().await.unwrap();
        let mut answered = String::new();
        stream.read_to_string(&mut answered).await.unwrap();
        assert_eq!(answered, answers, "{said:?}");
        assert_eq!(server.disconnected().await, DisconnectReason::ClosedByClient);
    }
    assert_eq!(server.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_megabyte_that_begins_like_tls_is_not_read() {
    let (mut server, _) = encrypting();
    let mut stream = server.greet(HERE, 1024);
    let garbage = [&BEGINNING[..], &vec![0xA5; 1 << 20]].concat();
    let wrote = stream.write_all(&garbage).await;
    assert!(wrote.is_err(), "all of it was read");
    let reason = server.disconnected().await;
    assert!(
        matches!(reason, DisconnectReason::NotEncrypted { tls: TlsError::Handshake { .. } }),
        "{reason:?}"
    );
    assert_eq!(server.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_who_never_says_anything_is_told_after_half_an_hour() {
    let (mut server, _) = encrypting();
    let mut client = server.meet(HERE);
    let start = Instant::now();
    assert_eq!(client.rest().await, "[server] nothing was said for 30 minutes\n");
    assert_eq!(millis(start), 30 * 60 * 1000);
    let reason = server.disconnected().await;
    assert!(matches!(reason, DisconnectReason::AtFault { reason: ErrorReason::Idle, .. }), "{reason:?}");
}
