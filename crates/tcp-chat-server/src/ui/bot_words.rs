//! What the bots' panel says: of each bot and each of its settings, in the window's language.

use common::tr;

use crate::bot::{BotKind, BotOption};

/// What a bot is.
pub(super) fn about(kind: &'static BotKind) -> &'static str {
    match kind.word {
        "qingyun" => tr!("tcp-chat-server-about-qingyun"),
        "turing" => tr!("tcp-chat-server-about-turing"),
        "simsimi" => tr!("tcp-chat-server-about-simsimi"),
        "http" => tr!("tcp-chat-server-about-http"),
        "openai" => tr!("tcp-chat-server-about-openai"),
        "builtin" => tr!("tcp-chat-server-about-builtin"),
        "echo" => tr!("tcp-chat-server-about-echo"),
        _ => kind.about,
    }
}

/// What a bot's key is.
pub(super) fn about_key(kind: &'static BotKind) -> &'static str {
    match kind.word {
        "turing" => tr!("tcp-chat-server-about-key-turing"),
        "simsimi" => tr!("tcp-chat-server-about-key-simsimi"),
        "http" => tr!("tcp-chat-server-about-key-http"),
        "openai" => tr!("tcp-chat-server-about-key-openai"),
        _ => kind.key.map_or("", |key| key.about),
    }
}

/// The label of an option, and what it does.
pub(super) fn option(kind: &'static BotKind, option: &'static BotOption) -> (&'static str, &'static str) {
    match option.name {
        "url" => {
            let about = match kind.word {
                "openai" => tr!("tcp-chat-server-about-url-openai"),
                "http" => tr!("tcp-chat-server-about-url-http"),
                _ => tr!("tcp-chat-server-about-url"),
            };
            (tr!("tcp-chat-server-option-url"), about)
        }
        "timeout" => (tr!("tcp-chat-server-option-timeout"), tr!("tcp-chat-server-about-timeout")),
        "rate" => (tr!("tcp-chat-server-option-rate"), tr!("tcp-chat-server-about-rate")),
        "keep-adverts" => {
            (tr!("tcp-chat-server-option-keep-adverts"), tr!("tcp-chat-server-about-keep-adverts"))
        }
        "language" => (tr!("tcp-chat-server-option-language"), tr!("tcp-chat-server-about-language")),
        "bad-words" => (tr!("tcp-chat-server-option-bad-words"), tr!("tcp-chat-server-about-bad-words")),
        "brain" => (tr!("tcp-chat-server-option-brain"), tr!("tcp-chat-server-about-brain")),
        "model" => (tr!("tcp-chat-server-option-model"), tr!("tcp-chat-server-about-model")),
        "system" => (tr!("tcp-chat-server-option-system"), tr!("tcp-chat-server-about-system")),
        "memory" => (tr!("tcp-chat-server-option-memory"), tr!("tcp-chat-server-about-memory")),
        "memory-bytes" => {
            (tr!("tcp-chat-server-option-memory-bytes"), tr!("tcp-chat-server-about-memory-bytes"))
        }
        "max-tokens" => (tr!("tcp-chat-server-option-max-tokens"), tr!("tcp-chat-server-about-max-tokens")),
        "first-secs" => (tr!("tcp-chat-server-option-first-secs"), tr!("tcp-chat-server-about-first-secs")),
        "next-secs" => (tr!("tcp-chat-server-option-next-secs"), tr!("tcp-chat-server-about-next-secs")),
        "method" => (tr!("tcp-chat-server-option-method"), tr!("tcp-chat-server-about-method")),
        "header" => (tr!("tcp-chat-server-option-header"), tr!("tcp-chat-server-about-header")),
        "body" => (tr!("tcp-chat-server-option-body"), tr!("tcp-chat-server-about-body")),
        "reply" => (tr!("tcp-chat-server-option-reply"), tr!("tcp-chat-server-about-reply")),
        "error" => (tr!("tcp-chat-server-option-error"), tr!("tcp-chat-server-about-error")),
        "good" => (tr!("tcp-chat-server-option-good"), tr!("tcp-chat-server-about-good")),
        "line-break" => (tr!("tcp-chat-server-option-line-break"), tr!("tcp-chat-server-about-line-break")),
        "name" => (tr!("tcp-chat-server-option-name"), tr!("tcp-chat-server-about-name")),
        _ => (option.name, option.about),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::BOTS;
    use common::language::{Language, set_language};

    #[test]
    fn every_bot_and_every_option_has_words_of_its_own() {
        for kind in BOTS {
            assert_eq!(about(kind).to_lowercase(), kind.about.to_lowercase());
            for option in kind.options {
                let (label, about) = super::option(kind, option);
                assert_ne!(label, option.name, "{}.{} has no label", kind.word, option.name);
                if option.name != "header" {
                    assert_eq!(about.to_lowercase(), option.about.to_lowercase(), "{}", kind.word);
                }
            }
            if let Some(key) = kind.key {
                assert_eq!(about_key(kind).to_lowercase(), key.about.to_lowercase());
            }
        }
        set_language(Language::of_tag("zh-CN").unwrap());
        for kind in BOTS {
            assert_ne!(about(kind), kind.about);
            for option in kind.options {
                assert_ne!(super::option(kind, option).1, option.about, "{}", kind.word);
            }
        }
    }
}
