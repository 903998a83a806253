//! Events in words: the same for the window's log and for a headless run.

use std::borrow::Cow;
use std::net::SocketAddr;

use common::chat::{ErrorReason, FailReason};
use common::net::reach;
use common::text::{cut, escape_line};
use serde::Serialize;

use crate::engine::{BotFailure, Client, DisconnectReason, Event, Excerpt};

/// Longest text of a peer or a bot in one line, in characters.
const MAX_SHOWN_CHARS: usize = 200;

/// One line for people; nothing that a peer sent can end it or begin another.
#[must_use]
pub fn text(event: &Event) -> String {
    let line = match event {
        Event::Listening { local_addr } => listening(*local_addr),
        Event::ListenFailed(error) => format!("Not listening: {error}"),
        Event::AcceptFailed { reason } => format!("A connection could not be taken, trying again: {reason}"),
        Event::Refused { addr, max } => {
            format!("Refused address {}, port {}: {max} clients are connected", addr.ip(), addr.port())
        }
        Event::Connected(client) => format!("Connected with {}", words(client)),
        Event::Disconnected { client, reason: DisconnectReason::ClosedByClient } => {
            format!("Disconnected with {}", words(client))
        }
        Event::Disconnected { client, reason } => format!("Disconnected with {}: {reason}", words(client)),
        Event::Asked { client, text } => format!("Client {} asks: {}", client.addr, shown(text)),
        Event::Answered { client, bot, text, elapsed, failures } => {
            let mut who: Vec<String> = failures.iter().map(BotFailure::to_string).collect();
            who.push(bot.clone());
            let (who, secs) = (who.join(", "), elapsed.as_secs_f64());
            format!("{who} answers {} after {secs:.1} s: {}", client.addr, shown(text))
        }
        Event::Failed { client, message, .. } => format!("No answer to {}: {message}", client.addr),
        Event::Stopped => "Stopped".to_owned(),
    };
    escape_line(&line).into_owned()
}

/// Where the server can be reached.
#[must_use]
pub fn listening(local_addr: SocketAddr) -> String {
    format!("Listening on {local_addr}, {}", reach(local_addr.ip()))
}

/// What is said where events came faster than they could be shown.
#[must_use]
pub fn dropped(count: u64) -> String {
    format!("{count} events are not shown, they came too fast")
}

fn words(client: &Client) -> String {
    format!("address {}, port {}", client.addr.ip(), client.addr.port())
}

fn shown(text: &Excerpt) -> Cow<'_, str> {
    let cut = cut(&text.text, MAX_SHOWN_CHARS);
    match cut.or_else(|| text.is_cut().then_some(&text.text)) {
        Some(beginning) => format!("{beginning}... (cut, {} bytes in all)", text.len).into(),
        None => Cow::Borrowed(&text.text),
    }
}

/// The same facts for programs.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Json<'a> {
    /// Connections are taken.
    Listening {
        /// The real address, port included.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    ListenFailed {
        /// Why.
        message: String,
    },
    /// A connection could not be taken; it is tried again.
    AcceptFailed {
        /// The system's words.
        message: &'a str,
    },
    /// A connection was refused: there are as many as there may be.
    Refused {
        /// Where it came from.
        address: SocketAddr,
        /// How many there may be.
        max_clients: usize,
    },
    /// A client has connected.
    Connected {
        /// Its number.
        client: u64,
        /// Where it comes from.
        address: SocketAddr,
    },
    /// A client is gone.
    Disconnected {
        /// Its number.
        client: u64,
        /// Where it came from.
        address: SocketAddr,
        /// Why: a fixed word.
        reason: &'static str,
        /// The word of the `error` record that it got.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<ErrorReason>,
        /// Why, for people.
        message: String,
    },
    /// A client has asked something.
    Asked {
        /// Its number.
        client: u64,
        /// Where it comes from.
        address: SocketAddr,
        /// What: its first 2,000 characters.
        text: &'a str,
        /// Bytes of the whole text.
        bytes: usize,
    },
    /// A bot has answered.
    Answered {
        /// Number of the client.
        client: u64,
        /// Where it comes from.
        address: SocketAddr,
        /// Which bot.
        bot: &'a str,
        /// What: its first 2,000 characters.
        text: &'a str,
        /// Bytes of the whole text.
        bytes: usize,
        /// From the beginning of the call to the reply.
        elapsed_ms: u128,
        /// The bots that were asked before.
        fallbacks: Vec<Fallback<'a>>,
    },
    /// A message gets no reply.
    Failed {
        /// Number of the client.
        client: u64,
        /// Where it comes from.
        address: SocketAddr,
        /// The fixed word.
        reason: FailReason,
        /// For people.
        message: &'a str,
    },
    /// Events came faster than they could be printed.
    Dropped {
        /// How many are missing here.
        count: u64,
    },
    /// Nothing is listened on any more.
    Stopped,
}

/// A bot that was asked and failed.
#[derive(Debug, Serialize)]
pub struct Fallback<'a> {
    bot: &'a str,
    reason: FailReason,
    message: String,
}

impl<'a> From<&'a BotFailure> for Fallback<'a> {
    fn from(failure: &'a BotFailure) -> Self {
        let BotFailure { bot, error } = failure;
        Self { bot, reason: error.reason(), message: error.to_string() }
    }
}

/// An event for programs.
#[must_use]
pub fn json(event: &Event) -> Json<'_> {
    match event {
        Event::Listening { local_addr } => Json::Listening { address: *local_addr },
        Event::ListenFailed(error) => Json::ListenFailed { message: error.to_string() },
        Event::AcceptFailed { reason } => Json::AcceptFailed { message: reason },
        Event::Refused { addr, max } => Json::Refused { address: *addr, max_clients: *max },
        Event::Connected(client) => Json::Connected { client: client.id.0, address: client.addr },
        Event::Disconnected { client, reason } => {
            let (word, error) = match reason {
                DisconnectReason::ClosedByClient => ("closed_by_client", None),
                DisconnectReason::AtFault { reason, .. } => ("at_fault", Some(*reason)),
                DisconnectReason::SlowReader => ("slow_reader", None),
                DisconnectReason::Broken(_) => ("broken", None),
                DisconnectReason::Stopped => ("stopped", None),
                DisconnectReason::Internal => ("internal", None),
            };
            let (client, address) = (client.id.0, client.addr);
            Json::Disconnected { client, address, reason: word, error, message: reason.to_string() }
        }
        Event::Asked { client, text } => {
            Json::Asked { client: client.id.0, address: client.addr, text: &text.text, bytes: text.len }
        }
        Event::Answered { client, bot, text, elapsed, failures } => Json::Answered {
            client: client.id.0,
            address: client.addr,
            bot,
            text: &text.text,
            bytes: text.len,
            elapsed_ms: elapsed.as_millis(),
            fallbacks: failures.iter().map(Fallback::from).collect(),
        },
        Event::Failed { client, reason, message } => {
            Json::Failed { client: client.id.0, address: client.addr, reason: *reason, message }
        }
        Event::Stopped => Json::Stopped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{BotError, ClientId};
    use std::time::Duration;

    fn client() -> Client {
        Client { id: ClientId(3), addr: "127.0.0.1:46114".parse().unwrap() }
    }

    #[test]
    fn lines_are_the_demos_own_where_it_has_them() {
        let client = client();
        let failure = BotFailure { bot: "Qingyun".into(), error: BotError::Status(502) };
        let table = [
            (
                Event::Listening { local_addr: "127.0.0.1:6666".parse().unwrap() },
                "Listening on 127.0.0.1:6666, this computer only",
                r#"{"event":"listening","address":"127.0.0.1:6666"}"#,
            ),
            (
                Event::Connected(client),
                "Connected with address 127.0.0.1, port 46114",
                r#"{"event":"connected","client":3,"address":"127.0.0.1:46114"}"#,
            ),
            (
                Event::Disconnected { client, reason: DisconnectReason::ClosedByClient },
                "Disconnected with address 127.0.0.1, port 46114",
                r#"{"event":"disconnected","client":3,"address":"127.0.0.1:46114","reason":"closed_by_client","message":"closed by the client"}"#,
            ),
            (
                Event::Disconnected { client, reason: DisconnectReason::SlowReader },
                "Disconnected with address 127.0.0.1, port 46114: it does not read its answers",
                r#"{"event":"disconnected","client":3,"address":"127.0.0.1:46114","reason":"slow_reader","message":"it does not read its answers"}"#,
            ),
            (
                Event::Answered {
                    client,
                    bot: "Built-in".into(),
                    text: Excerpt::new("hi\nyou"),
                    elapsed: Duration::from_millis(812),
                    failures: vec![failure],
                },
                r"Qingyun failed (the service answered with HTTP status 502), Built-in answers 127.0.0.1:46114 after 0.8 s: hi\nyou",
                r#"{"event":"answered","client":3,"address":"127.0.0.1:46114","bot":"Built-in","text":"hi\nyou","bytes":6,"elapsed_ms":812,"fallbacks":[{"bot":"Qingyun","reason":"bot_failed","message":"the service answered with HTTP status 502"}]}"#,
            ),
            (Event::Stopped, "Stopped", r#"{"event":"stopped"}"#),
        ];
        for (event, line, object) in table {
            assert_eq!(text(&event), line);
            assert_eq!(serde_json::to_string(&json(&event)).unwrap(), object);
        }
    }

    #[test]
    fn one_event_never_looks_like_another() {
        let forged = Excerpt::new("hello\nDisconnected with address 1.2.3.4, port 5\u{1b}[2J");
        let line = text(&Event::Asked { client: client(), text: forged });
        assert_eq!(
            line,
            r"Client 127.0.0.1:46114 asks: hello\nDisconnected with address 1.2.3.4, port 5\x1B[2J"
        );
    }

    #[test]
    fn long_texts_are_cut_and_name_their_size() {
        let line = |text: &str| super::text(&Event::Asked { client: client(), text: Excerpt::new(text) });
        let whole = "好".repeat(200);
        assert_eq!(line(&whole), format!("Client 127.0.0.1:46114 asks: {whole}"));
        let expected = format!("Client 127.0.0.1:46114 asks: {whole}... (cut, 603 bytes in all)");
        assert_eq!(line(&"好".repeat(201)), expected);
        let excerpt = Excerpt::new(&"a".repeat(5000));
        assert_eq!((excerpt.text.len(), excerpt.len), (2000, 5000));
    }
}
