//! Qingyun (青云客): a public service that chats in Chinese and has some skills.

mod advert;
mod markup;

use serde_json::Value;

use super::http::Service;
use super::{
    Asking, Bot, BotError, BotKind, BotOption, Question, ReplyStream, Takes, UnexpectedBody, body,
    bot_option, common_options,
};
use advert::is_only_advert;
use markup::plain;

/// Where the service lives.
const URL: &str = "http://api.qingyunke.com/api.php";

/// What the service's last public page said.
static RATE: BotOption = common_options::rate("200/600");

pub(super) static KIND: BotKind = BotKind {
    word: "qingyun",
    name: "Qingyun",
    named_by: None,
    about: "bot-qingyun",
    options: &[&common_options::URL, &common_options::TIMEOUT, &RATE, &KEEP_ADVERTS],
    key: None,
    always_answers: false,
    check: |_choice| Ok(()),
    build: |setup| {
        let service = Service::new(setup.choice.url(&common_options::URL, URL), setup);
        Box::new(Qingyun { service, keeps_adverts: setup.choice.is_on(&KEEP_ADVERTS) })
    },
};

static KEEP_ADVERTS: BotOption = bot_option!("keep-adverts", Takes::Switch).with_default("no");

struct Qingyun {
    service: Service,
    /// Whether a reply that is only an advert counts as one.
    keeps_adverts: bool,
}

impl Bot for Qingyun {
    fn ask<'a>(&'a self, question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async {
            // `free` is a literal of the service, not a secret.
            let query = [("key", "free"), ("appid", "0"), ("msg", question.text.as_str())];
            let reply = read(&self.service.get(&query).await?)?;
            if !self.keeps_adverts && is_only_advert(&reply, &question.text) {
                return Err(BotError::Advert);
            }
            Ok(reply)
        })
    }
}

/// The reply in a body, whatever content type it was sent with.
fn read(body: &[u8]) -> Result<String, BotError> {
    let answer = body::json(body)?;
    // A sum may come as a number.
    let content = match answer.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    match answer.get("result") {
        Some(Value::Number(result)) if result.as_i64() == Some(0) => (),
        Some(Value::String(result)) if result == "0" => (),
        Some(result) => {
            let detail = if content.trim().is_empty() { format!("result {result}") } else { plain(&content) };
            return Err(BotError::Refused { text: detail });
        }
        None => return Err(BotError::NotAReply { body: UnexpectedBody::NoResult }),
    }
    if content.is_empty() { Err(BotError::Empty) } else { Ok(plain(&content)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_and_markup_is_taken_out() {
        let table = [
            (r#"{"result":0,"content":"你好,我就开心了"}"#, "你好,我就开心了"),
            (r#"{"result":0,"content":"★ 上饶天气{br}阴,30℃{br}"}"#, "★ 上饶天气\n阴,30℃\n"),
            (r#"{"result":0,"content":"a{face:14}b&nbsp;c"}"#, "a[face 14]b c"),
            (r#"{"result":0,"content":7}"#, "7"),
            ("\u{feff}{\"result\":\"0\",\"content\":\"<b>菲菲</b>\"}\n", "<b>菲菲</b>"),
        ];
        for (body, text) in table {
            assert_eq!(read(body.as_bytes()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_reply_is_a_failure() {
        let table = [
            ("", BotError::NotAReply { body: UnexpectedBody::Nothing }),
            ("<html><body>502</body></html>", BotError::NotAReply { body: UnexpectedBody::WebPage }),
            ("hello", BotError::NotAReply { body: UnexpectedBody::NotJson }),
            (r#"{"result":0,"content":"cut"#, BotError::NotAReply { body: UnexpectedBody::NotJson }),
            (r#"{"content":"x"}"#, BotError::NotAReply { body: UnexpectedBody::NoResult }),
            (r#"{"result":0}"#, BotError::Empty),
            (r#"{"result":0,"content":null}"#, BotError::Empty),
            (r#"{"result":1,"content":"over{br}limit"}"#, BotError::Refused { text: "over\nlimit".into() }),
            (r#"{"result":2}"#, BotError::Refused { text: "result 2".into() }),
        ];
        for (body, error) in table {
            assert_eq!(read(body.as_bytes()), Err(error), "{body}");
        }
        assert_eq!(read(b"\xFF"), Err(BotError::NotAReply { body: UnexpectedBody::NotUtf8 }));
    }
}
