//! `SimSimi`.

use serde_json::json;

use crate::support::talk::Talk;
use crate::support::web::{Answer, Request, WebService, response};

use super::{FAULTS, fault};

const KEY: &str = "p.roject~k3y";

/// Behaves as the service is documented; `http 403` has the status of HTTP too, `body 403` the body alone.
fn answer(request: &Request) -> Answer {
    if request.header("x-api-key") != KEY {
        return response("403 Forbidden", "application/json", r#"{"message":"Forbidden"}"#);
    }
    let body = request.json();
    let (text, limit) = (body["utext"].as_str().unwrap_or_default(), &body["atext_bad_prob_max"]);
    let is_right = request.method == "POST"
        && request.target == "/190410/talk"
        && request.header("content-type") == "application/json"
        && body["lang"].is_string()
        && limit.as_f64().is_some_and(|limit| (0.0..=1.0).contains(&limit))
        && (1..=100).contains(&text.chars().count());
    let failed = |status: u16, http: u16| {
        let body = json!({ "status": status, "statusMessage": "its own words", "request": body });
        response(&format!("{http} X"), "application/json", &body.to_string())
    };
    let status_of = |prefix: &str| text.strip_prefix(prefix).and_then(|status| status.parse().ok());
    if !is_right {
        return failed(227, 200);
    }
    if let Some(status) = status_of("body ") {
        return failed(status, 200);
    }
    if let Some(status) = status_of("http ") {
        return failed(status, status);
    }
    let reply = match text {
        "hello" => "hello to you".to_owned(),
        text if text.ends_with("language") => {
            format!("{} {limit}", body["lang"].as_str().unwrap_or_default())
        }
        "403 bare" => return response("403 Forbidden", "application/json", r#"{"message":"Forbidden"}"#),
        "no atext" => return Answer::Body(br#"{"status":200,"statusMessage":"Ok"}"#.to_vec()),
        "no status" => return Answer::Body(br#"{"atext":"hi"}"#.to_vec()),
        other => match fault(other) {
            Some(answer) => return answer,
            None => other.to_owned(),
        },
    };
    let body = json!({ "status": 200, "statusMessage": "Ok", "atext": reply, "lang": "en", "request": body });
    Answer::Body(body.to_string().into_bytes())
}

fn talk(service: &WebService, options: &[&str]) -> Talk {
    let url = format!("http://{}/190410/talk", service.address);
    let mut args = vec!["--bot", "simsimi", "--bot-url", &url, "--bot-option", "simsimi.timeout=1"];
    args.extend(options.iter().flat_map(|option| ["--bot-option", option]));
    Talk::start_with(&args, Some(KEY))
}

#[test]
fn every_answer_of_the_service_is_a_reply_or_a_clear_failure() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &[]);
    talk.check(&[
        ("你好 language", Ok("ch 0.5")),
        ("a language", Ok("en 0.5")),
        ("body 227", Err("misses a part")),
        ("http 227", Err("misses a part")),
        ("body 228", Err("no answer")),
        ("http 228", Err("no answer")),
        ("body 403", Err("rejected the key")),
        ("http 403", Err("rejected the key")),
        ("403 bare", Err("rejected the key")),
        ("body 429", Err("quota is used up")),
        ("http 429", Err("quota is used up")),
        ("body 500", Err("fault of its own")),
        ("http 500", Err("fault of its own")),
        ("body 299", Err("refuses (code 299)")),
        ("no atext", Err("empty")),
        ("no status", Err("JSON without a status")),
    ]);
    talk.check(&FAULTS);
    let failure = talk.ask("body 429").unwrap_err();
    assert!(!failure.contains("its own words"), "the service's words are passed on: {failure}");
    talk.end();
}

#[test]
fn language_and_limit_are_those_that_are_set() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &["simsimi.language=zh-TW", "simsimi.bad-words=0"]);
    assert_eq!(talk.ask("a language"), Ok("zh 0.0".to_owned()));
}

#[test]
fn a_question_that_is_too_long_is_not_sent() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &[]);
    let failure = talk.ask(&"好".repeat(101)).unwrap_err();
    assert!(failure.contains("101 characters") && failure.contains("100"), "{failure}");
    let longest = "好".repeat(100);
    assert_eq!(talk.ask(&longest).as_deref(), Ok(longest.as_str()));
}
