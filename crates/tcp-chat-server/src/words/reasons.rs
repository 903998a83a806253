//! What is wrong with a bot, its key or its service.

use common::language::{InWords, Language, language};
use common::texts::phrase;
use common::tr;

use crate::bot::{Advice, BotNotice, CodeMeaning, MissingKey, ServiceFault, SetupFault, UnexpectedBody};

impl InWords for MissingKey {
    fn in_words(&self) -> String {
        match self {
            Self::NotGiven { bot, variable, store } => {
                let words = tr!("tcp-chat-server-key-missing", bot = *bot, variable = variable.as_str());
                match store {
                    Some(error) => {
                        tr!("tcp-chat-server-key-missing-store", words = words, reason = error.in_words())
                    }
                    None => words,
                }
            }
            Self::FileUnreadable { reason, file } => {
                tr!("tcp-chat-server-key-file-unreadable", reason = reason.as_str(), file = file.as_str())
            }
            Self::FileEmpty { file } => tr!("tcp-chat-server-key-file-empty", file = file.as_str()),
        }
    }
}

impl InWords for BotNotice {
    fn in_words(&self) -> String {
        match self {
            Self::NoKey(missing) => missing.in_words(),
            Self::KeyStore(error) => error.in_words(),
            Self::Brain { fault, file } => {
                tr!("tcp-chat-server-brain-unused", fault = phrase(fault), file = file.as_str())
            }
        }
    }
}

impl InWords for UnexpectedBody {
    fn in_words(&self) -> String {
        let words = match self {
            Self::Nothing => tr!("tcp-chat-server-instead-nothing"),
            Self::NotUtf8 => tr!("tcp-chat-server-instead-not-utf8"),
            Self::WebPage => tr!("tcp-chat-server-instead-web-page"),
            Self::NotJson => tr!("tcp-chat-server-instead-not-json"),
            Self::EventNotJson => tr!("tcp-chat-server-instead-event-not-json"),
            Self::NoResult => tr!("tcp-chat-server-instead-no-result"),
            Self::NoCode => tr!("tcp-chat-server-instead-no-code"),
            Self::NoStatus => tr!("tcp-chat-server-instead-no-status"),
            Self::NoChoices => tr!("tcp-chat-server-instead-no-choices"),
            Self::NoReply => tr!("tcp-chat-server-instead-no-reply"),
            Self::NoErrorField => tr!("tcp-chat-server-instead-no-error-field"),
            Self::NoModels => tr!("tcp-chat-server-instead-no-models"),
        };
        words.to_owned()
    }
}

impl InWords for Advice {
    fn in_words(&self) -> String {
        let words = match self {
            Self::BadCharacters => tr!("tcp-chat-server-advice-bad-characters"),
            Self::CompareWithProject => tr!("tcp-chat-server-advice-compare-with-project"),
            Self::CompareWithRobot => tr!("tcp-chat-server-advice-compare-with-robot"),
            Self::GiveKey => tr!("tcp-chat-server-advice-give-key"),
            Self::SeePlan => tr!("tcp-chat-server-advice-see-plan"),
            Self::WaitForTomorrow => tr!("tcp-chat-server-advice-wait-for-tomorrow"),
            Self::UseOtherKey => tr!("tcp-chat-server-advice-use-other-key"),
        };
        words.to_owned()
    }
}

impl InWords for CodeMeaning {
    fn in_words(&self) -> String {
        let words = match self {
            Self::Unreadable => tr!("tcp-chat-server-code-unreadable"),
            Self::Incomplete => tr!("tcp-chat-server-code-incomplete"),
            Self::EncryptionOn => tr!("tcp-chat-server-code-encryption-on"),
            Self::NoPermission => tr!("tcp-chat-server-code-no-permission"),
            Self::BadUser => tr!("tcp-chat-server-code-bad-user"),
            Self::TooManyUsers => tr!("tcp-chat-server-code-too-many-users"),
            Self::NoText => tr!("tcp-chat-server-code-no-text"),
            Self::TooLong => tr!("tcp-chat-server-code-too-long"),
            Self::OwnFault => tr!("tcp-chat-server-code-own-fault"),
            Self::Refuses => tr!("tcp-chat-server-code-refuses"),
        };
        words.to_owned()
    }
}

impl InWords for ServiceFault {
    fn in_words(&self) -> String {
        match self {
            // Other windows begin a sentence with it.
            Self::Network(error) if language() == Language::ENGLISH => error.to_string(),
            Self::Network(error) => error.in_words(),
            Self::NoAddress => tr!("tcp-chat-server-service-no-address").to_owned(),
            Self::Certificate(reason) => {
                tr!("tcp-chat-server-service-certificate", reason = reason.as_str())
            }
            Self::NoEncryption => tr!("tcp-chat-server-service-no-encryption").to_owned(),
            Self::EndedEarly => tr!("tcp-chat-server-service-ended-early").to_owned(),
            Self::Other(words) => words.clone(),
        }
    }
}

impl InWords for SetupFault {
    fn in_words(&self) -> String {
        match self {
            Self::Template(error) => error.in_words(),
            Self::KeyInHeader(header) => tr!("tcp-chat-server-setup-key-in-header", name = header.as_str()),
            Self::NoModel => tr!("tcp-chat-server-setup-no-model").to_owned(),
            Self::Other(words) => words.clone(),
        }
    }
}
