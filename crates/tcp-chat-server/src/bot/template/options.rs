//! The settings of a user's own service.

use super::{Custom, Spec, Template, TemplateError, check_url, header, parse_body, reply::check_pointer};
use crate::bot::{
    BotChoice, BotKey, BotKind, BotOption, OptionFault, SetupFault, Takes, bot_option, common_options,
};

/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 40;

pub(in crate::bot) static KIND: BotKind = BotKind {
    word: "http",
    name: NAME.default,
    named_by: Some(&NAME),
    about: "bot-http",
    options: &[
        &URL,
        &METHOD,
        &HEADER,
        &BODY,
        &REPLY,
        &ERROR,
        &GOOD,
        &LINE_BREAK,
        &NAME,
        &common_options::TIMEOUT,
        &RATE,
    ],
    key: Some(BotKey { is_needed: false, about: "bot-http-key", sent_to: "" }),
    always_answers: false,
    check: |choice| template(choice).map(drop).map_err(SetupFault::Template),
    build: |setup| Box::new(Custom::new(setup)),
};

static RATE: BotOption = common_options::rate("none");

static URL: BotOption =
    bot_option!("url", Takes::Checked(|url| checked(check_url(url)))).with_about("bot-http-url-about");

static METHOD: BotOption = bot_option!("method", Takes::Choice(&["GET", "POST", "PUT", "PATCH"]));

static HEADER: BotOption = bot_option!("header", Takes::Lines(|line| checked(header(line))));

static BODY: BotOption = bot_option!("body", Takes::Checked(|body| checked(parse_body(body))));

static REPLY: BotOption = bot_option!("reply", Takes::Checked(|pointer| checked(check_pointer(pointer))));

static ERROR: BotOption = bot_option!("error", Takes::Checked(|pointer| checked(check_pointer(pointer))));

static GOOD: BotOption = bot_option!("good", Takes::Text);

static LINE_BREAK: BotOption = bot_option!("line-break", Takes::Text);

pub(super) static NAME: BotOption = bot_option!(
    "name",
    Takes::Checked(|name| {
        let is_good = name.chars().count() <= MAX_NAME_CHARS && !name.contains(char::is_control);
        if is_good { Ok(()) } else { Err(OptionFault::Line { max: MAX_NAME_CHARS }) }
    }),
)
.with_default("HTTP");

fn checked<T>(part: Result<T, TemplateError>) -> Result<(), OptionFault> {
    part.map(drop).map_err(OptionFault::Template)
}

/// What the user wrote, where it fits together.
pub(super) fn template(choice: &BotChoice) -> Result<Template, TemplateError> {
    let headers: Vec<&str> = choice.lines(&HEADER).collect();
    Template::new(Spec {
        url: choice.value(&URL),
        method: choice.value(&METHOD),
        headers: &headers,
        body: choice.value(&BODY),
        reply: choice.value(&REPLY),
        error: choice.value(&ERROR),
        good: choice.value(&GOOD),
        line_break: choice.value(&LINE_BREAK),
    })
}
