//! Records: one JSON object a line.

use serde::{Deserialize, Serialize};

use super::{ErrorReason, FailReason, GoodbyeReason, MAX_TEXT_BYTES, ServerKey};
use crate::secret::Hidden;

/// The version of the protocol that this crate speaks.
pub const PROTOCOL: u32 = 1;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientRecord {
    /// The first record of a connection.
    Hello {
        /// [`PROTOCOL`].
        protocol: u32,
        /// Name and version of the program; a later protocol may do without.
        #[serde(default)]
        client: String,
        /// The pass phrase; only where nobody else can read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pass: Option<Hidden>,
    },
    /// A message for the bot.
    Say {
        /// The client's own number for it, unique on the connection.
        id: u64,
        /// What is asked.
        text: String,
    },
    /// Takes a message back.
    Cancel {
        /// The number it was said with.
        id: u64,
    },
    /// A record of a later protocol: ignored.
    #[serde(other)]
    Unknown,
}

/// What a server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerRecord {
    /// The answer to `hello`.
    Welcome {
        /// [`PROTOCOL`].
        protocol: u32,
        /// Name and version of the program; another server may do without this and what follows.
        #[serde(default)]
        server: String,
        /// Who answers.
        #[serde(default)]
        bot: String,
        /// Longest text of a `say`.
        #[serde(default = "most_text_bytes")]
        max_text_bytes: usize,
        /// The server speaks TLS as well, and would rather.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tls: Option<TlsOffer>,
    },
    /// The server has the message.
    Accepted {
        /// Which one.
        id: u64,
        /// Messages that are asked before it.
        #[serde(default)]
        ahead: usize,
    },
    /// The bot thinks before it replies.
    Thinking {
        /// About which message.
        id: u64,
        /// The next piece of what it thinks, no part of the reply; empty where a server does not say.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// The next piece of a streamed reply.
    Part {
        /// To which message.
        id: u64,
        /// Who answers, in the first piece of a reply; empty in those that follow, and where a server does not say.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        bot: String,
        /// The piece.
        text: String,
    },
    /// The whole reply.
    Reply {
        /// To which message.
        id: u64,
        /// Who answered.
        #[serde(default)]
        bot: String,
        /// The whole text, after parts too.
        text: String,
    },
    /// There will be no reply.
    Failed {
        /// To which message.
        id: u64,
        /// For programs.
        reason: FailReason,
        /// For people.
        #[serde(default)]
        message: String,
    },
    /// The connection is at fault; the server closes.
    Error {
        /// For programs.
        reason: ErrorReason,
        /// For people.
        #[serde(default)]
        message: String,
    },
    /// The server stops, or sends the client away; it closes when all is written.
    Goodbye {
        /// For programs; an older server does not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<GoodbyeReason>,
        /// For people.
        #[serde(default)]
        message: String,
    },
    /// A record of a later protocol: ignored.
    #[serde(other)]
    Unknown,
}

/// How a server can be spoken to in TLS: on the same port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsOffer {
    /// What it says it can be known by.
    pub key: ServerKey,
    /// It answers nothing otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
}

/// A line that is not a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordError {
    /// What is wrong with it, in the words of the JSON reader.
    pub reason: String,
}

impl ClientRecord {
    /// One line with its line feed.
    #[must_use]
    pub fn encode(&self) -> String {
        encode(self)
    }

    /// Reads one line, with or without its line feed.
    ///
    /// # Errors
    /// Where the line is not UTF-8, not a JSON object with a `type`, or a field is missing.
    pub fn decode(line: &[u8]) -> Result<Self, RecordError> {
        decode(line)
    }
}

impl ServerRecord {
    /// One line with its line feed.
    #[must_use]
    pub fn encode(&self) -> String {
        encode(self)
    }

    /// Reads one line, with or without its line feed.
    ///
    /// # Errors
    /// Where the line is not UTF-8, not a JSON object with a `type`, or a field is missing.
    pub fn decode(line: &[u8]) -> Result<Self, RecordError> {
        decode(line)
    }
}

fn most_text_bytes() -> usize {
    MAX_TEXT_BYTES
}

fn encode<R: Serialize>(record: &R) -> String {
    // Structs of strings and numbers always serialise; JSON escapes every line break within.
    let mut line = serde_json::to_string(record).unwrap_or_default();
    line.push('\n');
    line
}

fn decode<'a, R: Deserialize<'a>>(line: &'a [u8]) -> Result<R, RecordError> {
    serde_json::from_slice(line).map_err(|error| RecordError { reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn client_records_are_written_as_the_contract_shows() {
        let table = [
            (
                ClientRecord::Hello { protocol: 1, client: "tcp-chat-client 0.1.0".into(), pass: None },
                r#"{"type":"hello","protocol":1,"client":"tcp-chat-client 0.1.0"}"#,
            ),
            (
                ClientRecord::Hello { protocol: 1, client: "c".into(), pass: Some(Hidden("s3cr3t".into())) },
                r#"{"type":"hello","protocol":1,"client":"c","pass":"s3cr3t"}"#,
            ),
            (ClientRecord::Say { id: 7, text: "a\nb".into() }, r#"{"type":"say","id":7,"text":"a\nb"}"#),
            (ClientRecord::Cancel { id: 7 }, r#"{"type":"cancel","id":7}"#),
        ];
        for (record, line) in table {
            assert!(!format!("{record:?}").contains("s3cr3t"));
            assert_eq!(record.encode(), format!("{line}\n"));
            assert_eq!(ClientRecord::decode(line.as_bytes()), Ok(record));
        }
    }

    #[test]
    fn server_records_are_written_as_the_contract_shows() {
        let table = [
            (
                ServerRecord::Welcome {
                    protocol: 1,
                    server: "tcp-chat-server 0.1.0".into(),
                    bot: "Qingyun".into(),
                    max_text_bytes: 32768,
                    tls: None,
                },
                r#"{"type":"welcome","protocol":1,"server":"tcp-chat-server 0.1.0","bot":"Qingyun","max_text_bytes":32768}"#,
            ),
            (ServerRecord::Accepted { id: 7, ahead: 2 }, r#"{"type":"accepted","id":7,"ahead":2}"#),
            (
                ServerRecord::Thinking { id: 7, text: "hm".into() },
                r#"{"type":"thinking","id":7,"text":"hm"}"#,
            ),
            (ServerRecord::Thinking { id: 7, text: String::new() }, r#"{"type":"thinking","id":7}"#),
            (
                ServerRecord::Part { id: 7, bot: String::new(), text: "你".into() },
                r#"{"type":"part","id":7,"text":"你"}"#,
            ),
            (
                ServerRecord::Part { id: 7, bot: "Qingyun".into(), text: "你".into() },
                r#"{"type":"part","id":7,"bot":"Qingyun","text":"你"}"#,
            ),
            (
                ServerRecord::Reply { id: 7, bot: "Qingyun".into(), text: "你好".into() },
                r#"{"type":"reply","id":7,"bot":"Qingyun","text":"你好"}"#,
            ),
            (
                ServerRecord::Failed { id: 7, reason: FailReason::BotTimeout, message: "late".into() },
                r#"{"type":"failed","id":7,"reason":"bot_timeout","message":"late"}"#,
            ),
            (
                ServerRecord::Error { reason: ErrorReason::BadRecord, message: "no".into() },
                r#"{"type":"error","reason":"bad_record","message":"no"}"#,
            ),
            (
                ServerRecord::Goodbye { reason: None, message: "bye".into() },
                r#"{"type":"goodbye","message":"bye"}"#,
            ),
            (
                ServerRecord::Goodbye { reason: Some(GoodbyeReason::Disconnected), message: "bye".into() },
                r#"{"type":"goodbye","reason":"disconnected","message":"bye"}"#,
            ),
        ];
        for (record, line) in table {
            assert_eq!(record.encode(), format!("{line}\n"));
            assert_eq!(ServerRecord::decode(line.as_bytes()), Ok(record));
        }
    }

    #[test]
    fn what_a_later_protocol_adds_is_ignored() {
        assert_eq!(ClientRecord::decode(br#"{"type":"wave","to":[1]}"#), Ok(ClientRecord::Unknown));
        assert_eq!(
            ClientRecord::decode(br#"{"type":"cancel","id":7,"why":"x"}"#),
            Ok(ClientRecord::Cancel { id: 7 })
        );
        let failed = br#"{"type":"failed","id":7,"reason":"bored","message":"m"}"#;
        assert!(matches!(
            ServerRecord::decode(failed),
            Ok(ServerRecord::Failed { reason: FailReason::Unknown, .. })
        ));
    }

    #[test]
    fn a_server_may_leave_out_what_only_people_read() {
        let (server, bot, message) = (String::new(), String::new(), String::new());
        for (line, record) in [
            (
                r#"{"type":"welcome","protocol":1}"#,
                ServerRecord::Welcome {
                    protocol: 1,
                    server,
                    bot: bot.clone(),
                    max_text_bytes: MAX_TEXT_BYTES,
                    tls: None,
                },
            ),
            (r#"{"type":"accepted","id":7}"#, ServerRecord::Accepted { id: 7, ahead: 0 }),
            (r#"{"type":"reply","id":7,"text":"x"}"#, ServerRecord::Reply { id: 7, bot, text: "x".into() }),
            (r#"{"type":"goodbye"}"#, ServerRecord::Goodbye { reason: None, message: message.clone() }),
            (
                r#"{"type":"goodbye","reason":"moved"}"#,
                ServerRecord::Goodbye { reason: Some(GoodbyeReason::Unknown), message },
            ),
        ] {
            assert_eq!(ServerRecord::decode(line.as_bytes()), Ok(record), "{line}");
        }
        assert!(ServerRecord::decode(br#"{"type":"welcome"}"#).is_err(), "of which protocol?");
        assert!(ServerRecord::decode(br#"{"type":"reply","id":7}"#).is_err(), "what reply?");
    }

    #[test]
    fn what_is_no_record_is_an_error() {
        for line in [
            &b"hello"[..],
            b"",
            b"[]",
            b"{}",
            br#"{"type":"say","id":7}"#,
            b"{\"type\":\"say\",\"id\":1,\"text\":\"\xFF\"}",
        ] {
            assert!(ClientRecord::decode(line).is_err(), "{}", String::from_utf8_lossy(line));
        }
    }

    proptest! {
        #[test]
        fn encode_decode_encode_is_the_identity(id: u64, text: String) {
            let line = ClientRecord::Say { id, text: text.clone() }.encode();
            prop_assert_eq!(line.matches('\n').count(), 1);
            let decoded = ClientRecord::decode(line.as_bytes()).unwrap();
            prop_assert_eq!(&decoded, &ClientRecord::Say { id, text });
            prop_assert_eq!(decoded.encode(), line);
        }

        #[test]
        fn any_bytes_are_decoded_or_refused(bytes: Vec<u8>) {
            prop_assert_eq!(ClientRecord::decode(&bytes).is_ok(), ClientRecord::decode(&bytes).is_ok());
        }
    }
}
