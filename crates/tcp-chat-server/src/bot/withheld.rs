//! Which options of a bot may hold a secret: those that go into requests, where a name in them says so.

use serde_json::Value;

use crate::bot::{BotChoice, BotOption};

/// Words for a secret, alone or with others in a name: `X-Api-Key`, `accessToken`.
const WORDS: &str = "key|apikey|appkey|accesskey|secretkey|token|accesstoken|authtoken|apitoken|secret|appsecret|\
    clientsecret|password|passwd|passphrase|pass|pwd|auth|authorization|bearer|cookie|credential|\
    credentials|signature|sig";

/// Parts of the names of headers that carry secrets, whatever stands around them.
const SECRET_HEADERS: [&str; 10] = [
    "authorization",
    "api-key",
    "apikey",
    "token",
    "secret",
    "cookie",
    "password",
    "passphrase",
    "passwd",
    "pwd",
];

/// Values that services without secrets take.
const OPEN_VALUES: &[&str] = &["", "free", "none", "public", "demo"];

/// Whether the value of an option may hold a secret beside the key of `{key}`: such a value is not written to
/// the file.
pub(crate) fn may_be_secret(choice: &BotChoice, option: &BotOption) -> bool {
    let value = choice.value(option);
    match option.name {
        _ if value == option.default => false,
        // An address with a user name or a fragment is refused when it is set.
        "url" => value.split_once('?').is_some_and(|(_, query)| in_pairs(query)),
        "header" => choice.lines(option).any(may_be_secret_header),
        "body" => serde_json::from_str(value).map_or(true, |json| in_json(&json)),
        _ => false,
    }
}

fn in_pairs(pairs: &str) -> bool {
    pairs.split(['&', ';']).filter_map(|pair| pair.split_once('=')).any(is_secret)
}

/// Whether a header is one for secrets, by its name in lower case: a bot takes it only with `{key}`.
pub(super) fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.iter().any(|part| name.contains(part))
}

fn may_be_secret_header(line: &str) -> bool {
    let Some((name, value)) = line.split_once(':') else { return true };
    let scheme = value.trim().split(' ').next().unwrap_or_default().to_ascii_lowercase();
    let is_login = ["bearer", "basic"].contains(&scheme.as_str()) && !is_open(value);
    is_login || is_secret((name, value)) || is_secret_header(&name.to_ascii_lowercase()) && !is_open(value)
}

fn in_json(json: &Value) -> bool {
    match json {
        Value::Object(fields) => fields.iter().any(|(name, value)| match value {
            Value::String(text) => is_secret((name, text)),
            Value::Number(number) => is_secret((name, &number.to_string())),
            value => in_json(value),
        }),
        Value::Array(items) => items.iter().any(in_json),
        _ => false,
    }
}

fn is_secret((name, value): (&str, &str)) -> bool {
    words(name).iter().any(|word| WORDS.split('|').any(|known| known == word)) && !is_open(value)
}

fn is_open(value: &str) -> bool {
    value.contains("{key}") || OPEN_VALUES.contains(&value.trim())
}

/// The words of a name: `X-Api-Key` and `accessToken` have three and two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (was_small && c.is_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::bot_kind;

    fn is_withheld(bot: &str, name: &str, value: &str) -> bool {
        let kind = bot_kind(bot).unwrap();
        let mut choice = BotChoice::new(kind);
        choice.set(name, value).unwrap();
        may_be_secret(&choice, kind.option(name).unwrap())
    }

    #[test]
    fn what_has_the_name_of_a_secret_is_one() {
        for (name, value) in [
            ("url", "http://a/?q={text}&apikey=s3cr3t"),
            ("url", "http://a/?q={text}&api_key=s3cr3t"),
            ("header", "X-Whatever: Bearer s3cr3t"),
            ("header", "X-Pass: s3cr3t"),
            ("body", r#"{"q":"{text}","access_token":"s3cr3t"}"#),
            ("body", r#"{"q":"{text}","a":[{"accessToken":"s3cr3t"}]}"#),
        ] {
            assert!(is_withheld("http", name, value), "{value}");
        }
        for line in ["Authorization: x", "X-Api-Key: x", "Cookie: a=b", "X-Password: x", "SessionToken: x"] {
            assert!(may_be_secret_header(line), "{line}");
        }
    }

    #[test]
    fn what_only_sounds_like_one_is_none() {
        for (bot, name, value) in [
            ("openai", "system", "You are a monkey, keep your secret, token by token"),
            ("http", "url", "http://a/monkey?key=free&q={text}"),
            ("http", "url", "http://a/?q={text}&monkey=7&keyword=x"),
            ("http", "url", "http://a/?q={text}&key={key}"),
            ("http", "header", "Authorization: Bearer {key}"),
            ("http", "header", "X-Room: key"),
            ("http", "body", r#"{"q":"{text} is no secret","max_tokens":100}"#),
        ] {
            assert!(!is_withheld(bot, name, value), "{value}");
        }
    }
}
