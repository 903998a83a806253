//! Getting a connection, and getting it back.

use std::pin::Pin;
use std::time::Duration;

use common::engine::Backoff;
use common::net::{Host, resolve};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, timeout};

use super::connection::{self, End};
use super::{Command, DisconnectReason, Event, FailedReason, Link, Target};

/// A server that has not answered by then is tried again.
const CONNECT_WAIT: Duration = Duration::from_secs(5);

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A connection that was kept this long was a good one: the pauses start over.
const LIVED: Duration = Duration::from_secs(10);

type Dial = Pin<Box<dyn Future<Output = Result<TcpStream, DisconnectReason>> + Send>>;

enum State {
    /// Until the user wants a connection.
    Idle,
    /// The dial has its own deadline.
    Connecting {
        target: Target,
        attempt: u32,
        dial: Dial,
    },
    Online {
        target: Target,
        attempt: u32,
        stream: TcpStream,
    },
    Waiting {
        target: Target,
        attempt: u32,
        pause: Pin<Box<Sleep>>,
    },
}

/// Connects and chats as commanded, until the window is gone.
pub(super) async fn drive(link: &mut Link) {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    let mut state = State::Idle;
    loop {
        let next = match state {
            State::Idle => match link.commands.recv().await {
                Some(command) => obey(command, None, link, &mut backoff).await.or(Some(State::Idle)),
                None => None,
            },
            State::Connecting { target, attempt, dial } => {
                connecting(target, attempt, dial, link, &mut backoff).await
            }
            State::Online { target, attempt, stream } => {
                online(target, attempt, stream, link, &mut backoff).await
            }
            State::Waiting { target, attempt, pause } => {
                waiting(target, attempt, pause, link, &mut backoff).await
            }
        };
        match next {
            Some(next) => state = next,
            None => return,
        }
    }
}

async fn connecting(
    target: Target,
    attempt: u32,
    mut dial: Dial,
    link: &mut Link,
    backoff: &mut Backoff,
) -> Option<State> {
    loop {
        tokio::select! {
            dialled = &mut dial => return Some(match dialled {
                Ok(stream) => State::Online { target, attempt, stream },
                Err(reason) => retry(target, attempt + 1, reason, link, backoff).await,
            }),
            command = link.commands.recv() => {
                if let Some(next) = obey(command?, Some(&target), link, backoff).await {
                    return Some(next);
                }
            }
        }
    }
}

async fn online(
    target: Target,
    attempt: u32,
    stream: TcpStream,
    link: &mut Link,
    backoff: &mut Backoff,
) -> Option<State> {
    let since = Instant::now();
    match connection::run(stream, &target, link).await {
        End::Lost(reason) => {
            let attempt = if since.elapsed() >= LIVED {
                backoff.reset();
                1
            } else {
                attempt + 1
            };
            Some(retry(target, attempt, reason, link, backoff).await)
        }
        End::Left(command) => obey(command, Some(&target), link, backoff).await.or(Some(State::Idle)),
        End::WindowGone => None,
    }
}

async fn waiting(
    target: Target,
    attempt: u32,
    mut pause: Pin<Box<Sleep>>,
    link: &mut Link,
    backoff: &mut Backoff,
) -> Option<State> {
    loop {
        tokio::select! {
            () = &mut pause => return Some(connect(target, attempt, link).await),
            command = link.commands.recv() => {
                if let Some(next) = obey(command?, Some(&target), link, backoff).await {
                    return Some(next);
                }
            }
        }
    }
}

/// A command while there is no connection; `None`: it changes nothing.
async fn obey(
    command: Command,
    current: Option<&Target>,
    link: &Link,
    backoff: &mut Backoff,
) -> Option<State> {
    match command {
        Command::Connect(target) => {
            backoff.reset();
            Some(connect(target, 1, link).await)
        }
        Command::Disconnect => {
            if let Some(target) = current {
                link.events.send_waiting(Event::Disconnected { target: target.clone() }).await;
            }
            Some(State::Idle)
        }
        Command::Send { id, .. } => {
            // It was on its way when the connection ended.
            link.events.send_waiting(Event::Failed { id, reason: FailedReason::NotConnected }).await;
            None
        }
        // The message has failed already.
        Command::Cancel { .. } => None,
    }
}

async fn connect(target: Target, attempt: u32, link: &Link) -> State {
    link.events.send_waiting(Event::Connecting { target: target.clone(), attempt }).await;
    let dial = Box::pin(dial(target.clone()));
    State::Connecting { target, attempt, dial }
}

async fn retry(
    target: Target,
    attempt: u32,
    reason: DisconnectReason,
    link: &Link,
    backoff: &mut Backoff,
) -> State {
    let retry_in = backoff.next_pause();
    let pause = Box::pin(sleep(retry_in));
    link.events.send_waiting(Event::Retrying { target: target.clone(), reason, retry_in, attempt }).await;
    State::Waiting { target, attempt, pause }
}

async fn dial(target: Target) -> Result<TcpStream, DisconnectReason> {
    let dialling = async {
        let address = resolve(&target.host, target.port).await.map_err(|error| match &target.host {
            Host::Name(_) => DisconnectReason::NoSuchHost { words: error.to_string() },
            Host::Ip(_) | Host::Zoned(..) => DisconnectReason::unreachable(&error),
        })?;
        let stream =
            TcpStream::connect(address).await.map_err(|error| DisconnectReason::unreachable(&error))?;
        // Messages are short, and somebody waits for each.
        stream.set_nodelay(true).map_err(|error| DisconnectReason::unreachable(&error))?;
        Ok(stream)
    };
    match timeout(CONNECT_WAIT, dialling).await {
        Ok(dialled) => dialled,
        Err(_elapsed) => Err(DisconnectReason::ConnectTimeout { wait: CONNECT_WAIT }),
    }
}

#[cfg(test)]
mod tests {
    use common::chat::Dialect;
    use common::engine::{Waker, link};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;

    use super::super::{DialectChoice, Handle, MessageId};
    use super::*;

    const WELCOME: &[u8] =
        b"{\"type\":\"welcome\",\"protocol\":1,\"server\":\"s\",\"bot\":\"Echo\",\"max_text_bytes\":32768}\n";

    fn start() -> (Handle, JoinSet<()>) {
        let (window, mut link) = link(Waker::none(), ());
        let mut engine = JoinSet::new();
        engine.spawn(async move { drive(&mut link).await });
        (window, engine)
    }

    fn target(port: u16) -> Target {
        Target { host: "127.0.0.1".parse().unwrap(), port, dialect: DialectChoice::Auto }
    }

    async fn event(window: &mut Handle) -> Event {
        timeout(Duration::from_secs(30), window.next_event()).await.unwrap().unwrap()
    }

    async fn welcome(listener: &TcpListener, window: &mut Handle) -> TcpStream {
        let (mut server, _) = listener.accept().await.unwrap();
        server.write_all(WELCOME).await.unwrap();
        assert!(matches!(event(window).await, Event::Reached { .. }));
        assert!(matches!(event(window).await, Event::Connected { dialect: Dialect::Records, .. }));
        server
    }

    #[tokio::test]
    async fn a_server_that_comes_late_and_restarts_is_found_again() {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let (mut window, _engine) = start();
        window.command(Command::Connect(target(port))).unwrap();
        assert_eq!(event(&mut window).await, Event::Connecting { target: target(port), attempt: 1 });
        let Event::Retrying { reason, retry_in, attempt: 2, .. } = event(&mut window).await else {
            panic!("not retrying")
        };
        assert_eq!(reason.word(), "refused");
        assert!((375..=500).contains(&retry_in.as_millis()), "{retry_in:?}");

        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        assert_eq!(event(&mut window).await, Event::Connecting { target: target(port), attempt: 2 });
        let mut server = welcome(&listener, &mut window).await;
        window.command(Command::Send { id: MessageId(1), text: "x".into() }).unwrap();
        server.read_u8().await.unwrap();
        drop((server, listener));
        let lost = Event::Failed { id: MessageId(1), reason: FailedReason::ConnectionLost };
        assert_eq!(event(&mut window).await, lost);
        assert!(matches!(event(&mut window).await, Event::Retrying { attempt: 3, .. }));

        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        assert_eq!(event(&mut window).await, Event::Connecting { target: target(port), attempt: 3 });
        welcome(&listener, &mut window).await;
    }

    #[tokio::test]
    async fn commands_are_obeyed_while_there_is_no_connection() {
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap().port();
        let (mut window, mut engine) = start();
        window.command(Command::Connect(target(closed))).unwrap();
        assert!(matches!(event(&mut window).await, Event::Connecting { .. }));
        assert!(matches!(event(&mut window).await, Event::Retrying { .. }));
        window.command(Command::Send { id: MessageId(1), text: "x".into() }).unwrap();
        let unsent = Event::Failed { id: MessageId(1), reason: FailedReason::NotConnected };
        assert_eq!(event(&mut window).await, unsent);
        window.command(Command::Disconnect).unwrap();
        assert_eq!(event(&mut window).await, Event::Disconnected { target: target(closed) });

        window.command(Command::Connect(target(open))).unwrap();
        assert_eq!(event(&mut window).await, Event::Connecting { target: target(open), attempt: 1 });
        let mut server = welcome(&listener, &mut window).await;
        window.command(Command::Connect(target(closed))).unwrap();
        assert_eq!(event(&mut window).await, Event::Connecting { target: target(closed), attempt: 1 });
        let mut rest = Vec::new();
        server.read_to_end(&mut rest).await.unwrap();

        drop(window);
        timeout(Duration::from_secs(30), engine.join_next()).await.unwrap();
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_said_to_be_one() {
        let (mut window, _engine) = start();
        let target =
            Target { host: "no-such-host.invalid".parse().unwrap(), port: 1, dialect: DialectChoice::Auto };
        window.command(Command::Connect(target)).unwrap();
        assert!(matches!(event(&mut window).await, Event::Connecting { .. }));
        let Event::Retrying { reason, .. } = event(&mut window).await else { panic!("not retrying") };
        // Where nobody can be asked at all, the look-up may run into the deadline instead.
        assert!(matches!(reason.word(), "no_such_host" | "connect_timeout"), "{reason:?}");
    }
}
