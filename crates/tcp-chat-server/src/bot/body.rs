//! What services answer with, whatever content type they call it.

use serde_json::Value;

use super::{BotError, UnexpectedBody};

/// The text of a body, without the mark of its byte order and without white space around it.
pub(super) fn text(body: &[u8]) -> Result<&str, BotError> {
    let text = std::str::from_utf8(body).ok().ok_or(BotError::NotAReply { body: UnexpectedBody::NotUtf8 })?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() { Err(BotError::NotAReply { body: UnexpectedBody::Nothing }) } else { Ok(text) }
}

/// Whether a text is a page for browsers: what stands between here and the service speaks so.
pub(super) fn is_page(text: &str) -> bool {
    let start: String = text.chars().take(14).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body", "<title", "<h1", "<script", "<meta"]
        .iter()
        .any(|tag| start.starts_with(tag))
}

/// The JSON in a body.
pub(super) fn json(body: &[u8]) -> Result<Value, BotError> {
    let text = text(body)?;
    if text.starts_with('<') {
        return Err(BotError::NotAReply { body: UnexpectedBody::WebPage });
    }
    serde_json::from_str(text).ok().ok_or(BotError::NotAReply { body: UnexpectedBody::NotJson })
}

/// The whole number in a field that some services send as text.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_found_or_what_came_is_named() {
        assert_eq!(json("\u{feff} {\"a\":\"好\"}\r\n".as_bytes()).unwrap()["a"], "好");
        for (body, what) in [
            (&b""[..], UnexpectedBody::Nothing),
            (b" \r\n", UnexpectedBody::Nothing),
            (b"<!DOCTYPE html><title>502</title>", UnexpectedBody::WebPage),
            (b"hello", UnexpectedBody::NotJson),
            (b"{\"a\":", UnexpectedBody::NotJson),
            (b"{\"a\":\"\xFF\"}", UnexpectedBody::NotUtf8),
        ] {
            assert_eq!(json(body), Err(BotError::NotAReply { body: what }));
        }
    }

    #[test]
    fn pages_are_told_from_text() {
        assert!(is_page("<!DOCTYPE HTML>") && is_page("<html>") && is_page("<H1>502</H1>"));
        assert!(!is_page("<3 you") && !is_page("你好<html>") && !is_page("") && !is_page("好好好好好好好好"));
    }

    #[test]
    fn numbers_come_as_text_too() {
        for (value, number) in
            [("7", Some(7)), (r#"" -7""#, Some(-7)), ("1.5", None), ("null", None), ("[7]", None)]
        {
            assert_eq!(integer(&serde_json::from_str(value).unwrap()), number, "{value}");
        }
    }
}
