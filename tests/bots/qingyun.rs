//! Qingyun.

use crate::support::qingyun::{Answer, Qingyun};
use crate::support::talk::Talk;
use crate::support::{Program, RawChat};

use super::{FAULTS, fault};

/// The service, with all that it may say.
pub(super) fn service() -> Qingyun {
    Qingyun::start(|question| {
        let content = match question {
            "hello" => "hello to you",
            "天气深圳" => "★ 深圳天气{br}阴,30℃{br}★ 三天预测{br}晴",
            "face" => "hi{face:14}&nbsp;&lt;b&gt;",
            "who" => "我是菲菲",
            "advert" => "关注公众号:每日笑话,领取优惠券!{br}http://ad.example.com/?id=1",
            "shop" => "打开淘宝搜索\"女装\"领取红包",
            "advert after words" => "你好!关注公众号:每日笑话",
            "网址" => "www.example.com",
            "result 1" => return Answer::Body(br#"{"result":1,"content":"over the limit"}"#.to_vec()),
            "result 1 alone" => return Answer::Body(br#"{"result":1}"#.to_vec()),
            "no result" => return Answer::Body(br#"{"content":"hi"}"#.to_vec()),
            "no content" => return Answer::Body(br#"{"result":0}"#.to_vec()),
            "blank" => "{br}&nbsp;",
            other => return fault(other).map_or_else(|| Answer::Content(other.to_owned()), Answer::Web),
        };
        Answer::Content(content.to_owned())
    })
}

const REPLIES: [(&str, Result<&str, &str>); 9] = [
    ("天气深圳", Ok("★ 深圳天气\n阴,30℃\n★ 三天预测\n晴")),
    ("face", Ok("hi[face 14] <b>")),
    ("who", Ok("我是菲菲")),
    ("advert after words", Ok("你好!关注公众号:每日笑话")),
    ("网址", Ok("www.example.com")),
    ("result 1 alone", Err("result 1")),
    ("no result", Err("JSON without a result")),
    ("no content", Err("empty")),
    ("blank", Err("empty")),
];

#[test]
fn every_answer_of_the_service_is_a_reply_or_a_clear_failure() {
    let service = service();
    let args = ["--bot", "qingyun", "--bot-url", &service.url, "--bot-option", "qingyun.timeout=1"];
    let mut talk = Talk::start(&args);
    talk.check(&REPLIES);
    talk.check(&FAULTS);
    let adverts = [("advert", Err("only an advert")), ("shop", Err("only an advert"))];
    talk.check(&adverts);
    let refused = talk.ask("result 1").unwrap_err();
    assert!(refused.contains("the service says: over the limit"), "{refused}");
    talk.end();
}

#[test]
fn adverts_can_be_kept() {
    let service = service();
    let args = ["--bot", "qingyun", "--bot-url", &service.url, "--bot-option", "qingyun.keep-adverts=yes"];
    let mut talk = Talk::start(&args);
    talk.check(&[
        ("advert", Ok("关注公众号:每日笑话,领取优惠券!\nhttp://ad.example.com/?id=1")),
        ("shop", Ok("打开淘宝搜索\"女装\"领取红包")),
    ]);
}

#[test]
fn an_advert_is_answered_by_the_next_bot() {
    let service = service();
    let args = ["--bot", "qingyun,echo", "--bot-url", &service.url];
    assert_eq!(Talk::start(&args).ask("advert"), Ok("advert".to_owned()));
}

#[test]
fn one_client_waits_for_a_service_that_hangs_and_the_others_do_not() {
    let service = service();
    let bot = ["--bot", "qingyun", "--bot-url", &service.url, "--bot-option", "qingyun.timeout=2"];
    let mut server = Program::headless("tcp-chat-server", &[&["--port", "0"], &bot[..]].concat());
    let port = server.listening_port();
    let (mut asker, mut other) = (RawChat::connect(port), RawChat::connect(port));
    asker.send("hang\n");
    other.send("hello\n");
    assert_eq!(other.line(), "hello to you");
    let answer = asker.line();
    assert!(
        answer.starts_with("[server] ") && answer.contains("Qingyun") && answer.contains("2 s"),
        "{answer}"
    );
}

#[test]
fn the_text_of_a_failure_is_never_passed_on_as_a_reply() {
    let service = service();
    let args = ["--port", "0", "--bot", "qingyun", "--bot-url", &service.url];
    let mut server = Program::headless("tcp-chat-server", &args);
    let mut peer = RawChat::connect(server.listening_port());
    peer.send("{\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n{\"type\":\"say\",\"id\":1,\"text\":\"result 1\"}\n");
    assert_eq!(peer.record()["type"], "welcome");
    assert_eq!(peer.record()["type"], "accepted");
    let failed = peer.record();
    assert_eq!((failed["type"].as_str(), failed["reason"].as_str()), (Some("failed"), Some("bot_failed")));
}
