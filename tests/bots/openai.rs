//! Services with the chat interface of `OpenAI`: as vLLM, llama.cpp, Ollama and clouds answer, well and
//! badly.

use std::process::Command;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde_json::{Value, json};

use crate::support::talk::Talk;
use crate::support::web::{Answer, Request, WebService, response};
use crate::support::{Program, RawChat, binary};

use super::{FAULTS, fault};

const KEY: &str = "sk-0123456789abcdef";

const EVENTS: &str = "text/event-stream";

/// A piece of a reply, as an event.
fn piece(text: &str) -> String {
    format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": { "content": text } }] }))
}

const DONE: &str = "data: [DONE]\n\n";
const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const ROLE: &str = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n";
const USAGE: &str = "data: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\n";
/// What says nothing about the reply.
const NOTHING: &str = "data: \n\ndata: {}\n\ndata: null\n\nevent: ping\n\n: alive\n\n\
    data: {\"choices\":null,\"usage\":{\"total_tokens\":7}}\n\ndata: {\"usage\":{}}\n\n";
const ERROR: &str = "data: {\"error\":{\"message\":\"out of memory\",\"type\":\"server\",\"code\":500}}\n\n";

fn stream<T: AsRef<[u8]>>(pieces: impl IntoIterator<Item = T>) -> Answer {
    Answer::Stream { pieces: pieces.into_iter().map(|piece| piece.as_ref().to_vec()).collect(), hangs: false }
}

fn stalling(pieces: &[&str]) -> Answer {
    Answer::Stream { pieces: pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect(), hangs: true }
}

fn said(messages: &Value) -> String {
    let words = |message: &Value| {
        format!("{} {}", message["role"].as_str().unwrap(), message["content"].as_str().unwrap())
    };
    messages.as_array().unwrap().iter().map(words).collect::<Vec<_>>().join("; ")
}

fn answer(request: &Request) -> Answer {
    if request.method == "GET" {
        assert_eq!(request.target, "/v1/models");
        let list = r#"{"data":[{"id":"nomic-embed-text"},{"id":"little"},{"id":"large"}]}"#;
        return response("200 OK", "application/json", list);
    }
    let body = request.json();
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(body["stream"], true);
    let messages = body["messages"].as_array().expect("messages");
    if messages.iter().any(|message| message["content"].as_str().is_none_or(|text| text.trim().is_empty())) {
        return response("400 Bad Request", "application/json", r#"{"error":"a message has no content"}"#);
    }
    if body["messages"].to_string().contains("forever long")
        || (body["messages"].to_string().contains("long") && messages.len() > 4)
    {
        let error = r#"{"error":{"message":"the limit is 4","code":400,"type":"exceed_context_size_error"}}"#;
        return response("400 Bad Request", "application/json", error);
    }
    let question = messages.last().and_then(|message| message["content"].as_str()).expect("a question");
    let json = "application/json";
    match question {
        "hello" => stream([ROLE, &piece("hello "), &piece("to you"), STOP, USAGE, DONE]),
        "crlf" => stream([
            piece("a\nb").replace('\n', "\r\n"),
            ": alive\r\n\r\n".into(),
            DONE.replace('\n', "\r\n"),
        ]),
        "split" => stream((piece("你好,世界") + DONE).into_bytes().chunks(4).map(<[u8]>::to_vec)),
        "no done" => stream([piece("whole").as_str(), STOP]),
        "no stream" => response(
            "200 OK",
            json,
            r#"{"choices":[{"message":{"role":"assistant","content":"in one"},"finish_reason":"stop"}]}"#,
        ),
        "length" => stream([
            &piece("as far as"),
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n",
            DONE,
        ]),
        "null" => stream([ROLE, STOP, DONE]),
        "whole null" => response("200 OK", json, r#"{"choices":[{"message":{"content":null}}]}"#),
        "early" => stream([piece("half a")]),
        "early, half an event" => stream([piece("half a").as_str(), "data: {\"choices\":[{\"del"]),
        "early, nothing" => stream([ROLE]),
        "error and done" => stream([&piece("half a"), ERROR, DONE]),
        "error alone" => stream([piece("half a").as_str(), ERROR]),
        "error first" => stream([ERROR, DONE]),
        "stall" => stalling(&[ROLE, &piece("half a")]),
        "stall at first" => stalling(&[]),
        "nested" => response(
            "404 Not Found",
            json,
            r#"{"error":{"message":"no such model","type":"x","param":null,"code":null}}"#,
        ),
        "how long?" if body["max_tokens"].is_null() => stream([
            piece(&format!("max_completion_tokens {}", body["max_completion_tokens"])).as_str(),
            DONE,
        ]),
        "how long?" => {
            let error = "Unsupported parameter: 'max_tokens' is not supported with this model.";
            response("400 Bad Request", json, &json!({ "error": { "message": error } }).to_string())
        }
        "string" => response("400 Bad Request", json, r#"{"error":"Bad thing"}"#),
        "flat" => response("500 Server Error", json, r#"{"message":"bad json","type":"x","code":500}"#),
        "flat, 200" => {
            response("200 OK", json, r#"{"object":"error","message":"too many tokens","code":400}"#)
        }
        "string, 200" => response("200 OK", json, r#"{"error":"Bad thing"}"#),
        "filtered" => {
            stream(["data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\n"])
        }
        "refused" => stream(["data: {\"choices\":[{\"delta\":{\"refusal\":\"I will not\"}}]}\n\n", STOP]),
        "my secret" => response("500 Server Error", json, r#"{"error":"cannot work on: my secret"}"#),
        "unauthorized" => response("401 Unauthorized", json, r#"{"error":"Unauthorized"}"#),
        "busy" => {
            response("503 Service Unavailable", json, r#"{"error":{"message":"Loading model","code":503}}"#)
        }
        "quota" => response("429 Too Many Requests", json, ""),
        "repeats the key" => {
            let words = format!("this is no key: {}", request.header("authorization"));
            response("403 Forbidden", json, &json!({ "error": words }).to_string())
        }
        "what do you know?" | "and now?" => stream([piece(&said(&body["messages"])).as_str(), DONE]),
        "which model?" => stream([piece(body["model"].as_str().unwrap()).as_str(), DONE]),
        other => {
            oddity(other).or_else(|| fault(other)).unwrap_or_else(|| stream([piece(other).as_str(), DONE]))
        }
    }
}

/// What services do that their documentation does not tell.
fn oddity(name: &str) -> Option<Answer> {
    let json = "application/json";
    Some(match name {
        "nothing between" => {
            stream([NOTHING, &piece("a"), NOTHING, &piece("b"), NOTHING, STOP, NOTHING, DONE])
        }
        "parts" => stream([
            "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"Paris.\"}]}}]}\n\n",
            STOP,
        ]),
        "silent after its end" => stalling(&[&piece("whole"), STOP]),
        "garbage after its end" => stream([&piece("whole"), STOP, "data: garbage\n\n", ERROR]),
        "broken after its end" => {
            let (head, body) =
                ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", piece("whole") + STOP);
            Answer::Raw(format!("{head}{:x}\r\n{body}\r\n5\r\nda", body.len()).into_bytes())
        }
        "JSON called events" => {
            response("200 OK", EVENTS, r#"{"choices":[{"message":{"content":"in one"}}]}"#)
        }
        "JSON error called events" => response("200 OK", EVENTS, r#"{"error":{"message":"Bad thing"}}"#),
        "events called JSON" => response("200 OK", json, &(piece("in events") + DONE)),
        "error in events" => response("500 Server Error", EVENTS, ERROR),
        "error in plain text" => response("500 Server Error", "text/plain", "Internal Server Error"),
        "thinking" => {
            let thought = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"let me see\"}}]}\n\n";
            stream([ROLE, thought, &piece("it is so"), STOP])
        }
        "thinking aloud" => {
            stream([piece(" <thi"), piece("nk>let me see</thi"), piece("nk>\n\nit is so"), DONE.into()])
        }
        "thinking alone" => stream([&piece("<think>let me see</think>"), STOP]),
        _ => return None,
    })
}

fn args(service: &WebService) -> Vec<String> {
    let url = format!("http://{}/v1", service.address);
    [
        "--bot",
        "openai",
        "--bot-url",
        &url,
        "--bot-option",
        "openai.first-secs=1",
        "--bot-option",
        "openai.next-secs=1",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn talk(service: &WebService, more: &[&str]) -> Talk {
    let args = args(service);
    let args: Vec<&str> = args.iter().map(String::as_str).chain(more.iter().copied()).collect();
    Talk::start_with(&args, Some(KEY))
}

#[test]
fn every_answer_of_the_service_is_a_reply_a_cut_one_or_a_clear_failure() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &["--bot-model", "large"]);
    talk.check(&[
        ("crlf", Ok("a\nb")),
        ("split", Ok("你好,世界")),
        ("nothing between", Ok("ab")),
        ("parts", Ok("Paris.")),
        ("silent after its end", Ok("whole")),
        ("garbage after its end", Ok("whole")),
        ("broken after its end", Ok("whole")),
        ("JSON called events", Ok("in one")),
        ("JSON error called events", Err("Bad thing")),
        ("events called JSON", Ok("in events")),
        ("error in events", Err("out of memory")),
        ("error in plain text", Err("Internal Server Error (HTTP status 500)")),
        ("thinking", Ok("it is so")),
        ("thinking aloud", Ok("it is so")),
        ("thinking alone", Err("the model only thought, and gave no reply")),
        ("no done", Ok("whole")),
        ("no stream", Ok("in one")),
        ("length", Ok("as far as\n[cut: the reply reached its maximum length]")),
        ("null", Err("the reply is empty")),
        ("whole null", Err("the reply is empty")),
        ("early", Ok("half a\n[cut: the answer broke off: the service ended it early]")),
        ("early, half an event", Ok("half a\n[cut: the answer broke off: the service ended it early]")),
        ("early, nothing", Err("the service ended it early")),
        ("error and done", Ok("half a\n[cut: the service says: out of memory (code 500)]")),
        ("error alone", Ok("half a\n[cut: the service says: out of memory (code 500)]")),
        ("error first", Err("out of memory")),
        ("stall", Ok("half a\n[cut: nothing more came within 1 s]")),
        ("stall at first", Err("no answer within 1 s")),
        ("nested", Err("the service says: no such model (HTTP status 404)")),
        ("string", Err("Bad thing")),
        ("flat", Err("bad json")),
        ("flat, 200", Err("too many tokens")),
        ("string, 200", Err("Bad thing")),
        ("filtered", Err("content filter")),
        ("refused", Err("the model declines: I will not")),
        ("unauthorized", Err("rejected the key")),
        ("busy", Err("the model is being loaded")),
        ("quota", Err("quota is used up")),
        ("repeats the key", Err("this is no key: Bearer (secret)")),
    ]);
    assert_eq!(service.request().header("authorization"), format!("Bearer {KEY}"));
    talk.end();
}

#[test]
fn what_any_service_does_wrong_is_said() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &["--bot-model", "large"]);
    talk.check(&FAULTS);
    talk.end();
}

#[test]
fn a_conversation_is_remembered_until_it_begins_anew_and_each_client_has_its_own() {
    let service = WebService::start(answer);
    let more = ["--bot-option", "openai.system=Be brief", "--bot-option", "openai.memory=1"];
    let mut talk = talk(&service, &more);
    assert_eq!(talk.ask("one").unwrap(), "one");
    assert_eq!(talk.ask("thinking aloud").unwrap(), "it is so");
    let known = "system Be brief; user thinking aloud; assistant it is so; user what do you know?";
    assert_eq!(talk.ask("what do you know?").unwrap(), known);
    assert_eq!(talk.ask("hello").unwrap(), "hello to you");
    let known = "system Be brief; user hello; assistant hello to you; user what do you know?";
    assert_eq!(talk.ask("what do you know?").unwrap(), known);
    assert_eq!(talk.ask_as_another("and now?").unwrap(), "system Be brief; user and now?");
    assert!(talk.ask("/new").unwrap().contains("new conversation"));
    assert_eq!(talk.ask("and now?").unwrap(), "system Be brief; user and now?");
    // Without a name the first model of the service is asked.
    assert_eq!(talk.ask("which model?").unwrap(), "little");
}

#[test]
fn a_blank_reply_is_not_remembered_nor_is_its_question() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &["--bot-model", "large"]);
    assert_eq!(talk.ask("hello").unwrap(), "hello to you");
    for blank in ["null", "whole null", "filtered", "thinking alone"] {
        assert!(talk.ask(blank).is_err());
        let known = talk.ask("what do you know?").unwrap();
        assert!(known.starts_with("user hello; assistant hello to you; user what do you know?"), "{known}");
        talk.ask("/new").unwrap();
        assert_eq!(talk.ask("hello").unwrap(), "hello to you");
    }
}

#[test]
fn one_conversations_fault_takes_the_bot_from_nobody() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &["--bot-model", "large"]);
    for fault in ["string", "filtered", "refused", "thinking alone", "forever long"] {
        for _ in 0..4 {
            let told = talk.ask(fault).unwrap_err();
            assert!(!told.contains("in a row") && !told.contains("left alone"), "{told}");
        }
        assert_eq!(talk.ask_as_another("hello").as_deref(), Ok("hello to you"), "{fault}");
    }
}

#[test]
fn who_meets_a_resting_bot_reads_nothing_of_what_others_have_said() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &["--bot-model", "large"]);
    for _ in 0..3 {
        assert!(talk.ask("my secret").unwrap_err().contains("cannot work on: my secret"));
    }
    let told = talk.ask_as_another("hello").unwrap_err();
    assert!(told.contains("last: the service said that it failed"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}

#[test]
fn of_a_conversation_that_is_too_long_the_oldest_part_goes() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &["--bot-model", "large"]);
    for text in ["one", "two", "long", "long"] {
        assert_eq!(talk.ask(text).as_deref(), Ok(text));
    }
    let known = "user long; assistant long; user what do you know?";
    assert_eq!(talk.ask("what do you know?").as_deref(), Ok(known));
    let told = talk.ask("forever long").unwrap_err();
    assert!(told.contains("/new begins a new one (the service says: the limit is 4"), "{told}");
    talk.ask("/new").unwrap();
    let told = talk.ask("forever long").unwrap_err();
    assert!(told.contains("the limit is 4") && !told.contains("/new"), "nothing helps: {told}");
}

#[test]
fn a_model_of_the_list_is_asked_until_it_is_refused() {
    let listed = std::sync::atomic::AtomicUsize::new(0);
    let service = WebService::start(move |request| {
        let json = "application/json";
        if request.method == "GET" {
            // The first model was deleted meanwhile.
            let list = match listed.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => r#"{"models":[{"name":"bge-m3"},{"name":"old"}]}"#,
                _ => r#"[{"id":"new"}]"#,
            };
            return response("200 OK", json, list);
        }
        match request.json()["model"].as_str() {
            Some("new") if !request.json().to_string().contains("what is missing?") => {
                stream([piece("hello to you").as_str(), DONE])
            }
            _ => response("404 Not Found", json, r#"{"error":{"message":"model 'old' not found"}}"#),
        }
    });
    let mut talk = Talk::start(&args(&service).iter().map(String::as_str).collect::<Vec<_>>());
    let told = talk.ask("hello").unwrap_err();
    assert!(told.contains("model 'old' not found") && !told.contains("enter the name"), "{told}");
    assert_eq!(talk.ask("hello").as_deref(), Ok("hello to you"));
    let requests: Vec<_> = std::iter::from_fn(|| service.waiting_request()).map(|it| it.method).collect();
    assert_eq!(requests, ["GET", "POST", "GET", "POST"]);
    let (_, said) = talk.failure("what is missing?");
    assert!(said.contains("enter the name of a model that it has"), "{said}");
}

#[test]
fn the_longest_reply_goes_by_the_name_that_the_service_knows() {
    let service = WebService::start(answer);
    let mut talk = talk(&service, &["--bot-model", "large", "--bot-option", "openai.max-tokens=7"]);
    for requests in [2, 1] {
        assert_eq!(talk.ask("how long?").as_deref(), Ok("max_completion_tokens 7"));
        assert_eq!(std::iter::from_fn(|| service.waiting_request()).count(), requests);
    }
}

#[test]
fn an_address_may_be_any_that_people_copy() {
    let service = WebService::start(answer);
    for path in ["", "/", "/v1", "/v1/", "/v1/chat/completions", "/v1/chat/completions/", "/v1/models"] {
        let url = format!("http://{}{path}", service.address);
        let mut talk = Talk::start(&["--bot", "openai", "--bot-url", &url]);
        assert_eq!(talk.ask("which model?").as_deref(), Ok("little"), "{path}");
    }
}

#[test]
fn a_model_that_is_being_loaded_is_waited_for() {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let service =
        WebService::start(move |_| match asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Answer::Raw(loading("Retry-After: 1")),
            1 | 2 => Answer::Raw(loading("X: x")),
            _ => stream([piece("hello to you").as_str(), DONE]),
        });
    let url = format!("http://{}", service.address);
    let mut talk = Talk::start(&["--bot", "openai", "--bot-url", &url, "--bot-model", "large"]);
    assert_eq!(talk.ask("hello").as_deref(), Ok("hello to you"));
    assert_eq!(std::iter::from_fn(|| service.waiting_request()).count(), 4);
}

fn loading(header: &str) -> Vec<u8> {
    let (head, body) =
        ("HTTP/1.1 503 Service Unavailable", r#"{"error":{"message":"Loading model","code":503}}"#);
    format!("{head}\r\n{header}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn a_service_is_left_alone_for_as_long_as_it_wants() {
    for (header, secs) in [
        ("Retry-After: 77", 77),
        ("Date: Sun, 06 Nov 1994 08:49:00 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:50:17 GMT", 77),
        ("Retry-After: 99999999", 3600),
        ("Retry-After: Sat, 01 Jan 2000 00:00:00 GMT", 0),
    ] {
        let service = WebService::start(move |_| {
            let status = "HTTP/1.1 429 Too Many Requests";
            Answer::Raw(format!("{status}\r\n{header}\r\nContent-Length: 0\r\n\r\n").into_bytes())
        });
        let mut talk = talk(&service, &["--bot-model", "large"]);
        let told = talk.ask("hello").unwrap_err();
        assert!(told.contains("quota is used up"), "{told}");
        let rests: u64 = told
            .split("paused for ")
            .nth(1)
            .map_or(0, |rest| rest.split(' ').next().and_then(|secs| secs.parse().ok()).unwrap());
        assert_eq!(rests, secs, "{told}");
        let told = talk.ask_as_another("hello").unwrap_err();
        assert_eq!(told.contains("it failed: the service's quota is used up"), rests > 0, "{told}");
        let requests = std::iter::from_fn(|| service.waiting_request()).count();
        assert_eq!(requests, if rests > 0 { 1 } else { 2 }, "{header}");
    }
}

#[test]
fn a_records_client_gets_the_reply_as_it_comes() {
    let service = WebService::start(answer);
    let args = args(&service);
    let args: Vec<&str> = ["--port", "0"].into_iter().chain(args.iter().map(String::as_str)).collect();
    let mut server = Program::headless("tcp-chat-server", &args);
    let mut peer = RawChat::connect(server.listening_port());
    peer.send("{\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n{\"type\":\"say\",\"id\":1,\"text\":\"stall\"}\n");
    assert_eq!(peer.record()["type"], "welcome");
    assert_eq!(peer.record()["type"], "accepted");
    // Long before the service is given up.
    let part = peer.record();
    assert_eq!((part["type"].as_str(), part["text"].as_str()), (Some("part"), Some("half a")));
    let note = peer.record();
    assert_eq!(note["type"], "part");
    let reply = peer.record();
    let joined = format!("half a{}", note["text"].as_str().unwrap());
    assert_eq!((reply["type"].as_str(), reply["text"].as_str()), (Some("reply"), Some(joined.as_str())));
}

#[test]
fn a_key_comes_from_the_environment_and_is_told_to_nobody_else() {
    let service = WebService::start(answer);
    let mut command = Command::new(binary("tcp-chat-server"));
    command.args(["--headless", "--json", "--stats", "1", "--port", "0"]).args(args(&service));
    command.env("TCP_CHAT_BOT_KEY_OPENAI", KEY);
    let mut server = Program::spawn("tcp-chat-server", command);
    let listening = server.json_event("listening");
    let port = listening["address"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
    let mut peer = RawChat::connect(port);
    peer.send("repeats the key\n");
    let told = peer.line();
    assert!(told.contains("this is no key: Bearer (secret)"), "{told}");
    let stats = server.json_event("stats");
    assert_eq!(stats["bots"][0]["state"], "fails");
    assert!(!stats.to_string().contains(KEY) && stats.to_string().contains("(secret)"), "{stats}");
    server.signal(nix::sys::signal::Signal::SIGTERM);
    let said = server.rest().join("\n") + &server.stderr();
    assert!(!said.contains(KEY), "{said}");
    while service.request().header("authorization") != format!("Bearer {KEY}") {}
}

#[test]
fn a_key_file_that_gives_nothing_is_said_and_holds_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("key");
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    let key = format!("openai={}", pipe.display());
    let args = ["--port", "0", "--bot", "openai,builtin", "--bot-key-file", &key];
    let mut server = Program::headless("tcp-chat-server", &args);
    let port = server.listening_port();
    server.line_with("the key file cannot be read, nothing could be read for 5 s");
    let mut client = RawChat::connect(port);
    client.send("what is 1+1\n");
    assert_eq!(client.line(), "1+1 = 2");
    assert!(server.terminate().success());
}

#[test]
fn a_service_that_keeps_failing_is_left_alone_and_the_next_bot_answers() {
    let service = WebService::start(answer);
    let mut command = args(&service);
    command[1] = "openai,echo".to_owned();
    let args: Vec<&str> = command.iter().map(String::as_str).chain(["--bot-model", "large"]).collect();
    let mut talk = Talk::start(&args);
    for _ in 0..5 {
        assert_eq!(talk.ask("flat").unwrap(), "flat");
    }
    let chats = std::iter::from_fn(|| service.waiting_request()).count();
    assert_eq!(chats, 3, "it was asked again and again");
}
