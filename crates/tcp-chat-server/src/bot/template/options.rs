//! The settings of a user's own service.

use super::{Custom, Spec, Template, TemplateError, check_url, header, parse_body, reply::check_pointer};
use crate::bot::{BotChoice, BotKey, BotKind, BotOption, OptionFault, SetupFault, Takes, common_options};

/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 40;

pub(in crate::bot) static KIND: BotKind = BotKind {
    word: "http",
    about: "a service of your own: any that takes a question in one HTTP request and answers with text or JSON",
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
    key: Some(BotKey {
        is_needed: false,
        about: "what takes the place of {key}; in clear where the address is http://",
        sent_to: "",
    }),
    check: |choice| template(choice).map(drop).map_err(SetupFault::Template),
    build: |setup| Box::new(Custom::new(setup)),
};

static RATE: BotOption = common_options::rate("none");

static URL: BotOption = BotOption {
    name: "url",
    about: "the service's address, with {text} for the question; {user} is a random id of the client",
    default: "",
    takes: Takes::Checked(|url| checked(check_url(url))),
};

static METHOD: BotOption = BotOption {
    name: "method",
    about: "GET, POST, PUT or PATCH; where nothing is set POST with a body, GET without",
    default: "",
    takes: Takes::Choice(&["GET", "POST", "PUT", "PATCH"]),
};

static HEADER: BotOption = BotOption {
    name: "header",
    about: "a header to send, NAME: VALUE, with {key} for the key; may be given several times",
    default: "",
    takes: Takes::Lines(|line| checked(header(line))),
};

static BODY: BotOption = BotOption {
    name: "body",
    about: "the JSON to send, with {text} within its quotes",
    default: "",
    takes: Takes::Checked(|body| checked(parse_body(body))),
};

static REPLY: BotOption = BotOption {
    name: "reply",
    about: "where the reply is in the JSON, as /data/0/text; where nothing is set all that comes is the reply",
    default: "",
    takes: Takes::Checked(|pointer| checked(check_pointer(pointer))),
};

static ERROR: BotOption = BotOption {
    name: "error",
    about: "where the JSON tells of errors, as /status; anything there is one, or what is not the good value",
    default: "",
    takes: Takes::Checked(|pointer| checked(check_pointer(pointer))),
};

static GOOD: BotOption = BotOption {
    name: "good",
    about: "the value of the error field where there was no error",
    default: "",
    takes: Takes::Text,
};

static LINE_BREAK: BotOption = BotOption {
    name: "line-break",
    about: "what the service writes for a line break, as {br}",
    default: "",
    takes: Takes::Text,
};

pub(super) static NAME: BotOption = BotOption {
    name: "name",
    about: "what it is called",
    default: "HTTP",
    takes: Takes::Checked(|name| {
        let is_good = name.chars().count() <= MAX_NAME_CHARS && !name.contains(char::is_control);
        if is_good { Ok(()) } else { Err(OptionFault::Line { max: MAX_NAME_CHARS }) }
    }),
};

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
