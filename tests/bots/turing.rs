//! The Turing robot.

use serde_json::{Value, json};

use crate::support::talk::Talk;
use crate::support::web::{Answer, Request, WebService};

use super::{FAULTS, fault};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Behaves as the service is documented: what it does not like is a code, with status 200.
fn answer(request: &Request) -> Answer {
    let body = request.json();
    let (text, user) = (&body["perception"]["inputText"]["text"], &body["userInfo"]["userId"]);
    let is_right = request.method == "POST"
        && request.target == "/openapi/api/v2"
        && request.header("content-type") == "application/json"
        && body["reqType"] == 0;
    let is_user = user.as_str().is_some_and(|user| {
        (1..=32).contains(&user.len()) && user.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let text = text.as_str().unwrap_or_default();
    let code = match text {
        _ if !is_right => 4000,
        _ if body["userInfo"]["apiKey"] != KEY => 4007,
        _ if !is_user => 4100,
        text if !(1..=128).contains(&text.chars().count()) => 4602,
        text => text.strip_prefix("code ").and_then(|code| code.parse().ok()).unwrap_or(10004),
    };
    let said = |text: &str| json!([{ "groupType": 0, "resultType": "text", "values": { "text": text } }]);
    let results = match text {
        _ if code < 10_000 => said("请求次数超限制!"),
        "hello" => said("hello to you"),
        "who am I" => said(user.as_str().unwrap_or_default()),
        "url first" => json!([
            { "groupType": 1, "resultType": "url", "values": { "url": "http://a.example/1" } },
            { "groupType": 1, "resultType": "text", "values": { "text": "亲,已帮你找到图片" } },
        ]),
        "news" => json!([
            { "groupType": 1, "resultType": "news", "values": { "news": [
                { "name": "One", "icon": "http://i/1", "info": "Paper", "detailurl": "http://a.example/1" },
                { "name": "Two", "icon": "", "info": "", "detailurl": "http://a.example/2" },
            ] } },
            { "groupType": 1, "resultType": "text", "values": { "text": "The news" } },
        ]),
        "nothing" => json!([]),
        "4003 bare" => return reply(&json!({ "intent": { "code": 4003 } })),
        "no intent" => return reply(&json!({ "results": said("hi") })),
        other => return fault(other).unwrap_or_else(|| reply(&said(other))),
    };
    reply(&json!({ "emotion": {}, "intent": { "code": code, "actionName": "" }, "results": results }))
}

fn reply(body: &Value) -> Answer {
    Answer::Body(body.to_string().into_bytes())
}

fn talk(service: &WebService, key: &'static str) -> Talk {
    let url = format!("http://{}/openapi/api/v2", service.address);
    let args = ["--bot", "turing", "--bot-url", &url, "--bot-option", "turing.timeout=1"];
    Talk::start_with(&args, Some(key))
}

#[test]
fn every_answer_of_the_service_is_a_reply_or_a_clear_failure() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, KEY);
    talk.check(&[
        ("url first", Ok("亲,已帮你找到图片\nhttp://a.example/1")),
        ("news", Ok("The news\n- One, Paper\n  http://a.example/1\n- Two\n  http://a.example/2")),
        ("nothing", Err("empty")),
        ("no intent", Err("JSON without a code")),
        ("code 4000", Err("cannot read the request (code 4000)")),
        ("code 4001", Err("switch it off")),
        ("code 4002", Err("no permission")),
        ("code 4003", Err("quota is used up")),
        ("4003 bare", Err("quota is used up")),
        ("code 4005", Err("no permission")),
        ("code 4007", Err("rejected the key")),
        ("code 4100", Err("user id")),
        ("code 4500", Err("too many users")),
        ("code 4600", Err("no text")),
        ("code 4602", Err("too long")),
        ("code 5000", Err("no answer")),
        ("code 6000", Err("no answer")),
        ("code 8008", Err("try again later")),
        ("code 4999", Err("refuses (code 4999)")),
    ]);
    talk.check(&FAULTS);
    let failure = talk.ask("code 4003").unwrap_err();
    assert!(!failure.contains("请求次数"), "the service's words are passed on: {failure}");
    talk.end();
}

#[test]
fn a_client_keeps_its_user_id_and_another_has_another() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, KEY);
    let first = talk.ask("who am I").unwrap();
    assert_eq!(talk.ask("who am I").unwrap(), first);
    assert_ne!(talk.ask_as_another("who am I").unwrap(), first);
}

#[test]
fn a_question_that_is_too_long_is_not_sent() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, KEY);
    let longest = "好".repeat(128);
    // However often: it is the question's fault, and the bot is not paused for it.
    for _ in 0..4 {
        let failure = talk.ask(&(longest.clone() + "!")).unwrap_err();
        assert!(failure.contains("129 characters") && failure.contains("128"), "{failure}");
    }
    assert_eq!(talk.ask("hello"), Ok("hello to you".to_owned()));
    assert_eq!(service.request().json()["perception"]["inputText"]["text"], "hello");
}

#[test]
fn a_key_that_is_wrong_or_missing_is_said() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, "an0ther");
    let failure = talk.ask("hello").unwrap_err();
    assert!(failure.contains("rejected the key"), "{failure}");
    talk.end();
    let (told, said) = Talk::start(&["--bot", "turing"]).failure("hello");
    assert!(told.contains("the bot is not set up") && !told.contains("key"), "{told}");
    assert!(said.contains("it has no key") && said.contains("TCP_CHAT_BOT_KEY_TURING"), "{said}");
}
