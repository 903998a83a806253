//! The addresses of services, as a user gives them.

use common::localized;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use serde::Serialize;

/// Why an address of a bot was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BotUrlError {
    /// It is no `http` or `https` address.
    NotHttp { typed: String },
    /// The bot adds the query itself, and logs would show a secret in an address.
    TooMuch,
}

localized!(BotUrlError);

/// Reads the address that stands in for a service's own.
///
/// # Errors
/// Where it is no `http` or `https` address, or holds more than host, port and path.
pub fn parse_bot_url(typed: &str) -> Result<Url, BotUrlError> {
    let typed = typed.trim();
    let not_http = || BotUrlError::NotHttp { typed: typed.to_owned() };
    let url = Url::parse(typed).ok().ok_or_else(not_http)?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(not_http());
    }
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.query().is_some() || url.fragment().is_some() {
        return Err(BotUrlError::TooMuch);
    }
    Ok(url)
}

/// All characters but those that stand for themselves in any part of an address.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, &UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_the_web_and_bare() {
        assert!(parse_bot_url(" http://127.0.0.1:8123/api.php ").is_ok());
        assert!(parse_bot_url("https://bot.example/").is_ok());
        for typed in ["", "127.0.0.1:8123", "ftp://bot.example/", "http://", "/api.php"] {
            assert_eq!(parse_bot_url(typed), Err(BotUrlError::NotHttp { typed: typed.into() }), "{typed}");
        }
        for typed in ["http://a/b?key=1", "http://a/b#c", "http://me:secret@a/b"] {
            assert_eq!(parse_bot_url(typed), Err(BotUrlError::TooMuch), "{typed}");
        }
    }

    #[test]
    fn percent_encoding_leaves_only_what_is_safe() {
        assert_eq!(percent_encode("aZ09-._~ +/?%"), "aZ09-._~%20%2B%2F%3F%25");
    }
}
