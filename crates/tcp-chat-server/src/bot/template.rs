//! A service of the user's own, told by templates: what to send, and where the reply is.

mod fill;
mod options;
mod reply;

use common::localized;
use common::text::cut;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Url};
use serde::Serialize;
use serde_json::Value;

use super::http::Service;
use super::kind::Setup;
use super::url::percent_encode;
use super::user::UserIds;
use super::withheld::is_secret_header;
use super::{Asking, Bot, BotError, Question, ReplyStream, Secret, SetupFault};
use fill::Values;
use reply::Rules;

pub(super) use options::KIND;

/// Where its template is wrong, every `ask` fails with the reason.
struct Custom {
    service: Service,
    template: Result<Template, TemplateError>,
    key: Option<Secret>,
    users: UserIds,
}

impl Custom {
    fn new(setup: &Setup<'_>) -> Self {
        let template = options::template(setup.choice);
        let url = match &template {
            Ok(template) => template.sample_url().map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let template = match template {
            Ok(template) if template.uses_key() && setup.key.is_none() => Err(TemplateError::NoKey),
            template => template,
        };
        Self { service: Service::new(url, setup), template, key: setup.key.clone(), users: UserIds::new() }
    }
}

impl Bot for Custom {
    fn ask<'a>(&'a self, question: &'a Question, _stream: &'a ReplyStream) -> Asking<'a> {
        Box::pin(async {
            let unusable = |error: &TemplateError| BotError::Setup(SetupFault::Template(error.clone()));
            let template = self.template.as_ref().map_err(unusable)?;
            let values = Values {
                text: &question.text,
                key: self.key.as_ref().map_or("", Secret::reveal),
                user: &self.users.of(question.conversation),
            };
            let Request { url, headers, body } = template.request(values)?;
            let call = |client: &Client, _sample| {
                let request = client.request(template.method.clone(), url).headers(headers);
                match body {
                    Some(body) => request.body(body),
                    None => request,
                }
            };
            template.rules.read(&self.service.call(call).await?.success()?)
        })
    }
}

/// Headers that HTTP itself needs.
const OF_HTTP: [&str; 6] = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te"];

/// Why templates were refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum TemplateError {
    NoUrl,
    NotHttp { typed: String },
    TooMuch,
    MovingHost,
    Placeholder { typed: String },
    NoText,
    Body { reason: String },
    BodyOfGet,
    Header { name: String },
    OpenSecret { name: String },
    Pointer { typed: String },
    ErrorWithoutReply,
    GoodWithoutError,
    NoKey,
}

localized!(TemplateError);

/// What the user wrote.
#[derive(Clone, Copy, Default)]
struct Spec<'a> {
    url: &'a str,
    method: &'a str,
    headers: &'a [&'a str],
    body: &'a str,
    reply: &'a str,
    error: &'a str,
    good: &'a str,
    line_break: &'a str,
}

/// Templates that fit together.
struct Template {
    url: String,
    method: Method,
    headers: Vec<(HeaderName, String)>,
    body: Option<Value>,
    rules: Rules,
}

/// A request, all filled in; it may hold the key, so nothing prints it.
struct Request {
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Template {
    fn new(spec: Spec<'_>) -> Result<Self, TemplateError> {
        check_url(spec.url)?;
        let headers = spec.headers.iter().map(|line| header(line)).collect::<Result<Vec<_>, _>>()?;
        let body = if spec.body.is_empty() { None } else { Some(parse_body(spec.body)?) };
        let method = match (spec.method, &body) {
            ("", None) => Method::GET,
            ("", Some(_)) => Method::POST,
            (method, _) => Method::from_bytes(method.as_bytes()).unwrap_or_default(),
        };
        if body.is_some() && method == Method::GET {
            return Err(TemplateError::BodyOfGet);
        }
        if !spec.url.contains("{text}") && !spec.body.contains("{text}") {
            return Err(TemplateError::NoText);
        }
        let rules = Rules::new(spec.reply, spec.error, spec.good, spec.line_break)?;
        Ok(Self { url: spec.url.trim().to_owned(), method, headers, body, rules })
    }

    /// Whether `{key}` stands anywhere in it.
    fn uses_key(&self) -> bool {
        self.url.contains("{key}")
            || self.headers.iter().any(|(_, value)| value.contains("{key}"))
            || self.body.as_ref().is_some_and(|body| body.to_string().contains("{key}"))
    }

    /// The service's address, with something in place of the question.
    fn sample_url(&self) -> Result<Url, TemplateError> {
        sample(&self.url, "x")
    }

    fn request(&self, values: Values<'_>) -> Result<Request, BotError> {
        let url = values.fill(&self.url, percent_encode);
        // A question of `..` would lead to another path, and one of `.` would vanish.
        let path = url.split('?').next().unwrap_or_default();
        let is_walking = path.split('/').any(|segment| {
            let segment = segment.replace("%2e", ".").replace("%2E", ".");
            matches!(segment.as_str(), "." | "..")
        });
        let url = Url::parse(&url).ok().filter(|_| !is_walking).ok_or(BotError::QuestionUnfit)?;
        let mut headers = HeaderMap::new();
        if self.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, template) in &self.headers {
            let value = values.fill(template, str::to_owned);
            let unfit = || BotError::Setup(SetupFault::KeyInHeader { name: name.to_string() });
            let mut value = HeaderValue::from_str(&value).ok().ok_or_else(unfit)?;
            value.set_sensitive(template.contains("{key}"));
            headers.insert(name, value);
        }
        let body = self.body.as_ref().map(|body| values.fill_json(body).to_string().into_bytes());
        Ok(Request { url, headers, body })
    }
}

/// The address with `filling` for every placeholder.
fn sample(url: &str, filling: &str) -> Result<Url, TemplateError> {
    let filled = Values { text: filling, key: filling, user: filling }.fill(url.trim(), percent_encode);
    match Url::parse(&filled) {
        Ok(filled) if matches!(filled.scheme(), "http" | "https") && filled.has_host() => Ok(filled),
        // The query may hold a secret.
        _ => Err(TemplateError::NotHttp { typed: url.split('?').next().unwrap_or_default().to_owned() }),
    }
}

fn check_url(url: &str) -> Result<(), TemplateError> {
    if url.trim().is_empty() {
        return Err(TemplateError::NoUrl);
    }
    let without = Values { text: "", key: "", user: "" }.fill(url, percent_encode);
    if let Some(at) = without.find(['{', '}']) {
        let seen = without.get(at..).unwrap_or_default();
        return Err(TemplateError::Placeholder { typed: cut(seen, 10).unwrap_or(seen).to_owned() });
    }
    let (one, other) = (sample(url, "x")?, sample(url, "y")?);
    if one.origin() != other.origin() {
        return Err(TemplateError::MovingHost);
    }
    let has_user = !one.username().is_empty() || one.password().is_some();
    if has_user || one.fragment().is_some() { Err(TemplateError::TooMuch) } else { Ok(()) }
}

fn parse_body(body: &str) -> Result<Value, TemplateError> {
    serde_json::from_str(body).map_err(|error| TemplateError::Body { reason: error.to_string() })
}

fn header(line: &str) -> Result<(HeaderName, String), TemplateError> {
    let bad = || TemplateError::Header { name: line.split(':').next().unwrap_or_default().to_owned() };
    let (name, value) = line.split_once(':').ok_or_else(bad)?;
    let name = HeaderName::from_bytes(name.trim().as_bytes()).ok().ok_or_else(bad)?;
    let value = value.trim();
    if OF_HTTP.contains(&name.as_str()) || value.contains("{text}") || HeaderValue::from_str(value).is_err() {
        return Err(bad());
    }
    if is_secret_header(name.as_str()) && !value.contains("{key}") {
        return Err(TemplateError::OpenSecret { name: name.to_string() });
    }
    Ok((name, value.to_owned()))
}

#[cfg(test)]
mod tests;
