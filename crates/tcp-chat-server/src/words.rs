//! The server's errors and reasons as its window says them; in English, as its lines do.

use common::chat::ErrorReason;
use common::language::{InWords, Language, language};
use common::net::ConnectError;
use common::tr;

use crate::engine::{DisconnectReason, Refusal};

/// A reason of the network's, which engines have in English.
fn of_network(reason: &str) -> String {
    let all = [
        ConnectError::Refused,
        ConnectError::Broken,
        ConnectError::TimedOut,
        ConnectError::NoNetwork,
        ConnectError::NoComputer,
        ConnectError::NotPermitted,
    ];
    let known = all.iter().find(|error| error.to_string() == reason);
    match known {
        Some(error) if language() != Language::ENGLISH => error.in_words(),
        _ => reason.to_owned(),
    }
}

impl InWords for Refusal {
    fn in_words(&self) -> String {
        match self {
            Self::TooManyClients { max } => {
                tr!("tcp-chat-server-refused-too-many", max = max.to_string())
            }
            Self::TooManyOfAddress { max } => {
                tr!("tcp-chat-server-refused-of-address", max = max.to_string())
            }
        }
    }
}

impl InWords for DisconnectReason {
    fn in_words(&self) -> String {
        let words = match self {
            Self::ClosedByClient => tr!("tcp-chat-server-gone-closed"),
            Self::AtFault { message, .. } if language() == Language::ENGLISH => message,
            Self::AtFault { reason, message } => match reason {
                ErrorReason::UnknownProtocol => tr!("tcp-chat-server-fault-protocol"),
                ErrorReason::RecordTooLong => tr!("tcp-chat-server-fault-too-long"),
                ErrorReason::BadRecord => tr!("tcp-chat-server-fault-bad"),
                ErrorReason::DuplicateId => tr!("tcp-chat-server-fault-duplicate"),
                ErrorReason::UnfinishedRecord => tr!("tcp-chat-server-fault-unfinished"),
                ErrorReason::Idle => tr!("tcp-chat-server-fault-idle"),
                ErrorReason::TooManyClients | ErrorReason::Unknown => message,
            },
            Self::SlowReader => tr!("tcp-chat-server-gone-slow"),
            Self::Broken(reason) => return of_network(reason),
            Self::Stopped => tr!("tcp-chat-server-gone-stopped"),
            Self::ByUser => tr!("tcp-chat-server-gone-by-user"),
            Self::Internal => tr!("tcp-chat-server-gone-internal"),
        };
        words.to_owned()
    }
}
