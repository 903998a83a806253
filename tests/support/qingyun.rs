//! A bot service that behaves like Qingyun, or as badly as a test wants.
//!
//! As the real one it answers `GET /api.php?key=free&appid=0&msg=...` with JSON that it calls
//! `text/html`, and keeps connections open.

use super::web::{self, Request, WebService, percent_decode};

/// What the service does with one question.
pub(crate) enum Answer {
    /// `{"result":0,"content":...}`.
    Content(String),
    /// This body, with status 200.
    Body(Vec<u8>),
    /// Nothing, for as long as the other side waits.
    Hang,
    /// Something that any service could do.
    Web(web::Answer),
}

/// The service; it ends with the test's process.
pub(crate) struct Qingyun {
    /// The address of its interface: what `--bot-url` takes.
    pub(crate) url: String,
    service: WebService,
}

impl Qingyun {
    /// Starts it; `answer` decides each question's fate.
    pub(crate) fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let service = WebService::start(move |request| match answer(&question(request)) {
            Answer::Content(content) => {
                let body = serde_json::json!({ "result": 0, "content": content });
                web::Answer::Body(body.to_string().into_bytes())
            }
            Answer::Body(body) => web::Answer::Body(body),
            Answer::Hang => web::Answer::Hang,
            Answer::Web(answer) => answer,
        });
        Self { url: format!("http://{}/api.php", service.address), service }
    }

    /// One that repeats every question behind `hello: `.
    pub(crate) fn friendly() -> Self {
        Self::start(|question| Answer::Content(format!("hello: {question}")))
    }

    /// The next question that reached the service.
    pub(crate) fn question(&self) -> String {
        question(&self.service.request())
    }

    /// A question that has reached the service already.
    pub(crate) fn waiting_question(&self) -> Option<String> {
        self.service.waiting_request().map(|request| question(&request))
    }
}

/// The decoded `msg` of a request whose other fields are as the service wants them.
fn question(request: &Request) -> String {
    assert_eq!(request.method, "GET");
    let (path, query) = request.target.split_once('?').expect("a query");
    assert_eq!(path, "/api.php");
    let mut fields = query.split('&').filter_map(|field| field.split_once('='));
    assert_eq!(fields.next(), Some(("key", "free")));
    assert_eq!(fields.next(), Some(("appid", "0")));
    let (name, value) = fields.next().expect("a question");
    assert_eq!(name, "msg");
    percent_decode(value)
}
