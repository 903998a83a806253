//! Turing (图灵机器人), version 2 of its interface.

use serde_json::{Value, json};

use super::http::Service;
use super::user::UserIds;
use super::{
    Advice, Asking, Bot, BotError, BotKey, BotKind, BotOption, CodeMeaning, Question, ReplyStream, Secret,
    UnexpectedBody, body, common_options,
};

/// Where the service lives; it has no encrypted address.
const URL: &str = "http://openapi.tuling123.com/openapi/api/v2";

/// Longest question, in characters: the service cuts what is longer.
const MAX_QUESTION_CHARS: usize = 128;

/// Codes below are failures, whatever texts come with them.
const FIRST_GOOD_CODE: i64 = 10_000;

/// What an account may ask differs.
static RATE: BotOption = common_options::rate("none");

pub(super) static KIND: BotKind = BotKind {
    word: "turing",
    name: "Turing",
    named_by: None,
    about: "bot-turing",
    options: &[&common_options::URL, &common_options::TIMEOUT, &RATE],
    key: Some(BotKey { is_needed: true, about: "bot-turing-key", sent_to: URL }),
    always_answers: false,
    check: |_choice| Ok(()),
    build: |setup| {
        let service = Service::new(setup.choice.url(&common_options::URL, URL), setup);
        Box::new(Turing { service, key: setup.key.clone(), users: UserIds::new() })
    },
};

struct Turing {
    service: Service,
    key: Option<Secret>,
    users: UserIds,
}

impl Bot for Turing {
    fn ask<'a>(&'a self, question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async {
            let key = self.key.as_ref().map_or("", Secret::reveal);
            let request = request(key, &self.users.of(question.conversation), &question.text)?;
            let answer = self.service.call(|client, url| client.post(url).json(&request)).await?;
            read(&answer.success()?)
        })
    }
}

fn request(key: &str, user: &str, text: &str) -> Result<Value, BotError> {
    let len = text.chars().count();
    if len > MAX_QUESTION_CHARS {
        return Err(BotError::TooManyCharacters { len, max: MAX_QUESTION_CHARS });
    }
    Ok(json!({
        "reqType": 0,
        "perception": { "inputText": { "text": text } },
        "userInfo": { "apiKey": key, "userId": user },
    }))
}

/// The reply in a body.
fn read(body: &[u8]) -> Result<String, BotError> {
    let answer = body::json(body)?;
    let code = answer.pointer("/intent/code").and_then(body::integer);
    let code = code.ok_or(BotError::NotAReply { body: UnexpectedBody::NoCode })?;
    if code < FIRST_GOOD_CODE {
        return Err(failure(code));
    }
    let results = answer.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut results: Vec<&Value> = results.iter().collect();
    // They come in any order. Those of a group belong together, and the words come before what
    // they are about.
    results.sort_by_key(|result| (group(result), kind_rank(kind(result))));
    let lines: Vec<String> = results.into_iter().filter_map(in_words).collect();
    if lines.is_empty() { Err(BotError::Empty) } else { Ok(lines.join("\n")) }
}

/// What a code means, and what to do.
fn failure(code: i64) -> BotError {
    let meaning = match code {
        4003 => return BotError::Quota { advice: Advice::WaitForTomorrow },
        4007 => return BotError::BadKey { advice: Advice::CompareWithRobot },
        5000 | 6000 => return BotError::NotUnderstood,
        4000 => CodeMeaning::Unreadable,
        4001 => CodeMeaning::EncryptionOn,
        4002 | 4005 => CodeMeaning::NoPermission,
        4100 => CodeMeaning::BadUser,
        4500 => CodeMeaning::TooManyUsers,
        4600 => CodeMeaning::NoText,
        4602 => CodeMeaning::TooLong,
        8008 => CodeMeaning::OwnFault,
        _ => CodeMeaning::Refuses,
    };
    BotError::Code { code, meaning }
}

fn group(result: &Value) -> i64 {
    result.get("groupType").and_then(body::integer).unwrap_or_default()
}

fn kind(result: &Value) -> &str {
    result.get("resultType").and_then(Value::as_str).unwrap_or_default()
}

fn kind_rank(kind: &str) -> u8 {
    match kind {
        "text" => 0,
        "news" => 1,
        "url" => 2,
        _ => 3,
    }
}

/// One result as text; nothing where it has none.
fn in_words(result: &Value) -> Option<String> {
    let kind = kind(result);
    let value = result.get("values")?.get(kind)?;
    let lines = match value {
        Value::String(text) if matches!(kind, "image" | "voice" | "video") => {
            format!("[{kind}] {}", text.trim())
        }
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => items.iter().filter_map(news).collect::<Vec<_>>().join("\n"),
        item => news(item)?,
    };
    (!lines.is_empty()).then_some(lines)
}

/// A line of news, and its address below it. The icon is a picture that nobody asked for.
fn news(item: &Value) -> Option<String> {
    let part = |name| item.get(name).and_then(Value::as_str).map(str::trim).filter(|part| !part.is_empty());
    let title = [part("name"), part("info")].into_iter().flatten().collect::<Vec<_>>().join(", ");
    match (title.is_empty(), part("detailurl")) {
        (true, None) => None,
        (true, Some(url)) => Some(format!("- {url}")),
        (false, None) => Some(format!("- {title}")),
        (false, Some(url)) => Some(format!("- {title}\n  {url}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_the_documented_one() {
        let expected = json!({
            "reqType": 0,
            "perception": { "inputText": { "text": "你好 \"x\"" } },
            "userInfo": { "apiKey": "k", "userId": "u1" },
        });
        assert_eq!(request("k", "u1", "你好 \"x\""), Ok(expected));
        assert!(request("k", "u1", &"好".repeat(128)).is_ok());
        let error = BotError::TooManyCharacters { len: 129, max: 128 };
        assert_eq!(request("k", "u1", &"好".repeat(129)), Err(error));
    }

    fn reply(results: &Value) -> Result<String, BotError> {
        read(
            json!({ "intent": { "code": 10004, "intentName": "" }, "results": results })
                .to_string()
                .as_bytes(),
        )
    }

    #[test]
    fn results_read_in_their_order() {
        let text =
            |group: u8, text| json!({ "groupType": group, "resultType": "text", "values": { "text": text } });
        let url =
            |group: u8, url| json!({ "groupType": group, "resultType": "url", "values": { "url": url } });
        for (results, words) in [
            (json!([text(0, "hi")]), "hi"),
            (json!([url(1, "http://a/"), text(1, "look")]), "look\nhttp://a/"),
            (
                json!([url(2, "http://b/"), url(1, "http://a/"), text(2, "b"), text(1, "a")]),
                "a\nhttp://a/\nb\nhttp://b/",
            ),
            (json!([text(1, "second"), text(0, "first")]), "first\nsecond"),
            (json!([text(0, "one"), text(0, "two")]), "one\ntwo"),
            (
                json!([{ "groupType": 0, "resultType": "image", "values": { "image": "http://a/1.png" } }]),
                "[image] http://a/1.png",
            ),
            (json!([{ "resultType": "text", "values": { "text": "no group" } }]), "no group"),
            (json!([{ "resultType": "voice", "values": {} }, text(0, "hi")]), "hi"),
            (json!([{ "resultType": "card", "values": { "card": "of a new kind" } }]), "of a new kind"),
        ] {
            assert_eq!(reply(&results).as_deref(), Ok(words));
        }
    }

    #[test]
    fn news_are_a_list_with_links() {
        let news = json!([{ "groupType": 1, "resultType": "news", "values": { "news": [
            { "name": "One", "icon": "http://i/1.png", "info": "Paper", "detailurl": "http://a/1" },
            { "name": "Two", "icon": "", "info": "", "detailurl": "" },
            { "name": " ", "detailurl": "http://a/3" },
            {},
            7,
        ] } }, { "groupType": 1, "resultType": "text", "values": { "text": "The news:" } }]);
        assert_eq!(reply(&news).as_deref(), Ok("The news:\n- One, Paper\n  http://a/1\n- Two\n- http://a/3"));
    }

    #[test]
    fn every_code_that_is_no_success_is_a_failure_without_the_services_text() {
        for code in
            [0, 4000, 4001, 4002, 4003, 4005, 4007, 4100, 4500, 4600, 4602, 5000, 6000, 8008, 4999, 9999]
        {
            let results =
                json!([{ "groupType": 0, "resultType": "text", "values": { "text": "请求次数超限制!" } }]);
            for answer in [
                json!({ "intent": { "code": code }, "results": results }),
                json!({ "intent": { "code": code } }),
                json!({ "intent": { "code": code.to_string() } }),
            ] {
                let error = read(answer.to_string().as_bytes()).unwrap_err();
                assert_eq!(error, failure(code));
                assert!(!error.to_string().contains("超限制"), "{error}");
            }
        }
        for (code, part) in [(4001, "switch it off"), (4003, "quota"), (4007, "key"), (4999, "4999")] {
            assert!(failure(code).to_string().contains(part), "{code}");
        }
        assert_eq!(read(br#"{"intent":{"code":10003}}"#), Err(BotError::Empty));
        assert_eq!(read(br#"{"results":[]}"#), Err(BotError::NotAReply { body: UnexpectedBody::NoCode }));
        assert_eq!(read(b"<html>"), Err(BotError::NotAReply { body: UnexpectedBody::WebPage }));
    }

    proptest::proptest! {
        #[test]
        fn any_results_are_read(kind in "text|news|url|x", value in "\\PC{0,20}", group: i64) {
            let result = json!({ "groupType": group, "resultType": kind, "values": { &kind: value } });
            let read = reply(&json!([result, value, null]));
            proptest::prop_assert!(read == Err(BotError::Empty) || read == Ok(value.trim().to_owned()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(body: Vec<u8>) {
            proptest::prop_assert!(read(&body).is_err());
        }
    }
}
