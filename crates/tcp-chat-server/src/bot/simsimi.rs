//! `SimSimi` (심심이, 小黄鸡), the interface of 190410.

mod language;

use reqwest::Client;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use super::http::Service;
use super::{
    Advice, Asking, Bot, BotError, BotKey, BotKind, BotOption, CodeMeaning, OptionFault, Question,
    ReplyStream, Secret, Takes, UnexpectedBody, body, bot_option, common_options,
};
use language::Language;

/// Where the service lives.
const URL: &str = "https://wsapi.simsimi.com/190410/talk";

/// Longest question, in characters.
const MAX_QUESTION_CHARS: usize = 100;

/// What an account may ask differs.
static RATE: BotOption = common_options::rate("none");

pub(super) static KIND: BotKind = BotKind {
    word: "simsimi",
    name: "SimSimi",
    named_by: None,
    about: "bot-simsimi",
    options: &[&common_options::URL, &common_options::TIMEOUT, &RATE, &LANGUAGE, &BAD_WORDS],
    key: Some(BotKey { is_needed: true, about: "bot-simsimi-key", sent_to: URL }),
    always_answers: false,
    check: |_choice| Ok(()),
    build: |setup| {
        Box::new(SimSimi {
            service: Service::new(setup.choice.url(&common_options::URL, URL), setup),
            key: setup.key.clone(),
            // Checked when it was set.
            language: setup.choice.value(&LANGUAGE).parse().unwrap_or_default(),
            bad_words_percent: setup.choice.count(&BAD_WORDS),
        })
    },
};

static LANGUAGE: BotOption = bot_option!(
    "language",
    Takes::Checked(|typed| {
        typed.parse::<Language>().map(drop).map_err(|error| OptionFault::Language { typed: error.0 })
    }),
)
.with_default("auto");

static BAD_WORDS: BotOption = bot_option!("bad-words", Takes::Count { min: 0, max: 100 }).with_default("50");

struct SimSimi {
    service: Service,
    key: Option<Secret>,
    language: Language,
    bad_words_percent: u64,
}

impl Bot for SimSimi {
    fn ask<'a>(&'a self, question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async {
            let language = self.language.code(&question.text);
            let request = request(&question.text, language, self.bad_words_percent)?;
            let mut key = HeaderValue::from_str(self.key.as_ref().map_or("", Secret::reveal))
                .ok()
                .ok_or(BotError::BadKey { advice: Advice::BadCharacters })?;
            key.set_sensitive(true);
            let call = |client: &Client, url| client.post(url).header("x-api-key", key).json(&request);
            let answer = self.service.call(call).await?;
            read(answer.status, &answer.body).map_err(|error| error.retry_after(answer.retry_after))
        })
    }
}

fn request(text: &str, language: &str, bad_words_percent: u64) -> Result<Value, BotError> {
    let len = text.chars().count();
    if len > MAX_QUESTION_CHARS {
        return Err(BotError::TooManyCharacters { len, max: MAX_QUESTION_CHARS });
    }
    // The service's own limit has changed over time: it is always told.
    let limit = f64::from(u8::try_from(bad_words_percent).unwrap_or(100)) / 100.0;
    Ok(json!({ "utext": text, "lang": language, "atext_bad_prob_max": limit }))
}

/// The reply in a body that came with an HTTP status: the body's own status may be repeated there,
/// or stand in it alone, or be missing from the body.
fn read(http_status: u16, body: &[u8]) -> Result<String, BotError> {
    let is_http_success = (200..300).contains(&http_status);
    let answer = match body::json(body) {
        Ok(answer) => answer,
        Err(error) if is_http_success => return Err(error),
        Err(_page) => return Err(BotError::Status { status: http_status }),
    };
    match answer.get("status").and_then(body::integer) {
        Some(200) if is_http_success => match answer.get("atext").and_then(Value::as_str) {
            Some(reply) if !reply.trim().is_empty() => Ok(reply.to_owned()),
            _ => Err(BotError::Empty),
        },
        Some(status) if status != 200 => Err(failure(status)),
        None if is_http_success => Err(BotError::NotAReply { body: UnexpectedBody::NoStatus }),
        _ => Err(failure(http_status.into())),
    }
}

/// What a status means, and what to do.
fn failure(status: i64) -> BotError {
    let meaning = match status {
        401 | 403 => return BotError::BadKey { advice: Advice::CompareWithProject },
        429 => return BotError::Quota { advice: Advice::SeePlan },
        228 => return BotError::NotUnderstood,
        227 => CodeMeaning::Incomplete,
        500 => CodeMeaning::OwnFault,
        _ => CodeMeaning::Refuses,
    };
    BotError::Code { code: status, meaning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_always_has_the_limit_of_bad_words() {
        let expected = json!({ "utext": "hi \"x\"", "lang": "en", "atext_bad_prob_max": 0.3 });
        assert_eq!(request("hi \"x\"", "en", 30), Ok(expected));
        assert_eq!(request("x", "en", 0).unwrap()["atext_bad_prob_max"], 0.0);
        assert!(request(&"好".repeat(100), "ch", 50).is_ok());
        let error = BotError::TooManyCharacters { len: 101, max: 100 };
        assert_eq!(request(&"好".repeat(101), "ch", 50), Err(error));
    }

    #[test]
    fn a_reply_is_read() {
        let body = r#"{"status":200,"statusMessage":"Ok","atext":"hello to you","lang":"en","request":{}}"#;
        assert_eq!(read(200, body.as_bytes()).as_deref(), Ok("hello to you"));
        assert_eq!(read(200, br#"{"status":"200","atext":"hi"}"#).as_deref(), Ok("hi"));
    }

    #[test]
    fn a_status_means_the_same_in_the_body_and_in_http() {
        for status in [227_u16, 228, 403, 429, 500, 599] {
            let body =
                json!({ "status": status, "statusMessage": "its words", "atext": "not shown" }).to_string();
            let error = read(200, body.as_bytes()).unwrap_err();
            assert_eq!(error, failure(status.into()));
            assert!(!error.to_string().contains("its words") && !error.to_string().contains("not shown"));
            assert_eq!(read(if status < 300 { 400 } else { status }, body.as_bytes()), Err(error));
        }
        assert_eq!(read(403, br#"{"message":"Forbidden"}"#), Err(failure(403)));
        assert_eq!(read(500, br#"{"status":200,"atext":"hi"}"#), Err(failure(500)));
        assert!(failure(403).to_string().contains("key") && failure(429).to_string().contains("quota"));
    }

    #[test]
    fn what_is_no_reply_is_a_failure() {
        for (status, body, error) in [
            (200, "", BotError::NotAReply { body: UnexpectedBody::Nothing }),
            (200, "<html>", BotError::NotAReply { body: UnexpectedBody::WebPage }),
            (502, "<html>", BotError::Status { status: 502 }),
            (403, "", BotError::Status { status: 403 }),
            (200, r#"{"status":200}"#, BotError::Empty),
            (200, r#"{"status":200,"atext":" "}"#, BotError::Empty),
            (200, r#"{"atext":"hi"}"#, BotError::NotAReply { body: UnexpectedBody::NoStatus }),
        ] {
            assert_eq!(read(status, body.as_bytes()), Err(error), "{body}");
        }
    }
}
