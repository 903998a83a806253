//! What is wrong with a brain of the built-in bot.

use common::language::InWords;
use common::tr;

use crate::engine::{BrainError, BrainFault, BrainFileError, BrainName, PatternFault};

impl InWords for BrainFileError {
    fn in_words(&self) -> String {
        match self {
            Self::Unreadable(reason) => tr!("tcp-chat-server-brain-unreadable", reason = reason.as_str()),
            Self::NotAFile => tr!("tcp-chat-server-brain-no-file").to_owned(),
            Self::TooLarge { max } => tr!("tcp-chat-server-brain-too-large", max = max.to_string()),
            Self::NotText(line) => tr!("tcp-chat-server-brain-not-text", line = line.to_string()),
            Self::Faulty(BrainError { line, fault }) => {
                tr!("tcp-chat-server-brain-faulty", line = line.to_string(), fault = fault.in_words())
            }
        }
    }
}

impl InWords for BrainFault {
    fn in_words(&self) -> String {
        let words = match self {
            Self::UnknownSign(sign) => return tr!("tcp-chat-server-brain-sign", sign = format!("{sign:?}")),
            Self::Unsupported(what) => return tr!("tcp-chat-server-brain-unsupported", what = what.as_str()),
            Self::NoTrigger(sign) => {
                return tr!("tcp-chat-server-brain-no-trigger", sign = format!("{sign:?}"));
            }
            Self::NoReply => tr!("tcp-chat-server-brain-no-reply"),
            Self::Twice(line) => return tr!("tcp-chat-server-brain-twice", line = line.to_string()),
            Self::Pattern(fault) => return tr!("tcp-chat-server-brain-pattern", fault = fault.in_words()),
            Self::Tag(tag) => return tr!("tcp-chat-server-brain-tag", tag = format!("{tag:?}")),
            Self::TooDeep => tr!("tcp-chat-server-brain-too-deep"),
            Self::Unknown { kind, name } => {
                return tr!("tcp-chat-server-brain-unknown", kind = kind.in_words(), name = name.as_str());
            }
            Self::Condition => tr!("tcp-chat-server-brain-condition"),
            Self::Definition => tr!("tcp-chat-server-brain-definition"),
            Self::Version(version) => {
                return tr!("tcp-chat-server-brain-version", version = version.as_str());
            }
            Self::OpenTopic => tr!("tcp-chat-server-brain-open-topic"),
            Self::NoTopic => tr!("tcp-chat-server-brain-no-topic"),
            Self::Empty => tr!("tcp-chat-server-brain-empty"),
            Self::Number(max) => return tr!("tcp-chat-server-brain-number", max = max.to_string()),
        };
        words.to_owned()
    }
}

impl InWords for BrainName {
    fn in_words(&self) -> String {
        let words = match self {
            Self::Array => tr!("tcp-chat-server-brain-name-array"),
            Self::Topic => tr!("tcp-chat-server-brain-name-topic"),
            Self::Variable => tr!("tcp-chat-server-brain-name-variable"),
            Self::Skill => tr!("tcp-chat-server-brain-name-skill"),
        };
        words.to_owned()
    }
}

impl InWords for PatternFault {
    fn in_words(&self) -> String {
        let words = match self {
            Self::Empty => tr!("tcp-chat-server-brain-pattern-empty"),
            Self::Open => tr!("tcp-chat-server-brain-pattern-open"),
            Self::Stray(sign) => {
                return tr!("tcp-chat-server-brain-pattern-stray", sign = format!("{sign:?}"));
            }
            Self::TooDeep => tr!("tcp-chat-server-brain-pattern-too-deep"),
            Self::TooLong => tr!("tcp-chat-server-brain-pattern-too-long"),
        };
        words.to_owned()
    }
}
