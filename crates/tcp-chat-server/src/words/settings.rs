//! What is wrong with a setting of a bot.

use common::language::InWords;
use common::tr;

use crate::bot::{BotUrlError, OptionFault, TemplateError};

impl InWords for OptionFault {
    fn in_words(&self) -> String {
        match self {
            Self::Switch => tr!("tcp-chat-server-fault-switch").to_owned(),
            Self::Count { min, max } => {
                tr!("tcp-chat-server-fault-count", min = min.to_string(), max = max.to_string())
            }
            Self::Choice(words) => tr!("tcp-chat-server-fault-choice", words = words.join(", ")),
            Self::Rate => tr!("tcp-chat-server-fault-rate").to_owned(),
            Self::Url(BotUrlError::NotHttp(typed)) => {
                tr!("tcp-chat-server-fault-address", typed = typed.as_str())
            }
            Self::Url(BotUrlError::TooMuch) => tr!("tcp-chat-server-fault-address-too-much").to_owned(),
            Self::Template(error) => error.in_words(),
            Self::Line { max } => tr!("tcp-chat-server-fault-line", max = max.to_string()),
            Self::Language(typed) => tr!("tcp-chat-server-fault-language", typed = typed.as_str()),
        }
    }
}

impl InWords for TemplateError {
    fn in_words(&self) -> String {
        let words = match self {
            Self::NoUrl => tr!("tcp-chat-server-template-no-address"),
            Self::NotHttp(typed) => {
                return tr!("tcp-chat-server-template-not-http", typed = typed.as_str());
            }
            Self::TooMuch => tr!("tcp-chat-server-template-too-much"),
            Self::MovingHost => tr!("tcp-chat-server-template-moving-host"),
            Self::Placeholder(seen) => {
                return tr!("tcp-chat-server-template-placeholder", seen = seen.as_str());
            }
            Self::NoText => tr!("tcp-chat-server-template-no-text"),
            Self::Body(reason) => return tr!("tcp-chat-server-template-body", reason = reason.as_str()),
            Self::BodyOfGet(method) => {
                return tr!("tcp-chat-server-template-body-of-get", method = method.as_str());
            }
            Self::Header(name) => return tr!("tcp-chat-server-template-header", name = name.as_str()),
            Self::OpenSecret(name) => {
                return tr!("tcp-chat-server-template-open-secret", name = name.as_str());
            }
            Self::Pointer(typed) => return tr!("tcp-chat-server-template-pointer", typed = typed.as_str()),
            Self::ErrorWithoutReply => tr!("tcp-chat-server-template-error-without-reply"),
            Self::GoodWithoutError => tr!("tcp-chat-server-template-good-without-error"),
            Self::NoKey => tr!("tcp-chat-server-template-no-key"),
        };
        words.to_owned()
    }
}
