//! A service of the user's own.

use serde_json::json;

use crate::support::Program;
use crate::support::talk::Talk;
use crate::support::web::{Answer, Request, WebService, percent_decode};

use super::{FAULTS, fault};

const KEY: &str = "s3cret-k3y";

#[test]
fn qingyun_can_be_told_in_a_template() {
    let service = super::qingyun::service();
    let url = format!("http={}?key=free&appid=0&msg={{text}}", service.url);
    let mut talk = Talk::start(&[
        "--bot",
        "http",
        "--bot-url",
        &url,
        "--bot-option",
        "http.reply=/content",
        "--bot-option",
        "http.error=/result",
        "--bot-option",
        "http.good=0",
        "--bot-option",
        "http.line-break={br}",
        "--bot-option",
        "http.timeout=1",
    ]);
    talk.check(&[
        ("天气深圳", Ok("★ 深圳天气\n阴,30℃\n★ 三天预测\n晴")),
        ("who", Ok("我是菲菲")),
        ("a+b &c=\"{key}\" 100%", Ok("a+b &c=\"{key}\" 100%")),
        ("result 1", Err("/result is 1")),
        ("no result", Err("JSON without the field that tells of errors")),
        ("no content", Err("JSON without a reply")),
    ]);
    talk.check(&FAULTS);
    talk.end();
}

/// Takes JSON at `/v1/USER`, its key in a header.
fn answer(request: &Request) -> Answer {
    let body = request.json();
    let is_right = request.method == "POST"
        && request.target.starts_with("/v1/")
        && request.header("authorization") == format!("Bearer {KEY}")
        && request.header("x-client") == "chat"
        && request.header("content-type") == "application/json"
        && body["options"] == json!({ "n": 1 });
    let reply = match body["messages"][0]["text"].as_str() {
        _ if !is_right => json!({ "error": "not like this" }),
        Some("hello") => json!({ "data": [{ "text": "hello to you" }] }),
        Some("quota") => json!({ "error": { "message": "quota" }, "data": [{ "text": "not shown" }] }),
        Some("key") => json!({ "error": format!("bad key {KEY}") }),
        Some("who am I") => json!({ "data": [{ "text": request.target }] }),
        Some(text) => json!({ "data": [{ "text": text }] }),
        None => json!({}),
    };
    Answer::Body(reply.to_string().into_bytes())
}

#[test]
fn a_service_that_takes_json_and_a_key() {
    let service = WebService::start(answer);
    let url = format!("http=http://{}/v1/{{user}}", service.address);
    let args = [
        "--bot",
        "http",
        "--bot-url",
        &url,
        "--bot-option",
        r#"http.body={"messages":[{"text":"{text}"}],"options":{"n":1}}"#,
        "--bot-option",
        "http.header=Authorization: Bearer {key}",
        "--bot-option",
        "http.header=X-Client: chat",
        "--bot-option",
        "http.reply=/data/0/text",
        "--bot-option",
        "http.error=/error",
    ];
    let mut talk = Talk::start_with(&args, Some(KEY));
    talk.check(&[
        (r#"","x":"{key}\n"#, Ok(r#"","x":"{key}\n"#)),
        ("quota", Err(r#"{"message":"quota"}"#)),
        ("key", Err("bad key (secret)")),
    ]);
    let first = talk.ask("who am I").unwrap();
    assert_eq!(talk.ask("who am I").unwrap(), first);
    assert_ne!(talk.ask_as_another("who am I").unwrap(), first);
    talk.end();
    let (told, said) = Talk::start(&args).failure("hello");
    assert!(told.contains("the bot is not set up") && !told.contains("{key}"), "{told}");
    assert!(said.contains("{key} is used but there is no key"), "{said}");
}

#[test]
fn a_service_that_answers_with_text() {
    let service = WebService::start(|request| {
        let question = percent_decode(request.target.strip_prefix("/say/").unwrap_or_default());
        match question.as_str() {
            "hello" => Answer::Body(b"hello to you\n".to_vec()),
            question => fault(question).unwrap_or_else(|| Answer::Body(question.as_bytes().to_vec())),
        }
    });
    let url = format!("http=http://{}/say/{{text}}", service.address);
    let mut talk = Talk::start(&["--bot", "http", "--bot-url", &url, "--bot-option", "http.timeout=1"]);
    (0..3).for_each(|_| assert!(talk.ask("..").is_err()));
    talk.check(&[
        ("a/b?c#d", Ok("a/b?c#d")),
        ("..", Err("cannot be part of the service's address")),
        ("no JSON", Ok("just some words")),
        ("page", Err("a web page")),
        ("empty", Err("sent nothing")),
        ("garbage", Err("not UTF-8")),
    ]);
}

#[test]
fn templates_that_cannot_work_are_refused_at_the_start() {
    let good = "http=http://127.0.0.1:1/?q={text}";
    for (args, part) in [
        (&[][..], "the address of its service"),
        (&["--bot-url", "http=http://127.0.0.1:1/"], "the question goes nowhere"),
        (&["--bot-url", "http=127.0.0.1:1/{text}"], "not an http:// or https:// address"),
        (&["--bot-url", "http=http://{text}/"], "host and port"),
        (&["--bot-url", "http=http://a/{txet}"], "{txet}"),
        (&["--bot-url", good, "--bot-option", "http.reply=content"], "JSON pointer"),
        (&["--bot-url", good, "--bot-option", "http.body={text}"], "not JSON"),
        (&["--bot-url", good, "--bot-option", "http.good=0"], "needs a"),
        (&["--bot-url", good, "--bot-option", "http.method=FETCH"], "GET, POST"),
        (&["--bot-url", good, "--bot-option", "http.header=Host: b"], "HTTP sets itself"),
        (&["--bot-url", good, "--bot-option", "http.header=X-Api-Key: abc"], "{key}"),
    ] {
        let mut server =
            Program::headless("tcp-chat-server", &[&["--bot", "http", "--port", "0"], args].concat());
        let code = server.exit().code();
        let said = server.stderr();
        assert!(
            code == Some(2) && said.contains(part) && said.lines().count() == 1,
            "{args:?}: {code:?} {said}"
        );
    }
}
